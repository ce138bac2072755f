"""Every table of the warehouse: grain, columns in order, key, what may be null, what it points to.

Stages: ``reference`` (code lists of :mod:`expectations.codes`), ``clean`` (typed rows of one source
file; working files, not published), ``core``, ``product`` and ``evidence`` (what the checks found).
Every published table except the reference lists is made by ``sql/<name>.sql``.
"""

from __future__ import annotations

from expectations.columns import breakdown_categories
from expectations.contract import Reference, Table
from expectations.crossing_tables import CROSSING_CLEAN, CROSSING_CORE, CROSSING_PRODUCT, CROSSING_RECEIVED, CROSSING_REFERENCE
from expectations.emergency_tables import (
    EMERGENCY_CLEAN,
    EMERGENCY_CORE,
    EMERGENCY_PRODUCT,
    EMERGENCY_RECEIVED,
    EMERGENCY_REFERENCE,
)
from expectations.field_tables import FIELD_CLEAN, FIELD_CORE, FIELD_PRODUCT, RECEIVED
from expectations.index_tables import INDEX_CLEAN, INDEX_CORE, INDEX_PRODUCT, INDEX_RECEIVED, INDEX_REFERENCE

_GOVERNORATE = Reference(("governorate",), "governorate", ("governorate",))
_DISTRICT = Reference(("governorate", "district"), "district", ("governorate", "district"))
_ROUND = Reference(("round",), "round", ("round",))
_LOCATION = Reference(("place_id",), "location", ("place_id",))
_EDITION = Reference(("population", "round", "vintage_date"), "list_edition", ("population", "round", "vintage_date"))
_EDITION_KEY = ("round", "population", "vintage_date")


def _nullable(*names: str) -> frozenset[str]:
    return frozenset(names)


REFERENCE = [
    Table(
        "governorate",
        "reference",
        "The 18 governorates of DTM Iraq with their codes in other systems.",
        "one row per governorate",
        ("governorate", "governorate_code", "governorate_ar", "governorate_pcode", "cod_name_en", "location_id_prefix",
         "iso_3166_2", "dtm_api_pcode", "r134_name", "spellings"),
        ("governorate",),
        _nullable("r134_name", "spellings"),
    ),
    Table(
        "district",
        "reference",
        "The DTM districts, tied to COD-AB by name or by the COD district that contains them.",
        "one row per governorate and district",
        ("district", "governorate", "district_ar", "district_pcode", "district_pcode_match", "cod_name_en", "cod_name_ar",
         "location_id_prefix", "dtm_api_pcode", "spellings", "observed_idp", "observed_returnee", "basis", "note"),
        ("governorate", "district"),
        _nullable("district_ar", "location_id_prefix", "dtm_api_pcode", "spellings", "note"),
        (_GOVERNORATE,),
    ),
    Table(
        "wave",
        "reference",
        "Periods of displacement in the order of time, with the rounds in which they open.",
        "one row per wave",
        ("wave", "wave_en", "wave_order", "opens_round_idp", "opens_round_returnee", "meaning", "basis", "in_portal_export"),
        ("wave",),
        _nullable("opens_round_idp", "opens_round_returnee", "meaning"),
    ),
    Table(
        "shelter_type",
        "reference",
        "Shelter types of both lists with their report group and the rounds in which they are valid.",
        "one row per population and shelter type",
        ("population", "shelter_type", "shelter_type_en", "shelter_group", "shelter_group_basis", "first_round",
         "last_round", "rounds_basis", "vocabulary", "is_of_which", "shelter_order", "note"),
        ("population", "shelter_type"),
        _nullable("first_round", "last_round", "rounds_basis", "note"),
    ),
    Table(
        "header_spelling",
        "reference",
        "Every known column header of a master list and what it means.",
        "one row per population and raw header",
        ("header_population", "header", "header_kind", "header_column", "rounds", "header_layout", "note"),
        ("header_population", "header"),
        _nullable("rounds", "note"),
    ),
    Table(
        "round",
        "reference",
        "The round registry: list date, collection window and counting rule.",
        "one row per round",
        ("round", "list_date", "list_date_basis", "idp_list", "returnee_list", "collection_start", "collection_end",
         "collection_basis", "multiplier_rule", "absence_means", "note"),
        ("round",),
        _nullable("idp_list", "returnee_list", "collection_start", "collection_end", "collection_basis", "note"),
    ),
    Table(
        "method_break",
        "reference",
        "Rounds at which a figure steps because the method changed, not because people moved.",
        "one row per round, population and change",
        ("round", "affected_population", "change", "affected_columns", "basis", "source"),
        ("round", "affected_population", "change"),
        _nullable("affected_columns"),
        (_ROUND,),
    ),
    Table(
        "multiplier_rule",
        "reference",
        "Individuals per household, by population, setting and rounds.",
        "one row per population, setting and first round",
        ("population", "setting", "first_round", "last_round", "persons_per_household", "basis", "source"),
        ("population", "setting", "first_round"),
        _nullable("last_round"),
    ),
    Table(
        "api_round",
        "reference",
        "Which master-list round a date in DTM API responses means.",
        "one row per reporting date",
        ("reporting_date", "api_round", "round", "basis"),
        ("reporting_date",),
        references=(_ROUND,),
    ),
    Table(
        "published_difference",
        "reference",
        "Published figures known to differ from the lists, with both numbers and the cause.",
        "one row per population, round, kind of publication and measure",
        ("population", "round", "publication_kind", "measure", "published_value", "list_value", "cause", "basis"),
        ("population", "round", "publication_kind", "measure"),
        references=(_ROUND,),
    ),
    Table(
        "ignored_value",
        "reference",
        "Texts that mean 'not given' in a source; in names and sub-districts they become null.",
        "one row per text",
        ("ignored_value", "source"),
        ("ignored_value",),
    ),
    Table(
        "known_exception",
        "reference",
        "How many rows of a published list are known to break a rule; the count is guarded.",
        "one row per rule, population, vintage and range of rounds",
        ("rule", "population", "vintage_date", "first_round", "last_round", "rows_expected_minimum",
         "rows_expected_maximum", "households_expected", "basis", "note"),
        ("rule", "population", "vintage_date", "first_round", "last_round", "basis"),
        _nullable("households_expected", "note"),
    ),
]  # fmt: skip

