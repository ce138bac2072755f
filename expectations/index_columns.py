"""The columns of the indices: answers, models, scores, their parts, aggregates and changes; and intentions to return."""

from __future__ import annotations

from expectations.contract import Column
from expectations.index import INDICES, MODEL_STATUSES, REPORT_GROUPS
from expectations.index_model import AGGREGATIONS, EVIDENCE, LARGE_MODES, RULES, SENSITIVITIES

WEIGHT_REASONS = ("no_master_list", "not_in_list", "not_known")
ANSWER_STATUSES = ("answered", "not_applicable", "unanswered")
SCORE_REASONS = ("too_few_applicable", "too_few_answered", "zero_weight")
AREA_LEVELS = ("national", "governorate", "district", "subdistrict")
LOCATION_TYPES = ("urban", "rural", "unknown")
HOTSPOT_STATUSES = ("hotspot", "near", "no", "not_assessable")
NO_RETURN_KINDS = ("no_return_recorded", "all_displaced_again")
TOP = (1, 2, 3)
_CODE = r"^[A-Za-z0-9_.-]{1,40}$"
_NAME = r"^[a-z][a-z0-9_]{0,59}$"


def _score(name: str, meaning: str) -> Column:
    return Column(name, "real", meaning, unit="points of 100", minimum=0, maximum=100)


def _share(name: str, meaning: str) -> Column:
    return Column(name, "real", meaning, unit="ratio", minimum=0, maximum=1)


def _number(name: str, meaning: str, unit: str, minimum: int | None = 0) -> Column:
    return Column(name, "integer", meaning, unit=unit, minimum=minimum)


def _of_scales() -> list[Column]:
    """The columns that every scale of every index has."""
    found = []
    for index in INDICES.values():
        for scale in index.scales:
            what = f"{scale} of the {index.title}"
            found += [
                _score(
                    scale,
                    f"Score of scale {what}; 0: all conditions are met, 100: none. In a row of a unit: over its locations, as the model says.",
                ),
                _score(f"{scale}_min", f"Score of scale {what} if every unanswered indicator were met."),
                _score(f"{scale}_max", f"Score of scale {what} if every unanswered indicator were at its worst."),
                _number(f"{scale}_answered", f"Indicators of scale {what} that were answered.", "indicators"),
                _number(f"{scale}_applicable", f"Indicators of scale {what} that apply to the location.", "indicators"),
                Column(f"{scale}_category", "text", f"Category of scale {what}, from its unrounded score.", pattern=_NAME),
                Column(f"{scale}_reason", "text", f"Why there is no score of scale {what}.", values=SCORE_REASONS),
                _score(f"{scale}_weighted_mean", f"Mean score of scale {what} over locations, weighted with households."),
                _score(f"{scale}_mean", f"Plain mean score of scale {what} over locations."),
            ]
    return found


def _of_people() -> list[Column]:
    """The columns that count those whose conditions an index describes."""
    found = []
    for index in INDICES.values():
        people, households = index.people, index.households
        who = {"returnees": "returnees", "idps": "IDPs out of camp"}[people]
        found += [
            _number(
                people,
                f"Individuals: {who} of the matching master-list round at assessed locations, derived by multiplier_rule. Stock.",
                "individuals",
            ),
            _number(households, f"Households of {who} in the matching master-list round. Stock.", "households"),
            _number(
                f"not_assessed_{people}",
                f"Individuals: {who} of the master-list round at locations without answers. Stock.",
                "individuals",
            ),
            _number(f"most_severe_{people}", f"Individuals: {who} at locations of the worst category. Stock.", "individuals"),
            _number(
                f"unclassified_{people}",
                f"Individuals: {who} at assessed locations without an overall score. Stock.",
                "individuals",
            ),
            _number(f"previous_{people}", f"Individuals: {who} in the round before. Stock.", "individuals"),
            _number(
                f"rank_by_{people}",
                f"Rank of the area among those of its level, by number of {who} in severe conditions.",
                "rank",
                1,
            ),
        ]
        found += [
            _number(f"{group}_{people}", f"Individuals: {who} at locations of report group {group}. Stock.", "individuals")
            for group in REPORT_GROUPS
        ]
    return found


