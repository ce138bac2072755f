"""Closed forms say what linear programmes say: never more is called safe, and where nothing is odd, exactly the same."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from transforms.release.audit import closed, programmes
from transforms.release.audit.equations import Equations, System
from transforms.release.audit.figures import Cells, key

_MARGIN = (np.array([0, 1, 1, 1]), np.array([0]))
_FAR = 10**6  # no range is as wide, so that every one is looked for to its end


@st.composite
def lists(draw: st.DrawFn) -> tuple[Cells, System]:
    """A list of a few locations in two governorates of two districts, three categories; some totals and sums withheld."""
    count = draw(st.integers(2, 7))
    number = st.integers(0, 6)
    cells, equations = Cells(), None
    rows = [
        (draw(st.integers(0, 1)), draw(st.integers(0, 1)), draw(st.booleans()), [draw(number) for _ in range(3)])
        for _ in range(count)
    ]
    rows = [(g, d, hidden, values if sum(values) else [1, 0, 0]) for g, d, hidden, values in rows]
    published = {(g, c): draw(st.booleans()) for g in range(2) for c in (1, 2, 3)}
    district_published = {(g, d): draw(st.booleans()) for g in range(2) for d in range(2)}
    equations = Equations(cells)
    ids = []
    for at, (g, _, hidden, values) in enumerate(rows):
        where = (np.full(4, 1), np.full(4, g), np.full(4, at))
        made = cells.add(np.array([sum(values), *values]), 0, where[0], where[1], where[2], np.arange(4))
        cells.known[made[0]] = not hidden
        ids.append(made)
    for at, (g, d, _, _) in enumerate(rows):
        level, own = ("district", key(0, 1, g, d)) if district_published[g, d] else ("governorate", key(0, 1, g, -1))
        _add(equations, level, own, (0, 1, g, -1, -1, -1), ids[at][:1])
    for at, (g, _, _, _) in enumerate(rows):
        for c in (1, 2, 3):
            kind, area = ("category 1", g) if published[g, c] else ("national category 1", -1)
            _add(equations, kind, key(0, 1, area, c), (0, 1, area, -1, c, -1), ids[at][[c]])
        _add(equations, "location 1", key(at), (0, 1, g, -1, -1, at), ids[at], np.array([-1, 1, 1, 1]))
    return cells, _joined(equations)


def _add(
    equations: Equations, kind: str, own: np.ndarray, where: tuple, atoms: np.ndarray, weights: np.ndarray | None = None
) -> None:
    equations.add(kind, "v", np.full(len(atoms), own), np.tile(np.array(where), (len(atoms), 1)), atoms, weights)


def _joined(equations: Equations) -> System:
    """One batch of each kind, as the reading of a release makes them."""
    whole = Equations(equations.cells)
    for kind in dict.fromkeys(batch.kind for batch in equations.batches):
        of = [batch for batch in equations.batches if batch.kind == kind]
        keys = np.concatenate([batch.keys[batch.entry] for batch in of])
        where = np.concatenate([batch.where[batch.entry] for batch in of])
        whole.add(
            kind, "v", keys, where, np.concatenate([batch.atom for batch in of]), np.concatenate([batch.weight for batch in of])
        )
    return whole.joined()


def _programme(cells: Cells, system: System, at: int) -> tuple[float, float]:
    value = cells.value[system.atoms]
    least = (cells.column[system.atoms] == 0).astype(float)
    aim = np.zeros(len(value))
    aim[at] = 1
    ends = [
        optimize.linprog(
            sign * aim, A_eq=system.left, b_eq=system.left @ value, bounds=np.column_stack([least, np.full(len(value), np.inf)])
        )
        for sign in (1, -1)
    ]
    return round(ends[0].fun), round(-ends[1].fun)


@settings(max_examples=60, deadline=None)
@given(lists())
def test_closed_forms_are_the_programmes(made: tuple[Cells, System]) -> None:
    cells, system = made
    if not len(system.atoms):
        return
    found = closed.ranges(cells, system, _MARGIN, _FAR)
    exact = [_programme(cells, system, at) for at in range(len(system.atoms))]
    for at, (low, high) in enumerate(exact):
        assert low <= found.low[at] <= cells.value[system.atoms[at]] <= found.high[at] <= high
    if found.free.all():  # nothing had to be taken as known
        assert [(low, high) for low, high in zip(found.low, found.high, strict=True)] == exact


@settings(max_examples=30, deadline=None)
@given(lists(), st.integers(1, 8))
def test_programmes_settle_what_is_wide_and_what_is_narrow(made: tuple[Cells, System], width: int) -> None:
    cells, system = made
    count = len(system.atoms)
    if not count:
        return
    _, component = programmes.components(system)
    least = (cells.column[system.atoms] == 0).astype(np.int64)
    settled = programmes.settled(
        system,
        cells.value[system.atoms],
        least,
        sparse.identity(count, dtype=np.int64, format="csr"),
        np.zeros(count),
        component,
        width,
    )
    for at in range(count):
        low, high = _programme(cells, system, at)
        assert settled.verdict[at] == (programmes.WIDE if high - low >= width else programmes.NARROW)
        if settled.verdict[at] == programmes.NARROW:
            assert (settled.low[at], settled.high[at]) == (low, high)


@settings(max_examples=60, deadline=None)
@given(lists())
def test_what_follows_at_once_is_a_single_number(made: tuple[Cells, System]) -> None:
    cells, system = made
    known, by = programmes.determined(system)
    for at in np.flatnonzero(known):
        assert by[at] >= 0
        low, high = _programme(cells, system, at)
        assert low == high == cells.value[system.atoms[at]]
