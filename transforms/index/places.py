"""What the cells of a location mean: its key, its rounds, its area, its name. A text that means nothing raises ValueError."""

from __future__ import annotations

import re

from expectations import codes
from expectations.index_columns import LOCATION_TYPES
from transforms.field import personal
from transforms.refusal import found

NAME_MAXIMUM = 200
_PLACE_ID = re.compile(r"(\d{1,9})(?:\.0+)?", re.ASCII)
_ROUND = re.compile(r"R?(\d{1,3})(?:\.0+)?", re.ASCII)


def place_id(text: str | None) -> str:
    """The key of a location; 13.0 and 0013, as other programs write it, are 13."""
    number = _PLACE_ID.fullmatch(text or "")
    if not number:
        raise ValueError(f"place_id is {found(text or '')}, expected at most nine digits")
    return number[1].lstrip("0") or "0"


def whole_round(text: str | None, what: str) -> int:
    """A round of an index or of the master lists."""
    number = _ROUND.fullmatch(text or "")
    if not number or not int(number[1]):
        raise ValueError(f"{what} is {found(text or '')}, expected a whole number from 1 to 999")
    return int(number[1])


def master_round(text: str | None, rounds: frozenset[int]) -> int:
    """A master-list round that exists."""
    return existing(whole_round(text, "round"), rounds)


def existing(number: int, rounds: frozenset[int]) -> int:
    """The number of a master-list round, if there is such a round."""
    if number not in rounds:
        raise ValueError(f"R{number} is not in the list of rounds")
    return number


def governorate(text: str | None) -> str | None:
    """A governorate by any of its spellings, or by the code that forms have for it."""
    if text is None:
        return None
    by_code = {row["governorate_code"]: row["governorate"] for row in codes.rows("governorate")}
    known = by_code.get(text) or codes.governorates().spellings.get(codes.normalise(text))
    if known is None:
        raise ValueError(f"governorate {personal.quoted(text)} is not known")
    return known


def district(governorate: str | None, text: str | None) -> str | None:
    """A district of a governorate by any of its spellings, or by the code that forms have for it."""
    if text is None:
        return None
    by_code = {code: place for place, code in codes.district_codes().items()}
    if by_code.get(text, ("", ""))[0] == governorate:
        return by_code[text][1]
    known = codes.districts()[governorate].spellings if governorate else {}
    if codes.normalise(text) not in known:
        raise ValueError(
            f"district {personal.quoted(text)} {f'of {governorate}' if governorate else 'without a governorate'} is not known"
        )
    return known[codes.normalise(text)]


def name(text: str | None) -> str | None:
    """The name of a place, or a remark; nothing that tells how to reach a person."""
    if text is None or codes.normalise(text) in codes.ignored():
        return None
    if personal.is_in(text):
        raise ValueError("a text holds a telephone number or an address, which is not shown")
    if len(text) > NAME_MAXIMUM:
        raise ValueError(f"a text has more than {NAME_MAXIMUM} characters")
    return text


def location_type(text: str | None) -> str | None:
    """Urban or rural."""
    if text is None:
        return None
    plain = codes.normalise(text)
    if plain not in LOCATION_TYPES:
        raise ValueError(f"location_type is {found(text)}, expected {', '.join(LOCATION_TYPES)}")
    return plain


def degrees(text: str | None, most: float, what: str) -> float | None:
    """A coordinate."""
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = most + 1
    if not -most <= value <= most:
        raise ValueError(f"{what} is {found(text)}, expected degrees")
    return value
