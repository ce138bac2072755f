"""The submissions of a round as the collection tools export them: four shapes with the same answers."""

from __future__ import annotations

import csv
import datetime
import io
import json
import zipfile
from dataclasses import dataclass
from functools import cache

import xlsxwriter

from expectations import codes, form
from sample_data.field_frame import ROUND
from sample_data.field_visits import Answers

ASSET = "aSyntheticRound121xQz7"
FORM_VERSION = "2021030101"
_KOBO_VERSION = "vSynthetic2021030101xQ"
_FORMHUB = "5d1c0f2e9a7b4c6d8e0f1a2b3c4d5e6f"
_PAGE_MAXIMUM = 1000  # the largest page that the API gives since March 2026
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_REPEAT = form.ORIGIN_DISTRICTS
_REPEATED = ("origin_district_governorate", "origin_district", "origin_district_households")
KOBO_STATES = {
    "pending": ("", ""),
    "has_issues": ("validation_status_on_hold", "On Hold"),
    "approved": ("validation_status_approved", "Approved"),
    "rejected": ("validation_status_not_approved", "Not Approved"),
}
ODK_STATES = {"pending": "", "has_issues": "hasIssues", "approved": "approved", "rejected": "rejected"}
_GROUP_TITLES = {
    "": "Form", "visit": "Visit", "place": "Place", "access": "Access", "count": "Count", "shelter": "Shelter", "period": "Displaced",
    "origin": "From", "arrivals": "Arrivals", "informant": "Informant", "remarks": "Remarks",
}  # fmt: skip
_META_HEADERS = {
    "_uuid": "Interview ID", "_root_uuid": "ID of its first version", "_form_version": "Form version",
    "_submitted_at": "Received (UTC)", "_edits": "Corrections", "_review_state": "Supervision", "_submitter": "Entered by",
}  # fmt: skip
_DISTRICT_PREFIX = "origin_district_"


@dataclass(frozen=True)
class Submissions:
    """What an export holds, one element per row of it, in the order in which the server received them.

    ``uuid`` is the instance, ``root`` the submission over all its versions, ``number`` the server's own id, ``submitted``
    in UTC, ``state`` in the words of :data:`KOBO_STATES`.
    """

    answers: Answers
    uuid: list[str]
    root: list[str]
    number: list[int]
    submitted: list[datetime.datetime]
    state: list[str]

    def __len__(self) -> int:
        return len(self.uuid)

    def columns(self) -> list[tuple[form.Question, list[str | None]]]:
        """The questions of the form that are answered outside the repeat, in its order, with their answers."""
        return [(q, self.answers.columns[q.name].tolist()) for q in asked()]


@cache
def asked() -> tuple[form.Question, ...]:
    """The questions of the round that carry an answer of their own: no notes, nothing of the repeat."""
    return tuple(q for q in form.questions(ROUND) if q.kind not in ("note", "calculate") and not q.repeat)


