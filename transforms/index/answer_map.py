"""The mapping file of a dataset of answers: from its headers and wording to the columns, indicators and codes of ours.

TOML::

    index_round = 16                        # of all rows, where no column says it
    round = 126                             # master-list round of all rows, likewise
    ignore = ["Families", "Remarks"]        # headers that are not taken; ["*"]: all that are not mapped
    [columns]                               # ours = "theirs"
    place_id = "Place ID"
    employment_access = "Q4 Employment"
    [indicators]                            # long files: theirs = "ours"
    "Access to work" = "employment_access"
    [answers.all]                           # of every indicator: theirs = "ours"; "" for no answer
    "Refused" = ""
    [answers.employment_access]
    "Some find work" = "L1"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from expectations import codes
from expectations.index import NOT_APPLICABLE
from expectations.index_model import IndexModel
from transforms.refusal import Refusal, found

ALL = "all"
EVERYTHING_ELSE = "*"
_TABLES = ("columns", "indicators", "answers")
_ROUNDS = ("index_round", "round")


@dataclass(frozen=True)
class AnswerMap:
    """``columns``: our name -> their header. ``indicators`` and ``answers``: their wording, normalised -> ours."""

    index_round: int | None = None
    round: int | None = None
    ignore: frozenset[str] = frozenset()
    columns: Mapping[str, str] = field(default_factory=dict)
    indicators: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def code(self, indicator: str, wording: str) -> str | None:
        """Our code for a wording; '' for no answer, None where the map does not say it."""
        plain = codes.normalise(wording)
        return self.answers.get(indicator, {}).get(plain, self.answers.get(ALL, {}).get(plain))

    def ignores(self, header: str) -> bool:
        """Whether a column is not to be taken."""
        return header in self.ignore or EVERYTHING_ELSE in self.ignore


def parse(text: str, name: str, model: IndexModel, known: tuple[str, ...]) -> AnswerMap:
    """A mapping file for a model.

    Args:
        known: names of columns that may be mapped besides the indicators of the model.

    Raises:
        Refusal: it is no TOML, or names something that is not known.
    """
    try:
        told = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(name, f"It is not TOML: {error}.") from None
    for key in told:
        if key not in (*_TABLES, *_ROUNDS, "ignore"):
            raise _wrong(name, f"{found(key)} is none of {', '.join((*_ROUNDS, 'ignore', *_TABLES))}.")
    for key in _ROUNDS:
        if key in told and (type(told[key]) is not int or not 1 <= told[key] <= 999):
            raise _wrong(name, f"{key} is {found(str(told[key]))}, expected a whole number from 1 to 999.")
    ignored = told.get("ignore", [])
    if not isinstance(ignored, list) or not all(isinstance(header, str) for header in ignored):
        raise _wrong(name, "ignore is no list of headers.")
    indicators = {indicator.id: indicator for indicator in model.indicators}
    columns = _texts(told.get("columns", {}), "columns", name)
    for ours in columns:
        if ours not in known and ours not in indicators:
            raise _wrong(name, f"[columns] names {found(ours)}, which is no column of answers and no indicator of {model.name}.")
    renamed = {codes.normalise(theirs): ours for theirs, ours in _texts(told.get("indicators", {}), "indicators", name).items()}
    for ours in renamed.values():
        if ours not in indicators:
            raise _wrong(name, f"[indicators] names {found(ours)}, which is no indicator of {model.name}.")
    return AnswerMap(
        told.get("index_round"),
        told.get("round"),
        frozenset(ignored),
        columns,
        renamed,
        _answers(told.get("answers", {}), indicators, model, name),
    )


def _answers(told: object, indicators: Mapping[str, object], model: IndexModel, name: str) -> dict[str, dict[str, str]]:
    if not isinstance(told, dict):
        raise _wrong(name, "[answers] holds no tables such as [answers.all].")
    made: dict[str, dict[str, str]] = {}
    for indicator, own in told.items():
        if indicator != ALL and indicator not in indicators:
            raise _wrong(name, f"[answers.{found(indicator)}] is no indicator of {model.name}.")
        asked = list(indicators.values()) if indicator == ALL else [indicators[indicator]]
        possible = {level.code for one in asked for level in one.levels} | {NOT_APPLICABLE, ""}
        made[indicator] = {}
        for theirs, ours in _texts(own, f"answers.{indicator}", name).items():
            if ours not in possible:
                listed = ", ".join(sorted(possible - {""}))
                raise _wrong(
                    name,
                    f"[answers.{indicator}] gives {found(theirs)} the code {found(ours)}, expected one of {listed}, or '' for none.",
                )
            made[indicator][codes.normalise(theirs)] = ours
    return made


def _texts(told: object, table: str, name: str) -> dict[str, str]:
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise _wrong(name, f"[{table}] is no table of texts.")
    return told


def _wrong(name: str, sentence: str) -> Refusal:
    return Refusal(name, "answer_map", sentence)
