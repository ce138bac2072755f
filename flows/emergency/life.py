"""Opening, changing, closing events; taking deliveries and taking them back."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path

from expectations import emergency_form
from expectations.emergency import HEADLINE_SIDE, counting
from flows import files
from flows.emergency import events
from flows.emergency.events import ORDER, Held
from flows.field import journal, receiving, store
from flows.field.journal import Entry
from flows.problem import ExitCode, Problem
from flows.run import now, today, user
from transforms.cell_text import FIRST_YEAR
from transforms.emergency import movement_file, movement_rows
from transforms.emergency.event import Event
from transforms.emergency.movement_rows import Taken
from transforms.field import personal
from transforms.field.exports import ColumnMap
from transforms.refusal import Refusal

_DAYS_MAXIMUM = 3650


@dataclass(frozen=True)
class Opening:
    """What the user says of an event; None where nothing was said."""

    name: str
    trigger: str
    start: datetime.date
    counting: str
    area: str | None = None
    cadence: str | None = None
    population: str | None = None
    side: str | None = None
    threshold: int | None = None
    window_days: int | None = None
    delay_days: int | None = None
    embargo_until: datetime.date | None = None
    form: tuple[str, str] | None = None
    second_person: bool = False


def opened(data: Path, event_id: str, said: Opening) -> tuple[Held, str]:
    """Open an event; an open one takes over what was said anew, a closed one is opened again. What is not said again stays.

    Returns:
        The event, and what happened: opened, changed, reopened, or nothing.

    Raises:
        Problem: the id is none, the counting rule is not understood, or it would change what was counted already.
    """
    events.demand_id(event_id)
    known = events.every(data).get(event_id)
    event = _event(event_id, said, known)
    form, second_person = said.form, said.second_person
    if known:  # what is not said again stays
        form, second_person = form or known.form, second_person or known.second_person
    if known is None:
        happened, order = "opened", {"action": "open"}
    else:
        _demand_same_counting(known, event)
        told = replace(event, event_closed=known.event.event_closed)
        is_same = (told, form, second_person) == (known.event, known.form, known.second_person)
        if is_same and known.is_open:
            return known, "nothing"
        happened = "changed" if known.is_open else "reopened"
        order = {"action": "change"}
    about = {"event_id": event_id, "event": events.said(event), "form": form, "second_person": second_person}
    events.note(data, "event", {**order, **about})
    return events.held(data, event_id), happened


def _event(event_id: str, said: Opening, known: Held | None) -> Event:
    try:
        rule, multiplier = counting(said.counting)
    except ValueError as error:
        raise Problem(ExitCode.USAGE, f"{error}.") from None
    if not said.name.strip():
        raise Problem(ExitCode.USAGE, "Give the event a name: --name TEXT.")
    demand_impersonal(said.name, said.area or "")
    if said.start.year < FIRST_YEAR:
        raise Problem(ExitCode.USAGE, f"An event that starts on {said.start} is before {FIRST_YEAR}; check --start.")
    if (said.window_days or 1) > _DAYS_MAXIMUM or not 0 <= (said.delay_days or 0) <= _DAYS_MAXIMUM:
        sentence = f"--window-days and --delay-days take at most {_DAYS_MAXIMUM} days; no delay is negative."
        raise Problem(ExitCode.USAGE, sentence)
    if said.start > today():
        raise Problem(ExitCode.USAGE, f"An event that starts on {said.start} has not happened yet.")
    settings = {
        "event_area": said.area,
        "cadence": said.cadence,
        "event_population": said.population,
        "public_threshold": said.threshold,
        "public_window_days": said.window_days,
        "public_delay_days": said.delay_days,
        "embargo_until": said.embargo_until,
    }
    given = {name: value for name, value in settings.items() if value is not None}
    if known:
        given = {name: getattr(known.event, name) for name in settings} | given
    side = said.side or (known.event.headline_side if known else HEADLINE_SIDE[said.trigger])
    return Event(event_id, said.name.strip(), said.trigger, said.start, rule, multiplier, side, **given)


def _demand_same_counting(known: Held, event: Event) -> None:
    if known.deliveries and known.event.counting != event.counting:
        sentence = (
            f"Event {event.event_id} counts by {known.event.counting} and has rows already. The counting rule is a property of "
            f"the tracker: open another event for {event.counting}."
        )
        raise Problem(ExitCode.USAGE, sentence)


def demand_impersonal(*texts: str) -> None:
    """Refuse words of the user that tell how to reach a person: they are kept, and some are shown.

    Raises:
        Problem: one holds a telephone number or an address.
    """
    if any(personal.tells_of_a_person(text) for text in texts):
        raise Problem(ExitCode.USAGE, "A name, role, note or reason holds a telephone number or an address, which is not kept.")


def closed(data: Path, event_id: str, on: datetime.date | None, reason: str) -> Held:
    """Close an event: it takes no more deliveries, and its schedule ends.

    Raises:
        Problem: there is none, it is closed, or the day is none of its days.
    """
    demand_impersonal(reason)
    held, on = events.held(data, event_id), on or today()
    if not held.is_open:
        raise Problem(ExitCode.USAGE, f"Event {event_id} was closed on {held.event.event_closed}.")
    if not held.event.event_start <= on <= today():
        raise Problem(ExitCode.USAGE, f"Event {event_id} can be closed from {held.event.event_start} to today, not on {on}.")
    events.note(data, "event", {"action": "close", "event_id": event_id, "closed_on": on.isoformat(), "reason": reason})
    return events.held(data, event_id)


# --- deliveries --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ingested:
    """What became of a delivery: its entry, None where the same was taken before; its rows; what a user should know."""

    entry: Entry | None
    taken: Taken
    notes: tuple[str, ...]


def ingest(data: Path, event_id: str, path: Path, name: str, map_text: str | None = None) -> Ingested:
    """Take a delivery of movements: every row is kept or set aside with its reasons.

    Rows for an event that is not there, or is closed, are all set aside.

    Raises:
        Problem: the file cannot be read.
    """
    receiving.sweep(data)
    content = files.sha256(path)
    held = events.every(data).get(event_id)
    try:
        column_map = ColumnMap.parse(map_text, "the column map", emergency_form.known()) if map_text is not None else None
        file = movement_file.read(path, name, column_map)
    except Refusal as refusal:
        raise Problem(ExitCode.SOURCE_REFUSED, str(refusal), tuple(refusal.lines()[1:])) from refusal
    taken = movement_rows.taken(file, held.event if held else None, event_id, today())
    state = "unknown" if held is None else "open" if held.is_open else "closed"
    order = {"event_id": event_id, "event_state": state, "sha256": content, "source_file": name, "map": map_text}
    sha256 = receiving.identity(content, events.text(order))
    notes = tuple(f"{count:,} submissions left out: {reason}" for reason, count in file.left_out.items())
    if file.not_taken:
        shown = ", ".join(file.not_taken[:5]) + (" ..." if len(file.not_taken) > 5 else "")
        notes += (f"columns that are not taken: {shown}",)
    if any(entry.sha256 == sha256 for entry in events.all_deliveries(data)):
        return Ingested(None, taken, notes)
    receiving.land(data, sha256, content, path, name, journal.NO_ROUND, map_text)
    tables = {"received_emergency_movement": taken.kept, "received_emergency_quarantine": taken.set_aside}
    parts = store.put(data, sha256, tables)
    parts |= store.put_text(data, ORDER, events.text(order), sha256)[1]
    about = {"rows": str(len(file.rows)), "kept": str(taken.kept.num_rows), "set_aside": str(taken.rows_set_aside)}
    return Ingested(
        journal.append(data, Entry(0, "movements", journal.NO_ROUND, sha256, parts, about, now(), user())), taken, notes
    )


def withdraw(data: Path, event_id: str, receipt: int, reason: str) -> Entry:
    """Take a delivery back: the wrong file, or one for the wrong event.

    Raises:
        Problem: there is no such delivery, or no reason is given.
    """
    if not reason.strip():
        raise Problem(ExitCode.USAGE, "Say why the delivery is taken back: --reason TEXT.")
    demand_impersonal(reason)
    own = {entry.number: entry for entry in events.all_deliveries(data) if events.order_of(data, entry)["event_id"] == event_id}
    if receipt not in own:
        known = ", ".join(map(str, own)) or "none"
        raise Problem(ExitCode.USAGE, f"Event {event_id} has no delivery {receipt}; held: {known}.")
    return events.note(data, "movements_withdrawn", {"event_id": event_id, "receipt": receipt, "reason": reason})
