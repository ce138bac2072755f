"""Scores, categories, parts and aggregates of the Return Index: the worked example, and every edge case of a score."""

from __future__ import annotations

import copy

import pytest

from expectations.index_model import IndexModel
from expectations.index_model_file import from_document, shipped
from tests import indexworld, world
from tests.ascii import check

LISTS = """
list | population | round
a    | returnee   | 125
"""
PLACES = """
list | place_id | households
a    | 1        | 120
a    | 2        | 400
a    | 3        | 90
a    | 9        | 10
"""
ANSWERS = """
index_round | place_id | subdistrict | answers
15          | 1        | Markaz      | 1 1 0 1 1 0 1 0  0 1 0 0 1 0 1 1
15          | 2        | Markaz      | 2 2 2 n 3 1 2 1  3 2 1 1 2 0 1 2
15          | 3        | Markaz      | 3 1 - 2 2 1 0 2  2 0 0 - 1 1 2 1
"""


def near(value: float) -> object:
    return pytest.approx(value, abs=1e-6)


@pytest.fixture(scope="module")
def built() -> dict:
    return indexworld.build(indexworld.scoring(ANSWERS), lists=world.clean(LISTS, PLACES))


def place(built: dict, place_id: str, index: str = "return") -> dict:
    return next(row for row in built[f"{index}_index"].to_pylist() if row["place_id"] == place_id)


def changed(model: str = "ri-illustrative", **parts: object) -> IndexModel:
    """A shipped model with some top-level parts replaced."""
    return from_document({**copy.deepcopy(shipped()[model].document), **parts}, "changed.json")


def one(answers: str, model: IndexModel | str = "ri-illustrative", index: str = "return") -> dict:
    """The scored row of one location without any list."""
    text = f"index_round | round | place_id | answers\n16 | 111 | 1 | {answers}"
    return place(indexworld.build(indexworld.scoring(text, model)), "1", index)


def test_the_worked_example(built: dict) -> None:
    wanted = {
        "1": (28.0, 17.8, 22.9, "low"),
        "2": (78.409091, 65.2, 71.804545, "high"),
        "3": (68.636364, 40.0, 54.318182, "high"),
    }
    for place_id, (s1, s2, overall, category) in wanted.items():
        row = place(built, place_id)
        assert (row["s1"], row["s2"], row["overall"]) == (near(s1), near(s2), near(overall))
        assert row["category"] == category and row["severe"] == (category == "high")
    assert [place(built, p)["s1_category"] for p in "123"] == ["medium", "very_high", "high"]
    assert [place(built, p)["s2_category"] for p in "123"] == ["low", "high", "medium"]
    c = place(built, "3")
    assert (c["s1_min"], c["s1_max"]) == (near(60.4), near(72.4))
    assert (c["s2_min"], c["s2_max"]) == (near(36.8), near(44.8))
    assert (c["overall_min"], c["overall_max"]) == (near(48.6), near(58.6))
    assert (c["s1_answered"], c["s1_applicable"]) == (7, 8)


def test_the_largest_parts_of_the_worked_example(built: dict) -> None:
    def parts(place_id: str) -> list[tuple[str, float]]:
        own = [row for row in built["return_index_contribution"].to_pylist() if row["place_id"] == place_id]
        return sorted(((row["indicator"], row["points"]) for row in own), key=lambda pair: -pair[1])

    assert parts("2")[:5] == [
        ("community_reconciliation", near(10.0)), ("employment_access", near(9.090909)), ("residential_destruction", near(7.159091)),
        ("electricity_sufficiency", near(6.818182)), ("government_services", near(5.681818)),
    ]  # fmt: skip
    assert parts("3")[:3] == [
        ("residential_destruction", near(10.227273)), ("community_reconciliation", near(7.608696)), ("agriculture_recovery", near(6.818182)),
    ]  # fmt: skip
    assert parts("1")[:3] == [
        ("employment_access", near(4.0)),
        ("agriculture_recovery", near(3.0)),
        ("residential_destruction", near(2.7)),
    ]
    for place_id in "123":
        assert sum(points for _, points in parts(place_id)) == pytest.approx(place(built, place_id)["overall"], abs=1e-9)
        row = place(built, place_id)
        assert (row["top_1"], row["top_1_points"]) == parts(place_id)[0]


