"""Take back a wrong file, or all files of a round: the tables are built again without it, and the decision is recorded.

The bytes stay in landing. `--undo` takes the withdrawal back."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace
from pathlib import PurePath

import pyarrow.compute as pc

from flows import run as runner
from flows.manifest import Manifest, Source, Withdrawal
from flows.problem import ExitCode, Problem
from flows.published import Published

HELP = "take back a wrong file or round, recorded"
EXAMPLE = 'dtm withdraw "IDPs_MasterList_dataset_DTM_IOMOct 31, 2019.csv" --reason "truncated export" --data data'


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("what", metavar="FILE|ROUND", help="file name, hash (at least 8 digits) or round such as R112")
    parser.add_argument("--population", choices=("idp", "returnee"), help="only this list of the round")
    parser.add_argument("--reason", metavar="TEXT", help="why; kept with the decision")
    parser.add_argument("--undo", action="store_true", help="take a withdrawal back")
    parser.add_argument("--direct", action="store_true", help="run without Prefect")


def run(options: argparse.Namespace) -> int:
    """Withdraw, or undo, and build again."""
    if not options.undo and not (options.reason or "").strip():
        raise Problem(ExitCode.USAGE, "Say why: --reason TEXT.")
    hashes = _of_round(options) if re.fullmatch(r"[Rr]?\d{1,3}", options.what) else None

    def chosen(current: Manifest) -> Manifest:
        return _undone(current, options.what) if options.undo else _withdrawn(current, options, hashes)

    event = {"event": "undo withdrawal" if options.undo else "withdraw", "what": options.what, "reason": options.reason or ""}
    result = runner.withdraw(
        options.data, chosen, event, direct=options.direct, progress=lambda text: print(text, file=sys.stderr)
    )
    print(f"Done: {len(result.manifest.sources)} lists are held, {len(result.manifest.withdrawn)} withdrawn.")
    return ExitCode.OK


def _of_round(options: argparse.Namespace) -> set[str]:
    number = int(options.what.lstrip("Rr"))
    records = Published(options.data).table("source_record", round=number)
    if options.population:
        records = records.filter(pc.equal(records["population"], options.population))
    hashes = set(records["sha256"].unique().to_pylist())
    if not hashes:
        of = f" of population {options.population}" if options.population else ""
        raise Problem(ExitCode.USAGE, f"No list of R{number}{of} is held.")
    return hashes


def _is_meant(source: Source, what: str) -> bool:
    by_hash = len(what) >= 8 and source.sha256.startswith(what.lower())
    return by_hash or PurePath(what).name in source.names


def _withdrawn(current: Manifest, options: argparse.Namespace, hashes: set[str] | None) -> Manifest:
    taken = [s for s in current.sources if (s.sha256 in hashes if hashes is not None else _is_meant(s, options.what))]
    if not taken:
        raise Problem(
            ExitCode.USAGE, f"No list called '{options.what}' is held. See: dtm trace ROUND PLACE, or the table source_record."
        )
    withdrawals = [Withdrawal(s.sha256, s.names, s.round, s.vintage, s.quarantine, options.reason.strip()) for s in taken]
    return replace(
        current,
        sources=tuple(s for s in current.sources if s not in taken),
        withdrawn=tuple(sorted([*current.withdrawn, *withdrawals], key=lambda w: w.sha256)),
    )


def _undone(current: Manifest, what: str) -> Manifest:
    taken = [w for w in current.withdrawn if _is_meant(w, what)]
    if not taken:
        raise Problem(ExitCode.USAGE, f"No file called '{what}' is withdrawn.")
    return replace(
        current,
        sources=tuple(sorted([*current.sources, *(w.source() for w in taken)], key=lambda s: s.sha256)),
        withdrawn=tuple(w for w in current.withdrawn if w not in taken),
    )