CLEAN = [
    Table(
        "clean_edition",
        "clean",
        "What a source file is: population, round, dates, unit, rows read, kept and set aside.",
        "one row per source file",
        ("sha256", "source_file", "source_sheet", "layout", "population", "round", "round_basis", "list_date",
         "list_date_basis", "vintage_date", "vintage_basis", "unit_as_provided", "release_kind", "completeness",
         "rows_read", "rows_kept", "rows_quarantined", "locations", "other_sheets"),
        ("sha256",),
        _nullable("other_sheets"),
        may_be_empty=True,
    ),
    Table(
        "clean_record",
        "clean",
        "Typed rows of a source file, one per location.",
        "one row per source file and location",
        ("sha256", "source_sheet", "source_row", "place_id", "location_id", "governorate", "governorate_as_listed",
         "district", "district_as_listed", "subdistrict", "location_name_en", "location_name_ar", "latitude",
         "longitude", "households", "households_from_camp", "individuals_as_provided", "update_status", "blank_cells", "record_sha256", "record_file",
         "submission_uuid"),
        ("sha256", "place_id"),
        _nullable("location_id", "subdistrict", "location_name_en", "location_name_ar", "latitude", "longitude",
                  "households_from_camp", "individuals_as_provided", "record_sha256", "record_file", "submission_uuid"),
        (_GOVERNORATE, _DISTRICT),
        may_be_empty=True,
    ),
    Table(
        "clean_cell",
        "clean",
        "Breakdown cells of a source file that are not zero; null where the cell is not known.",
        "one row per source file, location, dimension and category",
        ("sha256", "place_id", "dimension", "category", "households"),
        ("sha256", "place_id", "dimension", "category"),
        _nullable("households"),
        may_be_empty=True,
    ),
    Table(
        "clean_category",
        "clean",
        "Categories that a source file carries as columns.",
        "one row per source file, dimension and category",
        ("sha256", "dimension", "category"),
        ("sha256", "dimension", "category"),
        may_be_empty=True,
    ),
    Table(
        "clean_quarantine",
        "clean",
        "Rows of a source file set aside, with every rule that they break.",
        "one row per source file, sheet, row and rule",
        ("sha256", "record_sha256", "source_file", "source_sheet", "source_row", "rule", "detail", "raw"),
        ("sha256", "record_sha256", "source_sheet", "source_row", "rule"),
        _nullable("detail"),
        may_be_empty=True,
    ),
]  # fmt: skip

