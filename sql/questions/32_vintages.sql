-- What did the publisher revise: which figures differ between two exports (vintages) of the same list?
-- Unit: households. Each vintage is compared with the one before it; an empty side means that the location is not on that export.
-- A release tells what it revised itself in its own table revision.
with editions as (
    select
        round, population, vintage_date,
        lag(vintage_date) over (partition by round, population order by vintage_date) as previous_vintage
    from list_edition
),

later as (
    select e.round, e.population, e.previous_vintage, e.vintage_date, c.place_id, c.households
    from editions as e
    join location_count as c on c.round = e.round and c.population = e.population and c.vintage_date = e.vintage_date
    where e.previous_vintage is not null
),

earlier as (
    select e.round, e.population, e.previous_vintage, e.vintage_date, c.place_id, c.households
    from editions as e
    join location_count as c on c.round = e.round and c.population = e.population and c.vintage_date = e.previous_vintage
)

select
    coalesce(l.round, p.round) as round, coalesce(l.population, p.population) as population,
    coalesce(l.previous_vintage, p.previous_vintage) as previous_vintage, coalesce(l.vintage_date, p.vintage_date) as vintage,
    coalesce(l.place_id, p.place_id) as place_id, p.households as households_before, l.households as households_now
from later as l
full join earlier as p
    on p.round = l.round and p.population = l.population and p.vintage_date = l.vintage_date and p.place_id = l.place_id
where l.place_id is null or p.place_id is null or l.households is distinct from p.households
order by round, population, vintage, place_id
