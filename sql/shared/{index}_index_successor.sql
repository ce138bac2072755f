-- Which locations are compared as one between a round and the one before: those that replace others, with these.
select index_round, place_id, unit_place_id as unit
from clean_index_lineage
where index_name = '{index}'
