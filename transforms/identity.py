"""What a source file is: population, layout, list date, round and vintage, each with its evidence.

Nothing is guessed: evidence that is missing or contradicts itself is a :class:`Refusal` that names both
sides.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import cache

import pyarrow.compute as pc

from expectations import codes
from transforms.headers import COUNT_KINDS
from transforms.readers.sheet import Document, Sheet, spelling
from transforms.refusal import Refusal, found
from transforms.source import Source

# Vintage of the portal's CSV series as declared for it: March 2021, known to the month.
PORTAL_SERIES_VINTAGE = datetime.date(2021, 3, 1)

# A portal export has at least this many headers that only portal exports have; other lists have none or few.
PORTAL_HEADERS_MINIMUM = 8

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*"
# Each pattern with the groups that hold year, month and day.
_PATTERNS = (
    (re.compile(rf"{_MONTH}\.?[ _-]+(\d{{1,2}})(?:st|nd|rd|th)?,?[ _-]+(\d{{4}})(?!\d)", re.I), (3, 1, 2)),
    (re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[ _-]+(?:of[ _-]+)?{_MONTH}\.?,?[ _-]+(\d{{4}})(?!\d)", re.I), (3, 2, 1)),
    (re.compile(rf"(?<!\d)(\d{{4}})[ _-]+{_MONTH}[ _-]+(\d{{1,2}})(?!\d)", re.I), (1, 2, 3)),
    (re.compile(r"(?<!\d)(\d{4})[-_./](\d{1,2})[-_./](\d{1,2})(?!\d)"), (1, 2, 3)),
    (re.compile(r"(?<!\d)(20[12]\d)([01]\d)([0-3]\d)(?!\d)"), (1, 2, 3)),
)
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_ROUND = re.compile(r"(?<![a-z])round[ _-]?(\d{1,3})(?!\d)", re.I)


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


def identify(document: Document, sheet: Sheet, source: Source) -> Identity:
    """Population, layout, round and dates of the list in ``sheet``.

    Raises:
        Refusal: evidence is missing or contradicts itself.
    """
    names = tuple(sorted(source.names))
    file = names[0]
    population = population_of(sheet, names)
    layout = layout_of(document, sheet, population)
    round_number, round_basis, date, date_basis = _round(sheet, names, source.round)
    vintage, vintage_basis = _vintage(document, layout, date_basis, file, source.vintage_date)
    if vintage < date:
        raise Refusal(file, "vintage_early", f"The vintage {vintage} ({_words(vintage_basis)}) is before the list date {date}.")
    return Identity(population, layout, round_number, round_basis, date, date_basis, vintage, vintage_basis)


def _words(basis: str) -> str:
    return basis.replace("_", " ")


# --- population and layout ------------------------------------------------------------------------


def population_of(sheet: Sheet, names: tuple[str, ...]) -> str:
    """``idp`` or ``returnee``: from the headers that only one of the lists has, the sheet's name and the titles.

    Where they say nothing, the file's names are asked.
    """
    idp, returnee = codes.headers("idp"), codes.headers("returnee")
    said: dict[str, str] = {}
    for header in filter(None, sheet.headers):
        for population in _spoken(idp.get(spelling(header)), returnee.get(spelling(header)), spelling(header)):
            said.setdefault(population, header)
    for text in (sheet.name, *sheet.titles):
        said = _said_in(text) | said
    for name in names if not said else ():
        said = _said_in(name) | said
    if len(said) > 1:
        detail = f"{found(said['idp'])} says IDPs, {found(said['returnee'])} says returnees."
        raise Refusal(names[0], "population_unclear", detail)
    if not said:
        detail = (
            "No header, sheet name, title or file name tells IDPs from returnees; 'IDP' or 'Returnee' in the file name would."
        )
        raise Refusal(names[0], "population_unclear", detail)
    return next(iter(said))


def _spoken(as_idp: tuple[str, str] | None, as_returnee: tuple[str, str] | None, header: str) -> tuple[str, ...]:
    """The population of which a header speaks. Early returnee lists reuse 'IDPs Families', so that says nothing."""
    if "returnee" in header or (as_idp is None and as_returnee is not None):
        return ("returnee",)
    if as_returnee is None and as_idp is not None and as_idp[0] in COUNT_KINDS:
        return ("idp",)
    return ()


def _said_in(text: str) -> dict[str, str]:
    """The population that a text names; a text that names both says nothing."""
    says_returnees = re.search(r"returnee", text, re.I)
    says_idps = re.search(r"(?<![a-z])IDPs?(?![a-z])", text, re.I)
    if bool(says_returnees) == bool(says_idps):
        return {}
    return {"returnee" if says_returnees else "idp": text}


def layout_of(document: Document, sheet: Sheet, population: str) -> str:
    """Layout of the source, from its headers."""
    known = codes.headers(population)
    present = {spelling(header) for header in sheet.headers if header}
    if any(known.get(header, ("", ""))[1] == "origin_governorate_name" for header in present):
        return "long_2014"
    if len(present & _portal_headers()) < PORTAL_HEADERS_MINIMUM:
        return "released_workbook"
    return "portal_csv" if document.kind == "csv" else "portal_workbook"


@cache
def _portal_headers() -> frozenset[str]:
    """Headers of portal exports that no other list has in the same spelling, case and separators aside."""
    by_family: dict[bool, set[str]] = {True: set(), False: set()}
    for row in codes.rows("header_spelling"):
        by_family[row["header_layout"] == "portal_export"].add(spelling(row["header"]))
    return frozenset(by_family[True] - by_family[False])


# --- list date and round --------------------------------------------------------------------------


def dates_in(text: str) -> set[datetime.date]:
    """Every date written in a text; impossible dates (a month 21) are left out."""
    dates = set()
    for pattern, groups in _PATTERNS:
        for match in pattern.finditer(text):
            year, month, day = (match.group(group) for group in groups)
            number = int(month) if month.isdecimal() else _MONTHS.index(month[:3].lower()) + 1
            try:
                dates.add(datetime.date(int(year), number, int(day)))
            except ValueError:
                continue
    return dates


def _is_date(text: str) -> bool:
    """Whether a text is one date and nothing else but a time of day."""
    bare = _TIME.sub("", text)
    return len(dates_in(bare)) == 1 and any(pattern.fullmatch(bare) for pattern, _ in _PATTERNS)


def _column_date(sheet: Sheet, file: str) -> datetime.date | None:
    for header, column in zip(sheet.headers, sheet.columns, strict=True):
        if spelling(header) != "date":
            continue
        texts = sorted(text for text in (cell.strip() for cell in pc.unique(column).to_pylist()) if text)
        dates = {text: dates_in(text) for text in texts}
        unread = [text for text in texts if not _is_date(text)]
        if unread:
            detail = f"Column '{header}' holds {found(unread[0])}, expected a date such as 2019-08-31."
            raise Refusal(file, "list_date_missing", detail)
        distinct = sorted(set().union(*dates.values()))
        if len(distinct) > 1:
            raise Refusal(file, "list_date_mixed", f"Column '{header}' holds {distinct[0]} and {distinct[1]}.")
        return distinct[0] if distinct else None
    return None


def _one_date(texts: tuple[str, ...]) -> datetime.date | None:
    """The date on which all texts with a date agree, or None."""
    dates = set().union(*(dates_in(text) for text in texts))
    return next(iter(dates)) if len(dates) == 1 else None


def _round(sheet: Sheet, names: tuple[str, ...], given: int | None) -> tuple[int, str, datetime.date, str]:
    """(round, basis, list date, basis): the first evidence wins, and the rest must not contradict it."""
    stated, basis = _column_date(sheet, names[0]), "date_column"
    if stated is None:
        stated, basis = _one_date(sheet.titles), "title_rows"
    if given is not None:
        return _given_round(sheet, names[0], given, stated, basis)
    date = stated
    if date is None:
        date, basis = _named_date(sheet, names), "file_name"
    by_date = _rounds_by_date()
    if date is None:
        detail = "No list date in a date column, the title rows or the file name"
        raise Refusal(names[0], "list_date_missing", f"{detail}{_named(sheet, names)}.")
    if date not in by_date:
        detail = f"The list date {date} ({_words(basis)}) is not in the round registry{_named(sheet, names)}."
        raise Refusal(names[0], "list_date_unknown", detail)
    _demand_agreement(sheet, names, date, basis)
    return by_date[date], "registry", date, basis


def _named_date(sheet: Sheet, names: tuple[str, ...]) -> datetime.date | None:
    """The date in the file's names, else in the sheet's, which in R5 carries another day than the file's."""
    dates = sorted(set().union(*(dates_in(name) for name in names)))
    if len(dates) > 1:
        raise Refusal(names[0], "round_mismatch", f"The names of the file say {dates[0]} and {dates[1]}.")
    return dates[0] if dates else _one_date((sheet.name,))


