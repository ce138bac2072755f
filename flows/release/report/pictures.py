"""The pictures of a report as SVG: both series since the first round, and where people live. Drawn from answers alone.

They run from left to right in every language; words in them are set apart, so that Arabic reads right.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from expectations.columns import IRAQ_LATITUDE
from flows.drawing import INK, LETTER, QUIET, WIDTH, Name, drawing, line, number, text
from flows.release.report.asking import Answer
from flows.release.report.marking import marked_drawing, written
from flows.release.words import word
from flows.show import width

SERIES = {"returnee": "#2f6690", "idp": "#b4552d"}  # apart in grey too: dark and middle, and the second one is dashed
_LEFT, _RIGHT, _TOP, _TALL = 70, 790, 46, 300
_STEPS = (1, 2, 2.5, 5, 10)


def trend(answer: Answer, breaks: Answer, signature: str, language: str) -> str:
    """Individuals of both populations over time, with the breaks of method; a figure that is not given leaves a gap."""
    dates = [row["list_date"] for row in answer.rows]
    first, last = min(dates), max(dates)
    days = max((last - first).days, 1)
    largest = max((row["individuals"] or 0 for row in answer.rows), default=0) or 1
    step = _step(largest)
    top = step * math.ceil(largest / step)

    def x(date: datetime.date) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (date - first).days / days

    def y(value: float) -> float:
        return _TOP + _TALL * (1 - value / top)

    parts = []
    for at in range(round(top / step) + 1):
        parts.append(line(_LEFT, y(at * step), _RIGHT, y(at * step)))
        parts.append(text(_LEFT - 8, y(at * step) + 4, number(at * step), size=11, anchor="end", fill=QUIET))
    parts += _break_marks(breaks, x, last)
    for date in _ticks(first, last):
        parts.append(line(x(date), _TOP + _TALL, x(date), _TOP + _TALL + 5, stroke=QUIET))
        label = str(date.year) if days > _TICK_DAYS else f"{date.year}-{date.month:02}"
        parts.append(text(x(date), _TOP + _TALL + 19, label, size=11, anchor="middle", fill=QUIET))
    for population, colour in SERIES.items():
        parts += _series(answer, population, colour, x, y, language)
    return drawing("trend", _TOP + _TALL + 24, parts, Name(signature))


_TICK_DAYS = 900  # from here on, years are enough


def _step(largest: float) -> float:
    """The distance of the lines behind the curves: about five of them."""
    size = 10 ** math.floor(math.log10(max(largest / 5, 1)))
    return next(step * size for step in _STEPS if largest / (step * size) <= 6)


def _ticks(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Beginnings of years, or of every second month where the time is short."""
    months = range(1, 13) if (last - first).days <= 200 else (1, 3, 5, 7, 9, 11) if (last - first).days <= _TICK_DAYS else (1,)
    found = [datetime.date(year, month, 1) for year in range(first.year, last.year + 1) for month in months]
    return [date for date in found if first <= date <= last]


def _break_marks(breaks: Answer, x: Callable[[datetime.date], float], last: datetime.date) -> list[str]:
    """A dashed line for each round with a break, its number above; in two rows where they are close."""
    rounds = {row["round"]: row["list_date"] for row in breaks.rows if row["list_date"] is not None and row["list_date"] <= last}
    parts, ends = [], [0.0, 0.0]
    for number_, date in sorted(rounds.items()):
        row = next((at for at, end in enumerate(ends) if x(date) - 15 >= end), None)
        parts.append(line(x(date), _TOP - 4, x(date), _TOP + _TALL, dashed=True, stroke="#9aa1a8"))
        if row is not None:
            ends[row] = x(date) + 15
            parts.append(text(x(date), _TOP - 10 - 13 * row, f"R{number_}", size=10, anchor="middle", fill=QUIET))
    return parts


def _series(
    answer: Answer, population: str, colour: str, x: Callable[[datetime.date], float], y: Callable[[float], float], language: str
) -> list[str]:
    runs: list[list[str]] = [[]]
    parts = []
    for row in answer.of(population=population):
        if row["individuals"] is None:
            runs.append([])
            continue
        runs[-1].append(f"{x(row['list_date']):.1f},{y(row['individuals']):.1f}")
        parts.append(f'<circle cx="{x(row["list_date"]):.1f}" cy="{y(row["individuals"]):.1f}" r="2.6" fill="{colour}"/>')
    dash = ' stroke-dasharray="7 3"' if population == "idp" else ""
    lines = [
        f'<polyline points="{" ".join(run)}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
        for run in runs
        if len(run) > 1
    ]
    known = [row for row in answer.of(population=population) if row["individuals"] is not None]
    if known:
        newest = known[-1]
        at = y(newest["individuals"])
        figure = answer.figure(newest, "individuals")
        said = text(_RIGHT + 12, at + 15, written(figure, language), size=14, fill=colour)
        parts.append(text(_RIGHT + 12, at - 1, Name(word(population, language)), size=14, fill=colour, bold=True))
        parts.append(marked_drawing(figure, said))
    return lines + parts


