"""The proof of a release: from the bytes that readers get, nothing that is withheld can be worked out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations import codes
from expectations.release import Tier
from expectations.release_columns import SUPPRESSED
from expectations.release_tables import GROUPS, OWN
from flows.problem import ExitCode, Problem
from flows.release import repeats, table_files
from transforms.release.audit.states import TABLES, Edition
from transforms.release.audit.verdict import Failure, Verdict, verdict
from transforms.release.content import Content

# Tables with figures that the audit does not understand: a tier that withholds figures cannot hold them.
_NOT_UNDERSTOOD = (
    "subdistrict_summary", "origin_district_summary", "return_index_summary", "displacement_index_summary",
)  # fmt: skip
_SHOWN = 200
# Tables of categories by governorate -> dimension, column of the category
_CATEGORIES = {
    "shelter_summary": ("shelter", "shelter_type"),
    "period_summary": ("period", "wave"),
    "idp_origin_to_displacement": ("origin_governorate", "origin_governorate"),
    "returnee_last_displacement_to_return": ("last_displacement", "last_displacement_governorate"),
}
_GOVERNORATES = {row["governorate"]: row["governorate_code"] for row in codes.rows("governorate")}


@dataclass(frozen=True)
class Proof:
    """What was audited of the files of a version.

    ``verdict``: None where the tier withholds nothing; ``compared``: path -> how its figures were compared; ``not_compared``: files
    that are made from the content, and whose figures are tested where they are made; ``differences``: figures in files that are
    not those of the tables.
    """

    release: str
    verdict: Verdict | None
    compared: Mapping[str, str]
    not_compared: tuple[str, ...]
    differences: tuple[str, ...]
    problems: tuple[str, ...] = field(default=())

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Figures that can be worked out."""
        return self.verdict.failures if self.verdict else ()

    @property
    def holds(self) -> bool:
        """Whether nothing that is withheld can be worked out from the files, as far as the audit sees."""
        return not (self.failures or self.differences or self.problems)

    def besides(self, stricter: Proof) -> Proof:
        """This proof without figures that ``stricter`` proves: what readers of more cannot work out, readers of less cannot."""
        wrong = {one.of for one in stricter.failures}
        left = tuple(one for one in self.failures if one.of in wrong)
        return replace(self, verdict=replace(self.verdict, failures=left)) if self.verdict else self

    def text(self) -> str:
        """The report: one line per table, then what fails. The same bytes for the same files."""
        lines = [f"Disclosure audit of {self.release}: {'holds' if self.holds else 'FAILS'}"]
        if self.verdict:
            lines += _told(self.verdict)
        else:
            lines.append("The tier withholds nothing.")
        lines.append(f"{len(self.compared)} files repeat the figures of the tables: {_listed(self.compared.values())}")
        if self.not_compared:
            lines.append(f"made from the content, not read here: {', '.join(self.not_compared)}")
        wrong = [*self.problems, *map(str, self.failures), *self.differences]
        lines += [f"FAILS {line}" for line in wrong[:_SHOWN]]
        if len(wrong) > _SHOWN:
            lines.append(f"FAILS and {len(wrong) - _SHOWN:,} more")
        return "\n".join(lines) + "\n"


def prove(
    content: Content,
    folder: Path,
    earlier: Sequence[Path],
    truth: Mapping[str, pa.Table],
    tier: Tier,
    unprinted: Collection[tuple[str, int, str, str]] = (),
    progress: Callable[[str], None] = lambda said: None,
) -> Proof:
    """Audit the files of a version, together with the versions that readers hold already.

    Args:
        content: what the version was written from: names it, and tells its revisions where ``truth`` has none.
        folder: of the version, with its files.
        earlier: folders of versions that are public already, of this round and of others.
        truth: the open tables of the tier (:func:`transforms.release.opening.opened`); a table ``revision`` in it says what the
            values were before, also where they are withheld. Without it, values of an earlier version that are withheld are
            taken to be those of today, and where its sums say otherwise the proof fails.
        tier: whose threshold holds.
        unprinted: national sums of categories (population, round, dimension, category) that no file and no page prints. All
            others of the threshold and more are taken as printed.

    Raises:
        Problem: a file of a table cannot be read.
    """
    compared, not_compared, differences = repeats.compared(folder)
    judged, problems = None, []
    if tier.threshold > 0:
        newest = _edition(folder, content.release.id, content.release.round, content.release.version)
        problems = [f"{name}: the audit does not understand this table" for name in _NOT_UNDERSTOOD if name in newest.tables]
        problems += _without_status(newest)
        for name in sorted(newest.tables.keys() - truth.keys()):
            problems += [f"{name}: there is nothing true to compare it with"] if name not in _NOT_UNDERSTOOD else []
            del newest.tables[name]
        known = truth.get("revision", content.tables.get("revision"))
        judged = verdict(newest, [_earlier(path) for path in earlier], truth, tier.threshold, known, unprinted, progress)
    return Proof(content.release.id, judged, compared, not_compared, differences, tuple(problems))


