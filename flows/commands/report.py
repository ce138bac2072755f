"""Write the monthly report of a round as one HTML or PDF file.

It is made of the tables of a tier alone, as a release would hold them: what the tier withholds is withheld here too. Each number
carries the query it comes from. The sentences of the HTML may be edited; `--edited FILE` takes it back, and refuses it where a
number is not that of the tables. PDF is printed by Chromium."""

from __future__ import annotations

import argparse
from pathlib import Path

from expectations.release import TIERS
from flows import show
from flows.commands.words import round_number
from flows.given_file import present
from flows.problem import ExitCode, Problem

HELP = "write the monthly report of a round as HTML or PDF"
EXAMPLE = "dtm report 120 -o report-120.pdf --lang en --data data"
_LANGUAGES = ("en", "ar")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("round", metavar="ROUND", help="round of the master lists")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=".html or .pdf file to write")
    parser.add_argument("--tier", choices=tuple(reversed(TIERS)), default="public", help="what may be shown (default: public)")
    parser.add_argument("--lang", choices=_LANGUAGES, default="en", help="language (default: en); ar is a working translation")
    parser.add_argument("--edited", type=Path, metavar="FILE", help="HTML of this report with edited sentences, to write instead")


def run(options: argparse.Namespace) -> int:
    """Write the file."""
    from flows.published import Published
    from flows.release import drafting, printing
    from flows.release.report import proofing
    from flows.release.report.page import page

    number = round_number(options.round)
    made = page(drafting.content(Published(options.data), number, options.tier), options.lang)
    if options.edited:
        edited = _edited(options.edited)
        proofing.demand_same_numbers(edited, made)
        made = edited
    printing.put(options.output, made, options.data)
    print(show.visible(f"Wrote the report of R{number} ({options.tier}) to {options.output}."))
    return ExitCode.OK


def _edited(path: Path) -> str:
    """The text of an edited report."""
    try:
        return present(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Problem(ExitCode.USAGE, f"'{path}' is no HTML in UTF-8.") from None
