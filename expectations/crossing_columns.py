"""The columns of crossing points: headcounts, survey answers, status of points of entry, restrictions of movement."""

from __future__ import annotations

from expectations.contract import Column
from expectations.crossing import DIRECTIONS, STATUSES, SURVEY_ID

_INFERRED = "as given; null where not answered. That it is asked is inferred."


def _answer(name: str, what: str) -> Column:
    return Column(name, "text", f"{what}, {_INFERRED}", sensitivity="sensitive")


def _points(name: str, meaning: str) -> Column:
    return Column(name, "integer", meaning, unit="points of entry", minimum=0)


CROSSING_COLUMNS = [
    Column("crossing_point", "text", "Crossing point or point of entry by its name, as given; one of the published names where it is the same but for capitals and blanks."),
    Column("neighbouring_country", "text", "Country on the other side; null where it is not published."),
    # --- headcounts and survey -----------------------------------------------------------------------
    Column("observed_on", "date", "Day of the observation."),
    Column("crossing_direction", "text", "in: into Iraq; out: out of Iraq.", values=DIRECTIONS),
    Column("travellers", "integer", "Travellers counted. Gross flow, never part of a stock of IDPs or returnees.", unit="travellers", minimum=0),
    Column("vehicles", "integer", "Vehicles counted; null where they were not. Gross flow.", unit="vehicles", minimum=0),
    Column("month_start", "date", "First day of the month."),
    Column("observed_days", "integer", "Days with a headcount: what the figures cover of the month.", unit="days", minimum=1, maximum=31),
    Column("vehicle_days", "integer", "Days with a count of vehicles.", unit="days", minimum=0, maximum=31),
    Column("travellers_per_observed_day", "real", "Travellers per day with a headcount.", unit="travellers a day", minimum=0),
    Column("survey_id", "text", "Interview of the sample survey, one traveller; never used again.", pattern=SURVEY_ID, sensitivity="sensitive"),
    _answer("nationality", "Nationality of the traveller"),
    _answer("sex", "Sex of the traveller"),
    _answer("age_group", "Age or age group of the traveller"),
    _answer("origin", "Where the journey began"),
    _answer("destination", "Where the journey is to end"),
    _answer("travel_reason", "Reason of the journey"),
    _answer("intended_stay", "How long the traveller means to stay"),
    Column("respondents", "integer", "Travellers of the sample who gave this answer. A sample: never scaled up to headcounts.", unit="respondents", minimum=1),
    Column("answered_respondents", "integer", "Travellers of the sample who answered the question.", unit="respondents", minimum=1),
    Column("share_of_answered", "real", "Respondents per traveller of the sample who answered the question.", unit="ratio", minimum=0, maximum=1),
    # --- points of entry and restrictions --------------------------------------------------------------
    Column("window_start", "date", "First day of the reference window."),
    Column("window_end", "date", "Last day of the reference window."),
    Column("entry_status", "text", "Status of the point of entry in the window: open, partially open, open for commercial traffic only, closed.", values=STATUSES),
    Column("health_measures", "text", "Health measures at the point, as given; null where nothing was said. Whether the published exercise records them is not known."),
    Column("restriction", "text", "Restriction of movement, as given: the fields of the published exercise are not known."),
    _points("points_of_entry", "Points of entry with a status in the window."),
    _points("closed_points", "Of the points: closed."),
    _points("commercial_only_points", "Of the points: open for commercial traffic only."),
    _points("partially_open_points", "Of the points: partially open."),
    _points("open_points", "Of the points: open."),
    Column("previous_window_start", "date", "First day of the window before: the newest that ended before this one began. Null for the first."),
    Column("previous_window_end", "date", "Last day of the window before. Null for the first."),
    _points("previous_points_of_entry", "Points of entry with a status in the window before."),
    _points("changed_points", "Points with another status than in the window before."),
    _points("added_points", "Points without a status in the window before."),
    _points("dropped_points", "Points of the window before without a status in this one."),
]  # fmt: skip
