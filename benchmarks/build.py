"""Time the build against its floor and a plain pandas script; see README.md in this folder."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROUNDS, PLACES = 28, 4000  # about 3,000 IDP and 1,800 returnee locations a round


@dataclass(frozen=True)
class Run:
    """One process: wall seconds, CPU seconds, peak memory in MB."""

    wall: float
    cpu: float
    peak: float


def timed(command: list[str]) -> Run:
    """Run a process to its end and read what the kernel counted for it."""
    started = time.monotonic()
    child = os.posix_spawn(
        command[0],
        command,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"failed with {os.waitstatus_to_exitcode(status)}: {' '.join(command)}")
    return Run(time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def median(runs: list[Run]) -> Run:
    """The medians of wall and CPU seconds, the highest peak."""
    return Run(statistics.median(r.wall for r in runs), statistics.median(r.cpu for r in runs), max(r.peak for r in runs))


def synthetic(folder: Path, rounds: int) -> Path:
    """Synthetic lists of a number of rounds."""
    from sample_data import generator

    return generator.write(folder, rounds=rounds, places=PLACES) / "lists"


def measure(lists: Path, work: Path, repeat: int, *, peers: bool) -> dict[str, Run]:
    """Medians per contestant, interleaved so that a busy machine hits all alike."""
    python = sys.executable
    build = [python, "-m", "flows.cli", "build", str(lists), "--direct", "--accept-exceptions", "benchmark", "--data"]
    runs: dict[str, list[Run]] = {}
    for number in range(repeat):
        out = work / f"out{number}"
        out.mkdir()
        if peers:
            runs.setdefault("floor", []).append(timed([python, str(HERE / "floor.py"), str(lists), str(out)]))
            runs.setdefault("pandas", []).append(timed([python, str(HERE / "plain_pandas.py"), str(lists), str(out)]))
        data = work / f"data{number}"
        runs.setdefault("build", []).append(timed([*build, str(data)]))
        runs.setdefault("no change", []).append(timed([*build, str(data)]))
        checks = json.loads((data / "manifest.json").read_text(encoding="utf-8"))["content"]["checks"]
        shutil.rmtree(out)
        shutil.rmtree(data)
    print(
        f"{sum(1 for _ in lists.rglob('*.csv'))} lists; {checks['suites']} suites, {checks['expectations']} expectations, {checks['rules']} rules"
    )
    return {name: median(own) for name, own in runs.items()}


def show(medians: dict[str, Run]) -> None:
    """Seconds, memory and ratios to the first contestant."""
    first = next(iter(medians.values()))
    print(f"{'':10} {'wall s':>8} {'cpu s':>8} {'peak MB':>8} {'ratio':>7}")
    for name, run in medians.items():
        print(f"{name:10} {run.wall:8.2f} {run.cpu:8.2f} {run.peak:8.0f} {run.wall / first.wall:6.1f}x")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lists", nargs="?", type=Path, help="folder of portal CSV lists; else synthetic ones")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--growth", action="store_true", help="1x, 4x and 16x of the rounds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if options.growth:
            for factor in (1, 4, 16):
                lists = synthetic(work / f"lists{factor}", 7 * factor)
                print(f"--- {factor}x")
                show(measure(lists, work, options.repeat, peers=True))
            return
        lists = options.lists or synthetic(work / "lists", ROUNDS)
        medians = measure(lists, work, options.repeat, peers=True)
        show(medians)
        allowed = 5 * medians["floor"].wall + 6
        print(f"build {medians['build'].wall:.2f} s; 5 x floor + 6 s = {allowed:.2f} s")


if __name__ == "__main__":
    main()
