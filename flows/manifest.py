"""The manifest: the only pointer from a data folder to what is published in it.

``content`` is what a rebuild must reproduce to the byte: the admitted sources, what the user decided about
them, the code, the published files. ``log`` says who did what when, and is no part of it. Replacing
``manifest.json`` is the commit; the manifest before it stays as ``manifest.previous.json``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from flows import files
from flows.problem import ExitCode, Problem

SCHEMA_VERSION = 1
NAME = "manifest.json"
PREVIOUS = "manifest.previous.json"
TABLES = "tables"


@dataclass(frozen=True)
class Source:
    """An admitted source file: its hash, all names it came under, what the user said about it."""

    sha256: str
    names: tuple[str, ...]
    round: int | None = None
    vintage: str | None = None
    quarantine: bool = False

    @property
    def name(self) -> str:
        """The name shown in messages and lineage."""
        return min(self.names)


@dataclass(frozen=True)
class Withdrawal(Source):
    """A source taken back, and why. What the user had said about it is kept, so that it can be undone."""

    reason: str = ""

    def source(self) -> Source:
        """The source as it was admitted."""
        return Source(self.sha256, self.names, self.round, self.vintage, self.quarantine)


@dataclass(frozen=True)
class PublishedFile:
    """One Parquet file: path inside the data folder, hash, rows and bytes."""

    path: str
    sha256: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """What is published in a data folder, and the log of how it came to be."""

    sources: tuple[Source, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    accepted_exceptions: tuple[dict[str, str], ...] = ()
    code: str = ""
    tables: dict[str, tuple[PublishedFile, ...]] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)
    log: tuple[dict[str, str], ...] = ()

    def key(self) -> tuple:
        """What decides whether there is anything to do: sources, decisions and code."""
        return (self.sources, self.withdrawn, self.accepted_exceptions, self.code)

    def logged(self, **event: str) -> Manifest:
        """The same with one more line in the log."""
        return replace(self, log=(*self.log, event))

    def published_files(self) -> list[PublishedFile]:
        """Every published file of every table."""
        return [file for listed in self.tables.values() for file in listed]

    def to_json(self) -> bytes:
        """Stable JSON: sorted keys, one content section, the log apart from it."""
        content = asdict(self)
        log = content.pop("log")
        document = {"schema_version": SCHEMA_VERSION, "content": content, "log": log}
        return (json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def read(data: Path) -> Manifest | None:
    """The current manifest, or None where nothing was published yet.

    Raises:
        Problem: the folder belongs to another version of the program, or its manifest is damaged.
    """
    path = data / NAME
    if not path.exists():
        return None
    try:
        document = json.loads(path.read_bytes())
        version = document["schema_version"]
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(data) from error
    if version != SCHEMA_VERSION:
        what = (
            "was written by a newer version of this program: update the program"
            if isinstance(version, int) and version > SCHEMA_VERSION
            else "was written by an older version of this program: move its landing folder to a new data folder and build again from it"
        )
        raise Problem(ExitCode.DATA_FOLDER, f"The data folder '{data}' {what}.")
    try:
        return _parsed(document)
    except (KeyError, TypeError, AttributeError) as error:
        raise _damaged(data) from error


def required(data: Path) -> Manifest:
    """The current manifest.

    Raises:
        Problem: nothing was published yet in the folder.
    """
    manifest = read(data) if data.is_dir() else None
    if manifest is None:
        raise Problem(ExitCode.DATA_FOLDER, f"Nothing is published in '{data}' yet. Build it first: dtm build PATH --data {data}")
    return manifest


def _damaged(data: Path) -> Problem:
    sentence = f"'{data / NAME}' is damaged. Copy {PREVIOUS} over it, or delete it and build again from the original files."
    return Problem(ExitCode.DATA_FOLDER, sentence)


def _parsed(document: dict) -> Manifest:
    content = document["content"]
    return Manifest(
        sources=tuple(Source(**{**s, "names": tuple(s["names"])}) for s in content["sources"]),
        withdrawn=tuple(Withdrawal(**{**w, "names": tuple(w["names"])}) for w in content["withdrawn"]),
        accepted_exceptions=tuple(content["accepted_exceptions"]),
        code=content["code"],
        tables={name: tuple(PublishedFile(**file) for file in listed) for name, listed in content["tables"].items()},
        checks=content["checks"],
        log=tuple(document["log"]),
    )


def damaged_files(data: Path, manifest: Manifest) -> list[str]:
    """Paths of published files whose bytes are missing or not those of the manifest."""
    return [file.path for file in manifest.published_files() if not _intact(data / file.path, file)]


def _intact(path: Path, file: PublishedFile) -> bool:
    try:
        return path.stat().st_size == file.bytes and files.sha256(path) == file.sha256
    except OSError:
        return False


def commit(data: Path, manifest: Manifest) -> None:
    """Make ``manifest`` the current one; its files must already be in place and flushed."""
    current = data / NAME
    if current.exists():
        files.replace_bytes(data / PREVIOUS, current.read_bytes())
    files.replace_bytes(current, manifest.to_json())


def referenced(data: Path) -> set[str]:
    """Paths and landed hashes that the last two manifests need."""
    kept: set[str] = set()
    for name in (NAME, PREVIOUS):
        path = data / name
        if path.exists():
            manifest = _parsed(json.loads(path.read_bytes()))
            kept |= {file.path for file in manifest.published_files()}
            kept |= {source.sha256 for source in (*manifest.sources, *manifest.withdrawn)}
    return kept
