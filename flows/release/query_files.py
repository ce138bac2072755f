"""A release for people who write SQL: ``views.sql`` over its Parquet files, and the same tables as one DuckDB file."""

from __future__ import annotations

from pathlib import Path

from flows.release import table_files
from flows.release.writing import ReleaseFile
from transforms import warehouse
from transforms.comments import comments, text
from transforms.release.content import Content
from transforms.release.content_hash import content_sha256
from transforms.release.views import script

VIEWS = "views.sql"
DATABASE = "dtm.duckdb"
DATABASE_HASH = f"{DATABASE}.content-sha256"
# Files of DuckDB 2.0 cannot be read by 1.x, which is supported until March 2027.
STORAGE_VERSION = "v1.5.0"


def views(content: Content, folder: Path) -> list[ReleaseFile]:
    """``views.sql``: a view with comments for every table, the newest round, and the vintages of the lists."""
    (folder / VIEWS).write_text(script(content, table_files.FOLDER), encoding="utf-8")
    return [
        ReleaseFile(VIEWS, "Views with comments over the Parquet files, for DuckDB 1.5 and newer; run in this folder.", "sql")
    ]


def database(content: Content, folder: Path) -> list[ReleaseFile]:
    """``dtm.duckdb``: every table with comments, readable by DuckDB 1.5 and newer from any place.

    The engine writes other bytes each time; what says that two are equal is the hash of the tables' content beside it.
    """
    path = folder / DATABASE
    path.unlink(missing_ok=True)
    with warehouse.connect() as connection:
        connection.execute(f"attach {text(str(path))} as release (storage_version '{STORAGE_VERSION}')")
        for name, rows in content.tables.items():
            connection.register("own_rows", rows)
            connection.execute(f"create table release.{name} as from own_rows")
            connection.unregister("own_rows")
            connection.execute(";".join(comments(content.declared(name), "table", f"release.{name}")))
        connection.execute("detach release")
    (folder / DATABASE_HASH).write_text(f"{content_sha256(content.tables)}\n", encoding="ascii")
    title = f"All tables as one DuckDB file, for DuckDB 1.5 and newer (storage {STORAGE_VERSION}); a convenience beside the Parquet files."
    return [
        ReleaseFile(DATABASE, title, "duckdb", is_stable=False),
        ReleaseFile(
            DATABASE_HASH, "SHA-256 of the content of the tables in dtm.duckdb, whose bytes differ from copy to copy.", "text"
        ),
    ]
