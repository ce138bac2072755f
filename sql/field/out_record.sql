-- The rows of a list as clean rows.
select
    source_sheet,
    source_row,
    place_id,
    location_id,
    governorate,
    governorate as governorate_as_listed,
    district,
    district as district_as_listed,
    subdistrict,
    location_name_en,
    location_name_ar,
    latitude,
    longitude,
    households,
    households_from_camp,
    cast(null as bigint) as individuals_as_provided,
    update_status,
    cast(0 as bigint) as blank_cells,
    record_sha256,
    record_file,
    submission_uuid
from list_row
where population = '{population}'
