"""The form as a workbook: a form converter takes it, 'no' ends the interview, sums must fit, the same twice."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pyarrow as pa
import pytest
from pyxform.xls2xform import convert

from expectations import codes, form
from flows import form_file
from flows.cli import main
from flows.commands import form as command
from flows.problem import ExitCode
from transforms.field import xlsform

_COLUMNS = ("place_id", "governorate", "district", "subdistrict", "location_name_en", "location_name_ar")
_PLACES = (
    ("70", "Ninewa", "Mosul", "Al-Shamal", "Hay  Al-Zuhur", "حي الزهور"),
    ("71", "Ninewa", "Mosul", "al shamal", "=1+1", None),
    ("72", "Ninewa", "Mosul", None, "Twin", None),
    ("73", "Ninewa", "Mosul", None, "Twin", None),
    ("74", "Ninewa", "Sinjar", "Sinuni", None, "سنوني"),
    ("0075", "Anbar", "Ana", None, None, None),
)
REGISTER = pa.table({name: pa.array([place[at] for place in _PLACES], pa.string()) for at, name in enumerate(_COLUMNS)})
_FORMS = "{http://www.w3.org/2002/xforms}"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the form of R121 and its lists of places."""
    folder = tmp_path_factory.mktemp("form")
    form_file.write(folder / "form.xlsx", 121, REGISTER)
    return folder


@pytest.fixture(scope="module")
def xform(written: Path) -> ElementTree.Element:
    """The form as collection tools get it."""
    return ElementTree.fromstring(convert(str(written / "form.xlsx")).xform)


def _binds(xform: ElementTree.Element) -> dict[str, ElementTree.Element]:
    return {bind.get("nodeset"): bind for bind in xform.iter(_FORMS + "bind")}


