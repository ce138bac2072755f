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

from expectations import caveats as general
from expectations import codes
from expectations.columns import POPULATIONS
from expectations.index import disclaimer
from expectations.rules import RULES
from expectations.tables import TABLES
from flows import export, show
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


def caveats(held: Published, name: str, rows: pa.Table) -> list[tuple[str, str]]:
    """What a reader of the rows must know: source, unit, vintages, incomplete lists, method breaks, counted exceptions."""
    table = TABLES[name]
    lines = [("Source", export.CREDIT), ("Table", f"{table.meaning} Grain: {table.grain}.")]
    if table.stage == "reference":
        return lines
    lines += general.of(table)
    if not general.is_about_lists(table):
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
    lines += _models(rows)
    lines += [(_list(row), _vintage(row)) for row in editions.values()]
    lines += [(_list(row), _exception(row)) for row in counted]
    return lines + [(f"method, R{row['round']}", f"{row['change']} ({row['basis']})") for row in of("method_break")]


def _models(rows: pa.Table) -> list[tuple[str, str]]:
    """By which models the rows were scored, and that these are not the publisher's."""
    names = ["model_id", "model_version", "model_status"]
    if not set(names) <= set(rows.column_names):
        return []
    found = rows.select(names).group_by(names).aggregate([]).sort_by([(name, "ascending") for name in names]).to_pylist()
    return [
        ("Model", f"{row['model_id']} {row['model_version']} ({row['model_status']}). {disclaimer(row['model_status'])}".strip())
        for row in found
    ]


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
