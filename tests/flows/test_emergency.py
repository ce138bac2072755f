"""Emergency tracking by its commands: events, deliveries, snapshots that never change, and wrong input."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from flows.cli import main
from flows.emergency import events, snapshots
from flows.emergency.ledger import FOLDER
from flows.field import store
from flows.problem import ExitCode, Problem
from flows.published import Published
from tests.emergencyworld import CAMPS, day, rows, write
from tests.flows.builds import quick, tables

__all__ = ["quick"]
pytestmark = pytest.mark.usefixtures("quick")
QUESTIONS = Path(__file__).resolve().parents[2] / "sql" / "questions"
OPEN = ("--name", "Camp closures", "--trigger", "camp_closure", "--start", "2020-10-18", "--counting", "counted")


class Console:
    """The command on one data folder: exit code, what was printed, and what went to standard error."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture) -> None:
        self.data, self._capsys = data, capsys

    def __call__(self, *words: object) -> tuple[int, str, str]:
        code = main(["emergency", *map(str, words), "--data", str(self.data)])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def snapshot(self, *words: object) -> dict:
        code, out, err = self("snapshot", *words, "--format", "json")
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def dtm(tmp_path: Path, capsys: pytest.CaptureFixture) -> Console:
    return Console(tmp_path / "data", capsys)


@pytest.fixture
def camps(dtm: Console, tmp_path: Path) -> Console:
    """An open event with its deliveries."""
    assert dtm("open", "camps", *OPEN)[0] == 0
    assert dtm("ingest", "camps", write(tmp_path / "camps.csv", rows(CAMPS)))[0] == 0
    return dtm


def test_a_snapshot_is_right_at_once_and_of_any_day(camps: Console) -> None:
    said = camps.snapshot("camps", "--as-of", "2020-11-05", "--known-at", "2020-11-05")
    assert (said["cumulative"], said["current"], said["returned"]) == (
        {"households": 100, "individuals": 500}, {"households": 60, "individuals": 300}, {"households": 40, "individuals": 200},
    )  # fmt: skip
    assert said["period"]["as_printed"] == {"households": 100, "individuals": 500}
    now = camps.snapshot("camps", "--as-of", "2020-11-05")
    assert now["cumulative"]["households"] == 107, "as known now: a row came late"
    code, out, _ = camps("snapshot", "camps", "--as-of", "2020-11-15")
    assert code == 0 and "not recorded at a destination" in out and "Camp A" in out


def test_later_settings_make_a_published_page_stricter_only(camps: Console) -> None:
    assert camps("publish", "camps", "--as-of", "2020-11-05", "--by", "A. Officer")[0] == 0
    page = camps.data.with_name("page.html")

    def shown(*settings: str) -> str:
        assert camps("open", "camps", *OPEN, *settings)[0] == 0
        assert camps("page", "camps", "-o", page)[0] == 0
        return page.read_text(encoding="utf-8")

    before = shown()
    assert "a day in the window of 2020-11-01 to 2020-11-07" in before
    assert shown("--window-days", "1", "--threshold", "1", "--delay-days", "0") == before
    assert "Figures of fewer than 60 households are withheld" in shown("--threshold", "60")
    assert camps("open", "camps", *OPEN, "--window-days", "4000")[2].startswith(
        "dtm: --window-days and --delay-days take at most"
    )
    assert camps("open", "camps", *OPEN[:5], "0001-01-01", *OPEN[6:])[2].startswith("dtm: An event that starts on 0001-01-01")


