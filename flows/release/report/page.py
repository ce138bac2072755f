"""The report of a round as one HTML file in a language: no script, no network, the same bytes for the same content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from expectations.index import disclaimer
from expectations.release import DISCLAIMER, DISCLAIMER_AR
from flows.drawing import LINE, QUIET, safe
from flows.page import document, named, section
from flows.release.report import pictures
from flows.release.report.asking import Answer, asked
from flows.release.report.marking import marked
from flows.release.report.sentences import Sentences
from flows.release.report.tables import POPULATIONS, Tables
from flows.release.report.words import day, plain
from flows.release.words import DIRECTION, word
from transforms.release.content import Content

_TILES = ("individuals", "households", "governorates", "districts", "locations")
_OF_MAP = {"en": DISCLAIMER, "ar": DISCLAIMER_AR}


def page(content: Content, language: str, answers: Mapping[str, Answer] | None = None) -> str:
    """The report of the round of a release.

    Args:
        content: of the release; nothing else is read.
        language: en or ar.
        answers: to the queries of the report, where they were asked already.
    """
    return _Report(content, language, answers or asked(content)).whole()


@dataclass(frozen=True)
class _Report:
    """What the sections of a page share."""

    content: Content
    language: str
    answers: Mapping[str, Answer]

    @property
    def names(self) -> dict[str, str]:
        """Governorate -> its name in the language of the page."""
        rows = self.answers["governorate_round"].rows if self.language == "ar" else ()
        return {row["governorate"]: row["governorate_ar"] for row in rows if row["governorate_ar"]}

    @property
    def signature(self) -> str:
        """The line under every picture and table."""
        release = self.content.release
        return self.words("signature", round=release.round, version=release.version, kind=word(release.kind, self.language))

    @property
    def tables(self) -> Tables:
        return Tables(self.answers, self.language, self.signature, self.names)

    @property
    def sentences(self) -> Sentences:
        return Sentences(self.answers, self.language, self.names)

    def words(self, key: str, **names: object) -> str:
        """A text without numbers of the data."""
        return plain(key, self.language, **names)

    def whole(self) -> str:
        """The page."""
        sections = (
            self.head(), self.at_a_glance(), self.trend(), self.change(), self.origin(), self.shelter(), self.period(), self.arrivals(),
            self.returns(), self.matrices(), self.map(), self.camps(), self.index(), self.rounds(), self.method(), self.foot(),
        )  # fmt: skip
        title = f"{self.words('title', round=self.content.release.round)} · {self.content.release.id}"
        return document(title, sections, language=self.language, direction=DIRECTION[self.language], style=self.style())

    # --- sections -------------------------------------------------------------------------------------------------------------

    def head(self) -> str:
        release, tier = self.content.release, self.content.tier
        dates = "; ".join(f"{word(one, self.language)} {day(release.list_dates[one], self.language)}" for one in self.listed)
        whom = " · ".join(filter(None, (self.words(f"tier_{release.tier}"), release.recipient)))
        kind = f"{word('version', self.language)} {release.version} · {self.words(f'kind_{release.kind}')}"
        reason = f"<p>{named(release.reason)}</p>" if release.reason else ""
        notes = "".join(f"<p class='warning'>{named(note)}</p>" for note in self.content.notes)
        withheld = self.words("partly_withheld", threshold=tier.threshold)
        return (
            f"<header><h1>{safe(self.words('title', round=release.round))}</h1><p>{safe(self.words('about', dates=dates))}</p>{reason}</header>"
            f"<p class='band'><strong>{safe(kind)}</strong><span>{named(whom)} · <bdi dir='ltr'>{safe(release.id)}</bdi></span></p>{notes}"
            + (f"<p class='small'>{safe(withheld)}</p>" if tier.threshold else "")
        )

    @property
    def listed(self) -> tuple[str, ...]:
        """The populations with a list of the round, returnees first."""
        return tuple(population for population in POPULATIONS if population in self.content.populations)

    def at_a_glance(self) -> str:
        answer, parts = self.answers["headline"], []
        for population in POPULATIONS:
            parts.append(f"<h3>{safe(word(population, self.language))}</h3>")
            rows = answer.of(population=population)
            if not rows:
                parts.append(self.sentences.no_list(population))
                continue
            tiles = "".join(
                f"<div class='tile {population}'><p class='big'>{marked(answer.figure(rows[0], measure), self.language)}</p><p>{safe(self._measure(measure))}</p></div>"
                for measure in _TILES
            )
            parts.append(f"<div class='tiles five'>{tiles}</div>{self.sentences.headline(population)}")
        return self._section(
            "at_a_glance", "at_a_glance", "returnees_then_idps", "".join(parts), self.words("apart"), reads="headline"
        )

    def _measure(self, name: str) -> str:
        return self.words(name) if name in ("governorates", "districts") else word(name, self.language)

    def trend(self) -> str:
        trend, breaks = self.answers["trend"], self.answers["break"]
        if not trend.rows:
            return self._section("trend", "trend", "trend_heading", "", reads="trend")
        drawn = f"<figure dir='ltr'>{pictures.trend(trend, breaks, self.signature, self.language)}</figure>"
        body = drawn + f"<p class='note'>{safe(self.words('trend_note'))}</p>" + self.tables.trend()
        if breaks.rows:
            body += f"<h3>{safe(self.words('breaks'))}</h3>{self.tables.breaks()}"
        return self._section("trend", "trend", "trend_heading", body)

    def change(self) -> str:
        body = self.sentences.net_change() + self.sentences.top_governorates()
        note = ""
        if self.answers["change_part"].rows:
            body, note = body + self.tables.changes(), self.words("net_note")
        return self._section("change", "net_change", "net_heading", body, note, reads="change_part")

    def origin(self) -> str:
        if "idp" not in self.content.populations:
            return ""
        districts = self.answers["origin_district"]
        if not districts.is_held or not districts.rows:
            body = self.sentences.plain("origin_not_published" if districts.is_held else self._why_no_districts())
        else:
            body = self.tables.origin_districts()
        if self.answers["origin"].rows:
            body += f"<h3>{safe(self.words('origin_governorates'))}</h3>{self.tables.origins()}"
        return self._section("origin", "origin_kicker", "origin_heading", body)

    def _why_no_districts(self) -> str:
        """Published lists carry no district of origin, whatever the tier; of field rounds the tier may not hold it."""
        is_published = any(
            row["population"] == "idp" and row["release_kind"] == "published" for row in self.answers["edition"].rows
        )
        return "origin_not_published" if is_published else "not_in_release"

    def shelter(self) -> str:
        parts = []
        for population in self.listed:
            parts.append(f"<h3>{safe(word(population, self.language))}</h3>")
            if not self.answers["shelter_group"].of(population=population):
                parts.append(self._no_margin(population))
                continue
            heading = self.words("shelter_governorates", population=word(population, self.language))
            parts += [self.sentences.shelter(population), self.tables.shelters(population)]
            parts += [f"<h3>{safe(heading)}</h3>", self.tables.shelter_governorates(population)]
        return self._section(
            "shelter", "shelter_kicker", "shelter_heading", "".join(parts), self.words("shelter_note"), reads="shelter_group"
        )

    def period(self) -> str:
        parts = []
        for population in self.listed:
            is_there = bool(self.answers["period"].of(population=population))
            told = self.tables.periods(population) if is_there else self._no_margin(population)
            parts.append(f"<h3>{safe(word(population, self.language))}</h3>{told}")
        return self._section("period", "period_kicker", "period_heading", _beside(parts), reads="period")

    def arrivals(self) -> str:
        answer, note = self.answers["new_arrival"], ""
        kinds = {row["release_kind"] for row in self.answers["edition"].rows if row["population"] == "idp"}
        if answer.rows:
            body, note = self.sentences.arrivals() + self.tables.arrivals(), self.words("arrivals_note")
        else:
            body = self.sentences.plain("arrivals_none" if answer.is_held or kinds <= {"published"} else "not_in_release")
        return self._section("arrivals", "arrivals_kicker", "arrivals_heading", body, note)

    def returns(self) -> str:
        parts = []
        if "returnee" in self.listed:
            parts.append(f"<h3>{safe(self.words('returns_by_governorate'))}</h3>{self.tables.governorates('returnee')}")
            last = self.answers["last_displacement"]
            if last.is_held:
                told = self.tables.last_displacements() if last.rows else self._no_margin("returnee")
                parts.append(f"<h3>{safe(self.words('returns_by_last_displacement'))}</h3>{told}")
        body = _beside(parts) or self.sentences.no_list("returnee")
        if "idp" in self.listed:
            body += f"<h3>{safe(self.words('idps_by_governorate'))}</h3>{self.tables.governorates('idp')}"
        return self._section("returns", "returns_kicker", "returns_heading", body, reads="governorate")

    def matrices(self) -> str:
        made = []
        wanted = (
            ("origin_to_displacement", "matrix_idp", "origin_governorate", "governorate"),
            ("last_displacement_to_return", "matrix_returnee", "governorate", "last_displacement_governorate"),
        )
        for query, heading, across, down in wanted:
            if self.answers[query].rows:
                body = self.tables.matrix(query, across, down)
                made.append(self._section(query, "matrix_kicker", heading, body, self.words("matrix_note")))
        return "".join(made)

    def map(self) -> str:
        points, circles = self.answers["map_point"], self.answers["map_circle"]
        note = f"{self.words('map_note')} {_OF_MAP[self.language]}"
        body = ""
        if points.rows:
            drawn = pictures.maps(points, circles, self.names, self.signature, self.language)
            body = f"<figure dir='ltr'>{drawn}</figure>{self.sentences.left_out_of_map()}"
        return self._section("map", "map_kicker", "map_heading", body, note, reads="map_point")

    def camps(self) -> str:
        if "idp" not in self.listed:
            return ""
        answer, body = self.answers["camp"], self.sentences.camps()
        if answer.is_held and self.answers["change_part"].of(population="idp"):
            body += self.tables.camps() if answer.rows else self.sentences.plain("camps_none")
        return self._section(
            "camps", "camps_kicker", "camps_heading", body, self.words("camps_note") if answer.rows else "", reads="camp"
        )

    def index(self) -> str:
        answer, parts = self.answers["return_index"], []
        told = {(row["index_round"], row["model_id"], row["model_version"]): row["model_status"] for row in answer.rows}
        for (number, model, version), status in told.items():
            heading = self.words("index_round", index_round=number, model=f"{model} {version}")
            own = disclaimer(status)
            parts.append(f"<h3>{named(heading)}</h3>" + (f"<p class='warning' dir='ltr'>{safe(own)}.</p>" if own else ""))
            parts.append(self.tables.severity(number, model, version))
        body = "".join(parts) or (self.sentences.plain("index_none") if answer.is_held else "")
        return self._section(
            "index", "index_kicker", "index_heading", body, self.words("index_unrated") if parts else "", reads="return_index"
        )

    def rounds(self) -> str:
        parts = []
        for population in POPULATIONS if self.answers["governorate_round"].rows else ():
            parts.append(f"<h3>{safe(word(population, self.language))}</h3>{self.tables.rounds(population)}")
        return self._section(
            "rounds", "rounds_kicker", "rounds_heading", "".join(parts), self.words("rounds_note"), reads="governorate_round"
        )

    def method(self) -> str:
        told = [self.sentences.plain("method_unit"), self.sentences.multipliers()]
        told += [self.sentences.plain(key) for key in ("stock", "unequal", "empty")]
        told.append(self.sentences.editions())
        return self._section("method", "method_kicker", "method_heading", f"<div class='box'>{''.join(told)}</div>")

    def foot(self) -> str:
        publisher = self.content.publisher
        lines = [("licence", publisher.licence), ("contact", publisher.contact)]
        said = f"<p>{named(publisher.credit)}</p>"  # names itself as the source
        said += "".join(f"<p><b>{safe(word(key, self.language))}:</b> {named(text)}</p>" for key, text in lines if text)
        translation = self.words("translation")
        return (
            f"<footer>{said}<p>{safe(self.words('draft_prose'))}</p>"
            + (f"<p class='warning'>{safe(translation)}</p>" if translation else "")
            + f"<p class='tier'>{safe(self.signature)}</p></footer>"
        )

    # --- pieces ---------------------------------------------------------------------------------------------------------------

    def _no_margin(self, population: str) -> str:
        return self.sentences.plain("no_margin", population=word(population, self.language))

    def _section(self, name: str, kicker: str, heading: str, body: str, note: str = "", reads: str = "") -> str:
        """A section; one whose query has no tables says so instead."""
        if reads and not self.answers[reads].is_held:
            body, note = self.sentences.plain("not_in_release"), ""
        return section(name, self.words(kicker), self.words(heading), body, note)

    def style(self) -> str:
        """What printing adds: who, which version and under which terms, on every sheet of paper."""
        release, publisher = self.content.release, self.content.publisher
        start, end = ("left", "right") if DIRECTION[self.language] == "ltr" else ("right", "left")
        head = f"{self.words('title', round=release.round)} · {word('version', self.language)} {release.version} · {word(release.kind, self.language)}"
        foot = f"{publisher.credit}. {publisher.licence}"
        counter = f"{_quoted(self.words('page_of') + ' ')} counter(page) {_quoted(' / ')} counter(pages)"
        box = f"font-family:sans-serif;font-size:7.5px;color:{QUIET};direction:{DIRECTION[self.language]}"
        return _STYLE + (
            f"@page{{size:A4;margin:16mm 12mm 20mm;@top-{start}{{content:{_quoted(head)};{box}}}@top-{end}{{content:{_quoted(self.words(f'tier_{release.tier}'))};{box}}}"
            f"@bottom-{start}{{content:{_quoted(foot)};{box};direction:ltr;text-align:{start};width:84%;vertical-align:top;padding-top:3mm}}"
            f"@bottom-{end}{{content:{counter};{box};vertical-align:top;padding-top:3mm}}}}"
        )


def _beside(parts: list[str]) -> str:
    """Tables beside each other, where there are two."""
    return f"<div class='pair'>{''.join(f'<div>{part}</div>' for part in parts)}</div>" if len(parts) > 1 else "".join(parts)


def _quoted(text: str) -> str:
    """A text as a string of CSS: everything but plain letters and digits as its number."""
    return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in text) + '"'


_STYLE = f"""
h3{{font-size:1rem;margin:1.1rem 0 .4rem;break-after:avoid}}
.said{{margin:.5rem 0 0;max-width:62rem}}.said+figure,.said+div{{margin-top:.6rem}}
.tiles.five{{grid-template-columns:1.3fr 1.3fr 1fr 1fr 1fr}}.tile.returnee{{border-color:{pictures.SERIES["returnee"]}}}.tile.idp{{border-color:{pictures.SERIES["idp"]}}}
th,td{{text-align:start;padding-inline:0 .9rem}}th.n,td.n{{text-align:end}}td.group{{font-weight:600}}td.day,td.code{{white-space:nowrap}}
data{{unicode-bidi:isolate}}data.withheld{{font-style:italic;color:{QUIET}}}data.none{{color:{QUIET}}}
.trend table,.rounds table{{font-size:.82rem}}.trend th,.rounds th{{white-space:normal;vertical-align:bottom}}.trend th,.trend td,.rounds th,.rounds td{{padding-inline-end:.5rem}}
.matrix table{{font-size:.82rem}}.matrix td,.matrix th{{padding-inline-end:.35rem}}.matrix th{{vertical-align:bottom;white-space:normal}}
.wide table{{font-size:.74rem}}.wide th.n bdi{{display:inline-block;writing-mode:vertical-rl;white-space:nowrap}}
.pair{{display:grid;grid-template-columns:1fr 1fr;gap:0 2.2rem}}.pair th.n{{white-space:normal;vertical-align:bottom}}
.box{{border:1px solid {LINE};background:#f7f8f9;padding:.4rem 1rem .9rem}}
[dir=rtl] .band{{border-left-width:1px;border-right-width:6px}}[dir=rtl] .warning{{border-left:0;border-right:6px solid #d3902a}}
.box .said{{margin:.3rem 0 0}}
@media(max-width:640px){{.pair,.tiles.five{{grid-template-columns:1fr}}}}
@media print{{td{{padding-top:.22rem;padding-bottom:.22rem}}.matrix table{{font-size:8.5px}}.wide table{{font-size:7px}}.trend table,.rounds table{{font-size:8.5px}}.rounds td,.trend td{{padding-top:.15rem;padding-bottom:.15rem}}}}
"""
