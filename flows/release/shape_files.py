"""The shapes that tools of partners read, as files: rows of the DTM API, of HDX HAPI, and our extensions of both."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa

from expectations.exchange_shapes import SHAPES, Shape
from flows import export
from flows.problem import ExitCode, Problem
from flows.release.table_files import signed
from flows.release.writing import ReleaseFile
from transforms import warehouse
from transforms.release.content import Content
from transforms.release.shapes import hapi_offences, shaped

FOLDER = "shapes"


def write(content: Content, folder: Path) -> list[ReleaseFile]:
    """``shapes/<shape>.csv``, ``.json`` and ``.parquet``, as far as the tables of the tier allow.

    Raises:
        Problem: rows in the shape of HDX HAPI break its constraints, such as a key that occurs twice.
    """
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    made = []
    for name, rows in shaped(content).items():
        shape = SHAPES[name]
        if shape.query == "hapi":
            _refuse(name, hapi_offences(rows))
        for kind in shape.formats:
            path = f"{FOLDER}/{name}.{kind}"
            _put(shape, signed(rows, content), folder / path)
            made.append(ReleaseFile(path, shape.title, kind, name, shape.population))
    return made


def _refuse(name: str, offences: list[str]) -> None:
    if offences:
        raise Problem(ExitCode.CONTRACT_BROKEN, f"The shape {name} breaks the constraints of HDX HAPI: {'; '.join(offences)}.")


def _put(shape: Shape, rows: pa.Table, path: Path) -> None:
    match path.suffix:
        case ".csv":
            export.to_csv(rows, path)
        case ".json":
            path.write_text(envelope(shape, rows), encoding="utf-8")
        case _:
            warehouse.write(rows, path)


def envelope(shape: Shape, rows: pa.Table) -> str:
    """Rows in the envelope in which the DTM API answers; an extension says in a ``note`` that it is one."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows.to_pylist())
    tail = {"statusCode": 200, "isSuccess": True, "errorMessages": [], "totalRecordsCount": rows.num_rows}
    if shape.note:
        tail["note"] = shape.note
    return '{"result": [\n' + lines + "\n], " + json.dumps(tail, ensure_ascii=False)[1:] + "\n"
