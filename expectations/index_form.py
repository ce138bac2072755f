"""The questions of the interview on the conditions of a location: those of an index model, and intentions to return.

What the interview shares with the master list (consent, team, place, access, key informant) is asked in the same words; every
indicator of the model is one question, and its answer levels are the choices. An index scores locations that are known, so
there is no question for a new one.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from expectations import codes, form
from expectations.form import AGREED, CONSENT, Question
from expectations.index import INDICES, NOT_APPLICABLE, Index, disclaimer
from expectations.index_columns import TOP
from expectations.index_model import IndexModel, Indicator, Label

__all__ = [
    "AGREED", "BARRIERS_MAXIMUM", "CONSENT", "DONT_KNOW", "FORM_IDS", "INDEX_ROUND", "MODEL", "Unaskable", "known", "line",
    "questions", "wording",
]  # fmt: skip

FORM_IDS = {name: f"{name}_index" for name in INDICES}
INDEX_ROUND, MODEL = "index_round", "model"  # what the form computes: which round and which model it was made for
# The choice of an informant who does not know. It is no answer: an index keeps such an indicator as unanswered.
DONT_KNOW = "dont_know"
BARRIERS_MAXIMUM = max(TOP)

_NOT_APPLICABLE_LABEL, _DONT_KNOW_LABEL = "Does not apply", "The informant does not know"
# Nobody describes a location that was not reached or where nobody agreed to be asked.
_SPOKEN = f"${{{CONSENT}}} = '{AGREED}' and ${{accessibility}} = 'accessible'"
_ABOUT = {
    "return": "the conditions in this location, to which people have returned,",
    "displacement": "the conditions in which displaced people live in this location",
}
_INTENTION = {
    "return": "What do most of the families intend who are displaced from this location?",
    "displacement": "What do most of the displaced families in this location intend?",
}
_BARRIERS = {
    "return": "What keeps families who are displaced from this location from returning?",
    "displacement": "What keeps the displaced families in this location from returning to their place of origin?",
}
# Names that an indicator cannot have beside those of the questions: an export of the form, or a file of answers, has columns
# called so that mean something else.
_COLUMNS_TAKEN = frozenset(
    {"audit", "meta", "phonenumber", "simserial", "subscriberid", "thank_you", "today"}
    | {"answer", "indicator", "latitude", "location_name_ar", "location_name_en", "location_type", "longitude", "replaces", "round"}
)  # fmt: skip
_SPACES = frozenset("\t\n\r\v\f")
_NO_LETTERS = frozenset("\ufffe\uffff")  # besides control characters and halves of pairs


class Unaskable(Exception):
    """A valid model of which no form can be made; ``sentences`` says every reason."""

    def __init__(self, model: IndexModel, sentences: tuple[str, ...]) -> None:
        self.sentences = sentences
        super().__init__(f"No form can be made of {model.name}: {sentences[0]}")


def questions(model: IndexModel) -> tuple[Question, ...]:
    """The questions of the form of a model, in order.

    The number of the index round is no part of the model: question :data:`INDEX_ROUND` has no calculation here.

    Raises:
        Unaskable: a name, code or label of the model cannot stand in a form.
    """
    wrong = tuple(_unfit(model))
    if wrong:
        raise Unaskable(model, wrong)
    return _questions(model)


def known(model: IndexModel) -> dict[str, Question]:
    """Every question of the form of a model by name: what an export may carry. Also of a model that is not fit for a form."""
    return {question.name: question for question in _questions(model)}


def wording(indicator: Indicator) -> Label:
    """What is asked: the question of the model, and in a language that has none the name of the indicator."""
    return Label(line(indicator.question.en) or indicator.label.en, line(indicator.question.ar) or indicator.label.ar)


def line(text: str | None) -> str:
    """A text on one line, as forms show it."""
    return " ".join((text or "").split())


def _questions(model: IndexModel) -> tuple[Question, ...]:
    asked = [_indicator(indicator, model.index) for scale in model.scales for indicator in model.of(scale.id)]
    before, after = _around(model)
    return (*before, *asked, *after)


def _around(model: IndexModel) -> tuple[tuple[Question, ...], tuple[Question, ...]]:
    """What comes before the indicators and after them."""
    index = model.index
    about = f"This interview describes {_ABOUT[index.name]} for the {index.title} of the Displacement Tracking Matrix (DTM)."
    rights = "Taking part is voluntary, brings no benefit or harm, and can be stopped at any time. Your name and contact are not published."
    note = " ".join(filter(None, (about, rights, _sentence(disclaimer(model.status)))))
    before = (
        Question(INDEX_ROUND, "calculate", "Index round", core=False),
        Question(MODEL, "calculate", "Model", calculation=f"'{model.name}'", core=False),
        *(_shared(name) for name in ("start", "end", "deviceid", "username")),
        Question("purpose", "note", note),
        _shared(CONSENT),
        *(_shared(name) for name in ("team", "interview_date", "governorate", "district", "subdistrict")),
        replace(_shared("place_id"), relevant=""),
        _shared("accessibility"),
        _shared("access_reason"),
    )
    # Asked whatever the majority intends: something may hold back also those who want to return. Both are optional, and who
    # blocks returns or where armed actors are is as sensitive here as it is as an indicator.
    after = (
        Question("majority_intention", "select_one", _INTENTION[index.name], "intentions", choices=_listed("intention"),
                 relevant=_SPOKEN, core=False, populations=(index.population,)),
        Question("barriers", "select_multiple", f"{_BARRIERS[index.name]} At most {BARRIERS_MAXIMUM}.", "intentions",
                 choices=_listed("barrier"), relevant=_SPOKEN, constraint=f"count-selected(.) <= {BARRIERS_MAXIMUM}",
                 constraint_message=f"Choose at most {BARRIERS_MAXIMUM}.", sharing="sensitive", core=False,
                 populations=(index.population,)),
        *(replace(_shared(name), relevant=_SPOKEN) for name in ("ki_name", "ki_position", "ki_contact", "ki_type", "ki_sex")),
        _shared("comment"),
    )  # fmt: skip
    return before, after


def _shared(name: str) -> Question:
    """A question as the master list asks it."""
    return form.known()[name]


def _indicator(indicator: Indicator, index: Index) -> Question:
    choices = [(level.code, line(level.label.en)) for level in indicator.levels]
    if indicator.allow_not_applicable:
        choices.append((NOT_APPLICABLE, _NOT_APPLICABLE_LABEL))
    return Question(
        indicator.id,
        "select_one",
        line(wording(indicator).en),
        indicator.scale,
        choices=(*choices, (DONT_KNOW, _DONT_KNOW_LABEL)),
        required=True,
        relevant=_SPOKEN,
        sharing="sensitive" if indicator.sensitivity == "sensitive" else "public",
        populations=(index.population,),
    )


def _listed(name: str) -> tuple[tuple[str, str], ...]:
    rows = sorted(codes.rows(name), key=lambda row: int(row[f"{name}_order"]))
    return tuple((row[name], row[f"{name}_en"]) for row in rows)


def _sentence(text: str) -> str:
    return f"{text}." if text else ""


# --- what a form cannot hold ------------------------------------------------------------------------


def _unfit(model: IndexModel) -> Iterator[str]:
    before, after = _around(model)
    taken = {question.name for question in (*before, *after)} | _COLUMNS_TAKEN
    for scale in model.scales:
        yield from _unfit_label(scale.label, f"scale {scale.id}")
    for indicator in model.indicators:
        if indicator.id in taken:
            yield f"the indicator {indicator.id} has a name that the form uses itself."
        yield from _unfit_label(indicator.label, f"indicator {indicator.id}")
        yield from _unfit_text(indicator.question, f"indicator {indicator.id}, question")
        for level in indicator.levels:
            if level.code == DONT_KNOW:
                yield f"the indicator {indicator.id} has a level {DONT_KNOW}, which is the choice of an informant who does not know."
            yield from _unfit_label(level.label, f"indicator {indicator.id}, level {level.code}")
        # exports may give labels in place of codes
        often = Counter(label.casefold() for _, label in _indicator(indicator, model.index).choices)
        yield from (
            f"the indicator {indicator.id} has several choices labelled '{label}'." for label, times in often.items() if times > 1
        )


def _unfit_label(label: Label, where: str) -> Iterator[str]:
    """Why a label that stands alone cannot be shown."""
    if not line(label.en):
        yield f"{where} has an empty English label."
    yield from _unfit_text(label, where)


def _unfit_text(label: Label, where: str) -> Iterator[str]:
    for text in filter(None, (label.en, label.ar)):
        if "${" in text:
            yield f"{where} has a label with '${{', by which forms name answers."
        if any(map(_is_no_letter, text)):
            yield f"{where} has a label with a control character."


def _is_no_letter(letter: str) -> bool:
    """Whether a character cannot stand in a form, which is XML."""
    return letter in _NO_LETTERS or (letter not in _SPACES and unicodedata.category(letter) in ("Cc", "Cs"))
