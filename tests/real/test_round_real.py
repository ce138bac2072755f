"""A field round opened on real lists: the frame, what is carried forward, one interview, real boundaries."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from expectations import codes
from flows import judging
from flows.cli import main
from flows.field import life
from flows.problem import ExitCode
from flows.published import Published
from tests.flows.builds import quickly
from transforms.field.boundaries import Boundaries

ADMIN = "irq_admbnda_adm1_cso_20190603.geojson"


@pytest.fixture(scope="module")
def collected(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """R121 opened on the lists of R120, with one interview at one of its locations, handed over and built."""
    data = tmp_path_factory.mktemp("round") / "data"
    lists = sorted((reference / "masterlists").rglob("*Feb 28, 2021.csv"))
    assert len(lists) == 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "beside", quickly)

        def did(*words: object) -> None:
            assert main([*map(str, words), "--data", str(data)]) == ExitCode.OK

        did("build", *lists, "--direct")
        did("round", "open", 121, "--boundaries", reference / "admin" / ADMIN)
        held = Published(data)
        first = next(row for row in held.table("idp_master_list").to_pylist() if row["households"] > 100 and not row["is_camp"])
        places = {row["place_id"]: row for row in held.table("location").to_pylist()}
        (data.parent / "one.json").write_text(json.dumps([interview(first, places[first["place_id"]])]), encoding="utf-8")
        did("round", "receive", 121, data.parent / "one.json")
        did("round", "handover", 121, "--date", "2021-05-05")
        did("build", "--direct")
    return data


def interview(row: dict, place: dict) -> dict:
    """An approved interview at a location that finds ten households more than the list before, all of one kind."""
    count = row["households"] + 10
    governorate = next(r["governorate_code"] for r in codes.rows("governorate") if r["governorate"] == place["governorate"])
    return {
        "_uuid": "real-1", "consent": "yes", "visit/visit_type": "interview", "visit/team": "T1", "visit/interview_date": "2021-03-10",
        "visit/population": "idp", "place/governorate": governorate,
        "place/district": codes.district_codes()[place["governorate"], place["district"]], "place/is_new_location": "no",
        "place/place_id": row["place_id"], "access/accessibility": "accessible", "access/update_status": "updated",
        "count/households": str(count), "shelter/shelter_rented_habitable": str(count), "period/period_august_2014": str(count),
        "origin/origin_ninewa": str(count), "arrivals/new_arrivals": "0",
        "_validation_status": {"uid": "validation_status_approved"}, "_submission_time": "2021-03-10T10:00:00",
    }  # fmt: skip


def test_the_list_is_the_one_before_but_for_the_interview(collected: Path) -> None:
    summary = {(r["population"], r["round"]): r for r in Published(collected).table("national_summary").to_pylist()}
    assert summary["idp", 120]["households"] == 207_213
    assert summary["idp", 121]["households"] == 207_213 + 10
    assert summary["idp", 121]["individuals"] == 1_205_767 + 60
    assert summary["returnee", 121]["households"] == summary["returnee", 120]["households"]
    assert (summary["idp", 121]["locations"], summary["returnee", 121]["locations"]) == (2_897, 2_140)


def test_what_is_carried_forward_says_so_and_keeps_its_source(collected: Path) -> None:
    held = Published(collected)
    records = held.table("location_record").to_pylist()
    carried = [row for row in records if row["update_status"] == "carried_forward"]
    assert len(carried) == 2_897 + 2_140 - 1
    assert {row["carried_rounds"] for row in carried} == {1}
    rows = held.table("source_record", round=121).to_pylist()
    assert {row["source_file"].endswith("Feb 28, 2021.csv") for row in rows if row["submission_uuid"] is None} == {True}
    assert [row["submission_uuid"] for row in rows if row["submission_uuid"]] == ["real-1"]


def test_the_coverage_adds_up(collected: Path) -> None:
    rows = Published(collected).table("round_coverage").to_pylist()
    idp = [row for row in rows if row["population"] == "idp"]
    assert sum(row["expected_locations"] for row in idp) == 2_897
    assert (sum(row["received_locations"] for row in idp), sum(row["outstanding_locations"] for row in idp)) == (1, 2_896)


def test_few_real_places_lie_in_another_governorate(collected: Path, reference: Path) -> None:
    places = life.held(collected, 121).inputs().frame.place
    own = {row["governorate"]: row["governorate_code"] for row in codes.rows("governorate")}
    reading = pa.table(
        {
            "uuid": places["place_id"],
            "governorate_code": [own[name] for name in places["governorate"].to_pylist()],
            "latitude": places["latitude"],
            "longitude": places["longitude"],
        }
    )
    boundaries = Boundaries((reference / "admin" / ADMIN).read_text(encoding="utf-8"), ADMIN)
    elsewhere, far = (boundaries.elsewhere(reading, kilometres).num_rows for kilometres in (0, 5))
    assert 0 < far < elsewhere < 0.03 * places.num_rows  # 1.8 % of all places of the history (measured)
