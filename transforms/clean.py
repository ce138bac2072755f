"""Typed rows of one source file, and the rows that cannot be taken with every reason why.

A published list is all or nothing: any bad row refuses the file, unless it is taken with quarantine.
Rows read = rows kept + rows quarantined. Only identity, type and key are judged here; whether a row makes
sense is judged by the queries of ``sql/rules``.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from expectations.columns import COLUMNS
from expectations.schema import conform, schema
from expectations.tables import TABLES
from transforms import long_2014, readers, unit
from transforms.headers import BREAKDOWN_KINDS, COUNT_KINDS, MARGIN, Field, demand_equal, fields
from transforms.identity import Given, Identity, identify
from transforms.numbers import Whole, degrees, identifier, whole
from transforms.readers.sheet import Document, Sheet
from transforms.refusal import Refusal, RowProblem, found

CLEAN_TABLES = ("clean_edition", "clean_record", "clean_cell", "clean_category", "clean_quarantine")
_IDENTITY_NAMES = ("place_id", "governorate", "district", "location_name_en")


@dataclass(frozen=True)
class Admission:
    """How a source is to be taken: its hash, its names, what the user said about it.

    ``names`` are all names under which the bytes were received; the first in sorted order is shown.
    """

    sha256: str
    names: tuple[str, ...]
    round: int | None = None
    vintage: str | None = None
    quarantine: bool = False

    @property
    def name(self) -> str:
        """The name shown in messages and lineage."""
        return min(self.names)


@dataclass(frozen=True)
class _Body:
    """Rows of a list: fields by (kind, name), row numbers, the parsed counts and which row of them is which field."""

    fields: dict[tuple[str, str], Field]
    rows: np.ndarray
    formula_rows: frozenset[int]
    counted: tuple[tuple[str, str], ...]
    numbers: Whole

    def text(self, name: str) -> pa.Array:
        """Cells of an identifier, '' where the list has no such column."""
        field = self.fields.get(("identifier", name))
        return field.cells if field else pa.array([""] * len(self.rows), pa.string())

    def number(self, key: tuple[str, str]) -> Whole:
        """The parsed cells of one count field."""
        at = [self.counted.index(key)]
        return Whole(self.numbers.values[at], self.numbers.blank[at], self.numbers.bad[at])

    def take(self, keep: np.ndarray) -> _Body:
        """The rows at the positions ``keep``; texts of count fields are not carried along."""
        if len(keep) == len(self.rows) and (np.diff(keep) == 1).all():
            return self
        at = pa.array(keep)
        kept = {
            key: field if key in self.counted else replace(field, cells=field.cells.take(at)) for key, field in self.fields.items()
        }
        return replace(self, fields=kept, rows=self.rows[keep], numbers=self.numbers.rows(keep))


def clean(path: Path, admission: Admission, given: Given) -> dict[str, pa.Table]:
    """The clean tables of the source file at ``path``, by name, each conforming to its contract.

    Raises:
        Refusal: the file cannot be taken; the message says what to do.
    """
    document = readers.read(path, admission.name)
    sheet, by_wave = _list_sheet(document, admission.name)
    identity = _identity(document, sheet, admission, given)
    file = admission.name
    body = _body(sheet, identity, file)
    problems = _row_problems(body, sheet, identity)
    problems += _number_problems(body, sheet)
    if identity.layout == "long_2014":
        problems += _long_problems(body)
        problems = _whole_places(problems, body)
    bad_rows = {problem.row for problem in problems}
    if bad_rows and not admission.quarantine:
        ordered = tuple(sorted(set(problems), key=lambda p: (p.row, p.rule)))
        detail = f"{len(bad_rows)} of {len(body.rows)} rows cannot be taken, and a published list is all or nothing."
        raise Refusal(file, ordered[0].rule, detail, ordered)
    kept = np.flatnonzero(~np.isin(body.rows, list(bad_rows))) if bad_rows else np.arange(len(body.rows))
    if not len(kept):
        raise Refusal(file, "rows_missing", "No row of the list can be taken.")
    quarantine = _quarantine(problems, sheet, admission)
    record, breakdown, unit_as_provided = _records(body.take(kept), sheet, by_wave, identity, file)
    tables = {
        "clean_record": record,
        "clean_cell": _cells(record["place_id"], breakdown),
        "clean_category": _categories(breakdown),
        "clean_quarantine": quarantine,
        "clean_edition": pa.Table.from_pylist(
            [
                {
                    "source_file": file,
                    "source_sheet": sheet.name,
                    **{name: getattr(identity, name) for name in identity.__dataclass_fields__},
                    "unit_as_provided": unit_as_provided,
                    "release_kind": "published",
                    "completeness": "incomplete" if bad_rows else "complete",
                    "rows_read": len(body.rows),
                    "rows_kept": len(kept),
                    "rows_quarantined": len(body.rows) - len(kept),
                    "locations": record.num_rows,
                }
            ]
        ),
    }
    sha = admission.sha256
    return {name: _conformed(name, tables[name], sha) for name in CLEAN_TABLES}


def _conformed(name: str, data: pa.Table, sha256: str) -> pa.Table:
    if "sha256" not in data.column_names:
        data = data.append_column("sha256", pa.array([sha256] * data.num_rows, pa.string()))
    return conform(data, TABLES[name])


def _list_sheet(document: Document, file: str) -> tuple[Sheet, dict[str, Sheet]]:
    if len(document.sheets) == 1:
        return document.sheets[0], {}
    origin_name = {codes.normalise(r["header"]) for r in codes.rows("header_spelling") if r["header_column"] == "origin_governorate_name"}
    if any(codes.normalise(header) in origin_name for sheet in document.sheets for header in sheet.headers):
        return long_2014.main_sheet(document.sheets, file)
    names = ", ".join(found(sheet.name) for sheet in document.sheets)
    raise Refusal(file, "sheet_unclear", f"The sheets {names} all have the header row of a master list.")


def _identity(document: Document, sheet: Sheet, admission: Admission, given: Given) -> Identity:
    """The identity on the evidence of every name of the file; the names must agree."""
    seen = {name: identify(document, sheet, name, given) for name in sorted(admission.names)}
    first, *others = seen
    for other in others:
        if seen[other] != seen[first]:
            detail = f"The same bytes are R{seen[first].round} by this name and R{seen[other].round} by the name '{other}'."
            raise Refusal(first, "round_mismatch", detail)
    return seen[first]


# --- which rows are the list ----------------------------------------------------------------------


def _body(sheet: Sheet, identity: Identity, file: str) -> _Body:
    """The rows of the list: without blank rows, and without the publisher's totals row at the end."""
    meant, twins = fields(sheet, identity.population, file)
    counted = tuple(key for key in meant if key[0] in COUNT_KINDS)
    numbers = whole([meant[key].cells for key in counted])
    everything = _Body(meant, sheet.rows, sheet.formula_rows, counted, numbers)
    identifiers = [field.cells for key, field in meant.items() if key not in counted and key[1] != "list_date_text"]
    has_content = ~numbers.blank.all(axis=0) | _any_content(identifiers, len(sheet.rows))
    has_identity = _any_content([everything.text(name) for name in _IDENTITY_NAMES], len(sheet.rows))
    listed = np.flatnonzero(has_content)
    if len(listed) and not has_identity[listed[-1]]:
        if _is_totals(everything, int(listed[-1]), listed[:-1], file):
            listed = listed[:-1]
    if not len(listed):
        raise Refusal(file, "rows_missing", "The list has a header but no row.")
    for twin in twins:
        demand_equal(meant[twin.kind, twin.name], twin, listed, sheet.rows, file)
    return everything.take(listed)


