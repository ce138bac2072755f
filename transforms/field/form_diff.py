"""Two versions of a form compared: what would break the history of a core question, and what else is different.

DTM's own rule is that attributes collected before are neither changed nor removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import python_calamine

from expectations import form
from transforms.readers import package, workbook
from transforms.refusal import Refusal, found

_SURVEY, _CHOICES, _SETTINGS = "survey", "choices", "settings"
# Other spellings of column heads and types that form tools take.
_HEADS = {"relevance": "relevant", "calculate": "calculation", "list name": "list_name", "caption": "label", "command": "type"}
_KINDS = {"int": "integer", "string": "text", "gps": "geopoint", "trigger": "acknowledge", "begin group": "begin_group",
          "end group": "end_group", "begin repeat": "begin_repeat", "end repeat": "end_repeat"}  # fmt: skip
_SELECT = re.compile(
    r"(select[ _]one|select1|select[ _]multiple|rank)(?:[ _]from(?:[ _]file)?)? (\S+)( or[ _]other)?", re.IGNORECASE
)
_FILE_ENDINGS = (".csv", ".xml", ".geojson")
_OTHER = "other"  # what 'or_other' adds to a list
_YES, _NO = frozenset({"yes", "true", "true()", "1"}), frozenset({"no", "false", "false()", "0"})
# Not compared as cells: what they say is compared by itself.
_STRUCTURE = frozenset({"type", "name"})
_SAME_SHOWN = 40  # letters
_WITHOUT_ANSWER = frozenset({"note", "group", "repeat"})


class NoForm(Exception):
    """A file that is no form that can be read; its text is one sentence for a person."""


@dataclass(frozen=True)
class Item:
    """A question, group or repeat: its kind, the file of its choices or their labels by code, where it lies, its other cells.

    ``is_core`` is None where its form does not say it.
    """

    name: str
    kind: str
    path: str
    repeat: str
    source: str
    choices: Mapping[str, str]
    cells: Mapping[str, str]
    is_core: bool | None


@dataclass(frozen=True)
class Form:
    """What a workbook says: id, version, heads of its sheet of questions, questions and groups by name."""

    form_id: str
    version: str
    heads: frozenset[str]
    items: Mapping[tuple[bool, str], Item] = field(repr=False)  # (is group or repeat, name)


@dataclass(frozen=True)
class Change:
    """One difference, as a sentence; ``is_breaking`` where a core question does not mean any more what it did."""

    is_breaking: bool
    sentence: str


# --- comparing --------------------------------------------------------------------------------------


def compare(old: Form, new: Form) -> list[Change]:
    """Every difference, the breaking ones first, each kind in the order of the forms.

    A question under another name is one removed and one added: nothing tells that it is the same.
    """
    changes = (
        []
        if old.form_id == new.form_id
        else [Change(False, f"The form's id was {found(old.form_id)}, now {found(new.form_id)}.")]
    )
    for gone, sheet in ((old.heads - new.heads, "is gone"), (new.heads - old.heads, "is new")):
        changes += [Change(False, f"Column {found(head)} of the questions {sheet}.") for head in sorted(gone)]
    for key, item in old.items.items():
        if key in new.items:
            changes += _compared(item, new.items[key], old.heads & new.heads)
        else:
            changes.append(Change(_is_core(item), f"{_named(item)} was removed."))
    changes += [Change(False, f"{_named(item)} was added.") for key, item in new.items.items() if key not in old.items]
    return sorted(changes, key=lambda change: not change.is_breaking)


def _is_core(item: Item) -> bool:
    """What the old form says, else what is known of the question by its name, else yes, unless nothing answers it."""
    if item.kind in ("group", "repeat"):
        return False
    if item.is_core is not None:
        return item.is_core
    known = form.known().get(item.name)
    return known.core if known else item.kind not in _WITHOUT_ANSWER


def _named(item: Item) -> str:
    if item.kind in ("group", "repeat"):
        return f"{item.kind.capitalize()} {found(item.name)}"
    return f"{'Core question' if _is_core(item) else 'Question'} {found(item.name)}"


def _compared(old: Item, new: Item, heads: frozenset[str]) -> Iterator[Change]:
    name, is_core = _named(old), _is_core(old)
    if old.kind != new.kind:
        yield Change(is_core, f"{name} was of type {found(old.kind)}, now {found(new.kind)}.")
    elif old.source != new.source:  # what the files hold is not in the form
        yield Change(is_core, f"{name} had its choices from {_from(old.source)}, now from {_from(new.source)}.")
    else:
        yield from _choices(old, new, name, is_core)
    if old.repeat != new.repeat:  # one answer a submission, or several
        yield Change(is_core, f"{name} was {_in(old.repeat)}, now {_in(new.repeat)}.")
    elif old.path != new.path:
        yield Change(False, f"{name} was in {found(old.path)}, now in {found(new.path)}.")
    for head in sorted(heads - _STRUCTURE):
        before, after = old.cells.get(head, ""), new.cells.get(head, "")
        if before != after:
            yield Change(
                False,
                f"{name}: {head} was {found(_from_difference(before, after))}, now {found(_from_difference(after, before))}.",
            )


def _from_difference(text: str, other: str) -> str:
    """A text without most of its beginning, where that is long and the same in the other: messages show beginnings."""
    same = next((at for at, (mine, its) in enumerate(zip(text, other, strict=False)) if mine != its), min(len(text), len(other)))
    return text if same <= _SAME_SHOWN else "…" + text[same - _SAME_SHOWN // 2 :]


def _in(repeat: str) -> str:
    return f"in the repeat {found(repeat)}" if repeat else "in no repeat"


def _from(source: str) -> str:
    return f"file {found(source)}" if source else "sheet choices"


def _choices(old: Item, new: Item, name: str, is_core: bool) -> Iterator[Change]:
    for code, label in old.choices.items():
        if code not in new.choices:
            yield Change(is_core, f"{name} lost the choice {found(code)} ({found(label)}).")
        elif new.choices[code] != label:
            yield Change(False, f"{name}: choice {found(code)} was labelled {found(label)}, now {found(new.choices[code])}.")
    for code in new.choices:
        if code not in old.choices:
            yield Change(False, f"{name} has the new choice {found(code)} ({found(new.choices[code])}).")


# --- reading ----------------------------------------------------------------------------------------


def read(path: Path, name: str) -> Form:
    """The form in the .xlsx file at ``path``, known to people as ``name``.

    Raises:
        NoForm: no workbook, damaged, too large, without a sheet of questions, or its rows make no form.
        OSError: the file cannot be opened.
    """
    sheets = _sheets(path, name)
    if _SURVEY not in sheets:
        raise NoForm(f"{name}: a form has its questions on a sheet 'survey'; here there is none.")
    heads, questions = _rows(sheets[_SURVEY])
    lacking = [head for head in ("type", "name") if head not in heads]
    if lacking:
        raise NoForm(f"{name}: sheet 'survey' has no column {' and none '.join(map(found, lacking))} in its first row.")
    settings = next((row for _, row in _rows(sheets.get(_SETTINGS, []))[1]), {})
    items = _items(questions, _lists(sheets.get(_CHOICES, []), name), name)
    if not any(not is_group for is_group, _ in items):
        raise NoForm(f"{name}: sheet 'survey' has no question.")
    return Form(settings.get("form_id", ""), settings.get("version", ""), frozenset(heads), items)


def _sheets(path: Path, name: str) -> dict[str, list[list[object]]]:
    """The rows of the sheets of a form, by their names in small letters."""
    with open(path, "rb") as handle:  # a file that cannot be opened is told as such
        head = handle.read(4)
    if head != b"PK\x03\x04":
        raise NoForm(f"{name}: the file is no .xlsx workbook.")
    try:
        package.inspect(path, name)
    except Refusal as refusal:
        raise NoForm(f"{name}: {refusal.found}") from None
    with workbook.opened(path, lambda said: NoForm(f"{name}: {said[0].lower()}{said[1:]}")) as book:
        wanted = [about for about in book.sheets_metadata if about.name.strip().lower() in (_SURVEY, _CHOICES, _SETTINGS)]
        return {
            about.name.strip().lower(): book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
            for about in wanted
            if about.typ == python_calamine.SheetTypeEnum.WorkSheet
        }


def _rows(cells: list[list[object]]) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The heads of a sheet, and its rows that hold something with their numbers: only filled cells, by head."""
    heads = [_head(_text(cell)) for cell in cells[0]] if cells else []
    rows = []
    for number, row in enumerate(cells[1:], start=2):
        filled = {head: _text(cell) for head, cell in zip(heads, row, strict=False) if head and _text(cell)}
        if filled:
            rows.append((number, filled))
    return [head for head in heads if head], rows


