"""Tables as files for partners: CSV, Parquet, XLSX. Byte-stable: the same content gives the same file."""

from __future__ import annotations

import datetime
import io
import os
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from expectations import dictionary
from expectations.tables import TABLES
from flows import files, landing, manifest
from flows.problem import ExitCode, Problem

# What a spreadsheet program takes for the beginning of a formula. Apostrophes before it count too, so that taking
# one away gives back the text in every case.
FORMULA_START = r"^'*[=+\-@\t\r]"
SHEET_ROWS_MAXIMUM = 1_048_575
CREDIT = (
    'Source: "International Organization for Migration (IOM), Displacement Tracking Matrix (DTM)", processed by this project.'
)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ROWS_MEASURED = 1_000  # for the widths of columns
_WIDTHS = (9, 38)
_FILTER_WIDTH = 3  # the button of the filter covers the end of a header
_LINE_POINTS = 15
_LETTERS_PER_WIDTH = 1.05  # most letters are narrower than the digit in which widths are counted
_NAME_BYTES_MAXIMUM = 200  # of the 255 of a file name


def to_parquet(rows: pa.Table, path: Path) -> None:
    """One Parquet file; meanings, units and HXL tags travel in its metadata."""
    pq.write_table(rows, path, compression="zstd")


def to_csv(rows: pa.Table, path: Path) -> None:
    """UTF-8 with byte order mark, texts in quotes, ISO dates, null as nothing, formulas defused."""
    with open(path, "wb") as handle:
        handle.write(_BYTE_ORDER_MARK)
        pacsv.write_csv(defused(rows), handle, pacsv.WriteOptions(quoting_style="needed"))


def defused(rows: pa.Table) -> pa.Table:
    """Rows whose texts no spreadsheet program takes for formulas: an apostrophe stands before such."""
    for index, field in enumerate(rows.schema):
        if pa.types.is_string(field.type):
            column = rows.column(index)
            formula = pc.match_substring_regex(column, FORMULA_START)
            safe = pc.if_else(formula, pc.binary_join_element_wise("'", column, ""), column)
            rows = rows.set_column(index, field, safe)
    return rows


def to_xlsx(rows: pa.Table, path: Path, name: str, caveats: list[tuple[str, str]], created: datetime.date) -> None:
    """A workbook: Data with its header in row 1, Dictionary, Caveats. Texts stay texts.

    Args:
        rows: rows of the table ``name``.
        path: file to write.
        name: table of the contract.
        caveats: (about, what to know) for the last sheet.
        created: date in the file's properties, instead of the clock.

    Raises:
        Problem: more rows than a sheet holds.
        OSError: the file, or the temporary ones behind it, cannot be written.
    """
    if rows.num_rows > SHEET_ROWS_MAXIMUM:
        sentence = (
            f"{rows.num_rows:,} rows are more than a sheet holds ({SHEET_ROWS_MAXIMUM:,}). Give --round, or take Parquet or CSV."
        )
        raise Problem(ExitCode.USAGE, sentence)
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
        book.set_properties({"title": name, "comments": CREDIT, "created": datetime.datetime.combine(created, datetime.time())})
        styles = _styles(book)
        _data_sheet(book, rows, styles)
        _text_sheet(
            book, "Dictionary", ("column", "type", "unit", "meaning"), dictionary.entry(TABLES[name]), (46, 20, 14, 100), styles
        )
        _text_sheet(book, "Caveats", ("about", "what to know"), caveats, (20, 120), styles)
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
    }


def _data_sheet(book: xlsxwriter.Workbook, rows: pa.Table, styles: dict[str, Format]) -> None:
    sheet = book.add_worksheet("Data")
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, rows.num_rows, rows.num_columns - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    writers: list[Callable] = []
    for index, field in enumerate(rows.schema):
        writer, style = _writer(sheet, field, styles)
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


def _writer(sheet: Worksheet, field: pa.Field, styles: dict[str, Format]) -> tuple[Callable, Format | None]:
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
        return sheet.write_number, None
    style = styles["arabic"] if field.name.endswith("_ar") else None
    return lambda row, column, value: sheet.write_string(row, column, value, style), style


def _text_sheet(
    book: xlsxwriter.Workbook, title: str, heads: Sequence[str], lines: list, widths: Sequence[int], styles: dict[str, Format]
) -> None:
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for index, (head, wide) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(index, index, wide, styles["wrap"])
        sheet.write_string(0, index, head, styles["head"])
    for at, line in enumerate(lines, start=1):
        # the height is said, because not every program finds it for wrapped text
        high = max(
            1, *(len(textwrap.wrap(text, int(_LETTERS_PER_WIDTH * wide))) for text, wide in zip(line, widths, strict=True))
        )
        sheet.set_row(at, _LINE_POINTS * high)
        for index, text in enumerate(line):
            sheet.write_string(at, index, text, styles["wrap"])


def outside(output: Path, data: Path | None = None) -> Path:
    """The file to write, links followed: never in a data folder, where only builds write; ``data`` may be one that is not built yet.

    Raises:
        Problem: it is inside of one.
    """
    target = output.resolve()
    for folder in target.parents:
        is_data = (folder / manifest.NAME).exists() and (folder / landing.FOLDER).is_dir()
        if is_data or (data is not None and folder.exists() and folder.samefile(data)):
            sentence = f"'{output}' is inside the data folder '{folder}', where only builds write. Give a file outside of it."
            raise Problem(ExitCode.USAGE, sentence)
    return target


def put(target: Path, write: Callable[[Path], None]) -> None:
    """Write beside the target, then replace it in one step; a failure leaves the old file and nothing else.

    Raises:
        OSError: the target cannot be written or replaced; it names the target.
    """
    short = target.name.encode()[:_NAME_BYTES_MAXIMUM].decode(errors="ignore")
    waiting = target.with_name(f".{short}.{os.getpid()}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(waiting)
            files.flush(waiting)  # a full disk may tell only now
            os.replace(waiting, target)
        finally:
            waiting.unlink(missing_ok=True)
    except OSError as error:
        if error.filename in (None, str(waiting)):  # the name beside the target means nothing to the user
            error.filename, error.filename2 = str(target), None
        raise
