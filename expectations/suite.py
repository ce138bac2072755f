"""Great Expectations suites from the contract. The one module that imports GX.

A suite holds what concerns single columns and the key; what spans rows or tables is a query of
``sql/rules``, judged by the suite :func:`rules_suite` on the number of rows it returns.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # must be set before the import

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from great_expectations.core import id_dict
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.execution_engine import pandas_execution_engine
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.validator.v1_validator import Validator

from expectations import codes
from expectations.columns import BREAKDOWN_COLUMNS, COLUMNS
from expectations.contract import Column, Table
from expectations.outcome import Failure, Outcome
from expectations.rules import blocking
from expectations.tables import JUDGED

FOLDER = Path(__file__).parent / "suites"
RULES_SUITE = "rules"
BATCH_ROWS = 1_000_000
KEYS_SHOWN = 20

for _noisy in ("great_expectations", "great_expectations.data_context.types.base"):  # the second sets its own level
    logging.getLogger(_noisy).setLevel(logging.ERROR)


def build(table: Table) -> gx.ExpectationSuite:
    """The suite of a table: exact columns, rows, empty values, closed lists, bounds, patterns, key."""
    expectations = _of_whole(table)
    for name in table.columns:
        column = COLUMNS[name]
        if name not in table.nullable:
            expectations.append(gxe.ExpectColumnValuesToNotBeNull(column=name, severity="critical"))
        if name not in BREAKDOWN_COLUMNS:  # judged once, in location_breakdown; the rule breakdown_complete ties both
            expectations.extend(_of_values(column))
    if len(table.key) > 1:
        expectations.append(
            gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.key), ignore_row_if="never", severity="critical")
        )
    else:
        expectations.append(gxe.ExpectColumnValuesToBeUnique(column=table.key[0], severity="critical"))
    return gx.ExpectationSuite(name=table.name, expectations=expectations)


def _of_whole(table: Table) -> list[gxe.Expectation]:
    """What is expected of a table as a whole. All else is expected of every row, and so holds where there is none."""
    expectations = [gxe.ExpectTableColumnsToMatchOrderedList(column_list=list(table.columns), severity="critical")]
    if not table.may_be_empty:
        expectations.append(gxe.ExpectTableRowCountToBeBetween(min_value=1, severity="critical"))
    return expectations


def _of_values(column: Column) -> Iterator[gxe.Expectation]:
    allowed = _allowed(column)
    if allowed:
        yield gxe.ExpectColumnValuesToBeInSet(column=column.name, value_set=allowed, severity="critical")
    if column.minimum is not None or column.maximum is not None:
        yield gxe.ExpectColumnValuesToBeBetween(
            column=column.name, min_value=column.minimum, max_value=column.maximum, severity="critical"
        )
    if column.pattern:
        yield gxe.ExpectColumnValuesToMatchRegex(column=column.name, regex=column.pattern, severity="critical")


def _allowed(column: Column) -> list[str]:
    if column.codes == "governorate":
        return sorted(codes.governorates().codes)
    if column.codes == "district":
        return sorted({district for own in codes.districts().values() for district in own.codes})
    return list(column.values)


def rules_suite() -> gx.ExpectationSuite:
    """Every blocking rule returns no row. Judged on a frame of rule and number of rows returned."""
    return gx.ExpectationSuite(
        name=RULES_SUITE,
        expectations=[
            gxe.ExpectColumnDistinctValuesToEqualSet(column="rule", value_set=sorted(blocking()), severity="critical"),
            gxe.ExpectColumnValuesToBeBetween(column="rows_found", min_value=0, max_value=0, severity="critical"),
        ],
    )


class Judge:
    """Runs suites on tables. One GX context for all; counts first, details only for what failed."""

    def __init__(self) -> None:
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False}
        source = self._context.data_sources.add_pandas("memory")
        self._batches = source.add_dataframe_asset("table").add_batch_definition_whole_dataframe("all")

    def table(self, table: Table, parts: Iterable[pa.Table]) -> Outcome:
        """Judge a table given in parts, in batches that never split a round."""
        suite = None
        judged, failures = 0, []
        for batch in batches(table, parts):
            if suite is None:  # making one takes longer than asking it
                suite = build(table) if batch.num_rows else gx.ExpectationSuite(name=table.name, expectations=_of_whole(table))
            frame = batch.to_pandas(date_as_object=False)
            outcome = self._frame(suite, frame, table.name, table.key)
            judged += outcome.expectations
            failures.extend(outcome.failures)
        return Outcome(table.name, judged, tuple(failures))

    def rules(self, rows_found: dict[str, int]) -> Outcome:
        """Judge how many rows each blocking rule returned."""
        frame = pd.DataFrame({"rule": list(rows_found), "rows_found": list(rows_found.values())})
        return self._frame(rules_suite(), frame, RULES_SUITE, ("rule",))

    def _frame(self, suite: gx.ExpectationSuite, frame: pd.DataFrame, name: str, key: tuple[str, ...]) -> Outcome:
        given = {"dataframe": frame}
        with _without_repetition():
            result = Validator(self._batches, "BOOLEAN_ONLY", given).validate_expectation_suite(suite)
        failed = [r.expectation_config.to_domain_obj() for r in result.results if not r.success]
        if not failed:
            return Outcome(name, len(result.results), ())
        batch = self._batches.get_batch(batch_parameters=given)
        failures = tuple(self._failure(batch, expectation, name, key) for expectation in failed)
        return Outcome(name, len(result.results), failures)

    @staticmethod
    def _failure(batch: Batch, expectation: gxe.Expectation, name: str, key: tuple[str, ...]) -> Failure:
        """The rows behind one failed expectation, at most a few keys."""
        shown = {"result_format": "SUMMARY", "unexpected_index_column_names": list(key), "partial_unexpected_count": KEYS_SHOWN}
        detail = batch.validate(expectation, result_format=shown)
        found = detail.result or {}
        listed = (
            found.get("partial_unexpected_index_list")
            or found.get("unexpected_index_list")
            or found.get("partial_unexpected_list")
            or []
        )
        raised = [info.get("exception_message") for info in (detail.exception_info or {}).values() if isinstance(info, dict)]
        sentence = _sentence(expectation) + "".join(f" ({message})" for message in raised if message)
        return Failure(
            name,
            expectation.expectation_type,
            sentence,
            found.get("unexpected_count"),
            tuple(map(_shown, listed[:KEYS_SHOWN])),
        )


def _shown(key: object) -> str:
    """The key of a row, with the value that was not expected, or that value alone."""
    return ", ".join(f"{name} {value}" for name, value in key.items()) if isinstance(key, dict) else str(key)


@contextmanager
def _without_repetition() -> Iterator[None]:
    """Great Expectations does three things over and over that change no result; without them it takes half the time.

    It derives the configuration of an expectation from its fields some 70 times in one validation: here once, the
    fields do not change meanwhile. It takes a fingerprint of every row of a frame, which nothing reads. And it asks
    of every plain value in every identifier whether it is one of twenty other types.
    """
    derived, fingerprint = Expectation.configuration, pandas_execution_engine.hash_pandas_dataframe
    serializable = id_dict.convert_to_json_serializable
    kept: dict[int, tuple[Expectation, ExpectationConfiguration]] = {}

    def configuration(self: Expectation) -> ExpectationConfiguration:
        if id(self) not in kept:
            kept[id(self)] = (self, derived.fget(self))  # with the object, whose id must not be used again meanwhile
        return kept[id(self)][1]

    def plain(data: object) -> object:
        if data is None or type(data) in (str, int, bool):
            return data
        if type(data) is dict:
            return {str(key): plain(own) for key, own in data.items()}
        return serializable(data)

    Expectation.configuration = property(configuration)
    pandas_execution_engine.hash_pandas_dataframe = lambda frame: str(len(frame))
    id_dict.convert_to_json_serializable = plain
    try:
        yield
    finally:
        Expectation.configuration = derived
        pandas_execution_engine.hash_pandas_dataframe = fingerprint
        id_dict.convert_to_json_serializable = serializable


def _sentence(expectation: gxe.Expectation) -> str:
    """What was expected, in words."""
    kind = type(expectation).__name__
    column = getattr(expectation, "column", None)
    return {
        "ExpectColumnValuesToNotBeNull": f"{column} holds a value in every row",
        "ExpectColumnValuesToBeInSet": f"{column} is one of its codes",
        "ExpectColumnValuesToBeBetween": f"{column} is between {getattr(expectation, 'min_value', None)} and {getattr(expectation, 'max_value', None)}",
        "ExpectColumnValuesToMatchRegex": f"{column} looks like {getattr(expectation, 'regex', None)}",
        "ExpectColumnValuesToBeUnique": f"{column} occurs once",
        "ExpectCompoundColumnsToBeUnique": f"{', '.join(getattr(expectation, 'column_list', []) or [])} together occur once",
        "ExpectTableRowCountToBeBetween": "the table has at least one row",
        "ExpectTableColumnsToMatchOrderedList": "the table has the contract's columns in their order",
        "ExpectColumnDistinctValuesToEqualSet": f"{column} lists every rule once",
    }.get(kind, kind)


def batches(table: Table, parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The rows of a table in pieces of at most about a million, however it was cut into ``parts``.

    Rows of one round, or of one source file, stand together and are never split. Other large tables are cut between rows with
    different keys: as rows are stored in the order of their key, it stays checkable.
    """
    waiting: list[pa.Table] = []
    for part in parts:
        for piece in _pieces(table, part):
            if waiting and sum(held.num_rows for held in waiting) + piece.num_rows > BATCH_ROWS:
                yield pa.concat_tables(waiting)
                waiting = []
            waiting.append(piece)
    if waiting:
        yield pa.concat_tables(waiting)


