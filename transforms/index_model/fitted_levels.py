"""The table of levels of a fit: rows, coefficient, odds ratio, points before and after they were made to rise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from expectations.index_model import IndexModel
from transforms.index_model.bootstrap import Bootstrap, Weights
from transforms.index_model.coding import Answers
from transforms.index_model.fit_result import Regression
from transforms.index_model.level_groups import LevelGroups


def fitted_levels(
    base: IndexModel,
    regressions: Sequence[Regression],
    weights: Weights,
    factors: dict[str, float],
    answers: Answers,
    spread: Bootstrap | None,
) -> pd.DataFrame:
    """One row per level of every indicator.

    Columns: ``scale``, ``indicator``, ``level``; ``n_given`` (rows of the data that answer it), ``n`` (rows of its group in the
    regression); ``group`` (the levels that share its coefficient); ``coefficient``, ``se``, ``low``, ``high`` (95 %, log-odds) and
    ``odds_ratio``, ``odds_low``, ``odds_high``, NaN for the reference and for levels not observed; ``before`` (points that the
    coefficient alone gives) and ``weight`` (points of the model); ``evidence``; with a bootstrap ``p05`` and ``p95`` (points).
    """
    found = {own.indicator.id: (own, regression) for regression in regressions for own in regression.groups}
    estimates = {name: row for regression in regressions for name, row in regression.estimates.to_dict("index").items()}
    rows = []
    for indicator in base.indicators:
        groups, regression = found[indicator.id]
        counts = answers.counts(indicator)
        for at, (level, weight) in enumerate(zip(indicator.levels, weights[indicator.id], strict=True)):
            own = _estimate(groups, regression, estimates, at, factors[indicator.scale])
            rows.append((indicator.scale, indicator.id, level.code, int(counts[at]), *own, weight.points, weight.evidence))
    columns = [
        "scale",
        "indicator",
        "level",
        "n_given",
        "group",
        "n",
        "coefficient",
        "se",
        "low",
        "high",
        "before",
        "weight",
        "evidence",
    ]
    table = pd.DataFrame(rows, columns=columns)
    for odds, column in {"odds_ratio": "coefficient", "odds_low": "low", "odds_high": "high"}.items():
        table[odds] = np.exp(table[column])
    return table if spread is None else table.merge(spread.levels, on=["indicator", "level"], how="left")


def _estimate(groups: LevelGroups, regression: Regression, estimates: dict[str, dict], at: int, factor: float) -> tuple:
    """Group, rows, coefficient, standard error, interval and points of the coefficient of the level ``at``."""
    nothing = (np.nan,) * 4
    for number, group in enumerate(groups.groups):
        if at in group:
            codes = "+".join(groups.codes(group))
            if number == 0:
                others = [row["n"] for name, row in estimates.items() if name.startswith(f"{groups.indicator.id}=")]
                return (codes, regression.rows - sum(others), *nothing, 0.0)
            own = estimates[groups.terms()[number - 1].name]
            values = (float(own[column]) for column in ("coefficient", "se", "low", "high"))
            return (codes, int(own["n"]), *values, float(-own["coefficient"] * factor))
    return ("", 0, *nothing, np.nan)
