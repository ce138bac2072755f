"""Which answer levels share one coefficient of a fit, because too few rows give them or their outcomes are all alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from expectations.index_model import Indicator
from transforms.index_model.coding import Term


@dataclass(frozen=True)
class Pooling:
    """One action on the levels of an indicator and its reason, for the report.

    ``is_separation``: the levels were joined because they decide the outcome, not because few rows give them.
    """

    indicator: str
    levels: tuple[str, ...]
    joined_to: tuple[str, ...]
    reason: str
    is_separation: bool = False

    @property
    def sentence(self) -> str:
        """The action in words."""
        return f"{self.indicator}: {'+'.join(self.levels)} joined to {'+'.join(self.joined_to)}, because {self.reason}."


@dataclass(frozen=True)
class LevelGroups:
    """The observed levels of an indicator in groups that share a coefficient, from condition met to worst.

    The first group is the reference; there is none where no row answers with a level. ``pooled`` holds the levels that were
    joined to others; ``has_other_reference`` says that the reference is not the first level alone, because that is sparse.
    """

    indicator: Indicator
    groups: tuple[tuple[int, ...], ...]
    pooled: frozenset[int] = frozenset()
    has_other_reference: bool = False

    def terms(self) -> tuple[Term, ...]:
        """One dummy column for every group but the reference."""
        return tuple(Term(self.indicator.id, self.codes(group), group) for group in self.groups[1:])

    def codes(self, group: tuple[int, ...]) -> tuple[str, ...]:
        """The codes of the levels of a group."""
        return tuple(self.indicator.levels[at].code for at in group)

    def joined(self, at: int, reason: str, *, is_separation: bool = False) -> tuple[LevelGroups, Pooling]:
        """With the group ``at`` joined to its neighbour: the less severe one, or the more severe one where that is the reference.

        The reference itself, and a group that has no neighbour but the reference, are joined to each other.
        """
        other = at - 1 if at > 1 else at + 1 if at + 1 < len(self.groups) else 0
        low, high = sorted((at, other))
        together = self.groups[low] + self.groups[high]
        groups = (*self.groups[:low], together, *self.groups[high + 1 :])
        levels, joined_to = self.codes(self.groups[at]), self.codes(self.groups[other])
        action = Pooling(self.indicator.id, levels, joined_to, reason, is_separation)
        return replace(self, groups=groups, pooled=self.pooled | set(together)), action


def level_groups(indicator: Indicator, counts: np.ndarray, min_rows: int) -> tuple[LevelGroups, list[Pooling]]:
    """The groups of the levels of an indicator, given how many rows answer each (rule of this project).

    A level with fewer than ``min_rows`` rows is joined to the adjacent less severe one, or to the more severe one where the
    less severe one is the reference. Where the first level itself has too few, the lowest level with enough rows becomes the
    reference together with everything below it.
    """
    if not counts.any():
        return LevelGroups(indicator, ()), []
    if counts[0] >= min_rows:
        observed = tuple((int(at),) for at in np.flatnonzero(counts))
        return _without_sparse(LevelGroups(indicator, observed), counts, min_rows)
    enough = np.flatnonzero(counts >= min_rows)
    lowest = int(enough[0]) if len(enough) else int(np.flatnonzero(counts)[-1])
    reference = tuple(range(lowest + 1))
    above = tuple((int(at),) for at in np.flatnonzero(counts) if at > lowest)
    groups = LevelGroups(indicator, (reference, *above), has_other_reference=True)
    found, actions = _without_sparse(groups, counts, min_rows)
    return found, [*_reference_actions(groups, counts), *actions]


def _reference_actions(groups: LevelGroups, counts: np.ndarray) -> list[Pooling]:
    first, *others = groups.codes(groups.groups[0])
    reason = f"only {counts[0]:,} rows answer {first}: together they are the reference, with weight 0"
    return [Pooling(groups.indicator.id, (first,), tuple(others), reason)] if others else []


def _without_sparse(groups: LevelGroups, counts: np.ndarray, min_rows: int) -> tuple[LevelGroups, list[Pooling]]:
    """With every sparse group but the reference joined to a neighbour, the most severe first."""
    actions: list[Pooling] = []
    while True:
        sizes = [int(counts[list(group)].sum()) for group in groups.groups]
        sparse = [at for at in range(1, len(sizes)) if sizes[at] < min_rows]
        if not sparse:
            return groups, actions
        groups, action = groups.joined(sparse[-1], f"only {sizes[sparse[-1]]:,} rows answer it, fewer than {min_rows:,}")
        actions.append(action)
