"""Taking files on crossing points, and taking them back. The file goes to landing, what is kept of it to the store; nothing is
noted in the journal before everything else is in place, so that a file that is refused leaves nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from expectations.crossing import KINDS
from flows import files, manifest
from flows.crossings import deliveries
from flows.crossings.deliveries import ORDER
from flows.field import journal, receiving, store
from flows.field.journal import Entry
from flows.problem import ExitCode, Problem
from flows.run import now, today, user
from flows.show import counted
from transforms.crossings import crossing_file, standing
from transforms.crossings.standing import Delivery
from transforms.field import personal
from transforms.refusal import Refusal


@dataclass(frozen=True)
class Received:
    """What became of a file: its entry of the journal, whether it was taken now, its rows, what a user should know."""

    entry: Entry
    is_new: bool
    rows: int
    notes: tuple[str, ...]


def receive(data: Path, kind: str, path: Path, name: str) -> Received:
    """Take a file of a kind: headcounts, survey, status or restrictions. The newest of its kind is not taken twice.

    Raises:
        Problem: a row cannot be taken; every such row is named, and nothing is changed.
    """
    receiving.sweep(data)
    content = files.sha256(path)
    try:
        rows = crossing_file.read(KINDS[kind], path, name, today())
    except Refusal as refusal:
        raise Problem(ExitCode.SOURCE_REFUSED, str(refusal), tuple(refusal.lines()[1:])) from refusal
    order = json.dumps({"kind": kind, "sha256": content, "source_file": name}, ensure_ascii=False, sort_keys=True)
    sha256 = receiving.identity(content, order)
    before = [deliveries.delivery(data, entry) for entry in deliveries.held(data)]
    last = [entry for entry, own in zip(deliveries.held(data), before, strict=True) if own.kind == kind][-1:]
    if last and last[0].sha256 == sha256:
        return Received(last[0], False, rows.num_rows, ())
    receiving.land(data, sha256, content, path, name, journal.NO_ROUND, None)
    parts = store.put(data, sha256, {f"received_{KINDS[kind].table}": rows})
    parts |= store.put_text(data, ORDER, order, sha256)[1]
    about = {"kind": kind, "rows": str(rows.num_rows)}
    entry = journal.append(data, Entry(0, "crossings", journal.NO_ROUND, sha256, parts, about, now(), user()))
    return Received(entry, True, rows.num_rows, _notes(before, Delivery(entry.number, kind, rows, content, name)))


def _notes(before: list[Delivery], new: Delivery) -> tuple[str, ...]:
    """What the rows take the place of; windows that overlap others, which is no error but may be a wrong day."""
    notes = []
    earlier, now_in_force = standing.in_force(before), standing.in_force([*before, new])
    for one in before:
        gone = earlier[one.number].num_rows - now_in_force[one.number].num_rows
        if gone:
            notes.append(f"takes the place of {counted(gone, 'row')} of delivery {one.number} ('{one.source_file}')")
    windows = _windows(new.rows)
    others = {window for one in before if one.kind == new.kind for window in _windows(earlier[one.number])} | windows
    for start, end in sorted(windows):
        for other_start, other_end in sorted(others - {(start, end)}):
            if start <= other_end and other_start <= end:
                notes.append(f"the window {start} to {end} overlaps the window {other_start} to {other_end}: check the days")
    return tuple(notes)


def _windows(rows: pa.Table) -> set[tuple]:
    if "window_start" not in rows.column_names:
        return set()
    return set(zip(rows["window_start"].to_pylist(), rows["window_end"].to_pylist(), strict=True))


def withdraw(data: Path, number: int, reason: str) -> None:
    """Take a delivery back: what it replaced is in force again. One taken back since the last build is not taken back twice.

    Raises:
        Problem: there is no such delivery, or the reason holds what must not be kept.
    """
    if not reason.strip() or personal.is_in(reason):
        raise Problem(
            ExitCode.USAGE, "Say why the delivery is taken back, without a telephone number or an address: --reason TEXT."
        )
    for entry in journal.read(data)[manifest.received(data) :]:
        if entry.kind == "crossings_withdrawn" and deliveries.order_of(data, entry)["delivery"] == number:
            return
    numbers = [entry.number for entry in deliveries.held(data)]
    if number not in numbers:
        known = ", ".join(map(str, numbers)) or "none"
        raise Problem(ExitCode.USAGE, f"There is no delivery {number} on crossing points; held: {known}.")
    _gone(data, number, reason)


def take_back(data: Path, received: Received) -> None:
    """Undo what was received when its tables could not be published."""
    if received.is_new:
        _gone(data, received.entry.number, "its tables could not be published")


def _gone(data: Path, number: int, reason: str) -> None:
    sha256, parts = store.put_text(data, ORDER, json.dumps({"delivery": number}))
    journal.append(data, Entry(0, "crossings_withdrawn", journal.NO_ROUND, sha256, parts, {"reason": reason}, now(), user()))
