"""What the pictures of a page are made of: words, lines, boxes, colours, numbers as they are written.

Every word is escaped where it becomes a part of a picture, and none becomes an attribute.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from flows.show import visible, width

# Dark, middle and light also where they are printed in grey.
COLOURS = {"high": "#7a2318", "medium": "#d3902a", "low": "#cfdce6"}
EDGES = {"high": "#4e130c", "medium": "#8f5c0e", "low": "#7d94a6"}
HATCH = "#8b8b8b"
INK, QUIET, LINE = "#1f2428", "#5b646c", "#c9ced3"
LETTERS = "system-ui,'Segoe UI','Noto Sans','Noto Sans Arabic','Liberation Sans',Arial,sans-serif"
WIDTH = 960
_SIGNATURE = 34  # room for the line under a picture
LETTER = 0.6  # mean width of a letter, in its size


class Name(str):
    """A name from the data: set apart from the words around it, which may run in the other direction."""


def safe(*parts: str) -> str:
    """Words as they may stand in HTML: control characters spelled out, markup escaped."""
    return "".join(f"\u2068{_escaped(part)}\u2069" if isinstance(part, Name) else _escaped(part) for part in parts)


def _escaped(words: str) -> str:
    return html.escape(visible(words))


def cut(words: str, columns: int) -> str:
    """A text in so many columns, its end left out where it is longer."""
    words = visible(words)
    if width(words) <= columns:
        return words
    kept = ""
    for letter in words:
        if width(kept + letter) > columns - 1:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def lines(words: str, columns: int) -> list[str]:
    """Words in lines of so many columns; a longer word is not broken."""
    found = [""]
    for word in words.split():
        if found[-1] and len(found[-1]) + len(word) >= columns:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    return found


def number(count: float) -> str:
    """A number with separators of thousands."""
    return f"{count:,.0f}"


def signed(count: int) -> str:
    """A change with its sign."""
    return f"{'+' if count > 0 else '−' if count < 0 else '±'}{abs(count):,}"


def signed_points(points: float) -> str:
    """A change of a score with its sign, to one decimal."""
    return f"{'−' if round(points, 1) < 0 else '+' if round(points, 1) > 0 else '±'}{abs(points):.1f}"


def percent(share: float | None) -> str:
    """A share in whole percent; never 0 or 100 where it is not."""
    if share is None:
        return "–"
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{100 * share:.0f}%"


def text(x: float, y: float, *words: str, size: float = 13, anchor: str = "start", fill: str = INK, bold: bool = False) -> str:
    """A line of text; ``y`` is its base line."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" fill="{fill}"{weight}>{safe(*words)}</text>'
    )


def line(x1: float, y1: float, x2: float, y2: float, *, dashed: bool = False, stroke: str = LINE) -> str:
    """A thin line."""
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" stroke-width="1"{dash}/>'


def box(x: float, y: float, wide: float, high: float, fill: str, stroke: str | None = None) -> str:
    """A filled rectangle."""
    edge = f' stroke="{stroke}" stroke-width="0.7"' if stroke else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(wide, 0):.1f}" height="{high:.1f}" fill="{fill}"{edge}/>'


def drawing(name: str, height: float, parts: Sequence[str], signature: str) -> str:
    """Parts as one picture, with a line under them that says what it is; it is described by the heading with the id ``name``."""
    hatch = (
        f'<defs><pattern id="hatch-{name}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="5" height="5" fill="#fff"/><rect width="1.6" height="5" fill="{HATCH}"/></pattern></defs>'
    )
    foot = line(0, height + 12, WIDTH, height + 12) + text(0, height + 28, signature, size=11.5, fill=QUIET)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height + _SIGNATURE:.0f}" role="img" '
        f'aria-labelledby="{name}" font-family="{LETTERS}" style="font-variant-numeric:tabular-nums">'
        f"{hatch}{''.join(parts)}{foot}</svg>"
    )


def fill(group: str, name: str) -> tuple[str, str]:
    """Colour and edge of a group; what has no score is hatched, in the pattern of the picture ``name``."""
    return (COLOURS[group], EDGES[group]) if group in COLOURS else (f"url(#hatch-{name})", HATCH)
