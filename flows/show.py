"""Values and tables for a terminal: aligned by display width, numbers to the right, Arabic and wide letters counted right."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `dtm rules` and `dtm dictionary` print tables without the cost of importing Arrow
    import pyarrow as pa

ROWS_SHOWN = 200
CELL_WIDTH = 48
_NUMBERS = (int, float, Decimal)
# Last words of the names of whole numbers that are names, not quantities.
_NAMES = ("round", "row", "year")


def counted(count: int, what: str) -> str:
    """A count with its noun: 1 row, 1,200 rows."""
    return f"{count:,} {what}" + "s" * (count != 1)


def cell(value: object) -> str:
    """A value for a person: thousands separated, null as nothing, control characters made visible."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:,f}" if value.is_finite() else str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1 else f"{value:,.6f}".rstrip("0").rstrip(".")
    return visible(text(value))


def text(value: object) -> str:
    """A value as plain text that a program can read again: ISO dates, JSON for lists and structures, bytes in hexadecimal."""
    value = plain(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def plain(value: object) -> object:
    """A value as JSON knows it: numbers as numbers; what JSON lacks, dates, bytes, durations and NaN, as text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {text(key): plain(own) for key, own in value.items()}
    if isinstance(value, tuple) and hasattr(value, "nanoseconds"):  # Arrow's interval
        return f"P{value.months}M{value.days}DT{value.nanoseconds / 1e9:g}S"
    if isinstance(value, (list, tuple)):
        return [plain(own) for own in value]
    return str(value)


def readable(text: str) -> str:
    """A file name or word of the user as text, also where its bytes are none, as in archives of other systems."""
    return os.fsencode(text).decode("utf-8", errors="replace")


def visible(text: str) -> str:
    """A text in which control characters and direction marks, which change the terminal or the order of the line, are spelled out."""
    return "".join(c if c.isprintable() or unicodedata.category(c) == "Zs" else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(_columns(c) for c in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _cut(text: str, limit: int) -> str:
    if width(text) <= limit:
        return text
    kept, taken = [], 0
    for character in text:
        taken += _columns(character)
        if taken > limit - 1:
            break
        kept.append(character)
    return "".join(kept) + "…"


def grid(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows under headers; columns of numbers are right-aligned, identifiers are shown without separators."""
    heads = [_cut(visible(header), CELL_WIDTH) for header in headers]
    shown = [[_cut(_named(h, v), CELL_WIDTH) for h, v in zip(headers, row, strict=True)] for row in rows]
    widths = [max([width(head), *(width(row[i]) for row in shown)]) for i, head in enumerate(heads)]
    right = [all(_is_number(row[i]) for row in rows) for i in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        gaps = [" " * (w - width(c)) for c, w in zip(cells, widths, strict=True)]
        return "  ".join(gap + c if r else c + gap for c, gap, r in zip(cells, gaps, right, strict=True)).rstrip()

    rule = "  ".join("-" * w for w in widths)
    return "\n".join([line(heads), rule, *(line(row) for row in shown)])


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, _NUMBERS) and not isinstance(value, bool))


def _named(header: str, value: object) -> str:
    """A value under its header: round numbers and the like are names, not quantities."""
    if isinstance(value, int) and not isinstance(value, bool) and header.rpartition("_")[2] in _NAMES:
        return str(value)
    return cell(value)


def values(column: pa.ChunkedArray) -> list:
    """The values of a column; times that Python has no type for, such as the year 290000, as text."""
    import pyarrow as pa

    if isinstance(column.type, pa.ExtensionType):  # DuckDB's own types, of which Arrow knows only the bytes
        column = column.cast(column.type.storage_type)
    try:
        return column.to_pylist()
    except (OverflowError, ValueError):
        try:
            return column.cast(pa.string()).to_pylist()
        except pa.ArrowException:
            return [None if not one.is_valid else "(out of range)" for one in column]


def table(data: pa.Table, limit: int = ROWS_SHOWN) -> str:
    """An Arrow table for a terminal; what does not fit is said, never cut in silence."""
    terminal = shutil.get_terminal_size((160, 40)).columns
    rows = list(zip(*(values(column) for column in data.slice(0, limit).columns), strict=True))
    printed = grid(data.column_names, rows)
    if data.num_rows == 1 and rows and max(width(line) for line in printed.splitlines()) > terminal:
        printed = grid(["column", "value"], [[n, _named(n, v)] for n, v in zip(data.column_names, rows[0], strict=True)])
    more = data.num_rows - limit
    tail = f"\n... {more:,} more rows (--rows {data.num_rows} or --format csv gives all)" if more > 0 else ""
    return f"{printed}\n({data.num_rows:,} row{'s' if data.num_rows != 1 else ''}){tail}"
