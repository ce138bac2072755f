"""The columns of emergency tracking: events, the ledger of movements, what they mean, snapshots and what reports printed."""

from __future__ import annotations

from expectations import codes
from expectations.contract import Column
from expectations.emergency import (
    ARRIVAL_CLASSES,
    CADENCES,
    COUNTING_RULES,
    DIMENSIONS,
    EFFECTS,
    EVENT_ID,
    EVENT_POPULATIONS,
    HEADLINE,
    KINDS,
    LEVELS,
    MEASURES,
    MOVEMENT_ID,
    PLACE,
    PRINTED_STATUSES,
    REVISIONS,
    SIDES,
    STANDINGS,
    TRIGGERS,
)

SHELTER_GROUPS = tuple(row["emergency_shelter_group"] for row in codes.rows("emergency_shelter"))


def _pair(name: str, meaning: str, *, is_signed: bool = False) -> list[Column]:
    """A quantity in households and in individuals."""
    return [
        Column(f"{name}_{unit}", "integer", meaning.format(unit=unit.capitalize()), unit=unit, minimum=None if is_signed else 0)
        for unit in ("households", "individuals")
    ]


EMERGENCY_COLUMNS = [
    # --- events ------------------------------------------------------------------------------------
    Column("event_id", "text", "Event of an emergency tracker. Figures of two events are never added.", pattern=EVENT_ID),
    Column("event_name", "text", "Name of the event."),
    Column("trigger", "text", "What set it off.", values=TRIGGERS),
    Column("event_area", "text", "Area of the event in words; null where it was not said."),
    Column("event_start", "date", "First day of the event. A movement before it counts, and is a finding."),
    Column("event_closed", "date", "Day on which the event was closed; null while it is open."),
    Column("cadence", "text", "How often it is updated.", values=CADENCES),
    Column("counting_rule", "text", "counted: individuals as given; multiplied: individuals are households times a multiplier. A property of the tracker.", values=COUNTING_RULES),
    Column("event_population", "text", "Who is displaced by the event; any: not said.", values=EVENT_POPULATIONS),
    Column("headline_side", "text", "Side by which cumulative is counted: departures, seen where people leave, or arrivals, seen where they come to.", values=SIDES),
    Column("public_threshold", "integer", "Fewest households that a figure of the public tier shows.", unit="households threshold", minimum=1),
    Column("public_window_days", "integer", "Days of a window of the public tier, in place of single days.", unit="days", minimum=1),
    Column("public_delay_days", "integer", "Days that must pass after the last day of a snapshot before it is public.", unit="days", minimum=0),
    Column("embargo_until", "date", "Day before which nothing of the event is public; null for none."),
    # --- the ledger ----------------------------------------------------------------------------------
    Column("movement_id", "text", "Movement of an event, never used again.", pattern=MOVEMENT_ID),
    Column("movement_kind", "text", "departure: seen leaving; arrival: seen arriving; onward: moved on after an arrival; return: back to the place of origin; correction: takes the place of another row.", values=KINDS),
    Column("moved_on", "date", "Day on which the households moved."),
    Column("recorded_on", "date", "Day on which the row was recorded: from then on it is known."),
    Column("recorded_seq", "integer", "Order among the rows of a day, where the source gives it.", minimum=0),
    Column("origin_subdistrict", "text", "Sub-district of origin."),
    Column("origin_place_id", "text", "Location of origin.", pattern=PLACE),
    Column("destination_governorate", "text", "Governorate that the households came to, DTM name.", codes="governorate"),
    Column("destination_district", "text", "DTM district that the households came to.", codes="district"),
    Column("destination_subdistrict", "text", "Sub-district that the households came to."),
    Column("destination_place_id", "text", "Location, camp or site that the households came to.", pattern=PLACE),
    Column("reached_origin", "boolean", "Whether they are back in their village or neighbourhood of origin, as recorded."),
    Column("arrival_class", "text", "By the published arrival test: returnee (reached the village or neighbourhood of origin), secondary (did not: an out-of-camp IDP, even in the district of origin), unknown. Null of departures.", values=ARRIVAL_CLASSES),
    Column("camp_left", "text", "Camp or site that the households left."),
    Column("emergency_shelter_group", "text", "Group of shelter in emergency trackers.", values=SHELTER_GROUPS),
    *_pair("moved", "{unit} that moved. Gross flow; 0 in a correction that cancels a row."),
    Column("is_counted", "boolean", "True where individuals were counted, false where they were derived; null where there are none."),
    *(Column(f"{who}_individuals", "integer", f"Of the individuals: {what}. Gross flow.", unit="individuals", minimum=0)
      for who, what in (("female", "women and girls"), ("male", "men and boys"), ("under_18", "under 18 years"))),
    Column("corrects", "text", "Movement whose place this row takes.", pattern=MOVEMENT_ID),
    Column("onward_from", "text", "Movement that brought the households to the place that they now leave.", pattern=MOVEMENT_ID),
    Column("chain_id", "text", "First movement of a chain of corrections; the movement itself where there are none.", pattern=MOVEMENT_ID),
    Column("chain_kind", "text", "What the chain is about: the kind of its first movement; null where that is not held.", values=KINDS[:-1]),
    Column("corrections", "integer", "Corrections between the row and the first of its chain.", unit="corrections", minimum=0),
    Column("known_from", "date", "Day from which the row is in force; null where it never is."),
    Column("known_until", "date", "Day from which another row is in force in its place; null where none is."),
    Column("standing", "text", "counts; replaced: a correction took its place; pending: what it corrects is not held; cycle: rows that correct each other.", values=STANDINGS),
    Column("receipt", "integer", "Number of the delivery in the journal of the data folder.", minimum=1),
    # --- what movements mean ---------------------------------------------------------------------------
    Column("movement_effect", "text", "What a movement does to the figures: see table emergency_effect.", values=EFFECTS),
    Column("emergency_measure", "text", "Figure: departed, arrived, cumulative (all displaced up to the day, by the headline side), current (of these still displaced; on the side of departures those not known to have returned, a reading of this project), returned (of these back at the place of origin), secondary and class_unknown (of the arrivals), onward.", values=MEASURES),
    Column("headline_measure", "text", "Total that is made of other figures: cumulative or current.", values=HEADLINE[:2]),
    Column("sign", "integer", "1: adds to the figure, -1: takes from it.", minimum=-1, maximum=1),
    Column("effect_number", "integer", "Number of the effect among those of its movement.", minimum=1),
    Column("chain_known_from", "date", "Day from which the first row of the chain is known."),
    Column("emergency_shelter_en", "text", "Group of shelter in words."),
    Column("emergency_shelter_order", "integer", "Order of display.", minimum=1),
    # --- what is wrong ---------------------------------------------------------------------------------
    Column("finding", "text", "What is wrong with the ledger as a whole; no rule on a single row can see it.", pattern=r"^[a-z_]{1,40}$"),
    Column("stops_publishing", "boolean", "True where no snapshot is published while it stands."),
    Column("event_as_given", "text", "Event as the command or the row names it."),
    Column("movement_as_given", "text", "Movement as the row names it.", sensitivity="sensitive"),
    # --- snapshots -------------------------------------------------------------------------------------
    Column("snapshot_number", "integer", "Number of the snapshot among those of its event.", minimum=1),
    Column("as_of", "date", "Last day of movements that count."),
    Column("known_at", "date", "Day up to which rows count by the day on which they were recorded."),
    Column("previous_snapshot", "integer", "Number of the snapshot that it is compared with; null for the first.", minimum=1),
    Column("previous_as_of", "date", "Last day of the snapshot before, or the day before the event."),
    Column("previous_known_at", "date", "Day up to which the snapshot before knew; null for the first."),
    Column("snapshot_sha256", "text", "SHA-256 of the figures as cleared and published.", pattern=r"^[0-9a-f]{64}$"),
    Column("drafted_by", "text", "Who made the draft.", sensitivity="sensitive"),
    Column("cleared_by", "text", "Who cleared it.", sensitivity="sensitive"),
    Column("cleared_role", "text", "In which role; null where it was not said."),
    Column("clearance_note", "text", "What was noted with the clearance; null for nothing."),
    Column("clearance_account", "text", "Account of the operating system that gave the clearance.", sensitivity="sensitive"),
    Column("cleared_on", "date", "Day of the clearance."),
    Column("is_self_cleared", "boolean", "True where the one who cleared it is the one who drafted it."),
    Column("is_withdrawn", "boolean", "True where it was taken back; its figures stay readable."),
    Column("figure_dimension", "text", "By what the figure is broken down; period: change against the snapshot before.", values=DIMENSIONS),
    Column("figure_level", "text", "Level of the area.", values=LEVELS),
    *_pair("published", "{unit} as published; null where not known. Current is a stock; the other totals are flows since the start of the event, the parts of a period changes or gross flows.", is_signed=True),
    *_pair("known", "{unit} of the same day as known now; null where not known. Stock or flow as the published figure.", is_signed=True),
    # --- revisions and reports -------------------------------------------------------------------------
    Column("revision", "text", "Why the published figure is another one now: late (recorded since), corrected (by a correction since), received_late (recorded before, received since), withdrawn (its delivery was taken back).", values=REVISIONS),
    *_pair("revised", "{unit} by which it changes the cumulative figure that was published. Change.", is_signed=True),
    Column("report", "text", "Report that printed the figure."),
    *_pair("printed", "{unit} as the report prints them; null where it does not. Stock or flow as the published figure."),
    Column("printed_status", "text", "equal or different: against the published snapshot of the same day; not known: the snapshot has no such figure; not held: there is no snapshot.", values=PRINTED_STATUSES),
    Column("printed_measure", "text", "What was printed: a measure, or one of the period such as period_as_printed.", pattern=r"^[a-z_]{1,40}$"),
    # --- beside the master list --------------------------------------------------------------------------
    *_pair("tracked", "{unit} tracked: of those who moved to the place between the two list dates, as known now, who is still there, or is back there. Gross flow, less those who left.", is_signed=True),
    Column("previous_list_date", "date", "Date of the list before."),
]  # fmt: skip
