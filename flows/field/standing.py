"""What the rounds under collection and the indices are made of, as one hash. Imports no engine: it decides whether there is
anything to do."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flows.field import journal, rounds_file


def fingerprint(data: Path) -> str:
    """What decides whether the tables of the rounds under collection and of the indices are up to date; empty where there are none.

    Who did something, and at what time, is no part of it; neither is a purge, which changes no table.

    Raises:
        Problem: the journal or the rounds file cannot be read.
    """
    rounds, entries = rounds_file.read(data), journal.read(data)
    journal.demand_whole(data, entries, {number: own.journal for number, own in rounds.items()})
    if not rounds and not entries:
        return ""
    said = [[r.says() for r in rounds.values()], [entry.says() for entry in entries if entry.kind != "purge"]]
    return hashlib.sha256(repr(said).encode()).hexdigest()
