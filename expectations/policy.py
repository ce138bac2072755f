"""What a round may decide for itself: every threshold and policy with its default, and where the default comes from.

Each is a key of the round's section in ``rounds.toml``. A list is made with the policy as it was when the list was made.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields

from expectations.rules import QUARANTINED_SHARE_MAXIMUM, REVIEW_HOUSEHOLDS, REVIEW_SHARE

CARRY, LEAVE_OUT = "carry_forward", "leave_out"
# "DTM leaves out every location whose key informant was not reachable" (published for R132).
UNREACHABLE_LEFT_OUT_FROM = 132


def _setting(default: object, meaning: str, basis: str = "project decision", least: float = 0) -> object:
    return field(default=default, metadata={"meaning": meaning, "basis": basis, "least": least})


@dataclass(frozen=True)
class Policy:
    """The settings of one round."""

    not_reached: str = _setting(CARRY, "Locations of the frame without a usable record: carry_forward or leave_out.")
    unreachable: str = _setting(
        CARRY, "Locations whose key informant could not be reached: carry_forward or leave_out.",
        "published: left out from R132 on",
    )  # fmt: skip
    late: str = _setting("next_round", "Submissions after the list was frozen: next_round, or revision (reopen the round).")
    carried_rounds_maximum: int = _setting(
        3, "A location carried forward for more rounds than this is for review (C14).", "inferred"
    )
    change_share: float = _setting(
        REVIEW_SHARE, "Share of the households before above which a change is for review (C10).", "measured"
    )
    change_households: int = _setting(REVIEW_HOUSEHOLDS, "Households from which a change is for review (C10).", "measured")
    governorate_change_idp: float = _setting(0.10, "Change of a governorate's IDPs that is for review (C11).", "measured")
    governorate_change_returnee: float = _setting(
        0.05, "Change of a governorate's returnees that is for review (C11).", "measured"
    )
    national_change_idp: float = _setting(0.05, "Change of the country's IDPs to be explained (C12).", "measured")
    national_change_returnee: float = _setting(0.03, "Change of the country's returnees to be explained (C12).", "measured")
    locations_change: float = _setting(0.05, "Share of locations new or gone that is for review (C13).")
    persons_minimum: float = _setting(4.5, "Lowest plausible median of individuals per household (C08).", "inferred")
    persons_maximum: float = _setting(6.5, "Highest plausible median of individuals per household (C08).", "inferred")
    informant_places_maximum: int = _setting(
        10, "One key informant for more locations than this is for review (C15).", "inferred"
    )
    identical_places: int = _setting(3, "Identical counts at this many places are for review (C16).", "inferred", 2)
    identical_values: int = _setting(3, "Different values that a count needs before being called identical (C16, C17).")
    duplicate_answers: int = _setting(
        7, "Submissions that differ in this many answers or fewer are for review (C17).", "published"
    )
    outlier_deviations: float = _setting(
        3.0, "Standard deviations, also on logs, from which a count is an outlier (C18).", "published"
    )
    duration_minutes_minimum: int = _setting(3, "Shortest plausible interview (C19).")
    duration_minutes_maximum: int = _setting(240, "Longest plausible interview (C19).")
    quarantined_share_maximum: float = _setting(QUARANTINED_SHARE_MAXIMUM, "Largest share of submissions set aside (C23).")
    informants_differ_share: float = _setting(0.10, "Approved records of one location may differ by this share (C03).")
    informants_differ_households: int = _setting(5, "... or by this many households (C03).")
    comparison_share: float = _setting(0.10, "Gap to another source's figure that needs a decision, as a share of theirs.")
    comparison_households: int = _setting(20, "... and in households.")
    coordinates_kilometres: float = _setting(5.0, "Distance from the register's coordinates that is for review (C07).")
    back_check_share: float = _setting(0.05, "Share of records that supervisors should check again; shown, not enforced.")
    due_days: int = _setting(5, "Days that a team has for an answer.")
    retention_days: int = _setting(365, "Days that raw submissions are kept before they may be purged.")


ZONE = "Asia/Baghdad"  # the days of a calendar are those of the teams
LARGEST = 100_000
CHOICES = {"not_reached": (CARRY, LEAVE_OUT), "unreachable": (CARRY, LEAVE_OUT), "late": ("next_round", "revision")}


def default(round_number: int) -> Policy:
    """The policy with which a round opens."""
    return Policy(unreachable=LEAVE_OUT) if round_number >= UNREACHABLE_LEFT_OUT_FROM else Policy()


def parsed(given: dict[str, object], round_number: int) -> Policy:
    """The policy of a round from its section of ``rounds.toml``; what is not given keeps its default.

    Raises:
        ValueError: a key is not known, or its value is of another kind; one sentence.
    """
    if not isinstance(given, dict):
        raise ValueError("'policy' is no table of settings")
    known = {setting.name: setting for setting in fields(Policy)}
    said = asdict(default(round_number))
    for name, value in given.items():
        if name not in known:
            raise ValueError(f"'{name}' is no setting of a round; known: {', '.join(known)}")
        kind = type(said[name])
        if isinstance(value, bool) or not isinstance(value, (int, float) if kind is float else kind):
            raise ValueError(f"'{name}' is {value!r}, expected {_KINDS[kind]}")
        if name in CHOICES and value not in CHOICES[name]:
            raise ValueError(f"'{name}' is {value!r}, expected one of {', '.join(CHOICES[name])}")
        if kind is not str and not abs(value) <= LARGEST:
            raise ValueError(f"'{name}' is {value!r}, expected at most {LARGEST}")
        if kind is not str and not value >= known[name].metadata["least"]:
            raise ValueError(f"'{name}' is {value!r}, expected at least {known[name].metadata['least']}")
        said[name] = kind(value)
    return Policy(**said)


_KINDS = {int: "a whole number", float: "a number", str: "a text"}
