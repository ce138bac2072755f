"""The Return Index and the Displacement Index: score answers with a model, explain a location, make and check models.

A model is a file (index-model/1) or the id of a shipped one: ri-illustrative, ri-illustrative-equal, di-illustrative. The
shipped ones are set by hand and say so everywhere: they are not IOM's. ROUND is the round of the index, not of a master list.

Answers are a long file (index_round, place_id, indicator, answer; round, governorate, district, subdistrict ... where they
matter), a wide one (a column per indicator), or an export of submissions of `dtm form return-index`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.columns import POPULATIONS
from expectations.index import INDICES, disclaimer
from flows.commands.words import positive, round_number, timed_progress
from flows.given_file import given, present, utf8
from flows.problem import ExitCode, Problem
from flows.settings import DATA_VARIABLE
from flows.show import counted, readable, visible

if TYPE_CHECKING:
    from expectations.index_model import IndexModel

HELP = "the Return Index and the Displacement Index"
EXAMPLE = "dtm index score answers.csv --data data"
_PLACES_SHOWN = 8
_KINDS = {"answers": "answers", "intentions": "intention_barrier", "no-return": "place_of_no_return"}
NEEDS_DATA = False  # not all actions use it; those that do ask for it
_DEFAULT = INDICES["return"].default_model
_FIT = """Estimate the weights of a model from the share of households that came back. The result is no replication of the
published index: its outcome, coding and sample are not published. People may return because conditions improve, and conditions
may improve because people return."""
_CALIBRATE = """Recover weights, combination and cut-offs from a dataset that holds answers and published scores. What cannot be
identified is said, not guessed; each index round is looked at apart."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    own = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    score = _action(own, "score", "take answers, score them, publish the tables")
    score.add_argument(
        "answers", type=Path, nargs="+", metavar="ANSWERS", help="CSV, .xlsx or Parquet; or exports of submissions"
    )
    _model(score)
    _reading(score)
    score.add_argument("--override", type=readable, metavar="REASON", help="score rounds outside those of the model; recorded")
    score.add_argument("--direct", action="store_true", help="build without Prefect")
    explain = _action(own, "explain", "why a location is severe, in points that add up")
    explain.add_argument("round", metavar="ROUND", help="round of the index")
    explain.add_argument("place", metavar="PLACE", help="place_id of the location")
    _index(explain)
    explain.add_argument("--model", type=readable, metavar="ID", help="only this model")
    page = _action(own, "page", "write the pictures of a round as one HTML file")
    page.add_argument("round", metavar="ROUND", help="round of the index")
    page.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="HTML file to write")
    _index(page)
    page.add_argument("--model", type=readable, metavar="ID", help="model, where the round was scored with several")
    page.add_argument("--tier", choices=("public", "internal"), default="public", help="what may be shown (default: public)")
    withdraw = _action(own, "withdraw", "take a round back; recorded")
    withdraw.add_argument("round", metavar="ROUND", help="round of the index; of intentions, of the master list")
    _index(withdraw)
    withdraw.add_argument("--of", choices=tuple(_KINDS), default="answers", help="what of the round (default: answers)")
    withdraw.add_argument("--model", type=readable, metavar="'ID VERSION'", help="only its scores with this model")
    withdraw.add_argument("--reason", type=readable, required=True, metavar="TEXT", help="why; kept")
    withdraw.add_argument("--direct", action="store_true", help="build without Prefect")
    for name, what in (("intentions", "majority intentions and barriers to return"), ("no-return", "places of no return")):
        listed = _action(own, name, f"take a file of {what}, publish the tables")
        listed.add_argument("file", type=Path, metavar="FILE", help="CSV, .xlsx or Parquet")
        if name == "intentions":
            listed.add_argument("--round", metavar="R", help="master-list round of all rows, where no column says it")
            listed.add_argument(
                "--population", choices=POPULATIONS, help="of all rows, where no column says it: of an export of submissions"
            )
        listed.add_argument("--direct", action="store_true", help="build without Prefect")
    fit = own.add_parser("fit", help="estimate the weights of a model from returns", description=_FIT)
    fit.add_argument("table", type=Path, metavar="DATA", help="answers with returnee_households and baseline_households")
    _making(fit)
    fit.add_argument(
        "--outcome",
        choices=("share", "any"),
        help="share of the households before displacement that are back (default), or whether any are",
    )
    fit.add_argument("--design", choices=("joint", "per_scale"), default="joint", help="one regression, or one a scale")
    fit.add_argument("--controls", default="", metavar="NAMES", help="without weight, by commas: governorate, location_type")
    fit.add_argument(
        "--min-level-n", type=positive, default=20, metavar="N", help="an answer with fewer rows is pooled (default: 20)"
    )
    fit.add_argument("--cluster-by-district", action="store_true", help="standard errors clustered by district (at least 30)")
    fit.add_argument(
        "--bootstrap", type=positive, default=0, metavar="N", help="draws of districts, for the spread of the weights"
    )
    fit.add_argument("--seed", type=int, metavar="N", help="seed of the draws; kept with the model")
    calibrate = own.add_parser("calibrate", help="recover the numbers of a published dataset", description=_CALIBRATE)
    calibrate.add_argument("table", type=Path, metavar="DATASET", help="answers with s1, s2, overall, s1_category ... category")
    _making(calibrate)
    calibrate.add_argument("--decimals", metavar="N", help="decimals to which scores are printed, or none (default: as found)")
    calibrate.add_argument("--reaches-100", action="store_true", help="the published scales are known to reach 100")
    validate = own.add_parser(
        "validate", help="check a model file, and answers against it", description="Check a model file, and answers against it."
    )
    validate.add_argument("model", type=readable, metavar="MODEL", help="model file, or id of a shipped model")
    validate.add_argument("--answers", type=Path, metavar="FILE", help="answers to check against it; nothing is taken")
    _reading(validate)


