"""The report over the reference lists: its headline is the one that was published."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from flows.published import Published
from flows.release import drafting
from flows.release.report import proofing
from flows.release.report.page import page


@pytest.mark.parametrize("number", [118, 120])
def test_headline_is_the_published_one(held: Published, reference: Path, number: int) -> None:
    with open(reference / "reference" / "published_series.csv", encoding="utf-8", newline="") as handle:
        published = [row for row in csv.DictReader(handle) if row["round"] == str(number)]
    told = dict(proofing.marks(page(drafting.content(held, number, "internal"), "en")))
    compared = 0
    for row in published:
        for measure in ("individuals", "households", "locations", "districts", "governorates"):
            if row[measure]:
                assert told["headline", row["population"], measure] == f"{int(row[measure]):,}", (row["population"], measure)
                compared += 1
    assert {row["population"] for row in published} == {"idp", "returnee"} and compared >= 2
