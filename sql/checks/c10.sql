-- Locations whose households changed by more than usual since the list before.
select r.submission_uuid as uuid, r.population, r.place_id, 'households' as question, cast(r.households as varchar) as old_value,
    'Households went from ' || r.previous_households || ' to ' || r.households || '.' as issue, cast(null as varchar) as group_key
from record r
cross join policy p
where r.submission_uuid is not null and r.previous_households is not null
    and abs(r.households - r.previous_households) >= p.change_households
    and abs(r.households - r.previous_households) > p.change_share * r.previous_households
