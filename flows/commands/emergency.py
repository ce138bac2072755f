"""Emergency tracking: a ledger of movements per event that can say what was known when.

open starts an event, ingest takes deliveries of movements, snapshot shows the figures of any day as known on any other. publish
freezes a snapshot: it is drafted, checked, cleared by a person and published; these steps can be taken one by one (draft, check,
clear, publish --number N). What was published never changes; corrections show beside it. close ends an event."""

from __future__ import annotations

import argparse
import datetime
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.emergency import CADENCES, EVENT_POPULATIONS, HEADLINE, SIDES, TRIGGERS
from flows import manifest, show
from flows.commands.words import action, bring_up_to_date, day, positive
from flows.given_file import given, present, utf8
from flows.lock import locked
from flows.problem import ExitCode, Problem
from flows.show import counted, readable, visible

if TYPE_CHECKING:
    from flows.emergency.snapshots import Clearance, Snapshot

HELP = "emergency tracking: events, movements, snapshots"
EXAMPLE = "dtm emergency snapshot camps-2020 --as-of 2020-11-22 --data data"
_REASONS_SHOWN = 8
_TABLES_FOLLOW = "Snapshots show it at once; the tables follow with the next publish or dtm build."
_FORMATS = ("text", "json")
_COLUMNS = """Take a delivery of movements: every row is kept or set aside with its reasons.

columns of a CSV, .xlsx or Parquet file, days as YYYY-MM-DD:
  movement_id    an id used once in the event
  kind           departure (needs camp_left or an origin); arrival, onward, return (need a destination);
                 correction (needs corrects; what it leaves blank stays as it was, households 0 cancel the movement)
  moved_on, recorded_on, recorded_seq
  origin_governorate, origin_district, origin_subdistrict, origin_place_id, camp_left
  destination_governorate, destination_district, destination_subdistrict, place_id
  reached_origin true or false: back in the village or neighbourhood of origin?
  shelter_group  private, critical, camp, screening_site, unknown
  households, individuals, counted (true or false), female, male, under_18
  corrects       the movement that a correction replaces; cells that it leaves blank stay as they were, but counts (households,
                 individuals ...) are given together, and so are the parts of a place
  onward_from    the arrival that brought the households to the place which they leave
needed are movement_id, kind and recorded_on, and moved_on of all but corrections"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    own = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _opening(action(own, "open", "open an event, change what is said of it, or open a closed one again"))
    ingested = _of_event(own, "ingest", "take a delivery of movements")
    ingested.add_argument(
        "file", type=Path, metavar="FILE", help="CSV, .xlsx, Parquet, or an export of the form (KoboToolbox, ODK Central)"
    )
    ingested.formatter_class = argparse.RawDescriptionHelpFormatter
    ingested.description = _COLUMNS
    ingested.add_argument("--map", type=Path, metavar="FILE", help="column map (TOML) of a CSV or Parquet of another tool")
    looked = _of_event(own, "snapshot", "the figures of a day as known on another")
    looked.add_argument("--as-of", type=day, required=True, metavar="DATE", help="last day of movements that count")
    looked.add_argument("--known-at", type=day, metavar="DATE", help="what was recorded until then (default: until today)")
    looked.add_argument("--since", type=day, metavar="DATE", help="begin of the period (default: the snapshot published before)")
    looked.add_argument("--side", choices=SIDES, help="what cumulative counts (default: as the event says)")
    looked.add_argument("--all-levels", action="store_true", help="also by sub-district and location")
    looked.add_argument("--format", choices=_FORMATS, default="text", help="text (default) or json")
    drafted = _of_event(own, "draft", "freeze the figures of a day")
    _drafting(drafted)
    for name, what in (
        ("check", "check a draft"),
        ("clear", "clear a checked draft: a person answers for it"),
        ("withdraw", "take a delivery or a published snapshot back"),
    ):
        _step(_of_event(own, name, what), name)
    published = _of_event(own, "publish", "publish a cleared snapshot; or draft, check, clear and publish one day at once")
    which = published.add_mutually_exclusive_group(required=True)
    which.add_argument("--number", type=positive, metavar="N", help="a snapshot that is cleared")
    which.add_argument("--as-of", type=day, metavar="DATE", help="draft, check, clear and publish the figures of this day")
    _rest_of_draft(published)
    _clearance(published, needed=False)
    _despite(published)
    closed = _of_event(own, "close", "close an event: it takes no more deliveries")
    closed.add_argument("--date", type=day, metavar="DATE", help="last day of the event (default: today)")
    closed.add_argument("--reason", default="", type=readable, metavar="TEXT", help="why; kept with the event")
    status = action(own, "status", "the events, or one of them: deliveries, rows set aside, snapshots")
    status.add_argument("event", nargs="?", metavar="EVENT", help="id of an event")
    status.add_argument("--format", choices=_FORMATS, default="text", help="text (default) or json")
    printed = _of_event(own, "printed", "take figures as reports printed them: they stand beside the ledger")
    printed.add_argument(
        "file", type=Path, metavar="FILE", help="CSV: report, as_of, measure, households, individuals, note, source"
    )
    page = _of_event(own, "page", "write the factsheet of a published snapshot")
    page.add_argument("--number", type=positive, metavar="N", help="which snapshot (default: the last)")
    page.add_argument("--tier", choices=("public", "internal"), default="public", help="for whom (default: public)")
    page.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="page to write, .html")


def _of_event(parser: argparse._SubParsersAction, name: str, what: str) -> argparse.ArgumentParser:
    own = action(parser, name, what)
    own.add_argument("event", metavar="EVENT", help="id of the event")
    return own


def _opening(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("event", metavar="EVENT", help="id: small letters, digits, dashes")
    parser.add_argument("--name", required=True, type=readable, metavar="TEXT", help="its name")
    parser.add_argument("--trigger", required=True, choices=TRIGGERS, help="what set it off")
    parser.add_argument("--start", required=True, type=day, metavar="DATE", help="first day of the event")
    parser.add_argument(
        "--counting", required=True, metavar="counted|x6", help="individuals are counted, or households times a number"
    )
    parser.add_argument("--area", type=readable, metavar="TEXT", help="where it happens")
    parser.add_argument("--cadence", choices=CADENCES, help="how often it is updated (default: daily)")
    parser.add_argument("--population", choices=EVENT_POPULATIONS, help="who is displaced by it (default: any)")
    parser.add_argument(
        "--side", choices=SIDES, help="what cumulative counts (default: departures of camp closures, else arrivals)"
    )
    parser.add_argument("--threshold", type=positive, metavar="N", help="fewest households shown to the public (default: 10)")
    parser.add_argument("--window-days", type=positive, metavar="N", help="days of a public window (default: 7)")
    parser.add_argument("--delay-days", type=int, metavar="N", help="days before a window becomes public (default: 7)")
    parser.add_argument("--embargo-until", type=day, metavar="DATE", help="nothing is public before this day")
    parser.add_argument("--second-person", action="store_true", help="who drafts a snapshot may not clear it")
    parser.add_argument(
        "--kobo-url", default="", metavar="URL", help="KoboToolbox server from which the schedule fetches submissions"
    )
    parser.add_argument("--asset", default="", type=readable, metavar="UID", help="form on that server")


def _drafting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", type=day, required=True, metavar="DATE", help="last day of movements that count")
    _rest_of_draft(parser)


def _rest_of_draft(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--known-at", type=day, metavar="DATE", help="what was recorded until then (default: the day itself)")
    parser.add_argument("--side", choices=SIDES, help="what cumulative counts (default: as the event says)")


def _step(parser: argparse.ArgumentParser, name: str) -> None:
    if name == "withdraw":
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument(
            "--delivery", type=positive, metavar="N", help="number of the delivery: see dtm emergency status EVENT"
        )
        which.add_argument("--number", type=positive, metavar="N", help="number of the snapshot")
        parser.add_argument("--reason", required=True, type=readable, metavar="TEXT", help="why; kept")
        return
    parser.add_argument("--number", type=positive, required=True, metavar="N", help="number of the snapshot")
    if name == "check":
        _despite(parser)
    else:
        _clearance(parser, needed=True)


def _despite(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--despite", type=readable, metavar="REASON", help="publish although findings stand against it, and why")


def _clearance(parser: argparse.ArgumentParser, *, needed: bool) -> None:
    parser.add_argument(
        "--by",
        required=needed,
        type=readable,
        metavar="NAME",
        help="who clears it" + ("" if needed else " (default: your account)"),
    )
    parser.add_argument("--role", type=readable, metavar="TEXT", help="in which role")
    parser.add_argument("--note", type=readable, metavar="TEXT", help="what is noted with it")
    parser.add_argument(
        "--override", type=readable, metavar="REASON", help="clear a draft of one's own although a second person is asked for"
    )


def run(options: argparse.Namespace) -> int:
    """Do the action."""
    return _ACTIONS[options.action](options)


# --- events ------------------------------------------------------------------------------------------------------


def _open(options: argparse.Namespace) -> int:
    from flows.emergency import life

    if bool(options.kobo_url) != bool(options.asset):
        raise Problem(ExitCode.USAGE, "--kobo-url and --asset go together.")
    form = (options.kobo_url, options.asset) if options.kobo_url else None
    opening = life.Opening(
        options.name, options.trigger, options.start, options.counting, options.area, options.cadence, options.population,
        options.side, options.threshold, options.window_days, options.delay_days, options.embargo_until, form, options.second_person,
    )  # fmt: skip
    with locked(options.data):
        held, happened = life.opened(options.data, options.event, opening)
    event = held.event
    state = {"nothing": "is open already, as it was", "opened": "is open", "changed": "is open, with these settings now"}.get(
        happened, "is open again"
    )
    print(
        f"Event {event.event_id} {state}: {visible(event.event_name)}, {event.trigger}, from {event.event_start}; individuals: {event.counting}; "
        f"cumulative counts {event.headline_side}."
    )
    return ExitCode.OK


def _close(options: argparse.Namespace) -> int:
    from flows.emergency import life

    with locked(options.data):
        held = life.closed(options.data, options.event, options.date, options.reason)
    print(f"Event {options.event} is closed on {held.event.event_closed}.")
    return ExitCode.OK


def _ingest(options: argparse.Namespace) -> int:
    from flows.emergency import ledger, life
    from flows.emergency.events import every

    path, name = present(options.file), readable(options.file.name)
    mapping = utf8(given(options.map), options.map.name) if options.map else None
    with locked(options.data):
        ingested = life.ingest(options.data, options.event, path, name, mapping)
        held = every(options.data).get(options.event)
        if held:
            ledger.folder(options.data, held)  # so that the next look at it is quick
    taken, aside = ingested.taken.kept.num_rows, ingested.taken.rows_set_aside
    if ingested.entry is None:
        print(f"{visible(name)}: nothing new; it was taken before.")
        return ExitCode.OK
    for note in ingested.notes:
        print(visible(note), file=sys.stderr)
    print(
        f"{visible(name)}: {counted(taken + aside, 'row')}: {counted(taken, 'row')} taken, {counted(aside, 'row')} set aside (delivery {ingested.entry.number})."
    )
    if taken:
        print(_TABLES_FOLLOW, file=sys.stderr)
    lines = [f"    row {one.row}: {one.detail} [{one.rule}]" for one in ingested.taken.problems()]
    more = (
        [f"    ... and {len(lines) - _REASONS_SHOWN} more; see table emergency_quarantine"] if len(lines) > _REASONS_SHOWN else []
    )
    lines = [*lines[:_REASONS_SHOWN], *more]
    if aside and not taken:
        sentence = f"{name}: no row can be taken; all {aside:,} are in quarantine with their reasons."
        raise Problem(ExitCode.SOURCE_REFUSED, sentence, tuple(line.removeprefix("  ") for line in lines))
    for line in lines:
        print(visible(line), file=sys.stderr)
    return ExitCode.OK


def _withdraw(options: argparse.Namespace) -> int:
    from flows.emergency import events, life, snapshots

    with locked(options.data):
        if options.delivery:
            life.withdraw(options.data, options.event, options.delivery, options.reason)
            print(f"Delivery {options.delivery} of {options.event}: taken back.")
            print(_TABLES_FOLLOW, file=sys.stderr)
            return ExitCode.OK
        held = events.held(options.data, options.event)
        one = snapshots.one_of(options.data, options.event, options.number)
        if one.state == "published" and one.publication.number > manifest.received(options.data):
            snapshots.undo(options.data, held, one)  # no table shows it yet: the command that published it was killed
            print(f"Snapshot {options.number} of {options.event}: its publication was not finished, and is undone.")
            return ExitCode.OK
        if one.state != "withdrawn":  # else the command that took it back was killed before its tables were built
            snapshots.withdraw(options.data, held, one, options.reason)
        bring_up_to_date(options.data)
    print(f"Snapshot {options.number} of {options.event}: taken back; it stays readable.")
    return ExitCode.OK


# --- snapshots ---------------------------------------------------------------------------------------------------


def _snapshot(options: argparse.Namespace) -> int:
    from flows.emergency import events, snapshots, statement
    from flows.run import today

    held = events.held(options.data, options.event)
    asked = snapshots.asked(options.data, held, options.as_of, options.known_at or today(), options.side, options.since)
    figures = snapshots.figures(options.data, held, asked, is_deep=options.all_levels)
    said = statement.told(
        asked,
        figures,
        snapshots.findings(options.data, held),
        "looked at now",
        snapshots.before(options.data, held, asked.previous),
    )
    print(statement.as_json(said) if options.format == "json" else statement.text(said))
    return ExitCode.OK


def _draft(options: argparse.Namespace) -> int:
    with locked(options.data):
        one = _drafted(options)
    _say_more_is_known(options.data, options.event, one)
    print(
        f"Snapshot {one.number} of {options.event}: draft of {one.as_of}, as known on {one.known_at}; {_headline(options.data, one)}; hash {one.sha256[:12]}."
    )
    return ExitCode.OK


def _drafted(options: argparse.Namespace) -> Snapshot:
    from flows.emergency import events, snapshots

    held = events.held(options.data, options.event)
    known_at: datetime.date = options.known_at or options.as_of
    return snapshots.draft(options.data, held, snapshots.asked(options.data, held, options.as_of, known_at, options.side))


def _say_more_is_known(data: Path, event_id: str, one: Snapshot) -> None:
    """Tell where rows were recorded since the day as known on which a snapshot is."""
    from flows.emergency import events, snapshots
    from flows.run import today
    from transforms.emergency import snapshot

    held = events.held(data, event_id)
    asked = replace(snapshots.asked(data, held, one.as_of, one.known_at, one.side), known_at=today())
    now, then = (
        snapshot.totals(rows)["cumulative"]["households"]
        for rows in (snapshots.figures(data, held, asked, is_deep=False), snapshots.frozen(data, one))
    )
    if now != then:
        said = f"As known today, cumulative of {one.as_of} is {show.cell(now)} households, not {show.cell(then)}: rows were recorded since {one.known_at}. To count them: --known-at DATE"
        print(said, file=sys.stderr)


def _headline(data: Path, one: Snapshot) -> str:
    from flows.emergency import snapshots
    from transforms.emergency import snapshot

    totals, parts = snapshot.totals(snapshots.frozen(data, one)), []
    for name in HEADLINE:
        households, individuals = (show.cell(count) or "not known" for count in totals[name].values())
        parts.append(f"{name} {households} / {individuals}")
    return ", ".join(parts)


def _check(options: argparse.Namespace) -> int:
    from flows.emergency import events, snapshots

    with locked(options.data):
        held = events.held(options.data, options.event)
        snapshots.check(options.data, held, snapshots.one_of(options.data, options.event, options.number), options.despite)
    print(f"Snapshot {options.number} of {options.event}: checked.")
    return ExitCode.OK


def _clear(options: argparse.Namespace) -> int:
    from flows.emergency import events, snapshots

    with locked(options.data):
        held = events.held(options.data, options.event)
        one = snapshots.clear(options.data, held, snapshots.one_of(options.data, options.event, options.number), _said(options))
    print(f"Snapshot {options.number} of {options.event}: cleared by {visible(options.by)}; hash {one.sha256[:12]}.")
    return ExitCode.OK


def _said(options: argparse.Namespace) -> Clearance:
    from flows.emergency.snapshots import Clearance
    from flows.run import user

    return Clearance(options.by or user(), options.role, options.note, options.override)


def _publish(options: argparse.Namespace) -> int:
    from flows.emergency import events, snapshots
    from transforms.emergency import public

    with locked(options.data):
        if options.as_of:
            one = _drafted(options)
            held = events.held(options.data, options.event)
            one = snapshots.check(options.data, held, one, options.despite) if one.state == "draft" else one
            one = snapshots.clear(options.data, held, one, _said(options)) if one.state == "checked" else one
        else:
            one = snapshots.one_of(options.data, options.event, options.number)
            held = events.held(options.data, options.event)
        if one.state != "published":
            one = snapshots.publish(options.data, held, one)
        is_new = one.publication.number > manifest.received(options.data)  # or its publication was not finished
        try:
            bring_up_to_date(options.data)
        except BaseException:  # whatever stops it, Ctrl-C too: nothing stays published of which there are no tables
            if is_new:
                snapshots.undo(options.data, held, one)
            raise
    _say_more_is_known(options.data, options.event, one)
    alone = "; drafted and cleared by the same person" if one.is_self_cleared else ""
    public_from = public.public_from(held.event, one.as_of)
    print(
        f"Snapshot {one.number} of {options.event} is published: {one.as_of}, as known on {one.known_at}; {_headline(options.data, one)}; "
        f"cleared by {visible(one.clearance.by)}{alone}; hash {one.sha256[:12]}; "
        f"its public page can be written from {public_from} on."
    )
    return ExitCode.OK


# --- looking -----------------------------------------------------------------------------------------------------


def _status(options: argparse.Namespace) -> int:
    from flows.emergency import standing

    print(
        standing.of_event(options.data, options.event, options.format)
        if options.event
        else standing.of_all(options.data, options.format)
    )
    return ExitCode.OK


def _printed(options: argparse.Namespace) -> int:
    from flows.emergency import printed

    with locked(options.data):
        rows = printed.receive(options.data, options.event, present(options.file), readable(options.file.name))
        bring_up_to_date(options.data)
    print(
        f'{visible(readable(options.file.name))}: {counted(rows, "printed figure")}. See them: dtm sql "from emergency_printed" --data {options.data}'
    )
    return ExitCode.OK


def _page(options: argparse.Namespace) -> int:
    from flows.emergency import factsheet

    written = factsheet.write(options.data, options.event, options.number, options.tier, options.output)
    print(f"Wrote {visible(str(written))} ({options.tier} tier).")
    return ExitCode.OK


_ACTIONS = {
    "open": _open, "ingest": _ingest, "snapshot": _snapshot, "draft": _draft, "check": _check, "clear": _clear, "publish": _publish,
    "close": _close, "status": _status, "withdraw": _withdraw, "printed": _printed, "page": _page,
}  # fmt: skip
