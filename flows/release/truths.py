"""The lists behind each published version with nothing withheld: what was revised since, also where readers do not see it.

Kept beside the log, in the data folder, for the audit of later versions; no reader gets it.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from expectations.release_tables import LISTS
from flows import stored
from flows.problem import ExitCode, Problem
from flows.release import log
from transforms import warehouse
from transforms.release.content import Release
from transforms.release.revision import revised

_FOLDER = "truths"


def keep(data: Path, release_id: str, tables: Mapping[str, pa.Table]) -> None:
    """Keep the open lists of a draft, in place of those of a draft of the same name."""
    if folder(data, release_id).exists():
        shutil.rmtree(folder(data, release_id))
    for name in LISTS:
        if name in tables:
            warehouse.write(tables[name], _path(data, release_id, name))


def folder(data: Path, release_id: str) -> Path:
    """Where the lists behind a version are."""
    return log.folder(data) / _FOLDER / release_id


def _path(data: Path, release_id: str, name: str) -> Path:
    return folder(data, release_id) / f"{name}.parquet"


def revisions(data: Path, earlier: Sequence[Release], release: Release, now: Mapping[str, pa.Table]) -> pa.Table:
    """Every value that one version said otherwise than the one before, withheld or not, as the table ``revision``.

    Args:
        data: the data folder.
        earlier: published versions of the same root, in the order of publication.
        release: the version that is audited.
        now: its open tables.

    Raises:
        Problem: the lists of a version are missing.
    """
    told: dict[str, pa.Table] = {}
    for one in earlier:
        lists = _held(data, one.id)
        told = {**lists, "revision": revised(told, lists, one)}
    return revised(told, now, release)


def _held(data: Path, release_id: str) -> dict[str, pa.Table]:
    found = {}
    for name in LISTS:
        path = _path(data, release_id, name)
        try:
            if path.exists():
                found[name] = stored.table([path])
        except pa.ArrowInvalid as error:
            raise Problem(ExitCode.DATA_FOLDER, f"'{path}' is damaged. Restore it from a backup.") from error
    if not found:
        raise Problem(ExitCode.DATA_FOLDER, f"The lists behind {release_id} are missing in '{log.folder(data) / _FOLDER}'.")
    return found
