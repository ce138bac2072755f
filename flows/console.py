"""The SQL console: a DuckDB connection that reaches nothing but its tables, and one query on it within limits.

Imports neither Prefect nor Great Expectations.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread

import duckdb
import pyarrow as pa

from flows import table_names
from flows.problem import ExitCode, Problem

# The console's own limits; a query that needs more belongs in a notebook over the Parquet files.
MEMORY_LIMIT = "2GB"
RESULT_BYTES_MAXIMUM = 1 << 30
_BATCH_ROWS = 100_000
_LOOK_SECONDS = 0.05
# DuckDB cannot be interrupted inside one long function call such as repeat('x', 1000000000).
_STUCK_SECONDS = 5.0

_LOCKED = (
    "python_enable_replacements = false",
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "allow_community_extensions = false",
    "allow_persistent_secrets = false",
    "temp_directory = ''",
    f"memory_limit = '{MEMORY_LIMIT}'",
    "enable_external_access = false",
    # the last one: nothing can be set after it
    "lock_configuration = true",
)

_OUT_OF_REACH = (
    "The console reads the published tables and nothing else: files, addresses, extensions and settings are out of its reach."
)
_UNCHANGEABLE = "The published tables cannot be changed. Work on a copy that lasts as long as the query: create temp table mine as from TABLE; ..."
_DAMAGED = "A published file is damaged. Mend it: dtm build"
_TOO_LARGE = f"The result is larger than {RESULT_BYTES_MAXIMUM >> 30} GB. Narrow it, or take the table whole: dtm export TABLE -o FILE.parquet"
_NO_MEMORY = f"The query needs more memory than the console has ({MEMORY_LIMIT}). Narrow it: fewer columns, fewer rows, a condition in each join."
# What DuckDB's own words mean here. Its advice to install, to set or to attach would be refused as well.
_MEANINGS = (
    ("file system operations are disabled", _OUT_OF_REACH),
    ("configuration has been locked", _OUT_OF_REACH),
    ("Loading external extensions is disabled", _OUT_OF_REACH),
    ("requires the extension", _OUT_OF_REACH),
    ("but it exists in the", _OUT_OF_REACH),
    ("Can only update base table", _UNCHANGEABLE),
    ("Can only delete from base table", _UNCHANGEABLE),
    ("is not an table", _UNCHANGEABLE),
    ("reading the stream registered as", _DAMAGED),
    ("arrow_large_buffer_size", _TOO_LARGE),
    ("Out of Memory Error", _NO_MEMORY),
)


_NO_TABLE = re.compile(r"Catalog Error: Table with name (.+?) does not exist!")


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Take from a connection, for good, every way to files, extensions, secrets, settings and Python variables.

    No path is allowed at all, because DuckDB's allow-lists grant writing too.
    """
    for setting in _LOCKED:
        connection.execute(f"set {setting}")


def query(
    connection: duckdb.DuckDBPyConnection, text: str, timeout: float | None = None, give_up: Callable[[], None] | None = None
) -> pa.Table:
    """The result of a query; every statement of ``text`` runs, the last one is the result.

    Args:
        connection: a connection that no other thread uses meanwhile.
        text: SQL.
        timeout: seconds after which the query is stopped; None for no limit.
        give_up: called where the query does not heed being stopped; without it, waits until it does.

    Raises:
        Problem: the query is empty, wrong, not allowed, larger than the limits, or takes too long.
    """
    # a thread of its own, so that the clock and Ctrl-C can stop it; its job is there before it, so that no moment is too early
    job: Future[pa.Table] = Future()
    worker = Thread(target=_work, args=(job, connection, text), daemon=True)
    try:
        worker.start()
        expired = not _ended(job, timeout)
    finally:
        _stop(job, connection, give_up)
    if expired:
        sentence = f"The query took longer than {timeout:g} s and was stopped. Narrow it, or give --timeout S."
        raise Problem(ExitCode.QUERY_REFUSED, sentence)
    try:
        return job.result()
    except (duckdb.Error, pa.ArrowException, OSError, MemoryError) as error:
        raise _problem(error) from None


def _work(job: Future, connection: duckdb.DuckDBPyConnection, text: str) -> None:
    if not job.set_running_or_notify_cancel():
        return
    try:
        job.set_result(_collected(connection, text))
    except BaseException as error:  # whatever it is: told where the result is asked for, which waits until the job is done
        job.set_exception(error)


def _ended(job: Future, timeout: float | None) -> bool:
    """Wait for the query; False where it has not ended after ``timeout`` seconds."""
    end = math.inf if timeout is None else time.monotonic() + timeout
    while not job.done() and time.monotonic() < end:
        wait([job], min(_LOOK_SECONDS, max(end - time.monotonic(), 0)))
    return job.done()


def _stop(job: Future, connection: duckdb.DuckDBPyConnection, give_up: Callable[[], None] | None) -> None:
    """End the query. An interrupt between two statements is lost, so it is repeated."""
    job.cancel()  # where it has not begun
    asked = time.monotonic()
    while not job.done():
        connection.interrupt()
        wait([job], _LOOK_SECONDS)
        if give_up and time.monotonic() - asked > _STUCK_SECONDS:
            give_up()


def _collected(connection: duckdb.DuckDBPyConnection, text: str) -> pa.Table:
    if not connection.extract_statements(text):
        raise Problem(ExitCode.QUERY_REFUSED, "The query is empty.")
    relation = connection.sql(text)
    if relation is None:
        return pa.table({"result": pa.array([], pa.string())})
    # batch by batch: DuckDB's memory limit does not count what has left it
    reader = relation.to_arrow_reader(_BATCH_ROWS)
    batches, size = [], 0
    for batch in reader:
        size += batch.nbytes
        if size > RESULT_BYTES_MAXIMUM:
            raise Problem(ExitCode.QUERY_REFUSED, _TOO_LARGE)
        batches.append(batch)
    return pa.Table.from_batches(batches, reader.schema)


def _problem(error: BaseException) -> Problem:
    """The failure in words that fit the console; otherwise DuckDB's own, which point at the place in the query."""
    said = str(error)
    if isinstance(error, (MemoryError, duckdb.OutOfMemoryException)):
        return Problem(ExitCode.QUERY_REFUSED, _NO_MEMORY)
    meaning = next((ours for theirs, ours in _MEANINGS if theirs in said), None)
    if meaning is not None:
        return Problem(ExitCode.DATA_FOLDER if meaning == _DAMAGED else ExitCode.QUERY_REFUSED, meaning)
    first, *more = [line.rstrip() for line in said.splitlines() if line.strip()] or ["no reason given"]
    lines = more[:5]
    missing = _NO_TABLE.match(first) if isinstance(error, duckdb.CatalogException) else None
    if missing:
        meant = table_names.near(missing[1])
        # DuckDB's own guess names its catalogues, too
        lines = [line for line in lines if not line.startswith("Did you mean")]
        lines += [*([f"Did you mean {' or '.join(meant)}?"] if meant else []), "The tables: dtm sql --tables, or dtm dictionary"]
    first = first.partition(' Use "SET')[0]
    return Problem(ExitCode.QUERY_REFUSED, f"The query cannot be run: {first}", tuple(lines))
