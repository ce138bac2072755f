"""The clearance sheet: what the person who answers for a release looks at, on one page. Internal: nothing on it is withheld."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from flows.drawing import number, percent, safe, signed
from flows.page import document, named, section, table
from flows.published import Published
from flows.release import drafting, stored
from flows.release.log import Recorded
from flows.show import counted
from transforms.release.content import Content
from transforms.release.protection import cost

_PEOPLE = {"idp": "IDPs", "returnee": "Returnees"}
_TOP = 3
# One sheet of paper.
_DENSE = "<style>@media print{html{font-size:9.4px}section{margin-top:1.1rem;padding-top:.35rem}td,th{padding:.22rem .9rem .22rem 0!important}footer{margin-top:1.2rem}}</style>"
_MEASURES = (
    "individuals", "individuals_in_camp", "individuals_out_of_camp", "households", "households_in_camp",
    "households_out_of_camp", "locations", "districts", "governorates",
)  # fmt: skip
_COVERAGE = ("new", "back", "no_longer_listed")
_PARTS = (
    ("households_change", "net"),
    ("matched_change", "at locations in both rounds (matched)"),
    ("new", "at locations never listed before"),
    ("back", "at locations back on the list"),
    ("no_longer_listed", "at locations no longer listed"),
)


def page(held: Published, one: Recorded, folder: Path) -> str:
    """The sheet of a draft, a checked, cleared or published release.

    Args:
        held: the published tables of the data folder.
        one: the release.
        folder: where its files are.
    """
    content = stored.content(folder)
    truth = drafting.truth(held, one.release.round, drafting.policy(held.data).tiers["internal"])
    return document(
        f"Clearance sheet {one.release.id}",
        [
            _head(one),
            _headline(truth, content),
            _open_items(held, one),
            _reconciliation(content),
            _suppression(held, content),
            _breaks(one.release.round),
            _signature(one),
        ],
    )


def _head(one: Recorded) -> str:
    dates = ", ".join(f"{_PEOPLE[population]} list of {date}" for population, date in sorted(one.release.list_dates.items()))
    reason = f"<p>Reason: {named(one.release.reason)}</p>" if one.release.reason else ""
    state = f"{one.state}; drafted by {one.drafted['by']} (account {one.drafted['os_user']}) {one.drafted['at']}"
    return (
        f"{_DENSE}<header><h1>Clearance sheet: R{one.release.round} {safe(one.release.tier)} v{one.release.version} "
        f"({one.release.kind})</h1><p>{safe(dates)}</p><p>{safe(state)}</p>{reason}"
        f"<p class='tier'>Internal: for the person who clears the release. Nothing here is withheld.</p></header>"
    )


def _rows(data: pa.Table, population: str, round_number: int | None = None) -> list[dict]:
    kept = data.filter(pc.equal(data["population"], population))
    if round_number is not None:
        kept = kept.filter(pc.equal(kept["round"], round_number))
    return kept.to_pylist()


def _headline(truth: dict[str, pa.Table], content: Content) -> str:
    """Both populations beside each other: figures in and out of camps, the change and its parts, top three, carried forward."""
    own = [_Figures(truth, population, content.release.round) for population in content.populations]
    heads = [
        "",
        *(head for one in own for head in (_PEOPLE[one.population], f"since R{one.before['round']}" if one.before else "–")),
    ]
    lines = [_cells(measure.replace("_", " "), [cell for one in own for cell in one.moved(measure)]) for measure in _MEASURES]
    lines += [_cells(f"change, households: {what}", [cell for one in own for cell in one.part(which)]) for which, what in _PARTS]
    lines += [_cells(f"governorate {at + 1} by households", [cell for one in own for cell in one.top(at)]) for at in range(_TOP)]
    lines.append(_cells("carried forward from an earlier round", [cell for one in own for cell in one.carried()]))
    foot = (
        "Tables national_summary, change_summary, governorate_summary, master lists. Change of coverage is no movement: locations that are "
        "new, back or no longer listed may be a matter of access."
    )
    dates = "; ".join(f"{_PEOPLE[one.population]} as of {one.now['list_date']}" for one in own)
    return section("headline", dates, "Headline and change", table(heads, lines, foot, len(heads) - 1))


def _count(value: int | None) -> str:
    return "not known" if value is None else number(value)


def _cells(what: str, cells: list[str]) -> str:
    return f"<td>{safe(what)}</td>" + "".join(f"<td class='n'>{cell}</td>" for cell in cells)


class _Figures:
    """The figures of one population in a round, each as the two cells that stand for it."""

    def __init__(self, truth: dict[str, pa.Table], population: str, round_number: int) -> None:
        national = _rows(truth["national_summary"], population)
        self.population = population
        self.now = next(row for row in national if row["round"] == round_number)
        self.change = next(iter(_rows(truth["change_summary"], population, round_number)), None)
        self.before = next((row for row in national if self.change and row["round"] == self.change["previous_round"]), None)
        listed = _rows(truth["governorate_summary"], population, round_number)
        self._governorates = sorted(listed, key=lambda row: (-row["households"], row["governorate"]))
        rows = truth[f"{population}_master_list"]
        counted = rows.filter(pc.equal(rows["round"], round_number))["update_status"].value_counts().to_pylist()
        self._statuses = {row["values"]: row["counts"] for row in counted}

    def moved(self, measure: str) -> tuple[str, str]:
        """A figure, and its change since the round before."""
        now, before = self.now[measure], self.before and self.before[measure]
        return _count(now), signed(now - before) if now is not None and before is not None else "–"

    def part(self, which: str) -> tuple[str, str]:
        """Households of a part of the change, with the locations that they are at."""
        if not self.change:
            return "–", ""
        value = self.change[f"{which}_households" if which in _COVERAGE else which]
        places = counted(self.change[f"{which}_locations"], "location") if which in _COVERAGE else ""
        return signed(-value if which == "no_longer_listed" else value), places

    def top(self, at: int) -> tuple[str, str]:
        """One of the first governorates, with its share of the households."""
        if at >= len(self._governorates):
            return "–", ""
        row = self._governorates[at]
        return f"{named(row['governorate'])} {number(row['households'])}", percent(row["households"] / self.now["households"])

    def carried(self) -> tuple[str, str]:
        """The share of locations whose count is of an earlier round; published lists do not say."""
        if set(self._statuses) <= {"unknown"}:
            return "not known", ""
        everything = sum(self._statuses.values())
        return percent(self._statuses.get("carried_forward", 0) / everything), f"of {everything:,} locations"


def _open_items(held: Published, one: Recorded) -> str:
    """What the check found, the queue, and camps beside what others say."""
    lines = [f"<td>{safe(line)}</td>" for line in (one.checked or {}).get("said", ["not checked yet"])]
    parts = [table(("check",), lines, "dtm release check; the whole report lies beside the draft.")]
    compared = held.table("comparison", round=one.release.round).to_pylist()
    if compared:
        cells = [
            f"<td>{named(row['comparison_source'])}</td><td>{named(row['area_name'] or row['area'])}</td>"
            f"<td class='n'>{_count(row['our_households'])}</td><td class='n'>{_count(row['their_households'])}</td>"
            f"<td class='n'>{safe(row['comparison_decision'] or ('open' if row['needs_decision'] else '–'))}</td>"
            for row in compared
        ]
        parts.append(table(("source", "camp or area", "ours", "theirs", "decision"), cells, "Table comparison, households.", 3))
    else:
        parts.append("<p class='note'>Camps: no other source was compared in this round.</p>")
    return section("items", "Before clearing", "Checks and open items", "".join(parts))


def _reconciliation(content: Content) -> str:
    rows = content.tables.get("reconciliation")
    own = [row for row in rows.to_pylist() if row["round"] == content.release.round] if rows is not None else []
    if not own:
        return section("published", "Published figures", "No published figure of this round was given", "")
    lines = [
        f"<td>{_PEOPLE[row['population']]}, {safe(row['measure'])}</td><td class='n'>{number(row['published_value'])}</td>"
        f"<td class='n'>{_count(row['list_value'])}</td><td class='n'>{safe(row['verdict'])}</td>"
        for row in own
    ]
    body = table(("figure", "published", "this release", "verdict"), lines, "Table reconciliation.", 3)
    return section("published", "Published figures", "Beside what was published", body)


def _suppression(held: Published, content: Content) -> str:
    """What the policy of the tier costs: rows and households of which readers do not see the count."""
    if not content.tier.threshold:
        return section("withheld", "Disclosure", f"The tier {content.tier.name} withholds nothing", "")
    spent = [
        row
        for row in cost(drafting.truth(held, content.release.round, content.tier), content.tables)
        if row.round == content.release.round
    ]
    lines = [
        f"<td>{_PEOPLE[row.population]}</td><td class='n'>{row.locations_withheld:,} of {row.locations:,}</td>"
        f"<td class='n'>{row.households_withheld:,} of {row.households:,} ({percent(row.households_withheld / row.households)})</td>"
        for row in spent
    ]
    foot = f"Figures of 1 to {content.tier.threshold - 1} households, and others from which these could be worked out."
    body = table(("population", "locations without a count", "their households"), lines, foot, 2)
    return section("withheld", "Disclosure", f"What the tier {content.tier.name} withholds", body)


def _breaks(round_number: int) -> str:
    own = [row for row in codes.rows("method_break") if int(row["round"]) == round_number]
    lines: Iterable[str] = [f"<td>{safe(row['affected_population'])}</td><td>{safe(row['change'])}</td>" for row in own]
    body = table(("population", "change"), lines, "Table method_break.") if own else ""
    heading = f"Method breaks at R{round_number}" if own else f"No method break at R{round_number}"
    return section("breaks", "Method", heading, body)


def _signature(one: Recorded) -> str:
    said = "Not cleared."
    if one.cleared:
        who = f"{one.cleared['by']}{', ' + one.cleared['role'] if one.cleared['role'] else ''}"
        said = f"Cleared by {who} (account {one.cleared['os_user']}) {one.cleared['at']}: {one.cleared['note']}"
        said += f" Override: {one.cleared['override']}" if one.cleared["override"] else ""
    return (
        f"<footer><h2>Clearance</h2><p>{safe(said)}</p><p>SHA-256 of SHA256SUMS, which holds the hash of every file: "
        f"<b>{one.sums}</b></p></footer>"
    )
