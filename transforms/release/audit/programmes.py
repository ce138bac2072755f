"""Ranges by linear programme, for what the closed forms leave open: whole components of the system, witnesses first.

Every point that satisfies all equations is a witness for all cells at once: a sum is wide as soon as two witnesses differ enough. Only
the programme of a whole component says that a sum is narrow; a smaller one, with the rest at its true values, can only say that it is wide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from scipy import optimize
from scipy.sparse import csgraph

from transforms.release.audit.equations import System

WIDE, NARROW, OPEN = "wide", "narrow", "open"
CELLS_MAXIMUM = 60_000  # of one programme
_SECONDS = 60


@dataclass
class Settled:
    """What was found of each sum: verdict, bounds (of the programme where narrow, of the witnesses where wide), and for narrow
    ones the equations that give it away."""

    verdict: np.ndarray
    low: np.ndarray
    high: np.ndarray
    reasons: list[tuple[int, ...]]


def components(system: System) -> tuple[int, np.ndarray]:
    """How many components the system has, and that of each unknown cell."""
    rows, columns = system.left.shape
    entries = system.left.tocoo()
    if not columns:
        return 0, np.zeros(0, np.int64)
    graph = sparse.csr_matrix((np.ones(entries.nnz, np.int8), (entries.row, entries.col + rows)), shape=(rows + columns,) * 2)
    _, label = csgraph.connected_components(graph, directed=False)
    found, inverse = np.unique(label[rows:], return_inverse=True)
    return len(found), inverse


def determined(system: System) -> tuple[np.ndarray, np.ndarray]:
    """Cells that follow from an equation in which all others are known, one after the other; and that equation, -1 elsewhere."""
    left = abs(system.left)
    known, by = np.zeros(left.shape[1], bool), np.full(left.shape[1], -1)
    by_column = left.tocsc()
    open_cells = np.diff(left.indptr).astype(np.int64)
    fresh = np.flatnonzero(open_cells == 1)
    while len(fresh):
        part = left[fresh].tocoo()
        chosen = ~known[part.col]
        columns, first = np.unique(part.col[chosen], return_index=True)
        by[columns] = fresh[part.row[chosen][first]]
        known[columns] = True
        less = np.asarray((by_column[:, columns] != 0).sum(axis=1)).ravel()
        open_cells -= less
        fresh = np.flatnonzero((open_cells == 1) & (less > 0))
    return known, by


def settled(
    system: System,
    value: np.ndarray,
    least: np.ndarray,
    sums: sparse.csr_matrix,
    near: np.ndarray,
    component: np.ndarray,
    width: int,
    progress: Callable[[str], None] = lambda said: None,
) -> Settled:
    """Settle sums of unknown cells.

    Args:
        value: true values of the unknown cells; the first witness.
        least: their lower bounds.
        sums: sums x unknown cells.
        near: a number for each cell: those of the same number are tried first, with all others as they are.
        component: of each cell.
        width: at least how wide a range has to be.
    """
    count = sums.shape[0]
    true = sums @ value
    found = Settled(np.full(count, OPEN, object), true.copy(), true.copy(), [()] * count)
    sizes = np.diff(sums.indptr)
    found.verdict[sizes == 0] = NARROW
    for at in np.flatnonzero(sizes > 0):
        if found.verdict[at] != OPEN:
            continue
        cells = sums.indices[sums.indptr[at] : sums.indptr[at + 1]]
        scope = np.isin(near, near[cells])
        _try(system, value, least, sums, np.flatnonzero(scope), found, at, width, False)
        if found.verdict[at] == OPEN:
            _try(system, value, least, sums, np.flatnonzero(np.isin(component, component[cells])), found, at, width, True)
        progress(f"{at + 1} of {count} sums")
    return found


def _try(
    system: System,
    value: np.ndarray,
    least: np.ndarray,
    sums: sparse.csr_matrix,
    scope: np.ndarray,
    found: Settled,
    at: int,
    width: int,
    is_whole: bool,
) -> None:
    """Look at one sum within some cells; what else its witnesses settle is settled too."""
    if len(scope) > CELLS_MAXIMUM:
        return
    left = system.left[:, scope]
    rows = np.flatnonzero(np.diff(left.indptr))
    left = left[rows]
    right = left @ value[scope]
    aims = sums[:, scope]
    ends = []
    for sign in (1, -1):
        aim = sign * np.asarray(aims[at].todense()).ravel().astype(float)
        bounds = np.column_stack([least[scope].astype(float), np.full(len(scope), np.inf)])
        solved = optimize.linprog(aim, A_eq=left, b_eq=right, bounds=bounds, method="highs", options={"time_limit": _SECONDS})
        ends.append(solved)
        if solved.status == 0:
            _witness(left, right, least[scope], solved.x, value, scope, sums, found, width)
    if found.verdict[at] == WIDE:
        return
    low, high = ends
    if is_whole and low.status == 0 and high.status in (0, 3):
        outer_low = int(np.ceil(low.fun - 1e-6))
        outer_high = np.inf if high.status == 3 else int(np.floor(-high.fun + 1e-6))
        if outer_high - outer_low < width:
            found.verdict[at], found.low[at], found.high[at] = NARROW, outer_low, outer_high
            used = np.flatnonzero((abs(low.eqlin.marginals) > 1e-7) | (abs(high.eqlin.marginals) > 1e-7))
            found.reasons[at] = tuple(rows[used])
            return
    for sign in (1, -1):  # the ends were no whole numbers: ask for such
        aim = sign * np.asarray(aims[at].todense()).ravel().astype(float)
        solved = optimize.milp(
            aim,
            constraints=optimize.LinearConstraint(left, right, right),
            bounds=optimize.Bounds(least[scope].astype(float), np.inf),
            integrality=np.ones(len(scope)),
            options={"time_limit": _SECONDS},
        )
        if solved.x is not None:
            _witness(left, right, least[scope], solved.x, value, scope, sums, found, width)
            if (
                is_whole
                and solved.status == 0
                and found.verdict[at] == OPEN
                and sign == -1
                and found.high[at] - found.low[at] < width
            ):
                found.verdict[at] = NARROW


def _witness(
    left: sparse.csr_matrix, right: np.ndarray, least: np.ndarray, point: np.ndarray, value: np.ndarray, scope: np.ndarray,
    sums: sparse.csr_matrix, found: Settled, width: int,
) -> None:  # fmt: skip
    """Widen all ranges by a point, if it satisfies everything in whole numbers."""
    whole = np.rint(point).astype(np.int64)
    if not ((whole >= least).all() and (left @ whole == right).all()):
        return
    everywhere = value.copy()
    everywhere[scope] = whole
    reached = sums @ everywhere
    still = found.verdict == OPEN
    found.low[still] = np.minimum(found.low, reached)[still]
    found.high[still] = np.maximum(found.high, reached)[still]
    found.verdict[still & (found.high - found.low >= width)] = WIDE
