"""Contract-wide: what must be true of every column, table, rule, query and derived file."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest

from expectations import codes, dictionary
from expectations.columns import _DECLARED, COLUMNS, breakdown_categories
from expectations.contract import Table
from expectations.crossing_columns import CROSSING_COLUMNS
from expectations.emergency_columns import EMERGENCY_COLUMNS
from expectations.field_columns import FIELD_COLUMNS
from expectations.index_columns import INDEX_COLUMNS
from expectations.release_columns import RELEASE_COLUMNS
from expectations.release_tables import GROUPS, OWN
from expectations.rules import RULES, TABLE_RULES
from expectations.schema import ContractError, conform, decoded, schema
from expectations.tables import REFERENCE, TABLES, published
from transforms import query, reference, warehouse

NAME = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
SENTENCE = re.compile(r"^[A-Z0-9].*[.;]$", re.S)
EVERY_TABLE = pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)


@pytest.mark.parametrize("column", COLUMNS.values(), ids=lambda c: c.name)
def test_column(column) -> None:
    assert NAME.match(column.name)
    assert column.meaning[0].isalnum() and column.meaning.endswith("."), "a meaning ends like a sentence"
    if column.pattern:
        re.compile(column.pattern)
    if column.hxl:
        assert re.match(r"^#[a-z0-9]+(\+[a-z0-9]+)*$", column.hxl)
    counts = ("households", "individuals", "locations")
    if column.unit in counts:
        assert any(
            word in column.name
            for word in (
                *counts,
                "change",
                "origin_",
                "last_displacement_",
                "shelter_",
                "period_",
                "amount",
                "arrivals",
                "returnees",
                "idps",
                "assessed",
            )
        )


def test_every_column_is_used_and_declared_once() -> None:
    used = {name for table in (*TABLES.values(), *OWN.values()) for name in table.columns}
    used |= {status for groups in GROUPS.values() for status in groups}
    assert used == set(COLUMNS)
    listed = (*_DECLARED, *FIELD_COLUMNS, *INDEX_COLUMNS, *EMERGENCY_COLUMNS, *CROSSING_COLUMNS, *RELEASE_COLUMNS)
    declared = [column.name for column in listed]
    assert len(set(declared)) == len(declared)


@pytest.mark.parametrize("column", [c for c in COLUMNS.values() if c.unit == "households"], ids=lambda c: c.name)
def test_counts_say_stock_or_change_or_where(column) -> None:
    assert re.search(r"[Ss]tock|change|locations|Previous|miss|Gross flow", column.meaning), column.meaning


@EVERY_TABLE
def test_table(table: Table) -> None:
    assert NAME.match(table.name)
    assert SENTENCE.match(table.meaning)
    assert table.grain.startswith("one row per ")
    assert len(set(table.columns)) == len(table.columns)
    assert set(table.key) <= set(table.columns)
    assert table.nullable <= set(table.columns)
    # a refused interview has no place, team or day
    unknown = {"population", "governorate", "district", "team", "day"} if table.name == "round_coverage" else {"subdistrict"}
    assert not set(table.key) & table.nullable - unknown
    if table.partition:
        assert table.key[0] == table.partition, "files are cut by round from rows sorted by round"


@EVERY_TABLE
def test_references_point_to_keys(table: Table) -> None:
    for ref in table.references:
        assert set(ref.columns) <= set(table.columns)
        assert set(ref.to_columns) <= set(TABLES[ref.table].columns)


@EVERY_TABLE
def test_schema_carries_meaning_unit_and_tags(table: Table) -> None:
    made = schema(table)
    assert made.names == list(table.columns)
    assert made.metadata[b"grain"].decode() == table.grain
    for field in made:
        assert field.metadata[b"description"].decode() == COLUMNS[field.name].meaning
        assert field.nullable == (field.name in table.nullable)


def test_every_published_table_but_the_code_lists_has_a_query_and_no_query_is_left_over() -> None:
    wanted = {table.name for table in published() if table.stage != "reference"}
    assert query.names(query.FOLDER) == wanted
    assert set(query.build_order()) == wanted | query.shared()


def test_nothing_that_queries_share_is_left_over_or_taken_for_a_table() -> None:
    read = set().union(*(query.reads(query.table_query(name)) for name in query.build_order()))
    assert query.shared() <= read
    assert not query.shared() & TABLES.keys()


def test_what_a_query_reads_is_there_when_it_is_made_and_gone_after_the_last() -> None:
    there: set[str] = set()
    for step in query.steps():
        there |= set(step.taken)
        read = {name for name in query.reads(query.table_query(step.name)) if TABLES.get(name) not in REFERENCE}
        assert read <= there, step.name
        there = (there | {step.name} if step.is_read else there) - set(step.left)
    assert not there


def test_a_query_makes_no_row_where_nothing_that_it_reads_has_one() -> None:
    """So a run need not make it: what is known of every data folder, the tables of reference, brings no row about."""
    with warehouse.connect() as connection:
        for name, data in (reference.tables() | warehouse.contract_tables()).items():
            connection.register(name, data)
        for step in query.steps():
            for name in step.taken:
                connection.register(name, schema(TABLES[name]).empty_table())
            assert step.reads, step.name
            connection.execute(f"create table {step.name} as ({query.table_query(step.name)})")
            if step.name in TABLES:
                assert connection.execute(f"from {step.name}").fetchall() == [], step.name


def test_every_table_rule_has_a_query_and_no_query_is_left_over() -> None:
    assert query.names(query.FOLDER / "rules") == {rule.id for rule in TABLE_RULES}


@pytest.mark.parametrize("path", sorted(query.FOLDER.rglob("*.sql")), ids=lambda p: p.stem)
def test_query_file_says_what_it_makes_and_holds_no_path(path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("-- ")
    assert not re.search(r"read_|\.parquet|\.csv", text)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda r: r.id)
def test_rule_says_what_holds_and_what_to_do(rule) -> None:
    assert SENTENCE.match(rule.sentence)
    assert SENTENCE.match(rule.todo)
    assert (rule.table in TABLES) == (rule.scope == "table")


def test_reference_tables_conform_and_are_sorted() -> None:
    for name, rows in reference.tables().items():
        assert rows.num_rows == len(codes.rows(name))
        key = [tuple(row[k] for k in TABLES[name].key) for row in rows.to_pylist()]
        assert len(set(key)) == len(key), name


def test_conform_refuses_what_casting_would_swallow() -> None:
    table = TABLES["wave"]
    good = reference.tables()["wave"]
    assert conform(good, table).schema == schema(table)
    with pytest.raises(ContractError, match="unknown columns"):
        conform(good.append_column("extra", good["wave"]), table)
    with pytest.raises(ContractError, match="missing columns"):
        conform(good.drop_columns(["meaning"]), table)
    with pytest.raises(ContractError, match="is text where integer"):
        conform(good.set_column(2, "wave_order", good["wave_order"].cast("string")), table)
    with pytest.raises(ContractError, match="empty values"):
        conform(good.set_column(2, "wave_order", [[None] * good.num_rows]), table)


def test_text_may_stay_in_a_dictionary_until_a_file_is_written() -> None:
    table = TABLES["wave"]
    plain = reference.tables()["wave"]
    given = plain.set_column(1, plain.column_names[1], plain.column(1).dictionary_encode())
    kept = conform(given, table, encoded=True)
    assert pa.types.is_dictionary(kept.schema.field(1).type)
    assert conform(given, table).equals(plain) and decoded(kept).equals(plain)
    assert decoded(kept).schema.equals(schema(table), check_metadata=True)
    numbers = plain.set_column(2, "wave_order", plain["wave_order"].cast("string").dictionary_encode())
    for encoded in (False, True):
        with pytest.raises(ContractError, match="is text where integer"):
            conform(numbers, table, encoded=encoded)


def test_each_master_list_has_its_breakdown_columns() -> None:
    assert [name for _, _, name in breakdown_categories("idp") if name.startswith("last_displacement_")] == []
    assert [name for _, _, name in breakdown_categories("returnee") if name.startswith("origin_")] == []
    for population in ("idp", "returnee"):
        names = [name for _, _, name in breakdown_categories(population)]
        assert set(names) <= set(TABLES[f"{population}_master_list"].columns)
        assert len([n for n in names if n.startswith(("origin_", "last_displacement_"))]) == 18


def test_the_dictionary_is_current() -> None:
    path = query.FOLDER.parent / dictionary.FILE_NAME
    assert path.read_text(encoding="utf-8") == dictionary.render(), "run: make generate"


def test_queries_keep_to_portable_sql() -> None:
    sqlglot = pytest.importorskip("sqlglot")
    for name in query.build_order():
        assert sqlglot.transpile(query.table_query(name), read="duckdb", write="spark"), name
