"""Words that several commands share: rounds and whole numbers."""

from __future__ import annotations

import argparse

from flows.problem import ExitCode, Problem

_DIGITS_MAXIMUM = 9


def round_number(text: str) -> int:
    """112 from R112 or 112.

    Raises:
        Problem: the text is no round.
    """
    bare = text[1:] if text[:1] in ("R", "r") else text
    if not (bare.isascii() and bare.isdecimal() and len(bare) <= 3):
        raise Problem(ExitCode.USAGE, f"'{text}' is no round such as R112.")
    return int(bare)


def positive(text: str) -> int:
    """A whole number of at least 1.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAXIMUM and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no whole number of at least 1")
