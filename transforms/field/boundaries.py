"""Boundaries of the governorates as a user brings them (GeoJSON with COD-AB p-codes), to see whether coordinates lie inside.

Boundaries are no part of this project: their terms are the publisher's. Without them this check is left out.
"""

from __future__ import annotations

import json
import re

import numpy as np
import pyarrow as pa
import shapely

from expectations import codes
from transforms.refusal import Refusal

_PCODE = re.compile(r"IQG[0-9]{2}")
_KILOMETRES_PER_DEGREE = 111.2  # of latitude; of longitude less, so a distance is never taken for too long


class Boundaries:
    """The area of each governorate."""

    def __init__(self, text: str, name: str) -> None:
        """Read GeoJSON.

        Args:
            text: features with one property that is a COD-AB p-code of a governorate (``IQG01`` ...).
            name: of the file, in messages.

        Raises:
            Refusal: it is no GeoJSON, or does not have all 18 governorates.
        """
        by_pcode = {row["governorate_pcode"]: row["governorate_code"] for row in codes.rows("governorate")}
        self._areas: dict[str, shapely.Geometry] = {}
        try:
            for feature in json.loads(text)["features"]:
                pcodes = [v for v in feature["properties"].values() if isinstance(v, str) and _PCODE.fullmatch(v)]
                if pcodes and pcodes[0] in by_pcode:
                    self._areas[by_pcode[pcodes[0]]] = shapely.make_valid(shapely.from_geojson(json.dumps(feature["geometry"])))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, shapely.errors.ShapelyError) as error:
            raise Refusal(name, "boundaries_unreadable", "It is no GeoJSON of governorates.") from error
        missing = sorted(set(by_pcode.values()) - set(self._areas))
        if missing:
            raise Refusal(name, "boundaries_unreadable", f"It has no area with the p-code of {', '.join(missing[:3])}.")
        self._names = {row["governorate_code"]: row["governorate"] for row in codes.rows("governorate")}

    def elsewhere(self, reading: pa.Table, kilometres: float) -> pa.Table:
        """uuid and the governorate in which the coordinates lie, for those that lie outside the one they are said to be in.

        Args:
            reading: uuid, governorate_code, latitude, longitude.
            kilometres: how far outside is taken for the vagueness of boundaries.
        """
        rows = reading.select(["uuid", "governorate_code", "latitude", "longitude"]).to_pydict()
        latitude, longitude = (np.array(rows[name], dtype=float) for name in ("latitude", "longitude"))
        given = np.array(rows["governorate_code"], dtype=object)
        placed = np.isfinite(latitude) & np.isfinite(longitude)
        points = shapely.points(np.where(placed, longitude, 0.0), np.where(placed, latitude, 0.0))
        outside = np.zeros(len(points), bool)
        for code, area in self._areas.items():
            own = placed & (given == code)
            outside[own] = shapely.distance(points[own], area) * _KILOMETRES_PER_DEGREE > kilometres
        lies_in = np.full(len(points), None, dtype=object)
        for code, area in self._areas.items():
            lies_in[outside & shapely.contains(area, points)] = self._names[code]
        found = [at for at in np.flatnonzero(outside) if lies_in[at] is not None]
        return pa.table(
            {
                "uuid": pa.array([rows["uuid"][at] for at in found], pa.string()),
                "governorate": pa.array([lies_in[at] for at in found], pa.string()),
            }
        )
