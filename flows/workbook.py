"""Workbooks for people: sheets of data under a header in row 1, and sheets of text. Byte-stable, and texts stay texts."""

from __future__ import annotations

import datetime
import io
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

SHEET_ROWS_MAXIMUM = 1_048_575
_ROWS_MEASURED = 1_000  # for the widths of columns
_WIDTHS = (9, 38)
_FILTER_WIDTH = 3  # the button of the filter covers the end of a header
_LINE_POINTS = 15
_LETTERS_PER_WIDTH = 1.05  # most letters are narrower than the digit in which widths are counted
_LINES_MAXIMUM = 27  # a row is at most 409 points high


@dataclass(frozen=True)
class DataSheet:
    """Rows under a header that stays in sight, with a filter. ``has_shares``: numbers with the unit ratio are shown as percent."""

    title: str
    rows: pa.Table
    has_shares: bool = False


@dataclass(frozen=True)
class TextSheet:
    """Lines of text under heads; ``widths`` of the columns in characters."""

    title: str
    heads: Sequence[str]
    lines: Sequence[Sequence[str]]
    widths: Sequence[int]


def write(path: Path, sheets: Sequence[DataSheet | TextSheet], *, title: str, comments: str, created: datetime.date) -> None:
    """Write a workbook; the first sheet is the one that opens.

    Args:
        path: file to write.
        sheets: in their order; the caller sees to it that no one has more rows than :data:`SHEET_ROWS_MAXIMUM`.
        title: in the file's properties, like ``comments``.
        created: date in the file's properties, instead of the clock.

    Raises:
        OSError: the file, or the temporary ones behind it, cannot be written.
    """
    sink = _Sink()
    with tempfile.TemporaryDirectory(prefix="dtm-", ignore_cleanup_errors=True) as folder:
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "use_zip64": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        }
        book = xlsxwriter.Workbook(sink, options)
        properties = {"title": title, "comments": comments, "created": datetime.datetime.combine(created, datetime.time())}
        book.set_properties(properties)
        styles = _styles(book)
        for sheet in sheets:
            if isinstance(sheet, DataSheet):
                _data_sheet(book, sheet, styles)
            else:
                _text_sheet(book, sheet, styles)
        try:
            book.close()
        except FileCreateError as error:  # hides what went wrong behind a type of its own
            raise error.args[0] from None
    path.write_bytes(sink.getbuffer())


class _Sink(io.BytesIO):
    """Bytes in memory that stay open: after a failure the archive over them still writes its end, and would complain."""

    def close(self) -> None:
        """Nothing; they go when nobody holds them."""


def _styles(book: xlsxwriter.Workbook) -> dict[str, Format]:
    return {
        "head": book.add_format({"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "valign": "top"}),
        "count": book.add_format({"num_format": "#,##0"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "name": book.add_format({"num_format": "0", "align": "left"}),
        # Excel shows booleans in words whatever the format; LibreOffice needs to be told
        "boolean": book.add_format({"num_format": '"TRUE";"TRUE";"FALSE"', "align": "left"}),
        "arabic": book.add_format({"reading_order": 2, "align": "right"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "share": book.add_format({"num_format": "0.0%"}),
    }


def _data_sheet(book: xlsxwriter.Workbook, told: DataSheet, styles: dict[str, Format]) -> None:
    rows = told.rows
    sheet = book.add_worksheet(told.title)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, rows.num_rows, rows.num_columns - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    writers: list[Callable] = []
    for index, field in enumerate(rows.schema):
        writer, style = _writer(sheet, field, styles, told.has_shares)
        writers.append(writer)
        sheet.set_column(index, index, _width(rows.column(index), field.name), style)
        sheet.write_string(0, index, field.name, styles["head"])
    columns = [column.to_pylist() for column in rows.columns]
    for at in range(rows.num_rows):
        for index, values in enumerate(columns):
            if values[at] is not None:
                writers[index](at + 1, index, values[at])


def _width(column: pa.ChunkedArray, name: str) -> int:
    """Width of a column in characters, from its first rows."""
    written = column.slice(0, _ROWS_MEASURED).cast(pa.string())
    longest = pc.max(pc.utf8_length(written)).as_py() or 0
    narrowest, widest = _WIDTHS
    return min(max(longest + 2, len(name) + _FILTER_WIDTH, narrowest), widest)


def _writer(sheet: Worksheet, field: pa.Field, styles: dict[str, Format], has_shares: bool) -> tuple[Callable, Format | None]:
    """How the cells of a column are written, and its column format."""
    if pa.types.is_boolean(field.type):
        return lambda row, column, value: sheet.write_boolean(row, column, value, styles["boolean"]), styles["boolean"]
    if pa.types.is_date(field.type):
        return lambda row, column, value: sheet.write_datetime(row, column, value, styles["date"]), styles["date"]
    if pa.types.is_integer(field.type):
        # round numbers and source rows are names, not quantities
        style = styles["name" if field.name.rpartition("_")[2] in ("round", "row") else "count"]
        return lambda row, column, value: sheet.write_number(row, column, value, style), style
    if pa.types.is_floating(field.type):
        if has_shares and (field.metadata or {}).get(b"unit") == b"ratio":
            return lambda row, column, value: sheet.write_number(row, column, value, styles["share"]), styles["share"]
        return sheet.write_number, None
    style = styles["arabic"] if field.name.endswith("_ar") else None
    return lambda row, column, value: sheet.write_string(row, column, value, style), style


def _text_sheet(book: xlsxwriter.Workbook, told: TextSheet, styles: dict[str, Format]) -> None:
    sheet = book.add_worksheet(told.title)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for index, (head, wide) in enumerate(zip(told.heads, told.widths, strict=True)):
        sheet.set_column(index, index, wide, styles["wrap"])
        sheet.write_string(0, index, head, styles["head"])
    for at, line in enumerate(told.lines, start=1):
        # the height is said, because not every program finds it for wrapped text
        high = max(
            1, *(len(textwrap.wrap(text, int(_LETTERS_PER_WIDTH * wide))) for text, wide in zip(line, told.widths, strict=True))
        )
        sheet.set_row(at, _LINE_POINTS * min(high, _LINES_MAXIMUM))
        for index, text in enumerate(line):
            sheet.write_string(at, index, text, styles["wrap"])
