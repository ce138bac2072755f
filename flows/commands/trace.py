"""Follow a figure back to where it comes from: file, sheet, row, hash, and the row as it was received."""

from __future__ import annotations

import argparse

import pyarrow.compute as pc

from flows import landing, show
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
        if options.population:
            keep = pc.and_(keep, pc.equal(rows["population"], options.population))
        return rows.filter(keep).to_pylist()

    sources = own("source_record")
    if not sources:
        raise Problem(ExitCode.USAGE, f"No list of R{number} held has a location '{options.place}'.")
    counts = {(r["population"], r["vintage_date"]): r for r in own("location_count")}
    listings = {(r["population"], r["vintage_date"]): r for r in own("location_listing")}
    shown = {r["population"]: r for r in own("listed_location")}
    for source in sources:
        edition = (source["population"], source["vintage_date"])
        _print_figure(number, source, counts[edition], listings[edition], shown[source["population"]])
        _print_row(held, source)
    return ExitCode.OK


def round_number(text: str) -> int:
    """112 from R112 or 112.

    Raises:
        Problem: the text is no round.
    """
    bare = text[1:] if text[:1] in "Rr" else text
    if not (bare.isascii() and bare.isdecimal() and len(bare) <= 3):
        raise Problem(ExitCode.USAGE, f"'{text}' is no round such as R112.")
    return int(bare)


def _print_figure(number: int, source: dict, count: dict, listing: dict, shown: dict) -> None:
    name = show.cell(listing["location_name_en"])
    arabic = show.cell(listing["location_name_ar"])
    print(f"{source['population']} R{number}, vintage {source['vintage_date']}: place {source['place_id']} {name} / {arabic}")
    print(f"  {listing['governorate']} > {listing['district']}")
    print(f"  households              {count['households']:>10,}")
    if count["individuals_as_provided"] is not None:
        print(f"  individuals as provided {count['individuals_as_provided']:>10,}")
    if shown["individuals"] is not None and count["households"] == shown["households"]:
        in_camp = shown["households_in_camp"] or 0
        rule = f"{shown['households']:,} households, of which {in_camp:,} in camps, by multiplier_rule"
        print(f"  individuals             {shown['individuals']:>10,}  = {rule}")
    sheet = f", sheet '{show.cell(source['source_sheet'])}'" if source["source_sheet"] else ""
    print(f"  from '{show.cell(source['source_file'])}'{sheet}, row {source['source_row']}")
    print(f"  sha256 {source['sha256']}")


def _print_row(held: Published, source: dict) -> None:
    """The row as received, from the landed bytes, whose hash is checked again."""
    try:
        path = landing.demand_intact(held.data, source["sha256"], source["source_file"])
        document = readers.read(path, source["source_file"])
    except Refusal as refusal:
        print(f"  the bytes as received cannot be shown: {refusal}")
        return
    sheet = next(s for s in document.sheets if s.name == source["source_sheet"])
    at = sheet.rows.tolist().index(source["source_row"])
    cells = [(header, column[at].as_py()) for header, column in zip(sheet.headers, sheet.columns, strict=True)]
    filled = [(h, c) for h, c in cells if c not in ("", "0", "0.0") and h]
    print("  the row as received (cells that are not blank or 0):")
    print("\n".join(f"    {show.cell(header)}: {show.cell(text)}" for header, text in filled) + "\n")


