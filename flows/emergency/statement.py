"""A snapshot told as JSON and as text: one shape, whether it is looked at or published, internal or public."""

from __future__ import annotations

import datetime
import json

import pyarrow as pa

from expectations.emergency import DIMENSIONS, HEADLINE, MEASURES, PERIOD, PERIODS
from flows import show
from flows.emergency.snapshots import Findings
from transforms.emergency import snapshot
from transforms.emergency.snapshot import NOT_OBSERVED, Asked, Counts, counts

_ROWS_SHOWN = 8


def told(asked: Asked, figures: pa.Table, findings: Findings, status: str, before: pa.Table | None = None) -> dict[str, object]:
    """A snapshot as JSON knows it: totals first, then the period, then what it is broken down by.

    Args:
        before: the figures of the snapshot before as they were published.
    """
    event = asked.event
    rows = figures.to_pylist()
    totals = snapshot.totals(figures)
    return {
        "event_id": event.event_id,
        "event_name": event.event_name,
        "trigger": event.trigger,
        "population": event.event_population,
        "counting": event.counting,
        "as_of": asked.as_of.isoformat(),
        "known_at": asked.known_at.isoformat(),
        "status": status,
        "side": asked.side,
        **{name: totals.get(name, NOT_OBSERVED) for name in dict.fromkeys((*HEADLINE, *MEASURES))},
        "gap": _minus(*(totals.get(side, NOT_OBSERVED) for side in ("departed", "arrived"))),
        "period": _period(asked, rows, totals["cumulative"], before),
        **{dimension: _breakdown(rows, dimension) for dimension in DIMENSIONS[2:]},
        "findings": {"counts": findings.counts, "first": list(findings.first)},
    }


def _minus(one: Counts, other: Counts) -> Counts:
    return {unit: None if None in (one[unit], other[unit]) else one[unit] - other[unit] for unit in one}


def _period(asked: Asked, rows: list[dict], cumulative: Counts, before: pa.Table | None) -> dict[str, object]:
    """The parts of a period. Rows that bear an earlier day but came after the snapshot before was published are a part of their own."""
    own = [row for row in rows if row["figure_dimension"] == PERIOD]
    of = {(row["area"], row["emergency_measure"]): counts(row) for row in own}
    parts = {part: of[part, "cumulative"] for part in PERIODS if (part, "cumulative") in of}
    other = {
        measure: {part: of[part, measure] for part in PERIODS if (part, measure) in of}
        for measure in ("departed", "arrived", "returned", "onward")
    }
    return {
        "from": (asked.previous_as_of + datetime.timedelta(days=1)).isoformat(),
        "to": asked.as_of.isoformat(),
        "previous_snapshot": asked.previous,
        "previous_as_of": asked.previous_as_of.isoformat(),
        "previous_known_at": None
        if asked.previous_known_at.year < asked.event.event_start.year - 1
        else asked.previous_known_at.isoformat(),
        **parts,
        **_against_published(parts, cumulative, before),
        "by_measure": {measure: said for measure, said in other.items() if said},
    }


def _against_published(parts: dict[str, Counts], cumulative: Counts, before: pa.Table | None) -> dict[str, Counts]:
    if before is None:
        return {}
    published = snapshot.totals(before)["cumulative"]
    change = _minus(cumulative, published)
    return {
        "previous_published": published,
        "change_from_published": change,
        "received_late": _minus(change, parts["net_change"]),
    }


def _breakdown(rows: list[dict], dimension: str) -> list[dict[str, object]]:
    """One entry per level and area, largest first, with its figures."""
    found: dict[tuple, dict[str, object]] = {}
    for row in rows:
        if row["figure_dimension"] != dimension:
            continue
        key = (row["figure_level"], row["area"])
        own = found.get(key)
        if own is None:
            own = found[key] = {"level": key[0], "area": key[1], **{name: row[name] for name in _NAMED if row[name] is not None}}
        own[row["emergency_measure"]] = counts(row)
    return sorted(found.values(), key=lambda own: (_LEVELS[own["level"]], -_largest(own), own["area"]))


