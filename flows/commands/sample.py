"""Write synthetic lists to learn and test with: invented locations over the real governorates and districts, with planted defects and their ledger."""

from __future__ import annotations

import argparse
from pathlib import Path

from flows.commands.words import positive
from flows.problem import ExitCode, Problem

HELP = "write synthetic lists with planted defects"
EXAMPLE = "dtm sample --rounds 3 --places 400 build/sample-lists"
NEEDS_DATA = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to write; must be new or empty")
    parser.add_argument("--rounds", type=positive, default=3, metavar="N", help="number of rounds (default 3)")
    parser.add_argument("--places", type=positive, default=400, metavar="N", help="number of locations (default 400)")
    parser.add_argument("--seed", type=positive, default=20210301, metavar="N", help="same seed, same bytes")


def run(options: argparse.Namespace) -> int:
    """Write the sample and say where it is."""
    from sample_data import generator

    if options.out.exists() and not (options.out.is_dir() and not any(options.out.iterdir())):
        raise Problem(ExitCode.USAGE, f"'{options.out}' is no empty folder. Give a new one.")
    try:
        generator.write(options.out, rounds=options.rounds, places=options.places, seed=options.seed)
    except ValueError as error:
        raise Problem(ExitCode.USAGE, str(error)) from None
    print(f"Wrote {options.out}/lists (build these), {options.out}/broken (refused, one per rule) and {options.out}/ledger.csv.")
    print(f'Next:  dtm build {options.out}/lists --data DIR --accept-exceptions "planted by the sample generator"')
    return ExitCode.OK
