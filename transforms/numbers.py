"""Text cells to numbers, without guessing: what is no number stays visible as a problem."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_WHOLE = r"^[0-9]{1,12}(\.0+)?$"
_DEGREES = r"^-?[0-9]{1,3}(\.[0-9]+)?$"


@dataclass(frozen=True)
class Whole:
    """Whole numbers of shape (columns, rows): ``values`` (0 where there is none), ``blank`` and ``bad`` masks."""

    values: np.ndarray
    blank: np.ndarray
    bad: np.ndarray

    def rows(self, keep: np.ndarray) -> Whole:
        """The numbers of the rows at the positions ``keep``."""
        return Whole(self.values[:, keep], self.blank[:, keep], self.bad[:, keep])


def _distinct(columns: list[pa.Array]) -> tuple[pa.Array, np.ndarray]:
    """The distinct texts of all columns and, of shape (columns, rows), which one each cell holds.

    A list has thousands of cells and a few hundred distinct counts, so each text is judged once.
    """
    encoded = pa.concat_arrays(columns).dictionary_encode()
    return encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False).reshape(len(columns), -1)


def whole(columns: list[pa.Array]) -> Whole:
    """Non-negative whole numbers written as 13 or 13.0. A blank cell is blank, anything else is bad."""
    if not columns or not len(columns[0]):
        shape = (len(columns), 0)
        return Whole(np.zeros(shape, np.int64), np.zeros(shape, bool), np.zeros(shape, bool))
    texts, cell = _distinct(columns)
    texts = pc.utf8_trim_whitespace(texts)
    good = pc.match_substring_regex(texts, _WHOLE)
    digits = pc.if_else(good, pc.replace_substring_regex(texts, r"\.0+$", ""), "0")
    values = digits.cast(pa.int64()).to_numpy()
    blank = pc.equal(texts, "").to_numpy(zero_copy_only=False)
    bad = ~good.to_numpy(zero_copy_only=False) & ~blank
    return Whole(values[cell], blank[cell], bad[cell])


def degrees(column: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Degrees as float64, null where blank, and a mask of cells that are no number of degrees."""
    good = pc.match_substring_regex(column, _DEGREES)
    values = pc.if_else(good, column, None).cast(pa.float64())
    bad = ~good.to_numpy(zero_copy_only=False) & ~pc.equal(column, "").to_numpy(zero_copy_only=False)
    wild = pc.fill_null(pc.greater(pc.abs(values), 180.0), False).to_numpy(zero_copy_only=False)
    return pc.if_else(pa.array(wild), None, values), bad | wild


def identifier(column: pa.Array, pattern: str) -> tuple[pa.Array, np.ndarray]:
    """Identifiers written as 7861 or 7861.0, as text without decimals; a mask of those that break ``pattern``."""
    bare = pc.replace_substring_regex(column, r"\.0+$", "")
    good = pc.match_substring_regex(bare, pattern).to_numpy(zero_copy_only=False)
    blank = pc.equal(bare, "").to_numpy(zero_copy_only=False)
    return pc.if_else(pc.equal(bare, ""), None, bare), ~good & ~blank
