"""The form of emergency tracking as the sheets of an XLSForm, for one event. Pure: rows in, rows out.

Which event a submission is about is computed by the form, not asked. Nobody is interviewed, so there is no consent to hang on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from expectations import emergency_form
from expectations.emergency_form import CHOICE_FILTERS, EVENT, REQUIRED_WHEN
from expectations.form import Question
from expectations.index_form import line
from transforms.emergency.event import Event
from transforms.field import xlsform

_GROUP_LABELS = {
    "movement": "Movement",
    "origin": "Origin",
    "destination": "Destination",
    "count": "Households and individuals",
    "remarks": "Remarks",
}


def survey(event_id: str, event: Event | None = None) -> list[dict[str, str]]:
    """The rows of sheet ``survey``: only filled cells, by :data:`transforms.field.xlsform.SURVEY_COLUMNS`.

    Args:
        event_id: what submissions say that they are about.
        event: what is known of it: its name and its counting rule are told to the teams.
    """
    rows = []
    for group, questions in groupby(emergency_form.questions(), key=lambda question: question.group):
        if group:
            rows.append(xlsform.group_row(group, _GROUP_LABELS[group], relevant=""))
        rows += [_row(question, event_id, event) for question in questions]
        if group:
            rows.append(dict(xlsform.END_GROUP))
    return rows


def _row(question: Question, event_id: str, event: Event | None) -> dict[str, str]:
    required = REQUIRED_WHEN.get(question.name, "")
    if question.name == EVENT:
        question = replace(question, calculation=f"'{event_id}'")
    elif question.name == "purpose":
        question = replace(question, label=f"{question.label} It is about {_named(event_id, event)}.")
    elif question.name == "counted" and event and event.persons_per_household:
        # of such an event, other individuals than the derived ones are taken only where they were counted
        derived = f"${{individuals}} = {event.persons_per_household} * ${{households}}"
        question = replace(
            question,
            required=True,
            constraint=f". = 'yes' or ${{households}} = '' or {derived}",
            constraint_message=f"If they were not counted, individuals are {event.persons_per_household} times the households.",
        )
    hxl = xlsform.hxl(question) if question.source else ""  # of a count, the tag is that of the master list: a stock
    row = xlsform.question_row(question, hint=_hint(question, event), hxl=hxl, choice_filter=CHOICE_FILTERS.get(question.name))
    return row | ({"required": required} if required else {})


def _hint(question: Question, event: Event | None) -> str:
    """How the event counts, where individuals are asked."""
    if event is None or question.name not in ("individuals", "counted"):
        return ""
    if event.persons_per_household is None:
        return "This event counts individuals: enter the number that was counted; do not derive it from the households."
    times = f"This event takes {event.persons_per_household} individuals for each household"
    if question.name == "individuals":
        return f"{times}: leave this blank unless they were counted."
    return f"{times} unless they were counted."


def _named(event_id: str, event: Event | None) -> str:
    """An event in a text of the form, in which ``${`` would name an answer."""
    if event is None:
        return f"event {event_id}"
    name = "".join(letter for letter in line(event.event_name) if letter.isprintable())
    return f"{name.replace('${', '$ {')} (event {event_id})"


def choices() -> list[dict[str, str]]:
    """The rows of sheet ``choices``: only filled cells, by :data:`transforms.field.xlsform.CHOICES_COLUMNS`."""
    return xlsform.choice_rows(emergency_form.questions())


def media() -> dict[str, list[dict[str, str]]]:
    """The rows of each list of places that the form asks; they need no register."""
    wanted = {question.source for question in emergency_form.questions()}
    return {name: rows for name, rows in xlsform.media().items() if name in wanted}


def settings(
    event_id: str, event: Event | None = None, media: Mapping[str, Sequence[Mapping[str, str]]] | None = None
) -> dict[str, str]:
    """The one row of sheet ``settings``: each event is a form of its own."""
    return xlsform.settings_row(
        f"{emergency_form.FORM_ID}_{event_id}",
        f"DTM Iraq emergency tracking: {_named(event_id, event)}",
        "e",
        survey(event_id, event),
        choices(),
        media or {},
    )