def test_every_revision_is_named_whatever_came_since(camps: Console, tmp_path: Path) -> None:
    assert camps("publish", "camps", "--as-of", "2020-11-05", "--by", "A. Officer")[0] == 0
    first = Published(camps.data).table("emergency_counted").to_pylist()
    assert [(row["movement_id"], row["published_households"]) for row in first] == [("d1", 100)]

    def revisions() -> dict[tuple[str, str], int]:
        assert main(["build", "--data", str(camps.data), "--direct"]) == 0
        rows = Published(camps.data).table("emergency_revision").to_pylist()
        return {(row["revision"], row["movement_id"]): row["revised_households"] for row in rows}

    # a correction that bears an earlier day than what was published, and comes after it
    earlier = {"movement_id": "c9", "kind": "correction", "recorded_on": "2020-11-02", "corrects": "d1", "households": 90}
    assert camps("ingest", "camps", write(tmp_path / "earlier.csv", [earlier]))[0] == 0
    assert revisions() == {("late", "d2"): 7, ("corrected", "d1"): -100, ("received_late", "c9"): 90}
    # the first delivery is taken back, then delivered again
    assert camps("withdraw", "camps", "--delivery", "2", "--reason", "wrong file")[0] == 0
    assert revisions() == {("withdrawn", "d1"): -100}
    assert camps("ingest", "camps", write(tmp_path / "again.csv", rows(CAMPS)[::-1]))[0] == 0
    assert revisions() == {("late", "d2"): 7, ("corrected", "d1"): -100, ("received_late", "c9"): 90}
    assert Published(camps.data).table("emergency_counted").to_pylist() == first


def test_deliveries_in_any_order_and_twice(camps: Console, tmp_path: Path) -> None:
    before = camps.snapshot("camps", "--as-of", "2020-11-15")
    code, out, _ = camps("ingest", "camps", tmp_path / "camps.csv")
    assert code == 0 and "nothing new" in out
    again = write(tmp_path / "again.csv", rows(CAMPS)[::-1])
    code, out, _ = camps("ingest", "camps", again)
    assert code == 0 and "7 rows taken" in out
    assert camps.snapshot("camps", "--as-of", "2020-11-15") == before
    other = Console(camps.data.with_name("other"), camps._capsys)
    other("open", "camps", *OPEN)
    for at, row in enumerate(rows(CAMPS)[::-1]):
        assert other("ingest", "camps", write(tmp_path / f"{at}.csv", [row]))[0] == 0
    assert other.snapshot("camps", "--as-of", "2020-11-15") == before


def test_what_is_derived_may_be_deleted(camps: Console) -> None:
    before = camps.snapshot("camps", "--as-of", "2020-11-15")
    shutil.rmtree(camps.data / FOLDER)
    assert camps.snapshot("camps", "--as-of", "2020-11-15") == before


def test_what_was_published_never_changes(camps: Console, tmp_path: Path) -> None:
    code, out, _ = camps(
        "publish", "camps", "--as-of", "2020-11-05", "--by", "A. Officer", "--role", "IM officer", "--note", "first"
    )
    assert code == 0 and "cumulative 100 / 500, current 60 / 300, returned 40 / 200" in out
    first = {
        row["emergency_measure"]: row
        for row in Published(camps.data).table("emergency_figure").to_pylist()
        if row["figure_dimension"] == "total"
    }
    assert (first["cumulative"]["published_households"], first["cumulative"]["known_households"]) == (100, 107)
    late = [
        {
            "movement_id": "d9",
            "kind": "departure",
            "moved_on": "2020-11-03",
            "recorded_on": "2020-11-04",
            "camp_left": "Camp B",
            "households": 11,
            "individuals": 55,
        }
    ]
    assert camps("ingest", "camps", write(tmp_path / "late.csv", late))[0] == 0
    code, out, _ = camps("publish", "camps", "--as-of", "2020-11-15", "--by", "A. Officer")
    assert code == 0 and "Snapshot 2" in out
    held = Published(camps.data)
    assert [row["snapshot_number"] for row in held.table("emergency_snapshot").to_pylist()] == [1, 2]
    now = next(
        row
        for row in held.table("emergency_figure").to_pylist()
        if (row["snapshot_number"], row["figure_dimension"], row["emergency_measure"]) == (1, "total", "cumulative")
    )
    assert (now["published_households"], now["known_households"]) == (100, 118)
    named = {
        (row["revision"], row["movement_id"]): row["revised_households"]
        for row in held.table("emergency_revision").to_pylist()
        if row["snapshot_number"] == 1
    }
    assert named == {("late", "d2"): 7, ("received_late", "d9"): 11}
    published = {
        row["emergency_measure"]: row["published_households"]
        for row in held.table("emergency_figure").to_pylist()
        if (row["snapshot_number"], row["figure_dimension"]) == (2, "total")
    }
    question = (QUESTIONS / "12_as_of_known_at.sql").read_text(encoding="utf-8").replace("2020-12-20", "2020-11-15")
    with held.connect() as connection:
        answer = {measure: households for _, measure, households in connection.execute(question).fetchall()}
    assert set(answer) == {"arrived", "departed", "cumulative", "current", "returned"} and answer.items() <= published.items()
    period = camps.snapshot("camps", "--as-of", "2020-11-20", "--known-at", "2020-11-20")["period"]
    assert period["previous_snapshot"] == 2 and period["previous_published"]["households"] == 111
    assert [row["cleared_role"] for row in held.table("emergency_snapshot").to_pylist()] == ["IM officer", None]


