"""Figures of other sources: a camp, district or governorate list through a column map."""

from __future__ import annotations

import csv
import datetime
import io
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from expectations import codes
from expectations.field_columns import COMPARISON_SOURCES
from expectations.schema import schema
from expectations.tables import TABLES
from transforms.field import personal
from transforms.refusal import Refusal, RowProblem, found

LEVELS = ("camp", "district", "governorate")
_KNOWN = ("place_id", "area_name", "governorate", "district", "households", "individuals", "as_of_date")
_WHOLE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.0+)?")


@dataclass(frozen=True)
class ComparisonMap:
    """``columns``: our name -> their header; ``as_of_date`` of all rows; ``persons_per_household`` where they give individuals."""

    columns: Mapping[str, str]
    level: str = "camp"
    as_of_date: datetime.date | None = None
    persons_per_household: float | None = None


def parse_map(text: str, name: str) -> ComparisonMap:
    """A column map written as TOML: ``level``, ``as_of_date``, ``persons_per_household``, ``[columns]``.

    Raises:
        Refusal: it is no TOML, or something in it is not known or missing.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refusal(name, "comparison_map", f"It is not TOML: {error}.") from None
    columns, level = told.get("columns", {}), told.get("level", "camp")
    if (
        not isinstance(columns, dict)
        or not all(isinstance(header, str) for header in columns.values())
        or not isinstance(level, str)
    ):
        raise Refusal(name, "comparison_map", "[columns] is no table of our names and their headers.")
    unknown = sorted(set(told) - {"columns", "level", "as_of_date", "persons_per_household"}) + sorted(set(columns) - set(_KNOWN))
    if unknown:
        raise Refusal(name, "comparison_map", f"{found(unknown[0])} is not known; columns are {', '.join(_KNOWN)}.")
    if level not in LEVELS:
        raise Refusal(name, "comparison_map", f"level is {found(str(level))}, expected one of {', '.join(LEVELS)}.")
    key = {"camp": "place_id", "district": "district", "governorate": "governorate"}[level]
    needed = [key, *(["governorate"] if level == "district" else [])]
    missing = [column for column in needed if column not in columns]
    if missing or not {"households", "individuals"} & set(columns):
        raise Refusal(name, "comparison_map", f"[columns] needs {', '.join(needed)} and households (or individuals).")
    day, persons = told.get("as_of_date"), told.get("persons_per_household")
    if day is not None and type(day) is not datetime.date:
        raise Refusal(name, "comparison_map", "as_of_date is no date such as 2021-04-30.")
    if "households" not in columns and not (isinstance(persons, (int, float)) and persons >= 1):
        raise Refusal(name, "comparison_map", "Individuals only: say persons_per_household, by which they become households.")
    return ComparisonMap(columns, level, day, persons)


def read(text: str, name: str, column_map: ComparisonMap, source: str) -> pa.Table:
    """The figures of a CSV as ``comparison_figure``; one of the known sources.

    Raises:
        Refusal: a mapped header is not there, or rows cannot be taken; every such row is named.
    """
    if source not in COMPARISON_SOURCES:
        raise ValueError(source)
    try:
        rows = list(_rows(text.removeprefix("\ufeff")))
    except csv.Error as error:
        raise Refusal(name, "comparison_row", f"It is no CSV: {error}.") from None
    headers = set(rows[0]) if rows else set()
    missing = [header for header in column_map.columns.values() if header not in headers]
    if missing:
        raise Refusal(name, "comparison_map", f"The file has no column {found(missing[0])}." if rows else "The file has no row.")
    figures, problems = {}, []
    for line, row in enumerate(rows, start=2):
        said = {ours: (row[theirs] or "").strip() for ours, theirs in column_map.columns.items()}
        try:
            area, shown = _area(said, column_map.level)
            day = _day(said["as_of_date"]) if said.get("as_of_date") else column_map.as_of_date
            households = _households(said, column_map)
        except ValueError as error:
            problems.append(RowProblem(line, "comparison_row", str(error)))
            continue
        if personal.is_in(shown or "") or (shown is None and personal.is_in(area)):
            problems.append(RowProblem(line, "comparison_row", "the name holds a telephone number or an address"))
            continue
        if area in figures:
            problems.append(RowProblem(line, "comparison_row", f"{found(area)} stands there twice"))
            continue
        figures[area] = {
            "comparison_source": source, "comparison_level": column_map.level, "area": area, "area_name": shown,
            "their_households": households, "as_of_date": day,
        }  # fmt: skip
    if problems:
        raise Refusal(
            name,
            "comparison_row",
            f"{len(problems)} of {len(rows)} rows cannot be taken.",
            tuple(problems),
            is_for_quarantine=False,
        )
    declared = schema(TABLES["comparison_figure"])
    return pa.Table.from_pylist(list(figures.values()), pa.schema([(f.name, f.type) for f in declared]))


def _rows(text: str) -> csv.DictReader:
    first = text.partition("\n")[0]
    return csv.DictReader(io.StringIO(text, newline=None), delimiter=";" if first.count(";") > first.count(",") else ",")


def _area(said: dict[str, str], level: str) -> tuple[str, str | None]:
    if level == "camp":
        digits = re.fullmatch(r"0*(\d{1,9})(?:\.0+)?", said["place_id"])
        # a camp that we do not have may come without an id of ours
        if not digits and not said.get("area_name"):
            raise ValueError("it has neither a place_id nor a name")
        return (str(int(digits[1])) if digits else f"- {said['area_name']}"[:100]), said.get("area_name") or None
    governorate = codes.governorates().spellings.get(codes.normalise(said["governorate"]))
    if governorate is None:
        raise ValueError(f"governorate is {found(said['governorate'])}, none of the 18")
    if level == "governorate":
        return governorate, said["governorate"]
    district = codes.districts()[governorate].spellings.get(codes.normalise(said["district"]))
    if district is None:
        raise ValueError(f"district is {found(said['district'])}, none of {governorate}")
    return district, said["district"]


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"as_of_date is {found(text)}, expected a date such as 2021-04-30") from None


def _households(said: dict[str, str], column_map: ComparisonMap) -> int | None:
    for name in ("households", "individuals"):
        text = said.get(name)
        if not text:
            continue
        number = _WHOLE.fullmatch(text)
        if not number:
            raise ValueError(f"{name} is {found(text)}, expected a whole number")
        count = int(number[1].replace(",", ""))
        return count if name == "households" else round(count / column_map.persons_per_household)
    return None
