"""Model files: every shipped one is valid; every error is one clear sentence with its place in the file."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import pytest

from expectations.index import INDICES, disclaimer
from expectations.index_model import IndexModel
from expectations.index_model_file import ModelError, from_document, parse, shipped


def document(model: str = "ri-illustrative") -> dict:
    return copy.deepcopy(shipped()[model].document)


def refused(spoil: Callable[[dict], object], model: str = "ri-illustrative") -> tuple[str, ...]:
    spoilt = document(model)
    spoil(spoilt)
    with pytest.raises(ModelError) as error:
        from_document(spoilt, "own.json")
    assert str(error.value).startswith("own.json is no valid index model: ")
    assert all(sentence.endswith((".", "}.")) for sentence in error.value.sentences)
    return error.value.sentences


def level(at: int, number: int) -> Callable[[dict], dict]:
    return lambda d: d["indicators"][at]["levels"][number]


@pytest.mark.parametrize("model", shipped().values(), ids=lambda m: m.id)
def test_shipped_models_are_illustrative_and_say_so(model: IndexModel) -> None:
    assert model.status == "illustrative" and "illustrative" in model.title.en
    assert disclaimer(model.status) == "Not IOM's published index: illustrative model"
    assert model.warnings == ()
    assert all(indicator.wording_status == "illustrative" for indicator in model.indicators)
    assert parse(model.to_json(), "again").sha256 == model.sha256


def test_the_shipped_return_index_has_the_published_structure() -> None:
    model = shipped()["ri-illustrative"]
    assert [len(model.of(scale)) for scale in ("s1", "s2")] == [8, 8]
    assert [sum(i.maximum for i in model.of(scale)) for scale in ("s1", "s2")] == [100, 100]
    assert sum(len(i.levels) - 1 for i in model.indicators) == 38
    assert [i.id for i in model.indicators if i.allow_not_applicable] == ["agriculture_recovery"]
    assert {i.maximum for i in shipped()["ri-illustrative-equal"].indicators} == {12.5}


def test_the_shipped_displacement_index_has_seventeen_indicators_in_five_domains() -> None:
    model = shipped()["di-illustrative"]
    assert [len(model.of(scale)) for scale in INDICES["displacement"].scales] == [4, 3, 4, 3, 3]
    assert all([level.weight for level in i.levels] == [0, 1, 2, 3, 4, 5] for i in model.indicators)
    assert model.hotspot is None


def test_what_names_conflict_or_violence_is_sensitive() -> None:
    found = {i.id for m in shipped().values() for i in m.indicators if i.sensitivity == "sensitive"}
    assert {
        "community_reconciliation", "blocked_returns", "multiple_security_actors", "other_actor_checkpoints", "illegal_occupation",
        "violence_concern", "security_incidents",
    } <= found  # fmt: skip


def test_an_indicator_that_nobody_classed_is_sensitive_unless_its_model_says_otherwise() -> None:
    own = document()
    own["indicators"][0]["id"] = "road_access"
    assert from_document(own, "x").indicators[0].sensitivity == "sensitive"
    own["indicators"][0]["sensitivity"] = "public"
    assert from_document(own, "x").indicators[0].sensitivity == "public"
    said = refused(lambda d: d["indicators"][8].update(sensitivity="public"))
    assert said == (
        "indicator community_reconciliation: sensitivity is public, but expectations/codes/index_sensitivity.csv says that it is sensitive.",
    )


WRONG: list[tuple[Callable[[dict], object], str]] = [
    (lambda d: d.update(schema="index-model/2"), "schema is 'index-model/2', expected 'index-model/1'."),
    (lambda d: d.pop("hotspot"), "the file lacks hotspot."),
    (lambda d: d.update(weights=1), "the file has weights, which index-model/1 does not know."),
    (lambda d: d.update(id="own"), "id 'own' begins with neither ri- nor di-"),
    (lambda d: d.update(version="1"), "version is '1', expected three numbers such as 1.0.0."),
    (lambda d: d.update(status="final"), "status is 'final', expected one of illustrative, fitted, calibrated, official."),
    (
        lambda d: d.update(status="official", provenance={"method": "x"}),
        "status is official, but provenance cites no publication",
    ),
    (lambda d: d.update(provenance={}), "provenance has no method"),
    (lambda d: d["rounds"].update({"from": 0}), "rounds.from is 0"),
    (lambda d: d["rounds"].update(to=2), "rounds.to is 2, expected null or an index round not before 3."),
    (lambda d: d["scales"].pop(), "scales are s1; the Return Index has s1, s2, each once."),
    (lambda d: d["scales"][1].update(id="s1"), "scales are s1, s1;"),
    (lambda d: d["indicators"][1].update(id="residential_destruction"), "indicator residential_destruction stands twice."),
    (lambda d: d["indicators"][0].update(id="Road access"), "indicator Road access: its id is no name"),
    (lambda d: d["indicators"][0].update(scale="s3"), "indicator residential_destruction: scale 's3' is none of s1, s2."),
    (lambda d: d.update(indicators=d["indicators"][:8]), "scale s2 has no indicator."),
    (lambda d: d.update(indicators=[]), "indicators is no list with at least one entry."),
    (lambda d: level(0, 1)(d).update(code="L0"), "indicator residential_destruction, level L0 stands twice."),
    (lambda d: level(0, 1)(d).update(code="not_applicable"), "the code not_applicable is taken"),
    (
        lambda d: level(0, 0)(d).update(weight=1),
        "indicator residential_destruction: its first level L0 has the weight 1, expected 0",
    ),
    (lambda d: level(0, 1)(d).update(weight=-1), "level L1: weight is -1, expected a number from 0"),
    (lambda d: level(0, 2)(d).update(weight=5), "indicator residential_destruction: weight falls from 5.4 (L1) to 5 (L2)"),
    (lambda d: level(0, 1)(d).update(weight="5"), "level L1: weight is 5, expected a number"),
    (lambda d: level(0, 1)(d).update(met=0.1), "indicator residential_destruction: met rises from 0.1 (L1) to 0.3 (L2)"),
    (lambda d: level(0, 1)(d).update(met=2), "level L1: met is 2, expected a share"),
    (lambda d: level(0, 1)(d).update(evidence="guess"), "evidence is 'guess'"),
    (
        lambda d: d["indicators"][0].update(levels=d["indicators"][0]["levels"][:1]),
        "indicator residential_destruction has fewer than two answer levels",
    ),
    (lambda d: [lev.update(weight=0) for i in d["indicators"][:8] for lev in i["levels"]], "scale s1: every weight is 0."),
    (
        lambda d: d["categories"]["lower_bounds"].update(s1=[25, 25, 75]),
        "categories.lower_bounds.s1 is [25, 25, 75], expected rising numbers between 0 and 100.",
    ),
    (lambda d: d["categories"]["lower_bounds"].update(s1=[0, 50, 75]), "categories.lower_bounds.s1 is [0, 50, 75]"),
    (
        lambda d: d["categories"]["lower_bounds"].update(s1=[25, 50]),
        "categories.lower_bounds.s1 is [25, 50], expected 3 numbers for 4 categories.",
    ),
    (lambda d: d["categories"]["lower_bounds"].pop("overall"), "categories.lower_bounds has"),
    (
        lambda d: d["categories"]["report_groups"].update(high=["high"]),
        "category very_high stands in 0 of the report groups, expected one.",
    ),
    (
        lambda d: d["categories"]["report_groups"].update(low=["low", "high"]),
        "category high stands in 2 of the report groups, expected one.",
    ),
    (
        lambda d: d["categories"]["report_groups"].update(low=["low", "none"]),
        "report group low names 'none', which is no category.",
    ),
    (lambda d: d["categories"].update(order=["low", "low"]), "categories.order is"),
    (
        lambda d: d["normalisation"].update(min_answered_share=0),
        "normalisation.min_answered_share is 0, expected a share above 0 and at most 1.",
    ),
    (lambda d: d["normalisation"].update(min_applicable_indicators=0), "normalisation.min_applicable_indicators is 0"),
    (
        lambda d: d["combination"].update(rule="median"),
        "combination.rule is 'median', expected one of mean, weighted_mean, max, pooled.",
    ),
    (lambda d: d["combination"].update(weights={"s1": 1, "s2": 1}), "combination.weights stands beside the rule mean"),
    (lambda d: d.update(combination={"rule": "weighted_mean"}), "combination.weights names null"),
    (
        lambda d: d.update(combination={"rule": "weighted_mean", "weights": {"s1": 0, "s2": 0}}),
        "combination.weights holds something else",
    ),
    (
        lambda d: d.update(combination={"rule": "weighted_mean", "weights": {"s1": 1e308, "s2": 1e308}}),
        "combination.weights holds something else",
    ),
    (lambda d: d["normalisation"].update(min_applicable_indicators=10**30), "expected a whole number from 1 to 50."),
    (lambda d: d["rounds"].update(to=10**30), "expected null or an index round not before 3."),
    (lambda d: level(0, 3)(d).update(weight=10**400), "expected a number from 0"),
    (
        lambda d: d["indicators"][0].update(id="place_id"),
        "indicator place_id: this name is taken by a column; choose another id.",
    ),
    (lambda d: d.update(index=["return"]), 'index is ["return"], expected return or displacement.'),
    (
        lambda d: [lev.update(weight=lev["weight"] * 1e-14) for i in d["indicators"][:8] for lev in i["levels"]],
        "scale s1: every weight is 0.",
    ),
    (lambda d: d["title"].update(en="x" * 501), "title has a label of more than 500 letters."),
    (lambda d: d["hotspot"].update(unit="district"), "hotspot.unit is 'district'"),
    (lambda d: d["hotspot"].update(aggregation="sum"), "hotspot.aggregation is 'sum'"),
    (lambda d: d["hotspot"].update(high_from="worst"), "hotspot.high_from is 'worst'"),
    (lambda d: d["hotspot"].update(medium_from="high"), "hotspot.medium_from high does not come before high_from high."),
    (lambda d: d["hotspot"]["large_returnees"].update(value=0), "hotspot.large_returnees.value is 0, expected a number above 0."),
    (lambda d: d["hotspot"].update(large_returnees={"mode": "percentile", "value": 101}), "at most 100."),
    (lambda d: d["indicators"][0].update(label={}), "indicator residential_destruction has no English label."),
    (lambda d: d["indicators"][0].update(allow_not_applicable="yes"), "allow_not_applicable is yes, expected true or false."),
]


@pytest.mark.parametrize(("spoil", "sentence"), WRONG, ids=[sentence[:40] for _, sentence in WRONG])
def test_each_error_is_one_sentence(spoil: Callable[[dict], object], sentence: str) -> None:
    said = refused(spoil)
    assert any(sentence in one for one in said), said


def test_all_errors_are_told_together() -> None:
    def spoil(own: dict) -> None:
        level(0, 0)(own)["weight"] = 3
        own["normalisation"]["min_answered_share"] = 2
        own["combination"]["rule"] = "best"

    assert len(refused(spoil)) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ("[]", "holds no object"),
        ("{", "no JSON"),
        ('{"schema": 1, "schema": 2}', "stands twice"),
        ('{"schema": NaN}', "NaN is no number"),
        ("[" * 100_000, "no JSON"),
        ('{"schema": "\\ud800"}', "half of a character"),
        ('{"schema": ' + "9" * 5000 + "}", "too many digits"),
    ],
)
def test_what_is_no_json_object_is_refused(text: str, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        parse(text, "own.json")


def test_weights_that_do_not_sum_to_100_are_a_warning() -> None:
    own = document()
    own["indicators"][0]["levels"][3]["weight"] = 20
    assert from_document(own, "x").warnings == ("The largest weights of scale s1 sum to 102, not 100; scores are normalised.",)


def test_a_model_without_the_prefix_may_say_its_index() -> None:
    own = document() | {"id": "own-model", "index": "return"}
    assert from_document(own, "x").index.name == "return"
    assert json.loads(from_document(own, "x").to_json()) == own
