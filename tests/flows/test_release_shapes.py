"""The shapes that tools of partners read: rows, nulls, envelope, the gate of HDX HAPI, the bytes."""

from __future__ import annotations

import csv
import datetime
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from expectations.exchange_shapes import OURS, SHAPES
from flows.problem import ExitCode, Problem
from flows.published import Published
from flows.release import shape_files
from tests.withheld import content as withheld
from transforms.release.content import Content
from transforms.release.shapes import hapi_offences, shaped

# Of ecosystem documents: the rows of the DTM API v3 and the header of HDX HAPI, in order.
API = [
    "id",
    "operation",
    "admin0Name",
    "admin0Pcode",
    "admin1Name",
    "admin1Pcode",
    "admin2Name",
    "admin2Pcode",
    "numPresentIdpInd",
    "reportingDate",
    "yearReportingDate",
    "monthReportingDate",
    "roundNumber",
    "displacementReason",
    "numberMales",
    "numberFemales",
    "idpOriginAdmin1Name",
    "idpOriginAdmin1Pcode",
    "assessmentType",
]
HAPI = [
    "location_code",
    "has_hrp",
    "in_gho",
    "provider_admin1_name",
    "provider_admin2_name",
    "admin1_code",
    "admin1_name",
    "admin2_code",
    "admin2_name",
    "admin_level",
    "operation",
    "assessment_type",
    "population",
    "reporting_round",
    "reference_period_start",
    "reference_period_end",
    "dataset_hdx_id",
    "resource_hdx_id",
    "warning",
    "error",
]
SUMMARIES = ("national_summary", "governorate_summary", "district_summary")


@pytest.fixture(scope="module")
def content(held: Published) -> Content:
    return withheld(held)


@pytest.fixture(scope="module")
def rows(content: Content) -> dict[str, pa.Table]:
    return shaped(content)


