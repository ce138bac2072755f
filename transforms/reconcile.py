"""Published figures against ours: exact, different with a named cause, different, or without a list.

A cause is a general rule that predicts the published figure to the unit, or a committed entry of
``published_difference`` that holds both figures; an entry whose figures no longer are those is reported as such.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections import Counter
from dataclasses import dataclass

from expectations import codes
from expectations.columns import POPULATIONS
from transforms.refusal import found

# Beside the measures of an area: 1 where rows of its list are in quarantine.
INCOMPLETE = "incomplete"
MEASURES = ("households", "individuals", "locations", "districts", "governorates")
EXACT, CAUSED, DIFFERENT, STALE, WITHOUT = "exact", "different, cause known", "different", "cause no longer applies", "no list"
API_PCODE = "IRQ"
_COLUMNS = ("population", "round", "as_of", "governorate", "kind")
_WHOLE = re.compile(r"[0-9]{1,12}|[0-9]{1,3}(,[0-9]{3}){1,3}")
_BYTE_ORDER_MARK = "\ufeff"


class UnreadableFigures(ValueError):
    """The file holds no figures that can be compared; the message is one sentence."""


@dataclass(frozen=True)
class Figure:
    """Published figures of one population, round and place (governorate, or None for the country).

    ``row`` is the row or record of the file, ``kind`` the kind of publication where stated.
    """

    row: int
    population: str
    round: int | None
    governorate: str | None
    values: dict[str, int]
    kind: str = "any"
    label: str = ""


@dataclass(frozen=True)
class Comparison:
    """One measure of a figure: as published, ours, the verdict and the cause."""

    figure: Figure
    measure: str
    published: int
    ours: int | None
    verdict: str
    cause: str = ""


Ours = dict[tuple[str, int, str | None], dict[str, int]]


def figures(text: str, name: str) -> list[Figure]:
    """The figures of a file: a DTM API response (JSON) or a CSV with population, round and measures.

    Raises:
        UnreadableFigures: it is neither, or a value in it is not what its column says.
    """
    text = text.lstrip(_BYTE_ORDER_MARK)
    read = _api(text, name) if text.lstrip()[:1] in ("{", "[") else _csv(text, name)
    if not read:
        raise UnreadableFigures(f"{name} holds no figure.")
    return read


def _api(text: str, name: str) -> list[Figure]:
    """The figures of an API response: version 2 has one record a place and date, version 3 splits it by reason, origin and sex."""
    by_pcode = {row["dtm_api_pcode"]: row["governorate"] for row in codes.rows("governorate")}
    round_of = {row["reporting_date"]: int(row["round"]) for row in codes.rows("api_round")}
    first: dict[tuple[str, str | None], int] = {}
    total: Counter[tuple[str, str | None]] = Counter()
    for at, record in enumerate(_records(text, name), start=1):
        where = f"{name}: record {at}"
        country, pcode, number = record.get("admin0Pcode"), record.get("admin1Pcode"), record["numPresentIdpInd"]
        if country != API_PCODE:
            raise UnreadableFigures(f"{where} is about {found(str(country))}, not about {API_PCODE}.")
        if pcode is not None and (not isinstance(pcode, str) or pcode not in by_pcode):
            raise UnreadableFigures(f"{where} has the unknown governorate code {found(str(pcode))}.")
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise UnreadableFigures(f"{where} has numPresentIdpInd {found(str(number))}, expected a whole number.")
        key = (_date(str(record.get("reportingDate", ""))[:10], "reportingDate", where), by_pcode.get(pcode))
        first.setdefault(key, at)
        total[key] += number
    return [
        Figure(at, "idp", round_of.get(date), place, {"individuals": total[date, place]}, label=date)
        for (date, place), at in first.items()
    ]


def _records(text: str, name: str) -> list[dict]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFigures(f"{name} is no JSON: {error}.") from error
    if isinstance(document, dict) and document.get("isSuccess") is False:
        said = document.get("errorMessages")
        reason = "; ".join(map(str, said)) if isinstance(said, list) else str(said)
        raise UnreadableFigures(f"{name} is the answer to a failed request: {found(reason)}.")
    records = document.get("result") if isinstance(document, dict) else document
    if not isinstance(records, list) or not records or not all(isinstance(r, dict) and "numPresentIdpInd" in r for r in records):
        raise UnreadableFigures(f"{name} is no DTM API response: no list 'result' of records with numPresentIdpInd.")
    return records


def _csv(text: str, name: str) -> list[Figure]:
    rows = csv.DictReader(io.StringIO(text, newline=""), restval="")
    try:
        heads = [head.strip().lower() for head in rows.fieldnames or ()]
        twice = next((head for head in MEASURES + _COLUMNS if heads.count(head) > 1), None)
        if twice is not None:
            raise UnreadableFigures(f"{name} has the column {twice} twice.")
        if "population" not in heads or not {"round", "as_of"} & set(heads) or not set(MEASURES) & set(heads):
            raise UnreadableFigures(f"{name} needs the columns population, round (or as_of) and one of {', '.join(MEASURES)}.")
        rows.fieldnames = heads
        read = []
        for row in rows:
            if None in row:
                raise UnreadableFigures(f"{name}: row {rows.line_num} has more cells than the header.")
            cells = {head: cell.strip() for head, cell in row.items()}
            figure = _figure(cells, rows.line_num, f"{name}: row {rows.line_num}") if any(cells.values()) else None
            read += [figure] if figure else []
        return read
    except csv.Error as error:
        raise UnreadableFigures(f"{name} is no CSV: {error}.") from error


def _figure(cells: dict[str, str], row: int, where: str) -> Figure | None:
    """The figure of one row; None where none of its measures is filled in."""
    population = cells["population"].lower()
    if population not in POPULATIONS:
        raise UnreadableFigures(f"{where} has the population {found(cells['population'])}, expected idp or returnee.")
    place = cells.get("governorate", "")
    governorate = codes.governorates().spellings.get(codes.normalise(place)) if place else None
    if place and governorate is None:
        raise UnreadableFigures(f"{where} has the unknown governorate {found(place)}.")
    values = {m: _whole(cells[m], m, where) for m in MEASURES if cells.get(m)}
    if not values:
        return None
    number, label = _round(cells.get("round", ""), cells.get("as_of", ""), where)
    return Figure(row, population, number, governorate, values, cells.get("kind") or "any", label)


def _round(stated: str, as_of: str, where: str) -> tuple[int | None, str]:
    """(round, label) from a round such as 112 or R112, else from the date as of which the figure counts."""
    if stated:
        bare = stated[1:] if stated[:1] in ("R", "r") else stated
        if not (bare.isascii() and bare.isdecimal() and len(bare) <= 3):
            raise UnreadableFigures(f"{where} has the round {found(stated)}, expected one such as 112 or R112.")
        return int(bare), f"R{int(bare)}"
    if not as_of:
        raise UnreadableFigures(f"{where} has neither round nor as_of.")
    date = _date(as_of, "as_of", where)
    return next((number for number, row in codes.rounds().items() if row["list_date"] == date), None), date


def _date(text: str, column: str, where: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise UnreadableFigures(f"{where} has the {column} {found(text)}, expected a date such as 2021-02-28.") from None


def _whole(text: str, measure: str, where: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise UnreadableFigures(f"{where}, {measure} is {found(text)}, expected a whole number.")
    return int(text.replace(",", ""))


def compare(read: list[Figure], ours: Ours) -> list[Comparison]:
    """Every measure of every figure against ours.

    ``ours`` maps (population, round, governorate or None) to our measures, without those that are not known. A
    governorate without a row in a round that is held counts 0 as long as a location without households leaves the list.
    """
    held = {(population, number) for population, number, _ in ours}
    incomplete = {(population, number) for (population, number, _), own in ours.items() if own.get(INCOMPLETE)}
    compared = []
    for figure in read:
        for measure, published in figure.values.items():
            if (figure.population, figure.round) not in held:
                compared.append(Comparison(figure, measure, published, None, WITHOUT))
            else:
                own = ours.get(
                    (figure.population, figure.round, figure.governorate),
                    _absent(figure.round, (figure.population, figure.round) in incomplete),
                )
                compared.append(_judge(figure, measure, published, own))
    return compared


def _absent(number: int, is_incomplete: bool) -> dict[str, int]:
    """The measures of a governorate that is not on a list; nothing is known of it where the list is incomplete."""
    if is_incomplete:
        return {}
    means = codes.rounds()[number]["absence_means"] if number in codes.rounds() else "unknown"
    return dict.fromkeys(MEASURES, 0) if means == "no_households" else {}


def _judge(figure: Figure, measure: str, published: int, own: dict[str, int]) -> Comparison:
    value = own.get(measure)
    if value is None:
        return Comparison(figure, measure, published, None, WITHOUT, "Our figure is not known.")
    recorded = _recorded(figure, measure, published)
    if recorded is not None and value != int(recorded["list_value"]):
        predicted = f"The recorded cause ({recorded['cause'].rstrip('.')}) predicts {int(recorded['list_value']):,}."
        return Comparison(figure, measure, published, value, STALE, predicted)
    if published == value:
        return Comparison(figure, measure, published, value, EXACT)
    if recorded is not None:
        return Comparison(figure, measure, published, value, CAUSED, recorded["cause"])
    cause = _without_camps(figure, published, own) if measure == "individuals" else None
    return Comparison(figure, measure, published, value, CAUSED if cause else DIFFERENT, cause or "")


def _without_camps(figure: Figure, published: int, own: dict[str, int]) -> str | None:
    """The cause where households in camps were published with the multiplier of those out of camps."""
    in_camp, out_of_camp = (codes.multiplier(figure.population, setting, figure.round) for setting in ("in_camp", "out_of_camp"))
    each, other = int(out_of_camp["persons_per_household"]), int(in_camp["persons_per_household"])
    if each == other or published != each * own.get("households", -1):
        return None
    return f"Published as {each} x households; from R{in_camp['first_round']} in-camp IDPs count x{other}."


def _recorded(figure: Figure, measure: str, published: int) -> dict[str, str] | None:
    """The committed entry for a national figure; a kind that is not stated, on either side, is any kind."""
    if figure.governorate is not None:
        return None
    for row in codes.rows("published_difference"):
        same = (row["population"], row["round"], row["measure"]) == (figure.population, str(figure.round), measure)
        kinds = {row["publication_kind"], figure.kind}
        if same and int(row["published_value"]) == published and (len(kinds) == 1 or "any" in kinds):
            return row
    return None


def verdict_of(compared: list[Comparison]) -> str:
    """The verdict of a figure with several measures: the gravest of theirs."""
    for verdict in (STALE, DIFFERENT, CAUSED, WITHOUT):
        if any(c.verdict == verdict for c in compared):
            return verdict
    return EXACT
