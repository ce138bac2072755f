"""One negative test per check of a round under collection: spoil one thing of a valid round; the finding names it.

Submissions that are spoiled at places of their own cannot disturb each other, so one evaluation judges them all. What
lies just inside a threshold stands beside what lies just outside it. Checks on the whole list have a round each.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from expectations.checks import BY_ID, CHECKS
from tests.fieldworld import CAMP, World, checks_of, found, record, uses
from transforms.field import round
from transforms.field.round import Evaluation

VINTAGE = datetime.date(2021, 5, 1)
NO_COUNTS = dict.fromkeys(
    ("households", "individuals_reported", "new_arrivals", "shelter_host_family", "period_pre_june_2014", "origin_ninewa")
)


@dataclass(frozen=True)
class Case:
    """One submission at a place of its own, with ``said`` spoiled; ``check`` None where nothing may be found."""

    name: str
    check: str | None
    said: dict[str, object]
    words: str = ""
    question: str = "households"
    households: int | None = 60
    before: int | None = 60
    subdistrict: str | None = None
    old_value: str | None = None
    has_place: bool = True


def _case(name: str, check: str | None, words: str = "", **more: object) -> Case:
    own = {key: more.pop(key) for key in list(more) if key in Case.__dataclass_fields__}
    return Case(name, check, more, words, **own)


def _spread(households: int, *parts: int) -> dict[str, object]:
    """Cells of several categories in each dimension: ``parts`` that add up to the households."""
    assert sum(parts) == households
    names = (
        ("shelter_host_family", "shelter_rented_habitable", "shelter_school_building"),
        ("period_pre_june_2014", "period_june_july_2014", "period_august_2014"),
        ("origin_ninewa", "origin_anbar", "origin_diyala"),
    )
    return {name: part for own in names for name, part in zip(own, parts, strict=False)}


CASES = [
    _case("c01 shelter", "c01", "The shelter cells add up to 50, households are 60: shelter_host_family 50.", shelter_host_family=50, old_value="60"),
    _case("c01 origin", "c01", "The origin governorate cells add up to 61, households are 60: origin_anbar 1, origin_ninewa 60.", origin_anbar=1),
    _case("c01 period", "c01", "The period cells add up to 0, households are 60.", period_pre_june_2014=None),
    _case("c01 districts", "c01", "The districts of origin in anbar add up to 1, the governorate has 0.", question="origin_anbar",
          origin_district_ninewa_mosul=59, origin_district_anbar_heet=1),
    _case("c01 districts in sum", "c01", "The origin district cells add up to 50, households are 60: origin_district_ninewa_mosul 50.",
          origin_ninewa=50, origin_kirkuk=10, origin_district_ninewa_mosul=50),
    # a zero closes the location: cells that say otherwise must not pass unseen
    _case("c01 nobody", "c01", "The shelter cells add up to 8, households are 0: shelter_host_family 8.", before=10, households=0, shelter_host_family=8),
    _case("cells add up", None, **_spread(60, 11, 14, 35), origin_district_ninewa_mosul=10, origin_district_ninewa_sinjar=1,
          origin_district_anbar_heet=14, origin_district_diyala_khanaqin=35),
    _case("c02 negative", "c02", "households is -3, expected a number that is not negative.", old_value="-3", households=-3,
          shelter_host_family=None, period_pre_june_2014=None, origin_ninewa=None, individuals_reported=None),
    _case("c02 negative cell", "c02", "shelter_camp is -3", question="shelter_camp", shelter_camp=-3, shelter_host_family=63),
    _case("c02 a fraction", "c02", "households is '12.5', expected a whole number.", old_value="12.5", **(NO_COUNTS | {"households": "12.5"})),
    _case("c02 a word", "c02", "new_arrivals is a text that is not shown, expected a whole number.", question="new_arrivals", new_arrivals="many"),
    _case("c02 missing", "c02", "Households are not given.", **NO_COUNTS),
    _case("nobody lives there", None, before=10, households=0),
    _case("c04 governorate", "c04", "lies in Mosul, Ninewa by the register, not in Heet, Anbar.", question="governorate",
          old_value="anbar", governorate="Anbar", district="anbar_heet"),
    _case("c04 district", "c04", "lies in Mosul, Ninewa by the register, not in Sinjar, Ninewa.", question="district",
          old_value="ninewa_sinjar", district="ninewa_sinjar"),
    _case("c05", "c05", "lies in the sub-district Al-Shamal by the register, not in ninewa_mosul_center.", question="subdistrict",
          subdistrict="Al-Shamal", old_value="ninewa_mosul_center", answer_subdistrict="ninewa_mosul_center"),
    _case("sub-district as in the register", None, subdistrict="Al-Shamal", answer_subdistrict="ninewa_mosul_al_shamal"),
    _case("sub-district not known", None, subdistrict="Al-Shamal", answer_subdistrict="ninewa_mosul_not_known"),
    _case("c06 id", "c06", "Location 999999 is not in the register.", question="place_id", old_value="999999", has_place=False, place_id="999999"),
    _case("c06 name", "c06", "No location of the register in Mosul has this name. It may be: 102 Hay Al-Noor", question="place_id",
          has_place=False, place_id=None, location_name_en="Hay Al-Nour"),
    _case("c06_new", "c06_new", "The register has: 102 Hay Al-Noor", question="place_id", has_place=False, place_id=None, households=2, before=None,
          is_new_location="yes", location_name_en="Hay-al Noor", update_status="new"),
    _case("c07 exchanged", "c07", "Latitude and longitude are exchanged.", question="latitude", latitude=43.17, longitude=36.36),
    _case("c07 outside", "c07", "The coordinates lie outside Iraq.", question="latitude", latitude=10, longitude=10),
    # 0.0451 degrees of latitude are 5.01 km, 0.0449 are 4.99 km
    _case("c07 far", "c07", "The coordinates are 5 km from those of the register.", question="latitude", latitude=36.4051, longitude=43.17),
    _case("coordinates near", None, latitude=36.4049, longitude=43.17),
    # at this latitude 0.0562 degrees of longitude are 5.03 km, 0.0555 degrees 4.97 km
    _case("c07 far east", "c07", "The coordinates are 5 km from", question="latitude", latitude=36.36, longitude=43.2262),
    _case("coordinates near in the east", None, latitude=36.36, longitude=43.2255),
    _case("c07 governorate", "c07", "The coordinates lie in Erbil, not in Ninewa.", question="latitude", latitude=36.36, longitude=43.1701),
    _case("c10", "c10", "Households went from 39 to 59.", before=39, households=59, old_value="59"),
    _case("a change of exactly half", None, before=40, households=60),
    _case("a change of 19 households", None, before=20, households=39),
    _case("c18", "c18", "5000 households are far from what other locations have", before=None, households=5000),
    _case("large as it was", None, before=5000, households=5000),
    _case("c19 short", "c19", "The interview took 2 minutes, expected 3 to 240.", question="interview_date", end="2021-04-10T08:02:59Z"),
    _case("3 minutes", None, end="2021-04-10T08:03:00Z"),
    _case("240 minutes", None, end="2021-04-10T12:00:00Z"),
    _case("c19 long", "c19", "The interview took 241 minutes", question="interview_date", end="2021-04-10T12:01:00Z"),
    _case("c21", "c21", "location_name_en is a text that is not shown, which holds a telephone number or an address.",
          question="location_name_en", location_name_en="Abu Ali 0770 123 4567"),
    _case("c22", "c22", "Other shelter is described in words", question="shelter_other_text", shelter_host_family=None, shelter_other=60,
          shelter_other_text="a garage"),
    _case("c24 pending", "c24", "The supervisor has not approved this record.", question="review_state", old_value="pending", _review_state=None),
    _case("c24 on hold", "c24", "The supervisor has put this record on hold.", question="review_state", old_value="has_issues",
          _review_state="validation_status_on_hold"),
    _case("c26 no choice", "c26", "update_status is a text that is not shown, expected one of closed, ", question="update_status",
          update_status="Updated"),
    _case("c26 no status", "c26", "The question update_status has no answer.", question="update_status", update_status=None),
    _case("c26 no access", "c26", "The question accessibility has no answer.", question="accessibility", accessibility=None),
    _case("c26 no population", "c26", "The question population has no answer.", question="population", answer_population=None),
    _case("c26 no date", "c26", "interview_date is '2021-4-1', expected a date", question="interview_date", old_value="2021-4-1",
          interview_date="2021-4-1"),
    _case("c27 sum", "c27", "New arrivals are 10, their parts add up to 9.", question="new_arrivals", old_value="10", new_arrivals=10,
          arrivals_between_displacement=4, arrivals_redisplaced=3, arrivals_first_time=2),
    _case("c27 camps", "c27", "From camps came 5, more than the 4 from other places of displacement.", question="new_arrivals",
          new_arrivals=10, arrivals_between_displacement=4, arrivals_from_camp=5, arrivals_redisplaced=4, arrivals_first_time=2),
    _case("arrivals add up", None, new_arrivals=10, arrivals_between_displacement=5, arrivals_from_camp=5, arrivals_redisplaced=3,
          arrivals_first_time=2),
    _case("c28 unchanged, other count", "c28", "confirmed unchanged, but 59 households are given, 60 before.", question="update_status",
          old_value="confirmed_unchanged", update_status="confirmed_unchanged", households=59),
    _case("c28 unchanged, never listed", "c28", "confirmed unchanged, but it was not on the list before.", question="update_status",
          before=None, update_status="confirmed_unchanged", **NO_COUNTS),
    _case("c28 closed", "c28", "The location is closed, but 60 households are given.", question="update_status", update_status="closed"),
    _case("c28 not accessible", "c28", "The location was not accessible, but 60 households are given.", question="update_status",
          accessibility="not_accessible", update_status=None),
    _case("c28 unreachable", "c28", "The key informant could not be reached, but 60 households are given.", question="update_status",
          update_status="informant_unreachable"),
    _case("c28 not asked", "c28", "Nobody was asked, but the location is said to be closed.", question="update_status", before=10,
          consent="not_asked", update_status="closed", households=0),
    _case("c28 not asked, not accessible", "c28", "The location was not accessible, but 60 households are given.", question="update_status",
          consent="not_asked", accessibility="not_accessible", update_status=None),
    _case("nobody to ask", None, consent="not_asked", update_status="informant_unreachable", **NO_COUNTS),
    _case("unchanged as before", None, update_status="confirmed_unchanged"),
    _case("closed with zero", None, update_status="closed", before=10, households=0),
]  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Submissions at places of their own that a check judges together."""

    name: str
    check: str | None
    said: list[dict[str, object]] = field(default_factory=list)
    words: str = ""
    households: int = 60
    same_place: bool = False
    # the submissions with a finding, from 0; None for all
    members: tuple[int, ...] | None = None


