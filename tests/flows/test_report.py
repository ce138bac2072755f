"""The report of a round: each number is that of its query, nothing withheld is told, and the same content gives the same page."""

from __future__ import annotations

import dataclasses
import html
import re
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from expectations.release import DISCLAIMER, DISCLAIMER_AR
from expectations.release_tables import groups_of
from flows.cli import main
from flows.problem import ExitCode, Problem
from flows.published import Published
from flows.release.report import asking, proofing, words, writing
from flows.release.report.page import page
from flows.release.words import LANGUAGES, word
from tests.withheld import whole
from transforms import query
from transforms.release.content import Content

MARK = re.compile(
    r'<(data|g)((?: [a-z]+="[^"]*")*) data-query="([^"]*)" data-key="([^"]*)" data-measure="([^"]*)">(.*?)</\1>', re.S
)
# Queries whose rows are no numbers of a page, or are none in the sample.
UNMARKED = {
    "break",
    "edition",
    "map_point",
    "map_circle",
    "new_arrival",
    "origin_district",
    "return_index",
    "map_left_out",
    "camp",
}
HOSTILE = "=cmd|'/c calc'!A1 <script>alert(1)</script> \u202egnp \"q\" </style>"


@pytest.fixture(scope="module")
def content(held: Published) -> Content:
    return whole(held, 120, "public")


@pytest.fixture(scope="module")
def internal(held: Published) -> Content:
    return whole(held, 120, "internal")


def with_tables(content: Content, **tables: pa.Table) -> Content:
    return dataclasses.replace(content, tables={**content.tables, **tables})


def changed(rows: pa.Table, change) -> pa.Table:
    """The rows with ``change`` applied to each as a dict; None drops it."""
    kept = [row for row in (change(dict(row)) for row in rows.to_pylist()) if row is not None]
    return pa.Table.from_pylist(kept, schema=rows.schema)


def withheld(content: Content, least: int) -> Content:
    """Content in which every group of figures of fewer than ``least`` households is withheld, in every summary."""
    tables = {}
    for name, rows in content.tables.items():
        if (not name.endswith("_summary") and "_to_" not in name) or name == "change_summary":
            continue
        groups = groups_of(name, tuple(rows.column_names))

        def hide(row: dict, groups: dict = groups) -> dict:
            if row["households"] < least:
                for status, members in groups.items():
                    row |= dict.fromkeys(members) | {status: "suppressed"}
            return row

        tables[name] = changed(rows, hide)
    return with_tables(content, **tables)


def marks(made: str) -> list[tuple[str, str, str, str]]:
    """(query, key, measure, text) of every marked number, read without the code that wrote it."""
    found = []
    for _, _, name, key, measure, inner in MARK.findall(made):
        text = html.unescape(re.sub(r"<[^>]+>", "", inner)).strip().strip("\u2068\u2069")
        found.append((name, html.unescape(key), measure, text))
    return found


class Answers(dict):
    """The rows of each query by key, run apart from the report's own code, when they are first asked for."""

    def __init__(self, content: Content) -> None:
        self.connection = duckdb.connect(":memory:")
        self.connection.register("this_round", pa.table({"round": [content.release.round]}))
        for table, rows in content.tables.items():
            self.connection.register(table, rows)

    def __missing__(self, name: str) -> dict[str, dict]:
        rows = self.connection.execute(query.report_query(name)).to_arrow_table().to_pylist()
        self[name] = {row["key"]: row for row in rows}
        assert len(self[name]) == len(rows), f"{name}: a key stands for several rows"
        return self[name]


def check_marks(content: Content, made: str, language: str, known: Answers | None = None) -> set[str]:
    """Compare every marked number of a page with its query; returns the queries seen. ``known``: answers had before."""
    answers = Answers(content) if known is None else known
    found = marks(made)
    assert made.count("data-query=") == len(found)
    for name, key, measure, text in found:
        row = answers[name][key]
        value = row[measure]
        if value is None:
            allowed = {word("suppressed", language), word("missing", language), "–"}
            assert text in allowed, (name, key, measure, text)
            status = row.get(f"{measure}_status") or row.get("status")
            assert (text == word("suppressed", language)) == (status == "suppressed"), (name, key, measure, text)
        elif text.endswith("%"):
            shown = float(text.strip("<>%+").replace("−", "-"))
            assert abs(shown - 100 * value) <= (1 if text[0] in "<>" else 0.5), (name, key, measure, text)
        else:
            assert int(text.replace(",", "").replace("−", "-").strip("+±")) == value, (name, key, measure, text)
    return set(answers)


