"""The tables of emergency tracking. Stage ``received``: what is kept of a delivery; ``clean``: all deliveries of all events.

``emergency_movement`` is the ledger, ``emergency_entry`` what its rows mean: any figure is a sum of entries that hold on a day
(moved_on) as known on another (known_from, known_until).
"""

from __future__ import annotations

from expectations.contract import Reference, Table

_EVENT = Reference(("event_id",), "emergency_event", ("event_id",))
_SNAPSHOT = Reference(("event_id", "snapshot_number"), "emergency_snapshot", ("event_id", "snapshot_number"))
_SEX_AND_AGE = ("female_individuals", "male_individuals", "under_18_individuals")
_ORIGIN = ("origin_governorate", "origin_district", "origin_subdistrict", "origin_place_id")
_DESTINATION = ("destination_governorate", "destination_district", "destination_subdistrict", "destination_place_id")
_MOVED = ("moved_households", "moved_individuals")
# A row of the ledger as it was recorded.
RECORDED = (
    "event_id", "movement_id", "movement_kind", "moved_on", "recorded_on", "recorded_seq", *_ORIGIN, *_DESTINATION,
    "reached_origin", "camp_left", "emergency_shelter_group", *_MOVED, "is_counted", *_SEX_AND_AGE, "corrects", "onward_from",
)  # fmt: skip
_RECORDED_NULLABLE = frozenset(RECORDED) - {"event_id", "movement_id", "movement_kind", "recorded_on"}
_LINE = ("source_sheet", "source_row", "submission_uuid")
_SET_ASIDE = ("event_as_given", "movement_as_given", "rule", "detail", "source_sheet", "source_row")
_EVENT_COLUMNS = (
    "event_id", "event_name", "trigger", "event_area", "event_start", "event_closed", "cadence", "counting_rule",
    "persons_per_household", "event_population", "headline_side", "public_threshold", "public_window_days", "public_delay_days",
    "embargo_until",
)  # fmt: skip
_EVENT_NULLABLE = frozenset({"event_area", "event_closed", "persons_per_household", "embargo_until"})
_FIGURE_KEY = ("figure_dimension", "figure_level", "area", "emergency_measure")
_FIGURE_AREA = ("origin_governorate", "origin_district", "destination_governorate", "destination_district")
_PUBLISHED = ("published_households", "published_individuals")
_KNOWN = ("known_households", "known_individuals")
_SNAPSHOT_COLUMNS = (
    "event_id", "snapshot_number", "as_of", "known_at", "headline_side", "previous_snapshot", "previous_as_of",
    "previous_known_at", "snapshot_sha256", "drafted_by", "cleared_by", "cleared_role", "clearance_note", "clearance_account",
    "cleared_on", "is_self_cleared", "is_withdrawn",
)  # fmt: skip
_SNAPSHOT_NULLABLE = frozenset({"previous_snapshot", "previous_known_at", "cleared_role", "clearance_note"})
_PRINTED = ("report", "as_of", "printed_measure", "printed_households", "printed_individuals", "note", "source")
_PRINTED_KEY = ("event_id", "as_of", "report", "printed_measure")
_PRINTED_NULLABLE = frozenset({"printed_households", "printed_individuals", "note", "source"})

EMERGENCY_REFERENCE = [
    Table(
        "emergency_effect", "reference",
        "What each effect of a movement does to the figures, as in double-entry bookkeeping. Current and cumulative as totals: see table emergency_headline.",
        "one row per effect and figure",
        ("movement_effect", "emergency_measure", "sign", "note"),
        ("movement_effect", "emergency_measure"),
        frozenset({"note"}),
    ),
    Table(
        "emergency_headline", "reference",
        "What the totals of a snapshot are made of, by the side that cumulative counts: each figure times its sign, added up.",
        "one row per side, total and figure",
        ("headline_side", "headline_measure", "emergency_measure", "sign", "note"),
        ("headline_side", "headline_measure", "emergency_measure"),
        frozenset({"note"}),
    ),
    Table(
        "emergency_shelter", "reference",
        "Groups of shelter in emergency trackers.",
        "one row per group",
        ("emergency_shelter_group", "emergency_shelter_en", "emergency_shelter_order", "spellings", "basis", "note"),
        ("emergency_shelter_group",),
        frozenset({"note", "spellings"}),
    ),
]  # fmt: skip

