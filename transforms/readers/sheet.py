"""The shape in which every source arrives: text cells under one header row, nothing interpreted."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from expectations import codes

HEADER_SEARCH_ROWS = 30
HEADER_RECOGNISED_MINIMUM = 5


@dataclass(frozen=True)
class Sheet:
    """One table of a source file.

    ``columns`` are text arrays of equal length, one per header, blank cells as ''. ``rows`` numbers the
    rows as a spreadsheet does (the first row of a file is 1). ``titles`` are the texts above the header.
    ``formula_rows`` are rows with at least one formula (empty for CSV and .xls).
    """

    name: str
    headers: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    rows: np.ndarray
    titles: tuple[str, ...] = ()
    formula_rows: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Document:
    """A source file: its recognised sheets, the names of the others, its own export date if it holds one."""

    kind: str
    sheets: tuple[Sheet, ...]
    other_sheets: tuple[str, ...] = ()
    created: datetime.date | None = field(default=None)


def recognised(cells: list[str]) -> int:
    """How many of the cells are known headers of a master list."""
    known = {*codes.headers("idp"), *codes.headers("returnee")}
    return sum(1 for cell in cells if cell and codes.normalise(cell) in known)


def header_position(first_rows: list[list[str]]) -> int | None:
    """Index of the header row among the first rows, or None: the row with the most known headers."""
    scores = [recognised(row) for row in first_rows[:HEADER_SEARCH_ROWS]]
    best = max(scores, default=0)
    return scores.index(best) if best >= HEADER_RECOGNISED_MINIMUM else None


def titles(first_rows: list[list[str]], header: int) -> tuple[str, ...]:
    """The texts above the header row."""
    return tuple(cell.strip() for row in first_rows[:header] for cell in row if cell and cell.strip())
