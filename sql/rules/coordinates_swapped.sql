-- Coordinates outside Iraq that lie inside when latitude and longitude are exchanged.
select round, population, vintage_date, place_id, cast(null as bigint) as amount_households
from location_listing
where latitude between {longitude_minimum} and {longitude_maximum}
    and longitude between {latitude_minimum} and {latitude_maximum}
