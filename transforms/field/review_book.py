"""The review workbook: the findings as a sheet that a person fills in, and the sheet read back.

Byte-stable: the same findings give the same file. A cell holds the text of the data, never a formula or a link.
"""

from __future__ import annotations

import datetime
import io
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from expectations import checks
from expectations.field_columns import COMPARISON_DECISIONS
from expectations.form import Question
from transforms.field.answer_text import choices
from transforms.field.decision import (
    BLANK,
    CHANGE,
    COLUMNS,
    DECIDED,
    DECISION_COLUMNS,
    FILLED_COLUMNS,
    KEEP,
    NO,
    REMOVE,
    REMOVED,
    REVIEW_STATE,
    YES,
    Decision,
)
from transforms.readers import package, workbook
from transforms.refusal import Refusal, found

LOG_SHEET, DELETION_SHEET, README_SHEET, LISTS_SHEET = "cleaning_log", "deletion_log", "readme", "validation_rules"
QUERY_SHEET = "queries"
COMPARED = "c29"  # takes a verdict as new value
DELETION_COLUMNS = ("uuid", "check_id", "check_binding", "issue", "comment", "reviewer", "decided_at")
QUERY_COLUMNS = (
    "governorate", "district", "place_id", "location_name_en", "location_name_ar", "population", "households",
    "question", "issue", "old_value", "answer", "due_at", "check_id", "uuid", "check_binding",
)  # fmt: skip
ROWS_MAXIMUM = 100_000  # far above any round; a sheet holds ten times as much
INFORMANT = "ki_"  # what was answered on a key informant is not sent around
# In the properties of a file for which no date is given; a clock would make every file another one.
UNDATED = datetime.date(2000, 1, 1)

_WIDTHS = {
    "uuid": 14, "question": 24, "issue": 60, "old_value": 18, "new_value": 18, "change_type": 18, "check_id": 10,
    "check_binding": 20, "comment": 40, "query_status": 14, "assigned_team": 14, "due_at": 12, "reviewer": 16,
    "decided_at": 18, "suggestions": 40, "location_name_en": 28, "location_name_ar": 28, "answer": 30,
}  # fmt: skip
_WIDTH = 14
_WRAPPED = ("issue", "comment")
_LINE_POINTS = 15
_README_WIDTHS = (26, 110)
# Two tints that stay apart in grey print too; the columns to fill in have a header of their own.
_TINTS = ("#FFFFFF", "#E4ECF7")
_HEAD, _HEAD_TO_FILL = "#D9D9D9", "#FFE699"
# A drop-down covers runs of rows; more runs than this go into another one, as programs limit their number.
_RUNS_MAXIMUM = 200
_SHEET_ROWS_OF_LISTS = 2_000  # a longer list is no help as a drop-down
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e"
_ALIASES = {"feedback": "comment"}  # as cleaningtools calls it
_WHOLE_MAXIMUM = 1e15  # larger floats are no longer exact whole numbers


# --- writing --------------------------------------------------------------------------------------


