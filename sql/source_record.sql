-- Lineage of every figure: file, sheet and row; of a field round the export and submission, or what was carried forward.
select
    e.round,
    e.population,
    e.vintage_date,
    r.place_id,
    coalesce(r.record_sha256, e.sha256) as sha256,
    coalesce(r.record_file, e.source_file) as source_file,
    r.source_sheet,
    r.source_row,
    r.submission_uuid,
    r.blank_cells
from clean_record r
join clean_edition e on e.sha256 = r.sha256
