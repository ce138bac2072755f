"""Which files a build takes, and what is said about the others. Nothing is built here."""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
from pathlib import Path

import pytest

from flows.cli import main
from flows.commands import build as command
from flows.manifest import Manifest, Withdrawal
from flows.problem import ExitCode, Problem
from flows.sources import Order, Plan, plan
from transforms.source import Source

NOTHING = Manifest()


def digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def put(path: Path, content: str = "list") -> Path:
    """A file with some content; here a list is what is called so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def planned(folder: Path, *paths: Path, held: Manifest = NOTHING, **said: object) -> Plan:
    return plan(Order(paths=paths, **said), held, folder / "data")


def names(made: Plan) -> list[str]:
    return sorted(name for source in made.sources for name in source.names)


def test_folders_are_searched_at_any_depth_and_other_files_are_named(tmp_path: Path) -> None:
    for name in ("a.csv", "deep/er/B.XLSX", "deep/c.Xls"):
        put(tmp_path / "in" / name, name)
    for name in ("notes.docx", "deep/readme", ".DS_Store", "~$B.xlsx", ".git/d.csv", ".hidden.csv"):
        put(tmp_path / "in" / name)
    made = planned(tmp_path, tmp_path / "in")
    assert names(made) == ["B.XLSX", "a.csv", "c.Xls"]
    assert made.left_out == ("readme: no .csv, .xlsx or .xls", "notes.docx: no .csv, .xlsx or .xls")


def test_a_file_given_by_name_is_taken_whatever_its_suffix(tmp_path: Path) -> None:
    assert names(planned(tmp_path, put(tmp_path / "list.txt"))) == ["list.txt"]


def test_links_are_followed_once_and_broken_ones_are_named(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere" / "b.csv", "b")
    put(tmp_path / "in" / "a.csv", "a")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "self").symlink_to(tmp_path / "in" / "self")
    (tmp_path / "in" / "more").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in" / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    made = planned(tmp_path, tmp_path / "in")
    assert names(made) == ["a.csv", "b.csv"]
    assert sorted(made.left_out) == [f"{name}: a link that leads nowhere, or no file" for name in ("gone.csv", "self")]


@pytest.mark.parametrize("given", ["missing.csv", "missing/", "self", "pipe"])
def test_what_is_not_there_is_told(tmp_path: Path, given: str) -> None:
    (tmp_path / "self").symlink_to(tmp_path / "self")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Problem, match="There is no file or folder") as told:
        planned(tmp_path, tmp_path / given)
    assert told.value.code == ExitCode.USAGE


def test_a_folder_without_lists_is_told(tmp_path: Path) -> None:
    put(tmp_path / "in" / "notes.txt")
    with pytest.raises(Problem, match=r"holds no .csv, .xlsx or .xls file"):
        planned(tmp_path, tmp_path / "in")


def test_the_data_folder_is_no_source(tmp_path: Path) -> None:
    put(tmp_path / "a.csv")
    put(tmp_path / "data" / "tables" / "b.csv")
    made = planned(tmp_path, tmp_path)
    assert names(made) == ["a.csv"]
    assert made.left_out == (f"{tmp_path / 'data'}: the data folder itself",)
    (tmp_path / "link").symlink_to(tmp_path / "data")
    for path in (tmp_path / "data", tmp_path / "data" / "tables", tmp_path / "link" / "tables" / "b.csv"):
        with pytest.raises(Problem, match="lies in the data folder itself"):
            planned(tmp_path, path)


def test_landing_is_a_source_with_the_names_as_received(tmp_path: Path) -> None:
    """How a data folder of another version, or one without its manifest, is built again."""
    folder = tmp_path / "data" / "landing" / digest("list")
    put(folder / "source")
    put(folder / "provenance.json", json.dumps({"names": ["a.csv", "b.csv"]}))
    for path in (tmp_path / "data" / "landing", folder / "source"):
        made = planned(tmp_path, path)
        assert made.sources == (Source(digest("list"), ("a.csv", "b.csv")),)
        assert made.left_out == ()
    put(folder / "provenance.json", "{")
    assert names(planned(tmp_path, folder)) == [digest("list")]
    put(folder / "source", "changed")
    with pytest.raises(Problem, match="no longer holds what was received") as told:
        planned(tmp_path, folder)
    assert told.value.code == ExitCode.SOURCE_REFUSED


def test_a_name_that_is_no_text_is_made_readable(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/\xde\xe3.csv")).write_text("list")
    assert names(planned(tmp_path, tmp_path / "in")) == ["\ufffd\ufffd.csv"]


def test_duplicates_are_one_source_under_all_their_names(tmp_path: Path) -> None:
    first, again = put(tmp_path / "in" / "a.csv"), put(tmp_path / "in" / "b.csv")
    made = planned(tmp_path, first, again, first, tmp_path / "in")
    assert made.sources == (Source(digest("list"), ("a.csv", "b.csv")),)
    held = Manifest(sources=(Source(digest("list"), ("old.csv",), round=7),))
    assert planned(tmp_path, first, held=held).sources == (Source(digest("list"), ("a.csv", "old.csv"), round=7),)


def test_admitted_files_stay_and_what_is_said_concerns_the_files_given(tmp_path: Path) -> None:
    old = Source(digest("old"), ("old.csv",), 5)
    made = planned(
        tmp_path,
        put(tmp_path / "a.csv"),
        held=Manifest(sources=(old,)),
        round_of_all=111,
        vintage=datetime.date(2020, 1, 2),
        quarantine=True,
    )
    new = Source(digest("list"), ("a.csv",), 111, "2020-01-02", True)
    assert made.sources == tuple(sorted([old, new], key=lambda source: source.sha256))
    assert planned(tmp_path, put(tmp_path / "a.csv"), held=Manifest(sources=made.sources)).sources == made.sources


def test_a_withdrawn_file_is_left_out_with_the_way_back(tmp_path: Path) -> None:
    held = Manifest(withdrawn=(Withdrawal(digest("list"), ("a b.csv",), reason="truncated"),))
    made = planned(tmp_path, put(tmp_path / "a b.csv"), held=held)
    assert made.sources == ()
    assert made.left_out == ("a b.csv: withdrawn (truncated); take it back with: dtm withdraw 'a b.csv' --undo",)


@pytest.mark.parametrize("key", ["a=b.csv", "in/a=b.csv", "./in/../in/a=b.csv", "{tmp}/in/a=b.csv"])
def test_a_round_is_given_by_name_or_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "in" / "a=b.csv")
    put(tmp_path / "in" / "c.csv", "other")
    key = key.format(tmp=tmp_path)
    rounds, of_all = command._rounds([f"{key}=R111", "120"])
    made = planned(tmp_path, Path("in"), rounds=rounds, round_of_all=of_all)
    assert {source.names[0]: source.round for source in made.sources} == {"a=b.csv": 111, "c.csv": 120}


@pytest.mark.parametrize(
    ("rounds", "words"),
    [
        ({"b.csv": 1}, "--round names 'b.csv', which is not among the files given."),
        ({"other/a.csv": 1}, "--round names 'other/a.csv', which is not among the files given."),
        ({"a.csv": 1}, "--round names 'a.csv', and 2 different files are called so. Give the path."),
        ({"in/1/a.csv": 1, "./in/1/a.csv": 2}, "--round gives 1 and 2 for 'in/1/a.csv'."),
    ],
)
def test_a_round_that_means_no_file_or_several_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rounds: dict[str, int], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for at in ("1", "2"):
        put(tmp_path / "in" / at / "a.csv", at)
    with pytest.raises(Problem) as told:
        planned(tmp_path, Path("in"), rounds=rounds)
    assert (str(told.value), told.value.code) == (words, ExitCode.USAGE)


@pytest.mark.parametrize("text", ["", "=", "=5", "a.csv=", "a.csv=x", "a.csv=-1", "1.0", "٣", "R", "a.csv=1234"])
def test_a_round_that_is_no_number_is_told(text: str) -> None:
    with pytest.raises(Problem, match="--round takes N or FILE=N"):
        command._rounds([text])


def test_two_rounds_for_one_file_are_told() -> None:
    assert command._rounds(["a.csv=5", "a.csv=R5", "7"]) == ({"a.csv": 5}, 7)
    with pytest.raises(Problem, match=r"--round gives 5 and 6 for 'a.csv'."):
        command._rounds(["a.csv=5", "a.csv=6"])
    with pytest.raises(Problem, match=r"--round gives 5 and 6 for all files."):
        command._rounds(["5", "6"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "There is nothing to build: give at least one file or folder."),
        (["--round", "5"], "--round concerns the files given, and none was given. Name them again."),
        (["--vintage", "2021-03-01"], "--vintage concerns the files given, and none was given. Name them again."),
        (["--quarantine"], "--quarantine concerns the files given, and none was given. Name them again."),
        (["{list}", "--accept-exceptions", " "], "Say why the exceptions are accepted: --accept-exceptions REASON."),
        (["{list}", "{list}x"], "There is no file or folder '{list}x'. Check the path."),
    ],
)
def test_the_command_tells_what_is_off_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture, words: list[str], sentence: str
) -> None:
    given = str(put(tmp_path / "a.csv"))
    words = [word.format(list=given) for word in words]
    assert main(["build", *words, "--data", str(tmp_path / "data")]) == ExitCode.USAGE
    assert capsys.readouterr().err == f"dtm: {sentence.format(list=given)}\n"


def test_a_vintage_that_is_no_date_is_told(capsys: pytest.CaptureFixture) -> None:
    parser = argparse.ArgumentParser(prog="dtm build")
    command.arguments(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--vintage", "3/1/2021"])
    assert "'3/1/2021' is no date such as 2021-03-01" in capsys.readouterr().err


def test_long_lists_of_what_was_left_out_are_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import run

    notes = tuple(f"{at}.txt: no .csv, .xlsx or .xls" for at in range(30))
    monkeypatch.setattr(run, "build", lambda *a, **k: run.Result(NOTHING, False, notes))
    assert main(["build", "--data", str(tmp_path)]) == ExitCode.OK
    said = capsys.readouterr().err.splitlines()
    assert (len(said), said[-1]) == (command.NOTES_SHOWN + 1, "left out: 10 more")
