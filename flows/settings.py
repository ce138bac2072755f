"""Settings from the environment, in one place."""

from __future__ import annotations

import os
from pathlib import Path

DATA_VARIABLE = "DTM_DATA_DIR"
# Telemetry off and a quiet terminal, unless the user decided otherwise. Must be set before the imports.
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
    # the first start on a new machine migrates Prefect's own database, which can take a minute
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "GX_ANALYTICS_ENABLED": "false",
}


def data_folder(given: Path | None) -> Path | None:
    """The data folder: as given, else from DTM_DATA_DIR, else None."""
    if given is not None:
        return given
    named = os.environ.get(DATA_VARIABLE)
    return Path(named) if named else None


def prepare_prefect() -> None:
    """Set what Prefect reads at import: quiet, no telemetry, a home of its own unless one is set."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if "PREFECT_HOME" not in os.environ and "PREFECT_API_URL" not in os.environ:
        base = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".local" / "state"
        home = Path(base) / "dtm-iraq" / "prefect"
        home.mkdir(parents=True, exist_ok=True)
        os.environ["PREFECT_HOME"] = str(home)


def has_home() -> bool:
    """Whether Prefect has made its database before, which the first time takes a while."""
    home = os.environ.get("PREFECT_HOME")
    return home is None or (Path(home) / "prefect.db").exists()
