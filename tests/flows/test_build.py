"""The build: when there is nothing to do, that equal input gives equal bytes, and that failures change nothing."""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import python_calamine

from expectations.outcome import Failure, Outcome
from expectations.schema import ContractError
from flows import judging, manifest, run
from flows.cli import main
from flows.commands import check as check_command
from flows.problem import ExitCode, Problem
from flows.published import Published
from tests.fixtures import released
from tests.flows import builds
from tests.flows.builds import (
    BAD_ROW,
    RETURNEE_EXCEPTION,
    ROOT,
    SUM_EXCEPTION,
    answers,
    build,
    content,
    quick,
    run_child,
    set_cell,
    tables,
    tree,
    write_list,
)
from transforms import warehouse

__all__ = ["quick"]
SCREEN_LINES = 24
pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """IDP lists of two rounds and a returnee list."""
    folder = tmp_path_factory.mktemp("lists")
    return [write_list(folder, 111), write_list(folder, 112), write_list(folder, 112, "returnee")]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, lists: list[Path]) -> Iterator[Path]:
    """A data folder that holds the three lists."""
    data = tmp_path_factory.mktemp("built") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "beside", builds.quickly)
        build(data, *lists)
        yield data


@pytest.fixture
def data(built: Path, tmp_path: Path) -> Path:
    """A copy of the built data folder."""
    return Path(shutil.copytree(built, tmp_path / "data"))


def flip(path: Path) -> None:
    """Change one byte in the middle of a file."""
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(whole)


def failure(*words: str, capsys: pytest.CaptureFixture) -> tuple[int, list[str]]:
    """Exit code and error lines of a command."""
    capsys.readouterr()
    code = main(list(words))
    return code, [line for line in capsys.readouterr().err.splitlines() if not line.startswith("[")]


# --- nothing to do, and what is built again -------------------------------------------------------


