-- Locations of one list that share a pair of coordinates.
with counted as (
    select
        round, population, vintage_date, place_id,
        count(*) over (partition by round, population, vintage_date, latitude, longitude) as places
    from location_listing
    where latitude is not null and longitude is not null
)

select round, population, vintage_date, place_id, cast(null as bigint) as amount_households
from counted
where places > 1
