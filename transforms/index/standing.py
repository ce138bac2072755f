"""What of all that was received for the indices is in force: of each index round the newest answers, and every model asked for.

Answers given again for a round take the place of the earlier ones under every model that was asked for it, so that two models
always show the same answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from expectations.index_model import IndexModel
from expectations.schema import conform, schema
from expectations.tables import INDEX_CLEAN, TABLES
from transforms.index import model_tables, numbered
from transforms.index.model_tables import of_rows

# Of what a newer file takes the place of an older one; the round comes first.
LISTED = {"intention_barrier": ("round", "population"), "place_of_no_return": ("index_round",)}


@dataclass(frozen=True)
class Scoring:
    """One file of answers and the model with which to score them.

    ``tables`` are ``received_index_place``, ``received_index_answer`` and ``received_index_lineage``; ``override`` says why
    rounds outside those of the model are scored with it.
    """

    model: IndexModel
    tables: dict[str, pa.Table]
    sha256: str
    source_file: str
    override: str | None = None

    @cached_property
    def rounds(self) -> dict[int, int | None]:
        """The index rounds of which it holds answers, in their order, with the master-list round given for each."""
        own = self.tables["received_index_place"].group_by("index_round").aggregate([("round", "max")])
        return dict(sorted(zip(own["index_round"].to_pylist(), own["round_max"].to_pylist(), strict=True)))


@dataclass(frozen=True)
class Withdrawal:
    """A round taken back: answers to an index, of one model where it is named; or, by its kind, intentions (with the
    master-list round in ``index_round``) or places of no return."""

    index: str
    index_round: int
    model: str | None = None
    kind: str = "answers"


@dataclass(frozen=True)
class Listed:
    """A file of intentions or of places of no return: its table by name."""

    name: str
    rows: pa.Table
    sha256: str
    source_file: str


@dataclass
class Standing:
    """What is in force, by index and index round: the answers, and the models with the reason of an override."""

    answers: dict[tuple[str, int], Scoring] = field(default_factory=dict)
    models: dict[tuple[str, int], dict[str, tuple[IndexModel, str | None]]] = field(default_factory=dict)
    listed: list[Listed] = field(default_factory=list)

    def take(self, received: Scoring | Withdrawal | Listed) -> None:
        """Let one receipt have its effect."""
        if isinstance(received, Listed):
            self.listed.append(received)
        elif isinstance(received, Withdrawal):
            self._withdraw(received)
        else:
            for index_round in received.rounds:
                key = (received.model.index.name, index_round)
                self.answers[key] = received
                override = received.override if not received.model.is_for(index_round) else None
                self.models.setdefault(key, {})[received.model.name] = (received.model, override)

    def rounds_of(self, kind: str) -> list[int]:
        """The rounds of which intentions or places of no return are in force."""
        return sorted({number for one in self.listed if one.name == kind for number in one.rows[LISTED[kind][0]].to_pylist()})

    def _withdraw(self, said: Withdrawal) -> None:
        if said.kind in LISTED:
            own = pc.field(LISTED[said.kind][0])
            self.listed = [
                replace(one, rows=one.rows.filter(own != said.index_round)) if one.name == said.kind else one
                for one in self.listed
            ]
            return
        key = (said.index, said.index_round)
        models = self.models.get(key, {})
        if said.model:
            models.pop(said.model, None)
        if not said.model or not models:
            self.answers.pop(key, None)
            self.models.pop(key, None)

    def known_models(self) -> dict[str, IndexModel]:
        """Every model in force by name and version."""
        return {name: model for own in self.models.values() for name, (model, _) in own.items()}


def standing(received: Sequence[Scoring | Withdrawal | Listed]) -> Standing:
    """What is in force after all that was received, in its order."""
    found = Standing()
    for one in received:
        found.take(one)
    return found


def clean_tables(found: Standing) -> dict[str, pa.Table]:
    """The clean tables of the indices, intentions and places of no return that are in force."""
    models = model_tables.tables([model for _, model in sorted(found.known_models().items())])
    runs = {"clean_index_run": of_rows("clean_index_run", [row for key in sorted(found.answers) for row in _runs(found, key)])}
    made = models | runs | _answers(found) | _listed(found)
    return {table.name: made[table.name] for table in INDEX_CLEAN}


def registered(index: str, index_round: int) -> dict[str, str]:
    """The committed row of an index round, or of the last one before it, without its master-list round."""
    own = [row for row in codes.rows("index_round") if row["index_name"] == index and int(row["index_round"]) <= index_round]
    newest = max(own, key=lambda row: int(row["index_round"]))
    return newest if int(newest["index_round"]) == index_round else newest | {"round": "", "index_round_basis": ""}


def _runs(found: Standing, key: tuple[str, int]) -> list[dict[str, object]]:
    index, index_round = key
    given = found.answers[key].rounds[index_round]
    known = registered(index, index_round)
    is_known = known["round"] != "" and given in (None, int(known["round"]))
    return [
        {
            "index_name": index,
            "index_round": index_round,
            "round": int(known["round"]) if given is None else given,
            "index_round_basis": known["index_round_basis"] if is_known else "given",
            "baseline": known["baseline"],
            "model_id": model.id,
            "model_version": model.version,
            "model_status": model.status,
            "override_reason": override,
        }
        for _, (model, override) in sorted(found.models[key].items())
    ]


def _answers(found: Standing) -> dict[str, pa.Table]:
    """Places, answers, lineage and source of every round in force."""
    rounds: dict[tuple[str, int], tuple[Scoring, list[int]]] = {}
    for (index, index_round), scoring in found.answers.items():
        rounds.setdefault((index, id(scoring)), (scoring, []))[1].append(index_round)
    parts: dict[str, list[pa.Table]] = {"place": [], "answer": [], "lineage": []}
    for (index, _), (scoring, own) in rounds.items():
        about = {"index_name": index, "sha256": scoring.sha256, "source_file": scoring.source_file}
        parts["answer"].append(scoring.tables["received_index_answer"])
        for name in ("place", "lineage"):
            rows = scoring.tables[f"received_index_{name}"]
            if len(own) < len(scoring.rounds):
                rows = rows.filter(pc.is_in(rows["index_round"], pa.array(own, pa.int64())))
            parts[name].append(_with(rows, about))
    made = numbered.tables(parts["place"], parts["answer"], found.known_models().values())
    return made | {
        "clean_index_source_record": _table("clean_index_source_record", parts["place"]),
        "clean_index_lineage": of_rows("clean_index_lineage", _units(parts["lineage"], made["clean_index_place"])),
    }


def _units(parts: list[pa.Table], places: pa.Table) -> list[dict[str, object]]:
    """Locations tied by lineage, each with the first of its unit. What replaces a location that the round before does not have
    replaces nothing: the column of an older split may be left in a file."""
    rows = [row for part in parts for row in part.to_pylist()]  # few locations replace others
    rounds = sorted(
        {
            (row["index_name"], row["index_round"])
            for row in places.group_by(["index_name", "index_round"]).aggregate([]).to_pylist()
        }
    )
    before = {key: earlier for earlier, key in pairwise(rounds) if earlier[0] == key[0]}
    units: list[dict[str, object]] = []
    for key in sorted({(row["index_name"], row["index_round"]) for row in rows}):
        earlier = before.get(key)
        if earlier is None:
            continue
        in_round = pc.and_(pc.equal(places["index_name"], earlier[0]), pc.equal(places["index_round"], earlier[1]))
        known = set(places.filter(in_round)["place_id"].to_pylist())
        ties = [(row["place_id"], row["replaced_place_id"]) for row in rows if (row["index_name"], row["index_round"]) == key]
        first = _components([tie for tie in ties if tie[1] in known])
        units += [
            {"index_name": key[0], "index_round": key[1], "place_id": place, "unit_place_id": unit}
            for place, unit in sorted(first.items())
        ]
    return units


def _components(ties: list[tuple[str, str]]) -> dict[str, str]:
    """Place -> the first of all places that ties join, however many steps away."""
    parent: dict[str, str] = {}

    def root(place: str) -> str:
        parent.setdefault(place, place)
        while parent[place] != place:
            parent[place] = place = parent[parent[place]]
        return place

    for one, other in ties:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    return {place: root(place) for place in list(parent)}


def _listed(found: Standing) -> dict[str, pa.Table]:
    """Of each population and round the newest intentions; of each index round the newest places of no return."""
    made = {}
    for kind, key in LISTED.items():
        parts: list[pa.Table] = []
        taken: set[tuple] = set()
        for one in reversed([listed for listed in found.listed if listed.name == kind]):
            own = one.rows.select(list(key)).group_by(list(key)).aggregate([]).to_pylist()
            new = [tuple(row.values()) for row in own if tuple(row.values()) not in taken]
            for values in sorted(new):
                rows = one.rows
                for name, value in zip(key, values, strict=True):
                    rows = rows.filter(pc.equal(rows[name], value))
                parts.append(_with(rows, {"sha256": one.sha256, "source_file": one.source_file}))
            taken |= set(new)
        made[f"clean_{kind}"] = _table(f"clean_{kind}", parts)
    return made


def _with(rows: pa.Table, about: dict[str, str]) -> pa.Table:
    for name, value in about.items():
        rows = rows.append_column(
            name, pa.repeat(pa.scalar(value, pa.string()), rows.num_rows) if rows.num_rows else pa.array([], pa.string())
        )
    return rows


def _table(name: str, parts: list[pa.Table]) -> pa.Table:
    columns = list(TABLES[name].columns)
    if not parts:
        return schema(TABLES[name]).empty_table()
    return conform(pa.concat_tables([part.select(columns) for part in parts]), TABLES[name])
