"""The places of a release: the locations of the round as a map, their households round by round, codes and names to join to."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa

from expectations.release import DISCLAIMER, DISCLAIMER_AR
from flows import export
from flows.release.writing import ReleaseFile
from transforms import warehouse
from transforms.release import aliases, places
from transforms.release.content import Content

FOLDER = "places"
_MAP_TITLE = "Locations of the lists of R{round}, one point each, with the households of each population"


def geojson(content: Content, folder: Path) -> list[ReleaseFile]:
    """``places/locations.geojson`` (RFC 7946): one feature per location of the round; a location without a point has a null geometry."""
    rows = places.locations(content)
    placed = places.is_point(rows).to_pylist()
    features = [_feature(row, known) for row, known in zip(rows.to_pylist(), placed, strict=True)]
    release = content.release
    about = {
        "type": "FeatureCollection",
        "name": release.stem("locations"),
        "release": release.id,
        "list_dates": {population: date.isoformat() for population, date in sorted(release.list_dates.items())},
        "credit": content.publisher.credit,
        "licence": content.publisher.licence,
        "disclaimer": DISCLAIMER,
        "disclaimer_ar": DISCLAIMER_AR,
    }
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    head = json.dumps(about, ensure_ascii=False, indent=1)[:-2]  # without the brace that closes it
    path = f"{FOLDER}/locations.geojson"
    _write(folder / path, f'{head},\n "features": [\n{lines}\n]}}\n')
    return [ReleaseFile(path, _MAP_TITLE.format(round=release.round) + ".", "geojson")]


def _feature(row: dict, is_placed: bool) -> dict:
    point = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]} if is_placed else None
    properties = {name: value for name, value in row.items() if name not in places.POINT}
    return {"type": "Feature", "id": row["place_id"], "geometry": point, "properties": properties}


def parquet(content: Content, folder: Path) -> list[ReleaseFile]:
    """``places/locations.parquet`` and ``places/location_series.parquet``, both GeoParquet 1.1; meanings and units travel in them."""
    title = _MAP_TITLE.format(round=content.release.round)
    made = [_geoparquet(content, folder, "locations", places.locations(content), f"{title}, as GeoParquet.")]
    if places.CHANGE in content.tables:
        about = "Households of every location round by round, with those of the round held before, delta and delta_pct, as GeoParquet."
        made.append(_geoparquet(content, folder, "location_series", places.series(content), about))
    return made


def _geoparquet(content: Content, folder: Path, name: str, rows: pa.Table, title: str) -> ReleaseFile:
    own = places.geoparquet(rows)
    publisher, release = content.publisher, content.release
    about = {
        "description": title,
        "release": release.id,
        "credit": publisher.credit,
        "licence": publisher.licence,
        "disclaimer": DISCLAIMER,
    }
    held = {key.decode(): value.decode() for key, value in own.schema.metadata.items()}
    path = f"{FOLDER}/{name}.parquet"
    warehouse.write(own.replace_schema_metadata(dict(sorted((about | held).items()))), folder / path)
    return ReleaseFile(path, title, "geoparquet")


def codes(content: Content, folder: Path) -> list[ReleaseFile]:
    """Registers as CSV: locations with p-codes and their system, what every known header means, every known name of a place."""
    tables = content.tables
    made = []
    if "location" in tables:
        rows = aliases.register(tables["location"])
        title = "The register of locations, with p-codes and the system that these belong to."
        made.append(_csv(folder, "location_register", rows, title))
    if "header_spelling" in tables:
        rows = aliases.header_crosswalk(tables["header_spelling"])
        title = "Every known header of a master list, with the column of the tidy tables that it means."
        made.append(_csv(folder, "header_crosswalk", rows, title))
    if {"governorate", "district"} <= set(tables):
        rows = aliases.names(tables["governorate"], tables["district"])
        made.append(_csv(folder, "names", rows, "Every known spelling of governorates and districts, in English and Arabic."))
    return made


def _csv(folder: Path, name: str, rows: pa.Table, title: str) -> ReleaseFile:
    path = f"{FOLDER}/{name}.csv"
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    export.to_csv(rows, folder / path)
    return ReleaseFile(path, title, "csv")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
