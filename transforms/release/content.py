"""A release as its writers see it: a name, who may read it, and tables that hold nothing else than what that tier may see.

Every file and page of a release is made from :class:`Content` alone, never from the data folder: a figure that is withheld
in the tables cannot come out in another shape.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from expectations.columns import POPULATIONS
from expectations.contract import Table
from expectations.release import Publisher, Tier
from expectations.release_tables import release_table

PREFIX = "dtm-irq"
_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True)
class Release:
    """The name of a release: round, tier and version, and for partners the recipient.

    ``kind``: partial (version 0.x), final (1.0) or correction; ``reason`` says why there is a correction, ``feedback``
    which feedback led to it. ``list_dates``: population -> date as of which the list of the round counts.
    """

    round: int
    tier: str
    version: str
    kind: str
    list_dates: Mapping[str, datetime.date]
    reason: str = ""
    feedback: tuple[str, ...] = ()
    recipient: str = ""

    @property
    def id(self) -> str:
        """For people and commands, such as r120-public-v1.0."""
        return "-".join(filter(None, (f"r{self.round:03d}", self.tier, self.recipient, f"v{self.version}")))

    @property
    def date(self) -> datetime.date:
        """The newest list date: stands where a file wants a date, never the clock."""
        return max(self.list_dates.values())

    @property
    def room(self) -> str:
        """The folder of its tier (for partners: of its recipient) below the release root."""
        return "/".join(filter(None, (self.tier, self.recipient)))

    @property
    def folder(self) -> str:
        """The folder of this version below that of its tier."""
        return f"r{self.round:03d}/v{self.version}"

    def stem(self, what: str, date: datetime.date | None = None) -> str:
        """The name of a file without its ending: what, round, ISO date, version, and the tier where it is not public."""
        tier = "" if self.tier == "public" else f"_{self.tier}"
        return f"{PREFIX}_{what}_r{self.round:03d}_{(date or self.date).isoformat()}_v{self.version}{tier}"


@dataclass(frozen=True)
class Content:
    """Everything that writers of files, shapes and pages may read.

    ``tables``: name -> rows, as :func:`expectations.release_tables.release_table` declares them, rounds up to that of the
    release, in the order of the key. ``notes``: what every reader must know of this release, as sentences.
    """

    release: Release
    tier: Tier
    publisher: Publisher
    tables: Mapping[str, pa.Table]
    notes: tuple[str, ...] = ()

    def declared(self, name: str) -> Table:
        """The contract of one of its tables."""
        return release_table(name, self.tier)

    def of_round(self, name: str, number: int | None = None) -> pa.Table:
        """The rows of one round of a table; by default of the round of the release."""
        rows = self.tables[name]
        return rows.filter(pc.equal(rows["round"], self.release.round if number is None else number))

    @property
    def populations(self) -> tuple[str, ...]:
        """The populations of which the round has a list."""
        return tuple(population for population in POPULATIONS if population in self.release.list_dates)


def is_slug(text: str) -> bool:
    """Whether a text can be a part of a folder's name: small letters, digits and dashes."""
    return _SLUG.fullmatch(text) is not None
