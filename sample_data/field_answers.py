"""What informants answer in a synthetic round, before anything is spoilt."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cache

import numpy as np

from expectations import codes, form
from expectations.columns import IRAQ_LATITUDE, IRAQ_LONGITUDE
from sample_data import field_counts, field_frame, field_informants, field_selection, field_shapes
from sample_data.field_counts import Counts
from sample_data.field_frame import CELLS, ROUND
from sample_data.field_visits import NOWHERE, Answers, Draft, Visit

_COMMENTS = (
    "Families plan to return after the school year.", "Water comes by truck.", "The road was repaired.",
    "العوائل مستقرة في المنطقة", "لا توجد خدمات كافية", "Some families moved within the district.", "تم تحديث العدد مع المختار",
)  # fmt: skip


def answers(
    draft: Draft,
    people: field_informants.Informants,
    counts: Counts,
    rng: np.random.Generator,
) -> Answers:
    """The answers of all visits before anything is spoilt."""
    visits, size = draft.visits, len(draft.visits)
    households, arrivals, cells, individuals = counts.households, counts.arrivals, counts.cells, counts.individuals
    columns = {question.name: np.full(size, None, object) for question in field_shapes.asked()}
    is_asked = np.array([visit.status != "refused" for visit in visits])
    is_counted = np.array([visit.is_counted for visit in visits])

    def put(question: str, values: list[str | None] | np.ndarray, mask: np.ndarray = is_asked) -> None:
        columns[question][mask] = np.array(values, dtype=object)[mask]

    everyone = np.ones(size, bool)
    team = [field_selection.team(draft, visit) for visit in visits]
    users = [f"{code.lower()}_{'abc'[visit.person % 3]}" for code, visit in zip(team, visits, strict=True)]
    starts = _starts(visits, rng)
    put("start", [_local(start) for start in starts], everyone)
    put("end", [_local(start + datetime.timedelta(minutes=v.minutes)) for start, v in zip(starts, visits, strict=True)], everyone)
    devices = {
        user: f"collect:{number:016x}" for user, number in zip(sorted(set(users)), rng.integers(0, 2**62, size), strict=False)
    }
    put("deviceid", [devices[user] for user in users], everyone)
    put("username", users, everyone)
    put("consent", ["yes" if asked else "no" for asked in is_asked], everyone)
    put("visit_type", [visit.visit_type for visit in visits])
    put("team", team)
    put("interview_date", [start.date().isoformat() for start in starts])
    put("population", [visit.population for visit in visits])
    _put_places(draft, put, rng)
    put("accessibility", ["not_accessible" if visit.status == "not_accessible" else "accessible" for visit in visits])
    put(
        "access_reason",
        rng.choice([code for code, _ in form.ACCESS_REASONS[:4]], size).astype(object),
        is_asked & ~_reached(visits),
    )
    put("update_status", [visit.status for visit in visits], is_asked & _reached(visits))
    number = np.array([str(value) for value in range(int(max(households.max(), individuals.max())) + 1)], dtype=object)
    put("households", number[households], is_counted)
    put("individuals_reported", number[individuals], is_counted & (individuals > 0))
    is_idp = np.array([visit.population == "idp" for visit in visits])
    writes_zero = np.array([visit.unit != NOWHERE and bool(draft.styles[visit.unit]) for visit in visits])
    for at, question in enumerate(CELLS):
        own = is_counted & np.where(is_idp, "idp" in question.populations, "returnee" in question.populations)
        put(question.name, number[cells[:, at]], own & ((cells[:, at] > 0) | writes_zero))
    names = ("new_arrivals", "arrivals_between_displacement", "arrivals_from_camp", "arrivals_redisplaced", "arrivals_first_time")
    for name, part in zip(names, field_counts.arrival_parts(arrivals), strict=True):
        put(name, number[part], is_counted & is_idp & ((arrivals > 0) | (name == "new_arrivals")))
    ways = rng.integers(0, field_informants.WAYS, size).tolist()
    person = [visit.person for visit in visits]
    has_informant = np.array([visit.status not in ("refused", "not_accessible", "informant_unreachable") for visit in visits])
    put("ki_name", [people.written(one) for one in person], has_informant)
    put("ki_position", [people.position(one) for one in person], has_informant)
    put("ki_contact", [people.contact(one, way) for one, way in zip(person, ways, strict=True)], has_informant)
    put("ki_type", people.kind[person], has_informant)
    put("ki_sex", people.sex[person], has_informant)
    put("comment", np.array(_COMMENTS, dtype=object)[rng.integers(0, len(_COMMENTS), size)], is_asked & (rng.random(size) < 0.2))
    has_origins = is_counted & is_idp
    origins = [
        _origins(draft, visit, cells[at], bool(counts.is_simple[at])) if has_origins[at] else []
        for at, visit in enumerate(visits)
    ]
    return Answers(columns, origins)


def _reached(visits: list[Visit]) -> np.ndarray:
    return np.array([visit.status != "not_accessible" for visit in visits])


def _starts(visits: list[Visit], rng: np.random.Generator) -> list[datetime.datetime]:
    first = datetime.datetime.combine(collection_start(), datetime.time(8))
    minutes = rng.integers(0, 8 * 60, len(visits)).tolist()
    seconds = rng.integers(0, 60, len(visits)).tolist()
    return [
        first + datetime.timedelta(days=visit.day, minutes=minute, seconds=second)
        for visit, minute, second in zip(visits, minutes, seconds, strict=True)
    ]


def collection_start() -> datetime.date:
    """The first day of collection, as the register of rounds has it."""
    return datetime.date.fromisoformat(codes.rounds()[ROUND]["collection_start"])


def _local(time: datetime.datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000+03:00")


def _put_places(draft: Draft, put: Callable[..., None], rng: np.random.Generator) -> None:
    visits, places = draft.visits, draft.frame.places
    place = [visit.place for visit in visits]
    own = {row["governorate"]: row["governorate_code"] for row in codes.rows("governorate")}
    district_code = codes.district_codes()
    district = [district_code[places.governorate[at], places.district[at]] for at in place]
    put("governorate", [own[places.governorate[at]] for at in place])
    put("district", district)
    put("subdistrict", [f"{code}_{form.NOT_KNOWN}" for code in district])
    put("is_new_location", ["no"] * len(visits))
    put("place_id", [places.place_id[at] for at in place])
    # What the register has may be wrong; a team would give the true position, and no position is better here than a wrong one.
    sound = [_is_sound(places.latitude[at], IRAQ_LATITUDE) and _is_sound(places.longitude[at], IRAQ_LONGITUDE) for at in place]
    shift, walk = rng.uniform(-0.002, 0.002, (2, len(visits))), rng.uniform(-0.004, 0.004, (2, len(visits)))
    points: list[list[str | None]] = [[], [], []]
    for at, where in enumerate(place):
        if not sound[at]:
            for point in points:
                point.append(None)
            continue
        position = (float(places.latitude[where]), float(places.longitude[where]))
        for axis in (0, 1):
            points[axis].append(repr(round(position[axis] + float(shift[axis, at]), 5)))
        near = [repr(round(position[axis] + float(walk[axis, at]), 5)) for axis in (0, 1)]
        points[2].append(f"{near[0]} {near[1]} {200 + at % 300}.0 4.5")
    for question, values in zip(("latitude", "longitude", "interview_gps"), points, strict=True):
        put(question, values)


def _is_sound(text: str, bounds: tuple[float, float]) -> bool:
    return bool(text) and bounds[0] <= float(text) <= bounds[1]


@cache
def _districts_of() -> list[tuple[str, list[str]]]:
    """(governorate code, its district codes) in the order of the governorates of the code list."""
    own = {row["governorate"]: row["governorate_code"] for row in codes.rows("governorate")}
    return [
        (own[name], [code for key, code in codes.district_codes().items() if key[0] == name])
        for name in codes.governorates().codes
    ]


def _origins(draft: Draft, visit: Visit, cells: np.ndarray, is_simple: bool) -> list[tuple[str, str, str]]:
    """The households of each governorate of origin by district: one to three districts each, or only one."""
    rows = []
    for at, (governorate, districts) in enumerate(_districts_of()):
        left = int(cells[field_frame.cell(f"origin_{governorate}")])
        pick = int(draft.picks[visit.unit, at])
        for nth in range(min(1 if is_simple else 1 + pick % 3, len(districts), left), 0, -1):
            own = left if nth == 1 else max(1, left // 3)
            left -= own
            rows.append((governorate, districts[(pick + nth) % len(districts)], str(own)))
    return rows
