"""Submissions of KoboToolbox as JSON: a page of API v2, all pages of an asset, or a bare list.

A page is ``{count, next, previous, results}`` with at most 1,000 results, so one page alone is seldom a whole round;
``{"pages": [page, ...]}`` keeps the pages of an asset as they were received. Keys are XML names with the path of groups.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pyarrow as pa

from expectations.form import Question
from transforms.field.export import Export
from transforms.field.exports import cells, headers
from transforms.refusal import Refusal, found

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PAGE = ("count", "results")
_ENDS = ("}", "]")


@dataclass(frozen=True)
class _Pages:
    """Submissions in the order received; ``count`` is what the server says it has, None in a bare list."""

    rows: list[dict[str, object]]
    count: int | None
    pages: int
    has_neighbour: bool


class _Twice(ValueError):
    """A key stands twice in one object."""


class _NoNumber(ValueError):
    """A constant that JSON does not have."""


@dataclass(frozen=True)
class Merged:
    """Pages as one JSON text, ``{"pages": [...]}`` with each as it was received, and the values of the pages."""

    content: bytes
    value: list[object]


def read(value: object, name: str, questions: Mapping[str, Question]) -> Export:
    """The submissions in the ``value`` of a JSON text (:func:`parse`), sorted by ``_id``; ``_row`` is the position in the order received.

    Raises:
        Refusal: no submissions of KoboToolbox, pages missing, or answers that contradict each other.
    """
    received = _pages(value, name)
    _demand_all(received, name)
    rows, numbers = _sorted(received.rows)
    repeat_names = {question.repeat for question in questions.values() if question.repeat}
    keys = list(dict.fromkeys(chain.from_iterable(rows)))
    nested = {key: repeat for key in keys if (repeat := key.rpartition("/")[2]) in repeat_names}
    titles = [key for key in keys if key not in nested]
    main = {known: question for known, question in questions.items() if not question.repeat}
    resolved = headers.resolve(titles, main, headers.KOBO, name)
    if not rows:
        resolved.meta["_uuid"] = [0]
        titles = ["_uuid"]
    states = {titles[at] for at in resolved.meta.get("_review_state", ())}
    wanted = [titles[at] for at in resolved.kept if titles[at] not in states]
    columns = _columns(rows, wanted, name)

    def column(at: int) -> pa.Array:
        if titles[at] not in states:
            return columns(titles[at])
        values = [row.get(titles[at]) for row in rows]
        return cells.text([value.get("uid") if isinstance(value, dict) else value for value in values], name, _where(titles[at]))

    table = cells.table(resolved, column, titles, numbers, "", main, name)
    repeats, unknown = _repeats(rows, numbers, nested, questions, name)
    return Export("kobo_json", table, repeats, (*resolved.unknown, *unknown))


def merge_pages(pages: Sequence[tuple[str, bytes]]) -> Merged:
    """Files with one page each, in the order of their first ``_id``, as one.

    Args:
        pages: name of each file in messages, and its bytes.

    Raises:
        Refusal: a file is no page, the pages are not of one asset, or together they are not what the server counted.
    """
    parsed = []
    for name, data in pages:
        value = parse(data, name)
        if not _is_page(value):
            raise Refusal(name, "export_unreadable", "It is not a page of KoboToolbox (count and results); give it alone.")
        parsed.append((_page(value, name), value, data))
    parsed.sort(key=lambda page: min((_id(row) for row in page[0].rows), default=0))
    name = ", ".join(name for name, _ in pages)
    forms = sorted({str(row["_xform_id_string"]) for page, *_ in parsed for row in page.rows if row.get("_xform_id_string")})
    if len(forms) > 1:
        raise Refusal(name, "export_pages_mixed", f"The pages are of {len(forms)} forms ({', '.join(map(found, forms[:3]))}).")
    _demand_all(_together([page for page, *_ in parsed], name), name)
    return Merged(joined([data for *_, data in parsed]), [value for _, value, _ in parsed])


def joined(pages: Sequence[bytes]) -> bytes:
    """The bodies of pages as one JSON text, each as it was received."""
    return b'{"pages":[' + b",".join(page.removeprefix(_BYTE_ORDER_MARK).strip() for page in pages) + b"]}"


# --- columns ------------------------------------------------------------------------------------------


def _columns(rows: list[dict[str, object]], titles: Sequence[str], name: str) -> Callable[[str], pa.Array]:
    """Key -> trimmed text column, for keys of ``titles``."""
    try:
        taken = pa.array(rows, pa.struct([(title, pa.string()) for title in titles]))
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, UnicodeEncodeError):
        # Some value is no text; made one by one, a column can be converted or named in a refusal.
        return lambda title: cells.text([row.get(title) for row in rows], name, _where(title))
    at = {title: position for position, title in enumerate(titles)}
    return lambda title: cells.trimmed(taken.field(at[title]), name, _where(title))


def _where(key: str) -> str:
    return f"Key {found(key)}"


# --- parsing ------------------------------------------------------------------------------------------


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Twice(next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1))
    return made


def _no_constant(word: str) -> None:
    raise _NoNumber(word)


def _number(digits: str) -> str:
    """A number as it is written; 12.0 as 12."""
    whole, _, rest = digits.partition(".")
    return whole if rest and not rest.strip("0") else digits


def parse(data: bytes, name: str) -> object:
    """The value of a JSON text, with numbers as text.

    Raises:
        Refusal: not UTF-8, cut off, or not JSON.
    """
    try:
        text = data.removeprefix(_BYTE_ORDER_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(name, "export_unreadable", f"Byte {error.start} (0x{data[error.start]:02x}) is not UTF-8.") from None
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant, parse_int=str, parse_float=_number)
    except _Twice as error:
        raise Refusal(name, "export_unreadable", f"Key {found(str(error))} stands twice in one object.") from None
    except _NoNumber as error:
        raise Refusal(name, "export_unreadable", f"The text has {error}, which is no value of JSON.") from None
    except RecursionError:
        raise Refusal(name, "export_unreadable", "The text is nested more deeply than any submission.") from None
    except json.JSONDecodeError as error:
        if not text.rstrip().endswith(_ENDS) or error.pos >= len(text.rstrip()):
            raise Refusal(name, "export_truncated", f"The text ends in the middle, after {len(data):,} bytes.") from None
        raise Refusal(name, "export_unreadable", f"It is not JSON from line {error.lineno}, column {error.colno} on.") from None


def _is_page(value: object) -> bool:
    return isinstance(value, dict) and all(key in value for key in _PAGE)


def _pages(value: object, name: str) -> _Pages:
    """The submissions of whatever stands at the top."""
    if isinstance(value, dict) and isinstance(value.get("pages"), list):
        value = value["pages"]
    if _is_page(value):
        return _page(value, name)
    if isinstance(value, list) and value and all(map(_is_page, value)):
        return _together([_page(page, name) for page in value], name)
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return _Pages(value, None, 1, False)
    raise Refusal(name, "export_unreadable", "It is JSON, but neither pages nor a list of submissions of KoboToolbox.")


def _page(page: dict[str, object], name: str) -> _Pages:
    rows, count = page["results"], str(page["count"])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refusal(name, "export_unreadable", "The results of a page are not a list of submissions.")
    if not (count.isascii() and count.isdigit() and len(count) < 16):
        raise Refusal(name, "export_unreadable", f"The count of a page is {found(count)}, which is no number.")
    return _Pages(rows, int(count), 1, bool(page.get("next") or page.get("previous")))


def _together(pages: Sequence[_Pages], name: str) -> _Pages:
    counts = sorted({page.count for page in pages if page.count is not None})
    if len(counts) > 1:
        raise Refusal(
            name, "export_count", f"The pages count {counts[0]:,} and {counts[-1]:,} submissions: some came in between."
        )
    return _Pages([row for page in pages for row in page.rows], counts[0] if counts else None, len(pages), False)


def _demand_all(received: _Pages, name: str) -> None:
    """Refuse if a submission is missing, or is there twice while another may be missing."""
    have, count = len(received.rows), received.count
    if count is not None and received.pages == 1 and received.has_neighbour and have < count:
        found_there = f"This is one page of several: {have:,} of {count:,} submissions; the other pages are missing."
        raise Refusal(name, "export_truncated", found_there)
    if count is not None and have != count:
        raise Refusal(name, "export_count", f"The server counts {count:,} submissions, and {have:,} are here.")
    times = Counter(row["_id"] for row in received.rows if isinstance(row.get("_id"), str))
    if len(times) < times.total():
        number, often = times.most_common(1)[0]
        raise Refusal(name, "export_count", f"Submission _id {found(number)} is here {often} times.")


def _id(row: dict[str, object]) -> int:
    number = row.get("_id")
    return int(number) if isinstance(number, str) and number.isascii() and number.isdigit() and len(number) < 19 else -1


def _sorted(rows: list[dict[str, object]]) -> tuple[list[dict[str, object]], np.ndarray]:
    """The rows by ``_id`` with their positions from 1; as received where one has no number."""
    numbers = [_id(row) for row in rows]
    order = sorted(range(len(rows)), key=numbers.__getitem__) if min(numbers, default=-1) >= 0 else range(len(rows))
    return [rows[at] for at in order], np.array(order, np.int64) + 1


# --- repeats ------------------------------------------------------------------------------------------


def _repeats(
    rows: list[dict[str, object]], numbers: np.ndarray, nested: Mapping[str, str], questions: Mapping[str, Question], name: str
) -> tuple[dict[str, pa.Table], list[str]]:
    """The nested lists as tables that name the row they belong to, and the headers that are of no question."""
    tables: dict[str, list[pa.Table]] = {}
    unknown: list[str] = []
    for key, repeat in nested.items():
        lists = [row.get(key) for row in rows]
        if not all(entries is None or isinstance(entries, list) for entries in lists):
            raise Refusal(name, "export_unreadable", f"Key {found(key)} is a repeat and holds no list.")
        entries = list(chain.from_iterable(filter(None, lists)))
        if not all(isinstance(entry, dict) for entry in entries):
            raise Refusal(name, "export_unreadable", f"Key {found(key)} is a repeat and lists something else than answers.")
        at = np.repeat(np.arange(len(rows)), [len(listed) if listed else 0 for listed in lists])
        made, missed = _repeat(entries, at, numbers, {n: q for n, q in questions.items() if q.repeat == repeat}, name)
        tables.setdefault(repeat, []).append(made)
        unknown += missed
    return {repeat: _stacked(parts) for repeat, parts in tables.items()}, unknown


def _repeat(
    entries: list[dict[str, object]], at: np.ndarray, numbers: np.ndarray, own: Mapping[str, Question], name: str
) -> tuple[pa.Table, tuple[str, ...]]:
    titles = list(dict.fromkeys(chain.from_iterable(entries)))
    resolved = headers.resolve(titles, own, headers.KOBO, name)
    columns = _columns(entries, [titles[position] for position in resolved.kept], name)
    answers = cells.answers(resolved, lambda position: columns(titles[position]), titles, numbers[at], own, name)
    return pa.table({"_at": pa.array(at, pa.int64()), **answers}), resolved.unknown


def _stacked(parts: list[pa.Table]) -> pa.Table:
    """The entries of a repeat that stands under several paths, because its group was moved between versions of the form."""
    if len(parts) == 1:
        return parts[0]
    return pa.concat_tables(parts, promote_options="default").sort_by([("_at", "ascending")])
