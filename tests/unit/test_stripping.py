"""What is kept of an export and what is not: no person can be told from it, and every wrong answer is named."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations import codes, form
from tests.fieldworld import KEY, exported, kept
from transforms.field import personal
from transforms.field.stripping import Received, strip

SECRET = "Zaynab Al-Secret"
PHONE = "07701234567"


def answers(received: Received) -> dict[str, str | None]:
    """The answers of the only version."""
    rows = received.answer.to_pylist()
    assert len({row["version_sha256"] for row in rows}) <= 1
    return {row["question"]: row["answer"] for row in rows}


@cache
def together() -> Received:
    """What is kept of one export with a row for each of :func:`given`."""
    return kept(*({"_uuid": f"row-{at}", **dict(row)} for at, row in enumerate(given())))


@cache
def _outcomes() -> tuple[dict[str, dict], dict[str, list[dict]]]:
    answered: dict[str, dict] = defaultdict(dict)
    wrong: dict[str, list[dict]] = defaultdict(list)
    for row in together().answer.to_pylist():
        answered[row["version_sha256"]][row["question"]] = row["answer"]
    for row in together().problem.to_pylist():
        wrong[row["version_sha256"]].append(row)
    return answered, wrong


def _version(said_: dict[str, str | None]) -> str:
    return together().submission["version_sha256"][given().index(tuple(said_.items()))].as_py()


def said(**row: str | None) -> dict[str, str | None]:
    """The answers that are kept of one row."""
    return _outcomes()[0].get(_version(row), {})


def problems(**row: str | None) -> list[tuple[str, str, str | None, str]]:
    """check, question, what is shown and the sentence for each answer of one row that cannot be taken."""
    rows = _outcomes()[1].get(_version(row), [])
    assert not set(said(**row)) & {found["question"] for found in rows}  # a wrong answer is no answer
    return [(found["check_id"], found["question"], found["old_value"], found["issue"]) for found in rows]


def problem(**row: str | None) -> tuple[str, str, str | None, str]:
    """The only problem."""
    found = problems(**row)
    assert len(found) == 1, found
    return found[0]


def everything(received: Received) -> str:
    """All that is kept, as one text."""
    return "\n".join(str(table.to_pylist()) for table in received.tables().values())


# --- personal data ----------------------------------------------------------------------------------------

PERSONAL = [question.name for question in form.known().values() if question.personal]
FREE = [question.name for question in form.known().values() if question.free_text]
_PLACE_NAMES = ("location_name_en", "location_name_ar")  # texts that are kept
CODED = [
    question.name
    for question in form.known().values()
    if question.is_answer
    and not question.repeat
    and not question.free_text
    and question.name not in (form.CONSENT, *_PLACE_NAMES)
]


def test_there_are_personal_questions():
    """So that the tests below say something."""
    assert {"ki_name", "ki_position", "ki_contact", "deviceid", "username", "interview_gps", "start", "end"} <= set(PERSONAL)
    assert {"comment", "shelter_other_text"} <= set(FREE)


@pytest.mark.parametrize("name", [*PERSONAL, "_submitter"])
def test_nothing_personal_is_kept(name):
    assert said(households="3", **{name: SECRET}) == {"households": "3"}
    assert problems(households="3", **{name: SECRET}) == []


@pytest.mark.parametrize("name", FREE)
def test_free_text_is_withheld(name):
    """That there was a text is known; what it says stays in landing."""
    assert said(**{name: SECRET}) == {name: None}


@pytest.mark.parametrize("name", CODED)
def test_a_name_typed_where_it_does_not_belong_is_not_shown(name):
    """Whatever the question, a text that is no answer of it is neither kept nor shown."""
    _, question, shown, issue = problem(**{name: SECRET})
    assert (question, shown) == (name, None)
    assert issue.startswith(f"{name} is a text that is not shown, expected ")


def test_no_word_of_a_person_is_kept_anywhere():
    assert sum(SECRET in dict(row).values() for row in given()) == len(PERSONAL) + 1 + len(FREE) + len(CODED)
    assert "Secret" not in everything(together())


def test_what_is_not_known_is_not_kept():
    received = strip(exported([{"_uuid": "a", "nickname": SECRET, "households": "2"}]), KEY)
    assert answers(received) == {"households": "2"}
    assert "Secret" not in everything(received)


NUMBERS = [
    PHONE, "0770 123 4567", "+964 770 123 4567", "00964-770-123-4567", "(0770) 123.45.67", "0770/1234567", "٠٧٧٠١٢٣٤٥٦٧",
    "۰۷۷۰۱۲۳۴۵۶۷", "٠٧٧٠ ١٢٣ ٤٥٦٧", "+٩٦٤٧٧٠١٢٣٤٥٦٧", "۰۷۷۰-۱۲۳-۴۵۶۷", "０７７０１２３４５６７", "0770\u2013123\u20134567", "0770\u2212123\u22124567",
    "0770\u00a0123\u00a04567", "0770\u200f123\u200e4567", "0770\u00ad123\u00ad4567", "0770\u061c1234567", "0770\u2060123\ufeff4567", "0770_123_4567",
    "abu.ali@example.org", "abu.ali＠example.org",
]  # fmt: skip


AROUND = ("{}", "Hay Al-Noor, ask {}", "حي النور {} أبو علي")
NUMBERED = ("Hay Al-Noor 123456", "قرية ١٢٣", "Block 12 - 34 - 5", "Qarya 2014/15", "0770 12")


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("around", AROUND)
def test_a_telephone_number_in_the_name_of_a_place_is_refused(number, around):
    check, question, shown, issue = problem(location_name_en=around.format(number))
    assert (check, question, shown) == ("c21", "location_name_en", None)
    assert issue == "location_name_en is a text that is not shown, which holds a telephone number or an address"


@pytest.mark.parametrize("name", NUMBERED)
def test_a_name_with_a_number_is_kept(name):
    assert said(location_name_ar=name) == {"location_name_ar": name}


NAMES = ("Hay\u200f Al-Noor\u202e", "x" * 200, "x" * 201)


def test_a_name_is_kept_without_what_cannot_be_seen_and_not_too_long():
    marked, long, too_long = NAMES
    assert said(location_name_en=marked) == {"location_name_en": "Hay Al-Noor"}
    assert said(location_name_en=long) == {"location_name_en": long}
    assert problem(location_name_en=too_long)[::3] == (
        "c26", "location_name_en is a text that is not shown, expected at most 200 characters",
    )  # fmt: skip


SEPARATORS = st.sampled_from(["", " ", "-", ".", "/", "\u2011", "\u2013", "\u200f", "\u00a0", "ـ", "_"])
DIGITS = {
    script: [chr(zero + at) for at in range(10)] for script, zero in {"western": 0x30, "arabic": 0x660, "persian": 0x6F0}.items()
}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=7, max_size=13), st.sampled_from(sorted(DIGITS)), st.data())
def test_seven_digits_are_a_number_however_they_are_written(number, script, data):
    text = "".join(DIGITS[script][digit] + data.draw(SEPARATORS) for digit in number)
    assert personal.is_in(text)
    assert personal.is_in(f"Hay Al-Noor {text} x")
    assert personal.shown(text) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("12 families", None), ("12families", None), ("12.5", "12.5"), ("-3x", "-3x"), ("+4.", "+4."), ("1e3", None),
        ("Ali", None), ("ali12", None), ("١٢ أسرة", None), (PHONE, None), ("1234567", None), ("123456", "123456"), ("12" * 11, None), ("", None),
        ("-", None), ("2021-4-1", "2021-4-1"),
    ],
)  # fmt: skip
def test_only_what_begins_like_a_number_is_shown(text, shown):
    assert personal.shown(text) == shown


# --- types ---------------------------------------------------------------------------------------------


WHOLE = [
        ("12", "12"), ("12.0", "12"), ("12.00", "12"), ("012", "12"), ("+5", "5"), ("-3", "-3"), ("0", "0"), ("٤٢", "42"), ("۴۲", "42"),
        ("４２", "42"), ("999999999", "999999999"),
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "number"), WHOLE)
def test_whole_numbers(text, number):
    assert said(households=text) == {"households": number}


NOT_WHOLE = ["12a", "12.5", "1,200", "1e3", "12 5", "x", "9999999999", "9" * 40, "--3", "٤٫٥", "½", "²"]


@pytest.mark.parametrize("text", NOT_WHOLE)
def test_what_is_no_whole_number(text):
    check, question, shown, issue = problem(households=text)
    assert (check, question) == ("c02", "households")
    assert issue.endswith(", expected a whole number")
    assert shown == (text if text in ("12a", "12.5", "1,200") else None)


ZEROS = {"households": "0", "shelter_camp": "0", "origin_ninewa": "0.0", "origin_district_anbar_heet": "0", "new_arrivals": "0"}


def test_no_households_in_a_cell_is_no_answer():
    assert said(**ZEROS) == {"households": "0", "new_arrivals": "0"}
    assert said(shelter_camp="-2") == {"shelter_camp": "-2"}


IN_FORM = [
        ("place_id", "00101", "101"), ("place_id", "101.0", "101"), ("place_id", "١٠١", "101"), ("team", "T-1_a", "T-1_a"),
        ("interview_date", "2021-04-30T10:00:00+03:00", "2021-04-30"), ("latitude", "36.340", "36.34"), ("latitude", "٣٦.٥", "36.5"),
        ("population", "idp", "idp"), ("governorate", "Ninewa", "ninewa"), ("governorate", "ninewa", "ninewa"),
        ("governorate", "Al Anbar", "anbar"), ("subdistrict", "ninewa_mosul_x", "ninewa_mosul_x"),
    ]  # fmt: skip


@pytest.mark.parametrize(("question", "text", "kept_as"), IN_FORM)
def test_answers_in_their_form(question, text, kept_as):
    assert said(**{question: text}) == {question: kept_as}


NO_FORM = [
        ("place_id", "101a", "place_id is '101a', expected a place_id: digits only"), ("place_id", "-1", "digits only"),
        ("team", "Team 1", "expected the code of a team"), ("team", "T" * 21, "expected the code of a team"),
        ("interview_date", "2021-02-30", "expected a date such as 2021-03-31"), ("interview_date", "30.4.2021", "expected a date"),
        ("latitude", "36,3", "expected a number"), ("latitude", "nan", "expected a number"), ("longitude", "inf", "expected a number"),
        ("population", "IDP", "expected one of idp, returnee"), ("governorate", "Nineveh2", "expected one of the 18 governorates"),
        ("subdistrict", "Mosul Center", "expected a sub-district of the list"),
    ]  # fmt: skip


@pytest.mark.parametrize(("question", "text", "words"), NO_FORM)
def test_answers_of_no_known_form(question, text, words):
    check, name, _, issue = problem(**{question: text})
    assert (check, name) == ("c26", question)
    assert words in issue


DISTRICTS = [
        ("Ninewa", "Mosul", "ninewa_mosul"), ("ninewa", "Al-Mosul", "ninewa_mosul"), ("Anbar", "Fallujah", "anbar_falluja"),
        ("Anbar", "ninewa_mosul", "ninewa_mosul"), (None, "ninewa_mosul", "ninewa_mosul"),
    ]  # fmt: skip


@pytest.mark.parametrize(("governorate", "district", "code"), DISTRICTS)
def test_districts_by_code_or_by_name_in_their_governorate(governorate, district, code):
    assert said(governorate=governorate, district=district)["district"] == code


NO_DISTRICTS = [("Anbar", "Mosul"), (None, "Mosul"), ("Nowhere", "Mosul"), ("Ninewa", "Ali")]


@pytest.mark.parametrize(("governorate", "district"), NO_DISTRICTS)
def test_a_district_of_another_governorate_is_wrong(governorate, district):
    found = {(check, question): issue for check, question, _, issue in problems(governorate=governorate, district=district)}
    assert found["c26", "district"] == "district is a text that is not shown, expected a district of the governorate"


def test_every_district_is_known_by_name_and_by_code():
    pairs = codes.district_codes()
    by_name = [{"_uuid": f"n{at}", "governorate": g, "district": d} for at, (g, d) in enumerate(pairs)]
    by_code = [{"_uuid": f"c{at}", "governorate": g, "district": code} for at, ((g, _), code) in enumerate(pairs.items())]
    received = kept(*by_name, *by_code)
    assert received.problem.num_rows == 0
    found = [row["answer"] for row in received.answer.to_pylist() if row["question"] == "district"]
    assert sorted(found) == sorted([*pairs.values(), *pairs.values()])


@cache
def given() -> list[tuple[tuple[str, str | None], ...]]:
    """The rows of the tests above, each as (question, text)."""
    rows: list[dict] = [{"households": "3", name: SECRET} for name in (*PERSONAL, "_submitter")]
    rows += [{name: SECRET} for name in (*FREE, *CODED)]
    rows += [{"location_name_en": around.format(number)} for around in AROUND for number in NUMBERS]
    rows += [{"location_name_ar": name} for name in NUMBERED] + [{"location_name_en": name} for name in NAMES]
    rows += [{"households": text} for text in (*(text for text, _ in WHOLE), *NOT_WHOLE)] + [ZEROS, {"shelter_camp": "-2"}]
    rows += [{question: text} for question, text, _ in (*IN_FORM, *NO_FORM)]
    rows += [{"governorate": row[0], "district": row[1]} for row in (*DISTRICTS, *NO_DISTRICTS)]
    return [tuple(row.items()) for row in rows]


# --- repeats ---------------------------------------------------------------------------------------------


def districts(*rows: tuple[int, str | None, str | None, str | None]) -> dict[str, pa.Table]:
    """The repeat of districts of origin: position in the export, governorate, district, households."""
    names = ("origin_district_governorate", "origin_district", "origin_district_households")
    columns = {name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(names, start=1)}
    return {form.ORIGIN_DISTRICTS: pa.table({"_at": pa.array([row[0] for row in rows], pa.int64()), **columns})}


def test_districts_of_origin_are_added_up_by_submission():
    repeat = districts(
        (0, "anbar", "anbar_heet", "5"), (1, "Anbar", "Heet", "7"), (0, "Anbar", "Heet", "٦"), (0, "ninewa", "Mosul", "1"), (2, "anbar", "anbar_heet", "9"),
    )  # fmt: skip
    received = kept({"_uuid": "a"}, {"_uuid": "b"}, {"_uuid": "c", "consent": "no"}, repeats=repeat)
    of = dict(zip(received.submission["version_sha256"].to_pylist(), "abc", strict=True))
    assert {(of[row["version_sha256"]], row["question"]): row["answer"] for row in received.answer.to_pylist()} == {
        ("a", "origin_district_anbar_heet"): "11", ("a", "origin_district_ninewa_mosul"): "1", ("b", "origin_district_anbar_heet"): "7",
    }  # fmt: skip
    assert received.problem.num_rows == 0


def test_a_wrong_entry_of_a_repeat_is_named_at_its_submission():
    repeat = districts((1, "anbar", "Mosul", "5"), (1, "anbar", "anbar_heet", "7x"), (0, "anbar", "anbar_heet", "3"))
    received = kept({"_uuid": "a", "_row": 2}, {"_uuid": "b", "_row": 9}, repeats=repeat)
    rows = sorted(received.problem.to_pylist(), key=lambda row: row["question"])
    assert [(row["source_row"], row["check_id"], row["question"], row["old_value"]) for row in rows] == [
        (9, "c26", "district", None), (9, "c02", "origin_district_households", "7x"),
    ]  # fmt: skip
    assert [row["answer"] for row in received.answer.to_pylist()] == ["3"]


# --- a submission as a whole -----------------------------------------------------------------------------------


def test_without_consent_nothing_is_kept():
    row = {
        "_uuid": "a",
        "consent": "no",
        "households": "12",
        "population": "idp",
        "team": "Team Ali",
        "ki_name": SECRET,
        "comment": "x",
    }
    received = kept(row)
    assert received.answer.num_rows == received.problem.num_rows == 0
    own = received.submission.to_pylist()[0]
    assert (own["uuid"], own["consent"], own["ki_id"]) == ("a", "no", None)
    assert answers(kept(row | {"consent": "yes", "team": "T1"})) == {
        "households": "12", "population": "idp", "team": "T1", "comment": None,
    }  # fmt: skip


def test_where_nobody_could_be_asked_what_was_seen_is_kept():
    row = {"_uuid": "a", "consent": "not_asked", "accessibility": "not_accessible", "access_reason": "road"}
    received = kept(row)
    assert answers(received) == {"accessibility": "not_accessible", "access_reason": "road"}
    assert received.submission["consent"].to_pylist() == ["not_asked"]


def _ki(*informants: tuple[str | None, str | None], key: bytes = KEY) -> list[str | None]:
    rows = [{"_uuid": f"{at}", "ki_name": name, "ki_contact": contact} for at, (name, contact) in enumerate(informants)]
    return kept(*rows, key=key).submission["ki_id"].to_pylist()


def test_one_informant_is_one_however_the_number_is_written():
    written = [PHONE, "0770 123 4567", "+964 770 1234567", "009647701234567", "7701234567", "٠٧٧٠١٢٣٤٥٦٧", "۰۷۷۰-۱۲۳-۴۵۶۷"]
    ids = set(_ki(*((name, number) for name in ("Abu  Ali ", "abu ali") for number in written)))
    assert len(ids) == 1
    assert len(next(iter(ids))) == 16


def test_other_informants_and_other_keys_give_other_ids():
    ids = _ki(("Abu Ali", PHONE), ("Abu Ali", "07701234568"), ("Abu Omar", PHONE), ("Abu Ali", None), (None, PHONE))
    ids += _ki(("Abu Ali", PHONE), key=b"another key")
    assert len(set(ids)) == len(ids) == 6
    assert None not in ids
    assert _ki((None, None), (" ", "-")) == [None, None]


ROWS = [
    {"_uuid": "a", "households": "12", "shelter_camp": "12", "comment": "x"},
    {"_uuid": "b", "households": "3", "team": "T1", "ki_name": "Abu Ali"},
    {"_uuid": "c", "households": "x", "consent": "no"},
]


def _by_uuid(received: Received) -> dict[str, str]:
    return dict(zip(received.submission["uuid"].to_pylist(), received.submission["version_sha256"].to_pylist(), strict=True))


def test_a_version_does_not_depend_on_where_it_stands():
    expected = _by_uuid(kept(*ROWS))
    for order in (ROWS[::-1], [ROWS[1], ROWS[0], ROWS[2]]):
        moved = [{**row, "_row": at, "_sheet": "other"} for at, row in enumerate(order, start=50)]
        assert _by_uuid(kept(*moved, {"_uuid": "more", "period_pre_june_2014": "1"})).items() >= expected.items()
    assert _by_uuid(kept(ROWS[1]))["b"] == expected["b"]


def test_another_answer_or_state_is_another_version():
    changes = (
        {}, {"households": "13"}, {"comment": None}, {"shelter_camp": None}, {"_review_state": "approved"}, {"_edits": "1"},
        {"ki_name": "Abu Ali"}, {"_modified_at": "2021-04-01T00:00:00Z"}, {"_submitted_at": "2021-04-01"}, {"_replaces_uuid": "z"},
        {"_form_version": "2"}, {"start": "2021-04-01T00:00:00Z", "end": "2021-04-01T00:09:00Z"}, {"consent": "not_asked"}, {"_uuid": "z"},
    )  # fmt: skip
    versions = kept(*(ROWS[0] | changed for changed in changes)).submission["version_sha256"].to_pylist()
    assert len(set(versions)) == len(changes)


def test_what_is_not_kept_makes_no_version():
    same = {
        "ki_position": "Mayor",
        "deviceid": "d1",
        "username": "u",
        "_submitter": "s",
        "interview_gps": "36 43 0 0",
        "comment": "y",
    }
    assert _by_uuid(kept(ROWS[0] | same))["a"] == _by_uuid(kept(ROWS[0]))["a"]


def test_a_row_that_stands_twice_has_its_answers_once():
    received = kept(ROWS[0], ROWS[0] | {"_row": 7})
    assert received.submission.num_rows == 2
    assert answers(received) == {"households": "12", "shelter_camp": "12", "comment": None}


STATES = [
        ("validation_status_approved", "approved", "validation_status_approved"), ("Approved", "approved", "approved"),
        ("validation_status_not_approved", "rejected", "validation_status_not_approved"), ("Not approved", "rejected", "not approved"),
        ("validation_status_on_hold", "has_issues", "validation_status_on_hold"), ("On Hold", "has_issues", "on hold"),
        ("hasIssues", "has_issues", "hasissues"), ("approved", "approved", "approved"), ("rejected", "rejected", "rejected"),
        ("edited", "pending", "edited"), ("received", "pending", "received"), (None, "pending", None), ("", "pending", None),
        (SECRET, "pending", None),
    ]  # fmt: skip


@pytest.mark.parametrize(("written", "state", "source"), STATES)
def test_review_states_of_the_tools(written, state, source):
    row = _in_states()[STATES.index((written, state, source))]
    assert (row["review_state"], row["review_state_source"]) == (state, source)


@cache
def _in_states() -> list[dict]:
    return kept(*({"_uuid": f"{at}", "_review_state": row[0]} for at, row in enumerate(STATES))).submission.to_pylist()


def test_what_an_export_says_of_a_submission():
    row = kept(
        {
            "_uuid": "uuid:b", "_root_uuid": "uuid:a", "_replaces_uuid": "uuid:z", "_form": "Master list (R121)", "_form_version": "v 1.2",
            "_submitted_at": "2021-04-10T12:00:00.123+03:00", "_modified_at": "2021-04-11T09:00:00", "_edits": "2.0", "consent": "yes",
            "start": "2021-04-10T08:00:00.000+03:00", "end": "2021-04-10T05:41:30Z", "_row": 7, "_sheet": "data",
        }
    ).submission.to_pylist()[0]  # fmt: skip
    assert {name: row[name] for name in row if name not in ("version_sha256", "review_state", "review_state_source", "ki_id")} == {
        "source_sheet": "data", "source_row": 7, "uuid": "a", "replaces_uuid": "z", "form": "Master list (R121)", "form_version": "v 1.2",
        "submitted_at": "2021-04-10T09:00:00Z", "modified_at": "2021-04-11T09:00:00Z", "edits": 2, "consent": "yes", "duration_minutes": 41,
    }  # fmt: skip


def test_what_an_export_says_in_another_form_is_not_kept():
    columns = {"_uuid": "uuid", "_form": "form", "_form_version": "form_version", "_submitted_at": "submitted_at", "_edits": "edits",
               "consent": "consent"}  # fmt: skip
    received = kept(*({"_uuid": "a", name: "Zaynab; Secret"} for name in columns))
    rows = received.submission.to_pylist()
    assert [row[column] for row, column in zip(rows, columns.values(), strict=True)] == [None] * len(columns)
    assert "Secret" not in everything(received)


TIMES = [("2021-04-10T08:00:00Z", "2021-04-10T07:59:00Z"), ("soon", "2021-04-10T08:00:00Z"), (None, "2021-04-10T08:00:00Z")]


def test_an_interview_without_two_times_in_order_has_no_length():
    rows = [
        {"_uuid": f"{at}", "start": start, "end": end} for at, (start, end) in enumerate([*TIMES, (TIMES[0][1], TIMES[0][0])])
    ]
    assert kept(*rows).submission["duration_minutes"].to_pylist() == [None, None, None, 1]


def test_an_empty_export():
    received = kept()
    assert {name: table.num_rows for name, table in received.tables().items()} == {
        "received_submission": 0, "received_answer": 0, "received_problem": 0,
    }  # fmt: skip
