"""The steps of a build. Each takes and leaves paths in the data folder, so that they run alike with and without Prefect.

land -> clean -> tables -> check -> publish. Until the last one nothing published is touched; everything they
write is below ``staging``, which the next build empties.
"""

from __future__ import annotations

import datetime
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq

from expectations.schema import schema
from expectations.tables import CLEAN, TABLES, published
from flows import files, landing, manifest
from flows.manifest import Manifest, PublishedFile, Source
from flows.problem import ExitCode, Problem
from transforms import editions, query, warehouse
from transforms.clean import Admission, clean
from transforms.identity import Given
from transforms.refusal import Refusal

STAGING = "staging"
REFUSALS_SHOWN = 5
BREACHES_SHOWN = 12


@dataclass(frozen=True)
class CheckReport:
    """What the checks said: how many suites, expectations and rules ran, and the lines on what does not hold."""

    suites: int
    expectations: int
    rules: int
    tables: dict[str, int]
    broken: tuple[str, ...]


def start(data: Path) -> Path:
    """An empty staging folder."""
    staging = data / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    return staging


def land(data: Path, given: dict[str, Path], received_at: str, licence: str) -> set[str]:
    """Keep the bytes of the files given; returns the hashes that were not in landing before."""
    return {sha for sha, path in sorted(given.items()) if landing.land(data, path, sha, received_at=received_at, licence=licence)}


def clean_sources(data: Path, staging: Path, sources: tuple[Source, ...]) -> Path:
    """Typed rows of every source, one Arrow file per clean table.

    Raises:
        Problem: at least one source is refused; every refusal is named.
    """
    folder = staging / "clean"
    folder.mkdir()
    refused: list[Refusal] = []
    chosen = editions.Editions()
    for source in sources:
        admission = Admission(source.sha256, source.names, source.round, source.vintage, source.quarantine)
        given = Given(source.round, datetime.date.fromisoformat(source.vintage) if source.vintage else None)
        try:
            path = landing.demand_intact(data, source.sha256, source.name)
            chosen.add(admission, clean(path, admission, given))
        except Refusal as refusal:
            refused.append(refusal)
    if refused:
        raise _refused(refused, len(sources))
    for table in CLEAN:
        with pa.OSFile(str(folder / f"{table.name}.arrow"), "wb") as sink, pa.ipc.new_file(sink, schema(table)) as writer:
            for part in chosen.tables(table.name):
                writer.write_table(part)
    return folder


def _refused(refused: list[Refusal], sources: int) -> Problem:
    lines = [line for refusal in refused[:REFUSALS_SHOWN] for line in refusal.lines()]
    more = len(refused) - REFUSALS_SHOWN
    if more > 0:
        lines.append(f"... and {more} more files")
    if any(refusal.rows for refusal in refused):
        lines.append("To take a list without its bad rows, marked incomplete: --quarantine")
    sentence = f"{len(refused)} of {sources} files cannot be taken; nothing was changed."
    return Problem(ExitCode.SOURCE_REFUSED, sentence, tuple(lines))


def read_clean(folder: Path) -> dict[str, pa.Table]:
    """The clean tables, mapped into memory."""
    return {table.name: pa.ipc.open_file(pa.memory_map(str(folder / f"{table.name}.arrow"))).read_all() for table in CLEAN}


def build_tables(staging: Path, clean_folder: Path, accepted: tuple[dict[str, str], ...]) -> Path:
    """Every published table as Parquet in staging; returns the list of files."""
    listed: dict[str, list[dict]] = {}
    shutil.rmtree(staging / manifest.TABLES, ignore_errors=True)
    for table, rows in warehouse.build(read_clean(clean_folder), list(accepted)):
        for part, piece in warehouse.parts(table, rows):
            path = staging / manifest.TABLES / table.name / f"{part}.parquet"
            warehouse.write(piece, path)
            digest = files.sha256(path)
            final = path.with_name(f"{part}-{digest[:12]}.parquet")
            path.rename(final)
            about = PublishedFile(final.relative_to(staging).as_posix(), digest, piece.num_rows, final.stat().st_size)
            listed.setdefault(table.name, []).append(asdict(about))
    target = staging / "tables.json"
    target.write_text(json.dumps(listed), encoding="utf-8")
    return target


def staged_files(listing: Path) -> dict[str, tuple[PublishedFile, ...]]:
    """Table -> its files, as listed by :func:`build_tables`."""
    listed = json.loads(listing.read_text(encoding="utf-8"))
    return {name: tuple(PublishedFile(**file) for file in own) for name, own in listed.items()}


