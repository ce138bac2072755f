-- The country's total against the list before.
with total as (
    select population, sum(previous_households) as before, coalesce(sum(households) filter (where is_listed), 0) as now
    from record
    group by population
)

select 'all' as uuid, t.population, cast(null as varchar) as place_id, 'households' as question, cast(t.now as varchar) as old_value,
    'The country went from ' || t.before || ' to ' || t.now || ' ' || t.population || ' households ('
        || printf('%+.1f', 100.0 * (t.now - t.before) / t.before) || ' %): explain it.' as issue,
    t.population as group_key
from total t
cross join policy p
where t.before > 0
    and abs(t.now - t.before) > t.before * case when t.population = 'idp' then p.national_change_idp else p.national_change_returnee end
