"""The cleaning log: every refusal once, and what replaying a log must always give."""

from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations import form
from tests.ascii import rows as ascii_rows
from transforms.field import filled_log
from transforms.field.cleaning_log import replay, resolved_bindings, standing_removals, tracking
from transforms.field.decision import COLUMNS, Decision
from transforms.field.personal import is_in as carries_personal_data

QUESTIONS = form.known()
FIELDS = ("uuid", "question", "old_value", "new_value", "change_type", "check_id", "check_binding", "comment", "query_status")

ANSWERS = """
uuid | question         | answer
a    | households       | 12
a    | shelter_camp     | 12
a    | update_status    | updated
a    | interview_date   | 2024-12-01
a    | latitude         | 36.34
a    | place_id         | 101
a    | governorate      | ninewa
a    | location_name_en | Sample Village
a    | review_state     | pending
b    | households       | 30
b    | place_id         | 101
c    | households       | 31
c    | place_id         | 101
"""

QUEUE = """
check_id | check_binding | uuid | question         | old_value
c01      | c01/a         | a    | households       | 12
c01      | c01/a         | a    | shelter_camp     | 12
c03      | c03/101       | a    | households       | 12
c03      | c03/101       | b    | households       | 30
c03      | c03/101       | c    | households       | 31
c05      | c05/a         | a    | governorate      | ninewa
c07      | c07/a         | a    | latitude         | 36.34
c10      | c10/a         | a    | households       | 12
c11      | c11/x         | all  | households       | 400
c12      | c12           | all  | households       | 1000
c19      | c19/a         | a    | duration_minutes | 2
c24      | c24/a         | a    | review_state     | pending
c26      | c26/b         | b    | update_status    | 7-moved
c29      | c29/all       | all  | comparison       | 500
c29      | c29/a         | a    | comparison       | 12
"""


def answers(text: str = ANSWERS) -> pa.Table:
    return pa.table(
        {name: pa.array([row[name] for row in ascii_rows(text)], pa.string()) for name in ("uuid", "question", "answer")}
    )


def queue(text: str = QUEUE) -> pa.Table:
    found = [dict.fromkeys(COLUMNS) | {"query_status": "open"} | row for row in ascii_rows(text)]
    return pa.table(
        {name: pa.array([r[name] for r in found], pa.int64() if name == "households" else pa.string()) for name in COLUMNS}
    )


def row(number: int = 2, binding: str | None = "c10/a", uuid: str = "a", question: str = "households", **filled) -> dict:
    """A row as read, decided by Rana; what it does not say is as in the queue."""
    listed = {(r["check_binding"], r["uuid"], r["question"]): r for r in queue().to_pylist()}
    own = listed.get((binding, uuid, question), {})
    given = {"uuid": uuid, "question": question, "check_binding": binding, "query_status": "open", "reviewer": "Rana"}
    given |= {"old_value": own.get("old_value"), "check_id": own.get("check_id") or (binding or "").split("/")[0] or None}
    return dict.fromkeys(COLUMNS) | given | filled | {"row": number}


def change(value: str | None, question: str = "households", binding: str | None = None, **filled) -> dict:
    """A change_response on submission a, under a finding of it."""
    old = {r["question"]: r["answer"] for r in answers().to_pylist() if r["uuid"] == "a"}
    given = {"old_value": old.get(question), "check_id": "c10"} | filled
    return row(binding=binding or "c10/a", question=question, change_type="change_response", new_value=value, **given)


def problems(*rows: dict, log: tuple = (), places: tuple | None = ("101", "102", "new-7"), **more) -> list[str]:
    return filled_log.validate(rows, answers(), queue(), QUESTIONS, places=places, log=log, **more)


def one(*rows: dict, **more) -> str:
    """The only problem."""
    found = problems(*rows, **more)
    assert len(found) == 1, found
    return found[0]


def decision(uuid: str, question: str, old: str | None, new: str | None, kind: str = "change_response", batch: int = 1, **more):
    given = dict.fromkeys(
        ("issue", "check_id", "check_binding", "comment", "reviewer", "decided_at", "query_status", "assigned_team", "due_at")
    )
    return Decision(uuid, question, old, new, change_type=kind, batch=batch, row=2, **(given | more))


def state(replayed) -> dict:
    return {(r["uuid"], r["question"]): r["answer"] for r in replayed.answers.to_pylist()}


