"""Files on crossing points: what is taken, every kind of row that is not, and what a newer file takes the place of."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.crossing import KINDS
from expectations.rules import CROSSING_FILE_RULES, CROSSING_ROW_RULES
from expectations.tables import TABLES
from transforms.crossings import crossing_file, standing
from transforms.crossings.standing import Delivery
from transforms.refusal import Refusal

TODAY = datetime.date(2021, 3, 1)
# A row of each kind that is taken.
GOOD = {
    "headcounts": {"crossing_point": "Point 01", "observed_on": "2021-01-04", "crossing_direction": "in", "travellers": "12", "vehicles": "3"},
    "survey": {"survey_id": "S-1", "crossing_point": "Point 01", "observed_on": "2021-01-04", "crossing_direction": "out", "reason": "work"},
    "status": {"window_start": "2021-01-04", "window_end": "2021-01-17", "crossing_point": "Point 01", "entry_status": "closed", "note": ""},
    "restrictions": {"window_start": "2021-01-04", "window_end": "2021-01-17", "governorate": "Erbil", "restriction": "Curfew"},
}  # fmt: skip


def written(folder: Path, kind: str, *rows: dict[str, str], name: str = "file.csv") -> Path:
    """A CSV of rows, each the good one of its kind with some cells changed."""
    own = [GOOD[kind] | row for row in rows or ({},)]
    heads = list(dict.fromkeys(head for row in own for head in row))
    with open(folder / name, "w", encoding="utf-8", newline="") as handle:
        out = csv.DictWriter(handle, heads)
        out.writeheader()
        out.writerows(own)
    return folder / name


def taken(path: Path, kind: str) -> list[dict]:
    return crossing_file.read(KINDS[kind], path, path.name, TODAY).to_pylist()


def refused(path: Path, kind: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        crossing_file.read(KINDS[kind], path, path.name, TODAY)
    return caught.value


# --- what is taken -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_row_is_taken_with_its_line(kind: str, tmp_path: Path) -> None:
    row = taken(written(tmp_path, kind), kind)[0]
    assert (row["source_sheet"], row["source_row"]) == ("", 2)
    given = {("travel_reason" if head == "reason" else head): cell or None for head, cell in GOOD[kind].items()}
    assert {name: None if row[name] is None else str(row[name]) for name in given} == given


def test_what_is_not_given_is_null_and_zero_is_a_number(tmp_path: Path) -> None:
    rows = taken(
        written(tmp_path, "headcounts", {"travellers": "0", "vehicles": ""}, {"crossing_direction": "out", "travellers": "7.0"}),
        "headcounts",
    )
    assert [(row["travellers"], row["vehicles"]) for row in rows] == [(0, None), (7, 3)]
    assert taken(written(tmp_path, "survey", {"reason": "Not available", "sex": "female"}), "survey")[0]["travel_reason"] is None


def test_a_workbook_and_parquet_say_the_same_as_a_csv(tmp_path: Path) -> None:
    plain = taken(written(tmp_path, "headcounts"), "headcounts")
    row = GOOD["headcounts"] | {"observed_on": datetime.date(2021, 1, 4), "travellers": 12, "vehicles": 3}
    book = openpyxl.Workbook()
    book.active.title = "counts"
    book.active.append(list(row))
    book.active.append(list(row.values()))
    book.save(tmp_path / "file.xlsx")
    assert taken(tmp_path / "file.xlsx", "headcounts") == [plain[0] | {"source_sheet": "counts"}]
    for name, day in (("days", pa.date32()), ("moments", pa.timestamp("us"))):
        columns = {column: pa.array([value]) for column, value in row.items()}
        columns["observed_on"] = pa.array([row["observed_on"]]).cast(day)
        pq.write_table(pa.table(columns), tmp_path / f"{name}.parquet")
        assert taken(tmp_path / f"{name}.parquet", "headcounts") == [plain[0] | {"source_row": 1}]


def test_points_that_nobody_published_are_taken_and_published_ones_are_spelled_as_published(tmp_path: Path) -> None:
    rows = taken(
        written(tmp_path, "status", *({"crossing_point": name} for name in ("معبر  تجريبي", "ibrahim  AL-khalil", "=cmd()"))),
        "status",
    )
    assert [row["crossing_point"] for row in rows] == ["=cmd()", "Ibrahim Al-Khalil", "معبر تجريبي"]


@pytest.mark.parametrize(
    "text",
    ["=cmd()|' /C calc'!A0", "<script>alert(1)</script>", "from 2020-06-30 to 13/07/2020", "من ٣٠/٠٦/٢٠٢٠ إلى ١٣/٠٧/٢٠٢٠", "19:00-05:00"],
)  # fmt: skip
def test_hostile_and_odd_texts_are_kept_as_they_are(text: str, tmp_path: Path) -> None:
    assert taken(written(tmp_path, "restrictions", {"restriction": text}), "restrictions")[0]["restriction"] == text


# --- what is not ---------------------------------------------------------------------------------------------------

ROWS = [
    ("crossing_missing", "headcounts", {"travellers": ""}, "travellers is missing"),
    ("crossing_missing", "status", {"crossing_point": "Not available"}, "crossing_point is missing"),
    ("crossing_missing", "survey", {"survey_id": ""}, "survey_id is missing"),
    ("crossing_day", "headcounts", {"observed_on": "04/01/2021"}, "observed_on is '04/01/2021', expected a day such as"),
    ("crossing_day", "headcounts", {"observed_on": "2021-03-02"}, "observed_on is 2021-03-02, expected a day until 2021-03-01"),
    ("crossing_day", "status", {"window_start": "2021-03-02", "window_end": "2021-03-15"}, "window_start is 2021-03-02"),
    ("crossing_day", "restrictions", {"window_end": "2021-02-30"}, "window_end is '2021-02-30'"),
    ("crossing_day", "headcounts", {"observed_on": "0770 123 4567"}, "observed_on is (not shown), expected a day"),
    ("crossing_count", "headcounts", {"travellers": "+964 770 123 4567"}, "travellers is (not shown), expected a whole number"),
    ("crossing_window", "status", {"window_end": "2021-01-03"}, "window_end is 2021-01-03, expected 2021-01-04 (window_start)"),
    ("crossing_code", "headcounts", {"crossing_direction": "IN"}, "crossing_direction is 'IN', expected one of in, out"),
    ("crossing_code", "status", {"entry_status": "half open"}, "expected one of closed, commercial_only, partially_open, open"),
    ("crossing_code", "restrictions", {"governorate": "Nowhere"}, "governorate is 'Nowhere', expected a governorate of Iraq"),
    ("crossing_count", "headcounts", {"vehicles": "-3"}, "vehicles is '-3', expected a whole number"),
    ("crossing_count", "headcounts", {"travellers": "12.5"}, "travellers is '12.5', expected a whole number"),
    ("crossing_text", "status", {"note": "call 0770 123 4567"}, "note holds a telephone number"),
    ("crossing_text", "survey", {"origin": "a.b@example.org"}, "origin holds a telephone number or an address"),
    ("crossing_text", "survey", {"survey_id": "0770-123-4567"}, "survey_id may be a telephone number"),
    ("crossing_text", "survey", {"survey_id": "=S 1"}, "survey_id is '=S 1', expected at most 80 letters"),
    ("crossing_text", "restrictions", {"restriction": "x" * 501}, "restriction has 501 characters, expected at most 500"),
    ("crossing_text", "status", {"crossing_point": "Point\u202e10"}, "crossing_point is 'Point\\u202e10'"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "kind", "cells", "words"), ROWS)
def test_a_wrong_row_is_named_with_its_column(rule: str, kind: str, cells: dict, words: str, tmp_path: Path) -> None:
    error = refused(
        written(tmp_path, kind, {"crossing_point": "Other", "survey_id": "S-0"} if kind == "survey" else {}, cells), kind
    )
    assert error.rule == "crossing_rows" and not error.is_for_quarantine
    said = [problem for problem in error.rows if problem.rule == rule]
    assert [problem.row for problem in said] == [3] and words in said[0].detail
    assert "4567" not in str(error.lines()) and "example.org" not in str(error.lines())


TWICE = {
    "headcounts": {"crossing_point": "POINT 01", "travellers": "99"},
    "survey": {"crossing_point": "Point 02"},
    "status": {"entry_status": "open"},
    "restrictions": {"note": "again"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_stands_once(kind: str, tmp_path: Path) -> None:
    error = refused(written(tmp_path, kind, {}, TWICE[kind]), kind)
    assert [(problem.rule, problem.row) for problem in error.rows] == [("crossing_twice", 3)]
    assert "are those of row 2" in error.rows[0].detail


def test_every_row_rule_has_its_negative_test() -> None:
    assert {rule for rule, *_ in ROWS} | {"crossing_twice"} == {rule.id for rule in CROSSING_ROW_RULES}
    assert {rule.id for rule in CROSSING_FILE_RULES} == {"crossing_rows", "crossing_columns"}


def test_all_wrong_rows_are_told_in_their_order(tmp_path: Path) -> None:
    rows = [{"travellers": "x", "crossing_direction": "up"}, {"crossing_direction": "out"}, {"observed_on": "?"}]
    error = refused(written(tmp_path, "headcounts", *rows), "headcounts")
    assert [problem.row for problem in error.rows] == [2, 2, 4]
    assert "2 of 3 rows cannot be taken." in str(error)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("crossing_point,observed_on,crossing_direction\nA,2021-01-04,in\n", "It has no column travellers"),
        ("crossing_point,observed_on,crossing_direction,travellers,phone\nA,2021-01-04,in,1,x\n", "'phone' is no column of it"),
        ("crossing_point,observed_on,crossing_direction,travellers\n", "It has no row"),
        ("a,b\n1,2\n", "None of its first rows has the header"),
        ('{"a": 1}', ""),
    ],
)
def test_a_file_without_its_columns_or_rows_is_refused(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(content, encoding="utf-8")
    error = refused(path, "headcounts")
    assert error.rule == "crossing_columns" and words in str(error) and "--map" not in str(error)


# --- what is in force ----------------------------------------------------------------------------------------------


def delivery(folder: Path, number: int, kind: str, *rows: dict[str, str]) -> Delivery:
    path = written(folder, kind, *rows)
    return Delivery(number, kind, crossing_file.read(KINDS[kind], path, path.name, TODAY), f"{number:064x}", f"{number}.csv")


def in_force(kind: str, *deliveries: Delivery) -> list[dict]:
    made = standing.clean_tables(deliveries)
    assert set(made) == {f"clean_{one.table}" for one in KINDS.values()}
    assert all(rows.schema.names == list(TABLES[name].columns) for name, rows in made.items())
    return made[f"clean_{KINDS[kind].table}"].to_pylist()


def test_a_newer_file_replaces_whole_windows_only(tmp_path: Path) -> None:
    second = {"window_start": "2021-01-18", "window_end": "2021-01-31"}
    first = delivery(tmp_path, 4, "status", {}, {"crossing_point": "Point 02"}, second)
    newer = delivery(tmp_path, 7, "status", {"crossing_point": "Point 03", "entry_status": "open"})
    rows = in_force("status", first, newer)
    assert [(str(row["window_start"]), row["crossing_point"], row["source_file"]) for row in rows] == [
        ("2021-01-04", "Point 03", "7.csv"),
        ("2021-01-18", "Point 01", "4.csv"),
    ]
    assert in_force("status", newer, first) == rows, "the number in the journal decides, nothing else"
    assert len(in_force("status", first)) == 3


def test_a_newer_file_replaces_the_same_count_and_the_same_interview(tmp_path: Path) -> None:
    counts = [
        delivery(tmp_path, 1, "headcounts", {}, {"crossing_direction": "out"}),
        delivery(tmp_path, 2, "headcounts", {"travellers": "5"}),
    ]
    assert [(row["crossing_direction"], row["travellers"]) for row in in_force("headcounts", *counts)] == [("in", 5), ("out", 12)]
    asked = [delivery(tmp_path, 3, "survey", {}, {"survey_id": "S-2"}), delivery(tmp_path, 4, "survey", {"reason": "family"})]
    assert [(row["survey_id"], row["travel_reason"]) for row in in_force("survey", *asked)] == [
        ("S-1", "family"),
        ("S-2", "work"),
    ]


def test_a_point_has_the_spelling_of_its_newest_row_everywhere(tmp_path: Path) -> None:
    said = [delivery(tmp_path, 1, "status"), delivery(tmp_path, 2, "headcounts", {"crossing_point": "POINT 01"})]
    assert [in_force(kind, *said)[0]["crossing_point"] for kind in ("status", "headcounts")] == ["POINT 01", "POINT 01"]
