"""Crossing points through the commands: from files to published tables, back, and to the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from expectations.crossing import APART, KINDS
from flows import run
from flows.crossings import deliveries, pages, receiving
from flows.field import journal
from flows.problem import ExitCode, Problem
from flows.published import Published
from tests import crossingworld
from tests.flows.builds import quick
from tests.flows.conftest import Ran

__all__ = ["quick"]
SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "crossings"
HEADS = "window_start,window_end,crossing_point,entry_status,health_measures,note"
FIRST = f"{HEADS}\n2021-01-04,2021-01-17,Point 01,open,,\n2021-01-04,2021-01-17,Point 02,closed,,\n2021-01-18,2021-01-31,Point 01,closed,,\n"
SECOND = f"{HEADS}\n2021-01-18,2021-01-31,Point 01,open,,=cmd()\n2021-01-18,2021-01-31,معبر تجريبي,commercial_only,,\n"
HOSTILE = "<script>alert('x')</script>"


def file(folder: Path, name: str, content: str) -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    return folder / name


def statuses(data: Path) -> list[tuple[str, str, str]]:
    rows = Published(data).table("point_of_entry_status").to_pylist()
    return [(str(row["window_start"]), row["crossing_point"], row["entry_status"]) for row in rows]


@pytest.mark.usefixtures("quick")
def test_files_become_tables_replace_each_other_and_are_taken_back(
    dtm: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, out = tmp_path / "data", tmp_path / "page.html"
    first, second = file(tmp_path, "first.csv", FIRST), file(tmp_path, "second.csv", SECOND)
    ran = dtm("crossings", "ingest", "status", first, "--data", data)
    assert ran.code == ExitCode.OK and "first.csv: 3 rows of status taken (delivery 1)." in ran.out, ran.err
    before = statuses(data)
    assert before == [
        ("2021-01-04", "Point 01", "open"),
        ("2021-01-04", "Point 02", "closed"),
        ("2021-01-18", "Point 01", "closed"),
    ]
    assert "nothing new" in dtm("crossings", "ingest", "status", first, "--data", data).out

    def broken(*arguments: object, **said: object) -> None:
        raise Problem(ExitCode.CONTRACT_BROKEN, "1 check does not hold; nothing was published.")

    with monkeypatch.context() as patch:
        patch.setattr(run, "build", broken)
        assert dtm("crossings", "ingest", "status", second, "--data", data).code == ExitCode.CONTRACT_BROKEN
    assert [entry.kind for entry in journal.read(data)] == ["crossings", "crossings", "crossings_withdrawn"]
    assert [entry.number for entry in deliveries.held(data)] == [1] and statuses(data) == before

    ran = dtm("crossings", "ingest", "status", second, "--data", data)
    assert ran.code == ExitCode.OK and "takes the place of 1 row of delivery 1 ('first.csv')" in ran.out, ran.err
    assert statuses(data)[2:] == [("2021-01-18", "Point 01", "open"), ("2021-01-18", "معبر تجريبي", "commercial_only")]
    lines = dtm("crossings", "status", "--data", data).out.splitlines()
    assert [line.split()[:3] for line in lines[2:]] == [["1", "status", "first.csv"], ["4", "status", "second.csv"]]
    assert lines[2].split()[4:6] == ["3", "2"], "rows of the file, rows in force"
    dtm("export", "point_of_entry_status", "-o", tmp_path / "out.csv", "--data", data)
    assert "'=cmd()" in (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert dtm("crossings", "page", "-o", out, "--data", data).code == ExitCode.OK
    page = out.read_text(encoding="utf-8")
    assert "0 changed, 1 added, 1 dropped" in page and "معبر تجريبي" in page and "not reported" in page

    assert dtm("crossings", "withdraw", "9", "--reason", "wrong", "--data", data).said == (
        "There is no delivery 9 on crossing points; held: 1, 4."
    )
    assert dtm("crossings", "withdraw", "4", "--reason", "wrong file", "--data", data).code == ExitCode.OK
    assert statuses(data) == before


def test_a_refused_file_leaves_nothing(dtm: Callable[..., Ran], tmp_path: Path) -> None:
    data = tmp_path / "data"
    ran = dtm("crossings", "ingest", "status", file(tmp_path, "bad.csv", FIRST.replace("closed", "shut")), "--data", data)
    assert ran.code == ExitCode.SOURCE_REFUSED and "2 of 3 rows cannot be taken." in ran.said
    assert "row 3: entry_status is 'shut', expected one of closed" in ran.err and "row 4" in ran.err
    assert [path.name for path in data.rglob("*") if path.is_file()] == [".lock"]


def test_every_sample_file_is_kept_without_a_build(tmp_path: Path) -> None:
    for kind in KINDS:
        receiving.receive(tmp_path, kind, SAMPLE / f"{kind}.csv", f"{kind}.csv")
    made = deliveries.clean_tables(tmp_path)
    lines = {kind: len((SAMPLE / f"{kind}.csv").read_text(encoding="utf-8").splitlines()) - 1 for kind in KINDS}
    assert {kind: made[f"clean_{own.table}"].num_rows for kind, own in KINDS.items()} == lines
    assert {entry.about["kind"]: int(entry.about["rows"]) for entry in deliveries.held(tmp_path)} == lines


def test_overlapping_windows_and_reasons_with_a_telephone_number_are_told(tmp_path: Path) -> None:
    receiving.receive(tmp_path, "status", file(tmp_path, "first.csv", FIRST), "first.csv")
    shifted = FIRST.replace("2021-01-17", "2021-01-18")
    notes = receiving.receive(tmp_path, "status", file(tmp_path, "other.csv", shifted), "other.csv").notes
    assert "the window 2021-01-04 to 2021-01-18 overlaps the window 2021-01-04 to 2021-01-17: check the days" in notes
    with pytest.raises(Problem, match="without a telephone number"):
        receiving.withdraw(tmp_path, 1, "0770 123 4567 says so")
    receiving.withdraw(tmp_path, 1, "wrong days")
    receiving.withdraw(tmp_path, 1, "wrong days")
    assert [entry.kind for entry in journal.read(tmp_path)] == ["crossings", "crossings", "crossings_withdrawn"]


def test_the_page_escapes_what_the_data_says_and_asks_nothing_of_a_network() -> None:
    given = [
        crossingworld.delivery("status", f"window_start | window_end | crossing_point | entry_status\n2021-01-04 | 2021-01-17 | {HOSTILE} | closed"),
        crossingworld.delivery("restrictions", f"window_start | window_end | governorate | restriction | note\n2021-01-04 | 2021-01-17 | Erbil | {HOSTILE} | حظر", 2),
        crossingworld.delivery("headcounts", "crossing_point | observed_on | crossing_direction | travellers | vehicles\nA | 2021-01-30 | in | 1200 |\nB | 2021-01-30 | out | 5 | 2\nB | 2021-01-31 | out | 5 |", 3),
        crossingworld.delivery("survey", "survey_id | crossing_point | observed_on | crossing_direction | nationality\nS1 | A | 2021-01-30 | in | Secretian", 4),
    ]  # fmt: skip
    built = crossingworld.build(*given)
    page = pages.page({name: built[name].to_pylist() for name in pages.SHOWN})
    assert "<script" not in page and "&lt;script&gt;" in page and "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "Secretian" not in page, "survey answers are for internal use"
    for words in (APART, "1 of 1 point of entry closed, 4 Jan – 17 Jan 2021", "حظر", ">1,200<", ">–<", ">2*<", ">5.0<"):
        assert words in page, words
    with pytest.raises(Problem, match="nothing to show"):
        pages.page({name: [] for name in pages.SHOWN})
