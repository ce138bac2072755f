"""With how many decimals scores are printed, and how far a printed score may lie from the true one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from expectations.index import OVERALL
from transforms.index_model.coding import EstimationError

# Scores with more decimals are taken as unrounded (rule of this project): half a unit of the next one is below EXACT.
MOST_DECIMALS = 5
# How far an unrounded score may lie from what a rule gives (rule of this project).
EXACT = 1e-6
# What the solver of linear programmes leaves (HiGHS: primal feasibility 1e-7), and a decimal number as a binary one.
SLACK = 2e-7


@dataclass(frozen=True)
class Rounding:
    """``decimals`` of the printed scores, None where they are unrounded."""

    decimals: int | None

    @property
    def half(self) -> float:
        """Half a unit of the last decimal: how far the true score may be from the printed one; 0 where unrounded."""
        return 0.0 if self.decimals is None else 0.5 * 10.0**-self.decimals

    @property
    def tolerance(self) -> float:
        """The largest residual of a rule that holds."""
        return EXACT if self.decimals is None else self.half + SLACK

    @property
    def words(self) -> str:
        """In words, for a report."""
        return "unrounded" if self.decimals is None else f"{self.decimals} decimal{'' if self.decimals == 1 else 's'}"


def roundings(frame: pd.DataFrame, columns: Iterable[str], given: Mapping[str, int | None]) -> dict[str, Rounding]:
    """The rounding of some columns of scores: as given, otherwise as found.

    Scale scores of one file are taken to be printed alike: where one holds more decimals than another, those are the decimals
    of all that are not given. A scale whose true scores happen to be whole numbers is thus not taken for a rounded one. The
    overall score stands for itself, because a mean of rounded scores has more decimals than they.

    Raises:
        EstimationError: a given number of decimals is none.
    """
    for column, decimals in given.items():
        if decimals is not None and (isinstance(decimals, bool) or not isinstance(decimals, int) or decimals < 0):
            raise EstimationError(
                f"The decimals of {column} are given as {decimals}; give a whole number, or none for unrounded scores."
            )
    found = {column: decimals_of(frame[column]) for column in columns}
    scales = [decimals for column, decimals in found.items() if column != OVERALL]
    together = None if None in scales else max(scales, default=0)
    free = {column: decimals if column == OVERALL else together for column, decimals in found.items()}
    return {column: Rounding(_coarse(given.get(column, decimals))) for column, decimals in free.items()}


def _coarse(decimals: int | None) -> int | None:
    return None if decimals is None or decimals > MOST_DECIMALS else decimals


def decimals_of(values: pd.Series) -> int | None:
    """The decimals of a column of scores, texts or numbers, read off its most precise value; None where that has more than five."""
    present = values.dropna()
    if pd.api.types.is_numeric_dtype(present):
        return _of_numbers(present.to_numpy(dtype=float))
    digits = present.astype(str).str.strip().str.partition(".")[2].str.len()
    most = int(digits.max()) if len(digits) else 0
    return most if most <= MOST_DECIMALS else None


def _of_numbers(values: np.ndarray) -> int | None:
    values = values[np.isfinite(values)]
    for decimals in range(MOST_DECIMALS + 1):
        if (np.abs(np.round(values, decimals) - values) <= 1e-9).all():
            return decimals
    return None
