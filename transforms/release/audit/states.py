"""Which versions say something of a list that the newest one does not say: most repeat earlier rounds unchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from expectations.columns import POPULATIONS

# Tables with figures of the lists -> the population, where they are of one only
TABLES = {
    "idp_master_list": "idp",
    "returnee_master_list": "returnee",
    "master_list_change": "",
    "change_summary": "",
    "national_summary": "",
    "governorate_summary": "",
    "district_summary": "",
    "subdistrict_summary": "",
    "shelter_summary": "",
    "period_summary": "",
    "idp_origin_to_displacement": "idp",
    "returnee_last_displacement_to_return": "returnee",
}


@dataclass(frozen=True)
class Edition:
    """A version as it was read: its name, its round and version number, its tables."""

    name: str
    round: int
    version: str
    tables: dict[str, pa.Table]


@dataclass(frozen=True)
class State:
    """What a version says of some lists. ``lists``: (population, round); None for all, in the version that is audited.

    ``name``: of the version; its tables are registered as ``<prefix><table>``.
    """

    name: str
    prefix: str
    round: int
    version: str
    lists: frozenset[tuple[str, int]] | None = None

    def where(self, population: str = "") -> str:
        """The condition by which rows of a table with a column ``round`` (and ``population``) belong to it."""
        if self.lists is None:
            return f"population = '{population}'" if population else "true"
        listed = ", ".join(f"('{one}', {number})" for one, number in sorted(self.lists) if population in ("", one))
        return f"(population, round) in ({listed})" if listed else "false"


def states(connection: duckdb.DuckDBPyConnection, newest: Edition, earlier: Sequence[Edition]) -> list[State]:
    """The newest version, then of earlier ones what differs from it, each difference once."""
    made = [State(newest.name, "now_", newest.round, newest.version)]
    register(connection, "now_", newest.tables)
    said = {(*where, mark) for where, mark in _marks(connection, "now_").items()}
    for at, edition in enumerate(earlier):
        prefix = f"then{at}_"
        register(connection, prefix, edition.tables)
        marks = _marks(connection, prefix)
        other = frozenset(where for where, mark in marks.items() if (*where, mark) not in said)
        said |= {(*where, mark) for where, mark in marks.items()}
        if other:
            made.append(State(edition.name, prefix, edition.round, edition.version, other))
        else:
            for name in TABLES:
                connection.execute(f"drop view if exists {prefix}{name}")
    return made


def register(connection: duckdb.DuckDBPyConnection, prefix: str, tables: Mapping[str, pa.Table]) -> None:
    """Each table of figures with a column ``population``; a list that is not held has no rows."""
    for name, population in TABLES.items():
        if name in tables:
            connection.register(f"{prefix}raw_{name}", tables[name])
            own = f"'{population}' as population, " if population else ""
            connection.execute(f"create view {prefix}{name} as select {own}* from {prefix}raw_{name}")


def held(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[str, ...]:
    """The columns of a registered table; none where it is not there."""
    found = connection.execute(
        "select column_name from duckdb_columns() where table_name = ? order by column_index", [name]
    ).fetchall()
    return tuple(column for (column,) in found)


def _marks(connection: duckdb.DuckDBPyConnection, prefix: str) -> dict[tuple[str, int], int]:
    """(population, round) -> a number that is the same where all tables say the same of that list."""
    marks: dict[tuple[str, int], int] = {}
    for at, name in enumerate(TABLES):
        if not held(connection, f"{prefix}{name}"):
            continue
        asked = f"select population, round, bit_xor(hash(t)), count(*) from {prefix}{name} t where round is not null group by all"
        for population, number, mark, rows in connection.execute(asked).fetchall():
            if population in POPULATIONS:
                marks[population, number] = hash((marks.get((population, number), 0), at, mark, rows))
    return marks
