"""Great Expectations in a process of its own, so that the suites judge tables while the next ones are made.

Its import alone takes as long as reading all lists. The process starts with the first run, is kept for the
next one of the same program, and ends with it: when the pipe to it closes, however that came about, at the latest
after the table that it is at.
Jobs are a table and its files; answers are an :class:`expectations.outcome.Outcome`.
"""

from __future__ import annotations

import atexit
import gc
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from expectations.contract import Table
from expectations.outcome import JudgingError, Outcome
from expectations.tables import TABLES
from flows import stored
from flows.problem import ExitCode, Problem

if TYPE_CHECKING:
    from expectations.suite import Judge

ROOT = Path(__file__).resolve().parent.parent
_ENDED = "The process that checks the tables ended before its work was done."
_KILLED = f"{_ENDED} The system may have killed it for lack of memory: close other programs and run the command again."


class Judging:
    """The suites at work on the tables of one run, in the order in which they are handed in."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._answers: dict[str, Future[Outcome]] = {}

    def table(self, name: str, paths: Sequence[Path]) -> None:
        """Hand in a table by its files, all on the disk. A table handed in again is judged by its new files."""
        self._answers[name] = self._process.ask("table", name, tuple(paths))

    def contract(self, table: Table, paths: Sequence[Path]) -> None:
        """Hand in a table with a contract of its own, which no build makes."""
        self._answers[table.name] = self._process.ask("contract", table, tuple(paths))

    def outcomes(self) -> list[Outcome]:
        """What the suites say of every table handed in; waits for them.

        Raises:
            Problem: the process ended before its time.
            OSError, pyarrow.ArrowInvalid, MemoryError: a file cannot be read back.
            JudgingError: an error of the program.
        """
        return [answer.result() for answer in self._answers.values()]

    def rules(self, rows_found: dict[str, int]) -> Outcome:
        """What the suite of the rules says of the rows that each blocking rule returned. Raises as :meth:`outcomes`."""
        return self._process.ask("rules", rows_found).result()


class Process:
    """The process, and the one thread that talks to it."""

    def __init__(self) -> None:
        self._line = ThreadPoolExecutor(1)
        folders = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(folders)}
        command = [sys.executable, "-P", "-m", "flows.judging"]
        errors = None if sys.stderr else subprocess.DEVNULL  # a scheduler may have closed it
        self._run = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment)
        atexit.register(self.end)

    def ask(self, *job: object) -> Future[Outcome]:
        """The answer to a job, when its turn has come."""
        return self._line.submit(self._answer, job)

    def _answer(self, job: tuple) -> Outcome:
        try:
            pickle.dump(job, self._run.stdin)
            self._run.stdin.flush()
            answer = pickle.load(self._run.stdout)
        except (EOFError, BrokenPipeError, ValueError, pickle.UnpicklingError) as error:
            code = self._run.wait()
            raise Problem(ExitCode.STORAGE, _KILLED if code < 0 else f"{_ENDED} Its exit code was {code}.") from error
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def pid(self) -> int:
        """Its number in the system."""
        return self._run.pid

    def is_running(self) -> bool:
        """Whether it can take jobs."""
        return self._run.poll() is None

    def end(self) -> None:
        """End it at once, with what it is at."""
        atexit.unregister(self.end)
        self._run.kill()
        self._line.shutdown(cancel_futures=True)
        self._run.communicate()


_kept: list[Process] = []


@contextmanager
def beside() -> Iterator[Judging]:
    """The suites, ready to judge beside this run. A run that fails does not wait for what they are at."""
    if _kept and not _kept[0].is_running():
        _kept.pop().end()
    if not _kept:
        _kept.append(Process())
    try:
        yield Judging(_kept[0])
    except BaseException:
        _kept.pop().end()
        raise


def serve() -> None:
    """Answer jobs from standard input until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program that asks is interrupted, and ends this one
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever is printed must not stand among the answers
    with suppress(Exception):  # now, before the first job, which meets the same error again and tells it
        _judge()
    while True:
        try:
            job = pickle.load(jobs)
        except (EOFError, pickle.UnpicklingError):
            return
        try:
            answer = _outcome(*job)
        except (OSError, pa.ArrowInvalid, MemoryError) as error:
            answer = error
        except Exception:  # of any class; not all can be sent
            answer = JudgingError(traceback.format_exc())
        try:
            pickle.dump(answer, answers)
            answers.flush()
        except BrokenPipeError:  # the program that asked was killed meanwhile
            return


def _outcome(kind: str, *given: object) -> Outcome:
    if kind == "rules":
        return _judge().rules(*given)
    named, paths = given
    return _judge().table(named if kind == "contract" else TABLES[named], stored.parts(paths))


@cache
def _judge() -> Judge:
    gc.disable()  # the import makes some hundred thousand objects that stay: looking through them takes a tenth of its time
    try:
        from expectations import suite

        return suite.Judge()
    finally:
        gc.freeze()
        gc.enable()


if __name__ == "__main__":
    serve()
