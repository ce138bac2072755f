"""A filled workbook of the queue: for what it is refused, and what it adds to the cleaning log."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from expectations import checks
from expectations.field_columns import COMPARISON_DECISIONS
from expectations.form import Question
from transforms.field import answer_text
from transforms.field.answer_text import comparable, is_time, plain, question_of
from transforms.field.cleaning_log import (
    AGAIN,
    UNREAD_CHECKS,
    Cell,
    Place,
    Row,
    answers_of,
    named,
    order_of,
    place_of,
    replay,
    standing_removals,
    tracking,
)
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
    YES,
    Decision,
)
from transforms.field.personal import is_in as carries_personal_data
from transforms.refusal import found

# Findings on which a decision without a reason is worth nothing to the next reader.
_REASON_CHECKS = frozenset({"c03", "c12", "c13"})
_SAME_LOCATION, _COMPARED = "c03", "c29"
_ISO_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")


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
        own, queued = self.log.get(place_of(row)), self.queue.get(place_of(row), {})
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
        place = place_of(row)
        texts = {name: row.get(name) for name in DECISION_COLUMNS} | {"uuid": place[1]}
        if _is_logged(row, known):
            last = known.last(place)
            if not row["comment"] or plain(row["comment"]) == plain(tracked[place].comment):
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
    listed = {place_of(row): row for row in queue.to_pylist()}
    own: dict[Place, list[Decision]] = defaultdict(list)
    for decision in sorted(log, key=lambda one: (one.batch, order_of(one))):
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
        values = answers_of(replay(answers, log).answers, {place_of(row)[1:] for row in rows})
    removed = frozenset(standing_removals(log))
    return _Known(uuids | removed, removed, values, listed, own, check_of, members, questions, places, lists)


def _is_decided(row: Row, known: _Known) -> bool:
    """Whether a person decided something here, completely or not."""
    is_closed = known.queue.get(place_of(row), {}).get("query_status") == DECIDED  # with another row of its finding
    return bool(row["change_type"] or row["new_value"] or (row["query_status"] == DECIDED and not is_closed))


def _is_logged(row: Row, known: _Known) -> bool:
    """Whether the log has this decision: a workbook is given again while it is being filled."""
    place = place_of(row)
    for decision in known.log.get(place, ()):
        if not decision.change_type or decision.change_type != row["change_type"]:
            continue
        if any(plain(getattr(decision, name)) != plain(row[name]) for name in ("old_value", "new_value")):
            continue
        if decision == known.last(place) and (decision.change_type != REMOVE or place[1] in known.removed):
            return True
        # An older one that was undone since: only the very same row is not a new decision.
        is_signed = row["decided_at"] in (None, decision.decided_at)
        if is_signed and all(plain(getattr(decision, name)) == plain(row[name]) for name in ("comment", "reviewer")):
            return True
    return False


def _is_touched(row: Row, known: _Known) -> bool:
    """Whether a row says something new on how far its query is. Rows of findings that are gone say nothing."""
    before = known.before(row)
    if not before or (row["query_status"] and _rank(row["query_status"]) < _rank(before.get("query_status") or OPEN)):
        return False
    # an open query has only a day that the export proposes, another one every day
    is_asked = row["query_status"] not in (None, OPEN) or place_of(row) in known.log
    names = ("query_status", "assigned_team", "comment", *(["due_at"] if is_asked else []))
    return any(row[name] is not None and plain(row[name]) != plain(before.get(name)) for name in names)


def _rank(status: object) -> int:
    """How far a query is. A status that nobody knows ranks last, so that it is seen and refused."""
    return checks.QUERY_STATUSES.index(status) if status in checks.QUERY_STATUSES else len(checks.QUERY_STATUSES)


# --- refusals of one row ----------------------------------------------------------------------------


def _refusals(row: Row, known: _Known) -> Iterable[str]:
    place = place_of(row)
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
        if place in known.queue and plain(known.queue[place]["old_value"]) != plain(row["old_value"]):
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
    is_asked = question in PSEUDO_QUESTIONS or question_of(question, known.questions) is not None
    if not (is_asked or is_listed):
        yield f"question {found(question)} is no question of the form."
        return
    is_held = is_asked and uuid in known.uuids
    value = known.answers.get((uuid, question)) if is_held else known.queue[place]["old_value"]
    queued = known.queue.get(place, {})
    is_unread = not value and queued.get("check_id") in UNREAD_CHECKS and plain(queued["old_value"]) == plain(row["old_value"])
    if comparable(question, value) != comparable(question, row["old_value"]) and not is_unread:
        yield _stale(row["old_value"], value)
    yield from _new_value_refusals(row, known)


def _stale(expected: object, value: object) -> str:
    return f"old_value is {found(plain(expected))}, the data have {found(plain(value))}; {AGAIN}."


def _tracking_refusals(row: Row) -> Iterable[str]:
    if row["query_status"] is not None and row["query_status"] not in checks.QUERY_STATUSES:
        yield f"query_status is {found(row['query_status'])}; choose {', '.join(checks.QUERY_STATUSES)}."
    if row["due_at"] is not None and not is_time(row["due_at"]):
        yield f"due_at is {found(row['due_at'])}, expected a date such as 2024-12-31."
    if row["comment"] is not None and carries_personal_data(_ISO_DATE.sub("", row["comment"])):
        yield "comment has a telephone number or an address: write it without."


def _signature_refusals(row: Row, known: _Known) -> Iterable[str]:
    """Who, when, on which finding and why."""
    kind, binding, comment = row["change_type"], row["check_binding"], plain(row["comment"])
    if not plain(row["reviewer"]):
        yield "reviewer is empty: say who decided."
    if row["decided_at"] is not None and not is_time(row["decided_at"]):
        yield f"decided_at is {found(row['decided_at'])}, expected a date such as 2024-12-31 or 2024-12-31 14:30."
    check_id = known.check_of.get(binding)
    if binding not in known.check_of:
        said = f"is {found(binding)}, which is" if binding else "is empty,"
        yield f"check_binding {said} no finding of the queue or the log; {AGAIN}."
    elif plain(row["check_id"]) != plain(check_id):
        yield f"check_id is {found(plain(row['check_id']))}, the finding is of {found(plain(check_id))}."
    check = checks.BY_ID.get(check_id)
    if kind == KEEP and check is not None and not check.can_stay:
        yield f"{KEEP} is not possible on {check.id}: {check.todo}"
    reasoned = kind == KEEP and check is not None and (check.id in _REASON_CHECKS or check.severity == "block") and check.can_stay
    if not comment and (kind == REMOVE or reasoned):
        yield f"{kind} needs its reason as comment."


def _undo_refusals(row: Row, known: _Known) -> Iterable[str]:
    uuid = row["uuid"]
    if (row["change_type"], row["old_value"], row["new_value"]) != (CHANGE, YES, NO):
        yield f"question {REMOVED} takes back a removal: {CHANGE} from {YES} to {NO}. To remove a submission choose {REMOVE}."
    elif uuid not in known.removed:
        yield _stale(YES, NO)


def _new_value_refusals(row: Row, known: _Known) -> Iterable[str]:
    kind, value, question = row["change_type"], plain(row["new_value"]), str(row["question"])
    if known.check_of.get(row["check_binding"]) == _COMPARED and kind == KEEP:
        if value not in COMPARISON_DECISIONS:
            yield f"new_value is {found(value)}; choose {', '.join(COMPARISON_DECISIONS)}."
        return
    if kind == CHANGE and place_of(row)[1] != checks.WHOLE_LIST:
        if not value:
            yield f"new_value is empty; to empty the answer choose {BLANK}."
        elif value == plain(row["old_value"]):
            yield f"new_value is the old_value; to keep it choose {KEEP}."
        else:
            yield from answer_text.refusals(question, value, known.questions, known.places, known.lists)
    elif kind == BLANK and question in PSEUDO_QUESTIONS:
        yield f"{question} cannot be empty: choose {CHANGE}."
    # where a person gave a value and chose something else, one of the two was not meant
    if kind in (BLANK, REMOVE, KEEP) and value and not (kind == KEEP and value == plain(row["old_value"])):
        yield f"{kind} takes no new_value; for {found(value)} choose {CHANGE}."


# --- refusals of rows against each other --------------------------------------------------------------


def _conflicts(decided: Sequence[Row]) -> Iterable[tuple[int, str]]:
    """Rows that decide one answer, or the removal of one submission, in two ways."""
    first: dict[Cell, Row] = {}
    for row in sorted(decided, key=lambda one: one["row"]):
        _, uuid, question = place_of(row)
        # a removal and its counter-entry meet on the submission, whatever questions their rows name
        for cell in {(uuid, question), *([(uuid, REMOVED)] if row["change_type"] == REMOVE else [])}:
            other = first.setdefault(cell, row)
            if _effect(other) != _effect(row):
                yield row["row"], f"{named((uuid, question))} is decided otherwise in row {other['row']}: decide it once."


def _effect(row: Row) -> tuple[object, str]:
    return row["change_type"], plain(row["new_value"]) if row["change_type"] == CHANGE else ""


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
