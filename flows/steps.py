"""The steps of a build. Each takes and leaves paths in the data folder, so that they run alike with and without Prefect.

land -> clean -> tables -> check, then :mod:`flows.staging` publishes. Until then nothing published is touched:
everything they write is below ``staging``.
"""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.contract import Table
from expectations.schema import ContractError, schema
from expectations.tables import CLEAN, TABLES
from flows import breaches, files, landing, manifest
from flows.manifest import Edition, PublishedFile, Source
from flows.problem import ExitCode, Problem
from transforms import editions, warehouse
from transforms.clean import Admission, clean
from transforms.identity import Given
from transforms.refusal import Refusal

REFUSALS_SHOWN = 5
_CLEAN = "clean"
_EDITIONS = "editions.json"
_WRITERS = 2


@dataclass(frozen=True)
class CheckReport:
    """What the checks said.

    ``tables`` gives expectations judged and broken of each suite; ``rules`` is how many blocking rules ran;
    ``broken`` how many of both do not hold, ``lines`` one screen on them.
    """

    tables: dict[str, tuple[int, int]]
    rules: int
    broken: int
    lines: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """How much was judged, for the manifest."""
        return {
            "suites": len(self.tables),
            "expectations": sum(judged for judged, _ in self.tables.values()),
            "rules": self.rules,
        }


@contextmanager
def engine_errors() -> Iterator[None]:
    """Errors of the engines as one sentence; those of the operating system pass."""
    try:
        yield
    except ContractError as error:
        raise Problem(ExitCode.CONTRACT_BROKEN, f"{error} This is an error of the program or of a code list.") from error
    except (duckdb.OutOfMemoryException, pa.ArrowMemoryError) as error:
        raise MemoryError from error
    except (duckdb.IOException, pa.ArrowInvalid) as error:
        sentence = (
            f"A file in staging cannot be written or read back: {str(error).splitlines()[0]}. Check the disk and build again."
        )
        raise Problem(ExitCode.STORAGE, sentence) from error


def land(staging: Path, given: dict[str, Path], names: dict[str, tuple[str, ...]], received_at: str, licence: str) -> None:
    """Receive the files given, by hash, with a note on how they came."""
    for sha256, path in sorted(given.items()):
        about = {"names": list(names[sha256]), "received_at": received_at, "licence": licence}
        landing.receive(staging, path, sha256, about)


def clean_sources(data: Path, staging: Path, sources: tuple[Source, ...]) -> Path:
    """Typed rows of every source, one Arrow file per clean table, and the edition that each source holds.

    Raises:
        Problem: at least one source is refused; every refusal is named.
    """
    folder = staging / _CLEAN
    folder.mkdir()
    received = landing.received(staging)
    refused: list[Refusal] = []
    held: list[dict] = []
    chosen = editions.Editions()
    for source in sources:
        admission = Admission(source.sha256, source.names, source.round, source.vintage, source.quarantine)
        given = Given(source.round, datetime.date.fromisoformat(source.vintage) if source.vintage else None)
        root = staging if source.sha256 in received else data
        try:
            path = landing.demand_intact(root, source.sha256, source.name)
            tables = clean(path, admission, given)
            chosen.add(admission, tables)
        except Refusal as refusal:
            refused.append(refusal)
            continue
        except (ContractError, pa.ArrowInvalid) as error:
            sentence = f"'{source.name}' cannot be taken: {error} This is an error of the program; please report it."
            raise Problem(ExitCode.SOURCE_REFUSED, sentence) from error
        edition = tables["clean_edition"].select(["population", "round", "vintage_date"]).to_pylist()[0]
        held.append({"sha256": source.sha256, **edition, "vintage_date": edition["vintage_date"].isoformat()})
    if refused:
        raise _refused(refused, len(sources))
    (folder / _EDITIONS).write_text(json.dumps(held), encoding="utf-8")
    for table in CLEAN:
        path = folder / f"{table.name}.arrow"
        with files.named(path), pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema(table)) as writer:
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


def held_editions(clean_folder: Path) -> tuple[Edition, ...]:
    """The edition of each source, as found by :func:`clean_sources`."""
    return tuple(Edition(**row) for row in json.loads((clean_folder / _EDITIONS).read_text(encoding="utf-8")))


def read_clean(folder: Path) -> dict[str, pa.Table]:
    """The clean tables. Read, not mapped into memory: a mapped file on a lost network drive ends the process."""
    tables = {}
    for table in CLEAN:
        path = folder / f"{table.name}.arrow"
        with files.named(path), pa.OSFile(str(path)) as source:
            tables[table.name] = pa.ipc.open_file(source).read_all()
    return tables


def build_tables(staging: Path, clean_folder: Path, accepted: tuple[dict[str, str], ...]) -> Path:
    """Every published table as Parquet in staging; returns the list of files."""
    shutil.rmtree(staging / manifest.TABLES, ignore_errors=True)
    waiting: dict[str, list[Future[PublishedFile]]] = {}
    with engine_errors(), ThreadPoolExecutor(_WRITERS) as pool:
        for table, rows in warehouse.build(read_clean(clean_folder), list(accepted), spill=staging):
            pieces = warehouse.parts(table, rows)
            waiting[table.name] = [pool.submit(_write, staging, table, part, piece) for part, piece in pieces]
        listed = {name: [asdict(file.result()) for file in own] for name, own in waiting.items()}
    target = staging / "tables.json"
    target.write_text(json.dumps(listed), encoding="utf-8")
    return target


def _write(staging: Path, table: Table, part: str, piece: pa.Table) -> PublishedFile:
    """Write one file, then name it by its content."""
    path = staging / manifest.TABLES / table.name / f"{part}.parquet"
    with files.named(path):
        warehouse.write(piece, path)
    digest = files.sha256(path)
    final = path.with_name(f"{part}-{digest[:12]}.parquet")
    path.rename(final)
    return PublishedFile(final.relative_to(staging).as_posix(), digest, piece.num_rows, final.stat().st_size)


def staged_files(listing: Path) -> dict[str, tuple[PublishedFile, ...]]:
    """Table -> its files, as listed by :func:`build_tables`."""
    listed = json.loads(listing.read_text(encoding="utf-8"))
    return {name: tuple(PublishedFile(**file) for file in own) for name, own in listed.items()}


def check(root: Path, tables: dict[str, tuple[PublishedFile, ...]], clean_folder: Path | None = None) -> CheckReport:
    """Read the tables below ``root`` back and judge them: every suite, and every blocking rule.

    The clean tables of a build are judged with them; of what is published they are not kept.
    """
    from expectations import suite  # imported here: only checking needs Great Expectations

    with engine_errors():
        held = {name: read_table(root, listed) for name, listed in tables.items()}
        judge = suite.Judge()
        staged = read_clean(clean_folder) if clean_folder else {}
        outcomes = [judge.table(TABLES[name], rows) for name, rows in (staged | held).items()]
        found, lines = breaches.judged(held, suite.blocking())
        judged = {o.table: (o.expectations, len(o.failures)) for o in [*outcomes, judge.rules(found)]}
    failures = [failure for outcome in outcomes for failure in outcome.failures]
    broken_rules = sum(1 for rows in found.values() if rows)
    return CheckReport(judged, len(found), len(failures) + broken_rules, (*breaches.of_values(failures), *lines))


def read_table(root: Path, listed: tuple[PublishedFile, ...]) -> pa.Table:
    """A table from its files."""
    parts = []
    for file in listed:
        with files.named(root / file.path), pq.ParquetFile(root / file.path) as parquet:
            parts.append(parquet.read())
    return pa.concat_tables(parts)


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
