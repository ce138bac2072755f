"""The review workbook: what a person sees and fills in, and how it comes back from Excel, LibreOffice or openpyxl."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from expectations import checks, form
from expectations.rules import RULES
from transforms.field import cleaning_log, filled_log, review_book
from transforms.field.decision import COLUMNS, DECISION_COLUMNS, Decision
from transforms.refusal import Refusal

QUESTIONS = form.known()
ARABIC = "قرية نموذجية"
ABOUT = {"Round": "R136", "created": datetime.date(2024, 12, 31)}
OLD = {"households": "12", "shelter_camp": "10", "governorate": "ninewa", "interview_date": "2024-12-01", "latitude": "36.34"}
# check_binding, check_id, uuid, question
FINDINGS = (
    ("c01/a", "c01", "a", "households"),
    ("c01/a", "c01", "a", "shelter_camp"),
    ("c05/a", "c05", "a", "governorate"),
    ("c10/b", "c10", "b", "households"),
    ("c12/x", "c12", "all", "households"),
    ("c26/a", "c26", "a", "interview_date"),
    ("c07/a", "c07", "a", "latitude"),
    ("c29/x", "c29", "all", "comparison"),
)


def finding(binding: str, check_id: str, uuid: str, question: str, **more) -> dict:
    context = {
        "governorate": "Ninewa", "district": "Mosul", "place_id": "101", "location_name_en": "Sample Village",
        "location_name_ar": ARABIC, "population": "idp", "households": 1200, "severity": checks.BY_ID[check_id].severity,
    }  # fmt: skip
    given = {"check_binding": binding, "check_id": check_id, "uuid": uuid, "question": question, "old_value": OLD.get(question)}
    return (
        dict.fromkeys(COLUMNS)
        | context
        | given
        | {"issue": f"Look at {question}.", "query_status": "open", "assigned_team": "T1"}
        | more
    )


def queue(*rows: dict) -> pa.Table:
    rows = rows or tuple(finding(*key) for key in FINDINGS)
    return pa.Table.from_pylist(
        list(rows), pa.schema([(name, pa.int64() if name == "households" else pa.string()) for name in COLUMNS])
    )


def answers() -> pa.Table:
    cells = [(uuid, question, value) for uuid in ("a", "b") for question, value in OLD.items()]
    return pa.table([pa.array(column, pa.string()) for column in zip(*cells, strict=True)], names=["uuid", "question", "answer"])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The workbook of the findings."""
    path = tmp_path / "review.xlsx"
    review_book.write(queue(), ABOUT, QUESTIONS, path)
    return path


def at(sheet, column: str, row: int):
    """A cell of an openpyxl sheet by the name of its column."""
    return sheet.cell(row, [cell.value for cell in sheet[1]].index(column) + 1)


def filled(path: Path, *values: tuple[int, str, object]) -> Path:
    """The workbook after a person wrote values into it."""
    book = openpyxl.load_workbook(path)
    for row, column, value in values:
        at(book["cleaning_log"], column, row).value = value
    book.save(path)
    return path


def read(path: Path) -> dict[int, dict]:
    return {row["row"]: row for row in review_book.read(path, path.name)}


def lists(path: Path, column: str) -> dict[int, tuple[str, ...]]:
    """What the drop-downs of a column offer, by row."""
    book = openpyxl.load_workbook(path)
    sheet, offered = book["cleaning_log"], {}
    for validation in sheet.data_validations.dataValidation:
        source = validation.formula1.removeprefix("=").split("!")[1].replace("$", "")
        codes = tuple(cell.value for (cell,) in book["validation_rules"][source])
        for cells in validation.sqref.ranges:
            if sheet.cell(1, cells.min_col).value == column:
                offered |= dict.fromkeys(range(cells.min_row, cells.max_row + 1), codes)
    return offered


# --- what is written ----------------------------------------------------------------------------------


def test_the_same_findings_give_the_same_bytes(path, tmp_path):
    again = tmp_path / "again.xlsx"
    review_book.write(queue(), ABOUT, QUESTIONS, again)
    assert again.read_bytes() == path.read_bytes()
    other = tmp_path / "other.xlsx"
    review_book.write(queue(finding(*FINDINGS[0])), ABOUT, QUESTIONS, other)
    assert other.read_bytes() != path.read_bytes()


