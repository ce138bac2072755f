"""What partners say of released figures: note it, answer it, decide on it; what is accepted may be the reason of a correction.

Kept are organisations, claims and decisions, append-only. No names of persons: a telephone number or an address is refused, a
name cannot be recognised, so leave it out. Releases show only the id of feedback that led to a correction."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from expectations.feedback import CLOSED, DECISIONS
from flows.commands.words import action, round_number
from flows.problem import ExitCode
from flows.show import counted, grid, readable

HELP = "what partners say of released figures"
EXAMPLE = "dtm feedback add --round 120 --table idp_master_list --location 70298 --organisation 'A partner' --claim 'Twice as many' --data data"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    own = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    added = action(own, "add", "note a claim on a figure")
    added.add_argument("--round", required=True, metavar="N", help="round of the figure")
    added.add_argument("--table", required=True, type=readable, metavar="T", help="table of the figure: dtm sql --tables")
    added.add_argument("--location", type=readable, metavar="PLACE", help="place_id of the location, where it is about one")
    added.add_argument(
        "--organisation", required=True, type=readable, metavar="NAME", help="which organisation says so; no person"
    )
    added.add_argument("--claim", required=True, type=readable, metavar="TEXT", help="what is said to be wrong")
    added.add_argument("--evidence", type=readable, metavar="TEXT", help="on what the claim rests")
    listed = action(own, "list", "what was said, and what became of it")
    listed.add_argument("--open", action="store_true", help="only what is not closed")
    listed.add_argument("--format", choices=("table", "json"), default="table", help="table (default) or json, with all texts")
    answered = action(own, "answer", "answer the organisation")
    closed = action(own, "close", "decide on it, for good")
    for one in (answered, closed):
        one.add_argument("id", type=readable, metavar="ID", help="such as F1")
    answered.add_argument("--text", required=True, type=readable, metavar="TEXT", help="the answer")
    closed.add_argument("--decision", required=True, choices=DECISIONS, help="what was decided")
    closed.add_argument("--reason", required=True, type=readable, metavar="TEXT", help="why; kept")
    closed.add_argument(
        "--version", type=readable, metavar="RELEASE", help="correction that answers it, such as r120-public-v1.1"
    )


def run(options: argparse.Namespace) -> int:
    """Do the action."""
    from flows import feedback, manifest
    from flows.lock import locked

    manifest.required(options.data)
    if options.action == "list":
        return _list(options)
    with locked(options.data):
        if options.action == "add":
            place, number = options.location, round_number(options.round)
            one = feedback.add(options.data, number, options.table, options.organisation, options.claim, place, options.evidence)
        elif options.action == "answer":
            one = feedback.answer(options.data, options.id, options.text)
        else:
            one = feedback.close(options.data, options.id, options.decision, options.reason, options.version)
    where = f"{one.table} of R{one.round}" + (f", location {one.place_id}" if one.place_id else "")
    print(f"{one.id} on {where}: {one.decision or one.state}" + (f", see {', '.join(one.releases)}." if one.releases else "."))
    return ExitCode.OK


def _list(options: argparse.Namespace) -> int:
    """Print what is held."""
    from flows import feedback

    found = [one for one in feedback.held(options.data) if not (options.open and one.state == CLOSED)]
    if options.format == "json":
        print(json.dumps([asdict(one) for one in found], indent=1, ensure_ascii=False))
        return ExitCode.OK
    heads = ["id", "state", "decision", "round", "table", "location", "organisation", "claim", "correction"]
    rows = [
        [
            one.id,
            one.state,
            one.decision,
            one.round,
            one.table,
            one.place_id,
            one.organisation,
            one.claim,
            ", ".join(one.releases),
        ]
        for one in found
    ]
    if rows:
        print(grid(heads, rows))
    print(counted(len(rows), "claim") + (" not closed" if options.open else ""))
    return ExitCode.OK
