"""Run rounds on a schedule: every month the whole round and after it the indices, every hour the fetching of submissions.

It needs a Prefect server (`prefect server start`) named in PREFECT_API_URL, and for the fetching the token of the
KoboToolbox account in DTM_KOBO_TOKEN. Times are those of Iraq. It runs until stopped; schedules go on when it is started again.
"""

from __future__ import annotations

import argparse
import os
import sys

from flows.field.pulling import demand_held
from flows.problem import ExitCode, Problem
from flows.show import visible

HELP = "run rounds and fetch submissions on a schedule, until stopped"
EXAMPLE = 'dtm serve --data data --round-cron "0 6 1 * *" --pull-cron "0 * * * *"'
SERVER = "PREFECT_API_URL"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("--round-cron", default="0 6 1 * *", metavar="CRON", help="when the round runs (%(default)s)")
    parser.add_argument("--pull-cron", default="0 * * * *", metavar="CRON", help="when submissions are fetched (%(default)s)")
    parser.add_argument(
        "--index-cron", default="0 9 1 * *", metavar="CRON", help="when the answers to the indices are scored (%(default)s)"
    )


def run(options: argparse.Namespace) -> int:
    """Serve the flows."""
    data = options.data.resolve()  # runs do not know from where it was started
    demand_held(data)
    if not os.environ.get(SERVER):
        sentence = (
            f"A Prefect server is needed. Start one with `prefect server start`, and set {SERVER}=http://127.0.0.1:4200/api here."
        )
        raise Problem(ExitCode.USAGE, sentence)
    from flows import round_flow

    when = [round_flow.schedule(said) for said in (options.round_cron, options.pull_cron, options.index_cron)]
    round_flow.serve_flows(data, *when, lambda text: print(visible(text), file=sys.stderr, flush=True))
    return ExitCode.OK
