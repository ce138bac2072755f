"""Every command of ``dtm``: its help, its words, its exit codes, what it imports, what a terminal gets to see."""

from __future__ import annotations

import importlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations import dictionary
from expectations.rules import RULES
from expectations.tables import published
from flows import manifest
from flows.cli import COMMANDS, parser
from flows.lock import locked
from flows.problem import MEANINGS, ExitCode
from flows.published import Published
from tests.flows.conftest import ROOT, Ran

READING = ("status", "sql", "diff", "trace", "dictionary", "export", "reconcile", "rules")
BROKEN = "\x1b[31m\u202e' or 1=1; --"


# --- help --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_an_example_that_parses(dtm: Callable[..., Ran], name: str) -> None:
    module = importlib.import_module(f"flows.commands.{name}")
    ran = dtm(name, "--help")
    assert ran.code == ExitCode.OK
    assert module.HELP in parser().format_help()
    assert module.EXAMPLE in ran.out
    program, *words = shlex.split(module.EXAMPLE)
    assert (program, words[0]) == ("dtm", name)
    assert parser().parse_args(words).command == name
    for action in parser((name,))._subparsers._group_actions[0].choices[name]._actions:
        assert action.help or action.choices or action.metavar, (name, action.dest)


def test_help_tells_every_command_and_exit_code(dtm: Callable[..., Ran]) -> None:
    ran = dtm("--help")
    assert set(MEANINGS) == set(ExitCode)
    for name in COMMANDS:
        assert f"\n    {name}" in ran.out
    for code, meaning in MEANINGS.items():
        assert f"{code.value:>3}  {meaning}" in ran.out


@pytest.mark.parametrize(
    "words", [[], ["nothing"], ["sql"], ["trace", "R120"], ["diff", "R119", "R120", "--data", "x"], ["rules", "--what"]]
)
def test_wrong_words_are_told_with_the_usage(dtm: Callable[..., Ran], words: list[str]) -> None:
    ran = dtm(*words)
    assert ran.code == ExitCode.USAGE
    assert "usage: dtm" in ran.err


# --- what is imported --------------------------------------------------------------------------


def test_commands_that_read_import_neither_prefect_nor_great_expectations(sample_data_folder: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures.csv"
    figures.write_text("population,round,households\nidp,1,1\n")
    data = ["--data", str(sample_data_folder)]
    place = Published(sample_data_folder).table("idp_master_list").column("place_id")[0].as_py()
    calls = {
        "status": data,
        "sql": ["select 1", *data],
        "diff": ["R119", "R120", "--population", "idp", *data],
        "trace": ["R118", place, *data],
        "dictionary": ["national_summary"],
        "export": ["national_summary", "-o", str(tmp_path / "x.xlsx"), *data],
        "reconcile": [str(figures), *data],
        "rules": ["shelter_sum"],
    }
    assert set(calls) == set(READING)
    program = (
        "import json, sys; from flows.cli import main\n"
        "for name, words in json.loads(sys.argv[1]).items():\n"
        "    assert main([name, *words]) == 0, name\n"
        "    for heavy in ('prefect', 'great_expectations'):\n"
        "        assert heavy not in sys.modules, (name, heavy)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, json.dumps(calls)], cwd=ROOT, capture_output=True, timeout=240, check=False
    )
    assert ended.returncode == 0, ended.stderr.decode()


def test_dictionary_and_rules_import_no_database(dtm_process: Callable[..., Ran]) -> None:
    program = "import sys; from flows.cli import main; main(['dictionary']); main(['rules', 'shelter_sum']); sys.exit('duckdb' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=240, check=False).returncode == 0
    )


