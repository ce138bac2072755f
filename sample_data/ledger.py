"""The ledger: every planted defect, where it stands and which rule must find it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from expectations.rules import RULES

COLUMNS = ("file", "row", "place_id", "rule", "done", "severity")


@dataclass(frozen=True)
class Planted:
    """One planted defect.

    ``file`` is relative to the folder of the ledger. ``row`` is the row as a spreadsheet numbers it (the header is 1)
    and, like ``place_id``, None where the defect concerns the file as a whole. ``rule`` is the id of the rule that must
    find it, ``done`` says what was done to the sound file.
    """

    file: str
    row: int | None
    place_id: str | None
    rule: str
    done: str

    @property
    def severity(self) -> str:
        """Severity of the rule for published lists."""
        return RULES[self.rule].published


def write(path: Path, planted: Iterable[Planted]) -> None:
    """Write the ledger as a CSV, in the order of file, row and rule."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for defect in sorted(planted, key=lambda p: (p.file, p.row or 0, p.rule)):
        writer.writerow([getattr(defect, name) for name in COLUMNS])
    path.write_bytes(buffer.getvalue().encode("utf-8"))
