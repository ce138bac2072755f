"""What is kept of received files, as Parquet named by content: ``field/<sha256 of what was received>/<table>-<hash>.parquet``.

It holds no personal data and is enough to build every list again when the raw bytes are gone.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.schema import conform, schema
from expectations.tables import TABLES
from flows import files
from flows.field import journal
from flows.field.journal import FOLDER, Entry, Kind
from flows.problem import ExitCode, Problem
from flows.run import now, user


def keep(
    data: Path, kind: Kind, round_number: int, received: str, tables: dict[str, pa.Table], about: dict[str, str] | None = None
) -> Entry:
    """Keep the tables of what was received by its hash, and note it in the journal; returns the entry.

    Raises:
        OSError, Problem: the store or the journal cannot be written.
    """
    parts = put(data, received, tables)
    return journal.append(data, Entry(0, kind, round_number, received, parts, about or {}, now(), user()))


def put(data: Path, sha256: str, tables: dict[str, pa.Table]) -> dict[str, str]:
    """Keep the tables of what was received as ``sha256``; returns the hash of each file by table.

    Raises:
        OSError: they cannot be written.
    """
    parts = {}
    for name, rows in sorted(tables.items()):
        sink = pa.BufferOutputStream()
        pq.write_table(conform(rows, TABLES[name]), sink, compression="zstd")
        content = sink.getvalue().to_pybytes()
        parts[name] = hashlib.sha256(content).hexdigest()
        path = _path(data, sha256, name, parts[name])
        path.parent.mkdir(parents=True, exist_ok=True)
        files.replace_bytes(path, content)
    return parts


def get(data: Path, entry: Entry, name: str) -> pa.Table:
    """A table kept of what an entry of the journal received.

    Raises:
        Problem: the file is missing or was changed, or another version of the program did not keep it.
    """
    if name not in entry.parts:
        sentence = (
            f"Entry {entry.number} of the journal was written by another version of this program, which did not keep {name}."
        )
        raise Problem(ExitCode.DATA_FOLDER, sentence)
    path = _path(data, entry.sha256, name, entry.parts[name])
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        content = b""
    if not content or files.sha256(path) != entry.parts[name]:
        raise _missing(path, entry)
    rows = pq.ParquetFile(pa.BufferReader(content), pre_buffer=False).read(use_threads=False)
    if not rows.schema.equals(schema(TABLES[name])):
        return conform(rows, TABLES[name])
    return rows


def put_text(data: Path, name: str, text: str, of: str | None = None) -> tuple[str, dict[str, str]]:
    """Keep a text that people brought, as it is; returns its hash, and its part for the journal.

    Args:
        of: the hash of what was received with it; by default its own.

    Raises:
        OSError: it cannot be written.
    """
    content = text.encode()
    digest = sha256(content)
    home = data / FOLDER / (of or digest)
    home.mkdir(parents=True, exist_ok=True)
    files.replace_bytes(home / name, content)
    return digest, {name: digest}


def get_text(data: Path, entry: Entry, name: str) -> str:
    """A text kept for an entry of the journal.

    Raises:
        Problem: the file is missing or was changed.
    """
    path = data / FOLDER / entry.sha256 / name
    content = path.read_bytes() if path.exists() else b""
    if sha256(content) != entry.parts[name]:
        raise _missing(path, entry)
    return content.decode()


def _missing(path: Path, entry: Entry) -> Problem:
    of = f"R{entry.round}" if entry.round != journal.NO_ROUND else "the tables of indices, events and crossing points"
    sentence = f"'{path}' is missing or was changed; without it {of} cannot be made. Restore it from a backup."
    return Problem(ExitCode.DATA_FOLDER, sentence)


def _path(data: Path, sha256: str, name: str, content: str) -> Path:
    """Named by its content too: what is kept of the same bytes may differ from round to round."""
    return data / FOLDER / sha256 / f"{name}-{content[:12]}.parquet"


def sha256(content: bytes) -> str:
    """The hash under which what was received is kept."""
    return hashlib.sha256(content).hexdigest()
