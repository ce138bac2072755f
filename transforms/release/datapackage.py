"""``datapackage.json`` (Data Package v2, datapackage.org): one resource with a schema for every CSV and Parquet file."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from expectations.contract import Column, Table
from expectations.exchange_shapes import SHAPES
from expectations.schema import ARROW
from transforms.release.content import PREFIX, Content
from transforms.release.file_facts import FileFacts, allowed, caveats, column_of, identifier, stock_or_flow, title

PROFILES = "https://datapackage.org/profiles/2.0"
_TYPES = {"text": "string", "integer": "integer", "real": "number", "boolean": "boolean", "date": "date"}
_KINDS = {said: kind for kind, said in _TYPES.items()}
TABULAR = ("csv", "parquet")


def descriptor(content: Content, files: Sequence[FileFacts]) -> dict[str, object]:
    """The package: release, terms, publisher, sources, and its tables with what every field means.

    Args:
        files: of the release; those that are no CSV or Parquet are left out.
    """
    release, publisher = content.release, content.publisher
    tabular = [file for file in files if file.format in TABULAR and file.columns]
    whole = {(file.format, file.table): _name(file) for file in tabular if _is_whole(content, file)}
    contact = {"email": publisher.contact} if "@" in publisher.contact else {"path": publisher.contact}
    return {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": f"{PREFIX}-{release.id}",
        "id": identifier(content),
        "title": title(content),
        "description": " ".join(caveats(content)),
        "version": release.version,
        "licenses": [{"name": publisher.licence_id, "title": publisher.licence}],
        "contributors": [{"title": publisher.name, "roles": ["publisher"], **(contact if publisher.contact else {})}],
        "sources": [{"title": publisher.credit}],
        "keywords": ["displacement", "IDP", "returnees", "Iraq", "DTM"],
        "resources": [_resource(content, file, whole) for file in sorted(tabular, key=lambda file: file.path)],
    }


def _name(file: FileFacts) -> str:
    return file.path.lower().replace("/", ".")


def _is_whole(content: Content, file: FileFacts) -> bool:
    """Whether a file holds a table of the release with all its columns, so that key and references hold in it."""
    own = file.table in content.tables and not file.has_tags
    return (
        own and file.path.rpartition("/")[2] == f"{file.table}.{file.format}" and file.columns == _declared(content, file).columns
    )


def _declared(content: Content, file: FileFacts) -> Table:
    return content.declared(file.table)


def _resource(content: Content, file: FileFacts, whole: dict[tuple[str, str], str]) -> dict[str, object]:
    schema: dict[str, object] = {
        "$schema": f"{PROFILES}/tableschema.json",
        "fields": [],
        "fieldsMatch": "exact",
        "missingValues": [
            {"value": "", "label": "not known, not carried by the list, or withheld: see the status column where there is one"}
        ],
    }
    required: frozenset[str] = frozenset()
    if _is_whole(content, file):
        table = _declared(content, file)
        required = frozenset(table.columns) - table.nullable
        if file.format == "csv":
            required -= _blank_somewhere(content.tables[file.table])
        schema["primaryKey"] = list(table.key)
        references = [
            {
                "fields": list(ref.columns),
                "reference": {"resource": whole[file.format, ref.table], "fields": list(ref.to_columns)},
            }
            for ref in table.references
            if (file.format, ref.table) in whole and set(ref.columns) <= set(file.columns)
        ]
        if references:
            schema["foreignKeys"] = references
    elif file.table in SHAPES and not SHAPES[file.table].query.startswith("hapi"):
        required = frozenset(SHAPES[file.table].key)
        schema["primaryKey"] = list(SHAPES[file.table].key)
    fields = [_field(name, column_of(file.table, name), name in required) for name in file.columns]
    schema["fields"] = fields if file.format == "csv" else [_in_parquet(field) for field in fields]
    made: dict[str, object] = {
        "name": _name(file),
        "path": file.path,
        "type": "table",
        "title": file.title,
        "format": file.format,
        "mediatype": file.media_type,
        "schema": schema,
    }
    if file.format == "csv":  # tools that read Parquet by columns cannot check its size; catalog.json tells it
        made |= {"encoding": "utf-8", "bytes": file.bytes, "hash": f"sha256:{file.sha256}"}
    if file.has_tags:
        made["dialect"] = {"$schema": f"{PROFILES}/tabledialect.json", "commentRows": [2]}
    return made


def _blank_somewhere(rows: pa.Table) -> frozenset[str]:
    """The columns that hold an empty text, which readers of CSV take for a missing one."""
    texts = (field.name for field in rows.schema if pa.types.is_string(field.type))
    return frozenset(name for name in texts if pc.any(pc.equal(rows[name], "")).as_py())


def _in_parquet(field: dict[str, object]) -> dict[str, object]:
    """The field of a Parquet file, which holds its own type.

    Tools that read it by way of data frames get NaN for an empty number, which is no integer and within no bounds: there the
    kind is said as ``arrowType`` only.
    """
    kind = field["type"]
    if kind == "any":
        return field
    made = field | {"arrowType": str(ARROW[_KINDS[kind]])}
    if kind in ("integer", "number") and not field.get("constraints", {}).get("required"):
        made["type"] = "any"
        made.pop("constraints", None)
    return made


def _field(name: str, column: Column | None, is_required: bool) -> dict[str, object]:
    words = name.replace("_", " ")
    made: dict[str, object] = {"name": name, "type": "any", "title": words[:1].upper() + words[1:]}
    if column is None:
        return made
    made["type"] = _TYPES[column.type]
    made["description"] = column.meaning
    limits: dict[str, object] = {}
    if is_required:
        limits["required"] = True
    if allowed(column):
        limits["enum"] = allowed(column)
    if column.pattern:
        limits["pattern"] = column.pattern
    for key, bound in (("minimum", column.minimum), ("maximum", column.maximum)):
        if bound is not None:
            limits[key] = bound
    told = {
        "constraints": limits,
        "unit": column.unit,
        "hxl": column.hxl,
        "stockOrFlow": stock_or_flow(column),
        "codeList": column.codes,
        "sensitivity": column.sensitivity,
    }
    return made | {key: value for key, value in told.items() if value}