# --- refusals ---------------------------------------------------------------------------------------


def test_what_is_filled_in_well_is_refused_for_nothing():
    good = [
        change("14"),
        row(3, "c05/a", question="governorate", change_type="change_response", new_value="erbil"),
        row(4, "c07/a", question="latitude", change_type="blank_response"),
        row(5, "c12", "all", change_type="no_action", comment="Returns after the opening of the road."),
        row(6, "c11/x", "all", change_type="no_action"),
        row(7, "c19/a", question="duration_minutes", change_type="no_action"),
        row(9, "c26/b", "b", "update_status", change_type="change_response", new_value="updated"),
        row(10, "c29/all", "all", "comparison", change_type="no_action", new_value="keep_ours", comment="Counted later."),
        row(11, "c29/a", question="comparison", change_type="no_action", new_value="revisit", comment="Next week."),
        row(12, "c01/a", question="origin_district_ninewa_mosul", change_type="change_response", new_value="4", old_value="0"),
        row(8, "c24/a", question="review_state", change_type="change_response", new_value="approved"),
    ]
    assert problems(*good) == []


REFUSED = {
    "change_type empty": (row(new_value="14"), "row 2: change_type is empty; choose change_response"),
    "change_type empty on decided": (row(query_status="decided"), "row 2: change_type is empty"),
    "change_type unknown": (row(change_type="delete", new_value="14"), "change_type is 'delete'"),
    "uuid unknown": (row(uuid="z", change_type="blank_response", check_id="c10"), "uuid 'z' is no submission"),
    "question unknown": (row(question="housholds", change_type="blank_response"), "question 'housholds' is no question"),
    "question personal": (row(question="ki_name", change_type="blank_response"), "question 'ki_name' is no question"),
    "change of a derived question": (
        row(binding="c19/a", question="duration_minutes", change_type="change_response", new_value="9"),
        "question 'duration_minutes' is no question",
    ),
    "old_value tampered": (
        change("14", old_value="13"),
        "old_value is '13', the data have '12'; decide it again: dtm review export",
    ),
    "old_value emptied": (change("14", old_value=None), "old_value is '', the data have '12'"),
    "old_value of the whole list": (
        row(binding="c11/x", uuid="all", change_type="no_action", old_value="1"),
        "the data have '400'",
    ),
    "not a choice": (change("ninevah", "governorate"), "new_value 'ninevah' is no choice of governorate: anbar"),
    "not a choice of the form": (change("moved", "update_status"), "new_value 'moved' is no choice of update_status"),
    "not a verdict": (change("good", "review_state"), "new_value 'good' is no choice of review_state"),
    "negative": (change("-1"), "expected a whole number"),
    "a fraction": (change("12.5"), "expected a whole number"),
    "a number in words": (change("twelve"), "expected a whole number"),
    "digits of another script": (change("١٤"), "in digits 0-9"),
    "no decimal": (change("36,3", "latitude"), "expected a number such as 36.34"),
    "no date": (change("01/12/2024", "interview_date"), "new_value is '01/12/2024', expected a date"),
    "no day of the calendar": (change("2024-02-30", "interview_date"), "expected a date"),
    "text too long": (change("x" * 201, "location_name_en"), "new_value has 201 characters"),
    "a telephone number": (change("ask 0770-123 45 67", "location_name_en"), "telephone number"),
    "an address": (change("x@y", "location_name_en"), "telephone number or an address"),
    "place unknown": (change("999", "place_id"), "new_value '999' is no place_id"),
    "new_value missing": (change(None), "new_value is empty; to empty the answer choose blank_response"),
    "new_value as it was": (change("12"), "to keep it choose no_action"),
    "blank with a value": (row(change_type="blank_response", new_value="9"), "blank_response takes no new_value"),
    "keep with a value": (row(change_type="no_action", new_value="9"), "no_action takes no new_value; for '9'"),
    "blank verdict": (
        row(binding="c24/a", question="review_state", change_type="blank_response"),
        "review_state cannot be empty",
    ),
    "whole list changed": (row(binding="c11/x", uuid="all", change_type="blank_response"), "only no_action"),
    "may not stay": (row(binding="c01/a", change_type="no_action"), "no_action is not possible on c01"),
    "no reason for the whole list": (row(binding="c12", uuid="all", change_type="no_action"), "no_action needs its reason"),
    "no reason for a verdict": (row(binding="c24/a", question="review_state", change_type="no_action"), "needs its reason"),
    "no reason for a removal": (row(change_type="remove_survey"), "remove_survey needs its reason"),
    "reviewer missing": (change("14", reviewer=None), "reviewer is empty"),
    "binding unknown": (change("14", binding="c10/zz"), "check_binding is 'c10/zz', which is no finding"),
    "check_id of another": (change("14", check_id="c18"), "check_id is 'c18', the finding is of 'c10'"),
    "decided_at": (change("14", decided_at="5 May"), "decided_at is '5 May'"),
    "decided_at without dashes": (change("14", decided_at="20240505"), "decided_at is '20240505'"),
    "due_at": (row(due_at="soon"), "due_at is 'soon'"),
    "query_status": (row(query_status="closed"), "query_status is 'closed'; choose open"),
    "comment": (row(comment="call 07701234567"), "comment has a telephone number"),
    "no verdict": (
        row(binding="c29/a", question="comparison", change_type="no_action", comment="x"),
        "choose keep_ours, take_theirs, revisit",
    ),
    "no verdict of the list": (
        row(binding="c29/all", uuid="all", question="comparison", change_type="no_action", new_value="ours", comment="x"),
        "new_value is 'ours'; choose keep_ours",
    ),
    "whole list with a value": (
        row(binding="c11/x", uuid="all", change_type="no_action", new_value="9"),
        "no_action takes no new_value",
    ),
    "what could not be read, tampered": (
        row(binding="c26/b", uuid="b", question="update_status", change_type="blank_response", old_value="7"),
        "old_value is '7', the data have ''",
    ),
    "the repeat itself": (
        row(question="origin_district", change_type="blank_response", old_value=None),
        "is no question of the form",
    ),
    "removed by a change": (
        row(question="removed", old_value="no", new_value="yes", change_type="change_response"),
        "To remove a submission choose remove_survey",
    ),
    "undone without need": (
        row(question="removed", old_value="yes", new_value="no", change_type="change_response"),
        "old_value is 'yes', the data have 'no'",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    filled, said = REFUSED[case]
    assert said in one(filled)


def test_a_decision_without_a_finding_is_refused():
    assert "check_binding is empty" in one(change("14") | {"check_binding": None, "check_id": None})


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("households", "0"), ("latitude", "-0.5"), ("interview_date", "2024-12-31"), ("place_id", "102"), ("place_id", "new-7"),
        ("location_name_en", "Village 12, block 34"), ("update_status", "closed"), ("governorate", "dahuk"),
    ],
)  # fmt: skip
def test_values_of_the_right_type_are_taken(question, value):
    assert problems(change(value, question)) == []


