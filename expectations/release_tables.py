"""The tables of a release: those published in the data folder, with the status of what the policy may withhold.

A group of columns is given, suppressed or missing together, so that one status column tells of it. Every tier has the same
columns, less those that its policy leaves out: a partner's query runs on the public files too.
"""

from __future__ import annotations

from dataclasses import replace

from expectations.columns import COLUMNS, breakdown_categories
from expectations.contract import Table
from expectations.release import Tier
from expectations.tables import TABLES, published

_IN_CAMP = (
    "is_camp",
    "households_in_camp",
    "households_out_of_camp",
    "individuals",
    "individuals_in_camp",
    "individuals_out_of_camp",
)
_STATUS_OF_DIMENSION = {
    "origin_governorate": "origin_status",
    "last_displacement": "last_displacement_status",
    "shelter": "shelter_status",
    "period": "period_status",
}


def _list_groups(population: str) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {"households_status": ("households",), "individuals_status": _IN_CAMP}
    for dimension, _, name in breakdown_categories(population):
        status = _STATUS_OF_DIMENSION[dimension]
        groups[status] = (*groups.get(status, ()), name)
    return groups


_SUMMED = {"households_status": ("households",), "individuals_status": _IN_CAMP}
# table -> status column -> columns whose values it tells of, as far as the table has them
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "idp_master_list": _list_groups("idp"),
    "returnee_master_list": _list_groups("returnee"),
    "master_list_change": {
        "households_status": ("households",),
        "previous_status": ("previous_households",),
        "change_value_status": ("households_change", "change_share", "change_status", "needs_review"),
    },
    "change_summary": {
        "change_value_status": ("matched_change", "new_households", "back_households", "no_longer_listed_households"),
    },
    "national_summary": _SUMMED,
    "governorate_summary": _SUMMED,
    "district_summary": _SUMMED,
    "subdistrict_summary": _SUMMED,
    "shelter_summary": _SUMMED,
    "period_summary": _SUMMED,
    "idp_origin_to_displacement": _SUMMED,
    "returnee_last_displacement_to_return": _SUMMED,
}

# What follows from comparing versions of releases; made by the release itself.
OWN = {
    table.name: table
    for table in (
        Table(
            "revision",
            "product",
            "What was revised after its first release: every value that differs between two versions of a list.",
            "one row per version, population, round, location and column",
            ("release_id", "population", "round", "place_id", "revised_column", "value_before", "value_after",
             "revision_reason", "feedback_id"),
            ("round", "release_id", "population", "place_id", "revised_column"),
            frozenset({"value_before", "value_after", "feedback_id"}),
            may_be_empty=True,
        ),
        Table(
            "reconciliation",
            "product",
            "Published figures beside those of the lists: exact, different with the cause, or different.",
            "one row per population, round, kind of publication and measure",
            ("population", "round", "publication_kind", "measure", "published_value", "list_value", "verdict", "cause"),
            ("population", "round", "publication_kind", "measure", "published_value"),
            frozenset({"list_value", "cause"}),
            may_be_empty=True,
        ),
    )
}  # fmt: skip
FIRST_PUBLISHED = "_first_published"  # ending of the tables that hold lists as they were first released
LISTS = ("idp_master_list", "returnee_master_list")


def names(tier: Tier) -> tuple[str, ...]:
    """The tables of a tier, in the order of the contract, without those that the release itself makes."""
    every = tuple(table.name for table in published())
    return every if "*" in tier.tables else tuple(name for name in every if name in tier.tables)


def release_table(name: str, tier: Tier) -> Table:
    """A table as a tier holds it. Status columns come last; what may be withheld may be null.

    Args:
        name: of a published table, of a table in :data:`OWN`, or of a list as first published.
    """
    if name in OWN:
        return OWN[name]
    table = TABLES[name.removesuffix(FIRST_PUBLISHED)]
    columns = tuple(
        column
        for column in table.columns
        if COLUMNS[column].sensitivity in tier.sensitivity and (column in table.key or not tier.leaves_out(table.name, column))
    )
    groups = groups_of(table.name, columns)
    withheld = {column for members in groups.values() for column in members}
    made = replace(table, name=name, columns=(*columns, *groups), nullable=table.nullable & set(columns) | withheld)
    if name != table.name:
        meaning = f"{table.meaning.rstrip('.')}; each round as it was first released."
        return replace(made, meaning=meaning)
    return made


def groups_of(name: str, columns: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Status column -> columns of a table that it tells of."""
    found = {status: tuple(c for c in columns if c in members) for status, members in GROUPS.get(name, {}).items()}
    return {status: members for status, members in found.items() if members}
