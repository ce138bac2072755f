"""What tells a row's location: ids, governorate, district and coordinates, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from expectations import codes
from transforms.body import Body
from transforms.headers import LOCATION_ID, PLACE_ID
from transforms.numbers import Whole, degrees
from transforms.readers.sheet import Sheet
from transforms.refusal import RowProblem, found

PLACE_ID_MAXIMUM = 999_999_999
LOCATION_ID_RANGE = (1_000_000, 9_999_999)
# A Location ID divided by this leaves the two digits of the governorate.
_GOVERNORATE_DIGITS = 100_000


@dataclass(frozen=True)
class Ids:
    """Ids of one kind per row: ``values`` (0 where there is none), as text, ``missing`` and ``bad`` masks.

    Leading zeros vary between files and mean nothing, so they are dropped.
    """

    values: np.ndarray
    missing: np.ndarray
    bad: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Mask of the rows with a usable id."""
        return ~(self.missing | self.bad)

    def text(self) -> pa.Array:
        """The ids as text, null where there is none."""
        return pa.array(self.values, mask=~self.known).cast(pa.string())


@dataclass(frozen=True)
class Places:
    """Per row: ids, governorate and district by their DTM names (null where not known), coordinates in degrees.

    ``governorate_at`` is the governorate's position in the code list, -1 where not known.
    """

    place_id: Ids
    location_id: Ids
    governorate_at: np.ndarray
    governorate: pa.Array
    district: pa.Array
    latitude: pa.Array
    longitude: pa.Array
    not_degrees: dict[str, np.ndarray]


def places(body: Body) -> Places:
    """The places of all rows, good or not."""
    governorate = _governorates(body.text("governorate"))
    latitude, no_latitude = degrees(body.text("latitude"))
    longitude, no_longitude = degrees(body.text("longitude"))
    return Places(
        _ids(body.number(PLACE_ID), 0, PLACE_ID_MAXIMUM, len(body.rows)),
        _ids(body.number(LOCATION_ID), *LOCATION_ID_RANGE, len(body.rows)),
        governorate,
        pa.array(codes.governorates().codes).take(pa.array(governorate, mask=governorate < 0)),
        _districts(governorate, body.text("district")),
        latitude,
        longitude,
        {"latitude": no_latitude, "longitude": no_longitude},
    )


def _ids(numbers: Whole | None, minimum: int, maximum: int, count: int) -> Ids:
    if numbers is None:
        return Ids(np.zeros(count, np.int64), np.ones(count, bool), np.zeros(count, bool))
    out_of_range = (numbers.values < minimum) | (numbers.values > maximum)
    return Ids(numbers.values, numbers.blank, numbers.bad | (out_of_range & ~numbers.blank))


def _governorates(cells: pa.Array) -> np.ndarray:
    """Position of each row's governorate in the code list, -1 where not known."""
    known = codes.governorates()
    encoded = cells.dictionary_encode()
    names = [known.spellings.get(codes.normalise(text)) for text in encoded.dictionary.to_pylist()]
    meanings = np.array([known.codes.index(name) if name else -1 for name in names], np.int64)
    return meanings[encoded.indices.to_numpy(zero_copy_only=False)]


