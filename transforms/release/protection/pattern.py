"""Which values of a list are withheld, and what the version released before fixes of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from transforms.release.protection.lists import CountedList, summed


@dataclass(frozen=True)
class Start:
    """What is settled before the search for values to withhold begins.

    ``hidden_...``: withheld by the version before; stays so. ``shown_...``: given by the version before with the same value;
    withholding it now would hide nothing. ``..._households`` and ``..._margins`` are by location, ``..._sums`` by governorate
    and category.
    """

    hidden_households: np.ndarray
    shown_households: np.ndarray
    hidden_districts: np.ndarray
    shown_districts: np.ndarray
    hidden_governorates: np.ndarray
    shown_governorates: np.ndarray
    hidden_margins: Mapping[str, np.ndarray]
    shown_margins: Mapping[str, np.ndarray]
    hidden_sums: Mapping[str, np.ndarray]
    shown_sums: Mapping[str, np.ndarray]


def nothing_settled(own: CountedList) -> Start:
    """The start of a list that was not released before."""
    places, areas, districts = len(own.rows), len(own.governorates), len(own.districts)

    def by_margin(width: bool) -> dict[str, np.ndarray]:
        shapes = {name: (areas, len(one.categories)) if width else places for name, one in own.margins.items()}
        return {name: np.zeros(shape, dtype=bool) for name, shape in shapes.items()}

    none = [np.zeros(size, dtype=bool) for size in (places, places, districts, districts, areas, areas)]
    return Start(*none, by_margin(False), by_margin(False), by_margin(True), by_margin(True))


@dataclass(frozen=True)
class Places:
    """Whose total is withheld.

    ``hidden``: locations. ``pool``: of a hidden location, the group of hidden locations whose sum can be worked out, else -1.
    ``districts``, ``governorates``: whose total is withheld. ``area``: of each governorate, the governorate that stands for
    those whose totals are withheld together; itself where its total is given.
    """

    hidden: np.ndarray
    pool: np.ndarray
    districts: np.ndarray
    governorates: np.ndarray
    area: np.ndarray


@dataclass(frozen=True)
class MarginPattern:
    """What is withheld of a margin.

    ``hidden``: locations whose margin is withheld. ``sums``: governorate x category, the sums that are. ``zeros``: governorate
    x category, where the cells of hidden margins can only be 0, and say so. ``nation``: categories, and last what
    the margin misses, whose sum over all governorates has to stay unknown too.
    """

    hidden: np.ndarray
    sums: np.ndarray
    zeros: np.ndarray
    nation: np.ndarray


@dataclass(frozen=True)
class Pattern:
    """What is withheld of a list."""

    places: Places
    margins: Mapping[str, MarginPattern]

    def camps_known(self, own: CountedList) -> np.ndarray:
        """Of each location, whether its households in camps can be read, or can only be 0."""
        shelter, pattern = own.margins.get("shelter"), self.margins.get("shelter")
        if shelter is None or pattern is None:
            return np.ones(len(own.rows), dtype=bool)
        return ~pattern.hidden | pattern.zeros[own.governorate][:, shelter.is_camp].all(axis=1)

    def outside_known(self, own: CountedList) -> np.ndarray:
        """Of each location, whether its households outside camps can be read, or can only be 0."""
        shelter, pattern = own.margins.get("shelter"), self.margins.get("shelter")
        if shelter is None or pattern is None:
            return np.ones(len(own.rows), dtype=bool)
        empty = pattern.zeros[:, ~shelter.is_camp].all(axis=1)
        rest = summed(shelter.cells[:, -1] * pattern.hidden, own.governorate, len(own.governorates))
        return ~pattern.hidden | (empty & (rest == 0))[own.governorate]
