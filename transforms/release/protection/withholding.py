"""Writing patterns into tables: values made null, their status made ``suppressed``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from expectations.release_columns import SUPPRESSED
from expectations.release_tables import groups_of
from transforms.release.protection.lists import CountedList, Margin, summed
from transforms.release.protection.pattern import Pattern

Patterns = Mapping[tuple[str, int], tuple[CountedList, Pattern]]
MATRIX = {
    "idp_origin_to_displacement": ("idp", "origin_governorate", "origin_governorate"),
    "returnee_last_displacement_to_return": ("returnee", "last_displacement", "last_displacement_governorate"),
}
CATEGORY = {"shelter_summary": ("shelter", "shelter_type"), "period_summary": ("period", "wave")}


class Withholding:
    """Which values of a table are to be withheld: column -> one truth value a row. Rows of lists that are not asked stay."""

    def __init__(self, name: str, table: pa.Table) -> None:
        self.name, self.table = name, table
        self.masks: dict[str, np.ndarray] = {}
        self.statuses: dict[str, np.ndarray] = {}

    def hide(self, column: str, rows: np.ndarray, where: np.ndarray) -> None:
        """Withhold a column, if the table has it, in those of ``rows`` for which ``where`` holds."""
        if column in self.table.column_names and where.any():
            mask = self.masks.setdefault(column, np.zeros(self.table.num_rows, dtype=bool))
            mask[rows[where]] = True

    def done(self) -> pa.Table:
        """The table with these values null. A status tells of a group in which a value was there and is withheld."""
        made = self.table
        for status, members in groups_of(self.name, tuple(made.column_names)).items():
            touched = np.zeros(made.num_rows, dtype=bool)
            for column in members:
                mask = self.masks.get(column)
                if mask is not None:
                    touched |= mask & pc.is_valid(self.table[column]).to_numpy()
                    made = _set(made, column, pc.if_else(pa.array(mask), pa.scalar(None, made[column].type), made[column]))
            if touched.any():
                made = _set(made, status, pc.if_else(pa.array(touched), SUPPRESSED, made[status]))
        return made


def _set(table: pa.Table, column: str, values: pa.ChunkedArray) -> pa.Table:
    place = table.column_names.index(column)
    return table.set_column(place, table.schema.field(place), values)


def withheld(tables: Mapping[str, pa.Table], patterns: Patterns) -> dict[str, pa.Table]:
    """The tables with what the patterns withhold withheld; tables of changes are left as they are."""
    made = dict(tables)
    for name in tables:
        if name.removesuffix("_master_list") in ("idp", "returnee"):
            made[name] = _list(name, tables[name], patterns)
        elif name in ("national_summary", "governorate_summary", "district_summary"):
            made[name] = _summary(name, tables[name], patterns)
        elif name in MATRIX or name in CATEGORY:
            made[name] = _categories(name, tables[name], patterns)
    return made


@dataclass(frozen=True)
class _Known:
    """What can be read, or follows, of the households of each row: all, those in camps, those outside."""

    total: np.ndarray
    camps: np.ndarray
    outside: np.ndarray


def _hide_people(work: Withholding, rows: np.ndarray, own: CountedList, known: _Known) -> None:
    """Withhold what does not follow from the households that are known."""
    both = known.camps & (known.outside | known.total)
    outside = known.outside | both
    work.hide("households_in_camp", rows, ~known.camps)
    work.hide("individuals_in_camp", rows, ~known.camps)
    work.hide("households_out_of_camp", rows, ~outside)
    work.hide("individuals_out_of_camp", rows, ~outside)
    work.hide("individuals", rows, ~(known.total | both) if own.one_multiplier else ~both)


def _list(name: str, table: pa.Table, patterns: Patterns) -> pa.Table:
    work = Withholding(name, table)
    in_camp = pc.fill_null(table["households_in_camp"], 0).to_numpy()
    for own, pattern in patterns.values():
        if name != f"{own.population}_master_list":
            continue
        rows, hidden = own.rows, pattern.places.hidden
        camps = pattern.camps_known(own)
        work.hide("households", rows, hidden)
        _hide_people(work, rows, own, _Known(~hidden, camps, pattern.outside_known(own)))
        # nobody in camps is no camp, whatever the households
        work.hide("is_camp", rows, ~camps | (hidden & (in_camp[rows] > 0)))
        for dimension, margin in own.margins.items():
            marked = pattern.margins[dimension]
            for place, column in enumerate(margin.columns):
                work.hide(column, rows, marked.hidden & ~marked.zeros[own.governorate, place])
    return work.done()


def positions(labels: pa.ChunkedArray, names: tuple[str, ...]) -> np.ndarray:
    """The position of each label among the names, -1 where it is none of them."""
    return pc.fill_null(pc.index_in(labels, pa.array(names, pa.string())), -1).to_numpy().astype(np.int64)


def district_positions(part: pa.Table, own: CountedList) -> np.ndarray:
    """The position among the districts of a list of each row's governorate and district, -1 where it is none of them."""
    labels = pc.binary_join_element_wise(part["governorate"], part["district"], "\0")
    return positions(labels, tuple("\0".join(one) for one in own.districts))


