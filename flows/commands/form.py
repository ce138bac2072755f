"""Write the form of an interview, of the master list or of an index, or that of emergency tracking; or compare two versions of a form.

master-list writes an XLSForm for KoboToolbox, ODK and others and, into the same folder, its lists of places:
governorates.csv, districts.csv, subdistricts.csv and locations.csv. Upload them with the form. They show the English
name (column label); the Arabic one lies beside it (label_ar), because such lists have labels in one language only.
With --data the sub-districts and locations are those of the published table location.

return-index and displacement-index write the form of an index interview the same way: one question for each indicator of
a model, with its answer levels as choices. The form carries the number of the index round and the model, so that its
exports can be scored.

emergency writes the form by which teams report movements for one event of emergency tracking, with the lists governorates.csv and
districts.csv. Every submission says its event, so that exports can be taken by dtm emergency ingest. With --data the event
must be held there; the form then says its name and how it counts individuals.

diff compares two workbooks. A core question that was removed, renamed (it shows as removed and added), retyped or that
lost a choice breaks the history of its answers: exit code 11. Everything else is listed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from expectations import codes, emergency_form, form, index_form
from expectations.index import INDICES, OFFICIAL, Index, disclaimer
from expectations.index_model import IndexModel
from flows import export, form_file, show
from flows.commands.words import positive, round_number
from flows.index import models
from flows.problem import ExitCode, Problem
from flows.published import Published
from flows.settings import DATA_VARIABLE, data_folder
from transforms.field import form_diff, xlsform
from transforms.index import xlsform as index_xlsform

HELP = "write the forms that teams fill in; compare versions"
EXAMPLE = "dtm form master-list --round 121 -o form/master-list.xlsx --data data"
NEEDS_DATA = False  # where it is used, one can do without

_ACTIONS = {f"{index.name}-index": index for index in INDICES.values()}
_INDEX_ROUND_MAXIMUM = 999  # what answers may say
_ENGLISH = "Labels are English; only names of places are in Arabic. Have the others translated before the form is used."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    own = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    written = own.add_parser("master-list", help="write the form of a round and its lists of places")
    _files(written)
    written.add_argument("--round", metavar="N", help="its periods and shelters are those of this round (default: the newest)")
    for action, index in _ACTIONS.items():
        about = f"write the form of the {index.title} and its lists of places"
        asked = own.add_parser(action, help=about, description=f"{about[0].upper()}{about[1:]}.")
        _files(asked)
        asked.add_argument(
            "--index-round", type=positive, required=True, metavar="N", help="the round of the index that is asked"
        )
        asked.add_argument(
            "--model", metavar="FILE|ID", help=f"model file, or one that comes with the project (default: {index.default_model})"
        )
        asked.add_argument("--override", metavar="REASON", help="take a model for a round that it is not meant for, and say why")
    reported = own.add_parser("emergency", help="write the form of emergency tracking for an event and its lists of places")
    reported.add_argument("--event", required=True, metavar="EVENT", help="id of the event: small letters, digits, dashes")
    _files(reported, "in which the event is held; it tells its name and counting rule")
    compared = own.add_parser("diff", help="compare two versions of a form; 11 where a core question is broken")
    compared.add_argument("old", type=Path, metavar="OLD", help="workbook of the form as it was")
    compared.add_argument("new", type=Path, metavar="NEW", help="workbook of the form as it is to be")


def _files(parser: argparse.ArgumentParser, what_for: str = "for the locations") -> None:
    """What every form that is written takes."""
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="workbook to write; ends in .xlsx")
    # under another name, because the command line asks for a data folder wherever there is one called data
    parser.add_argument(
        "--data",
        dest="register",
        type=Path,
        metavar="DIR",
        help=f"data folder {what_for}; else the variable {DATA_VARIABLE}",
    )


def run(options: argparse.Namespace) -> int:
    """Write a form, or compare two."""
    if options.action == "diff":
        return _diff(options)
    if options.action == "emergency":
        return _emergency(options)
    return _index(options, _ACTIONS[options.action]) if options.action in _ACTIONS else _master_list(options)


def _master_list(options: argparse.Namespace) -> int:
    number = _round(options.round)
    target = _target(options.output)
    register = _register(options)
    listed = form_file.write(target, number, register)
    _say_written(f"Wrote the form of R{number} to {options.output}: {_questions(number)}.", register, listed)
    print(_ENGLISH)
    return ExitCode.OK


def _index(options: argparse.Namespace, index: Index) -> int:
    """Write the form of an index for a round of it."""
    number, target = options.index_round, _target(options.output)
    if number > _INDEX_ROUND_MAXIMUM:
        raise Problem(ExitCode.USAGE, f"--index-round takes a number up to {_INDEX_ROUND_MAXIMUM}, not {number}.")
    model = models.load(options.model, index.default_model)
    is_overridden = _demand_fit(model, index, number, options.override)
    register = _register(options)
    try:
        listed = form_file.write_index(target, model, number, register)
    except index_form.Unaskable as error:
        raise Problem(ExitCode.SOURCE_REFUSED, str(error), error.sentences[1:]) from None
    asked = f"{len(index_form.questions(model))} questions, {len(model.indicators)} of them indicators of {model.name}"
    _say_written(f"Wrote the form of the {index.title}, round {number}, to {options.output}: {asked}.", register, listed)
    if is_overridden:
        print(show.visible(f"{_meant_for(model)}, not for {number}; taken all the same: {options.override.strip()}"))
    if said := disclaimer(model.status):
        print(f"{said}. The form says so in its title and before it asks for consent.")
    print(_languages(model))
    return ExitCode.OK


def _demand_fit(model: IndexModel, index: Index, number: int, override: str | None) -> bool:
    """Refuse a model of the other index, and one for other rounds unless the user says why; whether that was so."""
    if model.index != index:
        action = next(name for name, own in _ACTIONS.items() if own == model.index)
        sentence = f"{model.name} is a model of the {model.index.title}, not of the {index.title}: its form is written by dtm form {action}."
        raise Problem(ExitCode.SOURCE_REFUSED, sentence)
    if override is not None and not override.strip():
        raise Problem(ExitCode.USAGE, "--override takes the reason, which is empty.")
    if model.is_for(number):
        return False
    if override is None:
        sentence = f"{_meant_for(model)}, not for {number}. Give a model for this round, or --override REASON."
        raise Problem(ExitCode.SOURCE_REFUSED, sentence)
    return True


def _meant_for(model: IndexModel) -> str:
    last = "on" if model.last_round is None else f"to {model.last_round}"
    return f"{model.name} is for index rounds from {model.first_round} {last}"


def _languages(model: IndexModel) -> str:
    """In which languages the form of a model is."""
    arabic = index_xlsform.arabic_labels(model)
    if not arabic:
        return _ENGLISH
    checked = "" if model.status == OFFICIAL else " They are working translations: have them checked by a native speaker."
    return f"{show.counted(arabic, 'label')} of indicators, answers and scales {'is' if arabic == 1 else 'are'} in Arabic as the model gives them.{checked} The other labels are English."


def _emergency(options: argparse.Namespace) -> int:
    """Write the form of emergency tracking for an event, which is known where there is a data folder."""
    from flows.emergency import events

    event_id, target = options.event, _target(options.output)
    events.demand_id(event_id)
    data = data_folder(options.register)
    event = None if data is None else events.held(data, event_id).event
    listed = form_file.write_emergency(target, event_id, event)
    if event is None:
        print("Without --data DIR the event is not looked up: the form says neither its name nor how it counts.", file=sys.stderr)
    elif event.event_closed:
        closed = f"Event {event_id} was closed on {event.event_closed}: what teams send is set aside until it is opened again."
        print(closed, file=sys.stderr)
    asked = emergency_form.questions()
    _say_listed(
        f"Wrote the form of event {event_id} to {options.output}: {len(asked)} questions, {sum(q.core for q in asked)} of them core.",
        listed,
    )
    print(_ENGLISH)
    return ExitCode.OK


def _register(options: argparse.Namespace) -> pa.Table | None:
    """The published locations; None without a data folder."""
    data = data_folder(options.register)
    return None if data is None else Published(data).table("location")


def _say_written(said: str, register: pa.Table | None, listed: Mapping[str, int]) -> None:
    if register is None:
        lacking = "Without --data DIR the lists of sub-districts and locations have no rows: the form cannot be filled in yet."
        print(lacking, file=sys.stderr)
    _say_listed(said, listed)


def _say_listed(said: str, listed: Mapping[str, int]) -> None:
    print(show.visible(said))
    print(f"Beside it: {', '.join(f'{name} ({rows:,})' for name, rows in listed.items())}.")


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
    return export.outside(output)


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
