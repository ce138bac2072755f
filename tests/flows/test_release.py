"""The life of a release: drafted, checked, cleared, published, corrected, verified, withdrawn; killed and tampered with."""

from __future__ import annotations

import datetime
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows import files, judging
from flows.cli import main
from flows.problem import ExitCode, Problem
from flows.published import Published
from flows.release import drafting, life, listing, log, root, stored, table_files, writers
from flows.release.life import Clearance, Order
from tests.flows.builds import build, quick, quickly, write_list
from transforms.release.revision import folded

__all__ = ["quick"]
pytestmark = pytest.mark.usefixtures("quick", "few_files")
LOOKED = Clearance("C. Learer", "Head of IM", "looked at the sheet")


@pytest.fixture(scope="module")
def two_rounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the IDP and returnee lists of two rounds."""
    folder = tmp_path_factory.mktemp("release")
    lists = [write_list(folder / "lists", number, population) for number in (111, 112) for population in ("idp", "returnee")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "beside", quickly)
        build(folder / "data", *lists)
    return folder / "data"


@pytest.fixture
def few_files(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Releases of tables only, unless a test is marked ``whole``: what else they hold is tested elsewhere."""
    if "whole" not in request.keywords:
        monkeypatch.setattr(writers, "_OF_CONTENT", (table_files.parquet, table_files.csv))


@pytest.fixture
def data(two_rounds: Path, tmp_path: Path) -> Path:
    return shutil.copytree(two_rounds, tmp_path / "data")


def released(data: Path, number: int, **said: object) -> str:
    """Draft, check, clear and publish; gives the id."""
    one = life.draft(data, Order(number, said.pop("tier", "public"), by="D. Rafter", **said))
    assert life.check(data, one.release.id).holds
    life.clear(data, one.release.id, LOOKED)
    return life.publish(data, one.release.id).release.id


def correct(data: Path, households: int = 400) -> None:
    """A newer export of the IDP list of R112 in which the first location, of 132 households, has another number."""

    counts = {f"{132 * times}.0": f"{households * times}.0" for times in (1, 6)}

    def spoil(header: list[str], rows: list[list[str]]) -> None:
        rows[0] = [counts.get(cell, cell) for cell in rows[0]]

    path = write_list(data.parent / "corrected", 112, "idp", spoil=spoil)
    build(data, path, vintage=datetime.date(2022, 1, 1))


def latest(data: Path, tier: str = "public") -> dict:
    return json.loads((log.folder(data) / "root" / tier / root.LATEST).read_text())


def test_the_whole_life(data: Path) -> None:
    first = released(data, 111)
    second = released(data, 112)
    assert (first, second) == ("r111-public-v1.0", "r112-public-v1.0")
    assert latest(data)["id"] == second
    top = log.folder(data) / "root" / "public"
    assert {path.name for path in top.iterdir()} == {
        "r111", "r112", "latest", "latest.json", "index.html", "feed.xml", "releases.json",
    }  # fmt: skip
    assert all(not said for said in life.verify(data).values())
    versions = listing.read(top)
    assert [(version.id, version.state) for version in versions] == [(second, "released"), (first, "released")]
    for file in latest(data)["files"]:
        assert files.sha256(top / file["path"]) == files.sha256(top / file["latest"]) == file["sha256"]
    assert "<feed" in (top / "feed.xml").read_text()


