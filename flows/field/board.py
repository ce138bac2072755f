"""The coverage board of a round, for the terminal and as a small page that needs no network."""

from __future__ import annotations

import html
from pathlib import Path

import pyarrow as pa

from expectations.checks import BY_ID
from expectations.columns import COLUMNS
from flows import show
from flows.export import put
from flows.field import tables
from flows.field.life import Held
from transforms import warehouse
from transforms.query import table_query

# Title, heads, rows.
Section = tuple[str, list[str], list[list[object]]]
_NONE = "–"  # what was not said
_COUNTS = (
    ("expected", "expected_locations"), ("received", "received_locations"), ("unexpected", "unexpected_locations"), ("closed", "closed_locations"),
    ("not accessible", "not_accessible_locations"), ("unreachable", "unreachable_locations"),
    ("undecided", "undecided_locations"), ("outstanding", "outstanding_locations"), ("carried", "carried_locations"),
    ("refused", "refused_submissions"), ("pending", "pending_submissions"), ("back-checks", "back_checks"),
)  # fmt: skip
_BY = (
    ("governorate", "population, governorate"),
    ("team", "population, team"),
    ("district", "population, governorate, district"),
    ("day", "population, day"),
)


def sections(found: Held) -> list[Section]:
    """(title, heads, rows) of what the board shows: totals, by governorate, team, district and day, the queue, what is late."""
    standing = tables.standing(found, found.under_review)
    with warehouse.connect() as connection:
        connection.register("location_record", standing["clean_location_record"])
        connection.register("submission", standing["clean_submission"])
        connection.execute(f"create table coverage as ({table_query('round_coverage')})")
        sums = ", ".join(f"cast(sum({column}) as bigint)" for _, column in _COUNTS)
        shown = []
        for title, by in (("all", "population"), *_BY):
            rows = connection.sql(f"select {by}, {sums} from coverage group by {by} order by {by} nulls last").to_arrow_table()
            shown.append(
                (f"by {title}" if title != "all" else "coverage", [*by.split(", "), *(head for head, _ in _COUNTS)], _plain(rows))
            )
        refresh = _ages(connection)
    return [*shown, refresh, _queue(standing["clean_review_item"]), _uses(standing["clean_submission"]), *_late(standing)]


def _ages(connection: object) -> Section:
    rows = connection.sql(
        """
        select population, max(carried_rounds), median(carried_rounds), max(interview_date), min(interview_date)
        from location_record where is_listed group by population order by population
        """
    ).to_arrow_table()
    return (
        "age of the counts",
        ["population", "rounds at most", "rounds, median", "newest interview", "oldest interview"],
        _plain(rows),
    )


