"""How published overall scores follow from published scale scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from transforms.index_model.coding import Answers
from transforms.index_model.feasible_weights import Box, least_excess
from transforms.index_model.rounding import EXACT, Rounding
from transforms.index_model.scale_weights import FULL

MEAN, WEIGHTED_MEAN, MAX, ROOT_MEAN_SQUARE, POOLED = "mean", "weighted_mean", "max", "root_mean_square", "pooled"
# In the order in which they are taken; of rules that give the same scores in the data the first.
CANDIDATES = (MEAN, WEIGHTED_MEAN, MAX, ROOT_MEAN_SQUARE, POOLED)
NOT_IDENTIFIED = "not identified"


@dataclass(frozen=True)
class Combination:
    """What overall scores tell of their rule.

    ``coefficients`` are those of least squares by scale, with ``constant``; ``shares`` those of the weighted mean, which are 0 or
    more and sum to 1, ``pooled_shares`` those by which the rule pooled weighs the points of the scales; ``residuals`` the largest residual of each candidate, NaN where it cannot be computed, and ``tolerance`` the
    largest that each may have. ``rule`` is the first candidate within it, or not identified; ``also`` are others within it, but for
    the weighted mean, of which the mean is a case.
    ``collinear`` says that one scale is a linear function of the others in the data, so that rules cannot be told apart.
    """

    rows: int
    coefficients: dict[str, float]
    constant: float
    shares: dict[str, float]
    residuals: dict[str, float]
    tolerance: dict[str, float]
    rule: str
    pooled_shares: dict[str, float]
    also: tuple[str, ...]
    collinear: bool


def combination(
    scores: Mapping[str, np.ndarray],
    overall: np.ndarray,
    roundings: Mapping[str, Rounding],
    overall_rounding: Rounding,
    answers: Answers,
    points: Mapping[str, np.ndarray] | None,
) -> Combination | None:
    """The rule of the overall scores; None where no row has all scale scores and an overall one, or there is one scale.

    Args:
        scores: published scores by scale, NaN where there is none.
        overall: published overall scores, likewise.
        roundings: of the scale scores.
        overall_rounding: of the overall scores.
        answers: of all indicators, for the rule ``pooled``.
        points: recovered points of the levels by indicator; None where those of a scale are not known.
    """
    scales = list(scores)
    table = np.column_stack([scores[scale] for scale in scales])
    mask = np.isfinite(table).all(axis=1) & np.isfinite(overall)
    if len(scales) < 2 or not mask.any():
        return None
    table, overall = table[mask], overall[mask]
    halves = np.array([roundings[scale].half for scale in scales])
    wide = np.column_stack([np.ones(len(table)), table])
    constant, *coefficients = np.linalg.lstsq(wide, overall, rcond=None)[0]
    shares = _shares(table, overall)
    answers = answers.rows(mask)
    # A pooled score is a weighted mean in complete rows only.
    is_enough = answers.complete.sum() > len(scales)
    pooled = _shares(table[answers.complete], overall[answers.complete]) if is_enough else shares
    made = {
        MEAN: table.mean(axis=1),
        WEIGHTED_MEAN: table @ shares,
        MAX: table.max(axis=1),
        ROOT_MEAN_SQUARE: np.sqrt((table**2).mean(axis=1)),
        POOLED: _pooled(answers, points, dict(zip(scales, pooled, strict=True))),
    }
    residuals = {name: float(np.abs(overall - own).max()) for name, own in made.items()}
    tolerance = {name: overall_rounding.tolerance + _carried(name, halves, shares) for name in CANDIDATES}
    fitting = [name for name in CANDIDATES if residuals[name] <= tolerance[name]]
    collinear = _is_collinear(table, halves)
    return Combination(
        rows=int(mask.sum()),
        coefficients=dict(zip(scales, map(float, coefficients), strict=True)),
        constant=float(constant),
        shares=dict(zip(scales, map(float, shares), strict=True)),
        residuals=residuals,
        tolerance=tolerance,
        rule=fitting[0] if fitting and not collinear else NOT_IDENTIFIED,
        pooled_shares=dict(zip(scales, map(float, pooled), strict=True)),
        also=tuple(fitting if collinear else [name for name in fitting[1:] if (fitting[0], name) != (MEAN, WEIGHTED_MEAN)]),
        collinear=collinear,
    )


def _shares(table: np.ndarray, overall: np.ndarray) -> np.ndarray:
    """Shares of the scales, 0 or more with sum 1, with the smallest possible largest residual; equal ones if they fit as well."""
    size = table.shape[1]
    even = np.full(size, 1 / size)
    box = Box(table, overall, overall, np.zeros(size), equal=(np.ones((1, size)), np.ones(1)))
    found = least_excess(box)
    if found is None:
        return even
    plain = np.linalg.lstsq(table, overall, rcond=None)[0]
    is_exact = np.abs(overall - table @ plain).max() <= EXACT and abs(plain.sum() - 1) <= EXACT and (plain >= -EXACT).all()
    # Least squares is exact to the last bits where the solver of linear programmes keeps its tolerance only.
    return np.maximum(plain, 0.0) / np.maximum(plain, 0.0).sum() if is_exact else found.weights


def _carried(name: str, halves: np.ndarray, shares: np.ndarray) -> float:
    """How far the rounding of the scale scores can move the overall score of a rule."""
    if name in (MAX, ROOT_MEAN_SQUARE):
        return float(halves.max())
    if name == POOLED:
        # It is computed from points that are themselves known within the rounding only.
        return float(2 * halves.max())
    return float(halves.mean() if name == MEAN else halves @ shares)


def _pooled(answers: Answers, points: Mapping[str, np.ndarray] | None, shares: Mapping[str, float]) -> np.ndarray:
    """All answered points over all answered maxima.

    The points of a scale are known up to a factor; in complete rows the pooled score is a weighted mean of the scales, whose
    shares are those factors.
    """
    if points is None:
        return np.full(len(answers.positions), np.nan)
    scaled = {own.id: points[own.id] * shares[own.scale] for own in answers.indicators}
    maxima = np.array([scaled[own.id].max() for own in answers.indicators])
    with np.errstate(divide="ignore", invalid="ignore"):
        return FULL * answers.points(scaled).sum(axis=1) / (answers.answered * maxima).sum(axis=1)


def _is_collinear(table: np.ndarray, halves: np.ndarray) -> bool:
    """Whether a scale is a linear function of the others, as far as rounding lets us see."""
    for at in range(table.shape[1]):
        others = np.column_stack([np.ones(len(table)), np.delete(table, at, axis=1)])
        fitted = others @ np.linalg.lstsq(others, table[:, at], rcond=None)[0]
        if np.abs(table[:, at] - fitted).max() <= max(EXACT, 2 * halves.max()):
            return True
    return False
