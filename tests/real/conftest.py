"""The reference data of the field: test input only, never part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.cli import main
from flows.published import Published

FOLDER = Path(os.environ.get("DTM_REFERENCE_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of the reference data; tests skip where it is absent."""
    if not (FOLDER / "masterlists").is_dir():
        pytest.skip("DTM reference data not available")
    return FOLDER


@pytest.fixture(scope="session")
def built(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the 54 lists and both workbooks, built by the command line."""
    data = tmp_path_factory.mktemp("real") / "data"
    lists = [str(reference / "masterlists"), str(reference / "workbooks")]
    assert main(["build", *lists, "--data", str(data), "--direct"]) == 0
    return data


@pytest.fixture(scope="session")
def held(built: Path) -> Published:
    """What is published from the reference data."""
    return Published(built)
