"""Taking figures as reports printed them; a newer file takes the place of the one before."""

from __future__ import annotations

from pathlib import Path

from flows import files
from flows.emergency import events
from flows.field import journal, receiving, store
from flows.field.journal import Entry
from flows.problem import ExitCode, Problem
from flows.run import now, user
from transforms.emergency import printed_file
from transforms.refusal import Refusal


def receive(data: Path, event_id: str, path: Path, name: str) -> int:
    """Take a file of printed figures; returns how many there are.

    Raises:
        Problem: there is no such event, or a row cannot be taken; nothing is changed then.
    """
    events.held(data, event_id)
    content = files.sha256(path)
    try:
        rows = printed_file.read(path, name)
    except Refusal as refusal:
        raise Problem(ExitCode.SOURCE_REFUSED, str(refusal), tuple(refusal.lines()[1:])) from refusal
    order = {"event_id": event_id, "sha256": content, "source_file": name}
    sha256 = receiving.identity(content, events.text(order))
    receiving.land(data, sha256, content, path, name, journal.NO_ROUND, None)
    parts = store.put(data, sha256, {"received_emergency_printed": rows})
    parts |= store.put_text(data, events.ORDER, events.text(order), sha256)[1]
    journal.append(data, Entry(0, "printed", journal.NO_ROUND, sha256, parts, {"rows": str(rows.num_rows)}, now(), user()))
    return rows.num_rows
