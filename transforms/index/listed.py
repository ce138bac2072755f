"""Intentions with barriers to return, and places of no return: small tables that are taken all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes, index_form
from expectations.columns import POPULATIONS
from expectations.index_columns import NO_RETURN_KINDS, TOP
from expectations.index_model_file import shipped
from expectations.tables import TABLES
from transforms.index import answer_file, places
from transforms.index.answer_file import AnswerFile
from transforms.index.model_tables import of_rows
from transforms.ordering import ordered
from transforms.refusal import Refusal, RowProblem, found

_BARRIERS = tuple(f"barrier_{at}" for at in TOP)
_COLUMNS = {
    "intention_barrier": ("round", "population", "place_id", "majority_intention", *_BARRIERS),
    "place_of_no_return": (
        "index_round", "place_id", "no_return_kind", "governorate", "district", "subdistrict", "location_name_en",
        "location_name_ar", "note",
    ),
}  # fmt: skip
_NEEDED = {
    "intention_barrier": ("round", "population", "place_id"),
    "place_of_no_return": ("index_round", "place_id", "no_return_kind"),
}
_KEY = {"intention_barrier": ("round", "population", "place_id"), "place_of_no_return": ("index_round", "place_id")}


@dataclass(frozen=True)
class Said:
    """What the user says of all rows of a file: round and population, which exports of submissions do not carry."""

    round: int | None = None
    population: str | None = None


def read(kind: str, path: Path, name: str, rounds: frozenset[int], said: Said | None = None) -> pa.Table:
    """The rows of a CSV, workbook or Parquet file, or of an export of submissions, as ``received_<kind>``.

    Args:
        kind: ``intention_barrier`` or ``place_of_no_return``.
        rounds: master-list rounds that exist.
        said: of all rows, where the file has no such column.

    Raises:
        Refusal: a column is missing or unknown, or a row cannot be taken; every such row is named.
    """
    file = _file(kind, path, name, said)
    unknown = [header for header, cells in file.columns.items() if header not in _COLUMNS[kind] and pc.count(cells).as_py()]
    missing = [column for column in _NEEDED[kind] if column not in file.columns]
    if unknown or missing:
        what = f"{found(unknown[0])} is no column of it" if unknown else f"it has no column {missing[0]}"
        raise Refusal(name, "answers_columns", f"{what[0].upper()}{what[1:]}; columns are {', '.join(_COLUMNS[kind])}.")
    if not len(file.rows):
        raise Refusal(name, "answers_missing", "The file has no row.")
    texts = {
        column: file.columns[column].to_pylist() if column in file.columns else [None] * len(file.rows)
        for column in _COLUMNS[kind]
    }
    meaning = {"intention_barrier": _intention, "place_of_no_return": _no_return}[kind]
    rows, problems, seen = [], [], {}
    for at, number in enumerate(file.rows.tolist()):  # some thousand rows at most, each with its own sentence
        cells = {column: listed[at] for column, listed in texts.items()}
        row = _read(cells, meaning, rounds, int(number), problems)
        key = tuple(row.get(column) for column in _KEY[kind])
        if key in seen:
            problems.append(
                RowProblem(
                    int(number), "answer_twice", f"place_id {row.get('place_id')} stands there already, in row {seen[key]}"
                )
            )
        elif None not in key:
            seen[key] = number
        rows.append({**row, "source_sheet": file.sheet, "source_row": int(number)})
    if problems:
        raise _refusal(name, problems, len(rows))
    table = TABLES[f"received_{kind}"]
    return ordered(of_rows(table.name, rows), table.key)


def _refusal(name: str, problems: Sequence[RowProblem], rows: int) -> Refusal:
    wrong = len({problem.row for problem in problems})
    return Refusal(name, "answers_rows", f"{wrong:,} of {rows:,} rows cannot be taken.", tuple(problems), is_for_quarantine=False)


def _file(kind: str, path: Path, name: str, said: Said | None) -> AnswerFile:
    """The file with the columns of its table; an export of submissions has the barriers of a location in one cell."""
    forms = [index_form.known(model) for model in shipped().values()] if kind == "intention_barrier" else []
    file = answer_file.read(
        path, name, frozenset({"place_id"}), {question: asked for form in forms for question, asked in form.items()}
    )
    columns = dict(file.columns)
    if file.uuids is not None:
        columns = {column: cells for column, cells in columns.items() if column in ("place_id", "majority_intention", "barriers")}
    if "barriers" in columns and not set(_BARRIERS) & set(columns):
        chosen = [(text or "").split() for text in columns.pop("barriers").to_pylist()]
        too_many = [row for row, own in zip(file.rows.tolist(), chosen, strict=True) if len(own) > len(_BARRIERS)]
        if too_many:
            problems = [RowProblem(row, "intention_code", f"there are more than {len(_BARRIERS)} barriers") for row in too_many]
            raise _refusal(name, problems, len(file.rows))
        for at, barrier in enumerate(_BARRIERS):
            columns[barrier] = pa.array([own[at] if at < len(own) else None for own in chosen], pa.string())
    for column, value in (("round", said and said.round), ("population", said and said.population)):
        if value is not None and column not in columns:
            columns[column] = pa.repeat(str(value), len(file.rows))
    return replace(file, columns=columns)


def _read(
    said: dict[str, str | None], meaning: Callable, rounds: frozenset[int], number: int, problems: list[RowProblem]
) -> dict[str, object]:
    row: dict[str, object] = {}
    for column, rule, understood in meaning(said, rounds):
        try:
            row[column] = understood(said[column])
        except ValueError as error:
            problems.append(RowProblem(number, rule, str(error)))
    chosen = [row[barrier] for barrier in _BARRIERS if row.get(barrier)]
    if len(set(chosen)) < len(chosen):
        problems.append(RowProblem(number, "intention_code", "a barrier is named twice"))
    return row


def _intention(said: dict[str, str | None], rounds: frozenset[int]) -> list[tuple[str, str, Callable]]:
    intentions, barriers = (tuple(row[name] for row in codes.rows(name)) for name in ("intention", "barrier"))
    return [
        ("round", "answer_round", lambda text: places.master_round(text, rounds)),
        ("population", "answer_value", lambda text: _one_of(text, POPULATIONS, "population", is_needed=True)),
        ("place_id", "answer_place", places.place_id),
        ("majority_intention", "intention_code", lambda text: _one_of(text, intentions, "majority_intention")),
        *((name, "intention_code", lambda text, name=name: _one_of(text, barriers, name)) for name in _BARRIERS),
    ]


def _no_return(said: dict[str, str | None], rounds: frozenset[int]) -> list[tuple[str, str, Callable]]:
    return [
        ("index_round", "answer_index_round", lambda text: places.whole_round(text, "index round")),
        ("place_id", "answer_place", places.place_id),
        ("no_return_kind", "answer_value", lambda text: _one_of(text, NO_RETURN_KINDS, "no_return_kind", is_needed=True)),
        ("governorate", "answer_area", places.governorate),
        ("district", "answer_area", lambda text: places.district(places.governorate(said["governorate"]), text)),
        *((name, "answer_value", places.name) for name in ("subdistrict", "location_name_en", "location_name_ar", "note")),
    ]


def _one_of(text: str | None, known: tuple[str, ...], what: str, *, is_needed: bool = False) -> str | None:
    if text is None and not is_needed:
        return None
    if text not in known:
        raise ValueError(f"{what} is {found(text or '')}, expected one of {', '.join(known)}")
    return text
