-- Locations with some, but not only, camp households.
select
    c.round,
    c.population,
    c.vintage_date,
    c.place_id,
    cast(null as bigint) as amount_households
from location_count c
join location_breakdown b
    on b.round = c.round and b.population = c.population and b.vintage_date = c.vintage_date and b.place_id = c.place_id
join shelter_type t on t.population = b.population and t.shelter_type = b.category
where b.dimension = 'shelter' and t.shelter_group = 'camp'
group by c.round, c.population, c.vintage_date, c.place_id, c.households
having sum(b.households) <> c.households
