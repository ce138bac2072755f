"""What a list is: population, layout, date, round and vintage, from evidence that must not contradict itself."""

from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa
import pytest

from tests.fixtures import portal, released
from tests.fixtures.portal import PortalCsv, interleaved
from tests.fixtures.taking import edition, refusal, take
from transforms.identity import dates_in, identify, layout_of, population_of
from transforms.readers.sheet import Document, Sheet
from transforms.refusal import Refusal
from transforms.source import Source

EXPORTED = datetime.date(2022, 1, 1)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def sheet(*headers: str, name: str = "Sheet", titles: tuple[str, ...] = (), dates: tuple[str, ...] = ()) -> Sheet:
    columns = tuple(pa.array([""], pa.string()) for _ in headers)
    if dates:
        headers, columns = (*headers, "date"), (*(pa.repeat("", len(dates)) for _ in headers), pa.array(dates))
    return Sheet(name, headers, columns, np.arange(2, 2 + max(len(dates), 1)), titles)


IDP = ("Place id", "Governorate", "District", "Families", "Own Property")


def identity(found: Sheet, *names: str, vintage: str | None = None, created: datetime.date | None = EXPORTED):
    return identify(
        Document("workbook", (found,), created=created), found, Source("5" * 64, names or ("list.xlsx",), vintage=vintage)
    )


def refused(found: Sheet, *names: str, **told: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        identity(found, *names, **told)
    return caught.value


# --- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Round5_Master_List_IDP_2014_August_24_IOM_DTM.xlsx", "2014-08-24"),
        ("Round32_Master_List_IDP_2015_November_5_IOM_DTM.xlsx", "2015-11-05"),
        ("05_IOM DTM Master_List_IDP_Round 51_20160803.xlsx", "2016-08-03"),
        ("IDPs_MasterList_dataset_DTM_IOMFeb 02, 2017_Round64.xlsx", "2017-02-02"),
        ("Round64_Master_List_IDP_2017-2-2_IOM_DTM.xlsx", "2017-02-02"),
        ("Round51_Master_List_Returnee_2016_08_03_IOM_DTM.xlsx", "2016-08-03"),
        ("2021112149393_Round119_Master_List_IDP_2020-12-31_IOM_DTM.xlsx", "2020-12-31"),
        ("20252102822358_Round134_Master_List_IDP_2024-12-31_IOM_DTM - Individuals (1).xlsx", "2024-12-31"),
        ("DTM Dataset 15 JAN 2015", "2015-01-15"),
        ("MasterList Date 25 Apr 2015", "2015-04-25"),
        ("1.DTM master list 20141026", "2014-10-26"),
        ("as of the 5th of November 2015", "2015-11-05"),
        ("Sept. 30, 2018", "2018-09-30"),
        ("2019-08-31 00:00:00", "2019-08-31"),
        ("31 December 2021.", "2021-12-31"),
    ],
)
def test_dates_are_read(text, date):
    assert dates_in(text) == {day(date)}


@pytest.mark.parametrize(
    "text",
    [
        "20221124822960_Round124_Master_List_IDP_2021-21-31_IOM_DTM.xlsx",
        "2019-02-30",
        "31/08/2019",
        "08/31/2019",
        "43708",
        "August 2019",
        "Round 64",
        "DTM_Iraq_Round128_Master_List_Returnees_IOM_DTM.xlsx",
        "Report II of Round VII",
    ],
)
def test_what_is_no_date_or_could_be_two_is_not_read(text):
    assert dates_in(text) == set()


@pytest.mark.parametrize("cell", ["31/08/2019", "August 2019", "43708", "2019-02-30", "2019-08-31 to 2019-10-31", "2019-08-31x"])
def test_a_date_column_with_a_date_in_a_wrong_form(cell, tmp_path):
    refused = refusal(PortalCsv(list_date=cell).write(tmp_path))
    assert refused.rule == "list_date_missing"
    assert cell in str(refused)
    assert "expected a date such as 2019-08-31" in str(refused)


@pytest.mark.parametrize("cell", ["2019-08-31", "2019-08-31 00:00:00", "2019-08-31T00:00", "31 August 2019", "Aug 31, 2019"])
def test_a_date_column_with_a_date(cell, tmp_path):
    assert edition(take(PortalCsv(list_date=cell).write(tmp_path)))["list_date"] == day("2019-08-31")


