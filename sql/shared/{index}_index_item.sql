-- The locations with answers by number, in the order of round and location.
select
    row_number() over (order by index_round, place_id) as item,
    index_round,
    place_id
from clean_index_place
where index_name = '{index}'
