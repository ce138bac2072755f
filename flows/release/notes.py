"""The texts of a release: what changed, how to cite it, what lies where, and the hashes of its files."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from expectations import caveats as general
from expectations.schema import schema
from expectations.tables import TABLES
from flows import caveats, files
from flows.release.listing import Version
from flows.release.workbook import NO_CONTACT, PEOPLE, terms, withheld
from flows.release.writing import ReleaseFile, Writer
from flows.show import counted, visible
from transforms.release.content import Content
from transforms.release.net_change import change_row, net_change
from transforms.release.round_list import populations

CHANGES, CITATION, README, SUMS = "CHANGES.md", "CITATION.cff", "README.txt", "SHA256SUMS"
_REVISIONS_SHOWN = 100  # the table has them all
_WIDTH = 100
_CFF_VERSION = "1.2.0"
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_URL = re.compile(r"https?://[^\s<>\"]+")
# Text of people and of data is never taken for markup.
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&!])")
# What lies in the folders of a release, in a sentence each; a folder that is not named here is listed all the same.
FOLDERS = {
    "": "In this folder",
    "lists": "The lists of the round, for people: start with the workbooks, whose sheet ReadMe says what they are.",
    "tables": "Every table over all rounds as one sorted Parquet file; meanings, units and licence travel in it.",
    "csv": "The same tables as CSV: UTF-8 with byte order mark, ISO dates, an empty cell where there is no value.",
    "places": "Locations as points and round by round, registers of codes, headers and names to join to.",
}


def changes(versions: Sequence[Version]) -> Writer:
    """The writer of ``CHANGES.md``: this version, the ones of this round before it, and the change against the round before.

    Args:
        versions: those of the root, newest first; others than of the round are passed over.
    """

    def write(content: Content, folder: Path) -> list[ReleaseFile]:
        said = "\n".join([*_versions(content, versions), *_against_before(content), *_method(content)])
        _put(folder / CHANGES, said + "\n")
        title = "What changed: versions of this release, values revised, change against the round before, breaks of method."
        return [ReleaseFile(CHANGES, title, "markdown")]

    return write


def _versions(content: Content, versions: Sequence[Version]) -> Iterator[str]:
    release = content.release
    yield f"# Changes of {_plain(release.id)}"
    yield ""
    yield f"## {_plain(release.version)} ({release.kind}), this version"
    yield ""
    yield from _of_version(release.reason, content.notes)
    if release.feedback:
        yield f"- It follows the feedback {_plain(', '.join(release.feedback))}."
    yield from _revised(content, release.id, whole=True)
    for version in versions:
        if version.round != release.round or _order(version.version) >= _order(release.version):
            continue
        # whether it is superseded is not said: it is so by this very version, once that is published
        gone = ", withdrawn" if version.state == "withdrawn" else ""
        yield ""
        yield f"## {_plain(version.version)} ({_plain(version.kind)}), published on {version.published_on}{gone}"
        yield ""
        yield from _of_version(version.reason, version.notes)
        yield from _revised(content, version.id, whole=False)


def _order(version: str) -> tuple[int, ...]:
    """By which versions come one after the other: 1.10 after 1.9."""
    return tuple(int(part) for part in version.split("."))


def _of_version(reason: str, notes: Sequence[str]) -> Iterator[str]:
    if reason:
        yield f"- Reason: {_plain(reason)}"
    yield from (f"- {_plain(note)}" for note in notes)


def _revised(content: Content, release_id: str, *, whole: bool) -> Iterator[str]:
    """What was revised in a version, from the table of revisions; nothing where a release has none."""
    if "revision" not in content.tables:
        yield "- Values revised: not compared."
        return
    rows = content.tables["revision"]
    rows = rows.filter(pc.equal(rows["release_id"], release_id))
    rows = rows.filter(pc.equal(rows["round"], content.release.round))
    if not rows.num_rows:
        yield "- No value was revised."
        return
    keys = ["population", "revised_column"]
    counts = rows.group_by(keys, use_threads=False).aggregate([([], "count_all")])
    for row in counts.sort_by([(key, "ascending") for key in keys]).to_pylist():
        yield f"- {row['population']}, `{_plain(row['revised_column'])}`: {counted(row['count_all'], 'value')} revised."
    if not whole:
        return
    yield ""
    yield "| population | place_id | column | before | after |"
    yield "|---|---|---|---|---|"
    shown = ["population", "place_id", "revised_column", "value_before", "value_after"]
    for row in rows.slice(0, _REVISIONS_SHOWN).select(shown).to_pylist():
        yield "| " + " | ".join(_plain(row[name] or "") for name in shown) + " |"
    if rows.num_rows > _REVISIONS_SHOWN:
        yield ""
        yield f"The first {_REVISIONS_SHOWN} of {rows.num_rows:,}; all of them are in the table revision."


def _against_before(content: Content) -> Iterator[str]:
    yield ""
    yield "## Against the round before"
    yield ""
    for population in populations(content):
        yield f"- {PEOPLE[population]}: {net_change(content, population)}"
    yield ""
    yield dict(general.OF_RELEASES)["Change"]


def _method(content: Content) -> Iterator[str]:
    """Breaks of method from after the round before to this one, for each population."""

    def held(name: str) -> pa.Table:
        return content.tables[name] if name in content.tables else schema(TABLES[name]).empty_table()

    number = content.release.round
    lines: dict[str, None] = {}
    for population in populations(content):
        row = change_row(content, population)
        since = row["previous_round"] + 1 if row else number
        for about, text in caveats.of_method(held, (population,), range(since, number + 1)):
            lines[f"- {about.removeprefix('method, ')}: {_plain(text)}"] = None
    yield ""
    yield "## Breaks of method since the round before"
    yield ""
    yield from lines or ["None is recorded. Those of earlier rounds are in the table method_break."]


def citation(content: Content, folder: Path) -> list[ReleaseFile]:
    """``CITATION.cff``, Citation File Format 1.2. Without a date of release: the day is known only when a version is published."""
    release, publisher = content.release, content.publisher
    title = f"DTM Iraq master lists, round {release.round}, as of {release.date}"
    email, url = _EMAIL.fullmatch(publisher.contact.strip()), _URL.fullmatch(publisher.address.strip())
    lines = [
        f"cff-version: {_CFF_VERSION}",
        f"message: {_quoted(f'Credit is required: {publisher.credit}')}",
        "type: dataset",
        f"title: {_quoted(title)}",
        f"version: {_quoted(release.version)}",
        "authors:",
        f"  - name: {_quoted(publisher.name)}",
        f"abstract: {_quoted(_abstract(content))}",
        "keywords:",
        *(
            f"  - {_quoted(word)}"
            for word in ("displacement", *(PEOPLE[population] for population in content.populations), "Iraq")
        ),
    ]
    if email:
        lines += ["contact:", f"  - name: {_quoted(publisher.name)}", f"    email: {_quoted(email.group())}"]
    if url:
        lines.append(f"url: {_quoted(url.group())}")
    _put(folder / CITATION, "\n".join(lines) + "\n")
    return [ReleaseFile(CITATION, "How to cite this release.", "cff")]


def _abstract(content: Content) -> str:
    release, publisher = content.release, content.publisher
    contact = f" Contact: {publisher.contact}" if publisher.contact else ""
    return (
        f"Release {release.id} ({release.kind}) of the master lists of {' and '.join(PEOPLE[p] for p in content.populations)}. "
        f"Licence ({publisher.licence_id}): {publisher.licence}{contact}"
    )


def _quoted(text: str) -> str:
    """A text as a scalar of YAML in double quotes; what YAML takes for the end of a line is escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda found: f"\\u{ord(found.group()):04x}", quoted)


