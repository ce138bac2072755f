"""Compare a round with the figures of another source: CCCM, a ministry, a partner, an observation.

FILE is a CSV; the column map (TOML) says which of its columns are place_id, area_name, governorate, district, households or
individuals, as_of_date, and whether it is by camp, district or governorate. Gaps beyond the round's threshold, and camps that
one side lacks, enter the queue; there a person decides keep_ours, take_theirs or revisit. Nothing is taken over by itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from expectations.field_columns import COMPARISON_SOURCES
from flows import show
from flows.commands.words import round_number
from flows.field import life, store
from flows.given_file import given, utf8
from flows.lock import locked
from flows.problem import ExitCode, Problem
from transforms.field import comparison
from transforms.refusal import Refusal

HELP = "compare a round with the figures of another source"
EXAMPLE = "dtm compare 121 camp_list.csv --source cccm --map camp_list.toml --data data"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("round", metavar="ROUND")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--source", choices=COMPARISON_SOURCES, required=True)
    parser.add_argument("--map", type=Path, metavar="FILE", help="column map; default: FILE with the ending .toml")


def run(options: argparse.Namespace) -> int:
    """Take the figures and show the gaps."""
    number = round_number(options.round)
    with locked(options.data):
        found = life.held(options.data, number)
        life.demand_state(found.round, ("open", "partial"), "comparisons are decided before the freeze")
        figures = _figures(options)
        sha256 = store.sha256(repr(figures.to_pydict()).encode())
        known = found.of("comparison", found.last)
        if not known or known[-1].sha256 != sha256:
            store.keep(options.data, "comparison", number, sha256, {"comparison_figure": figures})
    compared = life.held(options.data, number).under_review.comparison
    columns = [
        "comparison_level",
        "area",
        "area_name",
        "our_households",
        "their_households",
        "gap_households",
        "age_days",
        "needs_decision",
    ]
    own = [row for row in compared.to_pylist() if row["comparison_source"] == options.source]
    print(show.grid([name.replace("_", " ") for name in columns], [[row[name] for name in columns] for row in own]))
    left = sum(row["needs_decision"] for row in own)
    print(f"R{number}: {len(own)} figures compared, {left} to be decided.")
    return ExitCode.OK


def _figures(options: argparse.Namespace) -> object:
    map_path = options.map or options.file.with_suffix(".toml")
    figures, columns = (utf8(given(path), path.name) for path in (options.file, map_path))
    try:
        column_map = comparison.parse_map(columns, show.readable(map_path.name))
        return comparison.read(figures, show.readable(options.file.name), column_map, options.source)
    except Refusal as refusal:
        raise Problem(ExitCode.SOURCE_REFUSED, str(refusal), tuple(refusal.lines()[1:])) from refusal
