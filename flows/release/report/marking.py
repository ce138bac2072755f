"""Numbers as they stand on a page: written for people, and marked with the query, key and column they come from.

Whoever edits the sentences of a report leaves these marks alone; :mod:`flows.release.report.proofing` compares them again.
"""

from __future__ import annotations

import html

from expectations.release_columns import MISSING, SUPPRESSED
from flows.drawing import number, percent, signed
from flows.release.report.asking import Figure
from flows.release.words import word

NO_FIGURE = "–"  # nothing to tell: no location listed, no list, no round before
COUNT, SIGNED, SHARE, CHANGE = "count", "signed", "share", "change"


def signed_percent(share: float) -> str:
    """A relative change in percent with its sign, to one decimal."""
    shown = f"{abs(100 * share):.1f}%"
    return shown if shown == "0.0%" else f"{'+' if share > 0 else '−'}{shown}"


_FORMS = {COUNT: number, SIGNED: signed, SHARE: percent, CHANGE: signed_percent}


def written(figure: Figure, language: str, form: str = COUNT) -> str:
    """A number as text: with separators, or why there is none."""
    if figure.value is not None:
        return _FORMS[form](figure.value)
    if figure.status in (SUPPRESSED, MISSING):
        return word(figure.status, language)
    return NO_FIGURE


def attributes(figure: Figure) -> str:
    """The marks of a number as attributes of HTML and SVG."""
    marks = {"data-query": figure.query, "data-key": figure.key, "data-measure": figure.measure}
    return " ".join(f'{name}="{html.escape(value)}"' for name, value in marks.items())


def marked(figure: Figure, language: str, form: str = COUNT) -> str:
    """A number as HTML."""
    value = "" if figure.value is None else str(figure.value)
    # numbers run from left to right in every language; words run as the page does
    way = ' dir="ltr"' if figure.value is not None else f' class="{"withheld" if figure.status == SUPPRESSED else "none"}"'
    return f'<data value="{value}"{way} {attributes(figure)}>{html.escape(written(figure, language, form))}</data>'


def marked_drawing(figure: Figure, drawn: str) -> str:
    """A number in a picture; ``drawn`` is the SVG of its text alone."""
    return f"<g {attributes(figure)}>{drawn}</g>"
