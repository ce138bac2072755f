"""A list of a round in the layout of the portal's export, which scripts of partners know: its headers, in its order."""

from __future__ import annotations

import pyarrow as pa

from expectations import portal
from expectations.release_tables import groups_of
from transforms.release.content import Content
from transforms.release.round_list import column_of, round_list


def classic(content: Content, population: str) -> pa.Table:
    """One row per location: the fifty headers of the portal, categories that it never carried, the list date, statuses.

    ``Individuals`` are the derived ones (see multiplier_rule), not those of the portal, which never took 5 per household in
    camps. A category that the list does not carry is an empty column, a withheld figure an empty cell; the status columns at
    the end, named as in the tidy list, tell which.
    """
    listed = round_list(content, population)
    rows = content.of_round(listed.table.name)
    named = [(header, _shown(column)) for header, column in portal.layout(population)]
    named += _beyond(population, listed.rows.column_names, {column for _, column in named})
    named.append((portal.DATE_HEADER, "list_date"))
    named += [(status, status) for status in groups_of(listed.table.name, content.declared(listed.table.name).columns)]
    columns = [column_of(rows, column) for _, column in named]  # one that the policy leaves out keeps its header
    fields = [pa.field(header, column.type) for (header, _), column in zip(named, columns, strict=True)]
    return pa.table(columns, schema=pa.schema(fields))


def _shown(column: str) -> str:
    """The column behind a header: individuals as derived, which every tier has."""
    return "individuals" if column == "individuals_as_provided" else column


def _beyond(population: str, carried: list[str], known: set[str]) -> list[tuple[str, str]]:
    """(header, column) of categories of the list that the portal's export has no column for.

    Spelled as released files spell them, so that their households are not lost; by the name of the column where no file does.
    """
    breakdown = (column for column in carried if column.startswith(portal.MARGINS) and not column.endswith("_status"))
    return [(portal.released_header(population, column) or column, column) for column in breakdown if column not in known]
