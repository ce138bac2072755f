"""The committed code lists against the DTM reference data, when that data is at hand.

The data is not part of this project and is never copied into it. Without it every test here skips.
"""

from __future__ import annotations

import csv
import json
import os
import re
import unicodedata
from collections import defaultdict
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODES = ROOT / "expectations" / "codes"
DATA = Path(os.environ.get("DTM_REFERENCE_DATA") or ROOT.parent / "shared" / "data")

pytestmark = pytest.mark.skipif(not (DATA / "reference" / "rounds.csv").is_file(), reason="DTM reference data not available")

LISTS = {
    "idp": ("IDPs_MasterList_dataset_DTM_IOM", "Families"),
    "returnee": ("Returnee_MasterList_dataset_DTM_IOM", "Returnee Families"),
}
MEASURES = ("households", "individuals", "locations", "districts", "governorates")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def codes(name: str) -> list[dict[str, str]]:
    return read(CODES / f"{name}.csv")


def reference(name: str) -> list[dict[str, str]]:
    return read(DATA / "reference" / f"{name}.csv")


def normalise(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("\u0640", "")
    return re.sub(r"[\s_]+", " ", text).strip().casefold()


def populations(value: str) -> tuple[str, ...]:
    return ("idp", "returnee") if value == "both" else (value,)


def differences() -> list[dict[str, str]]:
    """The recorded differences from figures of the published series; quotes in other documents are no part of it."""
    return [row for row in codes("published_difference") if row["publication_kind"] != "rounded_quote"]


def headers() -> dict[tuple[str, str], dict[str, str]]:
    return {
        (population, row["header"]): row
        for row in codes("header_spelling")
        for population in populations(row["header_population"])
    }


@cache
def lists() -> dict[tuple[str, str], tuple[list[str], list[dict[str, str]]]]:
    """Header and rows of each list, by population and list date; the blank last row is left out."""
    found = {}
    for population, (prefix, _) in LISTS.items():
        for path in sorted((DATA / "masterlists" / population).glob("*.csv")):
            day = datetime.strptime(path.stem.removeprefix(prefix), "%b %d, %Y").date().isoformat()
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file)
                rows = [row for row in reader if row["Governorate"]]
                found[population, day] = (list(reader.fieldnames or ()), rows)
    return found


def figures(population: str, number: int, rows: list[dict[str, str]]) -> dict[str, int]:
    households = sum(int(float(row[LISTS[population][1]])) for row in rows)
    in_camp = sum(int(float(row["Camp"] or 0)) for row in rows)
    fewer = in_camp if population == "idp" and number >= 117 else 0
    return {
        "households": households,
        "individuals": 6 * households - fewer,
        "locations": len(rows),
        "districts": len({(row["Governorate"], row["District"]) for row in rows}),
        "governorates": len({row["Governorate"] for row in rows}),
    }


def test_every_catalogued_header_is_known() -> None:
    known = headers()
    kinds = {
        "identifier": {"identifier", "code"},
        "count": {"count"},
        "count/shelter": {"shelter"},
        "governorate_of_origin": {"origin"},
        "governorate_of_last_displacement": {"last_displacement"},
        "period_of_displacement": {"period"},
        "shelter_type": {"shelter", "of_which"},
        "link": {"link"},
    }
    rows = reference("master_list_headers")
    assert len(rows) == 250
    for row in rows:
        double = re.fullmatch(r"(\S+) / '(.+)'", row["raw_header"])
        for header in double.groups() if double else (row["raw_header"],):
            for population in populations(row["file"]):
                assert (population, header) in known, row
                assert known[population, header]["header_kind"] in kinds[row["group"]], row


def test_catalogued_headers_of_one_name_share_a_column() -> None:
    known = headers()
    columns = defaultdict(set)
    for row in reference("master_list_headers"):
        if row["canonical"] and row["raw_header"] != "Post-August" and "/ '" not in row["raw_header"]:
            if row["canonical"] == "geography" or row["canonical"].startswith("other codes"):
                continue
            for population in populations(row["file"]):
                found = known[population, row["raw_header"]]
                columns[row["group"], row["canonical"]].add(found["header_column"])
    assert columns
    assert {name: found for name, found in columns.items() if len(found) != 1} == {}


