"""A build from its first question (is there anything to do?) to its commit, with or without Prefect."""

from __future__ import annotations

import datetime
import getpass
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from expectations.policy import ZONE
from flows import fingerprint, landing, manifest, staging
from flows.field import journal, standing
from flows.lock import locked
from flows.manifest import Manifest
from flows.problem import ExitCode, Problem
from flows.show import counted
from flows.sources import Order, Plan, plan

if TYPE_CHECKING:
    from flows.judging import Judging
    from flows.steps import CheckReport, Written

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    """How a build ended: the manifest in force, whether anything was done, what was left out, what was mended."""

    manifest: Manifest
    built: bool
    left_out: tuple[str, ...]
    mended: tuple[str, ...] = ()


@dataclass(frozen=True)
class Work:
    """All that the steps of one build need to know; ``unheld`` are the files given whose bytes landing does not hold."""

    data: Path
    order: Order
    current: Manifest
    wanted: Manifest
    unheld: dict[str, Path]
    started_at: str

    def names(self) -> dict[str, tuple[str, ...]]:
        """The names of every source, admitted or withdrawn, by hash."""
        return {source.sha256: source.names for source in (*self.wanted.sources, *self.wanted.withdrawn)}


def now() -> str:
    """The time of the log: UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def today(at: datetime.datetime | None = None) -> datetime.date:
    """The day in Iraq, now or at another time: the days of a round are those of its teams."""
    return (at or datetime.datetime.now(datetime.UTC)).astimezone(ZoneInfo(ZONE)).date()


def user() -> str:
    """The name of the operating system's user, for the log."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def directly(name: str, step: Callable, *arguments: object) -> object:
    """Run a step as a plain call. The Prefect flow passes its own way of calling."""
    return step(*arguments)


def build(
    data: Path, order: Order, *, direct: bool, progress: Progress, call: Callable = directly, is_locked: bool = False
) -> Result:
    """Bring the data folder up to date with its sources, the files given and the code.

    The decision that there is nothing to do is made before Prefect, Great Expectations or DuckDB is imported.
    ``call(name, step, *arguments)`` runs the step that publishes, which comes after the flow of a build on its own.
    ``is_locked``: the caller holds the lock of the folder.

    Raises:
        Problem: see its exit code; nothing published has changed.
        OSError: a file or drive cannot be read or written; nothing published has changed.
    """
    with nullcontext() if is_locked else locked(data):
        current = manifest.read(data) or Manifest()
        planned = plan(order, current, data)
        wanted = replace(
            current,
            sources=planned.sources,
            withdrawn=tuple(sorted([*current.withdrawn, *planned.withdrawn], key=lambda source: source.sha256)),
            editions=(*current.editions, *planned.editions),
            code=fingerprint.code(),
            **_standing(data, current),
        ).accepting(planned.exceptions)
        return _bring_up_to_date(data, order, current, planned, wanted, direct=direct, progress=progress, call=call)


def _standing(data: Path, current: Manifest) -> dict[str, object]:
    """What the rounds and indices are made of, for the manifest.

    Raises:
        Problem: the journal cannot be read, or has lost entries since the last build.
    """
    return {"rounds": standing.fingerprint(data), "received": journal.length(data, current.received)}


def withdraw(
    data: Path, chosen: Callable[[Manifest], Manifest], event: dict[str, str], *, direct: bool, progress: Progress
) -> Result:
    """Rebuild with the sources that ``chosen`` leaves, and record the event.

    Raises:
        Problem, OSError: as :func:`build`.
    """
    manifest.required(data)
    with locked(data):
        current = manifest.required(data)
        wanted = replace(chosen(current), code=fingerprint.code(), **_standing(data, current))
        planned = Plan(wanted.sources, {}, ())
        return _bring_up_to_date(data, Order(), current, planned, wanted, direct=direct, progress=progress, event=event)


