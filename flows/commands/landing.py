"""Delete the raw submissions of a round, or the files received for indices, events and crossing points, after their retention.

What was kept of them, without personal data, stays: every list can be built again, to the byte. A tombstone says who deleted
them, when and why."""

from __future__ import annotations

import argparse

from expectations import codes
from expectations.policy import default
from flows.commands.words import action, round_number
from flows.field import journal, life, receiving
from flows.lock import locked
from flows.problem import ExitCode, Problem
from flows.run import today
from flows.show import counted, readable

HELP = "delete raw submissions after their retention, recorded"
EXAMPLE = 'dtm landing purge --round 121 --by "A. Officer" --reason "retention ended" --data data'


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    own = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    purge = action(own, "purge", "delete the raw submissions of a round")
    which = purge.add_mutually_exclusive_group(required=True)
    which.add_argument("--round", metavar="N", help="a round under collection")
    which.add_argument("--indices", action="store_true", help="files of the indices, emergency events and crossing points")
    purge.add_argument("--by", required=True, metavar="NAME", type=readable, help="who decided it")
    purge.add_argument("--reason", required=True, metavar="TEXT", type=readable, help="why; kept with the tombstone")


def run(options: argparse.Namespace) -> int:
    """Purge, and say what is gone."""
    if not options.by.strip() or not options.reason.strip():
        raise Problem(ExitCode.USAGE, "Say who decided it and why: --by NAME --reason TEXT.")
    number = journal.NO_ROUND if options.indices else round_number(options.round)
    with locked(options.data):
        policy = default(max(codes.rounds())) if options.indices else life.held(options.data, number).round.policy
        gone = receiving.purge(options.data, number, options.by, options.reason, policy.retention_days, today())
    of = "indices, events, crossing points" if options.indices else f"R{number}"
    print(f"{of}: {counted(len(gone), 'export')} deleted; their tombstones and what was kept of them stay.")
    if not gone:
        print("Another round received the same bytes; they are deleted when it is purged too.")
    return ExitCode.OK