@pytest.fixture(scope="module")
def folder(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("shapes")
    shape_files.write(content, made)
    return made


def test_columns_are_those_of_the_api_in_its_order_less_the_finer_ones(rows: dict) -> None:
    assert rows["dtmapi_admin2"].column_names == API
    assert rows["dtmapi_admin1"].column_names == [name for name in API if not name.startswith("admin2")]
    assert rows["dtmapi_admin0"].column_names == [name for name in API if not name.startswith(("admin1", "admin2"))]
    assert rows["dtmapi_admin1_by_origin"].column_names == rows["dtmapi_admin1"].column_names


def test_columns_are_those_of_hapi_in_its_order(rows: dict) -> None:
    for name in ("hapi_idps", "hapi_idps_latest_round", "ours_hapi_returnees"):
        assert rows[name].column_names == HAPI


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize(("population", "shape"), [("idp", "dtmapi_admin"), ("returnee", "ours_returnees_admin")])
def test_every_place_and_round_has_one_row_with_its_published_figure(content, rows, level, population, shape) -> None:
    table = content.tables[SUMMARIES[level]]
    table = table.filter(pc.equal(table["population"], population))
    made = rows[f"{shape}{level}"]
    present = made["numPresentIdpInd" if population == "idp" else "numPresentReturneeInd"]
    assert made.num_rows == table.num_rows > 0
    assert sorted(present.to_pylist(), key=str) == sorted(table["individuals"].to_pylist(), key=str)
    assert (
        made.select(list(SHAPES[f"{shape}{level}"].key)).group_by(list(SHAPES[f"{shape}{level}"].key)).aggregate([]).num_rows
        == made.num_rows
    )


def test_a_withheld_figure_keeps_its_row_and_stays_null(content: Content, rows: dict) -> None:
    summary = content.tables["governorate_summary"]
    hidden = summary.filter(pc.equal(summary["individuals_status"], "suppressed")).to_pylist()
    assert len(hidden) == 1
    for name, present in (("dtmapi_admin1", "numPresentIdpInd"), ("hapi_idps", "population")):
        assert rows[name][present].null_count == sum(row["population"] == "idp" for row in hidden) + (name == "hapi_idps")
        assert 0 not in rows[name][present].to_pylist()
    broken = [row for row in rows["hapi_idps"].to_pylist() if row["population"] is None]
    assert {row["error"] for row in broken} == {"Population withheld by the publisher"}


def test_a_sum_over_a_withheld_pair_is_null_and_others_are_summed(content: Content, rows: dict) -> None:
    pairs = content.tables["idp_origin_to_displacement"].to_pylist()
    (hidden,) = [row for row in pairs if row["individuals_status"] == "suppressed"]
    codes = {row["governorate"]: row["dtm_api_pcode"] for row in content.tables["governorate"].to_pylist()}
    summed = {
        (row["roundNumber"], row["idpOriginAdmin1Pcode"]): row["numPresentIdpInd"]
        for row in rows["dtmapi_admin0_by_origin"].to_pylist()
    }
    assert summed[hidden["round"], codes[hidden["origin_governorate"]]] is None
    parts: dict = {}
    for row in pairs:
        parts.setdefault((row["round"], codes[row["origin_governorate"]]), []).append(row["individuals"])
    assert summed == {key: None if None in own else sum(own) for key, own in parts.items()}
    assert any(value for value in summed.values())


def test_what_the_lists_do_not_tell_is_not_invented(rows: dict) -> None:
    for name in ("dtmapi_admin2", "dtmapi_admin1_by_origin"):
        for column in ("id", "displacementReason", "numberMales", "numberFemales"):
            assert rows[name][column].null_count == rows[name].num_rows
    assert set(rows["dtmapi_admin2"]["idpOriginAdmin1Name"].to_pylist()) == {"Not available"}
    for column in ("has_hrp", "in_gho", "dataset_hdx_id", "resource_hdx_id"):
        assert rows["hapi_idps"][column].null_count == rows["hapi_idps"].num_rows


def test_districts_within_one_of_cod_stay_apart_under_their_own_names(content: Content, rows: dict) -> None:
    within = {
        row["district"]: row for row in content.tables["district"].to_pylist() if row["district_pcode_match"] == "contained_in"
    }
    for name in ("hapi_idps", "ours_hapi_returnees"):
        for row in rows[name].to_pylist():
            if row["provider_admin2_name"] in within and row["admin_level"] == 2:
                assert f"within the COD district {within[row['provider_admin2_name']]['cod_name_en']}" in row["warning"]
                assert row["admin2_code"] == within[row["provider_admin2_name"]]["district_pcode"]
    listed = {row["district"] for row in content.tables["district_summary"].to_pylist()} & within.keys()
    own = {
        row["admin2Name"]: row["admin2Pcode"]
        for name in ("dtmapi_admin2", "ours_returnees_admin2")
        for row in rows[name].to_pylist()
    }
    assert listed and all(own[district] is None for district in listed)


def test_the_latest_round_is_the_last_one_only(rows: dict) -> None:
    latest = rows["hapi_idps_latest_round"]
    assert set(latest["reporting_round"].to_pylist()) == {120}
    assert latest.num_rows == pc.sum(pc.equal(rows["hapi_idps"]["reporting_round"], 120)).as_py()


def test_extensions_say_that_they_are(folder: Path) -> None:
    envelope = json.loads((folder / "shapes/ours_returnees_admin1.json").read_text(encoding="utf-8"))
    assert "Extension" in envelope["note"] and all("Extension" in row["note"] for row in envelope["result"])
    assert not any("Idp" in name or "idp" in name for name in envelope["result"][0])
    assert "note" not in json.loads((folder / "shapes/dtmapi_admin1.json").read_text(encoding="utf-8"))
    for name, shape in SHAPES.items():
        assert name.startswith(OURS) == bool(shape.note) == ("Extension of this release" in shape.title)
    with open(folder / "shapes/ours_hapi_returnees.csv", encoding="utf-8-sig", newline="") as handle:
        assert all("refugees counted by UNHCR" in row["warning"] for row in csv.DictReader(handle))


def test_the_envelope_is_that_of_the_api(folder: Path, rows: dict) -> None:
    envelope = json.loads((folder / "shapes/dtmapi_admin2.json").read_text(encoding="utf-8"))
    assert list(envelope) == ["result", "statusCode", "isSuccess", "errorMessages", "totalRecordsCount"]
    assert (envelope["statusCode"], envelope["isSuccess"], envelope["errorMessages"]) == (200, True, [])
    assert envelope["totalRecordsCount"] == len(envelope["result"]) == rows["dtmapi_admin2"].num_rows
    assert list(envelope["result"][0]) == API and envelope["result"][0]["reportingDate"].endswith("T00:00:00")


def test_hapi_csv_begins_with_a_byte_order_mark_and_its_header(folder: Path) -> None:
    content = (folder / "shapes/hapi_idps.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert next(csv.reader([content.decode("utf-8-sig").splitlines()[0]])) == HAPI


def _with(rows: pa.Table, **values: object) -> pa.Table:
    """The first row alone, with other values."""
    return pa.Table.from_pylist([rows.slice(0, 1).to_pylist()[0] | values], schema=rows.schema)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "1 keys occur more than once"),
        ({"reporting_round": 0}, "1 rows have a round below 1"),
        ({"population": -1, "reporting_round": 7}, "1 rows have a population below 0"),
        ({"population": None, "reporting_round": 7}, "1 rows have neither a population nor an error"),
        (
            {"reference_period_end": datetime.date(2000, 1, 1), "reporting_round": 7},
            "1 rows have a period that ends before it starts",
        ),
    ],
)
def test_the_gate_of_hapi_refuses(rows: dict, change: dict, said: str) -> None:
    assert hapi_offences(rows["hapi_idps"]) == []
    assert hapi_offences(pa.concat_tables([rows["hapi_idps"], _with(rows["hapi_idps"], **change)])) == [said]


def test_a_key_that_occurs_twice_is_refused_with_one_sentence(content: Content, tmp_path: Path) -> None:
    summary = content.tables["national_summary"]
    doubled = replace(
        content, tables=dict(content.tables) | {"national_summary": pa.concat_tables([summary, summary.slice(0, 1)])}
    )
    with pytest.raises(Problem, match="hapi_idps breaks the constraints of HDX HAPI: 1 keys occur more than once") as problem:
        shape_files.write(doubled, tmp_path)
    assert problem.value.code == ExitCode.CONTRACT_BROKEN


def test_a_tier_without_a_table_has_no_shape_of_it(content: Content) -> None:
    fewer = {
        name: rows for name, rows in content.tables.items() if name not in ("district_summary", "idp_origin_to_displacement")
    }
    assert shaped(replace(content, tables=fewer)) == {}
    bare = dict(content.tables) | {"national_summary": content.tables["national_summary"].drop_columns(["individuals"])}
    assert sorted(shaped(replace(content, tables=bare))) == ["dtmapi_admin0_by_origin", "dtmapi_admin1_by_origin"]


def test_the_same_content_gives_the_same_bytes(content: Content, folder: Path, tmp_path: Path) -> None:
    made = shape_files.write(content, tmp_path)
    assert len(made) == 27 and all(file.is_stable for file in made)
    for file in made:
        assert (
            hashlib.sha256((tmp_path / file.path).read_bytes()).digest()
            == hashlib.sha256((folder / file.path).read_bytes()).digest()
        )
