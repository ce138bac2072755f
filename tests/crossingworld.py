"""A small world of files on crossing points: say only what matters."""

from __future__ import annotations

from expectations.columns import COLUMNS
from expectations.crossing import KINDS
from tests import ascii, world
from transforms.crossings.standing import Delivery, clean_tables
from transforms.index.model_tables import of_rows
from transforms.reference import typed_value

_SHA = "c" * 64


def delivery(kind: str, text: str, number: int = 1) -> Delivery:
    """A file from an ASCII table with the columns of its kind; those not said are null."""
    table = f"received_{KINDS[kind].table}"
    rows = [
        {name: typed_value(table, name, COLUMNS[name].type, cell or "") for name, cell in row.items()}
        | {"source_sheet": "", "source_row": at + 2}
        for at, row in enumerate(ascii.rows(text))
    ]
    return Delivery(number, kind, of_rows(table, rows), _SHA, f"{kind}.csv")


def build(*deliveries: Delivery, lists: dict | None = None) -> world.Built:
    """Every published table of a world with these files."""
    nothing = world.clean("list | population | round", "list | place_id | households")
    return world.build((lists or nothing) | clean_tables(deliveries))
