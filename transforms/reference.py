"""The code lists as typed tables."""

from __future__ import annotations

import datetime

import pyarrow as pa

from expectations import codes
from expectations.columns import COLUMNS
from expectations.schema import ARROW, ContractError, conform
from expectations.tables import REFERENCE

_BOOLEAN = {"true": True, "false": False}


def tables(accepted: list[dict[str, str]] | None = None, rounds: list[dict[str, str]] | None = None) -> dict[str, pa.Table]:
    """Every reference table by name; ``accepted`` exceptions and opened ``rounds`` of the data folder join the committed ones.

    Raises:
        ContractError: a cell of a code list is not of its column's type.
    """
    extra = {"known_exception": list(accepted or []), "round": list(rounds or [])}
    return {
        table.name: conform(
            _typed(table.name, table.columns, [*codes.rows(table.name), *extra.get(table.name, [])]), table
        ).sort_by([(name, "ascending") for name in table.key])
        for table in REFERENCE
    }


def opened_round(
    number: int, list_date: datetime.date, start: datetime.date | None, end: datetime.date | None
) -> dict[str, str] | None:
    """A row of the registry for a round opened here; None for one that the registry has.

    The counting rule is the newest known; whether it still holds is for the multiplier rules to say, which have no end.
    """
    if number in codes.rounds():
        return None
    newest = codes.rounds()[max(codes.rounds())]
    return newest | {
        "round": str(number),
        "list_date": list_date.isoformat(),
        "list_date_basis": "given",
        "idp_list": "",
        "returnee_list": "",
        "collection_start": start.isoformat() if start else "",
        "collection_end": end.isoformat() if end else "",
        "collection_basis": "",
        "note": "opened in this data folder",
    }


def _typed(name: str, columns: tuple[str, ...], rows: list[dict[str, str]]) -> pa.Table:
    unknown = {key for row in rows for key in set(row) ^ set(columns)}
    if unknown:
        raise ContractError(f"Code list {name}: columns {sorted(unknown)} are missing or not declared.")
    arrays = {}
    for column in columns:
        kind = COLUMNS[column].type
        values = [typed_value(name, column, kind, row[column]) for row in rows]
        arrays[column] = pa.array(values, ARROW[kind])
    return pa.table(arrays)


def typed_value(name: str, column: str, kind: str, cell: str) -> object:
    if cell == "":
        return None
    try:
        if kind == "integer":
            return int(cell)
        if kind == "real":
            return float(cell)
        if kind == "boolean":
            return _BOOLEAN[cell]
        if kind == "date":
            return datetime.date.fromisoformat(cell)
    except (ValueError, KeyError):
        raise ContractError(f"Code list {name}: {column} holds '{cell}', expected a value of type {kind}.") from None
    return cell
