"""Weights estimated from returns: a fractional logit of the share of households that returned on the answers.

The rules are rules of this project: which outcome, coding, controls and sample the published regression has is unknown.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
import statsmodels.api as sm

from expectations.index_model import IndexModel
from transforms.index_model import coding, level_weights, model_document
from transforms.index_model.bootstrap import Weights, bootstrap
from transforms.index_model.coding import EstimationError
from transforms.index_model.design_check import check_rank, design_check
from transforms.index_model.fit_result import (
    ASSOCIATIONS,
    FEWEST_DISTRICTS,
    JOINT,
    NOT_A_REPLICATION,
    PER_SCALE,
    Fit,
    FitOptions,
    Regression,
    regression_name,
)
from transforms.index_model.fit_warnings import fit_warnings
from transforms.index_model.fitted_levels import fitted_levels
from transforms.index_model.level_groups import LevelGroups, Pooling, level_groups
from transforms.index_model.level_weights import LevelWeight
from transforms.index_model.regression_rows import RegressionRows, regression_rows
from transforms.index_model.return_outcome import EDGE, check_variation, outcome

# Log-odds beyond this come from separation, whatever the standard error and the convergence flag say (rule of this project:
# a level with no return in 313 rows had the coefficient -27.5, a standard error of 0.10, and "converged").
_LARGEST_COEFFICIENT = 10.0
_ITERATIONS = 200


def fit(answers: pd.DataFrame, base: IndexModel, options: FitOptions) -> Fit:
    """Estimate the weights of the indicators of ``base``; its cut-offs, combination and hotspot rule are kept.

    Args:
        answers: one row per location and index round: ``place_id``, a text column per indicator with level codes,
            ``returnee_households``, for the outcome ``share`` ``baseline_households``; as the options need them ``district``,
            ``governorate``, ``location_type``.
        base: the model whose indicators and levels are weighted.
        options: see :class:`FitOptions`.

    Raises:
        EstimationError: the options do not fit together, or the rows determine no weights; says what to do.
    """
    _check(base, options)
    frame = answers.reset_index(drop=True)
    coding.once(frame)
    coded = coding.answers(frame, base.indicators)
    explained = outcome(frame, options.outcome)
    needs_district = options.cluster_by_district or options.bootstrap > 0
    rows = regression_rows(frame, coded, explained.values, options.controls, needs_district=needs_district)
    parts = [tuple(scale.id for scale in base.scales)] if options.design == JOINT else [(scale.id,) for scale in base.scales]
    regressions = tuple(_regression(rows, options, part, diagnose=True) for part in parts)
    weights, factors = _weights(base, regressions)

    def again(drawn: RegressionRows) -> Weights:
        return _weights(base, [_regression(drawn, options, part, diagnose=False) for part in parts])[0]

    spread = None
    if options.bootstrap and options.seed is not None:
        spread = bootstrap(rows, base.indicators, again, options.bootstrap, options.seed)
    levels = fitted_levels(base, regressions, weights, factors, coded, spread)
    repeated = frame["index_round"].nunique() if "index_round" in frame else 1
    said = fit_warnings(base, options, regressions, weights, index_rounds=int(repeated))
    document = _document(base, options, regressions, weights)
    return Fit(options, base, len(frame), explained, regressions, levels, factors, said, spread, document)


def _check(base: IndexModel, options: FitOptions) -> None:
    if base.index.name == "displacement" and not options.outcome_given:
        raise EstimationError(
            f"{base.name} is a model of the Displacement Index, which has no regression behind it; name an outcome explicitly to fit it."
        )
    if options.design not in (JOINT, PER_SCALE):
        raise EstimationError(f"The design '{options.design}' is neither {JOINT} nor {PER_SCALE}; choose one of them.")
    if options.min_level_n < 1:
        raise EstimationError(f"min_level_n is {options.min_level_n}; give a number of rows from 1 on.")
    if options.bootstrap < 0 or (options.bootstrap and options.seed is None):
        raise EstimationError("The bootstrap needs a number of draws and a seed; give both, so that the run can be repeated.")


def _regression(rows: RegressionRows, options: FitOptions, scales: Sequence[str], *, diagnose: bool) -> Regression:
    """One regression on the answers of some scales, repeated until no level is sparse or separated."""
    what = regression_name(scales)
    own = rows.of(scales).without_alike_sides()
    if not len(own.outcomes):
        raise EstimationError(f"{what} has no row in which every indicator is answered; give complete rows or a smaller model.")
    check_variation(own.outcomes, options.outcome)
    groups, poolings = _groups(own, options.min_level_n)
    while True:
        poolings += _pool_alike(own, groups)
        names, matrix, level_at = _design(own, groups)
        rank = check_rank(matrix, names, what)
        result, covariance = _estimated(own, matrix, options)
        largest = 1 + int(np.argmax(np.abs(result.params[1:]))) if len(names) > 1 else 0
        if largest == 0 or abs(result.params[largest]) <= _LARGEST_COEFFICIENT:
            break
        reason = f"its coefficient is {result.params[largest]:.1f}, beyond ±{_LARGEST_COEFFICIENT:.0f} (separation)"
        if largest not in level_at:
            left = own.without(own.sides()[names[largest]], f"{names[largest]}: {reason}")
            return _regression(left, options, scales, diagnose=diagnose)
        number, group = level_at[largest]
        groups[number], action = groups[number].joined(group, reason, is_separation=True)
        poolings.append(action)
    fitted = result.fittedvalues
    return Regression(
        scales=tuple(scales),
        rows=len(own.outcomes),
        dropped=own.dropped,
        outcome_mean=float(own.outcomes.mean()),
        share_at_0=float((own.outcomes <= EDGE).mean()),
        share_at_1=float((own.outcomes >= 1 - EDGE).mean()),
        groups=tuple(groups),
        poolings=tuple(poolings),
        estimates=_estimates(result, names, matrix),
        covariance=covariance,
        converged=bool(result.converged),
        pseudo_r2=float(1 - result.deviance / result.null_deviance),
        r2=float(np.corrcoef(own.outcomes, fitted)[0, 1] ** 2) if np.ptp(fitted) > 0 else 0.0,
        check=design_check(matrix, names, rank) if diagnose else None,
    )


def _groups(rows: RegressionRows, min_rows: int) -> tuple[list[LevelGroups], list[Pooling]]:
    found = [level_groups(indicator, rows.answers.counts(indicator), min_rows) for indicator in rows.answers.indicators]
    return [groups for groups, _ in found], [action for _, actions in found for action in actions]


def _pool_alike(rows: RegressionRows, groups: list[LevelGroups]) -> list[Pooling]:
    """Join groups whose outcomes are all 0, or all 1, to their neighbours, in place."""
    actions = []
    for number, own in enumerate(groups):
        given = rows.answers.given(own.indicator)
        while len(groups[number].groups) > 1:
            masks = [np.isin(given, group) for group in groups[number].groups]
            alike = [at for at, mask in enumerate(masks) if rows.is_alike(mask)]
            if not alike:
                break
            n, mean = int(masks[alike[-1]].sum()), rows.outcomes[masks[alike[-1]]].mean()
            reason = f"the outcome is {mean:.0f} in all its {n:,} rows (separation)"
            groups[number], action = groups[number].joined(alike[-1], reason, is_separation=True)
            actions.append(action)
    return actions


def _design(rows: RegressionRows, groups: list[LevelGroups]) -> tuple[list[str], np.ndarray, dict[int, tuple[int, int]]]:
    """Names and values of the columns, constant first; and of which indicator and group each column of levels is."""
    listed = [(number, at, term) for number, own in enumerate(groups) for at, term in enumerate(own.terms(), start=1)]
    sides = rows.sides()
    names = ["const", *(term.name for _, _, term in listed), *sides]
    levels = rows.answers.dummies([term for _, _, term in listed])
    matrix = np.column_stack([np.ones(len(rows.outcomes)), levels, *sides.values()])
    return names, matrix, {column: (number, at) for column, (number, at, _) in enumerate(listed, start=1)}


def _estimated(rows: RegressionRows, matrix: np.ndarray, options: FitOptions) -> tuple[object, str]:
    """The fractional logit (Papke and Wooldridge 1996) with robust errors, and the name of their kind."""
    model = sm.GLM(rows.outcomes, matrix, family=sm.families.Binomial())
    districts = len(np.unique(rows.districts)) if options.cluster_by_district else 0
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # Separation is found by its coefficients, not by what the library warns of.
        warnings.simplefilter("ignore")
        if districts >= FEWEST_DISTRICTS:
            kind, chosen = (
                f"clustered by district ({districts:,})",
                {"cov_type": "cluster", "cov_kwds": {"groups": rows.districts}},
            )
        else:
            kind, chosen = "HC1", {"cov_type": "HC1"}
        result = model.fit(maxiter=_ITERATIONS, **chosen)
    if not np.isfinite(result.params).all():
        raise EstimationError("The regression has no finite solution; check the outcome for values that a few answers determine.")
    return result, kind


def _estimates(result: object, names: list[str], matrix: np.ndarray) -> pd.DataFrame:
    low, high = result.conf_int().T
    values = {"n": matrix.sum(axis=0).astype(int), "coefficient": result.params, "se": result.bse, "low": low, "high": high}
    return pd.DataFrame(values, index=names)


def _weights(base: IndexModel, regressions: Sequence[Regression]) -> tuple[Weights, dict[str, float]]:
    """The points of every level by indicator, and the factor that scaled those of each scale."""
    groups = {own.indicator.id: (own, regression.estimates) for regression in regressions for own in regression.groups}
    raw: Weights = {}
    for indicator in base.indicators:
        own, estimates = groups[indicator.id]
        found = estimates.loc[[term.name for term in own.terms()]]
        points = level_weights.group_weights(own, found["coefficient"].to_numpy(), found["se"].to_numpy())
        raw[indicator.id] = level_weights.level_weights(own, points)
    factors = {
        scale.id: level_weights.scale_factor({own.id: raw[own.id][-1].points for own in base.of(scale.id)}, scale.id)
        for scale in base.scales
    }
    scaled = {
        indicator.id: [LevelWeight(own.points * factors[indicator.scale], own.evidence) for own in raw[indicator.id]]
        for indicator in base.indicators
    }
    return scaled, factors


def _document(base: IndexModel, options: FitOptions, regressions: Sequence[Regression], weights: Weights) -> dict:
    document = model_document.named(base, "fitted", options.model_id, options.version)
    model_document.set_weights(document, weights)
    document["provenance"] = {
        "method": f"fractional logit of the outcome '{options.outcome}', design {options.design}",
        "data": options.data_name,
        "date": options.date,
        "rows": {" and ".join(regression.scales): regression.rows for regression in regressions},
        "standard_errors": sorted({regression.covariance for regression in regressions}),
        "controls": list(options.controls),
        "min_level_n": options.min_level_n,
        "bootstrap_draws": options.bootstrap,
        "seed": options.seed if options.bootstrap else None,
        "base_model": {"id": base.id, "version": base.version, "sha256": base.sha256},
        "note": f"{NOT_A_REPLICATION} {ASSOCIATIONS} Categories, combination and hotspot rule are those of the base model.",
    }
    model_document.valid(document)
    return document
