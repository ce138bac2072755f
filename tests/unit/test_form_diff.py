"""Two versions of a form: what breaks a core question, what is only reported, what is no form."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from flows import form_file
from flows.cli import main
from flows.problem import ExitCode
from transforms.field import form_diff

Rows = list[list[object]]
SURVEY: Rows = [
    ["type", "name", "label::English (en)", "label::Arabic (ar)", "relevant", "constraint", "core"],
    ["begin_group", "place", "Place"],
    ["select_one status", "status", "Status", None, None, None, "yes"],
    ["select_one_from_file towns.csv", "town", "Town", None, None, None, "yes"],
    ["end_group"],
    ["integer", "households", "Households", None, "${status} = 'new'", ". >= 0", "yes"],
    ["text", "comment", "Remarks", None, None, None, "no"],
    ["select_one status", "mood", "Mood", None, None, None, "no"],
]
CHOICES: Rows = [
    ["list_name", "name", "label::English (en)"],
    ["status", "new", "New"],
    ["status", "closed", "Closed"],
    ["status", 3.0, "Three"],
]
SETTINGS: Rows = [["form_id", "version"], ["f", "1"]]


def _write(path: Path, survey: Rows = SURVEY, choices: Rows = CHOICES, settings: Rows = SETTINGS) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def _with(rows: Rows, name: object, column: int, cell: object) -> Rows:
    """The rows with one cell of the row called ``name`` changed."""
    changed = [[*row, *[None] * (7 - len(row))] for row in rows]
    next(row for row in changed if row[1] == name)[column] = cell
    return changed


def _without(rows: Rows, name: object) -> Rows:
    return [row for row in rows if len(row) < 2 or row[1] != name]


def _moved(rows: Rows, name: str, kind: str) -> Rows:
    """The rows with the question called ``name`` in a new group or repeat."""
    at = next(at for at, row in enumerate(rows) if len(row) > 1 and row[1] == name)
    return [*rows[:at], [f"begin {kind}", "around", "Around"], rows[at], [f"end {kind}"], *rows[at + 1 :]]


def _changes(tmp_path: Path, **new: Rows) -> list[tuple[bool, str]]:
    old = form_diff.read(_write(tmp_path / "old.xlsx"), "old.xlsx")
    compared = form_diff.compare(old, form_diff.read(_write(tmp_path / "new.xlsx", **new), "new.xlsx"))
    return [(change.is_breaking, change.sentence) for change in compared]


# --- one per kind of change -------------------------------------------------------------------------


def test_the_same_form_has_no_change(tmp_path: Path) -> None:
    assert _changes(tmp_path) == []


@pytest.mark.parametrize(
    ("new", "changes"),
    [
        ({"survey": _without(SURVEY, "households")}, [(True, "Core question 'households' was removed.")]),
        ({"survey": _without(SURVEY, "comment")}, [(False, "Question 'comment' was removed.")]),
        (
            {"survey": _with(SURVEY, "households", 1, "families")},
            [(True, "Core question 'households' was removed."), (False, "Core question 'families' was added.")],
        ),
        (
            {"survey": _with(SURVEY, "households", 0, "decimal")},
            [(True, "Core question 'households' was of type 'integer', now 'decimal'.")],
        ),
        (
            {"survey": _with(SURVEY, "status", 0, "text")},
            [(True, "Core question 'status' was of type 'select_one', now 'text'.")],
        ),
        ({"survey": _with(SURVEY, "comment", 0, "note")}, [(False, "Question 'comment' was of type 'text', now 'note'.")]),
        (
            {"survey": _with(SURVEY, "town", 0, "select_one_from_file places.csv")},
            [(True, "Core question 'town' had its choices from file 'towns.csv', now from file 'places.csv'.")],
        ),
        (
            {"choices": _without(CHOICES, 3.0)},
            [
                (True, "Core question 'status' lost the choice '3' ('Three')."),
                (False, "Question 'mood' lost the choice '3' ('Three')."),
            ],
        ),
        (
            {"choices": [*CHOICES, ["status", "updated", "Updated"]], "survey": _without(SURVEY, "mood")},
            [
                (False, "Question 'mood' was removed."),
                (False, "Core question 'status' has the new choice 'updated' ('Updated')."),
            ],
        ),
        (
            {"choices": _with(CHOICES, "new", 2, "Fresh"), "survey": _without(SURVEY, "mood")},
            [
                (False, "Question 'mood' was removed."),
                (False, "Core question 'status': choice 'new' was labelled 'New', now 'Fresh'."),
            ],
        ),
        (
            {"survey": _with(SURVEY, "households", 2, "Families")},
            [(False, "Core question 'households': label::English (en) was 'Households', now 'Families'.")],
        ),
        (
            {"survey": _with(SURVEY, "households", 4, None)},
            [(False, "Core question 'households': relevant was '${status} = 'new'', now ''.")],
        ),
        (
            {"survey": _with(SURVEY, "households", 5, ". >= 1")},
            [(False, "Core question 'households': constraint was '. >= 0', now '. >= 1'.")],
        ),
        ({"survey": _with(SURVEY, "households", 6, "no")}, [(False, "Core question 'households': core was 'yes', now 'no'.")]),
        (
            {"survey": [*SURVEY, ["integer", "tents", "Tents"]]},
            [(False, "Core question 'tents' was added.")],
        ),
        (
            {"survey": _with(SURVEY, "place", 4, "${status} = ''")},
            [(False, "Group 'place': relevant was '', now '${status} = '''.")],
        ),
        (
            {"survey": _moved(SURVEY, "households", "group")},
            [(False, "Core question 'households' was in '', now in 'around'."), (False, "Group 'around' was added.")],
        ),
        (
            {"survey": _moved(SURVEY, "households", "repeat")},
            [
                (True, "Core question 'households' was in no repeat, now in the repeat 'around'."),
                (False, "Repeat 'around' was added."),
            ],
        ),
        ({"settings": [["form_id"], ["g"]]}, [(False, "The form's id was 'f', now 'g'.")]),
        (
            {"survey": [[*SURVEY[0], "hint"], *SURVEY[1:]]},
            [(False, "Column 'hint' of the questions is new.")],
        ),
    ],
)
def test_each_kind_of_change_is_told(tmp_path: Path, new: dict[str, Rows], changes: list[tuple[bool, str]]) -> None:
    assert sorted(_changes(tmp_path, **new)) == sorted(changes)


def test_what_breaks_comes_first(tmp_path: Path) -> None:
    survey = _with(_without(SURVEY, "households"), "status", 2, "State")
    assert [breaks for breaks, _ in _changes(tmp_path, survey=survey)] == [True, False]


def test_the_end_of_a_long_text_is_shown_where_it_changed(tmp_path: Path) -> None:
    old = _write(tmp_path / "old.xlsx", _with(SURVEY, "households", 4, "x" * 90 + " = 1"))
    new = _write(tmp_path / "new.xlsx", _with(SURVEY, "households", 4, "x" * 90 + " = 2"))
    (change,) = form_diff.compare(form_diff.read(old, "old"), form_diff.read(new, "new"))
    assert "= 1'" in change.sentence and "= 2'" in change.sentence


# --- what is core -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "core", "breaks"),
    [
        ("households", None, True),  # known as core
        ("comment", None, False),  # known as not core
        ("anything", None, True),  # not known
        ("households", "no", False),  # the form's own word goes first
        ("comment", "yes", True),
        ("anything", "no", False),
    ],
)
def test_whether_a_question_is_core(tmp_path: Path, name: str, core: str | None, breaks: bool) -> None:
    heads = SURVEY[0] if core else SURVEY[0][:6]
    rows = [heads, ["text", name, "Label", None, None, None, core][: len(heads)], ["text", "rest", "Rest"]]
    old = form_diff.read(_write(tmp_path / "old.xlsx", rows), "old")
    new = form_diff.read(_write(tmp_path / "new.xlsx", [heads, rows[2]]), "new")
    assert [change.is_breaking for change in form_diff.compare(old, new)] == [breaks]


def test_other_spellings_of_a_form_are_the_same_form(tmp_path: Path) -> None:
    survey = [[*SURVEY[0][:4], "relevance", *SURVEY[0][5:]], *SURVEY[1:]]
    survey = [[str(row[0]).replace("select_one ", "select one ").replace("_group", " group"), *row[1:]] for row in survey]
    assert _changes(tmp_path, survey=[*survey, ["integer", "off", "Switched off"]]) == [(False, "Core question 'off' was added.")]
    survey = [[*row, *[None] * (7 - len(row)), None] for row in survey]
    survey[0][7] = "disabled"
    off = ["integer", "off", "Switched off", None, None, None, None, "yes"]
    assert _changes(tmp_path, survey=[*survey, off]) == [(False, "Column 'disabled' of the questions is new.")]


def test_or_other_is_a_choice(tmp_path: Path) -> None:
    old = _write(tmp_path / "old.xlsx", _with(SURVEY, "status", 0, "select_one status or_other"))
    new = _write(tmp_path / "new.xlsx")
    (change,) = form_diff.compare(form_diff.read(old, "old"), form_diff.read(new, "new"))
    assert change == form_diff.Change(True, "Core question 'status' lost the choice 'other' ('Other').")


# --- what is no form --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("survey", "said"),
    [
        ([["type", "label"], ["text", "x"]], "no column 'name'"),
        ([["a"]], "no column 'type' and none 'name'"),
        ([], "no column 'type' and none 'name'"),
        ([["type", "name"]], "has no question"),
        ([["type", "name"], ["text", None]], "row 2 of sheet 'survey' has no name"),
        ([["type", "name"], ["text", "a"], ["text", "a"]], "row 3 of sheet 'survey' has the name 'a' a second time"),
        ([["type", "name"], ["begin_group", "g"], ["text", "a"]], "the group 'g' of sheet 'survey' has no end"),
        ([["type", "name"], ["end_group"]], "row 2 of sheet 'survey' ends a group that is not open"),
        ([["type", "name"], ["begin_group", "g"], ["end_repeat"]], "ends a repeat that is not open"),
        ([["type", "name"], ["select_one nowhere", "a"]], "the list 'nowhere', which sheet 'choices' does not have"),
    ],
)
def test_rows_that_make_no_form_are_told(tmp_path: Path, survey: Rows, said: str) -> None:
    with pytest.raises(form_diff.NoForm, match=r"^f\.xlsx: [^\n]*\.$") as error:
        form_diff.read(_write(tmp_path / "f.xlsx", survey), "f.xlsx")
    assert said in str(error.value)


def test_a_choice_without_a_name_is_told(tmp_path: Path) -> None:
    path = _write(tmp_path / "f.xlsx", choices=[*CHOICES, ["status", None, "Nameless"]])
    with pytest.raises(form_diff.NoForm, match="row 5 of sheet 'choices' has no name"):
        form_diff.read(path, "f.xlsx")


def _no_survey(path: Path) -> None:
    openpyxl.Workbook().save(path)


def _cut(path: Path) -> None:
    path.write_bytes(_write(path).read_bytes()[:-600])


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")


def _bomb(path: Path) -> None:
    _write(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.bin", b"\0" * 20_000_000)


def _far_cell(path: Path) -> None:
    book = openpyxl.load_workbook(_write(path))
    book["survey"].cell(1_048_576, 16_000, "x")
    book.save(path)


def _hostile_name(path: Path) -> None:
    _write(path, [["type", "name"], ["select_one \u202e'nothing", "a"]])


HOSTILE: tuple[tuple[Callable[[Path], object], str], ...] = (
    (lambda path: path.write_bytes(b""), "is no .xlsx workbook"),
    (lambda path: path.write_text("type,name\ntext,a\n"), "is no .xlsx workbook"),
    (_no_survey, "a sheet 'survey'; here there is none"),
    (_cut, "damaged"),
    (_zip, "no .xlsx workbook"),
    (_bomb, "expands to more than"),
    (_far_cell, "more than 5,000,000 cells"),
    (_hostile_name, "\\u202e"),
)


@pytest.fixture
def diff(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run ``dtm form diff``: code, output, errors."""

    def run(*words: object) -> tuple[int, str, str]:
        code = main(["form", "diff", *map(str, words)])
        return (code, *capsys.readouterr())

    return run


