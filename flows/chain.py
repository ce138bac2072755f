"""Append-only files of JSON lines, each with its number and the hash of the line before, so that a changed or missing line is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from flows import files
from flows.problem import ExitCode, Problem

SEAL = "seal"


def read(path: Path, *, sealed: bool = False) -> list[dict]:
    """All entries in their order; none where there is no file yet.

    Args:
        sealed: whether each line carries a seal of its own: the chain tells of a changed line by the next one, and the last has none.

    Raises:
        Problem: a line was changed, is missing or cannot be read.
    """
    try:
        *lines, rest = path.read_bytes().decode("utf-8").split("\n")  # no other sign ends a line
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise damaged(path, 0) from error
    if rest:
        raise damaged(path, len(lines) + 1)
    entries: list[dict] = []
    previous = ""
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            is_next = entry["number"] == number and entry["previous"] == previous
            is_next = is_next and (not sealed or entry.pop(SEAL) == _seal(entry))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise damaged(path, number) from error
        if not is_next:
            raise damaged(path, number)
        entries.append(entry)
        previous = hashlib.sha256(line.encode()).hexdigest()
    return entries


def append(path: Path, entry: Mapping[str, object], *, sealed: bool = False) -> dict:
    """Write an entry after the last; it gets its number and the hash of the line before. ``sealed`` as for :func:`read`.

    Raises:
        Problem, OSError: the file cannot be read or written.
    """
    known = len(read(path, sealed=sealed))
    written = path.read_bytes() if known else b""
    last = written.splitlines()[-1] if known else b""
    new = {**entry, "number": known + 1, "previous": hashlib.sha256(last).hexdigest() if known else ""}
    told = {**new, SEAL: _seal(new)} if sealed else new
    path.parent.mkdir(parents=True, exist_ok=True)
    files.replace_bytes(path, written + (json.dumps(told, sort_keys=True) + "\n").encode())
    return new


def _seal(entry: Mapping[str, object]) -> str:
    """The hash of what an entry says, without its place in the chain."""
    said = {name: value for name, value in entry.items() if name not in ("number", "previous")}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def damaged(path: Path, line: int) -> Problem:
    """The failure for a file of which a line is not what the program wrote."""
    sentence = f"'{path}' is damaged in line {line}: a line was changed, removed or added by hand. Restore it from a backup."
    return Problem(ExitCode.DATA_FOLDER, sentence)
