"""The catalogue as a reader meets it: in Chromium, from a host and from a folder, in both languages."""

from __future__ import annotations

import functools
import hashlib
import threading
import urllib.request
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest

from flows.drawing import number
from flows.published import Published
from flows.release import drafting
from flows.release.catalogue import page
from flows.release.catalogue.words import every
from flows.release.words import DIRECTION, word
from tests import catalogueworld
from transforms.release.content import Content

ROUNDS = (118, 119, 120)
POPULATIONS = ("idp", "returnee")
LANGUAGES = ("en", "ar")
# Figures withheld in the second page: of the round, of a governorate in each round, and of its parts.
HIDDEN = {
    "national_summary": "population = 'returnee' and round = 119",
    "governorate_summary": "governorate in ('Najaf', 'Kerbala') or (governorate = 'Anbar' and round = 119)",
    "district_summary": "governorate in ('Najaf', 'Kerbala')",
    "shelter_summary": "households < 5",
    "period_summary": "households < 5",
    "idp_origin_to_displacement": "households < 5",
    "returnee_last_displacement_to_return": "households < 5",
    "idp_master_list": "households < 5",
    "returnee_master_list": "households < 5",
    "master_list_change": "households < 5 or previous_households < 5",
}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="session")
def contents(held: Published) -> dict[str, Content]:
    """The content of each page: every figure given, some withheld, the public tier, names that attack."""
    plain, public = (drafting.content(held, 120, tier) for tier in ("partner", "public"))
    return {
        "plain": plain,
        "hidden": catalogueworld.withheld(plain, HIDDEN),
        "public": public,
        "hostile": catalogueworld.hostile(public),
    }


@pytest.fixture(scope="session")
def roots(contents: dict[str, Content], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a release root for each content."""
    folder = tmp_path_factory.mktemp("roots")
    for name, content in contents.items():
        listed = catalogueworld.versions(content, folder / name)
        (folder / name / "index.html").write_text(page(listed, content), encoding="utf-8", newline="\n")
    return folder


@pytest.fixture(scope="session")
def host(roots: Path) -> Iterator[str]:
    """The address of a plain host of the roots, on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(roots)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Seen:
    """A page that was opened, and what went wrong while it was looked at."""

    def __init__(self, browser: object, address: str, width: int = 1100) -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.address = address
        self.page.goto(address)

    def choose(self, *, round: int | None = None, governorate: str | None = None, language: str | None = None) -> None:
        """Choose as a reader does."""
        if language:
            self.page.click(f"#language-{language}")
        if round:
            self.page.select_option("#round", str(round))
        if governorate:
            self.page.select_option("#governorate", label=governorate)

    def cells(self) -> dict[tuple[str, str], dict[str, str]]:
        """(governorate, population) -> measure -> what its cell says."""
        script = """() => [...document.querySelectorAll("#governorates tr[data-governorate]")].flatMap(row =>
            [...row.querySelectorAll("td")].map(cell =>
                [row.dataset.governorate, cell.dataset.population, cell.dataset.measure, cell.textContent]))"""
        found: dict[tuple[str, str], dict[str, str]] = {}
        for governorate, population, measure, text in self.page.evaluate(script):
            found.setdefault((governorate, population), {})[measure] = text
        return found

    def close(self) -> None:
        """Close it; nothing may have gone wrong, and nothing else been asked for."""
        self.page.close()
        assert self.said == []
        assert [url for url in self.asked if not url.startswith("data:")] == [self.address]


@pytest.fixture(params=["host", "folder"])
def where(request: pytest.FixtureRequest, host: str, roots: Path) -> str:
    """The address of the roots."""
    return host if request.param == "host" else roots.as_uri()


def _figures(content: Content, round_: int) -> dict[tuple[str, str], tuple]:
    """(governorate, population) -> households, their status, individuals, their status; of a round, by a query of its own."""
    with duckdb.connect(":memory:") as connection:
        for name in ("governorate_summary", "national_summary"):
            connection.register(name, content.tables[name])
        query = """select governorate, population, households, households_status, individuals, individuals_status
                from governorate_summary where round = $round
            union all select 'Iraq', population, households, households_status, individuals, individuals_status
                from national_summary where round = $round"""
        return {row[:2]: row[2:] for row in connection.execute(query, {"round": round_}).fetchall()}


def _expected(row: tuple | None, language: str) -> dict[str, str]:
    if row is None:
        return {"households": every()["no_location"][LANGUAGES.index(language)]}
    said = {}
    for measure, value, status in (("households", *row[:2]), ("individuals", *row[2:])):
        assert (value is None) == (status != "given")
        said[measure] = word("suppressed", language) if status == "suppressed" else number(value)
    return said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["plain", "hidden", "public"])
