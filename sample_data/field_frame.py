"""What the round before leaves to the field: every location and population of the last list, and how it is divided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from expectations import form
from sample_data import counts, dirt_in_places, portal
from sample_data.generator import COUNTS, DIRT_IN_PLACES, MIXTURES, PLACES, random_stream, round_numbers
from sample_data.places import Places, invent

ROUND = portal.LAST_ROUND + 1
# The three margins of a population, by the dimension of their cells.
MARGINS = {"idp": ("shelter", "period", "origin_governorate"), "returnee": ("shelter", "period", "last_displacement")}
CELLS = tuple(question for question in form.questions(ROUND) if question.cell)
_AT = {question.name: at for at, question in enumerate(CELLS)}
# Counts this many standard deviations above the mean stay as they were: a change would rightly be called an outlier.
_LARGE_DEVIATIONS = 2.0


@dataclass
class Frame:
    """One element per location and population of the last list, a *unit*.

    ``place`` are indices into ``places``; ``households`` is the count of the last list; ``weights`` of shape (units, cells)
    say how its households are divided. ``is_large`` marks the largest counts, ``is_plain`` units without any planted dirt
    that are no camps.
    """

    places: Places
    population: np.ndarray
    place: np.ndarray
    households: np.ndarray
    weights: np.ndarray
    is_large: np.ndarray
    is_plain: np.ndarray

    def __len__(self) -> int:
        return len(self.place)

    def of(self, unit: int, column: str) -> str:
        """What the register says of the location of a unit, for example ``name_en``."""
        return getattr(self.places, column)[self.place[unit]]


def cell(name: str) -> int:
    """Position of a cell among :data:`CELLS` by the name of its question."""
    return _AT[name]


def margin(population: str, dimension: str) -> list[int]:
    """Positions of the cells of one margin that are asked of a population."""
    return [at for at, question in enumerate(CELLS) if question.cell[0] == dimension and population in question.populations]


def frame(places: int, seed: int, rounds: int) -> Frame:
    """The units of the last of ``rounds`` lists as :func:`sample_data.generator.write` writes them for the same arguments."""
    number = round_numbers(rounds, None)[-1]
    dirty = dirt_in_places.plant(random_stream(seed, DIRT_IN_PLACES), invent(random_stream(seed, PLACES), places))
    parts = []
    for stream, population in enumerate(portal.POPULATIONS):
        series = counts.series(random_stream(seed, COUNTS, stream), dirty.places, population, rounds, dirty.touched)
        weights = counts.mixtures(random_stream(seed, MIXTURES, stream), dirty.places, population)
        weights[:, ~counts.open_columns(population, number)] = 0
        members = np.flatnonzero(series.listed[-1])
        parts.append((population, members, series.households[-1][members], _by_cell(weights[members], population)))
    place = np.concatenate([members for _, members, _, _ in parts])
    return Frame(
        dirty.places,
        np.concatenate([np.full(len(members), population, object) for population, members, _, _ in parts]),
        place,
        np.concatenate([households for _, _, households, _ in parts]),
        np.concatenate([weights for *_, weights in parts]),
        np.concatenate([_is_large(households) for _, _, households, _ in parts]),
        ~(dirty.touched | dirty.places.is_camp)[place],
    )


def _by_cell(weights: np.ndarray, population: str) -> np.ndarray:
    """Weights by the cells of the form instead of the columns of the portal; every margin has one that is not 0."""
    found = np.zeros((len(weights), len(CELLS)), np.int64)
    for at, (kind, category, _) in enumerate(portal.breakdown(population)):
        if weights[:, at].any():
            found[:, cell(f"{kind}_{category}")] = weights[:, at]
    # 'Other' needs its words, and its words a reader: none of it without intent.
    found[:, cell("shelter_other")] = 0
    usual = {"shelter": "shelter_host_family", "period": "period_august_2014"}
    for dimension in MARGINS[population]:
        empty = found[:, margin(population, dimension)].sum(axis=1) == 0
        found[empty, cell(usual.get(dimension) or CELLS[margin(population, dimension)[0]].name)] = 1
    return found


def _is_large(households: np.ndarray) -> np.ndarray:
    logs = np.log(households)
    return (households > households.mean() + _LARGE_DEVIATIONS * households.std()) | (
        logs > logs.mean() + _LARGE_DEVIATIONS * logs.std()
    )


def divide(households: np.ndarray, weights: np.ndarray, population: np.ndarray) -> np.ndarray:
    """Households per cell, shape (rows, cells); each margin of the row's population adds up to its ``households``."""
    cells = np.zeros_like(weights)
    for name, dimensions in MARGINS.items():
        rows = np.flatnonzero(population == name)
        for dimension in dimensions:
            columns = margin(name, dimension)
            cells[np.ix_(rows, columns)] = counts.apportion(households[rows], weights[np.ix_(rows, columns)])
    return cells


def one_each(weights: np.ndarray, population: np.ndarray) -> np.ndarray:
    """Weights with only the heaviest cell of each margin."""
    found = np.zeros_like(weights)
    for name, dimensions in MARGINS.items():
        rows = np.flatnonzero(population == name)
        for dimension in dimensions:
            columns = np.array(margin(name, dimension))
            found[rows, columns[np.argmax(weights[np.ix_(rows, columns)], axis=1)]] = 1
    return found
