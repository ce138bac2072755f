"""Text cells to numbers, without guessing: what is no number stays visible as a problem."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

DIGITS_MAXIMUM = 12
DEGREES_MAXIMUM = 180.0
_DEGREES = r"^-?([0-9]+\.?[0-9]*|\.[0-9]+)$"


@dataclass(frozen=True)
class Whole:
    """Whole numbers of shape (columns, rows): ``values`` (0 where there is none), ``blank`` and ``bad`` masks."""

    values: np.ndarray
    blank: np.ndarray
    bad: np.ndarray

    def rows(self, keep: np.ndarray | slice) -> Whole:
        """The numbers of the rows at the positions ``keep``."""
        return Whole(self.values[:, keep], self.blank[:, keep], self.bad[:, keep])

    def column(self, at: int) -> Whole:
        """The numbers of one column, of shape (rows,)."""
        return Whole(self.values[at], self.blank[at], self.bad[at])


def whole(columns: list[pa.Array]) -> Whole:
    """Non-negative whole numbers written as 13 or 13.0. A blank cell is blank, anything else is bad.

    A list has a hundred thousand cells and about a thousand distinct counts, so each text is judged once.
    """
    encoded = pa.concat_arrays(columns).dictionary_encode()
    cell = encoded.indices.to_numpy(zero_copy_only=False).reshape(len(columns), -1)
    texts = pc.utf8_trim_whitespace(encoded.dictionary)
    bare = _without_zero_decimals(texts)
    good = pc.and_(_is_digits(bare), pc.less_equal(pc.binary_length(bare), DIGITS_MAXIMUM))
    values = pc.if_else(good, bare, "0").cast(pa.int64()).to_numpy()
    blank = pc.equal(texts, "")
    bad = pc.invert(pc.or_(good, blank))
    return Whole(values.take(cell), _mask(blank).take(cell), _mask(bad).take(cell))


def _without_zero_decimals(texts: pa.Array) -> pa.Array:
    bare = pc.if_else(pc.ends_with(texts, ".0"), pc.utf8_slice_codeunits(texts, 0, -2), texts)
    if pc.any(pc.match_substring(bare, ".")).as_py():
        return pc.replace_substring_regex(bare, r"^([0-9]+)\.0+$", r"\1")
    return bare


def _is_digits(texts: pa.Array) -> pa.Array:
    """Digits 0 to 9 only: Arabic-Indic digits are decimal too, but no ASCII."""
    return pc.and_(pc.string_is_ascii(texts), pc.utf8_is_decimal(texts))


def _mask(flags: pa.Array) -> np.ndarray:
    return flags.to_numpy(zero_copy_only=False)


def degrees(column: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Degrees as float64, null where blank, and a mask of cells that are no number of degrees."""
    good = pc.match_substring_regex(column, _DEGREES)
    values = pc.if_else(good, column, None).cast(pa.float64())
    wild = pc.fill_null(pc.greater(pc.abs(values), DEGREES_MAXIMUM), False)
    bad = pc.or_(wild, pc.invert(pc.or_(good, pc.equal(column, ""))))
    return pc.if_else(wild, None, values), _mask(bad)
