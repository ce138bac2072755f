"""Published figures of both indices: their identities, and that aggregates and changes of this project add up to them.

Sources: IOM DTM Iraq, Return Index findings reports of rounds 1 to 16 and Thematic briefing 2; Displacement Index, Findings Round
Eight (April 2024). Figures with an error of print stand as corrected. None of them is a score, weight, cut-off or list of hotspots.
"""

from __future__ import annotations

import math

import pytest

from expectations import codes
from tests import indexworld, world

# round: locations assessed, severe locations, severe returnees, printed share, most severe returnees, all returnees
SERIES = {
    1: (1427, 290, 442_434, None, 46_998, None),
    2: (1504, 232, 401_166, 10, 46_074, 4_080_618),
    3: (1547, 279, 472_350, 11, 35_748, 4_188_780),
    4: (1564, 286, 514_644, 12, 33_234, 4_210_734),
    5: (1634, 276, 495_798, 11, 38_448, None),
    6: (1674, 272, 492_258, 11, 45_978, None),
    8: (1850, 327, 516_552, 11, 45_594, None),
    9: (2013, 487, 659_082, 14, 53_268, None),
    10: (2055, 432, 531_918, 11, None, None),
    11: (2076, 423, 484_548, 10, 59_964, 4_831_566),
    12: (2128, 448, 512_034, 11, 71_286, None),
    13: (2157, None, 592_932, 12, None, 4_939_074),
    14: (2165, 459, 601_914, 12, None, None),
    15: (2165, 453, 581_112, 12, None, 4_959_714),
    16: (2191, 468, 598_578, 12, 99_108, None),
}
# Round 6, Table 1: (returnees, locations) in high, medium, low.
ROUND_6 = {
    "Anbar": ((88_560, 24), (517_386, 128), (697_404, 97)),
    "Baghdad": ((4_194, 7), (36_564, 53), (48_246, 60)),
    "Dahuk": ((0, 0), (0, 0), (780, 1)),
}
TOTALS_6 = {"Anbar": (1_303_350, 249), "Baghdad": (89_004, 120), "Dahuk": (780, 1)}
DISTRICTS = {"Anbar": "Ramadi", "Baghdad": "Abu Ghraib", "Dahuk": "Zakho"}
# Answers whose overall score is in the group: all worst, all one above the best, all met.
ANSWERS = {
    "high": "3 2 3 2 3 2 2 2 3 2 2 2 3 2 2 3",
    "medium": "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "low": "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
}
DISPLACEMENT_8 = {"high": (106, 56_250), "medium": (498, 255_486), "low": (1977, 640_344)}


def rounded(value: float) -> int:
    """Whole percents as reports print them: half up."""
    return math.floor(value + 0.5)


@pytest.mark.parametrize(("round_", "figures"), SERIES.items())
def test_returnees_are_six_a_household_and_shares_print_as_published(round_: int, figures: tuple) -> None:
    _, _, severe, printed, most, total = figures
    assert severe % 6 == 0 and (most is None or most % 6 == 0) and (total is None or total % 6 == 0)
    if total and printed:
        assert rounded(100 * severe / total) == printed


def test_the_series_hangs_together() -> None:
    severe = {round_: figures[2] for round_, figures in SERIES.items()}
    assert severe[1] == (7_833 + 65_906) * 6
    plain = {
        (3, 4): 42_294,
        (8, 9): 142_530,
        (9, 10): -127_164,
        (11, 12): 27_486,
        (13, 14): 8_982,
        (14, 15): -20_802,
        (15, 16): 17_466,
    }
    for (before, now), change in plain.items():
        assert severe[now] - severe[before] == change
    assert severe[11] == 522_090 - 37_542
    locations = {round_: figures[0] for round_, figures in SERIES.items()}
    added = {
        (3, 4): 17,
        (5, 6): 41 - 1,
        (8, 9): 163,
        (9, 10): 42,
        (10, 11): 21,
        (11, 12): 52,
        (13, 14): 8,
        (14, 15): 3 - 2 - 1,
        (15, 16): 26,
    }
    for (before, now), new in added.items():
        assert locations[before] + new == locations[now]
    shares = {
        1: 20.3,
        2: 15.4,
        3: 18.0,
        4: 18.3,
        5: 16.9,
        6: 16.2,
        8: 17.7,
        9: 24.2,
        10: 21.0,
        11: 20.4,
        12: 21.1,
        14: 21.2,
        15: 20.9,
        16: 21.4,
    }
    for round_, share in shares.items():
        assert round(100 * SERIES[round_][1] / locations[round_], 1) == share
    assert 4_188_780 + 21_954 == 4_210_734 == 701_789 * 6


