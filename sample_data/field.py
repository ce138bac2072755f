"""Write a synthetic round under collection: interviews in four shapes, a camp list, a work plan, and the ledger of what is planted."""

from __future__ import annotations

import csv
import datetime
import io
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from expectations import codes, form
from expectations.checks import WHOLE_LIST
from expectations.columns import IRAQ_LATITUDE, IRAQ_LONGITUDE
from expectations.policy import Policy
from sample_data import field_defects, field_frame, field_informants, field_shapes
from sample_data.field_frame import CELLS, ROUND, Frame
from sample_data.field_shapes import Submissions
from sample_data.field_visits import NOWHERE, PERIOD_DAYS, QUARANTINE, QUEUE, Answers, Draft, Visit
from sample_data.portal import list_date

FOLDER = f"R{ROUND}"
PLACES_MINIMUM = 120
LEDGER_COLUMNS = ("uuid", "place_id", "population", "defect", "check_id", "expected", "note")
_VISITED_SHARE = 0.88
_UNCHANGED_SHARE, _CHANGED_SHARE = 0.25, 0.3
_SECOND_SHARE, _BACK_CHECK_SHARE, _MOST_INFORMANTS = 0.25, 0.05, 4
_CLOSED_SHARE, _NOT_ACCESSIBLE_SHARE, _UNREACHABLE_SHARE = 0.012, 0.02, 0.015
# Of a governorate's households: more is not taken away by ordinary changes, so that no total moves more than usual.
_ORDINARY_CHANGE = {"idp": 0.03, "returnee": 0.015}
_CLOSED_CHANGE = 0.02
_CLOSED_MOST = 19  # closing more would be a large change
_AGREED_LEAST = 20  # from here on agreeing informants may differ by one household or two
_UNITS_PER_TEAM, _TEAMS = 20, (6, 75)
_TEAMS_PER_SUPERVISOR = 10
_POLICY = Policy()
_FIRST_NUMBER = 251_000_001
_STREAM = 1000  # away from the streams of the lists
_CAMP_AWAY = 1.4
_COMMENTS = (
    "Families plan to return after the school year.", "Water comes by truck.", "The road was repaired.",
    "العوائل مستقرة في المنطقة", "لا توجد خدمات كافية", "Some families moved within the district.", "تم تحديث العدد مع المختار",
)  # fmt: skip


@dataclass(frozen=True)
class FieldRound:
    """A round as generated: ``submissions`` as every export holds them, the rows of ``ledger``, ``camps`` and ``work_plan``."""

    submissions: Submissions
    ledger: list[dict[str, str]]
    camps: list[list[str]]
    work_plan: list[list[str]]


def write(out: Path, *, places: int = 400, submissions: int | None = None, seed: int = 20210301, rounds: int = 3) -> FieldRound:
    """Write the round into ``out``, a folder for nothing else; equal arguments give equal bytes.

    Raises:
        ValueError: as :func:`generate`.
    """
    made = generate(places=places, submissions=submissions, seed=seed, rounds=rounds)
    created = list_date(ROUND)
    files = {f"kobo_json/{name}": content for name, content in field_shapes.kobo_pages(made.submissions).items()}
    files["kobo_xlsx/master_list.xlsx"] = field_shapes.kobo_workbook(made.submissions, created)
    files["odk/submissions.csv.zip"] = field_shapes.odk_archive(made.submissions)
    files["csv/submissions.csv"] = field_shapes.table(made.submissions)
    files["csv/columns.toml"] = field_shapes.column_map()
    files["camp_list.csv"] = _csv([list(_CAMP_HEADERS.values()), *made.camps])
    files["camp_list.toml"] = _camp_map()
    files["work_plan.csv"] = _csv([["place_id", "population", "team", "planned_on"], *made.work_plan])
    files["ledger.csv"] = _csv([list(LEDGER_COLUMNS), *([row[name] for name in LEDGER_COLUMNS] for row in made.ledger)])
    for name, content in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    return made


