-- Rows set aside, with every reason.
select
    e.round,
    e.population,
    e.vintage_date,
    q.record_sha256 as sha256,
    q.source_file,
    q.source_sheet,
    q.source_row,
    q.rule,
    q.detail,
    q.raw
from clean_quarantine q
join clean_edition e on e.sha256 = q.sha256