def test_round_dates() -> None:
    own = {row["round"]: row for row in codes("round")}
    rows = reference("rounds")
    assert len(rows) == 120
    for row in rows:
        mine = own[row["round"]]
        assert mine["list_date"] == row["idp_list_date"]
        assert mine["idp_list"] == "true"
        assert mine["returnee_list"] == ("true" if row["returnee_list_date"] else "false")
        if row["returnee_list_date"]:
            assert mine["list_date"] == row["returnee_list_date"]


def test_dates_of_released_files() -> None:
    own = {row["round"]: row["list_date"] for row in codes("round")}
    for row in reference("master_list_files"):
        assert own[row["round"]] == row["as_of"]


def test_dates_of_published_figures() -> None:
    own = {row["round"]: row["list_date"] for row in codes("round")}
    late = [row for row in reference("published_series") if int(row["round"]) > 120]
    assert late
    for row in late:
        assert own[row["round"]] == row["as_of"]


def test_api_rounds_equal_the_round_map() -> None:
    by_date = {row["list_date"]: row["round"] for row in codes("round")}
    own = codes("api_round")
    rows = reference("derived_roundmap")
    assert [(row["reporting_date"], row["api_round"]) for row in own] == [(row["api_date"], row["round"]) for row in rows]
    for mine, row in zip(own, rows, strict=True):
        list_date = row["list_date_x6"] or row["list_date_6_minus_camp"]
        assert mine["basis"] == ("measured" if list_date else "published")
        assert mine["round"] == by_date[list_date or row["api_date"]]


def test_api_dates_and_governorates_are_known() -> None:
    national = json.loads((DATA / "dtmapi" / "idpadmin0data-getadmin0datav2-admin0pcode-irq.json").read_bytes())
    own = {(row["reporting_date"], row["api_round"]) for row in codes("api_round")}
    assert {(row["reportingDate"][:10], str(row["roundNumber"])) for row in national["result"]} == own
    governorates = {row["dtm_api_pcode"]: row for row in codes("governorate")}
    by_governorate = json.loads((DATA / "dtmapi" / "idpadmin1data-getadmin1datav2-admin0pcode-irq.json").read_bytes())
    for row in by_governorate["result"]:
        mine = governorates[row["admin1Pcode"]]
        assert row["admin1Name"] in {mine["governorate"], *mine["spellings"].split("|")}


def test_pcodes_equal_the_crosswalk() -> None:
    rows = read(DATA / "admin" / "iraq_admin.csv")
    governorates = {row["governorate"]: row for row in codes("governorate")}
    districts = {(row["governorate"], row["district"]): row for row in codes("district")}
    first = [row for row in rows if row["level"] == "1"]
    second = [row for row in rows if row["level"] == "2" and row["dtm_name"]]
    assert len(first) == len(governorates) == 18
    assert len(second) == len(districts) == 109
    for row in first:
        mine = governorates[row["dtm_name"]]
        assert (mine["governorate_pcode"], mine["cod_name_en"], mine["governorate_ar"]) == (
            row["cod_pcode"], row["cod_name_en"], row["cod_name_ar"]
        )  # fmt: skip
        assert (mine["location_id_prefix"], mine["iso_3166_2"]) == (row["dtm_code"], row["iso_3166_2"])
    for row in second:
        mine = districts[row["parent_dtm"], row["dtm_name"]]
        assert (mine["district_pcode"], mine["location_id_prefix"]) == (row["cod_pcode"], row["dtm_code"])
        assert (mine["district_pcode_match"] == "name") == row["match"].startswith("name_match")
    exact = read(DATA / "admin" / "derived_district_crosswalk_exact.csv")
    assert {(row["dtm_governorate"], row["dtm_district"]): row["api_admin2Pcode"] for row in exact} == {
        key: row["dtm_api_pcode"] for key, row in districts.items() if row["dtm_api_pcode"]
    }


