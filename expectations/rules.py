"""Every rule that is more than a column's own type, bounds or code list.

File and row rules are applied while reading (``transforms``); table rules are queries in
``sql/rules/<id>.sql``. Severities belong to (rule, kind of source): published lists are blocked only by
identity, type and key rules, everything else in them is counted against the known exceptions.
"""

from __future__ import annotations

from expectations.contract import Rule
from expectations.index import INDICES

# Largest share of a list's rows that may be set aside with --quarantine (project decision).
QUARANTINED_SHARE_MAXIMUM = 0.05
# Share of rows whose origin margin must agree for a unit to be accepted (project decision).
UNIT_AGREEMENT_MINIMUM = 0.99
# A change between neighbouring rounds is for review above this share of the households before, and from this many
# households on (calibrated on the portal export of 2021: about 11 locations a round).
REVIEW_SHARE = 0.5
REVIEW_HOUSEHOLDS = 20

_SECTION_9 = "measured on the portal export of 2021"


def _file(id: str, sentence: str, todo: str, source: str = "") -> Rule:
    return Rule(id, "file", sentence, todo, "block", "block", source=source)


def _row(id: str, sentence: str, todo: str, source: str = _SECTION_9) -> Rule:
    return Rule(id, "row", sentence, todo, "block", "block", source=source)


FILE_RULES = [
    _file("file_missing", "A file given to the build exists and can be read.", "Check the path and the permissions."),
    _file("file_empty", "A source file is not empty.", "Export the list again."),
    _file("file_kind", "A source file is a CSV, an .xlsx or an .xls, by its content.", "Export the list as CSV or .xlsx."),
    _file("file_utf8", "A CSV is UTF-8.", "Save it again as 'CSV UTF-8'."),
    _file("workbook_unreadable", "A workbook can be opened.", "Open it in a spreadsheet program and save it again."),
    _file("workbook_too_large", "A workbook expands to at most 300 MB and at most 100 times its size, and no sheet has more than 5,000,000 cells.",
          "Check where the file comes from; a master list expands to about 10 MB."),
    _file("header_missing", "A master list has one row of known column headers within its first 30 rows.",
          "Check that the file is a master list and that its header row was not deleted."),
    _file("sheet_unclear", "One sheet of a workbook is the master list.", "Keep one master list a workbook."),
    _file("column_missing", "Place ID, Governorate, District, households and the governorate margin are there.",
          "Export the list again with all columns."),
    _file("column_unknown", "Every column with content has a known header.",
          "Correct the header, or add its spelling to expectations/codes/header_spelling.csv."),
    _file("row_index", "The row index that a table program writes before the rows runs without gaps.",
          "Rows were removed: take the original file, or delete the index column if that was meant."),
    _file("column_twice", "A column that occurs twice holds the same values both times.", "Delete the wrong one of the two."),
    _file("row_ragged", "Every row of a CSV has as many cells as the header.", "Look for an unquoted comma or line break in that row."),
    _file("rows_missing", "A list has at least one row.", "Export the list again."),
    _file("totals_row", "The publisher's totals row equals the sum of the rows.", "Rows were lost or added: export the list again."),
    _file("population_unclear", "Headers, sheet and titles say one population: IDPs or returnees.",
          "Check the header row (only returnee lists have 'habitual residence' or 'residence of origin' columns), or put IDP or Returnee into the file name."),
    _file("list_date_missing", "The list date is in the date column, the title rows or the file name.", "Give the round: --round FILE=N."),
    _file("list_date_mixed", "A list has one list date.", "Split the file by date."),
    _file("list_date_unknown", "The list date is in the round registry.", "Give the round: --round FILE=N."),
    _file("round_mismatch", "Date and round number of a file agree with the round registry.",
          "Check the file; if its name is wrong, give the round: --round FILE=N."),
    _file("round_unknown", "A round given by the user is in the round registry.", "Add the round to expectations/codes/round.csv."),
    _file("vintage_missing", "The date on which the list was exported is known.", "Give it: --vintage YYYY-MM-DD."),
    _file("vintage_early", "A list is exported on or after its list date.", "Check --vintage and the list date."),
    _file("unit_unclear", "On at least 99 % of rows the governorate cells add up to households, or to individuals as provided, not to both.",
          "Check whether the breakdown columns hold households or individuals; a shifted column also shows here."),
    _file("list_twice", "Two files of the same population, round and vintage hold the same list.",
          "Withdraw the wrong one (dtm withdraw FILE), or give its --vintage."),
    _file("landing_damaged", "The landed bytes of a source are the bytes that were received.", "Give the original file to dtm build again."),
]  # fmt: skip

