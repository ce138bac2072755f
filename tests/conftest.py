"""The sample as a built data folder, made once for all tests that only look at one."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported: tests run side by side

import pytest

from flows.cli import main
from flows.lock import locked
from flows.problem import Problem
from flows.published import Published

LISTS = Path(__file__).resolve().parents[1] / "sample_data" / "lists"
REASON = "planted by the sample generator"


@pytest.fixture(scope="session")
def sample_lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed sample lists; generated where the checkout has none."""
    if LISTS.is_dir():
        return LISTS
    from sample_data import generator

    return generator.write(tmp_path_factory.mktemp("sample")) / "lists"


@pytest.fixture(scope="session")
def sample_data_folder(sample_lists: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder built from the sample lists, by the first worker that needs it. A test that writes takes ``data_copy``."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "built"
    with _alone(folder):
        if not (folder / "data" / "manifest.json").exists():
            order = ["build", str(sample_lists), "--data", str(folder / "data"), "--direct", "--accept-exceptions", REASON]
            assert main(order) == 0
    return folder / "data"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other worker is in here."""
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(locked(folder))
                break
            except Problem:
                time.sleep(0.2)
        yield


@pytest.fixture
def data_copy(sample_data_folder: Path, tmp_path: Path) -> Path:
    """A copy of the built sample of its own."""
    return shutil.copytree(sample_data_folder, tmp_path / "data")


@pytest.fixture(scope="session")
def held(sample_data_folder: Path) -> Published:
    """What is published from the sample."""
    return Published(sample_data_folder)


@pytest.fixture(scope="session")
def a_place(held: Published) -> Callable[[str], dict]:
    """The first row of the newest round of a population's master list."""

    def first(population: str) -> dict:
        rows = held.table(f"{population}_master_list").to_pylist()
        return next(row for row in rows if row["round"] == rows[-1]["round"])

    return first