def _action(parser: argparse._SubParsersAction, name: str, what: str) -> argparse.ArgumentParser:
    """An action on a data folder."""
    own = parser.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    own.add_argument("--data", type=Path, metavar="DIR", help=f"data folder; else the variable {DATA_VARIABLE}")
    return own


def _model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", type=readable, metavar="FILE", help=f"model file, or id of a shipped model (default: {_DEFAULT})"
    )


def _making(parser: argparse.ArgumentParser) -> None:
    """What fit and calibrate share."""
    parser.add_argument(
        "--base", type=readable, metavar="FILE", help=f"model with the indicators and answers (default: {_DEFAULT})"
    )
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="model to write, .json; its report lies beside it"
    )
    parser.add_argument("--id", type=readable, metavar="ID", help="id of the new model (default: name of the file)")
    parser.add_argument("--version", default="1.0.0", metavar="V", help="version of the new model (default: 1.0.0)")
    _reading(parser)


def _index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--index", choices=tuple(INDICES), default="return", help="which index (default: return)")


def _reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--map", type=Path, metavar="FILE", help="mapping file: from their headers and wording to our codes")
    parser.add_argument("--index-round", metavar="N", help="index round of all rows, where no column says it")
    parser.add_argument(
        "--round", metavar="R", help="master-list round with whose people they are weighted, where it is not known"
    )


def run(options: argparse.Namespace) -> int:
    """Do the action."""
    return _ACTIONS[options.action](options)


def _score(options: argparse.Namespace) -> int:
    from flows.index import models, receiving
    from flows.lock import locked

    model = models.load(options.model, _DEFAULT)
    order = _order(options, options.override)
    received: list[receiving.Received] = []
    with locked(options.data), _taken_back(options.data, received):
        for path in options.answers:
            received.append(receiving.receive(options.data, present(path), readable(path.name), model, order))
            _demand_apart(options.answers, received)
        progress = timed_progress()
        for one in received:
            for note in one.notes:
                progress(note)
        _build(options.data, direct=options.direct)
    rounds = sorted({index_round for one in received for index_round in one.index_rounds})
    print(_scored(options.data, model, rounds))
    return ExitCode.OK


def _demand_apart(paths: list[Path], received: list) -> None:
    """Of files given together, none takes the place of another."""
    for path, one in zip(paths, received[:-1], strict=False):
        common = sorted(set(one.index_rounds) & set(received[-1].index_rounds))
        if common:
            both = " and in ".join(f"'{readable(own.name)}'" for own in (path, paths[len(received) - 1]))
            sentence = f"Index round {common[0]} stands in {both}. All answers of a round come in one file: put them together."
            raise Problem(ExitCode.SOURCE_REFUSED, sentence)


@contextmanager
def _taken_back(data: Path, received: list) -> Iterator[None]:
    """Where anything fails before the tables are published, what was received of the files is taken back: all or nothing."""
    from flows.index import receiving

    try:
        yield
    except BaseException:
        for one in received:
            receiving.take_back(data, one)
        raise


