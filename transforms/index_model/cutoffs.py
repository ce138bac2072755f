"""Where categories begin, from published scores and categories: brackets, and the roundest number in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.index_model.coding import EstimationError
from transforms.index_model.rounding import Rounding

LOWEST, HIGHEST = 0.0, 100.0
_DECIMALS = 10
# A score less than 1e-9 below a bound is on it (formula of the model file).
_BOUND_PLACES = 9


@dataclass(frozen=True)
class Bracket:
    """Where the category ``upper`` begins: above ``low``, the highest score of the categories below, and not above ``high``.

    ``is_open`` says that no score bounds it on one side; ``shared_with`` are empty categories that begin in the same bracket.
    """

    lower: str
    upper: str
    low: float
    high: float
    is_open: bool = False
    shared_with: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """In words, for a report."""
        return f"({self.low:.6g}, {self.high:.6g}]"


@dataclass(frozen=True)
class CutOffs:
    """The lower bounds of the categories of one score.

    ``order`` are the categories from the best to the worst; ``brackets`` and ``bounds`` have one entry for each but the first.
    ``overlaps`` lists rows whose category is not a function of the score: place, score, category; then ``bounds`` is empty.
    """

    scale: str
    order: tuple[str, ...]
    brackets: tuple[Bracket, ...]
    bounds: tuple[float, ...]
    overlaps: tuple[tuple[str, float, str], ...]
    empty: tuple[str, ...]


def seen_order(order: Sequence[str], columns: Sequence[np.ndarray], fewest: int) -> tuple[str, ...]:
    """The categories of a model that ``columns`` of categories use: without the worst ones that stand nowhere, but ``fewest``.

    Raises:
        EstimationError: a column holds a category that the model does not have.
    """
    seen = {str(value) for column in columns for value in column if isinstance(value, str)}
    unknown = sorted(seen - set(order))
    if unknown:
        raise EstimationError(
            f"The data have the category '{unknown[0]}', which is none of {', '.join(order)}; map it to one of them."
        )
    last = max((at for at, name in enumerate(order) if name in seen), default=len(order) - 1)
    return tuple(order[: max(last + 1, fewest)])


def cutoffs(
    scale: str,
    scores: np.ndarray,
    categories: np.ndarray,
    order: Sequence[str],
    rounding: Rounding,
    places: np.ndarray,
    kept: Sequence[float],
) -> CutOffs | None:
    """The brackets of the lower bounds of categories; None where no row has a score and a category.

    Args:
        scale: the scale, or ``overall``.
        scores: published scores, NaN where there is none.
        categories: published categories, a text of ``order`` or a blank.
        order: the categories from the best to the worst.
        rounding: of the scores; a printed score may be half a unit off, so brackets widen by that.
        places: how people are told of each row.
        kept: the bounds of the base model, which stay where an empty category leaves a bracket open and they lie in it.
    """
    at = np.array([order.index(value) if isinstance(value, str) else -1 for value in categories], dtype=int)
    mask = np.isfinite(scores) & (at >= 0)
    if not mask.any():
        return None
    scores, at, places = scores[mask], at[mask], places[mask]
    empty = tuple(name for number, name in enumerate(order) if not (at == number).any())
    overlaps = _overlaps(scores, at, order, rounding, places)
    brackets = tuple(_bracket(scores, at, order, number, rounding.half) for number in range(1, len(order)))
    bounds = () if overlaps else _bounds(brackets, kept)
    return CutOffs(scale, tuple(order), brackets, bounds, overlaps, empty)


def _bracket(scores: np.ndarray, at: np.ndarray, order: Sequence[str], number: int, half: float) -> Bracket:
    below, above = scores[at < number], scores[at >= number]
    low = round(float(below.max()) - half, _BOUND_PLACES) if len(below) else LOWEST
    high = round(float(above.min()) + half, _BOUND_PLACES) if len(above) else HIGHEST
    seen = [other for other in range(len(order)) if (at == other).any()]
    lower = max((other for other in seen if other < number), default=-1)
    upper = min((other for other in seen if other >= number), default=len(order))
    shared = tuple(order[other] for other in range(max(lower, 0) + 1, min(upper, len(order) - 1) + 1) if other != number)
    return Bracket(order[number - 1], order[number], low, high, not len(below) or not len(above), shared)


def _overlaps(
    scores: np.ndarray, at: np.ndarray, order: Sequence[str], rounding: Rounding, places: np.ndarray
) -> tuple[tuple[str, float, str], ...]:
    """Rows that stand on the wrong side of a row of another category beyond rounding, those with most such rows first."""
    conflicts = np.zeros(len(scores), dtype=int)
    unit = 2 * rounding.half
    for number in range(1, len(order)):
        here, above = at == number - 1, at >= number
        conflicts[here] += np.searchsorted(np.sort(scores[above]), scores[here] - unit, side="right")
        here, below = at == number, at < number
        conflicts[here] += below.sum() - np.searchsorted(np.sort(scores[below]), scores[here] + unit, side="left")
    first = np.argsort(-conflicts, kind="stable")[: int((conflicts > 0).sum())]
    return tuple((str(places[row]), float(scores[row]), order[at[row]]) for row in first)


def _bounds(brackets: Sequence[Bracket], kept: Sequence[float]) -> tuple[float, ...]:
    """One number per bracket. Brackets that empty categories share are cut into equal parts first, so that bounds rise."""
    bounds: list[float] = []
    for at, bracket in enumerate(brackets):
        same = [number for number, other in enumerate(brackets) if (other.low, other.high) == (bracket.low, bracket.high)]
        if bracket.is_open and all(bracket.low < kept[number] <= bracket.high for number in same):
            bounds.append(float(kept[at]))
            continue
        width = (bracket.high - bracket.low) / len(same)
        low = bracket.low + width * same.index(at)
        bounds.append(roundest(low, low + width if at != same[-1] else bracket.high))
    return tuple(bounds)


def meets(first: CutOffs, second: CutOffs) -> bool:
    """Whether the same bounds can hold for both: every bracket meets its counterpart."""
    pairs = zip(first.brackets, second.brackets, strict=True)
    return not first.overlaps and not second.overlaps and all(max(a.low, b.low) < min(a.high, b.high) for a, b in pairs)


def roundest(low: float, high: float) -> float:
    """The number in (low, high], above 0 and below 100, with the fewest decimals; of several the one nearest to the middle."""
    middle = (low + high) / 2
    for decimals in range(_DECIMALS + 1):
        unit = 10.0**-decimals
        nearest = round(middle, decimals)
        # Both neighbours of the middle, because the bracket is open below and closed above.
        candidates = {round(nearest + step * unit, decimals) for step in (-1, 0, 1)}
        inside = [value for value in candidates if low < value <= high and LOWEST < value < HIGHEST]
        if inside:
            return min(inside, key=lambda value: (abs(value - middle), value))
    return high
