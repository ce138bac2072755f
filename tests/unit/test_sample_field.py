"""The sample's field round: equal bytes, four shapes with the same answers, and a ledger that names all that is wrong."""

from __future__ import annotations

import csv
import io
import json
import tomllib
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from expectations import codes, form
from expectations.checks import BY_ID, WHOLE_LIST
from expectations.columns import IRAQ_LATITUDE, IRAQ_LONGITUDE
from expectations.policy import Policy
from sample_data import field, generator, portal
from sample_data.field_shapes import KOBO_STATES, ODK_STATES

COMMITTED = Path(generator.__file__).parent / "field" / field.FOLDER
QUESTIONS = {question.name: question for question in form.questions(121)}
REPEATED = tuple(name for name, question in QUESTIONS.items() if question.repeat)
POLICY = Policy()
# What only whole lists can break, or what this round cannot hold: the registry knows no sub-districts (c05).
# c00 needs a submission without an identifier, which could not be named in the ledger.
NOT_PLANTED = {"c00", "c05", "c08", "c09", "c12", "c13", "c14", "c20", "c30"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("field")
    field.write(out, places=120)
    return out


@pytest.fixture(scope="module")
def ledger(written: Path) -> list[dict[str, str]]:
    return rows((written / "ledger.csv").read_bytes())


@pytest.fixture(scope="module")
def records(written: Path) -> list[dict]:
    return kobo_json(written)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def record(root: str, edits: int, state: str, submitted: str, answers: dict, origins: list) -> dict:
    """One submission in the form in which the shapes are compared; answers by the bare name of their question."""
    known = {name: value for name, value in answers.items() if value not in (None, "")}
    assert known.keys() <= QUESTIONS.keys()
    return {"uuid": root, "edits": edits, "state": state, "submitted": submitted, "answers": known, "origins": origins}


def kobo_json(folder: Path) -> list[dict]:
    states = {uid: state for state, (uid, _) in KOBO_STATES.items()}
    paths = {"/".join(question.path): name for name, question in QUESTIONS.items()}
    pages = [json.loads(path.read_bytes()) for path in sorted((folder / "kobo_json").iterdir())]
    results = [result for page in pages for result in page["results"]]
    assert {page["count"] for page in pages} == {len(results)}
    assert [page["next"] is None for page in pages] == [False, True]
    assert [page["previous"] is None for page in pages] == [True, False]
    assert [result["_id"] for result in results] == sorted({result["_id"] for result in results})
    found = []
    for result in results:
        root = result.get("meta/rootUuid", f"uuid:{result['_uuid']}").removeprefix("uuid:")
        assert result["meta/instanceID"] == f"uuid:{result['_uuid']}"
        assert result["_submitted_by"] == result["username"]
        repeat = [
            tuple(row[f"origin/origin_districts/{name}"] for name in REPEATED)
            for row in result.get("origin/origin_districts", [])
        ]
        answers = {paths[key]: value for key, value in result.items() if key in paths}
        state = states[result["_validation_status"].get("uid", "")]
        found.append(record(root, int("meta/rootUuid" in result), state, result["_submission_time"], answers, repeat))
    return found


def kobo_xlsx(folder: Path) -> list[dict]:
    states = {uid: state for state, (uid, _) in KOBO_STATES.items()}
    book = CalamineWorkbook.from_path(folder / "kobo_xlsx" / "master_list.xlsx")
    main, inner = (
        [[cell_text(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names
    )
    origins = defaultdict(list)
    for row in inner[1:]:
        cells = dict(zip(inner[0], row, strict=True))
        origins[cells["_submission__id"]].append(tuple(cells[f"origin/origin_districts/{name}"] for name in REPEATED))
    paths = {"/".join(question.path): name for name, question in QUESTIONS.items()}
    found = []
    for row in main[1:]:
        cells = dict(zip(main[0], row, strict=True))
        root = cells["meta/rootUuid"] or f"uuid:{cells['_uuid']}"
        answers = {paths[key]: value for key, value in cells.items() if key in paths}
        state, repeat = states[cells["_validation_status"]], origins[cells["_id"]]
        edits = int(bool(cells["meta/rootUuid"]))
        found.append(record(root.removeprefix("uuid:"), edits, state, cells["_submission_time"], answers, repeat))
    return found


def cell_text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def odk(folder: Path) -> list[dict]:
    states = {theirs: ours for ours, theirs in ODK_STATES.items()}
    paths = {"-".join(question.path): name for name, question in QUESTIONS.items()}
    with zipfile.ZipFile(folder / "odk" / "submissions.csv.zip") as archive:
        main, inner = (rows(archive.read(name)) for name in ("master_list.csv", "master_list-origin_districts.csv"))
    origins = defaultdict(list)
    for row in inner:
        assert row["KEY"].startswith(row["PARENT_KEY"])
        origins[row["PARENT_KEY"]].append(tuple(row[name] for name in REPEATED))
    found = []
    for row in main:
        answers = {paths[key]: value for key, value in row.items() if key in paths}
        answers["interview_gps"] = " ".join(
            row[f"place-interview_gps-{part}"] for part in ("Latitude", "Longitude", "Altitude", "Accuracy")
        ).strip()
        submitted = row["SubmissionDate"].removesuffix(".000Z")
        root = row["KEY"].removeprefix("uuid:")
        found.append(record(root, int(row["Edits"]), states[row["ReviewState"]], submitted, answers, origins[row["KEY"]]))
    return found


def generic(folder: Path) -> list[dict]:
    spoken = tomllib.loads((folder / "csv" / "columns.toml").read_text(encoding="utf-8"))
    governorates = {code: key[0] for key, code in codes.district_codes().items()}
    own = {row["governorate"]: row["governorate_code"] for row in codes.rows("governorate")}
    found = []
    for row in rows((folder / "csv" / "submissions.csv").read_bytes()):
        assert row.keys() == set(spoken["columns"].values())
        cells = {ours: spoken["values"].get(ours, {}).get(row[theirs], row[theirs]) for ours, theirs in spoken["columns"].items()}
        districts = {code: cells.pop(f"origin_district_{code}") for code in governorates}
        repeat = [(own[governorates[code]], code, households) for code, households in districts.items() if households]
        answers = {name: value for name, value in cells.items() if not name.startswith("_")}
        submitted = cells["_submitted_at"].replace(" ", "T")
        found.append(record(cells["_root_uuid"], int(cells["_edits"]), cells["_review_state"], submitted, answers, repeat))
    return found


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def unpacked(files: dict[str, bytes]) -> dict[str, bytes | dict[str, bytes]]:
    """Archives by what they hold: how tightly they are packed depends on the machine's zlib."""
    found = {}
    for name, data in files.items():
        if name.endswith((".zip", ".xlsx")):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                found[name] = {member: archive.read(member) for member in archive.namelist()}
        else:
            found[name] = data
    return found


def test_same_seed_same_bytes(written: Path, tmp_path: Path) -> None:
    field.write(tmp_path / "again", places=120)
    assert content(tmp_path / "again") == content(written)
    field.write(tmp_path / "other", places=120, seed=7)
    other = content(tmp_path / "other")
    same = {name for name, data in content(written).items() if other[name] == data}
    assert same == {"csv/columns.toml", "camp_list.toml"}


def test_committed_round_is_current(written: Path) -> None:
    committed, fresh = content(COMMITTED), content(written)
    assert committed.keys() == fresh.keys()
    now = unpacked(fresh)
    for name, data in unpacked(committed).items():
        assert data == now[name], f"{name}: write the sample again (sample_data/README.md)"
    assert sum(map(len, committed.values())) < 2_000_000


@pytest.mark.parametrize("read", [kobo_xlsx, odk, generic])
def test_shapes_hold_the_same(written: Path, records: list[dict], read: object) -> None:
    found = read(written)
    assert len(found) == len(records) > 120
    for theirs, ours in zip(found, records, strict=True):
        if read is generic:  # wide columns keep no order
            theirs, ours = ({**one, "origins": sorted(one["origins"])} for one in (theirs, ours))
        assert theirs == ours


def test_ledger_names_submissions_and_checks(ledger: list[dict[str, str]], records: list[dict]) -> None:
    uuids = {one["uuid"] for one in records}
    assert all(row["uuid"] in uuids or row["uuid"] == WHOLE_LIST for row in ledger)
    assert {row["expected"] for row in ledger} == {"queue", "quarantine", "ignored"}
    assert {row["check_id"] for row in ledger if row["expected"] != "ignored"} == set(BY_ID) - NOT_PLANTED
    for row in ledger:
        if row["expected"] == "quarantine":
            assert (BY_ID[row["check_id"]].severity, BY_ID[row["check_id"]].gate) == ("block", "submission")
    plan = {one["answers"].get("place_id"): one["answers"].get("population") for one in records}
    assert plan.keys() >= {row["place_id"] for row in ledger} - {""} - {
        row["place_id"] for row in ledger if row["defect"].startswith("name_")
    }


def test_frame_is_the_last_list(written: Path) -> None:
    lists = Path(generator.__file__).parent / "lists"
    listed = set()
    for population, header in (("idp", "Place ID"), ("returnee", "Place_ID")):
        found = rows((lists / portal.file_name(population, portal.LAST_ROUND)).read_bytes())
        listed |= {(row[header].removesuffix(".0"), population) for row in found if row[header]}
    assert {(row["place_id"], row["population"]) for row in rows((written / "work_plan.csv").read_bytes())} == listed


def test_answers_follow_the_form(records: list[dict], ledger: list[dict[str, str]]) -> None:
    """Every answer of a clean submission is a choice or a number of its question, and every required one is there."""
    spoilt = {row["uuid"] for row in ledger if row["defect"] not in ("informant_of_many", "late")}
    districts = set(codes.district_codes().values())
    choices = {"district": districts, "origin_district": districts, "governorate": set(codes.categories("origin_governorate"))}
    for one in records:
        if one["uuid"] in spoilt:
            continue
        answers = one["answers"]
        for name, value in answers.items():
            question = QUESTIONS[name]
            assert answers["population"] in question.populations
            if question.kind == "integer":
                assert value.isdecimal()
            elif question.kind == "select_one" and (question.choices or name in choices):
                assert value in (choices.get(name) or {code for code, _ in question.choices})
        always = {
            name for name, question in QUESTIONS.items() if question.required and not question.relevant and not question.repeat
        }
        assert always <= answers.keys()
        assert ("update_status" in answers) == (answers["accessibility"] == "accessible") == ("access_reason" not in answers)
        assert ("households" in answers) == (answers.get("update_status") in ("updated", "new"))


def findings(records: list[dict]) -> set[tuple[str, str]]:
    """(uuid, check) by plain rules of thumb, for the checks that need nothing but the submissions."""
    found, people, counts = set(), defaultdict(set), defaultdict(set)
    for one in records:
        answers, uuid = one["answers"], one["uuid"]
        households = answers.get("households")
        cells: dict[str, int] = defaultdict(int)
        for name, value in answers.items():
            if QUESTIONS[name].cell:
                cells[QUESTIONS[name].cell[0]] += int(value)
        if one["origins"]:
            cells["origin_district"] = sum(int(row[2]) for row in one["origins"])
        if any(str(total) != households for total in cells.values()):
            found.add((uuid, "c01"))
        is_counted = answers.get("update_status") in ("updated", "new")
        if is_counted and not (households or "").isdecimal():
            found.add((uuid, "c02"))
        if (households is not None) != is_counted:
            found.add((uuid, "c28"))
        parts = [int(answers.get(name, 0)) for name in form.ARRIVAL_PARTS]
        if "new_arrivals" in answers and int(answers["new_arrivals"]) != sum(parts):
            found.add((uuid, "c27"))
        try:
            latitude, longitude = float(answers.get("latitude", 33)), float(answers.get("longitude", 44))
            if not (IRAQ_LATITUDE[0] <= latitude <= IRAQ_LATITUDE[1] and IRAQ_LONGITUDE[0] <= longitude <= IRAQ_LONGITUDE[1]):
                found.add((uuid, "c07"))
        except ValueError:
            found.add((uuid, "c26"))
        if answers.get("ki_type", "other") not in dict(form.KI_TYPES):
            found.add((uuid, "c26"))
        minutes = (
            (int(answers["end"][11:13]) - int(answers["start"][11:13])) * 60
            + int(answers["end"][14:16])
            - int(answers["start"][14:16])
        )
        if not POLICY.duration_minutes_minimum <= minutes <= POLICY.duration_minutes_maximum:
            found.add((uuid, "c19"))
        if answers.get("shelter_other_text"):
            found.add((uuid, "c22"))
        people[answers.get("ki_name")].add((answers.get("place_id"), uuid))
        values = tuple(
            sorted((name, value) for name, value in answers.items() if QUESTIONS[name].kind == "integer" and value != "0")
        )
        if len({value for _, value in values}) >= POLICY.identical_values:
            counts[values].add((answers.get("place_id"), uuid))
    for name, visits in people.items():
        if name and len({place for place, _ in visits}) > POLICY.informant_places_maximum:
            found |= {(uuid, "c15") for _, uuid in visits}
    for visits in counts.values():
        if len({place for place, _ in visits}) >= POLICY.identical_places:
            found |= {(uuid, "c16") for _, uuid in visits}
    return found


def test_defects_are_there_and_nothing_else_is(records: list[dict], ledger: list[dict[str, str]]) -> None:
    judged = {"c01", "c02", "c15", "c16", "c19", "c22", "c26", "c27", "c28"}
    expected = {(row["uuid"], row["check_id"]) for row in ledger if row["expected"] != "ignored" and row["check_id"] in judged}
    neutral = {(row["uuid"], row["check_id"]) for row in ledger if row["expected"] == "ignored"}
    found = findings(records)
    assert expected <= found
    assert found - expected - neutral <= {
        (row["uuid"], "c07") for row in ledger if row["check_id"] == "c07" and row["expected"] == "queue"
    }


def test_near_copies_are_planted_only(records: list[dict], ledger: list[dict[str, str]]) -> None:
    """Two submissions of a team differ in more cells than the policy allows, but for what is planted."""
    known = {row["uuid"] for row in ledger if row["check_id"] == "c17"}
    moved = {row["uuid"] for row in ledger if row["check_id"] == "c22"}  # one household moved into 'other' is a value more
    able = []
    for one in records:
        if one["uuid"] in moved:
            continue
        cells = {name: value for name, value in one["answers"].items() if QUESTIONS[name].cell and value != "0"}
        if len(set(cells.values())) >= POLICY.identical_values:
            able.append((one["uuid"], one["answers"]["team"], one["answers"].get("place_id"), cells))
    near = set()
    for at, (uuid, team, place, cells) in enumerate(able):
        for other, other_team, other_place, others in able[:at]:
            differ = {name for name in cells.keys() | others.keys() if cells.get(name) != others.get(name)}
            if team == other_team and place != other_place and len(differ) <= POLICY.duplicate_answers:
                near |= {uuid, other}
    assert near == known
    assert {row["defect"] for row in ledger if row["check_id"] == "c17"} == {"near_copy", "identical_counts"}


def test_doubled_edited_and_late(records: list[dict], ledger: list[dict[str, str]]) -> None:
    by_defect = {
        name: {row["uuid"] for row in ledger if row["defect"] == name}
        for name in ("doubled", "edited", "late", "consent_refused")
    }
    assert {uuid for uuid, times in Counter(one["uuid"] for one in records).items() if times > 1} == by_defect["doubled"]
    assert {one["uuid"] for one in records if one["edits"]} == by_defect["edited"]
    assert {one["uuid"] for one in records if one["submitted"] >= "2021-05-01"} == by_defect["late"]
    assert {one["uuid"] for one in records if one["answers"]["consent"] == "no"} == by_defect["consent_refused"]
    assert [len(by_defect[name]) for name in ("doubled", "edited", "late", "consent_refused")] == [1, 1, 3, 3]
    waiting = {row["uuid"] for row in ledger if row["check_id"] == "c24"}
    assert {one["uuid"] for one in records if one["state"] != "approved"} == waiting


def test_coverage_is_that_of_a_round(records: list[dict], written: Path) -> None:
    units = {(one["answers"].get("place_id"), one["answers"].get("population")) for one in records}
    planned = {(row["place_id"], row["population"]) for row in rows((written / "work_plan.csv").read_bytes())}
    assert 0.75 <= len(units & planned) / len(planned) <= 0.9
    statuses = Counter(one["answers"].get("update_status") for one in records)
    assert min(statuses[name] for name in ("updated", "confirmed_unchanged", "closed", "informant_unreachable", "new")) >= 2
    assert sum(one["answers"].get("accessibility") == "not_accessible" for one in records) >= 2
    checked = sum(one["answers"].get("visit_type") == "back_check" for one in records)
    assert checked >= 2
    writings = "".join(one["answers"].get("ki_contact", "") for one in records)
    assert "٠٧٠٠" in writings and "0700" in writings and "+964" in writings and "+٩٦٤" in writings


def test_camps_agree_but_for_what_is_planted(tmp_path: Path) -> None:
    field.write(tmp_path, places=400)
    spoken = tomllib.loads((tmp_path / "camp_list.toml").read_text())["columns"]
    camps = [{ours: row[theirs] for ours, theirs in spoken.items()} for row in rows((tmp_path / "camp_list.csv").read_bytes())]
    ours = {}
    for one in kobo_json(tmp_path):
        answers = one["answers"]
        if int(answers.get("shelter_camp", 0)) and answers["visit_type"] == "interview":
            ours.setdefault(answers["place_id"], int(answers["households"]))
    assert [camp["area_name"] for camp in camps if not camp["place_id"]] == ["Nawras Camp"]
    theirs = {camp["place_id"]: int(camp["households"]) for camp in camps if camp["place_id"]}
    assert len(ours) == len(theirs) + 1 and theirs.keys() < ours.keys()
    gaps = sorted(abs(theirs[place] - ours[place]) / theirs[place] for place in theirs)
    assert gaps[-1] > 0.25 and all(gap < POLICY.comparison_share for gap in gaps[:-1])


@pytest.mark.parametrize("words", [{"places": 119}, {"places": 120, "submissions": 20}, {"places": 120, "submissions": 5000}])
def test_impossible_rounds_are_refused(tmp_path: Path, words: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="ask for"):
        field.write(tmp_path / "out", **words)
    assert not (tmp_path / "out").exists()


def test_submissions_are_as_many_as_asked() -> None:
    made = field.generate(places=400, submissions=900)
    assert len(made.submissions) == 900
    people = defaultdict(set)
    answers = made.submissions.answers.columns
    for name, place in zip(answers["ki_name"], answers["place_id"], strict=True):
        people[name].add(place)
    assert (
        sorted(len(places) for name, places in people.items() if name)[-2:] == [2, 12]
        or sorted(map(len, people.values()))[-2] <= 10
    )