def _plain(rows: pa.Table) -> list[list[object]]:
    columns = [[_NONE if value is None else value for value in column.to_pylist()] for column in rows.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _queue(queue: pa.Table) -> Section:
    counts: dict[str, list[int]] = {}
    for row in queue.select(["check_id", "query_status"]).to_pylist():
        own = counts.setdefault(row["check_id"], [0, 0])
        own[row["query_status"] == "decided"] += 1
    rows = [
        [check, BY_ID[check].severity, opened, decided, BY_ID[check].sentence]
        for check, (opened, decided) in sorted(counts.items())
    ]
    return "queue", ["check", "severity", "open", "decided", "meaning"], rows


def _uses(submissions: pa.Table) -> Section:
    counts: dict[str, int] = {}
    for use in submissions["submission_use"].to_pylist():
        counts[use] = counts.get(use, 0) + 1
    return "submissions", ["what became of them", "submissions"], [[use, count] for use, count in sorted(counts.items())]


def _late(standing: dict[str, pa.Table]) -> list[Section]:
    late = standing.get("clean_late_effect")
    if late is None or not late.num_rows:
        return []
    columns = [
        "population",
        "governorate",
        "late_submissions",
        "households_without_late",
        "households_with_late",
        "households_effect",
    ]
    ordered = late.sort_by([("population", "ascending"), ("governorate", "ascending")]).select(columns)
    return [("late submissions and what they would change", [column.replace("_", " ") for column in columns], _plain(ordered))]


def text(found: Held, shown: list[Section]) -> str:
    """The board for a terminal: without the long lists by district and day."""
    lines = [_head(found)]
    for title, heads, rows in shown:
        if title not in ("by district", "by day") and rows:
            lines += ["", f"{title}:", show.grid(heads, rows)]
    return "\n".join(lines)


def _head(found: Held) -> str:
    r = found.round
    lists = ", ".join(f"{event.kind} {event.on:%Y-%m-%d}" for event in r.list_events) or "none yet"
    uses = found.under_review.submissions["submission_use"].to_pylist()
    share = uses.count("back_check") / max(1, uses.count("used"))
    checked = f"back-checks {share:.1%} of the records used, aim {r.policy.back_check_share:.0%}"
    return (
        f"R{r.number} is {r.state}; list of {r.list_date:%Y-%m-%d}; cutoff {r.cutoff or 'none'}; lists made: {lists}; {checked}"
    )


def write(found: Held, shown: list[Section], path: Path) -> None:
    """The board as one HTML file.

    Raises:
        OSError: it cannot be written.
    """
    parts = []
    for title, heads, rows in shown:
        cells = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
        head = "".join(f"<th>{html.escape(name)}</th>" for name in heads)
        parts.append(
            f"<h2>{html.escape(title[:1].upper() + title[1:])}</h2><div class=scroll><table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table></div>"
        )
    page = _PAGE.format(
        title=f"R{found.round.number} coverage board",
        head=html.escape(_head(found)),
        bars=_bars(shown[0]),
        body="".join(parts),
        dash=_NONE,
        legend=_legend(),
    )
    put(path, lambda waiting: waiting.write_text(page, encoding="utf-8", newline="\n"))


def _legend() -> str:
    """What each count is, in the words of the contract."""
    meanings = ((head, column, COLUMNS[column].meaning) for head, column in _COUNTS)
    return "".join(
        f"<dt>{head} (<code>{column}</code>)</dt><dd>{html.escape(meaning)}</dd>" for head, column, meaning in meanings
    )


def _cell(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"<td class=n>{value:,}</td>"
    return f"<td dir=auto>{html.escape(str(value))}</td>"


def _bars(coverage: Section) -> str:
    """Share of the expected locations of each population with a record, as bars drawn by the page's own style."""
    bars = []
    _, heads, rows = coverage
    for row in rows:
        said = dict(zip(heads, row, strict=True))
        if not said["expected"]:
            continue
        reached = min(100, round(100 * said["received"] / said["expected"]))
        label = (
            f"{said['population']}: {said['received']:,} of {said['expected']:,} expected locations have a record ({reached} %)"
        )
        bars.append(f"<p>{html.escape(label)}</p><div class=bar><div style='width:{reached}%'></div></div>")
    return "".join(bars)


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title><style>
body{{font:15px/1.45 system-ui,sans-serif;margin:1.5rem auto;max-width:90rem;padding:0 1rem;color:#1a1a1a;background:#fff}}
h1{{font-size:1.4rem}}h2{{font-size:1.05rem;margin:1.6rem 0 .4rem}}.scroll{{overflow-x:auto}}
table{{border-collapse:collapse;font-size:.85rem}}th,td{{padding:.2rem .55rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}}
th{{background:#eef3f8;position:sticky;top:0}}td.n{{text-align:right;font-variant-numeric:tabular-nums}}
.bar{{background:#e4e4e4;height:.8rem;max-width:40rem}}.bar div{{background:#0b6fb5;height:100%}}
</style></head><body><h1>{title}</h1><p>{head}</p>{bars}{body}
<h2>What the columns count</h2><dl>{legend}</dl>
<p>{dash} stands for what was not said: a refused interview names neither population nor place.</p>
<p>Internal: locations and teams. Not for publication.</p></body></html>
"""
