"""The model document of a calibration, and how near its scores come to the published ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from expectations.index import OVERALL
from expectations.index_model import IndexModel, Level
from transforms.index_model import model_document
from transforms.index_model.calibration_result import CalibrateOptions, RoundCalibration
from transforms.index_model.combination import MEAN, NOT_IDENTIFIED, POOLED, WEIGHTED_MEAN, Combination
from transforms.index_model.cutoffs import CutOffs
from transforms.index_model.identified_weights import IDENTIFIED, identifiability_table, saved_levels
from transforms.index_model.level_weights import LevelWeight
from transforms.index_model.scale_weights import FULL

_PLACES = 10


def calibrated_document(
    run: RoundCalibration, base: IndexModel, options: CalibrateOptions, version: str, order: tuple[str, ...]
) -> dict:
    """The document of a run of rounds that has no obstacle, validated.

    What the dataset does not tell (cut-offs of a score without categories, combination without overall scores, hotspot rule) is
    that of the base model; the provenance says which.

    Raises:
        EstimationError: the document is not valid.
    """
    document = model_document.named(base, "calibrated", options.model_id, version)
    if run.index_rounds:
        document["rounds"] = {"from": run.index_rounds[0], "to": run.index_rounds[-1]}
    levels: dict[str, list[LevelWeight]] = {}
    for scale, found in run.scales.items():
        levels |= saved_levels(found, base.of(scale), reaches_100=options.reaches_100)
    if run.combination is not None and run.combination.rule == POOLED:
        levels = _weighed(levels, base, run.combination.pooled_shares)
    model_document.set_weights(document, levels)
    if run.combination is not None and run.combination.rule != NOT_IDENTIFIED:
        document["combination"] = _combination(run.combination)
    document["categories"] = _categories(base, order, run.cutoffs)
    document["provenance"] = _provenance(run, base, options, document)
    model_document.valid(document)
    return document


def _weighed(levels: dict[str, list[LevelWeight]], base: IndexModel, shares: Mapping[str, float]) -> dict[str, list[LevelWeight]]:
    """Points on one footing across scales, as the rule pooled needs them."""
    factor = {own.id: shares[own.scale] * len(base.scales) for own in base.indicators}
    return {name: [LevelWeight(level.points * factor[name], level.evidence) for level in own] for name, own in levels.items()}


def _combination(found: Combination) -> dict:
    if found.rule != WEIGHTED_MEAN:
        return {"rule": found.rule}
    return {"rule": found.rule, "weights": {scale: round(share, _PLACES) for scale, share in found.shares.items()}}


def _categories(base: IndexModel, order: tuple[str, ...], cutoffs: Mapping[str, CutOffs]) -> dict:
    given = base.document["categories"]
    bounds = {
        name: list(cutoffs[name].bounds)
        if name in cutoffs
        else [category.lower_bound for category in base.bounds(name)][1 : len(order)]
        for name in (*(scale.id for scale in base.scales), OVERALL)
    }
    groups = {group: [name for name in own if name in order] for group, own in given["report_groups"].items()}
    return {"order": list(order), "lower_bounds": bounds, "report_groups": groups}


def score_notes(run: RoundCalibration, base: IndexModel, options: CalibrateOptions) -> Iterator[str]:
    """Where scores of a document differ from the published ones, because the scores of a model file always reach 100."""
    for scale, found in run.scales.items():
        levels = saved_levels(found, base.of(scale), reaches_100=options.reaches_100)
        lacking = [f"{name}={own.code}" for name, own in _unseen_worst(base, scale, levels)]
        total = sum(own[-1].points for own in levels.values())
        if not lacking or abs(total - FULL) <= found.rounding.tolerance:
            continue
        sentence = (
            f"the largest weights of {scale} sum to {total:.6g}, because no row answers {', '.join(lacking)}, so its {scale} scores are "
            f"{FULL / total:.6g} times the published ones"
        )
        if len(lacking) == 1:
            name = lacking[0].partition("=")[0]
            sentence += f"; if published scores can reach 100, that weight is {levels[name][-1].points + FULL - total:.6g}: say so with reaches_100"
        yield f"{sentence}."


def _unseen_worst(base: IndexModel, scale: str, levels: Mapping[str, list[LevelWeight]]) -> list[tuple[str, Level]]:
    return [(own.id, own.levels[-1]) for own in base.of(scale) if levels[own.id][-1].evidence == "not-identified"]


def _provenance(run: RoundCalibration, base: IndexModel, options: CalibrateOptions, document: dict) -> dict:
    copied = [name for name in (*(scale.id for scale in base.scales), OVERALL) if name not in run.cutoffs]
    kept = [f"cut-offs of {', '.join(copied)}"] if copied else []
    kept += ["combination"] if run.combination is None or run.combination.rule == NOT_IDENTIFIED else []
    kept += ["hotspot rule, shares of answers that a score needs"]
    return _plain(
        {
            "method": "recovered from published scores and answers",
            "data": options.data_name,
            "date": options.date,
            "rounds_in_data": list(run.index_rounds),
            "rows": {scale: found.rows for scale, found in run.scales.items()},
            "decimals": {name: rounding.decimals for name, rounding in run.roundings.items()},
            "residuals": {scale: found.residual for scale, found in run.scales.items()},
            "weights": _known(run, document),
            "combination": _combination_found(run.combination),
            "cut_offs": {name: _brackets(own) for name, own in run.cutoffs.items()},
            "missing_rules": {f"{rule.scale}, {rule.kind}": rule.rule for rule in run.missing if rule.rows},
            "base_model": {"id": base.id, "version": base.version, "sha256": base.sha256},
            "note": f"Of the base model: {'; '.join(kept)}.",
        }
    )


def _known(run: RoundCalibration, document: dict) -> list[dict]:
    """Ranges of bounded weights, and what is said of those that are not identified or rest on few rows."""
    saved = {own["id"]: {level["code"]: level for level in own["levels"]} for own in document["indicators"]}
    listed = []
    for found in run.scales.values():
        for row in identifiability_table(found).to_dict("records"):
            evidence = saved[row["indicator"]][row["level"]]["evidence"]
            if evidence == "recovered" and not row["note"]:
                continue
            own = {"indicator": row["indicator"], "level": row["level"], "evidence": evidence, "status": row["status"]}
            if row["status"] == IDENTIFIED and evidence == "bounded":
                own |= {"low": row["low"], "high": row["high"]}
            note = row["note"] if evidence != "bounded" or row["status"] == IDENTIFIED else "what is missing to 100"
            listed.append({**own, **({"note": note} if note else {})})
    return listed


def _combination_found(found: Combination | None) -> dict | None:
    if found is None:
        return None
    own = {"rule": found.rule, "rows": found.rows, "constant": found.constant, "coefficients": found.coefficients}
    shares = {"shares": found.shares} if found.rule != MEAN else {}
    return {**own, **shares, "also": list(found.also), "largest_residuals": found.residuals}


def _brackets(own: CutOffs) -> list[dict]:
    return [
        {"category": bracket.upper, "above": bracket.low, "up_to": bracket.high, "is_open": bracket.is_open, "saved": bound}
        for bracket, bound in zip(own.brackets, own.bounds, strict=True)
    ]


def _plain(value: object) -> object:
    """Values as JSON knows them: numbers with ten places, nothing for what is not known."""
    if isinstance(value, Mapping):
        return {str(key): _plain(own) for key, own in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(own) for own in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return round(float(value), _PLACES) + 0.0 if np.isfinite(value) else None
    return value
