"""The text of an answer: how two are compared, and what a question takes as a new one."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

from expectations import codes, form
from expectations.form import Question
from transforms.field.decision import PSEUDO_QUESTIONS
from transforms.field.personal import is_in as carries_personal_data
from transforms.refusal import found

TEXT_MAXIMUM = 200
_LOCATION = "place_id"
_LOCATION_ID = re.compile(r"[0-9]{1,9}")
_INTEGER = re.compile(r"0|[1-9][0-9]{0,8}")
_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,15})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def plain(text: str | None) -> str:
    """A value without what a spreadsheet program may change; empty is null."""
    return (text or "").replace("\r\n", "\n").strip()


def comparable(question: str, text: str | None) -> str:
    """A value as it is compared with the one that a reviewer saw: 36.340 is 36.34, and no count of a cell is 0."""
    value = plain(text)
    if _DECIMAL.fullmatch(value) and "." in value:
        value = value.rstrip("0").rstrip(".")
    return "" if value == "0" and question in counts() else value


@cache
def counts() -> frozenset[str]:
    """The cells of the breakdowns, in which nothing and 0 are the same."""
    return frozenset({*(question.name for question in form.known().values() if question.cell), *form.origin_district_counts()})


def is_time(text: str) -> bool:
    """Whether a text is an ISO date or date-time of the calendar, written with its dashes."""
    if not _DATE.match(text):
        return False
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def question_of(name: str, questions: Mapping[str, Question]) -> Question | None:
    """A question whose answers the data have: the districts of origin stand in them as one count each, not as a repeat."""
    question = questions.get(name)
    if question is None and name in counts():
        return Question(name, "integer", name)
    return question if question is not None and question.is_answer and not question.repeat else None


def choices(
    name: str, questions: Mapping[str, Question], lists: Mapping[str, Sequence[str]] | None = None
) -> tuple[str, ...] | None:
    """The codes that a question takes, None where it takes no closed list.

    Args:
        name: of the question.
        questions: of the form, by name.
        lists: codes by ``Question.source``; those of governorates and districts are known.
    """
    if name in PSEUDO_QUESTIONS:
        return PSEUDO_QUESTIONS[name]
    question = question_of(name, questions)
    if question is None or question.kind not in ("select_one", "select_multiple") or name == _LOCATION:
        return None
    if question.choices:
        return tuple(code for code, _ in question.choices)
    if lists and question.source in lists:
        return tuple(lists[question.source])
    if question.source == "governorates.csv":
        return codes.categories("origin_governorate")
    return codes.categories("origin_district") if question.source == "districts.csv" else None


def refusals(
    name: str,
    value: str,
    questions: Mapping[str, Question],
    places: Collection[str] | None = None,
    lists: Mapping[str, Sequence[str]] | None = None,
) -> Iterable[str]:
    """What is wrong with a new value, by the type of its question.

    Args:
        name: of the question.
        value: not empty.
        questions: as for :func:`choices`.
        places: place_ids that are known; None for any.
        lists: as for :func:`choices`.
    """
    offered = choices(name, questions, lists)
    question = question_of(name, questions)
    kind = question.kind if question else "select_one"
    if name == _LOCATION:
        if places is not None and value not in places:
            yield f"new_value {found(value)} is no place_id of the register or of a new location."
        elif places is None and not _LOCATION_ID.fullmatch(value):
            yield f"new_value is {found(value)}, expected a place_id of 1 to 9 digits."
    elif offered is not None:
        if kind == "select_multiple" and set(value.split()) <= set(offered):
            return
        if value not in offered:
            shown = ", ".join(offered[:10]) + (", ..." if len(offered) > 10 else "")
            yield f"new_value {found(value)} is no choice of {name}: {shown}."
    elif kind == "integer":
        if not _INTEGER.fullmatch(value):
            yield f"new_value is {found(value)}, expected a whole number, 0 or more, in digits 0-9."
    elif kind == "decimal":
        if not _DECIMAL.fullmatch(value):
            yield f"new_value is {found(value)}, expected a number such as 36.34."
    elif kind == "date":
        if not (_DATE.fullmatch(value) and is_time(value)):
            yield f"new_value is {found(value)}, expected a date such as 2024-12-31."
    else:
        if len(value) > TEXT_MAXIMUM:
            yield f"new_value has {len(value)} characters, at most {TEXT_MAXIMUM} are kept."
        if carries_personal_data(value):
            yield "new_value has a telephone number or an address: give a text without."
