"""Locations and answers in force by number: where rows are millions, numbers are quicker than texts.

Locations are numbered in the order of their key, answers in that of index, indicator and answer. Every location has a row for
each indicator of its index, with the number of no answer where it gave none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.index import NOT_APPLICABLE
from expectations.index_model import IndexModel
from expectations.schema import conform, schema
from expectations.tables import TABLES
from transforms.index.model_tables import of_rows
from transforms.ordering import encoded, ordered

_KEY = ("index_name", "index_round", "place_id")


def tables(places: Sequence[pa.Table], answers: Sequence[pa.Table], models: Iterable[IndexModel]) -> dict[str, pa.Table]:
    """The clean tables ``clean_index_place``, ``clean_index_code`` and ``clean_index_answer``.

    Args:
        places: of each file the rows of ``received_index_place`` that are in force, with ``index_name``.
        answers: of each file all rows of ``received_index_answer``, in the same order.
        models: the models in force.
    """
    codes = _codes(models)
    if not places:
        empty = {name: schema(TABLES[name]).empty_table() for name in ("clean_index_place", "clean_index_answer")}
        return empty | {"clean_index_code": of_rows("clean_index_code", codes)}
    numbers = [pa.array(np.full(rows.num_rows, part)) for part, rows in enumerate(places)]
    together = pa.concat_tables([rows.append_column("part", own) for rows, own in zip(places, numbers, strict=True)])
    rows = ordered(together, _KEY)
    part, received = (rows[name].to_numpy() for name in ("part", "place_number"))
    rows = rows.set_column(rows.column_names.index("place_number"), "place_number", pa.array(np.arange(1, rows.num_rows + 1)))
    made = []
    for index in pc.unique(rows["index_name"]).to_pylist():
        own = np.flatnonzero(pc.equal(rows["index_name"], index).to_numpy())  # they stand together
        grid = _Grid([code for code in codes if code["index_name"] == index], int(own[0]) + 1, len(own))
        for at in np.unique(part[own]):
            mine = own[part[own] == at]
            grid.take(answers[at], received[mine], mine - own[0])
        made.append(grid.rows())
    return {
        "clean_index_place": conform(rows.select(TABLES["clean_index_place"].columns), TABLES["clean_index_place"]),
        "clean_index_code": of_rows("clean_index_code", codes),
        "clean_index_answer": conform(pa.concat_tables(made), TABLES["clean_index_answer"]),
    }


class _Grid:
    """What the locations of an index answered: a row per location, a column per indicator, the number of the answer."""

    def __init__(self, codes: Sequence[dict[str, object]], first_place: int, places: int) -> None:
        self.first_place = first_place
        self.numbers = {(code["indicator"], code["answer"]): code["answer_number"] for code in codes}
        self.column = {indicator: at for at, (indicator, answer) in enumerate(own for own in self.numbers if own[1] is None)}
        unanswered = [self.numbers[indicator, None] for indicator in self.column]
        self.cells = np.tile(np.array(unanswered, np.int64), (places, 1))

    def take(self, answers: pa.Table, received: np.ndarray, rows: np.ndarray) -> None:
        """Fill in answers of a file, of which the places with the numbers ``received`` are those of ``rows`` here."""
        indicators, said = (encoded(answers[name]) for name in ("indicator", "answer"))
        known = indicators.dictionary.to_pylist()
        wordings = said.dictionary.to_pylist()
        # an indicator of a model that is no longer in force has no number
        number = np.array([[self.numbers.get((one, text), 0) for text in wordings] for one in known], np.int64)
        column = np.array([self.column.get(one, 0) for one in known], np.int64)
        if not number.size:
            return
        place = answers["place_number"].to_numpy()
        row_of = np.full(int(max(place.max(), received.max())) + 1, -1, np.int64)
        row_of[received] = rows
        at, own = indicators.indices.to_numpy(), row_of[place]
        given = number[at, said.indices.to_numpy()]
        taken = (own >= 0) & (given > 0)
        if not taken.all():
            at, own, given = at[taken], own[taken], given[taken]
        self.cells[own, column[at]] = given

    def rows(self) -> pa.Table:
        """A row per location and indicator."""
        places, indicators = self.cells.shape
        number = np.repeat(np.arange(self.first_place, self.first_place + places), indicators)
        return pa.table({"place_number": pa.array(number), "answer_number": pa.array(self.cells.ravel())})


def _codes(models: Iterable[IndexModel]) -> list[dict[str, object]]:
    """Every answer to every indicator that the models know, with its number; without an answer comes first."""
    known: set[tuple[str, str, str]] = set()
    for model in models:
        for indicator in model.indicators:
            answers = ("", NOT_APPLICABLE, *(level.code for level in indicator.levels))
            known |= {(model.index.name, indicator.id, answer) for answer in answers}
    return [
        {"answer_number": number, "index_name": index, "indicator": indicator, "answer": answer or None}
        for number, (index, indicator, answer) in enumerate(sorted(known), start=1)
    ]
