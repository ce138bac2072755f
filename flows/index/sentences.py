"""What one sees in the pictures of a scored round, in sentences with numbers; all of them computed.

A sentence is a sequence of words; names from the data are :class:`flows.drawing.Name` among them.
"""

from __future__ import annotations

from expectations.index import SEVERE
from flows.drawing import Name, number, percent, signed, signed_points
from flows.index.figures import PUBLIC_LOCATIONS, Change, Drivers, Figures, National, Run, severe
from flows.show import counted

Sentence = tuple[str, ...]

_BASIS = {
    "published": "as published",
    "inferred": "inferred from the months of collection",
    "given": "as given with the answers",
}
_REASONS = {"no_master_list": "the list is not held", "not_in_list": "not in the list", "not_known": "the list has no number"}


def title(run: Run) -> str:
    """Index and round."""
    return f"{run.index.title}, round {run.row['index_round']}"


def tier(run: Run) -> str:
    """For whom the page is."""
    return "public tier" if run.is_public else "internal tier: not for sharing"


def signature(run: Run) -> str:
    """The line of every picture: what it is, by which model, for whom."""
    row = run.row
    parts = (
        run.disclaimer,
        f"{title(run)}, {run.people} of R{row['round']}" if run.is_weighted else f"{title(run)}, counted in locations",
        f"{row['model_id']} {row['model_version']}",
        tier(run),
    )
    return " · ".join(filter(None, parts))


def sources(run: Run) -> str:
    """The rounds behind the page."""
    row = run.row
    collected = f"Answers collected: {run.collected}. " if run.collected else ""
    basis = f"master list R{row['round']} (its round {_BASIS[row['index_round_basis']]})"
    people = (
        f"People: {run.people} out of camp in {basis}"
        if run.is_weighted
        else f"People: not known; they would be those of {basis}"
    )
    return f"{collected}{people}. Baseline: {row['baseline']}."


def model(run: Run) -> str:
    """The model, and whether it was meant for the round. Why it was taken all the same is not for the public."""
    row = run.row
    said = f"Model {row['model_id']} {row['model_version']}: {row['model_status']}"
    if row["override_reason"] is None:
        return said
    why = "" if run.is_public else f" ({row['override_reason']})"
    return f"{said}; used outside the rounds for which it is meant{why}"


def coverage(run: Run, national: National) -> str:
    """How much of the master list was assessed."""
    assessed, missing = national.locations.total, national.not_assessed_locations
    held = national.weight_reasons.get("no_master_list", 0) < assessed
    if not held:
        return f"Coverage is not known: master list R{run.row['round']} is not held. {number(assessed)} locations were assessed."
    said = f"{number(assessed)} of {number(assessed + missing)} locations of master list R{run.row['round']} were assessed"
    if not run.is_weighted or national.assessed_share is None:
        return said + "."
    everyone = national.split.total + (national.not_assessed or 0)
    return f"{said}; {number(national.split.total)} of {number(everyone)} {run.people} live there ({percent(national.assessed_share)})."


def warnings(run: Run, national: National) -> list[str]:
    """What to know before the figures are used."""
    found = []
    if not run.is_weighted:
        reasons = ", ".join(
            f"{_REASONS[name]} ({number(count)} locations)" for name, count in sorted(national.weight_reasons.items())
        )
        why = "master list not held" if set(national.weight_reasons) == {"no_master_list"} else reasons
        found.append(f"No people: {why}. All pictures count locations, each as one.")
    elif national.reporting_locations < national.locations.total:
        unknown = national.locations.total - national.reporting_locations
        found.append(
            f"At {number(unknown)} of {number(national.locations.total)} assessed locations the number of {run.people} is not known; they count as none."
        )
    if national.is_much_unclassified:
        count = national.locations.unclassified
        lacking = f"{counted(count, 'assessed location')} {'has' if count == 1 else 'have'} no overall score"
        share = (
            f", with {percent(national.split.unclassified / national.split.total)} of the {run.people}"
            if run.is_weighted and national.split.total
            else ""
        )
        found.append(f"{lacking}{share}: shares of severity may mislead.")
    return found


def severity(found: Figures) -> Sentence:
    """Where most are in severe conditions."""
    run, national = found.run, found.national.split
    if not national.high:
        return (f"No {run.counted} are in high severity, in any of {len(found.governorates)} governorates.",)
    first = found.governorates[0]
    most = (
        Name(first.name),
        f" has most {run.counted} in high severity: {number(first.split.high)}, {percent(first.split.high / national.high)} of all {number(national.high)}",
    )
    # of a few locations a share says little
    ranked = [own for own in found.governorates if own.rank == 1 and own.split.high and not own.is_few_classified]
    if not ranked:
        return (*most, ".")
    top = ranked[0]
    if top.name == first.name:
        return (*most, f"; its share, {percent(top.split.share(SEVERE))}, is the highest too.")
    return (*most, "; ", Name(top.name), f" has the highest share, {percent(top.split.share(SEVERE))}.")


