"""The code as one hash: whoever edits a rule, a query or a code list gets a rebuild."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("expectations", "transforms", "sql")
SUFFIXES = (".py", ".csv", ".sql")
# Libraries that decide values or bytes.
LIBRARIES = ("duckdb", "numpy", "pandas", "pyarrow", "python-calamine", "rapidfuzz")


@cache
def code() -> str:
    """SHA-256 over the sources of the rooms that make tables and the versions of the libraries."""
    digest = hashlib.sha256()
    for library in LIBRARIES:
        digest.update(f"{library}=={metadata.version(library)}\n".encode())
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in SUFFIXES:
                digest.update(f"{path.relative_to(ROOT).as_posix()}\n".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
