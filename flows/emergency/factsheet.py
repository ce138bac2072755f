"""The factsheet of a published snapshot as one HTML file: headline, curve, where from and where to, largest changes, revisions.

The figures are those that were published; what the ledger says of the same day now stands in the note on revisions. The page for
the public is made of :mod:`transforms.emergency.public` alone.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path

from expectations.emergency import HEADLINE, NOT_LOCATED, NOT_STATED
from flows import manifest
from flows.drawing import number, safe, signed
from flows.emergency import curve, events, snapshots, statement
from flows.emergency.curve import Point
from flows.emergency.events import Held
from flows.emergency.snapshots import Snapshot
from flows.export import put
from flows.page import document, named, page_file, section, table
from flows.problem import ExitCode, Problem
from flows.run import today
from transforms.emergency import public

INTERNAL = "internal"
_ROWS, _CHANGES, _MATRIX = 60, 8, 12
_WITHHELD, _NOT_KNOWN = "withheld", "not known"


@dataclass(frozen=True)
class _Sheet:
    """What a factsheet is made of: a snapshot told, the ones before, and the same day as known now."""

    held: Held
    one: Snapshot
    said: dict
    before: dict | None
    points: tuple[Point, ...]
    now: dict
    is_public: bool

    @property
    def signature(self) -> str:
        """The line under every picture and table."""
        return f"{self.held.event.event_name}, snapshot {self.one.number}: {self.day}. Emergency tracking, {'public' if self.is_public else 'internal'} tier."

    @property
    def least(self) -> int:
        """The smallest change that is shown: one smaller than the threshold would tell the public of few households."""
        return self.held.event.public_threshold if self.is_public else 1

    @property
    def lacking(self) -> str:
        """What stands in place of a figure that there is not."""
        return _WITHHELD if self.is_public else _NOT_KNOWN

    @property
    def day(self) -> str:
        """The day of the snapshot; of the public page its window."""
        if not self.is_public:
            return f"{self.one.as_of}"
        first, last = public.window(self.held.event, self.one.as_of)
        return f"a day in the window of {first} to {last}"


def write(data: Path, event_id: str, wanted: int | None, tier: str, target: Path) -> Path:
    """Write the factsheet of a snapshot, by default of the last one published; gives back ``target``.

    Raises:
        Problem: nothing is published, the snapshot may not be public yet, or the target is no HTML file or in a data folder.
        OSError: it cannot be written.
    """
    path = page_file(target)
    made = drawn(data, event_id, wanted, tier)
    put(path, lambda waiting: waiting.write_text(made, encoding="utf-8", newline="\n"))
    return target


def drawn(data: Path, event_id: str, wanted: int | None, tier: str) -> str:
    """The factsheet as text; what is wrong as for :func:`write`."""
    held = events.held(data, event_id)
    received = manifest.received(data)  # a publication that was killed before its tables were built is none yet
    known = [own for own in snapshots.published(data, held) if own.publication.number <= received]
    if not known:
        raise Problem(
            ExitCode.USAGE, f"Event {event_id} has no published snapshot: dtm emergency publish {event_id} --as-of DATE"
        )
    one = known[-1] if wanted is None else next((own for own in known if own.number == wanted), None)
    if one is None:
        listed = ", ".join(str(own.number) for own in known)
        raise Problem(ExitCode.USAGE, f"Event {event_id} has no published snapshot {wanted}; published: {listed}.")
    is_public = tier != INTERNAL
    if is_public:
        held = replace(held, event=snapshots.disclosed(held.event, one))
        _demand_public(held, one)
        later = [own for own in known if own.side == one.side and _window(held, own) == _window(held, one)]
        if later[-1].number != one.number:
            sentence = f"The public page of a window is that of its last snapshot, {later[-1].number}. Leave --number {one.number} out, or: --tier internal."
            raise Problem(ExitCode.USAGE, sentence)
    return _page(_sheet(data, held, one, known, is_public=is_public))


def _window(held: Held, one: Snapshot) -> tuple[datetime.date, datetime.date]:
    return public.window(snapshots.disclosed(held.event, one), one.as_of)


def _demand_public(held: Held, one: Snapshot) -> None:
    first = public.public_from(held.event, one.as_of)
    if today() < first:
        sentence = (
            f"Snapshot {one.number} of {held.event.event_id} is not public before {first}: its window ends on "
            f"{_window(held, one)[1]}, the delay is {held.event.public_delay_days} days"
        )
        embargo = f", and nothing is public before {held.event.embargo_until}" if held.event.embargo_until else ""
        raise Problem(ExitCode.USAGE, f"{sentence}{embargo}. For now: --tier internal.")


def _sheet(data: Path, held: Held, one: Snapshot, known: list[Snapshot], *, is_public: bool) -> _Sheet:
    until = [own for own in known if own.side == one.side and (own.as_of, own.number) <= (one.as_of, one.number)]
    # one point a day, or a window: its last snapshot
    series = list({
        _window(held, own) if is_public else own.as_of: own for own in sorted(until, key=lambda own: (own.as_of, own.number))
    }.values())  # fmt: skip
    told = {own.number: _told(data, held, own, is_public=is_public) for own in series}
    # the page for the public compares with the window before
    earlier = (
        next((own for own in known if own.number == one.previous), None)
        if not is_public
        else (series[-2] if len(series) > 1 else None)
    )
    before = None if earlier is None else _told(data, held, earlier, is_public=is_public)
    points = tuple(
        Point(
            _window(held, own)[1] if is_public else own.as_of,
            *(told[own.number][name]["households"] for name in ("cumulative", "current")),
        )
        for own in series
    )
    if is_public:
        points = curve.without_small_steps(points, held.event.public_threshold)
    asked = replace(one.asked(held.event), known_at=today())
    figures = snapshots.figures(data, held, asked, is_deep=False)
    now = statement.told(
        asked, public.figures(held.event, figures) if is_public else figures, snapshots.NO_FINDINGS, "as known now"
    )
    return _Sheet(held, one, told[one.number], before, points, now, is_public)


def _told(data: Path, held: Held, one: Snapshot, *, is_public: bool) -> dict:
    asked = one.asked(held.event)
    figures = snapshots.frozen(data, one)
    earlier = None if is_public else snapshots.before(data, held, one.previous)
    shown = public.figures(held.event, figures) if is_public else figures
    return statement.told(asked, shown, snapshots.NO_FINDINGS, "published", earlier)


# --- the page ----------------------------------------------------------------------------------------------------


def _page(sheet: _Sheet) -> str:
    said = sheet.said
    sections = (
        _head(sheet),
        _tiles(sheet),
        section("curve", "Since the start", "Cumulative and current households", _figure(curve.drawn(sheet.points, sheet.signature))) if len(sheet.points) > 1 else "",
        _places(sheet, "destination", "Where they are", ("current", "arrived", "returned")),
        _places(sheet, "origin", "Where they come from", ("cumulative", "current", "returned") if sheet.one.side == "arrivals" else ("departed", "arrived", "current", "returned")),
        _matrix(sheet),
        _places(sheet, "shelter_group", "Where they shelter", ("current", "arrived")),
        _places(sheet, "camp_left", "Camps and sites left", ("departed", "arrived", "current", "returned")) if any(row["area"] != NOT_STATED for row in said["camp_left"]) else "",
        _changes(sheet),
        _revisions(sheet),
        _foot(sheet),
    )  # fmt: skip
    return document(f"{sheet.held.event.event_name}: snapshot {sheet.one.number}", sections)


def _head(sheet: _Sheet) -> str:
    event, one = sheet.held.event, sheet.one
    where = f"{event.event_area}. " if event.event_area else ""
    about = f"{where}Trigger: {event.trigger.replace('_', ' ')}. Since {event.event_start}. "
    known = "" if sheet.is_public else f" As known on {one.known_at}."
    rule = (
        "Individuals were counted"
        if event.persons_per_household is None
        else f"Individuals are households x {event.persons_per_household}"
    )
    cleared = (
        f"Cleared by {one.clearance.by}" + (f", {one.clearance.role}" if one.clearance.role else "")
        if not sheet.is_public
        else "Cleared for publication"
    )
    alone = "; drafted and cleared by the same person" if one.is_self_cleared and not sheet.is_public else ""
    return (
        f"<header><h1>{named(event.event_name)}</h1><p>{safe(f'Snapshot {one.number}: {sheet.day}.{known}')}</p><p>{named(about)}{safe(rule)}.</p></header>"
        f"<p class='band'><strong>{safe(cleared + alone)}</strong><span>{'Public' if sheet.is_public else f'Internal: not for the public · {one.sha256[:12]}'}</span></p>"
    )


def _tiles(sheet: _Sheet) -> str:
    said, period = sheet.said, sheet.said["period"]
    words = {
        "cumulative": f"displaced by the event until then, by {sheet.one.side}",
        "current": "still displaced"
        if sheet.one.side == "arrivals"
        else "left and are not known to have returned (a reading of this project)",
        "returned": "back at their place of origin",
    }
    tiles = [_tile(name, said[name], words[name], sheet.lacking) for name in HEADLINE]
    if not sheet.is_public:  # its window is shown, not the days between two snapshots
        earlier = period["previous_snapshot"]
        since = f"recorded since snapshot {earlier}" if earlier else "recorded since the start"
        tiles.append(_tile("new", period.get("as_printed", {}), since, sheet.lacking))
    gap = said["gap"]["households"]
    notes = []
    if said["departed"]["households"] and said["arrived"]["households"] and gap is not None:
        notes.append(
            f"{number(said['departed']['households'])} households were seen leaving, {number(said['arrived']['households'])} arriving: two teams at two places. "
            f"The difference of {number(abs(gap))} is not spread over places."
        )
    if said["class_unknown"]["households"]:
        notes.append(
            f"Of {number(said['class_unknown']['households'])} households it is not known whether they reached their place of origin; they count as displaced."
        )
    told = "".join(f"<p class='coverage'>{safe(note)}</p>" for note in notes)
    return f"<figure><div class='tiles'>{''.join(tiles)}</div>{told}<figcaption>{safe(sheet.signature)}</figcaption></figure>"


def _tile(name: str, own: dict, words: str, lacking: str) -> str:
    households, individuals = (_count(own.get(unit), own, lacking) for unit in ("households", "individuals"))
    return f"<div class='tile'><p>{safe(name)}</p><p class='big'>{households}</p><p>households · {individuals} individuals</p><p>{safe(words)}</p></div>"


def _count(value: int | None, own: dict, lacking: str) -> str:
    """A figure; where its other unit is known it is not known, else it may be withheld."""
    if value is not None:
        return number(value)
    return _NOT_KNOWN if any(count is not None for count in own.values()) else lacking


def _places(sheet: _Sheet, dimension: str, title: str, measures: tuple[str, ...]) -> str:
    level = "district" if dimension in ("origin", "destination") else "national"
    own = [row for row in sheet.said[dimension] if row["level"] in (level, "national")]
    if not own or all(row["area"] == NOT_STATED for row in own):
        return ""
    own = sorted(own, key=lambda row: (row["area"] == NOT_LOCATED, -_largest(row, measures), row["area"]))
    rows = [[row["area"], *(_cell(row, name, sheet.lacking) for name in measures)] for row in own[:_ROWS]]
    more = f"{len(own) - _ROWS} more areas are not shown." if len(own) > _ROWS else ""
    return section(
        dimension,
        title,
        f"Households by {_WORDS[dimension]}",
        _rows([_WORDS[dimension], *measures], rows, sheet.signature),
        more,
    )


_WORDS = {"origin": "district of origin", "destination": "district", "shelter_group": "shelter", "camp_left": "camp or site left"}


def _largest(row: dict, measures: tuple[str, ...]) -> int:
    """The largest figure of an area, in households or where these are not known in individuals."""
    return max(
        abs(own["households"] or own["individuals"] or 0)
        for name in measures
        if (own := row.get(name, {"households": 0, "individuals": 0})) is not None
    )


def _cell(row: dict, measure: str, lacking: str) -> str:
    """A figure of an area: blank where the area has none."""
    own = row.get(measure)
    if own is None:  # of an area that is withheld nothing is said, not even that a figure is none
        is_withheld = any(isinstance(told, dict) and set(told.values()) == {None} for told in row.values())
        return _WITHHELD if lacking == _WITHHELD and is_withheld else ""
    if own["households"] is None and own["individuals"] is not None:
        return f"{number(own['individuals'])} individuals"
    return _count(own["households"], own, lacking)


def _matrix(sheet: _Sheet) -> str:
    """Origins by destinations: of districts where they are few, else of governorates."""
    for level in ("district", "governorate"):
        cells = {}
        for row in sheet.said["origin_to_destination"]:
            if row["level"] == level and "arrived" in row:
                origin, _, destination = row["area"].partition(" -> ")
                cells[origin, destination] = _cell(row, "arrived", sheet.lacking)
        origins, destinations = (sorted({key[at] for key in cells}) for at in (0, 1))
        if cells and max(len(origins), len(destinations)) <= _MATRIX:
            break
    if not cells:
        return ""
    rows = [[origin, *(cells.get((origin, destination), "") for destination in destinations)] for origin in origins[:_MATRIX]]
    note = "Rows: origin; columns: destination. Households recorded as arrived, whether still there or not; onward moves are no part of it."
    return section(
        "matrix",
        "From where to where",
        "Households by origin and destination",
        _rows(["origin", *destinations], rows, sheet.signature),
        note,
    )


def _changes(sheet: _Sheet) -> str:
    """The districts whose current households changed most since the snapshot before."""
    if sheet.before is None:
        return ""
    then, now = (
        {
            row["area"]: row["current"]["households"]
            for row in told["destination"]
            if row["level"] == "district" and "current" in row
        }
        for told in (sheet.before, sheet.said)
    )
    both = [area for area in {*then, *now} if then.get(area, 0) is not None and now.get(area, 0) is not None]
    changed = sorted(((now.get(area, 0) - then.get(area, 0), area) for area in both), key=lambda pair: (-abs(pair[0]), pair[1]))
    rows = [
        [area, number(then.get(area, 0)), number(now.get(area, 0)), signed(change)]
        for change, area in changed[:_CHANGES]
        if abs(change) >= sheet.least
    ]
    if not rows:
        return ""
    return section(
        "changes",
        "Largest changes",
        "Current households by district, against the snapshot before",
        _rows(["district", "before", "now", "change"], rows, sheet.signature),
    )


def _revisions(sheet: _Sheet) -> str:
    said, period, now = sheet.said, sheet.said["period"], sheet.now
    lines = []
    if sheet.before is not None and "net_change" in period and not sheet.is_public:
        parts = {
            name: period[name]["households"] or 0
            for name in ("net_change", "as_printed", "corrected", "known_before", "true", "revised_late", "revised_corrected")
        }
        lines.append(
            f"Since snapshot {period['previous_snapshot']} the cumulative figure changed by {signed(parts['net_change'])} households: {number(parts['as_printed'])} recorded since, "
            f"{signed(parts['corrected'])} by corrections of earlier rows, {signed(parts['known_before'])} known before."
        )
        if "received_late" in period and period["received_late"]["households"]:
            lines.append(
                f"Against the {number(period['previous_published']['households'])} households that snapshot {period['previous_snapshot']} published the difference is "
                f"{signed(period['change_from_published']['households'])}: {signed(period['received_late']['households'])} came from rows recorded before and received since."
            )
        lines.append(
            f"{number(parts['true'])} households truly moved between the two days; the figure of the day before was revised by "
            f"{signed(parts['revised_late'])} recorded late and {signed(parts['revised_corrected'])} corrected."
        )
    for name in () if sheet.is_public else HEADLINE:  # what became known since is public with a later snapshot
        then, later = said[name]["households"], now[name]["households"]
        if None not in (then, later) and then != later:
            lines.append(f"As known now, {name} on the same day is {number(later)} households, not {number(then)} as published.")
    if sheet.is_public:
        lines.append("Late rows and corrections show in the next snapshot; what was published is not changed.")
    elif not lines:
        lines.append("As known now, the figures of this day are those that were published.")
    return section("revisions", "Revisions", "What became known later", "".join(f"<p>{safe(line)}</p>" for line in lines))


def _foot(sheet: _Sheet) -> str:
    event = sheet.held.event
    reading = [
        "Cumulative: all households displaced by the event up to the day. Current: of these, still displaced. Returned: of these, back at their place of origin. Cumulative = current + returned.",
        "A household back in its village or neighbourhood of origin is a returnee; one that did not reach it is displaced again, even in its district of origin.",
        "Figures of two events are never added, and none is added to the master list.",
        "Published figures are never changed: corrections and late rows show in the next snapshot and in the note on revisions.",
    ]
    if sheet.is_public:
        reading.append(
            f"Figures of fewer than {event.public_threshold} households are withheld, and others with them so that they cannot be worked out. "
            f"Days are shown as windows of {event.public_window_days} days. Nothing below districts is shown. These are settings of this project, not IOM's."
        )
    listed = "".join(f"<li>{safe(line)}</li>" for line in reading)
    return f"<footer><h2>How to read this page</h2><ul>{listed}</ul><p class='tier'>{safe(sheet.signature)}</p></footer>"


# --- pieces of HTML ----------------------------------------------------------------------------------------------


def _figure(picture: str) -> str:
    return f"<figure>{picture}</figure>"


def _rows(heads: list[str], rows: list[list[str]], signature: str) -> str:
    """A table of texts, the first of which is a name and the others are numbers."""
    shown = (f"<td>{named(name)}</td>" + "".join(f"<td class=n>{safe(own)}</td>" for own in numbers) for name, *numbers in rows)
    return table([word.replace("_", " ") for word in heads], shown, signature, numbers=len(heads) - 1)
