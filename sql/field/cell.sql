-- The counts of the breakdowns of every submission that is judged.
select
    i.uuid,
    i.population,
    q.dimension,
    q.category,
    a.question,
    cast(a.answer as bigint) as households
from answer a
join interview i on i.uuid = a.uuid
join cell_question q on q.question = a.question
join question_population s on s.question = q.question and s.population = i.population
where i.is_judged and i.is_counted and try_cast(a.answer as bigint) is not null
