"""The versions that a release root holds, as its ``releases.json`` says and its page shows: newest first."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from flows.problem import ExitCode, Problem

NAME = "releases.json"


@dataclass(frozen=True)
class ListedFile:
    """A file of a version: path below the folder of the version, what it is, format, size and hash."""

    path: str
    title: str
    format: str
    bytes: int
    sha256: str
    table: str = ""
    population: str = ""


@dataclass(frozen=True)
class Version:
    """A version of the release of a round in a root. ``state``: released, superseded or withdrawn; ``folder``: below the root;"""

    id: str
    round: int
    version: str
    kind: str
    state: str
    published_on: datetime.date
    list_dates: dict[str, datetime.date]
    folder: str
    content_sha256: str
    reason: str = ""
    notes: tuple[str, ...] = ()
    files: tuple[ListedFile, ...] = field(default=())
    withdrawn_on: datetime.date | None = None


def to_json(versions: Sequence[Version]) -> str:
    """The versions as text."""
    return json.dumps([asdict(version) for version in versions], indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n"


def read(root: Path) -> list[Version]:
    """The versions of a root, newest first; none where nothing was published in it yet.

    Raises:
        Problem: the file is damaged.
    """
    path = root / NAME
    try:
        return [_version(told) for told in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []
    except (ValueError, KeyError, TypeError) as error:
        raise Problem(ExitCode.DATA_FOLDER, f"'{path}' is damaged. Publish again to renew the root.") from error


def _version(told: dict) -> Version:
    day = datetime.date.fromisoformat
    dates = {population: day(date) for population, date in told["list_dates"].items()}
    files = tuple(ListedFile(**file) for file in told["files"])
    return Version(
        **{
            **told,
            "published_on": day(told["published_on"]),
            "withdrawn_on": day(told["withdrawn_on"]) if told["withdrawn_on"] else None,
            "list_dates": dates,
            "notes": tuple(told["notes"]),
            "files": files,
        }
    )
