"""Answers as received: places, answers and lineage of a file, checked against the model, all or nothing.

Long files have a row per location and indicator (``indicator``, ``answer``), wide ones a row per location and a column per
indicator. Both become the same tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from expectations.index import NOT_APPLICABLE
from expectations.index_form import DONT_KNOW
from expectations.index_form import known as questions
from expectations.index_model import IndexModel
from expectations.schema import conform
from expectations.tables import TABLES
from transforms import warehouse
from transforms.index import answer_columns, answer_file, places
from transforms.index.answer_columns import PLACE_COLUMNS, REPLACES
from transforms.index.answer_file import AnswerFile
from transforms.index.answer_map import AnswerMap
from transforms.ordering import ordered
from transforms.refusal import ROWS_SHOWN, Refusal, RowProblem, found

_PROBLEMS_COUNTED = 1_000
_SEPARATORS = re.compile(r"[\s;,|]+")


@dataclass(frozen=True)
class Given:
    """What the user says of a file besides its content: its mapping file, and rounds of all its rows."""

    mapping: AnswerMap = field(default_factory=AnswerMap)
    index_round: int | None = None
    round: int | None = None


@dataclass(frozen=True)
class Answers:
    """``tables``: ``received_index_place``, ``received_index_answer``, ``received_index_lineage``.

    ``extra``: the other columns asked for, as text, with index_round and place_id. ``not_asked``: indicators of the model that
    a wide file has no column for. ``left_out``: submissions that are no answers, by the reason.
    """

    tables: dict[str, pa.Table]
    extra: pa.Table
    not_asked: tuple[str, ...]
    left_out: Mapping[str, int]

    @cached_property
    def index_rounds(self) -> tuple[int, ...]:
        """The index rounds of which it holds answers, in their order."""
        return tuple(sorted(pc.unique(self.tables["received_index_place"]["index_round"]).to_pylist()))


def read(path: Path, name: str, model: IndexModel, given: Given, rounds: frozenset[int], extra: tuple[str, ...] = ()) -> Answers:
    """The answers in the file at ``path``, known to people as ``name``.

    Args:
        rounds: master-list rounds that exist.
        extra: columns to give back as they are, where the file has them.

    Raises:
        Refusal: the file cannot be read, a column is unknown, or a row cannot be taken; every such row is named.
    """
    needed = frozenset({"place_id", given.mapping.columns.get("place_id", "place_id")})
    read_file = answer_file.read(path, name, needed, questions(model))
    if not len(read_file.rows):
        gone = ", ".join(f"{count} {reason}" for reason, count in read_file.left_out.items())
        raise Refusal(name, "answers_missing", f"The file has no row of answers{f' ({gone})' if gone else ''}.")
    return _Reading(read_file, name, model, given, rounds, extra).answers()


class _Reading:
    """One file on its way to the three tables; problems of rows are collected and told together."""

    def __init__(
        self, file: AnswerFile, name: str, model: IndexModel, given: Given, rounds: frozenset[int], extra: tuple[str, ...]
    ) -> None:
        self.file, self.name, self.model, self.given, self.rounds = file, name, model, given, rounds
        self.indicators = {indicator.id: indicator for indicator in model.indicators}
        self.columns = answer_columns.columns(file, name, model, given.mapping, extra)
        self.extra = tuple(column for column in extra if column in self.columns)
        self.problems: list[RowProblem] = []
        self.is_long = "indicator" in self.columns

    def answers(self) -> Answers:
        with warehouse.connect() as connection:
            located = self._numbered(connection, self._places(connection))
            given = self._answers(connection)
            lineage = self._lineage(connection)
            if self.problems:
                raise self._refusal()
            tables = {
                "received_index_place": located,
                "received_index_answer": conform(given, TABLES["received_index_answer"], encoded=True),
                "received_index_lineage": _ordered(lineage, "received_index_lineage"),
            }
            names = ", ".join(f'"{name}"' for name in self.extra)
            extra = connection.sql(
                f"select index_round, place_id{', ' if names else ''}{names} from located order by row"
            ).to_arrow_table()
        asked = set(self.columns) if not self.is_long else set(self.indicators)
        return Answers(tables, extra, tuple(i for i in self.indicators if i not in asked), self.file.left_out)

    def _say(self, row: int, rule: str, detail: str) -> None:
        if len(self.problems) < _PROBLEMS_COUNTED:
            self.problems.append(RowProblem(int(row), rule, detail))

    def _refusal(self) -> Refusal:
        rows = tuple(sorted(self.problems, key=lambda problem: (problem.row, problem.rule)))
        count = len({problem.row for problem in rows})
        more = "at least " if len(rows) >= _PROBLEMS_COUNTED else ""
        said = f"{more}{count:,} of {len(self.file.rows):,} rows cannot be taken."
        return Refusal(self.name, "answers_rows", said[0].upper() + said[1:], rows, is_for_quarantine=False)

    def _meant(self, column: str, rule: str, meaning: Callable[[str | None], object], kind: pa.DataType) -> pa.Array:
        """A column by what its texts mean; each different text is looked at once. A meaning that raises is a problem."""
        cells = self.columns.get(column, None)
        cells = pa.nulls(len(self.file.rows), pa.string()) if cells is None else cells
        encoded = cells.dictionary_encode(null_encoding="encode")
        meanings, wrong = [], {}
        for at, text in enumerate(encoded.dictionary.to_pylist()):
            try:
                meanings.append(meaning(text))
            except ValueError as error:
                meanings.append(None)
                wrong[at] = str(error)
        if wrong:
            bad = pc.is_in(encoded.indices, pa.array(list(wrong), pa.int32()))
            for at in pc.indices_nonzero(bad).to_pylist()[:_PROBLEMS_COUNTED]:
                self._say(self.file.rows[at], rule, wrong[encoded.indices[at].as_py()])
        return pa.array(meanings, kind).take(encoded.indices)

    def _places(self, connection: duckdb.DuckDBPyConnection) -> pa.Table:
        """One row per index round and location; the rows of a location must agree."""
        text, real = pa.string(), pa.float64()
        made = {
            "row": pa.array(self.file.rows, pa.int64()),
            "index_round": self._meant("index_round", "answer_index_round", self._index_round, pa.int64()),
            "round": self._meant("round", "answer_round", self._round, pa.int64()),
            "place_id": self._meant("place_id", "answer_place", places.place_id, text),
            "governorate": self._meant("governorate", "answer_area", places.governorate, text),
            "location_type": self._meant("location_type", "answer_value", places.location_type, text),
            "latitude": self._meant("latitude", "answer_value", lambda t: places.degrees(t, 90, "latitude"), real),
            "longitude": self._meant("longitude", "answer_value", lambda t: places.degrees(t, 180, "longitude"), real),
            "submission_uuid": self.file.uuids if self.file.uuids is not None else pa.nulls(len(self.file.rows), text),
        }
        made |= {
            name: self._meant(name, "answer_value", places.name, text)
            for name in ("subdistrict", "location_name_en", "location_name_ar")
        }
        made["district"] = self._districts(made["governorate"])
        extra = {name: self.columns[name] for name in self.extra}
        connection.register("located_rows", pa.table(made | extra))
        connection.execute("create table located as select * from located_rows")
        connection.unregister("located_rows")
        if self.problems:
            return pa.table({})
        self._demand_one_round(connection)
        return self._one_each(connection) if self.is_long else self._as_given(connection, pa.table(made))

    def _numbered(self, connection: duckdb.DuckDBPyConnection, rows: pa.Table) -> pa.Table:
        """The places in the order of their key, each with its number."""
        if self.problems:
            return rows
        key = TABLES["received_index_place"].key
        rows = ordered(rows, key)
        rows = rows.append_column("place_number", pa.array(np.arange(1, rows.num_rows + 1)))
        connection.register("numbered", rows.select([*key, "place_number"]))
        return conform(rows, TABLES["received_index_place"])

    def _as_given(self, connection: duckdb.DuckDBPyConnection, rows: pa.Table) -> pa.Table:
        """The places of a wide file, which has each of them once."""
        if connection.execute("select 1 from located group by index_round, place_id having count(*) > 1 limit 1").fetchone():
            twice = connection.execute(
                "select row, index_round, place_id, first from "
                "(select *, min(row) over (partition by index_round, place_id) as first from located) "
                f"where row > first order by row limit {_PROBLEMS_COUNTED}"
            ).fetchall()
            for row, index_round, place, first in twice:
                self._say(row, "answer_twice", f"place_id {place} stands in index round {index_round} already, in row {first}")
        sheet = pa.repeat(pa.scalar(self.file.sheet), rows.num_rows)
        return rows.rename_columns(["source_row" if name == "row" else name for name in rows.column_names]).append_column(
            "source_sheet", sheet
        )

    def _one_each(self, connection: duckdb.DuckDBPyConnection) -> pa.Table:
        """The places of a long file, whose rows say the same of each."""
        said = ("round", *PLACE_COLUMNS)
        differing = " or ".join(f'min("{name}") <> max("{name}")' for name in said)
        mixed = connection.execute(
            f"select min(row), index_round, place_id from located group by index_round, place_id having {differing} order by 1 limit {ROWS_SHOWN}"
        ).fetchall()
        for row, index_round, place in mixed:
            self._say(
                row,
                "answer_area",
                f"the rows of place_id {place} in index round {index_round} say different rounds, areas, names or coordinates",
            )
        columns = ", ".join(f'max("{name}") as "{name}"' for name in said)
        return connection.sql(
            f"select index_round, place_id, {columns}, min(row) as source_row, max(submission_uuid) as submission_uuid, "
            f"{_literal(self.file.sheet)} as source_sheet from located group by index_round, place_id"
        ).to_arrow_table()

    def _demand_one_round(self, connection: duckdb.DuckDBPyConnection) -> None:
        """All rows of an index round are weighted with one master-list round."""
        rounds = connection.execute(
            "select index_round, min(round), max(round), min(row) filter (where round is null), min(row) from located group by 1 order by 1"
        ).fetchall()
        for index_round, low, high, without, first in rounds:
            if low != high:
                self._say(
                    first,
                    "answer_round",
                    f"rows of index round {index_round} name different master-list rounds: R{low} and R{high}",
                )
            elif low is not None and without is not None:
                self._say(
                    without,
                    "answer_round",
                    f"rows of index round {index_round} name different master-list rounds: R{low} and none",
                )

    def _index_round(self, text: str | None) -> int:
        if text is None:
            known = self.given.index_round or self.given.mapping.index_round
            if known is None:
                raise ValueError("there is no index round")
            return known
        return places.whole_round(text, "index round")

    def _round(self, text: str | None) -> int | None:
        number = (self.given.round or self.given.mapping.round) if text is None else places.whole_round(text, "round")
        return None if number is None else places.existing(number, self.rounds)

    def _districts(self, governorates: pa.Array) -> pa.Array:
        """Districts within the governorate of their row."""
        cells = self.columns.get("district")
        if cells is None:
            return pa.nulls(len(governorates), pa.string())
        self.columns["district_pair"] = pc.binary_join_element_wise(
            pc.fill_null(governorates, ""), pc.fill_null(cells, ""), "\x1f"
        )

        def meaning(pair: str) -> str | None:
            governorate, _, text = pair.partition("\x1f")
            return places.district(governorate or None, text or None)

        return self._meant("district_pair", "answer_area", meaning, pa.string())

    def _answers(self, connection: duckdb.DuckDBPyConnection) -> pa.Table:
        """One row per given answer, by its code, in the order of their key."""
        if self.problems:
            return pa.table({})
        return self._of_long(connection) if self.is_long else self._of_wide(connection)

    def _of_wide(self, connection: duckdb.DuckDBPyConnection) -> pa.Table:
        """A column per indicator: each different wording of a column is looked at once."""
        asked = sorted(name for name in self.columns if name in self.indicators)
        codes_known = sorted({level.code for name in asked for level in self.indicators[name].levels} | {NOT_APPLICABLE})
        number = {code: at for at, code in enumerate(codes_known)}
        cells = np.full((len(self.file.rows), len(asked)), -1, np.int16)
        for at, name in enumerate(asked):
            encoded = self.columns[name].dictionary_encode()
            meant = np.full(len(encoded.dictionary) + 1, -1, np.int16)  # the last is for empty cells
            for place, wording in enumerate(encoded.dictionary.to_pylist()):
                try:
                    meant[place] = number.get(self._code(name, wording), -1)
                except _Unusable as problem:
                    bad = pc.indices_nonzero(pc.equal(encoded.indices, place)).to_pylist()[:_PROBLEMS_COUNTED]
                    for row in bad:
                        self._say(self.file.rows[row], problem.rule, str(problem))
            cells[:, at] = meant[pc.fill_null(encoded.indices, -1).to_numpy()]
        numbers = connection.sql(
            "select n.place_number from located l join numbered n using (index_round, place_id) order by l.row"
        ).to_arrow_table()
        cells = cells[np.argsort(numbers["place_number"].to_numpy(), kind="stable")].ravel()
        at = np.flatnonzero(cells >= 0)
        place, column = np.divmod(at, max(len(asked), 1))
        said = {
            "indicator": pa.DictionaryArray.from_arrays(pa.array(column.astype(np.int32)), pa.array(asked, pa.string())),
            "answer": pa.DictionaryArray.from_arrays(pa.array(cells[at].astype(np.int32)), pa.array(codes_known)),
        }
        return pa.table({"place_number": pa.array(place + 1)} | said)

    def _of_long(self, connection: duckdb.DuckDBPyConnection) -> pa.Table:
        """A row per indicator."""
        self._demand_model()
        said = {
            "indicator": self._meant("indicator", "answer_indicator", self._indicator, pa.string()),
            "answer": self.columns["answer"],
            "row": pa.array(self.file.rows, pa.int64()),
        }
        connection.register("said_rows", pa.table(said))
        connection.execute(
            "create table said as select l.index_round, l.place_id, n.place_number, s.indicator, s.answer as wording, s.row "
            "from said_rows s join located l on l.row = s.row join numbered n using (index_round, place_id)"
        )
        wordings = connection.execute(
            "select distinct indicator, wording from said where wording is not null and indicator is not null"
        ).fetchall()
        coded: list[tuple[str, str, str]] = []
        for indicator, wording in wordings:
            try:
                code = self._code(indicator, wording)
            except _Unusable as problem:
                self._say_of_answer(connection, indicator, wording, problem)
                continue
            if code:
                coded.append((indicator, wording, code))
        self._demand_once(connection)
        columns = zip(*coded, strict=True) if coded else ((), (), ())
        names = ("indicator", "wording", "code")
        connection.register(
            "coded", pa.table({name: pa.array(list(own), pa.string()) for name, own in zip(names, columns, strict=True)})
        )
        given = connection.sql(
            "select s.place_number, s.indicator, c.code as answer "
            "from said s join coded c on c.indicator = s.indicator and c.wording = s.wording"
        ).to_arrow_table()
        return ordered(given, TABLES["received_index_answer"].key)

    def _demand_model(self) -> None:
        """Refuse a long file of which no indicator is known in one sentence, not row by row."""
        said = [text for text in pc.unique(self.columns["indicator"]).to_pylist() if text is not None]
        if said and not any(text in self.indicators or codes.normalise(text) in self.given.mapping.indicators for text in said):
            hint = answer_columns.hint_of_model(said, self.model)
            raise Refusal(
                self.name, "answers_columns", f"Column indicator names none of {self.model.name}: {found(said[0])} ...{hint}"
            )

    def _indicator(self, text: str | None) -> str:
        if text in self.indicators:
            return text
        mapped = self.given.mapping.indicators.get(codes.normalise(text)) if text else None
        if mapped is None:
            raise ValueError(
                f"indicator {found(text or '')} is none of {self.model.name}.{answer_file.nearest(text or '', self.indicators)}"
            )
        return mapped

    def _code(self, indicator: str, wording: str) -> str:
        """The code of an answer, '' for none."""
        asked = self.indicators[indicator]
        levels = [level.code for level in asked.levels]
        if wording == DONT_KNOW and wording not in levels:
            return ""
        code = wording if wording in levels or wording == NOT_APPLICABLE else self.given.mapping.code(indicator, wording)
        if code is None:
            raise _Unusable(
                "answer_code",
                f"{indicator}{self._header(indicator)} is {found(wording)}, expected {', '.join(levels)}"
                f"{f', {NOT_APPLICABLE}' if asked.allow_not_applicable else ''} or nothing",
            )
        if code == NOT_APPLICABLE and not asked.allow_not_applicable:
            raise _Unusable(
                "answer_not_applicable", f"{indicator} is {NOT_APPLICABLE}, which {self.model.name} does not allow for it"
            )
        return code

    def _header(self, indicator: str) -> str:
        """The header of the file from which an answer comes, where it is another one than the indicator."""
        header = self.given.mapping.columns.get("answer" if self.is_long else indicator, "answer" if self.is_long else indicator)
        return f" (column {found(header)})" if header != indicator else ""

    def _say_of_answer(self, connection: duckdb.DuckDBPyConnection, indicator: str, wording: str, problem: _Unusable) -> None:
        rows = connection.execute(
            f"select row from said where indicator = ? and wording = ? order by row limit {_PROBLEMS_COUNTED}",
            [indicator, wording],
        ).fetchall()
        for (row,) in rows:
            self._say(row, problem.rule, str(problem))

    def _demand_once(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Each indicator of a location stands once."""
        twice = connection.execute(
            "select max(row), min(row), index_round, place_id, indicator from said where indicator is not null group by 3, 4, 5 having count(*) > 1 "
            f"order by 1 limit {_PROBLEMS_COUNTED}"
        ).fetchall()
        for row, first, index_round, place, indicator in twice:
            self._say(
                row,
                "answer_twice",
                f"{indicator} of place_id {place} stands in index round {index_round} already, in row {first}",
            )

    def _lineage(self, connection: duckdb.DuckDBPyConnection) -> pa.Table:
        """Which locations replace which."""
        cells = self.columns.get(REPLACES)
        empty = pa.table(
            {
                "index_round": pa.array([], pa.int64()),
                "place_id": pa.array([], pa.string()),
                "replaced_place_id": pa.array([], pa.string()),
            }
        )
        if self.problems or cells is None or not pc.count(cells).as_py():
            return empty
        at = pc.indices_nonzero(pc.is_valid(cells)).to_pylist()
        replaced: list[tuple[int, str]] = []
        for position in at:  # few locations replace others
            for text in filter(None, _SEPARATORS.split(cells[position].as_py())):
                try:
                    replaced.append((int(self.file.rows[position]), places.place_id(text)))
                except ValueError as error:
                    self._say(self.file.rows[position], "answer_place", f"replaces: {error}")
        rows, gone = zip(*replaced, strict=True) if replaced else ((), ())
        connection.register(
            "replacing", pa.table({"row": pa.array(rows, pa.int64()), "replaced_place_id": pa.array(gone, pa.string())})
        )
        return connection.sql(
            "select distinct l.index_round, l.place_id, r.replaced_place_id from replacing r join located l on l.row = r.row"
        ).to_arrow_table()


class _Unusable(Exception):
    """An answer that cannot be taken: the rule that says so, and why."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(why)
        self.rule = rule


def _ordered(rows: pa.Table, name: str) -> pa.Table:
    """Rows as their table, in the order of its key."""
    table = TABLES[name]
    return ordered(conform(rows, table), table.key)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
