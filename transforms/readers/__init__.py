"""One adapter per kind of source file, all to one shape: :class:`~transforms.readers.sheet.Sheet`."""

from __future__ import annotations

from pathlib import Path

from transforms.readers import csv_file, workbook
from transforms.readers.sheet import Document
from transforms.refusal import Refusal

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(path: Path, name: str) -> Document:
    """All sheets of the file at ``path``, known to people as ``name``. The kind comes from the content.

    Raises:
        Refusal: the file is empty, of another kind, damaged, too large or not UTF-8.
    """
    with open(path, "rb") as handle:
        head = handle.read(8)
    if not head:
        raise Refusal(name, "file_empty", "The file is empty (0 bytes).")
    if head.startswith(ZIP_MAGIC):
        return workbook.read_xlsx(path, name)
    if head.startswith(OLE_MAGIC):
        return workbook.read_xls(path, name)
    return csv_file.read(path, name)
