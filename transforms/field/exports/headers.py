"""Which column of an export is which question, in whatever way the tool was told to write its headers.

KoboToolbox writes XML names or labels, with the path of groups or without, and any separator between groups
(``formpack/schema/fields.py``); ODK Central writes XML names with ``-`` (``lib/data/briefcase.js``). A name of a
question is unique in the whole form, so its path only has to agree as far as it is given.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from expectations import codes
from expectations.form import Question
from transforms.field import xlsform
from transforms.refusal import Refusal, found

# What a tool says of a submission, by its header; the text is one of META, a name of the link
# between sheets (without a leading underscore), or '' for what is known and not kept.
KOBO = {
    "_uuid": "_uuid", "instanceID": "instance", "rootUuid": "_root_uuid", "deprecatedID": "_replaces_uuid", "_id": "id",
    "_index": "index", "_xform_id_string": "_form", "__version__": "_form_version", "_version_": "_form_version",
    "_submission_time": "_submitted_at", "_last_edited": "_modified_at", "_date_modified": "_modified_at",
    "_validation_status": "_review_state", "_submitted_by": "_submitter",
    "_parent_index": "parent_index", "_parent_table_name": "parent_table", "_submission__uuid": "parent_uuid",
    "_submission__id": "parent_id",
    **dict.fromkeys(
        ("_attachments", "_geolocation", "_notes", "_tags", "_status", "_edited", "_bamboo_dataset_id", "_supplementalDetails",
         "formhub/uuid", "instanceName", "audit", "today", "phonenumber", "simserial", "subscriberid"), ""),
}  # fmt: skip
ODK = {
    "KEY": "_root_uuid", "instanceID": "instance", "PARENT_KEY": "parent_uuid", "SubmissionDate": "_submitted_at",
    "ReviewState": "_review_state", "Edits": "_edits", "FormVersion": "_form_version", "SubmitterName": "_submitter",
    "Status": "status",
    **dict.fromkeys(
        ("SubmitterID", "AttachmentsPresent", "AttachmentsExpected", "DeviceID", "instanceName", "audit", "deprecatedID"), ""),
}  # fmt: skip
# Fields of the OpenRosa block meta stand under their own path, which has the separator of the export.
_IN_META = ("instanceID", "rootUuid", "deprecatedID", "instanceName", "audit")
_KOBO_FAMILIES = ("_submission_", "_attachments", "_geolocation", "_validation_status/", "_notes", "_tags", "formhub")
_POSITION = {"geopoint": ("latitude", "longitude", "altitude", "precision", "accuracy")}

# No label of a form is as long; the patterns below take the square of the length of a hostile one.
_LENGTH_MAXIMUM = 1_000
_SEPARATOR = re.compile(r"[^\w\s]+|__+")
_BETWEEN = r"(?:\s*[^\w\s]+\s*|__+)"
_LABEL_SEPARATOR = re.compile(_BETWEEN + "$")


@dataclass
class Headers:
    """What was recognised, by position of the column.

    ``questions`` and ``meta`` may have several columns for one name; ``options`` are the columns of a question with
    several answers, by the code of the choice. ``by_order`` are questions that only the order of the form tells apart.
    """

    meta: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    questions: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    options: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    by_order: set[str] = field(default_factory=set)
    unknown: tuple[str, ...] = ()

    @property
    def kept(self) -> list[int]:
        """The columns that become part of the export."""
        columns = [at for name, positions in self.meta.items() if name for at in positions]
        columns += [at for positions in self.questions.values() for at in positions]
        return sorted(columns + [at for choices in self.options.values() for at in choices.values()])

    @property
    def recognised(self) -> int:
        """How many columns are known."""
        return sum(map(len, (*self.meta.values(), *self.questions.values(), *self.options.values())))


def resolve(headers: Sequence[str], questions: Mapping[str, Question], meta: Mapping[str, str], file: str) -> Headers:
    """Recognise the headers of one table.

    Args:
        headers: as they stand in the export.
        questions: those that the table may carry, by name.
        meta: the tool's own headers, :data:`KOBO` or :data:`ODK`.
        file: name of the file, for a refusal.

    Raises:
        Refusal: a label stands for several questions, or the groups before the labels contradict each other.
    """
    known, unknown = Headers(), []
    labelled: dict[int, tuple[str, str]] = {}  # position -> (label, prefix), settled when all headers were seen
    labels = _labels(questions)
    longest_first = sorted(labels, key=len, reverse=True)
    own = xlsform.own_names(max(codes.rounds()))
    positions = _positions(questions)
    for at, header in enumerate(headers):
        text = unicodedata.normalize("NFKC", header).strip()
        if not text:
            continue
        if len(text) > _LENGTH_MAXIMUM:
            unknown.append(at)
            continue
        said = _meta(text, meta)
        name = _by_name(text, questions) if said is None else None
        option = _option(text, questions) if said is None and name is None else None
        if said is not None:
            known.meta[said].append(at)
        elif name is not None:
            known.questions[name].append(at)
        elif option is not None:
            known.options[option[0]][option[1]] = at
        elif _is_own(text, own) or _plain(text) in positions:
            continue
        elif (label := _by_label(_plain(text), labels, longest_first)) is not None:
            labelled[at] = label
        else:
            unknown.append(at)
    unknown += _settle(known, labelled, headers, labels, questions, file)
    known.unknown = tuple(headers[at] for at in sorted(unknown))
    return known


# --- names --------------------------------------------------------------------------------------------


def _meta(text: str, meta: Mapping[str, str]) -> str | None:
    if text in meta:
        return meta[text]
    parts = next(_paths(text), [])
    if len(parts) == 2 and parts[0] in ("meta", "__meta") and parts[1] in _IN_META:
        return meta.get(parts[1], "")
    is_family = meta is KOBO and text.startswith(_KOBO_FAMILIES)
    return "" if is_family or text.startswith(("meta/", "meta-", "SET-OF-")) else None


def _paths(text: str) -> Iterator[list[str]]:
    """The ways in which a header is a path of XML names; none if it has a space."""
    if re.search(r"\s", text):
        return
    for separator in dict.fromkeys(_SEPARATOR.findall(text)):
        yield text.split(separator)


def _by_name(text: str, questions: Mapping[str, Question]) -> str | None:
    if text in questions:
        return text
    return next((parts[-1] for parts in _paths(text) if parts[-1] in questions and _agrees(parts, questions[parts[-1]])), None)


def _agrees(parts: list[str], question: Question) -> bool:
    """Whether a path is that of the question as far as it goes; other groups may stand around those of the form."""
    if not all(parts):
        return False
    without_repeat = tuple(part for part in (question.group, question.name) if part)
    for path in (question.path, without_repeat):
        shared = min(len(path), len(parts))
        if tuple(parts[-shared:]) == path[-shared:]:
            return True
    return False


def _option(text: str, questions: Mapping[str, Question]) -> tuple[str, str] | None:
    """(question, code) of a column for one choice of a question with several answers, by names or by labels."""
    for name, question in questions.items():
        if question.kind != "select_multiple":
            continue
        if not re.search(r"\s", text):
            # ODK Central joins groups with one separator and choices with another: g1-q2/x.
            for separator in dict.fromkeys(_SEPARATOR.findall(text)):
                before, _, code = text.rpartition(separator)
                if code and _by_name(before, {name: question}):
                    return name, code
        label = re.escape(_plain(question.label))
        for code, choice in question.choices:
            if re.search(rf"(?:^|{_BETWEEN}){label}{_BETWEEN}{re.escape(_plain(choice))}$", _plain(text)):
                return name, code
    return None


def _is_own(text: str, own: frozenset[str]) -> bool:
    """Whether the form computes or shows it, beside its questions."""
    return text in own or any(parts[-1] in own for parts in _paths(text))


def _positions(questions: Mapping[str, Question]) -> set[str]:
    """The columns into which tools take a position apart: ``_name_latitude``, ``group-name-Latitude``."""
    found = set()
    for question in questions.values():
        for part in _POSITION.get(question.kind, ()):
            found |= {_plain(f"_{own}_{part}") for own in (question.name, question.label)}
            found |= {
                _plain(f"{separator.join(path)}{separator}{part}")
                for separator in "-/.:"
                for path in (question.path, (question.name,))
            }
    return found


# --- labels -------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _labels(questions: Mapping[str, Question]) -> dict[str, list[str]]:
    """Label -> the questions that have it, in the order of the form."""
    labels: dict[str, list[str]] = defaultdict(list)
    for name, question in questions.items():
        if question.label:
            labels[_plain(question.label)].append(name)
    return labels


def _before(text: str, label: str) -> str | None:
    """What stands before a label and its separator; None if the text does not end in it."""
    if len(text) <= len(label) or not text.endswith(label):
        return None
    before = text[: -len(label)]
    return _LABEL_SEPARATOR.sub("", before) if _LABEL_SEPARATOR.search(before) else None


def _by_label(text: str, labels: Mapping[str, list[str]], longest_first: Sequence[str]) -> tuple[str, str] | None:
    """The label of a header and the groups before it; the longest, because labels have separators of their own."""
    if text in labels:
        return text, ""
    return next(((label, before) for label in longest_first if (before := _before(text, label)) is not None), None)


def _settle(
    known: Headers, labelled: dict[int, tuple[str, str]], headers: Sequence[str], labels: Mapping[str, list[str]],
    questions: Mapping[str, Question], file: str,
) -> list[int]:  # fmt: skip
    """Give every label its question; returns the columns that turn out to be of none.

    A question that is there by its name leaves the label to the others. Several questions with one label are told
    apart by the order of the form, in which tools write them, and only if all of them are there.
    """
    unknown, prefixes = [], defaultdict(dict)
    of_label: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for at, (label, prefix) in labelled.items():
        of_label[label][prefix].append(at)
    for label, by_prefix in of_label.items():
        free = [name for name in labels[label] if name not in known.questions and name not in known.options]
        # The bare label counts before one behind a path, which may belong to a question that is not of this form.
        prefix = "" if "" in by_prefix else next(iter(by_prefix))
        columns = by_prefix.pop(prefix)
        unknown += [at for rest in by_prefix.values() for at in rest]
        if not free:
            unknown += columns
            continue
        if len(free) > 1 and len(columns) != len(free):
            listed = " and ".join(free)
            said = f"Header {found(headers[columns[0]])} is the label of {listed}, and stands {len(columns)} times."
            raise Refusal(file, "export_header_unclear", said)
        if len(free) > 1:
            known.by_order |= set(free)
        for at, name in zip(columns, free if len(free) > 1 else free * len(columns), strict=True):
            known.questions[name].append(at)
            prefixes[questions[name].group].setdefault(prefix, at)
    for group, seen in prefixes.items():
        if len(seen) > 1:
            one, other = (found(headers[at]) for at in list(seen.values())[:2])
            said = f"Headers {one} and {other} name different groups where the form has one ({group or 'none'})."
            raise Refusal(file, "export_header_unclear", said)
    return unknown
