-- Which locations are compared as one between a round and the one before: those that replace others, with these; by number too.
with numbered as (
    select distinct place_id, place from {index}_index_item
)

select l.index_round, l.place_id, l.unit_place_id as unit, p.place, u.place as unit_place
from clean_index_lineage l
join numbered p on p.place_id = l.place_id
join numbered u on u.place_id = l.unit_place_id
where l.index_name = '{index}'
