"""Snapshots of an event: drafted, checked, cleared, published; never changed afterwards.

A draft freezes figures under their hash. Clearing names who answers for exactly these bytes; publishing demands that the ledger
still gives them. Until then nothing is binding. Every step is an entry of the journal.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from expectations.emergency import HEADLINE
from expectations.schema import conform, schema
from expectations.tables import TABLES
from flows.emergency import events, ledger, life
from flows.emergency.events import Held
from flows.field import store
from flows.field.journal import Entry
from flows.problem import ExitCode, Problem
from flows.run import today, user
from flows.show import counted
from transforms import warehouse
from transforms.emergency import snapshot
from transforms.emergency.event import Event
from transforms.emergency.snapshot import Asked

NOTHING_KNOWN = datetime.date(1900, 1, 1)  # before the first snapshot
FIGURES, COUNTED = "received_emergency_figure", "received_emergency_counted"
_FINDINGS_SHOWN = 20


@dataclass(frozen=True)
class Clearance:
    """Who answers for a snapshot: a name, a role, a note; why where the drafter clears although two persons are asked for."""

    by: str
    role: str | None = None
    note: str | None = None
    override: str | None = None


@dataclass(frozen=True)
class Snapshot:
    """A snapshot as the journal tells it; ``sha256`` is that of its figures, ``drafted`` the entry of its draft,
    ``published`` the last delivery that it counts, ``publication`` the entry that published it, ``event_then`` the event at that time."""

    number: int
    as_of: datetime.date
    known_at: datetime.date
    side: str
    previous: int | None
    previous_as_of: datetime.date
    previous_known_at: datetime.date
    drafted: Entry
    drafted_by: str
    state: str = "draft"
    sha256: str = ""
    clearance: Clearance | None = None
    cleared_at: str = ""
    account: str = ""
    published: int = 0
    publication: Entry | None = None
    event_then: Event | None = None
    is_withdrawn: bool = False

    @property
    def is_published(self) -> bool:
        """Whether it was published, be it taken back since or not."""
        return bool(self.published)

    @property
    def is_self_cleared(self) -> bool:
        """Whether the one who cleared it is the one who drafted it."""
        return self.clearance is not None and self.drafted_by in (self.clearance.by, self.account)

    def asked(self, event: Event) -> Asked:
        """Which figures it is about."""
        return Asked(event, self.as_of, self.known_at, self.side, self.previous, self.previous_as_of, self.previous_known_at)


def every(data: Path, held: Held) -> list[Snapshot]:
    """The snapshots of an event in the order of their numbers.

    Raises:
        Problem: something kept is missing or was changed.
    """
    found: dict[int, Snapshot] = {}
    for entry in held.snapshots:
        order = events.order_of(data, entry)
        number, action = order["number"], order["action"]
        if action == "draft":
            days = {
                name: datetime.date.fromisoformat(order[name])
                for name in ("as_of", "known_at", "previous_as_of", "previous_known_at")
            }
            found[number] = Snapshot(
                number,
                side=order["side"],
                previous=order["previous"],
                drafted=entry,
                drafted_by=order["by"],
                sha256=order["sha256"],
                **days,
            )
        elif action == "undo":
            found[number] = replace(found[number], state="cleared", published=0)
        elif action == "clear":
            told = Clearance(order["by"], order["role"], order["note"], order["override"])
            found[number] = replace(found[number], state="cleared", clearance=told, cleared_at=entry.at, account=entry.by)
        elif action == "publish":
            found[number] = replace(
                found[number],
                state="published",
                published=order["receipt"],
                publication=entry,
                event_then=events.event_of(order["event"]),
            )
        elif action == "withdraw":
            found[number] = replace(found[number], state="withdrawn", is_withdrawn=True)
        else:
            found[number] = replace(found[number], state="checked")
    return [found[number] for number in sorted(found)]


def disclosed(event: Event, one: Snapshot) -> Event:
    """An event as a published snapshot is shown to the public: by the windows of that time; later settings make it stricter only."""
    then = one.event_then
    return replace(
        event,
        event_start=then.event_start,
        public_window_days=then.public_window_days,
        public_threshold=max(event.public_threshold, then.public_threshold),
        public_delay_days=max(event.public_delay_days, then.public_delay_days),
        embargo_until=max((day for day in (event.embargo_until, then.embargo_until) if day), default=None),
    )


def published(data: Path, held: Held) -> list[Snapshot]:
    """Those that were published and not taken back."""
    return [one for one in every(data, held) if one.is_published and not one.is_withdrawn]


def asked(
    data: Path,
    held: Held,
    as_of: datetime.date,
    known_at: datetime.date,
    side: str | None = None,
    since: datetime.date | None = None,
) -> Asked:
    """Which figures a snapshot is about: against the last one published of an earlier day, by the same side.

    Args:
        since: compare with the ledger as it was on this day, in place of the snapshot before.

    Raises:
        Problem: the days do not follow each other.
    """
    event = held.event
    side = side or event.headline_side
    if as_of < event.event_start:
        raise Problem(
            ExitCode.USAGE, f"Event {event.event_id} starts on {event.event_start}; a snapshot of {as_of} would be empty."
        )
    if since is not None:
        if since >= as_of:
            raise Problem(ExitCode.USAGE, f"--since {since} is not before the day of the snapshot, {as_of}.")
        return Asked(event, as_of, known_at, side, None, since, since)
    earlier = [one for one in published(data, held) if one.as_of < as_of and one.known_at <= known_at and one.side == side]
    if earlier:
        last = max(earlier, key=lambda one: (one.as_of, one.number))
        return Asked(event, as_of, known_at, side, last.number, last.as_of, last.known_at)
    return Asked(event, as_of, known_at, side, None, event.event_start - datetime.timedelta(days=1), NOTHING_KNOWN)


def figures(data: Path, held: Held, wanted: Asked, *, is_deep: bool = True) -> pa.Table:
    """The figures of a snapshot by the ledger as it is; ``is_deep``: also by sub-district and location. Raises as :func:`flows.emergency.ledger.folder`."""
    cells = None if is_deep else ledger.cells(data, held)
    return snapshot.figures(wanted, ledger.files(data, held, "emergency_entry"), cells)


def frozen(data: Path, one: Snapshot) -> pa.Table:
    """The figures of a snapshot as they were drafted.

    Raises:
        Problem: they are missing or were changed.
    """
    return store.get(data, one.drafted, FIGURES)


def before(data: Path, held: Held, previous: int | None) -> pa.Table | None:
    """The figures of the snapshot that another one is compared with, as published; None where there is none."""
    return None if previous is None else frozen(data, one_of(data, held.event.event_id, previous))


def digest(rows: pa.Table) -> str:
    """SHA-256 of figures, whatever file they are kept in."""
    text = "\n".join(repr(tuple(row.values())) for row in conform(rows, TABLES[FIGURES]).to_pylist())
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# --- the path ----------------------------------------------------------------------------------------------------


def draft(data: Path, held: Held, wanted: Asked, by: str | None = None) -> Snapshot:
    """Freeze the figures of a day under the next number; the same draft is not made twice.

    Raises:
        Problem: the event has no rows, or the day lies ahead.
    """
    if wanted.as_of > today() or wanted.known_at > today():
        raise Problem(ExitCode.USAGE, f"A snapshot is of a day until today, {today()}.")
    if wanted.known_at < wanted.as_of:
        sentence = f"What was known on {wanted.known_at} says nothing of {wanted.as_of}; publish with --known-at {wanted.as_of} or later."
        raise Problem(ExitCode.USAGE, sentence)
    if not ledger.files(data, held, "emergency_entry"):
        raise Problem(
            ExitCode.USAGE, f"Event {held.event.event_id} has no movement; nothing known is not the same as nobody displaced."
        )
    rows = figures(data, held, wanted)
    earlier = every(data, held)
    sha256 = digest(rows)
    said = {
        "as_of": wanted.as_of.isoformat(), "known_at": wanted.known_at.isoformat(), "side": wanted.side, "previous": wanted.previous,
        "previous_as_of": wanted.previous_as_of.isoformat(), "previous_known_at": wanted.previous_known_at.isoformat(),
    }  # fmt: skip
    for one in earlier:
        same = (one.as_of, one.known_at, one.side, one.sha256) == (wanted.as_of, wanted.known_at, wanted.side, sha256)
        if same and not one.is_withdrawn:
            return one
    number = max((one.number for one in earlier), default=0) + 1
    order = {"action": "draft", "event_id": held.event.event_id, "number": number, "sha256": sha256, "by": by or user(), **said}
    events.note(data, "snapshot", order, {"event_id": held.event.event_id}, {FIGURES: rows})
    return one_of(data, held.event.event_id, number)


def check(data: Path, held: Held, one: Snapshot, despite: str | None = None) -> Snapshot:
    """What must hold before a draft can be cleared: no finding stands that stops publishing, and cumulative = current + returned.

    Args:
        despite: publish although something stands against it, and why.

    Raises:
        Problem: something does not hold; one screen says what.
    """
    _demand(one, ("draft",), "checked")
    life.demand_impersonal(despite or "")
    totals = snapshot.totals(frozen(data, one))
    found = findings(data, held)
    below = [name for name in HEADLINE if min(count or 0 for count in totals[name].values()) < 0]
    stopping = found.stopping + len(below)
    if stopping and not (despite or "").strip():
        lines = [f"    {held.event.event_id}: {name} of {one.as_of} is below zero, as known on {one.known_at}" for name in below]
        against = [row for row in found.first if row["stops_publishing"]]
        lines += [f"    {row['movement_as_given'] or held.event.event_id}: {row['detail']} [{row['finding']}]" for row in against]
        more = [f"    ... and {stopping - len(lines):,} more"] if stopping > len(lines) else []
        sentence = (
            f"Snapshot {one.number} of {held.event.event_id} cannot be published: {counted(stopping, 'finding')} against it."
        )
        todo = "Correct the rows with corrections, or take the delivery back; or say why it is published all the same: --despite REASON."
        raise Problem(ExitCode.CONTRACT_BROKEN, sentence, (*lines, *more, todo))
    for unit in ("households", "individuals"):
        cumulative, current, returned = (totals[name][unit] or 0 for name in HEADLINE)
        if cumulative != current + returned:
            sentence = f"Snapshot {one.number}: cumulative {cumulative} is not current {current} + returned {returned}. This is an error of the program: report it."
            raise Problem(ExitCode.CONTRACT_BROKEN, sentence)
    return _step(data, held, one, {"action": "check", "despite": despite, "sha256": one.sha256})


def clear(data: Path, held: Held, one: Snapshot, said: Clearance) -> Snapshot:
    """Clear a checked draft: one person answers for exactly these figures.

    Raises:
        Problem: it is not checked, the name is missing, or two persons are asked for and the drafter clears.
    """
    _demand(one, ("checked",), "cleared")
    if not said.by.strip():
        raise Problem(ExitCode.USAGE, "Say who clears the snapshot: --by NAME.")
    life.demand_impersonal(said.by, said.role or "", said.note or "", said.override or "")
    if held.second_person and one.drafted_by in (said.by, user()) and not (said.override or "").strip():
        sentence = f"Snapshot {one.number} was drafted by {one.drafted_by}; event {held.event.event_id} asks for a second person."
        raise Problem(ExitCode.USAGE, sentence, ("Let another person clear it, or say why not: --override REASON.",))
    order = {
        "action": "clear",
        "by": said.by,
        "role": said.role,
        "note": said.note,
        "override": said.override,
        "sha256": one.sha256,
    }
    return _step(data, held, one, order)


def publish(data: Path, held: Held, one: Snapshot) -> Snapshot:
    """Publish a cleared snapshot: from now on its figures stand.

    Raises:
        Problem: it is not cleared, or the ledger gives other figures by now.
    """
    _demand(one, ("cleared",), "published")
    wanted = one.asked(held.event)
    if digest(figures(data, held, wanted)) != one.sha256 or digest(frozen(data, one)) != one.sha256:
        sentence = f"The ledger of {held.event.event_id} gives other figures than those cleared as snapshot {one.number}. Make a new draft."
        raise Problem(ExitCode.CONTRACT_BROKEN, sentence)
    receipt = max((entry.number for entry in held.deliveries), default=0)
    order = {"action": "publish", "receipt": max(receipt, 1), "sha256": one.sha256, "event": events.said(held.event)}
    return _step(data, held, one, order, {COUNTED: snapshot.counted(wanted, ledger.files(data, held, "emergency_entry"))})


def undo(data: Path, held: Held, one: Snapshot) -> None:
    """Take back the publishing of a snapshot whose tables could not be published."""
    _step(data, held, one, {"action": "undo", "sha256": one.sha256})


def withdraw(data: Path, held: Held, one: Snapshot, reason: str) -> Snapshot:
    """Take a published snapshot back; it stays readable, and says so.

    Raises:
        Problem: it was never published, or no reason is given.
    """
    _demand(one, ("published",), "withdrawn")
    if not reason.strip():
        raise Problem(ExitCode.USAGE, "Say why the snapshot is taken back: --reason TEXT.")
    life.demand_impersonal(reason)
    return _step(data, held, one, {"action": "withdraw", "reason": reason, "sha256": one.sha256})


def one_of(data: Path, event_id: str, number: int) -> Snapshot:
    """A snapshot by its number.

    Raises:
        Problem: there is none.
    """
    known = every(data, events.held(data, event_id))
    for one in known:
        if one.number == number:
            return one
    listed = ", ".join(str(one.number) for one in known) or "none"
    raise Problem(ExitCode.USAGE, f"Event {event_id} has no snapshot {number}; held: {listed}.")


@dataclass(frozen=True)
class Findings:
    """What is wrong with a ledger as a whole: how many of each kind, the first ones, those that stop publishing first."""

    counts: dict[str, int]
    stopping: int
    first: tuple[dict[str, object], ...]


NO_FINDINGS = Findings({}, 0, ())


def findings(data: Path, held: Held) -> Findings:
    """What is wrong with the ledger of an event. Raises as :func:`flows.emergency.ledger.folder`."""
    paths = ledger.files(data, held, "emergency_finding")
    with warehouse.connect() as connection:
        warehouse.see(connection, "emergency_finding", paths)
        kinds = warehouse.rows_of(
            connection,
            "select finding, count(*) as rows, count(*) filter (where stops_publishing) as stopping from emergency_finding group by finding order by finding",
        ).to_pylist()
        first = warehouse.rows_of(
            connection,
            "select finding, movement_as_given, detail, stops_publishing from emergency_finding "
            f"order by stops_publishing desc, finding, movement_as_given, detail limit {_FINDINGS_SHOWN}",
        ).to_pylist()
    return Findings({row["finding"]: row["rows"] for row in kinds}, sum(row["stopping"] for row in kinds), tuple(first))


def _demand(one: Snapshot, states: tuple[str, ...], wanted: str) -> None:
    if one.state not in states:
        before = " or ".join(states)
        raise Problem(ExitCode.USAGE, f"Snapshot {one.number} is {one.state}; only one that is {before} can be {wanted}.")


def _step(
    data: Path, held: Held, one: Snapshot, order: dict[str, object], kept: Mapping[str, pa.Table] | None = None
) -> Snapshot:
    event_id = held.event.event_id
    events.note(data, "snapshot", {"event_id": event_id, "number": one.number, **order}, {"event_id": event_id}, kept)
    return one_of(data, held.event.event_id, one.number)


# --- for the build -----------------------------------------------------------------------------------------------


def clean_tables(data: Path, held: dict[str, Held]) -> dict[str, pa.Table]:
    """Published snapshots, their figures and what they counted, as clean tables."""
    rows: list[dict[str, object]] = []
    parts = {name: [schema(TABLES[name]).empty_table()] for name in ("clean_emergency_figure", "clean_emergency_counted")}
    for event_id, own in held.items():
        for one in every(data, own):
            if not one.is_published:
                continue
            rows.append(_row(event_id, one))
            made = (frozen(data, one), store.get(data, one.publication, COUNTED))
            for (name, kept), own in zip(parts.items(), made, strict=True):
                for column, value in (("event_id", event_id), ("snapshot_number", one.number)):
                    own = own.append_column(column, pa.repeat(value, own.num_rows))
                kept.append(conform(own, TABLES[name]))
    table = TABLES["clean_emergency_snapshot"]
    declared = schema(table)
    made = pa.table({field.name: pa.array([row[field.name] for row in rows], field.type) for field in declared})
    return {table.name: conform(made, table), **{name: pa.concat_tables(kept) for name, kept in parts.items()}}


def _row(event_id: str, one: Snapshot) -> dict[str, object]:
    cleared = one.clearance
    return {
        "event_id": event_id,
        "snapshot_number": one.number,
        "as_of": one.as_of,
        "known_at": one.known_at,
        "headline_side": one.side,
        "previous_snapshot": one.previous,
        "previous_as_of": one.previous_as_of,
        "previous_known_at": None if one.previous_known_at == NOTHING_KNOWN else one.previous_known_at,
        "snapshot_sha256": one.sha256,
        "drafted_by": one.drafted_by,
        "cleared_by": cleared.by,
        "cleared_role": cleared.role,
        "clearance_note": cleared.note,
        "clearance_account": one.account,
        "cleared_on": today(datetime.datetime.fromisoformat(one.cleared_at)),
        "is_self_cleared": one.is_self_cleared,
        "is_withdrawn": one.is_withdrawn,
        "receipt": one.published,
    }
