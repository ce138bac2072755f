-- Coordinates outside the bounding box of Iraq, exchanged or not.
select round, population, vintage_date, place_id, cast(null as bigint) as amount_households
from location_listing
where latitude is not null and longitude is not null
    and not (latitude between {latitude_minimum} and {latitude_maximum} and longitude between {longitude_minimum} and {longitude_maximum})
    and not (latitude between {longitude_minimum} and {longitude_maximum} and longitude between {latitude_minimum} and {latitude_maximum})
