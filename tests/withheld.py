"""Content of a release of the sample with figures withheld, names that are hostile, and lists as first published."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from expectations.release_tables import FIRST_PUBLISHED, GROUPS
from flows.published import Published
from flows.release import drafting
from transforms.release.content import Content

HOSTILE = ("=1+1", '<script>alert("x")</script>', "'; drop table location; --", "\u202egnp.exe", "two\nlines, and a comma")


def whole(held: Published, number: int = 120, tier: str = "public") -> Content:
    """The content of a tier with nothing withheld: for tests that withhold by themselves."""
    policy = drafting.policy(held.data)
    tables = drafting.truth(held, number, policy.tiers[tier])
    return Content(drafting.first(held, number, tier), policy.tiers[tier], policy.publisher, tables)


def content(held: Published, *, number: int = 120, tier: str = "public") -> Content:
    """The sample's content with the second row of some tables withheld and hostile names of locations."""
    made = whole(held, number, tier)
    tables = dict(made.tables)
    for name in ("governorate_summary", "district_summary", "idp_origin_to_displacement", "idp_master_list"):
        tables[name] = withhold(tables[name], name, pa.array([at == 1 for at in range(tables[name].num_rows)]))
    for name in ("location", "idp_master_list"):
        column = tables[name]["location_name_en"].to_pylist()
        column[: len(HOSTILE)] = HOSTILE
        at = tables[name].column_names.index("location_name_en")
        tables[name] = tables[name].set_column(
            at, tables[name].schema.field(at), pa.chunked_array([pa.array(column, pa.string())])
        )
    tables["idp_master_list" + FIRST_PUBLISHED] = tables["idp_master_list"]
    return replace(made, tables=tables)


def withhold(rows: pa.Table, name: str, mask: pa.Array) -> pa.Table:
    """Rows with every group of figures withheld where ``mask`` is true."""
    for status, members in GROUPS[name].items():
        own = [member for member in members if member in rows.column_names]
        for column, value in [(member, None) for member in own] + [(status, "suppressed")]:
            at = rows.column_names.index(column)
            kind = rows.schema.field(at)
            rows = rows.set_column(at, kind, pc.if_else(mask, pa.scalar(value, kind.type), rows[column]))
    return rows
