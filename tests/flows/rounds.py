"""Working through the queue of a round as a person does in a spreadsheet program."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import openpyxl

from expectations.checks import BY_ID


def decide_all(path: Path, reviewer: str = "A. Reviewer") -> int:
    """Fill in a review workbook: what cannot stay is removed, records that wait are approved, everything else is kept.

    Returns the number of rows decided.
    """
    book = openpyxl.load_workbook(path)
    sheet = book["cleaning_log"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    rows = {row: {name: sheet.cell(row, column).value for name, column in heads.items()} for row in range(2, sheet.max_row + 1)}
    asked = {
        row: said for row, said in rows.items() if said["query_status"] != "decided" and said["check_id"] not in ("c20", "c23")
    }
    removed = {said["uuid"] for said in asked.values() if not BY_ID[said["check_id"]].can_stay}
    removed |= _other_records(asked.values())
    for row, said in asked.items():
        change, new = ("remove_survey", None) if said["uuid"] in removed else _KEPT.get(said["check_id"], ("no_action", None))
        for name, value in (("change_type", change), ("new_value", new), ("comment", "decided by the test"), ("reviewer", reviewer),
                            ("decided_at", "2021-05-03"), ("query_status", "decided")):  # fmt: skip
            sheet.cell(row, heads[name]).value = value
    book.save(path)
    return len(asked)


_KEPT = {"c24": ("change_response", "approved"), "c29": ("no_action", "keep_ours")}


def _other_records(asked: Iterable[dict]) -> set[str]:
    """Of the records that differ, all but the first of each location."""
    seen: set[str] = set()
    others = set()
    for said in asked:
        if said["check_id"] == "c03":
            others |= {said["uuid"]} if said["check_binding"] in seen else set()
            seen.add(said["check_binding"])
    return others
