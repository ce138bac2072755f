-- Places of no return with answers in the same round of the Return Index.
select n.index_round, n.place_id
from place_of_no_return n
join index_source_record s on s.index_name = 'return' and s.index_round = n.index_round and s.place_id = n.place_id
