-- Rounds whose governorates do not add up to the national figures.
with added as (
    select
        population,
        round,
        sum(households) as households,
        sum(individuals) as individuals,
        sum(locations) as locations,
        sum(districts) as districts,
        count(*) as governorates
    from governorate_summary
    group by population, round
)

select n.population, n.round
from national_summary n
left join added a on a.population = n.population and a.round = n.round
where a.households is distinct from n.households
    or (n.individuals is not null and a.individuals is distinct from n.individuals)
    or a.locations is distinct from n.locations
    or a.districts is distinct from n.districts
    or a.governorates is distinct from n.governorates
