"""Core tables: what is held, which vintage stands, how a place is known."""

from __future__ import annotations

from tests import world
from tests.ascii import check

TWO_VINTAGES = world.clean(
    """
    list  | population | round | vintage_date
    early | idp        | 111   | 2019-09-15
    late  | idp        | 111   | 2021-03-01
    next  | idp        | 112   | 2021-03-01
    """,
    """
    list  | place_id | households | district     | location_name_en
    early | 1        | 10         | Mosul        | Old name
    early | 2        | 5          | Mosul        | Second
    late  | 1        | 12         | Sinjar       | New name
    next  | 1        | 12         | Telafar      | Newest name
    """,
)


def test_the_newest_vintage_of_each_round_is_latest() -> None:
    check(
        world.build(TWO_VINTAGES)["list_edition"],
        """
        round | population | vintage_date | is_latest_vintage | rows_read | locations
        111   | idp        | 2019-09-15   | no                | 2         | 2
        111   | idp        | 2021-03-01   | yes               | 1         | 1
        112   | idp        | 2021-03-01   | yes               | 1         | 1
        """,
    )


def test_all_vintages_stay_in_core_and_products_show_the_newest() -> None:
    built = world.build(TWO_VINTAGES)
    check(
        built["location_count"],
        """
        round | vintage_date | place_id | households
        111   | 2019-09-15   | 1        | 10
        111   | 2019-09-15   | 2        | 5
        111   | 2021-03-01   | 1        | 12
        112   | 2021-03-01   | 1        | 12
        """,
    )
    check(
        built["idp_master_list"],
        """
        round | place_id | households | district | location_name_en
        111   | 1        | 12         | Sinjar   | New name
        112   | 1        | 12         | Telafar  | Newest name
        """,
    )


def test_a_location_has_its_newest_description_and_all_its_rounds() -> None:
    check(
        world.build(TWO_VINTAGES)["location"],
        """
        place_id | district | district_pcode | location_name_en | first_round | last_round | is_idp_location | is_returnee_location
        1        | Telafar  | IQG15Q08       | Newest name      | 111         | 112        | yes             | no
        2        | Mosul    | IQG15Q05       | Second           | 111         | 111        | yes             | no
        """,
    )


def test_every_figure_has_its_source_row() -> None:
    check(
        world.build(TWO_VINTAGES)["source_record"],
        """
        round | vintage_date | place_id | source_file | source_row | submission_uuid
        111   | 2019-09-15   | 1        | early.csv   | 2          |
        111   | 2019-09-15   | 2        | early.csv   | 3          |
        111   | 2021-03-01   | 1        | late.csv    | 4          |
        112   | 2021-03-01   | 1        | next.csv    | 5          |
        """,
    )
