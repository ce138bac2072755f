"""Weights estimated from returns: every rule on small data, and runs of the simulation whose truth is drawn anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.outliers_influence import variance_inflation_factor

from expectations.index_model_file import from_document, shipped
from tests.fixtures import index_truth
from transforms.index_model import coding
from transforms.index_model.coding import EstimationError, Term
from transforms.index_model.design_check import design_check
from transforms.index_model.fit import fit
from transforms.index_model.fit_report import fit_report
from transforms.index_model.fit_result import NOT_A_REPLICATION, Fit, FitOptions
from transforms.index_model.level_groups import level_groups
from transforms.index_model.level_weights import monotone

RI, DI = shipped()["ri-illustrative"], shipped()["di-illustrative"]
OPTIONS = FitOptions(model_id="ri-fitted", version="1.0.0", date="2026-11-22", data_name="simulated")
WATER = next(own for own in RI.indicators if own.id == "water_sufficiency")


@pytest.fixture(scope="module")
def drawn() -> pd.DataFrame:
    """Locations with returns, by the shipped weights."""
    generator = index_truth.new_generator()
    truth = index_truth.illustrative()
    return index_truth.returns(truth, index_truth.answers(truth, generator, 700), generator)


def made(frame: pd.DataFrame, **options: object) -> Fit:
    return fit(frame, RI, replace(OPTIONS, **options))


def levels(found: Fit, indicator: str) -> pd.DataFrame:
    return found.levels[found.levels["indicator"] == indicator].set_index("level")


def refused(frame: pd.DataFrame, **options: object) -> str:
    with pytest.raises(EstimationError) as error:
        made(frame, **options)
    return str(error.value)


# --- weights never fall --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "precision", "expected"),
    [
        ((0.4, 0.3, 0.9), (25, 25, 100), (0.35, 0.35, 0.9)),
        ((0.4, 0.3, 0.9), (100, 25, 25), (0.38, 0.38, 0.9)),
        ((-0.2, 0.1), (1, 1), (0, 0.1)),
        ((0.3, -0.5), (1, 1), (0, 0)),
        ((0.5, 0.2, 0.1), (1, 1, 1), (0.8 / 3, 0.8 / 3, 0.8 / 3)),
    ],
)
def test_weights_are_averaged_until_they_rise_and_then_cut_at_0(raw: tuple, precision: tuple, expected: tuple) -> None:
    found, _ = monotone(np.array(raw, dtype=float), np.array(precision, dtype=float))
    np.testing.assert_allclose(found, expected, atol=1e-12)


# --- coding --------------------------------------------------------------------------------------


def test_answers_become_dummy_columns() -> None:
    frame = pd.DataFrame({"place_id": ["a", "b", "c", "d"], "water_sufficiency": ["L0", "L3", None, "not_applicable"]})
    coded = coding.answers(frame, [WATER])
    assert coded.positions[:, 0].tolist() == [0, 3, coding.UNANSWERED, coding.DOES_NOT_APPLY]
    assert coded.complete.tolist() == [True, True, False, False]
    both = Term("water_sufficiency", ("L2", "L3"), (2, 3))
    assert coded.dummies([both])[:, 0].tolist() == [0, 1, 0, 0]
    assert both.name == "water_sufficiency=L2+L3"
    assert [term.name for term in coding.terms([WATER])] == [f"water_sufficiency=L{at}" for at in (1, 2, 3)]


def test_an_unknown_code_is_named_with_its_row(drawn: pd.DataFrame) -> None:
    frame = drawn.assign(water_sufficiency=["bad", *drawn["water_sufficiency"][1:]])
    assert "P00000 answers 'bad' to water_sufficiency" in refused(frame)


def test_a_location_stands_once_in_a_round(drawn: pd.DataFrame) -> None:
    assert "P00003 stands twice" in refused(pd.concat([drawn, drawn.iloc[[3]]]))


# --- rows and outcome ----------------------------------------------------------------------------


def test_rows_that_cannot_be_used_are_counted_by_reason(drawn: pd.DataFrame) -> None:
    frame = drawn.astype({"baseline_households": float}).copy()
    frame.loc[0, "returnee_households"] = np.nan
    frame.loc[[1, 2], "baseline_households"] = [0.0, np.nan]
    frame.loc[3, "returnee_households"] = frame.loc[3, "baseline_households"] + 1
    frame.loc[[4, 5, 6], "mines_concern"] = None
    found = made(frame)
    assert list(found.outcome.dropped.values()) == [1, 2]
    assert found.outcome.clipped == 1
    (regression,) = found.regressions
    assert regression.dropped == {"an indicator is unanswered": 3}
    assert regression.rows == len(frame) - 6


def test_any_return_needs_places_without_return(drawn: pd.DataFrame) -> None:
    said = refused(drawn.assign(returnee_households=5), outcome="any")
    assert "1 everywhere" in said
    assert "add places without return" in said


def test_any_return_is_said_to_be_weak(drawn: pd.DataFrame) -> None:
    households = np.where(drawn["returnee_households"] / drawn["baseline_households"] > 0.5, 3, 0)
    found = made(drawn.assign(returnee_households=households), outcome="any", min_level_n=1)
    assert any("outcome 'any'" in warning for warning in found.warnings)


def test_the_displacement_index_has_no_regression_behind_it(drawn: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="name an outcome explicitly"):
        fit(drawn, DI, OPTIONS)


def test_a_displacement_model_is_fitted_to_a_given_outcome() -> None:
    generator = index_truth.new_generator()
    truth = index_truth.scaled(DI)
    frame = index_truth.answers(truth, generator, 800)
    odds = 3 - 0.06 * index_truth.scores(truth, frame)["overall"].to_numpy()
    baseline = generator.integers(50, 400, len(frame))
    frame = frame.assign(baseline_households=baseline, returnee_households=generator.binomial(baseline, 1 / (1 + np.exp(-odds))))
    found = fit(frame, DI, replace(OPTIONS, model_id="di-fitted", outcome_given=True))
    assert from_document(found.document, "it").index.name == "displacement"
    assert set(found.factors) == {scale.id for scale in DI.scales}


# --- levels that few rows answer, or that are separated -------------------------------------------


@pytest.mark.parametrize(
    ("counts", "groups", "other_reference"),
    [
        ((90, 80, 70, 60), [(0,), (1,), (2,), (3,)], False),
        ((90, 80, 70, 5), [(0,), (1,), (2, 3)], False),
        ((90, 5, 70, 60), [(0,), (1, 2), (3,)], False),
        ((90, 5, 6, 60), [(0,), (1, 2, 3)], False),
        ((90, 9, 6, 9), [(0,), (1, 2, 3)], False),
        ((90, 0, 0, 9), [(0, 3)], False),
        ((90, 0, 70, 60), [(0,), (2,), (3,)], False),
        ((9, 80, 70, 60), [(0, 1), (2,), (3,)], True),
        ((9, 8, 70, 60), [(0, 1, 2), (3,)], True),
        ((0, 80, 70, 60), [(0, 1), (2,), (3,)], True),
        ((9, 8, 7, 6), [(0, 1, 2, 3)], True),
    ],
)
def test_sparse_levels_are_pooled(counts: tuple, groups: list, other_reference: bool) -> None:
    found, actions = level_groups(WATER, np.array(counts), 20)
    assert list(found.groups) == groups
    assert found.has_other_reference is other_reference
    assert bool(actions) is (groups != [(at,) for at, count in enumerate(counts) if count])


def test_a_sparse_level_shares_the_weight_of_the_less_severe_one(drawn: pd.DataFrame) -> None:
    worst = drawn.index[drawn["water_sufficiency"] == "L3"]
    frame = drawn.drop(worst[5:])
    found = levels(made(frame), "water_sufficiency")
    assert found.loc["L2", "weight"] == found.loc["L3", "weight"] > 0
    assert found.loc[["L2", "L3"], "evidence"].tolist() == ["pooled", "pooled"]
    assert found.loc["L3", "n_given"] == 5


def test_a_sparse_first_level_is_not_identified(drawn: pd.DataFrame) -> None:
    best = drawn.index[drawn["water_sufficiency"] == "L0"]
    found = made(drawn.drop(best[7:]))
    table = levels(found, "water_sufficiency")
    assert table["evidence"].tolist()[:2] == ["not-identified", "not-identified"]
    assert table["weight"].tolist()[:2] == [0, 0]
    assert any("their weights are not identified" in warning for warning in found.warnings)


def test_a_level_whose_outcomes_are_all_0_is_pooled_in_spite_of_its_small_standard_error(drawn: pd.DataFrame) -> None:
    worst = drawn.index[drawn["residential_destruction"] != "L0"][:313]
    frame = drawn.copy()
    frame.loc[frame["residential_destruction"] == "L3", "residential_destruction"] = "L2"
    frame.loc[worst, "residential_destruction"] = "L3"
    frame.loc[worst, "returnee_households"] = 0
    found = made(frame)
    table = levels(found, "residential_destruction")
    assert table.loc["L3", "n_given"] == 313
    assert table.loc["L2", "weight"] == table.loc["L3", "weight"]
    assert table.loc["L3", "evidence"] == "pooled"
    assert table["coefficient"].abs().max() < 10
    (pooling,) = found.regressions[0].poolings
    assert pooling.levels == ("L3",)
    assert "separation" in pooling.reason


def test_a_coefficient_beyond_10_is_separation(drawn: pd.DataFrame) -> None:
    frame = drawn.astype({"returnee_households": float}).copy()
    worst = frame["residential_destruction"] == "L3"
    frame.loc[worst, "returnee_households"] = frame.loc[worst, "baseline_households"] * 1e-7
    found = made(frame)
    assert levels(found, "residential_destruction").loc["L3", "evidence"] == "pooled"
    assert "beyond ±10" in found.regressions[0].poolings[0].reason


def test_an_indicator_that_decides_the_outcome_is_named(drawn: pd.DataFrame) -> None:
    frame = drawn.copy()
    frame.loc[frame["residential_destruction"] != "L0", "returnee_households"] = 0
    said = "residential_destruction: its answers alone decide the outcome, so no weight can be estimated."
    assert [warning for warning in made(frame).warnings if warning.startswith(said)]


def test_a_level_not_observed_is_interpolated_or_carried(drawn: pd.DataFrame) -> None:
    between = levels(made(drawn[drawn["water_sufficiency"] != "L2"]), "water_sufficiency")
    assert between.loc["L2", "evidence"] == "interpolated"
    expected = between.loc["L1", "weight"] + (0.7 - 0.3) / 0.7 * (between.loc["L3", "weight"] - between.loc["L1", "weight"])
    assert between.loc["L2", "weight"] == pytest.approx(expected)
    beyond = made(drawn[drawn["water_sufficiency"] != "L3"])
    table = levels(beyond, "water_sufficiency")
    assert table.loc["L3", "evidence"] == "carried"
    assert table.loc["L3", "weight"] == table.loc["L2", "weight"]
    assert any("lower limit" in warning for warning in beyond.warnings)


def test_not_applicable_has_a_column_and_no_weight(drawn: pd.DataFrame) -> None:
    frame = drawn.copy()
    frame.loc[:39, "agriculture_recovery"] = "not_applicable"
    found = made(frame)
    estimates = found.regressions[0].estimates
    assert estimates.loc["agriculture_recovery=not_applicable", "n"] == 40
    assert found.regressions[0].rows == len(frame)
    assert "not_applicable" not in set(found.levels["level"])


def test_an_indicator_that_nobody_answers_otherwise_stays_with_weight_0(drawn: pd.DataFrame) -> None:
    found = made(drawn.assign(mines_concern="L0"))
    assert levels(found, "mines_concern")["weight"].tolist() == [0, 0, 0]
    assert any(warning.startswith("mines_concern: all its weights are 0") for warning in found.warnings)


# --- what stops a fit -----------------------------------------------------------------------------


def test_columns_that_cannot_be_told_apart_are_named(drawn: pd.DataFrame) -> None:
    said = refused(drawn.assign(agriculture_recovery=drawn["employment_access"]))
    assert "cannot tell these columns apart (rank 37 of 39)" in said
    assert all(f"{own}={level}" in said for own in ("agriculture_recovery", "employment_access") for level in ("L1", "L2"))
    assert "mines_concern" not in said


def test_too_few_rows_are_refused(drawn: pd.DataFrame) -> None:
    assert "38 usable rows for" in refused(drawn.head(38), min_level_n=1)


def test_a_scale_whose_answers_go_with_more_returns_is_refused(drawn: pd.DataFrame) -> None:
    frame = drawn.assign(returnee_households=drawn["baseline_households"] - drawn["returnee_households"])
    assert "goes with fewer returns" in refused(frame)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"design": "both"}, "neither joint nor per_scale"),
        ({"outcome": "none"}, "none of share, any"),
        ({"min_level_n": 0}, "from 1 on"),
        ({"bootstrap": 10}, "a seed"),
        ({"controls": ("camp",)}, "none of governorate, location_type"),
        ({"controls": ("governorate",)}, "no column governorate"),
        ({"cluster_by_district": True}, "no column district"),
        ({"version": "one"}, "three numbers"),
    ],
)
def test_options_that_do_not_fit_are_refused(drawn: pd.DataFrame, options: dict, said: str) -> None:
    assert said in refused(drawn, **options)


# --- diagnostics and document ---------------------------------------------------------------------


def test_variance_inflation_is_that_of_the_library() -> None:
    generator = index_truth.new_generator()
    matrix = np.column_stack([np.ones(300), generator.standard_normal((300, 4))])
    matrix[:, 2] += matrix[:, 1]
    found = design_check(matrix, ["const", "a", "b", "c", "d"], 5)
    np.testing.assert_allclose(found.vif, [variance_inflation_factor(matrix, at) for at in range(1, 5)])


def test_controls_and_clusters_and_bootstrap_are_reported(drawn: pd.DataFrame) -> None:
    at = np.arange(len(drawn))
    frame = drawn.assign(
        district=np.char.add("D", (at % 35).astype(str)).astype(object),
        governorate=np.where(at % 3 == 0, "Anbar", "Ninewa").astype(object),
        location_type=np.where(at % 2 == 0, "urban", "rural").astype(object),
    )
    chosen = {"controls": ("governorate", "location_type"), "cluster_by_district": True, "bootstrap": 3, "seed": 11}
    found = made(frame, **chosen)
    assert found.regressions[0].covariance == "clustered by district (35)"
    assert "governorate=Anbar" in found.regressions[0].estimates.index
    assert found.bootstrap is not None
    assert found.bootstrap.draws == 3
    assert (found.levels["p05"] <= found.levels["p95"]).all()
    pd.testing.assert_frame_equal(found.levels, made(frame, **chosen).levels)
    few = made(frame.assign(district=np.char.add("D", (at % 29).astype(str)).astype(object)), cluster_by_district=True)
    assert few.regressions[0].covariance == "HC1"
    assert any("fewer than 30 districts" in warning for warning in few.warnings)


def test_a_governorate_without_any_return_tells_nothing(drawn: pd.DataFrame) -> None:
    frame = drawn.assign(governorate=["Basrah"] * 30 + ["Anbar"] * (len(drawn) - 30))
    frame.loc[:29, "returnee_households"] = 0
    found = made(frame, controls=("governorate",))
    assert found.regressions[0].dropped == {"governorate=Basrah: all outcomes are 0, or all are 1": 30}


def test_the_document_is_a_valid_model_that_names_its_origin(drawn: pd.DataFrame) -> None:
    found = made(drawn)
    model = from_document(found.document, "it")
    assert (model.id, model.version, model.status, model.warnings) == ("ri-fitted", "1.0.0", "fitted", ())
    for scale in model.scales:
        assert sum(own.maximum for own in model.of(scale.id)) == pytest.approx(100, abs=1e-9)
    assert model.categories == RI.categories
    assert model.hotspot == RI.hotspot
    provenance = found.document["provenance"]
    assert NOT_A_REPLICATION in provenance["note"]
    assert (provenance["data"], provenance["date"]) == ("simulated", "2026-11-22")
    assert RI.document["status"] == "illustrative"


def test_the_report_says_what_people_must_know(drawn: pd.DataFrame) -> None:
    report = fit_report(made(drawn, design="per_scale"))
    for words in (
        NOT_A_REPLICATION,
        "Not IOM's published index: fitted model",
        "Condition number",
        "pseudo-R²",
        "absorb each other's effect",
    ):
        assert words in report
    assert report.count("## The regression on") == 2


# --- the truth is recovered -----------------------------------------------------------------------


@pytest.mark.parametrize(("design", "rank", "groups"), [("joint", 0.90, 0.90), ("per_scale", 0.75, 0.82)])
def test_a_truth_drawn_at_random_is_recovered(design: str, rank: float, groups: float) -> None:
    generator = index_truth.new_generator()
    truth = index_truth.random_truth(generator)
    frame = index_truth.returns(truth, index_truth.answers(truth, generator), generator)
    found = index_truth.agreement(
        truth, replace(truth, weights=index_truth.weights_of(made(frame, design=design).document)), frame
    )
    guess = index_truth.agreement(truth, index_truth.equal(truth), frame)
    assert found.rank >= rank
    assert found.groups >= groups
    if design == "joint":
        assert found.rank > guess.rank
        assert found.groups > guess.groups
