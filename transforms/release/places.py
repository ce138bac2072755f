"""Locations as a map and a time series need them: one row per location of the round, and its households round by round."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.compute as pc
import shapely

from expectations.columns import COLUMNS, POPULATIONS
from expectations.schema import ARROW
from transforms.ordering import ordered
from transforms.release.content import Content
from transforms.release.round_list import NOT_LISTED, column_of, populations

PLACE = (
    "place_id", "location_id", "location_name_en", "location_name_ar", "governorate", "governorate_pcode", "district",
    "district_pcode",
)  # fmt: skip
POINT = ("latitude", "longitude")
CHANGE = "master_list_change"
# column of the series -> column of the table of changes
_SERIES = {
    **{name: name for name in ("population", "round", "previous_round", "place_id", "governorate", "district", "location_name_en",
                               "households", "households_status", "previous_households", "previous_status")},
    "delta": "households_change", "delta_pct": "change_share", "delta_status": "change_value_status", "change_status": "change_status",
}  # fmt: skip
_KEY = ("population", "place_id", "round")
_LATITUDE_MAXIMUM, _LONGITUDE_MAXIMUM = 90.0, 180.0
_EDGES = ("xmin", "ymin", "xmax", "ymax")
# What is said of columns that no table of the contract has: meaning, unit.
OWN = {
    "idp_households": ("IDP households present on the list date. Stock. Never added to returnees.", "households"),
    "returnee_households": ("Returnee households present on the list date. Stock. Never added to IDPs.", "households"),
    "idp_status": (f"given, suppressed or missing, of idp_households; {NOT_LISTED} where the IDP list of the round has no such location.", ""),
    "returnee_status": (f"given, suppressed or missing, of returnee_households; {NOT_LISTED} where the returnee list of the round has no such location.", ""),
    "delta": ("Households now minus in the round held before. Net change of a stock; empty where not known or withheld.", "households"),
    "delta_pct": ("delta in percent of the households before; empty where these are 0, not known or withheld.", "percent"),
    "delta_status": ("given, suppressed or missing, of delta and delta_pct; missing in the first round held of a population.", ""),
    "pcode_system": ("System of the p-codes of governorate and district: ocha_cod is the OCHA COD-AB.", ""),
    "geometry": ("Point of the location as listed (WGS 84, longitude before latitude), as WKB; empty where it has none.", ""),
    "bbox": ("Bounds of the geometry.", "degrees"),
}  # fmt: skip


def locations(content: Content) -> pa.Table:
    """One row per location of the lists of the round: place, point, households of each population and whether these are given.

    A location on one list only has ``not_listed`` for the other: what that means says ``absence_means`` of table round.
    """
    lists = {population: content.of_round(f"{population}_master_list") for population in populations(content)}
    attributes = [name for name in (*PLACE, *POINT) if all(name in rows.column_names for rows in lists.values())]
    found = pa.table({"place_id": pa.array([], pa.string())})
    if lists:
        # what the first list in the order of the populations says of a place holds, and of the other what that one does not say
        found = pa.concat_tables([_whole_points(rows.select(attributes)) for rows in lists.values()])
        found = found.group_by("place_id", use_threads=False).aggregate([(name, "first") for name in attributes[1:]])
        found = found.rename_columns([name.removesuffix("_first") for name in found.column_names])
    for population in POPULATIONS:
        count, status = f"{population}_households", f"{population}_status"
        if population in lists:
            own = lists[population].select(["place_id", "households", "households_status"])
            found = found.join(own.rename_columns(["place_id", count, status]), "place_id", use_threads=False)
        else:
            found = found.append_column(count, pa.nulls(found.num_rows, pa.int64()))
            found = found.append_column(status, pa.nulls(found.num_rows, pa.string()))
        found = found.set_column(found.column_names.index(status), status, pc.fill_null(found[status], NOT_LISTED))
    attributes = [name for name in found.column_names if name in (*PLACE, *POINT)]
    counts = [f"{population}_{what}" for population in POPULATIONS for what in ("households", "status")]
    return _described(ordered(found.select([*attributes, *counts]), ("place_id",)))


def series(content: Content) -> pa.Table:
    """One row per population, round and location: households, those of the round held before, delta and delta_pct, point.

    From the table of changes; the first round held of a population, which has no round before, comes from its list. Rows of
    one population and location stand together in the order of rounds.
    """
    change = content.tables[CHANGE]
    told = pa.table({name: column_of(change, source) for name, source in _SERIES.items()})
    told = told.set_column(told.column_names.index("delta_pct"), "delta_pct", pc.multiply(told["delta_pct"], 100.0))
    parts = [told, *(_first_round(content, population, told.schema) for population in populations(content))]
    every = pa.concat_tables(parts, promote_options="permissive")
    return _described(ordered(every.join(_points(content), "place_id", use_threads=False), _KEY))


def _first_round(content: Content, population: str, like: pa.Schema) -> pa.Table:
    """The rows of the series for the first round held of a population, before which nothing is known."""
    rows = content.tables[f"{population}_master_list"]
    first = rows.filter(pc.equal(rows["round"], pc.min(rows["round"])))
    own = {"population": population, "previous_status": "missing", "delta_status": "missing"}
    columns = {}
    for field in like:
        if field.name in own:
            columns[field.name] = pa.array([own[field.name]] * first.num_rows, pa.string())
        elif field.name in first.column_names:
            columns[field.name] = first[field.name]
        else:
            columns[field.name] = pa.nulls(first.num_rows, field.type)
    return pa.table(columns)


def _points(content: Content) -> pa.Table:
    """The newest listed point of every location, of the lists of the release."""
    lists = [content.tables[f"{population}_master_list"] for population in populations(content)]
    kept = [_whole_points(rows.select(["round", "place_id", *POINT])) for rows in lists if set(POINT) <= set(rows.column_names)]
    if not kept:
        nothing = pa.array([], pa.float64())
        return pa.table({"place_id": pa.array([], pa.string()), "latitude": nothing, "longitude": nothing})
    every = ordered(pa.concat_tables(kept).replace_schema_metadata(None), ("round",))
    last = every.group_by("place_id", use_threads=False).aggregate([(name, "last") for name in POINT])
    return last.rename_columns([name.removesuffix("_last") for name in last.column_names])


def _whole_points(rows: pa.Table) -> pa.Table:
    """Rows in which half a point is none, so that no point is put together from two lists."""
    if not set(POINT) <= set(rows.column_names):
        return rows
    whole = pc.and_(pc.is_valid(rows["latitude"]), pc.is_valid(rows["longitude"]))
    for name in POINT:
        rows = rows.set_column(rows.column_names.index(name), name, pc.if_else(whole, rows[name], None))
    return rows.replace_schema_metadata(None)


def is_point(rows: pa.Table) -> pa.Array:
    """Where latitude and longitude are a point on the globe; elsewhere a location has no geometry, not an invented one."""
    if not set(POINT) <= set(rows.column_names):
        return pa.array([False] * rows.num_rows, pa.bool_())
    latitude, longitude = rows["latitude"], rows["longitude"]
    on_globe = pc.and_(pc.less_equal(pc.abs(latitude), _LATITUDE_MAXIMUM), pc.less_equal(pc.abs(longitude), _LONGITUDE_MAXIMUM))
    return pc.fill_null(on_globe, False).combine_chunks()


def geoparquet(rows: pa.Table) -> pa.Table:
    """Rows with their points as WKB, the bounds of each, and the metadata of GeoParquet 1.1 (longitude first, OGC:CRS84)."""
    placed = is_point(rows)
    if set(POINT) <= set(rows.column_names):
        x, y = (pc.if_else(placed, rows[name], None).combine_chunks() for name in ("longitude", "latitude"))
    else:
        x = y = pa.nulls(rows.num_rows, pa.float64())
    points = shapely.points(x.to_numpy(zero_copy_only=False), y.to_numpy(zero_copy_only=False))
    known = placed.to_numpy(zero_copy_only=False)
    wkb = pa.array(shapely.to_wkb(points, byte_order=1), pa.binary(), mask=~known)
    bbox = pa.StructArray.from_arrays([x, y, x, y], _EDGES, mask=pc.invert(placed))
    about: dict[str, object] = {
        "encoding": "WKB",
        "geometry_types": ["Point"],
        "covering": {"bbox": {edge: ["bbox", edge] for edge in _EDGES}},
    }
    if known.any():
        about["bbox"] = [pc.min(x).as_py(), pc.min(y).as_py(), pc.max(x).as_py(), pc.max(y).as_py()]
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": about}}
    own = rows.append_column(_field("geometry", pa.binary()), wkb).append_column(_field("bbox", bbox.type), bbox)
    return own.replace_schema_metadata({**(rows.schema.metadata or {}), b"geo": json.dumps(geo, sort_keys=True).encode()})


def _described(rows: pa.Table) -> pa.Table:
    """Rows whose columns say what they mean."""
    return rows.cast(pa.schema([_field(field.name, field.type) for field in rows.schema]))


def _field(name: str, kind: pa.DataType) -> pa.Field:
    if name in OWN:
        meaning, unit = OWN[name]
    else:
        meaning, unit, kind = COLUMNS[name].meaning, COLUMNS[name].unit or "", ARROW[COLUMNS[name].type]
    about = {"description": meaning, "unit": unit}
    return pa.field(name, kind, metadata={key: value for key, value in about.items() if value})