def _copy(moved: int) -> list[dict[str, object]]:
    """Two submissions with four equal counts; ``moved`` households of the second stand in a shelter each: 1 + moved differ."""
    origin = {"origin_ninewa": 20, "origin_anbar": 30, "origin_diyala": 40, "period_pre_june_2014": 90}
    others = ("camp", "hotel_motel", "own_property", "other", "rented_habitable", "school_building", "unfinished_building")
    shelters = {f"shelter_{name}": 1 for name in others[:moved]} | {"shelter_host_family": 90 - moved}
    return [{"team": f"T-{moved}", **origin}, {"team": f"T-{moved}", **origin, **shelters}]


def _halves(ninewa: int, anbar: int) -> list[dict[str, object]]:
    """Two submissions that share three numbers and differ in two shelters."""
    both = {"team": f"H-{ninewa}", "origin_ninewa": ninewa, "origin_anbar": anbar}
    return [both, both | {"shelter_host_family": ninewa + anbar - 1, "shelter_camp": 1}]


def _interviews(*households: int, **said: object) -> list[dict[str, object]]:
    return [{"count": count, **said} for count in households]


CHECKED_AGAIN = {"visit_type": "back_check"}
GROUPS = [
    Group("c03", "c03", _interviews(60, 53), "say 53 and 60 households: decide which one counts.", same_place=True),
    Group("a tenth apart", None, _interviews(60, 54), same_place=True),
    Group("five households apart", None, _interviews(25, 20), same_place=True, households=25),
    Group("c15", "c15", [{"ki_name": "Abu Ali"}] * 3, "One key informant speaks for 3 locations."),
    Group("informant of two places", None, [{"ki_name": "Abu Omar"}] * 2),
    Group("informant heard twice", None, [{"ki_name": "Abu Zaid", "ki_contact": "0770"}] * 3, same_place=True),
    Group("c16", "c16", [_spread(6, 1, 2, 3)] * 3, "3 places of the team have the same counts in every cell.", households=6),
    Group("alike at two places", None, [_spread(9, 2, 3, 4)] * 2, households=9),
    Group("alike with two numbers", None, [_spread(4, 1, 3)] * 3, households=4),
    Group("alike in teams", None, [_spread(8, 1, 3, 4) | {"team": f"S{at}"} for at in range(3)], households=8),
    Group("c17", "c17", _copy(6), "Differs in only 7 counts from submission", households=90),
    Group("c17 in three numbers", "c17", _halves(6, 7), "Differs in only 2 counts from submission", households=13),
    Group("alike in two numbers above 5", None, _halves(5, 7), households=12),
    Group("8 counts differ", None, _copy(7), households=90),
    Group("c25", "c25", [{"count": 53}, {"count": 60, **CHECKED_AGAIN}], "The back-check found 60 households, the interview (",
          same_place=True, members=(1,)),
    Group("back-check a tenth apart", None, [{"count": 54}, {"count": 60, **CHECKED_AGAIN}], same_place=True),
    Group("c25 closed", "c25", [{**NO_COUNTS, "update_status": "closed"}, {"count": 12, **CHECKED_AGAIN}],
          "The back-check found 12 households, the interview (", households=12, same_place=True, members=(1,)),
    Group("c25 unchanged", "c25", [{**NO_COUNTS, "update_status": "confirmed_unchanged"}, {"count": 40, **CHECKED_AGAIN}], ") 60.",
          same_place=True, members=(1,)),
]  # fmt: skip

