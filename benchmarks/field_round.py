"""Time a field round end to end: 12,000 submissions of 5,500 locations received, checked, made a list of and published.

Prints the ratio to what a plain pandas script takes for the sums alone."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from build import HERE, Run, median, timed

ROUND = "121"


def main() -> None:
    """Make the round once, collect it several times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=5500)
    parser.add_argument("--submissions", type=int, default=12000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    from sample_data import field, generator

    dtm = [sys.executable, "-m", "flows.cli"]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        # the round before is all that the frame needs
        lists = generator.write(root / "sample", rounds=1, places=options.places, first_round=int(ROUND) - 1) / "lists"
        field.write(root / "round", places=options.places, submissions=options.submissions, rounds=1)
        pages = root / "round" / "kobo_json"
        before = root / "before"
        timed([*dtm, "build", str(lists), "--data", str(before), "--direct", "--accept-exceptions", "synthetic"])
        runs: dict[str, list[Run]] = {"plain pandas sums": [], "open": [], "receive": [], "hand over": [], "build": []}
        for at in range(options.repeat):
            data = root / f"data{at}"
            shutil.copytree(before, data)
            runs["plain pandas sums"].append(timed([sys.executable, str(HERE / "field_floor.py"), str(pages)]))
            runs["open"].append(timed([*dtm, "round", "open", ROUND, "--data", str(data)]))
            files = [str(path) for path in sorted(pages.glob("*.json"))]
            runs["receive"].append(timed([*dtm, "round", "receive", ROUND, *files, "--data", str(data)]))
            runs["hand over"].append(timed([*dtm, "round", "handover", ROUND, "--data", str(data)]))
            runs["build"].append(timed([*dtm, "build", "--data", str(data), "--direct"]))
    medians = {name: median(own) for name, own in runs.items()}
    floor = medians.pop("plain pandas sums")
    print(f"{options.submissions:,} submissions of {options.places:,} places, medians of {options.repeat}")
    print(f"{'plain pandas sums':20} {floor.wall:6.2f} s {floor.peak:8.0f} MB")
    for name, run in medians.items():
        print(f"{name:20} {run.wall:6.2f} s {run.peak:8.0f} MB   {run.wall / floor.wall:5.1f} x")
    total = sum(run.wall for run in medians.values())
    print(
        f"{'end to end':20} {total:6.2f} s {max(run.peak for run in medians.values()):8.0f} MB   {total / floor.wall:5.1f} x   (aim: 20 s)"
    )


if __name__ == "__main__":
    main()
