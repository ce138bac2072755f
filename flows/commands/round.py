"""A round under collection, from opening to closing.

open freezes the frame (the register and the lists before), assign takes a work plan, receive takes exports of submissions
(KoboToolbox JSON, CSV, XLSX; ODK Central zip; any CSV or Parquet with a column map) or fetches them from a KoboToolbox
server, status shows where the round is. handover makes the partial list, freeze the final one: it needs an empty queue,
decided comparisons and approved records. reopen and close need a frozen round. `dtm build` then makes the tables."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

import pyarrow.compute as pc

from expectations.policy import default
from flows import show
from flows.commands.words import action, day, round_number
from flows.field import board, frame, journal, lessons, life, receiving, store
from flows.field.rounds_file import Round
from flows.given_file import given, utf8
from flows.lock import locked
from flows.problem import ExitCode, Problem
from flows.run import now, today, user
from transforms.field import exports
from transforms.field.boundaries import Boundaries
from transforms.field.round import Evaluation
from transforms.refusal import Refusal

HELP = "a round under collection, from opening to closing"
EXAMPLE = "dtm round open 121 --data data"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    own = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    opened = action(own, "open", "open a round: its frame is frozen")
    assigned = action(own, "assign", "take a work plan: place_id, team, planned_on, population")
    received = action(own, "receive", "take exports of submissions, or fetch them")
    status = action(own, "status", "where the round is: coverage, queue, late submissions")
    handover = action(own, "handover", "make the partial list")
    freeze = action(own, "freeze", "make the final list")
    reopened = action(own, "reopen", "open a frozen round again")
    closed = action(own, "close", "close a frozen round and write its lessons")
    for one in (opened, assigned, received, status, handover, freeze, reopened, closed):
        one.add_argument("round", metavar="ROUND", help="number of the round, such as R121")
    for name, words in (
        ("--list-date", "date as of which the list counts (default: from the round registry)"),
        ("--start", "first day of collection"),
        ("--end", "last day of collection"),
        ("--cutoff", "last day on which submissions count (default: the last day of collection)"),
    ):
        opened.add_argument(name, type=day, metavar="YYYY-MM-DD", help=words)
    for one in (opened, received):
        one.add_argument(
            "--kobo-url", default="", metavar="URL", help=f"KoboToolbox server; the token comes from {receiving.TOKEN}"
        )
        one.add_argument("--asset", default="", type=show.readable, metavar="UID", help="form on that server")
    opened.add_argument(
        "--boundaries", type=Path, metavar="FILE", help="GeoJSON of the governorates (COD-AB), to check coordinates against"
    )
    opened.add_argument("--owner", default="", type=show.readable, metavar="NAME", help="who is responsible")
    assigned.add_argument("file", type=Path, metavar="FILE", help="CSV with the work plan")
    received.add_argument("files", type=Path, nargs="*", metavar="FILE", help="exports; several Kobo JSON pages are put together")
    received.add_argument("--map", type=Path, metavar="FILE", help="column map (TOML) of a CSV or Parquet of another tool")
    status.add_argument("--html", type=Path, metavar="FILE", help="write the coverage board as a page that needs no network")
    for one in (handover, freeze):
        one.add_argument("--date", type=day, metavar="YYYY-MM-DD", help="day of the list (default: today)")
    reopened.add_argument("--reason", required=True, metavar="TEXT", type=show.readable, help="why; kept with the round")


def run(options: argparse.Namespace) -> int:
    """Do what the action says."""
    number = round_number(options.round)
    if options.action == "status":
        return _status(options.data, number, options.html)
    with locked(options.data):
        return _ACTIONS[options.action](options, number)


def _open(options: argparse.Namespace, number: int) -> int:
    dates = life.calendar(
        number,
        {
            "list_date": options.list_date,
            "collection_start": options.start,
            "collection_end": options.end,
            "cutoff": options.cutoff,
        },
    )
    boundaries = _boundaries(options.boundaries) if options.boundaries else None
    made, before = frame.before(options.data, number)
    opened = life.opened(
        options.data,
        Round(number, policy=default(number), owner=options.owner, kobo_url=options.kobo_url, kobo_asset=options.asset, **dates),
        made,
    )
    if boundaries is not None:
        sha256, parts = store.put_text(options.data, life.BOUNDARIES, boundaries)
        journal.append(options.data, journal.Entry(0, "boundaries", number, sha256, parts, {}, now(), user()))
    print(f"R{number} is open: list of {opened.list_date:%Y-%m-%d}, submissions count until {_day(opened.cutoff)}.")
    places = made["frame_place"].num_rows
    if not before:
        print("Its frame is empty, because no earlier list is held: every location has to be declared as new.")
    for population, earlier in sorted(before.items()):
        expected = made["frame_count"].filter(pc.equal(made["frame_count"]["population"], population))
        print(f"expected: {expected.num_rows:,} {population} locations of R{earlier}, from a register of {places:,}")
    print(f"Dates and settings of the round: {options.data / 'rounds.toml'}")
    return ExitCode.OK


def _boundaries(path: Path) -> str:
    """The text of boundaries that can be read."""
    text = utf8(given(path), path.name)
    try:
        Boundaries(text, show.readable(path.name))
    except Refusal as refusal:
        raise Problem(ExitCode.SOURCE_REFUSED, str(refusal)) from refusal
    return text


def _assign(options: argparse.Namespace, number: int) -> int:
    found = life.held(options.data, number)
    life.demand_state(found.round, ("open", "partial"), "a work plan changes nothing any more")
    content = given(options.file)
    plan = life.work_plan(utf8(content, options.file.name), show.readable(options.file.name), found)
    store.keep(options.data, "work_plan", number, store.sha256(content), {"work_plan": plan})
    teams = len(set(plan["team"].to_pylist()))
    print(f"R{number}: {plan.num_rows:,} visits planned for {teams} team{'s' * (teams != 1)}.")
    return ExitCode.OK


def _receive(options: argparse.Namespace, number: int) -> int:
    found = life.held(options.data, number)
    server = (options.kobo_url or found.round.kobo_url, options.asset or found.round.kobo_asset)
    if not options.files and not all(server):
        raise Problem(ExitCode.USAGE, "Give files, or --kobo-url URL with --asset UID (here or when the round is opened).")
    new = 0
    map_text = utf8(given(options.map), options.map.name) if options.map else None
    with receiving.private_folder(options.data) as folder:
        for path, name, merged in _payloads(options, server, folder):
            entry, kept = receiving.receive(options.data, number, path, name, map_text, merged)
            new += entry is not None
            _told(entry, kept, name)
    if new and found.round.frozen_by:
        todo = {
            "revision": f"to take them, reopen it: dtm round reopen {number} --reason TEXT",
            "next_round": "they wait for the next round",
        }
        print(
            f"R{number} is {found.round.state}: these submissions are late and change no list; {todo[found.round.policy.late]}."
        )
    return ExitCode.OK


def _payloads(
    options: argparse.Namespace, server: tuple[str, str], folder: Path
) -> list[tuple[Path, str, exports.Merged | None]]:
    """The exports to take with their names; pages of one asset, or what was fetched, as one."""
    if not options.files:
        fetched = folder / "fetched"
        fetched.write_bytes(receiving.fetched(*server))
        return [(fetched, f"submissions of {show.readable(server[1])}", None)]
    exported = [(path, show.readable(path.name), None) for path in options.files]
    for path, *_ in exported:
        if not path.is_file():
            raise Problem(ExitCode.USAGE, f"There is no file '{path}'. Check the path.")
    pages = [one for one in exported if one[0].suffix.lower() == ".json"]
    if len(pages) < 2:
        return exported
    try:
        merged = exports.merge_pages([(name, path.read_bytes()) for path, name, _ in pages])
    except Refusal as refusal:
        raise Problem(ExitCode.SOURCE_REFUSED, str(refusal)) from refusal
    (folder / "pages").write_bytes(merged.content)
    return [*(one for one in exported if one not in pages), (folder / "pages", ", ".join(name for _, name, _ in pages), merged)]


def _told(entry: journal.Entry | None, kept: receiving.Received, name: str) -> None:
    rows, problems = kept.submission.num_rows, kept.problem.num_rows
    if entry is None:
        print(f"{name}: received before; nothing new.")
    else:
        said = f", {problems} answers that cannot be taken" if problems else ""
        print(f"{name}: {rows:,} submissions{said}.")
    if kept.unknown:
        shown = ", ".join(f"'{show.visible(header)}'" for header in kept.unknown[:5])
        print(f"{name}: {len(kept.unknown)} columns are no question of the form and were not kept: {shown}", file=sys.stderr)


def _handover(options: argparse.Namespace, number: int) -> int:
    evaluated = life.handed_over(life.held(options.data, number), options.date or today())
    left = evaluated.blocking().num_rows
    print(f"R{number} is handed over: {_list(evaluated)}. Open in the queue: {show.counted(left, 'row')}.")
    return _next(options.data)


def _freeze(options: argparse.Namespace, number: int) -> int:
    evaluated = life.frozen(life.held(options.data, number), options.date or today())
    print(f"R{number} is frozen: {_list(evaluated)}.")
    return _next(options.data)


def _reopen(options: argparse.Namespace, number: int) -> int:
    life.reopened(life.held(options.data, number), options.reason)
    print(f"R{number} is open again; its list stays until the next freeze.")
    return ExitCode.OK


def _close(options: argparse.Namespace, number: int) -> int:
    found = life.held(options.data, number)
    life.closed(found)
    written = lessons.write(found)
    print(f"R{number} is closed. Lessons: {written}")
    return ExitCode.OK


def _status(data: Path, number: int, html: Path | None) -> int:
    found = life.held(data, number)
    shown = board.sections(found)
    print(board.text(found, shown))
    if html:
        board.write(found, shown, html)
        print(f"\nWritten: {html}")
    return ExitCode.OK


_ACTIONS = {
    "open": _open, "assign": _assign, "receive": _receive, "handover": _handover, "freeze": _freeze, "reopen": _reopen,
    "close": _close,
}  # fmt: skip


def _list(evaluated: Evaluation) -> str:
    rows = (
        evaluated.table("list_row").group_by("population").aggregate([("households", "sum"), ("place_id", "count")]).to_pylist()
    )
    said = [f"{row['households_sum']:,} {row['population']} households in {row['place_id_count']:,} locations" for row in rows]
    return ", ".join(sorted(said)) or "an empty list"


def _next(data: Path) -> int:
    print(f"Make its tables: dtm build --data {data}")
    return ExitCode.OK


def _day(date: datetime.date | None) -> str:
    return f"{date:%Y-%m-%d}" if date else "further notice"
