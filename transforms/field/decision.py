"""A decision on a finding: one row of the cleaning log, in the convention of IMPACT (cleaningtools) and with who and when."""

from __future__ import annotations

from dataclasses import dataclass

from expectations.field_columns import REVIEW_STATES

CHANGE, BLANK, REMOVE, KEEP = "change_response", "blank_response", "remove_survey", "no_action"
OPEN, DECIDED = "open", "decided"
# Questions of the log that the form does not ask: the supervisor's verdict, and whether a submission is left out.
REVIEW_STATE, REMOVED = "review_state", "removed"
YES, NO = "yes", "no"
PSEUDO_QUESTIONS: dict[str, tuple[str, ...]] = {
    REVIEW_STATE: REVIEW_STATES,
    REMOVED: (YES, NO),
}

IMPACT_COLUMNS = (
    "uuid", "question", "issue", "old_value", "new_value", "change_type", "check_id", "check_binding", "comment",
)  # fmt: skip
TRACKING_COLUMNS = ("query_status", "assigned_team", "due_at")
SIGNATURE_COLUMNS = ("reviewer", "decided_at")
CONTEXT_COLUMNS = (
    "governorate", "district", "place_id", "location_name_en", "location_name_ar", "population", "households",
    "suggestions", "severity",
)  # fmt: skip
# What a person may fill in; the rest is as the checks found it.
FILLED_COLUMNS = ("new_value", "change_type", "comment", *TRACKING_COLUMNS, *SIGNATURE_COLUMNS)
DECISION_COLUMNS = (*IMPACT_COLUMNS, *TRACKING_COLUMNS, *SIGNATURE_COLUMNS)
COLUMNS = (*DECISION_COLUMNS, *CONTEXT_COLUMNS)


@dataclass(frozen=True)
class Decision:
    """One row that a person decided, or with ``change_type`` None one whose tracking moved on.

    ``batch`` numbers the logs in the order in which they were applied, ``row`` is the row in the workbook; the other
    fields are the columns of the cleaning log, None where empty. ``decided_at`` is an ISO date or date-time.
    """

    uuid: str
    question: str
    old_value: str | None
    new_value: str | None
    issue: str | None
    change_type: str | None
    check_id: str | None
    check_binding: str | None
    comment: str | None
    reviewer: str | None
    decided_at: str | None
    query_status: str | None
    assigned_team: str | None
    due_at: str | None
    batch: int
    row: int
