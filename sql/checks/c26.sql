-- Answers that are none of the form's, and questions without which a record cannot be placed.
select p.uuid, i.population, i.place_id, p.question, p.old_value, p.issue || '.' as issue, cast(null as varchar) as group_key
from judged_problem p
join interview i on i.uuid = p.uuid
where p.check_id = 'c26'
union all
select i.uuid, i.population, i.place_id, a.question, a.answer, a.question || ' is ' || a.answer || ', but it is not asked of this population.', null
from interview i
join answer a on a.uuid = i.uuid
where i.is_judged and i.population is not null and try_cast(a.answer as bigint) > 0
    and a.question in (select question from question_population)
    and not exists (select 1 from question_population s where s.question = a.question and s.population = i.population)
union all
select i.uuid, i.population, i.place_id, q.question, null, 'The question ' || q.question || ' has no answer.', null
from interview i
join (values ('population'), ('accessibility'), ('update_status')) q(question) on case q.question
    when 'population' then i.population is null
    when 'accessibility' then i.accessibility is null
    else i.accessibility = 'accessible' and i.update_status is null
end
where i.is_judged
    and not exists (select 1 from judged_problem p where p.uuid = i.uuid and p.question = q.question)
