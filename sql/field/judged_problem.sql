-- Answers of newest versions that could not be taken and were not decided since.
select
    v.uuid,
    p.check_id,
    p.question,
    p.old_value,
    p.issue
from version v
join received_problem p on p.version_sha256 = v.version_sha256 and p.sha256 = v.sha256 and p.source_row = v.source_row and p.source_sheet = v.source_sheet
join interview i on i.uuid = v.uuid
left join decided_answer d on d.uuid = v.uuid and d.question = p.question
where v.is_current_version and i.is_judged and d.uuid is null
