"""Pictures of locations, or of areas, by their scores: one scale against another, or a strip for each scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from expectations.index import REPORT_GROUPS
from flows.drawing import (
    COLOURS,
    EDGES,
    LETTER,
    LINE,
    QUIET,
    Name,
    box,
    cut,
    drawing,
    line,
    lines,
    number,
    safe,
    text,
)
from flows.index.figures import Point, Scale, Spread
from flows.show import counted, width

_BOUND = "#8a939b"
_GOLDEN = (math.sqrt(5) - 1) / 2  # its multiples spread points evenly however many there are


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
_INSET = 16  # room for circles at the ends of a scale
_PANEL = 668


def scatter(spread: Spread, scales: Sequence[Scale], people: str, what: str, signature: str) -> str:
    """Scale 1 to the right, scale 2 upwards, with the bounds of the model's categories."""
    circles = _Circles(max((point.people or 0 for point in spread.points), default=0), 24)
    parts = [box(_LEFT, _TOP, _SIDE, _SIDE, "#fafbfc", LINE), *_bounds(scales)]
    placed = [(_x(point.scores[0]), _y(point.scores[1]), circles.of(point.people), point) for point in spread.points]
    parts += [_circle(x, y, radius, point, scales, people) for x, y, radius, point in placed]
    # without sizes no location is worth a name before the others
    parts += _names(placed) if circles.largest or any(point.locations > 1 for point in spread.points) else []
    parts += _key(spread, circles, people, what)
    return drawing("spread", _TOP + _SIDE + 56, parts, signature)


def _x(score: float) -> float:
    return _LEFT + _INSET + (_SIDE - 2 * _INSET) * score / 100


def _y(score: float) -> float:
    return _TOP + _INSET + (_SIDE - 2 * _INSET) * (1 - score / 100)


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
                parts.append(line(_x(end), _TOP, _x(end), bottom, dashed=True, stroke=_BOUND) if end < 100 else "")
                parts.append(text(_x(end), bottom + 17, f"{end:g}", size=11.5, anchor="middle"))
            else:
                parts.append(
                    f'<g transform="translate({right + 14:.1f} {_y(middle):.1f}) rotate(90)">{text(0, 0, word, size=11, anchor="middle", fill=QUIET)}</g>'
                )
                parts.append(line(_LEFT, _y(end), right, _y(end), dashed=True, stroke=_BOUND) if end < 100 else "")
                parts.append(text(_LEFT - 8, _y(end) + 4, f"{end:g}", size=11.5, anchor="end"))
    parts += [
        text(_x(0), bottom + 17, "0", size=11.5, anchor="middle"),
        text(_LEFT - 8, _y(0) + 4, "0", size=11.5, anchor="end"),
    ]
    parts.append(text(_LEFT + _SIDE / 2, bottom + 40, f"{across.label} (scale 1) →", anchor="middle", bold=True))
    parts.append(
        f'<g transform="translate(22 {_TOP + _SIDE / 2:.1f}) rotate(-90)">{text(0, 0, f"{up.label} (scale 2) →", anchor="middle", bold=True)}</g>'
    )
    return parts


def _names(placed: Sequence[tuple[float, float, float, Point]], limit: int = 14) -> list[str]:
    """Names of the largest points, where there is room for them: to the right, to the left, above or below."""
    taken = [(x - radius, y - radius, x + radius, y + radius) for x, y, radius, _ in placed]
    parts: list[str] = []
    for x, y, radius, point in placed:
        words = cut(point.name, 28)
        wide, gap = LETTER * 11.5 * width(words), radius + 3
        for left, base, anchor, at in (
            (x + gap, y + 4, "start", x + gap), (x - gap - wide, y + 4, "end", x - gap),
            (x - wide / 2, y - gap - 2, "middle", x), (x - wide / 2, y + gap + 10, "middle", x),
        ):  # fmt: skip
            room = (left, base - 10, left + wide, base + 2)
            is_inside = left >= _LEFT and left + wide <= _LEFT + _SIDE and base - 10 >= _TOP and base + 2 <= _TOP + _SIDE
            if len(parts) < limit and is_inside and not any(_overlap(room, other) for other in taken):
                taken.append(room)
                parts.append(text(at, base, Name(words), size=11.5, anchor=anchor))
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
        parts.append(text(_PANEL + 24, y, f"{group}: {counted(count, what)}"))
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


