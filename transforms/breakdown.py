"""Counts per location, and the breakdown of its households by origin or last displacement, shelter and period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms import long_2014, unit
from transforms.body import Body, body
from transforms.headers import BREAKDOWN_KINDS, HOUSEHOLDS, INDIVIDUALS, MARGIN, Key
from transforms.places import places
from transforms.readers.sheet import Sheet
from transforms.refusal import Refusal, found
from transforms.row_problems import wave_problems


@dataclass(frozen=True)
class Counts:
    """Count columns of shape (columns, locations): ``values`` (0 where blank) and the ``blank`` mask."""

    keys: tuple[Key, ...]
    values: np.ndarray
    blank: np.ndarray

    def of_kind(self, kind: str) -> list[int]:
        """Positions of the columns of one kind."""
        return [at for at, key in enumerate(self.keys) if key[0] == kind]

    def column(self, key: Key) -> pa.Array:
        """One column, null where blank or where the list has none."""
        if key not in self.keys:
            return pa.nulls(self.values.shape[1], pa.int64())
        at = self.keys.index(key)
        return pa.array(self.values[at], mask=self.blank[at])

    def plus(self, columns: dict[Key, np.ndarray]) -> Counts:
        """With more columns, which have no blank cells."""
        if not columns:
            return self
        blank = np.zeros((len(columns), self.values.shape[1]), bool)
        keys = (*self.keys, *columns)
        return Counts(keys, np.vstack([self.values, *columns.values()]), np.vstack([self.blank, blank]))


@dataclass(frozen=True)
class Breakdown:
    """Breakdown cells in households: (dimension, category) of each row of ``households`` and ``unknown``.

    Both have the shape (categories, locations). ``unit`` is the unit of the source; ``blank_cells`` the number
    of blank cells of each location that are zeros.
    """

    categories: tuple[tuple[str, str], ...]
    households: np.ndarray
    unknown: np.ndarray
    unit: str
    blank_cells: np.ndarray

    def cells(self, place_id: pa.Array) -> pa.Table:
        """The cells that are not zero, null where not known."""
        category, place = np.nonzero((self.households != 0) | self.unknown)
        listed = self.category_table()
        return pa.table(
            {
                "place_id": place_id.take(pa.array(place)),
                "dimension": listed["dimension"].take(pa.array(category)),
                "category": listed["category"].take(pa.array(category)),
                "households": pa.array(self.households[category, place], mask=self.unknown[category, place]),
            }
        )

    def category_table(self) -> pa.Table:
        """The categories that the list carries."""
        return pa.table(
            {
                "dimension": pa.array([dimension for dimension, _ in self.categories], pa.string()),
                "category": pa.array([name for _, name in self.categories], pa.string()),
            }
        )


def counts(body: Body) -> Counts:
    """The count columns of a list with one row per location."""
    return Counts(body.numbered, body.numbers.values, body.numbers.blank)


def added_up(body: Body, group: np.ndarray) -> Counts:
    """The count columns of a long layout: origin and period names become columns, rows of one place add up."""
    households = body.number(HOUSEHOLDS).values
    every = counts(body).plus(long_2014.spread(body.fields, households))
    filled = long_2014.add_up(group, (~every.blank).astype(np.int64))
    return Counts(every.keys, long_2014.add_up(group, every.values), filled == 0)


def wave_columns(by_wave: dict[str, Sheet], place_id: pa.Array, set_aside: pa.Array, file: str) -> dict[Key, np.ndarray]:
    """Period columns of R5, whose waves stand in sheets of their own, for the places ``place_id``.

    Rows of the places ``set_aside``, which are in quarantine, are passed over with them.

    Raises:
        Refusal: a row of such a sheet cannot be taken, or is of a place that the list does not hold.
    """
    columns = {}
    for wave, sheet in by_wave.items():
        rows = body(sheet, "idp", file)
        where = places(rows)
        problems = wave_problems(rows, where, sheet)
        if problems:
            detail = f"Sheet {found(sheet.name)} has rows that cannot be taken: correct or remove them."
            raise Refusal(file, problems[0].rule, detail, tuple(problems), is_for_quarantine=False)
        households = rows.number(HOUSEHOLDS)
        own = where.place_id.text()
        lost = own.filter(pc.invert(pc.is_in(own, value_set=pa.concat_arrays([place_id, set_aside]))))
        if len(lost):
            detail = f"Sheet {found(sheet.name)} holds places that the list does not, such as {found(lost[0].as_py())}."
            raise Refusal(file, "sheet_unclear", detail)
        listed = pc.is_in(own, value_set=place_id).to_numpy(zero_copy_only=False)
        at = pc.index_in(own.filter(pa.array(listed)), value_set=place_id).to_numpy()
        columns["period", wave] = np.zeros(len(place_id), np.int64)
        np.add.at(columns["period", wave], at, households.values[listed])
    return columns


def breakdown(counts: Counts, population: str, file: str) -> Breakdown:
    """The breakdown in households.

    A blank cell is 0 where the row's other cells of that margin already add up to its total; otherwise it is
    not known.

    Raises:
        Refusal: the unit of the cells cannot be decided.
    """
    households = counts.values[counts.keys.index(HOUSEHOLDS)]
    individuals = counts.values[counts.keys.index(INDIVIDUALS)] if INDIVIDUALS in counts.keys else None
    margin = counts.values[counts.of_kind(MARGIN[population])].sum(axis=0)
    used = unit.decide(margin, households, individuals, file)
    expected = households if used == "households" else individuals
    categories: list[tuple[str, str]] = []
    values, unknowns = [], []
    blank_cells = np.zeros(len(households), np.int64)
    for kind, dimension in BREAKDOWN_KINDS.items():
        own = counts.of_kind(kind)
        cells, blank = counts.values[own], counts.blank[own]
        closes = cells.sum(axis=0) == expected
        unknown = blank & ~closes
        blank_cells += (blank & closes).sum(axis=0)
        if used == "individuals":
            cells, remainder = unit.to_households(cells, households, expected)
            unknown |= remainder
        categories += [(dimension, counts.keys[at][1]) for at in own]
        values.append(cells)
        unknowns.append(unknown)
    return Breakdown(tuple(categories), np.vstack(values), np.vstack(unknowns), used, blank_cells)
