"""Ask the published tables anything in DuckDB SQL, or one of the questions of the cookbook (sql/questions).

The console sees the tables listed below and nothing else: it cannot read or write files, load extensions
or change settings. Results go to the terminal as a table, as CSV or as JSON. Every table and column is described:
select column_name, comment from duckdb_columns() where table_name = 'national_summary'
Completion of commands, options and table names with the Tab key: eval "$(dtm sql --complete bash)", or zsh."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Callable

import pyarrow as pa
import pyarrow.csv as pacsv

from flows import completion, show, table_names
from flows.commands.words import positive
from flows.completion import SHELLS
from flows.console import query
from flows.problem import ExitCode, Problem
from flows.published import Published, unknown_table

HELP = "ask the published tables in SQL"
EXAMPLE = (
    "dtm sql \"select round, households, individuals, locations from national_summary where population = 'idp'\" --data data"
)
TIMEOUT_SECONDS = 60.0
_TIMEOUT_MAXIMUM = 86_400.0
_WRITTEN_BY_ARROW = (
    pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_string,
    pa.types.is_date, pa.types.is_time, pa.types.is_timestamp, pa.types.is_null,
)  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("query", nargs="?", metavar="QUERY", help="one or more SQL statements; - reads them from standard input")
    asked.add_argument("--question", type=positive, metavar="N", help="the question of this number in the cookbook")
    parser.add_argument("--questions", action=_Printed, nargs=0, made=_questions, help="list the questions and exit")
    parser.add_argument(
        "--tables",
        action=_Printed,
        nargs="?",
        metavar="PREFIX",
        made=_tables,
        help="list tables, each with its meaning, and exit",
    )
    parser.add_argument(
        "--complete", action=_Printed, choices=SHELLS, made=_completion, help="print completion for a shell and exit"
    )
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")
    parser.add_argument("--timeout", type=_seconds, default=TIMEOUT_SECONDS, metavar="S", help="seconds (default 60)")
    parser.add_argument("--rows", type=positive, default=show.ROWS_SHOWN, metavar="N", help="rows shown in a table (default 200)")
    parser.epilog = "\n\n".join(filter(None, (parser.epilog, table_names.short_list())))


class _Printed(argparse.Action):
    """An option that prints something, for which no data folder is needed, and ends: as --help does."""

    def __init__(self, *words: object, made: Callable[[str | None], str], **said: object) -> None:
        super().__init__(*words, **said)
        self._made = made

    def __call__(self, parser: argparse.ArgumentParser, space: object, value: object, option: str | None = None) -> None:
        print(self._made(value or None))
        parser.exit()


def _questions(_: str | None) -> str:
    from flows import cookbook

    return cookbook.listing()


def _tables(prefix: str | None) -> str:
    listed = table_names.listing(prefix or "")
    if not listed:
        raise unknown_table(prefix)
    return listed


def _completion(shell: str) -> str:
    from flows.cli import parser

    return completion.script(parser(), shell)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= _TIMEOUT_MAXIMUM:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds from 0.1 to {_TIMEOUT_MAXIMUM:,.0f}")
    return value


def run(options: argparse.Namespace) -> int:
    """Run the query and print its result."""
    text = _text(options)
    with Published(options.data).connect(described=_shows_descriptions(text)) as connection:
        result = query(connection, text, options.timeout, _give_up)
    if options.format == "csv":
        write_csv(result)
    elif options.format == "json":
        write_json(result)
    elif result.column_names == ["explain_key", "explain_value"]:
        print("\n".join(show.values(result.column("explain_value"))))
    else:
        print(show.table(result, options.rows))
    return ExitCode.OK


def _text(options: argparse.Namespace) -> str:
    """The query: of a question, of standard input, or as given."""
    if options.question is not None:
        from flows import cookbook

        return cookbook.question(options.question).text
    return _utf8(sys.stdin.buffer.read() if options.query == "-" else os.fsencode(options.query))


def _shows_descriptions(text: str) -> bool:
    """Whether a query may read comments: making them takes longer than most queries."""
    return any(catalogue in text.lower() for catalogue in ("duckdb_", "information_schema", "pg_"))


def _utf8(content: bytes) -> str:
    """The query's text, whatever encoding the terminal claims to have."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(ExitCode.QUERY_REFUSED, f"The query is not UTF-8: see byte {error.start}.") from None


def _give_up() -> None:
    """Leave at once: DuckDB does not heed the interrupt, and the session holds nothing that could be lost."""
    print("dtm: The query took too long and could not be stopped; the console was closed.", file=sys.stderr, flush=True)
    os._exit(ExitCode.QUERY_REFUSED)


def write_csv(result: pa.Table) -> None:
    """The result as CSV on standard output; texts as they are, null as nothing, an empty text as \"\"."""
    sys.stdout.flush()
    columns = [_for_csv(column) for column in result.columns]
    pacsv.write_csv(pa.Table.from_arrays(columns, names=result.column_names), sys.stdout.buffer)


def _for_csv(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """What Arrow writes as CSV stays; lists, structures, bytes and durations become text."""
    kind = column.type
    if any(is_plain(kind) for is_plain in _WRITTEN_BY_ARROW):
        return column
    return pa.chunked_array(
        [pa.array([None if value is None else show.text(value) for value in show.values(column)], pa.string())]
    )


def write_json(result: pa.Table) -> None:
    """The result as a JSON list of objects on standard output; a column name that comes again gets a number."""
    names = _distinct(result.column_names)
    sys.stdout.write("[")
    first = True
    for batch in result.to_batches():
        for row in zip(*(show.values(pa.chunked_array([column])) for column in batch.columns), strict=True):
            record = {name: show.plain(value) for name, value in zip(names, row, strict=True)}
            sys.stdout.write(("\n" if first else ",\n") + json.dumps(record, ensure_ascii=False))
            first = False
    sys.stdout.write("]\n" if first else "\n]\n")


def _distinct(names: list[str]) -> list[str]:
    taken: list[str] = []
    for name in names:
        free, number = name, 2
        while free in taken or (number > 2 and free in names):
            free, number = f"{name}_{number}", number + 1
        taken.append(free)
    return taken
