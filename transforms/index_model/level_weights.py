"""From regression coefficients to the points of answer levels: never falling, scaled to 100, filled where nothing was observed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from expectations.index_model import Indicator
from transforms.index_model.coding import EstimationError
from transforms.index_model.level_groups import LevelGroups

# A standard error of (nearly) 0 comes from a level of one or two rows; it must not outweigh everything else.
_SMALLEST_ERROR = 1e-6


@dataclass(frozen=True)
class LevelWeight:
    """The points of one level and where they come from, an ``evidence`` of the model file."""

    points: float
    evidence: str


def monotone(raw: np.ndarray, precision: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Raw weights from the second level on, made non-decreasing and non-negative; and which of them were averaged.

    Isotonic regression with weights ``precision`` (1/se²) by pooling adjacent violators, then max(0, ·): to clip after pooling
    is the exact solution of the problem bounded at 0.
    """
    if not len(raw):
        return np.zeros(0), np.zeros(0, dtype=bool)
    result = isotonic_regression(raw, weights=precision)
    sizes = np.diff(result.blocks)
    return np.maximum(0.0, result.x), np.repeat(sizes > 1, sizes)


def group_weights(groups: LevelGroups, coefficients: np.ndarray, errors: np.ndarray) -> list[LevelWeight]:
    """The points, not scaled, of each group of levels, the reference first, from coefficients and standard errors of the others."""
    if not groups.groups:
        return []
    points, averaged = monotone(-coefficients, 1 / np.maximum(errors, _SMALLEST_ERROR) ** 2)
    rest = [
        LevelWeight(float(own), "pooled" if is_averaged else "estimated")
        for own, is_averaged in zip(points, averaged, strict=True)
    ]
    return [LevelWeight(0.0, "estimated"), *rest]


def level_weights(groups: LevelGroups, weights: list[LevelWeight]) -> list[LevelWeight]:
    """The points of every level of an indicator, from those of its groups.

    A level that was never observed lies on the line by ``met`` between its observed neighbours (``interpolated``), or takes the
    worst observed points, a lower limit (``carried``).
    """
    indicator = groups.indicator
    known = {at: _known(groups, at, weight) for group, weight in zip(groups.groups, weights, strict=True) for at in group}
    return [known.get(at) or _unobserved(indicator, at, known) for at in range(len(indicator.levels))]


def _known(groups: LevelGroups, at: int, weight: LevelWeight) -> LevelWeight:
    if groups.has_other_reference and at in groups.groups[0]:
        return LevelWeight(0.0, "not-identified")
    return LevelWeight(weight.points, "pooled") if at in groups.pooled else weight


def _unobserved(indicator: Indicator, at: int, known: dict[int, LevelWeight]) -> LevelWeight:
    below = [other for other in known if other < at]
    above = [other for other in known if other > at]
    if not below:
        # Only an indicator that no row answers with a level lacks its first one.
        return LevelWeight(0.0, "not-identified")
    low = max(below)
    if not above:
        is_known = known[low].evidence != "not-identified"
        return LevelWeight(known[low].points, "carried" if is_known else "not-identified")
    high = min(above)
    way = _way(indicator, low, at, high)
    return LevelWeight(known[low].points + way * (known[high].points - known[low].points), "interpolated")


def _way(indicator: Indicator, low: int, at: int, high: int) -> float:
    """How far a level is on the way between two others, 0 to 1, by ``met``; by its position where the model does not say."""
    start, here, end = (indicator.levels[position].met for position in (low, at, high))
    if math.isnan(start + here + end) or start == end:
        return (at - low) / (high - low)
    return (start - here) / (start - end)


def scale_factor(maxima: dict[str, float], scale: str) -> float:
    """What the points of a scale are multiplied with, so that the ``maxima`` of its indicators sum to 100.

    Raises:
        EstimationError: they are all 0.
    """
    total = sum(maxima.values())
    if not total > 0:
        raise EstimationError(
            f"No answer of scale {scale} goes with fewer returns, so it has no weights; check the outcome and the order of levels."
        )
    return 100 / total
