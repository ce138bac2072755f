"""The events of a data folder, read back from the journal: opened, changed, closed; with their deliveries.

Every entry of the journal that concerns an event carries what the user said as ``order.json``.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import pyarrow as pa

from expectations.emergency import is_event_id
from flows.field import journal, store
from flows.field.journal import Entry
from flows.problem import ExitCode, Problem
from flows.run import now, user
from transforms.emergency.event import Event
from transforms.emergency.ledger import Delivery

ORDER = "order.json"
_DAYS = ("event_start", "event_closed", "embargo_until")


@dataclass
class Held:
    """An event with its entries of the journal. ``form``: where its submissions are fetched from, server and form."""

    event: Event
    form: tuple[str, str] | None = None
    second_person: bool = False
    deliveries: list[Entry] = field(default_factory=list)
    snapshots: list[Entry] = field(default_factory=list)
    printed: list[Entry] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it takes deliveries."""
        return self.event.event_closed is None


def demand_id(event_id: str) -> None:
    """Demand that a text can be the id of an event.

    Raises:
        Problem: it cannot.
    """
    if not is_event_id(event_id):
        raise Problem(ExitCode.USAGE, f"'{event_id}' is no id of an event: small letters, digits and dashes, at most 40.")


def text(order: Mapping[str, object]) -> str:
    """What the user said, as it is kept."""
    return json.dumps(order, ensure_ascii=False, sort_keys=True)


def note(
    data: Path,
    kind: journal.Kind,
    order: Mapping[str, object],
    about: Mapping[str, str] | None = None,
    kept: Mapping[str, pa.Table] | None = None,
) -> Entry:
    """Write down what the user said with the tables ``kept`` of it, and a line of the journal."""
    sha256, parts = store.put_text(data, ORDER, text(order))
    parts |= store.put(data, sha256, kept or {})
    return journal.append(data, Entry(0, kind, journal.NO_ROUND, sha256, parts, dict(about or {}), now(), user()))


def order_of(data: Path, entry: Entry) -> dict[str, object]:
    """What the user said with an entry.

    Raises:
        Problem: it is missing or was changed.
    """
    return json.loads(store.get_text(data, entry, ORDER))


def every(data: Path) -> dict[str, Held]:
    """The events of a data folder by id, in the order in which they were opened.

    Raises:
        Problem: the journal is damaged, or something kept is missing or was changed.
    """
    found: dict[str, Held] = {}
    for entry in journal.read(data):
        if entry.kind not in journal.OF_EVENTS:
            continue
        order = order_of(data, entry)
        held = found.get(order["event_id"])
        if entry.kind == "event" and order["action"] == "open":
            held = found.setdefault(order["event_id"], Held(event_of(order["event"])))
        if held is None:  # rows for an event that was not there: all of them are in quarantine
            continue
        _happened(held, entry, order)
    return found


def _happened(held: Held, entry: Entry, order: dict[str, object]) -> None:
    if entry.kind == "event":
        closed = order.get("closed_on")
        if order["action"] == "close":
            held.event = replace(held.event, event_closed=datetime.date.fromisoformat(closed))
        else:
            held.event = event_of(order["event"])
            held.form = tuple(order["form"]) if order.get("form") else None
            held.second_person = bool(order.get("second_person"))
    elif entry.kind == "movements":
        held.deliveries.append(entry)
    elif entry.kind == "movements_withdrawn":
        held.deliveries = [one for one in held.deliveries if one.number != order["receipt"]]
    elif entry.kind == "snapshot":
        held.snapshots.append(entry)
    elif entry.kind == "printed":
        held.printed.append(entry)


def held(data: Path, event_id: str) -> Held:
    """One event.

    Raises:
        Problem: there is none of this id; the sentence names those that are.
    """
    known = every(data)
    if event_id not in known:
        names = ", ".join(known) or "none"
        raise Problem(ExitCode.USAGE, f"There is no event '{event_id}' in '{data}'; held: {names}. Open it: dtm emergency open.")
    return known[event_id]


def said(event: Event) -> dict[str, object]:
    """An event as JSON has it."""
    told = {own.name: getattr(event, own.name) for own in fields(Event)}
    return {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in told.items()}


def event_of(told: Mapping[str, object]) -> Event:
    """An event from what :func:`said` made of it."""
    values = {name: datetime.date.fromisoformat(value) if name in _DAYS and value else value for name, value in told.items()}
    return Event(**values)


def deliveries(data: Path, entries: list[Entry]) -> list[Delivery]:
    """What was taken of deliveries.

    Raises:
        Problem: it is missing or was changed.
    """
    found = []
    for entry in entries:
        order = order_of(data, entry)
        kept, set_aside = (store.get(data, entry, f"received_emergency_{name}") for name in ("movement", "quarantine"))
        found.append(Delivery(entry.number, kept, set_aside, order["sha256"], order["source_file"]))
    return found


def all_deliveries(data: Path) -> list[Entry]:
    """Every delivery that was not taken back, also those for events that are not there."""
    entries = [entry for entry in journal.read(data) if entry.kind in ("movements", "movements_withdrawn")]
    gone = {order_of(data, entry)["receipt"] for entry in entries if entry.kind == "movements_withdrawn"}
    return [entry for entry in entries if entry.kind == "movements" and entry.number not in gone]


def fingerprint(held: Held, code: str) -> str:
    """What the tables derived for an event are made of, as a hash."""
    ledger = [said(held.event), [entry.says() for entry in held.deliveries]]
    return hashlib.sha256(repr([ledger, code]).encode()).hexdigest()
