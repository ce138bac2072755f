"""The questions of the master-list form: what everything that reads them may rely on."""

from __future__ import annotations

import re

import pytest

from expectations import codes, form
from expectations.columns import COLUMN_PREFIX, COLUMNS, POPULATIONS, PRODUCT_DIMENSIONS
from transforms.field import xlsform

ROUNDS = (105, 121, 134)  # before and after the shelters of returnees were divided; with the newer terms
EVERY = [pytest.param(question, id=name) for name, question in form.known().items()]


@pytest.mark.parametrize("number", ROUNDS)
def test_names_are_unique_and_of_the_known_ones(number: int) -> None:
    names = [question.name for question in form.questions(number)]
    assert len(names) == len(set(names))
    assert set(names) <= set(form.known())
    assert not set(names) & xlsform.own_names(number)


@pytest.mark.parametrize("question", EVERY)
def test_every_question_is_whole(question: form.Question) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", question.name)
    assert question.label.strip()
    assert question.sharing in ("urgent_action", "sensitive", "public")
    assert set(question.populations) <= set(POPULATIONS) and question.populations
    assert bool(question.constraint) == bool(question.constraint_message)
    assert (question.kind == "select_one") == bool(question.choices or question.source)
    assert not question.source or question.source in xlsform.MEDIA_COLUMNS
    assert len({code for code, _ in question.choices}) == len(question.choices)
    # only the opening comes before the consent
    assert bool(question.group) != (question.name in {"start", "end", "deviceid", "username", "purpose", form.CONSENT})


def test_what_identifies_a_person_is_personal_and_never_public() -> None:
    personal = {question.name for question in form.known().values() if question.personal}
    assert personal == {
        "start", "end", "deviceid", "username", "interview_gps", "ki_name", "ki_position", "ki_contact",
    }  # fmt: skip
    for question in form.known().values():
        if question.personal or question.free_text or question.group == "informant":
            assert question.sharing == "sensitive", question.name
        if question.personal:
            assert not question.is_answer


def test_who_was_not_spoken_to_is_not_described() -> None:
    informant = [question for question in form.questions(121) if question.group == "informant"]
    assert len(informant) == 5
    for question in informant:
        assert "${update_status} != 'informant_unreachable'" in question.relevant


@pytest.mark.parametrize("number", ROUNDS)
@pytest.mark.parametrize("population", POPULATIONS)
def test_every_category_that_is_valid_in_the_round_is_asked(number: int, population: str) -> None:
    asked = {
        question.cell: question for question in form.questions(number) if question.cell and population in question.populations
    }
    for dimension in PRODUCT_DIMENSIONS[population]:
        found = {category for own, category in asked if own == dimension}
        if dimension in ("origin_governorate", "last_displacement"):
            assert found == {row["governorate_code"] for row in codes.rows("governorate")}
        if dimension == "shelter":
            rows = [row for row in codes.rows("shelter_type") if row["population"] == population]
            portal = {row["shelter_type"] for row in rows if row["vocabulary"] == "portal"}
            over = {row["shelter_type"] for row in rows if row["last_round"] and int(row["last_round"]) < number}
            early = {row["shelter_type"] for row in rows if int(row["first_round"] or 1) > number}
            assert portal - over - early <= found and not found & (over | early)
        if dimension == "period":
            opened = {
                row["wave"] for row in codes.rows("wave") if row["opens_round_idp"] and int(row["opens_round_idp"]) <= number
            }
            later = {row["wave"] for row in codes.rows("wave") if row["opens_round_idp"] and int(row["opens_round_idp"]) > number}
            assert opened <= found and not found & later
    for (dimension, category), question in asked.items():
        assert question.name == COLUMN_PREFIX[dimension] + category
        assert COLUMNS[question.name].unit == "households"


def test_the_shelters_follow_the_round() -> None:
    def shelters(number: int) -> set[str]:
        return {question.name for question in form.questions(number) if question.group == "shelter"}

    assert "shelter_habitual_residence" in shelters(105) and "shelter_habitual_residence" not in shelters(121)
    assert "shelter_tent_caravan_makeshift" in shelters(134) and "shelter_tent_caravan_makeshift" not in shelters(121)


@pytest.mark.parametrize("number", ROUNDS)
def test_every_count_is_part_of_exactly_one_sum(number: int) -> None:
    counted = [part for total in xlsform.sums(number) for part in total.parts]
    cells = [question.name for question in form.questions(number) if question.cell]
    assert sorted(counted) == sorted([*cells, "origin_district_households", *form.ARRIVAL_PARTS])
    by_name = {question.name: question for question in form.questions(number)}
    for total in xlsform.sums(number):
        assert by_name[total.total].kind == "integer"
        if total.total == "households":
            assert "${households} > 0" in total.relevant
        for population in POPULATIONS:  # asked of one population, checked of that one only
            parts = [by_name[part] for part in total.parts]
            asked = any(population in part.populations for part in parts)
            others = [other for other in POPULATIONS if other != population]
            assert asked or any(f"${{population}} = '{other}'" in total.relevant for other in others)


@pytest.mark.parametrize("number", ROUNDS)
def test_conditions_name_questions_that_come_before(number: int) -> None:
    seen: set[str] = set()
    for question in form.questions(number):
        before = re.findall(r"\$\{(\w+)\}", question.relevant + question.constraint)
        assert set(before) <= seen, question.name
        seen.add(question.name)
    for repeat, relevant in form.REPEAT_RELEVANT.items():
        assert any(question.repeat == repeat for question in form.questions(number))
        assert set(re.findall(r"\$\{(\w+)\}", relevant)) <= seen
    assert {question.repeat for question in form.questions(number)} == {"", *form.REPEAT_RELEVANT}
