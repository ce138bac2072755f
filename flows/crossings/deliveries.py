"""Deliveries on crossing points, read back from the journal: those that were not taken back, and the clean tables of them."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa

from expectations.crossing import KINDS
from flows.field import journal, store
from flows.field.journal import Entry
from transforms.crossings import standing
from transforms.crossings.standing import Delivery

ORDER = "order.json"


def held(data: Path) -> list[Entry]:
    """The deliveries that were not taken back, in their order.

    Raises:
        Problem: the journal is damaged, or something kept is missing or was changed.
    """
    entries = [entry for entry in journal.read(data) if entry.kind in journal.OF_CROSSINGS]
    gone = {order_of(data, entry)["delivery"] for entry in entries if entry.kind == "crossings_withdrawn"}
    return [entry for entry in entries if entry.kind == "crossings" and entry.number not in gone]


def order_of(data: Path, entry: Entry) -> dict[str, object]:
    """What the user said with an entry. Raises as :func:`held`."""
    return json.loads(store.get_text(data, entry, ORDER))


def delivery(data: Path, entry: Entry) -> Delivery:
    """What was taken of a file. Raises as :func:`held`."""
    said = order_of(data, entry)
    rows = store.get(data, entry, f"received_{KINDS[said['kind']].table}")
    return Delivery(entry.number, said["kind"], rows, said["sha256"], said["source_file"])


def clean_tables(data: Path) -> dict[str, pa.Table]:
    """The clean tables of crossing points, for the build. Raises as :func:`held`."""
    return standing.clean_tables([delivery(data, entry) for entry in held(data)])
