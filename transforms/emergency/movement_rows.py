"""What the rows of a delivery mean, each by itself: taken into the ledger, or set aside with every reason.

A rule here looks at one row, its event and the code lists, never at another row: what only the whole ledger can tell is a
finding (``sql/emergency_finding.sql``). So it makes no difference in which order deliveries come.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations import codes
from expectations.emergency import (
    ARRIVAL,
    CORRECTION,
    COUNTED,
    DEPARTURE,
    KINDS,
    MOVEMENT_ID,
    NOT_LOCATED,
    NOT_STATED,
    ONWARD,
    PLACE,
    RETURN,
)
from expectations.schema import conform
from expectations.tables import TABLES
from transforms.cell_text import day, whole
from transforms.emergency.event import Event
from transforms.emergency.movement_file import MovementFile
from transforms.field import personal
from transforms.index import places
from transforms.refusal import RowProblem, found

_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
_PLACE = re.compile(PLACE)
_GOES = (ARRIVAL, ONWARD, RETURN)
_SHOWN = 40
_NEVER_SHOWN = "(not shown)"


@dataclass(frozen=True)
class Taken:
    """The rows of a delivery as ``received_emergency_movement`` and ``received_emergency_quarantine``."""

    kept: pa.Table
    set_aside: pa.Table

    @property
    def rows_set_aside(self) -> int:
        """How many rows were set aside: one may have several reasons."""
        return len(pc.unique(self.set_aside["source_row"]))

    def problems(self) -> tuple[RowProblem, ...]:
        """Every reason, by row."""
        rows = self.set_aside.select(["source_row", "rule", "detail"]).to_pylist()
        return tuple(RowProblem(row["source_row"], row["rule"], row["detail"]) for row in rows)


def taken(file: MovementFile, event: Event | None, event_id: str, received_on: datetime.date) -> Taken:
    """The rows of a delivery for an event.

    Args:
        event: None where there is no such event; every row is set aside then.
        event_id: as the command names it.
        received_on: the day of the delivery; nothing can be recorded after it.
    """
    return _Rows(file, event, event_id, received_on).taken()


class _Rows:
    """One delivery on its way to the ledger; each different text of a column is looked at once."""

    def __init__(self, file: MovementFile, event: Event | None, event_id: str, received_on: datetime.date) -> None:
        self.file, self.event, self.event_id, self.received_on = file, event, event_id, received_on
        self.count = len(file.rows)
        self.reasons: list[pa.Table] = []

    # --- telling ---------------------------------------------------------------------------------------------

    def _say(self, wrong: np.ndarray, rule: str, details: pa.Array | str) -> None:
        """Set rows aside. ``details``: one for all, or one for each row of the file."""
        at = np.flatnonzero(wrong)
        if len(at):
            told = pa.repeat(details, len(at)) if isinstance(details, str) else details.take(pa.array(at))
            self.reasons.append(pa.table({"at": at, "rule": pa.repeat(rule, len(at)), "detail": told}))

    def _meant(self, cells: pa.Array, rule: str, meaning: Callable[[str], object], kind: pa.DataType) -> pa.Array:
        """What the texts of a column mean; null stays null. A meaning that raises sets its rows aside."""
        encoded = cells.dictionary_encode()
        meanings, wrong = [], []
        for text in encoded.dictionary.to_pylist():
            try:
                meanings.append(meaning(text))
                wrong.append(None)
            except ValueError as error:
                meanings.append(None)
                wrong.append(str(error))
        told = pa.array(wrong, pa.string()).take(encoded.indices)
        self._say(pc.is_valid(told).to_numpy(zero_copy_only=False), rule, told)
        return pa.array(meanings, kind).take(encoded.indices)

    def _given(self, column: pa.Array) -> np.ndarray:
        return pc.is_valid(column).to_numpy(zero_copy_only=False)

    # --- the columns -----------------------------------------------------------------------------------------

    def taken(self) -> Taken:
        columns = self.file.columns
        self._of_event(columns["event_id"])
        movement_id = self._ids(columns["movement_id"], "movement_id")
        self._say(~self._given(movement_id), "movement_id", "movement_id is missing")
        kind = self._meant(columns["kind"], "movement_kind", _kind, pa.string())
        self._say(~self._given(columns["kind"]), "movement_kind", f"kind is missing, expected one of {', '.join(KINDS)}")
        reached = self._meant(columns["reached_origin"], "movement_value", lambda t: _truth(t, "reached_origin"), pa.bool_())
        self._say(
            _is(kind, RETURN) & pc.fill_null(pc.invert(reached), False).to_numpy(zero_copy_only=False), "movement_value",
            "reached_origin is false of a return; people who moved and are not back home are kind onward",
        )  # fmt: skip
        made = {
            "event_id": pa.repeat(self.event_id, self.count),
            "movement_id": movement_id,
            "movement_kind": kind,
            **self._days(kind),
            "recorded_seq": self._meant(columns["recorded_seq"], "movement_day", lambda t: whole(t, "recorded_seq"), pa.int64()),
            **self._places(kind),
            "reached_origin": reached,
            "camp_left": self._meant(columns["camp_left"], "movement_value", _name, pa.string()),
            "emergency_shelter_group": self._meant(columns["shelter_group"], "movement_value", _shelter, pa.string()),
            **self._counts(kind),
            **self._links(kind, movement_id),
            "source_sheet": pa.repeat(self.file.sheet, self.count),
            "source_row": pa.array(self.file.rows, pa.int64()),
            "submission_uuid": pa.nulls(self.count, pa.string()) if self.file.uuids is None else self.file.uuids,
        }  # fmt: skip
        return self._parted(made)

    def _parted(self, made: dict[str, pa.Array]) -> Taken:
        kept, aside = TABLES["received_emergency_movement"], TABLES["received_emergency_quarantine"]
        is_kept = np.ones(self.count, bool)
        for told in self.reasons:
            is_kept[told["at"].to_numpy()] = False
        rows = pa.table(made).filter(pa.array(is_kept))
        reasons = pa.concat_tables([_no_reason(), *self.reasons])
        at = reasons["at"].combine_chunks()
        set_aside = pa.table({
            "event_as_given": pa.repeat(self.event_id[:_SHOWN], len(at)),
            "movement_as_given": self._shown(self.file.columns["movement_id"]).take(at),
            "rule": reasons["rule"],
            "detail": reasons["detail"],
            "source_sheet": pa.repeat(self.file.sheet, len(at)),
            "source_row": pa.array(self.file.rows, pa.int64()).take(at),
        })  # fmt: skip
        whole = set_aside.group_by(set_aside.column_names, use_threads=False).aggregate([])  # one row may say a thing twice
        order = [(name, "ascending") for name in aside.key]
        return Taken(conform(rows, kept), conform(whole.sort_by(order), aside))

    def _shown(self, ids: pa.Array) -> pa.Array:
        """Ids as they may be shown: what is none may be anything."""
        is_id = pc.and_(_matches(ids, MOVEMENT_ID), pc.invert(_matches(ids, personal.NUMBER)))
        return pc.if_else(is_id, ids, pa.scalar(_NEVER_SHOWN))

    # --- event -----------------------------------------------------------------------------------------------

    def _of_event(self, named: pa.Array) -> None:
        everything = np.ones(self.count, bool)
        if self.event is None:
            self._say(everything, "movement_event", f"there is no event {found(self.event_id, _SHOWN)}; open it first")
        elif self.event.event_closed:
            self._say(
                everything, "movement_event", f"event {self.event_id} was closed on {self.event.event_closed}; open it again"
            )
        other = pc.fill_null(pc.not_equal(named, self.event_id), False)
        told = self._meant_other(named)
        self._say(other.to_numpy(zero_copy_only=False), "movement_event", told)

    def _meant_other(self, named: pa.Array) -> pa.Array:
        encoded = named.dictionary_encode()
        told = [
            f"the row is of event {personal.quoted(text, _SHOWN)}, the delivery of {self.event_id}"
            for text in encoded.dictionary.to_pylist()
        ]
        return pa.array(told, pa.string()).take(encoded.indices)

    # --- ids -------------------------------------------------------------------------------------------------

    def _ids(self, cells: pa.Array, name: str) -> pa.Array:
        """Ids are not looked at one by one: there are as many as rows."""
        fits = pc.fill_null(_matches(cells, MOVEMENT_ID), True)
        wrong = pc.invert(fits).to_numpy(zero_copy_only=False)
        numbers = pc.fill_null(_matches(cells, personal.NUMBER), False).to_numpy(zero_copy_only=False)
        self._say(
            numbers,
            "movement_id" if name == "movement_id" else "movement_link",
            f"{name} is written like a telephone number, which is not kept",
        )
        sentence = f"{name} is no id of at most 80 letters, digits and . _ : / + -"
        self._say(wrong, "movement_id" if name == "movement_id" else "movement_link", sentence)
        return cells

    def _links(self, kind: pa.Array, movement_id: pa.Array) -> dict[str, pa.Array]:
        corrects, onward = (self._ids(self.file.columns[name], name) for name in ("corrects", "onward_from"))
        is_correction = _is(kind, CORRECTION)
        self._say(is_correction & ~self._given(corrects), "movement_link", "corrects is missing: which movement does it correct?")
        is_edit = np.zeros(self.count, bool) if self.file.is_edit is None else self.file.is_edit
        self._say(
            self._given(corrects) & self._given(kind) & ~is_correction & ~is_edit,
            "movement_link",
            "corrects is given, but the kind is no correction",
        )
        for name, column in (("corrects", corrects), ("onward_from", onward)):
            itself = pc.fill_null(pc.equal(column, movement_id), False).to_numpy(zero_copy_only=False)
            self._say(itself, "movement_link", f"{name} names the row itself")
        return {"corrects": corrects, "onward_from": onward}

    # --- days ------------------------------------------------------------------------------------------------

    def _days(self, kind: pa.Array) -> dict[str, pa.Array]:
        columns = self.file.columns
        moved = self._meant(columns["moved_on"], "movement_day", lambda text: day(text, "moved_on"), pa.date32())
        recorded = self._meant(columns["recorded_on"], "movement_day", lambda text: day(text, "recorded_on"), pa.date32())
        self._say(~self._given(columns["moved_on"]) & ~_is(kind, CORRECTION), "movement_day", "moved_on is missing")
        self._say(~self._given(columns["recorded_on"]), "movement_day", "recorded_on is missing")
        late = pc.fill_null(pc.greater(moved, recorded), False).to_numpy(zero_copy_only=False)
        told = pc.binary_join_element_wise(
            pa.repeat("moved_on", self.count), moved.cast(pa.string()), pa.repeat("is after recorded_on", self.count),
            recorded.cast(pa.string()), " ",
        )  # fmt: skip
        self._say(late, "movement_after_record", told)
        ahead = pc.fill_null(pc.greater(recorded, pa.scalar(self.received_on, pa.date32())), False)
        self._say(
            ahead.to_numpy(zero_copy_only=False),
            "movement_day",
            f"recorded_on is after {self.received_on}, the day of the delivery",
        )
        return {"moved_on": moved, "recorded_on": recorded}

    # --- places ----------------------------------------------------------------------------------------------

    def _places(self, kind: pa.Array) -> dict[str, pa.Array]:
        made: dict[str, pa.Array] = {}
        for side in ("origin", "destination"):
            governorate = self._meant(
                self.file.columns[f"{side}_governorate"], "movement_area", _known(places.governorate), pa.string()
            )
            made[f"{side}_governorate"] = governorate
            made[f"{side}_district"] = self._districts(governorate, self.file.columns[f"{side}_district"], side)
            made[f"{side}_subdistrict"] = self._meant(
                self.file.columns[f"{side}_subdistrict"], "movement_value", _name, pa.string()
            )
        for ours, theirs in (("origin_place_id", "origin_place_id"), ("destination_place_id", "place_id")):
            made[ours] = self._meant(
                self.file.columns[theirs], "movement_area", lambda text, name=theirs: _place(text, name), pa.string()
            )
        for side in ("origin", "destination"):
            alone = self._given(made[f"{side}_subdistrict"]) & ~self._given(self.file.columns[f"{side}_governorate"])
            self._say(alone, "movement_area", f"{side}_subdistrict is given without its governorate")
        has = {
            side: self._given(self.file.columns[f"{side}_governorate"]) | self._given(made[f"{side}_place_id"])
            for side in ("origin", "destination")
        }
        goes = np.isin(kind.fill_null("").to_numpy(zero_copy_only=False), _GOES)
        self._say(
            goes & ~has["destination"], "movement_destination",
            "the destination is missing: destination_governorate or place_id is needed",
        )  # fmt: skip
        left = has["origin"] | self._given(self.file.columns["camp_left"])
        self._say(
            _is(kind, DEPARTURE) & ~left, "movement_origin",
            "the place that people left is missing: camp_left, origin_governorate or origin_place_id is needed",
        )  # fmt: skip
        return made

    def _districts(self, governorate: pa.Array, cells: pa.Array, side: str) -> pa.Array:
        """Districts within the governorate of their row; not told where the governorate is wrong itself."""
        is_told = self._given(governorate) | ~self._given(self.file.columns[f"{side}_governorate"])
        pairs = pc.if_else(
            pc.and_(pc.is_valid(cells), pa.array(is_told)),
            pc.binary_join_element_wise(governorate.fill_null(""), cells.fill_null(""), "\x1f"),
            pa.scalar(None, pa.string()),
        )

        def meaning(pair: str) -> str | None:
            own, _, text = pair.partition("\x1f")
            if codes.normalise(text) in codes.ignored():
                return None
            return places.district(own or None, text)

        return self._meant(pairs, "movement_area", meaning, pa.string())

    # --- counts ----------------------------------------------------------------------------------------------

    def _counts(self, kind: pa.Array) -> dict[str, pa.Array]:
        columns = self.file.columns
        numbers = {
            name: self._meant(columns[name], "movement_counts", lambda text, name=name: whole(text, name), pa.int64())
            for name in ("households", "individuals", "female", "male", "under_18")
        }
        counted = self._meant(columns["counted"], "movement_value", lambda text: _truth(text, "counted"), pa.bool_())
        is_correction = _is(kind, CORRECTION)
        households, individuals = numbers["households"], numbers["individuals"]
        has = {name: self._given(columns[name]) for name in numbers}
        self._say(
            ~has["households"] & ~has["individuals"] & ~is_correction, "movement_counts",
            "households and individuals are both missing",
        )  # fmt: skip
        zero = {name: pc.fill_null(pc.equal(numbers[name], 0), False).to_numpy(zero_copy_only=False) for name in numbers}
        for name in ("households", "individuals"):
            self._say(
                zero[name] & ~is_correction & self._given(kind),
                "movement_counts",
                f"{name} is 0; only a correction may say so, to cancel a movement",
            )
        half = (zero["households"] & ~zero["individuals"] & has["individuals"]) | (
            zero["individuals"] & ~zero["households"] & has["households"]
        )
        self._say(half & is_correction, "movement_counts", "one of households and individuals is 0, the other is not")
        fewer = pc.fill_null(pc.less(individuals, households), False).to_numpy(zero_copy_only=False)
        self._say(fewer & ~half & ~zero["individuals"], "movement_counts", "there are fewer individuals than households")
        individuals, counted = self._individuals(households, individuals, counted)
        people = {name: numbers[name] for name in ("female", "male", "under_18")}
        self._parts(individuals, people)
        return {
            "moved_households": households,
            "moved_individuals": individuals,
            "is_counted": counted,
            **{f"{name}_individuals": numbers[name] for name in people},
        }

    def _individuals(self, households: pa.Array, individuals: pa.Array, counted: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Individuals as given, never computed again; where the event derives them and none are given, derived."""
        event = self.event
        if event is None or event.counting_rule == COUNTED:
            individuals = pc.if_else(pc.fill_null(pc.equal(households, 0), False), pa.scalar(0), individuals)
            counted = pc.if_else(pc.is_valid(individuals), pc.fill_null(counted, True), pa.scalar(None, pa.bool_()))
            return individuals, counted
        derived = pc.multiply(households, event.persons_per_household)
        differs = pc.and_(pc.not_equal(individuals, derived), pc.invert(pc.fill_null(counted, False)))
        told = pc.binary_join_element_wise(
            pa.repeat("individuals are", self.count), individuals.cast(pa.string()), pa.repeat(f"expected {event.persons_per_household} x households =", self.count),
            derived.cast(pa.string()), pa.repeat("unless the row says that they were counted", self.count), " ",
        )  # fmt: skip
        self._say(pc.fill_null(differs, False).to_numpy(zero_copy_only=False), "movement_individuals", told)
        counted = pc.if_else(pc.is_valid(individuals), pc.fill_null(counted, False), pa.scalar(False))
        individuals = pc.coalesce(individuals, derived)
        return individuals, pc.if_else(pc.is_valid(individuals), counted, pa.scalar(None, pa.bool_()))

    def _parts(self, individuals: pa.Array, people: dict[str, pa.Array]) -> None:
        sexes = pc.add(people["female"].fill_null(0), people["male"].fill_null(0))
        for part, what in ((sexes, "female and male"), (people["under_18"].fill_null(0), "under_18")):
            more = pc.greater(part, individuals.fill_null(0)).to_numpy(zero_copy_only=False)
            self._say(more, "movement_individuals", f"{what} are more than individuals")