def check(root: Path, tables: dict[str, tuple[PublishedFile, ...]], clean_folder: Path | None) -> CheckReport:
    """Read the tables below ``root`` back and judge them: every suite, then every blocking rule."""
    from expectations import suite  # imported here: only checking needs Great Expectations

    judge = suite.Judge()
    outcomes = []
    if clean_folder is not None:
        outcomes += [judge.table(TABLES[name], rows) for name, rows in read_clean(clean_folder).items()]
    outcomes += [judge.table(table, read_table(root, tables[table.name])) for table in published()]
    rows_found, shown = _broken_rules(root, tables, suite.blocking())
    outcomes.append(judge.rules(rows_found))
    broken = [
        f"{f.table}: {f.sentence}; {f.rows if f.rows is not None else 'the'} rows do not. {' '.join(f.keys[:3])}"
        for outcome in outcomes[:-1]
        for f in outcome.failures
    ] + shown
    return CheckReport(
        suites=len(outcomes),
        expectations=sum(outcome.expectations for outcome in outcomes),
        rules=len(rows_found),
        tables={outcome.table: outcome.expectations for outcome in outcomes},
        broken=tuple(broken),
    )


def read_table(root: Path, listed: tuple[PublishedFile, ...]) -> pa.Table:
    """A table from its files."""
    return pa.concat_tables([pq.read_table(root / file.path, partitioning=None) for file in listed]).combine_chunks()


def _broken_rules(root: Path, tables: dict[str, tuple[PublishedFile, ...]], rules: list[str]) -> tuple[dict[str, int], list[str]]:
    from expectations.rules import RULES

    found: dict[str, int] = {}
    lines: list[str] = []
    with warehouse.connect() as connection:
        for name, listed in tables.items():
            connection.register(name, pa.dataset.dataset([str(root / file.path) for file in listed], schema=schema(TABLES[name])))
        for rule in rules:
            rows = connection.sql(query.rule_query(rule)).to_arrow_table()
            found[rule] = rows.num_rows
            if not rows.num_rows:
                continue
            if rule == "known_exceptions_hold":
                lines += _exception_lines(connection)
                continue
            keys = "; ".join(", ".join(f"{k} {v}" for k, v in row.items()) for row in rows.slice(0, 3).to_pylist())
            lines.append(f"{RULES[rule].table} [{rule}]: {RULES[rule].sentence} {rows.num_rows} rows break it ({keys}). {RULES[rule].todo}")
    return found, lines


def _exception_lines(connection) -> list[str]:  # noqa: ANN001 - a DuckDB connection
    from expectations.rules import RULES

    counted = connection.sql(
        "select * from rule_count where exception_status = 'different' order by rule, population, round, vintage_date"
    ).to_arrow_table()
    lines = []
    for row in counted.to_pylist()[:BREACHES_SHOWN]:
        low, high = row["rows_expected_minimum"], row["rows_expected_maximum"]
        expected = str(low) if low == high else f"{low} to {high}"
        amount = f" by {row['amount_households']:+,} households" if row["amount_households"] is not None else ""
        lines.append(
            f"{row['population']} R{row['round']} (vintage {row['vintage_date']}) [{row['rule']}]: {RULES[row['rule']].sentence} "
            f"{row['rows_found']} rows break it{amount}; {expected} are known."
        )
    if counted.num_rows > BREACHES_SHOWN:
        lines.append(f"... and {counted.num_rows - BREACHES_SHOWN} more counts")
    return [*lines, RULES["known_exceptions_hold"].todo]


def unknown_exceptions(root: Path, tables: dict[str, tuple[PublishedFile, ...]], reason: str) -> tuple[dict[str, str], ...]:
    """The counts that differ from the known exceptions, as rows of ``known_exception`` accepted for ``reason``."""
    counted = read_table(root, tables["rule_count"]).to_pylist()
    return tuple(
        {
            "rule": row["rule"],
            "population": row["population"],
            "vintage_date": row["vintage_date"].isoformat(),
            "first_round": str(row["round"]),
            "last_round": str(row["round"]),
            "rows_expected_minimum": str(row["rows_found"]),
            "rows_expected_maximum": str(row["rows_found"]),
            "households_expected": "" if row["amount_households"] is None else str(row["amount_households"]),
            "basis": "accepted",
            "note": reason,
        }
        for row in counted
        if row["exception_status"] == "different"
    )


def publish(data: Path, staging: Path, new: Manifest) -> None:
    """Move the staged files into place and commit; a reader sees the old state or the new one."""
    targets = []
    for file in new.published_files():
        target, staged = data / file.path, staging / file.path
        if not (target.exists() and target.stat().st_size == file.bytes and files.sha256(target) == file.sha256):
            target.parent.mkdir(parents=True, exist_ok=True)
            targets.append((staged, target))
    files.flush_all(staged for staged, _ in targets)
    for staged, target in targets:
        os.replace(staged, target)
    files.flush_all(sorted({target.parent for _, target in targets}))
    manifest.commit(data, new)
    sweep(data)


def sweep(data: Path) -> None:
    """Remove what the last two manifests do not need. A file that is held open stays for the next sweep."""
    kept = manifest.referenced(data)
    for path in sorted((data / manifest.TABLES).rglob("*.parquet")):
        if path.relative_to(data).as_posix() not in kept:
            try:
                path.unlink()
            except PermissionError:
                continue
    landing.discard(data, landing.landed(data) - kept)
    shutil.rmtree(data / STAGING, ignore_errors=True)
