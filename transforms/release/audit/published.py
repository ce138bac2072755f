"""What versions print of the lists, and which equations over the cells they do not print follow from their sums."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.columns import POPULATIONS
from transforms.release.audit import states
from transforms.release.audit.equations import Equations
from transforms.release.audit.figures import ABSENT, HOUSEHOLDS, MARGINS, REST, Cells, Layout, Rows, key, layout, matrix
from transforms.release.audit.states import State

AREA_TABLES = {"district": "district_summary", "governorate": "governorate_summary", "national": "national_summary"}
_MEASURES = (
    "households",
    "households_in_camp",
    "households_out_of_camp",
    "individuals",
    "individuals_in_camp",
    "individuals_out_of_camp",
)
# margin -> table of its sums by governorate, per population
CATEGORY_TABLES = {
    "idp": {1: "shelter_summary", 2: "period_summary", 3: "idp_origin_to_displacement"},
    "returnee": {1: "shelter_summary", 2: "period_summary", 3: "returnee_last_displacement_to_return"},
}
_CATEGORY = {
    "shelter_summary": "shelter_type",
    "period_summary": "wave",
    "idp_origin_to_displacement": "origin_governorate",
    "returnee_last_displacement_to_return": "last_displacement_governorate",
}
CLASSES = ("new", "back", "no_longer_listed")


@dataclass(frozen=True)
class Fault:
    """A figure that must not stand where it stands; ``said`` says why. Fields that do not apply are blank or -1."""

    version: str
    table: str
    population: str
    round: int
    place: str
    column: str
    said: str


@dataclass
class Changes:
    """Rows of the change table: the cells of both rounds (ABSENT where a place was not listed) and what is withheld of them."""

    population: np.ndarray
    round: np.ndarray
    previous: np.ndarray
    place: np.ndarray
    governorate: np.ndarray
    status: np.ndarray
    now: np.ndarray
    before: np.ndarray
    given: dict[str, np.ndarray]
    true: dict[str, np.ndarray]


@dataclass
class Knowledge:
    """What of the sums of one kind of area or category can be read or follows at once. Keys of :func:`figures.key`."""

    households: np.ndarray
    in_camp: np.ndarray
    out_of_camp: np.ndarray
    individuals: np.ndarray


@dataclass
class Book:
    """Everything read: cells, rows of each version, equations, what is wrong at once."""

    connection: duckdb.DuckDBPyConnection
    states: list[State]
    layouts: tuple[Layout, ...]
    order: Mapping[str, int]
    factors: dict[tuple[int, int], tuple[int, int]]
    governorates: list[str]
    districts: list[str]
    cells: Cells = field(default_factory=Cells)
    rows: dict[tuple[int, int], Rows] = field(default_factory=dict)  # (state, population)
    changes: list[Changes | None] = field(default_factory=list)
    knowledge: dict[tuple[int, str], Knowledge] = field(default_factory=dict)  # (state, table)
    faults: list[Fault] = field(default_factory=list)
    unprinted: np.ndarray = field(
        default_factory=lambda: np.zeros(0, np.int64)
    )  # national sums, by population, round, -1, column
    equations: Equations = field(init=False)

    def __post_init__(self) -> None:
        self.equations = Equations(self.cells)


Nation = tuple[str, int, str, str]  # population, round, dimension, category


def read(
    connection: duckdb.DuckDBPyConnection,
    found: list[State],
    truth: Mapping[str, pa.Table],
    revision: pa.Table | None,
    order: Mapping[str, int],
    threshold: int,
    unprinted: Collection[Nation],
) -> Book:
    """Read all versions.

    The sum of a category over the country is taken as printed (pages do), unless it is below the threshold or named as unprinted.

    Args:
        connection: with the tables of the versions as :func:`states.states` registers them.
        found: the versions; the newest first.
        truth: the open tables of the newest.
        revision: what was revised, with the values before where they are known.
        order: name of each version -> its place among them; the newest comes last.
        threshold: fewest households of a figure that is shown.
        unprinted: national sums of categories that no file and no page prints.
    """
    states.register(connection, "truth_", truth)
    camps = {
        population: frozenset(
            row["shelter_type"]
            for row in truth["shelter_type"].to_pylist()
            if (row["population"], row["shelter_group"]) == (population, "camp")
        )
        for population in POPULATIONS
    }
    layouts = tuple(layout(population, camps[population]) for population in POPULATIONS)
    connection.register("truth_code", truth["governorate"].select(["governorate", "governorate_code"]))
    governorates, districts = _areas(connection, found)
    book = Book(connection, found, layouts, order, _factors(truth), governorates, districts)
    for at, state in enumerate(found):
        for population, one in enumerate(layouts):
            book.rows[at, population] = _rows(book, at, state, one, revision)
        _number(book, at)
        book.changes.append(_changes(book, at, state))
    book.unprinted = _unprinted(book, threshold, unprinted)
    for at, state in enumerate(found):  # all cells are known or not before the first equation
        _at_locations(book, at, state)
    for at, state in enumerate(found):
        _sums(book, at, state)
        _margins(book, at, state)
        _of_changes(book, at, state)
    return book


def _unprinted(book: Book, threshold: int, named: Collection[Nation]) -> np.ndarray:
    """Keys of national sums of categories that are not printed."""
    found = []
    for (_, population), rows in book.rows.items():
        values = book.cells.values(rows.ids)
        for number in np.unique(rows.round):
            sums = values[rows.round == number].sum(axis=0)
            small = np.flatnonzero((sums > 0) & (sums < threshold) & (rows.layout.margin != HOUSEHOLDS))
            found.append(key(population, np.full(len(small), number), -1, small))
    columns = {
        (population, int(margin), category): column
        for population, one in enumerate(book.layouts)
        for column, (margin, category) in enumerate(zip(one.margin, one.categories, strict=True))
    }
    for population, number, dimension, category in sorted(named):
        of = POPULATIONS.index(population)
        found.append(np.atleast_1d(key(of, number, -1, columns[of, MARGINS[dimension], category])))
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)


def _factors(truth: Mapping[str, pa.Table]) -> dict[tuple[int, int], tuple[int, int]]:
    """(population, round) -> persons per household in and out of camps."""
    rules = truth["multiplier_rule"].to_pylist()
    lists = {(row["population"], row["round"]) for row in truth["list_edition"].to_pylist()}
    found = {}
    for population, number in lists:
        of = {
            row["setting"]: row["persons_per_household"]
            for row in rules
            if row["population"] == population and row["first_round"] <= number <= (row["last_round"] or number)
        }
        found[POPULATIONS.index(population), number] = (of["in_camp"], of["out_of_camp"])
    return found


def _areas(connection: duckdb.DuckDBPyConnection, found: list[State]) -> tuple[list[str], list[str]]:
    """Number the areas of all versions: governorates, and districts within them."""
    tables = [f"{prefix}{name}_master_list" for prefix in ("truth_", *(state.prefix for state in found)) for name in POPULATIONS]
    asked = " union ".join(f"select governorate, district from {name}" for name in tables if states.held(connection, name))
    connection.execute(f"""
        create table area_code as
        select governorate, district, dense_rank() over (order by governorate) - 1 as g,
            dense_rank() over (order by governorate, district) - 1 as d
        from ({asked})""")
    connection.execute("create table governorate_code as select distinct governorate, g from area_code")
    names = connection.execute("select governorate from governorate_code order by g").fetchall()
    districts = connection.execute("select district from area_code order by d").fetchall()
    return [name for (name,) in names], [name for (name,) in districts]


def _rows(book: Book, at: int, state: State, one: Layout, revision: pa.Table | None) -> Rows:
    population = POPULATIONS.index(one.population)
    own, true = f"{state.prefix}{one.table}", f"truth_{one.table}"
    columns = set(states.held(book.connection, own))
    if not states.held(book.connection, true) or (at and not columns):
        return _no_rows(one)
    numbered = f"(select *, row_number() over (order by round, place_id) - 1 as row_number from {true})"
    sources = (f"{numbered} t left join {own} p using (round, place_id)") if columns and at == 0 else numbered + " t"
    if at:
        sources = f"(select * from {own} where {state.where(one.population)}) p left join {numbered} t using (round, place_id)"
    side = "t" if at == 0 else "p"
    asked = f"select {{}} from {sources} join area_code a on a.governorate = {side}.governorate and a.district = {side}.district order by round, place_id"
    places = book.connection.execute(asked.format("round, place_id, g, d, coalesce(t.row_number, -1) as row_number")).fetchnumpy()
    now = matrix(book.connection, asked.format(", ".join(f't."{c}"' for c in one.columns)), one.columns)
    printed = ", ".join(f'p."{c}"' if c in columns else f'cast(null as bigint) as "{c}"' for c in one.columns)
    shown = matrix(book.connection, asked.format(printed), one.columns)
    rounds, place = np.asarray(places["round"], np.int64), np.asarray(places["place_id"], object)
    g, d, number = (np.asarray(places[name], np.int64) for name in ("g", "d", "row_number"))
    if at == 0:
        own_row, column = np.nonzero(now >= 0)
        ids = np.full(now.shape, ABSENT, np.int64)
        ids[own_row, column] = book.cells.add(
            now[own_row, column], population, rounds[own_row], g[own_row], number[own_row], column
        )
        rest = _rest(book, one, now, rounds, g, number)
        differs = (shown >= 0) & (shown != now)
        for row, col in zip(*np.nonzero(differs), strict=True):
            said = f"it says {shown[row, col]:,}, the data say {'nothing' if now[row, col] < 0 else format(now[row, col], ',')}"
            book.faults.append(Fault(state.name, one.table, one.population, int(rounds[row]), place[row], one.columns[col], said))
    else:
        then = np.where(shown >= 0, shown, _before(state, one, revision, book.order, rounds, place, now))
        newest = book.rows[0, population]
        ids = np.where(
            (number >= 0)[:, None] & (then == now), newest.ids[np.maximum(number, 0)] if len(newest) else ABSENT, ABSENT
        )
        number = np.where(number >= 0, number, len(newest) + np.arange(len(number)))
        own_row, column = np.nonzero((then >= 0) & (ids == ABSENT))
        ids[own_row, column] = book.cells.add(
            then[own_row, column], population, rounds[own_row], g[own_row], number[own_row], column
        )
        rest = _rest(book, one, then, rounds, g, number)
        again = (ids[:, HOUSEHOLDS] != ABSENT) & (number < len(newest))
        for margin in (1, 2, 3):  # the rest of a margin in which nothing was revised is the same as now
            same = again & (ids == (newest.ids[np.minimum(number, len(newest) - 1)] if len(newest) else ABSENT))[
                :, (one.margin == margin) | (one.margin == HOUSEHOLDS)
            ].all(axis=1)
            for part in (margin - 1, margin + 2):
                rest[same, part] = newest.rest[number[same], part]
    given = (shown >= 0) & (ids != ABSENT)
    book.cells.known[ids[given]] = True
    return Rows(one, rounds, place, g, d, number, ids, given, (ids != ABSENT) & ~given & bool(columns), rest)


def _rest(book: Book, one: Layout, values: np.ndarray, rounds: np.ndarray, g: np.ndarray, number: np.ndarray) -> np.ndarray:
    """rows x 6: cells for what a margin misses of the households of its location (3), or has beyond them (3).

    Who reads can see that a margin of a governorate does not add up, not at which location, nor whether what one misses another
    has beyond: so each of them has both cells.
    """
    population = POPULATIONS.index(one.population)
    made = np.full((len(rounds), 6), ABSENT, np.int64)
    for margin in (1, 2, 3):
        own = values[:, one.margin == margin]
        has = (own >= 0).any(axis=1) & (values[:, HOUSEHOLDS] >= 0)
        missed = np.where(has, values[:, HOUSEHOLDS] - np.where(own >= 0, own, 0).sum(axis=1), 0)
        block = key(rounds, g)
        broken = np.isin(block, np.unique(block[missed != 0]))
        for place, part in ((margin - 1, np.maximum(missed, 0)), (margin + 2, np.maximum(-missed, 0))):
            at = np.flatnonzero(has & broken)
            made[at, place] = book.cells.add(part[at], population, rounds[at], g[at], number[at], np.full(len(at), REST))
    return made


def _no_rows(one: Layout) -> Rows:
    none, flat = np.zeros((0, len(one.columns))), np.zeros(0, np.int64)
    return Rows(
        one,
        flat,
        flat.astype(object),
        flat,
        flat,
        flat,
        none.astype(np.int64),
        none.astype(bool),
        none.astype(bool),
        np.zeros((0, 6), np.int64),
    )


def _before(
    state: State,
    one: Layout,
    revision: pa.Table | None,
    order: Mapping[str, int],
    rounds: np.ndarray,
    places: np.ndarray,
    now: np.ndarray,
) -> np.ndarray:
    """The values as they were in an earlier version: those of today, but for what was revised since."""
    then = now.copy()
    rows = [] if revision is None else revision.filter(pc.equal(revision["population"], one.population)).to_pylist()
    rows = [row for row in rows if order[row["release_id"]] > order[state.name]]
    where = {(int(number), place): at for at, (number, place) in enumerate(zip(rounds, places, strict=True))} if rows else {}
    columns = {column: at for at, column in enumerate(one.columns)}
    for row in sorted(rows, key=lambda row: order[row["release_id"]], reverse=True):  # the first revision after it tells
        at, column = where.get((row["round"], row["place_id"])), columns.get(row["revised_column"])
        if at is not None and column is not None and row["value_before"] is not None:
            then[at, column] = int(row["value_before"])
    return then


def _number(book: Book, at: int) -> None:
    """Register ``household_cell<at>``: the cell of the households of each location, as that version counts."""
    parts = []
    for population, name in enumerate(POPULATIONS):
        rows = book.rows[at, population]
        made = {
            "round": rows.round,
            "place_id": pa.array(rows.place, pa.string()),
            "id": rows.ids[:, HOUSEHOLDS],
            "d": rows.district,
        }
        parts.append(pa.table({"population": pa.array([name] * len(rows), pa.string()), **made}))
    book.connection.register(f"own_cell{at}", pa.concat_tables(parts))
    rest = f" union all select * from household_cell0 where not ({book.states[at].where()})" if at else ""
    book.connection.execute(f"create table household_cell{at} as select population, round, place_id, id from own_cell{at}{rest}")


def _changes(book: Book, at: int, state: State) -> Changes | None:
    own, values = (
        f"{state.prefix}master_list_change",
        ("households", "previous_households", "households_change", "change_share", "needs_review"),
    )
    columns = states.held(book.connection, own)
    if not columns:
        return None
    join = "using (population, round, place_id)"
    base = (
        f"truth_master_list_change t left join {own} p {join}"
        if at == 0
        else f"(select * from {own} where {state.where()}) p left join truth_master_list_change t {join}"
    )
    side = "t" if at == 0 else "p"
    printed = ", ".join(
        f"cast({f'p.{c}' if c in columns else 'null'} as double) as p_{c}, cast(t.{c} as double) as t_{c}" for c in values
    )
    asked = f"""
        select population = '{POPULATIONS[1]}' as population, round, {side}.previous_round as previous_round, place_id, coalesce(g.g, -1) as g,
            coalesce({side}.change_status, '') as status, coalesce({"p.change_status" if "change_status" in columns else "null"}, '') as said,
            coalesce(n.id, -1) as now_id, coalesce(b.id, -1) as before_id, {printed}
        from {base}
        left join governorate_code g on g.governorate = {side}.governorate
        left join household_cell{at} n on n.population = {side}.population and n.round = {side}.round and n.place_id = {side}.place_id
        left join household_cell{at} b
            on b.population = {side}.population and b.round = {side}.previous_round and b.place_id = {side}.place_id
        order by 1, 2, 4"""
    got = {
        name: np.ma.filled(np.ma.asarray(v).astype(float), np.nan) if name[:2] in ("p_", "t_") else np.asarray(v)
        for name, v in book.connection.execute(asked).fetchnumpy().items()
    }
    given = {name: got[f"p_{name}"] for name in values} | {"change_status": got["said"]}
    made = Changes(
        got["population"].astype(np.int64), got["round"].astype(np.int64), got["previous_round"].astype(np.int64),
        got["place_id"].astype(object), got["g"].astype(np.int64), got["status"].astype(object),
        got["now_id"].astype(np.int64), got["before_id"].astype(np.int64), given, {name: got[f"t_{name}"] for name in values},
    )  # fmt: skip
    for name, ids in (("households", made.now), ("previous_households", made.before)):
        printed_here = ~np.isnan(given[name]) & (ids != ABSENT)
        wrong = printed_here & (book.cells.values(ids) != np.nan_to_num(given[name], nan=0))
        for row in np.flatnonzero(wrong):
            population = POPULATIONS[made.population[row]]
            said = f"it says {given[name][row]:,.0f}, the list says {book.cells.value[ids[row]]:,}"
            book.faults.append(
                Fault(state.name, "master_list_change", population, int(made.round[row]), made.place[row], name, said)
            )
        book.cells.known[ids[printed_here]] = True
    return made


def _at_locations(book: Book, at: int, state: State) -> None:
    """What individuals and households in camps tell of the households of a location: it may give them away at once."""
    for population, one in enumerate(book.layouts):
        rows = book.rows[at, population]
        printed = _of_locations(book, at, state, one)
        if printed is None or not len(rows):
            continue
        h = ~book.cells.unknown(rows.ids[:, HOUSEHOLDS])
        in_factor, out_factor = _factor_columns(book, population, rows.round)
        _, h_known, *_ = _concluded(h, printed, in_factor == out_factor)
        book.cells.known[rows.ids[h_known & ~h, HOUSEHOLDS]] = True


def _of_locations(book: Book, at: int, state: State, one: Layout) -> dict[str, np.ndarray] | None:
    """The group of individuals of each row of a list, as printed: NaN where nothing stands."""
    own = f"{state.prefix}{one.table}"
    columns = states.held(book.connection, own)
    if not columns:
        return None
    rows = book.rows[at, POPULATIONS.index(one.population)]
    wanted = ("is_camp", "households_in_camp", "individuals", "individuals_in_camp")
    chosen = ", ".join(f"cast({f'p.{c}' if c in columns else 'null'} as double) as {c}" for c in wanted)
    book.connection.register(
        "row_order", pa.table({"round": rows.round, "place_id": pa.array(rows.place, pa.string()), "at": np.arange(len(rows))})
    )
    got = book.connection.execute(
        f"select {chosen} from row_order o left join {own} p using (round, place_id) order by o.at"
    ).fetchnumpy()
    book.connection.unregister("row_order")
    return {name: np.ma.filled(np.ma.asarray(got[name]).astype(float), np.nan) for name in wanted}


def _factor_columns(book: Book, population: int, rounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    unique, inverse = np.unique(rounds, return_inverse=True)
    pairs = np.array([book.factors.get((population, int(number)), (1, 1)) for number in unique]).reshape(-1, 2)
    return pairs[inverse, 0], pairs[inverse, 1]


def _concluded(h: np.ndarray, printed: Mapping[str, np.ndarray], is_same: np.ndarray) -> tuple[dict[str, np.ndarray], ...]:
    """What follows at once: (printed flags, households, in camps, out of camps only, individuals only) as masks.

    ``is_same``: persons per household in and out of camps are the same, so that individuals tell the households.
    """
    seen = {name: ~np.isnan(values) for name, values in printed.items()}
    nothing = np.zeros(len(h), bool)
    in_camp = seen.get("households_in_camp", nothing) | seen.get("individuals_in_camp", nothing)
    out = seen.get("households_out_of_camp", nothing) | seen.get("individuals_out_of_camp", nothing)
    people = seen.get("individuals", nothing)
    for _ in range(2):  # one conclusion may lead to another
        h = h | (in_camp & out) | (people & (is_same | in_camp | out))
        in_camp = in_camp | (h & out) | (h & people & ~is_same)
    return seen, h, in_camp, out & ~in_camp, people & ~h


def _sums(book: Book, at: int, state: State) -> None:
    """Equations of areas: households, households in camps, individuals."""
    readings = {level: _area_knowledge(book, at, state, level, table) for level, table in AREA_TABLES.items()}
    totals = _national_totals(book, state)
    readings["national"].households = np.union1d(readings["national"].households, totals)
    for population, one in enumerate(book.layouts):
        rows = book.rows[at, population]
        if not len(rows):
            continue
        keys = _level_keys(rows, population)
        published = {level: np.isin(keys[level], readings[level].households) for level in keys}
        lowest = np.select([published["district"], published["governorate"], published["national"]], [0, 1, 2], -1)
        ids = rows.ids[:, HOUSEHOLDS]
        for number, level in enumerate(keys):
            chosen = lowest == number
            _verify(book, state, rows, keys[level], ids[:, None], published[level], level)
            where = _where(rows, level)[chosen]
            book.equations.add(level, state.name, keys[level][chosen], where, ids[chosen])
        # those of areas that no finer published area covers
        camp = np.flatnonzero(one.camp)
        unpublished = _unpublished_columns(book, at, state, rows, population, one, camp)
        nations = np.column_stack(
            [key(population, rows.round, np.full(len(rows), -1), np.full(len(rows), one_camp)) for one_camp in camp]
        )
        abroad = unpublished & np.isin(nations, book.unprinted)
        for level, covered in (("district", None), ("governorate", unpublished), ("national", abroad)):
            told = np.isin(keys[level], readings[level].in_camp)
            atoms = (rows.ids[:, camp] if covered is None else np.where(covered, rows.ids[:, camp], ABSENT))[told]
            _spread(book, f"{level} in camp", state, keys[level][told], _where(rows, level)[told], atoms)
        in_factor, out_factor = _factor_columns(book, population, rows.round)
        for level in keys:
            for kind, found, own, other in (
                (
                    f"{level} out of camp",
                    readings[level].out_of_camp,
                    np.ones(len(rows), np.int64),
                    -np.ones(len(rows), np.int64),
                ),
                (f"{level} individuals", readings[level].individuals, out_factor, in_factor - out_factor),
            ):
                told = np.isin(keys[level], found) & ~published[level]
                if told.any():
                    atoms = np.column_stack([ids, rows.ids[:, camp]])[told]
                    weights = np.column_stack([own, *([other] * len(camp))])[told]
                    _spread(book, kind, state, keys[level][told], _where(rows, level)[told], atoms, weights)


def _spread(
    book: Book, kind: str, state: State, keys: np.ndarray, where: np.ndarray, atoms: np.ndarray, weights: np.ndarray | None = None
) -> None:
    """Add equations from a matrix of cells: each row of it belongs to one key."""
    wide = atoms.shape[1] if atoms.ndim == 2 else 0
    if atoms.size:
        flat = None if weights is None else weights.ravel()
        book.equations.add(kind, state.name, np.repeat(keys, wide), np.repeat(where, wide, axis=0), atoms.ravel(), flat)


def _level_keys(rows: Rows, population: int) -> dict[str, np.ndarray]:
    nowhere = np.full(len(rows), -1)
    return {
        "district": key(population, rows.round, rows.governorate, rows.district),
        "governorate": key(population, rows.round, rows.governorate, nowhere),
        "national": key(population, rows.round, nowhere, nowhere),
    }


def _where(rows: Rows, level: str, column: int = -1) -> np.ndarray:
    count = len(rows)
    nowhere = np.full(count, -1)
    g = rows.governorate if level != "national" else nowhere
    d = rows.district if level in ("district", "location") else nowhere
    number = rows.number if level == "location" else nowhere
    return np.column_stack([np.full(count, rows.population), rows.round, g, d, np.full(count, column), number])


def _verify(book: Book, state: State, rows: Rows, keys: np.ndarray, ids: np.ndarray, told: np.ndarray, level: str) -> None:
    """Nothing to check here for the newest version, whose tables are compared with the data; see :func:`read`."""
    if state.lists is None or not told.any():
        return
    population = rows.layout.population
    table = AREA_TABLES[level]
    asked = f"""
        select round, {"coalesce(g.g, -1)" if level != "national" else "-1"} as g, {"coalesce(a.d, -1)" if level == "district" else "-1"} as d, s.households
        from {state.prefix}{table} s
        {"left join governorate_code g on g.governorate = s.governorate" if level != "national" else ""}
        {"left join area_code a on a.governorate = s.governorate and a.district = s.district" if level == "district" else ""}
        where s.population = '{population}' and {state.where()} and s.households is not null"""
    if not states.held(book.connection, f"{state.prefix}{table}"):
        return
    got = {name: np.asarray(values, np.int64) for name, values in book.connection.execute(asked).fetchnumpy().items()}
    printed = dict(zip(key(rows.population, got["round"], got["g"], got["d"]).tolist(), got["households"].tolist(), strict=True))
    unique, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    sums = np.bincount(inverse, weights=book.cells.values(ids).sum(axis=1), minlength=len(unique))
    for at, one in enumerate(unique.tolist()):
        if one in printed and printed[one] != sums[at]:
            place = {"district": book.districts, "governorate": book.governorates}.get(level)
            index = (rows.district if level == "district" else rows.governorate)[first[at]]
            said = (
                f"it says {printed[one]:,}; what is known of the revisions since gives {sums[at]:,.0f}, so that nothing is proven"
            )
            book.faults.append(
                Fault(
                    state.name,
                    table,
                    population,
                    int(rows.round[first[at]]),
                    place[index] if place else "Iraq",
                    "households",
                    said,
                )
            )


def _area_knowledge(book: Book, at: int, state: State, level: str, table: str) -> Knowledge:
    own = f"{state.prefix}{table}"
    columns = states.held(book.connection, own)
    empty = np.zeros(0, np.int64)
    if not columns:
        return book.knowledge.setdefault((at, table), Knowledge(empty, empty, empty, empty))
    chosen = ", ".join(f"cast({f's.{c}' if c in columns else 'null'} as double) as {c}" for c in _MEASURES)
    place = "s.governorate = a.governorate" + (" and s.district = a.district" if level == "district" else "")
    join = {"district": f"join area_code a on {place}", "governorate": f"join governorate_code a on {place}", "national": ""}[
        level
    ]
    g, d = ("-1" if level == "national" else "a.g"), ("a.d" if level == "district" else "-1")
    asked = f"select s.population = '{POPULATIONS[1]}' as population, round, {g} as g, {d} as d, {chosen} from {own} s {join} where {state.where()}"
    got = {name: np.ma.asarray(values) for name, values in book.connection.execute(asked).fetchnumpy().items()}
    keys = key(*(np.asarray(got[name], np.int64) for name in ("population", "round", "g", "d")))
    printed = {name: np.ma.filled(got[name].astype(float), np.nan) for name in _MEASURES}
    is_same = _is_same(book, np.asarray(got["population"], np.int64), np.asarray(got["round"], np.int64))
    _, h, in_camp, out, people = _concluded(~np.isnan(printed["households"]), printed, is_same)
    made = Knowledge(keys[h], keys[in_camp], keys[out], keys[people])
    book.knowledge[at, table] = made
    return made


def _is_same(book: Book, population: np.ndarray, rounds: np.ndarray) -> np.ndarray:
    factors = [_factor_columns(book, number, rounds) for number in range(len(POPULATIONS))]
    return np.choose(population, [first == second for first, second in factors]) if len(rounds) else np.zeros(0, bool)


def _national_totals(book: Book, state: State) -> np.ndarray:
    """National totals that the summary of changes prints."""
    own = f"{state.prefix}change_summary"
    if not states.held(book.connection, own):
        return np.zeros(0, np.int64)
    asked = f"""
        with chosen as (select * from {own} where {state.where()})
        select population = '{POPULATIONS[1]}' as p, round from chosen where households is not null
        union select population = '{POPULATIONS[1]}', previous_round from chosen where previous_households is not null"""
    got = book.connection.execute(asked).fetchnumpy()
    return (
        key(np.asarray(got["p"], np.int64), np.asarray(got["round"], np.int64), -1, -1)
        if len(got["p"])
        else np.zeros(0, np.int64)
    )


def _unpublished_columns(
    book: Book, at: int, state: State, rows: Rows, population: int, one: Layout, columns: np.ndarray
) -> np.ndarray:
    """rows x columns: whether the sum of that column over the governorate of the row is not published."""
    made = np.ones((len(rows), len(columns)), bool)
    for number, column in enumerate(columns):
        known = _category_knowledge(book, at, state, population, int(one.margin[column]))[0]
        made[:, number] = ~np.isin(key(population, rows.round, rows.governorate, np.full(len(rows), column)), known)
    return made


def _category_knowledge(book: Book, at: int, state: State, population: int, margin: int) -> tuple[np.ndarray, np.ndarray]:
    """Keys (population, round, governorate, column) of sums by category: households known, individuals only told."""
    one = book.layouts[population]
    table = CATEGORY_TABLES[one.population][margin]
    if (at, f"{one.population} {table}") in book.knowledge:
        found = book.knowledge[at, f"{one.population} {table}"]
        return found.households, found.individuals
    own = f"{state.prefix}{table}"
    empty = np.zeros(0, np.int64)
    columns = states.held(book.connection, own)
    if not columns:
        book.knowledge[at, f"{one.population} {table}"] = Knowledge(empty, empty, empty, empty)
        return empty, empty
    codes = pa.table({"category": pa.array(one.categories, pa.string()), "c": np.arange(len(one.categories)), "m": one.margin})
    book.connection.register("category_code", codes)
    named = f"s.{_CATEGORY[table]}"
    join = f"join category_code c on c.m = {margin} and c.category = {named}"
    if margin == 3:  # the table names governorates, the list their codes
        join = f"join truth_code n on n.governorate = {named} join category_code c on c.m = {margin} and c.category = n.governorate_code"
    asked = f"""
        select round, a.g, c.c, cast(s.households as double) as h, cast({"s.individuals" if "individuals" in columns else "null"} as double) as i
        from {own} s join governorate_code a on a.governorate = s.governorate {join}
        where s.population = '{one.population}' and {state.where()}"""
    got = {name: np.ma.asarray(values) for name, values in book.connection.execute(asked).fetchnumpy().items()}
    book.connection.unregister("category_code")
    rounds, column = np.asarray(got["round"], np.int64), np.asarray(got["c"], np.int64)
    keys = key(population, rounds, np.asarray(got["g"], np.int64), column) if len(rounds) else empty
    h, people = (~np.ma.getmaskarray(got[name]) & ~np.isnan(np.ma.filled(got[name], np.nan)) for name in ("h", "i"))
    # the individuals of a shelter type are its households times one factor; so are all where the factors are the same
    is_same = _is_same(book, np.full(len(rounds), population), rounds) | (margin == 1)
    made = Knowledge(keys[h | (people & is_same)], empty, empty, keys[people & ~is_same])
    book.knowledge[at, f"{one.population} {table}"] = made
    return made.households, made.individuals


def _margins(book: Book, at: int, state: State) -> None:
    """Equations of categories by governorate and for the country, of each location's margins, and of its camps."""
    for population, one in enumerate(book.layouts):
        rows = book.rows[at, population]
        if not len(rows):
            continue
        row, column = np.nonzero(book.cells.unknown(rows.ids) & (one.margin != HOUSEHOLDS))
        atoms = rows.ids[row, column]
        g = rows.governorate[row]
        keys = key(population, rows.round[row], g, column)
        for margin in (1, 2, 3):
            known, told = _category_knowledge(book, at, state, population, margin)
            own = one.margin[column] == margin
            published = np.isin(keys, known)
            national = key(population, rows.round[row], np.full(len(row), -1), column)
            where = np.column_stack(
                [np.full(len(row), population), rows.round[row], g, np.full(len(row), -1), column, np.full(len(row), -1)]
            )
            chosen = own & published
            book.equations.add(f"category {margin}", state.name, keys[chosen], where[chosen], atoms[chosen])
            chosen = own & ~published & ~np.isin(national, book.unprinted)
            abroad = where[chosen]
            abroad[:, 2] = -1
            book.equations.add(f"national category {margin}", state.name, national[chosen], abroad, atoms[chosen])
            chosen = own & np.isin(keys, told)
            if chosen.any():
                factor = _own_factor(book, one, rows)[row]
                weights = factor - np.where(published, _factor_columns(book, population, rows.round[row])[1], 0)
                book.equations.add(
                    f"individuals of category {margin}", state.name, keys[chosen], where[chosen], atoms[chosen], weights[chosen]
                )
            place = np.flatnonzero((rows.ids[:, one.margin == margin] != ABSENT).any(axis=1))
            own_row = np.r_[row[own], place, place, place]
            cells = np.r_[atoms[own], rows.ids[place, HOUSEHOLDS], rows.rest[place, margin - 1], rows.rest[place, margin + 2]]
            ones = np.ones(len(place), np.int64)
            weights = np.r_[np.ones(own.sum(), np.int64), -ones, ones, -ones]
            book.equations.add(
                f"location {margin}", state.name, rows.number[own_row] * len(POPULATIONS) + population,
                _where(rows, "location", column=-1)[own_row], cells, weights,
            )  # fmt: skip
        _camps(book, at, state, one, rows)


