"""A release in the hands of partners: Parquet, database, CSV, Data Package, and the client of the DTM API."""

from __future__ import annotations

import csv
import json
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import frictionless
import pandas as pd
import polars as pl
import pytest
from dtmapi import DTMApi
from dtmapi import api as client
from dtmapi.exceptions import DTMApiResponseError

from transforms.release.content_hash import content_sha256

LEVELS = (0, 1, 2)


def test_the_engine_is_the_older_one() -> None:
    assert duckdb.__version__.startswith("1.5.")


def test_parquet_reads_the_same_in_duckdb_and_polars(release: Path, tables: dict) -> None:
    assert len(tables) > 20
    for name, about in tables.items():
        path = release / "tables" / f"{name}.parquet"
        frame = pl.read_parquet(path)
        assert frame.height == about["rows"] == duckdb.sql(f"select count(*) from '{path}'").fetchone()[0], name
        assert frame.columns == [column["name"] for column in about["columns"]]
        if "households" in frame.columns:
            assert frame.schema["households"] == pl.Int64
            nulls = duckdb.sql(f"select sum(households)::bigint, count(*) - count(households) from '{path}'").fetchone()
            assert nulls == (frame["households"].sum() or None, frame["households"].null_count()), name


def test_views_work_from_another_folder(release: Path, tables: dict, tmp_path: Path) -> None:
    moved = tmp_path / "it's moved"
    shutil.copytree(release / "tables", moved / "tables")
    with duckdb.connect() as connection:
        connection.execute("set file_search_path = '" + str(moved).replace("'", "''") + "'")
        connection.execute((release / "views.sql").read_text(encoding="utf-8"))
        for name, about in tables.items():
            assert connection.sql(f"select count(*) from {name}").fetchone()[0] == about["rows"]
        views = {
            row[0]
            for row in connection.sql(
                "select view_name from duckdb_views() where not internal and comment is not null"
            ).fetchall()
        }
        assert views == {*tables, "latest_round", "idp_master_list_vintage"}
        bare = connection.sql(
            "select table_name, column_name from duckdb_columns() where not internal and comment is null"
        ).fetchall()
        assert bare == []
        newest = connection.sql("select population, round from latest_round order by 1").fetchall()
        assert newest == [("idp", 120), ("returnee", 120)]
        both = connection.sql("select vintage, count(*) from idp_master_list_vintage group by 1 order by 1").fetchall()
        assert both == [("first_published", tables["idp_master_list"]["rows"]), ("latest", tables["idp_master_list"]["rows"])]


def test_the_database_opens_after_moving_and_says_what_the_hash_says(release: Path, tables: dict, tmp_path: Path) -> None:
    moved = shutil.copy(release / "dtm.duckdb", tmp_path / "elsewhere.duckdb")
    with duckdb.connect(moved, read_only=True) as connection:
        held = {name: connection.execute(f"from {name}").to_arrow_table() for name in tables}
        described = connection.sql("select count(*) = count(comment) from duckdb_columns() where not internal").fetchone()[0]
        names = {row[0] for row in connection.sql("select table_name from duckdb_tables() where comment is not null").fetchall()}
    assert names == set(tables) and described
    assert content_sha256(held) == (release / "dtm.duckdb.content-sha256").read_text().strip()


@pytest.mark.parametrize("name", ["idp_master_list", "location", "district_summary"])
def test_csv_opens_in_spreadsheets_and_frames(release: Path, tables: dict, name: str) -> None:
    path = release / "csv" / f"{name}.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    text = path.read_text(encoding="utf-8-sig")
    found = csv.Sniffer().sniff(text[:4096], delimiters=",;\t|")
    assert (found.delimiter, found.quotechar) == (",", '"')
    with open(path, encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle, dialect="excel"))
    columns = [column["name"] for column in tables[name]["columns"]]
    assert len(rows) == tables[name]["rows"] and list(rows[0]) == columns and None not in rows[0].values()
    frame = pd.read_csv(path, encoding="utf-8-sig")
    parquet = pl.read_parquet(release / "tables" / f"{name}.parquet")
    assert len(frame) == parquet.height
    if "households" in columns:
        assert frame["households"].isna().sum() == parquet["households"].null_count() > 0
        assert frame["households"].sum() == parquet["households"].sum()
    if "location_name_en" in columns:
        assert rows[0]["location_name_en"] == "'=1+1" and rows[4]["location_name_en"] == "two\nlines, and a comma"


