"""The pictures of a scored round: what stands on the page, what the public may not see, that it is safe and always the same."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pyarrow as pa
import pytest

from expectations.index import INDICES
from expectations.index_model_file import shipped
from flows.drawing import percent, signed, signed_points
from flows.index import pages, pictures
from flows.index.counting import figures
from flows.index.figures import PUBLIC_LOCATIONS, Figures
from flows.problem import Problem
from tests import indexworld, world

DISCLAIMER = "Not IOM's published index: illustrative model"
IN_HTML = "Not IOM&#x27;s published index: illustrative model"
BEST = "0 0 0 0 0 0 0 0  0 0 0 0 0 0 0 0"
WORST = "3 2 3 2 3 2 2 2  3 2 2 2 3 2 2 3"
# scale 1 all met, scale 2 at its worst: every large part is of scale 2
TENSE = "0 0 0 0 0 0 0 0  3 2 2 2 0 2 0 3"
MIDDLE = "2 1 2 1 2 1 1 1  2 1 1 1 2 1 1 1"
NOTHING = "- - - - - - - -  0 0 0 0 0 0 0 0"

LISTS = "list | population | round\na | returnee | 123\nb | returnee | 125"
PLACES = """
list | place_id | households | location_name_en          | location_name_ar | governorate | district
a    | 1        | 120        | =cmd('calc')              | قرية الكرادة     | Ninewa      | Mosul
a    | 2        | 400        | <script>alert(1)</script> | قرية             | Ninewa      | Mosul
a    | 3        | 90         | Karrada Village           | النهر الكبير     | Ninewa      | Mosul
a    | 6        | 70         | Lone Hamlet               | القرية الوحيدة   | Ninewa      | Sinjar
b    | 1        | 150        | =cmd('calc')              | قرية الكرادة     | Ninewa      | Mosul
b    | 2        | 420        | <script>alert(1)</script> | قرية             | Ninewa      | Mosul
b    | 3        | 80         | Karrada Village           | النهر الكبير     | Ninewa      | Mosul
b    | 5        | 60         | evil\u202egnp.exe         | شارع الشهداء     | Ninewa      | Mosul
b    | 6        | 75         | Lone Hamlet               | القرية الوحيدة   | Ninewa      | Sinjar
b    | 7        | 30         | Second Hamlet             | القرية الثانية   | Diyala      | Khanaqin
b    | 8        | 20         | Third Hamlet              | القرية الثالثة   | Diyala      | Khanaqin
b    | 9        | 500        | Far Away                  | بعيد             | Diyala      | Khanaqin
"""
ANSWERS = f"""
index_round | place_id | subdistrict  | answers
13          | 1        | <b>Markaz&   | {BEST}
13          | 2        | <b>Markaz&   | {WORST}
13          | 3        | <b>Markaz&   | {WORST}
13          | 6        | Sinuni       | {TENSE}
15          | 1        | <b>Markaz&   | {WORST}
15          | 2        | <b>Markaz&   | {WORST}
15          | 3        | <b>Markaz&   | {NOTHING}
15          | 5        | <b>Markaz&   | {MIDDLE}
15          | 6        | Sinuni       | {TENSE}
15          | 7        |              | {TENSE}
15          | 8        |              | {BEST}
"""
NAMES = ("Karrada", "alert(1)", "=cmd", "gnp.exe", "Hamlet", "قرية", "النهر", "القرية", "شارع")
SENSITIVE = [own.label.en for own in shipped()["ri-illustrative"].indicators if own.sensitivity == "sensitive"]
P = "1203 012 4353 102 543"
DISPLACED = "list | place_id | households\n" + "".join(f"a | {place} | {10 * place}\n" for place in range(1, 6))
DISPLACED_ANSWERS = "index_round | round | place_id | answers\n" + "".join(f"3 | 120 | {place} | {P}\n" for place in range(1, 6))


def rows(built: dict) -> dict[str, list[dict]]:
    return {name: table.to_pylist() for name, table in built.items()}


@pytest.fixture(scope="module")
def held() -> dict[str, list[dict]]:
    return rows(indexworld.build(indexworld.scoring(ANSWERS), lists=world.clean(LISTS, PLACES)))


@pytest.fixture(scope="module")
def displaced() -> dict[str, list[dict]]:
    lists = world.clean("list | population | round\na | idp | 120", DISPLACED)
    return rows(indexworld.build(indexworld.scoring(DISPLACED_ANSWERS, "di-illustrative"), lists=lists))


def found(held: dict, tier: str = "internal", index_round: int = 15, index: str = "return", model: str | None = None) -> Figures:
    return figures(held.__getitem__, INDICES[index], index_round, model, is_public=tier == "public")


def page(held: dict, tier: str = "internal", index_round: int = 15, index: str = "return") -> str:
    return pages.page(found(held, tier, index_round, index))


def drawings(html: str) -> list[str]:
    return re.findall(r"<svg.*?</svg>", html, re.DOTALL)


class Balanced(HTMLParser):
    """Complains of an element that is not closed, or closed twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


