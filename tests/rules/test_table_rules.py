"""One negative test per table rule: spoil one thing of a valid world and find that rule, and no other."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from expectations.rules import CROSSING_RULES, EMERGENCY_RULES, INDEX_RULES, TABLE_RULES
from tests import world
from transforms import query, warehouse

LISTS = """
list | population | round
a    | idp        | 111
b    | idp        | 112
c    | returnee   | 112
"""
PLACES = """
list | place_id | households
a    | 1        | 40
a    | 2        | 30
b    | 1        | 40
b    | 2        | 35
c    | 3        | 50
"""
CELLS = "list | place_id | dimension | category | households"

BLOCKING = [rule.id for rule in TABLE_RULES if rule.published == "block"]
COUNTED = [rule.id for rule in TABLE_RULES if rule.published in query.COUNTED]


def valid() -> dict[str, pa.Table]:
    return world.clean(LISTS, PLACES)


def cells(*lines: str) -> Callable[[], dict[str, pa.Table]]:
    return lambda: world.clean(LISTS, PLACES, "\n".join([CELLS, *lines]))


def record(column: str, place: str, value: object) -> Callable[[], dict[str, pa.Table]]:
    """The valid world with one value of list b changed."""

    def spoilt() -> dict[str, pa.Table]:
        tables = valid()
        return {**tables, "clean_record": changed(tables["clean_record"], column, value, sha256=world.sha("b"), place_id=place)}

    return spoilt


def changed(table: pa.Table, column: str, value: object, **where: object) -> pa.Table:
    """The table with one column changed in the rows that match ``where``; a callable gets the old value."""
    found = table.to_pylist()
    hits = [row for row in found if all(row[name] == wanted for name, wanted in where.items())]
    assert hits, where
    for row in hits:
        row[column] = value(row[column]) if callable(value) else value
    return pa.Table.from_pylist(found, schema=table.schema)


def two_records(column: str, value: object) -> Callable[[], dict[str, pa.Table]]:
    def spoilt() -> dict[str, pa.Table]:
        tables = valid()
        for place in ("1", "2"):
            tables["clean_record"] = changed(tables["clean_record"], column, value, sha256=world.sha("b"), place_id=place)
        return tables

    return spoilt


def shared_coordinates() -> dict[str, pa.Table]:
    tables = two_records("latitude", 36.5)()
    for place in ("1", "2"):
        tables["clean_record"] = changed(tables["clean_record"], "longitude", 43.5, sha256=world.sha("b"), place_id=place)
    return tables


def swapped() -> dict[str, pa.Table]:
    tables = record("latitude", "1", 43.1)()
    return {**tables, "clean_record": changed(tables["clean_record"], "longitude", 36.3, sha256=world.sha("b"), place_id="1")}


COUNTED_SPOILT: dict[str, Callable[[], dict[str, pa.Table]]] = {
    "origin_sum": cells("b | 1 | origin_governorate | anbar | 39"),
    "shelter_sum": cells("b | 1 | shelter | host_family | 41"),
    "period_sum": cells("b | 1 | period | pre_june_2014 | 30"),
    "multiplier_as_provided": record("individuals_as_provided", "1", 239),
    "camp_mixed": cells("b | 1 | shelter | camp | 10", "b | 1 | shelter | host_family | 30"),
    "coordinates_swapped": swapped,
    "coordinates_outside_iraq": record("latitude", "1", 37.756),
    "cell_not_known": cells("b | 1 | shelter | host_family | 30", "b | 1 | shelter | school_building | "),
    "blank_as_zero": record("blank_cells", "1", 2),
    "coordinates_missing": record("latitude", "1", None),
    "coordinates_shared": shared_coordinates,
    "arabic_name_missing": record("location_name_ar", "1", None),
    "name_repeated": two_records("location_name_en", "Twin village"),
    "category_out_of_rounds": cells("b | 1 | shelter | rented | 40"),
    "wave_not_open": lambda: world.clean(
        LISTS.replace("112", "109").replace("111", "108"), PLACES, CELLS + "\nb | 1 | period | january_2019 | 40"
    ),
    "change_large": lambda: world.clean(LISTS, PLACES.replace("b    | 2        | 35", "b    | 2        | 80")),
}

BLOCK_SPOILT: dict[str, tuple[str, Callable[[pa.Table], pa.Table]]] = {
    "place_location_one_to_one": ("location_listing", lambda t: changed(t, "location_id", "2706999", round=112, place_id="1")),
    "rows_conserved": ("list_edition", lambda t: changed(t, "rows_read", lambda n: n + 1, round=112, population="idp")),
    "lists_have_rows": ("subdistrict_summary", lambda t: t.filter(pc.field("population") == "idp")),
    "governorates_add_up": ("national_summary", lambda t: changed(t, "locations", 9, round=112, population="idp")),
    "districts_add_up": ("district_summary", lambda t: changed(t, "locations", 9, round=112, population="idp")),
    "master_list_complete": ("idp_master_list", lambda t: changed(t, "households", 41, round=112, place_id="1")),
    "breakdown_complete": ("idp_master_list", lambda t: changed(t, "origin_ninewa", 41, round=112, place_id="1")),
    "change_closes": ("change_summary", lambda t: changed(t, "matched_change", 6, round=112)),
    "margins_add_up": ("period_summary", lambda t: changed(t, "households", 1, round=112, population="idp")),
    "references_hold": ("source_record", lambda t: changed(t, "place_id", "999", round=112, place_id="1")),
    "known_exceptions_hold": ("rule_count", lambda t: pa.concat_tables([t, _count(t)])),
}


def _count(table: pa.Table) -> pa.Table:
    row = {
        "rule": "origin_sum", "severity": "warning", "round": 112, "population": "idp", "rows_found": 1,
        "rows_expected_minimum": 0, "rows_expected_maximum": 0, "exception_status": "different",
    }  # fmt: skip
    edition = world.build(valid())["list_edition"].to_pylist()[0]
    return pa.Table.from_pylist([row | {"vintage_date": edition["vintage_date"]}], schema=table.schema)


def counted(tables: dict[str, pa.Table]) -> set[str]:
    return set(world.build(tables)["rule_breach"]["rule"].to_pylist())


def blocked(built: dict[str, pa.Table]) -> set[str]:
    with warehouse.connect() as connection:
        for name, rows in built.items():
            connection.register(name, rows)
        return {rule for rule in BLOCKING if connection.execute(warehouse.parsed(query.rule_query(rule))).fetchall()}


def test_a_valid_world_breaks_no_rule() -> None:
    assert counted(valid()) == set()
    assert blocked(world.build(valid())) == set()


def test_every_table_rule_has_its_negative_test() -> None:
    assert set(COUNTED_SPOILT) == set(COUNTED)
    # in the modules of these names
    elsewhere = {rule.id for rule in (*INDEX_RULES, *EMERGENCY_RULES, *CROSSING_RULES)}
    assert set(BLOCK_SPOILT) | {"quarantine_share"} | elsewhere == set(BLOCKING)


@pytest.mark.parametrize("rule", COUNTED)
def test_counted_rule(rule: str) -> None:
    assert counted(COUNTED_SPOILT[rule]()) == {rule}


@pytest.fixture(scope="module")
def built() -> dict[str, pa.Table]:
    return dict(world.build(valid()))


@pytest.mark.parametrize("rule", sorted(BLOCK_SPOILT))
def test_blocking_rule(rule: str, built: dict[str, pa.Table]) -> None:
    table, spoil = BLOCK_SPOILT[rule]
    assert blocked({**built, table: spoil(built[table])}) == {rule}


@pytest.mark.parametrize(("rows", "broken"), [(19, True), (20, False)])
def test_quarantine_share_is_at_most_five_per_cent(rows: int, broken: bool) -> None:
    lists = f"list | population | round | completeness | rows_read | rows_kept | rows_quarantined\n a | idp | 112 | incomplete | {rows} | {rows - 1} | 1"
    places = "list | place_id | households\n" + "\n".join(f"a | {n} | 5" for n in range(1, rows))
    built = world.build(world.clean(lists, places, quarantine="list | source_row | rule\n a | 99 | households_missing"))
    assert blocked(built) == ({"quarantine_share"} if broken else set())


def test_an_unknown_exception_blocks_and_an_accepted_one_does_not() -> None:
    spoilt = COUNTED_SPOILT["origin_sum"]()
    assert blocked(world.build(spoilt)) == {"known_exceptions_hold"}
    accepted = {
        "rule": "origin_sum", "population": "idp", "vintage_date": "2021-03-01", "first_round": "112", "last_round": "112",
        "rows_expected_minimum": "1", "rows_expected_maximum": "1", "households_expected": "-1", "basis": "accepted", "note": "",
    }  # fmt: skip
    assert blocked(world.build(spoilt, [accepted])) == set()
    assert blocked(world.build(valid(), [accepted])) == {"known_exceptions_hold"}, "one fewer fails too"
    other_amount = accepted | {"households_expected": "-2"}
    assert blocked(world.build(spoilt, [other_amount])) == {"known_exceptions_hold"}, "the households are guarded too"


def test_breaches_say_by_how_many_households() -> None:
    breaches = world.build(COUNTED_SPOILT["shelter_sum"]())["rule_breach"].filter(pc.field("rule") == "shelter_sum")
    assert breaches["amount_households"].to_pylist() == [1]


@pytest.mark.parametrize("rule", BLOCKING)
def test_a_rule_finds_nothing_where_there_is_nothing(rule: str) -> None:
    """So a run need not ask those of tables without rows."""
    text = query.rule_query(rule)
    with warehouse.connect() as connection:
        for name in query.reads(text):
            warehouse.see(connection, name, [])
        assert warehouse.rows_of(connection, text).num_rows == 0
