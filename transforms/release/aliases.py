"""Code lists as tables that partners join to: every known header and every known name of a place, with what it means."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from expectations import codes, portal
from expectations.columns import BREAKDOWN_COLUMNS

OCHA_COD = "ocha_cod"
_NAMES = ("level", "governorate", "district", "name", "language", "name_system", "pcode", "pcode_system")


def header_crosswalk(rows: pa.Table) -> pa.Table:
    """The table of header spellings with ``canonical_column``: the column of the tidy tables that each means.

    Empty for headers without a column there, such as links; ``unit`` of the breakdown is households in the tidy tables
    whatever the file held.
    """
    kinds, columns = rows["header_kind"].to_pylist(), rows["header_column"].to_pylist()
    canonical = [portal.canonical(kind, column) for kind, column in zip(kinds, columns, strict=True)]
    unit = ["households" if name in BREAKDOWN_COLUMNS else None for name in canonical]
    at = rows.column_names.index("header_column") + 1
    made = rows.add_column(at, "canonical_column", pa.array(canonical, pa.string()))
    return made.add_column(at + 1, "canonical_unit", pa.array(unit, pa.string()))


def register(rows: pa.Table) -> pa.Table:
    """The register of locations, with the system of its p-codes beside them."""
    pcodes = [at for at, name in enumerate(rows.column_names) if name in ("governorate_pcode", "district_pcode")]
    if not pcodes:  # left out by the policy
        return rows
    return rows.add_column(max(pcodes) + 1, "pcode_system", pa.array([OCHA_COD] * rows.num_rows, pa.string()))


def names(governorates: pa.Table, districts: pa.Table) -> pa.Table:
    """Every known name of a governorate or district: one row per place, name, language and system of names.

    ``name_system``: dtm, the name that the tables use; ocha_cod; dtm_r134, as files of round 134 spell it; spelling, any other
    seen. A district that no COD district equals has no name of its own there and none is given; its p-code is then that of the
    district which contains it and is left empty too. Kurdish names are not known.
    """
    found = sorted({*_of_governorates(governorates.to_pylist()), *_of_districts(districts.to_pylist())}, key=_order)
    texts = zip(*found, strict=True) if found else ((),) * len(_NAMES)
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(_NAMES, texts, strict=True)})


def _of_governorates(rows: list[dict]) -> Iterator[tuple]:
    for row in rows:
        said = [
            ("dtm", "en", row["governorate"]),
            (OCHA_COD, "en", row.get("cod_name_en")),
            (OCHA_COD, "ar", row.get("governorate_ar")),
        ]
        said += [("dtm_r134", "en", row.get("r134_name")), *_spellings(row)]
        for system, language, name in said:
            if name:
                yield "governorate", row["governorate"], None, name, language, system, row.get("governorate_pcode"), OCHA_COD


def _of_districts(rows: list[dict]) -> Iterator[tuple]:
    for row in rows:
        is_same = row.get("district_pcode_match") == "name"
        said = [("dtm", "en", row["district"]), (OCHA_COD, "ar", row.get("district_ar")), *_spellings(row)]
        said += [(OCHA_COD, "en", row.get("cod_name_en"))] if is_same else []
        pcode, system_of_pcode = (row.get("district_pcode"), OCHA_COD) if is_same else (None, None)
        for system, language, name in said:
            if name:
                yield "district", row["governorate"], row["district"], name, language, system, pcode, system_of_pcode


def _spellings(row: dict) -> list[tuple[str, str, str]]:
    found = codes.split(row.get("spellings") or "")
    return [("spelling", "ar" if any("\u0600" <= letter <= "\u06ff" for letter in name) else "en", name) for name in found]


def _order(line: tuple) -> tuple:
    level, governorate, district, name, language, system, *_ = line
    return level != "governorate", governorate, district or "", system != "dtm", system, language, name
