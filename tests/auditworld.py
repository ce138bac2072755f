"""A small release for tests of the disclosure audit: two lists of six locations, protected by hand, as files."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from expectations import codes, release
from expectations.columns import breakdown_categories
from transforms.release.content import Content, Release

K = 5
COLUMNS = tuple(name for _, _, name in breakdown_categories("idp"))
PLACES = {
    "a": ("Ninewa", "Mosul"), "b": ("Ninewa", "Mosul"), "c": ("Ninewa", "Mosul"),
    "d": ("Ninewa", "Sinjar"), "e": ("Dahuk", "Zakho"), "f": ("Dahuk", "Zakho"),
}  # fmt: skip
_CELLS = (
    "shelter_host_family",
    "shelter_rented",
    "shelter_camp",
    "period_pre_june_2014",
    "period_august_2014",
    "origin_anbar",
    "origin_diyala",
)
# round -> place -> households, then the cells of the three margins
LISTS = {
    119: {
        "a": (3, 2, 1, 0, 3, 0, 1, 2), "b": (6, 3, 3, 0, 2, 4, 3, 3), "c": (12, 6, 4, 2, 6, 6, 5, 7),
        "d": (40, 20, 12, 8, 20, 20, 30, 10), "e": (60, 30, 30, 0, 20, 40, 30, 30), "f": (20, 10, 10, 0, 10, 10, 10, 10),
    },
    120: {
        "a": (3, 2, 1, 0, 3, 0, 1, 2), "b": (4, 1, 3, 0, 0, 4, 2, 2), "c": (12, 6, 4, 2, 6, 6, 5, 7),
        "d": (40, 20, 12, 8, 20, 20, 30, 10), "e": (61, 31, 30, 0, 21, 40, 31, 30), "f": (20, 10, 10, 0, 10, 10, 10, 10),
    },
}  # fmt: skip
HIDDEN_MARGINS = ("a", "b", "c", "d")
HIDDEN_HOUSEHOLDS = {119: ("a", "b"), 120: ("a", "b", "c")}
MARGINS = {"shelter": "shelter_status", "period": "period_status", "origin": "origin_status"}
Rows = dict[str, list[dict]]
LIST, CHANGE = "idp_master_list", "master_list_change"


def truth(lists: dict | None = None) -> Rows:
    """All tables with all values."""
    lists = lists or LISTS
    made: Rows = {name: [] for name in (LIST, CHANGE, "change_summary", "national_summary", "governorate_summary", "district_summary",
                                        "shelter_summary", "period_summary", "idp_origin_to_displacement")}  # fmt: skip
    names = {row["governorate_code"]: row["governorate"] for row in codes.rows("governorate")}
    for number, places in lists.items():
        for place, (h, *cells) in places.items():
            camp = cells[2]
            counts = dict.fromkeys(COLUMNS) | dict(zip(_CELLS, cells, strict=True))
            governorate, district = PLACES[place]
            made[LIST].append({"round": number, "place_id": place, "governorate": governorate, "district": district, "is_camp": camp == h,
                               **_people(h, camp), **counts, "households_status": "given", "individuals_status": "given",
                               **dict.fromkeys(MARGINS.values(), "given")})  # fmt: skip
        own = [row for row in made[LIST] if row["round"] == number]
        for table, by in (
            ("national_summary", ()),
            ("governorate_summary", ("governorate",)),
            ("district_summary", ("governorate", "district")),
        ):
            for area in sorted({tuple(row[one] for one in by) for row in own}):
                of = [row for row in own if tuple(row[one] for one in by) == area]
                people = _people(sum(row["households"] for row in of), sum(row["households_in_camp"] for row in of))
                out = {"households_out_of_camp": people["households"] - people["households_in_camp"]}
                made[table].append({"population": "idp", "round": number, **dict(zip(by, area, strict=True)), **people, **out,
                                    "households_status": "given", "individuals_status": "given"})  # fmt: skip
        for column in _CELLS:
            margin, _, category = column.partition("_")
            for governorate in ("Dahuk", "Ninewa"):
                of = [row for row in own if row["governorate"] == governorate]
                table, named = {"shelter": ("shelter_summary", "shelter_type"), "period": ("period_summary", "wave"),
                                "origin": ("idp_origin_to_displacement", "origin_governorate")}[margin]  # fmt: skip
                told = {"population": "idp"} if margin != "origin" else {}
                individuals = {"shelter_camp": 5}.get(column, 6) * sum(row[column] for row in of)
                made[table].append({**told, "round": number, "governorate": governorate, named: names.get(category, category),
                                    "households": sum(row[column] for row in of), "individuals": individuals,
                                    "households_status": "given", "individuals_status": "given"})  # fmt: skip
    rounds = sorted(lists)
    for before, number in itertools.pairwise(rounds):
        for place in lists[number]:
            now, then = lists[number][place][0], lists[before][place][0]
            made[CHANGE].append({"population": "idp", "round": number, "previous_round": before, "place_id": place, "governorate": PLACES[place][0],
                                 "district": PLACES[place][1], "households": now, "previous_households": then, "households_change": now - then,
                                 "change_share": (now - then) / then, "change_status": "same" if now == then else "changed", "needs_review": False,
                                 "households_status": "given", "previous_status": "given", "change_value_status": "given"})  # fmt: skip
        totals = [sum(row[0] for row in lists[one].values()) for one in (number, before)]
        made["change_summary"].append({"population": "idp", "round": number, "previous_round": before, "households": totals[0],
                                       "previous_households": totals[1], "households_change": totals[0] - totals[1],
                                       "matched_change": totals[0] - totals[1], "new_households": 0, "back_households": 0,
                                       "no_longer_listed_households": 0, "change_value_status": "given"})  # fmt: skip
    return made


def _people(h: int, camp: int) -> dict[str, int]:
    return {
        "households": h,
        "households_in_camp": camp,
        "individuals": 6 * (h - camp) + 5 * camp,
        "individuals_in_camp": 5 * camp,
    }


def protected(lists: dict | None = None) -> Rows:
    """The tables as a careful hand publishes them."""
    made = truth(lists)
    people = ("is_camp", "households_in_camp", "households_out_of_camp", "individuals", "individuals_in_camp")
    for row in made[LIST]:
        if row["place_id"] in HIDDEN_HOUSEHOLDS[row["round"]]:
            hide(row, "households_status", "households")
        if row["place_id"] in HIDDEN_MARGINS:
            for margin, status in MARGINS.items():
                hide(row, status, *(column for column in _CELLS if column.startswith(margin)))
            hide(row, "individuals_status", *people)
    for row in made["district_summary"]:
        if row["governorate"] == "Ninewa":
            hide(row, "individuals_status", *people)
    for table in ("period_summary", "idp_origin_to_displacement"):
        for row in made[table]:
            if row["governorate"] == "Ninewa":
                hide(row, "individuals_status", "individuals")
    for row in made[CHANGE]:
        now, then = (row["place_id"] in HIDDEN_HOUSEHOLDS[row[one]] for one in ("round", "previous_round"))
        if now:
            hide(row, "households_status", "households")
        if then:
            hide(row, "previous_status", "previous_households")
        if now or then:
            hide(row, "change_value_status", "households_change", "change_share", "change_status", "needs_review")
    return made


def hide(row: dict, status: str, *columns: str) -> None:
    """Withhold columns of a row."""
    row.update({status: "suppressed"} | {column: None for column in columns if column in row})


def tables(rows: Rows) -> dict[str, pa.Table]:
    """Rows as tables, with the reference tables that the audit reads."""
    kinds = {"households": pa.int64(), "change_share": pa.float64(), "is_camp": pa.bool_(), "needs_review": pa.bool_()}
    made = {}
    for name, listed in rows.items():
        number = {
            column: pa.int64()
            for column in listed[0]
            if column in COLUMNS or "households" in column or "individuals" in column or column == "matched_change"
        }
        texts = {column: pa.string() for column in listed[0] if column.endswith("status")}
        types = (
            number
            | texts
            | {"round": pa.int64(), "previous_round": pa.int64()}
            | {c: k for c, k in kinds.items() if c in listed[0]}
        )
        made[name] = pa.table(
            {column: pa.array([row[column] for row in listed], types.get(column, pa.string())) for column in listed[0]}
        )
    made["governorate"] = pa.Table.from_pylist(
        [{key: row[key] for key in ("governorate", "governorate_code")} for row in codes.rows("governorate")]
    )
    return made


def open_tables(lists: dict | None = None) -> dict[str, pa.Table]:
    """What the audit takes for true."""
    rule = [("in_camp", 1, 116, 6), ("in_camp", 117, None, 5), ("out_of_camp", 1, None, 6)]
    return tables(truth(lists)) | {
        "shelter_type": pa.Table.from_pylist(
            [{key: row[key] for key in ("population", "shelter_type", "shelter_group")} for row in codes.rows("shelter_type")]
        ),
        "multiplier_rule": pa.Table.from_pylist(
            [
                {"population": "idp", "setting": s, "first_round": a, "last_round": b, "persons_per_household": p}
                for s, a, b, p in rule
            ]
        ),
        "list_edition": pa.Table.from_pylist([{"population": "idp", "round": number} for number in lists or LISTS]),
    }


def tier(threshold: int = K) -> release.Tier:
    """The public tier."""
    return release.policy(f"[tier.public]\nthreshold = {threshold}\n").tiers["public"]


def content(number: int = 120, version: str = "1.0") -> Content:
    """A release by name: the audit reads its files."""
    day = datetime.date(2021, 2, 28)
    return Content(Release(number, "public", version, "final", {"idp": day}), tier(), release.policy().publisher, {})


def written(folder: Path, rows: Rows, named: Content) -> Path:
    """The files of a version."""
    own = named.release
    (folder / "tables").mkdir(parents=True)
    for name, table in tables(rows).items():
        about = {"release": own.id, "version": own.version, "round": str(own.round)}
        pq.write_table(table.replace_schema_metadata(about), folder / "tables" / f"{name}.parquet")
    return folder


def row_of(rows: Rows, table: str, **wanted: object) -> dict:
    """The one row with some values."""
    (found,) = [row for row in rows[table] if all(row[column] == value for column, value in wanted.items())]
    return found


Leak = Callable[[Rows], None]
