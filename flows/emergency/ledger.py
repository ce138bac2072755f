"""The ledger of an event as files, made when it is first looked at: so a snapshot is right at once, without building every table.

``DIR/emergency/<event>/<what it is made of>/`` holds the tables of :data:`transforms.emergency.ledger.DERIVED`. It is derived,
holds nothing of its own and may be deleted; one that is made of something else is never read.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from flows import fingerprint
from flows.emergency import events
from flows.emergency.events import Held
from transforms import warehouse
from transforms.emergency import ledger, snapshot

FOLDER = "emergency"
_NAME = 20
_KEPT_SECONDS = 3600


def folder(data: Path, held: Held) -> Path:
    """Where the derived tables of an event lie; they are made where they do not.

    Raises:
        Problem: something kept is missing or was changed.
        OSError: they cannot be written.
    """
    home = data / FOLDER / held.event.event_id
    wanted = home / events.fingerprint(held, fingerprint.code())[:_NAME]
    if wanted.is_dir():
        if all(_is_whole(wanted / f"{name}.parquet") for name in (*ledger.DERIVED, *snapshot.ADDED_UP)):
            return wanted
        shutil.rmtree(wanted)
    home.mkdir(parents=True, exist_ok=True)
    waiting = Path(tempfile.mkdtemp(dir=home))
    made = ledger.derived(held.event, events.deliveries(data, held.deliveries), waiting)
    for name, rows in made.items():
        warehouse.write(rows, waiting / f"{name}.parquet")
    del made
    for name, rows in snapshot.added_up([waiting / "emergency_entry.parquet"]).items():
        pq.write_table(rows, waiting / f"{name}.parquet", compression="zstd")
    shutil.rmtree(waiting / "spill", ignore_errors=True)
    try:
        os.replace(waiting, wanted)
    except OSError:  # another run has made the same meanwhile
        shutil.rmtree(waiting)
        if not wanted.is_dir():
            raise
    for other in home.iterdir():  # another run may read one that was in use until now
        if other != wanted and time.time() - other.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(other, ignore_errors=True)
    return wanted


def files(data: Path, held: Held, name: str) -> Sequence[Path]:
    """The Parquet files of a derived table; none where it has no rows. Raises as :func:`folder`."""
    path = folder(data, held) / f"{name}.parquet"
    return [path] if _rows(path) else []


def cells(data: Path, held: Held) -> dict[str, Path]:
    """The Parquet files of :func:`transforms.emergency.snapshot.added_up`. Raises as :func:`folder`."""
    home = folder(data, held)
    return {name: home / f"{name}.parquet" for name in snapshot.ADDED_UP}


def rows(data: Path, held: Held) -> int:
    """How many movements the ledger of an event has. Raises as :func:`folder`."""
    return _rows(folder(data, held) / "emergency_movement.parquet")


def _rows(path: Path) -> int:
    return pq.ParquetFile(path, pre_buffer=False).metadata.num_rows


def _is_whole(path: Path) -> bool:
    try:
        _rows(path)
    except (pa.ArrowInvalid, FileNotFoundError):
        return False
    return True
