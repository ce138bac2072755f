"""What machines read of a release: ``datapackage.json``, ``dcat.jsonld`` and ``catalog.json``, of the files written so far."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from flows import files as disk
from flows.release.writing import ReleaseFile
from transforms.release import catalog, datapackage, dcat
from transforms.release.content import Content
from transforms.release.file_facts import FileFacts

_WRITTEN = (
    ("datapackage.json", "json", "Data Package (v2) of the tables: every field with type, meaning, unit, HXL tag, keys.", datapackage.descriptor),
    ("dcat.jsonld", "jsonld", "The release for catalogues: DCAT and schema.org.", dcat.dataset),
    ("catalog.json", "json", "Tables, columns and files for programs.", catalog.catalog),
)  # fmt: skip


def write(content: Content, folder: Path, written: Sequence[ReleaseFile]) -> list[ReleaseFile]:
    """The metadata of a release; ``written`` are its other files, which are in the folder already."""
    facts = [file_facts(folder, file) for file in sorted(written, key=lambda file: file.path)]
    for name, _, _, made in _WRITTEN:
        text = json.dumps(made(content, facts), ensure_ascii=False, indent=1) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
    return [ReleaseFile(name, title, kind) for name, kind, title, _ in _WRITTEN]


def file_facts(folder: Path, file: ReleaseFile) -> FileFacts:
    """A file with its size, hash and columns, read from the disk."""
    path = folder / file.path
    columns = _columns(path) if file.format in datapackage.TABULAR else ()
    size = path.stat().st_size
    return FileFacts(file.path, file.title, file.format, file.table, size, disk.sha256(path), columns, file.is_stable)


def _columns(path: Path) -> tuple[str, ...]:
    if path.suffix == ".parquet":
        return tuple(pq.read_schema(path).names)
    with open(path, encoding="utf-8-sig", newline="") as handle:
        return tuple(next(csv.reader(handle), ()))
