"""What else a score may be when it is not the sum of the points of its answers: forms tried in a fixed order.

Nothing here becomes a model file: its schema knows sums of points only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack
from scipy.special import expit, logit

from transforms.index_model.coding import Term
from transforms.index_model.feasible_weights import Box, least_excess
from transforms.index_model.rounding import EXACT, Rounding
from transforms.index_model.scale_weights import FULL, minimax

RESCALED = "rescaled by minimum and range: a sum of points with an offset"
JOINT = "joint score: answers of all scales"
_LARGEST = 10


@dataclass(frozen=True)
class Alternative:
    """A form of the score, its largest residual in score points (NaN where it cannot be tested), and whether that is small enough."""

    name: str
    residual: float
    is_accepted: bool
    detail: str = ""


@dataclass(frozen=True)
class Alternatives:
    """The forms tried for one score, and how the sum of points fails.

    ``within`` is the share of rows within tolerance of a fit by least absolute deviations, which a few wrong rows do not pull;
    ``largest`` its ten largest residuals: ``place``, ``score``, ``fitted``, ``residual``.
    """

    scale: str
    tolerance: float
    tried: tuple[Alternative, ...]
    within: float
    largest: pd.DataFrame


@dataclass(frozen=True)
class ScoredRows:
    """Complete rows of one score. ``terms`` name the columns of ``matrix``; ``joint`` are the columns of all scales, or None.

    ``splits`` holds a text per row by name, such as governorate; ``places`` is how people are told of each row.
    """

    scale: str
    terms: Sequence[Term]
    matrix: np.ndarray
    joint: np.ndarray | None
    joint_rows: np.ndarray
    scores: np.ndarray
    rounding: Rounding
    splits: dict[str, np.ndarray]
    places: np.ndarray


def alternatives(rows: ScoredRows, index_rounds: int) -> Alternatives:
    """Try the other forms of a score whose zero-residual test failed; ``index_rounds`` is how many the dataset holds."""
    tried = [
        _curve(rows, "logistic curve of the points: logit(score / 100)", lambda s: logit(s / FULL), lambda v: FULL * expit(v)),
        _curve(rows, "logarithm: log(1 + score)", _log, np.expm1),
        _rescaled(rows),
        _joint(rows),
        _other_order(rows),
        *(_apart(rows, name) for name in ("governorate", "location_type")),
        _by_round(index_rounds),
    ]
    fitted = _least_absolute(rows.matrix, rows.scores)
    residual = np.abs(rows.scores - fitted)
    first = np.argsort(-residual, kind="stable")[:_LARGEST]
    largest = pd.DataFrame(
        {"place": rows.places[first], "score": rows.scores[first], "fitted": fitted[first], "residual": residual[first]}
    )
    return Alternatives(
        rows.scale, rows.rounding.tolerance, tuple(tried), float((residual <= rows.rounding.tolerance).mean()), largest
    )


def _with_constant(matrix: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(matrix)), matrix])


def _log(scores: np.ndarray) -> np.ndarray:
    return np.log1p(np.maximum(scores, -1.0))


def _judged(rows: ScoredRows, name: str, residual: float, detail: str = "") -> Alternative:
    return Alternative(name, residual, bool(residual <= rows.rounding.tolerance), detail)


def _curve(
    rows: ScoredRows, name: str, there: Callable[[np.ndarray], np.ndarray], back: Callable[[np.ndarray], np.ndarray]
) -> Alternative:
    """Whether a curve of the score is linear in the answers; the residual is measured in score points."""
    wide, half = _with_constant(rows.matrix), rows.rounding.half
    with np.errstate(all="ignore"):
        lower, upper = there(np.clip(rows.scores - half, 0, FULL)), there(np.clip(rows.scores + half, 0, FULL))
    if half == 0:
        if not np.isfinite(lower).all():
            return Alternative(name, np.inf, False, "the score reaches a value that such a curve never has")
        weights = np.linalg.lstsq(wide, lower, rcond=None)[0]
        return _judged(rows, name, float(np.abs(rows.scores - back(wide @ weights)).max()))
    found = least_excess(Box(wide, lower, upper, np.full(wide.shape[1], -np.inf)))
    if found is None:
        return Alternative(name, np.nan, False, "could not be solved")
    residual = float(np.abs(rows.scores - back(wide @ found.weights)).max())
    # The solver keeps its tolerance in units of the curve, which the way back to points stretches.
    return Alternative(name, residual, found.excess <= EXACT)


def _free(matrix: np.ndarray, scores: np.ndarray, rounding: Rounding) -> tuple[np.ndarray, float]:
    """Coefficients of any sign, constant first, and their largest residual: least squares, or minimax for rounded scores."""
    wide = _with_constant(matrix)
    if rounding.decimals is None:
        weights = np.linalg.lstsq(wide, scores, rcond=None)[0]
        return weights, float(np.abs(scores - wide @ weights).max())
    found = minimax(wide, scores, lowest=-np.inf)
    return found.weights, found.excess


def _sum(matrix: np.ndarray, scores: np.ndarray, rounding: Rounding) -> float:
    """The largest residual of a sum of points: least squares, or minimax without constant and negative points for rounded scores."""
    if rounding.decimals is None:
        return _free(matrix, scores, rounding)[1]
    return minimax(matrix, scores).excess


def _rescaled(rows: ScoredRows) -> Alternative:
    weights, residual = _free(rows.matrix, rows.scores, rows.rounding)
    detail = f"constant {weights[0]:.6g}; scores run from {rows.scores.min():.6g} to {rows.scores.max():.6g}"
    return _judged(rows, RESCALED, residual, detail)


def _joint(rows: ScoredRows) -> Alternative:
    if rows.joint is None:
        return Alternative(JOINT, np.nan, False, "the model has one scale, or the score already takes all answers")
    matrix, scores = rows.joint[rows.joint_rows], rows.scores[rows.joint_rows]
    if len(scores) < matrix.shape[1] + 2:
        return Alternative(JOINT, np.nan, False, f"only {len(scores):,} rows answer the indicators of all scales")
    return _judged(rows, JOINT, _free(matrix, scores, rows.rounding)[1], f"{len(scores):,} rows")


def _other_order(rows: ScoredRows) -> Alternative:
    """Levels in the order of their estimated points, the lowest as first: then no offset must remain."""
    name = "another first level or order of levels"
    weights, _ = _free(rows.matrix, rows.scores, rows.rounding)
    orders, columns = [], []
    for indicator in dict.fromkeys(term.indicator for term in rows.terms):
        own = [at for at, term in enumerate(rows.terms) if term.indicator == indicator]
        values = np.array([0.0, *weights[1:][own]])
        order = np.argsort(values, kind="stable")
        dummies = np.column_stack([1 - rows.matrix[:, own].sum(axis=1), rows.matrix[:, own]])
        columns.append(dummies[:, order[1:]])
        if (np.diff(values) < -rows.rounding.tolerance).any():
            orders.append(f"{indicator} in the order {_codes(rows, own, order)}")
    if not orders:
        return Alternative(name, np.nan, False, "the estimated points already rise in the order of the levels")
    matrix = np.column_stack(columns)
    residual = minimax(matrix, rows.scores).excess
    return _judged(rows, name, residual, "; ".join(orders))


def _codes(rows: ScoredRows, own: list[int], order: np.ndarray) -> str:
    codes = ["its first level", *(rows.terms[at].codes[0] for at in own)]
    return ", ".join(codes[at] for at in order)


def _apart(rows: ScoredRows, name: str) -> Alternative:
    label = f"weights that differ by {name}"
    if name not in rows.splits:
        return Alternative(label, np.nan, False, f"the dataset has no column {name}")
    values = rows.splits[name]
    groups = {str(value): values == value for value in pd.unique(values[~pd.isna(values)])}
    tested = {value: mask for value, mask in groups.items() if mask.sum() >= rows.matrix.shape[1] + 2}
    left_out = sorted(set(groups) - set(tested))
    detail = f"too few rows in {', '.join(left_out)}" if left_out else ""
    if len(tested) < 2:
        return Alternative(label, np.nan, False, detail or f"{name} has one value only")
    worst = {value: _sum(rows.matrix[mask], rows.scores[mask], rows.rounding) for value, mask in tested.items()}
    at = max(worst, key=lambda value: worst[value])
    return _judged(rows, label, worst[at], "; ".join(filter(None, (f"largest in {at}", detail))))


def _by_round(index_rounds: int) -> Alternative:
    detail = "each index round is calibrated apart" if index_rounds > 1 else "the dataset holds one index round"
    return Alternative("weights that differ by index round", np.nan, False, detail)


def _least_absolute(matrix: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Scores fitted by least absolute deviations, with a constant: as a linear programme with both signs of each residual."""
    wide = csr_array(_with_constant(matrix))
    rows, columns = wide.shape
    one = eye_array(rows)
    cost = np.concatenate([np.zeros(columns), np.ones(2 * rows)])
    bounds = [(None, None)] * columns + [(0, None)] * (2 * rows)
    result = linprog(cost, A_eq=hstack([wide, one, -one], format="csr"), b_eq=scores, bounds=bounds, method="highs")
    if result.status != 0:
        return wide @ np.linalg.lstsq(wide.toarray(), scores, rcond=None)[0]
    return wide @ result.x[:columns]
