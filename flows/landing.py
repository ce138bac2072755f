"""Landing: the bytes of every source as received, named by their hash, never edited.

``landing/<sha256>/source`` holds the bytes, ``provenance.json`` beside it says under which names, when, from
where and under which licence they came. Only the owner of the folder may read it.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from flows import files
from flows.problem import ExitCode, Problem
from transforms.refusal import Refusal

FOLDER = "landing"
BYTES = "source"
PROVENANCE = "provenance.json"


def path_of(data: Path, sha256: str) -> Path:
    """Where the bytes of a source are."""
    return data / FOLDER / sha256 / BYTES


def land(data: Path, source: Path, sha256: str, *, received_at: str, licence: str) -> bool:
    """Keep the bytes of ``source``; True where they were not there before. Damaged bytes are mended.

    Raises:
        Problem: the file changed while it was read.
    """
    target = path_of(data, sha256)
    if target.exists() and files.sha256(target) == sha256:
        _note_name(target.parent, source.name)
        return False
    folder = target.parent
    fresh = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(data / FOLDER, 0o700)
    files.replace_bytes(target, source.read_bytes())
    if files.sha256(target) != sha256:
        shutil.rmtree(folder)
        raise Problem(ExitCode.STORAGE, f"'{source}' changed while it was read. Wait until it is complete, then build again.")
    if not (folder / PROVENANCE).exists():
        about = {"names": [source.name], "received_at": received_at, "licence": licence, "bytes": target.stat().st_size}
        files.replace_bytes(folder / PROVENANCE, _json(about))
    return fresh


def demand_intact(data: Path, sha256: str, name: str) -> Path:
    """The landed bytes of a source.

    Raises:
        Refusal: they are missing or no longer those that were received.
    """
    path = path_of(data, sha256)
    if not path.exists() or files.sha256(path) != sha256:
        raise Refusal(name, "landing_damaged", "The bytes kept in landing are missing or were changed.")
    return path


def provenance(data: Path, sha256: str) -> dict:
    """What is known of how the bytes came; empty where the note is missing."""
    path = data / FOLDER / sha256 / PROVENANCE
    return json.loads(path.read_bytes()) if path.exists() else {}


def discard(data: Path, hashes: set[str]) -> None:
    """Remove bytes that were never admitted."""
    for sha256 in hashes:
        shutil.rmtree(data / FOLDER / sha256, ignore_errors=True)


def landed(data: Path) -> set[str]:
    """Hashes of everything in landing."""
    folder = data / FOLDER
    return {entry.name for entry in folder.iterdir() if entry.is_dir()} if folder.is_dir() else set()


def _note_name(folder: Path, name: str) -> None:
    path = folder / PROVENANCE
    about = json.loads(path.read_bytes()) if path.exists() else {"names": []}
    if name not in about["names"]:
        about["names"] = sorted({*about["names"], name})
        files.replace_bytes(path, _json(about))


def _json(content: dict) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
