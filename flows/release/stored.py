"""A release in a folder: its files, ``release.json`` that says what they are, ``SHA256SUMS`` over all of them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pyarrow as pa

from expectations.contract import Table
from expectations.release import Publisher, Tier
from expectations.release_tables import FIRST_PUBLISHED, GROUPS, LISTS, release_table
from expectations.schema import schema
from flows import files, stored
from flows.problem import ExitCode, Problem
from flows.release import log, notes, table_files
from flows.release.listing import ListedFile
from flows.release.notes import SUMS
from flows.release.writing import ReleaseFile
from transforms.release.content import Content

ABOUT = "release.json"
_VERSION = 1
_KEYS = {"id", "release", "tier", "publisher", "notes", "tables", "content_sha256", "files"}
_FILE_KEYS = {"path", "title", "format", "bytes", "sha256", "table", "population"}
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


def seal(content: Content, folder: Path, made: Sequence[ReleaseFile]) -> str:
    """Write ``release.json`` and ``SHA256SUMS`` over the files of a release; returns the hash that stands for all its bytes.

    ``content_sha256`` is that of the files that the same content makes byte for byte again.
    """
    listed = []
    for file in made:
        path = folder / file.path
        listed.append({**asdict(file), "bytes": path.stat().st_size, "sha256": files.sha256(path)})
    stable = "".join(f"{file['sha256']}  {file['path']}\n" for file in listed if file["is_stable"])
    about = {
        "schema_version": _VERSION,
        "id": content.release.id,
        "release": log.told(content.release),
        "tier": asdict(content.tier),
        "publisher": asdict(content.publisher),
        "notes": list(content.notes),
        "tables": {name: rows.num_rows for name, rows in content.tables.items()},
        "content_sha256": hashlib.sha256(stable.encode()).hexdigest(),
        "files": listed,
    }
    text = json.dumps(about, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    files.replace_bytes(folder / ABOUT, text.encode())
    notes.sums(folder)
    return files.sha256(folder / SUMS)


def differences(folder: Path, sums: str) -> list[str]:
    """What is not as it was sealed, as sentences: files changed, missing or added. Empty where every byte is the same.

    Args:
        folder: of the release.
        sums: what :func:`seal` returned.
    """
    path = folder / SUMS
    if not path.is_file():
        return [f"{SUMS} is missing"]
    if files.sha256(path) != sums:
        return [f"{SUMS} was changed"]
    expected = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        digest, name = _LINE.fullmatch(line).groups()
        expected[name] = digest
    found = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file() or one.is_symlink()}
    said = [f"{name} is missing" for name in sorted(expected.keys() - found)]
    said += [f"{name} does not belong to it" for name in sorted(found - expected.keys() - {SUMS})]
    changed = (name for name in sorted(expected.keys() & found) if not _is(folder / name, expected[name]))
    return said + [f"{name} was changed" for name in changed]


def _is(path: Path, digest: str) -> bool:
    """Whether there is a file of its own with these bytes: a link may lead elsewhere tomorrow."""
    return path.is_file() and not path.is_symlink() and files.sha256(path) == digest


def about(folder: Path) -> dict:
    """What ``release.json`` says.

    Raises:
        Problem: it is missing or damaged.
    """
    try:
        said = json.loads((folder / ABOUT).read_bytes())
        if not said.keys() >= _KEYS or not all(file.keys() >= _FILE_KEYS for file in said["files"]):
            raise KeyError(ABOUT)
        if said["schema_version"] != _VERSION:
            raise Problem(ExitCode.DATA_FOLDER, f"'{folder}' was released by another version of this program.")
        return said
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem(ExitCode.DATA_FOLDER, f"'{folder / ABOUT}' is missing or damaged.") from error


def content(folder: Path) -> Content:
    """The content of a release again, from its own files.

    Raises:
        Problem: as :func:`about`; a table is missing or damaged.
    """
    said = about(folder)
    tier = Tier(**{key: tuple(value) if isinstance(value, list) else value for key, value in said["tier"].items()})
    held = Content(log.release_of(said["release"]), tier, Publisher(**said["publisher"]), {}, tuple(said["notes"]))
    return replace(held, tables={name: _table(folder, held.declared(name)) for name in said["tables"]})


def told(folder: Path, tier: Tier) -> dict[str, pa.Table]:
    """What a version says of its lists, of all that is summed from them, and of revisions: what the next one starts from.

    Args:
        folder: of the version.
        tier: whose tables these are today.

    Raises:
        Problem: as :func:`content`.
    """
    names = [*GROUPS, *(name + FIRST_PUBLISHED for name in LISTS), "revision"]
    return {name: _table(folder, release_table(name, tier)) for name in names if name in about(folder)["tables"]}


def _table(folder: Path, table: Table) -> pa.Table:
    """A table with the columns that it has today: what it did not have yet is null."""
    path = folder / table_files.FOLDER / f"{table.name}.parquet"
    try:
        rows = stored.table([path])
        expected = schema(table)
        known = {name: rows[name] if name in rows.column_names else pa.nulls(rows.num_rows) for name in expected.names}
        return pa.table(known).cast(expected)
    except (OSError, KeyError, ValueError, pa.ArrowInvalid) as error:
        raise Problem(ExitCode.DATA_FOLDER, f"'{path}' is missing, damaged, or of another version of this program.") from error


def listed(folder: Path) -> tuple[ListedFile, ...]:
    """The files of a release as its page lists them, without those that only describe others."""
    return tuple(
        ListedFile(file["path"], file["title"], file["format"], file["bytes"], file["sha256"], file["table"], file["population"])
        for file in about(folder)["files"]
    )
