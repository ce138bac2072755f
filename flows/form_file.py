"""The master-list form as files: an XLSForm workbook and, beside it, its lists of places. Byte-stable."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import xlsxwriter
from xlsxwriter.format import Format

from expectations import codes
from flows import export
from transforms.field import xlsform

ENDING = ".xlsx"
_WIDTHS = (8, 60)
_FROZEN = 2  # type and name stay in sight while one scrolls to the right


def write(target: Path, round_number: int, register: pa.Table | None) -> dict[str, int]:
    """Write the form of a round to ``target`` and its lists of places into the same folder.

    The form comes last: while it is the old one, so is its version.

    Args:
        target: the .xlsx file; its folder is made where it is missing.
        round_number: a round of the registry.
        register: table ``location``; None leaves the lists of sub-districts and locations without rows.

    Returns:
        The rows of each list of places, by file name.

    Raises:
        OSError: a file cannot be written; the others are whole, old or new.
    """
    media = xlsform.media(None if register is None else register.to_pylist())
    for name, rows in media.items():
        content = _csv(xlsform.MEDIA_COLUMNS[name], rows)
        export.put(target.parent / name, lambda path, content=content: path.write_bytes(content))
    workbook = _workbook(round_number, media)
    export.put(target, lambda path: path.write_bytes(workbook))
    return {name: len(rows) for name, rows in media.items()}


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bytes:
    """UTF-8 without byte order mark and with texts as they are: collection tools read it, spreadsheets are not meant to."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _workbook(round_number: int, media: Mapping[str, Sequence[Mapping[str, str]]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    made = datetime.date.fromisoformat(codes.rounds()[round_number]["list_date"])  # never the clock
    settings = xlsform.settings(round_number, media)
    book.set_properties({"title": settings["form_title"], "created": datetime.datetime.combine(made, datetime.time())})
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "valign": "top"})
    _sheet(book, "survey", xlsform.SURVEY_COLUMNS, xlsform.survey(round_number), head)
    _sheet(book, "choices", xlsform.CHOICES_COLUMNS, xlsform.choices(round_number), head)
    _sheet(book, "settings", xlsform.SETTINGS_COLUMNS, [settings], head)
    book.close()
    return out.getvalue()


def _sheet(book: xlsxwriter.Workbook, name: str, columns: Sequence[str], rows: Sequence[Mapping[str, str]], head: Format) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, _FROZEN)
    narrowest, widest = _WIDTHS
    for index, column in enumerate(columns):
        longest = max((len(row.get(column, "")) for row in rows), default=0)
        sheet.set_column(index, index, min(max(longest, len(column), narrowest) + 2, widest))
        sheet.write_string(0, index, column, head)
    for at, row in enumerate(rows, start=1):
        for index, column in enumerate(columns):
            if column in row:
                sheet.write_string(at, index, row[column])  # never a formula, link or number
