"""What lies beside the interviews of a synthetic round: another source's list of camps, and the work plan."""

from __future__ import annotations

import datetime

import numpy as np

from sample_data.field_answers import collection_start
from sample_data.field_frame import ROUND
from sample_data.field_visits import NOWHERE, PERIOD_DAYS, Draft
from sample_data.portal import list_date

_CAMP_AWAY = 1.4
CAMP_HEADERS = {
    "place_id": "DTM Place ID", "area_name": "Camp", "governorate": "Governorate", "district": "District",
    "households": "HHs", "as_of_date": "As of",
}  # fmt: skip


def camp_map() -> bytes:
    """The column map of the list of camps."""
    lines = [
        "# Our name = the header of camp_list.csv.",
        "[columns]",
        *(f'{ours} = "{theirs}"' for ours, theirs in CAMP_HEADERS.items()),
    ]
    return ("\n".join(lines) + "\n").encode()


def camps(draft: Draft) -> list[list[str]]:
    """Another source's figures of the camps: the second camp is far off, the first is not there,
    the others agree; and one that we do not have."""
    frame, units = draft.frame, camp_units(draft)
    firsts = {visit.unit: visit for visit in reversed(draft.visits) if visit.visit_type == "interview"}
    as_of = (list_date(ROUND) - datetime.timedelta(days=6)).isoformat()
    rows = []
    for nth, unit in enumerate(units[1:]):
        households = firsts[unit].households
        theirs = round(households * _CAMP_AWAY) if nth == 0 else households + nth % 5 - 2
        rows.append(
            [
                *(str(frame.of(unit, name)).strip() for name in ("place_id", "name_en", "governorate", "district")),
                str(theirs),
                as_of,
            ]
        )
    return [*rows, ["", "Nawras Camp", "Ninewa", "Mosul", "212", as_of]]


def camp_units(draft: Draft) -> list[int]:
    """The camps that were visited."""
    is_camp = draft.frame.places.is_camp[draft.frame.place]
    return sorted({visit.unit for visit in draft.visits if visit.unit != NOWHERE and is_camp[visit.unit]})


def work_plan(draft: Draft, rng: np.random.Generator) -> list[list[str]]:
    """Every unit of the frame with its team and the day planned for it."""
    frame = draft.frame
    planned = rng.integers(0, PERIOD_DAYS - 10, len(frame))
    for visit in reversed(draft.visits):
        if visit.unit != NOWHERE and visit.visit_type == "interview":
            planned[visit.unit] = max(0, visit.day - int(planned[visit.unit]) % 3)
    start = collection_start()
    days = [(start + datetime.timedelta(days=day)).isoformat() for day in planned.tolist()]
    teams = [f"T{team + 1:02d}" for team in draft.team.tolist()]
    places = frame.places.place_id[frame.place]
    rows = [list(row) for row in zip(places, frame.population, teams, days, strict=True)]
    return sorted(rows)
