"""Withholding sums of categories by governorate, so that sums over categories and over governorates do not give them back.

Published are (or can be added up by readers) the total of each governorate and the sum of each category over all
governorates. What the withheld sums hold of hidden margins thus forms a table with known row and column sums in which only
the withheld cells are unknown. A cell of it can move as far as a flow can go round: up here, down in another category of the
governorate, up there in another governorate, and down in the first category there. Published margins of locations bound each
sum from below. An empty sum has no row, so that a listed one is of one household or more.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow

_ENDLESS = 10_000_000  # more than any list has households
_NEVER = np.int64(1) << 60
# What withholding one more sum costs, before its households: camps last, for the individuals of a governorate hang on them.
_PER_SUM, _PER_CAMP, _PER_MARGIN = 10_000_000, 1_000_000_000, 5_000_000


class WithheldSums:
    """The search for one margin of one list.

    ``sums``: all households, area x category. ``withheld``: the sums that are withheld. ``nation``: categories, and last the
    rest, whose sum over all areas has to stay unknown. ``is_closed``: areas with all sums withheld. ``useless``: (area,
    category) where no further margin can be withheld. ``given_up``: sums for which nothing more can be done.
    """

    def __init__(self, sums: np.ndarray, is_camp: np.ndarray, threshold: int, settled: np.ndarray, shown: np.ndarray) -> None:
        self.sums, self.is_camp, self.threshold, self.shown = sums, is_camp, threshold, shown
        self.exists = sums > 0
        self.withheld = self.exists & ((sums < threshold) | settled)
        self.nation = np.zeros(sums.shape[1] + 1, dtype=bool)
        self.is_closed = np.zeros(len(sums), dtype=bool)
        self.proven = np.zeros(sums.shape, dtype=bool)
        self.useless: set[tuple[int, int]] = set()
        self.given_up: set[tuple[int, int]] = set()

    def close(self, area: int) -> None:
        """Withhold all sums of an area, for its margins cannot be protected within it."""
        self.is_closed[area] = True
        self.withheld[area] |= self.exists[area]

    def close_nation(self, area: int) -> None:
        """Withhold all sums of governorates whose totals are withheld, and of their categories over all governorates too.

        Nothing then binds their categories but their locations, and these have room in their pool.
        """
        self.close(area)
        self.nation[:-1] |= self.exists[area]
        self.proven[area] = True

    def settle(self, residual: np.ndarray) -> tuple[int, int] | None:
        """Withhold further sums until each is uncertain.

        Args:
            residual: households of hidden margins, area x category (and rest).

        Returns:
            (area, category) of which a further margin has to be withheld before going on; None where all is done.
        """
        while True:
            wanted = self._unproven()
            if not wanted:
                return None
            for area, category in wanted:
                if self._width(residual, area, category) >= self.threshold:
                    self.proven[area, category] = True
                    continue
                need = self._complement(residual, area, category)
                if need is not None:
                    return need

    def unsettled(self, residual: np.ndarray) -> list[tuple[int, int]]:
        """Withheld sums that remain too narrow; the row of a sum that is listed is not counted as knowledge here."""
        return [
            (area, category)
            for area, category in zip(*np.nonzero(self.withheld & ~self.proven), strict=True)
            if self._width(residual, area, category, floor=0) < self.threshold and not self._is_all(area, category)
        ]

    def _is_all(self, area: int, category: int) -> bool:
        """Whether the area has one category only: then its sum is its total, which is judged elsewhere."""
        return self.exists[area].sum() == 1 and self.sums[area, category] >= self.threshold

    def _unproven(self) -> list[tuple[int, int]]:
        areas, categories = np.nonzero(self.withheld & ~self.proven)
        order = np.lexsort((categories, areas, self.sums[areas, categories]))
        found = [(int(areas[one]), int(categories[one])) for one in order]
        return [one for one in found if one not in self.given_up]

    def _floor(self, residual: np.ndarray) -> np.ndarray:
        """Fewest households of hidden margins: 1 where no published margin has the category."""
        return (self.exists & (self.sums == residual[:, :-1])).astype(np.int64)

    def _complement(self, residual: np.ndarray, area: int, category: int) -> tuple[int, int] | None:
        """Withhold what makes one sum uncertain; (area, category) of which a margin must be withheld first."""
        named = residual[:, :-1]
        room = named - self._floor(residual) >= self.threshold
        for grows in (False, True):
            loose = room | (self._can_grow(residual) if grows else False)
            round_trip = self._round_trip(area, category, loose & self.exists, room, named)
            if round_trip is None:
                continue
            cells, need = round_trip
            if need is not None:
                return need
            for one in cells:
                self.withheld[one] = self.proven[one] = True
            return None
        return self._beside_nation(residual, area, category, room)

    def _can_grow(self, residual: np.ndarray) -> np.ndarray:
        """Where another published margin holds the category: withholding it gives room."""
        able = self.exists & (self.sums > residual[:, :-1])
        for one in self.useless:
            able[one] = False
        return able

    def _cost(self) -> np.ndarray:
        cost = _PER_SUM + self.sums + _PER_CAMP * self.is_camp[None, :]
        cost = np.where(self.withheld, 0, cost)
        return np.where(self.exists & ~(self.shown & ~self.withheld), cost, _NEVER)

    def _round_trip(
        self, area: int, category: int, down: np.ndarray, room: np.ndarray, named: np.ndarray
    ) -> tuple[list[tuple[int, int]], tuple[int, int] | None] | None:
        """The cheapest three other sums for a flow of ``threshold`` households, and what must be withheld before."""
        cost = self._cost()
        falling = np.where(down, cost + np.where(room, 0, _PER_MARGIN), _NEVER)
        found = []
        for up in (True, False):
            if not up and not room[area, category]:
                continue
            own, far, corner = (falling, falling, cost) if up else (cost, cost, falling)
            price = np.minimum(own[area][None, :], _NEVER) + np.minimum(far[:, category][:, None], _NEVER)
            price = np.where((own[area][None, :] >= _NEVER) | (far[:, category][:, None] >= _NEVER), _NEVER, price)
            price = np.where(corner >= _NEVER, _NEVER, price + np.minimum(corner, _NEVER - 1) * (corner < _NEVER))
            price[area, :] = _NEVER
            price[:, category] = _NEVER
            best = int(price.argmin())
            other, kind = divmod(best, price.shape[1])
            if price[other, kind] < _NEVER:
                found.append((int(price[other, kind]), up, other, kind))
        if not found:
            return None
        _, up, other, kind = min(found)
        near, far, corner = (area, kind), (other, category), (other, kind)
        for one in (near, far) if up else (corner,):
            if not room[one]:
                return [], one
        return [(area, category), near, far, corner], None

    def _beside_nation(self, residual: np.ndarray, area: int, category: int, room: np.ndarray) -> tuple[int, int] | None:
        """No other governorate helps: the sums over all governorates of two categories stay unknown too."""
        cost = self._cost()[area]
        able = (room[area] | self._can_grow(residual)[area]) & (cost < _NEVER)
        able[category] = False
        if able.any():
            price = np.where(able, cost + np.where(room[area], 0, _PER_MARGIN) - _PER_SUM * self.nation[:-1], _NEVER)
            kind = int(price.argmin())
            if not room[area, kind]:
                return area, kind
            self.withheld[area, kind] = True
            self.nation[[category, kind]] = True
            self.proven[area, [category, kind]] = True
            return None
        if residual[area, -1] >= self.threshold:
            self.nation[[category, -1]] = True
            self.proven[area, category] = True
            return None
        self.close(area)
        self.nation[:-1] |= self.exists[area]
        self.given_up.add((area, category))
        return None

    def _width(self, residual: np.ndarray, area: int, category: int, floor: int = 1) -> int:
        """How far a withheld sum can move, in households."""
        named = residual[:, :-1]
        areas, kinds = np.nonzero(self.withheld)
        keep = (areas != area) | (kinds != category)
        areas, kinds = areas[keep], kinds[keep]
        spare = (named - floor * self._floor(residual))[areas, kinds]
        size, width = self.sums.shape
        unknown = np.flatnonzero(self.nation)
        root = size + width + 1
        tails = [areas, kinds + size, unknown + size, np.full(len(unknown), root)]
        heads = [kinds + size, areas, np.full(len(unknown), root), unknown + size]
        room = [np.full(len(areas), _ENDLESS), spare, np.full(2 * len(unknown), _ENDLESS)]
        if self.nation[-1]:  # the rest of each area is unknown too
            every = np.arange(size)
            tails += [every, np.full(size, size + width)]
            heads += [np.full(size, size + width), every]
            room += [np.full(size, _ENDLESS), residual[:, -1]]
        arcs = (np.concatenate(room).astype(np.int32), (np.concatenate(tails), np.concatenate(heads)))
        graph = coo_array(arcs, shape=(root + 1, root + 1)).tocsr()
        own = int(named[area, category]) - floor * int(self._floor(residual)[area, category])
        # more of it here needs less elsewhere: a flow from its category back to its area
        more = int(maximum_flow(graph, size + category, area).flow_value)
        less = int(maximum_flow(graph, area, size + category).flow_value)
        return min(more, _ENDLESS) + min(less, own)