# Camps of ours by the figure of the camp list: place_id -> (our households, theirs, whether to decide).
CAMPS = {"900": (60, 40, True), "901": (60, 41, False), "902": (220, 200, False), "903": (60, None, True), "904": (60, 80, True)}
STALE, AGED = "910", "911"
NOT_OURS = "- Tents of Basra"


class Erbil:
    """Boundaries by which the coordinates of 'c07 governorate' lie in Erbil, all others where they should."""

    def elsewhere(self, reading: pa.Table, kilometres: float) -> pa.Table:
        own = reading.filter(pc.equal(reading["longitude"], 43.1701))
        return pa.table({"uuid": own["uuid"], "governorate": pa.array(["Erbil"] * own.num_rows, pa.string())})


@cache
def judged() -> Evaluation:
    """All submissions that are spoiled at places of their own, and the good ones beside them."""
    # An outlier and many spoilt submissions are no matter of the totals here.
    world = World.base().policy(informant_places_maximum=2, quarantined_share_maximum=1.0, national_change_idp=10.0)
    world.boundaries = Erbil()
    for at, case in enumerate(CASES):
        place_id = str(201 + at)
        world.place(place_id, subdistrict=case.subdistrict)
        if case.before is not None:
            world.before("idp", place_id, case.before)
        said = {key.removeprefix("answer_"): value for key, value in case.said.items()}
        world.visit(case.name, place_id, "idp", case.households)
        if not case.households:
            world.without_counts(case.name, households=case.households, new_arrivals=0)
        world.spoil(case.name, **said)
        world.spoil(case.name, _uuid=_uuid(case.name))
    for at, group in enumerate(GROUPS):
        for own, said in enumerate(group.said):
            place_id = f"{500 + at}" if group.same_place else f"{500 + at}{own}"
            if own == 0 or not group.same_place:
                world.place(place_id)
                world.before("idp", place_id, group.households)
            rest = {key: value for key, value in said.items() if key != "count"}
            world.visit(_uuid(group.name, own), place_id, "idp", said.get("count", group.households))
            world.spoil(_uuid(group.name, own), **rest)
    for place_id, (ours, theirs, _) in CAMPS.items():
        world.place(place_id)
        world.before("idp", place_id, ours)
        world.visit(f"camp-{place_id}", place_id, "idp", ours, shelter_host_family=None, shelter_camp=ours)
        if theirs is not None:
            world.figure(place_id, theirs)
    world.figure(CAMP, 40).figure(NOT_OURS, 70)
    for place_id, carried in ((STALE, 3), (AGED, 2)):
        world.place(place_id)
        world.before("idp", place_id, 20, carried_rounds=carried)
    world.visit(None, "101", "idp", 60)
    return world.evaluated()


