"""Exports of KoboToolbox: JSON, CSV and .xlsx in every way of writing headers, to one shape.

The structures are those of kobotoolbox/formpack tests/test_exports.py, named at each test.
"""

from __future__ import annotations

import datetime
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter

from expectations import form
from expectations.form import Question
from tests.fixtures import field_exports as made
from tests.fixtures import hostile
from transforms.field import exports
from transforms.field.export import META, Export
from transforms.field.exports import kobo_json
from transforms.refusal import Refusal


def read(path: Path, **told) -> Export:
    return exports.read(path, path.name, **told)


def refused(path: Path, **told) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read(path, **told)
    assert path.name in str(caught.value)
    assert str(caught.value).count("\n") == 0
    return caught.value


def answers(export: Export) -> list[dict[str, str]]:
    """What was answered, by submission."""
    return [{name: row[name] for name in made.QUESTIONS if row.get(name) is not None} for row in export.rows.to_pylist()]


def districts(export: Export) -> list[tuple]:
    table = export.repeats[form.ORIGIN_DISTRICTS]
    return list(zip(*(table[name].to_pylist() for name in ("_at", *made.REPEAT_HEADERS)), strict=True))


# --- JSON -----------------------------------------------------------------------------------------------


def bare(rows):
    return rows


def one_page(rows):
    return made.page(rows)


def list_of_pages(rows):
    return [made.page(rows[:2], 3, "next"), made.page(rows[2:], 3, None, "previous")]


def landed_pages(rows):
    return {"pages": list_of_pages(rows)}


@pytest.mark.parametrize("wrap", [bare, one_page, list_of_pages, landed_pages])
def test_every_wrapping_of_the_api_says_the_same(wrap, tmp_path):
    export = read(made.written(tmp_path, wrap(made.submissions())))
    assert export.shape == "kobo_json"
    assert answers(export) == list(made.ANSWERS)
    assert districts(export) == list(made.DISTRICTS)
    assert export.unknown == ()


def test_what_an_export_says_of_a_submission(tmp_path):
    edited = made.submission(0) | {
        "_uuid": "second",
        "meta/instanceID": "uuid:second",
        "meta/deprecatedID": f"uuid:{made.UUIDS[0]}",
    }
    row = read(made.written(tmp_path, [edited])).rows.to_pylist()[0]
    assert {name: row[name] for name in (*META, "_row", "_sheet")} == {
        "_uuid": "second", "_root_uuid": made.UUIDS[0], "_replaces_uuid": made.UUIDS[0], "_form": "aBcD1234",
        "_form_version": "vP2bWimkW76xrcQurQ24HY", "_submitted_at": "2026-01-05T12:20:18", "_modified_at": None, "_edits": None,
        "_review_state": "validation_status_approved", "_submitter": "enumerator", "_row": 1, "_sheet": "",
    }  # fmt: skip


def test_the_columns_are_text_and_the_row_numbers_whole(tmp_path):
    export = read(made.written(tmp_path, made.submissions()))
    types = {field.name: field.type for field in export.rows.schema}
    assert types.pop("_row") == pa.int64()
    assert set(types.values()) == {pa.string()}
    assert {field.type for field in export.repeats[form.ORIGIN_DISTRICTS].schema} == {pa.int64(), pa.string()}


def test_rows_are_sorted_by_id_and_numbered_as_received(tmp_path):
    export = read(made.written(tmp_path, made.submissions()[::-1]))
    assert export.rows["_row"].to_pylist() == [3, 2, 1]
    assert export.rows["_uuid"].to_pylist() == list(made.UUIDS)
    assert districts(export) == list(made.DISTRICTS)


def test_the_instance_stands_in_for_a_missing_uuid(tmp_path):
    rows = made.submissions()
    del rows[1]["_uuid"]
    assert read(made.written(tmp_path, rows)).rows["_uuid"].to_pylist() == list(made.UUIDS)