# Files of a round under collection: exports of submissions, review workbooks, figures of other sources.
FIELD_FILE_RULES = [
    _file("boundaries_unreadable", "Boundaries are GeoJSON with one area for each governorate, known by its COD-AB p-code.",
          "Give the COD-AB boundaries of administrative level 1 as GeoJSON."),
    _file("comparison_map", "A column map says where the figures of another source stand.", "Correct the column map."),
    _file("comparison_row", "A row of another source names an area and has a whole number of households.", "Correct the rows."),
    _file("review_workbook", "A filled cleaning log is an .xlsx workbook.", "Give the workbook that dtm review export wrote, saved as .xlsx."),
    _file("review_sheet", "A filled cleaning log has one sheet cleaning_log.", "Name the sheet with the decisions cleaning_log again."),
    _file("review_columns", "The cleaning log has each of its columns once, named in its first row.",
          "Write the headers of the first row as dtm review export wrote them."),
    _file("review_values", "The cleaning log holds values, no formulas and no error values.", "Paste the values over the formulas."),
    _file("export_unreadable", "An export of submissions is the JSON, CSV or .xlsx of KoboToolbox, the .zip of ODK Central, or a CSV or Parquet with a column map.",
          "Export the submissions again; for another tool give a column map."),
    _file("export_truncated", "An export is complete: its text does not end in the middle, and all pages of an asset are given together.",
          "Give all pages, or export the submissions again."),
    _file("export_count", "The pages of an asset hold each submission once, as many as the server counts.", "Fetch all pages again."),
    _file("export_pages_mixed", "Pages that are read together are of one form.", "Give only the pages of one form together."),
    _file("export_uuid_missing_column", "An export has a column that identifies each submission: _uuid, meta/instanceID or KEY.",
          "Export the submissions again with all metadata."),
    _file("export_header_unclear", "A header of an export is one question.", "Export the submissions with XML names as headers."),
    _file("export_twice_header", "A question that stands under two headers is answered once in a row.",
          "Delete the wrong one of the two, or export the newest version of the form only."),
    _file("export_choice_conflict", "A question with several answers lists the choices that its columns of single choices say.",
          "Export the submissions again; one of the two was edited by hand."),
    _file("export_repeat_orphan", "Every row of a repeat belongs to a submission of the same export.",
          "Rows were removed, or files of two exports mixed: export the submissions again."),
    _file("export_sheet_unclear", "An export has one table of submissions, and one table per repeat.", "Give the file as it was exported."),
    _file("export_formula", "An export holds values, no formulas and no error values.", "Give the file as it was exported, or paste the values."),
    _file("export_encrypted", "The answers of an export can be read without a password.", "Export the submissions again with the passphrase of the form."),
    _file("export_too_large", "An export expands to at most 300 MB and at most 100 times its size, and has at most 5,000,000 cells.",
          "Check where the file comes from; export without media."),
    _file("export_map_missing", "A Parquet file of submissions comes with a column map.", "Give the column map of the tool that wrote it."),
    _file("export_map_invalid", "A column map names questions of the form and, for each, one header; _uuid is among them.", "Correct the column map."),
    _file("export_map_header_missing", "A file has every header that its column map names.", "Correct the column map, or export all columns."),
]  # fmt: skip

