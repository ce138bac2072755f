"""Hotspots: the two rules, near misses, units in place of sub-districts, coverage."""

from __future__ import annotations

import copy

import pytest

from expectations.index_model import IndexModel
from expectations.index_model_file import from_document, shipped
from tests import indexworld, world

LOW = "0 0 0 0 0 0 0 0"
# residential destruction 18 + agriculture 12 of 100: a scale score of 30
THIRTY = "3 0 0 2 0 0 0 0"
# + employment 16 + government services 4... 18 + 12 + 12 + 8 = 50
FIFTY = "3 0 3 0 3 0 0 2"


def model(**hotspot: object) -> IndexModel:
    document = copy.deepcopy(shipped()["ri-illustrative"].document)
    document["hotspot"] |= hotspot
    return from_document(document, "x.json")


def spots(
    rows: list[tuple[str, int, str, str]], own: IndexModel | None = None, unanswered: dict[str, int] | None = None
) -> dict[str, dict]:
    """Hotspot rows by unit; a row is (place_id, households, sub-district, answers of scale 1), with scale 2 all met."""
    listed = [(place, households) for place, households, _, _ in rows] + list((unanswered or {}).items())
    places = "list | place_id | households\n" + "".join(f"a | {place} | {households}\n" for place, households in listed)
    answers = "index_round | place_id | subdistrict | answers\n" + "".join(
        f"15 | {p} | {unit} | {a} {LOW}\n" for p, _, unit, a in rows
    )
    built = indexworld.build(
        indexworld.scoring(answers, own or "ri-illustrative"),
        lists=world.clean("list | population | round\n a | returnee | 125", places),
    )
    return {row["unit_name"]: row for row in built["return_index_hotspot"].to_pylist()}


@pytest.mark.parametrize(
    ("households", "answers", "status", "rules"),
    [
        (2000, THIRTY, "hotspot", "b:s1"),
        (1666, THIRTY, "near", None),
        (1000, THIRTY, "no", None),
        (1, FIFTY, "hotspot", "a:s1"),
        (1667, THIRTY, "hotspot", "b:s1"),
    ],
)
def test_rules_a_and_b(households: int, answers: str, status: str, rules: str | None) -> None:
    row = spots([("1", households, "Markaz", answers)])["Markaz"]
    assert (row["hotspot_status"], row["hotspot_rules"]) == (status, rules)
    assert row["sentence"].endswith(".") and f"{6 * households} returnees" in row["sentence"]


def test_a_score_within_two_points_of_high_is_near() -> None:
    nearly = "3 1 0 2 3 0 0 0"  # 18 + 8 + 12 + 12 = 50; without the last step 48.4
    assert spots([("1", 5, "Markaz", "3 1 2 2 0 0 0 0")])["Markaz"]["s1"] == pytest.approx(46.4)
    assert spots([("1", 5, "Markaz", "3 1 2 2 0 0 0 0")])["Markaz"]["hotspot_status"] == "no"
    row = spots([("1", 50, "Markaz", nearly), ("2", 3, "Markaz", THIRTY)])["Markaz"]
    assert row["s1"] == pytest.approx((50 * 50 + 3 * 30) / 53) and row["hotspot_status"] == "near"


def test_a_unit_in_place_of_sub_districts() -> None:
    joined = model(unit_overrides={"Amerli": "Tooz District", "Suleiman Beg": "Tooz District"})
    found = spots([("1", 10, "Amerli", FIFTY), ("2", 10, "Suleiman Beg", LOW), ("3", 10, "Other", LOW)], joined)
    assert set(found) == {"Tooz District", "Other"}
    assert found["Tooz District"]["locations"] == 2 and found["Tooz District"]["s1"] == pytest.approx(25)


def test_the_other_ways_of_aggregation() -> None:
    rows = [("1", 90, "Markaz", LOW), ("2", 10, "Markaz", "3 2 3 2 3 2 2 2")]
    assert spots(rows, model(aggregation="returnee_weighted_mean"))["Markaz"]["s1"] == pytest.approx(10)
    plain = spots(rows, model(aggregation="mean"))["Markaz"]
    assert plain["s1"] == pytest.approx(50) and plain["hotspot_rules"] == "a:s1"
    majority = spots(rows, model(aggregation="majority_of_returnees"))["Markaz"]
    assert (majority["s1"], majority["s1_category"], majority["hotspot_status"]) == (None, "low", "no")
    tied = spots([("1", 10, "Markaz", LOW), ("2", 10, "Markaz", FIFTY)], model(aggregation="majority_of_returnees"))["Markaz"]
    assert tied["s1_category"] is None, "no category holds more than half"


def test_a_percentile_of_the_units_of_the_round() -> None:
    own = model(large_returnees={"mode": "percentile", "value": 75})
    rows = [(str(at), at, f"U{at}", THIRTY) for at in range(1, 6)]
    assert {name: row["hotspot_status"] for name, row in spots(rows, own).items()} == {
        "U1": "no",
        "U2": "no",
        "U3": "no",
        "U4": "hotspot",
        "U5": "hotspot",
    }


def test_a_unit_of_which_too_little_is_scored_or_known_is_not_assessable() -> None:
    nothing = "- - - - - - - -"
    row = spots([("1", 10, "Markaz", FIFTY), ("2", 11, "Markaz", nothing)])["Markaz"]
    assert (row["hotspot_status"], row["hotspot_rules"]) == ("not_assessable", None)
    assert row["scored_share"] == pytest.approx(10 / 21) and "48% of its people" in row["sentence"]
    answers = f"index_round | round | place_id | subdistrict | answers\n15 | 125 | 1 | Markaz | {FIFTY} {LOW}"
    unweighted = indexworld.build(indexworld.scoring(answers))["return_index_hotspot"].to_pylist()[0]
    assert (unweighted["hotspot_status"], unweighted["returnees"]) == ("not_assessable", None)


def test_locations_without_a_sub_district_are_in_no_unit() -> None:
    answers = f"index_round | round | place_id | answers\n15 | 125 | 1 | {FIFTY} {LOW}"
    assert indexworld.build(indexworld.scoring(answers))["return_index_hotspot"].num_rows == 0