def test_the_sub_district_of_the_worked_example(built: dict) -> None:
    row = next(
        row for row in built["return_index_summary"].to_pylist() if row["area_level"] == "subdistrict" and row["subdistrict"]
    )
    assert (row["returnees"], row["high_returnees"], row["low_returnees"], row["locations"]) == (3660, 2940, 720, 3)
    assert row["severe_share"] == near(0.80327869)
    assert [row[f"{s}_weighted_mean"] for s in ("s1", "s2", "overall")] == [near(67.050671), near(52.157377), near(59.604024)]
    assert [row[f"{s}_mean"] for s in ("s1", "s2", "overall")] == [near(58.348485), near(41.0), near(49.674242)]
    spot = built["return_index_hotspot"].to_pylist()[0]
    assert (spot["hotspot_status"], spot["hotspot_rules"]) == ("hotspot", "a:s1;a:s2")


def test_an_unassessed_location_is_shown_and_never_in_the_denominator(built: dict) -> None:
    row = place(built, "9")
    assert (row["assessed"], row["overall"], row["reason"], row["returnees"]) == (False, None, "not_assessed", 60)
    country = next(row for row in built["return_index_summary"].to_pylist() if row["area_level"] == "national")
    assert (country["returnees"], country["not_assessed_returnees"], country["not_assessed_locations"]) == (3660, 60, 1)
    assert country["assessed_share"] == near(3660 / 3720)


@pytest.mark.parametrize(
    ("scale_1", "answered", "applicable", "reason", "low", "high"),
    [
        ("1 2 - n - 1 - 1", 4, 7, "too_few_answered", 35.681818, 74.318182),
        ("1 2 - - - 1 0 1", 5, 8, "too_few_answered", 31.4, 67.4),
    ],
)
def test_too_few_answers_give_no_score_but_bounds(
    scale_1: str, answered: int, applicable: int, reason: str, low: float, high: float
) -> None:
    row = one(f"{scale_1} 0 0 0 0 0 0 0 0")
    assert (row["s1"], row["s1_answered"], row["s1_applicable"], row["s1_reason"]) == (None, answered, applicable, reason)
    assert (row["s1_min"], row["s1_max"]) == (near(low), near(high))
    assert (row["overall"], row["category"], row["reason"], row["severe"]) == (None, None, "scale_missing:s1", None)
    assert row["s2"] == 0


def test_six_of_eight_answers_are_enough() -> None:
    row = one("1 2 - - 1 1 0 1 0 0 0 0 0 0 0 0")
    assert row["s1"] is not None and row["s1_answered"] == 6


def test_all_met_and_all_worst() -> None:
    best = one("0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0")
    worst = one("3 2 3 2 3 2 2 2 3 2 2 2 3 2 2 3")
    assert (best["s1"], best["s2"], best["overall"], best["category"], best["top_1"]) == (0, 0, 0, "low", None)
    assert (worst["s1"], worst["s2"], worst["overall"], worst["category"]) == (100, 100, near(100), "very_high")


def test_without_any_answer_both_scales_are_missing() -> None:
    row = one("- - - - - - - - - - - - - - - -")
    assert row["reason"] == "scale_missing:s1;scale_missing:s2"
    assert (row["overall_min"], row["overall_max"]) == (0, near(100))


def test_too_few_indicators_that_apply() -> None:
    document = copy.deepcopy(shipped()["ri-illustrative"].document)
    for indicator in document["indicators"]:
        indicator["allow_not_applicable"] = True
    row = one("1 1 1 n n n n n 0 0 0 0 0 0 0 0", from_document(document, "x.json"))
    assert (row["s1"], row["s1_reason"], row["s1_applicable"]) == (None, "too_few_applicable", 3)
    nothing = one("n n n n n n n n 0 0 0 0 0 0 0 0", from_document(document, "x.json"))
    assert (nothing["s1_min"], nothing["s1_max"]) == (None, None)


def test_answers_that_weigh_nothing_give_no_score() -> None:
    document = copy.deepcopy(shipped()["ri-illustrative"].document)
    for indicator in document["indicators"][:7]:
        for level in indicator["levels"]:
            level["weight"] = 0
    document["normalisation"] = {"min_answered_share": 0.5, "min_applicable_indicators": 4}
    row = one("1 1 1 1 1 1 1 - 0 0 0 0 0 0 0 0", from_document(document, "x.json"))
    assert (row["s1"], row["s1_reason"]) == (None, "zero_weight")