def test_a_row_without_any_identifier_is_left_to_the_checks(tmp_path):
    rows = made.submissions()
    rows[1] |= {"_uuid": "", "meta/instanceID": None, "meta/rootUuid": " "}
    assert read(made.written(tmp_path, rows)).rows["_uuid"].to_pylist()[1] is None


def test_numbers_are_kept_as_they_are_written(tmp_path):
    row = made.submission(0) | {"count/households": 12.0, "place/latitude": 36.340000000000001, "shelter/shelter_camp": 12}
    text = json.dumps([row]).replace("36.34", "36.340000000000001")
    row = read(made.written(tmp_path, text.encode())).rows.to_pylist()[0]
    assert (row["households"], row["latitude"], row["shelter_camp"]) == ("12", "36.340000000000001", "12")


def test_a_question_in_a_group_of_its_own_name_only_agrees_with_its_path(tmp_path):
    row = made.submission(0) | {
        "kitchen/comment": "no comment of ours",
        "form/count/individuals_reported": "70",
        "place/ki_type": "x",
    }
    export = read(made.written(tmp_path, [row]))
    assert set(export.unknown) == {"kitchen/comment", "place/ki_type"}
    assert export.rows["individuals_reported"].to_pylist() == ["70"]
    assert export.rows["comment"].to_pylist() == ["road; closed"]


def test_a_question_that_moved_between_versions_is_one_column(tmp_path):
    rows = made.submissions()
    rows[1]["households"] = rows[1].pop("count/households")
    assert read(made.written(tmp_path, rows)).rows["households"].to_pylist() == ["12", "30", "7"]


def test_what_the_form_computes_is_known(tmp_path):
    export = read(made.written(tmp_path, [made.submission(0) | {"origin/origin_sum": "12", "arrivals/arrivals_sum_check": ""}]))
    assert export.unknown == ()


def test_no_submissions_yet(tmp_path):
    export = read(made.written(tmp_path, made.page([])))
    assert export.rows.num_rows == 0
    assert set(META) <= set(export.rows.column_names)


def test_answers_of_other_writing_systems_and_hidden_characters_are_kept(tmp_path):
    said = "مخيم\u202e x\u200f\x07 " + "y" * 1_000_000
    export = read(made.written(tmp_path, [made.submission(0) | {"remarks/comment": f"  {said}\n"}]))
    assert export.rows["comment"].to_pylist() == [said]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b'[{"_uuid": "a", "count/households": NaN}]', "NaN", id="NaN"),
        pytest.param(b'[{"_uuid": "a", "count/households": -Infinity}]', "-Infinity", id="Infinity"),
        pytest.param(b'[{"_uuid": "a", "_uuid": "b"}]', "'_uuid' stands twice", id="key twice"),
        pytest.param(b'[{"_uuid": "a", "remarks/comment": "\\ud800"}]', "surrogate", id="lone surrogate"),
        pytest.param(b'[{"_uuid": "a", "remarks/comment": "a\\u0000b"}]', "NUL", id="NUL"),
        pytest.param(b'[{"_uuid": "a\xff"}]', "Byte 13 (0xff)", id="not UTF-8"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, "nested more deeply", id="deep"),
        pytest.param(b'[{"_uuid": "a", "remarks/comment": {"b": 1}}]', "'remarks/comment'", id="object"),
        pytest.param(b'[{"_uuid": "a"}, 3]', "neither pages nor a list", id="number in the list"),
        pytest.param(b'{"value": []}', "neither pages nor a list", id="OData"),
        pytest.param(b'{"count": 1, "results": {}}', "not a list", id="results"),
        pytest.param(b'{"count": "many", "results": []}', "'many'", id="count"),
        pytest.param(b'[{"_uuid": "a" "b"}]', "line 1, column 16", id="comma"),
        pytest.param(b'[{"_uuid": "a", "origin/origin_districts": "3"}]', "holds no list", id="repeat"),
        pytest.param(b'[{"_uuid": "a", "origin/origin_districts": ["3"]}]', "something else than answers", id="entry"),
        pytest.param(b'[{"_uuid": "a", "\\u202ereversed": "\\ud800", "consent": "\\ud800"}]', "'consent'", id="surrogate elsewhere"),
    ],
)  # fmt: skip
def test_json_that_is_refused(content, said, tmp_path):
    problem = refused(made.written(tmp_path, content))
    assert problem.rule == "export_unreadable"
    assert said in str(problem)


