-- Locations without an Arabic name.
select round, population, vintage_date, place_id, cast(null as bigint) as amount_households
from location_listing
where location_name_ar is null
