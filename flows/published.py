"""What is published in a data folder, for reading: one manifest, read once, and the tables it names.

Imports neither Prefect nor Great Expectations.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset
import pyarrow.parquet as pq

from expectations.schema import schema
from expectations.tables import TABLES, WORKING, published
from flows import manifest, table_names
from flows.console import lock, query
from flows.manifest import PublishedFile
from flows.problem import ExitCode, Problem
from transforms.comments import comments

__all__ = ["Published", "query", "unknown_table"]


class Published:
    """The published tables of a data folder as of the moment of opening.

    A build that ends meanwhile does not change what is read: files of the last two manifests are kept.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.manifest = manifest.required(data)

    def files(self, table: str) -> tuple[PublishedFile, ...]:
        """The files of a table, as the manifest lists them.

        Raises:
            Problem: there is no such table, or the folder was built by a program that did not have it yet.
        """
        if table not in TABLES or TABLES[table].stage in WORKING:
            raise unknown_table(table)
        if table not in self.manifest.tables:
            raise self._other_program()
        return self.manifest.tables[table]

    def dataset(self, table: str) -> pyarrow.dataset.Dataset:
        """A table as an Arrow dataset over exactly the files of the manifest; reads no rows yet.

        Raises:
            Problem: as :meth:`files`; a file is missing, cut off or no Parquet.
        """
        paths = []
        for file in self.files(table):
            path = self.data / file.path
            if not path.is_file() or path.stat().st_size != file.bytes:
                raise self._damaged(file)
            paths.append(str(path))
        try:
            found = pyarrow.dataset.dataset(paths, format="parquet")
        except (pa.ArrowInvalid, OSError):
            raise self._damaged(self.files(table)[0]) from None
        # the contract's schema over other columns would show them as null without a word
        if not found.schema.equals(schema(TABLES[table])):
            raise self._other_program()
        return found.replace_schema(schema(TABLES[table]))

    def table(self, name: str, *, round: int | None = None, index_round: int | None = None) -> pa.Table:
        """A table, or the rows of one round, in the order of its key; every byte is what was checked and published.

        Args:
            round: of the master lists.
            index_round: of an index.

        Raises:
            Problem: as :meth:`files`; a file is missing or was changed.
        """
        listed = self.files(name)
        wanted = {kind: number for kind, number in (("round", round), ("index_round", index_round)) if number is not None}
        by_file = TABLES[name].partition
        if by_file in wanted:
            number = wanted.pop(by_file)
            listed = tuple(file for file in listed if Path(file.path).name.startswith(f"{number:03d}-"))
        rows = pa.concat_tables([schema(TABLES[name]).empty_table(), *(self._read(name, file) for file in listed)])
        for kind, number in wanted.items():
            rows = rows.filter(pc.equal(rows[kind], number))
        return rows

    def _read(self, name: str, file: PublishedFile) -> pa.Table:
        try:
            content = (self.data / file.path).read_bytes()
        except FileNotFoundError:
            raise self._damaged(file) from None
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise self._damaged(file)
        # not pq.read_table: its threads can abort a process that ends right after, as commands do
        rows = pq.ParquetFile(pa.BufferReader(content), pre_buffer=False).read(use_threads=False)
        if not rows.schema.equals(schema(TABLES[name])):
            raise self._other_program()
        return rows

    @contextmanager
    def connect(self, *, described: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection locked to the published tables: unable to reach anything else.

        Args:
            described: with the meaning of every table and column as comments, for people; takes longer than most queries.

        Raises:
            Problem: as :meth:`dataset`.
        """
        connection = duckdb.connect(":memory:")
        try:
            for table in published():
                connection.register(table.name, self.dataset(table.name))
            if described:
                connection.execute(";".join(said for table in published() for said in comments(table)))
            lock(connection)
            yield connection
        finally:
            connection.close()

    def no_list(self, number: int, population: str | None = None) -> Problem:
        """The failure for a round of which nothing is held, with the rounds that are."""
        gone = {withdrawal.sha256 for withdrawal in self.manifest.withdrawn}
        editions = [e for e in self.manifest.editions if e.sha256 not in gone and population in (None, e.population)]
        rounds = ", ".join(f"R{number}" for number in sorted({edition.round for edition in editions}))
        of = f"{population} list" if population else "list"
        return Problem(ExitCode.USAGE, f"No {of} of R{number} is held; held: {rounds or 'none'}.")

    def _damaged(self, file: PublishedFile) -> Problem:
        sentence = f"'{file.path}' of the data folder is missing or was changed. Mend it: dtm build --data {self.data}"
        return Problem(ExitCode.DATA_FOLDER, sentence)

    def _other_program(self) -> Problem:
        sentence = f"The tables in '{self.data}' were built by another version of this program. Build them again: dtm build --data {self.data}"
        return Problem(ExitCode.DATA_FOLDER, sentence)


def unknown_table(name: str) -> Problem:
    """The failure for a table that does not exist, with names that are near and those that there are."""
    meant = table_names.near(name)
    asked = f" Did you mean {' or '.join(meant)}?" if meant else ""
    names = ", ".join(sorted(table.name for table in published()))
    return Problem(ExitCode.USAGE, f"There is no table '{name}'.{asked} Tables: {names}.")
