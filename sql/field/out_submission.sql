-- Every submission in its newest version, and what became of it.
select
    p.round,
    i.uuid,
    i.form,
    i.form_version,
    cast(i.version_number as bigint) as version_number,
    i.submitted_at,
    i.is_late,
    i.review_state,
    i.review_state_source,
    case
        when coalesce(i.consent = 'no', true) then 'refused'
        when i.is_removed then 'removed'
        when i.review_state = 'rejected' then 'rejected'
        when b.uuid is not null then 'set_aside'
        when i.visit_type = 'back_check' then 'back_check'
        when i.review_state <> 'approved' and not p.takes_pending then 'withheld'
        when s.is_undecided then 'undecided'
        when s.uuid = i.uuid then 'used'
        when c.uuid is null or s.selection_basis = 'decided' then 'outranked'
        else 'agreeing'
    end as submission_use,
    i.consent,
    case when coalesce(i.consent = 'no', true) then null else i.visit_type end as visit_type,
    i.population,
    i.place_id,
    case when coalesce(i.consent = 'no', true) then 'unknown' else i.place_basis end as place_basis,
    i.governorate,
    i.district,
    i.interview_date,
    i.team,
    i.ki_id,
    i.ki_type,
    i.ki_sex,
    i.duration_minutes,
    coalesce(t.answers, '{}') as answers,
    i.sha256,
    i.source_file,
    i.source_sheet,
    i.source_row
from interview i
left join set_aside b on b.uuid = i.uuid
left join candidate c on c.uuid = i.uuid
left join selection s on s.population = i.population and s.place_id = i.place_id
left join answers_text t on t.uuid = i.uuid
cross join policy p
