"""Show what every table and column means, from the contract that made them."""

from __future__ import annotations

import argparse

from expectations import dictionary
from expectations.glossary import GLOSSARY
from expectations.tables import TABLES, published
from flows import show
from flows.problem import ExitCode
from flows.published import unknown_table

HELP = "show what tables and columns mean"
EXAMPLE = "dtm dictionary idp_master_list"
NEEDS_DATA = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("table", nargs="?", metavar="TABLE", help="one table, column by column")
    parser.add_argument("--format", choices=("table", "markdown"), default="table")


def run(options: argparse.Namespace) -> int:
    """Print all tables and words, or one table."""
    if options.format == "markdown":
        print(dictionary.render(), end="")
        return ExitCode.OK
    if options.table is None:
        print(show.grid(["table", "stage", "what it is"], [[t.name, t.stage, t.meaning] for t in published()]))
        print("\n" + "\n".join(f"{term.name}: {term.meaning}" for term in GLOSSARY))
        return ExitCode.OK
    table = TABLES.get(options.table)
    if table is None or table.stage == "clean":
        raise unknown_table(options.table)
    print(f"{table.name}: {table.meaning}\n{table.grain}; key: {', '.join(table.key)}\n")
    for name, kind, unit, meaning in dictionary.entry(table):
        print(f"  {name}  ({kind}{', ' + unit if unit else ''})\n      {meaning}")
    return ExitCode.OK
