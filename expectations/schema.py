"""Arrow schemas from the contract, and the one gate through which every table passes.

Descriptions, units, HXL tags, grain and key travel as metadata; the keys are sorted and hold no
time, path or run, so equal content gives equal bytes.
"""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from expectations.columns import COLUMNS
from expectations.contract import Column, Table

ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "real": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}


class ContractError(Exception):
    """A table does not have the columns, types or values that its contract demands."""


@cache
def schema(table: Table) -> pa.Schema:
    """The Arrow schema of a table: types, nullability and metadata from the contract."""
    fields = [field(COLUMNS[name], nullable=name in table.nullable) for name in table.columns]
    about = {"description": table.meaning, "grain": table.grain, "key": ", ".join(table.key)}
    return pa.schema(fields, metadata=dict(sorted(about.items())))


def field(column: Column, *, nullable: bool) -> pa.Field:
    """The Arrow field of a column, with its meaning, unit, HXL tag and sensitivity as metadata."""
    about = {"description": column.meaning, "hxl": column.hxl, "unit": column.unit, "sensitivity": column.sensitivity}
    metadata = {key: value for key, value in sorted(about.items()) if value}
    return pa.field(column.name, ARROW[column.type], nullable=nullable, metadata=metadata)


def conform(data: pa.Table, table: Table, *, encoded: bool = False) -> pa.Table:
    """``data`` with exactly the contract's columns, types and order.

    The column set is compared both ways before anything is cast, because casting drops unknown
    columns and parses text without a word.

    Args:
        encoded: leave text that comes as numbers in a dictionary as it is: where millions of rows repeat few texts, it takes
            a fraction of the time and memory. :func:`decoded` makes it the text of the contract.

    Raises:
        ContractError: a column is missing, unknown, of another kind, or null where it may not be.
    """
    expected, found = set(table.columns), set(data.column_names)
    if len(data.column_names) != len(found):
        raise ContractError(f"Table {table.name}: a column occurs twice.")
    if expected != found:
        missing, unknown = sorted(expected - found), sorted(found - expected)
        raise ContractError(f"Table {table.name}: missing columns {missing}, unknown columns {unknown}.")
    data = data.select(table.columns)
    target = _as_encoded(schema(table), data.schema) if encoded else schema(table)
    for name in table.columns:
        if pa.types.is_string(_plain(data.schema.field(name).type)) and COLUMNS[name].type not in ("text",):
            raise ContractError(f"Table {table.name}: column {name} is text where {COLUMNS[name].type} is expected.")
    for name in table.columns:
        nulls = data[name].null_count
        if nulls and name not in table.nullable:
            raise ContractError(f"Table {table.name}: column {name} has {nulls} empty values, none are allowed.")
    try:
        return data.cast(target).combine_chunks()
    except (pa.ArrowInvalid, ValueError) as error:
        raise ContractError(f"Table {table.name}: {error}") from error


def _as_encoded(target: pa.Schema, found: pa.Schema) -> pa.Schema:
    """A schema with the dictionaries of text that ``found`` has in the same columns."""
    fields = [
        said.with_type(own.type) if pa.types.is_dictionary(own.type) and _plain(own.type) == said.type else said
        for said, own in zip(target, found, strict=True)
    ]
    return pa.schema(fields, metadata=target.metadata)


def decoded(data: pa.Table) -> pa.Table:
    """``data`` with its text as text, as files hold it."""
    fields = [found.with_type(_plain(found.type)) for found in data.schema]
    return data.cast(pa.schema(fields, metadata=data.schema.metadata))


def _plain(kind: pa.DataType) -> pa.DataType:
    """What a column of this kind holds, be it in a dictionary or not."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind
