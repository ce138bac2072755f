"""The cleaning log, replayed: the data that it gives, what it removes, and which findings it settles.

A log is never edited. A decision is undone by a later one that goes back, so that every value can be followed from the
answer as received. Convention of IMPACT (cleaningtools), which compares no ``old_value`` and lets the last row win; here
a decision holds only for the value that its reviewer saw.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from expectations import checks, form
from transforms.field.answer_text import comparable, plain
from transforms.field.decision import (
    BLANK,
    CHANGE,
    DECIDED,
    DECISION_COLUMNS,
    KEEP,
    REMOVE,
    REMOVED,
    REVIEW_STATE,
    Decision,
)
from transforms.refusal import found

Row = Mapping[str, object]
Cell = tuple[str, str]  # uuid, question
Place = tuple[str | None, str, str]  # check_binding, uuid, question: where a row stands in the log

WHOLE_LIST = frozenset({checks.WHOLE_LIST, "all_data"})  # cleaningtools writes the one and reads the other
AGAIN = "decide it again: dtm review export"
# Their findings show an answer that could not be read, or only the part of it that may be shown; the data have none.
UNREAD_CHECKS = frozenset({"c02", "c21", "c26"})
_BETWEEN = "\x1f"  # between the parts of a joined key: no text of an export holds it


# --- replay ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Broken:
    """A decision that no longer fits the data as received: nothing of its chain is applied."""

    uuid: str
    question: str
    expected: str | None
    found: str | None
    sentence: str


@dataclass(frozen=True)
class Replayed:
    """The data after the log.

    ``answers`` is the long table by (uuid, question) without the removed submissions. ``removed`` are all submissions
    whose removal stands. ``moot`` are the last decisions of chains whose result the data as received already has:
    corrected at the source. ``broken`` are in the order of (uuid, question).
    """

    answers: pa.Table
    removed: frozenset[str]
    moot: tuple[Decision, ...]
    broken: tuple[Broken, ...]


def replay(answers: pa.Table, decisions: Sequence[Decision]) -> Replayed:
    """Apply the decisions of all logs to the answers as received.

    The changes of one (uuid, question) are a chain over the batches. It starts at the last decision that was taken on
    the value as received (earlier ones are void: the source was edited since) and holds if every later one was taken on
    what the one before it gave. Where the data as received already have the result, the chain is moot. Any other chain
    is broken: it is reported, and the answer stays as received. A removal holds while the answer that its reviewer saw
    is the one received or one on its chain. Empty text and null are the same.

    Args:
        answers: uuid, question, answer; text, one row per uuid and question. Null answers may be left out.
        decisions: of all batches in any order; those without ``change_type`` are ignored.
    """
    chains = _chains(decisions)
    removals = standing_removals(decisions)
    cells = {*chains, *((decision.uuid, decision.question) for decision in removals.values())}
    answers = answers.select(["uuid", "question", "answer"])
    decided, others = _parted(answers, cells)
    received = answers_of(decided, cells)
    present = set(pc.unique(answers.column("uuid")).to_pylist())
    changed: dict[Cell, str | None] = {}
    seen: dict[Cell, set[str]] = {}
    moot, broken = [], []
    for cell, chain in sorted(chains.items()):
        value = received.get(cell)
        off = _break(cell, chain, value) if cell[0] in present else _gone(cell, chain[-1])
        if off:
            broken.append(off)
            continue
        seen[cell] = {comparable(cell[1], text) for decision in chain for text in (decision.old_value, _result(decision))}
        if plain(value) != plain(_result(chain[-1])):
            changed[cell] = _result(chain[-1])
        elif not any(_fits(decision, value) for decision in chain):
            moot.append(chain[-1])
    removed = set()
    for uuid, decision in removals.items():
        cell = (uuid, decision.question)
        holds = _fits(decision, received.get(cell)) or comparable(cell[1], decision.old_value) in seen.get(cell, ())
        if uuid in present and decision.question in _answered() and not holds:
            broken.append(_off(cell, decision.old_value, received.get(cell), "The removal of this submission"))
        else:
            removed.add(uuid)
    left = [one for one in broken if one.uuid not in removed]
    after = pa.concat_tables([others, _with(decided, changed, removed)])
    return Replayed(
        after.sort_by([("uuid", "ascending"), ("question", "ascending")]).combine_chunks(),
        frozenset(removed),
        tuple(decision for decision in moot if decision.uuid not in removed),
        tuple(sorted(left, key=lambda one: (one.uuid, one.question, one.sentence))),
    )


def standing_removals(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The submissions that are removed and not taken back since, with the decision; in the order of their uuids."""
    state: dict[str, Decision] = {}
    steps = [one for one in decisions if one.change_type == REMOVE or (one.change_type == CHANGE and one.question == REMOVED)]
    # within a batch removals come last; of several the first by question is shown, so that no order of rows matters
    for step in sorted(steps, key=lambda one: (one.batch, one.change_type == REMOVE, order_of(one))):
        standing = state.get(step.uuid)
        if step.change_type != REMOVE:
            state.pop(step.uuid, None)
        elif standing is None or standing.batch < step.batch:
            state[step.uuid] = step
    return dict(sorted(state.items()))


