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
    counts = {"households": households} if individuals is None else {"households": households, "individuals": individuals}
    agreeing = {name: int(np.sum(margin == count)) for name, count in counts.items()}
    fits = [name for name, rows in agreeing.items() if rows >= UNIT_AGREEMENT_MINIMUM * len(margin)]
    if len(fits) == 1:
        return fits[0]
    shares = " and ".join(f"{name} on {rows:,} of {len(margin):,} rows" for name, rows in agreeing.items())
    raise Refusal(file, "unit_unclear", f"The unit of the governorate cells cannot be decided: they add up to {shares}.")


def to_households(cells: np.ndarray, households: np.ndarray, individuals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cells in individuals as households, by the row's own factor, and a mask of cells that are not known.

    A cell that is the whole row is the row's households. Any other needs a row with a whole factor (6, or 5 in a
    camp) and no remainder: nothing is rounded, and a factor between the two could hide a wrong whole number.
    """
    has_factor = (individuals > 0) & (households > 0)
    safe_households, safe_individuals = np.where(has_factor, households, 1), np.where(has_factor, individuals, 1)
    factor = np.maximum(safe_individuals // safe_households, 1)
    divides = has_factor & (safe_individuals % safe_households == 0) & (cells % factor == 0)
    is_all = has_factor & (cells == individuals)
    known = divides | is_all | (cells == 0)
    return np.where(is_all, households, np.where(known, cells // factor, 0)), ~known
