-- Every governorate in the round and the two held before, of both populations: given, withheld, not known, no location listed there
-- (not_listed), or no list of that population (no_list).
with held_round as (
    select distinct n.round
    from national_summary n
    join this_round t on n.round <= t.round
    order by n.round desc
    limit 3
),

population as (
    select 'idp' as population
    union all
    select 'returnee'
)

select
    p.population || '/' || g.governorate || '/' || h.round as key,
    p.population,
    g.governorate,
    g.governorate_ar,
    g.governorate_pcode,
    h.round,
    s.households,
    s.individuals,
    coalesce(s.households_status, case when n.round is null then 'no_list' else 'not_listed' end) as households_status,
    coalesce(s.individuals_status, case when n.round is null then 'no_list' else 'not_listed' end) as individuals_status
from governorate g
cross join population p
cross join held_round h
left join national_summary n on n.population = p.population and n.round = h.round
left join governorate_summary s on s.population = p.population and s.round = h.round and s.governorate = g.governorate
order by p.population, g.governorate, h.round
