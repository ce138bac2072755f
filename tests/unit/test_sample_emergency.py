"""The sample of emergency tracking: written as committed, and what is planted in it is found, nothing else."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from sample_data import emergency
from tests.conftest import LISTS
from tests.emergencyworld import TODAY, Ledger, event, headline
from transforms.emergency import movement_file, movement_rows
from transforms.emergency.ledger import Delivery

FOLDER = LISTS.parent
FILES = sorted(path.name for path in (FOLDER / emergency.FOLDER).glob("*.csv"))


def test_the_committed_files_are_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "lists").symlink_to(LISTS)
    written = sorted(emergency.write(tmp_path).iterdir())
    assert [path.name for path in written] == FILES
    for path in written:
        assert path.read_bytes() == (FOLDER / emergency.FOLDER / path.name).read_bytes(), path.name


def _event(event_id: str):
    _, trigger, start, rule, _ = emergency.EVENTS[event_id]
    return event(event_id, trigger, rule, start)


@pytest.mark.parametrize("event_id", sorted(emergency.EVENTS))
def test_what_is_planted_is_found_and_nothing_else(tmp_path: Path, event_id: str) -> None:
    own, deliveries = _event(event_id), []
    for at, name in enumerate(name for name in FILES if name.startswith(event_id)):
        file = movement_file.read(FOLDER / emergency.FOLDER / name, name)
        taken = movement_rows.taken(file, own, event_id, TODAY)
        deliveries.append(Delivery(at + 1, taken.kept, taken.set_aside, "0" * 64, name))
        aside = [(row["movement_as_given"], row["rule"]) for row in taken.set_aside.to_pylist()]
        planted = [("w1", "movement_after_record"), ("w2", "movement_destination"), ("w3", "movement_counts")]
        assert aside == (planted if name.endswith("-late.csv") else [])
    made = Ledger.of(tmp_path, own, deliveries)
    assert made.findings() == []
    first, last = (
        made.told(at.isoformat(), at.isoformat())
        for at in (own.event_start + datetime.timedelta(days=45), datetime.date(2021, 3, 1))
    )
    assert 0 < headline(first)[0] <= headline(last)[0] and all(count > 0 for count in headline(last))
    assert headline(last)[0] == headline(last)[1] + headline(last)[2]
