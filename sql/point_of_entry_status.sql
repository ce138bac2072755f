-- Status of points of entry in reference windows.
select
    window_start,
    window_end,
    crossing_point,
    entry_status,
    health_measures,
    note,
    sha256,
    source_file,
    source_sheet,
    source_row
from clean_point_of_entry_status
