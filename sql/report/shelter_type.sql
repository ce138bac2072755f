-- Shelter types nationwide. A sum with a part that is not given is not given.
select
    s.population || '/' || s.shelter_type as key,
    s.population,
    s.shelter_group,
    s.shelter_type,
    s.shelter_type_en,
    cast(case when count(*) = count(s.households) then sum(s.households) end as bigint) as households,
    cast(case when count(*) = count(s.individuals) then sum(s.individuals) end as bigint) as individuals,
    case when min(n.households) > 0 and count(*) = count(s.households) then cast(cast(sum(s.households) as bigint) as double) / min(n.households) end as share,
    max(s.households_status) as households_status,
    max(s.individuals_status) as individuals_status,
    greatest(max(s.households_status), max(n.households_status)) as share_status
from shelter_summary s
join this_round t on t.round = s.round
join national_summary n on n.population = s.population and n.round = s.round
join shelter_type y on y.population = s.population and y.shelter_type = s.shelter_type
group by s.population, s.shelter_group, s.shelter_type, s.shelter_type_en, y.shelter_order
order by s.population, y.shelter_order
