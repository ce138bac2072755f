"""Published figures against ours: exact, different with a named cause, different, or without a list.

A cause is a general rule that predicts the published figure to the unit, or a committed entry of
``published_difference`` that holds both figures; an entry whose figures no longer are those is reported as such.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

from expectations import codes
from expectations.columns import POPULATIONS
from transforms.refusal import found

MEASURES = ("households", "individuals", "locations", "districts", "governorates")
EXACT, CAUSED, DIFFERENT, STALE, WITHOUT = "exact", "different, cause known", "different", "cause no longer applies", "no list"
API_PCODE = "IRQ"


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
        UnreadableFigures: it is neither.
    """
    start = text.lstrip("\ufeff \r\n\t")[:1]
    return _api(text, name) if start in ("{", "[") else _csv(text, name)


def _api(text: str, name: str) -> list[Figure]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise UnreadableFigures(f"{name} is no JSON: {error}.") from error
    records = document.get("result") if isinstance(document, dict) else document
    if not isinstance(records, list) or not records or not all(isinstance(r, dict) and "numPresentIdpInd" in r for r in records):
        raise UnreadableFigures(f"{name} is no DTM API response: no list 'result' of records with numPresentIdpInd.")
    other = next((r.get("admin0Pcode") for r in records if r.get("admin0Pcode") != API_PCODE), None)
    if other is not None:
        raise UnreadableFigures(f"{name} holds figures of {found(str(other))}, not of {API_PCODE}.")
    by_pcode = {row["dtm_api_pcode"]: row["governorate"] for row in codes.rows("governorate")}
    round_of = {row["reporting_date"]: int(row["round"]) for row in codes.rows("api_round")}
    summed: dict[tuple[str, str | None], Figure] = {}
    for at, record in enumerate(records, start=1):
        # version 3 splits one place and date by reason, origin and sex: the parts are added up
        date = str(record.get("reportingDate", ""))[:10]
        pcode = record.get("admin1Pcode")
        if pcode is not None and pcode not in by_pcode:
            raise UnreadableFigures(f"{name}: record {at} has the unknown governorate code {found(str(pcode))}.")
        number = record["numPresentIdpInd"]
        if not isinstance(number, int) or isinstance(number, bool):
            raise UnreadableFigures(f"{name}: record {at} has numPresentIdpInd {found(str(number))}, expected a whole number.")
        place = by_pcode[pcode] if pcode is not None else None
        known = summed.get((date, place))
        total = number + (known.values["individuals"] if known else 0)
        summed[date, place] = Figure(
            known.row if known else at, "idp", round_of.get(date), place, {"individuals": total}, label=date
        )
    return list(summed.values())


def _csv(text: str, name: str) -> list[Figure]:
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    columns = set(rows.fieldnames or ())
    if "population" not in columns or not {"round", "as_of"} & columns or not set(MEASURES) & columns:
        raise UnreadableFigures(f"{name} needs the columns population, round (or as_of) and one of {', '.join(MEASURES)}.")
    by_date = {row["list_date"]: number for number, row in codes.rounds().items()}
    read = []
    for row in rows:
        at = rows.line_num
        population = (row["population"] or "").strip().lower()
        if population not in POPULATIONS:
            raise UnreadableFigures(f"{name}: row {at} has the population {found(population)}, expected idp or returnee.")
        place = (row.get("governorate") or "").strip()
        governorate = codes.governorates().spellings.get(codes.normalise(place)) if place else None
        if place and governorate is None:
            raise UnreadableFigures(f"{name}: row {at} has the unknown governorate {found(place)}.")
        stated = (row.get("round") or "").strip().lstrip("Rr")
        number = int(stated) if stated.isascii() and stated.isdecimal() else by_date.get((row.get("as_of") or "").strip())
        values = {m: _whole(row[m], m, at, name) for m in MEASURES if (row.get(m) or "").strip()}
        if values:
            kind = (row.get("kind") or "any").strip()
            read.append(
                Figure(at, population, number, governorate, values, kind, f"R{number}" if number else row.get("as_of", ""))
            )
    return read


def _whole(text: str, measure: str, row: int, name: str) -> int:
    bare = text.strip().replace(",", "")
    if not (bare.isascii() and bare.isdecimal()):
        raise UnreadableFigures(f"{name}: row {row}, {measure} is {found(text)}, expected a whole number.")
    return int(bare)


def compare(read: list[Figure], ours: Ours) -> list[Comparison]:
    """Every measure of every figure against ours.

    ``ours`` maps (population, round, governorate or None) to our measures. A governorate without a row in a
    round that is held counts 0, because a location without households leaves the list.
    """
    held = {(population, number) for population, number, _ in ours}
    compared = []
    for figure in read:
        for measure, published in figure.values.items():
            if (figure.population, figure.round) not in held:
                compared.append(Comparison(figure, measure, published, None, WITHOUT))
                continue
            own = ours.get((figure.population, figure.round, figure.governorate), {})
            value = own.get(measure, 0)
            compared.append(_judge(figure, measure, published, value, own))
    return compared


def _judge(figure: Figure, measure: str, published: int, value: int | None, own: dict[str, int]) -> Comparison:
    recorded = _recorded(figure, measure, published)
    if recorded is not None and value != int(recorded["list_value"]):
        predicted = f"The recorded cause ({recorded['cause']}) predicts {int(recorded['list_value']):,}."
        return Comparison(figure, measure, published, value, STALE, predicted)
    if published == value:
        return Comparison(figure, measure, published, value, EXACT)
    if recorded is not None:
        return Comparison(figure, measure, published, value, CAUSED, recorded["cause"])
    if measure == "individuals" and published == 6 * own.get("households", -1):
        return Comparison(
            figure, measure, published, value, CAUSED, "Published as 6 x households; from R117 in-camp IDPs count x5."
        )
    return Comparison(figure, measure, published, value, DIFFERENT)


def _recorded(figure: Figure, measure: str, published: int) -> dict[str, str] | None:
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
