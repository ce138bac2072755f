"""The shape in which every source arrives: text cells under one header row, nothing interpreted."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pyarrow as pa

from expectations import codes

HEADER_SEARCH_ROWS = 30
HEADER_RECOGNISED_MINIMUM = 5
# Arabic letters with the signs that set them apart from the English half of a bilingual header.
_ARABIC_HALF = re.compile(r"[\s(/|:-]*[\u0600-\u06ff][\u0600-\u06ff\s]*[)/|:-]*")


@dataclass(frozen=True)
class Sheet:
    """One table of a source file.

    ``columns`` are text arrays of equal length, one per header, blank cells as ''. ``rows`` numbers the
    rows as a spreadsheet does (the first row of a file is 1). ``titles`` are the texts above the header.
    ``formula_rows`` and ``error_rows`` are rows of a workbook with a formula or an error value such as #N/A.
    """

    name: str
    headers: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    rows: np.ndarray
    titles: tuple[str, ...] = ()
    formula_rows: frozenset[int] = frozenset()
    error_rows: frozenset[int] = frozenset()
    is_hidden: bool = False

    def cell(self, row: int, position: int) -> str:
        """The text of one cell by the row's number in the file and the column's position from 0."""
        return self.columns[position][int(np.searchsorted(self.rows, row))].as_py()


@dataclass(frozen=True)
class Document:
    """A source file: its recognised sheets, the names of the others, its own export date if it holds one."""

    kind: str
    sheets: tuple[Sheet, ...]
    other_sheets: tuple[str, ...] = ()
    created: datetime.date | None = None


@lru_cache(maxsize=4096)
def spelling(header: str) -> str:
    """The form in which headers are compared; of a bilingual header (R5, R8) only the English half."""
    normal = codes.normalise(header)
    return _ARABIC_HALF.sub(" ", normal).strip() or normal


@cache
def _known() -> frozenset[str]:
    return frozenset({*codes.headers("idp"), *codes.headers("returnee")})


def recognised(cells: list[str]) -> int:
    """How many of the cells are known headers of a master list."""
    return sum(1 for cell in cells if cell and spelling(cell) in _known())


def header_position(first_rows: list[list[str]]) -> int | None:
    """Index of the header row among the first rows, or None.

    The first row that consists mostly of known headers, else the row with the most of them.
    """
    scores = []
    for at, row in enumerate(first_rows[:HEADER_SEARCH_ROWS]):
        scores.append(recognised(row))
        if scores[-1] >= HEADER_RECOGNISED_MINIMUM and 2 * scores[-1] > sum(1 for cell in row if cell):
            return at
    best = max(scores, default=0)
    return scores.index(best) if best >= HEADER_RECOGNISED_MINIMUM else None


def titles(first_rows: list[list[str]], header: int) -> tuple[str, ...]:
    """The texts above the header row."""
    return tuple(cell.strip() for row in first_rows[:header] for cell in row if cell and cell.strip())
