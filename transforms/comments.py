"""The statements of SQL that say what every table and column means."""

from __future__ import annotations

from collections.abc import Iterator

from expectations.columns import COLUMNS
from expectations.contract import Table


def comments(table: Table, kind: str = "view", name: str | None = None) -> Iterator[str]:
    """A comment on a table and one on each of its columns.

    Args:
        table: its contract.
        kind: ``view`` or ``table``.
        name: how the database calls it, with its schema where it has one; by default the name of the contract.
    """
    own = name or table.name
    yield f"comment on {kind} {own} is {text(f'{table.meaning} {table.grain}.')}"
    for column in (COLUMNS[name] for name in table.columns):
        said = column.meaning + (f" Unit: {column.unit}." if column.unit else "")
        yield f'comment on column {own}."{column.name}" is {text(said)}'


def text(value: str) -> str:
    """A text literal of SQL."""
    return "'" + value.replace("'", "''") + "'"
