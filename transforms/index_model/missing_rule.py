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

    ``rule`` is the one that gives the score of every row, or unknown; ``residuals`` the largest residual of each candidate over
    the ``rows`` that have a score and lack answers of this kind only; ``tolerance`` the largest that any of these rows may have.
    """

    scale: str
    kind: str
    rows: int
    tolerance: float
    residuals: dict[str, float]
    rule: str


def missing_rules(
    scale: str, answers: Answers, scores: np.ndarray, points: Mapping[str, np.ndarray], rounding: Rounding
) -> tuple[MissingRule, ...]:
    """The rule for unanswered and that for not-applicable answers.

    Args:
        scale: the scale.
        answers: of its indicators, all rows.
        scores: its published scores, NaN where there is none.
        points: the recovered points of the levels by indicator.
        rounding: of the scores.
    """
    tolerance = _tolerance(answers, points, rounding)
    found = []
    for kind, code in _KINDS.items():
        other = ({UNANSWERED, DOES_NOT_APPLY} - {code}).pop()
        lacks = (answers.positions == code).any(axis=1) & ~(answers.positions == other).any(axis=1)
        mask = lacks & np.isfinite(tolerance) & np.isfinite(scores)
        residuals = {name: np.abs(scores - own)[mask] for name, own in _scored(answers, points).items()}
        fitting = [name for name, own in residuals.items() if (own <= tolerance[mask]).all()]
        found.append(
            MissingRule(
                scale=scale,
                kind=kind,
                rows=int(mask.sum()),
                tolerance=float(tolerance[mask].max(initial=0.0)),
                residuals={name: float(own.max(initial=0.0)) for name, own in residuals.items()},
                rule=fitting[0] if mask.any() and len(fitting) == 1 else UNKNOWN,
            )
        )
    return tuple(found)


def _tolerance(answers: Answers, points: Mapping[str, np.ndarray], rounding: Rounding) -> np.ndarray:
    """How far the score of each row may be from a rule that holds; infinite where nothing is answered that has points.

    Points recovered from rounded scores give the sums of complete rows to one unit of the last decimal. Sums of some answers are
    taken to be known to two, and the fewer are answered, the more a score makes of that.
    """
    maxima = np.array([points[indicator.id].max() for indicator in answers.indicators])
    answered = (answers.answered * maxima).sum(axis=1)
    stretched = FULL / np.where(answered > 0, answered, np.nan)
    return np.where(answered > 0, rounding.tolerance + 4 * rounding.half * stretched, np.inf)


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
