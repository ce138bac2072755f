-- Lineage of every figure: file, sheet and row.
select
    e.round,
    e.population,
    e.vintage_date,
    r.place_id,
    e.sha256,
    e.source_file,
    r.source_sheet,
    r.source_row,
    cast(null as varchar) as submission_uuid,
    r.blank_cells
from clean_record r
join clean_edition e on e.sha256 = r.sha256
