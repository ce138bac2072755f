-- The same counts, cell by cell, at several places of one team.
with vector as (
    select
        i.uuid,
        i.population,
        i.team,
        i.place_id,
        list_sort(list(c.question || '=' || c.households)) as counts,
        count(distinct c.households) as different_values
    from interview i
    join cell c on c.uuid = i.uuid
    where i.visit_type = 'interview'
    group by i.uuid, i.population, i.team, i.place_id
),

repeated as (
    select population, team, counts, count(distinct place_id) as places, min(uuid) as first_uuid
    from vector
    cross join policy p
    where different_values >= p.identical_values
    group by population, team, counts, p.identical_places
    having count(distinct place_id) >= p.identical_places
)

select v.uuid, v.population, v.place_id, 'households' as question, cast(i.households as varchar) as old_value,
    r.places || ' places of the team have the same counts in every cell.' as issue, r.first_uuid as group_key
from vector v
join repeated r on r.population = v.population and r.team is not distinct from v.team and r.counts = v.counts
join interview i on i.uuid = v.uuid
