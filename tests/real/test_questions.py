"""Questions of the cookbook on the real lists, against figures that were published or measured elsewhere."""

from __future__ import annotations

import pytest

from flows import cookbook
from flows.published import Published, query


def answer(held: Published, number: int, population: str, round: int) -> dict:
    with held.connect() as connection:
        rows = query(connection, cookbook.question(number).text).to_pylist()
    return next(row for row in rows if (row["population"], row["round"]) == (population, round))


@pytest.mark.parametrize(
    ("population", "locations", "small", "households"), [("idp", 2_897, 28.5, 1.05), ("returnee", 2_140, 0.8, 0.01)]
)
def test_small_counts_of_r120(held: Published, population: str, locations: int, small: float, households: float) -> None:
    row = answer(held, 41, population, 120)
    found = (row["locations"], row["small_locations_share"], row["small_households_share"])
    assert found == (locations, small, households)


def test_r118_has_50550_individuals_more_in_the_file_than_in_the_report(held: Published) -> None:
    row = answer(held, 42, "idp", 118)
    assert (row["individuals_as_provided"], row["individuals"], row["difference"]) == (1_329_414, 1_278_864, 50_550)


def test_every_question_can_be_asked(held: Published) -> None:
    with held.connect() as connection:
        rows = {one.number: query(connection, one.text).num_rows for one in cookbook.questions()}
    assert all(rows[number] for number in (1, 2, 4, 14, 16, 17, 20, 23, 24, 26, 27))
