"""The sample generator: every planted defect is found, nothing else is, and equal seeds give equal bytes."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pyarrow as pa
import pytest

from expectations.rules import FILE_RULES, ROW_RULES, RULES, TABLE_RULES
from expectations.schema import schema
from expectations.tables import CROSSING_CLEAN, EMERGENCY_CLEAN, FIELD_CLEAN, INDEX_CLEAN
from sample_data import broken, generator, portal
from transforms import warehouse
from transforms.clean import clean
from transforms.refusal import Refusal
from transforms.source import Source

COMMITTED = Path(generator.__file__).parent
# A round that no list can have, for the one broken file that is refused only by what the user says.
NO_ROUND = 999


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    return generator.write(tmp_path_factory.mktemp("sample"))


def taken(path: Path, round: int | None = None) -> dict[str, pa.Table]:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return clean(path, Source(sha256, (path.name,), round))


def built(folder: Path) -> dict[str, pa.Table]:
    files = [taken(path) for path in sorted((folder / "lists").iterdir())]
    together = {name: pa.concat_tables(file[name] for file in files).combine_chunks() for name in files[0]}
    together |= {
        table.name: schema(table).empty_table() for table in (*FIELD_CLEAN, *INDEX_CLEAN, *EMERGENCY_CLEAN, *CROSSING_CLEAN)
    }
    return {table.name: data for table, data in warehouse.build(together.__getitem__, [], [])}


def ledger(folder: Path) -> list[dict[str, str]]:
    with open(folder / "ledger.csv", encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def planted(folder: Path) -> list[tuple[str, int, str, str, str]]:
    """The ledger's entries for rows of the lists, in order."""
    rows = [row for row in ledger(folder) if row["file"].startswith("lists/")]
    return sorted((row["file"], int(row["row"]), row["place_id"], row["rule"], row["severity"]) for row in rows)


def breaches(tables: dict[str, pa.Table]) -> list[tuple[str, int, str, str, str]]:
    """The rows of ``rule_breach`` in the form of the ledger, by way of the lineage table."""
    key = ("round", "population", "vintage_date", "place_id")
    source = {tuple(row[name] for name in key): row for row in tables["source_record"].to_pylist()}
    found = []
    for row in tables["rule_breach"].to_pylist():
        at = source[tuple(row[name] for name in key)]
        found.append((f"lists/{at['source_file']}", at["source_row"], row["place_id"], row["rule"], row["severity"]))
    return sorted(found)


