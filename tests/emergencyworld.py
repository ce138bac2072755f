"""A ledger of an emergency event for tests: say what was recorded, look at any day as known on any other."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from expectations.emergency import HEADLINE_SIDE, counting
from expectations.schema import conform, schema
from expectations.tables import TABLES
from flows.emergency import snapshots, statement
from tests import ascii
from transforms import warehouse
from transforms.emergency import event as events
from transforms.emergency import ledger, movement_file, movement_rows, snapshot
from transforms.emergency.event import Event
from transforms.emergency.ledger import Delivery
from transforms.emergency.movement_rows import Taken

SHA = "0" * 64
START = "2020-10-18"
TODAY = datetime.date(2026, 1, 1)


def event(
    event_id: str = "camps", trigger: str = "conflict", rule: str = "counted", start: str = START, **settings: object
) -> Event:
    """An event with the usual settings."""
    kind, multiplier = counting(rule)
    side = settings.pop("side", HEADLINE_SIDE[trigger])
    return Event(event_id, f"Event {event_id}", trigger, day(start), kind, multiplier, side, **settings)


def day(text: str) -> datetime.date:
    """A day from its text."""
    return datetime.date.fromisoformat(text)


def write(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """A delivery as CSV; an optional column that no row names is not there."""
    listed = list(rows)
    columns = [name for name in movement_file.COLUMNS if name in movement_file.NEEDED or any(name in row for row in listed)]
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, restval="")
        writer.writeheader()
        writer.writerows({name: "" if row.get(name) is None else row.get(name, "") for name in columns} for row in listed)
    return path


def rows(table: str) -> list[dict[str, str]]:
    """Rows of a delivery from an ASCII table; recorded_on is moved_on where it is not said."""
    return [{"recorded_on": row["moved_on"], **row} for row in ascii.rows(table)]


def taken(folder: Path, own: Event, listed: Sequence[Mapping[str, object]]) -> Taken:
    """What is taken of rows that are delivered as CSV."""
    file = movement_file.read(write(folder / "delivery.csv", listed), "delivery.csv")
    return movement_rows.taken(file, own, own.event_id, TODAY)


class Ledger:
    """The ledger that deliveries give, each a list of rows."""

    def __init__(self, folder: Path, own: Event, *deliveries: Sequence[Mapping[str, object]]) -> None:
        self.taken = [taken(folder, own, listed) for listed in deliveries]
        self._derive(
            folder, own, [Delivery(at, one.kept, one.set_aside, SHA, f"{at}.csv") for at, one in enumerate(self.taken, start=1)]
        )

    @classmethod
    def of(cls, folder: Path, own: Event, made: list[Delivery]) -> Ledger:
        """The ledger that deliveries give which were taken already."""
        one = cls.__new__(cls)
        one._derive(folder, own, made)
        return one

    def _derive(self, folder: Path, own: Event, made: list[Delivery]) -> None:
        self.event, self.folder = own, folder
        self.tables = ledger.derived(own, made)
        self._entries = folder / "entries.parquet"
        warehouse.write(self.tables["emergency_entry"], self._entries)

    def figures(
        self, as_of: str, known_at: str | None = None, since: str | None = None, side: str | None = None, *, is_deep: bool = True
    ) -> pa.Table:
        """The figures of a day as known on another, by default of all that is known."""
        before = day(since) if since else self.event.event_start - datetime.timedelta(days=1)
        asked = self._asked(as_of, known_at, before, side)
        cells = None
        if not is_deep:
            cells = {}
            for name, part in snapshot.added_up([self._entries]).items():
                cells[name] = self.folder / f"{name}.parquet"
                pa.parquet.write_table(part, cells[name])
        return snapshot.figures(asked, [self._entries] if self.tables["emergency_entry"].num_rows else [], cells)

    def counted(self, as_of: str, known_at: str) -> pa.Table:
        """The movements that the cumulative figure of a day counts."""
        before = self.event.event_start - datetime.timedelta(days=1)
        return snapshot.counted(self._asked(as_of, known_at, before, None), [self._entries])

    def _asked(self, as_of: str, known_at: str | None, before: datetime.date, side: str | None) -> snapshot.Asked:
        return snapshot.Asked(
            self.event, day(as_of), day(known_at or "2026-01-01"), side or self.event.headline_side, None, before, before
        )

    def told(self, as_of: str, known_at: str | None = None, since: str | None = None, side: str | None = None) -> dict:
        """A snapshot as JSON has it."""
        before = day(since) if since else self.event.event_start - datetime.timedelta(days=1)
        figures = self.figures(as_of, known_at, since, side)
        return statement.told(self._asked(as_of, known_at, before, side), figures, snapshots.NO_FINDINGS, "test")

    def findings(self) -> list[tuple[str, str]]:
        """What is wrong, with the movement that it is about."""
        return [(row["finding"], row["movement_as_given"]) for row in self.tables["emergency_finding"].to_pylist()]


def headline(said: dict, unit: str = "households") -> tuple[int | None, ...]:
    """Cumulative, current and returned of a snapshot."""
    return tuple(said[name][unit] for name in ("cumulative", "current", "returned"))


CAMPS = """
movement_id | kind       | moved_on   | recorded_on | origin_governorate | origin_district | destination_governorate | destination_district | place_id | reached_origin | camp_left | shelter_group | households | individuals | corrects | onward_from
d1          | departure  | 2020-11-01 | 2020-11-02  | Ninewa             | Sinjar          |                         |                      |          |                | Camp A    |               | 100        | 500         |          |
a1          | arrival    | 2020-11-02 | 2020-11-03  | Ninewa             | Sinjar          | Ninewa                  | Sinjar               | 1        | false          | Camp A    | private       | 30         | 150         |          |
a2          | arrival    | 2020-11-02 | 2020-11-03  | Ninewa             | Sinjar          | Ninewa                  | Sinjar               | 2        | true           | Camp A    |               | 40         | 200         |          |
c1          | correction |            | 2020-11-10  |                    |                 |                         |                      |          |                |           |               | 25         | 125         | a1       |
o1          | onward     | 2020-11-12 | 2020-11-12  | Ninewa             | Sinjar          | Erbil                   | Erbil                |          |                |           | camp          | 10         | 50          |          | a1
r1          | return     | 2020-11-14 | 2020-11-15  |                    |                 | Ninewa                  | Sinjar               | 2        |                |           |               | 5          | 25          |          | a1
d2          | departure  | 2020-11-04 | 2020-11-20  | Ninewa             | Sinjar          |                         |                      |          |                | Camp A    |               | 7          | 35          |          |
"""
_DAYS = ("2020-11-05", "2020-11-15")


def clean(folder: Path, own: Event | None = None) -> dict[str, pa.Table]:
    """Clean tables of one event with its ledger, two published snapshots, a row in quarantine and figures that a report printed."""
    own = own or event(trigger="camp_closure")
    made = Ledger(
        folder,
        own,
        [
            *rows(CAMPS),
            {"movement_id": "bad", "kind": "arrival", "moved_on": "2020-11-01", "recorded_on": "2020-11-01", "households": 1},
        ],
    )
    delivery = Delivery(1, made.taken[0].kept, made.taken[0].set_aside, SHA, "1.csv")
    figures, counted, listed = [], [], []
    for number, on in enumerate(_DAYS, start=1):
        for kept, frozen in ((figures, made.figures(on, on)), (counted, made.counted(on, on))):
            kept.append(
                frozen.append_column("event_id", pa.repeat(own.event_id, frozen.num_rows)).append_column(
                    "snapshot_number", pa.repeat(number, frozen.num_rows)
                )
            )
        listed.append({
            "event_id": own.event_id, "snapshot_number": number, "as_of": day(on), "known_at": day(on), "headline_side": own.headline_side,
            "previous_snapshot": None if number == 1 else number - 1, "previous_as_of": day(_DAYS[0]) if number == 2 else day("2020-10-17"),
            "previous_known_at": day(_DAYS[0]) if number == 2 else day("2020-10-17"), "snapshot_sha256": SHA, "drafted_by": "a", "cleared_by": "b",
            "cleared_role": None, "clearance_note": None, "clearance_account": "b", "cleared_on": day(on), "is_self_cleared": False,
            "is_withdrawn": False, "receipt": 1,
        })  # fmt: skip
    printed = [
        {"event_id": own.event_id, "report": "Report 1", "as_of": day(_DAYS[0]), "printed_measure": measure, "printed_households": households,
         "printed_individuals": None, "note": None, "source": None}
        for measure, households in (("cumulative", 100), ("returned", 41), ("period_as_printed", 100))
    ]  # fmt: skip
    return {
        "clean_emergency_event": events.table([own]),
        "clean_emergency_movement": ledger.clean_movements([delivery]),
        "clean_emergency_quarantine": ledger.clean_quarantine([delivery]),
        "clean_emergency_snapshot": _table("clean_emergency_snapshot", listed),
        "clean_emergency_figure": conform(pa.concat_tables(figures), TABLES["clean_emergency_figure"]),
        "clean_emergency_counted": conform(pa.concat_tables(counted), TABLES["clean_emergency_counted"]),
        "clean_emergency_printed": _table("clean_emergency_printed", printed),
    }


def _table(name: str, listed: list[dict]) -> pa.Table:
    declared = schema(TABLES[name])
    return conform(
        pa.table({field.name: pa.array([row[field.name] for row in listed], field.type) for field in declared}), TABLES[name]
    )
