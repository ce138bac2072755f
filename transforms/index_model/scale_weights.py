"""The weights of one scale from published scores: recovered where scores are unrounded, bounded where they are rounded.

With every indicator answered a score is the sum of the points of the answers, so the points are coefficients of dummy columns
(the formula of the model file). The tests are rules of this project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import nnls

from transforms.index_model.coding import EstimationError, Identifiability, Term, identifiability
from transforms.index_model.feasible_weights import Box, Excess, corners, least_excess
from transforms.index_model.rounding import EXACT, Rounding

FULL = 100.0


@dataclass(frozen=True)
class ScaleWeights:
    """What scores tell of the points of the answers.

    Arrays have one entry per term: ``weights`` (points), ``low`` and ``high`` (the range that keeps every score within its
    rounding; both are the weight where scores are unrounded), ``counts`` (rows that answer it), ``identified``.
    ``residual`` is that of the zero-residual test: the minimax one for rounded scores, whose least-squares fit can leave more
    than the rounding although the model is exact. ``least_squares_residual`` and ``constant`` are of the least-squares fit, the
    constant 0 and ``has_constant`` false where it had to be left out; ``maxima`` is its sum of the largest points, and
    ``non_negative_difference`` how far its weights are from those of a fit without constant and negative weights. ``negative``
    and ``falling`` name answers whose points are below 0, or below those of a better answer.
    """

    scale: str
    terms: tuple[Term, ...]
    rounding: Rounding
    rows: int
    weights: np.ndarray
    low: np.ndarray
    high: np.ndarray
    counts: np.ndarray
    identified: np.ndarray
    found: Identifiability
    has_constant: bool
    constant: float
    least_squares_residual: float
    residual: float
    non_negative_difference: float
    maxima: float
    sums_to_100: bool
    negative: tuple[str, ...]
    falling: tuple[str, ...]

    @property
    def columns(self) -> int:
        """The columns of the regression, the constant included where it has one."""
        return len(self.terms) + self.has_constant

    @property
    def is_additive(self) -> bool:
        """Whether the scores are the sum of the points of the answers, without an offset.

        The test of rounded scores has no constant, so there an offset shows in the residual.
        """
        has_offset = self.rounding.decimals is None and abs(self.constant) > EXACT
        return self.residual <= self.rounding.tolerance and not has_offset

    @property
    def tied(self) -> tuple[int, ...]:
        """The terms that occur, but whose points cannot be told apart from others'."""
        return tuple(int(at) for at in np.flatnonzero(~self.identified & (self.counts > 0)))

    @property
    def unseen(self) -> tuple[int, ...]:
        """The terms that no row answers."""
        return tuple(int(at) for at in np.flatnonzero(self.counts == 0))

    def tied_to(self, at: int) -> tuple[str, ...]:
        """The names of the terms, or ``constant``, that the points of a term cannot be told apart from."""
        columns = self.found.tied(at + self.has_constant)
        names = (*(("constant",) if self.has_constant else ()), *(term.name for term in self.terms))
        return tuple(names[column] for column in columns)


def recover(scale: str, terms: Sequence[Term], matrix: np.ndarray, scores: np.ndarray, rounding: Rounding) -> ScaleWeights:
    """The points of the answers of complete rows.

    Args:
        scale: the scale, or ``overall``, for messages.
        terms: one per column of ``matrix``, every level but the first of each indicator.
        matrix: dummy columns, shape (rows, terms), of rows in which every indicator is answered.
        scores: the published scores of those rows.
        rounding: of the scores.

    Raises:
        EstimationError: there are not more rows than columns.
    """
    rows, size = matrix.shape
    if rows < size + 1:
        raise EstimationError(
            f"The score {scale} has {rows:,} rows in which every indicator is answered, and {size} weights need at least {size + 1}; "
            "give more complete rows."
        )
    found, has_constant = _identified(matrix)
    wide = _with_constant(matrix) if has_constant else matrix
    solution = np.linalg.lstsq(wide, scores, rcond=None)[0]
    constant = float(solution[0]) if has_constant else 0.0
    plain = solution[1:] if has_constant else solution
    counts = matrix.sum(axis=0).astype(int)
    identified = found.identified[1:] if has_constant else found.identified
    largest = float(np.abs(scores - wide @ solution).max())
    non_negative = nnls(matrix, scores, maxiter=50 * size)[0]
    worst = _worst(terms)
    # The sum of the maxima can be known where single ones are not.
    is_whole = found.is_sum_identified(worst + has_constant)
    maxima = float(plain[worst].sum())
    difference = float(np.abs(non_negative - plain)[identified].max(initial=0.0))
    common = {
        "scale": scale, "terms": tuple(terms), "rounding": rounding, "rows": rows, "counts": counts, "identified": identified,
        "found": found, "has_constant": has_constant, "least_squares_residual": largest, "non_negative_difference": difference,
        "maxima": maxima, "constant": constant,
        "negative": tuple(terms[at].name for at in np.flatnonzero(identified & (plain < -rounding.tolerance))),
    }  # fmt: skip
    if rounding.decimals is None:
        # The sum of the maxima gathers the errors of several weights.
        sums = is_whole and abs(maxima - FULL) <= EXACT * len(worst)
        falling = _falling(terms, plain, identified, EXACT)
        return ScaleWeights(**common, weights=plain, low=plain, high=plain, residual=largest, sums_to_100=sums, falling=falling)
    fit = _RoundedFit(terms, matrix, scores, rounding, identified, is_whole=is_whole)
    own = fit.point(plain if largest <= EXACT else None)
    low, high = fit.ranges(own.weights)
    return ScaleWeights(
        **common, weights=own.weights, low=low, high=high, residual=fit.residual, sums_to_100=own.sums,
        falling=() if own.rises else _falling(terms, plain, identified, rounding.tolerance),
    )  # fmt: skip