@cache
def _rounds_by_date() -> dict[datetime.date, int]:
    return {datetime.date.fromisoformat(row["list_date"]): number for number, row in codes.rounds().items()}


def _given_round(
    sheet: Sheet, file: str, number: int, stated: datetime.date | None, basis: str
) -> tuple[int, str, datetime.date, str]:
    """The round that the user gives outweighs the file's name, but not what the file itself says."""
    if number not in codes.rounds():
        last = max(codes.rounds())
        raise Refusal(file, "round_unknown", f"Round {number} is not in the round registry (R1 to R{last}).")
    in_titles = {int(n) for text in sheet.titles for n in _ROUND.findall(text)}
    if in_titles and number not in in_titles:
        raise Refusal(file, "round_mismatch", f"Round {number} was given, but the title rows say round {min(in_titles)}.")
    expected = datetime.date.fromisoformat(codes.rounds()[number]["list_date"])
    other = _rounds_by_date().get(stated, number)
    if other != number:
        detail = f"Round {number} was given ({expected}), but the file says {stated} ({_words(basis)}), which is R{other}."
        raise Refusal(file, "round_mismatch", detail)
    if stated is None:
        return number, "given", expected, "registry"
    return number, "given", stated, basis


def _demand_agreement(sheet: Sheet, names: tuple[str, ...], date: datetime.date, basis: str) -> None:
    """Refuse names and titles that speak of another round or date than ``date``."""
    number = _rounds_by_date()[date]
    known = f"The list date {date} ({_words(basis)}) is R{number}"
    in_titles = {int(n) for text in sheet.titles for n in _ROUND.findall(text)}
    if in_titles and number not in in_titles:
        raise Refusal(names[0], "round_mismatch", f"{known}, but the title rows say round {min(in_titles)}.")
    for name in names:
        others = {int(n) for n in _ROUND.findall(name)} - {number}
        if others:
            raise Refusal(names[0], "round_mismatch", f"{known}, but the file is named round {min(others)} ({found(name)}).")
        in_name = _one_date((name,))
        if in_name is not None and in_name != date:
            raise Refusal(names[0], "round_mismatch", f"{known}, but the file name says {in_name} ({found(name)}).")
    # A sheet's date that is no list date is a working date (R5), not another round.
    on_sheet = _rounds_by_date().get(_one_date((sheet.name,)), number)
    if on_sheet != number:
        raise Refusal(names[0], "round_mismatch", f"{known}, but the sheet is called {found(sheet.name)}, which is R{on_sheet}.")


def _named(sheet: Sheet, names: tuple[str, ...]) -> str:
    rounds = [int(n) for text in (*sheet.titles, *names) for n in _ROUND.findall(text)]
    return f" (the file is named round {rounds[0]})" if rounds else ""


# --- vintage --------------------------------------------------------------------------------------


def _vintage(
    document: Document, layout: str, date_basis: str, file: str, given: datetime.date | None
) -> tuple[datetime.date, str]:
    if given is not None:
        return given, "given"
    if document.created is not None:
        return document.created, "document_metadata"
    if layout == "portal_csv" and date_basis == "date_column":
        return PORTAL_SERIES_VINTAGE, "series_declared"
    raise Refusal(file, "vintage_missing", "The file does not say when it was exported.")
