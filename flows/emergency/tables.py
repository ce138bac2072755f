"""Events, ledgers, snapshots and printed figures as clean tables, for the build."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from expectations.schema import conform, schema
from expectations.tables import TABLES
from flows.emergency import events, snapshots
from flows.field import store
from transforms.emergency import event, ledger


def clean_tables(data: Path) -> dict[str, pa.Table]:
    """The clean tables of emergency tracking.

    Raises:
        Problem: the journal is damaged, or something kept is missing or was changed.
    """
    held = events.every(data)
    deliveries = events.deliveries(data, events.all_deliveries(data))
    return {
        "clean_emergency_event": event.table([own.event for own in held.values()]),
        "clean_emergency_movement": ledger.clean_movements(one for one in deliveries if one.kept.num_rows),
        "clean_emergency_quarantine": ledger.clean_quarantine(deliveries),
        "clean_emergency_printed": _printed(data, held),
        **snapshots.clean_tables(data, held),
    }


def _printed(data: Path, held: dict[str, events.Held]) -> pa.Table:
    """Of each event the figures of its newest file."""
    table = TABLES["clean_emergency_printed"]
    parts = [schema(table).empty_table()]
    for event_id, own in held.items():
        for entry in own.printed[-1:]:
            rows = store.get(data, entry, "received_emergency_printed")
            parts.append(conform(rows.append_column("event_id", pa.repeat(event_id, rows.num_rows)), table))
    return pa.concat_tables(parts)
