"""What the public may see of a snapshot: districts and coarser, no small figure, windows in place of days, after a delay.

A figure of fewer households than the threshold is withheld, and with it as many others as are needed so that it cannot be
worked out from the totals that are shown. Withheld is null, never 0.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

import pyarrow as pa

from expectations.emergency import HEADLINE, NOT_LOCATED, PERIOD, TOTAL
from transforms.emergency.event import Event

_LEVELS = ("national", "governorate", "district")
_BELOW_DISTRICTS = ("camp_left",)  # a camp is a place
_COUNTS = ("published_households", "published_individuals")
# The multiplier of the master lists (table multiplier_rule). A setting here: what a threshold in households means for individuals.
_INDIVIDUALS_A_HOUSEHOLD = 6
# Small parts of one whole are withheld together: each could be worked out from the others.
_TOGETHER = (("current", "returned"), ("secondary", "class_unknown", "onward"))
Area = tuple[str, str, str]  # dimension, level, area
Figures = dict[tuple[str, str], int | None]  # by measure and unit


def window(event: Event, day: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The window of an event that holds a day: its first and last day."""
    days = (day - event.event_start).days // event.public_window_days * event.public_window_days
    first = event.event_start + datetime.timedelta(days=days)
    return first, first + datetime.timedelta(days=event.public_window_days - 1)


def public_from(event: Event, as_of: datetime.date) -> datetime.date:
    """The first day on which a snapshot may be public: after its window, the delay and the embargo."""
    after = window(event, as_of)[1] + datetime.timedelta(days=1 + event.public_delay_days)
    return max(after, event.embargo_until) if event.embargo_until else after


def figures(event: Event, rows: pa.Table) -> pa.Table:
    """The figures of a snapshot as the public may see them: fewer rows, and null where a figure is withheld."""
    kept = [row for row in rows.to_pylist() if row["figure_level"] in _LEVELS and row["figure_dimension"] not in _BELOW_DISTRICTS]
    withheld = _withheld_areas(kept, event.public_threshold)
    totals = _withheld_totals(kept, event.public_threshold)
    made = []
    if totals:  # any part would tell of a total that is withheld
        kept = [row for row in kept if row["figure_dimension"] in (TOTAL, PERIOD)]
    for row in kept:
        hidden = (
            row["emergency_measure"] in totals
            if row["figure_dimension"] == TOTAL
            else _is_small(row, event.public_threshold) or bool(totals & set(HEADLINE))
            if row["figure_dimension"] == PERIOD
            else _area(row) in withheld
        )
        made.append(row | dict.fromkeys(_COUNTS) if hidden else row)
    return pa.Table.from_pylist(made, rows.schema)


def _area(row: dict) -> Area:
    return row["figure_dimension"], row["figure_level"], row["area"]


def _size(row: dict) -> int:
    return abs(row["published_households"] or 0)


def _is_small(row: dict, threshold: int) -> bool:
    return _tells_of_few({(row["emergency_measure"], unit): row[unit] for unit in _COUNTS}, threshold)


def _tells_of_few(own: Figures, threshold: int) -> bool:
    """Whether a figure of an area, or the difference of two of them, is of fewer households than the threshold."""
    has_households = any(own[key] is not None for key in own if key[1] == _COUNTS[0])
    for unit in _COUNTS:
        least = threshold if has_households else threshold * _INDIVIDUALS_A_HOUSEHOLD
        values = sorted({0, *(abs(value) for key, value in own.items() if key[1] == unit and value is not None)})
        if any(0 < later - earlier < least for earlier, later in pairwise(values)):
            return True
    return False


def _withheld_totals(rows: list[dict], threshold: int) -> set[str]:
    small = {row["emergency_measure"] for row in rows if row["figure_dimension"] == TOTAL and _is_small(row, threshold)}
    sizes = {row["emergency_measure"]: _size(row) for row in rows if row["figure_dimension"] == TOTAL}
    departed, arrived = (sizes.get(name, 0) for name in ("departed", "arrived"))
    if 0 < abs(departed - arrived) < threshold and departed and arrived:
        small |= {"departed", "arrived", "current", "returned"} if sizes["cumulative"] == departed else {"departed"}
    for group in _TOGETHER:
        if small & set(group):
            small |= set(group)
    return small


def _withheld_areas(rows: list[dict], threshold: int) -> set[Area]:
    """Areas that tell of few, and those that hide them: what is withheld of a sum that is shown is two areas at least, and together
    nobody or not few."""
    figures: dict[Area, Figures] = defaultdict(dict)
    sums: dict[tuple, _Sum] = defaultdict(_Sum)
    for row in rows:
        if row["figure_dimension"] in (TOTAL, PERIOD):
            continue
        area = _area(row)
        figures[area] |= {(row["emergency_measure"], unit): row[unit] for unit in _COUNTS}
        for total, shown_as in _sums(row).items():
            sums[total].parts.add(area)
            sums[total].shown_as.update(shown_as)
    hidden = {area for area, own in figures.items() if _tells_of_few(own, threshold)}
    while True:
        before = len(hidden)
        for own in sums.values():
            own.hide(hidden, figures, threshold)
        if len(hidden) == before:
            return hidden


def _sums(row: dict) -> dict[tuple, tuple[Area, ...]]:
    """The sums that an area is a part of, with the areas that show the sum itself: all areas of a level make the total, a district is
    a part of its governorate, a flow one of all from its origin, of all to its destination, and between districts of that between
    their governorates."""
    dimension, level, name = _area(row)
    if name == NOT_LOCATED and dimension in ("origin", "destination"):
        return {(dimension, own): () for own in ("governorate", "district")}
    sums: dict[tuple, tuple[Area, ...]] = {(dimension, level): ()}
    if dimension != "origin_to_destination":
        above = name.partition(" > ")[0]
        return sums | ({(dimension, level, above): ((dimension, "governorate", above),)} if level == "district" else {})
    ends = dict(zip(("origin", "destination"), name.split(" -> "), strict=True))
    sums |= {(dimension, level, side, end): ((side, level, end),) for side, end in ends.items()}
    if level == "district":
        above = " -> ".join(end.partition(" > ")[0] for end in ends.values())
        sums[dimension, level, above] = ((dimension, "governorate", above),)
    return sums


@dataclass
class _Sum:
    """The areas that add up to a figure that is shown: a total, or those of another area."""

    parts: set[Area] = field(default_factory=set)
    shown_as: set[Area] = field(default_factory=set)

    def hide(self, hidden: set[Area], figures: dict[Area, Figures], threshold: int) -> None:
        """Withhold the next smallest parts until what is withheld cannot be worked out to be few."""
        while (lacking := self._lacking(hidden, figures, threshold)) is not None:
            shown = [part for part in self.parts - hidden if figures[part].get(lacking)] or list(self.parts - hidden)
            if not shown:
                hidden |= self.shown_as
                return
            hidden.add(min(shown, key=lambda part: (abs(figures[part].get(lacking) or 0), part)))

    def _lacking(self, hidden: set[Area], figures: dict[Area, Figures], threshold: int) -> tuple[str, str] | None:
        """A figure of which too little is withheld; None where there is none."""
        withheld = self.parts & hidden
        if not withheld or self.shown_as & hidden:
            return None
        if len(withheld) == 1 and len(self.parts | self.shown_as) > 1:
            (only,) = withheld
            return max(figures[only], key=lambda key: abs(figures[only][key] or 0))
        for key in sorted({key for part in withheld for key in figures[part]}):
            together = abs(sum(figures[part].get(key) or 0 for part in withheld))
            if 0 < together < threshold and self.parts - hidden:
                return key
        return None
