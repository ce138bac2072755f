"""The report as Chromium prints it: every governorate, population and round stands in the PDF as SQL gives it, in both languages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from flows.published import Published
from flows.release import printing
from flows.release.report.page import page
from flows.release.words import LANGUAGES
from tests.withheld import whole
from transforms.release.content import Content

REQUIRED = os.environ.get("DTM_BROWSER") == "required"


def text_of(pdf: Path) -> list[str]:
    """The text of each page in the order in which it was drawn, as pypdf or pdftotext read it."""
    try:
        import pypdf
    except ImportError:
        if not shutil.which("pdftotext"):
            missing("neither pypdf nor pdftotext is installed")
        told = subprocess.run(["pdftotext", "-raw", "-enc", "UTF-8", str(pdf), "-"], capture_output=True, check=True).stdout
        return told.decode("utf-8").rstrip("\f").split("\f")
    return [one.extract_text() for one in pypdf.PdfReader(pdf).pages]


def missing(what: str) -> None:
    """Skip with a reason, or fail where the browser tests are required."""
    if REQUIRED:
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="module")
def content(held: Published) -> Content:
    if printing.chromium() is None:
        missing("Chromium is not installed")
    return whole(held, 120, "public")


@pytest.fixture(scope="module", params=LANGUAGES)
def printed(content: Content, request, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The pages of the report as text."""
    folder = tmp_path_factory.mktemp("pdf")
    (folder / "report.html").write_text(page(content, request.param), encoding="utf-8", newline="\n")
    printing.to_pdf(folder / "report.html", folder / "report.pdf")
    return [unicodedata.normalize("NFKC", text) for text in text_of(folder / "report.pdf")]


def wanted(held: Published) -> dict[tuple[str, str], list[str]]:
    """(population, p-code) -> households and individuals of R118, R119 and R120, as they are written."""
    with duckdb.connect(":memory:") as connection:
        connection.register("g", held.table("governorate_summary"))
        connection.register("governorate", held.table("governorate"))
        connection.register("r", pa.table({"round": [118, 119, 120]}))
        rows = connection.execute(
            "select p, c.governorate_pcode, list(coalesce(format('{:,}', g.households), '–') order by r.round),"
            " list(coalesce(format('{:,}', g.individuals), '–') order by r.round)"
            " from governorate c cross join r cross join (values ('idp'), ('returnee')) t(p)"
            " left join g on g.population = p and g.round = r.round and g.governorate = c.governorate group by all"
        ).fetchall()
    return {(p, pcode): [number for pair in zip(*own, strict=True) for number in pair] for p, pcode, *own in rows}


def test_all_governorates_of_both_populations_in_three_rounds(printed: list[str], held: Published) -> None:
    # readers of PDF differ in where they see blanks and direction marks, most of all in Arabic: compared without any
    text = re.sub(r"[\s\u200e\u200f\u202a-\u202e\u2066-\u2069]+", "", "\n".join(printed))
    expected = wanted(held)
    assert len(expected) == 2 * 18
    rows: dict[str, list[str]] = {}
    for place in re.finditer(r"IQG\d\d", text):
        rows.setdefault(place[0], []).append(re.match(r"[\d,–]*", text[place.end() :])[0])
    for pcode, found in rows.items():
        # returnees come first
        assert found == ["".join(expected["returnee", pcode]), "".join(expected["idp", pcode])], pcode
    assert len(rows) == 18


def test_every_sheet_says_version_terms_and_its_number(printed: list[str], content: Content) -> None:
    assert len(printed) > 3
    for at, text in enumerate(printed, start=1):
        plain = " ".join(text.split())
        assert "International Organization for Migration (IOM), Displacement Tracking Matrix (DTM)" in plain
        assert "no right to sell, resell, redistribute or create derivative works" in plain
        assert f"{at} / {len(printed)}" in plain or f"{len(printed)} / {at}" in plain
        assert content.release.version in plain


def test_printing_leaves_nothing_else_behind(content: Content, tmp_path: Path) -> None:
    html = tmp_path / "report.html"
    html.write_text("<!doctype html><p>1", encoding="utf-8")
    printing.to_pdf(html, tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.pdf", "report.html"]
