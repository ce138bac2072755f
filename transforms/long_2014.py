"""The long layouts of R5 and R8: one row per place and governorate of origin.

No real file of these rounds was at hand. What is known of them: the headers, that R5 keeps one sheet per
wave, and that R8 has a displacement-period column. Rows of one place are read as parts that add up; the
national totals of R5 and R8 are published and show whether that reading holds for a real file.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from expectations import codes
from transforms.headers import Field
from transforms.readers.sheet import Sheet
from transforms.refusal import Refusal, found


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
    spelled = {codes.normalise(r["header"]): r["header_column"] for r in codes.rows("header_spelling") if r["header_kind"] == "period"}
    hits = [spelling for text in texts for spelling in spelled if spelling in codes.normalise(text)]
    return spelled[max(hits, key=len)] if hits else None


def spread(fields: dict[tuple[str, str], Field], households: np.ndarray) -> tuple[dict[tuple[str, str], np.ndarray], np.ndarray]:
    """Origin and period names of each row as breakdown columns holding the row's households.

    Returns (kind, category) -> households per row, and a mask of rows whose name is unknown.
    """
    unknown = np.zeros(len(households), bool)
    spread_columns: dict[tuple[str, str], np.ndarray] = {}
    code_of = {row["governorate"]: row["governorate_code"] for row in codes.rows("governorate")}
    origin = {s: code_of[name] for s, name in codes.governorates().spellings.items()}
    period = {codes.normalise(r["header"]): r["header_column"] for r in codes.rows("header_spelling") if r["header_kind"] == "period"}
    for field_name, kind, meanings in (("origin_governorate_name", "origin", origin), ("displacement_period", "period", period)):
        field = fields.get(("identifier", field_name))
        if field is None:
            continue
        names = np.array([meanings.get(codes.normalise(text), "") for text in field.cells.to_pylist()], dtype=object)
        unknown |= names == ""
        categories = set(meanings.values()) if kind == "origin" else {*names.tolist()} - {""}
        for category in sorted(categories):
            spread_columns[kind, category] = np.where(names == category, households, 0)
    return spread_columns, unknown


def add_up(group: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Sum of the values of the rows of each group; ``values`` has the rows as its last axis. Integers stay integers."""
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(group[order]) > 0])
    return np.add.reduceat(values[..., order], starts, axis=-1)


def places(place_id: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """For each row the number of its place, and for each place its first row; places in order of first row."""
    encoded = place_id.dictionary_encode()
    group = encoded.indices.to_numpy(zero_copy_only=False)
    _, first = np.unique(group, return_index=True)
    return group, first
