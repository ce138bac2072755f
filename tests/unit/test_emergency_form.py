"""The form of emergency tracking: its questions, a form converter takes it, it refuses what would be set aside, the command."""

from __future__ import annotations

import csv
import datetime
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from pyxform.xls2xform import convert

from expectations import codes, emergency_form
from expectations.emergency import KINDS
from expectations.emergency_columns import SHELTER_GROUPS
from flows import form_file
from flows.cli import main
from flows.emergency import life
from flows.problem import ExitCode
from transforms.emergency import movement_file
from transforms.emergency import xlsform as emergency_xlsform
from transforms.emergency.event import Event
from transforms.field import xlsform

_FORMS = "{http://www.w3.org/2002/xforms}"
_START = datetime.date(2020, 10, 18)
COUNTED = Event("camps-2020", "Camp  closures ${2020}\n", "camp_closure", _START, "counted", None, "departures")
TIMES_SIX = replace(COUNTED, counting_rule="multiplied", persons_per_household=6)
EVENTS = [pytest.param(event, id=str(event and event.counting)) for event in (None, COUNTED, TIMES_SIX)]


# --- questions ----------------------------------------------------------------------------------


def test_every_question_is_whole_and_asks_what_was_asked_before() -> None:
    asked = emergency_form.questions()
    assert len(emergency_form.known()) == len(asked)
    seen: set[str] = set()
    for question in asked:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", question.name) and question.label.strip()
        assert (question.kind == "select_one") == bool(question.choices or question.source)
        assert bool(question.constraint) == bool(question.constraint_message)
        expressions = (question.relevant, question.constraint, emergency_form.REQUIRED_WHEN.get(question.name, ""))
        assert set(re.findall(r"\$\{(\w+)\}", " ".join(expressions))) <= seen, question.name
        seen.add(question.name)
    assert set(emergency_form.REQUIRED_WHEN) | set(emergency_form.CHOICE_FILTERS) <= seen


def test_it_asks_what_a_delivery_has_by_names_that_do_not_clash() -> None:
    known = emergency_form.known()
    made_by_reading = {"movement_id", "recorded_on", "recorded_seq"}
    not_asked = {"origin_subdistrict", "origin_place_id", "destination_subdistrict"}
    columns = {emergency_form.QUESTION_OF.get(name, name) for name in movement_file.COLUMNS}
    assert columns - set(known) == made_by_reading | not_asked
    beside = set(known) - columns
    assert beside == {"start", "end", "deviceid", "username", "purpose", "team", "comment"}
    assert not set(known) & xlsform.own_names(121)  # exports of those names are dropped as the master list's own
    groups = {question.group for question in known.values()} - {""}
    assert not groups & set(known)
    assert [code for code, _ in known["movement_kind"].choices] == list(KINDS)
    assert tuple(code for code, _ in known["shelter_group"].choices) == SHELTER_GROUPS


def test_nobody_is_named_or_described() -> None:
    known = emergency_form.known()
    assert {name for name, question in known.items() if question.personal} == {"start", "end", "deviceid", "username"}
    words = re.compile(r"name|phone|contact|ethnic|relig|route|sect\b|gps", re.IGNORECASE)
    for name, question in known.items():
        if name not in ("purpose", "username"):
            assert not words.search(f"{name} {question.label}"), name
    assert known["comment"].sharing == known["corrects"].sharing == "sensitive"


# --- the workbook -------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=EVENTS)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Event | None, Path]:
    """An event, or none, and the folder with its form."""
    folder = tmp_path_factory.mktemp("form")
    form_file.write_emergency(folder / "form.xlsx", "camps-2020", request.param)
    return request.param, folder


@pytest.fixture(scope="module")
def xform(written: tuple[Event | None, Path]) -> ElementTree.Element:
    converted = convert(str(written[1] / "form.xlsx"))
    assert converted.warnings == []
    return ElementTree.fromstring(converted.xform)


def test_every_question_is_in_the_form_and_the_event_is_computed(xform: ElementTree.Element) -> None:
    binds = {bind.get("nodeset"): bind for bind in xform.iter(_FORMS + "bind")}
    assert set(binds) == {f"/data/{'/'.join(q.path)}" for q in emergency_form.questions()} | {"/data/meta/instanceID"}
    assert binds["/data/event_id"].get("calculate") == "'camps-2020'"
    root = xform.find(f".//{_FORMS}instance")[0]
    assert root.get("id") == "emergency_movement_camps-2020" and re.fullmatch(r"e-[0-9a-f]{8}", root.get("version"))


