"""Writing the files of a release: each writer makes some of them from the content alone, byte for byte the same each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from transforms.release.content import Content


@dataclass(frozen=True)
class ReleaseFile:
    """A file of a release: path below its folder, what it is in one sentence, its format, and what of it it holds.

    ``is_stable``: whether the same content gives the same bytes; a database, for one, does not.
    """

    path: str
    title: str
    format: str
    table: str = ""
    population: str = ""
    is_stable: bool = True


# A writer gets the content and the folder of the release, which holds the files of the writers before it.
Writer = Callable[[Content, Path], list[ReleaseFile]]


def write(content: Content, folder: Path, writers: tuple[Writer, ...]) -> list[ReleaseFile]:
    """Let every writer write; returns the files in the order of their paths."""
    made = [file for writer in writers for file in writer(content, folder)]
    return sorted(made, key=lambda file: file.path)
