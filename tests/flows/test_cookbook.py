"""The questions of the cookbook: each answer against the same figure worked out another way, from the recorded facts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from flows import cookbook
from flows.console import query
from flows.problem import Problem
from flows.published import Published
from flows.release import drafting
from tests import sampleworld, world
from tests.cookbook import OF_MORE, asked

Rows = list[dict]
Ask = Callable[[int], Rows]
Public = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def more(sample_data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The sample with everything else that a data folder can hold."""
    return Published(sampleworld.grown(sample_data_folder, tmp_path_factory.mktemp("more") / "data"))


@pytest.fixture(scope="module")
def answers(held: Published, more: Published) -> Iterator[Callable]:
    with asked(held, more) as answer:
        yield answer


@pytest.fixture(scope="module")
def ask(answers: Callable) -> Ask:
    """The answer to a question as rows."""
    return lambda number: answers(cookbook.question(number))[1].to_pylist()


@pytest.fixture(scope="module")
def facts(held: Published) -> Callable[..., Rows]:
    """The rows of a table of the lists of the sample, where they have the values given."""
    tables: dict[str, Rows] = {}

    def rows(table: str, **where: object) -> Rows:
        if table not in tables:
            tables[table] = held.table(table).to_pylist()
        return [row for row in tables[table] if all(row[name] == value for name, value in where.items())]

    return rows


def total(rows: Rows, column: str = "households") -> int:
    return sum(row[column] for row in rows if row[column] is not None)


def by(rows: Rows, *keys: str, column: str = "households") -> dict[tuple, int]:
    """Sums of a column by some others."""
    found: dict[tuple, int] = defaultdict(int)
    for row in rows:
        found[tuple(row[key] for key in keys)] += row[column] or 0
    return dict(found)


@pytest.fixture(scope="module")
def counted(facts: Callable[..., Rows]) -> Rows:
    """The recorded counts with the governorate and district of each as listed."""
    listed = {(r["population"], r["round"], r["place_id"]): r for r in facts("location_listing")}
    return [{**listed[r["population"], r["round"], r["place_id"]], **r} for r in facts("location_count")]


# --- the files and the document ----------------------------------------------------------------


def test_every_question_says_what_it_asks_its_unit_and_is_portable() -> None:
    held = cookbook.questions()
    assert [one.number for one in held] == list(range(1, len(held) + 1)) and len(held) >= 22
    engine_only = (
        r"::|\bqualify\b|\bpivot\b|\bexclude\b|group by all|order by all|\barg_m|\blist\(|\bstruct|\bfilter \(|\A\s*from"
    )
    for one in held:
        assert "?" in one.asks and one.notes.startswith(("Unit", "Units")), one.path
        assert not re.search(engine_only, one.sql, re.IGNORECASE | re.MULTILINE), one.path
        assert "order by" in one.sql and one.tables, one.path
        assert max(len(line) for line in one.text.splitlines()) <= 160, one.path


def test_the_document_shows_the_answers_of_today(answers: Callable) -> None:
    assert cookbook.DOCUMENT.read_text(encoding="utf-8") == cookbook.rendered(answers), "write it again: python -m tests.cookbook"


def test_where_a_question_runs_is_found_out(ask: Ask) -> None:
    places = cookbook.runs_on(cookbook.questions())
    assert places[1] == ("data folder", "internal release", "partner release", "public release")
    assert places[33] == ("data folder", "internal release"), "lineage is not released"
    assert all(set(where) >= {"data folder", "internal release"} for where in places.values())


@pytest.mark.parametrize("one", cookbook.questions(), ids=lambda one: one.path.stem)
def test_a_question_is_answered(answers: Callable, one: cookbook.Question) -> None:
    rows = answers(one)[1]
    assert bool(rows.num_rows) == (one.number not in (20, 32)), "no camp left the sample, and each list has one vintage"


def test_what_only_other_data_hold_has_no_answer_from_lists(held: Published) -> None:
    with held.connect() as connection:
        for number in sorted(OF_MORE - {15, 29}):
            assert query(connection, cookbook.question(number).text).num_rows == 0, number


def test_a_question_that_is_not_there() -> None:
    with pytest.raises(Problem, match=r"There is no question 99; there are 1 to \d+"):
        cookbook.question(99)


