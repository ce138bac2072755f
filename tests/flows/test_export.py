"""``dtm export``: what partners open, byte for byte, and what happens where it cannot be written."""

from __future__ import annotations

import csv
import datetime
import errno
import hashlib
import io
import os
import re
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.utils.escape import unescape

from expectations import dictionary
from expectations.columns import COLUMNS
from expectations.schema import schema
from expectations.tables import TABLES, published
from flows import export, files
from flows.problem import ExitCode
from flows.published import Published
from tests.flows.conftest import Ran

HOSTILE = [
    "=1+1",
    "+1",
    "-Check Point 75(Al-Rasheed)-",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "'=1+1",
    "''-x",
    "'plain",
    "x=1",
    " =1",
    "a;=1+1",
    'say "hi", she said',
    "two\nlines",
    "كركوك - المركز",
    "=كركوك",
    "",
    None,
    "_x0041_",
    "http://example.org",
    "0012",
    "1e5",
    "true",
]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def exported(dtm: Callable[..., Ran], sample_data_folder: Path) -> Callable[..., Ran]:
    return lambda table, *words: dtm("export", table, *words, "--data", sample_data_folder)


def hostile_rows() -> pa.Table:
    """Rows of ``location`` with one hostile name each."""
    count = len(HOSTILE)
    columns = {name: [None] * count for name in TABLES["location"].columns}
    columns |= {
        "place_id": [f"{n:04d}" for n in range(count)],
        "governorate": ["Kirkuk"] * count,
        "governorate_pcode": ["IQG13"] * count,
        "district": ["Kirkuk"] * count,
        "district_pcode": ["IQG13Q01"] * count,
        "district_pcode_match": ["name"] * count,
        "subdistrict_basis": ["unknown"] * count,
        "location_name_en": HOSTILE,
        "location_name_ar": HOSTILE,
        "latitude": [35.5] * count,
        "is_idp_location": [True] * count,
        "is_returnee_location": [False] * count,
        "first_round": [1] * count,
        "last_round": [1200] * count,
    }
    return pa.table(columns, schema=schema(TABLES["location"]))


# --- CSV ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [table.name for table in published()])
def test_every_table_comes_back_from_csv_as_it_is(exported: Callable[..., Ran], out: Path, held: Published, table: str) -> None:
    target = out / f"{table}.csv"
    ran = exported(table, "-o", target)
    assert ran.code == ExitCode.OK
    rows = held.table(table)
    assert ran.out == f"Wrote {rows.num_rows:,} row{'s' * (rows.num_rows != 1)} of {table} to {target}.\n"
    content = target.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, na_values=[], encoding="utf-8-sig")
    assert list(read.columns) == list(TABLES[table].columns)
    for name, field in zip(TABLES[table].columns, rows.schema, strict=True):
        values = rows.column(name).to_pylist()
        if pa.types.is_string(field.type):
            assert [undone(text) for text in read[name]] == [value or "" for value in values]
        elif pa.types.is_floating(field.type):
            assert [float(text) if text else None for text in read[name]] == values
        elif pa.types.is_boolean(field.type):
            assert [{"true": True, "false": False, "": None}[text] for text in read[name]] == values
        else:
            assert list(read[name]) == ["" if value is None else str(value) for value in values]


def undone(text: str) -> str:
    """The text without the apostrophe that the dictionary announces."""
    return text[1:] if re.match(r"'+[=+\-@\t\r]", text) else text


def test_formulas_are_defused_exactly(out: Path) -> None:
    export.to_csv(hostile_rows(), out / "x.csv")
    with open(out / "x.csv", encoding="utf-8-sig", newline="") as handle:
        written = [row["location_name_en"] for row in csv.DictReader(handle)]
    for before, after in zip(HOSTILE, written, strict=True):
        assert not re.match(r"[=+\-@\t\r]", after)
        assert undone(after) == (before or "")
    assert [after for before, after in zip(HOSTILE, written, strict=True) if after != (before or "")] == [
        "'=1+1",
        "'+1",
        "'-Check Point 75(Al-Rasheed)-",
        "'@SUM(A1)",
        "'\tx",
        "'\rx",
        "''=1+1",
        "'''-x",
        "'=كركوك",
    ]
    content = (out / "x.csv").read_text(encoding="utf-8-sig")
    assert '"a;=1+1"' in content  # where ; separates, quotes keep the cell in one piece