def _own_factor(book: Book, one: Layout, rows: Rows) -> np.ndarray:
    """Persons per household of each location, taken as known: who reads may know which locations are camps."""
    camp = book.cells.values(rows.ids[:, one.camp]).sum(axis=1)
    inside, outside = _factor_columns(book, rows.population, rows.round)
    return np.where((camp > 0) & (camp == book.cells.values(rows.ids[:, HOUSEHOLDS])), inside, outside)


def _camps(book: Book, at: int, state: State, one: Layout, rows: Rows) -> None:
    """What is said of the households in camps of a location."""
    printed = _of_locations(book, at, state, one)
    if printed is None:
        return
    population = rows.population
    camp = rows.ids[:, one.camp]
    inside, outside = _factor_columns(book, population, rows.round)
    h = ~book.cells.unknown(rows.ids[:, HOUSEHOLDS])
    is_camp = printed.pop("is_camp")
    _, _, in_camp, _, people = _concluded(h, printed, inside == outside)
    where = _where(rows, "location")
    keys = rows.number * len(POPULATIONS) + population
    _spread(book, "location in camp", state, keys[in_camp], where[in_camp], camp[in_camp])
    both = np.column_stack([rows.ids[:, HOUSEHOLDS], camp])
    weights = np.column_stack([outside, *([inside - outside] * camp.shape[1])])
    _spread(book, "location individuals", state, keys[people], where[people], both[people], weights[people])
    all_in = is_camp == 1
    weights = np.column_stack([-np.ones(len(rows), np.int64), *([np.ones(len(rows), np.int64)] * camp.shape[1])])
    _spread(book, "location is a camp", state, keys[all_in], where[all_in], both[all_in], weights[all_in])
    some = book.cells.unknown(camp)
    for row in np.flatnonzero((is_camp == 0) & some.any(axis=1) & ~in_camp):
        said = "it says that not all households are in a camp, while those in camps are withheld"
        book.faults.append(Fault(state.name, one.table, one.population, int(rows.round[row]), rows.place[row], "is_camp", said))


