"""The indices from a file of answers to published tables, through the commands."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.index_model import written
from expectations.index_model_file import shipped
from flows import judging
from flows.cli import main
from flows.field import journal
from flows.index import receipts, receiving
from flows.problem import ExitCode
from flows.published import Published
from tests.flows.builds import build, quick, quickly, run_child, tables, write_list
from tests.flows.conftest import Ran
from tests.unit.test_index_form import interview, submissions
from transforms.index.standing import Withdrawal

__all__ = ["quick"]
pytestmark = pytest.mark.usefixtures("quick")

INDICATORS = [indicator.id for indicator in shipped()["ri-illustrative"].indicators]
A, B, C = "1101101001001011", "222n312132112012", "31-2210220" + "0-11" + "21"


def answers(
    folder: Path, *rows: tuple[int, int | None, int, str], name: str = "answers.csv", model: str = "ri-illustrative"
) -> Path:
    """A wide file; a row is (index round, round, place_id, signs as in tests/indexworld.py)."""
    path = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    indicators = shipped()[model].indicators
    with open(path, "w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(["index_round", "round", "place_id", "subdistrict", *(i.id for i in indicators)])
        for index_round, number, place, signs in rows:
            given = {"n": "not_applicable", "-": ""}
            cells = [given[s] if s in given else i.levels[int(s)].code for s, i in zip(signs, indicators, strict=True)]
            out.writerow([index_round, number or "", place, "Markaz", *cells])
    return path


@pytest.fixture(scope="module")
def scored_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the worked example, ``answers.csv``, scored in ``data`` before any list is held."""
    folder = tmp_path_factory.mktemp("scored")
    given = answers(folder, (15, None, 1, A), (15, None, 2, B), (15, None, 3, C))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "beside", quickly)
        assert main(["index", "score", str(given), "--data", str(folder / "data"), "--direct"]) == ExitCode.OK
    return folder


@pytest.fixture
def scored(scored_once: Path, tmp_path: Path) -> Path:
    """A copy of its own of that data folder; ``answers.csv`` lies beside it."""
    shutil.copytree(scored_once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "data"


def rows(data: Path, table: str, **where: object) -> list[dict]:
    return [row for row in Published(data).table(table).to_pylist() if all(row[name] == value for name, value in where.items())]


def test_answers_are_scored_before_any_list_and_weighted_when_it_comes(
    dtm: Callable[..., Ran], scored: Path, tmp_path: Path
) -> None:
    row = rows(scored, "return_index", place_id="2")[0]
    assert (round(row["s1"], 6), round(row["s2"], 6), round(row["overall"], 6), row["category"]) == (
        78.409091,
        65.2,
        71.804545,
        "high",
    )
    assert (row["model_id"], row["model_version"], row["model_status"], row["returnees"], row["weight_reason"]) == (
        "ri-illustrative", "1.0.0", "illustrative", None, "no_master_list",
    )  # fmt: skip
    assert rows(scored, "list_edition") == []
    # R125 has no portal export: the same answers with a round that the test lists know
    given = answers(tmp_path / "again", (15, 111, 1, A), (15, 111, 2, B), (15, 111, 3, C))
    ran = dtm("index", "score", given, "--data", scored, "--direct")
    assert "weighted with R111 as given; the list of index rounds says R125 (published)" in ran.err
    assert "No people: the master-list round is not held" in ran.out
    build(scored, write_list(tmp_path / "in", 111, "returnee", places=5))
    row = rows(scored, "return_index", place_id="2")[0]
    assert row["returnees"] == 6 * row["returnee_households"] > 0
    country = rows(scored, "return_index_summary", area_level="national")[0]
    assert (country["locations"], country["not_assessed_locations"]) == (3, 2)


def test_what_is_printed_names_the_model_and_that_it_is_not_ioms(dtm: Callable[..., Ran], scored: Path, tmp_path: Path) -> None:
    ran = dtm(
        "index",
        "score",
        answers(tmp_path, (15, None, 1, A), name="b.csv"),
        "--model",
        "ri-illustrative-equal",
        "--data",
        scored,
        "--direct",
    )
    assert "Not IOM's published index: illustrative model (ri-illustrative-equal 1.0.0)." in ran.out
    ran = dtm("index", "explain", "15", "1", "--data", scored)
    assert ran.out.count("Not IOM's published index: illustrative model.") == 2, "one block a model"


def test_explaining_gives_points_that_add_up(dtm: Callable[..., Ran], scored: Path) -> None:
    ran = dtm("index", "explain", "15", "2", "--data", scored)
    assert (
        "71.8 of 100. Largest parts: community reconciliation (needed, no process started) 10.0; access to employment" in ran.out
    )
    assert "points sum to 71.804545; the overall score is 71.804545" in ran.out
    assert "answers from 'answers.csv', row 3" in ran.out
    missing = dtm("index", "explain", "15", "3", "--data", scored)
    assert "s1 68.6: high; 7 of 8 answered; between 60.4 and 72.4" in missing.out and "unanswered" in missing.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("16", "1"), "Index round 16 of the Return Index is not held; held: 15."),
        (("15", "99"), "Index round 15 of the Return Index has no location '99'."),
        (("15", "1", "--model", "ri-other"), "Index round 15 was not scored with 'ri-other'; models: ri-illustrative 1.0.0."),
        (("15", "1", "--index", "displacement"), "Index round 15 of the Displacement Index is not held; held: none."),
        (("fifteen", "1"), "'fifteen' is no round such as R112."),
    ],
)
def test_what_is_not_held_cannot_be_explained(dtm: Callable[..., Ran], scored: Path, words: tuple[str, ...], said: str) -> None:
    ran = dtm("index", "explain", *words, "--data", scored)
    assert (ran.code, said in ran.said) == (ExitCode.USAGE, True), ran.said


