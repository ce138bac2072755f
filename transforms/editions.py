"""Which source stands for an edition when two files hold the same list."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from transforms.refusal import Refusal
from transforms.source import Source

_NOT_CONTENT = ("sha256", "source_sheet", "source_row")


class Editions:
    """Clean tables of all sources, one source per population, round and vintage.

    The same list received twice in other bytes (line ends, another delimiter) is kept once, from the file with
    the smaller hash, so the result does not depend on the order of files.
    """

    def __init__(self) -> None:
        self._by_edition: dict[tuple, tuple[Source, dict[str, pa.Table]]] = {}

    def add(self, source: Source, tables: dict[str, pa.Table]) -> None:
        """Take the tables of one source.

        Raises:
            Refusal: another source of the same population, round and vintage holds another list.
        """
        row = tables["clean_edition"].to_pylist()[0]
        edition = (row["population"], row["round"], row["vintage_date"])
        known = self._by_edition.get(edition)
        if known is None:
            self._by_edition[edition] = (source, tables)
            return
        other, other_tables = known
        if _content(tables) != _content(other_tables):
            name = f"{edition[0]} R{edition[1]}, vintage {edition[2]}"
            first, second = sorted((source, other), key=lambda s: (s.name, s.sha256))
            raise Refusal(second.name, "list_twice", f"'{first.name}' holds another list of {name}.")
        if source.sha256 < other.sha256:
            self._by_edition[edition] = (source, tables)

    def tables(self, name: str) -> Iterator[pa.Table]:
        """The clean table ``name`` of every edition, in the order of editions."""
        for edition in sorted(self._by_edition):
            yield self._by_edition[edition][1][name]


def _content(tables: dict[str, pa.Table]) -> tuple:
    """What a list says, apart from where it was written."""
    record = tables["clean_record"].drop_columns([n for n in _NOT_CONTENT if n in tables["clean_record"].column_names])
    cells = tables["clean_cell"].drop_columns(["sha256"])
    categories = tables["clean_category"].drop_columns(["sha256"])
    return tuple(
        sorted(map(repr, table.to_pylist()))
        for table in (record, cells, categories, tables["clean_edition"].select(["unit_as_provided", "rows_read", "rows_kept"]))
    )
