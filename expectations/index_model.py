"""A model of an index, as :mod:`expectations.index_model_file` reads it from a file.

A model holds everything that the publications leave open: indicators, answer levels, weights, how scales are combined, where
categories begin, what a hotspot is. The engine holds none of it. What each field means is stated with its class.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from expectations.index import Index

RULES = ("mean", "weighted_mean", "max", "pooled")
AGGREGATIONS = ("returnee_weighted_mean", "mean", "majority_of_returnees")
LARGE_MODES = ("absolute", "percentile")
EVIDENCE = (
    "hand-set", "estimated", "pooled", "interpolated", "carried", "recovered", "bounded", "not-identified", "published",
)  # fmt: skip
SENSITIVITIES = ("public", "sensitive")
# Weights are summed as whole numbers of this part of a point, so that no order of rows changes a score.
WEIGHT_PLACES = 10
WEIGHT_MAXIMUM = 100_000.0


@dataclass(frozen=True)
class Label:
    """A text in English and Arabic; null where it is not given."""

    en: str | None
    ar: str | None


@dataclass(frozen=True)
class Level:
    """One answer, from condition met (first) to worst (last).

    ``weight`` is its points, 0 for the first. ``met`` is the share of the condition that is met; it describes and does not
    enter a score. ``evidence`` says where the weight comes from.
    """

    code: str
    label: Label
    met: float
    weight: float
    evidence: str


@dataclass(frozen=True)
class Indicator:
    """One question with its answers. ``sensitivity`` decides whether answers of a location may be in the public tier."""

    id: str
    scale: str
    label: Label
    question: Label
    wording_status: str
    allow_not_applicable: bool
    levels: tuple[Level, ...]
    sensitivity: str

    @property
    def maximum(self) -> float:
        """The points of its worst answer."""
        return self.levels[-1].weight


@dataclass(frozen=True)
class Scale:
    """One scale, and what share it has in a mean of the scales."""

    id: str
    label: Label
    share: float


@dataclass(frozen=True)
class Category:
    """A category of a scale or of the overall score: from ``lower_bound`` on, which belongs to it."""

    scale: str
    id: str
    order: int
    lower_bound: float
    report_group: str


@dataclass(frozen=True)
class Hotspot:
    """When a sub-district, or a unit that takes its place, is a hotspot."""

    aggregation: str
    high_from: str
    medium_from: str
    large_mode: str
    large_value: float
    unit_overrides: dict[str, str]


@dataclass(frozen=True)
class IndexModel:
    """A valid model. ``document`` is the file as JSON, ``sha256`` the hash of its content in one spelling."""

    index: Index
    id: str
    version: str
    status: str
    title: Label
    first_round: int
    last_round: int | None
    scales: tuple[Scale, ...]
    indicators: tuple[Indicator, ...]
    min_answered_share: float
    min_applicable_indicators: int
    rule: str
    categories: tuple[Category, ...]
    hotspot: Hotspot | None
    warnings: tuple[str, ...]
    document: dict
    sha256: str

    @property
    def name(self) -> str:
        """Id and version, by which a model is known."""
        return f"{self.id} {self.version}"

    def of(self, scale: str) -> tuple[Indicator, ...]:
        """The indicators of a scale."""
        return tuple(indicator for indicator in self.indicators if indicator.scale == scale)

    def bounds(self, scale: str) -> tuple[Category, ...]:
        """The categories of a scale, or of the overall score, from the best to the worst."""
        return tuple(category for category in self.categories if category.scale == scale)

    def is_for(self, index_round: int) -> bool:
        """Whether it may score an index round."""
        return self.first_round <= index_round and (self.last_round is None or index_round <= self.last_round)

    def to_json(self) -> str:
        """The file, in one spelling."""
        return written(self.document)


def written(document: dict) -> str:
    """A model document as the text of a file."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