def _any_content(columns: list[pa.Array], count: int) -> np.ndarray:
    filled = np.zeros(count, bool)
    for cells in columns:
        filled |= pc.not_equal(cells, "").to_numpy(zero_copy_only=False)
    return filled


def _is_totals(body: _Body, last: int, above: np.ndarray, file: str) -> bool:
    """Whether the last row is a totals row; its households, where stored, must be the sum of the rows above."""
    households = body.number(("count", "households"))
    texts = [field.cells[last].as_py().casefold() for field in body.fields.values()]
    marked = body.rows[last] in body.formula_rows or any("total" in text for text in texts)
    if households.blank[0, last] or households.bad[0, last]:
        return marked
    stated, summed = int(households.values[0, last]), int(households.values[0, above].sum())
    if stated == summed:
        return True
    if marked:
        detail = f"The totals row says {stated:,} households, the {len(above):,} rows above add up to {summed:,}."
        raise Refusal(file, "totals_row", detail)
    return False


# --- what is wrong with a row -----------------------------------------------------------------------


def _problems(rows: np.ndarray, bad: np.ndarray, rule: str, detail) -> list[RowProblem]:
    return [RowProblem(int(rows[at]), rule, detail(int(at))) for at in np.flatnonzero(bad)]


def _row_problems(body: _Body, sheet: Sheet, identity: Identity) -> list[RowProblem]:
    """Identity problems: governorate, district, place and location id, formulas."""
    governorates = body.text("governorate")
    names = _governorate_names(governorates)
    districts = _district_names(names, body.text("district"))
    problems = _governorate_problems(body, sheet, names)
    shifted = {problem.row for problem in problems if problem.rule == "row_shifted"}
    text = body.text("district")
    unknown = np.array([g is not None and d is None for g, d in zip(names, districts, strict=True)])
    problems += _problems(body.rows, unknown, "district_unknown", lambda at: f"district {found(text[at].as_py())} is not known in {names[at]}")
    problems += _place_problems(body)
    problems += _location_problems(body, names)
    formulas = np.isin(body.rows, list(body.formula_rows)) if body.formula_rows else np.zeros(len(body.rows), bool)
    problems += _problems(body.rows, formulas, "formula_in_row", lambda at: "a cell holds a formula")
    for name in ("latitude", "longitude"):
        _, bad = degrees(body.text(name))
        cells = body.text(name)
        problems += _problems(body.rows, bad, "coordinate_invalid", lambda at, cells=cells, name=name: f"{name} is {found(cells[at].as_py())}, expected degrees such as 36.34")
    return [p for p in problems if p.rule == "row_shifted" or p.row not in shifted]


