"""Receiving answers to an index, intentions and places of no return: checked, kept, noted; and taking a round of an index back.

The bytes as received go to landing; what is kept of them, without personal data, to the store. Nothing is noted in the journal
before everything else is in place, so that a file that is refused leaves nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from expectations.index_model import IndexModel
from expectations.schema import decoded
from flows import files
from flows.field import journal, receiving, rounds_file, store
from flows.field.journal import Entry
from flows.index import receipts
from flows.problem import ExitCode, Problem
from flows.run import now, user
from flows.show import counted
from transforms.field import personal
from transforms.index import answer_columns, answer_map, answers, listed
from transforms.index.answers import Answers, Given
from transforms.index.standing import LISTED, Standing, Withdrawal, registered
from transforms.refusal import Refusal

_PAIRS_SHOWN = 5


@dataclass(frozen=True)
class Order:
    """What the user says of a file of answers: the text of its mapping file, rounds of all its rows, why to override."""

    map_text: str | None = None
    map_name: str = ""
    index_round: int | None = None
    round: int | None = None
    override: str | None = None


@dataclass(frozen=True)
class Received:
    """What became of a file: its entry of the journal, None where nothing is new; its index rounds; what a user should know."""

    entry: Entry | None
    index_rounds: tuple[int, ...]
    notes: tuple[str, ...]


def rounds(data: Path) -> frozenset[int]:
    """Master-list rounds that exist: those of the registry, and those opened here."""
    return frozenset({*codes.rounds(), *rounds_file.read(data)})


def read(data: Path | None, path: Path, name: str, model: IndexModel, order: Order, extra: tuple[str, ...] = ()) -> Answers:
    """The answers of a file, checked against the model.

    Raises:
        Problem: the file or its mapping cannot be taken; every row that is wrong is named.
    """
    known = rounds(data) if data else frozenset(codes.rounds())
    with _refusals():
        mapping = answer_map.AnswerMap()
        if order.map_text is not None:
            mapping = answer_map.parse(order.map_text, order.map_name, model, (*answer_columns.KNOWN_COLUMNS, *extra))
        return answers.read(path, name, model, Given(mapping, order.index_round, order.round), known, extra)


def checked(data: Path | None, path: Path, name: str, model: IndexModel, order: Order) -> Answers:
    """The answers of a file, of rounds that the model is for and that have a master-list round.

    Raises:
        Problem: it cannot be read, or a round is none of these.
    """
    made = read(data, path, name, model, order)
    _demand_rounds(name, model, made.index_rounds, order.override)
    _demand_mapped(name, model, made)
    return made


def receive(data: Path, path: Path, name: str, model: IndexModel, order: Order) -> Received:
    """Take a file of answers, to be scored with ``model``.

    Raises:
        Problem: it cannot be read; the model is not for its rounds, or another model of the same id and version is known; a
            round has no master-list round; or a model in force for a round does not know the answers.
    """
    if order.override and personal.is_in(order.override):
        raise Problem(
            ExitCode.USAGE, "--override holds a telephone number or an address, which is not kept. Say the reason without it."
        )
    content = files.sha256(path)
    made = checked(data, path, name, model, order)
    force = receipts.in_force(data)
    _demand_same_model(data, model)
    _demand_known(force, model, made, name)
    told = {
        "source_file": name, "sha256": content, "map": order.map_text and store.sha256(order.map_text.encode()), "index_round": order.index_round, "round": order.round,
        "override": order.override, "left_out": dict(made.left_out),
    }  # fmt: skip
    notes = (*_notes(made, model), *_given_rounds(model, made), *_replaced(force, model, made))
    entry = _keep(data, "answers", path, content, told, made.tables, {receipts.MODEL: model.to_json()})
    return Received(entry, made.index_rounds, notes)


def receive_listed(data: Path, kind: str, path: Path, name: str, said: listed.Said | None = None) -> Received:
    """Take a file of intentions (``intention_barrier``) or of places of no return (``place_of_no_return``).

    Raises:
        Problem: it cannot be read; every row that is wrong is named.
    """
    content = files.sha256(path)
    with _refusals():
        rows = listed.read(kind, path, name, rounds(data), said)
    entry = _keep(
        data, kind, path, content, {"source_file": name, "sha256": content, "said": repr(said)}, {f"received_{kind}": rows}, {}
    )
    return Received(entry, (), (f"{counted(rows.num_rows, 'row')} taken",))


def withdraw(data: Path, said: Withdrawal, reason: str) -> Entry:
    """Take back a round: of answers, of one model where it is named as "id version"; of intentions; of places of no return.
    What was taken back before, but not published since, is not taken back twice.

    Raises:
        Problem: it is not held.
    """
    told = {"index": said.index, "index_round": said.index_round, "model": said.model, "kind": said.kind}
    for entry in receipts.unpublished(data):
        if entry.kind == "answers_withdrawn" and receipts.order_of(data, entry) == told:
            return entry
    _demand_held(receipts.in_force(data), said)
    sha256, parts = store.put_text(data, receipts.ORDER, json.dumps(told, sort_keys=True))
    return journal.append(data, Entry(0, "answers_withdrawn", journal.NO_ROUND, sha256, parts, {"reason": reason}, now(), user()))


def _demand_held(force: Standing, said: Withdrawal) -> None:
    if said.kind in LISTED:
        held = force.rounds_of(said.kind)
        if said.index_round not in held:
            known = ", ".join(map(str, held)) or "none"
            raise Problem(ExitCode.USAGE, f"{said.kind} has no rows of round {said.index_round}; held: {known}.")
        return
    own = force.models.get((said.index, said.index_round), {})
    if not own or (said.model and said.model not in own):
        of_index = sorted((r, models) for (i, r), models in force.models.items() if i == said.index)
        known = ", ".join(f"{r} ({', '.join(models)})" for r, models in of_index) or "none"
        what = f"index round {said.index_round}" + (f" of model {said.model}" if said.model else "")
        raise Problem(ExitCode.USAGE, f"The {said.index} index has no {what}; held: {known}.")


def take_back(data: Path, received: Received) -> None:
    """Undo what was received when its tables could not be published: the journal says so, what was in force before is again."""
    if received.entry is None:
        return
    told = json.dumps({"undone": received.entry.number}, sort_keys=True)
    sha256, parts = store.put_text(data, receipts.ORDER, told)
    about = {"reason": "its tables could not be published"}
    journal.append(data, Entry(0, "answers_withdrawn", journal.NO_ROUND, sha256, parts, about, now(), user()))


def _keep(
    data: Path,
    kind: journal.Kind,
    path: Path,
    content: str,
    told: Mapping[str, object],
    tables: dict[str, pa.Table],
    texts: dict[str, str],
) -> Entry | None:
    """Keep a file and what was taken of it, unless the same was the last thing received of its kind and is published."""
    texts = {**texts, receipts.ORDER: json.dumps(told, ensure_ascii=False, sort_keys=True)}
    sha256 = hashlib.sha256(
        "\x1f".join([content, *(texts[name] for name in sorted(texts))]).encode("utf-8", "surrogatepass")
    ).hexdigest()
    last = [entry for entry in receipts.entries(data) if entry.kind in (kind, "answers_withdrawn")][-1:]
    if last and last[0].sha256 == sha256:
        return next((entry for entry in receipts.unpublished(data) if entry.number == last[0].number), None)
    receiving.land(data, sha256, content, path, str(told["source_file"]), journal.NO_ROUND, None)
    parts = store.put(data, sha256, tables)
    for name, text in texts.items():
        parts |= store.put_text(data, name, text, sha256)[1]
    return journal.append(data, Entry(0, kind, journal.NO_ROUND, sha256, parts, {}, now(), user()))


class _refusals:
    """Refusals of files as problems of the command."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Refusal):
            raise Problem(ExitCode.SOURCE_REFUSED, str(error), tuple(error.lines()[1:])) from error


