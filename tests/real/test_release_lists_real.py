"""Files of a release beside the files from which the lists were read: the classic layout gives back what the portal gave out."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from expectations import portal
from flows.published import Published
from flows.release import classic, drafting, places

FILES = {
    ("idp", 120): "IDPs_MasterList_dataset_DTM_IOMFeb 28, 2021.csv",
    ("returnee", 120): "Returnee_MasterList_dataset_DTM_IOMFeb 28, 2021.csv",
    ("idp", 112): "IDPs_MasterList_dataset_DTM_IOMOct 31, 2019.csv",
}


@pytest.mark.parametrize(("population", "number"), FILES)
def test_the_classic_list_gives_back_the_export(
    held: Published, reference: Path, tmp_path: Path, population: str, number: int
) -> None:
    found = [*(reference / "masterlists" / population).rglob(FILES[population, number])]
    if not found:
        pytest.skip(f"no {FILES[population, number]} in the reference data")
    content = drafting.content(held, number, "internal")
    classic.csv(content, tmp_path)
    (ours,) = tmp_path.rglob(f"dtm-irq_{population}_*_classic.csv")
    exported = pd.read_csv(found[0], dtype=str, keep_default_na=False)
    exported = exported[exported["Location ID"] != ""]  # the last row has a date only
    written = pd.read_csv(ours, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    key = portal.HEADERS[population][1]
    before = exported.assign(**{key: exported[key].str.removesuffix(".0")}).set_index(key).sort_index()
    after = written.set_index(key).sort_index()
    assert list(before.index) == list(after.index)
    households = portal.HEADERS[population][8]
    # individuals are derived anew, with 5 per household in camps from R117
    for header in (households, *portal.HEADERS[population][10:]):
        # the export has 0 where a list does not carry a category, ours an empty column
        assert (before[header].replace("", "0").astype(float) == after[header].replace("", "0").astype(float)).all(), header


def test_the_series_adds_up_to_the_published_changes(held: Published) -> None:
    rows = places.places.series(drafting.content(held, 120, "internal"))
    told = rows.group_by(["population", "round"]).aggregate([("delta", "sum")]).to_pylist()
    changes = {(row["population"], row["round"]): row["households_change"] for row in held.table("change_summary").to_pylist()}
    assert {(row["population"], row["round"]): row["delta_sum"] for row in told if row["delta_sum"] is not None} == changes
