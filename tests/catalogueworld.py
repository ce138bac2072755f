"""Releases for the tests of the catalogue: a content with figures withheld or names that attack, and versions with files."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.release_tables import groups_of
from flows.release import table_files
from flows.release.listing import ListedFile, Version
from flows.release.writing import write
from transforms.release.content import Content

HOSTILE = (
    "<script>window.hacked = 1</script>",
    "</script><img src=x onerror='window.hacked = 2'>",
    "\"'><svg onload=window.hacked=3>",
    "\u202egnp.exe\u202c\u2066a",
    "=cmd|'/c calc'!A1",
    "a\u2028b</style>&lt;b&gt;",
)


def withheld(content: Content, conditions: Mapping[str, str]) -> Content:
    """The content with the figures of some rows withheld: table -> condition of SQL."""
    return replace(
        content, tables=dict(content.tables) | {name: _without(content, name, conditions[name]) for name in conditions}
    )


def _without(content: Content, name: str, condition: str) -> pa.Table:
    rows = content.tables[name]
    groups = groups_of(name, tuple(rows.column_names))
    hidden = [
        f"case when {condition} then null else {column} end as {column}" for members in groups.values() for column in members
    ]
    said = [f"case when {condition} then 'suppressed' else {status} end as {status}" for status in groups]
    return _made(f"select * replace ({', '.join(hidden + said)}) from rows", rows)


def hostile(content: Content) -> Content:
    """The content with names of locations, and a contact, that try to be more than text."""
    names = "[" + ", ".join("'" + name.replace("'", "''") + "'" for name in HOSTILE) + "]"
    picked = f"{names}[1 + cast(place_id as bigint) % {len(HOSTILE)}]"
    tables = dict(content.tables)
    for name in ("location", "idp_master_list", "returnee_master_list", "master_list_change"):
        rows = tables[name]
        columns = [column for column in ("location_name_en", "location_name_ar") if column in rows.column_names]
        replaced = ", ".join(f"{picked} as {column}" for column in columns)
        tables[name] = _made(f"select * replace ({replaced}) from rows", rows)
    publisher = replace(content.publisher, contact="javascript:window.hacked=4", name=HOSTILE[1])
    return replace(content, tables=tables, publisher=publisher, notes=HOSTILE)


def _made(query: str, rows: pa.Table) -> pa.Table:
    """The outcome of a query over ``rows``, with its schema."""
    with duckdb.connect(":memory:") as connection:
        connection.register("rows", rows)
        return connection.execute(query).to_arrow_table().cast(rows.schema)


def versions(content: Content, root: Path) -> list[Version]:
    """A released version with files on disk, and two of the round before: a correction and a withdrawn one."""
    folder = root / content.release.folder
    made = write(content, folder, (table_files.csv,))
    files = tuple(
        ListedFile(file.path, file.title, file.format, (folder / file.path).stat().st_size, _sha(folder / file.path), file.table)
        for file in made
    )
    before = content.release.round - 1
    dates = dict.fromkeys(content.release.list_dates, datetime.date(2020, 12, 31))
    odd = (ListedFile("javascript:alert(1)//<b>.csv", "odd <b>", "csv", 1_234_567, "0" * 64),)
    newest = Version(content.release.id, before + 1, content.release.version, "final", "released", datetime.date(2021, 3, 10),
                     dict(content.release.list_dates), content.release.folder, "a" * 64, files=files)  # fmt: skip
    corrected = Version(f"r{before}-public-v1.1", before, "1.1", "correction", "superseded", datetime.date(2021, 2, 1), dates,
                        f"r{before}/v1.1", "b" * 64, "<b>Two locations</b> were counted twice", files=odd)  # fmt: skip
    gone = Version(f"r{before}-public-v1.0", before, "1.0", "final", "withdrawn", datetime.date(2021, 1, 20), dates,
                   f"r{before}/v1.0", "c" * 64, "an error", files=odd)  # fmt: skip
    return [newest, corrected, gone]


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
