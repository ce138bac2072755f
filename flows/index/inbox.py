"""The inbox of a data folder: files of answers that a schedule takes and scores, and submissions that it fetches.

``inbox/return/`` and ``inbox/displacement/`` hold files of answers; a mapping file lies beside its file, with the ending .toml.
``settings.toml`` there may say ``model`` (file or id), ``round``, ``override``, and ``kobo_url`` and ``kobo_asset`` of the form whose
submissions are fetched. What was taken moves to ``taken/``; what was refused stays, so that it is seen.

Imports no Prefect: :mod:`flows.round_flow` runs these steps.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from expectations.index import INDICES, Index
from flows import files
from flows.field import receiving as submissions
from flows.given_file import utf8
from flows.index import models, pages, receiving
from flows.index.receiving import Order
from flows.lock import locked
from flows.problem import ExitCode, Problem
from flows.published import Published
from flows.show import counted, readable

FOLDER, TAKEN, SETTINGS = "inbox", "taken", "settings.toml"
PAGES = "pages"
TIERS = ("public", "internal")
_ENDINGS = (".csv", ".xlsx", ".parquet", ".json", ".zip")
_KNOWN = {"model": str, "round": int, "override": str, "kobo_url": str, "kobo_asset": str}


@dataclass(frozen=True)
class Settings:
    """How the files of an index are taken; see the module."""

    model: str | None = None
    round: int | None = None
    override: str | None = None
    kobo_url: str | None = None
    kobo_asset: str | None = None


def settings(data: Path, index: Index) -> Settings:
    """The settings of an index; the defaults where there is no file.

    Raises:
        Problem: the file is no TOML, or says something that is not known.
    """
    path = data / FOLDER / index.name / SETTINGS
    if not path.is_file():
        return Settings()
    try:
        told = tomllib.loads(utf8(path.read_bytes(), str(path)))
    except tomllib.TOMLDecodeError as error:
        raise Problem(ExitCode.SOURCE_REFUSED, f"'{path}' is not TOML: {error}.") from None
    wrong = [key for key, value in told.items() if key not in _KNOWN or type(value) is not _KNOWN[key]]
    if wrong:
        raise Problem(
            ExitCode.SOURCE_REFUSED,
            f"'{path}': {readable(wrong[0])} is not known or of another kind; known are {', '.join(_KNOWN)}.",
        )
    return Settings(**told)


def waiting(data: Path, index: Index) -> list[Path]:
    """The files of answers that wait, in the order of their names."""
    folder = data / FOLDER / index.name
    return (
        sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in _ENDINGS) if folder.is_dir() else []
    )


def fetched(data: Path, index: Index, folder: Path) -> Path | None:
    """The submissions of the form of an index, fetched into a folder; None where no form is set.

    Raises:
        Problem: there is no token, the server refuses or cannot be reached, or not all submissions came.
    """
    own = settings(data, index)
    if not (own.kobo_url and own.kobo_asset):
        return None
    path = folder / f"{index.name}_index.json"
    path.write_bytes(submissions.fetched(own.kobo_url, own.kobo_asset))
    return path


def take(data: Path, index: Index, path: Path) -> str:
    """Take a file of answers; returns a sentence on it.

    Raises:
        Problem: it cannot be taken, or another run is working on the folder.
    """
    own = settings(data, index)
    beside = path.with_suffix(".toml")
    mapping = utf8(beside.read_bytes(), beside.name) if beside.is_file() and beside.name != SETTINGS else None
    name = readable(path.name)
    order = Order(mapping, readable(beside.name), None, own.round, own.override)
    with locked(data):
        received = receiving.receive(data, path, name, models.load(own.model, index.default_model), order)
        if path.parent == data / FOLDER / index.name:
            _move(path, *([beside] if mapping is not None else []))
    rounds = ", ".join(map(str, received.index_rounds))
    return (
        f"{index.title}: {counted(len(received.index_rounds), 'round')} ({rounds})."
        if received.entry
        else f"{index.title}: nothing new."
    )


def draw(data: Path) -> list[Path]:
    """The pages of the newest round of each index and model, in both tiers, below ``pages``; returns the files.

    Raises:
        Problem: the tables cannot be read.
    """
    held = Published(data)
    newest: dict[tuple[str, str], dict] = {}
    for row in held.table("index_run").to_pylist():
        newest[row["index_name"], f"{row['model_id']} {row['model_version']}"] = row
    written = []
    for (name, model), row in sorted(newest.items()):
        for tier in TIERS:
            path = data / PAGES / f"{name}-index-{row['index_round']}-{row['model_id']}-{row['model_version']}-{tier}.html"
            text = pages.drawn(held, INDICES[name], row["index_round"], model, tier)
            files.replace_bytes(path, text.encode())
            written.append(path)
    return written


def _move(*paths: Path) -> None:
    for path in paths:
        folder = path.parent / TAKEN
        folder.mkdir(exist_ok=True)
        os.replace(path, folder / path.name)