def _uuid(name: str, at: int | None = None) -> str:
    return name.replace(" ", "-").replace(",", "") + ("" if at is None else f":{at}")


def _findings(uuid: str) -> list[dict]:
    return [row for row in found(judged()) if row["uuid"] == uuid]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_submission_is_judged(case):
    rows = _findings(_uuid(case.name))
    assert {row["check_id"] for row in rows} == ({case.check} if case.check else set())
    if not case.check:
        return
    mine = [row for row in rows if case.words in row["issue"]]
    assert len(mine) == 1, [row["issue"] for row in rows]
    place_id = str(201 + CASES.index(case))
    assert mine[0]["question"] == case.question
    assert mine[0]["check_severity"] == BY_ID[case.check].severity
    if case.has_place:
        assert mine[0]["place_id"] == place_id
    if case.old_value:
        assert mine[0]["old_value"] == case.old_value


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_submissions_are_judged_together(group):
    uuids = [_uuid(group.name, at) for at in range(len(group.said))]
    wanted = set() if group.check is None else {uuids[at] for at in group.members or range(len(uuids))}
    by_uuid = checks_of(judged())
    assert {uuid: by_uuid[uuid] for uuid in uuids if uuid in by_uuid} == {uuid: {group.check} for uuid in wanted}
    rows = [row for uuid in wanted for row in _findings(uuid)]
    assert all(group.words in row["issue"] for row in rows)
    assert {row["check_severity"] for row in rows} == {BY_ID[group.check].severity for _ in wanted}
    assert len({row["check_binding"] for row in rows}) <= 1  # one question to the team, whatever number of submissions
    if wanted and not group.same_place:
        assert len({row["place_id"] for row in rows}) == len(rows)


