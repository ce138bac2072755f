"""Reading answers: long, wide, mapped, in every file kind; and one negative test per rule, each with its row."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from expectations.index_model_file import shipped
from expectations.rules import INDEX_FILE_RULES, INDEX_ROW_RULES
from transforms.index import answer_columns, answer_map, answers, listed
from transforms.index.answers import Given
from transforms.refusal import Refusal

MODEL = shipped()["ri-illustrative"]
ROUNDS = frozenset(range(1, 138))
LONG = """\
index_round,round,place_id,indicator,answer
16,126,101,water_sufficiency,L2
16,126,101,agriculture_recovery,not_applicable
16,126,101,mines_concern,
16,126,102,water_sufficiency,L0
"""
WIDE = """\
index_round,round,place_id,governorate,district,water_sufficiency,agriculture_recovery,mines_concern
16,126,101,Ninewa,Mosul,L2,not_applicable,
16,126,102,Ninewa,Mosul,L0,,
"""
GIVEN_ANSWERS = [
    ("101", "agriculture_recovery", "not_applicable"),
    ("101", "water_sufficiency", "L2"),
    ("102", "water_sufficiency", "L0"),
]


def read(tmp_path: Path, text: str, mapping: str | None = None, **said: object) -> answers.Answers:
    path = tmp_path / "answers.csv"
    path.write_text(text, encoding="utf-8")
    made = answer_map.parse(mapping, "map.toml", MODEL, answer_columns.KNOWN_COLUMNS) if mapping else answer_map.AnswerMap()
    return answers.read(path, "answers.csv", MODEL, Given(made, **said), ROUNDS)


def given(made: answers.Answers) -> list[tuple[str, str, str]]:
    place = {row["place_number"]: row["place_id"] for row in made.tables["received_index_place"].to_pylist()}
    answered = made.tables["received_index_answer"].to_pylist()
    return [(place[row["place_number"]], row["indicator"], row["answer"]) for row in answered]


def refused(tmp_path: Path, text: str, mapping: str | None = None, **said: object) -> list[str]:
    with pytest.raises(Refusal) as error:
        read(tmp_path, text, mapping, **said)
    assert error.value.lines()[0].startswith(("answers.csv: ", "map.toml: "))
    return error.value.lines()


def test_long_and_wide_say_the_same(tmp_path: Path) -> None:
    assert given(read(tmp_path, LONG)) == given(read(tmp_path, WIDE)) == GIVEN_ANSWERS
    places = read(tmp_path, WIDE).tables["received_index_place"].to_pylist()
    assert [(p["place_id"], p["governorate"], p["district"], p["round"], p["source_row"]) for p in places] == [
        ("101", "Ninewa", "Mosul", 126, 2), ("102", "Ninewa", "Mosul", 126, 3),
    ]  # fmt: skip
    assert len(read(tmp_path, WIDE).not_asked) == 13 and not read(tmp_path, LONG).not_asked


def test_a_location_of_which_nothing_was_answered_is_kept(tmp_path: Path) -> None:
    made = read(tmp_path, "index_round,round,place_id,indicator,answer\n16,126,7,mines_concern,\n")
    assert made.tables["received_index_place"].num_rows == 1 and not given(made)


def test_parquet_and_workbook_are_read_alike(tmp_path: Path) -> None:
    table = pacsv.read_csv(pa.BufferReader(WIDE.encode()))
    pq.write_table(table, tmp_path / "a.parquet")
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet("data")
    for at, line in enumerate(WIDE.splitlines()):
        for column, cell in enumerate(line.split(",")):
            sheet.write(at, column, int(cell) if cell.isdigit() else cell)
    book.add_worksheet("notes").write(0, 0, "anything")
    book.close()
    for name in ("a.parquet", "a.xlsx"):
        assert given(answers.read(tmp_path / name, name, MODEL, Given(), ROUNDS)) == GIVEN_ANSWERS, name
    floats = table.set_column(2, "place_id", table["place_id"].cast(pa.float64()))
    pq.write_table(floats, tmp_path / "b.parquet")
    assert given(answers.read(tmp_path / "b.parquet", "b", MODEL, Given(), ROUNDS)) == GIVEN_ANSWERS


MAP = """
index_round = 16
round = 126
ignore = ["Remarks"]
[columns]
place_id = "Place ID"
water_sufficiency = "Q7 Water"
[answers.all]
"Refused" = ""
[answers.water_sufficiency]
"Only some of the residents" = "L2"
"""


def test_a_mapping_file_turns_their_wording_into_codes(tmp_path: Path) -> None:
    text = "Place ID,Q7 Water,Remarks\n101,only some of the  residents,x\n102,Refused,y\n103,L0,z\n"
    assert given(read(tmp_path, text, MAP)) == [("101", "water_sufficiency", "L2"), ("103", "water_sufficiency", "L0")]
    everything = MAP.replace('["Remarks"]', '["*"]')
    assert given(read(tmp_path, text.replace("Remarks", "Unheard of"), everything))[0] == ("101", "water_sufficiency", "L2")


def test_indicators_of_a_long_file_can_be_mapped(tmp_path: Path) -> None:
    mapping = 'index_round = 16\n[indicators]\n"Water" = "water_sufficiency"'
    assert given(read(tmp_path, "place_id,indicator,answer\n1,water,L1\n", mapping)) == [("1", "water_sufficiency", "L1")]


def test_rounds_can_be_said_beside_the_file(tmp_path: Path) -> None:
    made = read(tmp_path, "place_id,mines_concern\n1.0,L1\n", index_round=16, round=126)
    assert made.tables["received_index_place"].select(["index_round", "place_id", "round"]).to_pylist() == [
        {"index_round": 16, "place_id": "1", "round": 126}
    ]


def test_lineage_is_kept(tmp_path: Path) -> None:
    made = read(tmp_path, "index_round,round,place_id,replaces,mines_concern\n16,126,9,7; 8,L1\n")
    assert [row["replaced_place_id"] for row in made.tables["received_index_lineage"].to_pylist()] == ["7", "8"]


ROW = {
    "answer_place": (
        "index_round,place_id,mines_concern\n16,1,L0\n16,A1,L0\n",
        "row 3: place_id is 'A1', expected at most nine digits",
    ),
    "answer_index_round": ("place_id,mines_concern\n1,L0\n", "row 2: there is no index round"),
    "answer_round": ("index_round,round,place_id,mines_concern\n16,300,1,L0\n", "row 2: R300 is not in the list of rounds"),
    "answer_indicator": (
        "index_round,place_id,indicator,answer\n16,1,mines_concern,L0\n16,1,mine_concern,L1\n",
        "row 3: indicator 'mine_concern' is none of ri-illustrative 1.0.0. Did you mean 'mines_concern'?",
    ),
    "answer_code": (
        "index_round,place_id,mines_concern\n16,1,L0\n16,2,L9\n",
        "row 3: mines_concern is 'L9', expected L0, L1, L2 or nothing",
    ),
    "answer_not_applicable": (
        "index_round,place_id,mines_concern\n16,1,not_applicable\n",
        "row 2: mines_concern is not_applicable",
    ),
    "answer_twice": (
        "index_round,place_id,mines_concern\n16,1,L0\n16,1,L0\n",
        "row 3: place_id 1 stands in index round 16 already, in row 2",
    ),
    "answer_area": (
        "index_round,place_id,governorate,district,mines_concern\n16,1,Ninewa,Falluja,L0\n",
        "row 2: district 'Falluja' of Ninewa is not known",
    ),
    "answer_value": (
        "index_round,place_id,location_name_en,mines_concern\n16,1,call 0770 123 4567,L0\n",
        "row 2: a text holds a telephone number",
    ),
}


@pytest.mark.parametrize("rule", sorted(ROW))
def test_row_rules(tmp_path: Path, rule: str) -> None:
    text, said = ROW[rule]
    lines = refused(tmp_path, text)
    assert any(said in line and f"[{rule}]" in line for line in lines), lines


def test_every_rule_has_its_negative_test() -> None:
    assert {rule.id for rule in INDEX_ROW_RULES} == set(ROW) | {"intention_code"}
    # model_rounds and index_round_unmapped: tests/flows/test_index.py
    assert {rule.id for rule in INDEX_FILE_RULES} == {*FILE, "model_rounds", "index_round_unmapped"}


FILE = {
    "answers_unreadable": ("PAR1 not really", None, "The Parquet file is damaged"),
    "answers_columns": (
        "index_round,place_id,water\n16,1,L0\n",
        None,
        "'water': no indicator of ri-illustrative 1.0.0 and no column of answers.",
    ),
    "answer_map": (
        "place_id,mines_concern\n1,L0\n",
        "index_round = 0",
        "index_round is '0', expected a whole number from 1 to 999.",
    ),
    "answers_rows": ("index_round,place_id,mines_concern\n16,1,X\n16,2,Y\n16,3,L0\n", None, "2 of 3 rows cannot be taken."),
    "answers_missing": ("index_round,place_id,mines_concern\n", None, "The file has no row of answers."),
}


@pytest.mark.parametrize("rule", sorted(FILE))
def test_file_rules(tmp_path: Path, rule: str) -> None:
    text, mapping, said = FILE[rule]
    assert said in refused(tmp_path, text, mapping)[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "index_round,plce_id,mines_concern\n16,1,L0\n",
            "has the header 'place_id'; row 1 is 'index_round,plce_id,mines_concern'. Did you mean 'plce_id'?",
        ),
        ("index_round,place_id,indicator\n16,1,mines_concern\n", "both columns, indicator and answer"),
        ("index_round,place_id,remark\n16,1,x\n", "'remark': no indicator"),
        ("index_round,place_id\n16,1\n", "neither columns indicator and answer nor one of an indicator"),
        ("index_round,place_id,indicator,answer,mines_concern\n16,1,mines_concern,L0,L0\n", "neither long nor wide"),
        ("index_round,place_id,place_id,mines_concern\n16,1,1,L0\n", "stands twice"),
        (
            "index_round,place_id,perceived_safety,food\n16,1,V1,V2\n",
            "They are indicators of di-illustrative: give --model di-illustrative.",
        ),
        ("index_round,place_id,mines_concern\n16,1\n", "Row 2 has 2 cells"),
        (
            "index_round,place_id,indicator,answer\n16,1,food,V1\n",
            "'food' ... They are indicators of di-illustrative: give --model di-illustrative.",
        ),
        ("index_round,place_id,mine_concern\n16,1,L0\n", "Did you mean 'mines_concern'?"),
    ],
)
def test_columns_that_are_not_clear_are_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)[0]


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("x = 1", "'x' is none of index_round"),
        ("[columns]\nfood = 'F'", "[columns] names 'food'"),
        ("[answers.food]\na = 'L0'", "is no indicator of ri-illustrative 1.0.0"),
        ("[answers.mines_concern]\na = 'L7'", "gives 'a' the code 'L7'"),
        ("[answers]\nall = 3", "[answers.all] is no table of texts"),
        ("[indicators]\nW = 'food'", "[indicators] names 'food'"),
        ("ignore = 3", "ignore is no list of headers"),
        ("not toml", "It is not TOML"),
        ("[columns]\nmines_concern = 'Mines'", "names header 'Mines' for mines_concern, which the file does not have"),
    ],
)
def test_a_mapping_file_that_cannot_be_meant_is_refused(tmp_path: Path, mapping: str, said: str) -> None:
    assert said in refused(tmp_path, "place_id,mines_concern\n1,L0\n", mapping)[0]


def test_rows_of_a_location_must_agree(tmp_path: Path) -> None:
    long = (
        "index_round,round,place_id,subdistrict,indicator,answer\n16,126,1,A,mines_concern,L0\n16,126,1,B,water_sufficiency,L0\n"
    )
    assert any("say different rounds, areas, names or coordinates [answer_area]" in line for line in refused(tmp_path, long))
    twice = "index_round,place_id,indicator,answer\n16,1,mines_concern,L0\n16,2,mines_concern,L0\n16,1,mines_concern,L1\n"
    assert any(
        "row 4: mines_concern of place_id 1 stands in index round 16 already, in row 2" in line
        for line in refused(tmp_path, twice)
    )
    rounds = "index_round,round,place_id,mines_concern\n16,126,1,L0\n16,125,2,L0\n"
    assert any("name different master-list rounds: R125 and R126" in line for line in refused(tmp_path, rounds))
    partly = "index_round,round,place_id,mines_concern\n16,126,1,L0\n16,,2,L0\n"
    assert any("row 3" in line and "R126 and none" in line for line in refused(tmp_path, partly))


def test_all_wrong_rows_are_counted_and_twenty_shown(tmp_path: Path) -> None:
    lines = refused(tmp_path, "index_round,place_id,mines_concern\n" + "".join(f"16,{at},X\n" for at in range(1, 51)))
    assert "50 of 50 rows cannot be taken." in lines[0] and lines[-1].strip() == "... and 30 more"


def test_hostile_texts_are_only_texts(tmp_path: Path) -> None:
    text = "index_round,round,place_id,subdistrict,location_name_en,mines_concern\n16,126,1,\"x'); drop table said; --\",=cmd|' /C calc'!A0,L1\n"
    row = read(tmp_path, text).tables["received_index_place"].to_pylist()[0]
    assert row["subdistrict"] == "x'); drop table said; --" and row["location_name_en"].startswith("=cmd")


INTENTIONS = "round,population,place_id,majority_intention,barrier_1,barrier_2\n120,idp,1,stay,house_destroyed,no_services\n120,idp,2,return,,\n"
NO_RETURN = "index_round,place_id,no_return_kind,governorate,district,location_name_en\n16,77,no_return_recorded,Ninewa,Mosul,Old village\n"


def test_intentions_and_places_of_no_return_are_read(tmp_path: Path) -> None:
    path = tmp_path / "i.csv"
    path.write_text(INTENTIONS, encoding="utf-8")
    rows = listed.read("intention_barrier", path, "i.csv", ROUNDS).to_pylist()
    assert [(r["place_id"], r["majority_intention"], r["barrier_2"]) for r in rows] == [
        ("1", "stay", "no_services"),
        ("2", "return", None),
    ]
    path.write_text(NO_RETURN, encoding="utf-8")
    assert listed.read("place_of_no_return", path, "n.csv", ROUNDS).to_pylist()[0]["district"] == "Mosul"


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (
            "intention_barrier",
            INTENTIONS.replace("stay", "remain"),
            "majority_intention is 'remain', expected one of return, stay",
        ),
        ("intention_barrier", INTENTIONS.replace("no_services", "house_destroyed"), "a barrier is named twice [intention_code]"),
        (
            "intention_barrier",
            INTENTIONS.replace(",2,return", ",1,return"),
            "row 3: place_id 1 stands there already, in row 2 [answer_twice]",
        ),
        ("intention_barrier", INTENTIONS.replace("idp,2", "host,2"), "population is 'host'"),
        ("intention_barrier", INTENTIONS.replace("barrier_2", "barrier_9"), "'barrier_9' is no column of it"),
        ("place_of_no_return", NO_RETURN.replace("no_return_recorded", "empty"), "no_return_kind is 'empty'"),
        ("place_of_no_return", NO_RETURN.replace("Mosul", "Falluja"), "district 'Falluja' of Ninewa is not known"),
        ("place_of_no_return", NO_RETURN.replace("no_return_kind", "kind"), "is no column of it"),
    ],
)
def test_wrong_intentions_and_places_are_refused(tmp_path: Path, kind: str, text: str, said: str) -> None:
    path = tmp_path / "i.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as error:
        listed.read(kind, path, "i.csv", ROUNDS)
    assert any(said in line for line in error.value.lines()), error.value.lines()


@pytest.mark.parametrize("written", ["0013", "13.0", "13"])
def test_one_location_in_other_figures_is_one(written: str, tmp_path: Path) -> None:
    made = read(tmp_path, f"index_round,place_id,indicator,answer\n15,{written},mines_concern,L1\n")
    assert given(made) == [("13", "mines_concern", "L1")]


def test_a_column_without_a_header_is_refused_where_it_holds_anything(tmp_path: Path) -> None:
    said = refused(tmp_path, "index_round,place_id,indicator,answer,\n15,1,mines_concern,L1,\n15,2,mines_concern,L1,L2\n")
    assert said[0].startswith("answers.csv: Column 5 has no header, but row 3 of it holds 'L2'.")
    assert given(read(tmp_path, "index_round,place_id,indicator,answer,\n15,1,mines_concern,L1,\n"))


def test_rows_of_commas_are_no_rows(tmp_path: Path) -> None:
    made = read(tmp_path, "index_round,place_id,indicator,answer\n,,,\n15,1,mines_concern,L1\n,,,\n")
    assert given(made) == [("1", "mines_concern", "L1")]
    assert made.tables["received_index_place"]["source_row"].to_pylist() == [3]


def test_a_sheet_of_submissions_hides_no_other_sheet_of_answers(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "two.xlsx")
    for name, titles in (("first", ("index_round", "place_id")), ("second", ("index_round", "place_id", "_uuid"))):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, (*titles, "mines_concern"))
        sheet.write_row(1, 0, ("15", "1", *(["u"] if "_uuid" in titles else []), "L1"))
    book.close()
    with pytest.raises(Refusal, match="'first', 'second'; expected is one"):
        answers.read(tmp_path / "two.xlsx", "two.xlsx", MODEL, Given(), ROUNDS)
