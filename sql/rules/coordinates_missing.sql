-- Locations without coordinates.
select round, population, vintage_date, place_id, cast(null as bigint) as amount_households
from location_listing
where latitude is null or longitude is null
