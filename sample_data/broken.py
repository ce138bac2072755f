"""Files that must be refused: one per file rule and one per row rule, each a sound small list with one thing spoilt."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from expectations import codes
from sample_data import portal
from sample_data.ledger import Planted

FOLDER = "broken"
# Rules that no single file can break: the file is not there, or its landed copy was changed later.
WITHOUT_FILE = frozenset({"file_missing", "landing_damaged"})
TWICE = "list_twice"
_EXPANDED_BYTES = 12_000_000
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)

Rows = list[list[str]]


@dataclass(frozen=True)
class _Spoilt:
    """Content of one broken file, what was done, and the index of the one spoilt row in the file (header 0), if it is one."""

    content: bytes
    done: str
    at: int | None = None
    suffix: str = ".csv"


def write(folder: Path, sound: Rows, number: int) -> list[Planted]:
    """Write the broken files into ``folder`` and return their ledger entries.

    Args:
        folder: the folder ``broken`` beside the lists.
        sound: the IDP list of round ``number`` as text cells, 30 to 60 rows without any dirt.
        number: the round.
    """
    folder.mkdir(parents=True, exist_ok=True)
    planted = []
    for rule, spoil in {**_FILES, **_ROWS}.items():
        spoilt = spoil([row.copy() for row in sound], number)
        name = rule + spoilt.suffix
        (folder / name).write_bytes(spoilt.content)
        row = None if spoilt.at is None else spoilt.at + 1
        place = None if spoilt.at is None else sound[spoilt.at][_column("Place ID")].removesuffix(".0")
        planted.append(Planted(f"{FOLDER}/{name}", row, place, rule, spoilt.done))
    return [*planted, *_twice(folder, sound, number)]


def files() -> frozenset[str]:
    """Names of everything that :func:`write` leaves in its folder."""
    return frozenset({f"{rule}{suffix}" for rule in (*_FILES, *_ROWS) for suffix in (".csv", ".xlsx")} | {TWICE})


def _twice(folder: Path, sound: Rows, number: int) -> list[Planted]:
    """Two files of one list that differ in one count."""
    first = portal.file_name("idp", number)
    second = first.replace(".csv", " (1).csv")
    portal.write(folder / TWICE / first, sound)
    changed = [row.copy() for row in sound]
    for header, more in (("Families", 1), ("Individuals", portal.PERSONS_PER_HOUSEHOLD), (_largest(changed, 1, "origin"), 1)):
        changed[1][_column(header)] = f"{_number(changed, 1, header) + more}.0"
    for kind in ("shelter", "period"):
        header = _largest(changed, 1, kind)
        changed[1][_column(header)] = f"{_number(changed, 1, header) + 1}.0"
    portal.write(folder / TWICE / second, changed)
    return [Planted(f"{FOLDER}/{TWICE}/{second}", None, None, TWICE, f"copied '{first}' and added one household in row 2")]


def _column(header: str) -> int:
    return portal.headers("idp").index(header)


def _number(rows: Rows, at: int, header: str) -> int:
    return int(float(rows[at][_column(header)]))


def _largest(rows: Rows, at: int, kind: str) -> str:
    headers = [portal.breakdown("idp")[column][2] for column in portal.margin("idp", kind)]
    return max(headers, key=lambda header: _number(rows, at, header))


def _csv(rows: Rows, done: str, at: int | None = None) -> _Spoilt:
    return _Spoilt(portal.text(rows).encode("utf-8"), done, at)


def _redated(rows: Rows, date: datetime.date) -> Rows:
    return [rows[0], *([*row[:-1], portal.date_text(date)] for row in rows[1:])]


def _workbook(sheets: dict[str, Rows], created: datetime.date, formula: tuple[int, int] | None = None) -> bytes:
    """A workbook with the rows of each sheet, counts and coordinates as numbers; ``formula`` names a cell that becomes one."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime.datetime.combine(created, datetime.time())})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if formula == (at, column):
                    sheet.write_formula(at, column, "=10+3", None, float(cell))
                elif at and cell and column >= _column("Latitude") and column < len(row) - 1:
                    sheet.write_number(at, column, float(cell))
                elif cell:
                    sheet.write_string(at, column, cell.removesuffix(".0"))
    book.close()
    return buffer.getvalue()


# --- file rules -------------------------------------------------------------------------------------


def _file_empty(rows: Rows, number: int) -> _Spoilt:
    return _Spoilt(b"", "emptied the file")


def _file_kind(rows: Rows, number: int) -> _Spoilt:
    return _Spoilt(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64), "replaced the content by the beginning of a JPEG picture")


def _file_utf8(rows: Rows, number: int) -> _Spoilt:
    return _Spoilt(portal.text(rows).encode("cp1256"), "saved the file as cp1256 (Windows Arabic)")


