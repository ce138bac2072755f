"""The report among the files of a release: a page in each language."""

from __future__ import annotations

from pathlib import Path

from flows.release.report.asking import asked
from flows.release.report.page import page
from flows.release.words import LANGUAGES
from flows.release.writing import ReleaseFile
from transforms.release.content import Content

FOLDER = "report"
_TITLES = {"en": "The report of the round, in English.", "ar": "The report of the round, in Arabic: a working translation."}


def write(content: Content, folder: Path) -> list[ReleaseFile]:
    """``report/<name>_en.html`` and ``_ar.html``; the same bytes for the same content."""
    answers = asked(content)
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    made = []
    for language in LANGUAGES:
        path = f"{FOLDER}/{content.release.stem('report')}_{language}.html"
        (folder / path).write_text(page(content, language, answers), encoding="utf-8", newline="\n")
        made.append(ReleaseFile(path, _TITLES[language], "html"))
    return made
