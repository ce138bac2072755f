-- Locations with some, but not only, camp households.
select
    c.round,
    c.population,
    c.vintage_date,
    c.place_id,
    cast(null as bigint) as amount_households
from location_count c
join location_margin m
    on m.round = c.round and m.population = c.population and m.vintage_date = c.vintage_date and m.place_id = c.place_id
    and m.dimension = 'shelter'
where m.households_in_camp > 0 and m.households_in_camp <> c.households
