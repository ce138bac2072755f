"""Published figures that a user brings, beside those of lists."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from flows.given_file import utf8
from flows.problem import ExitCode, Problem
from transforms import reconcile


def figures(path: Path) -> list[reconcile.Figure]:
    """The figures of a file: a DTM API response or a CSV, as :func:`transforms.reconcile.figures` takes them.

    Raises:
        OSError: the file cannot be read.
        Problem: it holds no figures.
    """
    return figures_of(path.read_bytes(), path.name)


def figures_of(content: bytes, name: str) -> list[reconcile.Figure]:
    """The figures in bytes.

    Raises:
        Problem: they are no figures.
    """
    try:
        return reconcile.figures(utf8(content, name), name)
    except reconcile.UnreadableFigures as error:
        raise Problem(ExitCode.SOURCE_REFUSED, str(error)) from None


def ours(national: pa.Table, governorates: pa.Table | None = None) -> reconcile.Ours:
    """Our figures from the rows of ``national_summary`` and, where they are to be compared, ``governorate_summary``."""
    listed = [(row, None) for row in national.to_pylist()]
    listed += [(row | {"governorates": 1}, row["governorate"]) for row in (governorates.to_pylist() if governorates else ())]
    return {
        (row["population"], row["round"], place): {m: row[m] for m in reconcile.MEASURES if row[m] is not None}
        | {reconcile.INCOMPLETE: int(row["completeness"] == "incomplete")}
        for row, place in listed
    }
