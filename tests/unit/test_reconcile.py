"""Published figures against ours: the verdicts, and every file that is no list of figures."""

from __future__ import annotations

import json

import pytest

from expectations import codes
from transforms.reconcile import (
    CAUSED,
    DIFFERENT,
    EXACT,
    MEASURES,
    STALE,
    WITHOUT,
    Comparison,
    Figure,
    UnreadableFigures,
    compare,
    figures,
    verdict_of,
)

RECORDED = codes.rows("published_difference")


def one(population: str, number: int, measure: str, published: int, ours: dict[str, int], **more: str | None) -> Comparison:
    """The comparison of one measure of one national figure."""
    kind, governorate = more.get("kind") or "any", more.get("governorate")
    figure = Figure(2, population, number, governorate, {measure: published}, kind)
    (comparison,) = compare([figure], {(population, number, None): ours, (population, number, governorate): ours})
    return comparison


# --- verdicts ----------------------------------------------------------------------------------


def test_equal_figures_are_exact() -> None:
    assert one("idp", 112, "households", 7, {"households": 7}).verdict == EXACT


def test_other_figures_are_different() -> None:
    comparison = one("idp", 112, "households", 8, {"households": 7})
    assert (comparison.verdict, comparison.ours, comparison.cause) == (DIFFERENT, 7, "")


def test_individuals_published_as_six_times_households_have_a_named_cause() -> None:
    ours = {"households": 100, "individuals": 590}
    assert one("idp", 120, "individuals", 600, ours).verdict == CAUSED
    assert one("idp", 120, "individuals", 600, ours, governorate="Dahuk").verdict == CAUSED
    assert "6 x households" in one("idp", 120, "individuals", 600, ours).cause
    assert one("idp", 120, "individuals", 601, ours).verdict == DIFFERENT
    assert one("idp", 120, "households", 600, ours).verdict == DIFFERENT
    assert one("idp", 120, "individuals", 590, ours).verdict == EXACT


@pytest.mark.parametrize("row", RECORDED, ids=lambda row: f"{row['population']}-{row['round']}-{row['measure']}")
def test_every_recorded_cause_is_found_and_guarded(row: dict[str, str]) -> None:
    given = row["population"], int(row["round"]), row["measure"], int(row["published_value"])
    value = int(row["list_value"])
    for kind in (row["publication_kind"], "any"):
        found = one(*given, {row["measure"]: value}, kind=kind)
        assert (found.verdict, found.cause) == (CAUSED, row["cause"])
        stale = one(*given, {row["measure"]: value + 1}, kind=kind)
        assert stale.verdict == STALE
        assert f"predicts {value:,}." in stale.cause
    # our figure became the published one: the entry has to go, although the figures agree
    assert one(*given, {row["measure"]: given[3]}).verdict == STALE


def test_a_recorded_cause_holds_for_its_figure_only() -> None:
    ours = {"locations": 2002}
    assert one("idp", 9, "locations", 2003, ours).verdict == CAUSED
    assert one("idp", 9, "locations", 2004, ours).verdict == DIFFERENT
    assert one("returnee", 9, "locations", 2003, ours).verdict == DIFFERENT
    assert one("idp", 10, "locations", 2003, ours).verdict == DIFFERENT
    assert one("idp", 9, "locations", 2003, ours, kind="published_chart").verdict == DIFFERENT
    assert one("idp", 9, "locations", 2003, ours, governorate="Dahuk").verdict == DIFFERENT


def test_the_rounded_quote_of_february_2021() -> None:
    ours = {"individuals": 1_205_767, "households": 207_000}
    quoted = one("idp", 120, "individuals", 1_180_000, ours, kind="rounded_quote")
    assert quoted.verdict == CAUSED
    assert "1.18 million" in quoted.cause
    assert one("idp", 120, "individuals", 1_205_767, ours, kind="derived_from_published_text").verdict == EXACT
    assert one("idp", 125, "individuals", 1_180_000, ours).verdict == DIFFERENT


def test_rounds_that_are_not_held_have_no_list() -> None:
    (comparison,) = compare([Figure(1, "idp", 99, None, {"households": 1})], {("idp", 100, None): {"households": 1}})
    assert (comparison.verdict, comparison.ours) == (WITHOUT, None)
    (comparison,) = compare([Figure(1, "idp", None, None, {"households": 1})], {("idp", 100, None): {"households": 1}})
    assert comparison.verdict == WITHOUT


def test_absence_counts_zero_only_while_it_means_no_households() -> None:
    figure = Figure(1, "idp", 120, "Basrah", dict.fromkeys(MEASURES, 0))
    assert {c.verdict for c in compare([figure], {("idp", 120, None): {"households": 1}})} == {EXACT}
    later = Figure(1, "idp", 132, "Basrah", {"households": 0})
    (comparison,) = compare([later], {("idp", 132, None): {"households": 1}})
    assert (comparison.verdict, comparison.ours) == (WITHOUT, None)


