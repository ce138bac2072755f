"""The text of a cell of a delivery as what it means: a day, a whole number."""

from __future__ import annotations

import datetime
import re

from transforms.field import personal

TEXT_MAXIMUM = 500  # letters of a cell that is kept as text
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00:00(?:\.0+)?)?", re.ASCII)
_WHOLE = re.compile(r"(\d{1,9})(?:\.0+)?", re.ASCII)
FIRST_YEAR = 2003  # of what is delivered; older days are slips
_SHOWN = 40


def day(text: str, name: str) -> datetime.date:
    """A day as YYYY-MM-DD, also with the midnight that spreadsheets add. Raises ValueError."""
    said = _DAY.fullmatch(text)
    try:
        meant = datetime.date.fromisoformat(said[1]) if said else None
    except ValueError:
        meant = None
    if meant is None or meant.year < FIRST_YEAR:
        raise ValueError(f"{name} is {personal.quoted(text, _SHOWN)}, expected a day such as 2020-11-22")
    return meant


def whole(text: str, name: str) -> int:
    """A whole number, also as 12.0. Raises ValueError."""
    number = _WHOLE.fullmatch(text)
    if not number:
        raise ValueError(f"{name} is {personal.quoted(text, _SHOWN)}, expected a whole number, not negative")
    return int(number[1])