def test_a_correction_is_a_new_version_and_says_what_changed(data: Path) -> None:
    before = released(data, 112)
    with pytest.raises(Problem, match="say why there is a correction"):
        life.draft(data, Order(112, "public"))
    correct(data)
    after = released(data, 112, reason="the portal exported a new list")
    assert after == "r112-public-v1.1"
    top = log.folder(data) / "root" / "public"
    states = {version.id: version.state for version in listing.read(top)}
    assert states == {before: "superseded", after: "released"}
    content = stored.content(top / "r112/v1.1")
    revised = content.tables["revision"].to_pylist()
    assert ("households", "132", "400") in {(r["revised_column"], r["value_before"], r["value_after"]) for r in revised}
    assert {r["release_id"] for r in revised} == {after} and {r["revision_reason"] for r in revised} == {
        "the portal exported a new list"
    }
    first, now = content.tables["idp_master_list_first_published"], content.tables["idp_master_list"]
    assert first.num_rows == now.num_rows
    assert sum(first.filter(first["round"].to_numpy() == 112)["households"].to_pylist()) != sum(
        now.filter(now["round"].to_numpy() == 112)["households"].to_pylist()
    )
    assert not any(life.verify(data).values()), "the version before stays readable"


@pytest.mark.whole
def test_the_same_release_made_again_has_the_same_bytes(data: Path) -> None:
    made = []
    for _ in range(2):
        folder = life.folder_of(data, life.draft(data, Order(112, "public")).release.id)
        made.append({file["path"]: file["sha256"] for file in stored.about(folder)["files"] if file["is_stable"]})
    assert made[0] == made[1] and len(made[0]) > 80


def test_a_correction_withholds_what_the_version_before_withheld(sample_data_folder: Path) -> None:
    """Where nothing changed, two versions withhold the same: a difference would tell."""
    held = Published(sample_data_folder)
    first = drafting.content(held, 120, "public")
    again = drafting.content(held, 120, "public", before=folded([first.tables]))
    assert again.tables["revision"].num_rows == 0 and again.tables.keys() == first.tables.keys()
    assert [name for name in first.tables if not again.tables[name].equals(first.tables[name])] == []


def test_nobody_clears_what_they_drafted(data: Path) -> None:
    one = life.draft(data, Order(112, "public", by="D. Rafter"))
    with pytest.raises(Problem, match=r"is draft, expected checked\..* Check it: dtm release check r112-public"):
        life.clear(data, one.release.id, LOOKED)
    life.check(data, one.release.id)
    with pytest.raises(Problem, match="drafted it"):
        life.clear(data, one.release.id, Clearance("d.  rafter", note="mine"))
    (data / "release.toml").write_text("[clearance]\ndrafter_may_clear = true\n")
    with pytest.raises(Problem, match="--override"):
        life.clear(data, one.release.id, Clearance("D. Rafter", note="mine"))
    cleared = life.clear(data, one.release.id, Clearance("D. Rafter", note="mine", override="alone on duty"))
    assert (cleared.state, cleared.cleared["override"]) == ("cleared", "alone on duty")
    assert cleared.cleared["os_user"] and cleared.cleared["sums"] == cleared.sums


@pytest.mark.parametrize("text", ["call 0770 123 4567", "me@example.org"])
def test_no_telephone_number_is_kept(data: Path, text: str) -> None:
    with pytest.raises(Problem, match="telephone number or an address"):
        life.draft(data, Order(112, "public", by=text))


def test_one_changed_byte_returns_it_to_draft(data: Path) -> None:
    one = life.draft(data, Order(112, "public", by="D. Rafter"))
    life.check(data, one.release.id)
    life.clear(data, one.release.id, LOOKED)
    path = life.folder_of(data, one.release.id) / "csv" / "national_summary.csv"
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    assert life.state(data, log.read(data).of(one.release.id)) == "draft (changed)"
    with pytest.raises(Problem, match=r"csv/national_summary\.csv was changed"):
        life.publish(data, one.release.id)
    assert not (log.folder(data) / "root").exists()


