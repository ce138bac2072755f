-- Texts that hold a telephone number or an address.
select p.uuid, i.population, i.place_id, p.question, p.old_value, p.issue || '.' as issue, cast(null as varchar) as group_key
from judged_problem p
join interview i on i.uuid = p.uuid
where p.check_id = 'c21'
