-- Interviews that took too little or too much time.
select i.uuid, i.population, i.place_id, 'interview_date' as question, cast(i.interview_date as varchar) as old_value,
    'The interview took ' || i.duration_minutes || ' minutes, expected ' || p.duration_minutes_minimum || ' to ' || p.duration_minutes_maximum || '.' as issue,
    cast(null as varchar) as group_key
from interview i
cross join policy p
where i.is_judged and i.duration_minutes not between p.duration_minutes_minimum and p.duration_minutes_maximum