@pytest.mark.parametrize("cut", [-1, -40, 300])
def test_a_text_that_breaks_off(cut, tmp_path):
    data = json.dumps(made.page(made.submissions())).encode()
    assert refused(made.written(tmp_path, data[:cut])).rule == "export_truncated"


def test_one_page_of_several_is_refused(tmp_path):
    problem = refused(made.written(tmp_path, made.page(made.submissions()[:2], 3, "https://kf/next")))
    assert problem.rule == "export_truncated"
    assert "2 of 3 submissions" in str(problem)


def test_the_count_must_be_right(tmp_path):
    assert refused(made.written(tmp_path, made.page(made.submissions(), 4))).rule == "export_count"
    pages = [made.page(made.submissions()[:2], 3, "next"), made.page(made.submissions()[2:], 4)]
    assert "3 and 4" in str(refused(made.written(tmp_path, pages)))
    twice = [made.page(made.submissions()[:2], 3, "next"), made.page(made.submissions()[:1], 3)]
    assert "'9100' is here 2 times" in str(refused(made.written(tmp_path, twice)))


def test_two_answers_to_one_question(tmp_path):
    problem = refused(made.written(tmp_path, [made.submission(0) | {"households": "13"}]))
    assert problem.rule == "export_twice_header"
    assert "'count/households'" in str(problem)
    assert "row 1" in str(problem)


def test_a_message_shows_no_answer(tmp_path):
    problem = refused(made.written(tmp_path, [made.submission(0) | {"informant/ki_name": "Person A", "ki_name": "Person B"}]))
    assert "Person" not in str(problem)


def test_no_uuid_at_all(tmp_path):
    assert refused(made.written(tmp_path, [{"_id": 1, "consent": "yes"}])).rule == "export_uuid_missing_column"


# --- pages as files of their own ------------------------------------------------------------------------


def pages_of(rows: list[dict]) -> list[tuple[str, bytes]]:
    texts = [json.dumps(page, indent=1, ensure_ascii=False).encode() for page in list_of_pages(rows)]
    return [(f"page-{at}.json", text) for at, text in enumerate(texts, start=1)]


def test_pages_are_merged_as_received(tmp_path):
    (_, first), (_, second) = pages_of(made.submissions())
    merged = exports.merge_pages([("b.json", second), ("a.json", b"\xef\xbb\xbf" + first)])
    assert merged.content == b'{"pages":[' + first + b"," + second + b"]}"
    path = made.written(tmp_path, merged.content)
    assert answers(read(path)) == list(made.ANSWERS)
    assert merged.value == kobo_json.parse(merged.content, "x")["pages"]
    once, twice = exports.read(path, "x", merged=merged), exports.read(path, "x")
    assert (once.rows, once.repeats, once.unknown) == (twice.rows, twice.repeats, twice.unknown)


@pytest.mark.parametrize(
    ("spoil", "rule", "named"),
    [
        (lambda a, b: [a], "export_count", "page-1.json"),
        (lambda a, b: [a, b, a], "export_count", "page-1.json, page-2.json, page-1.json"),
        (lambda a, b: [a, ("x.json", b"[]")], "export_unreadable", "x.json"),
        (lambda a, b: [a, ("x.json", b'{"pages":[' + b[1] + b"]}")], "export_unreadable", "x.json"),
        (lambda a, b: [a, (b[0], b[1].replace(b"aBcD1234", b"other"))], "export_pages_mixed", "page-1.json, page-2.json"),
        (lambda a, b: [a, (b[0], b[1][:-9])], "export_truncated", "page-2.json"),
    ],
)
def test_pages_that_do_not_belong_together_are_named(spoil, rule, named):
    with pytest.raises(Refusal) as caught:
        exports.merge_pages(spoil(*pages_of(made.submissions())))
    assert (caught.value.rule, caught.value.file) == (rule, named)