def _bring_up_to_date(
    data: Path,
    order: Order,
    current: Manifest,
    planned: Plan,
    wanted: Manifest,
    *,
    direct: bool,
    progress: Progress,
    event: dict[str, str] | None = None,
    call: Callable = directly,
) -> Result:
    if not wanted.sources and not wanted.rounds:
        if current.sources:
            raise Problem(ExitCode.USAGE, "This would leave no list. Build into a new data folder instead.")
        raise Problem(ExitCode.USAGE, "There is nothing to build: give at least one file or folder.")
    unheld = {sha256: path for sha256, path in planned.given.items() if not landing.is_intact(data, sha256)}
    mended: list[str] = []
    if wanted.key() == current.key() and current.tables:
        mended = manifest.damaged_files(data, current)
        if not mended and not unheld and all(landing.is_intact(data, source.sha256) for source in current.sources):
            if (data / staging.FOLDER).exists():  # of a run that was killed
                staging.sweep(data)
            staging.keep_decisions(data, current)
            return Result(current, False, planned.left_out)
        if mended:
            progress(f"build again what was changed or is missing: {counted(len(mended), 'published file')}")
    work = Work(data, order, current, wanted, unheld, now())
    new = _built(work, direct=direct, progress=progress)
    about = {"event": "build", **(event or {}), "at": work.started_at, "by": user(), "files": str(len(planned.given))}
    new = new.logged(**about)
    progress("publish")
    call("publish", staging.publish, data, new)
    return Result(new, True, planned.left_out, tuple(mended))


def _built(work: Work, *, direct: bool, progress: Progress) -> Manifest:
    """Everything up to the checks; a failure leaves nothing in staging."""
    from flows import judging

    try:
        with judging.beside() as judge:
            if direct:
                return execute(work, judge, progress)
            from flows.round_flow import run_flow

            return run_flow(work, judge, progress)
    except BaseException:
        staging.clear(work.data)
        raise


def execute(work: Work, judge: Judging, progress: Progress, call: Callable = directly) -> Manifest:
    """All steps up to the checks, one after the other; returns the manifest to publish.

    ``call(name, step, *arguments)`` runs one step; steps take and leave paths, and hand what they have written
    to ``judge``, which works beside them.

    Raises:
        Problem: a source is refused, or the tables break their contract.
    """
    from flows import steps

    folder = staging.start(work.data)
    if work.unheld:
        progress(f"receive {counted(len(work.unheld), 'file')}")
        call("land", steps.land, folder, work.unheld, work.names(), work.started_at, work.order.licence)
    evaluated = None
    if work.wanted.rounds:
        progress("evaluate the rounds under collection")
        evaluated = call("evaluate", steps.evaluate_rounds, work.data, folder)
    progress(f"read {counted(len(work.wanted.sources), 'list')}")
    clean = call("clean", steps.clean_sources, work.data, folder, work.wanted.sources, evaluated, judge.table)
    for note in steps.notes(clean, work.unheld.keys()):
        progress(note)
    progress("build tables")
    listing, wanted = build_with_exceptions(folder, clean, work, judge.table, call, progress)
    progress("check")
    tables = steps.staged_files(listing)
    report = call("check", steps.check, folder, tables, judge)
    withdrawn = {withdrawal.sha256 for withdrawal in wanted.withdrawn}
    known = [edition for edition in wanted.editions if edition.sha256 in withdrawn]
    editions = tuple(sorted([*steps.held_editions(clean), *known], key=lambda edition: edition.sha256))
    return checked(replace(wanted, editions=editions), tables, report)


def build_with_exceptions(
    folder: Path, clean: Path, work: Work, written: Written, call: Callable, progress: Progress
) -> tuple[Path, Manifest]:
    """The tables; where the user accepts new exceptions, these are recorded and counted with."""
    from flows import steps

    listing = call("tables", steps.build_tables, folder, clean, work.wanted.accepted_exceptions, written)
    reason = work.order.accept_exceptions
    if not reason:
        return listing, work.wanted
    new = steps.unknown_exceptions(folder, steps.staged_files(listing), reason)
    if not new:
        return listing, work.wanted
    rows = sum(int(row["rows_expected_maximum"]) for row in new)
    rules = ", ".join(sorted({row["rule"] for row in new}))
    progress(f"accept {rows:,} rows in {len(new)} counts of the rules {rules}: {reason}")
    wanted = work.wanted.accepting(new)
    return call("recount", steps.recount, folder, listing, wanted.accepted_exceptions, written), wanted


def checked(wanted: Manifest, tables: dict, report: CheckReport) -> Manifest:
    """The manifest of tables that hold.

    Raises:
        Problem: a suite or a rule does not hold; one screen says which table, rule and rows, and what to do.
    """
    if report.broken:
        checks = "1 check does" if report.broken == 1 else f"{report.broken:,} checks do"
        raise Problem(ExitCode.CONTRACT_BROKEN, f"{checks} not hold; nothing was published.", report.lines)
    return replace(wanted, tables=tables, checks=report.counts())
