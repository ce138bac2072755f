"""Show what every table and column means, from the contract that made them."""

from __future__ import annotations

import argparse

from expectations import dictionary
from expectations.glossary import GLOSSARY
from expectations.tables import TABLES, WORKING
from flows import table_names
from flows.problem import ExitCode

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
        _print_all()
        return ExitCode.OK
    table = TABLES.get(options.table)
    if table is None or table.stage in WORKING:
        from flows.published import unknown_table  # brings DuckDB along, which only the failure can afford

        raise unknown_table(options.table)
    print(f"{table.name}: {table.meaning}\n{table.grain}; key: {', '.join(table.key)}\n")
    for name, kind, unit, meaning in dictionary.entry(table):
        print(f"  {name}  ({kind}{', ' + unit if unit else ''})\n      {meaning}")
    return ExitCode.OK


def _print_all() -> None:
    """Every table by stage, then the words; meanings are never cut."""
    print(table_names.listing())
    print("\nwords")
    for term in GLOSSARY:
        print(f"  {term.name}: {term.meaning}")
    print("\nOne table, column by column: dtm dictionary TABLE")