def test_step_by_step_and_one_clearance_a_snapshot(camps: Console) -> None:
    assert camps("draft", "camps", "--as-of", "2020-11-05")[0] == 0
    code, _, err = camps("clear", "camps", "--number", "1", "--by", "B. Head")
    assert code == ExitCode.USAGE and "is draft; only one that is checked" in err
    code, _, err = camps("publish", "camps", "--number", "1")
    assert code == ExitCode.USAGE and "only one that is cleared" in err
    assert camps("check", "camps", "--number", "1")[0] == 0
    assert camps("clear", "camps", "--number", "1", "--by", "B. Head")[0] == 0
    code, _, err = camps("clear", "camps", "--number", "1", "--by", "C. Other")
    assert code == ExitCode.USAGE and "is cleared" in err
    code, out, _ = camps("publish", "camps", "--number", "1")
    assert code == 0 and "cleared by B. Head" in out
    code, out, _ = camps("withdraw", "camps", "--number", "1", "--reason", "wrong day")
    assert code == 0
    row = Published(camps.data).table("emergency_snapshot").to_pylist()[0]
    assert row["is_withdrawn"] and row["cleared_by"] == "B. Head"


def test_a_draft_that_the_ledger_no_longer_gives_is_not_published(camps: Console, tmp_path: Path) -> None:
    camps("draft", "camps", "--as-of", "2020-11-05")
    camps("check", "camps", "--number", "1")
    camps("clear", "camps", "--number", "1", "--by", "B. Head")
    late = [
        {
            "movement_id": "d9",
            "kind": "departure",
            "moved_on": "2020-11-03",
            "recorded_on": "2020-11-04",
            "camp_left": "B",
            "households": 11,
        }
    ]
    camps("ingest", "camps", write(tmp_path / "late.csv", late))
    code, _, err = camps("publish", "camps", "--number", "1")
    assert code == ExitCode.CONTRACT_BROKEN and "gives other figures than those cleared" in err
    assert not (camps.data / "manifest.json").exists()


def test_a_changed_byte_of_a_frozen_snapshot_is_found(camps: Console) -> None:
    camps("publish", "camps", "--as-of", "2020-11-05", "--by", "B. Head")
    held = events.held(camps.data, "camps")
    entry = snapshots.every(camps.data, held)[0].drafted
    with pytest.raises(Problem, match="was written by another version of this program, which did not keep"):
        store.get(camps.data, entry, snapshots.COUNTED)
    path = next((camps.data / "field" / entry.sha256).glob("received_emergency_figure-*.parquet"))
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(bytes(content))
    code, _, err = camps("page", "camps", "--tier", "internal", "-o", camps.data.with_name("page.html"))
    assert code == ExitCode.DATA_FOLDER and "is missing or was changed" in err


def test_the_same_day_is_published_once(camps: Console) -> None:
    first, second = (camps("publish", "camps", "--as-of", "2020-11-05", "--by", "B. Head") for _ in range(2))
    assert first[0] == second[0] == 0 and first[1] == second[1]
    assert Published(camps.data).table("emergency_snapshot").num_rows == 1


