"""Tables as files for partners: CSV, Parquet, XLSX. Byte-stable: the same content gives the same file."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import xlsxwriter

from expectations import dictionary
from expectations.tables import TABLES
from flows.problem import ExitCode, Problem

# What a spreadsheet program takes for the beginning of a formula.
FORMULA_START = r"^[=+\-@\t\r]"
SHEET_ROWS_MAXIMUM = 1_048_575
CREDIT = 'Source: "International Organization for Migration (IOM), Displacement Tracking Matrix (DTM)", processed by this project.'
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def to_parquet(rows: pa.Table, path: Path) -> None:
    """One Parquet file; meanings, units and HXL tags travel in its metadata."""
    pq.write_table(rows, path, compression="zstd")


def to_csv(rows: pa.Table, path: Path) -> None:
    """UTF-8 with byte order mark, ISO dates, null as nothing, formulas defused."""
    with open(path, "wb") as handle:
        handle.write(_BYTE_ORDER_MARK)
        pacsv.write_csv(_defused(rows), handle, pacsv.WriteOptions(quoting_style="needed"))


def _defused(rows: pa.Table) -> pa.Table:
    for index, field in enumerate(rows.schema):
        if pa.types.is_string(field.type):
            column = rows.column(index)
            formula = pc.match_substring_regex(column, FORMULA_START)
            safe = pc.if_else(formula, pc.binary_join_element_wise("'", column, ""), column)
            rows = rows.set_column(index, field, safe)
    return rows


def to_xlsx(rows: pa.Table, path: Path, name: str, caveats: list[tuple[str, str]], created: datetime.date) -> None:
    """A workbook: Data with its header in row 1, Dictionary, Caveats. Texts stay texts.

    Raises:
        Problem: more rows than a sheet holds.
    """
    if rows.num_rows > SHEET_ROWS_MAXIMUM:
        sentence = f"{rows.num_rows:,} rows are more than a sheet holds ({SHEET_ROWS_MAXIMUM:,}). Give --round, or take Parquet or CSV."
        raise Problem(ExitCode.USAGE, sentence)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": name, "comments": CREDIT, "created": datetime.datetime.combine(created, datetime.time())})
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "top"}),
        "count": book.add_format({"num_format": "#,##0"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "arabic": book.add_format({"reading_order": 2, "align": "right"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    _data_sheet(book, rows, styles)
    _text_sheet(book, "Dictionary", ("column", "type", "unit", "meaning"), dictionary.entry(TABLES[name]), (28, 20, 14, 100), styles)
    _text_sheet(book, "Caveats", ("about", "what to know"), caveats, (28, 130), styles)
    book.close()


def _data_sheet(book: xlsxwriter.Workbook, rows: pa.Table, styles: dict) -> None:
    sheet = book.add_worksheet("Data")
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(rows.num_rows, 1), rows.num_columns - 1)
    writers: list[Callable] = []
    for index, field in enumerate(rows.schema):
        writer, style = _writer(sheet, field, styles)
        writers.append(writer)
        sheet.set_column(index, index, min(max(len(field.name) + 2, 10), 30), style)
        sheet.write_string(0, index, field.name, styles["head"])
    columns = [column.to_pylist() for column in rows.columns]
    for at in range(rows.num_rows):
        for index, values in enumerate(columns):
            if values[at] is not None:
                writers[index](at + 1, index, values[at])


def _writer(sheet: xlsxwriter.worksheet.Worksheet, field: pa.Field, styles: dict) -> tuple[Callable, object]:
    """How the cells of a column are written, and its column format."""
    if pa.types.is_boolean(field.type):
        return sheet.write_boolean, None
    if pa.types.is_date(field.type):
        return lambda row, column, value: sheet.write_datetime(row, column, value, styles["date"]), styles["date"]
    if pa.types.is_integer(field.type):
        plain = field.name == "round" or field.name.endswith("_round")
        style = None if plain else styles["count"]
        return lambda row, column, value: sheet.write_number(row, column, value, style), style
    if pa.types.is_floating(field.type):
        return sheet.write_number, None
    style = styles["arabic"] if field.name.endswith("_ar") else None
    return lambda row, column, value: sheet.write_string(row, column, value, style), style


def _text_sheet(book: xlsxwriter.Workbook, title: str, heads: tuple, lines: list, widths: tuple, styles: dict) -> None:
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    for index, (head, wide) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(index, index, wide, styles["wrap"])
        sheet.write_string(0, index, head, styles["head"])
    for at, line in enumerate(lines, start=1):
        for index, text in enumerate(line):
            sheet.write_string(at, index, text, styles["wrap"])


def put(target: Path, write: Callable[[Path], None]) -> None:
    """Write beside the target, then replace it in one step; a failure leaves the old file and nothing else."""
    target.parent.mkdir(parents=True, exist_ok=True)
    waiting = target.with_name(f".{target.name}.new")
    try:
        write(waiting)
        os.replace(waiting, target)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error)) from error
    finally:
        waiting.unlink(missing_ok=True)
