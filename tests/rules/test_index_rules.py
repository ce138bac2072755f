"""One negative test per rule on the indices: spoil one thing of a valid world and find that rule; and random valid worlds."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from expectations.index_model import IndexModel
from expectations.index_model_file import from_document, shipped
from expectations.rules import INDEX_RULES
from tests import indexworld, world
from tests.rules.test_table_rules import blocked, changed

RETURNS = """
index_round | place_id | subdistrict | answers
13          | 1        | Markaz      | 1 1 0 1 1 0 1 0  0 1 0 0 1 0 1 1
13          | 2        | Markaz      | 2 2 2 n 3 1 2 1  3 2 1 1 2 0 1 2
15          | 1        | Markaz      | 2 2 2 2 2 1 1 0  2 1 1 1 2 0 1 3
15          | 2        | Markaz      | 2 2 - n 2 1 2 1  1 2 1 1 2 0 1 2
"""
DISPLACED = """
index_round | round | place_id | answers
2           | 123   | 3        | 1203 012 435- 102 543
3           | 125   | 3        | 1203 012 4354 102 543
"""
NO_RETURN = [{"index_round": 15, "place_id": "77", "no_return_kind": "no_return_recorded", "source_sheet": "", "source_row": 2}]


@pytest.fixture(scope="module")
def valid() -> dict[str, pa.Table]:
    lists = world.clean(
        "list | population | round\n a | returnee | 123\n b | returnee | 125\n c | idp | 123\n d | idp | 125",
        "list | place_id | households\n a | 1 | 120\n a | 2 | 400\n b | 1 | 150\n b | 2 | 420\n b | 4 | 20\n c | 3 | 30\n d | 3 | 40",
    )
    gone = indexworld.Listed(
        "place_of_no_return", indexworld.table("received_place_of_no_return", NO_RETURN), indexworld.SHA, "gone.csv"
    )
    return indexworld.build(indexworld.scoring(RETURNS), indexworld.scoring(DISPLACED, "di-illustrative"), gone, lists=lists)


def _points(column: str) -> Callable[[pa.Table], pa.Table]:
    """The first known number of a column, a little larger."""

    def spoil(table: pa.Table) -> pa.Table:
        rows = table.to_pylist()
        next(row for row in rows if row[column] is not None)[column] += 1e-6
        return pa.Table.from_pylist(rows, schema=table.schema)

    return spoil


def _one_more(column: str, **where: object) -> Callable[[pa.Table], pa.Table]:
    return lambda table: changed(table, column, lambda value: value + 1, **where)


SPOILT: dict[str, tuple[str, Callable[[pa.Table], pa.Table]]] = {
    "return_index_complete": (
        "return_index_contribution",
        lambda t: changed(t, "weight", None, place_id="1", index_round=13, indicator="mines_concern"),
    ),
    "displacement_index_complete": (
        "displacement_index_contribution",
        lambda t: changed(t, "weight", None, index_round=2, indicator="water"),
    ),
    "return_index_scores": ("return_index", lambda t: changed(t, "s1_min", 99.0, place_id="1", index_round=13)),
    "displacement_index_scores": ("displacement_index", lambda t: changed(t, "housing_reason", "zero_weight", index_round=2)),
    "return_index_points": ("return_index_contribution", _points("points")),
    "displacement_index_points": ("displacement_index_contribution", _points("points")),
    "return_index_adds_up": (
        "return_index_summary",
        _one_more("medium_returnees", index_round=13, area_level="subdistrict", area="Ninewa > Mosul > Markaz"),
    ),
    "displacement_index_adds_up": ("displacement_index_summary", _one_more("locations", index_round=2, area_level="governorate")),
    "return_index_change_closes": (
        "return_index_change",
        _one_more("newly_assessed", area_level="district", index_measure="locations"),
    ),
    "displacement_index_change_closes": (
        "displacement_index_change",
        _one_more("like_for_like", area_level="national", index_measure="idps"),
    ),
    "return_index_drivers_close": ("return_index_driver", _points("driver_points")),
    "displacement_index_drivers_close": ("displacement_index_driver", _points("driver_points")),
    "no_return_not_assessed": ("place_of_no_return", lambda t: changed(t, "place_id", "1", place_id="77")),
}


def test_every_rule_has_its_negative_test() -> None:
    assert set(SPOILT) == {rule.id for rule in INDEX_RULES}


def test_a_valid_world_breaks_no_rule(valid: dict[str, pa.Table]) -> None:
    assert blocked(valid) == set()
    assert all(
        valid[f"{index}_index_{table}"].num_rows
        for index in ("return", "displacement")
        for table in ("change", "driver", "transition")
    )


@pytest.mark.parametrize("rule", sorted(SPOILT))
def test_rule(rule: str, valid: dict[str, pa.Table]) -> None:
    table, spoil = SPOILT[rule]
    assert blocked({**valid, table: spoil(valid[table])}) == {rule}


def _random_model(draw: np.random.Generator, model: str = "ri-illustrative") -> IndexModel:
    """An illustrative model with weights, shares and a combination drawn anew."""
    document = copy.deepcopy(shipped()[model].document)
    for indicator in document["indicators"]:
        indicator["allow_not_applicable"] = bool(draw.random() < 0.3)
        weights = np.sort(draw.uniform(0, 30, len(indicator["levels"]) - 1))
        for level, weight in zip(indicator["levels"][1:], weights, strict=True):
            level["weight"] = float(weight) if draw.random() < 0.9 else level["weight"]
        for before, level in zip(indicator["levels"], indicator["levels"][1:], strict=False):
            level["weight"] = max(level["weight"], before["weight"])
    rule = str(draw.choice(["mean", "weighted_mean", "max", "pooled"]))
    scales = [scale["id"] for scale in document["scales"]]
    weights = (
        {"weights": {scale: float(draw.integers(at == 0, 3)) for at, scale in enumerate(scales)}}
        if rule == "weighted_mean"
        else {}
    )
    document["combination"] = {"rule": rule, **weights}
    document["normalisation"] = {
        "min_answered_share": float(draw.uniform(0.2, 1)),
        "min_applicable_indicators": int(draw.integers(1, 4)),
    }
    if document["hotspot"]:
        document["hotspot"]["aggregation"] = str(draw.choice(["returnee_weighted_mean", "mean", "majority_of_returnees"]))
    return from_document(document, "random.json")


def _random_answers(draw: np.random.Generator, model: IndexModel, index_round: int, places: list[int], before: list[int]) -> str:
    lines = []
    for place in places:
        signs = []
        for indicator in model.indicators:
            other = ["-"] + (["n"] if indicator.allow_not_applicable else [])
            signs.append(str(draw.choice(other)) if draw.random() < 0.2 else str(draw.integers(0, len(indicator.levels))))
        replaced = (
            " ".join(map(str, draw.choice(before, min(2, len(before)), replace=False))) if before and draw.random() < 0.15 else ""
        )
        unit = draw.choice(["Markaz", "Other", ""])
        lines.append(f"{index_round} | {place} | {unit} | {replaced} | {' '.join(signs)}")
    return "\n".join(lines)


@pytest.mark.parametrize("trial", range(6))
def test_random_worlds_break_no_rule(trial: int) -> None:
    """Random weights, combinations, missing answers, lineage and households: every identity holds. The seed is told on failure."""
    seed = np.random.SeedSequence().entropy
    draw = np.random.default_rng(seed)
    model = _random_model(draw)
    rounds = {13: 123, 15: 125}
    assessed = {r: sorted(draw.choice(range(1, 25), int(draw.integers(5, 20)), replace=False).tolist()) for r in rounds}
    answers = "index_round | place_id | subdistrict | replaces | answers\n"
    answers += (
        _random_answers(draw, model, 13, assessed[13], []) + "\n" + _random_answers(draw, model, 15, assessed[15], assessed[13])
    )
    listed = {r: sorted(draw.choice(range(1, 25), 18, replace=False).tolist()) for r in rounds}
    places = "list | place_id | households\n" + "".join(
        f"{r} | {p} | {draw.integers(1, 5000)}\n" for r, own in listed.items() for p in own
    )
    lists = world.clean("list | population | round\n 13 | returnee | 123\n 15 | returnee | 125", places)
    built = indexworld.build(indexworld.scoring(answers, model), lists=lists)
    assert blocked(built) == set(), f"seed {seed}"
    assert sum(row["assessed"] for row in built["return_index"].to_pylist()) == sum(map(len, assessed.values())), f"seed {seed}"


@pytest.mark.parametrize("model", ["ri-illustrative", "di-illustrative"])
def test_all_worst_is_100_with_any_weights(model: str) -> None:
    """Weights of many digits: no score passes 100 by the last of them. The seed is told on failure."""
    seed = np.random.SeedSequence().entropy
    draw = np.random.default_rng(seed)
    for _ in range(3):
        own = _random_model(draw, model)
        signs = " ".join(str(len(i.levels) - 1) for i in own.indicators)
        built = indexworld.build(indexworld.scoring(f"index_round | round | place_id | answers\n5 | 111 | 1 | {signs}", own))
        index = own.index.name
        row = built[f"{index}_index"].to_pylist()[0]
        known = [row[scale] for scale in own.index.scales if row[scale] is not None]
        assert max(known) <= 100 and min(known) == pytest.approx(100), f"seed {seed}"
        assert row["overall_max"] <= 100 and (row["overall"] is None or row["overall"] <= 100), f"seed {seed}"
        assert all(part["points"] is None or part["points"] <= 100 for part in built[f"{index}_index_contribution"].to_pylist())
