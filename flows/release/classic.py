"""A list of a round for the scripts that partners have: the portal's layout, and the tidy list with a row of HXL tags."""

from __future__ import annotations

from pathlib import Path

from expectations.columns import COLUMNS
from flows import export
from flows.release.workbook import FOLDER, PEOPLE
from flows.release.writing import ReleaseFile
from transforms.release.classic import classic
from transforms.release.content import Content
from transforms.release.round_list import populations, round_list


def csv(content: Content, folder: Path) -> list[ReleaseFile]:
    """``lists/<name>_classic.csv``, one per population: see :func:`transforms.release.classic.classic`."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    made = []
    for population in populations(content):
        path = _path(content, population, "classic")
        export.to_csv(classic(content, population), folder / path)
        title = (
            f"Master list of {PEOPLE[population]}, R{content.release.round}, with the headers of the portal's export in its order; "
            "individuals as derived, ISO dates, statuses at the end."
        )
        made.append(ReleaseFile(path, title, "csv", f"{population}_master_list", population))
    return made


def hxl(content: Content, folder: Path) -> list[ReleaseFile]:
    """``lists/<name>_hxl.csv``, one per population: the tidy list with a row of HXL tags under the header; columns without a tag have none."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    made = []
    for population in populations(content):
        path, rows = _path(content, population, "hxl"), round_list(content, population).rows
        export.to_csv(rows, folder / path, tags=[COLUMNS[name].hxl or "" for name in rows.column_names])
        title = f"Master list of {PEOPLE[population]}, R{content.release.round}, with a row of HXL tags under the header."
        made.append(ReleaseFile(path, title, "csv", f"{population}_master_list", population))
    return made


def _path(content: Content, population: str, flavour: str) -> str:
    release = content.release
    return f"{FOLDER}/{release.stem(population, release.list_dates[population])}_{flavour}.csv"
