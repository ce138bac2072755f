"""The list of a round as a workbook: what it is, the rows, what every column means, what changed, what to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from expectations import caveats as general
from expectations import dictionary
from expectations.contract import Table
from expectations.release_columns import SUPPRESSED
from expectations.schema import schema
from expectations.tables import TABLES
from flows import caveats, workbook
from flows.problem import ExitCode, Problem
from flows.release.writing import ReleaseFile
from flows.workbook import SHEET_ROWS_MAXIMUM, DataSheet, TextSheet
from transforms.release.content import Content
from transforms.release.net_change import net_change
from transforms.release.round_list import RoundList, populations, round_list

FOLDER = "lists"
README, DATA, DICTIONARY, CHANGES, CAVEATS = "ReadMe", "Data", "Dictionary", "Changes since last round", "Caveats"
PEOPLE = {"idp": "IDPs", "returnee": "returnees"}
NO_CONTACT = "No contact is configured."
_CHANGE = "master_list_change"
_OF_SHEETS = (
    f"{DATA}: the list, one row per location. {DICTIONARY}: what every column means. {CHANGES}: every location of this list or the "
    f"one before. {CAVEATS}: breaks of method and what else to know."
)


def xlsx(content: Content, folder: Path) -> list[ReleaseFile]:
    """``lists/<name>.xlsx``, one per population of the round.

    Raises:
        Problem: more rows than a sheet holds.
    """
    return [_book(content, population, folder) for population in populations(content)]


def _book(content: Content, population: str, folder: Path) -> ReleaseFile:
    release, listed = content.release, round_list(content, population)
    changes = _changes(content, population)
    for rows in (listed.rows, changes):
        if rows.num_rows > SHEET_ROWS_MAXIMUM:
            sentence = f"{rows.num_rows:,} rows are more than a sheet holds ({SHEET_ROWS_MAXIMUM:,}); no workbook can be made of R{release.round}."
            raise Problem(ExitCode.USAGE, sentence)
    title = f"Master list of {PEOPLE[population]}, R{release.round}, {release.list_dates[population]}, version {release.version}"
    sheets = (
        TextSheet(README, ("about", "what to know"), [*_readme(content, listed)], (24, 120)),
        DataSheet(DATA, listed.rows),
        TextSheet(DICTIONARY, ("sheet", "column", "type", "unit", "meaning"), _dictionary(content, listed), (24, 46, 20, 14, 90)),
        DataSheet(CHANGES, changes, has_shares=True),
        TextSheet(CAVEATS, ("about", "what to know"), _caveats(content, listed), (20, 120)),
    )
    path = f"{FOLDER}/{release.stem(population, release.list_dates[population])}.xlsx"
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    workbook.write(folder / path, sheets, title=title, comments=content.publisher.credit, created=release.list_dates[population])
    return ReleaseFile(path, f"{title}, as a workbook.", "xlsx", f"{population}_master_list", population)


def _changes(content: Content, population: str) -> pa.Table:
    """The changes of the list against the one before; its header alone where there is none."""
    if _CHANGE not in content.tables:
        return schema(content.declared(_CHANGE)).empty_table()
    rows = content.of_round(_CHANGE)
    return rows.filter(pc.equal(rows["population"], population))


def _readme(content: Content, listed: RoundList) -> Iterator[tuple[str, str]]:
    """What a person must know who opens nothing else."""
    release, tier, population = content.release, content.tier, listed.population
    date = release.list_dates[population]
    yield (
        "What it is",
        f"The DTM master list of {PEOPLE[population]} of round {release.round}, as of {date}: one row per location.",
    )
    yield "In all", _total(content, population)
    yield "Since the list before", net_change(content, population)
    yield from (("Note", note) for note in content.notes)
    yield "Version", f"{release.version} ({release.kind}). {general.VERSIONS[release.kind]}"
    if release.reason:
        yield "Reason", release.reason
    if release.feedback:
        yield "Feedback", f"It follows {', '.join(release.feedback)}."
    yield "Tier", f"{tier.name}: {tier.meaning}"
    if release.recipient:
        yield "Recipient", f"{release.recipient}. Not to be passed on."
    yield from general.OF_LISTS
    yield from general.OF_RELEASES
    yield from withheld(content, population)
    if listed.empty:
        yield "Columns without values", f"The list of this round has no value in: {', '.join(listed.empty)}."
    if listed.left_out:
        yield "Columns left out", f"This tier does not show: {', '.join(listed.left_out)}."
    yield "Sheets", _OF_SHEETS
    yield from terms(content)


def terms(content: Content) -> Iterator[tuple[str, str]]:
    """(about, what) of publisher, credit, licence and contact."""
    publisher = content.publisher
    yield "Publisher", publisher.name
    yield "Credit", publisher.credit
    yield "Licence", f"{publisher.licence_id}: {publisher.licence}"
    yield "Contact", publisher.contact or NO_CONTACT
    if publisher.address:
        yield "Address", publisher.address


def withheld(content: Content, population: str) -> Iterator[tuple[str, str]]:
    """(about, what) of withholding: the threshold, how many rows it concerns, and whether the figures are public already."""
    threshold = content.tier.threshold
    if threshold < 2:
        return
    rows = content.of_round(f"{population}_master_list")
    count = pc.sum(pc.equal(rows["households_status"], SUPPRESSED)).as_py() or 0
    yield (
        "Withheld here",
        f"Figures of 1 to {threshold - 1} households, and others from which these could be worked out. The number of households is "
        f"withheld at {count:,} of {rows.num_rows:,} locations. This does not make the list anonymous.",
    )
    public = _already_public(content, population)
    if public:
        yield "Already public", public


def _already_public(content: Content, population: str) -> str:
    """That withholding does not undo what was published before; empty where that is not known."""
    if "list_edition" not in content.tables:
        return ""
    rows = content.tables["list_edition"].to_pylist()
    rounds = sorted({row["round"] for row in rows if row["population"] == population and row["release_kind"] == "published"})
    if not rounds:
        return ""
    which = f"R{rounds[0]}" if len(rounds) == 1 else f"{len(rounds)} rounds from R{rounds[0]} to R{rounds[-1]}"
    this = "" if content.release.round in rounds else " The list of this round is not among them."
    return (
        f"The lists of {which} held here were made from files that their publisher had released with every figure, name and "
        f"coordinate; withholding does not take these back.{this}"
    )


def _total(content: Content, population: str) -> str:
    """The published totals of the list, never sums of its rows."""
    rows = content.of_round("national_summary") if "national_summary" in content.tables else None
    found = rows.filter(pc.equal(rows["population"], population)).to_pylist() if rows is not None else []
    if not found:
        return "The total of the list is not part of this release."
    row = found[0]
    said = [
        f"{row[unit]:,} {unit}" if row[unit] is not None else f"{unit} not given ({row[f'{unit}_status']})"
        for unit in ("households", "individuals")
    ]
    places = f"{row['locations']:,} locations in {row['districts']} districts of {row['governorates']} governorates"
    return f"{said[0]}; {said[1]}; {places}. The list is {row['completeness']}."


def _dictionary(content: Content, listed: RoundList) -> list[tuple[str, ...]]:
    """What every column of the data sheets means, and those of the table that this list has not."""
    others = _only(content.declared(listed.table.name), listed.empty)
    entries = ((DATA, listed.table), (CHANGES, content.declared(_CHANGE)), ("not in this list", others))
    return [(sheet, *line) for sheet, table in entries for line in dictionary.entry(table)]


def _only(table: Table, columns: tuple[str, ...]) -> Table:
    return replace(table, columns=columns)


def _caveats(content: Content, listed: RoundList) -> list[tuple[str, str]]:
    """The general caveats, those of this list, and every break of method up to its round."""
    number, own = content.release.round, (listed.population,)

    def held(name: str) -> pa.Table:
        return content.tables[name] if name in content.tables else schema(TABLES[name]).empty_table()

    return [
        ("Source", content.publisher.credit),
        ("Table", f"{listed.table.meaning} Grain: {listed.table.grain}."),
        *general.OF_LISTS,
        *general.OF_RELEASES,
        *withheld(content, listed.population),
        *(("Note", note) for note in content.notes),
        *caveats.of_editions(held, own, (number,)),
        *caveats.of_method(held, own, range(1, number + 1)),
    ]
