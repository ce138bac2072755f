"""Synthetic files on crossing points: headcounts, survey answers, status of points of entry, restrictions of movement.

Points, travellers and restrictions are invented: no name, count or text here says anything about a real place.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from expectations import codes
from expectations.crossing import CLOSED, COMMERCIAL_ONLY, DIRECTIONS, KINDS, OPEN, PARTIALLY_OPEN, STATUSES
from sample_data.generator import random_stream
from sample_data.places import ENDINGS, SYLLABLES

FOLDER = "crossings"
_STREAMS = {"points": 30, "status": 31, "headcounts": 32, "survey": 33, "restrictions": 34}
_POINTS, _COUNTED_POINTS = 12, 3
# The two months before the list of R120: four windows of two weeks.
_FIRST_DAY = datetime.date(2021, 1, 4)
_WINDOWS, _WINDOW_DAYS = 4, 14
_CHANGES, _NOT_OBSERVED, _WITHOUT_VEHICLES, _UNANSWERED = 0.25, 0.1, 0.05, 0.06
_INTERVIEWS = 60
_MEASURES = ("temperature taken", "test demanded", "quarantine of 14 days", "")
_RESTRICTIONS = ("Movement between districts with a permit only", "Night-time curfew", "Public transport stopped")
_ANSWERS = {
    "nationality": ("Iraqi", "other"),
    "sex": ("female", "male"),
    "age_group": ("0-17", "18-59", "60 and older"),
    "travel_reason": ("family", "work", "health care", "trade"),
    "intended_stay": ("less than a week", "up to a month", "longer"),
}


def write(out: Path, *, seed: int = 20210301) -> Path:
    """Write ``out/crossings/``; equal arguments give equal bytes."""
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    points = _names(random_stream(seed, _STREAMS["points"]))
    windows = [
        (start, start + datetime.timedelta(_WINDOW_DAYS - 1))
        for start in (_FIRST_DAY + datetime.timedelta(_WINDOW_DAYS * at) for at in range(_WINDOWS))
    ]
    made = {
        "status": _status(points, windows, random_stream(seed, _STREAMS["status"])),
        "headcounts": _headcounts(points[:_COUNTED_POINTS], windows, random_stream(seed, _STREAMS["headcounts"])),
        "survey": _survey(points[:_COUNTED_POINTS], windows, random_stream(seed, _STREAMS["survey"])),
        "restrictions": _restrictions(windows, random_stream(seed, _STREAMS["restrictions"])),
    }
    for kind, rows in made.items():
        _put(folder / f"{kind}.csv", [list(KINDS[kind].headers), *rows])
    return folder


def _names(rng: np.random.Generator) -> list[str]:
    """Names of invented syllables; one in Arabic letters."""
    names: list[str] = []
    while len(names) < _POINTS:
        own = [*(SYLLABLES[int(at)] for at in rng.integers(len(SYLLABLES), size=2)), ENDINGS[int(rng.integers(len(ENDINGS)))]]
        script = 1 if len(names) == 1 else 0
        name = ("معبر " if script else "") + "".join(part[script] for part in own).capitalize() + ("" if script else " Crossing")
        if name not in names:
            names.append(name)
    return names


def _status(points: list[str], windows: list[tuple], rng: np.random.Generator) -> Iterable[list[object]]:
    shares = {CLOSED: 0.3, COMMERCIAL_ONLY: 0.4, PARTIALLY_OPEN: 0.2, OPEN: 0.1}
    counted = shares | {CLOSED: 0, COMMERCIAL_ONLY: 0, PARTIALLY_OPEN: 0.6, OPEN: 0.4}  # where travellers cross
    now = dict.fromkeys(points, "")
    for at, (start, end) in enumerate(windows):
        # the last point is reported from the second window on
        for point in points[: len(points) - (at == 0)]:
            if not now[point] or rng.random() < _CHANGES:
                own = counted if point in points[:_COUNTED_POINTS] else shares
                now[point] = str(rng.choice(STATUSES, p=[own[status] for status in STATUSES]))
            measures = "" if now[point] == CLOSED else _MEASURES[int(rng.integers(len(_MEASURES)))]
            yield [start, end, point, now[point], measures, ""]


def _days(windows: list[tuple]) -> list[datetime.date]:
    first, last = windows[0][0], windows[-1][1]
    return [first + datetime.timedelta(at) for at in range((last - first).days + 1)]


def _headcounts(points: list[str], windows: list[tuple], rng: np.random.Generator) -> Iterable[list[object]]:
    for at, point in enumerate(points):
        usual = 400 - 120 * at
        for day in _days(windows):
            if rng.random() < _NOT_OBSERVED:
                continue
            for direction in DIRECTIONS:
                travellers = int(rng.poisson(usual))
                vehicles = "" if rng.random() < _WITHOUT_VEHICLES else int(rng.binomial(travellers, 0.3))
                yield [point, day, direction, travellers, vehicles]


def _survey(points: list[str], windows: list[tuple], rng: np.random.Generator) -> Iterable[list[object]]:
    days, governorates = _days(windows), [row["governorate"] for row in codes.rows("governorate")]
    for number in range(1, _INTERVIEWS + 1):
        direction = DIRECTIONS[int(rng.integers(2))]
        ends = [str(rng.choice(governorates)), "abroad"]
        said = {name: str(rng.choice(known)) for name, known in _ANSWERS.items()}
        said["origin"], said["destination"] = ends if direction == "out" else ends[::-1]
        answers = ["" if rng.random() < _UNANSWERED else said[name] for name in KINDS["survey"].columns[4:]]
        yield [f"S-{number:04}", points[int(rng.integers(len(points)))], days[int(rng.integers(len(days)))], direction, *answers]


def _restrictions(windows: list[tuple], rng: np.random.Generator) -> Iterable[list[object]]:
    governorates = ["Baghdad", "Basrah", "Erbil", "Ninewa"]
    for start, end in windows:
        for governorate in governorates:
            for restriction in rng.choice(_RESTRICTIONS, int(rng.integers(0, 3)), replace=False).tolist():
                yield [start, end, governorate, restriction, ""]


def _put(path: Path, rows: Iterable[list[object]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
