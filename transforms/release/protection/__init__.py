"""Withholding what a tier with a threshold may not show, the same for the same list in every release.

Figures of 1 to threshold - 1 households are withheld, and others until no withheld one can be worked out to within
``threshold`` households from everything that the tier publishes. Households are moved nowhere and nothing is rounded: what
is given is true. What is withheld is null with the status ``suppressed``, never zero; single values of such a group that
follow from given figures anyway (0 households in camps where no camp is hidden, individuals where one multiplier holds)
stay. What of a list is withheld depends on that list alone, so that no two releases can be subtracted from each other.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from expectations.columns import COLUMNS
from expectations.release import Tier
from expectations.release_tables import FIRST_PUBLISHED, LISTS, release_table
from expectations.schema import conform
from expectations.tables import TABLES
from transforms.release.protection.changes import changes
from transforms.release.protection.cost import Cost, cost
from transforms.release.protection.earlier import starts
from transforms.release.protection.lists import CountedList, counted_lists
from transforms.release.protection.locations import hidden_places
from transforms.release.protection.margins import margin_pattern
from transforms.release.protection.pattern import Pattern, Start, nothing_settled
from transforms.release.protection.withholding import withheld

__all__ = ["Cost", "cost", "protected", "unknown_nations"]

_PROTECTED = (
    *LISTS,
    "master_list_change",
    "change_summary",
    "national_summary",
    "governorate_summary",
    "district_summary",
    "shelter_summary",
    "period_summary",
    "idp_origin_to_displacement",
    "returnee_last_displacement_to_return",
)
_COUNTED = ("households", "individuals")
_CATEGORY_TABLES = ("shelter_summary", "period_summary", "idp_origin_to_displacement", "returnee_last_displacement_to_return")
# Columns that would tell how many locations stand behind a withheld figure, or repeat it, by table; "" for every table.
_TELLING = {
    "": ("individuals_as_provided", "locations_in_camp", "changed_locations", "review_locations"),
    **dict.fromkeys(_CATEGORY_TABLES, ("locations", "reporting_locations")),
}


def protected(tables: Mapping[str, pa.Table], tier: Tier, before: Mapping[str, pa.Table] | None = None) -> dict[str, pa.Table]:
    """The tables of a tier with figures below its threshold withheld, and others from which these could be worked out.

    Args:
        tables: as :func:`transforms.release.opening.opened` gives them; lists as first published are left as they are.
        tier: whose threshold; 0 withholds nothing.
        before: the tables of the version released before in the same tier, as released. Where a list differs from what they
            show, what they withheld stays withheld, and nothing is withheld that they gave and that is still the same.

    Returns:
        The same tables, each as its contract says, in the same order.

    Raises:
        ValueError: the tier holds figures for which there is no protection, or a list is too small for any; one sentence.
    """
    if tier.threshold == 0:
        return dict(tables)
    _refuse_unknown(tables, tier)
    lists = counted_lists(tables)
    begun = starts(lists, before or {})
    patterns = {
        (own.population, own.round): (own, _pattern(own, tier.threshold, begun[own.population, own.round])) for own in lists
    }
    made = withheld(tables, patterns)
    made |= changes(tables, patterns, tier.threshold, (before or {}).get("change_summary"))
    return {name: conform(table, release_table(name, tier)) if name in _PROTECTED else table for name, table in made.items()}


def _pattern(own: CountedList, threshold: int, start: Start) -> Pattern:
    places = hidden_places(own, threshold, start)
    return Pattern(places, {name: margin_pattern(own, margin, places, threshold, start) for name, margin in own.margins.items()})


def _refuse_unknown(tables: Mapping[str, pa.Table], tier: Tier) -> None:
    """Refuse figures that nothing here protects, and columns that tell of withheld ones."""
    for name, table in tables.items():
        if name.endswith(FIRST_PUBLISHED):
            continue
        if name not in _PROTECTED:
            stage = TABLES[name].stage if name in TABLES else ""
            counted = [column for column in table.column_names if column in COLUMNS and COLUMNS[column].unit in _COUNTED]
            if counted and stage != "reference":
                raise ValueError(
                    f"tier {tier.name} has a threshold of {tier.threshold}, but nothing protects the {counted[0]} of {name}: "
                    f"leave the table out of the tier, or set threshold to 0"
                )
            continue
        telling = [column for column in (*_TELLING[""], *_TELLING.get(name, ())) if column in table.column_names]
        if telling:
            raise ValueError(
                f"tier {tier.name} has a threshold of {tier.threshold}, but {telling[0]} of {name} would tell what is withheld: "
                f"add '{name}.{telling[0]}' to its leave_out"
            )
    for name in LISTS:
        if "change_summary" in tables and "master_list_change" not in tables:
            raise ValueError(
                f"tier {tier.name} has a threshold of {tier.threshold}, but change_summary cannot be protected without master_list_change"
            )
        used = [one for one in tables if one in _PROTECTED and one not in LISTS and not one.endswith(FIRST_PUBLISHED)]
        if used and name not in tables and not _is_of_other(name, used, tables):
            raise ValueError(
                f"tier {tier.name} has a threshold of {tier.threshold}, but {used[0]} cannot be protected without {name}"
            )


def _is_of_other(name: str, used: list[str], tables: Mapping[str, pa.Table]) -> bool:
    """Whether none of the tables has rows of the population of a list."""
    population = name.removesuffix("_master_list")
    for one in used:
        table = tables[one]
        if "population" in table.column_names:
            if population in table["population"].unique().to_pylist():
                return False
        elif one.startswith(population):
            return False
    return True


def unknown_nations(tables: Mapping[str, pa.Table], tier: Tier) -> set[tuple[str, int, str, str]]:
    """Categories whose sum over all governorates must not be told: (population, round, dimension, category).

    No table holds that sum. It can be added up, unless one of its parts is withheld; then it is known from nowhere, and must
    not be made up from the open tables where this names it.
    """
    found = set()
    if tier.threshold:
        for own in counted_lists(tables):
            start = nothing_settled(own)
            for dimension, one in _pattern(own, tier.threshold, start).margins.items():
                names = own.margins[dimension].categories
                found |= {(own.population, own.round, dimension, names[place]) for place in one.nation[:-1].nonzero()[0]}
    return found
