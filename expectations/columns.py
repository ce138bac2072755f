"""Every column of the project, once: type, meaning, unit, bounds or code list, HXL tag.

The same quantity in the same unit has the same name everywhere. Count columns say in words whether
they are a stock (present on the list date) or a change of a stock.
"""

from __future__ import annotations

from expectations import codes
from expectations.contract import Column
from expectations.crossing_columns import CROSSING_COLUMNS
from expectations.emergency_columns import EMERGENCY_COLUMNS
from expectations.field_columns import FIELD_COLUMNS
from expectations.index_columns import INDEX_COLUMNS
from expectations.release_columns import RELEASE_COLUMNS

# Bounding box of the COD-AB governorate polygons (CSO, valid from 3 June 2019), in degrees.
IRAQ_LATITUDE = (29.069527, 37.377264)
IRAQ_LONGITUDE = (38.794836, 48.623795)

POPULATIONS = ("idp", "returnee")
DIMENSIONS = ("shelter", "period", "origin_governorate", "origin_district", "last_displacement")
PRODUCT_DIMENSIONS = {
    "idp": ("origin_governorate", "shelter", "period"),
    "returnee": ("last_displacement", "shelter", "period"),
}
COLUMN_PREFIX = {
    "origin_governorate": "origin_",
    "last_displacement": "last_displacement_",
    "shelter": "shelter_",
    "period": "period_",
}
SHELTER_GROUPS = ("camp", "private", "critical", "unknown", "unclassified")
BASES = ("published", "measured", "inferred")
SEVERITIES = ("block", "warning", "review", "info")


def breakdown_categories(population: str) -> tuple[tuple[str, str, str], ...]:
    """(dimension, category, column name) of every breakdown column of a population's master list."""
    found = []
    for dimension in PRODUCT_DIMENSIONS[population]:
        listed = codes.categories(f"shelter:{population}" if dimension == "shelter" else dimension)
        found += [(dimension, category, COLUMN_PREFIX[dimension] + category) for category in listed]
    return tuple(found)


BREAKDOWN_COLUMNS = frozenset(name for population in POPULATIONS for _, _, name in breakdown_categories(population))


def category_label(dimension: str, population: str, category: str) -> str:
    """A category of a margin in English words."""
    if dimension == "shelter":
        rows = codes.rows("shelter_type")
        return next(r["shelter_type_en"] for r in rows if (r["population"], r["shelter_type"]) == (population, category))
    if dimension == "period":
        return next(r["wave_en"] for r in codes.rows("wave") if r["wave"] == category)
    return next(r["governorate"] for r in codes.rows("governorate") if r["governorate_code"] == category)


_SENTENCE = {
    "origin_governorate": "IDP households whose governorate of origin is {label}. Stock.",
    "last_displacement": "Returnee households whose governorate of last displacement was {label}. Stock.",
    "shelter": "Households whose shelter is: {label}. Stock.",
    "period": "Households displaced in the period: {label}. Stock.",
}
_CARRIED = " Null where the list of that round does not carry this category or the cell is not known."


def _breakdown_columns() -> list[Column]:
    columns: dict[str, Column] = {}
    for population in POPULATIONS:
        for dimension, category, name in breakdown_categories(population):
            meaning = _SENTENCE[dimension].format(label=category_label(dimension, population, category)) + _CARRIED
            columns.setdefault(name, Column(name, "integer", meaning, unit="households", minimum=0))
    return list(columns.values())


def _households(name: str, meaning: str, *, minimum: float | None = 0, hxl: str | None = None) -> Column:
    return Column(name, "integer", meaning, unit="households", minimum=minimum, hxl=hxl)


def _individuals(name: str, meaning: str, *, minimum: float | None = 0, hxl: str | None = None) -> Column:
    return Column(name, "integer", meaning, unit="individuals", minimum=minimum, hxl=hxl)


def _locations(name: str, meaning: str) -> Column:
    return Column(name, "integer", meaning, unit="locations", minimum=0)