def test_a_camp_that_another_list_counts_otherwise_is_found():
    rows = [row for row in found(judged()) if row["check_id"] == "c29"]
    assert {row["check_severity"] for row in rows} == {"block"}
    by_place = {row["place_id"]: row for row in rows}
    assert set(by_place) == {place_id for place_id, (_, _, decides) in CAMPS.items() if decides} | {None}
    assert by_place["900"]["issue"].startswith("Area 900 has 60 households, by the cccm list 40. Decide:")
    assert by_place["903"]["issue"].startswith("Qarya 903 has 60 households, the cccm list does not have it.")
    assert by_place[None]["issue"].startswith(f"The cccm list has Area {NOT_OURS} with 70 households, ours does not.")
    assert {row["place_id"]: row["uuid"] for row in rows} == {
        "900": "camp-900", "903": "camp-903", "904": "camp-904", None: "all",
    }  # fmt: skip


def test_a_location_carried_for_too_long_is_found():
    rows = [row for row in found(judged()) if row["check_id"] == "c14"]
    assert [(row["uuid"], row["place_id"], row["check_severity"]) for row in rows] == [("all", STALE, "review")]
    assert rows[0]["issue"] == f"Location {STALE} has been carried forward for 4 rounds."
    assert record(judged(), AGED)["carried_rounds"] == 3


def test_a_row_without_identifier_is_found():
    rows = [row for row in found(judged()) if row["check_id"] == "c00"]
    assert len(rows) == 1
    assert rows[0]["check_severity"] == "block"
    assert rows[0]["issue"] == "Row 116 of export-1 has no identifier."
    assert rows[0]["uuid"].startswith("row:")