def test_every_header_of_the_lists_is_known() -> None:
    known = headers()
    portal = {"portal_export", "released"}
    assert lists()
    for (population, day), (header, _) in lists().items():
        assert len(header) == 52
        meanings = []
        for name in header[1:]:
            assert (population, name) in known, (population, day, name)
            row = known[population, name]
            assert row["header_layout"] in portal
            meanings.append((row["header_kind"], row["header_column"]))
        assert len(set(meanings)) == 51, (population, day)


def test_every_governorate_and_district_of_the_lists_is_known() -> None:
    prefix = {row["governorate"]: row["location_id_prefix"] for row in codes("governorate")}
    observed = {population: set() for population in LISTS}
    for (population, _), (_, rows) in lists().items():
        for row in rows:
            assert row["Location ID"].startswith(prefix[row["Governorate"]])
            observed[population].add((row["Governorate"], row["District"]))
    for population, found in observed.items():
        declared = {(row["governorate"], row["district"]) for row in codes("district") if row[f"observed_{population}"] == "true"}
        assert found == declared


def test_shelter_types_and_waves_hold_values_only_inside_their_rounds() -> None:
    number = {row["list_date"]: int(row["round"]) for row in codes("round")}
    known = headers()
    shelter = {(row["population"], row["shelter_type"]): row for row in codes("shelter_type")}
    waves = {row["wave"]: row for row in codes("wave")}
    for (population, day), (header, rows) in lists().items():
        for name in header[1:]:
            row = known[population, name]
            if row["header_kind"] == "shelter":
                valid = shelter[population, row["header_column"]]
                first, last = int(valid["first_round"]), int(valid["last_round"] or 120)
            elif row["header_kind"] == "period":
                first, last = int(waves[row["header_column"]][f"opens_round_{population}"]), 120
            else:
                continue
            if not first <= number[day] <= last:
                assert not any(float(line[name] or 0) for line in rows), (population, day, name)


def test_differences_are_published_figures() -> None:
    published = reference("published_series")
    assert len(published) == 109
    for row in differences():
        kinds = {"published_text", "published_chart"} if row["publication_kind"] == "any" else {row["publication_kind"]}
        matching = [
            line
            for line in published
            if (line["population"], line["round"]) == (row["population"], row["round"]) and line["kind"] in kinds
        ]
        values = {line[row["measure"]] for line in matching if line[row["measure"]]}
        assert values == {row["published_value"]}, row
        if row["publication_kind"] == "any":
            assert {line["kind"] for line in matching if line[row["measure"]]} == kinds


def test_differences_are_exactly_those_of_the_lists_at_hand() -> None:
    number = {row["list_date"]: int(row["round"]) for row in codes("round")}
    known = {}
    for row in differences():
        kinds = ("published_text", "published_chart") if row["publication_kind"] == "any" else (row["publication_kind"],)
        for kind in kinds:
            known[row["population"], row["round"], kind, row["measure"]] = (row["published_value"], row["list_value"])
    found = {}
    at_hand = set()
    for (population, day), (_, rows) in lists().items():
        at_hand.add((population, str(number[day])))
        ours = figures(population, number[day], rows)
        for line in reference("published_series"):
            if (line["population"], line["round"]) != (population, str(number[day])):
                continue
            for measure in MEASURES:
                if line[measure] and int(line[measure]) != ours[measure]:
                    key = (population, line["round"], line["kind"], measure)
                    found[key] = (line[measure], str(ours[measure]))
    assert found
    assert found == {key: value for key, value in known.items() if key[:2] in at_hand}


def test_differences_agree_with_the_derived_totals() -> None:
    own = {(row["population"], row["round"], row["measure"]): row["list_value"] for row in codes("published_difference")}
    by_date = {row["list_date"]: row["round"] for row in codes("round")}
    checked = 0
    for row in reference("derived_published_figures"):
        population = {"IDP": "idp", "RET": "returnee"}[row["kind"]]
        for measure in MEASURES:
            if (population, by_date[row["date"]], measure) in own and row[f"file_{measure}"]:
                assert own[population, by_date[row["date"]], measure] == row[f"file_{measure}"]
                checked += 1
    assert checked
