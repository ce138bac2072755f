"""The folder of the release that the tests read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def release() -> Path:
    """As ``make compat`` wrote it."""
    folder = os.environ.get("DTM_COMPAT_RELEASE")
    if not folder:
        pytest.skip("DTM_COMPAT_RELEASE names no release: run make compat")
    return Path(folder).resolve()


@pytest.fixture(scope="session")
def tables(release: Path) -> dict[str, dict]:
    """The tables of the release by name, as its catalogue tells of them."""
    return {table["name"]: table for table in json.loads((release / "catalog.json").read_text(encoding="utf-8"))["tables"]}
