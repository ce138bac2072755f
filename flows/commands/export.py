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

from expectations.columns import POPULATIONS
from expectations.rules import RULES
from expectations.tables import TABLES
from flows import export, landing, manifest, show
from flows.commands.words import round_number
from flows.problem import ExitCode, Problem
from flows.published import Published

HELP = "write a table as CSV, Parquet or XLSX"
EXAMPLE = "dtm export idp_master_list --round 112 --format xlsx -o idp-112.xlsx --data data"
FORMATS = ("csv", "parquet", "xlsx")
_GENERAL = [
    (
        "Unit",
        "Households are counted by key informants; individuals are derived by the table multiplier_rule "
        "(x6; x5 for IDPs in camps from R117).",
    ),
    ("Empty cells", "Empty means not known, or that the list of that round does not carry the category. It never means zero."),
    (
        "Margins",
        "Shelter, period and origin (or last displacement) are three separate totals per location. Their cross table is not known.",
    ),
]


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("table", metavar="TABLE")
    parser.add_argument("--round", metavar="N", help="only this round")
    parser.add_argument("--format", choices=FORMATS, help="else from the ending of FILE")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")


def run(options: argparse.Namespace) -> int:
    """Write the file and say what is in it."""
    held = Published(options.data)
    held.files(options.table)  # refuses an unknown table before anything else
    form, target = _form(options), _target(options)
    number = _round(options)
    rows = held.table(options.table, round=number)
    if number is not None and not rows.num_rows:
        if not held.table("list_edition", round=number).num_rows:
            raise held.no_list(number)
        raise Problem(ExitCode.USAGE, f"Table {options.table} has no row of R{number}.")
    if form == "csv":
        export.put(target, lambda path: export.to_csv(rows, path))
    elif form == "parquet":
        export.put(target, lambda path: export.to_parquet(rows, path))
    else:
        said, created = caveats(held, options.table, rows), _created(held, rows)
        export.put(target, lambda path: export.to_xlsx(rows, path, options.table, said, created))
    print(show.visible(f"Wrote {rows.num_rows:,} row{'s' * (rows.num_rows != 1)} of {options.table} to {options.output}."))
    return ExitCode.OK


def _form(options: argparse.Namespace) -> str:
    """The format asked for, else that of the file's ending; a file whose ending says otherwise would open nowhere."""
    ending = options.output.suffix.lower().lstrip(".")
    if ending in FORMATS and options.format not in (None, ending):
        raise Problem(ExitCode.USAGE, f"'{options.output.name}' ends in .{ending}, but --format says {options.format}.")
    form = options.format or ending
    if form not in FORMATS:
        raise Problem(ExitCode.USAGE, f"Say the format: --format {' | '.join(FORMATS)}.")
    return form


def _target(options: argparse.Namespace) -> Path:
    """The file to write, links followed: never a part of the data folder, a folder or a device."""
    if not options.output.name or options.output.is_dir():
        raise Problem(ExitCode.USAGE, f"-o takes the name of a file, not of a folder: '{options.output}'.")
    target = options.output.resolve()
    data = next((folder for folder in target.parents if _is_data_folder(folder) or _is_same(folder, options.data)), None)
    if data is not None:
        sentence = f"'{options.output}' is inside the data folder '{data}', where only builds write. Give a file outside of it."
        raise Problem(ExitCode.USAGE, sentence)
    if target.exists() and not target.is_file():
        raise Problem(ExitCode.USAGE, f"'{options.output}' is no ordinary file.")
    return target


def _is_data_folder(folder: Path) -> bool:
    return (folder / manifest.NAME).exists() and (folder / landing.FOLDER).is_dir()


def _is_same(folder: Path, other: Path) -> bool:
    return folder.exists() and folder.samefile(other)


def _round(options: argparse.Namespace) -> int | None:
    if options.round is None:
        return None
    if "round" not in TABLES[options.table].columns:
        raise Problem(ExitCode.USAGE, f"Table {options.table} has no rounds; leave --round out.")
    return round_number(options.round)


def _created(held: Published, rows: pa.Table) -> datetime.date:
    """The list date of the newest round in the rows, or of all rounds where they have none: never the clock."""
    editions = held.table("list_edition")
    if "round" in rows.column_names and rows.num_rows:
        own = editions.filter(pc.is_in(editions["round"], rows["round"].unique()))
        editions = own if own.num_rows else editions
    return pc.max(editions["list_date"]).as_py()


def caveats(held: Published, name: str, rows: pa.Table) -> list[tuple[str, str]]:
    """What a reader of the rows must know: source, unit, vintages, incomplete lists, method breaks, counted exceptions."""
    table = TABLES[name]
    lines = [("Source", export.CREDIT), ("Table", f"{table.meaning} Grain: {table.grain}.")]
    if table.stage == "reference":
        return lines
    rounds = set(rows["round"].unique().to_pylist()) if "round" in rows.column_names else None
    populations = _populations(name, rows)

    def of(other: str) -> list[dict]:
        listed = held.table(other).to_pylist()
        kept = [row for row in listed if rounds is None or row["round"] in rounds]
        return [row for row in kept if row.get("population", row.get("affected_population")) in (*populations, "both")]

    every_vintage = "vintage_date" in rows.column_names
    editions = {_edition(row): row for row in of("list_edition") if row["is_latest_vintage"] or every_vintage}
    counted = [row for row in of("rule_count") if row["severity"] == "warning" and _edition(row) in editions]
    lines += _GENERAL
    lines += [(_list(row), _vintage(row)) for row in editions.values()]
    lines += [(_list(row), _exception(row)) for row in counted]
    return lines + [(f"method, R{row['round']}", f"{row['change']} ({row['basis']})") for row in of("method_break")]


def _edition(row: dict) -> tuple:
    return row["population"], row["round"], row["vintage_date"]


def _populations(name: str, rows: pa.Table) -> set[str]:
    """The populations that the rows are about."""
    if "population" in rows.column_names:
        return set(rows["population"].unique().to_pylist())
    return {name.split("_")[0]} & set(POPULATIONS) or set(POPULATIONS)


def _list(row: dict) -> str:
    return f"{row['population']} R{row['round']}"


def _vintage(row: dict) -> str:
    said = f"List of {row['list_date']}, exported {row['vintage_date']} ({row['vintage_basis']}), {row['completeness']}"
    return said + (
        f": {row['rows_quarantined']} of {row['rows_read']} rows are in quarantine." if row["rows_quarantined"] else "."
    )


def _exception(row: dict) -> str:
    count = row["rows_found"]
    by = f", by {row['amount_households']:+,} households in sum" if row["amount_households"] is not None else ""
    rule = f"{row['rule']} ({RULES[row['rule']].sentence.rstrip('.')})"
    return f"{count} row{'s break' if count != 1 else ' breaks'} the rule {rule}{by}. The list was published so."
