"""The rows of a list: which rows of a sheet belong to it, and their cells by meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from transforms.headers import HOUSEHOLDS, Field, Key, demand_equal, fields
from transforms.numbers import Whole, whole
from transforms.readers.sheet import Sheet
from transforms.refusal import Refusal

_TOTAL = re.compile(r"\W*(?:(?:sub|grand)[\s-]*)?totals?\b", re.I)
_IDENTITY_NAMES = ("place_id", "governorate", "district", "location_name_en", "location_name_ar")


@dataclass(frozen=True)
class Body:
    """Rows of a list.

    ``fields`` are the columns by (kind, name); ``rows`` the row numbers; ``numbers`` the parsed cells of the
    columns ``numbered``, in that order.
    """

    fields: dict[Key, Field]
    rows: np.ndarray
    numbered: tuple[Key, ...]
    numbers: Whole

    def text(self, name: str) -> pa.Array:
        """Cells of an identifier, '' where the list has no such column."""
        field = self.fields.get(("identifier", name))
        return field.cells if field else pa.repeat("", len(self.rows))

    def number(self, key: Key) -> Whole | None:
        """The parsed cells of one column, of shape (rows,); None where the list has no such column."""
        return self.numbers.column(self.numbered.index(key)) if key in self.numbered else None

    def take(self, keep: np.ndarray) -> Body:
        """The rows at the increasing positions ``keep``."""
        if not len(keep):
            return self._picked(slice(0, 0))
        if keep[-1] - keep[0] == len(keep) - 1:
            # Neighbouring rows are a view, which costs nothing.
            return self._picked(slice(int(keep[0]), int(keep[-1]) + 1))
        return self._picked(keep)

    def _picked(self, keep: np.ndarray | slice) -> Body:
        at = None if isinstance(keep, slice) else pa.array(keep)

        def cells(field: Field) -> pa.Array:
            return field.cells[keep] if at is None else field.cells.take(at)

        kept = {key: Field(f.kind, f.name, f.header, f.position, cells(f)) for key, f in self.fields.items()}
        return Body(kept, self.rows[keep], self.numbered, self.numbers.rows(keep))


def body(sheet: Sheet, population: str, file: str) -> Body:
    """The rows of the list in ``sheet``: without blank rows, and without the publisher's totals row at the end.

    Raises:
        Refusal: a column is missing, unknown or there twice; no rows; the totals row disagrees with the rows.
    """
    meant, twins = fields(sheet, population, file)
    numbered = tuple(key for key, field in meant.items() if field.is_number)
    numbers = whole([meant[key].cells for key in numbered])
    everything = Body(meant, sheet.rows, numbered, numbers)
    listed = _not_blank(everything)
    if len(listed) and _is_totals(everything, sheet, int(listed[-1]), listed[:-1], file):
        listed = listed[:-1]
    if not len(listed):
        raise Refusal(file, "rows_missing", "The list has a header but no row.")
    for twin in twins:
        demand_equal(meant[twin.key], twin, listed, sheet.rows, file)
    return everything.take(listed)


def _not_blank(everything: Body) -> np.ndarray:
    """Positions of the rows with content. The list date alone is none: the portal's CSV repeats it in a blank last row."""
    texts = [f.cells for key, f in everything.fields.items() if key not in everything.numbered and f.name != "list_date_text"]
    has_content = ~everything.numbers.blank.all(axis=0)
    for at in np.flatnonzero(~has_content):
        has_content[at] = any(cells[int(at)].as_py() for cells in texts)
    return np.flatnonzero(has_content)


def _is_totals(everything: Body, sheet: Sheet, last: int, above: np.ndarray, file: str) -> bool:
    """Whether the last row is the publisher's totals row; its households, where stored, must be the sum of the rows above.

    A row with a name or an id is a location, whatever it adds up to.
    """
    texts = {key: field.cells[last].as_py().strip() for key, field in everything.fields.items()}
    totals = {key for key, text in texts.items() if _TOTAL.match(text)}
    if any(texts.get(key) for name in _IDENTITY_NAMES if (key := ("identifier", name)) not in totals):
        return False
    is_marked = bool(totals) or int(everything.rows[last]) in sheet.formula_rows
    households = everything.number(HOUSEHOLDS)
    if households.blank[last] or households.bad[last] or households.bad[above].any():
        # Without a sum to compare with, only its words or its formulas make it a totals row.
        return is_marked
    stated, summed = int(households.values[last]), int(households.values[above].sum())
    if stated == summed:
        return True
    if is_marked:
        detail = f"The totals row says {stated:,} households, the {len(above):,} rows above add up to {summed:,}."
        raise Refusal(file, "totals_row", detail)
    return False
