-- Places from which people were displaced and to which nobody has returned, or all returnees were displaced again. Never assessed.
select
    index_round,
    place_id,
    no_return_kind,
    governorate,
    district,
    subdistrict,
    location_name_en,
    location_name_ar,
    note,
    sha256,
    source_file,
    source_sheet,
    source_row
from clean_place_of_no_return
