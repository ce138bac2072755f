"""Judge what is held again: the bytes of every file received and published, every suite, every rule.

Changes nothing. `dtm build` mends published files that were changed or lost; of received ones it needs the original."""

from __future__ import annotations

import argparse
from pathlib import Path

from expectations.tables import published
from flows import landing, manifest
from flows.problem import ExitCode, Problem
from flows.published import Published

HELP = "judge what is held again"
EXAMPLE = "dtm check --data data"
FILES_SHOWN = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""


def run(options: argparse.Namespace) -> int:
    """Print what holds, or fail with what does not."""
    held = Published(options.data)
    _demand_intact(options.data, held.manifest)
    contract = {table.name for table in published()}
    if held.manifest.tables.keys() != contract:
        sentence = (
            f"The tables were made by another version of the program. Bring them up to date: dtm build --data {options.data}"
        )
        raise Problem(ExitCode.CONTRACT_BROKEN, sentence)
    from flows import judging, steps

    with judging.beside() as judge:
        for name, listed in held.manifest.tables.items():
            judge.table(name, steps.paths(options.data, listed))
        report = steps.check(options.data, held.manifest.tables, judge)
    if report.broken:
        raise Problem(ExitCode.CONTRACT_BROKEN, f"{report.broken} checks do not hold.", report.lines)
    files = len(held.manifest.published_files())
    counts = report.counts()
    print(
        f"{files} files are intact; {counts['suites']} suites, {counts['expectations']} expectations and {counts['rules']} rules hold."
    )
    return ExitCode.OK


def _demand_intact(data: Path, held: manifest.Manifest) -> None:
    damaged = manifest.damaged_files(data, held)
    lost = sorted(source.name for source in held.sources if not landing.is_intact(data, source.sha256))
    if not damaged and not lost:
        return
    count = len(damaged) + len(lost)
    said = "1 file was changed or is missing." if count == 1 else f"{count} files were changed or are missing."
    lines = [f"published {path}" for path in damaged[:FILES_SHOWN]] + [f"received '{name}'" for name in lost[:FILES_SHOWN]]
    given = " with the original of what was received" if lost else ""
    raise Problem(ExitCode.CONTRACT_BROKEN, f"{said} Mend with: dtm build --data {data}{given}", tuple(lines))