ROW_RULES = [
    _row("row_shifted", "The cells of a row stand under their headers.", "Move the cells of the row back under their headers."),
    _row("place_id_missing", "A row has a Place ID.", "Add the Place ID."),
    _row("place_id_invalid", "A Place ID is a whole number of at most nine digits.", "Correct the Place ID."),
    _row("place_id_twice", "A Place ID occurs once in a list; in the long layouts of 2014, once per origin and period.", "Delete or correct one of the two rows."),
    _row("location_id_invalid", "A Location ID has seven digits.", "Correct the Location ID."),
    _row("location_id_twice", "A Location ID occurs once in a list.", "Correct one of the two rows."),
    _row("location_id_governorate", "The first two digits of the Location ID are those of the governorate.", "Correct the Location ID or the governorate."),
    _row("governorate_unknown", "The governorate is one of the 18.", "Correct the governorate, or add its spelling to expectations/codes/governorate.csv."),
    _row("district_unknown", "The district is one of the governorate's DTM districts.", "Correct the district, or add its spelling to expectations/codes/district.csv."),
    _row("households_missing", "A row has a number of households.", "Add the number of households."),
    _row("households_invalid", "Households is a whole number of at least 1.", "Correct the number; a location without households leaves the list."),
    _row("cell_invalid", "A count is a whole number that is not negative; no error value such as #N/A.", "Correct the cell."),
    _row("coordinate_invalid", "A coordinate is a number of degrees.", "Correct the cell."),
    _row("formula_in_row", "A row holds values, no formulas.", "Paste the values over the formulas."),
]  # fmt: skip

_OURS = "This is an error of the program: report it."


def _of_index(name: str, sentence: str, table: str) -> list[Rule]:
    """A rule on the tables of both indices."""
    return [
        Rule(f"{index}_index_{name}", "table", sentence, _OURS, "block", "block", f"{index}_index{table}", "this project")
        for index in INDICES
    ]


INDEX_FILE_RULES = [
    _file("answers_unreadable", "A file of answers is a CSV, an .xlsx, a Parquet file or an export of submissions, with one table whose header row names place_id.",
          "Check the file; map its headers with --map."),
    _file("answers_columns", "Every column of a file of answers is known: long (indicator, answer) or wide (one column an indicator).",
          "Correct the header, or say in the mapping file what the column is, or that it is to be ignored."),
    _file("answer_map", "A mapping file is TOML and names columns, indicators and codes that exist.", "Correct the mapping file."),
    _file("answers_rows", "Every row of a file of answers can be taken.", "Correct the rows, or map their wording with --map, and give the file again."),
    _file("answers_missing", "A file of answers has at least one row.", "Export the answers again."),
    _file("model_rounds", "A model scores the index rounds for which it is meant.", "Give a model for this round, or --override REASON, which is recorded."),
    _file("index_round_unmapped", "The master-list round of an index round is known or given.",
          "Add a column round to the answers, give --round N, or add the index round to expectations/codes/index_round.csv."),
]  # fmt: skip
INDEX_ROW_RULES = [
    _row("answer_place", "A row names a location by a place_id of at most nine digits.", "Correct the place_id.", "this project"),
    _row("answer_index_round", "A row says its index round, a whole number from 1 to 999.", "Add a column index_round, or give --index-round N.", "this project"),
    _row("answer_round", "A row's master-list round is in the registry, and all rows of an index round have the same.", "Correct the column round.", "this project"),
    _row("answer_indicator", "An indicator is one of the model.", "Correct it, map it with --map, or give the model that has it.", "this project"),
    _row("answer_code", "An answer is a level code of its indicator, not_applicable, or empty.", "Correct it, or map the wording with --map.", "this project"),
    _row("answer_not_applicable", "Only an indicator that allows it is not applicable.", "Correct the answer, or allow it in the model.", "this project"),
    _row("answer_twice", "A location stands once in an index round; in a long file once per indicator.", "Delete or correct one of the two rows.", "this project"),
    _row("answer_area", "A row's governorate and district are those of DTM, and the same in all rows of its location.", "Correct the area.", "this project"),
    _row("answer_value", "Names, coordinates and other values of a location are what their columns say, and name no person.", "Correct the value.", "this project"),
    _row("intention_code", "An intention or barrier is one of the code lists, and no barrier is named twice.",
         "Correct it, or add the code to expectations/codes/intention.csv or barrier.csv.", "this project"),
]  # fmt: skip