# --- the data folder ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [["status"], ["sql", "select 1"], ["trace", "R1", "1"], ["export", "location", "-o", "x.csv"], ["check"]]
)
def test_without_a_data_folder_the_user_is_asked_for_it(
    dtm: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.delenv("DTM_DATA_DIR", raising=False)
    ran = dtm(*words)
    assert (ran.code, ran.said) == (ExitCode.USAGE, "Say where the data folder is: --data DIR, or set DTM_DATA_DIR.")


def test_the_data_folder_may_come_from_the_environment(
    dtm: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, sample_data_folder: Path
) -> None:
    monkeypatch.setenv("DTM_DATA_DIR", str(sample_data_folder))
    assert dtm("sql", "select 1").code == ExitCode.OK
    monkeypatch.setenv("DTM_DATA_DIR", "/nowhere")
    assert dtm("sql", "select 1").code == ExitCode.DATA_FOLDER
    assert dtm("sql", "select 1", "--data", sample_data_folder).code == ExitCode.OK


@pytest.mark.parametrize("kind", ["missing", "empty", "a file", "newer", "damaged"])
@pytest.mark.parametrize(
    "words", [["status"], ["sql", "select 1"], ["diff", "R1", "R2", "--population", "idp"], ["export", "location", "-o", "x.csv"]]
)
def test_a_folder_without_tables_is_told(dtm: Callable[..., Ran], tmp_path: Path, kind: str, words: list[str]) -> None:
    data = tmp_path / "data"
    if kind == "a file":
        data.write_text("x")
    elif kind != "missing":
        data.mkdir()
    if kind == "newer":
        (data / manifest.NAME).write_text(json.dumps({"schema_version": 99, "content": {}, "log": []}))
    if kind == "damaged":
        (data / manifest.NAME).write_text("{")
    ran = dtm(*words, "--data", data)
    assert ran.code == ExitCode.DATA_FOLDER
    assert str(data) in ran.said
    assert not (data / "tables").exists()


# --- every class of failure --------------------------------------------------------------------


def test_every_exit_code_can_be_had(
    dtm: Callable[..., Ran], data_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = tmp_path / "list.csv"
    nothing.write_bytes(b"")
    figures = tmp_path / "figures.csv"
    figures.write_text("population,round,households\nidp,120,1\n")
    stale = tmp_path / "stale.csv"
    stale.write_text("population,round,individuals,kind\nidp,120,1180000,rounded_quote\n")
    data = ["--data", data_copy]
    had = {
        ExitCode.OK: dtm("sql", "select 1", *data),
        ExitCode.USAGE: dtm("trace", "R120", "no place", *data),
        ExitCode.SOURCE_REFUSED: dtm("build", nothing, "--direct", *data),
        ExitCode.NO_LONGER_APPLIES: dtm("reconcile", stale, *data),
        ExitCode.STORAGE: dtm("reconcile", tmp_path / "missing.csv", *data),
        ExitCode.DATA_FOLDER: dtm("status", "--data", tmp_path),
        ExitCode.QUERY_REFUSED: dtm("sql", "select nothing", *data),
        ExitCode.FIGURES_DIFFER: dtm("reconcile", figures, *data),
    }
    with locked(data_copy):
        had[ExitCode.LOCKED] = dtm("build", nothing, "--direct", *data)
    (data_copy / next(data_copy.rglob("*.parquet"))).unlink()
    had[ExitCode.CONTRACT_BROKEN] = dtm("check", *data)
    assert {code: ran.code for code, ran in had.items()} == {code: code for code in had}
    for code, ran in had.items():
        assert len(ran.err) < 1500 and (code == ExitCode.OK or ran.err.strip()), code
    module = importlib.import_module("flows.commands.status")
    for raised, code in ((KeyboardInterrupt, ExitCode.INTERRUPTED), (MemoryError, ExitCode.STORAGE)):
        monkeypatch.setattr(module, "run", _raising(raised))
        assert dtm("status", *data).code == code
    monkeypatch.setattr(module, "run", _raising(ZeroDivisionError))
    from flows.cli import main

    assert main(["status", "--data", str(data_copy)]) == ExitCode.UNEXPECTED
    assert "please report" in capsys.readouterr().err
    assert {*had, ExitCode.INTERRUPTED, ExitCode.UNEXPECTED} == set(ExitCode)


def _raising(error: type[BaseException]) -> Callable:
    def run(_: object) -> int:
        raise error

    return run


# --- status, diff, trace -----------------------------------------------------------------------


def test_status_shows_every_round_once(dtm: Callable[..., Ran], held: Published, sample_data_folder: Path) -> None:
    ran = dtm("status", "--data", sample_data_folder)
    assert ran.code == ExitCode.OK
    rounds = [line.split()[:2] for line in ran.out.splitlines() if line.startswith(("idp", "returnee"))]
    assert rounds == [
        [row["population"], str(row["round"])]
        for row in held.table("national_summary").sort_by([("population", "ascending"), ("round", "ascending")]).to_pylist()
    ]
    accepted = [line for line in ran.out.splitlines() if line.startswith("accepted: ")]
    rules = {(row["rule"], row["population"]) for row in held.manifest.accepted_exceptions}
    assert len(accepted) == len(rules) > 0
    rows = sum(int(row["rows_expected_minimum"]) for row in held.manifest.accepted_exceptions)
    assert sum(int(line.split()[1]) for line in accepted) == rows


def test_diff_keeps_change_and_coverage_apart(dtm: Callable[..., Ran], held: Published, sample_data_folder: Path) -> None:
    summary = next(row for row in held.table("change_summary").to_pylist() if (row["population"], row["round"]) == ("idp", 120))
    ran = dtm("diff", "R119", "R120", "--population", "idp", "--data", sample_data_folder)
    numbers = ran.out.splitlines()[5].split()
    assert [int(number.replace(",", "")) for number in numbers] == [
        summary["previous_households"],
        summary["households"],
        summary["households_change"],
        summary["matched_change"],
        summary["new_households"] + summary["back_households"],
        -summary["no_longer_listed_households"],
    ]
    swapped = dtm("diff", "120", "r119@2021-03-01", "--population", "idp", "--data", sample_data_folder)
    assert int(swapped.out.splitlines()[5].split()[2].replace(",", "")) == -summary["households_change"]
    same = dtm("diff", "R120", "R120@2021-03", "--population", "idp", "--data", sample_data_folder)
    assert same.out == "idp: A and B are the same list, R120 (vintage 2021-03-01).\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["R119", "R12"], "No idp list of R12 is held; held: R118, R119, R120."),
        (["R119", "R120@2019-09-15"], "'R120@2019-09-15' names no vintage of the idp list of R120; held: 2021-03-01."),
        (["R119", "R120@2"], "'2' is no vintage such as"),
        (["R119", "R120@"], "'' is no vintage such as"),
        (["R119", "R120@2021-03-01' or 1=1"], "'2021-03-01' or 1=1' is no vintage such as"),
        (["R119", "120 or 1=1"], "'120 or 1=1' is no round such as R112."),
        (["R119", "R-1"], "'R-1' is no round such as R112."),
        (["R119", "R\u0661\u0662\u0660"], "is no round such as R112."),
        (["", "R120"], "'' is no round such as R112."),
    ],
)
def test_diff_refuses_what_is_no_edition(dtm: Callable[..., Ran], sample_data_folder: Path, words: list[str], said: str) -> None:
    ran = dtm("diff", *words, "--population", "idp", "--data", sample_data_folder)
    assert ran.code == ExitCode.USAGE
    assert said in ran.said


