"""The master-list form as the sheets of an XLSForm, and the lists of places that go beside it. Pure: rows in, rows out.

Every group hangs on the consent, so that 'no' ends the interview. After each block of counts the form adds them up and
lets nobody pass while they differ from their total. What holds of every interview is made by :func:`question_row` and the
functions beside it, of which forms of other interviews are made too.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from expectations import codes, form
from expectations.columns import COLUMNS
from expectations.form import Question

ENGLISH = "English (en)"
LANGUAGES = (ENGLISH, "Arabic (ar)", "Kurdish Sorani (ckb)", "Kurdish Kurmanji (kmr)")
_LABEL, _LABEL_AR = f"label::{ENGLISH}", "label::Arabic (ar)"
_HINT, _MESSAGE = f"hint::{ENGLISH}", f"constraint_message::{ENGLISH}"


def _translated(column: str) -> tuple[str, ...]:
    """A column once per language; those without a verified translation wait for one."""
    return tuple(f"{column}::{language}" for language in LANGUAGES)


_LABELS = _translated("label")
SURVEY_COLUMNS = (
    "type", "name", *_LABELS, *_translated("hint"), "required", "relevant", "constraint", *_translated("constraint_message"),
    "calculation", "choice_filter", "hxl", "sharing_class", "personal", "core",
)  # fmt: skip
CHOICES_COLUMNS = ("list_name", "name", *_LABELS)
SETTINGS_COLUMNS = ("form_title", "form_id", "version", "default_language")
# A list of places as a file carries its labels in one language only: forms show the column ``label``. ``label_ar`` lies
# beside it, under a name that every tool takes; to show it instead, write label=label_ar as the question's parameters.
MEDIA_COLUMNS = {
    "governorates.csv": ("name", "label", "label_ar"),
    "districts.csv": ("name", "label", "label_ar", "governorate"),
    "subdistricts.csv": ("name", "label", "label_ar", "governorate", "district"),
    "locations.csv": ("name", "label", "label_ar", "governorate", "district", "subdistrict"),
}
# What narrows the list of a place question to the answer before it.
_CHOICE_FILTERS = {
    "district": "governorate = ${governorate}",
    "subdistrict": "district = ${district}",
    "place_id": "subdistrict = ${subdistrict}",
    "origin_district": "governorate = ${origin_district_governorate}",
}
ROUND, THANKS = "round", "thank_you"
END_GROUP = {"type": "end_group"}
_REFUSED = f"${{{form.CONSENT}}} = '{form.REFUSED}'"
# a location that was not reached is recorded too, though nobody could be asked
_ASKED = f"(${{{form.CONSENT}}} = '{form.AGREED}' or ${{{form.CONSENT}}} = '{form.NOT_ASKED}')"
_GROUP_LABELS = {
    "visit": "Visit",
    "place": "Location",
    "access": "Access",
    "count": "Households",
    "shelter": "Households by shelter",
    "period": "Households by period of displacement",
    "origin": "Households by origin or last displacement",
    "arrivals": "New arrivals",
    "informant": "Key informant",
    "remarks": "Remarks",
    form.ORIGIN_DISTRICTS: "District of origin",
}
_CELL_HINTS = {
    "shelter": "Households that live in this shelter",
    "period": "Households displaced in this period",
    "origin_governorate": "Households whose governorate of origin this is",
    "last_displacement": "Households whose governorate of last displacement this is",
}
_LIST_NAMES = {form.YES_NO: "yes_no"}
_DIGEST_LETTERS = 8


@dataclass(frozen=True)
class Sum:
    """Counts that must add up: the question ``name`` holds the sum of ``parts``, which is to be that of ``total``.

    ``relevant`` is when the parts are asked at all, ``counts`` says in words what they are. Those that not every informant
    knows may be left out as a whole.
    """

    name: str
    parts: tuple[str, ...]
    total: str
    relevant: str
    counts: str
    may_be_left_out: bool = False

    @property
    def check(self) -> str:
        """Name of the question that is in the way while the sum is wrong."""
        return self.name + "_check"


_DISTRICT_HOUSEHOLDS, _DISTRICT_COUNTED = "origin_district_households", "origin_district_counted"
_SUM_NAMES = {"shelter": "shelter_sum", "period": "period_sum", "origin_governorate": "origin_sum",
              "last_displacement": "last_displacement_sum"}  # fmt: skip
_COUNTS = {"shelter": "shelter", "period": "period", "origin_governorate": "governorate of origin",
           "last_displacement": "governorate of last displacement"}  # fmt: skip


def sums(round_number: int) -> tuple[Sum, ...]:
    """Every block of counts of the form that must add up, in the order of the form."""
    asked = {question.name: question for question in form.questions(round_number)}
    found = []
    for dimension, name in _SUM_NAMES.items():
        parts = tuple(q.name for q in asked.values() if q.cell and q.cell[0] == dimension)
        found.append(Sum(name, parts, "households", _shared([asked[part] for part in parts]), f"by {_COUNTS[dimension]}"))
    relevant = form.REPEAT_RELEVANT[form.ORIGIN_DISTRICTS]
    found.append(Sum("origin_district_sum", (_DISTRICT_HOUSEHOLDS,), "households", relevant, "by district of origin", True))
    parts = form.ARRIVAL_PARTS
    relevant = _shared([asked[part] for part in parts])
    return (*found, Sum("arrivals_sum", parts, "new_arrivals", relevant, "by kind of arrival"))


def _shared(questions: Sequence[Question]) -> str:
    """The condition under which any of these is asked: some add a population to it, all begin with it."""
    shortest = min((question.relevant for question in questions), key=len)
    if not all(question.relevant.startswith(shortest) for question in questions):
        raise ValueError(f"The questions beside {questions[0].name} are asked under conditions that share nothing.")
    return shortest


def own_names(round_number: int) -> frozenset[str]:
    """Names that an export carries beside those of :func:`expectations.form.questions`: what the form computes or shows."""
    return frozenset({ROUND, THANKS, _DISTRICT_COUNTED, *(n for total in sums(round_number) for n in (total.name, total.check))})


def survey(round_number: int) -> list[dict[str, str]]:
    """The rows of sheet ``survey``: only filled cells, by :data:`SURVEY_COLUMNS`."""
    after = {total.parts[-1]: total for total in sums(round_number)}
    rows = [_computed(ROUND, str(round_number))]
    for group, questions in groupby(form.questions(round_number), key=lambda question: question.group):
        if group:
            rows.append(group_row(group, _GROUP_LABELS[group]))
        for repeat, own in groupby(questions, key=lambda question: question.repeat):
            members = list(own)
            if repeat:
                rows.append(_begin("repeat", repeat, _GROUP_LABELS[repeat], form.REPEAT_RELEVANT[repeat]))
            for question in members:
                rows.append(question_row(question, _arabic(question), _hint(question), hxl(question)))
                if not repeat:
                    rows += _sum_rows(after.get(question.name))
            if repeat:
                # a blank makes the sum over a repeat no number at all, so each of its rows counts for itself first
                rows += [_computed(_DISTRICT_COUNTED, _counted(_DISTRICT_HOUSEHOLDS)), {"type": "end_repeat"}]
                rows += _sum_rows(after.get(members[-1].name))
        if group:
            rows.append(dict(END_GROUP))
        else:
            rows.append(thanks_row())
    return rows


def question_row(
    question: Question, arabic: str = "", hint: str = "", hxl: str = "", choice_filter: str | None = None
) -> dict[str, str]:
    """The row of a question in sheet ``survey``: only filled cells.

    Args:
        question: of any form; the answer of a place question is a row of the list of places in its file.
        arabic: its label in Arabic, where there is one.
        hint: what the enumerator reads below the label.
        hxl: tag of the answer.
        choice_filter: what narrows a list of places; by default the answer before it, as the master list asks places.
    """
    kind = question.kind
    narrowed = _CHOICE_FILTERS.get(question.name, "") if choice_filter is None else choice_filter
    if question.source:
        kind = f"{question.kind}_from_file {question.source}"
    elif question.choices:
        kind = f"{question.kind} {_list_name(question)}"
    row = {
        "type": kind,
        "name": question.name,
        _LABEL: question.label,
        _LABEL_AR: arabic,
        _HINT: hint,
        "required": "yes" if question.required else "",
        "relevant": question.relevant,
        "constraint": question.constraint,
        _MESSAGE: question.constraint_message,
        "calculation": question.calculation,
        "choice_filter": narrowed if question.source else "",
        "hxl": hxl,
        "sharing_class": question.sharing,
        "personal": _yes(question.personal),
        "core": _yes(question.core),
    }
    return {column: cell for column, cell in row.items() if cell}


def hxl(question: Question) -> str:
    """The tag of the column that the answer fills; of a place the form has the code where the column has the name."""
    tag = (question.name in COLUMNS and COLUMNS[question.name].hxl) or ""
    return tag.replace("+name", "+code") if question.source else tag


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _hint(question: Question) -> str:
    return _CELL_HINTS[question.cell[0]] if question.cell else ""


def _arabic(question: Question) -> str:
    """The published Arabic name where the label is that of a governorate; nothing else is translated."""
    if question.cell is None or question.cell[0] not in ("origin_governorate", "last_displacement"):
        return ""
    return next(row["governorate_ar"] for row in codes.rows("governorate") if row["governorate_code"] == question.cell[1])


def group_row(name: str, label: str, arabic: str = "", relevant: str = _ASKED) -> dict[str, str]:
    """The row that begins a group; :data:`END_GROUP` ends it. By default one after the consent: who does not agree sees nothing of it."""
    row = _begin("group", name, label, relevant) | {_LABEL_AR: arabic}
    return {column: cell for column, cell in row.items() if cell}


def thanks_row() -> dict[str, str]:
    """The row right after the consent that ends the interview of who does not agree."""
    return _shown(THANKS, "note", "Thank you for your time. The interview ends here.", _REFUSED)


def _begin(kind: str, name: str, label: str, relevant: str) -> dict[str, str]:
    return {"type": f"begin_{kind}", "name": name, _LABEL: label, "relevant": relevant}


def _own(name: str, kind: str, **cells: str) -> dict[str, str]:
    """A row that is no question of the contract: rounds may do without it."""
    return {"type": kind, "name": name, **cells, "sharing_class": "public", "personal": "no", "core": "no"}


def _computed(name: str, calculation: str) -> dict[str, str]:
    return _own(name, "calculate", calculation=calculation)


def _shown(name: str, kind: str, label: str, relevant: str) -> dict[str, str]:
    return _own(name, kind, **{_LABEL: label, "relevant": relevant})


def _counted(name: str) -> str:
    return f"coalesce(${{{name}}}, 0)"


def _sum_rows(total: Sum | None) -> list[dict[str, str]]:
    """The sum of a block, and what is in the way while it is wrong.

    A constraint on a cell cannot do this: it is judged when that cell is answered, not when another changes, and the
    cell that is wrong may be any of the block. A calculation can have no constraint that people see. So an
    ``acknowledge`` appears only while the sum is wrong. It is required, so it cannot be left out, and its constraint is
    that the sum is right, so ticking it is refused with the message; it goes away with its answer when the sum fits. A
    required note would stop people too, but Enketo shows no message for what is read-only.
    """
    if total is None:
        return []
    parts = [f"sum(${{{_DISTRICT_COUNTED}}})"] if total.parts == (_DISTRICT_HOUSEHOLDS,) else map(_counted, total.parts)
    said = f"The households {total.counts} add up to ${{{total.name}}}, but the total is ${{{total.total}}}. Go back and correct."
    # as numbers: answers are compared as texts where both sides are questions, and 012 is not 12
    found, wanted = f"number(${{{total.name}}})", f"number(${{{total.total}}})"
    check = _shown(
        total.check,
        "acknowledge",
        said,
        f"{total.relevant} and {found} != {wanted}" + (f" and {found} > 0" if total.may_be_left_out else ""),
    )
    check |= {"required": "yes", "constraint": f"{found} = {wanted}", _MESSAGE: "Go back: the parts and the total must agree."}
    return [_computed(total.name, " + ".join(parts)), check]


def _list_name(question: Question) -> str:
    return _LIST_NAMES.get(question.choices, question.name)


def choices(round_number: int) -> list[dict[str, str]]:
    """The rows of sheet ``choices``: only filled cells, by :data:`CHOICES_COLUMNS`."""
    return choice_rows(form.questions(round_number))


def choice_rows(questions: Iterable[Question], arabic: Mapping[tuple[str, str], str] | None = None) -> list[dict[str, str]]:
    """The rows of sheet ``choices`` for these questions: a list for each that has choices of its own.

    Args:
        questions: of any form.
        arabic: Arabic labels by name of the question and code of the choice, where there are any.
    """
    lists = {_list_name(question): question for question in questions if question.choices}
    rows = []
    for name, question in lists.items():
        for code, label in question.choices:
            row = {"list_name": name, "name": code, _LABEL: label, _LABEL_AR: (arabic or {}).get((question.name, code), "")}
            rows.append({column: cell for column, cell in row.items() if cell})
    return rows


def settings(round_number: int, media: Mapping[str, Sequence[Mapping[str, str]]] | None = None) -> dict[str, str]:
    """The one row of sheet ``settings``."""
    title = f"DTM Iraq master list, R{round_number}"
    return settings_row(form.FORM_ID, title, f"r{round_number}", survey(round_number), choices(round_number), media or {})


def settings_row(
    form_id: str,
    title: str,
    version: str,
    survey: Sequence[Mapping[str, str]],
    choices: Sequence[Mapping[str, str]],
    media: Mapping[str, Sequence[Mapping[str, str]]],
) -> dict[str, str]:
    """The one row of sheet ``settings`` for a form with this content. ``version`` is only how its version begins.

    The version follows from the content: a round's form with another list of places is another version, because collection
    servers want a new version for new media files.
    """
    content = [SURVEY_COLUMNS, survey, choices, media]
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return {
        "form_title": title,
        "form_id": form_id,
        "version": f"{version}-{digest[:_DIGEST_LETTERS]}",
        "default_language": ENGLISH,
    }


# --- the lists of places beside the form ------------------------------------------------------------


def subdistrict_code(district_code: str, subdistrict: str | None) -> str:
    """The answer for a sub-district: the code of its district, then its name in small letters; not_known for none.

    Names that differ only in punctuation are one sub-district. Letters are those of the codes of districts; a name
    without any of them keeps its own.
    """
    name = (subdistrict or "").lower()
    slug = re.sub(r"[^a-z0-9]+", "_", name).strip("_") or re.sub(r"\W+", "_", name).strip("_")
    return f"{district_code}_{slug or form.NOT_KNOWN}"


def media(locations: Iterable[Mapping[str, object]] | None = None) -> dict[str, list[dict[str, str]]]:
    """The rows of each file of :data:`MEDIA_COLUMNS`, in the order in which forms show them.

    Args:
        locations: rows of table ``location``; None where there is no register: then the files of sub-districts and
            locations have no rows.
    """
    governorates = {row["governorate"]: row for row in codes.rows("governorate")}
    own = {name: row["governorate_code"] for name, row in governorates.items()}
    district_codes = codes.district_codes()
    districts = [
        _place(district_codes[row["governorate"], row["district"]], row["district"], row["district_ar"], own[row["governorate"]])
        for row in codes.rows("district")
    ]
    found: dict[str, list[dict[str, str]]] = {
        "governorates.csv": [_place(own[name], name, row["governorate_ar"]) for name, row in governorates.items()],
        "districts.csv": districts,
        "subdistricts.csv": [],
        "locations.csv": [],
    }
    if locations is not None:
        found["locations.csv"], named = _locations(locations, own, district_codes)
        found["subdistricts.csv"] = _subdistricts(districts, named, {row["subdistrict"] for row in found["locations.csv"]})
    return {name: sorted(rows, key=_order) for name, rows in found.items()}


def _place(
    name: str, label: str, label_ar: str, governorate: str = "", district: str = "", subdistrict: str = ""
) -> dict[str, str]:
    row = {"name": name, "label": _line(label), "label_ar": _line(label_ar)}
    above = {"governorate": governorate, "district": district, "subdistrict": subdistrict}
    return row | {column: code for column, code in above.items() if code}


def _line(text: str) -> str:
    return " ".join(text.split())


def _order(row: dict[str, str]) -> tuple:
    """By what is above, then by label; what is not known comes last."""
    above = [row.get(column, "") for column in ("governorate", "district", "subdistrict")]
    return (*above, row["name"].endswith("_" + form.NOT_KNOWN), row["label"].casefold(), row["name"])


def _locations(
    register: Iterable[Mapping[str, object]], own: Mapping[str, str], district_codes: Mapping[tuple[str, str], str]
) -> tuple[list[dict[str, str]], dict[str, dict[str, str]]]:
    """The locations, and the row of each known sub-district by its code."""
    rows: list[dict[str, str]] = []
    named: dict[str, dict[str, str]] = {}
    for location in register:
        district = district_codes[location["governorate"], location["district"]]
        code, name = subdistrict_code(district, location["subdistrict"]), location["subdistrict"]
        if name and (code not in named or name < named[code]["label"]):  # of several spellings always the same one
            named[code] = _place(code, name, "", own[location["governorate"]], district)
        english, arabic = location["location_name_en"] or "", location["location_name_ar"] or ""
        label = english or arabic or location["place_id"]
        rows.append(_place(location["place_id"], label, arabic, own[location["governorate"]], district, code))
    alike = Counter((row["subdistrict"], row["label"]) for row in rows)
    for row in rows:
        if alike[row["subdistrict"], row["label"]] > 1:  # nobody could tell them apart
            row["label"] += f" ({row['name']})"
    return rows, named


def _subdistricts(districts: list[dict[str, str]], named: Mapping[str, dict[str, str]], used: set[str]) -> list[dict[str, str]]:
    """Those that locations name; not_known in districts without any, and where a location has none."""
    rows, with_names = dict(named), {row["district"] for row in named.values()}
    for district in districts:
        unknown = subdistrict_code(district["name"], None)
        if district["name"] not in with_names or unknown in used:
            rows[unknown] = _place(unknown, "Not known", "", district["governorate"], district["name"])
    return list(rows.values())