_PROJECT = "this project"
EMERGENCY_FILE_RULES = [
    _file("movement_columns", "A delivery of movements has rows and the columns movement_id, kind and recorded_on, or is an export of the form.",
          "Correct the headers, or map those of another tool with --map."),
    _file("printed_rows", "Every row of a file of printed figures names its report, its day, a measure and a figure.", "Correct the file and give it again."),
]  # fmt: skip
EMERGENCY_ROW_RULES = [
    _row("movement_event", "A row is of an event that is open.", "Open the event (dtm emergency open), then give the file again.", _PROJECT),
    _row("movement_id", "A row has an id of its own, by which corrections name it.", "Give the row an id that is used once in the event.", _PROJECT),
    _row("movement_kind", "A row says what it reports: departure, arrival, onward, return or correction.", "Correct the kind.", _PROJECT),
    _row("movement_day", "A row says when people moved and when that was recorded, no later than the day of the delivery.", "Correct the days.", _PROJECT),
    _row("movement_after_record", "Nobody moves after it was recorded.", "Correct moved_on or recorded_on.", _PROJECT),
    _row("movement_destination", "An arrival, onward move or return says where people came to.", "Add destination_governorate and destination_district, or place_id.", _PROJECT),
    _row("movement_origin", "A departure says what people left.", "Add camp_left or the origin.", _PROJECT),
    _row("movement_area", "Governorates and districts are those of DTM; a place is an id.", "Correct the area.", _PROJECT),
    _row("movement_counts", "Households and individuals are whole numbers of at least 1, and no household is without individuals; 0 is for corrections that cancel a movement.", "Correct the counts.", _PROJECT),
    _row("movement_individuals", "Individuals fit the counting rule of the event, and their parts do not exceed them.", "Correct the counts, or say that they were counted.", _PROJECT),
    _row("movement_value", "Shelter groups, yes and no, and names are what their columns say, and name no person.", "Correct the value.", _PROJECT),
    _row("movement_link", "A correction names another movement, and nothing else does.", "Correct the columns corrects and onward_from.", _PROJECT),
]  # fmt: skip
EMERGENCY_RULES = [
    Rule("emergency_adds_up", "table", "In every snapshot cumulative = current + returned, as published and as known now; of every origin arrived = current + returned.", _OURS, "block", "block",
         "emergency_figure", "IOM DTM Iraq, Mosul operations, factsheets of December 2016 and April 2017"),
    Rule("emergency_areas_add_up", "table", "The areas, shelter groups and camps of a snapshot add up to its totals.", _OURS, "block", "block", "emergency_figure", _PROJECT),
    Rule("emergency_one_in_force", "table", "Of a chain of corrections one row is in force on any day.", _OURS, "block", "block", "emergency_movement", _PROJECT),
    Rule("emergency_counted_adds_up", "table", "The movements that a published snapshot counted add up to its cumulative figure.", _OURS, "block", "block", "emergency_counted", _PROJECT),
    Rule("emergency_revisions_close", "table", "As published + its revisions = as known now, for every snapshot.", _OURS, "block", "block", "emergency_revision", _PROJECT),
    Rule("emergency_ledger_whole", "table", "Every row of a delivery stands in the ledger, or in it already, and every movement has a source.", _OURS, "block", "block", "emergency_source_record", _PROJECT),
]  # fmt: skip

INDEX_RULES = [
    *_of_index("complete", "Every location with answers is scored once by every model asked for its round, and every answer has its weight.", ""),
    *_of_index("scores", "A score lies between its lowest and highest possible, from 0 to 100; where there is none, a reason stands.", ""),
    *_of_index("points", "The points of the indicators of a location sum to its overall score.", "_contribution"),
    *_of_index("adds_up", "High, medium, low and unclassified add up to the total of an area, and areas to the one above them.", "_summary"),
    *_of_index("change_closes", "Previous value + like-for-like + newly assessed - no longer assessed = value.", "_change"),
    *_of_index("drivers_close", "The drivers of an area sum to the change of its weighted mean.", "_driver"),
    Rule("no_return_not_assessed", "table", "A place of no return has no answers in the same round of the Return Index.",
         "Correct one of the two files: a place of no return has no returnees to whose conditions answers could refer.", "block", "block",
         "place_of_no_return", "IOM DTM Iraq, Return Index, Returns in Iraq: 2020 Overview"),
]  # fmt: skip

