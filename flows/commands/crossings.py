"""Crossing points: headcounts and survey answers of travellers, status of points of entry, restrictions of movement.

None of these figures is ever added to IDP or returnee stock. A file is taken all or nothing (CSV, .xlsx, Parquet); a later one
takes the place of the rows of the same windows (status, restrictions), of the same point, day and direction (headcounts), or of
the same survey_id (survey)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.crossing import KINDS
from flows.commands.words import action, bring_up_to_date, positive
from flows.given_file import present
from flows.problem import ExitCode
from flows.show import counted, readable, visible

if TYPE_CHECKING:
    from flows.crossings.receiving import Received

HELP = "crossing points, points of entry, restrictions"
EXAMPLE = "dtm crossings ingest status sample_data/crossings/status.csv --data data"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    own = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    ingest = action(own, "ingest", "take a file of a kind, publish the tables")
    ingest.formatter_class = argparse.RawDescriptionHelpFormatter
    ingest.epilog = "columns (in brackets: may be empty):\n" + "\n".join(_columns(name) for name in KINDS)
    ingest.add_argument("kind", choices=tuple(KINDS), help="what the file holds")
    ingest.add_argument("file", type=Path, metavar="FILE", help="CSV, .xlsx or Parquet")
    withdraw = action(own, "withdraw", "take a delivery back; what it replaced is in force again")
    withdraw.add_argument("delivery", type=positive, metavar="N", help="number of the delivery, as status shows it")
    withdraw.add_argument("--reason", type=readable, required=True, metavar="TEXT", help="why; kept")
    action(own, "status", "what is held: deliveries, and how many of their rows are in force")
    page = action(own, "page", "write the points of entry, restrictions and headcounts as one HTML file")
    page.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="page to write, .html")


def _columns(name: str) -> str:
    kind = KINDS[name]
    listed = [
        header if column in kind.needed else f"[{header}]" for column, header in zip(kind.columns, kind.headers, strict=True)
    ]
    return f"  {name}: {', '.join(listed)}"


def run(options: argparse.Namespace) -> int:
    """Do the action."""
    return _ACTIONS[options.action](options)


def _ingest(options: argparse.Namespace) -> int:
    from flows.crossings import receiving
    from flows.lock import locked

    path, name = present(options.file), readable(options.file.name)
    with locked(options.data):
        received = receiving.receive(options.data, options.kind, path, name)
        with _taken_back(options.data, received):
            bring_up_to_date(options.data)
    said = f"{counted(received.rows, 'row')} of {options.kind}"
    if not received.is_new:
        print(f"{visible(name)}: nothing new; {said} taken before (delivery {received.entry.number}).")
        return ExitCode.OK
    print(f"{visible(name)}: {said} taken (delivery {received.entry.number}).")
    for note in received.notes:
        print(visible(f"  {note}"))
    print(f'See them: dtm sql "from {KINDS[options.kind].table}" --data {options.data}')
    return ExitCode.OK


@contextmanager
def _taken_back(data: Path, received: Received) -> Iterator[None]:
    """Where the tables cannot be published, what was received is taken back."""
    from flows.crossings import receiving

    try:
        yield
    except BaseException:  # whatever stops it, Ctrl-C too
        receiving.take_back(data, received)
        raise


def _withdraw(options: argparse.Namespace) -> int:
    from flows.crossings import receiving
    from flows.lock import locked

    with locked(options.data):
        receiving.withdraw(options.data, options.delivery, options.reason)
        bring_up_to_date(options.data)
    print(f"Delivery {options.delivery}: taken back.")
    return ExitCode.OK


def _status(options: argparse.Namespace) -> int:
    from flows.crossings import standing

    print(standing.of_all(options.data))
    return ExitCode.OK


def _page(options: argparse.Namespace) -> int:
    from flows.crossings import pages
    from flows.published import Published

    print(f"Wrote {visible(str(pages.write(Published(options.data), options.output)))}.")
    return ExitCode.OK


_ACTIONS = {"ingest": _ingest, "withdraw": _withdraw, "status": _status, "page": _page}