def test_trace_goes_back_to_the_row_as_received(
    dtm: Callable[..., Ran], a_place: Callable[[str], dict], sample_data_folder: Path, sample_lists: Path
) -> None:
    place = a_place("idp")
    ran = dtm("trace", f"R{place['round']}", place["place_id"], "--population", "idp", "--data", sample_data_folder)
    assert ran.code == ExitCode.OK
    assert place["location_name_ar"] in ran.out
    assert f"households              {place['households']:>10,}" in ran.out
    file, row = ran.out.split("from '")[1].split("', row ")
    line = (sample_lists / file).read_text(encoding="utf-8").splitlines()[int(row.split()[0]) - 1]
    assert f",{place['place_id']}.0," in line
    assert f"    Families: {place['households']}.0" in ran.out


def test_trace_of_a_place_that_is_in_an_older_vintage_only(
    dtm: Callable[..., Ran], data_copy: Path, monkeypatch: pytest.MonkeyPatch, a_place: Callable[[str], dict]
) -> None:
    place = a_place("idp")
    whole = Published.table

    def without(self: Published, name: str, *, round: int | None = None) -> pa.Table:
        rows = whole(self, name, round=round)
        return rows.slice(0, 0) if name.endswith("_master_list") else rows

    monkeypatch.setattr(Published, "table", without)
    ran = dtm("trace", "R120", place["place_id"], "--data", data_copy)
    assert ran.code == ExitCode.OK
    assert "multiplier_rule" not in ran.out


def test_trace_says_where_the_received_bytes_are_lost(
    dtm: Callable[..., Ran], a_place: Callable[[str], dict], data_copy: Path
) -> None:
    place = a_place("idp")
    shutil.rmtree(data_copy / "landing")
    ran = dtm("trace", "R120", place["place_id"], "--population", "idp", "--data", data_copy)
    assert ran.code == ExitCode.OK
    assert "the bytes as received cannot be shown: " in ran.out