# --- CSV ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("mark", [False, True])
def test_dialects_of_a_csv(delimiter, mark, tmp_path):
    export = read(made.written(tmp_path, made.kobo_csv(made.kobo_rows(), delimiter, mark)))
    assert export.shape == "kobo_csv"
    assert answers(export) == list(made.ANSWERS)
    assert export.rows["_row"].to_pylist() == [2, 3, 4]
    assert export.rows["_uuid"].to_pylist() == list(made.UUIDS)
    assert export.rows["_review_state"].to_pylist() == [state or None for state in made.STATES]
    assert export.unknown == ()


# formpack test_headers_of_group_exports, test_submissions_of_group_exports: bare names, or 'g1/sg1/g1sg1q1' with any separator.
@pytest.mark.parametrize("separator", ["/", ".", ":", "-", "__", "|", "::", ">"])
def test_names_behind_their_groups(separator, tmp_path):
    rows = made.kobo_rows([made.path_of(name, separator) for name in made.QUESTIONS])
    export = read(made.written(tmp_path, made.kobo_csv(rows)))
    assert answers(export) == list(made.ANSWERS)
    assert export.unknown == ()


def labels(prefix=lambda question: "") -> list[str]:
    return [prefix(form.known()[name]) + form.known()[name].label for name in made.QUESTIONS]


# formpack test_generator_export_labels_without_translations: labels in headers and cells;
# test_headers_of_translated_group_exports: 'External Characteristics/How many segments does your body have?'.
@pytest.mark.parametrize(
    "prefix",
    [
        pytest.param(lambda question: "", id="bare"),
        pytest.param(lambda question: f"Group of {question.group}/" if question.group else "", id="slash"),
        pytest.param(lambda question: f"Group of {question.group} - " if question.group else "", id="dash"),
        pytest.param(lambda question: f"Group of {question.group}__" if question.group else "", id="underscores"),
    ],
)  # fmt: skip
def test_labels_in_headers_and_cells(prefix, tmp_path):
    rows = made.kobo_rows(labels(prefix), made.STATE_LABELS, made.as_labels())
    assert rows[1][0] == "Yes"
    export = read(made.written(tmp_path, made.kobo_csv(rows)))
    assert answers(export) == list(made.ANSWERS)
    assert export.rows["_review_state"].to_pylist() == [state or None for state in made.STATES]
    assert export.unknown == ()


def test_names_and_labels_mixed(tmp_path):
    headers = [label if at % 2 else name for at, (name, label) in enumerate(zip(made.QUESTIONS, labels(), strict=True))]
    assert answers(read(made.written(tmp_path, made.kobo_csv(made.kobo_rows(headers))))) == list(made.ANSWERS)


def test_labels_have_separators_of_their_own(tmp_path):
    rows = [["_uuid", "Shelter/Hotel/Motel", "Shelter/Unfinished/Abandoned building"], ["a", "3", "4"]]
    row = read(made.written(tmp_path, made.kobo_csv(rows))).rows.to_pylist()[0]
    assert (row["shelter_hotel_motel"], row["shelter_unfinished_building"]) == ("3", "4")


def test_the_longest_label_is_meant(tmp_path):
    asked = {
        name: Question(name, "text", label, "shelter") for name, label in (("motel", "Motel"), ("hotel_motel", "Hotel/Motel"))
    }
    export = read(made.written(tmp_path, made.kobo_csv([["_uuid", "Shelter/Hotel/Motel"], ["a", "3"]])), questions=asked)
    assert export.rows["hotel_motel"].to_pylist() == ["3"]


