"""Why a location is severe, in points that add up: from the published tables to lines for a person."""

from __future__ import annotations

import pyarrow.compute as pc

from expectations.index import Index, disclaimer
from flows import show
from flows.problem import ExitCode, Problem
from flows.published import Published

_SHOWN = 3


def explain(held: Published, index: Index, index_round: int, place: str, model: str | None) -> list[str]:
    """The lines on one location; one block per model.

    Raises:
        Problem: the round, model or location is not held.
    """
    name = f"{index.name}_index"
    rows = held.table(name, index_round=index_round)
    if not rows.num_rows:
        rounds = sorted({row["index_round"] for row in held.table("index_run").to_pylist() if row["index_name"] == index.name})
        known = ", ".join(map(str, rounds[-12:])) or "none"
        raise Problem(
            ExitCode.USAGE,
            f"Index round {index_round} of the {index.title} is not held; held: {known}. The round of an index is not that of a master list.",
        )
    own = rows.filter(pc.equal(rows["place_id"], place)).to_pylist()
    if not own:
        raise Problem(ExitCode.USAGE, f"Index round {index_round} of the {index.title} has no location '{show.visible(place)}'.")
    models = [row for row in own if model in (None, row["model_id"], f"{row['model_id']} {row['model_version']}")]
    if not models:
        known = ", ".join(f"{row['model_id']} {row['model_version']}" for row in own)
        raise Problem(ExitCode.USAGE, f"Index round {index_round} was not scored with '{show.visible(model)}'; models: {known}.")
    parts = held.table(f"{name}_contribution", index_round=index_round)
    parts = parts.filter(pc.equal(parts["place_id"], place)).to_pylist()
    levels = held.table("index_model_level").to_pylist()
    sources = held.table("index_source_record").to_pylist() if models[0]["assessed"] else []
    source = next(
        (s for s in sources if (s["index_name"], s["index_round"], s["place_id"]) == (index.name, index_round, place)), None
    )
    lines: list[str] = []
    for row in models:
        same = [part for part in parts if _model(part) == _model(row)]
        known = [level for level in levels if _model(level) == _model(row)]
        lines += [
            *_head(index, row, source),
            *(_body(index, row, same, known) if row["assessed"] else ["  not assessed in this round"]),
            "",
        ]
    return lines


def _model(row: dict) -> tuple[str, str]:
    return row["model_id"], row["model_version"]


def _head(index: Index, row: dict, source: dict | None) -> list[str]:
    names = " / ".join(show.visible(row[name]) for name in ("location_name_en", "location_name_ar") if row[name])
    areas = " > ".join(show.visible(row[name]) for name in ("governorate", "district", "subdistrict") if row[name])
    said = disclaimer(row["model_status"])
    people = (
        f"{row[index.people]:,} {index.people} in {row[index.households]:,} households of R{row['round']}"
        if row[index.people] is not None
        else f"people of R{row['round']} unknown: {row['weight_reason']}"
    )
    lines = [
        f"{index.title}, round {row['index_round']}: place {row['place_id']} {names}".rstrip(),
        *([f"  {areas}"] if areas else []),
        f"  model {row['model_id']} {row['model_version']} ({row['model_status']})" + (f". {said}." if said else ""),
        f"  {people}",
    ]
    if source:
        sheet = f", sheet '{show.visible(source['source_sheet'])}'" if source["source_sheet"] else ""
        lines.append(f"  answers from '{show.visible(source['source_file'])}'{sheet}, row {source['source_row']}")
    return lines


def _body(index: Index, row: dict, parts: list[dict], levels: list[dict]) -> list[str]:
    labels = {(level["indicator"], level["answer"]): level for level in levels}
    names = {level["indicator"]: level for level in levels}
    lines = [_scale(row, scale) for scale in index.scales]
    if row["overall"] is None:
        lines.append(
            f"  overall: no score, {row['reason']}; between {_bound(row['overall_min'])} and {_bound(row['overall_max'])}"
        )
    else:
        lines.append(
            f"  overall {row['overall']:.1f} of 100: {_word(row['category'])}; between {row['overall_min']:.1f} and {row['overall_max']:.1f}"
        )
    ordered = sorted(parts, key=lambda part: (-(part["points"] or 0), names[part["indicator"]]["indicator_order"]))
    if row["overall"] is not None:
        largest = [part for part in ordered if part["points"]][:_SHOWN]
        said = "; ".join(f"{_named(part, labels, names)} {part['points']:.1f}" for part in largest)
        lines.append(
            f"  {row['overall']:.1f} of 100. " + (f"Largest parts: {said}." if said else "Every condition asked for is met.")
        )
    table = [
        [
            names[part["indicator"]]["indicator_en"],
            part["scale"],
            _answer(part, labels),
            _points(part["points"]),
            _points(part["points_to_gain"]),
        ]
        for part in ordered
    ]
    lines += [
        "",
        *(f"  {line}" for line in show.grid(["indicator", "scale", "answer", "points", "to worst"], table).splitlines()),
    ]
    if row["overall"] is not None:
        total = sum(part["points"] for part in parts)
        lines.append(f"  points sum to {total:.6f}; the overall score is {row['overall']:.6f}")
    lines.append("  Categories are taken from unrounded scores: 49.96 shows as 50.0 and is below 50.")
    return lines


def _scale(row: dict, scale: str) -> str:
    answered = f"{row[f'{scale}_answered']} of {row[f'{scale}_applicable']} answered"
    between = f"between {_bound(row[f'{scale}_min'])} and {_bound(row[f'{scale}_max'])}"
    if row[scale] is None:
        return f"  {scale}: no score, {_word(row[f'{scale}_reason'])}; {answered}; {between}"
    return f"  {scale} {row[scale]:.1f}: {_word(row[f'{scale}_category'])}; {answered}; {between}"


def _bound(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _points(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"


def _word(text: str | None) -> str:
    return (text or "").replace("_", " ")


def _answer(part: dict, labels: dict) -> str:
    if part["answer_status"] != "answered":
        return _word(part["answer_status"])
    return labels[part["indicator"], part["answer"]]["answer_en"]


def _named(part: dict, labels: dict, names: dict) -> str:
    return f"{names[part['indicator']]['indicator_en'].lower()} ({_answer(part, labels).lower()})"
