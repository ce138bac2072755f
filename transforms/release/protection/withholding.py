"""Writing patterns into tables: values made null, their status made ``suppressed``."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from expectations.release_tables import GROUPS, groups_of
from transforms.release.protection.lists import CountedList, Margin, summed
from transforms.release.protection.pattern import Pattern

SUPPRESSED = "suppressed"
Patterns = Mapping[tuple[str, int], tuple[CountedList, Pattern]]
_MATRIX = {
    "idp_origin_to_displacement": ("idp", "origin_governorate", "origin_governorate"),
    "returnee_last_displacement_to_return": ("returnee", "last_displacement", "last_displacement_governorate"),
}
_CATEGORY = {"shelter_summary": ("shelter", "shelter_type"), "period_summary": ("period", "wave")}
_STATUS_OF = {"shelter": "shelter_status", "period": "period_status", "origin_governorate": "origin_status",
              "last_displacement": "last_displacement_status"}  # fmt: skip


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
        elif name in _MATRIX or name in _CATEGORY:
            made[name] = _categories(name, tables[name], patterns)
    return made


def _hide_people(work: Withholding, rows: np.ndarray, own: CountedList, total: np.ndarray, camps: np.ndarray) -> None:
    """Withhold what does not follow, where the households (``total``) or those in camps (``camps``) are not known."""
    either = ~total | ~camps
    work.hide("households_in_camp", rows, ~camps)
    work.hide("individuals_in_camp", rows, ~camps)
    work.hide("households_out_of_camp", rows, either)
    work.hide("individuals_out_of_camp", rows, either)
    work.hide("individuals", rows, ~total if own.one_multiplier else either)


def _list(name: str, table: pa.Table, patterns: Patterns) -> pa.Table:
    work = Withholding(name, table)
    in_camp = pc.fill_null(table["households_in_camp"], 0).to_numpy()
    for own, pattern in patterns.values():
        if name != f"{own.population}_master_list":
            continue
        rows, hidden = own.rows, pattern.places.hidden
        camps = pattern.camps_known(own)
        work.hide("households", rows, hidden)
        _hide_people(work, rows, own, ~hidden, camps)
        # nobody in camps is no camp, whatever the households
        work.hide("is_camp", rows, ~camps | (hidden & (in_camp[rows] > 0)))
        for dimension, margin in own.margins.items():
            marked = pattern.margins[dimension]
            for place, column in enumerate(margin.columns):
                work.hide(column, rows, marked.hidden & ~marked.zeros[own.governorate, place])
    return work.done()


def _positions(labels: pa.ChunkedArray, names: tuple[str, ...]) -> np.ndarray:
    """The position of each label among the names, -1 where it is none of them."""
    return pc.fill_null(pc.index_in(labels, pa.array(names, pa.string())), -1).to_numpy().astype(np.int64)


def _rows(table: pa.Table, own: CountedList) -> np.ndarray:
    found = table["round"].to_numpy() == own.round
    if "population" in table.column_names:
        found &= pc.equal(table["population"], own.population).to_numpy()
    return np.flatnonzero(found)


def _summary(name: str, table: pa.Table, patterns: Patterns) -> pa.Table:
    work = Withholding(name, table)
    for own, pattern in patterns.values():
        rows = _rows(table, own)
        part = table.take(pa.array(rows))
        total, camps = _area_known(name, part, own, pattern)
        work.hide("households", rows, ~total)
        _hide_people(work, rows, own, total, camps)
    return work.done()


def _area_known(name: str, part: pa.Table, own: CountedList, pattern: Pattern) -> tuple[np.ndarray, np.ndarray]:
    """Of each row of a summary of areas: whether its households, and whether those in camps, are given or follow."""
    shelter, marked = own.margins.get("shelter"), pattern.margins.get("shelter")
    if name == "national_summary":
        loose = marked is not None and bool(marked.nation[shelter.is_camp].any())
        return np.ones(part.num_rows, dtype=bool), np.full(part.num_rows, not loose)
    governorate = _positions(part["governorate"], own.governorates)
    camp_sums = np.zeros(len(own.governorates), dtype=bool)
    if marked is not None:
        camp_sums = marked.sums[:, shelter.is_camp].any(axis=1)
    if name == "governorate_summary":
        return ~pattern.places.governorates[governorate], ~camp_sums[governorate]
    labels = pc.binary_join_element_wise(part["governorate"], part["district"], "\0")
    district = _positions(labels, tuple("\0".join(one) for one in own.districts))
    known = np.ones(len(own.districts), dtype=bool)
    if marked is not None:
        known = _district_camps(own, shelter, pattern, camp_sums)
    return ~pattern.places.districts[district], known[district]


def _district_camps(own: CountedList, shelter: Margin, pattern: Pattern, camp_sums: np.ndarray) -> np.ndarray:
    """Of each district, whether its households in camps are given: none hidden, or all that its governorate has hidden."""
    marked = pattern.margins["shelter"]
    unsure = marked.hidden & ~pattern.camps_known(own)
    places = len(own.districts)
    inside = summed(shelter.cells.sum(axis=1) * marked.hidden, own.district, places)
    area = pattern.places.area[own.governorate]
    whole = summed(shelter.cells.sum(axis=1) * marked.hidden, area, len(own.governorates))
    home = own.district_governorate
    alone = inside == whole[pattern.places.area[home]]
    return (summed(unsure, own.district, places) == 0) | (alone & ~camp_sums[home] & ~pattern.places.governorates[home])


def _categories(name: str, table: pa.Table, patterns: Patterns) -> pa.Table:
    work = Withholding(name, table)
    for own, pattern in patterns.values():
        if name in _MATRIX:
            population, dimension, column = _MATRIX[name]
            if own.population != population:
                continue
        else:
            dimension, column = _CATEGORY[name]
        if dimension not in own.margins:
            continue
        margin, marked = own.margins[dimension], pattern.margins[dimension]
        rows = _rows(table, own)
        part = table.take(pa.array(rows))
        governorate = _positions(part["governorate"], own.governorates)
        category = _positions(part[column], _labels(name, margin))
        hidden = marked.sums[governorate, category]
        work.hide("households", rows, hidden)
        people = hidden if own.one_multiplier or name == "shelter_summary" else hidden | _people_unsure(own, pattern, dimension)[governorate, category]
        work.hide("individuals", rows, people)
    return work.done()


def _labels(name: str, margin: Margin) -> tuple[str, ...]:
    if name not in _MATRIX:
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


