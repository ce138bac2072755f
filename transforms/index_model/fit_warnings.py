"""What people must know before they use a fitted model, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from expectations.index_model import IndexModel
from transforms.index_model.bootstrap import Weights
from transforms.index_model.design_check import HIGH_VIF
from transforms.index_model.fit_result import FEWEST_DISTRICTS, PER_SCALE, FitOptions, Regression


def fit_warnings(
    base: IndexModel, options: FitOptions, regressions: Sequence[Regression], weights: Weights, index_rounds: int
) -> tuple[str, ...]:
    """The warnings of a fit, most general first."""
    return (
        *_of_options(options, index_rounds),
        *(sentence for regression in regressions for sentence in _of_regression(regression, options)),
        *_of_weights(base, weights),
    )


def _of_options(options: FitOptions, index_rounds: int) -> Iterator[str]:
    if options.design == PER_SCALE:
        yield (
            "Each regression leaves out the answers of the other scales, so answers that go together across scales absorb each "
            "other's effect; the design 'joint' does not have this fault."
        )
    if options.outcome == "any":
        yield (
            "The outcome 'any' says only whether somebody returned. In simulations with 2,000 locations neither design recovered "
            "the true weights reliably from it: do not rely on single weights."
        )
    if index_rounds > 1:
        yield (
            f"The data hold {index_rounds} index rounds: a location counts once per round, as if its rounds were different places, "
            "so standard errors are too small unless they are clustered by district."
        )


def _of_regression(regression: Regression, options: FitOptions) -> Iterator[str]:
    if options.cluster_by_district and regression.covariance == "HC1":
        yield f"{regression.name} has fewer than {FEWEST_DISTRICTS} districts, too few for clustered errors; robust errors (HC1) are given instead."
    if not regression.converged:
        yield f"{regression.name} did not converge; do not use its weights before the cause is found."
    separated = {own.indicator for own in regression.poolings if own.is_separation}
    for groups in regression.groups:
        if groups.indicator.id in separated and len(groups.groups) == 1:
            yield (
                f"{groups.indicator.id}: its answers alone decide the outcome, so no weight can be estimated. Its weight of 0 does not "
                "say that it does not matter: it may matter most. Do not use the model before the cause is found."
            )
        if groups.has_other_reference:
            yield (
                f"{groups.indicator.id}: too few rows answer {groups.indicator.levels[0].code}; {'+'.join(groups.codes(groups.groups[0]))} "
                "are the reference, and their weights are not identified."
            )
        elif groups.groups and len(groups.groups[0]) > 1:
            yield f"{groups.indicator.id}: {'+'.join(groups.codes(groups.groups[0]))} are pooled with the reference, so their weight is 0."
    if regression.check is None:
        return
    for column, vif in regression.check.vif.items():
        if vif > HIGH_VIF:
            yield f"{column}: its variance inflation factor is {vif:.1f}, above {HIGH_VIF:.0f}; its weight is hard to tell from the others'."
    for first, second, correlation in regression.check.pairs:
        yield f"{first} and {second} go together (correlation {correlation:.3f}); their weights are hard to tell apart."


def _of_weights(base: IndexModel, weights: Weights) -> Iterator[str]:
    for indicator in base.indicators:
        levels = weights[indicator.id]
        if levels[-1].points == 0:
            yield f"{indicator.id}: all its weights are 0; it stays in the model but does not change a score."
        carried = [level.code for level, own in zip(indicator.levels, levels, strict=True) if own.evidence == "carried"]
        if carried:
            yield f"{indicator.id}: no row answers {', '.join(carried)}; the weight of the worst observed level is a lower limit."
