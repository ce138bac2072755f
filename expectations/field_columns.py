"""The columns of the tables of a round under collection: submissions, review, frame, coverage, arrivals, comparison.

No column holds personal data: names, contacts, devices and positions of people stop at landing.
"""

from __future__ import annotations

from expectations import choices
from expectations.checks import CHANGE_TYPES, QUERY_STATUSES
from expectations.contract import Column

REVIEW_STATES = ("pending", "has_issues", "approved", "rejected")
# What becomes of a submission.
USES = (
    "used",
    "agreeing",
    "outranked",
    "undecided",
    "set_aside",
    "back_check",
    "refused",
    "rejected",
    "removed",
    "withheld",
    "late",
)
SELECTION_BASES = ("single", "identical", "within_threshold", "decided", "undecided", "frame", "none")
COVERAGE_STATUSES = ("received", "closed", "not_accessible", "informant_unreachable", "undecided", "outstanding")
COMPARISON_SOURCES = ("cccm", "ministry", "partner", "observation")
COMPARISON_DECISIONS = ("keep_ours", "take_theirs", "revisit")
_CODE = r"^[A-Za-z0-9_:.-]{1,100}$"
_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _codes(choices: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(code for code, _ in choices)


def _households(name: str, meaning: str, minimum: int | None = 0) -> Column:
    return Column(name, "integer", meaning, unit="households", minimum=minimum)


def _locations(name: str, meaning: str) -> Column:
    return Column(name, "integer", meaning, unit="locations", minimum=0)


FIELD_COLUMNS = [
    # --- a submission ------------------------------------------------------------------------------
    Column("uuid", "text", "Submission, the same over all its edited versions; 'all' for a finding on the whole list.", pattern=_CODE, sensitivity="sensitive"),
    Column("replaces_uuid", "text", "Instance that this one replaces, where the export says so.", pattern=_CODE, sensitivity="sensitive"),
    Column("version_sha256", "text", "SHA-256 of what is kept of this version of the submission.", pattern=r"^[0-9a-f]{64}$"),
    Column("version_number", "integer", "Version of the submission, from 1, in the order of their edits.", minimum=1),
    Column("journal_number", "integer", "Entry of the journal with which it came.", minimum=1),
    Column("form", "text", "Form with which it was collected, as the tool names it."),
    Column("form_version", "text", "Version of the form, as the tool names it."),
    Column("submitted_at", "text", "When it reached the server, as exported, in UTC where a zone is given.", pattern=_TIME),
    Column("modified_at", "text", "When it was last edited on the server, where the export says so.", pattern=_TIME),
    Column("edits", "integer", "How often it was edited on the server, where the export says so.", minimum=0),
    Column("review_state", "text", "State given by the team's supervisor, or by a decision here.", values=REVIEW_STATES),
    Column("review_state_source", "text", "The state in the words of the tool; null where it gives none."),
    Column("consent", "text", "Whether the key informant agreed; 'no' contributes nothing; not_asked: nobody could be asked.", values=_codes(choices.CONSENTS)),
    Column("duration_minutes", "integer", "Length of the interview, from its start and end.", unit="minutes", minimum=0),
    Column("ki_id", "text", "Keyed hash in place of the key informant; the key never leaves the data folder.", pattern=r"^[0-9a-f]{16}$", sensitivity="sensitive"),
    Column("ki_type", "text", "Kind of key informant.", values=_codes(choices.KI_TYPES), sensitivity="sensitive"),
    Column("ki_sex", "text", "Sex of the key informant.", values=_codes(choices.KI_SEXES), sensitivity="sensitive"),
    Column("team", "text", "Code of the field team.", pattern=r"^[A-Za-z0-9_-]{1,20}$", sensitivity="sensitive"),
    Column("visit_type", "text", "Interview, or a supervisor's back-check of one.", values=_codes(choices.VISIT_TYPES)),
    Column("interview_date", "date", "Day of the interview."),
    Column("answers", "text", "The answers that are kept, after the decisions of the cleaning log, as JSON text in the order of their questions.", sensitivity="sensitive"),
    Column("submission_use", "text", "What became of it: used; agreeing (within the threshold of the record that is used); outranked (another record of the location counts before it: it is approved, it reached the place, or a reviewer chose it); undecided; set_aside (a blocking check is open); back_check; refused (no consent, or none recorded); rejected; removed (by decision); withheld (a list takes approved records only); late (sent after the cutoff or received after the list was frozen).", values=USES),
    Column("place_basis", "text", "How its location was found.", values=("place_id", "name", "new", "unknown")),
    Column("question", "text", "Question of the form, or the field of the list that a finding is about.", pattern=r"^[a-z0-9_]{1,80}$"),
    Column("answer", "text", "Answer as text; of an index its code, or not_applicable. Null where none was given, or it is withheld until a reviewer releases it.", sensitivity="sensitive"),
    Column("is_late", "boolean", "True where it came after the list was frozen, or was sent after the cutoff."),
    # --- findings and decisions ----------------------------------------------------------------------
    Column("check_id", "text", "Check of the round: see `dtm rules`.", pattern=r"^c[0-9]{2}(?:_[a-z]+)?$"),
    Column("check_severity", "text", "What the finding does: see the glossary.", values=("block", "review", "info")),
    Column("check_binding", "text", "Rows of one finding share it.", pattern=r"^.{1,300}$"),
    Column("issue", "text", "What was found, in a sentence a person can act on."),
    Column("old_value", "text", "Value when the finding was made.", sensitivity="sensitive"),
    Column("new_value", "text", "Value by decision.", sensitivity="sensitive"),
    Column("change_type", "text", "Decision, in the words of IMPACT's cleaning log.", values=CHANGE_TYPES),
    Column("query_status", "text", "Where the question stands.", values=QUERY_STATUSES),
    Column("comment", "text", "Reason of the decision.", sensitivity="sensitive"),
    Column("assigned_team", "text", "Team that is asked.", sensitivity="sensitive"),
    Column("due_at", "text", "Day until which the team answers.", pattern=_TIME),
    Column("reviewer", "text", "Who decided.", sensitivity="sensitive"),
    Column("decided_at", "text", "When it was decided.", pattern=_TIME),
    Column("suggestions", "text", "Locations of the register that may be meant, best first, for a person to accept.", sensitivity="sensitive"),
    Column("log_row", "integer", "Row of the workbook with which the decision came.", minimum=1),
    Column("effect", "text", "What the decision does now: applied; void (a later one stands); moot (corrected at its source); tracking (no decision yet).", values=("applied", "void", "moot", "tracking")),
    # --- frame, coverage ----------------------------------------------------------------------------
    Column("is_expected", "boolean", "True where the location was on the list before the round, or is planned."),
    Column("planned_on", "date", "Day planned for the visit."),
    Column("coverage_status", "text", "What came of the visit.", values=COVERAGE_STATUSES),
    Column("access_reason", "text", "Why the location could not be reached.", values=_codes(choices.ACCESS_REASONS)),
    Column("is_listed", "boolean", "True where the location is on the list that comes out."),
    Column("carried_rounds", "integer", "Rounds since its counts were collected; 0 for a record of this round.", unit="rounds", minimum=0),
    Column("selection_basis", "text", "How the record was chosen among those of the location: single; identical (same households, the one submitted last); within_threshold (the one submitted last); decided; undecided; frame (no record: counts of the list before); none.", values=SELECTION_BASES),
    Column("submissions", "integer", "Submissions that count for the location.", unit="submissions", minimum=0),
    Column("refused_submissions", "integer", "Interviews without consent.", unit="submissions", minimum=0),
    Column("late_submissions", "integer", "Submissions that came too late.", unit="submissions", minimum=0),
    Column("back_checks", "integer", "Back-checks by supervisors.", unit="submissions", minimum=0),
    Column("pending_submissions", "integer", "Submissions that wait for their supervisor or are on hold.", unit="submissions", minimum=0),
    Column("day", "date", "Day of the interview, or planned for it where there was none."),
    _locations("expected_locations", "Locations expected: on the list before, or planned."),
    _locations("received_locations", "Expected locations with a usable record."),
    _locations("unexpected_locations", "Locations with a usable record that were not expected."),
    _locations("closed_locations", "Locations found without households of the population."),
    _locations("not_accessible_locations", "Locations that could not be reached; never mixed with those not yet visited."),
    _locations("unreachable_locations", "Locations whose key informant could not be reached."),
    _locations("undecided_locations", "Locations whose records wait for a decision."),
    _locations("outstanding_locations", "Expected locations without any usable record, refusal of access or closure."),
    _locations("carried_locations", "Locations on the list with counts of an earlier round."),
    # --- arrivals -----------------------------------------------------------------------------------
    _households("new_arrivals", "IDP households that arrived since the last round. Gross flow; never reconciled with the change of the stock."),
    _households("arrivals_between_displacement", "Of which moved from another place of displacement. Gross flow."),
    _households("arrivals_from_camp", "Of those between places of displacement, from a camp. Gross flow."),
    _households("arrivals_redisplaced", "Of which displaced again after a return. Gross flow."),
    _households("arrivals_first_time", "Of which displaced for the first time. Gross flow."),
    # --- comparison with other sources -----------------------------------------------------------------
    Column("comparison_source", "text", "Kind of source that ours is compared with.", values=COMPARISON_SOURCES),
    Column("comparison_level", "text", "Level of the figure.", values=("camp", "district", "governorate")),
    Column("area", "text", "Area that the figure is about: place_id, or the name; of an index with the areas above it, and 'not known' where its locations do not say it."),
    Column("area_name", "text", "Name of the area as the other source gives it."),
    Column("our_households", "integer", "Households in the list that comes out; null where we have none. Stock.", unit="households", minimum=0),
    Column("their_households", "integer", "Households by the other source; null where it has none. Stock.", unit="households", minimum=0),
    Column("gap_households", "integer", "Ours minus theirs; null where one is missing.", unit="households"),
    Column("as_of_date", "date", "Day of the other source's figure."),
    Column("age_days", "integer", "Days from their figure to the list date; negative where it is later.", unit="days"),
    Column("needs_decision", "boolean", "True where the gap is beyond the threshold or one side is missing."),
    Column("comparison_decision", "text", "What was decided: never automatic.", values=COMPARISON_DECISIONS),
    # --- late submissions ------------------------------------------------------------------------------
    _households("households_without_late", "Households on the frozen list. Stock."),
    _households("households_with_late", "Households that the list would have with the late submissions. Stock."),
    _households("households_effect", "Change of the list that the late submissions would make.", minimum=None),
]  # fmt: skip