def test_a_publication_that_was_killed_is_finished_or_undone(camps: Console) -> None:
    held = events.held(camps.data, "camps")
    one = snapshots.draft(camps.data, held, snapshots.asked(camps.data, held, day("2020-11-05"), day("2020-11-05")))
    one = snapshots.clear(camps.data, held, snapshots.check(camps.data, held, one), snapshots.Clearance("B. Head"))
    snapshots.publish(camps.data, held, one)  # and here the command was killed
    code, out, _ = camps("withdraw", "camps", "--number", "1", "--reason", "killed")
    assert code == 0 and "was not finished, and is undone" in out
    snapshots.publish(camps.data, events.held(camps.data, "camps"), snapshots.one_of(camps.data, "camps", 1))
    assert camps("publish", "camps", "--as-of", "2020-11-05")[0] == 0
    assert Published(camps.data).table("emergency_snapshot")["snapshot_number"].to_pylist() == [1]


def test_an_event_without_movements_has_no_snapshot(dtm: Console) -> None:
    dtm("open", "camps", *OPEN)
    code, _, err = dtm("publish", "camps", "--as-of", "2020-11-05")
    assert code == ExitCode.USAGE and "nothing known is not the same as nobody displaced" in err


def test_what_is_not_said_again_of_an_event_stays(dtm: Console) -> None:
    dtm("open", "camps", *OPEN, "--embargo-until", "2999-01-01", "--threshold", "50", "--second-person", "--area", "Ninewa")
    dtm("open", "camps", "--name", "Other name", *OPEN[2:])
    held = events.held(dtm.data, "camps")
    own = held.event
    assert (own.event_name, str(own.embargo_until), own.public_threshold, own.event_area) == (
        "Other name",
        "2999-01-01",
        50,
        "Ninewa",
    )
    assert held.second_person


def test_a_damaged_part_of_what_is_derived_is_made_again(camps: Console) -> None:
    before = camps.snapshot("camps", "--as-of", "2020-11-15")
    for path in (camps.data / FOLDER).rglob("emergency_cell.parquet"):
        path.write_bytes(b"junk")
    assert camps.snapshot("camps", "--as-of", "2020-11-15") == before


def test_a_camp_called_as_what_is_not_known_is_not_known(dtm: Console, tmp_path: Path) -> None:
    dtm("open", "camps", *OPEN)
    left = [
        {**rows(CAMPS)[0], "movement_id": f"d{at}", "camp_left": name}
        for at, name in enumerate(("not stated", "Not recorded at a destination", ""))
    ]
    dtm("ingest", "camps", write(tmp_path / "a.csv", left))
    said = dtm.snapshot("camps", "--as-of", "2020-11-05")["camp_left"]
    assert [(row["area"], row.get("departed", {}).get("households")) for row in said if "departed" in row] == [
        ("not stated", 300)
    ]


def test_a_second_person_clears_where_the_event_asks_for_it(dtm: Console, tmp_path: Path) -> None:
    dtm("open", "camps", *OPEN, "--second-person")
    dtm("ingest", "camps", write(tmp_path / "camps.csv", rows(CAMPS)))
    code, _, err = dtm("publish", "camps", "--as-of", "2020-11-05", "--by", "A. Officer")
    assert code == ExitCode.USAGE and "asks for a second person" in err
    code, out, _ = dtm("publish", "camps", "--as-of", "2020-11-05", "--by", "A. Officer", "--override", "alone on duty")
    assert code == 0 and "drafted and cleared by the same person" in out


def test_findings_stop_publishing_unless_a_reason_is_given(camps: Console, tmp_path: Path) -> None:
    circle = [
        {
            "movement_id": a,
            "kind": "correction",
            "moved_on": "2020-11-01",
            "recorded_on": "2020-11-01",
            "corrects": b,
            "households": 1,
        }
        for a, b in (("x", "y"), ("y", "x"))
    ]
    camps("ingest", "camps", write(tmp_path / "circle.csv", circle))
    code, _, err = camps("publish", "camps", "--as-of", "2020-11-05")
    assert (
        code == ExitCode.CONTRACT_BROKEN
        and "x: corrects y; rows that correct each other count for nothing [correction_cycle]" in err
    )
    receipt = json.loads(camps("status", "camps", "--format", "json")[1])["deliveries"][-1]["delivery"]
    assert camps("withdraw", "camps", "--delivery", receipt, "--reason", "typed wrongly")[0] == 0
    assert camps("publish", "camps", "--as-of", "2020-11-05")[0] == 0


