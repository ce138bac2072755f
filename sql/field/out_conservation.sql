-- How many submissions of a population were read, may count, and are set aside. Those without an identifier have no population.
with read as (
    select i.uuid, b.uuid is not null as is_set_aside
    from interview i
    left join set_aside b on b.uuid = i.uuid
    where i.is_judged and coalesce(i.population, 'idp') = '{population}'
    union all
    select uuid, true
    from set_aside
    where population = '{population}' and uuid not in (select uuid from interview)
)

select
    count(*) as rows_read,
    count(*) - count(*) filter (where is_set_aside) as rows_kept,
    count(*) filter (where is_set_aside) as rows_quarantined
from read
