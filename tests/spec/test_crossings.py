"""Points of entry by window, headcounts by month, answers of the survey: ASCII tables in and out."""

from __future__ import annotations

import datetime

from expectations.crossing import CLOSED, COMMERCIAL_ONLY, OPEN, PARTIALLY_OPEN
from tests import ascii, crossingworld

# As published; which point had which status is not, so points here are numbered.
PUBLISHED = """
window_start | window_end | points_of_entry | closed_points | partially_open_points | commercial_only_points | open_points
2020-06-30   | 2020-07-13 | 29              | 9             | 7                     | 13                     | 0
2020-07-14   | 2020-07-27 | 30              | 9             | 8                     | 12                     | 1
2020-07-28   | 2020-08-10 | 30              | 10            | 8                     | 12                     | 0
2020-08-25   | 2020-09-07 | 30              | 7             | 7                     | 16                     | 0
2020-11-03   | 2020-11-30 | 30              | 6             | 10                    | 11                     | 3
"""


def points(window: dict[str, str]) -> list[str]:
    """Rows of points whose statuses add up to those of a window."""
    found = []
    for status in (CLOSED, PARTIALLY_OPEN, COMMERCIAL_ONLY, OPEN):
        for _ in range(int(window[f"{status}_points"])):
            found.append(f"{window['window_start']} | {window['window_end']} | Point {len(found) + 1:02} | {status}")
    return found


def test_the_published_windows_come_out_of_the_rows_of_their_points() -> None:
    lines = [line for window in ascii.rows(PUBLISHED) for line in points(window)]
    given = crossingworld.delivery("status", "\n".join(["window_start | window_end | crossing_point | entry_status", *lines]))
    assert given.rows.num_rows == 29 + 4 * 30
    made = crossingworld.build(given)["point_of_entry_summary"]
    ascii.check(made, PUBLISHED)
    rows = made.to_pylist()
    assert [row["added_points"] for row in rows] == [None, 1, 0, 0, 0]
    assert [row["dropped_points"] for row in rows] == [None, 0, 0, 0, 0]
    # the window of November follows on that of 25 August, however long ago that ended
    assert rows[4]["previous_window_end"] == datetime.date(2020, 9, 7)


def test_changes_are_counted_at_points_of_both_windows() -> None:
    given = crossingworld.delivery(
        "status",
        """
        window_start | window_end | crossing_point | entry_status
        2020-01-01   | 2020-01-14 | A              | open
        2020-01-01   | 2020-01-14 | B              | open
        2020-01-01   | 2020-01-14 | C              | closed
        2020-01-15   | 2020-01-28 | A              | closed
        2020-01-15   | 2020-01-28 | B              | open
        2020-01-15   | 2020-01-28 | D              | open
        2020-01-15   | 2020-01-28 | E              | commercial_only
        2020-01-10   | 2020-01-20 | A              | partially_open
        """,
    )
    expected = """
    window_start | window_end | points_of_entry | previous_window_start | previous_points_of_entry | changed_points | added_points | dropped_points
    2020-01-01   | 2020-01-14 | 3               |                       |                          |                |              |
    2020-01-10   | 2020-01-20 | 1               |                       |                          |                |              |
    2020-01-15   | 2020-01-28 | 4               | 2020-01-01            | 3                        | 1              | 2            | 1
    """
    ascii.check(crossingworld.build(given)["point_of_entry_summary"], expected)


def test_headcounts_are_summed_over_observed_days_only() -> None:
    given = crossingworld.delivery(
        "headcounts",
        """
        crossing_point | observed_on | crossing_direction | travellers | vehicles
        A              | 2021-01-30  | in                 | 100        | 10
        A              | 2021-01-31  | in                 | 50         |
        A              | 2021-02-01  | in                 | 0          | 0
        A              | 2021-02-01  | out                | 7          |
        """,
    )
    expected = """
    crossing_point | month_start | crossing_direction | travellers | vehicles | observed_days | vehicle_days | travellers_per_observed_day
    A              | 2021-01-01  | in                 | 150        | 10       | 2             | 1            | 75
    A              | 2021-02-01  | in                 | 0          | 0        | 1             | 1            | 0
    A              | 2021-02-01  | out                | 7          |          | 1             | 0            | 7
    """
    ascii.check(crossingworld.build(given)["crossing_headcount_summary"], expected)


def test_shares_of_answers_leave_out_who_did_not_answer_and_know_no_headcount() -> None:
    asked = crossingworld.delivery(
        "survey",
        """
        survey_id | crossing_point | observed_on | crossing_direction | sex    | travel_reason
        S1        | A              | 2021-01-30  | in                 | female | work
        S2        | A              | 2021-01-30  | in                 | male   |
        S3        | A              | 2021-01-30  | in                 | female |
        S4        | A              | 2021-01-31  | in                 |        | work
        S5        | A              | 2021-01-31  | out                |        |
        """,
    )
    counted = crossingworld.delivery(
        "headcounts",
        "crossing_point | observed_on | crossing_direction | travellers\nA | 2021-01-30 | in | 9000",
        number=2,
    )
    expected = """
    crossing_point | crossing_direction | question      | answer | respondents | answered_respondents | share_of_answered
    A              | in                 | sex           | female | 2           | 3                    | 0.666667
    A              | in                 | sex           | male   | 1           | 3                    | 0.333333
    A              | in                 | travel_reason | work   | 2           | 2                    | 1
    """
    ascii.check(crossingworld.build(asked, counted)["crossing_survey_summary"], expected)


def test_every_row_says_its_file_and_row() -> None:
    given = crossingworld.delivery(
        "restrictions", "window_start | window_end | governorate | restriction\n2021-01-04 | 2021-01-17 | Erbil | Curfew"
    )
    rows = crossingworld.build(given)["movement_restriction"].to_pylist()
    assert [(row["source_file"], row["source_row"], row["sha256"]) for row in rows] == [("restrictions.csv", 2, "c" * 64)]