def test_sheets_and_header(path):
    book = openpyxl.load_workbook(path)
    assert [(sheet.title, sheet.sheet_state) for sheet in book] == [
        ("cleaning_log", "visible"), ("deletion_log", "visible"), ("readme", "visible"), ("validation_rules", "hidden"),
    ]  # fmt: skip
    log = book["cleaning_log"]
    assert tuple(cell.value for cell in log[1]) == COLUMNS
    assert COLUMNS[:9] == (
        "uuid",
        "question",
        "issue",
        "old_value",
        "new_value",
        "change_type",
        "check_id",
        "check_binding",
        "comment",
    )
    assert log.freeze_panes == "C2"
    assert log.auto_filter.ref == f"A1:{log.cell(1, len(COLUMNS)).column_letter}{len(FINDINGS) + 1}"
    assert book.properties.created == datetime.datetime(2024, 12, 31)


def test_texts_are_texts_and_counts_are_numbers(path):
    log = openpyxl.load_workbook(path)["cleaning_log"]
    assert (at(log, "old_value", 2).value, at(log, "old_value", 2).number_format) == ("12", "@")
    assert at(log, "new_value", 2).number_format == "@"
    assert at(log, "households", 2).value == 1200
    assert at(log, "location_name_ar", 2).value == ARABIC
    assert at(log, "location_name_ar", 2).alignment.readingOrder == 2
    assert at(log, "location_name_en", 2).alignment.readingOrder == 0


@pytest.mark.parametrize("text", ["=1+1", "+964", "-5", "@SUM(A1)", '=HYPERLINK("http://x")', "http://x", "{=1}", "007"])
def test_no_text_becomes_a_formula_or_a_link(text, tmp_path):
    path = tmp_path / "review.xlsx"
    row = finding("c10/a", "c10", "a", "households", old_value=text, issue=text)
    review_book.write(queue(row), ABOUT | {"By": text}, QUESTIONS, path)
    cell = at(openpyxl.load_workbook(path)["cleaning_log"], "old_value", 2)
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    assert read(path)[2]["old_value"] == text


def test_rows_of_a_finding_share_a_colour_and_stand_together(tmp_path):
    path = tmp_path / "review.xlsx"
    first, second, third = (finding(f"c10/{uuid}", "c10", uuid, "households") for uuid in "abc")
    review_book.write(queue(first, second, first | {"question": "latitude"}, third), ABOUT, QUESTIONS, path)
    log = openpyxl.load_workbook(path)["cleaning_log"]
    rows = [(at(log, "check_binding", row).value, at(log, "issue", row).fill.fgColor.rgb) for row in range(2, 6)]
    assert [binding for binding, _ in rows] == ["c10/a", "c10/a", "c10/b", "c10/c"]
    assert rows[0][1] == rows[1][1] == rows[3][1] != rows[2][1]


def test_drop_downs(path):
    kinds = lists(path, "change_type")
    assert kinds[2] == ("change_response", "blank_response", "remove_survey")  # c01 may not stay
    assert kinds[5] == checks.CHANGE_TYPES
    assert kinds[6] == ("no_action",)  # the whole list
    assert set(lists(path, "query_status").values()) == {checks.QUERY_STATUSES}
    assert set(lists(path, "query_status")) == set(range(2, len(FINDINGS) + 2))
    values = lists(path, "new_value")
    assert set(values) == {4, 9}
    assert "erbil" in values[4] and len(values[4]) == 18
    assert values[9] == ("keep_ours", "take_theirs", "revisit")


def test_drop_downs_from_lists_that_are_given(tmp_path):
    path = tmp_path / "review.xlsx"
    rows = [finding("c05/a", "c05", "a", "subdistrict"), finding("c24/a", "c24", "a", "review_state")]
    review_book.write(queue(*rows), ABOUT, QUESTIONS, path, lists={"subdistricts.csv": ("s1", "s2")})
    assert lists(path, "new_value") == {2: ("s1", "s2"), 3: ("pending", "has_issues", "approved", "rejected")}


