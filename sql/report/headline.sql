-- The headline of a round: each population nationwide, as the list of the round gives it.
select
    n.population as key,
    n.population,
    n.list_date,
    n.individuals,
    n.households,
    n.governorates,
    n.districts,
    n.locations,
    n.households_status,
    n.individuals_status
from national_summary n
join this_round t on t.round = n.round
order by n.population
