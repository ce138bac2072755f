"""The questions of the master-list form, once: the XLSForm, the adapters, the checks and the review workbook follow them.

A question's name is unique in the whole form and is the name of the column that it fills, so a cell of a breakdown is
called as in the wide master list (``shelter_camp``, ``origin_ninewa``). Labels are English; Arabic stands only where a
published list carries it (places), because no other translation is verified.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from expectations import codes
from expectations.choices import (
    ACCESS_REASONS,
    ACCESSIBILITY,
    CONSENTS,
    FIELD_STATUSES,
    KI_SEXES,
    KI_TYPES,
    POPULATION_CHOICES,
    VISIT_TYPES,
    YES_NO,
)
from expectations.columns import COLUMN_PREFIX, POPULATIONS, PRODUCT_DIMENSIONS, category_label

FORM_ID = "master_list"
# Nothing in the form may be asked of a person who did not agree.
CONSENT, AGREED, REFUSED, NOT_ASKED = "consent", "yes", "no", "not_asked"

Kind = Literal[
    "start",
    "end",
    "deviceid",
    "username",
    "note",
    "text",
    "integer",
    "decimal",
    "date",
    "geopoint",
    "select_one",
    "select_multiple",
    "calculate",
]
# Who may see an answer, in DTM's own classes: urgent action, sensitive (bilateral, under agreement), public.
Sharing = Literal["urgent_action", "sensitive", "public"]

NOT_KNOWN = "not_known"  # the choice for a sub-district that the registry does not know


@dataclass(frozen=True)
class Question:
    """One question.

    ``group`` is its place in the form (``group/name`` in a Kobo export, ``group-name`` in one of ODK Central);
    ``repeat`` the repeat it belongs to. ``choices`` are (code, English label); ``source`` names the file of a place
    list instead. ``personal`` answers never leave landing. ``free_text`` answers stay there until a reviewer releases
    them. ``core`` questions may not be removed, renamed or retyped between rounds. ``populations`` are those asked.
    ``cell`` is the (dimension, category) that the answer counts.
    """

    name: str
    kind: Kind
    label: str
    group: str = ""
    repeat: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    source: str = ""
    required: bool = False
    relevant: str = ""
    constraint: str = ""
    constraint_message: str = ""
    calculation: str = ""
    sharing: Sharing = "public"
    personal: bool = False
    free_text: bool = False
    core: bool = True
    populations: tuple[str, ...] = POPULATIONS
    cell: tuple[str, str] | None = None

    @property
    def path(self) -> tuple[str, ...]:
        """Groups and repeats from the outside in, then the name."""
        return tuple(part for part in (self.group, self.repeat, self.name) if part)

    @property
    def is_answer(self) -> bool:
        """Whether a submission carries an answer that is kept: not notes, calculations and what is personal."""
        return self.kind not in ("note", "calculate") and not self.personal


# What holds of the counts: asked where the location was reached and something is to be counted.
_COUNTED = "${accessibility} = 'accessible' and (${update_status} = 'new' or ${update_status} = 'updated')"
_SOME = f"{_COUNTED} and ${{households}} > 0"
_IDP, _RETURNEE = "${population} = 'idp'", "${population} = 'returnee'"
_NEW_PLACE, _KNOWN_PLACE = "${is_new_location} = 'yes'", "${is_new_location} = 'no'"
# A location that nobody could reach, or whose informant could not be reached, has no informant to describe.
_SPOKEN = "${accessibility} = 'accessible' and ${update_status} != 'informant_unreachable'"
_NOT_NEGATIVE = ". >= 0"
_WHOLE = "Enter a whole number, 0 if none."

_OPENING = (
    Question("start", "start", "Start of the interview", personal=True, sharing="sensitive", core=False),
    Question("end", "end", "End of the interview", personal=True, sharing="sensitive", core=False),
    Question("deviceid", "deviceid", "Device", personal=True, sharing="sensitive", core=False),
    Question("username", "username", "Enumerator's account", personal=True, sharing="sensitive", core=False),
    Question("purpose", "note",
             "This interview updates the number of displaced or returned households in this location for the Displacement Tracking "
             "Matrix (DTM). Taking part is voluntary, brings no benefit or harm, and can be stopped at any time. Your name and "
             "contact are not published."),
    Question(CONSENT, "select_one", "Do you agree to take part?", choices=CONSENTS, required=True),
)  # fmt: skip

_VISIT = (
    Question("visit_type", "select_one", "Kind of visit", "visit", choices=VISIT_TYPES, required=True, core=False),
    Question("team", "text", "Code of the team", "visit", required=True, sharing="sensitive",
             constraint="regex(., '^[A-Za-z0-9_-]{1,20}$')", constraint_message="Letters, digits, - and _ only."),
    Question("interview_date", "date", "Date of the interview", "visit", required=True,
             constraint=". <= today()", constraint_message="The date cannot be in the future."),
    Question("population", "select_one", "Population of this interview", "visit", choices=POPULATION_CHOICES, required=True),
    Question("governorate", "select_one", "Governorate", "place", source="governorates.csv", required=True),
    Question("district", "select_one", "District", "place", source="districts.csv", required=True),
    Question("subdistrict", "select_one", "Sub-district", "place", source="subdistricts.csv", required=True),
    Question("is_new_location", "select_one", "Is the location missing from the list?", "place", choices=YES_NO, required=True),
    Question("place_id", "select_one", "Location", "place", source="locations.csv", required=True, relevant=_KNOWN_PLACE),
    Question("location_name_en", "text", "Name of the new location in English", "place", required=True, relevant=_NEW_PLACE),
    Question("location_name_ar", "text", "Name of the new location in Arabic", "place", relevant=_NEW_PLACE),
    Question("latitude", "decimal", "Latitude of the location in degrees, not of the interview", "place",
             constraint=". >= -90 and . <= 90", constraint_message="Degrees such as 36.34."),
    Question("longitude", "decimal", "Longitude of the location in degrees, not of the interview", "place",
             constraint=". >= -180 and . <= 180", constraint_message="Degrees such as 43.12."),
    Question("interview_gps", "geopoint", "Position of the interview", "place", personal=True, sharing="sensitive", core=False),
    Question("accessibility", "select_one", "Could the location be reached?", "access", choices=ACCESSIBILITY, required=True),
    Question("access_reason", "select_one", "Why not?", "access", choices=ACCESS_REASONS, required=True,
             relevant="${accessibility} = 'not_accessible'", sharing="urgent_action"),
    Question("update_status", "select_one", "Status of the update", "access", choices=FIELD_STATUSES, required=True,
             relevant="${accessibility} = 'accessible'",
             constraint=f"${{{CONSENT}}} = '{AGREED}' or . = 'informant_unreachable'",
             constraint_message="Nobody was asked: only 'key informant could not be reached' fits."),
    Question("households", "integer", "Households present now", "count", required=True, relevant=_COUNTED,
             constraint=_NOT_NEGATIVE, constraint_message=_WHOLE),
    Question("individuals_reported", "integer", "Individuals, only if the informant gives their number", "count", relevant=_SOME,
             constraint=_NOT_NEGATIVE, constraint_message=_WHOLE, core=False),
    Question("households_from_camp", "integer", "Of which came from a camp", "count", relevant=_SOME,
             constraint=". >= 0 and . <= ${households}", constraint_message="Not more than the households present.", core=False),
)  # fmt: skip

_ARRIVALS = (
    Question("new_arrivals", "integer", "Households that arrived since the last round", "arrivals", required=True,
             relevant=f"{_COUNTED} and {_IDP}", constraint=_NOT_NEGATIVE, constraint_message=_WHOLE, sharing="urgent_action",
             populations=("idp",)),
    *(
        Question(name, "integer", label, "arrivals", required=True, relevant=f"{_COUNTED} and {_IDP} and ${{new_arrivals}} > 0",
                 constraint=constraint, constraint_message=message, sharing="urgent_action", populations=("idp",))
        for name, label, constraint, message in (
            ("arrivals_between_displacement", "Of which moved here from another place of displacement", _NOT_NEGATIVE, _WHOLE),
            ("arrivals_from_camp", "Of these, from a camp", ". >= 0 and . <= ${arrivals_between_displacement}",
             "Not more than those from another place of displacement."),
            ("arrivals_redisplaced", "Of which displaced again after a return", _NOT_NEGATIVE, _WHOLE),
            ("arrivals_first_time", "Of which displaced for the first time", _NOT_NEGATIVE, _WHOLE),
        )
    ),
)  # fmt: skip
ARRIVAL_PARTS = ("arrivals_between_displacement", "arrivals_redisplaced", "arrivals_first_time")

_CLOSING = (
    Question("ki_name", "text", "Name of the key informant", "informant", personal=True, sharing="sensitive", required=True,
             relevant=_SPOKEN),
    Question("ki_position", "text", "Position of the key informant", "informant", personal=True, sharing="sensitive",
             relevant=_SPOKEN),
    Question("ki_contact", "text", "Contact of the key informant", "informant", personal=True, sharing="sensitive",
             relevant=_SPOKEN),
    Question("ki_type", "select_one", "Kind of key informant", "informant", choices=KI_TYPES, required=True, sharing="sensitive",
             relevant=_SPOKEN),
    Question("ki_sex", "select_one", "Sex of the key informant", "informant", choices=KI_SEXES, sharing="sensitive",
             relevant=_SPOKEN),
    Question("comment", "text", "Remarks", "remarks", free_text=True, sharing="sensitive", core=False),
)  # fmt: skip

ORIGIN_DISTRICTS = "origin_districts"
# An answer has one count per district of origin instead of the repeat, named so and by the code of the district.
ORIGIN_DISTRICT_PREFIX = "origin_district_"
REPEAT_RELEVANT = {ORIGIN_DISTRICTS: f"{_SOME} and {_IDP}"}  # what holds of all questions of a repeat
_ORIGIN_DISTRICTS = (
    Question("origin_district_governorate", "select_one", "Governorate of origin", "origin", ORIGIN_DISTRICTS,
             source="governorates.csv", required=True, populations=("idp",)),
    Question("origin_district", "select_one", "District of origin", "origin", ORIGIN_DISTRICTS, source="districts.csv",
             required=True, populations=("idp",)),
    Question("origin_district_households", "integer", "Households from this district", "origin", ORIGIN_DISTRICTS, required=True,
             constraint=". >= 1", constraint_message="A whole number of at least 1.", populations=("idp",)),
)  # fmt: skip

_GROUP_OF = {"shelter": "shelter", "period": "period", "origin_governorate": "origin", "last_displacement": "origin"}


@cache
def questions(round_number: int) -> tuple[Question, ...]:
    """The questions of the form for a round, in order: its breakdowns are those valid in that round."""
    return (*_OPENING, *_VISIT, *_cells(round_number), *_ORIGIN_DISTRICTS, *_ARRIVALS, *_CLOSING)


@cache
def known() -> dict[str, Question]:
    """Every question of the form over all rounds, by name: what an export may carry."""
    every = (*_OPENING, *_VISIT, *_cells(None), *_ORIGIN_DISTRICTS, *_ARRIVALS, *_CLOSING)
    return {question.name: question for question in every}


@cache
def origin_district_counts() -> dict[str, str]:
    """The names of the counts by district of origin, and the code of the district that each is about."""
    return {ORIGIN_DISTRICT_PREFIX + code: code for code in codes.categories("origin_district")}


def _cells(round_number: int | None) -> tuple[Question, ...]:
    """A question per breakdown cell, then the words for 'other'; None for those of all rounds."""
    found: dict[tuple[str, str], list[str]] = {}
    for population in POPULATIONS:
        for dimension in ("shelter", "period", *PRODUCT_DIMENSIONS[population][:1]):
            for category in _valid(dimension, population, round_number):
                found.setdefault((dimension, category), []).append(population)
    order = {name: at for at, name in enumerate(("shelter", "period", "origin_governorate", "last_displacement"))}
    cells = []
    for (dimension, category), populations in sorted(found.items(), key=lambda item: order[item[0][0]]):
        only = "" if len(populations) == len(POPULATIONS) else f" and {_IDP if populations == ['idp'] else _RETURNEE}"
        cells.append(
            Question(
                COLUMN_PREFIX[dimension] + category,
                "integer",
                category_label(dimension, populations[0], category),
                _GROUP_OF[dimension],
                relevant=_SOME + only,
                constraint=_NOT_NEGATIVE,
                constraint_message=_WHOLE,
                populations=tuple(populations),
                cell=(dimension, category),
            )
        )
    other = Question("shelter_other_text", "text", "Which other shelter?", "shelter", relevant=f"{_SOME} and ${{shelter_other}} > 0",
                     free_text=True, sharing="sensitive", core=False)  # fmt: skip
    last_shelter = max(at for at, cell in enumerate(cells) if cell.cell[0] == "shelter")
    return (*cells[: last_shelter + 1], other, *cells[last_shelter + 1 :])


def _valid(dimension: str, population: str, round_number: int | None) -> list[str]:
    listed = codes.categories(f"shelter:{population}" if dimension == "shelter" else dimension)
    if round_number is None or dimension not in ("shelter", "period"):
        return list(listed)
    if dimension == "period":
        return [
            row["wave"] for row in sorted(codes.rows("wave"), key=lambda r: int(r["wave_order"])) if _is_open(row, round_number)
        ]
    rows = {row["shelter_type"]: row for row in codes.rows("shelter_type") if row["population"] == population}
    return [code for code in listed if _is_offered(rows[code], round_number)]


# From this round on the published lists use other shelter terms. How they relate to the earlier ones is unknown,
# so the form offers both where the list of terms does not say that one has ended.
_NEW_TERMS_FROM = 122


def _is_offered(shelter: dict[str, str], round_number: int) -> bool:
    vocabularies = ("portal", "r122") if round_number >= _NEW_TERMS_FROM else ("portal",)
    begins, ends = int(shelter["first_round"] or 1), int(shelter["last_round"] or round_number)
    return shelter["vocabulary"] in vocabularies and shelter["is_of_which"] == "false" and begins <= round_number <= ends


_NAMED_BY_YEAR = re.compile(r"january_(\d{4})")  # the name is all that is published on when these waves begin


def _is_open(wave: dict[str, str], round_number: int) -> bool:
    opens = [int(wave[column]) for column in ("opens_round_idp", "opens_round_returnee") if wave[column]]
    if opens:
        return min(opens) <= round_number
    named = _NAMED_BY_YEAR.fullmatch(wave["wave"])
    registered = codes.rounds().get(round_number)
    latest = max(codes.rounds().values(), key=lambda row: row["list_date"])
    return bool(named) and int(named[1]) <= int((registered or latest)["list_date"][:4])
