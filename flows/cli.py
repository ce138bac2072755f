"""``dtm``: the command line. Parses, calls a command, turns failures into one sentence and an exit code."""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import signal
import sys
import traceback
from pathlib import Path

from flows.problem import MEANINGS, ExitCode, Problem, storage_problem
from flows.settings import DATA_VARIABLE, data_folder
from flows.show import visible

COMMANDS = (
    "build", "status", "check", "sql", "diff", "trace", "dictionary", "export", "reconcile", "withdraw", "rules", "sample",
    "form", "round", "review", "compare", "index", "emergency", "crossings", "report", "release", "feedback", "landing",
    "serve",
)  # fmt: skip
_MEMORY = Problem(ExitCode.STORAGE, "There is not enough memory. Close other programs, or build fewer files at a time.")
_stops: list[int] = []  # the signals that asked this process to stop
_NO_THREAD = "can't start new thread"  # what Python says where memory ends so


def parser(names: tuple[str, ...] = COMMANDS) -> argparse.ArgumentParser:
    """The parser of the named commands, each with its help and a real example."""
    codes = "\n".join(f"  {code.value:>3}  {meaning}" for code, meaning in MEANINGS.items())
    top = argparse.ArgumentParser(
        prog="dtm",
        description="The DTM Iraq displacement-tracking round as code: checked, queryable, rebuildable master lists.",
        epilog=f"exit codes:\n{codes}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in names:
        module = importlib.import_module(f"flows.commands.{name}")
        own = commands.add_parser(
            name,
            help=module.HELP,
            description=module.__doc__,
            epilog="example:\n  " + module.EXAMPLE,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.arguments(own)
        if getattr(module, "NEEDS_DATA", True):
            own.add_argument("--data", type=Path, metavar="DIR", help=f"data folder; else the variable {DATA_VARIABLE}")
        own.set_defaults(run=module.run)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # regressions are small: threads only wait for each other
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Arabic names must print under any locale
            stream.reconfigure(encoding="utf-8", errors="replace")
    if arguments is None:
        gc.set_threshold(100_000, 20, 20)  # parsing makes millions of objects that stay; looking through them takes a third of it
        signal.signal(signal.SIGINT, _stop)
        signal.signal(signal.SIGTERM, _stop)  # the usual stop of schedulers is one like Ctrl-C
    words = sys.argv[1:] if arguments is None else arguments
    _stops.clear()
    try:
        return _run(words)
    except (KeyboardInterrupt, Exception) as error:
        # libraries turn a stop that meets them into errors of their own
        if isinstance(error, KeyboardInterrupt) or _stops:
            print("Stopped; nothing published has changed.", file=sys.stderr)
            return ExitCode.INTERRUPTED
        return _failed(error)


def _run(words: list[str]) -> int:
    named = next((word for word in words if word in COMMANDS), None)
    options = parser((named,) if named and words[0] == named else COMMANDS).parse_args(words)
    if hasattr(options, "data"):
        options.data = _data(options.data)
    code = int(options.run(options))
    if sys.stdout:
        sys.stdout.flush()  # here, where a full disk or a closed pipe can still be told
    return code


def _failed(error: Exception) -> int:
    """Tell why a command failed; returns the code of that failure."""
    if isinstance(error, Problem):
        return _tell(error)
    if isinstance(error, BrokenPipeError):  # `dtm ... | head` has what it wants
        _drop_output()
        return ExitCode.OK
    if isinstance(error, OSError):
        code = _tell(storage_problem(error))
        _drop_output()
        return code
    if isinstance(error, MemoryError) or _NO_THREAD in str(error):
        return _tell(_MEMORY)
    # the last line of defence: an error of the program, shown whole so that it can be reported
    traceback.print_exception(error)
    print("This is an error of the program; please report the lines above.", file=sys.stderr)
    return ExitCode.UNEXPECTED


def _stop(number: int, frame: object) -> None:
    _stops.append(number)
    raise KeyboardInterrupt


def _data(given: Path | None) -> Path:
    folder = data_folder(given)
    if folder is None:
        raise Problem(ExitCode.USAGE, f"Say where the data folder is: --data DIR, or set {DATA_VARIABLE}.")
    return folder


def _tell(problem: Problem) -> int:
    """Print a failure. It may quote a file name or a value of a list, which must not act on the terminal."""
    print(f"dtm: {visible(str(problem))}", file=sys.stderr)
    for line in problem.lines:
        print(f"  {visible(line)}", file=sys.stderr)
    return problem.code


def _drop_output() -> None:
    """Write out what is still to be printed, or drop it where it cannot be; Python would complain at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
