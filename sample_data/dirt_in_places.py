"""Dirt in the names and coordinates of places: it shows in every round and in both lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from expectations.columns import IRAQ_LATITUDE
from sample_data.places import Places

_SHARE, _MOST = 0.004, 5  # of the places of a list, per kind

# Oddities of names that break no rule and must be carried or trimmed, never change a figure or be run as a formula.
_ODD_NAMES: tuple[Callable[[str], str], ...] = (
    lambda name: f"  {name} ",
    lambda name: f"{name} *",
    lambda name: f"{name[:-2]}?{name[-2:]}",
    lambda name: f"={name}",
    lambda name: f"-{name}",
    lambda name: f"{name}, north, old part",
    lambda name: f'{name} "the new"',
)


@dataclass(frozen=True)
class DirtyPlaces:
    """Places with planted dirt.

    ``single`` maps a rule to the places that break it, with what was done. ``paired`` maps a rule to pairs that break it
    in the lists that hold both. ``touched`` marks every place with a planted oddity.
    """

    places: Places
    single: dict[str, dict[int, str]]
    paired: dict[str, list[tuple[int, int]]]
    touched: np.ndarray

    def breaches(self, listed: np.ndarray) -> list[tuple[int, str, str]]:
        """(place, rule, what was done) for a list that holds the places of the mask ``listed``."""
        found = [(at, rule, done) for rule, those in self.single.items() for at, done in those.items() if listed[at]]
        what = {
            "coordinates_shared": "gave place {1} the coordinates of place {0}",
            "name_repeated": "gave place {1} the name of place {0}",
        }
        for rule, pairs in self.paired.items():
            for first, second in pairs:
                if listed[first] and listed[second]:
                    done = what[rule].format(self.places.place_id[first], self.places.place_id[second])
                    found += [(first, rule, done), (second, rule, done)]
        return found


class _Pool:
    """Places that carry no dirt yet, in a random order; each is given out once."""

    def __init__(self, rng: np.random.Generator, places: Places) -> None:
        self.order = rng.permutation(len(places))
        self.used = places.is_camp.copy()

    def take(self, able: np.ndarray, count: int) -> list[int]:
        """Up to ``count`` places of the mask ``able``."""
        taken = [at for at in self.order.tolist() if able[at] and not self.used[at]][:count]
        self.used[taken] = True
        return taken

    def pair(self, able: np.ndarray, groups: np.ndarray) -> list[tuple[int, int]]:
        """Two places of the mask ``able`` that are alike in ``groups``, or none."""
        waiting: dict[str, int] = {}
        for at in self.order.tolist():
            if not able[at] or self.used[at]:
                continue
            other = waiting.setdefault(groups[at], at)
            if other != at:
                self.used[[other, at]] = True
                return [(other, at)]
        return []


def plant(rng: np.random.Generator, sound: Places) -> DirtyPlaces:
    """Plant dirt in a few places of each list; no place gets two kinds."""
    pool = _Pool(rng, sound)
    columns = {name: getattr(sound, name).copy() for name in ("name_en", "name_ar", "latitude", "longitude")}
    single: dict[str, dict[int, str]] = {}
    paired: dict[str, list[tuple[int, int]]] = {"coordinates_shared": [], "name_repeated": []}
    for able in (sound.is_idp, sound.is_returnee):
        count = few(int(able.sum()), _SHARE, _MOST)
        for rule, (change, done) in _SINGLE.items():
            for at in pool.take(able, count):
                change(columns, at)
                single.setdefault(rule, {})[at] = done
        for rule, groups, names in (
            ("coordinates_shared", sound.governorate, ("latitude", "longitude")),
            ("name_repeated", sound.governorate + "/" + sound.district, ("name_en", "name_ar")),
        ):
            for _ in range(max(1, count // 2)):
                for first, second in pool.pair(able, groups):
                    paired[rule].append((first, second))
                    for name in names:
                        columns[name][second] = columns[name][first]
        for odd in _ODD_NAMES:
            for at in pool.take(able, count):
                columns["name_en"][at] = odd(columns["name_en"][at])
        for at in pool.take(able, count):
            columns["name_ar"][at] += " "
    return DirtyPlaces(replace(sound, **columns), single, paired, pool.used & ~sound.is_camp)


def few(size: int, share: float, most: int) -> int:
    """How many of ``size`` rows to spoil: a share, at least one, at most ``most``."""
    return min(most, max(1, round(share * size)))


def _swap(columns: dict[str, np.ndarray], at: int) -> None:
    columns["latitude"][at], columns["longitude"][at] = columns["longitude"][at], columns["latitude"][at]


def _move_outside(columns: dict[str, np.ndarray], at: int) -> None:
    columns["latitude"][at] = f"{int(IRAQ_LATITUDE[1]) + 1}.{columns['latitude'][at].partition('.')[2]}"


def _remove_coordinates(columns: dict[str, np.ndarray], at: int) -> None:
    columns["latitude"][at] = columns["longitude"][at] = ""


def _remove_arabic(columns: dict[str, np.ndarray], at: int) -> None:
    columns["name_ar"][at] = ""


_SINGLE: dict[str, tuple[Callable[[dict[str, np.ndarray], int], None], str]] = {
    "coordinates_swapped": (_swap, "exchanged latitude and longitude"),
    "coordinates_outside_iraq": (_move_outside, "moved the latitude north of Iraq"),
    "coordinates_missing": (_remove_coordinates, "removed the coordinates"),
    "arabic_name_missing": (_remove_arabic, "removed the Arabic name"),
}
