"""Writing files so that a reader sees the old one or the new one, never a part."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_CHUNK = 1 << 20
_PARALLEL = 8


def sha256(path: Path) -> str:
    """SHA-256 of the bytes of a file, as hexadecimal text."""
    digest = hashlib.sha256()
    with open(path, "rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def flush(path: Path) -> None:
    """Force a file or, where the system can, a folder to the disk."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_all(paths: Iterable[Path]) -> None:
    """Force many files to the disk; together, because each waits for the same disk."""
    with ThreadPoolExecutor(_PARALLEL) as pool:
        list(pool.map(flush, paths))


def replace_bytes(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` in one step that survives a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f".{path.name}.new")
    try:
        with open(waiting, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(waiting, path)
    except OSError:
        waiting.unlink(missing_ok=True)
        raise
    flush(path.parent)
