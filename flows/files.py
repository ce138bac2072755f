"""Writing files so that a reader sees the old one or the new one, never a part."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

_CHUNK = 1 << 20
_PARALLEL = 8
# What file systems answer that cannot flush a folder; the file in it is flushed all the same.
_NO_FLUSH = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS}


def sha256(path: Path) -> str:
    """SHA-256 of the bytes of a file, as hexadecimal text."""
    digest = hashlib.sha256()
    with named(path), open(path, "rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def copy(source: Path, target: Path) -> str:
    """Copy the bytes of ``source``; returns the SHA-256 of what was written, which is what was read at that moment."""
    digest = hashlib.sha256()
    with open(source, "rb") as original, open(target, "wb") as written:
        while True:
            with named(source):
                chunk = original.read(_CHUNK)
            if not chunk:
                break
            digest.update(chunk)
            with named(target):
                written.write(chunk)
    return digest.hexdigest()


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Errors of the system that do not say which file they concern get its name."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            error.filename = str(path)
        raise


def flush(path: Path) -> None:
    """Force a file or, where the system can, a folder to the disk."""
    is_folder, is_windows = path.is_dir(), os.name == "nt"
    if is_folder and is_windows:
        return
    handle = os.open(path, os.O_RDWR if is_windows else os.O_RDONLY)  # Windows flushes only what may be written
    try:
        with named(path):
            os.fsync(handle)
    except OSError as error:
        if not (is_folder and error.errno in _NO_FLUSH):
            raise
    finally:
        os.close(handle)


def flush_all(paths: Iterable[Path]) -> None:
    """Force many files to the disk; together, because each waits for the same disk."""
    with ThreadPoolExecutor(_PARALLEL) as pool:
        list(pool.map(flush, paths))


def replace_bytes(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` in one step that survives a crash."""
    put(prepared(path, content), path)


def prepared(path: Path, content: bytes) -> Path:
    """``content`` on the disk beside ``path``, from where :func:`put` puts it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f".{path.name}.new")
    try:
        with named(waiting), open(waiting, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError:
        waiting.unlink(missing_ok=True)
        raise
    return waiting


def put(waiting: Path, path: Path) -> None:
    """Replace ``path`` by the file ``waiting`` beside it, for good."""
    try:
        os.replace(waiting, path)
    except OSError:
        waiting.unlink(missing_ok=True)
        raise
    flush(path.parent)
