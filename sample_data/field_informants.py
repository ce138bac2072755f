"""Invented key informants: names in one of two scripts, and telephone numbers as people write them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample_data.places import ENDINGS, SYLLABLES

_GIVEN = {
    "male": (
        ("Adnan", "عدنان"), ("Bashir", "بشير"), ("Dawud", "داود"), ("Faisal", "فيصل"), ("Ghanim", "غانم"), ("Hamid", "حامد"),
        ("Idris", "ادريس"), ("Jamal", "جمال"), ("Karim", "كريم"), ("Majid", "ماجد"), ("Nabil", "نبيل"), ("Qasim", "قاسم"),
        ("Rashid", "رشيد"), ("Salim", "سليم"), ("Tariq", "طارق"), ("Walid", "وليد"), ("Yasin", "ياسين"), ("Zaid", "زيد"),
    ),
    "female": (
        ("Amina", "امينة"), ("Dunya", "دنيا"), ("Farah", "فرح"), ("Hanan", "حنان"), ("Iman", "ايمان"), ("Khawla", "خولة"),
        ("Layla", "ليلى"), ("Maryam", "مريم"), ("Nadia", "نادية"), ("Rana", "رنا"), ("Samira", "سميرة"), ("Zainab", "زينب"),
    ),
}  # fmt: skip
_FEMALE_SHARE, _ARABIC_SHARE = 0.2, 0.55
_TYPES = ("mukhtar", "community_leader", "local_authority", "security_forces", "other")
_TYPE_SHARES = (0.5, 0.3, 0.12, 0.03, 0.05)
_POSITIONS = {
    "mukhtar": ("Mukhtar", "مختار المحلة"),
    "community_leader": ("Community leader", "وجيه المنطقة"),
    "local_authority": ("Municipality", "موظف البلدية"),
    "security_forces": ("Police", "الشرطة المحلية"),
    "other": ("Teacher", "مدرس"),
}
_PHONES = 10_000_000
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
# No Iraqi operator has the prefix 0700, so no number here rings.
_WRITTEN = (
    "0700{0}", "0700 {1} {2}", "+964700{0}", "+964 700 {1} {2}", "00964700{0}", "0700-{1}-{2}",
)  # fmt: skip
WAYS = 2 * len(_WRITTEN)


@dataclass(frozen=True)
class Informants:
    """People, one element each: no two have the same name or number."""

    name: list[str]
    name_ar: list[str]
    phone: list[str]
    kind: np.ndarray
    sex: np.ndarray
    is_arabic: np.ndarray

    def written(self, person: int) -> str:
        """The name in the script in which this person's name is always written."""
        return self.name_ar[person] if self.is_arabic[person] else self.name[person]

    def position(self, person: int) -> str:
        """The position in that script."""
        return _POSITIONS[self.kind[person]][int(self.is_arabic[person])]

    def contact(self, person: int, way: int) -> str:
        """The number in one of :data:`WAYS` spellings: with and without country code, in Western and Arabic-Indic digits."""
        digits = self.phone[person]
        text = _WRITTEN[way % len(_WRITTEN)].format(digits, digits[:3], digits[3:])
        return text.translate(ARABIC_DIGITS) if way >= len(_WRITTEN) else text


def invent(rng: np.random.Generator, count: int) -> Informants:
    """``count`` people with a given name, a father's name and an invented family name."""
    sex = np.where(rng.random(count) < _FEMALE_SHARE, "female", "male").astype(object)
    given = {name: len(_GIVEN[name]) for name in _GIVEN}
    sizes = (given["male"], len(SYLLABLES), len(SYLLABLES), len(ENDINGS))
    # Father and family are different for each person, so that a name is nobody else's, whatever the given name.
    drawn = np.unravel_index(rng.choice(int(np.prod(sizes)), size=count, replace=False), sizes)
    first = rng.integers(0, 1000, count)
    names: tuple[list[str], list[str]] = ([], [])
    for person_sex, at, father, one, two, end in zip(sex, first.tolist(), *(part.tolist() for part in drawn), strict=True):
        own = _GIVEN[person_sex][at % given[person_sex]]
        for script, article in ((0, "Al-"), (1, "ال")):
            family = SYLLABLES[one][script] + SYLLABLES[two][script] + ENDINGS[end][script]
            names[script].append(f"{own[script]} {_GIVEN['male'][father][script]} {article}{family.capitalize()}")
    numbers = rng.choice(_PHONES, size=count, replace=False)
    return Informants(
        names[0],
        names[1],
        [f"{number:07d}" for number in numbers.tolist()],
        np.array(_TYPES, dtype=object)[rng.choice(len(_TYPES), size=count, p=_TYPE_SHARES)],
        sex,
        rng.random(count) < _ARABIC_SHARE,
    )
