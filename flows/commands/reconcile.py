"""Compare published figures with ours: exact, different with a named cause, different, or without a list.

FILE is a response of the DTM API (JSON, national or by governorate) or a CSV with the columns population, round (or
as_of), any of households, individuals, locations, districts, governorates, and optionally governorate and kind."""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from pathlib import Path

from flows import reconciling, show
from flows.problem import ExitCode, Problem
from flows.published import Published
from transforms import reconcile
from transforms.reconcile import CAUSED, DIFFERENT, EXACT, STALE, WITHOUT, Comparison

HELP = "compare published figures with ours"
EXAMPLE = "dtm reconcile published_series.csv --data data"
_HEADS = ["row", "population", "round", "governorate", "measure", "published", "ours", "difference", "verdict", "cause"]
_RECORDED_IN = "expectations/codes/published_difference.csv"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--all", action="store_true", help="show every comparison, not only those that differ")
    parser.add_argument("--format", choices=("table", "csv"), default="table")


def run(options: argparse.Namespace) -> int:
    """Print what differs, then the counts; fails where something differs without a cause."""
    held = Published(options.data)
    ours = reconciling.ours(held.table("national_summary"), held.table("governorate_summary"))
    compared = reconcile.compare(reconciling.figures(options.file), ours)
    by_row: dict[int, list[Comparison]] = {}
    for comparison in compared:
        by_row.setdefault(comparison.figure.row, []).append(comparison)
    _print(compared, options)
    print(_summary(list(by_row.values())), file=sys.stderr if options.format == "csv" else sys.stdout)
    verdicts = Counter(reconcile.verdict_of(own) for own in by_row.values())
    if verdicts[STALE]:
        sentence = f"Recorded causes that no longer apply: {verdicts[STALE]}. Correct or delete them in {_RECORDED_IN}."
        raise Problem(ExitCode.NO_LONGER_APPLIES, sentence)
    if verdicts[DIFFERENT]:
        raise Problem(ExitCode.FIGURES_DIFFER, f"{verdicts[DIFFERENT]} of {len(by_row)} figures differ without a known cause.")
    return ExitCode.OK


def _summary(figures: list[list[Comparison]]) -> str:
    """How many figures were compared, on which level, and how they came out."""
    verdicts = Counter(reconcile.verdict_of(own) for own in figures)
    counted = ", ".join(f"{verdicts[v]} {v}" for v in (EXACT, CAUSED, DIFFERENT, STALE, WITHOUT) if verdicts[v] or v != STALE)
    compared = [own[0].figure for own in figures if reconcile.verdict_of(own) != WITHOUT]
    levels = Counter("governorate" if figure.governorate else "national" for figure in compared)
    of = ", ".join(f"{count} {level}" for level, count in sorted(levels.items(), reverse=True))
    return f"{len(figures)} figures; {of or 'none'} compared: {counted}."


def _print(compared: list[Comparison], options: argparse.Namespace) -> None:
    chosen = [c for c in compared if options.all or options.format == "csv" or c.verdict not in (EXACT, WITHOUT)]
    rows = [
        [c.figure.row, c.figure.population, c.figure.round or c.figure.label, c.figure.governorate, c.measure, c.published, c.ours,
         None if c.ours is None else c.published - c.ours, c.verdict, c.cause]
        for c in chosen
    ]  # fmt: skip
    if options.format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_HEADS)
        writer.writerows(rows)
    elif rows:
        print(show.grid(_HEADS[:-1], [row[:-1] for row in rows]))
        for cause in dict.fromkeys(c.cause for c in chosen if c.cause):
            print(f"cause: {cause}")