def test_many_scattered_rows_keep_their_drop_down(tmp_path):
    path = tmp_path / "review.xlsx"
    rows = [finding(f"x/{n}", "c05", str(n), "governorate" if n % 2 else "population") for n in range(500)]
    review_book.write(queue(*rows), ABOUT, QUESTIONS, path)
    offered = lists(path, "new_value")
    assert len(offered) == 500
    assert all((offered[n + 2] == ("idp", "returnee")) == (n % 2 == 0) for n in range(500))
    validations = openpyxl.load_workbook(path)["cleaning_log"].data_validations.dataValidation
    assert max(len(validation.sqref.ranges) for validation in validations) <= 200  # programs limit their number


def test_the_readme_tells_what_to_do(path):
    sheet = openpyxl.load_workbook(path)["readme"]
    told = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert told["Round"] == "R136"
    assert told["Findings"] == "7 in 8 rows"
    assert "created" not in told
    assert {*COLUMNS, *checks.CHANGE_TYPES} <= set(told)
    for id in {"c01", "c05", "c10", "c12", "c26", "c07", "c29"}:
        assert checks.BY_ID[id].sentence in told[id] and checks.BY_ID[id].todo in told[id]
    assert ("no_action is not possible" in told["c01"], "no_action is not possible" in told["c10"]) == (True, False)
    assert "c03" not in told


def test_the_deletion_log_tells_the_reason(tmp_path):
    path = tmp_path / "review.xlsx"
    texts = dict.fromkeys(DECISION_COLUMNS) | {
        "uuid": "z", "question": "households", "change_type": "remove_survey", "check_id": "c03", "check_binding": "c03/1",
        "comment": "=older", "reviewer": "Rana", "decided_at": "2024-12-31",
    }  # fmt: skip
    review_book.write(queue(), ABOUT, QUESTIONS, path, removed=[Decision(**texts, batch=1, row=2)])
    sheet = openpyxl.load_workbook(path)["deletion_log"]
    assert [cell.value for cell in sheet[2]] == ["z", "c03", "c03/1", None, "=older", "Rana", "2024-12-31"]


def test_what_is_open_again_is_to_be_decided_anew(tmp_path):
    path = tmp_path / "review.xlsx"
    said = {
        "change_type": "no_action",
        "reviewer": "Rana",
        "comment": "Right.",
        "decided_at": "2024-12-01",
        "new_value": "revisit",
    }
    rows = [finding(*FINDINGS[7], **said), finding(*FINDINGS[3], **said | {"query_status": "decided", "new_value": None})]
    review_book.write(queue(*rows), ABOUT, QUESTIONS, path)
    again, closed = read(path)[2], read(path)[3]
    assert [again[name] for name in said] == [None] * 5
    assert again["issue"] == "Look at comparison. Decided before by Rana: no_action revisit: Right."
    assert (closed["change_type"], closed["reviewer"], closed["issue"]) == ("no_action", "Rana", "Look at households.")


def test_an_empty_queue_is_a_workbook_too(tmp_path):
    path = tmp_path / "review.xlsx"
    review_book.write(queue().slice(0, 0), ABOUT, QUESTIONS, path)
    assert review_book.read(path, path.name) == []


# --- one team's list ----------------------------------------------------------------------------------


def test_queries_of_one_team(tmp_path):
    path = tmp_path / "T1.xlsx"
    mine = finding("c10/a", "c10", "a", "households")
    informant = finding("c15/a", "c15", "a", "ki_type", old_value="mukhtar")
    decided = finding("c10/b", "c10", "b", "households", query_status="decided")
    others = finding("c10/c", "c10", "c", "households", assigned_team="T2")
    given = queue(mine, informant, decided, others)
    assert review_book.write_queries(given, "T1", path) == 2
    sheet = openpyxl.load_workbook(path)["queries"]
    assert [at(sheet, "uuid", row).value for row in range(2, sheet.max_row + 1)] == ["a", "a"]
    assert [at(sheet, "old_value", row).value for row in (2, 3)] == ["12", None]
    assert [at(sheet, "answer", row).value for row in (2, 3)] == [None, None]
    assert at(sheet, "location_name_ar", 2).value == ARABIC
    written = {cell.value for row in sheet.iter_rows() for cell in row}
    assert "mukhtar" not in written
    assert not any(str(cell.value).startswith("ki_") for cell in sheet[1])
    first = path.read_bytes()
    review_book.write_queries(given, "T1", path)
    assert path.read_bytes() == first


