"""Exports of the form of emergency tracking as deliveries: the same movements whatever wrote them, every edit counted once."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations import emergency_form
from expectations.form import Question
from flows.emergency import life
from tests.fixtures.field_exports import kobo_csv, kobo_xlsx, odk_csv, odk_zip, page, written
from transforms.emergency import ledger, movement_file, movement_rows
from transforms.emergency.event import Event
from transforms.emergency.ledger import Delivery
from transforms.emergency.movement_rows import Taken
from transforms.field.exports import ColumnMap
from transforms.refusal import Refusal

EVENT = Event("camps-2020", "Camp closures", "camp_closure", datetime.date(2020, 10, 18), "counted", None, "arrivals")
RECEIVED = datetime.date(2020, 12, 1)
KNOWN = emergency_form.known()
A, B, C, D, E = (f"{letter * 8}-0892-413e-81d4-758ab188ea0b" for letter in "abcde")
SENT = "2020-11-20T09:00:00"  # noon in Baghdad
PERSONAL = {"deviceid": "device-77", "username": "enumerator-77", "start": "2020-11-20T11:50:00.000+03:00"}

Entry = Mapping[str, str]


def entry(uuid: str, **answers: str) -> Entry:
    """What a team sent: answers by question; what tools say of it begins with '_'."""
    about = {
        "_uuid": uuid, "_root": uuid, "_sent": SENT, "event_id": "camps-2020", "end": "2020-11-20T11:59:00.000+03:00", "team": "T1",
        "movement_kind": "arrival", "moved_on": "2020-11-19", "destination_governorate": "ninewa",
        "destination_district": "ninewa_sinjar", "households": "3", **PERSONAL,
    }  # fmt: skip
    return {name: answer for name, answer in (about | answers).items() if answer}


# Every question is answered once.
ENTRIES = (
    entry(A, origin_governorate="dahuk", origin_district="dahuk_sumel", camp_left="Khanke", destination_place_id="70316",
          reached_origin="no", shelter_group="private", individuals="17", counted="yes", female="9", male="8", under_18="7"),
    entry(B, movement_kind="onward", onward_from=A, reached_origin="yes", shelter_group="screening_site", individuals="15", counted="no"),
    entry(C, movement_kind="departure", camp_left="Salamiyah", destination_governorate="", destination_district="", households="40",
          comment="the gate; closed at noon"),
    entry(D, movement_kind="return", _sent="2020-11-20T22:30:00", moved_on="2020-11-21"),
    entry(E, movement_kind="correction", corrects=f"uuid:{A}", moved_on="", destination_governorate="", destination_district="",
          households="2", individuals="12"),
)  # fmt: skip
PLAIN = f"""movement_id,kind,moved_on,recorded_on,origin_governorate,origin_district,camp_left,destination_governorate,destination_district,place_id,reached_origin,shelter_group,households,individuals,counted,female,male,under_18,corrects,onward_from
{A},arrival,2020-11-19,2020-11-20,Dahuk,Sumel,Khanke,Ninewa,Sinjar,70316,false,private,3,17,true,9,8,7,,
{B},onward,2020-11-19,2020-11-20,,,,Ninewa,Sinjar,,true,screening_site,3,15,false,,,,,{A}
{C},departure,2020-11-19,2020-11-20,,,Salamiyah,,,,,,40,,,,,,,
{D},return,2020-11-21,2020-11-21,,,,Ninewa,Sinjar,,,,3,,,,,,,
{E},correction,,2020-11-20,,,,,,,,,2,12,,,,,{A},
"""
ASKED = [name for name in KNOWN if any(name in own for own in ENTRIES)]


# --- what tools write ---------------------------------------------------------------------------


def labelled(name: str, own: Entry) -> str:
    return dict(KNOWN[name].choices).get(own.get(name, ""), own.get(name, ""))


def kobo_json(entries: Sequence[Entry], states: Mapping[str, str] = {}) -> dict:
    """A page of API v2."""
    rows = []
    for at, own in enumerate(entries):
        state = states.get(own["_uuid"])
        replaced = {"meta/deprecatedID": f"uuid:{own['_replaces']}"} if "_replaces" in own else {}
        rows.append({
            "_id": 9100 + at, "formhub/uuid": "3f6f1a0d2a9b4b0f8d1d",
            **{"/".join(KNOWN[name].path): own[name] for name in KNOWN if name in own},
            "__version__": "vP2bWimkW76xrcQurQ24HY", "meta/instanceID": f"uuid:{own['_uuid']}", "meta/rootUuid": f"uuid:{own['_root']}",
            **replaced, "_xform_id_string": "aBcD1234", "_uuid": own["_uuid"], "_attachments": [], "_status": "submitted_via_web",
            "_geolocation": [None, None], "_submission_time": own["_sent"], "_tags": [], "_notes": [],
            "_validation_status": {"uid": state, "label": "x"} if state else {}, "_submitted_by": "enumerator-77",
        })  # fmt: skip
    return page(rows)


KOBO_META = (
    "_id",
    "_uuid",
    "_submission_time",
    "_validation_status",
    "_status",
    "_submitted_by",
    "__version__",
    "meta/rootUuid",
    "_index",
)


def kobo_table(
    entries: Sequence[Entry],
    header: Callable[[Question], str] = lambda question: question.name,
    as_labels: bool = False,
    states: Mapping[str, str] = {},
) -> list[list[object]]:
    rows: list[list[object]] = [[*(header(KNOWN[name]) for name in ASKED), *KOBO_META]]
    for at, own in enumerate(entries, start=1):
        answers = [labelled(name, own) if as_labels else own.get(name, "") for name in ASKED]
        meta = [9100 + at, own["_uuid"], own["_sent"], states.get(own["_uuid"], ""), "submitted_via_web", "enumerator-77", "v1"]
        rows.append([*answers, *meta, own["_root"], at])
    return rows


def odk_table(entries: Sequence[Entry], states: Mapping[str, str] = {}) -> list[list[str]]:
    """The table {form}.csv: KEY is the first version, the instance the newest."""
    meta = ["KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState", "DeviceID",
            "Edits", "FormVersion"]  # fmt: skip
    rows = [["SubmissionDate", "meta-instanceID", *("-".join(KNOWN[name].path) for name in ASKED), *meta]]
    for own in entries:
        about = [f"uuid:{own['_root']}", "5", "enumerator-77", "0", "0", "", states.get(own["_uuid"], ""), "device-77"]
        about += [own.get("_edits", "0"), "e-12345678"]
        answers = [own.get(name, "") for name in ASKED]
        rows.append([f"{own['_sent']}.123Z", f"uuid:{own['_uuid']}", *answers, *about])
    return rows


def json_file(folder: Path, entries: Sequence[Entry], states: Mapping[str, str] = {}) -> Path:
    return written(folder, kobo_json(entries, states), "page.json")


def csv_file(folder: Path, entries: Sequence[Entry], states: Mapping[str, str] = {}) -> Path:
    return written(folder, kobo_csv(kobo_table(entries, states=states)), "kobo.csv")


def odk_file(folder: Path, entries: Sequence[Entry], states: Mapping[str, str] = {}) -> Path:
    return odk_zip(folder / "submissions.csv.zip", {"emergency_movement_camps-2020.csv": odk_csv(odk_table(entries, states))})


SHAPES: dict[str, Callable[[Path, Sequence[Entry]], Path]] = {
    "json": json_file,
    "csv": csv_file,
    "csv with paths": lambda f, e: written(f, kobo_csv(kobo_table(e, lambda q: "/".join(q.path)), ",", True)),
    "csv with labels": lambda f, e: written(f, kobo_csv(kobo_table(e, lambda q: q.label, True))),
    "xlsx": lambda f, e: kobo_xlsx(f / "kobo.xlsx", {"Emergency": kobo_table(e)}),
    "odk": odk_file,
}
EVERY = pytest.mark.parametrize("shape", SHAPES)


def read(path: Path, column_map: ColumnMap | None = None) -> movement_file.MovementFile:
    return movement_file.read(path, path.name, column_map)


def taken(path: Path, event: Event = EVENT, column_map: ColumnMap | None = None) -> Taken:
    return movement_rows.taken(read(path, column_map), event, event.event_id, RECEIVED)


def movements(one: Taken) -> list[dict[str, object]]:
    """The movements without what says where they stood."""
    about = ("source_sheet", "source_row", "submission_uuid", "recorded_seq")
    return sorted(one.kept.drop_columns(list(about)).to_pylist(), key=lambda row: row["movement_id"])


# --- the same movements ---------------------------------------------------------------------------


@EVERY
def test_every_export_is_the_plain_delivery(shape: str, tmp_path: Path) -> None:
    plain = taken(written(tmp_path, PLAIN.encode(), "plain.csv"))
    export = taken(SHAPES[shape](tmp_path, ENTRIES))
    assert export.problems() == plain.problems() == ()
    assert movements(export) == movements(plain) and len(movements(plain)) == 5
    assert sorted(export.kept["submission_uuid"].to_pylist()) == [A, B, C, D, E]
    assert plain.kept["submission_uuid"].null_count == 5


def test_a_plain_workbook_and_parquet_with_days_are_the_plain_delivery(tmp_path: Path) -> None:
    plain = taken(written(tmp_path, PLAIN.encode(), "plain.csv"))
    rows = list(csv.reader(io.StringIO(PLAIN)))
    assert movements(taken(kobo_xlsx(tmp_path / "plain.xlsx", {"Movements": rows}))) == movements(plain)
    columns = {name: [cell or None for cell in cells] for name, *cells in zip(*rows, strict=True)}
    days = {name: pa.array(columns[name]).cast(pa.date32()) for name in ("moved_on", "recorded_on")}
    days["recorded_on"] = days["recorded_on"].cast(pa.timestamp("us"))
    numbers = {name: pa.array(columns[name]).cast(pa.int64()) for name in ("households", "individuals")}
    pq.write_table(pa.table(columns | days | numbers), tmp_path / "plain.parquet")
    assert movements(taken(tmp_path / "plain.parquet")) == movements(plain)


@EVERY
def test_a_submission_late_in_the_evening_of_utc_is_of_the_next_day_in_iraq(shape: str, tmp_path: Path) -> None:
    sent = {A: "2020-11-20T20:59:59", B: "2020-11-20T21:00:00", C: "2020-11-20T22:30:00"}
    export = taken(SHAPES[shape](tmp_path, [entry(uuid, _sent=at, moved_on="2020-11-20") for uuid, at in sent.items()]))
    recorded = {row["movement_id"]: (str(row["recorded_on"]), row["recorded_seq"]) for row in export.kept.to_pylist()}
    assert recorded == {A: ("2020-11-20", 86_399), B: ("2020-11-21", 0), C: ("2020-11-21", 5_400)}


@EVERY
def test_what_was_sent_for_another_event_or_means_nothing_is_set_aside(shape: str, tmp_path: Path) -> None:
    entries = [
        entry(A),
        entry(B, event_id="mosul"),
        entry(C, corrects=A),  # of an arrival, the answer of another tool
        entry(D, moved_on="2020-11-21"),
        entry(E, camp_left="call 0770 123 4567"),
    ]
    export = taken(SHAPES[shape](tmp_path, entries))
    assert [row["movement_id"] for row in export.kept.to_pylist()] == [A]
    rules = {row["movement_as_given"]: (row["rule"], row["detail"]) for row in export.set_aside.to_pylist()}
    assert {uuid: rule for uuid, (rule, _) in rules.items()} == {
        B: "movement_event", C: "movement_link", D: "movement_after_record", E: "movement_value",
    }  # fmt: skip
    assert rules[B][1] == "the row is of event 'mosul', the delivery of camps-2020"
    assert "0770" not in rules[E][1]


def test_a_time_of_sending_that_is_none_is_named(tmp_path: Path) -> None:
    # what may be a telephone number is not quoted
    for at, quoted in (("soon", "'soon'"), ("9999-12-31T23:59:59", "(not shown)")):
        export = taken(json_file(tmp_path, [entry(A, _sent=at)]))
        assert export.kept.num_rows == 0
        assert f"recorded_on is {quoted}, expected a day such as 2020-11-22" in export.set_aside["detail"].to_pylist()


# --- what is not taken ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("write", "state", "others"),
    [
        (json_file, "validation_status_not_approved", {B: "validation_status_on_hold", C: "validation_status_approved"}),
        (csv_file, "Not Approved", {B: "On Hold", C: "Approved"}),
        (odk_file, "rejected", {B: "hasIssues", C: "approved"}),
    ],
)
def test_what_a_supervisor_rejected_is_left_out_and_counted(
    write: Callable[..., Path], state: str, others: Mapping[str, str], tmp_path: Path
) -> None:
    entries = [entry(A), entry(B), entry(C)]
    path = write(tmp_path, entries, {A: state, **others})
    assert read(path).left_out == {"rejected by the supervisor": 1}
    assert sorted(taken(path).kept["movement_id"].to_pylist()) == [B, C]
    path = write(tmp_path, entries[:1], {A: state})
    none = taken(path)
    assert (none.kept.num_rows, none.set_aside.num_rows, read(path).left_out) == (0, 0, {"rejected by the supervisor": 1})
    with pytest.raises(Refusal, match="It has no submission"):
        read(write(tmp_path, []))


@EVERY
def test_nothing_personal_and_nothing_unknown_is_kept(shape: str, tmp_path: Path) -> None:
    file = read(SHAPES[shape](tmp_path, ENTRIES))
    assert set(file.columns) == set(movement_file.COLUMNS) and file.not_taken == ()
    export = movement_rows.taken(file, EVENT, EVENT.event_id, RECEIVED)
    kept = " ".join(map(str, [*export.kept.to_pylist(), *export.set_aside.to_pylist()]))
    assert A in kept and not any(text in kept for text in (*PERSONAL.values(), "enumerator-77", "the gate", "T1"))


def test_headers_that_mean_nothing_are_named(tmp_path: Path) -> None:
    rows = kobo_table(ENTRIES)
    for own, more in zip(rows, [["Tribe", "g/phone_of_head"], *[["x-secret", "0770 123 4567"]] * 5], strict=True):
        own += more
    path = written(tmp_path, kobo_csv(rows))
    assert read(path).not_taken == ("'Tribe'", "'g/phone_of_head'")
    assert movements(taken(path)) == movements(taken(csv_file(tmp_path, ENTRIES)))
    life.opened(tmp_path / "data", "camps-2020", life.Opening("Camp closures", "camp_closure", EVENT.event_start, "counted"))
    ingested = life.ingest(tmp_path / "data", "camps-2020", path, "kobo.csv")
    assert ingested.notes == ("columns that are not taken: 'Tribe', 'g/phone_of_head'",)
    assert (ingested.taken.kept.num_rows, ingested.taken.rows_set_aside) == (5, 0)


# --- other tools ------------------------------------------------------------------------------------

MAP = """
[columns]
_uuid = "Record"
_submitted_at = "Sent at"
_review_state = "State"
event_id = "Crisis"
movement_kind = "Type"
moved_on = "Moved"
destination_governorate = "To"
destination_place_id = "Site"
shelter_group = "Shelter"
reached_origin = "Home"
households = "HH"
individuals = "Ind"
counted = "Headcount"
[values.movement_kind]
In = "arrival"
Out = "departure"
[values.reached_origin]
Y = "yes"
N = "no"
[values._review_state]
Bad = "rejected"
"""
OTHER = f"""Record,Sent at,State,Crisis,Type,Moved,To,Site,Shelter,Home,HH,Ind,Headcount,Phone
uuid:{A},2020-11-20T22:30:00Z,,camps-2020,In,2020-11-20,Ninewa,C-7,Host families,Y,3,17,TRUE,0770
{B},2020-11-20 23:30:00+03:00,,,In,2020-11-20,ninewa,,Camps and emergency sites,N,2,,,
{C},2020-11-20,,mosul,In,2020-11-20,ninewa,,,,2,,,
{D},2020-11-20,Bad,,In,2020-11-20,ninewa,,,,2,,,
"""


def test_another_tools_csv_by_a_column_map(tmp_path: Path) -> None:
    told = ColumnMap.parse(MAP, "map.toml", KNOWN)
    path = written(tmp_path, OTHER.encode())
    file, export = read(path, told), taken(path, column_map=told)
    assert (file.not_taken, file.left_out) == (("'Phone'",), {"rejected by the supervisor": 1})
    shown = ("movement_id", "movement_kind", "recorded_on", "destination_governorate", "destination_place_id",
             "emergency_shelter_group", "reached_origin", "moved_households", "moved_individuals", "is_counted")  # fmt: skip
    assert [tuple(str(row[name]) for name in shown) for row in export.kept.to_pylist()] == [
        (A, "arrival", "2020-11-21", "Ninewa", "C-7", "private", "True", "3", "17", "True"),
        (B, "arrival", "2020-11-20", "Ninewa", "None", "camp", "False", "2", "None", "None"),
    ]
    assert export.set_aside["rule"].to_pylist() == ["movement_event"]
    with pytest.raises(Refusal, match="which header is _uuid"):
        ColumnMap.parse(MAP.replace('_uuid = "Record"', ""), "map.toml", KNOWN)


# --- edits --------------------------------------------------------------------------------------------


def edited(uuid: str, before: str, times: int, **answers: str) -> Entry:
    """A later version of submission A, as it was edited on the web."""
    end = f"2020-11-2{times + 1}T10:00:00.000+03:00"
    return entry(uuid, **{"_root": A, "_replaces": before, "_edits": str(times), "end": end} | answers)


# The ids of later versions come in no order. The third one leaves blank where they shelter, and is a departure.
FIRST = entry(A, households="3", individuals="17", shelter_group="camp", reached_origin="yes", camp_left="Khanke")
VERSIONS = (
    FIRST,
    edited(E, A, 1, households="4", individuals="20", shelter_group="private", reached_origin="yes"),
    edited(B, E, 2, households="5", individuals="25", reached_origin="no"),
    edited(D, B, 3, households="6", movement_kind="departure", camp_left="Jeddah"),
)
WRITERS = {"json": json_file, "csv": csv_file, "odk": odk_file}


def held(*parts: Taken) -> list[Delivery]:
    return [Delivery(at, one.kept, one.set_aside, f"{at:064x}", f"{at}.csv") for at, one in enumerate(parts, start=1)]


def in_force(*parts: Taken) -> tuple[list[dict[str, object]], list[str]]:
    """The movements of a ledger that count, and what is found wrong with it."""
    made = ledger.derived(EVENT, held(*parts))
    rows = [row for row in made["emergency_movement"].to_pylist() if row["standing"] == "counts"]
    assert len(made["emergency_movement"]) == sum(one.kept.num_rows for one in parts)
    counted = {row["movement_id"] for row in made["emergency_entry"].to_pylist() if row["known_until"] is None}
    assert counted == {row["movement_id"] for row in rows}
    return rows, made["emergency_finding"]["finding"].to_pylist()


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Taken]]:
    """Each version of a submission as the export of a day, by tool."""
    found = {}
    for name, write in WRITERS.items():
        found[name] = [taken(write(tmp_path_factory.mktemp("versions"), [own])) for own in VERSIONS]
        assert all(one.problems() == () for one in found[name])
    return found


@pytest.mark.parametrize("tool", ["json", "odk"])
@pytest.mark.parametrize("delivered", [(0, 1), (1, 0), (1,), (3, 2, 1), (0, 3, 1), (2, 3)], ids=str)
def test_only_the_newest_version_counts_whichever_came(versions: dict[str, list[Taken]], tool: str, delivered: tuple) -> None:
    newest = VERSIONS[max(delivered)]
    (row,), findings = in_force(*(versions[tool][at] for at in delivered))
    assert (row["movement_id"], row["chain_id"], row["chain_kind"]) == (newest["_uuid"], A, newest["movement_kind"])
    assert row["moved_households"] == int(newest["households"]) and findings == []
    # nothing is left of the version before
    assert (row["emergency_shelter_group"], row["camp_left"]) == (newest.get("shelter_group"), newest.get("camp_left"))
    assert row["reached_origin"] == {"yes": True, "no": False}.get(newest.get("reached_origin"))


def test_the_same_version_is_one_movement_whichever_tool_brings_it(versions: dict[str, list[Taken]]) -> None:
    made = ledger.derived(EVENT, held(*versions["csv"], *versions["json"]))
    assert [row["movement_id"] for row in made["emergency_movement"].to_pylist() if row["standing"] == "counts"] == [D]
    assert len(made["emergency_movement"]) == len(VERSIONS) and made["emergency_finding"].num_rows == 0


def test_an_approval_makes_no_other_row_of_a_submission(tmp_path: Path) -> None:
    whole = kobo_json([entry(A)])
    later = kobo_json([entry(A)], {A: "validation_status_approved"})
    whole["results"][0]["_date_modified"], later["results"][0]["_date_modified"] = SENT, "2020-11-25T08:00:00"
    one, other = (taken(written(tmp_path, content)) for content in (whole, later))
    assert movements(one) == movements(other) and ledger.derived(EVENT, held(one, other))["emergency_finding"].num_rows == 0


def test_an_edit_whose_time_is_known_counts_from_then_on(tmp_path: Path) -> None:
    changed = kobo_json([VERSIONS[1]])
    changed["results"][0]["_last_edited"] = "2020-11-22T22:00:00"
    parts = taken(json_file(tmp_path, VERSIONS[:1])), taken(written(tmp_path, changed))
    made = ledger.derived(EVENT, held(*parts))["emergency_movement"].to_pylist()
    known = {row["movement_id"]: (str(row["known_from"]), str(row["known_until"])) for row in made}
    assert known == {A: ("2020-11-20", "2020-11-23"), E: ("2020-11-23", "None")}


def test_a_correction_keeps_what_it_leaves_blank_also_of_an_edited_submission(tmp_path: Path) -> None:
    blank = {"moved_on": "", "destination_governorate": "", "destination_district": "", "households": ""}
    correction = entry(
        C, movement_kind="correction", corrects=A, _sent="2020-11-24T09:00:00", **blank | {"shelter_group": "critical"}
    )
    parts = [taken(json_file(tmp_path, [own])) for own in (*VERSIONS[:2], correction)]
    for ordered in (parts, parts[::-1]):
        (row,), findings = in_force(*ordered)
        assert (row["movement_id"], row["moved_households"], row["emergency_shelter_group"]) == (C, 4, "critical")
        assert row["chain_kind"] == "arrival" and findings == []


def test_an_edited_correction_still_corrects_what_it_names(tmp_path: Path) -> None:
    sent = {
        "movement_kind": "correction",
        "corrects": B,
        "moved_on": "",
        "destination_governorate": "",
        "destination_district": "",
    }
    rows = [entry(B), entry(A, **sent, households="7"), edited(D, A, 1, **sent, households="8")]
    parts = [taken(json_file(tmp_path, [own])) for own in rows]
    for ordered in (parts, parts[::-1]):
        (row,), _ = in_force(*ordered)
        assert (row["movement_id"], row["chain_id"], row["moved_households"]) == (D, B, 8)
    aside = taken(json_file(tmp_path, [edited(D, A, 1, **sent | {"corrects": ""})]))
    assert aside.set_aside["detail"].to_pylist() == ["corrects is missing: which movement does it correct?"]
