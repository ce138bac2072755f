"""The form of an index interview: its questions follow the model, a form converter takes it, its exports can be scored."""

from __future__ import annotations

import copy
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pyarrow as pa
import pytest
from pyxform.xls2xform import convert

from expectations import codes, form, index_form
from expectations.form import Question
from expectations.index import INDICES, disclaimer
from expectations.index_form import DONT_KNOW, Unaskable
from expectations.index_model import IndexModel
from expectations.index_model_file import from_document, shipped
from flows import form_file
from flows.cli import main
from flows.commands import form as command
from flows.index import models
from flows.problem import ExitCode, Problem
from tests.fixtures.field_exports import kobo_csv, kobo_rows, odk_csv, odk_zip, page, written
from tests.unit.test_form_file import REGISTER
from transforms.field import xlsform
from transforms.index import answers
from transforms.index import xlsform as index_xlsform
from transforms.index.answers import Given

RI, DI = shipped()["ri-illustrative"], shipped()["di-illustrative"]
MODELS = [pytest.param(model, id=model.id) for model in (RI, DI)]
ROUNDS = frozenset(range(1, 140))
_FORMS = "{http://www.w3.org/2002/xforms}"
# indicator of the Return Index that may not apply
_FARMING = "agriculture_recovery"


def changed(model: IndexModel, **parts: object) -> IndexModel:
    """A model with other parts at the top of its file."""
    return from_document({**copy.deepcopy(model.document), **parts}, "changed.json")


def spoiled(spoil: Callable[[dict], object]) -> IndexModel:
    """The Return Index with its first indicator spoiled."""
    document = copy.deepcopy(RI.document)
    spoil(document["indicators"][0])
    return from_document(document, "spoiled.json")


def official(**parts: object) -> IndexModel:
    return changed(
        RI, status="official", provenance={"method": "published", "citation": "a manual", "date": "2019-02-01"}, **parts
    )


# --- questions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_every_question_is_whole_and_of_the_known_ones(model: IndexModel) -> None:
    asked = index_form.questions(model)
    names = [question.name for question in asked]
    assert len(names) == len(set(names)) and index_form.known(model) == {question.name: question for question in asked}
    seen: set[str] = set()
    for question in asked:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", question.name) and question.label.strip()
        assert question.kind.startswith("select_") == bool(question.choices or question.source)
        assert bool(question.constraint) == bool(question.constraint_message)
        assert len({code for code, _ in question.choices}) == len(question.choices)
        # conditions name what was asked before
        assert set(re.findall(r"\$\{(\w+)\}", question.relevant + question.constraint)) <= seen, question.name
        seen.add(question.name)


@pytest.mark.parametrize("model", MODELS)
def test_the_blocks_follow_each_other(model: IndexModel) -> None:
    blocks = list(dict.fromkeys(question.group for question in index_form.questions(model)))
    assert blocks == ["", "visit", "place", "access", *model.index.scales, "intentions", "informant", "remarks"]
    own = [question.name for question in index_form.questions(model) if question.group not in model.index.scales]
    assert own == [
        "index_round", "model", "start", "end", "deviceid", "username", "purpose", "consent", "team", "interview_date",
        "governorate", "district", "subdistrict", "place_id", "accessibility", "access_reason", "majority_intention", "barriers",
        "ki_name", "ki_position", "ki_contact", "ki_type", "ki_sex", "comment",
    ]  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
def test_every_indicator_is_asked_with_its_levels(model: IndexModel) -> None:
    known = index_form.known(model)
    assert [name for name, question in known.items() if question.group in model.index.scales] == [i.id for i in model.indicators]
    for indicator in model.indicators:
        question = known[indicator.id]
        levels = tuple((level.code, level.label.en) for level in indicator.levels)
        apart = (("not_applicable", "Does not apply"),) if indicator.allow_not_applicable else ()
        assert question.choices == (*levels, *apart, (DONT_KNOW, "The informant does not know"))
        assert (question.kind, question.group, question.required, question.core) == ("select_one", indicator.scale, True, True)
        assert question.label == (indicator.question.en or indicator.label.en)
        assert question.sharing == indicator.sensitivity
        assert question.populations == (model.index.population,)
        assert "${accessibility} = 'accessible'" in question.relevant and "${consent} = 'yes'" in question.relevant
    assert {question.sharing for question in known.values() if question.group in model.index.scales} == {"sensitive", "public"}
    assert [i.id for i in RI.indicators if i.allow_not_applicable] == [_FARMING]


