"""An edited report against the figures: its sentences may differ, none of its numbers may, and none may be gone.

Whoever drafts a report edits the prose of the HTML; before it is printed, every marked number is compared with the query that it
names.
"""

from __future__ import annotations

from html.parser import HTMLParser

from flows.problem import ExitCode, Problem

_MARKS = ("data-query", "data-key", "data-measure")
# What a report of ours never holds: anything that acts, or that is fetched from elsewhere.
_FOREIGN = {"script", "iframe", "object", "embed", "link", "img", "image", "form", "base", "audio", "video", "foreignobject"}
_SHOWN = 5

Mark = tuple[str, str, str]


class _Reader(HTMLParser):
    """The marked numbers of a page in their order, and what does not belong into it."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[tuple[Mark, str]] = []
        self.foreign: set[str] = set()
        self._open: list[tuple[str, Mark | None, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        if tag in _FOREIGN or any(name.startswith("on") for name in own):
            self.foreign.add(tag)
        if tag in ("data", "g"):
            mark = tuple(own[name] for name in _MARKS) if all(name in own for name in _MARKS) else None
            self._open.append((tag, mark, []))

    def handle_data(self, data: str) -> None:
        for _, mark, words in self._open:
            if mark is not None:
                words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            _, mark, words = self._open.pop()
            if mark is not None:
                self.marks.append((mark, "".join(words).strip()))


def marks(page: str) -> list[tuple[Mark, str]]:
    """The marked numbers of a page, in their order: ((query, key, measure), text)."""
    return _read(page).marks


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader


def demand_same_numbers(edited: str, made: str) -> None:
    """Refuse an edited report whose numbers are not those of the report as it is made.

    Args:
        edited: the HTML after editing.
        made: the HTML that the same content gives now.

    Raises:
        Problem: a number differs, is gone or is new, or the page holds a script or something from elsewhere.
    """
    given, wanted = _read(edited), _read(made)
    if given.foreign:
        listed = ", ".join(f"<{tag}>" for tag in sorted(given.foreign))
        raise Problem(ExitCode.USAGE, f"The edited report holds {listed}; a report holds no script and nothing from elsewhere.")
    now, then = _texts(given), _texts(wanted)
    lines = []
    for mark in sorted(now.keys() | then.keys()):
        if now.get(mark) != then.get(mark):
            said, true = (", ".join(own.get(mark, ["nothing"])) for own in (now, then))
            lines.append(f"{' · '.join(mark)}: {said}, expected {true}")
    if lines:
        more = [f"... and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
        sentence = "Numbers of the edited report are not those of the tables. Edit its sentences only, or write the report again."
        raise Problem(ExitCode.FIGURES_DIFFER, sentence, (*lines[:_SHOWN], *more))


def _texts(reader: _Reader) -> dict[Mark, list[str]]:
    """Mark -> what stands there, at every place of the page; a number may be said twice, and its sentences may change places."""
    found: dict[Mark, list[str]] = {}
    for mark, words in reader.marks:
        found.setdefault(mark, []).append(words)
    return {mark: sorted(words) for mark, words in found.items()}
