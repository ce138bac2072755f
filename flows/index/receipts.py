"""What was received for the indices, read back from the store in the order of the journal, and what of it is in force."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from expectations import index_model_file
from expectations.index_model import IndexModel
from flows import manifest
from flows.field import journal, store
from flows.field.journal import Entry
from transforms.index import standing
from transforms.index.standing import Listed, Scoring, Standing, Withdrawal

MODEL, ORDER = "model.json", "order.json"
_TABLES = ("received_index_place", "received_index_answer", "received_index_lineage")


def entries(data: Path) -> list[Entry]:
    """The entries of the journal that concern the indices.

    Raises:
        Problem: the journal is damaged.
    """
    return [entry for entry in journal.read(data) if entry.kind in journal.OF_INDICES]


def in_force(data: Path) -> Standing:
    """What is in force in a data folder.

    Raises:
        Problem: the journal is damaged, or something kept is missing or was changed.
    """
    return standing.standing([_received(data, entry) for entry in _kept(data)])


def unpublished(data: Path) -> list[Entry]:
    """The entries since the last build, which no table shows yet: of a command that was stopped."""
    known = manifest.received(data)
    return [entry for entry in _kept(data) if entry.number > known]


def _kept(data: Path) -> list[Entry]:
    """The entries without those that were undone, and without what undid them."""
    held = entries(data)
    undone = {entry.number: order_of(data, entry).get("undone") for entry in held if entry.kind == "answers_withdrawn"}
    gone = {number for number, other in undone.items() if other is not None} | set(undone.values())
    return [entry for entry in held if entry.number not in gone]


def clean_tables(data: Path) -> dict[str, pa.Table]:
    """The clean tables of the indices. Raises as :func:`in_force`."""
    return standing.clean_tables(in_force(data))


def model_of(data: Path, entry: Entry) -> IndexModel:
    """The model with which the answers of an entry are scored. Raises as :func:`in_force`."""
    return index_model_file.parse(store.get_text(data, entry, MODEL), MODEL)


def order_of(data: Path, entry: Entry) -> dict[str, object]:
    """What the user said with an entry. Raises as :func:`in_force`."""
    return json.loads(store.get_text(data, entry, ORDER))


def models(data: Path) -> Iterable[IndexModel]:
    """Every model with which was scored in the data folder. Raises as :func:`in_force`."""
    return (model_of(data, entry) for entry in _kept(data) if entry.kind == "answers")


def _received(data: Path, entry: Entry) -> Scoring | Withdrawal | Listed:
    said = order_of(data, entry)
    if entry.kind == "answers_withdrawn":
        return Withdrawal(said["index"], said["index_round"], said["model"], said.get("kind", "answers"))
    if entry.kind == "answers":
        tables = {name: store.get(data, entry, name) for name in _TABLES}
        return Scoring(model_of(data, entry), tables, said["sha256"], said["source_file"], said["override"])
    return Listed(entry.kind, store.get(data, entry, f"received_{entry.kind}"), said["sha256"], said["source_file"])
