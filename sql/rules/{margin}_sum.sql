-- Rows whose cells of one margin do not add up to their households.
with carried as (
    select distinct round, population, vintage_date
    from list_category
    where dimension in ({dimensions})
)

select
    c.round,
    c.population,
    c.vintage_date,
    c.place_id,
    cast(coalesce(m.households, 0) - c.households as bigint) as amount_households
from location_count c
join carried k on k.round = c.round and k.population = c.population and k.vintage_date = c.vintage_date
left join location_margin m
    on m.round = c.round and m.population = c.population and m.vintage_date = c.vintage_date and m.place_id = c.place_id
    and m.dimension in ({dimensions})
where coalesce(m.households, 0) <> c.households and coalesce(m.cells_not_known, 0) = 0