@pytest.mark.parametrize("place", ["", "no place", "' or 1=1", "../../", "7861; drop table x", "%", BROKEN, "9" * 5000, "\u0667"])
def test_a_place_that_is_not_held_is_told(dtm: Callable[..., Ran], sample_data_folder: Path, place: str) -> None:
    ran = dtm("trace", "R120", "--data", sample_data_folder, "--", place)
    assert ran.code == ExitCode.USAGE
    assert ran.said.startswith("No list of R120 has a location '")
    assert "\x1b" not in ran.err and "\u202e" not in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("number", ["", "R", "0x70", "R1200", "-5", "' or 1=1", "../../", BROKEN, "١٢٠"])
def test_what_is_no_round_is_told(dtm: Callable[..., Ran], sample_data_folder: Path, number: str) -> None:
    for words in (
        ["trace", "--data", sample_data_folder, "--", number, "1"],
        ["export", "location_count", "-o", "x.csv", f"--round={number}", "--data", sample_data_folder],
    ):
        ran = dtm(*words)
        assert ran.code == ExitCode.USAGE
        assert ran.said.endswith("is no round such as R112.")
        assert "\x1b" not in ran.err and "\u202e" not in ran.err


def test_rounds_that_are_not_held_are_told(dtm: Callable[..., Ran], sample_data_folder: Path) -> None:
    ran = dtm("trace", "R12", "1", "--population", "returnee", "--data", sample_data_folder)
    assert (ran.code, ran.said) == (ExitCode.USAGE, "No returnee list of R12 is held; held: R118, R119, R120.")


@pytest.mark.parametrize("population", ["", "IDP", "idp'; drop table x; --", "../../", BROKEN])
@pytest.mark.parametrize("command", [["diff", "R119", "R120"], ["trace", "R120", "1"]])
def test_hostile_populations_are_refused(
    dtm: Callable[..., Ran], sample_data_folder: Path, command: list[str], population: str
) -> None:
    ran = dtm(*command, "--population", population, "--data", sample_data_folder)
    assert ran.code == ExitCode.USAGE
    assert "invalid choice" in ran.err


# --- dictionary, rules, sample -----------------------------------------------------------------


def test_dictionary_lists_every_published_table(dtm: Callable[..., Ran]) -> None:
    ran = dtm("dictionary")
    for table in published():
        assert f"  {table.name} " in ran.out
        assert table.meaning in ran.out
    assert dtm("dictionary", "--format", "markdown").out == dictionary.render()


@pytest.mark.parametrize("table", [table.name for table in published()])
def test_dictionary_tells_every_column(dtm: Callable[..., Ran], table: str) -> None:
    ran = dtm("dictionary", table)
    assert ran.code == ExitCode.OK
    for column in next(t for t in published() if t.name == table).columns:
        assert f"\n  {column}  (" in ran.out


@pytest.mark.parametrize("table", ["nothing", "clean_record", "", "../../", BROKEN])
def test_an_unknown_table_is_told_with_those_there_are(dtm: Callable[..., Ran], sample_data_folder: Path, table: str) -> None:
    for words in (["dictionary", table], ["export", table, "-o", "x.csv", "--data", sample_data_folder]):
        ran = dtm(*words)
        assert ran.code == ExitCode.USAGE
        assert ran.said.startswith("There is no table '")
        assert "idp_master_list" in ran.said
        assert "\x1b" not in ran.err


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_can_be_shown(dtm: Callable[..., Ran], rule: str) -> None:
    ran = dtm("rules", rule)
    assert ran.code == ExitCode.OK
    assert RULES[rule].sentence in ran.out
    assert RULES[rule].todo in ran.out
    assert ("\nselect" in ran.out) == (RULES[rule].scope == "table")


@pytest.fixture(scope="module")
def connection(held: Published) -> Iterator[duckdb.DuckDBPyConnection]:
    with held.connect() as connection:
        yield connection


@pytest.mark.parametrize("rule", [rule for rule in RULES if RULES[rule].scope == "table"])
def test_the_query_of_a_rule_can_be_copied(dtm: Callable[..., Ran], connection: duckdb.DuckDBPyConnection, rule: str) -> None:
    found = connection.execute(shown_query(dtm, rule)).fetchall()
    assert RULES[rule].published != "block" or found == []


