"""Compare two rounds, or two vintages of one round, of a population.

A and B are rounds (R111) or vintages (R111@2019-09-15; R111@2021-03 names the month). Change at locations in
both is kept apart from coverage; names, districts and coordinates that drift are counted and shown."""

from __future__ import annotations

import argparse
import datetime

import duckdb

from flows import show
from flows.commands.trace import round_number
from flows.problem import ExitCode, Problem
from flows.published import Published, query

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
_ATTRIBUTES = ("governorate", "district_as_listed", "district", "location_name_en", "location_name_ar", "latitude", "longitude", "location_id")
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
_DRIFT = """
select 'name' as attribute, count(*) filter (where location_name_en_a is distinct from location_name_en_b or location_name_ar_a is distinct from location_name_ar_b) as locations from side where {both}
union all
select 'name, English', count(*) filter (where location_name_en_a is distinct from location_name_en_b) from side where {both}
union all
select 'name, Arabic', count(*) filter (where location_name_ar_a is distinct from location_name_ar_b) from side where {both}
union all
select 'district as listed', count(*) filter (where district_as_listed_a is distinct from district_as_listed_b) from side where {both}
union all
select 'district', count(*) filter (where district_a is distinct from district_b) from side where {both}
union all
select 'governorate', count(*) filter (where governorate_a is distinct from governorate_b) from side where {both}
union all
select 'coordinates', count(*) filter (where latitude_a is distinct from latitude_b or longitude_a is distinct from longitude_b) from side where {both}
union all
select 'location_id', count(*) filter (where location_id_a is distinct from location_id_b) from side where {both}
"""
_BOTH = "households_a is not null and households_b is not null"
_EXAMPLES = """
select place_id, location_name_en_a as name_a, location_name_en_b as name_b, district_as_listed_a as district_a,
    district_as_listed_b as district_b, latitude_a, latitude_b, longitude_a, longitude_b
from side
where {both} and (location_name_en_a is distinct from location_name_en_b
    or district_as_listed_a is distinct from district_as_listed_b
    or latitude_a is distinct from latitude_b or longitude_a is distinct from longitude_b)
order by place_id
limit {rows}
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("a", metavar="A", help="R111 or R111@2019-09-15")
    parser.add_argument("b", metavar="B", help="the same")
    parser.add_argument("--population", choices=("idp", "returnee"), required=True)
    parser.add_argument("--rows", type=int, default=ROWS, metavar="N", help="examples shown (default 10)")


def run(options: argparse.Namespace) -> int:
    """Print totals, locations, governorates, the largest changes and what drifted."""
    held = Published(options.data)
    with held.connect() as connection:
        a = _edition(connection, options.a, options.population)
        b = _edition(connection, options.b, options.population)
        columns = ",\n    ".join(f"a.{name} as {name}_a, b.{name} as {name}_b" for name in _ATTRIBUTES)
        filled = _SIDES.format(attributes=columns, population=options.population, round_a=a[0], vintage_a=a[1], round_b=b[0], vintage_b=b[1])
        connection.execute(filled)
        print(f"{options.population}: A = R{a[0]} (vintage {a[1]}{a[2]}), B = R{b[0]} (vintage {b[1]}{b[2]})\n")
        for title, text in (
            ("Households (net change of a stock)", _TOTALS),
            ("Locations", _LOCATIONS),
            ("By governorate, where different", _GOVERNORATES),
            ("Largest changes", _PLACES.format(rows=options.rows)),
            ("Locations in both whose description differs", _DRIFT.format(both=_BOTH)),
            ("Examples", _EXAMPLES.format(both=_BOTH, rows=options.rows)),
        ):
            result = query(connection, text, None)
            print(f"{title}\n{show.table(result) if result.num_rows else '(none)'}\n")
    return ExitCode.OK


def _edition(connection: duckdb.DuckDBPyConnection, text: str, population: str) -> tuple[int, datetime.date, str]:
    """(round, vintage, remark) of a round or vintage named by the user; without a vintage, the newest."""
    name, _, vintage = text.partition("@")
    number = round_number(name)
    rows = query(connection, f"select vintage_date, completeness from list_edition where population = '{population}' and round = {number} order by 1", None).to_pylist()
    if not rows:
        raise Problem(ExitCode.USAGE, f"No {population} list of R{number} is held.")
    chosen = [row for row in rows if row["vintage_date"].isoformat().startswith(vintage)] if vintage else rows[-1:]
    if len(chosen) != 1 or (vintage and len(vintage) < 4):
        held = ", ".join(row["vintage_date"].isoformat() for row in rows)
        raise Problem(ExitCode.USAGE, f"'{text}' names {len(chosen)} vintages of the {population} list; held: {held}.")
    remark = ", incomplete" if chosen[0]["completeness"] == "incomplete" else ""
    return number, chosen[0]["vintage_date"], remark
