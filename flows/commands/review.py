"""The queue of a round, worked through in a workbook in IMPACT's cleaning-log convention.

export writes the queue with drop-downs, queries one team's questions without anything on informants, apply takes the filled
workbook: every row is checked first, and what is decided is added to the log for good. A later row takes a decision back: it
changes the new value to the old one. text shows a free text as received, to the owner of landing only; a text that may be
published is released by a decision that gives it as new value."""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from expectations import form
from expectations.schema import schema
from expectations.tables import TABLES
from flows import show
from flows.commands.words import action, round_number
from flows.export import put
from flows.field import journal, life, receiving, rounds_file, store
from flows.field.life import Held
from flows.lock import locked
from flows.problem import ExitCode, Problem
from flows.run import now, today, user
from transforms.field import cleaning_log, filled_log, review_book
from transforms.field.decision import COLUMNS
from transforms.field.round import Evaluation
from transforms.refusal import Refusal

HELP = "the queue of a round: export it, ask teams, apply decisions"
EXAMPLE = "dtm review export 121 -o queue-121.xlsx --data data"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    own = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    exported = action(own, "export", "write the queue as a workbook")
    queries = action(own, "queries", "write the questions to one team")
    applied = action(own, "apply", "take a filled workbook")
    text = action(own, "text", "show the free texts of a submission as received")
    for one in (exported, queries):
        one.add_argument("round", metavar="ROUND")
    for one in (exported, queries):
        one.add_argument("-o", "--output", type=Path, required=one is exported, metavar="FILE", help="workbook to write")
    exported.add_argument("--all", action="store_true", help="with what is decided already")
    queries.add_argument("--team", required=True, metavar="T", help="code of the team")
    applied.add_argument("file", type=Path, metavar="FILE")
    applied.add_argument("--round", metavar="N", help="needed where several rounds are open")
    text.add_argument("uuid", metavar="UUID")
    text.add_argument("--round", metavar="N", help="needed where several rounds are open")


def run(options: argparse.Namespace) -> int:
    """Do what the action says."""
    if options.action == "apply":
        with locked(options.data):
            return _apply(options)
    return {"export": _export, "queries": _queries, "text": _text}[options.action](options)


def _export(options: argparse.Namespace) -> int:
    found = life.held(options.data, round_number(options.round))
    queue = _queue(found.under_review, found)
    if not options.all:
        queue = queue.filter(pc.not_equal(queue["query_status"], "decided"))
    about = {
        "round": f"R{found.round.number}",
        "list date": found.round.list_date,
        "state": found.round.state,
        "created": found.round.list_date,
    }
    removed = cleaning_log.standing_removals(found.under_review.inputs.decisions).values()
    lists = {"locations.csv": found.under_review.inputs.frame.place["place_id"].to_pylist()}
    try:
        put(options.output, lambda path: review_book.write(queue, about, form.known(), path, removed=removed, lists=lists))
    except ValueError as error:
        raise Problem(ExitCode.USAGE, f"R{found.round.number}: {error}.") from None
    findings = len(set(queue["check_binding"].to_pylist()))
    print(f"R{found.round.number}: {queue.num_rows} rows of {findings} findings in {options.output}.")
    return ExitCode.OK


def _queries(options: argparse.Namespace) -> int:
    found = life.held(options.data, round_number(options.round))
    target = options.output or Path(f"R{found.round.number}-{options.team}.xlsx")
    queue = _queue(found.under_review, found)
    teams = sorted({team for team in queue["assigned_team"].to_pylist() if team})
    if options.team not in teams:
        raise Problem(
            ExitCode.USAGE,
            f"Nothing is asked of team '{show.visible(options.team)}'; teams with questions: {', '.join(teams) or 'none'}.",
        )
    rows: list[int] = []
    put(target, lambda path: rows.append(review_book.write_queries(queue, options.team, path, found.round.list_date)))
    print(f"R{found.round.number}, team {options.team}: {rows[0]} questions in {target}.")
    return ExitCode.OK