def _scored(data: Path, model: IndexModel, rounds: list[int]) -> str:
    """The national figures of the rounds, as a table."""
    from flows import show
    from flows.published import Published

    people = model.index.people
    rows = [
        row
        for row in Published(data).table(f"{model.index.name}_index_summary").to_pylist()
        if row["area_level"] == "national"
        and row["index_round"] in rounds
        and (row["model_id"], row["model_version"]) == (model.id, model.version)
    ]
    columns = [
        "index_round",
        "round",
        f"high_{people}",
        "high_locations",
        f"medium_{people}",
        "medium_locations",
        f"low_{people}",
        "low_locations",
        "unclassified_locations",
        people,
        "locations",
    ]
    lines = [show.grid([name.replace("_", " ") for name in columns], [[row[name] for name in columns] for row in rows])]
    if any(row[people] is None for row in rows):
        lines.append("No people: the master-list round is not held in this data folder; build its list and they are weighted.")
    lines += _unlisted(data, model, rounds)
    for row in rows:
        if row["is_much_unclassified"]:
            lacking = counted(row["unclassified_locations"], "location")
            lines.append(
                f"Warning: round {row['index_round']}: {lacking} without an overall score, with over 2% of the people or of unknown number."
            )
    said = disclaimer(model.status)
    return "\n".join([*lines, *([f"{said} ({model.name})."] if said else [])])


def _unlisted(data: Path, model: IndexModel, rounds: list[int]) -> list[str]:
    """Locations with answers that the master list of their round does not have: a place_id may be wrong."""
    import pyarrow.compute as pc

    from flows.published import Published

    held, found = Published(data), []
    for index_round in rounds:
        rows = held.table(f"{model.index.name}_index", index_round=index_round)
        own = pc.and_(pc.equal(rows["model_id"], model.id), pc.equal(rows["model_version"], model.version))
        rows = rows.filter(pc.and_kleene(own, pc.equal(rows["weight_reason"], "not_in_list")))
        if rows.num_rows:
            places = rows["place_id"].slice(0, _PLACES_SHOWN).to_pylist()
            shown = ", ".join(places) + (" ..." if rows.num_rows > _PLACES_SHOWN else "")
            found.append(
                f"Warning: round {index_round}: {counted(rows.num_rows, 'location')} not in the {model.index.population} list of "
                f"R{rows['round'][0]}, so without people: place_id {shown}."
            )
    return found


def _explain(options: argparse.Namespace) -> int:
    from flows.index import explaining
    from flows.published import Published

    index = INDICES[options.index]
    print(
        "\n".join(
            explaining.explain(Published(options.data), index, round_number(options.round), options.place, options.model)
        ).rstrip()
    )
    return ExitCode.OK


def _withdraw(options: argparse.Namespace) -> int:
    from flows.index import receiving
    from flows.lock import locked
    from transforms.index.standing import Withdrawal

    number = round_number(options.round)
    if not options.reason.strip():
        raise Problem(ExitCode.USAGE, "Say why the round is taken back: --reason TEXT.")
    if options.model and options.of != "answers":
        raise Problem(ExitCode.USAGE, f"--model is for answers; {options.of} are of no model.")
    kind = _KINDS[options.of]
    with locked(options.data):
        receiving.withdraw(options.data, Withdrawal(options.index, number, options.model, kind), options.reason)
        _build(options.data, direct=options.direct)
    of = f" with {options.model}" if options.model else ""
    what = (
        f"Index round {number} of the {INDICES[options.index].title}" if kind == "answers" else f"{options.of} of round {number}"
    )
    print(f"{what[0].upper()}{what[1:]}{of}: taken back.")
    return ExitCode.OK


def _listed(options: argparse.Namespace) -> int:
    from flows.index import receiving
    from flows.lock import locked
    from transforms.index.listed import Said

    said = None
    if options.action == "intentions":
        said = Said(round_number(options.round) if options.round else None, options.population)
    kind = _KINDS[options.action]
    taken: list[receiving.Received] = []
    with locked(options.data), _taken_back(options.data, taken):
        taken.append(receiving.receive_listed(options.data, kind, present(options.file), readable(options.file.name), said))
        _build(options.data, direct=options.direct)
    received = taken[0]
    print(f'{readable(options.file.name)}: {", ".join(received.notes)}. See them: dtm sql "from {kind}" --data {options.data}')
    return ExitCode.OK