@pytest.mark.parametrize(("spoil", "said"), HOSTILE)
@pytest.mark.parametrize("is_old", [True, False])
def test_what_is_no_form_is_refused_in_one_sentence(
    diff: Callable[..., tuple[int, str, str]], tmp_path: Path, spoil: Callable[[Path], object], said: str, is_old: bool
) -> None:
    good, bad = _write(tmp_path / "good.xlsx"), tmp_path / "bad.xlsx"
    spoil(bad)
    code, out, err = diff(*((bad, good) if is_old else (good, bad)))
    assert (code, out, len(err.splitlines())) == (ExitCode.SOURCE_REFUSED, "", 1)
    assert err.startswith("dtm: bad.xlsx: ") and said in err and "\u202e" not in err


def test_a_file_that_is_not_there_is_told(diff: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, _, err = diff(_write(tmp_path / "a.xlsx"), tmp_path / "b.xlsx")
    assert code == ExitCode.STORAGE and "b.xlsx' is not there" in err


# --- the command ------------------------------------------------------------------------------------


def _edited(old: Path, new: Path, *names: str) -> Path:
    """A copy of a form without the questions named."""
    book = openpyxl.load_workbook(old)
    sheet = book["survey"]
    for at in reversed(range(2, sheet.max_row + 1)):
        if sheet.cell(at, 2).value in names:
            sheet.delete_rows(at)
    book.save(new)
    return new


def test_a_removed_core_question_of_the_master_list_is_refused(diff: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    old = tmp_path / "old.xlsx"
    form_file.write(old, 121, None)
    assert diff(old, old)[::2] == (ExitCode.OK, "")
    for names, code, title in (
        (("shelter_camp",), ExitCode.CONTRACT_BROKEN, "broken (1):\n  Core question 'shelter_camp' was removed."),
        (("individuals_reported", "shelter_sum"), ExitCode.OK, "changed (2):\n"),
    ):
        ended = diff(old, _edited(old, tmp_path / "new.xlsx", *names))
        assert ended[0] == code
        assert title in ended[1]
        assert ("would break their history" in ended[2]) == (code != ExitCode.OK)


@pytest.mark.parametrize(("numbers", "code"), [((121, 134), ExitCode.OK), ((134, 121), ExitCode.CONTRACT_BROKEN)])
def test_the_form_of_a_later_round_only_adds(
    diff: Callable[..., tuple[int, str, str]], tmp_path: Path, numbers: Sequence[int], code: ExitCode
) -> None:
    for number in numbers:
        form_file.write(tmp_path / f"{number}.xlsx", number, None)
    assert diff(*(tmp_path / f"{number}.xlsx" for number in numbers))[0] == code
