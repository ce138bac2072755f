"""Tables in files, read back: clean ones as Arrow, published ones as Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from flows import files


def parts(paths: Iterable[Path]) -> Iterator[pa.Table]:
    """The rows of each file. Read, not mapped into memory: a mapped file on a lost network drive ends the process.

    Raises:
        OSError: a file cannot be read; it is named.
        pyarrow.ArrowInvalid: it is damaged.
    """
    return map(_read, paths)


def table(paths: Iterable[Path]) -> pa.Table:
    """A table from its files. Raises as :func:`parts`."""
    return pa.concat_tables(parts(paths))


def _read(path: Path) -> pa.Table:
    with files.named(path):
        if path.suffix == ".arrow":
            with pa.OSFile(str(path)) as source:
                return pa.ipc.open_file(source).read_all()
        with pq.ParquetFile(path) as parquet:
            return parquet.read()