def _governorate_names(cells: pa.Array) -> list[str | None]:
    spellings = codes.governorates().spellings
    return _mapped(cells, lambda text: spellings.get(codes.normalise(text)))


def _district_names(governorates: list[str | None], cells: pa.Array) -> list[str | None]:
    lists, known = codes.districts(), {}
    encoded = cells.dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    pairs = list(zip(governorates, encoded.indices.to_pylist(), strict=True))
    for governorate, index in set(pairs):
        spellings = lists[governorate].spellings if governorate else {}
        known[governorate, index] = spellings.get(codes.normalise(texts[index]))
    return [known[pair] for pair in pairs]


def _mapped(cells: pa.Array, meaning) -> list:
    """``meaning`` of each cell, asked once per distinct text."""
    encoded = cells.dictionary_encode()
    meanings = [meaning(text) for text in encoded.dictionary.to_pylist()]
    return [meanings[index] for index in encoded.indices.to_pylist()]


def _governorate_problems(body: _Body, sheet: Sheet, names: list[str | None]) -> list[RowProblem]:
    unknown = np.array([name is None for name in names])
    if not unknown.any():
        return []
    field = body.fields["identifier", "governorate"]
    spellings = codes.governorates().spellings
    problems = []
    for at in np.flatnonzero(unknown):
        row, text = int(body.rows[at]), field.cells[int(at)].as_py()
        beside = [p for p in (field.position - 1, field.position + 1) if 0 <= p < len(sheet.columns)]
        moved = [p for p in beside if codes.normalise(_cell(sheet, row, p)) in spellings]
        if moved:
            where = "right" if moved[0] > field.position else "left"
            problems.append(RowProblem(row, "row_shifted", f"the governorate stands one column to the {where}, under '{sheet.headers[moved[0]]}'"))
        else:
            problems.append(RowProblem(row, "governorate_unknown", f"governorate {found(text)} is none of the 18"))
    return problems


def _place_problems(body: _Body) -> list[RowProblem]:
    cells = body.text("place_id")
    ids, bad = identifier(cells, COLUMNS["place_id"].pattern)
    problems = _problems(body.rows, ids.is_null().to_numpy(zero_copy_only=False), "place_id_missing", lambda at: "the Place ID is blank")
    problems += _problems(body.rows, bad, "place_id_invalid", lambda at: f"the Place ID is {found(cells[at].as_py())}")
    if ("identifier", "origin_governorate_name") not in body.fields:
        problems += _twice(body.rows, _bare(ids).to_pylist(), "place_id_twice", "Place ID")
    return problems


