"""The real lists are cleaned to the locations and households known of them, when the reference data is at hand.

The data is not part of this project and is never copied into it. Without it every test here skips. Totals are
measured: Source: "International Organization for Migration (IOM), Displacement Tracking Matrix (DTM)".
"""

from __future__ import annotations

import csv
import datetime
import io
import os
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.fixtures.taking import edition, refusal, take
from transforms.refusal import Refusal

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("DTM_REFERENCE_DATA") or ROOT.parent / "shared" / "data")

pytestmark = pytest.mark.skipif(not (DATA / "masterlists").is_dir(), reason="DTM reference data not available")

# Round, list date, IDP locations, IDP households, of which in camps, returnee locations, returnee households.
TOTALS = """
1   2014-04-01 809  73854  0      0    0
12  2015-01-15 2283 377202 32698  0    0
20  2015-05-07 3225 494343 40729  131  24294
42  2016-03-31 3784 569628 63445  369  92184
60  2016-12-08 3711 510691 85649  566  212304
74  2017-06-30 3654 558522 128121 720  325478
88  2018-01-31 3702 411829 108498 1220 557784
100 2018-07-31 3335 325664 95705  1442 659435
101 2018-08-15 3328 321978 94872  1457 663116
102 2018-08-31 3325 320076 95049  1479 671449
103 2018-09-15 3308 317420 94398  1494 673747
104 2018-09-30 3289 315116 93964  1539 679225
105 2018-10-15 3276 313323 93605  1561 681707
106 2018-10-31 3263 311099 93102  1568 685604
107 2018-12-31 3218 300472 91218  1578 694220
108 2019-02-28 3196 290830 89719  1596 701997
109 2019-04-30 3166 277518 88601  1651 711147
110 2019-06-30 3116 267858 84951  1662 717523
111 2019-08-31 3106 258819 78674  1688 725025
112 2019-10-31 3066 240750 59838  1773 743468
113 2019-12-31 3041 235772 56115  1865 766075
114 2020-02-29 3004 233195 55971  1956 776734
115 2020-04-29 2986 231590 55532  2027 784197
116 2020-06-30 2977 230222 55054  2042 786355
117 2020-08-31 2974 225443 52671  2070 790675
118 2020-10-31 2939 221569 50550  2090 797069
119 2020-12-31 2937 210863 41070  2121 805261
120 2021-02-28 2897 207213 37511  2140 808636
"""
ROWS = [line.split() for line in TOTALS.strip().splitlines()]
LISTS = [
    (population, int(row[0]), row[1], int(row[at]), int(row[at + 1]))
    for row in ROWS
    for population, at in (("idp", 2), ("returnee", 5))
    if int(row[at])
]
FILE = {"idp": "IDPs_MasterList_dataset_DTM_IOM{date}", "returnee": "Returnee_MasterList_dataset_DTM_IOM{date}"}


def name_of(population: str, list_date: str) -> str:
    return FILE[population].format(date=datetime.date.fromisoformat(list_date).strftime("%b %d, %Y"))


def path_of(population: str, list_date: str) -> Path:
    return DATA / "masterlists" / population / f"{name_of(population, list_date)}.csv"


@cache
def cleaned(population: str, list_date: str) -> dict[str, pa.Table]:
    return take(path_of(population, list_date))


def total(tables: dict[str, pa.Table], dimension: str = "", category: str = "") -> int:
    if not dimension:
        return pc.sum(tables["clean_record"]["households"]).as_py() or 0
    cells = tables["clean_cell"]
    own = pc.equal(cells["dimension"], dimension)
    if category:
        own = pc.and_(own, pc.equal(cells["category"], category))
    return pc.sum(cells.filter(own)["households"]).as_py() or 0


def test_there_are_54_lists():
    assert len(LISTS) == 54
    assert {path_of(population, date).name for population, _, date, _, _ in LISTS} == {
        path.name for path in (DATA / "masterlists").rglob("*.csv")
    }


@pytest.mark.parametrize(("population", "number", "list_date", "locations", "households"), LISTS)
def test_locations_and_households_of_a_list(population, number, list_date, locations, households):
    tables = cleaned(population, list_date)
    taken = edition(tables)
    assert (taken["population"], taken["round"], taken["list_date"].isoformat()) == (population, number, list_date)
    assert (taken["layout"], taken["unit_as_provided"], taken["completeness"]) == ("portal_csv", "households", "complete")
    assert (taken["rows_read"], taken["rows_kept"], taken["locations"]) == (locations, locations, locations)
    assert total(tables) == households
    records = tables["clean_record"]
    assert pc.all(pc.equal(records["individuals_as_provided"], pc.multiply(records["households"], 6))).as_py()
    assert total(tables, "origin_governorate" if population == "idp" else "last_displacement") == households


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"R{row[0]}")
def test_households_in_camps(row):
    assert total(cleaned("idp", row[1]), "shelter", "camp") == int(row[4])


@pytest.mark.parametrize("population", ["idp", "returnee"])
def test_the_workbook_holds_the_households_of_the_csv(population):
    book = take(DATA / "workbooks" / f"{name_of(population, '2019-08-31')}.xlsx")
    assert edition(book)["layout"] == "portal_workbook"
    assert edition(book)["vintage_date"] == datetime.date(2019, 9, 15)
    series = cleaned(population, "2019-08-31")
    count = ("place_id", "households", "individuals_as_provided")
    cell = ("place_id", "dimension", "category", "households")
    for table, columns in (("clean_record", count), ("clean_cell", cell)):
        keys = [(name, "ascending") for name in columns]
        first, second = (tables[table].select(columns).sort_by(keys) for tables in (book, series))
        assert first.equals(second)


@pytest.mark.parametrize("population", ["idp", "returnee"])
def test_a_change_of_any_one_cell_is_noticed(population, tmp_path):
    source = path_of(population, "2021-02-28")
    rows = list(csv.reader(io.StringIO(source.read_text(encoding="utf-8"), newline="")))
    path = tmp_path / source.name
    original = cleaned(population, "2021-02-28")
    for column, header in enumerate(rows[0]):
        before = rows[100][column]
        rows[100][column] = _changed(before)
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(rows)
        rows[100][column] = before
        assert _outcome(path) != original, header


def _changed(cell: str) -> str:
    try:
        return str(float(cell) + 1)
    except ValueError:
        return f"{cell}x"


def _outcome(path: Path) -> dict[str, pa.Table] | Refusal:
    try:
        return take(path)
    except Refusal as refused:
        return refused


def test_a_row_that_is_lost_is_noticed_by_the_totals_row(tmp_path):
    source = path_of("idp", "2019-08-31")
    rows = [row[1:] for row in csv.reader(io.StringIO(source.read_text(encoding="utf-8"), newline=""))]
    rows[-1] = ["Totals", *[""] * 7, "258819.0", *[""] * 41, rows[-1][-1]]
    path = tmp_path / source.name

    def write(listed: list[list[str]]) -> Path:
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(listed)
        return path

    assert edition(take(write(rows)))["rows_read"] == 3_106
    assert refusal(write([*rows[:200], *rows[201:]])).rule == "totals_row"
