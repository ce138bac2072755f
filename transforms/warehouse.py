"""The warehouse: clean tables in, every table of the contract out, by the queries of ``sql/``.

An in-memory DuckDB that sees only what is registered here. Every table leaves through
:func:`expectations.schema.conform`, in the order of its key, so that equal input gives equal bytes.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from expectations import codes
from expectations.columns import POPULATIONS
from expectations.contract import Table
from expectations.index import INDICES
from expectations.rules import TABLE_RULES
from expectations.schema import conform, decoded, schema
from expectations.tables import TABLES
from transforms import query, reference
from transforms.ordering import ordered

ROWS_PER_GROUP = 250_000
# Few rows that give their text to millions: with each text as a number, no other letter is copied until a file is written.
_NAMING = frozenset(f"{index}_index_{part}" for index in INDICES for part in ("item", "run", "weight"))

# A relation would copy less, but plan each query twice; most tables are made in less time than a plan.
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result")


def connect(spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory connection that cannot see Python variables and fetches no extension.

    What does not fit into memory is written below ``spill``, nowhere else.
    """
    connection = duckdb.connect(":memory:", config={"temp_directory": str(spill / "spill") if spill else ""})
    connection.execute("set python_enable_replacements = false")
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute("set autoload_known_extensions = false")
    # it adds up the few rows of the smaller side of a join first, and then combines states of sums for each row of the larger one
    connection.execute("set disabled_optimizers = 'partial_aggregate_pushdown'")
    return connection


@lru_cache(maxsize=500)
def parsed(text: str) -> duckdb.Statement:
    """The statement of a text, for any connection: reading a long text takes as long as asking it of few rows."""
    (statement,) = duckdb.extract_statements(text)
    return statement


def rows_of(connection: duckdb.DuckDBPyConnection, text: str) -> pa.Table:
    """The rows of a query."""
    return connection.execute(parsed(text)).to_arrow_table()


def see(connection: duckdb.DuckDBPyConnection, name: str, paths: Sequence[Path], table: str | None = None) -> None:
    """Let the queries of a connection read Parquet files as ``name``; no files stand for an empty table of the contract.

    Args:
        table: the table of the contract, where it has another name.
    """
    if not paths:
        connection.register(name, schema(TABLES[table or name]).empty_table())
        return
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    connection.execute(f'create view "{name}" as from read_parquet([{listed}])')


def build(
    clean: Callable[[str], pa.Table],
    accepted: list[dict[str, str]],
    rounds: list[dict[str, str]],
    spill: Path | None = None,
    wanted: frozenset[str] | None = None,
) -> Iterator[tuple[Table, pa.Table]]:
    """Every published table with its rows, in an order in which each can be made.

    A table stays in memory only until the last one that reads it is made. Where nothing that a query reads has rows, its table
    has none, and it is not run; nor are the queries of an index without answers, which read the lists as well.

    Args:
        clean: gives a clean table of all sources by its name.
        accepted: exceptions accepted in this data folder, as rows of ``known_exception``.
        rounds: rounds opened in this data folder that the registry does not have, as rows of ``round``.
        spill: as for :func:`connect`.
        wanted: tables to make; only these and the published ones that they are made of are made. By default all.
    """
    with connect(spill) as connection, ThreadPoolExecutor(1) as pool:
        for name, data in reference.tables(accepted, rounds).items():
            connection.register(name, data)
            yield TABLES[name], data
        for name, data in contract_tables().items():
            connection.register(name, data)
        waiting: list[tuple[Table, Future[pa.Table]]] = []
        for table, queried in _queried(connection, clean, wanted):
            waiting.append((table, pool.submit(_arranged, table, queried)))
            if len(waiting) > 1:  # one is put in order while the next is made
                table, future = waiting.pop(0)
                yield table, future.result()
        for table, future in waiting:
            yield table, future.result()


def _queried(
    connection: duckdb.DuckDBPyConnection, clean: Callable[[str], pa.Table], wanted: frozenset[str] | None
) -> Iterator[tuple[Table, pa.Table]]:
    """The published tables that queries make, as they come out."""
    scored = set(clean("clean_index_run")["index_name"].to_pylist())
    registered, empty = set(), set()
    for step in query.steps(wanted):
        for name in step.taken:
            data = clean(name)
            connection.register(name, data)
            registered.add(name)
            if not data.num_rows:
                empty.add(name)
        table = TABLES.get(step.name)
        if not ((step.index and step.index not in scored) or (table and empty.issuperset(step.reads))):
            made = _asked(connection, step)
        elif table:
            made = schema(table).empty_table()
            if step.is_read:
                connection.register(step.name, made)
                registered.add(step.name)
        if table:
            if not made.num_rows:
                empty.add(step.name)
            yield table, made
        for name in step.left:
            if name in registered:
                connection.unregister(name)
            else:
                connection.execute(f"drop table if exists {name}")


