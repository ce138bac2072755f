"""Landing: the bytes of every source as received, named by their hash, never edited.

``landing/<sha256>/source`` holds the bytes; ``provenance.json`` beside it says under which names and when they
came and under which licence. ``landing/decisions.json`` repeats what the manifest says of each source (round, vintage,
quarantine, withdrawal, accepted exceptions), so that a folder that has lost its manifest can be built again as it was
meant. Only the owner of the folder may read it. A run receives files below ``staging``;
they are admitted to landing when the tables made of them are published, so a refused file leaves nothing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from flows import files
from flows.problem import ExitCode, Problem
from transforms.refusal import Refusal

FOLDER = "landing"
BYTES = "source"
PROVENANCE = "provenance.json"
DECISIONS = "decisions.json"
SUBMISSIONS = "submissions"  # payloads of rounds under collection, see flows.field.receiving
_HASH = re.compile(r"[0-9a-f]{64}")


def receive(staging: Path, source: Path, sha256: str, provenance: dict[str, object]) -> None:
    """Copy the bytes of ``source`` to staging.

    Raises:
        Problem: the file changed while it was read.
        OSError: it cannot be read, or staging cannot be written.
    """
    folder = staging / FOLDER / sha256
    folder.mkdir(parents=True, exist_ok=True)
    if files.copy(source, folder / BYTES) != sha256:
        raise Problem(ExitCode.STORAGE, f"'{source}' changed while it was read. Wait until it is complete, then build again.")
    about = {**provenance, "bytes": (folder / BYTES).stat().st_size}
    (folder / PROVENANCE).write_bytes((json.dumps(about, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())


def received(staging: Path) -> set[str]:
    """Hashes of the files that this run has received."""
    return _hashes(staging / FOLDER)


def admit(data: Path, staging: Path) -> None:
    """Move the received files to landing, over damaged ones; their note stays the one of the first receipt."""
    moved: list[tuple[Path, Path]] = []
    for sha256 in sorted(received(staging)):
        folder, home = staging / FOLDER / sha256, data / FOLDER / sha256
        home.mkdir(parents=True, exist_ok=True)
        names = [name for name in (PROVENANCE, BYTES) if name == BYTES or not (home / name).exists()]
        moved += [(folder / name, home / name) for name in names]
    if not moved:
        return
    os.chmod(data / FOLDER, 0o700)
    files.flush_all(source for source, _ in moved)
    for source, target in moved:
        os.replace(source, target)
    files.flush_all([*sorted({target.parent for _, target in moved}), data / FOLDER])


def note(data: Path, said: dict[str, dict[str, object]]) -> None:
    """Keep what was decided on the sources, by hash, beside their bytes. A damaged note is written anew.

    Raises:
        OSError: it cannot be read or written.
    """
    path = data / FOLDER / DECISIONS
    try:
        known, is_damaged = _decisions(path), False
    except Problem:
        known, is_damaged = {}, True
    if said and (is_damaged or known | said != known):
        files.replace_bytes(path, (json.dumps(known | said, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())


def noted(path: Path) -> dict[str, object] | None:
    """What was decided on a landed file; None where ``path`` is no landed file, or nothing was.

    Raises:
        Problem: the note is damaged.
    """
    return _decisions(path.parent.parent / DECISIONS).get(path.parent.name) if names(path) else None


def _decisions(path: Path) -> dict[str, dict[str, object]]:
    """The decisions kept in a file; none where it is missing. A damaged one must not be passed over in silence."""
    try:
        known = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError) as error:
        raise damaged(path) from error
    if not isinstance(known, dict) or not all(isinstance(said, dict) for said in known.values()):
        raise damaged(path)
    return known


def damaged(path: Path) -> Problem:
    """The failure for a note that cannot be understood."""
    sentence = f"'{path}' is damaged, and with it what was decided on the files beside it. Delete it to build them without."
    return Problem(ExitCode.DATA_FOLDER, sentence)


def discard(data: Path, hashes: Iterable[str]) -> None:
    """Remove bytes that were never admitted."""
    for sha256 in hashes:
        shutil.rmtree(data / FOLDER / sha256, ignore_errors=True)


def is_intact(data: Path, sha256: str) -> bool:
    """Whether landing holds the bytes of a source unchanged."""
    path = data / FOLDER / sha256 / BYTES
    try:
        return files.sha256(path) == sha256
    except (FileNotFoundError, NotADirectoryError):
        return False


def demand_intact(data: Path, sha256: str, name: str) -> Path:
    """The landed bytes of a source.

    Raises:
        Refusal: they are missing or no longer those that were received.
    """
    if not is_intact(data, sha256):
        raise Refusal(name, "landing_damaged", "The bytes kept in landing are missing or were changed.")
    return data / FOLDER / sha256 / BYTES


def names(path: Path) -> tuple[str, ...]:
    """The names under which a file of some landing folder was received; none where ``path`` is no such file."""
    if path.name != BYTES or not _HASH.fullmatch(path.parent.name):
        return ()
    try:
        return tuple(json.loads((path.parent / PROVENANCE).read_bytes())["names"])
    except (OSError, ValueError, KeyError, TypeError):
        return (path.parent.name,)


def is_own(path: Path) -> bool:
    """Whether a file is one that landing keeps beside or instead of lists: its notes, and submissions as received."""
    return path.name in (PROVENANCE, DECISIONS) or path.parent.parent.name == SUBMISSIONS


def _hashes(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir() if _HASH.fullmatch(entry.name)} if folder.is_dir() else set()