EMERGENCY_RECEIVED = [
    Table(
        "received_emergency_movement", "received",
        "Rows of the ledger taken from one delivery. A movement stands there twice where the delivery holds it twice.",
        "one row per row of the file",
        (*RECORDED, *_LINE),
        ("event_id", "source_row"),
        _RECORDED_NULLABLE | {"submission_uuid"},
        may_be_empty=True,
    ),
    Table(
        "received_emergency_quarantine", "received",
        "Rows of one delivery set aside, one line for each reason.",
        "one row per row of the file, rule and detail",
        _SET_ASIDE,
        ("source_row", "rule", "detail"),
        frozenset({"movement_as_given"}),
        may_be_empty=True,
    ),
    Table(
        "received_emergency_figure", "received",
        "The figures of one snapshot as drafted.",
        "one row per dimension, level, area and figure",
        (*_FIGURE_KEY, *_FIGURE_AREA, *_PUBLISHED),
        _FIGURE_KEY,
        frozenset({*_FIGURE_AREA, *_PUBLISHED}),
    ),
    Table(
        "received_emergency_counted", "received",
        "The movements that the cumulative figure of one snapshot counted when it was published.",
        "one row per movement",
        ("movement_id", *_PUBLISHED),
        ("movement_id",),
        frozenset(_PUBLISHED),
        may_be_empty=True,
    ),
    Table(
        "received_emergency_printed", "received",
        "Figures that reports printed, of one file.",
        "one row per report, day and measure",
        _PRINTED,
        ("as_of", "report", "printed_measure"),
        _PRINTED_NULLABLE,
    ),
]  # fmt: skip

EMERGENCY_CLEAN = [
    Table(
        "clean_emergency_event", "clean", "The events.", "one row per event",
        _EVENT_COLUMNS, ("event_id",), _EVENT_NULLABLE, may_be_empty=True,
    ),
    Table(
        "clean_emergency_movement", "clean",
        "Rows of the ledger of all deliveries in force.",
        "one row per delivery and row of the file",
        ("event_id", "receipt", *RECORDED[1:], "sha256", "source_file", *_LINE),
        ("event_id", "receipt", "source_row"),
        _RECORDED_NULLABLE | {"submission_uuid"},
        may_be_empty=True,
    ),
    Table(
        "clean_emergency_quarantine", "clean", "Rows set aside, of all deliveries.",
        "one row per delivery, row of the file, rule and detail",
        ("receipt", *_SET_ASIDE, "sha256", "source_file"), ("receipt", "source_row", "rule", "detail"),
        frozenset({"movement_as_given"}), may_be_empty=True,
    ),
    Table(
        "clean_emergency_snapshot", "clean", "Snapshots that were published.", "one row per event and snapshot",
        (*_SNAPSHOT_COLUMNS, "receipt"), ("event_id", "snapshot_number"), _SNAPSHOT_NULLABLE, may_be_empty=True,
    ),
    Table(
        "clean_emergency_figure", "clean", "The figures of published snapshots, as published.",
        "one row per event, snapshot, dimension, level, area and figure",
        ("event_id", "snapshot_number", *_FIGURE_KEY, *_FIGURE_AREA, *_PUBLISHED),
        ("event_id", "snapshot_number", *_FIGURE_KEY), frozenset({*_FIGURE_AREA, *_PUBLISHED}), may_be_empty=True,
    ),
    Table(
        "clean_emergency_counted", "clean", "The movements that published snapshots counted.",
        "one row per event, snapshot and movement",
        ("event_id", "snapshot_number", "movement_id", *_PUBLISHED),
        ("event_id", "snapshot_number", "movement_id"), frozenset(_PUBLISHED), may_be_empty=True,
    ),
    Table(
        "clean_emergency_printed", "clean", "Figures that reports printed.", "one row per event, report, day and measure",
        ("event_id", *_PRINTED), _PRINTED_KEY, _PRINTED_NULLABLE, may_be_empty=True,
    ),
]  # fmt: skip

_CHAIN = ("chain_id", "chain_kind", "corrections", "known_from", "known_until", "standing")
_ENTRY_PLACES = (*_ORIGIN, *_DESTINATION, "camp_left", "emergency_shelter_group")