def _media(folder: Path, name: str) -> dict[str, dict[str, str]]:
    """The rows of a list of places by name; names are unique."""
    with open(folder / name, encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len({row["name"] for row in rows}) == len(rows)
    return {row["name"]: row for row in rows}


# --- the converter ------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("java"), reason="the validator needs Java")
def test_the_validator_of_odk_takes_it(written: Path) -> None:
    assert convert(str(written / "form.xlsx"), validate=True).warnings == []


@pytest.mark.parametrize("number", [1, 105, 134])
def test_the_form_of_any_round_converts_without_a_warning(number: int, tmp_path: Path) -> None:
    form_file.write(tmp_path / "form.xlsx", number, None)
    converted = convert(str(tmp_path / "form.xlsx"))
    assert converted.warnings == []
    root = ElementTree.fromstring(converted.xform).find(f".//{_FORMS}instance")[0]
    assert (root.get("id"), root.get("version")) == (form.FORM_ID, xlsform.settings(number, xlsform.media())["version"])


def test_every_question_is_in_the_form_under_its_path(xform: ElementTree.Element) -> None:
    binds = _binds(xform)
    for question in form.questions(121):
        assert f"/data/{'/'.join(question.path)}" in binds
    names = {path.rpartition("/")[2] for path in binds} - {"meta", "instanceID", "instanceName"}
    groups = {part for question in form.questions(121) for part in question.path[:-1]}
    assert names <= {question.name for question in form.questions(121)} | xlsform.own_names(121) | groups
    assert binds["/data/round"].get("calculate") == "121"


def test_nothing_but_thanks_is_left_after_no(xform: ElementTree.Element) -> None:
    binds = _binds(xform)
    top = [node.tag.rpartition("}")[2] for node in xform.find(f".//{_FORMS}instance")[0]]
    after = top[top.index(form.CONSENT) + 1 :]
    assert after[0] == "thank_you" and len(after) > 9
    for name in after[1:]:
        if name != "meta":
            said = " ".join(binds[f"/data/{name}"].get("relevant").split())
            assert said == "( /data/consent = 'yes' or /data/consent = 'not_asked')", name
    assert binds["/data/thank_you"].get("relevant").split() == ["/data/consent", "=", "'no'"]
    before = set(top[: top.index(form.CONSENT)])
    assert before == {"round", "start", "end", "deviceid", "username", "purpose"}


def test_each_list_of_places_is_narrowed_to_the_answer_before(xform: ElementTree.Element) -> None:
    narrowed = {
        select.get("ref").rpartition("/")[2]: "".join(select.find(_FORMS + "itemset").get("nodeset").split())
        for select in xform.iter(_FORMS + "select1")
    }
    assert narrowed["governorate"] == "instance('governorates')/root/item"
    assert narrowed["district"] == "instance('districts')/root/item[governorate=/data/place/governorate]"
    assert narrowed["subdistrict"] == "instance('subdistricts')/root/item[district=/data/place/district]"
    assert narrowed["place_id"] == "instance('locations')/root/item[subdistrict=/data/place/subdistrict]"
    assert narrowed["origin_district"] == "instance('districts')/root/item[governorate=current()/../origin_district_governorate]"


def test_what_is_not_translated_stays_empty_and_governorates_are_arabic(written: Path) -> None:
    labels = {row["name"]: row for row in xlsform.survey(121) if "name" in row}
    arabic = {name: row["label::Arabic (ar)"] for name, row in labels.items() if "label::Arabic (ar)" in row}
    assert arabic["origin_ninewa"] == arabic["last_displacement_ninewa"] == "نينوى"
    assert len(arabic) == 2 * len(codes.rows("governorate"))
    sheet = openpyxl.load_workbook(written / "form.xlsx")["survey"]
    for column in sheet.iter_cols(values_only=True):
        assert "Kurdish" not in column[0] or not any(column[1:]), column[0]


def test_every_row_says_who_may_see_it(written: Path) -> None:
    for row in xlsform.survey(121):
        if not row["type"].startswith(("begin", "end_")):
            known = form.known().get(row["name"])
            said = (row["sharing_class"], row["personal"], row["core"])
            yes = {True: "yes", False: "no"}
            assert said == ((known.sharing, yes[known.personal], yes[known.core]) if known else ("public", "no", "no"))
    tags = {row["name"]: row["hxl"] for row in xlsform.survey(121) if "hxl" in row}
    assert (tags["households"], tags["governorate"], tags["location_name_en"]) == ("#affected+hh", "#adm1+code", "#loc+name")


# --- an interview -------------------------------------------------------------------------------


class _Blank:
    """An answer that is not there: equal to the empty text, no number."""

    def __eq__(self, other: object) -> bool:
        return other == ""

    def __gt__(self, other: object) -> bool:
        return False

    __hash__ = None


class _Interview:
    """What a form engine makes of answers: sums, and what is relevant, from the rows of the sheet survey."""

    def __init__(self, **answers: object) -> None:
        self.answers, self.rows = answers, {row["name"]: row for row in xlsform.survey(121) if "name" in row}

    def value(self, name: str) -> object:
        if "calculation" in self.rows[name]:
            return self._of(self.rows[name]["calculation"])
        return self.answers.get(name, _Blank())

    def blocked_by(self) -> set[str]:
        """The checks that are in the way; ticking them does not help."""
        shown = {total.check for total in xlsform.sums(121) if self._of(self.rows[total.check]["relevant"])}
        for check in shown:
            assert self.rows[check]["required"] == "yes" and self.rows[check]["type"] == "acknowledge"
            assert not self._of(self.rows[check]["constraint"])
        return shown

    def _of(self, expression: str) -> object:
        python = re.sub(r"(?<![<>!])=", "==", re.sub(r"\$\{(\w+)\}", r"value('\1')", expression))
        functions = {
            "value": self.value,
            "number": lambda value: float("nan") if isinstance(value, _Blank) else float(value),
            "coalesce": lambda value, other: other if isinstance(value, _Blank) else value,
            "sum": lambda value: value,  # of a repeat with one row
        }
        return eval(python, functions)


_FITS = {
    "population": "idp", "accessibility": "accessible", "update_status": "updated", "households": 12,
    "shelter_camp": 7, "shelter_unknown": 5, "period_july_2017": 12, "origin_ninewa": 12, "origin_district_households": 12,
    "new_arrivals": 3, "arrivals_redisplaced": 3, "arrivals_from_camp": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "blocked"),
    [
        ({}, set()),
        ({"shelter_camp": 8}, {"shelter_sum_check"}),
        ({"shelter_unknown": 0}, {"shelter_sum_check"}),
        ({"period_july_2017": _Blank()}, {"period_sum_check"}),
        ({"origin_anbar": 1}, {"origin_sum_check"}),
        ({"origin_district_households": 11}, {"origin_district_sum_check"}),
        ({"origin_district_households": _Blank()}, set()),  # not every informant knows the districts
        ({"arrivals_first_time": 1}, {"arrivals_sum_check"}),
        ({"arrivals_from_camp": 2}, set()),  # of which, no part
        ({"new_arrivals": 0, "arrivals_redisplaced": _Blank()}, set()),
        ({"households": 13}, {"shelter_sum_check", "period_sum_check", "origin_sum_check", "origin_district_sum_check"}),
        ({"households": 0}, set()),
        ({"update_status": "closed", "households": _Blank(), "shelter_camp": 8}, set()),
        ({"accessibility": "not_accessible", "shelter_camp": 8}, set()),
        ({"population": "returnee"}, {"last_displacement_sum_check"}),
        ({"population": "returnee", "last_displacement_dahuk": 12}, set()),
    ],
    ids=lambda value: "+".join(sorted(value)) or "as it is",  # the same in every process
)
def test_a_sum_that_does_not_fit_is_in_the_way(changed: dict[str, object], blocked: set[str]) -> None:
    assert _Interview(**(_FITS | changed)).blocked_by() == blocked