def _apply(options: argparse.Namespace) -> int:
    found = _meant(options)
    life.demand_state(found.round, ("open", "partial"), "decisions need an open round; reopen it with a reason")
    if not options.file.is_file():
        raise Problem(ExitCode.USAGE, f"There is no file '{options.file}'. Check the path.")
    name = show.readable(options.file.name)
    try:
        rows = review_book.read(options.file, name)
    except Refusal as refusal:
        raise Problem(ExitCode.SOURCE_REFUSED, str(refusal), tuple(refusal.lines()[1:])) from refusal
    evaluated, log = found.under_review, list(found.under_review.inputs.decisions)
    queue = _queue(evaluated, found)
    places = set(evaluated.inputs.frame.place["place_id"].to_pylist()) | set(evaluated.table("new_place")["place_id"].to_pylist())
    problems = filled_log.validate(rows, evaluated.current_answers(), queue, form.known(), places=places, log=log)
    if problems:
        sentence = f"{name}: {len(problems)} rows cannot be applied; nothing was changed."
        raise Problem(ExitCode.SOURCE_REFUSED, sentence, tuple(f"    {problem}" for problem in problems[:40]))
    number = journal.read(options.data)[-1].number + 1
    made = filled_log.decisions(rows, queue, number, log, now()[:10])
    if not made:
        print(f"{name}: nothing new; {len(log)} rows are in the log.")
        return ExitCode.OK
    after = _record(options.data, found, number, made)
    decided = sum(1 for decision in made if decision.change_type)
    print(
        f"R{found.round.number}: {decided} decisions and {len(made) - decided} notes added to the log; {after.blocking().num_rows} rows are open."
    )
    print(f"Make the tables: dtm build --data {options.data}")
    return ExitCode.OK


def _record(data: Path, found: Held, number: int, made: list) -> Evaluation:
    """Add decisions to the log; returns the round as it then stands."""
    declared = schema(TABLES["cleaning_log"])
    rows = [{**{f.name: getattr(one, f.name, None) for f in declared}, "log_row": one.row} for one in made]
    log = pa.Table.from_pylist(rows, pa.schema([(f.name, f.type) for f in declared]))
    sha256 = store.sha256(f"{number} {log.to_pydict()!r}".encode())
    # a log that no longer replays must not be written: the evaluation with it says so
    parts = store.put(data, sha256, {"cleaning_log": log})
    entry = journal.Entry(number, "cleaning_log", found.round.number, sha256, parts, {}, now(), user())
    after = life.Held(data, found.round, (*found.entries, entry)).evaluated(takes_broken=True)
    journal.append(data, entry)
    return after


def _text(options: argparse.Namespace) -> int:
    found = _meant(options)
    entries = found.of("submissions", found.last)
    uuid = options.uuid.removeprefix("uuid:")
    if uuid not in found.under_review.submissions["uuid"].to_pylist():
        raise Problem(ExitCode.USAGE, f"R{found.round.number} has no submission '{show.visible(uuid)}'.")
    texts = receiving.texts(options.data, entries, uuid)
    if not texts:
        print("There is no free text in this submission.")
    for question, said in texts:
        print(f"{question}: {show.visible(said)}")
    return ExitCode.OK


def _meant(options: argparse.Namespace) -> Held:
    """The round that is meant: as said, or the only one that is open."""
    if options.round:
        return life.held(options.data, round_number(options.round))
    rounds = [r.number for r in rounds_file.read(options.data).values() if r.state in ("open", "partial")]
    if len(rounds) != 1:
        said = "none is open" if not rounds else "open are " + ", ".join(f"R{number}" for number in rounds)
        raise Problem(ExitCode.USAGE, f"Say which round is meant, --round N: {said}.")
    return life.held(options.data, rounds[0])


def _queue(evaluated: Evaluation, found: Held) -> pa.Table:
    """The queue as a workbook shows it: with the day until which an open question should be answered."""
    queue = evaluated.queue
    due = (today() + datetime.timedelta(days=found.round.policy.due_days)).isoformat()
    is_open = pc.not_equal(queue["query_status"], "decided")
    queue = queue.set_column(
        queue.column_names.index("due_at"),
        "due_at",
        pc.if_else(is_open, pc.coalesce(queue["due_at"], pa.scalar(due)), queue["due_at"]),
    )
    order = queue.sort_by([("check_severity", "ascending"), ("check_binding", "ascending"), ("uuid", "ascending")])
    return pa.table({name: order["check_severity" if name == "severity" else name] for name in COLUMNS})
