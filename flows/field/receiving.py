"""Receiving exports of submissions: the payload to landing, what may be kept of it to the store, a line in the journal.

The payload as received lies in ``landing/submissions/<sha256>/payload`` and nowhere else; only the owner may read it. The
key of the hash that replaces key informants lies beside landing.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.compute as pc

from expectations import form
from flows import files, landing
from flows.field import journal, store
from flows.field.journal import Entry
from flows.problem import ExitCode, Problem
from flows.run import now, user
from transforms.field import exports
from transforms.field.exports import ColumnMap
from transforms.field.stripping import Received, strip
from transforms.refusal import Refusal

FOLDER = Path(landing.FOLDER) / landing.SUBMISSIONS
PAYLOAD, MAP = "payload", "map.toml"
TOMBSTONE = "purged.json"
KEY = "landing.key"
TOKEN = "DTM_KOBO_TOKEN"
ABANDONED_SECONDS = 24 * 3600  # a folder of payloads on their way that is older was left by a run that was killed
_KEY_BYTES = 32
_HASH = re.compile(r"[0-9a-f]{64}")


def key(data: Path) -> bytes:
    """The key of the hash in place of key informants; made once.

    Raises:
        OSError: it cannot be read or written.
        Problem: it is damaged.
    """
    path = data / KEY
    try:
        known = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        if any(entry.kind == "submissions" for entry in journal.read(data)):
            sentence = f"'{path}' is missing; it ties informants of earlier submissions together. Restore it from a backup."
            raise Problem(ExitCode.DATA_FOLDER, sentence) from None
        known = secrets.token_bytes(_KEY_BYTES)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as written:
            written.write(known.hex())
        files.flush(path)
    except ValueError:
        known = b""
    if len(known) != _KEY_BYTES:
        raise Problem(
            ExitCode.DATA_FOLDER, f"'{path}' is damaged; it ties informants of earlier rounds together. Restore it from a backup."
        )
    return known


def receive(
    data: Path, round_number: int, path: Path, name: str, map_text: str | None = None, merged: exports.Merged | None = None
) -> tuple[Entry | None, Received]:
    """Take one export into the data folder; nothing is written twice.

    Args:
        name: the name of the file in messages; it is kept in landing only.
        map_text: the column map of an export of another tool, as TOML.
        merged: what ``path`` holds, where it was made of pages.

    Returns:
        The entry of the journal, None where the same bytes were received for the round before; and what was kept.

    Raises:
        Problem: it cannot be read, and nothing is kept of it.
    """
    sweep(data)
    content = files.sha256(path)
    sha256 = identity(content, map_text)
    try:
        column_map = ColumnMap.parse(map_text, "the column map") if map_text is not None else None
        export = exports.read(path, name, column_map, merged=merged)
    except Refusal as refusal:
        raise Problem(ExitCode.SOURCE_REFUSED, str(refusal), tuple(refusal.lines()[1:])) from refusal
    received = strip(export, key(data))
    if any((entry.kind, entry.round, entry.sha256) == ("submissions", round_number, sha256) for entry in journal.read(data)):
        return None, received
    land(data, sha256, content, path, name, round_number, map_text)
    # a header may be anything, so unknown ones are counted, not named
    about = {"shape": export.shape, "rows": str(received.submission.num_rows), "unknown": str(len(received.unknown))}
    return store.keep(data, "submissions", round_number, sha256, received.tables(), about), received


def fetched(url: str, asset: str) -> bytes:
    """All submissions of a form on a KoboToolbox server; the token of the account comes from the environment.

    Raises:
        Problem: there is no token, or not all submissions came.
    """
    from flows.kobo import fetch  # needs a network library that no other command does

    token = os.environ.get(TOKEN, "")
    if not token:
        raise Problem(ExitCode.USAGE, f"The token of the KoboToolbox account is expected in the variable {TOKEN}.")
    return fetch(url, asset, token)


def identity(content: str, map_text: str | None) -> str:
    """The hash by which an export is known: that of its bytes, with the column map where one says what they mean."""
    return hashlib.sha256(f"{content} {map_text}".encode()).hexdigest() if map_text is not None else content


def land(data: Path, sha256: str, content: str, path: Path, name: str, round_number: int, map_text: str | None) -> None:
    """Keep a file as received, with the map that says what its columns mean; only the owner may read it.

    Args:
        sha256: by which it is known.
        content: the hash of its bytes.

    Raises:
        Problem: it changed while it was read.
        OSError: it cannot be read or landing cannot be written.
    """
    root, home = data / landing.FOLDER, data / FOLDER / sha256
    home.mkdir(parents=True, exist_ok=True)
    for folder in (root, data / FOLDER, home):
        os.chmod(folder, 0o700)
    waiting = home / f".{PAYLOAD}.new"
    if files.copy(path, waiting) != content:
        waiting.unlink()
        raise Problem(ExitCode.STORAGE, f"'{path}' changed while it was read. Wait until it is complete, then give it again.")
    os.chmod(waiting, 0o600)
    files.flush(waiting)
    os.replace(waiting, home / PAYLOAD)
    about = {"name": name, "received_at": now(), "round": round_number, "bytes": (home / PAYLOAD).stat().st_size}
    files.replace_bytes(
        home / landing.PROVENANCE, (json.dumps(about, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
    )
    if map_text is not None:
        files.replace_bytes(home / MAP, map_text.encode())
    (home / TOMBSTONE).unlink(missing_ok=True)


@contextmanager
def private_folder(data: Path) -> Iterator[Path]:
    """A folder for payloads on their way to landing, which only the owner can read and which goes with them."""
    above = data / FOLDER
    above.mkdir(parents=True, exist_ok=True)
    for one in (above.parent, above):
        os.chmod(one, 0o700)
    with tempfile.TemporaryDirectory(dir=above) as folder:
        yield Path(folder)


def sweep(data: Path) -> None:
    """Remove payloads that the journal does not know: of a run that was killed before it had noted them."""
    known = {entry.sha256 for entry in journal.read(data) if entry.kind in journal.WITH_PAYLOAD}
    folder = data / FOLDER
    for home in folder.iterdir() if folder.is_dir() else ():
        if _HASH.fullmatch(home.name) and home.name not in known:
            shutil.rmtree(home)
        elif home.name.startswith("tmp") and time.time() - home.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(home, ignore_errors=True)
        elif home.name in known:
            (home / f".{PAYLOAD}.new").unlink(missing_ok=True)


def payload(data: Path, sha256: str) -> Path | None:
    """The bytes as received; None where they were purged."""
    path = data / FOLDER / sha256 / PAYLOAD
    return path if path.exists() else None


def purge(data: Path, round_number: int, by: str, reason: str, retention_days: int, today: datetime.date) -> list[str]:
    """Delete the payloads of a round; what was kept of them stays, and a tombstone says who deleted them and why.

    Round :data:`flows.field.journal.NO_ROUND` stands for those of the indices, emergency events and crossing points.

    Returns:
        The hashes of what was deleted.

    Raises:
        Problem: there is none, or the retention of one has not ended; then nothing is deleted.
    """
    sweep(data)
    entries = [entry for entry in journal.read(data) if entry.kind in journal.WITH_PAYLOAD and entry.round == round_number]
    of = f"submissions of R{round_number}" if round_number != journal.NO_ROUND else "files of indices, events and crossing points"
    purged = {(entry.round, entry.sha256) for entry in journal.read(data) if entry.kind == "purge"}
    held = [entry for entry in entries if payload(data, entry.sha256) and (round_number, entry.sha256) not in purged]
    if not held:
        raise Problem(ExitCode.USAGE, f"Landing holds no {of}.")
    ends = max(datetime.date.fromisoformat(entry.at[:10]) for entry in held) + datetime.timedelta(days=retention_days)
    if today < ends:
        sentence = f"{of[0].upper()}{of[1:]} are kept until {ends:%Y-%m-%d} (retention_days = {retention_days} in rounds.toml)."
        raise Problem(ExitCode.USAGE, sentence)
    # what another round received too is deleted when that round is purged as well
    shared = {
        entry.sha256
        for entry in journal.read(data)
        if entry.kind in journal.WITH_PAYLOAD and entry.round != round_number and (entry.round, entry.sha256) not in purged
    }
    gone = []
    for sha256 in sorted({entry.sha256 for entry in held}):
        if sha256 not in shared:
            _delete(data, sha256, {"round": round_number, "by": by, "reason": reason})
            gone.append(sha256)
        journal.append(data, Entry(0, "purge", round_number, sha256, {}, {"by": by, "reason": reason}, now(), user()))
    return gone


def _delete(data: Path, sha256: str, said: dict[str, object]) -> None:
    """Put a tombstone in place of a payload."""
    home = data / FOLDER / sha256
    stone = {"sha256": sha256, "purged_at": now(), "bytes": (home / PAYLOAD).stat().st_size, **said}
    files.replace_bytes(home / TOMBSTONE, (json.dumps(stone, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())
    for name in (PAYLOAD, landing.PROVENANCE):  # the name of a file may tell a person too
        (home / name).unlink(missing_ok=True)
    files.flush(home)


def texts(data: Path, entries: list[Entry], uuid: str) -> list[tuple[str, str]]:
    """The free texts of a submission as received, for a reviewer: (question, text), of its newest export.

    Raises:
        Problem: the payload was purged.
    """
    questions = [name for name, question in form.known().items() if question.free_text]
    for entry in reversed(entries):
        path = payload(data, entry.sha256)
        if path is None:
            raise Problem(ExitCode.USAGE, "The submissions as received were purged; their free texts are gone with them.")
        said = path.with_name(MAP)
        column_map = ColumnMap.parse(said.read_text(encoding="utf-8"), MAP) if said.exists() else None
        rows = exports.read(path, entry.sha256[:12], column_map).rows
        bare = pc.replace_substring_regex(pc.coalesce(rows["_root_uuid"], rows["_uuid"]), r"^uuid:", "")
        own = rows.filter(pc.fill_null(pc.equal(bare, uuid), False))
        if own.num_rows:
            row = own.slice(own.num_rows - 1).to_pylist()[0]
            return [(name, row[name]) for name in questions if row.get(name)]
    return []
