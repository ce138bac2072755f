"""From what was received to a list: versions, the choice of records, update statuses, late submissions, comparison."""

from __future__ import annotations

import datetime
from functools import cache

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from expectations import policy
from tests import ascii
from tests.fieldworld import CAMP, World, checks_of, found, record, uses
from transforms import query
from transforms.field import cleaning_log
from transforms.field.round import BrokenLog, Evaluation, late_effect, with_late

VINTAGE = datetime.date(2021, 5, 1)


def records(evaluation: Evaluation, *place_ids: str, population: str = "idp") -> pa.Table:
    """The records of some locations."""
    rows = [r for r in evaluation.records.to_pylist() if r["place_id"] in place_ids and r["population"] == population]
    return pa.Table.from_pylist(rows, evaluation.records.schema)


def listed(evaluation: Evaluation, population: str = "idp") -> dict[str, int]:
    """The households of the list that comes out, by place_id."""
    rows = evaluation.table("list_row").to_pylist()
    return {row["place_id"]: row["households"] for row in rows if row["population"] == population}


def cells(evaluation: Evaluation, place_id: str, population: str = "idp") -> dict[tuple[str, str], int]:
    """The breakdowns of a row of the list."""
    rows = evaluation.table("list_cell").to_pylist()
    own = [row for row in rows if (row["population"], row["place_id"]) == (population, place_id)]
    found = {(row["dimension"], row["category"]): row["households"] for row in own}
    assert len(found) == len(own)
    return found


# --- which record counts ----------------------------------------------------------------------------------

BEFORE, LATER, PENDING = "2021-04-11T09:00:00Z", "2021-04-12T09:00:00Z", {"_review_state": None}
APART = {"404": (50, 80), "410": (50, 81), "411": (50, 82), "413": (50, 83)}


def choosing() -> World:
    """Locations with several submissions each."""
    world = World.base().policy(
        governorate_change_idp=1.0, national_change_idp=1.0, locations_change=1.0, quarantined_share_maximum=1.0
    )
    for place_id in map(str, range(401, 417)):
        name = {"name_en": "Al-Sayyadiya", "name_ar": "الصيّادية"} if place_id == "412" else {}
        world.place(place_id, **name)
        if place_id != "405":
            world.before("idp", place_id, 50, carried_rounds=1)
    world.visit("single", "401", "idp", 51)
    world.visit("same-a", "402", "idp", 52)
    world.visit("same-b", "402", "idp", 52)
    world.visit("z-early", "403", "idp", 60, _submitted_at=BEFORE)
    world.visit("a-late", "403", "idp", 57, _submitted_at=LATER)
    for place_id, (lower, higher) in APART.items():
        world.visit(f"low-{place_id}", place_id, "idp", lower)
        world.visit(f"high-{place_id}", place_id, "idp", higher)
    world.visit("low-405", "405", "idp", 20)
    world.visit("high-405", "405", "idp", 40)
    world.visit("approved", "406", "idp", 55)
    world.visit("waits", "406", "idp", 99, _submitted_at=LATER, **PENDING)
    world.visit("only-waits", "407", "idp", 54, **PENDING)
    world.visit("check-of-none", "408", "idp", 49, visit_type="back_check")
    world.visit("reached", "409", "idp", 53, _submitted_at=BEFORE)
    world.visit("not-reached", "409", "idp", 53, _submitted_at=LATER)
    world.without_counts("not-reached", accessibility="not_accessible", access_reason="road", update_status=None)
    world.visit("by-name", None, "idp", 48, location_name_en="Al Sayyadiya")
    world.visit("by-arabic", None, "idp", 48, location_name_ar="صياديه")
    world.visit("no-consent", "414", "idp", 90, consent="no")
    world.visit("bad", "415", "idp", 90, _review_state="rejected")
    world.visit("tie-1", "416", "idp", 50)
    world.visit("tie-2", "416", "idp", 52)
    return world


@cache
def chosen(kind: str = "partial") -> Evaluation:
    return choosing().evaluated(kind)