def test_the_data_package_is_valid(release: Path) -> None:
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    held = {path.relative_to(release).as_posix() for kind in ("csv", "parquet") for path in release.rglob(f"*.{kind}")}
    assert {resource["path"] for resource in package["resources"]} == held
    report = frictionless.validate(str(release / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "message"])[:5]


def test_the_data_package_finds_a_changed_figure(release: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(release, tmp_path / "release", ignore=shutil.ignore_patterns("*.parquet", "*.duckdb"))
    package = json.loads((copy / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"] = [
        r for r in package["resources"] if r["path"] in ("csv/idp_master_list.csv", "csv/location.csv", "csv/governorate.csv")
    ]
    for resource in package["resources"]:
        resource["schema"]["foreignKeys"] = [
            key
            for key in resource["schema"].get("foreignKeys", [])
            if key["reference"]["resource"] in ("csv.location.csv", "csv.governorate.csv")
        ]
        resource.pop("hash"), resource.pop("bytes")
    (copy / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    path = copy / "csv" / "idp_master_list.csv"
    before = path.read_text(encoding="utf-8")
    lines = before.splitlines(keepends=True)
    assert frictionless.validate(str(copy / "datapackage.json")).valid
    path.write_text(before + lines[-1].replace('"idp"', '"IDP"') + lines[-1].replace("120,", "-1,", 1), encoding="utf-8")
    found = {error[0] for error in frictionless.validate(str(copy / "datapackage.json")).flatten(["type"])}
    assert {"primary-key", "constraint-error"} <= found


@pytest.fixture
def served(release: Path, monkeypatch: pytest.MonkeyPatch) -> DTMApi:
    """The client of the DTM API with its addresses turned to the files of the release."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(release / "shapes")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for level in LEVELS:
        monkeypatch.setattr(client, f"IDP_ADMIN_{level}_API", f"http://127.0.0.1:{server.server_port}/dtmapi_admin{level}.json")
    yield DTMApi(subscription_key="none", max_retries=0)
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("level", LEVELS)
def test_the_client_of_the_dtm_api_reads_our_answer(served: DTMApi, release: Path, level: int) -> None:
    frame = getattr(served, f"get_idp_admin{level}_data")(Admin0Pcode="IRQ")
    ours = pl.read_parquet(release / "shapes" / f"dtmapi_admin{level}.parquet")
    table = ("national_summary", "governorate_summary", "district_summary")[level]
    figures = pl.read_parquet(release / "tables" / f"{table}.parquet").filter(pl.col("population") == "idp")
    assert list(frame.columns) == ours.columns and len(frame) == ours.height == figures.height
    assert pd.api.types.is_integer_dtype(frame["roundNumber"]) and pd.api.types.is_numeric_dtype(frame["numPresentIdpInd"])
    assert pd.to_datetime(frame["reportingDate"]).dt.year.tolist() == frame["yearReportingDate"].tolist()
    summed = frame.groupby("roundNumber")["numPresentIdpInd"].sum()
    expected = figures.group_by("round").agg(pl.col("individuals").sum()).sort("round")
    assert summed.to_dict() == dict(expected.iter_rows())
    assert frame["numPresentIdpInd"].isna().sum() == figures["individuals"].null_count() == (0 if level == 0 else 1)


def test_the_client_refuses_an_answer_that_says_it_failed(
    served: DTMApi, release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the test above shows that the envelope is read, not passed over."""
    envelope = json.loads((release / "shapes" / "dtmapi_admin0.json").read_text(encoding="utf-8"))
    assert served._unwrap(envelope) == envelope["result"] and envelope["totalRecordsCount"] == len(envelope["result"])
    with pytest.raises(DTMApiResponseError, match="no data"):
        served._unwrap(envelope | {"isSuccess": False, "errorMessages": ["no data"]})