def test_the_query_of_a_rule_can_be_pasted_into_the_console(dtm: Callable[..., Ran], sample_data_folder: Path) -> None:
    ran = dtm("sql", shown_query(dtm, "change_closes"), "--data", sample_data_folder)
    assert ran.code == ExitCode.OK
    assert "(0 rows)" in ran.out


# --- names of tables, numbered questions, completion ---------------------------------------------


def test_the_help_of_sql_names_every_table(dtm: Callable[..., Ran]) -> None:
    listed = dtm("sql", "--help").out.partition("tables (one-line")[2]
    assert set(re.findall(r"[a-z_]+", listed)) >= {table.name for table in published()}


def test_tables_are_listed_by_how_they_begin_without_a_data_folder(
    dtm: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DTM_DATA_DIR", raising=False)
    every = dtm("sql", "--tables")
    assert every.code == ExitCode.OK and all(f"  {table.name} " in every.out for table in published())
    lines = dtm("sql", "--tables", "crossing").out.splitlines()
    assert {line.split()[0] for line in lines if line.startswith("  ")} == {
        table.name for table in published() if table.name.startswith("crossing")
    }
    ran = dtm("sql", "--tables", "masterlist")
    assert ran.code == ExitCode.USAGE and "Did you mean idp_master_list or " in ran.said


def test_a_numbered_question_is_run(dtm: Callable[..., Ran], sample_data_folder: Path) -> None:
    ran = dtm("sql", "--question", "1", "--data", sample_data_folder, "--format", "csv")
    assert ran.code == ExitCode.OK and ran.out.splitlines()[1].startswith('"idp",118,2020-10-31,12957,')
    assert dtm("sql", "--questions").out.splitlines()[0].startswith("  1  How many IDPs and returnees")
    ran = dtm("sql", "--question", "999", "--data", sample_data_folder)
    assert ran.code == ExitCode.USAGE and ran.said.startswith("There is no question 999; there are 1 to ")
    for words in (["--question", "0"], ["--question", "x"], ["select 1", "--question", "1"], ["--complete", "fish"]):
        assert dtm("sql", *words, "--data", sample_data_folder).code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (["dtm", "recon"], "reconcile"),
        (["dtm", "sql", "--tab"], "--tables"),
        (["dtm", "sql", "--tables", "governorate_"], "governorate_summary"),
        (["dtm", "feedback", "close", "F1", "--dec"], "--decision"),
        (["dtm", "feedback", "add", "--table", "idp_m"], "idp_master_list"),
        (["dtm", "export", "shelter_s"], "shelter_summary"),
        (["dtm", "sql", '"select round, households from nati'], "select round, households from national_summary"),
        (["dtm", "sql", "'from a join (emergency_b"], "from a join (emergency_bridge"),
        (["dtm", "sql", '"select $(touch gone) from nati'], "select $(touch gone) from national_summary"),
        (["dtm", "nothing", "--x"], ""),
    ],
)
def test_bash_completes(dtm: Callable[..., Ran], tmp_path: Path, line: list[str], wanted: str) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash here")
    script = dtm("sql", "--complete", "bash").out
    words = " ".join(shlex.quote(word) for word in line)
    asked = f'{script}\nCOMP_WORDS=({words}); COMP_CWORD={len(line) - 1}; _dtm 2>/dev/null; printf "%s\n" "${{COMPREPLY[@]}}"'
    ended = subprocess.run([bash, "--norc", "-c", asked], capture_output=True, text=True, cwd=tmp_path, timeout=20, check=False)
    assert ended.stdout.splitlines() == [wanted], ended.stderr
    assert not list(tmp_path.iterdir())


def test_zsh_reads_the_function_of_bash(dtm: Callable[..., Ran]) -> None:
    bash, zsh = dtm("sql", "--complete", "bash").out, dtm("sql", "--complete", "zsh").out
    assert zsh == "autoload -U +X bashcompinit && bashcompinit\n" + bash


def shown_query(dtm: Callable[..., Ran], rule: str) -> str:
    return dtm("rules", rule).out.split(f"What to do: {RULES[rule].todo}\n")[1]


def test_all_rules_are_listed(dtm: Callable[..., Ran]) -> None:
    out = dtm("rules").out
    assert all(f"  {rule} " in out for rule in RULES)
    assert dtm("rules", "no_rule").said == "There is no rule 'no_rule'. See: dtm rules"


