"""What the public may see of a snapshot."""

from __future__ import annotations

import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.emergencyworld import Ledger, day, event
from transforms.emergency import public

_GOVERNORATES = ("Ninewa", "Erbil", "Kirkuk", "Anbar")
_DISTRICTS = {
    "Ninewa": ("Mosul", "Sinjar", "Hatra"),
    "Erbil": ("Erbil", "Makhmur"),
    "Kirkuk": ("Kirkuk", "Daquq"),
    "Anbar": ("Falluja", "Heet"),
}


def _random(seed: int, folder: Path) -> Ledger:
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(60):
        origin, destination = rng.choice(_GOVERNORATES, 2)
        rows.append({
            "movement_id": f"m{number}", "kind": "arrival", "moved_on": "2020-11-01", "recorded_on": "2020-11-01", "origin_governorate": origin,
            "origin_district": rng.choice(_DISTRICTS[origin]), "destination_governorate": destination, "place_id": int(rng.integers(1, 99)),
            "destination_district": rng.choice(_DISTRICTS[destination]), "households": int(rng.choice([1, 2, 5, 40])), "shelter_group": rng.choice(["private", "camp", "critical"]),
        })  # fmt: skip
    return Ledger(folder, event(public_threshold=10), rows)


@pytest.mark.parametrize("seed", range(4))
def test_no_small_figure_is_shown_nor_alone_in_a_sum(tmp_path: Path, seed: int) -> None:
    rows = _random(seed, tmp_path).figures("2020-11-02")
    own = event(public_threshold=10)
    shown = public.figures(own, rows).to_pylist()
    assert {row["figure_level"] for row in shown} == {"national", "governorate", "district"}
    small = [row for row in shown if row["published_households"] and 0 < row["published_households"] < 10]
    assert small == []
    assert len({(row["figure_dimension"], row["area"]) for row in shown if row["published_households"] is None}) > 1
    true = {_key(row): row["published_households"] or 0 for row in rows.to_pylist()}
    of: dict[tuple, dict[tuple, int | None]] = {}
    for row in shown:
        if row["figure_dimension"] not in ("total", "period"):
            of.setdefault(_key(row)[:3], {})[row["emergency_measure"]] = row["published_households"]
    for told in of.values():  # two figures of one area must not differ by few
        values = sorted({0, *(value for value in told.values() if value is not None)})
        assert all(later - earlier >= 10 for earlier, later in pairwise(values)), told
    for dimension in ("origin", "destination"):
        for measure in ("arrived", "current", "returned"):
            own = [row for row in shown if (row["figure_dimension"], row["emergency_measure"]) == (dimension, measure)]
            governorates = [row for row in own if row["figure_level"] == "governorate"]
            _not_worked_out(governorates, true)
            for above in governorates:
                name = above[f"{dimension}_governorate"]
                inside = [row for row in own if row["figure_level"] == "district" and row[f"{dimension}_governorate"] == name]
                if above["published_households"] is not None:
                    _not_worked_out(inside, true)


def _key(row: dict) -> tuple:
    return row["figure_dimension"], row["figure_level"], row["area"], row["emergency_measure"]


def _not_worked_out(parts: list[dict], true: dict[tuple, int]) -> None:
    """What is withheld of a sum that is shown is nobody, or not few, unless all of it is withheld."""
    withheld = [row for row in parts if row["published_households"] is None]
    together = sum(true[_key(row)] for row in withheld)
    assert not 0 < together < 10 or len(withheld) == len(parts), (together, withheld)


def test_flows_between_two_places_cannot_be_worked_out_from_rows_and_columns(tmp_path: Path) -> None:
    rows = public.figures(event(public_threshold=10), _random(9, tmp_path).figures("2020-11-02")).to_pylist()
    cells = [
        row
        for row in rows
        if (row["figure_dimension"], row["figure_level"], row["emergency_measure"])
        == ("origin_to_destination", "governorate", "arrived")
    ]
    for side in ("origin_governorate", "destination_governorate"):
        for name in {row[side] for row in cells}:
            own = [row for row in cells if row[side] == name]
            withheld = [row for row in own if row["published_households"] is None]
            margin = [
                row
                for row in rows
                if (row["figure_dimension"], row["figure_level"], row["area"]) == (side.partition("_")[0], "governorate", name)
            ]
            assert len(withheld) != 1 or all(row["published_households"] is None for row in margin)


def test_small_totals_hide_what_they_could_be_worked_out_from(tmp_path: Path) -> None:
    listed = [
        {"movement_id": "a", "kind": "arrival", "moved_on": "2020-11-01", "recorded_on": "2020-11-01", "destination_governorate": "Ninewa", "households": 50, "reached_origin": "false"},
        {"movement_id": "b", "kind": "arrival", "moved_on": "2020-11-01", "recorded_on": "2020-11-01", "destination_governorate": "Ninewa", "households": 3, "reached_origin": "true"},
    ]  # fmt: skip
    rows = public.figures(event(public_threshold=10), Ledger(tmp_path, event(), listed).figures("2020-11-02")).to_pylist()
    totals = {row["emergency_measure"]: row["published_households"] for row in rows if row["figure_dimension"] == "total"}
    assert totals["cumulative"] == 53 and totals["returned"] is None and totals["current"] is None


def test_a_window_its_delay_and_an_embargo() -> None:
    own = event(start="2020-10-18", public_window_days=7, public_delay_days=3)
    assert public.window(own, day("2020-10-18")) == (day("2020-10-18"), day("2020-10-24"))
    assert public.window(own, day("2020-10-25")) == (day("2020-10-25"), day("2020-10-31"))
    assert public.public_from(own, day("2020-10-20")) == day("2020-10-28")
    embargo = event(start="2020-10-18", public_delay_days=3, embargo_until=datetime.date(2021, 1, 1))
    assert public.public_from(embargo, day("2020-10-20")) == day("2021-01-01")