def test_what_both_interviews_ask_is_the_same_question() -> None:
    master, own = form.known(), index_form.known(RI)
    shared = set(master) & set(own) - {"purpose"}
    assert {"consent", "team", "interview_date", "governorate", "place_id", "access_reason", "ki_name", "comment"} <= shared
    for name in shared:
        one, other = master[name], own[name]
        assert (one.label, one.kind, one.choices, one.source) == (other.label, other.kind, other.choices, other.source)
        assert (one.sharing, one.personal, one.free_text) == (other.sharing, other.personal, other.free_text)
    assert "is_new_location" not in own and not own["place_id"].relevant


@pytest.mark.parametrize("model", MODELS)
def test_intentions_are_optional_and_at_most_three_barriers(model: IndexModel) -> None:
    known = index_form.known(model)
    for name, listed, kind in (("majority_intention", "intention", "select_one"), ("barriers", "barrier", "select_multiple")):
        question = known[name]
        assert [code for code, _ in question.choices] == [row[listed] for row in codes.rows(listed)]
        assert (question.kind, question.required, question.core, question.populations) == (
            kind,
            False,
            False,
            (model.index.population,),
        )
    assert known["barriers"].constraint == "count-selected(.) <= 3"
    # who blocks returns is as sensitive as the indicator on it
    assert known["barriers"].sharing == index_form.known(RI)["blocked_returns"].sharing == "sensitive"


def test_a_model_that_is_not_official_says_so_and_an_official_one_does_not() -> None:
    for model in (RI, DI, changed(RI, status="fitted")):
        assert index_form.known(model)["purpose"].label.endswith(f" {disclaimer(model.status)}.")
        assert index_xlsform.settings(model, 7)["form_title"].endswith(f", round 7 ({disclaimer(model.status)})")
    assert "published index" not in index_form.known(official())["purpose"].label
    assert index_xlsform.settings(official(), 7)["form_title"] == "DTM Iraq Return Index, round 7"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda own: own.update(id="team"), "indicator team has a name that the form uses itself"),
        (lambda own: own["levels"][1].update(code=DONT_KNOW), "has a level dont_know"),
        (lambda own: own["levels"][1]["label"].update(en="Does  not"), None),
        (lambda own: own["levels"][1]["label"].update(en="\n"), "level L1 has an empty English label"),
        (lambda own: own["levels"][1]["label"].update(en="The informant does not know"), "several choices labelled"),
        (lambda own: own["question"].update(en="Is ${it}?"), "by which forms name answers"),
        (lambda own: own["label"].update(ar="\ud800"), "a control character"),
        (lambda own: own["label"].update(en="\x07"), "a control character"),
        (lambda own: own["label"].update(en="\uffff"), "a control character"),
        (lambda own: own["levels"][1]["label"].update(en="a ${b}"), "by which forms name answers"),
    ],
)
def test_a_model_that_makes_no_form_is_refused_with_every_reason(spoil: Callable[[dict], object], said: str | None) -> None:
    model = spoiled(spoil)
    if said is None:
        assert ("L1", "Does not") in index_form.known(model)["residential_destruction"].choices
        index_form.questions(model)
        return
    with pytest.raises(Unaskable) as refused:
        index_form.questions(model)
    assert said in refused.value.sentences[0] and len(refused.value.sentences) == 1
    assert str(refused.value) == f"No form can be made of {model.name}: {refused.value.sentences[0]}"
    assert index_form.known(model)  # answers of other files are still read


# --- the workbook -------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=MODELS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[IndexModel, Path]:
    """A model and the folder with its form for index round 21."""
    path = tmp_path_factory.mktemp(request.param.id)
    form_file.write_index(path / "form.xlsx", request.param, 21, REGISTER)
    return request.param, path


def _binds(path: Path, **words: bool) -> tuple[ElementTree.Element, dict[str, ElementTree.Element]]:
    converted = convert(str(path / "form.xlsx"), **words)
    assert converted.warnings == []
    xform = ElementTree.fromstring(converted.xform)
    return xform, {bind.get("nodeset"): bind for bind in xform.iter(_FORMS + "bind")}