def _tops() -> list[Column]:
    found = []
    for at in TOP:
        found += [
            Column(
                f"top_{at}",
                "text",
                f"Indicator with the points of rank {at}, over the locations of a unit weighted with households.",
                pattern=_NAME,
            ),
            Column(f"top_{at}_points", "real", "Its points of the overall score.", unit="points of 100", minimum=0, maximum=100),
        ]
    return found


INDEX_COLUMNS = [
    # --- runs and models ---------------------------------------------------------------------------
    Column("index_name", "text", "Index: return (conditions of returnees) or displacement (conditions of IDPs out of camp).", values=tuple(INDICES)),
    Column("index_round", "integer", "Round of the index as numbered by DTM; not the round of a master list.", minimum=1, maximum=999),
    Column("previous_index_round", "integer", "The index round held before, scored with the same model on the same baseline.", minimum=1),
    Column("index_round_basis", "text", "How the master-list round of an index round is known; null where it is not.", values=("published", "inferred", "given")),
    Column("baseline", "text", "Series of comparable rounds; rounds of different baselines are never compared.", pattern=_NAME),
    Column("collected", "text", "Months of data collection, or label of the dataset."),
    Column("collected_basis", "text", "How the months of collection are known.", values=("published", "inferred")),
    Column("model_id", "text", "Model with which was scored.", pattern=_CODE),
    Column("model_version", "text", "Version of the model.", pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$"),
    Column("model_status", "text", "illustrative: set by hand, not IOM's; fitted: estimated from returns; calibrated: recovered from a published dataset; official: published by the owner of the index.", values=MODEL_STATUSES),
    Column("model_sha256", "text", "SHA-256 of the content of the model file.", pattern=r"^[0-9a-f]{64}$"),
    Column("model_title", "text", "Title of the model."),
    Column("disclaimer", "text", "What must stand beside every figure of the model; null for an official one."),
    Column("provenance_method", "text", "How the numbers of the model were found."),
    Column("provenance_note", "text", "Remark of the model on its numbers."),
    Column("first_index_round", "integer", "First index round for which the model is meant.", minimum=1),
    Column("last_index_round", "integer", "Last index round for which the model is meant; null for no end.", minimum=1),
    Column("override_reason", "text", "Why a round outside those of the model was scored with it."),
    Column("combination_rule", "text", "How the scales make the overall score.", values=RULES),
    _share("min_answered_share", "Share of the applicable indicators of a scale that must be answered for a score."),
    _number("min_applicable_indicators", "Indicators of a scale that must apply for a score.", "indicators", 1),
    Column("hotspot_aggregation", "text", "How a unit gets its scale score; null where the model has no hotspots.", values=AGGREGATIONS),
    Column("hotspot_high_from", "text", "Category from which a scale alone makes a hotspot.", pattern=_NAME),
    Column("hotspot_medium_from", "text", "Category from which a scale makes a hotspot of a unit with many people.", pattern=_NAME),
    Column("hotspot_large_mode", "text", "Whether many people is a number of individuals or a percentile of the units of the round.", values=LARGE_MODES),
    Column("hotspot_large_value", "real", "Number of individuals, or percentile, from which a unit has many people.", minimum=0),
    Column("scale", "text", "Scale of the index, or overall.", pattern=_NAME),
    Column("scale_order", "integer", "Order of the scale.", minimum=1),
    Column("scale_en", "text", "Scale in words."),
    Column("scale_ar", "text", "Scale in Arabic words."),
    _share("scale_share", "Share of the scale in a mean of the scales; null for overall."),
    Column("category_order", "integer", "Order of the category, from the best.", minimum=1),
    Column("lower_bound", "real", "Score from which the category holds, included.", unit="points of 100", minimum=0, maximum=100),
    Column("upper_bound", "real", "Score from which the next category holds; null for the last.", unit="points of 100", minimum=0, maximum=100),
    Column("report_group", "text", "Group in which results are reported; high includes very high.", values=REPORT_GROUPS),
    Column("indicator", "text", "Indicator of the model.", pattern=_NAME),
    Column("indicator_order", "integer", "Order of the indicator in its model.", minimum=1),
    Column("indicator_en", "text", "Indicator in words."),
    Column("indicator_ar", "text", "Indicator in Arabic words."),
    Column("allow_not_applicable", "boolean", "True where the indicator need not apply to every location."),
    Column("sensitivity", "text", "sensitive: answers and points of single locations are not for the public.", values=SENSITIVITIES),
    Column("level_order", "integer", "Order of the answer, from condition met to worst.", minimum=1),
    Column("answer_en", "text", "Answer in words."),
    Column("answer_ar", "text", "Answer in Arabic words."),
    _share("met", "Share of the condition that is met; describes the answer, enters no score."),
    Column("weight", "real", "Points of the answer within its scale.", minimum=0),
    Column("max_weight", "real", "Points of the worst answer of the indicator.", minimum=0),
    Column("evidence", "text", "Where the weight comes from.", values=EVIDENCE),
    Column("unit_name", "text", "Unit that takes the place of a sub-district among hotspots."),
    _number("place_number", "Number of the location of an index round among those with answers.", "position", 1),
    _number("answer_number", "Number of the answer among all answers to all indicators.", "position", 1),
    # --- answers and places ------------------------------------------------------------------------
    Column("location_type", "text", "Urban or rural, as given with the answers.", values=LOCATION_TYPES),
    Column("replaced_place_id", "text", "Location that this one replaces: renamed, merged or split.", pattern=r"^[0-9]{1,9}$"),
    Column("unit_place_id", "text", "The first of the locations that are compared as one.", pattern=r"^[0-9]{1,9}$"),
    Column("assessed", "boolean", "True where the location has answers in the index round; false for other locations of the master-list round."),
    Column("weight_reason", "text", "Why there is no number of people: no_master_list: its round is not held; not_in_list; not_known.", values=WEIGHT_REASONS),
    Column("answer_status", "text", "Whether the indicator was answered; one that does not apply is left out of the score.", values=ANSWER_STATUSES),
    _number("critical_shelter_households", "Households in critical shelter in the matching master-list round. Stock.", "households"),
    _number("high_critical_shelter_households", "Of which at locations of report group high. Stock.", "households"),
    # --- scores ------------------------------------------------------------------------------------
    *_of_scales(),
    _score("overall", "Overall score by the combination of the model; 0: all conditions are met, 100: none."),
    _score("overall_min", "Overall score if every unanswered indicator were met."),
    _score("overall_max", "Overall score if every unanswered indicator were at its worst."),
    _score("overall_weighted_mean", "Mean overall score over locations, weighted with households."),
    _score("overall_mean", "Plain mean overall score over locations."),
    Column("severe", "boolean", "True in report group high, which the reports call severe conditions; null without an overall score."),
    Column("reason", "text", "Why there is no overall score: not_assessed, or scale_missing:<scale> for each scale without one."),
    _score("scale_points", "Points of the answer in the score of its scale."),
    _score("points", "Points of the answer in the overall score; the points of a location sum to it. 0 where not answered; null without an overall score."),
    _score("points_to_gain", "Points that the worst answer to the indicator would add to the overall score."),
    *_tops(),
    # --- aggregates --------------------------------------------------------------------------------
    Column("area_level", "text", "Level of the area.", values=AREA_LEVELS),
    *_of_people(),
    *(_number(f"{group}_locations", f"Assessed locations of report group {group}.", "locations") for group in REPORT_GROUPS),
    _number("unclassified_locations", "Assessed locations without an overall score.", "locations"),
    _number("not_assessed_locations", "Locations of the master-list round without answers.", "locations"),
    _number("most_severe_locations", "Locations of the worst category.", "locations"),
    _number("first_assessed_locations", "Locations that no earlier index round held has assessed; null in the first one held.", "locations"),
    _share("severe_share", "People in report group high / people at classified locations."),
    _share("severe_share_of_locations", "Locations in report group high / classified locations."),
    _share("assessed_share", "People at assessed locations / people of the master-list round in the area."),
    Column("rank_by_share", "integer", "Rank of the area among those of its level, by severe_share.", minimum=1),
    Column("is_few_classified", "boolean", "True with fewer than 5 classified locations: the rank by share says little."),
    Column("is_much_unclassified", "boolean", "True where over 2% of the people are at unclassified locations."),
    Column("hotspot_status", "text", "hotspot; near: just misses a rule; no; not_assessable: fewer than half of the people are at scored locations, or their number is not known.", values=HOTSPOT_STATUSES),
    Column("hotspot_rules", "text", "Rules that make the unit a hotspot: a: high on a scale, b: medium on a scale with many people; with the scale."),
    Column("sentence", "text", "The reason in words and numbers."),
    _share("scored_share", "People at locations with all scale scores / people of the master-list round in the unit."),
    # --- change ------------------------------------------------------------------------------------
    Column("index_measure", "text", "What changed: people or locations, at classified locations or of them those in severe conditions.", pattern=_NAME),
    *(
        Column(name, "integer", meaning, minimum=minimum)
        for name, meaning, minimum in (
            ("previous_value", "Value in the round before.", 0),
            ("value", "Value in this round.", 0),
            ("like_for_like", "Change at locations classified in both rounds.", None),
            ("became_severe", "Part of like_for_like: locations that became severe.", None),
            ("stopped_severe", "Part of like_for_like: locations that stopped being severe.", None),
            ("stayed_severe", "Part of like_for_like: locations that stayed severe.", None),
            ("newly_assessed", "At locations classified now only.", 0),
            ("newly_classifiable", "Part of newly_assessed: locations that were assessed before, without an overall score.", 0),
            ("no_longer_assessed", "At locations classified before only.", 0),
            ("no_longer_classifiable", "Part of no_longer_assessed: locations that are assessed now, without an overall score.", 0),
            ("emptied", "Part of no_longer_assessed: locations that left the master list.", 0),
            ("plain_change", "Value minus previous value.", None),
        )
    ),
    Column("previous_category", "text", "Overall category in the round before.", pattern=_NAME),
    Column("driver", "text", "Indicator, or population_shift: people living at other locations than before.", pattern=_NAME),
    Column("driver_points", "real", "Change of the weighted mean overall score that goes with it. Never a cause.", unit="points of 100"),
    Column("coverage_points", "real", "Part of driver_points at locations whose set of answered indicators changed.", unit="points of 100"),
    _score("previous_overall_weighted_mean", "Weighted mean overall score of the round before, over locations scored in both."),
    # --- intentions --------------------------------------------------------------------------------
    Column("intention", "text", "Intention, as a code of ours.", pattern=_NAME),
    Column("intention_en", "text", "Intention in words."),
    Column("intention_order", "integer", "Order of display.", minimum=1),
    Column("barrier", "text", "Barrier to return, as a code of ours.", pattern=_NAME),
    Column("barrier_en", "text", "Barrier in words."),
    Column("barrier_order", "integer", "Order of display.", minimum=1),
    Column("majority_intention", "text", "Intention of the majority of the population at the location.", codes="intention", pattern=_NAME),
    *(Column(f"barrier_{at}", "text", f"Barrier to return number {at} in the order given.", codes="barrier", pattern=_NAME) for at in TOP),
    Column("topic", "text", "What the row counts: the majority's intention, or barriers of which a location names up to three.", values=("intention", "barrier")),
    Column("topic_code", "text", "Code of the intention or barrier.", pattern=_NAME),
    Column("topic_en", "text", "Intention or barrier in words."),
    _share("share_of_locations", "Locations that say so / locations that answered. Each location counts once, however many live there."),
    _share("share_of_households", "Households at locations whose majority says so / households at locations that answered. Not a share of households that say so."),
    _number("reporting_households", "Households at locations that answered and whose number is known. Stock.", "households"),
    Column("no_return_kind", "text", "no_return_recorded: nobody came back; all_displaced_again: all who did were displaced again.", values=NO_RETURN_KINDS),
]  # fmt: skip
