"""The Great Expectations suites: current, loadable by GX alone, and they catch what they promise."""

from __future__ import annotations

import json
from contextlib import nullcontext
from types import ModuleType
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from expectations.columns import BREAKDOWN_COLUMNS, COLUMNS
from expectations.rules import blocking
from expectations.tables import TABLES, published
from tests import emergencyworld, indexworld, world
from transforms import reference

if TYPE_CHECKING:
    from expectations.suite import Judge


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    lists = world.clean(
        "list | population | round\n a | idp | 111\n b | idp | 112\n c | returnee | 112",
        "list | place_id | households\n a | 1 | 40\n b | 1 | 42\n c | 2 | 50",
    )
    returns = "index_round | round | place_id | subdistrict | answers\n"
    returns += "".join(f"{at} | 112 | 2 | Markaz | {at - 4} 1 0 1 1 0 1 0 0 1 0 0 1 0 1 1\n" for at in (5, 6))
    displaced = (
        "index_round | round | place_id | answers\n1 | 111 | 1 | 1203 012 435- 102 543\n2 | 112 | 1 | 0203 012 435- 102 543"
    )
    lists |= emergencyworld.clean(tmp_path_factory.mktemp("event"))
    return indexworld.build(indexworld.scoring(returns), indexworld.scoring(displaced, "di-illustrative"), lists=lists)


@pytest.fixture(scope="module")
def suite() -> ModuleType:
    """Imported here, because Great Expectations takes seconds, in every process that collects tests."""
    from expectations import suite

    return suite


@pytest.fixture(scope="module")
def judge(suite: ModuleType) -> Judge:
    return suite.Judge()


@pytest.fixture(scope="module")
def committed(suite: ModuleType) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in suite.FOLDER.glob("*.json")}


def test_the_committed_suites_are_current(committed: dict[str, str], suite: ModuleType) -> None:
    assert committed == suite.generated(), "run: make generate"


def test_a_suite_can_be_loaded_by_gx_alone_and_judges_the_table(committed: dict[str, str], built: dict[str, pa.Table]) -> None:
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    loaded = context.suites.add(gx.ExpectationSuite(**json.loads(committed["national_summary.json"])))
    source = context.data_sources.add_pandas("here").add_dataframe_asset("table").add_batch_definition_whole_dataframe("all")
    frame = built["national_summary"].to_pandas()
    assert source.get_batch({"dataframe": frame}).validate(loaded).success
    assert not source.get_batch({"dataframe": frame.assign(population="refugee")}).validate(loaded).success


@pytest.mark.parametrize("name", [table.name for table in published()])
def test_every_table_of_a_valid_world_holds(judge: Judge, name: str, built: dict[str, pa.Table]) -> None:
    outcome = judge.table(TABLES[name], [built[name]])
    assert outcome.failures == ()
    assert outcome.expectations >= (2 if built[name].num_rows else 1)


def _spoilt(column: str) -> tuple[object, str] | None:
    """A value that breaks the column's bound, list or pattern, and the words of the failure."""
    declared = COLUMNS[column]
    if declared.values or declared.codes:
        return "no such code", "is one of its codes"
    if declared.minimum is not None:
        return declared.minimum - 1, "is between"
    if declared.pattern:
        return "!", "looks like"
    return None


@pytest.mark.parametrize(
    ("name", "column"),
    [("idp_master_list", c) for c in TABLES["idp_master_list"].columns if _spoilt(c) and c not in BREAKDOWN_COLUMNS]
    + [("master_list_change", c) for c in ("change_status", "change_kind", "previous_round")]
    + [("source_record", c) for c in ("sha256", "source_row")],
)
def test_a_spoilt_value_is_found_with_its_key(judge: Judge, name: str, column: str, built: dict[str, pa.Table]) -> None:
    value, words = _spoilt(column)
    rows = built[name].to_pylist()
    rows[0][column] = value
    table = pa.Table.from_pylist(rows, schema=built[name].schema)
    failures = judge.table(TABLES[name], [table]).failures
    assert [f for f in failures if words in f.sentence and column in f.sentence], failures
    assert any(f.keys for f in failures)


def test_missing_rows_empty_values_double_keys_and_missing_columns_are_found(judge: Judge, built: dict[str, pa.Table]) -> None:
    table = TABLES["national_summary"]
    rows = built["national_summary"]
    assert "at least one row" in judge.table(TABLES["wave"], [built["wave"].slice(0, 0)]).failures[0].sentence
    nothing = pa.Table.from_pylist([row | {"households": None} for row in rows.to_pylist()], schema=rows.schema)
    assert any("households holds a value" in f.sentence for f in judge.table(table, [nothing]).failures)
    double = judge.table(table, [rows, rows.slice(0, 1)]).failures
    assert [f.sentence for f in double] == ["population, round together occur once"]
    assert any("contract's columns" in f.sentence for f in judge.table(table, [rows.drop_columns(["districts"])]).failures)


@pytest.mark.parametrize("parts", [1, 2])
def test_batches_never_split_a_round(
    monkeypatch: pytest.MonkeyPatch, parts: int, built: dict[str, pa.Table], suite: ModuleType
) -> None:
    rows = built["location_count"]
    given = [rows] if parts == 1 else [rows.slice(0, 1), rows.slice(1)]
    for largest, rounds in ((1, [[111], [112]]), (2, [[111], [112]]), (3, [[111, 112]])):
        monkeypatch.setattr(suite, "BATCH_ROWS", largest)
        batches = list(suite.batches(TABLES["location_count"], given))
        assert [batch["round"].unique().to_pylist() for batch in batches] == rounds
        assert pa.concat_tables(batches).equals(rows)


def test_batches_of_other_tables_never_split_a_key(
    monkeypatch: pytest.MonkeyPatch, built: dict[str, pa.Table], suite: ModuleType
) -> None:
    rows = built["emergency_movement"]
    doubled = pa.concat_tables([rows.slice(0, 2), rows.slice(1)])
    monkeypatch.setattr(suite, "BATCH_ROWS", 2)
    batches = list(suite.batches(TABLES["emergency_movement"], [doubled]))
    assert pa.concat_tables(batches).equals(doubled) and len(batches) > 2
    held = [set(batch["movement_id"].to_pylist()) for batch in batches]
    assert sum(map(len, held)) == rows.num_rows, "the two rows of one key are in one batch"


def test_a_rule_with_rows_and_a_missing_rule_fail(judge: Judge) -> None:
    clean = dict.fromkeys(blocking(), 0)
    assert judge.rules(clean).failures == ()
    assert judge.rules(clean | {"change_closes": 2}).failures
    assert judge.rules({k: v for k, v in clean.items() if k != "change_closes"}).failures


def test_reference_tables_are_judged_too(judge: Judge) -> None:
    for name, rows in reference.tables().items():
        assert judge.table(TABLES[name], [rows]).failures == (), name


@pytest.mark.parametrize("change", [{}, {"households": -1}, {"population": "refugee"}, {"list_date": None}])
def test_what_is_spared_great_expectations_changes_no_result(
    judge: Judge, monkeypatch: pytest.MonkeyPatch, change: dict, suite: ModuleType, built: dict[str, pa.Table]
) -> None:
    rows = built["national_summary"]
    table = pa.Table.from_pylist([row | change for row in rows.to_pylist()], schema=rows.schema)
    quick = judge.table(TABLES["national_summary"], [table])
    assert bool(quick.failures) == bool(change)
    monkeypatch.setattr(suite, "_without_repetition", nullcontext)
    assert judge.table(TABLES["national_summary"], [table]) == quick
