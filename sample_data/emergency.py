"""Three synthetic events of emergency tracking: a closure of camps, a drought, a fast conflict; with late rows and corrections.

The camps lie over the places of the sample lists, so that the bridge to the next list has something to show. Nothing here says
anything about a real place or event.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sample_data.answers import listed
from sample_data.generator import random_stream

FOLDER = "emergency"
COLUMNS = (
    "movement_id", "kind", "moved_on", "recorded_on", "recorded_seq", "origin_governorate", "origin_district",
    "destination_governorate", "destination_district", "place_id", "origin_place_id", "reached_origin", "camp_left", "shelter_group",
    "households", "individuals", "counted", "corrects", "onward_from",
)  # fmt: skip
# How the events are opened; the words of the command.
EVENTS = {
    "camps-2020": ("Closure of camps (synthetic)", "camp_closure", "2020-11-01", "counted", "weekly"),
    "drought-2020": ("Drought (synthetic)", "drought", "2020-11-01", "x6", "weekly"),
    "clashes-2020": ("Clashes (synthetic)", "conflict", "2020-12-01", "x6", "daily"),
}
_STREAMS = {"camps-2020": 30, "drought-2020": 31, "clashes-2020": 32}
_CAMPS = ("Camp One", "Camp Two", "Camp Three")
_SHELTERS = ("private", "private", "private", "critical", "camp")
Place = tuple[str, str, str]
Row = dict[str, object]


def write(out: Path, *, seed: int = 20210301) -> Path:
    """Write ``out/emergency/`` for the lists in ``out/lists``; equal arguments give equal bytes.

    Raises:
        FileNotFoundError: the lists of R119 or R120 are not there.
    """
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    idps, returnees = (listed(out, population, 119) for population in ("idp", "returnee"))
    made = {
        "camps-2020": _camps(idps, returnees, random_stream(seed, _STREAMS["camps-2020"])),
        "drought-2020": _drought(returnees, random_stream(seed, _STREAMS["drought-2020"])),
        "clashes-2020": _clashes(idps, random_stream(seed, _STREAMS["clashes-2020"])),
    }
    for event_id, parts in made.items():
        for name, rows in parts.items():
            _put(folder / f"{event_id}{name}.csv", rows)
    return folder


def _camps(idps: list[Place], returnees: list[Place], rng: np.random.Generator) -> dict[str, list[Row]]:
    """Departures from three camps and arrivals; a second delivery with late rows, corrections, a repeated row and wrong ones."""
    rows: list[Row] = []
    for day in range(2, 55):
        for camp in _CAMPS[: 1 + (day > 15) + (day > 30)]:
            if rng.random() < 0.55:
                rows.append(
                    _row("d", len(rows), "departure", day, rng, camp_left=camp, **_from(_pick(idps, rng)), **_counts(rng, 5, 60))
                )
        for _ in range(int(rng.integers(0, 4))):
            home = rng.random() < 0.6
            place = _pick(returnees if home else idps, rng)
            came = {
                "reached_origin": str(bool(home)).lower(),
                "camp_left": str(rng.choice(_CAMPS)),
                "shelter_group": str(rng.choice(_SHELTERS)),
            }
            rows.append(
                _row(
                    "a",
                    len(rows),
                    "arrival",
                    day,
                    rng,
                    **_to(place),
                    **(_from(place) if home else _from(_pick(idps, rng))),
                    **came,
                    **_counts(rng, 2, 25),
                )
            )
    stayed = [row for row in rows if row["kind"] == "arrival" and row["reached_origin"] == "false"]
    for row in stayed[::6]:
        rows.append(
            _row("o", len(rows), "onward", 56, rng, onward_from=row["movement_id"], **_to(_pick(idps, rng)), **_fewer(row))
        )
    for row in stayed[1::7]:
        rows.append(
            _row("r", len(rows), "return", 57, rng, onward_from=row["movement_id"], **_to(_pick(returnees, rng)), **_fewer(row))
        )
    second: list[Row] = []
    left = {row["onward_from"] for row in rows if "onward_from" in row}
    for at, row in enumerate([row for row in rows if row["movement_id"] not in left][5:60:9]):
        fewer = (
            {"households": 0, "individuals": 0}
            if at % 3 == 2
            else {"households": row["households"] - 1, "individuals": row["individuals"] - 5}
        )
        second.append(
            {"movement_id": f"c{at}", "kind": "correction", "recorded_on": _day(40 + at), "corrects": row["movement_id"], **fewer}
        )
    for at in range(4):
        second.append(
            _row(
                "late",
                at,
                "departure",
                20 + at,
                rng,
                camp_left=_CAMPS[1],
                **_from(_pick(idps, rng)),
                **_counts(rng, 5, 20),
                recorded_on=_day(36),
            )
        )
    second += [
        rows[3],
        {**rows[0], "movement_id": "w1", "moved_on": _day(50), "recorded_on": _day(49)},
        {
            "movement_id": "w2",
            "kind": "arrival",
            "moved_on": _day(50),
            "recorded_on": _day(50),
            "households": 4,
            "individuals": 20,
        },
        {**rows[0], "movement_id": "w3", "households": "about ten"},
    ]
    return {"": rows, "-late": second}


def _drought(returnees: list[Place], rng: np.random.Generator) -> dict[str, list[Row]]:
    """Returnee families that are displaced again, most of them inside their district."""
    rows: list[Row] = []
    for day in range(1, 90, 2):
        place = _pick(returnees, rng)
        there = place if rng.random() < 0.6 else _pick(returnees, rng)
        rows.append(_row("a", len(rows), "arrival", day, rng, **_from(place), origin_place_id=place[0], **{**_to(there), "place_id": _pick(returnees, rng)[0]},
                         shelter_group=str(rng.choice(_SHELTERS[:4])), households=int(rng.integers(2, 15))))  # fmt: skip
    for row in rows[4:40:8]:
        rows.append(_row("r", len(rows), "return", 92, rng, onward_from=row["movement_id"], destination_governorate=row["origin_governorate"],
                         destination_district=row["origin_district"], place_id=row["origin_place_id"], households=max(1, row["households"] // 2)))  # fmt: skip
    return {"": rows}


def _clashes(idps: list[Place], rng: np.random.Generator) -> dict[str, list[Row]]:
    """Many arrivals in few days, then returns; everything is recorded late at first."""
    home, rows = _pick(idps, rng), []
    for day in range(31, 43):
        for _ in range(12 if day < 36 else 4):
            there = _pick(idps, rng)
            rows.append(_row("a", len(rows), "arrival", day, rng, **_from(home), **_to(there), reached_origin="false", shelter_group=str(rng.choice(_SHELTERS)),
                             households=int(rng.integers(3, 40))))  # fmt: skip
    for row in rows[:70:2]:
        rows.append(
            _row(
                "r",
                len(rows),
                "return",
                int(rng.integers(43, 60)),
                rng,
                onward_from=row["movement_id"],
                **_to(home),
                households=max(1, row["households"] // 2),
            )
        )
    correction = {
        "movement_id": "c1",
        "kind": "correction",
        "recorded_on": _day(50),
        "corrects": rows[11]["movement_id"],
        "households": 2,
    }
    return {"": [*rows, correction]}


# --- parts of a row ----------------------------------------------------------------------------------------------


def _row(letter: str, number: int, kind: str, day: int, rng: np.random.Generator, **fields: object) -> Row:
    """A movement of a day after the start; most are recorded soon, some late."""
    lag = int(rng.choice([0, 1, 2, 9], p=[0.5, 0.3, 0.15, 0.05]))
    return {"movement_id": f"{letter}{number:04d}", "kind": kind, "moved_on": _day(day), "recorded_on": _day(day + lag), **fields}


def _day(after: int) -> str:
    return (datetime.date(2020, 11, 1) + datetime.timedelta(days=after)).isoformat()


def _pick(places: Sequence[Place], rng: np.random.Generator) -> Place:
    return places[int(rng.integers(0, len(places)))]


def _from(place: Place) -> Row:
    return {"origin_governorate": place[1], "origin_district": place[2]}


def _to(place: Place) -> Row:
    return {"place_id": place[0], "destination_governorate": place[1], "destination_district": place[2]}


def _counts(rng: np.random.Generator, least: int, most: int) -> Row:
    """Households, and individuals as counted: about five to a household."""
    households = int(rng.integers(least, most))
    return {
        "households": households,
        "individuals": 5 * households + int(rng.integers(-households, households)),
        "counted": "true",
    }


def _fewer(row: Row) -> Row:
    """Half of those of another row."""
    households = max(1, row["households"] // 2)
    return {"households": households, "individuals": 5 * households, "counted": "true"}


def _put(path: Path, rows: list[Row]) -> None:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode())
