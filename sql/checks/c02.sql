-- Counts that are no whole number, are negative, or are missing where households are asked.
select p.uuid, i.population, i.place_id, p.question, p.old_value, p.issue || '.' as issue, cast(null as varchar) as group_key
from judged_problem p
join interview i on i.uuid = p.uuid
where p.check_id = 'c02'
union all
select i.uuid, i.population, i.place_id, a.question, a.answer, a.question || ' is ' || a.answer || ', expected a number that is not negative.', null
from interview i
join answer a on a.uuid = i.uuid
join count_question q on q.question = a.question
where i.is_judged and try_cast(a.answer as bigint) < 0
union all
select i.uuid, i.population, i.place_id, 'households', null, 'Households are not given.', null
from interview i
where i.is_judged and i.is_counted and i.households is null
    and not exists (select 1 from judged_problem p where p.uuid = i.uuid and p.question = 'households')
