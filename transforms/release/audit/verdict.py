"""The verdict on a release: what is withheld, how wide the ranges are, and each figure that can be worked out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import scipy.sparse as sparse

from expectations.columns import POPULATIONS
from transforms import warehouse
from transforms.release.audit import closed, programmes, published, states
from transforms.release.audit.equations import System
from transforms.release.audit.figures import ABSENT, HOUSEHOLDS, REST, key
from transforms.release.audit.published import Book, Nation
from transforms.release.audit.states import Edition
from transforms.release.audit.withheld import Cell, Withheld, withheld

_LOOKED_AT_MAXIMUM = 5_000  # sums and cells given to programmes; more of them are not proven, so that the release fails
_REASONS_SHOWN = 6


@dataclass(frozen=True, order=True)
class Failure:
    """A figure that is not safe: where it stands, between which bounds it must lie, and what gives it away."""

    table: str
    population: str
    round: int
    place: str
    column: str
    low: str
    high: str
    by: str

    @property
    def of(self) -> tuple[str, str, int, str, str]:
        """The figure that it is about."""
        return self.table, self.population, self.round, self.place, self.column

    def __str__(self) -> str:
        where = ", ".join(filter(None, (f"{self.population} R{self.round}" if self.population else "", self.place, self.column)))
        span = f"lies between {self.low} and {self.high}: " if self.low else ""
        return f"{self.table}: {where}: {span}{self.by}"


@dataclass(frozen=True)
class Verdict:
    """What was audited and what was found.

    ``withheld``: table -> figures withheld; ``repeated``: of these, withheld with their group though they follow from given figures;
    ``narrowest``: the width of the narrowest proven range, None where nothing is withheld; ``given_later``: figures of
    ``threshold`` households or more, or zero, that an earlier version withheld and this one gives.
    """

    threshold: int
    withheld: Mapping[str, int]
    repeated: Mapping[str, int]
    versions: tuple[str, ...]
    unknown: int
    equations: int
    components: int
    closed_form: int
    by_programme: int
    narrowest: int | None
    given_later: int
    failures: tuple[Failure, ...] = field(default=())

    @property
    def holds(self) -> bool:
        """Whether nothing withheld can be worked out."""
        return not self.failures


def verdict(
    newest: Edition,
    earlier: Sequence[Edition],
    truth: Mapping[str, pa.Table],
    threshold: int,
    revision: pa.Table | None = None,
    unprinted: Collection[Nation] = (),
    progress: Callable[[str], None] = lambda said: None,
) -> Verdict:
    """Audit a version together with those before it.

    Args:
        newest: the version, as its files say.
        earlier: other versions that readers hold, in the order in which they were published.
        truth: the open tables of the newest (:func:`transforms.release.opening.opened`).
        threshold: fewest households of a figure that is shown; also the least width of a range.
        revision: rows of ``revision``, with the values before, of the cells that changed since earlier versions.
        unprinted: national sums of categories that nothing prints, beside those below the threshold.
        progress: is told what is being done.
    """
    with warehouse.connect() as connection:
        connection.execute("set preserve_insertion_order = true")
        found = states.states(connection, newest, earlier)
        progress("read")
        order = {one.name: at for at, one in enumerate((*earlier, newest))}
        book = published.read(connection, found, truth, revision, order, threshold, unprinted)
        hidden = withheld(book)
    progress("equations")
    system = book.equations.joined()
    return _judged(book, system, hidden, threshold, progress)


def _judged(book: Book, system: System, hidden: Withheld, threshold: int, progress: Callable[[str], None]) -> Verdict:
    cells = book.cells
    place = np.full(len(cells.value), -1)
    place[system.atoms] = np.arange(len(system.atoms))
    count, component = programmes.components(system)
    progress("closed forms")
    ranges = closed.ranges(cells, system, tuple(one.margin for one in book.layouts), threshold)
    width = ranges.high - ranges.low
    failures = [_of_fault(fault) for fault in book.faults]
    failures += _printed_elsewhere(book, hidden, threshold)
    given_away, by = programmes.determined(system)

    targets = np.concatenate([*list(hidden.cells), _revised(book, system)]) if hidden.cells else np.zeros(0, np.int64)
    targets = np.unique(targets[place[targets] >= 0]) if len(targets) else targets
    own = place[targets]
    narrow = own[width[own] < threshold]
    for at in narrow[given_away[narrow]]:
        value = int(cells.value[system.atoms[at]])
        failures += _named(book, hidden, system.atoms[at], value, value, _said(book, system, [by[at]]))
    looked_at = narrow[~given_away[narrow]]
    sums = hidden.matrix(place, len(system.atoms))
    sum_width = _closed_sums(sums, ranges)
    open_sums = np.flatnonzero(sum_width < threshold)

    progress("programmes")
    asked = sparse.vstack([_unit(looked_at, len(system.atoms)), sums[open_sums]]).tocsr()
    beyond = max(0, asked.shape[0] - _LOOKED_AT_MAXIMUM)
    asked = asked[:_LOOKED_AT_MAXIMUM]
    least = (cells.column[system.atoms] == HOUSEHOLDS).astype(np.int64)
    near = key(cells.population[system.atoms], cells.round[system.atoms], cells.governorate[system.atoms])
    settled = programmes.settled(system, cells.value[system.atoms], least, asked, near, component, threshold, progress)
    for at in np.flatnonzero(settled.verdict != programmes.WIDE):
        said = _said(book, system, settled.reasons[at])
        if settled.verdict[at] == programmes.OPEN:
            said = "not proven: too large or too hard for a programme"
        base = 0 if at < len(looked_at) else _known_part(book, hidden, open_sums[at - len(looked_at)], place)
        low, high = int(settled.low[at] + base), int(settled.high[at] + base)
        if at < len(looked_at):
            failures += _named(book, hidden, system.atoms[looked_at[at]], low, high, said)
        else:
            failures.append(
                _failure(hidden.sums[open_sums[at - len(looked_at)]], low, high, said or "all that it is made of is published")
            )
    if beyond:
        failures.append(Failure("", "", 0, "", "", "", "", f"{beyond:,} more figures were not looked at: not proven"))
    passed = int((settled.verdict == programmes.WIDE).sum())
    closed_form = len(own) - len(narrow) + int((sum_width >= threshold).sum())
    widths = np.concatenate(
        [
            width[own[width[own] >= threshold]],
            sum_width[sum_width >= threshold],
            (settled.high - settled.low)[settled.verdict == programmes.WIDE],
        ]
    )
    return Verdict(
        threshold, _counted(hidden), dict(sorted(hidden.repeated.items())), tuple(state.name for state in book.states),
        len(system.atoms), system.left.shape[0], count, closed_form, passed, int(widths.min()) if len(widths) else None,
        _given_later(book, threshold)[0], tuple(sorted(set(failures))),
    )  # fmt: skip


def _unit(places: np.ndarray, wide: int) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones(len(places), np.int64), (np.arange(len(places)), places)), shape=(len(places), wide))


def _counted(hidden: Withheld) -> dict[str, int]:
    made = dict(hidden.repeated)
    for table, ids in zip(hidden.tables, hidden.cells, strict=True):
        made[table] = made.get(table, 0) + len(ids)
    for one in hidden.sums:
        made[one.table] = made.get(one.table, 0) + 1
    return {table: count for table, count in sorted(made.items()) if count}


def _of_fault(fault: published.Fault) -> Failure:
    return Failure(f"{fault.version} {fault.table}", fault.population, fault.round, fault.place, fault.column, "", "", fault.said)


def _printed_elsewhere(book: Book, hidden: Withheld, threshold: int) -> list[Failure]:
    """Cells that the newest version withholds in one place, and that it or another prints elsewhere; a zero tells nothing."""
    failures = []
    for ids in hidden.cells:
        for one in np.unique(ids[book.cells.known[ids] & (book.cells.value[ids] > 0)]) if len(ids) else ():
            value = int(book.cells.value[one])
            failures += _named(book, hidden, one, value, value, _where_printed(book, one))
    return failures + _given_later(book, threshold)[1]


def _where_printed(book: Book, one: int) -> str:
    for at, state in enumerate(book.states):
        rows = book.rows[at, int(book.cells.population[one])]
        if len(rows) and (rows.given & (rows.ids == one)).any():
            return f"printed by {state.name} in {rows.layout.table}"
        changes = book.changes[at]
        for name, ids in (("households", changes.now), ("previous_households", changes.before)) if changes else ():
            if (~np.isnan(changes.given[name]) & (ids == one)).any():
                return f"printed by {state.name} in master_list_change as {name}"
    return "follows from individuals that are printed beside it"


def _given_later(book: Book, threshold: int) -> tuple[int, list[Failure]]:
    """What earlier versions withheld and is given now: a failure where it is below the threshold."""
    count, failures = 0, []
    for at, state in enumerate(book.states[1:], start=1):
        for population, one in enumerate(book.layouts):
            rows = book.rows[at, population]
            row, column = np.nonzero(rows.withheld)
            ids = rows.ids[row, column]
            later = book.cells.known[ids] if len(ids) else np.zeros(0, bool)
            small = later & (book.cells.value[ids] > 0) & (book.cells.value[ids] < threshold) if len(ids) else later
            count += int((later & ~small).sum())
            for entry in np.flatnonzero(small):
                value = str(book.cells.value[ids[entry]])
                said = f"withheld by {state.name}, {_where_printed(book, ids[entry])}"
                failures.append(
                    Failure(
                        one.table,
                        POPULATIONS[population],
                        int(rows.round[row[entry]]),
                        rows.place[row[entry]],
                        one.columns[column[entry]],
                        value,
                        value,
                        said,
                    )
                )
    return count, failures


def _revised(book: Book, system: System) -> np.ndarray:
    """Values that were withheld before they were revised: still nobody's to work out."""
    first = max((int(rows.ids.max(initial=ABSENT)) for (at, _), rows in book.rows.items() if at == 0), default=ABSENT) + 1
    return system.atoms[(system.atoms >= first) & (book.cells.column[system.atoms] != REST)]