def spread(found: Figures) -> Sentence:
    """How many points are high on which scale."""
    run, points = found.run, found.spread.points
    what = what_is_shown(run)
    if not points:
        return (
            f"No area has {PUBLIC_LOCATIONS} classified locations, so there is none to show."
            if run.is_public
            else "No location has a score on every scale.",
        )
    scales = run.scales
    counts = [severe(points, scale, at) for at, scale in enumerate(scales)]
    if len(scales) == 2:
        both = sum(
            all(scale.category(score).group == SEVERE for scale, score in zip(scales, point.scores, strict=True))
            for point in points
        )
        one, two = (f"{number(count - both)} on {_scale(run, at)} only" for at, count in enumerate(counts))
        return (f"{number(both)} of {counted(len(points), what)} {_is(both)} high on both scales, {one}, {two}.",)
    order = sorted(range(len(scales)), key=lambda at: (-counts[at], at))
    if not counts[order[0]]:
        return (f"None of {counted(len(points), what)} is high in any domain.",)
    most, least = scales[order[0]].label, scales[order[-1]].label
    return (
        f"{most} is the domain in which most {what}s are high, {number(counts[order[0]])} of {number(len(points))}; {least} the one with fewest, {number(counts[order[-1]])}.",
    )


def what_is_shown(run: Run) -> str:
    """What a point is, as one."""
    return "area" if run.is_public else "location"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _scale(run: Run, at: int) -> str:
    return f"scale {at + 1}" if len(run.scales) == 2 else run.scales[at].label


def rule(run: Run, letter: str, scale: str) -> str:
    """A rule of a hotspot in short."""
    return f"{letter} · {_scale(run, [own.name for own in run.scales].index(scale))}"


def hotspots(found: Figures) -> Sentence:
    """How many units are hotspots, or why there is no list."""
    run, own = found.run, found.hotspots
    if run.model["hotspot_aggregation"] is None:
        return (f"No list: the model {run.row['model_id']} {run.row['model_version']} sets no rules for hotspots.",)
    if not own.units:
        return ("No list: no location of this round names its sub-district, of which hotspots are made.",)
    if not own.found:
        why = f"; {number(own.not_assessable)} {_is(own.not_assessable)} not assessable" if own.not_assessable else ""
        why += "" if run.is_weighted else ", as their people are not known"
        return (f"None of {number(own.units)} sub-districts or units is a hotspot{why}.",)
    share = (
        f" ({percent(own.people / found.national.split.total)} of those assessed)"
        if run.is_weighted and found.national.split.total
        else ""
    )
    return (
        f"{number(own.found)} of {number(own.units)} sub-districts or units {_is(own.found)} hotspots; {number(own.people)} {run.people} live there{share}.",
    )


def change(run: Run, own: Change | None) -> Sentence:
    """The number in severe conditions before and now."""
    if own is None:
        return ("No change is shown: no earlier round is held that was scored with this model on the same baseline.",)
    what = run.people if own.unit != "locations" else "locations"
    return (
        f"{what[:1].upper()}{what[1:]} in high severity: {number(own.previous)} in round {own.previous_index_round}, {number(own.now)} now; "
        f"plain {signed(own.plain)}, like-for-like {signed(own.like_for_like)}.",
    )


def drivers(own: Drivers | None) -> Sentence:
    """How the mean score moved, and what most of it goes with."""
    if own is None:
        return ("No indicators are compared: the people of both rounds must be known.",)
    moved = own.now - own.before
    word = "rose" if moved > 0.05 else "fell" if moved < -0.05 else "hardly moved"
    sign = 1 if moved > 0 else -1
    largest = [max(own.parts, key=lambda part, way=way: way * part.points, default=None) for way in (sign, -sign)]
    named = [
        f"{part.label.lower()} ({signed_points(part.points)})"
        for part, way in zip(largest, (sign, -sign), strict=True)
        if part and way * part.points >= 0.05
    ]
    head = f"The weighted mean score {word}: {own.before:.1f} before, {own.now:.1f} now ({signed_points(moved)} points)"
    if not named:
        return (f"{head}.",)
    against = f"; {named[1]} moved most the other way" if len(named) > 1 else ""
    return (f"{head}; this goes most with {named[0]}{against}.",)


def most_severe(found: Figures) -> Sentence:
    """The scores and people of the most severe locations."""
    own = found.most_severe
    if not own:
        return ("No location has an overall score.",)
    people = f"; {number(sum(one.people or 0 for one in own))} {found.run.people} live there" if found.run.is_weighted else ""
    return (f"The {len(own)} most severe locations score {own[-1].overall:.1f} to {own[0].overall:.1f} of 100{people}.",)
