"""``views.sql``: the tables of a release as views over its Parquet files, with what every table and column means."""

from __future__ import annotations

from dataclasses import replace

from expectations.contract import Table
from expectations.release_tables import FIRST_PUBLISHED, LISTS
from transforms.comments import comments, text
from transforms.release.content import Content
from transforms.release.file_facts import title

VINTAGE = "_vintage"
_VINTAGE_MEANING = "first_published: as the round was first released; latest: as this release has it."


def script(content: Content, folder: str) -> str:
    """The whole script; it runs in DuckDB 1.5 and 2.0, from the folder of the release.

    Args:
        folder: where the Parquet files of the tables lie, below that of the release.
    """
    head = [
        f"-- {title(content)}.",
        f"-- {content.publisher.credit}",
        f"-- {content.publisher.licence}",
        "--",
        "-- Views over the Parquet files beside this script. Paths are relative, so run it in its own folder:",
        "--     cd FOLDER && duckdb -init views.sql",
        "-- or from anywhere, before running it:  SET file_search_path = 'FOLDER';",
        "-- What a table or column means:  SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'idp_master_list';",
        "",
    ]
    lines = [_line(part) for part in head]
    for name in content.tables:
        lines += _view(content.declared(name), f"select * from read_parquet({text(f'{folder}/{name}.parquet')})")
    if "national_summary" in content.tables:
        lines += _latest_round(content.declared("national_summary"))
    for name in LISTS:
        if name in content.tables and name + FIRST_PUBLISHED in content.tables:
            lines += _vintages(content.declared(name))
    return "\n".join(lines) + "\n"


def _line(said: str) -> str:
    """A line of comment: what is configured cannot begin another line."""
    return said.replace("\n", " ").replace("\r", " ")


def _view(declared: Table, query: str) -> list[str]:
    return [f"create or replace view {declared.name} as {query};", *(f"{said};" for said in comments(declared)), ""]


def _latest_round(summary: Table) -> list[str]:
    made = replace(
        summary,
        name="latest_round",
        meaning="The newest round of each population with its totals.",
        grain="one row per population",
    )
    newest = "round = (select max(n.round) from national_summary n where n.population = national_summary.population)"
    return _view(made, f"select * from national_summary where {newest}")


def _vintages(declared: Table) -> list[str]:
    """A list as first published and as it is now, one below the other."""
    columns = ", ".join(f'"{column}"' for column in declared.columns)
    parts = [
        f"select '{vintage}' as vintage, {columns} from {name}"
        for vintage, name in (("first_published", declared.name + FIRST_PUBLISHED), ("latest", declared.name))
    ]
    meaning = f"{declared.meaning.rstrip('.')}; as first published and as it is now: choose one vintage, never add them."
    made = replace(
        declared, name=declared.name + VINTAGE, meaning=meaning, grain=f"one row per vintage and {', '.join(declared.key)}"
    )
    described = f"comment on column {made.name}.vintage is {text(_VINTAGE_MEANING)};"
    lines = _view(made, " union all ".join(parts))
    return [*lines[:-1], described, ""]
