"""Readers: every kind of file arrives as text cells under one header row, or is refused in one sentence."""

from __future__ import annotations

import datetime
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt

from tests.fixtures import hostile, released
from tests.fixtures.portal import CSV_FILE, PortalCsv, headers, interleaved, write_portal_workbook
from tests.fixtures.taking import edition, records, refusal, take
from transforms import readers
from transforms.readers import package
from transforms.readers.sheet import spelling
from transforms.refusal import Refusal

ROOT = Path(__file__).resolve().parents[2]
CREATED = datetime.date(2019, 9, 15)


def read(path: Path):
    return readers.read(path, path.name)


def rule_of(path: Path) -> str:
    with pytest.raises(Refusal) as caught:
        read(path)
    assert path.name in str(caught.value)
    return caught.value.rule


def written(folder: Path, data: bytes, name: str = CSV_FILE["idp"]) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


# --- CSV: the same list in many spellings -----------------------------------------------------------


def plain(folder: Path):
    return take(PortalCsv().write(folder))


@pytest.mark.parametrize(
    "respelled",
    [
        pytest.param(lambda csv: b"\xef\xbb\xbf" + csv.data(), id="byte order mark"),
        pytest.param(lambda csv: csv.text(end="\r\n").encode(), id="CRLF"),
        pytest.param(lambda csv: csv.text(end="\r").encode(), id="CR"),
        pytest.param(lambda csv: csv.text(delimiter=";").encode(), id="semicolons"),
        pytest.param(lambda csv: csv.text(delimiter="\t").encode(), id="tabs"),
        pytest.param(lambda csv: csv.text().replace(".0,", ",").encode(), id="integers without decimals"),
        pytest.param(lambda csv: csv.data().rstrip(b"\n"), id="no line break at the end"),
        pytest.param(lambda csv: csv.data() + b"\n\n \n", id="blank lines at the end"),
    ],
)
def test_spellings_of_a_csv_say_the_same(respelled, tmp_path):
    expected = plain(tmp_path)
    (tmp_path / "other").mkdir()
    tables = take(written(tmp_path / "other", respelled(PortalCsv())))
    assert tables == expected


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path):
    lines = PortalCsv().text().split("\n")
    lines[1] = lines[1].replace("Sample Village 7", '"Sample\nVillage 7"')
    lines.insert(2, "")
    lines.insert(4, "  ")
    path = written(tmp_path, "\n".join(lines).encode())
    assert [row["source_row"] for row in records(take(path)).values()] == [2, 4, 6, 7, 8, 9]
    assert records(take(path))["7"]["location_name_en"] == "Sample\nVillage 7"


def test_title_rows_of_any_width_stand_above_the_header(tmp_path):
    csv = PortalCsv().drop("date")
    full = "," * (len(csv.header) - 1)
    titles = f'DTM Iraq\n\n"IDP list, as of 31 August 2019"{full}\n{full}\n'
    path = written(tmp_path, titles.encode() + csv.data(), "list.csv")
    tables = take(path, vintage="2019-09-15")
    assert edition(tables)["list_date_basis"] == "title_rows"
    assert min(row["source_row"] for row in records(tables).values()) == 6


def test_quotes_inside_quotes(tmp_path):
    name = 'The "new" camp; block "B", north'
    tables = take(PortalCsv().set(0, "Location Name", name).write(tmp_path))
    assert records(tables)["7"]["location_name_en"] == name


@pytest.mark.parametrize("header", ["Location Name", "Arabic Name", "date"])
def test_a_quote_that_is_never_closed_swallows_no_row(header, tmp_path):
    lines = PortalCsv().text().split("\n")
    cells = lines[2].split(",")
    at = PortalCsv().at(header)
    cells[at] = '"' + cells[at]
    lines[2] = ",".join(cells)
    refused = refusal(written(tmp_path, "\n".join(lines).encode()))
    assert refused.rule == "row_ragged"
    assert re.search(r"[Rr]ow 3\b", str(refused))


def test_a_row_that_is_too_short_is_named(tmp_path):
    csv = PortalCsv()
    csv.rows[3] = csv.rows[3][:20]
    assert "Row 5 has 20 cells where the header has 52" in str(refusal(csv.write(tmp_path)))


# --- CSV: what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["IDP.csv", "IDP.xlsx", "IDP.xls"])
def test_an_empty_file(name, tmp_path):
    assert rule_of(written(tmp_path, b"", name)) == "file_empty"


def test_nothing_but_white_space(tmp_path):
    assert rule_of(written(tmp_path, b" \n\r\n\t")) == "file_empty"


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named(coding, tmp_path):
    path = written(tmp_path, PortalCsv().text().encode(coding))
    assert rule_of(path) == "file_utf8"
    assert "UTF-16" in str(refusal(path))


def test_bytes_that_are_no_utf_8_are_counted(tmp_path):
    data = PortalCsv().data()
    at = data.rindex(b"Kirkuk")
    refused = refusal(written(tmp_path, data[:at] + b"\xff" + data[at:]))
    assert f"Byte {at} (0xff, line 6)" in str(refused)
    assert "cp1256" not in str(refused)


