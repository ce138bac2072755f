"""Change between rounds: statuses, matched against coverage, review flags, absence that is not zero."""

from __future__ import annotations

from tests import world
from tests.ascii import check


def test_statuses_and_the_closing_of_the_net_change() -> None:
    built = world.build(
        world.clean(
            """
            list | population | round
            a    | idp        | 100
            b    | idp        | 101
            c    | idp        | 102
            """,
            """
            list | place_id | households
            a    | 1        | 100
            a    | 2        | 40
            a    | 3        | 30
            b    | 1        | 100
            b    | 3        | 60
            c    | 1        | 90
            c    | 2        | 50
            c    | 4        | 7
            """,
        )
    )
    check(
        built["master_list_change"],
        """
        round | previous_round | rounds_apart | place_id | households | previous_households | households_change | change_share | change_status    | change_kind | change_reason | needs_review
        101   | 100            | 1            | 1        | 100        | 100                 | 0                 | 0            | same             | matched     |               | no
        101   | 100            | 1            | 2        | 0          | 40                  | -40               | -1           | no_longer_listed | coverage    | unknown       | no
        101   | 100            | 1            | 3        | 60         | 30                  | 30                | 1            | changed          | matched     |               | yes
        102   | 101            | 1            | 1        | 90         | 100                 | -10               | -0.1         | changed          | matched     |               | no
        102   | 101            | 1            | 2        | 50         | 0                   | 50                |              | back             | coverage    |               | no
        102   | 101            | 1            | 3        | 0          | 60                  | -60               | -1           | no_longer_listed | coverage    | unknown       | no
        102   | 101            | 1            | 4        | 7          | 0                   | 7                 |              | new              | coverage    |               | no
        """,
    )
    check(
        built["change_summary"],
        """
        round | previous_households | matched_change | new_households | back_households | no_longer_listed_households | households | households_change | matched_locations | changed_locations | review_locations
        101   | 170                 | 30             | 0              | 0               | 40                          | 160        | -10               | 2                 | 1                 | 1
        102   | 160                 | -10            | 7              | 50              | 60                          | 147        | -13               | 1                 | 1                 | 0
        """,
    )


def test_review_needs_more_than_half_and_at_least_twenty_households_and_neighbouring_rounds() -> None:
    built = world.build(
        world.clean(
            "list | population | round\n a | idp | 100\n b | idp | 101\n c | idp | 103",
            """
            list | place_id | households
            a    | 1        | 40
            a    | 2        | 40
            a    | 3        | 39
            a    | 4        | 10
            b    | 1        | 20
            b    | 2        | 19
            b    | 3        | 58
            b    | 4        | 29
            c    | 1        | 200
            c    | 2        | 19
            c    | 3        | 58
            c    | 4        | 29
            """,
        )
    )
    check(
        built["master_list_change"],
        """
        round | place_id | households_change | rounds_apart | needs_review
        101   | 1        | -20               | 1            | no
        101   | 2        | -21               | 1            | yes
        101   | 3        | 19                | 1            | no
        101   | 4        | 19                | 1            | no
        103   | 1        | 180               | 2            | no
        103   | 2        | 0                 | 2            | no
        103   | 3        | 0                 | 2            | no
        103   | 4        | 0                 | 2            | no
        """,
    )


def test_from_r132_absence_is_not_zero() -> None:
    built = world.build(
        world.clean(
            "list | population | round | vintage_date\n a | idp | 131 | 2024-02-01\n b | idp | 132 | 2024-06-01\n c | idp | 133 | 2024-10-01",
            "list | place_id | households\n a | 1 | 40\n a | 2 | 30\n b | 1 | 40\n c | 1 | 40\n c | 2 | 30",
        )
    )
    check(
        built["master_list_change"],
        """
        round | place_id | households | previous_households | households_change | change_status
        132   | 1        | 40         | 40                  | 0                 | same
        132   | 2        |            | 30                  |                   | no_longer_listed
        133   | 1        | 40         | 40                  | 0                 | same
        133   | 2        | 30         |                     |                   | back
        """,
    )


def test_an_incomplete_list_marks_everything_made_from_it() -> None:
    built = world.build(
        world.clean(
            "list | population | round | completeness | rows_read | rows_quarantined\n a | idp | 100 | incomplete | 2 | 1\n b | idp | 101 | complete | 1 | 0",
            "list | place_id | households\n a | 1 | 40\n b | 1 | 40",
            quarantine="list | source_row | rule\n a | 9 | households_missing",
        )
    )
    for name in (
        "national_summary",
        "governorate_summary",
        "district_summary",
        "subdistrict_summary",
        "shelter_summary",
        "period_summary",
        "idp_origin_to_displacement",
        "idp_master_list",
        "list_edition",
    ):
        check(built[name], "round | completeness\n 100 | incomplete\n 101 | complete")
    for name in ("master_list_change", "change_summary"):
        check(built[name], "round | completeness\n 101 | incomplete")


def test_absence_from_an_incomplete_list_is_not_zero() -> None:
    built = world.build(
        world.clean(
            """
            list | population | round | completeness | rows_read | rows_quarantined
            a    | idp        | 100   | complete     | 2         | 0
            b    | idp        | 101   | incomplete   | 2         | 1
            c    | idp        | 102   | complete     | 2         | 0
            """,
            "list | place_id | households\n a | 1 | 40\n a | 2 | 30\n b | 1 | 40\n c | 1 | 40\n c | 2 | 30",
            quarantine="list | source_row | rule\n b | 9 | households_missing",
        )
    )
    check(
        built["master_list_change"],
        """
        round | place_id | households | previous_households | households_change | change_status    | completeness
        101   | 1        | 40         | 40                  | 0                 | same             | incomplete
        101   | 2        |            | 30                  |                   | no_longer_listed | incomplete
        102   | 1        | 40         | 40                  | 0                 | same             | incomplete
        102   | 2        | 30         |                     |                   | back             | incomplete
        """,
    )
