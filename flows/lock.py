"""One run at a time on a data folder, by a lock of the operating system that a killed run cannot leave behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.problem import ExitCode, Problem

LOCK_FILE = ".lock"


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the lock of a data folder.

    Raises:
        Problem: another run holds it.
    """
    data.mkdir(parents=True, exist_ok=True)
    with open(data / LOCK_FILE, "a+b") as handle:
        try:
            _take(handle.fileno())
        except (BlockingIOError, PermissionError) as error:
            sentence = f"Another run is working on '{data}'. Wait until it has ended, then run the command again."
            raise Problem(ExitCode.LOCKED, sentence) from error
        yield


def _take(descriptor: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