def test_the_form_converts_without_a_warning_and_has_every_question(folder: tuple[IndexModel, Path]) -> None:
    model, path = folder
    xform, binds = _binds(path)
    root = xform.find(f".//{_FORMS}instance")[0]
    assert root.get("id") == f"{model.index.name}_index" and re.fullmatch(r"i21-[0-9a-f]{8}", root.get("version"))
    for question in index_form.questions(model):
        assert f"/data/{'/'.join(question.path)}" in binds
    names = {path.rpartition("/")[2] for path in binds} - {"meta", "instanceID", "instanceName"}
    groups = {question.group for question in index_form.questions(model)}
    assert names - groups == {*index_form.known(model), "thank_you"} - groups
    assert binds["/data/index_round"].get("calculate") == "21"
    assert binds["/data/model"].get("calculate") == f"'{model.name}'"
    assert binds["/data/intentions/barriers"].get("constraint") == "count-selected(.) <= 3"


@pytest.mark.skipif(not shutil.which("java"), reason="the validator needs Java")
def test_the_validator_of_odk_takes_it(folder: tuple[IndexModel, Path]) -> None:
    _binds(folder[1], validate=True)


def test_nothing_but_thanks_is_left_after_no(folder: tuple[IndexModel, Path]) -> None:
    xform, binds = _binds(folder[1])
    top = [node.tag.rpartition("}")[2] for node in xform.find(f".//{_FORMS}instance")[0]]
    after = top[top.index("consent") + 1 :]
    assert after[0] == "thank_you"
    for name in after[1:]:
        if name != "meta":
            said = " ".join(binds[f"/data/{name}"].get("relevant").split())
            assert said == "( /data/consent = 'yes' or /data/consent = 'not_asked')", name


def test_places_are_chosen_from_the_lists_beside_it(folder: tuple[IndexModel, Path]) -> None:
    xform, _ = _binds(folder[1])
    narrowed = {
        select.get("ref").rpartition("/")[2]: "".join(select.find(_FORMS + "itemset").get("nodeset").split())
        for select in xform.iter(_FORMS + "select1")
    }
    assert narrowed["place_id"] == "instance('locations')/root/item[subdistrict=/data/place/subdistrict]"
    assert narrowed["district"] == "instance('districts')/root/item[governorate=/data/place/governorate]"
    master = xlsform.media(REGISTER.to_pylist())
    for name, rows in master.items():
        assert (folder[1] / name).read_text(encoding="utf-8").count("\n") == len(rows) + 1


def test_labels_are_the_models_in_both_languages(folder: tuple[IndexModel, Path]) -> None:
    model, path = folder
    book = openpyxl.load_workbook(path / "form.xlsx")
    assert book.sheetnames == ["survey", "choices", "settings"]
    cells = {}
    for name in ("survey", "choices"):
        heads = [cell.value for cell in book[name][1]]
        cells[name] = [dict(zip(heads, row, strict=True)) for row in book[name].iter_rows(min_row=2, values_only=True)]
        assert not any(row[head] for row in cells[name] for head in heads if "Kurdish" in head)
    survey = {row["name"]: row for row in cells["survey"] if row["name"]}
    choices = {(row["list_name"], row["name"]): row for row in cells["choices"]}
    arabic = "label::Arabic (ar)"
    for scale in model.scales:
        assert (survey[scale.id]["label::English (en)"], survey[scale.id][arabic]) == (scale.label.en, scale.label.ar)
    for indicator in model.indicators:
        row = survey[indicator.id]
        assert row[arabic] == indicator.label.ar and row["type"] == f"select_one {indicator.id}"
        assert f"Condition met: {indicator.levels[0].label.en}" in row["hint::English (en)"]
        assert (row["sharing_class"], row["personal"], row["core"], row["hxl"]) == (indicator.sensitivity, "no", "yes", None)
        for level in indicator.levels:
            choice = choices[indicator.id, level.code]
            assert (choice["label::English (en)"], choice[arabic]) == (level.label.en, level.label.ar)
        assert choices[indicator.id, DONT_KNOW][arabic] is None
    assert survey["barriers"]["type"] == "select_multiple barriers" and survey["place_id"]["hxl"] == "#loc+code"
    given = [row for rows in cells.values() for row in rows if row[arabic]]
    assert len(given) == index_xlsform.arabic_labels(model) > 60


