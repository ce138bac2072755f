"""Random ledgers with chains of corrections, against a plain model of what a ledger is; and in any order of deliveries."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.emergencyworld import START, Ledger, day, event, headline

_DAYS = 40
_SEEDS = range(6)
_FIRST = day(START)


def _text(at: int) -> str:
    return (_FIRST + datetime.timedelta(days=int(at))).isoformat()


def _random(seed: int) -> list[dict]:
    """Movements of all kinds, chains and branches of corrections, some of what is not there, a cycle, duplicates."""
    rng = np.random.default_rng(seed)
    rows: list[dict] = []
    arrivals: list[str] = []
    for number in range(45):
        kind = rng.choice(["departure", "arrival", "arrival", "arrival", "onward", "return", "correction", "correction"])
        moved = int(rng.integers(0, _DAYS))
        row = {
            "movement_id": f"m{number}",
            "kind": kind,
            "moved_on": _text(moved),
            "recorded_on": _text(moved + rng.integers(0, 12)),
        }
        households = int(rng.integers(1, 30))
        row |= {"households": households, "individuals": 5 * households, "recorded_seq": number}
        if kind == "correction":
            target = rng.choice([own["movement_id"] for own in rows]) if rows and rng.random() > 0.1 else "nobody"
            row |= {"corrects": target}
            if rng.random() < 0.3:
                row |= {"households": 0, "individuals": 0}
        elif kind == "departure":
            row |= {"camp_left": str(rng.choice(["Camp A", "Camp B"]))}
        else:
            row |= {"destination_governorate": str(rng.choice(["Ninewa", "Erbil", "Kirkuk"]))}
            row |= {"reached_origin": str(rng.choice(["true", "" if row["kind"] == "return" else "false", ""]))}
            if kind == "arrival":
                arrivals.append(row["movement_id"])
            elif arrivals and rng.random() < 0.8:
                row |= {"onward_from": str(rng.choice(arrivals))}
        rows.append(row)
    rows += [
        {
            "movement_id": "x",
            "kind": "correction",
            "moved_on": _text(3),
            "recorded_on": _text(4),
            "corrects": "y",
            "households": 4,
        },
        {
            "movement_id": "y",
            "kind": "correction",
            "moved_on": _text(3),
            "recorded_on": _text(4),
            "corrects": "x",
            "households": 4,
        },
        *rows[:5],
    ]
    return rows


# --- the plain model -----------------------------------------------------------------------------------------


def _model(rows: list[dict], as_of: str, known_at: str) -> tuple[int, int, int]:
    """Cumulative, current and returned by the words of the specification, row by row."""
    known = {row["movement_id"]: row for row in rows if row["recorded_on"] <= known_at}
    cumulative = returned = 0
    for root in known.values():
        if root["kind"] == "correction":
            continue
        live = _live(root, known)
        if live["moved_on"] > as_of:
            continue
        households = live["households"]
        reached = live.get("reached_origin")
        kind = root["kind"]
        if kind == "arrival":
            cumulative += households
        if kind == "return" or (kind in ("arrival", "onward") and reached == "true"):
            returned += households
    return cumulative, cumulative - returned, returned


def _live(root: dict, known: dict[str, dict]) -> dict:
    """Of a chain the row known last, with what it leaves blank as it was before."""
    chain, depth, waiting = [], {root["movement_id"]: 0}, [(root, root["recorded_on"], 0)]
    while waiting:
        row, since, level = waiting.pop()
        chain.append((since, level, row.get("recorded_seq", -1), row["movement_id"], row))
        for child in known.values():
            if child["kind"] == "correction" and child["corrects"] == row["movement_id"] and child["movement_id"] not in depth:
                depth[child["movement_id"]] = level + 1
                waiting.append((child, max(since, child["recorded_on"]), level + 1))
    filled: dict = {}
    for *_, row in sorted(chain, key=lambda one: one[:4]):
        filled |= {name: value for name, value in row.items() if value not in ("", None)}
    return filled


# --- the tests -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_random_ledger_is_what_the_plain_model_says_in_any_order_of_deliveries(tmp_path: Path, seed: int) -> None:
    rows = _random(seed)
    rng = np.random.default_rng(1000 + seed)
    orders = [list(range(len(rows))), list(rng.permutation(len(rows)))]
    cuts = int(rng.integers(5, len(rows) - 5))
    made = [Ledger(tmp_path, event(), [rows[at] for at in order[:cuts]], [rows[at] for at in order[cuts:]]) for order in orders]
    assert made[0].tables["emergency_movement"].equals(made[1].tables["emergency_movement"])
    assert made[0].tables["emergency_entry"].equals(made[1].tables["emergency_entry"])
    assert made[0].findings() == made[1].findings() and ("correction_cycle", "x") in made[0].findings()
    assert not any(one.rows_set_aside for one in made[0].taken)
    for _ in range(4):
        as_of, known_at = sorted(int(at) for at in rng.integers(0, _DAYS + 12, 2))
        said = made[0].told(_text(as_of), _text(known_at))
        for unit, persons in (("households", 1), ("individuals", 5)):
            cumulative, current, returned = headline(said, unit)
            assert cumulative == current + returned
            assert (cumulative, current, returned) == tuple(
                persons * count for count in _model(rows, _text(as_of), _text(known_at))
            )
        located = sum(
            row["current"]["households"] for row in said["destination"] if row["level"] == "governorate" and "current" in row
        )
        assert located == said["current"]["households"], "nobody is at two places or at none"


@pytest.mark.parametrize("seed", [20, 21])
def test_what_was_known_does_not_change_with_what_is_recorded_later(tmp_path: Path, seed: int) -> None:
    rows, at = _random(seed), _text(20)
    before = Ledger(tmp_path, event(), [row for row in rows if row["recorded_on"] <= at]).figures(at, at)
    assert Ledger(tmp_path, event(), rows).figures(at, at).equals(before)


@pytest.mark.parametrize("seed", [30, 31])
def test_the_parts_of_a_period_close(tmp_path: Path, seed: int) -> None:
    made = Ledger(tmp_path, event(), _random(seed))
    period = made.told(_text(30), _text(30), since=_text(15))["period"]
    for unit in ("households", "individuals"):
        own = {name: value[unit] or 0 for name, value in period.items() if isinstance(value, dict) and unit in value}
        assert own["net_change"] == own["as_printed"] + own["corrected"] + own["known_before"]
        assert own["net_change"] == own["true"] + own["revised_late"] + own["revised_corrected"]
        now, then = (made.told(_text(last), _text(last))["cumulative"][unit] for last in (30, 15))
        assert own["net_change"] == now - then


def test_a_rule_on_a_row_looks_at_this_row_only(tmp_path: Path) -> None:
    """Whether a row is set aside does not depend on the rows beside it."""
    good = _random(40)[:20]
    bad = [
        {
            "movement_id": "late",
            "kind": "arrival",
            "moved_on": _text(9),
            "recorded_on": _text(8),
            "destination_governorate": "Erbil",
            "households": 2,
        },
        {"movement_id": "none", "kind": "arrival", "moved_on": _text(9), "recorded_on": _text(9), "households": 2},
    ]
    rng = np.random.default_rng(7)
    for _ in range(3):
        rows = [*good, *bad]
        rows = [rows[at] for at in rng.permutation(len(rows))][: int(rng.integers(8, len(rows)))]
        aside = {row["movement_as_given"]: row["rule"] for row in Ledger(tmp_path, event(), rows).taken[0].set_aside.to_pylist()}
        expected = {"late": "movement_after_record", "none": "movement_destination"}
        assert aside == {row["movement_id"]: expected[row["movement_id"]] for row in rows if row["movement_id"] in expected}
