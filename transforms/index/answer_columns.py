"""The columns of a file of answers: which of ours each header is, by its own name or by the mapping file."""

from __future__ import annotations

from collections.abc import Iterable, Set

import pyarrow as pa
import pyarrow.compute as pc

from expectations.index_form import known as questions
from expectations.index_model import IndexModel
from expectations.index_model_file import shipped
from transforms.index import answer_file
from transforms.index.answer_file import AnswerFile
from transforms.index.answer_map import AnswerMap
from transforms.refusal import Refusal, found

ROUND_COLUMNS = ("index_round", "round")
AREA_COLUMNS = ("governorate", "district", "subdistrict")
PLACE_COLUMNS = (*AREA_COLUMNS, "location_name_en", "location_name_ar", "location_type", "latitude", "longitude")
LONG_COLUMNS = ("indicator", "answer")
REPLACES = "replaces"
KNOWN_COLUMNS = (*ROUND_COLUMNS, "place_id", *LONG_COLUMNS, *PLACE_COLUMNS, REPLACES)


def columns(
    file: AnswerFile, name: str, model: IndexModel, mapping: AnswerMap, extra: tuple[str, ...] = ()
) -> dict[str, pa.Array]:
    """The columns of a file by our names.

    Args:
        name: of the file, as people know it.
        extra: further columns to keep, where the file has them.

    Raises:
        Refusal: a column is unknown, one is missing, or the file is neither long nor wide.
    """
    indicators = {indicator.id for indicator in model.indicators}
    renamed = {theirs: ours for ours, theirs in mapping.columns.items()}
    for ours, theirs in mapping.columns.items():
        if theirs not in file.columns:
            raise _refusal(name, f"The mapping file names header {found(theirs)} for {ours}, which the file does not have.")
    known = {*KNOWN_COLUMNS, *indicators, *extra}
    of_form = questions(model) if file.uuids is not None else {}
    made: dict[str, pa.Array] = {}
    unknown = []
    for header, cells in file.columns.items():
        ours = renamed.get(header, header)
        if of_form and ours in ("subdistrict", "location_name_en", "location_name_ar"):
            continue  # a code of the form's own list, and what the register of locations says
        if header not in renamed and mapping.ignores(header) and header not in known:
            continue
        if ours in known and not (header not in renamed and (header in mapping.ignore or ours in mapping.columns)):
            made[ours] = cells
        elif header not in of_form and not mapping.ignores(header) and pc.count(cells).as_py():
            unknown.append(header)
    if unknown:
        hint = hint_of_model(unknown, model) or answer_file.nearest(unknown[0], known)
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        listed = ", ".join(map(found, unknown[:5])) + more
        raise _refusal(name, f"{listed}: no indicator of {model.name} and no column of answers.{hint}")
    if wrong := _wrong_shape(made.keys(), indicators, model):
        raise _refusal(name, wrong)
    return made


def _wrong_shape(columns: Set[str], indicators: Set[str], model: IndexModel) -> str:
    """Why these columns are neither a long file nor a wide one; empty if they are."""
    if "place_id" not in columns:
        return "The file has no column place_id."
    if ("indicator" in columns) != ("answer" in columns):
        return "A long file has both columns, indicator and answer."
    if "indicator" not in columns and not indicators & columns:
        return f"The file has neither columns indicator and answer nor one of an indicator of {model.name}."
    if "indicator" in columns and indicators & columns:
        return "The file has a column indicator and columns named like indicators: it is neither long nor wide."
    return ""


def _refusal(name: str, sentence: str) -> Refusal:
    return Refusal(name, "answers_columns", sentence)


def hint_of_model(names: Iterable[str], model: IndexModel) -> str:
    """The shipped model but ``model``, the usual one of its index first, of which all these are indicators; else empty."""
    models = sorted(shipped().values(), key=lambda one: one.id != one.index.default_model)
    other = next((m.id for m in models if m.id != model.id and set(names) <= {i.id for i in m.indicators}), None)
    return f" They are indicators of {other}: give --model {other}." if other else ""
