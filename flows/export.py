"""Tables as files for partners: CSV, Parquet, XLSX. Byte-stable: the same content gives the same file."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from expectations import dictionary
from expectations.tables import TABLES
from flows import files, landing, manifest, workbook
from flows.problem import ExitCode, Problem
from flows.workbook import SHEET_ROWS_MAXIMUM, DataSheet, TextSheet

# What a spreadsheet program takes for the beginning of a formula. Apostrophes before it count too, so that taking
# one away gives back the text in every case.
FORMULA_START = r"^'*[=+\-@\t\r]"
CREDIT = (
    'Source: "International Organization for Migration (IOM), Displacement Tracking Matrix (DTM)", processed by this project.'
)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NAME_BYTES_MAXIMUM = 200  # of the 255 of a file name


def to_parquet(rows: pa.Table, path: Path) -> None:
    """One Parquet file; meanings, units and HXL tags travel in its metadata."""
    pq.write_table(rows, path, compression="zstd")


def to_csv(rows: pa.Table, path: Path, tags: Sequence[str] = ()) -> None:
    """UTF-8 with byte order mark, texts in quotes, ISO dates, null as nothing, formulas defused.

    Args:
        rows: what to write.
        path: file to write.
        tags: a row under the header, one text per column.
    """
    quoted, alone = (pacsv.WriteOptions(quoting_style="needed", include_header=head) for head in (True, False))
    with open(path, "wb") as handle:
        handle.write(_BYTE_ORDER_MARK)
        if tags:
            pacsv.write_csv(rows.slice(0, 0), handle, quoted)
            tag_row = pa.table([pa.array([tag or None], pa.string()) for tag in tags], names=rows.column_names)
            pacsv.write_csv(tag_row, handle, alone)
        pacsv.write_csv(defused(rows), handle, alone if tags else quoted)


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
    sheets = (
        DataSheet("Data", rows),
        TextSheet("Dictionary", ("column", "type", "unit", "meaning"), dictionary.entry(TABLES[name]), (46, 20, 14, 100)),
        TextSheet("Caveats", ("about", "what to know"), caveats, (20, 120)),
    )
    workbook.write(path, sheets, title=name, comments=CREDIT, created=created)


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
