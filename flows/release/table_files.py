"""The tables of a release as Parquet and CSV: one sorted file per table over all rounds."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from flows import export
from flows.release.writing import ReleaseFile
from transforms import warehouse
from transforms.release.content import Content

FOLDER = "tables"
CSV_FOLDER = "csv"


def parquet(content: Content, folder: Path) -> list[ReleaseFile]:
    """``tables/<table>.parquet``; descriptions, units and HXL tags of columns and the name of the release travel in it."""
    made = []
    for name, rows in content.tables.items():
        path = f"{FOLDER}/{name}.parquet"
        warehouse.write(signed(rows, content), folder / path)
        made.append(ReleaseFile(path, content.declared(name).meaning, "parquet", name))
    return made


def signed(rows: pa.Table, content: Content) -> pa.Table:
    """The rows with the release, the licence and the credit line in their metadata."""
    release = content.release
    own = {
        "release": release.id,
        "version": release.version,
        "tier": release.tier,
        "round": str(release.round),
        "licence": content.publisher.licence,
        "credit": content.publisher.credit,
    }
    about = {key.decode(): value.decode() for key, value in (rows.schema.metadata or {}).items()}
    return rows.replace_schema_metadata(dict(sorted((about | own).items())))


def csv(content: Content, folder: Path) -> list[ReleaseFile]:
    """``csv/<table>.csv``, as :func:`flows.export.to_csv` writes; coordinates, counts and days as they are."""
    (folder / CSV_FOLDER).mkdir(parents=True, exist_ok=True)
    made = []
    for name, rows in content.tables.items():
        path = f"{CSV_FOLDER}/{name}.csv"
        export.to_csv(rows, folder / path)
        made.append(ReleaseFile(path, content.declared(name).meaning, "csv", name))
    return made
