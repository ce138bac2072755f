"""Figures as reports printed them: a small table, taken all or nothing."""

from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow as pa

from expectations.emergency import MEASURES, PERIODS
from expectations.schema import conform, schema
from expectations.tables import TABLES
from transforms.cell_text import TEXT_MAXIMUM, day, whole
from transforms.index import answer_file, places
from transforms.ordering import ordered
from transforms.refusal import Refusal, RowProblem, found

NEEDED = ("report", "as_of", "measure")
COLUMNS = (*NEEDED, "households", "individuals", "note", "source")
# What reports call new movements is one of the parts of a period.
KNOWN = (*MEASURES, *(f"period_{part}" for part in PERIODS))


def read(path: Path, name: str) -> pa.Table:
    """The figures as ``received_emergency_printed``.

    Raises:
        Refusal: a column is missing or unknown, or a row cannot be taken; every such row is named.
    """
    file = answer_file.read_as("printed_rows", path, name, frozenset({"report"}), {})
    missing = [column for column in NEEDED if column not in file.columns]
    unknown = [header for header in file.columns if header not in COLUMNS]
    if missing or unknown:
        what = f"It has no column {missing[0]}" if missing else f"{found(unknown[0])} is no column of it"
        raise Refusal(name, "printed_rows", f"{what}; columns are {', '.join(COLUMNS)}.")
    cells = {
        column: file.columns[column].to_pylist() if column in file.columns else [None] * len(file.rows) for column in COLUMNS
    }
    rows, problems, seen = [], [], {}
    for at, number in enumerate(file.rows.tolist()):  # some hundred rows at most, each with its own sentence
        own = {column: listed[at] for column, listed in cells.items()}
        try:
            row = _row(own)
            key = (row["as_of"], row["report"], row["printed_measure"])
            if key in seen:
                raise ValueError(f"the same report, day and measure stand in row {seen[key]}")
            seen[key] = number
            rows.append(row)
        except ValueError as error:
            problems.append(RowProblem(int(number), "printed_rows", str(error)))
    if problems or not rows:
        said = f"{len(problems)} of {len(file.rows)} rows cannot be taken." if problems else "It has no row."
        raise Refusal(name, "printed_rows", said, tuple(problems), is_for_quarantine=False)
    table = TABLES["received_emergency_printed"]
    made = pa.table({field.name: pa.array([row[field.name] for row in rows], field.type) for field in schema(table)})
    return ordered(conform(made, table), table.key)


def _row(own: dict[str, str | None]) -> dict[str, object]:
    if own["measure"] not in KNOWN:
        raise ValueError(f"measure is {found(own['measure'] or '')}, expected one of {', '.join(KNOWN)}")
    counts = {unit: whole(own[unit], unit) if own[unit] else None for unit in ("households", "individuals")}
    if counts["households"] is None and counts["individuals"] is None:
        raise ValueError("households and individuals are both missing")
    as_of: datetime.date = day(own["as_of"] or "", "as_of")
    return {
        "report": _words(own["report"], "report", is_needed=True),
        "as_of": as_of,
        "printed_measure": own["measure"],
        "printed_households": counts["households"],
        "printed_individuals": counts["individuals"],
        "note": _words(own["note"], "note"),
        "source": _words(own["source"], "source"),
    }


def _words(text: str | None, name: str, *, is_needed: bool = False) -> str | None:
    if not text:
        if is_needed:
            raise ValueError(f"{name} is missing")
        return None
    if len(text) > TEXT_MAXIMUM or not all(letter.isprintable() for letter in text):
        raise ValueError(f"{name} has more than {TEXT_MAXIMUM} characters, or control characters")
    if "://" not in text:
        return places.name(text)
    if "@" in text:  # an address of a page may hold many digits, but names nobody
        raise ValueError(f"{name} holds an address of a person, which is not shown")
    return text
