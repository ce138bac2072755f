"""The frame of a round: the register and the lists before it, taken from what is published when the round is opened."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.columns import POPULATIONS
from expectations.schema import conform, schema
from expectations.tables import TABLES
from flows import manifest
from flows.console import query
from flows.field.life import FRAME
from flows.published import Published
from transforms.query import field_query


def before(data: Path, number: int) -> tuple[dict[str, pa.Table], dict[str, int]]:
    """The frame of a round, and the round before it of each population.

    Raises:
        Problem: the published tables cannot be read.
    """
    current = manifest.read(data) if data.is_dir() else None
    if current is None or not current.tables:
        return {name: schema(TABLES[name]).empty_table() for name in FRAME}, {}
    with Published(data).connect() as connection:
        found = query(
            connection, f"select population, max(round) as round from list_edition where round < {number} group by population"
        ).to_pylist()
        made = {name: conform(_asked(connection, name, number), TABLES[name]) for name in FRAME}
    return made, {row["population"]: row["round"] for row in found if row["population"] in POPULATIONS}


def _asked(connection: duckdb.DuckDBPyConnection, name: str, number: int) -> pa.Table:
    return query(connection, field_query(name).replace("{round}", str(number)))
