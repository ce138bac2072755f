"""What every reader of a table must know, by what the table is about: lists, emergency events, or crossing points."""

from __future__ import annotations

from expectations.contract import Table
from expectations.crossing import APART
from expectations.crossing_tables import CROSSING_CORE, CROSSING_PRODUCT
from expectations.emergency_tables import EMERGENCY_CORE, EMERGENCY_PRODUCT

Caveats = tuple[tuple[str, str], ...]

OF_LISTS: Caveats = (
    (
        "Unit",
        "Households are counted by key informants; individuals are derived by the table multiplier_rule "
        "(x6; x5 for IDPs in camps from R117).",
    ),
    ("Empty cells", "Empty means not known, or that the list of that round does not carry the category. It never means zero."),
    (
        "Margins",
        "Shelter, period and origin (or last displacement) are three separate totals per location. Their cross table is not known.",
    ),
)
OF_EVENTS: Caveats = (
    (
        "Unit",
        "Households as trackers record them; individuals are counted, or households times the multiplier of the event "
        "(table emergency_event).",
    ),
    ("Empty cells", "Empty means not known. It never means zero."),
    ("Apart", "Figures of two events are never added to each other, and none is added to the master list."),
)
OF_CROSSINGS: Caveats = (
    ("Empty cells", "Empty means not counted, not asked or not reported. It never means zero."),
    ("Apart", APART),
)
# What holds besides for every file of a release, whatever its tier.
OF_RELEASES: Caveats = (
    (
        "Withheld",
        "A figure that is empty while its status column says suppressed is withheld by the policy of the tier; where it says missing it "
        "is not known. Neither is zero: do not add up over such cells, take the published totals.",
    ),
    ("Populations", "IDPs and returnees are two stocks of their own; they are never added to each other."),
    (
        "Change",
        "Net change of a stock, not movement. Change at locations listed in both rounds is kept apart from change of coverage, "
        "that is of locations that come onto the list or leave it.",
    ),
)
VERSIONS = {
    "partial": "Versions 0.x are partial: the round was not complete when they were made.",
    "final": "Version 1.0 is the whole round.",
    "correction": "Versions from 1.1 on correct an earlier one, which stays readable.",
}
_UNIT_AT_CROSSINGS = {
    "crossing_headcount": "Travellers and vehicles as counted on the days observed: gross flows, no estimate of a month and no stock.",
    "crossing_survey": "Travellers who were asked: a sample, which is never scaled up.",
    "point_of_entry": "Points of entry, as reported for each reference window.",
    "movement_restriction": "Restrictions, as reported for each reference window.",
}


def is_about_lists(table: Table) -> bool:
    """Whether a table is about master lists, or what is joined to them."""
    return of(table) is OF_LISTS


def of(table: Table) -> Caveats:
    """The caveats of a table."""
    if table in (*EMERGENCY_CORE, *EMERGENCY_PRODUCT):
        return OF_EVENTS
    if table in (*CROSSING_CORE, *CROSSING_PRODUCT):
        unit = next(said for name, said in _UNIT_AT_CROSSINGS.items() if table.name.startswith(name))
        return (("Unit", unit), *OF_CROSSINGS)
    return OF_LISTS
