"""The layout of the portal's CSV export: headers, file names and cells as text."""

from __future__ import annotations

import csv
import datetime
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from expectations import codes
from expectations.portal import DATE_HEADER, HEADERS
from sample_data.places import Places

POPULATIONS = ("idp", "returnee")
# The last round of the portal's CSV series; later lists were never exported in this layout.
LAST_ROUND = 120
# A spreadsheet numbers the header 1, so the first row of a list is 2.
FIRST_ROW = 2
PERSONS_PER_HOUSEHOLD = 6  # the export's own factor in every round, also in camps from R117

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_FILE = {"idp": "IDPs_MasterList_dataset_DTM_IOM{date}.csv", "returnee": "Returnee_MasterList_dataset_DTM_IOM{date}.csv"}


@dataclass(frozen=True)
class Listing:
    """One list: the places of its rows and their counts.

    ``members`` are indices into :class:`~sample_data.places.Places`, one per row; ``households`` and
    ``individuals`` are the two count columns; ``cells`` and ``blank`` have shape (rows, breakdown columns),
    in households, a blank cell being 0 in ``cells``.
    """

    population: str
    round: int
    members: np.ndarray
    households: np.ndarray
    individuals: np.ndarray
    cells: np.ndarray
    blank: np.ndarray


@cache
def headers(population: str) -> tuple[str, ...]:
    """The 52 headers of a list: unnamed index, ten of identity and counts, 40 of the breakdown, ``date``."""
    return ("", *HEADERS[population], DATE_HEADER)


@cache
def breakdown(population: str) -> tuple[tuple[str, str, str], ...]:
    """(kind, category, header) of the 40 breakdown columns; kind is ``origin``, ``last_displacement``, ``shelter`` or ``period``."""
    known = codes.headers(population)
    return tuple((*known[codes.normalise(header)], header) for header in headers(population)[11:-1])


@cache
def margin(population: str, kind: str) -> tuple[int, ...]:
    """Positions of the breakdown columns of one kind; ``governorate`` stands for the governorate columns of either list."""
    if kind == "governorate":
        kind = "origin" if population == "idp" else "last_displacement"
    return tuple(at for at, column in enumerate(breakdown(population)) if column[0] == kind)


@cache
def position(population: str, kind: str, category: str) -> int:
    """Position of one breakdown column."""
    return next(at for at, column in enumerate(breakdown(population)) if column[:2] == (kind, category))


def list_date(number: int) -> datetime.date:
    """The list date of a round."""
    return datetime.date.fromisoformat(codes.rounds()[number]["list_date"])


def date_text(date: datetime.date) -> str:
    """A date as the export writes it, for example ``Feb 28, 2021``."""
    return f"{_MONTHS[date.month - 1]} {date.day:02d}, {date.year}"


def file_name(population: str, number: int) -> str:
    """The name under which the portal gives out the list of a round."""
    return _FILE[population].format(date=date_text(list_date(number)))


def table(places: Places, listing: Listing) -> list[list[str]]:
    """The whole file as text cells: header, rows, and the last row that holds nothing but index and date."""
    date = date_text(list_date(listing.round))
    members = listing.members
    number = np.array([f"{value}.0" for value in range(int(listing.cells.max(initial=0)) + 1)], dtype=object)
    cells = number[listing.cells]
    cells[listing.blank] = ""
    columns = zip(
        places.location_id[members],
        places.place_id[members],
        places.governorate[members],
        places.district[members],
        places.name_en[members],
        places.name_ar[members],
        places.latitude[members],
        places.longitude[members],
        listing.households.tolist(),
        listing.individuals.tolist(),
        cells.tolist(),
        strict=True,
    )
    rows = [list(headers(listing.population))]
    for index, (location, place, *texts, households, individuals, counts) in enumerate(columns):
        rows.append([str(index), f"{location}.0", f"{place}.0", *texts, f"{households}.0", f"{individuals}.0", *counts, date])
    rows.append([str(len(members)), *[""] * 50, date])
    return rows


def text(rows: list[list[str]]) -> str:
    """Rows as CSV, quoted only where needed, lines ended by a newline."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def write(path: Path, rows: list[list[str]]) -> None:
    """Write rows as a UTF-8 CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text(rows).encode("utf-8"))
