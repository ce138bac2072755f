"""The committed code lists agree with themselves and with each other."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

CODES = Path(__file__).resolve().parents[2] / "expectations" / "codes"

COLUMNS = {
    "governorate": "governorate governorate_code governorate_ar governorate_pcode cod_name_en location_id_prefix "
    "iso_3166_2 dtm_api_pcode r134_name spellings",
    "district": "district governorate district_ar district_pcode district_pcode_match cod_name_en cod_name_ar "
    "location_id_prefix dtm_api_pcode spellings observed_idp observed_returnee basis note",
    "wave": "wave wave_en wave_order opens_round_idp opens_round_returnee meaning basis in_portal_export",
    "shelter_type": "population shelter_type shelter_type_en shelter_group shelter_group_basis first_round last_round "
    "rounds_basis vocabulary is_of_which shelter_order note",
    "header_spelling": "header_population header header_kind header_column rounds header_layout note",
    "round": "round list_date list_date_basis idp_list returnee_list collection_start collection_end collection_basis "
    "multiplier_rule absence_means note",
    "method_break": "round affected_population change affected_columns basis source",
    "multiplier_rule": "population setting first_round last_round persons_per_household basis source",
    "api_round": "reporting_date api_round round basis",
    "published_difference": "population round publication_kind measure published_value list_value cause basis",
}
KEYS = {
    "governorate": ("governorate",),
    "district": ("governorate", "district"),
    "wave": ("wave",),
    "shelter_type": ("population", "shelter_type"),
    "header_spelling": ("header_population", "header"),
    "round": ("round",),
    "method_break": ("round", "affected_population", "affected_columns"),
    "multiplier_rule": ("population", "setting", "first_round"),
    "api_round": ("reporting_date",),
    "published_difference": ("population", "round", "publication_kind", "measure"),
}
ROW_COUNTS = {"governorate": 18, "district": 109, "wave": 15, "round": 134, "multiplier_rule": 5, "api_round": 80}
BASES = {"measured", "published", "inferred"}
CLOSED = {
    ("district", "district_pcode_match"): {"name", "contained_in"},
    ("district", "basis"): BASES,
    ("district", "observed_idp"): {"true", "false"},
    ("district", "observed_returnee"): {"true", "false"},
    ("wave", "basis"): BASES,
    ("wave", "in_portal_export"): {"true", "false"},
    ("shelter_type", "population"): {"idp", "returnee"},
    ("shelter_type", "shelter_group"): {"camp", "private", "critical", "unknown", "unclassified"},
    ("shelter_type", "shelter_group_basis"): {"published", "inferred", "unknown"},
    ("shelter_type", "rounds_basis"): BASES | {""},
    ("shelter_type", "vocabulary"): {"portal", "released", "r122", "r5_r8"},
    ("shelter_type", "is_of_which"): {"false"},
    ("header_spelling", "header_population"): {"idp", "returnee", "both"},
    ("header_spelling", "header_layout"): {"portal_export", "released", "r5_r8"},
    ("round", "list_date_basis"): BASES,
    ("round", "idp_list"): {"true", "false", ""},
    ("round", "returnee_list"): {"true", "false", ""},
    ("round", "collection_basis"): {"published", "inferred", ""},
    ("round", "multiplier_rule"): {"x6", "x5_in_camp"},
    ("round", "absence_means"): {"no_households", "unknown"},
    ("method_break", "affected_population"): {"idp", "returnee", "both"},
    ("method_break", "basis"): BASES,
    ("multiplier_rule", "population"): {"idp", "returnee"},
    ("multiplier_rule", "setting"): {"in_camp", "out_of_camp"},
    ("multiplier_rule", "basis"): BASES,
    ("api_round", "basis"): {"measured", "published"},
    ("published_difference", "population"): {"idp", "returnee"},
    ("published_difference", "publication_kind"): {"published_text", "published_chart", "rounded_quote", "any"},
    ("published_difference", "measure"): {"households", "individuals", "locations", "districts", "governorates"},
    ("published_difference", "basis"): BASES,
}
IDENTIFIERS = {
    "place_id", "location_id", "location_name_en", "location_name_ar", "governorate", "district", "subdistrict",
    "latitude", "longitude", "list_date_text", "origin_governorate_name", "displacement_period",
}  # fmt: skip
COUNTS = {"households", "individuals_as_provided"}
SOURCE_CODES = {"ocha_adm1_pcode", "ocha_adm2_pcode", "ocha_pcode", "place_code", "district_code"}
PORTAL_SHELTER = {
    "idp": "camp host_family hotel_motel informal_settlement own_property other religious_building rented "
    "rented_habitable rented_uninhabitable school_building unfinished_building unknown",
    "returnee": "camp habitual_residence habitual_residence_habitable habitual_residence_uninhabitable host_family "
    "hotel_motel informal_settlement other religious_building rented school_building unfinished_building unknown",
}


def read(name: str) -> list[dict[str, str]]:
    with (CODES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(name: str, column_name: str) -> list[str]:
    return [row[column_name] for row in read(name)]


def cells(value: str) -> list[str]:
    return value.split("|") if value else []


def normalise(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("\u0640", "")
    return re.sub(r"[\s_]+", " ", text).strip().casefold()


def populations(value: str) -> tuple[str, ...]:
    return ("idp", "returnee") if value == "both" else (value,)


@pytest.mark.parametrize("name", COLUMNS)
def test_file_form(name: str) -> None:
    raw = (CODES / f"{name}.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    rows = list(csv.reader(raw.decode("utf-8").splitlines()))
    assert rows[0] == COLUMNS[name].split()
    for row in rows[1:]:
        assert len(row) == len(rows[0])
        for cell in row:
            assert cell == cell.strip()
            assert cell.lower() not in {"nan", "none", "null"}


@pytest.mark.parametrize("name", COLUMNS)
def test_keys_are_unique_and_complete(name: str) -> None:
    keys = [tuple(row[part] for part in KEYS[name]) for row in read(name)]
    optional = {"last_round"}
    assert all(all(part for part, label in zip(key, KEYS[name], strict=True) if label not in optional) for key in keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(("name", "count"), ROW_COUNTS.items())
def test_row_count(name: str, count: int) -> None:
    assert len(read(name)) == count


@pytest.mark.parametrize(("name", "column_name"), CLOSED)
def test_closed_values(name: str, column_name: str) -> None:
    assert set(column(name, column_name)) <= CLOSED[name, column_name]


@pytest.mark.parametrize(
    ("name", "column_name"), [("governorate", "governorate_code"), ("wave", "wave"), ("shelter_type", "shelter_type")]
)
def test_codes_are_short_snake_case(name: str, column_name: str) -> None:
    for code in column(name, column_name):
        assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", code), code
        assert len(code) <= 40, code


def test_governorate_codes_and_prefixes_are_unique() -> None:
    for name in (
        "governorate_code", "governorate_ar", "governorate_pcode", "location_id_prefix", "iso_3166_2", "dtm_api_pcode"
    ):  # fmt: skip
        values = column("governorate", name)
        assert all(values)
        assert len(set(values)) == 18
    prefixes = column("governorate", "location_id_prefix")
    assert prefixes == sorted(prefixes)


def test_code_systems_stay_apart() -> None:
    for row in read("governorate"):
        assert re.fullmatch(r"IQG\d{2}", row["governorate_pcode"])
        assert re.fullmatch(r"IRQ-G\d{2}", row["dtm_api_pcode"])
        assert re.fullmatch(r"IQ-[A-Z]{2}", row["iso_3166_2"])
        assert re.fullmatch(r"\d{2}", row["location_id_prefix"])
        assert row["dtm_api_pcode"][-2:] == row["governorate_pcode"][-2:]


def assert_spellings(names: list[str], spellings: list[list[str]]) -> None:
    owner = {normalise(name): name for name in names}
    assert len(owner) == len(names)
    for name, known in zip(names, spellings, strict=True):
        assert len(set(known)) == len(known), name
        assert name not in known
        for spelling in known:
            assert spelling and not re.search(r"[();]", spelling), spelling
            assert owner.setdefault(normalise(spelling), name) == name, spelling


def test_governorate_spellings() -> None:
    rows = read("governorate")
    assert_spellings([row["governorate"] for row in rows], [cells(row["spellings"]) for row in rows])
    for row in rows:
        accepted = {row["governorate"], *cells(row["spellings"])}
        assert row["cod_name_en"] in accepted
        assert not row["r134_name"] or row["r134_name"] in accepted


def test_district_spellings_are_unique_within_the_governorate() -> None:
    rows = read("district")
    for governorate in column("governorate", "governorate"):
        own = [row for row in rows if row["governorate"] == governorate]
        assert own
        assert_spellings([row["district"] for row in own], [cells(row["spellings"]) for row in own])


def test_districts_belong_to_their_governorate() -> None:
    governorates = {row["governorate"]: row for row in read("governorate")}
    for row in read("district"):
        parent = governorates[row["governorate"]]
        assert re.fullmatch(r"IQG\d{2}Q\d{2}", row["district_pcode"])
        assert row["district_pcode"].startswith(parent["governorate_pcode"])
        assert re.fullmatch(r"\d{4}", row["location_id_prefix"])
        assert row["location_id_prefix"].startswith(parent["location_id_prefix"])
        assert row["cod_name_en"]
        assert row["cod_name_ar"]


def test_district_matches() -> None:
    rows = read("district")
    by_name = [row for row in rows if row["district_pcode_match"] == "name"]
    assert len(by_name) == 98
    assert len({row["district_pcode"] for row in by_name}) == 98
    assert len({row["location_id_prefix"] for row in rows}) == 109
    for row in rows:
        if row["district_pcode_match"] == "name":
            assert row["district_ar"] == row["cod_name_ar"]
            assert row["cod_name_en"] in {row["district"], *cells(row["spellings"])}
        else:
            assert not row["district_ar"]
            assert not row["dtm_api_pcode"]
            assert row["basis"] == "inferred"
    in_api = [row for row in rows if row["dtm_api_pcode"]]
    assert len(in_api) == 78
    for row in in_api:
        assert row["dtm_api_pcode"] == row["district_pcode"].replace("IQ", "IRQ-", 1)
    assert sum(row["observed_idp"] == "true" for row in rows) == 107
    assert sum(row["observed_returnee"] == "true" for row in rows) == 38
    assert "Al-Zibar" not in {row["district"] for row in rows}


def test_waves() -> None:
    rows = read("wave")
    assert [int(row["wave_order"]) for row in rows] == list(range(1, 16))
    in_export = [row for row in rows if row["in_portal_export"] == "true"]
    assert len(in_export) == 9
    for row in rows:
        assert row["wave_en"]
        assert row["meaning"]
        assert bool(row["opens_round_idp"]) == bool(row["opens_round_returnee"]) == (row in in_export)
    for population in ("idp", "returnee"):
        first = [int(row[f"opens_round_{population}"]) for row in in_export]
        assert all(1 <= number <= 120 for number in first)
    opens = [int(row["opens_round_idp"]) for row in in_export]
    assert opens == sorted(opens)


def test_shelter_types() -> None:
    rows = read("shelter_type")
    for population in ("idp", "returnee"):
        own = [row for row in rows if row["population"] == population]
        assert [int(row["shelter_order"]) for row in own] == list(range(1, len(own) + 1))
        portal = [row["shelter_type"] for row in own if row["vocabulary"] == "portal"]
        assert portal == PORTAL_SHELTER[population].split()
    for row in rows:
        assert (row["shelter_group"] == "unclassified") == (row["shelter_group_basis"] == "unknown")
        assert bool(row["rounds_basis"]) == bool(row["first_round"] or row["last_round"])
        if row["last_round"]:
            assert int(row["first_round"]) <= int(row["last_round"])
    by_key = {(row["population"], row["shelter_type"]): row for row in rows}
    assert by_key["idp", "rented"]["last_round"] == "108"
    assert by_key["idp", "rented_habitable"]["first_round"] == "109"
    assert by_key["idp", "rented_uninhabitable"]["first_round"] == "109"
    assert by_key["idp", "own_property"]["first_round"] == "110"
    assert by_key["returnee", "habitual_residence"]["last_round"] == "105"
    assert by_key["returnee", "habitual_residence_habitable"]["first_round"] == "106"


def test_headers_point_to_declared_columns() -> None:
    governorates = set(column("governorate", "governorate_code"))
    waves = set(column("wave", "wave"))
    shelter = {(row["population"], row["shelter_type"]) for row in read("shelter_type")}
    closed = {
        "identifier": IDENTIFIERS,
        "code": SOURCE_CODES,
        "count": COUNTS,
        "origin": governorates,
        "last_displacement": governorates,
        "of_which": {"households_from_camp"},
        "period": waves,
        "link": {"map_link"},
    }
    for row in read("header_spelling"):
        if row["header_kind"] == "shelter":
            assert all((population, row["header_column"]) in shelter for population in populations(row["header_population"])), row
        else:
            assert row["header_column"] in closed[row["header_kind"]], row
        if row["header_kind"] in {"origin", "last_displacement"}:
            assert row["header_population"] == {"origin": "idp", "last_displacement": "returnee"}[row["header_kind"]], row


def test_one_meaning_per_normalised_header() -> None:
    meanings = defaultdict(set)
    raw = defaultdict(set)
    for row in read("header_spelling"):
        for population in populations(row["header_population"]):
            assert normalise(row["header"])
            meanings[population, normalise(row["header"])].add((row["header_kind"], row["header_column"]))
            assert row["header"] not in raw[population], row
            raw[population].add(row["header"])
    ambiguous = {key: found for key, found in meanings.items() if len(found) > 1}
    assert not ambiguous


def test_every_code_has_a_header() -> None:
    rows = read("header_spelling")
    found = {
        (population, row["header_kind"], row["header_column"])
        for row in rows
        for population in populations(row["header_population"])
    }
    for code in column("governorate", "governorate_code"):
        assert ("idp", "origin", code) in found
        assert ("returnee", "last_displacement", code) in found
    for wave in column("wave", "wave"):
        assert ("idp", "period", wave) in found
    for row in read("shelter_type"):
        assert (row["population"], "shelter", row["shelter_type"]) in found, row


def test_governorate_headers_are_known_spellings() -> None:
    rows = read("governorate")
    accepted = {
        row["governorate_code"]: {normalise(name) for name in (row["governorate"], *cells(row["spellings"]))} for row in rows
    }
    for row in read("header_spelling"):
        if row["header_kind"] in {"origin", "last_displacement"}:
            assert normalise(row["header"]) in accepted[row["header_column"]], row


def test_rounds() -> None:
    rows = read("round")
    assert [int(row["round"]) for row in rows] == list(range(1, 135))
    dates = [date.fromisoformat(row["list_date"]) for row in rows]
    assert all(earlier < later for earlier, later in pairwise(dates))
    for row in rows:
        number = int(row["round"])
        assert row["multiplier_rule"] == ("x6" if number <= 116 else "x5_in_camp")
        assert row["absence_means"] == ("no_households" if number <= 131 else "unknown")
        if number <= 120:
            assert row["idp_list"] == "true"
            assert row["returnee_list"] == ("true" if number >= 18 else "false")
        assert bool(row["collection_start"]) == bool(row["collection_end"]) == bool(row["collection_basis"])
        if row["collection_start"]:
            start, end = (date.fromisoformat(row[name]) for name in ("collection_start", "collection_end"))
            assert start < end
            assert abs((end - date.fromisoformat(row["list_date"])).days) <= 1, row


def test_collection_periods_do_not_overlap() -> None:
    periods = [(row["collection_start"], row["collection_end"]) for row in read("round") if row["collection_start"]]
    assert all(end < start for (_, end), (start, _) in pairwise(periods))


def test_multiplier_rules_cover_every_round_once() -> None:
    rules = read("multiplier_rule")
    last = len(read("round"))
    for population in ("idp", "returnee"):
        for setting in ("in_camp", "out_of_camp"):
            own = [rule for rule in rules if (rule["population"], rule["setting"]) == (population, setting)]
            for number in range(1, last + 1):
                valid = [
                    int(rule["persons_per_household"])
                    for rule in own
                    if int(rule["first_round"]) <= number <= int(rule["last_round"] or last)
                ]
                five = population == "idp" and setting == "in_camp" and number >= 117
                assert valid == [5 if five else 6], (population, setting, number)


def test_method_breaks() -> None:
    rows = read("method_break")
    known = (
        set(column("governorate", "governorate_code"))
        | set(column("wave", "wave"))
        | set(column("shelter_type", "shelter_type"))
        | IDENTIFIERS
        | COUNTS
        | {"list_date", "individuals", "origin", "last_displacement", "shelter", "period"}
    )
    numbers = [int(row["round"]) for row in rows]
    assert numbers == sorted(numbers)
    assert {106, 109, 110, 117, 119, 121, 122, 123, 126, 132, 134} <= set(numbers)
    for row in rows:
        assert 1 <= int(row["round"]) <= 134
        assert row["change"].endswith(".")
        assert row["source"]
        assert set(cells(row["affected_columns"])) <= known and row["affected_columns"], row


def test_api_rounds() -> None:
    rows = read("api_round")
    reporting = [date.fromisoformat(row["reporting_date"]) for row in rows]
    assert reporting == sorted(reporting)
    list_date = {row["round"]: date.fromisoformat(row["list_date"]) for row in read("round")}
    numbers = [int(row["round"]) for row in rows]
    assert len(set(numbers)) == 80
    assert numbers == sorted(numbers)
    for row, day in zip(rows, reporting, strict=True):
        apart = abs((list_date[row["round"]] - day).days)
        assert apart <= 40
        if row["basis"] == "published":
            assert apart == 0
            assert row["api_round"] == row["round"]


def test_published_differences() -> None:
    lists = {row["round"]: row for row in read("round")}
    rows = {(row["population"], row["round"], row["measure"]): row for row in read("published_difference")}
    for row in rows.values():
        assert row["published_value"].isdigit()
        assert row["list_value"].isdigit()
        assert row["published_value"] != row["list_value"]
        assert row["cause"].endswith(".")
        assert lists[row["round"]][f"{row['population']}_list"] == "true"
    for (population, number, measure), row in rows.items():
        if measure == "individuals" and row["publication_kind"] != "rounded_quote":
            households = rows[population, number, "households"]
            assert int(number) <= 116
            assert int(row["published_value"]) == 6 * int(households["published_value"])
            assert int(row["list_value"]) == 6 * int(households["list_value"])
