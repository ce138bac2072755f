"""A snapshot of a large ledger: this project's command against a plain pandas script on the same rows.

5 million movements of all kinds, a twentieth of them corrections. ``dtm emergency snapshot`` runs in a process of its own, imports
included; the peer reads the ledger (whose chains of corrections are resolved already), keeps what is in force on the two days, and
adds up by district. Prints seconds, peak memory, and the ratio of the same run.

    python -m benchmarks.emergency [--movements 5000000] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from expectations import codes
from expectations.emergency import KINDS

ROOT = Path(__file__).resolve().parents[1]
EVENT, START = "large", "2020-10-18"
AS_OF, KNOWN_AT = "2021-11-15", "2021-11-20"
_DAYS, _PLACES_A_DISTRICT = 600, 36
_SHARES = (0.2, 0.6, 0.05, 0.1, 0.05)
_RUNS = 3
PEER = """
import json, sys
import pandas as pd
columns = ["chain_kind", "moved_on", "known_from", "known_until", "arrival_class", "origin_governorate", "origin_district",
           "destination_governorate", "destination_district", "moved_households", "moved_individuals"]
rows = pd.read_parquet(sys.argv[1], columns=columns)
as_of, known_at = (pd.Timestamp(day).date() for day in sys.argv[2:4])
held = rows[(rows.moved_on <= as_of) & (rows.known_from <= known_at) & (rows.known_until.isna() | (rows.known_until > known_at))]
arrived = held[held.chain_kind == "arrival"]
returned = held[(held.chain_kind == "return") | (held.chain_kind.isin(["arrival", "onward"]) & (held.arrival_class == "returnee"))]
areas = ["origin_governorate", "origin_district", "destination_governorate", "destination_district"]
arrived.groupby(areas)[["moved_households", "moved_individuals"]].sum()
print(json.dumps([int(arrived.moved_households.sum()), int(returned.moved_households.sum())]))
"""


def deliver(path: Path, movements: int) -> None:
    """A delivery of random movements between all districts as CSV."""
    draw = np.random.default_rng()
    districts = [(row["governorate"], row["district"]) for row in codes.rows("district")]
    governorate, district = (pa.array(own) for own in zip(*districts, strict=True))
    origin, destination = (draw.integers(0, len(districts), movements) for _ in range(2))
    kind = draw.choice(len(KINDS), movements, p=_SHARES)
    moved = draw.integers(0, _DAYS, movements)
    ids = np.char.add("m", np.arange(movements).astype(str))
    arrivals = ids[draw.choice(np.flatnonzero(kind == 1), movements)]
    corrected = ids[draw.choice(np.flatnonzero(kind < 2), movements)]
    households = draw.integers(1, 12, movements)
    first = np.datetime64(START)

    def place(of: np.ndarray) -> pa.Array:
        return pa.array((1000 + of + len(districts) * draw.integers(0, _PLACES_A_DISTRICT, movements)).astype(str))

    columns = {
        "movement_id": ids,
        "kind": pa.array(KINDS).take(pa.array(kind)),
        "moved_on": (first + moved).astype("datetime64[D]"),
        "recorded_on": (first + moved + draw.integers(0, 15, movements)).astype("datetime64[D]"),
        "origin_governorate": governorate.take(pa.array(origin)),
        "origin_district": district.take(pa.array(origin)),
        "destination_governorate": governorate.take(pa.array(destination)),
        "destination_district": district.take(pa.array(destination)),
        "origin_place_id": place(origin),
        "place_id": place(destination),
        "shelter_group": pa.array(["private", "critical", "camp", ""]).take(pa.array(draw.integers(0, 4, movements))),
        "households": households,
        "individuals": 5 * households,
        "corrects": np.where(kind == 4, corrected, ""),
        "onward_from": np.where((kind == 2) | (kind == 3), arrivals, ""),
    }
    pacsv.write_csv(pa.table({name: pa.array(values) for name, values in columns.items()}), path)


def measured(command: list[str]) -> tuple[float, float, str]:
    """Seconds, peak memory in GB and output of a process."""
    before = time.perf_counter()
    script = "import resource, subprocess, sys; r = subprocess.run(sys.argv[1:]); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(r.returncode)"
    # as users run it: modules are compiled once
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    ran = subprocess.run(
        [sys.executable, "-c", script, *command], cwd=ROOT, env=settings, capture_output=True, text=True, check=True
    )
    return time.perf_counter() - before, int(ran.stderr.split()[-1]) / 1e6, ran.stdout


def main() -> None:
    """Make the load, take it, look at it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--movements", type=int, default=5_000_000)
    parser.add_argument("--keep", type=Path, help="folder for the load, kept; by default one that goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        folder = options.keep or Path(own)
        data = folder / "data"
        dtm = [sys.executable, "-m", "flows.cli", "emergency"]
        if not data.exists():
            deliver(folder / "large.csv", options.movements)
            opening = ["--name", "Large", "--trigger", "conflict", "--start", START, "--counting", "counted"]
            measured([*dtm, "open", EVENT, *opening, "--data", str(data)])
            seconds, memory, _ = measured([*dtm, "ingest", EVENT, str(folder / "large.csv"), "--data", str(data)])
            print(f"ingest {options.movements:,} movements: {seconds:.1f} s, {memory:.1f} GB")
        ledger = next((data / "emergency" / EVENT).glob("*/emergency_movement.parquet"))
        days = ["--as-of", AS_OF, "--known-at", KNOWN_AT]
        ours, peer = [], []
        for _ in range(_RUNS):
            ours.append(measured([*dtm, "snapshot", EVENT, *days, "--format", "json", "--data", str(data)]))
            peer.append(measured([sys.executable, "-c", PEER, str(ledger), AS_OF, KNOWN_AT]))
        said = json.loads(ours[0][2])
        assert [said["cumulative"]["households"], said["returned"]["households"]] == json.loads(peer[0][2]), "both give the same"
        seconds, other = (statistics.median(one[0] for one in runs) for runs in (ours, peer))
        print(
            f"snapshot: {seconds:.2f} s, {max(one[1] for one in ours):.2f} GB; plain pandas: {other:.2f} s, {max(one[1] for one in peer):.2f} GB; {other / seconds:.1f} times quicker"
        )


if __name__ == "__main__":
    main()