_STRIP, _HIGH = 92, 62
_START, _END = 178, 776


def strips(spread: Spread, scales: Sequence[Scale], people: str, what: str, signature: str) -> str:
    """One row for each scale: every point at its score, spread up and down only so that it can be seen."""
    circles = _Circles(max((point.people or 0 for point in spread.points), default=0), 13)
    parts = [
        text(_START, 12, "0: all conditions met", size=11, fill=QUIET), text(_END, 12, "100: none met", size=11, anchor="end", fill=QUIET),
        text(_END + 92, 12, f"{what}s", size=11, anchor="end", fill=QUIET),
    ]  # fmt: skip
    for row, scale in enumerate(scales):
        top = 26 + _STRIP * row
        parts += _strip_frame(scale, top)
        order = sorted(range(len(spread.points)), key=lambda at, row=row: (spread.points[at].scores[row], at))
        step = {at: (rank * _GOLDEN + 0.5) % 1 - 0.5 for rank, at in enumerate(order)}
        for at, point in enumerate(spread.points):
            radius = circles.of(point.people)
            y = top + _HIGH / 2 + step[at] * max(_HIGH - 2 * radius, 0)
            parts.append(_circle(_along(point.scores[row]), y, radius, point, scales, people))
        for at, group in enumerate(REPORT_GROUPS):
            count = sum(scale.category(point.scores[row]).group == group for point in spread.points)
            parts.append(text(_END + 92, top + 16 + 19 * at, number(count), anchor="end", bold=group == "high"))
            parts.append(text(_END + 100, top + 16 + 19 * at, group, fill=QUIET))
    parts.append(_colour_key(34 + _STRIP * len(scales), people if circles.largest else None))
    return drawing("spread", 34 + _STRIP * len(scales) + 8, parts, signature)


def _along(score: float) -> float:
    return _START + _INSET + (_END - _START - 2 * _INSET) * score / 100


def _strip_frame(scale: Scale, top: float) -> list[str]:
    """The name of the scale, its strip, and where its categories begin."""
    words = lines(scale.label, 21)[:2]
    first = top + _HIGH / 2 + 4 - 8 * (len(words) - 1)
    parts = [text(0, first + 16 * at, cut(word, 22), bold=True) for at, word in enumerate(words)]
    parts.append(box(_START, top, _END - _START, _HIGH, "#fafbfc", LINE))
    ends = [*(category.lower for category in scale.categories[1:]), 100]
    for category, end in zip(scale.categories, ends, strict=True):
        x, middle, base = _along(end), _along((category.lower + end) / 2), top + _HIGH + 13
        parts.append(text(middle, base, category.name.replace("_", " "), size=10.5, anchor="middle", fill=QUIET))
        if end < 100:
            parts.append(line(x, top, x, top + _HIGH, dashed=True, stroke=_BOUND))
            parts.append(text(x, base, f"{end:g}", size=10.5, anchor="middle"))
    return parts


def _colour_key(y: float, people: str | None) -> str:
    parts = [text(0, y + 4, "Colour: overall severity", size=11.5, fill=QUIET)]
    for at, group in enumerate(REPORT_GROUPS):
        x = _START + 6 + 90 * at
        parts.append(f'<circle cx="{x}" cy="{y:.1f}" r="6" fill="{COLOURS[group]}" stroke="{EDGES[group]}" stroke-width="0.8"/>')
        parts.append(text(x + 12, y + 4, group, size=11.5))
    if people:
        parts.append(text(_START + 300, y + 4, f"Area: {people}", size=11.5, fill=QUIET))
    return "".join(parts)
