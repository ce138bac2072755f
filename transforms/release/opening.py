"""The tables of a tier before anything is withheld: rows up to the round, columns of the tier, a status for each group."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from expectations.columns import POPULATIONS
from expectations.release import Tier
from expectations.release_columns import GIVEN, MISSING
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
    return {name: _opened(name, _until(name, held, last_round), tier) for name in names(tier)}


def _until(name: str, held: Callable[[str], pa.Table], last_round: int) -> pa.Table:
    """The rows of a table as they were when a round was the last: no later round, and no location that came later."""
    rows = held(name)
    if TABLES[name].stage == "reference":
        return rows
    if name == "location":
        return _register(rows, held, last_round)
    if "round" in rows.column_names:
        # what belongs to no round yet stays: it is of no later one
        rows = rows.filter(pc.or_kleene(pc.is_null(rows["round"]), pc.less_equal(rows["round"], last_round)))
    return rows


def _register(locations: pa.Table, held: Callable[[str], pa.Table], last_round: int) -> pa.Table:
    """The location register of the rounds up to one."""
    listings = held("location_listing")
    listings = listings.filter(pc.less_equal(listings["round"], last_round)).select(["place_id", "round", "population"])
    rounds = listings.group_by("place_id").aggregate([("round", "max")])
    rows = locations.filter(pc.is_in(locations["place_id"], rounds["place_id"]))
    last = rounds["round_max"].take(pc.index_in(rows["place_id"], rounds["place_id"].combine_chunks()))
    rows = rows.set_column(rows.column_names.index("last_round"), "last_round", last)
    for population in POPULATIONS:
        listed = listings.filter(pc.equal(listings["population"], population))["place_id"].unique()
        column = f"is_{population}_location"
        rows = rows.set_column(rows.column_names.index(column), column, pc.is_in(rows["place_id"], listed))
    return rows


def _opened(name: str, rows: pa.Table, tier: Tier) -> pa.Table:
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
    return pc.if_else(known, GIVEN, MISSING)
