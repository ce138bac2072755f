"""``rounds.toml``: the calendar, policy and life cycle of the rounds collected with this project.

People may edit dates and policy while a round is open; events are written by ``dtm round``. A list that was made keeps the
policy with which it was made: it stands in the event.
"""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from expectations.policy import Policy, parsed
from flows import files
from flows.problem import ExitCode, Problem

NAME = "rounds.toml"
_HEAD = """Rounds collected with this project, written by `dtm round`.
Dates and settings of [R...] may be edited while the round is open; leave the events as they are."""
_DATES = ("list_date", "collection_start", "collection_end", "cutoff", "embargo")
_TEXTS = ("owner", "kobo_url", "kobo_asset")
STATES = {"open": "open", "handover": "partial", "freeze": "frozen", "reopen": "open", "close": "closed"}


@dataclass(frozen=True)
class Event:
    """A step of the life cycle: open, handover, freeze, reopen or close.

    ``journal`` is the number of the last entry of the journal that it knows; ``on`` the day of the list that it makes, with
    which list date, policy and cutoff, and the hash of that list.
    """

    kind: str
    journal: int
    on: datetime.date
    at: str
    by: str
    reason: str = ""
    list_date: datetime.date | None = None
    policy: Policy | None = None
    cutoff: datetime.date | None = None
    list_sha256: str = ""


@dataclass(frozen=True)
class Round:
    """One round: its calendar, the policy in force, where its submissions are collected, and what happened to it."""

    number: int
    list_date: datetime.date
    policy: Policy
    collection_start: datetime.date | None = None
    collection_end: datetime.date | None = None
    cutoff: datetime.date | None = None
    embargo: datetime.date | None = None
    owner: str = ""
    kobo_url: str = ""
    kobo_asset: str = ""
    events: tuple[Event, ...] = field(default=())

    @property
    def state(self) -> str:
        """open, partial, frozen or closed."""
        return STATES[self.events[-1].kind]

    @property
    def journal(self) -> int:
        """The number of the last entry of the journal that its events know."""
        return max(event.journal for event in self.events)

    @property
    def list_events(self) -> tuple[Event, ...]:
        """The events that made a list; of each day the last."""
        made = {event.on: event for event in self.events if event.kind in ("handover", "freeze")}
        return tuple(made[day] for day in sorted(made))

    @property
    def frozen_by(self) -> Event | None:
        """The event with which it was frozen, where it still is."""
        if self.state not in ("frozen", "closed"):
            return None
        return next(event for event in reversed(self.events) if event.kind == "freeze")

    def says(self) -> list[object]:
        """What it means for the tables: without who did what at what time."""
        calendar = [str(self.list_date), str(self.cutoff)]
        made = [
            [e.kind, e.journal, str(e.on), str(e.list_date), str(e.cutoff), asdict(e.policy) if e.policy else None]
            for e in self.events
        ]
        return [self.number, *calendar, asdict(self.policy), made]


def read(data: Path) -> dict[int, Round]:
    """The rounds of a data folder by number, in their order.

    Raises:
        Problem: the file cannot be read, or a key in it is not understood.
    """
    path = data / NAME
    try:
        document = tomlkit.parse(path.read_bytes().decode("utf-8")).unwrap()
    except FileNotFoundError:
        return {}
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise Problem(ExitCode.DATA_FOLDER, f"'{path}' is no TOML ({error}). Correct it.") from None
    rounds = {}
    for name, section in document.items():
        try:
            found = _round(name, section)
        except (ValueError, TypeError, KeyError) as error:
            said = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else error
            raise Problem(ExitCode.DATA_FOLDER, f"'{path}', [{name}]: {said}. Correct it.") from None
        rounds[found.number] = found
    return {number: rounds[number] for number in sorted(rounds)}


def _round(name: str, section: object) -> Round:
    if not isinstance(section, dict) or not (name[:1] == "R" and name[1:].isdecimal() and len(name) <= 4):
        raise ValueError("expected a section such as [R121]")
    number = int(name[1:])
    own = {key: value for key, value in section.items() if key not in ("policy", "event")}
    for key, value in own.items():
        if key in _DATES and type(value) is not datetime.date:
            raise ValueError(f"'{key}' is {value!r}, expected a date such as 2021-04-30")
        if key not in (*_DATES, *_TEXTS) or (key in _TEXTS and not isinstance(value, str)):
            raise ValueError(f"'{key}' is not known or not of its kind")
    listed = section.get("event", [])
    if not isinstance(listed, list):
        raise ValueError("its events are no list; expected [[R121.event]]")
    if "list_date" not in own:
        raise ValueError("'list_date' is missing")
    events = tuple(_event(event, number) for event in listed)
    if not events or events[0].kind != "open":
        raise ValueError("its events do not begin with 'open'")
    return Round(number, policy=parsed(section.get("policy", {}), number), events=events, **own)


def _event(said: dict[str, object], number: int) -> Event:
    known = {f.name for f in fields(Event)}
    if not isinstance(said, dict):
        raise ValueError("an event is no table")
    kinds = {"journal": int, "on": datetime.date, "list_date": datetime.date, "cutoff": datetime.date}
    if any(name in said and type(said[name]) is not kind for name, kind in kinds.items()) or not {"journal", "on"} <= set(said):
        raise ValueError(f"an event {dict(said)!r} is not understood")
    if not set(said) <= known or said.get("kind") not in STATES:
        raise ValueError(f"an event {dict(said)!r} is not understood")
    policy = said.get("policy")
    return Event(**{**said, "policy": parsed(policy, number) if policy is not None else None})


def opened(data: Path, new: Round) -> None:
    """Add a round to the file.

    Raises:
        OSError, Problem: the file cannot be read or written.
    """
    document = _document(data)
    section = tomlkit.table()
    for key in (*_DATES, *_TEXTS):
        value = getattr(new, key)
        if value not in (None, ""):
            section.add(key, value)
    policy = tomlkit.table()
    changed = asdict(new.policy)
    for setting in fields(Policy):
        policy.add(tomlkit.comment(f"{setting.metadata['meaning']} [{setting.metadata['basis']}]"))
        policy.add(setting.name, changed[setting.name])
    section.add("policy", policy)
    section.add("event", _events(new.events))
    document.add(f"R{new.number}", section)
    _write(data, document)


def happened(data: Path, number: int, event: Event) -> None:
    """Add an event to a round.

    Raises:
        OSError, Problem: the file cannot be read or written.
    """
    document = _document(data)
    document[f"R{number}"]["event"].append(_events((event,))[0])
    _write(data, document)


def _events(events: tuple[Event, ...]) -> tomlkit.items.AoT:
    listed = tomlkit.aot()
    for event in events:
        own = tomlkit.table()
        for key, value in asdict(event).items():
            if key == "policy" and value is not None:
                inline = tomlkit.inline_table()
                inline.update(value)  # whole, because a default may change
                own.add(key, inline)
            elif value not in (None, ""):
                own.add(key, value)
        listed.append(own)
    return listed


def _document(data: Path) -> tomlkit.TOMLDocument:
    path = data / NAME
    if path.exists():
        return tomlkit.parse(path.read_bytes().decode("utf-8"))
    document = tomlkit.document()
    for line in _HEAD.splitlines():
        document.add(tomlkit.comment(line))
    return document


def _write(data: Path, document: tomlkit.TOMLDocument) -> None:
    files.replace_bytes(data / NAME, tomlkit.dumps(document).encode())