# --- Parquet -----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [table.name for table in published()])
def test_every_table_comes_back_from_parquet_with_its_meaning(
    exported: Callable[..., Ran], out: Path, held: Published, table: str
) -> None:
    target = out / f"{table}.parquet"
    assert exported(table, "-o", target).code == ExitCode.OK
    read = pq.ParquetFile(target).read()
    assert read.equals(held.table(table))
    assert read.schema.equals(schema(TABLES[table]), check_metadata=True)
    assert read.schema.metadata[b"description"].decode() == TABLES[table].meaning
    for field in read.schema:
        about = {key.decode(): value.decode() for key, value in field.metadata.items()}
        column = COLUMNS[field.name]
        assert (about["description"], about.get("unit"), about.get("hxl")) == (column.meaning, column.unit, column.hxl)
    assert duckdb.sql(f"select count(*) from '{target}'").fetchall() == [(read.num_rows,)]


# --- XLSX --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def workbook(sample_data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    from flows.cli import main

    target = tmp_path_factory.mktemp("xlsx") / "idp-120.xlsx"
    words = ["export", "idp_master_list", "--round", "R120", "-o", str(target), "--data", str(sample_data_folder)]
    assert main(words) == 0
    return openpyxl.load_workbook(target)


def test_workbook_has_data_dictionary_and_caveats(workbook: openpyxl.Workbook) -> None:
    assert workbook.sheetnames == ["Data", "Dictionary", "Caveats"]
    for sheet in workbook:
        assert sheet.freeze_panes == "A2"
        assert not sheet.merged_cells.ranges


def test_data_sheet_is_the_table(workbook: openpyxl.Workbook, held: Published) -> None:
    sheet = workbook["Data"]
    rows = held.table("idp_master_list", round=120)
    header, *cells = sheet.iter_rows(values_only=True)
    assert list(header) == list(TABLES["idp_master_list"].columns)
    assert sheet.auto_filter.ref == f"A1:{openpyxl.utils.get_column_letter(len(header))}{rows.num_rows + 1}"
    assert len(cells) == rows.num_rows
    dates = [at for at, name in enumerate(header) if COLUMNS[name].type == "date"]
    for row, expected in zip(cells, zip(*(column.to_pylist() for column in rows.columns), strict=True), strict=True):
        own = [value.date() if at in dates and value is not None else value for at, value in enumerate(row)]
        assert own == [None if value == "" else value for value in expected]


