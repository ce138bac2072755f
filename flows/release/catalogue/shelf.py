"""What stands on the shelf of a release root: versions with their files, what was revised, and what the columns mean."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from expectations import dictionary
from expectations.columns import COLUMNS
from flows.release.catalogue.figures import shown
from flows.release.listing import Version
from transforms.release.content import Content

REVISIONS_SHOWN = 500
_REVISION = ("release_id", "population", "round", "place_id", "revised_column", "value_before", "value_after",
             "revision_reason", "feedback_id")  # fmt: skip


def versions(listed: Sequence[Version]) -> list[dict]:
    """Each version with rows of (address, path, what it is, format, bytes, SHA-256) of its files; a withdrawn one has none.

    Addresses are relative to the page, so that the root can lie anywhere.
    """
    return [
        {
            "id": version.id,
            "round": version.round,
            "version": version.version,
            "kind": version.kind,
            "state": version.state,
            "published_on": version.published_on.isoformat(),
            "list_dates": {population: date.isoformat() for population, date in version.list_dates.items()},
            "content_sha256": version.content_sha256,
            "reason": shown(version.reason),
            "notes": [shown(note) for note in version.notes],
            "files": [
                [address(version, file.path), shown(file.path), shown(file.title), shown(file.format), file.bytes, file.sha256]
                for file in (version.files if version.state != "withdrawn" else ())
            ],
        }
        for version in listed
    ]


def address(version: Version, path: str) -> str:
    """Where a file of a version lies from the page: never another host or scheme, whatever its name holds."""
    return "./" + quote(f"{version.folder}/{path}", safe="/")


def revisions(content: Content) -> dict:
    """The newest rows of what was revised, and how many there are."""
    if "revision" not in content.tables:
        return {"count": 0, "rows": []}
    rows = content.tables["revision"]
    last = rows.slice(max(rows.num_rows - REVISIONS_SHOWN, 0)).select(list(_REVISION)).to_pylist()
    told = [[shown(value) if isinstance(value, str) else value for value in row.values()] for row in reversed(last)]
    return {"count": rows.num_rows, "rows": told}


def words_of_data(content: Content) -> dict:
    """The dictionary: tables with (name, what it holds, grain, rows, columns); each column once, with (type, unit, meaning)."""
    tables, columns = [], {}
    for name, rows in content.tables.items():
        table = content.declared(name)
        tables.append([name, table.meaning, table.grain, rows.num_rows, list(table.columns)])
        for column in table.columns:
            columns.setdefault(column, (COLUMNS[column].type, COLUMNS[column].unit or "", dictionary.meaning(COLUMNS[column])))
    return {"tables": tables, "columns": dict(sorted(columns.items()))}