def test_sample_writes_into_a_new_folder_only(dtm: Callable[..., Ran], tmp_path: Path) -> None:
    ran = dtm("sample", tmp_path / "s", "--rounds", "1", "--places", "60")
    assert ran.code == ExitCode.OK
    assert {path.name for path in (tmp_path / "s").iterdir()} == {"lists", "broken", "ledger.csv"}
    assert dtm("sample", tmp_path / "s").said.endswith("is no empty folder. Give a new one.")
    assert dtm("sample", tmp_path / "s" / "ledger.csv").code == ExitCode.USAGE


@pytest.mark.parametrize(
    "words",
    [["--places", "3"], ["--places", "0"], ["--rounds", "-1"], ["--rounds", "200"], ["--seed", "x"]],
)
def test_a_sample_that_cannot_be_is_refused(dtm: Callable[..., Ran], tmp_path: Path, words: list[str]) -> None:
    ran = dtm("sample", tmp_path / "s", *words)
    assert ran.code == ExitCode.USAGE
    assert not (tmp_path / "s" / "ledger.csv").exists()


# --- reconcile ---------------------------------------------------------------------------------


@pytest.fixture
def reconcile(dtm: Callable[..., Ran], sample_data_folder: Path, tmp_path: Path) -> Callable[..., Ran]:
    def run(content: str | bytes, *words: str) -> Ran:
        file = tmp_path / "figures"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return dtm("reconcile", file, *words, "--data", sample_data_folder)

    return run


def test_equal_figures_end_well(reconcile: Callable[..., Ran], held: Published) -> None:
    lines = ["population,round,governorate,households,individuals,locations,districts,governorates"]
    national = held.table("national_summary").to_pylist()
    for row in national:
        lines.append(
            f"{row['population']},R{row['round']},,{row['households']},{row['individuals']},{row['locations']},{row['districts']},{row['governorates']}"
        )
    own = held.table("governorate_summary").to_pylist()
    for row in own:
        lines.append(
            f"{row['population']},{row['round']},{row['governorate']},{row['households']},{row['individuals']},{row['locations']},{row['districts']},1"
        )
    lines.append("returnee,120,Basrah,0,0,0,,")  # not on the list: 0
    ran = reconcile("\n".join(lines))
    assert ran.code == ExitCode.OK
    count = len(own) + 1
    total = len(national) + count
    assert (
        ran.out
        == f"{total} figures; {len(national)} national, {count} governorate compared: {total} exact, 0 different, cause known, 0 different, 0 no list.\n"
    )


def test_a_figure_of_the_general_rule_is_named(reconcile: Callable[..., Ran], held: Published) -> None:
    row = next(r for r in held.table("national_summary").to_pylist() if (r["population"], r["round"]) == ("idp", 120))
    assert row["individuals"] != 6 * row["households"]
    ran = reconcile(f"population,round,individuals\nidp,120,{6 * row['households']}\n")
    assert ran.code == ExitCode.OK
    assert "cause: Published as 6 x households; from R117 in-camp IDPs count x5." in ran.out


def test_figures_that_differ_fail(reconcile: Callable[..., Ran]) -> None:
    ran = reconcile("population,round,households\nidp,120,1\nidp,12,1\n")
    assert (ran.code, ran.said) == (ExitCode.FIGURES_DIFFER, "1 of 2 figures differ without a known cause.")
    assert "1 different, 1 no list." in ran.out


def test_a_recorded_cause_that_no_longer_fits_fails_first(reconcile: Callable[..., Ran]) -> None:
    ran = reconcile("population,round,individuals,kind\nidp,120,1180000,rounded_quote\nidp,120,5,\n")
    assert ran.code == ExitCode.NO_LONGER_APPLIES
    assert "published_difference.csv" in ran.said
    assert "predicts 1,205,767" in ran.out


def test_csv_of_comparisons_holds_all_of_them(reconcile: Callable[..., Ran]) -> None:
    ran = reconcile("population,as_of,households\nidp,2021-02-28,1\nidp,2014-04-01,7\nidp,2014-04-02,7\n", "--format", "csv")
    heads, *rows = [line.split(",") for line in ran.out.splitlines()]
    assert [(row[heads.index("round")], row[heads.index("verdict")]) for row in rows] == [
        ("120", "different"),
        ("1", "no list"),
        ("2014-04-02", "no list"),
    ]
    assert "3 figures" in ran.err


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"{", b"population,round\n", b"population,round,households\nidp,1,-5\n", b"PK\x03\x04\x00"]
)
def test_unreadable_figures_are_refused(reconcile: Callable[..., Ran], content: bytes) -> None:
    ran = reconcile(content)
    assert ran.code == ExitCode.SOURCE_REFUSED
    assert ran.said.startswith("figures")
    assert len(ran.err.splitlines()) == 1