def test_without_a_register_any_place_id_of_nine_digits_is_taken():
    assert problems(change("123456789", "place_id"), places=None) == []
    assert "1 to 9 digits" in one(change("1234567890", "place_id"), places=None)


def test_lists_that_are_no_code_lists_can_be_given():
    told = row(binding="c05/a", question="subdistrict", old_value=None, change_type="change_response", new_value="x")
    assert problems(told) == []
    assert "no choice of subdistrict: s1, s2" in one(told, lists={"subdistricts.csv": ("s1", "s2")})


@pytest.mark.parametrize(
    ("text", "is_personal"),
    [
        ("0770 123 4567", True), ("+964-770-1234567", True), ("٠٧٧٠١٢٣٤", True), ("۰۷۷۰۱۲۳", True), ("(07)70.12.34", True),
        ("０７７０１２３", True), ("077\u200f0123", True), ("a@b", True), ("a＠b", True), ("07-70-1\u201123", True),
        ("123456", False), ("2019: 35 households, 2020: 40", False), ("قرية 12", False), ("", False),
    ],
)  # fmt: skip
def test_personal_data(text, is_personal):
    assert carries_personal_data(text) is is_personal


def test_a_comment_may_hold_dates():
    assert problems(change("14", comment="Asked on 2024-12-01, answered on 2024-12-03.")) == []


def test_two_decisions_for_one_answer():
    other = change("15", binding="c01/a", check_id="c01") | {"row": 3}
    assert one(change("14"), other) == "row 3: Submission a, households is decided otherwise in row 2: decide it once."
    assert "decided otherwise" in one(change("14"), row(3, "c03/101", change_type="blank_response"))
    assert problems(change("14"), change("14", binding="c01/a", check_id="c01") | {"row": 3}) == []