# --- what is read -------------------------------------------------------------------------------------


def test_nothing_filled_in_is_nothing_decided(path):
    rows = review_book.read(path, path.name)
    assert [(row["row"], row["check_binding"]) for row in rows] == list(enumerate((key[0] for key in FINDINGS), start=2))
    assert set(rows[0]) == {*COLUMNS, "row"}
    assert (rows[0]["old_value"], rows[0]["households"], rows[0]["comment"]) == ("12", "1200", None)
    assert filled_log.validate(rows, answers(), queue(), QUESTIONS) == []
    assert filled_log.decisions(rows, queue(), 1) == []


def test_a_workbook_filled_in_by_hand(path):
    filled(
        path,
        (2, "new_value", 14), (2, "change_type", "change_response"), (2, "reviewer", " Rana\u00a0"),
        (4, "new_value", "erbil "), (4, "change_type", "change_response"), (4, "reviewer", "رنا"), (4, "comment", ARABIC),
        (4, "decided_at", datetime.datetime(2024, 12, 31, 14, 30)),
        (6, "change_type", "no_action"), (6, "comment", "Road opened."), (6, "reviewer", "Rana"),
        (6, "decided_at", datetime.date(2024, 12, 31)),
        (7, "new_value", datetime.date(2024, 12, 2)), (7, "change_type", "change_response"), (7, "reviewer", "Rana"),
        (8, "new_value", 36.35), (8, "change_type", "change_response"), (8, "reviewer", "Rana"),
        (9, "query_status", "sent_to_field"), (9, "due_at", datetime.date(2025, 1, 5)),
    )  # fmt: skip
    rows = review_book.read(path, path.name)
    assert filled_log.validate(rows, answers(), queue(), QUESTIONS) == []
    made = {one.row: one for one in filled_log.decisions(rows, queue(), 1)}
    assert {row: (one.change_type, one.new_value) for row, one in made.items()} == {
        2: ("change_response", "14"), 4: ("change_response", "erbil"), 6: ("no_action", None),
        7: ("change_response", "2024-12-02"), 8: ("change_response", "36.35"), 9: (None, None),
    }  # fmt: skip
    assert (made[2].reviewer, made[4].reviewer, made[4].comment) == ("Rana", "رنا", ARABIC)
    assert (made[4].decided_at, made[6].decided_at, made[9].due_at) == ("2024-12-31 14:30:00", "2024-12-31", "2025-01-05")
    after = cleaning_log.replay(answers(), list(made.values())).answers.to_pylist()
    assert {r["question"]: r["answer"] for r in after if r["uuid"] == "a"} == {
        "households": "14", "shelter_camp": "10", "governorate": "erbil", "interview_date": "2024-12-02", "latitude": "36.35",
    }  # fmt: skip


def test_a_wrong_decision_is_named_by_its_row(path):
    filled(path, (5, "new_value", -1), (5, "change_type", "change_response"), (5, "reviewer", "Rana"))
    [problem] = filled_log.validate(review_book.read(path, path.name), answers(), queue(), QUESTIONS)
    assert problem == "row 5: new_value is '-1', expected a whole number, 0 or more, in digits 0-9."


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (12, "12"), (12.0, "12"), (12.5, "12.5"), (True, "TRUE"), (False, "FALSE"), ("  12 ", "12"), ("\u200f12\u200e", "12"),
        (" ", None), ("\u200b", None), (datetime.date(2024, 1, 2), "2024-01-02"), ("2024-01-02", "2024-01-02"),
        (datetime.datetime(2024, 1, 2, 3, 4, 5), "2024-01-02 03:04:05"), ("a\nb", "a\nb"),
    ],
)  # fmt: skip
def test_cells_as_programs_leave_them(written, expected, path):
    assert read(filled(path, (2, "new_value", written)))[2]["new_value"] == expected


