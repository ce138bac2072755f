"""Submissions of KoboToolbox as CSV or .xlsx, as ``formpack/reporting/export.py`` writes them.

A CSV has the submissions alone; a workbook has a sheet for them and one per repeat, whose rows name their submission by
``_submission__uuid`` or ``_submission__id``, and by ``_parent_index``, which holds inside one file only.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.form import Question
from transforms.field.export import Export, Shape
from transforms.field.exports import cells, headers
from transforms.field.exports.headers import Headers
from transforms.readers import csv_file, package, workbook
from transforms.refusal import Refusal, found

DELIMITERS = (",", ";", "\t", "|")
# The header is the first row; a line such as 'sep=;' or a title may stand above it.
_HEADER_SEARCH_ROWS = 10
_SHEET_NAME_LENGTH = 31
_ELLIPSIS = "..."
_PARENTS = (("parent_uuid", "_uuid"), ("parent_id", "id"), ("parent_index", "index"))


@dataclass(frozen=True)
class Table:
    """One table of an export: its header row as it stands there and its text columns, not yet trimmed."""

    sheet: str
    titles: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    numbers: np.ndarray

    def column(self, at: int, file: str) -> pa.Array:
        """A column of text without outer white space."""
        return cells.trimmed(self.columns[at], file, f"Column {found(self.titles[at])}")


def read_csv(data: bytes, name: str, questions: Mapping[str, Question]) -> Export:
    """The submissions of a CSV; it carries no repeats.

    Raises:
        Refusal: not UTF-8, no header row of an export, rows that are torn, or headers that are not clear.
    """
    main = _main_questions(questions)
    made = table(data, name, _known_headers(main), _needed())
    is_odk = "KEY" in made.titles and "SubmissionDate" in made.titles
    resolved = headers.resolve(made.titles, main, headers.ODK if is_odk else headers.KOBO, name)
    rows = cells.table(resolved, lambda at: made.column(at, name), made.titles, made.numbers, "", main, name)
    return Export("generic" if is_odk else "kobo_csv", rows, {}, resolved.unknown)


def read_xlsx(path: Path, name: str, questions: Mapping[str, Question]) -> Export:
    """The submissions of a workbook with the repeats of its other sheets.

    Raises:
        Refusal: damaged, too large, formulas instead of values, no single sheet of submissions, or a repeat whose row
            belongs to no submission.
    """
    main = _main_questions(questions)
    tables = sheets(path, name)
    parents = [made for made in tables if not _is_repeat(made)]
    resolved = [(made, headers.resolve(made.titles, main, headers.KOBO, name)) for made in parents]
    submissions = [(made, about) for made, about in resolved if about.meta.get("_uuid") or about.meta.get("instance")]
    if len(submissions) != 1:
        if not submissions and any(about.recognised for _, about in resolved):
            raise Refusal(name, "export_uuid_missing_column", "No sheet has a column _uuid or meta/instanceID.")
        listed = ", ".join(found(made.sheet) for made, _ in submissions) or "none"
        raise Refusal(name, "export_sheet_unclear", f"The sheets with submissions are: {listed}; expected is one.")
    sheet, about = submissions[0]
    rows = cells.table(about, lambda at: sheet.column(at, name), sheet.titles, sheet.numbers, sheet.sheet, main, name)
    keys = {known: sheet.column(about.meta[known][0], name) for known in ("id", "index") if about.meta.get(known)}
    keys["_uuid"] = rows["_uuid"].combine_chunks()
    unknown = list(about.unknown)
    repeats: dict[str, pa.Table] = {}
    for made in tables:
        if made is sheet:
            continue
        if not _is_repeat(made):
            unknown += [f"{made.sheet}/{title}" for title in made.titles if title.strip()]
            continue
        repeat, part, missed = _repeat(made, sheet.sheet, keys, questions, name)
        unknown += [f"{made.sheet}/{title}" for title in missed]
        if repeat in repeats:
            raise Refusal(name, "export_sheet_unclear", f"Repeat {repeat} stands on sheet {found(made.sheet)} and on another.")
        if repeat:
            repeats[repeat] = part
    return Export("kobo_xlsx", rows, repeats, tuple(unknown))


# --- CSV ----------------------------------------------------------------------------------------------


def table(data: bytes, name: str, known: frozenset[str] | None, needed: frozenset[str], shape: Shape = "kobo_csv") -> Table:
    """The CSV in ``data`` with its header row found and the dialect sniffed from it.

    Args:
        known: tests for a header; None takes the first row with the most of ``needed``.
        needed: headers of which the header row has at least one.
        shape: only named in a refusal.
    """
    csv_file.demand_utf8(data, name)
    data = data.removeprefix(csv_file.BYTE_ORDER_MARK)
    if not data or data.isspace():
        raise Refusal(name, "file_empty", "The file holds nothing but white space.")
    best = (0, 0, ",", [])
    for delimiter in DELIMITERS:
        first_rows = _first_rows(data, delimiter)
        for at, row in enumerate(first_rows):
            cleaned = {cell.strip() for cell in row}
            score = len(cleaned & needed) * 10 + (len(cleaned & known) if known else 0)
            if score > best[0] and len(row) > 1:
                best = (score, at, delimiter, first_rows)
    score, header, delimiter, first_rows = best
    if not score:
        raise Refusal(name, "export_unreadable", f"None of its first rows is the header row of an export ({shape}).")
    titles = tuple(cell.strip() for cell in first_rows[header])
    columns, numbers = csv_file.body(data, name, delimiter, first_rows, header)
    return without_tags(Table("", titles, columns, numbers))


def _first_rows(data: bytes, delimiter: str) -> list[list[str]]:
    """The first rows in one dialect; a cell too long for this reader ends them."""
    rows = []
    with suppress(csv.Error):
        for row in csv.reader(csv_file.head(data), delimiter=delimiter):
            rows.append(row)
            if len(rows) == _HEADER_SEARCH_ROWS:
                break
    return rows


def without_tags(made: Table) -> Table:
    """Without a row of HXL tags under the header, which an export may carry."""
    if not len(made.numbers):
        return made
    first = [text for column in made.columns if (text := (column[0].as_py() or "").strip())]
    if not first or not all(text.startswith("#") for text in first):
        return made
    return Table(made.sheet, made.titles, tuple(column.slice(1) for column in made.columns), made.numbers[1:])


def _known_headers(questions: Mapping[str, Question]) -> frozenset[str]:
    """Texts by which a header row is told from others; more are recognised when it is found."""
    names = {text for question in questions.values() for text in (question.name, question.label, "/".join(question.path))}
    return frozenset(names | set(headers.KOBO) | set(headers.ODK)) - {""}


def _needed() -> frozenset[str]:
    return frozenset({"_uuid", "meta/instanceID", "instanceID", "KEY", "_id", "_submission_time"})


def _main_questions(questions: Mapping[str, Question]) -> dict[str, Question]:
    return {name: question for name, question in questions.items() if not question.repeat}


# --- workbooks ----------------------------------------------------------------------------------------


def sheets(path: Path, name: str) -> list[Table]:
    """The sheets that hold something, as text.

    Raises:
        Refusal: damaged, too large, or formulas or error values in a row.
    """
    parts = package.inspect(path, name).parts
    contents = workbook.sheet_contents(path, name)
    if len(contents) != len(parts):
        raise Refusal(name, "workbook_unreadable", f"The workbook lists {len(contents)} sheets and holds {len(parts)}.")
    made = []
    for (about, rows), part in zip(contents, parts, strict=True):
        if not rows:
            continue
        wrong = sorted((part.formula_rows | part.error_rows) if part else ())
        if wrong:
            raise Refusal(
                name, "export_formula", f"Row {wrong[0]} of sheet {found(about.name)} holds a formula or an error value."
            )
        titles = tuple(title or "" for title in cells.text(rows[0], name, f"Sheet {found(about.name)}").to_pylist())
        made.append(without_tags(_sheet(about.name, titles, rows[1:], name)))
    return made


def _sheet(sheet: str, titles: tuple[str, ...], rows: list[list[object]], name: str) -> Table:
    turned = list(zip_longest(*rows)) or [()] * len(titles)
    columns = tuple(cells.text(turned[at], name, f"Column {found(title)}") for at, title in enumerate(titles))
    numbers = np.arange(2, len(rows) + 2)
    filled = np.zeros(len(rows), bool)
    for column in columns:
        filled |= pc.is_valid(column).to_numpy(zero_copy_only=False)
    if not filled.all():
        columns = tuple(column.filter(pa.array(filled)) for column in columns)
    return Table(sheet, titles, columns, numbers[filled])


def _is_repeat(made: Table) -> bool:
    return not {"_parent_index", "_submission__uuid", "_submission__id"}.isdisjoint(made.titles)


def _repeat(
    made: Table, parent: str, keys: Mapping[str, pa.Array], questions: Mapping[str, Question], name: str
) -> tuple[str, pa.Table | None, Sequence[str]]:
    """(repeat, its rows, headers of no question); the repeat is '' if the sheet has no question of the form."""
    about = headers.resolve(made.titles, {n: q for n, q in questions.items() if q.repeat}, headers.KOBO, name)
    carried = [*about.questions, *about.options]
    repeats = sorted({questions[question].repeat for question in carried})
    if not repeats:
        return "", None, [title for title in made.titles if title.strip()]
    if len(repeats) > 1:
        raise Refusal(name, "export_sheet_unclear", f"Sheet {found(made.sheet)} mixes the repeats {' and '.join(repeats)}.")
    at = _joined(made, about, parent, keys, name)
    order = np.argsort(at, kind="stable")
    own = {n: q for n, q in questions.items() if q.repeat == repeats[0]}
    answers = cells.answers(about, lambda position: made.column(position, name), made.titles, made.numbers, own, name)
    taken = {question: column.take(pa.array(order)) for question, column in answers.items()}
    return repeats[0], pa.table({"_at": pa.array(at[order], pa.int64()), **taken}), about.unknown


def _joined(made: Table, about: Headers, parent: str, keys: Mapping[str, pa.Array], name: str) -> np.ndarray:
    """Position of the submission of each row: by the first of uuid, id and index that both sheets have and that is unique.

    Raises:
        Refusal: no such column, or a row that belongs to no submission.
    """
    for theirs, ours in _PARENTS:
        if ours not in keys or not about.meta.get(theirs):
            continue
        key, link = keys[ours], made.column(about.meta[theirs][0], name)
        if ours == "_uuid":
            link = cells.without_prefix(link)
        if ours == "index":
            _demand_parent(made, about, parent, name)
        if key.null_count or len(pc.unique(key)) < len(key) or link.null_count == len(link) > 0:
            continue
        return positions(link, key, made.numbers, f"sheet {found(made.sheet)}", name)
    said = f"Sheet {found(made.sheet)} has no column _submission__uuid, _submission__id or _parent_index that its submissions have too."
    raise Refusal(name, "export_repeat_orphan", said)


def positions(link: pa.Array, key: pa.Array, numbers: np.ndarray, where: str, name: str) -> np.ndarray:
    """For each link the position of its key.

    Raises:
        Refusal: a row belongs to no submission.
    """
    at = pc.fill_null(pc.index_in(link, key), -1).to_numpy()
    orphans = np.flatnonzero(at < 0)
    if len(orphans):
        more = f" ({len(orphans)} such rows)" if len(orphans) > 1 else ""
        raise Refusal(
            name, "export_repeat_orphan", f"Row {numbers[orphans[0]]} of {where} belongs to no submission of the file{more}."
        )
    return at


def _demand_parent(made: Table, about: Headers, parent: str, name: str) -> None:
    """An index counts the rows of the sheet that it names, which may be another repeat."""
    if not about.meta.get("parent_table"):
        return
    for said in pc.unique(made.column(about.meta["parent_table"][0], name)).to_pylist():
        if said is not None and not _is_sheet(parent, said):
            raise Refusal(
                name, "export_repeat_orphan", f"Sheet {found(made.sheet)} belongs to {found(said)}, not to {found(parent)}."
            )


def _is_sheet(sheet: str, section: str) -> bool:
    """Whether a section has this sheet: characters that a sheet may not have are replaced, and long names are cut."""
    allowed = "".join("_" if character in "[]*?:\\/" else character for character in section)
    if len(allowed) <= _SHEET_NAME_LENGTH:
        return sheet == allowed
    return sheet == allowed[:_SHEET_NAME_LENGTH] or (_ELLIPSIS in sheet and allowed.startswith(sheet[: sheet.rindex(_ELLIPSIS)]))
