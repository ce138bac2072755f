"""Which files a build takes: the paths given, what was admitted before, and what the user said about them."""

from __future__ import annotations

import datetime
import os
import shlex
from dataclasses import dataclass, field, replace
from pathlib import Path

from flows import files, landing
from flows.manifest import Edition, Manifest, Withdrawal, decided
from flows.problem import ExitCode, Problem
from flows.show import readable
from transforms.source import Source

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
    """The sources of the build, the files given by hash, and what was left out and why.

    ``withdrawn``, ``editions`` and ``exceptions`` are what landing knew of files that the manifest does not.
    """

    sources: tuple[Source, ...]
    given: dict[str, Path]
    left_out: tuple[str, ...]
    withdrawn: tuple[Withdrawal, ...] = ()
    editions: tuple[Edition, ...] = ()
    exceptions: tuple[dict[str, str], ...] = ()


def plan(order: Order, manifest: Manifest, data: Path) -> Plan:
    """Merge the files given with the sources admitted before.

    Raises:
        Problem: a path does not exist, holds no list or lies in the data folder; what the user said concerns no file.
        OSError: a file or folder cannot be read.
    """
    _demand_files(order)
    found, left_out = _files(order.paths, Path(os.path.realpath(data)))
    admitted = {source.sha256: source for source in manifest.sources}
    withdrawn = {w.sha256: w for w in manifest.withdrawn}
    given: dict[str, Path] = {}
    editions: list[Edition] = []
    exceptions: list[dict[str, str]] = []
    told: dict[str, set[str]] = {key: set() for key in order.rounds}
    for path in found:
        sha256 = files.sha256(path)
        names = landing.names(path) or (readable(path.name),)
        if landing.names(path) and sha256 != path.parent.name:
            raise Problem(
                ExitCode.SOURCE_REFUSED, f"'{path}' no longer holds what was received as '{names[0]}'. Give the original file."
            )
        given.setdefault(sha256, path)
        keys = [key for key in order.rounds if _means(key, path, names)]
        for key in keys:
            told[key].add(sha256)
        numbers = {order.rounds[key] for key in keys}
        if len(numbers) > 1:
            raise Problem(ExitCode.USAGE, f"--round gives {min(numbers)} and {max(numbers)} for '{path}'.")
        before = None
        if sha256 not in admitted and sha256 not in withdrawn:
            before, taken_back, edition, accepted = _decided(path)
            editions += [edition] if edition else []
            exceptions += [] if taken_back else accepted
            if taken_back:
                withdrawn[sha256] = taken_back
        if sha256 in withdrawn:
            again = f"dtm withdraw {shlex.quote(names[0])} --undo"
            left_out.append(f"{names[0]}: withdrawn ({withdrawn[sha256].reason}); take it back with: {again}")
            continue
        number = order.rounds[keys[0]] if keys else order.round_of_all
        admitted[sha256] = _merged(admitted.get(sha256, before), sha256, names, number, order)
    _demand_one_file_each(told)
    sources = tuple(sorted(admitted.values(), key=lambda source: source.sha256))
    known = {withdrawal.sha256 for withdrawal in manifest.withdrawn}
    return Plan(
        sources,
        given,
        tuple(dict.fromkeys(left_out)),
        tuple(withdrawal for sha256, withdrawal in withdrawn.items() if sha256 not in known),
        tuple(editions),
        tuple(exceptions),
    )


def _decided(path: Path) -> tuple[Source | None, Withdrawal | None, Edition | None, tuple[dict[str, str], ...]]:
    """What landing knows of a file that was received before; nothing of any other.

    Raises:
        Problem: its note is damaged.
    """
    noted = landing.noted(path)
    if noted is None:
        return None, None, None, ()
    try:
        return decided(noted)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise landing.damaged(path.parent.parent / landing.DECISIONS) from error