def test_wrong_rows_are_in_quarantine_with_their_reasons(camps: Console, tmp_path: Path) -> None:
    wrong = [
        {
            "movement_id": "w1",
            "kind": "arrival",
            "moved_on": "2020-11-09",
            "recorded_on": "2020-11-08",
            "destination_governorate": "Erbil",
            "households": 2,
        },
        {"movement_id": "w2", "kind": "arrival", "moved_on": "2020-11-09", "recorded_on": "2020-11-09", "households": 2},
        {
            "movement_id": "ok",
            "kind": "arrival",
            "moved_on": "2020-11-09",
            "recorded_on": "2020-11-09",
            "destination_governorate": "Erbil",
            "households": 2,
        },
    ]
    code, out, err = camps("ingest", "camps", write(tmp_path / "wrong.csv", wrong))
    assert code == 0 and "3 rows: 1 row taken, 2 rows set aside" in out
    assert "row 2: moved_on 2020-11-09 is after recorded_on 2020-11-08" in err and "row 3: the destination is missing" in err
    code, _, err = camps("ingest", "nowhere", tmp_path / "camps.csv")
    assert (
        code == ExitCode.SOURCE_REFUSED
        and "no row can be taken; all 7 are in quarantine" in err
        and "there is no event 'nowhere'" in err
    )
    assert camps("close", "camps")[0] == 0
    code, _, err = camps("ingest", "camps", write(tmp_path / "after.csv", rows(CAMPS)[:1]))
    assert code == ExitCode.SOURCE_REFUSED and "was closed on" in err
    assert camps("open", "camps", *OPEN)[1].startswith("Event camps is open again")
    code, out, _ = camps("ingest", "camps", tmp_path / "after.csv")
    assert code == 0 and "1 row taken" in out
    camps("publish", "camps", "--as-of", "2020-11-05")
    rows_aside = Published(camps.data).table("emergency_quarantine").to_pylist()
    assert {(row["event_as_given"], row["rule"]) for row in rows_aside} == {
        ("camps", "movement_after_record"), ("camps", "movement_destination"), ("camps", "movement_event"), ("nowhere", "movement_event"),
    }  # fmt: skip
    assert {row["source_file"] for row in rows_aside} == {"wrong.csv", "camps.csv", "after.csv"}


def test_tables_do_not_depend_on_the_order_of_deliveries(dtm: Console, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    made = []
    listed = rows(CAMPS)
    for name, order in (("one", listed), ("two", listed[::-1])):
        own = Console(tmp_path / name, capsys)
        own("open", "camps", *OPEN)
        for at in (0, 4):
            own("ingest", "camps", write(tmp_path / "part.csv", order[at : at + 4]))
        own("publish", "camps", "--as-of", "2020-11-15")
        names = ("emergency_movement", "emergency_entry", "emergency_finding", "emergency_figure", "emergency_revision")
        made.append({path.partition("-")[0]: digest for path, digest in tables(own.data).items() if path.split("/")[1] in names})
    assert made[0] == made[1] and len(made[0]) == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("open", "Camps!", *OPEN), "is no id of an event"),
        (("open", "camps", *OPEN[:-1], "x0"), "is no counting rule"),
        (("open", "camps", *OPEN[:-3], "2999-01-01", *OPEN[-2:]), "has not happened yet"),
        (("snapshot", "nowhere", "--as-of", "2020-11-05"), "There is no event 'nowhere'"),
        (("close", "nowhere"), "There is no event 'nowhere'"),
        (("ingest", "camps", "nowhere.csv"), "There is no file"),
    ],
)
def test_a_wrong_command_is_told_in_a_sentence(dtm: Console, words: tuple, said: str) -> None:
    code, _, err = dtm(*words)
    assert code == ExitCode.USAGE and said in err


def test_an_event_changes_its_settings_but_not_its_counting_rule(camps: Console) -> None:
    assert camps("open", "camps", *OPEN)[1].startswith("Event camps is open already")
    assert camps("open", "camps", *OPEN, "--cadence", "weekly")[0] == 0
    assert events.held(camps.data, "camps").event.cadence == "weekly"
    code, _, err = camps("open", "camps", *OPEN[:-1], "x6")
    assert code == ExitCode.USAGE and "The counting rule is a property of the tracker" in err