# --- what stands on every page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tier", ["public", "internal"])
def test_every_picture_carries_the_disclaimer(held: dict, tier: str) -> None:
    html = page(held, tier)
    shown = re.findall(r"<figure>.*?</figure>", html, re.DOTALL)
    assert len(shown) == (6 if tier == "public" else 7)
    assert all(IN_HTML in figure for figure in shown)
    assert all(IN_HTML in drawing for drawing in drawings(html) if 'role="img"' in drawing)
    assert html.index("<p class='band'>") < html.index("<figure>") and f"<strong>{IN_HTML}</strong>" in html


def test_an_official_model_has_no_disclaimer(held: dict) -> None:
    official = {**held, "index_run": [{**row, "model_status": "official"} for row in held["index_run"]]}
    assert "Not IOM" not in page(official) and "ri-illustrative 1.0.0: official" in page(official)


@pytest.mark.parametrize("tier", ["public", "internal"])
def test_the_page_says_for_whom_it_is(held: dict, tier: str) -> None:
    words = {"public": "public tier", "internal": "internal tier: not for sharing"}
    html = page(held, tier)
    assert words[tier] in html and words[{"public": "internal", "internal": "public"}[tier]] not in html


@pytest.mark.parametrize("tier", ["public", "internal"])
def test_the_page_is_well_formed_and_needs_nothing_else(held: dict, displaced: dict, tier: str) -> None:
    for html in (page(held, tier), page(held, tier, 13), page(displaced, tier, 3, "displacement")):
        parser = Balanced()
        parser.feed(html)
        assert parser.open == [] and not parser.tags & {"script", "link", "img", "iframe", "b"}
        assert not {name for name in parser.attributes if name.startswith("on")} | (parser.attributes & {"src", "href"})
        assert drawings(html)
        for drawing in drawings(html):
            ElementTree.fromstring(drawing)
        assert not [url for url in re.findall(r"https?://[^\"' )]*", html) if url != "http://www.w3.org/2000/svg"]
        assert set(re.findall(r"url\([^)]*\)", html)) <= {"url(#hatch-severity)"}


@pytest.mark.parametrize("tier", ["public", "internal"])
def test_the_same_rows_in_any_order_give_the_same_bytes(held: dict, tier: str) -> None:
    backwards = {name: own[::-1] for name, own in held.items()}
    assert page(held, tier) == page(backwards, tier)


def test_hostile_names_are_escaped(held: dict) -> None:
    html = page(held)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "<script" not in html
    assert "=cmd(&#x27;calc&#x27;)" in html
    assert "\u202e" not in html and "evil\\u202egnp.exe" in html
    assert '<bdi dir="auto">&lt;b&gt;Markaz&amp;</bdi>' in html
    assert '<bdi dir="auto">قرية الكرادة</bdi>' in html


# --- figures --------------------------------------------------------------------------------------------------------------------


