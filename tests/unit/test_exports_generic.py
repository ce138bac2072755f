"""Exports of other tools by a column map, and what holds of all exports: every rule has its test."""

from __future__ import annotations

import datetime
import decimal
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations import codes, form
from expectations.rules import FIELD_FILE_RULES
from transforms.field import exports
from transforms.field.export import META, Export
from transforms.field.exports import ColumnMap, generic
from transforms.refusal import Refusal

MAP = """
[columns]
_uuid = "Instance ID"
_submitted_at = "Sent"
_review_state = "State"
population = "Group"
households = "HH, total"
interview_date = "Day"
origin_district_anbar_heet = "Heet"

[values.population]
Displaced = "idp"
Returned = "returnee"

[values._review_state]
OK = "approved"
"""
CSV = """Instance ID,Sent,State,Group,"HH, total",Day,Heet,Phone
uuid:a,2026-01-05T10:00:00Z,OK,Displaced,12,2026-01-05,5,0770
b,,,Returned,7,,,
c,,Open,Guests, ,,,
"""
EXPECTED = [
    {"_uuid": "a", "_submitted_at": "2026-01-05T10:00:00Z", "_review_state": "approved", "population": "idp", "households": "12",
     "interview_date": "2026-01-05", "origin_district_anbar_heet": "5"},
    {"_uuid": "b", "population": "returnee", "households": "7"},
    {"_uuid": "c", "_review_state": "Open", "population": "Guests"},
]  # fmt: skip


def column_map(text: str = MAP) -> ColumnMap:
    return ColumnMap.parse(text, "map.toml")


def read(path: Path, told: ColumnMap | None = None) -> Export:
    return exports.read(path, path.name, told or column_map())


def refused(path: Path, told: ColumnMap | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read(path, told)
    return caught.value


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "export"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def said(export: Export) -> list[dict[str, str]]:
    return [{n: v for n, v in row.items() if v is not None and n not in ("_row", "_sheet")} for row in export.rows.to_pylist()]


# --- CSV ------------------------------------------------------------------------------------------------


def test_a_csv_by_its_map(tmp_path):
    export = read(written(tmp_path, CSV))
    assert export.shape == "generic"
    assert said(export) == EXPECTED
    assert export.unknown == ("Phone",)
    assert export.repeats == {}
    assert export.rows["_row"].to_pylist() == [2, 3, 4]
    assert set(META) <= set(export.rows.column_names)


def test_the_dialect_of_a_mapped_csv_is_sniffed(tmp_path):
    data = b"\xef\xbb\xbf" + CSV.replace('"HH, total"', "HH total").replace(",", ";").encode()
    assert said(read(written(tmp_path, data), column_map(MAP.replace("HH, total", "HH total")))) == EXPECTED


def test_a_question_that_the_map_does_not_name_is_not_taken(tmp_path):
    export = read(written(tmp_path, CSV.replace("Phone", "ki_contact")))
    assert export.unknown == ("ki_contact",)
    assert "ki_contact" not in export.rows.column_names


def test_a_header_of_the_map_must_be_there(tmp_path):
    problem = refused(written(tmp_path, CSV.replace("Heet", "Hit")))
    assert problem.rule == "export_map_header_missing"
    assert "'Heet'" in str(problem)


def test_every_district_may_be_given_wide():
    listed = "\n".join(f'origin_district_{code} = "D {code}"' for code in codes.district_codes().values())
    assert len(ColumnMap.parse(f'[columns]\n_uuid = "id"\n{listed}', "map").columns) == 1 + len(codes.district_codes())


# --- Parquet --------------------------------------------------------------------------------------------


def parquet(folder: Path, **columns: object) -> Path:
    path = folder / "export"
    table = {
        "Instance ID": ["uuid:a", "b"], "Sent": pa.array([None, None], pa.string()), "State": ["OK", ""], "Group": ["Displaced", None],
        "HH, total": [12, 7], "Day": [datetime.date(2026, 1, 5), None], "Heet": [5.0, None],
    }  # fmt: skip
    pq.write_table(pa.table(table | columns), path)
    return path


def test_a_parquet_file_by_its_map(tmp_path):
    export = read(parquet(tmp_path, Phone=["0770", None]))
    assert said(export) == [
        {"_uuid": "a", "_review_state": "approved", "population": "idp", "households": "12", "interview_date": "2026-01-05",
         "origin_district_anbar_heet": "5"},
        {"_uuid": "b", "households": "7"},
    ]  # fmt: skip
    assert export.rows["_row"].to_pylist() == [1, 2]
    assert export.unknown == ("Phone",)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (pa.array([12.0, 0.5]), ["12", "0.5"]),
        (pa.array([decimal.Decimal("12.00"), decimal.Decimal("0.50")]), ["12", "0.50"]),
        (pa.array(["12", " 7 "]).dictionary_encode(), ["12", "7"]),
        (pa.array([True, False]), ["true", "false"]),
        (pa.array([datetime.datetime(2026, 1, 5, 10, 0, 1), None]), ["2026-01-05T10:00:01", None]),
        (pa.array([1, 2], pa.uint8()), ["1", "2"]),
        (pa.nulls(2), [None, None]),
        (pa.array(["a", "b"], pa.large_string()), ["a", "b"]),
    ],
    ids=lambda value: str(getattr(value, "type", "")),
)
def test_types_of_parquet_become_text(values, text, tmp_path):
    assert read(parquet(tmp_path, **{"HH, total": values})).rows["households"].to_pylist() == text


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (pa.array([[1], [2]]), "list"),
        (pa.array([{"a": 1}, {"a": 2}]), "struct"),
        (pa.array([b"a", b"b"]), "binary"),
        (pa.array(["a\x00", "b"]), "NUL"),
        (
            pa.Array.from_buffers(pa.string(), 2, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0\2\0\0\0"), pa.py_buffer(b"\xffa")]),
            "damaged",
        ),
    ],
    ids=["list", "struct", "binary", "NUL", "not UTF-8"],
)
def test_columns_of_parquet_that_are_refused(column, said, tmp_path):
    problem = refused(parquet(tmp_path, **{"HH, total": column}))
    assert problem.rule == "export_unreadable"
    assert said in str(problem)


