-- Rows whose period cells do not add up to their households.
with carried as (
    select distinct round, population, vintage_date
    from list_category
    where dimension = 'period'
),

total as (
    select round, population, vintage_date, place_id, sum(households) as listed, count(*) - count(households) as unknown_cells
    from location_breakdown
    where dimension = 'period'
    group by round, population, vintage_date, place_id
)

select
    c.round,
    c.population,
    c.vintage_date,
    c.place_id,
    cast(coalesce(t.listed, 0) - c.households as bigint) as amount_households
from location_count c
join carried k on k.round = c.round and k.population = c.population and k.vintage_date = c.vintage_date
left join total t
    on t.round = c.round and t.population = c.population and t.vintage_date = c.vintage_date and t.place_id = c.place_id
where coalesce(t.listed, 0) <> c.households and coalesce(t.unknown_cells, 0) = 0
