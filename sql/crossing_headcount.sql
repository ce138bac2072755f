-- Headcounts of travellers and vehicles at crossing points.
select
    crossing_point,
    observed_on,
    crossing_direction,
    travellers,
    vehicles,
    sha256,
    source_file,
    source_sheet,
    source_row
from clean_crossing_headcount
