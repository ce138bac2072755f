"""From the tables of a release to the shapes of other systems, by the queries of ``sql/release``."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from expectations.exchange_shapes import HAPI_KEY, SHAPES, Shape
from expectations.schema import field
from expectations.tables import TABLES
from transforms import query, warehouse
from transforms.release.content import Content

# What the DTM API calls people present, by population.
_PRESENT = {"idp": "numPresentIdpInd", "returnee": "numPresentReturneeInd"}
_NEEDED = frozenset({"individuals", "individuals_status"})
_SUMMARY = re.compile(r".*(_summary|_to_displacement)")


def shaped(content: Content) -> dict[str, pa.Table]:
    """The rows of every shape that the tables of a tier allow, by name; a figure that is withheld is null.

    Rows come in the order of round and place. A shape of a population without rows is not there.
    """
    made = {}
    with warehouse.connect() as connection:
        for name, rows in content.tables.items():
            connection.register(name, rows)
        asked: dict[str, pa.Table] = {}
        for shape in SHAPES.values():
            text = query.release_query(shape.query)
            if not _allowed(content, text):
                continue
            if shape.query not in asked:
                asked[shape.query] = warehouse.rows_of(connection, text)
            rows = _of(shape, asked[shape.query])
            if rows.num_rows:
                made[shape.name] = rows
    return made


def _allowed(content: Content, text: str) -> bool:
    """Whether a tier has the tables and columns that a query reads."""
    read = query.reads(text) & TABLES.keys()
    held = all(name in content.tables for name in read)
    return held and all(_NEEDED.issubset(content.tables[name].column_names) for name in read if _SUMMARY.fullmatch(name))


def _of(shape: Shape, rows: pa.Table) -> pa.Table:
    """The rows and columns of a shape, typed as it declares."""
    rows = rows.filter(pc.equal(rows["listed_population"], shape.population))
    if shape.level is not None:
        rows = rows.filter(pc.equal(rows["adminLevel"], shape.level))
    if shape.latest and rows.num_rows:
        rows = rows.filter(pc.equal(rows["reporting_round"], pc.max(rows["reporting_round"])))
    if "individuals" in rows.column_names:
        rows = rows.rename_columns({"individuals": _PRESENT[shape.population]})
    if "note" in [column.name for column in shape.columns]:
        rows = rows.append_column("note", pa.array([shape.note] * rows.num_rows, pa.string()))
    fields = [field(column, nullable=column.name not in shape.key) for column in shape.columns]
    if shape.query == "hapi":  # names of places are empty above their level
        fields = [own.with_nullable(True) for own in fields]
    about = {"description": shape.title, "key": ", ".join(shape.key)} | ({"note": shape.note} if shape.note else {})
    target = pa.schema(fields, metadata=dict(sorted(about.items())))
    return rows.select(target.names).cast(target).combine_chunks()


def hapi_offences(rows: pa.Table) -> list[str]:
    """What HDX HAPI's constraints refuse in rows of its shape, as sentences; none where all hold.

    The key is (admin2_ref, provider_admin1_name, provider_admin2_name, assessment_type, reporting_round, operation,
    reference_period_start), as ``OCHA-DAP/hapi-sqlalchemy-schema`` has it; admin2_ref is the finest code of a row. Rounds
    begin with 1, a period ends no earlier than it starts, and a row without a population says so as an error.
    """
    place = pc.coalesce(rows["admin2_code"], rows["admin1_code"], rows["location_code"])
    keyed = rows.select(list(HAPI_KEY)).append_column("admin2_ref", place)
    counted = keyed.group_by(keyed.column_names).aggregate([([], "count_all")])
    twice = counted.filter(pc.greater(counted["count_all"], 1)).num_rows
    refused = {
        "keys occur more than once": twice,
        "rows have a round below 1": _count(pc.less(rows["reporting_round"], 1)),
        "rows have a period that ends before it starts": _count(
            pc.less(rows["reference_period_end"], rows["reference_period_start"])
        ),
        "rows have a population below 0": _count(pc.less(rows["population"], 0)),
        "rows have neither a population nor an error": _count(pc.and_(pc.is_null(rows["population"]), pc.is_null(rows["error"]))),
    }
    return [f"{number:,} {what}" for what, number in refused.items() if number]


def _count(mask: pa.ChunkedArray) -> int:
    return pc.sum(mask.cast(pa.int64())).as_py() or 0
