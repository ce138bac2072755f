"""The tables of crossing points. Stage ``received``: what is kept of one file; ``clean``: what is in force of all of them.

Each published row says the file and the row from which it comes.
"""

from __future__ import annotations

from expectations.contract import Reference, Table
from expectations.crossing import APART, KINDS

_GOVERNORATE = Reference(("governorate",), "governorate", ("governorate",))
_LINE = ("source_sheet", "source_row")
_LINEAGE = ("sha256", "source_file", *_LINE)
_WINDOW = ("window_start", "window_end")

CROSSING_REFERENCE = [
    Table(
        "crossing_point", "reference",
        "Crossing points that are named in public. No closed list: not all of the 29 to 30 points of entry of 2020 are named, so rows may name others.",
        "one row per crossing point",
        ("crossing_point", "governorate", "neighbouring_country", "basis", "note"),
        ("crossing_point",),
        frozenset({"governorate", "neighbouring_country", "note"}),
    ),
]  # fmt: skip

# Kind -> what its table means, its grain, its key, what it points to.
_MADE: dict[str, tuple[str, str, tuple[str, ...], tuple[Reference, ...]]] = {
    "headcounts": (
        f"Headcounts of travellers and vehicles at crossing points: flows. {APART}",
        "one row per crossing point, day and direction", ("crossing_point", "observed_on", "crossing_direction"), (),
    ),
    "survey": (
        f"Answers of single travellers in the sample survey at crossing points; sensitive, for internal use. A sample: never scaled up. {APART} The list of questions is inferred.",
        "one row per interview", ("survey_id",), (),
    ),
    "status": (
        f"Status of points of entry in reference windows. {APART}",
        "one row per window and point of entry", (*_WINDOW, "crossing_point"), (),
    ),
    "restrictions": (
        f"Restrictions of movement inside the country in reference windows, as text: the fields of the published exercise are not known. {APART}",
        "one row per window, governorate and restriction", (*_WINDOW, "governorate", "restriction"), (_GOVERNORATE,),
    ),
}  # fmt: skip


def _of_kind(name: str) -> tuple[Table, Table, Table]:
    """What is kept of a file, what is in force, and what is published, of one kind."""
    kind, (meaning, grain, key, references) = KINDS[name], _MADE[name]
    may_be_null = frozenset(kind.columns) - set(kind.needed)
    rows = {"columns": (*kind.columns, *_LINEAGE), "key": key, "nullable": may_be_null, "references": references}
    return (
        Table(f"received_{kind.table}", "received", f"Rows of one file of {name}.", grain, (*kind.columns, *_LINE), key, may_be_null),
        Table(f"clean_{kind.table}", "clean", meaning, grain, **rows, may_be_empty=True),
        Table(kind.table, "core", meaning, grain, **rows, may_be_empty=True),
    )  # fmt: skip


_TABLES = [_of_kind(name) for name in KINDS]
CROSSING_RECEIVED = [received for received, _, _ in _TABLES]
CROSSING_CLEAN = [clean for _, clean, _ in _TABLES]
CROSSING_CORE = [published for _, _, published in _TABLES]

CROSSING_PRODUCT = [
    Table(
        "crossing_headcount_summary", "product",
        f"Headcounts by month: what was counted on the observed days, not an estimate of the month. {APART}",
        "one row per crossing point, month and direction",
        ("crossing_point", "month_start", "crossing_direction", "travellers", "vehicles", "observed_days", "vehicle_days",
         "travellers_per_observed_day"),
        ("crossing_point", "month_start", "crossing_direction"),
        frozenset({"vehicles"}),
        may_be_empty=True,
    ),
    Table(
        "crossing_survey_summary", "product",
        f"What travellers of the sample survey answered, as shares of those who answered the question; never scaled up to headcounts. {APART} For internal use: an answer of few respondents may tell who they are.",
        "one row per crossing point, direction, question and answer",
        ("crossing_point", "crossing_direction", "question", "answer", "respondents", "answered_respondents", "share_of_answered"),
        ("crossing_point", "crossing_direction", "question", "answer"),
        may_be_empty=True,
    ),
    Table(
        "point_of_entry_summary", "product",
        f"Points of entry by status in each reference window, and what changed since the window before. {APART}",
        "one row per window",
        (*_WINDOW, "points_of_entry", "closed_points", "commercial_only_points", "partially_open_points", "open_points",
         "previous_window_start", "previous_window_end", "previous_points_of_entry", "changed_points", "added_points", "dropped_points"),
        _WINDOW,
        frozenset({"previous_window_start", "previous_window_end", "previous_points_of_entry", "changed_points", "added_points",
                   "dropped_points"}),
        may_be_empty=True,
    ),
]  # fmt: skip
