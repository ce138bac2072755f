"""Files that a user names: that they are there, their bytes, their text."""

from __future__ import annotations

from pathlib import Path

from flows.problem import ExitCode, Problem


def present(path: Path) -> Path:
    """A file that the user named.

    Raises:
        Problem: there is no such file.
    """
    if not path.is_file():
        raise Problem(ExitCode.USAGE, f"There is no file '{path}'. Check the path.")
    return path


def given(path: Path) -> bytes:
    """The bytes of a file that the user named. Raises as :func:`present`."""
    return present(path).read_bytes()


def utf8(content: bytes, name: str) -> str:
    """The text of a file.

    Raises:
        Problem: it is not UTF-8; the sentence says from which byte on.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        sentence = f"{name}: byte {error.start} is not UTF-8. Save the file as UTF-8."
        raise Problem(ExitCode.SOURCE_REFUSED, sentence) from None
