"""CSV files: the portal's CSV export and whatever a spreadsheet program makes of a released list."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from transforms.readers.sheet import HEADER_SEARCH_ROWS, Document, Sheet, header_position, titles
from transforms.refusal import Refusal

DELIMITERS = (",", ";", "\t")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read(path: Path, name: str) -> Document:
    """The CSV at ``path`` as one sheet.

    Raises:
        Refusal: not UTF-8, no known header row, or a row with too many or too few cells.
    """
    data = path.read_bytes()
    _demand_utf8(data, name)
    if b"\x00" in data:
        raise Refusal(name, "file_kind", f"The content is no text: byte {data.index(0)} is NUL.")
    data = data.removeprefix(BYTE_ORDER_MARK)
    if not data.strip():
        raise Refusal(name, "file_empty", "The file holds nothing but white space.")
    delimiter = _delimiter(data)
    first_rows = _first_rows(data, delimiter)
    header = header_position(first_rows)
    if header is None:
        raise Refusal(name, "header_missing", f"None of the first {len(first_rows)} rows is the header row of a master list.")
    headers = tuple(cell.strip() for cell in first_rows[header])
    table, rows = _table(data, name, delimiter, first_rows, header)
    columns = tuple(pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string()) for column in table.columns)
    sheet = Sheet("", headers, columns, rows, titles(first_rows, header))
    return Document("csv", (sheet,))


def _demand_utf8(data: bytes, name: str) -> None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal(name, "file_utf8", "The file is UTF-16, not UTF-8, from byte 0 on.")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        looks = ""
        try:
            arabic = re.search(r"[\u0600-\u06ff]{2}", data.decode("cp1256"))
            looks = " It looks like cp1256 (Windows Arabic)." if arabic else ""
        except UnicodeDecodeError:
            looks = ""
        raise Refusal(
            name, "file_utf8", f"Byte {error.start} (0x{data[error.start]:02x}, line {line}) is not UTF-8.{looks}"
        ) from None


def _delimiter(data: bytes) -> str:
    """The delimiter with the most occurrences in the widest of the first lines."""
    lines = data[:65536].decode("utf-8", errors="ignore").splitlines()[:HEADER_SEARCH_ROWS]
    return max(DELIMITERS, key=lambda d: max((line.count(d) for line in lines), default=0))


def _first_rows(data: bytes, delimiter: str) -> list[list[str]]:
    text = io.StringIO(data[:262144].decode("utf-8", errors="ignore"), newline="")
    found: list[list[str]] = []
    try:
        for row in csv.reader(text, delimiter=delimiter):
            found.append(row)
            if len(found) == HEADER_SEARCH_ROWS:
                break
    except csv.Error:
        return found
    return found


def _table(data: bytes, name: str, delimiter: str, first_rows: list[list[str]], header: int) -> tuple[pa.Table, np.ndarray]:
    """All rows under the header as text, with their row numbers.

    The parser sees the title rows too; those of another width than the header are set aside there.
    """
    width = len(first_rows[header])
    blank: set[int] = set()
    ragged: list[tuple[int, int]] = []

    def set_aside(row: pacsv.InvalidRow) -> str:
        if row.actual_columns == 1 and not row.text.strip():
            blank.add(row.number)
        elif row.number > header + 1:
            ragged.append((row.number, row.actual_columns))
        return "skip"

    names = [f"c{index}" for index in range(width)]
    try:
        table = pacsv.read_csv(
            io.BytesIO(data),
            # one thread: only then does the parser know the number of a row
            read_options=pacsv.ReadOptions(column_names=names, use_threads=False, block_size=1 << 26),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=set_aside
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise Refusal(name, "row_ragged", f"The rows cannot be separated: {error}.") from error
    if ragged:
        number, cells = ragged[0]
        more = f" ({len(ragged)} such rows)" if len(ragged) > 1 else ""
        raise Refusal(name, "row_ragged", f"Row {number} has {cells} cells where the header has {width}{more}.")
    table = table.slice(sum(1 for row in first_rows[: header + 1] if len(row) == width))
    last = header + 1 + table.num_rows + sum(1 for number in blank if number > header + 1)
    rows = np.array([n for n in range(header + 2, last + 1) if n not in blank], dtype=np.int64)
    return table, rows