def test_the_same_form_has_the_same_bytes_and_the_day_of_the_model(folder: tuple[IndexModel, Path], tmp_path: Path) -> None:
    model, path = folder
    listed = form_file.write_index(tmp_path / "form.xlsx", model, 21, REGISTER)
    for name in ("form.xlsx", *listed):
        assert (tmp_path / name).read_bytes() == (path / name).read_bytes()
    assert sorted(own.name for own in tmp_path.iterdir()) == sorted(["form.xlsx", *xlsform.MEDIA_COLUMNS])
    made = openpyxl.load_workbook(path / "form.xlsx").properties.created
    assert made.date().isoformat() == model.document["provenance"]["date"]


@pytest.mark.parametrize("date", [None, "spring 2019", "0001-01-01", 7])
def test_a_model_without_a_day_has_a_fixed_one(date: object, tmp_path: Path) -> None:
    model = changed(RI, provenance={"method": "hand-set", "date": date})
    form_file.write_index(tmp_path / "form.xlsx", model, 21, None)
    assert openpyxl.load_workbook(tmp_path / "form.xlsx").properties.created.isoformat() == "2018-07-01T00:00:00"


def test_the_version_follows_the_questions_and_the_places() -> None:
    media = xlsform.media(REGISTER.to_pylist())
    again = index_xlsform.settings(RI, 21, media)
    reworded = spoiled(lambda own: own["levels"][1]["label"].update(en="Another wording"))
    heavier = spoiled(lambda own: own["levels"][1].update(weight=6))
    others = [(RI, 22, media), (RI, 21, xlsform.media()), (reworded, 21, media), (official(), 21, media)]
    versions = {index_xlsform.settings(*other)["version"] for other in others}
    assert len(versions) == 4 and again["version"] not in versions
    assert index_xlsform.settings(heavier, 21, media) == again  # what an answer weighs is not asked


def test_an_indicator_named_like_a_column_of_the_master_list_is_only_an_indicator() -> None:
    document = copy.deepcopy(RI.document)
    for indicator, name in zip(document["indicators"], ("households", "origin_district"), strict=False):
        indicator["id"] = name
    rows = {row.get("name"): row for row in index_xlsform.survey(from_document(document, "named.json"), 21)}
    for name in ("households", "origin_district"):
        assert rows[name]["type"] == f"select_one {name}" and not {"hxl", "choice_filter"} & set(rows[name])


# --- exports ------------------------------------------------------------------------------------

_SHARED = {
    "consent": "yes", "team": "T1", "interview_date": "2026-01-05", "governorate": "ninewa", "district": "ninewa_mosul",
    "subdistrict": "ninewa_mosul_al_shamal", "accessibility": "accessible", "majority_intention": "return",
    "barriers": "no_services no_money", "ki_name": "A name", "ki_contact": "0770 000 0000", "ki_type": "mukhtar", "comment": "call 0770",
    "index_round": "21",
}  # fmt: skip


def interview(model: IndexModel, place_id: str, level: int, **said: str | None) -> dict[str, str]:
    """The answers of one interview by question: every indicator at the level, or its worst; None takes an answer away."""
    levels = {i.id: i.levels[min(level, len(i.levels) - 1)].code for i in model.indicators}
    made = {**_SHARED, "model": model.name, "place_id": place_id, **levels, **said}
    return {name: answer for name, answer in made.items() if answer is not None}


def submissions(model: IndexModel, interviews: list[dict[str, str]], state: dict[int, str] | None = None) -> dict:
    """A page of KoboToolbox with these interviews."""
    known = index_form.known(model)
    rows = [
        {
            "_id": 9100 + at,
            "_uuid": f"00000000-0000-4000-8000-{at:012}",
            "meta/instanceID": f"uuid:00000000-0000-4000-8000-{at:012}",
            "_xform_id_string": "aBcD1234",
            "_submission_time": "2026-01-05T12:20:18",
            "_validation_status": {"uid": state[at]} if state and at in state else {},
            **{"/".join(known[name].path): answer for name, answer in said.items()},
        }
        for at, said in enumerate(interviews)
    ]
    return page(rows)


