"""Refusing a source in one clear sentence."""

from __future__ import annotations

from dataclasses import dataclass

from expectations.rules import RULES

ROWS_SHOWN = 20


@dataclass(frozen=True)
class RowProblem:
    """One row that breaks one row rule: the row as a spreadsheet numbers it, the rule, what was found."""

    row: int
    rule: str
    detail: str


class Refusal(Exception):
    """A source file cannot be taken.

    Args:
        file: name of the file.
        rule: the broken file rule, or the row rule of the first bad row.
        found: what was found and what was expected; one sentence without the file name.
        rows: the bad rows, all of them; the message shows the first 20.
        is_for_quarantine: whether the list can be taken without these rows.
    """

    def __init__(
        self, file: str, rule: str, found: str, rows: tuple[RowProblem, ...] = (), *, is_for_quarantine: bool = True
    ) -> None:
        super().__init__(f"{file}: {found} {RULES[rule].todo}")
        self.file, self.rule, self.found, self.rows = file, rule, found, rows
        self.is_for_quarantine = bool(rows) and is_for_quarantine

    def lines(self) -> list[str]:
        """The message for a person: one sentence, then at most 20 rows."""
        shown = [f"    row {row.row}: {row.detail} [{row.rule}]" for row in self.rows[:ROWS_SHOWN]]
        more = len(self.rows) - len(shown)
        return [str(self), *shown, *([f"    ... and {more} more"] if more > 0 else [])]


def found(text: str, limit: int = 60) -> str:
    """A value from a file, quoted and cut for a message; control and bidirectional characters are made visible."""
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    return "'" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in shown) + "'"
