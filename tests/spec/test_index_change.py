"""Change between index rounds: the worked example, lineage, coverage; and drivers that close."""

from __future__ import annotations

import pytest

from tests import indexworld, world
from tests.ascii import check

LISTS = "list | population | round\n a | returnee | 123\n b | returnee | 125"
PLACES = """
list | place_id | households
a    | 1        | 120
a    | 2        | 400
a    | 3        | 90
b    | 1        | 150
b    | 2        | 420
b    | 3        | 80
b    | 5        | 60
"""
ANSWERS = """
index_round | place_id | subdistrict | answers
13          | 1        | Markaz      | 1 1 0 1 1 0 1 0  0 1 0 0 1 0 1 1
13          | 2        | Markaz      | 2 2 2 n 3 1 2 1  3 2 1 1 2 0 1 2
13          | 3        | Markaz      | 3 1 - 2 2 1 0 2  2 0 0 - 1 1 2 1
15          | 1        | Markaz      | 2 2 2 2 2 1 1 0  2 1 1 1 2 0 1 3
15          | 2        | Markaz      | 2 2 2 n 2 1 2 1  1 2 1 1 2 0 1 2
15          | 5        | Markaz      | 3 2 3 2 3 2 2 2  0 1 0 0 1 0 0 1
"""
BEST = "0 0 0 0 0 0 0 0  0 0 0 0 0 0 0 0"
WORST = "3 2 3 2 3 2 2 2  3 2 2 2 3 2 2 3"


def national(table: object) -> object:
    return table.filter([row["area_level"] == "national" for row in table.to_pylist()])


@pytest.fixture(scope="module")
def built() -> dict:
    return indexworld.build(indexworld.scoring(ANSWERS), lists=world.clean(LISTS, PLACES))


def test_the_worked_example_closes(built: dict) -> None:
    check(
        national(built["return_index_change"]),
        """
        index_measure    | previous_value | became_severe | stopped_severe | stayed_severe | like_for_like | newly_assessed | no_longer_assessed | emptied | value | plain_change
        severe_returnees | 2940           | 900           | 0              | 120           | 1020          | 360            | 540                | 0       | 3780  | 840
        returnees        | 3660           |               |                |               | 300           | 360            | 540                | 0       | 3780  | 120
        severe_locations | 2              | 1             | 0              | 0             | 1             | 1              | 1                  | 0       | 3     | 1
        locations        | 3              |               |                |               | 0             | 1              | 1                  | 0       | 3     | 0
        """,
    )
    check(
        built["return_index_transition"],
        "previous_category | category | locations | previous_returnees | returnees\n low | high | 1 | 720 | 900\n high | high | 1 | 2400 | 2520",
    )


def test_the_second_round_of_the_worked_example(built: dict) -> None:
    rows = {row["place_id"]: row for row in built["return_index"].to_pylist() if row["index_round"] == 15 and row["assessed"]}
    assert [(rows[p]["s1"], rows[p]["s2"], rows[p]["overall"]) for p in ("1", "2", "5")] == [
        (pytest.approx(68.4), pytest.approx(57.8), pytest.approx(63.1)),
        (pytest.approx(74.318182), pytest.approx(51.2), pytest.approx(62.759091)),
        (pytest.approx(100), pytest.approx(12.8), pytest.approx(56.4)),
    ]
    spot = next(row for row in built["return_index_hotspot"].to_pylist() if row["index_round"] == 15)
    assert (spot["hotspot_rules"], spot["s1_category"], spot["s2_category"]) == ("a:s1", "very_high", "medium")
    assert (spot["s1"], spot["s2"]) == (pytest.approx(75.354978), pytest.approx(49.114286))


def test_the_drivers_of_the_worked_example(built: dict) -> None:
    rows = national(built["return_index_driver"]).to_pylist()
    found = {row["driver"]: row["driver_points"] for row in rows}
    wanted = {
        "population_shift": -0.786456, "community_reconciliation": -3.542510, "water_sufficiency": 1.037247, "violence_concern": 1.037247,
        "employment_access": 0.987854, "blocked_returns": 0.987854, "electricity_sufficiency": -0.947589,
        "residential_destruction": 0.889069, "agriculture_recovery": 0.740891, "small_business_recovery": 0.740891,
        "daily_public_life": 0.691498, "other_actor_checkpoints": 0.493927,
    }  # fmt: skip
    for driver, points in found.items():
        assert points == pytest.approx(wanted.get(driver, 0), abs=1e-6), driver
    before, now = rows[0]["previous_overall_weighted_mean"], rows[0]["overall_weighted_mean"]
    assert (before, now) == (pytest.approx(60.518881, abs=1e-6), pytest.approx(62.848804, abs=1e-6))
    assert sum(found.values()) == pytest.approx(now - before, abs=1e-9)
    assert sum(points for driver, points in found.items() if driver != "population_shift") == pytest.approx(3.116378, abs=1e-6)
    assert {row["coverage_points"] for row in rows} == {0.0}


