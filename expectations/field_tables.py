"""The tables of a round under collection.

Stage ``received``: what is kept of a source file, once and for all, without personal data. Stage ``clean``: what the
evaluation of a round gives (:mod:`transforms.field.round`). The published tables are made of these by ``sql/<name>.sql``.
"""

from __future__ import annotations

from expectations.contract import Reference, Table

_ROUND = Reference(("round",), "round", ("round",))
_PLACE_KEY = ("round", "population", "place_id")

RECEIVED = [
    Table(
        "received_submission", "received",
        "What is kept of the submissions of one export.",
        "one row per row of the export",
        ("source_sheet", "source_row", "uuid", "replaces_uuid", "version_sha256", "form", "form_version", "submitted_at",
         "modified_at", "edits", "review_state", "review_state_source", "consent", "duration_minutes", "ki_id"),
        ("source_sheet", "source_row"),
        frozenset({"uuid", "replaces_uuid", "form", "form_version", "submitted_at", "modified_at", "edits",
                   "review_state_source", "consent", "duration_minutes", "ki_id"}),
        may_be_empty=True,
    ),
    Table(
        "received_answer", "received",
        "Answers of an export that are kept.",
        "one row per version of a submission and question",
        ("version_sha256", "question", "answer"),
        ("version_sha256", "question"),
        frozenset({"answer"}),
        may_be_empty=True,
    ),
    Table(
        "received_problem", "received",
        "Answers that are not of their question's type or choices, and what of them may be shown.",
        "one row per row of the export, question and check",
        ("source_sheet", "source_row", "version_sha256", "check_id", "question", "old_value", "issue"),
        ("source_sheet", "source_row", "check_id", "question"),
        frozenset({"old_value"}),
        may_be_empty=True,
    ),
    Table(
        "frame_place", "received",
        "The location register as it was when the round was opened.",
        "one row per location",
        ("place_id", "location_id", "governorate", "district", "subdistrict", "location_name_en", "location_name_ar",
         "latitude", "longitude"),
        ("place_id",),
        frozenset({"location_id", "subdistrict", "location_name_en", "location_name_ar", "latitude", "longitude"}),
        may_be_empty=True,
    ),
    Table(
        "frame_count", "received",
        "The lists before the round, as they were when it was opened.",
        "one row per population and location",
        ("population", "place_id", "households", "households_from_camp", "carried_rounds", "sha256", "source_file",
         "source_sheet", "source_row", "submission_uuid"),
        ("population", "place_id"),
        frozenset({"households_from_camp", "submission_uuid"}),
        may_be_empty=True,
    ),
    Table(
        "frame_cell", "received",
        "The breakdowns of the lists before the round.",
        "one row per population, location, dimension and category",
        ("population", "place_id", "dimension", "category", "households"),
        ("population", "place_id", "dimension", "category"),
        frozenset({"households"}),
        may_be_empty=True,
    ),
    Table(
        "work_plan", "received",
        "Who visits which location when.",
        "one row per population and location",
        ("population", "place_id", "team", "planned_on"),
        ("population", "place_id"),
        frozenset({"planned_on"}),
    ),
    Table(
        "cleaning_log", "received",
        "Rows of one review workbook that decide or track something.",
        "one row per row of the workbook",
        ("log_row", "uuid", "question", "issue", "old_value", "new_value", "change_type", "check_id", "check_binding",
         "comment", "query_status", "assigned_team", "due_at", "reviewer", "decided_at"),
        ("log_row",),
        frozenset({"issue", "old_value", "new_value", "change_type", "comment", "query_status", "assigned_team", "due_at",
                   "reviewer", "decided_at"}),
    ),
    Table(
        "comparison_figure", "received",
        "Figures of another source.",
        "one row per level and area",
        ("comparison_source", "comparison_level", "area", "area_name", "their_households", "as_of_date"),
        ("comparison_level", "area"),
        frozenset({"area_name", "their_households", "as_of_date"}),
    ),
]  # fmt: skip