def _bare(ids: pa.Array) -> pa.Array:
    """Identifiers without leading zeros: they vary between files and mean nothing."""
    return pc.replace_substring_regex(ids, r"^0+([0-9])", r"\1")


def _twice(rows: np.ndarray, values: list, rule: str, what: str) -> list[RowProblem]:
    seen = Counter(value for value in values if value)
    first: dict[str, int] = {}
    problems = []
    if max(seen.values(), default=0) < 2:
        return problems
    for row, value in zip(rows.tolist(), values, strict=True):
        if value and seen[value] > 1:
            other = first.setdefault(value, row)
            where = f"also in row {other}" if other != row else f"in {seen[value]} rows"
            problems.append(RowProblem(row, rule, f"{what} {found(value)} is {where}"))
    return problems


def _location_problems(body: _Body, governorates: list[str | None]) -> list[RowProblem]:
    if ("identifier", "location_id") not in body.fields:
        return []
    cells = body.text("location_id")
    ids, bad = identifier(cells, COLUMNS["location_id"].pattern)
    problems = _problems(body.rows, bad, "location_id_invalid", lambda at: f"the Location ID is {found(cells[at].as_py())}, expected seven digits")
    if ("identifier", "origin_governorate_name") not in body.fields:
        problems += _twice(body.rows, [None if b else v for v, b in zip(ids.to_pylist(), bad, strict=True)], "location_id_twice", "Location ID")
    prefix = {row["governorate"]: row["location_id_prefix"] for row in codes.rows("governorate")}
    texts = ids.to_pylist()
    wrong = np.array([bool(t) and not b and g is not None and t[:2] != prefix[g] for t, b, g in zip(texts, bad, governorates, strict=True)])
    return problems + _problems(body.rows, wrong, "location_id_governorate", lambda at: f"Location ID {texts[at]} does not begin with {prefix[governorates[at]]}, the digits of {governorates[at]}")


def _number_problems(body: _Body, sheet: Sheet) -> list[RowProblem]:
    """Problems of the count cells."""
    problems: list[RowProblem] = []
    bad_fields = np.flatnonzero(body.numbers.bad.any(axis=1)).tolist()
    households = body.counted.index(("count", "households"))
    for at in sorted({*bad_fields, households}):
        field = body.fields[body.counted[at]]

        def shown(row: int, field: Field = field) -> str:
            return f"'{field.header}' is {found(_cell(sheet, body.rows[row], field.position).strip())}"

        if at != households:
            expected = "expected a whole number, not negative"
            problems += _problems(body.rows, body.numbers.bad[at], "cell_invalid", lambda r, s=shown, e=expected: f"{s(r)}, {e}")
            continue
        blank = body.numbers.blank[at]
        wrong = body.numbers.bad[at] | ((body.numbers.values[at] == 0) & ~blank)
        problems += _problems(body.rows, blank, "households_missing", lambda r, f=field: f"'{f.header}' is blank")
        expected = "expected a whole number of at least 1"
        problems += _problems(body.rows, wrong, "households_invalid", lambda r, s=shown, e=expected: f"{s(r)}, {e}")
    return problems


def _cell(sheet: Sheet, row: int, position: int) -> str:
    """The text of one cell by the row's number in the file."""
    return sheet.columns[position][int(np.searchsorted(sheet.rows, row))].as_py()


def _long_problems(body: _Body) -> list[RowProblem]:
    _, unknown = long_2014.spread(body.fields, body.number(("count", "households")).values[0])
    origin = body.text("origin_governorate_name")
    return _problems(body.rows, unknown, "governorate_unknown", lambda at: f"origin governorate {found(origin[at].as_py())} or the displacement period is not known")


