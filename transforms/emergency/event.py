"""An event: what a tracker is about and how it counts."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields

import pyarrow as pa

from expectations.emergency import COUNTED
from expectations.schema import conform, schema
from expectations.tables import TABLES


@dataclass(frozen=True)
class Event:
    """One event, with the columns of table ``emergency_event``; what each means stands there."""

    event_id: str
    event_name: str
    trigger: str
    event_start: datetime.date
    counting_rule: str
    persons_per_household: int | None
    headline_side: str
    event_area: str | None = None
    event_closed: datetime.date | None = None
    cadence: str = "daily"
    event_population: str = "any"
    public_threshold: int = 10
    public_window_days: int = 7
    public_delay_days: int = 7
    embargo_until: datetime.date | None = None

    @property
    def counting(self) -> str:
        """The counting rule as it is given to the command."""
        return COUNTED if self.persons_per_household is None else f"x{self.persons_per_household}"


def table(events: list[Event]) -> pa.Table:
    """Events as ``clean_emergency_event``."""
    declared = schema(TABLES["clean_emergency_event"])
    columns = {field.name: [getattr(event, field.name) for event in events] for field in fields(Event)}
    made = pa.table({field.name: pa.array(columns[field.name], field.type) for field in declared})
    return conform(made, TABLES["clean_emergency_event"]).sort_by("event_id")
