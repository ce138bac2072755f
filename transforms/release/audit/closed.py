"""Ranges of withheld cells in closed form, where the equations are those that every release has.

Within a governorate the hidden rows of a margin and its categories are a two-way table with known totals: a cell lies between
``max(0, H + R - T)`` and ``min(H, R)`` for the total H of its row, R of its column and T of the block. A row whose households are
hidden moves within its pool, the hidden locations under the finest published total; a column whose sum is withheld moves
within the table governorates x categories of which only the national sums are known. Both are small programmes, and as each row
of a block may take any of its categories, rows and columns move independently of each other.

Whatever does not fit (a cell in any other equation, a row that prints part of a margin) is taken as known at its true value. That
narrows what is left to an attacker, so that a range found wide is wide; one found narrow is then looked at by :mod:`programmes`.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from scipy import optimize

from transforms.release.audit.equations import AREAS, CATEGORIES, CHANGES, LOCATIONS, NATIONAL_CATEGORIES, System
from transforms.release.audit.figures import HOUSEHOLDS, REST, Cells, key


@dataclass
class Ranges:
    """The range of each unknown cell, as far as it is proven; ``low`` = ``high`` = true value where nothing is.

    ``free``: cells that were not taken as known; ``pool`` their pool (households; -1 for others), ``least`` the fewest
    households of a location; ``column_low`` and ``column_high`` the range of the sum of a category over the hidden rows of a
    governorate, at each of its cells; ``block``, ``column``, ``row_total`` and ``block_total`` where a cell stands and what is there.
    """

    low: np.ndarray
    high: np.ndarray
    free: np.ndarray
    pool: np.ndarray
    least: np.ndarray
    column: np.ndarray
    column_low: np.ndarray
    column_high: np.ndarray
    block: np.ndarray
    block_total: np.ndarray
    row_total: np.ndarray
    value: np.ndarray


@dataclass
class _Atoms:
    """The unknown cells as arrays in the order of the system."""

    value: np.ndarray
    population: np.ndarray
    round: np.ndarray
    governorate: np.ndarray
    row: np.ndarray
    column: np.ndarray
    margin: np.ndarray


def ranges(cells: Cells, system: System, margins: tuple[np.ndarray, ...], width: int) -> Ranges:
    """The ranges of all unknown cells.

    Args:
        margins: for each population the number of the margin of each column of its list.
        width: programmes are asked only where a range is narrower.
    """
    ids = system.atoms
    wide = max(len(margin) for margin in margins)
    of = np.stack([np.pad(margin, (0, wide - len(margin))) for margin in margins])
    population, column = cells.population[ids].astype(np.int64), cells.column[ids].astype(np.int64)
    atoms = _Atoms(
        cells.value[ids], population, cells.round[ids].astype(np.int64), cells.governorate[ids].astype(np.int64),
        cells.row[ids].astype(np.int64) * len(margins) + population, column, of[population, column],
    )  # fmt: skip
    kinds = system.kinds()
    fixed = np.asarray(abs(system.left[~system.is_plain()]).sum(axis=0)).ravel() > 0
    size = np.diff(system.left.indptr)
    alone = np.asarray(abs(system.left[size == 1]).sum(axis=0)).ravel() > 0  # an equation of one cell gives it away
    free = _complete(atoms, ~(fixed | alone | (atoms.column == REST)))
    free &= ~_held_fast(atoms, system, kinds, free)
    found = Ranges(
        atoms.value.copy(), atoms.value.copy(), free, np.full(len(ids), -1), np.zeros(len(ids), np.int64), np.full(len(ids), -1),
        np.zeros(len(ids), np.int64), np.zeros(len(ids), np.int64), np.full(len(ids), -1), np.zeros(len(ids), np.int64),
        np.zeros(len(ids), np.int64), atoms.value,
    )  # fmt: skip
    cell = free & (atoms.margin != HOUSEHOLDS)
    household = free & (atoms.margin == HOUSEHOLDS)
    row_total = found.row_total = _row_totals(atoms, cell)
    rest = _rest(atoms, household, cell, row_total)
    found.least = np.where(household, np.maximum(1, rest.max(axis=1)), 0)
    _pools(atoms, system, kinds, household, found, width)
    _columns(atoms, system, kinds, cell, found, width)
    _cells(atoms, household, cell, row_total, rest, found)
    return found


def _groups(*parts: np.ndarray) -> tuple[np.ndarray, int]:
    """The group of each element, numbered, and how many there are."""
    unique, inverse = (
        np.unique(np.column_stack(parts), axis=0, return_inverse=True)
        if len(parts) > 1
        else np.unique(parts[0], return_inverse=True)
    )
    return inverse.ravel(), len(unique)


def _block_key(atoms: _Atoms) -> np.ndarray:
    return key(atoms.population, atoms.round, atoms.governorate, atoms.margin)


def _complete(atoms: _Atoms, free: np.ndarray) -> np.ndarray:
    """Free cells less those of rows that do not take every category of their block, and less categories of few rows."""
    free = free.copy()
    cell = atoms.margin != HOUSEHOLDS
    place = _groups(atoms.row)[0]
    every_row = place.max(initial=0) + 1
    while True:
        at = np.flatnonzero(free & cell)
        if not len(at):
            return free
        block, blocks = _groups(_block_key(atoms)[at])
        row, rows = _groups(block.astype(np.int64) * every_row + place[at])
        column, columns = _groups(block.astype(np.int64) * 4_096 + atoms.column[at])
        row_block, column_block = np.zeros(rows, np.int64), np.zeros(columns, np.int64)
        row_block[row], column_block[column] = block, block
        rows_of = np.bincount(row_block, minlength=blocks)
        columns_of = np.bincount(column_block, minlength=blocks)
        rare = 2 * np.bincount(column, minlength=columns) < rows_of[column_block]
        if rare.any():
            free[at[rare[column]]] = False
            continue
        lacking = np.bincount(row, minlength=rows) < columns_of[row_block]
        if not lacking.any():
            break
        gone = np.zeros(every_row, bool)
        gone[place[at[lacking[row]]]] = True
        # the other margins of the row stay, with its households known
        free[at[lacking[row]]] = False
        free[~cell & gone[place]] = False
    return free


def _held_fast(atoms: _Atoms, system: System, kinds: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Hidden households of which a margin has no free cell: they cannot move."""
    margins = np.asarray(abs(system.left[np.isin(kinds.astype(str), LOCATIONS)]).sum(axis=0)).ravel()
    moving = np.flatnonzero(free & (atoms.margin != HOUSEHOLDS))
    made = np.zeros(len(free), bool)
    at = np.flatnonzero(free & (atoms.margin == HOUSEHOLDS))
    if len(at):
        held = np.unique(atoms.row[moving] * 4 + atoms.margin[moving]) // 4
        seen = np.bincount(held, minlength=int(atoms.row.max()) + 1)
        made[at] = seen[atoms.row[at]] < margins[at]
    return made


