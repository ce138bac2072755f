"""What is known of each weight of a scale: the identifiability table, what is said of it, and the levels of a model file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from expectations.index_model import Indicator
from transforms.index_model.level_weights import LevelWeight
from transforms.index_model.scale_weights import FULL, ScaleWeights

# Weights that rest on fewer rows are flagged (rule of this project).
FEW_ROWS = 5
IDENTIFIED, UNSEEN = "identified", "never occurs"
_LISTED = 12


def identifiability_table(found: ScaleWeights) -> pd.DataFrame:
    """One row per level but the first: ``scale``, ``indicator``, ``level``, ``n``, ``status``, ``weight``, ``low``, ``high``, ``note``.

    ``status`` is identified, never occurs, or collinear with a list; weights of levels that are not identified are NaN.
    """
    rows = []
    for at, term in enumerate(found.terms):
        is_known = bool(found.identified[at])
        numbers = [float(own[at]) if is_known else np.nan for own in (found.weights, found.low, found.high)]
        rows.append(
            (found.scale, term.indicator, term.codes[0], int(found.counts[at]), _status(found, at), *numbers, _note(found, at))
        )
    return pd.DataFrame(rows, columns=["scale", "indicator", "level", "n", "status", "weight", "low", "high", "note"])


def _status(found: ScaleWeights, at: int) -> str:
    if found.identified[at]:
        return IDENTIFIED
    return UNSEEN if found.counts[at] == 0 else f"collinear with {', '.join(found.tied_to(at))}"


def _note(found: ScaleWeights, at: int) -> str:
    count = int(found.counts[at])
    if count == 0 and not found.identified[at]:
        return "lower limit: the weight of the next less severe level"
    if 0 < count < FEW_ROWS:
        return f"rests on {count} row{'s' if count > 1 else ''} only"
    return ""


def identified_sums(found: ScaleWeights) -> tuple[tuple[tuple[str, ...], float], ...]:
    """Sums of weights that are identified although the single weights are not: names of the terms, and the sum."""
    sums: list[tuple[tuple[str, ...], float]] = []
    for group in _tied_groups(found):
        pairs = [pair for pair in combinations(group, 2) if _is_sum(found, pair)]
        for columns in pairs[:_LISTED] or ([tuple(group)] if _is_sum(found, group) else []):
            names = tuple(found.terms[at].name for at in columns)
            sums.append((names, float(found.weights[list(columns)].sum())))
    return tuple(sums)


def _is_sum(found: ScaleWeights, columns: Sequence[int]) -> bool:
    start = int(found.has_constant)
    return found.found.is_sum_identified([at + start for at in columns])


def _tied_groups(found: ScaleWeights) -> list[list[int]]:
    """Terms that cannot be told apart, in groups that share such a tie."""
    left, groups = set(found.tied), []
    start = int(found.has_constant)
    while left:
        group, new = set(), {min(left)}
        while new:
            group |= new
            new = {other - start for at in new for other in found.found.tied(at + start)} & left - group
        groups.append(sorted(group))
        left -= group
    return groups


def findings(found: ScaleWeights) -> Iterator[str]:
    """What people must know of the weights of a scale, in sentences."""
    tolerance, scale = found.rounding.tolerance, found.scale
    if not found.has_constant:
        firsts = ", ".join(sorted({found.terms[at].indicator for at in _without_first(found)})) or "one indicator"
        yield (
            f"{scale}: the first level of {firsts} never occurs, so the weights were recovered without a constant, which takes a "
            "location with every condition met to have the score 0."
        )
    elif abs(found.constant) > tolerance:
        yield (
            f"{scale}: a location with every condition met has the score {found.constant:.6g}, not 0: an offset, a score that is not "
            "linear, or other first levels."
        )
    for at in found.unseen:
        if not found.identified[at]:
            yield f"{scale}: no row answers {found.terms[at].name}; its weight is not identified, the next less severe one is a lower limit."
    for names, total in identified_sums(found):
        yield f"{scale}: the weights of {' and '.join(names)} cannot be told apart; their sum is {total:.6g}."
    for at in np.flatnonzero(found.identified & (found.counts > 0) & (found.counts < FEW_ROWS)):
        yield f"{scale}: the weight of {found.terms[at].name} {_note(found, int(at))}."
    if found.negative:
        yield f"{scale}: {', '.join(found.negative)} have negative weights; the order of their levels is probably another."
    elif found.is_additive and found.non_negative_difference > tolerance:
        yield (
            f"{scale}: weights fitted without a constant and without negative ones differ by up to {found.non_negative_difference:.3g} "
            "from those of least squares."
        )
    if found.falling:
        yield f"{scale}: weights fall from a better to a worse answer: {', '.join(found.falling)}; the order of levels is probably another."
    if found.is_additive and not found.sums_to_100:
        why = "a worst level never occurs" if lacks_worst(found) else "the score may not reach 100"
        yield f"{scale}: the largest weights sum to {found.maxima:.6g}, not {FULL:.0f}: {why}."


def _without_first(found: ScaleWeights) -> list[int]:
    """Terms of the indicators whose counts add up to all rows, so that the first level never occurs."""
    total = {term.indicator: 0 for term in found.terms}
    for at, term in enumerate(found.terms):
        total[term.indicator] += int(found.counts[at])
    return [at for at, term in enumerate(found.terms) if total[term.indicator] == found.rows]


def lacks_worst(found: ScaleWeights) -> bool:
    """Whether the worst level of an indicator never occurs."""
    last = {term.indicator: at for at, term in enumerate(found.terms)}
    return any(found.counts[at] == 0 for at in last.values())


def obstacles(found: ScaleWeights) -> Iterator[str]:
    """Why a scale gives no weights for a model file, in sentences; none where it does."""
    if not found.is_additive:
        if found.residual <= found.rounding.tolerance:
            yield f"The score {found.scale} is a sum of points with an offset of {found.constant:.6g}, which a model file cannot say."
            return
        yield (
            f"The score {found.scale} is not the sum of points of its answers: the residual is {found.residual:.3g}, above "
            f"{found.rounding.tolerance:.3g} ({found.rounding.words})."
        )
        return
    if found.tied:
        listed = [found.terms[at].name for at in found.tied]
        yield (
            f"The weights of {', '.join(listed[:_LISTED])} in {found.scale} cannot be told apart, and a sum is not split by guess; "
            "give rows in which these answers differ."
        )
    if found.negative or found.falling:
        yield (
            f"A model file needs weights that start at 0 and never fall, and {'; '.join((*found.negative, *found.falling))} in "
            f"{found.scale} do not; check the order of the answer levels in the base model."
        )
    if not found.tied and not found.sums_to_100 and not lacks_worst(found):
        yield (
            f"The largest weights of {found.scale} sum to {found.maxima:.6g}, not {FULL:.0f}, so a model file, whose scores reach "
            f"{FULL:.0f}, would give other scores than the published ones."
        )


def saved_levels(found: ScaleWeights, indicators: Sequence[Indicator], *, reaches_100: bool) -> dict[str, list[LevelWeight]]:
    """The points and evidence of every level of the indicators of a scale that has no obstacle.

    A level that never occurs takes the points of the next less severe one, a lower limit. Where ``reaches_100`` and the worst
    level of one indicator only never occurs, its points are what is missing to 100.
    """
    evidence = "recovered" if found.rounding.decimals is None else "bounded"
    levels = {indicator.id: [LevelWeight(0.0, "recovered")] for indicator in indicators}
    for at, term in enumerate(found.terms):
        own, lowest = levels[term.indicator], levels[term.indicator][-1].points
        if found.identified[at]:
            # Equal weights may differ by the last bits of a double, in the wrong direction.
            own.append(LevelWeight(max(lowest, float(found.weights[at])), evidence))
        else:
            own.append(LevelWeight(lowest, "not-identified"))
    lacking = [own for own in levels.values() if own[-1].evidence == "not-identified"]
    missing = FULL - sum(own[-1].points for own in levels.values())
    if reaches_100 and len(lacking) == 1 and missing >= 0:
        lacking[0][-1] = LevelWeight(lacking[0][-1].points + missing, "bounded")
    return levels
