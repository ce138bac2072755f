"""What several commands share: rounds, whole numbers, days, actions, telling what is being done, and building."""

from __future__ import annotations

import argparse
import datetime
import sys
import time
from collections.abc import Callable
from pathlib import Path

from flows.problem import ExitCode, Problem
from flows.show import visible

_DIGITS_MAXIMUM = 9


def round_number(text: str) -> int:
    """112 from R112 or 112.

    Raises:
        Problem: the text is no round.
    """
    bare = text[1:] if text[:1] in ("R", "r") else text
    if not (bare.isascii() and bare.isdecimal() and len(bare) <= 3):
        raise Problem(ExitCode.USAGE, f"'{text}' is no round such as R112.")
    return int(bare)


def positive(text: str) -> int:
    """A whole number of at least 1.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAXIMUM and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no whole number of at least 1")


def action(parser: argparse._SubParsersAction, name: str, help: str) -> argparse.ArgumentParser:
    """One of several things that a command does, with the data folder as every command takes it."""
    # where an action does not name it, what was said before the action stands
    own = parser.add_parser(name, help=help, description=help)
    own.add_argument(
        "--data", type=Path, metavar="DIR", default=argparse.SUPPRESS, help="data folder; else the variable DTM_DATA_DIR"
    )
    return own


def day(text: str) -> datetime.date:
    """A day as YYYY-MM-DD.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no day such as 2021-04-30") from None


def timed_progress() -> Callable[[str], None]:
    """Tells on standard error what is being done, with the seconds since now."""
    started = time.monotonic()

    def progress(text: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {visible(text)}", file=sys.stderr, flush=True)

    return progress


def bring_up_to_date(data: Path) -> None:
    """Build the tables, under the lock that the caller holds. Without Prefect: in a crisis, seconds count.

    Raises:
        Problem: a check does not hold, or the folder cannot be written.
    """
    from flows import run
    from flows.sources import Order

    run.build(data, Order(), direct=True, progress=timed_progress(), is_locked=True)