def test_nothing_else_is_found():
    """Neither on the submissions that were left as they were, nor on the list as a whole."""
    spoilt = {_uuid(case.name) for case in CASES} | {_uuid(group.name, at) for group in GROUPS for at in range(len(group.said))}
    others = {(row["uuid"], row["check_id"]) for row in found(judged()) if row["uuid"] not in spoilt and row["check_id"] != "c29"}
    assert {check for uuid, check in others if uuid.startswith("row:")} == {"c00"}
    assert {one for one in others if not one[0].startswith("row:")} == {("all", "c14")}


def test_what_blocks_a_submission_keeps_it_out_of_the_list():
    became = uses(judged())
    for case in CASES:
        check = BY_ID.get(case.check)
        is_out = check is not None and check.gate == "submission" and check.severity == "block"
        assert became[_uuid(case.name)] == ("set_aside" if is_out else "used"), case.name


def test_what_is_set_aside_stands_in_quarantine_with_its_check():
    tables = judged().edition(VINTAGE)
    quarantined = tables["clean_quarantine"].to_pylist()
    expected = [case.check for case in CASES if case.check and _is_blocked(case.check)] + ["c00"]
    assert sorted(row["rule"] for row in quarantined) == sorted(expected)
    assert all(row["detail"] for row in quarantined)
    edition = next(row for row in tables["clean_edition"].to_pylist() if row["population"] == "idp")
    assert edition["rows_quarantined"] == len(expected)
    assert edition["rows_read"] == edition["rows_kept"] + edition["rows_quarantined"]
    assert edition["rows_read"] == len(CASES) + sum(len(group.said) for group in GROUPS) + len(CAMPS) + 6 + 1
    assert edition["completeness"] == "incomplete"


def _is_blocked(check: str) -> bool:
    return BY_ID[check].gate == "submission" and BY_ID[check].severity == "block"


# --- the valid round ------------------------------------------------------------------------------------


def test_a_valid_round_has_no_finding():
    """All that may happen in a round without anything to decide."""
    world = World.base()
    for place_id in map(str, range(301, 311)):
        world.place(place_id, subdistrict="Al-Shamal")
        world.before("idp", place_id, 15)
        world.visit(f"v-{place_id}", place_id, "idp", 15)
    world.without_counts("v-301", update_status="closed")
    world.without_counts("v-302", update_status="confirmed_unchanged")
    world.without_counts("v-303", accessibility="not_accessible", access_reason="road", update_status=None)
    world.without_counts("v-304", update_status="informant_unreachable")
    world.recount("v-305", 20, subdistrict="ninewa_mosul_al_shamal", latitude=36.36, longitude=43.17)
    world.visit("v-306-again", "306", "idp", 17, visit_type="back_check")
    world.visit("v-307-again", "307", "idp", 16)
    world.spoil("v-308", new_arrivals=4, arrivals_between_displacement=1, arrivals_redisplaced=0, arrivals_first_time=3)
    world.visit("refused", "308", "idp", 99, consent="no")
    world.visit("rejected", "308", "idp", 99, _review_state="rejected")
    world.drop("v-309")
    world.place("320")
    world.visit("v-320", "320", "idp", 12, update_status="new")
    world.plan("idp", "321").place("321")
    world.figure(CAMP, 42).figure("Ninewa", 340, "governorate").figure("Falluja", 110, "district")
    evaluation = world.evaluated()
    assert found(evaluation) == []
    assert evaluation.blocking().num_rows == evaluation.queue.num_rows == 0
    assert uses(evaluation)["v-307-again"] == "used"  # so that the good round is not good for being empty
    assert record(evaluation, "305")["households"] == 20


# --- checks on the whole list -----------------------------------------------------------------------------


def _found_once(evaluation: Evaluation, check: str, words: str, population: str = "idp") -> dict:
    """The only finding."""
    rows = found(evaluation)
    assert [(row["check_id"], row["uuid"], row["place_id"], row["population"]) for row in rows] == [
        (check, "all", None, population)
    ]
    assert words in rows[0]["issue"]
    assert rows[0]["check_severity"] == BY_ID[check].severity
    return rows[0]


