"""Feedback on released figures: noted, answered, decided, linked to corrections; nothing of persons, nothing changed unseen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows import chain, feedback, staging
from flows.lock import locked
from flows.problem import ExitCode, Problem
from flows.published import Published
from tests.flows.conftest import Ran

CLAIM = {"--round": "R120", "--table": "idp_master_list", "--organisation": "Cluster A", "--claim": "It was 1,205,767, we think"}
HOSTILE = [
    "=cmd|' /C calc'!A1",
    "<script>alert(1)</script>",
    "a\u202eb\u0007",
    "'; drop table x; --",
    "ألف عائلة",
    "line\nbreak\u2028x",
]


@pytest.fixture
def say(dtm: Callable[..., Ran], data_copy: Path) -> Callable[..., Ran]:
    """Run ``dtm feedback`` on a copy of the sample."""
    return lambda *words: dtm("feedback", *words, "--data", data_copy)


def claim(**said: str | None) -> list[str]:
    given = CLAIM | {f"--{name}": value for name, value in said.items()}
    return ["add", *(word for name, value in given.items() if value is not None for word in (name, value))]


def path(data: Path) -> Path:
    return data / feedback.FILE


def test_from_a_claim_to_a_correction(say: Callable[..., Ran], data_copy: Path, a_place: Callable) -> None:
    place = a_place("idp")["place_id"]
    ran = say(*claim(location=place, evidence="camp register of March"))
    assert (ran.code, ran.out) == (ExitCode.OK, f"F1 on idp_master_list of R120, location {place}: open.\n")
    assert say(*claim(table="shelter_summary")).out == "F2 on shelter_summary of R120: open.\n"
    assert say("answer", "F1", "--text", "We look into it").out.endswith(": answered.\n")
    assert say("answer", "f1", "--text", "The team went there").code == ExitCode.OK
    with pytest.raises(Problem, match="Feedback F1 is answered, not accepted: it is no reason for a correction"):
        feedback.demand(data_copy, ["F1"])
    ran = say("close", "F1", "--decision", "accepted", "--reason", "The row was entered twice", "--version", "r120-public-v1.1")
    assert ran.out == f"F1 on idp_master_list of R120, location {place}: accepted, see r120-public-v1.1.\n"
    [one] = feedback.demand(data_copy, ["F1"])
    assert (one.state, one.decision, [a.text for a in one.answers]) == (
        "closed",
        "accepted",
        ["We look into it", "The team went there"],
    )
    assert one.at and one.by and one.closed_by and one.answers[0].by
    feedback.link(data_copy, "F1", "r120-partner-acme-v1.1")
    length = len(chain.read(path(data_copy)))
    feedback.link(data_copy, "F1", "r120-partner-acme-v1.1")
    assert len(chain.read(path(data_copy))) == length, "the same correction is noted once"
    assert feedback.held(data_copy)[0].releases == ("r120-public-v1.1", "r120-partner-acme-v1.1")
    assert say("close", "F2", "--decision", "rejected", "--reason", "Counted again: as listed").code == ExitCode.OK
    with pytest.raises(Problem, match="F2 is rejected, not accepted"):
        feedback.demand(data_copy, ["F1", "F2"])
    with pytest.raises(Problem, match="F2 is rejected, not accepted"):
        feedback.link(data_copy, "F2", "r120-public-v1.1")
    for words in (("answer", "F2", "--text", "x"), ("close", "F2", "--decision", "accepted", "--reason", "x")):
        assert say(*words).said == "Feedback F2 is closed (rejected); a new claim is a new feedback."


def test_the_list(say: Callable[..., Ran]) -> None:
    assert say("list").out == "0 claims\n"
    say(*claim())
    say(*claim(claim="second"))
    say("close", "F1", "--decision", "duplicate", "--reason", "of F2")
    assert say("list").out.splitlines()[-1] == "2 claims"
    opened = say("list", "--open").out
    assert "F2" in opened and "F1" not in opened and opened.endswith("1 claim not closed\n")
    told = json.loads(say("list", "--format", "json").out)
    assert [(one["id"], one["state"], one["decision"]) for one in told] == [("F1", "closed", "duplicate"), ("F2", "open", None)]


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_are_kept_as_they_are_and_shown_without_effect(say: Callable[..., Ran], data_copy: Path, text: str) -> None:
    assert say(*claim(claim=text, organisation=text)).code == ExitCode.OK
    assert feedback.held(data_copy)[0].claim == text.strip()
    assert json.loads(say("list", "--format", "json").out)[0]["organisation"] == text
    shown = say("list").out
    assert not {"\u202e", "\u0007", "\u2028"} & set(shown) and len(shown.splitlines()) == 4


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"round": "117"}, "No list of R117 is held; held: R118, R119, R120."),
        ({"round": "x"}, "'x' is no round such as R112."),
        ({"table": "idp_master_lists"}, "There is no table 'idp_master_lists'"),
        ({"table": "clean_record"}, "There is no table 'clean_record'"),
        (
            {"location": "1 or 1=1"},
            "There is no location '1 or 1=1' in the register; --location takes a place_id of table location.",
        ),
        ({"location": ""}, "There is no location ''"),
        ({"claim": "  "}, "--claim is empty."),
        ({"organisation": "x" * 121}, "--organisation has 121 characters; at most 120 are kept."),
        ({"claim": "call 0770 123 4567"}, "--claim holds an address with '@' or seven digits in a row"),
        ({"evidence": "ask a.b@example.org"}, "--evidence holds an address"),
        ({"organisation": "٠٧٧٠١٢٣٤٥٦٧"}, "--organisation holds an address"),
    ],
)
def test_what_is_not_taken_leaves_nothing(say: Callable[..., Ran], data_copy: Path, said: dict, sentence: str) -> None:
    ran = say(*claim(**said))
    assert ran.code == ExitCode.USAGE and ran.said.startswith(sentence)
    assert not path(data_copy).exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("answer", "F7", "--text", "x"), "There is no feedback 'F7'; held: F1 to F1."),
        (("answer", "F1; x", "--text", "x"), "There is no feedback 'F1; x'; held: F1 to F1."),
        (("answer", "F1", "--text", "tel. +964 770 1234567"), "--text holds an address"),
        (("close", "F1", "--decision", "accepted", "--reason", " "), "--reason is empty."),
        (("close", "F1", "--decision", "rejected", "--reason", "x", "--version", "r120-public-v1.1"), "Feedback that is rejected has no"),
        (("close", "F1", "--decision", "accepted", "--reason", "x", "--version", "v1.1"), "'v1.1' is no id of a release such as r120-"),
        (("close", "F1", "--decision", "accepted", "--reason", "x", "--version", "r120-public-me-v1.1"), "'r120-public-me-v1.1' is no"),
        (("close", "F1", "--decision", "accepted", "--reason", "x", "--version", "r119-public-v1.1"), "r119-public-v1.1 ends before R120"),
    ],
)  # fmt: skip
def test_wrong_words_change_nothing(say: Callable[..., Ran], data_copy: Path, words: tuple, sentence: str) -> None:
    say(*claim())
    before = path(data_copy).read_bytes()
    ran = say(*words)
    assert ran.code == ExitCode.USAGE and ran.said.startswith(sentence)
    assert path(data_copy).read_bytes() == before


def test_wrong_decisions_and_no_folder(say: Callable[..., Ran], dtm: Callable[..., Ran], data_copy: Path, tmp_path: Path) -> None:
    say(*claim())
    assert say("close", "F1", "--decision", "perhaps", "--reason", "x").code == ExitCode.USAGE
    with pytest.raises(Problem, match="'perhaps' is no decision; one of: accepted, rejected, duplicate, no_change"):
        feedback.close(data_copy, "F1", "perhaps", "x")
    assert dtm("feedback", "list", "--data", tmp_path / "none").code == ExitCode.DATA_FOLDER
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("line", [0, 1, 2])
@pytest.mark.parametrize("how", ["changed", "removed", "swapped"])
def test_a_line_changed_by_hand_is_found(say: Callable[..., Ran], data_copy: Path, line: int, how: str) -> None:
    say(*claim())
    say("answer", "F1", "--text", "one")
    say("close", "F1", "--decision", "no_change", "--reason", "two")
    lines = path(data_copy).read_text(encoding="utf-8").splitlines()
    if how == "changed":
        entry = json.loads(lines[line])
        lines[line] = json.dumps({**entry, "by": "somebody else"}, sort_keys=True)
    elif how == "removed":
        del lines[line]
    else:
        lines[line], lines[line - 1] = lines[line - 1], lines[line]
    path(data_copy).write_text("".join(f"{one}\n" for one in lines), encoding="utf-8")
    if (how, line) == ("removed", 2):  # the end of the file can be lost unseen; the claim is open again
        assert [one.state for one in feedback.held(data_copy)] == ["answered"]
        return
    ran = say("list")
    assert ran.code == ExitCode.DATA_FOLDER and "is damaged in line" in ran.said
    assert say(*claim()).code == ExitCode.DATA_FOLDER


def test_one_at_a_time(say: Callable[..., Ran], data_copy: Path) -> None:
    with locked(data_copy):
        assert say(*claim()).code == ExitCode.LOCKED
        assert say("list").code == ExitCode.OK


def test_a_build_leaves_feedback_alone(data_copy: Path) -> None:
    feedback.add(data_copy, 120, "idp_master_list", "Cluster A", "x")
    kept = path(data_copy).read_bytes()
    staging.sweep(data_copy)
    assert path(data_copy).read_bytes() == kept and Published(data_copy).table("location").num_rows
