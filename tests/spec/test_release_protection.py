"""What is withheld cannot be worked out: a linear programme over all that is given leaves each withheld figure uncertain."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.disclosure import Reader
from tests.releaseworld import CATEGORIES, Location, public, tables
from transforms.release.protection import protected, unknown_nations

K = 5
AREAS = [
    ("Anbar", "Falluja"),
    ("Anbar", "Heet"),
    ("Dahuk", "Zakho"),
    ("Ninewa", "Mosul"),
    ("Ninewa", "Sinjar"),
    ("Ninewa", "Tilkaif"),
]
# a programme for each list takes a second: what fails is told as it is, not made smaller
_QUICKLY = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)


@st.composite
def margins(draw: st.DrawFn, households: int) -> dict[tuple[str, str], int]:
    """Three margins of a location that add up."""
    cells = {}
    for dimension, known in CATEGORIES.items():
        left = households
        for category in known[:-1]:
            part = draw(st.sampled_from(sorted({0, left, min(left, 2), left // 2})))
            cells[dimension, category] = part
            left -= part
        cells[dimension, known[-1]] = left
    return cells


@st.composite
def lists(draw: st.DrawFn, rounds: tuple[int, ...]) -> dict[int, list[Location]]:
    """Lists of few locations, many of them small."""
    count = draw(st.integers(4, 14 if len(rounds) == 1 else 8))
    areas = [draw(st.sampled_from(AREAS)) for _ in range(count)]
    found: dict[int, list[Location]] = {}
    for number in rounds:
        found[number] = []
        for place in range(count):
            if len(rounds) > 1 and draw(st.integers(0, 5)) == 0:
                continue
            households = draw(st.sampled_from([1, 2, 3, 4, 5, 6, 8, 11, 20, 60]))
            found[number].append(Location(f"{place:03d}", *areas[place], draw(margins(households)), households))
        assume(found[number])
    return found


def narrow(opened: Mapping[str, pa.Table], threshold: int = K) -> tuple[dict, int]:
    """Withheld figures with a range below the threshold, and how many are withheld."""
    tier = public(threshold)
    made = protected(opened, tier)
    loose = unknown_nations(opened, tier)
    nations: dict[tuple[int, str, str], int] = {}
    for row in opened["idp_master_list"].to_pylist():
        for dimension, known in CATEGORIES.items():
            for one in known:
                key = (row["round"], dimension, one)
                if ("idp", *key) not in loose:
                    prefix = {"origin_governorate": "origin_"}.get(dimension, f"{dimension}_")
                    nations[key] = nations.get(key, 0) + row[prefix + one]
    found = Reader(made, nations).widths(threshold)
    return {key: width for key, width in found.items() if width < threshold - 1e-6}, len(found)


def holds(found: dict[int, list[Location]], threshold: int = K) -> int:
    opened = tables(found, public(threshold))
    try:
        failures, count = narrow(opened, threshold)
    except ValueError as error:
        assert "too" in str(error)
        return -1
    assert not failures, failures
    return count


def test_the_programme_finds_a_figure_that_is_given_away() -> None:
    margin = {("shelter", "rented"): 3, ("period", "august_2014"): 3, ("origin_governorate", "ninewa"): 3}
    large = dict.fromkeys(margin, 20)
    opened = tables(
        {120: [Location("001", "Ninewa", "Mosul", margin, 3), Location("002", "Ninewa", "Mosul", large, 20)]}, public()
    )
    made = dict(opened)
    rows = opened["idp_master_list"].to_pylist()
    rows[0] |= {"households": None, "households_status": "suppressed"}  # the district less the other one
    made["idp_master_list"] = pa.Table.from_pylist(rows, schema=opened["idp_master_list"].schema)
    assert Reader(made, {}).widths(K) == {("idp_master_list", 120, "001", "households"): 0.0}


@_QUICKLY
@given(lists((116,)))
def test_a_list_of_one_multiplier(found: dict[int, list[Location]]) -> None:
    holds(found)


@_QUICKLY
@given(lists((117,)))
def test_a_list_with_a_multiplier_for_camps(found: dict[int, list[Location]]) -> None:
    holds(found)


@settings(parent=_QUICKLY, max_examples=8)
@given(lists((117, 118, 119)))
def test_lists_compared_with_each_other(found: dict[int, list[Location]]) -> None:
    holds(found)


@pytest.mark.parametrize("threshold", [3, 10])
def test_other_thresholds(threshold: int) -> None:
    @settings(parent=_QUICKLY, max_examples=8)
    @given(lists((117,)))
    def check(found: dict[int, list[Location]]) -> None:
        holds(found, threshold)

    check()
