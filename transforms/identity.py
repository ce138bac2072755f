"""What a source file is: population, layout, list date, round and vintage, each with its evidence.

Nothing is guessed: evidence that is missing or contradicts itself is a :class:`Refusal` that names both
sides.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

import pyarrow.compute as pc

from expectations import codes
from transforms.readers.sheet import Document, Sheet
from transforms.refusal import Refusal, found

# Vintage of the portal's CSV series as declared for it: March 2021, known to the month.
PORTAL_SERIES_VINTAGE = datetime.date(2021, 3, 1)

# A portal export has at least this many headers that only portal exports have; other lists have none or few.
PORTAL_HEADERS_MINIMUM = 8

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_PATTERNS = (
    (re.compile(rf"{_MONTH}\.?[ _-]+(\d{{1,2}})(?:st|nd|rd|th)?,?[ _-]+(\d{{4}})", re.I), "mdy"),
    (re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[ _-]+(?:of[ _-]+)?{_MONTH}\.?,?[ _-]+(\d{{4}})", re.I), "dmy"),
    (re.compile(rf"(?<!\d)(\d{{4}})[ _-]+{_MONTH}[ _-]+(\d{{1,2}})(?!\d)", re.I), "ymonthd"),
    (re.compile(r"(?<!\d)(\d{4})[-_./](\d{1,2})[-_./](\d{1,2})(?!\d)"), "ymd"),
    (re.compile(r"(?<!\d)(20[12]\d)([01]\d)([0-3]\d)(?!\d)"), "ymd"),
)
_ROUND = re.compile(r"(?<![a-z])round[ _-]?(\d{1,3})(?!\d)", re.I)


@dataclass(frozen=True)
class Given:
    """What the user said about one file: its round, its vintage."""

    round: int | None = None
    vintage: datetime.date | None = None


@dataclass(frozen=True)
class Identity:
    """What the file is, and on what evidence (see the columns of the same names)."""

    population: str
    layout: str
    round: int
    round_basis: str
    list_date: datetime.date
    list_date_basis: str
    vintage_date: datetime.date
    vintage_basis: str


def identify(document: Document, sheet: Sheet, name: str, given: Given) -> Identity:
    """Population, layout, round and dates of the list in ``sheet``.

    Raises:
        Refusal: evidence is missing or contradicts itself.
    """
    population = population_of(sheet, name)
    layout = layout_of(document, sheet, population)
    round_number, round_basis, date, date_basis = _round(sheet, name, given)
    vintage, vintage_basis = _vintage(document, layout, date_basis, name, given)
    if vintage < date:
        raise Refusal(name, "vintage_early", f"The vintage {vintage} is before the list date {date}.")
    return Identity(population, layout, round_number, round_basis, date, date_basis, vintage, vintage_basis)


def population_of(sheet: Sheet, name: str) -> str:
    """``idp`` or ``returnee``, from the headers that only one of the lists has, the sheet's name and the titles."""
    idp, returnee = codes.headers("idp"), codes.headers("returnee")
    present = {codes.normalise(header) for header in sheet.headers if header}
    own = {kind: header for header in present for kind in _spoken(idp.get(header), returnee.get(header), header)}
    for text in (sheet.name, *sheet.titles):
        if re.search(r"returnee", text, re.I):
            own.setdefault("returnee", text)
        elif re.search(r"\bIDPs?\b", text):
            own.setdefault("idp", text)
    # Early returnee lists reuse the header 'IDPs Families', so 'habitual residence' outweighs it.
    if {"idp", "returnee"} <= own.keys():
        detail = f"{found(own['idp'])} says IDPs, {found(own['returnee'])} says returnees."
        raise Refusal(name, "population_unclear", detail)
    if own:
        return next(iter(own))
    if "place id" in present and {"families", "households"} & present:
        return "idp"
    raise Refusal(name, "population_unclear", "No header, sheet name or title tells IDPs from returnees.")


def _spoken(as_idp: tuple[str, str] | None, as_returnee: tuple[str, str] | None, header: str) -> tuple[str, ...]:
    if "returnee" in header or (as_idp is None and as_returnee is not None):
        return ("returnee",)
    if as_returnee is None and as_idp is not None and as_idp[0] in ("shelter", "of_which", "count"):
        return ("idp",)
    return ()


def layout_of(document: Document, sheet: Sheet, population: str) -> str:
    """Layout of the source, from its headers."""
    known = codes.headers(population)
    meant = {known.get(codes.normalise(header), ("", ""))[1] for header in sheet.headers}
    if "origin_governorate_name" in meant:
        return "long_2014"
    portal = {codes.normalise(r["header"]) for r in codes.rows("header_spelling") if r["header_layout"] == "portal_export"}
    present = {codes.normalise(header) for header in sheet.headers if header}
    if len(present & portal) < PORTAL_HEADERS_MINIMUM:
        return "released_workbook"
    return "portal_csv" if document.kind == "csv" else "portal_workbook"


