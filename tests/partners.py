"""The Python snippets of ``sql/questions/PARTNERS.md``, as the tests run them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[1] / "sql" / "questions" / "PARTNERS.md"
_SNIPPET = re.compile(r"<!-- needs: (.+?) -->\n```python\n(.+?)```", re.DOTALL)


@dataclass(frozen=True)
class Snippet:
    """A snippet: the file of a release that it needs, libraries that the project does not have, and the code."""

    file: str
    libraries: tuple[str, ...]
    code: str


def snippets() -> list[Snippet]:
    """All Python snippets in their order."""
    found = []
    for needs, code in _SNIPPET.findall(DOCUMENT.read_text(encoding="utf-8")):
        file, *libraries = needs.split()
        found.append(Snippet(file, tuple(libraries), code))
    return found
