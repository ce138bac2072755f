"""The ledger of a synthetic round: every defect that is planted, and what is expected to become of it."""

from __future__ import annotations

from collections import defaultdict

from expectations.checks import WHOLE_LIST
from expectations.policy import Policy
from sample_data import field_beside, field_frame, field_selection
from sample_data.field_visits import NOWHERE, QUARANTINE, QUEUE, Draft

LEDGER_COLUMNS = ("uuid", "place_id", "population", "defect", "check_id", "expected", "note")
_POLICY = Policy()


def ledger(draft: Draft, roots: list[str]) -> list[dict[str, str]]:
    """A row for each thing that is planted, and for each that follows from it; ``roots`` are the uuids of the visits."""
    rows = []
    for noted in draft.noted:
        visit = draft.visits[noted.visit]
        is_placed = visit.unit != NOWHERE and visit.status != "refused"
        place_id = draft.frame.of(visit.unit, "place_id") if is_placed else ""
        population = "" if visit.status == "refused" else visit.population
        values = (roots[noted.visit], place_id, population, noted.defect, noted.check_id, noted.expected, noted.note)
        rows.append(dict(zip(LEDGER_COLUMNS, values, strict=True)))
    for population in field_frame.MARGINS:
        own = sum(visit.population == population for visit in draft.visits)
        aside = len({row["uuid"] for row in rows if row["expected"] == QUARANTINE and row["population"] == population})
        if aside > _POLICY.quarantined_share_maximum * own:
            rows.append(_whole_list(population, "many_set_aside", "c23", f"{aside} of {own} submissions are spoilt on purpose"))
    for defect, unit in zip(("camp_missing_there", "camp_differs"), field_beside.camp_units(draft), strict=False):
        first = next(at for at, visit in enumerate(draft.visits) if visit.unit == unit)
        values = (roots[first], draft.frame.of(unit, "place_id"), "idp", defect, "c29", QUEUE, "see camp_list.csv")
        rows.append(dict(zip(LEDGER_COLUMNS, values, strict=True)))
    rows.append(_whole_list("idp", "camp_missing_here", "c29", "camp_list.csv has a camp that no list of ours has"))
    rows += _totals_moved(draft)
    return sorted(rows, key=lambda row: (row["check_id"] or "~", row["defect"], row["expected"], row["uuid"]))


def _whole_list(population: str, defect: str, check_id: str, note: str) -> dict[str, str]:
    return dict(zip(LEDGER_COLUMNS, (WHOLE_LIST, "", population, defect, check_id, QUEUE, note), strict=True))


def _totals_moved(draft: Draft) -> list[dict[str, str]]:
    """Entries for governorates and countries whose total the planted changes move more than usual."""
    frame = draft.frame
    spoilt = {noted.visit for noted in draft.noted if noted.expected == QUARANTINE or noted.check_id == "c03"}
    now = frame.households.tolist()
    for at, visit in enumerate(draft.visits):
        counts = visit.state == "approved" and visit.visit_type == "interview" and not visit.is_late and at not in spoilt
        if counts and visit.unit != NOWHERE and (visit.is_counted or visit.status == "closed"):
            now[visit.unit] = visit.households if visit.is_counted else 0
    totals: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for unit, households in enumerate(now):
        population, governorate = field_selection.governorate(frame, unit)
        for key in (("c11", population, governorate), ("c12", population, "Iraq")):
            totals[key][0] += int(frame.households[unit])
            totals[key][1] += households
    most = {
        ("c11", "idp"): _POLICY.governorate_change_idp, ("c11", "returnee"): _POLICY.governorate_change_returnee,
        ("c12", "idp"): _POLICY.national_change_idp, ("c12", "returnee"): _POLICY.national_change_returnee,
    }  # fmt: skip
    rows = []
    for (check_id, population, area), (before, after) in totals.items():
        if abs(after - before) > most[check_id, population] * before:
            note = f"{area}: {before} households before, about {after} now, by what is planted"
            rows.append(_whole_list(population, "total_moved", check_id, note))
    return rows