def test_an_answer_that_is_no_choice_stays(tmp_path):
    rows = [["_uuid", "population", "consent"], ["a", "IDPs", "Maybe"], ["b", "returnee", "yes"]]
    export = read(made.written(tmp_path, made.kobo_csv(rows)))
    assert export.rows["population"].to_pylist() == ["idp", "returnee"]
    assert export.rows["consent"].to_pylist() == ["Maybe", "yes"]


def test_a_label_of_two_questions_needs_both_in_the_order_of_the_form(tmp_path):
    population = ["Population of this interview", "_uuid"]
    rows = [["Anbar", "Anbar", *population], ["5", "", "IDPs", "a"], ["", "6", "Returnees", "b"]]
    export = read(made.written(tmp_path, made.kobo_csv(rows)))
    assert export.rows["origin_anbar"].to_pylist() == ["5", None]
    assert export.rows["last_displacement_anbar"].to_pylist() == [None, "6"]
    named = [["Anbar", "origin_anbar", *population], ["", "5", "IDPs", "a"]]
    assert read(made.written(tmp_path, made.kobo_csv(named))).rows["origin_anbar"].to_pylist() == ["5"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["_uuid", "Anbar"], ["a", "5"]], "origin_anbar and last_displacement_anbar"),
        (
            [["_uuid", "population", "Anbar", "Anbar"], ["a", "idp", "5", ""], ["b", "idp", "", "6"]],
            "not that of the form (row 3)",
        ),
        ([["_uuid", "Visit/Code of the team", "Kitchen/Kind of visit"], ["a", "1", "2"]], "'Kitchen/Kind of visit'"),
    ],
)
def test_headers_that_are_not_clear(rows, said, tmp_path):
    problem = refused(made.written(tmp_path, made.kobo_csv(rows)))
    assert problem.rule == "export_header_unclear"
    assert said in str(problem)


def test_a_column_that_stands_twice_must_say_the_same(tmp_path):
    rows = [["_uuid", "households", "count/households"], ["a", "5", ""], ["b", "6", "6"]]
    assert read(made.written(tmp_path, made.kobo_csv(rows))).rows["households"].to_pylist() == ["5", "6"]
    rows[2][2] = "7"
    problem = refused(made.written(tmp_path, made.kobo_csv(rows)))
    assert problem.rule == "export_twice_header"
    assert "row 3" in str(problem)


# formpack test_generator_export_translation_headers: '_location_latitude' beside 'location', '_lieu_latitude' beside 'lieu'.
def test_parts_of_a_position_and_tags_are_known(tmp_path):
    label = form.known()["interview_gps"].label
    rows = [
        ["_uuid", "interview_gps", *(f"_interview_gps_{part}" for part in ("latitude", "longitude", "altitude", "precision")),
         f"_{label}_latitude", "households", "who"],
        ["#meta", "#geo", "", "", "", "", "", "#affected", ""],
        ["a", "36 43 0 0", "36", "43", "0", "0", "36", "5", "x"],
    ]  # fmt: skip
    export = read(made.written(tmp_path, made.kobo_csv(rows)))
    assert export.unknown == ("who",)
    assert export.rows["households"].to_pylist() == ["5"]
    assert export.rows["_row"].to_pylist() == [3]


def test_a_header_of_a_million_characters(tmp_path):
    header = "-" * 1_000_000 + "x/Remarks"
    assert read(made.written(tmp_path, [{"_uuid": "a", header: "b", "consent": "yes"}])).unknown == (header,)


