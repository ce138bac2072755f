-- Records that do not have what their status says.
select i.uuid, i.population, i.place_id, 'update_status' as question, i.update_status as old_value,
    case
        when i.accessibility = 'accessible' and i.consent = 'not_asked' and i.update_status <> 'informant_unreachable' then 'Nobody was asked, but the location is said to be ' || i.update_status || '.'
        when i.update_status = 'confirmed_unchanged' and f.place_id is null then 'The location is confirmed unchanged, but it was not on the list before.'
        when i.update_status = 'closed' then 'The location is closed, but ' || i.households || ' households are given.'
        when i.update_status = 'informant_unreachable' and i.accessibility = 'accessible' then 'The key informant could not be reached, but ' || i.households || ' households are given.'
        when i.accessibility = 'not_accessible' then 'The location was not accessible, but ' || i.households || ' households are given.'
        else 'The location is confirmed unchanged, but ' || i.households || ' households are given, ' || f.households || ' before.'
    end as issue,
    cast(null as varchar) as group_key
from interview i
left join frame_count f on f.population = i.population and f.place_id = i.place_id
where i.is_judged and i.place_id is not null
    and (
        (i.accessibility = 'accessible' and i.update_status = 'confirmed_unchanged' and (f.place_id is null or coalesce(i.households <> f.households, false)))
        or (i.accessibility = 'accessible' and i.update_status = 'closed' and i.households > 0)
        or (i.accessibility = 'not_accessible' and i.households > 0)
        or (i.accessibility = 'accessible' and i.consent = 'not_asked' and i.update_status <> 'informant_unreachable')
        or (i.accessibility = 'accessible' and i.update_status = 'informant_unreachable' and i.households > 0)
    )
