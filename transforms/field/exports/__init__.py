"""From an export of any tool to :class:`~transforms.field.export.Export`; what it is comes from its content."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from expectations import form
from expectations.form import Question
from transforms.field.export import Export
from transforms.field.exports import generic, kobo_json, kobo_table, odk
from transforms.field.exports.generic import ColumnMap
from transforms.field.exports.kobo_json import Merged, merge_pages
from transforms.readers import OLE_MAGIC, ZIP_MAGIC, package
from transforms.refusal import Refusal

__all__ = ["ColumnMap", "Merged", "is_workbook", "merge_pages", "read"]

PARQUET_MAGIC = b"PAR1"
_WORKBOOK = "xl/workbook.xml"
_EMPTY_ZIP = b"PK\x05\x06"


def read(
    path: Path,
    name: str,
    column_map: ColumnMap | None = None,
    *,
    merged: Merged | None = None,
    questions: Mapping[str, Question] | None = None,
) -> Export:
    """The submissions in the file at ``path``, known to people as ``name``.

    Args:
        path: where the file is.
        name: its name in messages.
        column_map: for a CSV or Parquet file of another tool than KoboToolbox and ODK Central.
        merged: what the file holds, where it was made of pages, so that nothing is parsed twice.
        questions: what the form asks, by name; by default :func:`expectations.form.known`.

    Raises:
        Refusal: the file is of another kind, damaged, incomplete, or its headers are not clear.
    """
    asked = form.known() if questions is None else questions
    with open(path, "rb") as handle:
        head = handle.read(4096)
    if not head:
        raise Refusal(name, "file_empty", "The file is empty (0 bytes).")
    if head.startswith(PARQUET_MAGIC):
        if column_map is None:
            raise Refusal(name, "export_map_missing", "A Parquet file does not say which column is which question.")
        return generic.read_parquet(path, name, column_map, asked)
    is_json = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
    if head.startswith((ZIP_MAGIC, _EMPTY_ZIP, OLE_MAGIC)) or is_json:
        if column_map is not None:
            raise Refusal(name, "export_map_invalid", "A column map is for CSV and Parquet files, and this is neither.")
        if is_json:
            return kobo_json.read(merged.value if merged else kobo_json.parse(path.read_bytes(), name), name, asked)
        return _packed(path, name, asked, head)
    if column_map is not None:
        return generic.read_csv(path.read_bytes(), name, column_map, asked)
    return kobo_table.read_csv(path.read_bytes(), name, asked)


def _packed(path: Path, name: str, asked: Mapping[str, Question], head: bytes) -> Export:
    if head.startswith(OLE_MAGIC):
        raise Refusal(name, "export_unreadable", "It is an old .xls file or protected by a password; an export is an .xlsx file.")
    return kobo_table.read_xlsx(path, name, asked) if is_workbook(path, name) else odk.read(path, name, asked)


def is_workbook(path: Path, name: str) -> bool:
    """Whether an archive is a workbook.

    Raises:
        Refusal: it is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _WORKBOOK in archive.namelist()
    except package.DAMAGED as error:
        raise Refusal(name, "export_unreadable", f"The archive is damaged: {error}.") from error