def test_a_column_of_parquet_that_stands_twice(tmp_path):
    path = tmp_path / "export"
    pq.write_table(pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["u", "u"]), path)
    assert "'u' twice" in str(refused(path, column_map('[columns]\n_uuid = "u"')))


@pytest.mark.parametrize("cut", [slice(None, -20), slice(None, 40)])
def test_a_damaged_parquet_file(cut, tmp_path):
    path = parquet(tmp_path)
    path.write_bytes(path.read_bytes()[cut])
    assert refused(path).rule == "export_unreadable"


def test_a_parquet_file_that_expands_too_far(tmp_path, monkeypatch):
    path = parquet(tmp_path)
    monkeypatch.setattr(generic, "EXPANDED_MAXIMUM", 10)
    assert refused(path).rule == "export_too_large"


def test_a_long_text_in_every_row_of_a_parquet_file(tmp_path):
    told = column_map('[columns]\n_uuid = "u"\nteam = "t"')
    path, rows = tmp_path / "export", 4_000
    text = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * 100_000]))
    pq.write_table(pa.table({"u": [str(at) for at in range(rows)], "t": text}), path)
    assert path.stat().st_size < 1_000_000
    problem = refused(path, told)
    assert (problem.rule, "400,000,000 bytes" in str(problem)) == ("export_too_large", True)


# --- the map --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[columns", "not TOML"),
        ("", "no table [columns]"),
        ('columns = "x"', "no table [columns]"),
        ('[columns]\nhouseholds = "HH"', "which header is _uuid"),
        ('[columns]\n_uuid = "a"\nhousehold = "HH"', "'household' is no question"),
        ('[columns]\n_uuid = "a"\norigin_district_atlantis = "A"', "'origin_district_atlantis' is no question"),
        ('[columns]\n_uuid = "a"\norigin_district_households = "A"', "question of a repeat"),
        ('[columns]\n_uuid = "a"\n[repeats]\nx = "y"', "Repeats cannot be mapped"),
        ('[columns]\n_uuid = "a"\n[value]\nx = "y"', "'value' is neither"),
        ('[columns]\n_uuid = "a"\nteam = "a"', "is given to _uuid and to team"),
        ('[columns]\n_uuid = 3', "is not a text"),
        ('[columns]\n_uuid = " a"', "outer spaces"),
        ('[columns]\n_uuid = "a"\n[values.team]\nx = "y"', "[columns] does not have"),
        ('[columns]\n_uuid = "a"\nteam = "t"\n[values.team]\nx = 3', "something else than a text"),
        ('[columns]\n_uuid = "a"\nconsent = "c"\n[values.consent]\nja = "ja"', "no choice of consent"),
        ('[columns]\n_uuid = "a"\n[values]\nconsent = "c"', "tables [values.<question>]"),
    ],
)  # fmt: skip
def test_maps_that_are_refused(text, said):
    with pytest.raises(Refusal) as caught:
        column_map(text)
    assert caught.value.rule == "export_map_invalid"
    assert str(caught.value).startswith("map.toml: ")
    assert said in str(caught.value)


@pytest.mark.parametrize("content", ['[{"_uuid": "a"}]', b"PK\x03\x04"])
def test_a_map_for_an_export_that_needs_none(content, tmp_path):
    assert refused(written(tmp_path, content)).rule == "export_map_invalid"


# --- all exports ----------------------------------------------------------------------------------------


def test_every_rule_of_exports_has_a_negative_test():
    text = "".join(
        (Path(__file__).parent / f"test_exports_{kind}.py").read_text(encoding="utf-8") for kind in ("kobo", "odk", "generic")
    )
    rules = {rule.id for rule in FIELD_FILE_RULES if rule.id.startswith("export_")}
    assert len(rules) > 10
    assert {rule for rule in rules if not re.search(rf'"{rule}"', text)} == set()


def test_every_rule_of_exports_is_used():
    folder = Path(exports.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    used = set(re.findall(r'"(export_\w+)"', text))
    assert used == {rule.id for rule in FIELD_FILE_RULES if rule.id.startswith("export_")}


def test_meta_names_are_none_of_the_form():
    assert not set(META) & set(form.known())
