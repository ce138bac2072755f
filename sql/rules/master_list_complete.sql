-- Locations of the newest vintages that a master list lacks, has too much, or shows with other households.
with fact as (
    select c.round, c.population, c.place_id, c.households
    from location_count c
    join list_edition e on e.round = c.round and e.population = c.population and e.vintage_date = c.vintage_date
    where e.is_latest_vintage
),

shown as (
    select round, 'idp' as population, place_id, households
    from idp_master_list
    union all
    select round, 'returnee' as population, place_id, households
    from returnee_master_list
)

select coalesce(f.round, s.round) as round, coalesce(f.population, s.population) as population, coalesce(f.place_id, s.place_id) as place_id
from fact f
full join shown s on s.round = f.round and s.population = f.population and s.place_id = f.place_id
where f.households is distinct from s.households