_DECLARED = [
    # --- what is counted, when -----------------------------------------------------------------
    Column("population", "text", "Population of the list: IDPs or returnees.", values=POPULATIONS),
    Column("round", "integer", "Master-list round as numbered by DTM.", minimum=1, maximum=999, hxl="#round+code"),
    Column("list_date", "date", "Date as of which the list counts.", hxl="#date+survey"),
    Column(
        "list_date_basis",
        "text",
        "Where the list date comes from: the file's date column, its title rows, its name, the round registry "
        "for a round given by the user, given for a round opened here that the registry does not have, or for rounds of the "
        "registry its kind of source.",
        values=("date_column", "title_rows", "file_name", "registry", "given", *BASES),
    ),
    Column("vintage_date", "date", "Date on which the publisher exported the list.", hxl="#date+exported"),
    Column(
        "vintage_basis",
        "text",
        "Where the vintage date comes from: given by the user, the document's own metadata, the value declared "
        "for the portal CSV series (known to the month; stored as its first day), or the day on which the list of a field "
        "round was made.",
        values=("given", "document_metadata", "series_declared", "round_event"),
    ),
    Column("is_latest_vintage", "boolean", "True for the newest vintage of its population and round."),
    Column(
        "release_kind",
        "text",
        "published: a list as its publisher released it; partial and final: rounds collected with this project.",
        values=("published", "partial", "final"),
    ),
    Column(
        "completeness",
        "text",
        "complete, or incomplete where rows of the list are in quarantine or only part of the round is known.",
        values=("complete", "incomplete"),
    ),
    Column(
        "update_status",
        "text",
        "How the location's row came to be in this round; unknown for published lists, which do not carry it.",
        values=(
            "unknown",
            "new",
            "updated",
            "confirmed_unchanged",
            "carried_forward",
            "closed",
            "not_accessible",
            "informant_unreachable",
        ),
    ),
    # --- where ---------------------------------------------------------------------------------
    Column("place_id", "text", "Permanent key of a location, as text.", pattern=r"^[0-9]{1,9}$", hxl="#loc+code"),
    Column(
        "location_id",
        "text",
        "DTM location code: governorate (2 digits), district (2), serial (3). An attribute; never parsed for the "
        "district.",
        pattern=r"^[0-9]{7}$",
        hxl="#loc+code+dtm",
    ),
    Column(
        "governorate",
        "text",
        "Governorate where the people live now, DTM name, one spelling over all rounds.",
        codes="governorate",
        hxl="#adm1+name",
    ),
    Column(
        "governorate_pcode", "text", "OCHA COD-AB p-code of the governorate.", pattern=r"^IQG[0-9]{2}$", hxl="#adm1+code"
    ),
    Column("district", "text", "DTM district where the people live now.", codes="district", hxl="#adm2+name"),
    Column(
        "district_pcode",
        "text",
        "OCHA COD-AB p-code of the district, or of the COD district that contains it: see district_pcode_match.",
        pattern=r"^IQG[0-9]{2}Q[0-9]{2}$",
        hxl="#adm2+code",
    ),
    Column(
        "district_pcode_match",
        "text",
        "name: DTM and COD-AB know the same district. contained_in: the DTM district is no COD district; the code is "
        "of the COD district that contains it (inferred).",
        values=("name", "contained_in"),
    ),
    Column("subdistrict", "text", "Sub-district where the people live now; null where not known.", hxl="#adm3+name"),
    Column(
        "subdistrict_basis",
        "text",
        "collected: the list carries a sub-district; unknown: it does not.",
        values=("collected", "unknown"),
    ),
    Column("governorate_as_listed", "text", "Governorate exactly as the list spells it."),
    Column("district_as_listed", "text", "District exactly as the list spells it."),
    Column("location_name_en", "text", "Name of the location in English, as listed, outer spaces removed.", hxl="#loc+name"),
    Column("location_name_ar", "text", "Name of the location in Arabic, as listed, outer spaces removed.", hxl="#loc+name+ar"),
    Column("latitude", "real", "Latitude in degrees (WGS 84), as listed.", unit="degrees", minimum=-180, maximum=180, hxl="#geo+lat"),
    Column("longitude", "real", "Longitude in degrees (WGS 84), as listed.", unit="degrees", minimum=-180, maximum=180, hxl="#geo+lon"),
    Column("is_camp", "boolean", "True where all households of the location are in a camp category."),
    Column("first_round", "integer", "First round in which it occurs or from which it holds.", minimum=1),
    Column("last_round", "integer", "Last round in which it occurs or to which it holds.", minimum=1),
    Column("is_idp_location", "boolean", "True where the location is in at least one IDP list held."),
    Column("is_returnee_location", "boolean", "True where the location is in at least one returnee list held."),
    # --- counts --------------------------------------------------------------------------------
    _households("households", "Households present on the list date. Stock.", hxl="#affected+hh"),
    _households("households_in_camp", "Of which in a camp category. Stock. Null where the list has no camp category."),
    _households("households_out_of_camp", "Of which not in a camp category. Stock."),
    _households("households_from_camp", "Of which came from a camp, as listed; an of-which count, no shelter type. Stock."),
    _individuals(
        "individuals",
        "Individuals present on the list date, derived from households by multiplier_rule. Stock.",
        hxl="#affected+ind",
    ),
    _individuals("individuals_in_camp", "Of which in a camp category, derived by multiplier_rule. Stock."),
    _individuals("individuals_out_of_camp", "Of which not in a camp category, derived by multiplier_rule. Stock."),
    _individuals("individuals_as_provided", "Individuals as the source gives them; the portal export never adopted x5 in camps. Stock."),
    _locations("locations", "Locations with at least one such household."),
    _locations("reporting_locations", "Locations whose value is known and therefore in the sum."),
    _locations("locations_in_camp", "Locations that are camps."),
    Column("governorates", "integer", "Governorates with at least one such location.", unit="governorates", minimum=0),
    Column("districts", "integer", "DTM districts with at least one such location.", unit="districts", minimum=0),
    Column(
        "dimension",
        "text",
        "Margin to which the category belongs. Margins are never crossed: see the glossary.",
        values=DIMENSIONS,
    ),
    Column("category", "text", "Code of the category within its dimension: governorate code, shelter type or wave; of an index its severity.", pattern=r"^[a-z0-9_]{1,40}$"),
    Column("shelter_type", "text", "Shelter type.", pattern=r"^[a-z0-9_]{1,40}$"),
    Column("shelter_type_en", "text", "Shelter type in words."),
    Column("shelter_group", "text", "Group of the shelter type in report tables.", values=SHELTER_GROUPS),
    Column("shelter_group_basis", "text", "How the group is known.", values=(*BASES, "unknown")),
    Column("wave", "text", "Wave (period of displacement).", pattern=r"^[a-z0-9_]{1,40}$"),
    Column("wave_en", "text", "Wave in words."),
    Column("wave_order", "integer", "Order of the wave in time.", minimum=1),
    Column("origin_governorate", "text", "Governorate of origin, DTM name.", codes="governorate", hxl="#adm1+name+origin"),
    Column("origin_district", "text", "DTM district of origin.", codes="district", hxl="#adm2+name+origin"),
    Column("origin_governorate_pcode", "text", "OCHA COD-AB p-code of the governorate of origin.", pattern=r"^IQG[0-9]{2}$", hxl="#adm1+code+origin"),
    Column("last_displacement_governorate", "text", "Governorate of last displacement, DTM name.", codes="governorate"),
    Column("last_displacement_governorate_pcode", "text", "OCHA COD-AB p-code of the governorate of last displacement.", pattern=r"^IQG[0-9]{2}$"),
    # --- change --------------------------------------------------------------------------------
    Column("previous_round", "integer", "The round held before this one, for the same population.", minimum=1),
    Column("rounds_apart", "integer", "Difference of the two round numbers; 1 means neighbours.", unit="rounds", minimum=1),
    _households("previous_households", "Households in the previous round held. Stock."),
    _households("households_change", "Households now minus in the previous round held. Net change of a stock.", minimum=None),
    Column("change_share", "real", "households_change / previous_households; null where that is 0 or not known.", unit="ratio"),
    Column(
        "change_status",
        "text",
        "new: never listed before; back: listed earlier but not in the previous round held; changed; same; "
        "no_longer_listed.",
        values=("new", "back", "changed", "same", "no_longer_listed"),
    ),
    Column(
        "change_kind",
        "text",
        "matched: the location is in both rounds; coverage: it is in one of them only. Never added up as movement.",
        values=("matched", "coverage"),
    ),
    Column("change_reason", "text", "Why a location is no longer listed; unknown for published lists, null where it is listed.", values=("unknown", "closed", "not_accessible", "informant_unreachable", "not_reached")),
    Column("needs_review", "boolean", "True where the change between neighbouring rounds is large enough to be looked at: see the rule change_large."),
    _households("matched_change", "Net change over locations in both rounds.", minimum=None),
    _households("new_households", "Households at locations never listed before."),
    _households("back_households", "Households at locations back on the list."),
    _households("no_longer_listed_households", "Previous households of locations no longer listed."),
    _locations("matched_locations", "Locations in both rounds."),
    _locations("changed_locations", "Locations in both rounds whose count changed."),
    _locations("new_locations", "Locations never listed before."),
    _locations("back_locations", "Locations back on the list."),
    _locations("no_longer_listed_locations", "Locations no longer listed."),
    _locations("review_locations", "Locations with needs_review."),
    # --- lineage -------------------------------------------------------------------------------
    Column("sha256", "text", "SHA-256 of the source file's bytes, by which it is kept in landing.", pattern=r"^[0-9a-f]{64}$"),
    Column("record_sha256", "text", "SHA-256 of the bytes from which a row of a field round comes; of the file itself for rows set aside.", pattern=r"^[0-9a-f]{64}$"),
    Column("record_file", "text", "Name of the file or export from which a row of a field round comes."),
    Column("source_file", "text", "Name of the source file as received."),
    Column("source_sheet", "text", "Sheet of the workbook; empty for a CSV.", sensitivity="public"),
    Column("other_sheets", "text", "Sheets of the source workbook with content that is no master list; they were not read.", sensitivity="public"),
    Column("source_row", "integer", "Row of the file or sheet as a spreadsheet numbers it; of the location's first row in a long layout.", minimum=1),
    Column("blank_cells", "integer", "Blank breakdown cells of the row, read as 0 because the row's total shows that they are.", unit="cells", minimum=0),
    Column("submission_uuid", "text", "Field submission; null for published lists."),
    Column("layout", "text", "Layout of the source.", values=("portal_csv", "portal_workbook", "released_workbook", "long_2014", "field_round")),
    Column("unit_as_provided", "text", "Unit of the breakdown cells in the source, decided on the origin margin.", values=("households", "individuals")),
    Column("round_basis", "text", "How the round is known: the list date through the registry, or given by the user.", values=("registry", "given")),
    Column("rows_read", "integer", "Rows of the source with content, without title, header and totals rows; of a field round its submissions.", unit="rows", minimum=0),
    Column("rows_kept", "integer", "Rows kept.", unit="rows", minimum=0),
    Column("rows_quarantined", "integer", "Rows set aside.", unit="rows", minimum=0),
    Column("raw", "text", "The row as read, as JSON text.", sensitivity="sensitive"),
    Column("detail", "text", "What was found and what was expected."),
    Column("amount_households", "integer", "Households by which the row misses the rule: category sum minus households where the rule is about a sum, else null.", unit="households"),
    # --- evidence ------------------------------------------------------------------------------
    Column("rule", "text", "Identifier of the rule: see `dtm rules`.", pattern=r"^[a-z0-9_]{1,60}$"),
    Column("severity", "text", "What a breach does to a published list.", values=SEVERITIES),
    Column("rows_found", "integer", "Rows that break the rule.", unit="rows", minimum=0),
    Column("rows_expected_minimum", "integer", "Fewest rows known to break the rule.", unit="rows", minimum=0),
    Column("rows_expected_maximum", "integer", "Most rows known to break the rule.", unit="rows", minimum=0),
    Column("households_expected", "integer", "Households by which the known rows miss the rule in sum; null where not counted.", unit="households"),
    Column("exception_status", "text", "as_known: the count equals the known exceptions; not_guarded: the rule is counted only; different: it does not.", values=("as_known", "not_guarded", "different")),
    # --- reference lists -----------------------------------------------------------------------
    Column("governorate_code", "text", "Short code of the governorate, used in column names.", pattern=r"^[a-z_]{1,40}$"),
    Column("governorate_ar", "text", "Arabic name of the governorate (COD-AB)."),
    Column("district_ar", "text", "Arabic name of the district (COD-AB); null where the COD district only contains it."),
    Column("cod_name_en", "text", "English name in COD-AB of the unit that the p-code means."),
    Column("cod_name_ar", "text", "Arabic name in COD-AB of the unit that the p-code means."),
    Column("location_id_prefix", "text", "Leading digits of location_id most often seen with this unit. Not a key.", pattern=r"^[0-9]{2,4}$"),
    Column("iso_3166_2", "text", "ISO 3166-2 code; a code system of its own.", pattern=r"^IQ-[A-Z]{2}$"),
    Column("dtm_api_pcode", "text", "Code in DTM API responses; a code system of its own.", pattern=r"^IRQ-G[0-9]{2}(?:Q[0-9]{2})?$"),
    Column("r134_name", "text", "Spelling in files of R134, where it differs."),
    Column("spellings", "text", "Every other known spelling, separated by |."),
    Column("observed_idp", "boolean", "Seen in an IDP list of the portal export."),
    Column("observed_returnee", "boolean", "Seen in a returnee list of the portal export."),
    Column("ignored_value", "text", "Text that means 'not given' in a source and becomes null."),
    Column("basis", "text", "How it is known; accepted: by the user of this data folder.", values=(*BASES, "accepted")),
    Column("note", "text", "Remark."),
    Column("source", "text", "Where it is stated."),
    Column("opens_round_idp", "integer", "First IDP round with a value.", minimum=1),
    Column("opens_round_returnee", "integer", "First returnee round with a value.", minimum=1),
    Column("meaning", "text", "Meaning as published."),
    Column("in_portal_export", "boolean", "True for the categories that the portal export carries."),
    Column("rounds_basis", "text", "How the rounds of validity are known.", values=(*BASES, "unknown")),
    Column("vocabulary", "text", "Family of files in which the term is used.", values=("portal", "released", "r122", "r5_r8")),
    Column("is_of_which", "boolean", "True for of-which counts, which are no part of the shelter sum."),
    Column("shelter_order", "integer", "Order of display.", minimum=1),
    Column("header", "text", "Column header exactly as spelled in a file."),
    Column("header_kind", "text", "What the header names.", values=("identifier", "count", "origin", "last_displacement", "shelter", "period", "of_which", "link", "code")),
    Column("header_column", "text", "Column or category code that the header means."),
    Column("header_population", "text", "List in which the header is used.", values=("idp", "returnee", "both")),
    Column("rounds", "text", "Rounds in which it was seen, as stated."),
    Column("header_layout", "text", "Family of files.", values=("portal_export", "released", "r5_r8")),
    Column("idp_list", "boolean", "An IDP list of the round is known to exist."),
    Column("returnee_list", "boolean", "A returnee list of the round is known to exist."),
    Column("collection_start", "date", "First day of the collection window, where published."),
    Column("collection_end", "date", "Last day of the collection window, where published."),
    Column("collection_basis", "text", "How the collection window is known.", values=BASES),
    Column("multiplier_rule", "text", "Rule of derivation of individuals in force.", values=("x6", "x5_in_camp")),
    Column("absence_means", "text", "What the absence of a location from a list means.", values=("no_households", "unknown")),
    Column("change", "text", "What changed in the method."),
    Column("affected_population", "text", "Population concerned.", values=("idp", "returnee", "both")),
    Column("affected_columns", "text", "Columns or categories concerned, separated by |."),
    Column("setting", "text", "In camp or out of camp.", values=("in_camp", "out_of_camp")),
    Column("persons_per_household", "integer", "Multiplier from households to individuals.", unit="individuals per household", minimum=1),
    Column("reporting_date", "date", "Date in DTM API responses; up to a month away from the list date.", hxl="#date+reported"),
    Column("api_round", "integer", "Round number in DTM API responses; for 2014-2016 not the list's number.", minimum=1),
    Column("publication_kind", "text", "Kind of publication.", values=("published_text", "published_chart", "derived_from_published_text", "rounded_quote", "any")),
    Column("measure", "text", "Measure compared.", values=("households", "individuals", "locations", "districts", "governorates")),
    Column("published_value", "integer", "Value as published.", minimum=0),
    Column("list_value", "integer", "Value that the list gives.", minimum=0),
    Column("cause", "text", "Why they differ, in one sentence."),
]  # fmt: skip

COLUMNS: dict[str, Column] = {
    column.name: column
    for column in [
        *_DECLARED,
        *FIELD_COLUMNS,
        *INDEX_COLUMNS,
        *EMERGENCY_COLUMNS,
        *CROSSING_COLUMNS,
        *RELEASE_COLUMNS,
        *_breakdown_columns(),
    ]
}
