"""The diagnostics of a fit as Markdown."""

from __future__ import annotations

import pandas as pd

from expectations.index import disclaimer
from transforms.index_model.design_check import HIGH_CORRELATION, HIGH_VIF
from transforms.index_model.fit_result import ASSOCIATIONS, NOT_A_REPLICATION, Fit, Regression
from transforms.index_model.report_table import bullets, number, percent, table, text


def fit_report(fit: Fit) -> str:
    """Everything that people need to judge a fitted model, as Markdown text."""
    parts = [
        _head(fit),
        ["## Warnings", "", *bullets(fit.warnings)],
        _outcome(fit),
        *(_regression(regression) for regression in fit.regressions),
        _levels(fit),
        _bootstrap(fit),
    ]
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _head(fit: Fit) -> list[str]:
    options = fit.options
    return [
        f"# {text(options.model_id)} {text(options.version)}: weights fitted to returns",
        "",
        f"**{NOT_A_REPLICATION}**",
        "",
        f"{ASSOCIATIONS} {disclaimer(fit.document['status'])}.",
        "",
        *table(
            ("", ""),
            [
                ("Data", options.data_name),
                ("Date", options.date),
                ("Outcome", options.outcome),
                ("Design", options.design),
                ("Controls", ", ".join(options.controls)),
                ("Rows below which a level is pooled", options.min_level_n),
                ("Base model (indicators, cut-offs, combination, hotspot rule)", f"{fit.base.name}, {fit.base.sha256[:12]}"),
                ("Bootstrap draws", options.bootstrap),
                ("Seed", options.seed if options.bootstrap else None),
            ],
        ),
    ]


def _outcome(fit: Fit) -> list[str]:
    lines = ["## Rows", "", *table(("Rows given", ""), [("all", f"{fit.rows_given:,}")])]
    dropped = [(reason, f"{count:,}") for reason, count in fit.outcome.dropped.items()]
    lines += table(("Dropped from every regression", "Rows"), dropped)
    if fit.outcome.kind == "share":
        lines += [
            f"In {fit.outcome.clipped:,} rows more households returned than the baseline holds; their share is set to 1.",
            "",
        ]
    return lines


def _regression(regression: Regression) -> list[str]:
    check = regression.check
    figures: list[tuple[str, object]] = [
        ("Rows used", f"{regression.rows:,}"),
        *((f"Rows dropped: {reason}", f"{count:,}") for reason, count in regression.dropped.items()),
        ("Outcome: mean", number(regression.outcome_mean)),
        ("Outcome: rows at 0", percent(regression.share_at_0)),
        ("Outcome: rows at 1", percent(regression.share_at_1)),
        ("Standard errors", regression.covariance),
        ("Converged", "yes" if regression.converged else "no"),
        ("Deviance pseudo-R²", number(regression.pseudo_r2)),
        ("Squared correlation of outcome and prediction", number(regression.r2)),
    ]
    lines = [f"## {regression.name}", ""]
    if check is not None:
        figures += [
            ("Rank of X", f"{check.rank} of {check.columns} columns"),
            ("Condition number of X", number(check.condition, 1)),
        ]
    lines += [*table(("", ""), figures), "### Pooling and separation", "", *bullets(own.sentence for own in regression.poolings)]
    if check is not None:
        pairs = [(first, second, number(correlation)) for first, second, correlation in check.pairs]
        high = ", ".join(check.vif[check.vif > HIGH_VIF].index) or "none"
        lines += [f"### Columns that go together (correlation above {HIGH_CORRELATION} in size)", ""]
        lines += [
            *table(("Column", "Column", "Correlation"), pairs),
            f"Variance inflation factors above {HIGH_VIF:.0f}: {high}.",
            "",
        ]
    vif = check.vif if check is not None else pd.Series(dtype=float)
    lines += ["### Columns", ""]
    lines += table(
        ("Column", "n", "Coefficient", "Robust SE", "95 % from", "to", "VIF"),
        (
            (
                name,
                f"{int(own['n']):,}",
                *(number(own[column]) for column in ("coefficient", "se", "low", "high")),
                number(vif.get(name)),
            )
            for name, own in regression.estimates.iterrows()
        ),
    )
    return lines


def _levels(fit: Fit) -> list[str]:
    lines = [
        "## Weights",
        "",
        "Odds ratios compare with the reference, the answers in which the condition is met. Before = points by the coefficient alone; "
        "weight = points after they were made non-negative and never falling. The largest of a scale sum to 100.",
        "",
    ]
    spread = ("p05", "p95") if fit.bootstrap is not None else ()
    heads = (
        "Scale",
        "Indicator",
        "Level",
        "n",
        "Coefficient",
        "SE",
        "Odds ratio",
        "95 % from",
        "to",
        "Before",
        "Weight",
        "Evidence",
    )
    columns = ("coefficient", "se", "odds_ratio", "odds_low", "odds_high")
    rows = (
        (
            own["scale"],
            own["indicator"],
            own["level"] if own["group"] in ("", own["level"]) else f"{own['level']} (with {own['group']})",
            f"{own['n']:,}",
            *(number(own[column]) for column in columns),
            number(own["before"], 2),
            number(own["weight"], 2),
            own["evidence"],
            *(number(own[column], 2) for column in spread),
        )
        for _, own in fit.levels.iterrows()
    )
    lines += table((*heads, *(("5 %", "95 %") if spread else ())), rows)
    maxima = fit.levels.groupby("indicator", sort=False)["weight"].last()
    zero = ", ".join(maxima[maxima == 0].index)
    return [*lines, f"Indicators with all weights 0: {zero or 'none'}.", ""]


def _bootstrap(fit: Fit) -> list[str]:
    found = fit.bootstrap
    if found is None:
        return ["## Bootstrap", "", "Not asked for; how much the weights depend on single districts is not known.", ""]
    top = ((own["scale"], own["indicator"], percent(own["share"])) for _, own in found.top.iterrows())
    return [
        "## Bootstrap by district",
        "",
        f"{found.draws:,} draws of {found.districts:,} districts, seed {found.seed}; {found.failed:,} draws could not be estimated.",
        "The columns 5 % and 95 % of the weights come from these draws.",
        "",
        *table(("Scale", "Indicator", "Among the three largest of its scale"), top),
    ]
