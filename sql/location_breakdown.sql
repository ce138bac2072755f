-- The three margins of each location, where not zero.
select
    e.round,
    e.population,
    e.vintage_date,
    c.place_id,
    c.dimension,
    c.category,
    c.households
from clean_cell c
join clean_edition e on e.sha256 = c.sha256
