"""Withholding margins of locations and category sums of governorates.

The margins that are withheld in an area (a governorate, or those whose totals are withheld together) form a table: a row for
each hidden location or pool, a column for each category, with known sums ``H`` of rows and ``R`` of columns and the total
``T``. A cell of it has the range ``max(0, H + R - T)`` to ``min(H, R)``, which is ``min(R, H, T - R, T - H)`` wide. Where
the sum of a category in a governorate is withheld, ``R`` can move too: see :mod:`transforms.release.protection.sums`.
"""

from __future__ import annotations

import numpy as np

from transforms.release.protection.lists import CountedList, Margin, summed
from transforms.release.protection.pattern import MarginPattern, Places, Start
from transforms.release.protection.sums import WithheldSums


def margin_pattern(own: CountedList, margin: Margin, places: Places, threshold: int, start: Start) -> MarginPattern:
    """What is withheld of one margin of a list.

    Raises:
        ValueError: nothing that could be withheld makes a sum uncertain enough.
    """
    return _Search(own, margin, places, threshold, start).run()


class _Search:
    def __init__(self, own: CountedList, margin: Margin, places: Places, threshold: int, start: Start) -> None:
        self.own, self.margin, self.places, self.threshold = own, margin, places, threshold
        self.area = places.area[own.governorate]  # of each location
        self.cells = margin.cells
        named = self.cells[:, :-1]
        small = ((named > 0) & (named < threshold)).any(axis=1)
        # where a location has camps and its margin misses a few households, these would be read as living outside of camps
        rest = self.cells[:, -1]
        small |= (rest > 0) & (rest < threshold) & named[:, margin.is_camp].any(axis=1)
        self.hidden = ((places.hidden | small) & margin.is_carried) | start.hidden_margins[margin.dimension]
        self.free = margin.is_carried & ~start.shown_margins[margin.dimension]
        self.order = np.lexsort((np.arange(len(own.rows)), own.households))
        self.order_of = {int(one): self.order[self.area[self.order] == one] for one in np.unique(self.area)}
        self.all = summed(self.cells, self.area, len(own.governorates))
        settled = summed(start.hidden_sums[margin.dimension].astype(np.int64), places.area, len(own.governorates)) > 0
        shown = summed(start.shown_sums[margin.dimension].astype(np.int64), places.area, len(own.governorates)) > 0
        self.sums = WithheldSums(self.all[:, :-1], margin.is_camp, threshold, settled, shown & ~settled)
        if places.governorates.any():
            self.sums.close_nation(int(places.area[places.governorates][0]))

    def run(self) -> MarginPattern:
        todo = list(self.order_of)
        while todo:
            for area in todo:
                self._settle(area)
            todo = self._settle_sums()
        own, sums = self.own, self.sums
        exists = own.governorate_sums(self.margin) > 0
        area = self.places.area
        withheld = (sums.withheld[area] | self.places.governorates[:, None]) & exists
        # no row, no households: what a governorate does not list is 0 in each of its locations
        zeros = (self._residual()[area][:, :-1] == 0) & ~sums.withheld[area] | ~exists
        return MarginPattern(self.hidden, withheld, zeros, sums.nation)

    def _residual(self) -> np.ndarray:
        """Households of hidden margins, area x category (and rest)."""
        return summed(self.cells * self.hidden[:, None], self.area, len(self.own.governorates))

    def _hide_one(self, area: int, wanted: np.ndarray | None = None) -> bool:
        """Withhold the margin of the smallest location of an area (of those wanted); False where none is left."""
        order = self.order_of[area]
        free = order[~self.hidden[order] & self.free[order]]
        if wanted is not None:
            free = free[wanted[free]]
        if len(free):
            self.hidden[free[0]] = True
        return bool(len(free))

    def _settle(self, area: int) -> None:
        """Withhold margins of an area until each cell of them is uncertain; else all its sums."""
        while not self.sums.is_closed[area]:
            missing = self._missing(area)
            if missing is None:
                return
            if not self._hide_one(area, *missing):
                if self.sums.exists[area].sum() == 1 and not self.all[area, -1]:
                    return  # the sum of its only category is its total: cells are as uncertain as the locations
                self.sums.close(area)

    def _missing(self, area: int) -> tuple[np.ndarray, ...] | None:
        """None where the hidden margins of an area suffice; else which locations could help: a mask, or () for any."""
        order = self.order_of[area]
        hidden = order[self.hidden[order]]
        if not len(hidden):
            return None
        k, named = self.threshold, self.cells[:, :-1]
        residual = self.cells[hidden].sum(axis=0)
        total = int(residual.sum())
        columns = residual[:-1]
        thin = np.flatnonzero((columns > 0) & (columns < k) & ~self.sums.withheld[area])
        if len(thin):
            return (named[:, thin[0]] > 0,)
        counted = hidden[~self.places.hidden[hidden]]  # whose totals are given
        if len(counted):
            if total - int(self.cells[counted].sum(axis=1).max()) < k:
                return ()
            full = np.flatnonzero((columns > 0) & (total - columns < k))
            if len(full):
                return (np.delete(self.cells, full[0], axis=1).any(axis=1),)
        if columns[self.margin.is_camp].any():
            return self._beside_districts(hidden, total)
        return None

    def _beside_districts(self, hidden: np.ndarray, total: int) -> tuple[np.ndarray, ...] | None:
        """Households in camps of a district are summed too: what is hidden outside of it must be nothing, or enough."""
        district = self.own.district
        inside = summed(self.cells[hidden].sum(axis=1), district[hidden], len(self.own.districts))
        outside = total - inside
        close = np.flatnonzero((inside > 0) & (outside > 0) & (outside < self.threshold))
        return (district != close[0],) if len(close) else None

    def _settle_sums(self) -> list[int]:
        """Withhold sums until each withheld one is uncertain. Areas where margins were withheld for that need another look."""
        changed: list[int] = []
        while (need := self.sums.settle(self._residual())) is not None:
            area, category = need
            if not self._hide_one(area, self.cells[:, category] > 0):
                self.sums.useless.add((area, category))
            elif area not in changed:
                changed.append(area)
        if changed:
            return changed
        problem = self.sums.unsettled(self._residual())
        if problem:
            own = self.own
            raise ValueError(
                f"the {own.population} list of R{own.round} is too small to withhold sums below {self.threshold} by {self.margin.dimension}"
            )
        return []
