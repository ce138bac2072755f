"""The figures of a snapshot: what holds on one day as known on another, and how it differs from the snapshot before."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from expectations.emergency import TOTAL
from expectations.schema import conform
from expectations.tables import TABLES
from transforms import query, reference, warehouse
from transforms.emergency.event import Event
from transforms.ordering import ordered

Counts = dict[str, int | None]
NOT_OBSERVED: Counts = {"households": None, "individuals": None}
_BELOW_DISTRICTS = tuple(f"{side}_{part}" for side in ("origin", "destination") for part in ("subdistrict", "place_id"))
_SHALLOW = f"replace ({', '.join(f'cast(null as text) as {name}' for name in _BELOW_DISTRICTS)})"
ADDED_UP = ("emergency_group", "emergency_cell")
_STEPS = ("emergency_asked_cell", "emergency_asked_period", "emergency_asked_figure")


@dataclass(frozen=True)
class Asked:
    """Which figures of an event: movements until ``as_of``, as known on ``known_at``, against the snapshot before.

    Without a snapshot before, the period begins with the event; ``previous`` is the number of that snapshot.
    """

    event: Event
    as_of: datetime.date
    known_at: datetime.date
    side: str
    previous: int | None
    previous_as_of: datetime.date
    previous_known_at: datetime.date

    def row(self) -> pa.Table:
        """It as table ``emergency_asked``."""
        day = pa.date32()
        return pa.table({
            "event_id": [self.event.event_id],
            "snapshot_number": pa.array([0], pa.int64()),
            "headline_side": [self.side],
            "as_of": pa.array([self.as_of], day),
            "known_at": pa.array([self.known_at], day),
            "previous_as_of": pa.array([self.previous_as_of], day),
            "previous_known_at": pa.array([self.previous_known_at], day),
        })  # fmt: skip


def added_up(entries: Sequence[Path]) -> dict[str, pa.Table]:
    """The entries of one event added up by district, numbered: what :func:`figures` needs where nothing below districts is asked.

    Args:
        entries: the Parquet files of ``emergency_entry``.
    """
    with warehouse.connect() as connection:
        warehouse.see(connection, "every_entry", entries, "emergency_entry")
        connection.execute(f"create view emergency_entry as select * {_SHALLOW} from every_entry")
        made = {}
        for step in ADDED_UP:
            connection.execute(warehouse.parsed(f"create table {step} as {query.table_query(step)}"))
            made[step] = warehouse.rows_of(connection, f"from {step} order by all")
        return made


def figures(asked: Asked, entries: Sequence[Path], cells: Mapping[str, Path] | None = None) -> pa.Table:
    """The figures as ``received_emergency_figure``.

    Args:
        entries: the Parquet files of ``emergency_entry``.
        cells: the Parquet files of :func:`added_up`; then nothing is said below districts, and millions of entries take a moment.
    """
    with warehouse.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        _see_asked(connection, asked)
        if cells is None:
            warehouse.see(connection, "emergency_entry", entries)
        for step in (*ADDED_UP, *_STEPS):
            if cells is not None and step in cells:
                warehouse.see(connection, step, [cells[step]])
            else:
                connection.execute(warehouse.parsed(f"create table {step} as {query.table_query(step)}"))
        made = warehouse.rows_of(
            connection,
            "select * exclude (event_id, snapshot_number, households, individuals), households as published_households, "
            "individuals as published_individuals from emergency_asked_figure",
        )
    table = TABLES["received_emergency_figure"]
    return ordered(conform(made, table), table.key)


def counted(asked: Asked, entries: Sequence[Path]) -> pa.Table:
    """The movements that the cumulative figure counts as ``received_emergency_counted``.

    Args:
        entries: the Parquet files of ``emergency_entry``.
    """
    with warehouse.connect() as connection:
        _see_asked(connection, asked)
        warehouse.see(connection, "emergency_entry", entries)
        connection.execute(
            warehouse.parsed(f"create view emergency_asked_counted as {query.table_query('emergency_asked_counted')}")
        )
        made = warehouse.rows_of(
            connection,
            "select movement_id, households as published_households, individuals as published_individuals from emergency_asked_counted",
        )
    table = TABLES["received_emergency_counted"]
    return ordered(conform(made, table), table.key)


def _see_asked(connection: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    connection.register("emergency_asked", asked.row())
    for name in ("emergency_effect", "emergency_headline"):
        connection.register(name, reference.tables()[name])


def totals(figures: pa.Table) -> dict[str, Counts]:
    """The totals of a snapshot by figure; one that is not observed is not there."""
    own = figures.filter(pc.equal(figures["figure_dimension"], TOTAL))
    return {row["emergency_measure"]: counts(row) for row in own.to_pylist()}


def counts(row: dict[str, object]) -> Counts:
    """Households and individuals of a figure."""
    return {"households": row["published_households"], "individuals": row["published_individuals"]}
