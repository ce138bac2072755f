"""Workbooks: the portal's .xlsx export, released .xlsx files and the one real .xls (R24).

Values are read with calamine; formulas are looked for in the sheet's XML, because a values-only reader
shows their stored results. In an .xls file formulas cannot be told from values.
"""

from __future__ import annotations

import datetime
import re
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import python_calamine

from transforms.readers.sheet import Document, Sheet, header_position, titles
from transforms.refusal import Refusal

EXPANDED_MAXIMUM = 300 * 1024 * 1024
RATIO_MAXIMUM = 100
_CHUNK = 1 << 20
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CREATED = "{http://purl.org/dc/terms/}created"


def read_xlsx(path: Path, name: str) -> Document:
    """The master-list sheets of an .xlsx file, with its creation date and the rows that hold formulas.

    Raises:
        Refusal: damaged, too large when expanded, or no sheet with a known header row.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _demand_size(archive, path, name)
            created = _created(archive)
            sheets, others = _sheets(path, name)
            parts = _sheet_parts(archive)
            sheets = tuple(_with_formulas(sheet, archive, parts.get(sheet.name)) for sheet in sheets)
    except (zipfile.BadZipFile, zlib.error, KeyError, ElementTree.ParseError, EOFError, NotImplementedError) as error:
        raise Refusal(name, "workbook_unreadable", f"The workbook is damaged: {error}.") from error
    return Document("workbook", sheets, others, created)


def read_xls(path: Path, name: str) -> Document:
    """The master-list sheets of an .xls file. It holds no export date that could be relied on."""
    sheets, others = _sheets(path, name)
    return Document("workbook", sheets, others)


def _demand_size(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    """Refuse by the declared sizes, then by really inflating, because declared sizes can lie."""
    packed = max(path.stat().st_size, 1)
    limit = min(EXPANDED_MAXIMUM, packed * RATIO_MAXIMUM)
    expanded = sum(member.file_size for member in archive.infolist())
    if expanded <= limit:
        expanded = 0
        for member in archive.infolist():
            with open(path, "rb") as handle:
                handle.seek(member.header_offset)
                local = handle.read(30)
                skip = int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little")
                handle.seek(member.header_offset + 30 + skip)
                expanded += _inflated(handle, member, limit - expanded)
            if expanded > limit:
                break
    if expanded > limit:
        found = f"The workbook of {packed:,} bytes expands to more than {limit:,} bytes."
        raise Refusal(name, "workbook_too_large", found)


def _inflated(handle, member: zipfile.ZipInfo, limit: int) -> int:
    """Bytes that a member really expands to, counted up to just above ``limit``."""
    if member.compress_type == zipfile.ZIP_STORED:
        return member.compress_size
    inflater, total, left = zlib.decompressobj(-15), 0, member.compress_size
    while left > 0 and total <= limit and not inflater.eof:
        piece = handle.read(min(_CHUNK // 16, left))
        if not piece:
            break
        left -= len(piece)
        while piece and total <= limit and not inflater.eof:
            total += len(inflater.decompress(piece, _CHUNK))
            piece = inflater.unconsumed_tail
    return total


def _created(archive: zipfile.ZipFile) -> datetime.date | None:
    try:
        root = ElementTree.fromstring(archive.read("docProps/core.xml"))
    except (KeyError, ElementTree.ParseError):
        return None
    text = (root.findtext(_CREATED) or "").strip()
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _text(value: object) -> str:
    """A cell as text; whole numbers without a decimal point, dates in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
    return str(value)


def _sheets(path: Path, name: str) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    try:
        with open(path, "rb") as handle:
            book = python_calamine.CalamineWorkbook.from_filelike(handle)
            contents = [(sheet, book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)) for sheet in book.sheet_names]
    except python_calamine.PasswordError as error:
        raise Refusal(name, "workbook_unreadable", "The workbook is protected by a password.") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Refusal(name, "workbook_unreadable", f"The workbook is damaged: {error}.") from error
    found, others = [], []
    for sheet_name, content in contents:
        first_rows = [[_text(cell) for cell in row] for row in content[:30]]
        header = header_position(first_rows)
        if header is None:
            others.append(sheet_name)
            continue
        found.append(_sheet(sheet_name, content, first_rows, header))
    if not found:
        listed = ", ".join(f"'{other}'" for other in others) or "none"
        raise Refusal(name, "header_missing", f"No sheet has the header row of a master list (sheets: {listed}).")
    return tuple(found), tuple(others)


def _sheet(name: str, content: list[list[object]], first_rows: list[list[str]], header: int) -> Sheet:
    body = content[header + 1 :]
    width = len(first_rows[header])
    columns = tuple(pa.array([_text(row[index]) for row in body], pa.string()) for index in range(width))
    headers = tuple(cell.strip() for cell in first_rows[header])
    rows = np.arange(header + 2, header + 2 + len(body))
    return Sheet(name, headers, columns, rows, titles(first_rows, header))


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> name of its XML part."""
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    names = set(archive.namelist())
    parts = {}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = relations.get(sheet.get(_RELATION), "").removeprefix("/")
        part = target if target in names else f"xl/{target}"
        if part in names:
            parts[sheet.get("name", "")] = part
    return parts


def _with_formulas(sheet: Sheet, archive: zipfile.ZipFile, part: str | None) -> Sheet:
    """The sheet with the rows that hold formulas."""
    if part is None:
        return sheet
    data = archive.read(part)
    if b"<f>" not in data and b"<f " not in data and b"<f/" not in data and b":f" not in data:
        return sheet
    rows: set[int] = set()
    for chunk in re.finditer(rb'<(?:\w+:)?c\b[^>]*?\br="[A-Z]{1,3}([0-9]{1,7})"[^>]*>\s*<(?:\w+:)?f\b', data):
        rows.add(int(chunk.group(1)))
    return Sheet(sheet.name, sheet.headers, sheet.columns, sheet.rows, sheet.titles, frozenset(rows))