EMERGENCY_CORE = [
    Table(
        "emergency_event", "core",
        "Events of emergency tracking: one tracker each, with its own start, area, cadence and counting rule.",
        "one row per event",
        _EVENT_COLUMNS, ("event_id",), _EVENT_NULLABLE, may_be_empty=True,
    ),
    Table(
        "emergency_movement", "core",
        "The ledger: every movement as recorded, never overwritten. A correction is a row of its own; from its day on it holds in place of the row that it corrects.",
        "one row per event and movement",
        (*RECORDED[:15], "arrival_class", *RECORDED[15:], *_CHAIN),
        ("event_id", "movement_id"),
        _RECORDED_NULLABLE | {"arrival_class", "chain_kind", "known_from", "known_until"},
        (_EVENT,),
        may_be_empty=True,
    ),
    Table(
        "emergency_entry", "core",
        "What movements do to the figures. A figure of a day D as known on K: sum the entries with moved_on <= D, known_from <= K and known_until null or > K, with the sign of emergency_effect.",
        "one row per event, movement, effect and time in which it is in force",
        ("event_id", "movement_id", "effect_number", "movement_effect", "moved_on", "known_from", "known_until", "chain_known_from",
         *_ENTRY_PLACES, *_MOVED),
        ("event_id", "movement_id", "effect_number"),
        frozenset({"known_until", *_ENTRY_PLACES, *_MOVED}),
        (_EVENT,),
        may_be_empty=True,
    ),
    Table(
        "emergency_source_record", "core",
        "Lineage: where each row of the ledger was received, also again.",
        "one row per event, movement, delivery and row of the file",
        ("event_id", "movement_id", "receipt", "sha256", "source_file", *_LINE),
        ("event_id", "movement_id", "receipt", "source_row"),
        frozenset({"submission_uuid"}),
        (_EVENT,),
        may_be_empty=True,
    ),
    Table(
        "emergency_quarantine", "core",
        "Rows of deliveries that were set aside, with their reasons; one line for each reason.",
        "one row per delivery, row of the file, rule and detail",
        ("receipt", *_SET_ASIDE, "sha256", "source_file"),
        ("receipt", "source_row", "rule", "detail"),
        frozenset({"movement_as_given"}),
        may_be_empty=True,
    ),
    Table(
        "emergency_finding", "evidence",
        "What is wrong with a ledger as a whole, judged on all that is known of it.",
        "one row per event, finding, movement and detail",
        ("event_id", "finding", "movement_as_given", "detail", "stops_publishing"),
        ("event_id", "finding", "movement_as_given", "detail"),
        references=(_EVENT,),
        may_be_empty=True,
    ),
]  # fmt: skip

EMERGENCY_PRODUCT = [
    Table(
        "emergency_snapshot", "product",
        "Published snapshots with their clearance. What was published never changes.",
        "one row per event and snapshot",
        _SNAPSHOT_COLUMNS, ("event_id", "snapshot_number"), _SNAPSHOT_NULLABLE, (_EVENT,), may_be_empty=True,
    ),
    Table(
        "emergency_figure", "product",
        "The figures of published snapshots as published, beside those of the same day as known now.",
        "one row per event, snapshot, dimension, level, area and figure",
        ("event_id", "snapshot_number", "as_of", *_FIGURE_KEY, *_FIGURE_AREA, *_PUBLISHED, *_KNOWN),
        ("event_id", "snapshot_number", *_FIGURE_KEY),
        frozenset({*_FIGURE_AREA, *_PUBLISHED, *_KNOWN}),
        (_EVENT, _SNAPSHOT),
        may_be_empty=True,
    ),
    Table(
        "emergency_counted", "evidence",
        "The movements that the cumulative figure of a published snapshot counted when it was published, with what each added: they sum to the figure.",
        "one row per event, snapshot and movement",
        ("event_id", "snapshot_number", "movement_id", *_PUBLISHED),
        ("event_id", "snapshot_number", "movement_id"),
        frozenset(_PUBLISHED),
        (_EVENT, _SNAPSHOT),
        may_be_empty=True,
    ),
    Table(
        "emergency_revision", "product",
        "Why the cumulative figure of a published snapshot is another one now, movement by movement. As published + its revisions = as known now.",
        "one row per event, snapshot, cause and movement",
        ("event_id", "snapshot_number", "revision", "movement_id", "recorded_on", "revised_households", "revised_individuals"),
        ("event_id", "snapshot_number", "revision", "movement_id"),
        frozenset({"recorded_on", "revised_households", "revised_individuals"}),
        (_EVENT, _SNAPSHOT),
        may_be_empty=True,
    ),
    Table(
        "emergency_printed", "product",
        "Figures as reports printed them, beside those of the published snapshot of the same day. The ledger is never bent to a printed error.",
        "one row per event, report, day and measure",
        ("event_id", *_PRINTED, "snapshot_number", *_PUBLISHED, *_KNOWN, "printed_status"),
        _PRINTED_KEY,
        _PRINTED_NULLABLE | {"snapshot_number", *_PUBLISHED, *_KNOWN},
        (_EVENT,),
        may_be_empty=True,
    ),
    Table(
        "emergency_bridge", "product",
        "Tracked households by place beside the change of the next master list there: two sources side by side, never added. When trackers enter the master list is not published.",
        "one row per event, population, round and location",
        ("event_id", "population", "round", "previous_list_date", "list_date", "destination_place_id", "tracked_households",
         "tracked_individuals", "previous_households", "households", "households_change", "change_status"),
        ("event_id", "round", "population", "destination_place_id"),
        frozenset({"tracked_households", "tracked_individuals", "previous_households", "households", "households_change",
                   "change_status"}),
        (_EVENT,),
        may_be_empty=True,
    ),
]  # fmt: skip