def _text(rows: list[list[object]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode("utf-8")


def _point(text: str | None) -> list[str]:
    return (text or "").split(" ") if text else ["", "", "", ""]


# --- KoboToolbox: JSON of the API -----------------------------------------------------------------------


def kobo_pages(submissions: Submissions) -> dict[str, bytes]:
    """The pages of the API by file name, in at least two."""
    size = max(1, min(_PAGE_MAXIMUM, -(-len(submissions) // 2)))
    address = f"https://kobo.example.org/api/v2/assets/{ASSET}/data/?format=json&limit={size}&start="
    results = _kobo_results(submissions)
    starts = range(0, len(results), size)
    pages = {}
    for page, start in enumerate(starts, 1):
        following = json.dumps(address + str(start + size)) if start + size < len(results) else "null"
        previous = json.dumps(address + str(start - size)) if start else "null"
        body = ",\n".join(results[start : start + size])
        pages[f"page-{page}.json"] = (
            f'{{"count": {len(results)},\n"next": {following},\n"previous": {previous},\n"results": [\n{body}\n]}}\n'.encode()
        )
    return pages


def _kobo_results(submissions: Submissions) -> list[str]:
    columns = [("/".join(q.path), values) for q, values in submissions.columns()]
    keys = ["/".join(("origin", _REPEAT, name)) for name in _REPEATED]
    gps, username = submissions.answers.columns["interview_gps"], submissions.answers.columns["username"]
    results = []
    for at in range(len(submissions)):
        uuid, root = submissions.uuid[at], submissions.root[at]
        uid, label = KOBO_STATES[submissions.state[at]]
        decided = int((submissions.submitted[at] + datetime.timedelta(hours=20)).timestamp())
        result: dict[str, object] = {"_id": submissions.number[at], "formhub/uuid": _FORMHUB}
        result |= {key: values[at] for key, values in columns if values[at] is not None}
        if submissions.answers.origins[at]:
            result[f"origin/{_REPEAT}"] = [dict(zip(keys, row, strict=True)) for row in submissions.answers.origins[at]]
        result |= {"__version__": _KOBO_VERSION, "meta/instanceID": f"uuid:{uuid}"}
        if uuid != root:
            result |= {"meta/rootUuid": f"uuid:{root}", "meta/deprecatedID": f"uuid:{root}"}
        result |= {
            "_xform_id_string": ASSET,
            "_uuid": uuid,
            "_attachments": [],
            "_status": "submitted_via_web",
            "_geolocation": [float(part) for part in gps[at].split(" ")[:2]] if gps[at] else [None, None],
            "_submission_time": submissions.submitted[at].strftime("%Y-%m-%dT%H:%M:%S"),
            "_tags": [],
            "_notes": [],
            "_validation_status": {"timestamp": decided, "uid": uid, "by_whom": "supervision", "label": label} if uid else {},
            "_submitted_by": username[at],
        }
        results.append(json.dumps(result, ensure_ascii=False))
    return results


# --- KoboToolbox: workbook ------------------------------------------------------------------------------


def kobo_workbook(submissions: Submissions, created: datetime.date) -> bytes:
    """The XLSX export with XML names as headers: a sheet of submissions and one of the repeat."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime.datetime.combine(created, datetime.time())})
    sheet, repeat = book.add_worksheet(form.FORM_ID), book.add_worksheet(_REPEAT)
    columns: list[tuple[str, str, list[object]]] = []
    for question, values in submissions.columns():
        path = "/".join(question.path)
        columns.append((path, question.kind, values))
        if question.kind == "geopoint":
            points = [_point(value) for value in values]
            for at, part in enumerate(("latitude", "longitude", "altitude", "precision")):
                columns.append((f"{question.group}/_{question.name}_{part}", "decimal", [point[at] for point in points]))
    meta = _kobo_meta(submissions)
    edited = [uuid != root for uuid, root in zip(submissions.uuid, submissions.root, strict=True)]
    roots = [f"uuid:{root}" if is_edited else "" for root, is_edited in zip(submissions.root, edited, strict=True)]
    columns += [("meta/instanceID", "text", [f"uuid:{uuid}" for uuid in submissions.uuid])]
    columns += [("meta/deprecatedID", "text", roots), *meta, ("meta/rootUuid", "text", roots)]
    columns += [("_index", "integer", list(range(1, len(submissions) + 1)))]
    _fill(sheet, columns)
    parent = [at for at, rows in enumerate(submissions.answers.origins) for _ in rows]
    repeated = [row for rows in submissions.answers.origins for row in rows]
    inner: list[tuple[str, str, list[object]]] = [
        ("/".join(("origin", _REPEAT, name)), "integer" if name.endswith("households") else "text", [row[at] for row in repeated])
        for at, name in enumerate(_REPEATED)
    ]
    inner += [
        ("_parent_table_name", "text", [form.FORM_ID] * len(parent)),
        ("_parent_index", "integer", [at + 1 for at in parent]),
    ]
    inner += [(f"_submission_{name}", kind, [values[at] for at in parent]) for name, kind, values in meta]
    _fill(repeat, inner)
    book.close()
    return buffer.getvalue()


def _kobo_meta(submissions: Submissions) -> list[tuple[str, str, list[object]]]:
    nothing: list[object] = [""] * len(submissions)
    return [
        ("_id", "integer", list(submissions.number)),
        ("_uuid", "text", list(submissions.uuid)),
        ("_submission_time", "text", [time.strftime("%Y-%m-%dT%H:%M:%S") for time in submissions.submitted]),
        ("_validation_status", "text", [KOBO_STATES[state][0] for state in submissions.state]),
        ("_notes", "text", nothing),
        ("_status", "text", ["submitted_via_web"] * len(submissions)),
        ("_submitted_by", "text", submissions.answers.columns["username"].tolist()),
        ("__version__", "text", [_KOBO_VERSION] * len(submissions)),
        ("_tags", "text", nothing),
    ]


def _fill(sheet: xlsxwriter.worksheet.Worksheet, columns: list[tuple[str, str, list[object]]]) -> None:
    """Write columns; numbers as numbers where the answer is one, all else as text."""
    for at, (header, kind, values) in enumerate(columns):
        sheet.write_string(0, at, header)
        is_number = kind in ("integer", "decimal")
        for row, value in enumerate(values, 1):
            if value is None or value == "":
                continue
            number = _number(value) if is_number else None
            if number is None:
                sheet.write_string(row, at, str(value))
            else:
                sheet.write_number(row, at, number)


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None


# --- ODK Central ----------------------------------------------------------------------------------------


def odk_archive(submissions: Submissions) -> bytes:
    """``submissions.csv.zip``: a CSV of submissions and one of the repeat."""
    columns: list[tuple[str, list[str]]] = []
    for question in form.questions(ROUND):
        path = "-".join(question.path)
        if question.repeat or question.kind == "calculate":
            continue
        if question.kind == "note":
            columns.append((path, [""] * len(submissions)))
            continue
        values = submissions.answers.columns[question.name].tolist()
        if question.kind == "geopoint":
            points = [_point(value) for value in values]
            for at, part in enumerate(("Latitude", "Longitude", "Altitude", "Accuracy")):
                columns.append((f"{path}-{part}", [point[at] for point in points]))
        else:
            columns.append((path, values))
    users = submissions.answers.columns["username"].tolist()
    numbers = {user: 100 + at for at, user in enumerate(sorted(set(users)))}
    edits = [int(uuid != root) for uuid, root in zip(submissions.uuid, submissions.root, strict=True)]
    before = [("SubmissionDate", [time.strftime("%Y-%m-%dT%H:%M:%S.000Z") for time in submissions.submitted])]
    after: list[tuple[str, list[object]]] = [
        ("meta-instanceID", [f"uuid:{uuid}" for uuid in submissions.uuid]),
        ("KEY", [f"uuid:{root}" for root in submissions.root]),
        ("SubmitterID", [numbers[user] for user in users]),
        ("SubmitterName", users),
        ("AttachmentsPresent", [0] * len(submissions)),
        ("AttachmentsExpected", [0] * len(submissions)),
        ("Status", [""] * len(submissions)),
        ("ReviewState", [ODK_STATES[state] for state in submissions.state]),
        ("DeviceID", submissions.answers.columns["deviceid"].tolist()),
        ("Edits", edits),
        ("FormVersion", [FORM_VERSION] * len(submissions)),
    ]
    whole = [*before, *columns, *after]
    main = _text([[header for header, _ in whole], *map(list, zip(*(values for _, values in whole), strict=True))])
    inner: list[list[object]] = [[*_REPEATED, "PARENT_KEY", "KEY"]]
    for root, rows in zip(submissions.root, submissions.answers.origins, strict=True):
        for at, row in enumerate(rows, 1):
            inner.append([*row, f"uuid:{root}", f"uuid:{root}/origin/{_REPEAT}[{at}]"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ((f"{form.FORM_ID}.csv", main), (f"{form.FORM_ID}-{_REPEAT}.csv", _text(inner))):
            member = zipfile.ZipInfo(name, _ZIP_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return buffer.getvalue()


# --- any other tool -------------------------------------------------------------------------------------


@cache
def headers() -> dict[str, str]:
    """The generic CSV's header of each question and of what is known of a submission."""
    named = {question.name: _header(question) for question in asked()}
    wide = {_DISTRICT_PREFIX + code: _DISTRICT_PREFIX + code for code in codes.district_codes().values()}
    found = {**_META_HEADERS, **named, **wide}
    assert len(set(found.values())) == len(found)
    return found


def _header(question: form.Question) -> str:
    if question.cell:
        of = "IDPs, " if question.name.startswith("origin_") else "Returnees, " if question.group == "origin" else ""
        return f"{_GROUP_TITLES[question.group]}: {of}{question.label}"
    return f"{_GROUP_TITLES[question.group]}: {question.label.rstrip('?')}"


@cache
def _labels() -> dict[str, dict[str, str]]:
    """What the generic CSV writes for each code of a question."""
    labels = {question.name: dict(question.choices) for question in asked() if question.choices}
    labels["governorate"] = {row["governorate_code"]: row["governorate"] for row in codes.rows("governorate")}
    return labels


def table(submissions: Submissions) -> bytes:
    """A CSV with headers and words of its own, and a column for each district of origin."""
    meta = {
        "_uuid": submissions.uuid,
        "_root_uuid": submissions.root,
        "_form_version": [FORM_VERSION] * len(submissions),
        "_submitted_at": [time.strftime("%Y-%m-%d %H:%M:%S") for time in submissions.submitted],
        "_edits": [int(uuid != root) for uuid, root in zip(submissions.uuid, submissions.root, strict=True)],
        "_review_state": submissions.state,
        "_submitter": submissions.answers.columns["username"].tolist(),
    }
    columns: list[list[object]] = list(meta.values())
    for question, values in submissions.columns():
        words = _labels().get(question.name, {})
        columns.append([words.get(value, value) for value in values])
    districts = {code: at for at, code in enumerate(codes.district_codes().values())}
    rows: list[list[object]] = [list(headers().values())]
    for at, row in enumerate(zip(*columns, strict=True)):
        wide = [""] * len(districts)
        for _, district, households in submissions.answers.origins[at]:
            wide[districts[district]] = households
        rows.append([*row, *wide])
    return _text(rows)


def column_map() -> bytes:
    """How the generic CSV is read: ``[columns]`` ours = theirs, ``[values.QUESTION]`` theirs = ours."""
    lines = ["# Our name = the header of submissions.csv.", "[columns]"]
    lines += [f"{name} = {json.dumps(header, ensure_ascii=False)}" for name, header in headers().items()]
    for question, words in _labels().items():
        lines += ["", "# Their word = ours.", f"[values.{question}]"]
        lines += [f"{json.dumps(label, ensure_ascii=False)} = {json.dumps(code)}" for code, label in words.items()]
    return ("\n".join(lines) + "\n").encode()