def test_findings_on_the_whole_list_are_no_two_decisions_for_one_answer():
    assert (
        problems(row(2, "c12", "all", change_type="no_action", comment="x"), row(3, "c11/x", "all", change_type="no_action"))
        == []
    )


KEPT = {"change_type": "no_action", "comment": "Called the team."}
GONE = {"change_type": "remove_survey", "comment": "Older."}


@pytest.mark.parametrize(
    ("decided", "said"),
    [
        ({"a": KEPT, "b": GONE, "c": GONE}, None),
        ({"a": GONE, "b": GONE, "c": GONE}, None),
        ({"b": {"change_type": "change_response", "new_value": "31"}, "a": GONE}, None),
        ({"a": KEPT, "b": KEPT, "c": GONE}, "2 records of one location are kept (a, b)"),
        ({"a": KEPT, "b": GONE}, "remove_survey on the others too (c)"),
        ({"a": GONE, "b": GONE}, "no_action on the one that counts (c)"),
    ],
)
def test_one_record_of_a_location_counts(decided, said):
    rows = [row(at, "c03/101", uuid, **filled) for at, (uuid, filled) in enumerate(decided.items(), start=2)]
    found = problems(*rows)
    assert [said in text for text in found] == [True] if said else found == []


def test_a_record_is_kept_or_removed():
    kept = row(2, "c03/101", "a", **KEPT)
    gone = row(3, "c03/101", "a", "place_id", old_value="101", **GONE)
    others = [row(4, "c03/101", "b", **GONE), row(5, "c03/101", "c", **GONE)]
    assert one(kept, gone, *others) == "row 2: Submission a is kept and removed: no_action or remove_survey."


def test_one_record_of_a_location_counts_over_two_workbooks():
    first = [row(2, "c03/101", "a", **KEPT), row(3, "c03/101", "b", **GONE), row(4, "c03/101", "c", **GONE)]
    log = filled_log.decisions(first, queue(), 1)[:2]  # as if the third had not been said
    assert problems(row(4, "c03/101", "c", **GONE), log=log) == []
    assert "2 records" in one(row(4, "c03/101", "c", **KEPT), log=log)


def test_everything_wrong_is_said_at_once_in_the_order_of_rows():
    rows = [
        change("-1") | {"row": 9},
        row(3, "c12", "all", change_type="no_action", reviewer=None),
        row(4, question="x", new_value="1"),
    ]
    found = problems(*rows)
    assert [text.split(":")[0] for text in found] == ["row 3", "row 3", "row 4", "row 4", "row 9"]


# --- what a workbook adds to the log ------------------------------------------------------------------


def test_rows_left_as_they_were_are_ignored():
    untouched = [dict(r, row=at) for at, r in enumerate(queue().to_pylist(), start=2)]
    assert problems(*untouched) == []
    assert filled_log.decisions(untouched, queue(), 1) == []
    filled_down = [r | {"reviewer": "Rana", "decided_at": "2024-12-31"} for r in untouched]
    assert filled_log.decisions(filled_down, queue(), 1) == []


def test_rows_of_findings_that_are_gone_are_ignored_until_decided():
    gone = row(binding="c10/gone", query_status="sent_to_field", comment="x")
    assert problems(gone) == []
    assert filled_log.decisions([gone], queue(), 1) == []
    assert "check_binding is 'c10/gone'" in one(gone | {"change_type": "blank_response", "old_value": "12"})


def test_tracking_is_carried_without_a_decision():
    sent = row(query_status="sent_to_field", assigned_team="T1", due_at="2024-12-31", comment="Called.")
    assert problems(sent) == []
    [made] = filled_log.decisions([sent], queue(), 1)
    assert (made.change_type, made.query_status, made.assigned_team, made.due_at) == (None, "sent_to_field", "T1", "2024-12-31")
    assert tracking([made])[("c10/a", "a", "households")] == made
    assert replay(answers(), [made]).answers == replay(answers(), []).answers
    # an older workbook takes nothing back
    assert filled_log.decisions([row(query_status="open", assigned_team="T2")], queue(), 2, [made]) == []
    assert filled_log.decisions([sent], queue(), 2, [made]) == []