def write(
    queue: pa.Table,
    about: Mapping[str, object],
    questions: Mapping[str, Question],
    path: Path,
    *,
    removed: Iterable[Decision] = (),
    lists: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """The review workbook: ``cleaning_log`` to fill in, ``deletion_log``, ``readme`` and the hidden ``validation_rules``.

    Rows of one finding stand together in one colour; findings stand in the order of the queue.

    Args:
        queue: the findings, with all the columns of the cleaning log (text; households integer).
        about: what the readme says first, by name; ``created`` is the date in the file's properties.
        questions: of the form, by name, for the drop-downs on ``new_value``.
        path: file to write.
        removed: the decisions by which submissions are removed (:func:`transforms.field.cleaning_log.standing_removals`).
        lists: codes by ``Question.source`` where they are not in the code lists.

    Raises:
        ValueError: more findings than a sheet for people can hold.
        OSError: the file cannot be written.
    """
    if queue.num_rows > ROWS_MAXIMUM:
        raise ValueError(f"{queue.num_rows:,} findings are more than a person can work through ({ROWS_MAXIMUM:,})")
    rows = [_reopened(row) for row in _together(queue)]
    sink, book = _book("Review", about.get("created", UNDATED))
    log = book.add_worksheet(LOG_SHEET)
    _fill(book, log, rows, COLUMNS, FILLED_COLUMNS, _tints(rows))
    deletions = [{name: getattr(one, name) for name in DELETION_COLUMNS} for one in removed]
    _fill(book, book.add_worksheet(DELETION_SHEET), deletions, DELETION_COLUMNS, (), [0] * len(deletions))
    _write_readme(book, book.add_worksheet(README_SHEET), about, rows)
    _write_lists(book.add_worksheet(LISTS_SHEET), log, rows, questions, lists)
    log.activate()
    book.close()
    path.write_bytes(sink.getvalue())


def write_queries(queue: pa.Table, team: str, path: Path, created: datetime.date = UNDATED) -> int:
    """What one team is to answer, without the answers on key informants; returns the number of its rows.

    Args:
        queue: the findings, with all the columns of the cleaning log.
        team: rows with this ``assigned_team`` that are not decided are written.
        path: file to write.
        created: date in the file's properties.

    Raises:
        OSError: the file cannot be written.
    """
    rows = [
        {**row, "answer": None, "old_value": None if row["question"].startswith(INFORMANT) else row["old_value"]}
        for row in _together(queue)
        if row["assigned_team"] == team and row["query_status"] != DECIDED
    ]
    sink, book = _book(f"Queries for {team}", created)
    _fill(book, book.add_worksheet(QUERY_SHEET), rows, QUERY_COLUMNS, ("answer",), _tints(rows))
    book.close()
    path.write_bytes(sink.getvalue())
    return len(rows)


def _book(title: str, created: datetime.date) -> tuple[io.BytesIO, xlsxwriter.Workbook]:
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True})  # write_string makes nothing of a text
    book.set_properties({"title": title, "created": datetime.datetime.combine(created, datetime.time())})
    return sink, book


def _together(queue: pa.Table) -> list[dict]:
    """The rows of the queue, those of one finding one after the other."""
    rows = queue.to_pylist()
    first: dict[str | None, int] = {}
    for at, row in enumerate(rows):
        first.setdefault(row["check_binding"], at)
    return sorted(rows, key=lambda row: first[row["check_binding"]])


def _reopened(row: dict) -> dict:
    """A row that was decided and is open again: what was decided is told, and has to be decided anew."""
    if row["query_status"] == DECIDED or not row["change_type"]:
        return row
    said = " ".join(text for text in (row["change_type"], row["new_value"]) if text)
    why = f": {row['comment']}" if row["comment"] else "."
    issue = f"{row['issue'] or ''} Decided before by {row['reviewer']}: {said}{why}".strip()
    return row | dict.fromkeys(("new_value", "change_type", "comment", "reviewer", "decided_at")) | {"issue": issue}


def _tints(rows: list[dict]) -> list[int]:
    """0 or 1 per row, another one where another finding begins."""
    tint, tints = 0, []
    for before, row in pairwise([None, *rows]):
        if before is not None and before["check_binding"] != row["check_binding"]:
            tint = 1 - tint
        tints.append(tint)
    return tints


def _fill(
    book: xlsxwriter.Workbook,
    sheet: Worksheet,
    rows: list[dict],
    columns: Sequence[str],
    to_fill: Sequence[str],
    tints: list[int],
) -> None:
    """One sheet under a header that stays in sight, every text as text."""
    heads = {
        name: book.add_format({"bold": True, "bg_color": colour, "bottom": 1, "valign": "top"})
        for name, colour in (("head", _HEAD), ("to_fill", _HEAD_TO_FILL))
    }
    # A column's format holds for rows that a person adds below.
    below = {name: _style(book, name, None) for name in columns}
    styles = [{name: _style(book, name, tint) for name in columns} for tint in _TINTS]
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for index, name in enumerate(columns):
        sheet.set_column(index, index, _WIDTHS.get(name, _WIDTH), below[name])
        sheet.write_string(0, index, name, heads["to_fill" if name in to_fill else "head"])
    for at, (row, tint) in enumerate(zip(rows, tints, strict=True), start=1):
        # the height is said, because not every program finds it for wrapped text
        sheet.set_row(at, _LINE_POINTS * max(_lines(row[name], _WIDTHS[name]) for name in _WRAPPED if name in columns))
        for index, name in enumerate(columns):
            value, style = row[name], styles[tint][name]
            if value is None:
                sheet.write_blank(at, index, None, style)
            elif isinstance(value, int):
                sheet.write_number(at, index, value, style)
            else:
                sheet.write_string(at, index, value, style)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    # numbers stand here as texts on purpose
    sheet.ignore_errors({"number_stored_as_text": f"A1:{_letters(len(columns))}{ROWS_MAXIMUM}"})


