"""The files of a release in the order in which they are written: what describes others comes after them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flows.release import classic, metadata, notes, places, query_files, shape_files, table_files, workbook, writing
from flows.release.listing import Version
from flows.release.report import writing as report
from flows.release.writing import ReleaseFile, Writer
from transforms.release.content import Content

_OF_CONTENT: tuple[Writer, ...] = (
    table_files.parquet, table_files.csv, workbook.xlsx, classic.csv, classic.hxl, places.geojson, places.parquet, places.codes,
    shape_files.write, query_files.views, query_files.database, report.write, notes.citation,
)  # fmt: skip


def write(content: Content, folder: Path, versions: Sequence[Version]) -> list[ReleaseFile]:
    """Write every file of a release; returns them in the order of their paths.

    Args:
        content: what they are made of.
        folder: an empty folder.
        versions: those of the root before this one, newest first.
    """
    made = writing.write(content, folder, (*_OF_CONTENT, notes.changes(versions)))
    made += metadata.write(content, folder, made)
    made += notes.readme(made)(content, folder)
    return sorted(made, key=lambda file: file.path)
