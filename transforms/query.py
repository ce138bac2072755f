"""The queries of ``sql/``: their text, the tables they read, and the lines and files that stand for many.

Placeholders keep one declaration per fact:

- a file called ``{population}_master_list.sql``, ``{margin}_sum.sql`` or ``{index}_index.sql`` stands for one query per
  population, margin or index;
- a line that ends in ``-- each ...`` (see :func:`_values`) stands for one line per thing of the contract;
- ``{name}`` elsewhere is a bound of the contract.

``sql/shared`` holds what several queries read and nobody publishes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from expectations.columns import IRAQ_LATITUDE, IRAQ_LONGITUDE, POPULATIONS, PRODUCT_DIMENSIONS, breakdown_categories
from expectations.emergency import BROKEN_DOWN_BY, PERIODS
from expectations.index import INDICES, Index
from expectations.rules import QUARANTINED_SHARE_MAXIMUM, REVIEW_HOUSEHOLDS, REVIEW_SHARE, TABLE_RULES
from expectations.tables import TABLES, WORKING, published

FOLDER = Path(__file__).resolve().parent.parent / "sql"
COUNTED = ("warning", "review", "info")
_PLACE_DIMENSIONS = sorted({PRODUCT_DIMENSIONS[population][0] for population in POPULATIONS})
# People out of camp: the lists of returnees know no camps.
_OUT_OF_CAMP = {"returnee": "", "idp": " - {of}_in_camp"}


def _of_index(index: Index) -> dict[str, str]:
    """What to fill into the queries of an index."""
    return {
        "population": index.population,
        "people": index.people,
        "people_households": index.households,
        **{f"{of}_out_of_camp": of + _OUT_OF_CAMP[index.population].format(of=of) for of in ("households", "individuals")},
    }


_STANDS_FOR: dict[str, dict[str, dict[str, str]]] = {
    "population": {population: {} for population in POPULATIONS},
    "margin": {
        "origin": {"dimensions": ", ".join(f"'{dimension}'" for dimension in _PLACE_DIMENSIONS)},
        "shelter": {"dimensions": "'shelter'"},
        "period": {"dimensions": "'period'"},
    },
    "index": {index.name: _of_index(index) for index in INDICES.values()},
}
_BOUNDS = {
    "latitude_minimum": IRAQ_LATITUDE[0],
    "latitude_maximum": IRAQ_LATITUDE[1],
    "longitude_minimum": IRAQ_LONGITUDE[0],
    "longitude_maximum": IRAQ_LONGITUDE[1],
    "quarantined_share_maximum": QUARANTINED_SHARE_MAXIMUM,
    "review_share": REVIEW_SHARE,
    "review_households": REVIEW_HOUSEHOLDS,
}
_READS = re.compile(r"\b(?:from|join)\s+([a-z_][a-z0-9_]*)", re.I)
_EACH = re.compile(r"^(?P<line>.*?)\s*-- each (?P<what>[a-z ]+)$")


@cache
def table_query(name: str) -> str:
    """The query that makes the table ``name``, or the one of ``sql/shared`` of that name."""
    return _query(FOLDER / "shared" if name in shared() else FOLDER, name)


@cache
def rule_query(rule: str) -> str:
    """The query that returns the keys of the rows that break ``rule``."""
    return _query(FOLDER / "rules", rule)


@cache
def field_query(name: str) -> str:
    """The query of ``sql/field`` that makes a table of a round under collection."""
    return _query(FOLDER / "field", name)


@cache
def check_query(check: str) -> str:
    """The query of a check of a round under collection."""
    return _query(FOLDER / "checks", check)


@cache
def release_query(name: str) -> str:
    """The query of ``sql/release`` that makes a shape from the tables of a release."""
    return _query(FOLDER / "release", name)


@cache
def report_query(name: str) -> str:
    """The query of ``sql/report`` behind the numbers of that name in the monthly report."""
    return _query(FOLDER / "report", name)


@cache
def shared() -> frozenset[str]:
    """The names of the queries that others share."""
    return frozenset(names(FOLDER / "shared"))


def self_contained(query: str) -> str:
    """A query that reads published tables only: what it shares with others is written out in it."""

    def written_out(read: re.Match) -> str:
        name = read[1]
        return read[0].removesuffix(name) + f"({self_contained(table_query(name))})" if name in shared() else read[0]

    return _READS.sub(written_out, query)


def names(folder: Path) -> set[str]:
    """The names of the queries of a folder: its files, and those that a file stands for."""
    return {name for path in folder.glob("*.sql") for name, _ in _stands_for(path)}


def reads(query: str) -> set[str]:
    """The tables of the contract, and shared queries, that a query reads."""
    return {name for name in _READS.findall(query) if name in TABLES or name in shared()}


@cache
def build_order() -> tuple[str, ...]:
    """The tables with a query and the shared queries, each after those it reads."""
    made = {t.name for t in TABLES.values() if t.stage not in ("reference", *WORKING)} | shared()
    graph = {name: sorted(reads(table_query(name)) & made) for name in sorted(made)}
    return tuple(TopologicalSorter(graph).static_order())


@dataclass(frozen=True)
class Step:
    """One query in the order of a build.

    ``is_read``: another query reads what it makes. ``reads``: the tables that it reads, but for those of reference, whose
    rows say nothing of a data folder. ``taken``: the clean ones that it is the first to read. ``left``: what it is the last
    to read, made tables and clean ones. ``index``: the index that it is about.
    """

    name: str
    index: str | None
    is_read: bool
    reads: tuple[str, ...]
    taken: tuple[str, ...]
    left: tuple[str, ...]


@cache
def steps(wanted: frozenset[str] | None = None) -> tuple[Step, ...]:
    """The queries in the order of :func:`build_order`, with what each reads first and last.

    Args:
        wanted: tables to make; only their queries, and those of what they read, are there. By default all.
    """
    order = build_order()
    if wanted is not None:
        needed = set(wanted)
        for name in reversed(order):
            if name in needed:
                needed |= reads(table_query(name))
        order = tuple(name for name in order if name in needed)
    read = {
        name: sorted(n for n in reads(table_query(name)) if n not in TABLES or TABLES[n].stage != "reference") for name in order
    }
    first = {own: name for name in reversed(order) for own in read[name]}
    last = {own: name for name in order for own in read[name]}
    return tuple(
        Step(
            name,
            next((index for index in INDICES if name.startswith(f"{index}_index")), None),
            name in last,
            tuple(read[name]),
            tuple(own for own in read[name] if is_clean(own) and first[own] == name),
            tuple(own for own in read[name] if last[own] == name),
        )
        for name in order
    )


def is_clean(name: str) -> bool:
    """Whether a name is that of a clean table, which no query makes."""
    return name in TABLES and TABLES[name].stage == "clean"


def _stands_for(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The queries for which a file stands, and what to fill in for each."""
    for placeholder, stood_for in _STANDS_FOR.items():
        if f"{{{placeholder}}}" in path.stem:
            for value, more in stood_for.items():
                values = {placeholder: value, **more}
                yield _fill(path.stem, values), values
            return
    yield path.stem, {}


