"""What tells a person: found in texts, and replaced by a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata

from transforms.refusal import found

# Fewer digits in a row than this are no telephone number; separators between them do not hide one.
PHONE_DIGITS = 7
_PHONE = re.compile(rf"(?:\d[\s().\-/]*){{{PHONE_DIGITS},}}")
# What people write between the groups of a telephone number beside blanks, dots and dashes: other dashes, and the
# invisible signs that come with copied right-to-left text.
_SEPARATORS = re.compile(r"[+_\u00ad\u0640\u061c\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060-\u2069\u2212\ufeff]")
_SHOWN_TEXT = re.compile(r"[+-]?[0-9][0-9.,:-]{0,16}[A-Za-z]{0,2}")


def is_in(text: str) -> bool:
    """Whether a text holds an '@', or a number of seven digits or more in any script and however it is spaced."""
    plain = _SEPARATORS.sub("-", unicodedata.normalize("NFKC", text))
    return "@" in plain or bool(_PHONE.search(plain))


# A number as people in Iraq write a telephone number, which may stand where an id is expected; ids of other digits are no numbers.
NUMBER = r"(?:\+|00)[0-9]{9,}|0?7[0-9]{9}|964[0-9]{9,}"
# Dates are no telephone numbers.
_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|1[0-2])\2(?:19|20)\d\d)(?!\d)"
)


def is_number(text: str) -> bool:
    """Whether an id is written like a telephone number of Iraq."""
    return re.fullmatch(NUMBER, text) is not None


def tells_of_a_person(text: str) -> bool:
    """As :func:`is_in`, dates in any digits left aside."""
    plain = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
    return is_in(_DATE.sub("day", plain))


def quoted(text: str, limit: int = 60) -> str:
    """A wrong cell as it may be quoted in a message and kept: not one that tells how to reach a person."""
    return "(not shown)" if tells_of_a_person(text) else found(text, limit)


def shown(text: str) -> str | None:
    """A wrong answer as it may be shown: what begins like a number; None for any other text, which may name a person."""
    return text if _SHOWN_TEXT.fullmatch(text) and not is_in(text) else None


def informant(key: bytes, name: str | None, contact: str | None) -> str | None:
    """What stands for a key informant: the same for the same name and number, and meaningless without the key."""
    digits = "".join(str(unicodedata.digit(c)) for c in contact or "" if c.isdecimal())[-9:]  # without country code and leading 0
    words = " ".join(unicodedata.normalize("NFKC", name or "").casefold().split())
    if not words and not digits:
        return None
    said = f"{words}|{digits}".encode("utf-8", "surrogatepass")
    return hmac.new(key, said, hashlib.sha256).hexdigest()[:16]
