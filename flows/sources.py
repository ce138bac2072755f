"""Which files a build takes: the paths given, what was admitted before, and what the user said about them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from pathlib import Path

from flows import files
from flows.manifest import Manifest, Source
from flows.problem import ExitCode, Problem

LIST_SUFFIXES = (".csv", ".xlsx", ".xls")


@dataclass(frozen=True)
class Order:
    """What the user asked for.

    ``rounds`` maps a file name or path to its round; ``round_of_all`` is the round of every file given.
    """

    paths: tuple[Path, ...] = ()
    rounds: dict[str, int] = field(default_factory=dict)
    round_of_all: int | None = None
    vintage: datetime.date | None = None
    quarantine: bool = False
    accept_exceptions: str | None = None
    licence: str = "not stated"


@dataclass(frozen=True)
class Plan:
    """The sources of the build, which of them are new files, and what was left out and why."""

    sources: tuple[Source, ...]
    given: dict[str, Path]
    left_out: tuple[str, ...]


def plan(order: Order, manifest: Manifest) -> Plan:
    """Merge the files given with the sources admitted before.

    Raises:
        Problem: a path does not exist, holds no list, or --round names a file that was not given.
    """
    found, left_out = _files(order.paths)
    unused = set(order.rounds)
    admitted = {source.sha256: source for source in manifest.sources}
    withdrawn = {w.sha256: w for w in manifest.withdrawn}
    given: dict[str, Path] = {}
    for path in found:
        sha256 = files.sha256(path)
        if sha256 in withdrawn:
            left_out.append(f"{path.name}: withdrawn ({withdrawn[sha256].reason}); take it back with: dtm withdraw {path.name} --undo")
            continue
        told = [key for key in (path.name, str(path)) if key in order.rounds]
        unused -= set(told)
        number = order.rounds[told[0]] if told else order.round_of_all
        given.setdefault(sha256, path)
        admitted[sha256] = _merged(admitted.get(sha256), sha256, path.name, number, order)
    if unused:
        raise Problem(ExitCode.USAGE, f"--round names '{min(unused)}', which is not among the files given.")
    sources = tuple(sorted(admitted.values(), key=lambda source: source.sha256))
    return Plan(sources, given, tuple(left_out))


def _merged(known: Source | None, sha256: str, name: str, number: int | None, order: Order) -> Source:
    source = known or Source(sha256, ())
    return replace(
        source,
        names=tuple(sorted({*source.names, name})),
        round=number if number is not None else source.round,
        vintage=order.vintage.isoformat() if order.vintage else source.vintage,
        quarantine=order.quarantine or source.quarantine,
    )


def _files(paths: tuple[Path, ...]) -> tuple[list[Path], list[str]]:
    found: list[Path] = []
    left_out: list[str] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file())
            lists = [p for p in inside if p.suffix.lower() in LIST_SUFFIXES and not _is_temporary(p)]
            if not lists:
                raise Problem(ExitCode.USAGE, f"The folder '{path}' holds no .csv, .xlsx or .xls file.")
            found += lists
            left_out += [f"{p.name}: no .csv, .xlsx or .xls" for p in inside if p not in lists and not _is_temporary(p)]
        elif path.is_file():
            found.append(path)
        else:
            raise Problem(ExitCode.USAGE, f"There is no file or folder '{path}'. Check the path.")
    return found, left_out


def _is_temporary(path: Path) -> bool:
    """Hidden files, and the lock files that spreadsheet programs leave beside an open workbook."""
    return path.name.startswith((".", "~$"))
