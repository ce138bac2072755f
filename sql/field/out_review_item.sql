-- Every finding with its place and what was decided on it.
select
    p.round,
    f.check_id,
    f.check_severity,
    f.check_binding,
    f.uuid,
    f.question,
    f.old_value,
    f.issue,
    i.suggestions,
    f.population,
    coalesce(l.governorate, i.governorate) as governorate,
    coalesce(l.district, i.district) as district,
    f.place_id,
    coalesce(l.location_name_en, i.location_name_en) as location_name_en,
    coalesce(l.location_name_ar, i.location_name_ar) as location_name_ar,
    case when i.households >= 0 then i.households end as households,
    t.change_type,
    t.new_value,
    t.comment,
    t.query_status,
    coalesce(t.assigned_team, i.team) as assigned_team,
    t.due_at,
    t.reviewer,
    t.decided_at
from finding f
left join interview i on i.uuid = f.uuid
left join frame_place l on l.place_id = f.place_id
join tracked t on t.check_binding = f.check_binding and t.uuid = f.uuid and t.question = f.question
cross join policy p