def test_what_we_do_not_know_is_not_zero() -> None:
    comparison = one("idp", 112, "individuals", 0, {"households": 7})
    assert (comparison.verdict, comparison.ours, comparison.cause) == (WITHOUT, None, "Our figure is not known.")


def test_the_gravest_verdict_counts() -> None:
    figure = Figure(1, "idp", 1, None, {})
    compared = [Comparison(figure, "households", 1, 1, verdict) for verdict in (EXACT, WITHOUT, CAUSED, DIFFERENT, STALE)]
    for end, verdict in enumerate((EXACT, WITHOUT, CAUSED, DIFFERENT, STALE), start=1):
        assert verdict_of(compared[:end]) == verdict


# --- responses of the API ----------------------------------------------------------------------


def record(number: object = 10, date: object = "2021-02-28T00:00:00", **more: object) -> dict:
    return {"admin0Pcode": "IRQ", "numPresentIdpInd": number, "reportingDate": date, "roundNumber": 1, **more}


def test_version_2_gives_one_figure_a_record() -> None:
    first = codes.rows("api_round")[0]
    text = json.dumps(
        {"result": [record(443124, first["reporting_date"] + "T00:00:00"), record(288, admin1Pcode="IRQ-G02", admin1Name="x")]}
    )
    national, basrah = figures(text, "x.json")
    assert (national.population, national.round, national.governorate) == ("idp", int(first["round"]), None)
    assert national.values == {"individuals": 443124}
    assert (basrah.governorate, basrah.row, basrah.values) == ("Basrah", 2, {"individuals": 288})


def test_version_3_is_summed_over_reason_origin_and_sex() -> None:
    split = {"displacementReason": "Conflict", "numberMales": 1, "numberFemales": 2, "idpOriginAdmin1Name": "Not available"}
    date = codes.rows("api_round")[-1]["reporting_date"] + "T00:00:00"
    records = [
        record(10, date, admin1Pcode="IRQ-G02", **split),
        record(5, date, admin1Pcode="IRQ-G03", **split),
        record(7, date, admin1Pcode="IRQ-G02", **{**split, "displacementReason": "Natural disaster"}),
        record(22, date, **split),
    ]
    text = json.dumps({"result": records, "statusCode": 200, "isSuccess": True, "errorMessages": [], "totalRecordsCount": 4})
    read = figures(text, "x.json")
    assert [(f.governorate, f.row, f.values["individuals"]) for f in read] == [
        ("Basrah", 1, 17),
        ("Muthanna", 2, 5),
        (None, 4, 22),
    ]
    assert {f.round for f in read} == {int(codes.rows("api_round")[-1]["round"])}


def test_a_date_without_a_round_has_no_list() -> None:
    (figure,) = figures(json.dumps([record(1, "1999-01-01")]), "x.json")
    assert (figure.round, figure.label) == (None, "1999-01-01")


def test_a_byte_order_mark_is_no_hindrance() -> None:
    assert figures("\ufeff" + json.dumps([record()]), "x.json")[0].values == {"individuals": 10}
    assert figures("\ufeffpopulation,round,households\nidp,1,2\n", "x.csv")[0].values == {"households": 2}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{", "x.json is no JSON: "),
        ("[" * 100_000, "x.json is no JSON: "),
        ('{"result": 1e999999', "x.json is no JSON: "),
        ([], "x.json is no DTM API response: "),
        ({}, "x.json is no DTM API response: "),
        ({"result": None}, "x.json is no DTM API response: "),
        ({"result": [1]}, "x.json is no DTM API response: "),
        ({"result": [{"a": 1}]}, "x.json is no DTM API response: "),
        (
            {"isSuccess": False, "errorMessages": ["Access denied"], "result": None},
            "x.json is the answer to a failed request: 'Access denied'.",
        ),
        ([record(), record(admin0Pcode="HTI")], "x.json: record 2 is about 'HTI', not about IRQ."),
        ([record(admin0Pcode=None)], "x.json: record 1 is about 'None', not about IRQ."),
        ([record(admin1Pcode="IQG02")], "x.json: record 1 has the unknown governorate code 'IQG02'."),
        ([record(admin1Pcode=["IRQ-G02"])], "x.json: record 1 has the unknown governorate code"),
        ([record(admin1Pcode="")], "x.json: record 1 has the unknown governorate code ''."),
        ([record(None)], "x.json: record 1 has numPresentIdpInd 'None', expected a whole number."),
        ([record("12")], "x.json: record 1 has numPresentIdpInd '12', expected a whole number."),
        ([record(1.5)], "x.json: record 1 has numPresentIdpInd '1.5', expected a whole number."),
        ([record(-1)], "x.json: record 1 has numPresentIdpInd '-1', expected a whole number."),
        ([record(True)], "x.json: record 1 has numPresentIdpInd 'True', expected a whole number."),
        ([record(1, None)], "x.json: record 1 has the reportingDate 'None', expected a date such as 2021-02-28."),
        ([record(1, "28/02/2021")], "x.json: record 1 has the reportingDate '28/02/2021', expected a date"),
        ([record(1, "\x1b[31m")], "x.json: record 1 has the reportingDate '\\u001b[31m', expected a date"),
    ],
)
def test_what_is_no_response_is_told_in_one_sentence(document: object, said: str) -> None:
    text = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(UnreadableFigures) as caught:
        figures(text, "x.json")
    message = str(caught.value)
    assert message.startswith(said)
    assert "\n" not in message and message.endswith(".") and len(message) < 300