# --- withheld figures --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def withheld(held: Published) -> Iterator[duckdb.DuckDBPyConnection]:
    """The public content with the figures of one governorate withheld in every table that has them."""
    content = drafting.content(held, 120, "public")
    with duckdb.connect(":memory:") as connection:
        for name, rows in content.tables.items():
            connection.register(name, _without(rows, "Anbar"))
        yield connection


def _without(rows: pa.Table, governorate: str) -> pa.Table:
    if "households_status" not in rows.column_names or "governorate" not in rows.column_names:
        return rows
    hidden = pc.equal(rows["governorate"], governorate)
    for name in rows.column_names:
        if name == "households_status":
            column = pc.if_else(hidden, "suppressed", rows[name])
        elif "households" in name or "individuals" in name:
            column = pc.if_else(hidden, pa.scalar(None, rows[name].type), rows[name])
        else:
            continue
        rows = rows.set_column(rows.column_names.index(name), name, column)
    return rows


def test_a_withheld_figure_is_never_a_zero_and_never_left_out_of_a_sum(withheld: duckdb.DuckDBPyConnection) -> None:
    def answer(number: int) -> Rows:
        return query(withheld, cookbook.question(number).text).to_pylist()

    def of_anbar(number: int) -> Rows:
        return [row for row in answer(number) if row.get("governorate") == "Anbar"]

    assert all(row["share"] is None for row in answer(2))
    assert all(row["critical_share"] is None and row["households"] is None for row in answer(14))
    assert all(row["households"] is None for row in answer(17) if row["origin_governorate"] == "Anbar")
    assert of_anbar(16) and all(row["households"] is None for row in of_anbar(16))
    shares = {row["origin_governorate"]: row["share_of_origin"] for row in of_anbar(16)}
    assert set(shares.values()) == {None}
    assert [(row["households"], row["share_of_caseload"], row["net_change"]) for row in of_anbar(22)] == [(None, None, None)] * 2
    assert [(row["idp_households"], row["returnee_individuals"]) for row in of_anbar(25)] == [(None, None)]
    assert [row["returned_per_100_displaced"] for row in of_anbar(26)] == [None]
    assert [row["in_camp_share"] for row in of_anbar(28)] == [None]
    assert answer(41) == [], "a list with withheld counts gives no share of small ones"


SUMMED = {
    1: ("population", "round"),
    2: ("round", "shelter_group"),
    14: ("population", "round"),
    16: ("origin_governorate", "governorate"),
    17: ("origin_governorate",),
    22: ("population", "governorate"),
    24: ("population", "governorate", "district"),
    25: ("governorate",),
    26: ("governorate",),
    27: ("wave",),
    28: ("governorate",),
}


@pytest.mark.parametrize("number", SUMMED)
def test_on_the_public_release_an_answer_is_the_same_or_none(held: Published, ask: Ask, public: Public, number: int) -> None:
    whole = {tuple(row[key] for key in SUMMED[number]): row for row in ask(number)}
    shown = {tuple(row[key] for key in SUMMED[number]): row for row in query(public, cookbook.question(number).text).to_pylist()}
    assert shown.keys() <= whole.keys()
    values = [(value, whole[key][name]) for key, row in shown.items() for name, value in row.items()]
    assert all(value is None or value == own for value, own in values)
    assert any(isinstance(value, int) for value, _ in values) or not shown


@pytest.fixture(scope="module")
def public(held: Published) -> Iterator[Public]:
    """The public release of R120, in which small figures are withheld."""
    with duckdb.connect(":memory:") as connection:
        for name, rows in drafting.content(held, 120, "public").tables.items():
            connection.register(name, rows)
        yield connection


# --- lists -------------------------------------------------------------------------------------


def test_the_trend(ask: Ask, counted: Rows, facts: Callable[..., Rows]) -> None:
    rows, sums = ask(1), by(counted, "population", "round")
    assert {(r["population"], r["round"]): r["households"] for r in rows} == sums
    for before, row in pairwise(rows):
        if before["population"] == row["population"]:
            change = sums[row["population"], row["round"]] - sums[row["population"], before["round"]]
            assert row["households_change"] == change
            assert row["change_percent"] == pytest.approx(100 * change / before["households"], abs=0.051)
            changes = facts("method_break", round=row["round"])
            assert row["method_changes"] == sum(b["affected_population"] in ("both", row["population"]) for b in changes)
    assert [r["households_change"] for r in rows if r["round"] == 118] == [None, None]