def test_a_folder_is_no_file_of_figures(dtm: Callable[..., Ran], sample_data_folder: Path, tmp_path: Path) -> None:
    assert dtm("reconcile", tmp_path, "--data", sample_data_folder).code == ExitCode.STORAGE


# --- terminals ---------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
@pytest.mark.parametrize(
    "words",
    [
        "dictionary --format markdown",
        "sql 'from range(1000000)' --format csv",
        "sql 'from range(300000)' --format json",
    ],
)
def test_a_closed_pipe_is_no_failure(sample_data_folder: Path, words: str) -> None:
    command = f"{shlex.quote(sys.executable)} -m flows.cli {words} | head -n 1; exit ${{PIPESTATUS[0]}}"
    environment = {**os.environ, "DTM_DATA_DIR": str(sample_data_folder)}
    ended = subprocess.run(["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, timeout=240, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert len(ended.stdout.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("words", ["rules", "sql 'from range(100000)' --format csv"])
def test_a_full_disk_under_the_output_is_told(sample_data_folder: Path, words: str) -> None:
    command = f"{shlex.quote(sys.executable)} -m flows.cli {words} > /dev/full"
    environment = {**os.environ, "DTM_DATA_DIR": str(sample_data_folder)}
    ended = subprocess.run(["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, timeout=240, check=False)
    assert ended.returncode == ExitCode.STORAGE
    assert ended.stderr.decode().startswith("dtm: The disk is full")
    assert len(ended.stderr.splitlines()) == 1


def test_arabic_prints_under_any_locale(
    dtm_process: Callable[..., Ran], a_place: Callable[[str], dict], sample_data_folder: Path
) -> None:
    name = a_place("idp")["location_name_ar"]
    text = f"select location_name_ar from idp_master_list where location_name_ar = '{name}' limit 1"
    for environment in ({"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        ran = dtm_process("sql", text, "--format", "csv", "--data", sample_data_folder, **environment)
        assert (ran.code, ran.out) == (ExitCode.OK, f'"location_name_ar"\n"{name}"\n')


def test_names_with_control_characters_are_made_visible(
    dtm: Callable[..., Ran], data_copy: Path, a_place: Callable[[str], dict]
) -> None:
    place = a_place("idp")
    _rename(data_copy, place, "\x1b]0;x\x07Al-\u202eName\u200f\u2028")
    ran = dtm("trace", "R120", place["place_id"], "--population", "idp", "--data", data_copy)
    assert "\\u001b]0;x\\u0007Al-\\u202eName\\u200f\\u2028" in ran.out
    ran = dtm(
        "sql",
        f"select location_name_en from location_listing where place_id = '{place['place_id']}' and round = 120 and population = 'idp'",
        "--data",
        data_copy,
    )
    assert "\\u001b]0;x\\u0007Al-\\u202eName\\u200f\\u2028" in ran.out
    assert not set("\x1b\x07\u202e\u200f\u2028") & set(ran.out)


def _rename(data: Path, place: dict, name: str) -> None:
    """Give a location another name in the published listing, as a list with such a name would."""
    import dataclasses
    import hashlib

    current = manifest.read(data)
    old = next(file for file in current.tables["location_listing"] if f"/{place['round']}-" in file.path)
    rows = pq.ParquetFile(data / old.path).read()
    names = [
        name if (row["place_id"], row["population"]) == (place["place_id"], "idp") else row["location_name_en"]
        for row in rows.to_pylist()
    ]
    at = rows.column_names.index("location_name_en")
    pq.write_table(rows.set_column(at, rows.schema.field(at), pa.array(names, pa.string())), data / old.path)
    content = (data / old.path).read_bytes()
    new = dataclasses.replace(old, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))
    listed = tuple(new if file is old else file for file in current.tables["location_listing"])
    manifest.commit(data, dataclasses.replace(current, tables={**current.tables, "location_listing": listed}))