def _whole_places(problems: list[RowProblem], body: _Body) -> list[RowProblem]:
    """A place of several rows with one bad row is set aside as a whole, or its count would be too low."""
    bad = {problem.row: problem for problem in problems}
    place = dict(zip(body.rows.tolist(), body.text("place_id").to_pylist(), strict=True))
    of_place = {place[row]: problem for row, problem in bad.items() if place.get(row)}
    with_others = [
        RowProblem(row, of_place[name].rule, f"belongs to place {found(name)}, whose row {of_place[name].row} cannot be taken")
        for row, name in place.items()
        if row not in bad and name in of_place
    ]
    return problems + with_others


def _quarantine(problems: list[RowProblem], sheet: Sheet, admission: Admission) -> pa.Table:
    unique = {(p.row, p.rule): p for p in sorted(problems, key=lambda p: (p.row, p.rule, p.detail))}
    rows = [
        {
            "sha256": admission.sha256,
            "source_file": admission.name,
            "source_sheet": sheet.name,
            "source_row": problem.row,
            "rule": problem.rule,
            "detail": problem.detail,
            "raw": json.dumps(
                [[header, _cell(sheet, problem.row, at)] for at, header in enumerate(sheet.headers)],
                ensure_ascii=False,
            ),
        }
        for problem in unique.values()
    ]
    return pa.Table.from_pylist(rows, schema=schema(TABLES["clean_quarantine"]))


# --- typed rows -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Breakdown:
    """Breakdown cells in households: categories, values and unknown mask of shape (categories, places)."""

    categories: tuple[tuple[str, str], ...]
    households: np.ndarray
    unknown: np.ndarray


def _records(body: _Body, sheet: Sheet, by_wave: dict[str, Sheet], identity: Identity, file: str) -> tuple[pa.Table, _Breakdown, str]:
    """One typed row per location, its breakdown in households, and the unit that the source used."""
    place_ids = _bare(identifier(body.text("place_id"), COLUMNS["place_id"].pattern)[0])
    group, first = long_2014.places(place_ids)
    counts = _count_columns(body, group, first, identity)
    if by_wave:
        counts |= _wave_columns(by_wave, place_ids.take(pa.array(first)), file)
    households, individuals = counts["count", "households"], counts.get(("count", "individuals_as_provided"))
    breakdown, used, blank_cells = _breakdown(counts, households, individuals, identity, file)
    lead = body.take(first)
    governorates = _governorate_names(lead.text("governorate"))
    location_ids, _ = identifier(lead.text("location_id"), COLUMNS["location_id"].pattern)
    from_camp = counts.get(("of_which", "households_from_camp"))
    columns = {
        "source_sheet": pa.array([sheet.name] * len(first), pa.string()),
        "source_row": pa.array(lead.rows, pa.int64()),
        "place_id": place_ids.take(pa.array(first)),
        "location_id": location_ids,
        "governorate": pa.array(governorates, pa.string()),
        "governorate_as_listed": lead.text("governorate"),
        "district": pa.array(_district_names(governorates, lead.text("district")), pa.string()),
        "district_as_listed": lead.text("district"),
        "subdistrict": _given(lead.text("subdistrict")),
        "location_name_en": _given(lead.text("location_name_en")),
        "location_name_ar": _given(lead.text("location_name_ar")),
        "latitude": degrees(lead.text("latitude"))[0],
        "longitude": degrees(lead.text("longitude"))[0],
        "households": _known(households),
        "households_from_camp": _known(from_camp, len(first)),
        "individuals_as_provided": _known(individuals, len(first)),
        "update_status": pa.array(["unknown"] * len(first), pa.string()),
        "blank_cells": pa.array(blank_cells, pa.int64()),
    }
    return pa.table(columns), breakdown, used


def _given(cells: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(cells, ""), None, cells)


def _known(numbers: Whole | None, count: int = 0) -> pa.Array:
    if numbers is None:
        return pa.nulls(count, pa.int64())
    return pa.array(numbers.values[0], pa.int64(), mask=numbers.blank[0])


