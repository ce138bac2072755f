"""The zip package of an .xlsx file: how large it really is, when it was made, and what a reader of values hides.

A reader of values shows the stored result of a formula, and an error value as blank. It also lays every sheet
out as a full rectangle, so that one stray cell in the last row of a sheet costs gigabytes. Both are looked for
in the XML first.
"""

from __future__ import annotations

import datetime
import re
import struct
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from transforms.refusal import Refusal, found

EXPANDED_MAXIMUM = 300 * 1024 * 1024
RATIO_MAXIMUM = 100
# A rectangle of cells up to the last row and column with content; the largest master list has 0.3 million.
CELLS_MAXIMUM = 5_000_000

# What zipfile, zlib and ElementTree raise on damaged or encrypted content.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
)

_CHUNK = 1 << 16
_LOCAL_HEADER = 30
_WORKBOOK = "xl/workbook.xml"
_TAG = rb"<(?:\w+:)?c(?=[\s/>])"
_ADDRESS = rb"[^<>]*?\sr\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']"
_CELL = re.compile(_TAG + rb"(?:" + _ADDRESS + rb")?")
_FILLED = re.compile(_TAG + _ADDRESS + rb"[^<>]*(?<!/)>")
_FORMULA = re.compile(_TAG + _ADDRESS + rb"[^<>]*(?<!/)>\s*<(?:\w+:)?f(?=[\s/>])")
_ERROR = re.compile(_TAG + rb"(?=[^<>]*\st\s*=\s*[\"']e[\"'])" + _ADDRESS)
_TEXT_END = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si\s*/>")
_TEXT_USED = re.compile(rb"<(?:\w+:)?c\s[^<>]*\bt\s*=\s*[\"']s[\"'][^<>]*>\s*<(?:\w+:)?v>\s*([0-9]+)")


@dataclass(frozen=True)
class Part:
    """What the XML of one sheet holds: row numbers with a formula, and with an error value."""

    formula_rows: frozenset[int] = frozenset()
    error_rows: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Package:
    """An .xlsx file: the day on which it was made, and its sheets in order, None where the content is missing."""

    created: datetime.date | None
    parts: list[Part | None]


def inspect(path: Path, name: str) -> Package:
    """Look into the package at ``path`` without laying out a sheet.

    Raises:
        Refusal: damaged, no .xlsx workbook, or too large when expanded.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if _WORKBOOK not in archive.namelist():
                raise Refusal(name, "file_kind", f"The file is a zip archive without {_WORKBOOK}, so no .xlsx workbook.")
            _demand_size(archive, path, name)
            texts = _text_lengths(archive)
            parts = [_part(archive.read(part), sheet, texts, name) if part else None for sheet, part in _sheet_parts(archive)]
            return Package(_created(archive), parts)
    except DAMAGED as error:
        raise Refusal(name, "workbook_unreadable", f"The workbook is damaged: {error}.") from error


# --- size -----------------------------------------------------------------------------------------


def _demand_size(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    """Refuse by the declared sizes, then by really inflating, because declared sizes can lie."""
    packed = max(path.stat().st_size, 1)
    limit = min(EXPANDED_MAXIMUM, packed * RATIO_MAXIMUM)
    expanded = sum(member.file_size for member in archive.infolist())
    if expanded <= limit:
        expanded = 0
        with open(path, "rb") as handle:
            for member in archive.infolist():
                expanded += _inflated(handle, member, limit - expanded)
                if expanded > limit:
                    break
    if expanded > limit:
        detail = f"The workbook of {packed:,} bytes expands to more than {limit:,} bytes."
        raise Refusal(name, "workbook_too_large", detail)


def _inflated(handle: BinaryIO, member: zipfile.ZipInfo, limit: int) -> int:
    """Bytes that a member really expands to, counted up to just above ``limit`` and kept nowhere."""
    handle.seek(member.header_offset)
    local = handle.read(_LOCAL_HEADER)
    handle.seek(int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little"), 1)
    if member.compress_type == zipfile.ZIP_STORED:
        return member.compress_size
    inflater, total, left = zlib.decompressobj(-zlib.MAX_WBITS), 0, member.compress_size
    while left > 0 and total <= limit and not inflater.eof:
        piece = handle.read(min(_CHUNK, left))
        if not piece:
            break
        left -= len(piece)
        while piece and total <= limit and not inflater.eof:
            total += len(inflater.decompress(piece, _CHUNK))
            piece = inflater.unconsumed_tail
    return total


# --- content --------------------------------------------------------------------------------------


def _created(archive: zipfile.ZipFile) -> datetime.date | None:
    try:
        root = ElementTree.fromstring(archive.read("docProps/core.xml"))
        return datetime.date.fromisoformat((root.findtext("{http://purl.org/dc/terms/}created") or "").strip()[:10])
    except (KeyError, ElementTree.ParseError, ValueError):
        # A workbook without this date is read all the same; its vintage must then be given.
        return None


def _sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, str | None]]:
    """Name and XML part of each sheet, in order. Any namespace: Excel's strict files have one of their own."""
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    names = set(archive.namelist())
    parts = []
    for sheet in ElementTree.fromstring(archive.read(_WORKBOOK)).iterfind(".//{*}sheet"):
        relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
        target = relations.get(relation, "").removeprefix("/")
        part = target if target in names else f"xl/{target}"
        parts.append((sheet.get("name", ""), part if part in names else None))
    return parts


