"""The queries of ``sql/``: their text, the tables they read, and the lines that stand for many.

Three placeholders keep one declaration per fact: a line that ends in ``-- each idp breakdown column`` (or
``returnee``) is repeated per breakdown column of the contract, one that ends in ``-- each counted rule``
per rule that is counted, and ``{name}`` is a bound of the contract.
"""

from __future__ import annotations

import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from expectations.columns import IRAQ_LATITUDE, IRAQ_LONGITUDE, breakdown_categories
from expectations.rules import QUARANTINED_SHARE_MAXIMUM, TABLE_RULES
from expectations.tables import TABLES, published

FOLDER = Path(__file__).resolve().parent.parent / "sql"
COUNTED = ("warning", "review", "info")
_BOUNDS = {
    "latitude_minimum": IRAQ_LATITUDE[0],
    "latitude_maximum": IRAQ_LATITUDE[1],
    "longitude_minimum": IRAQ_LONGITUDE[0],
    "longitude_maximum": IRAQ_LONGITUDE[1],
    "quarantined_share_maximum": QUARANTINED_SHARE_MAXIMUM,
}
_READS = re.compile(r"\b(?:from|join)\s+([a-z_][a-z0-9_]*)", re.I)


@cache
def table_query(name: str) -> str:
    """The query that makes the table ``name``."""
    return _expanded((FOLDER / f"{name}.sql").read_text(encoding="utf-8"))


@cache
def rule_query(rule: str) -> str:
    """The query that returns the keys of the rows that break ``rule``."""
    return _expanded((FOLDER / "rules" / f"{rule}.sql").read_text(encoding="utf-8"))


def reads(query: str) -> set[str]:
    """The tables of the contract that a query reads."""
    return {name for name in _READS.findall(query) if name in TABLES}


def build_order() -> list[str]:
    """The tables with a query, each after those it reads."""
    made = [t.name for t in TABLES.values() if t.stage not in ("reference", "clean")]
    graph = {name: reads(table_query(name)) & set(made) for name in made}
    return list(TopologicalSorter(graph).static_order())


def read_by_others() -> set[str]:
    """The tables with a query that another one reads; the rest are made once and need not be kept."""
    return set().union(*(reads(table_query(name)) for name in build_order()))


def _expanded(text: str) -> str:
    lines = []
    for line in text.splitlines():
        for population in ("idp", "returnee"):
            if line.endswith(f"-- each {population} breakdown column"):
                template = line.removesuffix(f"-- each {population} breakdown column").rstrip()
                for position, (dimension, category, column) in enumerate(breakdown_categories(population)):
                    values = {"dimension": dimension, "category": category, "column": column, "position": position}
                    lines.append(_fill(template, values))
                break
        else:
            if line.endswith("-- each reference"):
                template = line.removesuffix("-- each reference").rstrip()
                lines += [_fill(template, values) for values in _references()]
            elif line.endswith("-- each counted rule"):
                template = line.removesuffix("-- each counted rule").rstrip()
                for rule in TABLE_RULES:
                    if rule.published in COUNTED:
                        query = "\n" + rule_query(rule.id) + "\n"
                        lines.append(_fill(template, {"rule": rule.id, "severity": rule.published, "query": query}))
            else:
                lines.append(_fill(line, _BOUNDS))
    return "\n".join(lines)


def _references() -> list[dict[str, object]]:
    """The references of the contract between published tables, as parts of a query."""
    parts = []
    for table in published():
        for ref in table.references:
            pairs = zip(ref.columns, ref.to_columns, strict=True)
            parts.append(
                {
                    "table": table.name,
                    "columns": ", ".join(ref.columns),
                    "to_table": ref.table,
                    "matches": " and ".join(f"r.{to} = t.{own}" for own, to in pairs),
                    "given": " and ".join(f"t.{own} is not null" for own in ref.columns),
                }
            )
    return parts


def _fill(template: str, values: dict[str, object]) -> str:
    for name, value in values.items():
        template = template.replace("{" + name + "}", str(value))
    return template
