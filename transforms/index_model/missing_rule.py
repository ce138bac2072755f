"""How published scores treat answers that are missing or do not apply, found with weights from complete rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from transforms.index_model.coding import DOES_NOT_APPLY, UNANSWERED, Answers
from transforms.index_model.rounding import Rounding
from transforms.index_model.scale_weights import FULL

RENORMALISE, UNKNOWN = "renormalise over answered", "unknown"
UNANSWERED_KIND, NOT_APPLICABLE_KIND = "unanswered", "not applicable"
_KINDS = {UNANSWERED_KIND: UNANSWERED, NOT_APPLICABLE_KIND: DOES_NOT_APPLY}


@dataclass(frozen=True)
class MissingRule:
    """What is done with answers of a ``kind`` in a scale.

    ``rule`` is the one within ``tolerance``, or unknown; ``residuals`` the largest residual of each candidate over the ``rows``
    that have a score and lack answers of this kind only.
    """

    scale: str
    kind: str
    rows: int
    tolerance: float
    residuals: dict[str, float]
    rule: str


def missing_rules(
    scale: str,
    answers: Answers,
    scores: np.ndarray,
    points: Mapping[str, np.ndarray],
    rounding: Rounding,
    widths: Mapping[str, np.ndarray],
) -> tuple[MissingRule, ...]:
    """The rule for unanswered and that for not-applicable answers.

    Args:
        scale: the scale.
        answers: of its indicators, all rows.
        scores: its published scores, NaN where there is none.
        points: the recovered points of the levels by indicator.
        rounding: of the scores.
        widths: how far each of these points may be wrong, by indicator; 0 where scores are unrounded.
    """
    # Rows can lean on weights that are known within a range only, twice as much where half the answers are missing.
    slack = 2 * sum(float(np.nanmax(width, initial=0.0)) for width in widths.values())
    tolerance = rounding.tolerance + slack
    found = []
    for kind, code in _KINDS.items():
        other = ({UNANSWERED, DOES_NOT_APPLY} - {code}).pop()
        lacks = (answers.positions == code).any(axis=1) & ~(answers.positions == other).any(axis=1)
        mask = lacks & answers.answered.any(axis=1) & np.isfinite(scores)
        residuals = {
            name: float(np.abs(scores[mask] - own[mask]).max(initial=0.0)) for name, own in _scored(answers, points).items()
        }
        found.append(
            MissingRule(scale, kind, int(mask.sum()), tolerance, residuals, _chosen(residuals, tolerance, int(mask.sum())))
        )
    return tuple(found)


def _chosen(residuals: dict[str, float], tolerance: float, rows: int) -> str:
    fitting = [name for name, residual in residuals.items() if residual <= tolerance]
    return fitting[0] if rows and len(fitting) == 1 else UNKNOWN


def _scored(answers: Answers, points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The scores that each candidate rule gives to every row."""
    given, answered = answers.points(dict(points)), answers.answered
    maxima = np.array([points[indicator.id].max() for indicator in answers.indicators])
    lacking = ~answered
    total = maxima.sum()
    means = np.array(
        [own[is_answered].mean() if is_answered.any() else 0.0 for own, is_answered in zip(given.T, answered.T, strict=True)]
    )
    sums = given.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        renormalised = FULL * sums / (answered * maxima).sum(axis=1)
    return {
        RENORMALISE: np.where(np.isfinite(renormalised), renormalised, 0.0),
        "counts as met": FULL * sums / total,
        "counts as worst": FULL * (sums + (lacking * maxima).sum(axis=1)) / total,
        "counts as the mean of its indicator": FULL * (sums + (lacking * means).sum(axis=1)) / total,
    }
