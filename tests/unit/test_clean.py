"""Cleaning: each kind of file is read to the records from which it was written, and to nothing else."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.rules import UNIT_AGREEMENT_MINIMUM
from expectations.schema import conform
from expectations.tables import TABLES
from tests.fixtures import expected, long_2014, released
from tests.fixtures.places import Place, places
from tests.fixtures.portal import CSV_FILE, ROUND, PortalCsv, interleaved, portal_places, write_portal_workbook
from tests.fixtures.taking import SHA256, edition, records, refusal, take
from transforms import unit
from transforms.clean import CLEAN_TABLES
from transforms.refusal import Refusal

CREATED = datetime.date(2019, 9, 15)


def kind_of(round_number: int, population: str = "idp") -> released.Released:
    return next(kind for kind in released.KINDS if (kind.round, kind.population) == (round_number, population))


def demand_read(tables, population: str, listed: list[Place], in_camp: int | None = 6, names: bool = True) -> None:
    """The tables hold exactly the places from which the file was written."""
    assert list(tables) == list(CLEAN_TABLES)
    for name, data in tables.items():
        assert conform(data, TABLES[name]).equals(data)
    read = records(tables)
    assert list(read) == [str(place.place_id) for place in listed]
    for place in listed:
        row = read[str(place.place_id)]
        assert (row["governorate"], row["district"]) == (place.governorate, place.district)
        assert (row["location_name_en"], row["location_name_ar"]) == (place.name_en, place.name_ar if names else None)
        assert (row["latitude"], row["longitude"]) == pytest.approx((place.latitude, place.longitude))
        assert row["households"] == place.households
        assert row["individuals_as_provided"] == (place.individuals(in_camp) if in_camp else None)
        assert (row["update_status"], row["blank_cells"], row["sha256"]) == ("unknown", 0, SHA256)
    assert expected.read_cells(tables) == expected.cells(population, listed)
    assert tables["clean_quarantine"].num_rows == 0


# --- the kinds of released files ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", released.KINDS, ids=lambda kind: kind.id)
def test_every_kind_of_released_workbook(kind, tmp_path):
    tables = take(kind.write(tmp_path), **kind.said)
    demand_read(tables, kind.population, kind.places(), kind.in_camp)
    assert edition(tables) == {
        "sha256": SHA256,
        "source_file": kind.file,
        "source_sheet": kind.sheet,
        "layout": kind.layout,
        "population": kind.population,
        "round": kind.round,
        "round_basis": kind.round_basis,
        "list_date": kind.list_date,
        "list_date_basis": kind.date_basis,
        "vintage_date": kind.created,
        "vintage_basis": "given" if "vintage" in kind.said else "document_metadata",
        "unit_as_provided": kind.unit,
        "release_kind": "published",
        "completeness": "complete",
        "rows_read": 6,
        "rows_kept": 6,
        "rows_quarantined": 0,
        "locations": 6,
        "other_sheets": "Read me",
    }
    header_row = len(kind.titles) + 1
    assert [row["source_row"] for row in records(tables).values()] == list(range(header_row + 1, header_row + 7))
    carried = tables["clean_category"].to_pylist()
    margins = {"origin": expected.DIMENSION[kind.population], "shelter": "shelter", "period": "period"}
    meanings = [meaning.split(":") for _, meaning in kind.columns() if ":" in meaning]
    assert [(row["dimension"], row["category"]) for row in carried] == [(margins[m], category) for m, category in meanings]
    from_camp = "from_camp" in [meaning for _, meaning in kind.columns()]
    wanted = [place.from_camp if from_camp else None for place in kind.places()]
    assert [row["households_from_camp"] for row in records(tables).values()] == wanted


def test_the_kinds_are_those_of_the_catalogue():
    rounds = {
        "idp": {12, 18, 19, 24, 32, 36, 51, 64, 76, 87, 101, 112, 119, 124, 126, 128, 131, 134},
        "returnee": {18, 19, 24, 32, 36, 51, 64, 76, 87, 101, 112, 119, 124, 128, 131, 134},
    }
    for population, wanted in rounds.items():
        assert {kind.round for kind in released.KINDS if kind.population == population} == wanted
    assert sum(kind.round == 64 for kind in released.KINDS) == 3


def test_camps_count_five_individuals_in_the_column_of_the_list_only():
    camp = kind_of(119).places()[1]
    assert (camp.shelter, camp.individuals(5), camp.individuals()) == ({"camp": 240}, 1_200, 1_440)


# --- the long layouts of 2014 ----------------------------------------------------------------------------


def test_r5_with_a_sheet_for_each_wave(tmp_path):
    tables = take(long_2014.write_r5(tmp_path))
    demand_read(tables, "idp", long_2014.r5_places(), None, names=False)
    taken = edition(tables)
    assert (taken["round"], taken["layout"], taken["source_sheet"]) == (5, "long_2014", long_2014.R5_SHEET)
    assert (taken["rows_read"], taken["rows_kept"], taken["locations"]) == (21, 21, 6)


def test_r8_with_a_displacement_period(tmp_path):
    tables = take(long_2014.write_r8(tmp_path))
    demand_read(tables, "idp", long_2014.r8_places(), None, names=False)
    assert (edition(tables)["round"], edition(tables)["layout"]) == (8, "long_2014")
    assert {"post_august_2014"} <= set(tables["clean_category"]["category"].to_pylist())


def changed(path: Path, sheet: str, row: int, column: int, value: object) -> Path:
    book = openpyxl.load_workbook(path)
    book[sheet].cell(row, column).value = value
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("row", "column", "value", "rule", "words"),
    [
        (3, 8, "Ninewa", "place_id_twice", "Place ID '7' with ninewa is also in row 2"),
        (3, 8, "Atlantis", "governorate_unknown", "origin governorate 'Atlantis' is not known"),
        (3, 3, "Sumel", "place_id_twice", "Place ID '7' is in another district in row 2"),
        (3, 7, "x", "households_invalid", "'x', expected a whole number"),
    ],
)
def test_rows_of_one_place_must_fit_together(row, column, value, rule, words, tmp_path):
    path = changed(long_2014.write_r5(tmp_path), long_2014.R5_SHEET, row, column, value)
    told = refusal(path)
    own = [problem for problem in told.rows if problem.row == row]
    assert [problem.rule for problem in own] == [rule]
    assert words in own[0].detail


def test_a_place_of_several_rows_is_set_aside_as_a_whole(tmp_path):
    path = changed(long_2014.write_r8(tmp_path), long_2014.R8_SHEET, 3, 8, "Atlantis")
    tables = take(path, quarantine=True)
    rows = tables["clean_quarantine"].to_pylist()
    of_first = sum(1 for row in rows if "Sample Village 7" in row["raw"])
    assert len(rows) == of_first > 1
    assert "7" not in records(tables)
    assert sum("belongs to place '7', whose row 3 cannot be taken" in row["detail"] for row in rows) == of_first - 1


def test_a_wave_sheet_with_a_place_that_the_list_does_not_hold(tmp_path):
    path = changed(long_2014.write_r5(tmp_path), "4.IDPs by Org June-July14", 2, 1, 999)
    told = refusal(path)
    assert told.rule == "sheet_unclear"
    assert "'4.IDPs by Org June-July14'" in str(told)


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        (2, "Atlantis", "governorate_unknown"),
        (7, "x", "households_invalid"),
        (7, "=1+1", "formula_in_row"),
        (7, None, "households_missing"),
        (8, "Atlantis", "governorate_unknown"),
        (5, "north", "coordinate_invalid"),
    ],
)
@pytest.mark.parametrize("quarantine", [False, True])
def test_a_bad_row_of_a_wave_sheet_refuses_the_file(column, value, rule, quarantine, tmp_path):
    sheet = "4.IDPs by Org June-July14"
    told = refusal(changed(long_2014.write_r5(tmp_path), sheet, 2, column, value), quarantine=quarantine)
    assert told.rule == rule
    assert {problem.row for problem in told.rows} == {2}
    assert f"'{sheet}'" in str(told)
    assert not told.is_for_quarantine


def test_a_place_in_quarantine_is_left_out_of_the_wave_sheets_too(tmp_path):
    whole = take(long_2014.write_r5(tmp_path))
    tables = take(changed(long_2014.write_r5(tmp_path), long_2014.R5_SHEET, 2, 7, "x"), quarantine=True)
    assert records(tables).keys() == records(whole).keys() - {"7"}
    waves = [row for row in whole["clean_cell"].to_pylist() if row["dimension"] == "period" and row["place_id"] != "7"]
    assert [row for row in tables["clean_cell"].to_pylist() if row["dimension"] == "period"] == waves


# --- portal exports --------------------------------------------------------------------------------------


@pytest.mark.parametrize("population", ["idp", "returnee"])
def test_the_portal_csv(population, tmp_path):
    tables = take(PortalCsv(population).write(tmp_path))
    demand_read(tables, population, portal_places(population))
    taken = edition(tables)
    assert (taken["layout"], taken["round"], taken["list_date_basis"]) == ("portal_csv", ROUND, "date_column")
    assert {row["location_id"] for row in records(tables).values()} == {str(p.location_id) for p in portal_places(population)}


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("population", ["idp", "returnee"])
def test_the_portal_workbook(population, stored, tmp_path):
    tables = take(write_portal_workbook(tmp_path, population, stored=stored))
    demand_read(tables, population, portal_places(population))
    taken = edition(tables)
    assert (taken["layout"], taken["round"], taken["vintage_date"]) == ("portal_workbook", ROUND, CREATED)
    assert taken["rows_read"] == 6


def test_sixteen_columns_stand_twice_in_the_idp_workbook():
    names, _ = interleaved("idp")
    assert (len(names), len(set(names))) == (66, 50)


def test_columns_that_stand_twice_must_be_equal(tmp_path):
    path = write_portal_workbook(tmp_path, "idp", stored=True)
    names, _ = interleaved("idp")
    told = refusal(changed(path, "Sheet", 4, len(names) - names[::-1].index("Schoolbuilding"), 77))
    assert told.rule == "column_twice"
    assert "row 4" in str(told)
    assert "'Schoolbuilding'" in str(told)


def test_another_list_under_the_same_name_is_another_record(tmp_path):
    first = take(PortalCsv().write(tmp_path))
    second = take(PortalCsv().set(0, "Families", "18.0").set(0, "Salahal Din", "2.0").write(tmp_path))
    assert records(first)["7"]["households"] == 17
    assert records(second)["7"]["households"] == 18


# --- the totals row ----------------------------------------------------------------------------------------


def with_last(tmp_path: Path, cells: dict[str, str]) -> Path:
    csv = PortalCsv()
    csv.rows[-1] = [""] * len(csv.header)
    for header, cell in cells.items():
        csv.set(-1, header, cell)
    return csv.write(tmp_path)


@pytest.mark.parametrize(
    "cells",
    [
        {"Location ID": "Totals: Locations:3,106", "Families": "1504"},
        {"Families": "1504.0", "Individuals": "9024.0"},
        {"Governorate": "Grand Total", "Families": "1504"},
        {"Location Name": "TOTAL"},
    ],
)
def test_a_totals_row_is_no_location(cells, tmp_path):
    assert edition(take(with_last(tmp_path, cells)))["rows_read"] == 6


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"Location ID": "Totals", "Families": "1503"}, "totals_row"),
        ({"Families": "1503"}, "governorate_unknown"),
        ({"Location Name": "Unknown village", "Families": "1504"}, "governorate_unknown"),
        ({"Governorate": "Ninewa", "District": "Mosul", "Location Name": "Totalabad"}, "households_missing"),
        ({"Location ID": "Source: IOM DTM"}, "governorate_unknown"),
    ],
)
def test_a_last_row_that_is_no_totals_row_is_not_left_out(cells, rule, tmp_path):
    assert refusal(with_last(tmp_path, cells)).rule == rule


def test_a_row_beyond_the_totals_row_is_not_left_out(tmp_path):
    csv = PortalCsv()
    csv.rows[-1] = [""] * len(csv.header)
    csv.set(-1, "Location ID", "Totals").set(-1, "Families", "1504")
    csv.rows.append(["", *PortalCsv().rows[0][1:]])
    csv.set(-1, "Place ID", "9001").set(-1, "Location ID", "1109001")
    told = refusal(csv.write(tmp_path))
    assert {problem.row for problem in told.rows} == {8}


def test_a_bad_number_is_named_rather_than_the_sum_that_it_spoils(tmp_path):
    csv = PortalCsv().set(0, "Families", "17 families")
    csv.rows[-1] = [""] * len(csv.header)
    csv.set(-1, "Location ID", "Totals").set(-1, "Families", "1504")
    assert refusal(csv.write(tmp_path)).rule == "households_invalid"


# --- cells ---------------------------------------------------------------------------------------------------


def test_leading_zeros_and_spaces_of_ids_mean_nothing(tmp_path):
    csv = PortalCsv().set(0, "Place ID", " 0007.0").set(1, "Location Name", "  Sample  ").set(1, "Governorate", " ninewa ")
    tables = take(csv.write(tmp_path))
    assert records(tables)["7"]["households"] == 17
    assert records(tables)["18"]["location_name_en"] == "Sample"
    assert (records(tables)["18"]["governorate"], records(tables)["18"]["governorate_as_listed"]) == ("Ninewa", "ninewa")


def test_a_place_id_that_differs_by_leading_zeros_only_is_there_twice(tmp_path):
    told = refusal(PortalCsv().set(3, "Place ID", "007").write(tmp_path))
    assert {(problem.row, problem.rule) for problem in told.rows} == {(2, "place_id_twice"), (5, "place_id_twice")}


def test_places_without_names_and_coordinates(tmp_path):
    csv = PortalCsv()
    for header in ("Location Name", "Arabic Name", "Latitude", "Longitude", "Location ID"):
        csv.set(0, header, " ")
    row = records(take(csv.write(tmp_path)))["7"]
    assert [row[name] for name in ("location_name_en", "location_name_ar", "latitude", "longitude", "location_id")] == [None] * 5


@pytest.mark.parametrize(("cell", "degrees"), [("36.5", 36.5), ("-36", -36.0), (".5", 0.5), ("36.", 36.0), ("180", 180.0)])
def test_degrees(cell, degrees, tmp_path):
    assert records(take(PortalCsv().set(0, "Latitude", cell).write(tmp_path)))["7"]["latitude"] == degrees


@pytest.mark.parametrize("cell", ["36,5", "36°12'", "nan", "inf", "1e1", "181", "٣٦", "36.5 N", "--36", "3 6"])
def test_no_degrees(cell, tmp_path):
    told = refusal(PortalCsv().set(0, "Latitude", cell).write(tmp_path))
    assert [(problem.row, problem.rule) for problem in told.rows] == [(2, "coordinate_invalid")]


def test_a_blank_cell_is_zero_where_the_row_adds_up_without_it(tmp_path):
    csv = PortalCsv("returnee")
    for header in ("Wassit", "Erbil", "Camp"):
        csv.set(0, header, csv.rows[0][csv.at(header)].replace("0.0", ""))
    tables = take(csv.write(tmp_path))
    assert records(tables)["7"]["blank_cells"] == 3
    assert expected.read_cells(tables) == expected.cells("returnee", portal_places("returnee"))


def test_a_blank_cell_is_not_known_where_the_row_does_not_add_up_without_it(tmp_path):
    csv = PortalCsv("returnee").set(3, "Rented_houses", "")
    tables = take(csv.write(tmp_path))
    place = portal_places("returnee")[3]
    wanted = expected.cells("returnee", portal_places("returnee"))
    wanted[str(place.place_id), "shelter", "rented"] = None
    assert place.shelter["rented"] > 0
    assert records(tables)[str(place.place_id)]["blank_cells"] == 0
    assert expected.read_cells(tables) == wanted


# --- quarantine ----------------------------------------------------------------------------------------------


def test_a_row_set_aside_is_kept_as_it_was_read(tmp_path):
    csv = PortalCsv().set(2, "District", "Atlantis").set(2, "Camp", "?").set(4, "Families", "")
    tables = take(csv.write(tmp_path), quarantine=True)
    taken = edition(tables)
    assert (taken["rows_read"], taken["rows_kept"], taken["rows_quarantined"]) == (6, 4, 2)
    assert (taken["completeness"], taken["locations"]) == ("incomplete", 4)
    rows = tables["clean_quarantine"].to_pylist()
    assert [(row["source_row"], row["rule"]) for row in rows] == [
        (4, "cell_invalid"),
        (4, "district_unknown"),
        (6, "households_missing"),
    ]
    assert json.loads(rows[0]["raw"]) == [list(pair) for pair in zip(csv.header, csv.rows[2], strict=True)]
    left = [place for at, place in enumerate(portal_places("idp")) if at not in (2, 4)]
    assert expected.read_cells(tables) == expected.cells("idp", left)


def test_quarantine_changes_nothing_where_nothing_is_wrong(tmp_path):
    path = PortalCsv().write(tmp_path)
    assert take(path, quarantine=True) == take(path)


# --- the unit of breakdown cells -------------------------------------------------------------------------


def agreeing(rows: int, of: int) -> tuple[np.ndarray, np.ndarray]:
    """Margins of which so many agree with the households."""
    households = np.full(of, 10)
    return np.where(np.arange(of) < rows, households, 11), households


def test_the_unit_needs_99_rows_of_100():
    assert UNIT_AGREEMENT_MINIMUM == 0.99
    assert unit.decide(*agreeing(99, 100), np.full(100, 60), "f") == "households"
    assert unit.decide(*agreeing(990, 1000), None, "f") == "households"
    with pytest.raises(Refusal) as caught:
        unit.decide(*agreeing(98, 100), np.full(100, 60), "f")
    assert caught.value.rule == "unit_unclear"
    with pytest.raises(Refusal):
        unit.decide(*agreeing(989, 1000), None, "f")


def test_the_unit_of_individuals():
    margin, households = agreeing(99, 100)
    assert unit.decide(margin * 6, households, households * 6, "f") == "individuals"


def test_a_margin_that_fits_both_counts_is_unclear():
    margin, households = agreeing(100, 100)
    with pytest.raises(Refusal) as caught:
        unit.decide(margin, households, households, "f")
    assert "households on 100 of 100 rows and individuals on 100 of 100 rows" in str(caught.value)


@pytest.mark.parametrize(
    ("cell", "households", "individuals", "read"),
    [
        (12, 10, 60, 2),
        (13, 10, 60, None),
        (0, 10, 60, 0),
        (60, 10, 60, 10),
        (10, 10, 50, 2),
        (56, 10, 56, 10),
        (28, 10, 56, None),
        (0, 10, 56, 0),
        (5, 10, 0, None),
        (5, 0, 60, None),
        (3, 10, 7, None),
    ],
)
def test_cells_in_individuals_are_never_rounded(cell, households, individuals, read):
    values, unknown = unit.to_households(np.array([[cell]]), np.array([households]), np.array([individuals]))
    assert (None if unknown[0, 0] else int(values[0, 0])) == read


def test_a_remainder_makes_the_cell_unknown(tmp_path):
    kind = kind_of(119)
    table = kind.table()
    names = table[2]
    row = table[3]
    rest, anbar = names.index("Thi-Qar"), names.index("Anbar")
    row[rest], row[anbar] = row[rest] - 3, row[anbar] + 3
    path = released.write_workbook(tmp_path / kind.file, {kind.sheet: table}, kind.created)
    tables = take(path)
    wanted = expected.cells("idp", kind.places())
    wanted["7", "origin_governorate", "thi_qar"] = wanted["7", "origin_governorate", "anbar"] = None
    assert edition(tables)["unit_as_provided"] == "individuals"
    assert expected.read_cells(tables) == wanted


def test_a_list_of_one_hundred_and_one_locations_may_miss_one_margin(tmp_path):
    csv = PortalCsv()
    csv.rows = [[*csv.rows[0]] for _ in range(101)]
    for at, row in enumerate(csv.rows):
        row[0] = str(at)
        csv.set(at, "Place ID", f"{at + 1}").set(at, "Location ID", "")
    csv.set(7, "Wassit", "5")
    assert edition(take(csv.write(tmp_path)))["unit_as_provided"] == "households"
    csv.set(8, "Wassit", "5")
    assert refusal(csv.write(tmp_path)).rule == "unit_unclear"


# --- anything else -----------------------------------------------------------------------------------------------


def _bytes_of(kind: str, folder: Path) -> bytes:
    if kind == "csv":
        return PortalCsv("returnee").data()
    if kind == "xls":
        return kind_of(24, "returnee").write(folder).read_bytes()
    return write_portal_workbook(folder, "idp", stored=True).read_bytes()


@pytest.fixture(scope="module")
def valid(tmp_path_factory) -> dict[str, bytes]:
    return {kind: _bytes_of(kind, tmp_path_factory.mktemp(kind)) for kind in ("csv", "xls", "xlsx")}


CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 40),
        st.one_of(st.binary(max_size=12), st.sampled_from([b'"', b"\n", b",,", b"\x00", b"\xff\xff\xff\xff", b"<f>", b"9999"])),
    ),
    min_size=1,
    max_size=4,
)
FUZZ = settings(
    max_examples=120,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


def mutated(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """Some bytes replaced by others, fewer or more."""
    for where, length, new in changes:
        at = int(where * len(data))
        data = data[:at] + new + data[at + length :]
    return data


def demand_taken_or_refused(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    for quarantine in (False, True):
        try:
            tables = take(path, vintage="2022-01-01", quarantine=quarantine)
        except Refusal as refused:
            assert path.name in str(refused)
            assert all("\n" not in line for line in refused.lines())
        else:
            assert list(tables) == list(CLEAN_TABLES)


@pytest.mark.parametrize("kind", ["csv", "xls", "xlsx"])
@FUZZ
@given(changes=CHANGES)
def test_changed_bytes_are_taken_or_refused_and_nothing_else(kind, changes, valid, tmp_path):
    name = CSV_FILE["idp"].replace(".csv", f".{kind}")
    demand_taken_or_refused(mutated(valid[kind], changes), tmp_path / name)


@FUZZ
@given(changes=CHANGES, part=st.sampled_from(["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"]))
def test_changed_xml_of_a_workbook_is_taken_or_refused_and_nothing_else(changes, part, valid, tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(valid["xlsx"])) as book, zipfile.ZipFile(out, "w") as copy:
        for name in book.namelist():
            content = book.read(name)
            copy.writestr(name, mutated(content, changes) if name == part else content)
    demand_taken_or_refused(out.getvalue(), tmp_path / CSV_FILE["idp"].replace(".csv", ".xlsx"))


def test_the_fixtures_use_every_category_that_they_carry():
    listed = places("idp", ["camp", "rented", "other"], ["pre_june_2014", "august_2014"])
    assert {name for place in listed for name in place.shelter} == {"camp", "rented", "other"}
    assert all(sum(part.values()) == place.households for place in listed for part in (place.origin, place.shelter, place.period))
