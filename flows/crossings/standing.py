"""What a data folder holds on crossing points: for ``dtm crossings status``."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from flows import show
from flows.crossings import deliveries
from flows.problem import ExitCode, Problem
from transforms.crossings import standing

_HEADS = ("delivery", "kind", "file", "received", "rows", "in force", "from", "to")
_NOTHING = "Nothing on crossing points is held. Take a file: dtm crossings ingest headcounts|survey|status|restrictions FILE"


def of_all(data: Path) -> str:
    """Every delivery that was not taken back: its kind, file, rows, how many of them are in force, their days.

    Raises:
        Problem: there is no such data folder; the journal is damaged, or something kept is missing or was changed.
    """
    if not data.is_dir():
        raise Problem(ExitCode.DATA_FOLDER, f"There is no data folder '{data}'. Check --data.")
    entries = deliveries.held(data)
    if not entries:
        return _NOTHING
    held = [deliveries.delivery(data, entry) for entry in entries]
    kept = standing.in_force(held)
    rows = []
    for entry, one in zip(entries, held, strict=True):
        first, last = _days(one.rows)
        rows.append(
            [one.number, one.kind, one.source_file, entry.at[:10], one.rows.num_rows, kept[one.number].num_rows, first, last]
        )
    return show.grid(_HEADS, rows)


def _days(rows: pa.Table) -> tuple[object, object]:
    first, last = ("window_start", "window_end") if "window_start" in rows.column_names else ("observed_on", "observed_on")
    return pc.min(rows[first]).as_py(), pc.max(rows[last]).as_py()
