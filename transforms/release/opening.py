"""The tables of a tier before anything is withheld: rows up to the round, columns of the tier, a status for each group."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from expectations.release import Tier
from expectations.release_tables import groups_of, names, release_table
from expectations.schema import conform
from expectations.tables import TABLES

_COORDINATES = ("latitude", "longitude")


def opened(held: Callable[[str], pa.Table], tier: Tier, last_round: int) -> dict[str, pa.Table]:
    """Every table of a tier with all its values.

    Args:
        held: gives a published table of the data folder by name.
        tier: whose tables.
        last_round: later rounds are left out.
    """
    return {name: _opened(name, held(name), tier, last_round) for name in names(tier)}


def _opened(name: str, rows: pa.Table, tier: Tier, last_round: int) -> pa.Table:
    if "round" in rows.column_names and TABLES[name].stage != "reference":
        # what belongs to no round yet stays: it is of no later one
        rows = rows.filter(pc.or_kleene(pc.is_null(rows["round"]), pc.less_equal(rows["round"], last_round)))
    table = release_table(name, tier)
    groups = groups_of(name, tuple(c for c in table.columns if c in rows.column_names))
    kept = rows.select([column for column in table.columns if column not in groups])
    if tier.coordinate_decimals >= 0:
        for column in set(_COORDINATES) & set(kept.column_names):
            rounded = pc.round(kept[column], tier.coordinate_decimals)
            kept = kept.set_column(kept.column_names.index(column), column, rounded)
    for status, members in groups.items():
        kept = kept.append_column(status, _status(kept, members))
    return conform(kept, table)


def _status(rows: pa.Table, members: tuple[str, ...]) -> pa.ChunkedArray:
    """given where any of the columns has a value, else missing."""
    known = pc.is_valid(rows[members[0]])
    for column in members[1:]:
        known = pc.or_(known, pc.is_valid(rows[column]))
    return pc.if_else(known, "given", "missing")
