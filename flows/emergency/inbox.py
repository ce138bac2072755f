"""The inbox of an event: deliveries that its schedule takes, submissions that it fetches, and the draft that it leaves to be cleared.

``inbox/emergency/<event>/`` holds deliveries; a column map lies beside its file, with the ending .toml. What was taken moves to
``taken/``; what cannot be read stays, so that it is seen. Imports no Prefect: :mod:`flows.round_flow` runs these steps.
"""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from flows.emergency import events, ledger, life, snapshots
from flows.emergency.events import Held
from flows.field import receiving
from flows.given_file import utf8
from flows.lock import locked
from flows.run import today
from flows.show import counted, readable

FOLDER, TAKEN = Path("inbox") / "emergency", "taken"
_ENDINGS = (".csv", ".xlsx", ".parquet", ".json", ".zip")
# When the schedule of an event runs, in the time of Iraq; ad hoc ones run when somebody starts them.
CRON = {"daily": "0 7 * * *", "weekly": "0 7 * * 0", "ad_hoc": None}


def due(data: Path) -> dict[str, str | None]:
    """The open events with the times at which each is run.

    Raises:
        Problem: the journal is damaged.
    """
    return {event_id: CRON[held.event.cadence] for event_id, held in events.every(data).items() if held.is_open}


def waiting(data: Path, event_id: str) -> list[Path]:
    """The deliveries that wait, in the order of their names."""
    folder = data / FOLDER / event_id
    return (
        sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in _ENDINGS) if folder.is_dir() else []
    )


def fetched(data: Path, event_id: str, folder: Path) -> Path | None:
    """The submissions of the form of an event, fetched into a folder; None where no form is set.

    Raises:
        Problem: there is no such event or token, the server refuses or cannot be reached, or not all submissions came.
    """
    held = events.held(data, event_id)
    if held.form is None:
        return None
    path = folder / f"{event_id}.json"
    path.write_bytes(receiving.fetched(*held.form))
    return path


def take(data: Path, event_id: str, path: Path) -> str:
    """Take a delivery; returns a sentence on it.

    Raises:
        Problem: it cannot be read, or another run is working on the folder.
    """
    beside = path.with_suffix(".toml")
    mapping = utf8(beside.read_bytes(), beside.name) if beside.is_file() else None
    with locked(data):
        ingested = life.ingest(data, event_id, path, readable(path.name), mapping)
        if path.parent == data / FOLDER / event_id:
            folder = path.parent / TAKEN
            folder.mkdir(exist_ok=True)
            for one in (path, *([beside] if mapping is not None else [])):
                os.replace(one, folder / one.name)
    if ingested.entry is None:
        return f"{event_id}: nothing new."
    return f"{event_id}: {counted(ingested.taken.kept.num_rows, 'row')} taken, {counted(ingested.taken.rows_set_aside, 'row')} set aside."


def draft(data: Path, event_id: str) -> str:
    """Draft the snapshot of yesterday, for a person to check and clear; returns a sentence on it.

    Raises:
        Problem: there is no such event, or something kept is missing or was changed.
    """
    yesterday = today() - datetime.timedelta(days=1)
    with locked(data):
        held: Held = events.held(data, event_id)
        if yesterday < held.event.event_start or not ledger.files(data, held, "emergency_entry"):
            return f"{event_id}: nothing to draft."
        one = snapshots.draft(data, held, snapshots.asked(data, held, yesterday, yesterday))
    return f"{event_id}: snapshot {one.number} is a draft of {one.as_of}."
