"""The process of Great Expectations: it answers, it says what went wrong, and it never outlives what started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from expectations.outcome import JudgingError, Outcome
from expectations.tables import TABLES
from flows import judging
from flows.problem import ExitCode, Problem
from transforms import reference, warehouse

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90
TABLE = "multiplier_rule"


@pytest.fixture(scope="module")
def process() -> Iterator[judging.Process]:
    process = judging.Process()
    yield process
    process.end()


@pytest.fixture
def judge(process: judging.Process) -> judging.Judging:
    return judging.Judging(process)


def written(folder: Path, rows: pa.Table, name: str = "all") -> Path:
    path = folder / f"{name}.parquet"
    warehouse.write(rows, path)
    return path


def is_there(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not asked for its code does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def ends(pid: int) -> bool:
    """Whether a process ends within the time one would wait."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if not is_there(pid):
            return True
        time.sleep(0.05)
    return False


def test_tables_are_judged_in_their_order_and_one_handed_in_again_by_its_new_files(
    judge: judging.Judging, tmp_path: Path
) -> None:
    rows = reference.tables()[TABLE]
    judge.table(TABLE, [written(tmp_path, pa.concat_tables([rows, rows]), "double")])
    judge.table("wave", [written(tmp_path, reference.tables()["wave"], "wave")])
    assert [(outcome.table, bool(outcome.failures)) for outcome in judge.outcomes()] == [(TABLE, True), ("wave", False)]
    judge.table(TABLE, [written(tmp_path, rows)])
    assert [(outcome.table, outcome.failures) for outcome in judge.outcomes()] == [(TABLE, ()), ("wave", ())]
    assert judge.rules({"no such rule": 0}).failures


def test_a_table_in_several_files_is_judged_as_one(judge: judging.Judging, tmp_path: Path) -> None:
    rows = reference.tables()[TABLE]
    judge.table(TABLE, [written(tmp_path, rows, "one"), written(tmp_path, rows, "two")])
    (outcome,) = judge.outcomes()
    assert [failure.sentence for failure in outcome.failures] == [f"{', '.join(TABLES[TABLE].key)} together occur once"]


def test_what_goes_wrong_there_is_raised_here_and_the_next_table_is_judged(process: judging.Process, tmp_path: Path) -> None:
    def outcome(name: str, path: Path) -> Outcome:
        judge = judging.Judging(process)
        judge.table(name, [path])
        return judge.outcomes()[0]

    sound, damaged = written(tmp_path, reference.tables()[TABLE]), tmp_path / "damaged.parquet"
    damaged.write_bytes(b"PAR1 no Parquet")
    with pytest.raises(FileNotFoundError) as lost:
        outcome(TABLE, tmp_path / "missing.parquet")
    assert lost.value.filename == str(tmp_path / "missing.parquet")
    with pytest.raises(pa.ArrowInvalid):
        outcome(TABLE, damaged)
    with pytest.raises(JudgingError, match="KeyError: 'no such table'"):
        outcome("no such table", sound)
    assert outcome(TABLE, sound).failures == ()


def test_a_process_that_is_killed_is_told_in_one_sentence_and_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(judging, "_kept", [])
    path = written(tmp_path, reference.tables()[TABLE])
    with judging.beside() as judge:
        first = judging._kept[0]
        os.kill(first.pid, signal.SIGKILL)
        judge.table(TABLE, [path])
        with pytest.raises(Problem, match="The system may have killed it") as told:
            judge.outcomes()
    assert told.value.code == ExitCode.STORAGE
    with judging.beside() as judge:
        assert judging._kept[0] is not first
        judging._kept[0].end()


def test_a_run_that_fails_ends_the_process_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "_kept", [])
    with pytest.raises(ZeroDivisionError), judging.beside():
        pid = judging._kept[0].pid
        raise ZeroDivisionError
    assert (is_there(pid), judging._kept) == (False, [])


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
def test_the_process_ends_with_the_program_however_that_ended() -> None:
    script = "from flows import judging; process = judging.Process(); print(process.pid, flush=True); {}"
    for last in ("input()", "pass"):
        command = [sys.executable, "-c", script.format(last)]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
            pid = int(program.stdout.readline())
            if last == "input()":
                assert is_there(pid)
                program.kill()
        assert ends(pid), last
