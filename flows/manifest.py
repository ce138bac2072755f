"""The manifest: the only pointer from a data folder to what is published in it.

``content`` is what a rebuild must reproduce to the byte: the admitted sources, what the user decided about
them, the code, the published files. ``log`` says who did what when, and is no part of it. Replacing
``manifest.json`` is the commit; the manifest before it stays as ``manifest.previous.json``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from flows import files
from flows.problem import ExitCode, Problem
from transforms.source import Source

SCHEMA_VERSION = 1
NAME = "manifest.json"
PREVIOUS = "manifest.previous.json"
TABLES = "tables"


@dataclass(frozen=True)
class Withdrawal(Source):
    """A source taken back, and why. What the user had said about it is kept, so that it can be undone.

    ``exceptions`` are those that were accepted for its list.
    """

    reason: str = ""
    exceptions: tuple[dict[str, str], ...] = ()

    def source(self) -> Source:
        """The source as it was admitted."""
        return Source(self.sha256, self.names, self.round, self.vintage, self.quarantine)


def decided(noted: dict) -> tuple[Source, Withdrawal | None, Edition | None, tuple[dict[str, str], ...]]:
    """What :meth:`Manifest.decisions` told of one source: as it is to be taken, its withdrawal, its list, its exceptions.

    Raises:
        KeyError, TypeError, AttributeError, ValueError: it was not written by this program.
    """
    said, exceptions = noted["said"], tuple(noted["exceptions"])
    source = Source(**{**said, "names": tuple(said["names"])})
    edition = Edition(**noted["edition"]) if noted["edition"] is not None else None
    texts = [source.sha256, *source.names, *(text for row in exceptions for text in row.values())]
    texts += [text for text in (source.vintage, noted["withdrawn"]) if text is not None]
    texts += [edition.sha256, edition.population, edition.vintage_date] if edition else []
    numbers = [number for number in (source.round, edition and edition.round) if number is not None]
    if not all(type(text) is str and text.encode() is not None for text in texts):  # a lone surrogate has no bytes
        raise TypeError("text expected")
    if not all(type(number) is int for number in numbers) or type(source.quarantine) is not bool:
        raise TypeError("number or boolean expected")
    if not source.names or (source.vintage and not source.vintage_date):
        raise ValueError("a name and a date expected")
    taken_back = withdrawal(source, noted["withdrawn"], exceptions) if noted["withdrawn"] is not None else None
    return source, taken_back, edition, exceptions


def withdrawal(source: Source, reason: str, exceptions: tuple[dict[str, str], ...] = ()) -> Withdrawal:
    """The withdrawal of a source."""
    return Withdrawal(**vars(source), reason=reason, exceptions=exceptions)


@dataclass(frozen=True)
class Edition:
    """The list that a source turned out to hold; two sources may hold the same one in other bytes."""

    sha256: str
    population: str
    round: int
    vintage_date: str

    def key(self) -> tuple[str, int, str]:
        """Population, round and vintage."""
        return self.population, self.round, self.vintage_date


@dataclass(frozen=True)
class PublishedFile:
    """One Parquet file: path inside the data folder, hash, rows and bytes."""

    path: str
    sha256: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """What is published in a data folder, and the log of how it came to be.

    ``rounds`` stands for what the rounds under collection and the indices are made of (:mod:`flows.field.standing`);
    ``received`` is how many entries the journal had.
    ``editions`` says of each source, withdrawn or not, which list it holds; ``checks`` how much was judged.
    """

    sources: tuple[Source, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    accepted_exceptions: tuple[dict[str, str], ...] = ()
    code: str = ""
    rounds: str = ""
    received: int = 0
    editions: tuple[Edition, ...] = ()
    tables: dict[str, tuple[PublishedFile, ...]] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)
    log: tuple[dict[str, str], ...] = ()

    def key(self) -> tuple:
        """What decides whether there is anything to do: sources, decisions and code."""
        return (self.sources, self.withdrawn, self.accepted_exceptions, self.code, self.rounds)

    def decisions(self) -> dict[str, dict[str, object]]:
        """What was decided on each source, by hash, and which list it holds: for :func:`flows.landing.note`."""
        editions = {edition.sha256: edition for edition in self.editions}
        told = [(source, None, self.accepted_for(editions.get(source.sha256))) for source in self.sources]
        told += [(taken.source(), taken.reason, taken.exceptions) for taken in self.withdrawn]
        return {
            source.sha256: {
                "said": asdict(source),
                "withdrawn": reason,
                "exceptions": list(exceptions),
                "edition": asdict(editions[source.sha256]) if source.sha256 in editions else None,
            }
            for source, reason, exceptions in told
        }

    def accepted_for(self, edition: Edition | None) -> tuple[dict[str, str], ...]:
        """The exceptions accepted for a list."""
        key = edition and edition.key()
        return tuple(
            row for row in self.accepted_exceptions if (row["population"], int(row["first_round"]), row["vintage_date"]) == key
        )

    def logged(self, **event: str) -> Manifest:
        """The same with one more line in the log."""
        return replace(self, log=(*self.log, event))

    def accepting(self, exceptions: Iterable[dict[str, str]]) -> Manifest:
        """The same with more accepted exceptions, one for each rule and list; a later one takes the place of an earlier."""
        key = ("rule", "population", "vintage_date", "first_round")
        merged = {tuple(row[k] for k in key): row for row in (*self.accepted_exceptions, *exceptions)}
        return replace(self, accepted_exceptions=tuple(merged[k] for k in sorted(merged)))

    def published_files(self) -> list[PublishedFile]:
        """Every published file of every table."""
        return [file for listed in self.tables.values() for file in listed]

    def to_json(self) -> bytes:
        """Stable JSON: sorted keys, one content section, the log apart from it."""
        content = asdict(self)
        log = content.pop("log")
        document = {"schema_version": SCHEMA_VERSION, "sha256": _hash(content, log), "content": content, "log": log}
        return (_json(document) + "\n").encode()


def _json(document: object) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False)


def _hash(content: object, log: object) -> str:
    """What tells a damaged or hand-edited manifest from one that the program wrote."""
    return hashlib.sha256(_json([content, log]).encode()).hexdigest()


def received(data: Path) -> int:
    """The number of the last entry of the journal that the published tables know; 0 where nothing was published yet.

    Raises:
        Problem: as :func:`read`.
    """
    current = read(data)
    return current.received if current else 0


def read(data: Path) -> Manifest | None:
    """The current manifest, or None where nothing was published yet.

    Raises:
        Problem: the folder belongs to another program or another version of this one, or its manifest is damaged or lost.
    """
    path = data / NAME
    if path.exists():
        return _read(path)
    if (data / PREVIOUS).exists():
        raise _damaged(path, "is missing")
    return None


def _read(path: Path) -> Manifest:
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(document, dict) or not {"schema_version", "content", "log"} <= document.keys():
        raise Problem(ExitCode.DATA_FOLDER, f"'{path}' was not written by this program. Choose another data folder.")
    version = document["schema_version"]
    if not isinstance(version, int):
        raise _damaged(path)
    if version > SCHEMA_VERSION:
        sentence = f"The data folder '{path.parent}' was written by a newer version of this program. Update the program."
        raise Problem(ExitCode.DATA_FOLDER, sentence)
    if version < SCHEMA_VERSION:
        sentence = f"The data folder '{path.parent}' was written by an older version of this program. Build a new one from it: {_again(path.parent, 'NEW')}"
        raise Problem(ExitCode.DATA_FOLDER, sentence)
    if document.get("sha256") != _hash(document["content"], document["log"]):
        raise _damaged(path)
    try:
        return _parsed(document)
    except (KeyError, TypeError, AttributeError) as error:
        raise _damaged(path) from error


def required(data: Path) -> Manifest:
    """The current manifest.

    Raises:
        Problem: nothing was published yet in the folder.
    """
    manifest = read(data) if data.is_dir() else None
    if manifest is None:
        raise Problem(ExitCode.DATA_FOLDER, f"Nothing is published in '{data}' yet. Build it first: dtm build PATH --data {data}")
    return manifest


def _damaged(path: Path, what: str = "is damaged") -> Problem:
    has_previous = (path.parent / PREVIOUS).exists()
    both = f"{NAME} and {PREVIOUS}" if has_previous else path.name
    lines = [f"Or delete {both} and build again from what was received: {_again(path.parent, path.parent)}"]
    if has_previous and path.name == NAME:
        lines[:0] = [f"Copy {PREVIOUS} to {NAME} to have the state before the last build."]
    return Problem(ExitCode.DATA_FOLDER, f"'{path}' {what}.", tuple(lines))


def _again(data: Path, into: object) -> str:
    """The command that builds again from the bytes as received."""
    return f"dtm build '{data / 'landing'}' --data '{into}'"


def _parsed(document: dict) -> Manifest:
    content = document["content"]
    return Manifest(
        sources=tuple(Source(**{**s, "names": tuple(s["names"])}) for s in content["sources"]),
        withdrawn=tuple(
            Withdrawal(**{**w, "names": tuple(w["names"]), "exceptions": tuple(w.get("exceptions", ()))})
            for w in content["withdrawn"]
        ),
        accepted_exceptions=tuple(content["accepted_exceptions"]),
        code=content["code"],
        rounds=content.get("rounds", ""),
        received=content.get("received", 0),
        editions=tuple(Edition(**e) for e in content["editions"]),
        tables={name: tuple(PublishedFile(**file) for file in listed) for name, listed in content["tables"].items()},
        checks=content["checks"],
        log=tuple(document["log"]),
    )


def damaged_files(data: Path, manifest: Manifest) -> list[str]:
    """Paths of published files whose bytes are missing or not those of the manifest."""
    return [file.path for file in manifest.published_files() if not is_intact(data / file.path, file)]


def is_intact(path: Path, file: PublishedFile) -> bool:
    """Whether the file at ``path`` has the bytes of the manifest."""
    try:
        return path.stat().st_size == file.bytes and files.sha256(path) == file.sha256
    except OSError:
        return False


def commit(data: Path, manifest: Manifest) -> None:
    """Make ``manifest`` the current one; its files must already be in place and flushed.

    The new manifest is on the disk before the previous one is touched, so a full disk changes neither.
    """
    current = data / NAME
    waiting = files.prepared(current, manifest.to_json())
    try:
        if current.exists():
            files.replace_bytes(data / PREVIOUS, current.read_bytes())
    except OSError:
        waiting.unlink(missing_ok=True)
        raise
    files.put(waiting, current)


def referenced(data: Path) -> set[str]:
    """Paths of published files and hashes of landed ones that the last two manifests need.

    Raises:
        Problem: one of the two cannot be read.
    """
    kept: set[str] = set()
    for path in (data / NAME, data / PREVIOUS):
        if path.exists():
            manifest = _read(path)
            kept |= {file.path for file in manifest.published_files()}
            kept |= {source.sha256 for source in (*manifest.sources, *manifest.withdrawn)}
    return kept
