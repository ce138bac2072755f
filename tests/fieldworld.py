"""A small round under collection for tests of its evaluation: say only what matters, the rest is a clean, approved round."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
from collections.abc import Sequence

import pyarrow as pa

from expectations import codes, policy
from expectations.schema import schema
from expectations.tables import TABLES
from transforms.field import export, round
from transforms.field.decision import Decision
from transforms.field.round import Evaluation, Frame, Inputs
from transforms.field.stripping import Received, strip

KEY = b"a key of the tests"
# place_id: governorate, district, sub-district, names in English and Arabic, latitude, longitude
PLACES = {
    "101": ("Ninewa", "Mosul", None, "Al-Zuhur", "حي الزهور", 36.36, 43.17),
    "102": ("Ninewa", "Mosul", None, "Hay Al-Noor", "حي النور", 36.37, 43.19),
    "103": ("Ninewa", "Sinjar", "Al-Shamal", "Wadi Shimal", "وادي شمال", 36.47, 41.7),
    "104": ("Anbar", "Falluja", None, "Sowab Camp", "مخيم صواب", 33.2, 43.7),
    "105": ("Anbar", "Falluja", None, "Nahr Sowab", "نهر صواب", 33.35, 43.78),
    "106": ("Kirkuk", "Kirkuk", None, "Qarya Teba", "قرية طيبة", 35.47, 44.39),
    "107": ("Ninewa", "Sinjar", None, "Tel Abyad", "تل أبيض", 36.3, 41.8),
    "108": ("Anbar", "Ramadi", None, "Bab Al-Sham", "باب الشام", 33.42, 43.3),
}
# (population, place_id): households before the round and in it
COUNTS = {
    ("idp", "101"): 60, ("idp", "102"): 80, ("idp", "103"): 50, ("idp", "104"): 40, ("idp", "105"): 70, ("idp", "106"): 90,
    ("returnee", "105"): 150, ("returnee", "107"): 200, ("returnee", "108"): 300,
}  # fmt: skip
CAMP = "104"
_MARGINS = {"idp": ("origin_ninewa", "period_pre_june_2014"), "returnee": ("last_displacement_ninewa", "period_pre_june_2014")}


def table(name: str, rows: Sequence[dict]) -> pa.Table:
    """Rows as the table of the contract called ``name``; what they leave out is null."""
    return pa.Table.from_pylist(list(rows), pa.schema([(f.name, f.type) for f in schema(TABLES[name])]))


def cells(population: str, households: int, shelter: str = "host_family") -> dict[str, int]:
    """Breakdowns that add up: all households in one category of each."""
    return {f"shelter_{shelter}": households, **dict.fromkeys(_MARGINS[population], households)}


def exported(rows: Sequence[dict[str, object]], repeats: dict[str, pa.Table] | None = None) -> export.Export:
    """Rows as an adapter gives them: the names of META and of questions; what a row leaves out was not answered."""
    rows = [{"consent": "yes", **row} for row in rows]  # without it nothing is kept
    names = dict.fromkeys([*export.META, *(name for row in rows for name in row if name not in ("_row", "_sheet"))])
    columns = {name: pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in names}
    columns["_row"] = pa.array([row.get("_row", at) for at, row in enumerate(rows, start=2)], pa.int64())
    columns["_sheet"] = pa.array([row.get("_sheet", "") for row in rows], pa.string())
    return export.Export("generic", pa.table(columns), repeats or {})


def kept(*rows: dict[str, object], key: bytes = KEY, repeats: dict[str, pa.Table] | None = None) -> Received:
    """What is kept of an export of these rows."""
    return strip(exported(rows, repeats), key)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


class World:
    """A round: its frame, its interviews, and what was decided. ``World.base()`` is valid, the rest is spoiled by hand."""

    def __init__(self, round_number: int = 121) -> None:
        self.round = round_number
        self.settings = policy.default(round_number)
        self.cutoff: datetime.date | None = None
        self.places: list[dict] = []
        self.counts: list[dict] = []
        self.cells: list[dict] = []
        self.rows: list[dict] = []
        self.decisions: list[Decision] = []
        self.work_plans: list[pa.Table] = []
        self.figures: list[pa.Table] = []
        self.boundaries: object | None = None

    @classmethod
    def base(cls, round_number: int = 121) -> World:
        """Eight places in three governorates, every one visited and unchanged: nothing to find."""
        world = cls(round_number)
        for place_id in PLACES:
            world.place(place_id, *PLACES[place_id])
        for (population, place_id), households in COUNTS.items():
            world.before(population, place_id, households, shelter="camp" if place_id == CAMP else "host_family")
            world.visit(f"{population}-{place_id}", place_id, population, households)
        return world

    # --- the frame -----------------------------------------------------------------------------------

    def place(
        self,
        place_id: str,
        governorate: str = "Ninewa",
        district: str = "Mosul",
        subdistrict: str | None = None,
        name_en: str | None = None,
        name_ar: str | None = None,
        latitude: float | None = 36.36,
        longitude: float | None = 43.17,
    ) -> None:
        """A location of the register."""
        self.places.append(
            {
                "place_id": place_id, "location_id": None, "governorate": governorate, "district": district,
                "subdistrict": subdistrict, "location_name_en": name_en or f"Qarya {place_id}", "location_name_ar": name_ar,
                "latitude": latitude, "longitude": longitude,
            }
        )  # fmt: skip

    def before(
        self, population: str, place_id: str, households: int, carried_rounds: int = 0, shelter: str = "host_family"
    ) -> None:
        """A row of the list before the round, with its breakdowns."""
        key = {"population": population, "place_id": place_id}
        self.counts.append(
            {
                **key, "households": households, "households_from_camp": None, "carried_rounds": carried_rounds,
                "sha256": hashlib.sha256(b"list before").hexdigest(), "source_file": "before.csv", "source_sheet": "",
                "source_row": len(self.counts) + 2, "submission_uuid": None,
            }
        )  # fmt: skip
        for question, count in cells(population, households, shelter).items():
            dimension = next(d for d in ("shelter", "period", "origin", "last_displacement") if question.startswith(d))
            category = question.removeprefix(f"{dimension}_")
            dimension = "origin_governorate" if dimension == "origin" else dimension
            self.cells.append({**key, "dimension": dimension, "category": category, "households": count})

    # --- submissions -----------------------------------------------------------------------------------

    def visit(
        self, uuid: str | None, place_id: str | None, population: str = "idp", households: int | None = 60, **said: object
    ) -> None:
        """A clean interview; ``said`` replaces its answers and what the export says of it, None empties them.

        ``export`` is the number of the export that brings it.
        """
        place = next((place for place in self.places if place["place_id"] == place_id), None)
        code = codes.district_codes()[place["governorate"], place["district"]] if place else "ninewa_mosul"
        governorate = place["governorate"] if place else "Ninewa"
        is_camp = place_id == CAMP
        row = {
            "_uuid": uuid, "_submitted_at": "2021-04-10T09:00:00Z", "_review_state": "approved", "_form": "master_list",
            "consent": "yes", "visit_type": "interview", "team": "T1", "interview_date": "2021-04-10", "population": population,
            "governorate": governorate, "district": code, "is_new_location": "no", "place_id": place_id,
            "accessibility": "accessible", "update_status": "updated", "households": households, "start": "2021-04-10T08:00:00Z",
            "end": "2021-04-10T08:30:00Z", "ki_name": f"Informant of {uuid} {place_id}", "ki_type": "mukhtar", "export": 1,
        }  # fmt: skip
        if households is not None:
            row |= {"individuals_reported": households * (5 if is_camp else 6)}
            row |= cells(population, households, "camp" if is_camp else "host_family")
            row |= {"new_arrivals": 0} if population == "idp" else {}
        self.rows.append(row | said)

    def new_version(self, uuid: str, export: int = 2, **said: object) -> None:
        """A later version of a submission, in another export."""
        self.rows.append(self._row(uuid) | {"export": export} | said)

    def spoil(self, uuid: str, **said: object) -> World:
        """Change answers of a submission; None empties them."""
        self._row(uuid).update(said)
        return self

    def recount(self, uuid: str, households: int, **said: object) -> World:
        """Other households for a submission, with breakdowns that add up."""
        row = self._row(uuid)
        shelter = "camp" if row["place_id"] == CAMP else "host_family"
        persons = households * (5 if row["place_id"] == CAMP else 6)
        counts = {"households": households, "individuals_reported": persons, **cells(row["population"], households, shelter)}
        return self.spoil(uuid, **(counts | said))

    def without_counts(self, uuid: str, **said: object) -> World:
        """A submission that gives no counts, as where its status asks for none."""
        row = self._row(uuid)
        counted = (
            "households",
            "individuals_reported",
            "new_arrivals",
            *cells(row["population"], 0, "camp"),
            "shelter_host_family",
        )
        return self.spoil(uuid, **(dict.fromkeys(counted) | said))

    def drop(self, *uuids: str) -> World:
        """Take submissions away."""
        self.rows = [row for row in self.rows if row["_uuid"] not in uuids]
        return self

    def _row(self, uuid: str) -> dict:
        return next(row for row in reversed(self.rows) if row["_uuid"] == uuid)

    # --- decisions and other inputs ---------------------------------------------------------------------

    def policy(self, **settings: object) -> World:
        """Other settings of the round."""
        self.settings = dataclasses.replace(self.settings, **settings)
        return self

    def decide(
        self, evaluation: Evaluation, check: str, uuid: str, change_type: str, new_value: str | None = None, **more: object
    ) -> World:
        """A decision on a finding of an evaluation, taken on the value that it shows."""
        row = next(row for row in evaluation.findings.to_pylist() if (row["check_id"], row["uuid"]) == (check, uuid))
        given = {
            "uuid": uuid, "question": row["question"], "old_value": row["old_value"], "new_value": new_value,
            "issue": row["issue"], "change_type": change_type, "check_id": check, "check_binding": row["check_binding"],
            "comment": "Asked the team.", "reviewer": "Rana", "decided_at": "2021-04-20", "query_status": "decided",
            "assigned_team": None, "due_at": None, "batch": len(self.decisions) + 1, "row": 2,
        }  # fmt: skip
        self.decisions.append(Decision(**(given | more)))
        return self

    def plan(self, population: str, place_id: str, team: str = "T9", day: datetime.date | None = None) -> World:
        """A visit planned."""
        self.work_plans.append(
            table("work_plan", [{"population": population, "place_id": place_id, "team": team, "planned_on": day}])
        )
        return self

    def figure(self, area: str, households: int | None, level: str = "camp", source: str = "cccm") -> World:
        """A figure of another source."""
        figure = {
            "comparison_source": source, "comparison_level": level, "area": area, "area_name": f"Area {area}",
            "their_households": households, "as_of_date": datetime.date(2021, 4, 20),
        }  # fmt: skip
        self.figures.append(table("comparison_figure", [figure]))
        return self

    # --- what comes of it --------------------------------------------------------------------------------

    def exports(self) -> list[round.Export]:
        """The exports with their journal numbers."""
        numbers = sorted({row["export"] for row in self.rows})
        made = []
        for number in numbers:
            rows = [
                {name: value for name, value in row.items() if name != "export"} for row in self.rows if row["export"] == number
            ]
            sha256 = hashlib.sha256(f"export {number}".encode()).hexdigest()
            made.append(round.Export(number, sha256, f"export-{number}", kept(*rows).tables()))
        return made

    def inputs(self, kind: round.Kind = "partial", **more: object) -> Inputs:
        """All that the list is made of."""
        frame = Frame(table("frame_place", self.places), table("frame_count", self.counts), table("frame_cell", self.cells))
        list_date = datetime.date.fromisoformat(codes.rounds()[self.round]["list_date"])
        given = {
            "exports": self.exports(), "decisions": self.decisions, "work_plans": self.work_plans,
            "figures": [pa.concat_tables(self.figures)] if self.figures else [],
            "boundaries": self.boundaries,
        }  # fmt: skip
        return Inputs(self.round, list_date, self.cutoff, self.settings, kind, frame, **(given | more))

    def evaluated(self, kind: round.Kind = "partial", **more: object) -> Evaluation:
        """The round evaluated."""
        return Evaluation(self.inputs(kind, **more))


def found(evaluation: Evaluation) -> list[dict]:
    """The findings of an evaluation."""
    return evaluation.findings.to_pylist()


def checks_of(evaluation: Evaluation) -> dict[str, set[str]]:
    """The checks that found something, by submission."""
    by_uuid: dict[str, set[str]] = {}
    for row in found(evaluation):
        by_uuid.setdefault(row["uuid"], set()).add(row["check_id"])
    return by_uuid


def record(evaluation: Evaluation, place_id: str, population: str = "idp") -> dict:
    """What the round knows of one location and population."""
    rows = [r for r in evaluation.records.to_pylist() if (r["population"], r["place_id"]) == (population, place_id)]
    assert len(rows) == 1, rows
    return rows[0]


def uses(evaluation: Evaluation) -> dict[str, str]:
    """What became of every submission."""
    return {row["uuid"]: row["submission_use"] for row in evaluation.submissions.to_pylist()}