def _row_totals(atoms: _Atoms, cell: np.ndarray) -> np.ndarray:
    """At each free cell: the sum of the free cells of its margin at its location."""
    made = np.zeros(len(cell), np.int64)
    at = np.flatnonzero(cell)
    if len(at):
        group, count = _groups(atoms.row[at] * 4 + atoms.margin[at])
        made[at] = np.bincount(group, weights=atoms.value[at], minlength=count).astype(np.int64)[group]
    return made


def _rest(atoms: _Atoms, household: np.ndarray, cell: np.ndarray, row_total: np.ndarray) -> np.ndarray:
    """For free households: what of them is not in free cells, by margin (cells x 4)."""
    made = np.zeros((len(cell), 4), np.int64)
    at = np.flatnonzero(household)
    if not len(at):
        return made
    position = np.full(int(atoms.row.max()) + 1, -1)
    position[atoms.row[at]] = at
    made[at] = 0
    for margin in (1, 2, 3):
        own = np.flatnonzero(cell & (atoms.margin == margin) & (position[atoms.row] >= 0))
        holder = position[atoms.row[own]]
        made[holder, margin] = atoms.value[holder] - row_total[own]
    return made


def _equation_of(system: System, kinds: np.ndarray, wanted: tuple[str, ...]) -> np.ndarray:
    """For each cell the equation of one of some kinds, -1 without; of the newest version."""
    chosen = np.flatnonzero(np.isin(kinds.astype(str), wanted) & system.is_plain())
    part = system.left[chosen].tocoo()
    made = np.full(system.left.shape[1], -1)
    made[part.col] = chosen[part.row]
    return made


