"""The files of a release that people open: workbooks, classic and tagged lists, places, notes."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import shapely
from openpyxl.utils.escape import unescape

from expectations import portal
from expectations.columns import COLUMNS
from expectations.release_tables import OWN, groups_of
from expectations.schema import schema
from flows.problem import Problem
from flows.published import Published
from flows.release import classic, notes, places, workbook
from flows.release.listing import Version
from flows.release.writing import write
from tests.fixtures.portal import headers
from tests.withheld import whole
from transforms.release.content import Content
from transforms.release.round_list import round_list

WRITERS = (
    workbook.xlsx,
    classic.csv,
    classic.hxl,
    places.geojson,
    places.parquet,
    places.codes,
    notes.changes(()),
    notes.citation,
)
HOSTILE = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", '"; drop table x; --', "a\u202eb\u2066", "@SUM(A1)", "two\nlines", "كركوك, المركز"]  # fmt: skip


@pytest.fixture(scope="module")
def content(held: Published) -> Content:
    return whole(held, 120, "public")


@pytest.fixture(scope="module")
def made(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    written = write(content, folder, WRITERS)
    notes.readme(written)(content, folder)
    notes.sums(folder)
    return folder


def with_table(content: Content, name: str, rows: pa.Table) -> Content:
    return replace(content, tables={**content.tables, name: rows})


def suppressed(content: Content, place_ids: set[str]) -> Content:
    """The content with every group of values withheld at some places, in all rounds, and in the change of the round."""
    for name in ("idp_master_list", "returnee_master_list", "master_list_change"):
        rows = content.tables[name]
        hidden = pc.is_in(rows["place_id"], pa.array(sorted(place_ids)))
        for status, members in groups_of(name, rows.column_names).items():
            for column in members:
                rows = rows.set_column(rows.column_names.index(column), column, pc.if_else(hidden, None, rows[column]))
            text = pc.if_else(hidden, "suppressed", rows[status])
            rows = rows.set_column(rows.column_names.index(status), status, text)
        content = with_table(content, name, rows)
    rows = content.tables["change_summary"]
    for column in ("matched_change", "new_households", "back_households", "no_longer_listed_households"):
        nothing = pa.nulls(rows.num_rows, pa.int64())
        rows = rows.set_column(rows.column_names.index(column), column, nothing)
    status = pa.array(["suppressed"] * rows.num_rows)
    return with_table(content, "change_summary", rows.set_column(rows.column_names.index("change_value_status"), "change_value_status", status))  # fmt: skip


def renamed(content: Content) -> Content:
    """The content with hostile names of locations."""
    for name in ("idp_master_list", "returnee_master_list", "master_list_change", "location"):
        rows = content.tables[name]
        texts = pa.array([HOSTILE[at % len(HOSTILE)] for at in range(rows.num_rows)])
        for column in {"location_name_en", "location_name_ar"} & set(rows.column_names):
            rows = rows.set_column(rows.column_names.index(column), column, texts)
        content = with_table(content, name, rows)
    return content


def cells(path: Path, sheet: str) -> list[dict]:
    header, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def book_path(folder: Path, population: str = "idp") -> Path:
    return folder / f"lists/dtm-irq_{population}_r120_2021-02-28_v1.0.xlsx"


def read_csv(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with open(path, encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle, dialect="excel"))


# --- all of them -----------------------------------------------------------------------------------


def test_the_same_content_gives_the_same_bytes(content: Content, made: Path, tmp_path: Path) -> None:
    written = write(content, tmp_path, WRITERS)
    assert len({file.path for file in written}) == len(written) == 14
    for file in written:
        assert (tmp_path / file.path).read_bytes() == (made / file.path).read_bytes(), file.path
        assert file.title.endswith(".")


def test_no_file_tells_of_machine_or_clock(made: Path) -> None:
    year = str(datetime.date.today().year)
    for path in made.rglob("*"):
        if path.suffix in (".xlsx", ".parquet") or path.is_dir():
            continue
        text = path.read_text(encoding="utf-8")
        assert str(made) not in text
        assert year not in text or path.suffix == ".csv"


@pytest.mark.parametrize("tier", ["internal", "partner", "public"])
def test_every_tier_can_be_written(held: Published, tmp_path: Path, tier: str) -> None:
    own = whole(held, 119, tier)
    written = write(own, tmp_path, WRITERS)
    suffix = "" if tier == "public" else f"_{tier}"
    assert f"lists/dtm-irq_returnee_r119_2020-12-31_v1.0{suffix}.xlsx" in [file.path for file in written]


def test_the_first_round_has_no_changes(held: Published, tmp_path: Path) -> None:
    own = whole(held, 118, "public")
    write(own, tmp_path, WRITERS)
    path = tmp_path / "lists/dtm-irq_idp_r118_2020-10-31_v1.0.xlsx"
    assert cells(path, "Changes since last round") == []
    assert {"about": "Since the list before", "what to know": "No earlier list of this population is held."} in cells(
        path, "ReadMe"
    )
    rows = pq.read_table(tmp_path / "places/location_series.parquet")
    assert set(rows["round"].to_pylist()) == {118}
    assert rows["delta"].null_count == rows["previous_households"].null_count == rows.num_rows


def test_a_tier_without_lists_or_registers_gets_what_it_has(content: Content, tmp_path: Path) -> None:
    few = replace(content, tables={"national_summary": content.tables["national_summary"]})
    written = write(few, tmp_path, WRITERS)
    assert [file.path for file in written] == [
        "CHANGES.md",
        "CITATION.cff",
        "places/locations.geojson",
        "places/locations.parquet",
    ]
    assert json.loads((tmp_path / "places/locations.geojson").read_text(encoding="utf-8"))["features"] == []


def test_columns_that_a_policy_leaves_out_are_missed_nowhere(content: Content, tmp_path: Path) -> None:
    gone = ("latitude", "longitude", "households_change", "spellings", "governorate_pcode")
    tables = {name: rows.select([c for c in rows.column_names if c not in gone]) for name, rows in content.tables.items()}
    tier = replace(content.tier, leave_out=(*content.tier.leave_out, *gone))
    write(replace(content, tables=tables, tier=tier), tmp_path, WRITERS)
    rows = read_csv(tmp_path / "lists/dtm-irq_idp_r120_2021-02-28_v1.0_classic.csv")
    assert {row["Latitude"] for row in rows} == {""}
    assert pq.read_table(tmp_path / "places/location_series.parquet")["delta"].null_count > 0
    assert pq.read_table(tmp_path / "places/locations.parquet")["geometry"].null_count == 117


# --- workbook --------------------------------------------------------------------------------------


def test_the_workbook_holds_the_rows_of_the_round(content: Content, made: Path) -> None:
    book = openpyxl.load_workbook(book_path(made))
    assert book.sheetnames == ["ReadMe", "Data", "Dictionary", "Changes since last round", "Caveats"]
    assert book.active.title == "ReadMe"
    assert book.properties.created == datetime.datetime(2021, 2, 28)
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert not sheet.merged_cells.ranges
    rows = content.of_round("idp_master_list")
    found = cells(book_path(made), "Data")
    assert len(found) == rows.num_rows == 87
    assert book["Data"].auto_filter.ref.endswith("88")
    for column, values in rows.to_pydict().items():
        if column in found[0]:
            own = [row[column].date() if column == "list_date" else row[column] for row in found]
            assert own == values, column
        else:
            assert set(values) == {None}, column


def test_cells_have_their_kind(made: Path) -> None:
    sheet = openpyxl.load_workbook(book_path(made))["Data"]
    header = [cell.value for cell in sheet[1]]
    assert [name for name in header if name.endswith("_status")] == ["update_status", *header[-5:]]
    for cell, name in zip(sheet[2], header, strict=True):
        kind = {"text": "s", "integer": "n", "real": "n", "boolean": "b", "date": "d"}[COLUMNS[name].type]
        assert cell.value is None or cell.data_type == kind, name
    arabic = sheet.cell(2, header.index("location_name_ar") + 1)
    assert (arabic.alignment.horizontal, arabic.alignment.readingOrder) == ("right", 2)


def test_columns_that_the_list_does_not_carry_are_named_and_left_out(content: Content, made: Path) -> None:
    listed = round_list(content, "idp")
    assert "period_january_2024" in listed.empty and "shelter_camp" not in listed.empty
    assert listed.left_out == ("individuals_as_provided",)
    header = set(cells(book_path(made), "Data")[0])
    assert not header & set(listed.empty)
    said = {line["about"]: line["what to know"] for line in cells(book_path(made), "ReadMe")}
    assert all(name in said["Columns without values"] for name in listed.empty)
    assert "individuals_as_provided" in said["Columns left out"]


def test_a_column_that_is_withheld_everywhere_is_not_taken_as_not_carried(content: Content) -> None:
    hidden = suppressed(content, set(content.tables["location"]["place_id"].to_pylist()))
    listed = round_list(hidden, "idp")
    assert "households" in listed.table.columns and "shelter_camp" in listed.table.columns
    one_given = suppressed(content, set(content.tables["location"]["place_id"].to_pylist()[:3]))
    assert round_list(one_given, "idp").empty == round_list(content, "idp").empty


def test_every_column_of_every_sheet_is_in_the_dictionary(content: Content, made: Path) -> None:
    for population in ("idp", "returnee"):
        lines = cells(book_path(made, population), "Dictionary")
        for sheet in ("Data", "Changes since last round"):
            header = [*cells(book_path(made, population), sheet)[0]]
            assert [line["column"] for line in lines if line["sheet"] == sheet] == header
            assert all(line["meaning"] and line["type"] for line in lines)
        assert {line["column"] for line in lines} >= set(content.declared(f"{population}_master_list").columns)


def test_readme_says_what_a_reader_must_know(content: Content, made: Path) -> None:
    said = {line["about"]: line["what to know"] for line in cells(book_path(made), "ReadMe")}
    assert (
        said["In all"]
        == "12,829 households; 74,707 individuals; 87 locations in 53 districts of 18 governorates. The list is complete."
    )
    assert said["Since the list before"] == (
        "12,829 households; 13,058 in R119. Net change -229. At the 85 locations in both rounds -235. Coverage: 1 location new, "
        "+6 households; 1 location back on the list, +12 households; 2 locations no longer listed, -12 households."
    )
    assert said["Version"].startswith("1.0 (final)")
    assert said["Contact"] == "No contact is configured."
    assert said["Credit"] == content.publisher.credit
    assert content.publisher.licence in said["Licence"]
    assert "cross table" in said["Margins"] and "x5 for IDPs in camps" in said["Unit"]
    assert "R118 to R120" in said["Already public"]


def test_a_correction_says_why(content: Content, tmp_path: Path) -> None:
    release = replace(content.release, version="1.1", kind="correction", reason="=1+1 wrong unit", feedback=("F3",))
    contact = replace(content.publisher, contact="dtm@example.org")
    workbook.xlsx(replace(content, release=release, publisher=contact, notes=("Take care.",)), tmp_path)
    path = tmp_path / "lists/dtm-irq_idp_r120_2021-02-28_v1.1.xlsx"
    said = {line["about"]: line["what to know"] for line in cells(path, "ReadMe")}
    assert (said["Reason"], said["Feedback"], said["Note"]) == ("=1+1 wrong unit", "It follows F3.", "Take care.")
    assert said["Contact"] == "dtm@example.org"
    assert {"about": "Note", "what to know": "Take care."} in cells(path, "Caveats")


def test_changes_are_those_of_the_round_and_population(content: Content, made: Path) -> None:
    rows = cells(book_path(made, "returnee"), "Changes since last round")
    assert {(row["population"], row["round"]) for row in rows} == {("returnee", 120)}
    assert sum(row["households_change"] for row in rows) == 625
    assert content.of_round("master_list_change").num_rows == len(rows) + len(cells(book_path(made), "Changes since last round"))


def test_more_rows_than_a_sheet_holds_are_told(content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS_MAXIMUM", 50)
    with pytest.raises(Problem, match="87 rows are more than a sheet holds"):
        workbook.xlsx(content, tmp_path)


def test_caveats_name_breaks_of_method_up_to_the_round(made: Path) -> None:
    lines = cells(book_path(made), "Caveats")
    rounds = [int(line["about"].removeprefix("method, R")) for line in lines if line["about"].startswith("method")]
    assert 117 in rounds and max(rounds) <= 120
    assert any("with 5 per household" in line["what to know"] for line in lines)


# --- withheld figures ------------------------------------------------------------------------------


def test_withheld_figures_stay_empty_everywhere(content: Content, tmp_path: Path) -> None:
    both = set(content.of_round("idp_master_list")["place_id"].to_pylist()) & set(
        content.of_round("returnee_master_list")["place_id"].to_pylist()
    )
    place = min(both)
    write(suppressed(content, {place}), tmp_path, WRITERS)
    row = next(row for row in cells(book_path(tmp_path), "Data") if row["place_id"] == place)
    listed = round_list(content, "idp")
    for status, members in groups_of("idp_master_list", listed.table.columns).items():
        assert row[status] == "suppressed"
        assert [row[name] for name in members] == [None] * len(members)
    changed = next(row for row in cells(book_path(tmp_path), "Changes since last round") if row["place_id"] == place)
    assert (changed["households"], changed["households_change"], changed["change_value_status"]) == (None, None, "suppressed")
    said = {line["about"]: line["what to know"] for line in cells(book_path(tmp_path), "ReadMe")}
    assert "withheld at 1 of 87 locations" in said["Withheld here"]
    assert "in both rounds (withheld)" in said["Since the list before"]
    plain = next(
        row for row in read_csv(tmp_path / "lists/dtm-irq_idp_r120_2021-02-28_v1.0_classic.csv") if row["Place ID"] == place
    )
    counts = headers("idp")[8:]
    assert {plain[name] for name in counts} == {""}
    assert plain["shelter_status"] == plain["households_status"] == "suppressed"
    features = json.loads((tmp_path / "places/locations.geojson").read_text(encoding="utf-8"))["features"]
    about = next(feature["properties"] for feature in features if feature["id"] == place)
    assert (about["idp_households"], about["idp_status"], about["returnee_status"]) == (None, "suppressed", "suppressed")
    rows = pq.read_table(tmp_path / "places/location_series.parquet")
    rows = rows.filter(pc.equal(rows["place_id"], place))
    assert rows["households"].null_count == rows["delta"].null_count == rows["delta_pct"].null_count == rows.num_rows
    assert "(withheld)" in (tmp_path / "CHANGES.md").read_text(encoding="utf-8")


# --- hostile texts ---------------------------------------------------------------------------------


def test_names_are_never_formulas_markup_or_rows(content: Content, tmp_path: Path) -> None:
    own = renamed(content)
    write(own, tmp_path, WRITERS)
    expected = own.of_round("idp_master_list")["location_name_en"].to_pylist()
    assert [unescape(row["location_name_en"]) for row in cells(book_path(tmp_path), "Data")] == expected
    with zipfile.ZipFile(book_path(tmp_path)) as archive:
        assert not any(b"<f>" in archive.read(name) or b"<hyperlink" in archive.read(name) for name in archive.namelist())
    for flavour in ("classic", "hxl"):
        rows = read_csv(tmp_path / f"lists/dtm-irq_idp_r120_2021-02-28_v1.0_{flavour}.csv")
        assert not any(cell.startswith(("=", "@", "+", "\t")) for row in rows for cell in row.values())
    rows = read_csv(tmp_path / "places/location_register.csv")
    assert len(rows) == 120 and rows[0]["location_name_en"] == "'" + HOSTILE[0]
    features = json.loads((tmp_path / "places/locations.geojson").read_text(encoding="utf-8"))["features"]
    assert {feature["properties"]["location_name_en"] for feature in features} <= set(HOSTILE)


def test_words_of_people_are_no_markup_in_notes(content: Content, tmp_path: Path) -> None:
    release = replace(content.release, version="1.1", kind="correction", reason="<img src=x> | **bold**\n# head\u202e")
    publisher = replace(content.publisher, contact='me: "x"\n- y', name="A\u2028B\x85: #c", address="javascript:alert(1)")
    own = replace(content, release=release, publisher=publisher)
    write(own, tmp_path, (notes.changes(()), notes.citation))
    lines = (tmp_path / "CHANGES.md").read_text(encoding="utf-8").splitlines()
    assert "- Reason: \\<img src=x\\> \\| \\*\\*bold\\*\\* \\# head\\\\u202e" in lines
    said = (tmp_path / "CITATION.cff").read_text(encoding="utf-8")
    assert "url:" not in said and "contact:" not in said
    assert '  - name: "A\\u2028B\\u0085: #c"' in said.split("\n")


# --- classic and tagged ----------------------------------------------------------------------------


@pytest.mark.parametrize("population", ["idp", "returnee"])
def test_the_layout_is_that_of_the_portal(population: str) -> None:
    assert list(portal.HEADERS[population]) == headers(population)
    means = portal.layout(population)
    assert len({column for _, column in means}) == 50
    assert {column for _, column in means} <= set(COLUMNS)


@pytest.mark.parametrize("population", ["idp", "returnee"])
def test_the_classic_list_is_the_tidy_one_under_other_headers(content: Content, made: Path, population: str) -> None:
    path = made / f"lists/dtm-irq_{population}_r120_2021-02-28_v1.0_classic.csv"
    read = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    tidy = content.of_round(f"{population}_master_list")
    assert list(read.columns[:51]) == [*headers(population), "date"]
    assert all(name.endswith("_status") for name in read.columns[51:])
    assert set(read["date"]) == {"2021-02-28"}
    for header, column in portal.layout(population):
        if COLUMNS[column].type == "integer":
            source = "individuals" if column == "individuals_as_provided" else column
            assert list(read[header]) == ["" if v is None else str(v) for v in tidy[source].to_pylist()], header
    margin = read[[h for h, c in portal.layout(population) if c.startswith("shelter_")]].astype(int).sum(axis=1)
    assert (margin <= read[portal.HEADERS[population][8]].astype(int)).all()


def test_categories_that_the_portal_never_carried_are_not_lost(content: Content, tmp_path: Path) -> None:
    rows = content.tables["idp_master_list"]
    at = rows.column_names.index("period_january_2020")
    rows = rows.set_column(at, rows.schema.field(at), pa.array([7] * rows.num_rows, pa.int64()))
    classic.csv(with_table(content, "idp_master_list", rows), tmp_path)
    read = read_csv(tmp_path / "lists/dtm-irq_idp_r120_2021-02-28_v1.0_classic.csv")
    assert list(read[0])[50:52] == ["Jan 20", "date"]
    assert {row["Jan 20"] for row in read} == {"7"}


def test_the_tag_row_has_the_tags_of_the_contract(content: Content, made: Path) -> None:
    read = read_csv(made / "lists/dtm-irq_idp_r120_2021-02-28_v1.0_hxl.csv")
    assert all((COLUMNS[name].hxl or "") == tag for name, tag in read[0].items())
    assert read[0]["households"] == "#affected+hh" and read[0]["origin_anbar"] == ""
    assert len(read) == 88
    assert [row["households"] for row in read[1:]] == [
        str(v) for v in content.of_round("idp_master_list")["households"].to_pylist()
    ]


# --- places ----------------------------------------------------------------------------------------


def test_the_map_is_geojson(content: Content, made: Path) -> None:
    told = json.loads((made / "places/locations.geojson").read_text(encoding="utf-8"))
    assert told["type"] == "FeatureCollection"
    assert told["disclaimer"].startswith("The boundaries and names shown") and told["disclaimer_ar"]
    assert told["licence"] == content.publisher.licence
    ids = [feature["id"] for feature in told["features"]]
    lists = {p: {row["place_id"]: row for row in content.of_round(f"{p}_master_list").to_pylist()} for p in ("idp", "returnee")}
    assert ids == sorted({*lists["idp"], *lists["returnee"]})
    for feature in told["features"]:
        for population, rows in lists.items():
            row = rows.get(feature["id"])
            own = feature["properties"]
            assert own[f"{population}_households"] == (row["households"] if row else None)
            assert own[f"{population}_status"] == (row["households_status"] if row else "not_listed")
        row = lists["idp"].get(feature["id"]) or lists["returnee"][feature["id"]]
        if feature["geometry"]:
            assert feature["geometry"]["coordinates"] == [row["longitude"], row["latitude"]]
            assert shapely.from_geojson(json.dumps(feature["geometry"])).is_valid
        else:
            assert row["latitude"] is None
    assert any(feature["geometry"] is None for feature in told["features"])


@pytest.mark.parametrize("name", ["locations", "location_series"])
def test_points_are_geoparquet(made: Path, name: str) -> None:
    read = pq.read_table(made / f"places/{name}.parquet")
    geo = json.loads(read.schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    column = geo["columns"][geo["primary_column"]]
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["Point"])
    assert column["covering"]["bbox"]["ymax"] == ["bbox", "ymax"]
    points = shapely.from_wkb(read["geometry"].to_pylist())
    for point, row in zip(points, read.to_pylist(), strict=True):
        if point is None:
            assert row["bbox"] is None and None in (row["latitude"], row["longitude"])
        else:
            assert (point.x, point.y) == (row["longitude"], row["latitude"])
            assert row["bbox"] == {"xmin": point.x, "ymin": point.y, "xmax": point.x, "ymax": point.y}
    known = [row for row in read.to_pylist() if row["bbox"]]
    assert column["bbox"] == [min(r["longitude"] for r in known), min(r["latitude"] for r in known),
                              max(r["longitude"] for r in known), max(r["latitude"] for r in known)]  # fmt: skip
    assert all(field.metadata[b"description"] for field in read.schema)
    first = next(value for value in read["geometry"].to_pylist() if value)
    assert struct.unpack("<BI", first[:5]) == (1, 1)


def test_the_series_has_every_round_and_the_change_of_each(content: Content, made: Path) -> None:
    path = made / "places/location_series.parquet"
    asked = duckdb.sql(
        f"select population, round, count(*), sum(households), sum(delta) from '{path}' group by all order by all"
    ).fetchall()
    published = {(row["population"], row["round"]): row for row in content.tables["national_summary"].to_pylist()}
    changes = {
        (row["population"], row["round"]): row["households_change"] for row in content.tables["change_summary"].to_pylist()
    }
    assert [row[:2] for row in asked] == sorted(published)
    for population, number, _, households, delta in asked:
        assert households == published[population, number]["households"]
        assert delta == changes.get((population, number))
    rows = pq.read_table(path).to_pylist()
    keys = [(row["population"], row["place_id"], row["round"]) for row in rows]
    assert keys == sorted(set(keys))
    assert all(
        row["delta_pct"] == pytest.approx(100 * row["delta"] / row["previous_households"]) for row in rows if row["delta_pct"]
    )


def test_points_off_the_globe_are_no_geometry(content: Content, tmp_path: Path) -> None:
    rows = content.tables["idp_master_list"]
    at = rows.column_names.index("latitude")
    rows = rows.set_column(at, rows.schema.field(at), pa.array([150.0] * rows.num_rows))
    own = replace(content, tables={**content.tables, "idp_master_list": rows})
    write(own, tmp_path, (places.geojson, places.parquet))
    features = json.loads((tmp_path / "places/locations.geojson").read_text(encoding="utf-8"))["features"]
    assert all(feature["geometry"] is None for feature in features if feature["properties"]["idp_status"] != "not_listed")
    assert any(feature["geometry"] for feature in features)


def test_every_known_header_leads_to_a_column(made: Path) -> None:
    rows = read_csv(made / "places/header_crosswalk.csv")
    means = {(row["header_population"], row["header"]): row["canonical_column"] for row in rows}
    assert means["idp", "Hostfamilies"] == "shelter_host_family"
    assert means["both", "Pre June14 Period of displacement"] == "period_pre_june_2014"
    assert means["returnee", "Al Diwaniya"] == "last_displacement_qadissiya"
    assert means["both", "date"] == "list_date"
    assert {row["header_kind"] for row in rows if not row["canonical_column"]} <= {"link", "code", "identifier"}
    assert {row["canonical_column"] for row in rows} - {""} <= set(COLUMNS)


def test_the_register_names_the_system_of_its_pcodes(made: Path) -> None:
    rows = read_csv(made / "places/location_register.csv")
    assert {row["pcode_system"] for row in rows} == {"ocha_cod"}
    assert all(row["district_pcode"].startswith(row["governorate_pcode"]) for row in rows)


def test_names_are_of_the_place_itself(made: Path) -> None:
    rows = read_csv(made / "places/names.csv")
    said = {(row["level"], row["governorate"], row["district"], row["name"], row["language"], row["name_system"]) for row in rows}
    assert len(said) == len(rows)
    assert ("governorate", "Qadissiya", "", "Al Diwaniya", "en", "dtm_r134") in said
    assert ("governorate", "Dahuk", "", "دهوك", "ar", "ocha_cod") in said
    assert {row["language"] for row in rows} == {"en", "ar"}
    assert all(row["language"] == "ar" for row in rows if any("\u0600" <= letter <= "\u06ff" for letter in row["name"]))


def test_a_district_that_cod_does_not_know_takes_no_name_of_another(content: Content, made: Path) -> None:
    inside = [row for row in content.tables["district"].to_pylist() if row["district_pcode_match"] == "contained_in"]
    rows = [row for row in read_csv(made / "places/names.csv") if row["level"] == "district"]
    assert inside
    for district in inside:
        own = [row for row in rows if (row["governorate"], row["district"]) == (district["governorate"], district["district"])]
        assert {(row["name_system"], row["pcode"]) for row in own} <= {("dtm", ""), ("spelling", "")}


# --- notes -----------------------------------------------------------------------------------------


def version(number: str, kind: str = "partial", **more: object) -> Version:
    made_on = datetime.date(2021, 3, 10)
    told = {"state": "released", "reason": "", **more}
    return Version(f"r120-public-v{number}", 120, number, kind, told["state"], made_on, {}, "f", "0" * 64, told["reason"])


def test_changes_tell_of_versions_before_and_none_after(content: Content, tmp_path: Path) -> None:
    own = replace(content, release=replace(content.release, version="1.9", kind="correction", reason="unit"))
    known = (version("1.10"), version("1.9"), version("1.0", "final", state="withdrawn"), version("0.1"))
    other = replace(version("1.0", reason="other round"), round=119)
    notes.changes((*known, other))(own, tmp_path)
    said = (tmp_path / "CHANGES.md").read_text(encoding="utf-8")
    heads = [line for line in said.splitlines() if line.startswith("## ")]
    assert heads[:3] == ["## 1.9 (correction), this version", "## 1.0 (final), published on 2021-03-10, withdrawn",
                         "## 0.1 (partial), published on 2021-03-10"]  # fmt: skip
    assert "other round" not in said
    assert "Values revised: not compared." in said


def test_changes_tell_which_values_were_revised(content: Content, tmp_path: Path) -> None:
    count = 120
    columns = {"release_id": [content.release.id] * count, "population": ["idp"] * count, "round": [120] * count,
               "place_id": [f"{at:05d}" for at in range(count)], "revised_column": ["households"] * count,
               "value_before": ["12", None] * (count // 2), "value_after": ["<b>", "3"] * (count // 2),
               "revision_reason": ["unit"] * count, "feedback_id": [None] * count}  # fmt: skip
    rows = pa.table(columns, schema=schema(OWN["revision"]))
    notes.changes(())(with_table(content, "revision", rows), tmp_path)
    said = (tmp_path / "CHANGES.md").read_text(encoding="utf-8")
    assert "- idp, `households`: 120 values revised." in said
    assert "| idp | 00000 | households | 12 | \\<b\\> |" in said
    assert "The first 100 of 120" in said and "| 00100 |" not in said
    earlier = rows.set_column(0, rows.schema.field(0), pa.array(["r120-public-v0.2"] * count))
    notes.changes(())(with_table(content, "revision", earlier), tmp_path)
    assert "- No value was revised." in (tmp_path / "CHANGES.md").read_text(encoding="utf-8")


def test_breaks_between_two_rounds_far_apart_are_told(content: Content, tmp_path: Path) -> None:
    rows = content.tables["change_summary"]
    far = pa.array([116 if number == 120 else 117 for number in rows["round"].to_pylist()])
    rows = rows.set_column(rows.column_names.index("previous_round"), "previous_round", far)
    rows = rows.set_column(rows.column_names.index("rounds_apart"), "rounds_apart", pa.array([4] * rows.num_rows))
    notes.changes(())(with_table(content, "change_summary", rows), tmp_path)
    before, said = (tmp_path / "CHANGES.md").read_text(encoding="utf-8").split("## Breaks of method")
    assert "in R116, 4 rounds earlier." in before
    assert "with 5 per household instead of 6" in said
    assert "R116" not in said and "R121" not in said
    assert said.count("Shelter types are missing from the portal export") == 1


def test_readme_names_every_file_terms_and_caveats(made: Path) -> None:
    said = " ".join((made / "README.txt").read_text(encoding="utf-8").split())
    for path in made.rglob("*"):
        if path.is_file():
            assert path.name in said
    for words in ("No contact is configured.", "Margins:", "never added to each other", "non-commercial", "withheld at 0 of 87"):
        assert words in said


def test_readme_says_once_what_two_formats_hold(content: Content, tmp_path: Path) -> None:
    from flows.release import table_files

    written = write(content, tmp_path, (table_files.parquet, table_files.csv))
    notes.readme(written)(content, tmp_path)
    said = (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert said.count("The 18 governorates") == 1
    assert "as in tables/: change_summary.csv, district.csv" in said


def test_hashes_are_those_of_the_files(made: Path) -> None:
    lines = (made / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = {line[66:]: line[:64] for line in lines}
    found = {p.relative_to(made).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in made.rglob("*") if p.is_file()}
    del found["SHA256SUMS"]
    assert listed == found
    assert list(listed) == sorted(listed)


def test_the_citation_has_what_the_format_asks_for(content: Content, tmp_path: Path) -> None:
    publisher = replace(content.publisher, contact="dtm@example.org", address="https://example.org/dtm")
    notes.citation(replace(content, publisher=publisher), tmp_path)
    lines = (tmp_path / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    keys = [line.partition(":")[0] for line in lines if line[0] not in " "]
    assert {"cff-version", "message", "title", "authors"} <= set(keys)
    assert "date-released" not in keys
    assert 'url: "https://example.org/dtm"' in lines and '    email: "dtm@example.org"' in lines


@pytest.mark.parametrize("population", ["idp", "returnee"])
def test_csv_files_open_as_they_are(made: Path, population: str) -> None:
    for path in made.rglob("*.csv"):
        read = pd.read_csv(io.BytesIO(path.read_bytes()), encoding="utf-8-sig", dtype=str, keep_default_na=False)
        counted = duckdb.sql(f"select count(*) from read_csv('{path}', header = true, all_varchar = true)").fetchall()[0][0]
        assert len(read) == counted == len(read_csv(path)), path.name


def test_writers_hold_what_writing_asks_for(content: Content, tmp_path: Path, made: Path) -> None:
    asked: list[Callable] = [*WRITERS]
    for writer in asked:
        for file in writer(content, tmp_path):
            assert (tmp_path / file.path).is_file()
            assert file.is_stable
