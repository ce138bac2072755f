"""The life cycle of a round: open, assign, hand over, freeze, reopen, close; and the round as it stands.

A list is what the journal held when it was made (``Event.journal``), so the lists of all events can be made again from
the journal, and nothing that comes later changes them.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from expectations.checks import BY_ID
from expectations.columns import POPULATIONS
from expectations.schema import schema
from expectations.tables import TABLES
from flows.field import journal, rounds_file, store
from flows.field.journal import Entry
from flows.field.rounds_file import Event, Round
from flows.problem import ExitCode, Problem
from flows.run import now, today, user
from flows.show import counted
from transforms.field.boundaries import Boundaries
from transforms.field.decision import Decision
from transforms.field.round import BrokenLog, Evaluation, Export, Frame, Inputs, last_moment

BOUNDARIES = "boundaries.geojson"
ROUND_MAXIMUM = 999
FIRST_YEAR = 2014  # of displacement tracking in Iraq
FRAME = ("frame_place", "frame_count", "frame_cell")


@dataclass(frozen=True)
class Held:
    """A round with all that was received for it, ready to be evaluated."""

    data: Path
    round: Round
    entries: tuple[Entry, ...]
    made: dict[tuple, Evaluation] = field(default_factory=dict, compare=False, repr=False)

    def of(self, kind: str, until: int) -> list[Entry]:
        """The entries of a kind up to a number of the journal."""
        return [entry for entry in self.entries if entry.kind == kind and entry.number <= until]

    @property
    def last(self) -> int:
        """The number of the last entry."""
        return self.entries[-1].number if self.entries else 0

    def inputs(
        self, event: Event | None = None, *, kind: str | None = None, takes_late: bool = False, takes_broken: bool = False
    ) -> Inputs:
        """What the list of an event was made of; without one, all that is held now.

        Raises:
            Problem: something kept is missing or was changed.
        """
        until = event.journal if event and not takes_late else self.last
        frame = self.of("frame", until)[-1]
        get = store.get
        logs = [(entry, get(self.data, entry, "cleaning_log")) for entry in self.of("cleaning_log", until)]
        return Inputs(
            self.round.number,
            event.list_date if event and event.list_date else self.round.list_date,
            event.cutoff if event else self.round.cutoff,
            event.policy if event and event.policy else self.round.policy,
            kind or ("final" if event and event.kind == "freeze" else "partial"),
            Frame(*(get(self.data, frame, name) for name in FRAME)),
            takes_late,
            takes_broken,
            [
                Export(
                    entry.number,
                    entry.sha256,
                    f"submissions {entry.sha256[:12]}",
                    {name: get(self.data, entry, name) for name in entry.parts},
                )
                for entry in self.of("submissions", until)
            ],
            [_decision(entry.number, row) for entry, log in logs for row in log.to_pylist()],
            [get(self.data, entry, "work_plan") for entry in self.of("work_plan", until)],
            [get(self.data, entry, "comparison_figure") for entry in self.of("comparison", until)],
            self._boundaries(until),
        )

    def _boundaries(self, until: int) -> Boundaries | None:
        """The boundaries brought last, where there are any."""
        given = self.of("boundaries", until)
        return Boundaries(store.get_text(self.data, given[-1], BOUNDARIES), BOUNDARIES) if given else None

    def evaluated(
        self, event: Event | None = None, *, kind: str | None = None, takes_late: bool = False, takes_broken: bool = False
    ) -> Evaluation:
        """The round evaluated.

        Raises:
            Problem: a decision of the cleaning log no longer fits the data; something kept is missing.
        """
        inputs = self.inputs(event, kind=kind, takes_late=takes_late, takes_broken=takes_broken)
        key = (inputs.kind, inputs.takes_late, inputs.takes_broken, inputs.cutoff, inputs.policy, self._until(event, takes_late))
        if key not in self.made:
            self.made[key] = self._evaluated(inputs)
        return self.made[key]

    def _until(self, event: Event | None, takes_late: bool) -> int:
        """The number of the last entry that counts."""
        until = event.journal if event and not takes_late else self.last
        return max((entry.number for entry in self.entries if entry.number <= until and entry.kind != "purge"), default=0)

    def _evaluated(self, inputs: Inputs) -> Evaluation:
        try:
            return Evaluation(inputs)
        except BrokenLog as error:
            sentence = f"R{self.round.number}: {len(error.sentences)} decisions of the cleaning log no longer fit the data; nothing was changed."
            raise Problem(ExitCode.NO_LONGER_APPLIES, sentence, tuple(f"    {said}" for said in error.sentences)) from error

    @cached_property
    def now(self) -> Evaluation:
        """The round as it stands: its frozen list, or what is held now with records that wait for their supervisor."""
        return self.evaluated(self.round.frozen_by)

    @cached_property
    def under_review(self) -> Evaluation:
        """The round as it stands, with decisions that no longer fit as findings, so that they can be decided again."""
        return self.evaluated(self.round.frozen_by, takes_broken=True)

    def has_late(self) -> bool:
        """Whether there are submissions that the list does not take: sent after the cutoff, or received after the freeze."""
        frozen = self.round.frozen_by
        if frozen and any(entry.number > frozen.journal for entry in self.of("submissions", self.last)):
            return True
        cutoff = frozen.cutoff if frozen else self.round.cutoff
        if cutoff is None:
            return False
        sent = [store.get(self.data, entry, "received_submission")["submitted_at"] for entry in self.of("submissions", self.last)]
        return any(pc.any(pc.greater(column, last_moment(cutoff))).as_py() for column in sent if len(column))

    @cached_property
    def with_late(self) -> Evaluation | None:
        """The round as it would stand with the late submissions; None where there are none."""
        return self.evaluated(self.round.frozen_by, takes_late=True, takes_broken=True) if self.has_late() else None


def _decision(batch: int, row: dict) -> Decision:
    return Decision(batch=batch, row=row.pop("log_row"), **row)


def held(data: Path, number: int) -> Held:
    """A round of a data folder.

    Raises:
        Problem: it was not opened.
    """
    rounds = rounds_file.read(data)
    if number not in rounds:
        known = ", ".join(f"R{n} ({r.state})" for n, r in rounds.items()) or "none"
        raise Problem(
            ExitCode.USAGE, f"R{number} was not opened; rounds under collection: {known}. Open it: dtm round open {number}"
        )
    return Held(data, rounds[number], tuple(entry for entry in _entries(data, rounds) if entry.round == number))


def every(data: Path) -> list[Held]:
    """All rounds under collection of a data folder."""
    rounds = rounds_file.read(data)
    entries = _entries(data, rounds)
    return [Held(data, r, tuple(e for e in entries if e.round == n)) for n, r in rounds.items()]


def _entries(data: Path, rounds: dict[int, Round]) -> tuple[Entry, ...]:
    """The journal, whole as far as the rounds know it."""
    entries = journal.read(data)
    journal.demand_whole(data, entries, {number: own.journal for number, own in rounds.items()})
    return entries


# --- steps of the life cycle -------------------------------------------------------------------------------


def demand_state(found: Round, states: Sequence[str], what: str) -> None:
    """Refuse what does not fit the state of a round.

    Raises:
        Problem: the round is in another state.
    """
    if found.state not in states:
        raise Problem(ExitCode.USAGE, f"R{found.number} is {found.state}: {what}.")


def opened(data: Path, new: Round, frame: dict[str, pa.Table]) -> Round:
    """Open a round: its frame is frozen in the store.

    Raises:
        Problem: it is open already, or its number is not in the registry and no list date was given.
    """
    if new.number in rounds_file.read(data):
        raise Problem(ExitCode.USAGE, f"R{new.number} is open already; what was frozen as its frame stays.")
    content = hashlib.sha256(b"".join(repr(frame[name].to_pydict()).encode() for name in FRAME)).hexdigest()
    entry = store.keep(data, "frame", new.number, content, frame)
    event = Event("open", entry.number, today(), now(), user())
    made = replace(new, events=(event,))
    rounds_file.opened(data, made)
    return made


def demand_same_list(found: Held, event: Event, made: Evaluation) -> None:
    """A list is what the cleaning log, replayed on what was received, gives; and it was the same when it was made.

    Raises:
        Problem: it is another list now.
    """
    if event.list_sha256 and made.list_sha256() != event.list_sha256:
        sentence = (
            f"The list that R{found.round.number} made on {event.on:%Y-%m-%d} is no longer what its submissions and cleaning log "
            "give: its event in rounds.toml was edited, or the program counts differently. Nothing was published."
        )
        raise Problem(ExitCode.CONTRACT_BROKEN, sentence)


def calendar(number: int, given: dict[str, datetime.date | None]) -> dict[str, datetime.date | None]:
    """The dates of a round: as given, else from the registry.

    Raises:
        Problem: its list date is not known.
    """
    registered = codes.rounds().get(number, {})
    if not 1 <= number <= ROUND_MAXIMUM:
        raise Problem(ExitCode.USAGE, f"There is no round R{number}.")
    dates = {
        name: given.get(name) or (datetime.date.fromisoformat(registered[name]) if registered.get(name) else None)
        for name in ("list_date", "collection_start", "collection_end")
    }
    if dates["list_date"] is None:
        raise Problem(
            ExitCode.USAGE,
            f"R{number} is not in the round registry: give the date as of which its list counts, --list-date YYYY-MM-DD.",
        )
    known = registered.get("list_date")
    if known and dates["list_date"].isoformat() != known:
        raise Problem(
            ExitCode.USAGE, f"The round registry says that the list of R{number} is of {known}, not of {dates['list_date']}."
        )
    dates |= {"cutoff": given.get("cutoff") or dates["collection_end"]}
    start, end, cutoff = dates["collection_start"], dates["collection_end"], dates["cutoff"]
    if dates["list_date"].year < FIRST_YEAR or (start and end and end < start) or (start and cutoff and cutoff < start):
        sentence = f"The dates of R{number} do not follow each other: collection {start} to {end}, cutoff {cutoff}, list of {dates['list_date']}."
        raise Problem(ExitCode.USAGE, sentence)
    return dates


_PLAN_COLUMNS = ("place_id", "team", "planned_on", "population")


def work_plan(text: str, name: str, found: Held) -> pa.Table:
    """A work plan from CSV text: place_id, team, planned_on, and population where only one list is meant.

    Raises:
        Problem: a column is missing or there twice, or a row cannot be taken; every such row is named.
    """
    try:
        reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=None))
        rows, heads = list(reader), reader.fieldnames or []
    except csv.Error as error:
        raise Problem(ExitCode.SOURCE_REFUSED, f"{name}: it is no CSV ({error}).") from None
    if not rows:
        raise Problem(
            ExitCode.SOURCE_REFUSED, f"{name}: there is no row under the header place_id, team, planned_on, population."
        )
    twice = sorted({head for head in heads if head in _PLAN_COLUMNS and heads.count(head) > 1})
    if twice:
        raise Problem(ExitCode.SOURCE_REFUSED, f"{name}: columns {', '.join(twice)} are there twice; leave one of each.")
    missing = sorted({"place_id", "team"} - set(heads))
    if missing:
        raise Problem(
            ExitCode.SOURCE_REFUSED,
            f"{name}: columns {', '.join(missing)} are missing; expected place_id, team, planned_on, population.",
        )
    frame = found.inputs().frame
    known = set(frame.place["place_id"].to_pylist())
    listed = {
        population: set(frame.count.filter(pc.equal(frame.count["population"], population))["place_id"].to_pylist())
        for population in POPULATIONS
    }
    planned: dict[tuple[str, str], dict] = {}
    problems: list[str] = []
    for line, row in enumerate(rows, start=2):
        place, team, day, population = ((row.get(column) or "").strip() for column in _PLAN_COLUMNS)
        try:
            planned_on = datetime.date.fromisoformat(day) if day else None
        except ValueError:
            problems.append(f"    row {line}: planned_on is '{day[:20]}', expected a date such as 2021-03-31")
            continue
        if None in row:
            problems.append(f"    row {line}: it has more cells than the header")
        elif place not in known:
            problems.append(f"    row {line}: place_id '{place[:20]}' is not in the frame of R{found.round.number}")
        elif not team.isascii() or not team.replace("-", "").replace("_", "").isalnum() or len(team) > 20:
            problems.append(f"    row {line}: team '{team[:20]}' is no code of letters, digits, - and _")
        elif population not in ("", *POPULATIONS):
            problems.append(f"    row {line}: population is '{population[:20]}', expected idp, returnee or nothing")
        else:
            meant = [population] if population else [p for p in POPULATIONS if place in listed[p]] or list(POPULATIONS)
            twice = [p for p in meant if (p, place) in planned]
            if twice:
                problems.append(f"    row {line}: place_id {place} is planned twice for {', '.join(twice)}")
            planned |= {(p, place): {"population": p, "place_id": place, "team": team, "planned_on": planned_on} for p in meant}
    if problems:
        raise Problem(
            ExitCode.SOURCE_REFUSED,
            f"{name}: {len(problems)} of {len(rows)} rows cannot be taken; nothing was changed.",
            tuple(problems[:20]),
        )
    declared = schema(TABLES["work_plan"])
    return pa.Table.from_pylist(list(planned.values()), pa.schema([(f.name, f.type) for f in declared]))


def handed_over(found: Held, on: datetime.date) -> Evaluation:
    """Make the partial list.

    Raises:
        Problem: the round is frozen, or findings on the whole list say that it would be nonsense.
    """
    demand_state(found.round, ("open", "partial"), "its list is made; reopen it with a reason to change it")
    evaluated = found.evaluated(kind="partial")
    nonsense = evaluated.blocking().filter(pc.is_in(evaluated.blocking()["check_id"], pa.array(["c08", "c09", "c23"])))
    if nonsense.num_rows:
        lines = tuple(f"    {row['check_id']}: {row['issue']}" for row in nonsense.to_pylist())
        raise Problem(ExitCode.CONTRACT_BROKEN, f"R{found.round.number} cannot be handed over:", lines)
    _happened(found, "handover", on, made=evaluated)
    return evaluated


def frozen(found: Held, on: datetime.date) -> Evaluation:
    """Make the final list.

    Raises:
        Problem: something is open: findings, records that wait for their supervisor (by team), comparisons.
    """
    demand_state(found.round, ("open", "partial"), "it is frozen already")
    evaluated = found.evaluated(kind="final")
    left = evaluated.blocking()
    if left.num_rows:
        raise Problem(
            ExitCode.CONTRACT_BROKEN,
            f"R{found.round.number} cannot be frozen: {counted(left.num_rows, 'row')} of the queue {'is' if left.num_rows == 1 else 'are'} open.",
            tuple(_open_lines(evaluated)),
        )
    _happened(found, "freeze", on, made=evaluated)
    return evaluated


def _open_lines(evaluated: Evaluation) -> list[str]:
    """What is open, by check, and records that wait for their supervisor by team."""
    rows = [row for row in evaluated.queue.to_pylist() if row["query_status"] != "decided" and row["check_severity"] != "info"]
    by_check: dict[str, list[dict]] = {}
    for row in rows:
        by_check.setdefault(row["check_id"], []).append(row)
    lines = [
        f"    {check}: {counted(len(own), 'row')} against: {BY_ID[check].sentence}"
        for check, own in sorted(by_check.items())
        if check != "c24"
    ]
    teams: dict[str, int] = {}
    for row in by_check.get("c24", []):
        team = row["assigned_team"] or "no team"
        teams[team] = teams.get(team, 0) + 1
    lines += [
        f"    c24: team {team}: {counted(count, 'record')} without the word of their supervisor"
        for team, count in sorted(teams.items())
    ]
    return [*lines, f"See them: dtm review export {evaluated.inputs.round} -o queue.xlsx"]


def reopened(found: Held, reason: str) -> None:
    """Open a frozen or closed round again; its list stays, and the next freeze makes another.

    Raises:
        Problem: it is not frozen, or no reason is given.
    """
    demand_state(found.round, ("frozen", "closed"), "only a frozen or closed round is reopened")
    if not reason.strip():
        raise Problem(ExitCode.USAGE, "Say why the round is reopened: --reason TEXT.")
    _happened(found, "reopen", today(), reason)


def closed(found: Held) -> None:
    """Close a frozen round.

    Raises:
        Problem: it is not frozen.
    """
    demand_state(found.round, ("frozen",), "freeze it first")
    _happened(found, "close", today())


def _happened(found: Held, kind: str, on: datetime.date, reason: str = "", made: Evaluation | None = None) -> None:
    number = found.round.number
    before = found.round.list_events
    earliest = found.round.collection_start or datetime.date(FIRST_YEAR, 1, 1)
    if made and not earliest <= on <= today():
        raise Problem(
            ExitCode.USAGE,
            f"A list of R{number} is made between {earliest:%Y-%m-%d}, when collection begins, and today, not on {on}.",
        )
    if made and before and (on < before[-1].on or (on == before[-1].on and before[-1].kind == "freeze")):
        sentence = (
            f"R{number} has a list of {before[-1].on:%Y-%m-%d}, which stays; give the next one a later day: --date YYYY-MM-DD."
        )
        raise Problem(ExitCode.USAGE, sentence)
    event = Event(kind, found.last, on, now(), user(), reason)
    if made:
        given = made.inputs
        event = replace(
            event, list_date=given.list_date, policy=given.policy, cutoff=given.cutoff, list_sha256=made.list_sha256()
        )
    rounds_file.happened(found.data, number, event)
