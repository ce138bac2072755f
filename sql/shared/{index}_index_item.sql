-- The locations with answers by number, in the order of round and location; place is the same number in every round.
select
    cast(place_number as integer) as item,
    index_round,
    place_id,
    cast(dense_rank() over (order by place_id) as integer) as place
from clean_index_place
where index_name = '{index}'