CORE = [
    Table(
        "list_edition",
        "core",
        "The lists held: one per population, round and vintage, with how each was identified.",
        "one row per population, round and vintage",
        ("round", "population", "vintage_date", "vintage_basis", "is_latest_vintage", "list_date", "list_date_basis",
         "round_basis", "release_kind", "completeness", "layout", "unit_as_provided", "rows_read", "rows_kept",
         "rows_quarantined", "locations", "other_sheets"),
        _EDITION_KEY,
        _nullable("other_sheets"),
        references=(_ROUND,),
        may_be_empty=True,  # a data folder may hold answers to an index only; see the rule lists_have_rows
    ),
    Table(
        "list_category",
        "core",
        "Categories that a list carries. A carried category without a row in location_breakdown counts 0 households.",
        "one row per population, round, vintage, dimension and category",
        (*_EDITION_KEY, "dimension", "category"),
        (*_EDITION_KEY, "dimension", "category"),
        references=(_EDITION,),
        may_be_empty=True,
    ),
    Table(
        "location",
        "core",
        "The location register made from all lists: newest known attributes and the rounds in which it is listed.",
        "one row per location",
        ("place_id", "location_id", "governorate", "governorate_pcode", "district", "district_pcode",
         "district_pcode_match", "subdistrict", "subdistrict_basis", "location_name_en", "location_name_ar",
         "latitude", "longitude", "is_idp_location", "is_returnee_location", "first_round", "last_round"),
        ("place_id",),
        _nullable("location_id", "subdistrict", "location_name_en", "location_name_ar", "latitude", "longitude"),
        (_GOVERNORATE, _DISTRICT),
        may_be_empty=True,
    ),
    Table(
        "location_count",
        "core",
        "The recorded fact: households per location, population, round and vintage.",
        "one row per population, round, vintage and location",
        (*_EDITION_KEY, "place_id", "households", "households_from_camp", "individuals_as_provided", "update_status"),
        (*_EDITION_KEY, "place_id"),
        _nullable("households_from_camp", "individuals_as_provided"),
        (_EDITION, _LOCATION),
        partition="round",
        may_be_empty=True,
    ),
    Table(
        "location_listing",
        "core",
        "How each list describes the location: names, districts and coordinates drift between vintages.",
        "one row per population, round, vintage and location",
        (*_EDITION_KEY, "place_id", "location_id", "governorate", "governorate_as_listed", "district",
         "district_as_listed", "subdistrict", "subdistrict_basis", "location_name_en", "location_name_ar",
         "latitude", "longitude"),
        (*_EDITION_KEY, "place_id"),
        _nullable("location_id", "subdistrict", "location_name_en", "location_name_ar", "latitude", "longitude"),
        (_EDITION, _LOCATION, _DISTRICT),
        partition="round",
        may_be_empty=True,
    ),
    Table(
        "location_breakdown",
        "core",
        "Households per category of one margin, where not zero; null where the cell is not known.",
        "one row per population, round, vintage, location, dimension and category",
        (*_EDITION_KEY, "place_id", "dimension", "category", "households"),
        (*_EDITION_KEY, "place_id", "dimension", "category"),
        _nullable("households"),
        (_EDITION, _LOCATION),
        partition="round",
        may_be_empty=True,
    ),
    Table(
        "source_record",
        "core",
        "Lineage: the file, sheet and row from which a figure comes.",
        "one row per population, round, vintage and location",
        (*_EDITION_KEY, "place_id", "sha256", "source_file", "source_sheet", "source_row", "submission_uuid", "blank_cells"),
        (*_EDITION_KEY, "place_id"),
        _nullable("submission_uuid"),
        (_EDITION, _LOCATION),
        partition="round",
        may_be_empty=True,
    ),
    Table(
        "quarantine",
        "core",
        "Rows set aside, with every rule that they break. Empty unless --quarantine was given.",
        "one row per source file, sheet, row and rule",
        (*_EDITION_KEY, "sha256", "source_file", "source_sheet", "source_row", "rule", "detail", "raw"),
        (*_EDITION_KEY, "sha256", "source_sheet", "source_row", "rule"),
        _nullable("detail"),
        (_EDITION,),
        may_be_empty=True,
    ),
]  # fmt: skip