def test_a_title_above_the_header_and_a_long_cell(tmp_path):
    data = b"sep=;\n" + made.kobo_csv([*made.kobo_rows()[:1], ["x" * 1_000_000, *made.kobo_rows()[1][1:]]])
    export = read(made.written(tmp_path, data))
    assert len(export.rows["consent"][0].as_py()) == 1_000_000
    assert export.rows["_row"].to_pylist() == [3]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "file_empty"),
        (b" \n\n", "file_empty"),
        (b"a;b\n1;2\n", "export_unreadable"),
        (b"plain text", "export_unreadable"),
        (b"consent;team\nyes;T1\n", "export_uuid_missing_column"),
        (b"_uuid;team\na;T1\x00\n", "file_kind"),
        (b"_uuid;team\na;T1\xff\n", "file_utf8"),
        (b"_uuid;team\na;T1;more\n", "row_ragged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "export_unreadable"),
        (b"PK\x03\x04" + bytes(100), "export_unreadable"),
        (b"PAR1" + bytes(100), "export_map_missing"),
    ],
)
def test_files_that_are_refused(data, rule, tmp_path):
    assert refused(made.written(tmp_path, data)).rule == rule


# --- several answers ------------------------------------------------------------------------------------

NEEDS = Question(
    "needs",
    "select_multiple",
    "What is needed?",
    "visit",
    choices=(("food", "Food"), ("food_aid", "Food aid"), ("water", "Water")),
)
ASKED = form.known() | {"needs": NEEDS}


# formpack test_additional_field_exports_advanced: 'goods_sold' in mode summary, 'goods_sold/chocolate' in mode details;
# central-backend submissions.csv?splitSelectMultiples=true: 'q1,q1/a,q1/b'.
@pytest.mark.parametrize(
    ("headers", "rows"),
    [
        (["needs"], [["food water"], ["food_aid"], [""]]),
        (["visit/needs"], [["food water"], ["food_aid"], [""]]),
        (["needs/food", "needs/food_aid", "needs/water"], [["1", "0", "1"], ["0", "1", "0"], ["", "", ""]]),
        (["visit-needs-food", "visit-needs-food_aid", "visit-needs-water"], [["1", "0", "1"], ["0", "1", "0"], ["", "", ""]]),
        (["needs", "needs/food", "needs/food_aid", "needs/water"], [["water food", "1", "0", "1"], ["food_aid", "0", "1", "0"], [""] * 4]),
        (["What is needed?"], [["Food Water"], ["Food aid"], [""]]),
        (["What is needed?/Food", "What is needed?/Food aid", "What is needed?/Water"], [["1", "0", "1"], ["0", "1", "0"], [""] * 3]),
        (["Visit/What is needed?/Food", "Visit/What is needed?/Food aid", "Visit/What is needed?/Water"], [["1", "0", "1"], ["0", "1", "0"], [""] * 3]),
    ],
    ids=["summary", "path", "details", "details with path", "both", "label", "label details", "label path details"],
)  # fmt: skip
def test_several_answers_in_every_mode(headers, rows, tmp_path):
    table = [["_uuid", *headers], *([f"u{at}", *row] for at, row in enumerate(rows))]
    export = read(made.written(tmp_path, made.kobo_csv(table)), questions=ASKED)
    said = [set(text.split()) if text else None for text in export.rows["needs"].to_pylist()]
    assert said == [{"food", "water"}, {"food_aid"}, None]
    assert [export.rows[f"needs/{code}"].to_pylist() for code in ("food", "food_aid", "water")] == [
        ["1", "0", None], ["0", "1", None], ["1", "0", None],
    ]  # fmt: skip
    assert export.unknown == ()


def test_several_answers_in_json(tmp_path):
    export = read(made.written(tmp_path, [{"_uuid": "a", "visit/needs": "water"}, {"_uuid": "b"}]), questions=ASKED)
    assert export.rows["needs/water"].to_pylist() == ["1", None]


def test_lists_and_columns_of_several_answers_must_agree(tmp_path):
    table = [["_uuid", "needs", "needs/food", "needs/water"], ["a", "food", "1", "0"], ["b", "food", "1", "1"]]
    problem = refused(made.written(tmp_path, made.kobo_csv(table)), questions=ASKED)
    assert problem.rule == "export_choice_conflict"
    assert "Row 3" in str(problem)


# --- workbooks ------------------------------------------------------------------------------------------


