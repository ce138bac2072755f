"""``dtm sql``: what it may not do, how long and how much it may, and what its results look like."""

from __future__ import annotations

import contextlib
import csv
import datetime
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from expectations.columns import COLUMNS
from expectations.tables import published
from flows import cli, console
from flows.console import query
from flows.problem import ExitCode, Problem
from flows.published import Published
from tests.flows.conftest import ROOT, Ran

CANARY = "canary-5f3a"
# Placeholders: {data} the data folder, {outside} a folder beside it, {parquet} a published file.
REFUSED = [
    # writing files
    "copy (select 1) to 'x.csv'",
    "copy national_summary to '{outside}/x.parquet' (format parquet)",
    "copy (select 1) to '{data}/manifest.json' (format json, use_tmp_file false)",
    "copy (select 1) to '{parquet}' (format parquet, use_tmp_file false)",
    "copy (select 1 as a) to '{outside}/parts' (format csv, partition_by (a), overwrite)",
    "copy (select 1) to '/dev/stdout'",
    "copy (select 1) to 's3://bucket/x.csv'",
    "explain analyze copy (select 1) to 'x.csv'",
    "prepare p as copy (select 1) to 'x.csv'; execute p",
    "select 1; copy (select 1) to 'x.csv'",
    "select 1; -- '; \ncopy (select 1) to 'x.csv'; select 2",
    "/* select */ copy /* x */ (select 1) /* */ to /* */ 'x.csv'",
    "begin; copy (select 1) to 'x.csv'; commit",
    "select ';'; copy (select ''';') to 'x.csv'",
    "export database 'dump'",
    "export database '{outside}/dump' (format parquet)",
    # reading files
    "import database '{outside}'",
    "create temp table t (a varchar); copy t from '{outside}/canary.txt'",
    "from '{outside}/canary.csv'",
    "from '{outside}/canary.txt'",
    "from '/etc/passwd'",
    "from 'manifest.json'",
    "from '{data}/manifest.json'",
    "from '{parquet}'",
    "from 'https://example.org/x.parquet'",
    "select * from read_csv('{outside}/canary.csv')",
    "select * from read_csv_auto('canary.csv')",
    "select * from read_csv('../outside/canary.csv')",
    "select * from read_csv('/dev/stdin')",
    "select * from read_parquet('{parquet}')",
    "select * from read_parquet(['{parquet}', '{data}/**'])",
    "select * from parquet_metadata('{parquet}')",
    "select * from parquet_schema('{parquet}')",
    "select * from read_text('{outside}/*')",
    "select * from read_text('file://{outside}/canary.txt')",
    "select * from read_blob('{outside}/canary.txt')",
    "select * from read_json('{data}/manifest.json')",
    "select * from read_json_objects('{data}/manifest.json')",
    "select * from read_ndjson('https://example.org/x.json')",
    "select * from read_duckdb('{outside}/x.duckdb')",
    "select * from sniff_csv('{outside}/canary.csv')",
    "select * from glob('{outside}/*')",
    "select * from glob('*')",
    "describe from '{outside}/canary.csv'",
    "summarize '{outside}/canary.csv'",
    "pivot read_csv('{outside}/canary.csv') on column0",
    "create table x as from read_text('{outside}/canary.txt')",
    "create view v as from read_text('{outside}/canary.txt'); from v",
    "create macro f() as table from read_text('{outside}/canary.txt'); from f()",
    "from query('from read_text(''{outside}/canary.txt'')')",
    "from query('copy (select 1) to ''x.csv''')",
    "from query_table('{outside}/canary.csv')",
    "from query_table(['{data}/manifest.json'])",
    "select * from json_execute_serialized_sql(json_serialize_sql('from read_text(''{outside}/canary.txt'')'))",
    # other databases, extensions, secrets, the environment
    "attach '{outside}/x.duckdb'",
    "attach '{outside}/x.duckdb' (read_only)",
    "attach '{outside}/x.sqlite' (type sqlite)",
    "attach 'https://example.org/x.duckdb' as h",
    "attach 'md:'",
    "install httpfs",
    "force install httpfs from community",
    "install '{outside}/x.duckdb_extension'",
    "load httpfs",
    "load '{outside}/x.duckdb_extension'",
    "update extensions",
    "create persistent secret s (type s3, key_id 'a', secret 'b')",
    "create persistent secret s (type http, bearer_token 'x')",
    "drop persistent secret s",
    "select getenv('HOME')",
    # settings
    "set enable_external_access = true",
    "reset enable_external_access",
    "pragma enable_external_access = true",
    "set lock_configuration = false",
    "reset lock_configuration",
    "set home_directory = '{outside}'",
    "set file_search_path = '{outside}'",
    "set secret_directory = '{outside}'",
    "set extension_directory = '{outside}'",
    "set temp_directory = '{outside}'",
    "set global allowed_paths = ['{outside}/canary.txt']",
    "set allowed_directories = ['/']",
    "set memory_limit = '900GB'",
    "set threads = 64",
    "set python_enable_replacements = true",
    "set log_query_path = '{outside}/log'",
    "set profile_output = '{outside}/profile.json'",
    "set profiling_output = '{outside}/profile.json'",
    "pragma profiling_output = '{outside}/profile.json'",
    "pragma enable_profiling = 'json'",
    "call enable_logging(storage = 'file', storage_config = {{'path': '{outside}/log'}})",
    "pragma import_database('{outside}')",
    # the published tables
    "update national_summary set households = 0",
    "delete from national_summary",
    "truncate national_summary",
    "insert into national_summary from national_summary",
    "with x as (insert into national_summary from national_summary returning *) from x",
    "merge into national_summary using national_summary o on false when not matched then insert",
    "drop table national_summary",
    "alter table national_summary add column x int",
    "copy national_summary from '{outside}/canary.csv'",
    # Python variables and modules, other programs' commands
    "from frame",
    "from FRAME",
    "from options",
    "from pandas",
    "from query_table('frame')",
    "select * from arrow_scan(1, 2, 3)",
    "select * from pandas_scan(12345)",
    ".shell ls",
    ".read {outside}/canary.txt",
    "\\copy national_summary to 'x.csv'",
]
# What succeeds lasts as long as the query: the next one sees the published tables again.
SESSION_ONLY = [
    "create table t (a int); with x as (insert into t values (1) returning a) from x",
    "create or replace view national_summary as select 1 as households",
    "create or replace temp view national_summary as select 1 as households",
    "drop view national_summary",
    "alter view national_summary rename to x",
    "create table main.national_summary_ as from national_summary; delete from national_summary_",
    "comment on view national_summary is 'wrong'",
    "attach ':memory:' as other; create table other.x as from national_summary",
    "select '''; copy (select 1) to ''x.csv'",
    "from duckdb_secrets()",
    "from duckdb_settings()",
    "checkpoint",
    "force checkpoint",
    "vacuum analyze",
    "call pragma_database_size()",
    "pragma database_list",
    "call truncate_duckdb_logs()",
    "select write_log('x', level := 'error')",
    "set variable x = 1; select getvariable('x')",
    "load json",
]
frame = pd.DataFrame({"secret": [CANARY]})


