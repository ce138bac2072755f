"""What a fit is asked for and what it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from expectations.index_model import IndexModel
from transforms.index_model.bootstrap import Bootstrap
from transforms.index_model.design_check import DesignCheck
from transforms.index_model.level_groups import LevelGroups, Pooling
from transforms.index_model.return_outcome import Outcome

JOINT, PER_SCALE = "joint", "per_scale"
NOT_A_REPLICATION = (
    "A re-estimated model is not a replication of the published one: outcome, coding, controls and sample of the published "
    "regression are unknown."
)
ASSOCIATIONS = "Coefficients are associations: people may return because conditions improve, and conditions may improve because people return."
# Clustered errors need many clusters (rule of this project).
FEWEST_DISTRICTS = 30


def regression_name(scales: Sequence[str]) -> str:
    """How people are told of the regression on the answers of some scales."""
    return f"The regression on {' and '.join(scales)}"


@dataclass(frozen=True)
class FitOptions:
    """What the user chooses.

    ``date`` and ``data_name`` are texts for the provenance. ``outcome`` is ``share`` or ``any``, ``design`` ``joint`` or
    ``per_scale``; ``min_level_n`` the rows below which a level is pooled; ``controls`` among governorate and location_type.
    ``bootstrap`` is the number of draws, 0 for none; with draws, ``seed`` is needed. ``outcome_given`` says that the user named
    an outcome for an index that has no regression behind it.
    """

    model_id: str
    version: str
    date: str
    data_name: str
    outcome: str = "share"
    design: str = "joint"
    min_level_n: int = 20
    controls: tuple[str, ...] = ()
    cluster_by_district: bool = False
    bootstrap: int = 0
    seed: int | None = None
    outcome_given: bool = False


@dataclass(frozen=True)
class Regression:
    """One regression and its diagnostics.

    ``estimates`` has one row per column of X, by its name: n, coefficient, se, low and high (95 %). ``dropped`` counts the rows
    left out by reason. ``pseudo_r2`` is 1 - deviance / null deviance, ``r2`` the squared correlation of outcome and prediction.
    """

    scales: tuple[str, ...]
    rows: int
    dropped: dict[str, int]
    outcome_mean: float
    share_at_0: float
    share_at_1: float
    groups: tuple[LevelGroups, ...]
    poolings: tuple[Pooling, ...]
    estimates: pd.DataFrame
    covariance: str
    converged: bool
    pseudo_r2: float
    r2: float
    check: DesignCheck | None

    @property
    def name(self) -> str:
        """How people are told of it."""
        return regression_name(self.scales)


@dataclass(frozen=True)
class Fit:
    """A fitted model and how it came about.

    ``document`` is the new model, validated; ``levels`` one row per level, see :func:`fitted_levels`; ``factors`` what the
    points of each scale were multiplied with, so that its maxima sum to 100; ``warnings`` sentences for people.
    """

    options: FitOptions
    base: IndexModel
    rows_given: int
    outcome: Outcome
    regressions: tuple[Regression, ...]
    levels: pd.DataFrame
    factors: dict[str, float]
    warnings: tuple[str, ...]
    bootstrap: Bootstrap | None
    document: dict