def test_the_record_of_a_location_is_chosen():
    ascii.check(
        records(chosen(), *map(str, range(401, 417))),
        """
        place_id | submission_uuid | selection_basis  | submissions | households | coverage_status | update_status   | is_listed
        401      | single          | single           | 1           | 51         | received        | updated         | yes
        402      | same-b          | identical        | 2           | 52         | received        | updated         | yes
        403      | a-late          | within_threshold | 2           | 57         | received        | updated         | yes
        404      |                 | undecided        | 2           | 50         | undecided       | carried_forward | yes
        405      |                 | undecided        | 2           |            | undecided       |                 | no
        406      | approved        | single           | 1           | 55         | received        | updated         | yes
        407      | only-waits      | single           | 1           | 54         | received        | updated         | yes
        408      |                 | frame            | 0           | 50         | outstanding     | carried_forward | yes
        409      | reached         | single           | 1           | 53         | received        | updated         | yes
        410      |                 | undecided        | 2           | 50         | undecided       | carried_forward | yes
        411      |                 | undecided        | 2           | 50         | undecided       | carried_forward | yes
        412      | by-name         | identical        | 2           | 48         | received        | updated         | yes
        413      |                 | undecided        | 2           | 50         | undecided       | carried_forward | yes
        414      |                 | frame            | 0           | 50         | outstanding     | carried_forward | yes
        415      |                 | frame            | 0           | 50         | outstanding     | carried_forward | yes
        416      | tie-2           | within_threshold | 2           | 52         | received        | updated         | yes
        """,
    )
    assert record(chosen(), "404")["carried_rounds"] == 2
    assert record(chosen(), "401")["carried_rounds"] == 0


def test_what_became_of_every_submission():
    became = {uuid: use for uuid, use in uses(chosen()).items() if not uuid.startswith(("idp-", "returnee-"))}
    assert became == {
        "single": "used", "same-a": "agreeing", "same-b": "used", "z-early": "agreeing", "a-late": "used",
        **{f"{which}-{place_id}": "undecided" for which in ("low", "high") for place_id in (*APART, "405")},
        "approved": "used", "waits": "outranked", "only-waits": "used", "check-of-none": "back_check", "reached": "used",
        "not-reached": "outranked", "by-name": "used", "by-arabic": "agreeing", "no-consent": "refused", "bad": "rejected",
        "tie-1": "agreeing", "tie-2": "used",
    }  # fmt: skip


def test_a_location_is_found_by_a_name_that_is_spelled_otherwise():
    basis = {row["uuid"]: (row["place_id"], row["place_basis"]) for row in chosen().submissions.to_pylist()}
    assert basis["by-name"] == basis["by-arabic"] == ("412", "name")
    assert basis["single"] == ("401", "place_id")


def test_nothing_of_a_refused_interview_is_kept():
    row = next(row for row in chosen().submissions.to_pylist() if row["uuid"] == "no-consent")
    kept = {name: row[name] for name in ("population", "place_id", "visit_type", "team", "ki_id", "ki_type", "interview_date")}
    assert set(kept.values()) == {None}
    assert row["answers"] == '{"review_state": "approved"}'


def test_a_final_list_takes_approved_records_only():
    ascii.check(
        records(chosen("final"), "401", "406", "407"),
        """
        place_id | submission_uuid | households | update_status   | coverage_status
        401      | single          | 51         | updated         | received
        406      | approved        | 55         | updated         | received
        407      |                 | 50         | carried_forward | outstanding
        """,
    )
    became = uses(chosen("final"))
    assert (became["waits"], became["only-waits"]) == ("withheld", "withheld")
    waiting = {row["uuid"] for row in chosen("final").blocking().to_pylist() if row["check_id"] == "c24"}
    assert waiting == {"waits", "only-waits"}


def test_records_that_differ_are_decided_by_a_person():
    first, world = chosen(), choosing()
    world.decide(first, "c03", "low-404", "no_action").decide(first, "c03", "high-404", "remove_survey")
    world.decide(first, "c03", "low-410", "remove_survey")
    world.decide(first, "c03", "high-411", "no_action")
    evaluation = world.evaluated()
    ascii.check(
        records(evaluation, *APART),
        """
        place_id | submission_uuid | selection_basis | submissions | households | update_status
        404      | low-404         | decided         | 1           | 50         | updated
        410      | high-410        | single          | 1           | 81         | updated
        411      | high-411        | decided         | 2           | 82         | updated
        413      |                 | undecided       | 2           | 50         | carried_forward
        """,
    )
    became = uses(evaluation)
    assert (became["high-404"], became["low-410"]) == ("removed", "removed")
    assert (became["high-411"], became["low-411"]) == ("used", "outranked")
    # one of two is chosen, the other waits to be removed; nobody looked at the last location and one out of the frame
    still_open = {row["place_id"] for row in evaluation.blocking().to_pylist() if row["check_id"] == "c03"}
    assert still_open == {"405", "411", "413"}


