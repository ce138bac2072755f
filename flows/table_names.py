"""The names of the published tables as people look for them: by group, by how they begin, or nearly right."""

from __future__ import annotations

import difflib
import textwrap

from expectations.contract import Table
from expectations.tables import published

# stage of a table -> how a reader calls the group
GROUPS = {
    "product": "products",
    "core": "recorded facts",
    "evidence": "what the checks found",
    "reference": "code lists and registries",
}
_NEAR_MAXIMUM = 4
_WIDTH = 100


def grouped(prefix: str = "") -> dict[str, list[Table]]:
    """Group -> its tables whose names begin with ``prefix``; groups without one are left out."""
    made = {title: [t for t in published() if t.stage == stage and t.name.startswith(prefix)] for stage, title in GROUPS.items()}
    return {title: tables for title, tables in made.items() if tables}


def near(name: str) -> list[str]:
    """The tables that somebody may have meant: whose name is alike, or holds what was written."""
    wanted = name.casefold()
    names = [table.name for table in published()]
    alike = difflib.get_close_matches(wanted, names, _NEAR_MAXIMUM, 0.7)
    holding = [own for own in names if len(wanted) > 2 and wanted in own]
    return list(dict.fromkeys([*alike, *holding]))[:_NEAR_MAXIMUM]


def short_list() -> str:
    """All names by group, wrapped for a help text."""
    lines = ["tables (one-line meanings: dtm sql --tables; columns: dtm dictionary TABLE):"]
    for title, tables in grouped().items():
        lines.append(f"  {title}")
        lines += textwrap.wrap(", ".join(t.name for t in tables), _WIDTH, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(lines)


def listing(prefix: str = "") -> str:
    """The tables whose names begin with ``prefix``, by group, each with what it means; empty where there is none."""
    found = grouped(prefix)
    width = max((len(table.name) for tables in found.values() for table in tables), default=0)
    lines = []
    for title, tables in found.items():
        lines += [title, *(f"  {table.name:<{width}}  {table.meaning}" for table in tables)]
    return "\n".join(lines)