def _pieces(table: Table, part: pa.Table) -> Iterator[pa.Table]:
    """A part as it is, or in pieces where it is too large for a batch."""
    if part.num_rows <= BATCH_ROWS:
        yield part
        return
    if table.key[0] in ("round", "sha256"):
        ends = pc.run_end_encode(part[table.key[0]].combine_chunks()).run_ends.to_pylist()
    else:
        ends = [*_between_keys(part, table.key), part.num_rows]
    start = 0
    for end in ends:
        yield part.slice(start, end - start)
        start = end


def _between_keys(part: pa.Table, key: tuple[str, ...]) -> Iterator[int]:
    """Where to cut rows that are in the order of their key: about every million, never between two of one key."""
    at = BATCH_ROWS
    while at < part.num_rows:
        here = part.select(key).slice(at - 1, 2).to_pylist()
        if len(here) == 2 and here[0] == here[1]:
            at += 1
            continue
        yield at
        at += BATCH_ROWS


def as_json(suite: gx.ExpectationSuite) -> str:
    """A suite as stable JSON that GX can load: no ids, no version."""
    content = suite.to_json_dict()
    content["meta"] = {key: value for key, value in content.get("meta", {}).items() if key != "great_expectations_version"}
    for expectation in content["expectations"]:
        expectation.pop("id", None)
    content.pop("id", None)
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def generated() -> dict[str, str]:
    """File name -> content of every suite under ``expectations/suites``."""
    suites = {f"{table.name}.json": as_json(build(table)) for table in JUDGED}
    return suites | {f"{RULES_SUITE}.json": as_json(rules_suite())}
