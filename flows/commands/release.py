"""Releases for partners and analysts: draft, check, clear, publish; every version stays readable.

draft makes the files of a round and tier from the published tables, check looks at them as a whole and proves that what is withheld
cannot be worked out, clear records the person who answers for the exact bytes, publish puts them into the release root. A
correction is drafted with a reason and becomes the next version. Policy, licence and contact stand in DIR/release.toml."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from expectations.release import TIERS
from flows import export, show
from flows.commands.words import action, round_number, timed_progress
from flows.lock import locked
from flows.problem import ExitCode, Problem
from flows.published import Published
from flows.show import readable, visible

HELP = "releases: draft, check, clear, publish, verify"
EXAMPLE = "dtm release draft 120 --tier public --data data"
_SHOWN = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    own = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    drafted = action(own, "draft", "make the next version of the release of a round")
    drafted.add_argument("round", metavar="ROUND", help="such as 120; the release holds the rounds before it too")
    drafted.add_argument("--tier", choices=TIERS, default="public", help="for whom (default: public)")
    drafted.add_argument("--by", default="", type=readable, metavar="NAME", help="who drafts (default: the user of the system)")
    drafted.add_argument(
        "--reason", default="", type=readable, metavar="TEXT", help="why there is a correction; needed from v1.1"
    )
    drafted.add_argument("--feedback", action="append", default=[], metavar="ID", help="feedback that led to it; may be repeated")
    drafted.add_argument(
        "--headlines", type=Path, metavar="FILE", help="published figures to reconcile with, as for dtm reconcile"
    )
    drafted.add_argument("--recipient", default="", metavar="SLUG", help="partner tier: to whom, such as ngo-name")
    drafted.add_argument("--agreement", default="", type=readable, metavar="TEXT", help="partner tier: under which agreement")
    drafted.add_argument("--purpose", default="", type=readable, metavar="TEXT", help="partner tier: for what")
    drafted.add_argument("--out", type=Path, metavar="DIR", help="folder of the release root; default DATA/releases/root")
    _of(own, "check", "check a draft as a whole; the report says what was proven")
    cleared = _of(own, "clear", "clear a checked release: a person answers for its exact bytes")
    cleared.add_argument(
        "--by", required=True, type=readable, metavar="NAME", help="who clears it; not who drafted it or reviewed the round"
    )
    cleared.add_argument("--role", default="", type=readable, metavar="TEXT", help="in which role")
    cleared.add_argument("--note", required=True, type=readable, metavar="TEXT", help="what was looked at")
    cleared.add_argument(
        "--override", default="", type=readable, metavar="TEXT", help="why, where the policy allows a drafter or reviewer"
    )
    _of(own, "publish", "put a cleared release into its root; again to complete what was interrupted")
    gone = _of(own, "withdraw", "take a published release back")
    gone.add_argument("--reason", required=True, type=readable, metavar="TEXT", help="why; shown on the page and in the feed")
    gone.add_argument("--remove", action="store_true", help="delete its files, where they told more than they may")
    sheet = _of(own, "sheet", "write the clearance sheet, one page")
    sheet.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=".html or .pdf (with Chromium)")
    draft = _of(own, "hdx", "write the draft of a dataset on HDX; refuses while a required field is blank")
    draft.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="file to write, .json")
    draft.add_argument("--request-only", action="store_true", help="a dataset that is shared on request only")
    listed = action(own, "list", "every release and its state")
    listed.add_argument("--format", choices=("table", "json"), default="table")
    verified = action(own, "verify", "compare every byte that was published with the log")
    verified.add_argument("id", nargs="?", metavar="ID", help="one release (default: all)")


def _of(parser: argparse._SubParsersAction, name: str, what: str) -> argparse.ArgumentParser:
    own = action(parser, name, what)
    own.add_argument("id", metavar="ID", help="such as r120-public-v1.0; see dtm release list")
    return own


def run(options: argparse.Namespace) -> int:
    """Do what was asked."""
    return _ACTIONS[options.action](options)


def _draft(options: argparse.Namespace) -> int:
    from flows.release import life

    order = life.Order(
        round_number(options.round), options.tier, options.by, options.reason, tuple(options.feedback), options.recipient,
        options.agreement, options.purpose, options.headlines, options.out,
    )  # fmt: skip
    with locked(options.data):
        one = life.draft(options.data, order, timed_progress())
    folder = life.folder_of(options.data, one.release.id)
    print(visible(f"{one.release.id} is drafted: {_files(folder)} in {folder}."))
    print(f"Check it: dtm release check {one.release.id}")
    return ExitCode.OK


def _files(folder: Path) -> str:
    from flows.release import stored

    found = stored.listed(folder)
    return f"{show.counted(len(found), 'file')}, {sum(file.bytes for file in found) / 1e6:.1f} MB,"


def _check(options: argparse.Namespace) -> int:
    from flows.release import life

    with locked(options.data):
        report = life.check(options.data, options.id, timed_progress())
    for line in report.text().splitlines():
        print(visible(line))
    if not report.holds:
        raise Problem(ExitCode.CONTRACT_BROKEN, f"{options.id} cannot be cleared: see the lines that are BROKEN.")
    print(
        f"{options.id} is checked. Look at its sheet, then have it cleared: dtm release clear {options.id} --by NAME --note TEXT"
    )
    return ExitCode.OK


def _clear(options: argparse.Namespace) -> int:
    from flows.release import life

    with locked(options.data):
        one = life.clear(options.data, options.id, life.Clearance(options.by, options.role, options.note, options.override))
    print(visible(f"{options.id} is cleared by {options.by}: the bytes whose sums have the SHA-256 {one.sums}."))
    return ExitCode.OK


def _publish(options: argparse.Namespace) -> int:
    from flows.release import life, root

    with locked(options.data):
        one = life.publish(options.data, options.id)
    folder = root.of(options.data, one).folder
    print(visible(f"{options.id} is published in {folder}; open {folder / root.PAGE}."))
    return ExitCode.OK


def _withdraw(options: argparse.Namespace) -> int:
    from flows.release import life

    with locked(options.data):
        life.withdraw(options.data, options.id, options.reason, options.remove)
    print(
        visible(
            f"{options.id} is withdrawn{', its files are removed' if options.remove else '; its files stay in their folder, and the page no longer offers them'}."
        )
    )
    return ExitCode.OK


def _sheet(options: argparse.Namespace) -> int:
    from flows.release import life, log, printing, sheet

    one = log.read(options.data).of(options.id)
    folder = life.published_folder(options.data, one) if one.published else life.folder_of(options.data, options.id)
    printing.put(options.output, sheet.page(Published(options.data), one, folder), options.data)
    print(visible(f"Wrote the clearance sheet of {options.id} to {options.output}."))
    return ExitCode.OK


def _hdx(options: argparse.Namespace) -> int:
    from flows.release import drafting, hdx, life, log, stored

    one = log.read(options.data).of(options.id)
    folder = life.published_folder(options.data, one) if one.published else life.folder_of(options.data, options.id)
    make = hdx.draft_on_request if options.request_only else hdx.draft
    said = make(stored.content(folder), drafting.policy(options.data), stored.listed(folder))
    text = json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    export.put(export.outside(options.output, options.data), lambda path: path.write_text(text, encoding="utf-8"))
    print(visible(f"Wrote the draft of a dataset on HDX to {options.output}."))
    return ExitCode.OK


def _list(options: argparse.Namespace) -> int:
    from flows.release import life, log

    known = log.read(options.data).releases.values()
    rows = [
        {
            "id": one.release.id,
            "state": life.state(options.data, one),
            "round": one.release.round,
            "tier": one.release.tier,
            "version": one.release.version,
            "kind": one.release.kind,
            "drafted_by": one.drafted["by"],
            "cleared_by": one.cleared["by"] if one.cleared else None,
            "published_on": str(one.published_on) if one.published else None,
            "reason": (one.withdrawn or {}).get("reason") or one.release.reason or None,
            "sums": one.sums,
        }
        for one in known
    ]
    if options.format == "json":
        print(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        heads = ["id", "state", "kind", "drafted by", "cleared by", "published", "reason", "sums"]
        cells = [
            [r["id"], r["state"], r["kind"], r["drafted_by"], r["cleared_by"], r["published_on"], r["reason"], r["sums"][:12]]
            for r in rows
        ]
        print(show.grid(heads, cells) if rows else "No release was drafted yet: dtm release draft ROUND")
    return ExitCode.OK


def _verify(options: argparse.Namespace) -> int:
    from flows.release import life

    found = life.verify(options.data, options.id)
    for name, said in found.items():
        print(visible(f"{name}: {'every byte is as it was published' if not said else show.counted(len(said), 'difference')}"))
        for line in said[:_SHOWN]:
            print(visible(f"    {line}"), file=sys.stderr)
    broken = [name for name, said in found.items() if said]
    if broken:
        sentence = f"{', '.join(broken)}: not as published. Restore the files from a copy, or publish again to renew the root."
        raise Problem(ExitCode.DATA_FOLDER, sentence)
    print(f"{show.counted(sum(1 for name in found if not name.startswith('root')), 'release')} verified.")
    return ExitCode.OK


_ACTIONS = {
    "draft": _draft, "check": _check, "clear": _clear, "publish": _publish, "withdraw": _withdraw, "sheet": _sheet, "hdx": _hdx,
    "list": _list, "verify": _verify,
}  # fmt: skip
