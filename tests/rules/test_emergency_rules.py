"""One negative test per rule on emergency tracking: spoil one thing of a valid world and find that rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from expectations.rules import EMERGENCY_RULES
from tests import emergencyworld, world
from tests.rules.test_table_rules import blocked, changed


@pytest.fixture(scope="module")
def lists() -> dict[str, pa.Table]:
    return world.clean(
        "list | population | round\n a | idp | 118\n b | idp | 119",
        "list | place_id | households\n a | 1 | 120\n b | 1 | 150\n b | 2 | 20",
    )


@pytest.fixture(scope="module")
def valid(lists: dict[str, pa.Table], tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    return dict(world.build(lists | emergencyworld.clean(tmp_path_factory.mktemp("world"))))


def test_the_world_has_rows_of_everything_and_breaks_no_rule(valid: dict[str, pa.Table]) -> None:
    names = [name for name in valid if name.startswith("emergency_") and name != "emergency_finding"]
    assert all(valid[name].num_rows for name in names), names
    assert blocked(valid) <= {"known_exceptions_hold"}, "these lists have not the exceptions that the published ones have"


def test_what_was_published_stands_beside_what_is_known_now(valid: dict[str, pa.Table]) -> None:
    rows = valid["emergency_figure"].to_pylist()
    totals = {
        (row["snapshot_number"], row["emergency_measure"]): (row["published_households"], row["known_households"])
        for row in rows
        if row["figure_dimension"] == "total"
    }
    assert totals[1, "departed"] == (100, 107) and totals[1, "arrived"] == (70, 65) and totals[2, "cumulative"] == (100, 107)
    revisions = [
        (row["snapshot_number"], row["revision"], row["movement_id"], row["revised_households"])
        for row in valid["emergency_revision"].to_pylist()
    ]
    assert revisions == [(1, "late", "d2", 7), (2, "late", "d2", 7)]


def test_printed_figures_stand_beside_the_ledger(valid: dict[str, pa.Table]) -> None:
    rows = {
        row["printed_measure"]: (row["printed_status"], row["published_households"])
        for row in valid["emergency_printed"].to_pylist()
    }
    assert rows == {"cumulative": ("equal", 100), "returned": ("different", 40), "period_as_printed": ("equal", 100)}


def test_tracked_households_stand_beside_the_next_list_and_are_no_part_of_it(valid: dict[str, pa.Table]) -> None:
    rows = [
        (row["round"], row["destination_place_id"], row["tracked_households"], row["households_change"])
        for row in valid["emergency_bridge"].to_pylist()
    ]
    assert rows == [(119, "1", 10, 30)]
    assert {row["round"]: row["households"] for row in valid["national_summary"].to_pylist()} == {118: 120, 119: 170}


@pytest.mark.parametrize("other", [{"trigger": "drought"}, {"event_population": "returnee_from_abroad"}])
def test_those_who_are_no_part_of_the_lists_stand_beside_none(
    lists: dict[str, pa.Table], tmp_path: Path, other: dict[str, str]
) -> None:
    made = dict(world.build(lists | emergencyworld.clean(tmp_path, emergencyworld.event(**other))))
    assert made["emergency_entry"].num_rows and not made["emergency_bridge"].num_rows


def _one_more(table: str, column: str, **where: object) -> tuple[str, Callable[[pa.Table], pa.Table]]:
    return table, lambda rows: changed(rows, column, lambda value: (value or 0) + 1, **where)


SPOILT: dict[str, tuple[str, Callable[[pa.Table], pa.Table]]] = {
    "emergency_adds_up": _one_more("emergency_figure", "published_households", figure_dimension="total", emergency_measure="returned", snapshot_number=1),
    "emergency_areas_add_up": _one_more("emergency_figure", "known_households", figure_dimension="destination", figure_level="district", emergency_measure="arrived", area="Ninewa > Sinjar", snapshot_number=1),
    "emergency_one_in_force": ("emergency_movement", lambda rows: changed(rows, "known_until", None, movement_id="a1")),
    "emergency_counted_adds_up": _one_more("emergency_counted", "published_households", snapshot_number=2, movement_id="d1"),
    "emergency_revisions_close": _one_more("emergency_revision", "revised_households", snapshot_number=1),
    "emergency_ledger_whole": ("emergency_source_record", lambda rows: rows.slice(1)),
}  # fmt: skip


def test_every_rule_is_spoilt() -> None:
    assert set(SPOILT) == {rule.id for rule in EMERGENCY_RULES}


@pytest.mark.parametrize("rule", sorted(SPOILT))
def test_rule(rule: str, valid: dict[str, pa.Table]) -> None:
    table, spoil = SPOILT[rule]
    assert rule in blocked({**valid, table: spoil(valid[table])})