def generate(*, places: int = 400, submissions: int | None = None, seed: int = 20210301, rounds: int = 3) -> FieldRound:
    """The field round that follows the lists of :func:`sample_data.generator.write` for the same places, seed and rounds.

    Args:
        places: places of the synthetic country, at least 120.
        submissions: number of submissions, reached by more informants per location; by default about one per location.
        seed: of all random numbers.
        rounds: number of the lists before.

    Raises:
        ValueError: too few places for every defect, or too few or too many submissions for the places.
    """
    if places < PLACES_MINIMUM:
        raise ValueError(
            f"{places} places are too few to plant every kind of defect in a field round: ask for at least {PLACES_MINIMUM}."
        )
    frame = field_frame.frame(places, seed, rounds)
    draft = _draft(frame, seed)
    field_defects.plant(draft)
    _ordinary(draft)
    _more_informants(draft, submissions)
    counts = _without_coincidence(draft)
    people = field_informants.invent(_stream(seed, 1), draft.people)
    answers = _answers(draft, people, counts, _stream(seed, 2))
    for visit, change in draft.edits:
        change(answers, visit)
    exported, roots = _submissions(draft, answers, _stream(seed, 3))
    return FieldRound(exported, _ledger(draft, roots), _camps(draft), _work_plan(draft, _stream(seed, 4)))


def _stream(seed: int, purpose: int) -> np.random.Generator:
    return np.random.default_rng([seed, _STREAM + purpose])


# --- who is visited ----------------------------------------------------------------------------------


