"""The answers of which a report is made: every query of ``sql/report``, run over the content of a release and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from expectations.release_columns import GIVEN, MISSING
from transforms import query, warehouse
from transforms.release.content import Content

THIS_ROUND = "this_round"  # what the queries call the round of the release


@dataclass(frozen=True)
class Figure:
    """One number: the query it comes from, the key of its row and its column there.

    ``value`` is None where the number is not given; ``status`` then says why: suppressed, missing, or a word of the query.
    """

    query: str
    key: str
    measure: str
    value: float | None
    status: str = GIVEN


@dataclass(frozen=True)
class Answer:
    """The rows of a query, in its order. ``is_held``: whether the release has the tables that the query reads."""

    name: str
    rows: tuple[Mapping[str, object], ...]
    is_held: bool = True

    def figure(self, row: Mapping[str, object], measure: str) -> Figure:
        """A number of one of the rows."""
        value = row[measure]
        status = str(row.get(f"{measure}_status") or row.get("status") or GIVEN)
        if value is None:
            return Figure(self.name, str(row["key"]), measure, None, MISSING if status == GIVEN else status)
        return Figure(self.name, str(row["key"]), measure, value)

    def of(self, **wanted: object) -> tuple[Mapping[str, object], ...]:
        """The rows with these values, in the order of the query."""
        return tuple(row for row in self.rows if all(row[name] == value for name, value in wanted.items()))


def names() -> tuple[str, ...]:
    """The names of the queries."""
    return tuple(sorted(query.names(query.FOLDER / "report")))


def asked(content: Content) -> dict[str, Answer]:
    """The answer to every query of the report.

    A query that reads a table which the tier does not hold has no rows, and says so: :attr:`Answer.is_held`.
    """
    with warehouse.connect() as connection:
        connection.register(THIS_ROUND, pa.table({"round": pa.array([content.release.round], pa.int64())}))
        for name, rows in content.tables.items():
            connection.register(name, rows)
        answers = {}
        for name in names():
            text = query.report_query(name)
            is_held = query.reads(text) <= set(content.tables)
            rows = tuple(warehouse.rows_of(connection, text).to_pylist()) if is_held else ()
            answers[name] = Answer(name, rows, is_held)
        return answers
