"""The sample as a built data folder, made once for all tests that only look at one."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
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
    data = folder / "data"
    while True:
        with suppress(Problem), locked(folder):  # a problem where another worker is in here
            if not (data / "manifest.json").exists():
                assert main(["build", str(sample_lists), "--data", str(data), "--direct", "--accept-exceptions", REASON]) == 0
            return data
        time.sleep(0.2)


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