@pytest.mark.parametrize("least", [0, 5, 200])
def test_every_number_is_that_of_its_query(content: Content, least: int) -> None:
    told = withheld(content, least)
    answers = Answers(told)
    for language in LANGUAGES:
        made = page(told, language)
        assert check_marks(told, made, language, answers) >= set(asking.names()) - UNMARKED
        assert (f">{word('suppressed', language)}</data>" in made) == (least > 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_stands_without_a_mark(content: Content, language: str) -> None:
    made = page(content, language)
    cells = re.findall(r"<td class=n>(.*?)</td>", made)
    assert len(cells) > 500
    assert all(not cell or cell.startswith("<data ") for cell in cells)
    for sentence in re.findall(r"<p class='said'>(.*?)</p>", made, re.S):
        unmarked = re.sub(r"<[^>]+>", "", re.sub(r"<data .*?</data>", "", sentence))
        assert not re.search(r"\d,\d", unmarked), unmarked


def test_headline_and_rounds_are_those_of_the_published_tables(held: Published, content: Content) -> None:
    found = {(name, key, measure): text for name, key, measure, text in marks(page(content, "en"))}
    for row in held.table("national_summary", round=120).to_pylist():
        for measure in ("individuals", "households", "governorates", "districts", "locations"):
            assert found["headline", row["population"], measure] == f"{row[measure]:,}"
    summary = {(r["population"], r["governorate"], r["round"]): r for r in held.table("governorate_summary").to_pylist()}
    governorates = [row["governorate"] for row in held.table("governorate").to_pylist()]
    for population in ("idp", "returnee"):
        for governorate in governorates:
            for number in (118, 119, 120):
                row = summary.get((population, governorate, number))
                for measure in ("households", "individuals"):
                    said = found["governorate_round", f"{population}/{governorate}/{number}", measure]
                    assert said == (f"{row[measure]:,}" if row else "–")
    assert sum(name == "governorate_round" for name, _, _ in found) == 18 * 2 * 3 * 2


def test_a_sum_with_a_withheld_part_is_not_made(content: Content) -> None:
    origins = content.tables["idp_origin_to_displacement"]
    first = origins.filter(pc.equal(origins["round"], 120)).to_pylist()[0]

    def hide(row: dict) -> dict:
        if all(row[name] == first[name] for name in ("round", "origin_governorate", "governorate")):
            row |= {
                "households": None,
                "individuals": None,
                "households_status": "suppressed",
                "individuals_status": "suppressed",
            }
        return row

    told = with_tables(content, idp_origin_to_displacement=changed(origins, hide))
    found = {(name, key, measure): text for name, key, measure, text in marks(page(told, "en"))}
    for measure in ("households", "individuals", "share"):
        assert found["origin", first["origin_governorate"], measure] == "withheld"
    assert found["origin_to_displacement", f"{first['origin_governorate']}/{first['governorate']}", "households"] == "withheld"
    others = [text for (name, key, _), text in found.items() if name == "origin" and key != first["origin_governorate"]]
    assert others and "withheld" not in others


def test_not_known_and_withheld_are_told_apart(content: Content) -> None:
    def hide(row: dict) -> dict:
        if row["round"] == 120 and row["population"] == "idp":
            row |= {"individuals": None, "households": None, "individuals_status": "missing", "households_status": "suppressed"}
        return row

    told = with_tables(content, national_summary=changed(content.tables["national_summary"], hide))
    found = {(name, key, measure): text for name, key, measure, text in marks(page(told, "en"))}
    assert found["headline", "idp", "individuals"] == "not known"
    assert found["headline", "idp", "households"] == "withheld"
    assert found["trend", "idp/120", "households_change"] == "withheld"
    assert found["shelter_group", "idp/camp", "share"] == "withheld"
    assert found["governorate", "idp/Ninewa", "share"] == "not known"


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_texts_stay_texts(content: Content, language: str) -> None:
    lists = content.tables["idp_master_list"]
    camp = next(row for row in lists.to_pylist() if row["round"] == 119 and row["is_camp"])

    def rename(row: dict) -> dict:
        return row | {"location_name_en": HOSTILE, "location_name_ar": HOSTILE} if row["place_id"] == camp["place_id"] else row

    def leave(row: dict) -> dict:
        own = row["place_id"] == camp["place_id"] and row["round"] == 120 and row["population"] == "idp"
        return row | {"change_status": "no_longer_listed", "location_name_en": HOSTILE} if own else row

    told = with_tables(
        content,
        idp_master_list=changed(lists, rename),
        master_list_change=changed(content.tables["master_list_change"], leave),
        governorate=changed(content.tables["governorate"], lambda row: row | {"governorate_ar": HOSTILE}),
        method_break=changed(content.tables["method_break"], lambda row: row | {"change": HOSTILE}),
    )
    told = dataclasses.replace(
        told,
        release=dataclasses.replace(told.release, kind="correction", reason=HOSTILE),
        publisher=dataclasses.replace(told.publisher, credit=HOSTILE, licence=HOSTILE, contact=HOSTILE),
        notes=(HOSTILE,),
    )
    made = page(told, language)
    assert "<script" not in made and "\u202e" not in made
    assert made.count("</style>") == 1  # also where the credit stands in the style, on every sheet of paper
    assert made.count("&lt;script&gt;") >= 5
    assert check_marks(told, made, language) >= {"camp"}


def test_a_page_has_no_script_and_fetches_nothing(content: Content) -> None:
    for language in LANGUAGES:
        made = page(content, language)
        assert not re.search(r"<(script|link|img|iframe|object)|src=|url\((?!#)|https?://(?!www\.w3\.org/2000/svg)", made)
        assert made.count("�") == 0


def test_a_round_with_one_population_says_so(content: Content) -> None:
    def drop(row: dict) -> dict | None:
        return None if row.get("population", "returnee") == "returnee" and row.get("round") == 120 else row

    tables = {
        name: changed(content.tables[name], drop)
        for name in content.tables
        if name.endswith("_summary")
        or name in ("list_edition", "master_list_change", "returnee_master_list", "returnee_last_displacement_to_return")
    }
    dates = {"idp": content.release.list_dates["idp"]}
    told = dataclasses.replace(with_tables(content, **tables), release=dataclasses.replace(content.release, list_dates=dates))
    for language in LANGUAGES:
        made = page(told, language)
        assert words.TEXTS["no_list"][LANGUAGES.index(language)].format(population=word("returnee", language)) in re.sub(
            r"<bdi[^>]*>|</bdi>|[\u2068\u2069]", "", made
        )
        check_marks(told, made, language)
    found = {(name, key): text for name, key, _, text in marks(made)}
    assert found["governorate_round", "returnee/Anbar/120"] == "–"
    assert found["governorate_round", "returnee/Anbar/119"] not in ("–", "0")


def test_the_first_round_held_has_no_change(held: Published) -> None:
    told = whole(held, 118, "public")
    made = page(told, "en")
    check_marks(told, made, "en")
    assert made.count("this is the first round held") == 2
    assert {text for name, _, measure, text in marks(made) if name == "trend" and measure.endswith("_change")} == {"–"}
    assert len({key for name, key, _, _ in marks(made) if name == "governorate_round"}) == 18 * 2


def test_arrivals_districts_and_severity_appear_where_the_data_has_them(internal: Content) -> None:
    def rows(name: str, *told: dict) -> pa.Table:
        schema = internal.tables[name].schema
        return pa.Table.from_pylist([{field.name: None for field in schema} | one for one in told], schema=schema)

    arrival = {"round": 120, "release_kind": "final", "new_arrivals": 1500, "arrivals_between_displacement": 900,
               "arrivals_from_camp": 40, "arrivals_redisplaced": 400, "arrivals_first_time": 200, "reporting_locations": 3}  # fmt: skip
    origin = {"round": 120, "origin_governorate": "Ninewa", "locations": 1, "reporting_locations": 1, "completeness": "complete"}
    index = {"index_round": 12, "round": 120, "model_id": "ri-illustrative", "model_version": "1.0.0", "model_status": "illustrative",
             "high_returnees": 3000, "medium_returnees": 200, "low_returnees": 10, "unclassified_returnees": 0, "severe_share": 0.93}  # fmt: skip
    told = with_tables(
        internal,
        new_arrival=rows(
            "new_arrival",
            arrival | {"governorate": "Erbil", "district": "Erbil"},
            arrival | {"governorate": "Kirkuk", "district": "Kirkuk"},
        ),
        origin_district_summary=rows(
            "origin_district_summary",
            origin | {"origin_district": "Sinjar", "households": 700},
            origin | {"origin_district": "Mosul", "households": 1200},
        ),
        return_index_summary=rows(
            "return_index_summary",
            index | {"area_level": "national", "area": "Iraq"},
            index | {"area_level": "governorate", "area": "Anbar"},
        ),
    )
    for language in LANGUAGES:
        made = page(told, language)
        assert check_marks(told, made, language) >= {"new_arrival", "origin_district", "return_index"}
        assert "Not IOM&#x27;s published index: illustrative model" in made
    found = {(name, key, measure): text for name, key, measure, text in marks(made)}
    assert found["new_arrival", "all", "new_arrivals"] == "3,000"
    assert [key for name, key, measure, _ in marks(made) if (name, measure) == ("origin_district", "households")] == [
        "Ninewa/Mosul",
        "Ninewa/Sinjar",
    ]
    plain = page(internal, "en")
    assert (
        "does not carry districts of origin" in plain
        and "do not carry new arrivals" in plain
        and "No round of the Return Index" in plain
    )


def test_what_the_tier_does_not_hold_is_not_told(content: Content) -> None:
    assert "return_index_summary" not in content.tables
    assert "Not in this release: the tier does not hold these tables." in page(content, "en")


def test_terms_version_and_disclaimer_stand_on_the_page(content: Content) -> None:
    english, arabic = page(content, "en"), page(content, "ar")
    for made in (english, arabic):
        assert html.escape(content.publisher.credit) in made and html.escape(content.publisher.licence) in made
        assert content.release.id in made and "@page{size:A4" in made and "counter(page)" in made
    assert DISCLAIMER in english and DISCLAIMER_AR in arabic
    assert words.TEXTS["translation"][1] in arabic
    assert '<html lang="ar" dir="rtl">' in arabic and '<html lang="en" dir="ltr">' in english


def test_the_writer_makes_the_same_bytes_each_time(content: Content, held: Published, tmp_path: Path) -> None:
    first = writing.write(content, tmp_path / "a")
    second = writing.write(whole(held, 120, "public"), tmp_path / "b")
    assert [file.path for file in first] == [
        "report/dtm-irq_report_r120_2021-02-28_v1.0_en.html",
        "report/dtm-irq_report_r120_2021-02-28_v1.0_ar.html",
    ]
    assert first == second
    for file in first:
        assert (tmp_path / "a" / file.path).read_bytes() == (tmp_path / "b" / file.path).read_bytes()


def test_edited_prose_is_taken_and_edited_numbers_are_not(held: Published, tmp_path: Path, capsys) -> None:
    report, edited, out = (tmp_path / name for name in ("report.html", "edited.html", "out.html"))
    data = ["--data", str(held.data)]
    assert main(["report", "R120", "-o", str(report), *data]) == ExitCode.OK
    made = report.read_text(encoding="utf-8")
    edited.write_text(made.replace("DTM identified", "Our teams found"), encoding="utf-8")
    assert main(["report", "120", "-o", str(out), "--edited", str(edited), *data]) == ExitCode.OK
    assert "Our teams found" in out.read_text(encoding="utf-8")
    edited.write_text(re.sub(r"(data-measure=\"individuals\">)[\d,]+", r"\g<1>1,234", made, count=1), encoding="utf-8")
    capsys.readouterr()
    assert main(["report", "120", "-o", str(out), "--edited", str(edited), *data]) == ExitCode.FIGURES_DIFFER
    told = capsys.readouterr().err
    assert "headline · returnee · individuals: 1,234" in told and "expected 116,628" in told
    first = re.search(r"<data [^>]*>[^<]*</data>", made)[0]
    for harm in (made.replace(first, "116,628"), made.replace("</body>", "<script>1</script></body>")):
        with pytest.raises(Problem):
            proofing.demand_same_numbers(harm, made)


def test_the_command_refuses_what_it_cannot_do(held: Published, tmp_path: Path, monkeypatch, capsys) -> None:
    data = ["--data", str(held.data)]
    assert main(["report", "7", "-o", str(tmp_path / "a.html"), *data]) == ExitCode.USAGE
    assert "No list of R7 is held" in capsys.readouterr().err
    assert main(["report", "120", "-o", str(tmp_path / "a.docx"), *data]) == ExitCode.USAGE
    assert main(["report", "120", "-o", str(held.data / "a.html"), *data]) == ExitCode.USAGE
    monkeypatch.setenv("DTM_CHROMIUM", str(tmp_path / "none"))
    capsys.readouterr()
    assert main(["report", "120", "-o", str(tmp_path / "a.pdf"), *data]) == ExitCode.USAGE
    assert "PDF needs the browser Chromium" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_every_text_is_there_in_both_languages_with_the_same_places() -> None:
    for key, texts in words.TEXTS.items():
        assert len(texts) == len(LANGUAGES)
        places = [set(re.findall(r"\{(\w+)", text)) for text in texts]
        assert places[0] == places[1], key