def _demand_files(order: Order) -> None:
    """What is said about "the files given" needs files."""
    said = [
        (bool(order.rounds) or order.round_of_all is not None, "--round"),
        (order.vintage is not None, "--vintage"),
        (order.quarantine, "--quarantine"),
    ]
    for is_said, option in said:
        if is_said and not order.paths:
            raise Problem(ExitCode.USAGE, f"{option} concerns the files given, and none was given. Name them again.")
    if order.accept_exceptions is not None and not order.accept_exceptions.strip():
        raise Problem(ExitCode.USAGE, "Say why the exceptions are accepted: --accept-exceptions REASON.")


def _means(key: str, path: Path, names: tuple[str, ...]) -> bool:
    """Whether a file of --round is this one: by its name, or by its path where folders are named."""
    if Path(key).name == key:
        return key in names or key == path.name
    return os.path.realpath(key) == os.path.realpath(path)


def _demand_one_file_each(told: dict[str, set[str]]) -> None:
    for key, hashes in told.items():
        if not hashes:
            raise Problem(ExitCode.USAGE, f"--round names '{key}', which is not among the files given.")
        if len(hashes) > 1:
            raise Problem(
                ExitCode.USAGE, f"--round names '{key}', and {len(hashes)} different files are called so. Give the path."
            )


def _merged(known: Source | None, sha256: str, names: tuple[str, ...], number: int | None, order: Order) -> Source:
    source = known or Source(sha256, ())
    return replace(
        source,
        names=tuple(sorted({*source.names, *names})),
        round=number if number is not None else source.round,
        vintage=order.vintage.isoformat() if order.vintage else source.vintage,
        quarantine=order.quarantine or source.quarantine,
    )


def _files(paths: tuple[Path, ...], data: Path) -> tuple[list[Path], list[str]]:
    """The lists among the paths given, and notes on what is none. ``data`` is the resolved data folder."""
    found: list[Path] = []
    left_out: list[str] = []
    for path in paths:
        real = Path(os.path.realpath(path))
        if real.is_relative_to(data) and not real.is_relative_to(data / landing.FOLDER):
            raise Problem(ExitCode.USAGE, f"'{path}' lies in the data folder itself. Give the files as they were received.")
        if path.is_dir():
            inside, passed = _inside(path, data)
            lists = [p for p in inside if _is_list(p)]
            if not lists:
                raise Problem(ExitCode.USAGE, f"The folder '{path}' holds no .csv, .xlsx or .xls file.")
            found += lists
            left_out += passed
            left_out += [f"{p.name}: no .csv, .xlsx or .xls" for p in inside if not _is_list(p) and not landing.is_own(p)]
        elif path.is_file():
            found.append(path)
        else:
            raise Problem(ExitCode.USAGE, f"There is no file or folder '{path}'. Check the path.")
    return found, left_out


def _inside(folder: Path, data: Path) -> tuple[list[Path], list[str]]:
    """Files at any depth of a folder in the order of their paths, and notes on what was passed over.

    Links are followed, each folder is visited once; hidden files and folders are passed over in silence.
    """
    found: list[Path] = []
    passed: list[str] = []
    seen: set[Path] = set()
    for current, folders, names in os.walk(folder, onerror=_stop, followlinks=True):
        real = Path(os.path.realpath(current))
        if real in seen or real == data:
            passed += [f"{current}: the data folder itself"] if real == data else []
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        own = [Path(current) / name for name in names if not _is_hidden(name)]
        found += [path for path in own if path.is_file()]
        passed += [f"{path.name}: a link that leads nowhere, or no file" for path in own if not path.is_file()]
    return sorted(found), passed


def _stop(error: OSError) -> None:
    raise error


def _is_list(path: Path) -> bool:
    return path.suffix.lower() in LIST_SUFFIXES or bool(landing.names(path))


def _is_hidden(name: str) -> bool:
    """Hidden files, and the lock files that spreadsheet programs leave beside an open workbook."""
    return name.startswith((".", "~$"))
