"""What a reader of the released tables can work out: a linear programme over everything they give.

Unknown are the households of each location and the cells of its margins. Every figure that is given is an equation, and so
is that a margin adds up to its location. No code of the protection step is used here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
from scipy.optimize import linprog
from scipy.sparse import csr_array

from expectations import codes
from tests.releaseworld import CATEGORIES, PREFIX, persons

Terms = dict[tuple, float]
_STATUS = {"shelter": "shelter_status", "period": "period_status", "origin_governorate": "origin_status"}
_CODES = {row["governorate"]: row["governorate_code"] for row in codes.rows("governorate")}


class Reader:
    """Knows the released tables; ``widths`` gives (table, key, column) -> how far each withheld figure can range."""

    def __init__(self, tables: Mapping[str, pa.Table], nations: Mapping[tuple[int, str, str], int]) -> None:
        """``nations``: (round, dimension, category) -> national sums that are known beside the tables."""
        self.rows = {name: table.to_pylist() for name, table in tables.items()}
        self.places = {(row["round"], row["place_id"]): row for row in self.rows["idp_master_list"]}
        self.known: list[tuple[Terms, float]] = []
        self.asked: list[tuple[tuple, Terms]] = []
        self._collect()
        for (number, dimension, category), value in nations.items():
            self.known.append((self._sum(number, dimension, category), value))

    def _households(self, number: int, **where: str) -> Terms:
        return {
            ("h", number, place): 1.0
            for (own, place), row in self.places.items()
            if own == number and all(row[column] == value for column, value in where.items())
        }

    def _sum(self, number: int, dimension: str, category: str, **where: str) -> Terms:
        return {("x", *key[1:], dimension, category): 1.0 for key in self._households(number, **where)}

    def _figures(self) -> Iterator[tuple[tuple, str, object, str, Terms]]:
        """(key, column, value, status, what it adds up) of each figure."""
        for name, rows in self.rows.items():
            for row in rows:
                number = row["round"]
                if name in ("idp_master_list", "national_summary", "governorate_summary", "district_summary"):
                    columns = {"idp_master_list": ("place_id",), "governorate_summary": ("governorate",)}.get(name, ())
                    columns = ("governorate", "district") if name == "district_summary" else columns
                    where = {column: row[column] for column in columns}
                    out, inside = persons(number)
                    total, camp = self._households(number, **where), self._sum(number, "shelter", "camp", **where)
                    key = (name, number, *where.values())
                    for column, terms in (
                        ("households", total),
                        ("households_in_camp", camp),
                        ("households_out_of_camp", _plus(total, camp, -1)),
                        ("individuals", _plus(_times(total, out), camp, inside - out)),
                        ("individuals_in_camp", _times(camp, inside)),
                        ("individuals_out_of_camp", _times(_plus(total, camp, -1), out)),
                    ):
                        if column in row:
                            status = row["households_status" if column == "households" else "individuals_status"]
                            yield key, column, row[column], status, terms
                if name == "idp_master_list":
                    for dimension, known in CATEGORIES.items():
                        for one in known:
                            column = PREFIX[dimension] + one
                            yield key, column, row[column], row[_STATUS[dimension]], self._sum(number, dimension, one, **where)
                elif name in ("shelter_summary", "period_summary", "idp_origin_to_displacement"):
                    dimension, category = {
                        "shelter_summary": ("shelter", row.get("shelter_type")),
                        "period_summary": ("period", row.get("wave")),
                    }.get(name, ("origin_governorate", _CODES.get(row.get("origin_governorate"))))
                    terms = self._sum(number, dimension, category, governorate=row["governorate"])
                    key = (name, number, row["governorate"], category)
                    yield key, "households", row["households"], row["households_status"], terms
                    out, inside = persons(number)
                    if out == inside or dimension == "shelter":
                        factor = inside if category == "camp" else out
                        yield key, "individuals", row["individuals"], row["individuals_status"], _times(terms, factor)
                elif name == "master_list_change":
                    key = (name, number, row["place_id"])
                    now = self._households(number, place_id=row["place_id"])
                    then = self._households(row["previous_round"], place_id=row["place_id"])
                    yield key, "households", row["households"], row["households_status"], now
                    yield key, "previous_households", row["previous_households"], row["previous_status"], then
                    yield key, "households_change", row["households_change"], row["change_value_status"], _plus(now, then, -1)
                    if row["change_status"] == "same":
                        yield key, "households_change", 0, "given", _plus(now, then, -1)
                elif name == "change_summary":
                    yield from self._changes(row)

    def _changes(self, row: dict) -> Iterator[tuple[tuple, str, object, str, Terms]]:
        number, previous = row["round"], row["previous_round"]
        terms: dict[str, Terms] = {"new": {}, "back": {}, "no_longer_listed": {}, "matched": {}}
        for one in self.rows["master_list_change"]:
            if one["round"] == number:
                now = self._households(number, place_id=one["place_id"])
                then = self._households(previous, place_id=one["place_id"])
                kind = one["change_status"] if one["change_status"] in terms else "matched"
                terms[kind] |= then if kind == "no_longer_listed" else _plus(now, then, -1)
        for kind, own in terms.items():
            column = "matched_change" if kind == "matched" else f"{kind}_households"
            yield ("change_summary", number), column, row[column], row["change_value_status"], own
        every, old = self._households(number), self._households(previous)
        yield ("change_summary", number), "households", row["households"], "given", every
        yield ("change_summary", number), "previous_households", row["previous_households"], "given", old
        yield ("change_summary", number), "households_change", row["households_change"], "given", _plus(every, old, -1)

    def _collect(self) -> None:
        listed = set()
        for key, column, value, status, terms in self._figures():
            if value is not None:
                self.known.append((terms, value))
            else:
                assert status == "suppressed", (key, column, status)
                self.asked.append(((*key, column), terms))
            if key[0] in ("shelter_summary", "period_summary", "idp_origin_to_displacement"):
                listed.add((key[1], key[2], key[3]))
        for (number, place), row in self.places.items():
            for dimension, known in CATEGORIES.items():
                cells = {("x", number, place, dimension, one): 1.0 for one in known}
                self.known.append((_plus(cells, {("h", number, place): 1.0}, -1), 0))
                for one in known:
                    if (number, row["governorate"], one) not in listed:  # an empty sum has no row
                        self.known.append(({("x", number, place, dimension, one): 1.0}, 0))

    def widths(self, enough: float) -> dict[tuple, float]:
        """How far each withheld figure can range; looked at no closer where that is ``enough`` or more."""
        names = sorted(
            {name for terms, _ in self.known for name in terms} | {name for _, terms in self.asked for name in terms}, key=str
        )
        place = {name: number for number, name in enumerate(names)}
        equations = sorted({(tuple(sorted(terms.items(), key=str)), value) for terms, value in self.known if terms}, key=str)
        matrix = _matrix([dict(terms) for terms, _ in equations], place)
        right = np.array([value for _, value in equations], dtype=float)
        bounds = [(1 if name[0] == "h" else 0, None) for name in names]
        goals = _matrix([terms for _, terms in self.asked], place)
        least, most = np.full(len(self.asked), np.inf), np.full(len(self.asked), -np.inf)
        for number in range(len(self.asked)):
            for sign in (1, -1):
                if most[number] - least[number] >= enough:
                    break
                goal = sign * goals[[number]].toarray()[0]
                found = linprog(goal, A_eq=matrix, b_eq=right, bounds=bounds, method="highs")
                assert found.status == 0, found.message
                values = goals @ found.x  # every solution tells of all figures
                least, most = np.minimum(least, values), np.maximum(most, values)
        return {key: float(most[number] - least[number]) for number, (key, _) in enumerate(self.asked)}


def _matrix(sums: list[Terms], place: dict[tuple, int]) -> csr_array:
    entries = [(row, place[name], weight) for row, terms in enumerate(sums) for name, weight in terms.items()]
    rows, columns, weights = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_array((weights, (rows, columns)), shape=(len(sums), len(place)))


def _plus(left: Terms, right: Terms, weight: float) -> Terms:
    made = dict(left)
    for name, value in right.items():
        made[name] = made.get(name, 0.0) + weight * value
    return {name: value for name, value in made.items() if value}


def _times(terms: Terms, weight: float) -> Terms:
    return {name: value * weight for name, value in terms.items()}