# --- CSV ---------------------------------------------------------------------------------------


def test_csv_by_round_or_date_with_any_measures() -> None:
    text = (
        "Round , as_of,Population,governorate,households,individuals,locations,districts,governorates,kind,source\n"
        '120,,idp,,,"1,205,767",,,,rounded_quote,x\n'
        "R112,2014-04-01,IDP,Arbil,5,,,,,,\n"
        ",2021-02-28,returnee, ,,,3,,,,\n"
        ",2021-02-27,returnee,,1,,,,,,\n"
        ",,,,,,,,,,\n"
        "7,,idp,,,,,,,nothing to compare,\n"
    )
    read = figures(text, "x.csv")
    assert [(f.row, f.population, f.round, f.governorate, f.values, f.kind, f.label) for f in read] == [
        (2, "idp", 120, None, {"individuals": 1205767}, "rounded_quote", "R120"),
        (3, "idp", 112, "Erbil", {"households": 5}, "any", "R112"),
        (4, "returnee", 120, None, {"locations": 3}, "any", "2021-02-28"),
        (5, "returnee", None, None, {"households": 1}, "any", "2021-02-27"),
    ]


@pytest.mark.parametrize(
    "number",
    ["1.0", "-1", "1e3", "1 000", "1.205.767", "12,34", ",1", "1,", "١٢", "²", "0x1", "about 5", "9" * 5000, "5%", "\x00"],
)
def test_csv_with_a_number_that_is_none(number: str) -> None:
    said = told(f'population,round,households\nidp,120,"{number}"\n')
    assert said.startswith("x.csv: row 2, households is '")
    assert said.endswith(", expected a whole number.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "x.csv needs the columns population, round (or as_of) and one of households, individuals, "),
        ("\n\n", "x.csv needs the columns"),
        ("population;round;households\nidp;1;2\n", "x.csv needs the columns"),
        ("round,households\n1,2\n", "x.csv needs the columns"),
        ("population,households\nidp,2\n", "x.csv needs the columns"),
        ("population,round,people\nidp,1,2\n", "x.csv needs the columns"),
        ("population,round,households\n", "x.csv holds no figure."),
        ("population,round,households\nidp,1,\n", "x.csv holds no figure."),
        ("population,round,households,Households\nidp,1,2,3\n", "x.csv has the column households twice."),
        ("population,round,households\nidp,1,2,3\n", "x.csv: row 2 has more cells than the header."),
        ("population,round,households\nIDPs,1,2\n", "x.csv: row 2 has the population 'IDPs', expected idp or returnee."),
        ("population,round,households\n,1,2\n", "x.csv: row 2 has the population '', expected idp or returnee."),
        ("population,round,households,governorate\nidp,1,2,Atlantis\n", "x.csv: row 2 has the unknown governorate 'Atlantis'."),
        ("population,round,households,governorate\nidp,1,2,Iraq\n", "x.csv: row 2 has the unknown governorate 'Iraq'."),
        ("population,round,households\nidp,1.0,2\n", "x.csv: row 2 has the round '1.0', expected one such as 112 or R112."),
        ("population,round,households\nidp,1234,2\n", "x.csv: row 2 has the round '1234', expected one such as 112 or R112."),
        ("population,round,households\nidp,R,2\n", "x.csv: row 2 has the round 'R', expected one such as 112 or R112."),
        ("population,round,households\nidp,,2\n", "x.csv: row 2 has neither round nor as_of."),
        (
            "population,as_of,households\nidp,28/02/2021,2\n",
            "x.csv: row 2 has the as_of '28/02/2021', expected a date such as 2021-02-28.",
        ),
        (
            "population,as_of,households\nidp,2021-02-30,2\n",
            "x.csv: row 2 has the as_of '2021-02-30', expected a date such as 2021-02-28.",
        ),
        ('population,round,households\nidp,1,"' + "x" * 200_000, "x.csv is no CSV: "),
        ("population,round,households\nidp,1,\u202e2\n", "x.csv: row 2, households is '\\u202e2', expected a whole number."),
    ],
)
def test_csv_that_cannot_be_compared_is_told_in_one_sentence(text: str, said: str) -> None:
    assert told(text).startswith(said)


def told(text: str) -> str:
    with pytest.raises(UnreadableFigures) as caught:
        figures(text, "x.csv")
    message = str(caught.value)
    assert "\n" not in message and message.endswith(".") and len(message) < 300
    return message
