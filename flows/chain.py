"""Append-only files of JSON lines, each with its number and the hash of the line before, so that a changed or missing line is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from flows import files
from flows.problem import ExitCode, Problem


def read(path: Path) -> list[dict]:
    """All entries in their order; none where there is no file yet.

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
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise damaged(path, number) from error
        if not is_next:
            raise damaged(path, number)
        entries.append(entry)
        previous = hashlib.sha256(line.encode()).hexdigest()
    return entries


def append(path: Path, entry: Mapping[str, object]) -> dict:
    """Write an entry after the last; it gets its number and the hash of the line before.

    Raises:
        Problem, OSError: the file cannot be read or written.
    """
    known = read(path)
    previous = hashlib.sha256(_line(known[-1]).encode()).hexdigest() if known else ""
    new = {**entry, "number": len(known) + 1, "previous": previous}
    files.replace_bytes(path, "".join(f"{_line(one)}\n" for one in (*known, new)).encode())
    return new


def _line(entry: Mapping[str, object]) -> str:
    return json.dumps(entry, sort_keys=True)


def damaged(path: Path, line: int) -> Problem:
    """The failure for a file of which a line is not what the program wrote."""
    sentence = f"'{path}' is damaged in line {line}: a line was changed, removed or added by hand. Restore it from a backup."
    return Problem(ExitCode.DATA_FOLDER, sentence)