def minimax(matrix: np.ndarray, scores: np.ndarray, lowest: float = 0.0) -> Excess:
    """Weights from ``lowest`` on, and the smallest possible largest residual."""
    found = least_excess(Box(matrix, scores, scores, np.full(matrix.shape[1], lowest)))
    # Without further conditions there is always a fit, if a bad one.
    return found or Excess(np.zeros(matrix.shape[1]), float("inf"))


def _with_constant(matrix: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(matrix)), matrix])


def _identified(matrix: np.ndarray) -> tuple[Identifiability, bool]:
    """What rows tell, with a constant, or without where only the constant stands in the way: a first level never occurs."""
    wide, narrow = identifiability(_with_constant(matrix)), identifiability(matrix)
    lacks_wide, lacks_narrow = len(wide.free) - wide.rank, len(narrow.free) - narrow.rank
    return (wide, True) if lacks_wide <= lacks_narrow else (narrow, False)


def _worst(terms: Sequence[Term]) -> np.ndarray:
    """The terms of the worst level of each indicator."""
    last = {term.indicator: at for at, term in enumerate(terms)}
    return np.array(sorted(last.values()), dtype=int)


def _steps(terms: Sequence[Term], identified: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of identified levels of one indicator, each with the next worse identified one."""
    known = [at for at in range(len(terms)) if identified[at]]
    return [(a, b) for a, b in pairwise(known) if terms[a].indicator == terms[b].indicator]


def _falling(terms: Sequence[Term], weights: np.ndarray, identified: np.ndarray, tolerance: float) -> tuple[str, ...]:
    return tuple(
        f"{terms[b].name} ({weights[b]:.6g}) after {terms[a].name} ({weights[a]:.6g})"
        for a, b in _steps(terms, identified)
        if weights[b] < weights[a] - tolerance
    )


@dataclass(frozen=True)
class _Point:
    weights: np.ndarray
    rises: bool
    sums: bool


class _RoundedFit:
    """Weights whose scores round to the printed ones."""

    def __init__(
        self,
        terms: Sequence[Term],
        matrix: np.ndarray,
        scores: np.ndarray,
        rounding: Rounding,
        identified: np.ndarray,
        *,
        is_whole: bool,
    ) -> None:
        self.terms, self.matrix, self.scores, self.rounding, self.identified = terms, matrix, scores, rounding, identified
        self.is_whole = is_whole
        self.plain = minimax(matrix, scores)
        self.residual = self.plain.excess

    def point(self, exact: np.ndarray | None) -> _Point:
        """The minimax fit among weights that never fall and whose maxima sum to 100, where such ones keep the rounding.

        ``exact`` are weights that give the printed scores without any rounding error; they are preferred.
        """
        steps = _steps(self.terms, self.identified)
        if exact is not None and (exact >= -EXACT).all() and all(exact[b] >= exact[a] - EXACT for a, b in steps):
            total = float(exact[_worst(self.terms)].sum())
            return _Point(
                np.maximum(exact, 0.0), True, abs(total - FULL) <= EXACT * len(self.terms) or self._keeps(steps, sums=True)
            )
        for rises, sums in ((True, True), (True, False)):
            found = self._constrained(steps if rises else [], sums=sums)
            if found is not None and found.excess <= self.rounding.tolerance:
                return _Point(found.weights, rises, sums)
        return _Point(self.plain.weights, False, False)

    def ranges(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The least and the largest value of each identified weight that keeps every score within its rounding; else NaN."""
        low, high = np.full(len(weights), np.nan), np.full(len(weights), np.nan)
        if self.residual > self.rounding.tolerance:
            return low, high
        at = np.flatnonzero(self.identified)
        if not len(at):
            return low, high
        half = self.rounding.half
        # A fit that touches the rounding everywhere leaves the solver no room but its own tolerance.
        found = corners(Box(self.matrix, self.scores - half, self.scores + half, np.zeros(len(weights))), at)
        if found is None:
            return low, high
        every = np.vstack([found, weights])
        low[at], high[at] = every[:, at].min(axis=0), every[:, at].max(axis=0)
        return low, high

    def _keeps(self, steps: list[tuple[int, int]], *, sums: bool) -> bool:
        found = self._constrained(steps, sums=sums)
        return found is not None and found.excess <= self.rounding.tolerance

    def _constrained(self, steps: list[tuple[int, int]], *, sums: bool) -> Excess | None:
        size = len(self.terms)
        worst = _worst(self.terms)
        if sums and not self.is_whole:
            return None
        rising = np.zeros((len(steps), size))
        for row, (a, b) in enumerate(steps):
            rising[row, a], rising[row, b] = 1.0, -1.0
        total = np.zeros((1, size))
        total[0, worst] = 1.0
        box = Box(
            self.matrix,
            self.scores,
            self.scores,
            np.zeros(size),
            equal=(total, np.array([FULL])) if sums else None,
            at_most=(rising, np.zeros(len(steps))) if steps else None,
        )
        return least_excess(box)