def _lines(text: str | None, width: int) -> int:
    return max(1, len(textwrap.wrap(text or "", width)))


def _style(book: xlsxwriter.Workbook, name: str, tint: str | None) -> Format:
    about: dict[str, object] = {"valign": "top", "num_format": "#,##0" if name == "households" else "@"}
    if name.endswith("_ar"):
        about |= {"reading_order": 2, "align": "right"}
    if name in _WRAPPED:
        about["text_wrap"] = True
    if tint is not None:
        about |= {"bg_color": tint, "border": 1, "border_color": "#BFBFBF"}
    return book.add_format(about)


def _letters(number: int) -> str:
    """A for 1, AB for 28."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# --- the drop-downs ---------------------------------------------------------------------------------


def _write_lists(
    sheet: Worksheet,
    log: Worksheet,
    rows: list[dict],
    questions: Mapping[str, Question],
    lists: Mapping[str, Sequence[str]] | None,
) -> None:
    """The lists behind the drop-downs, one a column, and the drop-downs of the log."""
    cells: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    names: dict[tuple[str, tuple[str, ...]], str] = {}
    for at, row in enumerate(rows, start=1):
        for column, name, offered in (
            ("change_type", *_change_types(row)),
            ("query_status", "query_status", checks.QUERY_STATUSES),
            ("new_value", *_new_values(row, questions, lists)),
        ):
            if offered and len(offered) <= _SHEET_ROWS_OF_LISTS:
                cells.setdefault((column, offered), []).append(at)
                names.setdefault((column, offered), name)
    for index, (column, offered) in enumerate(cells):
        sheet.set_column(index, index, 24)
        sheet.write_string(0, index, names[(column, offered)])
        for at, code in enumerate(offered, start=1):
            sheet.write_string(at, index, code)
        letter = _letters(index + 1)
        _drop_down(log, column, cells[(column, offered)], f"={LISTS_SHEET}!${letter}$2:${letter}${len(offered) + 1}")
    sheet.hide()


def _change_types(row: dict) -> tuple[str, tuple[str, ...]]:
    """What can be decided on a row, and the name of that list."""
    check = checks.BY_ID.get(row["check_id"])
    can_stay = check is None or check.can_stay
    if row["uuid"] == checks.WHOLE_LIST:
        return "change_type (whole list)", (KEEP,) if can_stay else ()
    if can_stay:
        return "change_type", checks.CHANGE_TYPES
    return "change_type (to correct)", tuple(kind for kind in checks.CHANGE_TYPES if kind != KEEP)


def _new_values(
    row: dict, questions: Mapping[str, Question], lists: Mapping[str, Sequence[str]] | None
) -> tuple[str, tuple[str, ...] | None]:
    """What ``new_value`` may be where that is a closed list, and the name of the list."""
    if row["check_id"] == COMPARED:
        return "comparison", COMPARISON_DECISIONS
    question = row["question"]
    if row["uuid"] == checks.WHOLE_LIST or (question in questions and questions[question].kind == "select_multiple"):
        return question, None
    return question, choices(question, questions, lists)


def _drop_down(sheet: Worksheet, column: str, rows: list[int], source: str) -> None:
    index = COLUMNS.index(column)
    runs: list[list[int]] = []
    for at in rows:
        if runs and runs[-1][1] == at - 1:
            runs[-1][1] = at
        else:
            runs.append([at, at])
    for begin in range(0, len(runs), _RUNS_MAXIMUM):
        some = runs[begin : begin + _RUNS_MAXIMUM]
        options = {
            "validate": "list",
            "source": source,
            "error_title": column,
            "error_message": "Choose one of the list.",
            "other_cells": [[first, index, last, index] for first, last in some[1:]],
        }
        first, last = some[0]
        sheet.data_validation(first, index, last, index, options)


# --- the readme -------------------------------------------------------------------------------------

_HOW = (
    ("How to decide", "Work on the sheet cleaning_log, one row after the other; the yellow headers are the columns to fill in. Neighbouring rows "
     "of one colour are one finding: read them together, decide those that need it and leave the others."),
    ("", "1. Read the issue. 2. Choose a change_type. 3. For change_response give new_value. 4. Write the reason into comment: always "
     "for remove_survey, and for no_action where the finding stops the list. 5. Put your name into reviewer."),
    ("", "Save as .xlsx and give the file to dtm review apply. Rows that you left as they were are ignored, so that the same file "
     "can be given again with more rows decided. Nothing is applied while one row is refused."),
    ("", "No names of informants, telephone numbers or addresses in new_value or comment."),
)  # fmt: skip
_CHANGE_TYPES = (
    (CHANGE, "Sets the question to new_value. Numbers in digits 0-9, dates as 2024-12-31, choices from the list."),
    (BLANK, "Empties the answer."),
    (REMOVE, "Leaves the whole submission out of every list. The reason is needed as comment."),
    (KEEP, "The answer is right as it is. Not possible where a check must hold."),
)
_UNDO = (
    ("To undo a change", "Decide it again: a row with the present value as old_value and the former one as new_value."),
    ("To undo a removal", f"A row with the uuid, question {REMOVED}, old_value {YES}, new_value {NO}, change_type {CHANGE} and the "
     "check_binding and check_id of the removal (see deletion_log)."),
    (f"question {REVIEW_STATE}", "The verdict of the supervisor on the submission: pending, has_issues, approved or rejected."),
)  # fmt: skip
_MEANINGS = {
    "uuid": f"The submission; {checks.WHOLE_LIST} for a finding on the whole list, on which only {KEEP} can be decided.",
    "question": "The question of the form that the row is about.",
    "issue": "What was found.",
    "old_value": "The answer as it is now. Leave it: a decision holds only for the value that was seen.",
    "new_value": f"The right answer, with {CHANGE}; on {COMPARED} the verdict, with {KEEP}.",
    "change_type": "What is decided: see above.",
    "check_id": "The check that found it: see below.",
    "check_binding": "Rows with the same one are one finding. Leave it.",
    "comment": "The reason.",
    "query_status": "How far the question to the team is: open, sent_to_field, answered, decided. It never goes back.",
    "assigned_team": "The team that is asked.",
    "due_at": "The day by which the team answers.",
    "reviewer": "Who decided.",
    "decided_at": "When, such as 2024-12-31; empty for the time at which the file is applied.",
    "governorate": "Of the location, in the register.",
    "district": "Of the location, in the register.",
    "place_id": "The location.",
    "location_name_en": "Its name in English.",
    "location_name_ar": "Its name in Arabic.",
    "population": "idp or returnee.",
    "households": "Households of the record.",
    "suggestions": "What the right answer may be.",
    "severity": "block: the record is in no list until it is decided; review: to be decided before the list is final; info: to know.",
}


def _write_readme(book: xlsxwriter.Workbook, sheet: Worksheet, about: Mapping[str, object], rows: list[dict]) -> None:
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    present = sorted({row["check_id"] for row in rows if row["check_id"] in checks.BY_ID})
    lines: list[tuple[str, str]] = [(name, str(value)) for name, value in about.items() if name != "created"]
    lines += [("Findings", f"{len({row['check_binding'] for row in rows}):,} in {len(rows):,} rows"), ("", ""), *_HOW]
    lines += [("", ""), ("change_type", "What it does"), *_CHANGE_TYPES, *_UNDO]
    lines += [("", ""), ("column", "What it means"), *((name, _MEANINGS[name]) for name in COLUMNS)]
    lines += [("", ""), ("check", "What must hold, and what to do")]
    for id in present:
        check = checks.BY_ID[id]
        stay = "" if check.can_stay else f" {KEEP} is not possible."
        lines.append((id, f"{check.sentence} {check.todo}{stay} ({check.severity})"))
    for index, width in enumerate(_README_WIDTHS):
        sheet.set_column(index, index, width, wrap)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for at, (name, text) in enumerate(lines):
        sheet.set_row(at, _LINE_POINTS * _lines(text, _README_WIDTHS[1]))
        sheet.write_string(at, 0, name, bold)
        sheet.write_string(at, 1, text, wrap)


# --- reading --------------------------------------------------------------------------------------


def read(path: Path, name: str) -> list[dict]:
    """The rows of a filled cleaning log: the columns of the log as text, None where empty, and ``row`` in the sheet.

    Columns may stand in any order, columns of the person's own are ignored, those of the context may be missing; hidden
    and filtered rows are read like all others. Numbers, dates and booleans come as the text that was meant.

    Args:
        path: the workbook.
        name: of the file in messages.

    Raises:
        Refusal: no workbook, no sheet ``cleaning_log``, a column missing or twice, formulas or error values.
    """
    try:
        parts = package.inspect(path, name).parts
    except Refusal as refusal:
        if refusal.rule == "workbook_too_large":
            raise
        raise Refusal(name, "review_workbook", refusal.found) from refusal
    with workbook.opened(path, lambda said: Refusal(name, "review_workbook", said)) as book:
        at = _log_position(book.sheet_names, name)
        content = book.get_sheet_by_index(at).to_python(skip_empty_area=False)
    part = parts[at] if at < len(parts) else None
    if part is None:
        raise Refusal(name, "review_workbook", f"The content of sheet {LOG_SHEET} is not in the package.")
    for what, numbers in (("formulas", part.formula_rows), ("error values", part.error_rows)):
        if numbers:
            shown = ", ".join(str(number) for number in sorted(numbers)[:10]) + (", ..." if len(numbers) > 10 else "")
            raise Refusal(name, "review_values", f"Sheet {LOG_SHEET} has {what} in row {shown}.")
    columns = _columns(content[0] if content else [], name)
    rows = []
    for number, cells in enumerate(content[1:], start=2):
        row: dict = {column: _text(cells[index]) for column, index in columns.items()}
        if any(row.values()):
            rows.append(dict.fromkeys(COLUMNS) | row | {"row": number})
    return rows


def _log_position(names: Sequence[str], name: str) -> int:
    positions = [at for at, sheet in enumerate(names) if sheet.strip().casefold() == LOG_SHEET]
    if len(positions) != 1:
        shown = ", ".join(found(sheet) for sheet in names)
        how_many = "has no sheet" if not positions else f"has {len(positions)} sheets"
        raise Refusal(name, "review_sheet", f"The workbook {how_many} {LOG_SHEET} (sheets: {shown}).")
    return positions[0]


def _columns(header: Sequence[object], name: str) -> dict[str, int]:
    """Column of the log -> position."""
    positions: dict[str, int] = {}
    for at, cell in enumerate(header):
        column = re.sub(r"\s+", "_", (_text(cell) or "").casefold())
        column = _ALIASES.get(column, column)
        if column not in COLUMNS:
            continue
        if column in positions:
            raise Refusal(
                name,
                "review_columns",
                f"Column {found(column)} is there twice ({_letters(positions[column] + 1)}, {_letters(at + 1)}).",
            )
        positions[column] = at
    missing = [column for column in DECISION_COLUMNS if column not in positions]
    if missing:
        raise Refusal(name, "review_columns", f"Sheet {LOG_SHEET} has no column {', '.join(missing)} in its first row.")
    return positions


def _text(value: object) -> str | None:
    """A cell as the text that was meant: 12.0 is 12, dates are ISO, without blanks and invisible signs around it."""
    if isinstance(value, bool):
        text = "TRUE" if value else "FALSE"
    elif isinstance(value, float):
        text = str(int(value)) if value.is_integer() and abs(value) < _WHOLE_MAXIMUM else repr(value)
    elif isinstance(value, datetime.datetime):
        is_day = value.time() == datetime.time()
        text = value.date().isoformat() if is_day else value.isoformat(sep=" ", timespec="seconds")
    else:
        text = str(value)
    stripped = text.strip().strip(_INVISIBLE).strip()
    return stripped or None
