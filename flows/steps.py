"""The steps of a build. Each takes and leaves paths in the data folder, so that they run alike with and without Prefect.

land -> evaluate -> clean -> tables -> check, then :mod:`flows.staging` publishes. Until then nothing published is touched:
everything they write is below ``staging``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.contract import Table
from expectations.rules import blocking
from expectations.schema import ContractError, conform, schema
from expectations.tables import CLEAN, CROSSING_CLEAN, EMERGENCY_CLEAN, FIELD_CLEAN, INDEX_CLEAN, JUDGED, TABLES
from flows import breaches, files, landing, manifest, stored
from flows.judging import Judging
from flows.manifest import Edition, PublishedFile
from flows.problem import ExitCode, Problem
from transforms import editions, warehouse
from transforms.clean import clean
from transforms.identity import PORTAL_SERIES_VINTAGE
from transforms.refusal import Refusal
from transforms.source import Source

# Told of a table as soon as all its files are written.
Written = Callable[[str, Sequence[Path]], None]

REFUSALS_SHOWN = 5
_TABLES_WAITING = 2
_INTERRUPTED = "Query interrupted"  # DuckDB's error after Ctrl-C
_CLEAN = "clean"
_EDITIONS = "editions.json"
_NOTED = "noted.json"
_EVALUATED = "evaluated"
_ROUNDS = "rounds.json"


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
    except RuntimeError as error:
        if str(error) != _INTERRUPTED:
            raise
        raise KeyboardInterrupt from error
    except (duckdb.IOException, pa.ArrowInvalid) as error:
        sentence = (
            f"A file of the tables cannot be written or read back: {str(error).splitlines()[0]}. Check the disk and build again."
        )
        raise Problem(ExitCode.STORAGE, sentence) from error


def land(staging: Path, given: dict[str, Path], names: dict[str, tuple[str, ...]], received_at: str, licence: str) -> None:
    """Receive the files given, by hash, with a note on how they came."""
    for sha256, path in sorted(given.items()):
        about = {"names": list(names[sha256]), "received_at": received_at, "licence": licence}
        landing.receive(staging, path, sha256, about)


def evaluate_rounds(data: Path, staging: Path) -> Path:
    """The rounds under collection, the indices, the emergency events and the crossing points as clean tables, one Arrow file each, and rounds that the registry lacks.

    Raises:
        Problem: a decision of a cleaning log no longer fits its data; something kept is missing or was changed.
    """
    from flows.crossings.deliveries import clean_tables as crossing_tables
    from flows.emergency.tables import clean_tables as event_tables
    from flows.field.tables import clean_tables, unregistered
    from flows.index.receipts import clean_tables as index_tables

    folder = staging / _EVALUATED
    folder.mkdir()
    for name, parts in clean_tables(data).items():
        _write_clean(folder, TABLES[name], parts)
    for name, rows in (index_tables(data) | event_tables(data) | crossing_tables(data)).items():
        _write_clean(folder, TABLES[name], [rows])
    (folder / _ROUNDS).write_text(json.dumps(unregistered(data)), encoding="utf-8")
    return folder


def clean_sources(data: Path, staging: Path, sources: tuple[Source, ...], evaluated: Path | None, written: Written) -> Path:
    """Typed rows of every source, round under collection and index, one Arrow file per clean table, and the edition of each source.

    ``evaluated`` is what :func:`evaluate_rounds` left; None where there are no rounds.

    Raises:
        Problem: at least one source is refused; every refusal is named.
    """
    folder = staging / _CLEAN
    folder.mkdir()
    received = landing.received(staging)
    refused: list[Refusal] = []
    held: list[dict] = []
    noted: list[dict] = []
    chosen = editions.Editions()
    for source in sources:
        root = staging if source.sha256 in received else data
        try:
            path = landing.demand_intact(root, source.sha256, source.name)
            tables = clean(path, source)
            chosen.add(source, tables)
        except Refusal as refusal:
            refused.append(refusal)
            continue
        except (ContractError, pa.ArrowInvalid) as error:
            sentence = f"'{source.name}' cannot be taken: {error} This is an error of the program; please report it."
            raise Problem(ExitCode.SOURCE_REFUSED, sentence) from error
        edition = tables["clean_edition"].select(["population", "round", "vintage_date"]).to_pylist()[0]
        held.append({"sha256": source.sha256, **edition, "vintage_date": edition["vintage_date"].isoformat()})
        noted.append(tables["clean_edition"].select(["sha256", "source_file", "vintage_basis", "other_sheets"]).to_pylist()[0])
    if refused:
        raise _refused(refused, len(sources))
    (folder / _EDITIONS).write_text(json.dumps(held), encoding="utf-8")
    (folder / _NOTED).write_text(json.dumps(noted), encoding="utf-8")
    opened = (evaluated / _ROUNDS).read_text(encoding="utf-8") if evaluated else "[]"
    (folder / _ROUNDS).write_text(opened, encoding="utf-8")
    for table in (*CLEAN, *FIELD_CLEAN):
        collected = stored.parts([clean_file(evaluated, table)]) if evaluated else ()
        path = _write_clean(folder, table, [*(chosen.tables(table.name) if table in CLEAN else ()), *collected])
        if table in CLEAN:  # the others are published as they are, and judged there
            written(table.name, [path])
    for table in (*INDEX_CLEAN, *EMERGENCY_CLEAN, *CROSSING_CLEAN):
        path = clean_file(folder, table)
        if evaluated:
            clean_file(evaluated, table).rename(path)
        else:
            _write_clean(folder, table, ())
        if table in JUDGED:
            written(table.name, [path])
    return folder


def _write_clean(folder: Path, table: Table, parts: Iterable[pa.Table]) -> Path:
    path = clean_file(folder, table)
    with files.named(path), pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema(table)) as writer:
        for part in parts:
            writer.write_table(conform(part, table))
    return path


def _refused(refused: list[Refusal], sources: int) -> Problem:
    lines = [line for refusal in refused[:REFUSALS_SHOWN] for line in refusal.lines()]
    more = len(refused) - REFUSALS_SHOWN
    if more > 0:
        lines.append(f"... and {more} more files")
    if any(refusal.is_for_quarantine for refusal in refused):
        lines.append("To take a list without its bad rows, marked incomplete: --quarantine")
    sentence = f"{len(refused)} of {sources} files cannot be taken; nothing was changed."
    return Problem(ExitCode.SOURCE_REFUSED, sentence, tuple(lines))


def held_editions(clean_folder: Path) -> tuple[Edition, ...]:
    """The edition of each source, as found by :func:`clean_sources`."""
    return tuple(Edition(**row) for row in json.loads((clean_folder / _EDITIONS).read_text(encoding="utf-8")))


def notes(clean_folder: Path, new: Set[str]) -> list[str]:
    """What a user should know of the ``new`` sources (hashes), as found by :func:`clean_sources`."""
    noted = [row for row in json.loads((clean_folder / _NOTED).read_text(encoding="utf-8")) if row["sha256"] in new]
    declared = sum(1 for row in noted if row["vintage_basis"] == "series_declared")
    said = [
        f"'{row['source_file']}': not read, because they are no master list: {row['other_sheets']}"
        for row in noted
        if row["other_sheets"]
    ]
    if declared:
        lists = "1 list does" if declared == 1 else f"{declared} lists do"
        said.append(
            f"{lists} not say when the portal exported it: taken as its series of {PORTAL_SERIES_VINTAGE:%B %Y}; for another one give --vintage"
        )
    return said


def clean_file(folder: Path, table: Table) -> Path:
    """Where the clean table of a run is."""
    return folder / f"{table.name}.arrow"


def build_tables(staging: Path, clean_folder: Path, accepted: tuple[dict[str, str], ...], written: Written) -> Path:
    """Every published table as Parquet in staging; returns the list of files."""
    with engine_errors():
        rounds = json.loads((clean_folder / _ROUNDS).read_text(encoding="utf-8"))
        made = warehouse.build(
            lambda name: stored.table([clean_file(clean_folder, TABLES[name])]), list(accepted), rounds, staging
        )
        return _store(staging, made, {}, written)


def recount(staging: Path, listing: Path, accepted: tuple[dict[str, str], ...], written: Written) -> Path:
    """The staged tables again that the accepted exceptions change; returns the list of files."""
    with engine_errors():
        held = staged_files(listing)
        made = warehouse.recount(lambda name: stored.table(paths(staging, held[name])), list(accepted))
        return _store(staging, made, held, written)


def _store(
    staging: Path, made: Iterable[tuple[Table, pa.Table]], held: dict[str, tuple[PublishedFile, ...]], written: Written
) -> Path:
    """Write each table while the next one is made, in place of those held; returns the list of files."""
    with ThreadPoolExecutor(1) as pool:
        waiting: dict[str, Future[tuple[PublishedFile, ...]]] = {}
        for table, rows in made:
            waiting[table.name] = pool.submit(_write, staging, table, rows, written)
            for earlier in list(waiting.values())[:-_TABLES_WAITING]:  # so that a slow disk does not fill the memory
                earlier.result()
        new = {name: future.result() for name, future in waiting.items()}
    target = staging / "tables.json"
    listed = {name: [asdict(file) for file in own] for name, own in (held | new).items()}
    target.write_text(json.dumps(listed), encoding="utf-8")
    return target


def _write(staging: Path, table: Table, rows: pa.Table, written: Written) -> tuple[PublishedFile, ...]:
    """Write the files of a table, each named by its content."""
    listed = []
    for part, piece in warehouse.parts(table, rows):
        path = staging / manifest.TABLES / table.name / f"{part}.parquet"
        with files.named(path):
            warehouse.write(piece, path)
        digest = files.sha256(path)
        final = path.with_name(f"{part}-{digest[:12]}.parquet")
        path.rename(final)
        listed.append(PublishedFile(final.relative_to(staging).as_posix(), digest, piece.num_rows, final.stat().st_size))
    written(table.name, paths(staging, listed))
    return tuple(listed)


def paths(root: Path, listed: Iterable[PublishedFile]) -> list[Path]:
    """Where the files of a table are."""
    return [root / file.path for file in listed]


def staged_files(listing: Path) -> dict[str, tuple[PublishedFile, ...]]:
    """Table -> its files, as listed by :func:`build_tables`."""
    listed = json.loads(listing.read_text(encoding="utf-8"))
    return {name: tuple(PublishedFile(**file) for file in own) for name, own in listed.items()}


def check(root: Path, tables: dict[str, tuple[PublishedFile, ...]], judging: Judging) -> CheckReport:
    """What is found in the files of the tables below ``root``: by the blocking rules, and by every suite handed in."""
    with engine_errors():
        with_rows = {name: paths(root, (file for file in listed if file.rows)) for name, listed in tables.items()}
        found, lines = breaches.judged(with_rows, blocking())
        outcomes, of_rules = judging.outcomes(), judging.rules(found)
    judged = {o.table: (o.expectations, len(o.failures)) for o in [*outcomes, of_rules]}
    failures = [failure for outcome in outcomes for failure in outcome.failures]
    broken_rules = sum(1 for rows in found.values() if rows)
    if not broken_rules:  # else their lines say more
        failures += of_rules.failures
    return CheckReport(judged, len(found), len(failures) + broken_rules, (*breaches.of_values(failures), *lines))


def unknown_exceptions(root: Path, tables: dict[str, tuple[PublishedFile, ...]], reason: str) -> tuple[dict[str, str], ...]:
    """The counts that differ from the known exceptions, as rows of ``known_exception`` accepted for ``reason``."""
    counted = stored.table(paths(root, tables["rule_count"])).to_pylist()
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
