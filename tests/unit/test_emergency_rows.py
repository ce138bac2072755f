"""Rows of a delivery: taken, or set aside with a sentence that says what was expected."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from expectations.rules import RULES
from tests.emergencyworld import TODAY, event, taken, write
from transforms.emergency import movement_file, movement_rows
from transforms.refusal import Refusal

ARRIVAL = {
    "movement_id": "a1", "kind": "arrival", "moved_on": "2020-11-01", "recorded_on": "2020-11-02", "origin_governorate": "Ninewa",
    "origin_district": "Mosul", "destination_governorate": "Duhok", "destination_district": "Sumel", "households": "3", "individuals": "15",
}  # fmt: skip
CORRECTION = {
    "movement_id": "c1",
    "kind": "correction",
    "recorded_on": "2020-11-03",
    "corrects": "a1",
    "households": "2",
    "individuals": "9",
}
HOSTILE = "=cmd|'/c calc'!A1"

WRONG = {
    "no id": ({"movement_id": ""}, "movement_id", "movement_id is missing"),
    "id that is none": ({"movement_id": "a 1; drop table"}, "movement_id", "movement_id is no id"),
    "id too long": ({"movement_id": "a" * 81}, "movement_id", "movement_id is no id"),
    "no kind": ({"kind": ""}, "movement_kind", "kind is missing"),
    "unknown kind": ({"kind": HOSTILE}, "movement_kind", "kind is '=cmd"),
    "no day": ({"moved_on": ""}, "movement_day", "moved_on is missing"),
    "no day of record": ({"recorded_on": ""}, "movement_day", "recorded_on is missing"),
    "day that is none": ({"moved_on": "2020-02-30"}, "movement_day", "moved_on is '2020-02-30', expected a day"),
    "day of another form": ({"recorded_on": "02/11/2020"}, "movement_day", "recorded_on is '02/11/2020', expected a day"),
    "moved after recorded": ({"moved_on": "2020-11-03"}, "movement_after_record", "moved_on 2020-11-03 is after recorded_on 2020-11-02"),
    "recorded in the future": ({"recorded_on": "2031-01-01"}, "movement_day", "recorded_on is after 2026-01-01"),
    "sequence that is none": ({"recorded_seq": "-1"}, "movement_day", "recorded_seq is '-1', expected a whole number"),
    "destination missing": ({"destination_governorate": "", "destination_district": ""}, "movement_destination", "the destination is missing"),
    "departure from nowhere": ({"kind": "departure", "origin_governorate": "", "origin_district": ""}, "movement_origin", "the place that people left is missing"),
    "unknown governorate": ({"destination_governorate": "Atlantis"}, "movement_area", "governorate 'Atlantis' is not known"),
    "district of another governorate": ({"origin_district": "Sumel"}, "movement_area", "district 'Sumel' of Ninewa is not known"),
    "district without governorate": ({"origin_governorate": ""}, "movement_area", "district 'Mosul' without a governorate is not known"),
    "place that is no id": ({"place_id": "<script>"}, "movement_area", "place_id is '<script>', expected"),
    "no count": ({"households": "", "individuals": ""}, "movement_counts", "households and individuals are both missing"),
    "half a household": ({"households": "2.5"}, "movement_counts", "households is '2.5', expected a whole number"),
    "negative": ({"individuals": "-3"}, "movement_counts", "individuals is '-3', expected a whole number"),
    "nobody": ({"households": "0", "individuals": ""}, "movement_counts", "households is 0; only a correction may say so"),
    "too few people": ({"individuals": "2"}, "movement_counts", "there are fewer individuals than households"),
    "too many women": ({"female": "16"}, "movement_individuals", "female and male are more than individuals"),
    "too many children": ({"under_18": "16"}, "movement_individuals", "under_18 are more than individuals"),
    "counted is no truth": ({"counted": "maybe"}, "movement_value", "counted is 'maybe', expected true or false"),
    "reached_origin is no truth": ({"reached_origin": "2"}, "movement_value", "reached_origin is '2', expected true or false"),
    "a return that did not come back": (
        {"kind": "return", "reached_origin": "false"}, "movement_value", "reached_origin is false of a return",
    ),
    "unknown shelter": ({"shelter_group": "castle"}, "movement_value", "shelter_group is 'castle', expected one of private"),
    "number of a person": ({"camp_left": "call 0770 123 4567"}, "movement_value", "a text holds a telephone number"),
    "corrects without correction": ({"corrects": "b"}, "movement_link", "corrects is given, but the kind is no correction"),
    "moves on from itself": ({"onward_from": "a1"}, "movement_link", "onward_from names the row itself"),
    "link that is none": ({"onward_from": "x y"}, "movement_link", "onward_from is no id"),
    "row of another event": ({"event_id": "elsewhere"}, "movement_event", "the row is of event 'elsewhere', the delivery of camps"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_row_is_set_aside_with_its_reason(tmp_path: Path, name: str) -> None:
    changed, rule, said = WRONG[name]
    good = {**ARRIVAL, "movement_id": "good"}
    made = taken(tmp_path, event(), [good, {**ARRIVAL, **changed}])
    assert made.kept["movement_id"].to_pylist() == ["good"]
    rows = made.set_aside.to_pylist()
    assert [(row["rule"], row["source_row"]) for row in rows] == [(rule, 3)], rows
    assert rows[0]["detail"].startswith(said), rows[0]["detail"]
    assert RULES[rule].scope == "row" and made.rows_set_aside == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"corrects": ""}, "corrects is missing"),
        ({"corrects": "c1"}, "corrects names the row itself"),
        ({"households": "0"}, "one of households and individuals is 0"),
    ],
)
def test_a_wrong_correction_is_set_aside(tmp_path: Path, changed: dict, said: str) -> None:
    rows = taken(tmp_path, event(), [{**CORRECTION, **changed}]).set_aside.to_pylist()
    assert len(rows) == 1 and rows[0]["detail"].startswith(said)


def test_a_correction_may_leave_everything_else_blank(tmp_path: Path) -> None:
    made = taken(tmp_path, event(), [CORRECTION, {**CORRECTION, "movement_id": "c2", "households": "0", "individuals": ""}])
    assert made.kept["moved_individuals"].to_pylist() == [9, 0] and not made.rows_set_aside


def test_individuals_fit_the_multiplier_unless_they_were_counted(tmp_path: Path) -> None:
    rows = [
        {**ARRIVAL, "movement_id": f"a{at}", "individuals": said, "counted": counted}
        for at, (said, counted) in enumerate((("", ""), ("18", ""), ("15", ""), ("15", "true"), ("15", "false")))
    ]
    made = taken(tmp_path, event(rule="x6"), rows)
    assert made.kept["moved_individuals"].to_pylist() == [18, 18, 15]
    assert made.kept["is_counted"].to_pylist() == [False, False, True]
    details = {row["detail"] for row in made.set_aside.to_pylist()}
    assert details == {"individuals are 15 expected 6 x households = 18 unless the row says that they were counted"}


def test_in_a_counted_event_individuals_stay_as_given(tmp_path: Path) -> None:
    rows = [
        {**ARRIVAL, "movement_id": f"a{at}", "individuals": said, "counted": counted}
        for at, (said, counted) in enumerate((("", ""), ("17", ""), ("18", "false")))
    ]
    made = taken(tmp_path, event(), rows).kept
    assert made["moved_individuals"].to_pylist() == [None, 17, 18]
    assert made["is_counted"].to_pylist() == [None, True, False]


def test_spellings_and_forms_of_other_programs_are_understood(tmp_path: Path) -> None:
    row = {
        **ARRIVAL, "kind": "Arrival", "moved_on": "2020-11-01T00:00:00", "households": "3.0", "place_id": "70298.0", "reached_origin": "No",
        "shelter_group": "Emergency camps", "counted": "1", "origin_district": "",
    }  # fmt: skip
    made = taken(tmp_path, event(), [row]).kept.to_pylist()[0]
    assert (made["destination_governorate"], made["destination_district"]) == ("Dahuk", "Sumel")
    assert (made["moved_households"], made["destination_place_id"], made["reached_origin"]) == (3, "70298", False)
    assert (made["emergency_shelter_group"], made["is_counted"], made["origin_district"]) == ("camp", True, None)


def test_of_an_event_that_is_closed_or_not_there_every_row_is_set_aside(tmp_path: Path) -> None:
    file = movement_file.read(write(tmp_path / "a.csv", [ARRIVAL, {**ARRIVAL, "movement_id": "a2"}]), "a.csv")
    unknown = movement_rows.taken(file, None, "nowhere", TODAY)
    assert (unknown.kept.num_rows, unknown.rows_set_aside) == (0, 2)
    assert unknown.set_aside["detail"].to_pylist() == ["there is no event 'nowhere'; open it first"] * 2
    closed = movement_rows.taken(file, event(event_closed=TODAY), "camps", TODAY)
    assert (closed.kept.num_rows, closed.rows_set_aside) == (0, 2)
    assert closed.set_aside["detail"][0].as_py() == "event camps was closed on 2026-01-01; open it again"


def test_a_row_says_every_reason_and_shows_no_id_that_may_be_anything(tmp_path: Path) -> None:
    made = taken(
        tmp_path, event(), [{**ARRIVAL, "movement_id": "Ali Hassan", "kind": "x", "households": "many", "individuals": ""}]
    )
    rows = made.set_aside.to_pylist()
    assert {row["rule"] for row in rows} == {"movement_id", "movement_kind", "movement_counts"} and made.rows_set_aside == 1
    assert {row["movement_as_given"] for row in rows} == {"(not shown)"}


def test_no_telephone_number_is_kept_wherever_it_stands(tmp_path: Path) -> None:
    number = "07701234567"
    columns = (
        "movement_id",
        "kind",
        "moved_on",
        "recorded_on",
        "households",
        "place_id",
        "shelter_group",
        "reached_origin",
        "destination_governorate",
        "camp_left",
        "onward_from",
    )
    rows = [{**ARRIVAL, "movement_id": f"a{at}", **{name: number}} for at, name in enumerate(columns)]
    made = taken(tmp_path, event(), rows)
    assert made.kept.num_rows == 0 and made.rows_set_aside == len(rows)
    assert not [row for row in made.set_aside.to_pylist() if number in str(row)]
    assert taken(tmp_path, event(), [{**ARRIVAL, "movement_id": at} for at in ("5000000", "000000012")]).rows_set_aside == 0


def test_what_is_no_column_is_named_and_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "movement_id,kind,moved_on,recorded_on,camp_left,households,ethnicity\na,departure,2020-11-01,2020-11-01,Camp A,4,x\n",
        encoding="utf-8",
    )
    file = movement_file.read(path, "a.csv")
    assert file.not_taken == ("'ethnicity'",)
    made = movement_rows.taken(file, event(), "camps", TODAY)
    assert made.kept.num_rows == 1 and not re.search("ethnicity", str(made.kept.schema))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("movement_id,kind,moved_on\na,arrival,2020-11-01\n", "It has no column recorded_on"),
        ("movement_id,kind,moved_on,recorded_on\n", "It has no row"),
        (
            "id,kind,moved_on,recorded_on\na,arrival,2020-11-01,2020-11-01\n",
            "None of its first rows has the header 'movement_id'",
        ),
        ("", "The file is empty"),
    ],
)
def test_a_file_that_is_no_delivery_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal, match=re.escape(said)):
        movement_file.read(path, "a.csv")
