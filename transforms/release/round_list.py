"""The master list of the round of a release: its rows, and which of the table's columns that list has."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from expectations.columns import COLUMNS
from expectations.contract import Table
from expectations.release_columns import GIVEN, SUPPRESSED
from expectations.release_tables import groups_of
from expectations.schema import ARROW
from expectations.tables import TABLES
from transforms.release.content import Content

NOT_LISTED = "not_listed"


@dataclass(frozen=True)
class RoundList:
    """The list of one population.

    Attributes:
        population: idp or returnee.
        table: what its rows are: the contract of the master list, with the columns that the list has.
        rows: in the order of the key, status columns last.
        empty: columns of the tier in which the list has no value, such as categories that it does not carry.
        left_out: columns that the policy of the tier leaves out.
    """

    population: str
    table: Table
    rows: pa.Table
    empty: tuple[str, ...]
    left_out: tuple[str, ...]


def populations(content: Content) -> tuple[str, ...]:
    """The populations of the round whose list the tier has."""
    return tuple(population for population in content.populations if f"{population}_master_list" in content.tables)


def column_of(rows: pa.Table, name: str) -> pa.ChunkedArray | pa.Array:
    """A column, or nothing in every row where the policy of the tier leaves it out."""
    return rows[name] if name in rows.column_names else pa.nulls(rows.num_rows, ARROW[COLUMNS[name].type])


def round_list(content: Content, population: str) -> RoundList:
    """The list of a population in the round of a release.

    A column that is empty in every row is taken as one that the list does not have, unless all that it holds may be withheld.
    """
    name = f"{population}_master_list"
    declared, rows = content.declared(name), content.of_round(name)
    status_of = {column: status for status, columns in groups_of(name, declared.columns).items() for column in columns}
    empty = tuple(
        column
        for column in declared.columns
        if rows.num_rows and rows[column].null_count == rows.num_rows and not _is_withheld(rows, status_of.get(column))
    )
    kept = tuple(column for column in declared.columns if column not in empty)
    left_out = tuple(column for column in TABLES[name].columns if column not in declared.columns)
    table = replace(declared, columns=kept, nullable=declared.nullable & set(kept))
    return RoundList(population, table, rows.select(kept), empty, left_out)


def _is_withheld(rows: pa.Table, status: str | None) -> bool:
    """Whether an empty column may be empty because its values are withheld: no row gives a value of its group."""
    if status is None:
        return False
    found = set(pc.unique(rows[status]).to_pylist())
    return SUPPRESSED in found and GIVEN not in found
