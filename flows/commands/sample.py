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
    parser.add_argument(
        "--field", action="store_true", help="also a round under collection that follows on the lists (120 locations or more)"
    )
    parser.add_argument(
        "--submissions", type=positive, metavar="N", help="with --field: number of submissions (default about one per location)"
    )


def run(options: argparse.Namespace) -> int:
    """Write the sample and say where it is."""
    from sample_data import answers, crossings, emergency, field, generator

    if options.submissions and not options.field:
        raise Problem(ExitCode.USAGE, "--submissions is for a round under collection: give --field too.")
    if options.out.exists() and not (options.out.is_dir() and not any(options.out.iterdir())):
        raise Problem(ExitCode.USAGE, f"'{options.out}' is no empty folder. Give a new one.")
    words = {"places": options.places, "seed": options.seed, "rounds": options.rounds}
    made = None
    try:
        if options.field:  # first, because it is the more demanding: nothing is written when it cannot be
            made = field.write(options.out / "field" / field.FOLDER, submissions=options.submissions, **words)
        generator.write(options.out, **words)
        if options.rounds > 1:
            answers.write(options.out, seed=options.seed)
            emergency.write(options.out, seed=options.seed)
            crossings.write(options.out, seed=options.seed)
    except ValueError as error:
        raise Problem(ExitCode.USAGE, str(error)) from None
    print(f"Wrote {options.out}/lists (build these), {options.out}/broken (refused, one per rule) and {options.out}/ledger.csv.")
    if options.rounds > 1:
        print(f"Wrote {options.out}/{answers.FOLDER}: answers to both indices, intentions, places of no return.")
        print(f"Wrote {options.out}/{emergency.FOLDER}: deliveries of three emergency events.")
        print(f"Wrote {options.out}/{crossings.FOLDER}: headcounts, survey, status and restrictions at crossing points.")
    if made:
        print(
            f"Wrote {options.out}/field/{field.FOLDER}: {len(made.submissions):,} submissions, the same in kobo_json, kobo_xlsx, odk and csv; "
            "camp_list.csv, work_plan.csv and ledger.csv."
        )
    print(f'Next:  dtm build {options.out}/lists --data DIR --accept-exceptions "planted by the sample generator"')
    return ExitCode.OK
