"""Synthetic answers to the indices for the locations of the sample lists, intentions to return, and places of no return.

The conditions of a location change little from round to round, as they do in life. Nothing here says anything about a real place.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from expectations import codes
from expectations.index_model import IndexModel
from expectations.index_model_file import shipped
from sample_data import portal
from sample_data.generator import random_stream

FOLDER = "index"
# Index round 11 is weighted with R119 as published; that of round 12 is not known, so the file says which one.
ROUNDS = {"return": ((11, 119), (12, 120)), "displacement": ((1, 119), (2, 120))}
_FILES = {"return": "return_index.csv", "displacement": "displacement_index.csv"}
_STREAMS = {"return": 20, "displacement": 21, "intention": 22, "no_return": 23}
_UNANSWERED, _NOT_APPLICABLE = 0.03, 0.1
_NOT_ASSESSED = 0.08
# How much of the conditions of a location its indicators share, and how much stays from round to round.
_SHARED, _STAYS = 0.6, 0.9
_PLACES_OF_NO_RETURN = 4


def write(out: Path, *, seed: int = 20210301) -> Path:
    """Write ``out/index/`` for the lists in ``out/lists``; equal arguments give equal bytes.

    Raises:
        FileNotFoundError: the lists of R119 or R120 are not there.
    """
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for index, model in (("return", shipped()["ri-illustrative"]), ("displacement", shipped()["di-illustrative"])):
        population = model.index.population
        own = {number: listed(out, population, number) for _, number in ROUNDS[index]}
        _put(folder / _FILES[index], _answers(model, own, random_stream(seed, _STREAMS[index])))
    idps = listed(out, "idp", 120)
    _put(folder / "intentions.csv", _intentions(idps, random_stream(seed, _STREAMS["intention"])))
    known = {place for number in (119, 120) for place, _, _ in listed(out, "returnee", number)}
    _put(folder / "no_return.csv", _no_return(known, random_stream(seed, _STREAMS["no_return"])))
    return folder


def listed(out: Path, population: str, number: int) -> list[tuple[str, str, str]]:
    """(place_id, governorate, district) of the rows of a sample list that name them without a planted defect."""
    with open(out / "lists" / portal.file_name(population, number), encoding="utf-8", newline="") as handle:
        header, *lines = csv.reader(handle)
    known = codes.headers(population)
    columns = {known[codes.normalise(title)]: at for at, title in enumerate(header) if codes.normalise(title) in known}
    at = [columns["identifier", name] for name in ("place_id", "governorate", "district")]
    rows = [(line[at[0]].removesuffix(".0"), line[at[1]], line[at[2]]) for line in lines]
    return [row for row in rows if row[0] and codes.normalise(row[1]) in codes.governorates().spellings]


def _answers(
    model: IndexModel, listed: dict[int, list[tuple[str, str, str]]], rng: np.random.Generator
) -> Iterable[list[object]]:
    """A wide file: a row per location and index round, a column per indicator."""
    yield ["index_round", "round", "place_id", "subdistrict", *(indicator.id for indicator in model.indicators)]
    places = sorted({place for own in listed.values() for place, _, _ in own})
    common = dict(zip(places, rng.normal(size=len(places)), strict=True))
    own = {place: rng.normal(size=len(model.indicators)) for place in places}
    known = {
        int(row["index_round"]) for row in codes.rows("index_round") if row["index_name"] == model.index.name and row["round"]
    }
    for index_round, number in ROUNDS[model.index.name]:
        for place, _, district in listed[number]:
            own[place] = _STAYS * own[place] + np.sqrt(1 - _STAYS**2) * rng.normal(size=len(model.indicators))
            latent = np.sqrt(_SHARED) * common[place] + np.sqrt(1 - _SHARED) * own[place]
            signs = [_answer(model, at, value, rng) for at, value in enumerate(latent)]
            if rng.random() < _NOT_ASSESSED:
                continue
            half = "Markaz" if int(place) % 2 else "East"
            yield [index_round, "" if index_round in known else number, place, f"{half} {district}", *signs]


def _answer(model: IndexModel, at: int, value: float, rng: np.random.Generator) -> str:
    """The code of an answer: worse with a higher value; now and then none."""
    indicator = model.indicators[at]
    if rng.random() < _UNANSWERED:
        return ""
    if indicator.allow_not_applicable and rng.random() < _NOT_APPLICABLE:
        return "not_applicable"
    share = 1 / (1 + np.exp(-1.7 * (value - 0.3)))
    return indicator.levels[min(int(share * len(indicator.levels)), len(indicator.levels) - 1)].code


def _intentions(places: list[tuple[str, str, str]], rng: np.random.Generator) -> Iterable[list[object]]:
    yield ["round", "population", "place_id", "majority_intention", "barrier_1", "barrier_2", "barrier_3"]
    intentions, barriers = ([row[name] for row in codes.rows(name)] for name in ("intention", "barrier"))
    for place, _, _ in places:
        named = rng.choice(barriers, int(rng.integers(0, 4)), replace=False).tolist()
        yield [120, "idp", place, rng.choice(intentions, p=[0.25, 0.4, 0.05, 0.05, 0.2, 0.05]), *named, *[""] * (3 - len(named))]


def _no_return(known: set[str], rng: np.random.Generator) -> Iterable[list[object]]:
    """Places that no list has: keys behind all others."""
    yield ["index_round", "place_id", "no_return_kind", "governorate", "district", "location_name_en"]
    rows = [row for row in codes.rows("district") if row["governorate"] in ("Ninewa", "Salah al-Din", "Diyala")]
    first = max(map(int, known)) + 5000
    for at in range(_PLACES_OF_NO_RETURN):
        row = rows[int(rng.integers(len(rows)))]
        kind = "all_displaced_again" if at == 0 else "no_return_recorded"
        yield [12, first + at, kind, row["governorate"], row["district"], f"Empty village {at + 1}"]


def _put(path: Path, rows: Iterable[list[object]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
