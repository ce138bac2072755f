"""Scoring a large load of answers: this project's queries against the same index in plain pandas.

134 index rounds of 2,200 locations (far more than there are: rounds outside those of the model are overridden), read from a wide
Parquet file, scored, aggregated, compared from round to round, and a location of every round explained.
Prints seconds of each part, and the ratio to a plain pandas implementation in the same run.

    python -m benchmarks.index [--rounds 134] [--locations 2200] [--command]
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from expectations import codes
from expectations.index_model import IndexModel
from expectations.index_model_file import shipped
from expectations.schema import schema
from expectations.tables import TABLES, published
from tests import world
from transforms import warehouse
from transforms.index import answers, standing

ROOT = Path(__file__).resolve().parents[1]
MODEL = shipped()["ri-illustrative"]
ROUND, FIRST_PLACE = 120, 1000
OVERRIDE = "a synthetic load"


def load(path: Path, rounds: int, locations: int) -> None:
    """A wide file of random answers with some that are missing or do not apply."""
    draw = np.random.default_rng()
    count = rounds * locations
    districts = [(row["governorate"], row["district"]) for row in codes.rows("district")][:40]
    at = np.tile(np.arange(locations), rounds)
    own = at % len(districts)
    columns = {
        "index_round": np.repeat(np.arange(1, rounds + 1), locations),
        "round": np.full(count, ROUND),
        "place_id": (FIRST_PLACE + at).astype(str),
        "governorate": np.array([g for g, _ in districts])[own],
        "district": np.array([d for _, d in districts])[own],
        "subdistrict": np.array([f"{d} {part}" for _, d in districts for part in range(5)])[own * 5 + at // len(districts) % 5],
    }
    for indicator in MODEL.indicators:
        levels = np.array([level.code for level in indicator.levels] + [""])
        given = draw.integers(0, len(indicator.levels), count)
        given[draw.random(count) < 0.04] = len(indicator.levels)
        columns[indicator.id] = levels[given]
    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    pq.write_table(table, path)


def lists(locations: int) -> dict[str, pa.Table]:
    """One list with the returnees of every location."""
    rows = "\n".join(f"a | {FIRST_PLACE + at} | {5 + at % 300}" for at in range(locations))
    made = world.clean(f"list | population | round\na | returnee | {ROUND}", f"list | place_id | households\n{rows}")
    return {table.name: made.get(table.name, schema(table).empty_table()) for table in TABLES.values() if table.stage == "clean"}


def score(path: Path, held: dict[str, pa.Table]) -> tuple[dict[str, pa.Table], dict[str, float]]:
    """Every table of the indices from the file, and the seconds of each part."""
    began = time.perf_counter()
    given = answers.read(path, path.name, MODEL, answers.Given(), frozenset(codes.rounds()))
    read = time.perf_counter()
    scoring = standing.Scoring(MODEL, given.tables, "0" * 64, path.name, OVERRIDE)
    clean = held | standing.clean_tables(standing.standing([scoring]))
    wanted = frozenset(table.name for table in published() if table.name.startswith("return_index"))
    made = {table.name: rows for table, rows in warehouse.build(clean.__getitem__, [], [], wanted=wanted) if table.name in wanted}
    built = time.perf_counter()
    explained = explain(made)
    ended = time.perf_counter()
    assert explained == given.tables["received_index_place"]["index_round"].to_numpy().max()
    return made, {"read": read - began, "score and aggregate": built - read, "explain": ended - built, "all": ended - began}


def explain(made: dict[str, pa.Table]) -> int:
    """Of each round the points of its first location, which must add up; returns how many."""
    scores, parts = made["return_index"], made["return_index_contribution"]
    first = scores.filter(pa.compute.equal(scores["place_id"], str(FIRST_PLACE))).to_pylist()
    own = parts.filter(pa.compute.equal(parts["place_id"], str(FIRST_PLACE))).to_pylist()
    points = pd.DataFrame(own).groupby("index_round")["points"].sum(min_count=1)
    for row in first:
        assert row["overall"] is None or abs(points[row["index_round"]] - row["overall"]) < 1e-9
    return len(first)


def plain(path: Path, model: IndexModel, households: pd.Series) -> pd.DataFrame:
    """The same scores, categories, points, aggregates, hotspot means, change and drivers, as an analyst would write them with pandas."""
    frame = pd.read_parquet(path)
    frame["households"] = frame["place_id"].map(households)
    weights = {i.id: {level.code: level.weight for level in i.levels} for i in model.indicators}
    long = frame.melt(
        ["index_round", "place_id", "governorate", "district", "subdistrict", "households"], list(weights), "indicator", "answer"
    )
    long["weight"] = [
        np.nan if not answer else weights[indicator][answer]
        for indicator, answer in zip(long["indicator"], long["answer"], strict=True)
    ]
    long["maximum"] = long["indicator"].map({i.id: i.maximum for i in model.indicators})
    long["scale"] = long["indicator"].map({i.id: i.scale for i in model.indicators})
    long["answered_maximum"] = long["maximum"].where(long["weight"].notna())
    key = ["index_round", "place_id"]
    scale = long.groupby([*key, "scale"]).agg(
        points=("weight", "sum"),
        answered=("weight", "count"),
        asked=("weight", "size"),
        maximum=("answered_maximum", "sum"),
        every=("maximum", "sum"),
    )
    scale["score"] = (100 * scale["points"] / scale["maximum"]).where(
        scale["answered"] >= model.min_answered_share * scale["asked"]
    )
    scale["least"], scale["most"] = (
        100 * scale["points"] / scale["every"],
        100 * (scale["points"] + scale["every"] - scale["maximum"]) / scale["every"],
    )
    wide = scale["score"].unstack("scale")
    place = frame[[*key, "governorate", "district", "subdistrict", "households"]].merge(wide.reset_index(), on=key)
    place["overall"] = (place["s1"] + place["s2"]) / 2
    bounds = [-1, *(c.lower_bound - 1e-9 for c in model.bounds("overall")[1:]), 101]
    for name in ("s1", "s2", "overall"):
        place[f"{name}_category"] = pd.cut(
            place[name], bounds, right=False, labels=["low", "medium", "high", "very_high"]
        ).astype(object)
    place["severe"] = place["overall_category"].isin(["high", "very_high"])
    place["severe_households"] = place["households"].where(place["severe"], 0)
    long = long.merge(scale["maximum"].rename("total").reset_index(), on=[*key, "scale"]).merge(place[[*key, "overall"]], on=key)
    long["points"] = (50 * long["weight"].fillna(0) / long["total"]).where(long["overall"].notna())
    top = long.sort_values("points", ascending=False).groupby(key).head(3)
    summaries = []
    for level in ([], ["governorate"], ["governorate", "district"], ["governorate", "district", "subdistrict"]):
        own = place.groupby(["index_round", *level, "overall_category"], dropna=False).agg(
            households=("households", "sum"), locations=("place_id", "count")
        )
        weighted = place.assign(w1=place["s1"] * place["households"], w2=place["s2"] * place["households"])
        means = weighted.groupby(["index_round", *level])[["w1", "w2", "households", "s1", "s2"]].sum()
        summaries += [own, means]
    long["weighted"] = long["points"] * long["households"]
    spots = long.groupby(["index_round", "subdistrict", "indicator"])["weighted"].sum()
    before = place.assign(index_round=place["index_round"] + 1)
    both = place.merge(before, on=key, suffixes=("", "_before"))
    change = both.groupby(["index_round", "governorate", "district"])[["severe_households", "severe_households_before"]].sum()
    shifted = long.assign(index_round=long["index_round"] + 1)[[*key, "indicator", "points"]]
    moved = long[[*key, "indicator", "points", "households", "district"]].merge(
        shifted, on=[*key, "indicator"], suffixes=("", "_before")
    )
    moved["gain"] = (moved["points"] - moved["points_before"]) * moved["households"]
    drivers = moved.groupby(["index_round", "district", "indicator"])["gain"].sum()
    assert len(top) and len(spots) and len(change) and len(drivers) and len(summaries)
    return place


def command(path: Path, data: Path) -> float:
    """Seconds of the whole command in a process of its own: read, keep, score, write, check with every suite and rule, publish."""
    words = ["index", "score", str(path), "--data", str(data), "--override", OVERRIDE, "--direct"]
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "flows.cli", *words], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    """Measure, compare the scores of both, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=134)
    parser.add_argument("--locations", type=int, default=2200)
    parser.add_argument("--command", action="store_true", help="also the whole command")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.parquet"
        load(path, options.rounds, options.locations)
        held = lists(options.locations)
        made, seconds = score(path, held)
        for part, took in seconds.items():
            print(f"{part:22} {took:6.2f} s")
        print(f"{'peak memory':22} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:6.2f} GB")
        own = made["return_index"].select(["index_round", "place_id", "s1", "s2", "overall"]).to_pandas()
        rows = {name: table.num_rows for name, table in made.items()}
        del made
        households = pd.Series({str(FIRST_PLACE + at): 5 + at % 300 for at in range(options.locations)})
        began = time.perf_counter()
        theirs = plain(path, MODEL, households)
        peer = time.perf_counter() - began
        both = own.merge(theirs, on=["index_round", "place_id"], suffixes=("", "_plain"))
        for name in ("s1", "s2", "overall"):
            assert np.allclose(both[name], both[f"{name}_plain"], atol=1e-9, equal_nan=True), name
        print(f"{'plain pandas':22} {peer:6.2f} s; it takes {peer / seconds['all']:.1f} times as long, and makes part of it")
        print(", ".join(f"{name} {count:,}" for name, count in rows.items()))
        if options.command:
            print(f"{'the whole command':22} {command(path, Path(folder) / 'data'):6.2f} s")


if __name__ == "__main__":
    main()
