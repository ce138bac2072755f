-- Back-checks that differ from the interview by more than the threshold; a location closed has no households, one
-- confirmed unchanged those of the list before.
with found as (
    select
        i.uuid,
        i.population,
        i.place_id,
        i.visit_type,
        case
            when i.accessibility = 'not_accessible' or i.update_status = 'informant_unreachable' then null
            when i.update_status = 'closed' then 0
            when i.update_status = 'confirmed_unchanged' then f.households
            else i.households
        end as households
    from interview i
    left join frame_count f on f.population = i.population and f.place_id = i.place_id
    where i.is_judged
)

select b.uuid, b.population, b.place_id, 'households' as question, cast(b.households as varchar) as old_value,
    'The back-check found ' || b.households || ' households, the interview (' || i.uuid || ') ' || i.households || '.' as issue,
    b.population || ' ' || b.place_id as group_key
from found b
join found i on i.population = b.population and i.place_id = b.place_id and i.visit_type = 'interview'
cross join policy p
where b.visit_type = 'back_check'
    and abs(b.households - i.households) > p.informants_differ_households
    and abs(b.households - i.households) > p.informants_differ_share * greatest(b.households, i.households)
qualify row_number() over (partition by b.uuid order by i.uuid) = 1