def readme(made: Sequence[ReleaseFile]) -> Writer:
    """The writer of ``README.txt``: what the release is, what lies where, how to read it, terms and contact.

    Args:
        made: the other files of the release.
    """

    def write(content: Content, folder: Path) -> list[ReleaseFile]:
        own = ReleaseFile(README, "What lies where, how to read it, and under which terms.", "text")
        said = "\n".join([*_about(content), *_where([*made, own]), *_reading(content)])
        _put(folder / README, said + "\n")
        return [own]

    return write


def _about(content: Content) -> Iterator[str]:
    release = content.release
    lists = " and ".join(f"{PEOPLE[p]} as of {release.list_dates[p]}" for p in content.populations)
    title = f"DTM Iraq master lists, release {release.id}"
    yield title
    yield "=" * len(title)
    yield ""
    yield from _lines(f"Round {release.round}: {lists}; earlier rounds are in the tables.")
    yield from _lines(f"Version {release.version} ({release.kind}). {general.VERSIONS[release.kind]}")
    if release.reason:
        yield from _lines(f"Reason: {visible(release.reason)}")
    yield from _lines(f"Tier {content.tier.name}: {content.tier.meaning}")
    yield from (line for note in content.notes for line in _lines(visible(note)))


def _where(made: Sequence[ReleaseFile]) -> Iterator[str]:
    """The files, folder by folder; what was said of a file is not said again of the same in another format."""
    yield from _heading("What lies where")
    said: dict[str, str] = {}
    by_folder: dict[str, list[ReleaseFile]] = {}
    for file in sorted(made, key=lambda file: file.path):
        by_folder.setdefault(file.path.rpartition("/")[0], []).append(file)
    order = [*FOLDERS]
    for name in sorted(by_folder, key=lambda name: (order.index(name) if name in order else len(order), name)):
        yield ""
        yield from _lines(f"{name}/  {FOLDERS.get(name, '')}".rstrip() if name else f"{FOLDERS['']}:")
        same: dict[str, list[str]] = {}
        for file in by_folder[name]:
            first = said.setdefault(file.title, file.path)
            at, _, short = file.path.rpartition("/")
            if first == file.path:
                yield from _lines(f"{short}: {visible(file.title)}", "  ", "      ")
            else:
                same.setdefault(first.rpartition("/")[0] or at, []).append(short)
        for folder, names in same.items():
            yield from _lines(f"as in {folder}/: {', '.join(names)}", "  ", "      ")
    yield ""
    yield from _lines(f"{SUMS} has the hash of every file; to check them: sha256sum -c {SUMS}")


