"""Write a synthetic country-round: lists with known dirt, files that must be refused, and the ledger of both."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from expectations import codes
from sample_data import broken, counts, dirt_in_places, dirt_in_rows, ledger, portal
from sample_data.dirt_in_places import DirtyPlaces
from sample_data.ledger import Planted
from sample_data.places import Places, invent
from sample_data.portal import LAST_ROUND, Listing

PLACES_MINIMUM = 60
_BROKEN_PLACES = 60
_LISTS = "lists"
# One random stream a purpose, so that a change of one leaves the others as they are.
PLACES, DIRT_IN_PLACES, COUNTS, MIXTURES, _DIRT_IN_ROWS, _BROKEN = range(6)


def write(out: Path, *, rounds: int = 3, places: int = 400, seed: int = 20210301, first_round: int | None = None) -> Path:
    """Write ``out/lists/``, ``out/broken/`` and ``out/ledger.csv``; equal arguments give equal bytes.

    Args:
        out: folder to write into; it is made where it does not exist.
        rounds: neighbouring rounds, one IDP and one returnee list each (no returnee list before R18).
        places: places of the synthetic country; about 75 % are IDP and 45 % returnee locations.
        seed: of all random numbers.
        first_round: the first of the rounds; by default the rounds end with the last one of the portal's series, R120.

    Returns:
        ``out``.

    Raises:
        ValueError: fewer than 60 places, more than the location codes have room for, or rounds outside R1 to R120.
        FileExistsError: ``out`` holds other files among the lists or the broken files; nothing is written.
    """
    numbers = round_numbers(rounds, first_round)
    if places < PLACES_MINIMUM:
        raise ValueError(f"{places} places are too few to plant every kind of defect: ask for at least {PLACES_MINIMUM}.")
    series = {population: _listed_rounds(population, numbers) for population in portal.POPULATIONS}
    names = {portal.file_name(population, number) for population in series for number in series[population]}
    _demand_own(out / _LISTS, names)
    _demand_own(out / broken.FOLDER, broken.files())
    dirty = dirt_in_places.plant(random_stream(seed, DIRT_IN_PLACES), invent(random_stream(seed, PLACES), places))
    planted: list[Planted] = []
    for population, own in series.items():
        if own:
            planted += _write_lists(out / _LISTS, dirty, population, own, seed)
    planted += broken.write(out / broken.FOLDER, _sound_list(numbers[-1], seed), numbers[-1])
    ledger.write(out / "ledger.csv", planted)
    return out


def random_stream(seed: int, *purpose: int) -> np.random.Generator:
    """Random numbers for one purpose, independent of those for others."""
    return np.random.default_rng([seed, *purpose])


def round_numbers(rounds: int, first_round: int | None) -> list[int]:
    """The numbers of neighbouring rounds; by default they end with the last one of the portal's series.

    Raises:
        ValueError: not all of them are in the series.
    """
    first = LAST_ROUND - rounds + 1 if first_round is None else first_round
    if rounds < 1 or first < 1 or first + rounds - 1 > LAST_ROUND:
        raise ValueError(f"{rounds} rounds from R{first} on: the sample can have R1 to R{LAST_ROUND}.")
    return list(range(first, first + rounds))


def _listed_rounds(population: str, numbers: list[int]) -> list[int]:
    """The rounds for which the round registry knows a list."""
    return [number for number in numbers if codes.rounds()[number][f"{population}_list"] == "true"]


def _demand_own(folder: Path, names: set[str] | frozenset[str]) -> None:
    other = sorted({path.name for path in folder.iterdir()} - names) if folder.is_dir() else []
    if other:
        raise FileExistsError(
            f"{folder} holds '{other[0]}', which is not part of this sample: give another folder, or empty this one."
        )


def _write_lists(folder: Path, dirty: DirtyPlaces, population: str, numbers: list[int], seed: int) -> list[Planted]:
    """Write all lists of one population and return what was planted in them."""
    stream = portal.POPULATIONS.index(population)
    series = counts.series(random_stream(seed, COUNTS, stream), dirty.places, population, len(numbers), dirty.touched)
    weights = counts.mixtures(random_stream(seed, MIXTURES, stream), dirty.places, population)
    planted: list[Planted] = []
    for at, number in enumerate(numbers):
        listing = _listing(series.listed[at], series.households[at], weights, population, number)
        able = ~(dirty.touched | dirty.places.is_camp)[listing.members]
        rows = list(dirt_in_rows.plant(random_stream(seed, _DIRT_IN_ROWS, stream, number), listing, able))
        row_of = {place: row for row, place in enumerate(listing.members.tolist())}
        rows += [(row_of[place], rule, done) for place, rule, done in dirty.breaches(series.listed[at])]
        for place in np.flatnonzero(series.large[at]).tolist():
            done = f"changed the households from {series.households[at - 1, place]} to {series.households[at, place]}"
            rows.append((row_of[place], "change_large", done))
        file = portal.file_name(population, number)
        portal.write(folder / file, portal.table(dirty.places, listing))
        ids = dirty.places.place_id[listing.members]
        planted += [Planted(f"{_LISTS}/{file}", row + portal.FIRST_ROW, ids[row], rule, done) for row, rule, done in rows]
    return planted


def _listing(listed: np.ndarray, households: np.ndarray, weights: np.ndarray, population: str, number: int) -> Listing:
    """A sound list: margins that add up, individuals by the export's own factor, no blank cell."""
    members = np.flatnonzero(listed)
    own = households[members]
    cells = counts.breakdown(own, weights[members], population, number)
    blank = np.zeros(cells.shape, bool)
    return Listing(population, number, members, own.copy(), own * portal.PERSONS_PER_HOUSEHOLD, cells, blank)


def _sound_list(number: int, seed: int) -> list[list[str]]:
    """The small IDP list without dirt from which the broken files are made."""
    rng = random_stream(seed, _BROKEN)
    places: Places = invent(rng, _BROKEN_PLACES)
    series = counts.series(rng, places, "idp", 1, places.is_idp)
    weights = counts.mixtures(rng, places, "idp")
    return portal.table(places, _listing(series.listed[0], series.households[0], weights, "idp", number))
