"""A file on crossing points: headcounts, survey answers, statuses of points of entry or restrictions, taken all or nothing."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from expectations.crossing import DIRECTIONS, STATUSES, SURVEY_ID, Kind
from expectations.schema import conform, schema
from expectations.tables import TABLES
from transforms.cell_text import TEXT_MAXIMUM, day, whole
from transforms.field import personal
from transforms.index import answer_file, places
from transforms.index.answer_file import AnswerFile
from transforms.ordering import ordered
from transforms.refusal import Refusal, RowProblem, found

_CODES = {"crossing_direction": DIRECTIONS, "entry_status": STATUSES}
_COUNTS = ("travellers", "vehicles")
_Meaning = Callable[[str], object]


class _Wrong(ValueError):
    """A text that cannot be what its column says, with the rule that it breaks."""

    def __init__(self, rule: str, detail: str) -> None:
        super().__init__(detail)
        self.rule = rule


def read(kind: Kind, path: Path, name: str, received_on: datetime.date) -> pa.Table:
    """The rows of a CSV, workbook or Parquet file as ``received_<table>`` of its kind.

    Args:
        received_on: day on which the file is given; nothing was observed after it.

    Raises:
        Refusal: a column is missing or unknown, or a row cannot be taken; every such row is named with its column.
    """
    file = _file(kind, path, name)
    table = TABLES[f"received_{kind.table}"]
    problems: list[RowProblem] = []
    made: dict[str, pa.Array] = {}
    for column, header in zip(kind.columns, kind.headers, strict=True):
        meant = _meant(file, header, _meaning(kind, column, header, received_on), is_needed=column in kind.needed)
        made[column] = pa.array(meant[0], schema(table).field(column).type)
        problems += meant[1]
    problems += [*_windows(made, file.rows), *_twice(table.key, made, file.rows)]
    if problems:
        problems.sort(key=lambda problem: problem.row)
        wrong = len({problem.row for problem in problems})
        said = f"{wrong:,} of {len(file.rows):,} rows cannot be taken."
        raise Refusal(name, "crossing_rows", said, tuple(problems), is_for_quarantine=False)
    made["source_sheet"] = pa.repeat(pa.scalar(file.sheet, pa.string()), len(file.rows))
    made["source_row"] = pa.array(file.rows, pa.int64())
    return ordered(conform(pa.table(made), table), table.key)


def _file(kind: Kind, path: Path, name: str) -> AnswerFile:
    """The file with known columns and at least one row."""
    headers = kind.headers
    file = answer_file.read_as("crossing_columns", path, name, frozenset(headers[:3]), {})
    missing = [
        header
        for column, header in zip(kind.columns, headers, strict=True)
        if column in kind.needed and header not in file.columns
    ]
    unknown = [header for header, cells in file.columns.items() if header not in headers and pc.count(cells).as_py()]
    if missing or unknown:
        what = f"It has no column {missing[0]}" if missing else f"{found(unknown[0])} is no column of it"
        raise Refusal(name, "crossing_columns", f"{what}; columns of {kind.name} are {', '.join(headers)}.")
    if not len(file.rows):
        raise Refusal(name, "crossing_columns", "It has no row.")
    return file


def _meant(file: AnswerFile, header: str, meaning: _Meaning, *, is_needed: bool) -> tuple[list[object], list[RowProblem]]:
    """What the texts of a column mean, and the rows where they mean nothing; each different text is looked at once."""
    if header not in file.columns:
        return [None] * len(file.rows), []
    known: dict[str | None, object] = {None: None}
    for text in pc.unique(file.columns[header]).to_pylist():
        try:
            known[text] = None if text is None or codes.normalise(text) in codes.ignored() else meaning(text)
        except _Wrong as wrong:
            known[text] = wrong
    values, problems = [], []
    for row, text in zip(file.rows.tolist(), file.columns[header].to_pylist(), strict=True):
        value = known[text]
        if isinstance(value, _Wrong):
            problems.append(RowProblem(row, value.rule, str(value)))
        elif value is None and is_needed:
            problems.append(RowProblem(row, "crossing_missing", f"{header} is missing"))
        values.append(None if isinstance(value, _Wrong) else value)
    return values, problems


# --- what the columns mean -----------------------------------------------------------------------------------------


def _meaning(kind: Kind, column: str, header: str, received_on: datetime.date) -> _Meaning:
    if column in ("observed_on", "window_start", "window_end"):
        is_observed = column == "observed_on" or (column == "window_start" and kind.name == "status")
        return partial(_day, header, received_on if is_observed else None)
    if column in _COUNTS:
        return partial(_count, header)
    if column in _CODES:
        return partial(_code, header, _CODES[column])
    if column == "governorate":
        return partial(_governorate, header)
    if column == "survey_id":
        return partial(_id, header)
    return partial(point if column == "crossing_point" else words, header)


def _day(header: str, last: datetime.date | None, text: str) -> datetime.date:
    try:
        meant = day(text, header)
    except ValueError:
        raise _Wrong("crossing_day", f"{header} is {personal.quoted(text)}, expected a day such as 2020-11-22") from None
    if last is not None and meant > last:
        raise _Wrong("crossing_day", f"{header} is {meant}, expected a day until {last}, when the file is given")
    return meant


def _count(header: str, text: str) -> int:
    try:
        return whole(text, header)
    except ValueError:
        raise _Wrong("crossing_count", f"{header} is {personal.quoted(text)}, expected a whole number, not negative") from None


def _code(header: str, known: Sequence[str], text: str) -> str:
    if text not in known:
        raise _Wrong("crossing_code", f"{header} is {personal.quoted(text)}, expected one of {', '.join(known)}")
    return text


def _governorate(header: str, text: str) -> str:
    try:
        return places.governorate(text)
    except ValueError:
        raise _Wrong("crossing_code", f"{header} is {personal.quoted(text)}, expected a governorate of Iraq") from None


def _id(header: str, text: str) -> str:
    if not re.fullmatch(SURVEY_ID, text):
        raise _Wrong("crossing_text", f"{header} is {personal.quoted(text)}, expected at most 80 letters, digits and . _ : / + -")
    if not any(letter.isalpha() for letter in text) and personal.is_in(text):
        raise _Wrong(
            "crossing_text", f"{header} may be a telephone number, expected an id with a letter, or of six digits at most"
        )
    return text


def words(header: str, text: str) -> str:
    """A text as given, which tells nobody how to reach a person.

    Raises:
        ValueError: it is too long, holds invisible characters, a telephone number or an address.
    """
    if personal.tells_of_a_person(text):
        raise _Wrong(
            "crossing_text", f"{header} holds a telephone number or an address, which is not shown; expected a text without"
        )
    if len(text) > TEXT_MAXIMUM:
        raise _Wrong("crossing_text", f"{header} has {len(text):,} characters, expected at most {TEXT_MAXIMUM}")
    if not all(letter.isprintable() for letter in text):
        raise _Wrong("crossing_text", f"{header} is {found(text)}, expected a text without invisible characters")
    return text


def point(header: str, text: str) -> str:
    """The name of a crossing point; a published one as it is published. Raises as :func:`words`."""
    said = " ".join(unicodedata.normalize("NFC", words(header, text)).split())
    published = {codes.normalise(row["crossing_point"]): row["crossing_point"] for row in codes.rows("crossing_point")}
    return published.get(codes.normalise(said), said)


# --- what rows mean together -------------------------------------------------------------------------------------


def _windows(made: dict[str, pa.Array], rows: np.ndarray) -> list[RowProblem]:
    if "window_end" not in made:
        return []
    ends = pc.fill_null(pc.less(made["window_end"], made["window_start"]), False).to_numpy(zero_copy_only=False)
    return [
        RowProblem(
            int(rows[at]), "crossing_window",
            f"window_end is {made['window_end'][at]}, expected {made['window_start'][at]} (window_start) or a later day",
        )
        for at in np.flatnonzero(ends).tolist()
    ]  # fmt: skip


def _twice(key: tuple[str, ...], made: dict[str, pa.Array], rows: np.ndarray) -> list[RowProblem]:
    """Rows whose key stands in an earlier row."""
    first: dict[tuple, int] = {}
    problems = []
    for row, values in zip(rows.tolist(), keys(pa.table({name: made[name] for name in key}), key), strict=True):
        if None in values:
            continue
        if values in first:
            problems.append(
                RowProblem(row, "crossing_twice", f"{', '.join(key)} are those of row {first[values]}, expected once")
            )
        first.setdefault(values, row)
    return problems


def keys(rows: pa.Table, columns: tuple[str, ...]) -> list[tuple]:
    """The values of columns by row, as they are compared: capitals and blanks make no other crossing point."""
    listed = [rows[name].to_pylist() for name in columns]
    if "crossing_point" in columns:
        at = columns.index("crossing_point")
        listed[at] = [name if name is None else codes.normalise(name) for name in listed[at]]
    return list(zip(*listed, strict=True))
