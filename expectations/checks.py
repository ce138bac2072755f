"""The checks of a round under collection: each with its sentence, what to do, severity and gate.

``submission`` checks judge single interviews before a list is made, ``list`` checks the list that would come out: the
second gate. Each is a query, ``sql/checks/<id>.sql``, that returns its findings. Source of the table: the collection
practice of DTM and IMPACT (cleaningtools); thresholds are settings of the round (:mod:`expectations.policy`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Check:
    """One check.

    ``severity``: ``block`` keeps a record out of every list until it is corrected or removed (or, for a finding on the
    whole list, explained), ``review`` needs a decision before the list is final, ``info`` is shown.
    ``can_stay``: whether a person may decide that the finding is right as it is (``no_action``).
    """

    id: str
    gate: Literal["submission", "list"]
    severity: Literal["block", "review", "info"]
    sentence: str
    todo: str
    can_stay: bool = True


CHECKS: tuple[Check, ...] = (
    Check("c00", "submission", "block", "Every submission has an identifier.", "Export it again with its _uuid or KEY; then no_action on this row, with that as comment."),
    Check("c01", "submission", "block", "Origin, shelter and period each add up to the households of the record.",
          "Ask the team which cell is wrong; correct it in a row of your own under the same check_binding, with the cell as question.",
          can_stay=False),
    Check("c02", "submission", "block", "Households and every count are whole numbers that are not negative; households are given.",
          "Correct the answer with the team.", can_stay=False),
    Check("c03", "list", "block", "Approved records of one location and population agree.",
          "Decide which record counts: no_action on that one, remove_survey on the others, with the reason as comment."),
    Check("c04", "submission", "block", "Governorate and district are those of the location in the register.",
          "Correct the governorate, the district or the place_id.", can_stay=False),
    Check("c05", "submission", "review", "The sub-district is that of the location in the register, where it is known.",
          "Correct the sub-district, or keep it if the register is out of date."),
    Check("c06", "submission", "block", "The location is in the register or declared as new.",
          "Set place_id to the right location (see the suggestions), or is_new_location to yes.", can_stay=False),
    Check("c06_new", "submission", "review", "A new location is none that the register already has.",
          "Keep it as new (no_action), or set place_id to the location that it is."),
    Check("c07", "submission", "review", "Coordinates lie in Iraq, near those of the register, and are not exchanged.",
          "Correct latitude and longitude, or keep them."),
    Check("c08", "list", "block", "The median of individuals per household, as provided, is near the multiplier.",
          "Check whether counts are in individuals instead of households."),
    Check("c09", "list", "block", "Individuals follow the multiplier rule of the round.",
          "This is an error of the program: report it.", can_stay=False),
    Check("c10", "list", "review", "A location does not change by more than half and twenty households between rounds.",
          "Ask the team, or look for the event that explains it."),
    Check("c11", "list", "review", "A governorate's total does not change more than usual.", "Look for the event that explains it."),
    Check("c12", "list", "block", "The country's total does not change more than usual.", "Explain it in a comment (no_action)."),
    Check("c13", "list", "review", "Not more locations than usual are new or gone.", "Explain it in a comment (no_action)."),
    Check("c14", "list", "review", "A location is not carried forward for too many rounds.", "Visit it, or decide that it may stay."),
    Check("c15", "submission", "review", "One key informant does not speak for too many locations.", "Ask the team for other informants."),
    Check("c16", "submission", "review", "Places do not have identical counts.", "Ask the team whether the interviews took place."),
    Check("c17", "submission", "review", "Two submissions of a team do not differ in only a few answers.",
          "Ask the team whether one is a copy of the other."),
    Check("c18", "submission", "review", "A count that changed is no outlier.", "Check the number with the team."),
    Check("c19", "submission", "review", "The interview took neither too short nor too long.", "Ask the team."),
    Check("c20", "list", "info", "IDPs from a governorate do not fall while its returnees stay as they were.",
          "Nothing: for the analysts."),
    Check("c21", "submission", "block", "Neither a column nor a text carries personal data.",
          "Blank the answer, or give a text without names and numbers.", can_stay=False),
    Check("c22", "submission", "review", "An answer 'other' is one of the listed answers in no other words.",
          "Read it (dtm review text), then recode it or keep it."),
    Check("c23", "list", "block", "Not too many submissions are set aside.", "Correct them; so many bad records mean a broken form."),
    Check("c24", "list", "block", "Every record that counts is approved by its supervisor.",
          "Have it approved where it was collected, or set review_state to approved here."),
    Check("c25", "submission", "review", "A back-check by the supervisor agrees with the interview.", "Decide which of the two holds."),
    Check("c26", "submission", "block", "Every answer is one of the form's choices and of its question's type.",
          "Correct the answer.", can_stay=False),
    Check("c27", "submission", "block", "New arrivals = moved between places of displacement + displaced again + for the first time.",
          "Correct the parts or the sum.", can_stay=False),
    Check("c28", "submission", "block", "A record has what its status says: counts if updated or new, none if closed or not accessible.",
          "Correct update_status or the counts.", can_stay=False),
    Check("c29", "list", "block", "Ours agrees with the camp and area figures of other sources, or the gap was decided.",
          "Decide with no_action and as new value keep_ours, take_theirs (then correct the record) or revisit."),
    Check("c30", "submission", "block", "A decision of the cleaning log still fits the data that it was taken on.",
          "The answer was edited since: decide it again on its present value.", can_stay=False),
)  # fmt: skip

BY_ID: dict[str, Check] = {check.id: check for check in CHECKS}
CHANGE_TYPES = ("change_response", "blank_response", "remove_survey", "no_action")
QUERY_STATUSES = ("open", "sent_to_field", "answered", "decided")
WHOLE_LIST = "all"
