"""Which neighbouring index rounds share one model, and what differs from one model to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from transforms.index_model.calibration_result import RoundCalibration
from transforms.index_model.combination import NOT_IDENTIFIED, WEIGHTED_MEAN, Combination
from transforms.index_model.cutoffs import meets
from transforms.index_model.rounding import EXACT, SLACK
from transforms.index_model.scale_weights import ScaleWeights


def runs(rounds: Sequence[RoundCalibration]) -> list[list[RoundCalibration]]:
    """The rounds in runs of neighbours that are equal within tolerance: weights, combination and cut-offs."""
    found: list[list[RoundCalibration]] = []
    for own in rounds:
        if found and all(not any(differences(other, own)) for other in found[-1]):
            found[-1].append(own)
        else:
            found.append([own])
    return found


def differences(before: RoundCalibration, after: RoundCalibration) -> Iterator[str]:
    """What is not the same in two calibrations, in sentences; none where one model can hold both.

    Weights are compared where both rounds identify them. A round whose scores are no sum of points is like no other.
    """
    if before.overall_points is not None or after.overall_points is not None or set(before.scales) != set(after.scales):
        yield "the scores that are published or can be recovered"
        return
    for scale in before.scales:
        yield from _of_scale(before.scales[scale], after.scales[scale])
    yield from _of_combination(before.combination, after.combination)
    for name in set(before.cutoffs) & set(after.cutoffs):
        first, second = before.cutoffs[name], after.cutoffs[name]
        if not meets(first, second):
            words = [" ".join(bracket.words for bracket in own.brackets) for own in (first, second)]
            yield f"cut-offs of {name}: {words[0]} became {words[1]}"


def _of_scale(before: ScaleWeights, after: ScaleWeights) -> Iterator[str]:
    scale = before.scale
    if not (before.is_additive and after.is_additive):
        yield f"scale {scale} is not a sum of points in one of them"
        return
    if before.rounding != after.rounding:
        yield f"scores of {scale} are printed otherwise: {before.rounding.words} became {after.rounding.words}"
        return
    both = before.identified & after.identified
    room = EXACT if before.rounding.decimals is None else SLACK
    apart = both & (np.maximum(before.low, after.low) > np.minimum(before.high, after.high) + room)
    for at in np.flatnonzero(apart):
        yield f"weight of {before.terms[at].name}: {before.weights[at]:.6g} became {after.weights[at]:.6g}"


def _of_combination(before: Combination | None, after: Combination | None) -> Iterator[str]:
    if before is None or after is None or NOT_IDENTIFIED in (before.rule, after.rule):
        return
    if before.rule != after.rule:
        yield f"combination: {before.rule} became {after.rule}"
    elif before.rule == WEIGHTED_MEAN:
        shift = max(abs(before.shares[scale] - after.shares[scale]) for scale in before.shares)
        # How far rounded scores leave the shares open: a residual moves by at most 100 points times the shift.
        if shift > max(EXACT, 4 * before.tolerance[WEIGHTED_MEAN] / 100):
            yield f"shares of the scales: they moved by up to {shift:.4g}"