# --- population -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "names", "population"),
    [
        (sheet("Place id", "Families", "Own Property"), ("x",), "idp"),
        (sheet("Place ID", "IDPs Families", "Habitual residence"), ("x",), "returnee"),
        (sheet("Place ID", "Returnee Families"), ("x",), "returnee"),
        (sheet("Place id", "Families", name="RETURNEE DATASET"), ("x",), "returnee"),
        (sheet("Place id", "Families", titles=("Returnee Master List",)), ("x",), "returnee"),
        (sheet("Place id", "Families", titles=("IDP Master List",)), ("x",), "idp"),
        (sheet("Place id", "Families", titles=("IDPs and returnees in Iraq",)), ("Master_List_IDP.xlsx",), "idp"),
        (sheet("Place id", "Families"), ("round126_master_list_idp_2022.xlsx",), "idp"),
        (sheet("Place id", "Families"), ("Round64_Master_List_Returnee.xlsx",), "returnee"),
        (sheet("Place id", "Families", "Own Property"), ("Returnee list by mistake.xlsx",), "idp"),
    ],
)
def test_population(found, names, population):
    assert population_of(found, names) == population


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (sheet("Place id", "Families"), ("No header",)),
        (sheet("Place id", "Own Property", name="RETURNEE DATASET"), ("'Own Property'", "'RETURNEE DATASET'")),
        (sheet("Own Property", "Habitual residence"), ("'Own Property'", "'Habitual residence'")),
    ],
)
def test_population_that_is_not_clear(found, words):
    with pytest.raises(Refusal) as caught:
        population_of(found, ("list.xlsx",))
    assert caught.value.rule == "population_unclear"
    for word in words:
        assert word in str(caught.value)


# --- layout ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("population", ["idp", "returnee"])
def test_portal_layouts(population):
    found = sheet(*portal.headers(population))
    assert layout_of(Document("csv", (found,)), found, population) == "portal_csv"
    assert layout_of(Document("workbook", (found,)), found, population) == "portal_workbook"


@pytest.mark.parametrize("kind", released.KINDS, ids=lambda kind: kind.id)
def test_released_layouts(kind):
    found = sheet(*(header for header, _ in kind.columns()))
    assert layout_of(Document("workbook", (found,)), found, kind.population) == kind.layout


# --- round ----------------------------------------------------------------------------------------


def test_the_date_column_outweighs_titles_and_names():
    found = identity(sheet(*IDP, dates=("2019-08-31", "", "2019-08-31")), "2019-08-31.csv")
    assert (found.round, found.round_basis, found.list_date_basis) == (111, "registry", "date_column")


def test_the_title_rows_outweigh_the_name():
    found = identity(sheet(*IDP, titles=("as of 31 August 2019",)), "list.xlsx")
    assert (found.round, found.list_date_basis) == (111, "title_rows")


def test_the_name_is_read_where_nothing_else_is():
    assert identity(sheet(*IDP), "IDP 2019-08-31.xlsx").list_date_basis == "file_name"


def test_the_sheet_is_asked_last_and_may_carry_a_working_date():
    found = sheet(*IDP, name="1.DTM master list 20140826")
    assert identity(found, "Round5_Master_List_IDP_2014_August_24_IOM_DTM.xlsx").round == 5
    assert identity(sheet(*IDP, name="DTM Dataset 15 JAN 2015")).round == 12


@pytest.mark.parametrize(
    ("found", "name", "words"),
    [
        (sheet(*IDP, titles=("15 January 2018",)), "Round87_2017-1-15.xlsx", ("2018-01-15", "R87", "2017-01-15")),
        (sheet(*IDP, titles=("Round 88",)), "IDP 2018-01-15.xlsx", ("2018-01-15", "R87", "title rows say round 88")),
        (sheet(*IDP, titles=("Round 87",)), "Round88 2018-01-15.xlsx", ("R87", "named round 88")),
        (sheet(*IDP, name="20180131"), "IDP 2018-01-15.xlsx", ("R87", "R88", "'20180131'")),
        (sheet(*IDP, dates=("2018-01-15",)), "IDP 2018-01-31.csv", ("date column", "2018-01-15", "2018-01-31")),
    ],
)
def test_contradictions_are_named_with_both_sides(found, name, words):
    told = refused(found, name)
    assert told.rule == "round_mismatch"
    for word in words:
        assert word in str(told)