def content(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_planted_defect_is_found_and_nothing_else(sample):
    tables = built(sample)
    assert breaches(tables) == planted(sample)
    counted = {rule.id for rule in TABLE_RULES if rule.published != "block"}
    # All waves are open in the last rounds of the series.
    assert {rule for *_, rule, _ in planted(sample)} == counted - {"wave_not_open"}
    for row in tables["national_summary"].to_pylist():
        assert (row["individuals_in_camp"], row["households_in_camp"] > 0) == (
            5 * row["households_in_camp"],
            row["population"] == "idp",
        )


# R17, R18: the first returnee list; R108, R109: rented houses are divided, and the last wave is not open yet.
@pytest.mark.parametrize("first_round", [17, 108])
def test_early_rounds(tmp_path, first_round):
    generator.write(tmp_path, rounds=2, places=120, first_round=first_round)
    assert breaches(built(tmp_path)) == planted(tmp_path)
    assert "wave_not_open" in {rule for *_, rule, _ in planted(tmp_path)}
    lists = {path.name for path in (tmp_path / "lists").iterdir()}
    assert (portal.file_name("returnee", first_round) in lists) == (first_round >= 18)


def test_each_rule_has_its_broken_file(sample):
    files = {path.stem for path in (sample / "broken").iterdir()}
    assert files == {rule.id for rule in [*FILE_RULES, *ROW_RULES]} - broken.WITHOUT_FILE
    entries = [row for row in ledger(sample) if row["file"].startswith("broken/")]
    assert {row["rule"] for row in entries} == files
    assert {row["severity"] for row in entries} == {"block"}


@pytest.mark.parametrize(
    "rule", [rule.id for rule in [*FILE_RULES, *ROW_RULES] if rule.id not in {*broken.WITHOUT_FILE, broken.TWICE}]
)
def test_broken_file_is_refused_by_its_rule(sample, rule):
    (path,) = (sample / "broken").glob(f"{rule}.*")
    (entry,) = (row for row in ledger(sample) if row["file"] == f"broken/{path.name}")
    with pytest.raises(Refusal) as refusal:
        taken(path, NO_ROUND if rule == "round_unknown" else None)
    assert refusal.value.rule == rule
    if RULES[rule].scope == "row":
        rows = {problem.row for problem in refusal.value.rows if problem.rule == rule}
        assert int(entry["row"]) in rows
        # An id that occurs twice is a problem of both rows.
        assert len(rows) == (2 if rule.endswith("_twice") else 1)
        assert {problem.rule for problem in refusal.value.rows} == {rule}


def test_list_twice_is_one_list_in_two_files(sample):
    first, second = (taken(path)["clean_edition"].to_pylist()[0] for path in sorted((sample / "broken" / "list_twice").iterdir()))
    assert first["sha256"] != second["sha256"]
    assert all(first[name] == second[name] for name in ("population", "round", "vintage_date", "rows_kept"))


def test_layout_is_that_of_the_portal(sample):
    path = sample / "lists" / "IDPs_MasterList_dataset_DTM_IOMFeb 28, 2021.csv"
    with open(path, encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    assert rows[0] == list(portal.headers("idp"))
    assert {len(row) for row in rows} == {52}
    assert rows[-1] == [str(len(rows) - 2), *[""] * 50, "Feb 28, 2021"]
    assert rows[1][1].endswith(".0") and rows[1][9].endswith(".0")


def test_shape_follows_the_real_lists(tmp_path):
    generator.write(tmp_path, rounds=2, places=2000)
    for population, median, percentile_90 in (("idp", (9, 14), (120, 220)), ("returnee", (120, 180), (700, 1200))):
        after, before = (
            taken(tmp_path / "lists" / portal.file_name(population, number))["clean_record"] for number in (120, 119)
        )
        households = sorted(after["households"].to_pylist())
        assert median[0] <= households[len(households) // 2] <= median[1]
        assert percentile_90[0] <= households[len(households) * 9 // 10] <= percentile_90[1]
        then = dict(zip(before["place_id"].to_pylist(), before["households"].to_pylist(), strict=True))
        now = dict(zip(after["place_id"].to_pylist(), after["households"].to_pylist(), strict=True))
        same = [now[place] == then[place] for place in now.keys() & then.keys()]
        assert 0.6 <= sum(same) / len(same) <= 0.85
        assert now.keys() - then.keys() and then.keys() - now.keys()


def test_same_seed_same_bytes(sample, tmp_path):
    assert content(generator.write(tmp_path / "again")) == content(sample)
    other = content(generator.write(tmp_path / "other", seed=1))
    lists = [name for name in content(sample) if name.startswith("lists/")]
    assert len(lists) == 6
    assert all(other[name] != content(sample)[name] for name in lists)


def test_committed_sample_is_current(tmp_path):
    fresh = content(generator.write(tmp_path, places=120))
    committed = {f"lists/{path.name}": path for path in (COMMITTED / "lists").iterdir()} | {
        "ledger.csv": COMMITTED / "ledger.csv"
    }
    assert committed.keys() == {name for name in fresh if not name.startswith("broken/")}
    for name, path in committed.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == fresh[name], (
            f"{name}: write the sample again (sample_data/README.md)"
        )


@pytest.mark.parametrize(
    "arguments",
    [{"places": 10}, {"rounds": 0}, {"rounds": 121}, {"first_round": 119}, {"first_round": 0}, {"places": 100_000}],
)
def test_impossible_samples_are_refused(tmp_path, arguments):
    with pytest.raises(ValueError, match=r"ask for|can have"):
        generator.write(tmp_path / "out", **arguments)
    assert not (tmp_path / "out").exists()


def test_other_files_are_left_alone(tmp_path):
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "mine.csv").write_text("1")
    with pytest.raises(FileExistsError, match=r"mine\.csv"):
        generator.write(tmp_path)
    assert content(tmp_path).keys() == {"lists/mine.csv"}
