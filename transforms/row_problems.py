"""What is wrong with a row beyond its place: counts, formulas, and rows of a long layout that contradict each other."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from transforms import long_2014
from transforms.body import Body
from transforms.headers import COUNT_KINDS, HOUSEHOLDS, Key
from transforms.places import Places, place_problems, problems_where
from transforms.readers.sheet import Sheet
from transforms.refusal import RowProblem, found


def row_problems(body: Body, places: Places, sheet: Sheet, layout: str) -> list[RowProblem]:
    """Every reason why a row cannot be taken, by row and rule; of a shifted row only that it is shifted."""
    is_long = layout == "long_2014"
    problems = place_problems(body, places, sheet, has_rows_per_place=is_long)
    problems += _held_problems(body, sheet)
    problems += _count_problems(body)
    shifted = {problem.row for problem in problems if problem.rule == "row_shifted"}
    problems = [problem for problem in problems if problem.rule == "row_shifted" or problem.row not in shifted]
    if is_long:
        problems += _part_problems(body, places)
        problems += _whole_places(problems, body, places)
    return sorted(set(problems), key=lambda problem: (problem.row, problem.rule, problem.detail))


def wave_problems(body: Body, places: Places, sheet: Sheet) -> list[RowProblem]:
    """Every reason why a row of a wave's own sheet (R5) cannot be taken; a wave may have 0 households at a place."""
    problems = place_problems(body, places, sheet, has_rows_per_place=True)
    problems += _held_problems(body, sheet)
    problems += _households_problems(body, 0)
    problems += _part_problems(body, places)
    return sorted(set(problems), key=lambda problem: (problem.row, problem.rule, problem.detail))


def _held_problems(body: Body, sheet: Sheet) -> list[RowProblem]:
    """Rows with formulas and error values, which a reader of values shows as their last result or as blank."""
    formulas = np.isin(body.rows, sorted(sheet.formula_rows))
    errors = np.isin(body.rows, sorted(sheet.error_rows))
    problems = problems_where(body.rows, formulas, "formula_in_row", lambda at: "a cell holds a formula, expected values")
    return problems + problems_where(
        body.rows, errors, "cell_invalid", lambda at: "a cell holds an error value such as #N/A, expected a number or a text"
    )


def _count_problems(body: Body) -> list[RowProblem]:
    problems: list[RowProblem] = []
    for at in np.flatnonzero(body.numbers.bad.any(axis=1)):
        key = body.numbered[at]
        if key[0] in COUNT_KINDS and key != HOUSEHOLDS:
            problems += _not_whole(body, key, body.numbers.bad[at], "cell_invalid", "a whole number, not negative")
    return problems + _households_problems(body, 1)


def _households_problems(body: Body, least: int) -> list[RowProblem]:
    households, header = body.number(HOUSEHOLDS), body.fields[HOUSEHOLDS].header
    problems = problems_where(body.rows, households.blank, "households_missing", lambda at: f"{found(header)} is blank")
    wrong = households.bad | ((households.values < least) & ~households.blank)
    return problems + _not_whole(body, HOUSEHOLDS, wrong, "households_invalid", f"a whole number of at least {least}")


def _not_whole(body: Body, key: Key, wrong: np.ndarray, rule: str, expected: str) -> list[RowProblem]:
    field = body.fields[key]
    return problems_where(
        body.rows,
        wrong,
        rule,
        lambda at: f"{found(field.header)} is {found(field.cells[at].as_py().strip())}, expected {expected}",
    )


def _part_problems(body: Body, places: Places) -> list[RowProblem]:
    """Rows of a long layout: unknown names of parts, a part that occurs twice, a place in two districts."""
    problems: list[RowProblem] = []
    parts = [places.place_id.text().to_pylist()]
    for key, what in ((long_2014.ORIGIN_NAME, "origin governorate"), (long_2014.PERIOD_NAME, "displacement period")):
        if key in body.fields:
            names, cells = long_2014.names(body.fields, key), body.fields[key].cells
            unknown = np.array([name is None for name in names])
            problems += problems_where(
                body.rows,
                unknown,
                "governorate_unknown" if key == long_2014.ORIGIN_NAME else "cell_invalid",
                lambda at, cells=cells, what=what: f"{what} {found(cells[at].as_py())} is not known",
            )
            parts.append(names)
    seen: dict[tuple, int] = {}
    for row, part in zip(body.rows.tolist(), zip(*parts, strict=True), strict=True):
        if None not in part and seen.setdefault(part, row) != row:
            words = ", ".join(part[1:])
            problems.append(RowProblem(row, "place_id_twice", f"Place ID '{part[0]}' with {words} is also in row {seen[part]}"))
    return problems + _moved_places(body, places)


def _moved_places(body: Body, places: Places) -> list[RowProblem]:
    group, first = long_2014.places(places.place_id.text().fill_null(""))
    moved = np.zeros(len(group), bool)
    for cells in (places.governorate.fill_null(""), places.district.fill_null("")):
        moved |= pc.not_equal(cells, cells.take(first[group])).to_numpy(zero_copy_only=False)
    ids = places.place_id.values
    return problems_where(
        body.rows,
        moved & places.place_id.known,
        "place_id_twice",
        lambda at: f"Place ID '{ids[at]}' is in another district in row {body.rows[first[group[at]]]}",
    )


def _whole_places(problems: list[RowProblem], body: Body, places: Places) -> list[RowProblem]:
    """A place of several rows with one bad row is set aside as a whole, or its count would be too low."""
    ids = places.place_id.text().to_pylist()
    bad = {problem.row: problem for problem in problems}
    of_place = {place: bad[row] for row, place in zip(body.rows.tolist(), ids, strict=True) if place and row in bad}
    return [
        RowProblem(row, of_place[place].rule, f"belongs to place '{place}', whose row {of_place[place].row} cannot be taken")
        for row, place in zip(body.rows.tolist(), ids, strict=True)
        if place in of_place and row not in bad
    ]