# formpack test_nested_repeats_with_copy_fields: '_index' on the parent, '_parent_table_name', '_parent_index' and
# '_submission__uuid' on the repeat. A sheet's name has at most 31 characters (unique_name_for_xls: 'This string ... (1)').
@pytest.mark.parametrize("name", ["origin_districts", "Districts of origin of all ...", "group_ab_ (1)"])
@pytest.mark.parametrize(
    "links",
    [made.REPEAT_LINKS, ["_submission__uuid"], ["_submission__id"], ["_parent_table_name", "_parent_index"], ["_parent_index"]],
    ids=["all", "uuid", "id", "index of a table", "index"],
)  # fmt: skip
def test_a_repeat_finds_its_submission(name, links, tmp_path):
    path = made.kobo_xlsx(tmp_path / "export", {"Master list": made.kobo_rows(), name: made.repeat_rows(links)})
    export = read(path)
    assert export.shape == "kobo_xlsx"
    assert answers(export) == list(made.ANSWERS)
    assert districts(export) == list(made.DISTRICTS)
    assert export.unknown == ()
    assert set(export.rows["_sheet"].to_pylist()) == {"Master list"}
    assert export.rows["_row"].to_pylist() == [2, 3, 4]


def test_the_uuid_counts_before_the_index(tmp_path):
    rows = made.repeat_rows()
    for row in rows[1:]:
        row[rows[0].index("_parent_index")] = 3
    assert districts(read(made.kobo_xlsx(tmp_path / "x", {"Master list": made.kobo_rows(), "r": rows}))) == list(made.DISTRICTS)


def test_rows_of_a_repeat_follow_their_submissions(tmp_path):
    rows = made.repeat_rows()
    export = read(made.kobo_xlsx(tmp_path / "x", {"Master list": made.kobo_rows(), "r": [rows[0], rows[3], rows[1], rows[2]]}))
    assert districts(export) == list(made.DISTRICTS)


def test_a_repeat_with_labels(tmp_path):
    rows = made.repeat_rows(headers=[form.known()[name].label for name in made.REPEAT_HEADERS])
    sheets = {"Master list": made.kobo_rows(labels(), made.STATE_LABELS, made.as_labels()), "r": rows}
    assert districts(read(made.kobo_xlsx(tmp_path / "x", sheets))) == list(made.DISTRICTS)


@pytest.mark.parametrize("column", ["_submission__uuid", "_submission__id", "_parent_index"])
def test_a_row_of_a_repeat_without_submission(column, tmp_path):
    rows = made.repeat_rows([column])
    rows[2][-1] = 77
    problem = refused(made.kobo_xlsx(tmp_path / "x", {"Master list": made.kobo_rows(), "r": rows}))
    assert problem.rule == "export_repeat_orphan"
    assert "Row 3 of sheet 'r'" in str(problem)


def test_an_index_of_another_sheet_joins_nothing(tmp_path):
    rows = made.repeat_rows(["_parent_table_name", "_parent_index"])
    rows[1][-2] = "group_tree"
    problem = refused(made.kobo_xlsx(tmp_path / "x", {"Master list": made.kobo_rows(), "r": rows}))
    assert problem.rule == "export_repeat_orphan"
    assert "'group_tree'" in str(problem)


def test_the_long_name_of_a_form_is_cut_on_its_sheet(tmp_path):
    rows = made.repeat_rows(["_parent_table_name", "_parent_index"])
    for row in rows[1:]:
        row[-2] = "Master list: displacement in Iraq, all governorates"
    sheets = {"Master list_ displacement i...": made.kobo_rows(), "r": rows}
    assert districts(read(made.kobo_xlsx(tmp_path / "x", sheets))) == list(made.DISTRICTS)


