"""What is wrong with a field round on purpose, and what the checks are expected to make of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable

import numpy as np

from expectations import codes
from expectations.policy import Policy
from sample_data import field_frame
from sample_data.field_informants import ARABIC_DIGITS
from sample_data.field_visits import IGNORED, QUARANTINE, QUEUE, Answers, Draft

_POLICY = Policy()
# Numbers that no place of the sample has.
_SPREAD = 1.45
_UNKNOWN_PLACES = ("69998", "69999")
_DAY_BEFORE_THE_END = 58
# Of the places where one person speaks for many; a large sample has two more.
_ONE_INFORMANT, _ONE_INFORMANT_LARGE, _LARGE_SAMPLE = 12, 14, 1000
_FOLLOWS = "may follow from {0}"
_BIDI = "\u202e{0}\u202c\u200f"

# Households by cell of the records that are alike: enough different values to be no coincidence.
_ALIKE = {
    "idp": ({"origin_ninewa": 5, "origin_salah_al_din": 3}, {"shelter_rented_habitable": 6, "shelter_host_family": 2}),
    "returnee": (
        {"last_displacement_erbil": 5, "last_displacement_dahuk": 3},
        {"shelter_habitual_residence_habitable": 6, "shelter_rented": 2},
    ),
}
_ALIKE_PERIODS = {"period_august_2014": 7, "period_june_july_2014": 4, "period_post_april_2015": 3}


def plant(draft: Draft) -> None:
    """Plant every kind of defect; the most demanding of their places come first."""
    for planter in _PLANTERS:
        planter(draft)


# --- records that are alike --------------------------------------------------------------------------


def _make_alike(draft: Draft, units: list[int]) -> None:
    population = draft.frame.population[units[0]]
    weights = np.zeros(len(field_frame.CELLS), np.int64)
    for cells in (*_ALIKE[population], _ALIKE_PERIODS):
        for name, weight in cells.items():
            weights[field_frame.cell(name)] = weight
    draft.frame.weights[units] = weights
    draft.picks[units] = draft.picks[units[0]]
    draft.styles[units] = draft.styles[units[0]]


def _near_copy(draft: Draft) -> None:
    """c17: a record of a team, given again for another place of the district with one household moved."""
    frame = draft.frame
    groups = defaultdict(list)
    for unit in draft.able(least=24, most=400):
        groups[frame.population[unit], frame.of(unit, "governorate"), frame.of(unit, "district"), draft.team[unit]].append(unit)
    pairs = [
        (abs(int(frame.households[first]) - int(frame.households[second])) / frame.households[second], first, second)
        for group in groups.values()
        for at, first in enumerate(group)
        for second in group[at + 1 :]
    ]
    if not pairs:
        raise ValueError("These places are too few for two alike in one district: ask for more.")
    _, first, second = min(pairs)
    _make_alike(draft, [first, second])
    households, day = int(frame.households[first]), 20
    original = draft.visit(draft.take(first), day=day, minutes=18)
    copy = draft.visit(draft.take(second), households, day=day, minutes=17)
    draft.exempt |= {original, copy}

    def change(answers: Answers, visit: int) -> None:
        for question in ("ki_type", "ki_sex"):
            answers.columns[question][visit] = answers.columns[question][original]
        answers.add(visit, "period_august_2014", -1)
        answers.add(visit, "period_june_july_2014", 1)

    draft.edit(copy, change)
    draft.note(copy, "near_copy", "c17", QUEUE, f"the record of place {frame.of(first, 'place_id')} with one household moved")
    draft.note(original, "near_copy", "c17", IGNORED, "the original; may be shown with its copy")


def _identical(draft: Draft) -> None:
    """c16: the same counts at three places of one team."""
    frame = draft.frame
    groups = defaultdict(list)
    for unit in draft.able(least=24, most=500):
        groups[frame.population[unit], int(draft.team[unit])].append(unit)
    trios = []
    for group in groups.values():
        group.sort(key=lambda unit: (int(frame.households[unit]), unit))
        for trio in zip(group, group[1:], group[2:], strict=False):
            if len({int(frame.place[unit]) for unit in trio}) == len(trio):
                trios.append((frame.households[trio[2]] / frame.households[trio[0]], trio))
    # Less than half more or less than before is no large change.
    if not trios or min(trios)[0] > _SPREAD:
        raise ValueError("These places are too few for three of one size and team: ask for more.")
    trio = list(min(trios)[1])
    _make_alike(draft, trio)
    households = int(frame.households[trio[1]])
    for unit in trio:
        visit = draft.visit(draft.take(unit), households)
        draft.exempt.add(visit)
        draft.note(visit, "identical_counts", "c16", QUEUE, "the same counts at three places of a team")
        draft.note(visit, "identical_counts", "c17", IGNORED, "near-copies too")


# --- changes -----------------------------------------------------------------------------------------


def _outlier(draft: Draft) -> None:
    """c18: two digits too many in the record of a second informant; being undecided (c03), it moves no total."""
    unit = draft.draw(least=150, most=400)
    first = draft.visit(unit)
    second = draft.visit(unit, int(draft.frame.households[unit]) * 100, team=_other_team(draft, unit), person=draft.person())
    draft.note(second, "outlier", "c18", QUEUE, "the households of the first informant with two digits more")
    draft.note(second, "outlier", "c10", IGNORED, _FOLLOWS.format("c18"))
    for visit in (first, second):
        draft.note(visit, "outlier", "c03", QUEUE, "one of two approved records is a hundred times the other")


def _jump(draft: Draft) -> None:
    """c10: four times as many households, at least 200 more, where this moves the governorate least."""
    frame = draft.frame
    able = draft.able(least=67, most=110)
    total: Counter[str] = Counter()
    for population, place, households in zip(frame.population, frame.place, frame.households.tolist(), strict=True):
        total[population, frame.places.governorate[place]] += households
    if not able:
        raise ValueError("These places are too few for one of 67 to 110 households: ask for more.")
    unusual = {"idp": _POLICY.governorate_change_idp, "returnee": _POLICY.governorate_change_returnee}
    unit = max(
        able,
        key=lambda at: (
            unusual[frame.population[at]] * total[frame.population[at], frame.of(at, "governorate")] / frame.households[at]
        ),
    )
    visit = draft.visit(draft.take(unit), int(frame.households[unit]) * 4)
    draft.note(visit, "jump", "c10", QUEUE, f"{frame.households[unit]} households before, four times as many now")
    draft.note(visit, "jump", "c18", IGNORED, _FOLLOWS.format("c10"))


def _differ(draft: Draft) -> None:
    """c03: two informants, both approved, who differ much."""
    unit = draft.draw(least=30, most=150)
    households = int(draft.frame.households[unit])
    first = draft.visit(unit)
    second = draft.visit(unit, round(households * 1.35), team=_other_team(draft, unit), person=draft.person())
    for visit in (first, second):
        draft.note(visit, "informants_differ", "c03", QUEUE, "two approved records, one 35% above the other")


def _back_check_differs(draft: Draft) -> None:
    """c25: a back-check that finds far fewer households."""
    unit = draft.draw(least=30, most=150)
    first = draft.visit(unit, day=10)
    found = round(int(draft.frame.households[unit]) * 0.6)
    second = draft.visit(unit, found, visit_type="back_check", team=-1, day=14)
    draft.note(second, "back_check_differs", "c25", QUEUE, "40% fewer households than the interview")
    draft.note(first, "back_check_differs", "c25", IGNORED, "the interview that was checked; may be shown with its back-check")


def _other_team(draft: Draft, unit: int) -> int:
    return (int(draft.team[unit]) + 1) % (int(draft.team.max()) + 1)


# --- sums and numbers --------------------------------------------------------------------------------


def _shelter_sum(draft: Draft) -> None:
    visit = draft.visit(draft.draw(least=10))
    draft.edit(visit, lambda answers, at: answers.add(at, answers.cells(at, "shelter")[0], 1))
    draft.note(visit, "shelter_sum", "c01", QUARANTINE, "one household too many in the largest shelter type")


def _period_sum(draft: Draft) -> None:
    visit = draft.visit(draft.draw("returnee", least=10))
    draft.edit(visit, lambda answers, at: answers.add(at, answers.cells(at, "period")[0], -1))
    draft.note(visit, "period_sum", "c01", QUARANTINE, "one household too few in the largest period")


def _origin_district_sum(draft: Draft) -> None:
    visit = draft.visit(draft.draw("idp", least=10))

    def change(answers: Answers, at: int) -> None:
        governorate, district, households = answers.origins[at][0]
        answers.origins[at][0] = (governorate, district, str(int(households) + 2))

    draft.edit(visit, change)
    draft.note(visit, "origin_district_sum", "c01", QUARANTINE, "two households too many in the first district of origin")


def _households_spoilt(value: str | None, defect: str, note: str, follows: tuple[str, ...]) -> Callable[[Draft], None]:
    def planter(draft: Draft) -> None:
        visit = draft.visit(draft.draw(least=6))
        draft.edit(visit, lambda answers, at: answers.put(at, households=value))
        draft.note(visit, defect, "c02", QUARANTINE, note)
        for check_id in follows:
            draft.note(visit, defect, check_id, IGNORED, _FOLLOWS.format("c02"))

    return planter


def _arrivals_sum(draft: Draft) -> None:
    visit = draft.visit(draft.draw("idp", least=12))
    draft.edit(
        visit,
        lambda answers, at: answers.put(
            at, new_arrivals="6", arrivals_between_displacement="2", arrivals_from_camp="1", arrivals_redisplaced="1",
            arrivals_first_time="1",
        ),
    )  # fmt: skip
    draft.note(visit, "arrivals_sum", "c27", QUARANTINE, "6 arrivals, parts of 2 + 1 + 1")


def _closed_with_counts(draft: Draft) -> None:
    visit = draft.visit(draft.draw(least=8, most=19))
    draft.edit(visit, lambda answers, at: answers.put(at, update_status="closed"))
    draft.note(visit, "closed_with_households", "c28", QUARANTINE, "closed, but with households and breakdowns")


def _updated_without_counts(draft: Draft) -> None:
    visit = draft.visit(draft.draw(least=8))
    draft.edit(visit, lambda answers, at: answers.clear_counts(at))
    draft.note(visit, "updated_without_households", "c02", QUARANTINE, "updated, but without any count")
    for check_id in ("c01", "c27", "c28"):
        draft.note(visit, "updated_without_households", check_id, IGNORED, _FOLLOWS.format("c02"))


# --- places ------------------------------------------------------------------------------------------


def _code(governorate: str) -> str:
    return next(row["governorate_code"] for row in codes.rows("governorate") if row["governorate"] == governorate)


def _wrong_district(draft: Draft) -> None:
    frame = draft.frame
    unit = draft.draw()
    own = (frame.of(unit, "governorate"), frame.of(unit, "district"))
    other = next(code for key, code in codes.district_codes().items() if key[0] == own[0] and key != own)
    visit = draft.visit(unit)
    draft.edit(visit, lambda answers, at: answers.put(at, district=other, subdistrict=f"{other}_not_known"))
    draft.note(visit, "district_wrong", "c04", QUARANTINE, "another district of the governorate")


def _wrong_governorate(draft: Draft) -> None:
    unit = draft.draw()
    key = next(key for key in codes.district_codes() if key[0] != draft.frame.of(unit, "governorate"))
    district = codes.district_codes()[key]
    visit = draft.visit(unit)
    draft.edit(
        visit,
        lambda answers, at: answers.put(at, governorate=_code(key[0]), district=district, subdistrict=f"{district}_not_known"),
    )
    draft.note(visit, "governorate_wrong", "c04", QUARANTINE, "a district of another governorate")


def _bare(name: str) -> str:
    """A name without what must not matter in a match."""
    return re.sub(r"[^a-z0-9]+", "", codes.normalise(name).replace("al-", ""))


def _only_one(draft: Draft, unit: int) -> bool:
    """Whether no other place of the district has the name, however it is spelt."""
    frame, places = draft.frame, draft.frame.places
    same = (places.governorate == frame.of(unit, "governorate")) & (places.district == frame.of(unit, "district"))
    names = Counter(_bare(name) for name in places.name_en[same])
    arabic = Counter(codes.normalise(name).replace("ال", "") for name in places.name_ar[same])
    return names[_bare(frame.of(unit, "name_en"))] == arabic[codes.normalise(frame.of(unit, "name_ar")).replace("ال", "")] == 1


def _named(draft: Draft, defect: str, note: str, question: str, spell: Callable[[str], str], needs: str = "") -> int:
    """A visit that names its place instead of giving its place_id."""
    unit = next((at for at in draft.able() if needs in draft.frame.of(at, "name_en") and _only_one(draft, at)), None)
    if unit is None:
        raise ValueError("These places are too few for every way to misspell a name: ask for more.")
    draft.take(unit)
    register = draft.frame.of(unit, "name_en" if question.endswith("en") else "name_ar")
    spelt = spell(register)
    visit = draft.visit(unit)
    draft.edit(visit, lambda answers, at: answers.put(at, place_id=None, **{question: spelt}))
    if defect != "name_misspelt":
        draft.note(visit, defect, "c06", IGNORED, note)
    return visit


def _names_that_match(draft: Draft) -> None:
    matched = "no place_id; its name must match exactly: {0}"
    _named(draft, "name_without_article", matched.format("without Al-"), "location_name_en", _without_article, " Al-")
    _named(
        draft, "name_tatweel", matched.format("with tatweel"), "location_name_ar", lambda name: name[:-1] + "\u0640" + name[-1:]
    )
    _named(
        draft, "name_diacritics", matched.format("with short vowels"), "location_name_ar",
        lambda name: name[0] + "\u064e" + name[1:-1] + name[-1] + "\u064f",
    )  # fmt: skip


def _without_article(name: str) -> str:
    return name.replace(" Al-", " ", 1)


def _misspelt(name: str) -> str:
    """The name with two neighbouring letters of its last long word exchanged."""
    words = name.split(" ")
    at = max(i for i, word in enumerate(words) if len(word) > 3)
    middle = next(i for i in range(len(words[at]) // 2, len(words[at]) - 1) if words[at][i] != words[at][i + 1])
    word = words[at]
    words[at] = word[:middle] + word[middle + 1] + word[middle] + word[middle + 2 :]
    return " ".join(words)


def _name_misspelt(draft: Draft) -> None:
    visit = _named(draft, "name_misspelt", "", "location_name_en", _misspelt)
    draft.edit(visit, lambda answers, at: answers.put(at, place_id=_UNKNOWN_PLACES[0]))
    place_id = draft.frame.of(draft.visits[visit].unit, "place_id")
    draft.note(visit, "name_misspelt", "c06", QUARANTINE, f"unknown place_id; its misspelt name is that of place {place_id}")
    draft.note(visit, "name_misspelt", "c26", IGNORED, _FOLLOWS.format("c06"))


def _nowhere(draft: Draft) -> None:
    place, team = _somewhere(draft)
    visit = draft.visit_new(place, "idp", 9, team)
    draft.edit(
        visit,
        lambda answers, at: answers.put(at, place_id=_UNKNOWN_PLACES[1], location_name_en="Vofkipe Ghexuy", is_new_location="no"),
    )
    draft.edit(visit, _without_position)
    draft.note(visit, "place_unknown", "c06", QUARANTINE, "unknown place_id and a name like no other")
    draft.note(visit, "place_unknown", "c26", IGNORED, _FOLLOWS.format("c06"))


def _without_position(answers: Answers, at: int) -> None:
    answers.put(at, latitude=None, longitude=None)


def _somewhere(draft: Draft) -> tuple[int, int]:
    """A place whose district serves for a location that is not on the list, and the team there."""
    unit = draft.able()[len(draft.able()) // 2]
    return int(draft.frame.place[unit]), int(draft.team[unit])


def _new(draft: Draft, visit: int, name_en: str, name_ar: str) -> None:
    draft.visits[visit].status = "new"
    draft.edit(
        visit,
        lambda answers, at: answers.put(
            at, place_id=None, is_new_location="yes", location_name_en=name_en, location_name_ar=name_ar
        ),
    )


def _truly_new(draft: Draft) -> None:
    place, team = _somewhere(draft)
    visit = draft.visit_new(place, "idp", 14, team)
    _new(draft, visit, _BIDI.format("Nawras Gilvexo"), "نورس غيلفكسو")
    latitude, longitude = _far_from_all(draft, place)
    draft.edit(visit, lambda answers, at: answers.put(at, latitude=latitude, longitude=longitude))
    draft.note(visit, "new_location", "c06_new", QUEUE, "truly new: nothing in the register is like it")
    draft.note(visit, "hostile_text", "", IGNORED, "characters that turn the direction of writing around the new name")


def _far_from_all(draft: Draft, place: int) -> tuple[str, str]:
    """Coordinates near a place, as far from every location as can be found."""
    places = draft.frame.places
    sound = [at for at in range(len(places)) if places.latitude[at][:1] in "23" and places.longitude[at][:1] == "4"]
    known = np.array([(float(places.latitude[at]), float(places.longitude[at])) for at in sound])
    same = [i for i, at in enumerate(sound) if places.governorate[at] == places.governorate[place]]
    tried = known[same].mean(axis=0) + draft.rng.uniform(-0.3, 0.3, (200, 2))
    gaps = np.abs(tried[:, None, :] - known[None, :, :]).max(axis=2).min(axis=1)
    latitude, longitude = tried[int(np.argmax(gaps))].tolist()
    return repr(round(latitude, 5)), repr(round(longitude, 5))


def _new_but_listed(draft: Draft) -> None:
    frame = draft.frame
    unit = next((at for at in draft.able("idp", 4, 60) if _only_one(draft, at)), None)
    if unit is None:
        raise ValueError("These places are too few for one to be declared new by mistake: ask for more.")
    draft.take(unit)
    visit = draft.visit_new(int(frame.place[unit]), "idp", int(frame.households[unit]), int(draft.team[unit]))
    name = frame.of(unit, "name_en")
    _new(draft, visit, _misspelt(name), frame.of(unit, "name_ar"))
    draft.note(
        visit, "new_but_listed", "c06_new", QUEUE, f"declared new; it is place {frame.of(unit, 'place_id')} by another spelling"
    )


def _position(defect: str, note: str, move: Callable[[float, float], tuple[float, float]]) -> Callable[[Draft], None]:
    def planter(draft: Draft) -> None:
        unit = draft.draw()
        latitude, longitude = move(float(draft.frame.of(unit, "latitude")), float(draft.frame.of(unit, "longitude")))
        visit = draft.visit(unit)
        draft.edit(
            visit, lambda answers, at: answers.put(at, latitude=repr(round(latitude, 5)), longitude=repr(round(longitude, 5)))
        )
        draft.note(visit, defect, "c07", QUEUE, note)

    return planter


# --- interviews --------------------------------------------------------------------------------------


def _one_informant(draft: Draft) -> None:
    """c15: one person for many places, the number written in many ways."""
    frame = draft.frame
    wanted = _ONE_INFORMANT_LARGE if len(frame) > _LARGE_SAMPLE else _ONE_INFORMANT
    groups: dict[str, dict[int, int]] = defaultdict(dict)
    for unit in draft.able():
        groups[frame.of(unit, "governorate")].setdefault(int(frame.place[unit]), unit)
    # Of the governorate with most places, and where that is too small of the next ones.
    units = [unit for group in sorted(groups.values(), key=len, reverse=True) for unit in group.values()][:wanted]
    if len(units) < wanted:
        raise ValueError(f"These places are too few for one informant of {wanted} places: ask for more.")
    person = draft.person()
    for unit in units:
        visit = draft.visit(draft.take(unit), person=person)
        draft.note(visit, "informant_of_many", "c15", QUEUE, f"the same key informant at {wanted} places")


def _minutes(minutes: int, defect: str) -> Callable[[Draft], None]:
    def planter(draft: Draft) -> None:
        visit = draft.visit(draft.draw(), minutes=minutes)
        draft.note(visit, defect, "c19", QUEUE, f"an interview of {minutes} minute{'s' if minutes > 1 else ''}")

    return planter


def _supervision(state: str, expected: str, note: str) -> Callable[[Draft], None]:
    def planter(draft: Draft) -> None:
        visit = draft.visit(draft.draw(), state=state)
        draft.note(visit, f"review_{state}", "c24", expected, note)

    return planter


def _not_a_choice(answer: dict[str, str], defect: str, note: str, follows: tuple[str, ...] = ()) -> Callable[[Draft], None]:
    def planter(draft: Draft) -> None:
        visit = draft.visit(draft.draw())
        draft.edit(visit, lambda answers, at: answers.put(at, **answer))
        draft.note(visit, defect, "c26", QUARANTINE, note)
        for check_id in follows:
            draft.note(visit, defect, check_id, IGNORED, _FOLLOWS.format("c26"))

    return planter


def _refused(draft: Draft) -> None:
    visit = draft.visit(draft.draw(), status="refused", minutes=5)
    draft.note(visit, "consent_refused", "", IGNORED, "the key informant did not agree: nothing else was asked")


def _late(draft: Draft) -> None:
    visit = draft.visit(draft.draw(), is_late=True, day=_DAY_BEFORE_THE_END)
    draft.note(visit, "late", "", IGNORED, "submitted after the list date: counts for the next round, or for a revision")


def _doubled(draft: Draft) -> None:
    visit = draft.visit(draft.draw("returnee"))
    draft.note(visit, "doubled", "", IGNORED, "the export holds this submission twice")


def _edited(draft: Draft) -> None:
    visit = draft.visit(draft.draw(), is_edited=True)
    draft.note(visit, "edited", "", IGNORED, "corrected on the server: only the newest version is in the export")


# --- texts -------------------------------------------------------------------------------------------


def _phone_in_name(draft: Draft) -> None:
    place, team = _somewhere(draft)
    visit = draft.visit_new(place, "idp", 7, team)
    digits = "07001234567".translate(ARABIC_DIGITS)
    _new(draft, visit, "Gulzar Vexidop", f"كلزار فكسيدوب {digits}")
    latitude, longitude = _far_from_all(draft, place)
    draft.edit(visit, lambda answers, at: answers.put(at, latitude=latitude, longitude=longitude))
    draft.note(visit, "phone_in_name", "c21", QUARANTINE, "a telephone number in Arabic-Indic digits in the Arabic name")
    draft.note(visit, "phone_in_name", "c06_new", IGNORED, _FOLLOWS.format("c21"))


PLANTED_NAME, PLANTED_PHONE = "Rashid Karim Al-Zonured", "0700 765 4321"
_COMMENT = f"Please call {PLANTED_NAME}, {PLANTED_PHONE}, before the next visit."
_SHELTER_TEXT = f"Caravan of {PLANTED_NAME} ({PLANTED_PHONE.translate(ARABIC_DIGITS)})"
_WITHHELD = "a name and a number in a free text: it stays in landing, in no table and no report; a finding is no error"


def _person_in_comment(draft: Draft) -> None:
    visit = draft.visit(draft.draw())
    draft.edit(visit, lambda answers, at: answers.put(at, comment=_COMMENT))
    draft.note(visit, "person_in_comment", "c21", IGNORED, _WITHHELD)


def _other_shelter(text: str, defect: str, note: str, has_person: bool = False) -> Callable[[Draft], None]:
    def planter(draft: Draft) -> None:
        visit = draft.visit(draft.draw(least=6))

        def change(answers: Answers, at: int) -> None:
            answers.add(at, answers.cells(at, "shelter")[0], -1)
            answers.put(at, shelter_other="1", shelter_other_text=text)

        draft.edit(visit, change)
        draft.note(visit, defect, "c22", QUEUE, note)
        if has_person:
            draft.note(visit, defect, "c21", IGNORED, _WITHHELD)

    return planter


def _hostile(question: str, text: str, note: str) -> Callable[[Draft], None]:
    def planter(draft: Draft) -> None:
        visit = draft.visit(draft.draw())
        draft.edit(visit, lambda answers, at: answers.put(at, **{question: text}))
        draft.note(visit, "hostile_text", "", IGNORED, note)

    return planter


_PLANTERS: tuple[Callable[[Draft], None], ...] = (
    _outlier,
    _near_copy,
    _identical,
    _jump,
    _names_that_match,
    _name_misspelt,
    _new_but_listed,
    _one_informant,
    _differ,
    _back_check_differs,
    _shelter_sum,
    _period_sum,
    _origin_district_sum,
    _households_spoilt("-5", "households_negative", "households are -5", ("c01", "c10", "c26")),
    _households_spoilt("12a", "households_no_number", "households are 12a", ("c01", "c26", "c28")),
    _households_spoilt(None, "households_missing", "no households, though breakdowns are given", ("c01", "c28")),
    _arrivals_sum,
    _closed_with_counts,
    _updated_without_counts,
    _wrong_district,
    _wrong_governorate,
    _nowhere,
    _truly_new,
    _position("coordinates_swapped", "latitude and longitude exchanged", lambda latitude, longitude: (longitude, latitude)),
    _position("coordinates_outside_iraq", "north of Iraq", lambda latitude, longitude: (latitude % 1 + 39, longitude)),
    _position(
        "coordinates_far", "40 km from the register's", lambda latitude, longitude: (latitude + (-0.36 if latitude > 33 else 0.36), longitude)
    ),
    _minutes(1, "interview_short"),
    _minutes(410, "interview_long"),
    _supervision("pending", QUEUE, "not yet seen by the supervisor"),
    _supervision("pending", QUEUE, "not yet seen by the supervisor"),
    _supervision("has_issues", QUEUE, "on hold"),
    _supervision("has_issues", QUEUE, "on hold"),
    _supervision("rejected", IGNORED, "rejected by the supervisor: it does not count"),
    _not_a_choice({"ki_type": "imam"}, "choice_unknown", "a kind of key informant that is no choice"),
    _not_a_choice({"latitude": "36°20' N"}, "type_wrong", "a latitude that is no number", ("c07",)),
    _refused,
    _refused,
    _refused,
    _late,
    _late,
    _late,
    _doubled,
    _edited,
    _phone_in_name,
    _person_in_comment,
    _other_shelter(_SHELTER_TEXT, "person_in_shelter_text", "another shelter type, in words", has_person=True),
    _other_shelter("Rented house", "other_is_listed", "another shelter type whose words are one of the listed types"),
    _hostile("comment", '=HYPERLINK("http://x")', "a formula in the remarks"),
    _hostile("comment", "'; drop table x", "a command for a database in the remarks"),
    _hostile("ki_name", _BIDI.format("Karim Salim Al-Nomar"), "characters that turn the direction of writing in a name"),
    _hostile("ki_position", '=HYPERLINK("http://x")', "a formula in the position of the informant"),
)  # fmt: skip