def test_every_governorate_says_what_the_tables_say(browser, where, contents, name, language) -> None:
    seen = Seen(browser, f"{where}/{name}/index.html")
    seen.choose(language=language)
    withheld = compared = 0
    for round_ in ROUNDS:
        seen.choose(round=round_)
        cells, figures = seen.cells(), _figures(contents[name], round_)
        names = contents[name].tables["governorate"]["governorate"].to_pylist()
        assert len(names) == 18
        for governorate in ["Iraq", *names]:
            for population in POPULATIONS:
                said = cells[governorate, population]
                expected = _expected(figures.get((governorate, population)), language)
                found = {key: value for key, value in said.items() if key != "change"}
                if "individuals" in expected:
                    assert found == expected, (round_, governorate, population)
                else:  # may also say that it was listed in the round before
                    assert found["households"].startswith(expected["households"])
                withheld += word("suppressed", language) in expected.values()
                compared += 1
    assert compared == 19 * 2 * 3
    assert {"plain": withheld == 0, "hidden": withheld > 5, "public": True}[name]
    assert seen.page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [language, DIRECTION[language]]
    seen.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_changes_are_differences_of_given_figures(browser, host, contents, language) -> None:
    seen = Seen(browser, f"{host}/hidden/index.html")
    seen.choose(language=language, round=120)
    now, before, cells = _figures(contents["hidden"], 120), _figures(contents["hidden"], 119), seen.cells()
    for (governorate, population), row in now.items():
        was = before.get((governorate, population))
        if governorate == "Iraq" or was is None:
            continue
        text = cells[governorate, population]["change"]
        if row[0] is None or was[0] is None:
            assert text == word("suppressed", language)
        else:
            assert int(text.replace(",", "").replace("\u2212", "-").replace("\u00b1", "")) == row[0] - was[0]
    assert cells["Anbar", "idp"]["change"] == word("suppressed", language)
    seen.close()


def test_a_withheld_figure_never_reads_as_zero(browser, host, contents) -> None:
    seen = Seen(browser, f"{host}/hidden/index.html")
    seen.choose(round=119)
    assert seen.page.inner_text("[data-figure='returnee.households']") == "withheld"
    seen.choose(governorate="Najaf")
    assert seen.page.inner_text("[data-figure='idp.households']") == "withheld"
    assert {cell.inner_text() for cell in seen.page.query_selector_all("#governorates tr[data-district] td:nth-of-type(1)")} == {
        "withheld"
    }
    seen.choose(governorate="All governorates")
    matrix = seen.page.evaluate(
        "[...document.querySelectorAll('#routes tr[data-from=Anbar] td')].map(c => [c.dataset.to, c.textContent])"
    )
    with duckdb.connect(":memory:") as connection:
        connection.register("rows", contents["hidden"].tables["idp_origin_to_displacement"])
        query = "select governorate, households from rows where round = 119 and origin_governorate = 'Anbar'"
        expected = {to: "withheld" if value is None else number(value) for to, value in connection.execute(query).fetchall()}
    found = dict(matrix[: next(at for at, (to, _) in enumerate(matrix) if to == "total")])
    assert {to: text for to, text in found.items() if text != "\u00b7"} == expected and "withheld" in expected.values()
    assert dict(matrix[: len(found) + 1])["total"] == "withheld"
    seen.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_stay_text(browser, where, language) -> None:
    seen = Seen(browser, f"{where}/hostile/index.html")
    seen.choose(language=language, governorate=every()["all_governorates"][LANGUAGES.index(language)])
    for summary in seen.page.query_selector_all("#map summary, #files details:not([open]) > summary, #dictionary summary"):
        summary.click()
    shown = seen.page.inner_text("#map") + seen.page.inner_text("#changes")
    for name in (*catalogueworld.HOSTILE[:3], catalogueworld.HOSTILE[4], "\\u202egnp.exe\\u202c\\u2066a"):
        assert name in shown
    assert seen.page.evaluate("window.hacked === undefined")
    assert seen.page.evaluate("document.querySelectorAll('script, #page img, #page iframe, [onload], [onerror]').length") == 2
    assert not [
        a for a in seen.page.evaluate("[...document.links].map(a => a.getAttribute('href'))") if not a.startswith(("#", "./"))
    ]
    seen.close()


def test_links_lead_to_the_files_that_are_listed(browser, host) -> None:
    seen = Seen(browser, f"{host}/plain/index.html")
    rows = seen.page.evaluate(
        "[...document.querySelectorAll('#files details[open] tbody tr')].map(r => [r.querySelector('a').href, r.querySelector('.sha').textContent])"
    )
    assert len(rows) > 15
    for address, sha in rows:
        with urllib.request.urlopen(address) as answer:
            assert hashlib.sha256(answer.read()).hexdigest() == sha
    states = seen.page.inner_text("#files")
    assert "withdrawn" in states and "superseded" in states and "Two locations" in seen.page.inner_text("#revisions")
    seen.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 1100])
def test_the_page_fits_the_screen(browser, roots, width, language) -> None:
    seen = Seen(browser, f"{roots.as_uri()}/hidden/index.html", width)
    seen.choose(language=language)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.page.evaluate("[...document.querySelectorAll('.drawn > svg')].length") == 4
    assert seen.page.evaluate("[...document.querySelectorAll('#map circle')].every(c => c.querySelector('title'))")
    seen.close()


def test_the_keyboard_is_enough(browser, roots) -> None:
    seen = Seen(browser, f"{roots.as_uri()}/plain/index.html")
    for _ in range(3):
        seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.activeElement.id") == "language-ar"
    seen.page.keyboard.press("Enter")
    assert seen.page.evaluate("[document.documentElement.dir, document.activeElement.id]") == ["rtl", "language-ar"]
    unnamed = "[...document.querySelectorAll('select, [role=region], svg[role=img]')].filter(n => !n.getAttribute('aria-label') && !document.querySelector(`label[for='${n.id}']`)).length"
    assert seen.page.evaluate(unnamed) == 0
    seen.close()


def test_without_script_the_figures_and_files_are_there(browser, roots, contents) -> None:
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(f"{roots.as_uri()}/hidden/index.html")
    text = shown.inner_text("body")
    assert "withheld" in text and "no location listed" in text and "csv/governorate_summary.csv" in text
    anbar = _figures(contents["hidden"], 120)["Anbar", "idp"]
    assert number(anbar[0]) in text
    context.close()
