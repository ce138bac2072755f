"""Write a synthetic round under collection: interviews in four shapes, a camp list, a work plan, and the ledger of what is planted."""

from __future__ import annotations

import csv
import datetime
import io
import uuid
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sample_data import (
    field_answers,
    field_beside,
    field_counts,
    field_defects,
    field_frame,
    field_informants,
    field_ledger,
    field_selection,
    field_shapes,
)
from sample_data.field_frame import ROUND
from sample_data.field_ledger import LEDGER_COLUMNS
from sample_data.field_shapes import Submissions
from sample_data.field_visits import Answers, Draft
from sample_data.portal import list_date

FOLDER = f"R{ROUND}"
PLACES_MINIMUM = 120
_FIRST_NUMBER = 251_000_001
_STREAM = 1000  # away from the streams of the lists


@dataclass(frozen=True)
class FieldRound:
    """A round as generated: ``submissions`` as every export holds them, the rows of ``ledger``, ``camps`` and ``work_plan``."""

    submissions: Submissions
    ledger: list[dict[str, str]]
    camps: list[list[str]]
    work_plan: list[list[str]]


def write(out: Path, *, places: int = 400, submissions: int | None = None, seed: int = 20210301, rounds: int = 3) -> FieldRound:
    """Write the round into ``out``, a folder for nothing else; equal arguments give equal bytes.

    Raises:
        ValueError: as :func:`generate`.
    """
    made = generate(places=places, submissions=submissions, seed=seed, rounds=rounds)
    created = list_date(ROUND)
    files = {f"kobo_json/{name}": content for name, content in field_shapes.kobo_pages(made.submissions).items()}
    files["kobo_xlsx/master_list.xlsx"] = field_shapes.kobo_workbook(made.submissions, created)
    files["odk/submissions.csv.zip"] = field_shapes.odk_archive(made.submissions)
    files["csv/submissions.csv"] = field_shapes.table(made.submissions)
    files["csv/columns.toml"] = field_shapes.column_map()
    files["camp_list.csv"] = _csv([list(field_beside.CAMP_HEADERS.values()), *made.camps])
    files["camp_list.toml"] = field_beside.camp_map()
    files["work_plan.csv"] = _csv([["place_id", "population", "team", "planned_on"], *made.work_plan])
    files["ledger.csv"] = _csv([list(LEDGER_COLUMNS), *([row[name] for name in LEDGER_COLUMNS] for row in made.ledger)])
    for name, content in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    return made


def generate(*, places: int = 400, submissions: int | None = None, seed: int = 20210301, rounds: int = 3) -> FieldRound:
    """The field round that follows the lists of :func:`sample_data.generator.write` for the same places, seed and rounds.

    Args:
        places: places of the synthetic country, at least 120.
        submissions: number of submissions, reached by more informants per location; by default about one per location.
        seed: of all random numbers.
        rounds: number of the lists before.

    Raises:
        ValueError: too few places for every defect, or too few or too many submissions for the places.
    """
    if places < PLACES_MINIMUM:
        raise ValueError(
            f"{places} places are too few to plant every kind of defect in a field round: ask for at least {PLACES_MINIMUM}."
        )
    frame = field_frame.frame(places, seed, rounds)
    draft = field_selection.draft(frame, _stream(seed, 0))
    field_defects.plant(draft)
    field_selection.ordinary(draft)
    field_selection.more_informants(draft, submissions)
    counts = field_counts.without_coincidence(draft)
    people = field_informants.invent(_stream(seed, 1), draft.people)
    answers = field_answers.answers(draft, people, counts, _stream(seed, 2))
    for visit, change in draft.edits:
        change(answers, visit)
    exported, roots = _submissions(draft, answers, _stream(seed, 3))
    return FieldRound(
        exported, field_ledger.ledger(draft, roots), field_beside.camps(draft), field_beside.work_plan(draft, _stream(seed, 4))
    )


def _stream(seed: int, purpose: int) -> np.random.Generator:
    return np.random.default_rng([seed, _STREAM + purpose])


# --- what the server adds ----------------------------------------------------------------------------


def _submissions(draft: Draft, answers: Answers, rng: np.random.Generator) -> tuple[Submissions, list[str]]:
    """The submissions in the order in which they came, and the uuid of each visit."""
    visits = draft.visits
    roots, edited = _uuids(rng, len(visits)), _uuids(rng, len(visits))
    instances = [edited[at] if visit.is_edited else roots[at] for at, visit in enumerate(visits)]
    after = datetime.datetime.combine(list_date(ROUND) + datetime.timedelta(1), datetime.time())
    minutes = rng.integers(10, 30 * 60, len(visits)).tolist()
    times = []
    for at, visit in enumerate(visits):
        end = datetime.datetime.fromisoformat(answers.columns["end"][at]).astimezone(datetime.UTC).replace(tzinfo=None)
        base = after + datetime.timedelta(hours=8) if visit.is_late else end.replace(microsecond=0)
        times.append(base + datetime.timedelta(minutes=minutes[at]))
    order = sorted(range(len(visits)), key=lambda at: (times[at], at))
    order += [noted.visit for noted in draft.noted if noted.defect == "doubled"]
    exported = Submissions(
        Answers({name: values[order] for name, values in answers.columns.items()}, [answers.origins[at] for at in order]),
        [instances[at] for at in order],
        [roots[at] for at in order],
        [_FIRST_NUMBER + at for at in range(len(order))],
        [times[at].replace(tzinfo=datetime.UTC) for at in order],
        [visits[at].state for at in order],
    )
    return exported, roots


def _uuids(rng: np.random.Generator, count: int) -> list[str]:
    drawn = rng.bytes(16 * count)
    return [str(uuid.UUID(bytes=drawn[at : at + 16], version=4)) for at in range(0, len(drawn), 16)]


def _csv(rows: list[list[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode("utf-8")
