"""The pictures of a scored round as SVG: severity, scatter, strips, waterfall, diverging bars, largest parts.

Each is drawn by pure functions from :mod:`flows.index.figures`, and ends in its own line with the round, the model and the
disclaimer: one that is cut out of the page still says what it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from expectations.index import REPORT_GROUPS
from flows.index.drawing import (
    COLOURS,
    EDGES,
    LETTER,
    LETTERS,
    LINE,
    QUIET,
    WIDTH,
    Name,
    box,
    cut,
    drawing,
    fill,
    line,
    number,
    percent,
    safe,
    signed,
    signed_points,
    text,
)
from flows.index.figures import UNCLASSIFIED, Change, Drivers, Governorate, Part, Point, Scale, Split, Spread
from flows.show import width

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


# --- points on two scales, or in strips -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Circles:
    """Sizes of circles: area in proportion to people; all alike where people are not known."""

    largest: int
    radius: float

    def of(self, people: int | None) -> float:
        """The radius for so many people; the smallest are drawn a little too large to be seen at all."""
        return 4.5 if not self.largest else max(1.8, self.radius * math.sqrt((people or 0) / self.largest))


def _circle(x: float, y: float, radius: float, point: Point, scales: Sequence[Scale], people: str) -> str:
    scores = "; ".join(f"{scale.label} {score:.1f}" for scale, score in zip(scales, point.scores, strict=True))
    who = f"{number(point.people)} {people}" if point.people is not None else "people not known"
    count = f", {point.locations} classified locations" if point.locations > 1 else ""
    path = safe(*(part for own in point.path for part in (Name(own), " > "))).removesuffix(" &gt; ")
    said = (
        f"{safe(Name(point.name))} ({path})\n{safe(scores, f'; overall {point.overall:.1f}: {point.group}')}\n{safe(who, count)}"
    )
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{COLOURS[point.group]}" fill-opacity="0.88" '
        f'stroke="{EDGES[point.group]}" stroke-width="0.8"><title>{said}</title></circle>'
    )


_LEFT, _TOP, _SIDE = 74, 30, 540
_PANEL = 668


def scatter(spread: Spread, scales: Sequence[Scale], people: str, what: str, signature: str) -> str:
    """Scale 1 to the right, scale 2 upwards, with the bounds of the model's categories."""
    circles = _Circles(max((point.people or 0 for point in spread.points), default=0), 24)
    parts = [box(_LEFT, _TOP, _SIDE, _SIDE, "#fafbfc", LINE), *_bounds(scales)]
    placed = [(_x(point.scores[0]), _y(point.scores[1]), circles.of(point.people), point) for point in spread.points]
    parts += [_circle(x, y, radius, point, scales, people) for x, y, radius, point in placed]
    parts += _names(placed)
    parts += _key(spread, circles, people, what)
    return drawing("spread", _TOP + _SIDE + 56, parts, signature)


def _x(score: float) -> float:
    return _LEFT + _SIDE * score / 100


def _y(score: float) -> float:
    return _TOP + _SIDE * (1 - score / 100)


