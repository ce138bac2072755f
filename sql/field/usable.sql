-- Interviews that may become the record of their location, with the households that they stand for.
-- A location confirmed unchanged has those of the list before.
with blocked as (
    select distinct uuid
    from open_finding
    where check_severity = 'block'
)

select
    i.*,
    case
        when i.accessibility = 'not_accessible' then 'not_accessible'
        else i.update_status
    end as status,
    case
        when i.accessibility = 'not_accessible' or i.update_status = 'informant_unreachable' then null
        when i.update_status = 'closed' then 0
        when i.update_status = 'confirmed_unchanged' then f.households
        else i.households
    end as record_households,
    i.review_state = 'approved' as is_approved
from interview i
left join blocked b on b.uuid = i.uuid
left join frame_count f on f.population = i.population and f.place_id = i.place_id
cross join policy p
where i.is_judged
    and b.uuid is null
    and i.visit_type = 'interview'
    and i.place_id is not null
    and (i.review_state = 'approved' or p.takes_pending)