def _reading(content: Content) -> Iterator[str]:
    yield from _heading("How to read it")
    for about, text in (*general.OF_LISTS, *general.OF_RELEASES):
        yield ""
        yield from _lines(f"{about}: {text}")
    for population in populations(content):
        for about, text in withheld(content, population):
            yield ""
            yield from _lines(f"{about}, {PEOPLE[population]}: {text}")
    yield from _heading("Terms")
    for about, text in terms(content):
        yield ""
        yield from _lines(text if text == NO_CONTACT else f"{about}: {visible(text)}")


def _heading(words: str) -> list[str]:
    return ["", words, "-" * len(words)]


def _lines(text: str, first: str = "", later: str = "") -> list[str]:
    """A paragraph in lines; names of files are never broken."""
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    ) or [""]


def sums(folder: Path) -> ReleaseFile:
    """``SHA256SUMS`` over every other file of a folder, in the order of their paths; to be written last.

    Raises:
        OSError: a file cannot be read.
    """
    below = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = [f"{files.sha256(folder / path)}  {path}\n" for path in below if path != SUMS]
    _put(folder / SUMS, "".join(lines))
    return ReleaseFile(SUMS, "SHA-256 of every other file.", "text")


def _plain(text: str) -> str:
    """A text on one line of Markdown, as it stands: no markup, no control characters or marks of direction."""
    return _MARKUP.sub(r"\\\1", visible(" ".join(text.split())))


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
