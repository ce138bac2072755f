"""The log of releases: who drafted, checked, cleared, published and withdrew what, with the hash of the exact bytes.

``DIR/releases/log.jsonl`` is a chain (:mod:`flows.chain`). The state of a release follows from its entries and nothing else.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from flows import chain
from flows.problem import ExitCode, Problem
from flows.run import now, user
from transforms.release.content import Release

FOLDER = "releases"
NAME = "log.jsonl"
Step = Literal["draft", "check", "clear", "publish", "withdraw"]


@dataclass
class Recorded:
    """A release as the log tells of it.

    ``sums``: the hash of its bytes as drafted; ``out``: the folder that holds its root, None for that of the data folder.
    ``checked`` and ``cleared`` are the entries of these steps, None where the bytes were drafted anew since.
    """

    release: Release
    sums: str
    out: str | None
    drafted: dict
    checked: dict | None = None
    cleared: dict | None = None
    published: dict | None = None
    withdrawn: dict | None = None
    superseded_by: str = ""

    @property
    def state(self) -> str:
        """One of :data:`expectations.release.STATES`."""
        if self.withdrawn:
            return "withdrawn"
        if self.published:
            return "superseded" if self.superseded_by else "released"
        if self.cleared:
            return "cleared"
        return "checked" if self.checked and self.checked["holds"] else "draft"

    @property
    def is_removed(self) -> bool:
        """Whether it was withdrawn and its files were deleted."""
        return bool(self.withdrawn and self.withdrawn["removed"])

    @property
    def published_on(self) -> datetime.date | None:
        """The day of publication, in Iraq."""
        return datetime.date.fromisoformat(self.published["on"]) if self.published else None

    @property
    def withdrawn_on(self) -> datetime.date | None:
        """The day of withdrawal, in Iraq."""
        return datetime.date.fromisoformat(self.withdrawn["on"]) if self.withdrawn else None


@dataclass
class Log:
    """All releases of a data folder by id, in the order in which they were first drafted."""

    releases: dict[str, Recorded] = field(default_factory=dict)

    def of(self, release_id: str) -> Recorded:
        """One release.

        Raises:
            Problem: there is none of this id; the sentence names those that are.
        """
        if release_id not in self.releases:
            known = ", ".join(self.releases) or "none"
            raise Problem(
                ExitCode.USAGE, f"There is no release '{release_id}'; held: {known}. Draft it: dtm release draft ROUND."
            )
        return self.releases[release_id]

    def published_for(self, room: str) -> list[Recorded]:
        """What was ever published for a tier or recipient, in whichever root, oldest first; withdrawn versions too."""
        found = [one for one in self.releases.values() if one.published and one.release.room == room]
        return sorted(found, key=lambda one: one.published["number"])

    def published_in(self, room: str, out: str | None) -> list[Recorded]:
        """What of these was published in one root."""
        return [one for one in self.published_for(room) if one.out == out]


def folder(data: Path) -> Path:
    """Where a data folder keeps its releases."""
    return data / FOLDER


def note(data: Path, step: Step, release_id: str, about: Mapping[str, object]) -> dict:
    """Write down a step, with the time and the user of the operating system.

    Raises:
        Problem, OSError: the log is damaged, or cannot be written.
    """
    entry = {"step": step, "id": release_id, "at": now(), "os_user": user(), **about}
    return chain.append(folder(data) / NAME, entry, sealed=True)


def read(data: Path) -> Log:
    """The releases of a data folder.

    Raises:
        Problem: the log is damaged.
    """
    log = Log()
    path = folder(data) / NAME
    for entry in chain.read(path, sealed=True):
        try:
            _happened(log, entry)
        except (KeyError, TypeError, ValueError) as error:
            raise chain.damaged(path, entry["number"]) from error
    return log


def _happened(log: Log, entry: dict) -> None:
    step, release_id = entry["step"], entry["id"]
    if step == "draft":
        if release_id in log.releases and log.releases[release_id].published:
            raise ValueError(release_id)  # what was published is never drafted again
        log.releases[release_id] = Recorded(release_of(entry["release"]), entry["sums"], entry["out"], entry)
        return
    own = log.releases[release_id]
    if step == "check":
        own.checked, own.cleared = entry, None
    elif step == "clear":
        own.cleared = entry
    elif step == "publish":
        for other in log.releases.values():
            is_same = (other.release.round, other.release.room, other.out) == (own.release.round, own.release.room, own.out)
            if is_same and other is not own and other.published and not other.withdrawn and not other.superseded_by:
                other.superseded_by = release_id
        own.published = entry
    elif step == "withdraw":
        own.withdrawn = entry
        for other in log.releases.values():
            if other.superseded_by == release_id:  # what it had replaced holds again
                other.superseded_by = own.superseded_by
    else:
        raise ValueError(step)


def told(release: Release) -> dict[str, object]:
    """The name of a release as JSON has it."""
    dates = {population: date.isoformat() for population, date in sorted(release.list_dates.items())}
    return {**vars(release), "list_dates": dates, "feedback": list(release.feedback)}


def release_of(said: Mapping[str, object]) -> Release:
    """The name of a release from what :func:`told` made of it."""
    dates = {population: datetime.date.fromisoformat(date) for population, date in said["list_dates"].items()}
    return Release(**{**said, "list_dates": dates, "feedback": tuple(said["feedback"])})
