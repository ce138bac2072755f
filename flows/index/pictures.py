"""The pictures of a scored round as SVG: severity by governorate, waterfall, diverging bars, largest parts.

Each is drawn by pure functions from :mod:`flows.index.figures`, and ends in its own line with the round, the model and the
disclaimer: one that is cut out of the page still says what it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from expectations.index import REPORT_GROUPS
from flows.drawing import (
    COLOURS,
    EDGES,
    LETTERS,
    QUIET,
    WIDTH,
    Name,
    box,
    cut,
    drawing,
    fill,
    line,
    lines,
    number,
    percent,
    signed,
    signed_points,
    text,
)
from flows.index.figures import UNCLASSIFIED, Change, Drivers, Governorate, Part, Split

_GOLDEN = (math.sqrt(5) - 1) / 2

# --- severity by governorate ----------------------------------------------------------------------------------------------------

_ROW = 40
_BARS = (190, 510)
_COLUMNS = dict(zip((*REPORT_GROUPS, UNCLASSIFIED, "total"), (608, 696, 784, 872, 958), strict=True))

_HEADS = {"high": 31, "medium": 54, "low": 25, UNCLASSIFIED: 61}  # widths of the words over them


def stacked(governorates: Sequence[Governorate], signature: str) -> str:
    """One bar for each governorate, as long as what was assessed there; numbers and shares stand in columns beside it."""
    largest = max((own.split.total for own in governorates), default=0) or 1
    ranked = sum(own.rank is not None for own in governorates)
    parts = [_column_head(group, x) for group, x in _COLUMNS.items()]
    parts.append(text(0, 22, "rank: by share in high" if ranked else "", size=11, fill=QUIET))
    for at, own in enumerate(governorates):
        y = 34 + _ROW * at
        small = f"rank {own.rank} of {ranked}" if own.rank is not None else ""
        few = " · few classified" if own.is_few_classified else ""
        parts += [
            line(0, y, WIDTH, y),
            text(0, y + 17, Name(cut(own.name, 21)), size=14, bold=True),
            text(0, y + 32, (small + few).removeprefix(" · "), size=11, fill=QUIET),
            _stack(own.split, y + 10, (_BARS[1] - _BARS[0]) / largest),
            _numbers(own.split, y),
        ]
    return drawing("severity", 34 + _ROW * len(governorates), parts, signature)


def _column_head(group: str, x: float) -> str:
    words = {UNCLASSIFIED: "no score", "total": "assessed"}.get(group, group)
    if group == "total":
        return text(x, 22, words, size=12, anchor="end", bold=True)
    left = x - _HEADS[group] - 18
    return box(left, 12, 12, 12, *fill(group, "severity")) + text(x, 22, words, size=12, anchor="end", bold=True)


def _stack(split: Split, y: float, scale: float) -> str:
    parts, x = [], float(_BARS[0])
    for group in (*REPORT_GROUPS, UNCLASSIFIED):
        wide = getattr(split, group) * scale
        if wide:
            parts.append(box(x, y, wide, 20, *fill(group, "severity")))
            x += wide
    return "".join(parts)


def _numbers(split: Split, y: float) -> str:
    parts = [text(_COLUMNS["total"], y + 18, number(split.total), anchor="end")]
    for group in REPORT_GROUPS:
        parts.append(text(_COLUMNS[group], y + 18, number(getattr(split, group)), anchor="end", bold=group == "high"))
        parts.append(text(_COLUMNS[group], y + 33, percent(split.share(group)), size=11.5, anchor="end", fill=QUIET))
    parts.append(text(_COLUMNS[UNCLASSIFIED], y + 18, number(split.unclassified) if split.unclassified else "–", anchor="end"))
    return "".join(parts)


# --- change ---------------------------------------------------------------------------------------------------------------------

_TALL = 210


def waterfall(change: Change, index_round: int, signature: str) -> str:
    """From the number in the round before, step by step, to the number now."""
    steps = (
        ("became severe", change.became, ""), ("stopped being severe", change.stopped, ""),
        ("stayed severe", change.stayed, "net: more or fewer people there" if change.unit != "locations" else "merged or split"),
        ("newly assessed", change.newly, f"{number(change.newly_classifiable)} only now with a score" if change.newly_classifiable else ""),
        ("no longer assessed", -change.no_longer, _gone(change)),
    )  # fmt: skip
    level, levels = change.previous, [change.previous]
    for _, step, _ in steps:
        level += step
        levels.append(level)
    scale = _TALL / (max(*levels, 1))
    column = WIDTH / (len(steps) + 2)
    parts = [_total(0, column, f"round {change.previous_index_round}", change.previous, scale)]
    for at, (words, step, note) in enumerate(steps, 1):
        parts.append(_step(at, column, words, step, note, levels[at - 1] * scale, levels[at] * scale))
    parts.append(_total(len(steps) + 1, column, f"round {index_round}", change.now, scale))
    coverage = change.newly - change.no_longer
    parts.append(_bracket(column, 4 * column, f"like-for-like {signed(change.like_for_like)}"))
    parts.append(_bracket(4 * column, 6 * column, f"coverage {signed(coverage)}"))
    parts.append(text(6.5 * column, 16, f"plain {signed(change.plain)}", anchor="middle", bold=True))
    return drawing("change", 54 + _TALL + 62, parts, signature)


def _gone(change: Change) -> str:
    said = [f"{number(change.no_longer_classifiable)} now without a score" if change.no_longer_classifiable else ""]
    said.append(f"{number(change.emptied)} left the list" if change.emptied else "")
    return ", ".join(filter(None, said))


def _total(at: int, column: float, words: str, count: int, scale: float) -> str:
    x, base, high = column * at + 18, 54 + _TALL, count * scale
    middle = column * (at + 0.5)
    return "".join([
        box(x, base - high, column - 36, high, COLOURS["high"], EDGES["high"]),
        text(middle, base - high - 7, number(count), size=15, anchor="middle", bold=True),
        text(middle, base + 18, words, anchor="middle", bold=True),
        line(column * at + 4, base, column * (at + 1) - 4, base, stroke=QUIET),
    ])  # fmt: skip


def _step(at: int, column: float, words: str, step: int, note: str, before: float, after: float) -> str:
    base, top, middle = 54 + _TALL, 54 + _TALL - max(before, after), column * (at + 0.5)
    group = "medium" if step > 0 else "low"
    parts = [
        line(column * at - 18, base - before, column * (at + 1) - 18, base - before, dashed=True),
        box(column * at + 18, top, column - 36, max(abs(after - before), 1.2), COLOURS[group], EDGES[group]),
        text(middle, top - 7, signed(step), size=14, anchor="middle", bold=True),
        line(column * at + 4, base, column * (at + 1) - 4, base, stroke=QUIET),
        text(middle, base + 18, words, size=12.5, anchor="middle"),
    ]
    parts += [
        text(middle, base + 34 + 14 * row, part, size=11, anchor="middle", fill=QUIET) for row, part in enumerate(lines(note, 20))
    ]
    return "".join(parts)


def _bracket(left: float, right: float, words: str) -> str:
    return "".join([
        line(left + 10, 24, right - 10, 24, stroke=QUIET), line(left + 10, 24, left + 10, 30, stroke=QUIET),
        line(right - 10, 24, right - 10, 30, stroke=QUIET), text((left + right) / 2, 16, words, anchor="middle", bold=True),
    ])  # fmt: skip


def diverging(drivers: Drivers, signature: str) -> str:
    """Bars to the right for more severe, to the left for less; people living elsewhere stand apart."""
    shift = Part("People living at other locations than before", drivers.shift)
    rows = [*drivers.parts, shift]
    longest = max(*(abs(part.points) for part in rows), 0.05)
    left, right = 420, 905
    zero = (left + right) / 2
    scale = ((right - left) / 2) / longest
    last = 34 + 24 * len(drivers.parts)
    parts = [
        text(zero - 12, 14, "← less severe", size=11.5, anchor="end", fill=QUIET), text(zero + 12, 14, "more severe →", size=11.5, fill=QUIET),
        line(zero, 22, zero, last + 40, stroke=QUIET),
    ]  # fmt: skip
    for at, part in enumerate(rows):
        y = 28 + 24 * at if at < len(rows) - 1 else last + 12
        wide, group = abs(part.points) * scale, "medium" if part.points > 0 else "low"
        end, anchor = (zero + wide + 6, "start") if part.points >= 0 else (zero - wide - 6, "end")
        parts.append(text(left - 62, y + 13, cut(part.label, 50), size=12.5, anchor="end", bold=part is shift))
        parts.append(box(zero if part.points >= 0 else zero - wide, y, wide, 17, COLOURS[group], EDGES[group]))
        parts.append(text(end, y + 13, signed_points(part.points), size=12.5, anchor=anchor))
    parts.append(line(0, last + 2, WIDTH, last + 2))
    return drawing("drivers", last + 44, parts, signature)


# --- largest parts --------------------------------------------------------------------------------------------------------------


def parts_bars(parts: Sequence[Part], longest: float) -> str:
    """Up to three small bars with the points and the indicator; part of a table that has its own line."""
    if not parts:
        return ""
    rows = []
    for at, part in enumerate(parts):
        wide = 60 * part.points / longest if longest else 0
        rows.append(box(0, 18 * at + 3, wide, 11, "#8d5b4c"))
        rows.append(text(94, 18 * at + 13, f"{part.points:.1f}", size=12, anchor="end"))
        rows.append(text(102, 18 * at + 13, cut(part.label, 44), size=11.5))
    high = 18 * len(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 390 {high}" font-family="{LETTERS}" '
        f'style="font-variant-numeric:tabular-nums">{"".join(rows)}</svg>'
    )
