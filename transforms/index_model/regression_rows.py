"""The rows of a regression: outcomes, answers, controls and districts, and the columns beside the levels of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from expectations.index import NOT_APPLICABLE
from transforms.index_model.coding import DOES_NOT_APPLY, UNANSWERED, Answers, EstimationError
from transforms.index_model.return_outcome import EDGE

CONTROLS = ("governorate", "location_type")
DISTRICT = "district"


@dataclass(frozen=True)
class RegressionRows:
    """Rows that have an outcome. Every part has one entry per row.

    ``outcomes`` are shares from 0 to 1, ``controls`` texts by name, ``districts`` numbers from 0 on or None where not asked for.
    """

    outcomes: np.ndarray
    answers: Answers
    controls: dict[str, np.ndarray]
    districts: np.ndarray | None
    dropped: dict[str, int] = field(default_factory=dict)

    def take(self, at: np.ndarray) -> RegressionRows:
        """Some of the rows, by mask or position; a position may stand several times."""
        return replace(
            self,
            outcomes=self.outcomes[at],
            answers=self.answers.rows(at),
            controls={name: values[at] for name, values in self.controls.items()},
            districts=None if self.districts is None else self.districts[at],
        )

    def without(self, mask: np.ndarray, reason: str) -> RegressionRows:
        """Without some rows, counted under ``reason``."""
        left = self.take(~mask)
        return replace(left, dropped={**self.dropped, reason: int(mask.sum())}) if mask.any() else self

    def of(self, scales: Sequence[str]) -> RegressionRows:
        """The rows that answer every indicator of some scales, with those indicators only."""
        at = [number for number, indicator in enumerate(self.answers.indicators) if indicator.scale in scales]
        answers = Answers(tuple(self.answers.indicators[number] for number in at), self.answers.positions[:, at])
        unanswered = (answers.positions == UNANSWERED).any(axis=1)
        return replace(self, answers=answers).without(unanswered, "an indicator is unanswered")

    def is_alike(self, mask: np.ndarray) -> bool:
        """Whether the outcomes of some rows are all 0 or all 1, so that no finite coefficient fits them."""
        own = self.outcomes[mask]
        return bool(len(own) and ((own <= EDGE).all() or (own >= 1 - EDGE).all()))

    def sides(self) -> dict[str, np.ndarray]:
        """Masks of the columns that take no part in the weights: answers that do not apply, and values of controls.

        The most frequent value of a control is its reference and has no column.
        """
        found = {name: mask for name, mask in self._not_applicable().items() if mask.any() and not mask.all()}
        for control, values in self.controls.items():
            names, counts = np.unique(values, return_counts=True)
            reference = names[int(np.argmax(counts))] if len(names) else None
            found |= {f"{control}={name}": values == name for name in names if name != reference}
        return found

    def without_alike_sides(self) -> RegressionRows:
        """Without the rows of answers that do not apply, and of values of controls, whose outcomes are all alike.

        Their coefficient would be infinite, and in that limit they tell nothing about the other coefficients.
        """
        rows, is_done = self, False
        while not is_done:
            alike = [(name, mask) for name, mask in rows._values().items() if not mask.all() and rows.is_alike(mask)]
            is_done = not alike
            for name, mask in alike[:1]:
                rows = rows.without(mask, f"{name}: all outcomes are 0, or all are 1")
        return rows

    def _values(self) -> dict[str, np.ndarray]:
        """Masks of everything that sides may be made of, the references included."""
        values = {f"{control}={name}": own == name for control, own in self.controls.items() for name in np.unique(own)}
        return {**self._not_applicable(), **values}

    def _not_applicable(self) -> dict[str, np.ndarray]:
        return {
            f"{indicator.id}={NOT_APPLICABLE}": given == DOES_NOT_APPLY
            for indicator, given in zip(self.answers.indicators, self.answers.positions.T, strict=True)
        }


def regression_rows(
    frame: pd.DataFrame, answers: Answers, outcomes: np.ndarray, controls: Sequence[str], *, needs_district: bool
) -> RegressionRows:
    """The rows of a frame that have an outcome (not NaN), every control and, where needed, a district.

    Raises:
        EstimationError: a control is unknown, a column is missing, or no row is left.
    """
    unknown = [name for name in controls if name not in CONTROLS]
    if unknown:
        raise EstimationError(f"The control '{unknown[0]}' is none of {', '.join(CONTROLS)}; choose among them.")
    wanted = (*controls, *((DISTRICT,) if needs_district else ()))
    missing = [name for name in wanted if name not in frame]
    if missing:
        raise EstimationError(
            f"The data have no column {', '.join(missing)}, which the chosen options need; add it or drop the option."
        )
    codes = pd.factorize(frame[DISTRICT])[0] if needs_district else None
    texts = {name: frame[name].astype(object).to_numpy() for name in controls}
    rows = RegressionRows(outcomes, answers, texts, codes)
    rows = rows.take(~np.isnan(outcomes))
    for name in controls:
        rows = rows.without(pd.isna(rows.controls[name]), f"{name} is missing")
    if rows.districts is not None:
        rows = rows.without(rows.districts < 0, f"{DISTRICT} is missing")
    if not len(rows.outcomes):
        raise EstimationError(f"No row has an outcome and {', '.join(wanted)}; fill in those columns.")
    return rows
