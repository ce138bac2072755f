"""Points of entry, restrictions and headcounts as one HTML file: no network, no script, the same bytes for the same figures.

Survey answers are not on it: they are for internal use.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

from expectations.crossing import APART
from flows.crossings.pictures import COLOURS, WORDS, by_status, window
from flows.drawing import number, safe
from flows.export import put
from flows.page import document, named, page_file, section, table
from flows.problem import ExitCode, Problem
from flows.published import Published
from flows.show import counted

TITLE = "Crossing points and movement restrictions"
_SIGNATURE = "Points of entry: as reported for each reference window."
# Windows side by side on a sheet of paper, and bars of one picture.
_ACROSS, _BARS = 5, 12
_NOT_REPORTED = "not reported"
SHOWN = ("point_of_entry_summary", "point_of_entry_status", "movement_restriction", "crossing_headcount_summary")
Window = tuple[datetime.date, datetime.date]


def write(held: Published, target: Path) -> Path:
    """Write the page; gives back ``target``.

    Raises:
        Problem: nothing is held, or the target is no HTML file or lies in a data folder.
        OSError: it cannot be written.
    """
    path = page_file(target)
    made = page({name: held.table(name).to_pylist() for name in SHOWN})
    put(path, lambda waiting: waiting.write_text(made, encoding="utf-8", newline="\n"))
    return target


def page(tables: dict[str, list[dict]]) -> str:
    """The whole page as text, from the rows of its tables.

    Raises:
        Problem: there is none.
    """
    if not any(tables.values()):
        sentence = "No status, restriction or headcount is held: there is nothing to show. Take a file: dtm crossings ingest."
        raise Problem(ExitCode.USAGE, sentence)
    summary, status, restrictions, headcounts = (tables[name] for name in SHOWN)
    head = f"<header><h1>{safe(TITLE)}</h1></header><p class='band'><strong>{safe(APART)}</strong></p>"
    return document(TITLE, (head, _bars(summary), _points(summary, status), _restricted(restrictions), _counted(headcounts)))


# --- windows -------------------------------------------------------------------------------------------------------------


def _chunks(windows: Sequence, size: int) -> Iterator[Sequence]:
    for at in range(0, len(windows), size):
        yield windows[at : at + size]


def _of(row: dict) -> Window:
    return row["window_start"], row["window_end"]


# --- sections -------------------------------------------------------------------------------------------------------------------


def _bars(summary: list[dict]) -> str:
    if not summary:
        return ""
    last = summary[-1]
    heading = f"{last['closed_points']} of {counted(last['points_of_entry'], 'point')} of entry closed, {window(*_of(last))}"
    pictures = "".join(f"<figure>{by_status(own, _SIGNATURE)}</figure>" for own in _chunks(summary, _BARS))
    return section("status", "Points of entry by status", heading, pictures)


def _points(summary: list[dict], status: list[dict]) -> str:
    if not status:
        return ""
    said = {(_of(row), row["crossing_point"]): row["entry_status"] for row in status}
    points = sorted({row["crossing_point"] for row in status})
    body = ""
    for windows in _chunks([_of(row) for row in summary], _ACROSS):
        rows = (f"<td>{named(point)}</td>{''.join(_cell(said.get((own, point))) for own in windows)}" for point in points)
        body += table(("Point of entry", *(window(*own) for own in windows)), rows, _SIGNATURE)
    heading = f"{counted(len(points), 'point')} of entry in {counted(len(summary), 'window')}"
    return section("points", "Status of each point", heading, body, f"{_NOT_REPORTED}: no row for the point in that window.")


def _cell(status: str | None) -> str:
    if status is None:
        return f"<td class='small'>{_NOT_REPORTED}</td>"
    fill, edge, letters = COLOURS[status]
    return f"<td style='background:{fill};color:{letters};border:1px solid {edge};padding-left:.4rem'>{WORDS[status]}</td>"


def _restricted(restrictions: list[dict]) -> str:
    if not restrictions:
        return ""
    said: dict[tuple[Window, str], list[str]] = {}
    for row in restrictions:
        note = f" <span class='small'>({named(row['note'])})</span>" if row["note"] else ""
        said.setdefault((_of(row), row["governorate"]), []).append(f"<p>{named(row['restriction'])}{note}</p>")
    governorates, listed = sorted({row["governorate"] for row in restrictions}), sorted({_of(row) for row in restrictions})
    body = ""
    for windows in _chunks(listed, _ACROSS):
        rows = (
            f"<td>{safe(governorate)}</td>{''.join(_texts(said.get((own, governorate))) for own in windows)}"
            for governorate in governorates
        )
        body += table(
            ("Governorate", *(window(*own) for own in windows)), rows, "Restrictions: as given for each reference window."
        )
    heading = f"{counted(len(restrictions), 'restriction')} in {counted(len(governorates), 'governorate')}"
    note = "Texts as given. No text: none was reported, which need not mean that there was none."
    return section("restrictions", "Restrictions of movement", heading, body, note)


def _texts(said: list[str] | None) -> str:
    return f"<td>{''.join(said or [])}</td>"


def _counted(headcounts: list[dict]) -> str:
    if not headcounts:
        return ""
    rows = (
        f"<tr><td>{named(row['crossing_point'])}</td><td>{row['month_start']:%b %Y}</td>"
        f"<td>{row['crossing_direction']}</td>{_headcount(row)}</tr>"
        for row in headcounts
    )
    heads = ("Crossing point", "Month", "Direction", "Travellers", "Vehicles", "Days observed", "Travellers per day observed")
    points = {row["crossing_point"] for row in headcounts}
    note = (
        "in: into Iraq; out: out of Iraq. What was counted on the days observed is not an estimate of the month. "
        "–: not counted. *: vehicles were counted on fewer days than travellers."
    )
    heading = f"Headcounts at {counted(len(points), 'crossing point')}"
    body = table(heads, rows, "Headcounts: gross flows on the days observed.", numbers=4)
    return section("headcounts", "Headcounts by month", heading, body, note)


def _headcount(row: dict) -> str:
    vehicles = "–" if row["vehicles"] is None else number(row["vehicles"]) + "*" * (row["vehicle_days"] < row["observed_days"])
    shown = (number(row["travellers"]), vehicles, number(row["observed_days"]), f"{row['travellers_per_observed_day']:,.1f}")
    return "".join(f"<td class=n>{safe(text)}</td>" for text in shown)
