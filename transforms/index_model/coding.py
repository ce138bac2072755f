"""Answers of locations as dummy columns, and which coefficients of such columns their rows can tell apart.

Shared by both engines: the regression on returns and the recovery of a published index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from expectations.index import NOT_APPLICABLE
from expectations.index_model import Indicator

# Positions of answers that are no level of their indicator.
UNANSWERED = -1
DOES_NOT_APPLY = -2
# A coefficient is identified where its row of I - M⁺M is zero; this is zero in double precision (rule of this project).
_ZERO = 1e-8


class EstimationError(Exception):
    """Weights cannot be estimated from the given rows; the message is one sentence: what was found, and what to do."""


@dataclass(frozen=True)
class Term:
    """One dummy column: 1 where the answer to ``indicator`` is one of ``codes``, which stand at ``positions`` of its levels."""

    indicator: str
    codes: tuple[str, ...]
    positions: tuple[int, ...]

    @property
    def name(self) -> str:
        """How people are told of it, such as ``water_sufficiency=L2+L3``."""
        return f"{self.indicator}={'+'.join(self.codes)}"


@dataclass(frozen=True)
class Answers:
    """Answers of locations.

    ``positions`` has the shape (rows, indicators): the position of the answered level, 0 = condition met, or ``UNANSWERED``
    or ``DOES_NOT_APPLY``.
    """

    indicators: tuple[Indicator, ...]
    positions: np.ndarray

    @property
    def answered(self) -> np.ndarray:
        """Shape (rows, indicators): whether a level was answered."""
        return self.positions >= 0

    @property
    def complete(self) -> np.ndarray:
        """Rows in which every indicator is answered with a level."""
        return self.answered.all(axis=1)

    def rows(self, mask: np.ndarray) -> Answers:
        """The answers of some rows."""
        return Answers(self.indicators, self.positions[mask])

    def of(self, scale: str) -> Answers:
        """The answers to the indicators of a scale."""
        at = [number for number, indicator in enumerate(self.indicators) if indicator.scale == scale]
        return Answers(tuple(self.indicators[number] for number in at), self.positions[:, at])

    def given(self, indicator: Indicator) -> np.ndarray:
        """The positions answered to one indicator."""
        return self.positions[:, self.indicators.index(indicator)]

    def counts(self, indicator: Indicator) -> np.ndarray:
        """How many rows answer each level of an indicator."""
        given = self.given(indicator)
        return np.bincount(given[given >= 0], minlength=len(indicator.levels))

    def dummies(self, terms: Sequence[Term]) -> np.ndarray:
        """The dummy columns, of shape (rows, terms), as numbers 0 and 1."""
        at = {indicator.id: number for number, indicator in enumerate(self.indicators)}
        columns = [np.isin(self.positions[:, at[term.indicator]], term.positions) for term in terms]
        return np.column_stack(columns).astype(float) if columns else np.zeros((len(self.positions), 0))

    def points(self, weights: dict[str, np.ndarray]) -> np.ndarray:
        """The points of every answer, of shape (rows, indicators), 0 where no level is answered.

        ``weights`` holds the points of the levels by indicator.
        """
        columns = [
            np.where(given >= 0, weights[indicator.id][np.maximum(given, 0)], 0.0)
            for indicator, given in zip(self.indicators, self.positions.T, strict=True)
        ]
        return np.column_stack(columns)


def answers(frame: pd.DataFrame, indicators: Sequence[Indicator]) -> Answers:
    """The answers of a frame with one text column per indicator, named by its id, that holds level codes or blanks.

    Raises:
        EstimationError: a column is missing, or a code is none of its indicator.
    """
    missing = [indicator.id for indicator in indicators if indicator.id not in frame.columns]
    if missing:
        raise EstimationError(f"The answers have no column {', '.join(missing)}; give a column for every indicator of the model.")
    positions = np.empty((len(frame), len(indicators)), dtype=np.int16)
    for number, indicator in enumerate(indicators):
        positions[:, number] = _positions(frame, indicator)
    return Answers(tuple(indicators), positions)


def _positions(frame: pd.DataFrame, indicator: Indicator) -> np.ndarray:
    numbers, codes = pd.factorize(frame[indicator.id].to_numpy(dtype=object))
    position_of: dict[str, int] = {level.code: at for at, level in enumerate(indicator.levels)}
    position_of[NOT_APPLICABLE] = DOES_NOT_APPLY
    for number, code in enumerate(codes):
        if code not in position_of:
            place = places(frame)[int(np.flatnonzero(numbers == number)[0])]
            raise EstimationError(
                f"{place} answers '{code}' to {indicator.id}, which is no level of it; expected {', '.join(position_of)} or a blank."
            )
    # The number of a blank is -1, so it takes the last entry.
    return np.array([*(position_of[code] for code in codes), UNANSWERED], dtype=np.int16)[numbers]


def places(frame: pd.DataFrame) -> np.ndarray:
    """How people are told of each row: its place, and its index round where the frame has several."""
    name = frame["place_id"].astype(str) if "place_id" in frame else pd.Series([f"row {at}" for at in range(1, len(frame) + 1)])
    if "index_round" in frame and frame["index_round"].nunique() > 1:
        name = name + ", round " + frame["index_round"].astype(str)
    return name.to_numpy(dtype=object)


def once(frame: pd.DataFrame) -> None:
    """That no location stands twice in an index round.

    Raises:
        EstimationError: one does.
    """
    keys = [column for column in ("place_id", "index_round") if column in frame]
    if "place_id" in keys and frame.duplicated(keys).any():
        place = places(frame)[int(np.flatnonzero(frame.duplicated(keys).to_numpy())[0])]
        raise EstimationError(f"{place} stands twice; give one row per location and index round.")


def terms(indicators: Iterable[Indicator]) -> tuple[Term, ...]:
    """One term for every level but the first of each indicator."""
    return tuple(
        Term(indicator.id, (level.code,), (at,))
        for indicator in indicators
        for at, level in enumerate(indicator.levels)
        if at > 0
    )


@dataclass(frozen=True)
class Identifiability:
    """What the rows of a matrix M tell of the coefficients of its columns.

    ``free`` is I - M⁺M: coefficient j is identified where row j is zero; otherwise the entries of row j that are not zero name
    the columns it cannot be told apart from (rule of this project; textbook linear algebra).
    """

    rank: int
    free: np.ndarray

    @property
    def identified(self) -> np.ndarray:
        """Whether each coefficient is identified."""
        return np.abs(self.free).max(axis=1, initial=0.0) < _ZERO

    def tied(self, column: int) -> list[int]:
        """The other columns that a coefficient cannot be told apart from."""
        return [int(other) for other in np.flatnonzero(np.abs(self.free[column]) >= _ZERO) if other != column]

    def is_sum_identified(self, columns: Sequence[int] | np.ndarray) -> bool:
        """Whether the sum of some coefficients is identified."""
        return bool(np.abs(self.free[:, list(columns)].sum(axis=1)).max() < _ZERO)


def identifiability(matrix: np.ndarray) -> Identifiability:
    """What the rows of a matrix of shape (rows, columns) tell of the coefficients of its columns."""
    columns = matrix.shape[1]
    # The columns' products have the same null space as the columns, and their size does not grow with the rows.
    values, vectors = np.linalg.eigh(matrix.T @ matrix)
    null = vectors[:, values <= values.max(initial=0.0) * columns * 1e-12]
    return Identifiability(columns - null.shape[1], null @ null.T)
