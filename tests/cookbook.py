"""The answers of the cookbook on the sample: ``python -m tests.cookbook`` writes ``sql/questions/README.md`` again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest

from flows import judging
from flows.cli import main
from flows.console import query
from flows.cookbook import DOCUMENT, Question, rendered
from flows.published import Published
from tests import sampleworld
from tests.flows.builds import quickly

# Questions to what the lists of the sample do not hold: a field round, answers to an index, an event, crossing points.
OF_MORE = frozenset({9, 10, 11, 12, 13, 15, 18, 29, 30, 31, 35, 36, 37})
_LISTS = "the lists of the sample"
_MORE = "the sample with its round R121 as a partial list, answers to the Return Index, an emergency event and crossing points"


@contextmanager
def asked(lists: Published, more: Published) -> Iterator[Callable[[Question], tuple[str, pa.Table]]]:
    """How a question is answered: by the lists of the sample, or by the sample with everything else."""
    with lists.connect() as of_lists, more.connect() as of_more:

        def answer(one: Question) -> tuple[str, pa.Table]:
            of, connection = (_MORE, of_more) if one.number in OF_MORE else (_LISTS, of_lists)
            return of, query(connection, one.text)

        yield answer


def write() -> None:
    """Build the sample, ask everything, write the document."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        data = Path(folder) / "data"
        patch.setattr(judging, "beside", quickly)
        words = ["build", str(sampleworld.SAMPLE / "lists"), "--data", str(data), "--direct", "--accept-exceptions", "planted"]
        assert main(words) == 0
        grown = sampleworld.grown(data, Path(folder) / "more")
        with asked(Published(data), Published(grown)) as answers:
            DOCUMENT.write_text(rendered(answers), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