def _pools(atoms: _Atoms, system: System, kinds: np.ndarray, household: np.ndarray, found: Ranges, width: int) -> None:
    """Ranges of hidden households: within the pool of their governorate, and of those that came, came back or left alike."""
    at = np.flatnonzero(household)
    if not len(at):
        return
    total = _equation_of(system, kinds, AREAS)[at]
    changes = np.flatnonzero(np.isin(kinds.astype(str), CHANGES) & system.is_plain())
    told = system.left[changes][:, at].tocoo()
    alike = np.zeros(len(at), np.int64)
    np.add.at(alike, told.col, np.random.default_rng(2).integers(1, 1 << 40, len(changes))[told.row])
    # a location in no total at all is bounded by nothing, but stays as it is: it is looked at elsewhere
    pool, pools = _groups(total, atoms.governorate[at], alike)
    wider, _wides = _groups(total, atoms.governorate[at])
    value, least = atoms.value[at], found.least[at]
    sums = np.bincount(pool, weights=value, minlength=pools)
    leasts = np.bincount(pool, weights=least, minlength=pools)
    members = np.bincount(pool, minlength=pools)
    sum_low, sum_high = sums.copy(), sums.copy()
    narrow = np.where(members > 1, sums - leasts, 0) < width
    of_wider, of_list = np.zeros(pools, np.int64), np.zeros(pools, np.int64)
    of_wider[pool] = wider
    of_list[pool] = _groups(key(atoms.population[at], atoms.round[at]))[0]
    belongs = sparse.csr_matrix((np.ones(told.nnz), (told.row, pool[told.col])), shape=(len(changes), pools))
    belongs.data[:] = 1
    for number in np.unique(of_list[narrow]):
        own = np.flatnonzero(of_list == number)
        within = sparse.csr_matrix((np.ones(len(own)), (_groups(of_wider[own])[0], np.arange(len(own)))))
        other = belongs[:, own]
        left = sparse.vstack([within, other[np.diff(other.indptr) > 0]]).tocsc()
        left.data[:] = 1
        sum_low[own], sum_high[own] = _extremes(left, sums[own], leasts[own], narrow[own], width)
    several = members[pool] > 1
    found.low[at] = np.where(several, least, sum_low[pool])
    found.high[at] = np.where(several, sum_high[pool] - leasts[pool] + least, sum_high[pool])
    found.pool[at] = pool


