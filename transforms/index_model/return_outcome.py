"""What a fit explains: the share of households that returned, or whether any did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.index_model.coding import EstimationError

OUTCOMES = ("share", "any")
RETURNED, BASELINE = "returnee_households", "baseline_households"
# Shares this close to 0 or 1 are 0 or 1 (rule of this project).
EDGE = 1e-9


@dataclass(frozen=True)
class Outcome:
    """The outcome of every row of a frame.

    ``values`` are shares from 0 to 1, NaN where the row cannot be used; ``dropped`` counts those by reason; ``clipped`` counts
    the rows with more households returned than its baseline holds, whose share is set to 1.
    """

    kind: str
    values: np.ndarray
    dropped: dict[str, int]
    clipped: int


def outcome(frame: pd.DataFrame, kind: str) -> Outcome:
    """The outcome of a frame with the numeric column ``returnee_households`` and, for ``share``, ``baseline_households``.

    ``share`` is returned over baseline (pre-displacement, returnable) households, clipped to 0..1; ``any`` is 1 where at least
    one household returned (rule of this project: which outcome the published regression has is unknown).

    Raises:
        EstimationError: the kind is unknown, a column is missing, or no row can be used.
    """
    if kind not in OUTCOMES:
        raise EstimationError(f"The outcome '{kind}' is none of {', '.join(OUTCOMES)}; choose one of them.")
    returned = _numbers(frame, RETURNED, kind)
    without = ~(returned >= 0)
    dropped = {f"{RETURNED} missing or below 0": int(without.sum())}
    if kind == "any":
        values, clipped = (returned > 0).astype(float), 0
    else:
        baseline = _numbers(frame, BASELINE, kind)
        none = ~(baseline > 0)
        dropped[f"{BASELINE} missing or not above 0"] = int((none & ~without).sum())
        without = without | none
        share = returned / np.where(without, 1.0, baseline)
        clipped = int((share[~without] > 1).sum())
        values = np.clip(share, 0.0, 1.0)
    if without.all():
        raise EstimationError(
            f"No row has an outcome: {', '.join(dropped)} in all {len(frame):,} rows; give rows that have both."
        )
    return Outcome(kind, np.where(without, np.nan, values), dropped, clipped)


def _numbers(frame: pd.DataFrame, column: str, kind: str) -> np.ndarray:
    if column not in frame:
        raise EstimationError(f"The outcome '{kind}' needs the column {column}, which the data do not have; add it.")
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def check_variation(values: np.ndarray, kind: str) -> None:
    """That the outcomes of the rows of a regression differ.

    Raises:
        EstimationError: they do not.
    """
    if kind == "any" and (values == 1).all():
        raise EstimationError(
            f"All {len(values):,} rows have returned households, as assessed return locations do, so the outcome 'any' is 1 everywhere "
            "and cannot be explained; add places without return that also carry answers, or use the outcome 'share'."
        )
    if np.ptp(values) <= EDGE:
        raise EstimationError(
            f"The outcome '{kind}' is {values[0]:.6g} in all {len(values):,} rows, so no answer can explain it; "
            "give rows whose outcomes differ."
        )
