"""Which rows of all deliveries are in force: of the same window, day or interview those of the newest delivery."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from expectations import codes
from expectations.crossing import KINDS
from expectations.schema import conform, schema
from expectations.tables import TABLES
from transforms.crossings.crossing_file import keys
from transforms.ordering import ordered


@dataclass(frozen=True)
class Delivery:
    """A file that was taken: its number in the journal, its kind, its rows as ``received_<table>``, where they come from."""

    number: int
    kind: str
    rows: pa.Table
    sha256: str
    source_file: str


def in_force(deliveries: Sequence[Delivery]) -> dict[int, pa.Table]:
    """Number of a delivery -> those of its rows that no newer one replaces.

    Args:
        deliveries: in the order of the journal, which alone decides.
    """
    taken: dict[str, set[tuple]] = {name: set() for name in KINDS}
    kept = {}
    for one in sorted(deliveries, key=lambda own: own.number, reverse=True):
        own = keys(one.rows, KINDS[one.kind].replaces)
        kept[one.number] = one.rows.filter(pa.array([key not in taken[one.kind] for key in own], pa.bool_()))
        taken[one.kind].update(own)
    return kept


def clean_tables(deliveries: Sequence[Delivery]) -> dict[str, pa.Table]:
    """The clean tables of crossing points. A point has one spelling in all of them: that of most of its rows in force."""
    kept = in_force(deliveries)
    newest_first = sorted(deliveries, key=lambda own: own.number, reverse=True)
    spellings = Counter(
        name for rows in kept.values() if "crossing_point" in rows.column_names for name in rows["crossing_point"].to_pylist()
    )
    spelling: dict[str, str] = {}
    for name, _ in sorted(spellings.items(), key=lambda one: (-one[1], one[0])):
        spelling.setdefault(codes.normalise(name), name)
    parts: dict[str, list[pa.Table]] = {f"clean_{kind.table}": [] for kind in KINDS.values()}
    for one in newest_first:
        rows = _spelled(kept[one.number], spelling)
        for column, value in (("sha256", one.sha256), ("source_file", one.source_file)):
            rows = rows.append_column(column, pa.repeat(pa.scalar(value, pa.string()), rows.num_rows))
        parts[f"clean_{KINDS[one.kind].table}"].append(rows)
    return {name: _whole(name, own) for name, own in parts.items()}


def _spelled(rows: pa.Table, spelling: dict[str, str]) -> pa.Table:
    if "crossing_point" not in rows.column_names:
        return rows
    names = pa.array([spelling[codes.normalise(name)] for name in rows["crossing_point"].to_pylist()], pa.string())
    return rows.set_column(rows.column_names.index("crossing_point"), "crossing_point", names)


def _whole(name: str, parts: list[pa.Table]) -> pa.Table:
    table = TABLES[name]
    made = [conform(part, table) for part in parts if part.num_rows]
    return ordered(pa.concat_tables([schema(table).empty_table(), *made]), table.key)
