-- Answers of single travellers in the sample survey at crossing points.
select
    survey_id,
    crossing_point,
    observed_on,
    crossing_direction,
    nationality,
    sex,
    age_group,
    origin,
    destination,
    travel_reason,
    intended_stay,
    sha256,
    source_file,
    source_sheet,
    source_row
from clean_crossing_survey
