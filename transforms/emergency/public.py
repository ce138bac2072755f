"""What the public may see of a snapshot: districts and coarser, no small figure, windows in place of days, after a delay.

A figure of fewer households than the threshold is withheld, and with it as many others as are needed so that it cannot be
worked out from the totals that are shown. Withheld is null, never 0.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable

import pyarrow as pa

from expectations.emergency import HEADLINE, NOT_LOCATED, PERIOD, TOTAL
from transforms.emergency.event import Event

_LEVELS = ("national", "governorate", "district")
_BELOW_DISTRICTS = ("camp_left",)  # a camp is a place
_COUNTS = ("published_households", "published_individuals")
# Small parts of one whole are withheld together: each could be worked out from the others.
_TOGETHER = (("current", "returned"), ("secondary", "class_unknown", "onward"))
Area = tuple[str, str, str]  # dimension, level, area


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
    """Households; where only individuals are known, these: they are never fewer."""
    return abs(row["published_households"] if row["published_households"] is not None else row["published_individuals"] or 0)


def _is_small(row: dict, threshold: int) -> bool:
    return 0 < _size(row) < threshold


def _withheld_totals(rows: list[dict], threshold: int) -> set[str]:
    small = {row["emergency_measure"] for row in rows if row["figure_dimension"] == TOTAL and _is_small(row, threshold)}
    sizes = {row["emergency_measure"]: _size(row) for row in rows if row["figure_dimension"] == TOTAL}
    if 0 < abs(sizes["departed"] - sizes["arrived"]) < threshold and sizes["departed"] and sizes["arrived"]:
        small |= {"departed", "arrived", "current", "returned"} if sizes["cumulative"] == sizes["departed"] else {"departed"}
    for group in _TOGETHER:
        if small & set(group):
            small |= set(group)
    return small


def _withheld_areas(rows: list[dict], threshold: int) -> set[Area]:
    """Areas with a small figure, and those that hide them: no area may be the only one withheld of a sum that is shown."""
    largest: dict[Area, int] = defaultdict(int)
    hidden: set[Area] = set()
    sums: dict[tuple, set[Area]] = defaultdict(set)
    for row in rows:
        if row["figure_dimension"] in (TOTAL, PERIOD):
            continue
        area = _area(row)
        largest[area] = max(largest[area], _size(row))
        if _is_small(row, threshold):
            hidden.add(area)
        for total, shown_as in _sums(row).items():
            sums[total] |= {area, *shown_as}
    _hide(hidden, sums, lambda area: largest.get(area, 0))
    return hidden


def _sums(row: dict) -> dict[tuple, tuple[Area, ...]]:
    """The sums that an area is a part of, with the areas that show the sum itself: a district is a part of its governorate, a
    flow one of all flows from its origin, of all to its destination, and between districts of that between their governorates."""
    dimension, level, name = _area(row)
    if name == NOT_LOCATED and dimension in ("origin", "destination"):
        return {(dimension, "governorate"): ()}
    if dimension != "origin_to_destination":
        above = name.partition(" > ")[0]
        return (
            {(dimension, level, above): ((dimension, "governorate", above),)} if level == "district" else {(dimension, level): ()}
        )
    ends = dict(zip(("origin", "destination"), name.split(" -> "), strict=True))
    sums = {(dimension, level, side, end): ((side, level, end),) for side, end in ends.items()}
    if level == "district":
        above = " -> ".join(end.partition(" > ")[0] for end in ends.values())
        sums[dimension, level, above] = ((dimension, "governorate", above),)
    return sums


def _hide(hidden: set[Area], sums: dict[tuple, set[Area]], size: Callable[[Area], int]) -> None:
    """Withhold the next smallest part of every sum of which only one is withheld, until there is none such."""
    is_changed = True
    while is_changed:
        is_changed = False
        for parts in sums.values():
            if len(parts & hidden) == 1 and len(parts) > 1:
                shown = [part for part in parts - hidden if size(part) > 0] or list(parts - hidden)
                hidden.add(min(shown, key=lambda part: (size(part), part)))
                is_changed = True
