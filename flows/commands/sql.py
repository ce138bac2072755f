"""Ask the published tables anything in DuckDB SQL.

The console sees the tables of `dtm dictionary` and nothing else: it cannot read or write files, load extensions
or change settings. Results go to the terminal as a table, as CSV or as JSON."""

from __future__ import annotations

import argparse
import csv
import json
import sys

import pyarrow as pa

from flows import show
from flows.problem import ExitCode
from flows.published import Published, query

HELP = "ask the published tables in SQL"
EXAMPLE = 'dtm sql "select round, households, individuals, locations from national_summary where population = \'idp\'" --data data'
TIMEOUT_SECONDS = 60.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("query", metavar="QUERY", help="one or more SQL statements; - reads them from standard input")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")
    parser.add_argument("--timeout", type=float, default=TIMEOUT_SECONDS, metavar="S", help="seconds (default 60)")
    parser.add_argument("--rows", type=int, default=show.ROWS_SHOWN, metavar="N", help="rows shown in a table (default 200)")


def run(options: argparse.Namespace) -> int:
    """Run the query and print its result."""
    text = sys.stdin.read() if options.query == "-" else options.query
    with Published(options.data).connect() as connection:
        result = query(connection, text, options.timeout)
        if options.format == "csv":
            write_csv(result)
        elif options.format == "json":
            write_json(result)
        else:
            print(show.table(result, options.rows))
    return ExitCode.OK


def write_csv(result: pa.Table) -> None:
    """The result as CSV on standard output; texts as they are, null as nothing."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(result.column_names)
    for batch in result.to_batches():
        writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def write_json(result: pa.Table) -> None:
    """The result as a JSON list of objects on standard output."""
    json.dump(result.to_pylist(), sys.stdout, ensure_ascii=False, default=str, indent=1)
    print()