def _districts(governorate: np.ndarray, cells: pa.Array) -> pa.Array:
    """The district of each row; a name means a district only inside its governorate."""
    encoded = cells.dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    pairs, pair_of_row = np.unique(governorate * len(texts) + encoded.indices.to_numpy(zero_copy_only=False), return_inverse=True)
    names = [_district(int(pair // len(texts)), texts[pair % len(texts)]) for pair in pairs]
    return pa.array(names, pa.string()).take(pa.array(pair_of_row))


def _district(governorate: int, text: str) -> str | None:
    if governorate < 0:
        return None
    spellings = codes.districts()[codes.governorates().codes[governorate]].spellings
    return spellings.get(codes.normalise(text))


@cache
def _digits() -> np.ndarray:
    """The two digits with which the Location IDs of a governorate begin, in the order of the code list."""
    return np.array([int(row["location_id_prefix"]) for row in codes.rows("governorate")])


# --- what is wrong with them ------------------------------------------------------------------------


def problems_where(rows: np.ndarray, bad: np.ndarray, rule: str, detail: Callable[[int], str]) -> list[RowProblem]:
    """A problem for each position in ``bad``; ``detail`` words it for a position."""
    return [RowProblem(int(rows[at]), rule, detail(int(at))) for at in np.flatnonzero(bad)]


def place_problems(body: Body, places: Places, sheet: Sheet, has_rows_per_place: bool) -> list[RowProblem]:
    """Problems of ids, governorate, district and coordinates.

    Args:
        has_rows_per_place: whether a place has several rows (long layouts), so that ids repeat.
    """
    problems = _governorate_problems(body, places, sheet)
    problems += _district_problems(body, places)
    problems += _id_problems(body, places, has_rows_per_place)
    for name, bad in places.not_degrees.items():
        cells = body.text(name)

        def degrees_expected(at: int, cells: pa.Array = cells, name: str = name) -> str:
            return f"{name} is {found(cells[at].as_py())}, expected degrees such as 36.34"

        problems += problems_where(body.rows, bad, "coordinate_invalid", degrees_expected)
    return problems


def _governorate_problems(body: Body, places: Places, sheet: Sheet) -> list[RowProblem]:
    field = body.fields["identifier", "governorate"]
    spellings = codes.governorates().spellings
    beside = [position for position in (field.position - 1, field.position + 1) if 0 <= position < len(sheet.columns)]
    problems = []
    for at in np.flatnonzero(_is_null(places.governorate)):
        row = int(body.rows[at])
        moved = [position for position in beside if codes.normalise(sheet.cell(row, position)) in spellings]
        if moved:
            side = "right" if moved[0] > field.position else "left"
            detail = f"the governorate stands one column to the {side}, under {found(sheet.headers[moved[0]])}"
            problems.append(RowProblem(row, "row_shifted", detail))
        else:
            detail = f"governorate {found(field.cells[int(at)].as_py())} is none of the 18"
            problems.append(RowProblem(row, "governorate_unknown", detail))
    return problems


def _is_null(values: pa.Array) -> np.ndarray:
    return values.is_null().to_numpy(zero_copy_only=False)


def _district_problems(body: Body, places: Places) -> list[RowProblem]:
    unknown = _is_null(places.district) & ~_is_null(places.governorate)
    cells = body.text("district")
    return problems_where(
        body.rows,
        unknown,
        "district_unknown",
        lambda at: f"district {found(cells[at].as_py())} is not known in {places.governorate[at]}",
    )


def _id_problems(body: Body, places: Places, has_rows_per_place: bool) -> list[RowProblem]:
    place, location = places.place_id, places.location_id

    def shown(key: tuple[str, str], at: int) -> str:
        return found(body.fields[key].cells[at].as_py().strip())

    problems = problems_where(body.rows, place.missing, "place_id_missing", lambda at: "the Place ID is blank")
    problems += problems_where(
        body.rows, place.bad, "place_id_invalid", lambda at: f"the Place ID is {shown(PLACE_ID, at)}, expected a whole number"
    )
    problems += problems_where(
        body.rows,
        location.bad,
        "location_id_invalid",
        lambda at: f"the Location ID is {shown(LOCATION_ID, at)}, expected seven digits",
    )
    if not has_rows_per_place:
        problems += _twice(body.rows, place, "place_id_twice", "Place ID")
        problems += _twice(body.rows, location, "location_id_twice", "Location ID")
    return problems + _prefix_problems(body, places)


def _twice(rows: np.ndarray, ids: Ids, rule: str, what: str) -> list[RowProblem]:
    values, numbers = ids.values[ids.known], rows[ids.known]
    _, first, inverse, counts = np.unique(values, return_index=True, return_inverse=True, return_counts=True)
    problems = []
    for at in np.flatnonzero(counts[inverse] > 1):
        earliest = int(numbers[first[inverse[at]]])
        where = f"also in row {earliest}" if earliest != numbers[at] else f"in {counts[inverse[at]]} rows"
        problems.append(RowProblem(int(numbers[at]), rule, f"{what} '{values[at]}' is {where}"))
    return problems


def _prefix_problems(body: Body, places: Places) -> list[RowProblem]:
    """Location IDs whose first two digits are not those of the governorate."""
    location = places.location_id
    if not location.known.any():
        return []
    expected = _digits()[places.governorate_at]
    wrong = location.known & (places.governorate_at >= 0) & (location.values // _GOVERNORATE_DIGITS != expected)
    return problems_where(
        body.rows,
        wrong,
        "location_id_governorate",
        lambda at: (
            f"Location ID {location.values[at]} does not begin with {expected[at]}, the digits of {places.governorate[at]}"
        ),
    )
