"""Column headers: what each column of a sheet means, by its known spellings."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from transforms.readers.sheet import Sheet
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


@dataclass(frozen=True)
class Field:
    """One column with a meaning: kind and name from the header list, header and position in the sheet, text cells.

    Cells of identifiers are trimmed; cells of counts are as read.
    """

    kind: str
    name: str
    header: str
    position: int
    cells: pa.Array


def fields(sheet: Sheet, population: str, file: str) -> tuple[dict[tuple[str, str], Field], list[Field]]:
    """(kind, name) -> field of every column with a meaning, and the columns that repeat one of them.

    Link columns and row indexes are left out.

    Raises:
        Refusal: a header is unknown, or a required column is missing.
    """
    known = codes.headers(population)
    meant: dict[tuple[str, str], Field] = {}
    twins: list[Field] = []
    for position, (header, cells) in enumerate(zip(sheet.headers, sheet.columns, strict=True)):
        if not header:
            _demand_nothing_lost(cells, position, file)
            continue
        kind, name = known.get(codes.normalise(header), (None, None))
        if kind is None:
            raise Refusal(file, "column_unknown", _unknown(header, position, population))
        if kind == "link":
            continue
        trimmed = cells if kind in COUNT_KINDS else pc.utf8_trim_whitespace(cells)
        field = Field(kind, name, header, position, trimmed)
        if meant.setdefault((kind, name), field) is not field:
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
            f"Columns {first.position + 1} ('{first.header}') and {second.position + 1} ('{second.header}') mean the same "
            f"but differ in row {rows[at]}: {found(first.cells[at].as_py())} and {found(second.cells[at].as_py())}."
        )
        raise Refusal(file, "column_twice", detail)


def _demand_nothing_lost(cells: pa.Array, position: int, file: str) -> None:
    """A column without a header may be empty or a row index (0, 1, 2, ...), as table programs write it."""
    content = [text for text in cells.to_pylist() if text and text.strip()]
    first = int(content[0]) if content and content[0].isdecimal() else 0
    if content and content != [str(number) for number in range(first, first + len(content))]:
        detail = f"Column {position + 1} has no header but holds {found(content[0])}."
        raise Refusal(file, "column_unknown", detail)


def _unknown(header: str, position: int, population: str) -> str:
    spelled = {codes.normalise(r["header"]): r["header"] for r in codes.rows("header_spelling") if r["header_population"] in (population, "both")}
    near = difflib.get_close_matches(codes.normalise(header), spelled, n=1, cutoff=0.0)
    hint = f"; the nearest known spelling is '{spelled[near[0]]}'" if near else ""
    return f"Column {position + 1} is called {found(header)}, which is not known in {population} lists{hint}."


def _demand_required(meant: dict[tuple[str, str], Field], population: str, file: str) -> None:
    names = {name for _, name in meant}
    missing = [name for name in REQUIRED if name not in names]
    if not missing and _ORIGIN_NAME not in names and not any(kind == MARGIN[population] for kind, _ in meant):
        missing = [f"any governorate of {MARGIN[population].replace('_', ' ')}"]
    if missing:
        raise Refusal(file, "column_missing", f"The list has no column for {', '.join(missing)}.")
