"""The long layouts of R5 and R8: one row per place and governorate of origin.

No real file of these rounds was at hand. What is known of them: the headers, that R5 keeps one sheet per
wave, and that R8 has a displacement-period column. Rows of one place are read as parts that add up; the
national totals of R5 and R8 are published and show whether that reading holds for a real file.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from transforms.headers import Field, Key
from transforms.readers.sheet import Sheet, spelling
from transforms.refusal import Refusal, found

ORIGIN_NAME: Key = ("identifier", "origin_governorate_name")
PERIOD_NAME: Key = ("identifier", "displacement_period")


def is_long(sheets: tuple[Sheet, ...]) -> bool:
    """Whether one of the sheets names the governorate of origin in its rows."""
    known = codes.headers("idp")
    return any(known.get(spelling(header)) == ORIGIN_NAME for sheet in sheets for header in sheet.headers)


def main_sheet(sheets: tuple[Sheet, ...], file: str) -> tuple[Sheet, dict[str, Sheet]]:
    """The list itself and, for R5, the sheet of each wave (a known wave spelling in its name or titles).

    Raises:
        Refusal: it is not clear which sheet is the list.
    """
    by_wave: dict[str, Sheet] = {}
    lists = []
    for sheet in sheets:
        wave = wave_named((sheet.name, *sheet.titles)) if len(sheets) > 1 else None
        if wave and wave not in by_wave:
            by_wave[wave] = sheet
        else:
            lists.append(sheet)
    if len(lists) != 1:
        names = ", ".join(found(sheet.name) for sheet in sheets)
        raise Refusal(file, "sheet_unclear", f"{len(lists)} of the sheets {names} can be the list.")
    return lists[0], by_wave


def wave_named(texts: tuple[str, ...]) -> str | None:
    """The wave whose longest known spelling occurs in one of the texts."""
    hits = [known for text in texts for known in _periods() if known in spelling(text)]
    return _periods()[max(hits, key=len)] if hits else None


@cache
def _periods() -> dict[str, str]:
    """Spelling -> wave."""
    return {spelling(r["header"]): r["header_column"] for r in codes.rows("header_spelling") if r["header_kind"] == "period"}


@cache
def _origins() -> dict[str, str]:
    """Spelling -> code of the governorate."""
    code_of = {row["governorate"]: row["governorate_code"] for row in codes.rows("governorate")}
    return {known: code_of[name] for known, name in codes.governorates().spellings.items()}


def names(fields: dict[Key, Field], key: Key) -> list[str | None]:
    """Category of each row by its governorate of origin or its displacement period; None where not known."""
    meanings = _origins() if key == ORIGIN_NAME else _periods()
    return [meanings.get(spelling(text)) for text in fields[key].cells.to_pylist()]


def spread(fields: dict[Key, Field], households: np.ndarray) -> dict[Key, np.ndarray]:
    """Origin and period of each row as breakdown columns, (kind, category) -> the row's households.

    All governorates get a column, because the list can name each of them; waves only when named.
    """
    columns: dict[Key, np.ndarray] = {}
    for key, kind in ((ORIGIN_NAME, "origin"), (PERIOD_NAME, "period")):
        if key not in fields:
            continue
        named = np.array(names(fields, key), dtype=object)
        categories = set(_origins().values()) if key == ORIGIN_NAME else {name for name in named if name}
        for category in sorted(categories):
            columns[kind, category] = np.where(named == category, households, 0)
    return columns


def add_up(group: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Sum of the values of the rows of each group; ``values`` has the rows as its last axis. Integers stay integers."""
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(group[order]) > 0])
    return np.add.reduceat(values[..., order], starts, axis=-1)


def places(place_id: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """For each row the number of its place, and for each place its first row; places in order of first row."""
    encoded = pc.dictionary_encode(place_id)
    group = encoded.indices.to_numpy(zero_copy_only=False)
    _, first = np.unique(group, return_index=True)
    return group, first