def groups(facts: Callable[..., Rows], population: str) -> dict[str, str]:
    return {row["shelter_type"]: row["shelter_group"] for row in facts("shelter_type", population=population)}


def test_shelter_shares(ask: Ask, facts: Callable[..., Rows]) -> None:
    group = groups(facts, "idp")
    cells = [{**c, "group": group[c["category"]]} for c in facts("location_breakdown", population="idp", dimension="shelter")]
    sums = by(cells, "round", "group")
    found = {(r["round"], r["shelter_group"]): r for r in ask(2)}
    assert {key: row["households"] for key, row in found.items()} == sums
    for (number, name), row in found.items():
        whole = sum(value for (of, _), value in sums.items() if of == number)
        assert row["share"] == pytest.approx(100 * sums[number, name] / whole, abs=0.051)


def test_critical_shelter(ask: Ask, facts: Callable[..., Rows]) -> None:
    for row in ask(14):
        group = groups(facts, row["population"])
        cells = facts("location_breakdown", population=row["population"], round=row["round"], dimension="shelter")
        critical = total([c for c in cells if group[c["category"]] == "critical"])
        assert (row["critical_households"], row["households"]) == (critical, total(cells))
        assert row["critical_share"] == pytest.approx(100 * critical / total(cells), abs=0.051)


def origins(facts: Callable[..., Rows], counted: Rows, number: int) -> dict[tuple[str, str], int]:
    """(governorate of origin, governorate) -> households, from the recorded cells."""
    prefix = {row["category"]: row for row in facts("location_breakdown", dimension="origin_governorate")}
    names = {slug(row["governorate"]): row["governorate"] for row in facts("governorate")}
    assert prefix.keys() <= names.keys()
    where = {r["place_id"]: r["governorate"] for r in counted if r["round"] == number and r["population"] == "idp"}
    cells = facts("location_breakdown", dimension="origin_governorate", round=number)
    return by(
        [{**c, "origin": names[c["category"]], "governorate": where[c["place_id"]]} for c in cells if c["households"]],
        "origin", "governorate",
    )  # fmt: skip