def _extremes(
    left: sparse.csc_matrix, value: np.ndarray, least: np.ndarray, wanted: np.ndarray, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """Ranges of whole numbers with known sums, as far as points are found that show them.

    Args:
        left: sums x numbers.
        value: true values, the first point.
        least: lower bounds.
        wanted: mask of those whose range is asked for, until it is ``width`` wide: each point found may widen all.
    """
    right = left @ value
    low, high = value.astype(np.int64), value.astype(np.int64)
    for one in np.flatnonzero(wanted):
        for sign in (-1, 1):
            if high[one] - low[one] >= width:
                break
            aim = np.zeros(len(value))
            aim[one] = sign
            point = _point(aim, left, right, least)
            if point is not None:
                low, high = np.minimum(low, point), np.maximum(high, point)
    return low, high


def _point(aim: np.ndarray, left: sparse.csc_matrix, right: np.ndarray, least: np.ndarray) -> np.ndarray | None:
    """The whole numbers with known sums for which ``aim`` is least; None where none are found."""
    bounds = np.column_stack([least, np.full(len(least), np.inf)])
    solved = optimize.linprog(aim, A_eq=left, b_eq=right, bounds=bounds, method="highs")
    for _ in range(2):
        whole = None if solved.x is None else np.rint(solved.x).astype(np.int64)
        if whole is not None and (left @ whole == right).all() and (whole >= least).all():
            return whole
        solved = optimize.milp(
            aim,
            constraints=optimize.LinearConstraint(left, right, right),
            bounds=optimize.Bounds(least, np.inf),
            integrality=np.ones(len(least)),
            options={"time_limit": 10},
        )
    return None


def _columns(atoms: _Atoms, system: System, kinds: np.ndarray, cell: np.ndarray, found: Ranges, width: int) -> None:
    """Sums of each category over the hidden rows of each governorate: fixed where published, else between bounds."""
    at = np.flatnonzero(cell)
    if not len(at):
        return
    blocks = _block_key(atoms)[at]
    column, columns = _groups(blocks, atoms.column[at])
    block, count = _groups(blocks)
    sums = np.bincount(column, weights=atoms.value[at], minlength=columns).astype(np.int64)
    low, high = sums.copy(), sums.copy()
    national = _equation_of(system, kinds, NATIONAL_CATEGORIES)[at]
    first = np.zeros(columns, np.int64)
    first[column] = np.arange(len(at))
    published = _equation_of(system, kinds, CATEGORIES)[at]
    moving = np.flatnonzero(published[first] < 0)  # nothing bounds what not even the country tells
    table, tables = _groups(key(atoms.population[at], atoms.round[at], atoms.margin[at])[first[moving]])
    order = np.argsort(table, kind="stable")
    ends = np.searchsorted(table[order], np.arange(tables + 1))
    for start, end in itertools.pairwise(ends):
        own = moving[order[start:end]]
        low[own], high[own] = _table(sums[own], block[first[own]], national[first[own]], width)
    found.column[at], found.column_low[at], found.column_high[at] = column, low[column], high[column]
    found.block[at] = block
    found.block_total[at] = np.bincount(block, weights=atoms.value[at], minlength=count).astype(np.int64)[block]


def _table(value: np.ndarray, row: np.ndarray, column: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Ranges of the cells of a two-way table with gaps and known totals: by one exchange with two others, else by programme.

    ``column``: -1 for cells that are in no total but that of their row.
    """
    row, rows = _groups(row)
    bound = column >= 0
    number, columns = _groups(np.where(bound, column, -1 - np.arange(len(column))))
    full = np.full((rows, columns), -1)
    full[row[bound], number[bound]] = value[bound]
    low, high = value.copy(), value.copy()
    for at in np.flatnonzero(bound):
        r, c = row[at], number[at]
        across, along, opposite = full[r][None, :], full[:, c][:, None], full
        possible = (across >= 0) & (along >= 0) & (opposite >= 0)
        possible[r], possible[:, c] = False, False
        if possible.any():
            high[at] += np.where(possible, np.minimum(across, along), 0).max()
            low[at] -= np.where(possible, np.minimum(opposite, value[at]), 0).max()
    narrow = np.flatnonzero(high - low < width)
    if len(narrow):
        places = np.arange(len(value))
        by_row = sparse.csr_matrix((np.ones(len(value)), (row, places)), shape=(rows, len(value)))
        by_column = sparse.csr_matrix((np.ones(bound.sum()), (number[bound], places[bound])), shape=(columns, len(value)))
        left = sparse.vstack([by_row, by_column[np.diff(by_column.indptr) > 0]]).tocsc()
        wanted = np.zeros(len(value), bool)
        wanted[narrow] = True
        found = _extremes(left, value, np.zeros(len(value)), wanted, width)
        low, high = np.minimum(low, found[0]), np.maximum(high, found[1])
    return low, high


def _cells(
    atoms: _Atoms, household: np.ndarray, cell: np.ndarray, row_total: np.ndarray, rest: np.ndarray, found: Ranges
) -> None:
    """Ranges of the cells of margins."""
    at = np.flatnonzero(cell)
    if not len(at):
        return
    position = np.full(int(atoms.row.max()) + 1, -1)
    position[atoms.row[household]] = np.flatnonzero(household)
    holder = position[atoms.row[at]]
    hidden = holder >= 0
    own_rest = rest[np.maximum(holder, 0), atoms.margin[at]]
    row_low = np.where(hidden, found.low[holder] - own_rest, row_total[at])
    row_high = np.where(hidden, found.high[holder] - own_rest, row_total[at])
    found.low[at] = np.maximum(0, row_low + found.column_low[at] - found.block_total[at])
    found.high[at] = np.minimum(row_high, found.column_high[at])
