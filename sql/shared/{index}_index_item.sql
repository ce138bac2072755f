-- The locations with answers by number, in the order of round and location.
select cast(place_number as integer) as item, index_round, place_id
from clean_index_place
where index_name = '{index}'
