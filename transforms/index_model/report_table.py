"""Tables and lists of a Markdown report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

NOTHING = "–"
_ZERO = 1e-9


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """The lines of a table, with an empty line after it; a sentence in its place where it has no row."""
    lines = ["| " + " | ".join(map(text, row)) + " |" for row in rows]
    if not lines:
        return ["None.", ""]
    return ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads), *lines, ""]


def bullets(sentences: Iterable[str]) -> list[str]:
    """The lines of a list, with an empty line after it; a word in its place where it has no entry."""
    lines = [f"- {text(sentence)}" for sentence in sentences]
    return [*(lines or ["None."]), ""]


def text(value: object) -> str:
    """A value as the text of a cell: a dash for nothing, no sign that would end the cell."""
    if value is None or (isinstance(value, (float, np.floating)) and np.isnan(value)):
        return NOTHING
    return " ".join(str(value).split()).replace("|", "\\|") or NOTHING


def number(value: float | None, places: int = 3) -> str:
    """A number with fixed places; a dash for nothing, powers of ten where it would print as 0 or very long."""
    if value is None or np.isnan(value):
        return NOTHING
    if np.isinf(value):
        return "∞" if value > 0 else "-∞"
    # What is left of a zero in double precision.
    value = 0.0 if abs(value) < _ZERO else value
    is_plain = value == 0 or 10.0**-places <= abs(value) < 1e6
    return f"{value:.{places}f}" if is_plain else f"{value:.1e}"


def percent(share: float) -> str:
    """A share as percent with one decimal."""
    return f"{share:.1%}"