def _of_changes(book: Book, at: int, state: State) -> None:
    """Equations of changes between rounds."""
    changes = book.changes[at]
    if changes is None:
        return
    count = len(changes.round)
    nowhere = np.full(count, -1)
    where = np.column_stack([changes.population, changes.round, changes.governorate, nowhere, nowhere, nowhere])
    numbers = np.arange(count)
    both = np.column_stack([changes.now, changes.before])
    unknown = book.cells.unknown(both).any(axis=1)
    opposite = np.tile(np.array([1, -1]), (count, 1))
    true = book.cells.values(both)
    for kind, chosen, weights in (
        ("same as before", unknown & (changes.given["change_status"] == "same"), opposite),
        ("change", unknown & ~np.isnan(changes.given["households_change"]), opposite),
        ("share of change", unknown & ~np.isnan(changes.given["change_share"]), np.column_stack([true[:, 1], -true[:, 0]])),
    ):
        keyed = (
            numbers if at == 0 else numbers + (at << 32)
        )  # rows of two versions do not match by number: no difference is taken
        _spread(book, kind, state, keyed[chosen], where[chosen], both[chosen], weights[chosen])
    for row in np.flatnonzero(unknown & ~np.isnan(changes.given["needs_review"])):
        said = "it says how large the change is, while one of its two figures is withheld"
        population = POPULATIONS[changes.population[row]]
        book.faults.append(
            Fault(state.name, "master_list_change", population, int(changes.round[row]), changes.place[row], "needs_review", said)
        )
    _of_change_summary(book, at, state, changes, where, both)