def test_a_column_without_header_may_be_empty_or_a_row_index(tmp_path):
    tables = take(PortalCsv().add("", " ").write(tmp_path))
    assert edition(tables)["locations"] == 6


def test_a_column_without_header_may_not_hold_content(tmp_path):
    csv = PortalCsv().add("", "")
    csv.rows[4][51] = "checked"
    assert "Column 52 has no header but holds 'checked'" in str(refusal(csv.write(tmp_path)))


def test_a_row_index_with_a_gap_shows_that_a_row_was_lost(tmp_path):
    csv = PortalCsv()
    del csv.rows[3]
    refused = refusal(csv.write(tmp_path))
    assert refused.rule == "row_index"
    assert "The row index in column 1 goes from 2 to 4." in str(refused)


def test_a_sorted_list_keeps_its_row_index_in_another_order(tmp_path):
    csv = PortalCsv()
    csv.rows.insert(0, csv.rows.pop(3))
    assert edition(take(csv.write(tmp_path)))["locations"] == 6


def test_a_text_that_means_not_given_becomes_null(tmp_path):
    tables = take(PortalCsv().set(1, "Arabic Name", "Not available").write(tmp_path))
    assert tables["clean_record"]["location_name_ar"].null_count == 1


def test_ten_thousand_columns(tmp_path):
    csv = PortalCsv()
    csv.header += [f"extra {at}" for at in range(10_000)]
    for row in csv.rows:
        row += [""] * 10_000
    assert "Column 53 is called 'extra 0'" in str(refusal(csv.write(tmp_path)))


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A1",
        "'; DROP TABLE location; --",
        "../../etc/passwd",
        "\u202eelpmaS\u202c",
        "\u200f\u200eقرية",
        "<script>alert(1)</script>",
        "{0.__class__}",
        "\\N",
        "NULL",
        "nan",
        "a\tb",
    ],
)
def test_hostile_texts_stay_what_they_are(text, tmp_path):
    tables = take(PortalCsv().set(0, "Location Name", text).write(tmp_path))
    assert records(tables)["7"]["location_name_en"] == text


def test_a_megabyte_in_one_cell_is_kept(tmp_path):
    tables = take(PortalCsv().set(3, "Location Name", "x" * 1_000_000).write(tmp_path))
    assert len(records(tables)["40"]["location_name_en"]) == 1_000_000


def test_hostile_texts_in_messages_are_cut_and_made_visible(tmp_path):
    refused = refusal(PortalCsv().set(0, "District", "\u202e" + "x" * 500).write(tmp_path))
    assert "'\\u202exxx" in refused.rows[0].detail
    assert len(refused.rows[0].detail) < 150


# --- headers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("Host\nfamilies", "host families"),
        ("  Host   families ", "host families"),
        ("Host_families", "host families"),
        ("ID\u0640Pfamilies", "idpfamilies"),
        ("Governorate\nالمحافظة", "governorate"),
        ("الموقع / Place", "place"),
        ("Master Families (عدد العوائل)", "master families"),
        ("المحافظة", "المحافظة"),
        ("Rental (Habitable)", "rental (habitable)"),
    ],
)
def test_spellings_of_headers(header, known):
    assert spelling(header) == known


# --- workbooks --------------------------------------------------------------------------------------


def test_a_zip_of_something_else(tmp_path):
    assert rule_of(written(tmp_path, hostile.other_zip(), "IDP.xlsx")) == "file_kind"


@pytest.mark.parametrize("keep", [10, 200, 0.5, 0.99])
def test_a_truncated_workbook(keep, tmp_path):
    data = write_portal_workbook(tmp_path, "idp", stored=True).read_bytes()
    size = keep if isinstance(keep, int) else int(len(data) * keep)
    assert rule_of(written(tmp_path, data[:size], "IDP.xlsx")) == "workbook_unreadable"


@pytest.mark.parametrize("protected", [hostile.protected_xlsx, hostile.protected_xls])
def test_a_workbook_with_a_password(protected, tmp_path):
    path = written(tmp_path, protected(), "IDP.xlsx")
    assert rule_of(path) == "workbook_unreadable"
    assert "protected by a password" in str(refusal(path))