def _named(book: Book, hidden: Withheld, one: int, low: int, high: int, said: str) -> list[Failure]:
    """The failures of a cell: in every table that withholds it."""
    population = POPULATIONS[int(book.cells.population[one])]
    number = int(book.cells.round[one])
    made = []
    for table, ids, places, columns in zip(hidden.tables, hidden.cells, hidden.cell_place, hidden.cell_column, strict=True):
        for at in np.flatnonzero(ids == one):
            made.append(Failure(table, population, number, str(places[at]), str(columns[at]), str(low), str(high), said))
    if not made:  # a value before its revision
        one_layout = book.layouts[int(book.cells.population[one])]
        for (_, of), rows in sorted(book.rows.items()):
            found = np.argwhere(rows.ids == one) if of == book.cells.population[one] else ()
            for row, column in found[:1]:
                name = one_layout.columns[column]
                return [
                    Failure(
                        one_layout.table,
                        population,
                        number,
                        str(rows.place[row]),
                        name,
                        str(low),
                        str(high),
                        f"before its revision: {said}",
                    )
                ]
    return made


def _failure(cell: Cell, low: int, high: int, said: str) -> Failure:
    return Failure(cell.table, cell.population, cell.round, cell.place, cell.column, str(low), str(high), said)


def _known_part(book: Book, hidden: Withheld, at: int, place: np.ndarray) -> int:
    """What of a sum is published."""
    entry, atom, weight = (np.concatenate(part) for part in (hidden.entry, hidden.atom, hidden.weight))
    own = (entry == at) & (atom != ABSENT)
    own[own] = place[atom[own]] < 0
    return int((book.cells.value[atom[own]] * weight[own]).sum())


