"""Staging, where a build works, and publishing, which moves what it made into place.

Whatever is in staging may be removed at any time when no run holds the lock. Imports no engine.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Set
from contextlib import suppress
from pathlib import Path

from flows import files, landing, manifest
from flows.manifest import Manifest
from flows.problem import Problem

FOLDER = "staging"


def start(data: Path) -> Path:
    """An empty staging folder, for the owner's eyes only: it holds files as received."""
    staging = data / FOLDER
    if staging.exists():
        shutil.rmtree(staging)
    staging.mkdir(parents=True)
    os.chmod(staging, 0o700)
    return staging


def clear(data: Path) -> None:
    """Remove staging. What is held open stays for the next build to remove."""
    shutil.rmtree(data / FOLDER, ignore_errors=True)


def publish(data: Path, new: Manifest) -> None:
    """Move the staged files into place and commit; a reader sees the old state or the new one.

    Raises:
        OSError: something cannot be written; what was moved is taken back as far as it can be.
    """
    landed = {sha256 for sha256 in landing.received(data / FOLDER) if not (data / landing.FOLDER / sha256).exists()}
    try:
        _move(data, new)
        landing.admit(data, data / FOLDER)
        manifest.commit(data, new)
    finally:
        sweep(data, landed)


def _move(data: Path, new: Manifest) -> None:
    targets = []
    for file in new.published_files():
        target, staged = data / file.path, data / FOLDER / file.path
        if not manifest.is_intact(target, file):
            target.parent.mkdir(parents=True, exist_ok=True)
            targets.append((staged, target))
    files.flush_all(staged for staged, _ in targets)
    for staged, target in targets:
        os.replace(staged, target)
    folders = {target.parent for _, target in targets}
    files.flush_all(sorted(folders | {folder.parent for folder in folders}))


def sweep(data: Path, landed: Set[str] = frozenset()) -> None:
    """Remove what the last two manifests do not need: published files, and of landing what this run ``landed``; and staging.

    What the manifest decides on sources is noted in landing. Never fails: the commit is made or was given up before.
    What cannot be written or removed now is left to the next sweep.
    """
    try:
        kept, current = manifest.referenced(data), manifest.read(data)
    except (OSError, Problem):
        return
    for path in sorted((data / manifest.TABLES).rglob("*.parquet")):
        if path.relative_to(data).as_posix() not in kept:
            try:
                path.unlink()
            except OSError:
                continue
    landing.discard(data, landed - kept)
    clear(data)
    if current:
        keep_decisions(data, current)


def keep_decisions(data: Path, current: Manifest) -> None:
    """Note in landing what the manifest decides on sources; where it cannot be written now, the next run does it."""
    with suppress(OSError):
        landing.note(data, current.decisions())
