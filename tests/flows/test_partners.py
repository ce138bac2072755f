"""The snippets for partners run on a release of the sample, also where figures are withheld."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from flows.published import Published
from flows.release import metadata, query_files, table_files, workbook, writing
from tests import withheld
from tests.partners import DOCUMENT, Snippet, snippets

WRITERS = (table_files.parquet, table_files.csv, query_files.views, query_files.database, workbook.xlsx)


@pytest.fixture(scope="module")
def root(held: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release root with the newest version under its stable names, and what points at it. Some figures are withheld."""
    folder = tmp_path_factory.mktemp("root")
    latest = folder / "latest"
    latest.mkdir()
    content = withheld.content(held)
    metadata.write(content, latest, writing.write(content, latest, WRITERS))
    for path in (latest / "lists").iterdir():
        path.rename(path.with_name(re.sub(r"_r\d{3}_.*\.", "_latest.", path.name)))
    listed = [
        {"latest": path.relative_to(folder).as_posix(), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in sorted(latest.rglob("*"))
        if path.is_file()
    ]
    pointer = {"id": content.release.id, "as_of": {"idp": "2021-02-28"}, "files": listed}
    (folder / "latest.json").write_text(json.dumps(pointer), encoding="utf-8")
    return folder


@pytest.mark.parametrize("snippet", snippets(), ids=lambda own: own.file.rpartition("/")[2])
def test_a_snippet_runs(root: Path, snippet: Snippet, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    for library in snippet.libraries:
        pytest.importorskip(library, reason=f"{library} is no library of the project; tests/compat runs this snippet")
    assert (root / snippet.file).exists(), "the release has no such file"
    monkeypatch.chdir(root)
    exec(compile(snippet.code, str(DOCUMENT), "exec"), {"__name__": "snippet"})
    assert capsys.readouterr().out.strip()


def test_a_file_that_did_not_arrive_whole_is_found(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "latest").mkdir()
    pointer = json.loads((root / "latest.json").read_text(encoding="utf-8"))
    one = next(file for file in pointer["files"] if file["latest"].endswith("views.sql"))
    (tmp_path / "latest.json").write_text(json.dumps({**pointer, "files": [one]}), encoding="utf-8")
    (tmp_path / "latest" / "views.sql").write_bytes(b"cut off")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssertionError, match=r"latest/views.sql did not arrive whole"):
        exec(compile(snippets()[0].code, str(DOCUMENT), "exec"), {})


def test_every_block_of_python_is_run_and_every_block_of_r_says_that_it_is_not() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.count("```python\n") == len(snippets()) >= 8
    for heading, _ in re.findall(r"(## [^\n]+)\n\n(?:[^#`]*)(```r\n)", text):
        assert heading.endswith("(not run)"), heading
    assert "The R snippets were not run" in text
