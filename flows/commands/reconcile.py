"""Compare published figures with ours: exact, different with a named cause, different, or without a list.

FILE is a response of the DTM API (JSON, national or by governorate) or a CSV with the columns population, round (or
as_of), any of households, individuals, locations, districts, governorates, and optionally governorate and kind."""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from pathlib import Path

from flows import show
from flows.problem import ExitCode, Problem
from flows.published import Published, query
from transforms import reconcile
from transforms.reconcile import CAUSED, DIFFERENT, EXACT, STALE, WITHOUT, Comparison

HELP = "compare published figures with ours"
EXAMPLE = "dtm reconcile published_series.csv --data data"
_HEADS = ["row", "population", "round", "governorate", "measure", "published", "ours", "difference", "verdict", "cause"]
_OURS = """
select population, round, null as governorate, households, individuals, locations, districts, governorates from national_summary
union all
select population, round, governorate, households, individuals, locations, districts, null from governorate_summary
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--all", action="store_true", help="show every comparison, not only those that differ")
    parser.add_argument("--format", choices=("table", "csv"), default="table")


def run(options: argparse.Namespace) -> int:
    """Print what differs, then the counts; fails where something differs without a cause."""
    try:
        text = options.file.read_bytes().decode("utf-8")
        read = reconcile.figures(text, options.file.name)
    except UnicodeDecodeError as error:
        raise Problem(ExitCode.SOURCE_REFUSED, f"{options.file.name}: byte {error.start} is not UTF-8. Save the file as UTF-8.") from None
    except reconcile.UnreadableFigures as error:
        raise Problem(ExitCode.SOURCE_REFUSED, str(error)) from None
    compared = reconcile.compare(read, _ours(Published(options.data)))
    by_row: dict[int, list[Comparison]] = {}
    for comparison in compared:
        by_row.setdefault(comparison.figure.row, []).append(comparison)
    verdicts = Counter(reconcile.verdict_of(own) for own in by_row.values())
    _print(compared, options)
    counted = ", ".join(f"{verdicts[v]} {v}" for v in (EXACT, CAUSED, DIFFERENT, STALE, WITHOUT) if verdicts[v] or v != STALE)
    levels = Counter("governorate" if own[0].figure.governorate else "national" for own in by_row.values() if reconcile.verdict_of(own) != WITHOUT)
    of = ", ".join(f"{count} {level}" for level, count in sorted(levels.items(), reverse=True))
    print(f"{len(by_row)} figures; {of or 'none'} compared: {counted}.", file=sys.stderr if options.format == "csv" else sys.stdout)
    if verdicts[STALE]:
        raise Problem(ExitCode.NO_LONGER_APPLIES, f"{verdicts[STALE]} recorded causes no longer apply. Correct or delete them in expectations/codes/published_difference.csv.")
    if verdicts[DIFFERENT]:
        raise Problem(ExitCode.FIGURES_DIFFER, f"{verdicts[DIFFERENT]} of {len(by_row)} figures differ without a known cause.")
    return ExitCode.OK


def _ours(held: Published) -> reconcile.Ours:
    with held.connect() as connection:
        rows = query(connection, _OURS, None).to_pylist()
    return {(r["population"], r["round"], r["governorate"]): {m: r[m] for m in reconcile.MEASURES if r[m] is not None} for r in rows}


def _print(compared: list[Comparison], options: argparse.Namespace) -> None:
    chosen = [c for c in compared if options.all or options.format == "csv" or c.verdict not in (EXACT, WITHOUT)]
    rows = [
        [c.figure.row, c.figure.population, c.figure.round, c.figure.governorate, c.measure, c.published, c.ours,
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
