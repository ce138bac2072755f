"""The warehouse: clean tables in, every table of the contract out, by the queries of ``sql/``.

An in-memory DuckDB that sees only what is registered here. Every table leaves through
:func:`expectations.schema.conform`, in the order of its key, so that equal input gives equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.columns import POPULATIONS, breakdown_categories
from expectations.contract import Table
from expectations.rules import TABLE_RULES
from expectations.schema import conform
from expectations.tables import TABLES
from transforms import query, reference

ROWS_PER_GROUP = 250_000


def connect(spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory connection that cannot see Python variables and fetches no extension.

    What does not fit into memory is written below ``spill``, nowhere else.
    """
    connection = duckdb.connect(":memory:", config={"temp_directory": str(spill / "spill") if spill else ""})
    connection.execute("set python_enable_replacements = false")
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute("set autoload_known_extensions = false")
    return connection


def build(
    clean: dict[str, pa.Table], accepted: list[dict[str, str]], spill: Path | None = None
) -> Iterator[tuple[Table, pa.Table]]:
    """Every published table with its rows, in an order in which each can be made.

    Args:
        clean: the clean tables of all sources, by name.
        accepted: exceptions accepted in this data folder, as rows of ``known_exception``.
        spill: a folder for what does not fit into memory.
    """
    with connect(spill) as connection:
        for name, data in reference.tables(accepted).items():
            connection.register(name, data)
            yield TABLES[name], data
        for name, data in clean.items():
            connection.register(name, data)
        connection.register("counted_rule", counted_rules())
        connection.register("breakdown_column", breakdown_columns())
        needed = query.read_by_others()
        for name in query.build_order():
            made = f"({query.table_query(name)})"
            if name in needed:
                connection.execute(f"create table {name} as {made}")
                made = name
            yield TABLES[name], _ordered(connection, TABLES[name], made)


def counted_rules() -> pa.Table:
    """The rules that are counted rather than refused, with their severity for published lists."""
    counted = [rule for rule in TABLE_RULES if rule.published in query.COUNTED]
    return pa.table({"rule": [rule.id for rule in counted], "severity": [rule.published for rule in counted]})


def breakdown_columns() -> pa.Table:
    """The breakdown columns of the master lists by number: comparing numbers is what makes the wide lists cheap."""
    rows = [
        {"population": population, "dimension": dimension, "category": category, "position": position}
        for population in POPULATIONS
        for position, (dimension, category, _) in enumerate(breakdown_categories(population))
    ]
    return pa.Table.from_pylist(rows)


def _ordered(connection: duckdb.DuckDBPyConnection, table: Table, made: str) -> pa.Table:
    """The rows of a table, or of the query in brackets that makes it, in the order of the key."""
    columns = ", ".join(f'"{name}"' for name in table.columns)
    order = ", ".join(f'"{name}" nulls first' for name in table.key)
    return conform(connection.sql(f"select {columns} from {made} order by {order}").to_arrow_table(), table)


def parts(table: Table, data: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The files of a table: one per round, named by it, or one called ``all``."""
    if table.partition is None:
        yield "all", data
        return
    rounds = data["round"].combine_chunks()
    values, counts = (
        zip(*((v["values"], v["counts"]) for v in rounds.value_counts().to_pylist()), strict=True) if data.num_rows else ((), ())
    )
    start = 0
    for value, count in sorted(zip(values, counts, strict=True)):
        yield f"{value:03d}", data.slice(start, count)
        start += count
    if not data.num_rows:
        yield "all", data


def write(data: pa.Table, path: Path) -> None:
    """Write Parquet whose bytes depend on nothing but the content and the library versions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(data, path, compression="zstd", row_group_size=ROWS_PER_GROUP)