def _bounds(scales: Sequence[Scale]) -> list[str]:
    """Bounds of categories as dashed lines with their scores, names of categories between them, names of the axes."""
    across, up = scales
    bottom, right = _TOP + _SIDE, _LEFT + _SIDE
    parts = []
    for scale, is_across in ((across, True), (up, False)):
        ends = [*(category.lower for category in scale.categories[1:]), 100]
        for category, end in zip(scale.categories, ends, strict=True):
            middle, word = (category.lower + end) / 2, category.name.replace("_", " ")
            if is_across:
                parts.append(text(_x(middle), _TOP - 8, word, size=11, anchor="middle", fill=QUIET))
                parts.append(line(_x(end), _TOP, _x(end), bottom, dashed=True, stroke="#8a939b") if end < 100 else "")
                parts.append(text(_x(end), bottom + 17, f"{end:g}", size=11.5, anchor="middle"))
            else:
                parts.append(
                    f'<g transform="translate({right + 14:.1f} {_y(middle):.1f}) rotate(90)">{text(0, 0, word, size=11, anchor="middle", fill=QUIET)}</g>'
                )
                parts.append(line(_LEFT, _y(end), right, _y(end), dashed=True, stroke="#8a939b") if end < 100 else "")
                parts.append(text(_LEFT - 8, _y(end) + 4, f"{end:g}", size=11.5, anchor="end"))
    parts += [
        text(_LEFT, bottom + 17, "0", size=11.5, anchor="middle"),
        text(_LEFT - 8, bottom + 4, "0", size=11.5, anchor="end"),
    ]
    parts.append(text(_LEFT + _SIDE / 2, bottom + 40, f"{across.label} (scale 1) →", anchor="middle", bold=True))
    parts.append(
        f'<g transform="translate(22 {_TOP + _SIDE / 2:.1f}) rotate(-90)">{text(0, 0, f"{up.label} (scale 2) →", anchor="middle", bold=True)}</g>'
    )
    return parts


def _names(placed: Sequence[tuple[float, float, float, Point]], limit: int = 12) -> list[str]:
    """Names of the largest points, where there is room for them."""
    taken = [(x - radius, y - radius, x + radius, y + radius) for x, y, radius, _ in placed]
    parts: list[str] = []
    for x, y, radius, point in placed:
        words = cut(point.name, 24)
        wide = LETTER * 11.5 * width(words)
        for left, anchor, at in ((x + radius + 3, "start", x + radius + 3), (x - radius - 3 - wide, "end", x - radius - 3)):
            room = (left, y - 8, left + wide, y + 5)
            inside = left >= _LEFT and left + wide <= _LEFT + _SIDE
            if len(parts) < limit and inside and not any(_overlap(room, other) for other in taken):
                taken.append(room)
                parts.append(text(at, y + 4, Name(words), size=11.5, anchor=anchor))
                break
    return parts


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _key(spread: Spread, circles: _Circles, people: str, what: str) -> list[str]:
    """What colour and size mean, with numbers."""
    parts = [text(_PANEL, _TOP + 14, "Colour: overall severity", bold=True)]
    for at, group in enumerate(REPORT_GROUPS):
        count = sum(point.group == group for point in spread.points)
        y = _TOP + 38 + 24 * at
        parts.append(
            f'<circle cx="{_PANEL + 8}" cy="{y - 4}" r="7" fill="{COLOURS[group]}" stroke="{EDGES[group]}" stroke-width="0.8"/>'
        )
        parts.append(text(_PANEL + 24, y, f"{group}: {number(count)} {what}"))
    if circles.largest:
        parts.append(text(_PANEL, _TOP + 134, f"Area: {people}", bold=True))
        y = _TOP + 152
        for size in (circles.largest, circles.largest / 4, circles.largest / 20):
            size = _rounded(size)
            radius = circles.of(size)
            y += radius
            parts.append(f'<circle cx="{_PANEL + 26}" cy="{y:.1f}" r="{radius:.1f}" fill="none" stroke="{QUIET}"/>')
            parts.append(text(_PANEL + 60, y + 4, number(size)))
            y += radius + 8
    return parts


