"""Write a table, or one round of it, as a file for partners.

CSV is UTF-8 with byte order mark; a text that begins like a formula is preceded by '. XLSX has the sheets Data (header
in row 1), Dictionary and Caveats. Parquet carries meanings, units and HXL tags as metadata. The same content gives the
same bytes."""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from expectations.tables import TABLES
from flows import export
from flows.commands.words import round_number
from flows.problem import ExitCode, Problem
from flows.published import Published

HELP = "write a table as CSV, Parquet or XLSX"
EXAMPLE = "dtm export idp_master_list --round 112 --format xlsx -o idp-112.xlsx --data data"
FORMATS = ("csv", "parquet", "xlsx")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("table", metavar="TABLE")
    parser.add_argument("--round", metavar="N", help="only this round")
    parser.add_argument("--format", choices=FORMATS, help="else from the ending of FILE")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")


def run(options: argparse.Namespace) -> int:
    """Write the file and say what is in it."""
    held = Published(options.data)
    form = options.format or options.output.suffix.lower().lstrip(".")
    if form not in FORMATS:
        raise Problem(ExitCode.USAGE, f"Say the format: --format {' | '.join(FORMATS)}.")
    held.paths(options.table)  # refuses an unknown table before anything else
    number = _round(options)
    rows = held.table(options.table, round=number)
    if number is not None and not rows.num_rows:
        raise Problem(ExitCode.USAGE, f"Table {options.table} has no row of R{number}.")
    if form == "csv":
        export.put(options.output, lambda path: export.to_csv(rows, path))
    elif form == "parquet":
        export.put(options.output, lambda path: export.to_parquet(rows, path))
    else:
        said, created = caveats(held, options.table, rows), _created(held, rows)
        export.put(options.output, lambda path: export.to_xlsx(rows, path, options.table, said, created))
    print(f"Wrote {rows.num_rows:,} rows of {options.table} to {options.output}.")
    return ExitCode.OK


def _round(options: argparse.Namespace) -> int | None:
    if options.round is None:
        return None
    if "round" not in TABLES[options.table].columns:
        raise Problem(ExitCode.USAGE, f"Table {options.table} has no rounds; leave --round out.")
    return round_number(options.round)


def _created(held: Published, rows: pa.Table) -> datetime.date:
    """The list date of the rows, the newest one held otherwise: never the clock."""
    dates = rows["list_date"] if "list_date" in rows.column_names and rows.num_rows else held.table("list_edition")["list_date"]
    return pc.max(dates).as_py()


def caveats(held: Published, name: str, rows: pa.Table) -> list[tuple[str, str]]:
    """What a reader of the rows must know: source, unit, vintages, incomplete lists, method breaks, counted exceptions."""
    rounds = set(rows["round"].unique().to_pylist()) if "round" in rows.column_names else None
    populations = {"idp", "returnee"}
    if "population" in rows.column_names:
        populations = set(rows["population"].unique().to_pylist())
    elif name.startswith(("idp_", "returnee_")):
        populations = {name.split("_")[0]}

    def of(table: str) -> list[dict]:
        listed = held.table(table).to_pylist()
        kept = [row for row in listed if rounds is None or row["round"] in rounds]
        return [row for row in kept if row.get("population", row.get("affected_population")) in (*populations, "both")]

    lines = [
        ("Source", export.CREDIT),
        ("Table", f"{TABLES[name].meaning} Grain: {TABLES[name].grain}."),
        ("Unit", "Households are counted by key informants; individuals are derived by the table multiplier_rule (x6; x5 for IDPs in camps from R117)."),
        ("Empty cells", "Empty means not known, or that the list of that round does not carry the category. It never means zero."),
        ("Margins", "Shelter, period and origin (or last displacement) are three separate totals per location. Their cross table is not known."),
    ]
    for row in of("list_edition"):
        if row["is_latest_vintage"]:
            lines.append((f"{row['population']} R{row['round']}", f"List of {row['list_date']}, exported {row['vintage_date']} ({row['vintage_basis']}), {row['completeness']}: {row['rows_quarantined']} of {row['rows_read']} rows in quarantine."))
    for row in of("rule_count"):
        if row["severity"] == "warning":
            by = f", by {row['amount_households']:+,} households in sum" if row["amount_households"] is not None else ""
            lines.append((f"{row['population']} R{row['round']}", f"{row['rows_found']} rows break the rule {row['rule']}{by}; this is how the list was published."))
    for row in of("method_break"):
        lines.append((f"Method R{row['round']}", f"{row['change']} ({row['basis']})"))
    return lines
