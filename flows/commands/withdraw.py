"""Take back a wrong file, or all files of a round: the tables are built again without it, and the decision is recorded.

The bytes stay in landing. `--undo` takes the withdrawal back."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace
from pathlib import PurePath

from flows import manifest
from flows import run as runner
from flows.manifest import Manifest
from flows.problem import ExitCode, Problem
from flows.show import readable
from transforms.source import Source

HELP = "take back a wrong file or round, recorded"
EXAMPLE = 'dtm withdraw "IDPs_MasterList_dataset_DTM_IOMOct 31, 2019.csv" --reason "truncated export" --data data'
FILES_SHOWN = 20
_ROUND = re.compile(r"[Rr]?\d{1,3}", re.ASCII)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "what", type=readable, metavar="FILE|ROUND", help="file name, hash (at least 8 digits) or round such as R112"
    )
    parser.add_argument("--population", choices=("idp", "returnee"), help="only this list of the round")
    parser.add_argument("--reason", type=readable, metavar="TEXT", help="why; kept with the decision")
    parser.add_argument("--undo", action="store_true", help="take a withdrawal back")
    parser.add_argument("--direct", action="store_true", help="run without Prefect")


def run(options: argparse.Namespace) -> int:
    """Withdraw, or undo, and build again."""
    if not options.undo and not (options.reason or "").strip():
        raise Problem(ExitCode.USAGE, "Say why: --reason TEXT.")

    def chosen(current: Manifest) -> Manifest:
        return _undone(current, options) if options.undo else _withdrawn(current, options)

    def progress(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    event = {"event": "undo withdrawal" if options.undo else "withdraw", "what": options.what, "reason": options.reason or ""}
    result = runner.withdraw(options.data, chosen, event, direct=options.direct, progress=progress)
    for line in _still_held(result.manifest):
        print(line, file=sys.stderr)
    print(f"Done: {_lists(len(result.manifest.sources))} held, {len(result.manifest.withdrawn)} withdrawn.")
    return ExitCode.OK


def _lists(count: int) -> str:
    return "1 list is" if count == 1 else f"{count} lists are"


def _still_held(current: Manifest) -> list[str]:
    """Notes on withdrawn lists that another file still holds, as the same list saved twice does."""
    editions = {e.sha256: e.key() for e in current.editions}
    held = {editions[source.sha256]: source.name for source in current.sources}
    twins = [(w.name, held[editions[w.sha256]]) for w in current.withdrawn if editions.get(w.sha256) in held]
    return [f"The list of '{name}' is still held from '{other}'." for name, other in twins]


def _withdrawn(current: Manifest, options: argparse.Namespace) -> Manifest:
    """The exceptions accepted for a list go with it, unless another file holds the same list."""
    taken = _meant(current, current.sources, options)
    left = tuple(source for source in current.sources if source not in taken)
    editions = {edition.sha256: edition for edition in current.editions}
    kept = {editions[source.sha256].key() for source in left}
    gone = {s.sha256: current.accepted_for(editions[s.sha256]) for s in taken if editions[s.sha256].key() not in kept}
    withdrawals = [manifest.withdrawal(s, options.reason.strip(), gone.get(s.sha256, ())) for s in taken]
    lost = [row for rows in gone.values() for row in rows]
    return replace(
        current,
        sources=left,
        withdrawn=tuple(sorted([*current.withdrawn, *withdrawals], key=lambda w: w.sha256)),
        accepted_exceptions=tuple(row for row in current.accepted_exceptions if row not in lost),
    )


def _undone(current: Manifest, options: argparse.Namespace) -> Manifest:
    """The exceptions come back with the first file of a list, whichever it was with which they went."""
    taken = _meant(current, current.withdrawn, options)
    editions = {edition.sha256: edition.key() for edition in current.editions}
    lists = {editions[w.sha256] for w in taken if w.sha256 in editions}
    back = [w for w in current.withdrawn if w in taken or editions.get(w.sha256) in lists]
    return replace(
        current,
        sources=tuple(sorted([*current.sources, *(w.source() for w in taken)], key=lambda s: s.sha256)),
        withdrawn=tuple(replace(w, exceptions=()) if w in back else w for w in current.withdrawn if w not in taken),
    ).accepting(row for w in back for row in w.exceptions)


def _meant(current: Manifest, among: tuple[Source, ...], options: argparse.Namespace) -> list[Source]:
    """The sources that the user means: all of a round, or one by its hash or name.

    Raises:
        Problem: none is meant, or a name is that of several files.
    """
    state = "withdrawn" if options.undo else "held"
    if _ROUND.fullmatch(options.what):
        number = int(options.what.lstrip("Rr"))
        hashes = {e.sha256 for e in current.editions if e.round == number and options.population in (None, e.population)}
        meant = [source for source in among if source.sha256 in hashes]
        if not meant:
            of = f" of population {options.population}" if options.population else ""
            raise Problem(ExitCode.USAGE, f"No list of R{number}{of} is {state}.")
        return meant
    meant = [source for source in among if _is_meant(source, options.what)]
    if not meant:
        names = sorted(source.name for source in among)
        shown = [*names[:FILES_SHOWN], *([f"... and {len(names) - FILES_SHOWN} more"] if len(names) > FILES_SHOWN else [])]
        raise Problem(ExitCode.USAGE, f"No file called '{options.what}' is {state}.", tuple(shown))
    if len(meant) > 1:
        which = tuple(f"{source.sha256}  {', '.join(source.names)}" for source in meant)
        raise Problem(ExitCode.USAGE, f"{len(meant)} files are meant by '{options.what}'. Give the hash of one.", which)
    return meant


def _is_meant(source: Source, what: str) -> bool:
    by_hash = len(what) >= 8 and source.sha256.startswith(what.lower())
    return by_hash or PurePath(what).name in source.names
