"""Pages as PDF: printed by Chromium as it stands on the machine, from a file of ours that holds neither script nor network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from flows import export
from flows.problem import ExitCode, Problem

VARIABLE = "DTM_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--no-pdf-header-footer",
)  # fmt: skip
_SECONDS = 120
_PDF = ".pdf"
_ENDINGS = (".html", ".htm", _PDF)


def chromium() -> Path | None:
    """The browser that prints: what the variable says, else the first one found on the path."""
    named = os.environ.get(VARIABLE)
    found = (shutil.which(named),) if named else (shutil.which(name) for name in _NAMES)
    return next((Path(path) for path in found if path), None)


def put(output: Path, html: str, data: Path) -> None:
    """Write a page where the user wants it, as HTML or, by the ending of the name, as PDF.

    Raises:
        Problem: the file has neither ending, or lies in the data folder; otherwise as :func:`to_pdf`.
    """
    ending = output.suffix.lower()
    if ending not in _ENDINGS or output.is_dir():
        raise Problem(ExitCode.USAGE, f"-o takes the name of an .html or .pdf file, not '{output}'.")
    target = export.outside(output, data)
    if ending != _PDF:
        export.put(target, lambda waiting: waiting.write_text(html, encoding="utf-8", newline="\n"))
        return
    with tempfile.TemporaryDirectory(prefix="dtm-", ignore_cleanup_errors=True) as folder:
        page = Path(folder) / "page.html"
        page.write_text(html, encoding="utf-8", newline="\n")
        export.put(target, lambda waiting: to_pdf(page, waiting))


def to_pdf(html: Path, pdf: Path) -> None:
    """Print a page to a PDF file, on the paper and with the margins that its own style says.

    Raises:
        Problem: there is no Chromium, or it does not print in time.
        OSError: the PDF cannot be written.
    """
    browser = chromium()
    if browser is None:
        named = os.environ.get(VARIABLE)
        there = f"{VARIABLE} names '{named}', which is no program" if named else "none is on the path"
        raise Problem(
            ExitCode.USAGE, f"PDF needs the browser Chromium; {there}. Install it, or write an .html file and print it."
        )
    with tempfile.TemporaryDirectory(prefix="dtm-", ignore_cleanup_errors=True) as folder:
        printed = Path(folder) / "printed.pdf"
        command = [str(browser), *_FLAGS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # its sandbox refuses to run as root
        try:
            done = subprocess.run([*command, html.resolve().as_uri()], capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise Problem(ExitCode.STORAGE, f"'{browser.name}' did not print '{html.name}' within {_SECONDS} seconds.") from None
        if not printed.is_file() or not printed.stat().st_size:
            last = done.stderr.decode("utf-8", errors="replace").strip().splitlines()[-1:]
            raise Problem(ExitCode.STORAGE, f"'{browser.name}' could not print '{html.name}'.", tuple(last))
        shutil.copyfile(printed, pdf)
