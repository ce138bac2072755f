"""The life of a release: drafted, checked, cleared by a person who answers for it, published, superseded or withdrawn.

Every step is a line of the log (:mod:`flows.release.log`) with the hash of the bytes that it is about; a step that finds other
bytes refuses. What is published is never changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from flows import feedback, files, reconciling
from flows.problem import ExitCode, Problem
from flows.published import Published
from flows.release import checking, drafting, listing, log, root, stored, truths, versions, writers
from flows.release.log import Recorded
from flows.release.root import Root
from flows.run import today, user
from transforms.field import personal
from transforms.release.content import Content, Release, is_slug
from transforms.release.reconciliation import reconciled
from transforms.release.revision import folded

_DRAFTS = "drafts"
_KEPT = "headlines"
_CHECKS = "checks"
_ROOM_DEPTH = 3  # tier, recipient, releases.json


@dataclass(frozen=True)
class Order:
    """What the user says of a draft. ``headlines``: a file of published figures; ``out``: the folder of the release root."""

    round: int
    tier: str
    by: str = ""
    reason: str = ""
    feedback: tuple[str, ...] = ()
    recipient: str = ""
    agreement: str = ""
    purpose: str = ""
    headlines: Path | None = None
    out: Path | None = None


def draft(data: Path, order: Order, progress: Callable[[str], None] = lambda text: None) -> Recorded:
    """Draft the next version of the release of a round: every file of it, from the published tables.

    A draft that was not published is drafted anew under the same name.

    Raises:
        Problem: there is no list of the round, the tier asks for something that is not said, a correction has no reason, or
            the policy cannot be kept.
    """
    _demand_impersonal(order.by, order.reason, order.agreement, order.purpose)
    if order.out:
        _demand_outside(order.out, data)
    held = Published(data)
    known = log.read(data)
    name, notes = _named(held, known, order)
    headlines = _kept(data, order.headlines) if order.headlines else None
    out = str(order.out.resolve()) if order.out else None
    asked = {"notes": list(notes), "headlines": headlines, "before": _earlier(known, name)}
    made = _written(Root(data, name.room, out), held, name, asked, folder_of(data, name.id), progress)
    truths.keep(data, name.id, drafting.truth(held, name.round, drafting.policy(data).tiers[name.tier]))
    for folder in (folder_of(data, name.id), truths.folder(data, name.id)):
        files.flush_all(path for path in folder.rglob("*") if path.is_file())
    about = {
        **asked,
        "release": log.told(name),
        "sums": made,
        "out": out,
        "by": order.by or user(),
        "agreement": order.agreement,
        "purpose": order.purpose,
        "code": held.manifest.code,
    }
    log.note(data, "draft", name.id, about)
    return log.read(data).of(name.id)


def _named(held: Published, known: log.Log, order: Order) -> tuple[Release, tuple[str, ...]]:
    """The name of what is drafted, and what is said of it on every page."""
    tier = drafting.policy(held.data).tiers[order.tier]
    said = {"recipient": order.recipient, "agreement": order.agreement, "purpose": order.purpose}
    lacking = [f"--{name}" for name in tier.needs if not said[name].strip()]
    if lacking:
        raise Problem(ExitCode.USAGE, f"A release of the tier {tier.name} needs {', '.join(lacking)}.")
    if order.recipient and not (tier.needs and is_slug(order.recipient)):
        sentence = "--recipient takes small letters, digits and dashes, for tiers that are given to somebody."
        raise Problem(ExitCode.USAGE, sentence)
    ids = tuple(one.id for one in feedback.demand(held.data, order.feedback))
    first = replace(drafting.first(held, order.round, order.tier), recipient=order.recipient)
    before = [one.release.version for one in known.published_for(first.room) if one.release.round == order.round]
    name = versions.next_version(first, before, order.reason, ids)
    notes = ()
    if tier.needs:
        notes = (f"Given to {order.recipient} under {order.agreement}, for {order.purpose}; not to be passed on.",)
    return name, notes


def _earlier(known: log.Log, name: Release) -> list[str]:
    """The versions from which revisions are told, in the order of publication; those of later rounds tell nothing of them."""
    return [one.release.id for one in known.published_for(name.room) if one.release.round <= name.round and not one.is_removed]


def _kept(data: Path, path: Path) -> dict[str, str]:
    """Keep a file of published figures, so that the release can be made again."""
    content = path.read_bytes()
    reconciling.figures_of(content, path.name)  # refuses what cannot be read, before anything is written
    digest = hashlib.sha256(content).hexdigest()
    files.replace_bytes(log.folder(data) / _KEPT / digest, content)
    return {"name": path.name, "sha256": digest}


def _content(data: Path, held: Published, name: Release, asked: dict) -> Content:
    """The content of a release as it was asked for."""
    known, tier = log.read(data), drafting.policy(data).tiers[name.tier]
    before = folded([stored.told(published_folder(data, known.of(one)), tier) for one in asked["before"]])
    made = drafting.content(held, name.round, name.tier, release=name, before=before, notes=tuple(asked["notes"]))
    if asked["headlines"] and "national_summary" in made.tables:
        path = log.folder(data) / _KEPT / asked["headlines"]["sha256"]
        figures = reconciling.figures_of(path.read_bytes(), asked["headlines"]["name"])
        rows = reconciled(figures, reconciling.ours(made.tables["national_summary"]))
        made = replace(made, tables={**made.tables, "reconciliation": rows})
    return made


def _written(own: Root, held: Published, name: Release, asked: dict, target: Path, progress: Callable[[str], None]) -> str:
    """Write the files of a release beside their place, then put them there; returns the hash of their bytes."""
    waiting = target.with_name(f".{target.name}.new")
    _remove(waiting)
    waiting.mkdir(parents=True)
    try:
        progress("tables")
        content = _content(own.data, held, name, asked)
        progress("files")
        made = writers.write(content, waiting, root.versions(own, log.read(own.data)))
        sums = stored.seal(content, waiting, made)
        _remove(target)
        os.replace(waiting, target)
    except duckdb.IOException as error:
        raise Problem(ExitCode.STORAGE, f"The files of {name.id} cannot be written: {str(error).splitlines()[0]}.") from error
    finally:
        _remove(waiting)
    return sums


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def folder_of(data: Path, release_id: str) -> Path:
    """Where the files of a draft are."""
    return log.folder(data) / _DRAFTS / release_id


def published_folder(data: Path, one: Recorded) -> Path:
    """Where the files of a published version are."""
    return root.of(data, one).folder / one.release.folder


def demand_same(data: Path, one: Recorded) -> None:
    """Demand the bytes of the draft.

    Raises:
        Problem: a byte is not as it was drafted.
    """
    found = stored.differences(folder_of(data, one.release.id), one.sums)
    if found:
        sentence = f"{one.release.id} is not as it was drafted: {found[0]}{' ...' if len(found) > 1 else ''}. Draft it again: dtm release draft {one.release.round} --tier {one.release.tier}."
        raise Problem(ExitCode.CONTRACT_BROKEN, sentence, tuple(f"    {said}" for said in found[:20]))


def state(data: Path, one: Recorded) -> str:
    """The state of a release: a draft whose bytes were changed is a draft again, whatever was said of it before."""
    if one.state in ("checked", "cleared") and stored.differences(folder_of(data, one.release.id), one.sums):
        return "draft (changed)"
    return one.state


def check(data: Path, release_id: str, progress: Callable[[str], None] = lambda text: None) -> checking.Report:
    """Check a draft as a whole: bytes, that they can be made again, contract, open findings, and what could be worked out.

    Raises:
        Problem: there is no such draft, or its bytes were changed.
    """
    one = log.read(data).of(release_id)
    _demand_state(one, ("draft", "checked", "cleared"))
    progress("bytes")
    demand_same(data, one)
    held = Published(data)
    progress("make it again")
    again = folder_of(data, release_id).with_name(f".{release_id}.again")
    try:
        _written(root.of(data, one), held, one.release, one.drafted, again, lambda text: None)
        is_same = stored.about(again)["content_sha256"] == stored.about(folder_of(data, release_id))["content_sha256"]
    finally:
        _remove(again)
    earlier = [
        (other.release, published_folder(data, other))
        for other in log.read(data).published_for(one.release.room)
        if not other.is_removed
    ]
    report = checking.report(held, one, folder_of(data, release_id), earlier, is_same, progress)
    files.replace_bytes(log.folder(data) / _CHECKS / f"{release_id}.txt", report.text().encode())
    log.note(data, "check", release_id, {"sums": one.sums, "holds": report.holds, "said": list(report.lines())})
    return report


@dataclass(frozen=True)
class Clearance:
    """Who answers for a release: a name, a role, a note; and why somebody who may not clear it does."""

    by: str
    role: str = ""
    note: str = ""
    override: str = ""


def clear(data: Path, release_id: str, said: Clearance) -> Recorded:
    """Clear a checked release: a named person answers for the exact bytes.

    Raises:
        Problem: it is not checked, its bytes were changed, or who clears it drafted it or decided on findings of its round.
    """
    _demand_impersonal(said.by, said.role, said.note, said.override)
    if not said.by.strip() or not said.note.strip():
        raise Problem(ExitCode.USAGE, "Say who clears the release, and what was looked at: --by NAME --note TEXT.")
    one = log.read(data).of(release_id)
    _demand_state(one, ("checked",))
    demand_same(data, one)
    held = Published(data)
    rules = drafting.policy(data).clearance
    reasons = _why_not(held, one, said.by)
    refused = [reason for reason, rule in reasons.items() if not getattr(rules, rule)]
    if refused:
        raise Problem(ExitCode.USAGE, f"'{said.by}' {' and '.join(refused)} and cannot clear {release_id}. Ask somebody else.")
    if reasons and not said.override.strip():
        why = " and ".join(reasons)
        raise Problem(ExitCode.USAGE, f"'{said.by}' {why}: say why that person clears it all the same: --override TEXT.")
    log.note(data, "clear", release_id, {"sums": one.sums, **vars(said), "by": _plain(said.by)})
    return log.read(data).of(release_id)


def _plain(name: str) -> str:
    return " ".join(name.split())


def _why_not(held: Published, one: Recorded, name: str) -> dict[str, str]:
    """Why a person may not clear a release -> the rule of the policy that may allow it. Names are compared as people write them."""
    own = _plain(name).casefold()
    found = {}
    if own in {_plain(one.drafted["by"]).casefold(), one.drafted["os_user"].casefold()}:
        found["drafted it"] = "drafter_may_clear"
    reviewers: Iterable[str | None] = held.table("cleaning_log_entry", round=one.release.round)["reviewer"].to_pylist()
    if own in {_plain(who).casefold() for who in reviewers if who}:
        found["decided on findings of the round"] = "reviewer_may_clear"
    return found


def publish(data: Path, release_id: str) -> Recorded:
    """Put a cleared release into its root. Repeating it completes what a killed run left.

    Raises:
        Problem: it is not cleared, or its bytes are not those that were cleared.
    """
    known = log.read(data)
    one = known.of(release_id)
    if not one.published:
        _demand_state(one, ("cleared",))
        demand_same(data, one)
        _demand_proven(known, one)
        root.place(root.of(data, one), one, folder_of(data, release_id))
        log.note(data, "publish", release_id, {"sums": one.sums, "on": today().isoformat()})
        known = log.read(data)
    _demand_state(known.of(release_id), ("released", "superseded"))
    root.refresh(root.of(data, one), known)
    for feedback_id in one.release.feedback:
        feedback.link(data, feedback_id, release_id)
    return known.of(release_id)


def _demand_proven(known: log.Log, one: Recorded) -> None:
    """Demand that the check knew every version that readers of the root hold by now."""
    since = [
        other.release.id for other in known.published_for(one.release.room) if other.published["number"] > one.checked["number"]
    ]
    if since:
        sentence = f"{', '.join(since)} was published since {one.release.id} was checked. Draft, check and clear it again."
        raise Problem(ExitCode.NO_LONGER_APPLIES, sentence)


def withdraw(data: Path, release_id: str, reason: str, remove: bool = False) -> Recorded:
    """Take a published release back: it is no longer the latest, and stays readable unless its files are removed.

    Repeating it completes what a killed run left.

    Args:
        remove: delete its files, where they told more than they may.

    Raises:
        Problem: it is not published, or no reason is given.
    """
    _demand_impersonal(reason)
    if not reason.strip():
        raise Problem(ExitCode.USAGE, "Say why the release is taken back: --reason TEXT.")
    known = log.read(data)
    one = known.of(release_id)
    if one.is_removed and published_folder(data, one).exists():
        remove = True  # the run before was killed
    elif one.withdrawn and (one.is_removed or not remove):
        sentence = f"{release_id} was withdrawn on {one.withdrawn_on} ({one.withdrawn['reason']}); nothing was changed."
        raise Problem(ExitCode.USAGE, sentence)
    else:
        if not one.published:
            raise Problem(ExitCode.USAGE, f"{release_id} is {one.state}: only what was published can be withdrawn.")
        if remove:
            _demand_not_repeated(known, one)
        log.note(data, "withdraw", release_id, {"reason": reason, "removed": remove, "on": today().isoformat()})
        known = log.read(data)
    root.refresh(root.of(data, one), known)
    if remove:
        _remove(published_folder(data, one))
    return known.of(release_id)


def _demand_not_repeated(known: log.Log, one: Recorded) -> None:
    """Demand that no later version tells what a version said: its lists as first published, and its revisions."""
    later = [
        other.release.id
        for other in known.published_for(one.release.room)
        if one.release.id in other.drafted["before"] and not other.is_removed
    ]
    if later:
        sentence = f"{', '.join(later)} tells what {one.release.id} said first. Withdraw these with --remove before it."
        raise Problem(ExitCode.USAGE, sentence)


def _demand_state(one: Recorded, states: tuple[str, ...]) -> None:
    if one.state not in states:
        step = _NEXT.get(one.state, "").format(id=one.release.id, round=one.release.round)
        raise Problem(ExitCode.USAGE, f"{one.release.id} is {one.state}, expected {' or '.join(states)}.{step}")


_NEXT = {
    "draft": " Check it: dtm release check {id}.",
    "checked": " Clear it: dtm release clear {id} --by NAME --note TEXT.",
    "cleared": " Publish it: dtm release publish {id}.",
    "released": " A correction is a new version: dtm release draft {round} --reason TEXT.",
}


def _demand_impersonal(*texts: str) -> None:
    if any(personal.tells_of_a_person(text) for text in texts):
        raise Problem(ExitCode.USAGE, "A name, role, note or reason holds a telephone number or an address, which is not kept.")


def _demand_outside(out: Path, data: Path) -> None:
    """The root may not lie inside the data folder, beside what only builds write."""
    resolved = out.resolve()
    if resolved.is_relative_to(data.resolve()) or (resolved.exists() and not resolved.is_dir()):
        raise Problem(ExitCode.USAGE, f"--out takes a folder outside the data folder, not '{out}'.")


def verify(data: Path, release_id: str | None = None) -> dict[str, list[str]]:
    """What is not as it was released, by release: of one, or of all that were published, and of their roots.

    Raises:
        Problem: there is no such release, or it was not published.
    """
    known = log.read(data)
    if release_id and not known.of(release_id).published:
        raise Problem(ExitCode.USAGE, f"{release_id} is {known.of(release_id).state}: only what was published can be verified.")
    chosen = [known.of(release_id)] if release_id else [one for one in known.releases.values() if one.published]
    found = {}
    for one in chosen:
        folder = published_folder(data, one)
        if not one.is_removed:
            found[one.release.id] = stored.differences(folder, one.sums)
        elif folder.exists():
            found[one.release.id] = ["its files are still there: withdraw it again"]
    found |= _unknown(data, known)
    damaged = {name for name, said in found.items() if said}
    for one in {(one.release.room, one.out): one for one in chosen}.values():
        own = {other.release.id for other in known.published_in(one.release.room, one.out)}
        name = f"root of {one.release.room}" + (f" in '{one.out}'" if one.out else "")
        found[name] = (
            ["not compared, because a version in it is damaged"] if damaged & own else root.differences(root.of(data, one), known)
        )
    return found


def _unknown(data: Path, known: log.Log) -> dict[str, list[str]]:
    """Versions that a root of the data folder lists and the log does not: the end of the log was lost."""
    found = {}
    for path in sorted(root.default(data).rglob(listing.NAME)):
        if len(path.relative_to(root.default(data)).parts) > _ROOM_DEPTH:
            continue
        lost = [
            one.id for one in listing.read(path.parent) if not (one.id in known.releases and known.releases[one.id].published)
        ]
        if lost:
            found["log"] = [
                *found.get("log", []),
                f"{', '.join(lost)} was published, and the log does not say so: restore it from a backup",
            ]
    return found