# --- what must hold before answers are taken --------------------------------------------------------------


def _demand_same_model(data: Path, model: IndexModel) -> None:
    for known in receipts.models(data):
        if known.name == model.name and known.sha256 != model.sha256:
            sentence = f"The model {model.name} was used here before with other content. Give the changed one another version."
            raise Problem(ExitCode.SOURCE_REFUSED, sentence)


def _demand_rounds(name: str, model: IndexModel, index_rounds: tuple[int, ...], override: str | None) -> None:
    outside = [index_round for index_round in index_rounds if not model.is_for(index_round)]
    if outside and not override:
        last = "on" if model.last_round is None else f"to {model.last_round}"
        with _refusals():
            raise Refusal(
                name,
                "model_rounds",
                f"{model.name} is for index rounds from {model.first_round} {last}, not for {_listed(outside)}.",
            )


def _demand_mapped(name: str, model: IndexModel, made: Answers) -> None:
    places = made.tables["received_index_place"]
    without = sorted(pc.unique(places.filter(pc.is_null(places["round"]))["index_round"]).to_pylist())
    unmapped = [index_round for index_round in without if not registered(model.index.name, index_round)["round"]]
    if unmapped:
        with _refusals():
            raise Refusal(
                name,
                "index_round_unmapped",
                f"With whose people is index round {_listed(unmapped)} of the {model.index.title} weighted? Its master-list round is not known.",
            )


