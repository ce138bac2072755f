"""The root of a tier: every version in a folder of its own, the newest also under stable names, a page, a feed.

``latest.json`` is written last and is the commit: until then it names the release before, whose folder is whole. ``latest/`` is
replaced as a whole, by two renames. Everything beside the folders of versions follows from the log and those folders, so that
it can be made again at any time: a run that was killed in between is completed by repeating it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from flows import files
from flows.problem import ExitCode, Problem
from flows.release import feed, listing, log, stored
from flows.release.catalogue import page
from flows.release.listing import Version
from flows.release.log import Log, Recorded

LATEST = "latest.json"
LATEST_FOLDER = "latest"
PAGE = "index.html"
FEED = "feed.xml"
_FOLDER = "root"
_DATED = re.compile(r"_r\d{3}_\d{4}-\d{2}-\d{2}_v\d+\.\d+(?:_(?:internal|partner))?")


@dataclass(frozen=True)
class Root:
    """The root of a tier, for partners of a recipient; ``out`` is the folder that holds it, None for that of the data folder."""

    data: Path
    room: str
    out: str | None

    @property
    def folder(self) -> Path:
        """Where it is."""
        return (Path(self.out) if self.out else default(self.data)) / self.room


def default(data: Path) -> Path:
    """The folder of the roots of a data folder, where no other was said."""
    return log.folder(data) / _FOLDER


def of(data: Path, one: Recorded) -> Root:
    """The root in which a release is, or will be, published."""
    return Root(data, one.release.room, one.out)


def place(root: Root, one: Recorded, draft: Path) -> None:
    """Copy the files of a cleared draft to the folder of their version, in one step.

    Raises:
        Problem: there is something else in its place, or the copy is not what was cleared.
    """
    target = root.folder / one.release.folder
    if target.exists():
        if stored.differences(target, one.sums):
            raise Problem(
                ExitCode.DATA_FOLDER,
                f"'{target}' holds other files than {one.release.id}. A name is never used again: move them away.",
            )
        return
    waiting = target.with_name(f".{target.name}.new")
    if waiting.exists():
        shutil.rmtree(waiting)
    shutil.copytree(draft, waiting)
    found = stored.differences(waiting, one.sums)
    if found:
        raise Problem(ExitCode.CONTRACT_BROKEN, f"{one.release.id} changed while it was published: {found[0]}.")
    files.flush_all(path for path in waiting.rglob("*") if path.is_file())
    os.replace(waiting, target)
    files.flush(target.parent)


def refresh(root: Root, known: Log) -> None:
    """Make what a root holds beside its versions, from the log; ``latest.json`` last. Nothing is written before all is made."""
    found = versions(root, known)
    made = _made(root, found)
    for name in (listing.NAME, FEED):
        files.replace_bytes(root.folder / name, made[name].encode())
    _renew(root.folder, _newest(found))
    for name in (PAGE, LATEST):
        files.replace_bytes(root.folder / name, made[name].encode())


def _newest(found: list[Version]) -> Version | None:
    return next((version for version in found if version.state == "released"), None)


def _made(root: Root, found: list[Version]) -> dict[str, str]:
    """Name -> text of what a root holds beside its versions and the folder of the newest."""
    newest = _newest(found)
    content = stored.content(root.folder / newest.folder) if newest else None
    return {
        listing.NAME: listing.to_json(found),
        FEED: feed.atom(found, _publisher(root.folder, found), root.room),
        PAGE: page(found, content),
        LATEST: _pointer(root.folder, newest),
    }


def versions(root: Root, known: Log) -> list[Version]:
    """The versions of a root, newest first; those whose files were removed have none."""
    found = []
    for other in known.published_in(root.room, root.out):
        path = root.folder / other.release.folder
        about = None if other.is_removed else stored.about(path)
        found.append(
            Version(
                other.release.id,
                other.release.round,
                other.release.version,
                other.release.kind,
                other.state,
                other.published_on,
                dict(other.release.list_dates),
                other.release.folder,
                about["content_sha256"] if about else "",
                other.withdrawn["reason"] if other.withdrawn else other.release.reason,
                tuple(about["notes"]) if about else (),
                stored.listed(path) if about else (),
                other.withdrawn_on,
            )
        )
    return sorted(found, key=lambda version: (version.round, _number(version.version)), reverse=True)


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _publisher(folder: Path, found: list[Version]) -> dict[str, str]:
    """Who publishes, as the newest version that is there says."""
    newest = next((version for version in found if version.files), None)
    return stored.about(folder / newest.folder)["publisher"] if newest else {"name": "", "address": ""}


def stable(path: str) -> str:
    """The name of a file without round, date and version: what scripts may rely on."""
    return _DATED.sub("_latest", path)


def _renew(folder: Path, newest: Version | None) -> None:
    """The files of the newest version under stable names; the folder is replaced whole."""
    target, waiting, old = (folder / name for name in (LATEST_FOLDER, f".{LATEST_FOLDER}.new", f".{LATEST_FOLDER}.old"))
    for leftover in (waiting, old):
        if leftover.exists():
            shutil.rmtree(leftover)
    if newest:
        for file in newest.files:
            path = waiting / stable(file.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / newest.folder / file.path, path)
        files.flush_all(path for path in waiting.rglob("*") if path.is_file())
    if target.exists():
        os.replace(target, old)
    if newest:
        os.replace(waiting, target)
    files.flush(folder)
    if old.exists():
        shutil.rmtree(old)


def _pointer(folder: Path, newest: Version | None) -> str:
    """What ``latest.json`` says: the newest version, the date as of which it counts, its files with sizes and hashes."""
    if newest is None:
        return json.dumps({"id": None}) + "\n"
    said = {
        "id": newest.id,
        "round": newest.round,
        "version": newest.version,
        "kind": newest.kind,
        "as_of": {population: date.isoformat() for population, date in sorted(newest.list_dates.items())},
        "published_on": newest.published_on.isoformat(),
        "folder": newest.folder,
        "content_sha256": newest.content_sha256,
        "sums_sha256": files.sha256(folder / newest.folder / stored.SUMS),
        "files": [
            {"path": f"{newest.folder}/{file.path}", "latest": f"{LATEST_FOLDER}/{stable(file.path)}", "bytes": file.bytes, "sha256": file.sha256}
            for file in newest.files
        ],
    }  # fmt: skip
    return json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def differences(root: Root, known: Log) -> list[str]:
    """What of a root, beside the files of its versions, is not as the log says; as sentences.

    Raises:
        Problem: a version cannot be read.
    """
    found = versions(root, known)
    said = [f"{name} is not what the log says" for name, text in _made(root, found).items() if not _is(root.folder / name, text)]
    newest = _newest(found)
    expected = {f"{LATEST_FOLDER}/{stable(file.path)}": file.sha256 for file in (newest.files if newest else ())}
    folders = tuple(f"{version.folder}/" for version in found if version.files)
    there = {path.relative_to(root.folder).as_posix() for path in root.folder.rglob("*") if not path.is_dir()}
    for name, digest in sorted(expected.items()):
        if name not in there or files.sha256(root.folder / name) != digest:
            said.append(f"{name} is missing or was changed")
    strange = there - expected.keys() - {listing.NAME, FEED, PAGE, LATEST}
    return said + [f"{name} does not belong to it" for name in sorted(strange) if not name.startswith(folders)]


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()
