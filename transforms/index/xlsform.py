"""The form of an index interview as the sheets of an XLSForm, made from a model. Pure: rows in, rows out.

Its lists of places are those of the master list (:func:`transforms.field.xlsform.media`). English and Arabic labels of
indicators, answers and scales are the model's; nothing else is translated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from expectations import index_form
from expectations.form import Question
from expectations.index import disclaimer
from expectations.index_form import line
from expectations.index_model import IndexModel, Indicator
from transforms.field import xlsform

_GROUP_LABELS = {
    "visit": "Visit",
    "place": "Location",
    "access": "Access",
    "intentions": "Intentions to return",
    "informant": "Key informant",
    "remarks": "Remarks",
}


def survey(model: IndexModel, index_round: int) -> list[dict[str, str]]:
    """The rows of sheet ``survey``: only filled cells, by :data:`transforms.field.xlsform.SURVEY_COLUMNS`.

    Raises:
        Unaskable: no form can be made of the model.
    """
    indicators = {indicator.id: indicator for indicator in model.indicators}
    scales = {scale.id: scale.label for scale in model.scales}
    rows = []
    for group, questions in groupby(index_form.questions(model), key=lambda question: question.group):
        if group in scales:
            rows.append(xlsform.group_row(group, line(scales[group].en), line(scales[group].ar)))
        elif group:
            rows.append(xlsform.group_row(group, _GROUP_LABELS[group]))
        for question in questions:
            if question.name == index_form.INDEX_ROUND:
                question = replace(question, calculation=str(index_round))
            rows.append(_row(question, indicators.get(question.name)))
        rows.append(dict(xlsform.END_GROUP) if group else xlsform.thanks_row())
    return rows


def _row(question: Question, indicator: Indicator | None) -> dict[str, str]:
    if indicator is None:
        return xlsform.question_row(question, hxl=xlsform.hxl(question))
    return xlsform.question_row(question, line(index_form.wording(indicator).ar), _hint(indicator))


def _hint(indicator: Indicator) -> str:
    """What is asked about, where the question is put in other words, and the condition against which answers are judged."""
    name = line(indicator.label.en)
    about = "" if name == line(index_form.wording(indicator).en) else f"{name}. "
    met = line(indicator.levels[0].label.en).rstrip(".")
    return f"{about}Condition met: {met}. Answers go from there to the worst."


def choices(model: IndexModel) -> list[dict[str, str]]:
    """The rows of sheet ``choices``: only filled cells, by :data:`transforms.field.xlsform.CHOICES_COLUMNS`. Raises as
    :func:`survey`."""
    arabic = {(own.id, level.code): line(level.label.ar) for own in model.indicators for level in own.levels}
    return xlsform.choice_rows(index_form.questions(model), arabic)


def settings(
    model: IndexModel, index_round: int, media: Mapping[str, Sequence[Mapping[str, str]]] | None = None
) -> dict[str, str]:
    """The one row of sheet ``settings``; the title says where a model is not IOM's. Raises as :func:`survey`."""
    title = f"DTM Iraq {model.index.title}, round {index_round}"
    said = disclaimer(model.status)
    return xlsform.settings_row(
        index_form.FORM_IDS[model.index.name],
        f"{title} ({said})" if said else title,
        f"i{index_round}",
        survey(model, index_round),
        choices(model),
        media or {},
    )


def arabic_labels(model: IndexModel) -> int:
    """How many labels of the form the model gives in Arabic."""
    labels = [scale.label for scale in model.scales]
    for indicator in model.indicators:
        labels += [index_form.wording(indicator), *(level.label for level in indicator.levels)]
    return sum(1 for label in labels if line(label.ar))
