"""What the version released before fixes of the pattern of a list, so that two versions tell no more than one.

A figure that was withheld stays withheld; one that was given and is still the same is known, and withholding it hides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.release_tables import GROUPS
from transforms.release.protection.lists import CountedList, Margin, numbers, summed
from transforms.release.protection.pattern import Start, nothing_settled
from transforms.release.protection.withholding import (
    CATEGORY,
    MATRIX,
    SUPPRESSED,
    district_positions,
    labels_of,
    positions,
    rows_of,
)

_Pair = tuple[np.ndarray, np.ndarray]


def starts(lists: list[CountedList], before: Mapping[str, pa.Table]) -> dict[tuple[str, int], Start]:
    """The start of each list, by population and round.

    Args:
        before: the tables of the version released before; none where there was none.
    """
    return {(own.population, own.round): _start(own, before) for own in lists}


def _start(own: CountedList, before: Mapping[str, pa.Table]) -> Start:
    start = nothing_settled(own)
    name = f"{own.population}_master_list"
    if name not in before:
        return start
    table = before[name]
    rows = rows_of(table, own)
    if not len(rows):
        return start
    listed = table.take(pa.array(rows))
    places = pc.fill_null(pc.index_in(pa.array(own.place_ids, pa.string()), listed["place_id"].combine_chunks()), -1)
    place = places.to_numpy(zero_copy_only=False).astype(np.int64)
    hidden, shown = _compared(listed, "households_status", {"households": own.households}, place)
    start = replace(start, hidden_households=hidden, shown_households=shown)
    for dimension, margin in own.margins.items():
        status = next(one for one, members in GROUPS[name].items() if margin.columns[0] in members)
        truth = {column: margin.cells[:, number] for number, column in enumerate(margin.columns)}
        hidden, shown = _compared(listed, status, truth, place)
        start.hidden_margins[dimension][:] = hidden & margin.is_carried
        start.shown_margins[dimension][:] = shown
        start.hidden_sums[dimension][:], start.shown_sums[dimension][:] = _sums(own, margin, before)
    return _with_areas(start, own, before)


def _compared(table: pa.Table, status: str, truth: Mapping[str, np.ndarray], place: np.ndarray) -> _Pair:
    """Which values were withheld, and which were given and are the same; ``place``: the row of each, -1 for none."""
    if not table.num_rows:
        return np.zeros(len(place), dtype=bool), np.zeros(len(place), dtype=bool)
    found, states = place >= 0, np.asarray(table[status].to_pylist(), dtype=object)
    same = found & (states[place] == "given")
    for column, values in truth.items():
        same &= numbers(table, column)[place] == values
    return found & (states[place] == SUPPRESSED), same


def _with_areas(start: Start, own: CountedList, before: Mapping[str, pa.Table]) -> Start:
    if "governorate_summary" in before:
        part = _part(before["governorate_summary"], own)
        place = _inverse(positions(part["governorate"], own.governorates), len(own.governorates))
        truth = {"households": summed(own.households, own.governorate, len(own.governorates))}
        hidden, shown = _compared(part, "households_status", truth, place)
        start = replace(start, hidden_governorates=hidden, shown_governorates=shown)
    if "district_summary" in before:
        part = _part(before["district_summary"], own)
        place = _inverse(district_positions(part, own), len(own.districts))
        truth = {"households": summed(own.households, own.district, len(own.districts))}
        hidden, shown = _compared(part, "households_status", truth, place)
        start = replace(start, hidden_districts=hidden, shown_districts=shown)
    return start


def _part(table: pa.Table, own: CountedList) -> pa.Table:
    return table.take(pa.array(rows_of(table, own)))


def _inverse(position: np.ndarray, size: int) -> np.ndarray:
    """The row of each position, -1 where none has it."""
    place = np.full(size, -1)
    known = position >= 0
    place[position[known]] = np.flatnonzero(known)
    return place


def _sums(own: CountedList, margin: Margin, before: Mapping[str, pa.Table]) -> _Pair:
    """Which sums of governorate and category were withheld, and which were given and are the same."""
    shape = len(own.governorates), len(margin.categories)
    tables = {dimension: (name, column) for name, (dimension, column) in CATEGORY.items()}
    tables |= {
        dimension: (name, column) for name, (population, dimension, column) in MATRIX.items() if population == own.population
    }
    name, column = tables[margin.dimension]
    if name not in before:
        return np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    part = _part(before[name], own)
    governorate, category = positions(part["governorate"], own.governorates), positions(part[column], labels_of(name, margin))
    flat = np.where((governorate >= 0) & (category >= 0), governorate * shape[1] + category, -1)
    truth = {"households": own.governorate_sums(margin).ravel()}
    hidden, shown = _compared(part, "households_status", truth, _inverse(flat, shape[0] * shape[1]))
    return hidden.reshape(shape), shown.reshape(shape)
