-- The unit: individuals per household where informants gave both.
with ratio as (
    select population, median(individuals_reported / households) as persons, count(*) as records
    from interview
    where is_judged and is_counted and households > 0 and individuals_reported > 0
    group by population
)

select 'all' as uuid, r.population, cast(null as varchar) as place_id, 'households' as question, cast(round(r.persons, 2) as varchar) as old_value,
    'Individuals per household, as given in ' || r.records || ' ' || r.population || ' records, have the median ' || round(r.persons, 2) || ', expected '
        || p.persons_minimum || ' to ' || p.persons_maximum || '.' as issue,
    r.population as group_key
from ratio r
cross join policy p
where r.persons not between p.persons_minimum and p.persons_maximum