def given_answers(read: answers.Answers) -> dict[str, dict[str, str]]:
    """The answers by place and indicator."""
    found: dict[str, dict[str, str]] = {}
    place = {row["place_number"]: row for row in read.tables["received_index_place"].to_pylist()}
    assert {row["index_round"] for row in place.values()} == {21}
    for row in read.tables["received_index_answer"].to_pylist():
        found.setdefault(place[row["place_number"]]["place_id"], {})[row["indicator"]] = row["answer"]
    return found


def taken(path: Path, model: IndexModel) -> answers.Answers:
    return answers.read(path, path.name, model, Given(), ROUNDS)


def expected(model: IndexModel, said: dict[str, str]) -> dict[str, str]:
    return {i.id: said[i.id] for i in model.indicators if i.id in said}


@pytest.mark.parametrize("model", MODELS)
def test_an_export_gives_back_the_levels_that_were_chosen(model: IndexModel, tmp_path: Path) -> None:
    interviews = [interview(model, str(70 + level), level) for level in range(6)]
    read = taken(written(tmp_path, submissions(model, interviews)), model)
    assert given_answers(read) == {said["place_id"]: expected(model, said) for said in interviews}
    assert not read.left_out and not read.not_asked
    places = read.tables["received_index_place"].to_pylist()
    assert {(row["index_round"], row["governorate"], row["district"]) for row in places} == {(21, "Ninewa", "Mosul")}
    assert all(row["submission_uuid"] for row in places)


def test_what_is_rejected_or_not_agreed_to_is_left_out_and_counted(tmp_path: Path) -> None:
    interviews = [
        interview(RI, "70", 0),
        interview(RI, "71", 1),
        {"consent": "no", "index_round": "21", "model": RI.name},
        interview(RI, "72", 1, consent="not_asked"),
        interview(RI, "73", 2),
    ]
    states = {0: "validation_status_approved", 1: "validation_status_not_approved", 4: "validation_status_on_hold"}
    read = taken(written(tmp_path, submissions(RI, interviews, states)), RI)
    assert set(given_answers(read)) == {"70", "73"}
    assert dict(read.left_out) == {"rejected by the supervisor": 1, "nobody could be asked": 1, "without consent": 1}


def test_what_does_not_apply_and_what_nobody_knows(tmp_path: Path) -> None:
    said = interview(RI, "70", 1, **{_FARMING: "not_applicable", "water_sufficiency": DONT_KNOW})
    found = given_answers(taken(written(tmp_path, submissions(RI, [said])), RI))["70"]
    assert found[_FARMING] == "not_applicable"
    assert "water_sufficiency" not in found and len(found) == len(RI.indicators) - 1


def _table(
    model: IndexModel, interviews: list[dict[str, str]], headers: Callable[[Question], str], as_labels: bool = False
) -> list[list]:
    """Header and rows of an export as a table."""
    known = index_form.known(model)
    names = [name for name in known if any(name in said for said in interviews)]
    labels = {name: dict(known[name].choices) if as_labels else {} for name in names}
    rows: list[list] = [[headers(known[name]) for name in names]]
    return rows + [[labels[name].get(said.get(name, ""), said.get(name, "")) for name in names] for said in interviews]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("shape", ["names", "paths", "labels", "odk"])
def test_tables_of_either_tool_are_read_alike(model: IndexModel, shape: str, tmp_path: Path) -> None:
    interviews = [interview(model, str(70 + level), level) for level in range(3)]
    if shape == "labels":  # a list of labels has no single words to tell them apart by
        interviews = [{**said, "barriers": "no_money"} for said in interviews]
    headers = {
        "names": lambda q: q.name,
        "labels": lambda q: q.label,
        "paths": lambda q: "/".join(q.path),
        "odk": lambda q: "-".join(q.path),
    }
    rows = _table(model, interviews, headers[shape], shape == "labels")
    if shape == "odk":
        keys = [["KEY", "ReviewState"], *([f"uuid:{at}", ""] for at in range(3))]
        table = [[*row, *key] for row, key in zip(rows, keys, strict=True)]
        path = odk_zip(tmp_path / "export.zip", {"return_index.csv": odk_csv(table)})
    else:
        meta = [row[-10:] for row in kobo_rows(states=("", "", ""))]
        path = written(tmp_path, kobo_csv([[*row, *own] for row, own in zip(rows, meta, strict=True)]))
    read = taken(path, model)
    assert given_answers(read) == {said["place_id"]: expected(model, said) for said in interviews}
    assert not read.left_out


