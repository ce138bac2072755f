"""The five kinds of declaration: Term, CodeList, Column, Table and Rule.

Frozen dataclasses and nothing more. Values live in :mod:`expectations.glossary`,
:mod:`expectations.codes`, :mod:`expectations.columns`, :mod:`expectations.tables` and
:mod:`expectations.rules`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ColumnType = Literal["text", "integer", "real", "boolean", "date"]
Stage = Literal["reference", "received", "clean", "core", "product", "evidence"]
Severity = Literal["block", "warning", "review", "info"]
Sensitivity = Literal["public", "sensitive", "personal"]


@dataclass(frozen=True)
class Term:
    """One word of the field, as this project uses it."""

    name: str
    meaning: str
    source: str


@dataclass(frozen=True)
class Column:
    """One quantity or attribute, declared once for the whole project.

    ``unit`` is part of the meaning: the same name always carries the same unit. ``codes`` names a
    closed list in :mod:`expectations.codes`; ``values`` gives a short closed list in place.
    """

    name: str
    type: ColumnType
    meaning: str
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    codes: str | None = None
    values: tuple[str, ...] = ()
    pattern: str | None = None
    hxl: str | None = None
    sensitivity: Sensitivity = "public"


@dataclass(frozen=True)
class Reference:
    """Every combination of ``columns`` must exist as ``to_columns`` of ``table``."""

    columns: tuple[str, ...]
    table: str
    to_columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table: what a row is, its columns in order, its key and what it points to.

    Rows are always stored in the order of ``key``, so that equal content is equal bytes. Columns
    outside ``nullable`` hold a value in every row; null always means "not known". A table whose
    ``partition`` names a kind of round is stored as one file per round, others as one file.
    """

    name: str
    stage: Stage
    meaning: str
    grain: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    nullable: frozenset[str] = frozenset()
    references: tuple[Reference, ...] = ()
    partition: Literal["round", "index_round"] | None = None
    may_be_empty: bool = False


@dataclass(frozen=True)
class Rule:
    """One thing that must hold, in one sentence a person can act on.

    ``scope`` says who judges it: ``file`` and ``row`` rules are applied by the readers and the
    cleaning step; a ``table`` rule is the query ``sql/rules/<id>.sql``, which returns the keys of the
    offending rows of ``table``. ``published`` and ``field`` are the severities for lists as their
    publisher released them and for rounds collected with this project.

    Severities: ``block`` refuses the file or the run; ``warning`` is counted per round and compared
    with the known exceptions; ``review`` enters the review queue; ``info`` is counted and shown.
    """

    id: str
    scope: Literal["file", "row", "table"]
    sentence: str
    todo: str
    published: Severity
    field: Severity
    table: str | None = None
    source: str = ""


@dataclass(frozen=True)
class CodeList:
    """Codes with their labels, the known spellings that mean them and the junk that means nothing.

    ``spellings`` maps every accepted spelling, normalised, to its code; ``ignored`` are values that
    mean "not given" and become null. Anything else is unknown and is never guessed.
    """

    name: str
    codes: tuple[str, ...]
    spellings: dict[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