_PLACE = (
    "round", "list_date", "place_id", "location_id", "governorate", "governorate_pcode", "district", "district_pcode",
    "subdistrict", "location_name_en", "location_name_ar", "latitude", "longitude", "is_camp",
)  # fmt: skip
_COUNTS = (
    "households", "households_in_camp", "individuals", "individuals_in_camp", "individuals_as_provided",
    "update_status", "release_kind", "completeness",
)  # fmt: skip
_PLACE_NULLABLE = _nullable(
    "location_id", "subdistrict", "location_name_en", "location_name_ar", "latitude", "longitude", "is_camp",
    "households_in_camp", "individuals", "individuals_in_camp", "individuals_as_provided",
)  # fmt: skip


def _master_list(population: str, people: str) -> Table:
    breakdown = tuple(name for _, _, name in breakdown_categories(population))
    return Table(
        f"{population}_master_list",
        "product",
        f"The {people} master list: every location of every round, newest vintage, breakdowns in households.",
        "one row per round and location",
        (*_PLACE, *_COUNTS, "subdistrict_basis", *breakdown),
        ("round", "place_id"),
        _PLACE_NULLABLE | frozenset(breakdown),
        (_ROUND, _LOCATION, _DISTRICT),
        partition="round",
        may_be_empty=True,  # a data folder may hold lists of one population only
    )


_SUMMARY = (
    "households", "households_in_camp", "households_out_of_camp", "individuals", "individuals_in_camp",
    "individuals_out_of_camp", "locations", "locations_in_camp", "reporting_locations",
)  # fmt: skip
_SUMMARY_NULLABLE = _nullable(
    "households_in_camp", "households_out_of_camp", "individuals", "individuals_in_camp", "individuals_out_of_camp",
    "locations_in_camp",
)  # fmt: skip


def _summary(level: str, place: tuple[str, ...], extra: tuple[str, ...], key: tuple[str, ...]) -> Table:
    return Table(
        f"{level}_summary",
        "product",
        f"Households and individuals in and out of camps and locations, by {level}."
        if level != "national"
        else "Households and individuals in and out of camps, locations, districts and governorates of the country.",
        "one row per population and round" + ("" if level == "national" else f" and {level}"),
        ("population", "round", "list_date", *place, *_SUMMARY, *extra, "completeness"),
        ("population", "round", *key),
        _SUMMARY_NULLABLE | frozenset({"subdistrict"} & set(place)),
        (_ROUND,),
        may_be_empty=True,
    )


PRODUCT = [
    _master_list("idp", "IDP"),
    _master_list("returnee", "returnee"),
    Table(
        "master_list_change",
        "product",
        "Each location against the previous round held: net change of the stock, matched and coverage kept apart.",
        "one row per population, round and location in this round or the one before",
        ("population", "round", "previous_round", "rounds_apart", "place_id", "governorate", "district",
         "location_name_en", "households", "previous_households", "households_change", "change_share",
         "change_status", "change_kind", "change_reason", "needs_review", "completeness"),
        ("round", "population", "place_id"),
        _nullable("location_name_en", "households", "previous_households", "households_change", "change_share", "change_reason"),
        (_ROUND, _LOCATION, _DISTRICT),
        partition="round",
        may_be_empty=True,
    ),
    Table(
        "change_summary",
        "product",
        "The net change of each list, split into change at matched locations and change of coverage.",
        "one row per population and round",
        ("population", "round", "previous_round", "rounds_apart", "households", "previous_households",
         "households_change", "matched_change", "new_households", "back_households", "no_longer_listed_households",
         "matched_locations", "changed_locations", "new_locations", "back_locations", "no_longer_listed_locations",
         "review_locations", "completeness"),
        ("population", "round"),
        references=(_ROUND,),
        may_be_empty=True,
    ),
    _summary("national", (), ("districts", "governorates"), ()),
    _summary("governorate", ("governorate", "governorate_pcode"), ("districts",), ("governorate",)),
    _summary("district", ("governorate", "governorate_pcode", "district", "district_pcode", "district_pcode_match"), (),
             ("governorate", "district")),
    _summary("subdistrict", ("governorate", "district", "subdistrict", "subdistrict_basis"), (),
             ("governorate", "district", "subdistrict")),
    Table(
        "shelter_summary",
        "product",
        "Households and individuals by shelter type and group. Adds up over governorates, not over populations.",
        "one row per population, round, governorate and shelter type",
        ("population", "round", "list_date", "governorate", "shelter_type", "shelter_type_en", "shelter_group",
         "shelter_group_basis", "households", "individuals", "locations", "reporting_locations", "completeness"),
        ("population", "round", "governorate", "shelter_type"),
        _nullable("individuals"),
        (_ROUND, _GOVERNORATE, Reference(("population", "shelter_type"), "shelter_type", ("population", "shelter_type"))),
        may_be_empty=True,
    ),
    Table(
        "period_summary",
        "product",
        "Households and individuals by period of displacement. Waves of a round are those that its list carries.",
        "one row per population, round, governorate and wave",
        ("population", "round", "list_date", "governorate", "wave", "wave_en", "wave_order", "households",
         "individuals", "locations", "reporting_locations", "completeness"),
        ("population", "round", "governorate", "wave"),
        _nullable("individuals"),
        (_ROUND, _GOVERNORATE, Reference(("wave",), "wave", ("wave",))),
        may_be_empty=True,
    ),
    Table(
        "idp_origin_to_displacement",
        "product",
        "IDPs by governorate of origin and governorate where they live now.",
        "one row per round, governorate of origin and governorate of displacement",
        ("round", "list_date", "origin_governorate", "origin_governorate_pcode", "governorate", "governorate_pcode",
         "households", "individuals", "locations", "reporting_locations", "completeness"),
        ("round", "origin_governorate", "governorate"),
        _nullable("individuals"),
        (_ROUND, _GOVERNORATE),
        may_be_empty=True,
    ),
    Table(
        "returnee_last_displacement_to_return",
        "product",
        "Returnees by governorate of last displacement and governorate of return.",
        "one row per round, governorate of last displacement and governorate of return",
        ("round", "list_date", "last_displacement_governorate", "last_displacement_governorate_pcode", "governorate",
         "governorate_pcode", "households", "individuals", "locations", "reporting_locations", "completeness"),
        ("round", "last_displacement_governorate", "governorate"),
        _nullable("individuals"),
        (_ROUND, _GOVERNORATE),
        may_be_empty=True,
    ),
]  # fmt: skip