def _no_reason() -> pa.Table:
    """No reason at all."""
    return pa.schema([("at", pa.int64()), ("rule", pa.string()), ("detail", pa.string())]).empty_table()


# --- what cells mean -----------------------------------------------------------------------------------------


def _matches(cells: pa.Array, pattern: str) -> pa.Array:
    return pc.match_substring_regex(cells, f"^(?:{pattern.removeprefix('^').removesuffix('$')})\\z")


def _is(kind: pa.Array, wanted: str) -> np.ndarray:
    return pc.fill_null(pc.equal(kind, wanted), False).to_numpy(zero_copy_only=False)


def _kind(text: str) -> str:
    plain = text.lower()
    if plain not in KINDS:
        raise ValueError(f"kind is {personal.quoted(text, _SHOWN)}, expected one of {', '.join(KINDS)}")
    return plain


def _truth(text: str, name: str) -> bool:
    plain = text.lower()
    if plain not in (*_TRUE, *_FALSE):
        raise ValueError(f"{name} is {personal.quoted(text, _SHOWN)}, expected true or false")
    return plain in _TRUE


def _place(text: str, name: str) -> str:
    plain = text.removesuffix(".0") if text.removesuffix(".0").isdecimal() else text
    if not _PLACE.fullmatch(plain) or personal.is_number(plain):
        raise ValueError(f"{name} is {personal.quoted(text, _SHOWN)}, expected at most 40 letters, digits and . _ -")
    return plain


def _name(text: str) -> str | None:
    if codes.normalise(text) in (NOT_STATED, NOT_LOCATED):  # words of figures for what is not known
        return None
    said = places.name(text)
    if said is not None and not all(letter.isprintable() for letter in said):
        raise ValueError("a text holds control characters")
    return said


def _known(meaning: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """The meaning of a name, nothing where the text says that it is not known."""
    return lambda text: None if codes.normalise(text) in codes.ignored() else meaning(text)


def _shelter(text: str) -> str | None:
    plain = codes.normalise(text)
    if plain in codes.ignored():
        return None
    for row in codes.rows("emergency_shelter"):
        known = (row["emergency_shelter_group"], row["emergency_shelter_en"], *codes.split(row["spellings"]))
        if plain in {codes.normalise(one) for one in known}:
            return row["emergency_shelter_group"]
    groups = ", ".join(row["emergency_shelter_group"] for row in codes.rows("emergency_shelter"))
    raise ValueError(f"shelter_group is {personal.quoted(text, _SHOWN)}, expected one of {groups}")
