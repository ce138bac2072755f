"""A dataset that holds answers and published scores, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from expectations.index import OVERALL
from expectations.index_model import IndexModel
from transforms.index_model import coding
from transforms.index_model.coding import Answers, EstimationError

INDEX_ROUND = "index_round"
SPLITS = ("governorate", "location_type")


def category_column(score: str) -> str:
    """The column that holds the categories of a score."""
    return "category" if score == OVERALL else f"{score}_category"


@dataclass(frozen=True)
class PublishedScores:
    """Rows of a dataset. Every array has one entry per row.

    ``scores`` holds the columns that have at least one value, by scale or ``overall``, NaN where blank; ``printed`` the same as in
    the dataset; ``categories`` texts or blanks by the same names; ``splits`` governorate and location type where given;
    ``index_rounds`` is None where the dataset has no such column.
    """

    places: np.ndarray
    answers: Answers
    scores: dict[str, np.ndarray]
    printed: pd.DataFrame
    categories: dict[str, np.ndarray]
    splits: dict[str, np.ndarray]
    index_rounds: np.ndarray | None

    def rounds(self) -> tuple[int, ...]:
        """The index rounds of the rows, each once, from the first."""
        return () if self.index_rounds is None else tuple(int(number) for number in np.unique(self.index_rounds))

    def of(self, index_rounds: Sequence[int]) -> PublishedScores:
        """The rows of some index rounds; all where the dataset has no such column."""
        if self.index_rounds is None:
            return self
        mask = np.isin(self.index_rounds, index_rounds)
        scores = {name: own[mask] for name, own in self.scores.items()}
        return replace(
            self,
            places=self.places[mask],
            answers=self.answers.rows(mask),
            scores={name: own for name, own in scores.items() if np.isfinite(own).any()},
            printed=self.printed[mask],
            categories={name: own[mask] for name, own in self.categories.items()},
            splits={name: own[mask] for name, own in self.splits.items()},
            index_rounds=self.index_rounds[mask],
        )


def published_scores(dataset: pd.DataFrame, base: IndexModel) -> PublishedScores:
    """The dataset as arrays.

    Raises:
        EstimationError: a column of answers is missing, a score is no number or not finite, a row has no index round, a location
            stands twice in a round, or the dataset has no score at all.
    """
    frame = dataset.reset_index(drop=True)
    coding.once(frame)
    names = [*(scale.id for scale in base.scales), OVERALL]
    places = coding.places(frame)
    scores = {name: _numbers(frame[name], name, places) for name in names if name in frame}
    scores = {name: own for name, own in scores.items() if np.isfinite(own).any()}
    if not scores:
        raise EstimationError(
            f"The dataset has no score in a column {', '.join(names)}; name the columns of published scores like this."
        )
    categories = {name: _texts(frame[category_column(name)]) for name in names if category_column(name) in frame}
    return PublishedScores(
        places=places,
        answers=coding.answers(frame, base.indicators),
        scores=scores,
        printed=frame[list(scores)],
        categories=categories,
        splits={name: _texts(frame[name]) for name in SPLITS if name in frame},
        index_rounds=_rounds(frame, places),
    )


def _numbers(column: pd.Series, name: str, places: np.ndarray) -> np.ndarray:
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = np.flatnonzero(column.notna().to_numpy() & ~np.isfinite(values))
    if len(wrong):
        raise EstimationError(
            f"{places[wrong[0]]} has the {name} score '{column.iloc[wrong[0]]}', which is no number; correct it or leave it blank."
        )
    return values


def _texts(column: pd.Series) -> np.ndarray:
    return column.astype(object).where(column.notna(), None).to_numpy(dtype=object)


def _rounds(frame: pd.DataFrame, places: np.ndarray) -> np.ndarray | None:
    if INDEX_ROUND not in frame or frame[INDEX_ROUND].isna().all():
        return None
    values = pd.to_numeric(frame[INDEX_ROUND], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = np.flatnonzero(~((values >= 1) & (values == np.floor(values))))
    if len(wrong):
        raise EstimationError(
            f"{places[wrong[0]]} has the index round '{frame[INDEX_ROUND].iloc[wrong[0]]}'; give a whole number from 1 on."
        )
    return values.astype(int)
