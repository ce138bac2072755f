-- Locations carried forward for too many rounds.
select 'all' as uuid, r.population, r.place_id, 'update_status' as question, r.update_status as old_value,
    'Location ' || r.place_id || ' has been carried forward for ' || r.carried_rounds || ' rounds.' as issue,
    r.population || ' ' || r.place_id as group_key
from record r
cross join policy p
where r.is_listed and r.carried_rounds > p.carried_rounds_maximum
