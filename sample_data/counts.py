"""Households of each place over the rounds, and their breakdown into categories.

Sizes and shares follow measured figures of the real lists (R112 and R120); every single number is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from expectations import codes
from sample_data import portal
from sample_data.places import Places

# Median, spread (sigma of the log-normal) and largest number of households of a location.
_SIZE = {"idp": (11, 2.05, 4316), "returnee": (150, 1.44, 7209), "camp": (700, 0.8, 4316)}
# Share of the locations whose count changes from one round to the next, and the new count in percent of the old.
_CHANGED = {"idp": 0.32, "returnee": 0.20}
_DRIFT = {"idp": (86, 106), "returnee": (99, 109)}
# Share of the locations that enter, leave or miss one round, per round; over a whole series at most _MOVE_MAXIMUM each.
_MOVES = {
    "idp": {"enter": 0.007, "leave": 0.018, "miss": 0.004},
    "returnee": {"enter": 0.014, "leave": 0.001, "miss": 0.002},
}
_MOVE_MAXIMUM = 0.15
# Only locations of at most this many times the median size do so, so that the totals move slowly, as in real lists.
_MOVE_MEDIANS = 2
# Large changes: share of the locations, size before, and the count afterwards in percent (each as likely).
_LARGE_SHARE, _LARGE_FEWEST = 0.004, 2
_LARGE_SIZE = (60, 400)
_LARGE_PERCENT = {"idp": (38, 38, 172), "returnee": (172, 172, 38)}

# Households per mille by category; weights inside a place follow them.
_SHELTER = {
    "idp": {
        "rented_habitable": 767, "host_family": 115, "unfinished_building": 44, "informal_settlement": 39,
        "own_property": 16, "rented_uninhabitable": 13, "religious_building": 3, "school_building": 3,
        "hotel_motel": 2, "other": 2, "unknown": 1,
    },
    "returnee": {
        "habitual_residence_habitable": 900, "habitual_residence_uninhabitable": 45, "rented": 25, "host_family": 20,
        "informal_settlement": 4, "unfinished_building": 3, "school_building": 1, "religious_building": 1, "other": 1,
    },
}  # fmt: skip
_PERIOD = {
    "august_2014": 320, "june_july_2014": 193, "post_17_october_2016": 169, "post_september_2014": 89, "july_2017": 75,
    "post_april_2015": 74, "pre_june_2014": 38, "post_march_2016": 34, "january_2019": 8,
}  # fmt: skip
_ORIGIN = {
    "ninewa": 560, "salah_al_din": 120, "anbar": 120, "kirkuk": 75, "diyala": 65, "baghdad": 35, "babylon": 15, "erbil": 10,
}  # fmt: skip
_LAST_DISPLACEMENT = {
    "erbil": 150, "dahuk": 120, "baghdad": 120, "kirkuk": 100, "ninewa": 100, "anbar": 80, "sulaymaniyah": 80,
    "salah_al_din": 60, "diyala": 60, "babylon": 30, "kerbala": 20, "najaf": 15, "wassit": 5, "basrah": 5,
    "qadissiya": 5, "missan": 2, "thi_qar": 2, "muthanna": 1,
}  # fmt: skip
_SHARES = {
    "idp": {"governorate": _ORIGIN, "shelter": _SHELTER["idp"], "period": _PERIOD},
    "returnee": {"governorate": _LAST_DISPLACEMENT, "shelter": _SHELTER["returnee"], "period": _PERIOD},
}
# A place's own governorate counts this many times among the governorates that its list may name.
_OWN_GOVERNORATE = {"idp": 2, "returnee": 5}
# Share of the places with one category only; rounding to whole households adds to it.
_ONE = {
    "idp": {"governorate": 0.43, "shelter": 0.50, "period": 0.30},
    "returnee": {"governorate": 0.42, "shelter": 0.51, "period": 0.35},
}
# Categories that took the place of one that closed.
_DIVIDED = {
    "rented": ("rented_habitable", "rented_uninhabitable"),
    "habitual_residence": ("habitual_residence_habitable", "habitual_residence_uninhabitable"),
}


@dataclass(frozen=True)
class Series:
    """One list over the rounds: ``listed`` and ``households`` of shape (rounds, places); ``large`` marks planted large changes."""

    listed: np.ndarray
    households: np.ndarray
    large: np.ndarray


def series(rng: np.random.Generator, places: Places, population: str, rounds: int, stays: np.ndarray) -> Series:
    """Households of every place in every round; places of the mask ``stays`` never leave the list."""
    able = places.is_idp if population == "idp" else places.is_returnee
    households = np.zeros((rounds, len(places)), np.int64)
    large = np.zeros((rounds, len(places)), bool)
    households[0] = _start(rng, places, population)
    small = households[0] <= _MOVE_MEDIANS * _SIZE[population][0]
    listed = _listed(rng, able, able & small & ~stays, rounds, _MOVES[population])
    for at in range(1, rounds):
        households[at] = _drift(rng, households[at - 1], population)
        least, most = _LARGE_SIZE
        matched = listed[at] & listed[at - 1] & (households[at - 1] >= least) & (households[at - 1] <= most)
        count = max(_LARGE_FEWEST, round(_LARGE_SHARE * listed[at].sum()))
        chosen = rng.permutation(np.flatnonzero(matched))[:count]
        large[at, chosen] = True
        percent = np.array(_LARGE_PERCENT[population])[rng.integers(0, 3, len(chosen))]
        households[at, chosen] = households[at - 1, chosen] * percent // 100
    return Series(listed, households, large)


def _start(rng: np.random.Generator, places: Places, population: str) -> np.ndarray:
    normal = rng.standard_normal(len(places))
    sizes = np.zeros(len(places), np.int64)
    for kind, mask in ((population, ~places.is_camp), ("camp", places.is_camp)):
        median, sigma, most = _SIZE[kind]
        sizes[mask] = np.clip(np.rint(median * np.exp(sigma * normal[mask])), 1, most).astype(np.int64)
    return sizes


def _drift(rng: np.random.Generator, before: np.ndarray, population: str) -> np.ndarray:
    """The next round: most counts stay, the others move a little, never by more than 15 % and one household."""
    changed = rng.random(len(before)) < _CHANGED[population]
    percent = rng.integers(*_DRIFT[population], len(before))
    after = before * percent // 100
    stuck = np.where((percent >= 100) | (before == 1), before + 1, before - 1)
    after = np.where((after == before) | (after == 0), stuck, after)
    return np.where(changed, after, before)


def _listed(rng: np.random.Generator, able: np.ndarray, free: np.ndarray, rounds: int, moves: dict[str, float]) -> np.ndarray:
    """Which places each round lists, shape (rounds, places): of the ``free`` ones some enter later, leave or miss one round."""
    listed = np.repeat(able[None, :], rounds, axis=0)
    movers = iter(rng.permutation(np.flatnonzero(free)).tolist())
    for kind, per_round in moves.items():
        first, last = 1, rounds - 1 - (kind == "miss")
        if last < first:
            continue
        count = max(1, round(able.sum() * min(_MOVE_MAXIMUM, per_round * (rounds - 1))))
        when = rng.integers(first, last + 1, count).tolist()
        for at, place in zip(when, movers, strict=False):
            if kind == "enter":
                listed[:at, place] = False
            elif kind == "leave":
                listed[at:, place] = False
            else:
                listed[at, place] = False
    return listed


def mixtures(rng: np.random.Generator, places: Places, population: str) -> np.ndarray:
    """Whole-number weights of shape (places, breakdown columns): how the households of a place are divided, in every round."""
    weights = np.zeros((len(places), len(portal.breakdown(population))), np.int64)
    code = {row["governorate"]: row["governorate_code"] for row in codes.rows("governorate")}
    for kind, shares in _SHARES[population].items():
        columns = portal.margin(population, kind)
        names = [portal.breakdown(population)[at][1] for at in columns]
        share = np.repeat(np.array([[shares.get(name, 0) for name in names]]), len(places), axis=0)
        if kind == "governorate":
            own = np.array([names.index(code[governorate]) for governorate in places.governorate])
            each = np.arange(len(places))
            share[each, own] *= _OWN_GOVERNORATE[population]
        weights[:, list(columns)] = _mixture(rng, share, _ONE[population][kind])
    if population == "idp":
        shelter = list(portal.margin("idp", "shelter"))
        weights[np.ix_(places.is_camp, shelter)] = 0
        weights[places.is_camp, portal.position("idp", "shelter", "camp")] = 1
    return weights


def _mixture(rng: np.random.Generator, share: np.ndarray, one: float) -> np.ndarray:
    """Weights of one margin: one category with probability ``one``, else two to four, likelier where ``share`` is larger."""
    wanted = np.where(rng.random(len(share)) < one, 1, rng.integers(2, 5, len(share)))
    race = -np.log1p(-rng.random(share.shape)) / np.maximum(share, 1e-9)
    rank = np.argsort(np.argsort(race, axis=1, kind="stable"), axis=1, kind="stable")
    return np.where((rank < wanted[:, None]) & (share > 0), share * rng.integers(20, 101, share.shape), 0)


def open_columns(population: str, number: int) -> np.ndarray:
    """Which breakdown columns may hold households in a round: shelter types in their rounds, waves that are open."""
    shelter = {row["shelter_type"]: row for row in codes.rows("shelter_type") if row["population"] == population}
    wave = {row["wave"]: row[f"opens_round_{population}"] for row in codes.rows("wave")}
    is_open = []
    for kind, category, _ in portal.breakdown(population):
        if kind == "shelter":
            row = shelter[category]
            is_open.append(int(row["first_round"] or number) <= number <= int(row["last_round"] or number))
        else:
            is_open.append(kind != "period" or (wave[category] != "" and int(wave[category]) <= number))
    return np.array(is_open)


def breakdown(households: np.ndarray, weights: np.ndarray, population: str, number: int) -> np.ndarray:
    """Households per breakdown column, shape (rows, columns); each margin adds up to ``households``."""
    is_open = open_columns(population, number)
    weights = weights.copy()
    for whole, parts in _DIVIDED.items():
        columns = {category: at for at, (kind, category, _) in enumerate(portal.breakdown(population)) if kind == "shelter"}
        if whole in columns and is_open[columns[whole]] and set(parts) <= columns.keys():
            weights[:, columns[whole]] += sum(weights[:, columns[part]] for part in parts)
    weights[:, ~is_open] = 0
    cells = np.zeros_like(weights)
    for kind, shares in _SHARES[population].items():
        columns = list(portal.margin(population, kind))
        rank = [(is_open[at], shares.get(portal.breakdown(population)[at][1], 0)) for at in columns]
        own = weights[:, columns]
        own[own.sum(axis=1) == 0, rank.index(max(rank))] = 1
        cells[:, columns] = apportion(households, own)
    return cells


def apportion(total: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """``total`` of each row divided by its ``weights`` into whole numbers, largest remainders first."""
    cells, remainder = np.divmod(total[:, None] * weights, weights.sum(axis=1)[:, None])
    order = np.argsort(-remainder, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    return cells + (rank < (total - cells.sum(axis=1))[:, None])
