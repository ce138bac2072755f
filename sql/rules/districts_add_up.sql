-- Governorates whose districts do not add up.
with added as (
    select
        population,
        round,
        governorate,
        sum(households) as households,
        sum(individuals) as individuals,
        sum(locations) as locations,
        count(*) as districts
    from district_summary
    group by population, round, governorate
)

select g.population, g.round, g.governorate
from governorate_summary g
left join added a on a.population = g.population and a.round = g.round and a.governorate = g.governorate
where a.households is distinct from g.households
    or (g.individuals is not null and a.individuals is distinct from g.individuals)
    or a.locations is distinct from g.locations
    or a.districts is distinct from g.districts
