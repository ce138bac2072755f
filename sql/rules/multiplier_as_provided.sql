-- Rows whose individuals as provided are neither 6 x households nor what the multiplier rule gives.
with camp as (
    select b.round, b.population, b.vintage_date, b.place_id, sum(b.households) as households_in_camp
    from location_breakdown b
    join shelter_type t on t.population = b.population and t.shelter_type = b.category
    where b.dimension = 'shelter' and t.shelter_group = 'camp'
    group by b.round, b.population, b.vintage_date, b.place_id
)

select
    c.round,
    c.population,
    c.vintage_date,
    c.place_id,
    cast(null as bigint) as amount_households
from location_count c
join multiplier_rule i
    on i.population = c.population and i.setting = 'in_camp'
    and c.round between i.first_round and coalesce(i.last_round, c.round)
join multiplier_rule o
    on o.population = c.population and o.setting = 'out_of_camp'
    and c.round between o.first_round and coalesce(o.last_round, c.round)
left join camp m
    on m.round = c.round and m.population = c.population and m.vintage_date = c.vintage_date and m.place_id = c.place_id
where c.individuals_as_provided is not null
    and c.individuals_as_provided <> c.households * o.persons_per_household
    and c.individuals_as_provided <> (c.households - coalesce(m.households_in_camp, 0)) * o.persons_per_household
        + coalesce(m.households_in_camp, 0) * i.persons_per_household
