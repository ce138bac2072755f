"""The columns that only releases have: whether a value is given, and what became of a figure between versions."""

from __future__ import annotations

from expectations.contract import Column

# given: the value stands there; suppressed: withheld by the policy of the tier; missing: not known, or not carried by the list.
VALUE_STATUSES = (GIVEN, SUPPRESSED, MISSING) = ("given", "suppressed", "missing")


def _status(name: str, of: str) -> Column:
    meaning = (
        f"Whether {of} can be read here: given; suppressed, where the policy of the tier withholds it; missing, where it is not known. "
        "A suppressed value is empty, never zero."
    )
    return Column(name, "text", meaning, values=VALUE_STATUSES)


RELEASE_COLUMNS = (
    _status("households_status", "the number of households"),
    _status("individuals_status", "individuals, the households in camps, and what follows from them"),
    _status("shelter_status", "the margin of shelter types"),
    _status("period_status", "the margin of periods of displacement"),
    _status("origin_status", "the margin of governorates of origin"),
    _status("last_displacement_status", "the margin of governorates of last displacement"),
    _status("previous_status", "the number of households of the round before"),
    _status("change_value_status", "the change and what is said of it"),
    Column("release_id", "text", "Release: round, tier and version (0.x partial, 1.0 final, 1.1 and on corrections).", pattern=r"^r[0-9]{3}-[a-z0-9-]+-v[0-9]+\.[0-9]+$"),
    Column("revised_column", "text", "Column that was revised.", pattern=r"^[a-z][a-z0-9_]{0,62}$"),
    Column("value_before", "text", "Value in the version before; null where it was not given."),
    Column("value_after", "text", "Value in this version; null where it is not given."),
    Column("revision_reason", "text", "Why a version was made, as its drafter said."),
    Column("feedback_id", "text", "Feedback that led to the version.", pattern=r"^F[0-9]{1,6}$"),
    Column("verdict", "text", "What comparing a published figure with the list gives.", values=("exact", "different, cause known", "different", "cause no longer applies", "no list")),
)  # fmt: skip
