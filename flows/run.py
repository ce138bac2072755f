"""A build from its first question (is there anything to do?) to its commit, with or without Prefect."""

from __future__ import annotations

import datetime
import getpass
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from flows import fingerprint, manifest
from flows.lock import locked
from flows.manifest import Manifest
from flows.problem import ExitCode, Problem
from flows.sources import Order, Plan, plan

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
    """All that the steps of one build need to know."""

    data: Path
    plan: Plan
    order: Order
    current: Manifest
    wanted: Manifest
    started_at: str


def now() -> str:
    """The time of the log: UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def user() -> str:
    """The name of the operating system's user, for the log."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def build(data: Path, order: Order, *, direct: bool, progress: Progress) -> Result:
    """Bring the data folder up to date with its sources, the files given and the code.

    The decision that there is nothing to do is made before Prefect, Great Expectations or DuckDB is imported.

    Raises:
        Problem: see its exit code; nothing published has changed.
    """
    with locked(data):
        current = manifest.read(data) or Manifest()
        planned = plan(order, current)
        wanted = replace(current, sources=planned.sources, code=fingerprint.code())
        return _bring_up_to_date(data, order, current, planned, wanted, direct=direct, progress=progress)


def withdraw(data: Path, chosen: Callable[[Manifest], Manifest], event: dict[str, str], *, direct: bool, progress: Progress) -> Result:
    """Rebuild with the sources that ``chosen`` leaves, and record the event."""
    with locked(data):
        current = manifest.required(data)
        wanted = replace(chosen(current), code=fingerprint.code())
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
) -> Result:
    mended: list[str] = []
    if wanted.key() == current.key() and current.tables:
        mended = manifest.damaged_files(data, current)
        if not mended:
            return Result(current, False, planned.left_out)
        progress(f"{len(mended)} published files were changed or are missing and are built again")
    if not wanted.sources:
        if current.sources:
            raise Problem(ExitCode.USAGE, "This would leave no list. Build into a new data folder instead.")
        raise Problem(ExitCode.USAGE, "There is nothing to build: give at least one file or folder.")
    started = now()
    work = Work(data, planned, order, current, wanted, started)
    if direct:
        new = execute(work, progress)
    else:
        from flows.round_flow import run_flow

        new = run_flow(work, progress)
    new = new.logged(**{"event": "build", **(event or {}), "at": started, "by": user(), "files": str(len(planned.given))})
    from flows import steps

    progress("publish")
    steps.publish(data, data / steps.STAGING, new)
    return Result(new, True, planned.left_out, tuple(mended))


def directly(name: str, step: Callable, *arguments: object) -> object:
    """Run a step as a plain call. The Prefect flow passes its own way of calling."""
    return step(*arguments)


def execute(work: Work, progress: Progress, call: Callable = directly) -> Manifest:
    """All steps up to the checks, one after the other; returns the manifest to publish.

    ``call(name, step, *arguments)`` runs one step; steps take and leave paths.
    """
    from flows import steps

    staging = steps.start(work.data)
    fresh = call("land", steps.land, work.data, work.plan.given, work.started_at, work.order.licence)
    try:
        progress(f"read {len(work.wanted.sources)} files")
        clean = call("clean", steps.clean_sources, work.data, staging, work.wanted.sources)
        progress("build tables")
        listing, wanted = build_with_exceptions(staging, clean, work, call)
        progress("check")
        tables = steps.staged_files(listing)
        report = call("check", steps.check, staging, tables, clean)
        return checked(wanted, tables, report)
    except Problem:
        discard_unadmitted(work, fresh)
        raise


def build_with_exceptions(staging: Path, clean: Path, work: Work, call: Callable) -> tuple[Path, Manifest]:
    """The tables; where the user accepts new exceptions, they are recorded and the tables built with them."""
    from flows import steps

    listing = call("tables", steps.build_tables, staging, clean, work.wanted.accepted_exceptions)
    reason = work.order.accept_exceptions
    if not reason:
        return listing, work.wanted
    new = steps.unknown_exceptions(staging, steps.staged_files(listing), reason)
    if not new:
        return listing, work.wanted
    key = ("rule", "population", "vintage_date", "first_round")
    merged = {tuple(row[k] for k in key): row for row in (*work.wanted.accepted_exceptions, *new)}
    wanted = replace(work.wanted, accepted_exceptions=tuple(merged[k] for k in sorted(merged)))
    return call("tables", steps.build_tables, staging, clean, wanted.accepted_exceptions), wanted


def checked(wanted: Manifest, tables: dict, report) -> Manifest:  # noqa: ANN001 - steps.CheckReport, imported late
    """The manifest of tables that hold.

    Raises:
        Problem: a suite or a rule does not hold; one screen says which table, rule and rows, and what to do.
    """
    if report.broken:
        sentence = f"{len(report.broken)} checks do not hold; nothing was published."
        raise Problem(ExitCode.CONTRACT_BROKEN, sentence, report.broken)
    counted = {"suites": report.suites, "expectations": report.expectations, "rules": report.rules}
    return replace(wanted, tables=tables, checks=counted)


def discard_unadmitted(work: Work, fresh: set[str]) -> None:
    """Remove the bytes that this run landed for nothing."""
    from flows import landing

    kept = {source.sha256 for source in (*work.current.sources, *work.current.withdrawn)}
    landing.discard(work.data, fresh - kept)


