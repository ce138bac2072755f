"""What is kept of an export: coded answers, counts and names of places, without anything that tells a person.

Names, contacts, devices, accounts and positions of people are dropped here, free text is withheld, the key informant
becomes a keyed hash. A value that is not of its question's type or choices is no answer: it becomes a problem, and of it
only what begins like a number is shown, because whatever else was typed may name a person.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes, form
from expectations.choices import CONSENTS
from expectations.form import ORIGIN_DISTRICT_PREFIX, ORIGIN_DISTRICTS, Question
from expectations.schema import conform, schema
from expectations.tables import TABLES
from transforms.field import personal
from transforms.field.export import Export

TEXT_MAXIMUM = 200
_WHOLE = re.compile(r"([+-]?\d{1,9})(?:\.0+)?")
_PLACE_ID = re.compile(r"0*(\d{1,6}|9\d{8})(?:\.0+)?")  # of DTM, or provisional; not long enough for a telephone number
_TEAM = re.compile(r"[A-Za-z0-9_-]{1,20}")
_ID = re.compile(r"[A-Za-z0-9_:.-]{1,100}")
_SUBDISTRICT = re.compile(r"[a-z0-9_]{1,80}")
_STATES = {
    "validation_status_approved": "approved", "validation_status_not_approved": "rejected",
    "validation_status_on_hold": "has_issues", "approved": "approved", "rejected": "rejected", "not approved": "rejected",
    "on hold": "has_issues", "hasissues": "has_issues", "has_issues": "has_issues", "edited": "pending", "pending": "pending",
    "received": "pending",
}  # fmt: skip


@dataclass(frozen=True)
class Wrong:
    """An answer that cannot be taken: the check that says so, and why."""

    check: str
    why: str


@dataclass(frozen=True)
class Received:
    """What is kept of one export; ``submission``, ``answer`` and ``problem`` conform to the tables ``received_*``."""

    submission: pa.Table
    answer: pa.Table
    problem: pa.Table
    unknown: tuple[str, ...]

    def tables(self) -> dict[str, pa.Table]:
        """The three tables by name."""
        return {"received_submission": self.submission, "received_answer": self.answer, "received_problem": self.problem}


def strip(export: Export, key: bytes) -> Received:
    """What is kept of ``export``.

    Args:
        key: for the hash that replaces key informants.
    """
    rows = export.rows
    agreed = pc.is_in(_column(rows, form.CONSENT), pa.array([form.AGREED, form.NOT_ASKED])).to_numpy(zero_copy_only=False)
    parts = [_answers(rows, question, agreed) for question in _asked(rows)]
    parts += _origin_districts(rows, export.repeats.get(ORIGIN_DISTRICTS), agreed)
    taken = pa.concat_tables([part.taken for part in parts] or [_NOTHING])
    wrong = pa.concat_tables([part.wrong for part in parts] or [_NOTHING_WRONG])
    header = _header(rows, key, agreed)
    version = _versions(header, pa.concat_tables([taken, _said_wrongly(wrong)]))
    submission = header.append_column("version_sha256", version)
    answer = _per_version(taken, version)
    problem = _problems(wrong, rows, version)
    return Received(
        conform(submission, TABLES["received_submission"]),
        conform(answer, TABLES["received_answer"]).sort_by([("version_sha256", "ascending"), ("question", "ascending")]),
        conform(problem, TABLES["received_problem"]),
        export.unknown,
    )


# --- answers ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """Answers of one question: ``taken`` (line, question, answer) and ``wrong`` (line, question, check_id, old_value, issue)."""

    taken: pa.Table
    wrong: pa.Table


_NOTHING = pa.schema([("line", pa.int64()), ("question", pa.string()), ("answer", pa.string())]).empty_table()
_NOTHING_WRONG = pa.schema(
    [
        ("line", pa.int64()),
        ("question", pa.string()),
        ("check_id", pa.string()),
        ("old_value", pa.string()),
        ("issue", pa.string()),
    ]
).empty_table()


def _column(rows: pa.Table, name: str) -> pa.Array:
    if name not in rows.column_names:
        return pa.nulls(rows.num_rows, pa.string())
    return rows[name].combine_chunks()


def _asked(rows: pa.Table) -> list[Question]:
    known = form.known()
    found = [known[name] for name in rows.column_names if name in known and not known[name].repeat]
    found += [Question(name, "integer", "") for name in rows.column_names if name in form.origin_district_counts()]
    return [question for question in found if question.is_answer and question.name != form.CONSENT]


def _answers(rows: pa.Table, question: Question, agreed: np.ndarray) -> _Part:
    """The answers to one question; each different text is looked at once."""
    cells = _column(rows, question.name)
    if question.name == "district":
        return _districts(cells, _column(rows, "governorate"), agreed)
    at = np.flatnonzero(agreed & cells.is_valid().to_numpy(zero_copy_only=False))
    encoded = cells.take(pa.array(at)).dictionary_encode()
    read, texts = _reader(question), encoded.dictionary.to_pylist()
    return _part(question.name, at, encoded.indices.to_numpy(zero_copy_only=False), texts, [read(text) for text in texts])


def _part(name: str, at: np.ndarray, code: np.ndarray, texts: list[str], meanings: list[str | Wrong | None]) -> _Part:
    """The answers of rows ``at``: row ``at[i]`` said ``texts[code[i]]``, which means ``meanings[code[i]]``."""
    is_wrong = np.array([isinstance(m, Wrong) for m in meanings], bool)
    is_kept = np.array([not isinstance(m, Wrong) and m != "" for m in meanings], bool)
    answers = pa.array([None if isinstance(m, Wrong) else m for m in meanings], pa.string())
    good, bad = (np.flatnonzero(mask[code]) if len(texts) else np.zeros(0, np.int64) for mask in (is_kept, is_wrong))
    taken = pa.table(
        {
            "line": pa.array(at[good], pa.int64()),
            "question": _repeated(name, len(good)),
            "answer": answers.take(pa.array(code[good])),
        }
    )
    if not len(bad):
        return _Part(taken, _NOTHING_WRONG)
    wrong = {
        "line": pa.array(at[bad], pa.int64()),
        "question": _repeated(name, len(bad)),
        "check_id": pa.array([meanings[c].check for c in code[bad]]),
        "old_value": pa.array([personal.shown(texts[c]) for c in code[bad]], pa.string()),
        "issue": pa.array([f"{name} is {_quoted(texts[c])}, {meanings[c].why}" for c in code[bad]]),
    }
    return _Part(taken, pa.table(wrong))


def _quoted(text: str) -> str:
    shown = personal.shown(text)
    return f"'{shown}'" if shown is not None else "a text that is not shown"


def _repeated(text: str, count: int) -> pa.Array:
    return pa.repeat(text, count) if count else pa.array([], pa.string())


def _reader(question: Question) -> Callable[[str], str | Wrong | None]:
    """How a text is read: as an answer, '' for none, None for one that is withheld, or as wrong."""
    if question.free_text:
        return lambda text: None
    if question.name == "governorate":
        return _governorate
    if question.name == "place_id":
        return _place_id
    if question.name == "subdistrict":
        return lambda text: text if _SUBDISTRICT.fullmatch(text) else Wrong("c26", "expected a sub-district of the list")
    if question.name == "team":
        return lambda text: text if _TEAM.fullmatch(text) else Wrong("c26", "expected the code of a team")
    if question.choices:
        known = {code for code, _ in question.choices}
        return lambda text: text if text in known else Wrong("c26", f"expected one of {', '.join(sorted(known))}")
    if question.kind == "integer":
        drops_zero = question.cell is not None or question.name.startswith(ORIGIN_DISTRICT_PREFIX)
        return lambda text: _whole(text, drops_zero)
    return {"decimal": _decimal, "date": _date}.get(question.kind, _name)


def _whole(text: str, drops_zero: bool) -> str | Wrong:
    number = _WHOLE.fullmatch(text)  # digits of every script
    if not number:
        return Wrong("c02", "expected a whole number")
    value = int(number[1])
    return "" if value == 0 and drops_zero else str(value)


def _decimal(text: str) -> str | Wrong:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    return repr(value) if abs(value) < 1e6 else Wrong("c26", "expected a number")


def _date(text: str) -> str | Wrong:
    try:
        return datetime.date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return Wrong("c26", "expected a date such as 2021-03-31")


def _name(text: str) -> str | Wrong:
    """A name of a place, without characters that cannot be seen."""
    seen = "".join(c for c in text if c.isprintable())
    if personal.is_in(seen):
        return Wrong("c21", "which holds a telephone number or an address")
    return seen if len(seen) <= TEXT_MAXIMUM else Wrong("c26", f"expected at most {TEXT_MAXIMUM} characters")


def _place_id(text: str) -> str | Wrong:
    digits = _PLACE_ID.fullmatch(text)
    return str(int(digits[1])) if digits else Wrong("c26", "expected a place_id: digits only")


def _governorate_codes() -> dict[str, str]:
    return {row["governorate"]: row["governorate_code"] for row in codes.rows("governorate")}


def _governorate(text: str) -> str | Wrong:
    own = _governorate_codes()
    name = codes.governorates().spellings.get(codes.normalise(text))
    known = own.get(name) if name else text if text in own.values() else None
    return known or Wrong("c26", "expected one of the 18 governorates")


def _districts(cells: pa.Array, governorates: pa.Array, agreed: np.ndarray) -> _Part:
    """Districts by code, or by a name inside the governorate of the row."""
    at = np.flatnonzero(agreed & cells.is_valid().to_numpy(zero_copy_only=False))
    pairs = pc.binary_join_element_wise(
        pc.fill_null(governorates.take(pa.array(at)), ""), cells.take(pa.array(at)), "\x1f"
    ).dictionary_encode()
    said = [pair.partition("\x1f") for pair in pairs.dictionary.to_pylist()]
    texts, meanings = [district for *_, district in said], [_district(governorate, district) for governorate, _, district in said]
    return _part("district", at, pairs.indices.to_numpy(zero_copy_only=False), texts, meanings)


def _district(governorate: str, district: str) -> str | Wrong:
    own = codes.district_codes()
    if district in own.values():
        return district
    read = _governorate(governorate)
    names = {code: name for name, code in _governorate_codes().items()}
    name = names.get(read) if isinstance(read, str) else None
    known = codes.districts()[name].spellings.get(codes.normalise(district)) if name else None
    return own[name, known] if known else Wrong("c26", "expected a district of the governorate")


def _origin_districts(rows: pa.Table, repeat: pa.Table | None, agreed: np.ndarray) -> list[_Part]:
    """The repeat of districts of origin as one question a district, its households added up."""
    if repeat is None or not repeat.num_rows:
        return []
    at = repeat["_at"].combine_chunks().to_numpy()
    own = agreed[at]
    repeat, at = repeat.filter(pa.array(own)), at[own]
    if not repeat.num_rows:
        return []
    district = _districts(
        _column(repeat, "origin_district"), _column(repeat, "origin_district_governorate"), np.ones(len(at), bool)
    )
    count = _answers(
        repeat, Question("origin_district_households", "integer", "", cell=("origin_district", "")), np.ones(len(at), bool)
    )
    named = pa.Table.join(
        district.taken.select(["line", "answer"]),
        count.taken.select(["line", "answer"]),
        "line",
        join_type="inner",
        right_suffix="_n",
    )
    line = named["line"].combine_chunks().to_numpy()
    summed = (
        pa.table(
            {"line": pa.array(at[line], pa.int64()), "question": named["answer"], "answer": named["answer_n"].cast(pa.int64())}
        )
        .group_by(["line", "question"])
        .aggregate([("answer", "sum")])
    )
    taken = pa.table(
        {
            "line": summed["line"],
            "question": pc.binary_join_element_wise(ORIGIN_DISTRICT_PREFIX, summed["question"], ""),
            "answer": summed["answer_sum"].cast(pa.string()),
        }
    )
    wrong = [
        part.wrong.set_column(0, "line", pa.array(at[part.wrong["line"].to_numpy()], pa.int64())) for part in (district, count)
    ]
    return [_Part(taken, pa.concat_tables(wrong))]


# --- a submission as a whole ------------------------------------------------------------------------------


def _header(rows: pa.Table, key: bytes, agreed: np.ndarray) -> pa.Table:
    """A row per row of the export, without its version."""
    states = _column(rows, "_review_state")
    plain = [(text or "").strip().casefold() for text in states.to_pylist()]
    said = [text if text in _STATES else None for text in plain]
    known = [_STATES.get(text, "pending") for text in plain]
    consent = _column(rows, form.CONSENT)
    uuid = _identifier(_column(rows, "_uuid"))
    root = _identifier(_column(rows, "_root_uuid"))
    return pa.table(
        {
            "source_sheet": _column(rows, "_sheet"),
            "source_row": rows["_row"].combine_chunks().cast(pa.int64()),
            "uuid": pc.coalesce(root, uuid),
            "replaces_uuid": _identifier(_column(rows, "_replaces_uuid")),
            "form": _label(_column(rows, "_form")),
            "form_version": _label(_column(rows, "_form_version")),
            "submitted_at": _times(_column(rows, "_submitted_at")),
            "modified_at": _times(_column(rows, "_modified_at")),
            "edits": _edits(_column(rows, "_edits")),
            "review_state": pa.array(known, pa.string()),
            "review_state_source": pa.array(said, pa.string()),
            "consent": pc.if_else(pc.is_in(consent, pa.array([code for code, _ in CONSENTS])), consent, None),
            "duration_minutes": _duration(_column(rows, "start"), _column(rows, "end")),
            "ki_id": _informants(rows, key, agreed),
        }
    )


def _label(cells: pa.Array) -> pa.Array:
    """Names that tools give to forms and versions, where they are such."""
    is_plain = pc.match_substring_regex(cells, r"^[A-Za-z0-9 _.:()-]{1,80}$")
    return pc.if_else(is_plain, cells, None)


def _identifier(cells: pa.Array) -> pa.Array:
    bare = pc.replace_substring_regex(cells, r"^uuid:", "")
    return pc.if_else(pc.match_substring_regex(bare, rf"^{_ID.pattern}$"), bare, None)


def _edits(cells: pa.Array) -> pa.Array:
    is_number = pc.match_substring_regex(cells, r"^[0-9]{1,6}(\.0+)?$")
    return pc.replace_substring_regex(pc.if_else(is_number, cells, None), r"\..*$", "").cast(pa.int64())


def _moments(cells: pa.Array) -> pd.Series:
    return pd.to_datetime(pd.Series(cells.to_pylist(), dtype="object"), utc=True, errors="coerce", format="ISO8601")


def _times(cells: pa.Array) -> pa.Array:
    """Times as ISO text in UTC to the second; a time without zone is taken as UTC, as the servers write it."""
    return pa.array(_moments(cells).dt.strftime("%Y-%m-%dT%H:%M:%SZ").astype(object), pa.string(), from_pandas=True)


def _duration(start: pa.Array, end: pa.Array) -> pa.Array:
    minutes = (_moments(end) - _moments(start)).dt.total_seconds() // 60
    return pa.array(minutes.where(minutes >= 0), pa.float64(), from_pandas=True).cast(pa.int64())


def _informants(rows: pa.Table, key: bytes, agreed: np.ndarray) -> pa.Array:
    names, contacts = (_column(rows, name).to_pylist() for name in ("ki_name", "ki_contact"))
    known: dict[tuple[str | None, str | None], str | None] = {}
    for pair in set(zip(names, contacts, strict=True)):
        known[pair] = personal.informant(key, *pair)
    return pa.array(
        [known[pair] if yes else None for pair, yes in zip(zip(names, contacts, strict=True), agreed.tolist(), strict=True)],
        pa.string(),
    )


def _said_wrongly(wrong: pa.Table) -> pa.Table:
    """Answers that cannot be taken as answers of their own, so that correcting one makes another version."""
    names = pc.binary_join_element_wise(wrong["check_id"], wrong["question"], " ")
    return pa.table({"line": wrong["line"], "question": names, "answer": wrong["issue"]})


def _versions(header: pa.Table, taken: pa.Table) -> pa.Array:
    """SHA-256 of what is kept of each row: its answers and what decides its state, not where it stood in the file."""
    with duckdb.connect(":memory:") as connection:
        connection.register(
            "header",
            header.select(
                [
                    "uuid",
                    "replaces_uuid",
                    "form_version",
                    "submitted_at",
                    "modified_at",
                    "edits",
                    "review_state",
                    "consent",
                    "ki_id",
                    "duration_minutes",
                ]
            ).append_column("line", pa.array(range(header.num_rows), pa.int64())),
        )
        connection.register("taken", taken)
        query = """
            with said as (
                select line, string_agg(question || '=' || coalesce(answer, chr(30)), chr(31) order by question) as answers
                from taken
                group by line
            )
            select sha256(concat_ws(chr(31),
                coalesce(h.uuid, ''), coalesce(h.replaces_uuid, ''), coalesce(h.form_version, ''), coalesce(h.submitted_at, ''),
                coalesce(h.modified_at, ''), coalesce(h.edits, 0), h.review_state, coalesce(h.consent, ''), coalesce(h.ki_id, ''),
                coalesce(h.duration_minutes, -1), coalesce(s.answers, ''))) as version
            from header h
            left join said s on s.line = h.line
            order by h.line
        """
        return connection.sql(query).to_arrow_table()["version"].combine_chunks().cast(pa.string())


def _per_version(taken: pa.Table, version: pa.Array) -> pa.Table:
    """The answers by version; a row that stands twice in an export has one version and its answers once."""
    encoded = version.dictionary_encode()
    codes_ = encoded.indices.to_numpy(zero_copy_only=False)
    _, first = np.unique(codes_, return_index=True)
    own = pc.is_in(taken["line"], pa.array(first, pa.int64()))
    taken = taken.filter(own)
    return pa.table({"version_sha256": version.take(taken["line"]), "question": taken["question"], "answer": taken["answer"]})


def _problems(wrong: pa.Table, rows: pa.Table, version: pa.Array) -> pa.Table:
    declared = schema(TABLES["received_problem"])
    if not wrong.num_rows:
        return declared.empty_table()
    first = wrong.group_by(["line", "check_id", "question"]).aggregate([("old_value", "min"), ("issue", "min")])
    return pa.table(
        {
            "source_sheet": _column(rows, "_sheet").take(first["line"]),
            "source_row": rows["_row"].combine_chunks().cast(pa.int64()).take(first["line"]),
            "version_sha256": version.take(first["line"]),
            "check_id": first["check_id"],
            "question": first["question"],
            "old_value": first["old_value_min"],
            "issue": first["issue_min"],
        }
    )
