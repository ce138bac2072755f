-- One key informant for many locations.
with speaks as (
    select ki_id, count(distinct place_id) as places, min(uuid) as first_uuid
    from interview
    where is_judged and visit_type = 'interview' and ki_id is not null
    group by ki_id
)

select i.uuid, i.population, i.place_id, 'ki_type' as question, i.ki_type as old_value,
    'One key informant speaks for ' || s.places || ' locations.' as issue, s.first_uuid as group_key
from interview i
join speaks s on s.ki_id = i.ki_id
cross join policy p
where i.is_judged and i.visit_type = 'interview' and s.places > p.informant_places_maximum