def _draft(frame: Frame, seed: int) -> Draft:
    rng = _stream(seed, 0)
    keys = zip(frame.places.governorate[frame.place], frame.places.district[frame.place], frame.place.tolist(), strict=True)
    order = np.array(sorted(range(len(frame)), key=list(keys).__getitem__))
    teams = int(np.clip(len(frame) // _UNITS_PER_TEAM, *_TEAMS))
    team = np.empty(len(frame), np.int64)
    team[order] = np.arange(len(frame)) * teams // len(frame)
    shuffled = rng.permutation(len(frame))
    is_due = frame.is_large | frame.places.is_camp[frame.place]
    pool = sorted(shuffled.tolist(), key=lambda unit: not is_due[unit])[: round(_VISITED_SHARE * len(frame))]
    return Draft(
        frame,
        team,
        rng.integers(0, 1000, (len(frame), len(codes.governorates().codes))),
        rng.random(len(frame)) < 0.5,
        rng.permutation(pool).tolist(),
        rng=rng,
        people=len(frame.places),
    )


def _ordinary(draft: Draft) -> None:
    """Visit the rest of the pool as rounds usually go: most as before, some changed, few closed or not reached."""
    frame, rng = draft.frame, draft.rng
    total: dict[tuple[str, str], int] = defaultdict(int)
    for unit in range(len(frame)):
        total[_governorate(frame, unit)] += int(frame.households[unit])
    size = len(draft.pool)
    left = {
        "not_accessible": max(2, round(_NOT_ACCESSIBLE_SHARE * size)),
        "informant_unreachable": max(2, round(_UNREACHABLE_SHARE * size)),
    }
    closed = max(2, round(_CLOSED_SHARE * size))
    status = {}
    for unit in draft.pool:
        if frame.is_large[unit] or frame.places.is_camp[frame.place[unit]]:
            continue
        share = frame.households[unit] / total[_governorate(frame, unit)]
        if closed and frame.households[unit] <= _CLOSED_MOST and share <= _CLOSED_CHANGE:
            closed, status[unit] = closed - 1, "closed"
        elif any(left.values()):
            name = max(left, key=lambda name: left[name])
            left[name] -= 1
            status[unit] = name
        elif rng.random() < _UNCHANGED_SHARE:
            status[unit] = "confirmed_unchanged"
    counted = [unit for unit in draft.pool if unit not in status]
    now = _changed(draft, counted, total)
    for unit in draft.pool:
        draft.visit(unit, now.get(unit), status=status.get(unit, "updated"))
    draft.pool = []


def _governorate(frame: Frame, unit: int) -> tuple[str, str]:
    return frame.population[unit], frame.of(unit, "governorate")


def _changed(draft: Draft, units: list[int], total: dict[tuple[str, str], int]) -> dict[int, int]:
    """Households now of the ordinary units: most as before, others a little different."""
    frame, rng = draft.frame, draft.rng
    groups: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    now = {}
    for unit in units:
        before = int(frame.households[unit])
        step = 0
        if rng.random() < _CHANGED_SHARE and not frame.is_large[unit] and before > 3:
            step = round(before * int(rng.integers(-8, 8)) / 100) or int(rng.integers(0, 2)) * 2 - 1
        now[unit] = before + step
        if step:
            groups[_governorate(frame, unit)].append((step, unit))
    for group, changes in groups.items():
        changes.sort(key=lambda change: abs(change[0]))
        while changes and abs(sum(step for step, _ in changes)) > _ORDINARY_CHANGE[group[0]] * total[group]:
            _, unit = changes.pop()
            now[unit] = int(frame.households[unit])
    return now


def _more_informants(draft: Draft, wanted: int | None) -> None:
    """Second informants of other teams who agree, and back-checks by supervisors who do."""
    taken = {noted.visit for noted in draft.noted}
    firsts = [
        at
        for at, visit in enumerate(draft.visits)
        if visit.status == "updated" and at not in taken | draft.exempt and not draft.frame.places.is_camp[visit.place]
    ]
    checked = firsts[:: max(1, round(1 / _BACK_CHECK_SHARE))]
    for at in checked:
        first = draft.visits[at]
        day = first.day + int(draft.rng.integers(2, 7))
        draft.visit(first.unit, _agreeing(draft, first), visit_type="back_check", team=-1, person=first.person, day=day)
    # One row more than visits: a submission is exported twice.
    made = len(draft.visits) + 1
    most = made + (_MOST_INFORMANTS - 1) * len(firsts)
    if wanted is None:
        wanted = min(most, made + round(_SECOND_SHARE * len(firsts)))
    if not made <= wanted <= most:
        raise ValueError(
            f"{wanted} submissions for {len(draft.frame.places)} places: ask for {made} to {most}, or for other places."
        )
    teams = int(draft.team.max()) + 1
    order = draft.rng.permutation(firsts).tolist()
    for at in range(wanted - made):
        first, nth = draft.visits[order[at % len(order)]], 1 + at // len(order)
        day = first.day + int(draft.rng.integers(0, 5))
        draft.visit(first.unit, _agreeing(draft, first), team=(first.team + nth) % teams, person=draft.person(), day=day)


def _agreeing(draft: Draft, first: Visit) -> int:
    if draft.frame.is_large[first.unit] or first.households < _AGREED_LEAST:
        return first.households
    return first.households + int(draft.rng.integers(-1, 2))


# --- counts ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Counts:
    """The counts of all visits, one row each; ``is_simple`` marks those with one category per margin."""

    households: np.ndarray
    arrivals: np.ndarray
    cells: np.ndarray
    individuals: np.ndarray
    is_simple: np.ndarray


def _without_coincidence(draft: Draft) -> _Counts:
    """The counts of all visits.

    Records that would look copied by chance get one category per margin, so that only what is planted looks copied.
    """
    frame, visits = draft.frame, draft.visits
    unit = np.array([visit.unit for visit in visits])
    place = np.array([visit.place if visit.unit != NOWHERE else -1 - at for at, visit in enumerate(visits)])
    population = np.array([visit.population for visit in visits], dtype=object)
    team = np.array([_team(draft, visit) for visit in visits], dtype=object)
    households = np.array([visit.households if visit.is_counted else 0 for visit in visits])
    exempt = np.zeros(len(visits), bool)
    exempt[list(draft.exempt)] = True
    before = np.where(unit == NOWHERE, households, frame.households[unit])
    grown = np.where((population == "idp") & ~exempt, np.maximum(households - before, 0), 0)
    ratio = np.where(frame.places.is_camp[[visit.place for visit in visits]], 4.7, 5.4) + draft.rng.random(len(visits)) * 0.8
    told = np.where((draft.rng.random(len(visits)) < 0.3) & ~exempt, np.rint(households * ratio).astype(np.int64), 0)
    simple = unit == NOWHERE
    while True:
        weights = np.where((unit == NOWHERE)[:, None], _usual_weights(population), frame.weights[unit])
        weights[simple] = field_frame.one_each(weights[simple], population[simple])
        arrivals, individuals = np.where(simple, 0, grown), np.where(simple, 0, told)
        cells = _cells(households, arrivals, weights, population)
        counts = np.column_stack([households, cells, individuals, *_arrival_parts(arrivals)])
        chance = _by_chance(counts, cells, place, team, exempt)
        found = np.isin(unit, unit[chance]) & (unit != NOWHERE) & ~exempt & ~simple
        if not found.any():
            return _Counts(households, arrivals, cells, individuals, simple)
        simple |= found


def _usual_weights(population: np.ndarray) -> np.ndarray:
    weights = np.zeros((len(population), len(CELLS)), np.int64)
    for name in ("shelter_host_family", "period_august_2014"):
        weights[:, field_frame.cell(name)] = 1
    weights[population == "idp", field_frame.cell("origin_ninewa")] = 1
    weights[population == "returnee", field_frame.cell("last_displacement_ninewa")] = 1
    return weights


def _cells(households: np.ndarray, arrivals: np.ndarray, weights: np.ndarray, population: np.ndarray) -> np.ndarray:
    """Households per cell; those displaced for the first time since the last round are of the newest period."""
    cells = field_frame.divide(households, weights, population)
    first = _arrival_parts(arrivals)[-1]
    for name in field_frame.MARGINS:
        rows = np.flatnonzero((first > 0) & (population == name))
        columns = field_frame.margin(name, "period")
        kept = field_frame.divide(households - first, weights, population)[np.ix_(rows, columns)]
        cells[np.ix_(rows, columns)] = kept
        cells[rows, field_frame.cell("period_january_2021")] += first[rows]
    return cells


def _arrival_parts(arrivals: np.ndarray) -> tuple[np.ndarray, ...]:
    """All, between places of displacement, of these from a camp, displaced again, for the first time."""
    between, again = arrivals // 3, arrivals // 5
    return arrivals, between, between // 2, again, arrivals - between - again


def _by_chance(counts: np.ndarray, cells: np.ndarray, place: np.ndarray, team: np.ndarray, exempt: np.ndarray) -> np.ndarray:
    """Rows that look like another place's: the same cells, or of one team and different in a few cells only."""
    ranked = np.sort(counts, axis=1)
    values = (np.diff(ranked, axis=1, prepend=0) > 0).sum(axis=1)
    able = np.flatnonzero(values >= _POLICY.identical_values)
    found = np.zeros(len(counts), bool)
    same: dict[bytes, list[int]] = defaultdict(list)
    for row in able.tolist():
        same[cells[row].tobytes()].append(row)
    for rows in same.values():
        if len(set(place[rows].tolist())) > 1:
            found[rows] = True
    teams: dict[str, list[int]] = defaultdict(list)
    for row in able.tolist():
        teams[team[row]].append(row)
    small = cells.astype(np.int32)
    for members in teams.values():
        # The larger one of a pair keeps its breakdown, so it is compared with all before it.
        rows = np.array(sorted(members, key=lambda row: (-counts[row, 0], row)))
        for at in range(1, len(rows)):
            earlier = rows[:at][~found[rows[:at]]]
            near = (small[earlier] != small[rows[at]]).sum(axis=1) <= _POLICY.duplicate_answers
            close = earlier[near & (place[earlier] != place[rows[at]])]
            if exempt[rows[at]]:
                found[close] = True
            elif len(close):
                found[rows[at]] = True
    return found & ~exempt


# --- answers -----------------------------------------------------------------------------------------


def _team(draft: Draft, visit: Visit) -> str:
    if visit.team >= 0:
        return f"T{visit.team + 1:02d}"
    return f"S{int(draft.team[visit.unit]) // _TEAMS_PER_SUPERVISOR + 1:02d}"


def _answers(
    draft: Draft,
    people: field_informants.Informants,
    counts: _Counts,
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
    team = [_team(draft, visit) for visit in visits]
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
    for name, part in zip(names, _arrival_parts(arrivals), strict=True):
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
    first = datetime.datetime.combine(_collection_start(), datetime.time(8))
    minutes = rng.integers(0, 8 * 60, len(visits)).tolist()
    seconds = rng.integers(0, 60, len(visits)).tolist()
    return [
        first + datetime.timedelta(days=visit.day, minutes=minute, seconds=second)
        for visit, minute, second in zip(visits, minutes, seconds, strict=True)
    ]


def _collection_start() -> datetime.date:
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


# --- what the server adds ----------------------------------------------------------------------------


def _submissions(draft: Draft, answers: Answers, rng: np.random.Generator) -> tuple[Submissions, list[str]]:
    """The submissions in the order in which they came, and the uuid of each visit."""
    visits = draft.visits
    roots, edited = _uuids(rng, len(visits)), _uuids(rng, len(visits))
    instances = [edited[at] if visit.is_edited else roots[at] for at, visit in enumerate(visits)]
    after = datetime.datetime.combine(list_date(ROUND) + datetime.timedelta(1), datetime.time())
    minutes = rng.integers(10, 30 * 60, len(visits)).tolist()
    times = []
    for at, visit in enumerate(visits):
        end = datetime.datetime.fromisoformat(answers.columns["end"][at]).astimezone(datetime.UTC).replace(tzinfo=None)
        base = after + datetime.timedelta(hours=8) if visit.is_late else end.replace(microsecond=0)
        times.append(base + datetime.timedelta(minutes=minutes[at]))
    order = sorted(range(len(visits)), key=lambda at: (times[at], at))
    order += [noted.visit for noted in draft.noted if noted.defect == "doubled"]
    exported = Submissions(
        Answers({name: values[order] for name, values in answers.columns.items()}, [answers.origins[at] for at in order]),
        [instances[at] for at in order],
        [roots[at] for at in order],
        [_FIRST_NUMBER + at for at in range(len(order))],
        [times[at].replace(tzinfo=datetime.UTC) for at in order],
        [visits[at].state for at in order],
    )
    return exported, roots


def _uuids(rng: np.random.Generator, count: int) -> list[str]:
    drawn = rng.bytes(16 * count)
    return [str(uuid.UUID(bytes=drawn[at : at + 16], version=4)) for at in range(0, len(drawn), 16)]


def _ledger(draft: Draft, roots: list[str]) -> list[dict[str, str]]:
    rows = []
    for noted in draft.noted:
        visit = draft.visits[noted.visit]
        is_placed = visit.unit != NOWHERE and visit.status != "refused"
        place_id = draft.frame.of(visit.unit, "place_id") if is_placed else ""
        population = "" if visit.status == "refused" else visit.population
        values = (roots[noted.visit], place_id, population, noted.defect, noted.check_id, noted.expected, noted.note)
        rows.append(dict(zip(LEDGER_COLUMNS, values, strict=True)))
    for population in field_frame.MARGINS:
        own = sum(visit.population == population for visit in draft.visits)
        aside = len({row["uuid"] for row in rows if row["expected"] == QUARANTINE and row["population"] == population})
        if aside > _POLICY.quarantined_share_maximum * own:
            rows.append(_whole_list(population, "many_set_aside", "c23", f"{aside} of {own} submissions are spoilt on purpose"))
    for defect, unit in zip(("camp_missing_there", "camp_differs"), _camp_units(draft), strict=False):
        first = next(at for at, visit in enumerate(draft.visits) if visit.unit == unit)
        values = (roots[first], draft.frame.of(unit, "place_id"), "idp", defect, "c29", QUEUE, "see camp_list.csv")
        rows.append(dict(zip(LEDGER_COLUMNS, values, strict=True)))
    rows.append(_whole_list("idp", "camp_missing_here", "c29", "camp_list.csv has a camp that no list of ours has"))
    rows += _totals_moved(draft)
    return sorted(rows, key=lambda row: (row["check_id"] or "~", row["defect"], row["expected"], row["uuid"]))


def _whole_list(population: str, defect: str, check_id: str, note: str) -> dict[str, str]:
    return dict(zip(LEDGER_COLUMNS, (WHOLE_LIST, "", population, defect, check_id, QUEUE, note), strict=True))


def _totals_moved(draft: Draft) -> list[dict[str, str]]:
    """Entries for governorates and countries whose total the planted changes move more than usual."""
    frame = draft.frame
    spoilt = {noted.visit for noted in draft.noted if noted.expected == QUARANTINE or noted.check_id == "c03"}
    now = frame.households.tolist()
    for at, visit in enumerate(draft.visits):
        counts = visit.state == "approved" and visit.visit_type == "interview" and not visit.is_late and at not in spoilt
        if counts and visit.unit != NOWHERE and (visit.is_counted or visit.status == "closed"):
            now[visit.unit] = visit.households if visit.is_counted else 0
    totals: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for unit, households in enumerate(now):
        population, governorate = _governorate(frame, unit)
        for key in (("c11", population, governorate), ("c12", population, "Iraq")):
            totals[key][0] += int(frame.households[unit])
            totals[key][1] += households
    most = {
        ("c11", "idp"): _POLICY.governorate_change_idp, ("c11", "returnee"): _POLICY.governorate_change_returnee,
        ("c12", "idp"): _POLICY.national_change_idp, ("c12", "returnee"): _POLICY.national_change_returnee,
    }  # fmt: skip
    rows = []
    for (check_id, population, area), (before, after) in totals.items():
        if abs(after - before) > most[check_id, population] * before:
            note = f"{area}: {before} households before, about {after} now, by what is planted"
            rows.append(_whole_list(population, "total_moved", check_id, note))
    return rows


# --- beside the interviews ---------------------------------------------------------------------------

_CAMP_HEADERS = {
    "place_id": "DTM Place ID", "area_name": "Camp", "governorate": "Governorate", "district": "District",
    "households": "HHs", "as_of_date": "As of",
}  # fmt: skip


def _camp_map() -> bytes:
    lines = [
        "# Our name = the header of camp_list.csv.",
        "[columns]",
        *(f'{ours} = "{theirs}"' for ours, theirs in _CAMP_HEADERS.items()),
    ]
    return ("\n".join(lines) + "\n").encode()


def _camps(draft: Draft) -> list[list[str]]:
    """Another source's figures of the camps: the second camp is far off, the first is not there,
    the others agree; and one that we do not have."""
    frame, units = draft.frame, _camp_units(draft)
    firsts = {visit.unit: visit for visit in reversed(draft.visits) if visit.visit_type == "interview"}
    as_of = (list_date(ROUND) - datetime.timedelta(days=6)).isoformat()
    rows = []
    for nth, unit in enumerate(units[1:]):
        households = firsts[unit].households
        theirs = round(households * _CAMP_AWAY) if nth == 0 else households + nth % 5 - 2
        rows.append(
            [
                *(str(frame.of(unit, name)).strip() for name in ("place_id", "name_en", "governorate", "district")),
                str(theirs),
                as_of,
            ]
        )
    return [*rows, ["", "Nawras Camp", "Ninewa", "Mosul", "212", as_of]]


def _camp_units(draft: Draft) -> list[int]:
    is_camp = draft.frame.places.is_camp[draft.frame.place]
    return sorted({visit.unit for visit in draft.visits if visit.unit != NOWHERE and is_camp[visit.unit]})


def _work_plan(draft: Draft, rng: np.random.Generator) -> list[list[str]]:
    """Every unit of the frame with its team and the day planned for it."""
    frame = draft.frame
    planned = rng.integers(0, PERIOD_DAYS - 10, len(frame))
    for visit in reversed(draft.visits):
        if visit.unit != NOWHERE and visit.visit_type == "interview":
            planned[visit.unit] = max(0, visit.day - int(planned[visit.unit]) % 3)
    start = _collection_start()
    days = [(start + datetime.timedelta(days=day)).isoformat() for day in planned.tolist()]
    teams = [f"T{team + 1:02d}" for team in draft.team.tolist()]
    places = frame.places.place_id[frame.place]
    rows = [list(row) for row in zip(places, frame.population, teams, days, strict=True)]
    return sorted(rows)


def _csv(rows: list[list[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode("utf-8")