def test_a_log_that_no_longer_fits_stops_the_round():
    world = choosing().decide(chosen(), "c24", "only-waits", "change_response", "approved", old_value="has_issues")
    with pytest.raises(BrokenLog) as stopped:
        world.evaluated()
    assert stopped.value.sentences == (
        f"Submission only-waits, review_state: The decision was taken on 'has_issues', found 'pending'; {cleaning_log.AGAIN}.",
    )


def test_a_decision_that_no_longer_fits_can_be_decided_again():
    world = choosing().decide(chosen(), "c24", "only-waits", "change_response", "approved", old_value="has_issues")
    first = world.evaluated(takes_broken=True)
    broken = [row for row in first.blocking().to_pylist() if row["check_id"] == "c30"]
    assert [(row["uuid"], row["question"], row["old_value"]) for row in broken] == [("only-waits", "review_state", "pending")]
    again = world.decide(first, "c30", "only-waits", "change_response", "approved").evaluated()
    assert "c30" not in again.findings["check_id"].to_pylist()
    assert uses(again)["only-waits"] == "used"


def test_a_verdict_that_returns_counts():
    """Approved, put on hold, approved again: the last export says what holds."""
    world = World.base()
    for export, state in ((2, "validation_status_on_hold"), (3, "validation_status_approved")):
        world.new_version("idp-101", export=export, _review_state=state)
    assert world.evaluated("final").submissions.filter(pc.field("uuid") == "idp-101")["review_state"].to_pylist() == ["approved"]


def test_a_new_figure_of_theirs_is_decided_anew():
    world = compared()
    first = world.evaluated()
    world.decide(first, "c29", "camp-861", "no_action", "keep_ours")
    assert "861" not in _open_areas(world.evaluated())
    world.figures[0] = world.figures[0].set_column(4, "their_households", pa.array([20], pa.int64()))
    assert "861" in _open_areas(world.evaluated())


def test_approval_by_decision_counts_in_a_final_list():
    world = choosing().decide(chosen(), "c24", "only-waits", "change_response", "approved")
    evaluation = world.evaluated("final")
    assert record(evaluation, "407")["submission_uuid"] == "only-waits"
    assert "only-waits" not in checks_of(evaluation)


# --- the status of a location -------------------------------------------------------------------------------


def statuses(round_number: int) -> World:
    """A location per status; the frame carries all but 701 and 709."""
    world = World.base(round_number).policy(
        governorate_change_idp=1.0, national_change_idp=1.0, locations_change=1.0, quarantined_share_maximum=1.0
    )
    for place_id in map(str, range(701, 710)):
        world.place(place_id)
        if place_id not in ("701", "709"):
            world.before("idp", place_id, 12, carried_rounds=1)
    world.visit("new", "701", "idp", 14)
    world.visit("said-new", "702", "idp", 14, update_status="new")
    world.visit("unchanged", "703", "idp", 12)
    world.without_counts("unchanged", update_status="confirmed_unchanged")
    world.visit("closed", "704", "idp", 12)
    world.without_counts("closed", update_status="closed")
    world.visit("zero", "705", "idp", 12)
    world.without_counts("zero", households=0, new_arrivals=0)
    world.visit("shut", "706", "idp", 12)
    world.without_counts("shut", accessibility="not_accessible", access_reason="security", update_status=None)
    world.visit("unreachable", "707", "idp", 12)
    world.without_counts("unreachable", update_status="informant_unreachable")
    return world.plan("idp", "709", "T7", datetime.date(2021, 4, 12)).plan("idp", "709", "T8", datetime.date(2021, 4, 13))