class Watched:
    """Everything that a statement could touch: the data folder, a folder outside of it, the working and the home folder."""

    def __init__(self, data: Path, root: Path) -> None:
        self.data, self.root = data, root
        self.outside = root / "outside"
        for folder in (self.outside, root / "home", root / "work"):
            folder.mkdir()
            (folder / "canary.txt").write_text(CANARY)
        for folder in (self.outside, root / "work"):
            (folder / "canary.csv").write_text(f"a\n{CANARY}\n")
        (root / "work" / "manifest.json").write_text(json.dumps([{"a": CANARY}]))
        self.parquet = next(data.rglob("tables/national_summary/*.parquet"))
        self.before = self.state()

    def state(self) -> dict[str, str]:
        """Path -> hash of every file, or the word folder."""
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
            for top in (self.data, self.root)
            for path in sorted(top.rglob("*"))
        }

    def filled(self, statement: str) -> str:
        return statement.format(data=self.data, outside=self.outside, parquet=self.parquet)


@pytest.fixture(scope="module")
def watched_folders(sample_data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    return Watched(sample_data_folder, tmp_path_factory.mktemp("watched"))


@pytest.fixture
def watched(watched_folders: Watched, monkeypatch: pytest.MonkeyPatch) -> Watched:
    monkeypatch.chdir(watched_folders.root / "work")
    monkeypatch.setenv("HOME", str(watched_folders.root / "home"))
    return watched_folders


@pytest.fixture
def sql(dtm: Callable[..., Ran], sample_data_folder: Path) -> Callable[..., Ran]:
    return lambda *words: dtm("sql", *words, "--data", sample_data_folder)


@pytest.fixture(scope="module")
def one_console(held: Published) -> Iterator[duckdb.DuckDBPyConnection]:
    with held.connect() as connection:
        yield connection


@pytest.fixture
def same_console(one_console: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every command of the test uses one console, because opening it takes longer than being refused."""
    monkeypatch.setattr(Published, "connect", lambda *_, **__: contextlib.nullcontext(one_console))
    yield
    with contextlib.suppress(duckdb.TransactionException):
        one_console.rollback()


def test_there_are_many_hostile_statements() -> None:
    assert len(set(REFUSED)) == len(REFUSED) >= 90


@pytest.mark.parametrize("statement", REFUSED)
def test_hostile_statement_is_refused_in_one_sentence_and_touches_nothing(
    watched: Watched, sql: Callable[..., Ran], same_console: None, statement: str
) -> None:
    frame = pd.DataFrame({"secret": [CANARY]})  # noqa: F841 - a local variable that a replacement scan would find
    ran = sql(watched.filled(statement))
    assert ran.code == ExitCode.QUERY_REFUSED
    assert ran.out == ""
    assert ran.err.startswith("dtm: ")
    assert len(ran.err.splitlines()) <= 8
    assert CANARY not in ran.err
    assert "transaction is aborted" not in ran.err
    assert watched.state() == watched.before


def test_after_all_refusals_the_console_shows_the_published_tables(
    same_console: None, held: Published, sql: Callable[..., Ran]
) -> None:
    ran = sql("select count(*) as n, sum(households) > 0 as known from national_summary", "--format", "csv")
    assert ran.out == f'"n","known"\n{held.table("national_summary").num_rows},true\n'


@pytest.mark.parametrize("statement", SESSION_ONLY)
def test_harmless_statement_touches_its_session_only(
    watched: Watched, sql: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    connect = Published.connect
    monkeypatch.setattr(Published, "connect", lambda self, **_: connect(self))  # without descriptions: quicker
    assert sql(watched.filled(statement)).code == ExitCode.OK
    assert watched.state() == watched.before


def test_the_next_query_sees_the_published_tables_again(sql: Callable[..., Ran]) -> None:
    assert (
        sql(
            "create or replace temp view national_summary as select 1 as households; from national_summary", "--format", "csv"
        ).out
        == '"households"\n1\n'
    )
    assert sql("select count(*) > 1 as again from national_summary", "--format", "csv").out == '"again"\ntrue\n'


def test_refusals_do_not_advise_what_would_be_refused(watched: Watched, sql: Callable[..., Ran], same_console: None) -> None:
    for statement in (
        "from read_csv('x')",
        "load httpfs",
        "attach 'https://x/y' as z",
        "set threads = 1",
        "select * from read_xlsx('x')",
    ):
        ran = sql(statement)
        assert ran.said == console._OUT_OF_REACH
        assert len(ran.err.splitlines()) == 1
    assert "cannot be changed" in sql("delete from national_summary").said


# --- time and memory ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "select count(*) from range(100000) a, range(1000000000) b where (a.range * b.range) % 7919 = -17",
        "select 1; create table t as select count(*) from range(100000) a, range(1000000000) b where a.range * b.range = -17; select 2",
        "with recursive t as (select 1 as a union all select a + 1 from t) select count(*) from t",
        "select a.range + b.range from range(100000) a, range(1000000000) b where (a.range * b.range) % 7919 = -17",
    ],
)
def test_a_long_query_is_stopped(sql: Callable[..., Ran], statement: str) -> None:
    ran = sql(statement, "--timeout", "0.4")  # would take days
    assert ran.code == ExitCode.QUERY_REFUSED
    assert ran.said == "The query took longer than 0.4 s and was stopped. Narrow it, or give --timeout S."


def test_a_query_that_heeds_no_interrupt_ends_the_program(sample_data_folder: Path) -> None:
    program = (
        "import sys; from flows import cli, console; console._STUCK_SECONDS = 0.3; "
        "sys.exit(cli.main(['sql', \"select levenshtein(repeat('a', 100000), repeat('b', 100000))\", "
        f"'--timeout', '0.3', '--data', {str(sample_data_folder)!r}]))"
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=240, check=False)
    assert ended.returncode == ExitCode.QUERY_REFUSED
    assert ended.stderr.decode() == "dtm: The query took too long and could not be stopped; the console was closed.\n"


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("seconds", [0.4, 1.2, 3])  # libraries are loaded, tables are opened, the query runs
def test_ctrl_c_stops_a_query(sample_data_folder: Path, seconds: float) -> None:
    statement = "select count(*) from range(100000) a, range(1000000000) b where (a.range * b.range) % 7919 = -17"
    words = [sys.executable, "-m", "flows.cli", "sql", statement, "--data", str(sample_data_folder)]
    running = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(seconds)
    running.send_signal(signal.SIGINT)
    try:
        out, err = running.communicate(timeout=240)
    finally:
        running.kill()
    # Python ends with the signal itself where it met the making of a library
    assert running.returncode in (ExitCode.INTERRUPTED, -signal.SIGINT)
    assert (out, err.decode()) == (b"", "Stopped; nothing published has changed.\n")


def test_a_stop_between_the_start_of_a_query_and_waiting_for_it_ends_it(held: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(console, "_ended", stopped)
    with held.connect() as connection:
        for _ in range(2):  # the connection can still be asked
            with pytest.raises(KeyboardInterrupt):
                query(connection, "select count(*) from range(100000) a, range(1000000000) b where a.range * b.range = -17")
    monkeypatch.setattr(console.Thread, "start", stopped)
    with held.connect() as connection, pytest.raises(KeyboardInterrupt):
        query(connection, "select 1")


def test_what_a_library_makes_of_a_stop_is_told_as_a_stop(sql: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        try:
            cli._stop(signal.SIGINT, None)
        except KeyboardInterrupt as stop:
            raise RuntimeError("Query interrupted") from stop

    monkeypatch.setattr(Published, "connect", stopped)
    ran = sql("select 1")
    assert (ran.code, ran.err) == (ExitCode.INTERRUPTED, "Stopped; nothing published has changed.\n")


@pytest.mark.parametrize("given", ["0", "-1", "nan", "inf", "soon", "1e9"])
def test_timeout_is_a_number_of_seconds(sql: Callable[..., Ran], given: str) -> None:
    ran = sql("select 1", f"--timeout={given}")
    assert ran.code == ExitCode.USAGE
    assert "no number of seconds" in ran.err


@pytest.mark.parametrize("given", ["0", "-1", "many", "1.5", "9" * 40])
def test_rows_is_a_whole_number(sql: Callable[..., Ran], given: str) -> None:
    ran = sql("select 1", f"--rows={given}")
    assert ran.code == ExitCode.USAGE
    assert "no whole number" in ran.err


def test_a_query_that_needs_too_much_memory_is_refused(sql: Callable[..., Ran]) -> None:
    ran = sql("select list(range) from range(10000000000)")
    assert ran.code == ExitCode.QUERY_REFUSED
    assert "more memory than the console has (2GB)" in ran.said
    assert len(ran.err.splitlines()) == 1


def test_a_result_that_is_too_large_is_refused_before_it_fills_the_memory(
    sql: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "RESULT_BYTES_MAXIMUM", 10_000_000)
    ran = sql("from range(1000000000000)")
    assert ran.code == ExitCode.QUERY_REFUSED
    assert ran.said.startswith("The result is larger than")
    assert sql("from range(1000)", "--format", "csv").code == ExitCode.OK


# --- questions that go wrong -------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "  \n", ";", "-- nothing\n;;", "/* nothing */"])
def test_an_empty_query_is_refused(sql: Callable[..., Ran], same_console: None, text: str) -> None:
    ran = sql(text)
    assert (ran.code, ran.said) == (ExitCode.QUERY_REFUSED, "The query is empty.")


def test_a_wrong_column_gets_the_hint_of_duckdb(sql: Callable[..., Ran], same_console: None) -> None:
    ran = sql("select household from national_summary")
    assert ran.code == ExitCode.QUERY_REFUSED
    assert 'column "household" not found' in ran.said
    assert '"households"' in ran.err


def test_a_wrong_table_gets_the_way_to_the_right_one(sql: Callable[..., Ran], same_console: None) -> None:
    ran = sql("from idp_masterlist")
    assert ran.code == ExitCode.QUERY_REFUSED
    assert "Did you mean idp_master_list?" in ran.err
    assert "dtm sql --tables" in ran.err and "dtm dictionary" in ran.err


@pytest.mark.parametrize(
    "text", ["select", "selec 1", "select 1 +", "select 'a'::int", "select error('x')", "select $1", "select " + "(" * 300]
)
def test_a_wrong_query_is_told_in_a_few_lines(sql: Callable[..., Ran], same_console: None, text: str) -> None:
    ran = sql(text)
    assert ran.code == ExitCode.QUERY_REFUSED
    assert ran.said.startswith("The query cannot be run: ")
    assert "SET" not in ran.err
    assert len(ran.err.splitlines()) <= 8


def test_control_characters_of_a_query_do_not_reach_the_terminal(sql: Callable[..., Ran], same_console: None) -> None:
    ran = sql("select '\x1b[31m' from nowhere")
    assert "\x1b" not in ran.err
    ran = sql("select 'a\x1b[2Jb\u202ec' as \"x\x1b[31m\"")
    assert "\x1b" not in ran.out
    assert "a\\u001b[2Jb\\u202ec" in ran.out
    assert "x\\u001b[31m" in ran.out


# --- results -----------------------------------------------------------------------------------

KINDS = """
select
    1::bigint as whole,
    sum(x)::decimal(38, 0) as total,
    1.50::decimal(5, 2) as exact,
    0.25::double as ratio,
    null as nothing,
    '' as blank,
    'ناحية, "مركز"' as arabic,
    date '2021-02-28' as day,
    timestamp '2021-02-28 10:00:00' as moment,
    true as yes,
    [1, null, 3] as many,
    {'a': 'ب', 'b': 2} as parts,
    map {'k': 1} as pairs,
    'ab'::blob as bytes,
    interval '1 day' as span,
    'nan'::double as undefined,
    1 as again,
    2 as again
from range(4) r(x)
"""


def test_csv_keeps_every_kind_of_value(sql: Callable[..., Ran], same_console: None) -> None:
    ran = sql(KINDS, "--format", "csv")
    (heads, row) = csv.reader(io.StringIO(ran.out))
    assert heads[-2:] == ["again", "again"]
    assert dict(zip(heads[:-2], row[:-2], strict=True)) == {
        "whole": "1",
        "total": "6",
        "exact": "1.50",
        "ratio": "0.25",
        "nothing": "",
        "blank": "",
        "arabic": 'ناحية, "مركز"',
        "day": "2021-02-28",
        "moment": "2021-02-28 10:00:00.000000",
        "yes": "true",
        "many": "[1, null, 3]",
        "parts": '{"a": "ب", "b": 2}',
        "pairs": '[["k", 1]]',
        "bytes": "6162",
        "span": "P0M1DT0S",
        "undefined": "nan",
    }
    assert row[-2:] == ["1", "2"]
    assert ',,"",' in ran.out  # null is nothing, an empty text is not


def test_json_keeps_every_kind_of_value(sql: Callable[..., Ran], same_console: None) -> None:
    ran = sql(KINDS, "--format", "json")
    assert json.loads(ran.out) == [
        {
            "whole": 1,
            "total": 6,
            "exact": 1.5,
            "ratio": 0.25,
            "nothing": None,
            "blank": "",
            "arabic": 'ناحية, "مركز"',
            "day": "2021-02-28",
            "moment": "2021-02-28T10:00:00",
            "yes": True,
            "many": [1, None, 3],
            "parts": {"a": "ب", "b": 2},
            "pairs": [["k", 1]],
            "bytes": "6162",
            "span": "P0M1DT0S",
            "undefined": "nan",
            "again": 1,
            "again_2": 2,
        }
    ]
    assert "ناحية" in ran.out


def test_table_shows_every_kind_of_value(sql: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = dict(line.split("  ", 1) if "  " in line else (line, "") for line in sql(KINDS).out.splitlines()[2:-1])
    assert {name: value.strip() for name, value in shown.items()} | {"nothing": "", "blank": ""} == {
        "whole": "1",
        "total": "6",
        "exact": "1.50",
        "ratio": "0.25",
        "nothing": "",
        "blank": "",
        "arabic": 'ناحية, "مركز"',
        "day": "2021-02-28",
        "moment": "2021-02-28T10:00:00",
        "yes": "yes",
        "many": "[1, null, 3]",
        "parts": '{"a": "ب", "b": 2}',
        "pairs": '[["k", 1]]',
        "bytes": "6162",
        "span": "P0M1DT0S",
        "undefined": "nan",
        "again": "2",
    }


@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize(
    "text",
    [
        "from test_all_types()",
        "select date '290000-01-01', timestamp 'infinity', '1'::bignum, '101'::bit, uuid(), time '10:00'",
        "create or replace temp table t (a int)",
        "select 1 where false",
        "explain from national_summary",
        "from range(3)",
    ],
)
def test_every_kind_of_result_can_be_shown(sql: Callable[..., Ran], same_console: None, form: str, text: str) -> None:
    ran = sql(text, "--format", form)
    assert (ran.code, ran.err) == (ExitCode.OK, "")
    if form == "json":
        assert isinstance(json.loads(ran.out), list)


def test_sums_of_households_are_numbers(sql: Callable[..., Ran], same_console: None) -> None:
    text = "select sum(households) as households from national_summary"
    assert isinstance(json.loads(sql(text, "--format", "json").out)[0]["households"], int)
    assert "," in sql(text).out.splitlines()[2]


def test_rows_left_out_of_a_table_are_counted(sql: Callable[..., Ran], same_console: None) -> None:
    ran = sql("from range(1234)", "--rows", "3")
    assert ran.out.splitlines()[-2:] == ["(1,234 rows)", "... 1,231 more rows (--rows 1234 or --format csv gives all)"]


def test_the_query_may_come_from_standard_input(dtm_process: Callable[..., Ran], sample_data_folder: Path) -> None:
    text = "\ufeffselect 'ناحية' as name -- تعليق"
    ran = dtm_process(
        "sql", "-", "--format", "csv", "--data", sample_data_folder, stdin=text.encode(), PYTHONIOENCODING="ascii", LC_ALL="C"
    )
    assert (ran.code, ran.out) == (ExitCode.OK, '"name"\n"ناحية"\n')


def test_standard_input_that_is_no_text_is_refused(dtm_process: Callable[..., Ran], sample_data_folder: Path) -> None:
    ran = dtm_process("sql", "-", "--data", sample_data_folder, stdin=b"select '\xff'")
    assert (ran.code, ran.said) == (ExitCode.QUERY_REFUSED, "The query is not UTF-8: see byte 8.")


# --- what the console shows of the tables ------------------------------------------------------


def test_every_table_and_column_is_described(held: Published) -> None:
    with held.connect(described=True) as connection:
        views = dict(connection.sql("select view_name, comment from duckdb_views() where not internal").fetchall())
        columns = connection.sql("select table_name, column_name, comment from duckdb_columns() where not internal").fetchall()
    assert views == {table.name: f"{table.meaning} {table.grain}." for table in published()}
    assert {(table, column) for table, column, _ in columns} == {(t.name, c) for t in published() for c in t.columns}
    for _, column, comment in columns:
        assert comment.startswith(COLUMNS[column].meaning)
        assert (COLUMNS[column].unit or "") in comment


@pytest.mark.parametrize(
    "asked",
    [
        "select comment from DuckDB_Columns() where table_name = 'national_summary' and column_name = 'households'",
        "select column_comment from information_schema.columns where table_name = 'national_summary' and column_name = 'households'",
        "select description from pg_catalog.pg_description where description like '%' order by description = $$ $$ limit 1",
    ],
)
def test_every_way_to_ask_for_a_description_finds_it(sql: Callable[..., Ran], asked: str) -> None:
    ran = sql(asked, "--format", "csv")
    assert len(ran.out.splitlines()) == 2 and len(ran.out.splitlines()[1]) > 10, ran.out


def test_tables_are_whole(held: Published) -> None:
    with held.connect() as connection:
        for name, listed in held.manifest.tables.items():
            count = query(connection, f"select count(*) as n from {name}").column("n")[0].as_py()
            assert count == sum(file.rows for file in listed) == held.table(name).num_rows, name


def test_dates_are_dates(held: Published) -> None:
    with held.connect() as connection:
        day = query(connection, "select max(list_date) as day from national_summary").column("day")[0].as_py()
    assert isinstance(day, datetime.date)


@pytest.mark.parametrize("harm", ["missing", "cut", "garbage", "no parquet"])
def test_a_damaged_file_is_told_with_the_way_to_mend_it(dtm: Callable[..., Ran], data_copy: Path, harm: str) -> None:
    file = next(data_copy.rglob("tables/national_summary/*.parquet"))
    content = file.read_bytes()
    if harm == "missing":
        file.unlink()
    else:
        file.write_bytes(
            {"cut": content[:100], "garbage": content[:40] + bytes(160) + content[200:], "no parquet": bytes(len(content))}[harm]
        )
    for words in (["sql", "from national_summary"], ["export", "national_summary", "-o", data_copy.parent / "x.csv"]):
        ran = dtm(*words, "--data", data_copy)
        assert ran.code == ExitCode.DATA_FOLDER, ran
        assert "dtm build" in ran.said


def test_tables_of_another_version_of_the_program_are_not_read_as_nulls(
    dtm: Callable[..., Ran], sample_data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from expectations import tables

    now = tables.TABLES["national_summary"]
    changed = type(now)(**{**vars(now), "columns": (*now.columns, "note"), "nullable": now.nullable | {"note"}})
    monkeypatch.setitem(tables.TABLES, "national_summary", changed)
    for words in (["sql", "from national_summary"], ["export", "national_summary", "--format", "csv", "-o", "x"]):
        ran = dtm(*words, "--data", sample_data_folder)
        assert (ran.code, "another version" in ran.said) == (ExitCode.DATA_FOLDER, True)


def test_a_query_in_a_closed_console_is_a_problem_not_a_crash() -> None:
    connection = duckdb.connect()
    connection.close()
    with pytest.raises(Problem) as caught:
        query(connection, "select 1")
    assert caught.value.code == ExitCode.QUERY_REFUSED