def test_each_district_is_narrowed_to_the_governorate_of_its_own_side(xform: ElementTree.Element) -> None:
    narrowed = {
        select.get("ref"): "".join(select.find(_FORMS + "itemset").get("nodeset").split())
        for select in xform.iter(_FORMS + "select1")
    }
    for side in ("origin", "destination"):
        assert narrowed[f"/data/{side}/{side}_governorate"] == "instance('governorates')/root/item"
        wanted = f"instance('districts')/root/item[governorate=/data/{side}/{side}_governorate]"
        assert narrowed[f"/data/{side}/{side}_district"] == wanted


@pytest.mark.skipif(not shutil.which("java"), reason="the validator needs Java")
def test_the_validator_of_odk_takes_it(tmp_path: Path) -> None:
    form_file.write_emergency(tmp_path / "form.xlsx", "camps-2020", TIMES_SIX)  # has every expression of the others
    assert convert(str(tmp_path / "form.xlsx"), validate=True).warnings == []


def test_the_title_names_the_event_and_the_hints_say_how_it_counts() -> None:
    titles = [emergency_xlsform.settings("camps-2020", event)["form_title"] for event in (None, COUNTED)]
    assert titles == [
        "DTM Iraq emergency tracking: event camps-2020",
        "DTM Iraq emergency tracking: Camp closures $ {2020} (event camps-2020)",
    ]
    hints = []
    for event in (None, COUNTED, TIMES_SIX):
        rows = {row["name"]: row for row in emergency_xlsform.survey("camps-2020", event) if "name" in row}
        hints.append({name: row["hint::English (en)"] for name, row in rows.items() if "hint::English (en)" in row})
    assert [set(found) for found in hints] == [set(), {"individuals", "counted"}, {"individuals", "counted"}]
    assert "counts individuals" in hints[1]["individuals"] and "6 individuals for each household" in hints[2]["individuals"]


def test_the_same_form_has_the_same_bytes_and_the_day_of_the_event(written: tuple[Event | None, Path], tmp_path: Path) -> None:
    event, folder = written
    listed = form_file.write_emergency(tmp_path / "form.xlsx", "camps-2020", event)
    assert listed == {"governorates.csv": 18, "districts.csv": len(codes.district_codes())}
    assert sorted(path.name for path in folder.iterdir()) == ["districts.csv", "form.xlsx", "governorates.csv"]
    for name in ("form.xlsx", *listed):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
    made = openpyxl.load_workbook(folder / "form.xlsx").properties.created.date()
    assert made == (_START if event else datetime.date(2018, 7, 1))
    form_file.write_emergency(tmp_path / "early.xlsx", "old", replace(COUNTED, event_start=datetime.date(1899, 1, 1)))
    assert openpyxl.load_workbook(tmp_path / "early.xlsx").properties.created.date() == datetime.date(2018, 7, 1)


def test_the_lists_of_places_are_those_of_the_master_list(written: tuple[Event | None, Path]) -> None:
    for name, rows in xlsform.media().items():
        if (path := written[1] / name).exists():
            with open(path, encoding="utf-8", newline="") as handle:
                assert list(csv.DictReader(handle)) == rows


def test_the_version_follows_what_teams_read() -> None:
    media = emergency_xlsform.media()
    said = [("a", None), ("b", None), ("a", COUNTED), ("a", TIMES_SIX), ("a", replace(COUNTED, event_name="Other"))]
    assert len({emergency_xlsform.settings(event_id, event, media)["version"] for event_id, event in said}) == len(said)


# --- an entry -----------------------------------------------------------------------------------


class _Blank:
    """An answer that is not there: equal to the empty text, no number."""

    def __eq__(self, other: object) -> bool:
        return other == ""

    def __ne__(self, other: object) -> bool:
        return other != ""

    def _no(self, other: object) -> bool:
        return False

    __gt__ = __ge__ = __lt__ = __le__ = _no

    def __rmul__(self, other: object) -> float:
        return float("nan")

    __hash__ = None


