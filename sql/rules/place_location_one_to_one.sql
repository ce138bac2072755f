-- Places with two location codes, and location codes with two places.
with pair as (
    select distinct place_id, location_id
    from location_listing
    where location_id is not null
)

select place_id, location_id
from pair
where place_id in (select place_id from pair group by place_id having count(*) > 1)
    or location_id in (select location_id from pair group by location_id having count(*) > 1)
