"""Time a release of 28 rounds: draft and check, beside what writing the same tables plainly as Parquet and CSV takes.

``python -m benchmarks.release DATA ROUND``"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import pandas as pd

from expectations.release import policy
from flows.published import Published
from flows.release import drafting, life, stored, table_files
from flows.release.life import Order


def plain(data: Path, number: int, folder: Path) -> float:
    """Seconds in which pandas writes the open tables of the tier, read before: the floor."""
    tables = {name: rows.to_pandas() for name, rows in drafting.truth(Published(data), number, policy().tiers["public"]).items()}
    started = time.perf_counter()
    for name, frame in tables.items():
        frame.to_parquet(folder / f"{name}.parquet")
        frame.to_csv(folder / f"{name}.csv", index=False)
    return time.perf_counter() - started


def main() -> None:
    """Draft and check once; releases are made in a copy of the data folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("round", type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        shutil.copytree(options.data, data, ignore=shutil.ignore_patterns("releases"))
        (Path(folder) / "plain").mkdir()
        floor = plain(data, options.round, Path(folder) / "plain")
        started = time.perf_counter()
        one = life.draft(data, Order(options.round, "public"))
        drafted = time.perf_counter()
        report = life.check(data, one.release.id)
        checked = time.perf_counter()
        made = life.folder_of(data, one.release.id)
        rows = sum(len(pd.read_parquet(path, columns=[])) for path in sorted((made / table_files.FOLDER).glob("*.parquet")))
        size = sum(file.bytes for file in stored.listed(made)) / 1e6
    print(f"R{options.round}, {rows:,} rows of tables, {size:.0f} MB; holds: {report.holds}")
    print(f"{'plain pandas':14} {floor:7.2f} s")
    for name, seconds in (("draft", drafted - started), ("check", checked - drafted)):
        print(f"{name:14} {seconds:7.2f} s   {seconds / floor:5.1f} x")


if __name__ == "__main__":
    main()