def _demand_known(force: Standing, model: IndexModel, made: Answers, name: str) -> None:
    """Answers given again are scored by every model in force for their round, which must know them."""
    places, given = (made.tables[f"received_index_{name}"] for name in ("place", "answer"))
    for (index, index_round), models in sorted(force.models.items()):
        if index != model.index.name:
            continue
        numbers = places.filter(pc.equal(places["index_round"], index_round))["place_number"]
        own = decoded(given.filter(pc.is_in(given["place_number"], numbers.combine_chunks())))
        pairs = {(row["indicator"], row["answer"]) for row in own.group_by(["indicator", "answer"]).aggregate([]).to_pylist()}
        for other, _ in models.values():
            known = {(i.id, level.code) for i in other.indicators for level in i.levels}
            known |= {(i.id, "not_applicable") for i in other.indicators if i.allow_not_applicable}
            strange = sorted(pairs - known)
            if strange:
                listed_pairs = "; ".join(f"{indicator}: {answer}" for indicator, answer in strange[:_PAIRS_SHOWN])
                sentence = (
                    f"{name}: index round {index_round} is also scored with {other.name}, which does not know {listed_pairs}. "
                    f"Take that one back first: dtm index withdraw {index_round} --model '{other.name}' --reason TEXT"
                )
                raise Problem(ExitCode.SOURCE_REFUSED, sentence)


def _notes(made: Answers, model: IndexModel) -> list[str]:
    said = [f"{counted(count, 'submission')} left out: {reason}" for reason, count in made.left_out.items()]
    if made.not_asked:
        said.append(f"no column for {', '.join(made.not_asked)}: unanswered everywhere")
    return [*said, *model.warnings]


def _given_rounds(model: IndexModel, made: Answers) -> list[str]:
    """Rounds given against the committed list, which stands for what is published."""
    places = made.tables["received_index_place"]
    said = places.group_by("index_round").aggregate([("round", "max")]).sort_by("index_round").to_pylist()
    notes = []
    for row in said:
        known = registered(model.index.name, row["index_round"])
        if int(known["index_round"]) != row["index_round"]:
            notes.append(
                f"index round {row['index_round']} is not in the list of index rounds, which ends with {known['index_round']}"
            )
        if row["round_max"] is not None and known["round"] and int(known["round"]) != row["round_max"]:
            notes.append(
                f"index round {row['index_round']} is weighted with R{row['round_max']} as given; the list of index rounds says "
                f"R{known['round']} ({known['index_round_basis']})"
            )
    return notes


def _replaced(force: Standing, model: IndexModel, made: Answers) -> list[str]:
    """Locations that a round has answers of until now, and not in this file."""
    places = made.tables["received_index_place"]
    notes = []
    for index_round in made.index_rounds:
        before = force.answers.get((model.index.name, index_round))
        if before is None:
            continue
        own = pc.field("index_round") == index_round
        earlier = before.tables["received_index_place"].filter(own)["place_id"]
        gone = pc.sum(pc.invert(pc.is_in(earlier, places.filter(own)["place_id"].combine_chunks()))).as_py()
        if gone:
            notes.append(
                f"index round {index_round}: takes the place of the answers of '{before.source_file}'; "
                f"{counted(gone, 'location')} of {len(earlier)} there are not in this file, and no longer assessed"
            )
    return notes


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    return shown + (f" and {len(numbers) - 10} more" if len(numbers) > 10 else "")
