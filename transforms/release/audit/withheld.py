"""The figures that the newest version withholds, as sums of cells: each must stay within a wide range."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sparse

from expectations.columns import POPULATIONS
from transforms.release.audit import states
from transforms.release.audit.figures import ABSENT, HOUSEHOLDS, key
from transforms.release.audit.published import (
    _CATEGORY,
    AREA_TABLES,
    CATEGORY_TABLES,
    CLASSES,
    Book,
    _of_locations,
)

_AREA_MEASURES = ("households", "households_in_camp")


@dataclass
class Cell:
    """A withheld sum by name."""

    table: str
    population: str
    round: int
    place: str
    column: str


@dataclass
class Withheld:
    """Withheld figures.

    ``cells``: numbers of withheld cells of lists and of the change table, with ``cell_table`` the table (index into ``tables``)
    and ``cell_place`` the name of the place; ``sums``: others by name, with their entries (sum, cell, factor); ``repeated``: how
    many, by table, hold no unknown cell: what they say follows from figures that are given.
    """

    tables: list[str] = field(default_factory=list)
    cells: list[np.ndarray] = field(default_factory=list)
    cell_place: list[np.ndarray] = field(default_factory=list)
    cell_column: list[np.ndarray] = field(default_factory=list)
    sums: list[Cell] = field(default_factory=list)
    entry: list[np.ndarray] = field(default_factory=list)
    atom: list[np.ndarray] = field(default_factory=list)
    weight: list[np.ndarray] = field(default_factory=list)
    repeated: dict[str, int] = field(default_factory=dict)

    def add_cells(self, table: str, ids: np.ndarray, places: np.ndarray, columns: np.ndarray) -> None:
        """Withheld cells of a table."""
        self.tables.append(table)
        self.cells.append(ids)
        self.cell_place.append(places)
        self.cell_column.append(columns)

    def add_sums(self, names: list[Cell], entry: np.ndarray, atom: np.ndarray, weight: np.ndarray) -> None:
        """Withheld sums with their entries."""
        self.entry.append(entry + len(self.sums))
        self.atom.append(atom)
        self.weight.append(weight)
        self.sums += names

    def matrix(self, place: np.ndarray, width: int) -> sparse.csr_matrix:
        """sums x unknown cells; ``place``: the column of each cell, -1 where it is known."""
        if not self.sums:
            return sparse.csr_matrix((0, width), dtype=np.int64)
        entry, atom, weight = (np.concatenate(part) for part in (self.entry, self.atom, self.weight))
        chosen = (atom != ABSENT) & (place[np.where(atom == ABSENT, 0, atom)] >= 0)
        made = sparse.csr_matrix(
            (weight[chosen].astype(np.int64), (entry[chosen], place[atom[chosen]])), shape=(len(self.sums), width)
        )
        made.eliminate_zeros()
        return made


def withheld(book: Book) -> Withheld:
    """All that the newest version withholds."""
    found = Withheld()
    for population, one in enumerate(book.layouts):
        rows = book.rows[0, population]
        row, column = np.nonzero(rows.withheld)
        found.add_cells(one.table, rows.ids[row, column], rows.place[row], np.array(one.columns, object)[column])
        _locations_in_camp(book, population, found)
        for level, table in AREA_TABLES.items():
            _areas(book, population, level, table, found)
        for margin, table in CATEGORY_TABLES[one.population].items():
            _categories(book, population, margin, table, found)
    _changes(book, found)
    return found


def _repeated(found: Withheld, table: str, count: int) -> None:
    if count:
        found.repeated[table] = found.repeated.get(table, 0) + int(count)


def _locations_in_camp(book: Book, population: int, found: Withheld) -> None:
    rows, one = book.rows[0, population], book.layouts[population]
    printed = _of_locations(book, 0, book.states[0], one)
    if printed is None or not len(rows) or "households_in_camp" not in states.held(book.connection, f"now_{one.table}"):
        return
    camp = rows.ids[:, one.camp]
    unknown = book.cells.unknown(camp)
    hidden = np.isnan(printed["households_in_camp"]) & (camp != ABSENT).any(axis=1)
    _repeated(found, one.table, (hidden & ~unknown.any(axis=1)).sum())
    chosen = np.flatnonzero(hidden & unknown.any(axis=1))
    names = [
        Cell(one.table, one.population, int(number), place, "households_in_camp")
        for number, place in zip(rows.round[chosen], rows.place[chosen], strict=True)
    ]
    wide = camp.shape[1]
    found.add_sums(names, np.repeat(np.arange(len(chosen)), wide), camp[chosen].ravel(), np.ones(len(chosen) * wide, np.int64))


def _areas(book: Book, population: int, level: str, table: str, found: Withheld) -> None:
    """Sums of areas."""
    rows, one = book.rows[0, population], book.layouts[population]
    own, true = f"now_{table}", f"truth_{table}"
    columns = states.held(book.connection, own)
    if not columns or not len(rows):
        return
    using = {"district": "governorate, district", "governorate": "governorate", "national": ""}[level]
    measures = [measure for measure in _AREA_MEASURES if measure in columns]
    hidden = ", ".join(f"p.{measure} is null and t.{measure} is not null as {measure}" for measure in measures)
    g = "coalesce(a.g, -1)" if using else "-1"
    d = "coalesce(a.d, -1)" if level == "district" else "-1"
    name = {"district": "governorate || ' > ' || district", "governorate": "governorate", "national": "'Iraq'"}[level]
    join = {
        "district": f"join area_code a using ({using})",
        "governorate": "join governorate_code a using (governorate)",
        "national": "",
    }[level]
    asked = f"""
        select round, {g} as g, {d} as d, {name} as place, {hidden}
        from {true} t join {own} p using (population, round{", " + using if using else ""}) {join}
        where population = '{one.population}' order by round, place"""
    got = {name: np.asarray(values) for name, values in book.connection.execute(asked).fetchnumpy().items()}
    keys = key(population, got["round"].astype(np.int64), got["g"].astype(np.int64), got["d"].astype(np.int64))
    nowhere = np.full(len(rows), -1)
    of_rows = key(
        population, rows.round, rows.governorate if using else nowhere, rows.district if level == "district" else nowhere
    )
    camp = np.flatnonzero(one.camp)
    for measure in measures:
        chosen = got[measure].astype(bool)
        if measure == "households_in_camp" and level == "national":  # follows where its categories are printed for the country
            nations = [np.isin(key(population, got["round"].astype(np.int64), -1, one_camp), book.unprinted) for one_camp in camp]
            loose = np.logical_or.reduce(nations)
            _repeated(found, table, (chosen & ~loose).sum())
            chosen = chosen & loose
        wanted = np.array([HOUSEHOLDS]) if measure == "households" else camp
        order = np.flatnonzero(chosen)
        _add(
            book,
            found,
            table,
            one.population,
            measure,
            keys[order],
            got["round"][order],
            got["place"][order],
            of_rows,
            rows.ids[:, wanted],
        )


def _add(
    book: Book, found: Withheld, table: str, population: str, measure: str, keys: np.ndarray, rounds: np.ndarray, places: np.ndarray,
    of_rows: np.ndarray, ids: np.ndarray,
) -> None:  # fmt: skip
    """Add sums over rows of a list by key; ``ids``: rows x the cells of each that count."""
    if not len(keys):
        return
    sorted_keys = np.argsort(keys)
    at = np.searchsorted(keys[sorted_keys], of_rows)
    at = np.minimum(at, len(keys) - 1)
    target = np.where(keys[sorted_keys][at] == of_rows, sorted_keys[at], -1)
    chosen = target >= 0
    entry, atom = np.repeat(target[chosen], ids.shape[1]), ids[chosen].ravel()
    unknown = book.cells.unknown(atom)
    some = np.bincount(entry[unknown], minlength=len(keys)) > 0
    # households have a status of their own: withheld though all parts are given, they are given away; others go with their group
    kept = some if measure != "households" else np.ones(len(keys), bool)
    _repeated(found, table, (~kept).sum())
    renumbered = np.cumsum(kept) - 1
    names = [Cell(table, population, int(rounds[one]), str(places[one]), measure) for one in np.flatnonzero(kept)]
    own = kept[entry]
    found.add_sums(names, renumbered[entry[own]], atom[own], np.ones(own.sum(), np.int64))


def _categories(book: Book, population: int, margin: int, table: str, found: Withheld) -> None:
    rows, one = book.rows[0, population], book.layouts[population]
    if not states.held(book.connection, f"now_{table}") or not len(rows):
        return
    named = _CATEGORY[table]
    code = f"(select governorate_code from truth_code n where n.governorate = t.{named})" if margin == 3 else f"t.{named}"
    asked = f"""
        select round, g, {code} as category, t.{named} || ' in ' || governorate as place
        from truth_{table} t join now_{table} p using (population, round, governorate, {named})
        join governorate_code a using (governorate)
        where population = '{one.population}' and p.households is null and t.households is not null
        order by round, place"""
    got = {name: np.asarray(values) for name, values in book.connection.execute(asked).fetchnumpy().items()}
    if not len(got["round"]):
        return
    of = {category: column for column, category in enumerate(one.categories) if one.margin[column] == margin}
    column = np.array([of[category] for category in got["category"]])
    for number in np.unique(column):
        own = np.flatnonzero(column == number)
        keys = key(population, got["round"][own].astype(np.int64), got["g"][own].astype(np.int64))
        of_rows = key(population, rows.round, rows.governorate)
        _add(
            book,
            found,
            table,
            one.population,
            "households",
            keys,
            got["round"][own],
            got["place"][own],
            of_rows,
            rows.ids[:, [number]],
        )


def _changes(book: Book, found: Withheld) -> None:
    changes = book.changes[0]
    if changes is None:
        return
    for name, ids in (("households", changes.now), ("previous_households", changes.before)):
        chosen = np.isnan(changes.given[name]) & ~np.isnan(changes.true[name]) & (ids != ABSENT)
        found.add_cells("master_list_change", ids[chosen], changes.place[chosen], np.full(chosen.sum(), name, object))
    both = np.column_stack([changes.now, changes.before])
    hidden = np.isnan(changes.given["households_change"]) & ~np.isnan(changes.true["households_change"])
    unknown = book.cells.unknown(both)
    # one unknown part: the change is as wide as that part, which is looked at itself
    _repeated(found, "master_list_change", (hidden & ~unknown.any(axis=1)).sum())
    chosen = np.flatnonzero(hidden & unknown.all(axis=1))
    names = [
        Cell(
            "master_list_change",
            POPULATIONS[changes.population[at]],
            int(changes.round[at]),
            changes.place[at],
            "households_change",
        )
        for at in chosen
    ]
    found.add_sums(names, np.repeat(np.arange(len(chosen)), 2), both[chosen].ravel(), np.tile(np.array([1, -1]), len(chosen)))
    _change_sums(book, found, both)


def _change_sums(book: Book, found: Withheld, both: np.ndarray) -> None:
    changes = book.changes[0]
    columns = states.held(book.connection, "now_change_summary")
    wanted = [c for c in ("matched_change", *(f"{one}_households" for one in CLASSES)) if c in columns]
    if not wanted:
        return
    hidden = ", ".join(f"p.{c} is null and t.{c} is not null as {c}" for c in wanted)
    asked = f"""
        select population = '{POPULATIONS[1]}' as p, round, {hidden}
        from truth_change_summary t join now_change_summary p using (population, round) order by 1, 2"""
    got = {name: np.asarray(values) for name, values in book.connection.execute(asked).fetchnumpy().items()}
    keys = key(changes.population, changes.round)
    for column in wanted:
        for at in np.flatnonzero(got[column].astype(bool)):
            of = keys == key(int(got["p"][at]), int(got["round"][at]))
            if column == "matched_change":
                own = of & ~np.isin(changes.status, CLASSES)
                atom, weight = both[own].ravel(), np.tile(np.array([1, -1]), own.sum())
            else:
                own = of & (changes.status == column.removesuffix("_households"))
                atom = both[own, 1 if column.startswith("no_longer") else 0]
                weight = np.ones(len(atom), np.int64)
            if not book.cells.unknown(atom).any():
                _repeated(found, "change_summary", 1)
                continue
            name = Cell("change_summary", POPULATIONS[int(got["p"][at])], int(got["round"][at]), "Iraq", column)
            found.add_sums([name], np.zeros(len(atom), np.int64), atom, weight)
