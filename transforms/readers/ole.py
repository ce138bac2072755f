"""The container of an .xls file: whether it is sound, and what a reader of values hides.

The reader of values follows the container's chains of sectors without looking out for circles, and reserves what
a record promises; one damaged byte can make it take all memory. So chains and promises are checked first. Layouts
are those of Microsoft's MS-CFB (container) and MS-XLS (records).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from transforms.readers.package import CELLS_MAXIMUM, Part
from transforms.refusal import Refusal, found

_HEADER = 512
_ENTRY = 128
_DIFAT_IN_HEADER = 109
# Larger sector numbers are marks: end of a chain, free, or sectors of the allocation table itself.
_LARGEST_SECTOR = 0xFFFFFFFA
_NONE = -1
_ENCRYPTED = "EncryptedPackage"
_STREAMS = ("Workbook", "Book")

_BOF, _EOF, _SHEET, _PASSWORD, _TEXTS, _DIMENSIONS = 0x0809, 0x000A, 0x0085, 0x002F, 0x00FC, 0x0200
_FORMULA, _BOOLEAN_OR_ERROR = 0x0006, 0x0205
# Records of one cell: number, packed number, text by number, text; a row of packed numbers.
_CELLS = (_FORMULA, _BOOLEAN_OR_ERROR, 0x0203, 0x027E, 0x00FD, 0x0204)
_PACKED_ROW = 0x00BD
_ROWS_MAXIMUM, _COLUMNS_MAXIMUM = 65_536, 256


class _Unsound(Exception):
    """The container or a record contradicts itself."""


@dataclass(frozen=True)
class _Container:
    """A compound file: its bytes, sector size in bytes, and the next sector of each (_NONE at the end of a chain)."""

    data: bytes
    size: int
    following: np.ndarray

    def chain(self, start: int) -> bytes:
        """The bytes of all sectors from ``start`` on."""
        return b"".join(self.sector(at) for at in _follow(start, self.following))

    def sector(self, at: int) -> bytes:
        """One sector; the last of a file may be cut short."""
        return self.data[(at + 1) * self.size : (at + 2) * self.size]


def inspect(data: bytes, name: str) -> list[Part]:
    """What each sheet of an .xls file holds that a reader of values does not show, in the order of the sheets.

    Raises:
        Refusal: damaged, protected by a password, no .xls workbook, or too large.
    """
    try:
        container, entries = _container(data)
        if _ENCRYPTED in entries:
            raise Refusal(name, "workbook_unreadable", "The workbook is protected by a password.")
        stream = next((entries[known] for known in _STREAMS if known in entries), None)
        if stream is None:
            listed = ", ".join(map(found, entries)) or "nothing"
            raise Refusal(name, "file_kind", f"The file is a container of {listed}, so no .xls workbook.")
        return _parts(_stream(container, entries, *stream), name)
    except (_Unsound, struct.error) as error:
        raise Refusal(name, "workbook_unreadable", f"The workbook is damaged: {error}.") from error


# --- container ------------------------------------------------------------------------------------


def _container(data: bytes) -> tuple[_Container, dict[str, tuple[int, int]]]:
    """The container, and name -> (first sector, bytes) of its entries; the mini stream is called ''."""
    shift, _ = struct.unpack_from("<HH", data, 30)
    directory, *_ = struct.unpack_from("<I", data, 48)
    if shift not in (9, 12):
        raise _Unsound(f"sectors of 2^{shift} bytes")
    size = 1 << shift
    numbers = b"".join(data[(at + 1) * size : (at + 2) * size] for at in _table_sectors(data, size))
    container = _Container(data, size, _following(numbers, len(data) // size))
    entries = {}
    listed = container.chain(directory)
    for at in range(0, len(listed) - _ENTRY + 1, _ENTRY):
        entry = listed[at : at + _ENTRY]
        length, kind = struct.unpack_from("<HB", entry, 64)
        start, bytes_long = struct.unpack_from("<II", entry, 116)
        name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", errors="replace")
        if kind:
            entries["" if kind == 5 else name] = start, bytes_long
    return container, entries


def _table_sectors(data: bytes, size: int) -> list[int]:
    """The sectors that hold the allocation table: listed in the header, then in sectors of their own."""
    listed = list(struct.unpack_from(f"<{_DIFAT_IN_HEADER}I", data, 76))
    following, *_ = struct.unpack_from("<I", data, 68)
    seen = set()
    while following < _LARGEST_SECTOR:
        if following in seen:
            raise _Unsound("the allocation table is a circle")
        seen.add(following)
        *more, following = struct.unpack_from(f"<{size // 4}I", data, (following + 1) * size)
        listed += more
    return [at for at in listed if at < _LARGEST_SECTOR]


def _following(numbers: bytes, sectors: int) -> np.ndarray:
    """The next sector of each.

    Raises:
        _Unsound: a chain is a circle.
    """
    table = np.frombuffer(numbers[: len(numbers) // 4 * 4], "<u4").astype(np.int64)
    following = np.where(table < min(sectors, len(table)), table, _NONE)
    # Jumping twice as far each time, every chain must have ended after as many steps as there are sectors.
    ahead = np.append(following, _NONE)
    for _ in range(len(following).bit_length()):
        ahead = ahead[ahead]
    if (ahead != _NONE).any():
        raise _Unsound("a chain of sectors is a circle")
    return following


def _follow(start: int, following: np.ndarray) -> Iterator[int]:
    while 0 <= start < len(following):
        yield start
        start = int(following[start])


def _stream(container: _Container, entries: dict[str, tuple[int, int]], start: int, length: int) -> bytes:
    """The bytes of an entry; small ones stand in the mini stream, in sectors of their own size."""
    cutoff, table_start = struct.unpack_from("<II", container.data, 56)
    mini_shift, *_ = struct.unpack_from("<H", container.data, 32)
    if mini_shift != 6:
        raise _Unsound(f"mini sectors of 2^{mini_shift} bytes")
    mini = container.chain(entries.get("", (_LARGEST_SECTOR, 0))[0])
    following = _following(container.chain(table_start), len(mini) // 64 + 1)
    if length >= cutoff:
        return container.chain(start)[:length]
    return b"".join(mini[at * 64 : (at + 1) * 64] for at in _follow(start, following))[:length]


# --- records --------------------------------------------------------------------------------------


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """(kind, content) of the records from ``at`` on, until the end of that part of the workbook."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        content = stream[at + 4 : at + 4 + length]
        at += 4 + length
        depth += (kind == _BOF) - (kind == _EOF)
        yield kind, content
        if depth <= 0:
            return