def _count_columns(body: _Body, group: np.ndarray, first: np.ndarray, identity: Identity) -> dict[tuple[str, str], Whole]:
    """Every count column, one value per location; rows of one place in a long layout are added up."""
    counted = list(body.counted)
    values, blank = body.numbers.values, body.numbers.blank
    if identity.layout == "long_2014":
        households = values[counted.index(("count", "households"))]
        extra, _ = long_2014.spread(body.fields, households)
        counted += list(extra)
        values = np.vstack([values, *extra.values()])
        blank = np.vstack([blank, np.zeros((len(extra), blank.shape[1]), bool)])
        values = long_2014.add_up(group, values)
        blank = long_2014.add_up(group, (~blank).astype(np.int64)) == 0
        order = np.argsort(first, kind="stable")
        values, blank = values[:, order], blank[:, order]
    return {key: Whole(values[[at]], blank[[at]], np.zeros((1, values.shape[1]), bool)) for at, key in enumerate(counted)}


def _wave_columns(by_wave: dict[str, Sheet], place_ids: pa.Array, file: str) -> dict[tuple[str, str], Whole]:
    """Period columns of R5, whose waves stand in sheets of their own."""
    columns = {}
    for wave, sheet in by_wave.items():
        meant, _ = fields(sheet, "idp", file)
        numbers = whole([meant["count", "households"].cells])
        ids = _bare(identifier(meant["identifier", "place_id"].cells, COLUMNS["place_id"].pattern)[0])
        at = pc.index_in(ids, value_set=place_ids)
        listed = at.is_valid().to_numpy(zero_copy_only=False)
        if numbers.bad.any() or (numbers.values[0][~listed] > 0).any():
            raise Refusal(file, "sheet_unclear", f"Sheet {found(sheet.name)} holds places that the list does not, or counts that are no numbers.")
        values = np.zeros(len(place_ids), np.int64)
        np.add.at(values, pc.drop_null(at).to_numpy(), numbers.values[0][listed])
        none = np.zeros((1, len(values)), bool)
        columns["period", wave] = Whole(values[None, :], none, none)
    return columns


def _breakdown(counts: dict[tuple[str, str], Whole], households: Whole, individuals: Whole | None, identity: Identity, file: str) -> tuple[_Breakdown, str, np.ndarray]:
    """The breakdown in households, the unit of the source, and how many blank cells of each row are zeros.

    A blank cell is 0 where the row's other cells of that margin already add up to its total; otherwise it
    is not known.
    """
    total = households.values[0]
    provided = individuals.values[0] if individuals is not None else None
    margin = sum(counts[key].values[0] for key in counts if key[0] == MARGIN[identity.population])
    used = unit.decide(margin, total, provided, file)
    expected = total if used == "households" else provided
    categories: list[tuple[str, str]] = []
    values, unknowns = [], []
    blank_cells = np.zeros(len(total), np.int64)
    for kind, dimension in BREAKDOWN_KINDS.items():
        own = [key for key in counts if key[0] == kind]
        if not own:
            continue
        stack = np.vstack([counts[key].values for key in own])
        blank = np.vstack([counts[key].blank for key in own])
        closes = stack.sum(axis=0) == expected
        unknown = blank & ~closes
        blank_cells += (blank & closes).sum(axis=0)
        if used == "individuals":
            stack, remainder = unit.to_households(stack, total, expected)
            unknown |= remainder
        categories += [(dimension, name) for _, name in own]
        values.append(stack)
        unknowns.append(unknown)
    return _Breakdown(tuple(categories), np.vstack(values), np.vstack(unknowns)), used, blank_cells


def _cells(place_ids: pa.ChunkedArray, breakdown: _Breakdown) -> pa.Table:
    """The cells that are not zero, null where not known."""
    listed = (breakdown.households != 0) | breakdown.unknown
    category, place = np.nonzero(listed)
    dimensions = pa.array([dimension for dimension, _ in breakdown.categories], pa.string())
    names = pa.array([name for _, name in breakdown.categories], pa.string())
    return pa.table(
        {
            "place_id": place_ids.take(pa.array(place)),
            "dimension": dimensions.take(pa.array(category)),
            "category": names.take(pa.array(category)),
            "households": pa.array(breakdown.households[listed], pa.int64(), mask=breakdown.unknown[listed]),
        }
    )


def _categories(breakdown: _Breakdown) -> pa.Table:
    return pa.table(
        {
            "dimension": pa.array([dimension for dimension, _ in breakdown.categories], pa.string()),
            "category": pa.array([name for _, name in breakdown.categories], pa.string()),
        }
    )