def test_status(camps: Console) -> None:
    camps("publish", "camps", "--as-of", "2020-11-05", "--by", "B. Head")
    assert "Camp closures" in camps("status")[1]
    said = json.loads(camps("status", "camps", "--format", "json")[1])
    assert said["deliveries"][0]["taken"] == 7 and said["snapshots"][0]["state"] == "published"
    assert "B. Head" in camps("status", "camps")[1]


def test_the_public_page_waits_and_withholds(camps: Console, tmp_path: Path) -> None:
    camps("publish", "camps", "--as-of", "2020-11-05", "--by", "B. Head")
    camps("publish", "camps", "--as-of", "2020-11-17", "--by", "B. Head")
    for tier in ("internal", "public"):
        assert camps("page", "camps", "--tier", tier, "-o", tmp_path / f"{tier}.html")[0] == 0
    internal, public = ((tmp_path / f"{tier}.html").read_text(encoding="utf-8") for tier in ("internal", "public"))
    assert "B. Head" in internal and "B. Head" not in public
    assert "2020-11-17" in internal and "2020-11-17" not in public
    assert "<script" not in internal and "http" not in internal.replace("http://www.w3.org/2000/svg", "")
    assert camps("open", "camps", *OPEN, "--embargo-until", "2999-01-01")[0] == 0
    code, _, err = camps("page", "camps", "-o", tmp_path / "public.html")
    assert code == ExitCode.USAGE and "is not public before 2999-01-01" in err


def test_the_public_page_shows_no_small_change(camps: Console, tmp_path: Path) -> None:
    more = [{"movement_id": "m1", "kind": "arrival", "moved_on": "2020-11-12", "recorded_on": "2020-11-12", "destination_governorate": "Erbil", "destination_district": "Erbil", "reached_origin": "false", "households": 50, "individuals": 250},
            {"movement_id": "m2", "kind": "arrival", "moved_on": "2020-11-20", "recorded_on": "2020-11-20", "destination_governorate": "Erbil", "destination_district": "Erbil", "reached_origin": "false", "households": 3, "individuals": 15}]  # fmt: skip
    camps("ingest", "camps", write(tmp_path / "more.csv", more))
    for on in ("2020-11-17", "2020-11-24"):
        assert camps("publish", "camps", "--as-of", on)[0] == 0
    camps("page", "camps", "--tier", "internal", "-o", tmp_path / "internal.html")
    camps("page", "camps", "-o", tmp_path / "public.html")
    internal, public = ((tmp_path / f"{tier}.html").read_text(encoding="utf-8") for tier in ("internal", "public"))
    assert "id='changes'" in internal and ">+3<" in internal
    assert "id='changes'" not in public and "Camp A" not in public


def test_words_of_the_user_hold_no_telephone_number(dtm: Console) -> None:
    code, _, err = dtm("open", "camps", "--name", "call 0770 123 4567", *OPEN[2:])
    assert code == ExitCode.USAGE and "which is not kept" in err and "0770" not in err


def test_hostile_text_stays_text(dtm: Console, tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script> =1+1 ' ; drop table emergency_event; --"
    dtm("open", "camps", *OPEN[:1], hostile, *OPEN[2:])
    listed = [{**rows(CAMPS)[0], "camp_left": hostile}]
    assert dtm("ingest", "camps", write(tmp_path / "=a.csv", listed))[0] == 0
    assert dtm("publish", "camps", "--as-of", "2020-11-05", "--note", hostile)[0] == 0
    assert dtm("page", "camps", "--tier", "internal", "-o", tmp_path / "page.html")[0] == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page
    assert dtm.snapshot("camps", "--as-of", "2020-11-05")["camp_left"][0]["area"] == hostile


def test_a_publication_whose_tables_cannot_be_built_is_taken_back(camps: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.staging.publish", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    code, _, _ = camps("publish", "camps", "--as-of", "2020-11-05")
    assert code == ExitCode.STORAGE
    monkeypatch.undo()
    held = events.held(camps.data, "camps")
    assert [one.state for one in snapshots.every(camps.data, held)] == ["cleared"]
