"""What partners say of released figures, and what became of it: append-only, every line with the hash of the one before.

``add`` -> open -> ``answer`` -> answered -> ``close`` -> closed with a decision. What was accepted may be the reason of a
correction, which is then linked to it. Only organisations are named: words with a telephone number or an address are refused;
the name of a person cannot be told from other words, so whoever writes feedback down has to leave it out.

The functions that write expect that the caller holds the lock of the data folder (:func:`flows.lock.locked`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.compute as pc

from expectations.feedback import ACCEPTED, ANSWERED, CLOSED, DECISIONS, OPEN
from expectations.release import TIERS
from expectations.tables import published
from flows import chain
from flows.problem import ExitCode, Problem
from flows.published import Published, unknown_table
from flows.run import now, user
from transforms.field import personal

FILE = Path("releases") / "feedback.jsonl"
NAME_LENGTH, TEXT_LENGTH = 120, 2000
_ID = re.compile(r"[Ff]?([0-9]{1,6})")
_RELEASE = re.compile(rf"r([0-9]{{3}})-({'|'.join(TIERS)})(-[a-z0-9-]+)?-v[0-9]+\.[0-9]+")


@dataclass(frozen=True)
class Answer:
    """What was answered, when and by which account."""

    text: str
    at: str
    by: str


@dataclass(frozen=True)
class Feedback:
    """A claim on a figure: of which round, table and location, by which organisation; and what became of it.

    ``decision`` and ``reason`` stand once it is closed; ``releases`` are the corrections that answer it.
    """

    id: str
    round: int
    table: str
    organisation: str
    claim: str
    at: str
    by: str
    place_id: str | None = None
    evidence: str | None = None
    state: str = OPEN
    answers: tuple[Answer, ...] = ()
    decision: str | None = None
    reason: str | None = None
    closed_at: str | None = None
    closed_by: str | None = None
    releases: tuple[str, ...] = ()


# --- reading -----------------------------------------------------------------------------------------------------


def held(data: Path) -> list[Feedback]:
    """All feedback in the order in which it came.

    Raises:
        Problem: the file was changed by hand.
    """
    path = data / FILE
    found: dict[str, Feedback] = {}
    for entry in chain.read(path, sealed=True):
        try:
            found[entry["id"]] = _after(found.get(entry["id"]), entry)
        except (KeyError, TypeError, AttributeError) as error:
            raise chain.damaged(path, entry["number"]) from error
    return list(found.values())


def _after(one: Feedback | None, entry: dict) -> Feedback:
    """A piece of feedback after one more entry."""
    action, at, by = entry["action"], entry["at"], entry["by"]
    if action == "add":
        said = {name: entry[name] for name in ("round", "table", "organisation", "claim", "place_id", "evidence")}
        return Feedback(id=entry["id"], at=at, by=by, **said)
    if one is None:
        raise KeyError(entry["id"])
    if action == "answer":
        return replace(one, state=ANSWERED, answers=(*one.answers, Answer(entry["text"], at, by)))
    if action == "close":
        said = {"decision": entry["decision"], "reason": entry["reason"], "closed_at": at, "closed_by": by}
        return replace(one, state=CLOSED, **said)
    return replace(one, releases=(*one.releases, entry["release_id"]))


def one_of(data: Path, said: str) -> Feedback:
    """One piece of feedback by its id, such as F3.

    Raises:
        Problem: there is none of this id.
    """
    everything = held(data)
    number = _ID.fullmatch(said)
    wanted = f"F{int(number[1])}" if number else ""
    for one in everything:
        if one.id == wanted:
            return one
    known = f"F1 to F{len(everything)}" if everything else "none"
    raise Problem(ExitCode.USAGE, f"There is no feedback '{said}'; held: {known}.")


def demand(data: Path, ids: Iterable[str]) -> list[Feedback]:
    """The feedback that is given as the reason of a correction.

    Raises:
        Problem: one is not there, or was not accepted.
    """
    found = [one_of(data, said) for said in ids]
    for one in found:
        if one.decision != ACCEPTED:
            standing = one.decision or one.state
            sentence = f"Feedback {one.id} is {standing}, not accepted: it is no reason for a correction."
            raise Problem(
                ExitCode.USAGE, sentence, (f"Accept it: dtm feedback close {one.id} --decision accepted --reason TEXT",)
            )
    return found


# --- writing -----------------------------------------------------------------------------------------------------


def add(
    data: Path,
    number: int,
    table: str,
    organisation: str,
    claim: str,
    place_id: str | None = None,
    evidence: str | None = None,
) -> Feedback:
    """Note a claim on a figure.

    Args:
        number: a round of which a list is held.
        table: a published table.
        organisation: who says so; an organisation, never a person.
        claim: what is said to be wrong.
        place_id: a location of the register, where the claim is about one.
        evidence: on what the claim rests.

    Raises:
        Problem: the round, table or location is not held; a text is empty, too long, or tells how to reach a person.
    """
    have = Published(data)
    if table not in {own.name for own in published()}:
        raise unknown_table(table)
    if not have.table("list_edition", round=number).num_rows:
        raise have.no_list(number)
    if place_id is not None and not pc.any(pc.equal(have.table("location")["place_id"], place_id)).as_py():
        sentence = f"There is no location '{place_id}' in the register; --location takes a place_id of table location."
        raise Problem(ExitCode.USAGE, sentence)
    said = {
        "round": number,
        "table": table,
        "organisation": _text("--organisation", organisation, NAME_LENGTH),
        "claim": _text("--claim", claim),
        "place_id": place_id,
        "evidence": None if evidence is None else _text("--evidence", evidence),
    }
    return _note(data, "add", f"F{len(held(data)) + 1}", said)


def answer(data: Path, said: str, text: str) -> Feedback:
    """Answer the organisation; more than once where it asks again.

    Raises:
        Problem: there is no such feedback, it is closed, or the text cannot be kept.
    """
    one = _not_closed(data, said)
    return _note(data, "answer", one.id, {"text": _text("--text", text)})


def close(data: Path, said: str, decision: str, reason: str, release_id: str | None = None) -> Feedback:
    """Decide on feedback, for good.

    Args:
        decision: one of :data:`expectations.feedback.DECISIONS`.
        release_id: the correction that answers it, where it is released already.

    Raises:
        Problem: there is no such feedback, it is closed, the reason cannot be kept, or a correction is named of what was not accepted.
    """
    one = _not_closed(data, said)
    if decision not in DECISIONS:
        raise Problem(ExitCode.USAGE, f"'{decision}' is no decision; one of: {', '.join(DECISIONS)}.")
    given = {"decision": decision, "reason": _text("--reason", reason)}
    if release_id is not None:
        if decision != ACCEPTED:
            raise Problem(ExitCode.USAGE, f"Feedback that is {decision} has no correction: leave --version out.")
        _demand_release(one, release_id)
    closed = _note(data, "close", one.id, given)
    return link(data, one.id, release_id) if release_id is not None else closed


def link(data: Path, said: str, release_id: str) -> Feedback:
    """Note a correction that answers feedback; noted once, however often it is said.

    Raises:
        Problem: there is no such feedback, it was not accepted, or the id is that of no release which could hold its round.
    """
    [one] = demand(data, [said])
    _demand_release(one, release_id)
    return one if release_id in one.releases else _note(data, "link", one.id, {"release_id": release_id})


def _not_closed(data: Path, said: str) -> Feedback:
    one = one_of(data, said)
    if one.state == CLOSED:
        raise Problem(ExitCode.USAGE, f"Feedback {one.id} is closed ({one.decision}); a new claim is a new feedback.")
    return one


def _demand_release(one: Feedback, release_id: str) -> None:
    named = _RELEASE.fullmatch(release_id)
    if not named or (named[2] == "partner") != bool(named[3]):
        raise Problem(ExitCode.USAGE, f"'{release_id}' is no id of a release such as r{one.round:03d}-public-v1.1.")
    if int(named[1]) < one.round:
        raise Problem(ExitCode.USAGE, f"{release_id} ends before R{one.round}, of which feedback {one.id} is.")


def _text(word: str, text: str, longest: int = TEXT_LENGTH) -> str:
    """A text as it is kept: without spaces around it.

    Raises:
        Problem: it is empty, too long, or tells how to reach a person.
    """
    kept = text.strip()
    if not kept:
        raise Problem(ExitCode.USAGE, f"{word} is empty.")
    if len(kept) > longest:
        raise Problem(ExitCode.USAGE, f"{word} has {len(kept):,} characters; at most {longest:,} are kept.")
    if personal.tells_of_a_person(kept):
        sentence = f"{word} holds an address with '@' or seven digits in a row, as telephone numbers have, which is not kept."
        raise Problem(ExitCode.USAGE, sentence, ("Name the organisation only; write large figures as 1,205,767.",))
    return kept


def _note(data: Path, action: str, own: str, said: dict[str, object]) -> Feedback:
    entry = {"action": action, "id": own, "at": now(), "by": user(), **said}
    chain.append(data / FILE, entry, sealed=True)
    return one_of(data, own)
