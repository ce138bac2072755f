"""Compare two rounds, or two vintages of one round, of a population.

A and B are rounds (R111) or vintages (R111@2019-09-15; R111@2021-03 names the month). Change at locations in
both is kept apart from coverage; names, districts and coordinates that drift are counted and shown."""

from __future__ import annotations

import argparse
import datetime
import re

import duckdb

from flows import show
from flows.commands.words import positive, round_number
from flows.console import query
from flows.problem import ExitCode, Problem
from flows.published import Published

HELP = "compare two rounds or two vintages"
EXAMPLE = "dtm diff R111@2019-09-15 R111@2021-03 --population idp --data data"
ROWS = 10

_SIDES = """
create temp table side as
select
    coalesce(a.place_id, b.place_id) as place_id,
    a.households as households_a, b.households as households_b,
    {attributes}
from (select * from location_count c join location_listing l using (round, population, vintage_date, place_id)
      where c.round = {round_a} and c.population = '{population}' and c.vintage_date = date '{vintage_a}') a
full join (select * from location_count c join location_listing l using (round, population, vintage_date, place_id)
      where c.round = {round_b} and c.population = '{population}' and c.vintage_date = date '{vintage_b}') b
on a.place_id = b.place_id
"""
_TOTALS = """
select
    sum(households_a)::bigint as households_a,
    sum(households_b)::bigint as households_b,
    (coalesce(sum(households_b), 0) - coalesce(sum(households_a), 0))::bigint as change,
    coalesce(sum(households_b - households_a), 0)::bigint as at_matched_locations,
    coalesce(sum(households_b) filter (where households_a is null), 0)::bigint as only_in_b,
    -coalesce(sum(households_a) filter (where households_b is null), 0)::bigint as only_in_a
from side
"""
_LOCATIONS = """
select
    count(households_a) as locations_a,
    count(households_b) as locations_b,
    count(*) filter (where households_a = households_b) as same,
    count(*) filter (where households_a <> households_b) as changed,
    count(*) filter (where households_a is null) as only_in_b,
    count(*) filter (where households_b is null) as only_in_a
from side
"""
_GOVERNORATES = """
select
    coalesce(governorate_b, governorate_a) as governorate,
    coalesce(sum(households_a), 0)::bigint as households_a,
    coalesce(sum(households_b), 0)::bigint as households_b,
    (coalesce(sum(households_b), 0) - coalesce(sum(households_a), 0))::bigint as change
from side
group by all
having change <> 0
order by abs(change) desc, governorate
"""
_PLACES = """
select place_id, coalesce(governorate_b, governorate_a) as governorate, coalesce(location_name_en_b, location_name_en_a) as location,
    households_a, households_b, (coalesce(households_b, 0) - coalesce(households_a, 0))::bigint as change
from side
where households_a is distinct from households_b
order by abs(change) desc, place_id
limit {rows}
"""
# What may drift between two lists, by the name that a person knows it under; the columns behind it.
_DRIFTING = {
    "name, English": ("location_name_en",),
    "name, Arabic": ("location_name_ar",),
    "district as listed": ("district_as_listed",),
    "district": ("district",),
    "governorate": ("governorate",),
    "coordinates": ("latitude", "longitude"),
    "location_id": ("location_id",),
}
_EDITIONS = """
select vintage_date, completeness
from list_edition
where population = '{population}' and round = {round}
order by vintage_date
"""
_PART_OF_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_FEW = "qualify row_number() over (partition by attribute order by place_id) <= {rows} order by attribute, place_id"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("a", metavar="A", help="R111 or R111@2019-09-15")
    parser.add_argument("b", metavar="B", help="the same")
    parser.add_argument("--population", choices=("idp", "returnee"), required=True)
    parser.add_argument("--rows", type=positive, default=ROWS, metavar="N", help="examples shown (default 10)")


def run(options: argparse.Namespace) -> int:
    """Print totals, locations, governorates, the largest changes and what drifted."""
    held = Published(options.data)
    with held.connect() as connection:
        a = _edition(held, connection, options.a, options.population)
        b = _edition(held, connection, options.b, options.population)
        if a == b:
            print(f"{options.population}: A and B are the same list, R{a[0]} (vintage {a[1]}{a[2]}).")
            return ExitCode.OK
        columns = ",\n    ".join(f"a.{name} as {name}_a, b.{name} as {name}_b" for own in _DRIFTING.values() for name in own)
        filled = _SIDES.format(
            attributes=columns, population=options.population, round_a=a[0], vintage_a=a[1], round_b=b[0], vintage_b=b[1]
        )
        connection.execute(filled)
        print(f"{options.population}: A = R{a[0]} (vintage {a[1]}{a[2]}), B = R{b[0]} (vintage {b[1]}{b[2]})\n")
        for title, text in (
            ("Households (net change of a stock)", _TOTALS),
            ("Locations", _LOCATIONS),
            ("By governorate, where different", _GOVERNORATES),
            ("Largest changes", _PLACES.format(rows=options.rows)),
            (
                "Locations in both whose description differs",
                _drift("'{what}' as attribute, count(*) as locations", "where locations > 0"),
            ),
            ("Examples", _drift("'{what}' as attribute, place_id, {a} as a, {b} as b", _FEW.format(rows=options.rows))),
        ):
            result = query(connection, text)
            print(f"{title}\n{show.table(result) if result.num_rows else '(none)'}\n")
    return ExitCode.OK


def _drift(select: str, tail: str) -> str:
    """One query over what may drift; of the locations in both lists, those where it differs."""
    parts = []
    for what, columns in _DRIFTING.items():
        differs = " or ".join(f"{name}_a is distinct from {name}_b" for name in columns)
        a, b = (f"concat_ws(' ', {', '.join(f'{name}_{side}' for name in columns)})" for side in "ab")
        own = select.format(what=what, a=a, b=b)
        parts.append(f"select {own} from side where households_a is not null and households_b is not null and ({differs})")
    return f"select * from ({' union all '.join(parts)}) {tail}"


def _edition(
    held: Published, connection: duckdb.DuckDBPyConnection, text: str, population: str
) -> tuple[int, datetime.date, str]:
    """(round, vintage, remark) of a round or vintage named by the user; without a vintage, the newest."""
    name, at, vintage = text.partition("@")
    number = round_number(name)
    if at and not _PART_OF_DATE.fullmatch(vintage):
        raise Problem(ExitCode.USAGE, f"'{vintage}' is no vintage such as 2021-03-01, or 2021-03 for the month.")
    editions = query(connection, _EDITIONS.format(population=population, round=number)).to_pylist()
    if not editions:
        raise held.no_list(number, population)
    chosen = [row for row in editions if row["vintage_date"].isoformat().startswith(vintage)] if vintage else editions[-1:]
    if len(chosen) != 1:
        vintages = ", ".join(row["vintage_date"].isoformat() for row in editions)
        names = f"{len(chosen)} vintages" if chosen else "no vintage"
        raise Problem(ExitCode.USAGE, f"'{text}' names {names} of the {population} list of R{number}; held: {vintages}.")
    remark = ", incomplete" if chosen[0]["completeness"] == "incomplete" else ""
    return number, chosen[0]["vintage_date"], remark
