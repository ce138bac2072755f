"""From deliveries to the ledger of an event: the clean tables, and what ``sql/`` makes of them for one event alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from expectations.schema import conform, schema
from expectations.tables import TABLES
from transforms import warehouse
from transforms.emergency import event as events
from transforms.emergency.event import Event

# What a snapshot is made of.
DERIVED = ("emergency_movement", "emergency_entry", "emergency_finding")


@dataclass(frozen=True)
class Delivery:
    """What was taken of one file: its rows, those set aside, and where it came from; ``receipt`` is its number in the journal."""

    receipt: int
    kept: pa.Table
    set_aside: pa.Table
    sha256: str
    source_file: str


def clean_movements(deliveries: Iterable[Delivery]) -> pa.Table:
    """The rows of deliveries as ``clean_emergency_movement``."""
    return _joined("clean_emergency_movement", ((one, one.kept) for one in deliveries))


def clean_quarantine(deliveries: Iterable[Delivery]) -> pa.Table:
    """The rows set aside of deliveries as ``clean_emergency_quarantine``."""
    return _joined("clean_emergency_quarantine", ((one, one.set_aside) for one in deliveries))


def _joined(name: str, parts: Iterable[tuple[Delivery, pa.Table]]) -> pa.Table:
    table = TABLES[name]
    made = [schema(table).empty_table()]
    for delivery, rows in parts:
        about = {"receipt": delivery.receipt, "sha256": delivery.sha256, "source_file": delivery.source_file}
        for column, value in about.items():
            rows = rows.append_column(column, pa.repeat(value, rows.num_rows))
        made.append(conform(rows, table))
    return pa.concat_tables(made)


def derived(event: Event, deliveries: list[Delivery], spill: Path | None = None) -> dict[str, pa.Table]:
    """The tables :data:`DERIVED` of one event.

    Args:
        spill: as for :func:`transforms.warehouse.connect`.
    """
    held = {
        "clean_emergency_event": events.table([event]),
        "clean_emergency_movement": clean_movements(one for one in deliveries if one.kept.num_rows),
    }

    def clean(name: str) -> pa.Table:
        return held[name] if name in held else schema(TABLES[name]).empty_table()

    made = warehouse.build(clean, [], [], spill, frozenset(DERIVED))
    return {table.name: rows for table, rows in made if table.name in DERIVED}
