"""Figures as IOM DTM published them: totals, shares, exceptions and review flags of the real lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.cli import main
from flows.published import Published, query


def asked(held: Published, text: str) -> list[tuple]:
    with held.connect() as connection:
        return [tuple(row.values()) for row in query(connection, text, None).to_pylist()]


def test_every_list_is_held_complete(held: Published) -> None:
    assert asked(held, "select population, count(*), sum(rows_quarantined) from list_edition group by 1 order by 1") == [
        ("idp", 29, 0),
        ("returnee", 27, 0),
    ]


@pytest.mark.parametrize(
    ("population", "round", "households", "individuals", "locations"),
    [
        ("idp", 42, 569_628, 3_417_768, 3_784),
        ("idp", 88, 411_829, 2_470_974, 3_702),
        ("returnee", 88, 557_784, 3_346_704, 1_220),
        ("idp", 112, 240_750, 1_444_500, 3_066),
        ("idp", 117, 225_443, 1_299_987, 2_974),
        ("idp", 118, 221_569, 1_278_864, 2_939),
        ("idp", 119, 210_863, 1_224_108, 2_937),
        ("idp", 120, 207_213, 1_205_767, 2_897),
        ("returnee", 119, 805_261, 4_831_566, 2_121),
    ],
)
def test_national_figures(
    held: Published, population: str, round: int, households: int, individuals: int, locations: int
) -> None:
    text = (
        f"select households, individuals, locations from national_summary where population = '{population}' and round = {round}"
    )
    assert asked(held, text) == [(households, individuals, locations)]


def test_shelter_shares_of_january_2018(held: Published) -> None:
    text = """
        select shelter_group, round(100.0 * sum(households) / sum(sum(households)) over ())::int
        from shelter_summary where population = 'idp' and round = 88 group by 1 order by 1
    """
    shares = dict(asked(held, text))
    assert (shares["camp"], shares["critical"]) == (26, 11)


def test_r84_like_grouping_gives_the_groups_of_the_notes(held: Published) -> None:
    text = "select shelter_group, sum(households)::bigint from shelter_summary where population = 'idp' and round = {} group by 1"
    assert dict(asked(held, text.format(112))) == {"camp": 59_838, "private": 162_490, "critical": 18_295, "unknown": 127}
    assert dict(asked(held, text.format(60))) == {"camp": 85_649, "private": 325_770, "critical": 86_428, "unknown": 12_844}


def test_origins_of_r119(held: Published) -> None:
    text = """
        select origin_governorate, round(100.0 * sum(individuals) / sum(sum(individuals)) over (), 1)::double
        from idp_origin_to_displacement where round = 119 group by 1 order by 2 desc limit 3
    """
    assert asked(held, text) == [("Ninewa", 57.6), ("Salah al-Din", 11.6), ("Anbar", 11.0)]


def test_governorates_of_r120_under_the_camp_multiplier(held: Published) -> None:
    text = "select governorate, individuals from governorate_summary where population = 'idp' and round = 120"
    found = dict(asked(held, text))
    expected = {
        "Dahuk": 258_633, "Ninewa": 260_218, "Erbil": 231_694, "Sulaymaniyah": 136_496, "Kirkuk": 90_738,
        "Salah al-Din": 61_674, "Diyala": 45_217, "Anbar": 33_768, "Baghdad": 25_595,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected


def test_exceptions_are_those_of_the_notes(held: Published) -> None:
    text = "select rule, population, round, rows_found, amount_households from rule_count where severity = 'warning' and rule <> 'camp_mixed' order by 1, 2, 3"
    found = asked(held, text)
    period = [(96, -429), (103, -505), (124, -613), (146, -695), (210, -1_158), (236, -1_422), (267, -1_635)]
    assert [row[3:] for row in found if row[:2] == ("period_sum", "idp")] == period
    assert [row[4] for row in found if row[:2] == ("period_sum", "returnee")] == [-8, -13, -13, -20, -20]
    assert [row[3:] for row in found if row[:2] == ("shelter_sum", "idp")] == [(5, -76), (14, -170), (13, -160), (12, -158)]
    assert [row[3:] for row in found if row[:2] == ("shelter_sum", "returnee")] == [(1, -8)] * 4
    assert [row for row in found if row[0] == "origin_sum"] == [("origin_sum", "returnee", 106, 2, 0)]
    assert [row[1:4] for row in found if row[0] == "coordinates_swapped"] == [("returnee", 119, 5), ("returnee", 120, 5)]
    assert [row[1:4] for row in found if row[0] == "coordinates_outside_iraq"] == [("idp", 42, 1)]
    assert not [row for row in found if row[0] == "multiplier_as_provided"], "individuals are 6 x families in every row"


def test_camps_hold_only_camp_households_from_r94(held: Published) -> None:
    found = asked(held, "select round, rows_found from rule_count where rule = 'camp_mixed' order by 1")
    assert all(round < 94 and 1 <= rows <= 19 for round, rows in found)


@pytest.mark.parametrize(
    ("population", "flags"),
    [
        ("idp", {101: 15, 102: 7, 107: 27, 112: 25, 117: 7, 120: 8}),
        ("returnee", {101: 4, 102: 11, 107: 8, 112: 35, 117: 39, 120: 6}),
    ],
)
def test_review_flags_per_transition(held: Published, population: str, flags: dict[int, int]) -> None:
    text = f"select round, review_locations from change_summary where population = '{population}' and rounds_apart = 1"
    found = dict(asked(held, text))
    assert {round: found[round] for round in flags} == flags


def test_no_flag_across_rounds_that_are_no_neighbours(held: Published) -> None:
    assert asked(held, "select count(*) from master_list_change where needs_review and rounds_apart > 1") == [(0,)]


def test_the_two_vintages_of_august_2019_agree_in_households_and_drift_in_names(held: Published) -> None:
    text = """
        select population, count(*),
            count(*) filter (where a.households <> b.households),
            count(*) filter (where la.location_name_en is distinct from lb.location_name_en or la.location_name_ar is distinct from lb.location_name_ar),
            count(*) filter (where la.district_as_listed <> lb.district_as_listed),
            count(*) filter (where la.latitude <> lb.latitude or la.longitude <> lb.longitude)
        from location_count a
        join location_count b using (round, population, place_id)
        join location_listing la on la.round = a.round and la.population = a.population and la.vintage_date = a.vintage_date and la.place_id = a.place_id
        join location_listing lb on lb.round = b.round and lb.population = b.population and lb.vintage_date = b.vintage_date and lb.place_id = b.place_id
        where a.vintage_date = date '2019-09-15' and b.vintage_date = date '2021-03-01'
        group by 1 order by 1
    """
    assert asked(held, text) == [("idp", 3_106, 0, 47, 32, 45), ("returnee", 1_688, 0, 14, 27, 126)]


@pytest.mark.parametrize(
    ("file", "last_line"),
    [
        (
            "dtmapi/idpadmin0data-getadmin0datav2-admin0pcode-irq.json",
            "80 figures; 23 national compared: 23 exact, 0 different, cause known, 0 different, 57 no list.",
        ),
        (
            "dtmapi/idpadmin1data-getadmin1datav2-admin0pcode-irq.json",
            "1430 figures; 413 governorate compared: 413 exact, 0 different, cause known, 0 different, 1017 no list.",
        ),
        (
            "reference/published_series.csv",
            "109 figures; 41 national compared: 36 exact, 5 different, cause known, 0 different, 68 no list.",
        ),
    ],
)
def test_published_figures_reconcile(
    reference: Path, built: Path, capsys: pytest.CaptureFixture, file: str, last_line: str
) -> None:
    assert main(["reconcile", str(reference / file), "--data", str(built)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == last_line


def test_one_household_more_turns_a_figure_to_different(reference: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """A household added consistently (total, origin, shelter, period) breaks no rule of the row, but the figure."""
    name = "IDPs_MasterList_dataset_DTM_IOMOct 31, 2019.csv"
    lines = (reference / "masterlists" / "idp" / name).read_text(encoding="utf-8").split("\n")
    heads, cells = lines[0].split(","), lines[1].split(",")
    for head, more in (("Families", 1), ("Individuals", 6)):
        cells[heads.index(head)] = str(float(cells[heads.index(head)]) + more)
    for first, last in ((11, 28), (29, 41), (42, 50)):
        at = next(i for i in range(first, last + 1) if float(cells[i]) > 0)
        cells[at] = str(float(cells[at]) + 1)
    (tmp_path / name).write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8")
    assert main(["build", str(tmp_path / name), "--data", str(tmp_path / "data"), "--direct"]) == 0
    series = str(reference / "reference" / "published_series.csv")
    capsys.readouterr()
    assert main(["reconcile", series, "--data", str(tmp_path / "data")]) == 17
    assert "240,751" in capsys.readouterr().out


def test_checks_hold_again(built: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["check", "--data", str(built)]) == 0
    assert "hold" in capsys.readouterr().out
