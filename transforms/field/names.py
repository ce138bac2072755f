"""Names of places in the form in which they are compared: spelling habits of Arabic and of its transcription removed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

SUGGESTED_FROM = 70  # similarity of 100 from which a name is suggested to a person; never used to decide
SUGGESTIONS = 3
_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ـ": None, "ء": None})
_ARTICLE_AR = re.compile(r"\b(?:ال)+(?=\w{2})")
# al- also as it is spoken before the sun letters: ash-Shirqat, ad-Dawr
_ARTICLE_EN = re.compile(r"\b(?:al|el|ash|as|ad|an|ar|at|az)\s+(?=\w)")
_APART = re.compile(r"[^\w]+|_")


@lru_cache(maxsize=65536)
def key(name: str) -> str:
    """A name without diacritics, tatweel, article and marks; alef, ya and ta marbuta in one form."""
    letters = unicodedata.normalize("NFKD", name).translate(_LETTERS)
    bare = (
        "".join(c for c in letters if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
        .casefold()
        .translate(_LETTERS)
    )
    bare = _APART.sub(" ", re.sub(r"['’‘ʼ`ʿʾ?]", "", bare))  # any mark may stand between article and name
    return " ".join(_ARTICLE_EN.sub("", _ARTICLE_AR.sub("", bare)).split())


@dataclass(frozen=True)
class Place:
    """A place of the register with the names it goes by."""

    place_id: str
    names: tuple[str, ...]

    def shown(self) -> str:
        """The place in a list of suggestions."""
        return f"{self.place_id} {' / '.join(self.names)}".strip()


def same(names: Iterable[str], places: Iterable[Place]) -> list[Place]:
    """The places one of whose names is one of ``names``, spelled in whatever way."""
    wanted = {key(name) for name in names} - {""}
    return [place for place in places if wanted & {key(name) for name in place.names}]


def suggestions(names: Iterable[str], places: Iterable[Place], least: int = SUGGESTED_FROM) -> list[tuple[Place, int]]:
    """The places with the most similar names and their similarity, best first."""
    wanted = [key(name) for name in names if key(name)]
    known = [(place, key(name)) for place in places for name in place.names if key(name)]
    best: dict[str, tuple[Place, int]] = {}
    for text in wanted:
        found = process.extract(text, [name for _, name in known], scorer=fuzz.WRatio, score_cutoff=least, limit=2 * SUGGESTIONS)
        for _, score, at in found:
            place = known[at][0]
            if place.place_id not in best or best[place.place_id][1] < round(score):
                best[place.place_id] = (place, round(score))
    return sorted(best.values(), key=lambda one: (-one[1], one[0].place_id))[:SUGGESTIONS]
