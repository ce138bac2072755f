"""Cells of an export as text columns, and the columns as the one shape :class:`~transforms.field.export.Export`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.columns import POPULATIONS
from expectations.form import Question
from transforms.field.export import META
from transforms.field.exports.headers import Headers
from transforms.refusal import Refusal, found

Column = Callable[[int], pa.Array]

# Larger floats are no longer exact whole numbers.
_WHOLE_MAXIMUM = 1e15
_IDENTIFIERS = ("_uuid", "_root_uuid", "_replaces_uuid")
_REVIEW_LABELS = {
    "approved": "validation_status_approved",
    "not approved": "validation_status_not_approved",
    "on hold": "validation_status_on_hold",
}
_SELECTED = pa.array(["1", "1.0", "TRUE", "True", "true"])


def text(values: Sequence[object], file: str, where: str) -> pa.Array:
    """Python values as a trimmed text column; whole numbers without a decimal point, dates and times in ISO form.

    Raises:
        Refusal: a text is not Unicode, or a value is no text, number, date or truth value.
    """
    try:
        return trimmed(pa.array(values, pa.string()), file, where)
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError):
        moments = [value for value in values if isinstance(value, datetime.datetime)]
        are_days = all(moment.time() == datetime.time() for moment in moments)
        return trimmed(pa.array([_text(value, are_days, file, where) for value in values], pa.string()), file, where)
    except UnicodeEncodeError:
        raise Refusal(file, "export_unreadable", f"{where} has a character that is no Unicode text (a lone surrogate).") from None


def _text(value: object, are_days: bool, file: str, where: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _WHOLE_MAXIMUM else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if are_days else value.isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (int, datetime.timedelta)):
        return str(value)
    raise Refusal(file, "export_unreadable", f"{where} holds a list or an object where an answer is expected.")


def trimmed(column: pa.Array, file: str, where: str) -> pa.Array:
    """A text column without outer white space; empty cells become null.

    Raises:
        Refusal: a cell has a NUL character, which no tool accepts as an answer.
    """
    column = pc.utf8_trim_whitespace(column)
    if pc.any(pc.match_substring(column, "\x00")).as_py():
        raise Refusal(file, "export_unreadable", f"{where} has a NUL character.")
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def without_prefix(column: pa.Array) -> pa.Array:
    """Identifiers without the ``uuid:`` that OpenRosa writes before them."""
    return pc.replace_substring_regex(column, "^uuid:", "")


def table(
    headers: Headers, column: Column, titles: Sequence[str], numbers: np.ndarray, sheet: str, questions: Mapping[str, Question],
    file: str,
) -> pa.Table:  # fmt: skip
    """The rows of the export: META, ``_row``, ``_sheet`` and a column per question.

    Args:
        headers: what the columns are.
        column: position -> trimmed text column.
        titles: the headers as they stand in the file.
        numbers: the number of each row in the file.
        sheet: name of the sheet or of the file inside an archive.
        questions: the questions that the headers were resolved with.
        file: name of the file, for a refusal.

    Raises:
        Refusal: no column identifies the submissions, or two columns of one question contradict each other.
    """
    known = {name: _one(positions, column, titles, numbers, file) for name, positions in headers.meta.items() if name}
    uuid = [known[name] for name in ("_uuid", "instance", "_root_uuid") if name in known]
    if not uuid:
        raise Refusal(file, "export_uuid_missing_column", "No column is _uuid, meta/instanceID or KEY.")
    known["_uuid"] = pc.coalesce(*map(without_prefix, uuid))
    for name in _IDENTIFIERS[1:]:
        if name in known:
            known[name] = without_prefix(known[name])
    if "_review_state" in known:
        known["_review_state"] = review_code(known["_review_state"])
    nothing = pa.nulls(len(numbers), pa.string())
    columns = {name: known.get(name, nothing) for name in META}
    columns |= {"_row": pa.array(numbers, pa.int64()), "_sheet": pa.repeat(pa.scalar(sheet), len(numbers))}
    columns |= answers(headers, column, titles, numbers, questions, file)
    _demand_order(headers, columns, titles, numbers, questions, file)
    return pa.table(columns)


def answers(
    headers: Headers, column: Column, titles: Sequence[str], numbers: np.ndarray, questions: Mapping[str, Question], file: str
) -> dict[str, pa.Array]:
    """A column per question in the order of the form, with choices by code.

    A question with several answers has its codes separated by spaces, and a column ``name/code`` of 1 and 0 per choice,
    whichever of the two the export carries.
    """
    made = {}
    for name, question in questions.items():
        if name in headers.options or (question.kind == "select_multiple" and name in headers.questions):
            summary = _one(headers.questions[name], column, titles, numbers, file) if name in headers.questions else None
            details = {code: column(at) for code, at in headers.options.get(name, {}).items()}
            made |= _several(question, summary, details, numbers, file)
        elif name in headers.questions:
            made[name] = choice_code(_one(headers.questions[name], column, titles, numbers, file), question)
    return made


def _one(positions: Sequence[int], column: Column, titles: Sequence[str], numbers: np.ndarray, file: str) -> pa.Array:
    """The column of a question; of several, in each row the one that is filled.

    Raises:
        Refusal: a row has two different answers to one question.
    """
    merged, *others = (column(at) for at in positions)
    for at, other in zip(positions[1:], others, strict=True):
        differs = pc.fill_null(pc.not_equal(merged, other), False)
        if pc.any(differs).as_py():
            row = numbers[pc.index(differs, True).as_py()]
            said = (
                f"Headers {found(titles[positions[0]])} and {found(titles[at])} are one question, and row {row} answers it twice."
            )
            raise Refusal(file, "export_twice_header", said)
        merged = pc.coalesce(merged, other)
    return merged


def _demand_order(
    headers: Headers, columns: Mapping[str, pa.Array], titles: Sequence[str], numbers: np.ndarray,
    questions: Mapping[str, Question], file: str,
) -> None:  # fmt: skip
    """Refuse columns told apart by their order if one is filled for a population that the form does not ask there."""
    if "population" not in columns:
        return
    for name in sorted(headers.by_order):
        is_filled = pc.fill_null(pc.not_equal(columns[name], "0"), False)
        others = [population for population in POPULATIONS if population not in questions[name].populations]
        wrong = pc.and_(is_filled, pc.is_in(columns["population"], pa.array(others, pa.string())))
        if pc.any(wrong).as_py():
            row = numbers[pc.index(wrong, True).as_py()]
            header = found(titles[headers.questions[name][0]])
            said = f"Header {header} is the label of several questions, and their order is not that of the form (row {row})."
            raise Refusal(file, "export_header_unclear", said)


# --- choices ------------------------------------------------------------------------------------------


def choice_code(column: pa.Array, question: Question) -> pa.Array:
    """Answers by the code of the choice; an answer that is neither a code nor a label of the question stays as it is."""
    if not question.choices:
        return column
    known = pa.array([code for code, _ in question.choices])
    if pc.all(pc.or_kleene(pc.is_null(column), pc.is_in(column, known))).as_py():
        return column
    labels, label_codes = _labels(question)
    plain = pc.utf8_lower(pc.replace_substring_regex(column, r"\s+", " "))
    coded = pc.take(label_codes, pc.index_in(plain, labels))
    return pc.coalesce(coded, column)


def review_code(column: pa.Array) -> pa.Array:
    """The review state by its code: an export with labels writes ``On Hold`` for ``validation_status_on_hold``."""
    labels, label_codes = pa.array(list(_REVIEW_LABELS)), pa.array(list(_REVIEW_LABELS.values()))
    # ODK Central's 'approved' is a state of its own, in small letters.
    is_label = pc.match_substring_regex(column, "^[A-Z]")
    coded = pc.take(label_codes, pc.index_in(pc.utf8_lower(column), labels))
    return pc.if_else(pc.fill_null(is_label, False), pc.coalesce(coded, column), column)


def _labels(question: Question) -> tuple[pa.Array, pa.Array]:
    """The labels of the choices in small letters, and their codes; a label of two choices says nothing."""
    by_label: dict[str, set[str]] = {}
    for code, label in question.choices:
        by_label.setdefault(" ".join(label.split()).lower(), set()).add(code)
    clear = {label: next(iter(listed)) for label, listed in by_label.items() if len(listed) == 1}
    return pa.array(list(clear), pa.string()), pa.array(list(clear.values()), pa.string())


def _several(
    question: Question, summary: pa.Array | None, details: Mapping[str, pa.Array], numbers: np.ndarray, file: str
) -> dict[str, pa.Array]:
    """Both representations of a question with several answers from the one, or from both if they agree.

    Raises:
        Refusal: the two contradict each other.
    """
    name, listed = question.name, [code for code, _ in question.choices]
    if summary is not None:
        summary = _codes_of(summary, question)
    if not details:
        return {name: summary, **_details(summary, name, listed)}
    ordered = [*(code for code in listed if code in details), *(code for code in details if code not in listed)]
    chosen = {code: pc.is_in(details[code], _SELECTED) for code in ordered}
    # Arrow's own way of skipping nulls in a join loses rows in which all are null.
    words = [pc.if_else(chosen[code], f"{code} ", "") for code in ordered]
    joined = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*words, ""))
    is_asked = pc.is_valid(pc.coalesce(*(details[code] for code in ordered)))
    if summary is None:
        summary = pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)
    else:
        _demand_same(summary, chosen, pc.or_(is_asked, pc.is_valid(summary)), name, numbers, file)
    made = {code: pc.if_else(is_asked, pc.if_else(chosen[code], "1", "0"), pa.scalar(None, pa.string())) for code in ordered}
    return {name: summary, **{f"{name}/{code}": made[code] for code in ordered}}


def _demand_same(
    summary: pa.Array, chosen: Mapping[str, pa.Array], is_asked: pa.Array, name: str, numbers: np.ndarray, file: str
) -> None:
    """Refuse a list that does not have the words that its columns say; people tick them in any order."""
    stated = _details(summary, name, list(chosen))
    for code, is_chosen in chosen.items():
        said = pc.equal(pc.fill_null(stated[f"{name}/{code}"], "0"), "1")
        wrong = pc.and_(pc.not_equal(said, is_chosen), is_asked)
        if pc.any(wrong).as_py():
            row = numbers[pc.index(wrong, True).as_py()]
            found_there = f"Row {row} lists other answers to {name} than its column for {found(code)} says."
            raise Refusal(file, "export_choice_conflict", found_there)


def _details(summary: pa.Array, name: str, listed: Sequence[str]) -> dict[str, pa.Array]:
    padded = pc.binary_join_element_wise("", summary, "", " ")
    return {f"{name}/{code}": pc.if_else(pc.match_substring(padded, f" {code} "), "1", "0") for code in listed}


def _codes_of(summary: pa.Array, question: Question) -> pa.Array:
    """A list of labels separated by spaces as one of codes; labels have spaces of their own, so the longest fits first."""
    listed = {code for code, _ in question.choices}
    by_label = {" ".join(label.split()).lower(): code for code, label in question.choices}
    one = re.compile("|".join(re.escape(label) for label in sorted(by_label, key=len, reverse=True)) or r"(?!)")
    distinct = pc.unique(summary).to_pylist()
    coded = {}
    for said in distinct:
        if said is None or set(said.split()) <= listed:
            continue
        plain = " ".join(said.split()).lower()
        if not one.sub("", plain).strip():
            coded[said] = " ".join(by_label[label] for label in one.findall(plain))
    if not coded:
        return summary
    return pc.coalesce(pc.take(pa.array(list(coded.values())), pc.index_in(summary, pa.array(list(coded)))), summary)
