"""The tables of the indices, the same for both, and those of intentions and places of no return.

Stage ``received``: what is kept of a file of answers, once and for all. Stage ``clean``: the answers and models in force, made
anew in each build. The published tables are made of these by ``sql/<name>.sql``; ``{index}`` in a name stands for either.
"""

from __future__ import annotations

from expectations.contract import Reference, Table
from expectations.index import INDICES, REPORT_GROUPS, Index
from expectations.index_columns import TOP

_ROUND = Reference(("round",), "round", ("round",))
_RUN = Reference(("index_name", "index_round"), "index_run", ("index_name", "index_round"))
_MODEL = ("model_id", "model_version")
_MODEL_REFERENCE = Reference(_MODEL, "index_model", _MODEL)
_ANSWER_KEY = ("index_name", "index_round", "place_id")
_BARRIERS = tuple(f"barrier_{at}" for at in TOP)
_TOPS = tuple(name for at in TOP for name in (f"top_{at}", f"top_{at}_points"))

INDEX_REFERENCE = [
    Table(
        "index_round", "reference",
        "The rounds of the indices, and the master-list round with whose people each is weighted, where known.",
        "one row per index and index round",
        ("index_name", "index_round", "round", "index_round_basis", "baseline", "collected", "collected_basis", "note"),
        ("index_name", "index_round"),
        frozenset({"round", "index_round_basis", "note"}),
        (_ROUND,),
    ),
    Table(
        "index_sensitivity", "reference",
        "Which indicators may not be shown for single locations. One that is not listed is sensitive unless its model says otherwise.",
        "one row per indicator",
        ("indicator", "sensitivity", "basis", "note"),
        ("indicator",),
        frozenset({"note"}),
    ),
    Table(
        "intention", "reference",
        "Intentions of displaced people. The codes are ours: the official answer options are not published.",
        "one row per intention",
        ("intention", "intention_en", "intention_order", "basis", "note"),
        ("intention",),
        frozenset({"note"}),
    ),
    Table(
        "barrier", "reference",
        "Barriers to return. The codes are ours: the official answer options are not published.",
        "one row per barrier",
        ("barrier", "barrier_en", "barrier_order", "basis", "note"),
        ("barrier",),
        frozenset({"note"}),
    ),
]  # fmt: skip

_PLACE = (
    "governorate",
    "district",
    "subdistrict",
    "location_name_en",
    "location_name_ar",
    "location_type",
    "latitude",
    "longitude",
)
_LINE = ("source_sheet", "source_row", "submission_uuid")

INDEX_RECEIVED = [
    Table(
        "received_index_place", "received",
        "Locations of one file of answers.",
        "one row per index round and location",
        ("index_round", "place_id", "place_number", "round", *_PLACE, *_LINE),
        ("index_round", "place_id"),
        frozenset({"round", *_PLACE, "submission_uuid"}),
    ),
    Table(
        "received_index_answer", "received",
        "Answers of one file, without those that were not given; place_number is that of received_index_place.",
        "one row per location of an index round and indicator",
        ("place_number", "indicator", "answer"),
        ("place_number", "indicator"),
        may_be_empty=True,
    ),
    Table(
        "received_index_lineage", "received",
        "Which locations of one file replace which earlier ones.",
        "one row per index round, location and location replaced",
        ("index_round", "place_id", "replaced_place_id"),
        ("index_round", "place_id", "replaced_place_id"),
        may_be_empty=True,
    ),
    Table(
        "received_intention_barrier", "received",
        "Intentions and barriers of one file.",
        "one row per round, population and location",
        ("round", "population", "place_id", "majority_intention", *_BARRIERS, "source_sheet", "source_row"),
        ("round", "population", "place_id"),
        frozenset({"majority_intention", *_BARRIERS}),
    ),
    Table(
        "received_place_of_no_return", "received",
        "Places of no return of one file.",
        "one row per index round and location",
        ("index_round", "place_id", "no_return_kind", "governorate", "district", "subdistrict", "location_name_en",
         "location_name_ar", "note", "source_sheet", "source_row"),
        ("index_round", "place_id"),
        frozenset({"governorate", "district", "subdistrict", "location_name_en", "location_name_ar", "note"}),
    ),
]  # fmt: skip

