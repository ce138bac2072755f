"""The snippets for partners that need a library which the project does not have, run where partners have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.partners import DOCUMENT, Snippet, snippets


@pytest.mark.parametrize("snippet", [own for own in snippets() if own.libraries], ids=lambda own: own.libraries[0])
def test_a_snippet_runs(release: Path, tmp_path: Path, snippet: Snippet, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "latest").symlink_to(release)
    monkeypatch.chdir(tmp_path)
    exec(compile(snippet.code, str(DOCUMENT), "exec"), {"__name__": "snippet"})
