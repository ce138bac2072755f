"""A hash over what tables say, whatever file they lie in: two databases with equal tables have equal hashes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.csv as pacsv


def content_sha256(tables: Mapping[str, pa.Table]) -> str:
    """SHA-256 over every table in the order of names: its name, its columns and types, its rows as CSV.

    Rows count in the order in which they come, which is that of the key. A null is nothing, an empty text two quotes.
    """
    digest = hashlib.sha256()
    for name in sorted(tables):
        rows = tables[name]
        columns = ", ".join(f"{field.name} {field.type}" for field in rows.schema)
        written = io.BytesIO()
        pacsv.write_csv(rows, written, pacsv.WriteOptions(quoting_style="all_valid"))
        digest.update(f"{name} ({columns}) {rows.num_rows}\n".encode())
        digest.update(written.getbuffer())
    return digest.hexdigest()