def not_printed(content: Content) -> set[tuple[str, int, str, str]]:
    """National sums of categories of which a part is withheld: no writer makes such a sum, so that nothing prints them.

    Returns:
        (population, round, dimension, category) of each.
    """
    found: set[tuple[str, int, str, str]] = set()
    for name, (dimension, column) in _CATEGORIES.items():
        if name in content.tables:
            rows = content.tables[name]
            rows = rows.filter(pc.equal(rows["households_status"], SUPPRESSED))
            population = rows["population"].to_pylist() if "population" in rows.column_names else [name.split("_")[0]] * len(rows)
            category = [_GOVERNORATES.get(one, one) for one in rows[column].to_pylist()]
            found |= set(zip(population, rows["round"].to_pylist(), [dimension] * len(rows), category, strict=True))
    return found


def _edition(folder: Path, name: str, number: int, version: str) -> Edition:
    tables: dict[str, pa.Table] = {}
    for path in sorted((folder / table_files.FOLDER).glob("*.parquet")):
        if path.stem in TABLES or path.stem in _NOT_UNDERSTOOD:
            tables[path.stem] = _table(path)
    return Edition(name, number, version, tables)


def _earlier(folder: Path) -> Edition:
    """An earlier version, named as its files say."""
    for path in sorted((folder / table_files.FOLDER).glob("*.parquet")):
        about = _table(path).schema.metadata or {}
        if b"release" in about:
            return _edition(folder, about[b"release"].decode(), int(about[b"round"]), about[b"version"].decode())
    raise Problem(ExitCode.DATA_FOLDER, f"'{folder}' holds no tables of a release.")


def _table(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise Problem(ExitCode.DATA_FOLDER, f"'{path}' cannot be read as Parquet: {error}") from None


def _without_status(newest: Edition) -> list[str]:
    """Status columns that are missing: without them nobody knows whether an empty cell is withheld."""
    return [
        f"{name}: column {status} is missing"
        for name, rows in sorted(newest.tables.items())
        if name not in OWN
        for status, members in GROUPS.get(name, {}).items()
        if status not in rows.column_names and set(members) & set(rows.column_names)
    ]


def _told(found: Verdict) -> list[str]:
    lines = [
        f"threshold {found.threshold} households; with {len(found.versions) - 1} other versions that say something else"
        + (f": {', '.join(found.versions[1:])}" if found.versions[1:] else ""),
        f"{found.unknown:,} figures printed nowhere, {found.equations:,} equations, {found.components:,} components; "
        f"wide enough by closed form {found.closed_form:,}, by programme {found.by_programme:,}; "
        f"narrowest range {'-' if found.narrowest is None else found.narrowest}",
    ]
    if found.given_later:
        lines.append(f"{found.given_later:,} figures that an earlier version withheld beside smaller ones are given")
    for table, count in found.withheld.items():
        failed = sum(one.table == table for one in found.failures)
        repeated = found.repeated.get(table, 0)
        tail = f", {repeated:,} of them with their group only" if repeated else ""
        lines.append(f"{table}: {count:,} withheld{tail}; {failed:,} can be worked out or are not proven")
    return lines


def _listed(kinds: Sequence[str]) -> str:
    counts: dict[str, int] = {}
    for kind in kinds:
        counts[kind] = counts.get(kind, 0) + 1
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "none"