def test_the_proposed_day_of_an_open_query_says_nothing():
    assert filled_log.decisions([row(due_at="2024-12-31")], queue(), 1) == []
    [sent] = filled_log.decisions([row(due_at="2024-12-31", query_status="sent_to_field")], queue(), 1)
    [later] = filled_log.decisions([row(due_at="2025-01-05", query_status="sent_to_field")], queue(), 2, [sent])
    assert later.due_at == "2025-01-05"


def test_a_decision_is_decided_and_dated():
    [made] = filled_log.decisions([change("14")], queue(), 3, decided_at="2024-12-31T10:00:00")
    assert (made.query_status, made.decided_at, made.batch, made.row) == ("decided", "2024-12-31T10:00:00", 3, 2)
    [dated] = filled_log.decisions([change("14", decided_at="2024-12-30")], queue(), 3, decided_at="2024-12-31")
    assert dated.decided_at == "2024-12-30"


def test_a_workbook_can_be_given_again_while_it_is_filled():
    log = filled_log.decisions([change("14")], queue(), 1, decided_at="2024-12-31")
    more = [change("14"), row(3, "c11/x", "all", change_type="no_action")]
    assert problems(*more, log=log) == []
    assert [made.check_binding for made in filled_log.decisions(more, queue(), 2, log)] == ["c11/x"]


def test_rows_beside_a_decided_row_of_their_finding_are_left_alone():
    closed = pa.Table.from_pylist([r | {"query_status": "decided"} for r in queue().to_pylist()], queue().schema)
    untouched = [dict(r, row=at) for at, r in enumerate(closed.to_pylist(), start=2)]
    assert filled_log.validate(untouched, answers(), closed, QUESTIONS) == []
    assert filled_log.decisions(untouched, closed, 2) == []


def test_a_reason_can_be_written_anew_without_deciding_again():
    log = filled_log.decisions([change("14", comment="x")], queue(), 1)
    better = change("14", comment="Called the team.")
    assert problems(better, log=log) == []
    log += filled_log.decisions([better], queue(), 2, log)
    now = tracking(log)[("c10/a", "a", "households")]
    assert (now.change_type, now.new_value, now.comment, now.batch) == ("change_response", "14", "Called the team.", 1)
    assert filled_log.decisions([better], queue(), 3, log) == []
    assert state(replay(answers(), log))["a", "households"] == "14"


def test_a_finding_that_is_open_again_can_be_asked_again():
    log = filled_log.decisions([row(change_type="no_action", old_value="11")], queue(), 1)
    [sent] = filled_log.decisions([row(query_status="sent_to_field")], queue(), 2, log)
    assert (sent.change_type, sent.query_status) == (None, "sent_to_field")


def test_an_old_workbook_does_not_redo_what_was_undone():
    log = filled_log.decisions([change("14")], queue(), 1)
    log += filled_log.decisions([change("12", old_value="14", comment="Wrong call.")], queue(), 2, log)
    assert filled_log.decisions([change("14")], queue(), 3, log) == []
    [later] = filled_log.decisions([change("14", decided_at="2025-01-05")], queue(), 3, log)
    assert later.change_type == "change_response"
    [again] = filled_log.decisions([change("14", comment="Right after all.")], queue(), 3, log)
    assert state(replay(answers(), [*log, again]))["a", "households"] == "14"


def test_old_value_is_that_after_the_log_so_far():
    log = [decision("a", "households", "12", "14")]
    assert "the data have '14'" in one(change("15"), log=log)
    assert problems(change("15", old_value="14"), log=log) == []


def test_a_removed_submission_must_come_back_before_it_is_decided():
    log = filled_log.decisions([row(**GONE)], queue(), 1)
    assert "was removed; undo that first" in one(change("14"), log=log)
    undo = row(question="removed", old_value="yes", new_value="no", change_type="change_response")
    assert problems(undo, log=log) == []
    undone = [*log, *filled_log.decisions([undo], queue(), 2, log)]
    assert replay(answers(), undone).answers == replay(answers(), []).answers
    assert filled_log.decisions([row(**GONE)], queue(), 3, undone) == []
    [again] = filled_log.decisions([row(**GONE | {"comment": "Really."})], queue(), 3, undone)
    assert again.change_type == "remove_survey"