_MODEL_COLUMNS = (
    "index_name", *_MODEL, "model_status", "model_title", "disclaimer", "first_index_round", "last_index_round", "combination_rule",
    "min_answered_share", "min_applicable_indicators", "hotspot_aggregation", "hotspot_high_from", "hotspot_medium_from",
    "hotspot_large_mode", "hotspot_large_value", "provenance_method", "provenance_note", "model_sha256",
)  # fmt: skip
_MODEL_NULLABLE = frozenset({
    "disclaimer", "last_index_round", "hotspot_aggregation", "hotspot_high_from", "hotspot_medium_from", "hotspot_large_mode",
    "hotspot_large_value", "provenance_note",
})  # fmt: skip


def _pair(name: str, meaning: str, grain: str, columns: tuple, key: tuple, nullable: frozenset = frozenset(),
          references: tuple = ()) -> tuple[Table, Table]:  # fmt: skip
    """A table of the answers and models in force, and the published one with the same rows."""
    clean = Table(f"clean_{name}", "clean", meaning, grain, columns, key, nullable, may_be_empty=True)
    return clean, Table(name, "core", meaning, grain, columns, key, nullable, references, may_be_empty=True)


_PAIRS = (
    _pair("index_run", "Which model scored which round of an index, and with whose people it is weighted.",
          "one row per index, index round and model",
          ("index_name", "index_round", "round", "index_round_basis", "baseline", *_MODEL, "model_status", "override_reason"),
          ("index_name", "index_round", *_MODEL), frozenset({"override_reason"}), (_MODEL_REFERENCE, _ROUND)),
    _pair("index_model", "The models with which was scored.",
          "one row per model and version", _MODEL_COLUMNS, _MODEL, _MODEL_NULLABLE),
    _pair("index_model_category", "Scales of the models and where the categories of each begin; scale overall is the overall score.",
          "one row per model, scale and category",
          (*_MODEL, "scale", "scale_order", "scale_en", "scale_ar", "scale_share", "category", "category_order", "lower_bound",
           "upper_bound", "report_group"),
          (*_MODEL, "scale", "category"), frozenset({"scale_ar", "scale_share", "upper_bound"}), (_MODEL_REFERENCE,)),
    _pair("index_model_level", "Indicators of the models with their answers and what each weighs.",
          "one row per model, indicator and answer",
          (*_MODEL, "indicator", "indicator_order", "scale", "indicator_en", "indicator_ar", "sensitivity",
           "allow_not_applicable", "answer", "level_order", "answer_en", "answer_ar", "met", "weight", "max_weight", "evidence"),
          (*_MODEL, "indicator", "answer"), frozenset({"indicator_ar", "answer_ar", "met"}), (_MODEL_REFERENCE,)),
    _pair("index_source_record", "Lineage: the file, sheet and row from which the answers of a location come.",
          "one row per index, index round and location",
          (*_ANSWER_KEY, "sha256", "source_file", *_LINE), _ANSWER_KEY, frozenset({"submission_uuid"}), (_RUN,)),
    _pair("intention_barrier", "What the majority of a population intends, and up to three barriers to return.",
          "one row per round, population and location",
          ("round", "population", "place_id", "majority_intention", *_BARRIERS, "sha256", "source_file", "source_sheet", "source_row"),
          ("round", "population", "place_id"), frozenset({"majority_intention", *_BARRIERS}), (_ROUND,)),
    _pair("place_of_no_return", "Places from which people were displaced and to which nobody has returned, or all returnees were displaced again. Never assessed.",
          "one row per index round and location",
          ("index_round", "place_id", "no_return_kind", "governorate", "district", "subdistrict", "location_name_en",
           "location_name_ar", "note", "sha256", "source_file", "source_sheet", "source_row"),
          ("index_round", "place_id"),
          frozenset({"governorate", "district", "subdistrict", "location_name_en", "location_name_ar", "note"})),
)  # fmt: skip

