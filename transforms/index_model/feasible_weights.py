"""Weights that reproduce scores within their rounding: linear programmes with few active rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from transforms.index_model.rounding import SLACK

# Rows added to a programme at a time, and the violation of a row that is left out of it.
_ADDED = 100
_VIOLATION = 1e-9
_ROUNDS = 200


@dataclass(frozen=True)
class Box:
    """Rows of X with a lower and an upper end for X·w, and linear equations and inequalities that w also obeys.

    ``equal`` is (matrix, values) with matrix·w = values; ``at_most`` (matrix, values) with matrix·w <= values. ``lowest`` is the
    lower end of each weight, -inf where it is free.
    """

    matrix: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    lowest: np.ndarray
    equal: tuple[np.ndarray, np.ndarray] | None = None
    at_most: tuple[np.ndarray, np.ndarray] | None = None


@dataclass(frozen=True)
class Excess:
    """The weights whose rows leave their ends by the least, and by how much the worst row does; 0 where all rows keep them."""

    weights: np.ndarray
    excess: float


def least_excess(box: Box) -> Excess | None:
    """The least t, and weights w, with lower - t <= X·w <= upper + t in all rows; None where the other conditions contradict.

    With lower = upper = scores this is the minimax fit, whose t is the smallest possible largest residual.
    """
    columns = box.matrix.shape[1]
    cost = np.append(np.zeros(columns), 1.0)
    solution = _solve(box, cost, _first_rows(box), with_excess=True)
    return None if solution is None else Excess(solution[:columns], float(max(0.0, solution[columns])))


def corners(box: Box, of: np.ndarray) -> np.ndarray | None:
    """Feasible weights at which one of the weights numbered ``of`` is smallest or largest, of shape (2 x len(of), weights).

    The first of each pair is the smallest. None where no weights are feasible.
    """
    found, active = [], _first_rows(box)
    for column in of:
        for sign in (1.0, -1.0):
            cost = np.zeros(box.matrix.shape[1])
            cost[column] = sign
            solution = _solve(box, cost, active, with_excess=False)
            if solution is None:
                return None
            found.append(solution)
    return np.array(found)


def _first_rows(box: Box) -> np.ndarray:
    """Rows to begin with: some over the range of scores, and two with every column, so that each weight is bounded."""
    size, columns = box.matrix.shape
    active = np.zeros(size, dtype=bool)
    active[np.argsort(box.lower, kind="stable")[:: max(1, size // (4 * columns))]] = True
    for column in range(columns):
        active[np.flatnonzero(box.matrix[:, column])[:2]] = True
    return active


def _solve(box: Box, cost: np.ndarray, active: np.ndarray, *, with_excess: bool) -> np.ndarray | None:
    """Solve with the ``active`` rows, add those that the solution violates, repeat: few rows of thousands bind.

    The rows added stay active for the next programme on the same box.
    """
    size, columns = box.matrix.shape
    for _ in range(_ROUNDS):
        solution = _programme(box, cost, active, with_excess=with_excess)
        if solution is None:
            return None
        excess = solution[columns] if with_excess else 0.0
        fitted = box.matrix @ solution[:columns]
        violation = np.maximum(box.lower - fitted, fitted - box.upper) - excess
        violation[active] = 0.0
        worst = np.argsort(violation)[::-1][:_ADDED]
        worst = worst[violation[worst] > _VIOLATION]
        if not len(worst):
            return solution
        active[worst] = True
    return _programme(box, cost, np.ones(size, dtype=bool), with_excess=with_excess)


def _programme(box: Box, cost: np.ndarray, active: np.ndarray, *, with_excess: bool) -> np.ndarray | None:
    matrix, lower, upper = box.matrix[active], box.lower[active], box.upper[active]
    is_low, is_high = np.isfinite(lower), np.isfinite(upper)
    rows = np.vstack([matrix[is_high], -matrix[is_low]])
    ends = np.concatenate([upper[is_high], -lower[is_low]])
    extra = np.full((len(rows), 1), -1.0)
    if box.at_most is not None:
        rows = np.vstack([rows, box.at_most[0]])
        ends = np.append(ends, box.at_most[1])
        extra = np.append(extra, np.zeros((len(box.at_most[0]), 1)), axis=0)
    equal = box.equal
    bounds = [(low if np.isfinite(low) else None, None) for low in box.lowest]
    if with_excess:
        rows = np.hstack([rows, extra])
        equal = equal and (np.hstack([equal[0], np.zeros((len(equal[0]), 1))]), equal[1])
        bounds.append((0.0, None))
    result = linprog(
        cost,
        A_ub=rows,
        b_ub=ends if with_excess else ends + SLACK / 2,
        A_eq=equal and equal[0],
        b_eq=equal and equal[1],
        bounds=bounds,
        method="highs-ds",
        # To simplify programmes this small first takes longer than to solve them.
        options={"presolve": False},
    )
    return result.x if result.status == 0 else None