def _asked(connection: duckdb.DuckDBPyConnection, step: query.Step) -> pa.Table | None:
    """Run a query: what others read stays in the connection, the rows of a published table are given back."""
    asked = f"({query.table_query(step.name)})"
    if step.is_read:
        connection.execute(parsed(f"create table {step.name} as {asked}"))
        asked = step.name
        if step.name in _NAMING:
            _encode(connection, step.name)
    return _fetched(connection, TABLES[step.name], asked) if step.name in TABLES else None


def recount(held: Callable[[str], pa.Table], accepted: list[dict[str, str]]) -> Iterator[tuple[Table, pa.Table]]:
    """The tables again that follow from the known exceptions: the exceptions, with those ``accepted``, and the counts.

    Args:
        held: gives a table made before by its name.
        accepted: as for :func:`build`.
    """
    with connect() as connection:
        exceptions = reference.tables(accepted)["known_exception"]
        connection.register("known_exception", exceptions)
        yield TABLES["known_exception"], exceptions
        text = query.table_query("rule_count")
        for name in query.reads(text) - {"known_exception"}:
            connection.register(name, held(name))
        connection.register("counted_rule", counted_rules())
        yield TABLES["rule_count"], _arranged(TABLES["rule_count"], _fetched(connection, TABLES["rule_count"], f"({text})"))


def contract_tables() -> dict[str, pa.Table]:
    """What the contract says that queries read and nobody publishes, by name."""
    return {"counted_rule": counted_rules(), "breakdown_column": breakdown_columns(), "district_code": district_codes()}


def counted_rules() -> pa.Table:
    """The rules that are counted rather than refused, with their severity for published lists and field rounds."""
    counted = [rule for rule in TABLE_RULES if rule.published in query.COUNTED]
    severities = {"severity": [rule.published for rule in counted], "field_severity": [rule.field for rule in counted]}
    return pa.table({"rule": [rule.id for rule in counted], **severities})


def district_codes() -> pa.Table:
    """Districts with the codes by which answers and breakdowns name them."""
    own = {row["governorate"]: row["governorate_code"] for row in codes.rows("governorate")}
    rows = [(governorate, district, code, own[governorate]) for (governorate, district), code in codes.district_codes().items()]
    names = ("governorate", "district", "district_code", "governorate_code")
    return pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)})


def breakdown_columns() -> pa.Table:
    """The breakdown columns of the master lists by position: comparing small numbers is what makes the wide lists cheap."""
    columns = [
        {"population": population, **column} for population in POPULATIONS for column in query.breakdown_columns(population)
    ]
    made = pa.Table.from_pylist(columns)
    return made.set_column(made.column_names.index("position"), "position", made["position"].cast(pa.uint8()))


def _encode(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make the text columns of a table enumerations of the texts in them, in their order."""
    for column, kind in connection.execute(
        f"select column_name, data_type from duckdb_columns() where table_name = '{name}'"
    ).fetchall():
        if kind == "VARCHAR":
            own = f'"{name}_{column}"'
            connection.execute(
                f'create type {own} as enum (select distinct "{column}" from {name} where "{column}" is not null order by 1)'
            )
            connection.execute(f'alter table {name} alter column "{column}" set data type {own}')


def _fetched(connection: duckdb.DuckDBPyConnection, table: Table, made: str) -> pa.Table:
    """The rows of a table, or of the query in brackets that makes it."""
    columns = ", ".join(f'"{name}"' for name in table.columns)
    return rows_of(connection, f"select {columns} from {made}")


def _arranged(table: Table, queried: pa.Table) -> pa.Table:
    """The rows as their contract demands, in the order of the key.

    Sorted outside of the engine, which takes half the time of an ORDER BY that has to carry many columns along.
    """
    return ordered(conform(queried, table, encoded=True), table.key)


def parts(table: Table, data: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The files of a table: one per round, named by it, or one called ``all``."""
    if table.partition is None:
        yield "all", data
        return
    rounds = data[table.partition].combine_chunks()
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
    pq.write_table(decoded(data), path, compression="zstd", row_group_size=ROWS_PER_GROUP)
