"""Checking a draft as a whole, and what the check found: one line for each thing that was looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from expectations.outcome import Outcome
from flows import judging
from flows.published import Published
from flows.release import drafting, proof, stored, table_files, truths
from flows.release.log import Recorded
from flows.show import counted
from transforms.reconcile import DIFFERENT, STALE
from transforms.release.content import Content, Release
from transforms.release.protection import unknown_nations

_SHOWN = 20
_WAITING = pa.array(["open", "sent_to_field", "answered"])


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it holds, in a sentence; with lines on what does not. ``blocks``: whether it must hold."""

    about: str
    holds: bool
    sentence: str
    lines: tuple[str, ...] = ()
    blocks: bool = True


@dataclass(frozen=True)
class Report:
    """Everything that the check of a release looked at."""

    release_id: str
    sums: str
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether the release may be cleared."""
        return all(finding.holds for finding in self.findings if finding.blocks)

    def lines(self) -> tuple[str, ...]:
        """The report line by line, without its details."""
        marks = {True: "holds", False: "BROKEN"}
        return tuple(
            f"{marks[one.holds] if one.blocks else 'open' if not one.holds else 'holds':<7} {one.about}: {one.sentence}"
            for one in self.findings
        )

    def text(self) -> str:
        """The whole report."""
        parts = [f"{self.release_id}, SHA-256 of its sums {self.sums}"]
        for line, finding in zip(self.lines(), self.findings, strict=True):
            parts += [line, *(f"    {said}" for said in finding.lines)]
        return "\n".join(parts) + "\n"


def report(
    held: Published,
    one: Recorded,
    folder: Path,
    earlier: Sequence[tuple[Release, Path]],
    is_same: bool,
    progress: Callable[[str], None],
) -> Report:
    """Look at a draft, whose bytes were compared with the log before.

    Args:
        held: the published tables of the data folder.
        one: the draft.
        folder: where its files are.
        earlier: name and folder of every version in the same root, in the order of publication.
        is_same: whether the same files came out when it was made again.
        progress: told what is being looked at.
    """
    content = stored.content(folder)
    progress("contract")
    findings = [
        Finding("bytes", True, f"{counted(len(stored.listed(folder)), 'file')} are as they were drafted"),
        Finding(
            "made again",
            is_same,
            "the tables and the policy of the data folder give the same files"
            if is_same
            else "tables, policy or program have changed since it was drafted: draft it again",
        ),
        _contract(content, folder),
        _queue(held, one.release.round),
        _reconciled(content),
        _contact(content),
    ]
    progress("what could be worked out")
    truth = drafting.truth(held, one.release.round, content.tier)
    findings += _disclosure(held.data, content, folder, earlier, truth, progress)
    return Report(one.release.id, one.sums, tuple(findings))


def _contract(content: Content, folder: Path) -> Finding:
    """The suites of Great Expectations on every table as it was written."""
    with judging.beside() as judged:
        for name in content.tables:
            judged.contract(content.declared(name), [folder / table_files.FOLDER / f"{name}.parquet"])
        outcomes: list[Outcome] = judged.outcomes()
    failures = [failure for outcome in outcomes for failure in outcome.failures]
    expectations = sum(outcome.expectations for outcome in outcomes)
    sentence = f"{counted(len(outcomes), 'suite')}, {counted(expectations, 'expectation')}, {len(failures)} broken"
    lines = tuple(f"{one.table}: {one.sentence}" for one in failures[:_SHOWN])
    return Finding("contract", not failures, sentence, lines)


def _queue(held: Published, number: int) -> Finding:
    """Findings of the field round that nobody decided on. A final list has none; a partial one says so."""
    items = held.table("review_item", round=number)
    waiting = items.filter(pc.and_(pc.is_in(items["query_status"], _WAITING), pc.not_equal(items["check_severity"], "info")))
    sentence = (
        f"{counted(waiting.num_rows, 'finding')} of R{number} without a decision"
        if items.num_rows
        else "no list of a field round"
    )
    return Finding("review queue", not waiting.num_rows, sentence, blocks=False)


def _reconciled(content: Content) -> Finding:
    """Published figures beside those of the lists, where a file of them was given."""
    if "reconciliation" not in content.tables:
        return Finding("reconciliation", True, "no published figures were given (--headlines FILE)", blocks=False)
    rows = content.tables["reconciliation"].to_pylist()
    wrong = [row for row in rows if row["verdict"] in (DIFFERENT, STALE)]
    lines = tuple(
        f"{row['population']} R{row['round']} {row['measure']}: published {row['published_value']:,}, list {row['list_value']}"
        for row in wrong[:_SHOWN]
    )
    sentence = f"{counted(len(rows), 'published figure')}, {len(wrong)} different without a known cause"
    return Finding("reconciliation", not wrong, sentence, lines, blocks=False)


def _contact(content: Content) -> Finding:
    has = bool(content.publisher.contact)
    sentence = "readers are told whom to write to" if has else "no contact is configured: [publisher] contact in release.toml"
    return Finding("contact", has, sentence, blocks=False)


def _disclosure(
    data: Path,
    content: Content,
    folder: Path,
    earlier: Sequence[tuple[Release, Path]],
    truth: dict[str, pa.Table],
    progress: Callable[[str], None],
) -> list[Finding]:
    """Whether files repeat the tables and nothing else, and whether what is withheld stays so."""
    if not content.tier.threshold:
        return [Finding("disclosure", True, f"the tier {content.tier.name} withholds nothing, so there is nothing to work out")]
    paths = [path for _, path in earlier]
    told = truths.revisions(data, [name for name, _ in earlier], content.release, truth)
    # first with as many national sums taken as printed as the withholding allows; a correction may leave fewer
    loose, open_tables = unknown_nations(truth, content.tier), {**truth, "revision": told}
    found = proof.prove(content, folder, paths, open_tables, content.tier, loose, progress)
    if found.failures:
        unprinted = loose | proof.not_printed(content)
        found = proof.prove(content, folder, paths, open_tables, content.tier, unprinted, progress).besides(found)
    heading, *lines = found.text().splitlines()
    return [Finding("disclosure", found.holds, heading, tuple(lines))]