def test_the_country_and_its_governorates(held: dict) -> None:
    own = found(held)
    assert (own.run.unit, own.national.split.total, own.national.split.unclassified) == ("returnees", 5010, 480)
    assert own.national.locations.total == 7 and own.national.not_assessed == 3000
    assert [(one.name, one.split.high, one.split.medium, one.split.low, one.split.unclassified) for one in own.governorates] == [
        ("Ninewa", 3780, 450, 0, 480), ("Diyala", 0, 180, 120, 0),
    ]  # fmt: skip
    assert [one.is_few_classified for one in own.governorates] == [True, True]
    html = page(held)
    assert "Ninewa</bdi> has most returnees in high severity: 3,780, 100% of all 3,780" in html
    assert "7 of 8 locations of master list R125 were assessed; 5,010 of 8,010 returnees live there (63%)." in html
    assert "1 assessed location has no overall score, with 10% of the returnees" in html


def test_the_steps_close(held: dict) -> None:
    own = found(held).change
    assert own.previous + own.became + own.stopped + own.stayed + own.newly - own.no_longer == own.now
    assert own.became + own.stopped + own.stayed == own.like_for_like and own.now - own.previous == own.plain
    assert (own.previous, own.became, own.stopped, own.stayed) == (2940, 900, 0, 120)
    assert (own.newly, own.no_longer, own.no_longer_classifiable, own.now) == (360, 540, 540, 3780)
    html = page(held)
    for words in ("plain +840", "like-for-like +1,020", "coverage −180", "2,940", "3,780", "540 now without a"):
        assert words in html


def test_the_drivers_close(held: dict) -> None:
    own = found(held).drivers
    assert sum(part.points for part in own.parts) + own.shift == pytest.approx(own.now - own.before, abs=1e-9)
    assert "it is never caused by it" in page(held)


def test_an_internal_page_names_the_most_severe_locations(held: dict) -> None:
    own = found(held).most_severe
    assert [one.place_id for one in own] == ["2", "1", "5", "6", "7", "8"]
    assert own[0].overall == pytest.approx(100) and len(own[0].parts) == 3
    assert "Lone Hamlet" in page(held) and "القرية الوحيدة" in page(held)


def test_points_of_the_internal_tier_are_locations(held: dict) -> None:
    own = found(held).spread
    assert {point.name for point in own.points} >= {"=cmd('calc')", "Lone Hamlet"} and own.hidden == 0
    assert [point.people for point in own.points] == sorted((point.people for point in own.points), reverse=True)


# --- what the public may not see ------------------------------------------------------------------------------------------------


def test_the_public_sees_no_single_location(held: dict) -> None:
    html = page(held, "public")
    assert found(held, "public").most_severe == ()
    assert not [name for name in NAMES if name in html]
    assert not [row["place_id"] for row in held["return_index"] if f"place {row['place_id']}" in html]


def test_the_public_sees_areas_of_enough_classified_locations_only(held: dict) -> None:
    own = found(held, "public").spread
    assert [(point.path, point.locations) for point in own.points] == [(("Ninewa", "Mosul", "<b>Markaz&"), 3)]
    assert own.hidden == 3
    of_5, of_3 = (60, scale(held, "5", "s2")), (80, scale(held, "3", "s2"))
    mean = (150 * 100 + 420 * 100 + sum(households * score for households, score in (of_5, of_3))) / 710
    assert own.points[0].scores[1] == pytest.approx(mean), "of a scale also locations without an overall score"


def scale(held: dict, place: str, name: str) -> float:
    return next(row[name] for row in held["return_index"] if row["place_id"] == place and row["index_round"] == 15)


def test_a_district_stands_for_sub_districts_of_which_none_has_enough() -> None:
    places = "list | place_id | households | district\n" + "".join(f"b | {place} | 10 | Mosul\n" for place in range(1, 5))
    units = ("A", "A", "B", "")
    answers = "index_round | place_id | subdistrict | answers\n" + "".join(
        f"15 | {at} | {unit} | {MIDDLE}\n" for at, unit in enumerate(units, 1)
    )
    held = rows(
        indexworld.build(indexworld.scoring(answers), lists=world.clean("list | population | round\nb | returnee | 125", places))
    )
    assert [(point.path, point.locations) for point in found(held, "public").spread.points] == [(("Ninewa", "Mosul"), 4)]


