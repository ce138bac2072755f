-- Periods of displacement nationwide. A sum with a part that is not given is not given.
select
    p.population || '/' || p.wave as key,
    p.population,
    p.wave,
    p.wave_en,
    cast(case when count(*) = count(p.households) then sum(p.households) end as bigint) as households,
    cast(case when count(*) = count(p.individuals) then sum(p.individuals) end as bigint) as individuals,
    case when min(n.households) > 0 and count(*) = count(p.households) then cast(cast(sum(p.households) as bigint) as double) / min(n.households) end as share,
    max(p.households_status) as households_status,
    max(p.individuals_status) as individuals_status,
    greatest(max(p.households_status), max(n.households_status)) as share_status
from period_summary p
join this_round t on t.round = p.round
join national_summary n on n.population = p.population and n.round = p.round
group by p.population, p.wave, p.wave_en, p.wave_order
order by p.population, p.wave_order