def test_a_second_build_does_nothing_and_imports_no_engine(data: Path, lists: list[Path]) -> None:
    before = tree(data)
    script = (
        "import sys; from flows.cli import main; code = main(sys.argv[1:]);"
        "print(sorted({'prefect', 'great_expectations', 'duckdb', 'pandas', 'pyarrow'} & set(sys.modules))); sys.exit(code)"
    )
    command = [sys.executable, "-c", script, "build", str(lists[0].parent), "--data", str(data)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "Nothing to do: 3 lists, all published files intact.\n[]\n"
    assert tree(data) == before


def test_an_edited_query_is_run_again(data: Path, tmp_path: Path) -> None:
    root = tmp_path / "code"
    for room in ("expectations", "transforms", "sql", "flows", "tests/flows", "tests/fixtures"):
        shutil.copytree(ROOT / room, root / room, ignore=shutil.ignore_patterns("__pycache__", "*.json"))
    (root / "tests" / "__init__.py").touch()
    query = root / "sql" / "national_summary.sql"
    query.write_text(query.read_text(encoding="utf-8").replace("max(completeness)", "'incomplete'"), encoding="utf-8")
    assert run_child(data, [], root, {"PYTHONPATH": str(root)})["built"]
    assert Published(data).table("national_summary")["completeness"].unique().to_pylist() == ["incomplete"]


def test_changed_and_lost_published_files_are_mended_to_the_byte(data: Path) -> None:
    before = tree(data)
    paths = [file.path for file in Published(data).manifest.published_files()]
    flip(data / paths[0])
    (data / paths[-1]).unlink()
    with pytest.raises(Problem, match=r"2 files were changed or are missing.") as told:
        check(data)
    assert told.value.lines == (f"published {paths[0]}", f"published {paths[-1]}")
    result = build(data)
    assert result.built
    assert set(result.mended) == {paths[0], paths[-1]}
    changed = {path for path, digest in tree(data).items() if before.get(path) != digest}
    assert changed == {"manifest.json", "manifest.previous.json"}
    assert not build(data).built


def test_check_judges_what_is_published_and_changes_nothing(data: Path, capsys: pytest.CaptureFixture) -> None:
    before = tree(data)
    assert main(["check", "--data", str(data)]) == ExitCode.OK
    held = Published(data).manifest
    assert capsys.readouterr().out.startswith(f"{len(held.published_files())} files are intact; ")
    assert tree(data) == before
    (data / "manifest.json").write_bytes(replace(held, tables={"national_summary": held.tables["national_summary"]}).to_json())
    with pytest.raises(Problem, match=r"made by another version of the program. Bring them up to date: dtm build"):
        check(data)


def check(data: Path) -> None:
    """``dtm check``, which stops before it judges where bytes were changed."""
    check_command.run(argparse.Namespace(data=data))


def test_changed_landed_bytes_are_refused_and_mended_by_the_original(
    data: Path, lists: list[Path], capsys: pytest.CaptureFixture
) -> None:
    before = tree(data)
    own = next(source for source in Published(data).manifest.sources if source.name == lists[0].name)
    flip(data / "landing" / own.sha256 / "source")
    with pytest.raises(Problem, match=r"1 file was changed or is missing."):
        check(data)
    code, said = failure("build", "--data", str(data), "--direct", capsys=capsys)
    assert code == ExitCode.SOURCE_REFUSED
    assert said == [
        "dtm: 1 of 3 files cannot be taken; nothing was changed.",
        f"  {own.name}: The bytes kept in landing are missing or were changed. Give the original file to dtm build again.",
    ]
    assert build(data, lists[0]).built
    assert {path: digest for path, digest in tree(data).items() if not path.startswith("manifest")} == {
        path: digest for path, digest in before.items() if not path.startswith("manifest")
    }


# --- the manifest ---------------------------------------------------------------------------------


def _edited(change: Callable[[dict], object]) -> Callable[[bytes], bytes]:
    def spoil(whole: bytes) -> bytes:
        document = json.loads(whole)
        change(document)
        return json.dumps(document).encode()

    return spoil


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda whole: whole[: len(whole) // 2], "is damaged"),
        (lambda whole: b"", "is damaged"),
        (lambda whole: whole.replace(b'"sha256"', b'"sha255"', 1), "is damaged"),
        (lambda whole: b"\xff\xfe" + whole, "is damaged"),
        (lambda whole: b"[" * 100_000, "is damaged"),
        (_edited(lambda d: d["content"]["sources"].pop()), "is damaged"),
        (_edited(lambda d: d["log"].clear()), "is damaged"),
        (lambda whole: b'{"short_name": "a web page"}', "was not written by this program"),
        (lambda whole: b"[]", "was not written by this program"),
        (_edited(lambda d: d.update(schema_version=0)), "written by an older version of this program. Build a new one from it: dtm build"),
        (_edited(lambda d: d.update(schema_version=99)), "written by a newer version of this program. Update the program."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["build", "status"])
def test_a_manifest_that_cannot_be_read_is_told_in_one_sentence(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture, spoil: Callable[[bytes], bytes], words: str, command: str
) -> None:
    (tmp_path / "manifest.json").write_bytes(spoil((built / "manifest.json").read_bytes()))
    code, said = failure(command, "--data", str(tmp_path), capsys=capsys)
    assert code == ExitCode.DATA_FOLDER
    assert words in said[0]
    assert len(said) <= 2


def test_the_previous_manifest_brings_back_the_state_before(data: Path, lists: list[Path], tmp_path: Path) -> None:
    before = answers(data)
    build(data, write_list(tmp_path, 113))
    assert answers(data) != before
    (data / "manifest.json").unlink()
    with pytest.raises(Problem, match=r"manifest.json' is missing") as told:
        manifest.read(data)
    assert told.value.lines[0] == "Copy manifest.previous.json to manifest.json to have the state before the last build."
    shutil.copy(data / "manifest.previous.json", data / "manifest.json")
    assert answers(data) == before
    assert not build(data, *lists).built


def test_a_lost_manifest_is_made_again_from_landing(data: Path) -> None:
    before, held = content(data), tables(data)
    (data / "manifest.json").unlink()
    build(data, data / "landing")
    assert (content(data), tables(data)) == (before, held)


def test_what_was_decided_on_a_file_outlives_a_lost_manifest(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    spoilt = write_list(tmp_path, 113, spoil=BAD_ROW, places=40)
    wrong = write_list(tmp_path, 110, name="wrong.csv")
    build(data, spoilt, quarantine=True, vintage=datetime.date(2021, 5, 1))
    build(data, write_list(tmp_path, 113, "returnee", spoil=RETURNEE_EXCEPTION), accept_exceptions="seen in the field")
    build(data, wrong)
    to_folder = ["--data", str(data), "--direct"]
    assert main(["withdraw", "wrong.csv", "--reason", "sent by mistake", *to_folder]) == ExitCode.OK
    before = manifest.required(data)
    (data / "manifest.json").unlink()
    (data / "manifest.previous.json").unlink()
    capsys.readouterr()
    assert main(["build", str(data / "landing"), *to_folder]) == ExitCode.OK
    assert "left out: wrong.csv: withdrawn (sent by mistake)" in capsys.readouterr().err
    after = manifest.required(data)
    assert after.accepted_exceptions
    assert replace(after, log=()) == replace(before, log=())
    assert main(["withdraw", "R110", "--undo", *to_folder]) == ExitCode.OK
    (data / "manifest.json").unlink()
    (data / "manifest.previous.json").unlink()
    note = data / "landing" / "decisions.json"
    whole = json.loads(note.read_bytes())
    key = sorted(whole)[0]
    said = whole[key]["said"]
    spoilt = [{"said": 1}, {}, {**whole[key], "withdrawn": 5}, {**whole[key], "exceptions": [1]}, {**whole[key], "edition": []}]
    spoilt += [
        {**whole[key], "said": {**said, **change}}
        for change in ({"round": "118"}, {"round": True}, {"vintage": "x"}, {"vintage": 5}, {"quarantine": "no"}, {"names": []})
    ]
    spoilt += [{**whole[key], "withdrawn": "\ud800"}, {**whole[key], "more": 1, "said": {**said, "more": 1}}]
    for damaged in ("{", "[]", "[" * 200_000, '{"x": 1}', *(json.dumps({**whole, key: own}) for own in spoilt)):
        note.write_text(damaged)
        code, said = failure("build", str(data / "landing"), *to_folder, capsys=capsys)
        assert (code, len(said)) == (ExitCode.DATA_FOLDER, 1), damaged[:200]
        assert "decisions.json' is damaged" in said[0]


def test_a_damaged_note_in_landing_is_written_anew(data: Path, tmp_path: Path) -> None:
    for damaged in ("{", "[]"):
        (data / "landing" / "decisions.json").write_text(damaged)
        assert build(
            data, write_list(tmp_path, 113, places=30 + len(damaged)), vintage=datetime.date(2021, 6, len(damaged))
        ).built
        assert not (data / "staging").exists()
        note = json.loads((data / "landing" / "decisions.json").read_bytes())
        assert note.keys() == {source.sha256 for source in manifest.required(data).sources}
    (data / "landing" / "decisions.json").unlink()
    assert not build(data).built
    assert json.loads((data / "landing" / "decisions.json").read_bytes()) == note


def test_the_advice_for_a_damaged_manifest_can_be_followed(
    data: Path, lists: list[Path], capsys: pytest.CaptureFixture, tmp_path: Path
) -> None:
    build(data, write_list(tmp_path, 113))
    (data / "manifest.json").write_text("{")
    code, said = failure("build", str(lists[0]), "--data", str(data), "--direct", capsys=capsys)
    assert code == ExitCode.DATA_FOLDER
    assert "delete manifest.json and manifest.previous.json and build again" in said[2]
    (data / "manifest.json").unlink()
    (data / "manifest.previous.json").unlink()
    assert build(data, data / "landing").built


# --- equal input, equal bytes ---------------------------------------------------------------------


def test_bytes_depend_neither_on_order_nor_on_builds_nor_on_threads_nor_on_hash_seeds(
    built: Path, lists: list[Path], tmp_path: Path
) -> None:
    whole = (tables(built), content(built))
    step_by_step = tmp_path / "steps"
    build(step_by_step, lists[2])
    build(step_by_step, lists[1], lists[0])
    assert content(step_by_step) == whole[1]
    assert {p: d for p, d in tables(step_by_step).items() if p in whole[0]} == whole[0]
    for threads, seed in ((1, "1"), (4, "2")):
        own = tmp_path / f"threads-{threads}"
        run_child(own, lists[::-1], variables={"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": str(threads)}, threads=threads)
        assert (tables(own), content(own)) == whole


def test_the_same_file_under_two_names_and_the_same_list_in_other_bytes_count_once(lists: list[Path], tmp_path: Path) -> None:
    same = Path(shutil.copy(lists[0], tmp_path / "again.csv"))
    other = write_list(tmp_path, 111, name="windows.csv", end="\r\n")
    build(tmp_path / "data", lists[1], other, same, lists[0])
    held = Published(tmp_path / "data")
    assert sorted(source.names for source in held.manifest.sources) == sorted(
        [("again.csv", lists[0].name), ("windows.csv",), (lists[1].name,)]
    )
    assert held.table("list_edition").num_rows == 2
    assert held.table("location_count", round=111).num_rows == 24


def test_two_lists_of_one_edition_are_refused_with_both_names(data: Path, lists: list[Path], tmp_path: Path) -> None:
    before = tree(data)
    other = write_list(tmp_path, 111, name="corrected.csv", spoil=set_cell(0, "Location Name", "Elsewhere"))
    with pytest.raises(Problem) as told:
        build(data, other)
    assert told.value.code == ExitCode.SOURCE_REFUSED
    line = told.value.lines[0]
    assert "corrected.csv" in line
    assert lists[0].name in line
    assert "another list of idp R111, vintage 2021-03-01" in line
    assert tree(data) == before


# --- failures change nothing ----------------------------------------------------------------------


def test_a_broken_contract_is_told_on_one_screen_and_changes_nothing(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    before = tree(data)
    path = write_list(tmp_path, 113, spoil=SUM_EXCEPTION)
    code, said = failure("build", str(path), "--data", str(data), "--direct", capsys=capsys)
    assert code == ExitCode.CONTRACT_BROKEN
    assert said == [
        "dtm: 1 check does not hold; nothing was published.",
        "  rule_count: Each list breaks each counted rule exactly as often as known. [known_exceptions_hold]",
        "    idp R113, vintage 2021-03-01: 1 row where 0 are known, together +1 households. "
        "The shelter cells of a row add up to its households. [shelter_sum]",
        f"      place 1, row 2 of '{path.name}': +1 households",
        "  Compare these rows with the publisher's list; if they are the publisher's own, build again with "
        "--accept-exceptions REASON.",
    ]
    assert tree(data) == before
    assert not (data / "staging").exists()


def test_many_broken_rows_still_fit_one_screen(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    def spoil(header: list[str], rows: builds.Rows) -> None:
        for row in rows:
            for column in ("Hotel Motel", "Camp", "Jan19", "Latitude"):
                row[header.index(column)] = "7.0"

    for at in (110, 113):
        write_list(tmp_path / "in", at, spoil=spoil)
    code, said = failure("build", str(tmp_path / "in"), "--data", str(data), "--direct", capsys=capsys)
    assert code == ExitCode.CONTRACT_BROKEN
    assert len(said) <= SCREEN_LINES
    assert said.count("      ... and 22 more rows") == 5
    assert said[-2] == "    ... and 3 more counts"


def test_broken_values_are_told_with_their_keys(
    data: Path, lists: list[Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, tmp_path: Path
) -> None:
    name = "location_count"
    broken = [Failure(name, "", f"column {at} holds a value in every row", 1, ("round 111",)) for at in range(20)]
    monkeypatch.setattr(builds.QuickJudging, "outcomes", lambda self: [Outcome(name, 20, tuple(broken))])
    before = tree(data)
    code, said = failure("build", str(write_list(tmp_path, 113)), "--data", str(data), "--direct", capsys=capsys)
    assert code == ExitCode.CONTRACT_BROKEN
    assert said[0] == "dtm: 20 checks do not hold; nothing was published."
    assert said[1] == "  location_count: column 0 holds a value in every row. 1 row does not. For example: round 111."
    assert (len(said), said[-1]) == (10, "  ... and 12 more expectations")
    assert tree(data) == before


def test_a_table_that_does_not_conform_is_told_in_one_sentence(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise ContractError("Table location: column households is text where integer is expected.")

    monkeypatch.setattr(warehouse, "build", fail)
    before = tree(data)
    code, said = failure("build", str(write_list(tmp_path, 113)), "--data", str(data), "--direct", capsys=capsys)
    assert (code, len(said)) == (ExitCode.CONTRACT_BROKEN, 1)
    assert said[0].startswith("dtm: Table location: column households is text where integer is expected.")
    assert tree(data) == before


def test_a_refused_file_changes_nothing_and_leaves_no_bytes(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    before = tree(data)
    good, bad = write_list(tmp_path / "in", 110), write_list(tmp_path / "in", 113, spoil=BAD_ROW)
    code, said = failure("build", str(tmp_path / "in"), "--data", str(data), "--direct", capsys=capsys)
    assert code == ExitCode.SOURCE_REFUSED
    assert said[0] == "dtm: 1 of 5 files cannot be taken; nothing was changed."
    assert said[1].startswith(f"  {bad.name}: ")
    assert "row 2: governorate 'Nowhere' is none of the 18" in said[2]
    assert said[-1] == "  To take a list without its bad rows, marked incomplete: --quarantine"
    assert tree(data) == before
    assert good.exists()


def test_accepted_exceptions_are_recorded_and_hold_to_the_row(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    spoilt = write_list(tmp_path, 113, spoil=SUM_EXCEPTION)
    build(data, spoilt, accept_exceptions="as published")
    recorded = manifest.required(data).accepted_exceptions
    assert [(r["rule"], r["first_round"], r["rows_expected_minimum"], r["note"]) for r in recorded] == [
        ("shelter_sum", "113", "1", "as published")
    ]
    assert not build(data, spoilt).built
    assert main(["status", "--data", str(data)]) == ExitCode.OK
    accepted = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("accepted: "))
    assert all(word in accepted for word in ("1 ", "idp", "R113", "shelter_sum", "as published"))


@pytest.mark.parametrize(
    ("rows", "found"), [(2, "2 rows where 1 is known, together +2 households"), (0, "0 rows where 1 is known")]
)
def test_more_or_fewer_than_accepted_fails_again(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture, rows: int, found: str
) -> None:
    accepted = {
        "rule": "shelter_sum", "population": "idp", "vintage_date": "2021-03-01", "first_round": "113", "last_round": "113",
        "rows_expected_minimum": "1", "rows_expected_maximum": "1", "households_expected": "1", "basis": "accepted", "note": "x",
    }  # fmt: skip
    known = replace(manifest.required(data), accepted_exceptions=(accepted,))
    (data / "manifest.json").write_bytes(known.to_json())

    def spoil(header: list[str], listed: builds.Rows) -> None:
        for row in listed[:rows]:
            row[header.index("Hotel Motel")] = "1.0"

    code, said = failure("build", str(write_list(tmp_path, 113, spoil=spoil)), "--data", str(data), "--direct", capsys=capsys)
    assert code == ExitCode.CONTRACT_BROKEN
    assert found in said[2]


def test_a_quarantined_list_is_incomplete_wherever_it_shows(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    build(data, write_list(tmp_path, 113, spoil=BAD_ROW), quarantine=True)
    held = Published(data)
    edition = held.table("list_edition", round=113).to_pylist()[0]
    assert (edition["rows_read"], edition["rows_kept"], edition["rows_quarantined"]) == (24, 23, 1)
    shown = [
        name
        for name in held.manifest.tables
        if "completeness" in held.table(name).column_names and held.table(name, round=113).num_rows
    ]
    assert {"list_edition", "idp_master_list", "change_summary", "national_summary", "governorate_summary"} <= set(shown)
    assert {"district_summary", "subdistrict_summary", "shelter_summary", "period_summary"} <= set(shown)
    for name in shown:
        assert held.table(name, round=113)["completeness"].unique().to_pylist() == ["incomplete"], name
        assert held.table(name, round=112)["completeness"].unique().to_pylist() == ["complete"], name
    assert main(["status", "--data", str(data)]) == ExitCode.OK
    said = capsys.readouterr().out
    assert "Rows in quarantine: these rounds are incomplete." in said
    assert "incomplete" in next(line for line in said.splitlines() if line.startswith("idp") and " 113 " in line)
    out = tmp_path / "list.xlsx"
    assert (
        main(["export", "idp_master_list", "--round", "113", "--format", "xlsx", "-o", str(out), "--data", str(data)])
        == ExitCode.OK
    )
    cells = python_calamine.load_workbook(str(out)).get_sheet_by_name("Caveats").to_python()
    assert any("incomplete" in str(cell) and "1 of 24 rows" in str(cell) for row in cells for cell in row)


def test_too_many_quarantined_rows_are_no_list(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    bad = write_list(tmp_path, 113, spoil=lambda h, rows: [set_cell(at, "Governorate", "Nowhere")(h, rows) for at in (0, 1)])
    code, said = failure("build", str(bad), "--quarantine", "--data", str(data), "--direct", capsys=capsys)
    assert code == ExitCode.CONTRACT_BROKEN
    assert (
        "At most 5% of the rows of a list read from a file are in quarantine. 1 row breaks it: round 113, population idp"
        in said[1]
    )
    assert "Correct the file at its source" in said[2]


# --- withdrawing ----------------------------------------------------------------------------------


def test_a_withdrawn_file_stays_out_until_it_is_taken_back(data: Path, lists: list[Path], capsys: pytest.CaptureFixture) -> None:
    before, own = content(data), lists[1]
    to_folder = ["--data", str(data), "--direct"]
    assert main(["withdraw", own.name, "--reason", "truncated export", *to_folder]) == ExitCode.OK
    assert Published(data).table("location_count", round=112)["population"].unique().to_pylist() == ["returnee"]
    code, said = failure("build", str(own), *to_folder, capsys=capsys)
    assert code == ExitCode.OK
    assert said == [f"left out: {own.name}: withdrawn (truncated export); take it back with: dtm withdraw {own.name} --undo"]
    landed = data / "landing" / manifest.required(data).withdrawn[0].sha256 / "source"
    flip(landed)
    code, said = failure("withdraw", own.name, "--undo", *to_folder, capsys=capsys)
    assert code == ExitCode.SOURCE_REFUSED
    assert "Give the original file to dtm build again." in said[-1]
    build(data, own)
    assert main(["withdraw", own.name, "--undo", *to_folder]) == ExitCode.OK
    assert content(data) == before
    log = [(event["event"], event.get("reason")) for event in manifest.required(data).log]
    assert log == [("build", None), ("withdraw", "truncated export"), ("build", None), ("undo withdrawal", "")]


def test_accepted_exceptions_go_and_come_back_with_their_list(data: Path, tmp_path: Path) -> None:
    own = write_list(tmp_path, 113, spoil=SUM_EXCEPTION)
    other = write_list(tmp_path, 110, spoil=SUM_EXCEPTION)
    build(data, own, other, accept_exceptions="seen in the field")
    before, to_folder = content(data), ["--data", str(data), "--direct"]
    assert main(["withdraw", own.name, "--reason", "wrong", *to_folder]) == ExitCode.OK
    held = manifest.required(data)
    assert {row["first_round"] for row in held.accepted_exceptions} == {"110"}
    assert {row["first_round"] for row in held.withdrawn[0].exceptions} == {"113"}
    assert main(["withdraw", own.name, "--undo", *to_folder]) == ExitCode.OK
    assert content(data) == before


def test_accepted_exceptions_come_back_with_the_first_of_two_files_of_a_list(data: Path, tmp_path: Path) -> None:
    own = write_list(tmp_path, 113, spoil=SUM_EXCEPTION)
    twin = write_list(tmp_path, 113, spoil=SUM_EXCEPTION, name="twin.csv", end="\r\n")
    build(data, own, twin, accept_exceptions="seen in the field")
    to_folder = ["--data", str(data), "--direct"]
    for name in (own.name, twin.name):
        assert main(["withdraw", name, "--reason", "wrong", *to_folder]) == ExitCode.OK
    assert not manifest.required(data).accepted_exceptions
    assert main(["withdraw", own.name, "--undo", *to_folder]) == ExitCode.OK
    assert manifest.required(data).accepted_exceptions
    assert main(["withdraw", twin.name, "--undo", *to_folder]) == ExitCode.OK


@pytest.fixture
def chosen(data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """The names of the files that stay held after ``dtm withdraw`` with the words given; nothing is built."""
    left: list[str] = []

    def taken(data: Path, chosen: Callable, event: dict, **how: object) -> run.Result:
        new = chosen(manifest.required(data))
        left[:] = [source.name for source in new.sources]
        return run.Result(new, True, ())

    monkeypatch.setattr(run, "withdraw", taken)

    def withdraw(*words: str) -> list[str]:
        assert main(["withdraw", *words, "--data", str(data)]) == ExitCode.OK
        return sorted(left)

    return withdraw


def test_a_withdrawal_means_a_name_a_hash_or_a_round(data: Path, lists: list[Path], chosen: Callable[..., list[str]]) -> None:
    first, second, returnee = (path.name for path in lists)
    digits = next(s.sha256[:10] for s in manifest.required(data).sources if s.name == second)
    assert chosen("--reason", "x", second) == sorted([first, returnee])
    assert chosen("--reason", "x", str(lists[1])) == sorted([first, returnee])
    assert chosen("--reason", "x", digits.upper()) == sorted([first, returnee])
    assert chosen("--reason", "x", "R112") == [first]
    assert chosen("--reason", "x", "112", "--population", "returnee") == sorted([first, second])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["R112"], "Say why: --reason TEXT."),
        (["R112", "--reason", " "], "Say why: --reason TEXT."),
        (["R97", "--reason", "x"], "No list of R97 is held."),
        (["R111", "--population", "returnee", "--reason", "x"], "No list of R111 of population returnee is held."),
        (["none.csv", "--reason", "x"], "No file called 'none.csv' is held."),
        (["R111", "--undo"], "No list of R111 is withdrawn."),
    ],
)
def test_a_withdrawal_of_nothing_is_told(built: Path, capsys: pytest.CaptureFixture, words: list[str], sentence: str) -> None:
    code, said = failure("withdraw", *words, "--data", str(built), capsys=capsys)
    assert (code, said[0]) == (ExitCode.USAGE, f"dtm: {sentence}")


def test_a_name_of_several_files_and_the_last_list_are_not_withdrawn(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    data = tmp_path / "data"
    twice = [write_list(tmp_path / str(at), at, name="export.csv") for at in (111, 112)]
    build(data, *twice)
    code, said = failure("withdraw", "export.csv", "--reason", "x", "--data", str(data), capsys=capsys)
    assert code == ExitCode.USAGE
    assert said[0] == "dtm: 2 files are meant by 'export.csv'. Give the hash of one."
    hashes = [source.sha256 for source in manifest.required(data).sources]
    assert sorted(line.split()[0] for line in said[1:]) == hashes
    current = manifest.required(data)
    with pytest.raises(Problem, match=r"This would leave no list."):
        run.withdraw(data, lambda held: replace(held, sources=()), {}, direct=True, progress=print)
    assert manifest.required(data) == current


def test_what_was_assumed_and_left_unread_is_said_when_a_list_comes(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    released.KINDS[0].write(tmp_path)
    write_list(tmp_path, 113)
    assert main(["build", str(tmp_path), "--data", str(data), "--direct"]) == ExitCode.OK
    said = [line.partition("] ")[2] for line in capsys.readouterr().err.splitlines()]
    assert f"'{released.KINDS[0].file}': not read, because they are no master list: Read me" in said
    assert (
        "1 list does not say when the portal exported it: taken as its series of March 2021; for another one give --vintage"
        in said
    )
    assert main(["build", str(write_list(tmp_path, 110)), "--data", str(data), "--direct"]) == ExitCode.OK
    assert "Read me" not in capsys.readouterr().err


def test_words_that_are_no_text_are_made_readable(data: Path, lists: list[Path]) -> None:
    assert main(["withdraw", lists[0].name, "--reason", "caf\udce9", "--data", str(data), "--direct"]) == ExitCode.OK
    assert manifest.required(data).withdrawn[0].reason == "caf\ufffd"


def test_ctrl_c_in_a_query_is_a_stop_and_no_error(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr(warehouse, "build", interrupted)
    code, said = failure("build", str(write_list(tmp_path, 113)), "--data", str(data), "--direct", capsys=capsys)
    assert (code, said) == (ExitCode.INTERRUPTED, ["Stopped; nothing published has changed."])
    assert not (data / "staging").exists()


@pytest.mark.parametrize("closed", ["<&- 1>&- 2>&-"])
def test_a_build_needs_no_terminal(data: Path, tmp_path: Path, closed: str) -> None:
    command = f"{sys.executable} -m flows.cli build {write_list(tmp_path, 113)} --data {data} --direct {closed}"
    ended = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, check=False)
    assert (ended.returncode, b"Traceback" in ended.stderr) == (0, False), ended.stderr
    assert Published(data).table("list_edition", round=113).num_rows == 1


def test_a_build_that_is_asked_to_end_cleans_up(data: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flows.cli", "build", str(write_list(tmp_path, 113)), "--data", str(data), "--direct"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as running:
        assert "receive" in running.stderr.readline()
        running.terminate()
        said = running.stderr.read()
    assert (running.returncode, said.splitlines()[-1]) == (ExitCode.INTERRUPTED, "Stopped; nothing published has changed.")
    assert not (data / "staging").exists()
