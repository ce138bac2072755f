"""The journal of a data folder: what was received and decided for its rounds, indices and events, one line each, append-only.

Every line carries the hash of the one before, so that a changed or missing line is found. Large things (submissions,
logs, comparisons) lie beside it by hash, see :mod:`flows.field.store`; the journal says in which order they came.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from flows import chain
from flows.problem import ExitCode, Problem

FOLDER = "field"
NAME = "journal.jsonl"
Kind = Literal[
    "frame", "work_plan", "submissions", "cleaning_log", "comparison", "boundaries", "purge",
    "answers", "intention_barrier", "place_of_no_return", "answers_withdrawn",
    "event", "movements", "movements_withdrawn", "snapshot", "printed", "crossings", "crossings_withdrawn",
]  # fmt: skip
# What belongs to no round under collection: answers to the indices, emergency events, crossing points.
OF_INDICES = ("answers", "intention_barrier", "place_of_no_return", "answers_withdrawn")
OF_EVENTS = ("event", "movements", "movements_withdrawn", "snapshot", "printed")
OF_CROSSINGS = ("crossings", "crossings_withdrawn")
NO_ROUND = 0
# What came as a file, whose bytes lie in landing until they are purged.
WITH_PAYLOAD = ("submissions", "answers", "intention_barrier", "place_of_no_return", "movements", "printed", "crossings")


@dataclass(frozen=True)
class Entry:
    """One line: ``sha256`` is the hash of what was received, ``parts`` the hashes of the tables kept of it, by name."""

    number: int
    kind: Kind
    round: int
    sha256: str
    parts: dict[str, str] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    at: str = ""
    by: str = ""
    previous: str = ""

    def says(self) -> list[object]:
        """What it means for the tables: without who wrote it when."""
        return [self.number, self.kind, self.round, self.sha256, sorted(self.parts.items())]


def read(data: Path) -> tuple[Entry, ...]:
    """All entries in their order; none where nothing was received yet.

    Raises:
        Problem: a line was changed, is missing or cannot be read.
    """
    path = data / FOLDER / NAME
    entries: list[Entry] = []
    for number, line in enumerate(chain.read(path), start=1):
        try:
            entries.append(Entry(**line))
        except TypeError as error:
            raise chain.damaged(path, number) from error
    return tuple(entries)


def append(data: Path, entry: Entry) -> Entry:
    """Write an entry after the last; it gets its number and the hash of the line before.

    Raises:
        Problem, OSError: the journal cannot be read or written.
    """
    return Entry(**chain.append(data / FOLDER / NAME, asdict(entry)))


def length(data: Path, least: int) -> int:
    """How many entries there are.

    Raises:
        Problem: there are fewer than ``least``, which were there at the last build.
    """
    found = len(read(data))
    if found < least:
        raise chain.damaged(data / FOLDER / NAME, found + 1)
    return found


def demand_whole(data: Path, entries: tuple[Entry, ...], named: dict[int, int]) -> None:
    """Compare the journal with the last entry that the rounds file knows of each round.

    Raises:
        Problem: entries are missing at its end, or it knows rounds that the rounds file does not.
    """
    path = data / FOLDER / NAME
    if max(named.values(), default=0) > len(entries):
        raise chain.damaged(path, len(entries) + 1)
    for number, last in named.items():
        if not any(entry.kind == "frame" and entry.round == number and entry.number <= last for entry in entries):
            raise chain.damaged(path, 1)
    lost = sorted({entry.round for entry in entries if entry.kind != "frame" and entry.round != NO_ROUND} - set(named))
    if lost:
        rounds = ", ".join(f"R{number}" for number in lost)
        sentence = f"The journal of '{data}' knows {rounds}, rounds.toml does not. Restore rounds.toml from a backup."
        raise Problem(ExitCode.DATA_FOLDER, sentence)