def test_a_removal_and_its_undoing_in_one_log():
    log = [decision("b", "households", "30", None, "remove_survey")]
    undo = row(2, "c03/101", "b", "removed", old_value="yes", new_value="no", change_type="change_response", check_id="c03")
    again = row(3, "c03/101", "b", **GONE)
    assert any("decided otherwise" in text for text in problems(undo, again, log=log))


# --- replay -----------------------------------------------------------------------------------------


def test_changes_blanks_and_removals():
    log = [
        decision("a", "households", "12", "14"),
        decision("a", "latitude", "36.34", None, "blank_response"),
        decision("a", "access_reason", None, "weather"),
        decision("b", "households", "30", None, "remove_survey"),
        decision("c", "households", "31", None, "no_action"),
    ]
    replayed = replay(answers(), log)
    after = state(replayed)
    assert after["a", "households"] == "14"
    assert after["a", "latitude"] is None
    assert after["a", "access_reason"] == "weather"
    assert {uuid for uuid, _ in after} == {"a", "c"}
    assert (replayed.removed, replayed.moot, replayed.broken) == (frozenset({"b"}), (), ())
    untouched = {key: value for key, value in state(replay(answers(), [])).items() if key[0] != "b"}
    assert {key for key in untouched if after[key] != untouched[key]} == {("a", "households"), ("a", "latitude")}


CHAINS = {
    # data as received, (old, new) by batch -> value, moot, broken
    "in turn": ("5", [("5", "7"), ("7", "9")], "9", 0, 0),
    "undone": ("5", [("5", "7"), ("7", "5")], "5", 0, 0),
    "source edited, then decided on the edit": ("6", [("5", "7"), ("6", "8")], "8", 0, 0),
    "from the last that fits": ("5", [("5", "7"), ("7", "5"), ("5", "9")], "9", 0, 0),
    "one that fits no more is void": ("5", [("5", "7"), ("6", "8"), ("5", "9")], "9", 0, 0),
    "blank and back": ("5", [("5", None), (None, "6")], "6", 0, 0),
    "corrected at the source": ("9", [("5", "7"), ("7", "9")], "9", 1, 0),
    "blanked at the source": (None, [("5", None)], None, 1, 0),
    "tampered": ("6", [("5", "7")], "6", 0, 1),
    "a link missing": ("5", [("5", "7"), ("8", "9")], "5", 0, 1),
    "source went back": ("5", [("5", "7"), ("6", "8")], "5", 0, 1),
    "result there though the start fits no more": ("9", [("9", "1"), ("5", "9")], "9", 0, 0),
}


@pytest.mark.parametrize("case", CHAINS)
def test_chains(case):
    received, steps, value, moot, broken = CHAINS[case]
    data = pa.table({"uuid": ["a"], "question": ["households"], "answer": pa.array([received], pa.string())})
    log = [
        decision("a", "households", old, new, "change_response" if new else "blank_response", batch)
        for batch, (old, new) in enumerate(steps, start=1)
    ]
    replayed = replay(data, log)
    assert state(replayed) == {("a", "households"): value}
    assert (len(replayed.moot), len(replayed.broken)) == (moot, broken)


def test_a_broken_chain_says_what_to_do():
    [broken] = replay(answers(), [decision("a", "households", "13", "14")]).broken
    assert (broken.uuid, broken.question, broken.expected, broken.found) == ("a", "households", "13", "12")
    assert broken.sentence == (
        "Submission a, households: The decision was taken on '13', found '12'; decide it again: dtm review export."
    )


def test_a_decision_on_a_submission_that_is_gone_is_broken_unless_it_was_removed():
    log = [decision("z", "households", "13", "14")]
    assert "no longer there" in replay(answers(), log).broken[0].sentence
    assert replay(answers(), [*log, decision("z", "households", "13", None, "remove_survey")]).broken == ()


def test_two_decisions_in_one_log_are_broken_whatever_their_order():
    log = [decision("a", "households", "12", "14"), decision("a", "households", "12", "15")]
    for order in (log, log[::-1]):
        replayed = replay(answers(), order)
        assert "decides twice, '14' and '15'" in replayed.broken[0].sentence
        assert state(replayed)["a", "households"] == "12"
    assert state(replay(answers(), [log[0], log[0]]))["a", "households"] == "14"