TABLE_RULES = [
    # --- block ----------------------------------------------------------------------------------
    Rule("place_location_one_to_one", "table", "A place_id always has the same location_id, and a location_id the same place_id.",
         "Correct the id in the newer list, or withdraw it.", "block", "block", "location_listing", _SECTION_9),
    Rule("rows_conserved", "table", "Rows read = rows kept + rows in quarantine, and every kept row is in location_count.",
         "This is an error of the program: report it.", "block", "block", "list_edition", "this project"),
    Rule("lists_have_rows", "table", "Every list held has locations in every table made of it.",
         "This is an error of the program: report it.", "block", "block", "list_edition", "this project"),
    Rule("quarantine_share", "table", f"At most {QUARANTINED_SHARE_MAXIMUM:.0%} of the rows of a list read from a file are in quarantine.",
         "Correct the file at its source; so many bad rows mean a broken export.", "block", "block", "list_edition", "this project"),
    Rule("known_exceptions_hold", "table", "Each list breaks each counted rule exactly as often as known.",
         "Compare these rows with the publisher's list; if they are the publisher's own, build again with --accept-exceptions REASON.",
         "block", "block", "rule_count", _SECTION_9),
    Rule("governorates_add_up", "table", "The governorates of a round add up to its national figures.",
         "This is an error of the program: report it.", "block", "block", "national_summary", "this project"),
    Rule("districts_add_up", "table", "The districts of a governorate add up to its figures.",
         "This is an error of the program: report it.", "block", "block", "governorate_summary", "this project"),
    Rule("master_list_complete", "table", "Each master list holds every location of location_count's newest vintage with the same households.",
         "This is an error of the program: report it.", "block", "block", "location_count", "this project"),
    Rule("breakdown_complete", "table", "The breakdown columns of a master list add up to location_breakdown.",
         "This is an error of the program: report it.", "block", "block", "location_breakdown", "this project"),
    Rule("margins_add_up", "table", "Shelter, period, origin and last displacement add up to location_breakdown in every summary.",
         "This is an error of the program or of a code list: report it.", "block", "block", "location_breakdown", "this project"),
    Rule("references_hold", "table", "Every place, round, governorate, district, category and list that a table names exists.",
         "This is an error of the program or of a code list: report it.", "block", "block", "location_count", "this project"),
    Rule("change_closes", "table", "Previous households + matched change + new + back - no longer listed = households.",
         "This is an error of the program: report it.", "block", "block", "change_summary", "this project"),
    # --- counted against the known exceptions --------------------------------------------------------
    Rule("origin_sum", "table", "The governorate cells of a row add up to its households.",
         "Check the row with the publisher.", "warning", "block", "location_count", _SECTION_9),
    Rule("shelter_sum", "table", "The shelter cells of a row add up to its households.",
         "Check the row; a shelter type may be missing from the export.", "warning", "block", "location_count", _SECTION_9),
    Rule("period_sum", "table", "The period cells of a row add up to its households.",
         "Check the row; waves after January 2019 are missing from the portal export.", "warning", "block", "location_count", _SECTION_9),
    Rule("multiplier_as_provided", "table", "Individuals as provided are 6 x households, or what the multiplier rule of the round gives.",
         "Check whether one of the two counts was edited by hand.", "warning", "block", "location_count", _SECTION_9),
    Rule("camp_mixed", "table", "A location with camp households has only camp households.",
         "Check whether the camp and its surroundings should be two locations.", "warning", "review", "location_count", _SECTION_9),
    Rule("coordinates_swapped", "table", "Latitude and longitude are not exchanged.",
         "Exchange them.", "warning", "review", "location_listing", _SECTION_9),
    Rule("coordinates_outside_iraq", "table", "Coordinates lie inside the bounding box of Iraq.",
         "Correct the coordinates.", "warning", "review", "location_listing", _SECTION_9),
    Rule("cell_not_known", "table", "Every breakdown cell is known in households.",
         "Check the row: a blank cell that the row's total does not explain, or a number of individuals that is no whole number of households.",
         "warning", "block", "location_breakdown", "this project"),
    # --- counted and shown -----------------------------------------------------------------------
    Rule("blank_as_zero", "table", "Cells of a row are filled; blank cells are read as 0 where the row's total shows that they are.",
         "Nothing, for published returnee lists.", "info", "review", "source_record", _SECTION_9),
    Rule("coordinates_missing", "table", "A location has coordinates.", "Add them.", "info", "review", "location_listing", _SECTION_9),
    Rule("coordinates_shared", "table", "Two locations of a list do not share a pair of coordinates.",
         "Check whether they are one location.", "info", "review", "location_listing", _SECTION_9),
    Rule("arabic_name_missing", "table", "A location has an Arabic name.", "Add it.", "info", "info", "location_listing", _SECTION_9),
    Rule("name_repeated", "table", "A name occurs once in a district.", "Check whether the rows are one location.",
         "info", "review", "location_listing", _SECTION_9),
    Rule("category_out_of_rounds", "table", "A shelter type is used only in the rounds in which it is valid.",
         "Check the round of the file.", "info", "review", "location_breakdown", "measured on the portal export of 2021"),
    Rule("wave_not_open", "table", "A wave is used only from the round in which it opens.",
         "Check the round of the file.", "info", "review", "location_breakdown", "measured on the portal export of 2021"),
    # --- review queue ----------------------------------------------------------------------------
    Rule("change_large", "table", f"Between neighbouring rounds a location changes by at most {REVIEW_SHARE:.0%} or by less than {REVIEW_HOUSEHOLDS} households.",
         "Ask the team, or look for the event that explains it.", "review", "review", "master_list_change",
         "calibrated on the portal export of 2021: about 11 a round"),
]  # fmt: skip

