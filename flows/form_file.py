"""Forms as files: an XLSForm workbook and, beside it, its lists of places. Byte-stable."""

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
from expectations.index_model import IndexModel
from flows import export
from transforms.emergency import xlsform as emergency_xlsform
from transforms.emergency.event import Event
from transforms.field import xlsform
from transforms.index import xlsform as index_xlsform

ENDING = ".xlsx"
_WIDTHS = (8, 60)
_FROZEN = 2  # type and name stay in sight while one scrolls to the right
# The day that a workbook says it was made on where its model or event names none, or one before 1900, where workbooks begin. Never the
# clock's: forms with the same content are the same bytes. It is the month in which the Return Index was first collected.
_NO_DAY = datetime.date(2018, 7, 1)
_FIRST_YEAR = 1900

_Media = Mapping[str, Sequence[Mapping[str, str]]]


def write(target: Path, round_number: int, register: pa.Table | None) -> dict[str, int]:
    """Write the master-list form of a round to ``target`` and its lists of places into the same folder.

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
    media = _media(register)
    made = datetime.date.fromisoformat(codes.rounds()[round_number]["list_date"])
    settings = xlsform.settings(round_number, media)
    return _put(target, _workbook(xlsform.survey(round_number), xlsform.choices(round_number), settings, made), media)


def write_index(target: Path, model: IndexModel, index_round: int, register: pa.Table | None) -> dict[str, int]:
    """Write the form of an index for one of its rounds, as :func:`write` does that of the master list.

    The workbook is dated as the model: its provenance says of which day it is.

    Args:
        target: the .xlsx file; its folder is made where it is missing.
        model: its indicators are asked.
        index_round: the round of the index that answers belong to.
        register: table ``location``; None leaves the lists of sub-districts and locations without rows.

    Returns:
        The rows of each list of places, by file name.

    Raises:
        expectations.index_form.Unaskable: no form can be made of the model; nothing was written.
        OSError: a file cannot be written; the others are whole, old or new.
    """
    media = _media(register)
    settings = index_xlsform.settings(model, index_round, media)
    survey, choices = index_xlsform.survey(model, index_round), index_xlsform.choices(model)
    return _put(target, _workbook(survey, choices, settings, _day(model)), media)


def write_emergency(target: Path, event_id: str, event: Event | None) -> dict[str, int]:
    """Write the form of emergency tracking for an event, as :func:`write` does that of the master list.

    The workbook is dated as the event: its first day.

    Args:
        target: the .xlsx file; its folder is made where it is missing.
        event_id: what submissions say that they are about.
        event: what is known of it; None where nothing is.

    Returns:
        The rows of each list of places, by file name: governorates and districts.

    Raises:
        OSError: a file cannot be written; the others are whole, old or new.
    """
    media = emergency_xlsform.media()
    settings = emergency_xlsform.settings(event_id, event, media)
    survey, choices = emergency_xlsform.survey(event_id, event), emergency_xlsform.choices()
    return _put(target, _workbook(survey, choices, settings, _fit(event.event_start) if event else _NO_DAY), media)


def _media(register: pa.Table | None) -> _Media:
    return xlsform.media(None if register is None else register.to_pylist())


def _day(model: IndexModel) -> datetime.date:
    """The day of a model by its provenance, else the fixed one."""
    try:
        day = datetime.date.fromisoformat(str(model.document["provenance"].get("date")))
    except ValueError:
        return _NO_DAY
    return _fit(day)


def _fit(day: datetime.date) -> datetime.date:
    return day if day.year >= _FIRST_YEAR else _NO_DAY


def _put(target: Path, workbook: bytes, media: _Media) -> dict[str, int]:
    for name, rows in media.items():
        content = _csv(xlsform.MEDIA_COLUMNS[name], rows)
        export.put(target.parent / name, lambda path, content=content: path.write_bytes(content))
    export.put(target, lambda path: path.write_bytes(workbook))
    return {name: len(rows) for name, rows in media.items()}


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bytes:
    """UTF-8 without byte order mark and with texts as they are: collection tools read it, spreadsheets are not meant to."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _workbook(
    survey: Sequence[Mapping[str, str]], choices: Sequence[Mapping[str, str]], settings: Mapping[str, str], made: datetime.date
) -> bytes:
    """The three sheets of a form; ``made`` is the day that the workbook names, never the clock's."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": settings["form_title"], "created": datetime.datetime.combine(made, datetime.time())})
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "valign": "top"})
    _sheet(book, "survey", xlsform.SURVEY_COLUMNS, survey, head)
    _sheet(book, "choices", xlsform.CHOICES_COLUMNS, choices, head)
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