def test_locations_without_people_do_not_make_an_area() -> None:
    places = "list | place_id | households\nb | 1 | 10"
    answers = "index_round | place_id | governorate | district | subdistrict | answers\n" + "".join(
        f"15 | {at} | Ninewa | Mosul | A | {WORST if at == 1 else BEST}\n" for at in (1, 2, 3)
    )
    held = rows(
        indexworld.build(indexworld.scoring(answers), lists=world.clean("list | population | round\nb | returnee | 125", places))
    )
    assert found(held, "public").spread.points == ()
    own = found(held, "public").hotspots
    assert (own.shown, own.withheld, own.found) == ((), 1, 1), "the mean of the unit is that of one location"


def test_hotspots_of_few_locations_are_not_for_the_public(held: dict) -> None:
    public, internal = (found(held, tier).hotspots for tier in ("public", "internal"))
    assert [spot.path[-1] for spot in public.shown] == ["<b>Markaz&"] and public.withheld == 1
    assert {spot.path[-1] for spot in internal.shown} == {"<b>Markaz&", "Sinuni"} and internal.withheld == 0
    assert "1 hotspot with fewer than 3 locations: not shown to the public." in page(held, "public")
    assert "Sinuni" not in page(held, "public").split("Hotspots", 1)[1].split("</section>", 1)[0]


def test_no_sensitive_word_where_all_units_are_small() -> None:
    places = "list | place_id | households\n" + "".join(f"{name} | {place} | 10\n" for name in "ab" for place in (1, 2))
    answers = "index_round | place_id | subdistrict | answers\n"
    answers += "".join(f"{at} | {place} | U{place} | {TENSE if at == 15 else MIDDLE}\n" for at in (13, 15) for place in (1, 2))
    held = rows(indexworld.build(indexworld.scoring(answers), lists=world.clean(LISTS, places)))
    html = page(held, "public")
    assert not [label for label in SENSITIVE if label.lower() in html.lower()]
    assert f"2 hotspots with fewer than {PUBLIC_LOCATIONS} locations: not shown to the public." in html
    assert found(held, "public").drivers.withheld == len(SENSITIVE)
    internal = page(held).lower()
    assert all(label.lower() in internal for label in SENSITIVE)


def test_why_a_model_was_used_outside_its_rounds_is_not_for_the_public() -> None:
    answers = f"index_round | round | place_id | answers\n2 | 105 | 1 | {BEST}"
    held = rows(indexworld.build(indexworld.scoring(answers, override="a trial of Ali")))
    assert "a trial of Ali" in page(held, "internal", 2)
    assert "a trial of Ali" not in page(held, "public", 2) and "outside the rounds for which it is meant" in page(
        held, "public", 2
    )


# --- rounds that lack something -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tier", ["public", "internal"])
def test_without_people_locations_are_counted(tier: str) -> None:
    held = rows(indexworld.build(indexworld.scoring(ANSWERS)))
    own = found(held, tier)
    assert (own.run.unit, own.national.split.total, own.change.unit, own.drivers) == ("locations", 7, "locations", None)
    html = page(held, tier)
    for words in (
        "No people: master list not held",
        "Coverage is not known: master list R125 is not held",
        "counted in locations",
        "the people of both rounds must be known",
    ):
        assert words in html
    assert "Area: returnees" not in html


def test_without_an_earlier_round_no_change_is_shown(held: dict) -> None:
    assert found(held, index_round=13).change is None
    html = page(held, index_round=13)
    assert "No change is shown" in html and "like-for-like" not in html and 'aria-labelledby="drivers"' not in html