def _rounded(size: float) -> int:
    """The size to one digit."""
    if size < 1:
        return 1
    unit = 10 ** math.floor(math.log10(size))
    return int(size // unit * unit)


_STRIP = 92


def strips(spread: Spread, scales: Sequence[Scale], people: str, what: str, signature: str) -> str:
    """One row for each scale: every point at its score, spread up and down only so that it can be seen."""
    left, right, high = 178, 770, 62
    circles = _Circles(max((point.people or 0 for point in spread.points), default=0), 13)
    parts = [
        text(left, 12, "0: all conditions met", size=11, fill=QUIET),
        text(right, 12, "100: none met", size=11, anchor="end", fill=QUIET),
    ]
    for row, scale in enumerate(scales):
        top = 34 + _STRIP * row
        middle = top + high / 2
        parts += [
            text(0, middle + 4, cut(scale.label, 24), size=13, bold=True),
            box(left, top, right - left, high, "#fafbfc", LINE),
        ]
        parts += _strip_bounds(scale, left, right, top, high)
        order = sorted(range(len(spread.points)), key=lambda at: (spread.points[at].scores[row], at))
        step = {at: (rank * _GOLDEN) % 1 - 0.5 for rank, at in enumerate(order)}
        for at, point in enumerate(spread.points):
            radius = circles.of(point.people)
            x = left + (right - left) * point.scores[row] / 100
            parts.append(_circle(x, middle + step[at] * max(high - 2 * radius, 0), radius, point, scales, people))
        counts = [sum(scale.category(point.scores[row]).group == group for point in spread.points) for group in REPORT_GROUPS]
        for at, (group, count) in enumerate(zip(REPORT_GROUPS, counts, strict=True)):
            parts.append(text(right + 92, top + 16 + 19 * at, number(count), anchor="end", bold=group == "high"))
            parts.append(text(right + 100, top + 16 + 19 * at, f"{group}", fill=QUIET))
    parts.append(text(WIDTH, 12, f"{what} by category of the domain", size=11, anchor="end", fill=QUIET))
    parts.append(_colour_key(34 + _STRIP * len(scales)))
    return drawing("spread", 34 + _STRIP * len(scales) + 8, parts, signature)


def _strip_bounds(scale: Scale, left: float, right: float, top: float, high: float) -> list[str]:
    parts = []
    ends = [*(category.lower for category in scale.categories[1:]), 100]
    for category, end in zip(scale.categories, ends, strict=True):
        x, middle = (left + (right - left) * at / 100 for at in (end, (category.lower + end) / 2))
        parts.append(text(middle, top + high + 13, category.name.replace("_", " "), size=10.5, anchor="middle", fill=QUIET))
        if end < 100:
            parts.append(line(x, top, x, top + high, dashed=True, stroke="#8a939b"))
            parts.append(text(x, top + high + 13, f"{end:g}", size=10.5, anchor="middle"))
    return parts


def _colour_key(y: float) -> str:
    parts = [text(0, y + 4, "Colour: overall severity", size=11.5, fill=QUIET)]
    for at, group in enumerate(REPORT_GROUPS):
        x = 178 + 90 * at
        parts.append(f'<circle cx="{x}" cy="{y:.1f}" r="6" fill="{COLOURS[group]}" stroke="{EDGES[group]}" stroke-width="0.8"/>')
        parts.append(text(x + 12, y + 4, group, size=11.5))
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
        text(middle, base + 34 + 14 * row, part, size=11, anchor="middle", fill=QUIET) for row, part in enumerate(_lines(note))
    ]
    return "".join(parts)


def _lines(note: str, columns: int = 20) -> list[str]:
    """Words in short lines."""
    found = [""]
    for word in note.split():
        if found[-1] and len(found[-1]) + len(word) >= columns:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    return found


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
    left, right = 400, 900
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
        parts.append(text(left - 70, y + 13, cut(part.label, 46), anchor="end", bold=part is shift))
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
        wide = 78 * part.points / longest if longest else 0
        rows.append(box(0, 18 * at + 3, wide, 11, "#8d5b4c"))
        rows.append(text(112, 18 * at + 13, f"{part.points:.1f}", size=12, anchor="end"))
        rows.append(text(120, 18 * at + 13, cut(part.label, 36), size=12))
    high = 18 * len(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 350 {high}" width="350" height="{high}" font-family="{LETTERS}" '
        f'style="font-variant-numeric:tabular-nums">{"".join(rows)}</svg>'
    )