def test_the_same_answers_again_change_nothing(dtm: Callable[..., Ran], scored: Path, tmp_path: Path) -> None:
    before = tables(scored)
    ran = dtm("index", "score", tmp_path / "answers.csv", "--data", scored, "--direct")
    assert (ran.code, tables(scored)) == (ExitCode.OK, before)
    assert len(journal.read(scored)) == 1 and "Nothing new; the tables are intact." in ran.err


REFUSED: dict[str, tuple[Callable[[Path], list[object]], str]] = {
    "model_rounds": (
        lambda folder: [answers(folder, (2, 105, 1, A))],
        "ri-illustrative 1.0.0 is for index rounds from 3 on, not for 2.",
    ),
    "index_round_unmapped": (
        lambda folder: [answers(folder, (16, None, 1, A))],
        "With whose people is index round 16 of the Return Index weighted?",
    ),
    "unknown round": (lambda folder: [answers(folder, (16, 200, 1, A))], "1 of 1 rows cannot be taken."),
    "twice": (lambda folder: [answers(folder, (15, None, 1, A), (15, None, 1, A))], "1 of 2 rows cannot be taken."),
    "no file": (lambda folder: [folder / "none.csv"], "There is no file"),
    "no model": (lambda folder: [answers(folder, (15, None, 1, A)), "--model", "ri-unheard-of"], "ri-unheard-of"),
    "other index": (
        lambda folder: [answers(folder, (15, None, 1, A)), "--model", "di-illustrative"],
        "no indicator of di-illustrative 1.0.0",
    ),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_what_is_refused_leaves_nothing(dtm: Callable[..., Ran], tmp_path: Path, case: str) -> None:
    words, said = REFUSED[case]
    ran = dtm("index", "score", *words(tmp_path), "--data", tmp_path / "data", "--direct")
    assert ran.code in (ExitCode.SOURCE_REFUSED, ExitCode.USAGE)
    assert said in ran.said, ran.err
    assert not (tmp_path / "data" / "manifest.json").exists() and journal.read(tmp_path / "data") == ()


def test_of_several_files_all_are_taken_or_none(dtm: Callable[..., Ran], tmp_path: Path) -> None:
    files = [answers(tmp_path, (15, None, 1, A), name="good.csv"), answers(tmp_path, (2, 105, 1, A), name="bad.csv")]
    ran = dtm("index", "score", *files, "--data", tmp_path / "data", "--direct")
    assert ran.code == ExitCode.SOURCE_REFUSED and "bad.csv" in ran.said
    assert [entry.kind for entry in journal.read(tmp_path / "data")] == ["answers", "answers_withdrawn"]
    assert receipts.in_force(tmp_path / "data").answers == {}


def test_an_override_is_recorded(dtm: Callable[..., Ran], tmp_path: Path) -> None:
    ran = dtm(
        "index", "score", answers(tmp_path, (2, 105, 1, A)), "--override", "a trial", "--data", tmp_path / "data", "--direct"
    )
    assert ran.code == ExitCode.OK
    assert rows(tmp_path / "data", "index_run")[0]["override_reason"] == "a trial"
    assert dtm("index", "score", tmp_path / "answers.csv", "--override", " ", "--data", tmp_path / "data").code == ExitCode.USAGE


def test_a_changed_model_needs_another_version(dtm: Callable[..., Ran], scored: Path, tmp_path: Path) -> None:
    document = json.loads(shipped()["ri-illustrative"].to_json())
    document["indicators"][0]["levels"][3]["weight"] = 19
    own = tmp_path / "own.json"
    own.write_text(written(document), encoding="utf-8")
    ran = dtm("index", "score", tmp_path / "answers.csv", "--model", own, "--data", scored, "--direct")
    assert (ran.code, "used here before with other content" in ran.said) == (ExitCode.SOURCE_REFUSED, True)
    own.write_text(written({**document, "version": "1.1.0"}), encoding="utf-8")
    ran = dtm("index", "score", tmp_path / "answers.csv", "--model", own, "--data", scored, "--direct")
    assert ran.code == ExitCode.OK and "sum to 101, not 100" in ran.err
    assert {row["model_version"] for row in rows(scored, "return_index")} == {"1.0.0", "1.1.0"}


def test_answers_that_a_model_in_force_does_not_know_are_refused(dtm: Callable[..., Ran], scored: Path, tmp_path: Path) -> None:
    document = json.loads(shipped()["ri-illustrative"].to_json()) | {"id": "ri-other"}
    document["indicators"][0]["levels"][3]["code"] = "L9"
    own = tmp_path / "own.json"
    own.write_text(written(document), encoding="utf-8")
    given = tmp_path / "nine.csv"
    given.write_text("index_round,place_id,indicator,answer\n15,1,residential_destruction,L9\n", encoding="utf-8")
    ran = dtm("index", "score", given, "--model", own, "--data", scored, "--direct")
    assert "is also scored with ri-illustrative 1.0.0, which does not know residential_destruction: L9" in ran.said


def test_a_round_is_taken_back(dtm: Callable[..., Ran], scored: Path) -> None:
    ran = dtm("index", "withdraw", "15", "--reason", "wrong file", "--data", scored, "--direct")
    assert ran.code == ExitCode.OK and rows(scored, "return_index") == []
    assert dtm("index", "withdraw", "15", "--reason", "again", "--data", scored).said.startswith(
        "The return index has no index round 15; held: none."
    )


def test_a_withdrawal_that_was_stopped_is_done_by_its_repetition(dtm: Callable[..., Ran], scored: Path) -> None:
    receiving.withdraw(scored, Withdrawal("return", 15), "wrong file")  # and then stopped
    ran = dtm("index", "withdraw", "15", "--reason", "wrong file", "--data", scored, "--direct")
    assert ran.code == ExitCode.OK and rows(scored, "return_index") == []


def test_the_same_bytes_are_built_from_what_was_kept(dtm: Callable[..., Ran], scored: Path, tmp_path: Path) -> None:
    before = tables(scored)
    for name in ("manifest.json", "manifest.previous.json"):
        (scored / name).unlink(missing_ok=True)
    shutil.rmtree(scored / "tables")
    shutil.rmtree(scored / "landing")
    assert dtm("build", "--data", scored, "--direct").code == ExitCode.OK
    assert tables(scored) == before


def test_a_lost_entry_of_the_journal_is_found(dtm: Callable[..., Ran], scored: Path) -> None:
    (scored / "field" / "journal.jsonl").write_text("", encoding="utf-8")
    ran = dtm("build", "--data", scored, "--direct")
    assert (ran.code, "is damaged in line 1" in ran.said) == (ExitCode.DATA_FOLDER, True), ran.said


def test_what_was_received_lies_in_landing_until_it_is_purged(dtm: Callable[..., Ran], scored: Path, tmp_path: Path) -> None:
    content = (tmp_path / "answers.csv").read_bytes()
    landed = list((scored / "landing").rglob("payload"))
    assert [path.read_bytes() for path in landed] == [content]
    assert rows(scored, "index_source_record")[0]["sha256"] == hashlib.sha256(content).hexdigest()
    assert dtm("build", "--data", scored, "--direct").code == ExitCode.OK and landed[0].exists(), "no sweep takes it away"
    early = dtm("landing", "purge", "--indices", "--by", "A", "--reason", "r", "--data", scored)
    assert "Files of indices, events and crossing points are kept until" in early.said


def test_answers_whose_tables_cannot_be_published_are_taken_back(dtm: Callable[..., Ran], scored: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone.csv"
    gone.write_text("index_round,place_id,no_return_kind\n15,7,no_return_recorded\n", encoding="utf-8")
    assert dtm("index", "no-return", gone, "--data", scored, "--direct").code == ExitCode.OK
    before = Published(scored).manifest.tables
    two = [answers(tmp_path, (15, None, 7, A), name="seven.csv"), answers(tmp_path, (13, None, 7, B), name="thirteen.csv")]
    ran = dtm("index", "score", *two, "--data", scored, "--direct")
    assert ran.code == ExitCode.CONTRACT_BROKEN and "A place of no return has no answers" in ran.err
    assert [entry.kind for entry in journal.read(scored)][-1] == "answers_withdrawn"
    assert dtm("build", "--data", scored, "--direct").code == ExitCode.OK
    assert Published(scored).manifest.tables == before, "what was in force before is again"


def test_two_files_of_one_round_are_refused_together(dtm: Callable[..., Ran], scored: Path, tmp_path: Path) -> None:
    two = [answers(tmp_path, (15, None, at, A), name=f"{name}.csv") for at, name in ((1, "north"), (3, "south"))]
    ran = dtm("index", "score", *two, "--data", scored, "--direct")
    said = "Index round 15 stands in 'north.csv' and in 'south.csv'. All answers of a round come in one file: put them together."
    assert (ran.code, ran.said) == (ExitCode.SOURCE_REFUSED, said)
    assert dtm("build", "--data", scored, "--direct").code == ExitCode.OK
    assert sum(row["assessed"] for row in rows(scored, "return_index")) == 3, "what was in force before is again"


def test_locations_that_a_newer_file_leaves_out_are_told(dtm: Callable[..., Ran], scored: Path, tmp_path: Path) -> None:
    ran = dtm("index", "score", answers(tmp_path, (15, None, 2, A), name="less.csv"), "--data", scored, "--direct")
    assert "takes the place of the answers of 'answers.csv'; 2 locations of 3 there are not in this file" in ran.err


def test_a_score_that_was_stopped_is_taken_back_when_its_repetition_fails(
    dtm: Callable[..., Ran], scored: Path, tmp_path: Path
) -> None:
    gone = tmp_path / "gone.csv"
    gone.write_text("index_round,place_id,no_return_kind\n15,7,no_return_recorded\n", encoding="utf-8")
    assert dtm("index", "no-return", gone, "--data", scored, "--direct").code == ExitCode.OK
    given = answers(tmp_path, (15, None, 7, A), name="seven.csv")
    receiving.receive(scored, given, given.name, shipped()["ri-illustrative"], receiving.Order())  # and then stopped
    assert dtm("index", "score", given, "--data", scored, "--direct").code == ExitCode.CONTRACT_BROKEN
    assert dtm("build", "--data", scored, "--direct").code == ExitCode.OK
    assert {row["place_id"] for row in rows(scored, "return_index")} == {"1", "2", "3"}


def test_places_of_no_return_are_taken_back(dtm: Callable[..., Ran], scored: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone.csv"
    gone.write_text("index_round,place_id,no_return_kind\n15,7,no_return_recorded\n13,8,no_return_recorded\n", encoding="utf-8")
    assert dtm("index", "no-return", gone, "--data", scored, "--direct").code == ExitCode.OK
    words = ("index", "withdraw", "15", "--of", "no-return", "--reason", "wrong", "--data", scored, "--direct")
    ran = dtm(*words)
    assert (ran.code, ran.out) == (ExitCode.OK, "No-return of round 15: taken back.\n")
    assert [row["place_id"] for row in rows(scored, "place_of_no_return")] == ["8"]
    assert "place_of_no_return has no rows of round 15; held: 13." in dtm(*words).said


def test_intentions_and_their_shares(dtm: Callable[..., Ran], tmp_path: Path) -> None:
    data, given = tmp_path / "data", tmp_path / "intentions.csv"
    build(data, write_list(tmp_path / "in", 111, places=3))
    given.write_text(
        "round,population,place_id,majority_intention,barrier_1\n111,idp,1,stay,no_services\n111,idp,2,stay,\n111,idp,3,return,no_services\n",
        encoding="utf-8",
    )
    assert dtm("index", "intentions", given, "--data", data, "--direct").code == ExitCode.OK
    held = {row["place_id"]: row["households"] for row in rows(data, "location_count")}
    stay = rows(data, "intention_barrier_summary", area_level="national", topic="intention", topic_code="stay")[0]
    assert (stay["locations"], stay["reporting_locations"], stay["share_of_locations"]) == (2, 3, pytest.approx(2 / 3))
    assert stay["share_of_households"] == pytest.approx((held["1"] + held["2"]) / sum(held.values()))
    barrier = rows(data, "intention_barrier_summary", area_level="national", topic="barrier")[0]
    assert (barrier["topic_code"], barrier["locations"], barrier["reporting_locations"]) == ("no_services", 2, 2)


def test_the_displacement_index_through_the_command(dtm: Callable[..., Ran], tmp_path: Path) -> None:
    given = answers(tmp_path, (3, 111, 1, "1203012435-102543"), model="di-illustrative")
    ran = dtm("index", "score", given, "--model", "di-illustrative", "--data", tmp_path / "data", "--direct")
    assert ran.code == ExitCode.OK and "Not IOM's published index: illustrative model (di-illustrative 1.0.0)." in ran.out
    assert round(rows(tmp_path / "data", "displacement_index")[0]["overall"], 9) == 46
    assert (
        "overall 46.0 of 100: medium"
        in dtm("index", "explain", "3", "1", "--index", "displacement", "--data", tmp_path / "data").out
    )


def test_a_model_file_is_checked(dtm: Callable[..., Ran], tmp_path: Path) -> None:
    ran = dtm("index", "validate", "ri-illustrative", "--answers", answers(tmp_path, (15, None, 1, A)))
    assert ran.code == ExitCode.OK and "1 location, 16 answers can be taken." in ran.out
    own = tmp_path / "own.json"
    own.write_text('{"schema": "index-model/1", "id": "ri-x"}', encoding="utf-8")
    unmapped = dtm("index", "validate", "ri-illustrative", "--answers", answers(tmp_path, (16, None, 1, A)))
    assert unmapped.code == ExitCode.SOURCE_REFUSED and "With whose people is index round 16" in unmapped.said
    ran = dtm("index", "validate", own)
    assert ran.code == ExitCode.SOURCE_REFUSED and "lacks version, status" in ran.err


def test_a_published_dataset_is_recovered_and_a_hopeless_one_is_not(dtm: Callable[..., Ran], tmp_path: Path) -> None:
    data = tmp_path / "data"
    seed = np.random.SeedSequence().entropy
    draw = np.random.default_rng(seed)
    counts = [len(indicator.levels) for indicator in shipped()["ri-illustrative"].indicators]
    signs = ["".join(str(draw.integers(count)) for count in counts) for _ in range(200)]
    given = answers(tmp_path, *((15, None, at + 1, own) for at, own in enumerate(signs)))
    assert dtm("index", "score", given, "--data", data, "--direct").code == ExitCode.OK
    scores = {row["place_id"]: row for row in rows(data, "return_index")}
    with open(given, encoding="utf-8", newline="") as handle:
        lines = list(csv.DictReader(handle))
    published = tmp_path / "published.csv"
    names = ("s1", "s2", "overall", "category")
    for spoil in (0.0, 30.0):
        with open(published, "w", encoding="utf-8", newline="") as handle:
            out = csv.DictWriter(handle, [*lines[0], *names])
            out.writeheader()
            for at, line in enumerate(lines):
                row = scores[line["place_id"]]
                moved = {"s1": row["s1"] + spoil * (at % 2), "s2": row["s2"] + spoil * (at // 2 % 2)}
                out.writerow(line | {name: row[name] for name in names} | moved)
        ran = dtm("index", "calibrate", published, "-o", tmp_path / "out" / "ri-found.json")
        assert (tmp_path / "out" / "ri-found.report.md").exists()
        if spoil:
            assert ran.code == ExitCode.FIGURES_DIFFER and "no model could be recovered" in ran.said
            continue
        assert ran.code == ExitCode.OK, (seed, ran.err)
        found = json.loads((tmp_path / "out" / "ri-found.json").read_text(encoding="utf-8"))
        assert found["status"] == "calibrated"
        for own, true in zip(found["indicators"], shipped()["ri-illustrative"].indicators, strict=True):
            assert [level["weight"] for level in own["levels"]] == pytest.approx(
                [level.weight for level in true.levels], abs=1e-6
            )


def test_what_a_mapping_file_says_of_people_is_not_kept(dtm: Callable[..., Ran], tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text("# call Ahmed 0770 123 4567\nindex_round = 15\n", encoding="utf-8")
    given = tmp_path / "a.csv"
    given.write_text("place_id,mines_concern\n1,L1\n", encoding="utf-8")
    data = tmp_path / "data"
    assert dtm("index", "score", given, "--map", mapping, "--data", data, "--direct").code == ExitCode.OK
    assert not [path for path in data.rglob("*") if path.is_file() and b"Ahmed" in path.read_bytes()]
    refused = dtm("index", "score", given, "--map", mapping, "--override", "ask 0770 123 4567", "--data", data)
    assert refused.code == ExitCode.USAGE and "telephone number" in refused.said


def test_nothing_of_a_person_leaves_landing(dtm: Callable[..., Ran], tmp_path: Path) -> None:
    """An export of the form with names, contacts and remarks, scored, explained and drawn."""
    model = shipped()["ri-illustrative"]
    secrets = ("Zaynab al-Planted", "+964 770 555 0199", "Mukhtar of the well", "a remark on a neighbour")
    said = dict(zip(("ki_name", "ki_contact", "ki_position", "comment"), secrets, strict=True))
    said |= {"index_round": "15"}
    path = tmp_path / "export.json"
    path.write_text(json.dumps(submissions(model, [interview(model, str(at), 1, **said) for at in (1, 2)])), encoding="utf-8")
    data = tmp_path / "data"
    build(data, write_list(tmp_path / "in", 111, "returnee", places=3))
    assert dtm("index", "score", path, "--round", 111, "--data", data, "--direct").code == ExitCode.OK
    assert dtm("index", "page", 15, "-o", tmp_path / "p.html", "--tier", "internal", "--data", data).code == ExitCode.OK
    assert len(rows(data, "index_source_record")) == 2
    held = [file for file in data.rglob("*") if file.is_file() and "landing" not in file.parts]
    contents = b"".join(file.read_bytes() for file in [*held, tmp_path / "p.html"])
    contents += "".join(str(pq.ParquetFile(file).read().to_pydict()) for file in held if file.suffix == ".parquet").encode()
    landed = b"".join(file.read_bytes() for file in data.rglob("payload"))
    for secret in secrets:
        assert secret.encode() in landed and secret.encode() not in contents


def test_exports_name_the_model_and_take_a_round_of_the_index(dtm: Callable[..., Ran], scored: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    assert dtm("export", "return_index", "--index-round", 15, "-o", out, "--data", scored).code == ExitCode.OK
    book = openpyxl.load_workbook(out)
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)}
    assert any("ri-illustrative 1.0.0 (illustrative). Not IOM's published index: illustrative model" in cell for cell in cells)
    assert (
        dtm("export", "return_index", "--index-round", 16, "-o", out, "--data", scored).said
        == "Table return_index has no row of index round 16."
    )
    assert "has no rounds of an index" in dtm("export", "location", "--index-round", 16, "-o", out, "--data", scored).said
    assert dtm("export", "return_index", "--round", 15, "-o", out, "--data", scored).code == ExitCode.USAGE
    assert "Indices:" in dtm("status", "--data", scored).out


def test_bytes_depend_neither_on_threads_nor_on_hash_seeds(tmp_path: Path) -> None:
    """With more answers than one thread takes at a time."""
    model, places = shipped()["ri-illustrative"], 4_500
    draw = np.random.default_rng()
    columns = {name: np.repeat((13, 15) if name == "index_round" else (123, 125), places) for name in ("index_round", "round")}
    columns["place_id"] = np.tile(np.arange(1, places + 1), 2).astype(str)
    columns["subdistrict"] = np.array(["Markaz", "Other", "Third"])[np.arange(2 * places) % 3]
    for indicator in model.indicators:
        levels = np.array([*(level.code for level in indicator.levels), ""])
        columns[indicator.id] = levels[draw.integers(0, len(levels), 2 * places)]
    pq.write_table(pa.table({name: pa.array(values) for name, values in columns.items()}), tmp_path / "answers.parquet")
    receiving.receive(tmp_path / "1", tmp_path / "answers.parquet", "answers.parquet", model, receiving.Order())
    shutil.copytree(tmp_path / "1", tmp_path / "4")
    own = write_list(tmp_path / "lists", 113, "returnee")
    told = [(threads, {"PYTHONHASHSEED": str(threads), "OMP_NUM_THREADS": str(threads)}) for threads in (1, 4)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda of: run_child(tmp_path / str(of[0]), [own], variables=of[1], threads=of[0]), told))
    assert tables(tmp_path / "1") == tables(tmp_path / "4")
    assert Published(tmp_path / "1").table("return_index_contribution").num_rows == 2 * places * len(model.indicators)