def _said(book: Book, system: System, equations: Sequence[int]) -> str:
    """The published figures behind equations, in words."""
    said = []
    for one in equations[:_REASONS_SHOWN]:
        batch = system.batches[system.batch[one]]
        population, number, g, d, column, row = batch.where[system.within[one]].tolist()
        layout = book.layouts[population]
        rows = book.rows[0, population]
        where = " > ".join(
            filter(
                None,
                (
                    book.governorates[g] if g >= 0 else "",
                    book.districts[d] if d >= 0 else "",
                    rows.place[row] if 0 <= row < len(rows) else "",
                ),
            )
        )
        what = layout.columns[column] if column >= 0 else ""
        version = "" if batch.version == book.states[0].name else f" in {batch.version}"
        said.append(
            " ".join(filter(None, (batch.kind, what, f"of {where}" if where else "", f"{layout.population} R{number}"))) + version
        )
    rest = len(equations) - _REASONS_SHOWN
    return "; ".join(said) + (f"; and {rest} more" if rest > 0 else "")


def _closed_sums(sums: sparse.csr_matrix, ranges: closed.Ranges) -> np.ndarray:
    """The least width of withheld sums, by moves within pools and blocks. Sound, not exact: 0 where no such move is seen."""
    found = np.zeros(sums.shape[0], np.int64)
    if not sums.nnz:
        return found
    part = sums.tocoo()
    width = ranges.high - ranges.low
    # one cell, or a difference of cells of two rounds: as wide as the widest of its cells, the others staying as they are
    different = np.zeros(sums.shape[0], bool)
    different[part.row[part.data < 0]] = True
    sizes = np.diff(sums.indptr)
    single = (different & (sizes == 2)) | (sizes == 1)
    np.maximum.at(found, part.row, np.where(single[part.row], width[part.col], 0))
    _subsets(part, part.data > 0, ranges, found)
    _subsets(part, part.data < 0, ranges, found)
    _crossings(part, ranges, found, different)
    return found


