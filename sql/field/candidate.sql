-- Among the interviews of a location and population: approved ones before others, those that reached it before others.
select u.*
from usable u
qualify rank() over (
    partition by population, place_id
    order by is_approved desc, record_households is not null desc
) = 1
