"""What a calibration found, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from expectations.index import disclaimer
from transforms.index_model.calibration_result import Calibration, RoundCalibration
from transforms.index_model.combination import Combination
from transforms.index_model.cutoffs import CutOffs
from transforms.index_model.identified_weights import identifiability_table
from transforms.index_model.missing_rule import UNKNOWN
from transforms.index_model.report_table import NOTHING, bullets, number, percent, table, text
from transforms.index_model.scale_weights import ScaleWeights
from transforms.index_model.score_alternatives import Alternatives


def calibration_report(calibration: Calibration) -> str:
    """Everything that people need to judge recovered models, as Markdown text."""
    parts = [
        _head(calibration),
        *(_run(run) for run in calibration.runs),
        _apart(calibration),
        ["## What changed between rounds", "", *bullets(calibration.changes)],
    ]
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _head(calibration: Calibration) -> list[str]:
    options, base = calibration.options, calibration.base
    saved = [f"{document['id']} {document['version']}, {_range(document)}" for document in calibration.documents]
    lines = [
        f"# {text(options.model_id)}: numbers recovered from published scores",
        "",
        f"{disclaimer('calibrated')}.",
        "",
        *table(
            ("", ""),
            [
                ("Data", options.data_name),
                ("Date", options.date),
                ("Indicators, levels and what the data do not tell", f"{base.name}, {base.sha256[:12]}"),
                ("Models", "; ".join(saved) or "none: not calibrated"),
            ],
        ),
    ]
    if calibration.reasons:
        lines += ["## Why there is no model", "", *bullets(calibration.reasons)]
    return [*lines, "## Before a model is used", "", *bullets(calibration.notes)]


def _range(document: dict) -> str:
    first, last = document["rounds"]["from"], document["rounds"]["to"]
    if first == last:
        return f"round {first}"
    return f"rounds {first} on" if last is None else f"rounds {first} to {last}"


def _run(run: RoundCalibration) -> list[str]:
    lines = [f"## {run.name}", "", f"{run.rows:,} rows.", "", *bullets(run.findings)]
    for found in (*run.scales.values(), *((run.overall_points,) if run.overall_points is not None else ())):
        lines += _scale(found)
        if found.scale in run.alternatives:
            lines += _alternatives(run.alternatives[found.scale])
    return [*lines, *_missing(run), *_combination(run.combination), *_cutoffs(run.cutoffs)]


def _scale(found: ScaleWeights) -> list[str]:
    tolerance = found.rounding.tolerance
    test = (
        "largest residual of least squares" if found.rounding.decimals is None else "smallest possible largest residual (minimax)"
    )
    figures = [
        ("Scores", found.rounding.words),
        ("Complete rows", f"{found.rows:,}"),
        ("Rank", f"{found.found.rank} of {found.columns} columns" + ("" if found.has_constant else ", without constant")),
        (
            f"Zero-residual test: {test}",
            f"{found.residual:.3g}, tolerance {tolerance:.3g}: {'holds' if found.is_additive else 'fails'}",
        ),
        ("Largest residual of least squares", f"{found.least_squares_residual:.3g}"),
        ("Score where every condition is met", number(found.constant, 6) if found.has_constant else "taken as 0"),
        ("Largest difference to a fit without negative weights", f"{found.non_negative_difference:.3g}"),
        ("Sum of the largest weights", number(found.maxima, 6)),
    ]
    rows = (
        (
            row["indicator"], row["level"], f"{row['n']:,}", row["status"],
            *(number(row[column], 6) for column in ("weight", "low", "high")), row["note"],
        )
        for row in identifiability_table(found).to_dict("records")
    )  # fmt: skip
    heads = ("Indicator", "Level", "n", "Weight is", "Weight", "From", "To", "Note")
    return [f"### Score {found.scale}", "", *table(("", ""), figures), *table(heads, rows)]


def _alternatives(own: Alternatives) -> list[str]:
    tried = ((form.name, number(form.residual, 6), "yes" if form.is_accepted else "no", form.detail) for form in own.tried)
    rows = (
        (row["place"], *(number(row[column], 6) for column in ("score", "fitted", "residual")))
        for row in own.largest.to_dict("records")
    )
    return [
        f"### Other forms of the score {own.scale}",
        "",
        f"None is written to a model file, which holds sums of points. Tolerance {own.tolerance:.3g}.",
        "",
        *table(("Form, in the order tried", "Largest residual", "Accepted", ""), tried),
        f"As a sum of points, fitted by least absolute deviations: {percent(own.within)} of rows are within tolerance. Ten largest residuals:",
        "",
        *table(("Location", "Score", "Fitted", "Residual"), rows),
    ]


def _missing(run: RoundCalibration) -> list[str]:
    names = list(run.missing[0].residuals) if run.missing else []
    rows = (
        (
            rule.scale,
            rule.kind,
            f"{rule.rows:,}",
            *(number(rule.residuals[name], 6) for name in names),
            number(rule.tolerance, 6),
            rule.rule,
        )
        if rule.rows
        else (rule.scale, rule.kind, "0", *(NOTHING for _ in names), NOTHING, f"{UNKNOWN}: no such row")
        for rule in run.missing
    )
    heads = ("Scale", "Answers", "Rows", *(f"Largest residual: {name}" for name in names), "Tolerance up to", "Rule")
    return ["### Missing answers", "", *table(heads, rows)]


def _combination(found: Combination | None) -> list[str]:
    lines = ["### Combination", ""]
    if found is None:
        return [*lines, "The data do not have all scale scores and an overall one; the rule is that of the base model.", ""]
    named = ((name, f"{residual:.3g}", f"{found.tolerance[name]:.3g}") for name, residual in found.residuals.items())
    listed = ", ".join(f"{scale} {coefficient:.6g}" for scale, coefficient in found.coefficients.items())
    shares = ", ".join(f"{scale} {share:.6g}" for scale, share in found.shares.items())
    return [
        *lines,
        f"Rule: **{found.rule}**, from {found.rows:,} rows. Least squares: {listed}, constant {found.constant:.3g}. Shares of a weighted mean: {shares}.",
        "",
        *table(("Candidate", "Largest residual", "Tolerance"), named),
    ]


def _cutoffs(found: dict[str, CutOffs]) -> list[str]:
    return ["### Cut-offs", "", *table(("Score", "Category", "Begins above", "and at most at", "Saved", "Note"), _bounds(found))]


def _bounds(found: dict[str, CutOffs]) -> Iterator[tuple]:
    for own in found.values():
        for at, bracket in enumerate(own.brackets):
            saved = number(own.bounds[at], 6) if own.bounds else "none: categories overlap"
            note = "open: no score on one side" if bracket.is_open else ""
            if bracket.shared_with:
                note = "; ".join(filter(None, (note, f"same bracket as {', '.join(bracket.shared_with)}")))
            yield own.scale, bracket.upper, number(bracket.low, 6), number(bracket.high, 6), saved, note


def _apart(calibration: Calibration) -> list[str]:
    rows = (
        (
            own.name,
            f"{own.rows:,}",
            "; ".join(
                f"{scale} {found.residual:.3g} ({'holds' if found.is_additive else 'fails'})"
                for scale, found in own.scales.items()
            ),
            own.combination.rule if own.combination else None,
        )
        for own in calibration.rounds
    )
    return ["## Every round apart", "", *table(("Round", "Rows", "Zero-residual test", "Combination"), rows)]
