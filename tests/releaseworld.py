"""Small invented lists as the open tables of a release: locations with their margins are said, all sums are added up here."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from expectations import codes
from expectations.columns import COLUMNS
from expectations.release import Tier, policy
from expectations.schema import conform, schema
from expectations.tables import TABLES as DECLARED
from transforms.release.opening import opened

DATE = datetime.date(2021, 2, 28)
CATEGORIES = {
    "shelter": ("camp", "host_family", "rented"),
    "period": ("pre_june_2014", "august_2014"),
    "origin_governorate": ("anbar", "diyala", "ninewa"),
}
PREFIX = {"shelter": "shelter_", "period": "period_", "origin_governorate": "origin_"}
TABLES = ("idp_master_list", "master_list_change", "change_summary", "national_summary", "governorate_summary", "district_summary",
          "shelter_summary", "period_summary", "idp_origin_to_displacement")  # fmt: skip
_PLAIN = {"text": "-", "integer": 0, "real": 0.0, "boolean": False, "date": DATE}
_NAMES = {row["governorate_code"]: row["governorate"] for row in codes.rows("governorate")}


@dataclass(frozen=True)
class Location:
    """A location: cells by (dimension, category), each margin in the same order as ``CATEGORIES``."""

    place_id: str
    governorate: str
    district: str
    cells: dict[tuple[str, str], int] = field(default_factory=dict)
    households: int = 0

    @property
    def in_camp(self) -> int:
        return self.cells.get(("shelter", "camp"), 0)


def public(threshold: int = 5) -> Tier:
    """The public tier with a threshold."""
    return policy(f"[tier.public]\nthreshold = {threshold}").tiers["public"]


def persons(number: int) -> tuple[int, int]:
    """Individuals per household outside and inside camps."""
    return (6, 5) if number >= 117 else (6, 6)


def tables(lists: dict[int, Sequence[Location]], tier: Tier) -> dict[str, pa.Table]:
    """The open tables of IDP lists by round."""
    rows: dict[str, list[dict]] = {name: [] for name in TABLES}
    earlier: dict[str, int] | None = None
    seen: set[str] = set()
    last = None
    for number, places in sorted(lists.items()):
        _add_list(rows, number, places)
        now = {place.place_id: place.households for place in places}
        if earlier is not None:
            _add_change(rows, number, last, now, earlier, seen)
        earlier, last, seen = now, number, seen | set(now)
    held = {name: _table(name, found) for name, found in rows.items()}
    return opened(held.__getitem__, _only(tier), 200)


def _only(tier: Tier) -> Tier:
    return replace(tier, tables=TABLES)


def _people(number: int, households: int, in_camp: int) -> dict[str, int]:
    out, inside = persons(number)
    return {
        "households": households,
        "households_in_camp": in_camp,
        "households_out_of_camp": households - in_camp,
        "individuals": out * (households - in_camp) + inside * in_camp,
        "individuals_in_camp": inside * in_camp,
        "individuals_out_of_camp": out * (households - in_camp),
    }


def _add_list(rows: dict[str, list[dict]], number: int, places: Sequence[Location]) -> None:
    base = {"population": "idp", "round": number}
    sums: dict[tuple, list[int]] = defaultdict(lambda: [0, 0, 0])
    cells: dict[tuple, int] = defaultdict(int)
    people: dict[tuple, int] = defaultdict(int)
    for place in places:
        area = {"governorate": place.governorate, "district": place.district}
        every = {PREFIX[dimension] + one: 0 for dimension, known in CATEGORIES.items() for one in known}
        own = {PREFIX[dimension] + one: value for (dimension, one), value in place.cells.items()}
        counts = _people(number, place.households, place.in_camp)
        is_camp = place.in_camp == place.households
        rows["idp_master_list"].append({**base, **area, "place_id": place.place_id, **counts, "is_camp": is_camp, **every, **own})
        for key in (("national_summary",), ("governorate_summary", place.governorate), ("district_summary", *area.values())):
            sums[key] = [a + b for a, b in zip(sums[key], (place.households, place.in_camp, 1), strict=True)]
        for (dimension, one), value in place.cells.items():
            cells[dimension, place.governorate, one] += value
            people[dimension, place.governorate, one] += value * (persons(number)[1] if is_camp else persons(number)[0])
    for (name, *area), (households, in_camp, count) in sorted(sums.items()):
        where = dict(zip(("governorate", "district"), area, strict=False))
        rows[name].append({**base, **where, **_people(number, households, in_camp), "locations": count})
    for (dimension, governorate, one), value in sorted(cells.items()):
        if not value:
            continue
        row = {**base, "governorate": governorate, "households": value, "individuals": people[dimension, governorate, one]}
        if dimension == "shelter":
            factor = persons(number)[1 if one == "camp" else 0]
            rows["shelter_summary"].append({**row, "shelter_type": one, "individuals": value * factor})
        elif dimension == "period":
            rows["period_summary"].append({**row, "wave": one})
        else:
            rows["idp_origin_to_displacement"].append({**row, "origin_governorate": _NAMES[one]})


def _add_change(rows: dict[str, list[dict]], number: int, last: int, now: dict, before: dict, seen: set[str]) -> None:
    base = {"population": "idp", "round": number, "previous_round": last, "rounds_apart": number - last}
    sums = dict.fromkeys(("new", "back", "no_longer_listed", "matched"), 0)
    for place in sorted(now.keys() | before.keys()):
        ours, theirs = now.get(place, 0), before.get(place, 0)
        status = (
            "no_longer_listed"
            if not ours
            else ("same" if ours == theirs else "changed")
            if theirs
            else "back"
            if place in seen
            else "new"
        )
        sums["matched" if status in ("same", "changed") else status] += ours - theirs
        share = (ours - theirs) / theirs if theirs else None
        rows["master_list_change"].append(
            {**base, "place_id": place, "households": ours, "previous_households": theirs, "households_change": ours - theirs,
             "change_share": share, "change_status": status, "needs_review": False}
        )  # fmt: skip
    rows["change_summary"].append(
        {**base, "households": sum(now.values()), "previous_households": sum(before.values()),
         "households_change": sum(now.values()) - sum(before.values()), "matched_change": sums["matched"],
         "new_households": sums["new"], "back_households": sums["back"], "no_longer_listed_households": -sums["no_longer_listed"]}
    )  # fmt: skip


def _table(name: str, rows: list[dict]) -> pa.Table:
    """Rows as a published table; what they do not say is null, or plain where it may not be."""
    table = DECLARED[name]
    filled = []
    for row in sorted(rows, key=lambda row: tuple(row[column] for column in table.key)):
        plain = {column: None if column in table.nullable else _PLAIN[COLUMNS[column].type] for column in table.columns}
        filled.append({column: row.get(column, plain[column]) for column in table.columns})
    return conform(pa.Table.from_pylist(filled, schema=schema(table)), table)
