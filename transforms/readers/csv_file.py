"""CSV files: the portal's CSV export and whatever a spreadsheet program makes of a released list."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from transforms.readers.sheet import HEADER_SEARCH_ROWS, Document, Sheet, header_position, titles
from transforms.refusal import Refusal

DELIMITERS = (",", ";", "\t")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Bytes in which the title rows and the header row are looked for.
_HEAD = 1 << 18
_BLOCK = 1 << 26
# Bytes in which UTF-16 without a mark is looked for.
_SNIFFED = 40


def read(path: Path, name: str) -> Document:
    """The CSV at ``path`` as one sheet.

    Raises:
        Refusal: not UTF-8, no known header row, or a row with too many or too few cells.
    """
    data = path.read_bytes()
    demand_utf8(data, name)
    data = data.removeprefix(BYTE_ORDER_MARK)
    if not data or data.isspace():
        raise Refusal(name, "file_empty", "The file holds nothing but white space.")
    delimiter = _delimiter(data)
    first_rows = _first_rows(data, delimiter)
    header = header_position(first_rows)
    if header is None:
        raise Refusal(name, "header_missing", f"None of the first {len(first_rows)} rows is the header row of a master list.")
    headers = tuple(cell.strip() for cell in first_rows[header])
    columns, rows = body(data, name, delimiter, first_rows, header)
    return Document("csv", (Sheet("", headers, columns, rows, titles(first_rows, header)),))


def demand_utf8(data: bytes, name: str) -> None:
    """Refuse bytes that are no UTF-8 text, saying where it begins to be something else.

    Raises:
        Refusal: it is another encoding, or no text.
    """
    if data.startswith(UTF_16_MARKS):
        raise Refusal(name, "file_utf8", "The file is UTF-16, not UTF-8, from byte 0 on.")
    if not any(data[1:_SNIFFED:2]) or not any(data[:_SNIFFED:2]):
        raise Refusal(name, "file_utf8", "The file looks like UTF-16, not UTF-8: every second byte is 0.")
    if b"\x00" in data:
        raise Refusal(name, "file_kind", f"The content is no text: byte {data.index(0)} is NUL.")
    if _is_utf8(data):
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"Byte {error.start} (0x{data[error.start]:02x}, line {line}) is not UTF-8."
        raise Refusal(name, "file_utf8", found + _looks_arabic(data, error.start)) from None


def _is_utf8(data: bytes) -> bool:
    """Arrow checks several times faster than ``bytes.decode``, but does not say where."""
    ends = np.array([0, len(data)], np.int64)
    try:
        pa.LargeStringArray.from_buffers(1, pa.py_buffer(ends), pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _looks_arabic(data: bytes, first: int) -> str:
    """A hint for Arabic text in Windows' own coding; a file with UTF-8 before its first bad byte is only damaged."""
    text = data.decode("cp1256", errors="replace")
    is_arabic = data[:first].isascii() and re.search(r"[\u0600-\u06ff]{2}", text)
    return " It looks like cp1256 (Windows Arabic)." if is_arabic else ""


def head(data: bytes) -> TextIO:
    """The first rows as text; what follows is not decoded."""
    return io.TextIOWrapper(io.BytesIO(data[:_HEAD]), encoding="utf-8", errors="ignore", newline="")


def _delimiter(data: bytes) -> str:
    """The delimiter with the most occurrences in the widest of the first lines."""
    lines = list(islice(head(data), HEADER_SEARCH_ROWS))
    return max(DELIMITERS, key=lambda d: max((line.count(d) for line in lines), default=0))


def _first_rows(data: bytes, delimiter: str) -> list[list[str]]:
    found: list[list[str]] = []
    reader = csv.reader(head(data), delimiter=delimiter)
    try:
        for row in reader:
            found.append(row)
            if len(found) == HEADER_SEARCH_ROWS:
                return found
    except csv.Error:
        # A cell too long for this module ends the search; the rows themselves are read by Arrow.
        return found
    # The last row of a head that ends before the file does may be cut.
    return found[:-1] if len(data) > _HEAD else found


def body(
    data: bytes, name: str, delimiter: str, first_rows: list[list[str]], header: int
) -> tuple[tuple[pa.Array, ...], np.ndarray]:
    """All rows under the header as text columns, with their row numbers.

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
            pa.BufferReader(data),
            # one thread: only then does the parser know the number of a row
            read_options=pacsv.ReadOptions(column_names=names, use_threads=False, block_size=_BLOCK),
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
    # An empty line is a row of blank cells to the parser, and no cell at all in first_rows.
    above = sum(1 for row in first_rows[: header + 1] if len(row) in (0, width))
    last = header + 1 + (table.num_rows - above) + sum(1 for number in blank if number > header + 1)
    rows = np.setdiff1d(np.arange(header + 2, last + 1), list(blank), assume_unique=True)
    columns = tuple(column.combine_chunks().slice(above) for column in table.columns)
    if max(data.count(b"\n"), data.count(b"\r")) > table.num_rows + len(blank):
        _demand_quotes_closed(columns, rows, delimiter, width, name)
    return columns, rows


def _demand_quotes_closed(columns: tuple[pa.Array, ...], rows: np.ndarray, delimiter: str, width: int, name: str) -> None:
    """Refuse a cell that has swallowed whole rows, as a quote does that is opened and never closed.

    A line break inside a quoted name is fine; a line break followed by a row's worth of delimiters is not.
    """
    for position, cells in enumerate(columns):
        for at in np.flatnonzero(pc.match_substring_regex(cells, "[\r\n]").to_numpy(zero_copy_only=False)):
            if cells[int(at)].as_py().count(delimiter) >= width // 2:
                found = f"A quote opened in row {rows[at]}, column {position + 1}, is not closed in that row."
                raise Refusal(name, "row_ragged", found)
