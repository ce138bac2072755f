"""Fetching the submissions of rounds under collection from their forms, as a schedule does: of which rounds, and when.

Imports no Prefect: :mod:`flows.round_flow` runs these steps.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from flows import manifest
from flows.field import receiving, rounds_file
from flows.field.rounds_file import Round
from flows.lock import locked
from flows.problem import ExitCode, Problem

COLLECTING = ("open", "partial")


def demand_held(data: Path) -> None:
    """Refuse a folder that holds nothing to work on, before anything is made in it.

    Raises:
        Problem: it holds neither tables nor rounds.
    """
    if not any((data / name).is_file() for name in (manifest.NAME, rounds_file.NAME)):
        sentence = f"'{data}' holds neither tables nor rounds. Build lists into it first: dtm build PATH --data {data}"
        raise Problem(ExitCode.DATA_FOLDER, sentence)


def with_form(data: Path, number: int | None) -> list[Round]:
    """The rounds that still collect and have a form on a server: all of them, or the one asked for.

    Raises:
        Problem: the one asked for was not opened.
    """
    rounds = rounds_file.read(data)
    if number is not None and number not in rounds:
        raise Problem(ExitCode.USAGE, f"R{number} was not opened. Open it: dtm round open {number}")
    return [r for r in rounds.values() if number in (None, r.number) and r.state in COLLECTING and r.kobo_url and r.kobo_asset]


def due(rounds: Sequence[Round], day: datetime.date) -> tuple[list[Round], list[str]]:
    """The rounds whose submissions are to be fetched on a day, and a sentence on each of the others."""
    reasons = {r.number: _why_not(r, day) for r in rounds}
    said = [f"R{number} is not fetched: {why}." for number, why in reasons.items() if why]
    return [r for r in rounds if not reasons[r.number]], said


def _why_not(found: Round, day: datetime.date) -> str:
    if found.state not in COLLECTING:
        return f"it is {found.state}"
    if not (found.kobo_url and found.kobo_asset):
        return "it has no kobo_url and kobo_asset in rounds.toml"
    # what was sent after the last day of collection counts until the cutoff; what counts no more is still late evidence
    last = max((date for date in (found.collection_end, found.cutoff) if date), default=None)
    if found.collection_start and day < found.collection_start:
        return f"its collection begins on {found.collection_start:%Y-%m-%d}"
    if last and last < day:
        return f"its collection ended on {last:%Y-%m-%d}"
    return ""


def fetch(data: Path, number: int, folder: Path) -> Path:
    """Fetch all submissions of a round into a folder; returns the file.

    Raises:
        Problem: there is no token, the server refuses or cannot be reached, or not all submissions came.
    """
    found = rounds_file.read(data)[number]
    path = folder / f"R{number}"
    path.write_bytes(receiving.fetched(found.kobo_url, found.kobo_asset))
    return path


def land(data: Path, number: int, path: Path) -> str:
    """Receive what was fetched; returns a sentence that counts it.

    Raises:
        Problem: it cannot be taken, or another run is working on the folder.
    """
    with locked(data):
        entry, received = receiving.receive(data, number, path, f"submissions of R{number}")
    rows = received.submission.num_rows
    return f"R{number}: {rows:,} submission{'s' * (rows != 1)}." if entry else f"R{number}: nothing new."