def test_hotspots_that_cannot_be_are_explained(displaced: dict) -> None:
    assert "sets no rules for hotspots" in page(displaced, "public", 3, "displacement")
    held = rows(indexworld.build(indexworld.scoring(f"index_round | round | place_id | answers\n15 | 125 | 1 | {WORST}")))
    assert "no location of this round names its sub-district" in page(held)


@pytest.mark.parametrize("tier", ["public", "internal"])
def test_the_displacement_index_has_a_strip_for_each_domain(displaced: dict, tier: str) -> None:
    own = found(displaced, tier, 3, "displacement")
    assert [scale.name for scale in own.run.scales] == list(INDICES["displacement"].scales)
    assert len(own.spread.points) == (1 if tier == "public" else 5)
    html = page(displaced, tier, 3, "displacement")
    assert (
        "IDPs" in html
        and "is the domain in which most" in html
        and all(scale.label.split()[0] in html for scale in own.run.scales)
    )


# --- which round, and where to --------------------------------------------------------------------------------------------------


def test_a_round_or_model_that_is_not_there_is_said(held: dict) -> None:
    with pytest.raises(Problem, match="Index round 14 of the Return Index is not held; held: 13, 15"):
        found(held, index_round=14)
    with pytest.raises(Problem, match=r"was not scored with 'other'; models: ri-illustrative 1\.0\.0"):
        found(held, model="other")
    assert found(held, model="ri-illustrative 1.0.0").run.row["model_version"] == "1.0.0"


def test_of_several_models_one_is_named() -> None:
    held = rows(indexworld.build(indexworld.scoring(ANSWERS), indexworld.scoring(ANSWERS, "ri-illustrative-equal")))
    with pytest.raises(Problem, match="scored with several models; name one"):
        found(held)
    assert found(held, model="ri-illustrative-equal").run.row["model_id"] == "ri-illustrative-equal"


class Held:
    """Stands for the published tables of a data folder."""

    def __init__(self, tables: dict) -> None:
        self.tables = tables

    def table(self, name: str, *, index_round: int | None = None) -> object:
        rows = self.tables[name]
        return rows if index_round is None else rows.filter(pa.compute.equal(rows["index_round"], index_round))


def test_the_page_is_written_whole_and_never_into_a_data_folder(tmp_path: Path) -> None:
    built = indexworld.build(indexworld.scoring(ANSWERS), lists=world.clean(LISTS, PLACES))
    target = tmp_path / "round.html"
    assert pages.write(Held(built), INDICES["return"], 15, None, "public", target) == target
    assert target.read_bytes() == page(rows(built), "public").encode() and [path.name for path in tmp_path.iterdir()] == [
        "round.html"
    ]
    with pytest.raises(Problem, match=r"takes the name of an \.html file"):
        pages.write(Held(built), INDICES["return"], 15, None, "public", tmp_path / "round.csv")
    (tmp_path / "data" / "landing").mkdir(parents=True)
    (tmp_path / "data" / "manifest.json").write_text("{}")
    with pytest.raises(Problem, match="where only builds write"):
        pages.write(Held(built), INDICES["return"], 15, None, "public", tmp_path / "data" / "pages" / "round.html")


def test_numbers_are_written_so_that_they_do_not_mislead() -> None:
    assert [percent(share) for share in (None, 0, 0.0001, 0.5, 0.9999, 1)] == ["–", "0%", "<1%", "50%", ">99%", "100%"]
    assert [signed(count) for count in (1200, 0, -3)] == ["+1,200", "±0", "−3"]
    assert [signed_points(points) for points in (0.04, -0.04, 1.25, -0.05001)] == ["±0.0", "±0.0", "+1.2", "−0.1"]


def test_small_bars_are_in_proportion(held: dict) -> None:
    parts = found(held).most_severe[0].parts
    widths = [float(wide) for wide in re.findall(r'width="([0-9.]+)" height="11.0"', pictures.parts_bars(parts, parts[0].points))]
    assert widths == [pytest.approx(60 * part.points / parts[0].points, abs=0.06) for part in parts]
