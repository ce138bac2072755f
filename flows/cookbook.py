"""The cookbook: numbered questions in ``sql/questions``, what each reads, where it runs, and the document that shows all answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations import release as policies
from expectations.release_tables import names, release_table
from expectations.schema import schema
from expectations.tables import TABLES
from flows import show
from flows.problem import ExitCode, Problem
from transforms.query import FOLDER as SQL

FOLDER = SQL / "questions"
DOCUMENT = FOLDER / "README.md"
DATA_FOLDER = "data folder"
ROWS_SHOWN = 12
_FILE = re.compile(r"(\d{2})_([a-z_]+)\.sql")
_READ = re.compile(r"\b(?:from|join)\s+([a-z_0-9]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """A question: its number, the name of its file, what it asks, what to keep in mind (units first), and its SQL."""

    number: int
    path: Path
    asks: str
    notes: str
    sql: str

    @property
    def text(self) -> str:
        """The file as it is, comments included."""
        return self.path.read_text(encoding="utf-8")

    @property
    def tables(self) -> tuple[str, ...]:
        """The published tables that it reads."""
        return tuple(sorted({name for name in _READ.findall(self.sql) if name in TABLES}))


@cache
def questions() -> tuple[Question, ...]:
    """All questions by number."""
    return tuple(_question(path) for path in sorted(FOLDER.glob("*.sql")))


def _question(path: Path) -> Question:
    lines = path.read_text(encoding="utf-8").splitlines()
    said = [line.removeprefix("-- ") for line in lines if line.startswith("-- ")]
    named = _FILE.fullmatch(path.name)
    assert named and lines[: len(said)] == [f"-- {line}" for line in said], path  # comments stand first, nowhere else
    return Question(int(named[1]), path, said[0], " ".join(said[1:]), "\n".join(lines[len(said) :]))


def question(number: int) -> Question:
    """One question.

    Raises:
        Problem: there is none of this number.
    """
    held = questions()
    for one in held:
        if one.number == number:
            return one
    raise Problem(ExitCode.USAGE, f"There is no question {number}; there are 1 to {len(held)}: dtm sql --questions")


def listing() -> str:
    """All questions, one line each."""
    return "\n".join(f"{one.number:>3}  {one.asks}" for one in questions())


def runs_on(held: tuple[Question, ...]) -> Mapping[int, tuple[str, ...]]:
    """Number -> what a question can be put to: the data folder, and the tiers of releases that have its tables and columns.

    Found out by the questions themselves, on empty tables of each tier as the shipped policy makes them.
    """
    policy = policies.policy()
    found = {one.number: [DATA_FOLDER] for one in held}
    for tier in policy.tiers.values():
        with duckdb.connect(":memory:") as connection:
            for name in names(tier):
                connection.register(name, schema(release_table(name, tier)).empty_table())
            for one in held:
                try:
                    connection.execute(one.sql)
                except (duckdb.CatalogException, duckdb.BinderException):
                    continue
                found[one.number].append(f"{tier.name} release")
    return {number: tuple(places) for number, places in found.items()}


def rendered(answers: Callable[[Question], tuple[str, pa.Table]]) -> str:
    """The document: every question with its notes, SQL, where it runs, and its answer.

    Args:
        answers: gives what was asked, in words, and the answer.
    """
    held = questions()
    places = runs_on(held)
    parts = [_INTRODUCTION, "\n".join(f"{one.number}. [{one.asks}](#{one.path.stem})" for one in held)]
    for one in held:
        of, answer = answers(one)
        parts += [
            f'<a id="{one.path.stem}"></a>\n\n## {one.number}. {one.asks}',
            one.notes,
            f"Reads {', '.join(f'`{name}`' for name in one.tables)}. Runs on: {', '.join(places[one.number])}.",
            f"```sql\n{one.sql.strip()}\n```",
            f"On {of}:",
            f"```text\n{_shown(answer)}\n```",
        ]
    return "\n\n".join(parts) + "\n"


def _shown(answer: pa.Table) -> str:
    """The first rows of an answer, and how many there are."""
    rows = list(zip(*(show.values(column) for column in answer.slice(0, ROWS_SHOWN).columns), strict=True))
    more = answer.num_rows - len(rows)
    lines = [show.grid(answer.column_names, rows), *([f"... {more:,} more rows"] if more else [])]
    return "\n".join([*lines, f"({show.counted(answer.num_rows, 'row')})"])


_INTRODUCTION = """# Questions to the tables

Generated from the files beside it by `python -m tests.cookbook`; do not edit. Each question is a file of portable SQL and is
tested against figures that are worked out another way. The answers below are those of the synthetic sample: nothing in them is real.

```console
$ dtm sql --questions                      # this list
$ dtm sql --question 1 --data DIR          # one answer; --format csv or json for another program
$ duckdb dtm.duckdb -c ".read 01_trend.sql" # the same on the database of a release
```

Households are counted, individuals derived from them. Shelter, period and origin are three margins of a list, never crossed.
IDPs and returnees are two populations, never added. Empty means *not known*, or withheld in a release: a question that sums
such a figure gives no sum rather than one that is too small. "Runs on" names the tiers of releases, under the policy as shipped,
that have the tables and columns; on a tier that withholds figures fewer rows have an answer. See [PARTNERS.md](PARTNERS.md) for Python and R."""