def _text_lengths(archive: zipfile.ZipFile) -> list[int]:
    """Bytes of each shared text, of which a cell holds only the number."""
    part = "xl/sharedStrings.xml"
    return [len(text) for text in _TEXT_END.split(archive.read(part))] if part in archive.namelist() else []


def _part(data: bytes, sheet: str, texts: list[int], name: str) -> Part:
    """Scan the cells of a sheet.

    Raises:
        Refusal: a cell without an address, or more cells or text than a master list can have.
    """
    row, column, cells = _extent(_CELL, data, sheet, name)
    if row * column > CELLS_MAXIMUM:
        # Cells that are only formatted are not laid out.
        row, column, cells = _extent(_FILLED, data, sheet, name)
    if max(row * column, cells) > CELLS_MAXIMUM:
        detail = f"Sheet {found(sheet)} reaches to row {row:,} and column {column:,}, which is more than {CELLS_MAXIMUM:,} cells."
        raise Refusal(name, "workbook_too_large", detail)
    if max(texts, default=0) * cells > EXPANDED_MAXIMUM:
        used = sum(texts[int(at)] for at in _TEXT_USED.findall(data) if int(at) < len(texts))
        if used > EXPANDED_MAXIMUM:
            detail = f"The texts of sheet {found(sheet)} add up to more than {EXPANDED_MAXIMUM:,} bytes."
            raise Refusal(name, "workbook_too_large", detail)
    return Part(_rows(_FORMULA, data), _rows(_ERROR, data))


def _extent(pattern: re.Pattern[bytes], data: bytes, sheet: str, name: str) -> tuple[int, int, int]:
    """Last row, last column and number of the cells that match."""
    rows: set[bytes] = set()
    columns: set[bytes] = set()
    cells = 0
    for cell in pattern.finditer(data):
        letters, digits = cell.groups()
        if digits is None:
            raise Refusal(name, "workbook_unreadable", f"Sheet {found(sheet)} has cells without an address.")
        rows.add(digits)
        columns.add(letters)
        cells += 1
    return max(map(int, rows), default=0), max(map(_column, columns), default=0), cells


def _rows(pattern: re.Pattern[bytes], data: bytes) -> frozenset[int]:
    return frozenset(int(digits) for _, digits in pattern.findall(data))


def _column(letters: bytes) -> int:
    """1 for A, 28 for AB."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
