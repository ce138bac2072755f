"""The questions of the form of emergency tracking: one movement of a group of households, as a team reports it.

A team may send a movement again as a correction: an entry of its own that names the one that it corrects and says only what is
different. What would be set aside when it is taken (``transforms/emergency/movement_rows.py``) is refused by the form already,
as far as a form can.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from expectations import codes, form
from expectations.choices import YES_NO
from expectations.emergency import ARRIVAL, CORRECTION, DEPARTURE, MOVEMENT_ID, ONWARD, PLACE, RETURN
from expectations.form import Question

FORM_ID = "emergency_movement"
EVENT = "event_id"
# Columns of a delivery that the form asks under another name, because the master-list form asks something else by that word.
QUESTION_OF = {"kind": "movement_kind", "place_id": "destination_place_id"}

_KINDS = {
    DEPARTURE: "Departure, seen where people leave",
    ARRIVAL: "Arrival, seen where people come to",
    ONWARD: "Onward move of people who had arrived before",
    RETURN: "Return of displaced people to their place of origin",
    CORRECTION: "Correction of an earlier entry",
}


def _is_any_of(*kinds: str) -> str:
    return " or ".join(f"${{movement_kind}} = '{kind}'" for kind in kinds)


_IS_CORRECTION, _IS_NO_CORRECTION = _is_any_of(CORRECTION), f"${{movement_kind}} != '{CORRECTION}'"
# A correction may be one of anything: it is asked all that any entry is.
_GOES = _is_any_of(ARRIVAL, ONWARD, RETURN, CORRECTION)
# Questions that only some entries must answer. What a correction leaves blank stays as it was.
REQUIRED_WHEN = {
    "moved_on": _IS_NO_CORRECTION,
    "camp_left": f"{_is_any_of(DEPARTURE)} and ${{origin_governorate}} = ''",
    "destination_governorate": _IS_NO_CORRECTION,
    "destination_district": _IS_NO_CORRECTION,
    "individuals": f"{_IS_NO_CORRECTION} and ${{households}} = ''",
}
# The list of places of a question is narrowed to the answer before it.
CHOICE_FILTERS = {f"{side}_district": f"governorate = ${{{side}_governorate}}" for side in ("origin", "destination")}
_ID = f"regex(., '{MOVEMENT_ID}')"
_ID_MESSAGE = "At most 80 letters, digits and . _ : / + - without spaces."


@cache
def questions() -> tuple[Question, ...]:
    """The questions in their order. Which event it is about is no part of them: :data:`EVENT` has no calculation here."""
    return (
        Question(EVENT, "calculate", "Event", core=False),
        *(form.known()[name] for name in ("start", "end", "deviceid", "username")),
        Question("purpose", "note", "This form reports one movement of displaced or returning households for the emergency tracking of the "
                 "Displacement Tracking Matrix (DTM). Do not enter names of people, their ethnicity or religion, or the route that they took."),
        replace(form.known()["team"], group="movement"),
        Question("movement_kind", "select_one", "What is reported?", "movement", choices=tuple(_KINDS.items()), required=True),
        Question("moved_on", "date", "Day on which the households moved", "movement", constraint=". <= today()",
                 constraint_message="The date cannot be in the future."),
        Question("corrects", "text", "Id of the entry that is corrected", "movement", required=True, relevant=_IS_CORRECTION,
                 constraint=_ID, constraint_message=_ID_MESSAGE, sharing="sensitive"),
        Question("onward_from", "text", "Id of the arrival that brought the households here, if known", "movement",
                 relevant=_is_any_of(ONWARD, RETURN, CORRECTION), constraint=_ID, constraint_message=_ID_MESSAGE, sharing="sensitive"),
        Question("origin_governorate", "select_one", "Governorate of origin", "origin", source="governorates.csv"),
        Question("origin_district", "select_one", "District of origin", "origin", source="districts.csv"),
        Question("camp_left", "text", "Camp or site that they left", "origin", relevant=f"${{movement_kind}} != '{RETURN}'"),
        Question("destination_governorate", "select_one", "Governorate that they came to", "destination", source="governorates.csv",
                 relevant=_GOES),
        Question("destination_district", "select_one", "District that they came to", "destination", source="districts.csv",
                 relevant=_GOES),
        Question("destination_place_id", "text", "Location that they came to: its place_id, or the code of the camp or site",
                 "destination", relevant=_GOES, constraint=f"regex(., '{PLACE}')",
                 constraint_message="At most 40 letters, digits and . _ - without spaces."),
        Question("reached_origin", "select_one", "Are they back in their village or neighbourhood of origin?", "destination",
                 choices=YES_NO, relevant=_is_any_of(ARRIVAL, ONWARD, CORRECTION)),
        Question("shelter_group", "select_one", "Where do they shelter?", "destination", choices=_shelters(), relevant=_GOES),
        Question("households", "integer", "Households", "count", constraint=f". > 0 or (. = 0 and {_IS_CORRECTION})",
                 constraint_message="A whole number of at least 1; 0 only in a correction that cancels an entry."),
        Question("individuals", "integer", "Individuals", "count",
                 constraint=f"(. > 0 and (${{households}} = '' or (${{households}} > 0 and . >= ${{households}})))"
                            f" or (. = 0 and {_IS_CORRECTION} and (${{households}} = '' or ${{households}} = 0))",
                 constraint_message="Not fewer than the households; 0 only in a correction that cancels an entry."),
        Question("counted", "select_one", "Were the individuals counted?", "count", choices=YES_NO, relevant="${individuals} > 0"),
        *(Question(name, "integer", label, "count", constraint=constraint, constraint_message="Together not more than the individuals.",
                   relevant="${individuals} > 0", core=False)
          for name, label, constraint in (
              ("female", "Of these: women and girls", ". >= 0 and . <= ${individuals}"),
              ("male", "Of these: men and boys", ". >= 0 and . + coalesce(${female}, 0) <= ${individuals}"),
              ("under_18", "Of these: under 18 years", ". >= 0 and . <= ${individuals}"))),
        Question("comment", "text", "Remarks", "remarks", free_text=True, sharing="sensitive", core=False),
    )  # fmt: skip


@cache
def known() -> dict[str, Question]:
    """Every question by name: what an export may carry."""
    return {question.name: question for question in questions()}


def _shelters() -> tuple[tuple[str, str], ...]:
    rows = sorted(codes.rows("emergency_shelter"), key=lambda row: int(row["emergency_shelter_order"]))
    return tuple((row["emergency_shelter_group"], row["emergency_shelter_en"]) for row in rows)
