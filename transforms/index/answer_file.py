"""A file of answers as text columns under their headers, whatever wrote it: CSV, workbook, Parquet, or an export of submissions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations.form import AGREED, CONSENT, NOT_ASKED, Question
from transforms.field import exports
from transforms.field.export import REJECTED, Export
from transforms.field.exports import PARQUET_MAGIC, cells, kobo_table
from transforms.readers import OLE_MAGIC, ZIP_MAGIC
from transforms.readers.package import CELLS_MAXIMUM
from transforms.refusal import Refusal, found

# Headers that only exports of submissions have.
_OF_SUBMISSIONS = frozenset({"_uuid", "meta/instanceID", "KEY"})
_BETWEEN_CELLS = re.compile(r"[,;\t|]")


@dataclass(frozen=True)
class AnswerFile:
    """Text columns by header; null for empty cells. ``rows`` numbers them as a spreadsheet does.

    ``left_out`` counts submissions that are no answers, by the reason. ``uuids`` names submissions, of an export; ``export``
    is all that was read of it.
    """

    sheet: str
    columns: dict[str, pa.Array]
    rows: np.ndarray
    left_out: Mapping[str, int]
    uuids: pa.Array | None = None
    export: Export | None = None


def read_as(rule: str, path: Path, name: str, needed: frozenset[str], questions: Mapping[str, Question]) -> AnswerFile:
    """As :func:`read`, for a file that holds no answers: what is wrong with it is refused by the rule of those who ask."""
    try:
        return read(path, name, needed, questions)
    except Refusal as refusal:
        if not refusal.rule.startswith(("answers_", "export_")):
            raise
        raise Refusal(name, rule, refusal.found) from None


def read(path: Path, name: str, needed: frozenset[str], questions: Mapping[str, Question]) -> AnswerFile:
    """The file at ``path``, known to people as ``name``.

    Args:
        needed: headers of which a header row has at least one.
        questions: of the form whose exports of submissions may be given. Submissions that a supervisor rejected, or in which
            nobody was or could be asked, are left out.

    Raises:
        Refusal: it is of another kind, damaged, or has no header row of answers.
    """
    with open(path, "rb") as handle:
        head = handle.read(4096)
    if not head:
        raise Refusal(name, "file_empty", "The file is empty (0 bytes).")
    if head.startswith(PARQUET_MAGIC):
        return _parquet(path, name)
    if head.startswith(OLE_MAGIC):
        raise Refusal(name, "answers_unreadable", "It is an old .xls file or protected by a password.")
    is_json = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
    if is_json or (head.startswith(ZIP_MAGIC) and not exports.is_workbook(path, name)):
        return _submissions(path, name, questions)
    made = _sheet(path, name, needed) if head.startswith(ZIP_MAGIC) else _csv(path, name, needed)
    if _OF_SUBMISSIONS & set(made.titles):
        return _submissions(path, name, questions)
    titles = [title.strip() for title in made.titles]
    filled = [title for title in titles if title]
    twice = sorted({title for title in filled if filled.count(title) > 1})
    if twice:
        raise Refusal(name, "answers_columns", f"The header {found(twice[0])} stands twice.")
    columns = {title: made.column(at, name) for at, title in enumerate(titles) if title}
    for at in [at for at, title in enumerate(titles) if not title]:
        cells_there = made.column(at, name)
        if pc.count(cells_there).as_py():
            row = pc.index(pc.is_valid(cells_there), True).as_py()
            raise Refusal(
                name,
                "answers_columns",
                f"Column {at + 1} has no header, but row {made.numbers[row]} of it holds {found(cells_there[row].as_py())}.",
            )
    return _filled(AnswerFile(made.sheet, columns, made.numbers, {}))


def _filled(file: AnswerFile) -> AnswerFile:
    """The file without rows that hold nothing, which table programs leave behind."""
    is_filled = np.zeros(len(file.rows), bool)
    for column in file.columns.values():
        is_filled |= pc.is_valid(column).to_numpy(zero_copy_only=False)
    if is_filled.all():
        return file
    columns = {title: column.filter(pa.array(is_filled)) for title, column in file.columns.items()}
    return replace(file, columns=columns, rows=file.rows[is_filled])


def _csv(path: Path, name: str, needed: frozenset[str]) -> kobo_table.Table:
    """A CSV, whose header row names the locations."""
    try:
        return kobo_table.table(path.read_bytes(), name, None, needed | _OF_SUBMISSIONS)
    except Refusal as refusal:
        if refusal.rule != "export_unreadable":
            raise
        with open(path, encoding="utf-8-sig", errors="replace") as handle:
            first = handle.readline(2000).strip()
        wanted = " or ".join(map(found, sorted(needed)))
        alike = nearest(sorted(needed)[0], _BETWEEN_CELLS.split(first))
        said = f"None of its first rows has the header {wanted}; row 1 is {found(first, 100)}.{alike}"
        raise Refusal(name, "answers_unreadable", said) from None


def nearest(wanted: str, known: Iterable[str]) -> str:
    """A sentence on the name that is most alike; empty where none is."""
    alike = difflib.get_close_matches(wanted, [text.strip().strip('"') for text in known], 1, 0.7)
    return f" Did you mean {found(alike[0])}?" if alike else ""


def _sheet(path: Path, name: str, needed: frozenset[str]) -> kobo_table.Table:
    """The one sheet whose first row is a header row of answers."""
    listed = [
        made for made in kobo_table.sheets(path, name) if (needed | _OF_SUBMISSIONS) & {title.strip() for title in made.titles}
    ]
    if len(listed) != 1 and not (listed and all(_OF_SUBMISSIONS & set(made.titles) for made in listed)):
        names = ", ".join(found(made.sheet) for made in listed) or "none"
        raise Refusal(
            name,
            "answers_unreadable",
            f"The sheets with a column {' or '.join(sorted(needed))} in their first row are: {names}; expected is one.",
        )
    return listed[0]


def _parquet(path: Path, name: str) -> AnswerFile:
    try:
        with pq.ParquetFile(path, pre_buffer=False) as source:
            if source.metadata.num_rows * source.metadata.num_columns > 20 * CELLS_MAXIMUM:
                raise Refusal(name, "answers_unreadable", f"It has more than {20 * CELLS_MAXIMUM:,} cells.")
            table = source.read()
        columns = {
            title.strip(): _text(table.column(at).combine_chunks(), name, title) for at, title in enumerate(table.column_names)
        }
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Refusal(name, "answers_unreadable", f"The Parquet file is damaged: {found(str(error), 120)}.") from None
    if len(columns) != table.num_columns:
        raise Refusal(name, "answers_columns", "A column stands twice.")
    return AnswerFile("", columns, np.arange(1, table.num_rows + 1), {})


def _text(column: pa.Array, name: str, title: str) -> pa.Array:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    plain = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_null,
        pa.types.is_boolean,
        pa.types.is_date,
        pa.types.is_timestamp,
    )
    if not any(is_kind(kind) for is_kind in plain):
        raise Refusal(name, "answers_unreadable", f"Column {found(title)} holds {kind}, expected texts, numbers or days.")
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
    return cells.trimmed(column.cast(pa.string()), name, f"Column {found(title)}")


def _submissions(path: Path, name: str, questions: Mapping[str, Question]) -> AnswerFile:
    """The answers of submissions in which somebody was asked."""
    export = exports.read(path, name, questions=questions)
    rows = export.rows
    kept = pa.array(np.ones(rows.num_rows, bool))
    left_out = {}
    for reason, column, unless, gone_with in (
        ("rejected by the supervisor", "_review_state", None, REJECTED),
        ("nobody could be asked", CONSENT, None, (NOT_ASKED,)),
        ("without consent", CONSENT, AGREED, ()),
        ("location not reached", "accessibility", None, ("not_accessible",)),
    ):
        if column not in rows.column_names:
            continue
        said = rows[column].combine_chunks()
        out = (
            pc.is_in(said, pa.array(gone_with, pa.string())) if unless is None else pc.invert(pc.is_in(said, pa.array([unless])))
        )
        gone = pc.and_(kept, out)
        left_out[reason] = pc.sum(gone).as_py() or 0
        kept = pc.and_(kept, pc.invert(gone))
    rows = rows.filter(kept)
    asked = [title for title in rows.column_names if title in questions and not questions[title].personal and title != CONSENT]
    return AnswerFile(
        next(iter(rows["_sheet"].to_pylist()), ""),
        {title: rows[title].combine_chunks() for title in asked},
        rows["_row"].to_numpy(),
        {reason: count for reason, count in left_out.items() if count},
        rows["_uuid"].combine_chunks(),
        export,
    )
