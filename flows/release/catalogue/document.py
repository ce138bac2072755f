"""The catalogue as one HTML file: data as JSON, a plain script that puts every text in as text, and no other source allowed."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from importlib import resources

from expectations.columns import POPULATIONS
from expectations.release import DISCLAIMER, DISCLAIMER_AR
from flows.drawing import HATCH, INK, LETTERS, LINE, QUIET, number, safe
from flows.page import document, named, table
from flows.release.catalogue import shelf
from flows.release.catalogue.figures import WITHHELD, Figure, Figures, shown
from flows.release.catalogue.places import places
from flows.release.catalogue.words import every
from flows.release.listing import Version
from flows.release.words import DIRECTION, SHELTER_TYPES, WAVES, word
from transforms.release.content import Content

NAME = "index.html"
IDP, RETURNEE = "#1d5b8a", "#2f7d5b"
# Inside of a script element only these could end it, or be read as something else than a text.
_ESCAPED = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}
# Shelter types of one group stand side by side.
_BY_GROUP = (
    "case shelter_group when 'camp' then 1 when 'private' then 2 when 'critical' then 3 when 'unclassified' then 4 else 5 end"
)
_STYLE = f":root{{--ink:{INK};--quiet:{QUIET};--line:{LINE};--idp:{IDP};--returnee:{RETURNEE};--letters:{LETTERS}}}\n"


def page(versions: Sequence[Version], content: Content | None) -> str:
    """The page of a release root of a tier.

    Args:
        versions: those of the root, newest first; their files are linked relative to the page.
        content: of the newest release in force; every figure is one of its tables. None where every version was withdrawn.

    Returns:
        One HTML file as text; the same arguments give the same text.
    """
    if content is None:
        return _without_figures(versions)
    script, style = _own("catalogue.js"), _STYLE + _own("catalogue.css")
    policy = (
        f"default-src 'none'; script-src 'sha256-{_hash(script)}'; style-src 'sha256-{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    figures = Figures(content)
    try:
        told = data(versions, content, figures)
    finally:
        figures.close()
    return _PAGE.format(
        title=safe(f"DTM Iraq: {every()['title'][0]}"),
        policy=policy,
        style=style,
        body=_BODY,
        plain=_plain(told, versions),
        data=as_script(told),
        script=script,
    )


def _without_figures(versions: Sequence[Version]) -> str:
    """The page of a root in which no version is in force: what there was, and why it was withdrawn."""
    rows = (
        f"<th>{safe(version.id)}</th><td>{safe(version.state)}</td><td>{version.published_on}</td><td>{named(version.reason)}</td>"
        for version in versions
    )
    heading = "No version is in force"
    listed = table(("Release", "State", "Published", "Reason"), rows, "Files of withdrawn versions are not offered.")
    return document(f"DTM Iraq: {every()['title'][0]}", (f"<header><h1>{heading}</h1></header>", listed))


def data(versions: Sequence[Version], content: Content, figures: Figures) -> dict:
    """Everything that the script shows."""
    margins = {}
    if figures.has("shelter_summary", "shelter_group"):
        margins["shelter"] = _labelled(
            figures.margin("shelter_summary", "shelter_type", "shelter_type_en", _BY_GROUP, "shelter_group"), SHELTER_TYPES
        )
    if figures.has("period_summary", "wave"):
        margins["period"] = _labelled(figures.margin("period_summary", "wave", "wave_en", "wave_order", "wave_order"), WAVES)
    routes = {
        population: figures.routes(name, origin)
        for population, name, origin in (
            ("idp", "idp_origin_to_displacement", "origin_governorate"),
            ("returnee", "returnee_last_displacement_to_return", "last_displacement_governorate"),
        )
        if figures.has(name, origin)
    }
    return {
        "about": _about(content),
        "words": every(),
        "direction": DIRECTION,
        "populations": list(POPULATIONS),
        "colours": {"idp": IDP, "returnee": RETURNEE, "ink": INK, "quiet": QUIET, "line": LINE, "hatch": HATCH},
        **figures.areas.listed(),
        "rounds": figures.rounds(),
        "national": figures.national(),
        "by_governorate": figures.governorates(),
        "by_district": figures.districts(),
        "margins": margins,
        "routes": routes,
        "changes": figures.changes(),
        "largest_changes": figures.largest_changes(),
        "breaks": figures.breaks(),
        "places": places(figures, content),
        "versions": shelf.versions(versions),
        "revisions": shelf.revisions(content),
        "dictionary": shelf.words_of_data(content),
    }


def _labelled(margin: dict, arabic: dict[str, str]) -> dict:
    """The categories with their Arabic words, where there are any."""
    margin["categories"] = [[label, arabic.get(code)] for code, label in margin["categories"]]
    return margin


def _about(content: Content) -> dict:
    release, publisher = content.release, content.publisher
    return {
        "id": release.id,
        "tier": release.tier,
        "meaning": content.tier.meaning,
        "threshold": content.tier.threshold,
        "coordinate_decimals": content.tier.coordinate_decimals,
        "recipient": shown(release.recipient),
        "round": release.round,
        "version": release.version,
        "kind": release.kind,
        "reason": shown(release.reason),
        "feedback": [shown(one) for one in release.feedback],
        "list_dates": {population: date.isoformat() for population, date in release.list_dates.items()},
        "publisher": shown(publisher.name),
        "credit": shown(publisher.credit),
        "licence": shown(publisher.licence),
        "contact": shown(publisher.contact),
        "notes": [shown(note) for note in content.notes],
        "disclaimer": [DISCLAIMER, DISCLAIMER_AR],
    }


def as_script(told: dict) -> str:
    """JSON that can stand in a script element of a page: no markup and no line separator in it."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).translate(_ESCAPED)


def _plain(told: dict, versions: Sequence[Version]) -> str:
    """What a reader without script sees: the figures of the round by governorate, and the files."""
    newest = told["about"]["round"]
    rows = {p: {row[0]: row for row in told["by_governorate"][p].get(newest, ())} for p in POPULATIONS}
    body = []
    for at, (name, _) in enumerate(told["governorates"]):
        cells = (_cell(rows[p].get(at), measure) for p in POPULATIONS for measure in (1, 2))
        body.append(f"<th>{named(name)}</th>{''.join(cells)}")
    measures = [f"{word(p, 'en')}: {word(m, 'en').lower()}" for p in POPULATIONS for m in ("households", "individuals")]
    figures = table((word("governorate", "en"), *measures), body, told["about"]["credit"], numbers=4)
    files = "".join(
        f'<li><a href="{safe(shelf.address(version, file.path))}">{safe(version.id)}: {safe(file.path)}</a></li>'
        for version in versions
        if version.state != "withdrawn"
        for file in version.files
    )
    return f"<h1>DTM Iraq, R{newest}</h1>{figures}<ul>{files}</ul>"


def _cell(row: Sequence[Figure] | None, measure: int) -> str:
    if row is None:
        return f"<td>{safe(every()['no_location'][0])}</td>"
    value = row[measure]
    said = word("suppressed", "en") if value == WITHHELD else word("missing", "en") if value is None else number(int(value))
    return f"<td class=n>{safe(said)}</td>"


def _own(name: str) -> str:
    return resources.files("flows.release.catalogue").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


_BODY = '<a class="skip" href="#governorates"></a><div id="page"></div>'
_PAGE = """<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">
<title>{title}</title><style>{style}</style></head><body>
{body}
<noscript><div class="sheet">{plain}</div></noscript>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body></html>
"""
