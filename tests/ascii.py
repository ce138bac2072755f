"""ASCII tables as test input and as expected output: ``a | b`` under a header line, blank cells are null."""

from __future__ import annotations

import datetime

import pyarrow as pa


def rows(text: str) -> list[dict[str, str | None]]:
    """The rows of an ASCII table, cells as text, blank cells as None."""
    lines = [line for line in text.strip().splitlines() if line.strip() and not set(line.strip()) <= set("-+| ")]
    heads = [cell.strip() for cell in lines[0].split("|")]
    table = [dict(zip(heads, (cell.strip() or None for cell in line.split("|")), strict=True)) for line in lines[1:]]
    return table


def shown(value: object) -> str | None:
    """A value as an ASCII table writes it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def check(table: pa.Table, expected: str) -> None:
    """The table has exactly the expected rows, in any order, in the columns that the ASCII table shows."""
    wanted = rows(expected)
    columns = list(wanted[0]) if wanted else [cell.strip() for cell in expected.strip().splitlines()[0].split("|")]
    found = [{name: shown(row[name]) for name in columns} for row in table.to_pylist()]

    def order(row: dict) -> list[str]:
        return [str(value) for value in row.values()]

    assert sorted(found, key=order) == sorted(wanted, key=order)
