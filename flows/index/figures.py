"""The figures of a scored round that its pictures show; :mod:`flows.index.counting` takes them from the published rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from expectations.index import SEVERE, Index, disclaimer

# A setting of this project, not IOM's: from how many locations on the public may see scores of an area, and what sensitive
# indicators add to them. Of fewer, the figures would be those of single locations.
PUBLIC_LOCATIONS = 3
UNCLASSIFIED = "unclassified"
LOCATIONS = "locations"
_WORDS = {"idps": "IDPs"}  # what is written otherwise than its column
_BOUND = 1e-9  # as in sql/: a score this close below a bound is at it


@dataclass(frozen=True)
class Category:
    """A category of a scale, the score from which it holds, and the group in which it is reported."""

    name: str
    lower: float
    group: str


@dataclass(frozen=True)
class Scale:
    """A scale of the model with its categories from the best; the overall score is one too."""

    name: str
    label: str
    categories: tuple[Category, ...]

    def category(self, score: float) -> Category:
        """The category of an unrounded score."""
        return [category for category in self.categories if score + _BOUND >= category.lower][-1]


@dataclass(frozen=True)
class Run:
    """Which round was scored with which model, for whom the page is, and what it counts: people, or locations without them."""

    index: Index
    row: Mapping[str, object]
    is_public: bool
    unit: str
    scales: tuple[Scale, ...]
    overall: Scale
    collected: str | None
    model: Mapping[str, object]

    @property
    def is_weighted(self) -> bool:
        """Whether the people of the round are known."""
        return self.unit != LOCATIONS

    @property
    def counted(self) -> str:
        """The word for what the page counts."""
        return _WORDS.get(self.unit, self.unit)

    @property
    def people(self) -> str:
        """The word for the people of the index."""
        return _WORDS.get(self.index.people, self.index.people)

    @property
    def disclaimer(self) -> str:
        """What stands at every picture; empty for an official model."""
        return disclaimer(str(self.row["model_status"]))


@dataclass(frozen=True)
class Split:
    """A number of people or locations by severity."""

    high: int
    medium: int
    low: int
    unclassified: int

    @property
    def total(self) -> int:
        """All that were assessed."""
        return self.classified + self.unclassified

    @property
    def classified(self) -> int:
        """The denominator of every share."""
        return self.high + self.medium + self.low

    def share(self, group: str) -> float | None:
        """Part of the classified in a report group; None where nothing is classified."""
        return getattr(self, group) / self.classified if self.classified else None


@dataclass(frozen=True)
class National:
    """The whole country: ``split`` in the unit of the page, and what of the master list was assessed."""

    split: Split
    locations: Split
    assessed_share: float | None
    not_assessed: int | None
    not_assessed_locations: int
    reporting_locations: int
    is_much_unclassified: bool
    weight_reasons: Mapping[str, int]


@dataclass(frozen=True)
class Governorate:
    """Severity in one governorate; the rank is by share of severe conditions, among governorates."""

    name: str
    split: Split
    rank: int | None
    is_few_classified: bool


@dataclass(frozen=True)
class Point:
    """A location, or for the public an area of several: a score per scale, the overall group, how many people."""

    name: str
    path: tuple[str, ...]
    scores: tuple[float, ...]
    overall: float
    group: str
    people: int | None
    locations: int


@dataclass(frozen=True)
class Spread:
    """The points of a round; ``hidden`` classified locations are in none of them."""

    points: tuple[Point, ...]
    hidden: int


@dataclass(frozen=True)
class Part:
    """Points of 100 that an indicator adds, or by which it changed a mean score."""

    label: str
    points: float


@dataclass(frozen=True)
class Hotspot:
    """A unit with the rules that make it a hotspot."""

    path: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
    sentence: str
    people: int | None
    locations: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Hotspots:
    """The hotspots with most people, and the others in numbers. ``units`` is 0 where no location names its sub-district;
    ``withheld`` are hotspots of so few locations that the public is not shown them."""

    shown: tuple[Hotspot, ...]
    near: tuple[tuple[tuple[str, ...], int | None], ...]
    withheld: int
    found: int
    units: int
    not_assessable: int
    people: int


@dataclass(frozen=True)
class Change:
    """How the number in severe conditions came from the round before: ``previous`` and all steps sum to ``now``."""

    previous_index_round: int
    unit: str
    previous: int
    became: int
    stopped: int
    stayed: int
    newly: int
    newly_classifiable: int
    no_longer: int
    no_longer_classifiable: int
    emptied: int
    now: int
    like_for_like: int
    plain: int


@dataclass(frozen=True)
class Drivers:
    """The change of the weighted mean score at locations scored in both rounds, by what it goes with."""

    before: float
    now: float
    parts: tuple[Part, ...]
    shift: float
    coverage: float
    withheld: int


@dataclass(frozen=True)
class Location:
    """One of the most severe locations. Never for the public."""

    place_id: str
    name: str
    name_ar: str
    path: tuple[str, ...]
    people: int | None
    overall: float
    category: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Figures:
    """All figures of a page. ``most_severe`` is empty for the public."""

    run: Run
    national: National
    governorates: tuple[Governorate, ...]
    spread: Spread
    hotspots: Hotspots
    change: Change | None
    drivers: Drivers | None
    most_severe: tuple[Location, ...] = ()


def severe(points: Sequence[Point], scale: Scale, at: int) -> int:
    """How many points are in report group high on the scale at this position."""
    return sum(scale.category(point.scores[at]).group == SEVERE for point in points)