@cache
def stated(round_number: int) -> Evaluation:
    return statuses(round_number).evaluated()


STATUSES = """
place_id | coverage_status       | update_status         | is_listed | households | previous_households | carried_rounds | access_reason
701      | received              | new                   | yes       | 14         |                     | 0              |
702      | received              | updated               | yes       | 14         | 12                  | 0              |
703      | received              | confirmed_unchanged   | yes       | 12         | 12                  | 0              |
704      | closed                | closed                | no        | 0          | 12                  | 0              |
705      | closed                | closed                | no        | 0          | 12                  | 0              |
706      | not_accessible        | not_accessible        | yes       | 12         | 12                  | 2              | security
707      | informant_unreachable | informant_unreachable | yes       | 12         | 12                  | 2              |
708      | outstanding           | carried_forward       | yes       | 12         | 12                  | 2              |
709      | outstanding           |                       | no        |            |                     |                |
"""


def test_the_status_of_every_location():
    ascii.check(records(stated(131), *map(str, range(701, 710))), STATUSES)
    assert set(listed(stated(131))) & set(map(str, range(701, 710))) == {"701", "702", "703", "706", "707", "708"}


def test_a_visit_planned_later_takes_the_place_of_an_earlier_plan():
    own = record(stated(131), "709")
    assert (own["is_expected"], own["team"], own["planned_on"]) == (True, "T8", datetime.date(2021, 4, 13))
    assert record(stated(131), "701")["is_expected"] is False


def test_from_round_132_locations_with_unreachable_informants_are_left_out():
    gone = "707      | informant_unreachable | informant_unreachable | no        |            | 12                  |                |"
    expected = "\n".join(gone if line.startswith("707") else line for line in STATUSES.splitlines())
    ascii.check(records(stated(132), *map(str, range(701, 710))), expected)
    assert "707" not in listed(stated(132))
    assert (policy.default(131).unreachable, policy.default(132).unreachable) == ("carry_forward", "leave_out")


def test_the_policy_may_leave_out_what_was_not_reached():
    ascii.check(
        records(statuses(131).policy(not_reached="leave_out").evaluated(), "703", "706", "707", "708"),
        """
        place_id | update_status         | is_listed | households | carried_rounds | selection_basis
        703      | confirmed_unchanged   | yes       | 12         | 0              | single
        706      | not_accessible        | no        |            |                | none
        707      | informant_unreachable | yes       | 12         | 2              | frame
        708      |                       | no        |            |                | none
        """,
    )


def test_what_is_unchanged_or_carried_has_the_counts_and_source_of_the_list_before():
    rows = {row["place_id"]: row for row in stated(131).table("list_row").to_pylist() if row["population"] == "idp"}
    frame = {("shelter", "host_family"): 12, ("period", "pre_june_2014"): 12, ("origin_governorate", "ninewa"): 12}
    for place_id in ("703", "706", "708"):
        assert cells(stated(131), place_id) == frame
    assert {dimension: n for (dimension, _), n in cells(stated(131), "702").items()} == {
        "shelter": 14, "period": 14, "origin_governorate": 14,
    }  # fmt: skip
    assert (rows["708"]["record_file"], rows["708"]["submission_uuid"]) == ("before.csv", None)
    assert (rows["702"]["record_file"], rows["702"]["submission_uuid"]) == ("export-1", "said-new")
    # confirmed by an interview of this round, whose row stands for it
    assert (rows["703"]["record_file"], rows["703"]["submission_uuid"]) == ("export-1", "unchanged")
    assert cells(stated(131), "704") == {}


# --- versions of a submission ---------------------------------------------------------------------------------


def edited() -> World:
    """Submissions that came several times, each at a place of its own, in three exports."""
    world = World.base()
    for place_id in map(str, range(801, 815)):
        world.place(place_id)
        world.before("idp", place_id, 30)
    world.visit("edits", "801", "idp", 33, _edits=2)
    world.new_version("edits", _edits=1)
    world.recount("edits", 31)
    world.visit("modified", "802", "idp", 33, _modified_at="2021-04-14T00:00:00Z")
    world.new_version("modified", _modified_at="2021-04-13T23:00:00Z")
    world.recount("modified", 31)
    world.visit("rooted", "803", "idp", 31)
    world.new_version("rooted", _uuid="uuid:rooted-2", _root_uuid="uuid:rooted", _edits=1)
    world.recount("uuid:rooted-2", 33)
    # the last of three instances came first, and the first one last
    world.visit("chain-3", "804", "idp", 33, _replaces_uuid="uuid:chain-2", export=1)
    world.visit("chain-2", "804", "idp", 32, _replaces_uuid="chain-1", export=3)
    world.visit("chain-1", "804", "idp", 31, export=2)
    world.visit("torn-2", "805", "idp", 32, _replaces_uuid="torn-1", export=1)
    world.visit("torn-3", "805", "idp", 33, _replaces_uuid="torn-2", export=2)
    world.visit("ring-a", "806", "idp", 33, _replaces_uuid="ring-b")
    world.visit("ring-b", "807", "idp", 33, _replaces_uuid="ring-a")
    world.visit("own-tail", "808", "idp", 33, _replaces_uuid="own-tail")
    world.visit("twice", "809", "idp", 33)
    world.visit("twice", "809", "idp", 33)
    world.new_version("twice", export=2)
    world.visit("approved-later", "810", "idp", 33, _review_state=None)
    world.new_version("approved-later", _review_state="approved")
    world.visit("corrected", "811", "idp", 33, update_status="nonsense")
    world.new_version("corrected", update_status="updated")
    for number, name in ((1, "Hay Al-Sadr"), (2, "hay as-sadr"), (3, "HAY  SADR")):
        world.visit(
            f"new-{number}", None, "idp", 5, is_new_location="yes", location_name_en=name, update_status="new", export=number
        )
    return world


@cache
def versions() -> Evaluation:
    return edited().evaluated()


def test_the_last_version_of_a_submission_counts():
    rows = [row for row in versions().submissions.to_pylist() if (row["place_id"] or "").startswith("8")]
    households = {row["place_id"]: row["households"] for row in records(versions(), *map(str, range(801, 812))).to_pylist()}
    shown = [row | {"households": households[row["place_id"]]} for row in rows]
    columns = ("place_id", "uuid", "version_number", "households", "review_state")
    ascii.check(
        pa.Table.from_pylist([{name: row[name] for name in columns} for row in shown]),
        """
        place_id | uuid           | version_number | households | review_state
        801      | edits          | 2              | 33         | approved
        802      | modified       | 2              | 33         | approved
        803      | rooted         | 2              | 33         | approved
        804      | chain-1        | 3              | 33         | approved
        805      | torn-1         | 2              | 33         | approved
        806      | ring-a         | 1              | 33         | approved
        807      | ring-b         | 1              | 33         | approved
        808      | own-tail       | 1              | 33         | approved
        809      | twice          | 1              | 33         | approved
        810      | approved-later | 2              | 33         | approved
        811      | corrected      | 2              | 33         | approved
        """,
    )


def test_a_problem_of_an_older_version_is_gone():
    assert {check for uuid, checks in checks_of(versions()).items() for check in checks if not uuid.startswith("new-")} == set()


def test_a_row_that_stands_twice_counts_once():
    assert record(versions(), "809")["submissions"] == 1
    assert [row["uuid"] for row in versions().submissions.to_pylist()].count("twice") == 1


def test_new_locations_spelled_otherwise_are_one():
    rows = [row for row in versions().submissions.to_pylist() if row["uuid"].startswith("new-")]
    assert {row["place_basis"] for row in rows} == {"new"}
    assert len({row["place_id"] for row in rows}) == 1
    place_id = rows[0]["place_id"]
    assert len(place_id) == 9 and place_id.startswith("9")
    ascii.check(
        versions().table("new_place").select(["governorate", "district", "location_name_en"]),
        """
        governorate | district | location_name_en
        Ninewa      | Mosul    | Hay Al-Sadr
        """,
    )
    assert listed(versions())[place_id] == 5
    assert {uuid for uuid, checks in checks_of(versions()).items() if "c06_new" in checks} == {"new-1", "new-2", "new-3"}


def _said(evaluation: Evaluation) -> dict[str, list]:
    """All that comes out, whatever the order of rows."""
    tables = {name: getattr(evaluation, name) for name in ("submissions", "queue", "records", "comparison", "findings")}
    tables |= evaluation.edition(VINTAGE)
    return {name: sorted(map(str, table.to_pylist())) for name, table in tables.items()}


