"""What changed against the round before, in words that keep matched change and change of coverage apart."""

from __future__ import annotations

import pyarrow.compute as pc

from expectations.release_columns import SUPPRESSED
from transforms.release.content import Content

TABLE = "change_summary"
NO_EARLIER = "No earlier list of this population is held."


def change_row(content: Content, population: str) -> dict | None:
    """The row of the change summary for the list of the release; None where no earlier list is held."""
    if TABLE not in content.tables:
        return None
    rows = content.of_round(TABLE)
    found = rows.filter(pc.equal(rows["population"], population)).to_pylist()
    return found[0] if found else None


def net_change(content: Content, population: str) -> str:
    """One paragraph: households now and before, net change, change at matched locations, change of coverage."""
    row = change_row(content, population)
    if row is None:
        return NO_EARLIER
    apart = "" if row["rounds_apart"] == 1 else f", {row['rounds_apart']} rounds earlier"
    return (
        f"{_figure(row, 'households')} households; {_figure(row, 'previous_households')} in R{row['previous_round']}{apart}. "
        f"Net change {_figure(row, 'households_change', '+,')}. "
        f"At the {_figure(row, 'matched_locations')} locations in both rounds {_figure(row, 'matched_change', '+,')}. "
        f"Coverage: {_part(row, 'new', 'new', 1)}; {_part(row, 'back', 'back on the list', 1)}; "
        f"{_part(row, 'no_longer_listed', 'no longer listed', -1)}."
    )


def _part(row: dict, name: str, words: str, sign: int) -> str:
    """Locations that came or went, with the households that they bring or take."""
    count = row[f"{name}_locations"]
    what = f"{_figure(row, f'{name}_locations')} location{'s' * (count != 1)} {words}"
    return what if count == 0 else f"{what}, {_figure(row, f'{name}_households', '+,', sign)} households"


def _figure(row: dict, column: str, form: str = ",", sign: int = 1) -> str:
    """A figure for a person; what is not there is never shown as a number."""
    value = row.get(column)
    if value is not None:
        return format(sign * value, form) if value else "0"
    return "(withheld)" if row.get("change_value_status") == SUPPRESSED else "(not known)"