def _workbook_unreadable(rows: Rows, number: int) -> _Spoilt:
    whole = _workbook({"Sheet": rows}, portal.list_date(number))
    return _Spoilt(whole[: len(whole) // 2], "cut off the second half of the file", suffix=".xlsx")


def _workbook_too_large(rows: Rows, number: int) -> _Spoilt:
    buffer = io.BytesIO(_workbook({"Sheet": rows}, portal.list_date(number)))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo("xl/media/image1.bmp", _ZIP_DATE)
        member.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(member, bytes(_EXPANDED_BYTES))
    return _Spoilt(buffer.getvalue(), f"added a picture of {_EXPANDED_BYTES:,} zero bytes, packed a thousandfold", suffix=".xlsx")


def _header_missing(rows: Rows, number: int) -> _Spoilt:
    return _csv(rows[1:], "deleted the header row")


def _sheet_unclear(rows: Rows, number: int) -> _Spoilt:
    return _Spoilt(
        _workbook({"Sheet": rows, "Copy": rows}, portal.list_date(number)), "copied the sheet inside the workbook", suffix=".xlsx"
    )


def _column_missing(rows: Rows, number: int) -> _Spoilt:
    at = _column("District")
    return _csv([row[:at] + row[at + 1 :] for row in rows], "deleted the column 'District'")


def _column_unknown(rows: Rows, number: int) -> _Spoilt:
    rows[0].insert(-1, "Remarks")
    for at, row in enumerate(rows[1:], 1):
        row.insert(-1, "visited" if at % 7 == 0 else "")
    return _csv(rows, "added a column 'Remarks'")


def _row_index(rows: Rows, number: int) -> _Spoilt:
    return _csv([*rows[:12], *rows[13:]], "deleted row 13, which leaves a gap in the row index")


def _column_twice(rows: Rows, number: int) -> _Spoilt:
    at = _column("Families")
    for row in rows:
        row.insert(at + 1, row[at])
    rows[0][at + 1] = "Households"
    rows[5][at + 1] = f"{int(float(rows[5][at])) + 1}.0"
    return _csv(rows, "repeated the column 'Families' as 'Households', with another number in row 6")


def _row_ragged(rows: Rows, number: int) -> _Spoilt:
    at = 9
    rows[at].insert(_column("Location Name") + 1, " north")
    return _csv(rows, "put an unquoted comma into the name", at)


def _rows_missing(rows: Rows, number: int) -> _Spoilt:
    return _csv([rows[0], ["0", *rows[-1][1:]]], "deleted all rows")


def _totals_row(rows: Rows, number: int) -> _Spoilt:
    total = [""] * len(rows[0])
    total[_column("Location ID")] = "Total"
    for at in range(_column("Families"), len(rows[0]) - 1):
        total[at] = f"{sum(int(float(row[at])) for row in rows[1:-1])}.0"
    kept = [*rows[:20], *rows[21:-1]]
    for at, row in enumerate(kept[1:]):
        row[0] = str(at)
    return _csv([*kept, total], "added a totals row, then deleted row 21 and renewed the index")


def _population_unclear(rows: Rows, number: int) -> _Spoilt:
    rows[0][_column("Families")] = "Returnee Families"
    return _csv(rows, "changed the header 'Families' of an IDP list to 'Returnee Families'")


def _list_date_missing(rows: Rows, number: int) -> _Spoilt:
    return _csv([row[:-1] for row in rows], "deleted the date column")


def _list_date_mixed(rows: Rows, number: int) -> _Spoilt:
    rows[12][-1] = portal.date_text(portal.list_date(number) - datetime.timedelta(1))
    return _csv(rows, "put another date into row 13")


def _list_date_unknown(rows: Rows, number: int) -> _Spoilt:
    known = {row["list_date"] for row in codes.rounds().values()}
    date = portal.list_date(number) - datetime.timedelta(1)
    while date.isoformat() in known:
        date -= datetime.timedelta(1)
    return _csv(_redated(rows, date), "dated the list a day earlier")


def _round_mismatch(rows: Rows, number: int) -> _Spoilt:
    return _csv(
        [[f"IDP Master List Round {number + 1}"], *rows], f"put a title row above the header that says round {number + 1}"
    )


def _round_unknown(rows: Rows, number: int) -> _Spoilt:
    return _csv(rows, "nothing: the list is sound, and refused only with a --round that does not exist")


def _vintage_missing(rows: Rows, number: int) -> _Spoilt:
    released = {
        (row["header_kind"], row["header_column"]): row["header"]
        for row in codes.rows("header_spelling")
        if row["header_population"] in ("idp", "both") and row["header_layout"] == "released"
    }
    known = codes.headers("idp")
    headers = [released.get(known[codes.normalise(header)], header) if header else "" for header in rows[0]]
    return _csv([headers, *rows[1:]], "gave a CSV the headers of a released workbook, which says when it was made")


def _vintage_early(rows: Rows, number: int) -> _Spoilt:
    created = portal.list_date(number) - datetime.timedelta(1)
    return _Spoilt(_workbook({"Sheet": rows}, created), "saved as a workbook created a day before its list date", suffix=".xlsx")


def _unit_unclear(rows: Rows, number: int) -> _Spoilt:
    for at in range(1, len(rows) - 1, 10):
        header = _largest(rows, at, "origin")
        rows[at][_column(header)] = f"{_number(rows, at, header) * 2}.0"
    return _csv(rows, "doubled the largest governorate of origin in every tenth row")


# --- row rules --------------------------------------------------------------------------------------


def _row(rows: Rows, at: int, cells: dict[str, str], done: str) -> _Spoilt:
    for header, cell in cells.items():
        rows[at][_column(header)] = cell
    return _csv(rows, done, at)


def _cell(header: str, cell: str, at: int) -> Callable[[Rows, int], _Spoilt]:
    """A row whose cell under ``header`` is replaced."""
    done = f"changed '{header}' to '{cell}'" if cell else f"made '{header}' blank"
    return lambda rows, number: _row(rows, at, {header: cell}, done)


def _inland(rows: Rows) -> int:
    """A row whose neighbouring cells are no governorates, so that a wrong governorate cannot look like a shifted row."""
    spellings = codes.governorates().spellings
    return next(at for at in range(4, len(rows) - 1) if codes.normalise(rows[at][_column("District")]) not in spellings)


def _row_shifted(rows: Rows, number: int) -> _Spoilt:
    at, first, last = _inland(rows), _column("Governorate"), _column("Arabic Name")
    rows[at][first : last + 1] = ["", *rows[at][first:last]]
    return _csv(rows, "pushed governorate, district and name one column to the right", at)


def _place_id_twice(rows: Rows, number: int) -> _Spoilt:
    return _row(rows, 15, {"Place ID": rows[7][_column("Place ID")]}, "gave the row the Place ID of row 8")


def _location_id_twice(rows: Rows, number: int) -> _Spoilt:
    governorate = _column("Governorate")
    at = next(at for at in range(2, len(rows) - 1) if rows[at][governorate] == rows[at - 1][governorate])
    return _row(rows, at, {"Location ID": rows[at - 1][_column("Location ID")]}, f"gave the row the Location ID of row {at}")


def _location_id_governorate(rows: Rows, number: int) -> _Spoilt:
    column = _column("Location ID")
    return _row(rows, 8, {"Location ID": f"99{rows[8][column][2:]}"}, "changed the first two digits of the Location ID to 99")


def _governorate_unknown(rows: Rows, number: int) -> _Spoilt:
    return _row(rows, _inland(rows), {"Governorate": "Atlantis"}, "changed 'Governorate' to 'Atlantis'")


def _formula_in_row(rows: Rows, number: int) -> _Spoilt:
    at = 6
    created = portal.list_date(number) + datetime.timedelta(1)
    content = _workbook({"Sheet": rows}, created, (at, _column("Families")))
    return _Spoilt(content, "made 'Families' a formula", at, ".xlsx")


_FILES: dict[str, Callable[[Rows, int], _Spoilt]] = {
    "file_empty": _file_empty,
    "file_kind": _file_kind,
    "file_utf8": _file_utf8,
    "workbook_unreadable": _workbook_unreadable,
    "workbook_too_large": _workbook_too_large,
    "header_missing": _header_missing,
    "sheet_unclear": _sheet_unclear,
    "column_missing": _column_missing,
    "column_unknown": _column_unknown,
    "row_index": _row_index,
    "column_twice": _column_twice,
    "row_ragged": _row_ragged,
    "rows_missing": _rows_missing,
    "totals_row": _totals_row,
    "population_unclear": _population_unclear,
    "list_date_missing": _list_date_missing,
    "list_date_mixed": _list_date_mixed,
    "list_date_unknown": _list_date_unknown,
    "round_mismatch": _round_mismatch,
    "round_unknown": _round_unknown,
    "vintage_missing": _vintage_missing,
    "vintage_early": _vintage_early,
    "unit_unclear": _unit_unclear,
}

_ROWS: dict[str, Callable[[Rows, int], _Spoilt]] = {
    "row_shifted": _row_shifted,
    "place_id_missing": _cell("Place ID", "", 3),
    "place_id_invalid": _cell("Place ID", "70O12", 9),
    "place_id_twice": _place_id_twice,
    "location_id_invalid": _cell("Location ID", "110101.0", 11),
    "location_id_twice": _location_id_twice,
    "location_id_governorate": _location_id_governorate,
    "governorate_unknown": _governorate_unknown,
    "district_unknown": _cell("District", "Middle Earth", 10),
    "households_missing": _cell("Families", "", 12),
    "households_invalid": _cell("Families", "0.0", 13),
    "cell_invalid": _cell("Unknownsheltertype", "-3.0", 14),
    "coordinate_invalid": _cell("Latitude", "36 20' N", 16),
    "formula_in_row": _formula_in_row,
}
