"""Master lists and individuals: units, multipliers, and the difference between zero, not asked and not known."""

from __future__ import annotations

from tests import world
from tests.ascii import check


def test_individuals_are_households_times_six_and_five_in_camps_from_r117() -> None:
    built = world.build(
        world.clean(
            """
            list | population | round
            a    | idp        | 116
            b    | idp        | 117
            c    | returnee   | 117
            """,
            """
            list | place_id | households
            a    | 1        | 10
            b    | 1        | 10
            b    | 2        | 10
            b    | 3        | 10
            c    | 2        | 10
            """,
            """
            list | place_id | dimension | category    | households
            a    | 1        | shelter   | camp        | 10
            b    | 1        | shelter   | camp        | 10
            b    | 2        | shelter   | host_family | 10
            b    | 3        | shelter   | camp        | 4
            b    | 3        | shelter   | host_family | 6
            """,
        )
    )
    check(
        built["idp_master_list"],
        """
        round | place_id | is_camp | households | households_in_camp | individuals | individuals_in_camp
        116   | 1        | yes     | 10         | 10                 | 60          | 60
        117   | 1        | yes     | 10         | 10                 | 50          | 50
        117   | 2        | no      | 10         | 0                  | 60          | 0
        117   | 3        | no      | 10         | 4                  | 56          | 20
        """,
    )
    check(
        built["returnee_master_list"],
        """
        round | place_id | is_camp | households | households_in_camp | individuals | individuals_in_camp
        117   | 2        |         | 10         |                    | 60          |
        """,
    )
    check(
        built["national_summary"],
        """
        population | round | households | households_in_camp | households_out_of_camp | individuals | individuals_out_of_camp | locations | locations_in_camp | reporting_locations | districts | governorates
        idp        | 116   | 10         | 10                 | 0                     | 60          | 0                       | 1         | 1                 | 1                   | 1         | 1
        idp        | 117   | 30         | 14                 | 16                    | 166         | 96                      | 3         | 1                 | 3                   | 1         | 1
        returnee   | 117   | 10         |                    |                       | 60          |                         | 1         |                   | 1                   | 1         | 1
        """,
    )
    # in a margin other than shelter, a mixed location's multiplier is no whole number: not known, not rounded
    check(
        built["period_summary"],
        """
        population | round | wave          | households | individuals | locations
        idp        | 116   | pre_june_2014 | 10         | 60          | 1
        idp        | 117   | pre_june_2014 | 30         |             | 3
        returnee   | 117   | pre_june_2014 | 10         | 60          | 1
        """,
    )
    check(
        built["shelter_summary"],
        """
        population | round | shelter_type | shelter_group | households | individuals
        idp        | 116   | camp         | camp          | 10         | 60
        idp        | 117   | camp         | camp          | 14         | 70
        idp        | 117   | host_family  | private       | 16         | 96
        returnee   | 117   | host_family  | unclassified  | 10         | 60
        """,
    )


def test_zero_is_carried_null_is_not_carried_or_not_known() -> None:
    built = world.build(
        world.clean(
            "list | population | round\n a | idp | 100",
            "list | place_id | households\n a | 1 | 10\n a | 2 | 10",
            """
            list | place_id | dimension | category        | households
            a    | 1        | shelter   | host_family     | 4
            a    | 1        | shelter   | school_building |
            """,
        )
    )
    check(
        built["idp_master_list"],
        """
        place_id | shelter_host_family | shelter_school_building | shelter_camp | shelter_own_property | origin_ninewa
        1        | 4                   |                         | 0            |                      | 10
        2        | 10                  | 0                       | 0            |                      | 10
        """,
    )


def test_a_camp_cell_that_is_not_known_leaves_individuals_unknown_from_r117() -> None:
    built = world.build(
        world.clean(
            "list | population | round\n a | idp | 116\n b | idp | 117",
            "list | place_id | households\n a | 1 | 10\n b | 1 | 10\n b | 2 | 10",
            "list | place_id | dimension | category | households\n a | 1 | shelter | camp | \n b | 1 | shelter | camp | ",
        )
    )
    check(
        built["national_summary"],
        """
        round | households | households_in_camp | individuals | locations | reporting_locations
        116   | 10         |                    | 60          | 1         | 1
        117   | 20         |                    |             | 2         | 1
        """,
    )


def test_places_and_origins_are_named_with_their_codes() -> None:
    built = world.build(
        world.clean(
            "list | population | round\n a | idp | 112\n b | returnee | 112",
            """
            list | place_id | households | governorate  | district     | location_id
            a    | 1        | 10         | Salah al-Din | Tuz Khurmatu | 2809001
            b    | 2        | 7          | Anbar        | Ra'ua        | 2104001
            """,
            """
            list | place_id | dimension          | category | households
            a    | 1        | origin_governorate | thi_qar  | 3
            a    | 1        | origin_governorate | ninewa   | 7
            b    | 2        | last_displacement  | anbar    | 7
            """,
        )
    )
    check(
        built["idp_origin_to_displacement"],
        """
        round | origin_governorate | origin_governorate_pcode | governorate  | governorate_pcode | households | individuals | locations
        112   | Thi-Qar            | IQG17                    | Salah al-Din | IQG16             | 3          | 18          | 1
        112   | Ninewa             | IQG15                    | Salah al-Din | IQG16             | 7          | 42          | 1
        """,
    )
    check(
        built["returnee_last_displacement_to_return"],
        """
        round | last_displacement_governorate | governorate | households | individuals
        112   | Anbar                         | Anbar       | 7          | 42
        """,
    )
    check(
        built["district_summary"],
        """
        population | governorate  | district     | district_pcode | district_pcode_match | households
        idp        | Salah al-Din | Tuz Khurmatu | IQG16Q07       | name                 | 10
        returnee   | Anbar        | Ra'ua        | IQG01Q05       | contained_in         | 7
        """,
    )
    check(
        built["subdistrict_summary"],
        """
        population | district     | subdistrict | subdistrict_basis | households
        idp        | Tuz Khurmatu |             | unknown           | 10
        returnee   | Ra'ua        |             | unknown           | 7
        """,
    )
