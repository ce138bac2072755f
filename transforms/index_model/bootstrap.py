"""How much estimated weights depend on which districts were in the data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from expectations.index_model import Indicator
from transforms.index_model.coding import EstimationError
from transforms.index_model.level_weights import LevelWeight
from transforms.index_model.regression_rows import RegressionRows

Weights = dict[str, list[LevelWeight]]
_TOP = 3


@dataclass(frozen=True)
class Bootstrap:
    """Weights of resampled districts.

    ``levels``: one row per indicator and level with the 5th and 95th percentile of its points (``p05``, ``p95``).
    ``top``: one row per indicator with the share of draws in which its largest points are among the three largest of its scale.
    ``failed`` counts the draws without an estimate, for instance because a district's answers were needed to tell two apart.
    """

    draws: int
    failed: int
    seed: int
    districts: int
    levels: pd.DataFrame
    top: pd.DataFrame


def bootstrap(
    rows: RegressionRows, indicators: Sequence[Indicator], estimate: Callable[[RegressionRows], Weights], draws: int, seed: int
) -> Bootstrap:
    """Estimate again on ``draws`` samples of as many districts, with replacement.

    Raises:
        EstimationError: there is one district only, or no draw could be estimated.
    """
    members = [np.flatnonzero(rows.districts == district) for district in np.unique(rows.districts)]
    if len(members) < 2:
        raise EstimationError("All rows are of one district, so districts cannot be resampled; leave the bootstrap out.")
    generator = np.random.default_rng(seed)
    found = [_draw(rows, members, estimate, generator) for _ in range(draws)]
    made = [weights for weights in found if weights is not None]
    if not made:
        raise EstimationError(f"None of {draws:,} bootstrap draws could be estimated; leave the bootstrap out or give more rows.")
    return Bootstrap(draws, draws - len(made), seed, len(members), _percentiles(indicators, made), _top(indicators, made))


def _draw(
    rows: RegressionRows, members: list[np.ndarray], estimate: Callable[[RegressionRows], Weights], generator: np.random.Generator
) -> Weights | None:
    chosen = [members[at] for at in generator.integers(len(members), size=len(members))]
    # A district drawn twice is two districts, also for clustered errors.
    districts = np.repeat(np.arange(len(chosen)), [len(own) for own in chosen])
    try:
        return estimate(replace(rows.take(np.concatenate(chosen)), districts=districts))
    except EstimationError:
        return None


def _percentiles(indicators: Sequence[Indicator], made: list[Weights]) -> pd.DataFrame:
    rows = []
    for indicator in indicators:
        points = np.array([[weight.points for weight in weights[indicator.id]] for weights in made])
        low, high = np.percentile(points, [5, 95], axis=0)
        rows += [(indicator.id, level.code, *ends) for level, *ends in zip(indicator.levels, low, high, strict=True)]
    return pd.DataFrame(rows, columns=["indicator", "level", "p05", "p95"])


def _top(indicators: Sequence[Indicator], made: list[Weights]) -> pd.DataFrame:
    maxima = pd.DataFrame({indicator.id: [weights[indicator.id][-1].points for weights in made] for indicator in indicators})
    scale = pd.Series({indicator.id: indicator.scale for indicator in indicators})
    rank = maxima.T.groupby(scale).rank(ascending=False, method="min")
    share = ((rank <= _TOP) & (maxima.T > 0)).mean(axis=1)
    return pd.DataFrame({"scale": scale, "indicator": scale.index, "share": share[scale.index]}).reset_index(drop=True)