def wrong(event: Event | None, **answers: object) -> set[str]:
    """The questions at which a form engine stops somebody: required and blank, or against the constraint."""
    stops = set()

    def holds(expression: str, own: object) -> bool:
        python = re.sub(r"(?<![\w'])\.(?!\w)", "own", re.sub(r"\$\{(\w+)\}", r"value('\1')", expression))
        names = {
            "own": own,
            "value": value,
            "today": lambda: "2020-11-22",
            "regex": lambda text, pattern: bool(re.fullmatch(pattern, text)),
            "coalesce": lambda one, other: other if isinstance(one, _Blank) else one,
        }
        return bool(eval(re.sub(r"(?<![<>!])=", "==", python), names))

    rows = {row["name"]: row for row in emergency_xlsform.survey("camps-2020", event) if "name" in row}

    def value(name: str) -> object:
        relevant = rows[name].get("relevant")
        return answers.get(name, _Blank()) if not relevant or holds(relevant, _Blank()) else _Blank()

    for name, row in rows.items():
        own, required = value(name), row.get("required", "")
        is_asked = not row.get("relevant") or holds(row["relevant"], own)
        if isinstance(own, _Blank):
            if is_asked and (required == "yes" or (required and holds(required, own))):
                stops.add(name)
        elif "constraint" in row and not holds(row["constraint"], own):
            stops.add(name)
    return stops


ARRIVAL = {
    "team": "T1", "movement_kind": "arrival", "moved_on": "2020-11-20", "destination_governorate": "ninewa",
    "destination_district": "ninewa_sinjar", "households": 3, "individuals": 17,
}  # fmt: skip
CORRECTION = {"team": "T1", "movement_kind": "correction", "corrects": "f16d9a3f-0892-413e-81d4-758ab188ea0b"}
NONE = _Blank()


@pytest.mark.parametrize(
    ("answers", "stops"),
    [
        (ARRIVAL, set()),
        (ARRIVAL | {"moved_on": NONE, "destination_district": NONE}, {"moved_on", "destination_district"}),
        (ARRIVAL | {"moved_on": "2020-11-23"}, {"moved_on"}),
        (ARRIVAL | {"destination_place_id": "camp 1"}, {"destination_place_id"}),
        (ARRIVAL | {"households": 0}, {"households", "individuals"}),
        (ARRIVAL | {"individuals": 2}, {"individuals"}),
        (ARRIVAL | {"individuals": NONE}, set()),
        (ARRIVAL | {"households": NONE}, set()),
        (ARRIVAL | {"households": NONE, "individuals": NONE}, {"individuals"}),
        (ARRIVAL | {"female": 9, "male": 8, "under_18": 17}, set()),
        (ARRIVAL | {"female": 9, "male": 9, "under_18": 18}, {"male", "under_18"}),
        (ARRIVAL | {"movement_kind": "departure"}, {"camp_left"}),
        (ARRIVAL | {"movement_kind": "departure", "camp_left": "Salamiyah"}, set()),
        (ARRIVAL | {"movement_kind": "departure", "origin_governorate": "ninewa"}, set()),
        (ARRIVAL | {"movement_kind": "onward", "onward_from": "a b"}, {"onward_from"}),
        (CORRECTION, set()),  # says only what is different
        (CORRECTION | {"corrects": NONE}, {"corrects"}),
        (CORRECTION | {"destination_governorate": "anbar", "reached_origin": "no", "shelter_group": "camp"}, set()),
        (CORRECTION | {"households": 0, "individuals": 0}, set()),
        (CORRECTION | {"households": 0, "individuals": 5}, {"individuals"}),
        (CORRECTION | {"households": 5, "individuals": 0}, {"individuals"}),
    ],
)
def test_the_form_stops_what_would_be_set_aside(answers: dict[str, object], stops: set[str]) -> None:
    assert wrong(COUNTED, **answers) == wrong(None, **answers) == stops


@pytest.mark.parametrize(
    ("answers", "stops"),
    [
        ({"individuals": 18}, {"counted"}),
        ({"individuals": 18, "counted": "no"}, set()),
        ({"individuals": 17, "counted": "no"}, {"counted"}),
        ({"individuals": 17, "counted": "yes"}, set()),
        ({"individuals": NONE}, set()),
        ({"households": NONE, "counted": "no"}, set()),
    ],
)
def test_other_individuals_than_derived_ones_must_have_been_counted(answers: dict[str, object], stops: set[str]) -> None:
    assert wrong(TIMES_SIX, **(ARRIVAL | answers)) == stops


