"""Names of places as they are compared, and which location of the register an interview is about."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import ascii
from tests.fieldworld import table
from transforms.field.matching import match, provisional_id
from transforms.field.names import Place, key, same, suggestions

# --- normalisation --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "other", "why"),
    [
        ("أحمد", "احمد", "alef with hamza"), ("إربيل", "اربيل", "alef with hamza below"), ("آمرلي", "امرلي", "alef with madda"),
        ("ٱلموصل", "الموصل", "alef wasla"), ("مستشفى", "مستشفي", "alef maksura"), ("الحمدانية", "الحمدانيه", "ta marbuta"),
        ("الموصــل", "الموصل", "tatweel"), ("المَوْصِل", "الموصل", "short vowels"), ("الصيّادية", "الصيادية", "shadda"),
        ("الموصل", "موصل", "article"), ("حي  النور", "حي نور", "article inside, blanks"), ("حي\u200f النور", "حي النور", "invisible mark"),
        ("قرية\u200cطيبة", "قريةطيبة", "non-joiner"), ("ﺍﻟﻤﻮﺻﻞ", "الموصل", "presentation forms"), ("البعاج.", "بعاج", "marks"),
        ("مائدة", "مايدة", "ya with hamza"), ("مؤمن", "مومن", "waw with hamza"), ("عطاء", "عطا", "hamza at the end"),
        ("Al-Zuhur", "Zuhur", "article"), ("al Zuhur", "ZUHUR", "article with a blank, capitals"), ("Hay Al-Noor", "hay an-noor", "sun letter"),
        ("Ash-Shirqat", "Al-Shirqat", "sun letter"), ("Ad-Dawr", "El Dawr", "sun letter, el"), ("Al\u2013Noor", "Noor", "article before another dash"), ("الالنور", "نور", "article twice"), ("Al-Ka'im", "Al-Kaim", "apostrophe"),
        ("Ba’quba", "Baʿquba", "apostrophes"), ("Tel_Abyad", "Tel-Abyad", "dashes"), ("Sinjār", "Sinjar", "diacritics"),
        ("Ｍｏｓｕｌ", "Mosul", "full width"), ("Qarya  12 ", "qarya 12", "blanks"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_are_equal(name, other, why):
    assert key(name) == key(other) != "", why


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Alqosh", "Qosh"), ("Arbat", "Bat"), ("Aziz", "Iz"), ("Qarya 1", "Qarya 11"), ("Hay Al-Noor", "Hay Al-Nasr"),
        ("الف", "ف"), ("حي النور", "حي النصر"), ("البو عجيل", "بو"), ("1 قرية", "2 قرية"), ("ال", "و"),
    ],
)  # fmt: skip
def test_other_names_stay_apart(name, other):
    assert key(name) != key(other)
    assert key(name)


_NAMES = st.text(
    alphabet=st.sampled_from("abdelnorstzAELSZ '-_’`ابتجدرسشصضعفقلمنهويىةأإآءؤئـ\u064e\u0651\u200f\u200c12٣ ."), max_size=24
)


@settings(max_examples=200, deadline=None)
@given(_NAMES)
def test_a_key_of_a_key_is_plain_text(name):
    """No blank at an end or twice, no mark, no capital, and nothing left to remove."""
    plain = key(name)
    assert key(plain) == plain
    assert plain == " ".join(plain.split())
    assert plain == plain.casefold()
    assert all(c.isalnum() or c == " " for c in plain)
    assert key(f"  {name.upper()} ") == plain


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["hay", "noor", "قرية", "نور", "tel", "باب", "12", "camp", "مخيم"]), min_size=1, max_size=4))
def test_articles_never_matter(words):
    name = " ".join(words)
    with_articles = " ".join(("Al-" if word.isascii() else "ال") + word if not word.isdigit() else word for word in words)
    assert key(with_articles) == key(name)


# --- equal and similar names ------------------------------------------------------------------------------

PLACES = [
    Place("1", ("Hay Al-Noor", "حي النور")),
    Place("2", ("Hay Al-Nasr", "حي النصر")),
    Place("3", ("Wadi Shimal", "وادي شمال")),
    Place("4", ("Hay Noor",)),
    Place("5", ()),
]


def test_same_finds_every_place_of_an_equal_name():
    assert [place.place_id for place in same(["hay an-Noor"], PLACES)] == ["1", "4"]
    assert [place.place_id for place in same(["حى نور"], PLACES)] == ["1"]
    assert [place.place_id for place in same(["Noor", "وادى الشمال"], PLACES)] == ["3"]
    assert same(["Hay Al-Nor"], PLACES) == []
    assert same(["", "--", "ـ"], PLACES) == same([], PLACES) == []


def test_similar_names_are_suggested_best_first():
    found = suggestions(["Hay Al-Nour"], PLACES)
    assert [place.place_id for place, _ in found][:2] == ["1", "4"]
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    assert len(found) <= 3
    assert all(70 <= score <= 100 for score in scores)
    assert suggestions(["حي النوور"], PLACES)[0][0].place_id == "1"


@pytest.mark.parametrize("name", ["Zakho Bridge", "Qarya 12", "مخيم الصمود", "", "?"])
def test_unrelated_names_are_not_suggested(name):
    assert suggestions([name], PLACES) == []


# --- matching -----------------------------------------------------------------------------------------------

_READING = (
    "uuid", "place_id", "is_new_location", "district_code", "location_name_en", "location_name_ar",
)  # fmt: skip
_COORDINATES = ("latitude", "longitude")
REGISTER = [
    ("11", "Ninewa", "Mosul", "Hay Al-Noor", "حي النور"),
    ("12", "Ninewa", "Sinjar", "Hay Al-Noor", None),
    ("13", "Ninewa", "Mosul", "Twin", None),
    ("14", "Ninewa", "Mosul", "Al-Twin", None),
]
_OWN = provisional_id("ninewa_mosul", "Qarya Jadida")
_OTHER = provisional_id("ninewa_mosul", "New Qarya")


def _register(*more: tuple) -> pa.Table:
    names = ("place_id", "governorate", "district", "location_name_en", "location_name_ar")
    return table("frame_place", [dict(zip(names, row, strict=True)) for row in (*REGISTER, *more)])


def _matched(reading: str, *more: tuple) -> tuple[pa.Table, list[dict]]:
    rows = ascii.rows(reading)
    columns = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in _READING}
    columns |= {
        name: pa.array([float(row[name]) if row.get(name) else None for row in rows], pa.float64()) for name in _COORDINATES
    }
    made = match(pa.table(columns), _register(*more))
    return made.interview, made.new_place.to_pylist()


def test_a_location_is_found_by_id_then_by_name_in_its_district():
    interview, new = _matched(
        """
        uuid | place_id | is_new_location | district_code  | location_name_en | location_name_ar
        a    | 11       | no              | ninewa_sinjar  | Twin             |
        b    |          | no              | ninewa_mosul   | hay an-noor      |
        c    |          | no              | ninewa_sinjar  | Hay Noor         |
        d    |          | no              | anbar_heet     | Hay Noor         |
        e    |          | no              | ninewa_mosul   | Twin             |
        f    | 99       | no              | ninewa_mosul   | Hay Al-Noor      |
        g    |          | no              |                | Hay Al-Noor      |
        h    |          |                 | ninewa_mosul   |                  | حى نور
        i    | 11       | yes             | ninewa_mosul   | Qarya Jadida     |
        j    |          | yes             | ninewa_mosul   |                  |
        """
    )
    ascii.check(
        interview,
        """
        uuid | place_id | place_basis | suggestions
        a    | 11       | place_id    |
        b    | 11       | name        |
        c    | 12       | name        |
        d    |          | unknown     |
        e    |          | unknown     | 13 Twin (100 %); 14 Al-Twin (100 %)
        f    |          | unknown     | 11 Hay Al-Noor / حي النور (100 %)
        g    |          | unknown     |
        h    | 11       | name        |
        i    | 11       | place_id    |
        j    |          | unknown     |
        """,
    )
    assert new == []


def test_a_new_location_has_one_id_however_it_is_spelled():
    interview, new = _matched(
        """
        uuid | is_new_location | district_code | location_name_en | location_name_ar | latitude | longitude
        b    | yes             | ninewa_mosul  | qarya al-jadida  | قرية جديدة       | 36.3     | 43.1
        a    | yes             | ninewa_mosul  | Qarya Jadida     |                  |          |
        c    | yes             | ninewa_sinjar | Qarya Jadida     |                  |          |
        """
    )
    ids = {row["uuid"]: row["place_id"] for row in interview.to_pylist()}
    assert ids["a"] == ids["b"] == _OWN != ids["c"]
    assert {row["place_basis"] for row in interview.to_pylist()} == {"new"}
    by_id = {row["place_id"]: row for row in new}
    assert set(by_id) == {_OWN, ids["c"]}
    # of two spellings that of the first submission; what it does not say comes from the other
    assert by_id[_OWN] == {
        "place_id": _OWN, "governorate": "Ninewa", "district": "Mosul", "location_name_en": "Qarya Jadida",
        "location_name_ar": "قرية جديدة", "latitude": 36.3, "longitude": 43.1,
    }  # fmt: skip


def test_a_provisional_id_is_stable():
    """It stands in published lists: another way to make it would break them."""
    assert provisional_id("ninewa_mosul", "Hay Al-Noor") == "905092939"
    assert provisional_id("ninewa_mosul", "hay an-noor", "حي النور") == provisional_id("ninewa_mosul", "Hay Al-Noor")
    assert provisional_id("ninewa_mosul", "Hay Al-Noor") != provisional_id("ninewa_sinjar", "Hay Al-Noor")
    assert 900_000_000 <= int(provisional_id("anbar_heet", "x")) <= 999_999_999


def test_a_new_location_that_the_register_has_by_now_is_not_new():
    """Declared as new again in a later round: it must stand in the list once."""
    interview, new = _matched(
        """
        uuid | is_new_location | district_code | location_name_en
        a    | yes             | ninewa_mosul  | Qarya al-Jadida
        """,
        (_OWN, "Ninewa", "Mosul", "Qarya Jadida", None),
    )
    ascii.check(interview.select(["place_id", "place_basis"]), f"place_id | place_basis\n{_OWN} | name")
    assert new == []


def test_a_person_may_decide_that_two_new_locations_are_one():
    interview, new = _matched(
        f"""
        uuid | place_id | is_new_location | district_code | location_name_en
        a    |          | yes             | ninewa_mosul  | Qarya Jadida
        b    | {_OWN}   | yes             | ninewa_mosul  | New Qarya
        """
    )
    assert {row["uuid"]: row["place_id"] for row in interview.to_pylist()} == {"a": _OWN, "b": _OWN}
    assert [(row["place_id"], row["location_name_en"]) for row in new] == [(_OWN, "Qarya Jadida")]


def test_two_new_locations_cannot_both_be_the_other():
    """A decision that takes away the place that it points to is not followed; no submission is lost."""
    interview, new = _matched(
        f"""
        uuid | place_id | is_new_location | district_code | location_name_en
        a    | {_OTHER} | yes             | ninewa_mosul  | Qarya Jadida
        b    | {_OWN}   | yes             | ninewa_mosul  | New Qarya
        """
    )
    ids = {row["uuid"]: row["place_id"] for row in interview.to_pylist()}
    assert ids == {"a": _OWN, "b": _OTHER}
    assert {row["place_id"] for row in new} == {_OWN, _OTHER}


def test_a_new_location_is_shown_beside_those_that_it_resembles():
    interview, _ = _matched(
        """
        uuid | is_new_location | district_code | location_name_en
        a    | yes             | ninewa_mosul  | Hay Al-Nor
        b    | yes             | ninewa_mosul  | Qarya Jadida
        """
    )
    shown = {row["uuid"]: row["suggestions"] for row in interview.to_pylist()}
    assert shown["a"].startswith("11 Hay Al-Noor / حي النور (")
    assert shown["b"] is None