def order_of(decision: Decision) -> tuple[str, ...]:
    """By what the decisions of one batch stand in order, whatever order they came in."""
    return tuple(getattr(decision, name) or "" for name in DECISION_COLUMNS)


def _chains(decisions: Iterable[Decision]) -> dict[Cell, list[Decision]]:
    """Changes and blanks by (uuid, question) in the order of batches; the same decision twice in a batch counts once."""
    own = [one for one in decisions if one.change_type in (CHANGE, BLANK) and one.question != REMOVED]
    chains: dict[Cell, list[Decision]] = defaultdict(list)
    for decision in sorted(own, key=lambda one: (one.batch, order_of(one))):
        chain = chains[(decision.uuid, decision.question)]
        if not (chain and chain[-1].batch == decision.batch and _says(chain[-1]) == _says(decision)):
            chain.append(decision)
    return dict(chains)


def _says(decision: Decision) -> tuple[str, str]:
    return plain(decision.old_value), plain(_result(decision))  # where the same twice in one log is meant, it is written the same


def _result(decision: Decision) -> str | None:
    return decision.new_value if decision.change_type == CHANGE else None


@cache
def _answered() -> frozenset[str]:
    """What a submission can hold an answer to; a finding on anything else (its ``uuid``, a sum) shows what no guard can compare."""
    return frozenset({*form.known(), *form.origin_district_counts(), REVIEW_STATE})


def _fits(decision: Decision, value: str | None) -> bool:
    """Whether a decision was taken on this value."""
    now = comparable(decision.question, value)
    return comparable(decision.question, decision.old_value) == now or (not now and decision.check_id in UNREAD_CHECKS)


def _break(cell: Cell, chain: list[Decision], value: str | None) -> Broken | None:
    """What is wrong with a chain, given the value as received."""
    for before, after in itertools.pairwise(chain):
        if before.batch == after.batch:
            sentence = f"{named(cell)}: one log decides twice, {found(plain(_result(before)))} and {found(plain(_result(after)))}; {AGAIN}."
            return Broken(*cell, after.old_value, value, sentence)
    if comparable(cell[1], value) == comparable(cell[1], _result(chain[-1])):
        return None  # whatever led there, the data have the result
    starts = [at for at, decision in enumerate(chain) if _fits(decision, value)]
    if not starts:
        return _off(cell, chain[-1].old_value, value, "The decision")
    for decision in chain[starts[-1] :]:
        if not _fits(decision, value):
            return _off(cell, decision.old_value, value, "The decision")
        value = _result(decision)
    return None


def _off(cell: Cell, expected: str | None, value: str | None, what: str) -> Broken:
    sentence = f"{named(cell)}: {what} was taken on {found(plain(expected))}, found {found(plain(value))}; {AGAIN}."
    return Broken(*cell, expected, value, sentence)


def _gone(cell: Cell, last: Decision) -> Broken:
    sentence = (
        f"{named(cell)}: The decision was taken on {found(plain(last.old_value))}, the submission is no longer there; {AGAIN}."
    )
    return Broken(*cell, last.old_value, None, sentence)


def named(cell: Cell) -> str:
    """An answer, in words."""
    return f"Submission {cell[0]}, {cell[1]}"


def _keys(answers: pa.Table) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(answers.column("uuid"), answers.column("question"), _BETWEEN)


