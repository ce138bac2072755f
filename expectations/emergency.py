"""Emergency tracking in words: what an event, a movement and a snapshot can be. What is a list of choices here (triggers,
cadences, populations) is a setting of this project; kinds of figures and the arrival test are those of the published trackers.

A movement is an entry of a ledger: written once, never changed. What it means for the figures of a snapshot is said by its
effects (``codes/emergency_effect.csv``), as in double-entry bookkeeping: an arrival adds to *arrived* and to *current*, a return
adds to *returned* and takes from *current*.
"""

from __future__ import annotations

import re

TRIGGERS = ("conflict", "camp_closure", "drought", "flood", "earthquake", "other")
CADENCES = ("daily", "weekly", "ad_hoc")
# Who is displaced by the event. Not every tracker says it.
EVENT_POPULATIONS = ("idp", "returnee", "returnee_from_abroad", "any")
COUNTED, MULTIPLIED = "counted", "multiplied"
COUNTING_RULES = (COUNTED, MULTIPLIED)

DEPARTURE, ARRIVAL, ONWARD, RETURN, CORRECTION = KINDS = ("departure", "arrival", "onward", "return", "correction")
# Departures are seen where people leave, arrivals where they come to, by two teams: a snapshot counts by one of the two sides.
SIDES = ("departures", "arrivals")
# A setting of this project: the totals of the camp trackers of 2019 and 2020 are departures, those of most others arrivals.
HEADLINE_SIDE = dict.fromkeys(TRIGGERS, "arrivals") | {"camp_closure": "departures"}
RETURNEE, SECONDARY, UNKNOWN = ARRIVAL_CLASSES = ("returnee", "secondary", "unknown")
# counts: in force; replaced: a correction took its place; pending: what it corrects is not held; cycle: corrections of each other
STANDINGS = ("counts", "replaced", "pending", "cycle")
EFFECTS = ("departed", "arrived_home", "arrived_secondary", "arrived_unknown", "moved_on", "moved_home", "returned", "left")
MEASURES = ("departed", "arrived", "cumulative", "current", "returned", "secondary", "class_unknown", "onward")
# The three whose identity holds in every snapshot: cumulative = current + returned.
HEADLINE = ("cumulative", "current", "returned")
TOTAL, PERIOD = "total", "period"
DIMENSIONS = (TOTAL, PERIOD, "origin", "destination", "origin_to_destination", "shelter_group", "camp_left")
# What the figures are broken down by: places, shelter, and the camp left.
BROKEN_DOWN_BY = (
    *(f"{side}_{part}" for side in ("origin", "destination") for part in ("governorate", "district", "subdistrict", "place_id")),
    "camp_left",
    "emergency_shelter_group",
)
LEVELS = ("national", "governorate", "district", "subdistrict", "location")
# What makes the difference to the snapshot before, two ways: as the reports print it, and as it was in truth.
PERIODS = ("net_change", "as_printed", "corrected", "known_before", "true", "revised_late", "revised_corrected")
REVISIONS = ("late", "corrected", "received_late", "withdrawn")
NOT_STATED, NOT_LOCATED = "not stated", "not recorded at a destination"

PRINTED_STATUSES = ("equal", "different", "not known", "not held")

EVENT_ID = r"^[a-z0-9][a-z0-9-]{0,39}$"
MOVEMENT_ID = r"^[A-Za-z0-9][A-Za-z0-9._:/+-]{0,79}$"
# A place of a tracker may be a camp or a site that the register of locations does not have.
PLACE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$"
_COUNTING = re.compile(r"counted|x([1-9][0-9]?)")


def counting(text: str) -> tuple[str, int | None]:
    """The counting rule of an event, ``counted`` or such as ``x6``, as its kind and its multiplier.

    Raises:
        ValueError: it is neither.
    """
    said = _COUNTING.fullmatch(text)
    if not said:
        raise ValueError(f"'{text}' is no counting rule: give counted, or x and the individuals of a household, such as x6")
    return (COUNTED, None) if said[1] is None else (MULTIPLIED, int(said[1]))


def is_event_id(text: str) -> bool:
    """Whether a text can be the id of an event: small letters, digits and dashes."""
    return re.match(EVENT_ID, text) is not None and not text.endswith("\n")