@pytest.mark.parametrize("bomb", ["bomb_by_ratio", "bomb_by_size", "bomb_that_lies", "bomb_of_texts", "far_cell", "circle"])
def test_a_bomb_takes_neither_time_nor_memory(bomb, tmp_path):
    path = written(tmp_path, getattr(hostile, bomb)(), "IDP.xlsx")
    script = f"""
import resource, time
from pathlib import Path
from transforms import readers
from transforms.refusal import Refusal
start = time.process_time()
try:
    readers.read(Path({str(path)!r}), "IDP.xlsx")
except Refusal as refused:
    took = time.process_time() - start
    print(refused.rule, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
    # A child starts with its parent's peak of memory, so a small process stands between this one and the reader.
    between = "import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', sys.argv[1]]).returncode)"
    done = subprocess.run([sys.executable, "-c", between, script], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    rule, seconds, megabytes = done.stdout.split()
    assert rule == ("workbook_unreadable" if bomb == "circle" else "workbook_too_large")
    assert float(seconds) < 5
    assert float(megabytes) < 300


def test_cells_that_are_only_formatted_do_not_count(tmp_path):
    path = write_portal_workbook(tmp_path, "returnee", stored=True)
    book = openpyxl.load_workbook(path)
    book["Sheet"].cell(1_048_576, 50).font = openpyxl.styles.Font(bold=True)
    book.save(path)
    assert edition(take(path))["locations"] == 6


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: book.read(name) for name in book.namelist()}


def rezipped(path: Path, change: dict[str, tuple[str, str] | None]) -> Path:
    """The workbook with one text replaced by another in some of its parts, or without the part."""
    kept = members(path.read_bytes())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in kept.items():
            if name in change and change[name] is None:
                continue
            old, new = change.get(name) or ("", "")
            assert old.encode() in content
            out.writestr(name, content.replace(old.encode(), new.encode(), 1) if old else content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_cells_without_an_address_are_refused(tmp_path):
    path = rezipped(write_portal_workbook(tmp_path, "idp", stored=True), {SHEET: ('<c r="C3"', "<c")})
    assert rule_of(path) == "workbook_unreadable"


def test_a_sheet_that_is_not_there_is_refused(tmp_path):
    path = rezipped(write_portal_workbook(tmp_path, "idp", stored=True), {SHEET: None})
    assert rule_of(path) == "workbook_unreadable"


def test_an_error_value_is_no_blank_cell(tmp_path):
    path = write_portal_workbook(tmp_path, "idp", stored=True)
    cell = re.search(r'<c r="AC3"[^>]*><v>[^<]*</v></c>', members(path.read_bytes())[SHEET].decode())[0]
    refused = refusal(rezipped(path, {SHEET: (cell, '<c r="AC3" t="e"><v>#N/A</v></c>')}))
    assert [(problem.row, problem.rule) for problem in refused.rows] == [(3, "cell_invalid")]
    assert "#N/A" in refused.rows[0].detail


def test_formulas_and_errors_of_an_xls_are_seen(tmp_path):
    kind = next(kind for kind in released.KINDS if kind.by == "xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet(kind.sheet)
    for row, cells in enumerate(kind.table()):
        for column, cell in enumerate(cells):
            sheet.write(row, column, xlwt.Formula("3+4") if (row, column) == (5, 20) else cell)
    path = tmp_path / kind.file
    book.save(str(path))
    refused = refusal(path, vintage="2015-07-22")
    assert [(problem.row, problem.rule) for problem in refused.rows] == [(6, "formula_in_row")]


def two_sheets(path: Path, *, hidden: bool, second: list[list[object]]) -> Path:
    names, rows = interleaved("returnee")
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": datetime.datetime(2019, 9, 15)})
        for name, table in (("Sheet", [names, *rows]), ("Old", second)):
            sheet = book.add_worksheet(name)
            for at, cells in enumerate(table):
                sheet.write_row(at, 0, cells)
        if hidden:
            sheet.hide()
    return path


def test_a_second_list_on_a_hidden_sheet_is_named(tmp_path):
    names, rows = interleaved("returnee")
    path = two_sheets(tmp_path / CSV_FILE["returnee"].replace("csv", "xlsx"), hidden=True, second=[names, *rows])
    refused = refusal(path)
    assert refused.rule == "sheet_unclear"
    assert "'Old' (hidden)" in str(refused)


def test_a_hidden_sheet_of_notes_does_no_harm(tmp_path):
    path = two_sheets(tmp_path / CSV_FILE["returnee"].replace("csv", "xlsx"), hidden=True, second=[["notes"]])
    assert edition(take(path))["source_sheet"] == "Sheet"


def test_a_workbook_of_another_kind_is_refused_with_its_sheets(tmp_path):
    path = released.write_workbook(tmp_path / "IDP.xlsx", {"Budget": [["a", "b"]], "Staff": []}, CREATED)
    assert "'Budget', 'Staff'" in str(refusal(path))


def test_header_far_below(tmp_path):
    titles = [[f"line {at}"] for at in range(31)]
    names, rows = interleaved("idp")
    path = released.write_workbook(tmp_path / "IDP.xlsx", {"Sheet": [*titles, names, *rows]}, CREATED)
    assert rule_of(path) == "header_missing"


def test_cells_as_text(tmp_path):
    path = tmp_path / "IDP.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sheet")
        sheet.write_row(0, 0, headers("idp"))
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        values = [7, 7.5, True, "٧", datetime.date(2019, 8, 31), datetime.datetime(2019, 8, 31, 6, 30)]
        for column, value in enumerate(values):
            if isinstance(value, datetime.date):
                sheet.write_datetime(1, column, value, day)
            else:
                sheet.write(1, column, value)
    cells = [column[0].as_py() for column in read(path).sheets[0].columns]
    assert cells[:7] == ["7", "7.5", "TRUE", "٧", "2019-08-31", "2019-08-31 06:30:00", ""]


def test_limits_are_those_of_the_rule():
    assert (package.EXPANDED_MAXIMUM, package.RATIO_MAXIMUM) == (300 * 1024 * 1024, 100)
