"""What a reader of rows must know, found in the tables beside them."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pyarrow as pa

from expectations import caveats as general
from expectations.columns import POPULATIONS
from expectations.index import disclaimer
from expectations.rules import RULES
from expectations.tables import TABLES
from flows.export import CREDIT


def of_rows(held: Callable[[str], pa.Table], name: str, rows: pa.Table) -> list[tuple[str, str]]:
    """(about, what to know) of rows of a table: source, unit, vintages, incomplete lists, method breaks, counted exceptions.

    Args:
        held: gives a table by name.
        name: of the table from which the rows are.
    """
    table = TABLES[name]
    lines = [("Source", CREDIT), ("Table", f"{table.meaning} Grain: {table.grain}.")]
    if table.stage == "reference":
        return lines
    lines += general.of(table)
    if not general.is_about_lists(table):
        return lines
    rounds = set(rows["round"].unique().to_pylist()) if "round" in rows.column_names else None
    populations = _populations(name, rows)
    lines += _models(rows)
    lines += of_editions(held, populations, rounds, every_vintage="vintage_date" in rows.column_names)
    return lines + of_method(held, populations, rounds)


def of_editions(
    held: Callable[[str], pa.Table], populations: Collection[str], rounds: Collection[int] | None, *, every_vintage: bool = False
) -> list[tuple[str, str]]:
    """What is known of lists: date, vintage, what is set aside, and the rules that their rows break.

    Args:
        held: gives a table by name.
        populations: of the lists.
        rounds: of the lists; all where not said.
        every_vintage: of every vintage, else of the newest of each round.
    """
    of_these = _of(populations, rounds)
    editions = {_edition(row): row for row in of_these(held("list_edition")) if row["is_latest_vintage"] or every_vintage}
    counted = [row for row in of_these(held("rule_count")) if row["severity"] == "warning" and _edition(row) in editions]
    lines = [(_list(row), _vintage(row)) for row in editions.values()]
    return lines + [(_list(row), _exception(row)) for row in counted]


def of_method(
    held: Callable[[str], pa.Table], populations: Collection[str], rounds: Collection[int] | None
) -> list[tuple[str, str]]:
    """The rounds at which figures of these populations step because the method changed."""
    found = _of(populations, rounds)(held("method_break"))
    return [(f"method, R{row['round']}", f"{row['change']} ({row['basis']})") for row in found]


def _of(populations: Collection[str], rounds: Collection[int] | None) -> Callable[[pa.Table], list[dict]]:
    def kept(listed: pa.Table) -> list[dict]:
        found = [row for row in listed.to_pylist() if rounds is None or row["round"] in rounds]
        return [row for row in found if row.get("population", row.get("affected_population")) in (*populations, "both")]

    return kept


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