INDEX_CLEAN = [
    *(clean for clean, _ in _PAIRS),
    Table(
        "clean_index_place", "clean",
        "Locations with answers in the index rounds in force, numbered in their order: where rows are millions, numbers are quicker.",
        "one row per index, index round and location",
        (*_ANSWER_KEY, "place_number", *_PLACE),
        _ANSWER_KEY,
        frozenset(_PLACE),
        may_be_empty=True,
    ),
    Table(
        "clean_index_code", "clean",
        "The answers that the models in force know, numbered in the order of their indicators; none is for what was not answered.",
        "one row per index, indicator and answer, and one per indicator without an answer",
        ("answer_number", "index_name", "indicator", "answer"),
        ("answer_number",),
        frozenset({"answer"}),
        may_be_empty=True,
    ),
    Table(
        "clean_index_answer", "clean",
        "What every location answered to every indicator of its index, by number; also what was not answered.",
        "one row per location of an index round and indicator",
        ("place_number", "answer_number"),
        ("place_number", "answer_number"),
        may_be_empty=True,
    ),
    Table(
        "clean_index_lineage", "clean",
        "Locations that are compared as one with the round before: those that replace others, with these.",
        "one row per index, index round and location of such a unit",
        (*_ANSWER_KEY, "unit_place_id"),
        _ANSWER_KEY,
        may_be_empty=True,
    ),
    Table(
        "clean_index_unit", "clean",
        "Sub-districts that a model joins to another unit.",
        "one row per model and sub-district",
        (*_MODEL, "subdistrict", "unit_name"),
        (*_MODEL, "subdistrict"),
        may_be_empty=True,
    ),
]  # fmt: skip
INDEX_CORE = [core for _, core in _PAIRS]

_AREA = ("area_level", "area", "governorate", "district", "subdistrict")
_AREA_NULLABLE = frozenset({"governorate", "district", "subdistrict"})