EVIDENCE = [
    Table(
        "rule_breach",
        "evidence",
        "Rows of the lists that break a rule without stopping the run.",
        "one row per rule, population, round, vintage and location",
        ("rule", "severity", *_EDITION_KEY, "place_id", "amount_households"),
        ("rule", *_EDITION_KEY, "place_id"),
        _nullable("amount_households"),
        (_EDITION,),
        may_be_empty=True,
    ),
    Table(
        "rule_count",
        "evidence",
        "How many rows break each rule per list, against the known exceptions.",
        "one row per rule, population, round and vintage",
        ("rule", "severity", *_EDITION_KEY, "rows_found", "amount_households", "rows_expected_minimum",
         "rows_expected_maximum", "households_expected", "exception_status"),
        ("rule", *_EDITION_KEY),
        _nullable("amount_households", "rows_expected_minimum", "rows_expected_maximum", "households_expected"),
        (_EDITION,),
        may_be_empty=True,
    ),
]  # fmt: skip

REFERENCE += [*INDEX_REFERENCE, *EMERGENCY_REFERENCE, *CROSSING_REFERENCE]
TABLES: dict[str, Table] = {
    table.name: table
    for listed in (REFERENCE, RECEIVED, INDEX_RECEIVED, EMERGENCY_RECEIVED, CROSSING_RECEIVED, CLEAN, FIELD_CLEAN, INDEX_CLEAN,
                   EMERGENCY_CLEAN, CROSSING_CLEAN, CORE, FIELD_CORE, INDEX_CORE, EMERGENCY_CORE, CROSSING_CORE, PRODUCT,
                   FIELD_PRODUCT, INDEX_PRODUCT, EMERGENCY_PRODUCT, CROSSING_PRODUCT, EVIDENCE)
    for table in listed
}  # fmt: skip
# Not published: what sources hold, and what is made of each of them.
WORKING = ("received", "clean")

# What a suite judges: not what was kept of sources, and not what is published with the same rows.
_AS_PUBLISHED = [
    table
    for table in (*FIELD_CLEAN, *INDEX_CLEAN, *EMERGENCY_CLEAN, *CROSSING_CLEAN)
    if table.name.removeprefix("clean_") in TABLES
]
JUDGED: tuple[Table, ...] = tuple(
    t for t in TABLES.values() if t not in (*RECEIVED, *INDEX_RECEIVED, *EMERGENCY_RECEIVED, *CROSSING_RECEIVED, *_AS_PUBLISHED)
)


def published() -> tuple[Table, ...]:
    """The tables a run publishes."""
    return tuple(table for table in TABLES.values() if table.stage not in WORKING)