def _subsets(part: sparse.coo_matrix, side: np.ndarray, ranges: closed.Ranges, found: np.ndarray) -> None:
    """Households of some locations: what they can exchange with others of their pools.

    ``side``: the entries that move, those that are added or those that are taken off; the others stay as they are.
    """
    chosen = (ranges.pool[part.col] >= 0) & side
    if not chosen.any():
        return
    pool = ranges.pool[part.col[chosen]].astype(np.int64)
    free = np.flatnonzero(ranges.pool >= 0)
    members = np.bincount(ranges.pool[free])
    both, inside = np.unique(part.row[chosen].astype(np.int64) * (1 << 32) + pool, return_counts=True)
    # from the fewest that the members can have to the most, as the pool stands
    values = np.bincount(ranges.pool[free], weights=ranges.value[free] - ranges.least[free])
    some = inside < members[both & 0xFFFFFFFF]
    moved = np.zeros(len(found), np.int64)
    np.add.at(moved, (both >> 32)[some], values[(both & 0xFFFFFFFF)[some]].astype(np.int64))
    np.maximum(found, moved, out=found)


def _crossings(part: sparse.coo_matrix, ranges: closed.Ranges, found: np.ndarray, different: np.ndarray) -> None:
    """Cells of one category in one block: rows R x column C of it as one cell of a table of two by two."""
    chosen = (ranges.block[part.col] >= 0) & ~different[part.row]
    if not chosen.any():
        return
    target, cell = part.row[chosen], part.col[chosen]
    column = ranges.column[cell].astype(np.int64)
    both, inverse, inside = np.unique(target.astype(np.int64) * (1 << 32) + column, return_inverse=True, return_counts=True)
    first = np.zeros(len(both), np.int64)
    first[inverse] = cell
    free = np.flatnonzero(ranges.block >= 0)
    members = np.bincount(ranges.column[free])
    whole = inside == members[both & 0xFFFFFFFF]
    rows_total = np.bincount(inverse, weights=ranges.row_total[cell], minlength=len(both))
    low = np.where(
        whole, ranges.column_low[first], np.maximum(0, rows_total + ranges.column_low[first] - ranges.block_total[first])
    )
    high = np.where(whole, ranges.column_high[first], np.minimum(rows_total, ranges.column_high[first]))
    # of two categories that move, one might make up for the other: left to programmes
    moving = np.bincount((both >> 32)[ranges.column_high[first] > 0], minlength=len(found))
    np.maximum.at(found, both >> 32, np.where(moving[both >> 32] > 1, 0, high - low).astype(np.int64))
