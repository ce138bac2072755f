"""Code lists: facts of the field as CSV files, one file a list, and the look-ups made from them.

Each CSV is also a reference table of the warehouse, with the same name and the columns declared in
:mod:`expectations.tables`. Spellings are matched after :func:`normalise`; a value that is not in a
list is unknown and never guessed.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from expectations.contract import CodeList

FOLDER = Path(__file__).parent
TATWEEL = "\u0640"
MULTIPLE = "|"


@lru_cache(maxsize=65536)
def normalise(text: str) -> str:
    """The form in which spellings are compared.

    Unicode NFKC, no tatweel, underscores and runs of white space as one space, trimmed, casefolded.
    """
    text = unicodedata.normalize("NFKC", text).replace(TATWEEL, "").replace("_", " ")
    return re.sub(r"\s+", " ", text).strip().casefold()


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of ``<name>.csv`` as text, in file order; an empty cell is an empty text."""
    with open(FOLDER / f"{name}.csv", encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def split(cell: str) -> tuple[str, ...]:
    """The values of a multi-valued cell."""
    return tuple(value for value in cell.split(MULTIPLE) if value)


@cache
def ignored() -> frozenset[str]:
    """Normalised texts that mean "not given" in a source and become null; never a value of their own."""
    return frozenset(normalise(row["ignored_value"]) for row in rows("ignored_value"))


@cache
def governorates() -> CodeList:
    """The 18 governorates by DTM name, with every known spelling over all rounds."""
    spellings = {}
    for row in rows("governorate"):
        for spelling in (row["governorate"], *split(row["spellings"])):
            spellings[normalise(spelling)] = row["governorate"]
    return CodeList("governorate", tuple(r["governorate"] for r in rows("governorate")), spellings, ignored())


@cache
def districts() -> dict[str, CodeList]:
    """The DTM districts of each governorate, with every known spelling. A name means a district only
    inside its governorate."""
    lists: dict[str, CodeList] = {}
    for governorate in governorates().codes:
        own = [r for r in rows("district") if r["governorate"] == governorate]
        spellings = {normalise(spelling): r["district"] for r in own for spelling in (r["district"], *split(r["spellings"]))}
        lists[governorate] = CodeList("district", tuple(r["district"] for r in own), spellings, ignored())
    return lists


@cache
def district_codes() -> dict[tuple[str, str], str]:
    """(governorate, district) -> the code of the district: that of its governorate, then its name in small letters."""
    own = {row["governorate"]: row["governorate_code"] for row in rows("governorate")}
    return {
        (row["governorate"], row["district"]): own[row["governorate"]]
        + "_"
        + re.sub(r"[^a-z0-9]+", "_", row["district"].lower()).strip("_")
        for row in rows("district")
    }


@cache
def rounds() -> dict[int, dict[str, str]]:
    """The round registry by round number."""
    return {int(row["round"]): row for row in rows("round")}


@cache
def multiplier(population: str, setting: str, round_number: int) -> dict[str, str]:
    """The rule of persons per household that holds for a population in a setting and round."""
    return next(
        row
        for row in rows("multiplier_rule")
        if (row["population"], row["setting"]) == (population, setting)
        and int(row["first_round"]) <= round_number <= int(row["last_round"] or round_number)
    )


@cache
def headers(population: str) -> dict[str, tuple[str, str]]:
    """Normalised header -> (kind, column) for ``idp`` or ``returnee`` lists."""
    return {
        normalise(row["header"]): (row["header_kind"], row["header_column"])
        for row in rows("header_spelling")
        if row["header_population"] in (population, "both")
    }


@cache
def categories(dimension: str) -> tuple[str, ...]:
    """The category codes of a breakdown dimension, in the order in which columns show them."""
    if dimension in ("origin_governorate", "last_displacement"):
        return tuple(row["governorate_code"] for row in sorted(rows("governorate"), key=lambda r: r["governorate"]))
    if dimension == "origin_district":
        return tuple(district_codes().values())
    if dimension == "period":
        return tuple(row["wave"] for row in sorted(rows("wave"), key=lambda r: int(r["wave_order"])))
    if dimension.startswith("shelter:"):
        own = [row for row in rows("shelter_type") if row["population"] == dimension.removeprefix("shelter:")]
        return tuple(row["shelter_type"] for row in sorted(own, key=lambda r: int(r["shelter_order"])))
    raise KeyError(dimension)
