"""The figures of the lists as numbered cells: the households of each location and of each category of its margins."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb
import numpy as np

from expectations.columns import POPULATIONS, breakdown_categories

HOUSEHOLDS = 0  # the column of a list that holds the households themselves; its margins are 1 to 3
MARGINS = {"shelter": 1, "period": 2, "origin_governorate": 3, "last_displacement": 3}
ABSENT = -1
REST = -1  # stands for the column of what a margin misses of the total of its location
_AREAS = 4_096  # more than there are governorates, districts or columns: numbers of areas and columns fit into keys of this base


@dataclass(frozen=True)
class Layout:
    """The columns of the list of a population: first households, then the categories of its margins.

    ``margin``: number of the margin of each column; ``camp``: whether it counts households in camps.
    """

    population: str
    columns: tuple[str, ...]
    categories: tuple[str, ...]
    margin: np.ndarray
    camp: np.ndarray

    @property
    def table(self) -> str:
        """The name of the list."""
        return f"{self.population}_master_list"


def layout(population: str, camps: frozenset[str]) -> Layout:
    """The layout of a population's list; ``camps`` are its shelter types of the group camp."""
    parts = breakdown_categories(population)
    names = ("households", *(name for _, _, name in parts))
    margin = np.array([HOUSEHOLDS, *(MARGINS[dimension] for dimension, _, _ in parts)])
    camp = np.array([False, *(dimension == "shelter" and category in camps for dimension, category, _ in parts)])
    return Layout(population, names, ("", *(category for _, category, _ in parts)), margin, camp)


@dataclass
class Rows:
    """Rows of the list of one population as one version shows them.

    ``ids``: the number of each cell, rows x columns, :data:`ABSENT` where there is no figure; ``given`` and ``withheld`` tell
    whether the version prints the cell, or says that it withholds it; ``number`` numbers the row among all rows of the truth;
    ``rest`` (rows x 6) the cells of what each margin misses of the total or has beyond it, ABSENT where none of its governorate does.
    """

    layout: Layout
    round: np.ndarray
    place: np.ndarray
    governorate: np.ndarray
    district: np.ndarray
    number: np.ndarray
    ids: np.ndarray
    given: np.ndarray
    withheld: np.ndarray
    rest: np.ndarray

    @property
    def population(self) -> int:
        """The number of the population."""
        return POPULATIONS.index(self.layout.population)

    def __len__(self) -> int:
        return len(self.round)


@dataclass
class Cells:
    """All cells: their true value, where they stand, and whether any version prints them. Grows by values that were revised."""

    value: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    known: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    population: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int8))
    round: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    governorate: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    row: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    column: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))

    def add(
        self,
        values: np.ndarray,
        population: int,
        rounds: np.ndarray,
        governorate: np.ndarray,
        row: np.ndarray,
        column: np.ndarray,
    ) -> np.ndarray:
        """New cells; returns their numbers."""
        first, count = len(self.value), len(values)
        self.value = np.r_[self.value, values]
        self.known = np.r_[self.known, np.zeros(count, bool)]
        self.population = np.r_[self.population, np.full(count, population, np.int8)]
        self.round = np.r_[self.round, rounds.astype(np.int32)]
        self.governorate = np.r_[self.governorate, governorate.astype(np.int32)]
        self.row = np.r_[self.row, row.astype(np.int32)]
        self.column = np.r_[self.column, column.astype(np.int32)]
        return np.arange(first, first + count, dtype=np.int64)

    def values(self, ids: np.ndarray) -> np.ndarray:
        """The values of cells, 0 where a cell is absent."""
        return (
            np.where(ids == ABSENT, 0, self.value[np.where(ids == ABSENT, 0, ids)])
            if len(self.value)
            else np.zeros(ids.shape, np.int64)
        )

    def unknown(self, ids: np.ndarray) -> np.ndarray:
        """Which of the cells are figures that no version prints."""
        return (ids != ABSENT) & ~self.known[np.where(ids == ABSENT, 0, ids)] if len(self.value) else np.zeros(ids.shape, bool)


def key(*parts: np.ndarray | int) -> np.ndarray:
    """One number for several, such as population, round, governorate, district, column; each from -1 to 4094."""
    made = np.zeros((), np.int64)
    for part in parts:
        made = made * _AREAS + (np.asarray(part, np.int64) + 1)
    return made


def matrix(connection: duckdb.DuckDBPyConnection, query: str, columns: tuple[str, ...]) -> np.ndarray:
    """Columns of a query as whole numbers, rows x columns, -1 for null."""
    chosen = ", ".join(f'coalesce("{column}", -1) as "{column}"' for column in columns)
    found = connection.execute(f"select {chosen} from ({query})").fetchnumpy()
    return np.column_stack([np.asarray(found[column], np.int64) for column in columns]) if columns else np.zeros((0, 0), np.int64)