def _head(text: str) -> str:
    """A column's head: what stands before the language in small letters."""
    column, colons, language = text.partition("::")
    column = " ".join(column.lower().split())
    return _HEADS.get(column, column) + (colons + language.strip())


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "yes" if value is True else "no" if value is False else " ".join(str(value).split())


def _lists(cells: list[list[object]], name: str) -> dict[str, dict[str, str]]:
    """Label by code of each list of choices; the label in all languages, as one text."""
    lists: dict[str, dict[str, str]] = {}
    heads, rows = _rows(cells)
    for number, row in rows:
        code = row.get("name", row.get("value"))
        if "list_name" not in row:
            continue  # form tools pass over such rows too
        if code is None:
            raise NoForm(f"{name}: row {number} of sheet 'choices' has no name.")
        labels = [row[head] for head in heads if head.split("::")[0] == "label" and head in row]
        lists.setdefault(row["list_name"], {})[code] = " / ".join(labels)
    return lists


def _items(
    rows: list[tuple[int, dict[str, str]]], lists: Mapping[str, Mapping[str, str]], name: str
) -> dict[tuple[bool, str], Item]:
    items: dict[tuple[bool, str], Item] = {}
    above: list[tuple[str, str]] = []  # (group or repeat, its name), from the outside in
    for number, row in rows:
        where = f"{name}: row {number} of sheet 'survey'"
        if "type" not in row or row.get("disabled", "").lower() in _YES:
            continue
        kind, source, choices = _kind(row["type"], lists, where)
        if kind in ("end_group", "end_repeat"):
            if not above or above.pop()[0] != kind.removeprefix("end_"):
                raise NoForm(f"{where} ends a {kind.removeprefix('end_')} that is not open.")
            continue
        if "name" not in row:
            raise NoForm(f"{where} has no name.")
        begins = kind.startswith("begin_")
        item = Item(
            row["name"],
            kind.removeprefix("begin_"),
            "/".join(group for _, group in above),
            next((group for what, group in reversed(above) if what == "repeat"), ""),
            source,
            choices,
            row,
            True if row.get("core", "").lower() in _YES else False if row.get("core", "").lower() in _NO else None,
        )
        key = (begins, item.name)
        if key in items:
            raise NoForm(f"{where} has the name {found(item.name)} a second time.")
        items[key] = item
        if begins:
            above.append((item.kind, item.name))
    if above:
        raise NoForm(f"{name}: the {above[-1][0]} {found(above[-1][1])} of sheet 'survey' has no end.")
    return items


def _kind(text: str, lists: Mapping[str, Mapping[str, str]], where: str) -> tuple[str, str, Mapping[str, str]]:
    """The kind of a question, the file of its choices, its choices by code."""
    select = _SELECT.fullmatch(text)
    if select is None:
        return _KINDS.get(text.lower(), text.lower()), "", {}
    kind = {"select1": "select_one"}.get(select[1].lower(), select[1].lower().replace(" ", "_"))
    listed = select[2]
    if listed.lower().endswith(_FILE_ENDINGS):
        return kind, listed, {}
    if listed not in lists and not listed.startswith("${"):
        raise NoForm(f"{where} takes its choices from the list {found(listed)}, which sheet 'choices' does not have.")
    return kind, "", {**lists.get(listed, {}), **({_OTHER: "Other"} if select[3] else {})}
