-- The multiplier rule: every household of the list has a multiplier in force in this round.
select 'all' as uuid, r.population, cast(null as varchar) as place_id, 'households' as question, cast(null as varchar) as old_value,
    'There is no multiplier for ' || r.population || ' households in this round.' as issue, r.population as group_key
from (select distinct population from record where is_listed) r
where (
    select count(distinct m.setting)
    from multiplier_rule m
    cross join policy p
    where m.population = r.population and p.round between m.first_round and coalesce(m.last_round, p.round)
) <> 2