def test_a_correction_is_asked_all_that_an_entry_is_and_a_departure_no_destination() -> None:
    rows = {row["name"]: row.get("relevant", "") for row in emergency_xlsform.survey("a") if "name" in row}
    destination = [name for name, question in emergency_form.known().items() if question.group == "destination"]
    assert len(destination) == 5
    for name in destination:
        assert "'correction'" in rows[name] and "'arrival'" in rows[name] and "'departure'" not in rows[name]


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def dtm(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Run ``dtm form emergency``: code, output, errors."""
    monkeypatch.delenv("DTM_DATA_DIR", raising=False)

    def run(*words: object) -> tuple[int, str, str]:
        code = main(["form", "emergency", *map(str, words)])
        return (code, *capsys.readouterr())

    return run


def test_without_data_the_event_is_only_named(dtm: Callable, tmp_path: Path) -> None:
    code, out, err = dtm("--event", "camps-2020", "-o", tmp_path / "new" / "form.xlsx")
    assert (code, len(err.splitlines())) == (ExitCode.OK, 1) and "is not looked up" in err
    assert "Wrote the form of event camps-2020 to " in out and "Beside it: governorates.csv (18), districts.csv (" in out
    form_file.write_emergency(tmp_path / "form.xlsx", "camps-2020", None)
    assert (tmp_path / "new" / "form.xlsx").read_bytes() == (tmp_path / "form.xlsx").read_bytes()


@pytest.mark.parametrize("by", ["--data", "DTM_DATA_DIR"])
def test_with_data_the_form_tells_of_the_event(dtm: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    data = tmp_path / "data"
    held, _ = life.opened(data, "mosul", life.Opening("Mosul operations", "conflict", datetime.date(2016, 10, 17), "x6"))
    words = ["--data", data] if by == "--data" else []
    if not words:
        monkeypatch.setenv(by, str(data))
    code, _, err = dtm("--event", "mosul", "-o", tmp_path / "form.xlsx", *words)
    assert (code, err) == (ExitCode.OK, "")
    form_file.write_emergency(tmp_path / "same.xlsx", "mosul", held.event)
    assert (tmp_path / "form.xlsx").read_bytes() == (tmp_path / "same.xlsx").read_bytes()
    title = openpyxl.load_workbook(tmp_path / "form.xlsx")["settings"]["A2"].value
    assert title == "DTM Iraq emergency tracking: Mosul operations (event mosul)"
    life.closed(data, "mosul", datetime.date(2017, 7, 10), "")
    assert "was closed on 2017-07-10" in dtm("--event", "mosul", "-o", tmp_path / "form.xlsx", *words)[2]
    code, out, err = dtm("--event", "fallujah", "-o", tmp_path / "no.xlsx", *words)
    assert (code, out) == (ExitCode.USAGE, "") and "There is no event 'fallujah'" in err and "held: mosul" in err
    assert not (tmp_path / "no.xlsx").exists()


def test_wrong_words_are_told_in_one_sentence(dtm: Callable, tmp_path: Path) -> None:
    for words, said in (
        (["--event", "Camps", "-o", tmp_path / "f.xlsx"], "'Camps' is no id of an event"),
        (["--event", "a'b", "-o", tmp_path / "f.xlsx"], "is no id of an event"),
        (["--event", "a" * 41, "-o", tmp_path / "f.xlsx"], "is no id of an event"),
        (["--event", "camps", "-o", tmp_path / "f.xls"], "-o takes the name of an .xlsx file"),
    ):
        code, out, err = dtm(*words)
        assert (code, out, len(err.splitlines())) == (ExitCode.USAGE, "", 1) and said in err
    with pytest.raises(SystemExit) as stopped:
        dtm("-o", tmp_path / "f.xlsx")
    assert stopped.value.code == ExitCode.USAGE and not list(tmp_path.iterdir())


def test_what_another_counting_rule_changes_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    form_file.write_emergency(tmp_path / "old.xlsx", "camps-2020", COUNTED)
    form_file.write_emergency(tmp_path / "new.xlsx", "camps-2020", TIMES_SIX)
    assert main(["form", "diff", str(tmp_path / "old.xlsx"), str(tmp_path / "new.xlsx")]) == ExitCode.OK
    out = capsys.readouterr().out
    assert "Core question 'counted': required was '', now 'yes'." in out and "No core question is broken." in out
