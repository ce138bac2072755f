"""The sample with everything that the project can hold: its lists, a partial list of the field round, answers to the Return
Index, an emergency event with a snapshot, crossing points. Through the library, with one build at the end."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

from expectations.index_model_file import shipped
from flows import judging
from flows.cli import main
from flows.crossings import receiving as crossings
from flows.emergency import events, life, snapshots
from flows.index import receiving as answers
from tests.flows.builds import build, quickly
from tests.flows.rounds import decide_all

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"
FIELD = SAMPLE / "field" / "R121"
SNAPSHOT = datetime.date(2020, 12, 5)


def grown(built: Path, data: Path) -> Path:
    """A copy of the built sample with everything else received, and built again; values are judged quickly."""
    shutil.copytree(built, data)
    _round(data, data.with_suffix(".xlsx"))
    answers.receive(
        data, SAMPLE / "index" / "return_index.csv", "return_index.csv", shipped()["ri-illustrative"], answers.Order()
    )
    for kind in ("headcounts", "status"):
        crossings.receive(data, kind, SAMPLE / "crossings" / f"{kind}.csv", f"{kind}.csv")
    _emergency(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "beside", quickly)
        build(data)
    return data


def _round(data: Path, queue: Path) -> None:
    """R121 collected, its queue worked through, and handed over as a partial list."""

    def did(*words: object) -> None:
        assert main([*map(str, words), "--data", str(data)]) == 0

    did("round", "open", "121")
    did("round", "assign", "121", FIELD / "work_plan.csv")
    did("round", "receive", "121", FIELD / "csv" / "submissions.csv", "--map", FIELD / "csv" / "columns.toml")
    did("review", "export", "121", "-o", queue)
    decide_all(queue)
    did("review", "apply", queue)
    did("round", "handover", "121", "--date", "2021-04-20")


def _emergency(data: Path) -> None:
    """Camp closures with one snapshot; what came late and what was corrected is received after it."""
    life.opened(data, "camps", life.Opening("Camp closures", "camp_closure", datetime.date(2020, 10, 18), "counted"))
    life.ingest(data, "camps", SAMPLE / "emergency" / "camps-2020.csv", "camps-2020.csv")
    held = events.held(data, "camps")
    one = snapshots.draft(data, held, snapshots.asked(data, held, SNAPSHOT, SNAPSHOT))
    one = snapshots.check(data, held, one, "the sample has planted findings")
    one = snapshots.clear(data, held, one, snapshots.Clearance("A. Officer", "IM officer"))
    snapshots.publish(data, held, one)
    life.ingest(data, "camps", SAMPLE / "emergency" / "camps-2020-late.csv", "camps-2020-late.csv")