def test_a_bound_belongs_to_the_category_above_it_whatever_the_rounding() -> None:
    assert one("0 0 0 0 0 0 0 0 2 0 0 - 1 1 2 1")["s2"] == pytest.approx(40.0, abs=1e-9)
    bounds = {
        "order": ["low", "medium", "high", "very_high"],
        "report_groups": {"low": ["low"], "medium": ["medium"], "high": ["high", "very_high"]},
    }
    for bound, category in ((40.0, "medium"), (40.0 + 1e-12, "medium"), (40.1, "low")):
        model = changed(
            categories={**bounds, "lower_bounds": {"s1": [25, 50, 75], "s2": [bound, 50, 75], "overall": [25, 50, 75]}}
        )
        assert one("0 0 0 0 0 0 0 0 2 0 0 - 1 1 2 1", model)["s2_category"] == category


@pytest.mark.parametrize(
    ("combination", "overall"),
    [
        ({"rule": "mean"}, 71.804545),
        ({"rule": "weighted_mean", "weights": {"s1": 3, "s2": 1}}, (3 * 78.409091 + 65.2) / 4),
        ({"rule": "max"}, 78.409091),
        ({"rule": "pooled"}, 100 * (69.0 + 65.2) / 188),
    ],
)
def test_every_combination_gives_points_that_sum_to_it(combination: dict, overall: float) -> None:
    text = "index_round | round | place_id | answers\n16 | 111 | 1 | 2 2 2 n 3 1 2 1  3 2 1 1 2 0 1 2"
    built = indexworld.build(indexworld.scoring(text, changed(combination=combination)))
    row = place(built, "1")
    assert row["overall"] == near(overall)
    assert sum(part["points"] for part in built["return_index_contribution"].to_pylist()) == pytest.approx(
        row["overall"], abs=1e-9
    )
    gain = sum(
        part["points_to_gain"] for part in built["return_index_contribution"].to_pylist() if part["answer_status"] == "answered"
    )
    assert row["overall"] + gain == pytest.approx(100, abs=1e-9)


def test_a_scale_without_weight_in_the_mean_is_not_needed() -> None:
    row = one("1 2 - - - 1 0 1 2 0 0 0 1 1 2 1", changed(combination={"rule": "weighted_mean", "weights": {"s1": 0, "s2": 1}}))
    assert row["overall"] == pytest.approx(row["s2"], abs=1e-9) and row["reason"] is None
    assert one("1 2 - - - 1 0 1 2 0 0 0 1 1 2 1", changed(combination={"rule": "max"}))["reason"] == "scale_missing:s1"


def test_two_models_show_the_same_answers_side_by_side() -> None:
    built = indexworld.build(
        indexworld.scoring(ANSWERS), indexworld.scoring(ANSWERS, "ri-illustrative-equal"), lists=world.clean(LISTS, PLACES)
    )
    assert built["return_index"].num_rows == 2 * 4
    check(
        built["index_run"],
        """
        index_name | index_round | round | index_round_basis | model_id               | model_status | baseline
        return     | 15          | 125   | published         | ri-illustrative        | illustrative | revised
        return     | 15          | 125   | published         | ri-illustrative-equal  | illustrative | revised
        """,
    )


def test_answers_given_again_take_the_place_of_the_first_under_every_model() -> None:
    later = "index_round | place_id | answers\n15 | 1 | 3 2 3 2 3 2 2 2 3 2 2 2 3 2 2 3"
    built = indexworld.build(
        indexworld.scoring(ANSWERS),
        indexworld.scoring(ANSWERS, "ri-illustrative-equal"),
        indexworld.scoring(later),
        lists=world.clean(LISTS, PLACES),
    )
    check(
        built["return_index_summary"].filter(
            [row["area_level"] == "national" for row in built["return_index_summary"].to_pylist()]
        ),
        """
        model_id              | locations | high_locations | high_returnees
        ri-illustrative       | 1         | 1              | 720
        ri-illustrative-equal | 1         | 1              | 720
        """,
    )


def test_a_round_taken_back_is_gone() -> None:
    withdrawal = indexworld.Withdrawal("return", 15)
    built = indexworld.build(indexworld.scoring(ANSWERS), withdrawal, lists=world.clean(LISTS, PLACES))
    assert built["return_index"].num_rows == built["index_run"].num_rows == 0


def test_an_override_is_recorded_where_it_was_needed() -> None:
    text = "index_round | round | place_id | answers\n2 | 105 | 1 | 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n3 | 107 | 1 | 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"
    built = indexworld.build(indexworld.scoring(text, override="a trial"))
    check(built["index_run"], "index_round | override_reason | baseline\n2 | a trial | original\n3 | | revised")
    assert built["return_index_change"].num_rows == 0, "rounds of two baselines are never compared"
