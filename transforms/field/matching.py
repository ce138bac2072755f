"""Which location of the register an interview is about: by place_id, else by an equal name in the district.

A name that is only similar is suggested to a person, never taken. A location declared as new gets a provisional id that
follows from its district and name, so that two interviews about it agree and a rebuild gives the same id.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from transforms.field import names
from transforms.field.names import Place

# Provisional ids have nine digits and begin with 9; those of DTM have at most five (measured).
PROVISIONAL_FROM = 900_000_000
_PROVISIONAL_SPAN = 99_999_999
_ALIKE_NEW = 85  # similarity from which a new location is shown beside those of the register

_MATCHED = pa.schema([(name, pa.string()) for name in ("uuid", "place_id", "place_basis", "suggestions")])
_NEW = pa.schema(
    [(name, pa.string()) for name in ("place_id", "governorate", "district", "location_name_en", "location_name_ar")]
    + [("latitude", pa.float64()), ("longitude", pa.float64())]
)


@dataclass(frozen=True)
class Matched:
    """``interview`` (uuid, place_id, place_basis, suggestions) and ``new_place``, the locations with provisional ids."""

    interview: pa.Table
    new_place: pa.Table


def match(reading: pa.Table, register: pa.Table) -> Matched:
    """The location of every row of ``reading``.

    Args:
        reading: uuid, place_id, is_new_location, district_code, location names and coordinates, one row per submission.
        register: the table ``frame_place``.
    """
    known = pc.is_in(reading["place_id"], register["place_id"])
    by_id = reading.filter(known)
    given = pa.table(
        {
            "uuid": by_id["uuid"],
            "place_id": by_id["place_id"],
            "place_basis": pa.repeat("place_id", by_id.num_rows) if by_id.num_rows else pa.array([], pa.string()),
            "suggestions": pa.nulls(by_id.num_rows, pa.string()),
        },
        _MATCHED,
    )
    others = reading.filter(pc.invert(pc.fill_null(known, False))).sort_by("uuid")  # of two spellings the same one is shown
    districts = _by_district(register) if others.num_rows else {}
    registered = set(register["place_id"].to_pylist()) if others.num_rows else set()
    rows = others.to_pylist()  # those without a known id only: few, or each name of a list without ids
    provisional = {_provisional(row) for row in rows} - {None}
    moved = [row for row in rows if row["place_id"] in provisional and row["place_id"] != _provisional(row)]
    declared = provisional - {_provisional(row) for row in moved}
    found, new = [], {}
    own = {code: pair for pair, code in codes.district_codes().items()}
    for row in rows:
        place_id, basis, similar = _matched(row, districts.get(row["district_code"], []), registered, declared)
        found.append({"uuid": row["uuid"], "place_id": place_id, "place_basis": basis, "suggestions": similar})
        if basis == "new" and place_id == _provisional(row):
            governorate, district = own[row["district_code"]]
            described = {name: row[name] for name in ("location_name_en", "location_name_ar", "latitude", "longitude")}
            first = new.get(place_id, {"place_id": place_id, "governorate": governorate, "district": district, **described})
            new[place_id] = {name: value if value is not None else described.get(name) for name, value in first.items()}
    return Matched(
        pa.concat_tables([given, pa.Table.from_pylist(found, _MATCHED)]),
        pa.Table.from_pylist([new[place_id] for place_id in sorted(new)], _NEW),
    )


def _by_district(register: pa.Table) -> dict[str, list[Place]]:
    own, places = codes.district_codes(), defaultdict(list)
    columns = ("place_id", "governorate", "district", "location_name_en", "location_name_ar")
    for row in register.select(columns).to_pylist():
        names_ = tuple(name for name in (row["location_name_en"], row["location_name_ar"]) if name)
        places[own[row["governorate"], row["district"]]].append(Place(row["place_id"], names_))
    return places


def _matched(
    row: dict, places: list[Place], registered: Collection[str], declared: Collection[str]
) -> tuple[str | None, str, str | None]:
    """Place, how it was found, what else may be meant.

    ``registered`` are the ids of the register, ``declared`` the provisional ids that others of this round go by.
    """
    said = _said(row)
    provisional = _provisional(row)
    if provisional in registered:  # declared as new in a round before, and on its list
        return provisional, "name", None
    if provisional:
        # a person may have decided that it is another of the new locations, spelled otherwise
        place_id = row["place_id"] if row["place_id"] in declared else provisional
        return place_id, "new", _shown(names.suggestions(said, places, _ALIKE_NEW))
    same = names.same(said, places) if row["place_id"] is None else []
    if len(same) == 1:
        return same[0].place_id, "name", None
    return None, "unknown", _shown([(place, 100) for place in same] or names.suggestions(said, places))


def _said(row: dict) -> list[str]:
    return [row[name] for name in ("location_name_en", "location_name_ar") if row[name]]


def _provisional(row: dict) -> str | None:
    """The provisional id that a row's own district and name give, where it declares a new location."""
    said = _said(row)
    return (
        provisional_id(row["district_code"], *said) if row["is_new_location"] == "yes" and said and row["district_code"] else None
    )


def _shown(places: list[tuple[Place, int]]) -> str | None:
    return "; ".join(f"{place.shown()} ({score} %)" for place, score in places) or None


def provisional_id(district_code: str, *said: str) -> str:
    """The id of a new location until DTM gives it one: from its district and its (first) name as it is compared."""
    digest = hashlib.sha256(f"{district_code}|{names.key(said[0])}".encode()).digest()
    return str(PROVISIONAL_FROM + int.from_bytes(digest[:8], "big") % _PROVISIONAL_SPAN)