def test_numbers_and_dates_of_a_workbook_become_text(tmp_path):
    path = tmp_path / "x"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("form")
        day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, ["_uuid", "households", "latitude", "interview_date", "_submission_time", "shelter_camp"])
        sheet.write_row(1, 0, ["a", 12.0, 36.34])
        sheet.write_datetime(1, 3, datetime.datetime(2026, 1, 5), day)
        sheet.write_datetime(1, 4, datetime.datetime(2026, 1, 5, 12, 20, 18), moment)
        sheet.write_string(1, 5, " 12 ")
        sheet.write_row(3, 0, ["b", 1234567])
    rows = read(path).rows.select(["_uuid", "households", "latitude", "interview_date", "_submitted_at", "shelter_camp", "_row"])
    assert [tuple(row.values()) for row in rows.to_pylist()] == [
        ("a", "12", "36.34", "2026-01-05", "2026-01-05T12:20:18", "12", 2),
        ("b", "1234567", None, None, None, None, 4),
    ]


def test_a_sheet_that_is_of_no_repeat_is_unknown(tmp_path):
    sheets = {"Master list": made.kobo_rows(), "Notes": [["remark"], ["x"]], "pets": [["pet", "_parent_index"], ["cat", 1]]}
    assert read(made.kobo_xlsx(tmp_path / "x", sheets)).unknown == ("Notes/remark", "pets/pet", "pets/_parent_index")


def test_formulas_and_error_values_are_refused(tmp_path):
    rows = made.kobo_rows()
    rows[2][5] = "=1+1"
    problem = refused(made.kobo_xlsx(tmp_path / "x", {"Master list": rows}))
    assert problem.rule == "export_formula"
    assert "Row 3" in str(problem)


@pytest.mark.parametrize(
    ("sheets", "rule"),
    [
        ({"a": made.kobo_rows(), "b": made.kobo_rows()}, "export_sheet_unclear"),
        ({"a": made.kobo_rows(), "b": made.repeat_rows(), "c": made.repeat_rows()}, "export_sheet_unclear"),
        ({"a": [["x", "y"], ["1", "2"]]}, "export_sheet_unclear"),
        ({"a": [["consent", "team"], ["yes", "2"]]}, "export_uuid_missing_column"),
    ],
)
def test_sheets_that_are_refused(sheets, rule, tmp_path):
    assert refused(made.kobo_xlsx(tmp_path / "x", sheets)).rule == rule


def test_hostile_workbooks_are_refused(tmp_path):
    assert refused(made.written(tmp_path, hostile.bomb_by_ratio())).rule == "workbook_too_large"
    assert refused(made.written(tmp_path, hostile.far_cell())).rule == "workbook_too_large"
    path = made.kobo_xlsx(tmp_path / "x", {"Master list": made.kobo_rows()})
    path.write_bytes(path.read_bytes()[:-400])
    assert refused(path).rule == "export_unreadable"


def test_a_workbook_without_its_sheet_is_damaged(tmp_path):
    path = made.kobo_xlsx(tmp_path / "x", {"Master list": made.kobo_rows()})
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "y", "w") as less:
        for member in whole.namelist():
            if "sheet1" not in member:
                less.writestr(member, whole.read(member))
    assert refused(tmp_path / "y").rule == "workbook_unreadable"


# --- the whole form -------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["name", "path", "label"])
def test_every_question_of_the_form_is_recognised(header, tmp_path):
    asked = [question for question in form.known().values() if not question.repeat]
    written = {"name": lambda q: q.name, "path": lambda q: "/".join(q.path), "label": lambda q: q.label}[header]
    rows = [["_uuid", *map(written, asked)], ["a", *(f"answer {at}" for at, _ in enumerate(asked))]]
    row = read(made.written(tmp_path, made.kobo_csv(rows))).rows.to_pylist()[0]
    assert {question.name: row[question.name] for question in asked} == {q.name: f"answer {at}" for at, q in enumerate(asked)}


def test_another_form_can_be_given(tmp_path):
    asked = {"q1": replace(NEEDS, name="q1", kind="text", choices=(), group="")}
    export = read(made.written(tmp_path, made.kobo_csv([["_uuid", "q1", "consent"], ["a", "x", "yes"]])), questions=asked)
    assert export.rows["q1"].to_pylist() == ["x"]
    assert export.unknown == ("consent",)
