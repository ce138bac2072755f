"""Withholding: what becomes null, what stays, what is refused, and that neither rounds nor versions tell of each other."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from expectations.columns import COLUMNS
from expectations.release_tables import GROUPS, groups_of, release_table
from expectations.schema import schema
from flows.published import Published
from tests.releaseworld import Location, public, tables
from transforms.release.opening import opened
from transforms.release.protection import cost, protected, unknown_nations

PUBLIC = public()


def place(number: int, households: int, district: str = "Mosul", governorate: str = "Ninewa", **camp: int) -> Location:
    """A location of households of one origin and period, in camps as said, else in rented houses."""
    inside = camp.get("in_camp", 0)
    cells = {
        ("shelter", "camp"): inside,
        ("shelter", "rented"): households - inside,
        ("period", "august_2014"): households,
        ("origin_governorate", "ninewa"): households,
    }
    return Location(f"{number:03d}", governorate, district, cells, households)


def row(table: pa.Table, **where: object) -> dict:
    """The one row with these values."""
    (found,) = (one for one in table.to_pylist() if all(one[column] == value for column, value in where.items()))
    return found


@pytest.fixture(scope="module")
def sample(held: Published) -> dict[str, pa.Table]:
    """The open tables of the sample for the public tier."""
    return opened(held.table, PUBLIC, 120)


def test_a_small_figure_takes_others_with_it() -> None:
    opened = tables({120: [place(1, 3), place(2, 7), place(3, 9), place(4, 40, "Sinjar")]}, PUBLIC)
    made = protected(opened, PUBLIC)["idp_master_list"]
    assert made["households"].to_pylist() == [None, None, 9, 40]  # 3 alone is the district less the others; 3 and 7 are not
    assert made["households_status"].to_pylist() == ["suppressed", "suppressed", "given", "given"]
    assert made["individuals"].to_pylist() == [None, None, 54, 240]
    assert made["period_august_2014"].to_pylist() == [None, None, 9, 40]
    assert made["period_pre_june_2014"].to_pylist() == [0, 0, 0, 0]  # the governorate has none, so that nobody has
    assert made["households_in_camp"].to_pylist() == [0, 0, 0, 0]
    assert made["shelter_status"].to_pylist() == ["suppressed", "suppressed", "given", "given"]


def test_totals_of_districts_go_where_locations_do_not_suffice() -> None:
    opened = tables({120: [place(1, 3, "Tilkaif"), place(2, 30, "Mosul"), place(3, 200, "Mosul"), place(4, 40, "Sinjar"), place(5, 45, "Sinjar")]}, PUBLIC)  # fmt: skip
    made = protected(opened, PUBLIC)
    assert made["idp_master_list"]["households"].to_pylist() == [None, None, 200, 40, 45]
    districts = dict(
        zip(made["district_summary"]["district"].to_pylist(), made["district_summary"]["households"].to_pylist(), strict=True)
    )
    assert districts == {"Tilkaif": None, "Mosul": None, "Sinjar": 85}
    assert row(made["governorate_summary"], governorate="Ninewa")["households"] == 318


def test_changes_follow_the_two_lists() -> None:
    before = [place(1, 3), place(2, 7), place(3, 9), place(5, 20)]
    now = [place(1, 6), place(2, 8), place(3, 9), place(4, 50)]
    made = protected(tables({119: before, 120: now}, PUBLIC), PUBLIC)["master_list_change"]
    first, new, gone = (row(made, place_id=one) for one in ("001", "004", "005"))
    assert (first["households"], first["previous_households"], first["households_change"], first["change_status"]) == (
        6,
        None,
        None,
        None,
    )
    assert (first["households_status"], first["previous_status"], first["change_value_status"]) == (
        "given",
        "suppressed",
        "suppressed",
    )
    assert (new["households"], new["change_status"]) == (50, "new")
    assert (gone["previous_households"], gone["change_status"]) == (20, "no_longer_listed")


def test_sums_of_changes_go_where_they_name_a_hidden_location() -> None:
    many = [place(2, 4), *(place(number, 6) for number in range(10, 16))]
    made = protected(tables({119: many, 120: [place(1, 3), *many, place(30, 9), place(31, 9)]}, PUBLIC), PUBLIC)
    made = made["change_summary"].to_pylist()[0]
    assert made["households"] == 61
    assert made["change_value_status"] == "suppressed"
    assert (made["new_households"], made["matched_change"]) == (None, None)
    assert (made["back_households"], made["no_longer_listed_households"]) == (0, 0)  # no hidden location is in these


def test_individuals_of_camps_stay_hidden_with_the_camps() -> None:
    camps = [place(1, 10, in_camp=2), place(2, 30, in_camp=12), place(3, 50), place(4, 20, in_camp=9)]
    for number, alone in ((116, True), (117, False)):
        made = protected(tables({number: camps}, PUBLIC), PUBLIC)
        first = row(made["idp_master_list"], place_id="001")
        assert (first["households"], first["households_in_camp"], first["shelter_status"]) == (10, None, "suppressed")
        assert (
            first["individuals"] is not None
        ) is alone  # one multiplier: the households tell; two: they would tell of the camp
        assert first["individuals_status"] == "suppressed"


def test_every_table_keeps_its_contract_and_its_rows(sample: dict[str, pa.Table]) -> None:
    made = protected(sample, PUBLIC)
    assert list(made) == list(sample)
    for name, table in made.items():
        assert table.schema.equals(schema(release_table(name, PUBLIC)), check_metadata=True)
        groups = groups_of(name, tuple(table.column_names))
        hidden = {column for members in groups.values() for column in members}
        for column in table.column_names:
            if column not in hidden and column not in GROUPS.get(name, {}):
                assert table[column].equals(sample[name][column])
        for status, members in groups.items():
            lost = pa.array([False] * table.num_rows)
            for column in members:
                same = pc.fill_null(pc.equal(table[column], sample[name][column]), True)
                assert pc.all(same).as_py(), (name, column)  # null or as it was, never another value
                lost = pc.or_(lost, pc.and_(pc.is_null(table[column]), pc.is_valid(sample[name][column])))
            assert pc.equal(table[status], "suppressed").to_pylist() == lost.to_pylist(), (name, status)


def test_no_small_figure_is_left(sample: dict[str, pa.Table]) -> None:
    made = protected(sample, PUBLIC)
    for name, groups in GROUPS.items():
        net = {"households_change", "matched_change"}  # a difference of two counts is no count
        columns = {column for members in groups.values() for column in members if column not in net}
        for column in columns & set(made.get(name, pa.table({})).column_names):
            if COLUMNS[column].unit == "households":
                values = made[name][column].drop_null()
                assert not pc.any(pc.and_(pc.greater(values, 0), pc.less(values, 5))).as_py(), (name, column)


def test_a_list_is_withheld_the_same_in_every_release(held: Published, sample: dict[str, pa.Table]) -> None:
    late, early = protected(sample, PUBLIC), protected(opened(held.table, PUBLIC, 119), PUBLIC)
    for name in (
        "idp_master_list",
        "returnee_master_list",
        "master_list_change",
        "change_summary",
        "shelter_summary",
        "district_summary",
    ):
        assert late[name].filter(pc.less_equal(late[name]["round"], 119)).equals(early[name])


def test_the_same_figures_after_a_version_are_withheld_as_before(sample: dict[str, pa.Table]) -> None:
    made = protected(sample, PUBLIC)
    again = protected(sample, PUBLIC, made)
    assert all(again[name].equals(made[name]) for name in made)


def test_a_correction_withholds_what_the_version_before_did() -> None:
    first = [place(1, 3), place(2, 7), place(3, 9), place(4, 40), place(5, 60)]
    corrected = [place(1, 30), *first[1:]]
    before = protected(tables({120: first}, PUBLIC), PUBLIC)
    alone = protected(tables({120: corrected}, PUBLIC), PUBLIC)
    after = protected(tables({120: corrected}, PUBLIC), PUBLIC, before)
    assert alone["idp_master_list"]["households"].to_pylist() == [30, 7, 9, 40, 60]
    # else 10 households of the two in the version before, less 7, would be the 3
    assert after["idp_master_list"]["households"].to_pylist() == [None, None, 9, 40, 60]


def test_a_correction_hides_nothing_behind_what_was_given() -> None:
    first = [place(1, 6), place(2, 7), place(3, 9), place(4, 8, "Sinjar"), place(5, 60, "Sinjar"), place(6, 2, "Sinjar")]
    before = protected(tables({120: first}, PUBLIC), PUBLIC)
    corrected = [place(1, 2), *first[1:]]
    with pytest.raises(ValueError, match="too few"):  # the other two of its district are known from the version before
        protected(tables({120: corrected}, PUBLIC), PUBLIC, before)


def test_without_a_threshold_nothing_is_withheld(sample: dict[str, pa.Table]) -> None:
    assert protected(sample, replace(PUBLIC, threshold=0)) == sample


def test_lists_as_first_published_are_left_alone(sample: dict[str, pa.Table]) -> None:
    first = {"idp_master_list_first_published": sample["idp_master_list"]}
    assert protected({**sample, **first}, PUBLIC)["idp_master_list_first_published"] is sample["idp_master_list"]


def test_figures_without_a_protection_are_refused(held: Published, sample: dict[str, pa.Table]) -> None:
    with pytest.raises(ValueError, match="nothing protects the households of subdistrict_summary"):
        protected({**sample, "subdistrict_summary": held.table("subdistrict_summary")}, PUBLIC)
    telling = replace(PUBLIC, leave_out=tuple(one for one in PUBLIC.leave_out if one != "shelter_summary.locations"))
    with pytest.raises(ValueError, match="locations of shelter_summary would tell"):
        protected(opened(held.table, telling, 120), telling)
    with pytest.raises(ValueError, match="cannot be protected without idp_master_list"):
        protected({"period_summary": sample["period_summary"]}, PUBLIC)


def test_a_list_that_is_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="4 households in 2 locations: too few"):
        protected(tables({120: [place(1, 2), place(2, 2)]}, PUBLIC), PUBLIC)


def test_a_category_of_few_in_the_whole_country_has_no_national_sum() -> None:
    rare = Location("001", "Ninewa", "Mosul", {("shelter", "camp"): 2, ("shelter", "rented"): 20, ("period", "august_2014"): 22, ("origin_governorate", "ninewa"): 22}, 22)  # fmt: skip
    opened = tables({120: [rare, place(2, 30), place(3, 50)]}, PUBLIC)
    assert ("idp", 120, "shelter", "camp") in unknown_nations(opened, PUBLIC)
    made = protected(opened, PUBLIC)
    assert row(made["national_summary"])["households_in_camp"] is None
    assert row(made["national_summary"])["households"] == 102


def test_the_cost_counts_what_is_withheld() -> None:
    opened = tables({119: [place(1, 3), place(2, 7), place(3, 90)], 120: [place(1, 3), place(2, 7), place(3, 9)]}, PUBLIC)
    newest, every = cost(opened, protected(opened, PUBLIC))
    assert (newest.round, newest.locations, newest.locations_withheld, newest.households, newest.households_withheld) == (
        120,
        3,
        2,
        19,
        10,
    )
    assert (every.round, every.locations_withheld, every.households_withheld) == (None, 4, 20)
    assert newest.margins_withheld == {"origin": 2, "shelter": 2, "period": 2}
    assert not any(newest.sums_withheld.values())
