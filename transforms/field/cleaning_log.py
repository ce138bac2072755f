"""The cleaning log: what a filled workbook may say, what it adds to the log, and the data that the log gives.

A log is never edited. A decision is undone by a later one that goes back, so that every value can be followed from the
answer as received. Convention of IMPACT (cleaningtools), which compares no ``old_value`` and lets the last row win; here
a decision holds only for the value that its reviewer saw.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from expectations import checks, codes, form
from expectations.field_columns import COMPARISON_DECISIONS
from expectations.form import Question
from transforms.field.decision import (
    BLANK,
    CHANGE,
    DECIDED,
    DECISION_COLUMNS,
    KEEP,
    NO,
    OPEN,
    PSEUDO_QUESTIONS,
    REMOVE,
    REMOVED,
    REVIEW_STATE,
    YES,
    Decision,
)
from transforms.field.personal import is_in as carries_personal_data
from transforms.refusal import found

Row = Mapping[str, object]
Cell = tuple[str, str]  # uuid, question
Place = tuple[str | None, str, str]  # check_binding, uuid, question: where a row stands in the log

WHOLE_LIST = frozenset({checks.WHOLE_LIST, "all_data"})  # cleaningtools writes the one and reads the other
TEXT_MAXIMUM = 200
AGAIN = "decide it again: dtm review export"
# Findings on which a decision without a reason is worth nothing to the next reader.
_REASON_CHECKS = frozenset({"c03", "c12", "c13"})
_SAME_LOCATION, _COMPARED = "c03", "c29"
# Their findings show an answer that could not be read, or only the part of it that may be shown; the data have none.
_UNREAD_CHECKS = frozenset({"c02", "c21", "c26"})
_LOCATION = "place_id"
_LOCATION_ID = re.compile(r"[0-9]{1,9}")
_INTEGER = re.compile(r"0|[1-9][0-9]{0,8}")
_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,15})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")
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
    received = _answers_of(decided, cells)
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
        seen[cell] = {_seen(cell[1], text) for decision in chain for text in (decision.old_value, _result(decision))}
        if _plain(value) != _plain(_result(chain[-1])):
            changed[cell] = _result(chain[-1])
        elif not any(_fits(decision, value) for decision in chain):
            moot.append(chain[-1])
    removed = set()
    for uuid, decision in removals.items():
        cell = (uuid, decision.question)
        holds = _fits(decision, received.get(cell)) or _seen(cell[1], decision.old_value) in seen.get(cell, ())
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
    for step in sorted(steps, key=lambda one: (one.batch, one.change_type == REMOVE, _order(one))):
        standing = state.get(step.uuid)
        if step.change_type != REMOVE:
            state.pop(step.uuid, None)
        elif standing is None or standing.batch < step.batch:
            state[step.uuid] = step
    return dict(sorted(state.items()))


def _order(decision: Decision) -> tuple[str, ...]:
    return tuple(getattr(decision, name) or "" for name in DECISION_COLUMNS)


def _chains(decisions: Iterable[Decision]) -> dict[Cell, list[Decision]]:
    """Changes and blanks by (uuid, question) in the order of batches; the same decision twice in a batch counts once."""
    own = [one for one in decisions if one.change_type in (CHANGE, BLANK) and one.question != REMOVED]
    chains: dict[Cell, list[Decision]] = defaultdict(list)
    for decision in sorted(own, key=lambda one: (one.batch, _order(one))):
        chain = chains[(decision.uuid, decision.question)]
        if not (chain and chain[-1].batch == decision.batch and _says(chain[-1]) == _says(decision)):
            chain.append(decision)
    return dict(chains)


def _says(decision: Decision) -> tuple[str, str]:
    return _plain(decision.old_value), _plain(
        _result(decision)
    )  # where the same twice in one log is meant, it is written the same


def _result(decision: Decision) -> str | None:
    return decision.new_value if decision.change_type == CHANGE else None


def _plain(text: str | None) -> str:
    """A value without what a spreadsheet program may change; empty is null."""
    return (text or "").replace("\r\n", "\n").strip()


@cache
def _counts() -> frozenset[str]:
    """The cells of the breakdowns, in which nothing and 0 are the same."""
    return frozenset({*(question.name for question in form.known().values() if question.cell), *form.origin_district_counts()})


@cache
def _answered() -> frozenset[str]:
    """What a submission can hold an answer to; a finding on anything else (its ``uuid``, a sum) shows what no guard can compare."""
    return frozenset({*form.known(), *form.origin_district_counts(), REVIEW_STATE})


def _seen(question: str, text: str | None) -> str:
    """A value as it is compared with the one that a reviewer saw: 36.340 is 36.34, and no count of a cell is 0."""
    plain = _plain(text)
    if _DECIMAL.fullmatch(plain) and "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "" if plain == "0" and question in _counts() else plain


def _fits(decision: Decision, value: str | None) -> bool:
    """Whether a decision was taken on this value."""
    seen = _seen(decision.question, value)
    return _seen(decision.question, decision.old_value) == seen or (not seen and decision.check_id in _UNREAD_CHECKS)


def _break(cell: Cell, chain: list[Decision], value: str | None) -> Broken | None:
    """What is wrong with a chain, given the value as received."""
    for before, after in itertools.pairwise(chain):
        if before.batch == after.batch:
            sentence = f"{_named(cell)}: one log decides twice, {found(_shown(_result(before)))} and {found(_shown(_result(after)))}; {AGAIN}."
            return Broken(*cell, after.old_value, value, sentence)
    if _seen(cell[1], value) == _seen(cell[1], _result(chain[-1])):
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
    sentence = f"{_named(cell)}: {what} was taken on {found(_shown(expected))}, found {found(_shown(value))}; {AGAIN}."
    return Broken(*cell, expected, value, sentence)


def _gone(cell: Cell, last: Decision) -> Broken:
    sentence = (
        f"{_named(cell)}: The decision was taken on {found(_shown(last.old_value))}, the submission is no longer there; {AGAIN}."
    )
    return Broken(*cell, last.old_value, None, sentence)


def _named(cell: Cell) -> str:
    return f"Submission {cell[0]}, {cell[1]}"


def _shown(text: str | None) -> str:
    return _plain(text)


def _keys(answers: pa.Table) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(answers.column("uuid"), answers.column("question"), _BETWEEN)


def _parted(answers: pa.Table, cells: Iterable[Cell]) -> tuple[pa.Table, pa.Table]:
    """The answers of the submissions that ``cells`` are of, and all others: there are few of the first."""
    own = pc.is_in(answers.column("uuid"), value_set=pa.array(sorted({uuid for uuid, _ in cells}), pa.string()))
    return answers.filter(own), answers.filter(pc.invert(own))


def _answers_of(answers: pa.Table, cells: Collection[Cell]) -> dict[Cell, str | None]:
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
    decided = [(row, latest[_place(row)]) for row in rows if _place(row) in latest]
    if {row["uuid"] for row, _ in decided} != {row["uuid"] for row in rows}:
        return False
    return all(_holds(decision, row["old_value"]) for row, decision in decided)


def _holds(decision: Decision, value: str | None) -> bool:
    if decision.change_type == REMOVE:
        return False
    seen = decision.old_value if decision.change_type == KEEP else _result(decision)
    return _seen(decision.question, seen) == _seen(decision.question, value)


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
        (one.check_binding, one.uuid, one.question): one for one in sorted(decisions, key=lambda one: (one.batch, _order(one)))
    }


def _place(row: Row) -> Place:
    uuid = str(row["uuid"] or "")
    return row["check_binding"], checks.WHOLE_LIST if uuid in WHOLE_LIST else uuid, str(row["question"] or "")


# --- a filled workbook ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Known:
    """What the rows of a workbook are judged against."""

    uuids: frozenset[str]
    removed: frozenset[str]
    answers: Mapping[Cell, str | None]
    queue: Mapping[Place, Row]
    log: Mapping[Place, list[Decision]]
    check_of: Mapping[str, str | None]
    members: Mapping[str, set[str]]
    questions: Mapping[str, Question]
    places: Collection[str] | None
    lists: Mapping[str, Sequence[str]] | None

    def last(self, place: Place) -> Decision | None:
        """The latest decided row of the log."""
        return next((one for one in reversed(self.log.get(place, ())) if one.change_type), None)

    def before(self, row: Row) -> Mapping[str, object]:
        """What the log said where the row stands, or the queue: where there is nothing in the log, or it is open again."""
        own, queued = self.log.get(_place(row)), self.queue.get(_place(row), {})
        if not own or (queued and own[-1].query_status == DECIDED and queued.get("query_status") != DECIDED):
            return queued
        return {name: getattr(own[-1], name) for name in DECISION_COLUMNS}


def decisions(
    rows: Sequence[Row], queue: pa.Table, batch: int, log: Sequence[Decision] = (), decided_at: str | None = None
) -> list[Decision]:
    """What a workbook that :func:`validate` found good adds to the log, in the order of its rows.

    Rows as they were exported and rows that the log has already are left out, so that one workbook can be given again
    and again while it is being filled. A row without decision whose status, team, due date or comment was changed comes
    without ``change_type``; a status never goes back.

    Args:
        rows: as :func:`transforms.field.review_book.read` gives them.
        queue: the findings that the workbook was made from, or newer ones.
        batch: number of the log that is being made.
        log: the decisions so far.
        decided_at: for decisions that do not say when they were taken.
    """
    known = _known(rows, None, queue, {}, None, None, log)
    tracked, made = tracking(log), []
    for row in rows:
        place = _place(row)
        texts = {name: row.get(name) for name in DECISION_COLUMNS} | {"uuid": place[1]}
        if _is_logged(row, known):
            last = known.last(place)
            if not row["comment"] or _plain(row["comment"]) == _plain(tracked[place].comment):
                continue
            texts |= {"change_type": None, "query_status": DECIDED, "assigned_team": last.assigned_team, "due_at": last.due_at}
        elif _is_decided(row, known):
            texts |= {"query_status": DECIDED, "decided_at": texts["decided_at"] or decided_at}
        elif _is_touched(row, known):
            texts |= {"change_type": None, "query_status": row["query_status"] or known.before(row).get("query_status")}
        else:
            continue
        made.append(Decision(**texts, batch=batch, row=row["row"]))
    return made


def validate(
    rows: Sequence[Row],
    answers: pa.Table,
    queue: pa.Table,
    questions: Mapping[str, Question],
    *,
    places: Collection[str] | None = None,
    lists: Mapping[str, Sequence[str]] | None = None,
    log: Sequence[Decision] = (),
) -> list[str]:
    """Everything for which a filled workbook is refused, as sentences with the row; an empty list if nothing.

    Args:
        rows: as :func:`transforms.field.review_book.read` gives them.
        answers: uuid, question, answer as received; the log so far is applied here.
        queue: the findings, with the columns of the cleaning log.
        questions: of the form, by name.
        places: place_ids that the register knows and those provisionally given to new locations; None for any.
        lists: codes by ``Question.source`` where they are not in the code lists (``subdistricts.csv``).
        log: the decisions so far.
    """
    known = _known(rows, answers, queue, questions, places, lists, log)
    problems: list[tuple[int, str]] = []
    decided = [row for row in rows if _is_decided(row, known)]
    for row in rows:
        if _is_logged(row, known):
            continue
        if _is_decided(row, known):
            problems += [(row["row"], sentence) for sentence in _refusals(row, known)]
        elif _is_touched(row, known) or row["due_at"]:
            problems += [(row["row"], sentence) for sentence in _tracking_refusals(row)]
    problems += _conflicts([row for row in decided if not _is_logged(row, known)])
    problems += _records(decided, known)
    return [f"row {number}: {sentence}" for number, sentence in sorted(set(problems))]


def _known(
    rows: Sequence[Row],
    answers: pa.Table | None,
    queue: pa.Table,
    questions: Mapping[str, Question],
    places: Collection[str] | None,
    lists: Mapping[str, Sequence[str]] | None,
    log: Sequence[Decision],
) -> _Known:
    listed = {_place(row): row for row in queue.to_pylist()}
    own: dict[Place, list[Decision]] = defaultdict(list)
    for decision in sorted(log, key=lambda one: (one.batch, _order(one))):
        own[(decision.check_binding, decision.uuid, decision.question)].append(decision)
    check_of = {binding: one.check_id for (binding, _, _), ones in own.items() for one in ones if binding}
    check_of |= {binding: row["check_id"] for (binding, _, _), row in listed.items()}
    members: dict[str, set[str]] = defaultdict(set)
    for binding, uuid, _ in listed:
        members[binding].add(uuid)
    uuids: frozenset[str] = frozenset()
    values: Mapping[Cell, str | None] = {}
    if answers is not None:
        uuids = frozenset(pc.unique(answers.column("uuid")).to_pylist())
        values = _answers_of(replay(answers, log).answers, {_place(row)[1:] for row in rows})
    removed = frozenset(standing_removals(log))
    return _Known(uuids | removed, removed, values, listed, own, check_of, members, questions, places, lists)


def _is_decided(row: Row, known: _Known) -> bool:
    """Whether a person decided something here, completely or not."""
    is_closed = known.queue.get(_place(row), {}).get("query_status") == DECIDED  # with another row of its finding
    return bool(row["change_type"] or row["new_value"] or (row["query_status"] == DECIDED and not is_closed))


def _is_logged(row: Row, known: _Known) -> bool:
    """Whether the log has this decision: a workbook is given again while it is being filled."""
    place = _place(row)
    for decision in known.log.get(place, ()):
        if not decision.change_type or decision.change_type != row["change_type"]:
            continue
        if any(_plain(getattr(decision, name)) != _plain(row[name]) for name in ("old_value", "new_value")):
            continue
        if decision == known.last(place) and (decision.change_type != REMOVE or place[1] in known.removed):
            return True
        # An older one that was undone since: only the very same row is not a new decision.
        is_signed = row["decided_at"] in (None, decision.decided_at)
        if is_signed and all(_plain(getattr(decision, name)) == _plain(row[name]) for name in ("comment", "reviewer")):
            return True
    return False


def _is_touched(row: Row, known: _Known) -> bool:
    """Whether a row says something new on how far its query is. Rows of findings that are gone say nothing."""
    before = known.before(row)
    if not before or (row["query_status"] and _rank(row["query_status"]) < _rank(before.get("query_status") or OPEN)):
        return False
    # an open query has only a day that the export proposes, another one every day
    is_asked = row["query_status"] not in (None, OPEN) or _place(row) in known.log
    names = ("query_status", "assigned_team", "comment", *(["due_at"] if is_asked else []))
    return any(row[name] is not None and _plain(row[name]) != _plain(before.get(name)) for name in names)


def _rank(status: object) -> int:
    """How far a query is. A status that nobody knows ranks last, so that it is seen and refused."""
    return checks.QUERY_STATUSES.index(status) if status in checks.QUERY_STATUSES else len(checks.QUERY_STATUSES)


# --- refusals of one row ----------------------------------------------------------------------------


def _refusals(row: Row, known: _Known) -> Iterable[str]:
    place = _place(row)
    _, uuid, question = place
    yield from _tracking_refusals(row)
    yield from _signature_refusals(row, known)
    kind = row["change_type"]
    if kind not in checks.CHANGE_TYPES:
        said = f"is {found(kind)}" if kind else "is empty"
        yield f"change_type {said}; choose {', '.join(checks.CHANGE_TYPES)}."
    if uuid == checks.WHOLE_LIST:
        if kind in checks.CHANGE_TYPES and kind != KEEP:
            yield f"{found(uuid)} is the whole list: only {KEEP} can be decided on it."
        if place in known.queue and _plain(known.queue[place]["old_value"]) != _plain(row["old_value"]):
            yield _stale(row["old_value"], known.queue[place]["old_value"])
        yield from _new_value_refusals(row, known)
        return
    is_listed = place in known.queue and kind in (KEEP, REMOVE, None)
    if uuid not in known.uuids and not (is_listed and kind == KEEP):
        yield f"uuid {found(uuid)} is no submission of this round."
        return
    if question == REMOVED:
        yield from _undo_refusals(row, known)
        return
    if uuid in known.removed:
        yield f"Submission {uuid} was removed; undo that first (question {REMOVED}, old_value {YES}, new_value {NO})."
        return
    is_asked = question in PSEUDO_QUESTIONS or _question(question, known.questions) is not None
    if not (is_asked or is_listed):
        yield f"question {found(question)} is no question of the form."
        return
    is_held = is_asked and uuid in known.uuids
    value = known.answers.get((uuid, question)) if is_held else known.queue[place]["old_value"]
    queued = known.queue.get(place, {})
    is_unread = not value and queued.get("check_id") in _UNREAD_CHECKS and _plain(queued["old_value"]) == _plain(row["old_value"])
    if _seen(question, value) != _seen(question, row["old_value"]) and not is_unread:
        yield _stale(row["old_value"], value)
    yield from _new_value_refusals(row, known)


def _stale(expected: object, value: object) -> str:
    return f"old_value is {found(_plain(expected))}, the data have {found(_plain(value))}; {AGAIN}."


def _tracking_refusals(row: Row) -> Iterable[str]:
    if row["query_status"] is not None and row["query_status"] not in checks.QUERY_STATUSES:
        yield f"query_status is {found(row['query_status'])}; choose {', '.join(checks.QUERY_STATUSES)}."
    if row["due_at"] is not None and not _is_time(row["due_at"]):
        yield f"due_at is {found(row['due_at'])}, expected a date such as 2024-12-31."
    if row["comment"] is not None and carries_personal_data(_ISO_DATE.sub("", row["comment"])):
        yield "comment has a telephone number or an address: write it without."


def _signature_refusals(row: Row, known: _Known) -> Iterable[str]:
    """Who, when, on which finding and why."""
    kind, binding, comment = row["change_type"], row["check_binding"], _plain(row["comment"])
    if not _plain(row["reviewer"]):
        yield "reviewer is empty: say who decided."
    if row["decided_at"] is not None and not _is_time(row["decided_at"]):
        yield f"decided_at is {found(row['decided_at'])}, expected a date such as 2024-12-31 or 2024-12-31 14:30."
    check_id = known.check_of.get(binding)
    if binding not in known.check_of:
        said = f"is {found(binding)}, which is" if binding else "is empty,"
        yield f"check_binding {said} no finding of the queue or the log; {AGAIN}."
    elif _plain(row["check_id"]) != _plain(check_id):
        yield f"check_id is {found(_plain(row['check_id']))}, the finding is of {found(_plain(check_id))}."
    check = checks.BY_ID.get(check_id)
    if kind == KEEP and check is not None and not check.can_stay:
        yield f"{KEEP} is not possible on {check.id}: {check.todo}"
    reasoned = kind == KEEP and check is not None and (check.id in _REASON_CHECKS or check.severity == "block") and check.can_stay
    if not comment and (kind == REMOVE or reasoned):
        yield f"{kind} needs its reason as comment."


def _is_time(text: str) -> bool:
    """Whether a text is an ISO date or date-time of the calendar, written with its dashes."""
    if not _DATE.match(text):
        return False
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _undo_refusals(row: Row, known: _Known) -> Iterable[str]:
    uuid = row["uuid"]
    if (row["change_type"], row["old_value"], row["new_value"]) != (CHANGE, YES, NO):
        yield f"question {REMOVED} takes back a removal: {CHANGE} from {YES} to {NO}. To remove a submission choose {REMOVE}."
    elif uuid not in known.removed:
        yield _stale(YES, NO)


def _new_value_refusals(row: Row, known: _Known) -> Iterable[str]:
    kind, value, question = row["change_type"], _plain(row["new_value"]), str(row["question"])
    if known.check_of.get(row["check_binding"]) == _COMPARED and kind == KEEP:
        if value not in COMPARISON_DECISIONS:
            yield f"new_value is {found(value)}; choose {', '.join(COMPARISON_DECISIONS)}."
        return
    if kind == CHANGE and _place(row)[1] != checks.WHOLE_LIST:
        if not value:
            yield f"new_value is empty; to empty the answer choose {BLANK}."
        elif value == _plain(row["old_value"]):
            yield f"new_value is the old_value; to keep it choose {KEEP}."
        else:
            yield from _value_refusals(question, value, known)
    elif kind == BLANK and question in PSEUDO_QUESTIONS:
        yield f"{question} cannot be empty: choose {CHANGE}."
    # where a person gave a value and chose something else, one of the two was not meant
    if kind in (BLANK, REMOVE, KEEP) and value and not (kind == KEEP and value == _plain(row["old_value"])):
        yield f"{kind} takes no new_value; for {found(value)} choose {CHANGE}."


def _question(name: str, questions: Mapping[str, Question]) -> Question | None:
    """A question whose answers the data have: the districts of origin stand in them as one count each, not as a repeat."""
    question = questions.get(name)
    if question is None and name in _counts():
        return Question(name, "integer", name)
    return question if question is not None and question.is_answer and not question.repeat else None


def choices(
    name: str, questions: Mapping[str, Question], lists: Mapping[str, Sequence[str]] | None = None
) -> tuple[str, ...] | None:
    """The codes that a question takes, None where it takes no closed list.

    Args:
        name: of the question.
        questions: of the form, by name.
        lists: codes by ``Question.source``; those of governorates and districts are known.
    """
    if name in PSEUDO_QUESTIONS:
        return PSEUDO_QUESTIONS[name]
    question = _question(name, questions)
    if question is None or question.kind not in ("select_one", "select_multiple") or name == _LOCATION:
        return None
    if question.choices:
        return tuple(code for code, _ in question.choices)
    if lists and question.source in lists:
        return tuple(lists[question.source])
    if question.source == "governorates.csv":
        return codes.categories("origin_governorate")
    return codes.categories("origin_district") if question.source == "districts.csv" else None


def _value_refusals(name: str, value: str, known: _Known) -> Iterable[str]:
    """What is wrong with a new value, by the type of its question."""
    offered = choices(name, known.questions, known.lists)
    question = _question(name, known.questions)
    kind = question.kind if question else "select_one"
    if name == _LOCATION:
        if known.places is not None and value not in known.places:
            yield f"new_value {found(value)} is no place_id of the register or of a new location."
        elif known.places is None and not _LOCATION_ID.fullmatch(value):
            yield f"new_value is {found(value)}, expected a place_id of 1 to 9 digits."
    elif offered is not None:
        if kind == "select_multiple" and set(value.split()) <= set(offered):
            return
        if value not in offered:
            shown = ", ".join(offered[:10]) + (", ..." if len(offered) > 10 else "")
            yield f"new_value {found(value)} is no choice of {name}: {shown}."
    elif kind == "integer":
        if not _INTEGER.fullmatch(value):
            yield f"new_value is {found(value)}, expected a whole number, 0 or more, in digits 0-9."
    elif kind == "decimal":
        if not _DECIMAL.fullmatch(value):
            yield f"new_value is {found(value)}, expected a number such as 36.34."
    elif kind == "date":
        if not (_DATE.fullmatch(value) and _is_time(value)):
            yield f"new_value is {found(value)}, expected a date such as 2024-12-31."
    else:
        if len(value) > TEXT_MAXIMUM:
            yield f"new_value has {len(value)} characters, at most {TEXT_MAXIMUM} are kept."
        if carries_personal_data(value):
            yield "new_value has a telephone number or an address: give a text without."


# --- refusals of rows against each other --------------------------------------------------------------


def _conflicts(decided: Sequence[Row]) -> Iterable[tuple[int, str]]:
    """Rows that decide one answer, or the removal of one submission, in two ways."""
    first: dict[Cell, Row] = {}
    for row in sorted(decided, key=lambda one: one["row"]):
        _, uuid, question = _place(row)
        # a removal and its counter-entry meet on the submission, whatever questions their rows name
        for cell in {(uuid, question), *([(uuid, REMOVED)] if row["change_type"] == REMOVE else [])}:
            other = first.setdefault(cell, row)
            if _effect(other) != _effect(row):
                yield row["row"], f"{_named((uuid, question))} is decided otherwise in row {other['row']}: decide it once."


def _effect(row: Row) -> tuple[object, str]:
    return row["change_type"], _plain(row["new_value"]) if row["change_type"] == CHANGE else ""


def _records(decided: Sequence[Row], known: _Known) -> Iterable[tuple[int, str]]:
    """Findings on several records of one location: one record counts and the others go, unless they are corrected."""
    findings: dict[str, list[Row]] = defaultdict(list)
    for row in decided:
        if known.check_of.get(row["check_binding"]) == _SAME_LOCATION:
            findings[row["check_binding"]].append(row)
    for binding, rows in findings.items():
        if all(_is_logged(row, known) for row in rows):
            continue
        by_kind: dict[object, set[str]] = defaultdict(set)
        for row in rows:
            by_kind[row["change_type"]].add(str(row["uuid"]))
        earlier = {
            place[1] for place in known.log if place[0] == binding and (last := known.last(place)) and last.change_type == KEEP
        }
        kept = by_kind[KEEP] | (earlier - {str(row["uuid"]) for row in rows})
        left = sorted(known.members.get(binding, set()) - kept - by_kind[REMOVE] - known.removed)
        number = rows[0]["row"]
        if both := kept & by_kind[REMOVE]:
            yield number, f"Submission {min(both)} is kept and removed: {KEEP} or {REMOVE}."
        elif len(kept) > 1:
            shown = ", ".join(sorted(kept))
            yield number, f"{len(kept)} records of one location are kept ({shown}): {KEEP} on one, {REMOVE} on the others."
        elif kept and left:
            yield number, f"One record of this location is kept: {REMOVE} on the others too ({', '.join(left)})."
        elif left and by_kind[REMOVE] and not by_kind[CHANGE] | by_kind[BLANK]:
            yield number, f"Some records of this location are removed: {KEEP} on the one that counts ({', '.join(left)})."
