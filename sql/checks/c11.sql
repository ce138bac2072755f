-- Governorates whose total changed by more than usual at locations on both lists.
with total as (
    select population, governorate, sum(previous_households) as before, sum(households) as now
    from record
    where previous_households is not null and households is not null
    group by population, governorate
)

select 'all' as uuid, t.population, cast(null as varchar) as place_id, 'households' as question, cast(t.now as varchar) as old_value,
    t.governorate || ' went from ' || t.before || ' to ' || t.now || ' ' || t.population || ' households ('
        || printf('%+.1f', 100.0 * (t.now - t.before) / t.before) || ' %).' as issue,
    t.population || ' ' || t.governorate as group_key
from total t
cross join policy p
where t.before > 0
    and abs(t.now - t.before) >= p.change_households
    and abs(t.now - t.before) > t.before * case when t.population = 'idp' then p.governorate_change_idp else p.governorate_change_returnee end