def test_names_of_the_same_bytes_must_agree():
    told = refused(sheet(*IDP), "IDP 2019-08-31.xlsx", "IDP 2019-10-31.xlsx")
    assert told.rule == "round_mismatch"
    assert "2019-08-31" in str(told)
    assert "2019-10-31" in str(told)


def test_a_second_name_without_a_date_adds_nothing():
    assert identity(sheet(*IDP), "copy.xlsx", "IDP 2019-08-31.xlsx") == identity(sheet(*IDP), "IDP 2019-08-31.xlsx")


def test_a_round_number_alone_is_no_list_date():
    told = refused(sheet(*IDP), "DTM_Iraq_Round128_Master_List_IDP.xlsx")
    assert told.rule == "list_date_missing"
    assert "named round 128" in str(told)
    assert "--round" in str(told)


# --- files whose names are wrong --------------------------------------------------------------------


def kind_of(round_number: int, population: str = "idp") -> released.Released:
    return next(kind for kind in released.KINDS if (kind.round, kind.population) == (round_number, population))


@pytest.mark.parametrize(("population", "rule"), [("idp", "list_date_unknown"), ("returnee", "round_mismatch")])
def test_r87_with_the_wrong_year_in_its_name(population, rule, tmp_path):
    kind = kind_of(87, population)
    path = kind.write(tmp_path)
    told = refusal(path)
    assert told.rule == rule
    assert "2017-01-15" in str(told)
    assert "round 87" in str(told) or "R87" in str(told)
    taken = edition(take(path, round=87))
    assert (taken["round"], taken["round_basis"], taken["list_date"]) == (87, "given", day("2018-01-15"))


def test_r124_with_an_impossible_date_in_its_name(tmp_path):
    kind = kind_of(124)
    assert edition(take(kind.write(tmp_path)))["list_date_basis"] == "title_rows"
    names = [header for header, _ in kind.columns()]
    tables = {kind.sheet: [["IDP Master List"], ["IOM"], names, *kind.table()[3:]]}
    path = released.write_workbook(tmp_path / kind.file, tables, kind.created)
    assert refusal(path).rule == "list_date_missing"
    assert edition(take(path, round=124))["list_date"] == day("2021-12-31")


def test_a_given_round_does_not_outweigh_what_the_file_says(tmp_path):
    told = refusal(PortalCsv().write(tmp_path), round=112)
    assert told.rule == "round_mismatch"
    for word in ("Round 112", "2019-10-31", "2019-08-31", "R111"):
        assert word in str(told)


def test_a_list_date_outside_the_registry_may_be_given_its_round(tmp_path):
    taken = edition(take(PortalCsv(list_date="2019-09-01").write(tmp_path, "list.csv"), round=111))
    assert (taken["round"], taken["list_date"], taken["list_date_basis"]) == (111, day("2019-09-01"), "date_column")


# --- vintage --------------------------------------------------------------------------------------


def test_vintages():
    assert identity(sheet(*IDP), "2019-08-31").vintage_basis == "document_metadata"
    assert identity(sheet(*IDP), "2019-08-31", vintage="2020-01-01").vintage_basis == "given"
    assert refused(sheet(*IDP), "2019-08-31", created=None).rule == "vintage_missing"


def test_the_portal_csv_series_has_a_declared_vintage(tmp_path):
    taken = edition(take(PortalCsv().write(tmp_path)))
    assert (taken["vintage_date"], taken["vintage_basis"]) == (day("2021-03-01"), "series_declared")


def test_a_csv_of_a_released_list_has_no_declared_vintage(tmp_path):
    kind = kind_of(64)
    lines = ["\t".join(str(cell) for cell in row) for row in kind.table()[4:]]
    path = tmp_path / "Master_List_IDP_2017-02-02.csv"
    path.write_text("\n".join(line.replace("\n", " ") for line in lines), encoding="utf-8")
    assert refusal(path).rule == "vintage_missing"


def test_a_workbook_made_before_its_list_date_is_refused(tmp_path):
    names, rows = interleaved("idp")
    path = tmp_path / "IDPs 2019-08-31.xlsx"
    released.write_workbook(path, {"Sheet": [names, *rows]}, day("2006-09-16"))
    told = refusal(path)
    assert told.rule == "vintage_early"
    assert "2006-09-16 (document metadata)" in str(told)
