"""Withholding in the tables of changes what the two lists withhold, and national sums that would tell of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.release_columns import SUPPRESSED
from transforms.release.protection.withholding import Patterns, Withholding

_CHANGE, _SUMMARY = "master_list_change", "change_summary"
_KINDS = ("new", "back", "no_longer_listed")  # change_status that change_summary adds up


def changes(
    tables: Mapping[str, pa.Table], patterns: Patterns, threshold: int, before: pa.Table | None = None
) -> dict[str, pa.Table]:
    """``master_list_change`` and ``change_summary``, as far as they are among the tables, with values withheld.

    Args:
        before: ``change_summary`` as the version before gave it; a sum it withheld stays withheld.
    """
    made = {}
    if _CHANGE in tables:
        made[_CHANGE] = _rows(tables[_CHANGE], patterns)
    if _SUMMARY in tables:
        made[_SUMMARY] = _sums(tables, patterns, threshold, before)
    return made


def _hidden(patterns: Patterns, population: str, number: int, places: pa.ChunkedArray) -> np.ndarray:
    """Of each place, whether the list of the round withholds its households; not where it is not listed."""
    if (population, number) not in patterns:
        return np.zeros(len(places), dtype=bool)
    own, pattern = patterns[population, number]
    position = pc.fill_null(pc.index_in(places, pa.array(own.place_ids, pa.string())), -1).to_numpy()
    return (position >= 0) & pattern.places.hidden[position]


def _pairs(table: pa.Table) -> list[tuple[str, int, int, np.ndarray]]:
    """(population, round, round before, rows) of each comparison."""
    population, number, previous = (np.asarray(table[name].to_pylist()) for name in ("population", "round", "previous_round"))
    found = []
    for one in sorted(set(zip(population.tolist(), number.tolist(), previous.tolist(), strict=True))):
        found.append((*one, np.flatnonzero((population == one[0]) & (number == one[1]) & (previous == one[2]))))
    return found


def _rows(table: pa.Table, patterns: Patterns) -> pa.Table:
    work = Withholding(_CHANGE, table)
    for population, number, previous, rows in _pairs(table):
        part = table.take(pa.array(rows))
        now = _hidden(patterns, population, number, part["place_id"])
        then = _hidden(patterns, population, previous, part["place_id"])
        either = now | then
        work.hide("households", rows, now)
        work.hide("previous_households", rows, then)
        for column in ("households_change", "change_share", "needs_review"):
            work.hide(column, rows, either)
        work.hide("change_status", rows, either & ~pc.is_in(part["change_status"], pa.array(_KINDS)).to_numpy())
    return work.done()


def _sums(tables: Mapping[str, pa.Table], patterns: Patterns, threshold: int, before: pa.Table | None) -> pa.Table:
    """Withhold those of the four sums that hidden locations make uncertain, where knowing them leaves one of these too narrow.

    A comparison is judged by its two lists, as if the sums of the comparison before were given: a later list changes nothing.
    """
    table = tables[_SUMMARY]
    work = Withholding(_SUMMARY, table)
    kinds = _kinds(tables[_CHANGE], patterns)
    kept = set() if before is None else _withheld_before(before)
    for population, number, previous, rows in _pairs(table):
        now, then = (population, number), (population, previous)
        arrived, left = _hidden_kinds(kinds, patterns, now), _hidden_kinds(kinds, patterns, then)
        arrived = arrived[0], arrived[1] & 3, arrived[2]
        if _is_wide(*arrived, threshold) and _is_wide(*left, threshold) and now not in kept:
            continue
        unsure = {"new": _is_mixed(*arrived, 1), "back": _is_mixed(*arrived, 2), "no_longer_listed": _is_mixed(*left, 4)}
        every = np.ones(len(rows), dtype=bool)
        for kind in _KINDS:
            work.hide(f"{kind}_households", rows, every & unsure[kind])
        work.hide("matched_change", rows, every & (_is_mixed(*arrived, 3) | unsure["no_longer_listed"]))
    return work.done()


def _withheld_before(before: pa.Table) -> set[tuple[str, int]]:
    rows = before.filter(pc.equal(before["change_value_status"], SUPPRESSED))
    return set(zip(rows["population"].to_pylist(), rows["round"].to_pylist(), strict=True))


def _kinds(table: pa.Table, patterns: Patterns) -> dict[tuple[str, int], np.ndarray]:
    """Of each location of a list, the sums that its households enter: 1 new, 2 back, added to 4 where it left the list after."""
    found = {key: np.zeros(len(own.rows), dtype=np.int64) for key, (own, _) in patterns.items()}
    for population, number, previous, rows in _pairs(table):
        part = table.take(pa.array(rows))
        for code, kind in enumerate(_KINDS):
            of = (population, number if code < 2 else previous)
            if of not in found:
                continue
            places = part.filter(pc.equal(part["change_status"], kind))["place_id"]
            own = patterns[of][0]
            found[of] += (1 << code) * pc.is_in(pa.array(own.place_ids, pa.string()), places.combine_chunks()).to_numpy(
                zero_copy_only=False
            )
    return found


def _hidden_kinds(
    kinds: Mapping[tuple[str, int], np.ndarray], patterns: Patterns, key: tuple[str, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pool, kinds and households of each hidden location of a list; nothing where the list is not among the tables."""
    if key not in patterns:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing
    own, pattern = patterns[key]
    hidden = pattern.places.hidden
    return pattern.places.pool[hidden], kinds[key][hidden], own.households[hidden]


def _is_mixed(pool: np.ndarray, kinds: np.ndarray, households: np.ndarray, kind: int) -> bool:
    """Whether a pool has hidden locations both inside and outside a sum; else the sum follows from what is given."""
    inside = kinds & kind > 0
    return bool(np.isin(pool[inside], pool[~inside]).any())


def _is_wide(pool: np.ndarray, kinds: np.ndarray, households: np.ndarray, threshold: int) -> bool:
    """Whether every pool of a list stays wide where the sums of new, back and no longer listed households are known.

    Hidden locations of a pool that enter the same sums form a cell. A cell with ``n`` members and ``y`` households is wide by
    itself where ``n >= 2`` and ``y - n >= k``. Else households can go from its members to others of the pool that enter no
    sum, while another pool gives as many back: what a cell can spare bounds both ways.
    """
    if not kinds.any():
        return True
    pools, place = np.unique(pool, return_inverse=True)
    members = np.zeros((len(pools), 8), dtype=np.int64)
    held = np.zeros_like(members)
    np.add.at(members, (place, kinds), 1)
    np.add.at(held, (place, kinds), households)
    spare = held - members
    wide = (members == 0) | ((members >= 2) & (spare >= threshold))
    others = spare[:, 0] * (members[:, 0] > 0)
    for kind in (1, 2, 4):
        both = (members[:, kind] > 0) & (members[:, 0] > 0)
        here, there = np.where(both, spare[:, kind], 0), np.where(both, others, 0)
        width = np.minimum(others, here.sum() - here) + np.minimum(here, there.sum() - there)
        enough = both & (width >= threshold)
        wide[:, kind] |= enough
        wide[:, 0] |= enough
    return bool(wide.all())
