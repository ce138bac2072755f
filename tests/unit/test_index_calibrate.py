"""Numbers of a published index recovered from its scores: exact, rounded, and every case in which they are not identified."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from expectations.index_model import written
from expectations.index_model_file import from_document, parse, shipped
from tests.fixtures import index_truth
from tests.fixtures.index_truth import Truth
from transforms.index_model import coding
from transforms.index_model.calibrate import CalibrateOptions, Calibration, calibrate
from transforms.index_model.calibration_report import calibration_report
from transforms.index_model.coding import EstimationError
from transforms.index_model.combination import combination
from transforms.index_model.cutoffs import CutOffs, cutoffs, roundest
from transforms.index_model.rounding import Rounding, decimals_of
from transforms.index_model.scale_weights import ScaleWeights, recover

UNROUNDED = dict.fromkeys(("s1", "s2", "overall"))
OPTIONS = CalibrateOptions("ri-calibrated", "1.0.0", "2026-11-22", "simulated", UNROUNDED)
DI = shipped()["di-illustrative"]


@pytest.fixture
def generator() -> np.random.Generator:
    return index_truth.new_generator()


@pytest.fixture
def truth(generator: np.random.Generator) -> Truth:
    return index_truth.random_truth(generator)


@pytest.fixture
def dataset(truth: Truth, generator: np.random.Generator) -> pd.DataFrame:
    return index_truth.published(truth, index_truth.answers(truth, generator, 1000))


def made(truth: Truth, frame: pd.DataFrame, **options: object) -> Calibration:
    return calibrate(frame, truth.model, replace(OPTIONS, **options))


def error(truth: Truth, document: dict) -> float:
    """The largest error of a weight of a document, in points."""
    found = index_truth.weights_of(document)
    return max(float(np.abs(found[name] - own).max()) for name, own in truth.weights.items())


def rows_of(found: Calibration, status: str) -> list[tuple[str, str]]:
    table = found.identifiability
    own = table[table["status"].str.startswith(status)]
    return list(zip(own["indicator"], own["level"], strict=True))


def largest_error(truth: Truth, found: Calibration, *but: tuple[str, str]) -> float:
    """The largest error of the identified weights of the table."""
    table = found.identifiability.set_index(["indicator", "level"])["weight"]
    errors = [
        abs(table[own.id, level.code] - weight)
        for own in truth.model.indicators
        for level, weight in zip(own.levels[1:], truth.weights[own.id][1:], strict=True)
        if (own.id, level.code) not in but
    ]
    return max(errors)


def one_scale(truth: Truth, frame: pd.DataFrame, decimals: int | None) -> ScaleWeights:
    own = truth.model.of("s1")
    terms = coding.terms(own)
    return recover("s1", terms, coding.answers(frame, own).dummies(terms), frame["s1"].to_numpy(), Rounding(decimals))


# --- weights -------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [200, 500, 2000])
def test_unrounded_scores_give_the_weights(truth: Truth, generator: np.random.Generator, rows: int) -> None:
    found = made(truth, index_truth.published(truth, index_truth.answers(truth, generator, rows)))
    (document,) = found.documents
    assert error(truth, document) <= 1e-6
    assert all(own.residual <= 1e-6 and own.found.rank == 20 for own in found.runs[0].scales.values())
    assert from_document(document, "it").status == "calibrated"
    assert parse(written(document), "it").id == "ri-calibrated"
    assert {level["evidence"] for own in document["indicators"] for level in own["levels"]} == {"recovered"}


def test_the_displacement_index_is_recovered_with_its_five_domains(generator: np.random.Generator) -> None:
    truth = index_truth.scaled(DI)
    frame = index_truth.published(truth, index_truth.answers(truth, generator))
    found = calibrate(frame, DI, CalibrateOptions("di-calibrated", "1.0.0", "2026-11-22", "simulated"))
    (document,) = found.documents
    for own in document["indicators"]:
        expected = [20 * value / len(DI.of(own["scale"])) for value in range(6)]
        np.testing.assert_allclose([level["weight"] for level in own["levels"]], expected, atol=1e-6)
    together = found.runs[0].combination
    assert together is not None
    np.testing.assert_allclose(list(together.coefficients.values()), 0.2, atol=1e-9)
    assert abs(together.constant) < 1e-9
    assert document["combination"] == {"rule": "mean"}
    said = " ".join(found.runs[0].findings)
    assert said.count("in the ratio of the answer values") == 5
    assert said.count("all the same") == 5


@pytest.mark.parametrize(("decimals", "limit"), [(3, 5e-4), (2, 5e-3), (1, 0.05), (0, 0.5)])
def test_rounded_scores_bound_the_weights(truth: Truth, dataset: pd.DataFrame, decimals: int, limit: float) -> None:
    found = one_scale(truth, dataset.round({"s1": decimals}), decimals)
    expected = np.concatenate([truth.weights[own.id][1:] for own in truth.model.of("s1")])
    assert np.abs(found.weights - expected).max() <= limit
    # The solver keeps its conditions to 1e-7.
    assert found.residual <= 0.5 * 10.0**-decimals + 1e-7
    assert ((found.low - 1e-6 <= expected) & (expected <= found.high + 1e-6)).all()
    assert found.is_additive
    assert found.sums_to_100
    assert not found.falling


def test_whole_scores_of_the_shipped_weights_are_recovered_within_half_a_point(generator: np.random.Generator) -> None:
    truth = index_truth.illustrative()
    frame = index_truth.published(truth, index_truth.answers(truth, generator, 800))
    found = one_scale(truth, frame.round({"s1": 0}), 0)
    expected = np.concatenate([truth.weights[own.id][1:] for own in truth.model.of("s1")])
    assert np.abs(found.weights - expected).max() <= 0.5


def test_a_model_of_rounded_scores_says_its_ranges(truth: Truth, generator: np.random.Generator) -> None:
    frame = index_truth.rounded(truth, index_truth.published(truth, index_truth.answers(truth, generator, 400)), 1)
    found = made(truth, frame, decimals={})
    (document,) = found.documents
    assert found.runs[0].roundings["s1"].decimals == 1
    levels = [level for own in document["indicators"] for level in own["levels"][1:]]
    assert {level["evidence"] for level in levels} == {"bounded"}
    ranges = document["provenance"]["weights"]
    assert len(ranges) == len(levels) == 38
    assert all(own["low"] - 1e-6 <= level["weight"] <= own["high"] + 1e-6 for own, level in zip(ranges, levels, strict=True))
    assert document["combination"] == {"rule": "mean"}


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ([1.0, 2.0], 0),
        ([1.5, 2.0], 1),
        ([1.25, 2.125], 3),
        ([1 / 3], None),
        (["12.50", "3"], 2),
        (["40"], 0),
        ([None, "1.5"], 1),
        ([0.1 + 0.2], 1),
    ],
)
def test_decimals_are_read_off_the_scores(values: list, decimals: int | None) -> None:
    assert decimals_of(pd.Series(values)) == decimals


# --- what is not identified -----------------------------------------------------------------------


def test_a_worst_level_that_never_occurs_leaves_the_others_exact(generator: np.random.Generator) -> None:
    truth = index_truth.illustrative()
    frame = index_truth.published(truth, index_truth.answers(truth, generator))
    frame = frame[frame["residential_destruction"] != "L3"]
    found = made(truth, frame)
    own = found.runs[0].scales["s1"]
    assert (own.found.rank, own.columns) == (19, 20)
    assert rows_of(found, "never occurs") == [("residential_destruction", "L3")]
    assert largest_error(truth, found, ("residential_destruction", "L3")) < 1e-9
    (document,) = found.documents
    *_, before, last = document["indicators"][0]["levels"]
    assert (last["weight"], last["evidence"]) == (before["weight"], "not-identified")
    assert "lower limit" in document["provenance"]["weights"][0]["note"]
    # The model's own scores reach 100, so the missing 5.4 points show in all of them.
    assert "1.05708 times the published ones" in found.notes[0]
    assert "that weight is 18" in found.notes[0]
    told = made(truth, frame, reaches_100=True)
    assert error(truth, told.documents[0]) < 1e-9
    assert told.notes == ()


def test_two_indicators_always_answered_alike_give_their_sums(generator: np.random.Generator) -> None:
    truth = index_truth.illustrative()
    frame = index_truth.answers(truth, generator)
    frame = index_truth.published(truth, frame.assign(agriculture_recovery=frame["employment_access"]))
    found = made(truth, frame)
    own = found.runs[0].scales["s1"]
    assert (own.found.rank, own.columns) == (18, 20)
    both = [(name, level) for name in ("employment_access", "agriculture_recovery") for level in ("L1", "L2")]
    assert rows_of(found, "collinear") == both
    assert largest_error(truth, found, *both) < 1e-9
    said = " ".join(found.runs[0].findings)
    assert "employment_access=L2 and agriculture_recovery=L2 cannot be told apart; their sum is 28." in said
    assert "employment_access=L1 and agriculture_recovery=L1 cannot be told apart; their sum is 14." in said
    assert found.documents == ()
    assert "not split by guess" in found.reasons[0]


def test_a_first_level_that_never_occurs_needs_the_fit_without_constant(truth: Truth, dataset: pd.DataFrame) -> None:
    found = made(truth, dataset[dataset["employment_access"] != "L0"])
    own = found.runs[0].scales["s1"]
    assert (own.found.rank, own.columns, own.has_constant) == (19, 19, False)
    assert error(truth, found.documents[0]) < 1e-6
    assert any("recovered without a constant" in sentence for sentence in found.runs[0].findings)


def test_two_first_levels_that_never_occur_leave_a_shift_free(truth: Truth, dataset: pd.DataFrame) -> None:
    frame = dataset[(dataset["employment_access"] != "L0") & (dataset["agriculture_recovery"] != "L0")]
    found = made(truth, frame)
    own = found.runs[0].scales["s1"]
    assert (own.found.rank, own.columns) == (18, 19)
    assert len(rows_of(found, "collinear")) == 4
    assert found.documents == ()


def test_a_weight_that_rests_on_one_row_is_flagged(truth: Truth, dataset: pd.DataFrame) -> None:
    worst = dataset.index[dataset["water_sufficiency"] == "L3"]
    found = made(truth, dataset.drop(worst[1:]))
    table = found.identifiability.set_index(["indicator", "level"])
    assert table.loc[("water_sufficiency", "L3"), ["n", "status", "note"]].tolist() == [1, "identified", "rests on 1 row only"]
    assert error(truth, found.documents[0]) < 1e-6


def test_answers_that_never_differ_are_said(truth: Truth, dataset: pd.DataFrame) -> None:
    frame = pd.concat([dataset.iloc[[0]]] * 40, ignore_index=True).assign(place_id=[str(at) for at in range(1, 41)])
    found = made(truth, frame)
    assert not found.documents
    assert all("cannot be told apart" in reason or "same" in reason for reason in found.reasons) and found.reasons


def test_too_few_complete_rows_are_said(truth: Truth, dataset: pd.DataFrame) -> None:
    found = made(truth, dataset.head(19))
    assert found.documents == ()
    assert any("19 rows" in reason and "at least 20" in reason for reason in found.reasons)


# --- scores of another form -----------------------------------------------------------------------


def accepted(found: Calibration, scale: str = "s1") -> list[str]:
    return [form.name for form in found.runs[0].alternatives[scale].tried if form.is_accepted]


@pytest.mark.parametrize("decimals", [None, 2])
def test_a_logistic_score_is_found_and_not_saved(truth: Truth, dataset: pd.DataFrame, decimals: int | None) -> None:
    dataset = dataset.head(600)
    curved = 100 / (1 + np.exp(-(dataset["s1"] - 50) / 15))
    frame = dataset[["place_id", *(own.id for own in truth.model.of("s1"))]].assign(
        s1=curved if decimals is None else curved.round(2)
    )
    frame = frame.join(dataset[[own.id for own in truth.model.of("s2")]])
    found = made(truth, frame, decimals={"s1": decimals})
    assert found.documents == ()
    assert found.runs[0].scales["s1"].residual > 1
    (name,) = accepted(found)
    assert name.startswith("logistic")
    if decimals is None:
        assert found.runs[0].alternatives["s1"].tried[0].residual < 1e-9


def test_other_forms_are_told_apart(truth: Truth, dataset: pd.DataFrame, generator: np.random.Generator) -> None:
    dataset = dataset.head(600)
    half = np.arange(len(dataset)) % 2 == 0
    other = index_truth.scores(index_truth.random_truth(generator), dataset)
    ids = [own.id for own in truth.model.indicators]
    plain = dataset[["place_id", *ids, "s1"]]
    apart = plain.assign(s1=dataset["s1"].where(half, other["s1"]), governorate=np.where(half, "Anbar", "Ninewa").astype(object))
    assert accepted(made(truth, apart)) == ["weights that differ by governorate"]
    mixed = plain.assign(s1=0.7 * dataset["s1"] + 0.3 * dataset["s2"])
    assert accepted(made(truth, mixed)) == ["joint score: answers of all scales"]
    shifted = made(truth, plain.assign(s1=10 + 0.9 * dataset["s1"]))
    assert "rescaled by minimum and range: a sum of points with an offset" in accepted(shifted)
    assert any("offset of 10" in reason for reason in shifted.reasons)


def test_another_order_of_levels_is_suggested(truth: Truth, dataset: pd.DataFrame) -> None:
    swapped = dataset["water_sufficiency"].map({"L0": "L0", "L1": "L2", "L2": "L1", "L3": "L3"})
    found = made(truth, dataset.assign(water_sufficiency=swapped))
    assert found.documents == ()
    assert any("water_sufficiency in the order its first level, L2, L1, L3" in sentence for sentence in found.runs[0].findings)
    assert "check the order of the answer levels" in found.reasons[0]


def test_a_few_wrong_rows_are_listed(truth: Truth, dataset: pd.DataFrame) -> None:
    frame = dataset.copy()
    frame.loc[[7, 9], "s1"] += [3, -2]
    found = made(truth, frame)
    own = found.runs[0].alternatives["s1"]
    assert own.within == pytest.approx(998 / 1000)
    assert own.largest["place"].tolist()[:2] == ["P00007", "P00009"]
    assert own.largest["residual"].tolist()[:2] == pytest.approx([3, 2])


# --- missing answers, combination, cut-offs --------------------------------------------------------


@pytest.mark.parametrize(("rule", "how"), index_truth.MISSING_RULES.items())
def test_the_rule_for_missing_answers_is_identified(truth: Truth, generator: np.random.Generator, rule: str, how: str) -> None:
    frame = index_truth.with_missing(truth, index_truth.answers(truth, generator), generator, how)
    found = made(truth, frame)
    assert error(truth, found.documents[0]) < 1e-6
    rules = [own for own in found.runs[0].missing if own.kind == "unanswered"]
    assert [own.rule for own in rules] == [rule, rule]
    for own in rules:
        wrong = [residual for name, residual in own.residuals.items() if name != rule]
        assert own.residuals[rule] < 1e-6 < 1 < min(wrong)


def test_the_mean_is_identified_and_other_rules_rejected(truth: Truth, dataset: pd.DataFrame) -> None:
    together = made(truth, dataset).runs[0].combination
    assert together is not None
    assert together.rule == "mean"
    np.testing.assert_allclose([*together.coefficients.values(), together.constant], [0.5, 0.5, 0], atol=1e-9)
    assert together.residuals["mean"] < 1e-9
    assert together.residuals["max"] > 1
    assert together.residuals["root_mean_square"] > 1


def test_other_combinations_are_identified(truth: Truth, dataset: pd.DataFrame) -> None:
    plain = dataset.drop(columns=["category"])
    weighted = made(truth, plain.assign(overall=0.6 * dataset["s1"] + 0.4 * dataset["s2"]))
    assert weighted.documents[0]["combination"]["weights"] == pytest.approx({"s1": 0.6, "s2": 0.4})
    largest = made(truth, plain.assign(overall=dataset[["s1", "s2"]].max(axis=1)))
    assert largest.documents[0]["combination"] == {"rule": "max"}
    squares = made(truth, plain.assign(overall=np.sqrt((dataset["s1"] ** 2 + dataset["s2"] ** 2) / 2)))
    assert squares.documents == ()
    assert "root mean square" in squares.reasons[0]
    other = made(truth, plain.assign(overall=dataset["s1"] ** 2 / 100))
    assert "none of the rules" in other.reasons[0]


def test_pooled_scores_weigh_the_points_of_all_scales(generator: np.random.Generator) -> None:
    truth = index_truth.scaled(DI)
    frame = index_truth.with_missing(truth, index_truth.answers(truth, generator), generator, "renormalise")
    values = np.column_stack([frame[own.id].str[1:].astype(float) for own in DI.indicators])
    found = calibrate(frame.assign(overall=20 * np.nanmean(values, axis=1)), DI, replace(OPTIONS, model_id="di-c", decimals={}))
    (document,) = found.documents
    assert document["combination"] == {"rule": "pooled"}
    maxima = [own["levels"][-1]["weight"] for own in document["indicators"]]
    np.testing.assert_allclose(maxima, maxima[0], rtol=1e-9)


def test_scales_that_are_the_same_leave_the_rule_open() -> None:
    score = np.linspace(0, 100, 50)
    empty = coding.Answers((), np.zeros((50, 0), dtype=int))
    exact = {"s1": Rounding(None), "s2": Rounding(None)}
    found = combination({"s1": score, "s2": score}, score, exact, Rounding(None), empty, None)
    assert found is not None
    assert (found.rule, found.collinear) == ("not identified", True)


def test_cut_offs_lie_in_narrow_brackets(truth: Truth, dataset: pd.DataFrame) -> None:
    found = made(truth, dataset)
    for name, own in found.runs[0].cutoffs.items():
        for bracket, expected in zip(own.brackets, (25, 50, 75), strict=True):
            assert bracket.low < expected <= bracket.high
        assert found.documents[0]["categories"]["lower_bounds"][name] == list(own.bounds)
    assert found.runs[0].cutoffs["overall"].bounds[:2] == (25.0, 50.0)


def test_three_categories_make_a_model_of_three(truth: Truth, generator: np.random.Generator) -> None:
    frame = index_truth.published(truth, index_truth.answers(truth, generator), (25.0, 50.0))
    categories = made(truth, frame).documents[0]["categories"]
    assert categories["order"] == ["low", "medium", "high"]
    assert categories["report_groups"]["high"] == ["high"]
    assert all(len(bounds) == 2 for bounds in categories["lower_bounds"].values())


def brackets(scores: list, categories: list, decimals: int | None = None) -> CutOffs:
    order = ("low", "medium", "high")
    places = np.array([f"P{at}" for at in range(len(scores))], dtype=object)
    found = cutoffs(
        "s1", np.array(scores, dtype=float), np.array(categories, dtype=object), order, Rounding(decimals), places, (25.0, 50.0)
    )
    assert found is not None
    return found


def test_an_overlap_lists_its_rows_the_worst_first() -> None:
    found = brackets([10, 60, 30, 40, 70], ["low", "low", "medium", "medium", "high"])
    assert found.overlaps == (("P1", 60.0, "low"), ("P2", 30.0, "medium"), ("P3", 40.0, "medium"))
    assert found.bounds == ()


def test_rounding_widens_a_bracket_and_an_empty_category_spans() -> None:
    found = brackets([24, 26, 49, 51], ["low", "medium", "medium", "high"], 0)
    assert [(own.low, own.high) for own in found.brackets] == [(23.5, 26.5), (48.5, 51.5)]
    assert found.bounds == (25.0, 50.0)
    empty = brackets([20, 60], ["low", "high"])
    assert empty.empty == ("medium",)
    assert empty.brackets[0].shared_with == ("high",)
    assert 20 < empty.bounds[0] < empty.bounds[1] <= 60
    opened = brackets([20, 40], ["low", "medium"])
    assert opened.brackets[1].is_open
    assert opened.bounds == (30.0, 50.0)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (24.9, 25.1, 25),
        (24.0, 25.0, 25),
        (24.0, 26.5, 25),
        (20.0, 32.0, 26),
        (0.0, 0.4, 0.2),
        (99.2, 100.0, 99.6),
        (50.0, 50.1, 50.1),
    ],
)
def test_the_roundest_number_of_a_bracket(low: float, high: float, expected: float) -> None:
    assert roundest(low, high) == pytest.approx(expected, abs=1e-12)
    assert low < roundest(low, high) <= high


# --- what the columns allow -----------------------------------------------------------------------


def test_only_an_overall_score_gives_points_but_no_model(generator: np.random.Generator) -> None:
    truth = index_truth.scaled(DI)
    frame = index_truth.published(truth, index_truth.answers(truth, generator))
    frame = frame.drop(columns=[scale.id for scale in DI.scales])
    found = calibrate(frame, DI, CalibrateOptions("di-calibrated", "1.0.0", "2026-11-22", "simulated"))
    assert found.documents == ()
    assert "to which scale an answer belongs is not identified" in found.reasons[0]
    assert len(found.identifiability) == 85
    for own in found.identifiability.itertuples():
        value = int(own.level[1])
        assert own.weight == pytest.approx(
            0.2 * 20 * value / len(DI.of(next(i.scale for i in DI.indicators if i.id == own.indicator)))
        )


def test_a_scale_without_scores_gives_no_model(truth: Truth, dataset: pd.DataFrame) -> None:
    found = made(truth, dataset.drop(columns=["s2", "overall"]))
    assert found.documents == ()
    assert any("no score of scale s2" in reason for reason in found.reasons)
    assert set(found.runs[0].scales) == {"s1"}


def test_what_the_data_do_not_tell_is_that_of_the_base_model(truth: Truth, dataset: pd.DataFrame) -> None:
    frame = dataset.drop(columns=["overall", "category", "s1_category", "s2_category"])
    (document,) = made(truth, frame).documents
    assert document["categories"] == truth.model.document["categories"]
    assert document["combination"] == truth.model.document["combination"]
    assert "combination" in document["provenance"]["note"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"category": "severe"}, "category 'severe'"),
        ({"s1": "many"}, "which is no number"),
        ({"index_round": 2.5}, "whole number"),
        ({"place_id": "P1"}, "stands twice"),
    ],
)
def test_values_that_cannot_be_read_are_refused(truth: Truth, dataset: pd.DataFrame, change: dict, said: str) -> None:
    with pytest.raises(EstimationError, match=said):
        made(truth, dataset.assign(**change))


def test_a_dataset_without_scores_is_refused(truth: Truth, dataset: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="has no score"):
        made(truth, dataset.drop(columns=["s1", "s2", "overall"]))


# --- rounds --------------------------------------------------------------------------------------


def test_rounds_that_are_equal_share_one_model(truth: Truth, generator: np.random.Generator) -> None:
    other = index_truth.random_truth(generator)
    parts = [(3, truth, None), (4, truth, None), (5, other, None), (6, other, (30.0, 55.0, 80.0))]
    frame = pd.concat(
        [
            index_truth.published(own, index_truth.answers(own, generator, 800), bounds).assign(index_round=number)
            for number, own, bounds in parts
        ],
        ignore_index=True,
    )
    found = made(truth, frame)
    assert [(own["version"], own["rounds"]) for own in found.documents] == [
        ("1.0.0", {"from": 3, "to": 4}),
        ("1.1.0", {"from": 5, "to": 5}),
        ("1.2.0", {"from": 6, "to": 6}),
    ]
    assert [error(own, document) < 1e-6 for own, document in zip((truth, other, other), found.documents, strict=True)] == [
        True
    ] * 3
    assert found.runs[0].scales["s1"].rows == 1600
    assert sum("weight of" in change for change in found.changes) == 38
    assert any("cut-offs of overall" in change for change in found.changes)
    report = calibration_report(found)
    for words in ("Not IOM's published index: calibrated model", "Round 5", "Rounds 3 to 4", "What changed between rounds"):
        assert words in report


def test_a_round_that_is_no_sum_of_points_has_no_model_and_does_not_spoil_the_others(
    truth: Truth, generator: np.random.Generator
) -> None:
    first = index_truth.published(truth, index_truth.answers(truth, generator, 500)).assign(index_round=3)
    second = index_truth.published(truth, index_truth.answers(truth, generator, 500)).assign(index_round=4)
    curved = 100 / (1 + np.exp(-(second["s1"] - 50) / 15))
    second = second.assign(s1=curved, overall=(curved + second["s2"]) / 2).drop(columns=["s1_category", "category"])
    found = made(truth, pd.concat([first, second], ignore_index=True))
    assert [own["rounds"] for own in found.documents] == [{"from": 3, "to": 3}]
    assert all(reason.startswith("Round 4: ") for reason in found.reasons)
    assert "logistic curve" in calibration_report(found)
