"""A small world of clean tables for tests of ``sql/``: say only what matters, the rest is filled in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

import pyarrow as pa

from expectations import codes
from expectations.columns import COLUMNS
from expectations.schema import ARROW, conform, schema
from expectations.tables import CLEAN, CROSSING_CLEAN, EMERGENCY_CLEAN, FIELD_CLEAN, INDEX_CLEAN, TABLES, published
from tests import ascii
from transforms import warehouse
from transforms.reference import typed_value

_EDITION = {
    "source_sheet": "",
    "layout": "portal_csv",
    "round_basis": "registry",
    "list_date_basis": "date_column",
    "vintage_date": "2021-03-01",
    "vintage_basis": "series_declared",
    "unit_as_provided": "households",
    "release_kind": "published",
    "completeness": "complete",
    "rows_quarantined": "0",
    "other_sheets": "",
}
_RECORD = {
    "source_sheet": "",
    "governorate": "Ninewa",
    "district": "Mosul",
    "latitude": "36.3",
    "longitude": "43.1",
    "update_status": "unknown",
    "blank_cells": "0",
    "households": "10",
}
_ALL_FROM = 3
PORTAL = {
    "idp": (("origin_governorate", "ninewa"), ("shelter", "camp"), ("shelter", "host_family"), ("period", "pre_june_2014")),
    "returnee": (("last_displacement", "ninewa"), ("shelter", "host_family"), ("period", "pre_june_2014")),
}


def sha(name: str) -> str:
    """The hash that stands for the list called ``name``."""
    return hashlib.sha256(name.encode()).hexdigest()


def clean(
    lists: str,
    places: str,
    cells: str = "list | place_id | dimension | category | households",
    quarantine: str = "list | source_row | rule",
) -> dict[str, pa.Table]:
    """Clean tables from ASCII tables.

    ``lists``: list, population, round and any edition column; ``places``: list, place_id and any record column;
    ``cells``: list, place_id, dimension, category, households. A place without cells of a carried dimension gets
    its households in the dimension's first category.
    """
    editions = ascii.rows(lists)
    records = [_record(at, row) for at, row in enumerate(ascii.rows(places))]
    given = ascii.rows(cells)
    set_aside = ascii.rows(quarantine)
    data: dict[str, list[dict]] = {table.name: [] for table in CLEAN}
    data["clean_record"] = records
    for edition in editions:
        name = edition.pop("list")
        own = [r for r in records if r["sha256"] == sha(name)]
        carried = PORTAL[edition["population"]] + tuple(
            (c["dimension"], c["category"]) for c in given if c["list"] == name and c["dimension"]
        )
        data["clean_category"] += [{"sha256": sha(name), "dimension": d, "category": c} for d, c in dict.fromkeys(carried)]
        for record in own:
            data["clean_cell"] += _cells(
                record, [c for c in given if (c["list"], c["place_id"]) == (name, record["place_id"])], carried
            )
        list_date = codes.rounds()[int(edition["round"])]["list_date"]
        counts = {"rows_read": str(len(own)), "rows_kept": str(len(own)), "locations": str(len(own)), "list_date": list_date}
        data["clean_edition"].append(
            {"sha256": sha(name), "source_file": f"{name}.csv", **_EDITION, **counts, **{k: v for k, v in edition.items() if v}}
        )
        for row in set_aside:
            if row["list"] == name:
                data["clean_quarantine"].append(
                    {
                        "sha256": sha(name),
                        "source_file": f"{name}.csv",
                        "record_sha256": sha(name),
                        "source_sheet": "",
                        "detail": "x",
                        "raw": "[]",
                        **{k: v for k, v in row.items() if k != "list"},
                    }
                )
    others = {
        table.name: schema(table).empty_table() for table in (*FIELD_CLEAN, *INDEX_CLEAN, *EMERGENCY_CLEAN, *CROSSING_CLEAN)
    }
    return {table.name: _typed(table.name, data[table.name]) for table in CLEAN} | others


def _record(at: int, row: dict) -> dict:
    filled = {**_RECORD, **{k: v for k, v in row.items() if k != "list"}}
    place = filled["place_id"]
    filled.setdefault("location_id", f"27060{int(place) % 100:02d}")
    filled.setdefault("location_name_en", f"Village {place}")
    filled.setdefault("location_name_ar", f"قرية {place}")
    filled.setdefault("governorate_as_listed", filled["governorate"])
    filled.setdefault("district_as_listed", filled["district"])
    if row.get("latitude", "") is not None and "latitude" not in row:
        filled["latitude"] = f"36.{int(place) % 1000:03d}"
    if "individuals_as_provided" not in row:
        filled["individuals_as_provided"] = str(6 * int(filled["households"]))
    return {"sha256": sha(row["list"]), "source_row": str(at + 2), **filled}


def _cells(record: dict, given: list[dict], carried: tuple[tuple[str, str], ...]) -> list[dict]:
    key = {"sha256": record["sha256"], "place_id": record["place_id"]}
    cells = [{**key, **{k: v for k, v in c.items() if k not in ("list", "place_id")}} for c in given]
    for dimension in dict.fromkeys(d for d, _ in carried):
        if not any(c["dimension"] == dimension for c in given):
            category = next(c for d, c in carried if d == dimension and c != "camp")
            cells.append({**key, "dimension": dimension, "category": category, "households": record["households"]})
    return cells


def _typed(name: str, data: list[dict]) -> pa.Table:
    columns = TABLES[name].columns
    arrays = {
        column: pa.array(
            ["" if (v := row.get(column)) == "" else typed_value(name, column, COLUMNS[column].type, v or "") for row in data],
            ARROW[COLUMNS[column].type],
        )
        for column in columns
    }
    return conform(pa.table(arrays), TABLES[name])


class Built(Mapping[str, pa.Table]):
    """Every published table of a world, by name. Made when first looked at, with what it is made of; from the third on, all are."""

    def __init__(self, clean: dict[str, pa.Table], accepted: list[dict[str, str]]) -> None:
        self._clean, self._accepted = clean, accepted
        self._made: dict[str, pa.Table] = {}
        self._looked_at = 0

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self._made:
            self._looked_at += 1
            self._make(frozenset({name}) if self._looked_at < _ALL_FROM else None)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        self._make(None)
        return iter(self._made)

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _make(self, wanted: frozenset[str] | None) -> None:
        if wanted is None and len(self._made) == len(published()):
            return
        made = warehouse.build(self._clean.__getitem__, self._accepted, [], wanted=wanted)
        self._made |= {table.name: rows for table, rows in made}


def build(tables: dict[str, pa.Table], accepted: list[dict[str, str]] | None = None) -> Built:
    """The published tables of the world, by name."""
    return Built(tables, accepted or [])
