"""Withholding on the reference lists: what it costs, and that nothing small is left."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from expectations.columns import COLUMNS
from expectations.release import policy
from expectations.release_tables import GROUPS
from flows.published import Published
from transforms.release.opening import opened
from transforms.release.protection import cost, protected

TIER = policy().tiers["public"]
_NET = ("households_change", "matched_change")


@pytest.fixture(scope="module")
def tables(held: Published) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """The open and the protected tables of all lists."""
    every = opened(held.table, TIER, 120)
    return every, protected(every, TIER)


def test_no_figure_below_the_threshold_is_left(tables: tuple[dict[str, pa.Table], dict[str, pa.Table]]) -> None:
    for name, groups in GROUPS.items():
        for column in {one for members in groups.values() for one in members if one not in _NET}:
            if COLUMNS[column].unit == "households" and column in tables[1].get(name, pa.table({})).column_names:
                values = tables[1][name][column].drop_null()
                assert not pc.any(pc.and_(pc.greater(values, 0), pc.less(values, TIER.threshold))).as_py(), (name, column)


def test_headline_figures_stay(tables: tuple[dict[str, pa.Table], dict[str, pa.Table]]) -> None:
    for name in ("national_summary", "governorate_summary"):
        newest = [one[name].filter(pc.equal(one[name]["round"], 120)) for one in tables]
        assert newest[0].equals(newest[1])


def test_small_locations_are_many_but_their_households_few(tables: tuple[dict[str, pa.Table], dict[str, pa.Table]]) -> None:
    for own in cost(*tables):
        assert own.locations_withheld < 0.31 * own.locations
        assert own.households_withheld < 0.013 * own.households
        assert own.governorates_withheld == (2 if own.population == "idp" and own.round is None else 0)  # two small ones in R1