def test_a_check_finds_files_that_the_tables_do_not_give(data: Path) -> None:
    """A draft sealed anew after a change has right sums, but cannot be made again."""
    one = life.draft(data, Order(112, "public"))
    folder = life.folder_of(data, one.release.id)
    path = folder / "csv" / "national_summary.csv"
    path.write_bytes(path.read_bytes().replace(b"complete", b"incomplete", 1))
    about = stored.about(folder)
    for file in about["files"]:
        if file["path"] == "csv/national_summary.csv":
            file["sha256"] = files.sha256(path)
    about["content_sha256"] = "0" * 64
    (folder / stored.ABOUT).write_text(json.dumps(about))
    lines = [line.split("  ", 1)[1] for line in (folder / stored.SUMS).read_text().splitlines()]
    (folder / stored.SUMS).write_text("".join(f"{files.sha256(folder / name)}  {name}\n" for name in lines))
    entry = {**log.read(data).of(one.release.id).drafted, "sums": files.sha256(folder / stored.SUMS)}
    log.note(
        data,
        "draft",
        one.release.id,
        {key: entry[key] for key in entry if key not in ("step", "id", "at", "os_user", "number", "previous")},
    )
    report = life.check(data, one.release.id)
    assert not report.holds
    assert any(not finding.holds and finding.about == "made again" for finding in report.findings)


@pytest.mark.parametrize("what", ["changed", "missing", "added", "latest", "pointer", "page", "feed", "stray", "about", "log"])
def test_verify_finds_what_was_tampered_with(data: Path, what: str, capsys: pytest.CaptureFixture) -> None:
    released(data, 112)
    top = log.folder(data) / "root" / "public"
    path = top / "r112/v1.0/tables/national_summary.parquet"
    if what == "changed":
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    elif what == "missing":
        path.unlink()
    elif what == "added":
        (path.parent / "more.txt").write_text("x")
    elif what == "latest":
        (top / "latest/tables/national_summary.parquet").write_bytes(b"")
    elif what in ("page", "feed"):
        with open(top / {"page": root.PAGE, "feed": root.FEED}[what], "a") as handle:
            handle.write("<script>evil()</script>")
    elif what == "stray":
        (top / "r112" / "v9.9").mkdir()
        (top / "r112" / "v9.9" / "stray.csv").write_text("x")
    elif what == "about":
        (top / "r112/v1.0" / stored.ABOUT).write_text("{")
    elif what == "log":
        (log.folder(data) / log.NAME).write_text("")
    else:
        (top / root.LATEST).write_text("{}")
    assert main(["release", "verify", "--data", str(data)]) == ExitCode.DATA_FOLDER
    said = capsys.readouterr().err
    expected = {
        "changed": "was changed", "missing": "is missing", "added": "does not belong", "latest": "latest/tables", "page": "index.html",
        "feed": "feed.xml", "stray": "r112/v9.9/stray.csv does not belong", "about": "release.json was changed",
        "log": "the log does not say so",
    }  # fmt: skip
    assert expected.get(what, "latest.json") in said


@pytest.mark.parametrize("step", ["D. Rafter", "C. Learer", '"on": "'])
def test_a_tampered_log_is_found(data: Path, step: str) -> None:
    """Also where the last line was changed, which no line follows."""
    released(data, 112)
    path = log.folder(data) / log.NAME
    path.write_text(path.read_text().replace(step, step[:-1] + ("x" if step[-1] != '"' else '"9')))
    with pytest.raises(Problem, match="is damaged in line"):
        log.read(data)


class Killed(BaseException):
    """In place of the end of the process."""


def killing(monkeypatch: pytest.MonkeyPatch, at: int) -> Callable[[], int]:
    """The ``at``-th of the steps that put something in place ends the process; gives how many there were."""
    calls = [0]
    real = os.replace

    def replace(*given: object) -> None:
        calls[0] += 1
        if calls[0] == at:
            raise Killed
        real(*given)

    monkeypatch.setattr(os, "replace", replace)
    return lambda: calls[0]