def whole_c08(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts in individuals; the returnees' median lies on the threshold."""
    world = World.base()
    for row in world.rows:
        row["individuals_reported"] = row["households"] if row["population"] == "idp" else row["households"] * 13 // 2
    words = "as given in 6 idp records, have the median 1.0, expected 4.5 to 6.5."
    _found_once(world.evaluated(), "c08", words)


def whole_c09(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of multipliers in which one of the camps ends before the round."""
    real = round.reference.tables

    def ended(lists: object) -> dict[str, pa.Table]:
        made = real(lists)
        rules = made["multiplier_rule"]
        in_force = pc.or_(pc.not_equal(rules["setting"], "in_camp"), pc.is_valid(rules["last_round"]))
        of_returnees = pc.equal(rules["population"], "returnee")
        return made | {"multiplier_rule": rules.filter(pc.or_(in_force, of_returnees))}

    monkeypatch.setattr(round.reference, "tables", ended)
    _found_once(World.base().evaluated(), "c09", "There is no multiplier for idp households in this round.")


def whole_c11(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kirkuk with 20 households more; the returnees of Anbar change by 22 of 450, less than a twentieth."""
    world = World.base().policy(national_change_idp=1.0, national_change_returnee=1.0)
    world.recount("idp-106", 110).recount("returnee-108", 322)
    _found_once(world.evaluated(), "c11", "Kirkuk went from 90 to 110 idp households (+22.2 %).")


def whole_c12(monkeypatch: pytest.MonkeyPatch) -> None:
    """20 of 390 IDP households more; 19 of 650 returnee households are less than three in a hundred."""
    world = World.base().policy(governorate_change_idp=1.0, governorate_change_returnee=1.0)
    world.recount("idp-106", 110).recount("returnee-108", 319)
    _found_once(world.evaluated(), "c12", "The country went from 390 to 410 idp households (+5.1 %): explain it.")


def whole_c13(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six places that are new for IDPs, five for returnees."""
    world = World.base()
    for at in range(6):
        world.place(f"60{at}")
        world.visit(f"idp-60{at}", f"60{at}", "idp", 2, update_status="new")
        if at < 5:
            world.visit(f"returnee-60{at}", f"60{at}", "returnee", 2, update_status="new")
    _found_once(world.evaluated(), "c13", "6 idp locations are new and 0 are gone, of 6 before.")


def whole_c20(monkeypatch: pytest.MonkeyPatch) -> None:
    """40 of 390 households no longer from Ninewa, where returnees stay as they were; 39 are no more than a tenth."""
    world = World.base().spoil("idp-106", origin_ninewa=50, origin_kirkuk=40)
    evaluation = world.evaluated()
    words = "IDPs from Ninewa fell from 390 to 350 households while its returnees went from 200 to 200."
    _found_once(evaluation, "c20", words)
    assert evaluation.blocking().num_rows == 0  # for the analysts: nobody has to decide
    assert found(world.spoil("idp-106", origin_ninewa=51, origin_kirkuk=39).evaluated()) == []


def whole_c23(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of 3 returnee submissions is set aside, and one of 20 of IDPs, which is just allowed."""
    world = World.base()
    for at in range(14):
        world.place(f"6{at:02d}")
        world.before("idp", f"6{at:02d}", 10)
        world.visit(f"idp-6{at:02d}", f"6{at:02d}", "idp", 10)
    evaluation = world.spoil("idp-600", update_status=None).spoil("returnee-105", update_status=None).evaluated()
    # the two submissions themselves are found too, otherwise nothing would be set aside
    assert checks_of(evaluation) == {"idp-600": {"c26"}, "returnee-105": {"c26"}, "all": {"c23"}}
    row = next(row for row in found(evaluation) if row["check_id"] == "c23")
    assert row["issue"] == "1 of 3 returnee submissions are set aside, more than 5 %."
    assert (row["population"], row["check_severity"]) == ("returnee", "block")


WHOLE = {name.removeprefix("whole_"): test for name, test in list(globals().items()) if name.startswith("whole_")}


@pytest.mark.parametrize("check", WHOLE)
def test_the_whole_list_is_judged(check, monkeypatch):
    WHOLE[check](monkeypatch)


def test_a_country_without_any_list_is_to_be_explained():
    """Nothing received, nothing carried forward: the fall to nothing is found, not taken for a total that is not known."""
    world = World.base().policy(not_reached="leave_out")
    world.rows = []
    evaluation = world.evaluated()
    rows = {row["population"]: row["issue"] for row in found(evaluation) if row["check_id"] == "c12"}
    assert rows["idp"] == "The country went from 390 to 0 idp households (-100.0 %): explain it."
    assert "from 650 to 0" in rows["returnee"]


def test_every_check_has_its_negative_test():
    in_lists = {"c00", "c14", "c29"} | {"c30"}  # the last in tests/unit/test_round.py
    tested = {case.check for case in (*CASES, *GROUPS)} | in_lists | set(WHOLE)
    assert tested - {None} == set(BY_ID) == {check.id for check in CHECKS}


# --- decisions on findings --------------------------------------------------------------------------------


def test_a_correction_brings_a_submission_into_the_list_and_a_decision_settles_a_finding():
    world = World.base().policy(quarantined_share_maximum=1.0)
    world.spoil("idp-106", shelter_host_family=85, end="2021-04-10T08:01:00Z").spoil("idp-105", shelter_other_text="a garage")
    world.spoil("idp-101", end="2021-04-10T08:01:00Z").spoil("returnee-108", shelter_host_family=85)
    first = world.evaluated()
    assert checks_of(first) == {"idp-106": {"c01", "c19"}, "idp-105": {"c22"}, "idp-101": {"c19"}, "returnee-108": {"c01"}}
    before = record(first, "106")
    assert (before["update_status"], before["submission_uuid"], before["selection_basis"]) == ("carried_forward", None, "frame")
    assert [row["rule"] for row in first.edition(VINTAGE)["clean_quarantine"].to_pylist()] == ["c01", "c01"]

    world.decide(first, "c01", "idp-106", "change_response", "90", question="shelter_host_family", old_value="85")
    world.decide(first, "c19", "idp-106", "no_action").decide(first, "c22", "idp-105", "no_action")
    # a finding that nobody may keep stays open, whatever the log says
    world.decide(first, "c01", "returnee-108", "no_action")
    second = world.evaluated()
    assert checks_of(second) == {"idp-106": {"c19"}, "idp-105": {"c22"}, "idp-101": {"c19"}, "returnee-108": {"c01"}}
    still_open = {(row["uuid"], row["check_id"]) for row in second.blocking().to_pylist()}
    assert still_open == {("idp-101", "c19"), ("returnee-108", "c01")}
    assert uses(second)["returnee-108"] == "set_aside"
    assert {(row["uuid"], row["check_id"]): row["query_status"] for row in second.queue.to_pylist()} == {
        ("idp-106", "c19"): "decided", ("idp-105", "c22"): "decided", ("idp-101", "c19"): "open", ("returnee-108", "c01"): "open",
    }  # fmt: skip
    after = record(second, "106")
    assert (after["update_status"], after["submission_uuid"], after["households"]) == ("updated", "idp-106", 90)
    tables = second.edition(VINTAGE)
    assert [row["rule"] for row in tables["clean_quarantine"].to_pylist()] == ["c01"]
    edition, of_returnees = tables["clean_edition"].to_pylist()
    assert (of_returnees["rows_read"], of_returnees["rows_kept"], of_returnees["rows_quarantined"]) == (3, 2, 1)
    assert (edition["rows_read"], edition["rows_kept"], edition["rows_quarantined"]) == (6, 6, 0)
    assert (edition["completeness"], of_returnees["completeness"]) == ("complete", "incomplete")
    assert {row["effect"] for row in second.log().to_pylist()} == {"applied"}


def test_a_decision_holds_only_for_the_value_that_was_seen():
    world = World.base().recount("idp-106", 150)
    world.policy(national_change_idp=1.0, governorate_change_idp=1.0)
    world.recount("idp-101", 120)
    first = world.evaluated()
    world.decide(first, "c10", "idp-106", "no_action").decide(first, "c10", "idp-101", "no_action")
    world.recount("idp-106", 170)
    assert [(row["check_id"], row["uuid"]) for row in world.evaluated().blocking().to_pylist()] == [("c10", "idp-106")]
