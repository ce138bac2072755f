"""The ``submissions.csv.zip`` of ODK Central: ``{form}.csv``, one CSV per repeat, and ``media/``, which is not opened.

Columns are those of ``lib/data/briefcase.js``: ``KEY`` identifies a submission over all its edits and ``PARENT_KEY`` is
the ``KEY`` of the submission, or of a repeat inside it (``uuid:.../group/repeat[1]``). Nothing is written to disk.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from expectations.form import Question
from transforms.field.export import Export
from transforms.field.exports import cells, headers, kobo_table
from transforms.field.exports.kobo_table import Table
from transforms.readers import package
from transforms.refusal import Refusal, found

EXPANDED_MAXIMUM = package.EXPANDED_MAXIMUM
RATIO_MAXIMUM = package.RATIO_MAXIMUM
# A small export of blank cells packs better than that; below this size it does no harm.
_HARMLESS = 10 * 1024 * 1024
_CHUNK = 1 << 16
_IGNORED_FOLDERS = ("media", "__MACOSX")
_ENCRYPTED_FLAG = 0x1
_KEYED = re.compile(rb'(?:^|[,;\t"])KEY(?:[,;\t"\r]|$)')


def read(path: Path, name: str, questions: Mapping[str, Question]) -> Export:
    """The submissions of an archive with the repeats of its other tables.

    Raises:
        Refusal: damaged, too large, paths that lead elsewhere, no single table of submissions, submissions that were not
            decrypted, or a row of a repeat that belongs to no submission.
    """
    tables = [_table(member, data, name) for member, data in _members(path, name)]
    main = {n: q for n, q in questions.items() if not q.repeat}
    keyed = [made for made in tables if made is not None and "KEY" in made.titles]
    parents = [made for made in keyed if "PARENT_KEY" not in made.titles]
    if len(parents) != 1:
        if not parents:
            raise Refusal(name, "export_uuid_missing_column", "No table of the archive has a column KEY and no PARENT_KEY.")
        listed = ", ".join(found(made.sheet) for made in parents)
        raise Refusal(name, "export_sheet_unclear", f"The tables with submissions are: {listed}; expected is one.")
    sheet = parents[0]
    about = headers.resolve(sheet.titles, main, headers.ODK, name)
    _demand_decrypted(sheet, about, name)
    rows = cells.table(about, lambda at: sheet.column(at, name), sheet.titles, sheet.numbers, sheet.sheet, main, name)
    if pc.all(pc.is_null(rows["_form"])).as_py():
        form = sheet.sheet.rpartition("/")[2].removesuffix(".csv")
        rows = rows.set_column(rows.column_names.index("_form"), "_form", pa.repeat(pa.scalar(form), rows.num_rows))
    key = rows["_root_uuid"].combine_chunks()
    unknown, repeats = list(about.unknown), {}
    for made in keyed:
        if made is sheet:
            continue
        repeat, part, missed = _repeat(made, key, questions, name)
        unknown += [f"{made.sheet}/{title}" for title in missed]
        if repeat in repeats:
            raise Refusal(name, "export_sheet_unclear", f"Repeat {repeat} stands in {found(made.sheet)} and in another table.")
        if repeat:
            repeats[repeat] = part
    return Export("odk_zip", rows, repeats, tuple(unknown))


def _repeat(
    made: Table, key: pa.Array, questions: Mapping[str, Question], name: str
) -> tuple[str, pa.Table | None, list[str] | tuple[str, ...]]:
    about = headers.resolve(made.titles, {n: q for n, q in questions.items() if q.repeat}, headers.ODK, name)
    repeats = sorted({questions[question].repeat for question in (*about.questions, *about.options)})
    if not repeats:
        return "", None, [title for title in made.titles if title]
    if len(repeats) > 1:
        raise Refusal(name, "export_sheet_unclear", f"Table {found(made.sheet)} mixes the repeats {' and '.join(repeats)}.")
    link = cells.without_prefix(made.column(made.titles.index("PARENT_KEY"), name))
    submission = pc.replace_substring_regex(link, "/.*$", "")
    at = kobo_table.positions(submission, key, made.numbers, f"table {found(made.sheet)}", name)
    order = pc.sort_indices(pa.table({"at": at, "row": made.numbers}), [("at", "ascending"), ("row", "ascending")])
    own = {n: q for n, q in questions.items() if q.repeat == repeats[0]}
    answers = cells.answers(about, lambda position: made.column(position, name), made.titles, made.numbers, own, name)
    taken = {question: column.take(order) for question, column in answers.items()}
    return repeats[0], pa.table({"_at": pa.array(at, pa.int64()).take(order), **taken}), about.unknown


def _demand_decrypted(sheet: Table, about: headers.Headers, name: str) -> None:
    """A submission that could not be decrypted has a status instead of answers."""
    for at in about.meta.get("status", []):
        status = sheet.column(at, name)
        if status.null_count < len(status):
            row = sheet.numbers[pc.index(pc.is_valid(status), True).as_py()]
            raise Refusal(name, "export_encrypted", f"Row {row} of {found(sheet.sheet)} has no answers, only a status.")


# --- archive ------------------------------------------------------------------------------------------


def _members(path: Path, name: str) -> list[tuple[str, bytes]]:
    """Name and content of the tables in the archive.

    Raises:
        Refusal: damaged, protected, too large when expanded, a name twice, or a path that leads out of the archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _demand_names(members, name)
            tables = [member for member in members if _is_table(member.filename)]
            if any(member.flag_bits & _ENCRYPTED_FLAG for member in tables):
                raise Refusal(name, "export_encrypted", "The archive is protected by a password.")
            packed = max(path.stat().st_size, 1)
            limit = min(EXPANDED_MAXIMUM, max(packed * RATIO_MAXIMUM, _HARMLESS))
            read, left = [], limit
            for member in tables:
                left -= member.file_size
                if left < 0:
                    raise Refusal(
                        name, "export_too_large", f"The archive of {packed:,} bytes expands to more than {limit:,} bytes."
                    )
                read.append((member.filename, _content(archive, member)))
            return read
    except (*package.DAMAGED, zlib.error) as error:
        raise Refusal(name, "export_unreadable", f"The archive is damaged: {error}.") from error


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The content of a member.

    Read in small pieces, zipfile inflates no more than the member declares, and then finds the checksum wrong.
    """
    with archive.open(member) as handle:
        data = b"".join(iter(lambda: handle.read(_CHUNK), b""))
    if len(data) != member.file_size:
        raise zipfile.BadZipFile(f"{found(member.filename)} declares {member.file_size:,} bytes and has {len(data):,}")
    return data


def _demand_names(members: list[zipfile.ZipInfo], name: str) -> None:
    seen = set()
    for member in members:
        filename = member.orig_filename
        parts = filename.split("/")
        if ".." in parts or filename.startswith("/") or "\\" in filename or "\x00" in filename or filename[1:3] == ":/":
            raise Refusal(name, "export_unreadable", f"The archive has a member {found(filename)}, whose path leads out of it.")
        if filename in seen:
            raise Refusal(name, "export_unreadable", f"The archive has two members {found(filename)}.")
        seen.add(filename)


def _is_table(filename: str) -> bool:
    folders = filename.split("/")[:-1]
    return filename.lower().endswith(".csv") and not any(folder in _IGNORED_FOLDERS for folder in folders)


def _table(member: str, data: bytes, name: str) -> Table | None:
    """A table of the archive; None for one that is not of submissions, such as the log of audits."""
    if not _KEYED.search(data.partition(b"\n")[0]):
        return None
    made = kobo_table.table(data, f"{name}/{member}", None, frozenset({"KEY", "PARENT_KEY"}), "odk_zip")
    return Table(member, made.titles, made.columns, made.numbers)
