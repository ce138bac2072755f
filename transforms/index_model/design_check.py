"""What the columns of a regression allow: whether they can be told apart, and how strongly they go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.index_model.coding import EstimationError, identifiability

HIGH_VIF = 10.0
HIGH_CORRELATION = 0.95
_NAMED = 12


@dataclass(frozen=True)
class DesignCheck:
    """Diagnostics of the columns X of a regression, the constant included.

    ``vif`` holds the variance inflation factor of each column but the constant; ``pairs`` the columns whose correlation is
    above 0.95 in size, with it.
    """

    rank: int
    columns: int
    condition: float
    vif: pd.Series
    pairs: tuple[tuple[str, str, float], ...]


def check_rank(matrix: np.ndarray, names: Sequence[str], what: str) -> int:
    """The rank of the columns, which must be their number.

    Raises:
        EstimationError: rows are too few, or columns cannot be told apart; names them (rule of this project: no silent
            pseudo-inverse).
    """
    rows, columns = matrix.shape
    if rows <= columns:
        raise EstimationError(
            f"{what} has {rows:,} usable rows for {columns:,} columns, fewer than it needs; give more complete rows or a model with fewer levels."
        )
    found = identifiability(matrix)
    tied = [name for name, is_identified in zip(names, found.identified, strict=True) if not is_identified]
    if tied:
        listed = ", ".join(tied[:_NAMED]) + (f" and {len(tied) - _NAMED} more" if len(tied) > _NAMED else "")
        raise EstimationError(
            f"{what} cannot tell these columns apart (rank {found.rank} of {columns}): {listed}; "
            "leave one of the indicators or controls out, or give rows in which they differ."
        )
    return found.rank


def design_check(matrix: np.ndarray, names: Sequence[str], rank: int) -> DesignCheck:
    """The diagnostics of a matrix of full rank, whose first column is the constant.

    The variance inflation factors are the diagonal of the inverse correlation matrix, which is what
    ``statsmodels.stats.outliers_influence.variance_inflation_factor`` gives for each column when there is a constant.
    """
    columns = list(names[1:])
    if not columns:
        return DesignCheck(rank, len(names), 1.0, pd.Series(dtype=float), ())
    correlation = np.atleast_2d(np.corrcoef(matrix[:, 1:], rowvar=False))
    vif = pd.Series(np.diag(np.linalg.inv(correlation)), index=columns)
    first, second = np.nonzero(np.triu(np.abs(correlation) > HIGH_CORRELATION, k=1))
    pairs = tuple((columns[a], columns[b], float(correlation[a, b])) for a, b in zip(first, second, strict=True))
    return DesignCheck(rank, len(names), float(np.linalg.cond(matrix)), vif, pairs)
