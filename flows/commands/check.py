"""Judge what is published again: the bytes of every file, every suite, every rule.

Changes nothing. `dtm build` mends files that were changed or lost."""

from __future__ import annotations

import argparse

from flows import manifest
from flows.problem import ExitCode, Problem
from flows.published import Published

HELP = "judge what is published again"
EXAMPLE = "dtm check --data data"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""


def run(options: argparse.Namespace) -> int:
    """Print what holds, or fail with what does not."""
    held = Published(options.data)
    damaged = manifest.damaged_files(options.data, held.manifest)
    if damaged:
        sentence = f"{len(damaged)} published files were changed or are missing. Mend them: dtm build --data {options.data}"
        raise Problem(ExitCode.CONTRACT_BROKEN, sentence, tuple(damaged[:20]))
    from flows import steps

    report = steps.check(options.data, held.manifest.tables, None)
    if report.broken:
        raise Problem(ExitCode.CONTRACT_BROKEN, f"{len(report.broken)} checks do not hold.", report.broken)
    files = len(held.manifest.published_files())
    print(f"{files} files are intact; {report.suites} suites, {report.expectations} expectations and {report.rules} rules hold.")
    return ExitCode.OK
