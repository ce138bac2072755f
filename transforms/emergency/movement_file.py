"""A delivery of movements as text columns under our names, whatever wrote it: CSV, workbook, Parquet, export of submissions."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations import emergency_form
from expectations.emergency import CORRECTION
from expectations.policy import ZONE
from transforms.field import exports
from transforms.field.export import REJECTED, Export
from transforms.field.exports import ColumnMap, cells
from transforms.index import answer_file
from transforms.refusal import Refusal, found

NEEDED = ("movement_id", "kind", "recorded_on")
OPTIONAL = (
    "event_id", "moved_on", "recorded_seq", "origin_governorate", "origin_district", "origin_subdistrict", "origin_place_id",
    "destination_governorate", "destination_district", "destination_subdistrict", "place_id", "reached_origin", "camp_left",
    "shelter_group", "households", "individuals", "counted", "female", "male", "under_18", "corrects", "onward_from",
)  # fmt: skip
COLUMNS = (*NEEDED, *OPTIONAL)
_SEQ_MAXIMUM = 999_999_999


@dataclass(frozen=True)
class MovementFile:
    """Text columns by our names, null for empty cells and for columns that the file does not have.

    ``rows`` numbers them as a spreadsheet does; ``left_out`` counts submissions that are no movements, by the reason;
    ``not_taken`` are headers that mean nothing here: nothing of them is kept. Of an export, ``uuids`` names the submissions, and
    ``is_edit`` says which are edited versions: each takes the place of the movement in ``corrects``, whatever its kind.
    """

    sheet: str
    columns: Mapping[str, pa.Array]
    rows: np.ndarray
    left_out: Mapping[str, int]
    not_taken: tuple[str, ...]
    uuids: pa.Array | None = None
    is_edit: np.ndarray | None = None


def read(path: Path, name: str, column_map: ColumnMap | None = None) -> MovementFile:
    """The delivery at ``path``, known to people as ``name``.

    Args:
        column_map: of an export of another tool than KoboToolbox and ODK Central; its rows are submissions.

    Raises:
        Refusal: it is of another kind, damaged, without a row, or lacks a column.
    """
    questions = emergency_form.known()
    if column_map is not None:
        return _submissions(exports.read(path, name, column_map, questions=questions), name)
    file = answer_file.read_as("movement_columns", path, name, frozenset({"movement_id"}), questions)
    if file.export is not None:
        return _submissions(file.export, name)
    missing = [column for column in NEEDED if column not in file.columns]
    if missing:
        hint = answer_file.nearest(missing[0], file.columns)
        raise Refusal(name, "movement_columns", f"It has no column {' and no column '.join(missing)}.{hint}")
    if not len(file.rows):
        raise Refusal(name, "movement_columns", "It has no row.")
    absent = pa.nulls(len(file.rows), pa.string())
    return MovementFile(
        file.sheet,
        {column: file.columns.get(column, absent) for column in COLUMNS},
        file.rows,
        file.left_out,
        tuple(found(header) for header in file.columns if header not in COLUMNS),
    )


def _submissions(export: Export, name: str) -> MovementFile:
    """Submissions as movements: each says its event; an edited one takes the place of what it was before.

    All versions of a submission correct its first one, which need not be held: a version in between may never have been
    delivered, and tables name the first one only.
    """
    rows = export.rows
    if not rows.num_rows:
        raise Refusal(name, "movement_columns", "It has no submission.")
    rejected = pc.fill_null(pc.is_in(rows["_review_state"], pa.array(REJECTED)), False).combine_chunks()
    rows = rows.filter(pc.invert(rejected))
    left_out = {"rejected by the supervisor": pc.sum(rejected).as_py() or 0}
    absent = pa.nulls(rows.num_rows, pa.string())

    def column(name: str) -> pa.Array:
        return rows[name].combine_chunks() if name in rows.column_names else absent

    made = {ours: column(emergency_form.QUESTION_OF.get(ours, ours)) for ours in COLUMNS}
    uuid = made["movement_id"] = column("_uuid")
    for link in ("corrects", "onward_from"):  # typed by people, who may copy the id as OpenRosa writes it
        made[link] = cells.without_prefix(made[link])
    first = pc.coalesce(column("_root_uuid"), column("_replaces_uuid"))
    is_edited = pc.fill_null(pc.not_equal(first, uuid), False)
    is_correction = pc.fill_null(pc.equal(pc.utf8_lower(made["kind"]), CORRECTION), False)  # says itself what it corrects
    is_edit = pc.and_not(pc.and_(is_edited, pc.is_null(made["corrects"])), is_correction)
    made["corrects"] = pc.if_else(is_edit, first, made["corrects"])
    made["recorded_on"], made["recorded_seq"] = _recorded(column, is_edited)
    sheet = next(iter(rows["_sheet"].to_pylist()), "")
    return MovementFile(
        sheet, made, rows["_row"].to_numpy(), {reason: count for reason, count in left_out.items() if count},
        tuple(found(header) for header in export.unknown), uuid, is_edit.to_numpy(zero_copy_only=False),
    )  # fmt: skip


def _recorded(column: Callable[[str], pa.Array], is_edited: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The day on which each submission was recorded, and its place among those of the day.

    That is when it was sent. When it was changed counts of edited versions only: a tool may call a submission changed because
    a supervisor approved it, and the same version must always be the same row. KoboToolbox and ODK Central say when a submission
    was first sent, and not when it was edited; so versions of one day are put in order by when the form was filled in last.
    """
    sent, changed = column("_submitted_at"), column("_modified_at")
    recorded = pc.if_else(is_edited, pc.coalesce(changed, sent), pc.coalesce(sent, changed))
    days, order = [], []
    for text, edited, filled_in, edits in zip(
        recorded.to_pylist(), is_edited.to_pylist(), column("end").to_pylist(), column("_edits").to_pylist(), strict=True
    ):
        moment = _moment(text)
        if moment is None:  # no time of sending: the text is named where the row is set aside
            days.append(text)
            order.append(None)
            continue
        days.append(moment.date().isoformat())
        second = moment.hour * 3600 + moment.minute * 60 + moment.second
        if edited:
            second += 1 + _whole(edits) + max(0, int(((_moment(filled_in) or moment) - moment).total_seconds()))
        order.append(str(min(second, _SEQ_MAXIMUM)))
    return pa.array(days, pa.string()), pa.array(order, pa.string())


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 5 else 0


def _moment(text: str | None) -> datetime.datetime | None:
    """A point in time, in the time of Iraq; without a zone it is taken as UTC, as the tools write it."""
    if text is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).astimezone(ZoneInfo(ZONE))
    except (ValueError, OverflowError):
        return None
