-- Submissions set aside, with every blocking check that they break.
with place_of as (
    select uuid, sha256, source_file, source_sheet, source_row
    from interview
    union all
    select uuid, sha256, source_file, source_sheet, source_row
    from anonymous
)

select
    w.sha256 as record_sha256,
    w.source_file,
    w.source_sheet,
    w.source_row,
    f.check_id as rule,
    string_agg(f.issue, ' ' order by f.check_binding) as detail,
    coalesce(min(t.answers), '{}') as raw
from finding f
join set_aside b on b.uuid = f.uuid -- of what has no identifier, whatever was decided on it
join place_of w on w.uuid = f.uuid
left join answers_text t on t.uuid = f.uuid
where b.population = '{population}' and f.check_severity = 'block' and f.check_gate = 'submission'
group by w.sha256, w.source_file, w.source_sheet, w.source_row, f.check_id
