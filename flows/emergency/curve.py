"""The curve of an event as SVG: cumulative and current households over the days of its published snapshots."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from flows.drawing import COLOURS, EDGES, LINE, QUIET, WIDTH, drawing, line, number, text

_LEFT, _RIGHT, _TOP, _HIGH = 80, 150, 20, 230
_TICKS = 4
_STEPS = (1, 2, 4, 6, 8, 10)  # a quarter of each, in tens, is a short number


@dataclass(frozen=True)
class Point:
    """What was published for a day; None where it is withheld."""

    day: datetime.date
    cumulative: int | None
    current: int | None


def without_small_steps(points: Sequence[Point], least: int) -> tuple[Point, ...]:
    """The points from the last one back, without those from which the next one kept differs by fewer households than ``least``."""
    kept = list(points[-1:])
    for point in reversed(points[:-1]):
        steps = (
            abs(later - earlier)
            for earlier, later in ((point.cumulative, kept[-1].cumulative), (point.current, kept[-1].current))
            if None not in (earlier, later)
        )
        if not any(0 < step < least for step in steps):
            kept.append(point)
    return tuple(reversed(kept))


def drawn(points: Sequence[Point], signature: str) -> str:
    """The two lines with their last figures; a day that is withheld is left out of its line."""
    first, last = points[0].day, points[-1].day
    days = max((last - first).days, 1)
    largest = max((value for point in points for value in (point.cumulative, point.current) if value is not None), default=0)
    top = _round_up(max(largest, 1))

    def x(day: datetime.date) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (day - first).days / days

    def y(value: float) -> float:
        return _TOP + _HIGH * (1 - value / top)

    parts = []
    for at in range(_TICKS + 1):
        value = top * at / _TICKS
        parts += [
            line(_LEFT, y(value), WIDTH - _RIGHT, y(value)),
            text(_LEFT - 8, y(value) + 4, number(value), size=11.5, anchor="end", fill=QUIET),
        ]
    labels = []
    for name, colour in (("cumulative", EDGES["low"]), ("current", COLOURS["high"])):
        known = [(x(point.day), y(value), value) for point in points if (value := getattr(point, name)) is not None]
        if not known:
            continue
        path = " ".join(f"{at:.1f},{height:.1f}" for at, height, _ in known)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.4"/>')
        parts += [f'<circle cx="{at:.1f}" cy="{height:.1f}" r="3.2" fill="{colour}"/>' for at, height, _ in known]
        labels.append((known[-1][1], f"{name} {number(known[-1][2])}", colour))
    for height, words, colour in _apart(labels):
        parts.append(text(WIDTH - _RIGHT + 10, height + 4, words, size=12.5, fill=colour, bold=True))
    base = _TOP + _HIGH
    parts += [text(x(day), base + 20, f"{day}", size=11.5, anchor="middle", fill=QUIET) for day in dict.fromkeys((first, last))]
    parts.append(line(_LEFT, base, WIDTH - _RIGHT, base, stroke=LINE))
    return drawing("curve", base + 30, parts, signature)


def _apart(labels: list[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """Labels moved so far that they do not lie on each other."""
    placed: list[tuple[float, str, str]] = []
    for height, words, colour in sorted(labels):
        placed.append((max(height, placed[-1][0] + 16) if placed else height, words, colour))
    return placed


def _round_up(value: float) -> float:
    """The next round number, so that the lines of the scale are round too."""
    unit = max(10 ** (len(str(int(value))) - 1), 2 * _TICKS)
    return next(step * unit for step in _STEPS if step * unit >= value)
