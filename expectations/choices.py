"""The closed answers of the form that are no place and no category: (code, English label)."""

from __future__ import annotations

YES_NO = (("yes", "Yes"), ("no", "No"))
CONSENTS = (
    ("yes", "Yes"), ("no", "No"),
    ("not_asked", "Nobody could be asked: the location or the informant was not reached"),
)  # fmt: skip
POPULATION_CHOICES = (("idp", "IDPs"), ("returnee", "Returnees"))
VISIT_TYPES = (("interview", "Interview"), ("back_check", "Back-check by a supervisor"))
ACCESSIBILITY = (("accessible", "Accessible"), ("not_accessible", "Not accessible"))
# Project lists: the codes that DTM uses are not published.
ACCESS_REASONS = (
    ("security", "Insecurity"), ("permission", "No permission"), ("road", "Road closed or destroyed"),
    ("weather", "Weather or flood"), ("other", "Other"),
)  # fmt: skip
FIELD_STATUSES = (
    ("new", "New location"), ("updated", "Updated"), ("confirmed_unchanged", "Confirmed unchanged"),
    ("closed", "Closed: nobody of this population lives here any more"),
    ("informant_unreachable", "Key informant could not be reached"),
)  # fmt: skip
KI_TYPES = (
    ("community_leader", "Community leader"), ("mukhtar", "Mukhtar"), ("local_authority", "Local authority"),
    ("security_forces", "Member of the security forces"), ("other", "Other"),
)  # fmt: skip
KI_SEXES = (("female", "Female"), ("male", "Male"))
