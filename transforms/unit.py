"""The unit of the breakdown cells of a list: households or individuals, decided on the origin margin."""

from __future__ import annotations

import numpy as np

from expectations.rules import UNIT_AGREEMENT_MINIMUM
from transforms.refusal import Refusal


def decide(margin: np.ndarray, households: np.ndarray, individuals: np.ndarray | None, file: str) -> str:
    """``households`` or ``individuals``.

    Args:
        margin: sum of the governorate cells per row.
        households: households per row.
        individuals: individuals as provided per row, or None where the list has none.

    Raises:
        Refusal: neither count is met on enough rows, or both are.
    """
    by_households = float(np.mean(margin == households)) if len(margin) else 0.0
    by_individuals = float(np.mean(margin == individuals)) if individuals is not None and len(margin) else 0.0
    fits = [
        name
        for name, share in (("households", by_households), ("individuals", by_individuals))
        if share >= UNIT_AGREEMENT_MINIMUM
    ]
    if len(fits) == 1:
        return fits[0]
    shares = f"they equal households on {by_households:.1%} and individuals as provided on {by_individuals:.1%} of the rows"
    raise Refusal(file, "unit_unclear", f"The unit of the governorate cells cannot be decided: {shares}.")


def to_households(cells: np.ndarray, households: np.ndarray, individuals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cells in individuals as households, by the row's own factor, and a mask of cells with a remainder.

    Never rounds: a cell that is no whole number of households is not known.
    """
    product = cells * households
    factor = np.where(individuals > 0, individuals, 1)
    remainder = (product % factor != 0) | ((individuals <= 0) & (cells != 0))
    return np.where(remainder, 0, product // factor), remainder
