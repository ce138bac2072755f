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

from expectations import codes
from expectations.tables import TABLES
from flows import caveats, export, show
from flows.commands.words import round_number
from flows.problem import ExitCode, Problem
from flows.published import Published

HELP = "write a table as CSV, Parquet or XLSX"
EXAMPLE = "dtm export idp_master_list --round 112 --format xlsx -o idp-112.xlsx --data data"
FORMATS = ("csv", "parquet", "xlsx")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("table", metavar="TABLE")
    parser.add_argument("--round", metavar="N", help="only this round of the master lists")
    parser.add_argument("--index-round", metavar="N", help="only this round of an index")
    parser.add_argument("--format", choices=FORMATS, help="else from the ending of FILE")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")


def run(options: argparse.Namespace) -> int:
    """Write the file and say what is in it."""
    held = Published(options.data)
    held.files(options.table)  # refuses an unknown table before anything else
    form, target = _form(options), _target(options)
    number, index_round = _round(options, "round"), _round(options, "index_round")
    rows = held.table(options.table, round=number, index_round=index_round)
    if index_round is not None and not rows.num_rows:
        raise Problem(ExitCode.USAGE, f"Table {options.table} has no row of index round {index_round}.")
    if number is not None and not rows.num_rows:
        if not held.table("list_edition", round=number).num_rows:
            raise held.no_list(number)
        raise Problem(ExitCode.USAGE, f"Table {options.table} has no row of R{number}.")
    if form == "csv":
        export.put(target, lambda path: export.to_csv(rows, path))
    elif form == "parquet":
        export.put(target, lambda path: export.to_parquet(rows, path))
    else:
        said, created = caveats.of_rows(held.table, options.table, rows), _created(held, rows)
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
    target = export.outside(options.output, options.data)
    if target.exists() and not target.is_file():
        raise Problem(ExitCode.USAGE, f"'{options.output}' is no ordinary file.")
    return target


def _round(options: argparse.Namespace, kind: str) -> int | None:
    if getattr(options, kind) is None:
        return None
    if kind not in TABLES[options.table].columns:
        said = kind.replace("_", "-")
        what = "rounds" if kind == "round" else "rounds of an index"
        raise Problem(ExitCode.USAGE, f"Table {options.table} has no {what}; leave --{said} out.")
    return round_number(getattr(options, kind))


def _created(held: Published, rows: pa.Table) -> datetime.date:
    """The list date of the newest round in the rows, of all rounds where they have none, or of the first list: never the clock."""
    editions = held.table("list_edition")
    if "round" in rows.column_names and rows.num_rows:
        own = editions.filter(pc.is_in(editions["round"], rows["round"].unique()))
        editions = own if own.num_rows else editions
    first = datetime.date.fromisoformat(min(row["list_date"] for row in codes.rounds().values()))
    return pc.max(editions["list_date"]).as_py() or first
