"""The numbers of an existing index, recovered from rows that hold answers and published scores.

Weights of each scale, the rule for missing answers, the combination of the scales and the cut-offs of categories, apart for each
index round. The tests are rules of this project; they hold to zero residual, not to a good fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from expectations.index_model import IndexModel
from transforms.index_model.calibrated_document import calibrated_document, score_notes
from transforms.index_model.calibration_result import CalibrateOptions, Calibration, RoundCalibration
from transforms.index_model.coding import EstimationError
from transforms.index_model.cutoffs import seen_order
from transforms.index_model.identified_weights import identifiability_table
from transforms.index_model.published_scores import PublishedScores, published_scores
from transforms.index_model.round_calibration import round_calibration
from transforms.index_model.round_runs import differences, runs

__all__ = ["CalibrateOptions", "Calibration", "calibrate"]


def calibrate(dataset: pd.DataFrame, base: IndexModel, options: CalibrateOptions) -> Calibration:
    """Recover the numbers of an index whose indicators, levels and scales are those of ``base``.

    Args:
        dataset: one row per location and index round: ``place_id``; a text column per indicator with level codes; as far as they
            are published a numeric column per scale and ``overall``, and text columns ``<scale>_category`` and ``category``; optional
            ``index_round``, ``governorate``, ``location_type``.
        base: the model that says what the columns mean. What the dataset does not tell is taken from it.
        options: see :class:`CalibrateOptions`.

    Raises:
        EstimationError: the dataset cannot be read as such: a column is missing, or a value is not what its column says.
    """
    rows = published_scores(dataset, base)
    order = seen_order(_order(base), list(rows.categories.values()), _fewest(base))
    rounds = [(number,) for number in rows.rounds()] or [()]
    apart = [round_calibration(rows.of(own), base, options, order, len(rounds)) for own in rounds]
    joined = [own for run in runs(apart) for own in _together(run, rows, base, options, order)]
    documents, notes, reasons = _documents(joined, base, options, order)
    tables = [
        identifiability_table(found).assign(rounds=own.name)
        for own in joined
        for found in (*own.scales.values(), *((own.overall_points,) if own.overall_points is not None else ()))
    ]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    return Calibration(options, base, documents, tuple(apart), tuple(joined), table, _changes(joined), notes, reasons)


def _order(base: IndexModel) -> tuple[str, ...]:
    return tuple(base.document["categories"]["order"])


def _fewest(base: IndexModel) -> int:
    """The categories that a model must keep: those up to the one from which a hotspot is high, and at least two."""
    return max(2, _order(base).index(base.hotspot.high_from) + 1 if base.hotspot is not None else 2)


def _together(
    run: Sequence[RoundCalibration], rows: PublishedScores, base: IndexModel, options: CalibrateOptions, order: tuple[str, ...]
) -> list[RoundCalibration]:
    """The calibration of all rows of a run of equal rounds; the rounds apart where they turn out not to hold together."""
    if len(run) == 1:
        return list(run)
    numbers = [number for own in run for number in own.index_rounds]
    joined = round_calibration(rows.of(numbers), base, options, order, len(rows.rounds()))
    return [joined] if not joined.obstacles or all(own.obstacles for own in run) else list(run)


def _documents(
    joined: Sequence[RoundCalibration], base: IndexModel, options: CalibrateOptions, order: tuple[str, ...]
) -> tuple[tuple[dict, ...], tuple[str, ...], tuple[str, ...]]:
    """A document for every run without obstacle, what to know of them, and why there is none for the others."""
    documents: list[dict] = []
    notes: list[str] = []
    reasons: list[str] = []
    for own in joined:
        reasons += [f"{own.name}: {sentence}" for sentence in own.obstacles]
        if not own.obstacles:
            version = _version(options.version, len(documents))
            documents.append(calibrated_document(own, base, options, version, order))
            notes += [f"{options.model_id} {version}: {sentence}" for sentence in score_notes(own, base, options)]
    return tuple(documents), tuple(notes), tuple(reasons)


def _version(first: str, later: int) -> str:
    """The version ``later`` minor versions after the first."""
    parts = first.split(".")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        raise EstimationError(f"The version '{first}' is not three numbers such as 1.0.0; give one.")
    return first if later == 0 else f"{parts[0]}.{int(parts[1]) + later}.0"


def _changes(joined: Sequence[RoundCalibration]) -> tuple[str, ...]:
    return tuple(
        f"Between {before.name.lower()} and {after.name.lower()}: {sentence}."
        for before, after in pairwise(joined)
        for sentence in differences(before, after)
    )
