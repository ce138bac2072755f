"""Submissions of any other tool: a CSV or Parquet file with a map from its headers to the questions.

Repeats have no place in such a file; households by district of origin are given wide, as columns
``origin_district_<code of the district>``, and pass through under that name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations import form
from expectations.form import ORIGIN_DISTRICT_PREFIX, Question
from transforms.field.export import META, Export
from transforms.field.exports import cells, kobo_table
from transforms.field.exports.headers import Headers
from transforms.readers.package import CELLS_MAXIMUM, EXPANDED_MAXIMUM
from transforms.refusal import Refusal, found

_REQUIRED = "_uuid"
_TABLES = ("columns", "values")
_PLAIN = (
    pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean, pa.types.is_date,
    pa.types.is_timestamp, pa.types.is_time, pa.types.is_null,
)  # fmt: skip


@dataclass(frozen=True)
class ColumnMap:
    """Where the questions stand in a file of another tool.

    ``columns`` gives the header for a name of ours: META, a question that is in no repeat, or
    ``origin_district_<code>``. ``values`` gives, for such a name, our code for a value of theirs.
    """

    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str, name: str, questions: Mapping[str, Question] | None = None) -> ColumnMap:
        """A map written as TOML: ``[columns]`` our name = "their header"; ``[values.<question>]`` theirs = "ours".

        Raises:
            Refusal: not TOML, or a name, header or code that cannot be meant.
        """
        try:
            told = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise _invalid(name, f"It is not TOML: {error}.") from None
        known = form.known() if questions is None else questions
        extra = sorted(set(told) - set(_TABLES))
        if "repeats" in extra:
            raise _invalid(name, f"Repeats cannot be mapped; give columns {ORIGIN_DISTRICT_PREFIX}<code> instead.")
        if extra:
            raise _invalid(name, f"{found(extra[0])} is neither [columns] nor [values.<question>].")
        columns, values = told.get("columns", {}), told.get("values", {})
        _demand_columns(columns, known, name)
        _demand_values(values, columns, known, name)
        return cls(columns, values)


def read_csv(data: bytes, name: str, column_map: ColumnMap, questions: Mapping[str, Question]) -> Export:
    """The mapped columns of a CSV.

    Raises:
        Refusal: not UTF-8, rows that are torn, or a mapped header that is not there.
    """
    made = kobo_table.table(data, name, None, frozenset(column_map.columns.values()), "generic")
    return _export(made.titles, lambda at: made.column(at, name), made.numbers, column_map, questions, name)


def read_parquet(path: Path, name: str, column_map: ColumnMap, questions: Mapping[str, Question]) -> Export:
    """The mapped columns of a Parquet file, as text; row 1 is the first.

    Raises:
        Refusal: damaged, too large, a mapped column that is not there or holds lists or structures.
    """
    try:
        with pq.ParquetFile(path) as source:
            schema = source.schema_arrow
            wanted = sorted(set(column_map.columns.values()) & set(schema.names))
            _demand_size(source.metadata, len(wanted), name)
        texts = [title for title in wanted if _is_text(_type(schema, title, name))]
        # Texts stay in dictionaries until their full length is known: one long text can stand in every row.
        with pq.ParquetFile(path, read_dictionary=texts) as source:
            table = source.read(columns=wanted)
        columns = {title: _as_text(table.column(title), name, title) for title in wanted}
    except (pa.ArrowException, OSError, ValueError, LookupError) as error:
        raise Refusal(name, "export_unreadable", f"The Parquet file is damaged: {found(str(error), 120)}.") from None
    titles = tuple(schema.names)
    numbers = np.arange(1, table.num_rows + 1)
    return _export(titles, lambda at: columns[titles[at]], numbers, column_map, questions, name)


def _export(
    titles: tuple[str, ...], column: cells.Column, numbers: np.ndarray, column_map: ColumnMap, questions: Mapping[str, Question],
    name: str,
) -> Export:  # fmt: skip
    made, districts = Headers(), {}
    for ours, theirs in column_map.columns.items():
        positions = [at for at, title in enumerate(titles) if title == theirs]
        if not positions:
            raise Refusal(
                name, "export_map_header_missing", f"The column map names header {found(theirs)}, which the file does not have."
            )
        if ours in META:
            made.meta[ours] = positions
        elif ours in questions:
            made.questions[ours] = positions
        else:
            districts[ours] = positions
    named = {ours: values for ours, values in column_map.values.items() if ours not in districts}

    def mapped(at: int) -> pa.Array:
        values = next(
            (named[ours] for ours, theirs in column_map.columns.items() if theirs == titles[at] and ours in named), None
        )
        return column(at) if values is None else _replaced(column(at), values)

    rows = cells.table(made, mapped, titles, numbers, "", questions, name)
    for ours, positions in districts.items():
        rows = rows.append_column(ours, column(positions[0]))
    taken = set(column_map.columns.values())
    return Export("generic", rows, {}, tuple(title for title in titles if title not in taken and title))


def _replaced(column: pa.Array, values: Mapping[str, str]) -> pa.Array:
    theirs, ours = pa.array(list(values), pa.string()), pa.array(list(values.values()), pa.string())
    return pc.coalesce(pc.take(ours, pc.index_in(column, theirs)), column)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _type(schema: pa.Schema, title: str, name: str) -> pa.DataType:
    """The type of a column, a dictionary's that of its values.

    Raises:
        Refusal: lists, structures and bytes are no answers; or the file has the column twice.
    """
    if schema.get_field_index(title) < 0:
        raise Refusal(name, "export_unreadable", f"The Parquet file has column {found(title)} twice.")
    kind = schema.field(title).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not (_is_text(kind) or any(is_plain(kind) for is_plain in _PLAIN)):
        raise Refusal(name, "export_unreadable", f"Column {found(title)} holds {kind} values where an answer is expected.")
    return kind


def _as_text(column: pa.ChunkedArray, name: str, title: str) -> pa.Array:
    """A column as trimmed text; whole numbers without a decimal point, dates and times in ISO form."""
    where, kind = f"Column {found(title)}", column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
        if _is_text(kind):
            _demand_length(column, name, where)
        column = column.cast(kind)
    values = column.combine_chunks()
    if pa.types.is_null(kind):
        return pa.nulls(len(values), pa.string())
    if _is_text(kind) or pa.types.is_integer(kind) or pa.types.is_date32(kind) or pa.types.is_decimal(kind):
        values = values.cast(pa.string())
        values.validate(full=True)
        if pa.types.is_decimal(kind):
            values = pc.replace_substring_regex(values, r"\.0+$", "")
        return cells.trimmed(values, name, where)
    return cells.text(values.to_pylist(), name, where)


def _demand_size(about: pq.FileMetaData, columns: int, name: str) -> None:
    expanded = sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups))
    if about.num_rows * max(columns, 1) > CELLS_MAXIMUM or expanded > EXPANDED_MAXIMUM:
        raise Refusal(name, "export_too_large", f"The file has {about.num_rows:,} rows and expands to {expanded:,} bytes.")


def _demand_length(column: pa.ChunkedArray, name: str, where: str) -> None:
    """Refuse texts that are short in the file, as numbers of a dictionary, and long when written out."""
    lengths = (pc.sum(pc.take(pc.binary_length(chunk.dictionary), chunk.indices)).as_py() or 0 for chunk in column.chunks)
    expanded = sum(lengths)
    if expanded > EXPANDED_MAXIMUM:
        raise Refusal(name, "export_too_large", f"{where} expands to {expanded:,} bytes.")


# --- the map ------------------------------------------------------------------------------------------


def _invalid(name: str, said: str) -> Refusal:
    return Refusal(name, "export_map_invalid", said)


def _demand_columns(columns: object, known: Mapping[str, Question], name: str) -> None:
    if not isinstance(columns, dict) or not columns:
        raise _invalid(name, "It has no table [columns].")
    for ours, theirs in columns.items():
        if ours in known and known[ours].repeat:
            raise _invalid(name, f"{ours} is a question of a repeat; give columns {ORIGIN_DISTRICT_PREFIX}<code> instead.")
        if ours not in META and ours not in known and ours not in form.origin_district_counts():
            raise _invalid(name, f"{found(ours)} is no question of the form.")
        if not isinstance(theirs, str) or not theirs.strip() or theirs != theirs.strip():
            raise _invalid(name, f"The header for {ours} is not a text without outer spaces.")
    if _REQUIRED not in columns:
        raise _invalid(name, f"It does not say which header is {_REQUIRED}.")
    by_header: dict[str, str] = {}
    for ours, theirs in columns.items():
        if theirs in by_header:
            raise _invalid(name, f"Header {found(theirs)} is given to {by_header[theirs]} and to {ours}.")
        by_header[theirs] = ours


def _demand_values(values: object, columns: Mapping[str, str], known: Mapping[str, Question], name: str) -> None:
    if not isinstance(values, dict) or not all(isinstance(listed, dict) for listed in values.values()):
        raise _invalid(name, "[values] holds something else than tables [values.<question>].")
    for ours, listed in values.items():
        if ours not in columns:
            raise _invalid(name, f"[values.{ours}] is of a question that [columns] does not have.")
        choices = {code for code, _ in known[ours].choices} if ours in known else set()
        for theirs, code in listed.items():
            if not isinstance(code, str):
                raise _invalid(name, f"[values.{ours}] gives {found(theirs)} something else than a text.")
            if choices and code not in choices:
                raise _invalid(
                    name, f"[values.{ours}] gives {found(theirs)} the code {found(code)}, which is no choice of {ours}."
                )