def test_the_order_of_exports_and_rows_does_not_matter():
    world = edited()
    exports = world.exports()
    assert _said(world.evaluated(exports=[exports[at] for at in (2, 0, 1)])) == _said(versions())
    world.rows.reverse()  # rows of one file have other numbers then, but say the same
    assert listed(world.evaluated()) == listed(versions())


# --- late submissions -------------------------------------------------------------------------------------------


@cache
def in_time_and_late() -> tuple[Evaluation, Evaluation]:
    """A round cut off on 15 April in Iraq: with what came in time, and with what came later."""
    world = World.base()
    world.cutoff = datetime.date(2021, 4, 15)
    world.place("850", "Erbil", "Erbil")
    world.place("851", "Kirkuk", "Kirkuk")
    world.before("idp", "851", 10)
    world.spoil("idp-105", _submitted_at="2021-04-15T20:59:59Z")
    world.spoil("idp-106", _submitted_at="2021-04-15T21:00:00Z")
    world.recount("idp-106", 95)
    late = "2021-04-20T10:00:00Z"
    world.visit("new-place", "850", "idp", 7, update_status="new", _submitted_at=late)
    world.visit("closes", "851", "idp", 10, _submitted_at=late, governorate=None, district=None)
    world.without_counts("closes", update_status="closed")
    world.visit("no-time", "103", "idp", 50, _submitted_at=None)
    return world.evaluated(), world.evaluated(takes_late=True)


def test_what_came_after_the_cutoff_waits():
    frozen, late = in_time_and_late()
    assert {"idp-106", "new-place", "closes"} & set(uses(frozen)) == set()
    assert {"idp-105", "no-time"} <= set(uses(frozen))
    assert record(frozen, "106")["update_status"] == "carried_forward"
    assert record(frozen, "105")["update_status"] == "updated"
    assert listed(late)["106"] == 95
    late_ones = {row["uuid"] for row in late.submissions.to_pylist() if row["is_late"]}
    assert late_ones == {"idp-106", "new-place", "closes"}


def test_the_submissions_of_a_list_and_those_that_came_too_late():
    frozen, late = in_time_and_late()
    both = with_late(frozen.submissions, late.submissions).to_pylist()
    assert len(both) == late.submissions.num_rows
    assert {row["uuid"] for row in both if row["submission_use"] == "late" and row["is_late"]} == {
        "idp-106",
        "new-place",
        "closes",
    }


def test_what_late_submissions_would_change():
    frozen, late = in_time_and_late()
    effect = late_effect(frozen, late)
    ascii.check(
        effect,
        """
        round | population | governorate | late_submissions | households_without_late | households_with_late | households_effect
        121   | idp        | Erbil       | 1                | 0                       | 7                    | 7
        121   | idp        | Kirkuk      | 2                | 100                     | 95                   | -5
        """,
    )
    gap = sum(listed(late).values()) - sum(listed(frozen).values())
    assert sum(row["households_effect"] for row in effect.to_pylist()) == gap == 2


# --- ours against other sources -----------------------------------------------------------------------------------


def compared() -> World:
    """Four camps that differ, and one of ours that the camp list does not have."""
    world = World.base()
    for place_id, theirs in (("861", 40), ("862", 30), ("863", 20), ("864", None)):
        world.place(place_id)
        world.before("idp", place_id, 60)
        world.visit(f"camp-{place_id}", place_id, "idp", 60, shelter_host_family=None, shelter_camp=60)
        if theirs is not None:
            world.figure(place_id, theirs)
    return world.figure(CAMP, 40).figure("870", 55).figure("Kirkuk", 60, "governorate", "ministry")


