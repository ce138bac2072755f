-- The breakdowns of the newest list before the round of each population.
with newest as (
    select population, max(round) as round
    from list_edition
    where round < {round}
    group by population
)

select b.population, b.place_id, b.dimension, b.category, b.households
from location_breakdown b
join newest n on n.population = b.population and n.round = b.round
join list_edition e on e.population = b.population and e.round = b.round and e.vintage_date = b.vintage_date
where e.is_latest_vintage
order by b.population, b.place_id, b.dimension, b.category