def _households(returnees: int, locations: int) -> list[int]:
    """Locations that together have these returnees."""
    if not locations:
        return []
    each, rest = divmod(returnees // 6, locations)
    return [each + rest, *[each] * (locations - 1)]


@pytest.fixture(scope="module")
def round_6() -> list[dict]:
    places, answers, at = ["list | place_id | households | governorate | district"], ["index_round | place_id | answers"], 0
    for governorate, cells in ROUND_6.items():
        for group, (returnees, locations) in zip(("high", "medium", "low"), cells, strict=True):
            for households in _households(returnees, locations):
                at += 1
                places.append(f"a | {at} | {households} | {governorate} | {DISTRICTS[governorate]}")
                answers.append(f"6 | {at} | {ANSWERS[group]}")
    built = indexworld.build(
        indexworld.scoring("\n".join(answers)),
        lists=world.clean("list | population | round\na | returnee | 112", "\n".join(places)),
    )
    return built["return_index_summary"].to_pylist()


def test_the_governorate_table_of_round_6_comes_out_as_published(round_6: list[dict]) -> None:
    rows = {row["governorate"]: row for row in round_6 if row["area_level"] == "governorate"}
    assert set(rows) == set(ROUND_6)
    for governorate, cells in ROUND_6.items():
        row = rows[governorate]
        found = tuple((row[f"{group}_returnees"], row[f"{group}_locations"]) for group in ("high", "medium", "low"))
        assert found == cells
        assert (row["returnees"], row["locations"]) == TOTALS_6[governorate]
        assert row["unclassified_locations"] == 0
    country = next(row for row in round_6 if row["area_level"] == "national")
    assert (country["high_returnees"], country["high_locations"]) == (88_560 + 4_194, 31)
    assert (country["returnees"], country["locations"]) == (1_303_350 + 89_004 + 780, 370)


# (severe before, like-for-like, at new locations, severe now): national, then Ninewa and Salah al-Din; where a report gives the
# plain change only, all of it is taken to be at the same locations.
CHANGES = [
    (514_644, -39_864, 21_018, 495_798), (472_350, 42_294, 0, 514_644), (516_552, 142_530, 0, 659_082), (659_082, -127_164, 0, 531_918),
    (522_090, -37_542, 0, 484_548), (484_548, 27_486, 0, 512_034), (592_932, 8_982, 0, 601_914), (601_914, -20_802, 0, 581_112),
    (581_112, 17_466, 0, 598_578), (177_408, -26_094, 3_360, 154_674), (164_478, 108_558, 0, 273_036), (273_036, -47_832, 0, 225_204),
    (173_724, 61_578, 0, 235_302), (235_302, 12_132, 0, 247_434), (260_256, -3_672, 0, 256_584), (185_502, 2_418, 8_724, 196_644),
    (198_450, -54_768, 0, 143_682), (143_682, 28_386, 0, 172_068),
]  # fmt: skip


def test_published_changes_close_in_the_change_table() -> None:
    """Each published change in a governorate of its own: like-for-like and new locations make the value of the report."""
    areas = [
        next((row["governorate"], row["district"]) for row in codes.rows("district") if row["governorate"] == g)
        for g in codes.governorates().codes
    ]
    places, answers, at = (
        ["list | place_id | households | governorate | district"],
        ["index_round | round | place_id | answers"],
        0,
    )
    for (governorate, district), (before, like, new, _) in zip(areas, CHANGES, strict=True):
        at += 10
        grown = before + like
        stays = min(before, grown)
        cells = [("a", at, stays), ("b", at, grown if like >= 0 else stays)]
        answers += [f"4 | 109 | {at} | {ANSWERS['high']}", f"5 | 111 | {at} | {ANSWERS['high']}"]
        if like < 0:  # as many as stopped being severe
            cells += [("a", at + 1, -like), ("b", at + 1, -like)]
            answers += [f"4 | 109 | {at + 1} | {ANSWERS['high']}", f"5 | 111 | {at + 1} | {ANSWERS['low']}"]
        if new:
            cells.append(("b", at + 2, new))
            answers.append(f"5 | 111 | {at + 2} | {ANSWERS['high']}")
        places += [f"{name} | {place} | {people // 6} | {governorate} | {district}" for name, place, people in cells]
    lists = world.clean("list | population | round\na | returnee | 109\nb | returnee | 111", "\n".join(places))
    rows = indexworld.build(indexworld.scoring("\n".join(answers)), lists=lists)["return_index_change"].to_pylist()
    severe = {
        row["governorate"]: row
        for row in rows
        if row["area_level"] == "governorate" and row["index_measure"] == "severe_returnees"
    }
    for (governorate, _), (before, like, new, now) in zip(areas, CHANGES, strict=True):
        row = severe[governorate]
        found = (row["previous_value"], row["like_for_like"], row["newly_assessed"], row["no_longer_assessed"], row["value"])
        assert found == (before, like, new, 0, now)
        assert row["plain_change"] == now - before


def test_published_shares_come_out_of_the_summary() -> None:
    """Severe returnees over assessed returnees, in whole percents as printed; each round in a governorate of its own."""
    cases = [(severe, printed, total) for _, _, severe, printed, _, total in SERIES.values() if printed and total]
    cases += [(527_940, 13, 4_080_618), (226_032, 6, 4_080_618)]  # each scale of round 2
    areas = [
        next((row["governorate"], row["district"]) for row in codes.rows("district") if row["governorate"] == g)
        for g in codes.governorates().codes
    ]
    places, answers = ["list | place_id | households | governorate | district"], ["index_round | place_id | answers"]
    for at, ((governorate, district), (severe, _, total)) in enumerate(zip(areas, cases, strict=False), start=1):
        for place, people, group in ((2 * at, severe, "high"), (2 * at + 1, total - severe, "low")):
            places.append(f"a | {place} | {people // 6} | {governorate} | {district}")
            answers.append(f"4 | {place} | {ANSWERS[group]}")
    lists = world.clean("list | population | round\na | returnee | 109", "\n".join(places))
    rows = indexworld.build(indexworld.scoring("\n".join(answers)), lists=lists)["return_index_summary"].to_pylist()
    shares = {row["governorate"]: row["severe_share"] for row in rows if row["area_level"] == "governorate"}
    assert [rounded(100 * shares[governorate]) for (governorate, _), _ in zip(areas, cases, strict=False)] == [
        printed for _, printed, _ in cases
    ]


def test_reconciliation_as_published_in_round_4() -> None:
    assert round(100 * 608_688 / 4_210_734, 2) == 14.46 and round(100 * 241_914 / 4_210_734, 2) == 5.75


def test_round_8_of_the_displacement_index_hangs_together() -> None:
    assert sum(locations for locations, _ in DISPLACEMENT_8.values()) == 2581 == 2614 - 33
    people = {group: idps for group, (_, idps) in DISPLACEMENT_8.items()}
    assert sum(people.values()) == 952_080 and all(idps % 6 == 0 for idps in people.values())
    assert [rounded(100 * idps / 952_080) for idps in people.values()] == [6, 27, 67]
