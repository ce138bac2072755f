"""The sample files on crossing points: taken as they are, written again alike, and consistent with each other."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from expectations import codes
from expectations.crossing import CLOSED, COMMERCIAL_ONLY, KINDS
from sample_data import crossings
from transforms.crossings import crossing_file

COMMITTED = Path(crossings.__file__).parent / crossings.FOLDER
TODAY = datetime.date(2021, 3, 1)


def rows(kind: str) -> list[dict]:
    return crossing_file.read(KINDS[kind], COMMITTED / f"{kind}.csv", kind, TODAY).to_pylist()


def test_the_committed_files_are_what_the_generator_writes(tmp_path: Path) -> None:
    fresh = {path.name: path.read_bytes() for path in crossings.write(tmp_path).iterdir()}
    assert fresh == {path.name: path.read_bytes() for path in COMMITTED.iterdir()}, (
        "write the sample again (sample_data/README.md)"
    )
    other = {path.name: path.read_bytes() for path in crossings.write(tmp_path / "other", seed=1).iterdir()}
    assert all(other[name] != content for name, content in fresh.items())


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_is_taken_and_names_no_published_point(kind: str) -> None:
    made = rows(kind)
    assert made and {row.get("crossing_point") for row in made}.isdisjoint(
        row["crossing_point"] for row in codes.rows("crossing_point")
    )


def test_nobody_is_counted_or_asked_where_a_point_is_closed_for_travellers() -> None:
    shut = {row["crossing_point"] for row in rows("status") if row["entry_status"] in (CLOSED, COMMERCIAL_ONLY)}
    assert shut and shut.isdisjoint(row["crossing_point"] for kind in ("headcounts", "survey") for row in rows(kind))
