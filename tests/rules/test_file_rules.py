"""One negative test per file rule: spoil one thing of a valid file; the message names it and says what to do."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from expectations.rules import FILE_RULES, RULES
from tests.fixtures import hostile, released
from tests.fixtures.portal import PortalCsv, interleaved, write_portal_workbook
from tests.fixtures.taking import refusal, take

# Rules that are judged outside this step, and where.
NOT_HERE = {
    "file_missing": "the command line looks for the files before any of them is read",
    "list_twice": "needs two files; transforms.editions compares them",
    "landing_damaged": "compares landed bytes with their hash before a file is read",
}

CREATED = datetime.date(2019, 9, 15)
# What must be in the message, besides the file name and what to do.
Said = tuple[str, ...]
Case = Callable[[Path], tuple[Path, dict, Said]]
CASES: dict[str, Case] = {}


def case(function: Case) -> Case:
    CASES[function.__name__] = function
    return function


def written(folder: Path, data: bytes, name: str = "IDP list.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@case
def file_empty(folder: Path) -> tuple[Path, dict, Said]:
    return written(folder, b""), {}, ("0 bytes",)


@case
def file_kind(folder: Path) -> tuple[Path, dict, Said]:
    data = PortalCsv().data()
    return written(folder, data[:500] + b"\x00" + data[501:]), {}, ("byte 500", "NUL")


@case
def file_utf8(folder: Path) -> tuple[Path, dict, Said]:
    text = PortalCsv().text()
    data = text.encode("cp1256")
    first = text.index("ق")
    return written(folder, data), {}, (f"Byte {first} ", "line 2", "cp1256")


@case
def workbook_unreadable(folder: Path) -> tuple[Path, dict, Said]:
    path = write_portal_workbook(folder, "idp", stored=True)
    path.write_bytes(path.read_bytes()[:-400])
    return path, {}, ("damaged",)


@case
def workbook_too_large(folder: Path) -> tuple[Path, dict, Said]:
    data = hostile.bomb_by_ratio()
    return written(folder, data, "IDP list.xlsx"), {}, (f"{len(data):,} bytes", f"{100 * len(data):,} bytes")


@case
def header_missing(folder: Path) -> tuple[Path, dict, Said]:
    csv = PortalCsv()
    csv.header = [f"column {at}" for at in range(len(csv.header))]
    return csv.write(folder), {}, ("first 8 rows",)


@case
def sheet_unclear(folder: Path) -> tuple[Path, dict, Said]:
    names, rows = interleaved("returnee")
    tables = {"RETURNEE DATASET": [names, *rows], "Copy": [names, *rows]}
    path = released.write_workbook(folder / "Returnee 2019-08-31.xlsx", tables, CREATED)
    return path, {}, ("'RETURNEE DATASET'", "'Copy'")


@case
def column_missing(folder: Path) -> tuple[Path, dict, Said]:
    return PortalCsv().drop("District").write(folder), {}, ("no column for district",)


@case
def column_unknown(folder: Path) -> tuple[Path, dict, Said]:
    return PortalCsv().add("Hostfamilys", "0").write(folder), {}, ("Column 52", "'Hostfamilys'", "'Hostfamilies'")


@case
def row_index(folder: Path) -> tuple[Path, dict, Said]:
    csv = PortalCsv()
    del csv.rows[3]
    return csv.write(folder), {}, ("row index in column 1", "from 2 to 4")


@case
def column_twice(folder: Path) -> tuple[Path, dict, Said]:
    csv = PortalCsv().add("Camp", "0.0")
    csv.set(1, "Camp", "12.0")
    return csv.write(folder), {}, ("Columns 30 ('Camp') and 52 ('Camp')", "row 3", "'12.0'", "'0.0'")


@case
def row_ragged(folder: Path) -> tuple[Path, dict, Said]:
    csv = PortalCsv()
    csv.rows[2].append("extra")
    return csv.write(folder), {}, ("Row 4 has 53 cells", "header has 52")


@case
def rows_missing(folder: Path) -> tuple[Path, dict, Said]:
    csv = PortalCsv()
    csv.rows = []
    return csv.write(folder), {}, ("no row",)


@case
def totals_row(folder: Path) -> tuple[Path, dict, Said]:
    return write_portal_workbook(folder, "idp", stored=True, total=1_500), {}, ("says 1,500 households", "6 rows", "1,504")


@case
def population_unclear(folder: Path) -> tuple[Path, dict, Said]:
    names, rows = interleaved("returnee")
    path = released.write_workbook(folder / "2019-08-31.xlsx", {"Sheet": [["IDPs, August 2019"], names, *rows]}, CREATED)
    return path, {}, ("'IDPs, August 2019' says IDPs", "'Returnee Families' says returnees")


@case
def list_date_missing(folder: Path) -> tuple[Path, dict, Said]:
    return PortalCsv().drop("date").write(folder, "IDPs Round 111.csv"), {"vintage": "2021-03-01"}, ("No list date", "round 111")


@case
def list_date_mixed(folder: Path) -> tuple[Path, dict, Said]:
    return PortalCsv().set(2, "date", "2019-06-30").write(folder), {}, ("'date'", "2019-06-30", "2019-08-31")


@case
def list_date_unknown(folder: Path) -> tuple[Path, dict, Said]:
    return PortalCsv(list_date="2019-09-01").write(folder, "list.csv"), {}, ("2019-09-01", "date column")


@case
def round_mismatch(folder: Path) -> tuple[Path, dict, Said]:
    return PortalCsv().write(folder, "Round112.csv"), {}, ("2019-08-31", "R111", "round 112")


@case
def round_unknown(folder: Path) -> tuple[Path, dict, Said]:
    return PortalCsv().write(folder), {"round": 999}, ("Round 999", "R1 to R134")


@case
def vintage_missing(folder: Path) -> tuple[Path, dict, Said]:
    kind = next(kind for kind in released.KINDS if kind.by == "xlwt")
    return kind.write(folder), {}, ("when it was exported",)


@case
def vintage_early(folder: Path) -> tuple[Path, dict, Said]:
    return PortalCsv().write(folder), {"vintage": "2019-08-30"}, ("2019-08-30", "2019-08-31")


@case
def unit_unclear(folder: Path) -> tuple[Path, dict, Said]:
    return PortalCsv().set(0, "Wassit", "5.0").write(folder), {}, ("households on 5 of 6 rows", "individuals on 0 of 6 rows")


def test_every_file_rule_has_its_test():
    assert set(CASES) | set(NOT_HERE) == {rule.id for rule in FILE_RULES}
    assert not set(CASES) & set(NOT_HERE)


@pytest.mark.parametrize("rule", CASES)
def test_the_rule_refuses_the_file(rule, tmp_path):
    path, told, said = CASES[rule](tmp_path)
    refused = refusal(path, **told)
    assert refused.rule == rule
    assert str(refused).endswith(RULES[rule].todo)
    for words in said:
        assert words in str(refused)


@pytest.mark.parametrize("population", ["idp", "returnee"])
def test_the_valid_files_are_taken(population, tmp_path):
    take(PortalCsv(population).write(tmp_path))
    take(write_portal_workbook(tmp_path, population, stored=True))
