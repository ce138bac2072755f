"""Time the build against its floor and a plain pandas script; see README.md in this folder."""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROUNDS, PLACES = 28, 4000  # about 3,000 IDP and 1,800 returnee locations a round
SAMPLED_SECONDS = 0.1


@dataclass(frozen=True)
class Run:
    """One command: wall seconds, CPU seconds, peak memory in MB of it and the processes that it starts, together."""

    wall: float
    cpu: float
    peak: float


def timed(command: list[str]) -> Run:
    """Run a command to its end and read what the kernel counted for it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    peaks, ended = [0.0], threading.Event()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:

        def sample() -> None:
            while not ended.wait(SAMPLED_SECONDS):
                peaks.append(sum(map(_resident, _family(child.pid))))

        sampler = threading.Thread(target=sample)
        sampler.start()
        child.wait()
        wall = time.monotonic() - started
        ended.set()
        sampler.join()
    if child.returncode:
        raise SystemExit(f"failed with {child.returncode}: {' '.join(command)}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Run(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, max(peaks))


def _family(pid: int) -> list[int]:
    """A process and all that it started."""
    try:
        children = [int(c) for task in Path(f"/proc/{pid}/task").iterdir() for c in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [pid, *(own for child in children for own in _family(child))]


def _resident(pid: int) -> float:
    """Memory of a process in MB; what two share counts twice, so the sum is rather too high."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


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
