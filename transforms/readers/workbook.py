"""Workbooks: the portal's .xlsx export, released .xlsx files and the one real .xls (R24).

Values are read with calamine. What it does not show (formulas, error values, damage that would make it take all
memory) is looked for first, by :mod:`transforms.readers.package` and :mod:`transforms.readers.ole`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import python_calamine

from transforms.readers import ole, package
from transforms.readers.package import Part
from transforms.readers.sheet import HEADER_SEARCH_ROWS, Document, Sheet, header_position, titles
from transforms.refusal import Refusal, found

# Larger floats are no longer exact whole numbers.
_WHOLE_MAXIMUM = 1e15


def read_xlsx(path: Path, name: str) -> Document:
    """The master-list sheets of an .xlsx file, with its creation date and the rows that hold formulas or errors.

    Raises:
        Refusal: damaged, too large when expanded, or no sheet with a known header row.
    """
    about = package.inspect(path, name)
    sheets, others = _sheets(path, name, about.parts)
    return Document("workbook", sheets, others, about.created)


def read_xls(path: Path, name: str) -> Document:
    """The master-list sheets of an .xls file. It holds no export date that could be relied on.

    Raises:
        Refusal: damaged, protected, too large, or no sheet with a known header row.
    """
    parts = ole.inspect(path.read_bytes(), name)
    sheets, others = _sheets(path, name, parts)
    return Document("workbook", sheets, others)


def _sheets(path: Path, name: str, parts: list[Part | None]) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """The sheets with a known header row, and the names of the others that hold something.

    Args:
        parts: what each sheet of the workbook holds, in order.
    """
    contents = sheet_contents(path, name)
    if len(contents) != len(parts):
        raise Refusal(name, "workbook_unreadable", f"The workbook lists {len(contents)} sheets and holds {len(parts)}.")
    read, others = [], []
    for (about, content), part in zip(contents, parts, strict=True):
        first_rows = [[_text(cell) for cell in row] for row in content[:HEADER_SEARCH_ROWS]]
        header = header_position(first_rows)
        if header is None:
            others.append(about.name)
        elif part is None:
            raise Refusal(name, "workbook_unreadable", f"The content of sheet {found(about.name)} is not in the package.")
        else:
            read.append(_sheet(about, part, content, first_rows, header))
    if not read:
        listed = ", ".join(found(other) for other in others) or "none"
        raise Refusal(name, "header_missing", f"No sheet has the header row of a master list (sheets: {listed}).")
    filled = {about.name for about, content in contents if any(any(cell not in ("", None) for cell in row) for row in content)}
    return tuple(read), tuple(other for other in others if other in filled)


def sheet_contents(path: Path, name: str) -> list[tuple[python_calamine.SheetMetadata, list[list[object]]]]:
    """The sheets of a workbook and their cells from the first row and column on.

    Raises:
        Refusal: the workbook is damaged.
    """
    with opened(path, lambda said: Refusal(name, "workbook_unreadable", said)) as book:
        return [(about, _rows(book, about)) for about in book.sheets_metadata]


@contextmanager
def opened(path: Path, refused: Callable[[str], Exception]) -> Iterator[python_calamine.CalamineWorkbook]:
    """A workbook open for reading; whatever shows that it is damaged becomes what ``refused`` makes of a sentence."""
    try:
        with open(path, "rb") as handle:
            yield python_calamine.CalamineWorkbook.from_filelike(handle)
    except (python_calamine.CalamineError, *package.DAMAGED) as error:
        raise refused(f"The workbook is damaged: {error}.") from error
    except BaseException as error:
        # A panic of the reader's Rust code is a BaseException of a class that cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise refused("The workbook is damaged.") from error


def _rows(book: python_calamine.CalamineWorkbook, about: python_calamine.SheetMetadata) -> list[list[object]]:
    """The cells of a sheet from its first row and column on; of a chart none."""
    if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
        return []
    return book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)


def _sheet(
    about: python_calamine.SheetMetadata, part: Part, content: list[list[object]], first_rows: list[list[str]], header: int
) -> Sheet:
    body = content[header + 1 :]
    headers = tuple(cell.strip() for cell in first_rows[header])
    columns = tuple(pa.array([_text(row[index]) for row in body], pa.string()) for index in range(len(headers)))
    rows = np.arange(header + 2, header + 2 + len(body))
    is_hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
    above = titles(first_rows, header)
    return Sheet(about.name, headers, columns, rows, above, part.formula_rows, part.error_rows, is_hidden)


def _text(value: object) -> str:
    """A cell as text; whole numbers without a decimal point, dates in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _WHOLE_MAXIMUM else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
    return str(value)