def _of_change_summary(book: Book, at: int, state: State, changes: Changes, where: np.ndarray, both: np.ndarray) -> None:
    own = f"{state.prefix}change_summary"
    columns = states.held(book.connection, own)
    if not columns:
        return
    wanted = ("matched_change", *(f"{one}_households" for one in CLASSES))
    chosen = ", ".join(f"{c if c in columns else 'null'} is not null as {c}" for c in wanted)
    asked = f"select population = '{POPULATIONS[1]}' as p, round, {chosen} from {own} where {state.where()}"
    got = {name: np.asarray(values) for name, values in book.connection.execute(asked).fetchnumpy().items()}
    summed = key(got["p"].astype(np.int64), got["round"].astype(np.int64))
    keys = key(changes.population, changes.round)
    where = where.copy()
    where[:, 2] = -1
    for one, ids in zip(CLASSES, (both[:, 0], both[:, 0], both[:, 1]), strict=True):
        chosen_rows = (changes.status == one) & np.isin(keys, summed[got[f"{one}_households"].astype(bool)])
        book.equations.add(f"{one} households", state.name, keys[chosen_rows], where[chosen_rows], ids[chosen_rows])
    # the change of matched locations follows from both totals and the three sums where all of these are published
    follows = np.logical_and.reduce([got[f"{one}_households"].astype(bool) for one in CLASSES])
    told = got["matched_change"].astype(bool)
    totals = np.union1d(book.knowledge[at, "national_summary"].households, _national_totals(book, state))
    for row in np.flatnonzero(told & ~follows):
        of = (keys == summed[row]) & ~np.isin(changes.status, CLASSES)
        _spread(
            book, "change of matched locations", state, keys[of], where[of], both[of], np.tile(np.array([1, -1]), (of.sum(), 1))
        )
    for row in np.flatnonzero(told & follows):
        of = keys == summed[row]
        national = (
            key(changes.population[of], changes.round[of], -1, -1),
            key(changes.population[of], changes.previous[of], -1, -1),
        )
        if not (np.isin(national[0], totals).all() and np.isin(national[1], totals).all()):
            of &= ~np.isin(changes.status, CLASSES)
            _spread(
                book,
                "change of matched locations",
                state,
                keys[of],
                where[of],
                both[of],
                np.tile(np.array([1, -1]), (of.sum(), 1)),
            )