def test_a_killed_publish_leaves_the_release_before_whole(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = released(data, 111)
    one = life.draft(data, Order(112, "public", by="D. Rafter"))
    life.check(data, one.release.id)
    life.clear(data, one.release.id, LOOKED)
    top = log.folder(data) / "root" / "public"
    before = log.read(data).of(first)
    at, finished = 0, False
    while not finished:
        at += 1
        own = shutil.copytree(data, data.with_name(f"killed-{at}"))
        with monkeypatch.context() as patch:
            count = killing(patch, at)
            try:
                life.publish(own, one.release.id)
                finished = True
            except Killed:
                pass
        if finished:
            assert count() == at - 1
            break
        killed = log.folder(own) / "root" / "public"
        pointer = json.loads((killed / root.LATEST).read_text())
        assert pointer["id"] == first, "latest.json is the last"
        assert not stored.differences(killed / pointer["folder"], before.sums)
        life.publish(own, one.release.id)
        assert not any(life.verify(own).values())
        assert {path.name for path in killed.iterdir()} == {path.name for path in top.iterdir()} | {"r112"}
        shutil.rmtree(own)
    assert at > 5


def test_withdrawing_makes_the_version_before_the_latest(data: Path) -> None:
    first = released(data, 112)
    correct(data)
    second = released(data, 112, reason="new export")
    life.withdraw(data, second, "the export was wrong")
    assert latest(data)["id"] == first
    states = {version.id: (version.state, version.reason) for version in listing.read(log.folder(data) / "root/public")}
    assert states == {first: ("released", ""), second: ("withdrawn", "the export was wrong")}
    assert not any(life.verify(data).values()), "a withdrawn version stays readable"
    third = life.draft(data, Order(112, "public", reason="again")).release.id
    assert third == "r112-public-v1.2", "no name is used again"


def test_a_version_that_told_too_much_is_removed(data: Path) -> None:
    only = released(data, 112)
    life.withdraw(data, only, "told too much", remove=True)
    top = log.folder(data) / "root/public"
    assert not (top / "r112/v1.0").exists() and not (top / "latest").exists()
    assert latest(data)["id"] is None
    assert not any(life.verify(data).values())
    with pytest.raises(Problem, match=r"was withdrawn on .* \(told too much\); nothing was changed"):
        life.withdraw(data, only, "again", remove=True)


def test_a_check_knows_all_that_readers_hold(data: Path) -> None:
    """A release that was checked before another was published is checked again."""
    one = life.draft(data, Order(111, "public", by="D. Rafter"))
    life.check(data, one.release.id)
    life.clear(data, one.release.id, LOOKED)
    second = released(data, 112)
    with pytest.raises(Problem, match=f"{second} was published since"):
        life.publish(data, one.release.id)


def test_no_name_is_used_in_two_roots(data: Path, tmp_path: Path) -> None:
    first = released(data, 112)
    with pytest.raises(Problem, match="say why there is a correction"):
        life.draft(data, Order(112, "public", out=tmp_path / "other"))
    second = released(data, 112, reason="for another host", out=tmp_path / "other")
    assert (first, second) == ("r112-public-v1.0", "r112-public-v1.1")
    assert len(life.verify(data)) == 4 and not any(life.verify(data).values())


def test_a_correction_of_an_earlier_round_is_known_to_the_next(data: Path) -> None:
    """R112 is corrected; what R111 of the same list said first is told by its own release."""
    released(data, 111)
    released(data, 112)
    correct(data)
    third = released(data, 112, reason="new export")
    again = life.draft(data, Order(111, "public", reason="nothing new"))
    assert again.drafted["before"] == ["r111-public-v1.0"], "later rounds tell nothing of it"
    content = stored.content(published(data) / "r112/v1.1")
    assert set(content.tables["revision"]["release_id"].to_pylist()) == {third}
    assert set(content.tables["revision"]["round"].to_pylist()) == {112}


def published(data: Path) -> Path:
    return log.folder(data) / "root" / "public"


def test_what_is_removed_is_repeated_nowhere(data: Path) -> None:
    first = released(data, 112)
    correct(data)
    second = released(data, 112, reason="new export")
    with pytest.raises(Problem, match=f"{second} tells what {first} said first"):
        life.withdraw(data, first, "told too much", remove=True)
    life.withdraw(data, second, "told too much", remove=True)
    life.withdraw(data, first, "told too much", remove=True)
    assert not any(life.verify(data).values())
    third = life.draft(data, Order(112, "public", reason="again"))
    assert third.drafted["before"] == []


def test_tiers_have_roots_of_their_own(data: Path, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="needs --recipient, --agreement, --purpose"):
        life.draft(data, Order(112, "partner"))
    with pytest.raises(Problem, match="small letters"):
        life.draft(data, Order(112, "partner", recipient="../x", agreement="A", purpose="P"))
    out = tmp_path / "shared"
    partner = released(data, 112, tier="partner", recipient="ngo-one", agreement="agreement 7", purpose="planning", out=out)
    assert partner == "r112-partner-ngo-one-v1.0"
    assert (out / "partner/ngo-one/latest.json").exists()
    assert "agreement 7" in stored.about(out / "partner/ngo-one/r112/v1.0")["notes"][0]
    released(data, 112, tier="internal")
    assert latest(data, "internal")["id"] == "r112-internal-v1.0"
    with pytest.raises(Problem, match="outside the data folder"):
        life.draft(data, Order(112, "public", out=data / "tables"))


def test_the_policy_of_a_data_folder(data: Path) -> None:
    (data / "release.toml").write_text('[publisher]\ncontact = "the office"\n')
    one = life.draft(data, Order(112, "public"))
    assert stored.content(life.folder_of(data, one.release.id)).publisher.contact == "the office"
    for text, said in (
        ("[tier.public]\nthresold = 3\n", "has no 'thresold'"),
        ("[tier.public]\nthreshold = 'five'\n", "expected such as 5"),
        ("[secret]\nx = 1\n", "is no section"),
        ("[tier.friends]\nthreshold = 1\n", "is no tier"),
        ("[publisher\n", "it is no TOML"),
        ("[tier.public]\nthreshold = 1\n", "threshold is 0 or 3 to 100"),
        ("[tier.public]\ntables = []\n", "tables names at least one"),
        ("[publisher]\nlicence = ' '\n", "licence is blank"),
        ("[publisher]\naddress = 'javascript:x'\n", "no web address"),
    ):
        (data / "release.toml").write_text(text)
        with pytest.raises(Problem, match=said):
            life.draft(data, Order(112, "public"))


@pytest.mark.whole
def test_commands(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    own = ["--data", str(data)]
    assert main(["release", "draft", "R112", "--by", "D. Rafter", *own]) == 0
    assert main(["release", "check", "r112-public-v1.0", *own]) == 0
    assert main(["release", "clear", "r112-public-v1.0", "--by", "C. Learer", "--note", "looked", *own]) == 0
    assert main(["release", "publish", "r112-public-v1.0", *own]) == 0
    assert main(["release", "sheet", "r112-public-v1.0", "-o", str(tmp_path / "sheet.html"), *own]) == 0
    capsys.readouterr()
    assert main(["release", "list", "--format", "json", *own]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["id"], one["state"], one["cleared_by"]) == ("r112-public-v1.0", "released", "C. Learer")
    assert one["sums"] in (tmp_path / "sheet.html").read_text()
    assert main(["release", "verify", *own]) == 0
    assert main(["release", "check", "r999-public-v1.0", *own]) == ExitCode.USAGE
    assert main(["release", "draft", "99", *own]) == ExitCode.USAGE
    assert "No list of R99" in capsys.readouterr().err


def test_the_sheet_shows_what_is_to_be_cleared(data: Path) -> None:
    one = life.draft(data, Order(112, "public", by="D. Rafter"))
    from flows.release import sheet

    text = sheet.page(Published(data), one, life.folder_of(data, one.release.id))
    for said in (
        "Headline",
        "individuals in camp",
        "matched",
        "governorate 1 by households",
        "carried forward",
        "Method",
        one.sums,
    ):
        assert said in text
