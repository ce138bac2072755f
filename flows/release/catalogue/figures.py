"""The figures of the catalogue, compact: rows of small numbers that point into lists of governorates, districts and categories.

A figure is a number; ``"s"`` where the tier withholds it; null where it is not known. A sum over figures is given only
where each of them is. Places in lists are numbers from 0; -1 is the whole country.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import duckdb

from expectations.columns import POPULATIONS
from expectations.release_columns import SUPPRESSED
from flows.show import visible
from transforms.release.content import Content

WITHHELD = "s"
COUNTRY = -1
LARGEST = 10
# The tables from which the page is made and that name areas.
_AREAS_OF = ("governorate", "governorate_summary", "district_summary", "shelter_summary", "period_summary", "master_list_change",
             "idp_master_list", "returnee_master_list", "idp_origin_to_displacement", "returnee_last_displacement_to_return")  # fmt: skip
_GOVERNORATES = ("governorate", "origin_governorate", "last_displacement_governorate")
Figure = int | str | None


@dataclass(frozen=True)
class Areas:
    """Governorates and districts in the order in which rows point to them."""

    governorates: tuple[tuple[str, str | None], ...]
    districts: tuple[tuple[str, str, str | None], ...]

    def governorate(self, name: str) -> int:
        """Where a governorate stands."""
        return self._governorates[name]

    def district(self, governorate: str, name: str) -> int:
        """Where a district stands."""
        return self._districts[governorate, name]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_governorates", {row[0]: at for at, row in enumerate(self.governorates)})
        object.__setattr__(self, "_districts", {row[:2]: at for at, row in enumerate(self.districts)})

    def listed(self) -> dict[str, list]:
        """Names for the page: (English, Arabic) of governorates; (English, Arabic, governorate) of districts."""
        districts = [[shown(name), shown(arabic), self.governorate(of)] for of, name, arabic in self.districts]
        return {"governorates": [[shown(name), shown(arabic)] for name, arabic in self.governorates], "districts": districts}


class Figures:
    """The queries behind the page; they see the tables of a content and nothing else."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        for name, rows in content.tables.items():
            self._connection.register(name, rows)
        self.areas = self._areas()

    def rows(self, query: str, given: Sequence = ()) -> list[tuple]:
        """The rows of a query."""
        return self._connection.execute(query, given).fetchall()

    def has(self, table: str, *columns: str) -> bool:
        """Whether the tier has a table, with columns."""
        return table in self._content.tables and set(columns) <= set(self._content.tables[table].column_names)

    def close(self) -> None:
        """Let go of the tables."""
        self._connection.close()

    def _areas(self) -> Areas:
        """Every governorate and district that a table names; the code list of governorates gives all of them."""
        governorates = dict.fromkeys(name for column in _GOVERNORATES for (name,) in self._named(column))
        if self.has("governorate"):
            governorates |= dict(self.rows("select governorate, governorate_ar from governorate"))
        districts = dict.fromkeys(row for row in self._named("governorate", "district") if row[1] is not None)
        if self.has("district"):
            labelled = self.rows("select governorate, district, district_ar from district")
            districts |= {(of, name): arabic for of, name, arabic in labelled if (of, name) in districts}
        return Areas(
            tuple(sorted(governorates.items(), key=lambda row: row[0])),
            tuple((*row, label) for row, label in sorted(districts.items())),
        )

    def _named(self, *columns: str) -> list[tuple]:
        """What the tables that name areas have in some columns."""
        sources = [name for name in _AREAS_OF if self.has(name, *columns)]
        return self.rows(" union ".join(f"select {', '.join(columns)} from {name}" for name in sources)) if sources else []

    # --- totals ---------------------------------------------------------------------------------------------------------

    def rounds(self) -> list[list]:
        """(round, population -> list date, what absence from a list means) of each round held, oldest first."""
        dates: dict[int, dict[str, str]] = {}
        if self.has("national_summary"):
            for population, number, date in self.rows("select population, round, list_date from national_summary order by 2, 1"):
                dates.setdefault(number, {})[population] = date.isoformat()
        absence = dict(self.rows("select round, absence_means from round")) if self.has("round") else {}
        return [[number, dates[number], absence.get(number)] for number in sorted(dates)]

    def national(self) -> dict:
        """population -> round -> (households, individuals, individuals in camps, locations, districts, governorates,
        change of households, round before, rounds apart, completeness)."""
        made: dict[str, dict] = {population: {} for population in POPULATIONS}
        if not self.has("national_summary"):
            return made
        before = {}
        if self.has("change_summary"):
            query = "select population, round, households_change, previous_round, rounds_apart from change_summary"
            before = {row[:2]: row[2:] for row in self.rows(query)}
        columns = self._counts("national_summary", ("locations", "districts", "governorates"))
        query = f"""select population, round, households, households_status, individuals, individuals_in_camp, individuals_status,
            {columns}, completeness from national_summary order by 1, 2"""
        for population, number, households, h_status, individuals, in_camp, i_status, *counts, complete in self.rows(query):
            people = (figure(households, h_status), figure(individuals, i_status), figure(in_camp, i_status))
            change = before.get((population, number), (None, None, None))
            made[population][number] = [*people, *counts, *change, int(complete == "complete")]
        return made

    def governorates(self) -> dict:
        """population -> round -> rows of (governorate, households, individuals, locations, districts)."""
        return self._by_area("governorate_summary", ("governorate",), ("locations", "districts"), self.areas.governorate)

    def districts(self) -> dict:
        """population -> round -> rows of (district, households, individuals, locations)."""
        return self._by_area("district_summary", ("governorate", "district"), ("locations",), self.areas.district)

    def _by_area(self, table: str, area: tuple[str, ...], counts: tuple[str, ...], at: Callable[..., int]) -> dict:
        made: dict[str, dict] = {population: {} for population in POPULATIONS}
        if not self.has(table):
            return made
        query = f"""select population, round, {", ".join(area)}, households, households_status, individuals, individuals_status,
            {self._counts(table, counts)} from {table} order by all"""
        wide = 2 + len(area)
        for row in self.rows(query):
            households, h_status, individuals, i_status, *rest = row[wide:]
            values = [at(*row[2:wide]), figure(households, h_status), figure(individuals, i_status), *rest]
            made[row[0]].setdefault(row[1], []).append(values)
        return made

    def _counts(self, table: str, columns: tuple[str, ...]) -> str:
        """Columns of a query; null for those that the policy leaves out."""
        return ", ".join(column if self.has(table, column) else f"null as {column}" for column in columns)

    # --- margins and routes ---------------------------------------------------------------------------------------------

    def margin(self, table: str, code: str, label: str, order: str, group: str) -> dict:
        """A margin: its categories, and per population and round rows of (governorate or country, category, households).

        Args:
            table: ``shelter_summary`` or ``period_summary``.
            code: column of the category.
            label: column of its English words.
            order: expression by which categories are ordered.
            group: expression of the group that gives the colour.
        """
        categories = self.rows(f"select distinct {code}, {label}, {group}, {order} from {table} order by 4, 1, 3")
        places: dict[str, int] = {}
        for row in categories:
            places.setdefault(row[0], len(places))
        first = {row[0]: row for row in reversed(categories)}
        said = [[name, shown(first[name][1])] for name in places]
        groups: dict[str, list] = {population: [None] * len(places) for population in POPULATIONS}
        for population, name, of in self.rows(f"select distinct population, {code}, {group} from {table} order by all"):
            groups[population][places[name]] = of
        query = f"select population, round, governorate, {code}, households, households_status from {table} order by all"
        made: dict[str, dict] = {population: {} for population in POPULATIONS}
        for population, number, governorate, name, households, status in self.rows(query):
            row = (self.areas.governorate(governorate), places[name], figure(households, status))
            made[population].setdefault(number, []).append(row)
        for rounds in made.values():
            for rows in rounds.values():
                rows += _summed(rows, lambda row: (COUNTRY, row[1]))
        return {"categories": said, "groups": groups, "rows": made}

    def routes(self, table: str, origin: str) -> dict:
        """round -> rows of (from, to, households) between governorates; with sums over each side where every part is given."""
        query = f"select round, {origin}, governorate, households, households_status from {table} order by all"
        made: dict[int, list] = {}
        at = self.areas.governorate
        for number, since, now, households, status in self.rows(query):
            made.setdefault(number, []).append((at(since), at(now), figure(households, status)))
        for rows in made.values():
            parts = len(rows)
            sums = (lambda row: (row[0], COUNTRY), lambda row: (COUNTRY, row[1]), lambda row: (COUNTRY, COUNTRY))
            rows += [added for key in sums for added in _summed(rows[:parts], key)]
        return made

    # --- change -----------------------------------------------------------------------------------------------------------

    def changes(self) -> dict:
        """population -> round -> (households before, now, change, matched, new, back, no longer listed; rounds; locations)."""
        made: dict[str, dict] = {population: {} for population in POPULATIONS}
        if not self.has("change_summary"):
            return made
        parts = ("matched_change", "new_households", "back_households", "no_longer_listed_households")
        counts = ("matched_locations", "new_locations", "back_locations", "no_longer_listed_locations")
        query = f"""select population, round, previous_round, rounds_apart, previous_households, households, households_change,
            change_value_status, {self._counts("change_summary", parts)}, {self._counts("change_summary", counts)}
            from change_summary order by 1, 2"""
        for population, number, before, apart, was, now, change, status, *rest in self.rows(query):
            moved = [figure(value, status) for value in rest[: len(parts)]]
            made[population][number] = [before, apart, was, now, change, *moved, *rest[len(parts) :]]
        return made

    def largest_changes(self) -> dict:
        """population -> round -> the locations whose households changed most: (name, Arabic name, governorate, district,
        before, now, change, what became of the location). Changes that are withheld have no rank."""
        made: dict[str, dict] = {population: {} for population in POPULATIONS}
        if not self.has("master_list_change"):
            return made
        arabic = "location_name_ar" if self.has("location", "location_name_ar") else "null"
        joined = "left join location using (place_id)" if self.has("location") else ""
        query = f"""with ranked as (
                select * from master_list_change where households_change is not null and households_change <> 0
                qualify row_number() over (partition by population, round order by abs(households_change) desc, place_id) <= {LARGEST}
            )
            select ranked.population, ranked.round, ranked.location_name_en, {arabic}, ranked.governorate, ranked.district,
                ranked.previous_households, ranked.previous_status, ranked.households, ranked.households_status,
                ranked.households_change, ranked.change_status
            from ranked {joined} order by ranked.population, ranked.round, abs(ranked.households_change) desc, ranked.place_id"""
        for population, number, name, label, governorate, district, was, p_status, now, status, change, became in self.rows(
            query
        ):
            of = [self.areas.governorate(governorate), shown(district)]
            values = [shown(name), shown(label), *of, figure(was, p_status), figure(now, status), change, became]
            made[population].setdefault(number, []).append(values)
        return made

    def breaks(self) -> list[list]:
        """(round, list date, population, what changed, columns concerned, how it is known, source) of changes of the method."""
        if not self.has("method_break"):
            return []
        dated = "round.list_date" if self.has("round") else "null"
        joined = "left join round using (round)" if self.has("round") else ""
        query = f"""select method_break.round, {dated}, affected_population, change, affected_columns, basis, source
            from method_break {joined} where method_break.round <= ? order by all"""
        return [
            [number, date and date.isoformat(), population, *(shown(text) for text in texts)]
            for number, date, population, *texts in self.rows(query, [self._content.release.round])
        ]


def figure(value: int | None, status: str) -> Figure:
    """A figure as the page holds it."""
    return WITHHELD if status == SUPPRESSED else value


def shown(text: str | None) -> str | None:
    """A text of the data with control characters and direction marks spelled out."""
    return None if text is None else visible(text)


def _added(figures: Iterable[Figure]) -> Figure:
    """The sum of figures; withheld or not known where one of them is."""
    parts = list(figures)
    if WITHHELD in parts:
        return WITHHELD
    return None if None in parts else sum(parts)


def _summed(rows: Sequence[tuple], key: Callable[[tuple], tuple[int, int]]) -> list[tuple]:
    """Rows added up by a key of two places, in its order."""
    parts: dict[tuple[int, int], list[Figure]] = {}
    for row in rows:
        parts.setdefault(key(row), []).append(row[2])
    return [(*at, _added(figures)) for at, figures in sorted(parts.items())]