def test_cells_have_the_kind_of_their_column(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["Data"]
    kinds = {"text": "s", "integer": "n", "real": "n", "boolean": "b", "date": "d"}
    for column in sheet.iter_cols():
        name = column[0].value
        assert {cell.data_type for cell in column[1:] if cell.value is not None} <= {kinds[COLUMNS[name].type]}, name
        if name == "households":
            assert {cell.number_format for cell in column[1:]} == {"#,##0"}
        if name == "round":
            assert {cell.number_format for cell in column[1:]} == {"0"}
        if name == "list_date":
            assert {cell.number_format for cell in column[1:]} == {"yyyy-mm-dd"}
        if name == "location_name_ar":
            written = [cell for cell in column[1:] if cell.value]
            assert {(cell.alignment.horizontal, cell.alignment.readingOrder) for cell in written} == {("right", 2)}


def test_columns_are_wide_enough_for_what_they_hold(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["Data"]
    # openpyxl keeps neighbours of one width as one range
    widths = {at: d.width for d in sheet.column_dimensions.values() for at in range(d.min, d.max + 1)}
    for at, column in enumerate(sheet.iter_cols(values_only=True), start=1):
        is_text = COLUMNS[column[0]].type == "text"
        longest = max(len(value) for value in column if isinstance(value, str) and (is_text or value == column[0]))
        assert min(longest, 37) + 1 <= widths[at] <= 39, column[0]


def test_dictionary_sheet_is_the_dictionary(workbook: openpyxl.Workbook) -> None:
    header, *lines = workbook["Dictionary"].iter_rows(values_only=True)
    assert header == ("column", "type", "unit", "meaning")
    assert [tuple(cell or "" for cell in line) for line in lines] == dictionary.entry(TABLES["idp_master_list"])


def test_caveats_name_source_unit_list_and_exceptions(workbook: openpyxl.Workbook, held: Published) -> None:
    header, *lines = workbook["Caveats"].iter_rows(values_only=True)
    assert header == ("about", "what to know")
    about = [line[0] for line in lines]
    assert about[:5] == ["Source", "Table", "Unit", "Empty cells", "Margins"]
    assert "International Organization for Migration (IOM), Displacement Tracking Matrix (DTM)" in lines[0][1]
    assert all(name == "idp R120" or name == "method, R120" for name in about[5:])
    counted = [
        row
        for row in held.table("rule_count", round=120).to_pylist()
        if (row["population"], row["severity"]) == ("idp", "warning")
    ]
    said = "\n".join(line[1] for line in lines)
    for row in counted:
        assert re.search(rf"^{row['rows_found']} rows? breaks? the rule {row['rule']} \(", said, re.M)
    assert sum("break" in line[1] and "the rule" in line[1] for line in lines) == len(counted)
    for number, line in enumerate(lines, start=2):
        height = workbook["Caveats"].row_dimensions[number].height or 15
        assert height >= 15 * (1 + len(line[1]) // 150)


@pytest.mark.parametrize(
    ("table", "unit"),
    [("emergency_figure", "Households as trackers record them"), ("crossing_headcount", "Travellers and vehicles")],
)
def test_caveats_of_other_products_say_nothing_of_lists(exported: Callable[..., Ran], out: Path, table: str, unit: str) -> None:
    assert exported(table, "-o", out / "other.xlsx").code == ExitCode.OK
    _, *lines = openpyxl.load_workbook(out / "other.xlsx")["Caveats"].iter_rows(values_only=True)
    assert [line[0] for line in lines] == ["Source", "Table", "Unit", "Empty cells", "Apart"]
    assert lines[2][1].startswith(unit)


def test_created_is_the_list_date(workbook: openpyxl.Workbook) -> None:
    assert workbook.properties.created == workbook.properties.modified == datetime.datetime(2021, 2, 28)
    assert workbook.properties.title == "idp_master_list"


def test_texts_stay_texts(out: Path) -> None:
    export.to_xlsx(hostile_rows(), out / "x.xlsx", "location", [("=about", "=1+1")], datetime.date(2021, 2, 28))
    book = openpyxl.load_workbook(out / "x.xlsx")
    at = TABLES["location"].columns.index("location_name_en") + 1
    cells = [book["Data"].cell(row, at) for row in range(2, len(HOSTILE) + 2)]
    for text, cell in zip(HOSTILE, cells, strict=True):
        assert (unescape(cell.value) if cell.value else None) == (text or None)
        assert cell.data_type == ("n" if text is None else "s")
        assert cell.hyperlink is None
    assert (book["Caveats"]["B2"].data_type, book["Caveats"]["B2"].value) == ("s", "=1+1")
    assert b"<f>" not in b"".join(zipfile.ZipFile(out / "x.xlsx").read(n) for n in zipfile.ZipFile(out / "x.xlsx").namelist())


@pytest.mark.parametrize("table", ["governorate", "location", "national_summary", "quarantine", "source_record", "rule_count"])
def test_every_kind_of_table_becomes_a_workbook(exported: Callable[..., Ran], out: Path, held: Published, table: str) -> None:
    assert exported(table, "-o", out / "x.xlsx").code == ExitCode.OK
    book = openpyxl.load_workbook(out / "x.xlsx", read_only=True)
    assert sum(1 for _ in book["Data"].rows) == held.table(table).num_rows + 1
    assert (book["Caveats"].max_row == 3) == (TABLES[table].stage == "reference")


def test_more_rows_than_a_sheet_holds_are_refused(
    exported: Callable[..., Ran], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "SHEET_ROWS_MAXIMUM", 10)
    ran = exported("idp_master_list", "-o", out / "x.xlsx")
    assert ran.code == ExitCode.USAGE
    assert "Give --round, or take Parquet or CSV." in ran.said
    assert list(out.iterdir()) == []


# --- bytes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_the_same_content_gives_the_same_bytes(
    exported: Callable[..., Ran], dtm_process: Callable[..., Ran], sample_data_folder: Path, out: Path, form: str
) -> None:
    first, second = out / f"a.{form}", out / f"b.{form}"
    assert exported("returnee_master_list", "--round", "119", "-o", first).code == ExitCode.OK
    words = ["export", "returnee_master_list", "--round", "119", "-o", second, "--data", sample_data_folder]
    assert dtm_process(*words, TZ="Asia/Baghdad", PYTHONHASHSEED="7").code == ExitCode.OK
    assert first.read_bytes() == second.read_bytes()


def test_created_does_not_depend_on_rounds_that_are_not_exported(exported: Callable[..., Ran], out: Path) -> None:
    assert exported("location_count", "--round", "118", "-o", out / "x.xlsx").code == ExitCode.OK
    assert openpyxl.load_workbook(out / "x.xlsx").properties.created == datetime.datetime(2020, 10, 31)


# --- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["idp_master_list", "-o", "x"], "Say the format: --format csv | parquet | xlsx."),
        (["idp_master_list", "-o", "x.txt"], "Say the format"),
        (["idp_master_list", "-o", "x.csv", "--format", "xlsx"], "'x.csv' ends in .csv, but --format says xlsx."),
        (["idp_master_list", "-o", "", "--format", "csv"], "-o takes the name of a file, not of a folder: '.'."),
        (["idp_master_list", "-o", ".", "--format", "csv"], "-o takes the name of a file, not of a folder: '.'."),
        (["idp_master_list", "-o", "/dev/null", "--format", "csv"], "'/dev/null' is no ordinary file."),
        (["location", "-o", "x.csv", "--round", "120"], "Table location has no rounds; leave --round out."),
        (["idp_master_list", "-o", "x.csv", "--round", "12"], "No list of R12 is held; held: R118, R119, R120."),
    ],
)
def test_words_that_cannot_be_are_told(
    exported: Callable[..., Ran], out: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(out)
    ran = exported(*words)
    assert ran.code == ExitCode.USAGE
    assert ran.said.startswith(said)
    assert list(out.iterdir()) == []


def test_the_format_may_differ_from_an_ending_that_is_none(exported: Callable[..., Ran], out: Path) -> None:
    assert exported("location", "-o", out / "locations.v1", "--format", "parquet").code == ExitCode.OK
    assert pq.ParquetFile(out / "locations.v1").metadata.num_rows > 0
    assert exported("location", "-o", out / "LOCATIONS.CSV").code == ExitCode.OK


def test_names_with_arabic_letters_and_spaces(exported: Callable[..., Ran], out: Path) -> None:
    for name in ("قائمة النازحين 120.xlsx", 'a b\'s "list".csv', "ق" * 120 + ".parquet"):
        target = out / "مجلد جديد" / "sub folder" / name
        ran = exported("national_summary", "-o", target)
        assert (ran.code, target.is_file()) == (ExitCode.OK, True), ran
    assert len(list((out / "مجلد جديد" / "sub folder").iterdir())) == 3


@pytest.mark.parametrize(
    "where", ["manifest.json", "tables/new.csv", "new.csv", "landing/x/source", "tables/../new.csv", "sub/new.csv"]
)
def test_the_data_folder_is_no_place_for_exports(dtm: Callable[..., Ran], data_copy: Path, where: str) -> None:
    before = state(data_copy)
    ran = dtm("export", "national_summary", "--format", "csv", "-o", data_copy / where, "--data", data_copy)
    assert ran.code == ExitCode.USAGE
    assert "is inside the data folder" in ran.said
    assert state(data_copy) == before


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_the_data_folder_is_not_reached_through_links(dtm: Callable[..., Ran], data_copy: Path, out: Path) -> None:
    before = state(data_copy)
    (out / "folder").symlink_to(data_copy / "tables")
    (out / "manifest.csv").symlink_to(data_copy / "manifest.json")
    (out / "data").symlink_to(data_copy)
    for target in (out / "folder" / "x.csv", out / "manifest.csv", out / "data" / "x.csv"):
        assert dtm("export", "national_summary", "-o", target, "--data", data_copy).code == ExitCode.USAGE
        assert dtm("export", "national_summary", "-o", target, "--data", out / "data").code == ExitCode.USAGE
    assert state(data_copy) == before


def test_another_data_folder_is_no_place_either(exported: Callable[..., Ran], data_copy: Path) -> None:
    before = state(data_copy)
    assert exported("national_summary", "--format", "csv", "-o", data_copy / "manifest.json").code == ExitCode.USAGE
    assert exported("national_summary", "-o", data_copy / "tables" / "x.csv").code == ExitCode.USAGE
    assert state(data_copy) == before


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_outside_is_followed(exported: Callable[..., Ran], out: Path) -> None:
    (out / "real.csv").write_text("old")
    (out / "link.csv").symlink_to(out / "real.csv")
    assert exported("national_summary", "-o", out / "link.csv").code == ExitCode.OK
    assert (out / "link.csv").is_symlink()
    assert (out / "real.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def state(folder: Path) -> dict[str, str]:
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else "" for p in sorted(folder.rglob("*"))}


# --- what can go wrong while writing -----------------------------------------------------------

FAILURES = {
    "held": (errno.EACCES, "close it in other programs"),
    "busy": (errno.EBUSY, "close it in other programs"),
    "full": (errno.ENOSPC, "The disk is full"),
    "quota": (errno.EDQUOT, "The disk is full"),
    "lost": (errno.EIO, "is not reachable"),
    "read-only": (errno.EROFS, "check the permissions"),
}


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
@pytest.mark.parametrize("kind", FAILURES)
@pytest.mark.parametrize("moment", ["writing", "flushing", "replacing"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    exported: Callable[..., Ran], out: Path, monkeypatch: pytest.MonkeyPatch, form: str, kind: str, moment: str
) -> None:
    code, said = FAILURES[kind]
    target = out / f"old.{form}"
    target.write_bytes(b"old")

    def fails(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    if moment == "writing":
        write = getattr(export, f"to_{form}")

        def half(rows: pa.Table, path: Path, *more: object) -> None:
            write(rows, path, *more)
            path.write_bytes(path.read_bytes()[:50])
            fails()

        monkeypatch.setattr(export, f"to_{form}", half)
    elif moment == "flushing":
        monkeypatch.setattr(files, "flush", fails)
    else:
        monkeypatch.setattr(os, "replace", fails)
    ran = exported("national_summary", "-o", target)
    assert ran.code == ExitCode.STORAGE
    assert said in ran.said
    assert f"'{target}'" in ran.said
    assert len(ran.err.splitlines()) == 1
    assert ran.out == ""
    assert target.read_bytes() == b"old"
    assert [path.name for path in out.iterdir()] == [target.name]


@pytest.mark.parametrize("moment", ["sheet", "zip"])
def test_a_full_temporary_folder_is_told_and_emptied(
    exported: Callable[..., Ran],
    out: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    import xlsxwriter

    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))

    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    owner, name = (
        (xlsxwriter.worksheet.Worksheet, "_write_row") if moment == "sheet" else (xlsxwriter.workbook.Packager, "_create_package")
    )
    assert hasattr(owner, name)
    monkeypatch.setattr(owner, name, fails)
    ran = exported("national_summary", "-o", out / "x.xlsx")
    assert (ran.code, ran.said.startswith("The disk is full")) == (ExitCode.STORAGE, True)
    assert list(out.iterdir()) == list(temporary.iterdir()) == []


def test_stopping_leaves_the_old_file_and_nothing_else(
    exported: Callable[..., Ran], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = out / "old.csv"
    target.write_bytes(b"old")

    def stopped(_: pa.Table, path: Path) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(export, "to_csv", stopped)
    assert exported("national_summary", "-o", target).code == ExitCode.INTERRUPTED
    assert [(path.name, path.read_bytes()) for path in out.iterdir()] == [("old.csv", b"old")]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind here")
def test_a_folder_without_permission_is_told(exported: Callable[..., Ran], out: Path) -> None:
    out.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        ran = exported("national_summary", "-o", out / "x.csv")
    finally:
        out.chmod(stat.S_IRWXU)
    assert (ran.code, "check the permissions" in ran.said) == (ExitCode.STORAGE, True)


@pytest.mark.skipif(not Path("/dev/full").exists() or not hasattr(os, "mkfifo"), reason="POSIX only")
def test_pipes_and_folders_of_that_name_are_refused(exported: Callable[..., Ran], out: Path) -> None:
    os.mkfifo(out / "pipe.csv")
    (out / "folder.csv").mkdir()
    (out / "file").write_text("x")
    assert exported("national_summary", "-o", out / "pipe.csv").code == ExitCode.USAGE
    assert exported("national_summary", "-o", out / "folder.csv").code == ExitCode.USAGE
    ran = exported("national_summary", "-o", out / "file" / "x.csv")
    assert (ran.code, "a file stands where a folder should be" in ran.said) == (ExitCode.STORAGE, True)


def test_a_name_that_is_too_long_is_told(exported: Callable[..., Ran], out: Path) -> None:
    ran = exported("national_summary", "-o", out / ("x" * 300 + ".csv"))
    assert ran.code == ExitCode.STORAGE
    assert list(out.iterdir()) == []


def test_changed_bytes_are_never_exported(dtm: Callable[..., Ran], data_copy: Path, out: Path) -> None:
    """Also where the changed file is good Parquet."""
    file = next(data_copy.rglob("tables/national_summary/*.parquet"))
    rows = pq.ParquetFile(file).read()
    at = rows.column_names.index("households")
    pq.write_table(rows.set_column(at, rows.schema.field(at), pa.array([0] * rows.num_rows, pa.int64())), file)
    ran = dtm("export", "national_summary", "-o", out / "x.csv", "--data", data_copy)
    assert ran.code == ExitCode.DATA_FOLDER
    assert "is missing or was changed" in ran.said
    assert list(out.iterdir()) == []