# --- the files ----------------------------------------------------------------------------------


def test_the_same_form_has_the_same_bytes(written: Path, tmp_path: Path) -> None:
    listed = form_file.write(tmp_path / "form.xlsx", 121, REGISTER)
    assert set(listed) == set(xlsform.MEDIA_COLUMNS)
    for name in ("form.xlsx", *listed):
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["form.xlsx", *listed])


def test_the_version_follows_the_questions_and_the_places() -> None:
    versions = [
        xlsform.settings(number, xlsform.media(rows))["version"] for number in (120, 121) for rows in (None, REGISTER.to_pylist())
    ]
    assert len(set(versions)) == 4
    assert all(re.fullmatch(r"r12[01]-[0-9a-f]{8}", version) for version in versions)


def test_the_workbook_is_readable_and_holds_texts_only(written: Path) -> None:
    book = openpyxl.load_workbook(written / "form.xlsx")
    assert book.sheetnames == ["survey", "choices", "settings"]
    assert book.properties.created.isoformat() == codes.rounds()[121]["list_date"] + "T00:00:00"
    for sheet in book:
        assert sheet.freeze_panes == "C2"
        for row in sheet.iter_rows():
            assert all(cell.data_type in ("s", "n") and (cell.value is None or isinstance(cell.value, str)) for cell in row)
    assert tuple(cell.value for cell in book["survey"][1]) == xlsform.SURVEY_COLUMNS