def rows_of(table: pa.Table, own: CountedList) -> np.ndarray:
    """Where the rows of a list stand in a table."""
    found = table["round"].to_numpy() == own.round
    if "population" in table.column_names:
        found &= pc.equal(table["population"], own.population).to_numpy()
    return np.flatnonzero(found)


def _summary(name: str, table: pa.Table, patterns: Patterns) -> pa.Table:
    work = Withholding(name, table)
    for own, pattern in patterns.values():
        rows = rows_of(table, own)
        part = table.take(pa.array(rows))
        known = _area_known(name, part, own, pattern)
        work.hide("households", rows, ~known.total)
        _hide_people(work, rows, own, known)
    return work.done()


def _area_known(name: str, part: pa.Table, own: CountedList, pattern: Pattern) -> _Known:
    """What is known of the households of each row of a summary of areas."""
    shelter, marked = own.margins.get("shelter"), pattern.margins.get("shelter")
    every = np.ones(part.num_rows, dtype=bool)
    if marked is None:
        camp_sums = outside_sums = np.zeros(len(own.governorates), dtype=bool)
    else:
        camp_sums = marked.sums[:, shelter.is_camp].any(axis=1)
        rest = summed(shelter.cells[:, -1], own.governorate, len(own.governorates)) > 0
        outside_sums = marked.sums[:, ~shelter.is_camp].any(axis=1) | rest
    if name == "national_summary":
        # where only camps have no national sum, that is the total less the others
        loose = marked is not None and bool(
            marked.nation[:-1][shelter.is_camp].any() and marked.nation[np.append(~shelter.is_camp, True)].any()
        )
        return _Known(every, every & (not loose), every & (not loose))
    governorate = positions(part["governorate"], own.governorates)
    if name == "governorate_summary":
        return _Known(~pattern.places.governorates[governorate], ~camp_sums[governorate], ~outside_sums[governorate])
    district = district_positions(part, own)
    if marked is None:
        return _Known(~pattern.places.districts[district], every, every)
    camps = _district_known(own, shelter, pattern, pattern.camps_known(own), camp_sums)[district]
    outside = _district_known(own, shelter, pattern, pattern.outside_known(own), outside_sums)[district]
    return _Known(~pattern.places.districts[district], camps, outside)


def _district_known(own: CountedList, shelter: Margin, pattern: Pattern, known: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Of each district, whether a sum of shelter types is known: none hidden, or all that its governorate has hidden.

    Args:
        known: of each location, whether it is known there.
        sums: of each governorate, whether its sum is withheld.
    """
    marked = pattern.margins["shelter"]
    unsure = marked.hidden & ~known
    places = len(own.districts)
    inside = summed(shelter.cells.sum(axis=1) * marked.hidden, own.district, places)
    area = pattern.places.area[own.governorate]
    whole = summed(shelter.cells.sum(axis=1) * marked.hidden, area, len(own.governorates))
    home = own.district_governorate
    alone = inside == whole[pattern.places.area[home]]
    return (summed(unsure, own.district, places) == 0) | (alone & ~sums[home] & ~pattern.places.governorates[home])


def _categories(name: str, table: pa.Table, patterns: Patterns) -> pa.Table:
    work = Withholding(name, table)
    for own, pattern in patterns.values():
        if name in MATRIX:
            population, dimension, column = MATRIX[name]
            if own.population != population:
                continue
        else:
            dimension, column = CATEGORY[name]
        if dimension not in own.margins:
            continue
        margin, marked = own.margins[dimension], pattern.margins[dimension]
        rows = rows_of(table, own)
        part = table.take(pa.array(rows))
        governorate = positions(part["governorate"], own.governorates)
        category = positions(part[column], labels_of(name, margin))
        hidden = marked.sums[governorate, category]
        work.hide("households", rows, hidden)
        people = (
            hidden
            if own.one_multiplier or name == "shelter_summary"
            else hidden | _people_unsure(own, pattern, dimension)[governorate, category]
        )
        work.hide("individuals", rows, people)
    return work.done()


def labels_of(name: str, margin: Margin) -> tuple[str, ...]:
    """The categories of a margin as a table of sums names them."""
    if name not in MATRIX:
        return margin.categories
    names = {row["governorate_code"]: row["governorate"] for row in codes.rows("governorate")}
    return tuple(names[category] for category in margin.categories)


def _people_unsure(own: CountedList, pattern: Pattern, dimension: str) -> np.ndarray:
    """Governorate x category whose individuals would tell which hidden cells are those of camps.

    They follow, and are given, where nothing of the category is hidden, or where all hidden locations are known to have no
    households in camps.
    """
    margin, marked, shelter = own.margins[dimension], pattern.margins[dimension], own.margins.get("shelter")
    if shelter is None:
        return np.zeros((len(own.governorates), len(margin.categories)), dtype=bool)
    held = summed(margin.cells[:, :-1] * marked.hidden[:, None], own.governorate, len(own.governorates)) > 0
    in_camp = shelter.cells[:, :-1][:, shelter.is_camp].any(axis=1)
    risky = marked.hidden & (in_camp | ~pattern.camps_known(own))
    return held & (summed(risky, own.governorate, len(own.governorates)) > 0)[:, None]