def test_a_removal_holds_for_the_answer_that_was_seen():
    removal = decision("b", "households", "30", None, "remove_survey", 2)
    edited = ANSWERS.replace("| 30", "| 33")
    replayed = replay(answers(edited), [removal])
    assert "b" in {uuid for uuid, _ in state(replayed)}
    assert "The removal of this submission was taken on '30', found '33'" in replayed.broken[0].sentence
    # corrected by the log first, and meanwhile at the source
    corrected = decision("b", "households", "30", "33", batch=1)
    assert replay(answers(edited), [removal, corrected]).removed == {"b"}
    # a finding on something that is no answer cannot be compared
    assert replay(answers(), [decision("b", "duration_minutes", "2", None, "remove_survey")]).removed == {"b"}


def test_an_answer_that_could_not_be_read_is_decided_on_what_was_shown():
    decided = decision("b", "update_status", "7-moved", "updated", check_id="c26")
    once = replay(answers(), [decided])
    assert (state(once)["b", "update_status"], once.moot, once.broken) == ("updated", (), ())
    # corrected at the source to something else
    more = ANSWERS + "b | update_status | closed\n"
    assert len(replay(answers(more), [decided]).broken) == 1
    assert len(replay(answers(), [decision("b", "update_status", "7-moved", "updated", check_id="c10")]).broken) == 1


def test_nothing_and_zero_are_the_same_in_a_cell_only():
    assert state(replay(answers(), [decision("b", "shelter_camp", "0", "4")]))["b", "shelter_camp"] == "4"
    assert len(replay(answers(), [decision("b", "new_arrivals", "0", "4")]).broken) == 1


def test_a_number_may_be_written_with_more_decimals():
    assert state(replay(answers(), [decision("a", "latitude", "36.340", "36.5")]))["a", "latitude"] == "36.5"
    assert len(replay(answers(), [decision("a", "latitude", "36.3401", "36.5")]).broken) == 1


def test_a_counter_entry_brings_a_submission_back():
    log = [decision("b", "households", "30", None, "remove_survey", 1), decision("b", "removed", "yes", "no", batch=2)]
    assert replay(answers(), log).removed == frozenset()
    assert replay(answers(), log).answers == replay(answers(), []).answers
    in_one = [log[0], decision("b", "removed", "yes", "no", batch=1)]
    assert replay(answers(), in_one).removed == replay(answers(), in_one[::-1]).removed == {"b"}  # removals come last
    third = decision("b", "households", "30", None, "remove_survey", 3, comment="again")
    assert standing_removals([*log, third]) == {"b": third}


def test_a_removal_is_compared_also_where_nobody_answered_the_question():
    nobody = answers().filter(pc.not_equal(pc.field("question"), "households"))
    done = replay(nobody, [decision("b", "households", "30", None, "remove_survey")])
    assert done.removed == frozenset()
    assert [one.sentence for one in done.broken] == [
        "Submission b, households: The removal of this submission was taken on '30', found ''; decide it again: dtm review export."
    ]
    assert replay(nobody, [decision("b", "uuid", "30", None, "remove_survey")]).removed == {"b"}, "nobody answers that one"


def test_order_of_the_answers_does_not_matter():
    turned = answers().take(list(range(answers().num_rows))[::-1])
    log = [decision("a", "households", "12", "14"), decision("a", "access_reason", None, "weather")]
    assert replay(turned, log) == replay(answers(), log)


UUIDS, NAMES, VALUES = ("a", "b", "c"), ("households", "team", "removed"), (None, "1", "2", "3")
DECISIONS = st.builds(
    lambda uuid, question, old, new, kind, batch: (
        decision(uuid, "removed", "yes", "no", "change_response", batch)
        if question == "removed"
        else decision(uuid, question, old, new if kind == "change_response" else None, kind if new else "blank_response", batch)
    ),
    st.sampled_from(UUIDS),
    st.sampled_from(NAMES),
    st.sampled_from(VALUES),
    st.sampled_from(VALUES),
    st.sampled_from(("change_response", "blank_response", "remove_survey", "no_action")),
    st.integers(1, 4),
)
DATA = st.dictionaries(st.tuples(st.sampled_from(UUIDS), st.sampled_from(NAMES[:2])), st.sampled_from(("", *VALUES)), min_size=1)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def table(data: dict) -> pa.Table:
    columns = [[uuid for uuid, _ in data], [name for _, name in data], list(data.values())]
    return pa.table([pa.array(column, pa.string()) for column in columns], names=["uuid", "question", "answer"])


