"""What a calibration is asked for and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from expectations.index_model import IndexModel
from transforms.index_model.combination import Combination
from transforms.index_model.cutoffs import CutOffs
from transforms.index_model.missing_rule import MissingRule
from transforms.index_model.rounding import Rounding
from transforms.index_model.scale_weights import ScaleWeights
from transforms.index_model.score_alternatives import Alternatives


@dataclass(frozen=True)
class CalibrateOptions:
    """What the user chooses.

    ``version`` is that of the first model; further ones rise by a minor version. ``date`` and ``data_name`` are texts for the
    provenance. ``decimals`` says with how many decimals a score is printed, None for unrounded; columns that it does not name
    are looked at. ``reaches_100`` states that published scales reach 100: where the worst answer of one indicator only never
    occurs, its weight is then what is missing to 100, and not just a lower limit.
    """

    model_id: str
    version: str
    date: str
    data_name: str
    decimals: Mapping[str, int | None] = field(default_factory=dict)
    reaches_100: bool = False


@dataclass(frozen=True)
class RoundCalibration:
    """What the rows of one index round, or of several that are alike, tell.

    ``index_rounds`` is empty where the dataset has no such column. ``scales`` are the weights by scale; ``overall_points`` those of
    every answer in the overall score, where no scale score is published. ``alternatives`` are given for scores that are no sum
    of points. ``findings`` are sentences for people, ``obstacles`` those that say why there is no model file.
    """

    index_rounds: tuple[int, ...]
    rows: int
    roundings: dict[str, Rounding]
    scales: dict[str, ScaleWeights]
    overall_points: ScaleWeights | None
    alternatives: dict[str, Alternatives]
    missing: tuple[MissingRule, ...]
    combination: Combination | None
    cutoffs: dict[str, CutOffs]
    findings: tuple[str, ...]
    obstacles: tuple[str, ...]

    @property
    def name(self) -> str:
        """How people are told of it."""
        if not self.index_rounds:
            return "All rows"
        first, last = self.index_rounds[0], self.index_rounds[-1]
        return (
            f"Round {first}"
            if len(self.index_rounds) == 1
            else f"Rounds {first} to {last} ({len(self.index_rounds)} in the data)"
        )


@dataclass(frozen=True)
class Calibration:
    """Recovered models and how they came about.

    ``documents`` are valid model documents of status calibrated, none where nothing could be calibrated; then ``reasons`` says
    why. ``rounds`` are the index rounds apart, ``runs`` the neighbouring rounds that share one model. ``identifiability`` has one row
    per run and level, see :func:`identifiability_table`, with the column ``rounds``. ``changes`` says what differs from each
    version to the next, ``notes`` what to know before a document is used.
    """

    options: CalibrateOptions
    base: IndexModel
    documents: tuple[dict, ...]
    rounds: tuple[RoundCalibration, ...]
    runs: tuple[RoundCalibration, ...]
    identifiability: pd.DataFrame
    changes: tuple[str, ...]
    notes: tuple[str, ...]
    reasons: tuple[str, ...]