def test_columns_in_any_order_with_own_ones_between(path):
    before = review_book.read(path, path.name)
    book = openpyxl.load_workbook(path)
    sheet = book["cleaning_log"]
    rows = [list(cells) for cells in sheet.iter_rows(values_only=True)]
    sheet.delete_cols(1, sheet.max_column)
    for number, cells in enumerate(rows, start=1):
        turned = [*cells[::-1], "My notes" if number == 1 else "call"]
        turned[3:3] = ["" if number == 1 else "x"]
        for column, value in enumerate(turned, start=1):
            sheet.cell(number, column).value = f" {value.title()} " if number == 1 and value else value
    book.save(path)
    assert review_book.read(path, path.name) == before


def test_hidden_filtered_empty_and_added_rows(path):
    book = openpyxl.load_workbook(path)
    sheet = book["cleaning_log"]
    sheet.row_dimensions[3].hidden = True
    sheet.auto_filter.add_filter_column(1, ["households"])
    at(sheet, "uuid", 20).value = "a"
    book.save(path)
    rows = read(path)
    assert sorted(rows) == [*range(2, len(FINDINGS) + 2), 20]
    assert rows[20] == dict.fromkeys(COLUMNS) | {"uuid": "a", "row": 20}


def test_context_may_be_deleted_and_the_reason_may_be_called_feedback(path):
    book = openpyxl.load_workbook(path)
    sheet = book["cleaning_log"]
    at(sheet, "comment", 1).value = "feedback"
    sheet.delete_cols(COLUMNS.index("governorate") + 1, 9)
    at(sheet, "feedback", 2).value = "Why."
    book.save(path)
    assert (read(path)[2]["comment"], read(path)[2]["governorate"]) == ("Why.", None)


def spoiled(path: Path, rule: str) -> str:
    """The sentence with which the file is refused."""
    with pytest.raises(Refusal) as caught:
        review_book.read(path, path.name)
    assert caught.value.rule == rule
    assert RULES[rule].todo in str(caught.value) and path.name in str(caught.value)
    return caught.value.found


@pytest.mark.parametrize("data", [b"", b"uuid,question\na,b\n", b"PK\x03\x04 and no more"])
def test_no_workbook(data, path):
    path.write_bytes(data)
    assert "damaged" in spoiled(path, "review_workbook")


def test_a_workbook_cut_short(path):
    path.write_bytes(path.read_bytes()[:-300])
    assert "damaged" in spoiled(path, "review_workbook")


def test_no_sheet_or_two(path):
    book = openpyxl.load_workbook(path)
    book["cleaning_log"].title = "Sheet1"
    book.save(path)
    assert "has no sheet cleaning_log (sheets: 'Sheet1', " in spoiled(path, "review_sheet")
    book["Sheet1"].title = "cleaning_log"
    book["readme"].title = "Cleaning_Log "
    book.save(path)
    assert "has 2 sheets" in spoiled(path, "review_sheet")


@pytest.mark.parametrize("column", DECISION_COLUMNS)
def test_a_column_is_missing(column, path):
    filled(path, (1, column, "x"))
    assert f"no column {column} in its first row" in spoiled(path, "review_columns")


def test_a_column_is_there_twice(path):
    filled(path, (1, "severity", "New value"))
    assert "Column 'new_value' is there twice (E, W)." in spoiled(path, "review_columns")


def test_formulas_and_error_values(path):
    plain = path.read_bytes()
    filled(path, (3, "new_value", "=B2"), (5, "comment", "=1"))
    assert spoiled(path, "review_values") == "Sheet cleaning_log has formulas in row 3, 5."
    path.write_bytes(plain)
    book = openpyxl.load_workbook(path)
    at(book["cleaning_log"], "new_value", 4).value = "#N/A"
    at(book["cleaning_log"], "new_value", 4).data_type = "e"
    book.save(path)
    assert spoiled(path, "review_values") == "Sheet cleaning_log has error values in row 4."


def test_a_formula_on_another_sheet_is_nobodys_business(path):
    book = openpyxl.load_workbook(path)
    book["readme"]["D1"] = "=1+1"
    book.save(path)
    assert len(read(path)) == len(FINDINGS)
