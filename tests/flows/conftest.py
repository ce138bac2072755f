"""Running ``dtm``: in this process, where only the words matter, or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.cli import main

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """How a command ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """The one sentence of a failure, without the program's name."""
        first = self.err.splitlines()[0] if self.err else ""
        return first.removeprefix("dtm: ")


@pytest.fixture
def dtm(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command in this process; an error of the program fails the test."""

    def run(*words: object) -> Ran:
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:  # argparse
            code = end.code or 0
        out, err = capsys.readouterr()
        assert "Traceback" not in err, err
        return Ran(int(code), out, err)

    return run


@pytest.fixture
def dtm_process() -> Callable[..., Ran]:
    """Run a command in a process of its own, with more environment variables where given."""

    def run(*words: object, stdin: bytes = b"", seconds: float = 240, **environment: str) -> Ran:
        ended = subprocess.run(
            [sys.executable, "-m", "flows.cli", *map(str, words)],
            cwd=ROOT,
            env={**os.environ, **environment},
            input=stdin,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
        return Ran(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    return run
