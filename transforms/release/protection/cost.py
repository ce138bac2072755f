"""What protection costs: how much of each list a tier cannot show, for whoever clears a release and for the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from expectations.columns import POPULATIONS
from expectations.release_columns import SUPPRESSED
from expectations.release_tables import GROUPS

_MARGINS = ("origin_status", "last_displacement_status", "shelter_status", "period_status")
_SUMS = ("shelter_summary", "period_summary", "idp_origin_to_displacement", "returnee_last_displacement_to_return")


@dataclass(frozen=True)
class Cost:
    """What is withheld of the list of a population in a round; with ``round`` None of all its lists together.

    ``locations`` and ``households``: all of them; ``locations_withheld`` and ``households_withheld``: those whose households
    are withheld, and how many these are. ``margins_withheld``: margin (origin, last_displacement, shelter, period) -> its
    locations. ``districts_withheld``, ``governorates_withheld``: totals. ``sums_withheld``: table -> sums of a category in a
    governorate; ``sums``: table -> all of them.
    """

    population: str
    round: int | None
    locations: int
    locations_withheld: int
    households: int
    households_withheld: int
    margins_withheld: Mapping[str, int]
    districts_withheld: int
    governorates_withheld: int
    sums: Mapping[str, int]
    sums_withheld: Mapping[str, int]


def cost(open_tables: Mapping[str, pa.Table], protected_tables: Mapping[str, pa.Table]) -> list[Cost]:
    """What was withheld, for each population: of its newest round, then of all its rounds.

    Args:
        open_tables: as opened for the tier; what is withheld is counted in true households.
        protected_tables: the same tables protected.
    """
    found = []
    for population in POPULATIONS:
        name = f"{population}_master_list"
        if name in open_tables and open_tables[name].num_rows:
            newest = pc.max(open_tables[name]["round"]).as_py()
            found += [_cost(population, number, open_tables, protected_tables) for number in (newest, None)]
    return found


def _cost(population: str, number: int | None, opened: Mapping[str, pa.Table], made: Mapping[str, pa.Table]) -> Cost:
    name = f"{population}_master_list"
    truth, shown = _of(opened[name], population, number), _of(made[name], population, number)
    hidden = pc.equal(shown["households_status"], SUPPRESSED)
    sums = {one: _of(made[one], population, number) for one in _SUMS if one in made and _has(one, population)}
    return Cost(
        population,
        number,
        truth.num_rows,
        _count(hidden),
        pc.sum(truth["households"]).as_py() or 0,
        pc.sum(truth["households"].filter(hidden)).as_py() or 0,
        {one.removesuffix("_status"): _withheld(shown, one) for one in _MARGINS if one in GROUPS[name]},
        *(_withheld(_of(made[one], population, number), "households_status") if one in made else 0 for one in ("district_summary", "governorate_summary")),
        {one: rows.num_rows for one, rows in sums.items()},
        {one: _withheld(rows, "households_status") for one, rows in sums.items()},
    )  # fmt: skip


def _has(table: str, population: str) -> bool:
    return table.split("_")[0] not in POPULATIONS or table.startswith(population)


def _of(table: pa.Table, population: str, number: int | None) -> pa.Table:
    if "population" in table.column_names:
        table = table.filter(pc.equal(table["population"], population))
    return table if number is None else table.filter(pc.equal(table["round"], number))


def _withheld(table: pa.Table, status: str) -> int:
    return _count(pc.equal(table[status], SUPPRESSED))


def _count(mask: pa.ChunkedArray) -> int:
    return pc.sum(mask).as_py() or 0
