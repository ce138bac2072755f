"""Dirt in the counts of single rows of one list: margins that fall short, blank cells, categories out of their time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from sample_data import portal
from sample_data.counts import open_columns
from sample_data.dirt_in_places import few
from sample_data.portal import Listing

_SHARE, _MOST = 0.008, 5  # of the rows of a list, per kind
# Rows that are spoilt have at least this many households, so that every margin has a cell to take from.
_HOUSEHOLDS_MINIMUM = 8
# A list is refused when more of its governorate margins disagree (unit_unclear); the largest share planted here.
_ORIGIN_SHARE_MAXIMUM = 0.01
_BLANK_CELLS_MAXIMUM = 6

Change = Callable[[np.random.Generator, Listing, int], str | None]


def plant(rng: np.random.Generator, listing: Listing, able: np.ndarray) -> Iterator[tuple[int, str, str]]:
    """Spoil a few rows of ``listing`` in place, each by one rule; yields (row position, rule, what was done).

    Rows outside the mask ``able`` stay as they are: camps, because a short camp row would also be a mixed one,
    and rows whose place is dirty already.
    """
    rows = rng.permutation(np.flatnonzero(able & (listing.households >= _HOUSEHOLDS_MINIMUM))).tolist()
    wanted = few(len(listing.members), _SHARE, _MOST)
    for rule, (populations, change) in _CHANGES.items():
        count = wanted if listing.population in populations else 0
        if rule == "origin_sum":
            count = min(count, int(_ORIGIN_SHARE_MAXIMUM * len(listing.members)))
        for _ in range(count):
            if rows:
                row = rows.pop()
                done = change(rng, listing, row)
                if done is not None:
                    yield row, rule, done


def _largest(listing: Listing, row: int, kind: str) -> int:
    columns = list(portal.margin(listing.population, kind))
    return columns[int(np.argmax(listing.cells[row, columns]))]


def _header(listing: Listing, column: int) -> str:
    return portal.breakdown(listing.population)[column][2]


def _households(count: int) -> str:
    return f"{count} household{'s' if count > 1 else ''}"


def _take(listing: Listing, row: int, column: int, share: int) -> int:
    """Take about one part in ``share`` from a cell, at least one household."""
    taken = max(1, int(listing.cells[row, column]) // share)
    listing.cells[row, column] -= taken
    return taken


def _origin_sum(rng: np.random.Generator, listing: Listing, row: int) -> str:
    column = _largest(listing, row, "governorate")
    step = 1 if rng.random() < 0.5 else -1
    listing.cells[row, column] += step
    return f"{'added 1 household to' if step > 0 else 'took 1 household from'} '{_header(listing, column)}'"


def _short(kind: str) -> Change:
    def change(rng: np.random.Generator, listing: Listing, row: int) -> str:
        column = _largest(listing, row, kind)
        taken = _take(listing, row, column, int(rng.integers(5, 20)))
        return f"took {_households(taken)} from '{_header(listing, column)}'"

    return change


def _multiplier(rng: np.random.Generator, listing: Listing, row: int) -> str:
    extra = int(rng.integers(1, portal.PERSONS_PER_HOUSEHOLD))
    listing.individuals[row] += extra
    return f"made individuals {portal.PERSONS_PER_HOUSEHOLD} x households + {extra}"


def _move(listing: Listing, row: int, source: int, target: int) -> str:
    moved = _take(listing, row, source, 2)
    listing.cells[row, target] += moved
    return f"moved {_households(moved)} from '{_header(listing, source)}' to '{_header(listing, target)}'"


def _camp_mixed(rng: np.random.Generator, listing: Listing, row: int) -> str | None:
    camp = portal.position(listing.population, "shelter", "camp")
    if not open_columns(listing.population, listing.round)[camp]:
        return None
    return _move(listing, row, _largest(listing, row, "shelter"), camp)


def _cell_not_known(rng: np.random.Generator, listing: Listing, row: int) -> str:
    column = _largest(listing, row, "period" if rng.random() < 0.5 else "shelter")
    removed = int(listing.cells[row, column])
    listing.cells[row, column] = 0
    listing.blank[row, column] = True
    return f"made '{_header(listing, column)}' blank instead of {removed}"


def _blank_as_zero(rng: np.random.Generator, listing: Listing, row: int) -> str:
    zeros = rng.permutation(np.flatnonzero(listing.cells[row] == 0))[: int(rng.integers(1, _BLANK_CELLS_MAXIMUM + 1))]
    listing.blank[row, zeros] = True
    return f"made {len(zeros)} cell{'s' if len(zeros) > 1 else ''} blank instead of 0"


def _closed(listing: Listing, kind: str) -> int | None:
    """The first breakdown column that may not hold households in the round; not camps, or the row would be a mixed one too."""
    is_open = open_columns(listing.population, listing.round)
    columns = portal.breakdown(listing.population)
    return next((at for at in portal.margin(listing.population, kind) if not is_open[at] and columns[at][1] != "camp"), None)


def _out_of_time(kind: str) -> Change:
    def change(rng: np.random.Generator, listing: Listing, row: int) -> str | None:
        target = _closed(listing, kind)
        return None if target is None else _move(listing, row, _largest(listing, row, kind), target)

    return change


# Rule -> the lists that it is planted in, and the change.
_CHANGES: dict[str, tuple[tuple[str, ...], Change]] = {
    "origin_sum": (("returnee",), _origin_sum),
    "shelter_sum": (portal.POPULATIONS, _short("shelter")),
    "period_sum": (portal.POPULATIONS, _short("period")),
    "multiplier_as_provided": (portal.POPULATIONS, _multiplier),
    "camp_mixed": (("idp",), _camp_mixed),
    "cell_not_known": (portal.POPULATIONS, _cell_not_known),
    "blank_as_zero": (("returnee",), _blank_as_zero),
    "category_out_of_rounds": (portal.POPULATIONS, _out_of_time("shelter")),
    "wave_not_open": (portal.POPULATIONS, _out_of_time("period")),
}
