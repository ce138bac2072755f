"""Column headers: what each column of a sheet means, by its known spellings."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from transforms.readers.sheet import Sheet, spelling
from transforms.refusal import Refusal, found

REQUIRED = ("place_id", "governorate", "district", "households")
# Header kind -> breakdown dimension.
BREAKDOWN_KINDS = {
    "origin": "origin_governorate",
    "last_displacement": "last_displacement",
    "shelter": "shelter",
    "period": "period",
}
# Kinds whose cells are counts; transforms.numbers trims them.
COUNT_KINDS = (*BREAKDOWN_KINDS, "count", "of_which")
# Portal and released lists have governorate columns under the same headers; the population says what they mean.
MARGIN = {"idp": "origin", "returnee": "last_displacement"}
_ORIGIN_NAME = "origin_governorate_name"
_LISTS = {"idp": "IDP", "returnee": "returnee"}

Key = tuple[str, str]
PLACE_ID: Key = ("identifier", "place_id")
LOCATION_ID: Key = ("identifier", "location_id")
HOUSEHOLDS: Key = ("count", "households")
INDIVIDUALS: Key = ("count", "individuals_as_provided")


@dataclass(frozen=True)
class Field:
    """One column with a meaning: kind and name from the header list, header and position in the sheet, text cells.

    Cells of identifiers are trimmed; those that are read as numbers are as read.
    """

    kind: str
    name: str
    header: str
    position: int
    cells: pa.Array

    @property
    def key(self) -> Key:
        """Kind and name, which together say what the column means."""
        return self.kind, self.name

    @property
    def is_number(self) -> bool:
        """Whether the cells are whole numbers: counts, and the ids of places and locations."""
        return self.kind in COUNT_KINDS or self.key in (PLACE_ID, LOCATION_ID)


def fields(sheet: Sheet, population: str, file: str) -> tuple[dict[Key, Field], list[Field]]:
    """(kind, name) -> field of every column with a meaning, and the columns that repeat one of them.

    Link columns and row indexes are left out.

    Raises:
        Refusal: a header is unknown, or a required column is missing.
    """
    known = codes.headers(population)
    meant: dict[Key, Field] = {}
    twins: list[Field] = []
    for position, (header, cells) in enumerate(zip(sheet.headers, sheet.columns, strict=True)):
        if not header:
            _demand_nothing_lost(cells, position, file)
            continue
        kind, name = known.get(spelling(header), (None, None))
        if kind is None:
            raise Refusal(file, "column_unknown", _unknown(header, position, population))
        if kind == "link":
            continue
        field = Field(kind, name, header, position, cells)
        if not field.is_number:
            field = Field(kind, name, header, position, pc.utf8_trim_whitespace(cells))
        if meant.setdefault(field.key, field) is not field:
            twins.append(field)
    _demand_required(meant, population, file)
    return meant, twins


def demand_equal(first: Field, second: Field, listed: np.ndarray, rows: np.ndarray, file: str) -> None:
    """Refuse two columns of one meaning that differ in one of the ``listed`` rows.

    Raises:
        Refusal: they differ; names both columns and the first row.
    """
    here = pa.array(listed)
    differs = pc.not_equal(first.cells.take(here), second.cells.take(here))
    if pc.any(differs).as_py():
        at = int(listed[pc.index(differs, True).as_py()])
        detail = (
            f"Columns {first.position + 1} ({found(first.header)}) and {second.position + 1} ({found(second.header)}) mean the "
            f"same but differ in row {rows[at]}: {found(first.cells[at].as_py())} and {found(second.cells[at].as_py())}."
        )
        raise Refusal(file, "column_twice", detail)


def _demand_nothing_lost(cells: pa.Array, position: int, file: str) -> None:
    """A column without a header may be empty or a row index (0, 1, 2, ...), as table programs write it.

    The index may be in any order, as after sorting, but a gap or a late start shows that rows were removed.
    Rows cut off at the end do not show.
    """
    trimmed = pc.utf8_trim_whitespace(cells)
    content = trimmed.filter(pc.not_equal(trimmed, ""))
    if not len(content):
        return
    is_number = pc.match_substring_regex(content, r"^[0-9]{1,9}$")
    if not pc.all(is_number).as_py():
        text = content[pc.index(is_number, False).as_py()].as_py()
        raise Refusal(file, "column_unknown", f"Column {position + 1} has no header but holds {found(text)}.")
    index = np.sort(content.cast(pa.int64()).to_numpy())
    gaps = np.flatnonzero(np.diff(index) != 1)
    if index[0] > 1:
        raise Refusal(file, "row_index", f"The row index in column {position + 1} begins with {index[0]}.")
    if len(gaps):
        before, after = index[gaps[0]], index[gaps[0] + 1]
        raise Refusal(file, "row_index", f"The row index in column {position + 1} goes from {before} to {after}.")


@cache
def _spelled(population: str) -> dict[str, str]:
    """Normalised header -> header as spelled in a file."""
    own = [row["header"] for row in codes.rows("header_spelling") if row["header_population"] in (population, "both")]
    return {spelling(header): header for header in own}


def _unknown(header: str, position: int, population: str) -> str:
    spelled = _spelled(population)
    # The search takes time in proportion to the length; no known header is half as long as this.
    near = difflib.get_close_matches(spelling(header)[:200], spelled, n=1, cutoff=0.0)
    hint = f"; the nearest known spelling is '{spelled[near[0]]}'" if near else ""
    return f"Column {position + 1} is called {found(header)}, which is not known in {_LISTS[population]} lists{hint}."


def _demand_required(meant: dict[Key, Field], population: str, file: str) -> None:
    names = {name for _, name in meant}
    missing = [name for name in REQUIRED if name not in names]
    if not missing and _ORIGIN_NAME not in names and not any(kind == MARGIN[population] for kind, _ in meant):
        missing = [f"any governorate of {MARGIN[population].replace('_', ' ')}"]
    if missing:
        listed = ", ".join(name.replace("_", " ") for name in missing)
        raise Refusal(file, "column_missing", f"The list has no column for {listed}.")
