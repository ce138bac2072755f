"""The visits of a round before they are written down: who was where when, with how many households, and what is planted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from expectations import form
from sample_data.field_frame import Frame

QUEUE, QUARANTINE, IGNORED = "queue", "quarantine", "ignored"
NOWHERE = -1  # the unit of a visit to a location that is not on the list
LAST_DAY = 42  # first interviews end on this day of the period, so that all that follows them is in time
PERIOD_DAYS = 60


@dataclass
class Visit:
    """One submission to be.

    ``status`` is the answer to ``update_status``, or ``not_accessible`` or ``refused``. ``households`` counts where the status
    is one that counts. ``day`` is counted from the start of collection. ``place`` is where it was, also for a new location.
    """

    unit: int
    place: int
    population: str
    households: int
    status: str = "updated"
    visit_type: str = "interview"
    team: int = 0
    person: int = 0
    day: int = 0
    minutes: int = 20
    state: str = "approved"
    arrivals: int = 0
    is_late: bool = False
    is_edited: bool = False

    @property
    def is_counted(self) -> bool:
        """Whether households and breakdowns are asked."""
        return self.status in ("updated", "new")


@dataclass(frozen=True)
class Noted:
    """One entry of the ledger before the visit has its uuid; ``visit`` is None for the whole list."""

    visit: int | None
    defect: str
    check_id: str
    expected: str
    note: str


@dataclass
class Answers:
    """Answers of all visits: a column per question, None where it was not asked or not answered; ``origins`` are the
    rows of the repeat, (governorate, district, households) each."""

    columns: dict[str, np.ndarray]
    origins: list[list[tuple[str, str, str]]]

    def cells(self, visit: int, dimension: str) -> list[str]:
        """Questions of a margin that this visit answered with more than 0, the largest first."""
        found = [
            (int(self.columns[question.name][visit]), question.name)
            for question in form.known().values()
            if question.cell
            and question.cell[0] == dimension
            and question.name in self.columns
            and (self.columns[question.name][visit] or "0") != "0"
        ]
        return [name for _, name in sorted(found, key=lambda item: (-item[0], item[1]))]

    def add(self, visit: int, question: str, more: int) -> None:
        """Change a count."""
        self.columns[question][visit] = str(int(self.columns[question][visit] or 0) + more)

    def put(self, visit: int, **given: str | None) -> None:
        """Set answers; None takes one away."""
        for question, value in given.items():
            self.columns[question][visit] = value

    def clear_counts(self, visit: int) -> None:
        """Take away every count of the visit."""
        for question in form.known().values():
            if question.name in self.columns and question.group in ("count", "shelter", "period", "origin", "arrivals"):
                self.columns[question.name][visit] = None
        self.origins[visit] = []


Edit = Callable[[Answers, int], None]


@dataclass
class Draft:
    """The round while it is put together.

    ``pool`` are units that will be visited and carry nothing yet. ``exempt`` marks visits that are alike on purpose.
    ``picks`` (units, governorates) decide the districts of origin. ``styles`` says per unit whether zeros are written.
    """

    frame: Frame
    team: np.ndarray
    picks: np.ndarray
    styles: np.ndarray
    pool: list[int]
    visits: list[Visit] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    edits: list[tuple[int, Edit]] = field(default_factory=list)
    exempt: set[int] = field(default_factory=set)
    rng: np.random.Generator = field(default_factory=np.random.default_rng)
    people: int = 0

    def able(self, population: str | None = None, least: int = 1, most: int = 10**9) -> list[int]:
        """Units of the pool without dirt that are not among the largest, in the order of the pool."""
        frame = self.frame
        return [
            unit
            for unit in self.pool
            if frame.is_plain[unit]
            and not frame.is_large[unit]
            and least <= frame.households[unit] <= most
            and population in (None, frame.population[unit])
        ]

    def take(self, unit: int) -> int:
        """Take a unit out of the pool."""
        self.pool.remove(unit)
        return unit

    def draw(self, population: str | None = None, least: int = 1, most: int = 10**9) -> int:
        """Take the next able unit.

        Raises:
            ValueError: there is none left.
        """
        able = self.able(population, least, most)
        if not able:
            raise ValueError("These places are too few to plant every kind of defect in a field round: ask for more.")
        return self.take(able[0])

    def visit(self, unit: int, households: int | None = None, **given: object) -> int:
        """Visit a unit; returns the number of the visit."""
        before = int(self.frame.households[unit])
        words: dict[str, object] = {
            "team": int(self.team[unit]),
            "person": int(self.frame.place[unit]),
            "day": int(self.rng.integers(0, LAST_DAY)),
            "minutes": int(self.rng.integers(9, 56)),
        }
        words.update(given)
        place, population = int(self.frame.place[unit]), self.frame.population[unit]
        return self._append(Visit(unit, place, population, before if households is None else households, **words))

    def visit_new(self, place: int, population: str, households: int, team: int) -> int:
        """Visit a location that the team says is new, or names wrongly; ``place`` gives its district."""
        minutes, day = int(self.rng.integers(9, 56)), int(self.rng.integers(0, LAST_DAY))
        made = Visit(NOWHERE, place, population, households, team=team, person=self.person(), day=day, minutes=minutes)
        return self._append(made)

    def person(self) -> int:
        """A key informant who speaks for nobody else yet."""
        self.people += 1
        return self.people - 1

    def note(self, visit: int | None, defect: str, check_id: str, expected: str, note: str = "") -> None:
        """Write an entry of the ledger."""
        self.noted.append(Noted(visit, defect, check_id, expected, note))

    def edit(self, visit: int, change: Edit) -> None:
        """Change the answers of a visit once they are written down."""
        self.edits.append((visit, change))

    def _append(self, visit: Visit) -> int:
        self.visits.append(visit)
        return len(self.visits) - 1
