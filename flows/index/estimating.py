"""Making models: estimating weights from returns (fit) and recovering those of a published dataset (calibrate).

A result is a new model file and, beside it, a report in Markdown that says what the numbers rest on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa

from expectations import index_model, index_model_file
from expectations.index_model import IndexModel
from expectations.schema import decoded
from flows import export
from flows.index import receiving
from flows.index.receiving import Order
from flows.problem import ExitCode, Problem
from flows.run import today
from flows.show import counted
from transforms.index.answer_columns import PLACE_COLUMNS
from transforms.index_model.coding import EstimationError

HOUSEHOLDS = ("returnee_households", "baseline_households")
REPORT_ENDING = ".report.md"


@dataclass(frozen=True)
class Target:
    """Where a new model goes, and by what it is to be known."""

    path: Path
    model_id: str
    version: str


def fit(path: Path, name: str, base: IndexModel, order: Order, target: Target, **said: object) -> list[str]:
    """Estimate weights and write the model and its report; returns lines for the user.

    Raises:
        Problem: the file cannot be taken, or its rows do not allow an estimation; nothing is written.
    """
    from transforms.index_model.fit import fit as estimate
    from transforms.index_model.fit_report import fit_report
    from transforms.index_model.fit_result import FitOptions

    frame = _frame(path, name, base, order, HOUSEHOLDS)
    options = FitOptions(model_id=target.model_id, version=target.version, date=today().isoformat(), data_name=name, **said)
    try:
        made = estimate(frame, base, options)
    except EstimationError as error:
        raise Problem(ExitCode.SOURCE_REFUSED, f"{name}: {error}") from error
    lines = [*_written(target.path, made.document, fit_report(made)), *(f"warning: {warning}" for warning in made.warnings)]
    return [*lines, "A re-estimated model is not a replication of the published one; the report says what it rests on."]


def calibrate(
    path: Path, name: str, base: IndexModel, order: Order, target: Target, decimals: dict[str, int | None], *, reaches_100: bool
) -> list[str]:
    """Recover the numbers of a published dataset; write each model found, and the report in any case.

    Raises:
        Problem: the file cannot be taken, or nothing could be recovered; then the report says why.
    """
    from transforms.index_model.calibrate import calibrate as recover
    from transforms.index_model.calibration_report import calibration_report
    from transforms.index_model.calibration_result import CalibrateOptions

    scales = tuple(scale.id for scale in base.scales)
    published = (*scales, "overall", *(f"{scale}_category" for scale in scales), "category")
    frame = _frame(path, name, base, order, published, tuple(c for c in published if c.endswith("category")))
    options = CalibrateOptions(
        model_id=target.model_id,
        version=target.version,
        date=today().isoformat(),
        data_name=name,
        decimals=decimals,
        reaches_100=reaches_100,
    )
    try:
        made = recover(frame, base, options)
    except EstimationError as error:
        raise Problem(ExitCode.SOURCE_REFUSED, f"{name}: {error}") from error
    if not made.documents:
        beside = _report_path(target.path)
        text = calibration_report(made)
        export.put(beside, lambda waiting: waiting.write_text(text, encoding="utf-8"))
        raise Problem(ExitCode.FIGURES_DIFFER, f"{name}: no model could be recovered; see {beside}.", tuple(made.reasons))
    lines: list[str] = []
    for document in made.documents:
        own = target.path if len(made.documents) == 1 else target.path.with_stem(f"{target.path.stem}-{document['version']}")
        lines += _written(own, document, calibration_report(made))
    lines += [f"before use: {note}" for note in made.notes]
    for document in made.documents:
        lines += _cut_offs(document)
    return lines


def _frame(
    path: Path, name: str, base: IndexModel, order: Order, numbers: Sequence[str], texts: Sequence[str] = ()
) -> pd.DataFrame:
    """One row per location and index round: a column per indicator, the areas, and the other columns asked for.

    Raises:
        Problem: a row cannot be taken, or a number is none; the row is named.
    """
    # a dataset of one round need not say which
    made = receiving.read(
        None, path, name, base, replace(order, index_round=order.index_round or base.first_round), tuple(numbers)
    )
    places = made.tables["received_index_place"].to_pandas()
    answers = decoded(made.tables["received_index_answer"]).to_pandas()
    wide = answers.pivot(index="place_number", columns="indicator", values="answer")
    named = places[["place_number", "index_round", "place_id", *PLACE_COLUMNS, "source_row"]]
    frame = named.merge(wide.reset_index(), on="place_number", how="left").drop(columns="place_number")
    frame = frame.reindex(columns=[*frame.columns, *(i.id for i in base.indicators if i.id not in frame.columns)])
    extra = _once(made.extra, name)
    for column in numbers:
        if column not in extra.columns or column in texts:
            continue
        parsed = pd.to_numeric(extra[column], errors="coerce")
        wrong = extra[column].notna() & parsed.isna()
        if wrong.any():
            first = extra[wrong].iloc[0]
            row = places.loc[
                (places["place_id"] == first["place_id"]) & (places["index_round"] == first["index_round"]), "source_row"
            ].iloc[0]
            more = f" ({int(wrong.sum())} such rows)" if wrong.sum() > 1 else ""
            raise Problem(
                ExitCode.SOURCE_REFUSED, f"{name}: row {row}: {column} is '{first[column][:40]}', expected a number{more}."
            )
        extra[column] = parsed
    return frame.merge(extra, on=["index_round", "place_id"], how="left")


def _once(extra: pa.Table, name: str) -> pd.DataFrame:
    """The other columns by location; in a long file every row of a location repeats them.

    Raises:
        Problem: the rows of a location differ.
    """
    grouped = extra.to_pandas().groupby(["index_round", "place_id"], as_index=False)
    counts = grouped.nunique()
    for column in extra.column_names[2:]:
        differing = counts[counts[column] > 1]
        if len(differing):
            place = differing.iloc[0]
            raise Problem(
                ExitCode.SOURCE_REFUSED,
                f"{name}: the rows of place_id {place['place_id']} in index round {place['index_round']} hold different {column}, "
                f"expected one ({counted(len(differing), 'such location')}).",
            )
    return grouped.first()


def _written(path: Path, document: dict, report: str) -> list[str]:
    text = index_model.written(document)
    index_model_file.parse(text, path.name)
    export.put(path, lambda waiting: waiting.write_text(text, encoding="utf-8"))
    beside = _report_path(path)
    export.put(beside, lambda waiting: waiting.write_text(report, encoding="utf-8"))
    return [f"Wrote {path} ({document['id']} {document['version']}, {document['status']}) and {beside}."]


def _cut_offs(document: dict) -> list[str]:
    """Within what brackets each cut-off is known: a location between them may be in either category."""
    said = []
    for scale, brackets in document["provenance"].get("cut_offs", {}).items():
        known = ", ".join(
            f"{one['category']} from {one['saved']:g} (between {one['above']:g} and {one['up_to']:g})"
            for one in brackets
            if one["above"] is not None and one["up_to"] is not None
        )
        said += [f"cut-offs of {scale}: {known}"] if known else []
    return said


def _report_path(path: Path) -> Path:
    return path.with_name(path.stem + REPORT_ENDING)