# --- map ------------------------------------------------------------------------------------------------------------------------

_MAP = 460
_PADDING = 26
_LARGEST_RADIUS = 34.0
_LABEL = 11
_SPAN_MINIMUM = 100  # hundredths of a degree: a single point does not fill the map


@dataclass(frozen=True)
class _Paper:
    """From hundredths of degrees to the paper; a degree of longitude is as long as in the middle of the country."""

    west: float
    north: float
    narrow: float
    scale: float
    high: float

    def place(self, longitude: float, latitude: float, left: float) -> tuple[float, float]:
        """Where a point lies on a map that begins at ``left``."""
        return left + _PADDING + (longitude - self.west) * self.narrow * self.scale, 20 + _PADDING + (
            self.north - latitude
        ) * self.scale


def _paper(points: Answer) -> _Paper:
    """Room for every point, the same for both maps."""
    west, east = _span([row["longitude_hundredths"] for row in points.rows])
    south, north = _span([row["latitude_hundredths"] for row in points.rows])
    narrow = math.cos(math.radians(sum(IRAQ_LATITUDE) / 2))
    scale = (_MAP - 2 * _PADDING) / max((east - west) * narrow, north - south)
    return _Paper(west, north, narrow, scale, (north - south) * scale + 2 * _PADDING)


def _span(values: Sequence[int]) -> tuple[float, float]:
    middle, half = (min(values) + max(values)) / 2, max(max(values) - min(values), _SPAN_MINIMUM) / 2
    return middle - half, middle + half


def maps(points: Answer, circles: Answer, names: Mapping[str, str], signature: str, language: str) -> str:
    """Two maps beside each other, returnees and IDPs: listed locations as points, individuals by governorate as circles."""
    parts, paper = [], _paper(points)
    largest = max((row["individuals"] or 0 for row in circles.rows), default=0) or 1
    for at, (population, colour) in enumerate(SERIES.items()):
        left = at * (WIDTH - _MAP)
        parts.append(text(left, 16, Name(word(population, language)), size=15, fill=colour, bold=True))
        parts.append(_points(points.of(population=population), paper, left, colour))
        parts += _circles(circles.of(population=population), paper, left, colour, largest, names)
    return drawing("map", paper.high + 20, parts, Name(signature))


def _points(rows: Sequence[Mapping], paper: _Paper, left: float, colour: str) -> str:
    """All points as one line of dots: thousands of circles would make a heavy page."""
    placed = (paper.place(row["longitude_hundredths"], row["latitude_hundredths"], left) for row in rows)
    dots = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in placed)
    return (
        f'<path d="{dots}" stroke="{colour}" stroke-width="2" stroke-linecap="round" fill="none" opacity="0.55"/>' if dots else ""
    )


def _circles(
    rows: Sequence[Mapping], paper: _Paper, left: float, colour: str, largest: float, names: Mapping[str, str]
) -> list[str]:
    """Circles and the names of governorates; a name goes where none stands yet, the largest circle first."""
    parts, labels, taken = [], [], []
    for row in rows:
        x, y = paper.place(row["longitude_hundredths"], row["latitude_hundredths"], left)
        radius = 0.0
        if row["individuals"] is not None:
            radius = max(_LARGEST_RADIUS * math.sqrt(row["individuals"] / largest), 1.5)
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" fill-opacity="0.28" stroke="{colour}" stroke-width="1"/>'
            )
        label = names.get(row["governorate"], row["governorate"])
        half = width(label) * _LABEL * LETTER / 2
        box = next((own for own in _boxes(x, y, radius, half) if not any(_overlap(own, other) for other in taken)), None)
        if box is None:
            box = next(_boxes(x, y, radius, half))
        taken.append(box)
        middle = (box[0] + box[2]) / 2
        labels.append(_halo(text(middle, box[3] - 3, Name(label), size=_LABEL, anchor="middle", fill=INK)))
    return parts + labels


def _boxes(x: float, y: float, radius: float, half: float) -> Iterator[tuple[float, float, float, float]]:
    """Where a name may stand: on its circle, then around it."""
    away = radius + half + 3
    for over, down in (
        (0, 0),
        (0, radius + 8),
        (0, -radius - 8),
        (away, 0),
        (-away, 0),
        (away, 9),
        (-away, 9),
        (away, -9),
        (-away, -9),
    ):
        yield x + over - half, y + down - _LABEL / 2 - 1, x + over + half, y + down + _LABEL / 2 + 1


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _halo(drawn: str) -> str:
    """Words that can be read over points."""
    return f'<g stroke="#fff" stroke-width="2.5" stroke-linejoin="round" paint-order="stroke">{drawn}</g>'
