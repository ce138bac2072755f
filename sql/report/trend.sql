-- Figure 1: each round held of each population, and its change from the round held before. A change to or from a figure that is
-- not given is not given; the first round held has none.
with listed as (
    select
        n.*,
        lag(n.round) over (partition by n.population order by n.round) as previous_round,
        lag(n.households) over (partition by n.population order by n.round) as previous_households,
        lag(n.individuals) over (partition by n.population order by n.round) as previous_individuals,
        lag(n.households_status) over (partition by n.population order by n.round) as previous_households_status,
        lag(n.individuals_status) over (partition by n.population order by n.round) as previous_individuals_status
    from national_summary n
    join this_round t on n.round <= t.round
)

select
    population || '/' || round as key,
    population,
    round,
    list_date,
    previous_round,
    households,
    individuals,
    case when previous_households > 0 then cast(households - previous_households as double) / previous_households end as households_change,
    case when previous_individuals > 0 then cast(individuals - previous_individuals as double) / previous_individuals end as individuals_change,
    households_status,
    individuals_status,
    case when previous_round is null then 'first' else greatest(households_status, previous_households_status) end as households_change_status,
    case when previous_round is null then 'first' else greatest(individuals_status, previous_individuals_status) end as individuals_change_status
from listed
order by round, population
