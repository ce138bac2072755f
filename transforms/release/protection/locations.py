"""Withholding totals of locations: small ones, and others until what is left in a pool of hidden ones is wide enough.

Locations whose totals are withheld, and whose sum follows from given totals, form a pool. With ``n`` members and ``R``
households in all, each of its members can have 1 to ``R - n + 1`` households: a pool is wide where ``n >= 2`` and
``R - n >= k``. The same width holds for the withheld total of a district or governorate that shares its pool with another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.release.protection.lists import CountedList
from transforms.release.protection.pattern import Places, Start


def hidden_places(own: CountedList, threshold: int, start: Start) -> Places:
    """The totals that are withheld: of locations, and of districts and governorates where locations do not suffice.

    Raises:
        ValueError: the list has too few households.
    """
    return _Search(own, threshold, start).run()


@dataclass
class _Pool:
    """Members and households of hidden locations; ``least``: fewest households that they can have."""

    members: int = 0
    households: int = 0
    least: int = 0

    def __add__(self, other: _Pool) -> _Pool:
        return _Pool(self.members + other.members, self.households + other.households, self.least + other.least)

    def is_wide(self, threshold: int) -> bool:
        return self.members >= 2 and self.households - self.least >= threshold


class _Search:
    def __init__(self, own: CountedList, threshold: int, start: Start) -> None:
        self.own, self.threshold, self.start = own, threshold, start
        self.hidden = ((own.households > 0) & (own.households < threshold)) | start.hidden_households
        self.districts = start.hidden_districts.copy()
        self.governorates = start.hidden_governorates.copy()
        order = np.lexsort((np.arange(len(own.rows)), own.households))  # smallest first; ties in the order of place_id
        self.places_of = [order[own.district[order] == district] for district in range(len(own.districts))]
        self.districts_of = [np.flatnonzero(own.district_governorate == one) for one in range(len(own.governorates))]

    def run(self) -> Places:
        for district in range(len(self.districts)):
            self._settle_district(district)
        # a total with nothing hidden below it follows from its locations, whatever the version before withheld
        self.districts &= [self._pool(one).members > 0 for one in range(len(self.districts))]
        self.governorates &= [self._shared(one).members > 0 for one in range(len(self.governorates))]
        for governorate in range(len(self.governorates)):
            self._settle_governorate(governorate)
        self._settle_nation()
        own = self.own
        pool = np.where(self.districts[own.district], len(own.districts) + own.governorate, own.district)
        pool = np.where(self.governorates[own.governorate] & self.districts[own.district], -2, pool)
        area = np.arange(len(own.governorates))
        if self.governorates.any():
            area[self.governorates] = np.flatnonzero(self.governorates)[0]
        return Places(self.hidden, np.where(self.hidden, pool, -1), self.districts, self.governorates, area)

    def _pool(self, district: int) -> _Pool:
        places = self.places_of[district]
        own = self.own.households[places[self.hidden[places]]]
        return _Pool(len(own), int(own.sum()), len(own))

    def _total(self, district: int) -> int:
        return int(self.own.households[self.places_of[district]].sum())

    def _next(self, district: int) -> int | None:
        """The smallest location that can be withheld further."""
        places = self.places_of[district]
        free = places[~self.hidden[places] & ~self.start.shown_households[places] & (self.own.households[places] > 0)]
        return int(free[0]) if len(free) else None

    def _settle_district(self, district: int) -> None:
        if 0 < self._total(district) < self.threshold:
            self.districts[district] = True
        while not self.districts[district] and (pool := self._pool(district)).members and not pool.is_wide(self.threshold):
            place = self._next(district)
            if place is None:
                self.districts[district] = True
            else:
                self.hidden[place] = True

    def _open(self, governorate: int) -> list[int]:
        return [int(one) for one in self.districts_of[governorate] if self.districts[one]]

    def _shared(self, governorate: int) -> _Pool:
        """The pool of the districts of a governorate whose totals are withheld."""
        return sum((self._pool(one) for one in self._open(governorate)), _Pool())

    def _settle_governorate(self, governorate: int) -> None:
        while not self.governorates[governorate] and (opened := self._open(governorate)):
            pool = self._shared(governorate)
            if len(opened) >= 2 and pool.is_wide(self.threshold):
                return
            closed = [int(one) for one in self.districts_of[governorate] if one not in opened]
            district = self._partner(pool, closed)
            if district is None:
                self.governorates[governorate] = True
            else:
                self._open_district(district)

    def _partner(self, pool: _Pool, districts: list[int]) -> int | None:
        """The district whose total is best withheld too: one that needs no further location, with the fewest households."""
        free = [one for one in districts if not self.start.shown_districts[one]]
        held = [(own.households, one) for one in free if (own := self._pool(one)).members]
        enough = [(size, one) for size, one in held if (pool + self._pool(one)).is_wide(self.threshold)]
        if enough:
            return min(enough)[1]
        fresh = [
            (int(self.own.households[place]), one)
            for one in free
            if not self._pool(one).members and (place := self._next(one)) is not None
        ]
        if fresh:
            return min(fresh)[1]
        return max(held)[1] if held else None

    def _open_district(self, district: int) -> None:
        self.districts[district] = True
        if not self._pool(district).members and (place := self._next(district)) is not None:
            self.hidden[place] = True

    def _settle_nation(self) -> None:
        """Governorates whose totals are withheld share one pool."""
        while self.governorates.any():
            opened = np.flatnonzero(self.governorates)
            pool = sum((self._floor(int(one)) for one in opened), _Pool())
            if len(opened) >= 2 and pool.is_wide(self.threshold):
                return
            closed = [one for one in range(len(self.governorates)) if not self.governorates[one]]
            free = [one for one in closed if not self.start.shown_governorates[one]]
            shared = [(self._shared(one).households, one) for one in free if self._open(one)]
            if shared:
                self.governorates[min(shared)[1]] = True
                continue
            district = self._partner(pool, [int(one) for governorate in free for one in self.districts_of[governorate]])
            if district is None:
                own = self.own
                raise ValueError(
                    f"the {own.population} list of R{own.round} has {int(own.households.sum())} households in {len(own.rows)} locations: "
                    f"too few to withhold figures below {self.threshold} in it"
                )
            self._open_district(district)
            self.governorates[self.own.district_governorate[district]] = True

    def _floor(self, governorate: int) -> _Pool:
        """Its shared pool; where all its locations are hidden, each category that is listed for it needs a household too."""
        pool = self._shared(governorate)
        places = self.own.governorate == governorate
        if self.hidden[places].all():
            kinds = [(margin.cells[places, :-1].sum(axis=0) > 0).sum() for margin in self.own.margins.values()]
            pool.least = max(pool.members, *map(int, kinds)) if kinds else pool.members
        return pool
