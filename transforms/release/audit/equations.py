"""What published sums say of the figures that nobody prints: equations over unknown cells, each once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sparse

from transforms.release.audit.figures import Cells

# The kinds that every release has, whose structure the closed forms know: totals of areas, sums of categories, margins of a
# location, and what came, came back and left. Any other equation, and what another version adds, is left to programmes.
AREAS = ("district", "governorate", "national")
CATEGORIES = ("category 1", "category 2", "category 3")
NATIONAL_CATEGORIES = ("national category 1", "national category 2", "national category 3")
LOCATIONS = ("location 1", "location 2", "location 3")
CHANGES = ("new households", "back households", "no_longer_listed households")
PLAIN = frozenset((*AREAS, *CATEGORIES, *NATIONAL_CATEGORIES, *LOCATIONS, *CHANGES))


@dataclass
class Batch:
    """Equations of one kind from one version. ``entry``: the equation of each entry, ``atom`` its cell, ``weight`` its factor.

    ``is_plain``: one of the kinds of :data:`PLAIN`, of the newest version.
    ``where``: population, round, governorate, district, column and row of each equation, -1 where it is of none.
    """

    kind: str
    version: str
    keys: np.ndarray
    where: np.ndarray
    entry: np.ndarray
    atom: np.ndarray
    weight: np.ndarray
    is_plain: bool = False


@dataclass
class Equations:
    """All equations, in batches. Known cells are left out of them: a sum of unknown cells equals its true value."""

    cells: Cells
    batches: list[Batch] = field(default_factory=list)

    def add(
        self, kind: str, version: str, keys: np.ndarray, where: np.ndarray, atoms: np.ndarray, weights: np.ndarray | None = None
    ) -> None:
        """Equations from entries: those with the same key are one equation.

        Args:
            keys: of each entry.
            where: entries x 6, as in :class:`Batch`.
            atoms: the cell of each entry; known ones are dropped.
            weights: their factors, by default 1.
        """
        weights = np.ones(len(atoms), np.int64) if weights is None else weights
        chosen = self.cells.unknown(atoms) & (weights != 0)
        keys, where, atoms, weights = keys[chosen], where[chosen], atoms[chosen], weights[chosen]
        unique, first, entry = np.unique(keys, return_index=True, return_inverse=True)
        newest = self.batches[0].version if self.batches else version
        made = Batch(kind, version, unique, where[first], entry, atoms, weights, kind in PLAIN and version == newest)
        self.batches.append(self._told_before(made))

    def _told_before(self, made: Batch) -> Batch:
        """Less what the equation of the same key of the newest version says: only the difference of the two is new."""
        newest = self.batches[0].version if self.batches else made.version
        if made.version == newest:
            return made
        for base in self.batches:
            if base.kind == made.kind and base.version == newest and len(base.keys):
                made = self._less(made, base)
        return made

    @staticmethod
    def _less(made: Batch, base: Batch) -> Batch:
        at = np.searchsorted(base.keys, made.keys)
        at = np.where((at < len(base.keys)) & (base.keys[np.minimum(at, len(base.keys) - 1)] == made.keys), at, -1)
        own = np.full(len(base.keys), -1)
        own[at[at >= 0]] = np.flatnonzero(at >= 0)
        repeated = own[base.entry]
        chosen = repeated >= 0
        entry = np.r_[made.entry, repeated[chosen]]
        atom = np.r_[made.atom, base.atom[chosen]]
        weight = np.r_[made.weight, -base.weight[chosen]]
        return _netted(Batch(made.kind, made.version, made.keys, made.where, entry, atom, weight))

    def joined(self) -> System:
        """All of them as one system, identical ones once, empty ones never."""
        if not self.batches:
            return System(np.zeros(0, np.int64), sparse.csr_matrix((0, 0)), np.zeros(0, np.int64), np.zeros(0, np.int64), [])
        batches = sorted(self.batches, key=lambda batch: not batch.is_plain)  # of identical ones the plain one stays
        starts = np.cumsum([0, *(len(batch.keys) for batch in batches)])
        entry = np.concatenate([batch.entry + start for batch, start in zip(batches, starts, strict=False)])
        atom = np.concatenate([batch.atom for batch in batches])
        weight = np.concatenate([batch.weight for batch in batches])
        kept = _first_of_each(entry, atom, weight, starts[-1])
        renumbered = np.full(starts[-1], -1)
        renumbered[kept] = np.arange(len(kept))
        chosen = renumbered[entry] >= 0
        entry, atom, weight = renumbered[entry[chosen]], atom[chosen], weight[chosen]
        unknown = np.flatnonzero(self.cells.unknown(np.arange(len(self.cells.value))))
        place = np.full(len(self.cells.value), -1)
        place[unknown] = np.arange(len(unknown))
        left = sparse.csr_matrix((weight.astype(np.int64), (entry, place[atom])), shape=(len(kept), len(unknown)))
        batch_of = np.searchsorted(starts, kept, side="right") - 1
        return System(unknown, left, batch_of, kept - starts[batch_of], batches)


@dataclass
class System:
    """The system: ``left`` (equations x unknown cells) times their values gives what is published.

    ``atoms``: the cells of the columns; ``batch`` and ``within``: where each equation comes from.
    """

    atoms: np.ndarray
    left: sparse.csr_matrix
    batch: np.ndarray
    within: np.ndarray
    batches: list[Batch]

    def is_plain(self) -> np.ndarray:
        """Whether each equation is one whose structure the closed forms know."""
        return np.array([batch.is_plain for batch in self.batches], bool)[self.batch]

    def kinds(self) -> np.ndarray:
        """The kind of each equation."""
        return np.array([batch.kind for batch in self.batches], object)[self.batch]


def _netted(batch: Batch) -> Batch:
    """Entries of one cell in one equation added up."""
    if not len(batch.entry):
        return batch
    both = batch.entry.astype(np.int64) * (int(batch.atom.max()) + 1) + batch.atom
    unique, inverse = np.unique(both, return_inverse=True)
    weight = np.bincount(inverse, weights=batch.weight, minlength=len(unique)).astype(np.int64)
    chosen = weight != 0
    wide = int(batch.atom.max()) + 1
    return Batch(
        batch.kind, batch.version, batch.keys, batch.where, unique[chosen] // wide, unique[chosen] % wide, weight[chosen]
    )


def _first_of_each(entry: np.ndarray, atom: np.ndarray, weight: np.ndarray, count: int) -> np.ndarray:
    """The equations that are not empty and not the same as, or the negative of, one before."""
    random = np.random.default_rng(0).integers(1, 1 << 62, int(atom.max()) + 1 if len(atom) else 1, dtype=np.uint64)
    second = np.random.default_rng(1).integers(1, 1 << 62, len(random), dtype=np.uint64)
    marks = []
    for numbers in (random, second):  # sums that wrap around: the same for the same entries in any order
        mark = np.zeros(count, np.uint64)
        np.add.at(mark, entry, weight.astype(np.uint64) * numbers[atom])
        marks.append(mark)
    size = np.bincount(entry, minlength=count)
    negative = -marks[0].astype(np.int64)
    same = np.minimum(marks[0].astype(np.int64), negative)
    other = np.minimum(marks[1].astype(np.int64), -marks[1].astype(np.int64))
    _, first = np.unique(np.column_stack([same, other, size]), axis=0, return_index=True)
    return np.sort(first[size[first] > 0])
