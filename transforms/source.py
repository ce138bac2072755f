"""A source file as it is to be taken: which bytes, under which names, and what the user said about them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A source by the hash of its bytes.

    ``names`` are all names under which the bytes were received. ``round`` and ``vintage`` (an ISO date) are what the
    user gave where the file itself does not say it; ``quarantine`` takes a list without its bad rows.
    """

    sha256: str
    names: tuple[str, ...]
    round: int | None = None
    vintage: str | None = None
    quarantine: bool = False

    @property
    def name(self) -> str:
        """The name shown in messages and lineage: the first in sorted order."""
        return min(self.names)

    @property
    def vintage_date(self) -> datetime.date | None:
        """The vintage that the user gave."""
        return datetime.date.fromisoformat(self.vintage) if self.vintage else None