def slug(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")


def test_origins(ask: Ask, facts: Callable[..., Rows], counted: Rows) -> None:
    cells = origins(facts, counted, 120)
    matrix = {(r["origin_governorate"], r["governorate"]): r for r in ask(16)}
    assert {key: row["households"] for key, row in matrix.items()} == cells
    whole = by([{"origin": o, "households": n} for (o, _), n in cells.items()], "origin")
    for (origin, _), row in matrix.items():
        assert row["share_of_origin"] == pytest.approx(100 * row["households"] / whole[(origin,)], abs=0.051)
    within = {key for key, row in matrix.items() if row["kind"] == "within the governorate"}
    assert within == {(origin, governorate) for origin, governorate in cells if origin == governorate}
    assert {(r["origin_governorate"],): r["households"] for r in ask(17)} == whole
    earlier = by([{"origin": o, "households": n} for (o, _), n in origins(facts, counted, 118).items()], "origin")
    assert {(r["origin_governorate"],): r["oldest_households"] for r in ask(17)} == earlier
    for governorate in {governorate for _, governorate in cells}:
        own = sorted(((-n, o) for (o, g), n in cells.items() if g == governorate))[:3]
        found = [(-r["households"], r["origin_governorate"]) for r in ask(3) if r["governorate"] == governorate]
        assert found == own


def test_changes(ask: Ask, counted: Rows) -> None:
    at = {(r["population"], r["round"], r["place_id"]): r["households"] for r in counted}
    before, now = ({p: n for (of, number, p), n in at.items() if of == "idp" and number == r} for r in (119, 120))
    row = next(r for r in ask(4) if (r["population"], r["round"]) == ("idp", 120))
    assert row["matched_change"] == sum(now[p] - before[p] for p in now.keys() & before.keys())
    assert row["households_change"] == sum(now.values()) - sum(before.values())
    assert row["no_longer_listed_households"] == sum(before[p] for p in before.keys() - now.keys())
    assert row["new_households"] + row["back_households"] == sum(now[p] for p in now.keys() - before.keys())
    absent = {("idp", 120, p): n for p, n in now.items() if p not in before and ("idp", 118, p) in at}
    assert {(r["population"], r["round"], r["place_id"]): r["households"] for r in ask(5) if r["population"] == "idp"} == absent
    reviewed = ask(7)
    assert all(r["households_change"] == r["households"] - r["previous_households"] for r in reviewed) and len(reviewed) == 8
    for row in ask(21):
        population, place = row["population"], row["place_id"]
        assert row["households_change"] == at.get((population, 120, place), 0) - at.get((population, 119, place), 0)
    places = Counter((r["population"], r["governorate"]) for r in ask(21))
    changed = Counter()
    governorate = {(r["population"], r["place_id"]): r["governorate"] for r in counted}
    for population, place in governorate:
        changed[population, governorate[population, place]] += at.get((population, 119, place), 0) != at.get(
            (population, 120, place), 0
        )
    assert places == {key: min(count, 3) for key, count in changed.items() if count}


def test_net_change_by_governorate(ask: Ask, counted: Rows) -> None:
    sums, whole = by(counted, "population", "round", "governorate"), by(counted, "population", "round")
    rows = ask(22)
    assert len(rows) == sum(1 for _, number, _ in sums if number == 120)
    for row in rows:
        population, governorate = row["population"], row["governorate"]
        now, before = sums[population, 120, governorate], sums.get((population, 119, governorate))
        assert (row["households"], row["net_change"]) == (now, None if before is None else now - before)
        assert row["share_of_caseload"] == pytest.approx(100 * now / whole[population, 120], abs=0.051)


def test_both_populations_stand_side_by_side(ask: Ask, counted: Rows, facts: Callable[..., Rows]) -> None:
    sums = by(counted, "population", "round", "governorate")
    for row in ask(25):
        own = (sums.get((population, 120, row["governorate"])) for population in ("idp", "returnee"))
        assert (row["idp_households"], row["returnee_households"]) == tuple(own)
    idp = {r["place_id"]: r["households"] for r in facts("location_count", population="idp", round=120)}
    returnee = {r["place_id"]: r["households"] for r in facts("location_count", population="returnee", round=120)}
    both = {p: (idp[p], returnee[p]) for p in idp.keys() & returnee.keys()}
    assert {r["place_id"]: (r["idp_households"], r["returnee_households"]) for r in ask(8)} == both


def test_returned_beside_still_displaced(ask: Ask, facts: Callable[..., Rows], counted: Rows) -> None:
    cells, sums = origins(facts, counted, 120), by(counted, "population", "round", "governorate")
    for row in ask(26):
        displaced = sum(n for (origin, _), n in cells.items() if origin == row["governorate"]) or None
        returned = sums["returnee", 120, row["governorate"]]
        assert (row["returned_households"], row["still_displaced_households"]) == (returned, displaced)
        assert row["returned_per_100_displaced"] == (displaced and pytest.approx(100 * returned / displaced, abs=0.51))


def test_districts(ask: Ask, counted: Rows, facts: Callable[..., Rows]) -> None:
    sums = by(counted, "population", "round", "governorate", "district")
    pcodes = {(r["governorate"], r["district"]): r["district_pcode"] for r in facts("district")}
    rows = ask(24)
    assert len(rows) == sum(1 for key in sums if key[1] == 120)
    for row in rows:
        assert row["households"] == sums[row["population"], 120, row["governorate"], row["district"]]
        assert row["district_pcode"] == pcodes[row["governorate"], row["district"]]
    assert all(r["individuals"] == 6 * r["households"] for r in rows if r["population"] == "returnee")


def test_periods(ask: Ask, facts: Callable[..., Rows]) -> None:
    cells = facts("location_breakdown", population="idp", round=120, dimension="period")
    sums = {wave: n for (wave,), n in by(cells, "category").items() if n}
    rows = ask(27)
    assert {r["wave"]: r["households"] for r in rows} == sums
    assert sum(r["share"] for r in rows) == pytest.approx(100, abs=0.3)


def test_camps(ask: Ask, counted: Rows, facts: Callable[..., Rows]) -> None:
    names = {r["place_id"] for r in counted if "Camp" in r["location_name_en"] and r["population"] == "idp"}
    cells = facts("location_breakdown", population="idp", dimension="shelter", category="camp", round=120)
    rows = {r["place_id"]: r for r in ask(19)}
    assert rows.keys() <= names and {p: r["households_in_camp"] for p, r in rows.items()} == {
        c["place_id"]: c["households"] for c in cells if c["place_id"] in rows
    }
    assert {(r["first_round"], r["last_round"], r["rounds_as_camp"], r["rounds_held"]) for r in rows.values()} == {
        (118, 120, 3, 3)
    }
    where = {r["place_id"]: r["governorate"] for r in counted if r["population"] == "idp"}
    in_camp = by([{**c, "governorate": where[c["place_id"]]} for c in cells], "governorate")
    assert {r["governorate"]: r["households_in_camp"] for r in ask(28) if r["households_in_camp"]} == {
        g: n for (g,), n in in_camp.items()
    }
    assert all(r["individuals_in_camp"] == 5 * r["households_in_camp"] for r in ask(28))


def test_small_counts(ask: Ask, counted: Rows) -> None:
    for row in ask(41):
        own = [r["households"] for r in counted if (r["population"], r["round"]) == (row["population"], row["round"])]
        small = [n for n in own if n < 5]
        assert (row["locations"], row["small_locations"]) == (len(own), len(small))
        assert row["small_households_share"] == pytest.approx(100 * sum(small) / sum(own), abs=0.0051)


def test_individuals_of_the_file(ask: Ask, facts: Callable[..., Rows]) -> None:
    given = by(facts("location_count"), "population", "round", column="individuals_as_provided")
    for row in ask(42):
        assert row["individuals_as_provided"] == given[row["population"], row["round"]]
        [national] = facts("national_summary", population=row["population"], round=row["round"])
        assert row["individuals"] == national["individuals"]
        assert row["difference"] == row["individuals_as_provided"] - row["individuals"]
    idp = next(r for r in ask(42) if (r["population"], r["round"]) == ("idp", 120))
    assert idp["households_in_camp"] == 2267


def test_the_series_of_locations(ask: Ask, facts: Callable[..., Rows]) -> None:
    counts = {(r["place_id"], r["round"]): r["households"] for r in facts("location_count", population="idp")}
    largest = sorted((-n, p) for (p, number), n in counts.items() if number == 120)[:10]
    rows = ask(38)
    assert {r["place_id"] for r in rows} == {p for _, p in largest}
    assert {(r["place_id"], r["round"]): r["households"] for r in rows} == {
        k: n for k, n in counts.items() if k[0] in {p for _, p in largest}
    }
    for row in rows:
        before = counts.get((row["place_id"], row["round"] - 1))
        if before:
            assert row["households_change"] == row["households"] - before
            assert row["change_percent"] == pytest.approx(100 * (row["households"] - before) / before, abs=0.051)


# --- evidence ----------------------------------------------------------------------------------


def test_published_headlines(ask: Ask, facts: Callable[..., Rows]) -> None:
    rows = ask(23)
    assert len(rows) == len(facts("published_difference"))
    assert {r["verdict"] for r in rows if r["round"] not in (118, 119, 120)} == {"no list"}
    quoted = next(r for r in rows if r["round"] == 120)
    assert (quoted["published_value"], quoted["held_value"], quoted["verdict"]) == (1_180_000, 74_707, "different")


@pytest.mark.parametrize(("households", "verdict"), [(377_202, "different, cause known"), (362_794, "exact"), (5, "different")])
def test_verdicts_of_headlines(households: int, verdict: str) -> None:
    lists = world.clean("list | population | round\n a | idp | 12", f"list | place_id | households\n a | 1 | {households}")
    row = next(r for r in _of_world(lists, 23) if (r["round"], r["measure"]) == (12, "households"))
    assert (row["held_value"], row["verdict"]) == (households, verdict)


def _of_world(lists: dict[str, pa.Table], number: int) -> Rows:
    """The answer to a question from a world of its own."""
    built, one = world.build(lists), cookbook.question(number)
    with duckdb.connect(":memory:") as connection:
        for name in one.tables:
            connection.register(name, built[name])
        return query(connection, one.text).to_pylist()


def test_lineage(ask: Ask, facts: Callable[..., Rows]) -> None:
    sources = {r["place_id"]: r for r in facts("source_record", population="idp", round=120)}
    rows = ask(33)
    assert len(rows) == 10 and rows[0]["households"] == max(
        r["households"] for r in facts("location_count", population="idp", round=120)
    )
    for row in rows:
        own = sources[row["place_id"]]
        assert (row["sha256"], row["source_row"], row["source_file"]) == (own["sha256"], own["source_row"], own["source_file"])


def test_breaches(ask: Ask, facts: Callable[..., Rows]) -> None:
    wanted = {(b["population"], b["rule"], b["place_id"]) for b in facts("rule_breach", round=120) if b["severity"] != "info"}
    assert {(r["population"], r["rule"], r["place_id"]) for r in ask(34)} == wanted
    households = {(r["population"], r["place_id"]): r["households"] for r in facts("location_count", round=120)}
    assert all(r["households"] == households[r["population"], r["place_id"]] for r in ask(34))
    said = ask(6)
    assert sum(r["kind"] == "method" for r in said) == len(facts("method_break"))
    assert sum(r["kind"] == "exception" for r in said) == len(facts("rule_count", severity="warning"))
    assert not any(r["kind"] in ("incomplete", "partial") for r in said)


def test_categories_and_headers(ask: Ask, facts: Callable[..., Rows]) -> None:
    assert {(r["population"], r["category"], r["rounds"]) for r in ask(39) if r["dimension"] == "shelter"} == {
        (population, category, count)
        for (population, category), count in Counter(
            (c["population"], c["category"]) for c in facts("list_category", dimension="shelter")
        ).items()
    }
    spellings = Counter(h["header_column"] for h in facts("header_spelling"))
    assert Counter(r["header_column"] for r in ask(40)) == {name: n for name, n in spellings.items() if n >= 4 and name}


def test_two_vintages_of_one_list() -> None:
    lists = world.clean(
        "list | population | round | vintage_date\n a | idp | 111 | 2020-01-01\n b | idp | 111 | 2021-03-01\n c | idp | 112 | 2021-03-01",
        "list | place_id | households\n a | 1 | 10\n a | 2 | 20\n a | 3 | 30\n b | 1 | 10\n b | 2 | 25\n b | 4 | 4\n c | 1 | 99",
    )
    rows = _of_world(lists, 32)
    assert [(r["round"], r["place_id"], r["households_before"], r["households_now"]) for r in rows] == [
        (111, "2", 20, 25), (111, "3", 30, None), (111, "4", None, 4),
    ]  # fmt: skip
    assert {str(r["previous_vintage"]) for r in rows} == {"2020-01-01"} and {str(r["vintage"]) for r in rows} == {"2021-03-01"}


def test_camps_that_left_the_list() -> None:
    lists = world.clean(
        "list | population | round\n a | idp | 111\n b | idp | 112\n c | idp | 113",
        "list | place_id | households\n a | 1 | 10\n a | 2 | 20\n a | 3 | 30\n b | 1 | 10\n b | 2 | 5\n c | 1 | 10\n c | 2 | 5",
        "list | place_id | dimension | category | households\n" + "\n".join(
            f"{own} | {place} | shelter | {kind} | {n}"
            for own, place, kind, n in (
                ("a", 1, "camp", 10), ("a", 2, "camp", 20), ("a", 3, "camp", 30), ("b", 1, "camp", 10), ("b", 2, "host_family", 5),
                ("c", 1, "camp", 10), ("c", 2, "host_family", 5),
            )
        ),
    )  # fmt: skip
    found = [
        (r["last_round_as_camp"], r["place_id"], r["households_before"], r["households_after"], r["what"])
        for r in _of_world(lists, 20)
    ]
    assert found == [(111, "2", 20, 5, "listed, not as a camp"), (111, "3", 30, None, "no longer listed")]
    longest = [(r["place_id"], r["first_round"], r["last_round"], r["households"]) for r in _of_world(lists, 19)]
    assert longest == [("1", 111, 113, 10), ("2", 111, 111, 20), ("3", 111, 111, 30)]


# --- field rounds, indices, events, crossing points ---------------------------------------------


def test_field_rounds(ask: Ask, more: Published) -> None:
    submitted = [r for r in more.table("location_record", round=121).to_pylist() if r["is_listed"]]
    freshness = [r for r in ask(29) if r["round"] == 121]
    assert Counter({(r["population"], r["update_status"]): r["locations"] for r in freshness}) == Counter(
        (r["population"], r["update_status"]) for r in submitted
    )
    assert {r["update_status"] for r in ask(29) if r["round"] < 121} == {"unknown"}
    expected = Counter(r["population"] for r in more.table("location_record", round=121).to_pylist() if r["is_expected"])
    coverage = ask(30)
    assert by(coverage, "population", column="expected")[("idp",)] == expected["idp"] == 87
    assert all(r["expected"] >= r["outstanding"] for r in coverage)
    arrivals = [r["new_arrivals"] for r in more.table("location_record", round=121).to_pylist() if r["population"] == "idp"]
    assert total(ask(31), "new_arrivals") == sum(n for n in arrivals if n)
    districts = ask(15)
    assert [(r["round"], r["standing"]) for r in districts[:3]] == [(n, "not published") for n in (118, 119, 120)]
    assert [r["place"] for r in districts[3:]] == list(range(1, 11)) and {r["round"] for r in districts[3:]} == {121}
    cells = [r for r in more.table("location_breakdown").to_pylist() if r["dimension"] == "origin_district" and r["round"] == 121]
    largest = sorted((n for n in by(cells, "category").values()), reverse=True)[:10]
    assert [r["households"] for r in districts[3:]] == largest


def test_the_index(ask: Ask, more: Published) -> None:
    scored = [r for r in more.table("return_index").to_pylist() if r["assessed"]]
    listed = {(r["round"], r["place_id"]): r["households"] for r in more.table("returnee_master_list").to_pylist()}
    sums: dict[tuple, int] = defaultdict(int)
    for row in scored:
        sums[row["index_round"], row["category"] or "not classified"] += listed[row["round"], row["place_id"]]
    assert {(r["index_round"], r["category"]): r["returnee_households"] for r in ask(18)} == sums
    assert {r["not_listed"] for r in ask(18)} == {0}
    severe = [r for r in scored if r["index_round"] == 12 and r["severe"]]
    by_governorate = by(severe, "governorate", column="returnees")
    assert {r["governorate"]: r["high_returnees"] for r in ask(9) if r["high_returnees"]} == {
        g: n for (g,), n in by_governorate.items()
    }
    assert {r["place_id"] for r in ask(10)} <= {r["place_id"] for r in severe} and all(r["points"] >= 5 for r in ask(10))
    national = [r for r in more.table("return_index_driver").to_pylist() if r["area_level"] == "national"]
    [change] = {r["overall_weighted_mean"] - r["previous_overall_weighted_mean"] for r in national}
    assert sum(r["driver_points"] for r in ask(11)) == pytest.approx(change, abs=0.006 * len(national)) and len(ask(11)) == len(
        national
    )


def test_emergency_figures(ask: Ask, more: Published) -> None:
    rows = {r["emergency_measure"]: r for r in ask(35)}
    counted = more.table("emergency_counted").to_pylist()
    assert rows["cumulative"]["published_households"] == total(counted, "published_households")
    assert (
        rows["cumulative"]["published_households"]
        == rows["current"]["published_households"] + rows["returned"]["published_households"]
    )
    revised = total(ask(13), "revised_households")
    assert rows["cumulative"]["known_households"] == rows["cumulative"]["published_households"] + revised and revised != 0
    known = {r["emergency_measure"]: r["households"] for r in ask(12)}
    assert known["cumulative"] == known["departed"] and known["current"] == known["cumulative"] - known["returned"]


def test_crossing_points(ask: Ask, more: Published) -> None:
    windows = Counter((r["window_start"], r["entry_status"]) for r in more.table("point_of_entry_status").to_pylist())
    for row in ask(36):
        own = {status: windows[row["window_start"], status] for status in ("closed", "commercial_only", "partially_open", "open")}
        assert {status: row[f"{status}_points"] for status in own} == own
    heads = by(more.table("crossing_headcount").to_pylist(), "crossing_point", "crossing_direction", column="travellers")
    assert by(ask(37), "crossing_point", "crossing_direction", column="travellers") == heads
