"""The data dictionary as Markdown, generated from the contract; ``DATA_DICTIONARY.md`` is this text and a test keeps it so."""

from __future__ import annotations

from expectations.columns import COLUMNS
from expectations.contract import Column, Table
from expectations.glossary import GLOSSARY
from expectations.release_tables import GROUPS, OWN
from expectations.rules import RULES
from expectations.tables import published

FILE_NAME = "DATA_DICTIONARY.md"
_RELEASES = (
    "A release holds the tables that the policy of its tier names (`expectations/release.toml`), with a status for each group of columns "
    "that may be withheld, and two tables of its own. `idp_master_list_first_published` and `returnee_master_list_first_published` hold "
    "each round as it was first released, where a later version says otherwise."
)
_STAGES = {
    "core": "Core tables: the recorded facts",
    "product": "Products: what partners pull and analysts ask",
    "evidence": "Evidence: what the checks found",
    "reference": "Reference: code lists and registries",
}


def render() -> str:
    """The whole dictionary: words, tables with their columns, rules."""
    parts = [
        "# Data dictionary",
        "Generated from `expectations/` by `make generate`; do not edit.",
        "Null always means *not known*. A breakdown column is null where the list of that round does not carry the category.",
        "Margins (shelter, period, origin or last displacement) are three separate totals per location; their cross table is not known.",
        "In CSV exports a text that begins with `=`, `+`, `-`, `@`, tab or carriage return, after apostrophes or without, is preceded by one more `'`, so that no spreadsheet program takes it for a formula.",
        "## Words",
        "\n".join(f"- **{term.name}**: {term.meaning} *({term.source})*" for term in GLOSSARY),
        "## Tables",
        "\n".join(f"- [{t.name}](#{t.name}): {t.meaning}" for stage in _STAGES for t in published() if t.stage == stage),
    ]
    for stage, title in _STAGES.items():
        parts.append(f"## {title}")
        parts += [_table(table) for table in published() if table.stage == stage]
    parts += ["## Releases", _RELEASES, _statuses(), *(_table(table) for table in OWN.values())]
    parts += ["## Rules", _rules()]
    return "\n\n".join(parts) + "\n"


def entry(table: Table) -> list[tuple[str, str, str, str]]:
    """(column, type, unit, meaning with its bounds) of each column of a table."""
    return [(name, _type(table, COLUMNS[name]), COLUMNS[name].unit or "", meaning(COLUMNS[name])) for name in table.columns]


def meaning(column: Column) -> str:
    """The meaning of a column with its closed list or HXL tag."""
    parts = [column.meaning]
    if column.values:
        parts.append("One of: " + ", ".join(column.values) + ".")
    if column.codes:
        parts.append(f"One of the codes of table {column.codes}.")
    if column.hxl:
        parts.append(f"HXL {column.hxl}.")
    return " ".join(parts)


def _type(table: Table, column: Column) -> str:
    return column.type + ("" if column.name not in table.nullable else ", may be null")


def _table(table: Table) -> str:
    head = f"### {table.name}\n\n{table.meaning} Grain: {table.grain}. Key: `{', '.join(table.key)}`."
    points = [f"`{', '.join(r.columns)}` → `{r.table}`" for r in table.references]
    if points:
        head += " Refers to: " + "; ".join(points) + "."
    rows = "\n".join(f"| `{name}` | {kind} | {unit} | {_cell(text)} |" for name, kind, unit, text in entry(table))
    return f"{head}\n\n| column | type | unit | meaning |\n|---|---|---|---|\n{rows}"


def _statuses() -> str:
    rows = "\n".join(
        f"| `{status}` | {_cell(meaning(COLUMNS[status]))} | {', '.join(f'`{name}`' for name, own in GROUPS.items() if status in own)} |"
        for status in sorted({status for groups in GROUPS.values() for status in groups})
    )
    return f"| column | meaning | tables |\n|---|---|---|\n{rows}"


def _rules() -> str:
    rows = "\n".join(
        f"| `{rule.id}` | {rule.scope} | {rule.published} | {_cell(rule.sentence)} | {_cell(rule.todo)} |"
        for rule in RULES.values()
    )
    return f"| rule | scope | published lists | sentence | what to do |\n|---|---|---|---|---|\n{rows}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
