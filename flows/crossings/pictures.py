"""The picture of the crossing points page: points of entry by status, one bar a window."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from expectations.crossing import CLOSED, COMMERCIAL_ONLY, OPEN, PARTIALLY_OPEN, STATUSES
from flows.drawing import INK, QUIET, WIDTH, box, drawing, line, text

# Fill, edge, letters: told apart also where they are printed in grey.
COLOURS = {
    CLOSED: ("#7a2318", "#4e130c", "#ffffff"),
    COMMERCIAL_ONLY: ("#d3902a", "#8f5c0e", INK),
    PARTIALLY_OPEN: ("#cfdce6", "#7d94a6", INK),
    OPEN: ("#ffffff", "#3c6e47", INK),
}
WORDS = {CLOSED: "closed", COMMERCIAL_ONLY: "commercial only", PARTIALLY_OPEN: "partially open", OPEN: "open"}
_ROW, _TOP = 58, 34
_LEFT, _RIGHT = 210, WIDTH - 60
_DIGIT = 8  # width of a digit in a bar


def window(start: datetime.date, end: datetime.date) -> str:
    """A reference window in words."""
    first = f"{start.day} {start:%b}" + (f" {start.year}" if start.year != end.year else "")
    return f"{first} – {end.day} {end:%b} {end.year}"


def by_status(windows: Sequence[Mapping[str, object]], signature: str) -> str:
    """One bar for each row of ``point_of_entry_summary``, as long as its points; its numbers stand in it and under it."""
    largest = max(int(row["points_of_entry"]) for row in windows)
    parts, x = [], float(_LEFT)
    for status in STATUSES:
        fill, edge, _ = COLOURS[status]
        parts += [box(x, 6, 14, 14, fill, edge), text(x + 20, 18, WORDS[status], size=12, fill=QUIET)]
        x += 160
    for at, row in enumerate(windows):
        y = _TOP + _ROW * at
        parts += [
            line(0, y, WIDTH, y),
            text(0, y + 26, window(row["window_start"], row["window_end"]), size=14, bold=True),
            *_bar(row, y + 10, (_RIGHT - _LEFT) / largest),
            text(_LEFT, y + 50, _said(row), size=11.5, fill=QUIET),
        ]
    return drawing("status", _TOP + _ROW * len(windows), parts, signature)


def _bar(row: Mapping[str, object], y: float, scale: float) -> list[str]:
    parts, x = [], float(_LEFT)
    for status in STATUSES:
        count = int(row[f"{status}_points"])
        if not count:
            continue
        fill, edge, letters = COLOURS[status]
        wide = count * scale
        parts.append(box(x, y, wide, 24, fill, edge))
        if wide > _DIGIT * len(str(count)) + 4:
            parts.append(text(x + wide / 2, y + 17, str(count), size=13, anchor="middle", fill=letters, bold=True))
        x += wide
    return [*parts, text(x + 8, y + 17, str(row["points_of_entry"]), size=13, bold=True)]


def _said(row: Mapping[str, object]) -> str:
    counts = ", ".join(f"{row[f'{status}_points']} {WORDS[status]}" for status in STATUSES)
    if row["previous_window_start"] is None:
        return counts
    changed = (
        f"since the window before {row['changed_points']} changed, {row['added_points']} added, {row['dropped_points']} dropped"
    )
    return f"{counts}; {changed}"