def _parts(stream: bytes, name: str) -> list[Part]:
    starts = []
    for kind, content in _records(stream, 0):
        if kind == _PASSWORD:
            raise Refusal(name, "workbook_unreadable", "The workbook is protected by a password.")
        if kind == _SHEET:
            starts.append(struct.unpack_from("<I", content)[0])
        if kind == _TEXTS and max(struct.unpack_from("<II", content)) > len(stream):
            raise _Unsound("it promises more texts than it can hold")
    return [_part(stream, start, name) for start in starts]


def _demand_dimensions(content: bytes) -> None:
    """First row, row after the last, first column, column after the last; the reader reserves what lies between."""
    layout = "<IIHH" if len(content) >= 12 else "<HHHH"
    first_row, rows, first_column, columns = struct.unpack_from(layout, content)
    if not first_row <= rows <= _ROWS_MAXIMUM or not first_column <= columns <= _COLUMNS_MAXIMUM:
        raise _Unsound(f"a sheet promises rows {first_row:,} to {rows:,} and columns {first_column:,} to {columns:,}")


def _part(stream: bytes, start: int, name: str) -> Part:
    formulas: set[int] = set()
    errors: set[int] = set()
    last_row = last_column = 0
    for kind, content in _records(stream, start):
        if kind == _DIMENSIONS:
            _demand_dimensions(content)
        if kind not in _CELLS and kind != _PACKED_ROW:
            continue
        row, column = struct.unpack_from("<HH", content)
        if kind == _PACKED_ROW:
            column = struct.unpack_from("<H", content, len(content) - 2)[0]
        last_row, last_column = max(last_row, row + 1), max(last_column, column + 1)
        if kind == _FORMULA:
            formulas.add(row + 1)
        if kind == _BOOLEAN_OR_ERROR and content[7:8] == b"\x01":
            errors.add(row + 1)
    if last_column > _COLUMNS_MAXIMUM:
        raise _Unsound(f"a cell stands in column {last_column:,} of {_COLUMNS_MAXIMUM}")
    if last_row * last_column > CELLS_MAXIMUM:
        detail = f"A sheet reaches to row {last_row:,} and column {last_column:,}, more than {CELLS_MAXIMUM:,} cells."
        raise Refusal(name, "workbook_too_large", detail)
    return Part(frozenset(formulas), frozenset(errors))
