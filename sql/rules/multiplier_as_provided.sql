-- Rows whose individuals as provided are neither 6 x households nor what the multiplier rule gives.
with counted as (
    select c.*, case when m.place_id is null then 0 else m.households_in_camp end as households_in_camp
    from location_count c
    left join location_margin m
        on m.round = c.round and m.population = c.population and m.vintage_date = c.vintage_date and m.place_id = c.place_id
        and m.dimension = 'shelter'
)

select
    c.round,
    c.population,
    c.vintage_date,
    c.place_id,
    cast(null as bigint) as amount_households
from counted c
join round_multiplier r on r.population = c.population and r.round = c.round
where c.individuals_as_provided is not null
    and c.individuals_as_provided <> c.households * r.out_of_camp
    and c.individuals_as_provided
        <> (c.households - c.households_in_camp) * r.out_of_camp + c.households_in_camp * r.in_camp
