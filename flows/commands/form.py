"""Write the form of the master-list interview, or compare two versions of a form.

master-list writes an XLSForm for KoboToolbox, ODK and others and, into the same folder, its lists of places:
governorates.csv, districts.csv, subdistricts.csv and locations.csv. Upload them with the form. They show the English
name (column label); the Arabic one lies beside it (label_ar), because such lists have labels in one language only.
With --data the sub-districts and locations are those of the published table location.

diff compares two workbooks. A core question that was removed, renamed (it shows as removed and added), retyped or that
lost a choice breaks the history of its answers: exit code 11. Everything else is listed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from expectations import codes, form
from flows import form_file, landing, manifest, show
from flows.commands.words import round_number
from flows.problem import ExitCode, Problem
from flows.published import Published
from flows.settings import DATA_VARIABLE, data_folder
from transforms.field import form_diff, xlsform

HELP = "write the form of the interviews; compare two versions"
EXAMPLE = "dtm form master-list --round 121 -o form/master-list.xlsx --data data"
NEEDS_DATA = False  # only one of the two uses it, and can do without


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    own = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    written = own.add_parser("master-list", help="write the form of a round and its lists of places")
    written.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="workbook to write; ends in .xlsx")
    written.add_argument("--round", metavar="N", help="its periods and shelters are those of this round (default: the newest)")
    # under another name, because the command line asks for a data folder wherever there is one called data
    written.add_argument(
        "--data",
        dest="register",
        type=Path,
        metavar="DIR",
        help=f"data folder for the locations; else the variable {DATA_VARIABLE}",
    )
    compared = own.add_parser("diff", help="compare two versions of a form; 11 where a core question is broken")
    compared.add_argument("old", type=Path, metavar="OLD", help="workbook of the form as it was")
    compared.add_argument("new", type=Path, metavar="NEW", help="workbook of the form as it is to be")


def run(options: argparse.Namespace) -> int:
    """Write the form, or compare two."""
    return _diff(options) if options.action == "diff" else _master_list(options)


def _master_list(options: argparse.Namespace) -> int:
    number = _round(options.round)
    target = _target(options.output)
    data = data_folder(options.register)
    register = None if data is None else Published(data).table("location")
    listed = form_file.write(target, number, register)
    if register is None:
        said = "Without --data DIR the lists of sub-districts and locations have no rows: the form cannot be filled in yet."
        print(said, file=sys.stderr)
    print(show.visible(f"Wrote the form of R{number} to {options.output}: {_questions(number)}."))
    print(f"Beside it: {', '.join(f'{name} ({rows:,})' for name, rows in listed.items())}.")
    print("Labels are English; only names of places are in Arabic. Have the others translated before the form is used.")
    return ExitCode.OK


def _questions(number: int) -> str:
    asked = form.questions(number)
    return f"{len(asked)} questions, {sum(q.core for q in asked)} of them core, {len(xlsform.sums(number))} sums that must fit"


def _round(text: str | None) -> int:
    """The round asked for, else the newest."""
    known = codes.rounds()
    number = max(known) if text is None else round_number(text)
    if number not in known:
        raise Problem(ExitCode.USAGE, f"R{number} is not in the list of rounds; known are R{min(known)} to R{max(known)}.")
    return number


def _target(output: Path) -> Path:
    """The workbook to write, links followed: never in a data folder, where only builds write."""
    if output.suffix.lower() != form_file.ENDING or output.is_dir():
        raise Problem(ExitCode.USAGE, f"-o takes the name of an {form_file.ENDING} file, not '{output}'.")
    target = output.resolve()
    for folder in target.parents:
        if (folder / manifest.NAME).exists() and (folder / landing.FOLDER).is_dir():
            raise Problem(ExitCode.USAGE, f"'{output}' is inside the data folder '{folder}', where only builds write.")
    return target


def _diff(options: argparse.Namespace) -> int:
    try:
        old, new = (form_diff.read(path, path.name) for path in (options.old, options.new))
    except form_diff.NoForm as error:
        raise Problem(ExitCode.SOURCE_REFUSED, str(error)) from None
    changes = form_diff.compare(old, new)
    broken = [change for change in changes if change.is_breaking]
    print(
        show.visible(
            f"{options.old.name} (version {old.version or 'not given'}) -> {options.new.name} (version {new.version or 'not given'})"
        )
    )
    for title, listed in (("broken", broken), ("changed", changes[len(broken) :])):
        if listed:
            print(f"{title} ({len(listed)}):")
            print("\n".join(f"  {show.visible(change.sentence)}" for change in listed))
    if broken:
        sentence = f"{len(broken)} change{'s' * (len(broken) != 1)} of core questions would break their history. Undo them in '{options.new}'."
        raise Problem(ExitCode.CONTRACT_BROKEN, sentence)
    print("No core question is broken." if changes else "The two forms ask the same.")
    return ExitCode.OK
