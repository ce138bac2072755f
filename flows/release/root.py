"""The root of a tier: every version in a folder of its own, the newest also under stable names, a page, a feed.

``latest.json`` is written last and is the commit: until then readers see the release before, whole. Everything beside the
folders of versions follows from the log and those folders, so that it can be made again at any time.
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
        return (Path(self.out) if self.out else log.folder(self.data) / _FOLDER) / self.room


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
    """Make what a root holds beside its versions, from the log; ``latest.json`` last."""
    folder = root.folder
    found = versions(root, known)
    newest = next((version for version in found if version.state == "released"), None)
    files.replace_bytes(folder / listing.NAME, listing.to_json(found).encode())
    files.replace_bytes(folder / FEED, feed.atom(found, _publisher(folder, found)).encode())
    _renew(folder, newest)
    content = stored.content(folder / newest.folder) if newest else None
    files.replace_bytes(folder / PAGE, page(found, content).encode())
    files.replace_bytes(folder / LATEST, _pointer(folder, newest).encode())


def versions(root: Root, known: Log) -> list[Version]:
    """The versions of a root, newest first; those whose files were removed have none."""
    found = []
    for other in known.published_in(root.room, root.out):
        path = root.folder / other.release.folder
        is_removed = bool(other.withdrawn and other.withdrawn["removed"])
        about = None if is_removed else stored.about(path)
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
    """What of a root, beside its versions, is not as the log says; as sentences."""
    folder = root.folder
    found = versions(root, known)
    newest = next((version for version in found if version.state == "released"), None)
    said = []
    if not _is(folder / listing.NAME, listing.to_json(found)):
        said.append(f"{listing.NAME} is not what the log says")
    if not _is(folder / LATEST, _pointer(folder, newest)):
        said.append(f"{LATEST} is not what the log says")
    for file in newest.files if newest else ():
        path = folder / LATEST_FOLDER / stable(file.path)
        if not path.is_file() or files.sha256(path) != file.sha256:
            said.append(f"{LATEST_FOLDER}/{stable(file.path)} is missing or was changed")
    return said


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()
