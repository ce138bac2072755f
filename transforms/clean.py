"""Typed rows of one source file, and the rows that cannot be taken with every reason why.

A published list is all or nothing: any bad row refuses the file, unless it is taken with quarantine.
Rows read = rows kept + rows quarantined. Only identity, type and key are judged here; whether a row makes
sense is judged by the queries of ``sql/rules``.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from expectations.schema import conform, schema
from expectations.tables import CLEAN, TABLES
from transforms import long_2014, readers
from transforms.body import Body, body
from transforms.breakdown import Breakdown, Counts, added_up, breakdown, counts, wave_columns
from transforms.headers import HOUSEHOLDS, INDIVIDUALS
from transforms.identity import Identity, identify
from transforms.places import Places, places
from transforms.readers.sheet import Document, Sheet
from transforms.refusal import Refusal, RowProblem, found
from transforms.row_problems import row_problems
from transforms.source import Source

CLEAN_TABLES = tuple(table.name for table in CLEAN)


def clean(path: Path, source: Source) -> dict[str, pa.Table]:
    """The clean tables of the source file at ``path``, by name, each conforming to its contract.

    Raises:
        Refusal: the file cannot be taken; the message says what to do.
    """
    file = source.name
    document = readers.read(path, file)
    sheet, by_wave = _list_sheet(document, file)
    if not len(sheet.rows):
        raise Refusal(file, "rows_missing", "The list has a header but no row.")
    identity = identify(document, sheet, source)
    rows = body(sheet, identity.population, file)
    where = places(rows)
    problems = row_problems(rows, where, sheet, identity.layout)
    bad_rows = sorted({problem.row for problem in problems})
    if bad_rows and not source.quarantine:
        detail = f"{len(bad_rows):,} of {len(rows.rows):,} rows cannot be taken, and a published list is all or nothing."
        raise Refusal(file, problems[0].rule, detail, tuple(problems))
    kept = np.flatnonzero(~np.isin(rows.rows, bad_rows))
    if not len(kept):
        raise Refusal(file, "rows_missing", "No row of the list can be taken.")
    count, lead = _per_location(rows, where, kept, identity)
    place_id = where.place_id.text().take(pa.array(lead))
    set_aside = where.place_id.text().filter(pa.array(np.isin(rows.rows, bad_rows)))
    count = count.plus(wave_columns(by_wave, place_id, set_aside, file))
    parts = breakdown(count, identity.population, file)
    record = _records(rows, where, lead, count, parts, sheet)
    edition = {
        "source_file": file,
        "source_sheet": sheet.name,
        **asdict(identity),
        "unit_as_provided": parts.unit,
        "release_kind": "published",
        "completeness": "incomplete" if bad_rows else "complete",
        "rows_read": len(rows.rows),
        "rows_kept": len(kept),
        "rows_quarantined": len(rows.rows) - len(kept),
        "locations": record.num_rows,
        "other_sheets": ", ".join(document.other_sheets) or None,
    }
    tables = {
        "clean_edition": pa.Table.from_pylist([edition]),
        "clean_record": record,
        "clean_cell": parts.cells(place_id),
        "clean_category": parts.category_table(),
        "clean_quarantine": _quarantine(problems, sheet, file),
    }
    return {name: _conformed(name, tables[name], source.sha256) for name in CLEAN_TABLES}


def _conformed(name: str, data: pa.Table, sha256: str) -> pa.Table:
    source = pa.repeat(sha256, data.num_rows)
    if name == "clean_quarantine":
        data = data.append_column("record_sha256", source)
    return conform(data.append_column("sha256", source), TABLES[name])


def _list_sheet(document: Document, file: str) -> tuple[Sheet, dict[str, Sheet]]:
    """The sheet of the list and, for R5, the sheet of each wave."""
    if len(document.sheets) == 1:
        return document.sheets[0], {}
    if long_2014.is_long(document.sheets):
        return long_2014.main_sheet(document.sheets, file)
    names = ", ".join(found(sheet.name) + " (hidden)" * sheet.is_hidden for sheet in document.sheets)
    raise Refusal(file, "sheet_unclear", f"The sheets {names} all have the header row of a master list.")


def _per_location(rows: Body, where: Places, kept: np.ndarray, identity: Identity) -> tuple[Counts, np.ndarray]:
    """The counts of each location, and the position of its (first) row."""
    if identity.layout != "long_2014":
        return counts(rows.take(kept)), kept
    group, first = long_2014.places(where.place_id.text().take(pa.array(kept)))
    return added_up(rows.take(kept), group), kept[first]


def _records(rows: Body, where: Places, lead: np.ndarray, count: Counts, parts: Breakdown, sheet: Sheet) -> pa.Table:
    """One typed row per location."""
    is_every_row, ignored = len(lead) == len(rows.rows), codes.ignored()

    def own(cells: pa.Array) -> pa.Array:
        return cells if is_every_row else cells.take(pa.array(lead))

    def given(name: str) -> pa.Array:
        cells = own(rows.text(name))
        not_given = [text for text in pc.unique(cells).to_pylist() if not text or codes.normalise(text) in ignored]
        return pc.if_else(pc.is_in(cells, pa.array(not_given, pa.string())), None, cells)

    return pa.table(
        {
            "source_sheet": pa.repeat(sheet.name, len(lead)),
            "source_row": pa.array(rows.rows[lead], pa.int64()),
            "place_id": own(where.place_id.text()),
            "location_id": own(where.location_id.text()),
            "governorate": own(where.governorate),
            "governorate_as_listed": own(rows.text("governorate")),
            "district": own(where.district),
            "district_as_listed": own(rows.text("district")),
            "subdistrict": given("subdistrict"),
            "location_name_en": given("location_name_en"),
            "location_name_ar": given("location_name_ar"),
            "latitude": own(where.latitude),
            "longitude": own(where.longitude),
            "households": count.column(HOUSEHOLDS),
            "households_from_camp": count.column(("of_which", "households_from_camp")),
            "individuals_as_provided": count.column(INDIVIDUALS),
            "update_status": pa.repeat("unknown", len(lead)),
            "blank_cells": pa.array(parts.blank_cells),
            "record_sha256": pa.nulls(len(lead), pa.string()),  # the edition's own file
            "record_file": pa.nulls(len(lead), pa.string()),
            "submission_uuid": pa.nulls(len(lead), pa.string()),
        }
    )


def _quarantine(problems: list[RowProblem], sheet: Sheet, file: str) -> pa.Table:
    """The rows set aside, once for every rule that they break, with the row as read."""
    first = {(problem.row, problem.rule): problem for problem in reversed(problems)}
    rows = [
        {
            "source_file": file,
            "source_sheet": sheet.name,
            "source_row": problem.row,
            "rule": problem.rule,
            "detail": problem.detail,
            "raw": json.dumps(
                [[header, sheet.cell(problem.row, at)] for at, header in enumerate(sheet.headers)], ensure_ascii=False
            ),
        }
        for problem in reversed(first.values())
    ]
    declared = schema(TABLES["clean_quarantine"])
    return pa.Table.from_pylist(rows, pa.schema([field for field in declared if field.name not in ("sha256", "record_sha256")]))
