"""What a suite says of a table. Apart from :mod:`expectations.suite`, so that reading an answer needs no Great Expectations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """One expectation that does not hold: its sentence, how many rows, and some of their keys."""

    table: str
    check: str
    sentence: str
    rows: int | None
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What a suite said of a table: how many expectations were judged, and those that do not hold."""

    table: str
    expectations: int
    failures: tuple[Failure, ...]


class JudgingError(Exception):
    """An error of the program in the process that judges; the message is the traceback there."""
