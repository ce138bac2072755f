"""One negative test per rule on crossing points: spoil one thing of a valid world and find that rule, and no other."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

import duckdb
import pyarrow as pa
import pytest

from expectations.rules import CROSSING_RULES
from tests import crossingworld
from tests.rules.test_table_rules import blocked, changed
from tests.rules.test_table_rules import valid as lists
from transforms import query, warehouse

STATUS = """
window_start | window_end | crossing_point | entry_status
2021-01-04   | 2021-01-17 | Point 1        | open
2021-01-04   | 2021-01-17 | Point 2        | closed
2021-01-18   | 2021-01-31 | Point 1        | partially_open
2021-01-18   | 2021-01-31 | Point 2        | closed
2021-01-18   | 2021-01-31 | Point 3        | commercial_only
"""
HEADCOUNTS = """
crossing_point | observed_on | crossing_direction | travellers | vehicles
Point 1        | 2021-01-30  | in                 | 100        | 10
Point 1        | 2021-02-01  | in                 | 80         |
"""
SURVEY = """
survey_id | crossing_point | observed_on | crossing_direction | sex    | nationality
S1        | Point 1        | 2021-01-30  | in                 | female | Iraqi
S2        | Point 1        | 2021-01-30  | in                 | male   |
"""
RESTRICTIONS = """
window_start | window_end | governorate | restriction
2021-01-04   | 2021-01-17 | Erbil       | Curfew
"""
LATER = datetime.date(2021, 1, 18)

SPOILT: dict[str, list[tuple[str, Callable[[pa.Table], pa.Table]]]] = {
    "crossing_statuses_add_up": [
        ("point_of_entry_summary", lambda t: changed(t, "open_points", lambda value: value + 1, window_start=LATER)),
        ("point_of_entry_summary", lambda t: t.slice(0, 1)),
    ],
    "crossing_one_status": [
        ("point_of_entry_status", lambda t: changed(t, "crossing_point", "POINT 1", window_start=LATER, crossing_point="Point 2")),
    ],
    "crossing_changes_close": [
        ("point_of_entry_summary", lambda t: changed(t, "dropped_points", 1, window_start=LATER)),
        ("point_of_entry_summary", lambda t: changed(t, "changed_points", 3, window_start=LATER)),
    ],
    "crossing_windows": [("movement_restriction", lambda t: changed(t, "window_end", datetime.date(2021, 1, 3)))],
    "crossing_headcounts_add_up": [
        ("crossing_headcount_summary", lambda t: changed(t, "travellers", 81, month_start=datetime.date(2021, 2, 1))),
        ("crossing_headcount_summary", lambda t: changed(t, "vehicles", 0, month_start=datetime.date(2021, 1, 1))),
        ("crossing_headcount", lambda t: t.slice(0, 1)),
    ],
    "crossing_shares": [
        ("crossing_survey_summary", lambda t: changed(t, "share_of_answered", 1.01, answer="male")),
        ("crossing_survey_summary", lambda t: changed(t, "respondents", 2, answer="male")),
        ("crossing_survey_summary", lambda t: t.slice(1)),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> dict[str, pa.Table]:
    files = (("status", STATUS), ("headcounts", HEADCOUNTS), ("survey", SURVEY), ("restrictions", RESTRICTIONS))
    given = [crossingworld.delivery(kind, text, number) for number, (kind, text) in enumerate(files, start=1)]
    return dict(crossingworld.build(*given, lists=lists()))


def test_every_rule_has_its_negative_test() -> None:
    assert set(SPOILT) == {rule.id for rule in CROSSING_RULES}


def test_a_valid_world_breaks_no_rule(world: dict[str, pa.Table]) -> None:
    assert blocked(world) == set()
    assert all(
        world[name].num_rows for name in ("point_of_entry_summary", "crossing_headcount_summary", "crossing_survey_summary")
    )


@pytest.fixture(scope="module")
def connection(world: dict[str, pa.Table]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The valid world to ask; a test that registers another table in place of one puts it back."""
    with warehouse.connect() as opened:
        for name, rows in world.items():
            opened.register(name, rows)
        yield opened


@pytest.mark.parametrize(("rule", "at"), [(rule, at) for rule, own in SPOILT.items() for at in range(len(own))])
def test_rule(rule: str, at: int, world: dict[str, pa.Table], connection: duckdb.DuckDBPyConnection) -> None:
    table, spoil = SPOILT[rule][at]
    connection.register(table, spoil(world[table]))
    try:
        found = {own: connection.execute(warehouse.parsed(query.rule_query(own))).fetchall() for own in SPOILT}
    finally:
        connection.register(table, world[table])
    assert {own for own, rows in found.items() if rows} == {rule}