def _parted(answers: pa.Table, cells: Iterable[Cell]) -> tuple[pa.Table, pa.Table]:
    """The answers of the submissions that ``cells`` are of, and all others: there are few of the first."""
    own = pc.is_in(answers.column("uuid"), value_set=pa.array(sorted({uuid for uuid, _ in cells}), pa.string()))
    return answers.filter(own), answers.filter(pc.invert(own))


def answers_of(answers: pa.Table, cells: Collection[Cell]) -> dict[Cell, str | None]:
    """The answers of a few cells; those that the table does not have are left out."""
    wanted = pa.array([_BETWEEN.join(cell) for cell in sorted(cells)], pa.string())
    rows = answers.filter(pc.is_in(_keys(answers), value_set=wanted)).select(["uuid", "question", "answer"])
    return {(row["uuid"], row["question"]): row["answer"] for row in rows.to_pylist()}


def _with(answers: pa.Table, changed: dict[Cell, str | None], removed: Collection[str]) -> pa.Table:
    """The answers with the changed ones in place and without the removed submissions."""
    wanted = pa.array([_BETWEEN.join(cell) for cell in sorted(changed)], pa.string())
    kept = answers.filter(pc.invert(pc.is_in(_keys(answers), value_set=wanted)))
    rows = [(*cell, changed[cell]) for cell in sorted(changed)]
    columns = [pa.array([row[at] for row in rows], kept.schema.field(name).type) for at, name in enumerate(kept.column_names)]
    every = pa.concat_tables([kept, pa.table(columns, schema=kept.schema)])
    return every.filter(pc.invert(pc.is_in(every.column("uuid"), value_set=pa.array(sorted(removed), pa.string()))))


# --- findings that are decided ----------------------------------------------------------------------


def resolved_bindings(queue: pa.Table, decisions: Iterable[Decision]) -> frozenset[str]:
    """The bindings of the queue that the log has decided, so that nobody is asked again.

    Of each row the latest decision counts. A finding is decided if each of its submissions has a decision and each such
    decision still holds: ``no_action`` and ``remove_survey`` on the value that the finding shows, a change if the
    finding shows what it gave. A finding of a check on which nobody may decide ``no_action`` is never decided: it goes
    when the data no longer have it. So is a submission that is back after its removal.

    Args:
        queue: the findings on the data after the log.
        decisions: of all batches.
    """
    latest = _latest(one for one in decisions if one.change_type)
    rows: dict[str, list[dict]] = defaultdict(list)
    for row in queue.select(["check_binding", "uuid", "question", "old_value", "check_id"]).to_pylist():
        rows[row["check_binding"]].append(row)
    return frozenset(binding for binding, own in rows.items() if _is_resolved(own, latest))


def _is_resolved(rows: list[dict], latest: Mapping[Place, Decision]) -> bool:
    check = checks.BY_ID.get(rows[0]["check_id"])
    if check is not None and not check.can_stay:
        return False
    decided = [(row, latest[place_of(row)]) for row in rows if place_of(row) in latest]
    if {row["uuid"] for row, _ in decided} != {row["uuid"] for row in rows}:
        return False
    return all(_holds(decision, row["old_value"]) for row, decision in decided)


def _holds(decision: Decision, value: str | None) -> bool:
    if decision.change_type == REMOVE:
        return False
    shown = decision.old_value if decision.change_type == KEEP else _result(decision)
    return comparable(decision.question, shown) == comparable(decision.question, value)


def tracking(decisions: Iterable[Decision]) -> dict[Place, Decision]:
    """The latest row of the log by (check_binding, uuid, question), decided or not: status, team and due date of a query."""
    every = list(decisions)
    latest, decided = _latest(every), _latest(one for one in every if one.change_type)
    for place, one in latest.items():
        if not one.change_type and one.query_status == DECIDED and place in decided:  # only the reason was written anew
            latest[place] = replace(decided[place], comment=one.comment, assigned_team=one.assigned_team, due_at=one.due_at)
    return latest


def _latest(decisions: Iterable[Decision]) -> dict[Place, Decision]:
    return {
        (one.check_binding, one.uuid, one.question): one for one in sorted(decisions, key=lambda one: (one.batch, order_of(one)))
    }


def place_of(row: Row) -> Place:
    """Where a row of a workbook stands in the log."""
    uuid = str(row["uuid"] or "")
    return row["check_binding"], checks.WHOLE_LIST if uuid in WHOLE_LIST else uuid, str(row["question"] or "")
