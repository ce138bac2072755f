"""Emergency tracking: movements in, figures of any day as known on any other out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emergencyworld import CAMPS, Ledger, event, headline, rows


@pytest.fixture(scope="module")
def camps(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return Ledger(tmp_path_factory.mktemp("camps"), event(trigger="camp_closure"), rows(CAMPS))


def _areas(said: dict, dimension: str, level: str, measure: str) -> dict[str, int]:
    return {row["area"]: row[measure]["households"] for row in said[dimension] if row["level"] == level and measure in row}


def test_departures_and_arrivals_are_two_sides_and_their_gap_is_shown(camps: Ledger) -> None:
    said = camps.told("2020-11-05", "2020-11-05")
    assert headline(said) == (100, 60, 40)
    assert said["departed"] == {"households": 100, "individuals": 500}
    assert said["arrived"] == {"households": 70, "individuals": 350}
    assert said["gap"] == {"households": 30, "individuals": 150}
    other = camps.told("2020-11-05", "2020-11-05", side="arrivals")
    assert headline(other) == (70, 30, 40)


def test_a_correction_holds_from_the_day_on_which_it_was_recorded(camps: Ledger) -> None:
    assert headline(camps.told("2020-11-11", "2020-11-09", side="arrivals")) == (70, 30, 40)
    assert headline(camps.told("2020-11-11", "2020-11-10", side="arrivals")) == (65, 25, 40)
    assert headline(camps.told("2020-11-05", side="arrivals")) == (65, 25, 40), "also for the days before"


def test_who_moves_on_leaves_the_place_to_which_they_came(camps: Ledger) -> None:
    said = camps.told("2020-11-15", "2020-11-15")
    assert _areas(said, "destination", "district", "current") == {"Ninewa > Sinjar": 10, "Erbil > Erbil": 10}
    assert _areas(said, "destination", "national", "current") == {"not recorded at a destination": 35}
    assert _areas(said, "shelter_group", "national", "current") == {
        "private": 10,
        "camp": 10,
        "not recorded at a destination": 35,
    }
    assert _areas(said, "origin", "district", "returned") == {"Ninewa > Sinjar": 45}
    assert _areas(said, "camp_left", "national", "returned") == {"Camp A": 45}
    assert headline(said) == (100, 55, 45) and said["onward"]["households"] == 10


def test_who_did_not_reach_home_is_displaced_again_even_in_the_district_of_origin(camps: Ledger) -> None:
    said = camps.told("2020-11-05", "2020-11-05")
    assert said["secondary"]["households"] == 30
    assert _areas(said, "origin_to_destination", "district", "current") == {"Ninewa > Sinjar -> Ninewa > Sinjar": 30}


@pytest.mark.parametrize(
    ("reached", "origin", "place", "expected"),
    [
        ("true", "", "", "returnee"),
        ("false", "1", "1", "secondary"),
        ("", "12", "12", "returnee"),
        ("", "12", "13", "secondary"),
        ("", "12", "", "unknown"),
        ("", "", "13", "unknown"),
    ],
)
def test_the_arrival_test(tmp_path: Path, reached: str, origin: str, place: str, expected: str) -> None:
    row = {
        "movement_id": "a", "kind": "arrival", "moved_on": "2020-11-01", "recorded_on": "2020-11-01", "destination_governorate": "Ninewa",
        "reached_origin": reached, "origin_place_id": origin, "place_id": place, "households": 3,
    }  # fmt: skip
    made = Ledger(tmp_path, event(), [row])
    assert made.tables["emergency_movement"]["arrival_class"].to_pylist() == [expected]
    said = made.told("2020-11-01")
    assert headline(said) == ((3, 0, 3) if expected == "returnee" else (3, 3, 0))
    assert said["class_unknown"]["households"] == (3 if expected == "unknown" else 0)


def test_without_the_columns_of_the_arrival_test_the_class_is_unknown(tmp_path: Path) -> None:
    listed = rows("movement_id | kind | moved_on | destination_governorate | households\na | arrival | 2020-11-01 | Ninewa | 3")
    said = Ledger(tmp_path, event(), listed).told("2020-11-01")
    assert said["class_unknown"]["households"] == 3 and headline(said) == (3, 3, 0)


CHAIN = """
movement_id | kind       | moved_on   | recorded_on | destination_governorate | destination_district | households | individuals | corrects
a           | arrival    | 2020-11-01 | 2020-11-02  | Ninewa                  | Mosul                | 10         | 50          |
c1          | correction | 2020-11-01 | 2020-11-05  |                         |                      | 12         | 60          | a
c2          | correction | 2020-11-03 | 2020-11-08  | Erbil                   | Erbil                |            |             | c1
c3          | correction |            | 2020-11-09  |                         |                      | 0          | 0           | c2
c4          | correction |            | 2020-11-20  |                         |                      | 7          | 35          | c3
"""


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 4, 1, 3)])
def test_a_chain_of_corrections_replaces_cancels_and_restores(tmp_path: Path, order: tuple[int, ...]) -> None:
    listed = rows(CHAIN)
    made = Ledger(tmp_path, event(), *([listed[at]] for at in order))
    known = {"2020-11-04": 10, "2020-11-07": 12, "2020-11-08": 12, "2020-11-10": 0, "2020-11-20": 7}
    assert {at: headline(made.told("2020-12-01", at))[0] for at in known} == known
    assert headline(made.told("2020-11-02", "2020-11-07"))[0] == 12
    assert headline(made.told("2020-11-02", "2020-11-08"))[0] == 0, "it moved on another day, as is known now"
    assert _areas(made.told("2020-12-01"), "destination", "district", "current") == {"Erbil > Erbil": 7}
    standing = {row["movement_id"]: row["standing"] for row in made.tables["emergency_movement"].to_pylist()}
    assert standing == {"a": "replaced", "c1": "replaced", "c2": "replaced", "c3": "replaced", "c4": "counts"}
    assert made.findings() == []


def test_what_a_correction_corrects_may_come_later(tmp_path: Path) -> None:
    late = [{"movement_id": "c", "kind": "correction", "recorded_on": "2020-11-05", "corrects": "a", "households": 4}]
    made = Ledger(tmp_path, event(), late)
    assert made.findings() == [("correction_unknown", "c")] and headline(made.told("2020-12-01")) == (0, 0, 0)
    first = [
        {
            "movement_id": "a",
            "kind": "arrival",
            "moved_on": "2020-11-01",
            "recorded_on": "2020-11-02",
            "destination_governorate": "Ninewa",
            "households": 9,
        }
    ]
    made = Ledger(tmp_path, event(), late, first)
    assert made.findings() == [] and headline(made.told("2020-12-01")) == (4, 4, 0)


def test_rows_that_correct_each_other_count_for_nothing(tmp_path: Path) -> None:
    listed = rows(
        "movement_id | kind | moved_on | corrects | households\n"
        "x | correction | 2020-11-01 | y | 5\n y | correction | 2020-11-02 | z | 5\n z | correction | 2020-11-03 | x | 5\n w | correction | 2020-11-04 | x | 5"
    )
    made = Ledger(tmp_path, event(), listed)
    assert {row["standing"] for row in made.tables["emergency_movement"].to_pylist()} == {"cycle"}
    assert {kind for kind, _ in made.findings()} == {"correction_cycle"}
    assert headline(made.told("2020-12-01")) == (0, 0, 0)


def test_of_two_corrections_the_one_known_last_is_in_force(tmp_path: Path) -> None:
    listed = rows(
        "movement_id | kind | moved_on | recorded_on | destination_governorate | corrects | households\n"
        "a | arrival | 2020-11-01 | 2020-11-01 | Ninewa | | 5\n c1 | correction | 2020-11-01 | 2020-11-02 | | a | 6\n c2 | correction | 2020-11-01 | 2020-11-03 | | a | 7"
    )
    made = Ledger(tmp_path, event(), listed)
    assert [headline(made.told("2020-12-01", at))[0] for at in ("2020-11-01", "2020-11-02", "2020-11-03")] == [5, 6, 7]
    assert made.findings() == [("corrected_twice", "a")]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_movement_held_again_counts_once_and_never_overwrites(tmp_path: Path, order: tuple[int, int]) -> None:
    first = {
        "movement_id": "a",
        "kind": "arrival",
        "moved_on": "2020-11-01",
        "recorded_on": "2020-11-02",
        "destination_governorate": "Ninewa",
        "households": 5,
    }
    made = Ledger(tmp_path, event(), [first, first], [first])
    assert headline(made.told("2020-12-01")) == (5, 5, 0) and made.findings() == []
    other = {**first, "recorded_on": "2020-11-04", "households": 8}
    deliveries = [[first], [other]]
    made = Ledger(tmp_path, event(), *(deliveries[at] for at in order))
    assert headline(made.told("2020-12-01")) == (5, 5, 0)
    assert made.findings() == [("movement_differs", "a")]


def test_the_place_left_follows_the_corrections_of_the_arrival(tmp_path: Path) -> None:
    listed = rows(
        "movement_id | kind | moved_on | recorded_on | destination_governorate | corrects | onward_from | households\n"
        "a | arrival | 2020-11-01 | 2020-11-01 | Ninewa | | | 5\n o | onward | 2020-11-03 | 2020-11-03 | Erbil | | a | 2\n"
        "c | correction | 2020-11-01 | 2020-11-09 | Kirkuk | a | | 5"
    )
    made = Ledger(tmp_path, event(), listed)
    assert _areas(made.told("2020-12-01", "2020-11-05"), "destination", "governorate", "current") == {"Ninewa": 3, "Erbil": 2}
    assert _areas(made.told("2020-12-01", "2020-11-09"), "destination", "governorate", "current") == {
        "Kirkuk": 3,
        "Erbil": 2,
    }


def test_a_return_that_names_where_people_came_from_needs_no_arrival(tmp_path: Path) -> None:
    listed = rows(
        "movement_id | kind | moved_on | origin_governorate | destination_governorate | households\n"
        "a | arrival | 2020-11-01 | Ninewa | Erbil | 5\n r | return | 2020-11-03 | Erbil | Ninewa | 2"
    )
    said = Ledger(tmp_path, event(), listed).told("2020-12-01")
    assert _areas(said, "destination", "governorate", "current") == {"Erbil": 3}
    assert _areas(said, "origin", "governorate", "current") == {"Ninewa": 3}


def test_individuals_are_never_computed_again_in_a_counted_event(tmp_path: Path) -> None:
    listed = rows(
        "movement_id | kind | moved_on | destination_governorate | households | individuals\na | arrival | 2020-11-01 | Ninewa | 5 | \n b | arrival | 2020-11-01 | Ninewa | 5 | 31"
    )
    made = Ledger(tmp_path, event(), listed)
    assert headline(made.told("2020-12-01"), "individuals") == (31, 31, 0)
    multiplied = Ledger(
        tmp_path,
        event(rule="x6"),
        rows("movement_id | kind | moved_on | destination_governorate | households\na | arrival | 2020-11-01 | Ninewa | 5"),
    )
    assert headline(multiplied.told("2020-12-01"), "individuals") == (30, 30, 0)
    assert multiplied.tables["emergency_movement"]["is_counted"].to_pylist() == [False]


def test_a_tracker_of_individuals_has_no_households(tmp_path: Path) -> None:
    listed = rows(
        "movement_id | kind | moved_on | destination_governorate | households | individuals\na | arrival | 2020-11-01 | Dahuk | | 12"
    )
    said = Ledger(tmp_path, event(), listed).told("2020-12-01")
    assert said["cumulative"] == {"households": None, "individuals": 12} and said["returned"] == {
        "households": 0,
        "individuals": 0,
    }


PERIOD = """
movement_id | kind       | moved_on   | recorded_on | destination_governorate | corrects | households
a           | arrival    | 2020-11-01 | 2020-11-02  | Ninewa                  |          | 100
b           | arrival    | 2020-11-09 | 2020-11-10  | Ninewa                  |          | 20
late        | arrival    | 2020-11-06 | 2020-11-12  | Ninewa                  |          | 8
c           | correction | 2020-11-01 | 2020-11-13  |                         | a        | 95
ahead       | arrival    | 2020-11-14 | 2020-11-14  | Ninewa                  |          | 50
"""


def test_the_period_as_reports_print_it_and_in_truth(tmp_path: Path) -> None:
    made = Ledger(tmp_path, event(), rows(PERIOD))
    period = made.told("2020-11-13", "2020-11-13", since="2020-11-07")["period"]
    told = {name: value["households"] for name, value in period.items() if isinstance(value, dict) and "households" in value}
    assert told == {
        "net_change": 23, "as_printed": 28, "corrected": -5, "known_before": 0, "true": 20, "revised_late": 8, "revised_corrected": -5,
    }  # fmt: skip
    assert period["from"] == "2020-11-08" and period["to"] == "2020-11-13"


def test_fewer_levels_are_the_same_figures(camps: Ledger) -> None:
    deep = {
        tuple(row.values())
        for row in camps.figures("2020-11-15").to_pylist()
        if row["figure_level"] not in ("subdistrict", "location")
    }
    assert {tuple(row.values()) for row in camps.figures("2020-11-15", is_deep=False).to_pylist()} == deep


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("o | onward | 2020-11-03 | Erbil | nowhere | 2", ("onward_unknown", "o")),
        ("o | onward | 2020-10-28 | Erbil | a | 2", ("left_before_arrival", "o")),
        ("o | onward | 2020-11-03 | Erbil | a | 6", ("more_left_than_came", "a")),
        ("b | arrival | 2020-10-01 | Erbil | | 6", ("moved_before_start", "b")),
        ("r | return | 2020-11-03 | Erbil | | 6", ("current_below_zero", "")),
    ],
)
def test_findings_on_the_ledger_as_a_whole(tmp_path: Path, listed: str, expected: tuple[str, str]) -> None:
    start = "movement_id | kind | moved_on | destination_governorate | onward_from | households\na | arrival | 2020-11-01 | Ninewa | | 5\n"
    assert expected in Ledger(tmp_path, event(), rows(start + listed)).findings()


def test_a_sum_tells_of_rows_whose_count_is_not_known(tmp_path: Path) -> None:
    listed = rows(
        "movement_id | kind | moved_on | destination_governorate | households | individuals\na | arrival | 2020-11-01 | Ninewa | 5 | 25\n b | arrival | 2020-11-01 | Ninewa | 5 |"
    )
    made = Ledger(tmp_path, event(), listed)
    (row,) = made.tables["emergency_finding"].to_pylist()
    assert (
        row["finding"] == "count_missing" and row["detail"].endswith("individuals of 1 of 2 rows") and not row["stops_publishing"]
    )


def test_more_returned_than_left_stops_publishing_on_the_side_of_departures_too(tmp_path: Path) -> None:
    listed = rows(
        "movement_id | kind | moved_on | camp_left | destination_governorate | reached_origin | households\n"
        "d | departure | 2020-11-01 | A | | | 5\n a | arrival | 2020-11-02 | | Ninewa | true | 6"
    )
    made = Ledger(tmp_path, event(trigger="camp_closure"), listed)
    (row,) = made.tables["emergency_finding"].to_pylist()
    assert row["finding"] == "current_below_zero" and row["stops_publishing"]


def test_a_return_that_did_not_reach_home_is_told(tmp_path: Path) -> None:
    listed = rows(
        "movement_id | kind | moved_on | recorded_on | destination_governorate | reached_origin | households | corrects\n"
        "a | arrival | 2020-11-01 | 2020-11-01 | Ninewa | | 5 |\n r | return | 2020-11-02 | 2020-11-02 | Erbil | | 2 |\n"
        "c | correction | | 2020-11-03 | | false | | r"
    )
    assert ("arrival_class_contradicted", "c") in Ledger(tmp_path, event(), listed).findings()


def test_where_people_come_from_is_known_however_often_they_moved_on(tmp_path: Path) -> None:
    listed = rows(
        "movement_id | kind | moved_on | origin_governorate | origin_district | destination_governorate | destination_district | camp_left | households | onward_from\n"
        "a | arrival | 2020-11-01 | Ninewa | Hatra | Anbar | Falluja | Camp X | 40 |\n"
        "o | onward | 2020-11-02 | Anbar | Falluja | Anbar | Ana | | 40 | a\n"
        "p | onward | 2020-11-03 | | | Anbar | Ra'ua | | 30 | o\n"
        "r | return | 2020-11-04 | | | Ninewa | Hatra | Camp Y | 10 | p"
    )
    found = {
        (row["figure_dimension"], row["area"]): row["published_households"]
        for row in Ledger(tmp_path, event(), listed).figures("2020-12-01").to_pylist()
        if row["emergency_measure"] == "current" and row["figure_level"] in ("district", "national")
    }
    assert {area: households for (dimension, area), households in found.items() if dimension == "origin"} == {
        "Ninewa > Hatra": 30
    }
    assert {area: households for (dimension, area), households in found.items() if dimension == "camp_left"} == {"Camp X": 30}
    assert {area: households for (dimension, area), households in found.items() if dimension == "destination"} == {
        "Anbar > Falluja": 0, "Anbar > Ana": 10, "Anbar > Ra'ua": 20,
    }  # fmt: skip


def test_a_return_that_names_its_origin_with_less_detail_says_nothing_of_the_place_left(tmp_path: Path) -> None:
    listed = rows(
        "movement_id | kind | moved_on | origin_governorate | destination_governorate | destination_district | households\n"
        "a | arrival | 2020-11-01 | Ninewa | Dahuk | Sumel | 40\n r | return | 2020-11-02 | Ninewa | Ninewa | Sinjar | 15"
    )
    places = {
        row["area"]: row["published_households"]
        for row in Ledger(tmp_path, event(), listed).figures("2020-12-01").to_pylist()
        if (row["figure_dimension"], row["figure_level"], row["emergency_measure"]) == ("destination", "governorate", "current")
    }
    assert places == {"Dahuk": 40, "not stated": -15}


def test_what_a_tracker_does_not_observe_is_no_zero(tmp_path: Path) -> None:
    said = Ledger(
        tmp_path,
        event(),
        rows("movement_id | kind | moved_on | destination_governorate | households\na | arrival | 2020-11-01 | Ninewa | 5"),
    ).told("2020-12-01")
    assert said["departed"]["households"] is None and said["gap"]["households"] is None and said["onward"]["households"] is None
    assert said["returned"]["households"] == 0 and said["secondary"]["households"] == 0
