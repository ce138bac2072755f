-- Locations of one list that share an English name inside one district.
with counted as (
    select
        round, population, vintage_date, place_id,
        count(*) over (partition by round, population, vintage_date, governorate, district, lower(location_name_en)) as places
    from location_listing
    where location_name_en is not null
)

select round, population, vintage_date, place_id, cast(null as bigint) as amount_households
from counted
where places > 1