def change(answers: str, places: str = PLACES) -> dict[str, dict]:
    built = indexworld.build(indexworld.scoring(answers), lists=world.clean(LISTS, places))
    return {row["index_measure"]: row for row in national(built["return_index_change"]).to_pylist()}


def test_a_merged_pair_is_compared_with_its_successor_as_one() -> None:
    places = "list | place_id | households\na | 1 | 100\na | 2 | 50\nb | 7 | 160"
    answers = f"index_round | place_id | replaces | answers\n13 | 1 | | {WORST}\n13 | 2 | | {BEST}\n15 | 7 | 1 2 | {WORST}"
    found = change(answers, places)
    severe = found["severe_returnees"]
    assert (severe["previous_value"], severe["like_for_like"], severe["stayed_severe"], severe["value"]) == (600, 360, 360, 960)
    assert (severe["newly_assessed"], severe["no_longer_assessed"]) == (0, 0)
    assert found["locations"]["like_for_like"] == -1


def test_a_split_location_is_compared_with_its_parts() -> None:
    places = "list | place_id | households\na | 1 | 100\nb | 1 | 60\nb | 8 | 50"
    answers = f"index_round | place_id | replaces | answers\n13 | 1 | | {WORST}\n15 | 1 | | {BEST}\n15 | 8 | 1 | {WORST}"
    severe = change(answers, places)["severe_returnees"]
    assert (severe["previous_value"], severe["stayed_severe"], severe["newly_assessed"], severe["value"]) == (600, -300, 0, 300)


def test_what_becomes_or_ceases_to_be_classifiable_or_leaves_the_list_is_told_apart() -> None:
    nothing = "- - - - - - - -  0 0 0 0 0 0 0 0"
    places = (
        "list | place_id | households\n" + "".join(f"a | {p} | 10\n" for p in "1234") + "".join(f"b | {p} | 10\n" for p in "125")
    )
    answers = "index_round | place_id | answers\n"
    answers += f"13 | 1 | {nothing}\n13 | 2 | {WORST}\n13 | 3 | {WORST}\n15 | 1 | {WORST}\n15 | 2 | {nothing}\n15 | 5 | {WORST}"
    severe = change(answers, places)["severe_returnees"]
    assert (severe["newly_assessed"], severe["newly_classifiable"]) == (120, 60)
    assert (severe["no_longer_assessed"], severe["no_longer_classifiable"], severe["emptied"]) == (120, 60, 60)


def test_points_from_changed_coverage_are_shown_apart() -> None:
    answers = f"index_round | place_id | answers\n13 | 1 | {BEST}\n15 | 1 | 2 - 0 0 0 0 0 0  0 0 0 0 0 0 0 0"
    built = indexworld.build(indexworld.scoring(answers), lists=world.clean(LISTS, PLACES))
    rows = {row["driver"]: row for row in national(built["return_index_driver"]).to_pylist()}
    moved = rows["residential_destruction"]
    assert moved["driver_points"] == moved["coverage_points"] == pytest.approx(50 * 12.6 / 84)


def test_without_lists_locations_are_compared_and_people_are_not() -> None:
    built = indexworld.build(indexworld.scoring(ANSWERS))
    assert {row["index_measure"] for row in built["return_index_change"].to_pylist()} == {"severe_locations", "locations"}
    assert built["return_index_driver"].num_rows == 0
    country = national(built["return_index_summary"]).to_pylist()[0]
    assert (country["returnees"], country["high_returnees"], country["high_locations"], country["severe_share"]) == (
        None,
        None,
        2,
        None,
    )
    assert {row["weight_reason"] for row in built["return_index"].to_pylist()} == {"no_master_list"}


@pytest.mark.parametrize(
    ("before", "now", "like_for_like"),
    [
        ((20, 30), {20: "30", 10: "30"}, 0),  # a place dissolved into one that was there and a new one
        ((91, 92, 93), {1: "91 92", 2: "92 93"}, -1),  # merges that share a place
        ((50, 60), {50: "40", 60: "40"}, 0),  # left from an older split: nothing is replaced
    ],
)
def test_every_tie_of_lineage_makes_one_unit(before: tuple[int, ...], now: dict[int, str], like_for_like: int) -> None:
    answers = "index_round | place_id | replaces | answers\n" + "".join(f"13 | {place} | | {WORST}\n" for place in before)
    answers += "".join(f"15 | {place} | {replaced} | {WORST}\n" for place, replaced in now.items())
    built = indexworld.build(indexworld.scoring(answers))
    row = next(r for r in national(built["return_index_change"]).to_pylist() if r["index_measure"] == "severe_locations")
    assert (row["like_for_like"], row["newly_assessed"], row["no_longer_assessed"]) == (like_for_like, 0, 0)
