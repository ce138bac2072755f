"""Where the events of a data folder stand: for ``dtm emergency status``."""

from __future__ import annotations

import json
from pathlib import Path

from flows import show
from flows.emergency import events, ledger, snapshots
from flows.emergency.events import Held
from flows.emergency.snapshots import Snapshot


def of_all(data: Path, form: str) -> str:
    """Every event with what is held of it."""
    rows = [_event(data, held) for held in events.every(data).values()]
    if form == "json":
        return json.dumps(rows, indent=1, ensure_ascii=False)
    if not rows:
        return (
            "No event is held. Open one: dtm emergency open EVENT --name TEXT --trigger KIND --start DATE --counting counted|x6"
        )
    heads = ["event", "name", "trigger", "status", "start", "cadence", "counting", "movements", "set aside", "last published"]
    return show.grid(heads, [[row[name.replace(" ", "_")] for name in heads] for row in rows])


def _event(data: Path, held: Held) -> dict[str, object]:
    event = held.event
    last = snapshots.published(data, held)[-1:]
    return {
        "event": event.event_id,
        "name": event.event_name,
        "trigger": event.trigger,
        "status": "open" if held.is_open else f"closed {event.event_closed}",
        "start": event.event_start.isoformat(),
        "cadence": event.cadence.replace("_", " "),
        "counting": event.counting,
        "movements": ledger.rows(data, held),
        "set_aside": sum(int(entry.about["set_aside"]) for entry in held.deliveries),
        "last_published": f"{last[0].number} ({last[0].as_of})" if last else None,
    }


def of_event(data: Path, event_id: str, form: str) -> str:
    """One event with its deliveries, its snapshots and what is wrong with its ledger.

    Raises:
        Problem: there is none of this id.
    """
    held = events.held(data, event_id)
    deliveries = [
        {
            "delivery": entry.number,
            "received_at": entry.at,
            "rows": int(entry.about["rows"]),
            "taken": int(entry.about["kept"]),
            "set_aside": int(entry.about["set_aside"]),
            "file": str(events.order_of(data, entry)["source_file"]),
        }
        for entry in held.deliveries
    ]
    taken = [_snapshot(one) for one in snapshots.every(data, held)]
    found = snapshots.findings(data, held)
    if form == "json":
        told = {
            **_event(data, held),
            "settings": events.said(held.event),
            "deliveries": deliveries,
            "snapshots": taken,
            "findings": found.counts,
        }
        return json.dumps(told, indent=1, ensure_ascii=False)
    lines = [
        f"{show.visible(held.event.event_name)} ({event_id}): {_event(data, held)['status']}, from {held.event.event_start}, individuals {held.event.counting}, cumulative counts {held.event.headline_side}"
    ]
    lines += _table("deliveries", deliveries) + _table("snapshots", taken)
    lines += _table("findings", [{"finding": kind, "rows": count} for kind, count in found.counts.items()])
    return "\n".join(lines)


def _snapshot(one: Snapshot) -> dict[str, object]:
    cleared = one.clearance
    return {
        "snapshot": one.number,
        "as_of": one.as_of.isoformat(),
        "known_at": one.known_at.isoformat(),
        "side": one.side,
        "state": one.state,
        "cleared_by": cleared.by if cleared else None,
        "hash": one.sha256[:12],
    }


def _table(title: str, rows: list[dict]) -> list[str]:
    if not rows:
        return ["", f"{title}: none"]
    heads = [name.replace("_", " ") for name in rows[0]]
    return ["", show.grid(heads, [list(row.values()) for row in rows])]
