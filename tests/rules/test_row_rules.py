"""One negative test per row rule: spoil one row of a valid list; the message names the row and what is expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from expectations.rules import ROW_RULES
from tests.fixtures.portal import PortalCsv, write_portal_workbook
from tests.fixtures.taking import edition, records, refusal, take

# The spoiled row of the list, and its number as a spreadsheet counts.
AT = 2
ROW = AT + 2


def spoiled(header: str, cell: str) -> Callable[[Path], Path]:
    return lambda folder: PortalCsv().set(AT, header, cell).write(folder)


def shifted(folder: Path) -> Path:
    """Cells from the Governorate on moved one to the right, as happens when an inserted cell pushes a row."""
    csv = PortalCsv()
    at = csv.at("Governorate")
    row = csv.rows[AT]
    csv.rows[AT] = [*row[:at], "", *row[at:-2], row[-1]]
    return csv.write(folder)


def formula(folder: Path) -> Path:
    path = write_portal_workbook(folder, "idp", stored=True)
    book = openpyxl.load_workbook(path)
    sheet = book["Sheet"]
    sheet.cell(ROW, 9).value = "=5+4"
    sheet.delete_rows(sheet.max_row)
    book.save(path)
    return path


CASES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "row_shifted": (shifted, "one column to the right, under 'District'"),
    "place_id_missing": (spoiled("Place ID", ""), "the Place ID is blank"),
    "place_id_invalid": (spoiled("Place ID", "7861-B"), "the Place ID is '7861-B', expected a whole number"),
    "place_id_twice": (spoiled("Place ID", "7.0"), "Place ID '7' is also in row 2"),
    "location_id_invalid": (spoiled("Location ID", "280002"), "the Location ID is '280002', expected seven digits"),
    "location_id_twice": (spoiled("Location ID", "1100007.0"), "Location ID '1100007' is also in row 2"),
    "location_id_governorate": (spoiled("Location ID", "2700029.0"), "does not begin with 28, the digits of Salah al-Din"),
    "governorate_unknown": (spoiled("Governorate", "Salahedin"), "governorate 'Salahedin' is none of the 18"),
    "district_unknown": (spoiled("District", "Mosul"), "district 'Mosul' is not known in Salah al-Din"),
    "households_missing": (spoiled("Families", " "), "'Families' is blank"),
    "households_invalid": (spoiled("Families", "0.0"), "'Families' is '0.0', expected a whole number of at least 1"),
    "cell_invalid": (spoiled("Camp", "12 families"), "'Camp' is '12 families', expected a whole number, not negative"),
    "coordinate_invalid": (spoiled("Latitude", "N 36.3"), "latitude is 'N 36.3', expected degrees such as 36.34"),
    "formula_in_row": (formula, "a cell holds a formula, expected values"),
}


def test_every_row_rule_has_its_test():
    assert set(CASES) == {rule.id for rule in ROW_RULES}


@pytest.mark.parametrize("rule", CASES)
def test_the_rule_refuses_the_row(rule, tmp_path):
    spoil, words = CASES[rule]
    path = spoil(tmp_path)
    refused = refusal(path)
    mine = [problem for problem in refused.rows if problem.rule == rule and problem.row == ROW]
    assert len(mine) == 1
    assert words in mine[0].detail
    assert f"row {ROW}: {mine[0].detail} [{rule}]" in "\n".join(refused.lines())


@pytest.mark.parametrize("rule", CASES)
def test_quarantine_sets_the_row_aside_with_its_reason(rule, tmp_path):
    path = CASES[rule][0](tmp_path)
    tables = take(path, quarantine=True)
    taken = edition(tables)
    rows = tables["clean_quarantine"].to_pylist()
    assert rule in {row["rule"] for row in rows if row["source_row"] == ROW}
    assert taken["completeness"] == "incomplete"
    assert taken["rows_read"] == 6 == taken["rows_kept"] + taken["rows_quarantined"]
    assert taken["rows_quarantined"] == len({row["source_row"] for row in rows})
    assert len(records(tables)) == taken["rows_kept"] == taken["locations"]


# Cells that look like numbers to some program. None of them may become another number.
NOT_WHOLE = ["12 families", "1,234", "١٢", "1e3", "0x1F", "12.5", "nan", "inf", "-3", "+3", "1 2", "3.", "²", "½", "1" * 13]


@pytest.mark.parametrize("cell", NOT_WHOLE)
@pytest.mark.parametrize("header", ["Families", "Anbar", "Individuals", "Place ID", "Location ID"])
def test_what_is_no_whole_number_is_never_read_as_one(header, cell, tmp_path):
    refused = refusal(PortalCsv().set(AT, header, cell).write(tmp_path))
    assert [problem.row for problem in refused.rows] == [ROW]
    assert f"'{cell}'" in refused.rows[0].detail


def test_a_row_breaks_every_rule_that_it_breaks(tmp_path):
    csv = PortalCsv().set(AT, "Place ID", "").set(AT, "Families", "x").set(AT, "District", "Atlantis")
    rules = {problem.rule for problem in refusal(csv.write(tmp_path)).rows}
    assert rules == {"place_id_missing", "households_invalid", "district_unknown"}


def test_a_shifted_row_is_said_to_be_shifted_and_nothing_else(tmp_path):
    refused = refusal(shifted(tmp_path))
    assert [problem.rule for problem in refused.rows] == ["row_shifted"]


def test_a_file_of_shifted_rows_is_refused(tmp_path):
    csv = PortalCsv()
    at = csv.at("Governorate")
    csv.rows[:-1] = [[*row[:at], "", *row[at:-2], row[-1]] for row in csv.rows[:-1]]
    refused = refusal(csv.write(tmp_path))
    assert {problem.rule for problem in refused.rows} == {"row_shifted"}
    assert len(refused.rows) == 6


def test_a_shift_of_the_counts_alone_is_refused(tmp_path):
    csv = PortalCsv()
    at = csv.at("Anbar")
    csv.rows[:-1] = [[*row[:at], *row[at + 1 : -1], "0.0", row[-1]] for row in csv.rows[:-1]]
    assert refusal(csv.write(tmp_path)).rule == "unit_unclear"


def test_the_first_twenty_bad_rows_are_shown(tmp_path):
    csv = PortalCsv()
    csv.rows = [[*row] for _ in range(5) for row in csv.rows[:5]]
    for at in range(len(csv.rows)):
        csv.rows[at][0] = str(at)
        csv.set(at, "Place ID", f"{at + 1}.0").set(at, "Location ID", "").set(at, "Governorate", "Atlantis")
    refused = refusal(csv.write(tmp_path))
    lines = refused.lines()
    assert "25 of 25 rows cannot be taken, and a published list is all or nothing." in lines[0]
    assert len(lines) == 1 + 20 + 1
    assert lines[1].startswith("    row 2: governorate 'Atlantis'")
    assert lines[-1] == "    ... and 5 more"


def test_quarantine_never_takes_a_list_without_a_good_row(tmp_path):
    csv = PortalCsv().set_column("Governorate", "Atlantis")
    assert refusal(csv.write(tmp_path), quarantine=True).rule == "rows_missing"
