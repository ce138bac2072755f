"""A browser, where one is there; ``DTM_BROWSER=required`` makes it a failure that there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import NoReturn

import pytest

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def _absent(reason: str) -> NoReturn:
    if os.environ.get("DTM_BROWSER") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Chromium with an empty profile of its own, for as long as the tests run."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _absent("playwright is not installed: make browser installs it")
    program = shutil.which("chromium")
    if program is None:
        _absent("chromium is not installed: make browser installs it where it can")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, headless=True, args=list(_FLAGS))
        yield chromium
        chromium.close()
