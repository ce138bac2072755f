"""Invented places: names in two scripts, permanent ids, districts and coordinates."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from expectations import codes

IDP_SHARE, RETURNEE_SHARE = 0.75, 0.45
CAMP_SHARE = 0.025  # of the IDP places
OTHER_PREFIX_SHARE = 0.02
NUMBERED_SHARE = 0.15
# Place IDs of real lists end at 34,238; invented ones begin far above, so that the two cannot be confused.
FIRST_PLACE_ID = 70_001
SERIALS = 999

# Invented: how many of 100 IDP and returnee locations lie in a governorate, and the centre around which
# its places are scattered (latitude, longitude, in tenths of a degree).
_GOVERNORATES = {
    "Dahuk": (7, 1, 369, 432),
    "Erbil": (8, 3, 363, 441),
    "Sulaymaniyah": (10, 0, 354, 454),
    "Anbar": (9, 19, 333, 422),
    "Babylon": (4, 0, 325, 446),
    "Baghdad": (9, 5, 333, 444),
    "Diyala": (7, 11, 341, 451),
    "Kerbala": (3, 0, 324, 438),
    "Kirkuk": (7, 11, 354, 441),
    "Ninewa": (14, 37, 362, 427),
    "Salah al-Din": (9, 14, 346, 436),
    "Wassit": (3, 0, 325, 458),
    "Basrah": (2, 0, 304, 474),
    "Missan": (2, 0, 318, 471),
    "Muthanna": (1, 0, 305, 454),
    "Najaf": (2, 0, 316, 441),
    "Thi-Qar": (2, 0, 311, 462),
    "Qadissiya": (1, 0, 319, 449),
}
_SCATTER = 30  # hundredths of a degree to each side of the centre
_DEGREE = 10**10  # coordinates are drawn as whole numbers of 1e-10 degrees, so that no rounding is involved

_GENERIC = (
    ("Hay", "حي"), ("Hay Al-", "حي ال"), ("Qaryat", "قرية"), ("Qaryat Al-", "قرية ال"), ("Mahalat", "محلة"),
    ("Mujamma", "مجمع"), ("Tal", "تل"), ("Khirbat", "خربة"), ("Shari Al-", "شارع ال"), ("Bir", "بئر"),
    ("Sahl", "سهل"), ("Wadi", "وادي"),
)  # fmt: skip
SYLLABLES = (
    ("ba", "با"), ("be", "بي"), ("bu", "بو"), ("da", "دا"), ("di", "دي"), ("du", "دو"), ("yo", "يو"), ("ne", "ني"),
    ("ya", "يا"), ("he", "هي"), ("hu", "هو"), ("ja", "جا"), ("jo", "جو"), ("ka", "قا"), ("la", "لا"), ("lu", "لو"),
    ("ma", "ما"), ("mi", "مي"), ("na", "نا"), ("nu", "نو"), ("ra", "را"), ("ri", "ري"), ("ru", "رو"), ("so", "سو"),
    ("se", "سي"), ("sha", "شا"), ("sho", "شو"), ("ta", "تا"), ("tu", "تو"), ("wa", "وا"), ("za", "زا"), ("zi", "زي"),
)  # fmt: skip
ENDINGS = (("n", "ن"), ("r", "ر"), ("m", "م"), ("d", "د"), ("l", "ل"), ("k", "ك"), ("b", "ب"), ("t", "ت"))


@dataclass(frozen=True)
class Places:
    """All places of the synthetic country, one element each, in the order of their location id.

    ``latitude`` and ``longitude`` are texts in degrees; ids are texts without decimals; the three masks say in
    which lists a place can occur and whether it is a camp.
    """

    place_id: np.ndarray
    location_id: np.ndarray
    governorate: np.ndarray
    district: np.ndarray
    name_en: np.ndarray
    name_ar: np.ndarray
    latitude: np.ndarray
    longitude: np.ndarray
    is_idp: np.ndarray
    is_returnee: np.ndarray
    is_camp: np.ndarray

    def __len__(self) -> int:
        return len(self.place_id)


def invent(rng: np.random.Generator, count: int) -> Places:
    """``count`` places: about 75 % IDP, 45 % returnee, so about 20 % both.

    Raises:
        ValueError: more places than a district prefix has serial numbers for.
    """
    returnees = round(count * RETURNEE_SHARE)
    both = round(count * IDP_SHARE) + returnees - count
    is_returnee = np.arange(count) < returnees
    is_idp = (np.arange(count) < both) | ~is_returnee
    districts = [
        *_districts(rng, returnees, "observed_returnee", 1),
        *_districts(rng, count - returnees, "observed_idp", 0),
    ]
    location_ids = _location_ids(rng, districts)
    names = _names(rng, count)
    is_camp = np.zeros(count, bool)
    camps = max(2, round(CAMP_SHARE * is_idp.sum()))
    for at in rng.permutation(np.flatnonzero(~is_returnee))[:camps].tolist():
        is_camp[at] = True
        names[at] = (f"{names[at][0]} Camp", f"مخيم {names[at][1]}")
    latitude, longitude = _coordinates(rng, [district["governorate"] for district in districts])
    order = np.argsort(np.array(location_ids), kind="stable")
    place_ids = FIRST_PLACE_ID + rng.choice(4 * count, size=count, replace=False)

    def ordered(values: list[str]) -> np.ndarray:
        return np.array(values, dtype=object)[order]

    return Places(
        place_id=ordered([str(number) for number in place_ids.tolist()]),
        location_id=ordered(location_ids),
        governorate=ordered([district["governorate"] for district in districts]),
        district=ordered([district["district"] for district in districts]),
        name_en=ordered([english for english, _ in names]),
        name_ar=ordered([arabic for _, arabic in names]),
        latitude=ordered(latitude),
        longitude=ordered(longitude),
        is_idp=is_idp[order],
        is_returnee=is_returnee[order],
        is_camp=is_camp[order],
    )


def decimal(value: int) -> str:
    """A whole number of 1e-10 degrees as text in degrees."""
    return f"{value // _DEGREE}.{value % _DEGREE:010d}"


def _quota(weights: list[int], total: int) -> list[int]:
    """``total`` divided by ``weights``, largest remainders first; at least 1 where the weight is not 0 and there is enough."""
    least = [int(weight > 0) for weight in weights]
    if total < sum(least):
        least = [0] * len(weights)
    left = total - sum(least)
    shares = [divmod(left * weight, sum(weights)) for weight in weights]
    missing = left - sum(whole for whole, _ in shares)
    ranked = sorted(range(len(weights)), key=lambda at: (-shares[at][1], at))
    return [least[at] + shares[at][0] + int(at in ranked[:missing]) for at in range(len(weights))]


def _districts(rng: np.random.Generator, count: int, observed: str, weight: int) -> list[dict[str, str]]:
    """A district row for each place; ``observed`` names the column that says where such places occur."""
    known = [row for row in codes.rows("district") if row[observed] == "true"]
    quota = _quota([_GOVERNORATES[name][weight] for name in _GOVERNORATES], count)
    drawn = []
    for governorate, places in zip(_GOVERNORATES, quota, strict=True):
        own = [row for row in known if row["governorate"] == governorate]
        drawn += [own[at] for at in rng.integers(0, len(own), places)] if places else []
    return drawn


def _location_ids(rng: np.random.Generator, districts: list[dict[str, str]]) -> list[str]:
    """Seven digits each: a district prefix, seldom that of another district of the governorate, and a serial."""
    prefixes = defaultdict(list)
    for row in codes.rows("district"):
        if row["location_id_prefix"] not in prefixes[row["governorate"]]:
            prefixes[row["governorate"]].append(row["location_id_prefix"])
    other = rng.random(len(districts)) < OTHER_PREFIX_SHARE
    pick = rng.integers(0, 1000, len(districts))
    serial: Counter[str] = Counter()
    ids = []
    for district, is_other, at in zip(districts, other, pick, strict=True):
        own = prefixes[district["governorate"]]
        prefix = own[at % len(own)] if is_other else district["location_id_prefix"]
        serial[prefix] += 1
        if serial[prefix] > SERIALS:
            raise ValueError(f"More than {SERIALS} places with the location prefix {prefix}: ask for fewer places.")
        ids.append(f"{prefix}{serial[prefix]:03d}")
    return ids


def _names(rng: np.random.Generator, count: int) -> list[tuple[str, str]]:
    """Distinct names in English and Arabic, of a generic word, two syllables, an ending and seldom a number."""
    sizes = (len(_GENERIC), len(SYLLABLES), len(SYLLABLES), len(ENDINGS))
    drawn = np.unravel_index(rng.choice(int(np.prod(sizes)), size=count, replace=False), sizes)
    numbered = rng.random(count) < NUMBERED_SHARE
    numbers = rng.integers(1, 10, count)
    names = []
    for generic, first, second, end, has_number, number in zip(
        *(part.tolist() for part in drawn), numbered, numbers, strict=True
    ):
        word = [_GENERIC[generic][script] for script in (0, 1)]
        root = [SYLLABLES[first][script] + SYLLABLES[second][script] + ENDINGS[end][script] for script in (0, 1)]
        english = word[0] + ("" if word[0].endswith("-") else " ") + root[0].capitalize()
        arabic = word[1] + ("" if word[0].endswith("-") else " ") + root[1]
        suffix = f" {number}" if has_number else ""
        names.append((english + suffix, arabic + suffix))
    return names


def _coordinates(rng: np.random.Generator, governorates: list[str]) -> tuple[list[str], list[str]]:
    """Latitudes and longitudes scattered around the centre of each place's governorate."""
    half = _SCATTER * _DEGREE // 100
    offsets = rng.integers(-half, half, (2, len(governorates)))
    texts = []
    for axis in (0, 1):
        centres = np.array([_GOVERNORATES[name][2 + axis] for name in governorates], dtype=np.int64) * (_DEGREE // 10)
        texts.append([decimal(value) for value in (centres + offsets[axis]).tolist()])
    return texts[0], texts[1]
