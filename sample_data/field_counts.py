"""The counts of a synthetic round: households by cell, new arrivals, individuals. Only what is planted looks copied."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from expectations.policy import Policy
from sample_data import field_frame, field_selection
from sample_data.field_frame import CELLS
from sample_data.field_visits import NOWHERE, Draft

_POLICY = Policy()


@dataclass(frozen=True)
class Counts:
    """The counts of all visits, one row each; ``is_simple`` marks those with one category per margin."""

    households: np.ndarray
    arrivals: np.ndarray
    cells: np.ndarray
    individuals: np.ndarray
    is_simple: np.ndarray


def without_coincidence(draft: Draft) -> Counts:
    """The counts of all visits.

    Records that would look copied by chance get one category per margin, so that only what is planted looks copied.
    """
    frame, visits = draft.frame, draft.visits
    unit = np.array([visit.unit for visit in visits])
    place = np.array([visit.place if visit.unit != NOWHERE else -1 - at for at, visit in enumerate(visits)])
    population = np.array([visit.population for visit in visits], dtype=object)
    team = np.array([field_selection.team(draft, visit) for visit in visits], dtype=object)
    households = np.array([visit.households if visit.is_counted else 0 for visit in visits])
    exempt = np.zeros(len(visits), bool)
    exempt[list(draft.exempt)] = True
    before = np.where(unit == NOWHERE, households, frame.households[unit])
    grown = np.where((population == "idp") & ~exempt, np.maximum(households - before, 0), 0)
    ratio = np.where(frame.places.is_camp[[visit.place for visit in visits]], 4.7, 5.4) + draft.rng.random(len(visits)) * 0.8
    told = np.where((draft.rng.random(len(visits)) < 0.3) & ~exempt, np.rint(households * ratio).astype(np.int64), 0)
    simple = unit == NOWHERE
    while True:
        weights = np.where((unit == NOWHERE)[:, None], _usual_weights(population), frame.weights[unit])
        weights[simple] = field_frame.one_each(weights[simple], population[simple])
        arrivals, individuals = np.where(simple, 0, grown), np.where(simple, 0, told)
        cells = _cells(households, arrivals, weights, population)
        counts = np.column_stack([households, cells, individuals, *arrival_parts(arrivals)])
        chance = _by_chance(counts, cells, place, team, exempt)
        found = np.isin(unit, unit[chance]) & (unit != NOWHERE) & ~exempt & ~simple
        if not found.any():
            return Counts(households, arrivals, cells, individuals, simple)
        simple |= found


def _usual_weights(population: np.ndarray) -> np.ndarray:
    weights = np.zeros((len(population), len(CELLS)), np.int64)
    for name in ("shelter_host_family", "period_august_2014"):
        weights[:, field_frame.cell(name)] = 1
    weights[population == "idp", field_frame.cell("origin_ninewa")] = 1
    weights[population == "returnee", field_frame.cell("last_displacement_ninewa")] = 1
    return weights


def _cells(households: np.ndarray, arrivals: np.ndarray, weights: np.ndarray, population: np.ndarray) -> np.ndarray:
    """Households per cell; those displaced for the first time since the last round are of the newest period."""
    cells = field_frame.divide(households, weights, population)
    first = arrival_parts(arrivals)[-1]
    for name in field_frame.MARGINS:
        rows = np.flatnonzero((first > 0) & (population == name))
        columns = field_frame.margin(name, "period")
        kept = field_frame.divide(households - first, weights, population)[np.ix_(rows, columns)]
        cells[np.ix_(rows, columns)] = kept
        cells[rows, field_frame.cell("period_january_2021")] += first[rows]
    return cells


def arrival_parts(arrivals: np.ndarray) -> tuple[np.ndarray, ...]:
    """All, between places of displacement, of these from a camp, displaced again, for the first time."""
    between, again = arrivals // 3, arrivals // 5
    return arrivals, between, between // 2, again, arrivals - between - again


def _by_chance(counts: np.ndarray, cells: np.ndarray, place: np.ndarray, team: np.ndarray, exempt: np.ndarray) -> np.ndarray:
    """Rows that look like another place's: the same cells, or of one team and different in a few cells only."""
    ranked = np.sort(counts, axis=1)
    values = (np.diff(ranked, axis=1, prepend=0) > 0).sum(axis=1)
    able = np.flatnonzero(values >= _POLICY.identical_values)
    found = np.zeros(len(counts), bool)
    same: dict[bytes, list[int]] = defaultdict(list)
    for row in able.tolist():
        same[cells[row].tobytes()].append(row)
    for rows in same.values():
        if len(set(place[rows].tolist())) > 1:
            found[rows] = True
    teams: dict[str, list[int]] = defaultdict(list)
    for row in able.tolist():
        teams[team[row]].append(row)
    small = cells.astype(np.int32)
    for members in teams.values():
        # The larger one of a pair keeps its breakdown, so it is compared with all before it.
        rows = np.array(sorted(members, key=lambda row: (-counts[row, 0], row)))
        for at in range(1, len(rows)):
            earlier = rows[:at][~found[rows[:at]]]
            near = (small[earlier] != small[rows[at]]).sum(axis=1) <= _POLICY.duplicate_answers
            close = earlier[near & (place[earlier] != place[rows[at]])]
            if exempt[rows[at]]:
                found[close] = True
            elif len(close):
                found[rows[at]] = True
    return found & ~exempt