def test_what_differs_from_another_source_stays_open_until_it_is_kept_or_agrees():
    world = compared()
    first = world.evaluated()
    ascii.check(
        first.comparison.select(
            ["comparison_level", "area", "our_households", "their_households", "gap_households", "needs_decision"]
        ),
        """
        comparison_level | area   | our_households | their_households | gap_households | needs_decision
        camp             | 104    | 40             | 40               | 0              | no
        camp             | 861    | 60             | 40               | 20             | yes
        camp             | 862    | 60             | 30               | 30             | yes
        camp             | 863    | 60             | 20               | 40             | yes
        camp             | 864    | 60             |                  |                | yes
        camp             | 870    |                | 55               |                | yes
        governorate      | Kirkuk | 90             | 60               | 30             | yes
        """,
    )
    world.decide(first, "c29", "camp-861", "no_action", "keep_ours").decide(first, "c29", "camp-862", "no_action", "take_theirs")
    world.decide(first, "c29", "camp-863", "no_action", "revisit")
    second = world.evaluated()
    assert _open_areas(second) == {"862", "863", "864", "870", "Kirkuk"}
    decided = {row["area"]: row["comparison_decision"] for row in second.comparison.to_pylist()}
    assert (decided["861"], decided["862"], decided["863"], decided["864"]) == ("keep_ours", "take_theirs", "revisit", None)
    # theirs taken, and a visit that found another count
    world.policy(national_change_idp=1.0, governorate_change_idp=1.0)
    for place_id, households in (("862", 30), ("863", 21)):
        world.recount(f"camp-{place_id}", households, shelter_host_family=None, shelter_camp=households)
    third = world.evaluated()
    assert _open_areas(third) == {"864", "870", "Kirkuk"}


def _open_areas(evaluation: Evaluation) -> set[str]:
    own = [row for row in evaluation.blocking().to_pylist() if row["check_id"] == "c29"]
    return {row["check_binding"].split(" ")[3] for row in own}


# --- new arrivals -----------------------------------------------------------------------------------------------

# Published for R114: 10,530 households arrived, 5,910 from another place of displacement (228 of them from camps), 2,046
# displaced again after a return, 2,574 for the first time. The split over places is ours.
ARRIVED = {
    "idp-101": (4000, 2500, 100, 800, 700),
    "idp-105": (3530, 1910, 28, 746, 874),
    "idp-106": (3000, 1500, 100, 500, 1000),
}
FLOWS = ("new_arrivals", "arrivals_between_displacement", "arrivals_from_camp", "arrivals_redisplaced", "arrivals_first_time")


def arrivals() -> World:
    world = World.base(114)
    for uuid, counts in ARRIVED.items():
        world.spoil(uuid, **dict(zip(FLOWS, counts, strict=True)))
    return world


def test_new_arrivals_of_round_114_add_up():
    evaluation = arrivals().evaluated()
    assert [row for row in found(evaluation) if row["check_id"] == "c27"] == []
    rows = evaluation.records.to_pylist()
    totals = tuple(sum(row[name] or 0 for row in rows) for name in FLOWS)
    assert totals == (10_530, 5_910, 228, 2_046, 2_574)
    with duckdb.connect() as connection:
        connection.register("location_record", evaluation.records)
        edition = {
            "round": [evaluation.inputs.round],
            "population": ["idp"],
            "is_latest_vintage": [True],
            "release_kind": ["partial"],
        }
        connection.register("list_edition", pa.table(edition))
        by_district = connection.sql(query.table_query("new_arrival")).to_arrow_table().to_pylist()
    assert tuple(sum(row[name] for row in by_district) for name in FLOWS) == totals
    assert {(row["district"], row["new_arrivals"]) for row in by_district} == {
        ("Mosul", 4000), ("Falluja", 3530), ("Kirkuk", 3000), ("Sinjar", 0),
    }  # fmt: skip


def test_new_arrivals_that_do_not_add_up_are_found():
    world = arrivals().spoil("idp-105", arrivals_first_time=873).spoil("idp-106", arrivals_from_camp=1501)
    world.policy(quarantined_share_maximum=1.0)
    evaluation = world.evaluated()
    assert checks_of(evaluation) == {"idp-105": {"c27"}, "idp-106": {"c27"}}
    assert {row["issue"] for row in found(evaluation)} == {
        "New arrivals are 3530, their parts add up to 3529.",
        "From camps came 1501, more than the 1500 from other places of displacement.",
    }
    # what is set aside brings no arrivals
    assert sum(row["new_arrivals"] or 0 for row in evaluation.records.to_pylist()) == 4000
