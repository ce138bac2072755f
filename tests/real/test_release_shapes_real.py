"""Our rows in the shape of the DTM API against what that API answered for Iraq, round by round and governorate by governorate."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from flows.published import Published
from flows.release import drafting
from transforms.release.shapes import hapi_offences, shaped


@pytest.fixture(scope="module")
def rows(held: Published) -> dict[str, pa.Table]:
    return shaped(drafting.content(held, 120, "internal"))


def _answer(reference: Path, level: int) -> list[dict]:
    path = reference / "dtmapi" / f"idpadmin{level}data-getadmin{level}datav2-admin0pcode-irq.json"
    if not path.is_file():
        pytest.skip("answers of the DTM API not available")
    return json.loads(path.read_text(encoding="utf-8"))["result"]


@pytest.mark.parametrize(("level", "agree"), [(0, 23), (1, 413)])
def test_figures_of_a_round_are_those_of_the_api(rows: dict, reference: Path, level: int, agree: int) -> None:
    """Rounds of 2014 to 2016 have other numbers in the API; where the number is the same, so is the figure."""
    key = ("roundNumber", "admin1Name", "admin1Pcode")[: 1 + 2 * level]
    theirs = {tuple(row[name] for name in key): row["numPresentIdpInd"] for row in _answer(reference, level)}
    ours = {tuple(row[name] for name in key): row["numPresentIdpInd"] for row in rows[f"dtmapi_admin{level}"].to_pylist()}
    both = ours.keys() & theirs.keys()
    assert len(both) == agree
    assert {place: ours[place] for place in both} == {place: theirs[place] for place in both}


def test_our_rows_are_typed_as_the_rows_of_the_api(rows: dict, reference: Path) -> None:
    for level in (0, 1):
        theirs = _answer(reference, level)[0]
        ours = rows[f"dtmapi_admin{level}"].slice(0, 1).to_pylist()[0]
        assert [name for name in ours if name in theirs] == list(theirs)
        assert {name: type(value) for name, value in theirs.items() if name != "id"} == {
            name: type(ours[name]) for name in theirs if name != "id"
        }


def test_origins_add_up_to_the_country(rows: dict) -> None:
    of = {}
    for name in ("dtmapi_admin0", "dtmapi_admin0_by_origin"):
        summed = rows[name].group_by("roundNumber").aggregate([("numPresentIdpInd", "sum")])
        of[name] = dict(zip(*(summed[column].to_pylist() for column in ("roundNumber", "numPresentIdpInd_sum")), strict=True))
    assert of["dtmapi_admin0"] == of["dtmapi_admin0_by_origin"] and len(of["dtmapi_admin0"]) == 28


def test_no_row_breaks_the_constraints_of_hapi(rows: dict) -> None:
    for name in ("hapi_idps", "hapi_idps_latest_round", "ours_hapi_returnees"):
        assert hapi_offences(rows[name]) == []
    assert (
        pc.sum(
            rows["hapi_idps_latest_round"].filter(pc.equal(rows["hapi_idps_latest_round"]["admin_level"], 0))["population"]
        ).as_py()
        == 1_205_767
    )
