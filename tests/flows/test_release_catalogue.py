"""The catalogue page as text: what is in it, what cannot be, and that it is the same each time."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from flows.published import Published
from flows.release import drafting
from flows.release.catalogue import document, page, shelf, words
from flows.release.catalogue.figures import COUNTRY, WITHHELD, Figures
from flows.release.listing import Version
from flows.release.words import LANGUAGES
from tests import catalogueworld
from transforms.release.content import Content


@pytest.fixture(scope="module")
def content(held: Published) -> Content:
    """The content of R120 of the sample with every figure given."""
    return drafting.content(held, 120, "partner")


@pytest.fixture(scope="module")
def listed(content: Content, tmp_path_factory: pytest.TempPathFactory) -> list[Version]:
    """Versions with files."""
    return catalogueworld.versions(content, tmp_path_factory.mktemp("root"))


def _told(page_text: str) -> dict:
    """The data of a page."""
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page_text, re.S)[1])


def test_the_same_content_gives_the_same_page(content: Content, listed: list[Version], held: Published) -> None:
    assert page(listed, content) == page(listed, drafting.content(held, 120, "partner"))


def test_a_page_asks_nothing_of_any_network(content: Content, listed: list[Version]) -> None:
    made = page(listed, content)
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", made.split('id="data"')[0] + made.rsplit("</script>", 2)[1]))
    assert addresses == {"http://www.w3.org"}  # the name of SVG, not an address
    assert not re.search(r"\b(eval|innerHTML|outerHTML|insertAdjacentHTML|document\.write|fetch|XMLHttpRequest|import)\b", made)
    assert not re.search(r"<(link rel=\"stylesheet|img|iframe|object)", made)


def test_only_the_script_and_style_of_the_page_may_run(content: Content) -> None:
    made = page([], content)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', made)[1]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    for part in (re.search(r"<script>(.*?)</script>", made, re.S)[1], re.search(r"<style>(.*?)</style>", made, re.S)[1]):
        assert base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() in policy


def test_data_cannot_end_the_script_element(content: Content, listed: list[Version]) -> None:
    made = page(listed, catalogueworld.hostile(content))
    data = re.search(r'id="data">(.*?)</script>', made, re.S)[1]
    assert not set("<>&\u2028\u2029") & set(data)
    assert len(re.findall(r"<script", made)) == 2 and len(re.findall(r"</script", made)) == 2
    names = {place[0] for rows in json.loads(data)["places"]["rows"].values() for place in rows}
    assert catalogueworld.HOSTILE[0] in names and "\\u202egnp.exe\\u202c\\u2066a" in names


def test_figures_are_those_of_the_tables(content: Content) -> None:
    told = _told(page([], content))
    rows = content.tables["governorate_summary"].to_pylist()
    assert {
        (row["population"], row["round"], row["governorate"], row["households"], row["individuals"]) for row in rows
    } == {
        (population, int(number), told["governorates"][row[0]][0], row[1], row[2])
        for population, rounds in told["by_governorate"].items()
        for number, listed in rounds.items()
        for row in listed
    }  # fmt: skip
    assert len(told["governorates"]) == 18 and sorted(row[0] for row in told["rounds"]) == [118, 119, 120]


def test_a_withheld_figure_stays_withheld(content: Content) -> None:
    hidden = catalogueworld.withheld(
        content,
        {
            "national_summary": "population = 'returnee' and round = 120",
            "governorate_summary": "governorate = 'Najaf'",
            "shelter_summary": "governorate = 'Najaf' and population = 'idp'",
            "idp_origin_to_displacement": "governorate = 'Najaf'",
            "idp_master_list": "governorate = 'Najaf'",
            "change_summary": "true",
            "master_list_change": "governorate = 'Najaf'",
        },
    )
    told = _told(page([], hidden))
    najaf = next(at for at, names in enumerate(told["governorates"]) if names[0] == "Najaf")
    assert told["national"]["returnee"]["120"][:3] == [WITHHELD] * 3
    assert [row[1:3] for row in told["by_governorate"]["idp"]["120"] if row[0] == najaf] == [[WITHHELD, WITHHELD]]
    assert {row[6] for row in told["places"]["rows"]["idp"] if row[2] == najaf} == {WITHHELD}
    assert told["changes"]["idp"]["120"][5:9] == [WITHHELD] * 4
    assert not [row for row in told["largest_changes"]["idp"]["120"] if row[2] == najaf]
    shelter = told["margins"]["shelter"]["rows"]["idp"]["120"]
    hit = {row[1] for row in shelter if row[0] == najaf}
    country = {row[1]: row[2] for row in shelter if row[0] == COUNTRY}
    assert hit and {country[category] for category in hit} == {WITHHELD}
    assert all(isinstance(value, int) for category, value in country.items() if category not in hit)
    routes = {(row[0], row[1]): row[2] for row in told["routes"]["idp"]["120"]}
    assert routes[COUNTRY, najaf] == routes[COUNTRY, COUNTRY] == WITHHELD


def test_sums_over_governorates_are_those_of_the_query(content: Content) -> None:
    told, rows = _told(page([], content)), content.tables["period_summary"]
    with duckdb.connect(":memory:") as connection:
        connection.register("rows", rows)
        query = "select population, round, wave_en, sum(households)::bigint from rows group by all"
        expected = {row[:3]: row[3] for row in connection.execute(query).fetchall()}
    labels = [names[0] for names in told["margins"]["period"]["categories"]]
    found = {
        (population, int(number), labels[row[1]]): row[2]
        for population, rounds in told["margins"]["period"]["rows"].items()
        for number, listed in rounds.items()
        for row in listed
        if row[0] == COUNTRY
    }
    assert found == expected


def test_a_figure_that_is_not_known_is_null_and_hides_its_sums(content: Content) -> None:
    rows = content.tables["period_summary"]
    column = rows.column_names.index("households")
    unknown = rows.set_column(column, rows.schema.field(column), pa.nulls(rows.num_rows, pa.int64()))
    told = _told(page([], replace(content, tables=dict(content.tables) | {"period_summary": unknown})))
    assert {row[2] for row in told["margins"]["period"]["rows"]["idp"]["120"]} == {None}


def test_a_tier_may_have_few_tables(content: Content) -> None:
    few = {name: content.tables[name] for name in ("national_summary", "idp_master_list")}
    told = _told(page([], replace(content, tables=few)))
    assert told["margins"] == {} and told["national"]["idp"]["120"][0] == 12_829
    assert _told(page([], replace(content, tables={})))["rounds"] == []


def test_without_a_version_in_force_the_page_says_so(listed: list[Version]) -> None:
    made = page(listed[2:], None)
    assert "No version is in force" in made and "an error" in made and "href" not in made


def test_links_stay_below_the_page(listed: list[Version]) -> None:
    told = shelf.versions(listed)
    assert told[0]["files"][0][0] == f"./r120/v1.0/{listed[0].files[0].path}"
    assert told[1]["files"][0][0] == "./r119/v1.1/javascript%3Aalert%281%29//%3Cb%3E.csv"
    assert told[2]["files"] == []


def test_every_word_is_there_in_both_languages() -> None:
    script = Path(document.__file__).with_name("catalogue.js").read_text(encoding="utf-8")
    known = words.every()
    assert set(re.findall(r'\bt\("(\w+)"', script)) - {"absence_", "group_", "basis_", "became_", "state_", "tier_"} <= set(known)
    only_arabic = {"in_english", "translation"}
    assert [key for key, said in known.items() if len(said) != len(LANGUAGES) or not all(said)] == sorted(only_arabic)
    for english, arabic in known.values():
        assert re.findall(r"\{\d\}", english) == re.findall(r"\{\d\}", arabic)
        assert not re.search("[٠-٩۰-۹]", arabic)


def test_every_portal_category_has_an_arabic_word(content: Content) -> None:
    told = _told(page([], content))
    for margin in told["margins"].values():
        assert all(arabic for _, arabic in margin["categories"])


def test_the_areas_of_a_content_are_counted_once(content: Content) -> None:
    figures = Figures(content)
    try:
        areas = figures.areas
    finally:
        figures.close()
    assert len(set(areas.districts)) == len(areas.districts)
    assert all(areas.districts[areas.district(row[0], row[1])] == row for row in areas.districts)