_SUBMISSION = (
    "round", "uuid", "form", "form_version", "version_number", "submitted_at", "is_late", "review_state",
    "review_state_source", "submission_use", "consent", "visit_type", "population", "place_id", "place_basis", "governorate",
    "district", "interview_date", "team", "ki_id", "ki_type", "ki_sex", "duration_minutes", "answers", "sha256", "source_file",
    "source_sheet", "source_row",
)  # fmt: skip
_SUBMISSION_NULLABLE = frozenset({
    "form", "form_version", "submitted_at", "review_state_source", "consent", "visit_type", "population", "place_id",
    "governorate", "district", "interview_date", "team", "ki_id", "ki_type", "ki_sex", "duration_minutes",
})  # fmt: skip
_FINDING = (
    "round", "check_id", "check_severity", "check_binding", "uuid", "question", "old_value", "issue", "suggestions",
    "population", "governorate", "district", "place_id", "location_name_en", "location_name_ar", "households", "change_type",
    "new_value", "comment", "query_status", "assigned_team", "due_at", "reviewer", "decided_at",
)  # fmt: skip
_FINDING_NULLABLE = frozenset(_FINDING) - {
    "round",
    "check_id",
    "check_severity",
    "check_binding",
    "uuid",
    "question",
    "issue",
    "query_status",
}
_RECORD = (
    *_PLACE_KEY, "governorate", "district", "is_expected", "team", "planned_on", "coverage_status", "access_reason",
    "update_status", "is_listed", "households", "previous_households", "carried_rounds", "selection_basis", "submissions",
    "submission_uuid", "review_state", "interview_date", "new_arrivals", "arrivals_between_displacement",
    "arrivals_from_camp", "arrivals_redisplaced", "arrivals_first_time",
)  # fmt: skip
_RECORD_NULLABLE = frozenset(_RECORD) - {
    *_PLACE_KEY, "governorate", "district", "is_expected", "coverage_status", "is_listed", "selection_basis", "submissions",
}  # fmt: skip
_LOG = (
    "round", "journal_number", "log_row", "uuid", "question", "issue", "old_value", "new_value", "change_type", "check_id",
    "check_binding", "comment", "query_status", "assigned_team", "due_at", "reviewer", "decided_at", "effect",
)  # fmt: skip
_LOG_NULLABLE = frozenset({
    "issue", "old_value", "new_value", "change_type", "comment", "query_status", "assigned_team", "due_at", "reviewer", "decided_at",
})  # fmt: skip
_COMPARISON = (
    "round", "comparison_source", "comparison_level", "area", "area_name", "our_households", "their_households",
    "gap_households", "as_of_date", "age_days", "needs_decision", "comparison_decision", "comment", "reviewer", "decided_at",
)  # fmt: skip
_COMPARISON_NULLABLE = frozenset({
    "area_name", "our_households", "their_households", "gap_households", "as_of_date", "age_days", "comparison_decision",
    "comment", "reviewer", "decided_at",
})  # fmt: skip
_LATE = (
    "round",
    "population",
    "governorate",
    "late_submissions",
    "households_without_late",
    "households_with_late",
    "households_effect",
)


def _pair(name: str, meaning: str, grain: str, columns: tuple, key: tuple, nullable: frozenset) -> tuple[Table, Table]:
    """A table that the evaluation gives, and the published one with the same rows."""
    clean = Table(f"clean_{name}", "clean", meaning, grain, columns, key, nullable, may_be_empty=True)
    return clean, Table(name, "core", meaning, grain, columns, key, nullable, (_ROUND,), may_be_empty=True)


_PAIRS = (
    _pair("submission", "Interviews of the rounds collected with this project, newest version of each, without personal data.",
          "one row per round and submission", _SUBMISSION, ("round", "uuid"), _SUBMISSION_NULLABLE),
    _pair("review_item", "What the checks found in a round, and what was decided on it.",
          "one row per round, finding, submission and question", _FINDING, ("round", "check_binding", "uuid", "question"), _FINDING_NULLABLE),
    _pair("cleaning_log_entry", "The cleaning log: every decision, append-only, with what it does now.",
          "one row per log and row of it", _LOG, ("round", "journal_number", "log_row"), _LOG_NULLABLE),
    _pair("location_record", "What a round knows of each location and population: expected, reached, which record counts.",
          "one row per round, population and location", _RECORD, _PLACE_KEY, _RECORD_NULLABLE),
    _pair("comparison", "Ours against camp and area figures of other sources.",
          "one row per round, source, level and area", _COMPARISON, ("round", "comparison_source", "comparison_level", "area"), _COMPARISON_NULLABLE),
    _pair("late_effect", "What the submissions that came too late would change.",
          "one row per round, population and governorate", _LATE, ("round", "population", "governorate"), frozenset()),
)  # fmt: skip
FIELD_CLEAN = [clean for clean, _ in _PAIRS]
FIELD_CORE = [core for _, core in _PAIRS]

_COVERAGE = (
    "expected_locations", "received_locations", "unexpected_locations", "closed_locations", "not_accessible_locations", "unreachable_locations",
    "undecided_locations", "outstanding_locations", "carried_locations",
)  # fmt: skip

FIELD_PRODUCT = [
    Table(
        "round_coverage", "product",
        "The coverage board: locations expected, received, not accessible, carried forward.",
        "one row per round, population, governorate, district, team and day",
        ("round", "population", "governorate", "district", "team", "day", *_COVERAGE, "refused_submissions",
         "pending_submissions", "back_checks"),
        ("round", "population", "governorate", "district", "team", "day"),
        frozenset({"population", "governorate", "district", "team", "day"}),
        (_ROUND,),
        may_be_empty=True,
    ),
    Table(
        "new_arrival", "product",
        "Gross new arrivals of IDP households since the round before, by where they came from.",
        "one row per round and district",
        ("round", "governorate", "district", "release_kind", "new_arrivals", "arrivals_between_displacement", "arrivals_from_camp",
         "arrivals_redisplaced", "arrivals_first_time", "reporting_locations"),
        ("round", "governorate", "district"),
        references=(_ROUND,),
        may_be_empty=True,
    ),
    Table(
        "origin_district_summary", "product",
        "IDP households by district of origin; field rounds only, because published lists do not carry it.",
        "one row per round and district of origin",
        ("round", "list_date", "origin_governorate", "origin_district", "households", "locations", "reporting_locations", "completeness"),
        ("round", "origin_governorate", "origin_district"),
        references=(_ROUND,),
        may_be_empty=True,
    ),
]  # fmt: skip