def _validate(options: argparse.Namespace) -> int:
    from flows.index import models, receiving

    model = models.load(options.model, _DEFAULT)
    last = "on" if model.last_round is None else f"to {model.last_round}"
    print(
        f"{model.name} ({model.status}) is a valid model of the {model.index.title}, for index rounds from {model.first_round} {last}:"
    )
    for scale in model.scales:
        own = model.of(scale.id)
        print(
            f"  {scale.id} {scale.label.en}: {counted(len(own), 'indicator')}, largest weights sum to {sum(i.maximum for i in own):g}"
        )
    for warning in model.warnings:
        print(f"  warning: {warning}")
    if options.answers:
        made = receiving.checked(None, present(options.answers), readable(options.answers.name), model, _order(options, None))
        tables = made.tables
        print(
            f"{readable(options.answers.name)}: {counted(tables['received_index_place'].num_rows, 'location')}, {counted(tables['received_index_answer'].num_rows, 'answer')} can be taken."
        )
    return ExitCode.OK


def _page(options: argparse.Namespace) -> int:
    from flows.index import pages
    from flows.published import Published

    written = pages.write(
        Published(options.data), INDICES[options.index], round_number(options.round), options.model, options.tier, options.output
    )
    print(f"Wrote {visible(str(written))} ({options.tier} tier).")
    return ExitCode.OK


def _fit(options: argparse.Namespace) -> int:
    from flows.index import estimating

    base, target, order = _made(options)
    if options.bootstrap and options.seed is None:
        raise Problem(ExitCode.USAGE, "Draws cannot be repeated without a seed: give --seed N.")
    said = {
        "outcome": options.outcome or "share", "outcome_given": options.outcome is not None, "design": options.design,
        "min_level_n": options.min_level_n, "controls": tuple(name for name in options.controls.split(",") if name),
        "cluster_by_district": options.cluster_by_district, "bootstrap": options.bootstrap, "seed": options.seed,
    }  # fmt: skip
    _print(estimating.fit(present(options.table), readable(options.table.name), base, order, target, **said))
    return ExitCode.OK


def _calibrate(options: argparse.Namespace) -> int:
    from flows.index import estimating

    base, target, order = _made(options)
    said = _decimals(options.decimals, (*(scale.id for scale in base.scales), "overall"))
    name = readable(options.table.name)
    _print(estimating.calibrate(present(options.table), name, base, order, target, said, reaches_100=options.reaches_100))
    return ExitCode.OK


def _decimals(text: str | None, columns: tuple[str, ...]) -> dict[str, int | None]:
    """To how many decimals each score is printed, as the user says; none where he does not."""
    if text is None:
        return {}
    if text != "none" and not (len(text) == 1 and text.isascii() and text.isdecimal()):
        raise Problem(ExitCode.USAGE, f"--decimals is '{visible(text)}', expected a whole number from 0 to 9, or none.")
    return dict.fromkeys(columns, None if text == "none" else int(text))


def _print(lines: list[str]) -> None:
    """Lines that may quote what stands in a file."""
    print("\n".join(map(visible, lines)))


def _made(options: argparse.Namespace) -> tuple:
    """The base model, where the new one goes, and how to read the file."""
    from flows.index import models
    from flows.index.estimating import Target

    base = models.load(options.base, _DEFAULT)
    if options.output.suffix != ".json":
        raise Problem(ExitCode.USAGE, f"-o takes the name of a .json file, not '{visible(str(options.output))}'.")
    return base, Target(options.output, options.id or readable(options.output.stem), options.version), _order(options, None)


_ACTIONS = {
    "score": _score, "explain": _explain, "withdraw": _withdraw, "intentions": _listed, "no-return": _listed, "validate": _validate, "page": _page, "fit": _fit, "calibrate": _calibrate,
}  # fmt: skip


def _order(options: argparse.Namespace, override: str | None) -> object:
    from flows.index.receiving import Order

    if override is not None and not override.strip():
        raise Problem(ExitCode.USAGE, "Say why the model is used outside its rounds: --override REASON.")
    text = utf8(given(options.map), options.map.name) if options.map else None
    numbers = (round_number(said) if said else None for said in (options.index_round, options.round))
    return Order(text, readable(options.map.name) if options.map else "", *numbers, override)


def _build(data: Path, *, direct: bool) -> None:
    """Bring the tables up to date, under the lock that the caller holds, so that nothing comes between what was received and them."""
    from flows import run
    from flows.sources import Order as Sources

    result = run.build(data, Sources(), direct=direct, progress=timed_progress(), is_locked=True)
    if not result.built:
        print("Nothing new; the tables are intact.", file=sys.stderr)
