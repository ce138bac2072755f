-- The report groups of shelter by governorate, in households. A sum with a part that is not given is not given.
select
    s.population || '/' || s.governorate || '/' || s.shelter_group as key,
    s.population,
    s.governorate,
    s.shelter_group,
    cast(case when count(*) = count(s.households) then sum(s.households) end as bigint) as households,
    max(s.households_status) as households_status
from shelter_summary s
join this_round t on t.round = s.round
group by s.population, s.governorate, s.shelter_group
order by s.population, s.governorate, s.shelter_group
