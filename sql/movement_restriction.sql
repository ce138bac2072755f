-- Restrictions of movement in reference windows, as given.
select
    window_start,
    window_end,
    governorate,
    restriction,
    note,
    sha256,
    source_file,
    source_sheet,
    source_row
from clean_movement_restriction
