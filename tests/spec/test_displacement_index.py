"""The Displacement Index: five domains, values 0 to 5, people out of camp."""

from __future__ import annotations

import copy

import pytest

from expectations.index_model import IndexModel
from expectations.index_model_file import from_document, shipped
from tests import indexworld, world
from tests.ascii import check

P = "1203 012 435- 102 543"


def model(**parts: object) -> IndexModel:
    return from_document({**copy.deepcopy(shipped()["di-illustrative"].document), **parts}, "x.json")


def scored(answers: str, own: IndexModel | str = "di-illustrative") -> tuple[dict, list[dict]]:
    built = indexworld.build(indexworld.scoring(f"index_round | round | place_id | answers\n3 | 111 | 1 | {answers}", own))
    return built["displacement_index"].to_pylist()[0], built["displacement_index_contribution"].to_pylist()


def test_the_worked_example() -> None:
    row, parts = scored(P)
    assert [row[scale] for scale in ("infrastructure", "safety", "livelihoods", "social", "housing")] == [
        pytest.approx(value, abs=1e-9) for value in (30, 20, 80, 20, 80)
    ]
    assert (row["overall"], row["category"], row["infrastructure_category"], row["housing_category"]) == (
        pytest.approx(46, abs=1e-9),
        "medium",
        "medium",
        "high",
    )
    assert (row["livelihoods_min"], row["livelihoods_max"]) == (pytest.approx(60), pytest.approx(85))
    assert (row["overall_min"], row["overall_max"]) == (pytest.approx(42), pytest.approx(47))
    by_domain = {
        scale: sum(p["points"] for p in parts if p["scale"] == scale)
        for scale in ("infrastructure", "safety", "livelihoods", "social", "housing")
    }
    assert list(by_domain.values()) == [pytest.approx(value, abs=1e-9) for value in (6, 4, 16, 4, 16)]
    points = {p["indicator"]: p["points"] for p in parts}
    assert [points[name] for name in ("employment", "income", "food")] == [
        pytest.approx(v, abs=1e-6) for v in (5.333333, 4, 6.666667)
    ]
    assert [points[name] for name in ("shelter_type", "shelter_condition", "eviction")] == [
        pytest.approx(v, abs=1e-6) for v in (6.666667, 5.333333, 4)
    ]


def test_the_pooled_alternative() -> None:
    row, _ = scored(P, model(combination={"rule": "pooled"}))
    assert (row["overall"], row["category"]) == (pytest.approx(45, abs=1e-9), "medium")


@pytest.mark.parametrize(("value", "overall", "category"), [(0, 0, "low"), (1, 20, "low"), (3, 60, "high"), (5, 100, "high")])
def test_the_same_value_everywhere(value: int, overall: float, category: str) -> None:
    row, _ = scored(str(value) * 17)
    assert (row["overall"], row["category"]) == (pytest.approx(overall, abs=1e-9), category)


def test_two_of_four_answers_are_too_few() -> None:
    row, _ = scored("1203 012 43-- 102 543")
    assert (row["livelihoods"], row["livelihoods_reason"], row["reason"]) == (
        None,
        "too_few_answered",
        "scale_missing:livelihoods",
    )


def test_thirty_is_medium_and_fifty_is_high() -> None:
    assert scored("1203 000 0000 000 000")[0]["infrastructure_category"] == "medium"
    row, _ = scored("2323 000 0000 000 000")
    assert (row["infrastructure"], row["infrastructure_category"]) == (50, "high")


def test_people_in_camps_are_left_out() -> None:
    places = "list | place_id | households\na | 1 | 40\na | 2 | 30\na | 3 | 25"
    cells = "list | place_id | dimension | category | households\na | 2 | shelter | camp | 30\na | 1 | shelter | tent | 40\na | 3 | shelter | camp | 10\na | 3 | shelter | tent | 15"
    answers = f"index_round | round | place_id | answers\n3 | 120 | 1 | {P}\n3 | 120 | 3 | {P}"
    built = indexworld.build(
        indexworld.scoring(answers, "di-illustrative"),
        lists=world.clean("list | population | round\n a | idp | 120", places, cells),
    )
    check(built["displacement_index"], "place_id | assessed | idp_households | idps\n1 | yes | 40 | 240\n3 | yes | 15 | 90")
    assert built["displacement_index_hotspot"].num_rows == 0, "the model has no hotspots"
