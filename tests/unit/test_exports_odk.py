"""Exports of ODK Central: submissions.csv.zip, with repeats, split select multiples and archives that lie.

Columns and rows follow getodk/central-backend test/integration/api/submissions.js ('.csv.zip GET') and lib/data/briefcase.js.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from expectations import form
from expectations.form import Question
from tests.fixtures import field_exports as made
from tests.fixtures import hostile
from tests.fixtures.hostile import MEGABYTE, Member
from transforms.field import exports
from transforms.field.export import META, Export
from transforms.field.exports import odk
from transforms.refusal import Refusal


def read(path: Path, **told) -> Export:
    return exports.read(path, path.name, **told)


def refused(path: Path, **told) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read(path, **told)
    assert path.name in str(caught.value)
    return caught.value


def zipped(folder: Path, **changed: bytes) -> Path:
    """The export with some members put in or replaced; a name of Python stands for one with '.csv'."""
    files = made.odk_files() | {name: data for name, data in changed.items() if data is not None}
    return made.odk_zip(folder / "export", files)


def districts(export: Export) -> list[tuple]:
    table = export.repeats[form.ORIGIN_DISTRICTS]
    return list(zip(*(table[name].to_pylist() for name in ("_at", *made.REPEAT_HEADERS)), strict=True))


def answers(export: Export) -> list[dict[str, str]]:
    return [{name: row[name] for name in made.QUESTIONS if row.get(name) is not None} for row in export.rows.to_pylist()]


# --- what is taken --------------------------------------------------------------------------------------


# 'SubmissionDate,meta-instanceID,name,age,KEY,SubmitterID,SubmitterName,AttachmentsPresent,...' and, for the repeat,
# 'name,age,PARENT_KEY,KEY'.
def test_submissions_and_their_repeat(tmp_path):
    export = read(zipped(tmp_path))
    assert export.shape == "odk_zip"
    assert answers(export) == list(made.ANSWERS)
    assert districts(export) == list(made.DISTRICTS)
    assert export.unknown == ()


def test_what_central_says_of_a_submission(tmp_path):
    row = read(zipped(tmp_path)).rows.to_pylist()[1]
    assert {name: row[name] for name in (*META, "_row", "_sheet")} == {
        "_uuid": "edited-instance", "_root_uuid": made.UUIDS[1], "_replaces_uuid": None, "_form": "master_list",
        "_form_version": "2026010501", "_submitted_at": "2026-01-06T12:20:18.123Z", "_modified_at": None, "_edits": "1",
        "_review_state": None, "_submitter": "Alice", "_row": 3, "_sheet": "master_list.csv",
    }  # fmt: skip


def test_review_states_are_in_centrals_own_words(tmp_path):
    assert read(zipped(tmp_path)).rows["_review_state"].to_pylist() == [state or None for state in made.ODK_STATES]


def test_the_key_alone_identifies(tmp_path):
    rows = [[cell for at, cell in enumerate(row) if at != 1] for row in made.odk_main()]
    export = read(zipped(tmp_path, **{"master_list.csv": made.odk_csv(rows)}))
    assert export.rows["_uuid"].to_pylist() == list(made.UUIDS)


def test_names_without_their_groups(tmp_path):
    """?groupPaths=false"""
    rows = made.odk_main()
    rows[0] = [header.rpartition("-")[2] for header in rows[0]]
    export = read(zipped(tmp_path, **{"master_list.csv": made.odk_csv(rows)}))
    assert answers(export) == list(made.ANSWERS)
    assert export.rows["_uuid"].to_pylist()[1] == "edited-instance"
    assert export.unknown == ()


def test_a_position_in_four_columns_is_known(tmp_path):
    rows = made.odk_main()
    rows[0] += [f"place-interview_gps-{part}" for part in ("Latitude", "Longitude", "Altitude", "Accuracy")]
    rows[1:] = [[*row, "36", "43", "", ""] for row in rows[1:]]
    export = read(zipped(tmp_path, **{"master_list.csv": made.odk_csv(rows)}))
    assert export.unknown == ()
    assert answers(export) == list(made.ANSWERS)


# 'SubmissionDate,meta-instanceID,q1,q1/a,q1/b,g1-q2,g1-q2/x,g1-q2/y,g1-q2/z,KEY,...' with 'a b,1,1,x y z,1,1,1'.
def test_split_select_multiples(tmp_path):
    asked = form.known() | {
        "q1": Question("q1", "select_multiple", "", choices=(("a", "A"), ("b", "B"))),
        "q2": Question("q2", "select_multiple", "", "g1", choices=(("x", "X"), ("y", "Y"), ("z", "Z"))),
    }
    rows = made.odk_main()
    said = ["a b", "1", "1", "x y z", "1", "1", "1"], ["b", "0", "1", "x", "1", "0", "0"], ["", "", "", "", "", "", ""]
    rows = [
        [*row, *more]
        for row, more in zip(rows, (["q1", "q1/a", "q1/b", "g1-q2", "g1-q2/x", "g1-q2/y", "g1-q2/z"], *said), strict=True)
    ]
    export = read(zipped(tmp_path, **{"master_list.csv": made.odk_csv(rows)}), questions=asked)
    assert export.rows["q2"].to_pylist() == ["x y z", "x", None]
    assert export.rows["q1/a"].to_pylist() == ["1", "0", None]
    assert export.unknown == ()


def test_conflicting_names_of_repeats_are_numbered(tmp_path):
    """briefcase.js: '{form}-{repeat}~1.csv' where two repeats have one name."""
    files = {"master_list.csv": made.odk_files()["master_list.csv"]}
    files |= {
        "master_list-origin_districts~1.csv": made.odk_csv(made.odk_repeat()),
        "master_list-pets.csv": b"pet,PARENT_KEY,KEY\n",
    }
    export = read(made.odk_zip(tmp_path / "x", files))
    assert districts(export) == list(made.DISTRICTS)
    assert "master_list-pets.csv/pet" in export.unknown


def test_a_key_inside_a_repeat_is_of_its_submission(tmp_path):
    """A repeat in a repeat has the KEY of the outer one as PARENT_KEY: 'two/children/child[1]'."""
    rows = made.odk_repeat()
    for row in rows[1:]:
        row[3] += "/origin/region[1]"
    assert districts(read(zipped(tmp_path, **{"master_list-origin_districts.csv": made.odk_csv(rows)}))) == list(made.DISTRICTS)


def test_attachments_and_audits_are_not_opened(tmp_path):
    bomb = {
        "media/KEY.csv": b"KEY,x\n" + b"a,b\n" * 100,
        "media/photo.jpg": b"\xff\xd8",
        "master_list - audit.csv": b"event,node\n",
    }
    assert read(zipped(tmp_path, **bomb)).rows.num_rows == 3


def test_an_archive_packed_again_with_its_folder(tmp_path):
    files = {f"exports/{name}": data for name, data in made.odk_files().items()} | {"__MACOSX/._master_list.csv": b"KEY,\xff"}
    assert districts(read(made.odk_zip(tmp_path / "x", files))) == list(made.DISTRICTS)


def test_no_submissions_yet(tmp_path):
    """'should return the csv header even if there is no data'."""
    files = {
        "master_list.csv": made.odk_csv(made.odk_main()[:1]),
        "master_list-origin_districts.csv": made.odk_csv(made.odk_repeat()[:1]),
    }
    export = read(made.odk_zip(tmp_path / "x", files))
    assert (export.rows.num_rows, export.repeats[form.ORIGIN_DISTRICTS].num_rows) == (0, 0)


def test_the_main_table_alone(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(made.odk_files()["master_list.csv"])
    export = read(path)
    assert answers(export) == list(made.ANSWERS)
    assert export.repeats == {}


# --- what is refused ------------------------------------------------------------------------------------


def test_a_row_of_a_repeat_without_submission(tmp_path):
    rows = made.odk_repeat()
    rows[3][3] = "uuid:deleted"
    problem = refused(zipped(tmp_path, **{"master_list-origin_districts.csv": made.odk_csv(rows)}))
    assert problem.rule == "export_repeat_orphan"
    assert "Row 4 of table 'master_list-origin_districts.csv'" in str(problem)


@pytest.mark.parametrize("status", ["not decrypted", "missing encrypted form data"])
def test_submissions_that_were_not_decrypted(status, tmp_path):
    rows = made.odk_main()
    rows[2][rows[0].index("Status")] = status
    problem = refused(zipped(tmp_path, **{"master_list.csv": made.odk_csv(rows)}))
    assert problem.rule == "export_encrypted"
    assert "Row 3" in str(problem)


def test_an_archive_with_a_password(tmp_path):
    path = zipped(tmp_path)
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(mark)
        data[start + at] |= 1
    path.write_bytes(data)
    assert refused(path).rule == "export_encrypted"


def test_one_table_of_submissions_is_needed(tmp_path):
    main = made.odk_files()["master_list.csv"]
    assert refused(zipped(tmp_path, **{"other.csv": main})).rule == "export_sheet_unclear"
    repeat = made.odk_files()["master_list-origin_districts.csv"]
    assert refused(zipped(tmp_path, **{"master_list-again.csv": repeat})).rule == "export_sheet_unclear"
    assert refused(made.odk_zip(tmp_path / "none", {"notes.csv": b"a,b\n1,2\n"})).rule == "export_uuid_missing_column"
    assert refused(made.odk_zip(tmp_path / "empty", {})).rule == "export_uuid_missing_column"


@pytest.mark.parametrize("name", ["../master_list.csv", "/master_list.csv", "a/../../b.csv", "a\\..\\b.csv", "C:/b.csv"])
def test_paths_that_lead_elsewhere(name, tmp_path):
    problem = refused(zipped(tmp_path, **{name: b"x"}))
    assert problem.rule == "export_unreadable"
    assert "path" in str(problem)


def test_a_name_twice(tmp_path):
    path = zipped(tmp_path)
    with pytest.warns(UserWarning), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("master_list.csv", made.odk_csv(made.odk_main()[:2]))
    problem = refused(path)
    assert (problem.rule, "two members" in str(problem)) == ("export_unreadable", True)


def bomb(megabytes: int, declared: int, padding: int = 0) -> bytes:
    """An archive of one table that expands to so many megabytes, with as much else as makes it large itself."""
    members = [Member("master_list.csv", hostile.zeros(megabytes), declared)]
    if padding:
        members.append(Member("media/photo.jpg", bytes(padding), padding, 0))
    return hostile.archive(members)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        pytest.param(bomb(50, 50 * MEGABYTE), "export_too_large", id="by ratio"),
        pytest.param(bomb(301, 301 * MEGABYTE, 4 * MEGABYTE), "export_too_large", id="by size"),
        pytest.param(bomb(1024, 1000), "export_unreadable", id="declares less"),
        pytest.param(bomb(1, 4 * MEGABYTE), "export_unreadable", id="declares more"),
        pytest.param(hostile.other_zip(), "export_uuid_missing_column", id="other zip"),
        pytest.param(b"PK\x03\x04" + bytes(40), "export_unreadable", id="no directory"),
    ],
)
def test_archives_that_are_refused(data, rule, tmp_path):
    path = tmp_path / "export"
    path.write_bytes(data)
    assert refused(path).rule == rule


def test_a_size_that_is_declared_too_large_beside_the_right_checksum(tmp_path):
    path = zipped(tmp_path)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 24] ^= 0x80  # the lowest byte of the expanded size
    data[data.index(b"PK\x01\x02") + 26] |= 1  # and far more than there is
    path.write_bytes(data)
    problem = refused(path)
    assert (problem.rule, "declares" in str(problem)) == ("export_unreadable", True)


def test_the_limit_is_on_all_tables_together(tmp_path, monkeypatch):
    monkeypatch.setattr(odk, "EXPANDED_MAXIMUM", 200)
    problem = refused(zipped(tmp_path))
    assert problem.rule == "export_too_large"
    assert "more than 200 bytes" in str(problem)


def test_a_torn_table_is_named(tmp_path):
    data = made.odk_files()["master_list.csv"].replace(b",Alice,", b",Alice,Bob,", 1)
    problem = refused(zipped(tmp_path, **{"master_list.csv": data}))
    assert problem.rule == "row_ragged"
    assert "export/master_list.csv: Row 2" in str(problem)


def test_a_damaged_archive(tmp_path):
    path = zipped(tmp_path)
    data = bytearray(path.read_bytes())
    data[80:90] = bytes(10)
    path.write_bytes(data)
    assert refused(path).rule == "export_unreadable"
