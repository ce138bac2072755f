"""Tiny lists, builds of them, and what a data folder holds: for tests of the build."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from expectations import codes
from expectations.contract import Table
from expectations.outcome import Outcome
from expectations.tables import TABLES
from flows import judging, run, stored
from flows.published import Published
from flows.sources import Order
from tests.fixtures.places import Place
from tests.fixtures.portal import headers, portal_cells

ROOT = Path(__file__).resolve().parents[2]
# Rounds without known exceptions.
ROUNDS = (110, 111, 112, 113)
_MARGIN = {"idp": {"shelter": "host_family"}, "returnee": {"shelter": "habitual_residence"}}
Rows = list[list[str]]


def write_list(
    folder: Path,
    round_number: int = 111,
    population: str = "idp",
    *,
    places: int = 24,
    spoil: Callable[[list[str], Rows], None] | None = None,
    name: str | None = None,
    end: str = "\n",
) -> Path:
    """Write a portal CSV of ``places`` invented locations; ``spoil(header, rows)`` changes it before.

    Households of a location grow from round to round, so that neighbouring rounds differ.
    """
    date = codes.rounds()[round_number]["list_date"]
    header = ["", *headers(population), "date"]
    listed = [portal_cells(population, _place(population, at, round_number)) for at in range(places)]
    rows = [[str(at), *(f"{c}.0" if str(c).isdecimal() else str(c) for c in cells), date] for at, cells in enumerate(listed)]
    if spoil:
        spoil(header, rows)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end).writerows([header, *rows])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or f"{population}-{date}.csv")
    path.write_bytes(out.getvalue().encode())
    return path


def _place(population: str, at: int, round_number: int) -> Place:
    households = 20 + at + round_number
    own = {kind: {name: households} for kind, name in _MARGIN[population].items()}
    return Place(
        1 + at, "Ninewa", "Mosul", households, origin={"ninewa": households}, period={"pre_june_2014": households}, **own
    )


def set_cell(row: int, column: str, cell: str) -> Callable[[list[str], Rows], None]:
    """A spoiler that overwrites one cell; the first row is 0."""

    def spoil(header: list[str], rows: Rows) -> None:
        rows[row][header.index(column)] = cell

    return spoil


# One household too many in a shelter cell: breaks a counted rule without making the row unreadable.
SUM_EXCEPTION = set_cell(0, "Hotel Motel", "1.0")
RETURNEE_EXCEPTION = set_cell(0, "School_building", "1.0")
BAD_ROW = set_cell(0, "Governorate", "Nowhere")


class QuickJudging:
    """In place of the process of Great Expectations, which takes seconds even for tiny tables and is tested elsewhere."""

    def __init__(self) -> None:
        self.judged: dict[str, Outcome] = {}

    def table(self, name: str, paths: Sequence[Path]) -> None:
        """Whether the table has its columns."""
        assert stored.table(paths).column_names == list(TABLES[name].columns)
        self.judged[name] = Outcome(name, 1, ())

    def contract(self, table: Table, paths: Sequence[Path]) -> None:
        """Whether a table with a contract of its own has its columns."""
        assert stored.table(paths).column_names == list(table.columns)
        self.judged[table.name] = Outcome(table.name, 1, ())

    def outcomes(self) -> list[Outcome]:
        """Of every table handed in."""
        return list(self.judged.values())

    def rules(self, rows_found: dict[str, int]) -> Outcome:
        """Nothing: the rules themselves run as ever."""
        return Outcome("rules", len(rows_found), ())


@contextmanager
def quickly() -> Iterator[QuickJudging]:
    """In place of :func:`flows.judging.beside`."""
    yield QuickJudging()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds of this test judge values quickly; the rules run as ever."""
    monkeypatch.setattr(judging, "beside", quickly)


def build(data: Path, *paths: Path, **said: object) -> run.Result:
    """Build the files given, without Prefect."""
    return run.build(data, Order(paths=tuple(paths), **said), direct=True, progress=lambda text: None)


def run_child(data: Path, paths: list[Path], root: Path = ROOT, variables: dict[str, str] | None = None, **told: object) -> dict:
    """A build in a process of its own."""
    command = [sys.executable, "-m", "tests.flows.child", str(data), json.dumps({"paths": [str(p) for p in paths], **told})]
    ended = subprocess.run(command, cwd=root, env=os.environ | (variables or {}), capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def content(data: Path) -> bytes:
    """The content section of the manifest."""
    return json.dumps(json.loads((data / "manifest.json").read_bytes())["content"], sort_keys=True).encode()


def tables(data: Path) -> dict[str, str]:
    """Path -> hash of every file below ``tables``."""
    return {path: digest for path, digest in tree(data).items() if path.startswith("tables/")}


def tree(data: Path) -> dict[str, str]:
    """Path -> hash of every file of a data folder, but for the lock and staging."""
    found = sorted(path for path in data.rglob("*") if path.is_file())
    names = {path: path.relative_to(data).as_posix() for path in found}
    return {
        n: hashlib.sha256(p.read_bytes()).hexdigest() for p, n in names.items() if n != ".lock" and not n.startswith("staging/")
    }


def answers(data: Path | Published) -> dict[str, list[dict]]:
    """Every row of some tables of every kind: what a reader sees."""
    held = data if isinstance(data, Published) else Published(data)
    names = ("list_edition", "location_count", "idp_master_list", "change_summary", "national_summary", "rule_count")
    return {name: held.table(name).to_pylist() for name in names}