CROSSING_FILE_RULES = [
    _file("crossing_columns", "A file on crossing points is a CSV, an .xlsx or a Parquet file with rows and the columns of its kind.",
          "Correct the file; dtm crossings ingest --help names the columns of each kind."),
    _file("crossing_rows", "Every row of a file on crossing points can be taken.", "Correct the rows and give the file again."),
]  # fmt: skip
CROSSING_ROW_RULES = [
    _row("crossing_missing", "A row fills every column that its kind of file needs.", "Fill the cell.", _PROJECT),
    _row("crossing_day", "A day is written as 2020-11-22, and nothing was observed after the day on which the file is given.", "Correct the day.", _PROJECT),
    _row("crossing_window", "A window does not end before it begins.", "Correct window_start or window_end.", _PROJECT),
    _row("crossing_code", "Direction and status are one of their words, and a governorate is one of the 18.", "Correct the word.", _PROJECT),
    _row("crossing_count", "Travellers and vehicles are whole numbers, not negative.", "Correct the number.", _PROJECT),
    _row("crossing_text", "A text has at most 500 characters, none of them invisible, and does not tell how to reach a person.", "Correct the text.", _PROJECT),
    _row("crossing_twice", "A row stands once in a file.", "Delete or correct one of the two rows.", _PROJECT),
]  # fmt: skip
CROSSING_RULES = [
    Rule("crossing_statuses_add_up", "table", "Open, partially open, commercial-only and closed points add up to the points of the window, which are its rows.", _OURS, "block", "block",
         "point_of_entry_summary", "IOM DTM Iraq, points of entry and mobility restrictions, 2020"),
    Rule("crossing_one_status", "table", "A point of entry has one status in a window.", _OURS, "block", "block", "point_of_entry_status", _PROJECT),
    Rule("crossing_changes_close", "table", "Points of the window before + added points - dropped points = points of the window.", _OURS, "block", "block", "point_of_entry_summary", _PROJECT),
    Rule("crossing_windows", "table", "No window of points of entry or restrictions ends before it begins.", _OURS, "block", "block", "point_of_entry_status", _PROJECT),
    Rule("crossing_headcounts_add_up", "table", "The months of a crossing point and direction add up to its headcounts.", _OURS, "block", "block", "crossing_headcount_summary", _PROJECT),
    Rule("crossing_shares", "table", "The answers to a question add up to those who answered it, as in the interviews, and no share is above 1.", _OURS, "block", "block", "crossing_survey_summary", _PROJECT),
]  # fmt: skip

TABLE_RULES += [*INDEX_RULES, *EMERGENCY_RULES, *CROSSING_RULES]
RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in [
        *FILE_RULES,
        *FIELD_FILE_RULES,
        *INDEX_FILE_RULES,
        *EMERGENCY_FILE_RULES,
        *CROSSING_FILE_RULES,
        *ROW_RULES,
        *INDEX_ROW_RULES,
        *EMERGENCY_ROW_RULES,
        *CROSSING_ROW_RULES,
        *TABLE_RULES,
    ]
}


def blocking() -> list[str]:
    """The table rules that refuse a run of published lists."""
    return [rule.id for rule in TABLE_RULES if rule.published == "block"]
