"""The places of the map: those of the round of the release that have coordinates within the frame of Iraq."""

from __future__ import annotations

from expectations.columns import IRAQ_LATITUDE, IRAQ_LONGITUDE
from flows.release.catalogue.figures import Figures, figure, shown
from transforms.release.content import Content

# Calm, apart also for most who see colours differently; neighbours get different ones.
PALETTE = ("#1d5b8a", "#b5651d", "#2f7d5b", "#7b4a8c", "#a33a46", "#6b6b1f")
_NEIGHBOURS = 5
_DECIMALS = 4


def places(figures: Figures, content: Content) -> dict:
    """The map: population -> rows of (name, Arabic name, governorate, district or null, latitude, longitude, households).

    Besides: how many places are left out because they have no coordinates or stand outside the frame; the frame; the
    colour and the middle of each governorate with places.
    """
    made: dict = {"rows": {}, "left_out": {}, "frame": [*IRAQ_LATITUDE, *IRAQ_LONGITUDE]}
    for population in content.populations:
        table = f"{population}_master_list"
        if not figures.has(table, "latitude", "longitude", "households", "governorate"):
            continue
        query = f"""select location_name_en, location_name_ar, governorate, district, latitude, longitude, households, households_status
            from {table} where round = ? order by households desc nulls last, place_id"""
        every = figures.rows(query, [content.release.round])
        made["rows"][population] = [_place(row, figures) for row in every if _is_framed(*row[4:6])]
        made["left_out"][population] = len(every) - len(made["rows"][population])
    made["middles"] = _middles(made["rows"])
    made["colours"] = _colours(made["middles"])
    return made


def _is_framed(latitude: float | None, longitude: float | None) -> bool:
    if latitude is None or longitude is None:
        return False
    return IRAQ_LATITUDE[0] <= latitude <= IRAQ_LATITUDE[1] and IRAQ_LONGITUDE[0] <= longitude <= IRAQ_LONGITUDE[1]


def _place(row: tuple, figures: Figures) -> list:
    name, arabic, governorate, district, latitude, longitude, households, status = row
    areas = figures.areas
    of = areas.governorate(governorate), None if district is None else areas.district(governorate, district)
    return [shown(name), shown(arabic), *of, round(latitude, _DECIMALS), round(longitude, _DECIMALS), figure(households, status)]


def _middles(rows: dict[str, list]) -> list[list]:
    """(governorate, latitude, longitude): the median of its places, where its name can stand."""
    found: dict[int, list[tuple[float, float]]] = {}
    for listed in rows.values():
        for place in listed:
            found.setdefault(place[2], []).append((place[4], place[5]))
    return [[at, *(sorted(side)[len(side) // 2] for side in zip(*found[at], strict=True))] for at in sorted(found)]


def _colours(middles: list[list]) -> dict[int, str]:
    """Governorate -> colour, one that its nearest neighbours do not have as far as there are enough."""
    given: dict[int, str] = {}
    for at, latitude, longitude in middles:
        near = sorted((row for row in middles if row[0] in given), key=lambda row: _apart(row[1:], (latitude, longitude)))
        taken = [given[row[0]] for row in near[:_NEIGHBOURS]]
        given[at] = min(PALETTE, key=lambda colour: (taken.count(colour), list(given.values()).count(colour)))
    return given


def _apart(one: list[float], other: tuple[float, float]) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
