"""Follow a figure back to where it comes from: file, sheet, row, hash, and the row as it was received."""

from __future__ import annotations

import argparse
import datetime
import json

import pyarrow.compute as pc

from flows import landing, show
from flows.commands.words import round_number
from flows.problem import ExitCode, Problem
from flows.published import Published
from transforms import readers
from transforms.refusal import Refusal

HELP = "follow a figure back to its source row"
EXAMPLE = "dtm trace R112 7861 --population idp --data data"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("round", metavar="ROUND", help="round such as R112 or 112")
    parser.add_argument("place", metavar="PLACE", help="place_id of the location")
    parser.add_argument("--population", choices=("idp", "returnee"), help="only this list")


def run(options: argparse.Namespace) -> int:
    """Print every vintage of the figure with its source."""
    number = round_number(options.round)
    held = Published(options.data)

    def own(table: str) -> list[dict]:
        rows = held.table(table, round=number)
        keep = pc.equal(rows["place_id"], options.place)
        if options.population and "population" in rows.column_names:
            keep = pc.and_(keep, pc.equal(rows["population"], options.population))
        return rows.filter(keep).to_pylist()

    def by_edition(table: str) -> dict[tuple[str, datetime.date], dict]:
        return {(row["population"], row["vintage_date"]): row for row in own(table)}

    sources = own("source_record")
    if not sources:
        raise _not_held(held, number, options)
    counts, listings = by_edition("location_count"), by_edition("location_listing")
    # the products show the newest vintage only, so that individuals are derived for it alone
    newest = {
        row["population"]: row["vintage_date"]
        for row in held.table("list_edition", round=number).to_pylist()
        if row["is_latest_vintage"]
    }
    derived = {
        (population, vintage_date): row for population, vintage_date in newest.items() for row in own(f"{population}_master_list")
    }
    for source in sources:
        edition = (source["population"], source["vintage_date"])
        _print_figure(number, source, counts[edition], listings[edition], derived.get(edition))
        if source["submission_uuid"]:
            _print_submission(held, source, own("location_record"))
        else:
            _print_row(held, source)
    return ExitCode.OK


def _not_held(held: Published, number: int, options: argparse.Namespace) -> Problem:
    """Why there is nothing to follow: no such list, or a list without this place."""
    lists = [
        row for row in held.table("list_edition", round=number).to_pylist() if options.population in (None, row["population"])
    ]
    if not lists:
        return held.no_list(number, options.population)
    aside = sum(row["rows_quarantined"] for row in lists)
    lines = (f'{aside} rows of it are in quarantine: dtm sql "from quarantine where round = {number}"',) if aside else ()
    of = f"{options.population} list" if options.population else "list"
    return Problem(ExitCode.USAGE, f"No {of} of R{number} has a location '{options.place}'.", lines)


def _print_figure(number: int, source: dict, count: dict, listing: dict, derived: dict | None) -> None:
    names = " / ".join(show.visible(listing[name]) for name in ("location_name_en", "location_name_ar") if listing[name])
    print(f"{source['population']} R{number}, vintage {source['vintage_date']}: place {source['place_id']} {names}")
    print(f"  {listing['governorate']} > {listing['district']}")
    print(f"  households              {count['households']:>10,}")
    if count["individuals_as_provided"] is not None:
        print(f"  individuals as provided {count['individuals_as_provided']:>10,}")
    if derived is not None and derived["individuals"] is not None:
        in_camp = "not known how many" if derived["households_in_camp"] is None else f"{derived['households_in_camp']:,}"
        factor = derived["individuals"] / derived["households"]
        rule = f"{derived['households']:,} households x {factor:.3g} by multiplier_rule, of which {in_camp} in camps"
        print(f"  individuals             {derived['individuals']:>10,}  = {rule}")
    sheet = f", sheet '{show.visible(source['source_sheet'])}'" if source["source_sheet"] else ""
    print(f"  from '{show.visible(source['source_file'])}'{sheet}, row {source['source_row']}")
    print(f"  sha256 {source['sha256']}")


def _print_submission(held: Published, source: dict, records: list[dict]) -> None:
    """How the record came to stand for its location, the answers that are kept, and what was decided on them."""
    uuid = source["submission_uuid"]
    for record in records:
        if record["population"] == source["population"]:
            age = record["carried_rounds"]
            print(
                f"  {record['update_status']}, counts of {f'{age} rounds ago' if age else 'this round'}; record chosen: {record['selection_basis']}"
            )
    print(f"  submission {show.visible(uuid)}")
    submissions = held.table("submission")
    for row in submissions.filter(pc.equal(submissions["uuid"], uuid)).to_pylist():
        print(f"  of team {row['team']}, {row['review_state']}, version {row['version_number']}; answers after the cleaning log:")
        answers = json.loads(row["answers"])
        print(
            "\n".join(f"    {name}: {show.visible(str(answer))}" for name, answer in answers.items() if answer not in (None, "0"))
        )
    log = held.table("cleaning_log_entry")
    for row in log.filter(pc.equal(log["uuid"], uuid)).to_pylist():
        said = f"{row['question']} {row['old_value']} -> {row['new_value']}" if row["new_value"] else row["question"]
        print(
            show.visible(
                f"  {row['change_type']} ({row['effect']}): {said}; {row['comment'] or ''} [{row['reviewer']}, {row['decided_at']}]"
            )
        )
    print()


def _print_row(held: Published, source: dict) -> None:
    """The row as received, from the landed bytes, whose hash is checked again."""
    try:
        path = landing.demand_intact(held.data, source["sha256"], source["source_file"])
        document = readers.read(path, source["source_file"])
    except Refusal as refusal:
        print(f"  the bytes as received cannot be shown: {show.visible(str(refusal))}\n")
        return
    cells = _cells(document, source["source_sheet"], source["source_row"])
    # columns that stand twice hold the same value both times, else the file would have been refused
    filled = dict.fromkeys((header, text) for header, text in cells if header and text not in ("", "0", "0.0"))
    print("  the row as received (cells that are not blank or 0):")
    print("\n".join(f"    {show.visible(header)}: {show.visible(text)}" for header, text in filled) + "\n")


def _cells(document: readers.Document, name: str, row: int) -> list[tuple[str, str]]:
    """(header, text) of every cell of a row of a sheet."""
    sheet = next(sheet for sheet in document.sheets if sheet.name == name)
    return [(header, sheet.cell(row, at)) for at, header in enumerate(sheet.headers)]
