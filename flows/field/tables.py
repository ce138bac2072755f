"""The rounds under collection as clean tables, for the build."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from expectations.tables import CLEAN, FIELD_CLEAN
from flows.field import life
from transforms import reference
from transforms.field import round as evaluation
from transforms.field.round import Evaluation


def clean_tables(data: Path) -> dict[str, list[pa.Table]]:
    """The parts of every clean table that the rounds of a data folder give.

    Raises:
        Problem: a decision of a cleaning log no longer fits its data; something kept is missing or was changed.
    """
    parts: dict[str, list[pa.Table]] = {table.name: [] for table in (*CLEAN, *FIELD_CLEAN)}
    for held in life.every(data):
        for event in held.round.list_events:
            made = held.evaluated(event)
            life.demand_same_list(held, event, made)
            for name, rows in made.edition(event.on).items():
                parts[name].append(rows)
        for name, rows in standing(held, held.now).items():
            parts[name].append(rows)
    return parts


def standing(held: life.Held, now: Evaluation) -> dict[str, pa.Table]:
    """What a round knows as ``now`` evaluates it: submissions, queue, log, locations, comparisons, and what came too late."""
    late = held.with_late
    tables = {
        "clean_submission": evaluation.with_late(now.submissions, late.submissions) if late else now.submissions,
        "clean_review_item": now.queue,
        "clean_cleaning_log_entry": now.log(),
        "clean_location_record": now.records,
        "clean_comparison": now.comparison,
    }
    return tables | ({"clean_late_effect": evaluation.late_effect(now, late)} if late else {})


def unregistered(data: Path) -> list[dict[str, str]]:
    """The rounds under collection that the registry does not have, as rows of it."""
    rounds = [held.round for held in life.every(data)]
    rows = [reference.opened_round(r.number, r.list_date, r.collection_start, r.collection_end) for r in rounds]
    return [row for row in rows if row]