def _query(folder: Path, name: str) -> str:
    for path in folder.glob("*.sql"):
        for own, values in _stands_for(path):
            if own == name:
                return _expanded(_fill(path.read_text(encoding="utf-8"), values))
    raise KeyError(f"there is no query '{name}' in {folder}")


def _expanded(text: str) -> str:
    lines = []
    for line in text.splitlines():
        each = _EACH.match(line)
        if each and each["line"].strip():
            lines += [_fill(each["line"], values) for values in _values(each["what"])]
        else:
            lines.append(_fill(line, _BOUNDS))
    return "\n".join(lines)


def _values(what: str) -> list[dict[str, object]]:
    """What to fill into each of the lines for which one stands.

    Raises:
        KeyError: nothing of this name is in the contract.
    """
    if what == "counted rule":
        rules = [rule for rule in TABLE_RULES if rule.published in COUNTED]
        return [{"rule": r.id, "severity": r.published, "query": f"\n{rule_query(r.id)}\n"} for r in rules]
    if what == "referenced key":
        return _references()
    if what == "column that emergency figures are broken down by":
        return [{"column": column} for column in BROKEN_DOWN_BY]
    if what == "part of an emergency period":
        return [{"period": period} for period in PERIODS]
    subject, _, part = what.partition(" ")
    if part == "scale":
        return [{"scale": scale} for scale in INDICES[subject].scales]
    return {"breakdown column": list(breakdown_columns(subject))}[part]


def breakdown_columns(population: str) -> Iterator[dict[str, object]]:
    """The breakdown columns of a master list with their position among them."""
    for position, (dimension, category, column) in enumerate(breakdown_categories(population)):
        yield {"dimension": dimension, "category": category, "column": column, "position": position}


def _references() -> list[dict[str, object]]:
    """The keys that published tables refer to, with all values that stand for one elsewhere, as parts of a query."""
    standing: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for table in published():
        for ref in table.references:
            values = ", ".join(f"{own} as {to}" for own, to in zip(ref.columns, ref.to_columns, strict=True))
            said = f"'{table.name}' as table_name, '{', '.join(ref.columns)}' as columns"
            standing.setdefault((ref.table, ref.to_columns), []).append(f"select distinct {said}, {values} from {table.name}")
    return [
        {
            "to_table": to_table,
            "standing": " union all ".join(queries),
            "matches": " and ".join(f"r.{to} = t.{to}" for to in to_columns),
            "given": " and ".join(f"t.{to} is not null" for to in to_columns),
        }
        for (to_table, to_columns), queries in standing.items()
    ]


def _fill(template: str, values: dict[str, object]) -> str:
    for name, value in values.items():
        template = template.replace("{" + name + "}", str(value))
    return template
