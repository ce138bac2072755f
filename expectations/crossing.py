"""Crossing points in words: what is observed there, what a file of each kind holds, and what a later file replaces.

Sources: cross-border flow monitoring (headcounts and a sample survey, 2019) and the tracking of points of entry and mobility
restrictions (mid-2020 on). The statuses of a point of entry are published; the fields of the survey are inferred; those of
restrictions are not known.
"""

from __future__ import annotations

from dataclasses import dataclass

APART = "None of these figures is added to IDP or returnee stock; returnees from abroad are kept apart from the lists."
DIRECTIONS = ("in", "out")
# Published; their order is that of our pictures.
CLOSED, COMMERCIAL_ONLY, PARTIALLY_OPEN, OPEN = STATUSES = ("closed", "commercial_only", "partially_open", "open")
# What a traveller is asked. Published are headcount and survey, not the questions: this list is inferred.
QUESTIONS = ("nationality", "sex", "age_group", "origin", "destination", "travel_reason", "intended_stay")
SURVEY_ID = r"^[A-Za-z0-9][A-Za-z0-9._:/+-]{0,79}$"


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Args:
        name: word of the command.
        table: the table made of it; ``received_<table>`` is kept of a file.
        columns: columns of the file in order, by the names of the table; see :data:`HEADERS`.
        needed: those that every row fills.
        replaces: a later file takes the place of rows that agree in these columns.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    replaces: tuple[str, ...]

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers of its columns."""
        return tuple(HEADERS.get(column, column) for column in self.columns)


# Headers of a file that the tables call otherwise: reason is a word of the indices there.
HEADERS = {"travel_reason": "reason"}
_OBSERVED = ("crossing_point", "observed_on", "crossing_direction")
_WINDOW = ("window_start", "window_end")
KINDS = {
    kind.name: kind
    for kind in (
        Kind("headcounts", "crossing_headcount", (*_OBSERVED, "travellers", "vehicles"), (*_OBSERVED, "travellers"), _OBSERVED),
        Kind("survey", "crossing_survey", ("survey_id", *_OBSERVED, *QUESTIONS), ("survey_id", *_OBSERVED), ("survey_id",)),
        Kind(
            "status", "point_of_entry_status", (*_WINDOW, "crossing_point", "entry_status", "health_measures", "note"),
            (*_WINDOW, "crossing_point", "entry_status"), _WINDOW,
        ),
        Kind(
            "restrictions", "movement_restriction", (*_WINDOW, "governorate", "restriction", "note"),
            (*_WINDOW, "governorate", "restriction"), _WINDOW,
        ),
    )
}  # fmt: skip