def dates_in(text: str) -> set[datetime.date]:
    """Every date written in a text; impossible dates (a month 21) are left out."""
    dates = set()
    for pattern, order in _PATTERNS:
        for match in pattern.finditer(text):
            parts = match.groups()
            year, month, day = {
                "mdy": lambda p: (p[2], p[0], p[1]),
                "dmy": lambda p: (p[2], p[1], p[0]),
                "ymonthd": lambda p: (p[0], p[1], p[2]),
                "ymd": lambda p: (p[0], p[1], p[2]),
            }[order](parts)
            number = _MONTHS.index(month[:3].lower()) + 1 if month[:1].isalpha() else int(month)
            try:
                dates.add(datetime.date(int(year), number, int(day)))
            except ValueError:
                continue
    return dates


def _column_date(sheet: Sheet, name: str) -> datetime.date | None:
    for header, column in zip(sheet.headers, sheet.columns, strict=True):
        if codes.normalise(header) == "date":
            texts = [text for text in pc.unique(pc.utf8_trim_whitespace(column)).to_pylist() if text]
            dates = {text: dates_in(text) for text in texts}
            unread = [text for text, read in dates.items() if len(read) != 1]
            if unread:
                raise Refusal(name, "list_date_missing", f"Column '{header}' holds {found(unread[0])}, which is no date.")
            distinct = sorted({next(iter(read)) for read in dates.values()})
            if len(distinct) > 1:
                raise Refusal(name, "list_date_mixed", f"Column '{header}' holds {distinct[0]} and {distinct[1]}.")
            return distinct[0] if distinct else None
    return None


def _one_date(texts: tuple[str, ...]) -> datetime.date | None:
    dates = set().union(*(dates_in(text) for text in texts)) if texts else set()
    return next(iter(dates)) if len(dates) == 1 else None


def _round(sheet: Sheet, name: str, given: Given) -> tuple[int, str, datetime.date, str]:
    """(round, basis, list date, basis): the first evidence wins, and stated evidence must agree."""
    registry = codes.rounds()
    by_date = {datetime.date.fromisoformat(row["list_date"]): number for number, row in registry.items()}
    stated = _column_date(sheet, name)
    date, basis = stated, "date_column"
    if date is None:
        date, basis = _one_date(sheet.titles), "title_rows"
        stated = date
    if date is None:
        date, basis = _one_date((name, sheet.name)), "file_name"
    named = [int(n) for text in (*sheet.titles, name) for n in _ROUND.findall(text)]

    if given.round is not None:
        if given.round not in registry:
            last = max(registry)
            raise Refusal(name, "round_unknown", f"Round {given.round} is not in the round registry (R1 to R{last}).")
        expected = datetime.date.fromisoformat(registry[given.round]["list_date"])
        if stated is not None and stated in by_date and by_date[stated] != given.round:
            detail = f"Round {given.round} was given ({expected}), but the file says {stated}, which is R{by_date[stated]}."
            raise Refusal(name, "round_mismatch", detail)
        if stated is not None and stated not in by_date:
            return given.round, "given", stated, basis
        return given.round, "given", expected, "registry"
    if date is None:
        detail = "No list date in a date column, the title rows or the file name"
        raise Refusal(name, "list_date_missing", f"{detail}{_named(named)}.")
    if date not in by_date:
        raise Refusal(name, "list_date_unknown", f"The list date {date} ({basis.replace('_', ' ')}) is not in the round registry{_named(named)}.")
    number = by_date[date]
    if named and number not in named:
        detail = f"The list date {date} ({basis.replace('_', ' ')}) is R{number}, but the file is named round {named[0]}."
        raise Refusal(name, "round_mismatch", detail)
    in_name = _one_date((name,))
    if basis != "file_name" and in_name is not None and in_name != date:
        detail = f"The {basis.replace('_', ' ')} says {date} (R{number}), the file name says {in_name}."
        raise Refusal(name, "round_mismatch", detail)
    return number, "registry", date, basis


def _named(rounds: list[int]) -> str:
    return f" (the file is named round {rounds[0]})" if rounds else ""


def _vintage(document: Document, layout: str, date_basis: str, name: str, given: Given) -> tuple[datetime.date, str]:
    if given.vintage is not None:
        return given.vintage, "given"
    if document.created is not None:
        return document.created, "document_metadata"
    if layout == "portal_csv" and date_basis == "date_column":
        return PORTAL_SERIES_VINTAGE, "series_declared"
    raise Refusal(name, "vintage_missing", "The file does not say when it was exported.")
