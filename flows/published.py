"""What is published in a data folder, for reading: one manifest, read once, and the tables it names.

Imports neither Prefect nor Great Expectations.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq

from expectations.columns import COLUMNS
from expectations.schema import schema
from expectations.tables import TABLES
from flows import manifest
from flows.problem import ExitCode, Problem

# The console's own limits; a query that needs more belongs in a notebook over the Parquet files.
MEMORY_LIMIT = "2GB"


class Published:
    """The published tables of a data folder as of the moment of opening.

    A build that ends meanwhile does not change what is read: files of the last two manifests are kept.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.manifest = manifest.required(data)

    def paths(self, table: str) -> list[Path]:
        """The files of a table.

        Raises:
            Problem: there is no such table.
        """
        if table not in self.manifest.tables:
            raise unknown_table(table)
        return [self.data / file.path for file in self.manifest.tables[table]]

    def dataset(self, table: str) -> pa.dataset.Dataset:
        """A table as an Arrow dataset over exactly the files of the manifest."""
        return pa.dataset.dataset([str(path) for path in self.paths(table)], schema=schema(TABLES[table]), format="parquet")

    def table(self, name: str, *, round: int | None = None) -> pa.Table:
        """A table, or the rows of one round, in the order of its key."""
        parts = self.paths(name)
        if round is not None and TABLES[name].partition == "round":
            parts = [path for path in parts if path.name.startswith(f"{round:03d}-")]
        read = [pq.read_table(path, partitioning=None) for path in parts]
        rows = pa.concat_tables(read) if read else schema(TABLES[name]).empty_table()
        if round is not None and TABLES[name].partition != "round":
            rows = rows.filter(pa.compute.equal(rows["round"], round))
        return rows

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection locked to the published tables: documented, and unable to reach anything else.

        Every table is registered as an Arrow dataset; no path is allowed at all, because DuckDB's allow-lists
        grant writing too.
        """
        connection = duckdb.connect(":memory:")
        try:
            for name in self.manifest.tables:
                connection.register(name, self.dataset(name))
                connection.execute(f"comment on view {name} is {_text(TABLES[name].meaning + ' ' + TABLES[name].grain + '.')}")
                for column in TABLES[name].columns:
                    connection.execute(f'comment on column {name}."{column}" is {_text(_comment(column))}')
            for setting in (
                "python_enable_replacements = false",
                "autoinstall_known_extensions = false",
                "autoload_known_extensions = false",
                "allow_community_extensions = false",
                "allow_persistent_secrets = false",
                "temp_directory = ''",
                f"memory_limit = '{MEMORY_LIMIT}'",
                "enable_external_access = false",
                "lock_configuration = true",
            ):
                connection.execute(f"set {setting}")
            yield connection
        finally:
            connection.close()


def _comment(column: str) -> str:
    declared = COLUMNS[column]
    return declared.meaning + (f" Unit: {declared.unit}." if declared.unit else "")


def _text(value: str) -> str:
    """A text literal of SQL."""
    return "'" + value.replace("'", "''") + "'"


def unknown_table(name: str) -> Problem:
    """The failure for a table that does not exist, with the names that do."""
    names = ", ".join(sorted(t.name for t in TABLES.values() if t.stage != "clean"))
    return Problem(ExitCode.USAGE, f"There is no table '{name}'. Tables: {names}.")


def query(connection: duckdb.DuckDBPyConnection, text: str, timeout: float | None) -> pa.Table:
    """The result of a query; every statement of ``text`` runs, the last one is the result.

    Raises:
        Problem: the query is wrong, not allowed, or takes longer than ``timeout`` seconds.
    """
    timer = threading.Timer(timeout, connection.interrupt) if timeout else None
    if timer:
        timer.daemon = True
        timer.start()
    try:
        relation = connection.sql(text)
        return relation.to_arrow_table() if relation is not None else pa.table({"result": pa.array([], pa.string())})
    except duckdb.InterruptException:
        sentence = f"The query took longer than {timeout:g} s and was stopped. Narrow it, or give --timeout."
        raise Problem(ExitCode.QUERY_REFUSED, sentence) from None
    except duckdb.Error as error:
        raise Problem(ExitCode.QUERY_REFUSED, _said(error)) from None
    finally:
        if timer:
            timer.cancel()


def _said(error: duckdb.Error) -> str:
    """DuckDB's message; without its first word where that only names the kind of error."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return "The query cannot be run: " + " ".join(lines[:1]) + "".join(f"\n    {line}" for line in lines[1:6])
