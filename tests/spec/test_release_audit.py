"""A release from which something withheld can be worked out does not hold, whatever gives it away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from flows import export
from flows.release.proof import Proof, prove
from tests import auditworld as world
from tests.auditworld import CHANGE, LIST, Leak, Rows
from transforms.release.audit.verdict import Failure


def proof(folder: Path, rows: Rows, *earlier: Path, truth: dict | None = None, version: str = "1.0") -> Proof:
    named = world.content(version=version)
    path = world.written(folder / f"v{version}", rows, named)
    return prove(named, path, earlier, truth or world.open_tables(), world.tier())


def test_a_careful_release_holds(tmp_path: Path) -> None:
    found = proof(tmp_path, world.protected())
    assert found.holds, found.text()
    assert found.verdict.withheld[LIST] == 5 + 8 * 7 + 8  # households, cells of margins, households in camps
    assert found.verdict.narrowest >= world.K
    assert "holds" in found.text().splitlines()[0]


def test_the_report_is_the_same_each_time(tmp_path: Path) -> None:
    texts = {proof(tmp_path / one, world.protected()).text() for one in ("first", "second")}
    assert len(texts) == 1


def test_a_tier_that_withholds_nothing_is_not_judged(tmp_path: Path) -> None:
    named = world.content()
    path = world.written(tmp_path / "v", world.truth(), named)
    assert prove(named, path, (), world.open_tables(), world.tier(0)).verdict is None


def a_total(rows: Rows) -> None:
    world.row_of(rows, LIST, round=119, place_id="a")["households"] = 3


def a_cell(rows: Rows) -> None:
    world.row_of(rows, LIST, round=120, place_id="d")["period_august_2014"] = 20


def a_margin(rows: Rows) -> None:
    row = world.row_of(rows, LIST, round=120, place_id="b")
    row.update(period_pre_june_2014=0, period_august_2014=4)


def a_category(rows: Rows) -> None:  # all hidden rows of a category but one
    for place, value in (("a", 1), ("b", 2), ("c", 5)):
        world.row_of(rows, LIST, round=120, place_id=place)["origin_anbar"] = value


def previous_households(rows: Rows) -> None:
    row = world.row_of(rows, CHANGE, place_id="b")
    row.update(previous_households=6, previous_status="given")


def a_status(rows: Rows) -> None:
    world.row_of(rows, CHANGE, place_id="c")["change_status"] = "same"


def a_change(rows: Rows) -> None:
    world.row_of(rows, CHANGE, place_id="c")["households_change"] = 0


def a_share(rows: Rows) -> None:
    world.row_of(rows, CHANGE, place_id="c")["change_share"] = 0.0


def a_review(rows: Rows) -> None:
    world.row_of(rows, CHANGE, place_id="c")["needs_review"] = False


def individuals(rows: Rows) -> None:
    world.row_of(rows, LIST, round=120, place_id="d")["individuals"] = 6 * 32 + 5 * 8


def a_camp(rows: Rows) -> None:
    world.row_of(rows, LIST, round=120, place_id="d")["is_camp"] = False


def a_district_in_camp(rows: Rows) -> None:
    world.row_of(rows, "district_summary", round=120, district="Mosul")["individuals"] = 6 * 17 + 5 * 2


@pytest.mark.parametrize(
    ("leak", "place", "column"),
    [
        (a_total, "b", "households"),
        (a_cell, "d", "period_pre_june_2014"),
        (a_margin, "b", "households"),
        (a_category, "d", "origin_anbar"),
        (previous_households, "b", "households"),
        (a_status, "c", "households"),
        (a_change, "c", "households"),
        (a_share, "c", "households"),
        (a_review, "c", "needs_review"),
        (individuals, "d", "shelter_camp"),
        (a_camp, "d", "is_camp"),
        (a_district_in_camp, "d", "shelter_camp"),
    ],
)
def test_one_figure_too_many_is_found(tmp_path: Path, leak: Leak, place: str, column: str) -> None:
    rows = world.protected()
    leak(rows)
    found = proof(tmp_path, rows)
    assert (place, column) in {(one.place, one.column) for one in found.failures}, found.text()


def test_a_total_of_a_district_gives_away_what_only_its_governorate_hid(tmp_path: Path) -> None:
    rows = world.protected()
    for number in (119, 120):
        row = world.row_of(rows, LIST, round=number, place_id="d")
        world.hide(row, "households_status", "households")
        for district in ("Mosul", "Sinjar"):
            world.hide(world.row_of(rows, "district_summary", round=number, district=district), "households_status", "households")
    row = world.row_of(rows, CHANGE, place_id="d")
    world.hide(
        row,
        "households_status",
        "households",
        "previous_households",
        "households_change",
        "change_share",
        "change_status",
        "needs_review",
    )
    assert proof(tmp_path / "careful", rows).holds
    row = world.row_of(rows, "district_summary", round=120, district="Sinjar")
    row["households"] = 40
    found = proof(tmp_path / "careless", rows)
    assert {(one.table, one.place) for one in found.failures} >= {(LIST, "d"), ("district_summary", "Ninewa > Mosul")}


def test_a_sum_of_a_category_that_others_tell_is_found(tmp_path: Path) -> None:
    rows = world.protected()
    row = world.row_of(rows, "shelter_summary", round=120, governorate="Ninewa", shelter_type="camp")
    world.hide(row, "households_status", "households", "individuals")
    found = proof(tmp_path, rows)  # the governorate's total less its other categories
    assert ("shelter_summary", "camp in Ninewa") in {(one.table, one.place) for one in found.failures}


def test_a_figure_that_is_not_true_is_found(tmp_path: Path) -> None:
    rows = world.protected()
    world.row_of(rows, LIST, round=120, place_id="e")["households"] = 62
    assert any("the data say 61" in one.by for one in proof(tmp_path, rows).failures)


def test_the_file_of_an_earlier_round_is_found(tmp_path: Path) -> None:
    careless = {name: [row for row in rows if row["round"] == 119] for name, rows in world.protected().items()}
    careless[LIST][0].update(households=3, households_status="given")
    careless.pop(CHANGE), careless.pop("change_summary")
    before = world.written(tmp_path / "r119", careless, world.content(119))
    found = proof(tmp_path, world.protected(), before)
    failed = [one for one in found.failures if (one.round, one.place, one.column) == (119, "a", "households")]
    assert failed and "r119-public-v1.0" in failed[0].by


def test_the_same_earlier_files_tell_nothing_new(tmp_path: Path) -> None:
    before = world.written(tmp_path / "before", world.protected(), world.content(119))
    found = proof(tmp_path, world.protected(), before)
    assert found.holds and len(found.verdict.versions) == 1


def test_a_correction_with_another_pattern_is_found(tmp_path: Path) -> None:
    earlier = world.protected()
    first = world.written(tmp_path / "first", earlier, world.content())
    rows = world.protected()  # now b is given, and c, of 12, hidden instead of it was hidden before
    row = world.row_of(rows, LIST, round=119, place_id="c")
    world.hide(row, "households_status", "households")
    row = world.row_of(rows, LIST, round=119, place_id="b")
    row.update(households=6, households_status="given")
    row = world.row_of(rows, CHANGE, place_id="c")
    world.hide(row, "previous_status", "previous_households")
    world.row_of(rows, CHANGE, place_id="b").update(previous_households=6, previous_status="given")
    assert proof(tmp_path / "alone", rows).holds
    found = proof(tmp_path / "both", rows, first, version="1.1")
    assert {(one.round, one.place) for one in found.failures} >= {(119, "a"), (119, "c")}


def test_a_value_before_its_revision_stays_withheld(tmp_path: Path) -> None:
    """a and b, 3 and 6, were hidden in a total of 9; then b was revised to 46, and given: 9 less b then is a."""
    first = world.written(tmp_path / "first", world.protected(), world.content())
    lists = {**world.LISTS, 119: {**world.LISTS[119], "b": (46, 23, 23, 0, 22, 24, 23, 23)}}
    revised = [("households", "6"), *zip(("shelter_host_family", "shelter_rented", "period_pre_june_2014", "period_august_2014",
                                          "origin_anbar", "origin_diyala"), ("3", "3", "2", "4", "3", "3"), strict=True)]  # fmt: skip
    revision = pa.Table.from_pylist(
        [{"release_id": "r120-public-v1.1", "population": "idp", "round": 119, "place_id": "b", "revised_column": column, "value_before": value}
         for column, value in revised]
    )  # fmt: skip
    truth = world.open_tables(lists)
    without = proof(tmp_path / "without", world.protected(lists), first, truth=truth, version="1.1")
    assert any("revisions since" in one.by for one in without.failures)
    found = proof(tmp_path / "with", world.protected(lists), first, truth={**truth, "revision": revision}, version="1.1")
    assert not any("revisions since" in one.by for one in found.failures), found.text()
    assert found.holds, found.text()
    rows = world.protected(lists)
    row = world.row_of(rows, LIST, round=119, place_id="a")
    row.update(households=3, households_status="given")  # gives b as it was
    found = proof(tmp_path / "careless", rows, first, truth={**truth, "revision": revision}, version="1.1")
    assert any(one.place == "b" and one.low == "6" and "before its revision" in one.by for one in found.failures), found.text()


def test_the_csv_twin_with_one_value_more_is_found(tmp_path: Path) -> None:
    rows = world.protected()
    named = world.content()
    folder = world.written(tmp_path / "v", rows, named)
    (folder / "csv").mkdir()
    twin = world.tables(rows)[LIST]
    export.to_csv(twin, folder / "csv" / f"{LIST}.csv")
    assert prove(named, folder, (), world.open_tables(), world.tier()).holds
    world.row_of(rows, LIST, round=120, place_id="a")["households"] = 3
    export.to_csv(world.tables(rows)[LIST], folder / "csv" / f"{LIST}.csv")
    found = prove(named, folder, (), world.open_tables(), world.tier())
    assert found.differences == (f"csv/{LIST}.csv: column households differs from the table in 1 rows, first in row 7",)


def test_a_file_that_nobody_reads_is_a_failure(tmp_path: Path) -> None:
    named = world.content()
    folder = world.written(tmp_path / "v", world.protected(), named)
    (folder / "extra.csv").write_text("a\n3\n", encoding="utf-8")
    assert prove(named, folder, (), world.open_tables(), world.tier()).differences == (
        "extra.csv: nothing says how its figures are read",
    )


def test_a_figure_is_proven_where_a_stricter_proof_holds(tmp_path: Path) -> None:
    """What readers who know more cannot work out, readers who know less cannot; what both can is a failure."""
    found = proof(tmp_path, world.protected())
    one, other = (Failure("t", "idp", 119, place, "households", "1", "1", "x") for place in "ab")
    both = replace(found, verdict=replace(found.verdict, failures=(one, other)))
    strict = replace(found, verdict=replace(found.verdict, failures=(other,)))
    assert both.besides(strict).failures == (other,)
    assert not strict.besides(both).holds and both.besides(found).holds