@QUICK
@given(data=DATA, log=st.lists(DECISIONS, max_size=8), random=st.randoms(use_true_random=False))
def test_order_of_the_rows_of_a_log_does_not_matter(data, log, random):
    turned = random.sample(log, len(log))
    assert replay(table(data), turned) == replay(table(data), log)


@QUICK
@given(data=DATA, log=st.lists(DECISIONS, max_size=8))
def test_applying_a_log_twice_changes_nothing(data, log):
    once = replay(table(data), log)
    twice = replay(once.answers, log)
    assert twice.answers == once.answers
    assert twice.removed == once.removed


@QUICK
@given(data=DATA, log=st.lists(DECISIONS, max_size=8))
def test_what_is_not_decided_stays(data, log):
    decided = {(one.uuid, one.question) for one in log}
    after = state(replay(table(data), log))
    for cell, value in after.items():
        assert cell in decided or value == data[cell]
    gone = {uuid for uuid, _ in data} - {uuid for uuid, _ in after}
    assert gone <= {one.uuid for one in log if one.change_type == "remove_survey"}


@QUICK
@given(data=DATA, values=st.lists(st.sampled_from(("4", "5", "6", "7")), min_size=1, max_size=5))
def test_counter_entries_undo_a_chain_of_changes(data, values):
    cell, received = next(iter(data.items()))
    steps = [received, *values]
    there = [(old, new) for old, new in pairwise(steps) if old != new]
    back = [(new, old) for old, new in reversed(there)]
    log = [
        decision(*cell, old or None, new or None, "change_response" if new else "blank_response", batch)
        for batch, (old, new) in enumerate([*there, *back], start=1)
    ]
    half = replay(table(data), log[: len(there)])
    assert (state(half)[cell] or "") == steps[-1] and not half.broken
    undone = replay(table(data), log)
    assert {cell: value or "" for cell, value in state(undone).items()} == {cell: value or "" for cell, value in data.items()}
    assert not undone.broken


# --- findings that are decided ------------------------------------------------------------------------


def test_a_finding_is_resolved_while_it_shows_what_was_decided():
    kept = decision("a", "households", "12", None, "no_action", check_binding="c10/a")
    assert resolved_bindings(queue(), [kept]) == {"c10/a"}
    assert (
        resolved_bindings(
            queue(QUEUE.replace("c10/a         | a    | households       | 12", "c10/a | a | households | 13")), [kept]
        )
        == set()
    )
    changed = decision("a", "households", "10", "12", check_binding="c10/a")
    assert resolved_bindings(queue(), [changed]) == {"c10/a"}
    whole = decision("all", "households", "400", None, "no_action", check_binding="c11/x")
    assert resolved_bindings(queue(), [kept, whole]) == {"c10/a", "c11/x"}


def test_a_finding_is_resolved_by_the_latest_decision_of_each_submission():
    kept = [
        decision(uuid, "households", old, None, "no_action", check_binding="c03/101") for uuid, old in (("a", "12"), ("b", "30"))
    ]
    assert resolved_bindings(queue(), kept) == set()
    third = decision("c", "households", "31", None, "no_action", check_binding="c03/101")
    assert resolved_bindings(queue(), [*kept, third]) == {"c03/101"}
    later = decision("c", "households", "31", "32", batch=2, check_binding="c03/101")
    assert resolved_bindings(queue(), [*kept, third, later]) == set()


def test_what_may_not_stay_and_what_came_back_is_never_resolved():
    assert resolved_bindings(queue(), [decision("a", "households", "12", None, "no_action", check_binding="c01/a")]) == set()
    removed = decision("a", "households", "12", None, "remove_survey", check_binding="c10/a")
    assert resolved_bindings(queue(), [removed]) == set()
    empty = queue(QUEUE.replace("| 36.34", "|"))
    assert resolved_bindings(empty, [decision("a", "latitude", None, None, "no_action", check_binding="c07/a")]) == {"c07/a"}
    assert resolved_bindings(empty, [decision("a", "latitude", None, None, "remove_survey", check_binding="c07/a")]) == set()
    sent = decision("a", "households", "12", None, None, check_binding="c10/a")
    assert resolved_bindings(queue(), [sent]) == set()