# --- models -------------------------------------------------------------------------------------


def test_a_model_is_an_id_or_a_file(tmp_path: Path) -> None:
    assert models.load(None, "di-illustrative") is DI and models.load("ri-illustrative", "di-illustrative") is RI
    path = tmp_path / "own.json"
    path.write_bytes(b"\xef\xbb\xbf" + official().to_json().encode())
    assert models.load(str(path), "ri-illustrative").sha256 == official().sha256


def test_a_model_that_cannot_be_taken_is_told_in_sentences(tmp_path: Path) -> None:
    document = copy.deepcopy(RI.document)
    document["status"], document["rounds"]["from"] = "final", 0
    for content, said, more in (
        (json.dumps(document).encode(), "own.json is no valid index model: ", 1),
        (b"{", "it is no JSON", 0),
        (b"\xff", "byte 0 is not UTF-8", 0),
        (b"", "it is no JSON", 0),
        (b'{"a": 1, "a": 2}', "stands twice", 0),
    ):
        (tmp_path / "own.json").write_bytes(content)
        with pytest.raises(Problem) as problem:
            models.load(str(tmp_path / "own.json"), "ri-illustrative")
        assert said in str(problem.value) and (problem.value.code, len(problem.value.lines)) == (ExitCode.SOURCE_REFUSED, more)
    for named in (tmp_path / "no.json", tmp_path, ""):
        with pytest.raises(Problem, match="neither a model file nor one of the models") as problem:
            models.load(str(named), "ri-illustrative")
        assert problem.value.code == ExitCode.SOURCE_REFUSED


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def dtm(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Run ``dtm form``: code, output, errors."""
    monkeypatch.delenv("DTM_DATA_DIR", raising=False)

    def run(*words: object) -> tuple[int, str, str]:
        code = main(["form", *map(str, words)])
        return (code, *capsys.readouterr())

    return run


@pytest.mark.parametrize("index", INDICES.values(), ids=lambda index: index.name)
def test_the_command_writes_the_form_of_the_default_model(dtm: Callable, tmp_path: Path, index: object) -> None:
    code, out, err = dtm(f"{index.name}-index", "-o", tmp_path / "new" / "form.xlsx", "--index-round", 21)
    model = shipped()[index.default_model]
    assert (code, len(err.splitlines())) == (ExitCode.OK, 1) and "have no rows" in err
    assert f"Wrote the form of the {index.title}, round 21, to " in out and f"indicators of {model.name}" in out
    assert disclaimer(model.status) in out and "working translations" in out
    form_file.write_index(tmp_path / "form.xlsx", model, 21, None)
    assert (tmp_path / "new" / "form.xlsx").read_bytes() == (tmp_path / "form.xlsx").read_bytes()


def test_with_data_the_locations_are_those_published(dtm: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Held:
        def __init__(self, data: Path) -> None:
            assert data == tmp_path

        def table(self, name: str) -> pa.Table:
            assert name == "location"
            return REGISTER

    monkeypatch.setattr(command, "Published", Held)
    code, out, err = dtm("return-index", "-o", tmp_path / "form.xlsx", "--index-round", 21, "--data", tmp_path)
    assert (code, err) == (ExitCode.OK, "") and f"locations.csv ({REGISTER.num_rows})" in out


def test_a_model_of_the_users_own_is_taken(dtm: Callable, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text(official().to_json(), encoding="utf-8")
    code, out, _ = dtm("return-index", "-o", tmp_path / "form.xlsx", "--index-round", 21, "--model", tmp_path / "own.json")
    assert code == ExitCode.OK and "published index" not in out and "working translations" not in out
    assert "are in Arabic as the model gives them" in out
    without = copy.deepcopy(RI.document)
    for own in [*without["scales"], *without["indicators"]]:
        own["label"]["ar"] = None
    for level in (level for own in without["indicators"] for level in own["levels"]):
        level["label"]["ar"] = None
    (tmp_path / "own.json").write_text(json.dumps(without), encoding="utf-8")
    out = dtm("return-index", "-o", tmp_path / "form.xlsx", "--index-round", 21, "--model", tmp_path / "own.json")[1]
    assert "only names of places are in Arabic" in out


def test_a_model_for_other_rounds_needs_a_reason(dtm: Callable, tmp_path: Path) -> None:
    words = ("return-index", "-o", tmp_path / "form.xlsx", "--index-round", 2)
    code, out, err = dtm(*words)
    assert (code, out, len(err.splitlines())) == (ExitCode.SOURCE_REFUSED, "", 1)
    assert "ri-illustrative 1.0.0 is for index rounds from 3 on, not for 2" in err and not list(tmp_path.iterdir())
    code, out, _ = dtm(*words, "--override", "pilot of the form")
    assert code == ExitCode.OK and "not for 2; taken all the same: pilot of the form" in out
    (tmp_path / "own.json").write_text(changed(RI, rounds={"from": 3, "to": 9}).to_json(), encoding="utf-8")
    words = ("return-index", "-o", tmp_path / "form.xlsx", "--index-round", 10, "--model", tmp_path / "own.json")
    assert "index rounds from 3 to 9, not for 10" in dtm(*words)[2]


def test_wrong_words_are_told_in_one_sentence(dtm: Callable, tmp_path: Path) -> None:
    (tmp_path / "team.json").write_text(spoiled(lambda own: own.update(id="team")).to_json(), encoding="utf-8")
    out, rounds = ["-o", tmp_path / "f.xlsx"], ["--index-round", 21]
    for words, code, said in (
        (
            [*out, *rounds, "--model", "di-illustrative"],
            ExitCode.SOURCE_REFUSED,
            "is a model of the Displacement Index, not of the Return Index",
        ),
        ([*out, *rounds, "--model", "ri-none"], ExitCode.SOURCE_REFUSED, "'ri-none' is neither a model file nor"),
        (
            [*out, *rounds, "--model", tmp_path / "team.json"],
            ExitCode.SOURCE_REFUSED,
            "No form can be made of ri-illustrative 1.0.0",
        ),
        ([*out, "--index-round", 1000], ExitCode.USAGE, "--index-round takes a number up to 999"),
        ([*out, *rounds, "--override", " "], ExitCode.USAGE, "--override takes the reason, which is empty"),
        (["-o", tmp_path / "f.xls", *rounds], ExitCode.USAGE, "-o takes the name of an .xlsx file"),
    ):
        ended = dtm("return-index", *words)
        assert ended[:2] == (code, "") and said in ended[2].splitlines()[-1], words
    for words in ([*out], [*out, "--index-round", "x"], [*out, "--index-round", "0"]):
        with pytest.raises(SystemExit) as stopped:
            dtm("return-index", *words)
        assert stopped.value.code == ExitCode.USAGE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["team.json"]


def test_two_forms_of_an_index_are_compared(dtm: Callable, tmp_path: Path) -> None:
    narrower = copy.deepcopy(RI.document)
    del narrower["indicators"][1]
    reworded = spoiled(lambda own: own["levels"][1]["label"].update(en="Another wording"))
    for name, model in (
        ("old", RI),
        ("same", RI),
        ("reworded", reworded),
        ("narrower", from_document(narrower, "narrower.json")),
    ):
        form_file.write_index(tmp_path / f"{name}.xlsx", model, 22 if name == "same" else 21, None)
    code, out, _ = dtm("diff", tmp_path / "old.xlsx", tmp_path / "same.xlsx")
    assert code == ExitCode.OK and "Question 'index_round': calculation was '21', now '22'" in out
    code, out, _ = dtm("diff", tmp_path / "old.xlsx", tmp_path / "reworded.xlsx")
    assert code == ExitCode.OK and "choice 'L1' was labelled" in out
    code, out, _ = dtm("diff", tmp_path / "old.xlsx", tmp_path / "narrower.xlsx")
    assert code == ExitCode.CONTRACT_BROKEN and "Core question 'employment_access' was removed" in out
