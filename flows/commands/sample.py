"""Write synthetic lists to learn and test with: invented locations over the real governorates and districts, with planted defects and their ledger."""

from __future__ import annotations

import argparse
from pathlib import Path

from flows.problem import ExitCode, Problem

HELP = "write synthetic lists with planted defects"
EXAMPLE = "dtm sample --rounds 3 --places 400 build/sample-lists"
NEEDS_DATA = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to write; must be new or empty")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="number of rounds (default 3)")
    parser.add_argument("--places", type=int, default=400, metavar="N", help="number of locations (default 400)")
    parser.add_argument("--seed", type=int, default=20210301, metavar="N", help="same seed, same bytes")


def run(options: argparse.Namespace) -> int:
    """Write the sample and say where it is."""
    from sample_data import generator

    if options.out.exists() and any(options.out.iterdir()):
        raise Problem(ExitCode.USAGE, f"'{options.out}' is not empty. Give a new folder.")
    if options.rounds < 1 or options.places < 20:
        raise Problem(ExitCode.USAGE, "A sample has at least 1 round and 20 places.")
    generator.write(options.out, rounds=options.rounds, places=options.places, seed=options.seed)
    print(f"Wrote {options.out}/lists (build these), {options.out}/broken (refused, one per rule) and {options.out}/ledger.csv.")
    print(f"Next:  dtm build {options.out}/lists --data DIR --accept-exceptions \"planted by the sample generator\"")
    return ExitCode.OK
