"""What machines read of a release: Data Package, DCAT, catalogue, views, database, and drafts for HDX."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from expectations import release as policies
from flows.problem import Problem
from flows.published import Published
from flows.release import hdx, metadata, query_files, shape_files, table_files, writing
from flows.release.writing import ReleaseFile
from tests.withheld import HOSTILE
from tests.withheld import content as withheld
from transforms.comments import text
from transforms.release.content import Content
from transforms.release.content_hash import content_sha256
from transforms.release.views import script

WRITERS = (table_files.parquet, table_files.csv, shape_files.write, query_files.views, query_files.database)
KNOWN = '[hdx]\nowner_org = "iom"\nmaintainer = "m"\ndata_update_frequency = "90"\n'


@pytest.fixture(scope="module")
def content(held: Published) -> Content:
    return withheld(held)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("release")


@pytest.fixture(scope="module")
def files(content: Content, folder: Path) -> list[ReleaseFile]:
    written = writing.write(content, folder, WRITERS)
    return written + metadata.write(content, folder, written)


@pytest.fixture(scope="module")
def package(files: list[ReleaseFile], folder: Path) -> dict:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def test_the_package_says_who_publishes_what_under_which_terms(content: Content, package: dict) -> None:
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert (package["name"], package["version"]) == ("dtm-irq-r120-public-v1.0", "1.0")
    assert package["licenses"] == [{"name": "hdx-other", "title": content.publisher.licence}]
    assert package["contributors"] == [{"title": content.publisher.name, "roles": ["publisher"]}]
    assert package["sources"] == [{"title": content.publisher.credit}]
    assert "Their cross table is not known" in package["description"] and "never zero" in package["description"]


def test_every_csv_and_parquet_is_a_table_and_every_field_is_explained(files: list, package: dict) -> None:
    resources = {resource["path"]: resource for resource in package["resources"]}
    assert set(resources) == {file.path for file in files if file.format in ("csv", "parquet")}
    assert len({resource["name"] for resource in package["resources"]}) == len(resources)
    for resource in resources.values():
        assert resource["type"] == "table" and resource["title"]
        for field in resource["schema"]["fields"]:
            assert field["description"], (resource["path"], field["name"])
    field = {field["name"]: field for field in resources["csv/idp_master_list.csv"]["schema"]["fields"]}
    assert field["households"]["unit"] == "households" and field["households"]["stockOrFlow"] == "stock"
    assert field["households"]["hxl"] == "#affected+hh" and field["households"]["sensitivity"] == "public"
    assert "required" not in field["households"]["constraints"] and field["place_id"]["constraints"]["required"]
    assert field["households_status"]["constraints"]["enum"] == ["given", "suppressed", "missing"]
    assert len(field["governorate"]["constraints"]["enum"]) == 18 and field["district"]["codeList"] == "district"
    shown = {field["name"]: field for field in resources["tables/idp_master_list.parquet"]["schema"]["fields"]}
    assert (shown["households"]["type"], shown["households"]["arrowType"]) == ("any", "int64")
    assert shown["round"]["type"] == "integer"


def test_keys_and_references_stand_among_files_of_one_format(content: Content, package: dict) -> None:
    names = {resource["name"]: resource for resource in package["resources"]}
    for resource in package["resources"]:
        for key in resource["schema"].get("foreignKeys", []):
            target = names[key["reference"]["resource"]]
            assert target["format"] == resource["format"]
            assert set(key["reference"]["fields"]) <= {field["name"] for field in target["schema"]["fields"]}
            assert set(key["fields"]) <= {field["name"] for field in resource["schema"]["fields"]}
    own = names["csv.idp_master_list.csv"]["schema"]
    assert own["primaryKey"] == list(content.declared("idp_master_list").key)
    assert "csv.location.csv" in {key["reference"]["resource"] for key in own["foreignKeys"]}


def test_a_file_that_is_not_a_whole_table_has_no_key_and_a_tag_row_is_told(content: Content, tmp_path: Path) -> None:
    (tmp_path / "part.csv").write_text("round,households,unheard_of\n120,5,x\n", encoding="utf-8-sig")
    (tmp_path / "governorate_hxl.csv").write_text("governorate\n#adm1+name\nErbil\n", encoding="utf-8")
    written = [
        ReleaseFile("part.csv", "A part.", "csv", "idp_master_list"),
        ReleaseFile("governorate_hxl.csv", "Tagged.", "csv", "governorate"),
    ]
    metadata.write(content, tmp_path, written)
    tagged, part = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert "primaryKey" not in part["schema"] and "primaryKey" not in tagged["schema"]
    assert [field["type"] for field in part["schema"]["fields"]] == ["integer", "integer", "any"]
    assert tagged["dialect"]["commentRows"] == [2]


def test_a_column_with_an_empty_text_is_not_required_in_csv(content: Content, tmp_path: Path) -> None:
    rows = content.tables["governorate"]
    at = rows.column_names.index("cod_name_en")
    blank = rows.set_column(at, rows.schema.field(at), [["", *rows["cod_name_en"].to_pylist()[1:]]])
    made = replace(content, tables={"governorate": blank})
    metadata.write(made, tmp_path, writing.write(made, tmp_path, (table_files.parquet, table_files.csv)))
    in_csv, in_parquet = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    for resource, expected in ((in_csv, False), (in_parquet, True)):
        field = next(field for field in resource["schema"]["fields"] if field["name"] == "cod_name_en")
        assert field.get("constraints", {}).get("required", False) is expected


def test_dcat_lists_every_file_with_its_hash_where_that_is_stable(content: Content, files: list, folder: Path) -> None:
    told = json.loads((folder / "dcat.jsonld").read_text(encoding="utf-8"))
    assert told["@type"] == ["dcat:Dataset", "schema:Dataset"] and told["schema:temporalCoverage"] == "2020-10-31/2021-02-28"
    listed = {part["schema:contentUrl"]: part for part in told["dcat:distribution"]}
    assert set(listed) == {file.path for file in files} - {"datapackage.json", "dcat.jsonld", "catalog.json"}
    assert "spdx:checksum" in listed["csv/idp_master_list.csv"] and "spdx:checksum" not in listed["dtm.duckdb"]
    placed = replace(content, publisher=replace(content.publisher, address="https://example.org/dtm/"))
    metadata.write(placed, folder_of(folder, "placed"), [])
    told = json.loads((folder / "placed" / "dcat.jsonld").read_text(encoding="utf-8"))
    assert told["dct:identifier"] == "https://example.org/dtm/public/r120/v1.0"


def folder_of(folder: Path, name: str) -> Path:
    (folder / name).mkdir(exist_ok=True)
    return folder / name


def test_the_catalogue_tells_rows_and_files_of_each_table(content: Content, files: list, folder: Path) -> None:
    told = json.loads((folder / "catalog.json").read_text(encoding="utf-8"))
    assert {table["name"]: table["rows"] for table in told["tables"]} == {n: rows.num_rows for n, rows in content.tables.items()}
    (lists,) = [table for table in told["tables"] if table["name"] == "idp_master_list"]
    assert lists["files"] == ["csv/idp_master_list.csv", "tables/idp_master_list.parquet"]
    assert [column["name"] for column in lists["columns"]] == content.tables["idp_master_list"].column_names


def test_metadata_does_not_change_with_the_copy_of_the_database(
    content: Content, files: list, folder: Path, tmp_path: Path
) -> None:
    metadata.write(content, tmp_path, writing.write(content, tmp_path, WRITERS))
    for name in ("datapackage.json", "dcat.jsonld", "catalog.json", "views.sql", "dtm.duckdb.content-sha256"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_views_read_withheld_figures_and_hostile_names(content: Content, files: list, folder: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(folder / "tables", tmp_path / "it's here" / "tables").parent
    with duckdb.connect() as connection:
        connection.execute(f"set file_search_path = {text(str(moved))}")
        connection.execute((folder / "views.sql").read_text(encoding="utf-8"))
        names = connection.sql("select location_name_en from location").fetchall()
        assert [name for (name,) in names[: len(HOSTILE)]] == list(HOSTILE)
        hidden = connection.sql(
            "select individuals, individuals_status from district_summary where individuals_status = 'suppressed'"
        )
        assert hidden.fetchall() == [(None, "suppressed")]
        assert connection.sql("select count(*) from duckdb_columns() where not internal and comment is null").fetchall() == [(0,)]
        count = content.tables["idp_master_list"].num_rows
        vintages = connection.sql("select vintage, count(*) from idp_master_list_vintage group by all order by all").fetchall()
        assert vintages == [("first_published", count), ("latest", count)]
        assert connection.sql("select population, round from latest_round order by all").fetchall() == [
            ("idp", 120),
            ("returnee", 120),
        ]


def test_views_of_what_is_not_held_are_not_made_and_settings_cannot_become_statements(content: Content) -> None:
    fewer = {name: rows for name, rows in content.tables.items() if name == "location"}
    hostile = replace(content.publisher, credit="me\ndrop table location;\r\nselect 1;")
    written = script(replace(content, tables=fewer, publisher=hostile), "tables")
    assert "latest_round" not in written and "_vintage" not in written
    assert not any(line.startswith(("drop", "select")) for line in written.splitlines())


def test_the_database_holds_every_table_and_its_hash_is_of_the_content(
    content: Content, files: list, folder: Path, tmp_path: Path
) -> None:
    moved = shutil.copy(folder / "dtm.duckdb", tmp_path / "moved.duckdb")
    with duckdb.connect(moved, read_only=True) as connection:
        held = {name: connection.sql(f"from {name}").to_arrow_table() for name in content.tables}
        assert connection.sql("select count(*) from duckdb_columns() where not internal and comment is null").fetchall() == [(0,)]
    written = (folder / "dtm.duckdb.content-sha256").read_text(encoding="ascii").strip()
    assert content_sha256(held) == content_sha256(content.tables) == written
    changed = dict(content.tables)
    changed["location"] = changed["location"].set_column(
        0,
        changed["location"].schema.field(0),
        pc.utf8_upper(pc.binary_join_element_wise(changed["location"]["place_id"], "1", "")),
    )
    assert content_sha256(changed) != written
    (own,) = [file for file in files if file.path == "dtm.duckdb"]
    assert not own.is_stable


def test_an_empty_text_and_a_null_are_two_things_to_the_hash() -> None:
    assert content_sha256({"t": pa.table({"x": ["", "a"]})}) != content_sha256({"t": pa.table({"x": [None, "a"]})})


def test_a_draft_for_hdx_names_every_blank_field_and_where_to_set_it(content: Content, files: list) -> None:
    with pytest.raises(Problem) as problem:
        hdx.draft(content, policies.policy(), files)
    for name in ("owner_org", "maintainer", "data_update_frequency"):
        assert f"{name} (set it under [hdx] in release.toml of the data folder)" in str(problem.value)
    with pytest.raises(Problem, match=r"blank: groups \(set it under \[hdx\].*, tags \(set"):
        hdx.draft(content, policies.policy(KNOWN + "groups = []\ntags = []\n"), files)
    unlicensed = replace(content, publisher=replace(content.publisher, licence=""))
    with pytest.raises(Problem, match=r"license_other \(set it under \[publisher\]"):
        hdx.draft(unlicensed, policies.policy(KNOWN), files)


def test_a_public_draft_has_what_hdx_requires_and_the_terms_of_dtm(content: Content, files: list) -> None:
    made = hdx.draft(content, policies.policy(KNOWN), files)
    assert all(made[name] not in (None, "", []) for name in hdx.REQUIRED)
    assert (made["license_id"], made["methodology"], made["private"]) == ("hdx-other", "Other", False)
    assert "non-commercial" in made["license_other"] and made["methodology_other"] and "withheld" in made["caveats"]
    assert made["dataset_date"] == "[2020-10-31T00:00:00 TO 2021-02-28T23:59:59]"
    assert made["groups"] == [{"name": "irq"}]
    resources = {resource["path"]: resource for resource in made["resources"]}
    assert all(resource[name] for resource in resources.values() for name in hdx.REQUIRED_OF_RESOURCE)
    assert resources["csv/idp_master_list.csv"]["p_coded"] and not resources["csv/wave.csv"]["p_coded"]
    assert not {"catalog.json", "datapackage.json", "dtm.duckdb", "views.sql"} & resources.keys()


def test_a_draft_on_request_tells_fields_and_rows_but_holds_no_file(content: Content, files: list) -> None:
    made = hdx.draft_on_request(content, policies.policy(KNOWN), files)
    assert all(made[name] not in (None, "", []) for name in hdx.REQUIRED_ON_REQUEST)
    assert "resources" not in made and "households" in made["field_names"] and made["file_types"] == ["CSV", "JSON", "Parquet"]
    lists = [content.tables[f"{population}_master_list"].num_rows for population in ("idp", "returnee")]
    assert made["num_of_rows"] == sum(lists)


def test_what_is_not_public_is_not_drafted(content: Content, files: list) -> None:
    told = policies.policy(KNOWN)
    for tier in ("partner", "internal"):
        with pytest.raises(Problem, match="not for the public"):
            hdx.draft(replace(content, release=replace(content.release, tier=tier)), told, files)
    with pytest.raises(Problem, match="is internal"):
        hdx.draft_on_request(replace(content, release=replace(content.release, tier="internal")), told, files)