_NAMED = ("origin_governorate", "origin_district", "destination_governorate", "destination_district")
_LEVELS = {"national": 0, "governorate": 1, "district": 2, "subdistrict": 3, "location": 4}


def _largest(own: dict[str, object]) -> int:
    sizes = [abs(value["households"] or value["individuals"] or 0) for value in own.values() if isinstance(value, dict)]
    return max(sizes, default=0)


def as_json(said: dict[str, object]) -> str:
    """A snapshot as JSON text, one area a line: to be read by people too, and quickly written where there are thousands."""
    lines = []
    for name, value in said.items():
        if isinstance(value, list) and value:
            own = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in value)
            lines.append(f" {json.dumps(name)}: [\n{own}\n ]")
        else:
            lines.append(f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}"


# --- as text -----------------------------------------------------------------------------------------------------


def text(said: dict[str, object]) -> str:
    """A snapshot for a terminal."""
    lines = [
        f"{said['event_name']} ({said['event_id']}), {said['status']}: until {said['as_of']}, as known on {said['known_at']}; "
        f"cumulative counts {said['side']}, individuals are {said['counting']}",
        show.grid(["figure", "households", "individuals"], [[name.replace("_", " "), *said[name].values()] for name in (*MEASURES_SHOWN, *(["gap"] if said["departed"]["households"] and said["arrived"]["households"] else []))]),
        "",
        _period_text(said["period"]),
    ]  # fmt: skip
    for dimension, level in (
        ("destination", "district"),
        ("origin", "district"),
        ("shelter_group", "national"),
        ("camp_left", "national"),
    ):
        own = [row for row in said[dimension] if row["level"] == level or row["level"] == "national"]
        if own and any(row["area"] != "not stated" for row in own):
            lines += ["", _table(dimension, own)]
    found = said["findings"]
    if found["counts"]:
        shown = [
            f"  {row['movement_as_given'] or said['event_id']}: {row['detail']} [{row['finding']}]"
            for row in found["first"][:_ROWS_SHOWN]
        ]
        more = sum(found["counts"].values()) - len(shown)
        lines += [
            "",
            "On the ledger as a whole:",
            *map(show.visible, shown),
            *([f"  ... and {more:,} more; see table emergency_finding"] if more > 0 else []),
        ]
    return "\n".join(lines)


MEASURES_SHOWN = ("cumulative", "current", "returned", "departed", "arrived", "secondary", "class_unknown", "onward")


def _period_text(period: dict[str, object]) -> str:
    since = f"snapshot {period['previous_snapshot']}" if period["previous_snapshot"] else "the start"
    words = {
        "net_change": f"change of cumulative since {since}", "as_printed": "recorded since, as reports print it",
        "corrected": "effect of corrections since", "known_before": "known before, moved since", "true": "moved in the period, in truth",
        "revised_late": "recorded late, moved before", "revised_corrected": "earlier movements corrected",
        "received_late": "recorded before, received since", "change_from_published": "difference to the published figure",
    }  # fmt: skip
    rows = [[words[part], *period[part].values()] for part in words if part in period]
    return show.grid([f"period {period['from']} to {period['to']}", "households", "individuals"], rows)


def _table(dimension: str, own: list[dict]) -> str:
    names = [name for name in MEASURES if any(name in row for row in own)]
    listed = [[row["area"], *(row.get(name, {}).get("households") for name in names)] for row in own[:_ROWS_SHOWN]]
    more = len(own) - len(listed)
    tail = f"\n... and {more} more (--format json gives all)" if more > 0 else ""
    return show.grid([f"{dimension.replace('_', ' ')}, households", *(name.replace("_", " ") for name in names)], listed) + tail