def _of(index: Index) -> list[Table]:
    """The tables of one index."""
    name, people, households = f"{index.name}_index", index.people, index.households
    run = ("index_round", "round", *_MODEL, "model_status")
    key = ("index_round", *_MODEL)
    parts = [
        f"{scale}{part}"
        for scale in index.scales
        for part in ("", "_min", "_max", "_answered", "_applicable", "_category", "_reason")
    ]
    scores = (*parts, "overall", "overall_min", "overall_max", "category", "report_group", "severe", "reason", *_TOPS)
    weights = (households, people, "weight_reason", "critical_shelter_households")
    groups = tuple(f"{group}_{unit}" for group in (*REPORT_GROUPS, "unclassified") for unit in (people, "locations"))
    means = tuple(f"{score}_{mean}" for score in (*index.scales, "overall") for mean in ("weighted_mean", "mean"))
    units = tuple(column for scale in index.scales for column in (scale, f"{scale}_category"))
    change = ("previous_value", "became_severe", "stopped_severe", "stayed_severe", "like_for_like", "newly_assessed",
              "newly_classifiable", "no_longer_assessed", "no_longer_classifiable", "emptied", "value", "plain_change")  # fmt: skip
    area = ("governorate", "district")
    people_nullable = {f"{group}_{people}" for group in (*REPORT_GROUPS, "unclassified", "most_severe", "not_assessed")} | {
        people,
        households,
    }
    return [
        Table(
            name, "product",
            f"The {index.title}, location by location: scale scores, overall score, category, and why.",
            "one row per index round, location and model",
            ("index_round", "round", "place_id", *_MODEL, "model_status", "assessed", *_PLACE, *weights, *scores),
            ("index_round", "place_id", *_MODEL),
            frozenset({*_PLACE, *weights, *scores}),
            (_MODEL_REFERENCE, _ROUND),
            partition="index_round",
            may_be_empty=True,
        ),
        Table(
            f"{name}_contribution", "product",
            f"Why a location is severe: the points of each indicator in its {index.title}; they sum to the overall score.",
            "one row per index round, location, model and indicator",
            ("index_round", "place_id", *_MODEL, "model_status", "scale", "indicator", "answer", "answer_status", "weight",
             "max_weight", "scale_points", "points", "points_to_gain", "sensitivity"),
            ("index_round", "place_id", *_MODEL, "indicator"),
            frozenset({"answer", "weight", "scale_points", "points", "points_to_gain"}),
            (_MODEL_REFERENCE,),
            partition="index_round",
            may_be_empty=True,
        ),
        Table(
            f"{name}_summary", "product",
            f"The {index.title} by area: people and locations in high, medium and low severity, and not classified.",
            "one row per index round, model and area",
            (*run, *_AREA, *groups, people, "locations", "reporting_locations", households, "severe_share", "severe_share_of_locations",
             f"most_severe_{people}", "most_severe_locations", "first_assessed_locations", f"not_assessed_{people}",
             "not_assessed_locations", "assessed_share", *means, "critical_shelter_households", "high_critical_shelter_households",
             f"rank_by_{people}", "rank_by_share", "is_few_classified", "is_much_unclassified"),
            (*key, "area_level", "area"),
            frozenset({*_AREA_NULLABLE, *people_nullable, *means, "severe_share", "severe_share_of_locations", "first_assessed_locations",
                       "assessed_share", "critical_shelter_households", "high_critical_shelter_households", f"rank_by_{people}",
                       "rank_by_share"}),
            (_MODEL_REFERENCE, _ROUND),
            may_be_empty=True,
        ),
        Table(
            f"{name}_hotspot", "product",
            f"Sub-districts, or units in their place, by the hotspot rules of the model: {index.title}.",
            "one row per index round, model and unit",
            (*run, "area", "governorate", "district", "unit_name", "hotspot_status", "hotspot_rules", "sentence", "locations", people,
             "scored_share", *units, *_TOPS),
            (*key, "area"),
            frozenset({"governorate", "district", "hotspot_rules", people, "scored_share", *units, *_TOPS}),
            (_MODEL_REFERENCE, _ROUND),
            may_be_empty=True,
        ),
        Table(
            f"{name}_change", "product",
            f"Change of the {index.title} between rounds: like-for-like, newly and no longer assessed; closes exactly.",
            "one row per index round, model, area and measure",
            ("index_round", "previous_index_round", *_MODEL, "model_status", "area_level", "area", *area, "index_measure", *change),
            (*key, "area_level", "area", "index_measure"),
            frozenset({*area, "became_severe", "stopped_severe", "stayed_severe"}),
            (_MODEL_REFERENCE,),
            may_be_empty=True,
        ),
        Table(
            f"{name}_transition", "product",
            f"Locations classified in two rounds of the {index.title}, by category before and now.",
            "one row per index round, model, category before and category now",
            ("index_round", "previous_index_round", *_MODEL, "model_status", "previous_category", "category", "locations",
             people, f"previous_{people}"),
            (*key, "previous_category", "category"),
            frozenset({people, f"previous_{people}"}),
            (_MODEL_REFERENCE,),
            may_be_empty=True,
        ),
        Table(
            f"{name}_driver", "product",
            f"What the change of the weighted mean of the {index.title} goes with, indicator by indicator; sums to the change.",
            "one row per index round, model, area and driver",
            ("index_round", "previous_index_round", *_MODEL, "model_status", "area_level", "area", *area, "driver", "scale",
             "driver_points", "coverage_points", "previous_overall_weighted_mean", "overall_weighted_mean"),
            (*key, "area_level", "area", "driver"),
            frozenset({*area, "scale"}),
            (_MODEL_REFERENCE,),
            may_be_empty=True,
        ),
    ]  # fmt: skip


INDEX_PRODUCT = [
    *(table for index in INDICES.values() for table in _of(index)),
    Table(
        "intention_barrier_summary", "product",
        "What majorities intend and what hinders return, as shares of locations and of households; the two are never mixed.",
        "one row per round, population, area, topic and code",
        ("round", "population", "area_level", "area", "governorate", "topic", "topic_code", "topic_en", "locations",
         "reporting_locations", "share_of_locations", "households", "reporting_households", "share_of_households"),
        ("round", "population", "area_level", "area", "topic", "topic_code"),
        frozenset({"governorate", "households", "reporting_households", "share_of_households"}),
        (_ROUND,),
        may_be_empty=True,
    ),
]  # fmt: skip