def test_places_come_from_the_code_lists_and_the_register(written: Path) -> None:
    governorates, districts = _media(written, "governorates.csv"), _media(written, "districts.csv")
    subdistricts, locations = _media(written, "subdistricts.csv"), _media(written, "locations.csv")
    assert len(governorates) == 18 and governorates["ninewa"]["label_ar"] == "نينوى"
    assert set(districts) == set(codes.district_codes().values())
    assert districts["ninewa_mosul"]["governorate"] == "ninewa" and districts["ninewa_mosul"]["label_ar"]
    for rows, above, parents in ((districts, "governorate", governorates), (subdistricts, "district", districts),
                                 (locations, "subdistrict", subdistricts)):  # fmt: skip
        assert {row[above] for row in rows.values()} <= set(parents)
    assert {row["district"] for row in subdistricts.values()} == set(districts)
    mosul = [row["name"] for row in subdistricts.values() if row["district"] == "ninewa_mosul"]
    assert mosul == ["ninewa_mosul_al_shamal", "ninewa_mosul_not_known"]
    # the register knows the only sub-district of Sinjar that it names
    assert [name for name, row in subdistricts.items() if row["district"] == "ninewa_sinjar"] == ["ninewa_sinjar_sinuni"]
    assert {name: row["label"] for name, row in locations.items()} == {
        "70": "Hay Al-Zuhur", "71": "=1+1", "72": "Twin (72)", "73": "Twin (73)", "74": "سنوني", "0075": "0075",
    }  # fmt: skip
    assert locations["70"]["subdistrict"] == locations["71"]["subdistrict"]
    assert locations["70"]["label_ar"] == "حي الزهور"
    assert not (written / "locations.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_subdistrict_has_the_code_of_its_district_and_its_name() -> None:
    assert xlsform.subdistrict_code("anbar_ana", "Al-Rumana / Centre") == "anbar_ana_al_rumana_centre"
    assert xlsform.subdistrict_code("anbar_ana", "سنوني") == "anbar_ana_سنوني"
    assert xlsform.subdistrict_code("anbar_ana", None) == xlsform.subdistrict_code("anbar_ana", " - ") == "anbar_ana_not_known"


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def dtm(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> object:
    """Run ``dtm form``: code, output, errors."""
    monkeypatch.delenv("DTM_DATA_DIR", raising=False)

    def run(*words: object) -> tuple[int, str, str]:
        code = main(["form", *map(str, words)])
        return (code, *capsys.readouterr())

    return run


def test_without_data_there_are_no_locations_and_the_user_is_told(dtm: object, tmp_path: Path) -> None:
    code, out, err = dtm("master-list", "-o", tmp_path / "new" / "form.xlsx")
    assert (code, len(err.splitlines())) == (ExitCode.OK, 1)
    assert "have no rows" in err and f"Wrote the form of R{max(codes.rounds())} to " in out
    assert (tmp_path / "new" / "locations.csv").read_text() == "name,label,label_ar,governorate,district,subdistrict\n"
    assert (tmp_path / "new" / "subdistricts.csv").read_text() == "name,label,label_ar,governorate,district\n"
    assert len(_media(tmp_path / "new", "districts.csv")) > 100


@pytest.mark.parametrize("by", ["--data", "DTM_DATA_DIR"])
def test_with_data_the_locations_are_those_published(
    dtm: object, tmp_path: Path, written: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    class Held:
        def __init__(self, data: Path) -> None:
            assert data == tmp_path

        def table(self, name: str) -> pa.Table:
            assert name == "location"
            return REGISTER

    monkeypatch.setattr(command, "Published", Held)
    words = ["--data", tmp_path] if by == "--data" else []
    if not words:
        monkeypatch.setenv(by, str(tmp_path))
    code, _, err = dtm("master-list", "--round", "R121", "-o", tmp_path / "form.xlsx", *words)
    assert (code, err) == (ExitCode.OK, "")
    assert (tmp_path / "form.xlsx").read_bytes() == (written / "form.xlsx").read_bytes()


def test_wrong_words_are_told_in_one_sentence(dtm: object, tmp_path: Path) -> None:
    for words, said in (
        (["-o", tmp_path / "f.xlsx", "--round", "999"], "R999 is not in the list of rounds"),
        (["-o", tmp_path / "f.xlsx", "--round", "0"], "R0 is not in the list of rounds"),
        (["-o", tmp_path / "f.xlsx", "--round", "x"], "'x' is no round"),
        (["-o", tmp_path / "f.xls"], "-o takes the name of an .xlsx file"),
        (["-o", tmp_path], "-o takes the name of an .xlsx file"),
    ):
        code, out, err = dtm("master-list", *words)
        assert (code, out, len(err.splitlines())) == (ExitCode.USAGE, "", 1) and said in err
    (tmp_path / "landing").mkdir()
    (tmp_path / "manifest.json").touch()
    code, _, err = dtm("master-list", "-o", tmp_path / "f.xlsx")
    assert code == ExitCode.USAGE and "only builds write" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["landing", "manifest.json"]
    assert dtm("master-list", "-o", tmp_path / "g.xlsx", "--data", tmp_path / "no")[0] in (ExitCode.USAGE, ExitCode.DATA_FOLDER)
