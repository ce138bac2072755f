"""What a round teaches: written when it is closed, for the next one."""

from __future__ import annotations

from pathlib import Path

from flows import files
from flows.field import board
from flows.field.journal import FOLDER
from flows.field.life import Held


def write(found: Held) -> Path:
    """Late submissions, locations that were not reached, how often each check hit, as Markdown; returns the file.

    Raises:
        OSError: it cannot be written.
    """
    shown = {title: (heads, rows) for title, heads, rows in board.sections(found)}
    records = found.now.records.select(
        ["population", "place_id", "governorate", "district", "coverage_status", "carried_rounds"]
    ).to_pylist()
    unreached = [
        r for r in records if r["coverage_status"] in ("outstanding", "not_accessible", "informant_unreachable", "undecided")
    ]
    total = max(1, found.now.submissions.num_rows)
    rates = [[row[0], row[2] + row[3], f"{100 * (row[2] + row[3]) / total:.1f} %", row[4]] for row in shown["queue"][1]]
    heads = ["population", "place_id", "governorate", "district", "coverage_status", "carried_rounds"]
    parts = [
        f"# Lessons of R{found.round.number}",
        "## How often each check found something, of all submissions",
        _table(["check", "rows", "share", "meaning"], rates),
        "## Late submissions",
        _table(*shown.get("late submissions and what they would change", (["none"], []))),
        "## Locations that were not reached",
        _table(
            heads, [[row[name] for name in heads] for row in sorted(unreached, key=lambda r: (r["population"], r["place_id"]))]
        ),
        "## Coverage by governorate",
        _table(*shown["by governorate"]),
        "## Reopened",
        "\n".join(f"- {event.at}: {event.reason}" for event in found.round.events if event.kind == "reopen") or "never",
    ]
    path = found.data / FOLDER / f"R{found.round.number}-lessons.md"
    files.replace_bytes(path, ("\n\n".join(parts) + "\n").encode())
    return path


def _table(heads: list[str], rows: list[list[object]]) -> str:
    def line(cells: list[object]) -> str:
        return "| " + " | ".join("" if cell is None else str(cell).replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([line(heads), line(["---"] * len(heads)), *(line(row) for row in rows)])
