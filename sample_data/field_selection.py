"""Which locations a synthetic round visits, by which team, and how many households are there by then."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from expectations import codes
from sample_data.field_frame import Frame
from sample_data.field_visits import Draft, Visit

_VISITED_SHARE = 0.88
_UNCHANGED_SHARE, _CHANGED_SHARE = 0.25, 0.3
_SECOND_SHARE, _BACK_CHECK_SHARE, _MOST_INFORMANTS = 0.25, 0.05, 4
_CLOSED_SHARE, _NOT_ACCESSIBLE_SHARE, _UNREACHABLE_SHARE = 0.012, 0.02, 0.015
# Of a governorate's households: more is not taken away by ordinary changes, so that no total moves more than usual.
_ORDINARY_CHANGE = {"idp": 0.03, "returnee": 0.015}
_CLOSED_CHANGE = 0.02
_CLOSED_MOST = 19  # closing more would be a large change
_AGREED_LEAST = 20  # from here on agreeing informants may differ by one household or two
_UNITS_PER_TEAM, _TEAMS = 20, (6, 75)
_TEAMS_PER_SUPERVISOR = 10


def draft(frame: Frame, rng: np.random.Generator) -> Draft:
    """A round without visits: the teams of the units, and those that are to be visited."""
    keys = zip(frame.places.governorate[frame.place], frame.places.district[frame.place], frame.place.tolist(), strict=True)
    order = np.array(sorted(range(len(frame)), key=list(keys).__getitem__))
    teams = int(np.clip(len(frame) // _UNITS_PER_TEAM, *_TEAMS))
    team = np.empty(len(frame), np.int64)
    team[order] = np.arange(len(frame)) * teams // len(frame)
    shuffled = rng.permutation(len(frame))
    is_due = frame.is_large | frame.places.is_camp[frame.place]
    pool = sorted(shuffled.tolist(), key=lambda unit: not is_due[unit])[: round(_VISITED_SHARE * len(frame))]
    return Draft(
        frame,
        team,
        rng.integers(0, 1000, (len(frame), len(codes.governorates().codes))),
        rng.random(len(frame)) < 0.5,
        rng.permutation(pool).tolist(),
        rng=rng,
        people=len(frame.places),
    )


def ordinary(draft: Draft) -> None:
    """Visit the rest of the pool as rounds usually go: most as before, some changed, few closed or not reached."""
    frame, rng = draft.frame, draft.rng
    total: dict[tuple[str, str], int] = defaultdict(int)
    for unit in range(len(frame)):
        total[governorate(frame, unit)] += int(frame.households[unit])
    size = len(draft.pool)
    left = {
        "not_accessible": max(2, round(_NOT_ACCESSIBLE_SHARE * size)),
        "informant_unreachable": max(2, round(_UNREACHABLE_SHARE * size)),
    }
    closed = max(2, round(_CLOSED_SHARE * size))
    status = {}
    for unit in draft.pool:
        if frame.is_large[unit] or frame.places.is_camp[frame.place[unit]]:
            continue
        share = frame.households[unit] / total[governorate(frame, unit)]
        if closed and frame.households[unit] <= _CLOSED_MOST and share <= _CLOSED_CHANGE:
            closed, status[unit] = closed - 1, "closed"
        elif any(left.values()):
            name = max(left, key=lambda name: left[name])
            left[name] -= 1
            status[unit] = name
        elif rng.random() < _UNCHANGED_SHARE:
            status[unit] = "confirmed_unchanged"
    counted = [unit for unit in draft.pool if unit not in status]
    now = _changed(draft, counted, total)
    for unit in draft.pool:
        draft.visit(unit, now.get(unit), status=status.get(unit, "updated"))
    draft.pool = []


def governorate(frame: Frame, unit: int) -> tuple[str, str]:
    """Population and governorate of a unit."""
    return frame.population[unit], frame.of(unit, "governorate")


def _changed(draft: Draft, units: list[int], total: dict[tuple[str, str], int]) -> dict[int, int]:
    """Households now of the ordinary units: most as before, others a little different."""
    frame, rng = draft.frame, draft.rng
    groups: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    now = {}
    for unit in units:
        before = int(frame.households[unit])
        step = 0
        if rng.random() < _CHANGED_SHARE and not frame.is_large[unit] and before > 3:
            step = round(before * int(rng.integers(-8, 8)) / 100) or int(rng.integers(0, 2)) * 2 - 1
        now[unit] = before + step
        if step:
            groups[governorate(frame, unit)].append((step, unit))
    for group, changes in groups.items():
        changes.sort(key=lambda change: abs(change[0]))
        while changes and abs(sum(step for step, _ in changes)) > _ORDINARY_CHANGE[group[0]] * total[group]:
            _, unit = changes.pop()
            now[unit] = int(frame.households[unit])
    return now


def more_informants(draft: Draft, wanted: int | None) -> None:
    """Second informants of other teams who agree, and back-checks by supervisors who do."""
    taken = {noted.visit for noted in draft.noted}
    firsts = [
        at
        for at, visit in enumerate(draft.visits)
        if visit.status == "updated" and at not in taken | draft.exempt and not draft.frame.places.is_camp[visit.place]
    ]
    checked = firsts[:: max(1, round(1 / _BACK_CHECK_SHARE))]
    for at in checked:
        first = draft.visits[at]
        day = first.day + int(draft.rng.integers(2, 7))
        draft.visit(first.unit, _agreeing(draft, first), visit_type="back_check", team=-1, person=first.person, day=day)
    # One row more than visits: a submission is exported twice.
    made = len(draft.visits) + 1
    most = made + (_MOST_INFORMANTS - 1) * len(firsts)
    if wanted is None:
        wanted = min(most, made + round(_SECOND_SHARE * len(firsts)))
    if not made <= wanted <= most:
        raise ValueError(
            f"{wanted} submissions for {len(draft.frame.places)} places: ask for {made} to {most}, or for other places."
        )
    teams = int(draft.team.max()) + 1
    order = draft.rng.permutation(firsts).tolist()
    for at in range(wanted - made):
        first, nth = draft.visits[order[at % len(order)]], 1 + at // len(order)
        day = first.day + int(draft.rng.integers(0, 5))
        draft.visit(first.unit, _agreeing(draft, first), team=(first.team + nth) % teams, person=draft.person(), day=day)


def _agreeing(draft: Draft, first: Visit) -> int:
    if draft.frame.is_large[first.unit] or first.households < _AGREED_LEAST:
        return first.households
    return first.households + int(draft.rng.integers(-1, 2))


def team(draft: Draft, visit: Visit) -> str:
    """The code of the team of a visit; the supervisor's of the location's team where a visit is of none."""
    if visit.team >= 0:
        return f"T{visit.team + 1:02d}"
    return f"S{int(draft.team[visit.unit]) // _TEAMS_PER_SUPERVISOR + 1:02d}"
