"""What a later release says otherwise than an earlier one: the revision log, and the lists as they were first released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from expectations.release import Tier
from expectations.release_columns import SUPPRESSED
from expectations.release_tables import FIRST_PUBLISHED, GROUPS, LISTS, OWN, groups_of, release_table
from expectations.schema import conform, schema
from transforms.ordering import ordered
from transforms.release.content import Release

_KEY = ("round", "place_id")
_BEFORE = ".before"


def revised(before: Mapping[str, pa.Table], now: Mapping[str, pa.Table], release: Release) -> pa.Table:
    """Rows of the table ``revision``: those of earlier versions, and every value of a list that this version says otherwise.

    A row that came or went shows as its households. What is withheld in either version is left out: that it was
    revised would tell something of it.

    Args:
        before: tables of the version published before in the same root.
        now: tables of this version.
        release: its name, reason and feedback.
    """
    parts = [before[_REVISION.name]] if _REVISION.name in before else []
    parts += [_of_list(name, before[name], now[name], release) for name in LISTS if name in before and name in now]
    rows = pa.concat_tables([schema(_REVISION).empty_table(), *parts])
    return ordered(conform(rows, _REVISION), _REVISION.key)


_REVISION = OWN["revision"]


def _of_list(name: str, before: pa.Table, now: pa.Table, release: Release) -> pa.Table:
    groups = groups_of(name, tuple(now.column_names))
    status_of = {column: status for status, members in groups.items() for column in members}
    common = pc.is_in(now["round"], before["round"].unique())
    compared = [c for c in now.column_names if c in before.column_names and c not in (*_KEY, *groups)]
    left = before.select([*_KEY, *compared, *groups]).append_column("held", pa.repeat(True, before.num_rows))
    right = now.filter(common).select([*_KEY, *compared, *groups])
    right = right.append_column("held", pa.repeat(True, right.num_rows))
    both = right.join(left, list(_KEY), join_type="full outer", right_suffix=_BEFORE)
    is_matched = pc.and_(pc.is_valid(both["held"]), pc.is_valid(both["held" + _BEFORE]))
    found = []
    for column in compared:
        new, old = _text(both[column]), _text(both[column + _BEFORE])
        differs = pc.and_(is_matched, pc.invert(_same(new, old)))
        if column == "households":
            differs = pc.or_(differs, pc.invert(is_matched))
        status = status_of.get(column)
        if status:
            withheld = [pc.fill_null(pc.equal(both[side], SUPPRESSED), False) for side in (status, status + _BEFORE)]
            differs = pc.and_(differs, pc.invert(pc.or_(*withheld)))
        rows = both.filter(differs)
        found.append(_rows(name, rows, column, _text(rows[column]), _text(rows[column + _BEFORE]), release))
    return pa.concat_tables(found)


def _same(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.ChunkedArray:
    equal = pc.fill_null(pc.equal(one, other), False)
    return pc.or_(equal, pc.and_(pc.is_null(one), pc.is_null(other)))


def _text(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return values.cast(pa.string())


def _rows(name: str, rows: pa.Table, column: str, new: pa.ChunkedArray, old: pa.ChunkedArray, release: Release) -> pa.Table:
    def always(text: str | None) -> pa.Array:
        return pa.array([text], pa.string()).take(pa.array([0] * rows.num_rows, pa.int64()))

    columns = {
        "release_id": always(release.id),
        "population": always(name.removesuffix("_master_list")),
        "round": rows["round"],
        "place_id": rows["place_id"],
        "revised_column": always(column),
        "value_before": old,
        "value_after": new,
        "revision_reason": always(release.reason or "not said"),
        "feedback_id": always(release.feedback[0] if release.feedback else None),
    }
    return pa.table(columns).cast(schema(_REVISION))


def folded(versions: Sequence[Mapping[str, pa.Table]]) -> dict[str, pa.Table]:
    """What readers of a root hold: of each round, what the version published last says; lists also as they were first released.

    Args:
        versions: the tables of each version in which figures may be withheld, and ``revision``, in the order of publication.
    """
    told: dict[str, pa.Table] = {}
    for tables in versions:
        for name in LISTS:
            first = name + FIRST_PUBLISHED
            if name in tables:
                own = tables.get(first, tables[name])
                told[first] = _joined(own, told[first]) if first in told else own
        for name in GROUPS:
            if name in tables:
                told[name] = _joined(told[name], tables[name]) if name in told else tables[name]
        if _REVISION.name in tables:
            rows = [told[_REVISION.name]] if _REVISION.name in told else []
            joined = pa.concat_tables([*rows, tables[_REVISION.name]])
            told[_REVISION.name] = joined.group_by(joined.column_names, use_threads=False).aggregate([])
    return told


def _joined(rows: pa.Table, over: pa.Table) -> pa.Table:
    """Rows, with those of the rounds of ``over`` in their place."""
    kept = rows.filter(pc.invert(pc.is_in(rows["round"], over["round"].unique())))
    return pa.concat_tables([kept.select(over.column_names), over])


def first_published(before: Mapping[str, pa.Table], now: Mapping[str, pa.Table], tier: Tier) -> dict[str, pa.Table]:
    """The lists as each round was first released, where that is not as they are now; by table name.

    Args:
        before: tables of the version published before in the same root.
        now: tables of this version, with its revisions.
        tier: whose.
    """
    if not now["revision"].num_rows:
        return {}
    made = {}
    for name in LISTS:
        if name not in now or name not in before:
            continue
        first = name + FIRST_PUBLISHED
        table = release_table(first, tier)
        old = before.get(first, before[name])
        old = pa.table(
            {
                column: old[column] if column in old.column_names else pa.nulls(old.num_rows, schema(table).field(column).type)
                for column in table.columns
            }
        )
        new = now[name].filter(pc.invert(pc.is_in(now[name]["round"], old["round"].unique())))
        made[first] = ordered(conform(pa.concat_tables([old.cast(schema(table)), new.cast(schema(table))]), table), table.key)
    return made
