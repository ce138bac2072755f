"""Take new lists, rebuild every table, check it, publish it.

Everything that was admitted before stays; a file that was taken before is not taken twice. Nothing published
changes unless every check holds."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

from flows.commands.words import timed_progress
from flows.problem import ExitCode, Problem
from flows.show import readable, visible

HELP = "take new lists, rebuild, check, publish"
EXAMPLE = "dtm build lists/ --data data --round Round87_Master_List_IDP_2017-1-15_IOM_DTM.xlsx=87"

NOTES_SHOWN = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders of .csv, .xlsx, .xls lists")
    parser.add_argument("--direct", action="store_true", help="run the same steps without Prefect")
    parser.add_argument(
        "--round",
        action="append",
        default=[],
        metavar="[FILE=]N",
        dest="rounds",
        help="round of one file (repeatable), or of all files given",
    )
    parser.add_argument("--vintage", type=_date, metavar="DATE", help="date on which the publisher exported the files given")
    parser.add_argument("--quarantine", action="store_true", help="take lists without their bad rows, marked incomplete")
    parser.add_argument(
        "--accept-exceptions",
        type=readable,
        metavar="REASON",
        help="record that the rows that break counted rules are the publisher's own",
    )
    parser.add_argument(
        "--licence",
        type=readable,
        default="not stated",
        metavar="TEXT",
        help="licence of the files given, for their provenance note",
    )


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no date such as 2021-03-01") from None


def run(options: argparse.Namespace) -> int:
    """Build and say what came out."""
    from flows import run as runner
    from flows.sources import Order

    rounds, round_of_all = _rounds(options.rounds)
    order = Order(
        paths=tuple(options.paths),
        rounds=rounds,
        round_of_all=round_of_all,
        vintage=options.vintage,
        quarantine=options.quarantine,
        accept_exceptions=options.accept_exceptions,
        licence=options.licence,
    )
    result = runner.build(options.data, order, direct=options.direct, progress=timed_progress())
    for line in result.left_out[:NOTES_SHOWN]:
        print(f"left out: {visible(line)}", file=sys.stderr)
    if len(result.left_out) > NOTES_SHOWN:
        print(f"left out: {len(result.left_out) - NOTES_SHOWN} more", file=sys.stderr)
    count = len(result.manifest.sources)
    lists = f"{count} list" + "s" * (count != 1)
    if not result.built:
        print(f"Nothing to do: {lists}, all published files intact.")
        return ExitCode.OK
    for path in result.mended:
        print(f"mended: {path}", file=sys.stderr)
    checks = result.manifest.checks
    print(
        f"Published {len(result.manifest.tables)} tables in {len(result.manifest.published_files())} files from "
        f"{lists}; {checks['suites']} suites, {checks['expectations']} expectations, "
        f"{checks['rules']} blocking rules hold."
    )
    return ExitCode.OK


def _rounds(given: list[str]) -> tuple[dict[str, int], int | None]:
    """The rounds of single files, and the round of all files given."""
    rounds: dict[str, int] = {}
    for text in given:
        file, _, number = text.rpartition("=")
        bare = number[1:] if number[:1] in "Rr" else number
        if not bare.isascii() or not bare.isdecimal() or len(bare) > 3 or (not file and "=" in text):
            raise Problem(ExitCode.USAGE, f"--round takes N or FILE=N, not '{text}'.")
        if rounds.setdefault(file, int(bare)) != int(bare):
            of = f"'{file}'" if file else "all files"
            raise Problem(ExitCode.USAGE, f"--round gives {rounds[file]} and {int(bare)} for {of}.")
    return rounds, rounds.pop("", None)
