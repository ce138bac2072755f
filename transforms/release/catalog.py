"""``catalog.json``: the tables of a release for programs: grain, key, rows, columns, and the files that hold them."""

from __future__ import annotations

from collections.abc import Sequence

from transforms.release.content import Content
from transforms.release.file_facts import FileFacts, column_of


def catalog(content: Content, files: Sequence[FileFacts]) -> dict[str, object]:
    """Release, tables in the order of the contract, and files in the order of their paths."""
    release = content.release
    return {
        "release": {
            "id": release.id,
            "round": release.round,
            "tier": release.tier,
            "version": release.version,
            "kind": release.kind,
            "list_dates": {population: day.isoformat() for population, day in sorted(release.list_dates.items())},
        },
        "tables": [_table(content, name, files) for name in content.tables],
        "files": [
            {"path": file.path, "title": file.title, "format": file.format}
            | ({"bytes": file.bytes, "sha256": file.sha256} if file.is_stable else {})
            for file in sorted(files, key=lambda file: file.path)
        ],
    }


def _table(content: Content, name: str, files: Sequence[FileFacts]) -> dict[str, object]:
    declared = content.declared(name)
    columns = ((column, column_of("", column)) for column in content.tables[name].column_names)
    return {
        "name": name,
        "meaning": declared.meaning,
        "grain": declared.grain,
        "key": list(declared.key),
        "rows": content.tables[name].num_rows,
        "columns": [
            {"name": column, "type": about.type, "meaning": about.meaning, "unit": about.unit}
            for column, about in columns
            if about is not None
        ],
        "files": sorted(file.path for file in files if file.table == name),
    }
