"""A list as the protection step sees it: who is where, in arrays, one row a location in the order of the key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from expectations.columns import POPULATIONS, breakdown_categories

CAMP_GROUP = "camp"


@dataclass(frozen=True)
class Margin:
    """One margin of a list.

    ``cells``: households, one row a location, one column a category, and last what the categories miss of the location's
    households (0 nearly everywhere). ``is_carried``: locations that have the margin. ``is_camp``: categories of camps.
    """

    dimension: str
    categories: tuple[str, ...]
    columns: tuple[str, ...]
    cells: np.ndarray
    is_carried: np.ndarray
    is_camp: np.ndarray


@dataclass(frozen=True)
class CountedList:
    """The list of a population in a round.

    ``rows``: where its locations stand in the master list of the population. ``governorate``, ``district``: of each location,
    as a position in ``governorates`` and ``districts`` (governorate and district). ``households``: 0 where not known.
    ``persons``: individuals per household outside and inside camps.
    """

    population: str
    round: int
    rows: np.ndarray
    place_ids: np.ndarray
    governorates: tuple[str, ...]
    governorate: np.ndarray
    districts: tuple[tuple[str, str], ...]
    district: np.ndarray
    district_governorate: np.ndarray
    households: np.ndarray
    margins: Mapping[str, Margin]
    persons: tuple[int, int]

    @property
    def one_multiplier(self) -> bool:
        """Whether individuals follow from households alone."""
        return self.persons[0] == self.persons[1]

    def governorate_sums(self, margin: Margin) -> np.ndarray:
        """Households of each governorate (rows) and category (columns)."""
        return summed(margin.cells[:, :-1], self.governorate, len(self.governorates))


def summed(values: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Values added up by group, one row a group."""
    found = np.zeros((groups, *values.shape[1:]), dtype=np.int64)
    np.add.at(found, group, values)
    return found


def counted_lists(tables: Mapping[str, pa.Table]) -> list[CountedList]:
    """Every list that the tables hold, by population and round."""
    return [own for population in POPULATIONS if f"{population}_master_list" in tables for own in _of(population, tables)]


def _of(population: str, tables: Mapping[str, pa.Table]) -> list[CountedList]:
    table = tables[f"{population}_master_list"]
    rounds = table["round"].to_numpy()
    places, governorates, districts = (
        np.asarray(table[name].to_pylist(), dtype=object) for name in ("place_id", "governorate", "district")
    )
    households = numbers(table, "households")
    margins = _margins(population, table, households)
    found = []
    for number in np.unique(rounds):
        rows = np.flatnonzero(rounds == number)
        names = tuple(sorted(set(governorates[rows])))
        areas = tuple(sorted(set(zip(governorates[rows], districts[rows], strict=True))))
        position = {name: place for place, name in enumerate(names)}
        area = {name: place for place, name in enumerate(areas)}
        found.append(
            CountedList(
                population,
                int(number),
                rows,
                places[rows],
                names,
                np.fromiter(map(position.__getitem__, governorates[rows]), dtype=np.int64, count=len(rows)),
                areas,
                np.fromiter(map(area.__getitem__, zip(governorates[rows], districts[rows], strict=True)), np.int64, len(rows)),
                np.array([position[governorate] for governorate, _ in areas], dtype=np.int64),
                households[rows],
                {
                    name: Margin(name, own.categories, own.columns, own.cells[rows], own.is_carried[rows], own.is_camp)
                    for name, own in margins.items()
                },
                _persons(population, int(number)),
            )
        )
    return found


def numbers(table: pa.Table, column: str) -> np.ndarray:
    """A column of whole numbers, 0 where it is null."""
    return pc.fill_null(table[column], 0).to_numpy()


def _margins(population: str, table: pa.Table, households: np.ndarray) -> dict[str, Margin]:
    camps = {row["shelter_type"] for row in codes.rows("shelter_type") if row["shelter_group"] == CAMP_GROUP}
    by_dimension: dict[str, list[tuple[str, str]]] = {}
    for dimension, category, column in breakdown_categories(population):
        if column in table.column_names:
            by_dimension.setdefault(dimension, []).append((category, column))
    found = {}
    for dimension, pairs in by_dimension.items():
        categories, columns = zip(*pairs, strict=True)
        cells = np.column_stack([numbers(table, column) for column in columns])
        # What a margin misses is a cell of its own that nobody prints; a margin of too many households misses nothing.
        rest = np.maximum(households - cells.sum(axis=1), 0)
        known = np.column_stack([pc.is_valid(table[column]).to_numpy() for column in columns]).any(axis=1)
        is_camp = np.array([dimension == "shelter" and category in camps for category in categories])
        found[dimension] = Margin(dimension, categories, columns, np.column_stack([cells, rest]), known, is_camp)
    return found


def _persons(population: str, number: int) -> tuple[int, int]:
    """Individuals per household outside and inside camps in a round, by table multiplier_rule."""
    held = {
        row["setting"]: int(row["persons_per_household"])
        for row in codes.rows("multiplier_rule")
        if row["population"] == population
        and int(row["first_round"]) <= number
        and (not row["last_round"] or number <= int(row["last_round"]))
    }
    return held["out_of_camp"], held["in_camp"]
