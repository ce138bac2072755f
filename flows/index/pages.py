"""The pictures of a scored round as one HTML file: no network, no script, the same bytes for the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from expectations.index import REPORT_GROUPS, SEVERE, Index
from expectations.tables import TABLES
from flows.drawing import Name, number, percent, safe
from flows.export import put
from flows.index import pictures, scatters, sentences
from flows.index.counting import Table, figures
from flows.index.figures import PUBLIC_LOCATIONS, UNCLASSIFIED, Figures, Hotspot, Location
from flows.index.sentences import Sentence
from flows.page import document, page_file
from flows.published import Published
from flows.show import counted

INTERNAL = "internal"  # whatever else is asked for is for the public
_OF_ALL_ROUNDS = ("index_run", "index_round")  # their other rounds are said where one is not held
_NEAR_SHOWN = 12


def write(held: Published, index: Index, index_round: int, model: str | None, tier: str, target: Path) -> Path:
    """Write the page of a round; gives back ``target``.

    Args:
        index_round: round of the index, not of a master list.
        model: id of the model, or its id and version; None where the round was scored with one only.
        tier: ``public``, or ``internal`` with single locations.

    Raises:
        Problem: the round or model is not held, or the target is no HTML file or lies in a data folder.
        OSError: it cannot be written.
    """
    path = page_file(target)
    made = drawn(held, index, index_round, model, tier)
    put(path, lambda waiting: waiting.write_text(made, encoding="utf-8", newline="\n"))
    return target


def drawn(held: Published, index: Index, index_round: int, model: str | None, tier: str) -> str:
    """The page of a round as text; what is wrong as for :func:`write`."""
    return page(figures(_table(held, index_round), index, index_round, model, is_public=tier != INTERNAL))


def _table(held: Published, index_round: int) -> Table:
    def table(name: str) -> list[dict]:
        is_cut = "index_round" in TABLES[name].columns and name not in _OF_ALL_ROUNDS
        return held.table(name, index_round=index_round if is_cut else None).to_pylist()

    return table


def page(found: Figures) -> str:
    """The whole page."""
    sections = (
        _head(found), _key_figures(found), _severity(found), _spread(found), _hotspots(found), _change(found), _drivers(found),
        _most_severe(found), _foot(found),
    )  # fmt: skip
    return document(sentences.title(found.run), sections)


# --- pieces of HTML -------------------------------------------------------------------------------------------------------------


def _words(*parts: str) -> str:
    return "".join(f'<bdi dir="auto">{safe(str(part))}</bdi>' if isinstance(part, Name) else safe(part) for part in parts)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _path(path: Sequence[str]) -> str:
    return " › ".join(_words(Name(part)) for part in path)


def _section(name: str, kicker: str, sentence: Sentence, body: str = "", notes: Sequence[str | Sentence] = ()) -> str:
    """A heading with the sentence of the picture, the picture, and what to know when reading it."""
    written = (_words(*([note] if isinstance(note, str) else note)) for note in notes if note)
    said = "".join(f"<p class='note'>{note}</p>" for note in written)
    # a table may run on to the next sheet of paper, a drawing may not
    whole = "" if "<table" in body else " class='whole'"
    return f"<section{whole}><p class='kicker'>{safe(kicker)}</p><h2 id='{name}'>{_words(*sentence)}</h2>{body}{said}</section>"


def _figure(picture: str) -> str:
    return f"<figure>{picture}</figure>"


def _listed(found: Figures, heads: Sequence[str], rows: Sequence[str]) -> str:
    """A table as a picture, with the line that every picture has."""
    head = "".join(
        f"<th{' class=n' if word in (_capital(found.run.people), 'Score of 100') else ''}>{safe(word)}</th>" for word in heads
    )
    # the foot of a table is printed on each sheet of paper that the table takes
    foot = f"<tr><td colspan='{len(heads)}'>{safe(sentences.signature(found.run))}</td></tr>"
    return f"<figure><table><thead><tr>{head}</tr></thead><tfoot>{foot}</tfoot><tbody>{''.join(rows)}</tbody></table></figure>"


# --- sections -------------------------------------------------------------------------------------------------------------------


def _head(found: Figures) -> str:
    run = found.run
    said = f"<strong>{safe(run.disclaimer)}</strong>" if run.disclaimer else "<strong>Official model</strong>"
    return (
        f"<header><h1>{safe(sentences.title(run))}</h1><p>{safe(sentences.sources(run))}</p><p>{safe(sentences.model(run))}.</p></header>"
        f"<p class='band'>{said}<span>{safe(sentences.tier(run))}</span></p>"
    )


def _key_figures(found: Figures) -> str:
    run, national = found.run, found.national
    tiles = []
    for group in (*REPORT_GROUPS, UNCLASSIFIED):
        count, locations = getattr(national.split, group), getattr(national.locations, group)
        share = "not in shares" if group == UNCLASSIFIED else f"{percent(national.split.share(group))} of classified"
        below = f"{share} · {counted(locations, 'location')}" if run.is_weighted else share
        name = "no overall score" if group == UNCLASSIFIED else f"{group} severity"
        tiles.append(
            f"<div class='tile {group}'><p>{name}</p><p class='big'>{number(count)}</p><p>{safe(run.counted)}</p><p>{below}</p></div>"
        )
    warned = "".join(f"<p class='warning'>{safe(warning)}</p>" for warning in sentences.warnings(run, national))
    line = f"<figcaption>{safe(sentences.signature(run))}</figcaption>"
    return f"<figure><div class='tiles'>{''.join(tiles)}</div><p class='coverage'>{safe(sentences.coverage(run, national))}</p>{warned}{line}</figure>"


def _severity(found: Figures) -> str:
    picture = pictures.stacked(found.governorates, sentences.signature(found.run))
    notes = [
        f"{_capital(found.run.counted) + ' at assessed' if found.run.is_weighted else 'Assessed'} locations; longest bar: most assessed. "
        "Percentages: of the classified.",
        "Few classified: fewer than 5 classified locations, so that a share or rank says little."
        if any(own.is_few_classified for own in found.governorates)
        else "",
    ]
    return _section("severity", "Severity by governorate", sentences.severity(found), _figure(picture), notes)


def _spread(found: Figures) -> str:
    run, own = found.run, found.spread
    kicker = "One scale against the other" if len(run.scales) == 2 else "The domains"
    if not own.points:
        return _section("spread", kicker, sentences.spread(found))
    what = sentences.what_is_shown(run)
    draw = scatters.scatter if len(run.scales) == 2 else scatters.strips
    picture = draw(own, run.scales, run.people, what, sentences.signature(run))
    notes = [
        f"Dashed lines: where the categories of the model begin.{'' if run.is_public else ' The overall group comes from the overall score, not from one scale.'}"
    ]
    if run.is_public:
        mean = (
            f"weighted with {run.index.households.replace('_', ' ').replace('idp', 'IDP')}"
            if run.is_weighted
            else "each location as one"
        )
        notes.append(
            f"An area is a sub-district with at least {PUBLIC_LOCATIONS} classified locations, or a district where none of its sub-districts has so many or is known. "
            f"Scores are means, {mean}; the colour is the group of the mean."
        )
        if own.hidden:
            notes.append(f"{counted(own.hidden, 'classified location')} in no such area: not shown.")
    elif own.hidden:
        notes.append(f"{counted(own.hidden, 'classified location')} without the score of a scale: not shown.")
    return _section("spread", kicker, sentences.spread(found), _figure(picture), notes)


def _hotspots(found: Figures) -> str:
    run, own = found.run, found.hotspots
    sentence = sentences.hotspots(found)
    notes = [_near(found)]
    if own.withheld:
        notes.append(f"{counted(own.withheld, 'hotspot')} with fewer than {PUBLIC_LOCATIONS} locations: not shown to the public.")
    if not own.shown:
        return _section("hotspots", "Hotspots", sentence, notes=notes)
    longest = max((part.points for spot in own.shown for part in spot.parts), default=0)
    rows = [_hotspot(found, spot, longest) for spot in own.shown]
    heads = ("Sub-district or unit", _capital(run.people), "Rules and reason", "Largest parts, points of 100")
    shown = (
        f"The {len(own.shown)} with most {run.people} of {number(own.found)}. "
        if own.found > len(own.shown)
        else f"In the order of their {run.people}. "
    )
    notes.insert(
        0,
        f"{shown}Rule a: {_category(run.model['hotspot_high_from'])} on the scale. Rule b: {_category(run.model['hotspot_medium_from'])} on the scale, with many {run.people}: {_many(found)}.",
    )
    return _section("hotspots", "Hotspots", sentence, _listed(found, heads, rows), notes)


def _category(name: object) -> str:
    return f"{str(name).replace('_', ' ')} or worse"


def _many(found: Figures) -> str:
    value = found.run.model["hotspot_large_value"]
    if found.run.model["hotspot_large_mode"] == "absolute":
        return f"{number(value)} or more"
    return f"from percentile {value:g} of the units of the round on"


def _near(found: Figures) -> Sentence:
    own = found.hotspots
    if not own.near:
        return ()
    said = ["Near a hotspot, just missing a rule: "]
    for at, (path, people) in enumerate(own.near[:_NEAR_SHOWN]):
        said += ["; " if at else "", *(part for place in path for part in (Name(place), " › "))][:-1]
        said.append(f" ({number(people)})" if people is not None else "")
    return (*said, f"; and {number(len(own.near) - _NEAR_SHOWN)} more." if len(own.near) > _NEAR_SHOWN else ".")


def _hotspot(found: Figures, spot: Hotspot, longest: float) -> str:
    rules = " ".join(
        f"<span class='rule'>{safe(sentences.rule(found.run, letter, scale))}</span>" for letter, scale in spot.rules
    )
    people = number(spot.people) if spot.people is not None else "not known"
    count = counted(spot.locations, "location")
    return (
        f"<tr><td class='place'><strong>{_words(Name(spot.path[-1]))}</strong><p class='small'>{_path(spot.path[:-1])}</p></td>"
        f"<td class='n'>{people}<p class='small'>{count}</p></td>"
        f"<td>{rules}<p>{safe(spot.sentence)}</p></td>"
        f"<td class='parts'>{pictures.parts_bars(spot.parts, longest)}</td></tr>"
    )


def _change(found: Figures) -> str:
    own = found.change
    if own is None:
        return _section("change", "Change since the previous round", sentences.change(found.run, own))
    picture = pictures.waterfall(own, found.run.row["index_round"], sentences.signature(found.run))
    notes = [
        "Plain: now minus before, whatever was assessed. Like-for-like: only locations classified in both rounds. "
        "Coverage: locations classified in one of the two rounds only."
    ]
    return _section("change", "Change since the previous round", sentences.change(found.run, own), _figure(picture), notes)


def _drivers(found: Figures) -> str:
    own = found.drivers
    if found.change is None:
        return ""
    kicker = "What the change of the mean score goes with"
    if own is None:
        return _section("drivers", kicker, sentences.drivers(own))
    picture = pictures.diverging(own, sentences.signature(found.run))
    notes = [
        "Points of 100 of the weighted mean score, at locations scored in both rounds. A change goes with an indicator; it is never caused by it. "
        "People living at other locations than before move the mean although no location changed.",
    ]
    if round(own.coverage, 1):
        notes.append(
            f"{own.coverage:+.1f} of these points lie at locations where other indicators were answered than before.".replace(
                "-", "−", 1
            )
        )
    if own.withheld:
        notes.append(f"{own.withheld} sensitive indicators are withheld: fewer than {PUBLIC_LOCATIONS} locations are compared.")
    return _section("drivers", kicker, sentences.drivers(own), _figure(picture), notes)


def _most_severe(found: Figures) -> str:
    if found.run.is_public:
        return ""
    own = found.most_severe
    if not own:
        return _section("severe", "The most severe locations", sentences.most_severe(found))
    longest = max((part.points for one in own for part in one.parts), default=0)
    rows = [_location(found, at, one, longest) for at, one in enumerate(own, 1)]
    heads = ("", "Location", _capital(found.run.people), "Score of 100", "Largest parts, points of 100")
    return _section("severe", "The most severe locations", sentences.most_severe(found), _listed(found, heads, rows))


def _location(found: Figures, at: int, one: Location, longest: float) -> str:
    names = " / ".join(_words(Name(name)) for name in (one.name, one.name_ar) if name) or safe(f"place {one.place_id}")
    group = found.run.overall.category(one.overall).group
    people = number(one.people) if one.people is not None else "not known"
    return (
        f"<tr><td class='n at'>{at}</td><td><strong>{names}</strong><p class='small'>{_path(one.path)} · {safe(one.place_id)}</p></td>"
        f"<td class='n'>{people}</td><td class='n'><strong>{one.overall:.1f}</strong><p class='small'><i class='dot {group}'></i>{safe(one.category.replace('_', ' '))}</p></td>"
        f"<td class='parts'>{pictures.parts_bars(one.parts, longest)}</td></tr>"
    )


def _foot(found: Figures) -> str:
    run = found.run
    worst = [category.name for category in run.overall.categories if category.group == SEVERE]
    group = f" High comprises the categories {' and '.join(name.replace('_', ' ') for name in worst)}." if len(worst) > 1 else ""
    before = f" Compared with round {found.change.previous_index_round}." if found.change else ""
    reading = (
        "Scores run from 0, all conditions asked for are met, to 100, none is met: more is worse.",
        f"Categories are taken from unrounded scores: 49.96 shows as 50.0 and is below 50.{group}",
        f"Numbers of {run.people} are those of the master-list round at assessed locations, not of all locations; shares leave out locations without an overall score.",
        "Individuals are households times 6, as in the master lists.",
        f"Rounds of the master list and of the index are numbered apart. {sentences.sources(run)}{before}",
        f"That the public sees no scores of fewer than {PUBLIC_LOCATIONS} locations is a setting of this project, not IOM's.",
    )
    said = "".join(f"<li>{safe(one)}</li>" for one in reading)
    line = safe(sentences.signature(run))
    return f"<footer><h2>How to read this page</h2><ul>{said}</ul><p class='tier'>{safe(sentences.tier(run))}</p><p>{line}</p></footer>"
