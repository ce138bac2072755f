"""Tables for a terminal: aligned by display width, numbers to the right, Arabic and wide letters counted right."""

from __future__ import annotations

import datetime
import shutil
import unicodedata
from collections.abc import Sequence

import pyarrow as pa

ROWS_SHOWN = 200
CELL_WIDTH = 48


def cell(value: object) -> str:
    """A value for a person: thousands separated, null as nothing, control characters made visible."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1 else f"{value:,.4f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = str(value)
    return "".join(_visible(c) for c in text)


def _visible(character: str) -> str:
    """Control and direction marks would change the terminal or the order of the line."""
    if unicodedata.category(character) in ("Cc", "Cf"):
        return f"\\u{ord(character):04x}"
    return character


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in ("W", "F") else 1 for c in text
    )


def _cut(text: str, limit: int) -> str:
    return text if width(text) <= limit else text[: limit - 1] + "…"


def grid(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows under headers; columns of numbers are right-aligned, identifiers are shown without separators."""
    plain = [[_identifier(h, v) for h, v in zip(headers, row, strict=True)] for row in rows]
    shown = [[_cut(text, CELL_WIDTH) for text in row] for row in plain]
    widths = [max([width(h), *(width(row[i]) for row in shown)]) for i, h in enumerate(headers)]
    right = [
        all(isinstance(row[i], (int, float)) and not isinstance(row[i], bool) or row[i] is None for row in rows)
        for i in range(len(headers))
    ]

    def line(cells: Sequence[str]) -> str:
        padded = [
            " " * (w - width(c)) + c if r else c + " " * (w - width(c)) for c, w, r in zip(cells, widths, right, strict=True)
        ]
        return "  ".join(padded).rstrip()

    rule = "  ".join("-" * w for w in widths)
    return "\n".join([line(list(headers)), rule, *(line(row) for row in shown)])


def _identifier(header: str, value: object) -> str:
    """Round numbers are names, not quantities."""
    if isinstance(value, int) and not isinstance(value, bool) and (header == "round" or header.endswith("_round") or header.endswith("source_row")):
        return str(value)
    return cell(value)


def table(data: pa.Table, limit: int = ROWS_SHOWN) -> str:
    """An Arrow table for a terminal; what does not fit is said, never cut in silence."""
    terminal = shutil.get_terminal_size((160, 40)).columns
    rows = [list(row.values()) for row in data.slice(0, limit).to_pylist()] if len(set(data.column_names)) == data.num_columns else [
        list(row) for row in zip(*(column.to_pylist() for column in data.slice(0, limit).columns), strict=True)
    ]
    text = grid(data.column_names, rows)
    widest = max(width(line) for line in text.splitlines())
    if widest > terminal and data.num_rows == 1:
        text = grid(["column", "value"], [[n, _identifier(n, v)] for n, v in zip(data.column_names, rows[0], strict=True)])
    more = data.num_rows - limit
    tail = f"\n... {more:,} more rows (--format csv gives all)" if more > 0 else ""
    return f"{text}\n({data.num_rows:,} row{'s' if data.num_rows != 1 else ''}){tail}"
